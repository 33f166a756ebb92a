/* What starts runs without a request: each time of a schedule once, each event once. */
#include <string.h>

#include "store_conformance.h"

static uint64_t
make_workflow(struct fixture *f, const char *name)
{
	struct pawl_store_workflow_save save = {.name = pawl_str_c(name),
						.document = PAWL_STR("{}"),
						.hook_token = pawl_str_c(name),
						.publish = true,
						.activate = true,
						.at_us = 1000};
	uint64_t id;

	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	id = save.workflow.id;
	assert_int_equal(save.workflow.activated_at_us, 1000);
	pawl_store_op_fini(&save.op);
	return id;
}

static enum pawl_err
start(struct fixture *f, uint64_t workflow_id, const int64_t *at_us, size_t n, size_t *n_started)
{
	static const struct pawl_str inputs[] = {{"1", 1}, {"2", 1}, {"3", 1}};
	struct pawl_store_start_scheduled op = {.workflow_id = workflow_id,
						.revision = 1,
						.at_us = at_us,
						.inputs = inputs,
						.n = n,
						.now_us = 5000};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_START_SCHEDULED, NULL);
	err = pawl_store_wait(f->store, &op.op);
	*n_started = op.n_started;
	pawl_store_op_fini(&op.op);
	return err;
}

static int64_t
last_time(struct fixture *f, uint64_t workflow_id)
{
	struct pawl_store_schedule get = {.workflow_id = workflow_id};

	pawl_store_op_init(&get.op, PAWL_STORE_SCHEDULE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
	pawl_store_op_fini(&get.op);
	return get.last_at_us;
}

static void
test_a_time_starts_one_run(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make_workflow(f, "w");
	const int64_t times[] = {2000, 3000, 4000};
	struct pawl_store_list list;
	size_t n;

	assert_int_equal(last_time(f, id), 0);
	assert_int_equal(start(f, id, times, 2, &n), PAWL_OK);
	assert_int_equal(n, 2);
	fixture_reopen(f, 0);
	assert_int_equal(last_time(f, id), 3000);
	assert_int_equal(start(f, id, times, 3, &n), PAWL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(start(f, id, times, 3, &n), PAWL_OK);
	assert_int_equal(n, 0);
	list_init(&list, PAWL_STORE_RUNS);
	list.workflow_id = id;
	list_rows(f, &list);
	assert_int_equal(list.n, 3);
	assert_int_equal(list.runs[0].trigger, PAWL_TRIGGER_SCHEDULE);
	assert_int_equal(list.runs[0].request_id, 0);
	pawl_store_op_fini(&list.op);
	assert_int_equal(claim_count(f, 10), 3);
}

static void
test_a_deleted_workflow_is_not_started(void **state)
{
	struct fixture *f = *state;
	const int64_t at_us = 2000;
	size_t n;

	assert_int_equal(start(f, 12345, &at_us, 1, &n), PAWL_ENOTFOUND);
	assert_int_equal(n, 0);
	assert_int_equal(last_time(f, 12345), 0);
}

/* The caller finishes take->op. */
static void
take(struct fixture *f, struct pawl_store_take_events *take, struct pawl_event_row *events,
     size_t n, int64_t now_us)
{
	*take = (struct pawl_store_take_events){.events = events, .n = n, .now_us = now_us};
	pawl_store_op_init(&take->op, PAWL_STORE_TAKE_EVENTS, NULL);
	assert_int_equal(pawl_store_wait(f->store, &take->op), PAWL_OK);
}

static void
test_an_event_is_taken_in_once(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make_workflow(f, "w"), first_id, first_run;
	struct pawl_event_run runs[] = {
		{.workflow_id = id, .revision = 1, .input = PAWL_STR("{}")},
		{.workflow_id = 99, .revision = 1, .input = PAWL_STR("{}")}};
	struct pawl_str key = PAWL_STR("0123456789abcdef0123456789abcdef");
	struct pawl_event_row events[] = {{.key = key, .runs = runs, .n_runs = 2},
					  {.key = key, .runs = runs, .n_runs = 2}};
	struct pawl_store_take_events op;

	take(f, &op, events, 2, 1000);
	assert_false(events[0].is_duplicate);
	assert_true(events[1].is_duplicate);
	first_id = events[0].id;
	first_run = events[0].started[0].run_id;
	assert_int_equal(events[0].started[1].run_id, 0); /* no such workflow */
	assert_int_equal(events[1].id, first_id);
	assert_int_equal(events[1].n_started, 2);
	assert_int_equal(events[1].started[0].run_id, first_run);
	pawl_store_op_fini(&op.op);
	fixture_reopen(f, 0);
	take(f, &op, events, 1, 2000);
	assert_true(events[0].is_duplicate);
	assert_int_equal(events[0].started[0].run_id, first_run);
	pawl_store_op_fini(&op.op);
	assert_int_equal(claim_count(f, 10), 1);
	/* Forgotten after seven days; one without a key is always new. */
	take(f, &op, NULL, 0, 1000 + INT64_C(8) * 24 * 3600 * 1000000);
	pawl_store_op_fini(&op.op);
	events[1].key = PAWL_STR("");
	take(f, &op, events, 2, 3000);
	assert_false(events[0].is_duplicate);
	assert_false(events[1].is_duplicate);
	pawl_store_op_fini(&op.op);
	assert_int_equal(claim_count(f, 10), 2);
}

/* An end of a run starts the workflow op->ctx, and is cut for workflow 7. */
static size_t
end_starts(struct pawl_store_op *op, struct pawl_event_row **rows)
{
	static const uint64_t cut[] = {7};
	const struct pawl_store_save *save = (struct pawl_store_save *)op;

	if (!save->has_ended)
		return 0;
	*rows = pawl_arena_calloc(&op->arena, 1, sizeof(**rows));
	**rows = (struct pawl_event_row){
		.runs = pawl_arena_calloc(&op->arena, 1, sizeof(*(*rows)->runs)),
		.n_runs = 1,
		.cut = cut,
		.n_cut = 1};
	(*rows)->runs[0] = (struct pawl_event_run){
		.workflow_id = *(const uint64_t *)op->ctx, .revision = 1, .input = PAWL_STR("{}")};
	return 1;
}

static enum pawl_err
end_run(struct fixture *f, uint64_t run_id, uint64_t *starts)
{
	struct pawl_store_save save = {
		.run_id = run_id, .has_run = true, .run = {.state = PAWL_RUN_COMPLETED}};
	enum pawl_err err;

	pawl_store_op_init(&save.op, PAWL_STORE_SAVE, NULL);
	save.op.events = end_starts;
	save.op.ctx = starts;
	err = pawl_store_wait(f->store, &save.op);
	pawl_store_op_fini(&save.op);
	return err;
}

static void
test_events_of_a_write_come_with_it_once(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make_workflow(f, "w"), run = accept_run(f, 1);

	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(end_run(f, 12345, &id), PAWL_ENOTFOUND);
	assert_int_equal(claim_count(f, 10), 0);
	assert_int_equal(end_run(f, run, &id), PAWL_OK);
	assert_int_equal(end_run(f, run, &id), PAWL_OK); /* saved again: it had ended before */
	fixture_reopen(f, 0);
	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(counter_value(f, 7, "events_cut"), 1);
}

static void
test_changes_of_a_workflow_say_what_is_new(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_workflow_save save = {
		.id = make_workflow(f, "w"), .publish = true, .activate = true, .at_us = 2000};
	struct pawl_store_workflow_state change = {
		.id = save.id, .state = PAWL_WORKFLOW_PAUSED, .at_us = 3000};

	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	assert_false(save.published || save.activated);
	pawl_store_op_fini(&save.op);
	save.document = PAWL_STR("{\"a\":1}");
	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	assert_true(save.published && save.activated);
	pawl_store_op_fini(&save.op);
	for (int i = 0; i < 2; i++) {
		pawl_store_op_init(&change.op, PAWL_STORE_WORKFLOW_STATE, NULL);
		assert_int_equal(pawl_store_wait(f->store, &change.op), PAWL_OK);
		assert_int_equal(change.activated, i == 0);
		pawl_store_op_fini(&change.op);
	}
}

const struct CMUnitTest conform_trigger_tests[] = {
	CONFORM_TEST(test_a_time_starts_one_run),
	CONFORM_TEST(test_a_deleted_workflow_is_not_started),
	CONFORM_TEST(test_an_event_is_taken_in_once),
	CONFORM_TEST(test_events_of_a_write_come_with_it_once),
	CONFORM_TEST(test_changes_of_a_workflow_say_what_is_new),
};
const size_t conform_n_trigger_tests =
	sizeof(conform_trigger_tests) / sizeof(conform_trigger_tests[0]);
