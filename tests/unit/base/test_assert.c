#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/assert.h"
#include "child.h"

struct thing {
	unsigned magic;
};

static void
fail_plainly(void)
{
	PAWL_ASSERT(1 + 1 == 3);
}

static void
use_wrong_object(void)
{
	struct thing thing = {.magic = 1};

	PAWL_CHECK_OBJ(&thing, 2);
}

static void
use_null_object(void)
{
	struct thing *thing = NULL;

	PAWL_CHECK_OBJ(thing, 2);
}

static void
hold(void)
{
	struct thing thing = {.magic = 2};

	PAWL_ASSERT(1);
	PAWL_CHECK_OBJ(&thing, 2);
}

static void
test_failure_says_where_and_aborts(void **state)
{
	char text[4096];
	int status = run_child(fail_plainly, text, sizeof(text));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, "\"event\":\"assert\""));
	assert_non_null(strstr(text, "\"expr\":\"1 + 1 == 3\""));
	assert_non_null(strstr(text, "test_assert.c"));
	assert_non_null(strstr(text, "\"function\":\"fail_plainly\""));
}

static void
test_wrong_and_null_objects_are_caught(void **state)
{
	char text[4096];

	assert_true(WIFSIGNALED(run_child(use_wrong_object, text, sizeof(text))));
	assert_true(WIFSIGNALED(run_child(use_null_object, text, sizeof(text))));
}

static void
test_what_holds_goes_on(void **state)
{
	char text[4096];
	int status = run_child(hold, text, sizeof(text));

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failure_says_where_and_aborts),
		cmocka_unit_test(test_wrong_and_null_objects_are_caught),
		cmocka_unit_test(test_what_holds_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
