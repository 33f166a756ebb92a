/* Helpers of the JSON tests: cmocka, one arena per test, and values from literal text. */
#ifndef PAWL_TESTS_JSON_TESTING_H
#define PAWL_TESTS_JSON_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/json.h"

static struct pawl_arena arena;

static inline int
setup_arena(void **state)
{
	pawl_arena_init(&arena, 0);
	return 0;
}

static inline int
teardown_arena(void **state)
{
	pawl_arena_fini(&arena);
	return 0;
}

/* The value of a text that has to be JSON. */
static inline struct pawl_json
json(const char *text)
{
	struct pawl_json v;
	struct pawl_json_error error = {0};

	if (pawl_json_parse(&arena, pawl_str_c(text), &v, &error) != PAWL_OK)
		fail_msg("%s: %s at byte %zu", text, error.message, error.offset);
	return v;
}

static inline const char *
compact(struct pawl_json v)
{
	return pawl_arena_dup_c(&arena, pawl_json_text(&arena, &v));
}

#define assert_str(s, expected)                                                                    \
	do {                                                                                       \
		struct pawl_str got_ = (s);                                                        \
		assert_int_equal(got_.len, sizeof(expected) - 1);                                  \
		assert_memory_equal(got_.ptr, expected, got_.len);                                 \
	} while (0)

#define json_test(f) cmocka_unit_test_setup_teardown(f, setup_arena, teardown_arena)

#endif
