/* Accepting, and claiming what was accepted. */
#include <string.h>

#include "store_conformance.h"

static void
test_accept_survives_reopen(void **state)
{
	struct fixture *f = *state;
	static const char body[] = "{\"n\":18446744073709551615}\0\xff\x01";
	struct pawl_request_row row = {.workflow_id = 7,
				       .revision = 3,
				       .received_at_us = 123456789,
				       .method = PAWL_STR("PUT"),
				       .target = PAWL_STR("/hook/t?a=1"),
				       .ip = PAWL_STR("2001:db8::1"),
				       .headers = PAWL_STR("a: b\r\nc: \xe9\r\n"),
				       .body = pawl_str(body, sizeof(body)),
				       .verdict = PAWL_VERDICT_REFUSED,
				       .status = 401,
				       .reason = PAWL_STR("bad_signature: no key fits"),
				       .detail = PAWL_STR("{\"keys\":2}"),
				       .trigger = PAWL_TRIGGER_SERVICE,
				       .flags = PAWL_REQUEST_CONFLICT |
						PAWL_REQUEST_REPLAY_SUSPECTED,
				       .duplicate_of = 77,
				       .order_key = PAWL_STR("customer 5")};
	uint64_t id = accept_row(f, &row);
	struct pawl_store_get get;

	fixture_reopen(f, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_REQUEST, id), PAWL_OK);
	assert_int_equal(get.request->id, id);
	assert_int_equal(get.request->workflow_id, 7);
	assert_int_equal(get.request->revision, 3);
	assert_int_equal(get.request->received_at_us, 123456789);
	assert_int_equal(get.request->verdict, PAWL_VERDICT_REFUSED);
	assert_false(get.request->starts_run);
	assert_int_equal(get.request->status, 401);
	assert_int_equal(get.request->body_bytes, sizeof(body));
	assert_int_equal(get.request->body.len, sizeof(body));
	assert_memory_equal(get.request->body.ptr, body, sizeof(body));
	assert_str(get.request->method, "PUT");
	assert_str(get.request->target, "/hook/t?a=1");
	assert_str(get.request->ip, "2001:db8::1");
	assert_str(get.request->headers, "a: b\r\nc: \xe9\r\n");
	assert_str(get.request->reason, "bad_signature: no key fits");
	assert_str(get.request->detail, "{\"keys\":2}");
	assert_int_equal(get.request->trigger, PAWL_TRIGGER_SERVICE);
	assert_int_equal(get.request->flags, PAWL_REQUEST_CONFLICT | PAWL_REQUEST_REPLAY_SUSPECTED);
	assert_int_equal(get.request->duplicate_of, 77);
	assert_str(get.request->order_key, "customer 5");
	pawl_store_op_fini(&get.op);
}

static void
test_ids_grow_in_the_order_of_submission(void **state)
{
	struct fixture *f = *state;
	uint64_t last = 0;

	for (int i = 0; i < 50; i++) {
		uint64_t id = accept_run(f, 1);

		assert_true(id > last);
		last = id;
	}
	fixture_reopen(f, 0);
	assert_true(accept_run(f, 1) > last);
}

static void
test_accepted_run_is_queued_before_anybody_claims(void **state)
{
	struct fixture *f = *state;
	uint64_t id = accept_run(f, 9);
	struct pawl_store_stats stats;
	struct pawl_store_get get;

	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, id), PAWL_OK);
	assert_int_equal(get.record->run.id, id);
	assert_int_equal(get.record->run.state, PAWL_RUN_QUEUED);
	assert_int_equal(get.record->run.workflow_id, 9);
	assert_int_equal(get.record->run.request_id, id);
	assert_int_equal(get.record->run.queued_at_us, 1000);
	assert_int_equal(get.record->run.attempt, 1);
	assert_int_equal(get.record->request.id, id);
	assert_int_equal(get.record->n_nodes, 0);
	pawl_store_op_fini(&get.op);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 1);
	assert_int_equal(stats.oldest_unclaimed_at_us, 1000);
	assert_false(stats.failing);
}

static void
test_claim_takes_in_order_with_the_body(void **state)
{
	struct fixture *f = *state;
	struct pawl_request_row row = {.workflow_id = 4,
				       .revision = 2,
				       .received_at_us = 1500,
				       .body = PAWL_STR("hello"),
				       .headers = PAWL_STR("x: y\r\n"),
				       .verdict = PAWL_VERDICT_ACCEPTED,
				       .starts_run = true};
	uint64_t first = accept_row(f, &row), second = accept_row(f, &row);
	struct pawl_store_claim claim;
	struct pawl_store_stats stats;

	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_false(claim.more);
	assert_int_equal(claim.records[0].run.id, first);
	assert_int_equal(claim.records[1].run.id, second);
	assert_int_equal(claim.records[0].run.state, PAWL_RUN_RUNNING);
	assert_int_equal(claim.records[0].run.started_at_us, 5000);
	assert_int_equal(claim.records[0].run.revision, 2);
	assert_str(claim.records[0].request.body, "hello");
	assert_str(claim.records[0].request.headers, "x: y\r\n");
	assert_int_equal(claim.records[0].n_nodes, 0);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(run_state(f, first), PAWL_RUN_RUNNING);
	assert_int_equal(claim_count(f, 10), 0);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 0);
	assert_int_equal(stats.oldest_unclaimed_at_us, 0);
}

static void
test_claim_stops_at_its_limit_and_says_more(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_claim claim;
	uint64_t ids[5];

	for (int i = 0; i < 5; i++)
		ids[i] = accept_run(f, 1);
	claim_runs(f, &claim, 3, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 3);
	assert_true(claim.more);
	assert_int_equal(claim.records[2].run.id, ids[2]);
	pawl_store_op_fini(&claim.op);
	claim_runs(f, &claim, 3, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_false(claim.more);
	assert_int_equal(claim.records[0].run.id, ids[3]);
	pawl_store_op_fini(&claim.op);
}

static void
test_claim_takes_those_who_are_waited_for_first(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_claim claim = {.limit = 2, .now_us = 5000};
	uint64_t ids[4], first[4], refused = accept_verdict(f, 1, PAWL_VERDICT_REFUSED);

	for (int i = 0; i < 4; i++)
		ids[i] = accept_run(f, 1);
	/* What starts no run, and what there is not, is no trouble. */
	memcpy(first, (uint64_t[]){refused, ids[3], UINT64_MAX / 4, ids[3]}, sizeof first);
	claim.first = first;
	claim.n_first = 4;
	pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim.op), PAWL_OK);
	assert_int_equal(claim.n_records, 2);
	assert_int_equal(claim.records[0].run.id, ids[3]);
	assert_int_equal(claim.records[0].request.id, ids[3]);
	assert_int_equal(claim.records[1].run.id, ids[0]);
	pawl_store_op_fini(&claim.op);
	/* Its turn in the line has been had. */
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_int_equal(claim.records[0].run.id, ids[1]);
	assert_int_equal(claim.records[1].run.id, ids[2]);
	pawl_store_op_fini(&claim.op);
	/* Claimed long ago. */
	claim = (struct pawl_store_claim){.limit = 2, .now_us = 5000, .first = first, .n_first = 4};
	pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim.op), PAWL_OK);
	assert_int_equal(claim.n_records, 0);
	pawl_store_op_fini(&claim.op);
}

static void
test_requests_without_a_run_are_not_claimed(void **state)
{
	struct fixture *f = *state;
	uint64_t id;

	accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
	accept_verdict(f, 1, PAWL_VERDICT_HANDSHAKE);
	id = accept_run(f, 1);
	accept_verdict(f, 1, PAWL_VERDICT_DUPLICATE);
	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(run_state(f, id), PAWL_RUN_RUNNING);
	assert_int_equal(claim_count(f, 10), 0);
}

static void
test_blocked_workflows_stay_queued_and_do_not_hold_up_others(void **state)
{
	struct fixture *f = *state;
	uint64_t blocked[] = {30, 10}, held[2], free_run;
	struct pawl_store_claim claim;
	struct pawl_store_stats stats;

	held[0] = accept_run(f, 10);
	held[1] = accept_run(f, 30);
	free_run = accept_run(f, 20);
	claim_runs(f, &claim, 10, 5000, blocked, 2);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, free_run);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(run_state(f, held[0]), PAWL_RUN_QUEUED);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 2);
	assert_int_equal(stats.oldest_unclaimed_at_us, 1000);

	claim_runs(f, &claim, 10, 6000, blocked, 1);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, held[0]);
	assert_int_equal(claim.records[0].run.started_at_us, 6000);
	assert_int_equal(claim.records[0].request.id, held[0]);
	pawl_store_op_fini(&claim.op);
	claim_runs(f, &claim, 10, 6000, NULL, 0);
	assert_int_equal(claim.n_records, 1);
	assert_int_equal(claim.records[0].run.id, held[1]);
	pawl_store_op_fini(&claim.op);
}

static void
test_many_blocked_workflows_are_all_held(void **state)
{
	struct fixture *f = *state;
	uint64_t blocked[64];
	struct pawl_store_claim claim;

	for (unsigned i = 0; i < 64; i++) {
		blocked[i] = 1000 - i;
		accept_run(f, 937 + i);
	}
	claim_runs(f, &claim, 100, 5000, blocked, 64);
	assert_int_equal(claim.n_records, 0);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(claim_count(f, 100), 64);
}

static void
test_queue_is_fair_over_workflows(void **state)
{
	struct fixture *f = *state;
	const uint64_t blocked[] = {1, 2, 3};
	size_t of[4] = {0};
	struct pawl_store_claim claim;

	for (int i = 0; i < 40; i++)
		accept_run(f, 1);
	for (int i = 0; i < 4; i++) {
		accept_run(f, 2);
		accept_run(f, 3);
	}
	claim_runs(f, &claim, 64, 5000, blocked, 3);
	assert_int_equal(claim.n_records, 0);
	pawl_store_op_fini(&claim.op);
	claim_runs(f, &claim, 12, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 12);
	for (size_t i = 0; i < claim.n_records; i++)
		of[claim.records[i].run.workflow_id]++;
	pawl_store_op_fini(&claim.op);
	assert_int_equal(of[2], 4);
	assert_int_equal(of[3], 4);
	assert_int_equal(of[1], 4);
}

static void
test_single_claims_go_round_the_workflows(void **state)
{
	struct fixture *f = *state;
	const uint64_t blocked[] = {1, 2, 3};
	uint64_t seen = 0;
	struct pawl_store_claim claim;

	for (int i = 0; i < 4; i++)
		for (uint64_t w = 1; w <= 3; w++)
			accept_run(f, w);
	claim_runs(f, &claim, 64, 5000, blocked, 3);
	pawl_store_op_fini(&claim.op);
	for (int i = 0; i < 3; i++) {
		claim_runs(f, &claim, 1, 5000, NULL, 0);
		assert_int_equal(claim.n_records, 1);
		seen |= 1U << claim.records[0].run.workflow_id;
		pawl_store_op_fini(&claim.op);
	}
	assert_int_equal(seen, 0xe);
}

static void
test_a_long_queue_does_not_starve_new_runs(void **state)
{
	struct fixture *f = *state;
	const uint64_t blocked[] = {1};
	struct pawl_store_claim claim;
	bool found = false;
	uint64_t id;

	for (int i = 0; i < 50; i++)
		accept_run(f, 1);
	claim_runs(f, &claim, 10, 5000, blocked, 1);
	pawl_store_op_fini(&claim.op);
	id = accept_run(f, 2);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 10);
	for (size_t i = 0; i < claim.n_records; i++)
		found |= claim.records[i].run.id == id;
	assert_true(found);
	pawl_store_op_fini(&claim.op);
}

static void
test_run_that_is_canceled_in_the_intake_is_never_claimed(void **state)
{
	struct fixture *f = *state;
	uint64_t first = accept_run(f, 1), canceled = accept_run(f, 1), last = accept_run(f, 1);
	struct pawl_store_claim claim;
	struct pawl_store_list list;
	struct pawl_store_stats stats;

	assert_int_equal(save_state(f, canceled, PAWL_RUN_CANCELED, 0), PAWL_OK);
	assert_int_equal(run_state(f, canceled), PAWL_RUN_CANCELED);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, 2);
	list_init(&list, PAWL_STORE_RUNS);
	list_rows(f, &list);
	assert_int_equal(list.n, 3);
	assert_int_equal(list.runs[1].id, canceled);
	assert_int_equal(list.runs[1].state, PAWL_RUN_CANCELED);
	pawl_store_op_fini(&list.op);

	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_int_equal(claim.records[0].run.id, first);
	assert_int_equal(claim.records[1].run.id, last);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(run_state(f, canceled), PAWL_RUN_CANCELED);
}

static void
test_backlog_is_there_after_reopen(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_stats stats;

	for (int i = 0; i < 10; i++)
		accept_run(f, 1);
	assert_int_equal(claim_count(f, 4), 4);
	fixture_reopen(f, 0);
	pawl_store_stats(f->store, &stats);
	/* Four were running when it ended, and are back in the queue. */
	assert_int_equal(stats.runs_unclaimed, 10);
	assert_int_equal(stats.oldest_unclaimed_at_us, 1000);
	assert_int_equal(claim_count(f, 100), 10);
}

const struct CMUnitTest conform_intake_tests[] = {
	CONFORM_TEST(test_accept_survives_reopen),
	CONFORM_TEST(test_ids_grow_in_the_order_of_submission),
	CONFORM_TEST(test_accepted_run_is_queued_before_anybody_claims),
	CONFORM_TEST(test_claim_takes_in_order_with_the_body),
	CONFORM_TEST(test_claim_stops_at_its_limit_and_says_more),
	CONFORM_TEST(test_claim_takes_those_who_are_waited_for_first),
	CONFORM_TEST(test_requests_without_a_run_are_not_claimed),
	CONFORM_TEST(test_blocked_workflows_stay_queued_and_do_not_hold_up_others),
	CONFORM_TEST(test_many_blocked_workflows_are_all_held),
	CONFORM_TEST(test_queue_is_fair_over_workflows),
	CONFORM_TEST(test_single_claims_go_round_the_workflows),
	CONFORM_TEST(test_a_long_queue_does_not_starve_new_runs),
	CONFORM_TEST(test_run_that_is_canceled_in_the_intake_is_never_claimed),
	CONFORM_TEST(test_backlog_is_there_after_reopen),
};
const size_t conform_n_intake_tests =
	sizeof(conform_intake_tests) / sizeof(conform_intake_tests[0]);
