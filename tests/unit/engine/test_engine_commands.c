/* What people do to runs, in memory and out of it. */
#include "engine_testing.h"

#define NAP_THEN_NOTE NODE("nap", "nap", "", "") "," NOTE("after")
#define NAP_EDGES     FIRST("nap") "," EDGE("nap", "after")

static uint64_t
hanging_run(struct bench *b)
{
	uint64_t w = bench_workflow(b, ACT("a", "hang ok", "") "," NOTE("after"),
				    FIRST("a") "," EDGE("a", "after"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start a", 1);
	return run;
}

static uint64_t
waiting_run(struct bench *b)
{
	uint64_t run = bench_run(b, bench_workflow(b, NAP_THEN_NOTE, NAP_EDGES), NULL);

	bench_await(b, run, PAWL_RUN_WAITING);
	bench_await_empty(b);
	return run;
}

static void
test_cancel_of_a_node_under_way(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, run), PAWL_OK);
	assert_int_equal(bench_row(bench_await(b, run, PAWL_RUN_CANCELED), "a")->state,
			 PAWL_NODE_CANCELED);
	assert_int_equal(journal_count("cancel a"), 1);
	bench_await_empty(b);
	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, run), PAWL_ESTATE);
}

static void
test_cancel_of_a_run_out_of_memory(void **state)
{
	struct bench *b = *state;
	uint64_t run = waiting_run(b);
	const struct pawl_run_record *r;

	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, run), PAWL_OK);
	r = bench_read(b, run);
	assert_int_equal(r->run.state, PAWL_RUN_CANCELED);
	assert_true(r->run.finished_at_us > 0);
	assert_int_equal(bench_row(r, "nap")->state, PAWL_NODE_CANCELED);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_ESTATE);
}

static void
test_pause_lets_the_node_under_way_finish(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, run), PAWL_OK);
	release("a", false);
	assert_true(bench_await(b, run, PAWL_RUN_WAITING)->run.paused);
	bench_await_empty(b);
	assert_int_equal(journal_count("start after"), 0);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	assert_false(bench_await(b, run, PAWL_RUN_COMPLETED)->run.paused);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(journal_count("start after"), 1);
}

/* The boundary of a pause: what has not left by then stays here. */
static void
test_pause_takes_back_an_intent_that_is_being_saved(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "ok", "") "," NOTE("after"),
				    FIRST("a") "," EDGE("a", "after"));
	const struct pawl_run_record *r;
	struct bench_order *pause;
	uint64_t run;

	store_hold(PAWL_STORE_SAVE);
	run = bench_run(b, w, NULL);
	store_await();
	pause = bench_order(b, PAWL_ACTION_PAUSE, run);
	store_let_go();
	assert_int_equal(bench_outcome(pause), PAWL_OK);
	r = bench_await(b, run, PAWL_RUN_WAITING);
	bench_await_empty(b);
	assert_int_equal(journal_count("start a"), 0);
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_PENDING);
	assert_int_equal(bench_row(r, "a")->started_at_us, 0);
	assert_false(bench_row(r, "a")->in_doubt_possible);
	bench_restart(b);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(bench_row(r, "a")->attempt, 1);
	assert_int_equal(r->n_nodes, 2);
}

static void
test_paused_run_stays_paused_over_a_crash(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, run), PAWL_OK);
	bench_restart(b);
	assert_true(bench_await(b, run, PAWL_RUN_WAITING)->run.paused);
	bench_await_empty(b);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

static void
test_run_that_was_put_back_can_be_canceled(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "ok", ""), FIRST("a")), runs[2];

	for (size_t i = 0; i < 2; i++) {
		struct bench_order *pause;

		store_hold(PAWL_STORE_SAVE);
		runs[i] = bench_run(b, w, NULL);
		store_await();
		pause = bench_order(b, PAWL_ACTION_PAUSE, runs[i]);
		if (i == 0) {
			struct bench_order *cancel = bench_order(b, PAWL_ACTION_CANCEL, runs[i]);
			store_let_go();
			assert_int_equal(bench_outcome(pause), PAWL_OK);
			assert_int_equal(bench_outcome(cancel), PAWL_OK);
		} else {
			store_let_go();
			assert_int_equal(bench_outcome(pause), PAWL_OK);
			bench_await_empty(b);
			assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, runs[i]), PAWL_OK);
		}
		assert_int_equal(bench_row(bench_await(b, runs[i], PAWL_RUN_CANCELED), "a")->state,
				 PAWL_NODE_CANCELED);
	}
	assert_int_equal(journal_count("start a"), 0);
}

static void
test_pause_in_memory_is_lifted_again(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, run), PAWL_OK);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	release("a", false);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

/* As the command does to a run that is not in memory. */
static void
pause_in_store(struct bench *b, uint64_t run_id)
{
	struct pawl_store_save save = {
		.run_id = run_id, .has_run = true, .run = bench_read(b, run_id)->run};

	save.run.state = PAWL_RUN_WAITING;
	save.run.paused = true;
	save.run.input = save.run.output = save.run.error = pawl_str(NULL, 0);
	pawl_store_op_init(&save.op, PAWL_STORE_SAVE, NULL);
	assert_int_equal(pawl_store_wait(b->store, &save.op), PAWL_OK);
	pawl_store_op_fini(&save.op);
}

static void
test_run_paused_after_a_crash_recovers_when_resumed(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	/* Back in the queue with a node under way, and paused there. */
	bench_stop_engine(b, 0);
	bench_close_store(b);
	bench_open_store(b);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_QUEUED);
	pause_in_store(b, run);
	bench_start_engine(b);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_WAITING);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

static void
test_resume_hands_its_data_to_the_node(void **state)
{
	struct bench *b = *state;
	uint64_t run = waiting_run(b);
	const struct pawl_run_record *r;

	assert_int_equal(bench_resume(b, run, "after", "", ""), PAWL_ESTATE);
	assert_int_equal(bench_resume(b, run, "nap", "{not json", ""), PAWL_EINVAL);
	bench_await(b, run, PAWL_RUN_WAITING);
	assert_int_equal(bench_resume(b, run, "nap", "{\"ok\":true}", ""), PAWL_OK);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_text(bench_row(r, "nap")->output,
		    "{\"data\":{\"ok\":true},\"state\":{\"kept\":\"nap\"}}");
	assert_int_equal(journal_count("resume nap"), 1);
}

static void
test_resume_asks_which_of_two(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("x", "nap", "", "") "," NODE("y", "nap", "", ""),
				    FIRST("x") "," FIRST("y"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await(b, run, PAWL_RUN_WAITING);
	assert_int_equal(bench_resume(b, run, "", "1", ""), PAWL_ESTATE);
	assert_non_null(strstr(bench_message(), "which"));
	assert_int_equal(bench_resume(b, run, "y", "1", ""), PAWL_OK);
	bench_await_node(b, run, "y", PAWL_NODE_COMPLETED);
	assert_int_equal(bench_resume(b, run, "x", "2", ""), PAWL_OK);
	assert_has(bench_await(b, run, PAWL_RUN_COMPLETED)->run.output, "{\"data\":2");
}

static void
test_retry_keeps_what_completed(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NOTE("a") "," ACT("b", "hang hang", "") "," NOTE("c"),
				    FIRST("a") "," EDGE("a", "b") "," EDGE("b", "c"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	release("b", true);
	bench_await(b, run, PAWL_RUN_FAILED);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, run), PAWL_OK);
	release("b", false);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(r->run.attempt, 2);
	assert_int_equal(r->n_nodes, 3);
	assert_int_equal(bench_row(r, "b")->attempt, 2);
	assert_has(bench_row(r, "b")->attempts, "\"made_up\"");
	assert_has(bench_row(r, "b")->attempts, "\"ended_run\":true},{\"attempt\":2");
	assert_int_equal(bench_row(r, "b")->error.len, 0);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(journal_count("start b"), 2);
	bench_await_empty(b);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, run), PAWL_ESTATE);
	assert_int_equal(bench_command(b, PAWL_ACTION_RESTART, run), PAWL_OK);
	release("b", false);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 2);
}

/* The end was seen, as on the live stream, and is not on disk yet. */
static void
test_retry_of_a_run_whose_end_is_being_saved(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "hang", ""), FIRST("a"));
	uint64_t run = bench_run(b, w, NULL);
	struct bench_order *first, *second;

	journal_await("start a", 1);
	store_hold(PAWL_STORE_SAVE);
	release("a", true);
	store_await();
	first = bench_order(b, PAWL_ACTION_RETRY, run);
	second = bench_order(b, PAWL_ACTION_RETRY, run);
	store_let_go();
	assert_int_equal(bench_outcome(first), PAWL_OK);
	assert_int_equal(bench_outcome(second), PAWL_ESTATE);
	release("a", false);
	assert_int_equal(bench_await(b, run, PAWL_RUN_COMPLETED)->run.attempt, 2);
}

static void
test_cancel_while_a_save_is_under_way(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "hang", "") "," ACT("b", "ok", ""),
				    FIRST("a") "," EDGE("a", "b"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;
	struct bench_order *cancel;

	journal_await("start a", 1);
	store_hold(PAWL_STORE_SAVE);
	release("a", false);
	store_await(); /* holds the result of a and the intent of b */
	cancel = bench_order(b, PAWL_ACTION_CANCEL, run);
	store_let_go();
	assert_int_equal(bench_outcome(cancel), PAWL_OK);
	r = bench_await(b, run, PAWL_RUN_CANCELED);
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_COMPLETED);
	assert_int_equal(bench_row(r, "b")->state, PAWL_NODE_CANCELED);
	bench_await_empty(b);
	assert_int_equal(journal_count("start b"), 0);
}

static void
test_run_paused_in_the_queue_begins_when_resumed(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "ok", "") "," ACT("b", "hang ok", ""),
				    FIRST("a") "," EDGE("a", "b"));
	uint64_t run;

	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_PAUSED);
	run = bench_run(b, w, NULL);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_ESTATE);
	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, run), PAWL_OK);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_WAITING);
	pawl_engine_set_workflow_state(b->engine, w, PAWL_WORKFLOW_ACTIVE);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	journal_await("start b", 1);
	assert_true(bench_read(b, run)->run.started_at_us > 0);
	bench_restart(b);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("start a"), 1);
}

static void
test_resume_url_reaches_only_what_waits_for_it(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		NODE("wait", "nap", "\"for\":\"2h\",\"until_resumed\":true",
		     "") "," NODE("time", "nap", "\"for\":\"1h\"",
				  "") "," ACT("again", "again ok",
					      "\"retry\":{\"max\":1,\"initial\":\"1h\"}"),
		FIRST("wait") "," FIRST("time") "," FIRST("again"));
	uint64_t run = bench_run(b, w, NULL);

	bench_await(b, run, PAWL_RUN_WAITING);
	assert_int_equal(bench_call_resume_url(b, run, "1"), PAWL_OK);
	bench_await_node(b, run, "wait", PAWL_NODE_COMPLETED);
	assert_int_equal(bench_call_resume_url(b, run, "2"), PAWL_ESTATE);
	assert_int_equal(journal_count("resume time") + journal_count("resume again"), 0);
	assert_int_equal(journal_count("start again"), 1);
	assert_int_equal(bench_resume(b, run, "again", "", ""), PAWL_OK);
	bench_await_node(b, run, "again", PAWL_NODE_COMPLETED);
	assert_int_equal(bench_resume(b, run, "", "3", ""), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

static void
test_resume_url_lifts_no_pause(void **state)
{
	struct bench *b = *state;
	uint64_t run = waiting_run(b);
	const struct pawl_run_record *r;

	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, run), PAWL_OK);
	assert_int_equal(bench_call_resume_url(b, run, "7"), PAWL_OK);
	r = bench_read(b, run);
	assert_true(r->run.paused);
	assert_has(bench_row(r, "nap")->output, "{\"data\":7");
	bench_await_empty(b);
	assert_int_equal(journal_count("start after"), 0);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

/* A retry begins with what failed the run: failures that were handled stay so, retries are counted
 * anew, and what was canceled beside it begins again. */
static void
test_retry_leaves_handled_failures_alone(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("went_on", "fail", "\"on_error\":\"continue\"") "," ACT("branched", "fail", "\"on_error\":\"branch\"") "," ACT(
			"aside", "fail",
			"\"async\":true") "," ACT("beside", "hang",
						  "") "," ACT("culprit", "again again again ok",
							      "\"retry\":{\"max\":1,\"initial\":"
							      "\"1ms\"}") "," NOTE("good") "," NOTE("bad") "," NOTE("end"),
		FIRST("went_on") "," EDGE("went_on", "branched") "," EDGE("branched", "good") "," PORT(
			"branched", "error",
			"bad") "," FIRST("aside") "," FIRST("beside") "," EDGE("bad",
									       "culprit") "," EDGE("culprit",
												   "end"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r = bench_await(b, run, PAWL_RUN_FAILED);

	assert_int_equal(bench_row(r, "culprit")->attempt, 2);
	assert_int_equal(bench_row(r, "beside")->state, PAWL_NODE_CANCELED);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, run), PAWL_OK);
	journal_await("start culprit", 4);
	bench_await_node(b, run, "end", PAWL_NODE_COMPLETED);
	release("beside", false);
	r = bench_await(b, run, PAWL_RUN_COMPLETED);
	assert_int_equal(bench_row(r, "culprit")->attempt, 4);
	assert_has(bench_row(r, "beside")->attempts, "\"code\":\"canceled\"");
	assert_int_equal(journal_count("start went_on") + journal_count("start branched") +
				 journal_count("start aside") + journal_count("start bad"),
			 4);
	assert_int_equal(journal_count("start good"), 0);
}

static void
test_retry_of_a_run_that_a_node_terminated(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("end", "stop", "\"failed\":true", "") "," NOTE("after"),
				    FIRST("end") "," EDGE("end", "after"));
	uint64_t run = bench_run(b, w, NULL);

	assert_int_equal(bench_row(bench_await(b, run, PAWL_RUN_FAILED), "end")->state,
			 PAWL_NODE_FAILED);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, run), PAWL_OK);
	journal_await("start end", 2);
	bench_await(b, run, PAWL_RUN_FAILED);
	assert_int_equal(journal_count("start after"), 0);
}

static void
test_commands_that_do_not_fit_are_refused(void **state)
{
	struct bench *b = *state;
	uint64_t run = hanging_run(b);

	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, 12345), PAWL_ENOTFOUND);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, run), PAWL_ESTATE);
	assert_int_equal(bench_command(b, PAWL_ACTION_RESTART, run), PAWL_ESTATE);
	assert_int_equal(bench_resume(b, run, "", "", ""), PAWL_ESTATE);
	release("a", false);
	bench_await(b, run, PAWL_RUN_COMPLETED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_cancel_of_a_node_under_way),
		BENCH_TEST(test_cancel_of_a_run_out_of_memory),
		BENCH_TEST(test_pause_lets_the_node_under_way_finish),
		BENCH_TEST(test_pause_takes_back_an_intent_that_is_being_saved),
		BENCH_TEST(test_paused_run_stays_paused_over_a_crash),
		BENCH_TEST(test_run_that_was_put_back_can_be_canceled),
		BENCH_TEST(test_pause_in_memory_is_lifted_again),
		BENCH_TEST(test_run_paused_after_a_crash_recovers_when_resumed),
		BENCH_TEST(test_resume_hands_its_data_to_the_node),
		BENCH_TEST(test_resume_asks_which_of_two),
		BENCH_TEST(test_retry_keeps_what_completed),
		BENCH_TEST(test_retry_of_a_run_whose_end_is_being_saved),
		BENCH_TEST(test_cancel_while_a_save_is_under_way),
		BENCH_TEST(test_run_paused_in_the_queue_begins_when_resumed),
		BENCH_TEST(test_resume_url_reaches_only_what_waits_for_it),
		BENCH_TEST(test_resume_url_lifts_no_pause),
		BENCH_TEST(test_retry_leaves_handled_failures_alone),
		BENCH_TEST(test_retry_of_a_run_that_a_node_terminated),
		BENCH_TEST(test_commands_that_do_not_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
