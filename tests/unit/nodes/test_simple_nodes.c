/* The nodes that need nothing but their config. */
#include "node_testing.h"

#include <unistd.h>

#include "base/clock.h"

static void
test_json_gives_its_data(void **state)
{
	assert_int_equal(run(&pawl_node_type_json, "{\"data\":{\"n\":1e400,\"a\":[null]}}"),
			 OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":{\"n\":1e400,\"a\":[null]}}");
	assert_string_equal(got.port, "");
	run(&pawl_node_type_json, "{\"data\":null}");
	assert_string_equal(got.output, "{\"data\":null}");
}

static void
test_compose_gives_its_values(void **state)
{
	run(&pawl_node_type_compose, "{\"values\":{\"b\":1,\"a\":null}}");
	assert_string_equal(got.output, "{\"data\":{\"b\":1,\"a\":null}}");
	assert_int_equal(run(&pawl_node_type_compose, "{\"values\":null}"), OUTCOME_FAIL);
	assert_string_equal(got.code, "invalid_config");
}

static void
test_respond_answers_and_goes_on(void **state)
{
	run(&pawl_node_type_respond, "{\"status\":404,\"headers\":{\"X-A\":1,\"X-B\":null,"
				     "\"content-type\":\"a/b\"},\"body\":\"no\"}");
	assert_int_equal(got.outcome, OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":\"no\"}");
	assert_int_equal(got.n_answers, 1);
	assert_int_equal(got.answer.status, 404);
	assert_int_equal(got.answer.n_headers, 1);
	assert_true(pawl_str_eq_c(got.answer.headers[0].name, "X-A"));
	assert_true(pawl_str_eq_c(got.answer.headers[0].value, "1"));
	assert_true(pawl_str_eq_c(got.answer.content_type, "a/b"));
	assert_true(pawl_str_eq_c(got.answer.body, "no"));
	run(&pawl_node_type_respond, "{\"body\":{\"a\":[1]}}");
	assert_int_equal(got.answer.status, 200);
	assert_true(pawl_str_eq_c(got.answer.content_type, "application/json"));
	assert_true(pawl_str_eq_c(got.answer.body, "{\"a\":[1]}"));
	run(&pawl_node_type_respond, "{\"body\":\"text\"}");
	assert_true(pawl_str_eq_c(got.answer.content_type, "text/plain; charset=utf-8"));
	run(&pawl_node_type_respond, "{}");
	assert_null(got.answer.content_type.ptr);
	assert_int_equal(got.answer.body.len, 0);
}

static void
test_respond_fails_on_headers_that_are_none(void **state)
{
	assert_int_equal(run(&pawl_node_type_respond, "{\"headers\":{\"X-A\":\"a\\r\\nb: c\"}}"),
			 OUTCOME_FAIL);
	assert_string_equal(got.code, "invalid_config");
	assert_int_equal(got.n_answers, 0);
}

static void
test_if_goes_by_its_condition(void **state)
{
	run(&pawl_node_type_if, "{\"left\":\"admin\",\"op\":\"equals\",\"right\":\"admin\"}");
	assert_string_equal(got.port, "true");
	assert_string_equal(got.output, "{\"data\":true}");
	run(&pawl_node_type_if, "{\"not\":{\"left\":1,\"op\":\"exists\"}}");
	assert_string_equal(got.port, "false");
	assert_string_equal(got.output, "{\"data\":false}");
}

static void
test_if_fails_for_good_when_an_operand_is_of_no_use(void **state)
{
	assert_int_equal(
		run(&pawl_node_type_if, "{\"left\":\"a\",\"op\":\"matches\",\"right\":\"(\"}"),
		OUTCOME_FAIL);
	assert_string_equal(got.code, "invalid_condition");
	assert_non_null(strstr(got.message, "regular expression"));
	assert_false(got.is_retryable);
}

#define CASE(name, left) "{\"name\":\"" name "\",\"left\":" left ",\"op\":\"equals\",\"right\":1}"

static void
test_switch_takes_the_first_case_that_holds(void **state)
{
	run(&pawl_node_type_switch,
	    "{\"cases\":[" CASE("a", "0") "," CASE("b", "1") "," CASE("c", "1") "]}");
	assert_string_equal(got.port, "b");
	assert_string_equal(got.output, "{\"data\":\"b\"}");
	run(&pawl_node_type_switch, "{\"cases\":[" CASE("a", "0") "]}");
	assert_string_equal(got.port, "default");
	assert_string_equal(got.output, "{\"data\":\"default\"}");
	assert_int_equal(run(&pawl_node_type_switch,
			     "{\"cases\":[{\"name\":\"bad\",\"left\":\"x\",\"op\":\"before\","
			     "\"right\":\"y\"}]}"),
			 OUTCOME_FAIL);
	assert_non_null(strstr(got.message, "case \"bad\""));
}

static void
test_terminate_ends_the_run(void **state)
{
	assert_int_equal(run(&pawl_node_type_terminate, "{}"), OUTCOME_TERMINATE);
	assert_false(got.has_failed_run);
	assert_string_equal(got.message, "");
	run(&pawl_node_type_terminate, "{\"status\":\"failed\",\"message\":\"no user\"}");
	assert_true(got.has_failed_run);
	assert_string_equal(got.message, "no user");
	run(&pawl_node_type_terminate, "{\"message\":{\"code\":[7]}}");
	assert_string_equal(got.message, "{\"code\":[7]}");
	run(&pawl_node_type_terminate, "{\"message\":null}");
	assert_string_equal(got.message, "");
}

/* What the node writes to standard error. */
static const char *
log_of(const char *config)
{
	static char line[16384];
	int saved = dup(2), ends[2];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 2);
	run(&pawl_node_type_log, config);
	dup2(saved, 2);
	close(saved);
	close(ends[1]);
	n = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	line[n > 0 ? n : 0] = '\0';
	return line;
}

static void
test_log_writes_a_line_with_run_and_node(void **state)
{
	const char *line = log_of("{\"level\":\"warn\",\"message\":\"hello \\\"you\\\"\\n\"}");

	assert_non_null(strstr(line, "\"node_log\""));
	assert_non_null(strstr(line, "\"run\":\"17\""));
	assert_non_null(strstr(line, "\"node\":\"call\""));
	assert_non_null(strstr(line, "hello \\\"you\\\"\\n"));
	assert_string_equal(got.output, "{\"data\":\"hello \\\"you\\\"\\n\"}");
	line = log_of("{\"message\":{\"a\":[1]}}");
	assert_non_null(strstr(line, "{\\\"a\\\":[1]}"));
	assert_string_equal(got.output, "{\"data\":{\"a\":[1]}}");
}

static void
test_log_shortens_the_line_and_not_the_output(void **state)
{
	char *text = calloc(1, 10000);
	const char *line;

	memset(text, 'x', 9000);
	/* The limit of 4096 falls between its two bytes. */
	memcpy(text + 4095, "\xc3\xa9", 2);
	line = log_of(
		pawl_arena_dup_c(&arena, pawl_arena_printf(&arena, "{\"message\":\"%s\"}", text)));
	assert_true(strlen(line) < 4500);
	assert_true(strlen(got.output) > 9000);
	assert_null(strstr(line, "\xc3\xa9"));
	free(text);
}

static void
test_wait_for_a_time(void **state)
{
	int64_t now_us = pawl_clock_now_us();

	assert_int_equal(run(&pawl_node_type_wait, "{\"for\":\"10s\"}"), OUTCOME_WAIT);
	assert_in_range(got.wake_at_us - now_us, 10000000, 11000000);
	assert_int_equal(got.waits_for, PAWL_WAIT_TIME);
	assert_int_equal(run(&pawl_node_type_wait, "{\"for\":\"0s\"}"), OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":null}");
}

static void
test_wait_until_a_moment(void **state)
{
	int64_t at_us;

	assert_true(pawl_time_parse(PAWL_STR("2999-01-01T00:00:00Z"), &at_us));
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":\"2999-01-01T00:00:00Z\"}"),
			 OUTCOME_WAIT);
	assert_true(got.wake_at_us == at_us);
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":\"1999-01-01T00:00:00Z\"}"),
			 OUTCOME_COMPLETE);
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":32503680000}"), OUTCOME_WAIT);
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":1577836800000}"), OUTCOME_COMPLETE);
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":\"soon\"}"), OUTCOME_FAIL);
	assert_int_equal(run(&pawl_node_type_wait, "{\"until\":null}"), OUTCOME_FAIL);
}

/* Goes on after the wait that `config` began; NULL: its time has come. */
static enum outcome
wait_and_resume(const char *config, const struct pawl_json *data)
{
	struct pawl_node_call *call = new_call(&pawl_node_type_wait, config);

	assert_int_equal(run(&pawl_node_type_wait, config), OUTCOME_WAIT);
	pawl_node_type_wait.resume(call, data);
	return got.outcome;
}

static void
test_a_wait_gives_what_it_was_resumed_with(void **state)
{
	assert_int_equal(wait_and_resume("{\"resume\":true}", json("{\"ok\":true}")),
			 OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":{\"ok\":true}}");
	assert_true(got.wake_at_us == 0);
	assert_int_equal(got.waits_for, PAWL_WAIT_RESUME);
	assert_int_equal(wait_and_resume("{\"for\":\"1h\"}", NULL), OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":null}");
	assert_int_equal(wait_and_resume("{\"for\":\"1h\"}", json("7")), OUTCOME_COMPLETE);
	assert_string_equal(got.output, "{\"data\":7}");
}

static void
test_a_wait_that_nobody_resumes_fails(void **state)
{
	int64_t now_us = pawl_clock_now_us();

	assert_int_equal(wait_and_resume("{\"resume\":true,\"timeout\":\"1m\"}", NULL),
			 OUTCOME_FAIL);
	assert_in_range(got.wake_at_us - now_us, 60000000, 61000000);
	assert_string_equal(got.code, "resume_timeout");
	assert_false(got.is_retryable);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		node_test(test_json_gives_its_data),
		node_test(test_compose_gives_its_values),
		node_test(test_respond_answers_and_goes_on),
		node_test(test_respond_fails_on_headers_that_are_none),
		node_test(test_if_goes_by_its_condition),
		node_test(test_if_fails_for_good_when_an_operand_is_of_no_use),
		node_test(test_switch_takes_the_first_case_that_holds),
		node_test(test_terminate_ends_the_run),
		node_test(test_log_writes_a_line_with_run_and_node),
		node_test(test_log_shortens_the_line_and_not_the_output),
		node_test(test_wait_for_a_time),
		node_test(test_wait_until_a_moment),
		node_test(test_a_wait_gives_what_it_was_resumed_with),
		node_test(test_a_wait_that_nobody_resumes_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
