#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "child.h"

static struct pawl_str
number_key(char room[32], unsigned n)
{
	int len = snprintf(room, 32, "key-%u", n);

	return pawl_str(room, (size_t)len);
}

static void
test_empty_map_has_nothing(void **state)
{
	struct pawl_map map = {0};
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	assert_null(pawl_map_get(&map, PAWL_STR("a")));
	assert_null(pawl_map_remove(&map, PAWL_STR("a")));
	assert_false(pawl_map_next(&map, &cursor, &key, &value));
	pawl_map_fini(&map);
	pawl_map_fini(NULL);
}

static void
test_set_replaces_and_says_what_was_there(void **state)
{
	struct pawl_map map = {0};
	int one, two;

	assert_null(pawl_map_set(&map, PAWL_STR("a"), &one));
	assert_ptr_equal(pawl_map_set(&map, PAWL_STR("a"), &two), &one);
	assert_ptr_equal(pawl_map_get(&map, PAWL_STR("a")), &two);
	assert_int_equal(map.len, 1);
	assert_ptr_equal(pawl_map_remove(&map, PAWL_STR("a")), &two);
	assert_null(pawl_map_remove(&map, PAWL_STR("a")));
	assert_null(pawl_map_get(&map, PAWL_STR("a")));
	assert_int_equal(map.len, 0);
	pawl_map_fini(&map);
}

static void
test_keys_are_bytes_and_are_copied(void **state)
{
	struct pawl_map map = {0};
	char key[] = "a\0b";
	int values[4];

	pawl_map_set(&map, pawl_str(key, 3), &values[0]);
	pawl_map_set(&map, pawl_str(key, 1), &values[1]);
	pawl_map_set(&map, PAWL_STR(""), &values[2]);
	pawl_map_set(&map, PAWL_STR("A"), &values[3]);
	key[0] = 'z';
	assert_ptr_equal(pawl_map_get(&map, pawl_str("a\0b", 3)), &values[0]);
	assert_ptr_equal(pawl_map_get(&map, PAWL_STR("a")), &values[1]);
	assert_ptr_equal(pawl_map_get(&map, pawl_str(NULL, 0)), &values[2]);
	assert_ptr_equal(pawl_map_get(&map, PAWL_STR("A")), &values[3]);
	assert_null(pawl_map_get(&map, pawl_str("a\0", 2)));
	assert_int_equal(map.len, 4);
	pawl_map_fini(&map);
}

/* The same operations on the map and on a plain array must agree. */
static void
test_random_operations_agree_with_an_array(void **state)
{
	enum { KEYS = 300 };
	static int model[KEYS];
	static int values[1000];
	struct pawl_map map = {0};
	size_t len = 0;
	char room[32];

	srandom(20261123);
	for (int round = 0; round < 100000; round++) {
		unsigned k = (unsigned)(random() % KEYS);
		int v = (int)(random() % 999) + 1;
		struct pawl_str key = number_key(room, k);
		void *expected = model[k] ? &values[model[k]] : NULL;

		switch (random() % 3) {
		case 0:
			assert_ptr_equal(pawl_map_set(&map, key, &values[v]), expected);
			len += !model[k];
			model[k] = v;
			break;
		case 1:
			assert_ptr_equal(pawl_map_remove(&map, key), expected);
			len -= !!model[k];
			model[k] = 0;
			break;
		default:
			assert_ptr_equal(pawl_map_get(&map, key), expected);
		}
		assert_int_equal(map.len, len);
	}
	for (unsigned k = 0; k < KEYS; k++)
		assert_ptr_equal(pawl_map_get(&map, number_key(room, k)),
				 model[k] ? &values[model[k]] : NULL);
	pawl_map_fini(&map);
}

static void
test_iteration_visits_each_once(void **state)
{
	static unsigned char seen[1000];
	struct pawl_map map = {0};
	struct pawl_str key;
	size_t cursor = 0, visits = 0;
	void *value;
	char room[32];

	for (unsigned i = 0; i < 1000; i++)
		pawl_map_set(&map, number_key(room, i), &seen[i]);
	while (pawl_map_next(&map, &cursor, &key, &value)) {
		unsigned i = (unsigned)((unsigned char *)value - seen);

		assert_true(pawl_str_eq(key, number_key(room, i)));
		assert_int_equal(seen[i]++, 0);
		visits++;
	}
	assert_int_equal(visits, 1000);
	assert_false(pawl_map_next(&map, &cursor, &key, &value));
	pawl_map_fini(&map);
	assert_int_equal(map.len, 0);
	pawl_map_fini(&map);
}

static void
test_hash_depends_on_every_bit_and_the_length(void **state)
{
	unsigned char data[40] = {0};

	for (size_t len = 0; len <= sizeof(data); len++) {
		uint64_t plain = pawl_hash(data, len);

		assert_true(pawl_hash(data, len) == plain);
		if (len < sizeof(data))
			assert_true(pawl_hash(data, len + 1) != plain);
		for (size_t bit = 0; bit < len * 8; bit++) {
			data[bit / 8] ^= (unsigned char)(1 << bit % 8);
			assert_true(pawl_hash(data, len) != plain);
			data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
	assert_true(pawl_hash(NULL, 0) == pawl_hash("x", 0));
}

static void
test_hash_does_not_depend_on_alignment(void **state)
{
	char room[64];

	for (size_t at = 0; at < 8; at++) {
		memcpy(room + at, "content-type: application/json", 30);
		assert_true(pawl_hash(room + at, 30) ==
			    pawl_hash("content-type: application/json", 30));
	}
}

static void
test_low_bits_spread_similar_keys(void **state)
{
	unsigned slots[64] = {0};
	char room[32];

	for (unsigned i = 0; i < 6400; i++) {
		struct pawl_str key = number_key(room, i);

		slots[pawl_hash(key.ptr, key.len) & 63]++;
	}
	/* 100 in each on average, standard deviation 10 */
	for (size_t i = 0; i < 64; i++)
		assert_in_range(slots[i], 30, 180);
}

static void
print_hash(void)
{
	dprintf(STDERR_FILENO, "%016llx", (unsigned long long)pawl_hash("pawl", 4));
}

static void
test_each_process_has_its_own_seed(void **state)
{
	char a[64], b[64];

	/* first in main: the parent must not have drawn the seed */
	run_child(print_hash, a, sizeof(a));
	run_child(print_hash, b, sizeof(b));
	assert_int_equal(strlen(a), 16);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_process_has_its_own_seed),
		cmocka_unit_test(test_empty_map_has_nothing),
		cmocka_unit_test(test_set_replaces_and_says_what_was_there),
		cmocka_unit_test(test_keys_are_bytes_and_are_copied),
		cmocka_unit_test(test_random_operations_agree_with_an_array),
		cmocka_unit_test(test_iteration_visits_each_once),
		cmocka_unit_test(test_hash_depends_on_every_bit_and_the_length),
		cmocka_unit_test(test_hash_does_not_depend_on_alignment),
		cmocka_unit_test(test_low_bits_spread_similar_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
