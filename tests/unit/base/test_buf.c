#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define assert_buf(buf, lit)                                                                       \
	do {                                                                                       \
		assert_int_equal((buf)->len, sizeof(lit) - 1);                                     \
		assert_memory_equal((buf)->data, lit, sizeof(lit));                                \
	} while (0)

static void
test_append_joins_and_ends_with_zero(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 1000);
	assert_null(buf.data);
	assert_int_equal(pawl_buf_append_c(&buf, "ab"), PAWL_OK);
	assert_int_equal(pawl_buf_append(&buf, "\0c", 2), PAWL_OK);
	assert_int_equal(pawl_buf_append_char(&buf, 'd'), PAWL_OK);
	assert_int_equal(pawl_buf_append_str(&buf, PAWL_STR("ef")), PAWL_OK);
	assert_buf(&buf, "ab\0cdef");
	pawl_buf_fini(&buf);
}

static void
test_append_of_nothing_is_allowed(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 0);
	assert_int_equal(pawl_buf_append(&buf, NULL, 0), PAWL_OK);
	assert_int_equal(pawl_buf_append_c(&buf, NULL), PAWL_OK);
	assert_int_equal(pawl_buf_append_str(&buf, pawl_str(NULL, 0)), PAWL_OK);
	assert_int_equal(buf.len, 0);
	assert_int_equal(pawl_buf_peek(&buf).len, 0);
	pawl_buf_fini(&buf);
}

static void
test_exactly_the_maximum_fits(void **state)
{
	struct pawl_buf buf;

	for (size_t max = 1; max < 300; max++) {
		pawl_buf_init(&buf, max);
		for (size_t i = 0; i < max; i++)
			assert_int_equal(pawl_buf_append_char(&buf, 'x'), PAWL_OK);
		assert_int_equal(buf.len, max);
		assert_true(buf.cap <= max + 1);
		assert_int_equal(pawl_buf_append_char(&buf, 'y'), PAWL_ETOOBIG);
		assert_int_equal(buf.len, max);
		assert_int_equal(buf.data[max], '\0');
		pawl_buf_fini(&buf);
	}
}

static void
test_overflow_is_remembered_until_reset(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 4);
	assert_int_equal(pawl_buf_append_c(&buf, "ab"), PAWL_OK);
	assert_int_equal(pawl_buf_append_c(&buf, "cde"), PAWL_ETOOBIG);
	/* it would fit, but the text would have a hole */
	assert_int_equal(pawl_buf_append_c(&buf, "f"), PAWL_ETOOBIG);
	assert_int_equal(pawl_buf_append_u64(&buf, 1), PAWL_ETOOBIG);
	assert_int_equal(pawl_buf_printf(&buf, "%d", 1), PAWL_ETOOBIG);
	assert_null(pawl_buf_reserve(&buf, 1));
	assert_int_equal(pawl_buf_status(&buf), PAWL_ETOOBIG);
	assert_buf(&buf, "ab");
	pawl_buf_reset(&buf);
	assert_int_equal(pawl_buf_status(&buf), PAWL_OK);
	assert_int_equal(pawl_buf_append_c(&buf, "wxyz"), PAWL_OK);
	assert_buf(&buf, "wxyz");
	pawl_buf_fini(&buf);
}

static void
test_sizes_that_would_wrap_are_refused(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, SIZE_MAX);
	assert_int_equal(pawl_buf_append_c(&buf, "abc"), PAWL_OK);
	assert_null(pawl_buf_reserve(&buf, SIZE_MAX));
	pawl_buf_reset(&buf);
	assert_null(pawl_buf_reserve(&buf, SIZE_MAX - 2));
	pawl_buf_reset(&buf);
	assert_null(pawl_buf_reserve(&buf, (size_t)PTRDIFF_MAX));
	pawl_buf_fini(&buf);
}

static void
test_numbers_at_their_ends(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 1000);
	pawl_buf_append_u64(&buf, 0);
	pawl_buf_append_char(&buf, ' ');
	pawl_buf_append_u64(&buf, UINT64_MAX);
	pawl_buf_append_char(&buf, ' ');
	pawl_buf_append_i64(&buf, INT64_MIN);
	pawl_buf_append_char(&buf, ' ');
	pawl_buf_append_i64(&buf, INT64_MAX);
	pawl_buf_append_char(&buf, ' ');
	pawl_buf_append_i64(&buf, -1);
	pawl_buf_append_char(&buf, ' ');
	pawl_buf_append_i64(&buf, 0);
	assert_buf(&buf, "0 18446744073709551615 -9223372036854775808 9223372036854775807 -1 0");
	pawl_buf_fini(&buf);
}

static void
test_printf_grows_and_keeps_what_was_there(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 5000);
	assert_int_equal(pawl_buf_printf(&buf, "%s", "start"), PAWL_OK);
	assert_int_equal(pawl_buf_printf(&buf, "%*d", 4000, 7), PAWL_OK);
	assert_int_equal(buf.len, 4005);
	assert_memory_equal(buf.data, "start  ", 7);
	assert_string_equal(buf.data + 4004, "7");
	pawl_buf_fini(&buf);
}

static void
test_printf_that_does_not_fit_leaves_nothing(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 8);
	pawl_buf_append_c(&buf, "abc");
	assert_int_equal(pawl_buf_printf(&buf, "%s", "123456"), PAWL_ETOOBIG);
	assert_buf(&buf, "abc");
	pawl_buf_reset(&buf);
	assert_int_equal(pawl_buf_printf(&buf, "%s", "12345678"), PAWL_OK);
	assert_buf(&buf, "12345678");
	pawl_buf_fini(&buf);
}

static void
check_json(const char *in, size_t len, const char *expected)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 10000);
	assert_int_equal(pawl_buf_append_json_string(&buf, pawl_str(in, len)), PAWL_OK);
	assert_string_equal(buf.data, expected);
	assert_int_equal(buf.len, strlen(expected));
	pawl_buf_fini(&buf);
}

static void
test_json_string_escapes_what_it_must(void **state)
{
	check_json(NULL, 0, "\"\"");
	check_json("plain", 5, "\"plain\"");
	check_json("\"\\/", 3, "\"\\\"\\\\/\"");
	check_json("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
	check_json("\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\"");
	check_json("a\"b\"c", 5, "\"a\\\"b\\\"c\"");
}

static void
test_json_string_keeps_utf8_and_replaces_the_rest(void **state)
{
	check_json("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9,
		   "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	check_json("a\xff"
		   "b",
		   3,
		   "\"a\xef\xbf\xbd"
		   "b\"");
	/* cut in the middle */
	check_json("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	/* a surrogate, and an overlong slash */
	check_json("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	check_json("\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void
test_json_string_sees_every_byte_at_every_place(void **state)
{
	char in[24], expected[64], escape[8];

	for (int c = 0; c < 256; c++) {
		if (c >= 0x80)
			snprintf(escape, sizeof(escape), "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			snprintf(escape, sizeof(escape), "\\%c", c);
		else if (c < 0x20 && strchr("\b\f\n\r\t", c) && c)
			snprintf(escape, sizeof(escape), "\\%c", "btn?fr"[c - 8]);
		else if (c < 0x20)
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c);
		else
			snprintf(escape, sizeof(escape), "%c", c);
		for (int at = 0; at < 24; at++) {
			memset(in, 'a', sizeof(in));
			in[at] = (char)c;
			snprintf(expected, sizeof(expected), "\"%.*s%s%.*s\"", at,
				 "aaaaaaaaaaaaaaaaaaaaaaaa", escape, 23 - at,
				 "aaaaaaaaaaaaaaaaaaaaaaaa");
			check_json(in, sizeof(in), expected);
		}
	}
}

static void
test_json_string_is_whole_or_not_there(void **state)
{
	struct pawl_buf buf;

	/* every maximum below what is needed: 1 + 2 quotes + 3 * 2 + 6 = 15 */
	for (size_t max = 1; max < 15; max++) {
		pawl_buf_init(&buf, max);
		pawl_buf_append_char(&buf, '[');
		assert_int_equal(pawl_buf_append_json_string(&buf, PAWL_STR("\"\n\\\x01")),
				 PAWL_ETOOBIG);
		assert_buf(&buf, "[");
		pawl_buf_fini(&buf);
	}
	pawl_buf_init(&buf, 15);
	pawl_buf_append_char(&buf, '[');
	assert_int_equal(pawl_buf_append_json_string(&buf, PAWL_STR("\"\n\\\x01")), PAWL_OK);
	assert_buf(&buf, "[\"\\\"\\n\\\\\\u0001\"");
	pawl_buf_fini(&buf);
}

static void
test_reserve_gives_room_behind_the_text(void **state)
{
	struct pawl_buf buf;
	char *room;

	pawl_buf_init(&buf, 100);
	pawl_buf_append_c(&buf, "ab");
	room = pawl_buf_reserve(&buf, 98);
	assert_ptr_equal(room, buf.data + 2);
	memset(room, 'x', 98);
	buf.len += 98;
	assert_non_null(pawl_buf_reserve(&buf, 0));
	assert_null(pawl_buf_reserve(&buf, 1));
	pawl_buf_fini(&buf);
}

static void
test_consume_cuts_the_front(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 100);
	pawl_buf_consume(&buf, 0);
	pawl_buf_append_c(&buf, "GET /");
	pawl_buf_consume(&buf, 4);
	assert_buf(&buf, "/");
	pawl_buf_consume(&buf, 1);
	assert_buf(&buf, "");
	pawl_buf_append_c(&buf, "next");
	assert_buf(&buf, "next");
	pawl_buf_fini(&buf);
}

static void
test_take_hands_the_bytes_over(void **state)
{
	struct pawl_buf buf;
	size_t len = 99;
	char *data;

	pawl_buf_init(&buf, 100);
	data = pawl_buf_take(&buf, &len);
	assert_int_equal(len, 0);
	assert_string_equal(data, "");
	free(data);

	/* written through reserve: the zero is not there yet */
	memset(pawl_buf_reserve(&buf, 10), 'z', 10);
	buf.len += 10;
	data = pawl_buf_take(&buf, &len);
	assert_int_equal(len, 10);
	assert_string_equal(data, "zzzzzzzzzz");
	free(data);

	assert_int_equal(buf.len, 0);
	pawl_buf_append_c(&buf, "again");
	assert_buf(&buf, "again");
	data = pawl_buf_take(&buf, NULL);
	assert_string_equal(data, "again");
	free(data);
	pawl_buf_fini(&buf);
}

static void
test_fini_takes_null_zeroed_and_twice(void **state)
{
	struct pawl_buf buf = {0};

	pawl_buf_fini(NULL);
	pawl_buf_fini(&buf);
	pawl_buf_init(&buf, 10);
	pawl_buf_append_c(&buf, "x");
	pawl_buf_fini(&buf);
	pawl_buf_fini(&buf);
	assert_int_equal(pawl_buf_append_c(&buf, "0123456789"), PAWL_OK);
	pawl_buf_fini(&buf);
}

static void
test_what_is_let_go_is_wiped(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 100);
	(void)pawl_buf_append_c(&buf, "0123456789");
	pawl_buf_consume(&buf, 4);
	assert_memory_equal(buf.data, "456789\0\0\0\0", 10);
	pawl_buf_reset(&buf);
	assert_memory_equal(buf.data, "\0\0\0\0\0\0\0\0\0\0", 10);
	pawl_buf_fini(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append_joins_and_ends_with_zero),
		cmocka_unit_test(test_append_of_nothing_is_allowed),
		cmocka_unit_test(test_exactly_the_maximum_fits),
		cmocka_unit_test(test_overflow_is_remembered_until_reset),
		cmocka_unit_test(test_sizes_that_would_wrap_are_refused),
		cmocka_unit_test(test_numbers_at_their_ends),
		cmocka_unit_test(test_printf_grows_and_keeps_what_was_there),
		cmocka_unit_test(test_printf_that_does_not_fit_leaves_nothing),
		cmocka_unit_test(test_json_string_escapes_what_it_must),
		cmocka_unit_test(test_json_string_keeps_utf8_and_replaces_the_rest),
		cmocka_unit_test(test_json_string_sees_every_byte_at_every_place),
		cmocka_unit_test(test_json_string_is_whole_or_not_there),
		cmocka_unit_test(test_reserve_gives_room_behind_the_text),
		cmocka_unit_test(test_consume_cuts_the_front),
		cmocka_unit_test(test_take_hands_the_bytes_over),
		cmocka_unit_test(test_fini_takes_null_zeroed_and_twice),
		cmocka_unit_test(test_what_is_let_go_is_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
