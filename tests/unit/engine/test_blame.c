#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/blame.h"

#include <cmocka.h>

static char path[128];

static int
setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, sizeof path, "%s/pawl-blame-%d", tmp ? tmp : "/tmp", (int)getpid());
	unlink(path);
	return 0;
}

static int
teardown(void **state)
{
	unlink(path);
	return 0;
}

/* A process that ends as by a crash while it is at work on the run, or after. */
static void
crash(uint64_t run_id, bool at_work)
{
	struct pawl_blame blame;
	pid_t pid = fork();

	if (pid == 0) {
		pawl_blame_open(&blame, path);
		pawl_blame_set(&blame, run_id);
		if (!at_work)
			pawl_blame_set(&blame, 0);
		_exit(1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_no_file_blames_nobody(void **state)
{
	assert_int_equal(pawl_blame_read(path), 0);
}

static void
test_run_at_work_is_blamed(void **state)
{
	crash(UINT64_C(0x1234567890abcdef), true);
	assert_int_equal(pawl_blame_read(path), UINT64_C(0x1234567890abcdef));
}

static void
test_run_that_is_through_is_not_blamed(void **state)
{
	crash(7, false);
	assert_int_equal(pawl_blame_read(path), 0);
}

static void
test_opening_and_closing_forget_the_mark(void **state)
{
	struct pawl_blame blame;

	crash(7, true);
	pawl_blame_open(&blame, path);
	assert_int_equal(pawl_blame_read(path), 0);
	pawl_blame_set(&blame, 8);
	pawl_blame_close(&blame);
	pawl_blame_close(&blame);
	assert_int_equal(pawl_blame_read(path), 0);
}

static void
test_short_file_blames_nobody(void **state)
{
	FILE *file = fopen(path, "w");

	fputs("abc", file);
	fclose(file);
	assert_int_equal(pawl_blame_read(path), 0);
}

static void
test_without_a_path_nothing_is_kept(void **state)
{
	struct pawl_blame blame;

	pawl_blame_open(&blame, NULL);
	pawl_blame_set(&blame, 9);
	pawl_blame_close(&blame);
	pawl_blame_open(&blame, "/nonexistent/directory/blame");
	pawl_blame_set(&blame, 9);
	pawl_blame_close(&blame);
}

#define BLAME_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BLAME_TEST(test_no_file_blames_nobody),
		BLAME_TEST(test_run_at_work_is_blamed),
		BLAME_TEST(test_run_that_is_through_is_not_blamed),
		BLAME_TEST(test_opening_and_closing_forget_the_mark),
		BLAME_TEST(test_short_file_blames_nobody),
		BLAME_TEST(test_without_a_path_nothing_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
