#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "engine/cache.h"

#include <cmocka.h>

static struct pawl_arena arena;

static bool
get(struct pawl_cache *cache, const char *key, int64_t max_age_ms, struct pawl_str *output)
{
	struct pawl_str port;

	return pawl_cache_get(cache, pawl_str_c(key), max_age_ms, &arena, output, &port);
}

static void
put(struct pawl_cache *cache, const char *key, const char *output)
{
	pawl_cache_put(cache, pawl_str_c(key), pawl_str_c(output), PAWL_STR("out"));
}

static void
test_what_was_put_comes_back_as_a_copy(void **state)
{
	struct pawl_cache *cache = pawl_cache_new(1000);
	struct pawl_str output, port;

	assert_false(get(cache, "k", 1000, &output));
	put(cache, "k", "{}");
	assert_true(pawl_cache_get(cache, PAWL_STR("k"), 1000, &arena, &output, &port));
	put(cache, "k", "[1]");
	pawl_cache_free(cache);
	assert_true(pawl_str_eq_c(output, "{}"));
	assert_true(pawl_str_eq_c(port, "out"));
}

static void
test_last_one_put_counts(void **state)
{
	struct pawl_cache *cache = pawl_cache_new(1000);
	struct pawl_str output;

	put(cache, "k", "1");
	put(cache, "k", "2");
	assert_true(get(cache, "k", 1000, &output));
	assert_true(pawl_str_eq_c(output, "2"));
	pawl_cache_free(cache);
}

static void
test_old_ones_are_not_given(void **state)
{
	struct pawl_cache *cache = pawl_cache_new(1000);
	struct pawl_str output;

	put(cache, "k", "1");
	pawl_clock_shift_us(2000 * 1000);
	assert_false(get(cache, "k", 1000, &output));
	assert_true(get(cache, "k", 3600000, &output));
	pawl_cache_free(cache);
}

static void
test_least_recently_used_goes_first(void **state)
{
	struct pawl_cache *cache = pawl_cache_new(250);
	struct pawl_str output;

	put(cache, "a", "1");
	put(cache, "b", "2");
	/* One after the other comes in, `a` is used all the time, `b` never. */
	for (char key[2] = "c"; key[0] <= 'h'; key[0]++) {
		assert_true(get(cache, "a", 60000, &output));
		put(cache, key, "3");
	}
	assert_true(get(cache, "a", 60000, &output));
	assert_true(get(cache, "h", 60000, &output));
	assert_false(get(cache, "b", 60000, &output));
	pawl_cache_free(cache);
}

static void
test_one_that_is_too_big_drives_nothing_out(void **state)
{
	struct pawl_cache *cache = pawl_cache_new(300);
	static char big[400];
	struct pawl_str output;

	memset(big, 'x', sizeof big - 1);
	put(cache, "a", "1");
	put(cache, "big", big);
	assert_false(get(cache, "big", 60000, &output));
	assert_true(get(cache, "a", 60000, &output));
	pawl_cache_free(cache);
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_put_comes_back_as_a_copy),
		cmocka_unit_test(test_last_one_put_counts),
		cmocka_unit_test(test_old_ones_are_not_given),
		cmocka_unit_test(test_least_recently_used_goes_first),
		cmocka_unit_test(test_one_that_is_too_big_drives_nothing_out),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
