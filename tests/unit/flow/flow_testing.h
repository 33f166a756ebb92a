/* Helpers of the flow tests: cmocka, one arena per test, values from text, and looking for
 * problems by place and words. */
#ifndef PAWL_TESTS_FLOW_TESTING_H
#define PAWL_TESTS_FLOW_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Before cmocka, whose macro fail() has the name of a member in node.h. */
#include "flow/workflow.h"

#include <cmocka.h>

static struct pawl_arena arena;
static struct pawl_problems problems;

static inline int
setup_arena(void **state)
{
	pawl_arena_init(&arena, 0);
	return 0;
}

static inline int
teardown_arena(void **state)
{
	pawl_problems_fini(&problems);
	problems = (struct pawl_problems){0};
	pawl_arena_fini(&arena);
	return 0;
}

static inline struct pawl_json *
json(const char *text)
{
	struct pawl_json *v = pawl_arena_alloc(&arena, sizeof(*v));
	struct pawl_json_error error = {0};

	if (pawl_json_parse(&arena, pawl_str_c(text), v, &error) != PAWL_OK)
		fail_msg("%s: %s at byte %zu", text, error.message, error.offset);
	return v;
}

static inline const char *
compact(struct pawl_json v)
{
	return pawl_arena_dup_c(&arena, pawl_json_text(&arena, &v));
}

static inline void
forget_problems(void)
{
	pawl_problems_fini(&problems);
	problems = (struct pawl_problems){0};
}

static inline bool
has_problem(const char *where, const char *words)
{
	for (size_t i = 0; i < problems.len; i++) {
		if (strcmp(problems.items[i].where, where) == 0 &&
		    strstr(problems.items[i].message, words))
			return true;
	}
	return false;
}

static inline void
print_problems(void)
{
	for (size_t i = 0; i < problems.len; i++)
		print_message("  %s: %s\n", problems.items[i].where, problems.items[i].message);
}

#define assert_problem(where, words)                                                               \
	do {                                                                                       \
		if (!has_problem(where, words)) {                                                  \
			print_problems();                                                          \
			fail_msg("no problem at %s with: %s", where, words);                       \
		}                                                                                  \
	} while (0)

#define assert_problems(n)                                                                         \
	do {                                                                                       \
		if (problems.len != (n)) {                                                         \
			print_problems();                                                          \
			fail_msg("%zu problems in place of %zu", problems.len, (size_t)(n));       \
		}                                                                                  \
	} while (0)

#define flow_test(f) cmocka_unit_test_setup_teardown(f, setup_arena, teardown_arena)

#endif
