/* Lists: order, cursors, filters, and rows on both sides of the intake's cursor. */
#include <string.h>

#include "base/clock.h"
#include "store_conformance.h"

static void
assert_run_ids(struct fixture *f, struct pawl_store_list *list, const uint64_t *ids, size_t n)
{
	list_rows(f, list);
	assert_int_equal(list->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list->runs[i].id, ids[i]);
	pawl_store_op_fini(&list->op);
}

static void
assert_request_ids(struct fixture *f, struct pawl_store_list *list, const uint64_t *ids, size_t n)
{
	list_rows(f, list);
	assert_int_equal(list->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list->requests[i].id, ids[i]);
	pawl_store_op_fini(&list->op);
}

static void
test_limits_are_checked(void **state)
{
	struct fixture *f = *state;
	const size_t limits[] = {0, 1001};

	for (size_t i = 0; i < 2; i++) {
		struct pawl_store_list list;

		list_init(&list, PAWL_STORE_RUNS);
		list.limit = limits[i];
		assert_int_equal(pawl_store_wait(f->store, &list.op), PAWL_EINVAL);
		assert_int_equal(list.n, 0);
		pawl_store_op_fini(&list.op);
	}
}

static void
test_empty_lists_are_empty(void **state)
{
	struct fixture *f = *state;
	const enum pawl_store_kind kinds[] = {PAWL_STORE_WORKFLOWS, PAWL_STORE_REVISIONS,
					      PAWL_STORE_RUNS,      PAWL_STORE_REQUESTS,
					      PAWL_STORE_TOKENS,    PAWL_STORE_COUNTERS};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct pawl_store_list list;

		list_init(&list, kinds[i]);
		list.workflow_id = 1;
		list_rows(f, &list);
		assert_int_equal(list.n, 0);
		assert_false(list.more);
		pawl_store_op_fini(&list.op);
	}
}

/* Half of the rows are admitted, half are still in the intake; nobody must be able to tell. */
static void
test_pages_of_runs_cross_the_intake(void **state)
{
	struct fixture *f = *state;
	uint64_t ids[10], before = 0;
	size_t seen = 10;

	for (int i = 0; i < 5; i++)
		ids[i] = accept_run(f, 1);
	assert_int_equal(claim_count(f, 5), 5);
	for (int i = 5; i < 10; i++)
		ids[i] = accept_run(f, 1);
	while (seen) {
		struct pawl_store_list list;

		list_init(&list, PAWL_STORE_RUNS);
		list.limit = 3;
		list.before = before;
		list_rows(f, &list);
		assert_int_equal(list.n, seen < 3 ? seen : 3);
		assert_int_equal(list.more, seen > 3);
		for (size_t i = 0; i < list.n; i++) {
			assert_int_equal(list.runs[i].id, ids[--seen]);
			assert_int_equal(list.runs[i].state,
					 seen < 5 ? PAWL_RUN_RUNNING : PAWL_RUN_QUEUED);
		}
		before = list.runs[list.n - 1].id;
		pawl_store_op_fini(&list.op);
	}
}

static void
test_requests_of_a_workflow_cross_the_intake(void **state)
{
	struct fixture *f = *state;
	uint64_t mine[6];
	struct pawl_store_list list;

	for (int round = 0; round < 2; round++) {
		mine[5 - 3 * round] = accept_run(f, 1);
		accept_run(f, 2);
		mine[4 - 3 * round] = accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
		accept_verdict(f, 2, PAWL_VERDICT_REFUSED);
		mine[3 - 3 * round] = accept_verdict(f, 1, PAWL_VERDICT_FILTERED);
		if (round == 0)
			assert_int_equal(claim_count(f, 10), 2);
	}
	list_init(&list, PAWL_STORE_REQUESTS);
	list.workflow_id = 1;
	assert_request_ids(f, &list, mine, 6);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.workflow_id = 1;
	list.before = mine[1];
	assert_request_ids(f, &list, mine + 2, 4);
	list_init(&list, PAWL_STORE_REQUESTS);
	list_rows(f, &list);
	assert_int_equal(list.n, 10);
	pawl_store_op_fini(&list.op);
}

static void
test_requests_by_verdict(void **state)
{
	struct fixture *f = *state;
	uint64_t refused[4], accepted[4];
	struct pawl_store_list list;

	for (int round = 0; round < 2; round++) {
		accepted[3 - 2 * round] = accept_run(f, 1);
		refused[3 - 2 * round] = accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
		accepted[2 - 2 * round] = accept_run(f, 2);
		refused[2 - 2 * round] = accept_verdict(f, 2, PAWL_VERDICT_REFUSED);
		accept_verdict(f, 1, PAWL_VERDICT_HANDSHAKE);
		if (round == 0)
			assert_int_equal(claim_count(f, 10), 2);
	}
	list_init(&list, PAWL_STORE_REQUESTS);
	list.verdicts = 1U << PAWL_VERDICT_REFUSED;
	assert_request_ids(f, &list, refused, 4);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.verdicts = 1U << PAWL_VERDICT_ACCEPTED;
	assert_request_ids(f, &list, accepted, 4);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.verdicts = 1U << PAWL_VERDICT_REFUSED | 1U << PAWL_VERDICT_HANDSHAKE;
	list.limit = 5;
	list_rows(f, &list);
	assert_int_equal(list.n, 5);
	assert_true(list.more);
	pawl_store_op_fini(&list.op);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.verdicts = 1U << PAWL_VERDICT_REFUSED;
	list.workflow_id = 2;
	assert_request_ids(f, &list, (uint64_t[]){refused[0], refused[2]}, 2);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.verdicts = 1U << PAWL_VERDICT_ACCEPTED;
	list.workflow_id = 2;
	assert_request_ids(f, &list, (uint64_t[]){accepted[0], accepted[2]}, 2);
}

static void
test_request_lists_leave_headers_and_bodies_out(void **state)
{
	struct fixture *f = *state;
	struct pawl_request_row row = {.workflow_id = 1,
				       .received_at_us = 5,
				       .headers = PAWL_STR("a: b\r\n"),
				       .body = PAWL_STR("twelve bytes"),
				       .verdict = PAWL_VERDICT_ACCEPTED};
	struct pawl_store_list list;

	accept_row(f, &row);
	list_init(&list, PAWL_STORE_REQUESTS);
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	assert_null(list.requests[0].body.ptr);
	assert_int_equal(list.requests[0].body_bytes, 12);
	assert_str(list.requests[0].headers, "");
	pawl_store_op_fini(&list.op);
}

static void
test_runs_by_workflow_and_state(void **state)
{
	struct fixture *f = *state;
	uint64_t failed1, failed2, done1, canceled2, queued1;
	struct pawl_store_list list;

	failed1 = accept_run(f, 1);
	failed2 = accept_run(f, 2);
	done1 = accept_run(f, 1);
	canceled2 = accept_run(f, 2);
	assert_int_equal(claim_count(f, 10), 4);
	queued1 = accept_run(f, 1);
	assert_int_equal(save_state(f, failed1, PAWL_RUN_FAILED, 0), PAWL_OK);
	assert_int_equal(save_state(f, failed2, PAWL_RUN_FAILED, 0), PAWL_OK);
	assert_int_equal(save_state(f, done1, PAWL_RUN_COMPLETED, 0), PAWL_OK);
	assert_int_equal(save_state(f, canceled2, PAWL_RUN_CANCELED, 0), PAWL_OK);

	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_FAILED;
	assert_run_ids(f, &list, (uint64_t[]){failed2, failed1}, 2);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_FAILED | 1U << PAWL_RUN_CANCELED;
	list.workflow_id = 2;
	assert_run_ids(f, &list, (uint64_t[]){canceled2, failed2}, 2);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_FAILED | 1U << PAWL_RUN_COMPLETED | 1U << PAWL_RUN_QUEUED;
	assert_run_ids(f, &list, (uint64_t[]){queued1, done1, failed2, failed1}, 4);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_QUEUED;
	list.workflow_id = 1;
	assert_run_ids(f, &list, (uint64_t[]){queued1}, 1);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << PAWL_RUN_COMPLETED;
	list.workflow_id = 2;
	assert_run_ids(f, &list, NULL, 0);
	list_init(&list, PAWL_STORE_RUNS);
	list.workflow_id = 1;
	assert_run_ids(f, &list, (uint64_t[]){queued1, done1, failed1}, 3);
	list_init(&list, PAWL_STORE_RUNS);
	list.states = 1U << 30; /* a state that does not exist selects nothing */
	assert_run_ids(f, &list, NULL, 0);
}

static void
test_runs_of_a_request_include_its_replays(void **state)
{
	struct fixture *f = *state;
	uint64_t request = accept_run(f, 1), other = accept_run(f, 1), replay;
	struct pawl_run_row row = {.workflow_id = 1, .request_id = request, .replay_of = request};
	struct pawl_store_list list;

	list_init(&list, PAWL_STORE_RUNS);
	list.request_id = request;
	assert_run_ids(f, &list, &request, 1);
	replay = start_run(f, &row);
	assert_int_equal(claim_count(f, 10), 3);
	list_init(&list, PAWL_STORE_RUNS);
	list.request_id = request;
	assert_run_ids(f, &list, (uint64_t[]){replay, request}, 2);
	list_init(&list, PAWL_STORE_RUNS);
	list.request_id = request;
	list.states = 1U << PAWL_RUN_FAILED;
	assert_run_ids(f, &list, NULL, 0);
	list_init(&list, PAWL_STORE_RUNS);
	list.request_id = other;
	assert_run_ids(f, &list, &other, 1);
	/* A replay is no request. */
	list_init(&list, PAWL_STORE_REQUESTS);
	list.workflow_id = 1;
	assert_request_ids(f, &list, (uint64_t[]){other, request}, 2);
}

static uint64_t
accept_at(struct fixture *f, int64_t at_us)
{
	return accept_row(f, &(struct pawl_request_row){.workflow_id = 1,
							.received_at_us = at_us,
							.verdict = PAWL_VERDICT_ACCEPTED,
							.starts_run = true});
}

static void
test_times_filter_from_inclusive_to_exclusive(void **state)
{
	struct fixture *f = *state;
	int64_t now_us = pawl_clock_now_us();
	uint64_t ids[4];
	struct pawl_store_list list;

	for (int i = 0; i < 4; i++) {
		ids[i] = accept_at(f, now_us + i);
		if (i == 1)
			assert_int_equal(claim_count(f, 10), 2);
	}
	list_init(&list, PAWL_STORE_RUNS);
	list.from_us = now_us + 1;
	list.to_us = now_us + 3;
	assert_run_ids(f, &list, (uint64_t[]){ids[2], ids[1]}, 2);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.from_us = now_us + 1;
	list.to_us = now_us + 3;
	assert_request_ids(f, &list, (uint64_t[]){ids[2], ids[1]}, 2);
	list_init(&list, PAWL_STORE_REQUESTS);
	list.from_us = now_us + 2;
	list.workflow_id = 1;
	assert_request_ids(f, &list, (uint64_t[]){ids[3], ids[2]}, 2);
	list_init(&list, PAWL_STORE_RUNS);
	list.to_us = now_us;
	assert_run_ids(f, &list, NULL, 0);
}

static void
test_counters_page_by_workflow_and_name(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	uint64_t before = 0;
	char name[32] = "";
	size_t n = 0;
	bool more = true;

	for (uint64_t w = 1; w <= 3; w++) {
		accept_run(f, w);
		accept_verdict(f, w, PAWL_VERDICT_REFUSED);
	}
	while (more) {
		list_init(&list, PAWL_STORE_COUNTERS);
		list.limit = 2;
		list.before = before;
		list.after_name = pawl_str_c(name);
		list_rows(f, &list);
		n += list.n;
		more = list.more;
		before = list.counters[list.n - 1].workflow_id;
		memcpy(name, list.counters[list.n - 1].name.ptr,
		       list.counters[list.n - 1].name.len);
		name[list.counters[list.n - 1].name.len] = '\0';
		pawl_store_op_fini(&list.op);
	}
	/* requests_accepted, requests_refused, runs_queued */
	assert_int_equal(n, 9);
	assert_int_equal(before, 1);
	assert_string_equal(name, "runs_queued");
}

const struct CMUnitTest conform_list_tests[] = {
	CONFORM_TEST(test_limits_are_checked),
	CONFORM_TEST(test_empty_lists_are_empty),
	CONFORM_TEST(test_pages_of_runs_cross_the_intake),
	CONFORM_TEST(test_requests_of_a_workflow_cross_the_intake),
	CONFORM_TEST(test_requests_by_verdict),
	CONFORM_TEST(test_request_lists_leave_headers_and_bodies_out),
	CONFORM_TEST(test_runs_by_workflow_and_state),
	CONFORM_TEST(test_runs_of_a_request_include_its_replays),
	CONFORM_TEST(test_times_filter_from_inclusive_to_exclusive),
	CONFORM_TEST(test_counters_page_by_workflow_and_name),
};
const size_t conform_n_list_tests = sizeof(conform_list_tests) / sizeof(conform_list_tests[0]);
