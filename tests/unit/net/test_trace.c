/* W3C Trace Context: what is read, and what is sent on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/trace.h"

#define ID     "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static void
test_traceparent_is_read_and_written(void **state)
{
	char text[PAWL_TRACEPARENT_LEN + 1] = "";
	struct pawl_trace trace;

	assert_true(pawl_traceparent_parse(PAWL_STR("00-" ID "-" PARENT "-01"), &trace));
	assert_true(trace.parent == 0x00f067aa0ba902b7u);
	assert_true(trace.is_sampled);
	pawl_traceparent_format(&trace, 0xb7ad6b7169203331u, text);
	assert_string_equal(text, "00-" ID "-b7ad6b7169203331-01");
	assert_true(pawl_traceparent_parse(PAWL_STR("00-" ID "-" PARENT "-02"), &trace));
	assert_false(trace.is_sampled);
	pawl_traceparent_format(&trace, 1, text);
	assert_string_equal(text, "00-" ID "-0000000000000001-00");
	/* A later version may say more. */
	assert_true(pawl_traceparent_parse(PAWL_STR("cc-" ID "-" PARENT "-01-more"), &trace));
}

static void
test_what_is_no_traceparent(void **state)
{
	static const char *const texts[] = {
		"",
		"00-" ID "-" PARENT "-0",
		"00-" ID "-" PARENT "-01-",
		"cc-" ID "-" PARENT "-01more",
		"ff-" ID "-" PARENT "-01",
		"00-4BF92f3577b34da6a3ce929d0e0e4736-" PARENT "-01",
		"00-00000000000000000000000000000000-" PARENT "-01",
		"00-" ID "-0000000000000000-01",
		"00-" ID "_" PARENT "-01",
		"0x-" ID "-" PARENT "-01",
	};
	struct pawl_trace trace;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (pawl_traceparent_parse(pawl_str_c(texts[i]), &trace))
			fail_msg("%s", texts[i]);
}

static void
test_a_request_goes_on_or_begins(void **state)
{
	struct pawl_trace trace, again;

	pawl_trace_of_request(
		PAWL_STR("Host: a\r\nTraceParent: 00-" ID "-" PARENT "-01\r\nTracestate: a=1\r\n"),
		7, 42, &trace);
	assert_true(trace.parent == 0x00f067aa0ba902b7u);
	assert_true(pawl_str_eq_c(trace.state, "a=1"));
	/* Which of two it was is not guessed. */
	pawl_trace_of_request(PAWL_STR("traceparent: 00-" ID "-" PARENT "-01\r\n"
				       "traceparent: 00-" ID "-" PARENT "-01\r\n"),
			      7, 42, &trace);
	assert_true(trace.parent == 0);
	assert_true(trace.is_sampled);
	pawl_trace_begin(7, 42, &again);
	assert_memory_equal(trace.id, again.id, 16);
	pawl_trace_begin(7, 43, &again);
	assert_memory_not_equal(trace.id, again.id, 16);
	pawl_trace_begin(8, 42, &again);
	assert_memory_not_equal(trace.id, again.id, 16);
}

static void
test_spans_of_a_run_differ(void **state)
{
	uint64_t request = pawl_span_id(7, 42, PAWL_SPAN_REQUEST, 0);

	assert_true(request && request == pawl_span_id(7, 42, PAWL_SPAN_REQUEST, 0));
	assert_true(request != pawl_span_id(7, 42, PAWL_SPAN_RUN, 0));
	assert_true(request != pawl_span_id(7, 42, PAWL_SPAN_REQUEST, 1));
	assert_true(request != pawl_span_id(7, 43, PAWL_SPAN_REQUEST, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traceparent_is_read_and_written),
		cmocka_unit_test(test_what_is_no_traceparent),
		cmocka_unit_test(test_a_request_goes_on_or_begins),
		cmocka_unit_test(test_spans_of_a_run_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
