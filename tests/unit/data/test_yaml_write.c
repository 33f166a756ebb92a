#include "data/yaml_write.h"

#include "data/yaml.h"
#include "json_testing.h"

static const char *
written(const char *source)
{
	struct pawl_json v;
	struct pawl_buf buf;
	const char *text;

	assert_int_equal(pawl_json_parse(&arena, pawl_str_c(source), &v, NULL), PAWL_OK);
	pawl_buf_init(&buf, 1 << 20);
	assert_int_equal(pawl_yaml_write(&buf, &v), PAWL_OK);
	text = pawl_arena_dup_c(&arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return text;
}

static void
assert_comes_back(const char *source)
{
	struct pawl_problems problems = {0};
	const char *text = written(source);
	struct pawl_json v, again;

	assert_int_equal(pawl_json_parse(&arena, pawl_str_c(source), &v, NULL), PAWL_OK);
	if (pawl_yaml_parse(&arena, pawl_str_c(text), &again, &problems) != PAWL_OK)
		fail_msg("%s\nof %s: %s %s", text, source, problems.items[0].where,
			 problems.items[0].message);
	if (!pawl_json_equal(&v, &again))
		fail_msg("%s\nof %s is read as %s", text, source, compact(again));
	pawl_problems_fini(&problems);
}

static void
test_documents_look_as_people_write_them(void **state)
{
	assert_string_equal(written("{\"version\":1,\"name\":\"a b\",\"list\":[],\"map\":{},"
				    "\"nodes\":[{\"id\":\"x\",\"on\":[[1,2],[]]},null],"
				    "\"text\":\"one\\ntwo\\n\"}"),
			    "version: 1\nname: a b\nlist: []\nmap: {}\nnodes:\n"
			    "  - id: x\n    on:\n      - - 1\n        - 2\n      - []\n"
			    "  - null\ntext: |\n  one\n  two\n");
	assert_string_equal(written("\"${a.output}\""), "\"${a.output}\"\n");
}

static void
test_texts_that_look_like_something_else_are_quoted(void **state)
{
	static const char *const texts[] = {
		"",         "null",        "true",       "No",      "1",           "1e3",
		"0x1F",     "0o7",         ".5",         "~",       "-",           "- a",
		"a: b",     "a #b",        "#a",         "a:",      "{a}",         "[a",
		"&a",       "*a",          "!a",         "|",       ">",           "%a",
		"@a",       "`a",          "a,b",        "'a'",     "\\\"a",       " a",
		"a ",       "a\\n",        "\\na",       "a\\n\\n", "a\\n\\n\\nb", " a\\nb",
		"a \\nb",   "a\\n b",      "a\\nb",      "a\\tb",   "\\u0000",     "\\u0085",
		"\\u2028",  "\\ufeff",     "é\\né",      "---",     "...",         "--- a",
		"a\\r\\nb", "a\\n---\\nb", "2024-01-01", "1.2.3",   "a/b-c_d.e",   "\\u007f"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char text[600];

		snprintf(text, sizeof text, "\"%s\"", texts[i]);
		assert_comes_back(text);
		snprintf(text, sizeof text, "{\"%s\":[\"%s\",{\"%s\":\"%s\"}]}", texts[i], texts[i],
			 texts[i], texts[i]);
		assert_comes_back(text);
	}
}

static void
test_numbers_keep_their_text(void **state)
{
	assert_string_equal(written("[1.0,1e400,-0,123456789012345678901234567890]"),
			    "- 1.0\n- 1e400\n- -0\n- 123456789012345678901234567890\n");
	assert_comes_back("[1.0,1e400,-0,1E+5,123456789012345678901234567890]");
}

static void
test_what_yaml_cannot_hold_is_written_as_json(void **state)
{
	struct pawl_buf text;

	pawl_buf_init(&text, 1 << 20);
	pawl_buf_append_c(&text, "{\"");
	for (int i = 0; i < 2000; i++)
		pawl_buf_append_char(&text, 'k');
	pawl_buf_append_c(&text, "\":1}");
	assert_comes_back(pawl_arena_dup_c(&arena, pawl_buf_peek(&text)));
	pawl_buf_fini(&text);
	pawl_buf_init(&text, 1 << 20);
	for (int i = 0; i < 200; i++)
		pawl_buf_append_char(&text, '[');
	for (int i = 0; i < 200; i++)
		pawl_buf_append_char(&text, ']');
	assert_comes_back(pawl_arena_dup_c(&arena, pawl_buf_peek(&text)));
	pawl_buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_documents_look_as_people_write_them),
		json_test(test_texts_that_look_like_something_else_are_quoted),
		json_test(test_numbers_keep_their_text),
		json_test(test_what_yaml_cannot_hold_is_written_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
