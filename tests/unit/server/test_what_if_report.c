/* How a run then and now are set against each other. */
#include "server_testing.h"

#include "server/what_if.h"

static struct pawl_arena arena;

static int
setup(void **state)
{
	pawl_arena_init(&arena, 0);
	return 0;
}

static int
teardown(void **state)
{
	pawl_arena_fini(&arena);
	return 0;
}

static struct pawl_json
report(const char *old_output, const char *new_output, enum pawl_what_if_outcome *outcome)
{
	static const struct pawl_engine_config config;
	struct pawl_run_record recorded = {.run = {.id = 5,
						   .request_id = 5,
						   .state = PAWL_RUN_COMPLETED,
						   .output = pawl_str_c(old_output)}};
	struct pawl_what_if what_if = {.config = &config,
				       .recorded = &recorded,
				       .state = PAWL_RUN_COMPLETED,
				       .output = pawl_str_c(new_output)};

	return pawl_what_if_report(&arena, &what_if, outcome);
}

static void
test_the_same_by_value_is_the_same(void **state)
{
	enum pawl_what_if_outcome outcome;
	struct pawl_json item = report("{\"a\":1,\"b\":2}", "{\"b\":2.0,\"a\":1}", &outcome);

	assert_int_equal(outcome, PAWL_WHAT_IF_SAME);
	assert_int_equal(pawl_json_get_c(&item, "output")->len, 0);
	assert_false(pawl_json_get_bool(&item, "cut", true));
}

static void
test_long_values_and_long_lists_are_shortened(void **state)
{
	enum pawl_what_if_outcome outcome;
	struct pawl_json item;
	const struct pawl_json *list;
	struct pawl_str shown;
	char text[5000], longer[5000];

	memset(text, 'x', sizeof text);
	text[0] = text[sizeof text - 2] = '"';
	text[sizeof text - 1] = '\0';
	item = report(text, "1", &outcome);
	assert_int_equal(outcome, PAWL_WHAT_IF_CHANGED);
	list = pawl_json_get_c(&item, "output");
	shown = pawl_json_get_str(&list->items[0], "old", PAWL_STR(""));
	assert_true(shown.len < 1100);
	assert_true(pawl_str_find(shown, PAWL_STR("(4999 bytes)")) != SIZE_MAX);
	for (size_t i = 0; i < 60; i++)
		memcpy(longer + 2 * i, i ? ",1" : "[1", 2);
	memcpy(longer + 120, "]", 2);
	item = report("[]", longer, &outcome);
	assert_int_equal(pawl_json_get_c(&item, "output")->len, 50);
	assert_true(pawl_json_get_bool(&item, "cut", false));
}

static void
test_a_run_that_is_not_there_has_its_reason(void **state)
{
	struct pawl_json item = pawl_what_if_untried(&arena, 7, NULL, "there is no such run");

	assert_true(pawl_str_eq_c(pawl_json_get_str(&item, "run_id", PAWL_STR("")), "7"));
	assert_true(
		pawl_str_eq_c(pawl_json_get_str(&item, "status", PAWL_STR("")), "no_recording"));
	assert_true(pawl_json_is(pawl_json_get_c(&item, "old_status"), PAWL_JSON_NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_same_by_value_is_the_same, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_long_values_and_long_lists_are_shortened,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_run_that_is_not_there_has_its_reason, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
