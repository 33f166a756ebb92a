/* Replays of many runs. */
#include <string.h>

#include "store/failure.h"
#include "store_conformance.h"

static uint64_t
failed_run(struct fixture *f, uint64_t workflow_id, const char *error)
{
	uint64_t id = accept_run(f, workflow_id);

	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(save_row(f, id,
				  &(struct pawl_run_row){.state = PAWL_RUN_FAILED,
							 .started_at_us = 2000,
							 .error = pawl_str_c(error)}),
			 PAWL_OK);
	return id;
}

static const char refused[] = "{\"code\":\"connect\",\"message\":\"refused\",\"node\":\"a\"}";
static const char busy[] =
	"{\"code\":\"http_status\",\"message\":\"GET x answered 503\",\"node\":\"a\"}";

static enum pawl_err
replay_op(struct fixture *f, struct pawl_store_replay *op, enum pawl_store_kind kind)
{
	enum pawl_err err;

	pawl_store_op_init(&op->op, kind, NULL);
	err = pawl_store_wait(f->store, &op->op);
	pawl_store_op_fini(&op->op);
	return err;
}

static struct pawl_store_replay
new_replay(struct fixture *f, const struct pawl_replay_row *row)
{
	struct pawl_store_replay op = {.row = *row};

	op.row.states = 1U << PAWL_RUN_FAILED;
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_ADD), PAWL_OK);
	op.max = 2;
	return op;
}

static void
test_count_by_class_code_and_workflow(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	const struct {
		struct pawl_replay_row row;
		uint64_t n;
	} cases[] = {
		{{.revision = 0}, 4},
		{{.workflow_id = 1}, 3},
		{{.failure_class = PAWL_STR("http_5xx")}, 1},
		{{.failure_class = PAWL_STR("network"), .workflow_id = 1}, 2},
		{{.code = PAWL_STR("connect")}, 3},
		{{.event = PAWL_STR("push")}, 0},
		{{.from_us = 1001}, 0},
		{{.to_us = 1001}, 4},
	};

	failed_run(f, 1, refused);
	failed_run(f, 1, refused);
	failed_run(f, 1, busy);
	failed_run(f, 2, refused);
	accept_run(f, 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pawl_store_replay op = {.row = cases[i].row};

		op.row.states = 1U << PAWL_RUN_FAILED;
		assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_COUNT), PAWL_OK);
		assert_int_equal(op.row.matched, cases[i].n);
	}
	list_init(&list, PAWL_STORE_FAILURES);
	list_rows(f, &list);
	assert_int_equal(list.n, 2);
	assert_str(list.counters[0].name, "http_5xx");
	assert_int_equal(list.counters[1].value, 3);
	pawl_store_op_fini(&list.op);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_FAILED;
	list.failure_class = PAWL_STR("http_5xx");
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	pawl_store_op_fini(&list.op);
}

static void
test_find_gives_the_newest_of_a_workflow(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[3];
	struct pawl_store_replay op = {.row = {.workflow_id = 1,
					       .states = 1U << PAWL_RUN_FAILED,
					       .code = PAWL_STR("connect")},
				       .max = 2};

	for (size_t i = 0; i < 3; i++)
		ids[i] = failed_run(f, 1, refused);
	failed_run(f, 2, refused);
	failed_run(f, 1, busy);
	pawl_store_op_init(&op.op, PAWL_STORE_REPLAY_FIND, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	assert_int_equal(op.n_found, 2);
	assert_int_equal(op.found[0], ids[2]);
	assert_int_equal(op.found[1], ids[1]);
	pawl_store_op_fini(&op.op);
}

/* Each once, in order, over a reopening; what was started is never replayed itself. */
static void
test_steps_retry_each_once(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_replay op;
	uint64_t ids[5], id;

	for (size_t i = 0; i < 5; i++)
		ids[i] = failed_run(f, 1, i == 2 ? busy : refused);
	op = new_replay(f, &(struct pawl_replay_row){.is_retry = true,
						     .failure_class = PAWL_STR("network")});
	id = op.row.id;
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	assert_int_equal(op.n_started, 2);
	assert_int_equal(run_state(f, ids[1]), PAWL_RUN_QUEUED);
	assert_int_equal(run_state(f, ids[3]), PAWL_RUN_FAILED);
	fixture_reopen(f, 0);
	op = (struct pawl_store_replay){.row.id = id, .max = 50};
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	assert_int_equal(op.row.state, PAWL_REPLAY_COMPLETED);
	assert_int_equal(op.row.done, 4);
	assert_int_equal(run_state(f, ids[2]), PAWL_RUN_FAILED);
	assert_int_equal(run_state(f, ids[4]), PAWL_RUN_QUEUED);
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_ESTATE);
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STOP), PAWL_ESTATE);
	assert_int_equal(claim_count(f, 50), 4);
}

static void
test_new_runs_say_what_they_replay(void **state)
{
	struct fixture *f = *state;
	uint64_t first = failed_run(f, 1, refused);
	struct pawl_store_replay op = new_replay(f, &(struct pawl_replay_row){.revision = 9});
	struct pawl_store_claim claim;

	op.max = 50;
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	assert_int_equal(op.row.state, PAWL_REPLAY_COMPLETED);
	claim_runs(f, &claim, 50, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.replay_of, first);
	assert_int_equal(claim.records[0].run.request_id, first);
	assert_int_equal(claim.records[0].run.revision, 9);
	pawl_store_op_fini(&claim.op);
	/* Its workflow is not there: nothing can be started. */
	op = new_replay(f, &(struct pawl_replay_row){.revision = 0});
	op.max = 50;
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	assert_int_equal(op.row.done, 0);
	assert_int_equal(op.row.skipped, 1);
}

/* Those that are not indexed yet among them; what came by what goes on with the run. */
static void
test_requests_that_started_no_run(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_verdict(f, 1, PAWL_VERDICT_FILTERED), last;
	struct pawl_request_row row = {.workflow_id = 1,
				       .received_at_us = 2000,
				       .method = PAWL_STR("POST"),
				       .ip = PAWL_STR("192.0.2.1"),
				       .detail = PAWL_STR("{\"event\":\"push\"}"),
				       .verdict = PAWL_VERDICT_FILTERED,
				       .trigger = PAWL_TRIGGER_SERVICE};
	struct pawl_store_replay op = {
		.row = {.verdict = PAWL_VERDICT_FILTERED, .workflow_id = 1, .revision = 9}};
	struct pawl_store_claim claim;
	uint64_t id;

	accept_verdict(f, 1, PAWL_VERDICT_DUPLICATE);
	accept_verdict(f, 2, PAWL_VERDICT_FILTERED);
	accept_run(f, 1);
	last = accept_row(f, &row);
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_COUNT), PAWL_OK);
	assert_int_equal(op.row.matched, 2);
	op.row.event = PAWL_STR("push");
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_COUNT), PAWL_OK);
	assert_int_equal(op.row.matched, 1);
	op.row.event = PAWL_STR("");
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_ADD), PAWL_OK);
	id = op.row.id;
	accept_row(f, &row); /* after it was made */
	assert_int_equal(claim_count(f, 50), 1);
	for (int i = 0; i < 2; i++) {
		op = (struct pawl_store_replay){.row.id = id, .max = 1};
		assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
		assert_int_equal(op.n_started, 1);
	}
	op = (struct pawl_store_replay){.row.id = id, .max = 1};
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	assert_int_equal(op.row.state, PAWL_REPLAY_COMPLETED);
	assert_int_equal(op.row.verdict, PAWL_VERDICT_FILTERED);
	assert_int_equal(op.row.done, 2);
	claim_runs(f, &claim, 50, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_int_equal(claim.records[0].run.request_id, first);
	assert_int_equal(claim.records[1].run.request_id, last);
	assert_int_equal(claim.records[1].request.id, last);
	assert_int_equal(claim.records[1].run.replay_of, 0);
	assert_int_equal(claim.records[1].run.trigger, PAWL_TRIGGER_SERVICE);
	pawl_store_op_fini(&claim.op);
}

static void
test_a_replay_keeps_what_the_run_was_started_by(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_replay op;
	struct pawl_store_claim claim;
	uint64_t id = start_run(f, &(struct pawl_run_row){.workflow_id = 1,
							  .revision = 1,
							  .trigger = PAWL_TRIGGER_EVENT,
							  .input = PAWL_STR("{}"),
							  .queued_at_us = 1000});

	assert_int_equal(claim_count(f, 50), 1);
	assert_int_equal(save_state(f, id, PAWL_RUN_FAILED, 0), PAWL_OK);
	op = new_replay(f, &(struct pawl_replay_row){.revision = 1});
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_OK);
	claim_runs(f, &claim, 50, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.trigger, PAWL_TRIGGER_EVENT);
	pawl_store_op_fini(&claim.op);
}

static void
test_stopped_replay_starts_nothing(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_replay op;
	struct pawl_store_list list;

	failed_run(f, 1, refused);
	op = new_replay(f, &(struct pawl_replay_row){.is_retry = true});
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STOP), PAWL_OK);
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY_STEP), PAWL_ESTATE);
	assert_int_equal(claim_count(f, 50), 0);
	list_init(&list, PAWL_STORE_REPLAYS);
	list.states = 1U << PAWL_REPLAY_STOPPED;
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	pawl_store_op_fini(&list.op);
	op.row.id = 1;
	assert_int_equal(replay_op(f, &op, PAWL_STORE_REPLAY), PAWL_ENOTFOUND);
}

/* Whose runs nobody needs: none was started, and none will be. */
static void
test_a_replay_that_is_over_keeps_no_copy_of_a_draft(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_workflow_save save = {.name = PAWL_STR("w"),
						.document = PAWL_STR("{}"),
						.hook_token = PAWL_STR("t"),
						.at_us = 1000};
	struct pawl_store_replay op;
	struct pawl_store_get get;

	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	pawl_store_op_fini(&save.op);
	for (int i = 0; i < 2; i++) {
		op = new_replay(f, &(struct pawl_replay_row){.workflow_id = save.workflow.id,
							     .revision = PAWL_REVISION_DRAFT});
		get = (struct pawl_store_get){.id = save.workflow.id, .number = op.row.revision};
		pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
		assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
		pawl_store_op_fini(&get.op);
		assert_int_equal(
			replay_op(f, &op, i ? PAWL_STORE_REPLAY_STEP : PAWL_STORE_REPLAY_STOP),
			PAWL_OK);
		pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
		assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_ENOTFOUND);
		pawl_store_op_fini(&get.op);
	}
}

static void
test_classes_of_failures(void **state)
{
	static const struct {
		enum pawl_run_state state;
		const char *error, *class;
	} cases[] = {
		{PAWL_RUN_FAILED, "{\"code\":\"tls\",\"message\":\"\"}", "network"},
		{PAWL_RUN_FAILED, "{\"code\":\"http_status\",\"message\":\"a answered 404\"}",
		 "http_4xx"},
		{PAWL_RUN_FAILED, "{\"code\":\"http_status\",\"message\":\"a answered \"}",
		 "http_other"},
		{PAWL_RUN_FAILED, "{\"code\":\"http_status\"}", "http_other"},
		{PAWL_RUN_FAILED, "{\"code\":\"crashed_twice\"}", "crashed_twice"},
		{PAWL_RUN_FAILED, "{\"code\":\"new_word\"}", "other"},
		{PAWL_RUN_FAILED, "", "other"},
		{PAWL_RUN_FAILED, "{\"code\":\"", "other"},
		{PAWL_RUN_TIMED_OUT, "", "timeout"},
		{PAWL_RUN_CANCELED, "", "canceled"},
		{PAWL_RUN_COMPLETED, "", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(pawl_failure_class(cases[i].state, pawl_str_c(cases[i].error)),
				    cases[i].class);
}

const struct CMUnitTest conform_replay_tests[] = {
	CONFORM_TEST(test_count_by_class_code_and_workflow),
	CONFORM_TEST(test_find_gives_the_newest_of_a_workflow),
	CONFORM_TEST(test_steps_retry_each_once),
	CONFORM_TEST(test_new_runs_say_what_they_replay),
	CONFORM_TEST(test_requests_that_started_no_run),
	CONFORM_TEST(test_a_replay_keeps_what_the_run_was_started_by),
	CONFORM_TEST(test_stopped_replay_starts_nothing),
	CONFORM_TEST(test_a_replay_that_is_over_keeps_no_copy_of_a_draft),
	cmocka_unit_test(test_classes_of_failures),
};
const size_t conform_n_replay_tests = sizeof conform_replay_tests / sizeof conform_replay_tests[0];
