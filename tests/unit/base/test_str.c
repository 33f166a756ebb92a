#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static const struct pawl_str null_str = {NULL, 0};

static void
test_equality_counts_length_and_bytes(void **state)
{
	assert_true(pawl_str_eq(PAWL_STR("abc"), pawl_str("abcd", 3)));
	assert_false(pawl_str_eq(PAWL_STR("abc"), PAWL_STR("abd")));
	assert_false(pawl_str_eq(PAWL_STR("abc"), PAWL_STR("ab")));
	assert_true(pawl_str_eq(null_str, PAWL_STR("")));
	assert_false(pawl_str_eq(PAWL_STR("a\0b"), PAWL_STR("a\0c")));
	assert_true(pawl_str_eq_c(PAWL_STR("abc"), "abc"));
	assert_false(pawl_str_eq_c(PAWL_STR("abc\0"), "abc"));
	assert_true(pawl_str_eq_c(null_str, NULL));
}

static void
test_nocase_folds_ascii_letters_alone(void **state)
{
	assert_true(pawl_str_eq_nocase(PAWL_STR("Content-TYPE"), PAWL_STR("content-type")));
	assert_false(pawl_str_eq_nocase(PAWL_STR("[a"), PAWL_STR("{a")));
	assert_false(pawl_str_eq_nocase(PAWL_STR("@"), PAWL_STR("`")));
	assert_false(pawl_str_eq_nocase(PAWL_STR("\xc3\x89"), PAWL_STR("\xc3\xa9")));
	assert_false(pawl_str_eq_nocase(PAWL_STR("a"), PAWL_STR("ab")));
	assert_true(pawl_str_eq_nocase(null_str, null_str));
}

static void
test_order_is_by_bytes_then_length(void **state)
{
	assert_true(pawl_str_cmp(PAWL_STR("a"), PAWL_STR("b")) < 0);
	assert_true(pawl_str_cmp(PAWL_STR("b"), PAWL_STR("ab")) > 0);
	assert_true(pawl_str_cmp(PAWL_STR("a"), PAWL_STR("aa")) < 0);
	assert_true(pawl_str_cmp(PAWL_STR("aa"), PAWL_STR("a")) > 0);
	assert_true(pawl_str_cmp(PAWL_STR("z"), PAWL_STR("\xff")) < 0);
	assert_int_equal(pawl_str_cmp(null_str, PAWL_STR("")), 0);
	assert_true(pawl_str_cmp(null_str, PAWL_STR("a")) < 0);
}

static void
test_prefix_and_suffix(void **state)
{
	struct pawl_str s = PAWL_STR("sha256=abc");

	assert_true(pawl_str_starts_with(s, PAWL_STR("sha256=")));
	assert_true(pawl_str_starts_with(s, s));
	assert_true(pawl_str_starts_with(s, null_str));
	assert_false(pawl_str_starts_with(s, PAWL_STR("sha1=")));
	assert_false(pawl_str_starts_with(PAWL_STR("sha"), s));
	assert_true(pawl_str_ends_with(s, PAWL_STR("abc")));
	assert_true(pawl_str_ends_with(s, s));
	assert_true(pawl_str_ends_with(null_str, null_str));
	assert_false(pawl_str_ends_with(s, PAWL_STR("ab")));
	assert_false(pawl_str_ends_with(PAWL_STR("c"), s));
}

static void
test_find(void **state)
{
	assert_int_equal(pawl_str_find(PAWL_STR("abcabc"), PAWL_STR("ca")), 2);
	assert_int_equal(pawl_str_find(PAWL_STR("aab"), PAWL_STR("ab")), 1);
	assert_int_equal(pawl_str_find(PAWL_STR("abc"), null_str), 0);
	assert_int_equal(pawl_str_find(null_str, null_str), 0);
	assert_true(pawl_str_find(null_str, PAWL_STR("a")) == SIZE_MAX);
	assert_true(pawl_str_find(PAWL_STR("ab"), PAWL_STR("abc")) == SIZE_MAX);
	/* what is behind the end does not count */
	assert_true(pawl_str_find(pawl_str("abc", 2), PAWL_STR("bc")) == SIZE_MAX);
	assert_int_equal(pawl_str_find_char(PAWL_STR("a\0b"), 'b'), 2);
	assert_int_equal(pawl_str_find_char(PAWL_STR("a\0b"), '\0'), 1);
	assert_true(pawl_str_find_char(PAWL_STR("abc"), 'd') == SIZE_MAX);
	assert_true(pawl_str_find_char(null_str, 'd') == SIZE_MAX);
}

static void
test_sub_is_clamped(void **state)
{
	struct pawl_str s = PAWL_STR("hello");

	assert_true(pawl_str_eq_c(pawl_str_sub(s, 1, 3), "el"));
	assert_true(pawl_str_eq_c(pawl_str_sub(s, 0, SIZE_MAX), "hello"));
	assert_true(pawl_str_eq_c(pawl_str_sub(s, 4, 99), "o"));
	assert_int_equal(pawl_str_sub(s, 5, 5).len, 0);
	assert_int_equal(pawl_str_sub(s, 99, 200).len, 0);
	assert_int_equal(pawl_str_sub(s, 3, 1).len, 0);
	assert_int_equal(pawl_str_sub(null_str, 0, 10).len, 0);
	assert_int_equal(pawl_str_sub(null_str, 5, 10).len, 0);
}

static void
test_trim_takes_ascii_blanks_alone(void **state)
{
	assert_true(pawl_str_eq_c(pawl_str_trim(PAWL_STR(" \t\r\n a b \n")), "a b"));
	assert_int_equal(pawl_str_trim(PAWL_STR(" \t ")).len, 0);
	assert_int_equal(pawl_str_trim(null_str).len, 0);
	assert_true(pawl_str_eq_c(pawl_str_trim(PAWL_STR("\va\f")), "\va\f"));
	assert_int_equal(pawl_str_trim(PAWL_STR("\0a")).len, 2);
}

/* The parts joined with '|', each in brackets. */
static void
check_split(struct pawl_str s, const char *expected)
{
	struct pawl_str part;
	char seen[100];
	size_t len = 0;

	while (pawl_str_split(&s, ',', &part)) {
		seen[len++] = '[';
		if (part.len)
			memcpy(seen + len, part.ptr, part.len);
		len += part.len;
		seen[len++] = ']';
	}
	seen[len] = '\0';
	assert_string_equal(seen, expected);
}

static void
test_split_shows_every_part(void **state)
{
	check_split(PAWL_STR("a,b,c"), "[a][b][c]");
	check_split(PAWL_STR("abc"), "[abc]");
	check_split(PAWL_STR("a,,b"), "[a][][b]");
	check_split(PAWL_STR(","), "[][]");
	check_split(PAWL_STR("a,"), "[a][]");
	check_split(PAWL_STR(",a"), "[][a]");
	check_split(PAWL_STR(""), "[]");
	check_split(null_str, "");
	check_split(pawl_str("a,b,c", 3), "[a][b]");
}

static void
test_utf8_takes_the_whole_range(void **state)
{
	assert_true(pawl_str_is_utf8(null_str));
	assert_true(pawl_str_is_utf8(PAWL_STR("plain ASCII that is longer than a word\0\x7f")));
	assert_true(pawl_str_is_utf8(PAWL_STR("\xc2\x80\xdf\xbf")));
	assert_true(pawl_str_is_utf8(PAWL_STR("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf")));
	assert_true(pawl_str_is_utf8(PAWL_STR("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")));
}

static void
test_utf8_refuses_what_the_rfc_refuses(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2\x41",
		"\xc2\xc2",
		"\xe0\x9f\xbf",
		"\xe0\xa0",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82\x41",
		"\xf0\x8f\xbf\xbf",
		"\xf0\x90\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xff",
		"\xfe",
		"\xf0\x90\x41\x80",
	};
	char room[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		/* at each place in a word of ASCII, so that both ways of reading are used */
		for (size_t at = 0; at < 20; at++) {
			size_t len = strlen(bad[i]);

			memset(room, 'a', sizeof(room));
			memcpy(room + at, bad[i], len);
			assert_false(pawl_str_is_utf8(pawl_str(room, at + len)));
			assert_false(pawl_str_is_utf8(pawl_str(room, at + len + 11)));
		}
	}
}

static void
test_secret_comparison_agrees_with_the_plain_one(void **state)
{
	assert_true(pawl_str_eq_secret(PAWL_STR("s3cret"), PAWL_STR("s3cret")));
	assert_false(pawl_str_eq_secret(PAWL_STR("s3cret"), PAWL_STR("s3creT")));
	assert_false(pawl_str_eq_secret(PAWL_STR("s3cret"), PAWL_STR("S3cret")));
	assert_false(pawl_str_eq_secret(PAWL_STR("s3cret"), PAWL_STR("s3cre")));
	assert_false(pawl_str_eq_secret(PAWL_STR("\x80"), PAWL_STR("\x00")));
	assert_true(pawl_str_eq_secret(null_str, PAWL_STR("")));
	/* Wherever they differ, by whichever bit, and however long they are. */
	for (size_t len = 1; len <= 40; len++) {
		for (size_t bit = 0; bit < 8 * len; bit++) {
			char a[40] = {0}, b[40] = {0};

			assert_true(pawl_str_eq_secret(pawl_str(a, len), pawl_str(b, len)));
			b[bit / 8] = (char)(1 << bit % 8);
			assert_false(pawl_str_eq_secret(pawl_str(a, len), pawl_str(b, len)));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equality_counts_length_and_bytes),
		cmocka_unit_test(test_nocase_folds_ascii_letters_alone),
		cmocka_unit_test(test_order_is_by_bytes_then_length),
		cmocka_unit_test(test_prefix_and_suffix),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_sub_is_clamped),
		cmocka_unit_test(test_trim_takes_ascii_blanks_alone),
		cmocka_unit_test(test_split_shows_every_part),
		cmocka_unit_test(test_utf8_takes_the_whole_range),
		cmocka_unit_test(test_utf8_refuses_what_the_rfc_refuses),
		cmocka_unit_test(test_secret_comparison_agrees_with_the_plain_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
