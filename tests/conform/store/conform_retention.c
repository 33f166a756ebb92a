/* Retention: what has ended is removed, oldest first, and nothing else is. */
#include <string.h>
#include <time.h>

#include "store_conformance.h"

#define BODY_BYTES ((size_t)100 << 10)

static uint64_t
accept_body(struct fixture *f, uint64_t workflow_id, enum pawl_verdict verdict, unsigned flags)
{
	static char body[BODY_BYTES];

	return accept_row(f, &(struct pawl_request_row){
				     .workflow_id = workflow_id,
				     .revision = 1,
				     .received_at_us = 1000,
				     .method = PAWL_STR("POST"),
				     .ip = PAWL_STR("192.0.2.1"),
				     .body = pawl_str(body, sizeof(body)),
				     .verdict = verdict,
				     .starts_run = verdict == PAWL_VERDICT_ACCEPTED,
				     .status = 202,
				     .flags = (uint16_t)flags,
			     });
}

static void
retain(struct fixture *f, uint64_t workflow_id, int64_t age_us, uint64_t bytes)
{
	pawl_store_retain(f->store, &(struct pawl_retention){workflow_id, age_us, bytes});
}

static bool
is_there(struct fixture *f, enum pawl_store_kind kind, uint64_t id)
{
	struct pawl_store_get get;
	enum pawl_err err = get_row(f, &get, kind, id);

	pawl_store_op_fini(&get.op);
	assert_true(err == PAWL_OK || err == PAWL_ENOTFOUND);
	return err == PAWL_OK;
}

static bool
has_run(struct fixture *f, uint64_t id)
{
	return is_there(f, PAWL_STORE_RUN, id);
}

static bool
has_request(struct fixture *f, uint64_t id)
{
	return is_there(f, PAWL_STORE_REQUEST, id);
}

static void
await_removal(struct fixture *f, enum pawl_store_kind kind, uint64_t id)
{
	for (int i = 0; i < 1000 && is_there(f, kind, id); i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_false(is_there(f, kind, id));
}

static size_t
listed(struct fixture *f, enum pawl_store_kind kind, uint64_t workflow_id)
{
	struct pawl_store_list list;

	list_init(&list, kind);
	list.workflow_id = workflow_id;
	list.wants_total = true;
	list_rows(f, &list);
	assert_int_equal(list.total, list.n);
	pawl_store_op_fini(&list.op);
	return list.n;
}

static void
await_listed(struct fixture *f, enum pawl_store_kind kind, uint64_t workflow_id, size_t n)
{
	for (int i = 0; i < 1000 && listed(f, kind, workflow_id) > n; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_true(listed(f, kind, workflow_id) <= n);
}

static void
complete(struct fixture *f, uint64_t id)
{
	struct pawl_node_row node = {.seq = 1,
				     .node_id = PAWL_STR("a"),
				     .state = PAWL_NODE_COMPLETED,
				     .output = PAWL_STR("{}")};

	save_nodes(f, id, &node, 1);
	assert_int_equal(save_state(f, id, PAWL_RUN_COMPLETED, 0), PAWL_OK);
}

/* Of `n` runs, oldest first, all completed. */
static void
complete_many(struct fixture *f, uint64_t workflow_id, uint64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ids[i] = accept_body(f, workflow_id, PAWL_VERDICT_ACCEPTED, 0);
	assert_int_equal(claim_count(f, n), n);
	for (size_t i = 0; i < n; i++)
		complete(f, ids[i]);
}

/* All that the workflow has under way. */
static void
complete_all(struct fixture *f, uint64_t workflow_id)
{
	struct pawl_store_list list;

	list_init(&list, PAWL_STORE_RUNS);
	list.workflow_id = workflow_id;
	list_rows(f, &list);
	for (size_t i = 0; i < list.n; i++)
		complete(f, list.runs[i].id);
	pawl_store_op_fini(&list.op);
}

static void
test_only_what_has_ended_is_removed(void **state)
{
	struct fixture *f = *state;
	uint64_t ended = accept_run(f, 5), waiting = accept_run(f, 5), running = accept_run(f, 5);
	uint64_t refused = accept_verdict(f, 5, PAWL_VERDICT_REFUSED);
	uint64_t sealed = accept_body(f, 5, PAWL_VERDICT_REFUSED, PAWL_REQUEST_QUARANTINED);
	uint64_t fresh, last;

	assert_int_equal(claim_count(f, 10), 3);
	complete(f, ended);
	save_state(f, waiting, PAWL_RUN_WAITING, INT64_MAX);
	fresh = accept_run(f, 5);
	last = accept_verdict(f, 5, PAWL_VERDICT_REFUSED);
	retain(f, 0, 1, 0);
	await_removal(f, PAWL_STORE_REQUEST, refused);
	await_removal(f, PAWL_STORE_RUN, ended);
	assert_false(has_request(f, ended));
	assert_true(has_request(f, waiting) && has_request(f, running) && has_request(f, sealed));
	assert_int_equal(run_state(f, waiting), PAWL_RUN_WAITING);
	assert_int_equal(run_state(f, running), PAWL_RUN_RUNNING);
	/* What the intake has not given its place yet. */
	assert_true(has_request(f, fresh) && has_request(f, last));
	assert_int_equal(run_state(f, fresh), PAWL_RUN_QUEUED);
	assert_int_equal(listed(f, PAWL_STORE_RUNS, 5), 3);
	assert_int_equal(listed(f, PAWL_STORE_REQUESTS, 5), 5);
	/* They count what happened. */
	assert_int_equal(counter_value(f, 5, "requests_accepted"), 4);
	assert_int_equal(counter_value(f, 5, "requests_refused"), 3);
	assert_int_equal(counter_value(f, 5, "runs_completed"), 1);
	complete(f, waiting);
	complete(f, running);
	await_removal(f, PAWL_STORE_RUN, waiting);
	await_removal(f, PAWL_STORE_RUN, running);
	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(counter_value(f, 5, "runs_completed"), 3);
}

/* Its run was canceled ahead of its turn: removed too soon, it would be queued again. */
static void
test_what_ended_ahead_of_its_turn_is_not_queued_again(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_run(f, 5), second = accept_run(f, 5), started;

	assert_int_equal(save_state(f, second, PAWL_RUN_CANCELED, 0), PAWL_OK);
	started = start_run(
		f, &(struct pawl_run_row){.workflow_id = 5, .revision = 1, .queued_at_us = 1000});
	assert_int_equal(save_state(f, started, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	retain(f, 5, 1, 0);
	await_removal(f, PAWL_STORE_RUN, started);
	assert_int_equal(run_state(f, second), PAWL_RUN_CANCELED);
	assert_int_equal(claim_count(f, 10), 1);
	await_removal(f, PAWL_STORE_RUN, second);
	assert_int_equal(run_state(f, first), PAWL_RUN_RUNNING);
}

static void
test_a_request_stays_while_a_replay_needs_it(void **state)
{
	struct fixture *f = *state;
	uint64_t id = accept_run(f, 5), other = accept_run(f, 5), replay;

	assert_int_equal(claim_count(f, 10), 2);
	complete(f, id);
	complete(f, other);
	replay = start_run(f, &(struct pawl_run_row){.workflow_id = 5,
						     .revision = 1,
						     .request_id = id,
						     .replay_of = id,
						     .queued_at_us = 1000});
	retain(f, 5, 1, 0);
	await_removal(f, PAWL_STORE_RUN, other);
	assert_true(has_request(f, id) && has_run(f, id));
	assert_int_equal(claim_count(f, 10), 1);
	complete(f, replay);
	await_removal(f, PAWL_STORE_RUN, replay);
	await_removal(f, PAWL_STORE_REQUEST, id);
}

static enum pawl_err
start_err(struct fixture *f, const struct pawl_run_row *run)
{
	struct pawl_store_start_run op = {.run = *run};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_START_RUN, NULL);
	err = pawl_store_wait(f->store, &op.op);
	pawl_store_op_fini(&op.op);
	return err;
}

static void
test_no_run_starts_from_a_request_that_is_gone(void **state)
{
	struct fixture *f = *state;
	uint64_t id = accept_verdict(f, 5, PAWL_VERDICT_FILTERED);
	struct pawl_run_row run = {
		.workflow_id = 5, .revision = 1, .request_id = id, .queued_at_us = 1000};

	assert_int_equal(start_err(f, &run), PAWL_OK);
	assert_int_equal(claim_count(f, 10), 1);
	complete_all(f, 5);
	retain(f, 5, 1, 0);
	await_removal(f, PAWL_STORE_REQUEST, id);
	assert_int_equal(start_err(f, &run), PAWL_ENOTFOUND);
	assert_int_equal(claim_count(f, 10), 0);
	run.input = PAWL_STR("{}"); /* of its own: it needs no request */
	assert_int_equal(start_err(f, &run), PAWL_OK);
	assert_int_equal(claim_count(f, 10), 1);
}

/* ---- copies of drafts --------------------------------------------------------------- */

static uint64_t
workflow_with_draft(struct fixture *f, uint64_t *version)
{
	struct pawl_store_workflow_save op = {.name = PAWL_STR("w"),
					      .document = PAWL_STR("{}"),
					      .hook_token = PAWL_STR("t"),
					      .at_us = 1000};

	pawl_store_op_init(&op.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	*version = op.workflow.draft_version;
	pawl_store_op_fini(&op.op);
	return op.workflow.id;
}

static bool
has_copy(struct fixture *f, uint64_t workflow_id, uint64_t version)
{
	struct pawl_store_get get = {.id = workflow_id,
				     .number = PAWL_REVISION_DRAFT | (uint32_t)version};
	enum pawl_err err;

	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	err = pawl_store_wait(f->store, &get.op);
	pawl_store_op_fini(&get.op);
	assert_true(err == PAWL_OK || err == PAWL_ENOTFOUND);
	return err == PAWL_OK;
}

static void
test_a_copy_of_a_draft_goes_with_its_last_run(void **state)
{
	struct fixture *f = *state;
	uint64_t version, workflow_id = workflow_with_draft(f, &version), first, second;
	struct pawl_run_row run = {
		.workflow_id = workflow_id, .revision = PAWL_REVISION_DRAFT, .queued_at_us = 1000};

	first = start_run(f, &run);
	second = start_run(f, &run);
	assert_true(has_copy(f, workflow_id, version));
	assert_int_equal(claim_count(f, 10), 2);
	complete(f, first);
	retain(f, workflow_id, 1, 0);
	await_removal(f, PAWL_STORE_RUN, first);
	assert_true(has_copy(f, workflow_id, version));
	complete(f, second);
	await_removal(f, PAWL_STORE_RUN, second);
	assert_false(has_copy(f, workflow_id, version));
}

static void
test_bytes_of_a_workflow_push_out_its_oldest(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[30], others[30];

	complete_many(f, 5, ids, 30);
	complete_many(f, 6, others, 30);
	retain(f, 5, 0, 10 * (BODY_BYTES + 4096));
	await_listed(f, PAWL_STORE_REQUESTS, 5, 10);
	assert_int_equal(listed(f, PAWL_STORE_RUNS, 5), 10);
	assert_false(has_run(f, ids[19]));
	assert_true(has_run(f, ids[20]) && has_request(f, ids[20]) && has_run(f, ids[29]));
	assert_int_equal(listed(f, PAWL_STORE_RUNS, 6), 30);
	assert_int_equal(counter_value(f, 5, "runs_completed"), 30);
	/* What comes then counts too. */
	complete_many(f, 5, ids, 5);
	await_listed(f, PAWL_STORE_REQUESTS, 5, 10);
	assert_int_equal(listed(f, PAWL_STORE_RUNS, 5), 10);
	assert_true(has_run(f, ids[0]));
}

static void
test_bytes_of_all_never_drop_the_backlog(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[30], queued[30];

	complete_many(f, 5, ids, 30);
	for (int i = 0; i < 30; i++)
		queued[i] = accept_body(f, 6, PAWL_VERDICT_ACCEPTED, 0);
	retain(f, 0, 0, 1 << 20);
	await_listed(f, PAWL_STORE_REQUESTS, 5, 0);
	assert_int_equal(listed(f, PAWL_STORE_RUNS, 6), 30);
	assert_int_equal(claim_count(f, 30), 30);
	for (int i = 0; i < 30; i++)
		complete(f, queued[i]);
	await_listed(f, PAWL_STORE_REQUESTS, 6, 9);
	assert_true(listed(f, PAWL_STORE_REQUESTS, 6) >= 3);
	assert_true(has_run(f, queued[29]));
}

static void
test_a_limit_is_lifted(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[2];

	complete_many(f, 5, ids, 1);
	complete_many(f, 6, ids + 1, 1);
	retain(f, 5, 1, 1);
	retain(f, 5, 0, 0);
	retain(f, 6, 1, 0);
	await_removal(f, PAWL_STORE_RUN, ids[1]);
	assert_true(has_run(f, ids[0]));
}

const struct CMUnitTest conform_retention_tests[] = {
	CONFORM_TEST(test_only_what_has_ended_is_removed),
	CONFORM_TEST(test_what_ended_ahead_of_its_turn_is_not_queued_again),
	CONFORM_TEST(test_a_request_stays_while_a_replay_needs_it),
	CONFORM_TEST(test_no_run_starts_from_a_request_that_is_gone),
	CONFORM_TEST(test_a_copy_of_a_draft_goes_with_its_last_run),
	CONFORM_TEST(test_bytes_of_a_workflow_push_out_its_oldest),
	CONFORM_TEST(test_bytes_of_all_never_drop_the_backlog),
	CONFORM_TEST(test_a_limit_is_lifted),
};
const size_t conform_n_retention_tests =
	sizeof(conform_retention_tests) / sizeof(conform_retention_tests[0]);
