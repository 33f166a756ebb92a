/* A run's life after it was claimed. */
#include <string.h>

#include "store_conformance.h"

static uint64_t
running_run(struct fixture *f, uint64_t workflow_id)
{
	uint64_t id = accept_run(f, workflow_id);

	assert_int_equal(claim_count(f, 1000), 1);
	return id;
}

static void
test_save_writes_nodes_and_the_run(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_node_row nodes[] = {
		{.seq = 1,
		 .node_id = PAWL_STR("a"),
		 .state = PAWL_NODE_COMPLETED,
		 .attempt = 2,
		 .port = PAWL_STR("true"),
		 .started_at_us = 11,
		 .finished_at_us = 12,
		 .input = PAWL_STR("{\"x\":1e400}"),
		 .output = PAWL_STR("{\"data\":0.10}"),
		 .sealed = PAWL_STR("\0\xff\0"),
		 .attempts = PAWL_STR("[{\"attempt\":1}]")},
		{.seq = 2,
		 .iteration = 5,
		 .node_id = PAWL_STR("b"),
		 .state = PAWL_NODE_WAITING,
		 .attempt = 1,
		 .in_doubt_possible = true,
		 .wake_at_us = 99,
		 .error = PAWL_STR("{\"code\":\"x\"}"),
		 .state_data = PAWL_STR("{\"until\":99}")},
	};
	struct pawl_store_get get;

	save_nodes(f, id, nodes, 2);
	fixture_reopen(f, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->n_nodes, 2);
	assert_int_equal(get.record->nodes[0].seq, 1);
	assert_int_equal(get.record->nodes[0].attempt, 2);
	assert_int_equal(get.record->nodes[0].started_at_us, 11);
	assert_int_equal(get.record->nodes[0].finished_at_us, 12);
	assert_str(get.record->nodes[0].node_id, "a");
	assert_str(get.record->nodes[0].port, "true");
	assert_str(get.record->nodes[0].input, "{\"x\":1e400}");
	assert_str(get.record->nodes[0].output, "{\"data\":0.10}");
	assert_str(get.record->nodes[0].attempts, "[{\"attempt\":1}]");
	assert_true(pawl_str_eq(get.record->nodes[0].sealed, PAWL_STR("\0\xff\0")));
	assert_int_equal(get.record->nodes[1].iteration, 5);
	assert_int_equal(get.record->nodes[1].state, PAWL_NODE_WAITING);
	assert_true(get.record->nodes[1].in_doubt_possible);
	assert_int_equal(get.record->nodes[1].wake_at_us, 99);
	assert_str(get.record->nodes[1].error, "{\"code\":\"x\"}");
	assert_str(get.record->nodes[1].state_data, "{\"until\":99}");
	pawl_store_op_fini(&get.op);
}

static void
test_save_replaces_a_node_by_its_seq(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_node_row node = {.seq = 1,
				     .node_id = PAWL_STR("a"),
				     .state = PAWL_NODE_RUNNING,
				     .in_doubt_possible = true};
	struct pawl_store_get get;

	save_nodes(f, id, &node, 1);
	node.state = PAWL_NODE_FAILED;
	node.in_doubt_possible = false;
	save_nodes(f, id, &node, 1);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->n_nodes, 1);
	assert_int_equal(get.record->nodes[0].state, PAWL_NODE_FAILED);
	assert_false(get.record->nodes[0].in_doubt_possible);
	pawl_store_op_fini(&get.op);
}

static void
test_save_of_an_unknown_run_is_not_found(void **state)
{
	struct fixture *f = *state;
	uint64_t refused = accept_verdict(f, 1, PAWL_VERDICT_REFUSED);

	assert_int_equal(save_state(f, 12345, PAWL_RUN_FAILED, 0), PAWL_ENOTFOUND);
	assert_int_equal(save_state(f, refused, PAWL_RUN_FAILED, 0), PAWL_ENOTFOUND);
	assert_int_equal(counter_value(f, 0, "runs_failed"), 0);
}

static void
test_saved_run_fields_come_back(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_run_row row = {.state = PAWL_RUN_FAILED,
				   .started_at_us = 21,
				   .finished_at_us = 22,
				   .crashes = 1,
				   .error = PAWL_STR("{\"code\":\"boom\"}"),
				   .output = PAWL_STR("null")};
	struct pawl_store_get get;

	assert_int_equal(save_row(f, id, &row), PAWL_OK);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->run.state, PAWL_RUN_FAILED);
	assert_int_equal(get.record->run.started_at_us, 21);
	assert_int_equal(get.record->run.finished_at_us, 22);
	assert_int_equal(get.record->run.crashes, 1);
	assert_str(get.record->run.error, "{\"code\":\"boom\"}");
	assert_str(get.record->run.output, "null");
	assert_str(get.record->run.input, "");
	pawl_store_op_fini(&get.op);
}

static void
test_waiting_run_wakes_when_its_time_has_come(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_node_row node = {.seq = 1, .node_id = PAWL_STR("w")};
	struct pawl_store_claim claim;

	save_nodes(f, id, &node, 1);
	assert_int_equal(save_state(f, id, PAWL_RUN_WAITING, 9000), PAWL_OK);
	claim_runs(f, &claim, 10, 8999, NULL, 0);
	assert_int_equal(claim.n_records, 0);
	assert_int_equal(claim.next_wake_at_us, 9000);
	pawl_store_op_fini(&claim.op);
	claim_runs(f, &claim, 10, 9000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.next_wake_at_us, 0);
	assert_int_equal(claim.records[0].run.state, PAWL_RUN_RUNNING);
	assert_int_equal(claim.records[0].run.started_at_us, 2000);
	assert_int_equal(claim.records[0].n_nodes, 1);
	assert_str(claim.records[0].nodes[0].node_id, "w");
	pawl_store_op_fini(&claim.op);
}

static void
test_run_without_a_time_or_paused_does_not_wake(void **state)
{
	struct fixture *f = *state;
	uint64_t forever = running_run(f, 1), paused = running_run(f, 1);
	struct pawl_run_row row = {.state = PAWL_RUN_WAITING, .paused = true, .wake_at_us = 10};
	struct pawl_store_claim claim;
	struct pawl_store_get get;

	assert_int_equal(save_state(f, forever, PAWL_RUN_WAITING, 0), PAWL_OK);
	assert_int_equal(save_row(f, paused, &row), PAWL_OK);
	claim_runs(f, &claim, 10, 1000000, NULL, 0);
	assert_int_equal(claim.n_records, 0);
	assert_int_equal(claim.next_wake_at_us, 0);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, paused), PAWL_OK);
	assert_true(get.record->run.paused);
	pawl_store_op_fini(&get.op);

	row.paused = false;
	assert_int_equal(save_row(f, paused, &row), PAWL_OK);
	assert_int_equal(claim_count(f, 10), 1);
}

static void
test_woken_run_of_a_blocked_workflow_is_queued(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 5);
	const uint64_t blocked = 5;
	struct pawl_store_claim claim;

	assert_int_equal(save_state(f, id, PAWL_RUN_WAITING, 100), PAWL_OK);
	claim_runs(f, &claim, 10, 5000, &blocked, 1);
	assert_int_equal(claim.n_records, 0);
	assert_int_equal(claim.next_wake_at_us, 0);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(run_state(f, id), PAWL_RUN_QUEUED);
	assert_int_equal(claim_count(f, 10), 1);
}

static void
test_started_run_is_queued_with_its_own_input(void **state)
{
	struct fixture *f = *state;
	uint64_t request = running_run(f, 3);
	uint64_t id = start_run(f, &(struct pawl_run_row){.workflow_id = 3,
							  .revision = 8,
							  .request_id = request,
							  .replay_of = request,
							  .queued_at_us = 77,
							  .input = PAWL_STR("{\"a\":1}")});
	struct pawl_store_claim claim;

	assert_true(id > request);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, id);
	assert_int_equal(claim.records[0].run.replay_of, request);
	assert_int_equal(claim.records[0].run.revision, 8);
	assert_int_equal(claim.records[0].run.queued_at_us, 77);
	assert_int_equal(claim.records[0].request.id, request);
	assert_str(claim.records[0].run.input, "{\"a\":1}");
	pawl_store_op_fini(&claim.op);
}

static void
test_started_run_without_a_request_has_none(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_claim claim;

	start_run(f, &(struct pawl_run_row){.workflow_id = 3, .revision = 1, .queued_at_us = 5});
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].request.id, 0);
	pawl_store_op_fini(&claim.op);
}

static void
test_requeue_keeps_what_is_not_dropped(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_node_row nodes[] = {{.seq = 1}, {.seq = 2}, {.seq = 3}};
	const uint32_t drop[] = {2, 3};
	struct pawl_run_row failed = {.state = PAWL_RUN_FAILED,
				      .started_at_us = 31,
				      .finished_at_us = 32,
				      .crashes = 1,
				      .error = PAWL_STR("{}"),
				      .output = PAWL_STR("1")};
	struct pawl_store_claim claim;

	save_nodes(f, id, nodes, 3);
	assert_int_equal(requeue_run(f, id, false, drop, 2), PAWL_ESTATE);
	assert_int_equal(save_row(f, id, &failed), PAWL_OK);
	assert_int_equal(requeue_run(f, id, false, drop, 2), PAWL_OK);
	assert_int_equal(run_state(f, id), PAWL_RUN_QUEUED);
	assert_int_equal(requeue_run(f, id, false, drop, 2), PAWL_ESTATE);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].n_nodes, 1);
	assert_int_equal(claim.records[0].run.attempt, 2);
	assert_int_equal(claim.records[0].run.crashes, 0);
	assert_int_equal(claim.records[0].run.started_at_us, 31);
	assert_int_equal(claim.records[0].run.finished_at_us, 0);
	assert_str(claim.records[0].run.error, "");
	assert_str(claim.records[0].run.output, "");
	pawl_store_op_fini(&claim.op);
}

static void
test_requeue_from_the_start_drops_all_nodes(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_node_row nodes[] = {{.seq = 1}, {.seq = 2}};
	struct pawl_store_get get;

	save_nodes(f, id, nodes, 2);
	assert_int_equal(save_state(f, id, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	assert_int_equal(requeue_run(f, id, true, NULL, 0), PAWL_OK);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->n_nodes, 0);
	assert_int_equal(get.record->run.started_at_us, 0);
	pawl_store_op_fini(&get.op);
	assert_int_equal(requeue_run(f, 4711, true, NULL, 0), PAWL_ENOTFOUND);
	assert_int_equal(requeue_run(f, accept_run(f, 1), true, NULL, 0), PAWL_ESTATE);
}

static void
test_running_runs_are_queued_again_after_reopen(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1), waiting = running_run(f, 1), done = running_run(f, 1);
	struct pawl_node_row node = {.seq = 1, .state = PAWL_NODE_COMPLETED};
	struct pawl_store_claim claim;

	save_nodes(f, id, &node, 1);
	assert_int_equal(save_state(f, waiting, PAWL_RUN_WAITING, 99999999), PAWL_OK);
	assert_int_equal(save_state(f, done, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	fixture_reopen(f, 0);
	assert_int_equal(run_state(f, id), PAWL_RUN_QUEUED);
	assert_int_equal(run_state(f, waiting), PAWL_RUN_WAITING);
	assert_int_equal(run_state(f, done), PAWL_RUN_COMPLETED);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].n_nodes, 1);
	assert_int_equal(claim.records[0].run.attempt, 1);
	assert_int_equal(claim.records[0].run.crashes, 0);
	pawl_store_op_fini(&claim.op);
}

/* Whatever it waits for: the engine is to end it. */
static void
test_run_that_is_blamed_twice_is_queued(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_run_row asleep = {
		.state = PAWL_RUN_WAITING, .paused = true, .wake_at_us = INT64_MAX, .crashes = 1};
	struct pawl_store_claim claim;
	struct pawl_store_stats stats;

	fixture_reopen(f, id);
	assert_int_equal(run_state(f, id), PAWL_RUN_QUEUED);
	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(save_row(f, id, &asleep), PAWL_OK);
	fixture_reopen(f, id);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 1);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, id);
	assert_int_equal(claim.records[0].run.crashes, 2);
	assert_false(claim.records[0].run.paused);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(save_state(f, id, PAWL_RUN_FAILED, 0), PAWL_OK);
	fixture_reopen(f, id);
	fixture_reopen(f, 424242);
	assert_int_equal(run_state(f, id), PAWL_RUN_FAILED);
}

static void
test_counters_follow_the_runs(void **state)
{
	struct fixture *f = *state;
	uint64_t done = running_run(f, 1), failed = running_run(f, 1), other = running_run(f, 2);

	accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
	accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
	assert_int_equal(save_state(f, done, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	assert_int_equal(save_state(f, done, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	assert_int_equal(save_state(f, failed, PAWL_RUN_FAILED, 0), PAWL_OK);
	assert_int_equal(save_state(f, other, PAWL_RUN_TIMED_OUT, 0), PAWL_OK);
	assert_int_equal(counter_value(f, 1, "requests_accepted"), 2);
	assert_int_equal(counter_value(f, 1, "requests_refused"), 2);
	assert_int_equal(counter_value(f, 1, "runs_completed"), 1);
	assert_int_equal(counter_value(f, 1, "runs_failed"), 1);
	assert_int_equal(counter_value(f, 2, "runs_timed_out"), 1);
	assert_int_equal(counter_value(f, 2, "runs_failed"), 0);
	assert_int_equal(counter_value(f, 0, "runs_queued"), 3);
	assert_int_equal(counter_value(f, 0, "runs_dequeued"), 3);
	assert_int_equal(requeue_run(f, failed, true, NULL, 0), PAWL_OK);
	assert_int_equal(counter_value(f, 1, "runs_queued"), 3);
	fixture_reopen(f, 0);
	assert_int_equal(counter_value(f, 1, "runs_completed"), 1);
}

static void
test_save_to_queued_enters_the_queue(void **state)
{
	struct fixture *f = *state;
	uint64_t id = running_run(f, 1);
	struct pawl_store_stats stats;

	assert_int_equal(save_state(f, id, PAWL_RUN_WAITING, 0), PAWL_OK);
	assert_int_equal(save_state(f, id, PAWL_RUN_QUEUED, 0), PAWL_OK);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 1);
	assert_int_equal(claim_count(f, 10), 1);
}

const struct CMUnitTest conform_run_tests[] = {
	CONFORM_TEST(test_save_writes_nodes_and_the_run),
	CONFORM_TEST(test_save_replaces_a_node_by_its_seq),
	CONFORM_TEST(test_save_of_an_unknown_run_is_not_found),
	CONFORM_TEST(test_saved_run_fields_come_back),
	CONFORM_TEST(test_waiting_run_wakes_when_its_time_has_come),
	CONFORM_TEST(test_run_without_a_time_or_paused_does_not_wake),
	CONFORM_TEST(test_woken_run_of_a_blocked_workflow_is_queued),
	CONFORM_TEST(test_started_run_is_queued_with_its_own_input),
	CONFORM_TEST(test_started_run_without_a_request_has_none),
	CONFORM_TEST(test_requeue_keeps_what_is_not_dropped),
	CONFORM_TEST(test_requeue_from_the_start_drops_all_nodes),
	CONFORM_TEST(test_running_runs_are_queued_again_after_reopen),
	CONFORM_TEST(test_run_that_is_blamed_twice_is_queued),
	CONFORM_TEST(test_counters_follow_the_runs),
	CONFORM_TEST(test_save_to_queued_enters_the_queue),
};
const size_t conform_n_run_tests = sizeof(conform_run_tests) / sizeof(conform_run_tests[0]);
