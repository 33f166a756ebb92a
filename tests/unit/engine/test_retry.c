#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/run.h"

#include <cmocka.h>

static const struct pawl_retry doubling = {
	.max = 20, .initial_ms = 1000, .max_delay_ms = 60000, .factor = 2};

static void
test_delay_grows_up_to_its_bound(void **state)
{
	assert_int_equal(pawl_retry_delay_ms(&doubling, 1, -1, 0), 1000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 2, -1, 0), 2000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 6, -1, 0), 32000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 7, -1, 0), 60000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 20, -1, 0), 60000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, UINT32_MAX, -1, 0), 60000);
}

static void
test_jitter_takes_away_half_at_most(void **state)
{
	struct pawl_retry retry = doubling;

	retry.jitter = true;
	assert_int_equal(pawl_retry_delay_ms(&retry, 1, -1, 0), 500);
	assert_int_equal(pawl_retry_delay_ms(&retry, 1, -1, 0.5), 750);
	assert_in_range(pawl_retry_delay_ms(&retry, 1, -1, 0.999999), 999, 1000);
	assert_int_equal(pawl_retry_delay_ms(&retry, 20, -1, 0), 30000);
}

static void
test_retry_after_is_a_lower_bound_of_a_day_at_most(void **state)
{
	assert_int_equal(pawl_retry_delay_ms(&doubling, 1, 0, 0), 1000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 1, 999, 0), 1000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 1, 120000, 0), 120000);
	assert_int_equal(pawl_retry_delay_ms(&doubling, 1, INT64_MAX, 0), 86400000);
}

static void
test_delay_of_nothing_stays_nothing(void **state)
{
	struct pawl_retry retry = {.factor = 10, .max_delay_ms = 1000};

	assert_int_equal(pawl_retry_delay_ms(&retry, 1, -1, 0.5), 0);
	assert_true(pawl_retry_delay_ms(&retry, 5, -1, 0.5) >= 0);
	/* 0 times infinity */
	assert_in_range(pawl_retry_delay_ms(&retry, 4000000, -1, 0.5), 0, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delay_grows_up_to_its_bound),
		cmocka_unit_test(test_jitter_takes_away_half_at_most),
		cmocka_unit_test(test_retry_after_is_a_lower_bound_of_a_day_at_most),
		cmocka_unit_test(test_delay_of_nothing_stays_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
