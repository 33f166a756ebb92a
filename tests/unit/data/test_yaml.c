#include "data/yaml.h"

#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
assert_yaml(const char *text, const char *expected)
{
	struct pawl_problems problems = {0};
	struct pawl_json v;

	if (pawl_yaml_parse(&arena, pawl_str_c(text), &v, &problems) != PAWL_OK)
		fail_msg("refused: %s\n%s: %s", text, problems.items[0].where,
			 problems.items[0].message);
	assert_int_equal(problems.len, 0);
	assert_string_equal(compact(v), expected);
	pawl_problems_fini(&problems);
}

static void
assert_refused(struct pawl_str text, enum pawl_err err, const char *where, const char *part)
{
	struct pawl_problems problems = {0};
	struct pawl_json v;

	if (pawl_yaml_parse(&arena, text, &v, &problems) != err)
		fail_msg("not refused as expected: %.*s", PAWL_STR_ARG(text));
	assert_true(problems.len > 0);
	if (where)
		assert_string_equal(problems.items[0].where, where);
	if (!strstr(problems.items[0].message, part))
		fail_msg("%s: %s", problems.items[0].message, part);
	pawl_problems_fini(&problems);
}

static void
test_block_and_flow_collections(void **state)
{
	assert_yaml("a: 1\nb:\n  - x\n  - [y, {z: true}]\n  -\n    c: null\nd: {}\n",
		    "{\"a\":1,\"b\":[\"x\",[\"y\",{\"z\":true}],{\"c\":null}],\"d\":{}}");
	assert_yaml("- - 1\n  - 2\n- []\n", "[[1,2],[]]");
	assert_yaml("--- # comment\nname: x # another\n...\n", "{\"name\":\"x\"}");
	assert_yaml("just text", "\"just text\"");
	assert_yaml("a:\n", "{\"a\":null}");
}

static void
test_scalars_follow_the_core_schema(void **state)
{
	static const char *const cases[][2] = {{"null", "null"},
					       {"Null", "null"},
					       {"NULL", "null"},
					       {"~", "null"},
					       {"nULL", "\"nULL\""},
					       {"true", "true"},
					       {"True", "true"},
					       {"TRUE", "true"},
					       {"false", "false"},
					       {"yes", "\"yes\""},
					       {"no", "\"no\""},
					       {"on", "\"on\""},
					       {"off", "\"off\""},
					       {"y", "\"y\""},
					       {"12", "12"},
					       {"-0", "-0"},
					       {"1e400", "1e400"},
					       {"18446744073709551615", "18446744073709551615"},
					       {"0.10", "0.10"},
					       {"+12", "12"},
					       {"0012", "12"},
					       {"-007", "-7"},
					       {"00", "0"},
					       {"1.", "1"},
					       {".5", "0.5"},
					       {"-.5", "-0.5"},
					       {"+.5E+1", "0.5E+1"},
					       {"1.e3", "1e3"},
					       {"01.50e-2", "1.50e-2"},
					       {"0x1F", "31"},
					       {"0xffffffffffffffff", "18446744073709551615"},
					       {"0o17", "15"},
					       {"0x", "\"0x\""},
					       {"0xG", "\"0xG\""},
					       {"0o8", "\"0o8\""},
					       {"0b1", "\"0b1\""},
					       {"-0x1", "\"-0x1\""},
					       {"1_000", "\"1_000\""},
					       {"1:30", "\"1:30\""},
					       {"1.2.3", "\"1.2.3\""},
					       {"2024-01-02", "\"2024-01-02\""},
					       {"1e", "\"1e\""},
					       {"e5", "\"e5\""},
					       {"-", "[null]"},
					       {"+", "\"+\""},
					       {".", "\".\""},
					       {"- 1", "[1]"},
					       {"inf", "\"inf\""},
					       {"<<", "\"<<\""},
					       {"12 ", "12"},
					       {"12a", "\"12a\""}};

	for (size_t i = 0; i < LEN(cases); i++)
		assert_yaml(cases[i][0], cases[i][1]);
}

static void
test_quoted_scalars_are_strings(void **state)
{
	assert_yaml("[\"12\", 'true', '', \"\", '~', '.inf']",
		    "[\"12\",\"true\",\"\",\"\",\"~\",\".inf\"]");
	assert_yaml("a: |\n  12\n", "{\"a\":\"12\\n\"}");
	assert_yaml("a: >-\n  one\n  two\n", "{\"a\":\"one two\"}");
	assert_yaml("'it''s'", "\"it's\"");
	assert_yaml("- \"\\u00e9\\x41\\t\"", "[\"\xC3\xA9"
					     "A\\t\"]");
	assert_yaml("- \"\\U0001F600\"", "[\"\xF0\x9F\x98\x80\"]");
}

static void
test_quotes_in_single_quotes(void **state)
{
	assert_yaml("['', '''', '''''', 'a''b', '''''a', 'a''''''b', 'x '''' y']",
		    "[\"\",\"'\",\"''\",\"a'b\",\"''a\",\"a'''b\",\"x '' y\"]");
	assert_yaml("- '\\n\\\"\"'", "[\"\\\\n\\\\\\\"\\\"\"]");
	assert_yaml("'a''''b': 1", "{\"a''b\":1}");
	assert_yaml("c: '${a.output[?(@.n=='''')]}'", "{\"c\":\"${a.output[?(@.n=='')]}\"}");
}

static void
test_lines_fold_in_quotes(void **state)
{
	assert_yaml("- 'a  \n   b\n\n   c\n\n\n   d\n   '", "[\"a b\\nc\\n\\nd \"]");
	assert_yaml("- \"a\t\r\n \tb\r\n\r\n c\"", "[\"a b\\nc\"]");
	assert_yaml("- \"  a  \"", "[\"  a  \"]");
	assert_yaml("- \"a \\\n   b\\\n   \\ c\\\n\n  d\"", "[\"a b c\\nd\"]");
	assert_yaml("- \"a\\ \n b\\t\n c\"", "[\"a  b\\t c\"]");
}

static void
test_escapes_in_double_quotes(void **state)
{
	static const char *const bad[] = {"\\x4",        "\\u00g0",     "\\ud800",
					  "\\udc00",     "\\q",         "\\'",
					  "\\U00110000", "\\U0000D800", "\\ud83d\\u0041"};

	assert_yaml("\"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\/\\\\\\N\\_\\L\\P\"",
		    "\"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001b \\\"/\\\\\xC2\x85\xC2\xA0"
		    "\xE2\x80\xA8\xE2\x80\xA9\"");
	assert_yaml("- \"\\L\\L\\L\\L\\L\\L\\L\\L\"",
		    "[\"\xE2\x80\xA8\xE2\x80\xA8\xE2\x80\xA8\xE2\x80\xA8"
		    "\xE2\x80\xA8\xE2\x80\xA8\xE2\x80\xA8\xE2\x80\xA8\"]");
	assert_yaml("- \"\\x41\\u00E9\\U0001f600\\ud83d\\ude00\"",
		    "[\"A\xC3\xA9\xF0\x9F\x98\x80\xF0\x9F\x98\x80\"]");
	for (size_t i = 0; i < LEN(bad); i++)
		assert_refused(pawl_arena_printf(&arena, "- \"%s\"", bad[i]), PAWL_EINVAL, NULL,
			       "");
}

static void
test_folded_text(void **state)
{
	assert_yaml("a: >\n one\n two\n\n three\n", "{\"a\":\"one two\\nthree\\n\"}");
	assert_yaml("a: >\n one\n   two\n three\n", "{\"a\":\"one\\n  two\\nthree\\n\"}");
	assert_yaml("a: >\n one\n\n   two\n", "{\"a\":\"one\\n\\n  two\\n\"}");
	/* libfyaml would lose a line break here and hand out bytes that it never wrote. */
	assert_refused(PAWL_STR("a: >\n one\n\n  two\n"), PAWL_EINVAL, "2:1", "use |");
	assert_refused(PAWL_STR("a: >\n one\n\n  two"), PAWL_EINVAL, NULL, "use |");
	assert_yaml("a: >\n one\n\n   two", "{\"a\":\"one\\n\\n  two\\n\"}");
	assert_yaml("a: >\n one\n ", "{\"a\":\"one\\n\"}");
	assert_yaml("a: |2\n   one\n", "{\"a\":\" one\\n\"}");
	assert_refused(PAWL_STR("a: |2\n"), PAWL_EINVAL, NULL, "indentation indicator");
	assert_yaml("a: |\n one\n\n  two\n", "{\"a\":\"one\\n\\n two\\n\"}");
}

static void
test_templates_stay_text(void **state)
{
	assert_yaml("url: ${workflow.input.body.items[0].url}\n",
		    "{\"url\":\"${workflow.input.body.items[0].url}\"}");
	assert_yaml("a: 'x ${b.output} y'", "{\"a\":\"x ${b.output} y\"}");
}

static void
test_core_tags_decide_the_type(void **state)
{
	assert_yaml("[!!str 12, !!int '12', !!float 1, !!bool 'true', !!null '', ! 12]",
		    "[\"12\",12,1,true,null,\"12\"]");
	assert_yaml("!!map {a: !!seq [1]}", "{\"a\":[1]}");
	assert_yaml("- !<tag:yaml.org,2002:str> 1", "[\"1\"]");
	assert_refused(PAWL_STR("a: !!int x"), PAWL_EINVAL, "1:10", "does not fit");
	assert_refused(PAWL_STR("a: !!int 1.5"), PAWL_EINVAL, NULL, "does not fit");
	assert_refused(PAWL_STR("!!seq {a: 1}"), PAWL_EINVAL, NULL, "tag");
	assert_refused(PAWL_STR("!!str [1]"), PAWL_EINVAL, NULL, "tag");
}

static void
test_other_tags_are_refused(void **state)
{
	assert_refused(PAWL_STR("a: !foo 1"), PAWL_EINVAL, "1:9", "unknown tag");
	assert_refused(PAWL_STR("!foo {}"), PAWL_EINVAL, NULL, "unknown tag");
	assert_refused(PAWL_STR("!!binary aGk="), PAWL_EINVAL, NULL, "tag");
	assert_refused(PAWL_STR("!!timestamp 2024-01-02"), PAWL_EINVAL, NULL, "tag");
	assert_refused(PAWL_STR("!!set {a: null}"), PAWL_EINVAL, NULL, "tag");
}

static void
test_numbers_without_a_json_form_are_refused(void **state)
{
	static const char *const bad[] = {".inf", "-.INF", "+.Inf", ".nan", ".NaN", "!!float .inf"};

	for (size_t i = 0; i < LEN(bad); i++)
		assert_refused(pawl_str_c(bad[i]), PAWL_EINVAL, NULL, "infinity");
	assert_refused(PAWL_STR("a:\n  b: .nan"), PAWL_EINVAL, "2:6", "NaN");
	assert_refused(PAWL_STR("0x10000000000000000"), PAWL_EINVAL, NULL, "64 bits");
}

static void
test_keys_are_the_text_of_scalars(void **state)
{
	assert_yaml("1: a\ntrue: b\n~: c\n'q k': d\n.inf: e\n? long\n: f\n0x1F: g\n",
		    "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\",\"q "
		    "k\":\"d\",\".inf\":\"e\",\"long\":\"f\","
		    "\"0x1F\":\"g\"}");
	assert_refused(PAWL_STR("? [a]\n: 1"), PAWL_EINVAL, "1:3", "key has to be a scalar");
	assert_refused(PAWL_STR("{{a: 1}: 1}"), PAWL_EINVAL, NULL, "key has to be a scalar");
	assert_refused(PAWL_STR("[[a]: 1]"), PAWL_EINVAL, NULL, "key has to be a scalar");
}

static void
test_a_key_that_occurs_twice_is_refused(void **state)
{
	assert_refused(PAWL_STR("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"), PAWL_EINVAL, "5:3", "twice");
	assert_refused(PAWL_STR("{1: a, '1': b}"), PAWL_EINVAL, NULL, "twice");
	assert_yaml("a: {c: 1}\nb: {c: 2}\n", "{\"a\":{\"c\":1},\"b\":{\"c\":2}}");
}

static void
test_aliases_repeat_their_anchor(void **state)
{
	assert_yaml(
		"a: &x {n: [1, 2]}\nb: *x\nc: [*x, *x]\n",
		"{\"a\":{\"n\":[1,2]},\"b\":{\"n\":[1,2]},\"c\":[{\"n\":[1,2]},{\"n\":[1,2]}]}");
	assert_yaml("[&a 1, *a, &a two, *a]", "[1,1,\"two\",\"two\"]");
	assert_yaml("- &k name\n- *k : 1\n", "[\"name\",{\"name\":1}]");
	assert_yaml("&k a: 1\nb: *k\n", "{\"a\":1,\"b\":\"a\"}");
	assert_yaml("a: &e\nb: *e\n", "{\"a\":null,\"b\":null}");
	assert_refused(PAWL_STR("a: *nope"), PAWL_EINVAL, NULL, "no anchor");
	assert_refused(PAWL_STR("- &n [1]\n- *n : 1\n"), PAWL_EINVAL, NULL, "stand for a string");
}

static void
test_an_alias_inside_its_own_anchor_is_refused(void **state)
{
	assert_refused(PAWL_STR("&a [*a]"), PAWL_EINVAL, NULL, "no anchor that ends before");
	assert_refused(PAWL_STR("&a {b: {c: *a}}"), PAWL_EINVAL, NULL,
		       "no anchor that ends before");
}

static void
test_aliases_cannot_blow_a_document_up(void **state)
{
	struct pawl_buf text;

	pawl_buf_init(&text, 1 << 20);
	pawl_buf_append_c(&text, "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
	for (int i = 1; i < 12; i++) {
		pawl_buf_printf(&text, "l%d: &l%d [", i, i);
		for (int k = 0; k < 9; k++)
			pawl_buf_printf(&text, "%s*l%d", k ? ", " : "", i - 1);
		pawl_buf_append_c(&text, "]\n");
	}
	assert_refused(pawl_buf_peek(&text), PAWL_ETOOBIG, NULL, "aliases");
	pawl_buf_reset(&text);
	/* The limit on nesting counts what an alias brings along. */
	pawl_buf_append_c(&text, "n0: &n0 [1]\n");
	for (int i = 1; i < 520; i++)
		pawl_buf_printf(&text, "n%d: &n%d [*n%d]\n", i, i, i - 1);
	assert_refused(pawl_buf_peek(&text), PAWL_ETOOBIG, NULL, "deeper than 512");
	pawl_buf_fini(&text);
}

static void
test_nesting_is_limited(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_json v;
	char text[1100];

	for (size_t depth = 510; depth <= 514; depth++) {
		memset(text, '[', depth);
		memcpy(text + depth, "1,", 2); /* not JSON, so that libfyaml reads it */
		memset(text + depth + 2, ']', depth);
		assert_int_equal(
			pawl_yaml_parse(&arena, pawl_str(text, 2 * depth + 2), &v, &problems),
			depth <= PAWL_JSON_DEPTH_MAX ? PAWL_OK : PAWL_ETOOBIG);
	}
	pawl_problems_fini(&problems);
	memset(text, '[', sizeof(text));
	assert_refused(pawl_str(text, sizeof(text)), PAWL_ETOOBIG, "1:513", "deeper than 512");
}

static enum pawl_err
parse_blank_lines(const char *blank, unsigned n)
{
	struct pawl_problems problems = {0};
	struct pawl_buf text;
	struct pawl_json v;
	enum pawl_err err;

	pawl_buf_init(&text, 1 << 20);
	pawl_buf_append_c(&text, "a: |\n");
	for (unsigned i = 0; i < n; i++)
		pawl_buf_append_c(&text, blank);
	pawl_buf_append_c(&text, " x\n");
	err = pawl_yaml_parse(&arena, pawl_buf_peek(&text), &v, &problems);
	if (err)
		assert_non_null(strstr(problems.items[0].message, "blank lines"));
	pawl_problems_fini(&problems);
	pawl_buf_fini(&text);
	return err;
}

static void
test_runs_of_blank_lines_are_limited(void **state)
{
	assert_int_equal(parse_blank_lines("\n", 200), PAWL_OK);
	assert_int_equal(parse_blank_lines("\r\n", 200), PAWL_OK);
	assert_int_equal(parse_blank_lines("\n\n\n x\n", 1000), PAWL_OK);
	assert_int_equal(parse_blank_lines("\n", 201), PAWL_ETOOBIG);
	assert_int_equal(parse_blank_lines("\r\n", 201), PAWL_ETOOBIG);
	assert_int_equal(parse_blank_lines("\r", 201), PAWL_ETOOBIG);
	assert_int_equal(parse_blank_lines(" \n", 100000), PAWL_ETOOBIG);
}

static void
test_syntax_errors_have_their_place(void **state)
{
	static const char *const bad[] = {
		"a: b: c",       "a: [1, 2",    "a: {",      "a: 'x", "a: \"x", "a: \"\\q\"",
		"\tx: 1\n y: 2", "a: 1\n b: 2", "- a\nb: 1", "[a]]",  "a: @x",  "a: `x",
		"a: |x\n y",     "%FOO",        "a: &",      "a: *",  "!<x"};

	assert_refused(PAWL_STR("a: 1\nb: c: d\n"), PAWL_EINVAL, "2:5", "");
	for (size_t i = 0; i < LEN(bad); i++)
		assert_refused(pawl_str_c(bad[i]), PAWL_EINVAL, NULL, "");
}

static void
test_only_one_document_is_read(void **state)
{
	assert_refused(PAWL_STR("--- 1\n--- 2\n"), PAWL_EINVAL, "2:1", "more than one document");
	assert_refused(PAWL_STR("--- 1\n---\n"), PAWL_EINVAL, NULL, "more than one document");
	assert_refused(PAWL_STR(""), PAWL_EINVAL, NULL, "no document");
	assert_refused(PAWL_STR("# only a comment\n"), PAWL_EINVAL, NULL, "no document");
	assert_refused(pawl_str(NULL, 0), PAWL_EINVAL, NULL, "no document");
	assert_yaml("---\n", "null");
}

static void
test_bytes_are_checked(void **state)
{
	assert_refused(PAWL_STR("a: 1\nb: \xFF"), PAWL_EINVAL, "2:4", "UTF-8");
	assert_refused(PAWL_STR("a: 1 # \x01"), PAWL_EINVAL, "1:8", "control character");
	assert_refused(PAWL_STR("a: 1\0"), PAWL_EINVAL, "1:5", "control character");
	assert_refused(PAWL_STR("- \"\\ud800\""), PAWL_EINVAL, NULL, "");
	assert_refused(PAWL_STR("\xFE\xFF\0a"), PAWL_EINVAL, "1:1", "UTF-8");
	assert_yaml("\xEF\xBB\xBF"
		    "a: \xE2\x82\xAC",
		    "{\"a\":\"\xE2\x82\xAC\"}");
	assert_yaml("a: 1\r\nb: x\r\n", "{\"a\":1,\"b\":\"x\"}");
}

static void
test_json_is_read_as_json(void **state)
{
	assert_yaml(" {\"a\":\"\\ud83d\\ude00\\/\",\"b\":1e400,\"c\":[],\"b\":2}\n",
		    "{\"a\":\"\xF0\x9F\x98\x80/\",\"b\":2,\"c\":[]}");
	assert_yaml("{\"a\":1, b: [2,],}", "{\"a\":1,\"b\":[2]}");
}

static void
test_result_does_not_refer_to_the_source(void **state)
{
	char text[] = "key: [plain, \"esc\\n\", 12.5, &a x, *a]";
	struct pawl_json v;

	assert_int_equal(pawl_yaml_parse(&arena, pawl_str_c(text), &v, NULL), PAWL_OK);
	memset(text, 'X', sizeof(text));
	assert_string_equal(compact(v), "{\"key\":[\"plain\",\"esc\\n\",12.5,\"x\",\"x\"]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_block_and_flow_collections),
		json_test(test_scalars_follow_the_core_schema),
		json_test(test_quoted_scalars_are_strings),
		json_test(test_quotes_in_single_quotes),
		json_test(test_lines_fold_in_quotes),
		json_test(test_escapes_in_double_quotes),
		json_test(test_folded_text),
		json_test(test_templates_stay_text),
		json_test(test_core_tags_decide_the_type),
		json_test(test_other_tags_are_refused),
		json_test(test_numbers_without_a_json_form_are_refused),
		json_test(test_keys_are_the_text_of_scalars),
		json_test(test_a_key_that_occurs_twice_is_refused),
		json_test(test_aliases_repeat_their_anchor),
		json_test(test_an_alias_inside_its_own_anchor_is_refused),
		json_test(test_aliases_cannot_blow_a_document_up),
		json_test(test_nesting_is_limited),
		json_test(test_runs_of_blank_lines_are_limited),
		json_test(test_syntax_errors_have_their_place),
		json_test(test_only_one_document_is_read),
		json_test(test_bytes_are_checked),
		json_test(test_json_is_read_as_json),
		json_test(test_result_does_not_refer_to_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
