#include "net/proxy_protocol.h"

#include <string.h>

#include "base/parse.h"

/* Section 2.1: the longest line, its end included. */
#define LINE_MAX_BYTES 107
#define FIXED_BYTES    16 /* section 2.2: signature, command, family, length */

#define SIGNATURE PAWL_STR("\r\n\r\n\0\r\nQUIT\n")

/* ---- version 1: text ------------------------------------------------------- */

static bool
is_port(struct pawl_str s)
{
	uint64_t port;

	return pawl_parse_u64_range(s, 0, 65535, &port);
}

/* "TCP4 192.0.2.1 198.51.100.7 56324 443" */
static bool
parse_addresses(struct pawl_str line, struct pawl_ip *client)
{
	struct pawl_str words[5];
	struct pawl_ip source, destination;
	int family;

	for (size_t i = 0; i < 5; i++) {
		if (!pawl_str_split(&line, ' ', &words[i]))
			return false;
	}
	if (line.len > 0)
		return false;
	if (pawl_str_eq_c(words[0], "TCP4"))
		family = 4;
	else if (pawl_str_eq_c(words[0], "TCP6"))
		family = 6;
	else
		return false;
	/* An IPv4-mapped address of TCP6 is read as the IPv4 address that it is. */
	if (!pawl_ip_parse(words[1], &source) || !pawl_ip_parse(words[2], &destination) ||
	    (family == 4 && source.family != 4))
		return false;
	if (!is_port(words[3]) || !is_port(words[4]))
		return false;
	*client = source;
	return true;
}

static enum pawl_proxy_result
parse_line(struct pawl_str bytes, size_t *used, struct pawl_ip *client)
{
	size_t max = bytes.len < LINE_MAX_BYTES ? bytes.len : LINE_MAX_BYTES;
	const char *end = memmem(bytes.ptr, max, "\r\n", 2);
	struct pawl_str line;

	if (!end)
		return max < LINE_MAX_BYTES ? PAWL_PROXY_MORE : PAWL_PROXY_BAD;
	line = pawl_str_sub(bytes, sizeof("PROXY ") - 1, (size_t)(end - bytes.ptr));
	*used = (size_t)(end - bytes.ptr) + 2;
	/* What follows UNKNOWN must be ignored. */
	if (pawl_str_eq_c(line, "UNKNOWN") || pawl_str_starts_with(line, PAWL_STR("UNKNOWN ")))
		return PAWL_PROXY_DONE;
	return parse_addresses(line, client) ? PAWL_PROXY_DONE : PAWL_PROXY_BAD;
}

/* ---- version 2: binary ----------------------------------------------------- */

static void
read_source(const unsigned char *address, uint8_t family, struct pawl_ip *client)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	if (family == 4) {
		memcpy(&in.sin_addr, address, 4);
		pawl_ip_from_sockaddr((const struct sockaddr *)&in, client);
	} else {
		memcpy(&in6.sin6_addr, address, 16);
		pawl_ip_from_sockaddr((const struct sockaddr *)&in6, client);
	}
}

static enum pawl_proxy_result
parse_binary(struct pawl_str bytes, size_t *used, struct pawl_ip *client)
{
	const unsigned char *head = (const unsigned char *)bytes.ptr;
	unsigned version, command, family, len;

	if (bytes.len < FIXED_BYTES)
		return PAWL_PROXY_MORE;
	version = head[12] >> 4;
	command = head[12] & 0x0f;
	family = head[13] >> 4;
	len = (unsigned)head[14] << 8 | head[15];
	if (version != 2 || command > 1 || family > 3 || FIXED_BYTES + len > PAWL_PROXY_HEADER_MAX)
		return PAWL_PROXY_BAD;
	if (bytes.len < FIXED_BYTES + len)
		return PAWL_PROXY_MORE;
	*used = FIXED_BYTES + len;
	if (command == 0)
		return PAWL_PROXY_DONE;
	/* Two addresses and two ports. */
	if ((family == 1 && len < 12) || (family == 2 && len < 36))
		return PAWL_PROXY_BAD;
	if (family == 1 || family == 2)
		read_source(head + FIXED_BYTES, family == 1 ? 4 : 6, client);
	return PAWL_PROXY_DONE;
}

enum pawl_proxy_result
pawl_proxy_parse(struct pawl_str bytes, size_t *used, struct pawl_ip *client)
{
	const struct pawl_str starts[] = {PAWL_STR("PROXY "), SIGNATURE};

	*used = 0;
	for (size_t i = 0; i < 2; i++) {
		size_t n = bytes.len < starts[i].len ? bytes.len : starts[i].len;

		if (n > 0 && memcmp(bytes.ptr, starts[i].ptr, n) != 0)
			continue;
		if (n < starts[i].len)
			return PAWL_PROXY_MORE;
		return i == 0 ? parse_line(bytes, used, client) : parse_binary(bytes, used, client);
	}
	return PAWL_PROXY_BAD;
}
