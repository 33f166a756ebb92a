#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "child.h"

#define THREADS    4
#define PER_THREAD 50000

static void
test_ids_grow_strictly_and_carry_the_time(void **state)
{
	int64_t now_ms = pawl_clock_now_us() / 1000;
	uint64_t before = pawl_id_new();

	assert_in_range(pawl_id_time_ms(before), now_ms, now_ms + 60000);
	/* more than one millisecond's sequence holds */
	for (int i = 0; i < 300000; i++) {
		uint64_t id = pawl_id_new();

		assert_true(id > before);
		before = id;
	}
	assert_true(before <= INT64_MAX);
}

static void
test_ids_grow_when_the_clock_goes_back(void **state)
{
	uint64_t before = pawl_id_new(), after;

	pawl_clock_shift_us(INT64_C(-3600000000));
	after = pawl_id_new();
	assert_true(after > before);
	assert_true(pawl_id_new() > after);
	pawl_clock_shift_us(INT64_C(3600000000));
}

static void
test_ids_follow_the_greatest_on_disk(void **state)
{
	uint64_t now = pawl_id_new(), later = now + (UINT64_C(60000) << 21), id;

	pawl_id_advance(later);
	id = pawl_id_new();
	assert_true(id > later);
	assert_true(pawl_id_time_ms(id) - pawl_id_time_ms(later) <= 1);
	/* an older one changes nothing */
	pawl_id_advance(now);
	pawl_id_advance(0);
	assert_true(pawl_id_new() > id);
	/* the id of another node in the same millisecond, at both ends of its sequence */
	later = pawl_id_new() | UINT64_C(31) << 16;
	pawl_id_advance(later);
	assert_true(pawl_id_new() > later);
	later = pawl_id_new() | UINT64_C(0x1fffff);
	pawl_id_advance(later);
	assert_true(pawl_id_new() > later);
}

static void
exhaust(void)
{
	pawl_id_advance(INT64_MAX);
	pawl_id_new();
}

static void
test_no_id_is_made_past_the_last_one(void **state)
{
	char text[1000];
	int status = run_child(exhaust, text, sizeof(text));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void *
make_ids(void *arg)
{
	uint64_t *ids = arg;

	for (size_t i = 0; i < PER_THREAD; i++) {
		ids[i] = pawl_id_new();
		if (i % 1000 == 0)
			pawl_id_advance(ids[i] + 5);
	}
	return NULL;
}

static int
compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
test_ids_of_several_threads_are_unique_and_grow_in_each(void **state)
{
	uint64_t *ids = calloc(THREADS * PER_THREAD, sizeof(*ids));
	pthread_t threads[THREADS];

	assert_non_null(ids);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids + i * PER_THREAD),
				 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 1; i < THREADS * PER_THREAD; i++) {
		if (i % PER_THREAD)
			assert_true(ids[i] > ids[i - 1]);
	}
	qsort(ids, THREADS * PER_THREAD, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < THREADS * PER_THREAD; i++)
		assert_true(ids[i] != ids[i - 1]);
	free(ids);
}

static void
test_text_there_and_back(void **state)
{
	const uint64_t ids[] = {1, 9, 10, 1234567890123456789, INT64_MAX, pawl_id_new()};
	char text[PAWL_ID_TEXT_MAX];
	uint64_t back;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		size_t len = pawl_id_format(ids[i], text);

		assert_int_equal(len, strlen(text));
		assert_true(pawl_id_parse(pawl_str(text, len), &back));
		assert_true(back == ids[i]);
	}
	assert_int_equal(pawl_id_format(UINT64_MAX, text), 20);
	assert_string_equal(text, "18446744073709551615");
	assert_int_equal(pawl_id_format(0, text), 1);
	assert_string_equal(text, "0");
}

static void
test_parse_is_strict(void **state)
{
	static const char *const bad[] = {"",
					  "0",
					  "01",
					  "-1",
					  "+1",
					  " 1",
					  "1 ",
					  "1.0",
					  "0x1",
					  "1e3",
					  "9223372036854775808",
					  "18446744073709551616",
					  "18446744073709551617",
					  "99999999999999999999999"};
	uint64_t out = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_id_parse(pawl_str_c(bad[i]), &out))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(pawl_id_parse(pawl_str(NULL, 0), &out));
	assert_false(pawl_id_parse(pawl_str("1\0", 2), &out));
	assert_true(out == 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_grow_strictly_and_carry_the_time),
		cmocka_unit_test(test_ids_grow_when_the_clock_goes_back),
		cmocka_unit_test(test_ids_follow_the_greatest_on_disk),
		cmocka_unit_test(test_no_id_is_made_past_the_last_one),
		cmocka_unit_test(test_ids_of_several_threads_are_unique_and_grow_in_each),
		cmocka_unit_test(test_text_there_and_back),
		cmocka_unit_test(test_parse_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
