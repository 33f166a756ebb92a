/* Retries, timeouts, waits, limits of concurrency, held workflows. */
#include "engine_testing.h"

static void
test_retry_until_it_works(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b,
			       ACT("a", "again again ok",
				   "\"retry\":{\"max\":2,\"initial\":\"1ms\",\"jitter\":false}"),
			       FIRST("a"));
	const struct pawl_run_record *r = bench_await(b, bench_run(b, w, NULL), PAWL_RUN_COMPLETED);
	const struct pawl_node_row *row = bench_row(r, "a");

	assert_int_equal(row->attempt, 3);
	assert_has(row->attempts, "\"attempt\":1,");
	assert_has(row->attempts, "\"attempt\":2,");
	assert_has(row->attempts, "\"attempt\":3,");
	assert_int_equal(row->error.len, 0);
}

static void
test_retries_end_and_final_failures_have_none(void **state)
{
	struct bench *b = *state;
	const char *retry = NODE("a", "act", "\"script\":\"${workflow.input.script}\"",
				 "\"retry\":{\"max\":2,\"initial\":\"1ms\"}");
	uint64_t w = bench_workflow(b, retry, FIRST("a"));
	uint64_t run = bench_run(b, w, "{\"script\":\"again\"}");

	assert_int_equal(bench_row(bench_await(b, run, PAWL_RUN_FAILED), "a")->attempt, 3);
	run = bench_run(b, w, "{\"script\":\"fail ok\"}");
	assert_int_equal(bench_row(bench_await(b, run, PAWL_RUN_FAILED), "a")->attempt, 1);
}

static void
test_retry_goes_on_while_another_node_is_under_way(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("a", "again ok",
		    "\"retry\":{\"max\":1,\"initial\":\"20ms\"}") "," ACT("b", "hang", ""),
		FIRST("a") "," FIRST("b"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start b", 1);
	journal_await("start a", 2);
	release("b", false);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

static void
test_long_retry_leaves_memory_and_returns(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b,
			       NODE("a", "act", "\"script\":\"again ok\",\"retry_after_ms\":600000",
				    "\"retry\":{\"max\":1,\"initial\":\"1ms\"}"),
			       FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r = bench_await(b, run, PAWL_RUN_WAITING);

	bench_await_empty(b);
	assert_has(bench_row(r, "a")->state_data, "\"kind\":\"retry\"");
	assert_true(r->run.wake_at_us > pawl_clock_now_us() + 500 * INT64_C(1000000));
	pawl_clock_shift_us(601 * INT64_C(1000000));
	pawl_engine_wake(b->engine);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(bench_row(r, "a")->attempt, 2);
}

static void
test_timeout_cancels_the_node_and_times_the_run_out(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "hang", "\"timeout\":\"30ms\""), FIRST("a"));
	const struct pawl_run_record *r = bench_await(b, bench_run(b, w, NULL), PAWL_RUN_TIMED_OUT);

	assert_has(r->run.error, "\"code\":\"timeout\"");
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_FAILED);
	assert_int_equal(journal_count("cancel a"), 1);
}

static void
test_timeout_is_retried(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("a", "hang ok",
		    "\"timeout\":\"30ms\",\"retry\":{\"max\":1,\"initial\":\"1ms\"}"),
		FIRST("a"));

	bench_await(b, bench_run(b, w, NULL), PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

static void
test_wait_returns_by_itself(void **state)
{
	struct bench *b = *state;
	/* Long enough to leave memory: the timer of the engine brings it back. */
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "\"for\":\"5500ms\"", ""), FIRST("nap"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await(b, run, PAWL_RUN_WAITING);
	bench_await_empty(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("resume nap"), 1);
}

static void
test_workflow_runs_no_more_at_once_than_its_limit(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":2", ACT("a", "hang", ""), FIRST("a"));
	uint64_t other = bench_workflow(b, NOTE("n"), FIRST("n"));
	uint64_t runs[6];

	for (size_t i = 0; i < 6; i++)
		runs[i] = bench_run(b, w, NULL);
	journal_await("start a", 2);
	bench_await(b, bench_run(b, other, NULL), PAWL_RUN_COMPLETED);
	for (size_t i = 0; i < 6; i++)
		release("a", false);
	for (size_t i = 0; i < 6; i++)
		bench_await(b, runs[i], PAWL_RUN_COMPLETED);
	assert_int_equal(journal_most_at_once(), 2);
	assert_int_equal(journal_count("start a"), 6);
	bench_await_empty(b);
}

/* Two runs come back from a long wait at once, one more than the limit, and the process ends while
 * the second is held. */
static void
test_run_that_was_held_midway_goes_on_midway(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1",
				       ACT("a", "ok", "") "," NODE("nap", "nap", "\"for\":\"1h\"",
								   "") "," ACT("end", "hang", ""),
				       FIRST("a") "," EDGE("a", "nap") "," EDGE("nap", "end"));
	uint64_t runs[2];

	for (size_t i = 0; i < 2; i++) {
		runs[i] = bench_run(b, w, NULL);
		bench_await(b, runs[i], PAWL_RUN_WAITING);
	}
	bench_restart(b); /* and forgets the limit */
	pawl_clock_shift_us(3601 * INT64_C(1000000));
	pawl_engine_wake(b->engine);
	journal_await("start end", 1);
	bench_await(b, runs[1], PAWL_RUN_QUEUED);
	bench_restart(b);
	journal_await("start end", 2);
	for (size_t i = 0; i < 2; i++) {
		release("end", false);
		bench_await(b, runs[i], PAWL_RUN_COMPLETED);
	}
	assert_int_equal(journal_count("start a"), 2);
	assert_int_equal(journal_count("start nap"), 2);
}

static void
test_held_run_can_be_canceled(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1", ACT("a", "hang", ""), FIRST("a"));
	uint64_t first = bench_run(b, w, NULL), second;

	journal_await("start a", 1);
	second = bench_run(b, w, NULL);
	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, second), PAWL_OK);
	bench_await(b, second, PAWL_RUN_CANCELED);
	release("a", false);
	bench_await(b, first, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
}

static void
test_held_run_can_be_paused_and_resumed(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1", ACT("a", "hang", ""), FIRST("a"));
	uint64_t first, second;

	bench_stop_engine(b, 0);
	first = bench_run(b, w, NULL);
	second = bench_run(b, w, NULL);
	bench_start_engine(b); /* which learns of the limit when it has both */
	journal_await("start a", 1);
	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, second), PAWL_OK);
	assert_int_equal(bench_read(b, second)->run.state, PAWL_RUN_WAITING);
	assert_int_equal(bench_resume(b, second, "", "", ""), PAWL_OK);
	bench_await(b, second, PAWL_RUN_QUEUED);
	assert_int_equal(journal_count("start a"), 1);
	release("a", false);
	bench_await(b, first, PAWL_RUN_COMPLETED);
	release("a", false);
	bench_await(b, second, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_most_at_once(), 1);
	bench_await_empty(b);
}

/* What it was resumed with is on disk, and it goes on when it is its turn. */
static void
test_resumed_run_keeps_to_the_limit(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1",
				       NODE("nap", "nap", "", "") "," ACT("a", "hang", ""),
				       FIRST("nap") "," EDGE("nap", "a"));
	uint64_t runs[3];

	for (size_t i = 0; i < 3; i++) {
		runs[i] = bench_run(b, w, NULL);
		bench_await(b, runs[i], PAWL_RUN_WAITING);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(bench_resume(b, runs[i], "", "1", ""), PAWL_OK);
	journal_await("start a", 1);
	bench_await(b, runs[1], PAWL_RUN_QUEUED);
	bench_restart(b);
	for (size_t i = 0; i < 3; i++) {
		release("a", false);
		bench_await(b, runs[i], PAWL_RUN_COMPLETED);
	}
	assert_int_equal(journal_count("resume nap"), 3);
	assert_int_equal(journal_count("start a"), 4);
	assert_int_equal(journal_most_at_once(), 1);
	bench_await_empty(b);
}

static void
test_resumed_run_of_a_paused_workflow_is_held(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "", "") "," NOTE("after"),
				    FIRST("nap") "," EDGE("nap", "after"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await(b, run, PAWL_RUN_WAITING);
	bench_await_empty(b);
	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_PAUSED);
	assert_int_equal(bench_resume(b, run, "after", "", ""), PAWL_ESTATE);
	bench_await(b, run, PAWL_RUN_WAITING);
	assert_int_equal(bench_resume(b, run, "", "5", ""), PAWL_OK);
	bench_await(b, run, PAWL_RUN_QUEUED);
	assert_int_equal(journal_count("start after"), 0);
	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_ACTIVE);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

/* A backlog that its own limit holds back must not take all the room in memory. */
static void
test_held_runs_leave_room_for_others(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1", ACT("a", "hang", ""), FIRST("a"));
	uint64_t other = bench_workflow(b, NOTE("n"), FIRST("n")), runs[20];

	bench_stop_engine(b, 0);
	for (size_t i = 0; i < 20; i++)
		runs[i] = bench_run(b, w, NULL);
	b->max_runs = 8;
	bench_start_engine(b);
	journal_await("start a", 1);
	bench_await(b, bench_run(b, other, NULL), PAWL_RUN_COMPLETED);
	for (size_t i = 0; i < 20; i++)
		release("a", false);
	for (size_t i = 0; i < 20; i++)
		bench_await(b, runs[i], PAWL_RUN_COMPLETED);
	assert_int_equal(journal_most_at_once(), 1);
	assert_int_equal(journal_count("start a"), 20);
	bench_await_empty(b);
}

static void
test_paused_workflow_holds_its_runs(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NOTE("a"), FIRST("a"));
	uint64_t other = bench_workflow(b, NOTE("n"), FIRST("n")), run;

	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_PAUSED);
	run = bench_run(b, w, NULL);
	bench_await(b, bench_run(b, other, NULL), PAWL_RUN_COMPLETED);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_QUEUED);
	assert_int_equal(journal_count("start a"), 0);
	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_ACTIVE);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

/* They are left in the store; none of them is claimed to be held in memory. */
static void
test_any_number_of_workflows_can_be_paused(void **state)
{
	struct bench *b = *state;
	uint64_t other = bench_workflow(b, NOTE("n"), FIRST("n")), workflows[8], run = 0;

	for (uint64_t i = 0; i < 3000; i++) /* known to the engine, and to nobody else */
		pawl_engine_set_workflow_state(b->engine, i + 1, PAWL_WORKFLOW_PAUSED);
	for (size_t i = 0; i < 8; i++) {
		workflows[i] = bench_workflow(b, NOTE("a"), FIRST("a"));
		pawl_engine_set_workflow_state(b->engine, workflows[i], PAWL_WORKFLOW_PAUSED);
	}
	/* Claims that do not know of them are over when this one has ended. */
	bench_await(b, bench_run(b, other, NULL), PAWL_RUN_COMPLETED);
	for (size_t i = 0; i < 8; i++)
		run = bench_run(b, workflows[i], NULL);
	bench_await(b, bench_run(b, other, NULL), PAWL_RUN_COMPLETED);
	bench_await_empty(b);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_QUEUED);
	pawl_engine_set_workflow_state(b->engine, workflows[7], PAWL_WORKFLOW_ACTIVE);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
}

static void
test_backlog_larger_than_memory_drains(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "ok", ""), FIRST("a")), runs[40];

	bench_stop_engine(b, 0);
	for (size_t i = 0; i < 40; i++)
		runs[i] = bench_run(b, w, NULL);
	b->max_runs = 3;
	bench_start_engine(b);
	for (size_t i = 0; i < 40; i++)
		bench_await(b, runs[i], PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 40);
}

static void
test_run_with_too_much_data_fails(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NOTE("a") "," NOTE("b"), FIRST("a") "," EDGE("a", "b"));

	bench_stop_engine(b, 0);
	b->max_run_bytes = 1;
	bench_start_engine(b);
	assert_has(bench_await(b, bench_run(b, w, NULL), PAWL_RUN_FAILED)->run.error,
		   "\"run_too_large\"");
	assert_int_equal(journal_count("start b"), 0);
}

/* What failed attempts left is kept, too. */
static void
test_retries_with_too_much_data_end(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		NODE("a", "act",
		     "\"script\":\"again\",\"with_output\":true,\"value\":\"${workflow.input.big}"
		     "\"",
		     "\"retry\":{\"max\":20,\"initial\":\"1ms\",\"max_delay\":\"1ms\"}"),
		FIRST("a"));
	char big[20000];
	const struct pawl_run_record *r;

	memset(big, 'x', sizeof big);
	memcpy(big, "{\"big\":\"", 8);
	memcpy(big + sizeof big - 3, "\"}", 3);
	bench_stop_engine(b, 0);
	b->max_run_bytes = 500000;
	bench_start_engine(b);
	r = bench_await(b, bench_run(b, w, big), PAWL_RUN_FAILED);
	assert_has(r->run.error, "\"run_too_large\"");
	assert_true(bench_row(r, "a")->attempt < 15);
}

/* What was deleted does not run any more, whatever it waits for, and says why. */
static void
test_runs_of_a_deleted_workflow_fail(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow_of(b, "\"concurrency\":1",
				       NODE("a", "act", "\"script\":\"${workflow.input.a}\"",
					    "") "," NODE("nap", "nap", "", "") "," NOTE("after"),
				       FIRST("a") "," EDGE("a", "nap") "," EDGE("nap", "after"));
	uint64_t waiting = bench_run(b, w, "{\"a\":\"ok\"}"), going, held, queued;

	bench_await(b, waiting, PAWL_RUN_WAITING);
	bench_await_empty(b);
	bench_stop_engine(b, 0);
	going = bench_run(b, w, "{\"a\":\"hang\"}");
	held = bench_run(b, w, "{\"a\":\"ok\"}");
	bench_start_engine(b);
	journal_await("start a", 2);
	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_PAUSED);
	queued = bench_run(b, w, "{\"a\":\"ok\"}");
	pawl_engine_workflow_deleted(b->engine, w);
	assert_has(bench_await(b, held, PAWL_RUN_FAILED)->run.error, "\"workflow_deleted\"");
	release("a", false);
	bench_await(b, going, PAWL_RUN_WAITING);
	assert_has(bench_await(b, queued, PAWL_RUN_FAILED)->run.error, "\"workflow_deleted\"");
	assert_int_equal(bench_resume(b, waiting, "", "1", ""), PAWL_ESTATE);
	bench_await(b, waiting, PAWL_RUN_FAILED);
	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, going), PAWL_ESTATE);
	bench_await(b, going, PAWL_RUN_FAILED);
	assert_int_equal(journal_count("start a"), 2);
	assert_int_equal(journal_count("start after"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_retry_until_it_works),
		BENCH_TEST(test_retries_end_and_final_failures_have_none),
		BENCH_TEST(test_retry_goes_on_while_another_node_is_under_way),
		BENCH_TEST(test_long_retry_leaves_memory_and_returns),
		BENCH_TEST(test_timeout_cancels_the_node_and_times_the_run_out),
		BENCH_TEST(test_timeout_is_retried),
		BENCH_TEST(test_wait_returns_by_itself),
		BENCH_TEST(test_workflow_runs_no_more_at_once_than_its_limit),
		BENCH_TEST(test_run_that_was_held_midway_goes_on_midway),
		BENCH_TEST(test_held_run_can_be_canceled),
		BENCH_TEST(test_held_run_can_be_paused_and_resumed),
		BENCH_TEST(test_resumed_run_keeps_to_the_limit),
		BENCH_TEST(test_resumed_run_of_a_paused_workflow_is_held),
		BENCH_TEST(test_held_runs_leave_room_for_others),
		BENCH_TEST(test_paused_workflow_holds_its_runs),
		BENCH_TEST(test_any_number_of_workflows_can_be_paused),
		BENCH_TEST(test_backlog_larger_than_memory_drains),
		BENCH_TEST(test_run_with_too_much_data_fails),
		BENCH_TEST(test_retries_with_too_much_data_end),
		BENCH_TEST(test_runs_of_a_deleted_workflow_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
