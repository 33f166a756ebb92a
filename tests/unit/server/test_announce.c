#include "server_testing.h"

static void
test_older_change_does_not_follow_a_newer_one(void **state)
{
	struct pawl_announcer *announcer = pawl_announcer_new();
	uint64_t first = pawl_announcer_order(announcer), second = pawl_announcer_order(announcer);

	assert_true(first < second);
	assert_true(pawl_announcer_begin(announcer, 7, second));
	pawl_announcer_end(announcer);
	assert_false(pawl_announcer_begin(announcer, 7, first));
	assert_false(pawl_announcer_begin(announcer, 7, second));
	/* Each workflow for itself. */
	assert_true(pawl_announcer_begin(announcer, 8, first));
	pawl_announcer_end(announcer);
	assert_true(pawl_announcer_begin(announcer, 7, pawl_announcer_order(announcer)));
	pawl_announcer_end(announcer);
	pawl_announcer_free(announcer);
	pawl_announcer_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_older_change_does_not_follow_a_newer_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
