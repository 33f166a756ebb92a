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
	assert_int_equal(run_state(f, first), PAWL_RUN_FAILED);
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

const struct CMUnitTest conform_order_tests[] = {
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
