/* Quarantine: kept whole within its bounds, released once. */
#include <string.h>

#include "store_conformance.h"

static struct pawl_request_row
row_of(uint64_t workflow_id, int64_t received_at_us, size_t bytes)
{
	static const char text[4096];

	return (struct pawl_request_row){.workflow_id = workflow_id,
					 .revision = 1,
					 .received_at_us = received_at_us,
					 .method = PAWL_STR("POST"),
					 .ip = PAWL_STR("192.0.2.1"),
					 .headers = PAWL_STR("sealed headers"),
					 .body = pawl_str(text, bytes),
					 .verdict = PAWL_VERDICT_REFUSED,
					 .status = 401,
					 .reason = PAWL_STR("bad_signature: no"),
					 .flags = PAWL_REQUEST_QUARANTINED};
}

static uint64_t
refuse(struct fixture *f, uint64_t workflow_id, int64_t received_at_us, size_t bytes)
{
	struct pawl_request_row row = row_of(workflow_id, received_at_us, bytes);

	return accept_row(f, &row);
}

/* As the server does it: what is stored becomes an accepted request. */
static void
release(struct fixture *f, uint64_t workflow_id, uint64_t id, enum pawl_verdict verdict)
{
	struct pawl_request_row row = row_of(workflow_id, 1000, 0);

	row.id = id;
	row.headers = PAWL_STR("a: b\r\n");
	row.body = PAWL_STR("{}");
	row.verdict = verdict;
	row.starts_run = verdict == PAWL_VERDICT_ACCEPTED;
	row.status = 202;
	row.reason = PAWL_STR("");
	row.flags = PAWL_REQUEST_RELEASED;
	assert_int_equal(accept_row(f, &row), id);
}

/* The ids, oldest first; how many. */
static size_t
quarantined(struct fixture *f, uint64_t workflow_id, uint64_t *ids, size_t max)
{
	struct pawl_store_quarantined list = {
		.workflow_id = workflow_id, .limit = max, .max_bytes = 1 << 20};

	pawl_store_op_init(&list.op, PAWL_STORE_QUARANTINED, NULL);
	assert_int_equal(pawl_store_wait(f->store, &list.op), PAWL_OK);
	assert_false(list.more);
	for (size_t i = 0; i < list.n; i++) {
		ids[i] = list.requests[i].id;
		assert_int_equal(list.requests[i].flags, PAWL_REQUEST_QUARANTINED);
		assert_str(list.requests[i].headers, "sealed headers");
	}
	pawl_store_op_fini(&list.op);
	return list.n;
}

static size_t
trim(struct fixture *f, uint64_t max_bytes, int64_t before_us)
{
	struct pawl_store_quarantine_trim op = {.max_bytes = max_bytes, .before_us = before_us};

	pawl_store_op_init(&op.op, PAWL_STORE_QUARANTINE_TRIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	pawl_store_op_fini(&op.op);
	assert_false(op.more);
	return op.n_dropped;
}

static void
check_request(struct fixture *f, uint64_t id, enum pawl_verdict verdict, unsigned flags,
	      const char *headers)
{
	struct pawl_store_get get;

	assert_int_equal(get_row(f, &get, PAWL_STORE_REQUEST, id), PAWL_OK);
	assert_int_equal(get.request->verdict, verdict);
	assert_int_equal(get.request->flags, flags);
	assert_str(get.request->headers, headers);
	pawl_store_op_fini(&get.op);
}

static size_t
listed(struct fixture *f, uint64_t workflow_id, uint32_t verdicts)
{
	struct pawl_store_list list;

	list_init(&list, PAWL_STORE_REQUESTS);
	list.workflow_id = workflow_id;
	list.verdicts = verdicts;
	list_rows(f, &list);
	pawl_store_op_fini(&list.op);
	return list.n;
}

static void
test_quarantine_is_read_oldest_first_and_in_pages(void **state)
{
	struct fixture *f = *state;
	uint64_t a = refuse(f, 5, 1000, 100), other = refuse(f, 6, 1000, 100);
	uint64_t b = refuse(f, 5, 1000, 100), ids[8];
	struct pawl_store_quarantined page = {.workflow_id = 5, .limit = 8, .max_bytes = 1};

	accept_verdict(f, 5, PAWL_VERDICT_REFUSED);
	fixture_reopen(f, 0);
	assert_int_equal(quarantined(f, 5, ids, 8), 2);
	assert_true(ids[0] == a && ids[1] == b);
	assert_int_equal(quarantined(f, 6, ids, 8), 1);
	assert_true(ids[0] == other);
	pawl_store_op_init(&page.op, PAWL_STORE_QUARANTINED, NULL);
	assert_int_equal(pawl_store_wait(f->store, &page.op), PAWL_OK);
	assert_true(page.n == 1 && page.more && page.requests[0].id == a);
	pawl_store_op_fini(&page.op);
	page.after = a;
	pawl_store_op_init(&page.op, PAWL_STORE_QUARANTINED, NULL);
	assert_int_equal(pawl_store_wait(f->store, &page.op), PAWL_OK);
	assert_true(page.n == 1 && !page.more && page.requests[0].id == b);
	pawl_store_op_fini(&page.op);
}

/* Whether the intake has been read past it or not. */
static void
check_release(struct fixture *f, bool is_admitted)
{
	uint64_t first = refuse(f, 5, 1000, 10), second = refuse(f, 5, 1000, 10), ids[8];
	struct pawl_store_claim claim;

	if (is_admitted)
		assert_int_equal(claim_count(f, 10), 0);
	release(f, 5, first, PAWL_VERDICT_ACCEPTED);
	release(f, 5, second, PAWL_VERDICT_ACCEPTED);
	release(f, 5, first, PAWL_VERDICT_ACCEPTED); /* again: nothing comes of it */
	fixture_reopen(f, 0);
	release(f, 5, second, PAWL_VERDICT_ACCEPTED);
	assert_int_equal(quarantined(f, 5, ids, 8), 0);
	check_request(f, first, PAWL_VERDICT_ACCEPTED, PAWL_REQUEST_RELEASED, "a: b\r\n");
	assert_int_equal(run_state(f, first), PAWL_RUN_QUEUED);
	assert_int_equal(counter_value(f, 5, "requests_refused"), 0);
	assert_int_equal(counter_value(f, 5, "requests_accepted"), 2);
	assert_int_equal(counter_value(f, 5, "runs_queued"), 2);
	assert_int_equal(listed(f, 5, 0), 2);
	assert_int_equal(listed(f, 5, 1u << PAWL_VERDICT_REFUSED), 0);
	claim_runs(f, &claim, 10, 5000, NULL, 0);
	assert_int_equal(claim.n_records, 2);
	assert_true(claim.records[0].run.id == first && claim.records[1].run.id == second);
	assert_str(claim.records[0].request.body, "{}");
	pawl_store_op_fini(&claim.op);
	assert_int_equal(claim_count(f, 10), 0);
	assert_true(accept_run(f, 5) > second);
}

static void
test_release_starts_runs_once_and_in_order(void **state)
{
	check_release(*state, true);
}

static void
test_release_of_what_the_intake_still_holds(void **state)
{
	check_release(*state, false);
}

static void
test_release_as_a_duplicate_starts_nothing(void **state)
{
	struct fixture *f = *state;
	uint64_t id = refuse(f, 5, 1000, 10), ids[1];

	assert_int_equal(claim_count(f, 10), 0);
	release(f, 5, id, PAWL_VERDICT_DUPLICATE);
	assert_int_equal(claim_count(f, 10), 0);
	assert_int_equal(quarantined(f, 5, ids, 1), 0);
	check_request(f, id, PAWL_VERDICT_DUPLICATE, PAWL_REQUEST_RELEASED, "a: b\r\n");
	assert_int_equal(listed(f, 5, 1u << PAWL_VERDICT_DUPLICATE), 1);
	assert_int_equal(listed(f, 5, 0), 1);
}

static void
test_only_what_was_refused_is_released(void **state)
{
	struct fixture *f = *state;
	uint64_t id = accept_verdict(f, 5, PAWL_VERDICT_HANDSHAKE);

	release(f, 5, id, PAWL_VERDICT_ACCEPTED);
	release(f, 5, id + 1000000, PAWL_VERDICT_ACCEPTED);
	assert_int_equal(claim_count(f, 10), 0);
	check_request(f, id, PAWL_VERDICT_HANDSHAKE, 0, "");
	assert_int_equal(counter_value(f, 5, "requests_handshake"), 1);
}

static void
test_a_flood_pushes_out_only_its_own(void **state)
{
	struct fixture *f = *state;
	uint64_t quiet = refuse(f, 5, 1000, 1000), flood[20], ids[32];

	for (int i = 0; i < 20; i++)
		flood[i] = refuse(f, 6, 1000, 1000);
	assert_int_equal(trim(f, 1 << 20, 0), 0);
	assert_true(trim(f, 10 << 10, 0) > 0);
	assert_int_equal(quarantined(f, 5, ids, 32), 1);
	assert_true(ids[0] == quiet);
	assert_int_equal(quarantined(f, 6, ids, 32), 9);
	assert_true(ids[8] == flood[19]);
	check_request(f, flood[0], PAWL_VERDICT_REFUSED, 0, "");
	/* Somebody was about to release it when it was dropped. */
	release(f, 6, flood[0], PAWL_VERDICT_ACCEPTED);
	check_request(f, flood[0], PAWL_VERDICT_ACCEPTED, PAWL_REQUEST_RELEASED, "a: b\r\n");
	assert_int_equal(claim_count(f, 10), 1);
	assert_int_equal(trim(f, 0, 0), 10);
	assert_int_equal(quarantined(f, 5, ids, 32), 0);
}

static void
test_what_is_too_old_is_dropped(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[8], kept;

	refuse(f, 5, 1000, 10);
	refuse(f, 6, 2000, 10);
	kept = refuse(f, 5, 3000, 10);
	assert_int_equal(trim(f, 1 << 20, 3000), 2);
	assert_int_equal(quarantined(f, 5, ids, 8), 1);
	assert_true(ids[0] == kept);
	assert_int_equal(listed(f, 5, 0), 2);
}

const struct CMUnitTest conform_quarantine_tests[] = {
	CONFORM_TEST(test_quarantine_is_read_oldest_first_and_in_pages),
	CONFORM_TEST(test_release_starts_runs_once_and_in_order),
	CONFORM_TEST(test_release_of_what_the_intake_still_holds),
	CONFORM_TEST(test_release_as_a_duplicate_starts_nothing),
	CONFORM_TEST(test_only_what_was_refused_is_released),
	CONFORM_TEST(test_a_flood_pushes_out_only_its_own),
	CONFORM_TEST(test_what_is_too_old_is_dropped),
};
const size_t conform_n_quarantine_tests =
	sizeof(conform_quarantine_tests) / sizeof(conform_quarantine_tests[0]);
