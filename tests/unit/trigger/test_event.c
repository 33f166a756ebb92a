/* Types of events and the patterns that mean them, and what runs see of events. */
#include "trigger_testing.h"

#include "trigger/event.h"

static void
test_patterns_mean_types(void **state)
{
	static const struct {
		const char *pattern, *type;
		bool fits;
	} cases[] = {
		{"a.b", "a.b", true},
		{"a.b", "a.c", false},
		{"a.b", "a", false},
		{"a.b", "a.b.c", false},
		{"a.*", "a.b", true},
		{"a.*", "a", false},
		{"a.*", "a.b.c", false},
		{"*.b", "a.b", true},
		{"*", "a", true},
		{"*", "a.b", false},
		{"**", "a.b.c", true},
		{"a.**", "a.b.c", true},
		{"a.**", "a", false},
		{"**.c", "a.b.c", true},
		{"**.c", "c", false},
		{"a.**.c", "a.b.b.c", true},
		{"a.**.c", "a.c", false},
		{"**.b.**", "a.b.b.c", true},
		{"**.b", "a.b.c", false},
		{"**.b.c", "a.b.b.c", true},
		{"**", "pawl.run.failed", false},
		{"*.run.failed", "pawl.run.failed", false},
		{"pawl.**", "pawl.run.failed", true},
		{"pawl.run.*", "pawl.run.failed", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (pawl_event_pattern_fits(pawl_str_c(cases[i].pattern),
					    pawl_str_c(cases[i].type)) != cases[i].fits)
			fail_msg("%s, %s", cases[i].pattern, cases[i].type);
}

static void
test_types_are_words_between_dots(void **state)
{
	(void)state;
	assert_null(pawl_event_type_problem(PAWL_STR("com.example/v1:order-paid_2")));
	assert_non_null(pawl_event_type_problem(PAWL_STR("")));
	assert_non_null(pawl_event_type_problem(PAWL_STR("a.")));
	assert_non_null(pawl_event_type_problem(PAWL_STR(".a")));
	assert_non_null(pawl_event_type_problem(PAWL_STR("a.*")));
	assert_non_null(pawl_event_type_problem(PAWL_STR("a\xc3\xa4")));
}

static void
test_the_chain_comes_back_from_the_input(void **state)
{
	const uint64_t ids[] = {11, 12, 13};
	struct pawl_event event = {
		.type = PAWL_STR("a"), .data = pawl_json_null(), .chain = ids, .n_chain = 3};
	struct pawl_arena arena;
	struct pawl_json input;
	const uint64_t *chain;
	size_t n;

	(void)state;
	pawl_arena_init(&arena, 0);
	input = pawl_event_input(&arena, &event);
	chain = pawl_event_chain(&arena, &input, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(chain, ids, sizeof(ids));
	input = parse_json(&arena, "{\"chain\":[\"x\",1,null,\"7\"]}");
	chain = pawl_event_chain(&arena, &input, &n);
	assert_int_equal(n, 2);
	assert_int_equal(chain[1], 7);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns_mean_types),
		cmocka_unit_test(test_types_are_words_between_dots),
		cmocka_unit_test(test_the_chain_comes_back_from_the_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
