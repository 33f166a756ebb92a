#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "child.h"

/* What stands behind the time in a line that a child has logged; NULL when it is none. */
static const char *
after_time(const char *line)
{
	static const char start[] = "{\"at\":\"";
	int64_t at_us;

	if (strncmp(line, start, sizeof(start) - 1) != 0)
		return NULL;
	line += sizeof(start) - 1;
	if (strlen(line) < 24 || !pawl_time_parse(pawl_str(line, 24), &at_us))
		return NULL;
	return line + 24;
}

static void
log_one_of_each(void)
{
	pawl_log(PAWL_LOG_WARN, "retry", PAWL_F_ID("run", UINT64_C(1) << 60),
		 PAWL_F_INT("in_ms", -5), PAWL_F_BOOL("last", true), PAWL_F_BOOL("first", false),
		 PAWL_F_C("why", "time\n\"out\""), PAWL_F_STR("none", pawl_str(NULL, 0)),
		 PAWL_F_C("null", NULL));
}

static void
test_line_is_json_with_typed_fields(void **state)
{
	char text[4096];

	run_child(log_one_of_each, text, sizeof(text));
	assert_non_null(after_time(text));
	assert_string_equal(after_time(text),
			    "\",\"level\":\"warn\",\"event\":\"retry\","
			    "\"run\":\"1152921504606846976\",\"in_ms\":-5,\"last\":true,"
			    "\"first\":false,\"why\":\"time\\n\\\"out\\\"\",\"none\":\"\","
			    "\"null\":\"\"}\n");
}

static void
log_at_every_level(void)
{
	for (int level = PAWL_LOG_DEBUG; level <= PAWL_LOG_ERROR; level++) {
		pawl_log_set_level((enum pawl_log_level)level);
		pawl_log(PAWL_LOG_DEBUG, "d", PAWL_F_INT("n", level));
		pawl_log(PAWL_LOG_INFO, "i", PAWL_F_INT("n", level));
		pawl_log(PAWL_LOG_WARN, "w", PAWL_F_INT("n", level));
		pawl_log(PAWL_LOG_ERROR, "e", PAWL_F_INT("n", level));
	}
}

static void
test_level_holds_back_what_is_below_it(void **state)
{
	char text[4096], *save = NULL, seen[100] = "";

	run_child(log_at_every_level, text, sizeof(text));
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *event = strstr(line, "\"event\":\"");
		const char *n = strstr(line, "\"n\":");
		size_t len = strlen(seen);

		assert_non_null(event);
		assert_non_null(n);
		seen[len] = event[9];
		seen[len + 1] = n[4];
	}
	assert_string_equal(seen, "d0i0w0e0i1w1e1w2e2e3");
}

static void
log_at_default_level(void)
{
	pawl_log(PAWL_LOG_DEBUG, "hidden", PAWL_F_INT("n", 1));
	pawl_log(PAWL_LOG_INFO, "shown", PAWL_F_INT("n", 1));
}

static void
test_default_level_is_info(void **state)
{
	char text[4096];

	run_child(log_at_default_level, text, sizeof(text));
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, "shown"));
}

static void
log_long_text(void)
{
	static char euros[30000];

	for (size_t i = 0; i < sizeof(euros); i += 3)
		memcpy(euros + i, "\xe2\x82\xac", 3);
	pawl_log(PAWL_LOG_INFO, "long", PAWL_F_STR("text", pawl_str(euros, sizeof(euros))));
}

static void
test_long_text_is_cut_between_characters(void **state)
{
	char text[8192], *start;
	size_t len;

	run_child(log_long_text, text, sizeof(text));
	start = strstr(text, "\"text\":\"");
	assert_non_null(start);
	start += 8;
	len = strlen(start);
	assert_string_equal(start + len - 3, "\"}\n");
	assert_in_range(len - 3, 2000, 2048);
	assert_int_equal((len - 3) % 3, 0);
	assert_null(strstr(start, "\xef\xbf\xbd"));
}

static void
log_bytes_that_are_not_text(void)
{
	char junk[5000];

	/* nothing but continuation bytes: the cut must not walk back to the start */
	memset(junk, 0x80, sizeof(junk));
	pawl_log(PAWL_LOG_INFO, "junk", PAWL_F_STR("text", pawl_str(junk, sizeof(junk))));
}

static void
test_bytes_that_are_not_text_stay_one_json_line(void **state)
{
	char text[16384];
	struct pawl_str line;

	run_child(log_bytes_that_are_not_text, text, sizeof(text));
	line = pawl_str_c(text);
	assert_true(pawl_str_is_utf8(line));
	assert_true(pawl_str_ends_with(line, PAWL_STR("\xef\xbf\xbd\"}\n")));
	assert_int_equal(pawl_str_find_char(line, '\n'), line.len - 1);
}

static void *
log_many(void *arg)
{
	for (int i = 0; i < 20; i++)
		pawl_log(PAWL_LOG_INFO, "thread", PAWL_F_C("who", arg), PAWL_F_INT("i", i));
	return NULL;
}

static void
log_from_threads(void)
{
	char names[4][2] = {"a", "b", "c", "d"};
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++) {
		if (pthread_create(&threads[i], NULL, log_many, names[i]) != 0)
			_exit(1);
	}
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void
test_lines_of_several_threads_stay_whole(void **state)
{
	static char text[65536];
	char *save = NULL;
	int lines = 0;

	run_child(log_from_threads, text, sizeof(text));
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_non_null(after_time(line));
		assert_int_equal(line[strlen(line) - 1], '}');
		lines++;
	}
	assert_int_equal(lines, 80);
}

static void
log_to_nowhere(void)
{
	close(STDERR_FILENO);
	errno = ENOENT;
	pawl_log(PAWL_LOG_ERROR, "lost", PAWL_F_INT("n", 1));
	_exit(errno == ENOENT ? 7 : 8);
}

static void
test_closed_log_is_not_an_error_and_errno_stays(void **state)
{
	char text[100];
	int status = run_child(log_to_nowhere, text, sizeof(text));

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void
test_level_names(void **state)
{
	enum pawl_log_level level = PAWL_LOG_ERROR;

	assert_true(pawl_log_level_parse(PAWL_STR("debug"), &level));
	assert_int_equal(level, PAWL_LOG_DEBUG);
	assert_true(pawl_log_level_parse(PAWL_STR("info"), &level));
	assert_int_equal(level, PAWL_LOG_INFO);
	assert_true(pawl_log_level_parse(PAWL_STR("warn"), &level));
	assert_int_equal(level, PAWL_LOG_WARN);
	assert_true(pawl_log_level_parse(PAWL_STR("error"), &level));
	assert_int_equal(level, PAWL_LOG_ERROR);
	assert_false(pawl_log_level_parse(PAWL_STR("WARN"), &level));
	assert_false(pawl_log_level_parse(PAWL_STR("warning"), &level));
	assert_false(pawl_log_level_parse(PAWL_STR(""), &level));
	assert_int_equal(level, PAWL_LOG_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_is_json_with_typed_fields),
		cmocka_unit_test(test_level_holds_back_what_is_below_it),
		cmocka_unit_test(test_default_level_is_info),
		cmocka_unit_test(test_long_text_is_cut_between_characters),
		cmocka_unit_test(test_bytes_that_are_not_text_stay_one_json_line),
		cmocka_unit_test(test_lines_of_several_threads_stay_whole),
		cmocka_unit_test(test_closed_log_is_not_an_error_and_errno_stays),
		cmocka_unit_test(test_level_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
