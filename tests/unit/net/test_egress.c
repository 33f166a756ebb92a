#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka needs the three above before it. */
#include <cmocka.h>

#include "net/egress.h"

static const char *
refusal(const char *allow, const char *deny, const char *address)
{
	struct pawl_egress egress = {0};
	struct pawl_ip ip;
	const char *why;

	assert_int_equal(pawl_cidr_list_parse(&egress.allow, pawl_str_c(allow), "", NULL), PAWL_OK);
	assert_int_equal(pawl_cidr_list_parse(&egress.deny, pawl_str_c(deny), "", NULL), PAWL_OK);
	if (!pawl_ip_parse(pawl_str_c(address), &ip))
		fail_msg("%s does not parse", address);
	why = pawl_egress_refusal(&egress, &ip);
	assert_int_equal(pawl_egress_is_allowed(&egress, &ip), why == NULL);
	pawl_egress_fini(&egress);
	return why;
}

static void
test_what_is_not_the_public_internet_is_refused_by_default(void **state)
{
	static const char *const refused[] = {
		"127.0.0.1",
		"127.255.255.255",
		"::1",
		"0.0.0.0",
		"0.1.2.3",
		"::",
		"10.0.0.1",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.0.1",
		"169.254.0.1",
		"169.254.169.254",
		"168.63.129.16",
		"100.64.0.1",
		"100.100.100.200",
		"100.127.255.255",
		"192.0.0.192",
		"192.0.2.1",
		"192.88.99.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.1",
		"255.255.255.255",
		"fe80::1",
		"febf::1",
		"fec0::1",
		"fc00::1",
		"fd00:ec2::254",
		"ff02::1",
		"100::1",
		"2001:db8::1",
		"2001::1",
		"2001:1ff::1",
		"2002:7f00:1::",
		"3fff:fff::1",
		"4000::1",
		"64:ff9b:1::1",
		"5f00::1",
		"::7f00:1",
		"::ffff:127.0.0.1",
		"::ffff:169.254.169.254",
		"::ffff:0:127.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *why = refusal("", "", refused[i]);

		if (why == NULL)
			fail_msg("%s is allowed", refused[i]);
		assert_non_null(strstr(why, "PAWL_EGRESS_ALLOW"));
	}
}

static void
test_the_public_internet_is_allowed_by_default(void **state)
{
	static const char *const allowed[] = {
		"1.1.1.1",         "8.8.8.8",        "9.255.255.255",
		"11.0.0.0",        "100.63.255.255", "100.128.0.0",
		"126.255.255.255", "128.0.0.0",      "168.63.129.15",
		"169.253.255.255", "169.255.0.0",    "172.15.255.255",
		"172.32.0.0",      "192.0.1.0",      "192.167.255.255",
		"192.169.0.0",     "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "2001:200::1",    "2606:4700:4700::1111",
		"2a00::1",         "3ffe::1",        "::ffff:8.8.8.8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (refusal("", "", allowed[i]) != NULL)
			fail_msg("%s is refused: %s", allowed[i], refusal("", "", allowed[i]));
	}
}

static void
test_the_reason_names_the_kind(void **state)
{
	(void)state;
	assert_non_null(strstr(refusal("", "", "127.0.0.1"), "loopback"));
	assert_non_null(strstr(refusal("", "", "::1"), "loopback"));
	assert_non_null(strstr(refusal("", "", "10.0.0.1"), "private"));
	assert_non_null(strstr(refusal("", "", "169.254.169.254"), "metadata"));
	assert_non_null(strstr(refusal("", "", "ff02::1"), "multicast"));
}

static void
test_the_operator_opens_just_what_he_names(void **state)
{
	(void)state;
	assert_null(refusal("127.0.0.0/8", "", "127.0.0.1"));
	assert_null(refusal("127.0.0.0/8", "", "::ffff:127.0.0.1"));
	assert_non_null(refusal("127.0.0.0/8", "", "::1"));
	assert_non_null(refusal("127.0.0.0/8", "", "10.0.0.1"));
	assert_null(refusal("10.1.0.0/16,::1", "", "::1"));
	assert_non_null(refusal("10.1.0.0/16", "", "10.2.0.1"));
}

static void
test_deny_goes_before_allow(void **state)
{
	(void)state;
	assert_non_null(refusal("10.0.0.0/8", "10.0.0.5", "10.0.0.5"));
	assert_non_null(strstr(refusal("10.0.0.0/8", "10.0.0.5", "10.0.0.5"), "PAWL_EGRESS_DENY"));
	assert_null(refusal("10.0.0.0/8", "10.0.0.5", "10.0.0.6"));
	assert_non_null(refusal("", "8.8.8.0/24", "8.8.8.8"));
	assert_non_null(refusal("0.0.0.0/0,::/0", "0.0.0.0/0", "8.8.8.8"));
}

static void
test_a_nat64_address_is_judged_by_what_it_reaches(void **state)
{
	(void)state;
	assert_null(refusal("", "", "64:ff9b::8.8.8.8"));
	assert_non_null(refusal("", "", "64:ff9b::127.0.0.1"));
	assert_non_null(refusal("", "", "64:ff9b::169.254.169.254"));
	assert_null(refusal("10.0.0.0/8", "", "64:ff9b::10.0.0.1"));
	assert_non_null(refusal("", "8.8.8.8", "64:ff9b::8.8.8.8"));
}

static void
test_no_address_at_all_is_refused(void **state)
{
	struct pawl_egress egress = {0};
	struct pawl_ip none = {0};

	(void)state;
	assert_false(pawl_egress_is_allowed(&egress, &none));
	pawl_egress_fini(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_the_public_internet_is_refused_by_default),
		cmocka_unit_test(test_the_public_internet_is_allowed_by_default),
		cmocka_unit_test(test_the_reason_names_the_kind),
		cmocka_unit_test(test_the_operator_opens_just_what_he_names),
		cmocka_unit_test(test_deny_goes_before_allow),
		cmocka_unit_test(test_a_nat64_address_is_judged_by_what_it_reaches),
		cmocka_unit_test(test_no_address_at_all_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
