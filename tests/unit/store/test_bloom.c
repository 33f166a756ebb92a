#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/bloom.h"

#define KEYS 500000

/* As evenly spread as a hash (the finalizer of splitmix64). */
static uint64_t
hash(uint64_t n)
{
	n += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

static void
test_what_was_added_may_be_there_and_nearly_nothing_else(void **state)
{
	struct pawl_bloom *bloom = pawl_bloom_new();
	size_t wrong = 0;

	for (uint64_t i = 0; i < KEYS; i++) {
		assert_false(i == 0 && pawl_bloom_may_have(bloom, hash(i)));
		pawl_bloom_add(bloom, hash(i));
	}
	for (uint64_t i = 0; i < KEYS; i++) {
		assert_true(pawl_bloom_may_have(bloom, hash(i)));
		wrong += pawl_bloom_may_have(bloom, hash(KEYS + i));
	}
	assert_true(wrong < KEYS / 500);
	pawl_bloom_free(bloom);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_added_may_be_there_and_nearly_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
