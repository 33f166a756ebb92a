#include "flow_testing.h"

#include "flow/condition.h"

/* 1 holds, 0 does not, -1 an operand is of no use. */
static int
eval(const char *text)
{
	bool holds;

	forget_problems();
	if (pawl_condition_eval(json(text), &holds, &problems)) {
		assert_int_equal(problems.len, 1);
		return -1;
	}
	assert_int_equal(problems.len, 0);
	return holds;
}

static int
leaf(const char *left, const char *op, const char *right)
{
	return eval(pawl_arena_dup_c(
		&arena, pawl_arena_printf(&arena, "{\"left\":%s,\"op\":\"%s\",\"right\":%s}", left,
					  op, right)));
}

static int
unary(const char *left, const char *op)
{
	return eval(pawl_arena_dup_c(
		&arena, pawl_arena_printf(&arena, "{\"left\":%s,\"op\":\"%s\"}", left, op)));
}

static void
check(const char *text, const char *const *also)
{
	forget_problems();
	pawl_condition_check(json(text), also, "/c", &problems);
}

static void
test_equality_is_deep_and_by_value(void **state)
{
	assert_int_equal(leaf("1", "equals", "1.0"), 1);
	assert_int_equal(leaf("18446744073709551615", "equals", "18446744073709551614"), 0);
	assert_int_equal(leaf("{\"a\":[1,2],\"b\":null}", "equals", "{\"b\":null,\"a\":[1,2]}"), 1);
	assert_int_equal(leaf("\"1\"", "equals", "1"), 0);
	assert_int_equal(leaf("\"1\"", "not_equals", "1"), 1);
	assert_int_equal(leaf("null", "equals", "null"), 1);
	assert_int_equal(leaf("null", "equals", "false"), 0);
}

static void
test_order_of_numbers_strings_and_times(void **state)
{
	assert_int_equal(leaf("10", "greater", "9"), 1);
	assert_int_equal(leaf("\"10\"", "greater", "\"9\""), 0);
	assert_int_equal(leaf("1e400", "greater", "1e399"), 1);
	assert_int_equal(leaf("2", "greater_or_equal", "2.0"), 1);
	assert_int_equal(leaf("\"b\"", "less", "\"a\""), 0);
	assert_int_equal(leaf("2", "less_or_equal", "2"), 1);
	assert_int_equal(leaf("\"2026-01-01T10:00:00+02:00\"", "less", "\"2026-01-01T09:00:00Z\""),
			 1);
}

static void
test_values_without_an_order_are_neither(void **state)
{
	static const char *const ops[] = {"greater", "greater_or_equal", "less", "less_or_equal"};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(leaf("1", ops[i], "\"1\""), 0);
		assert_int_equal(leaf("null", ops[i], "null"), 0);
		assert_int_equal(leaf("[1]", ops[i], "[1]"), 0);
		assert_int_equal(leaf("true", ops[i], "false"), 0);
	}
}

static void
test_contains_and_in_mirror_each_other(void **state)
{
	static const struct {
		const char *holder, *part;
		int holds;
	} cases[] = {
		{"\"hello\"", "\"ell\"", 1},
		{"\"hello\"", "\"\"", 1},
		{"\"hello\"", "\"x\"", 0},
		{"\"5\"", "5", 0},
		{"[1,{\"a\":1}]", "{\"a\":1.0}", 1},
		{"[1,2]", "\"1\"", 0},
		{"[]", "null", 0},
		{"[null]", "null", 1},
		{"{\"a\":null}", "\"a\"", 1},
		{"{\"a\":\"b\"}", "\"b\"", 0},
		{"null", "\"a\"", 0},
		{"7", "7", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(leaf(cases[i].holder, "contains", cases[i].part), cases[i].holds);
		assert_int_equal(leaf(cases[i].part, "in", cases[i].holder), cases[i].holds);
		assert_int_equal(leaf(cases[i].holder, "not_contains", cases[i].part),
				 !cases[i].holds);
		assert_int_equal(leaf(cases[i].part, "not_in", cases[i].holder), !cases[i].holds);
	}
}

static void
test_prefixes_and_suffixes_are_of_strings(void **state)
{
	assert_int_equal(leaf("\"hello\"", "starts_with", "\"he\""), 1);
	assert_int_equal(leaf("\"hello\"", "ends_with", "\"lo\""), 1);
	assert_int_equal(leaf("\"he\"", "starts_with", "\"hello\""), 0);
	assert_int_equal(leaf("[\"he\"]", "starts_with", "\"he\""), 0);
	assert_int_equal(leaf("12", "ends_with", "\"2\""), 0);
}

static void
test_matches_searches_anywhere(void **state)
{
	assert_int_equal(leaf("\"user.created\"", "matches", "\"cre\""), 1);
	assert_int_equal(leaf("\"user.created\"", "matches", "\"^created\""), 0);
	assert_int_equal(leaf("\"ünï\"", "matches", "\"^.n.$\""), 1);
	assert_int_equal(leaf("\"\"", "matches", "\"^$\""), 1);
	assert_int_equal(leaf("5", "matches", "\"5\""), 0);
	assert_int_equal(leaf("\"a\"", "matches", "\"(\""), -1);
	assert_int_equal(leaf("\"a\"", "matches", "null"), -1);
}

static void
test_a_costly_pattern_is_cut_off(void **state)
{
	assert_int_equal(leaf("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"", "matches",
			      "\"^(a+)+$\""),
			 -1);
	assert_non_null(strstr(problems.items[0].message, "takes too long"));
}

/* PCRE2's own limits hold for one starting place only: each of these would take hours. */
static void
test_a_long_subject_does_not_hold_up_a_pattern(void **state)
{
	char *text = pawl_arena_alloc(&arena, (1 << 20) + 3);

	memset(text, 'x', (1 << 20) + 2);
	text[0] = text[(1 << 20) + 1] = '"';
	text[(1 << 20) + 2] = '\0';
	assert_int_equal(leaf(text, "matches", "\"x*[yz]\""), -1);
	assert_int_equal(leaf(text, "matches", "\"(x|xx)*[yz]\""), -1);
	assert_int_equal(leaf(text, "matches", "\"^x+$\""), 1);
}

static void
test_before_and_after_take_text_and_numbers(void **state)
{
	assert_int_equal(leaf("\"2026-01-01\"", "before", "\"2026-01-01T00:00:01Z\""), 1);
	assert_int_equal(leaf("1767225600", "after", "\"2025-12-31T23:59:59Z\""), 1);
	assert_int_equal(leaf("1767225600000", "before", "1767225601"), 1);
	assert_int_equal(leaf("1767225600", "before", "1767225600000"), 0);
	assert_int_equal(leaf("null", "before", "1767225600"), 0);
	assert_int_equal(leaf("1767225600", "after", "null"), 0);
	assert_int_equal(leaf("\"soon\"", "before", "1767225600"), -1);
	assert_int_equal(leaf("1e300", "before", "1767225600"), -1);
	assert_int_equal(leaf("true", "after", "1767225600"), -1);
}

static void
test_emptiness_existence_and_booleans(void **state)
{
	static const char *const empty[] = {"null", "\"\"", "[]", "{}"};
	static const char *const full[] = {"0", "false", "\" \"", "[null]", "{\"a\":1}"};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(unary(empty[i], "is_empty"), 1);
		assert_int_equal(unary(empty[i], "is_not_empty"), 0);
	}
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(unary(full[i], "is_empty"), 0);
	assert_int_equal(unary("null", "exists"), 0);
	assert_int_equal(unary("false", "exists"), 1);
	assert_int_equal(unary("null", "not_exists"), 1);
	assert_int_equal(unary("true", "is_true"), 1);
	assert_int_equal(unary("\"true\"", "is_true"), 0);
	assert_int_equal(unary("1", "is_true"), 0);
	assert_int_equal(unary("false", "is_false"), 1);
	assert_int_equal(unary("null", "is_false"), 0);
}

static void
test_type_names(void **state)
{
	assert_int_equal(leaf("[]", "type_is", "\"array\""), 1);
	assert_int_equal(leaf("1", "type_is", "\"string\""), 0);
	assert_int_equal(leaf("1", "type_is", "\"integer\""), -1);
}

#define YES "{\"left\":1,\"op\":\"equals\",\"right\":1}"
#define NO  "{\"left\":1,\"op\":\"equals\",\"right\":2}"
#define BAD "{\"left\":\"a\",\"op\":\"matches\",\"right\":\"(\"}"

static void
test_groups_nest_and_stop_at_the_decision(void **state)
{
	assert_int_equal(eval("{\"all\":[" YES "," YES "]}"), 1);
	assert_int_equal(eval("{\"all\":[" YES "," NO "," BAD "]}"), 0);
	assert_int_equal(eval("{\"any\":[" NO "," YES "," BAD "]}"), 1);
	assert_int_equal(eval("{\"any\":[" NO "," BAD "]}"), -1);
	assert_int_equal(eval("{\"not\":" NO "}"), 1);
	assert_int_equal(eval("{\"not\":{\"any\":[" NO ",{\"all\":[" YES "]}]}}"), 0);
}

static void
test_nonsense_is_an_error_and_no_crash(void **state)
{
	assert_int_equal(eval("{}"), -1);
	assert_int_equal(eval("[]"), -1);
	assert_int_equal(eval("{\"left\":1,\"op\":7}"), -1);
	assert_int_equal(eval("{\"all\":7}"), 1);
	assert_int_equal(eval("{\"all\":[7]}"), -1);
}

static void
test_check_accepts_what_is_good(void **state)
{
	static const char *const also[] = {"name", NULL};

	check("{\"all\":[" YES ",{\"not\":{\"left\":\"${a.output.x}\",\"op\":\"exists\"}}]}", NULL);
	assert_problems(0);
	check("{\"name\":\"a\",\"left\":1,\"op\":\"equals\",\"right\":null}", also);
	assert_problems(0);
	check("{\"left\":\"${a.output}\",\"op\":\"matches\",\"right\":\"${b.output}\"}", NULL);
	assert_problems(0);
}

static void
test_check_names_every_mistake(void **state)
{
	check("{\"all\":[{\"left\":1,\"op\":\"equls\",\"right\":1},{\"op\":\"equals\"},"
	      "{\"left\":1,\"op\":\"is_true\",\"right\":1},"
	      "{\"left\":\"a\",\"op\":\"matches\",\"right\":\"(\"},"
	      "{\"left\":\"x\",\"op\":\"before\",\"right\":\"soon\"},{\"any\":[]},7,"
	      "{\"left\":1,\"op\":\"equals\",\"right\":1,\"rigth\":2},"
	      "{\"left\":1,\"op\":\"in\",\"right\":5},{\"left\":1}],\"also\":1}",
	      NULL);
	assert_problem("/c/all/0/op", "did you mean \"equals\"?");
	assert_problem("/c/all/1", "\"left\" is missing");
	assert_problem("/c/all/1", "\"right\" is missing");
	assert_problem("/c/all/2/right", "remove it");
	assert_problem("/c/all/3/right", "regular expression");
	assert_problem("/c/all/4/left", "must be a time");
	assert_problem("/c/all/4/right", "must be a time");
	assert_problem("/c/all/5/any", "is empty");
	assert_problem("/c/all/6", "must be a condition");
	assert_problem("/c/all/7/rigth", "did you mean \"right\"?");
	assert_problem("/c/all/8/right", "must be a list");
	assert_problem("/c/all/9", "\"op\" is missing");
	assert_problem("/c/also", "does not belong");
	assert_problems(13);
}

static void
test_check_tells_two_conditions_in_one(void **state)
{
	check("{\"all\":[" YES "],\"any\":[" YES "],\"op\":\"equals\"}", NULL);
	assert_problem("/c", "more than one condition");
	assert_problems(1);
}

static void
test_nesting_has_a_limit(void **state)
{
	struct pawl_buf text;
	const char *deep;

	pawl_buf_init(&text, 100000);
	for (int i = 0; i < PAWL_CONDITION_DEPTH_MAX + 1; i++)
		pawl_buf_append_c(&text, "{\"not\":");
	pawl_buf_append_c(&text, YES);
	for (int i = 0; i < PAWL_CONDITION_DEPTH_MAX + 1; i++)
		pawl_buf_append_char(&text, '}');
	deep = pawl_arena_dup_c(&arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	check(deep, NULL);
	assert_problems(1);
	assert_int_equal(eval(deep), -1);
}

static void
test_the_list_of_operators_is_the_table(void **state)
{
	const char *const *ops = pawl_condition_ops();
	size_t n = 0;

	for (; ops[n]; n++)
		assert_in_range(pawl_condition_op_operands(ops[n]), 1, 2);
	assert_int_equal(n, 22);
	assert_int_equal(pawl_condition_op_operands("is_empty"), 1);
	assert_int_equal(pawl_condition_op_operands("equals"), 2);
	assert_int_equal(pawl_condition_op_operands("nonsense"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		flow_test(test_equality_is_deep_and_by_value),
		flow_test(test_order_of_numbers_strings_and_times),
		flow_test(test_values_without_an_order_are_neither),
		flow_test(test_contains_and_in_mirror_each_other),
		flow_test(test_prefixes_and_suffixes_are_of_strings),
		flow_test(test_matches_searches_anywhere),
		flow_test(test_a_costly_pattern_is_cut_off),
		flow_test(test_a_long_subject_does_not_hold_up_a_pattern),
		flow_test(test_before_and_after_take_text_and_numbers),
		flow_test(test_emptiness_existence_and_booleans),
		flow_test(test_type_names),
		flow_test(test_groups_nest_and_stop_at_the_decision),
		flow_test(test_nonsense_is_an_error_and_no_crash),
		flow_test(test_check_accepts_what_is_good),
		flow_test(test_check_names_every_mistake),
		flow_test(test_check_tells_two_conditions_in_one),
		flow_test(test_nesting_has_a_limit),
		flow_test(test_the_list_of_operators_is_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
