#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka needs the three above before it. */
#include <cmocka.h>

#include "net/ip.h"

static struct pawl_ip
ip(const char *text)
{
	struct pawl_ip out;

	if (!pawl_ip_parse(pawl_str_c(text), &out))
		fail_msg("%s does not parse", text);
	return out;
}

static void
assert_formats_as(const char *text, const char *expected)
{
	struct pawl_ip parsed = ip(text);
	char out[PAWL_IP_TEXT_MAX];

	assert_int_equal(pawl_ip_format(&parsed, out), strlen(expected));
	assert_string_equal(out, expected);
}

static void
test_addresses_are_written_in_their_shortest_form(void **state)
{
	(void)state;
	assert_formats_as("127.0.0.1", "127.0.0.1");
	assert_formats_as("255.255.255.255", "255.255.255.255");
	assert_formats_as("0:0:0:0:0:0:0:1", "::1");
	assert_formats_as("[2001:DB8::1]", "2001:db8::1");
	assert_formats_as("::", "::");
	assert_formats_as("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void
test_every_octet_is_written_as_inet_ntop_writes_it(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 256; n++) {
		struct pawl_ip one = {.family = 4, .bytes = {n, 255 - n, n / 2, n ^ 0x5a}};
		char expected[PAWL_IP_TEXT_MAX], out[PAWL_IP_TEXT_MAX];

		assert_non_null(inet_ntop(AF_INET, one.bytes, expected, sizeof(expected)));
		assert_int_equal(pawl_ip_format(&one, out), strlen(expected));
		assert_string_equal(out, expected);
	}
}

static void
test_a_mapped_address_is_the_ipv4_address_it_holds(void **state)
{
	struct pawl_ip plain = ip("10.1.2.3"), dotted = ip("::ffff:10.1.2.3"),
		       hex = ip("[::FFFF:0a01:0203]"), compatible = ip("::10.1.2.3");

	(void)state;
	assert_formats_as("::ffff:10.1.2.3", "10.1.2.3");
	assert_true(pawl_ip_eq(&plain, &dotted));
	assert_true(pawl_ip_eq(&plain, &hex));
	/* The long dead IPv4-compatible form is another thing. */
	assert_false(pawl_ip_eq(&plain, &compatible));
}

static void
test_what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"256.1.1.1",
		"1.2.3.-4",
		"01.2.3.4",
		"0x7f.0.0.1",
		"2130706433",
		"1.2.3.4 ",
		" 1.2.3.4",
		"1.2.3.4:80",
		"1.2.3.4/8",
		"[1.2.3.4]",
		"[",
		"]",
		"[]",
		"[::1",
		"::1]",
		"[[::1]]",
		"[::1]:80",
		":::",
		"1::2::3",
		"fe80::1%eth0",
		"12345::",
		"g::1",
		"::ffff:1.2.3",
		"localhost",
		"1,2",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
	};
	struct pawl_ip out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_ip_parse(pawl_str_c(bad[i]), &out))
			fail_msg("\"%s\" parses", bad[i]);
		assert_int_equal(out.family, 0);
	}
	assert_false(pawl_ip_parse(PAWL_STR("1.2.3.4\0.evil"), &out));
	assert_false(pawl_ip_parse(PAWL_STR("1.2.3.4\0"), &out));
	assert_false(pawl_ip_parse(pawl_str(NULL, 0), &out));
}

static void
test_nothing_past_the_end_is_read(void **state)
{
	struct pawl_ip out;

	(void)state;
	assert_true(pawl_ip_parse(pawl_str("1.2.3.45", 7), &out));
	assert_formats_as("1.2.3.4", "1.2.3.4");
	assert_int_equal(out.bytes[3], 4);
}

static void
test_socket_addresses_are_taken_over(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr local = {.sa_family = AF_UNIX};
	struct pawl_ip out, expected = ip("192.0.2.9");

	(void)state;
	inet_pton(AF_INET, "192.0.2.9", &in.sin_addr);
	pawl_ip_from_sockaddr((struct sockaddr *)&in, &out);
	assert_true(pawl_ip_eq(&out, &expected));
	inet_pton(AF_INET6, "::ffff:192.0.2.9", &in6.sin6_addr);
	pawl_ip_from_sockaddr((struct sockaddr *)&in6, &out);
	assert_true(pawl_ip_eq(&out, &expected));
	pawl_ip_from_sockaddr(&local, &out);
	assert_int_equal(out.family, 0);
}

static void
test_an_address_without_family_has_no_text(void **state)
{
	struct pawl_ip none = {0};
	char out[PAWL_IP_TEXT_MAX] = "x";

	(void)state;
	assert_int_equal(pawl_ip_format(&none, out), 0);
	assert_string_equal(out, "");
}

static bool
cidr_has(const char *cidr, const char *address)
{
	struct pawl_cidr_list list = {0};
	struct pawl_ip one = ip(address);
	bool has;

	if (pawl_cidr_list_add(&list, pawl_str_c(cidr)) != PAWL_OK)
		fail_msg("%s is refused", cidr);
	has = pawl_cidr_list_has(&list, &one);
	pawl_cidr_list_fini(&list);
	return has;
}

static void
test_a_range_holds_its_first_and_last_address_only(void **state)
{
	(void)state;
	assert_true(cidr_has("10.0.0.0/8", "10.0.0.0"));
	assert_true(cidr_has("10.0.0.0/8", "10.255.255.255"));
	assert_false(cidr_has("10.0.0.0/8", "11.0.0.0"));
	assert_false(cidr_has("10.0.0.0/8", "9.255.255.255"));
	assert_true(cidr_has("172.16.0.0/12", "172.31.255.255"));
	assert_false(cidr_has("172.16.0.0/12", "172.32.0.0"));
	assert_true(cidr_has("192.0.2.128/25", "192.0.2.128"));
	assert_false(cidr_has("192.0.2.128/25", "192.0.2.127"));
	assert_true(cidr_has("192.0.2.6/31", "192.0.2.7"));
	assert_false(cidr_has("192.0.2.6/31", "192.0.2.8"));
	assert_true(cidr_has("203.0.113.7", "203.0.113.7"));
	assert_false(cidr_has("203.0.113.7/32", "203.0.113.6"));
	assert_true(cidr_has("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(cidr_has("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(cidr_has("::1", "::1"));
	assert_false(cidr_has("::1", "::2"));
}

static void
test_zero_bits_hold_one_family(void **state)
{
	(void)state;
	assert_true(cidr_has("0.0.0.0/0", "255.1.2.3"));
	assert_true(cidr_has("::/0", "2001:db8::1"));
	assert_false(cidr_has("0.0.0.0/0", "::1"));
	assert_false(cidr_has("::/0", "1.2.3.4"));
	assert_false(cidr_has("::/0", "::ffff:1.2.3.4"));
}

static void
test_a_mapped_range_is_an_ipv4_range(void **state)
{
	(void)state;
	assert_true(cidr_has("::ffff:10.0.0.0/104", "10.9.9.9"));
	assert_false(cidr_has("::ffff:10.0.0.0/104", "11.0.0.0"));
	assert_true(cidr_has("::ffff:0.0.0.0/96", "1.2.3.4"));
	assert_true(cidr_has("10.0.0.0/8", "::ffff:10.0.0.1"));
}

static void
test_a_bad_range_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"/8",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/+8",
		"10.0.0.0/08",
		"10.0.0.0/8/8",
		"10.0.0.0/8x",
		"10.0.0.0/ 8",
		"10.0.0.1/8",
		"192.0.2.1/31",
		"::1/127",
		"::/129",
		"2001:db8::/1000000000000000000000",
		"::ffff:10.0.0.0/8",
		"::ffff:0.0.0.0/95",
		"10.0.0.0/256",
		"10/8",
		"*",
		"any",
	};
	struct pawl_cidr_list list = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_cidr_list_add(&list, pawl_str_c(bad[i])) != PAWL_EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
	}
	assert_int_equal(list.len, 0);
}

static void
test_a_list_names_every_bad_entry(void **state)
{
	struct pawl_cidr_list list = {0};
	struct pawl_problems problems = {0};
	struct pawl_ip good = ip("::1");

	(void)state;
	assert_int_equal(pawl_cidr_list_parse(&list,
					      PAWL_STR("10.0.0.0/8, nonsense ::1,,10.0.0.1/8"),
					      "PAWL_EGRESS_ALLOW", &problems),
			 PAWL_EINVAL);
	assert_int_equal(problems.len, 2);
	assert_string_equal(problems.items[0].where, "PAWL_EGRESS_ALLOW");
	assert_non_null(strstr(problems.items[0].message, "\"nonsense\""));
	assert_non_null(strstr(problems.items[1].message, "\"10.0.0.1/8\""));
	assert_int_equal(list.len, 2);
	assert_true(pawl_cidr_list_has(&list, &good));
	pawl_problems_fini(&problems);
	pawl_cidr_list_fini(&list);
	assert_int_equal(list.len, 0);
	pawl_cidr_list_fini(NULL);
}

static void
test_an_empty_list_is_fine_and_holds_nothing(void **state)
{
	struct pawl_cidr_list list = {0};
	struct pawl_ip any = ip("0.0.0.0"), none = {0};

	(void)state;
	assert_int_equal(pawl_cidr_list_parse(&list, PAWL_STR(" , \t\n"), "x", NULL), PAWL_OK);
	assert_int_equal(pawl_cidr_list_parse(&list, pawl_str(NULL, 0), "x", NULL), PAWL_OK);
	assert_false(pawl_cidr_list_has(&list, &any));
	assert_int_equal(pawl_cidr_list_add(&list, PAWL_STR("0.0.0.0/0")), PAWL_OK);
	assert_false(pawl_cidr_list_has(&list, &none));
	pawl_cidr_list_fini(&list);
}

/* Trusted: 10.0.0.0/8 and ::1. */
static void
assert_client(const char *peer, const char *forwarded_for, const char *expected)
{
	struct pawl_cidr_list trusted = {0};
	struct pawl_ip from = ip(peer), out;
	char text[PAWL_IP_TEXT_MAX];

	assert_int_equal(pawl_cidr_list_parse(&trusted, PAWL_STR("10.0.0.0/8,::1"), "", NULL),
			 PAWL_OK);
	pawl_ip_client(&from, pawl_str_c(forwarded_for), &trusted, &out);
	pawl_ip_format(&out, text);
	assert_string_equal(text, expected);
	pawl_cidr_list_fini(&trusted);
}

static void
test_a_peer_that_is_no_proxy_is_the_client(void **state)
{
	(void)state;
	assert_client("203.0.113.7", NULL, "203.0.113.7");
	assert_client("203.0.113.7", "198.51.100.1", "203.0.113.7");
	assert_client("203.0.113.7", "10.0.0.1", "203.0.113.7");
}

static void
test_behind_proxies_the_right_most_stranger_is_the_client(void **state)
{
	(void)state;
	assert_client("10.0.0.1", "198.51.100.1", "198.51.100.1");
	assert_client("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1");
	assert_client("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2 ,10.9.9.9", "198.51.100.1");
	assert_client("::1", "2001:db8::5", "2001:db8::5");
	assert_client("::1", "[2001:db8::5]", "2001:db8::5");
	assert_client("::1", "[2001:db8::5]:4711", "2001:db8::5");
	assert_client("10.0.0.1", "198.51.100.1:4711", "198.51.100.1");
	assert_client("10.0.0.1", "6.6.6.6, 198.51.100.1:0 , 10.0.0.2:65535", "198.51.100.1");
	assert_client("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1");
	assert_client("10.0.0.1", "127.0.0.1,198.51.100.1,::ffff:10.0.0.3", "198.51.100.1");
}

static void
test_when_all_are_proxies_the_farthest_is_the_client(void **state)
{
	(void)state;
	assert_client("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3");
	assert_client("10.0.0.1", "", "10.0.0.1");
}

static void
test_an_entry_that_does_not_parse_ends_the_walk(void **state)
{
	(void)state;
	assert_client("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1");
	assert_client("10.0.0.1", "198.51.100.1, evil, 10.0.0.2", "10.0.0.2");
	assert_client("10.0.0.1", "198.51.100.1,", "10.0.0.1");
	assert_client("10.0.0.1", ",198.51.100.1", "198.51.100.1");
	assert_client("10.0.0.1", ",", "10.0.0.1");
	assert_client("10.0.0.1", "198.51.100.1:", "10.0.0.1");
	assert_client("10.0.0.1", "198.51.100.1:65536", "10.0.0.1");
	assert_client("10.0.0.1", "198.51.100.1:x", "10.0.0.1");
	assert_client("10.0.0.1", ":80", "10.0.0.1");
	assert_client("10.0.0.1", "[198.51.100.1", "10.0.0.1");
	assert_client("10.0.0.1", "[2001:db8::5]:", "10.0.0.1");
	assert_client("10.0.0.1", "[2001:db8::5]4711", "10.0.0.1");
	assert_client("10.0.0.1", "2001:db8::5:4711", "2001:db8::5:4711");
	assert_client("10.0.0.1", "198.51.100.1 10.0.0.2", "10.0.0.1");
	assert_client("10.0.0.1", "198.51.100.1,_hidden,10.0.0.2", "10.0.0.2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_are_written_in_their_shortest_form),
		cmocka_unit_test(test_every_octet_is_written_as_inet_ntop_writes_it),
		cmocka_unit_test(test_a_mapped_address_is_the_ipv4_address_it_holds),
		cmocka_unit_test(test_what_is_no_address_is_refused),
		cmocka_unit_test(test_nothing_past_the_end_is_read),
		cmocka_unit_test(test_socket_addresses_are_taken_over),
		cmocka_unit_test(test_an_address_without_family_has_no_text),
		cmocka_unit_test(test_a_range_holds_its_first_and_last_address_only),
		cmocka_unit_test(test_zero_bits_hold_one_family),
		cmocka_unit_test(test_a_mapped_range_is_an_ipv4_range),
		cmocka_unit_test(test_a_bad_range_is_refused),
		cmocka_unit_test(test_a_list_names_every_bad_entry),
		cmocka_unit_test(test_an_empty_list_is_fine_and_holds_nothing),
		cmocka_unit_test(test_a_peer_that_is_no_proxy_is_the_client),
		cmocka_unit_test(test_behind_proxies_the_right_most_stranger_is_the_client),
		cmocka_unit_test(test_when_all_are_proxies_the_farthest_is_the_client),
		cmocka_unit_test(test_an_entry_that_does_not_parse_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
