#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A copy that is exactly as large as the text, so that a sanitizer sees a read past its end. */
static enum pawl_err
parse_exact(struct pawl_str text, struct pawl_json *v, struct pawl_json_error *error)
{
	char *copy = malloc(text.len ? text.len : 1);
	struct pawl_json_error also = {0};
	enum pawl_err err;

	memcpy(copy, text.ptr, text.len);
	text.ptr = copy;
	err = pawl_json_parse(&arena, text, v, error);
	assert_int_equal(pawl_json_validate(text, &also), err);
	if (err) {
		assert_int_equal(also.offset, error->offset);
		assert_ptr_equal(also.message, error->message);
	}
	free(copy);
	return err;
}

static void
test_numbers_keep_their_source_text(void **state)
{
	static const char *const texts[] = {"0",
					    "-0",
					    "0.1",
					    "1e400",
					    "18446744073709551615",
					    "1E999999999999",
					    "-1.50e+07",
					    "123456789012345678901234567890.000"};

	for (size_t i = 0; i < LEN(texts); i++)
		assert_string_equal(compact(json(texts[i])), texts[i]);
}

static void
test_members_keep_their_order(void **state)
{
	assert_string_equal(compact(json(" { \"z\" : 1 , \"a\" : [ ] , \"m\" : { } } ")),
			    "{\"z\":1,\"a\":[],\"m\":{}}");
}

static void
test_duplicate_member_has_the_last_value_at_the_first_place(void **state)
{
	assert_string_equal(compact(json("{\"a\":1,\"b\":2,\"a\":3,\"\\u0061\":4}")),
			    "{\"a\":4,\"b\":2}");
}

static void
test_a_million_members_with_duplicates_are_not_quadratic(void **state)
{
	const unsigned n = 1000000;
	struct pawl_buf text;
	struct pawl_json v;

	pawl_buf_init(&text, 64 << 20);
	pawl_buf_append_char(&text, '{');
	for (unsigned i = 0; i < n; i++)
		pawl_buf_printf(&text, "%s\"k%u\":%u", i ? "," : "", i % (n / 2), i);
	pawl_buf_append_char(&text, '}');
	assert_int_equal(pawl_json_parse(&arena, pawl_buf_peek(&text), &v, NULL), PAWL_OK);
	pawl_buf_fini(&text);
	assert_int_equal(v.len, n / 2);
	for (unsigned i = 0; i < n / 2; i += 1000) {
		char key[16];
		int64_t got;

		snprintf(key, sizeof(key), "k%u", i);
		assert_true(pawl_json_to_i64(pawl_json_get_c(&v, key), &got));
		assert_int_equal(got, i + n / 2);
	}
	assert_null(pawl_json_get_c(&v, "k500000"));
}

static void
test_result_does_not_refer_to_the_source(void **state)
{
	char text[] = "{\"key\":[\"plain\",\"esc\\n\",12.5]}";
	struct pawl_json v;

	assert_int_equal(pawl_json_parse(&arena, pawl_str_c(text), &v, NULL), PAWL_OK);
	memset(text, 'X', sizeof(text));
	assert_string_equal(compact(v), "{\"key\":[\"plain\",\"esc\\n\",12.5]}");
}

static void
test_escapes_are_decoded(void **state)
{
	struct pawl_json v =
		json("\"\\\"\\\\\\/\\b\\f\\n\\r\\t|\\u0041\\u00e9\\u20AC\\ud83d\\uDE00|\"");

	assert_str(pawl_json_str(&v), "\"\\/\b\f\n\r\t|A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80|");
	v = json("\"a\\u0000b\"");
	assert_str(pawl_json_str(&v), "a\0b");
	v = json("\"\\\\u0041\"");
	assert_str(pawl_json_str(&v), "\\u0041");
}

/* Strings are scanned eight bytes at a time: each place of a lane has to be right. */
static void
test_escapes_are_found_at_every_offset(void **state)
{
	for (size_t at = 0; at < 40; at++) {
		char text[64];
		struct pawl_json v;

		memset(text, 'x', sizeof(text));
		text[0] = '"';
		memcpy(text + 1 + at, "\\n", 2);
		text[50] = '"';
		assert_int_equal(parse_exact(pawl_str(text, 51), &v, NULL), PAWL_OK);
		assert_int_equal(v.len, 48);
		assert_int_equal(v.text[at], '\n');
		assert_int_equal(v.text[at + 1], 'x');
	}
}

static void
test_control_characters_are_refused_at_every_offset(void **state)
{
	for (size_t at = 0; at < 40; at++) {
		for (int c = 0; c < 0x20; c++) {
			char text[64];
			struct pawl_json_error error;
			struct pawl_json v;

			memset(text, 'x', sizeof(text));
			text[0] = '"';
			text[1 + at] = (char)c;
			text[50] = '"';
			assert_int_equal(parse_exact(pawl_str(text, 51), &v, &error), PAWL_EINVAL);
			assert_int_equal(error.offset, 1 + at);
			assert_non_null(strstr(error.message, "control character"));
		}
	}
}

static void
test_del_and_high_characters_are_allowed(void **state)
{
	struct pawl_json v = json("\"\x7F\xC2\x80\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"");

	assert_str(pawl_json_str(&v), "\x7F\xC2\x80\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF");
}

static void
test_bytes_that_are_not_utf8_are_refused(void **state)
{
	static const char *const bad[] = {"\x80",
					  "\xBF",
					  "\xC0\x80",
					  "\xC1\xBF",
					  "\xC3",
					  "\xC3(",
					  "\xE0\x80\x80",
					  "\xE0\x9F\xBF",
					  "\xE2\x82",
					  "\xE2(\xAC",
					  "\xED\xA0\x80",
					  "\xED\xBF\xBF",
					  "\xF0\x80\x80\x80",
					  "\xF0\x8F\xBF\xBF",
					  "\xF0\x9F\x98",
					  "\xF4\x90\x80\x80",
					  "\xF5\x80\x80\x80",
					  "\xFE",
					  "\xFF"};

	for (size_t i = 0; i < LEN(bad); i++) {
		for (size_t pad = 0; pad < 9; pad++) {
			char text[32];
			int len = snprintf(text, sizeof(text), "\"%.*s%s\"", (int)pad, "aaaaaaaaa",
					   bad[i]);
			struct pawl_json_error error;
			struct pawl_json v;

			assert_int_equal(parse_exact(pawl_str(text, (size_t)len), &v, &error),
					 PAWL_EINVAL);
			assert_string_equal(error.message, "not valid UTF-8");
			assert_int_equal(error.offset, 1 + pad);
		}
	}
}

#define BAD "\xEF\xBF\xBD" /* U+FFFD */

static void
test_half_a_surrogate_pair_is_read_as_a_replacement(void **state)
{
	static const struct {
		const char *text, *value;
	} halves[] = {
		{"\"\\ud800\"", BAD},
		{"\"\\uDFFF\"", BAD},
		{"\"cut \\ud83d\"", "cut " BAD},
		{"\"\\ud800x\"", BAD "x"},
		{"\"\\ud800\\n\"", BAD "\n"},
		{"\"\\ud800\\ud800\"", BAD BAD},
		{"\"\\ud800\\ud83d\\ude00\"", BAD "\xF0\x9F\x98\x80"},
		{"\"\\ud800\\u0041\"", BAD "A"},
		{"\"\\udc00\\ud800\"", BAD BAD},
		{"\"\\ude00\\ud83d\\ude00\"", BAD "\xF0\x9F\x98\x80"},
		{"{\"\\udbff\": 1}", NULL},
	};

	for (size_t i = 0; i < LEN(halves); i++) {
		struct pawl_json v;

		assert_int_equal(parse_exact(pawl_str_c(halves[i].text), &v, NULL), PAWL_OK);
		assert_int_equal(pawl_json_validate(pawl_str_c(halves[i].text), NULL), PAWL_OK);
		if (halves[i].value)
			assert_string_equal(pawl_arena_dup_c(&arena, pawl_json_str(&v)),
					    halves[i].value);
		else
			assert_string_equal(compact(v), "{\"" BAD "\":1}");
	}
}

static void
test_broken_unicode_escape_is_refused_and_says_so(void **state)
{
	static const char *const bad[] = {"\"\\ud800\\uZZZZ\"", "\"\\ud83d\\ude\"", "\"\\u12\"",
					  "\"\\u"};

	for (size_t i = 0; i < LEN(bad); i++) {
		struct pawl_json_error error;
		struct pawl_json v;

		assert_int_equal(parse_exact(pawl_str_c(bad[i]), &v, &error), PAWL_EINVAL);
		assert_non_null(strstr(error.message, "four hexadecimal digits"));
	}
}

/* What the public parsing test suites refuse, by kind. */
static void
test_malformed_text_is_refused(void **state)
{
	static const char *const bad[] = {"",
					  " ",
					  "\n",
					  "[",
					  "]",
					  "{",
					  "}",
					  "[1",
					  "[1,",
					  "[1,]",
					  "[,1]",
					  "[,]",
					  "[1,,2]",
					  "[1 2]",
					  "[1:2]",
					  "[1}",
					  "{1:2}",
					  "{\"a\"}",
					  "{\"a\":}",
					  "{\"a\" 1}",
					  "{\"a\":1",
					  "{\"a\":1,}",
					  "{,}",
					  "{\"a\":1,,}",
					  "{\"a\":1 \"b\":2}",
					  "{\"a\":1]",
					  "{a:1}",
					  "{'a':1}",
					  "{null:1}",
					  "[\"a\",",
					  "[\"a\"",
					  "\"",
					  "\"a",
					  "\"\\",
					  "\"\\\"",
					  "\"\\u\"",
					  "\"\\u12\"",
					  "\"\\u123",
					  "\"\\uD83D",
					  "\"\\x41\"",
					  "\"\\a\"",
					  "\"\\U0041\"",
					  "'a'",
					  "tru",
					  "truee",
					  "TRUE",
					  "nul",
					  "nulll",
					  "fals",
					  "falsy",
					  "True",
					  "undefined",
					  "NaN",
					  "-NaN",
					  "Infinity",
					  "-Infinity",
					  "+1",
					  "-",
					  "--1",
					  "- 1",
					  "-a",
					  "01",
					  "-01",
					  "00",
					  "-00",
					  "0x1",
					  "1.",
					  ".5",
					  "-.5",
					  "1.e1",
					  "1e",
					  "1e+",
					  "1e-",
					  "1E+a",
					  "1.5.5",
					  "1e5.5",
					  "0e",
					  "0.e1",
					  "1 000",
					  "1_000",
					  "1a",
					  "0a",
					  "1 2",
					  "[] []",
					  "{}{}",
					  "null,",
					  ",null",
					  "[1]x",
					  "// c\n1",
					  "/* c */1",
					  "[1]//",
					  "#1",
					  "\xEF\xBB\xBF{}",
					  "\xFF",
					  "\xC3\xA9",
					  "[\xC2\xA0]",
					  "\v1",
					  "\f1",
					  "a\xC2\x85",
					  "&",
					  "!",
					  "<a/>",
					  "*",
					  "[\"\t\"]",
					  "[\"\n\"]",
					  "{\"\n\":1}",
					  "{\"a\":\"b\"/**/}",
					  "1\\n",
					  "\\u0031"};

	for (size_t i = 0; i < LEN(bad); i++) {
		struct pawl_json_error error = {0};
		struct pawl_json v;

		if (parse_exact(pawl_str_c(bad[i]), &v, &error) != PAWL_EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_non_null(error.message);
		assert_true(error.offset <= strlen(bad[i]));
	}
}

static void
test_nul_bytes_are_refused_outside_and_inside_strings(void **state)
{
	struct pawl_json_error error;
	struct pawl_json v;

	assert_int_equal(parse_exact(PAWL_STR("1\0"), &v, &error), PAWL_EINVAL);
	assert_int_equal(parse_exact(PAWL_STR("\0"), &v, &error), PAWL_EINVAL);
	assert_int_equal(parse_exact(PAWL_STR("[\0]"), &v, &error), PAWL_EINVAL);
	assert_int_equal(parse_exact(PAWL_STR("\"a\0b\""), &v, &error), PAWL_EINVAL);
	assert_int_equal(error.offset, 2);
}

static void
test_well_formed_text_is_accepted(void **state)
{
	static const char *const good[] = {"\"\"",
					   "0",
					   "-0",
					   "-0.0",
					   "0e1",
					   "0E+1",
					   "1e-0",
					   "[[]   ]",
					   "[\r\n\t ]",
					   "{\"\":0}",
					   "{\"a\":{},\"b\":[]}",
					   "[null,true,false]",
					   "\"\\u0022\"",
					   "\"\\/\"",
					   "\" \"",
					   "[1 ,2\n,3\t]",
					   "\"\xEF\xBB\xBF\"",
					   "\"\xEF\xBF\xBF\"",
					   "\"\xE2\x80\xA8\"",
					   "\n 1 \n",
					   "-123.456E-789"};

	for (size_t i = 0; i < LEN(good); i++) {
		struct pawl_json v;

		if (parse_exact(pawl_str_c(good[i]), &v, NULL) != PAWL_OK)
			fail_msg("refused: %s", good[i]);
	}
}

static void
test_errors_have_line_and_column(void **state)
{
	struct pawl_json_error error;
	struct pawl_json v;

	assert_int_equal(parse_exact(PAWL_STR("{\n  \"a\": 1,\n  \"b\": ?\n}"), &v, &error),
			 PAWL_EINVAL);
	assert_int_equal(error.offset, 19);
	assert_int_equal(error.line, 3);
	assert_int_equal(error.column, 8);
	assert_string_equal(error.message, "expected a value");
	assert_int_equal(parse_exact(PAWL_STR(""), &v, &error), PAWL_EINVAL);
	assert_int_equal(error.line, 1);
	assert_int_equal(error.column, 1);
	assert_int_equal(parse_exact(pawl_str_c("[1\n"), &v, &error), PAWL_EINVAL);
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 1);
}

static enum pawl_err
parse_nested(size_t depth, const char *open, const char *close, struct pawl_json_error *error)
{
	struct pawl_buf text;
	struct pawl_json v;
	enum pawl_err err;

	pawl_buf_init(&text, 1 << 20);
	for (size_t i = 0; i < depth; i++)
		pawl_buf_append_c(&text, open);
	pawl_buf_append_c(&text, "0");
	for (size_t i = 0; i < depth; i++)
		pawl_buf_append_c(&text, close);
	err = parse_exact(pawl_buf_peek(&text), &v, error);
	if (!err)
		assert_memory_equal(compact(v), text.data, text.len);
	pawl_buf_fini(&text);
	return err;
}

static void
test_nesting_is_limited(void **state)
{
	struct pawl_json_error error;

	assert_int_equal(parse_nested(512, "[", "]", NULL), PAWL_OK);
	assert_int_equal(parse_nested(512, "{\"a\":", "}", NULL), PAWL_OK);
	assert_int_equal(parse_nested(513, "[", "]", &error), PAWL_ETOOBIG);
	assert_int_equal(error.offset, 512);
	assert_int_equal(error.column, 513);
	assert_int_equal(parse_nested(513, "{\"a\":", "}", &error), PAWL_ETOOBIG);
	assert_int_equal(parse_nested(100000, "[", "", &error), PAWL_ETOOBIG);
}

static void
test_many_siblings_do_not_count_as_nesting(void **state)
{
	struct pawl_buf text;
	struct pawl_json v;

	pawl_buf_init(&text, 1 << 20);
	pawl_buf_append_c(&text, "[[]");
	for (int i = 0; i < 5000; i++)
		pawl_buf_append_c(&text, ",[{}]");
	pawl_buf_append_c(&text, "]");
	assert_int_equal(pawl_json_parse(&arena, pawl_buf_peek(&text), &v, NULL), PAWL_OK);
	assert_int_equal(v.len, 5001);
	assert_memory_equal(compact(v), text.data, text.len);
	pawl_buf_fini(&text);
}

static void
test_text_of_4_gib_is_too_big(void **state)
{
	/* The size is looked at before the text is. */
	struct pawl_str text = {"1", (size_t)UINT32_MAX + 1};
	struct pawl_json_error error;
	struct pawl_json v;

	assert_int_equal(pawl_json_validate(text, &error), PAWL_ETOOBIG);
	assert_int_equal(pawl_json_parse(&arena, text, &v, &error), PAWL_ETOOBIG);
	assert_int_equal(error.line, 1);
}

static void
test_every_prefix_of_a_document_is_refused(void **state)
{
	static const char text[] =
		"{\"a\":[true,null,-1.5e+3,\"\\ud83d\\ude00\xE2\x82\xAC\"],\"b\":{}}";

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		struct pawl_json_error error;
		struct pawl_json v;

		assert_int_equal(parse_exact(pawl_str(text, len), &v, &error), PAWL_EINVAL);
		assert_true(error.offset <= len);
	}
}

static void
test_empty_text_without_bytes_is_refused(void **state)
{
	struct pawl_json v;

	assert_int_equal(pawl_json_parse(&arena, pawl_str(NULL, 0), &v, NULL), PAWL_EINVAL);
	assert_int_equal(pawl_json_validate(pawl_str(NULL, 0), NULL), PAWL_EINVAL);
}

static void
test_values_are_counted(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {{"7", 1},
		     {"[]", 1},
		     {"[[],{}]", 3},
		     {"{\"a\":1,\"b\":[2,3]}", 5},
		     {" [ 1 , 2 ] ", 3}};
	struct pawl_json_error error;
	struct pawl_json v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_str text = pawl_str_c(cases[i].text);

		assert_int_equal(pawl_json_parse_bounded(&arena, text, cases[i].n, &v, NULL),
				 PAWL_OK);
		if (cases[i].n == 1)
			continue;
		assert_int_equal(pawl_json_parse_bounded(&arena, text, cases[i].n - 1, &v, &error),
				 PAWL_ETOOBIG);
		assert_string_equal(error.message, "there are too many values");
	}
	assert_int_equal(pawl_json_parse_bounded(&arena, PAWL_STR("[1,]"), 9, &v, NULL),
			 PAWL_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_numbers_keep_their_source_text),
		json_test(test_members_keep_their_order),
		json_test(test_duplicate_member_has_the_last_value_at_the_first_place),
		json_test(test_a_million_members_with_duplicates_are_not_quadratic),
		json_test(test_result_does_not_refer_to_the_source),
		json_test(test_escapes_are_decoded),
		json_test(test_escapes_are_found_at_every_offset),
		json_test(test_control_characters_are_refused_at_every_offset),
		json_test(test_del_and_high_characters_are_allowed),
		json_test(test_bytes_that_are_not_utf8_are_refused),
		json_test(test_half_a_surrogate_pair_is_read_as_a_replacement),
		json_test(test_broken_unicode_escape_is_refused_and_says_so),
		json_test(test_malformed_text_is_refused),
		json_test(test_nul_bytes_are_refused_outside_and_inside_strings),
		json_test(test_well_formed_text_is_accepted),
		json_test(test_errors_have_line_and_column),
		json_test(test_nesting_is_limited),
		json_test(test_many_siblings_do_not_count_as_nesting),
		json_test(test_text_of_4_gib_is_too_big),
		json_test(test_every_prefix_of_a_document_is_refused),
		json_test(test_empty_text_without_bytes_is_refused),
		json_test(test_values_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
