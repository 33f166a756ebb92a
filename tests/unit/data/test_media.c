#include "data/media.h"

#include "json_testing.h"

static void
assert_text(const char *content_type, struct pawl_str bytes, const char *expected)
{
	struct pawl_str text;
	bool ok = pawl_media_text(&arena, pawl_str_c(content_type), bytes, &text);

	if (ok != (expected != NULL))
		fail_msg("%s: %s text", content_type, ok ? "is" : "is no");
	if (expected)
		assert_string_equal(pawl_arena_dup_c(&arena, text), expected);
}

static void
test_type_has_no_parameters(void **state)
{
	assert_str(pawl_media_type(PAWL_STR(" text/plain ; charset=utf-8")), "text/plain");
	assert_str(pawl_media_type(PAWL_STR("text/plain")), "text/plain");
	assert_str(pawl_media_type(PAWL_STR("; charset=utf-8")), "");
	assert_str(pawl_media_type(PAWL_STR("")), "");
}

static void
test_types_of_json(void **state)
{
	static const char *const yes[] = {"application/json", "Application/JSON; x=y", "text/json",
					  "application/problem+json", "a/b+JSON;"};
	static const char *const no[] = {"",
					 "text/plain",
					 "application/jsonp",
					 "+json",
					 "json",
					 "application/json+xml",
					 "text/plain; x=application/json"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(pawl_media_is_json(pawl_str_c(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(pawl_media_is_json(pawl_str_c(no[i])));
}

static void
test_text_goes_by_its_charset(void **state)
{
	const char *long_one = "text/plain;x=y; CharSet = utf-8";

	assert_text("text/plain; charset=iso-8859-1", PAWL_STR("\xE9"), "\xC3\xA9");
	assert_text("text/plain;charset=\"ISO-8859-1\"", PAWL_STR("\xE9"), "\xC3\xA9");
	assert_text("text/plain; a=b; Charset=Latin1;", PAWL_STR("\x80"), "\xC2\x80");
	assert_text("text/plain; charset=windows-1252", PAWL_STR("\x80"), "\xE2\x82\xAC");
	assert_text("text/plain; charset=utf-16le", PAWL_STR("\xE9\0"), "\xC3\xA9");
	assert_text("text/plain; charset=gb2312", PAWL_STR("\xD6\xD0\xCE\xC4"),
		    "\xE4\xB8\xAD\xE6\x96\x87");
	assert_text("text/plain; charset=shift_jis", PAWL_STR("\x93\xFA"), "\xE6\x97\xA5");
	assert_text(long_one, PAWL_STR("\xC3\xA9"), "\xC3\xA9");
	assert_text("text/plain", PAWL_STR("\xC3\xA9"), "\xC3\xA9");
	assert_text("text/plain; charset=iso-8859-1", PAWL_STR(""), "");
}

static void
test_what_does_not_fit_is_utf_8_or_no_text(void **state)
{
	assert_text("text/plain; charset=shift_jis", PAWL_STR("\xC3\xA9\xFF"), NULL);
	assert_text("text/plain; charset=windows-1252", PAWL_STR("\xC2\x81"), "\xC2\x81");
	assert_text("text/plain; charset=utf-16", PAWL_STR("abc"), "abc");
	assert_text("text/plain; charset=unheard-of", PAWL_STR("\xC3\xA9"), "\xC3\xA9");
	assert_text("text/plain; charset=unheard-of", PAWL_STR("\xE9"), NULL);
	assert_text("text/plain; charset=iso-2022-jp", PAWL_STR("\xE9"), NULL);
	assert_text("text/plain; charset=utf-8//TRANSLIT", PAWL_STR("\xE9"), NULL);
	assert_text("text/plain; charset=\"", PAWL_STR("\xE9"), NULL);
	assert_text("text/plain", PAWL_STR("\xE9"), NULL);
}

static void
test_long_text_is_decoded_whole(void **state)
{
	size_t len = 100001;
	char *bytes = pawl_arena_alloc(&arena, len);
	struct pawl_str text;

	memset(bytes, 0xE9, len);
	assert_true(pawl_media_text(&arena, PAWL_STR("text/plain; charset=iso-8859-1"),
				    pawl_str(bytes, len), &text));
	assert_int_equal(text.len, 2 * len);
	assert_true(pawl_str_is_utf8(text));
}

static void
test_json_may_have_a_mark_and_a_charset(void **state)
{
	struct pawl_json v;
	struct pawl_json_error error;

	assert_int_equal(
		pawl_media_json(&arena, PAWL_STR(""), PAWL_STR("\xEF\xBB\xBF[1.0]"), &v, &error),
		PAWL_OK);
	assert_string_equal(compact(v), "[1.0]");
	assert_int_equal(pawl_media_json(&arena, PAWL_STR("a/json;charset=utf-16"),
					 PAWL_STR("\xFF\xFE[\0]\0"), &v, &error),
			 PAWL_OK);
	assert_string_equal(compact(v), "[]");
	assert_int_equal(
		pawl_media_json(NULL, PAWL_STR(""), PAWL_STR("\xEF\xBB\xBF{}"), NULL, NULL),
		PAWL_OK);
	assert_int_equal(pawl_media_json(&arena, PAWL_STR(""), PAWL_STR("\xE9"), &v, &error),
			 PAWL_EINVAL);
	assert_int_equal(pawl_media_json(&arena, PAWL_STR(""),
					 PAWL_STR("\xEF\xBB\xBF\xEF\xBB\xBF{}"), &v, &error),
			 PAWL_EINVAL);
}

static void
test_header_values_lose_nothing(void **state)
{
	struct pawl_json v = pawl_media_header(&arena, PAWL_STR("\xE9=\xFF\x7F"));

	assert_str(pawl_json_str(&v), "\xC3\xA9=\xC3\xBF\x7F");
	v = pawl_media_header(&arena, PAWL_STR("\xC3\xA9"));
	assert_str(pawl_json_str(&v), "\xC3\xA9");
	v = pawl_media_header(&arena, PAWL_STR(""));
	assert_str(pawl_json_str(&v), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_type_has_no_parameters),
		json_test(test_types_of_json),
		json_test(test_text_goes_by_its_charset),
		json_test(test_what_does_not_fit_is_utf_8_or_no_text),
		json_test(test_long_text_is_decoded_whole),
		json_test(test_json_may_have_a_mark_and_a_charset),
		json_test(test_header_values_lose_nothing),
	};

	return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
