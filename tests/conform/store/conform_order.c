/* Runs of one key go one after another. */
#include <string.h>

#include "store_conformance.h"

static uint64_t
accept_key(struct fixture *f, uint64_t workflow_id, const char *key)
{
	return accept_row(f, &(struct pawl_request_row){.workflow_id = workflow_id,
							.revision = 1,
							.received_at_us = 1000,
							.verdict = PAWL_VERDICT_ACCEPTED,
							.starts_run = true,
							.order_key = pawl_str_c(key)});
}

/* Claims, and expects exactly these, in any order. */
static void
claim_exactly(struct fixture *f, const uint64_t *ids, size_t n)
{
	struct pawl_store_claim claim;

	claim_runs(f, &claim, 50, 5000, NULL, 0);
	assert_int_equal(claim.n_records, n);
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t k = 0; k < n; k++)
			found |= claim.records[k].run.id == ids[i];
		assert_true(found);
	}
	pawl_store_op_fini(&claim.op);
}

static void
claim_one(struct fixture *f, uint64_t id)
{
	claim_exactly(f, &id, 1);
}

static void
test_one_run_per_key_and_workflow(void **state)
{
	struct fixture *f = *state;
	uint64_t a1 = accept_key(f, 1, "a"), a2 = accept_key(f, 1, "a");
	uint64_t b1 = accept_key(f, 1, "b"), other = accept_key(f, 2, "a");
	uint64_t plain[2] = {accept_run(f, 1), accept_run(f, 1)};
	struct pawl_store_get get;

	claim_exactly(f, (uint64_t[]){a1, b1, other, plain[0], plain[1]}, 5);
	claim_exactly(f, NULL, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, a2), PAWL_OK);
	assert_int_equal(get.record->run.state, PAWL_RUN_QUEUED);
	assert_true(get.record->run.behind);
	assert_str(get.record->run.order_key, "a");
	pawl_store_op_fini(&get.op);
	assert_int_equal(save_state(f, b1, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_exactly(f, NULL, 0);
	assert_int_equal(save_state(f, a1, PAWL_RUN_FAILED, 0), PAWL_OK);
	claim_one(f, a2);
}

static void
test_order_of_acceptance_over_several_claims(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[6];

	for (size_t i = 0; i < 3; i++)
		ids[i] = accept_key(f, 1, "k");
	claim_one(f, ids[0]);
	for (size_t i = 3; i < 6; i++)
		ids[i] = accept_key(f, 1, "k");
	claim_exactly(f, NULL, 0);
	for (size_t i = 0; i < 5; i++) {
		if (i == 2)
			fixture_reopen(f, 0);
		if (i == 2) /* it was running, and is tried again */
			claim_one(f, ids[i]);
		assert_int_equal(save_state(f, ids[i], PAWL_RUN_COMPLETED, 0), PAWL_OK);
		claim_one(f, ids[i + 1]);
	}
	assert_int_equal(save_state(f, ids[5], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_exactly(f, NULL, 0);
	claim_one(f, accept_key(f, 1, "k"));
}

static void
test_waiting_run_holds_its_key(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_key(f, 1, "k"), second = accept_key(f, 1, "k");

	claim_one(f, first);
	assert_int_equal(save_state(f, first, PAWL_RUN_WAITING, 4000), PAWL_OK);
	claim_one(f, first); /* its time has come */
	assert_int_equal(save_state(f, first, PAWL_RUN_WAITING, 0), PAWL_OK);
	claim_exactly(f, NULL, 0);
	fixture_reopen(f, 0);
	claim_exactly(f, NULL, 0);
	assert_int_equal(save_state(f, first, PAWL_RUN_CANCELED, 0), PAWL_OK);
	claim_one(f, second);
}

static void
test_canceled_in_the_queue_lets_the_next_go(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[4];

	for (size_t i = 0; i < 4; i++)
		ids[i] = accept_key(f, 1, "k");
	/* In the intake: ahead of its turn, and not before those that stand before it. */
	assert_int_equal(save_state(f, ids[1], PAWL_RUN_CANCELED, 0), PAWL_OK);
	assert_int_equal(save_state(f, ids[2], PAWL_RUN_QUEUED, 0), PAWL_OK);
	claim_one(f, ids[0]);
	assert_int_equal(save_state(f, ids[0], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_one(f, ids[2]);
	assert_int_equal(save_state(f, ids[3], PAWL_RUN_CANCELED, 0), PAWL_OK);
	claim_exactly(f, NULL, 0);
}

/* Nothing of its key stands before it: the intake's cursor finds that out. */
static void
test_admitted_ahead_of_its_turn_goes_when_that_comes(void **state)
{
	struct fixture *f = *state;
	uint64_t id = accept_key(f, 1, "k");

	assert_int_equal(save_state(f, id, PAWL_RUN_QUEUED, 0), PAWL_OK);
	claim_one(f, id);
}

static void
test_retried_run_goes_next(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[3];

	for (size_t i = 0; i < 3; i++)
		ids[i] = accept_key(f, 1, "k");
	claim_one(f, ids[0]);
	assert_int_equal(save_state(f, ids[0], PAWL_RUN_FAILED, 0), PAWL_OK);
	claim_one(f, ids[1]);
	assert_int_equal(requeue_run(f, ids[0], false, NULL, 0), PAWL_OK);
	claim_exactly(f, NULL, 0);
	assert_int_equal(save_state(f, ids[1], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_one(f, ids[0]);
	assert_int_equal(save_state(f, ids[0], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_one(f, ids[2]);
	assert_int_equal(save_state(f, ids[2], PAWL_RUN_FAILED, 0), PAWL_OK);
	assert_int_equal(requeue_run(f, ids[2], true, NULL, 0), PAWL_OK);
	claim_one(f, ids[2]);
}

static void
test_replay_stands_at_the_end_of_the_line(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_key(f, 1, "k"), second = accept_key(f, 1, "k"), replay;

	claim_one(f, first);
	assert_int_equal(save_state(f, first, PAWL_RUN_FAILED, 0), PAWL_OK);
	replay = start_run(f, &(struct pawl_run_row){.workflow_id = 1,
						     .revision = 1,
						     .request_id = first,
						     .replay_of = first,
						     .queued_at_us = 1000});
	claim_one(f, second);
	assert_int_equal(save_state(f, second, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_one(f, replay);
}

static void
test_run_that_crashes_twice_lets_the_next_go(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_key(f, 1, "k"), second = accept_key(f, 1, "k");

	claim_one(f, first);
	fixture_reopen(f, first);
	claim_one(f, first);
	fixture_reopen(f, first);
	claim_one(f, first);
	assert_int_equal(save_state(f, first, PAWL_RUN_FAILED, 0), PAWL_OK);
	claim_one(f, second);
}

static void
test_blocked_workflow_keeps_the_order(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[3], workflow = 1;
	struct pawl_store_claim claim;

	for (size_t i = 0; i < 3; i++)
		ids[i] = accept_key(f, workflow, "k");
	claim_runs(f, &claim, 10, 5000, &workflow, 1);
	assert_int_equal(claim.n_records, 0);
	pawl_store_op_fini(&claim.op);
	for (size_t i = 0; i < 3; i++) {
		claim_one(f, ids[i]);
		assert_int_equal(save_state(f, ids[i], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	}
}

/* Somebody waits for the answer of the second: no reason to go before the first. */
static void
test_urgent_run_does_not_pass_those_of_its_key(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_key(f, 1, "k"), second = accept_key(f, 1, "k");
	struct pawl_store_claim claim = {
		.limit = 1, .now_us = 5000, .first = &second, .n_first = 1};

	pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim.op), PAWL_OK);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, first);
	pawl_store_op_fini(&claim.op);
	claim_exactly(f, NULL, 0);
}

/* ---- shares ---------------------------------------------------------------------------- */

/* A thousand of one workflow stand in the intake before the one of another. */
static void
test_crowded_intake_does_not_hold_up_others(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_claim claim;
	uint64_t late, keyed[2];
	bool has_late = false, has_keyed = false;

	for (size_t i = 0; i < 1000; i++)
		accept_run(f, 1);
	late = accept_run(f, 2);
	for (size_t i = 0; i < 2; i++)
		keyed[i] = accept_key(f, 3, "k");
	for (size_t round = 0; round < 8; round++) { /* one place at a time */
		claim_runs(f, &claim, 1, 5000, NULL, 0);
		assert_int_equal(claim.n_records, 1);
		has_late |= claim.records[0].run.id == late;
		has_keyed |= claim.records[0].run.id == keyed[0];
		assert_false(claim.records[0].run.id == keyed[1]);
		pawl_store_op_fini(&claim.op);
	}
	assert_true(has_late && has_keyed);
	for (size_t left = 1000 + 2 - 8; left > 0;) {
		size_t n = claim_count(f, 100);

		assert_true(n > 0 && n <= left);
		left -= n;
	}
	assert_int_equal(claim_count(f, 10), 0);
	assert_int_equal(save_state(f, keyed[0], PAWL_RUN_COMPLETED, 0), PAWL_OK);
	claim_one(f, keyed[1]);
}

static void
test_full_workflow_gives_way(void **state)
{
	struct fixture *f = *state;
	uint64_t full = 1, mine[2] = {accept_run(f, full), accept_run(f, full)};
	uint64_t other = accept_run(f, 2);
	struct pawl_store_claim claim = {.limit = 10, .now_us = 5000, .full = &full, .n_full = 1};

	pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim.op), PAWL_OK);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, other);
	assert_false(claim.more);
	pawl_store_op_fini(&claim.op);
	claim_exactly(f, mine, 2);
}

/* ---- drains ---------------------------------------------------------------------------- */

static uint64_t
active_workflow(struct fixture *f)
{
	struct pawl_store_workflow_save save = {.name = PAWL_STR("w"),
						.document = PAWL_STR("{}"),
						.hook_token = PAWL_STR("t"),
						.publish = true,
						.activate = true};

	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &save.op), PAWL_OK);
	pawl_store_op_fini(&save.op);
	return save.workflow.id;
}

static struct pawl_workflow_row
set_state(struct fixture *f, uint64_t id, enum pawl_workflow_state state, uint32_t per_second)
{
	struct pawl_store_workflow_state change = {
		.id = id, .state = state, .drain_per_second = per_second};

	pawl_store_op_init(&change.op, PAWL_STORE_WORKFLOW_STATE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &change.op), PAWL_OK);
	pawl_store_op_fini(&change.op);
	return change.workflow;
}

static struct pawl_workflow_row
read_workflow(struct fixture *f, uint64_t id)
{
	struct pawl_store_get get;
	struct pawl_workflow_row row;

	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_OK);
	row = *get.workflow;
	pawl_store_op_fini(&get.op);
	return row;
}

/* Claims with that allowance; how many came. */
static size_t
claim_draining(struct fixture *f, const struct pawl_workflow_row *row, uint32_t allowance,
	       struct pawl_store_drain *drain)
{
	struct pawl_store_claim claim = {
		.limit = 50, .now_us = 5000, .drains = drain, .n_drains = 1};

	*drain = (struct pawl_store_drain){
		.workflow_id = row->id, .below = row->drain_below, .allowance = allowance};
	pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim.op), PAWL_OK);
	pawl_store_op_fini(&claim.op);
	return claim.n_records;
}

static void
test_backlog_drains_as_far_as_it_may(void **state)
{
	struct fixture *f = *state;
	uint64_t w = active_workflow(f);
	struct pawl_store_drain drain;
	struct pawl_workflow_row row;

	set_state(f, w, PAWL_WORKFLOW_PAUSED, 0);
	for (size_t i = 0; i < 4; i++)
		accept_run(f, w);
	accept_key(f, w, "k");
	row = set_state(f, w, PAWL_WORKFLOW_ACTIVE, 7);
	assert_int_equal(row.drain_per_second, 7);
	assert_int_equal(row.drain_left, 5);
	accept_run(f, w);      /* new: goes at once */
	accept_key(f, w, "k"); /* new, and behind one of the backlog */
	accept_run(f, 99);
	assert_int_equal(claim_draining(f, &row, 0, &drain), 2);
	assert_int_equal(claim_draining(f, &row, 3, &drain), 3);
	assert_int_equal(drain.taken, 3);
	fixture_reopen(f, 0); /* those that ran are in the queue again */
	row = read_workflow(f, w);
	assert_int_equal(row.drain_per_second, 7);
	assert_int_equal(row.drain_left, 5);
	assert_int_equal(claim_draining(f, &row, 4, &drain), 4 + 2);
	assert_false(drain.is_over);
	assert_int_equal(claim_draining(f, &row, 4, &drain), 1);
	assert_false(drain.is_over && drain.taken == 4);
	assert_int_equal(claim_draining(f, &row, 4, &drain), 0);
	assert_int_equal(read_workflow(f, w).drain_per_second, 0);
}

static void
test_drain_goes_on_until_somebody_ends_it(void **state)
{
	struct fixture *f = *state;
	uint64_t w = active_workflow(f), below;
	struct pawl_store_workflow_state change;

	assert_int_equal(set_state(f, w, PAWL_WORKFLOW_ACTIVE, 0).drain_per_second, 0);
	set_state(f, w, PAWL_WORKFLOW_PAUSED, 0);
	accept_run(f, w);
	below = set_state(f, w, PAWL_WORKFLOW_ACTIVE, 5).drain_below;
	assert_int_equal(set_state(f, w, PAWL_WORKFLOW_ACTIVE, 0).drain_per_second, 5);
	change = (struct pawl_store_workflow_state){
		.id = w, .state = PAWL_WORKFLOW_ACTIVE, .has_drain = true, .drain_per_second = 9};
	pawl_store_op_init(&change.op, PAWL_STORE_WORKFLOW_STATE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &change.op), PAWL_OK);
	pawl_store_op_fini(&change.op);
	assert_int_equal(change.workflow.drain_per_second, 9);
	assert_int_equal(change.workflow.drain_below, below); /* it is the same backlog */
	assert_int_equal(set_state(f, w, PAWL_WORKFLOW_PAUSED, 0).drain_per_second, 0);
}

const struct CMUnitTest conform_order_tests[] = {
	CONFORM_TEST(test_crowded_intake_does_not_hold_up_others),
	CONFORM_TEST(test_full_workflow_gives_way),
	CONFORM_TEST(test_backlog_drains_as_far_as_it_may),
	CONFORM_TEST(test_drain_goes_on_until_somebody_ends_it),
	CONFORM_TEST(test_one_run_per_key_and_workflow),
	CONFORM_TEST(test_order_of_acceptance_over_several_claims),
	CONFORM_TEST(test_waiting_run_holds_its_key),
	CONFORM_TEST(test_canceled_in_the_queue_lets_the_next_go),
	CONFORM_TEST(test_admitted_ahead_of_its_turn_goes_when_that_comes),
	CONFORM_TEST(test_retried_run_goes_next),
	CONFORM_TEST(test_replay_stands_at_the_end_of_the_line),
	CONFORM_TEST(test_run_that_crashes_twice_lets_the_next_go),
	CONFORM_TEST(test_blocked_workflow_keeps_the_order),
	CONFORM_TEST(test_urgent_run_does_not_pass_those_of_its_key),
};
const size_t conform_n_order_tests = sizeof conform_order_tests / sizeof conform_order_tests[0];
