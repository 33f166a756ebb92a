#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka needs the three above before it. */
#include <cmocka.h>

#include "net/proxy_protocol.h"

#define SIGNATURE    "\r\n\r\n\0\r\nQUIT\n"
#define BINARY(rest) PAWL_STR(SIGNATURE rest)

static const struct pawl_ip proxy = {4, {10, 0, 0, 1}};

/* The client's address after a whole header of which `used` bytes are it. */
static void
expect_client(struct pawl_str bytes, size_t want_used, const char *want)
{
	struct pawl_ip client = proxy;
	char text[PAWL_IP_TEXT_MAX];
	size_t used;

	/* Byte by byte it is never anything but unfinished. */
	for (size_t n = 0; n < want_used; n++)
		assert_int_equal(pawl_proxy_parse(pawl_str(bytes.ptr, n), &used, &client),
				 PAWL_PROXY_MORE);
	assert_int_equal(pawl_proxy_parse(bytes, &used, &client), PAWL_PROXY_DONE);
	assert_int_equal(used, want_used);
	pawl_ip_format(&client, text);
	assert_string_equal(text, want);
}

static void
expect_bad(struct pawl_str bytes)
{
	struct pawl_ip client = proxy;
	size_t used;

	assert_int_equal(pawl_proxy_parse(bytes, &used, &client), PAWL_PROXY_BAD);
	assert_true(pawl_ip_eq(&client, &proxy));
}

static void
test_lines_name_the_client(void **state)
{
	expect_client(PAWL_STR("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\nGET"), 45,
		      "192.0.2.1");
	expect_client(PAWL_STR("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"), 44,
		      "2001:db8::1");
	expect_client(PAWL_STR("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n"), 45, "192.0.2.1");
}

static void
test_an_unknown_client_is_the_proxy(void **state)
{
	expect_client(PAWL_STR("PROXY UNKNOWN\r\n"), 15, "10.0.0.1");
	expect_client(PAWL_STR("PROXY UNKNOWN whatever 1 2 3\r\n"), 30, "10.0.0.1");
}

static void
test_lines_that_are_none(void **state)
{
	static const char *const lines[] = {
		"GET / HTTP/1.1\r\n",
		"PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n",
		"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 1\r\n",
		"PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536\r\n",
		"PROXY TCP4 192.0.2.1 198.51.100.7 -1 443\r\n",
		"PROXY TCP4 2001:db8::1 198.51.100.7 1 443\r\n",
		"PROXY TCP4 host 198.51.100.7 1 443\r\n",
		"PROXY TCP4  192.0.2.1 198.51.100.7 1 443\r\n",
		"PROXY UDP4 192.0.2.1 198.51.100.7 1 443\r\n",
		"PROXY UNKNOWNS\r\n",
		"PROXY \r\n",
		"PROXY TCP4 192.0.2.1 198.51.100.7 1 443 ........................................"
		"................................................................................",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_bad(pawl_str_c(lines[i]));
}

static void
test_binary_headers_name_the_client(void **state)
{
	expect_client(BINARY("\x21\x11\0\x0c\xc0\0\2\1\xc6\x33\x64\7\xdc\4\1\xbb"
			     "GET"),
		      28, "192.0.2.1");
	expect_client(BINARY("\x21\x21\0\x24\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
			     "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\2\0\1\0\2"),
		      52, "2001:db8::1");
	/* With an extension behind the addresses. */
	expect_client(BINARY("\x21\x11\0\x10\xc0\0\2\1\xc6\x33\x64\7\xdc\4\1\xbb\4\0\1x"), 32,
		      "192.0.2.1");
}

static void
test_binary_headers_without_an_address(void **state)
{
	expect_client(BINARY("\x20\0\0\0"), 16, "10.0.0.1"); /* LOCAL */
	expect_client(BINARY("\x20\x11\0\x0c"
			     "aaaabbbbccdd"),
		      28, "10.0.0.1"); /* its own */
	expect_client(BINARY("\x21\0\0\2"
			     "xx"),
		      18, "10.0.0.1"); /* UNSPEC */
	expect_client(BINARY("\x21\x31\0\4"
			     "path"),
		      20, "10.0.0.1"); /* Unix */
}

static void
test_binary_headers_that_are_none(void **state)
{
	expect_bad(BINARY("\x11\x11\0\x0c")); /* version */
	expect_bad(BINARY("\x22\x11\0\x0c")); /* command */
	expect_bad(BINARY("\x21\x41\0\x0c")); /* family */
	expect_bad(BINARY("\x21\x11\0\x0b"
			  "aaaabbbbccd"));
	expect_bad(BINARY("\x21\x21\0\x0c"
			  "aaaabbbbccdd"));
	expect_bad(BINARY("\x21\x11\xff\xff"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_name_the_client),
		cmocka_unit_test(test_an_unknown_client_is_the_proxy),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_binary_headers_name_the_client),
		cmocka_unit_test(test_binary_headers_without_an_address),
		cmocka_unit_test(test_binary_headers_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
