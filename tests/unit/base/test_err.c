#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"

static void
test_names_are_stable_and_unique(void **state)
{
	static const char *const names[] = {"ok",        "invalid",  "too_big", "not_found",
					    "conflict",  "denied",   "io",      "full",
					    "timed_out", "canceled", "state"};

	for (int i = PAWL_OK; i <= PAWL_ESTATE; i++)
		assert_string_equal(pawl_err_name((enum pawl_err)i), names[i]);
	assert_string_equal(pawl_err_name((enum pawl_err)1000), "unknown");
}

static void
test_problems_are_kept_in_order_and_copied(void **state)
{
	struct pawl_problems problems = {0};
	char where[] = "/nodes/0", what[] = "id";

	pawl_problems_add(&problems, where, "%s is missing, give it one of %d", what, 3);
	pawl_problems_add(&problems, "", "100%% wrong");
	pawl_problems_add(&problems, NULL, "%s", "%s%n");
	memset(where, 'x', sizeof(where) - 1);
	memset(what, 'x', sizeof(what) - 1);
	assert_int_equal(problems.len, 3);
	assert_string_equal(problems.items[0].where, "/nodes/0");
	assert_string_equal(problems.items[0].message, "id is missing, give it one of 3");
	assert_string_equal(problems.items[1].where, "");
	assert_string_equal(problems.items[1].message, "100% wrong");
	assert_string_equal(problems.items[2].where, "");
	assert_string_equal(problems.items[2].message, "%s%n");
	pawl_problems_fini(&problems);
	assert_int_equal(problems.len, 0);
}

static void
test_long_messages_are_whole(void **state)
{
	struct pawl_problems problems = {0};

	pawl_problems_add(&problems, "/a", "%*s|", 10000, "");
	assert_int_equal(strlen(problems.items[0].message), 10001);
	assert_string_equal(problems.items[0].message + 10000, "|");
	pawl_problems_fini(&problems);
}

static void
test_past_the_limit_only_the_count_goes_on(void **state)
{
	struct pawl_problems problems = {0};

	for (int i = 0; i < PAWL_PROBLEMS_MAX + 50; i++)
		pawl_problems_add(&problems, "/", "%d", i);
	assert_int_equal(problems.len, PAWL_PROBLEMS_MAX);
	assert_int_equal(problems.dropped, 50);
	assert_string_equal(problems.items[PAWL_PROBLEMS_MAX - 1].message, "199");
	pawl_problems_fini(&problems);
	assert_int_equal(problems.dropped, 0);
}

static void
test_null_list_drops_the_problem(void **state)
{
	struct pawl_problems problems = {0};

	pawl_problems_add(NULL, "/", "%s", "nobody asked");
	pawl_problems_fini(NULL);
	pawl_problems_fini(&problems);
	pawl_problems_fini(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_stable_and_unique),
		cmocka_unit_test(test_problems_are_kept_in_order_and_copied),
		cmocka_unit_test(test_long_messages_are_whole),
		cmocka_unit_test(test_past_the_limit_only_the_count_goes_on),
		cmocka_unit_test(test_null_list_drops_the_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
