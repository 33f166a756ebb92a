/* Runs of one key go one after another. */
#include "engine_testing.h"

static uint64_t
accept_key(struct bench *b, uint64_t workflow_id, const char *key)
{
	struct pawl_store_accept accept = {.request = {.workflow_id = workflow_id,
						       .revision = 1,
						       .received_at_us = pawl_clock_now_us(),
						       .verdict = PAWL_VERDICT_ACCEPTED,
						       .starts_run = true,
						       .order_key = pawl_str_c(key)}};

	pawl_store_op_init(&accept.op, PAWL_STORE_ACCEPT, NULL);
	assert_int_equal(pawl_store_wait(b->store, &accept.op), PAWL_OK);
	pawl_store_op_fini(&accept.op);
	if (b->engine)
		pawl_engine_wake(b->engine);
	return accept.request_id;
}

static void
accept_keys(struct bench *b, uint64_t workflow_id, const char *key, uint64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ids[i] = accept_key(b, workflow_id, key);
}

static uint64_t
hanging_workflow(struct bench *b)
{
	return bench_workflow(b, ACT("a", "hang", ""), FIRST("a"));
}

static void
test_one_at_a_time_and_other_keys_beside(void **state)
{
	struct bench *b = *state;
	uint64_t w = hanging_workflow(b), ids[4];

	accept_keys(b, w, "x", ids, 3);
	ids[3] = accept_key(b, w, "y");
	journal_await("start a", 2);
	release("a", true); /* a failure blocks nobody, once it is final */
	release("a", true);
	bench_await(b, ids[0], PAWL_RUN_FAILED);
	bench_await(b, ids[3], PAWL_RUN_FAILED);
	for (unsigned i = 1; i < 3; i++) {
		journal_await("start a", 2 + i);
		assert_int_equal(bench_read(b, ids[i])->run.state, PAWL_RUN_RUNNING);
		release("a", false);
		bench_await(b, ids[i], PAWL_RUN_COMPLETED);
	}
	assert_int_equal(journal_most_at_once(), 2);
}

static void
test_run_that_waits_out_of_memory_holds_its_key(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("nap", "nap", "", "") "," NOTE("end"),
				    FIRST("nap") "," EDGE("nap", "end"));
	uint64_t ids[2];

	accept_keys(b, w, "x", ids, 2);
	bench_await(b, ids[0], PAWL_RUN_WAITING);
	bench_restart(b);
	bench_await_empty(b);
	assert_int_equal(bench_read(b, ids[1])->run.state, PAWL_RUN_QUEUED);
	assert_int_equal(bench_resume(b, ids[0], "", "1", ""), PAWL_OK);
	bench_await(b, ids[0], PAWL_RUN_COMPLETED);
	bench_await(b, ids[1], PAWL_RUN_WAITING);
	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, ids[1]), PAWL_OK);
}

/* It comes into memory for the command, and must not go from there. */
static void
test_pause_and_resume_do_not_jump_the_line(void **state)
{
	struct bench *b = *state;
	uint64_t w = hanging_workflow(b), ids[3];

	accept_keys(b, w, "x", ids, 3);
	journal_await("start a", 1);
	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, ids[1]), PAWL_OK);
	assert_true(bench_read(b, ids[1])->run.paused);
	assert_int_equal(bench_resume(b, ids[1], "", "", ""), PAWL_OK);
	bench_await(b, ids[1], PAWL_RUN_QUEUED);
	assert_int_equal(journal_count("start a"), 1);
	for (size_t i = 0; i < 3; i++) {
		journal_await("start a", (unsigned)i + 1);
		release("a", false);
		bench_await(b, ids[i], PAWL_RUN_COMPLETED);
	}
	assert_int_equal(journal_most_at_once(), 1);
}

static void
test_paused_first_holds_the_line_until_it_is_canceled(void **state)
{
	struct bench *b = *state;
	uint64_t w = hanging_workflow(b), ids[3];

	accept_keys(b, w, "x", ids, 3);
	journal_await("start a", 1);
	assert_int_equal(bench_command(b, PAWL_ACTION_PAUSE, ids[1]), PAWL_OK);
	release("a", false);
	bench_await(b, ids[0], PAWL_RUN_COMPLETED);
	bench_await_empty(b);
	assert_int_equal(journal_count("start a"), 1);
	assert_int_equal(bench_command(b, PAWL_ACTION_CANCEL, ids[1]), PAWL_OK);
	journal_await("start a", 2);
	release("a", false);
	bench_await(b, ids[2], PAWL_RUN_COMPLETED);
}

static void
test_restart_keeps_the_order(void **state)
{
	struct bench *b = *state;
	uint64_t w = hanging_workflow(b), ids[4];

	accept_keys(b, w, "x", ids, 4);
	for (size_t i = 0; i < 4; i++) {
		journal_await("start a", (unsigned)(2 * i) + 1);
		bench_restart(b);
		journal_await("start a", (unsigned)(2 * i) + 2);
		release("a", false);
		bench_await(b, ids[i], PAWL_RUN_COMPLETED);
	}
	assert_int_equal(journal_most_at_once(), 1);
}

static void
test_retry_takes_its_turn(void **state)
{
	struct bench *b = *state;
	uint64_t w = hanging_workflow(b), ids[3];

	accept_keys(b, w, "x", ids, 3);
	journal_await("start a", 1);
	release("a", true);
	bench_await(b, ids[0], PAWL_RUN_FAILED);
	journal_await("start a", 2);
	assert_int_equal(bench_command(b, PAWL_ACTION_RETRY, ids[0]), PAWL_OK);
	release("a", false);
	bench_await(b, ids[1], PAWL_RUN_COMPLETED);
	journal_await("start a", 3);
	release("a", false);
	bench_await(b, ids[0], PAWL_RUN_COMPLETED);
	journal_await("start a", 4);
	release("a", false);
	bench_await(b, ids[2], PAWL_RUN_COMPLETED);
	assert_int_equal(journal_most_at_once(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_one_at_a_time_and_other_keys_beside),
		BENCH_TEST(test_run_that_waits_out_of_memory_holds_its_key),
		BENCH_TEST(test_pause_and_resume_do_not_jump_the_line),
		BENCH_TEST(test_paused_first_holds_the_line_until_it_is_canceled),
		BENCH_TEST(test_restart_keeps_the_order),
		BENCH_TEST(test_retry_takes_its_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
