#include "store/stat.h"

#include "store/failure.h"
#include "store_testing.h"

static void
test_every_class_of_failure_has_a_counter(void **state)
{
	for (size_t i = 0; pawl_failure_classes[i]; i++) {
		unsigned counter = pawl_stat_of_failure(pawl_failure_classes[i]);

		assert_string_equal(pawl_stat_failures[counter - PAWL_STAT_FAILURES],
				    pawl_failure_classes[i]);
	}
	assert_int_equal(pawl_stat_of_failure("of no kind"), PAWL_STAT_FAILURES);
	assert_int_equal(pawl_stat_of_refusal(PAWL_STR("")), PAWL_STAT_REFUSALS);
	assert_int_equal(pawl_stat_of_refusal(PAWL_STR("bad_signature: no")),
			 pawl_stat_of_refusal(PAWL_STR("bad_signature")));
}

static void
test_words_fit_between_their_neighbours(void **state)
{
	size_t n_failures = 0, n_refusals = 0;

	while (pawl_stat_failures[n_failures])
		n_failures++;
	while (pawl_stat_refusals[n_refusals])
		n_refusals++;
	assert_true(PAWL_STAT_FAILURES + n_failures <= PAWL_STAT_REFUSALS);
	assert_true(PAWL_STAT_REFUSALS + n_refusals <= PAWL_STAT_N);
	assert_true(PAWL_STAT_ACCEPT_TIME + PAWL_HISTOGRAM_BUCKETS <= PAWL_STAT_QUEUE_TIME);
	assert_true(PAWL_STAT_RUN_TIME + PAWL_HISTOGRAM_BUCKETS <= PAWL_STAT_FAILURES);
}

static void
test_quantiles_lie_in_their_buckets(void **state)
{
	uint64_t buckets[PAWL_HISTOGRAM_BUCKETS] = {0};

	assert_int_equal(pawl_histogram_quantile_us(buckets, 0.5), -1);
	buckets[pawl_histogram_bucket(700)] = 90;
	buckets[pawl_histogram_bucket(40000)] = 10;
	assert_in_range(pawl_histogram_quantile_us(buckets, 0.5), 500, 1000);
	assert_in_range(pawl_histogram_quantile_us(buckets, 0.95), 25000, 50000);
	assert_in_range(pawl_histogram_quantile_us(buckets, 1), 50000, 50000);
	assert_int_equal(pawl_histogram_bucket(-5), 0);
	assert_int_equal(pawl_histogram_bucket(INT64_MAX), PAWL_HISTOGRAM_BOUNDS);
	memset(buckets, 0, sizeof(buckets));
	buckets[PAWL_HISTOGRAM_BOUNDS] = 1;
	assert_int_equal(pawl_histogram_quantile_us(buckets, 0.5),
			 pawl_histogram_bounds_us[PAWL_HISTOGRAM_BOUNDS - 1]);
}

static void
test_buckets_come_back_and_add_up(void **state)
{
	uint64_t by[PAWL_STAT_N] = {0}, back[PAWL_STAT_N] = {0};
	struct pawl_buf stored;

	by[0] = 1;
	by[127] = 128;
	by[PAWL_STAT_N - 1] = UINT64_MAX / 2;
	pawl_buf_init(&stored, 1000);
	pawl_stat_encode(&stored, by);
	assert_true(pawl_stat_decode(pawl_buf_peek(&stored), back));
	assert_memory_equal(by, back, sizeof(by));
	assert_true(pawl_stat_decode(pawl_buf_peek(&stored), back));
	assert_int_equal(back[127], 256);
	assert_false(
		pawl_stat_decode(pawl_str_sub(pawl_buf_peek(&stored), 0, stored.len - 1), back));
	assert_false(pawl_stat_decode(pawl_str("\xff\x7f\x01", 3), back));
	assert_true(pawl_stat_decode(PAWL_STR(""), back));
	pawl_buf_fini(&stored);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_class_of_failure_has_a_counter),
		cmocka_unit_test(test_words_fit_between_their_neighbours),
		cmocka_unit_test(test_quantiles_lie_in_their_buckets),
		cmocka_unit_test(test_buckets_come_back_and_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
