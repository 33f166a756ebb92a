#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/crashpoint.h"
#include "child.h"

/* Passes two points three times each and says how far it came. */
static void
walk(void)
{
	for (int i = 0; i < 3; i++) {
		(void)!write(STDERR_FILENO, "a", 1);
		PAWL_CRASH_POINT("after_a");
		(void)!write(STDERR_FILENO, "b", 1);
		PAWL_CRASH_POINT("after_b");
	}
}

static void
check_walk(const char *at, const char *expected, bool killed)
{
	char text[100];
	int status;

	if (at)
		setenv("PAWL_CRASH_AT", at, 1);
	else
		unsetenv("PAWL_CRASH_AT");
	status = run_child(walk, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(!!WIFSIGNALED(status), killed);
	if (killed)
		assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void
test_named_point_kills_at_once(void **state)
{
	check_walk("after_a", "a", true);
	check_walk("after_b", "ab", true);
}

static void
test_count_says_which_passage(void **state)
{
	check_walk("after_a:1", "a", true);
	check_walk("after_a:2", "aba", true);
	check_walk("after_b:3", "ababab", true);
	check_walk("after_b:4", "ababab", false);
}

static void
test_other_names_and_bad_counts_do_nothing(void **state)
{
	static const char *const never[] = {NULL,        "",          "after",       "after_ab",
					    "after_a:0", "after_a:x", "after_a:",    "after_a:-1",
					    ":1",        ":",         "after_a:1:1", "AFTER_A"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		check_walk(never[i], "ababab", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named_point_kills_at_once),
		cmocka_unit_test(test_count_says_which_passage),
		cmocka_unit_test(test_other_names_and_bad_counts_do_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
