/* What goes on after the process ended in each stage of a run. */
#include "engine_testing.h"

#include <pthread.h>
#include <unistd.h>

static void
test_queued_run_starts_with_the_engine(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NOTE("a"), FIRST("a")), run;

	bench_stop_engine(b, 0);
	run = bench_run(b, w, NULL);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_QUEUED);
	bench_start_engine(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

/* Nobody can tell a revision that is gone from one that cannot be read just now but by the error.
 */
static void
test_run_whose_revision_cannot_be_read_is_tried_again(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "", ""), FIRST("nap")), runs[2];
	struct bench_order *cancel;

	bench_stop_engine(b, 0);
	for (size_t i = 0; i < 2; i++)
		runs[i] = bench_run(b, w, NULL);
	store_fail(PAWL_STORE_REVISION, 3, PAWL_EIO);
	bench_start_engine(b);
	cancel = bench_order(b, PAWL_ACTION_CANCEL, runs[1]);
	for (size_t i = 0; i < 2; i++)
		assert_int_not_equal(bench_await(b, runs[i], PAWL_RUN_WAITING)->run.state,
				     PAWL_RUN_FAILED);
	assert_int_equal(store_failures_left(), 0);
	assert_int_equal(bench_outcome(cancel), PAWL_ESTATE);
	bench_await_empty(b);

	bench_restart(b);
	store_fail(PAWL_STORE_REVISION, 1, PAWL_EIO);
	assert_int_equal(bench_resume(b, runs[0], "", "1", ""), PAWL_ESTATE);
	bench_await_empty(b);
	assert_int_equal(bench_read(b, runs[0])->run.state, PAWL_RUN_WAITING);
	assert_int_equal(bench_resume(b, runs[0], "", "1", ""), PAWL_OK);
	bench_await(b, runs[0], PAWL_RUN_COMPLETED);

	store_fail(PAWL_STORE_REVISION, 1, PAWL_ENOTFOUND);
	bench_restart(b);
	assert_int_equal(bench_resume(b, runs[1], "", "1", ""), PAWL_ESTATE);
	assert_has(bench_await(b, runs[1], PAWL_RUN_FAILED)->run.error, "\"workflow_deleted\"");
}

static void
test_finished_node_does_not_run_again(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("a", "ok", "") "," ACT("b", "hang ok", "") "," NODE(
			"c", "note", "\"value\":[\"${a.output.data}\",\"${b.output.data}\"]", ""),
		FIRST("a") "," EDGE("a", "b") "," EDGE("b", "c"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start b", 1);
	bench_restart(b);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_text(r->run.output, "{\"data\":[\"a\",\"b\"]}");
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(journal_count("start b"), 2);
	assert_int_equal(journal_count("start c"), 1);
	assert_int_equal(bench_row(r, "b")->attempt, 2);
	assert_has(bench_row(r, "b")->attempts, "\"code\":\"interrupted\"");
	assert_int_equal(bench_row(r, "b")->error.len, 0);
}

static void
test_skipped_branch_stays_skipped(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		NODE("p", "pick", "\"port\":\"right\"",
		     "") "," ACT("r", "hang ok", "") "," NOTE("l") "," NOTE("end"),
		FIRST("p") "," PORT("p", "left", "l") "," PORT("p", "right", "r") "," EDGE(
			"l", "end") "," EDGE("r", "end"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start r", 1);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start p"), 1);
	assert_int_equal(journal_count("start l"), 0);
	assert_int_equal(journal_count("start end"), 1);
}

static void
test_handled_failure_is_not_handled_twice(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b,
				    ACT("a", "fail", "\"on_error\":\"branch\"") "," NOTE(
					    "good") "," ACT("bad", "hang ok", ""),
				    FIRST("a") "," EDGE("a", "good") "," PORT("a", "error", "bad"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start bad", 1);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(journal_count("start good"), 0);
}

static void
test_interrupted_attempts_use_up_no_retry(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b,
			       ACT("a", "hang hang again again ok",
				   "\"retry\":{\"max\":2,\"initial\":\"1ms\",\"jitter\":false}"),
			       FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start a", 1);
	bench_restart(b);
	journal_await("start a", 2);
	bench_restart(b);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(bench_row(r, "a")->attempt, 5);
}

static void
test_retries_are_counted_over_a_restart(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b,
			       ACT("a", "again hang again ok",
				   "\"retry\":{\"max\":1,\"initial\":\"1ms\",\"jitter\":false}"),
			       FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start a", 2);
	bench_restart(b);
	assert_int_equal(bench_row(bench_await(b, run, PAWL_RUN_FAILED), "a")->attempt, 3);
}

static void
test_doubt_can_fail(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, NODE("a", "act", "\"script\":\"hang ok\",\"doubt\":\"fail\"", ""), FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start a", 1);
	bench_restart(b);
	r = bench_await(b, run, PAWL_RUN_FAILED);
	assert_has(r->run.error, "\"code\":\"in_doubt\"");
	assert_has(bench_row(r, "a")->attempts, "interrupted");
	assert_false(has(bench_row(r, "a")->attempts, "},{"));
	assert_int_equal(journal_count("start a"), 1);
}

static uint64_t
run_in_doubt(struct bench *b)
{
	uint64_t w = bench_workflow(
		b, NODE("a", "act", "\"script\":\"hang ok\",\"doubt\":\"ask\"", ""), FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start a", 1);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_WAITING);
	bench_await_empty(b);
	return run;
}

static void
test_doubt_can_ask_and_be_told_to_retry(void **state)
{
	struct bench *b = *state;
	uint64_t run = run_in_doubt(b);

	assert_has(bench_row(bench_read(b, run), "a")->state_data, "decision");
	assert_int_equal(bench_resume(b, run, "", "", "perhaps"), PAWL_ESTATE);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_ESTATE);
	bench_await(b, run, PAWL_RUN_WAITING);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(bench_resume(b, run, "a", "", "retry"), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

static void
test_doubt_can_ask_and_be_told_to_fail(void **state)
{
	struct bench *b = *state;
	uint64_t run = run_in_doubt(b);

	assert_int_equal(bench_resume(b, run, "", "", "fail"), PAWL_OK);
	assert_has(bench_await(b, run, PAWL_RUN_FAILED)->run.error, "in_doubt");
	assert_int_equal(journal_count("start a"), 1);
}

static void
test_pure_node_under_way_is_never_in_doubt(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, NODE("a", "note", "\"script\":\"hang ok\"", "") "," ACT("b", "hang ok", ""),
		FIRST("a") "," FIRST("b"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start b", 1); /* by then the row of a is on disk, too */
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

static void
test_wait_goes_on_after_a_restart(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "\"for\":\"1h\"", "") "," NOTE("after"),
				    FIRST("nap") "," EDGE("nap", "after"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r = bench_await(b, run, PAWL_RUN_WAITING);

	assert_int_equal(bench_row(r, "nap")->state, PAWL_NODE_WAITING);
	assert_int_equal(r->run.wake_at_us, bench_row(r, "nap")->wake_at_us);
	bench_restart(b);
	pawl_clock_shift_us(3601 * INT64_C(1000000));
	pawl_engine_wake(b->engine);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_text(bench_row(r, "nap")->output, "{\"data\":null,\"state\":{\"kept\":\"nap\"}}");
	assert_int_equal(journal_count("start nap"), 1);
	assert_int_equal(journal_count("resume nap"), 1);
}

static void
test_short_wait_survives_a_restart(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "\"for\":\"300ms\"", ""), FIRST("nap"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await_node(b, run, "nap", PAWL_NODE_WAITING);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_RUNNING);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start nap"), 1);
}

static void
test_async_node_under_way_is_done_again(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "hang ok", "\"async\":true") "," ACT("b", "ok", ""),
				    FIRST("a") "," EDGE("a", "b"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await_node(b, run, "b", PAWL_NODE_COMPLETED);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
	assert_int_equal(journal_count("start b"), 1);
}

static void
test_stop_lets_nodes_under_way_finish(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, NODE("nap", "nap", "\"for\":\"50ms\"", "") "," ACT("a", "ok", "") "," NOTE("c"),
		FIRST("nap") "," FIRST("a") "," EDGE("nap", "c"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await_node(b, run, "a", PAWL_NODE_COMPLETED);
	bench_stop_engine(b, 5000);
	bench_close_store(b);
	bench_open_store(b);
	bench_start_engine(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(journal_count("start c"), 1);
}

static void *
let_go_soon(void *arg)
{
	usleep(50000);
	store_let_go();
	return arg;
}

/* An intent that is being saved when the engine is told to stop never took effect: nothing is in
 * doubt at the next start. */
static void
test_stop_leaves_nothing_in_doubt_that_has_not_begun(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("a", "act", "\"doubt\":\"fail\"", ""), FIRST("a"));
	pthread_t thread;
	uint64_t run;

	store_hold(PAWL_STORE_SAVE);
	run = bench_run(b, w, NULL);
	store_await();
	assert_int_equal(pthread_create(&thread, NULL, let_go_soon, NULL), 0);
	bench_restart(b);
	pthread_join(thread, NULL);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_queued_run_starts_with_the_engine),
		BENCH_TEST(test_run_whose_revision_cannot_be_read_is_tried_again),
		BENCH_TEST(test_finished_node_does_not_run_again),
		BENCH_TEST(test_skipped_branch_stays_skipped),
		BENCH_TEST(test_handled_failure_is_not_handled_twice),
		BENCH_TEST(test_interrupted_attempts_use_up_no_retry),
		BENCH_TEST(test_retries_are_counted_over_a_restart),
		BENCH_TEST(test_doubt_can_fail),
		BENCH_TEST(test_doubt_can_ask_and_be_told_to_retry),
		BENCH_TEST(test_doubt_can_ask_and_be_told_to_fail),
		BENCH_TEST(test_pure_node_under_way_is_never_in_doubt),
		BENCH_TEST(test_wait_goes_on_after_a_restart),
		BENCH_TEST(test_short_wait_survives_a_restart),
		BENCH_TEST(test_async_node_under_way_is_done_again),
		BENCH_TEST(test_stop_lets_nodes_under_way_finish),
		BENCH_TEST(test_stop_leaves_nothing_in_doubt_that_has_not_begun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
