#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/rows.h"

static void
test_run_state_names_parse_back(void **state)
{
	for (unsigned i = PAWL_RUN_QUEUED; i <= PAWL_RUN_TIMED_OUT; i++) {
		enum pawl_run_state out = 99;

		assert_true(pawl_run_state_parse(pawl_str_c(pawl_run_state_name(i)), &out));
		assert_int_equal(out, i);
	}
	assert_string_equal(pawl_run_state_name(PAWL_RUN_TIMED_OUT), "timed_out");
}

static void
test_workflow_state_names_parse_back(void **state)
{
	for (unsigned i = PAWL_WORKFLOW_INACTIVE; i <= PAWL_WORKFLOW_PAUSED; i++) {
		enum pawl_workflow_state out = 99;

		assert_true(
			pawl_workflow_state_parse(pawl_str_c(pawl_workflow_state_name(i)), &out));
		assert_int_equal(out, i);
	}
}

static void
test_verdict_names_parse_back(void **state)
{
	for (unsigned i = PAWL_VERDICT_ACCEPTED; i <= PAWL_VERDICT_DUPLICATE; i++) {
		enum pawl_verdict out = 99;

		assert_true(pawl_verdict_parse(pawl_str_c(pawl_verdict_name(i)), &out));
		assert_int_equal(out, i);
	}
}

static void
test_unknown_words_are_refused(void **state)
{
	const struct pawl_str words[] = {PAWL_STR(""), PAWL_STR("Queued"), PAWL_STR("queued "),
					 PAWL_STR("queue"), PAWL_STR("queued\0")};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		enum pawl_run_state run;
		enum pawl_workflow_state workflow;
		enum pawl_verdict verdict;

		assert_false(pawl_run_state_parse(words[i], &run));
		assert_false(pawl_workflow_state_parse(words[i], &workflow));
		assert_false(pawl_verdict_parse(words[i], &verdict));
	}
}

static void
test_numbers_out_of_range_have_a_name_too(void **state)
{
	assert_string_equal(pawl_run_state_name(77), "unknown");
	assert_string_equal(pawl_node_state_name((enum pawl_node_state) - 1), "unknown");
	assert_string_equal(pawl_node_state_name(PAWL_NODE_SKIPPED), "skipped");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run_state_names_parse_back),
		cmocka_unit_test(test_workflow_state_names_parse_back),
		cmocka_unit_test(test_verdict_names_parse_back),
		cmocka_unit_test(test_unknown_words_are_refused),
		cmocka_unit_test(test_numbers_out_of_range_have_a_name_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
