/* What building a workflow asks of a store: test runs, retries under another revision, samples,
 * pins. */
#include <stdio.h>
#include <string.h>

#include "store_conformance.h"

static uint64_t
new_workflow(struct fixture *f, const char *name)
{
	struct pawl_store_workflow_save save = {.name = pawl_str_c(name),
						.document = PAWL_STR("{}"),
						.hook_token = pawl_str_c(name),
						.at_us = 1000};
	uint64_t id;

	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	id = save.workflow.id;
	pawl_store_op_fini(&save.op);
	return id;
}

static enum pawl_err
start_test(struct fixture *f, uint64_t workflow_id, const char *document,
	   const struct pawl_node_row *nodes, size_t n, uint64_t *id)
{
	struct pawl_store_start_run start = {
		.run = {.workflow_id = workflow_id, .flags = PAWL_RUN_TEST, .queued_at_us = 1500},
		.document = pawl_str_c(document),
		.nodes = nodes,
		.n_nodes = n};
	enum pawl_err err;

	pawl_store_op_init(&start.op, PAWL_STORE_START_RUN, NULL);
	err = pawl_store_wait(f->store, &start.op);
	*id = start.run_id;
	pawl_store_op_fini(&start.op);
	return err;
}

static size_t
count_runs(struct fixture *f, int tests, uint32_t states)
{
	struct pawl_store_list list;
	size_t n;

	list_init(&list, PAWL_STORE_RUNS);
	list.tests = tests;
	list.states = states;
	list_rows(f, &list);
	n = list.n;
	pawl_store_op_fini(&list.op);
	return n;
}

static void
test_a_test_run_has_a_document_and_nodes_of_its_own(void **state)
{
	static const struct pawl_node_row rows[] = {{.seq = 1,
						     .node_id = PAWL_STR("a"),
						     .port = PAWL_STR("*"),
						     .output = PAWL_STR("7")}};
	struct fixture *f = *state;
	uint64_t workflow = new_workflow(f, "w"), first, second, third;
	uint32_t numbers[3];
	struct pawl_store_claim claim;
	struct pawl_store_get get;

	assert_int_equal(start_test(f, 99, "{\"t\":1}", NULL, 0, &first), PAWL_ENOTFOUND);
	assert_int_equal(start_test(f, workflow, "{\"t\":1}", rows, 1, &first), PAWL_OK);
	assert_int_equal(start_test(f, workflow, "{\"t\":1}", NULL, 0, &second), PAWL_OK);
	assert_int_equal(start_test(f, workflow, "{\"t\":2}", NULL, 0, &third), PAWL_OK);
	/* A workflow that is blocked does not hold them up. */
	claim_runs(f, &claim, 10, 2000, &workflow, 1);
	assert_int_equal(claim.n_records, 3);
	for (size_t i = 0; i < 3; i++)
		numbers[i] = claim.records[i].run.revision;
	assert_int_equal(claim.records[0].run.id, first);
	assert_int_equal(claim.records[0].run.flags, PAWL_RUN_TEST);
	assert_int_equal(claim.records[0].n_nodes, 1);
	assert_str(claim.records[0].nodes[0].output, "7");
	pawl_store_op_fini(&claim.op);
	assert_int_equal(numbers[0], numbers[1]);
	assert_int_not_equal(numbers[1], numbers[2]);
	assert_true((numbers[0] & PAWL_REVISION_TEST) == PAWL_REVISION_TEST);
	get = (struct pawl_store_get){.id = workflow, .number = numbers[2]};
	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
	assert_str(get.revision->document, "{\"t\":2}");
	pawl_store_op_fini(&get.op);
}

static void
test_test_runs_are_told_apart_and_not_counted(void **state)
{
	struct fixture *f = *state;
	uint64_t workflow = new_workflow(f, "w"), id;

	assert_int_equal(start_test(f, workflow, "{}", NULL, 0, &id), PAWL_OK);
	accept_run(f, workflow);
	assert_int_equal(count_runs(f, PAWL_TESTS_TOO, 0), 2);
	assert_int_equal(count_runs(f, PAWL_TESTS_ONLY, 0), 1);
	assert_int_equal(count_runs(f, PAWL_TESTS_NOT, 0), 1);
	assert_int_equal(claim_count(f, 10), 2);
	assert_int_equal(save_state(f, id, PAWL_RUN_FAILED, 0), PAWL_OK);
	assert_int_equal(counter_value(f, workflow, "runs_failed"), 0);
	assert_int_equal(count_runs(f, PAWL_TESTS_ONLY, 1U << PAWL_RUN_FAILED), 1);
	assert_int_equal(count_runs(f, PAWL_TESTS_NOT, 1U << PAWL_RUN_FAILED), 0);
	assert_int_equal(count_runs(f, PAWL_TESTS_ONLY, 1U << PAWL_RUN_RUNNING), 0);
}

static void
test_a_requeue_marks_nodes_and_changes_the_revision(void **state)
{
	static const struct pawl_node_row rows[] = {
		{.seq = 1, .node_id = PAWL_STR("a"), .state = PAWL_NODE_COMPLETED, .attempt = 1},
		{.seq = 2,
		 .node_id = PAWL_STR("b"),
		 .state = PAWL_NODE_COMPLETED,
		 .attempt = 1,
		 .finished_at_us = 3000}};
	static const struct pawl_str redo[] = {{"b", 1}, {"c", 1}};
	struct fixture *f = *state;
	uint64_t id = accept_run(f, 1);
	struct pawl_store_requeue requeue = {
		.run_id = id, .redo = redo, .n_redo = 2, .revision = 5};
	struct pawl_store_get get = {0};

	assert_int_equal(claim_count(f, 1), 1);
	save_nodes(f, id, rows, 2);
	assert_int_equal(save_state(f, id, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	pawl_store_op_init(&requeue.op, PAWL_STORE_REQUEUE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &requeue.op), PAWL_OK);
	pawl_store_op_fini(&requeue.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->run.revision, 5);
	assert_int_equal(get.record->run.state, PAWL_RUN_QUEUED);
	assert_int_equal(get.record->nodes[0].state, PAWL_NODE_COMPLETED);
	assert_int_equal(get.record->nodes[1].state, PAWL_NODE_PENDING);
	assert_int_equal(get.record->nodes[1].finished_at_us, 3000);
	pawl_store_op_fini(&get.op);
}

static void
test_samples_are_the_last_runs_of_a_workflow(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_samples samples = {.workflow_id = 1, .limit = 2, .max_bytes = 1 << 20};
	uint64_t ids[3];

	for (size_t i = 0; i < 3; i++)
		ids[i] = accept_run(f, 1);
	accept_run(f, 2);
	assert_int_equal(claim_count(f, 10), 4);
	pawl_store_op_init(&samples.op, PAWL_STORE_SAMPLES, NULL);
	assert_int_equal(pawl_store_wait(f->store, &samples.op), PAWL_OK);
	assert_int_equal(samples.n, 2);
	assert_int_equal(samples.records[0]->run.id, ids[2]);
	assert_int_equal(samples.records[1]->run.id, ids[1]);
	assert_int_equal(samples.records[1]->request.id, ids[1]);
	pawl_store_op_fini(&samples.op);
}

static enum pawl_err
pin_op(struct fixture *f, enum pawl_store_kind kind, uint64_t workflow_id, const char *name,
       const char *input)
{
	struct pawl_store_pin pin = {.pin = {.workflow_id = workflow_id,
					     .name = pawl_str_c(name),
					     .saved_at_us = 1,
					     .input = pawl_str_c(input ? input : "")}};
	enum pawl_err err;

	pawl_store_op_init(&pin.op, kind, NULL);
	err = pawl_store_wait(f->store, &pin.op);
	if (kind == PAWL_STORE_PIN && err == PAWL_OK && input)
		assert_str(pin.pin.input, input);
	pawl_store_op_fini(&pin.op);
	return err;
}

static void
test_pins_are_kept_replaced_bounded_and_gone_with_their_workflow(void **state)
{
	struct fixture *f = *state;
	uint64_t workflow = new_workflow(f, "w"), other = new_workflow(f, "o");
	struct pawl_store_get get = {0};
	struct pawl_store_list list;
	char name[8];

	assert_int_equal(pin_op(f, PAWL_STORE_PIN_SET, 99, "a", "1"), PAWL_ENOTFOUND);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN_SET, other, "a", "9"), PAWL_OK);
	for (int i = 0; i < PAWL_PINS_MAX; i++) {
		snprintf(name, sizeof name, "p%02d", i);
		assert_int_equal(pin_op(f, PAWL_STORE_PIN_SET, workflow, name, "1"), PAWL_OK);
	}
	assert_int_equal(pin_op(f, PAWL_STORE_PIN_SET, workflow, "more", "1"), PAWL_EFULL);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN_SET, workflow, "p00", "2"), PAWL_OK);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN, workflow, "p00", "2"), PAWL_OK);
	list_init(&list, PAWL_STORE_PINS);
	list.workflow_id = workflow;
	list.after_name = PAWL_STR("p47");
	list_rows(f, &list);
	assert_int_equal(list.n, 2);
	assert_str(list.pins[0].name, "p48");
	pawl_store_op_fini(&list.op);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN_REMOVE, workflow, "p00", NULL), PAWL_OK);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN_REMOVE, workflow, "p00", NULL), PAWL_ENOTFOUND);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW_DELETE, workflow), PAWL_OK);
	pawl_store_op_fini(&get.op);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN, workflow, "p01", NULL), PAWL_ENOTFOUND);
	assert_int_equal(pin_op(f, PAWL_STORE_PIN, other, "a", "9"), PAWL_OK);
}

const struct CMUnitTest conform_building_tests[] = {
	CONFORM_TEST(test_a_test_run_has_a_document_and_nodes_of_its_own),
	CONFORM_TEST(test_test_runs_are_told_apart_and_not_counted),
	CONFORM_TEST(test_a_requeue_marks_nodes_and_changes_the_revision),
	CONFORM_TEST(test_samples_are_the_last_runs_of_a_workflow),
	CONFORM_TEST(test_pins_are_kept_replaced_bounded_and_gone_with_their_workflow),
};
const size_t conform_n_building_tests =
	sizeof conform_building_tests / sizeof conform_building_tests[0];
