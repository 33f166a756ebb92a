/* Addresses, ranges and forwarded-for lists: what is written reads back as the same address,
 * a range holds its own address, and the client is the peer or an entry of the list. */
#include "fuzz.h"

#include "net/egress.h"

static void
check_address(struct pawl_str text)
{
	struct pawl_egress egress = {0};
	struct pawl_ip ip, again;
	char out[PAWL_IP_TEXT_MAX];
	size_t len;

	if (!pawl_ip_parse(text, &ip)) {
		require(ip.family == 0);
		return;
	}
	len = pawl_ip_format(&ip, out);
	require(len > 0 && len < PAWL_IP_TEXT_MAX);
	require(pawl_ip_parse(pawl_str(out, len), &again) && pawl_ip_eq(&ip, &again));
	pawl_egress_is_allowed(&egress, &ip);
}

static void
check_list(struct pawl_str text)
{
	struct pawl_cidr_list list = {0};
	struct pawl_problems problems = {0};
	enum pawl_err err = pawl_cidr_list_parse(&list, text, "fuzz", &problems);

	require((err == PAWL_OK) == (problems.len == 0));
	for (size_t i = 0; i < list.len; i++) {
		require(list.items[i].bits <= (list.items[i].ip.family == 4 ? 32 : 128));
		require(pawl_cidr_list_has(&list, &list.items[i].ip));
	}
	pawl_problems_fini(&problems);
	pawl_cidr_list_fini(&list);
}

static void
check_client(struct pawl_str text)
{
	struct pawl_cidr_list trusted = {0};
	struct pawl_ip peer, out;

	require(pawl_ip_parse(PAWL_STR("10.0.0.1"), &peer));
	require(pawl_cidr_list_parse(&trusted, PAWL_STR("10.0.0.0/8 ::1"), "", NULL) == PAWL_OK);
	pawl_ip_client(&peer, text, &trusted, &out);
	require(out.family == 4 || out.family == 6);
	pawl_cidr_list_fini(&trusted);
	pawl_ip_client(&peer, text, &trusted, &out);
	require(pawl_ip_eq(&peer, &out));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};

	check_address(text);
	check_list(text);
	check_client(text);
	return 0;
}
