#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/sse.h"

/* What has been heard, as "event=data;" after each other. */
struct heard {
	struct pawl_sse sse;
	struct pawl_buf text;
	unsigned n, stop_after; /* 0: never */
};

static bool
on_event(void *ctx, struct pawl_str event, struct pawl_str data)
{
	struct heard *heard = ctx;

	pawl_buf_append_str(&heard->text, event);
	pawl_buf_append_char(&heard->text, '=');
	pawl_buf_append_str(&heard->text, data);
	pawl_buf_append_char(&heard->text, ';');
	heard->n++;
	return heard->stop_after == 0 || heard->n < heard->stop_after;
}

static bool
feed(struct heard *heard, struct pawl_str bytes)
{
	return pawl_sse_feed(&heard->sse, bytes, on_event, heard);
}

static void
assert_heard(struct heard *heard, const char *want)
{
	struct pawl_str got = pawl_buf_peek(&heard->text);

	assert_int_equal(got.len, strlen(want));
	if (got.len)
		assert_memory_equal(got.ptr, want, got.len);
	pawl_buf_reset(&heard->text);
}

static int
setup(void **state)
{
	struct heard *heard = calloc(1, sizeof(*heard));

	pawl_sse_init(&heard->sse);
	pawl_buf_init(&heard->text, (size_t)16 << 20);
	*state = heard;
	return 0;
}

static int
teardown(void **state)
{
	struct heard *heard = *state;

	pawl_sse_fini(&heard->sse);
	pawl_buf_fini(&heard->text);
	free(heard);
	return 0;
}

static const char stream[] = "retry: 2000\n\n"
			     ": a comment\n"
			     "id: 7\nevent: run\ndata: {\"a\":1}\n\n"
			     "data:first\ndata: second\ndata\n\n"
			     "event: lost\n\n"
			     "data:  two spaces\nunknown: x\n\n";
static const char in_stream[] = "run={\"a\":1};message=first\nsecond\n;message= two spaces;";

static void
test_pieces_of_any_size_give_the_same_events(void **state)
{
	struct heard *heard = *state;
	size_t len = sizeof(stream) - 1;

	for (size_t size = 1; size <= len; size++) {
		pawl_sse_reset(&heard->sse);
		for (size_t from = 0; from < len; from += size)
			assert_true(feed(heard, pawl_str(stream + from,
							 len - from < size ? len - from : size)));
		assert_heard(heard, in_stream);
	}
}

static void
test_lines_end_with_lf_cr_or_both(void **state)
{
	struct heard *heard = *state;

	assert_true(feed(heard, PAWL_STR("data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r")));
	assert_true(feed(heard, PAWL_STR("\n\r")));
	assert_true(feed(heard, PAWL_STR("\ndata: e\n\n")));
	assert_heard(heard, "message=a;message=b;message=c;message=d;message=e;");
}

static void
test_event_that_does_not_end_is_none(void **state)
{
	struct heard *heard = *state;

	assert_true(feed(heard, PAWL_STR("event: run\ndata: half")));
	pawl_sse_reset(&heard->sse);
	assert_true(feed(heard, PAWL_STR("data: whole\n\n")));
	assert_heard(heard, "message=whole;");
}

static void
test_listener_that_has_enough_stops_the_rest(void **state)
{
	struct heard *heard = *state;

	heard->stop_after = 2;
	assert_false(feed(heard, PAWL_STR("data: 1\n\ndata: 2\n\ndata: 3\n\n")));
	assert_heard(heard, "message=1;message=2;");
}

static void
test_last_id_is_that_of_the_last_whole_event(void **state)
{
	struct heard *heard = *state;

	assert_true(feed(heard, PAWL_STR("id: 4\n\n"))); /* also without data */
	assert_true(pawl_str_eq_c(pawl_buf_peek(&heard->sse.last_id), "4"));
	assert_true(feed(heard, PAWL_STR("id: 5\ndata: a\n\nid: 6\ndata: b")));
	assert_true(pawl_str_eq_c(pawl_buf_peek(&heard->sse.last_id), "5"));
	/* The event that broke off is not seen: the next connection asks for it again. */
	pawl_sse_reset(&heard->sse);
	assert_true(feed(heard, PAWL_STR("data: c\n\n")));
	assert_true(pawl_str_eq_c(pawl_buf_peek(&heard->sse.last_id), "5"));
	/* An id with a NUL is ignored (section 9.2.6). */
	assert_true(feed(heard, pawl_str("id: 8\0x\ndata: d\n\n", 17)));
	assert_true(pawl_str_eq_c(pawl_buf_peek(&heard->sse.last_id), "5"));
}

static void
test_event_past_its_bound_is_dropped_and_the_next_is_not(void **state)
{
	struct heard *heard = *state;
	size_t len = (size_t)2 << 20;
	char *long_line = malloc(len);

	memset(long_line, 'x', len);
	assert_true(feed(heard, PAWL_STR("data: kept back\ndata: ")));
	assert_true(feed(heard, pawl_str(long_line, len)));
	assert_true(feed(heard, PAWL_STR("\n\ndata: next\n\n")));
	assert_heard(heard, "message=next;");
	/* Many lines that are each short enough. */
	for (int i = 0; i < 7; i++) {
		assert_true(feed(heard, PAWL_STR("data: ")));
		assert_true(feed(heard, pawl_str(long_line, len / 4)));
		assert_true(feed(heard, PAWL_STR("\n")));
	}
	assert_true(feed(heard, PAWL_STR("\n")));
	assert_int_equal(heard->n, 2);
	pawl_buf_reset(&heard->text);
	for (int i = 0; i < 16; i++) {
		assert_true(feed(heard, PAWL_STR("data: ")));
		assert_true(feed(heard, pawl_str(long_line, len / 4)));
		assert_true(feed(heard, PAWL_STR("\n")));
	}
	assert_true(feed(heard, PAWL_STR("\ndata: after\n\n")));
	assert_heard(heard, "message=after;");
	free(long_line);
}

#define SSE_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SSE_TEST(test_pieces_of_any_size_give_the_same_events),
		SSE_TEST(test_lines_end_with_lf_cr_or_both),
		SSE_TEST(test_event_that_does_not_end_is_none),
		SSE_TEST(test_listener_that_has_enough_stops_the_rest),
		SSE_TEST(test_last_id_is_that_of_the_last_whole_event),
		SSE_TEST(test_event_past_its_bound_is_dropped_and_the_next_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
