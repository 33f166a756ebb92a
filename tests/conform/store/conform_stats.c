/* What is counted beside the rows: totals, what lists show of a workflow, what happened when. */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store_conformance.h"

#define S INT64_C(1000000)
#define H (3600 * S)
#define D (24 * H)

static uint64_t
save_workflow(struct fixture *f, const char *name, const char *document)
{
	struct pawl_store_workflow_save op = {.name = pawl_str_c(name),
					      .document = pawl_str_c(document),
					      .hook_token = pawl_str_c(name),
					      .at_us = 1};

	pawl_store_op_init(&op.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	pawl_store_op_fini(&op.op);
	return op.workflow.id;
}

static uint64_t
accept_at(struct fixture *f, uint64_t workflow_id, int64_t at_us, const char *refused)
{
	return accept_row(f,
			  &(struct pawl_request_row){.workflow_id = workflow_id,
						     .revision = 1,
						     .received_at_us = at_us,
						     .verdict = refused ? PAWL_VERDICT_REFUSED
									: PAWL_VERDICT_ACCEPTED,
						     .starts_run = !refused,
						     .reason = pawl_str_c(refused ? refused : "")});
}

/* A run that has ended, at a time of its own. */
static uint64_t
run_at(struct fixture *f, uint64_t workflow_id, int64_t at_us, enum pawl_run_state state)
{
	uint64_t id = accept_at(f, workflow_id, at_us, NULL);
	struct pawl_store_claim claim;

	claim_runs(f, &claim, 100, at_us + 2 * S, NULL, 0);
	pawl_store_op_fini(&claim.op);
	assert_int_equal(save_row(f, id,
				  &(struct pawl_run_row){
					  .state = state,
					  .started_at_us = at_us + 2 * S,
					  .finished_at_us = at_us + 5 * S,
					  .error = state == PAWL_RUN_FAILED
							   ? PAWL_STR("{\"code\":\"connect\"}")
							   : PAWL_STR("")}),
			 PAWL_OK);
	return id;
}

static void
read_series(struct fixture *f, struct pawl_store_series *series)
{
	pawl_store_op_init(&series->op, PAWL_STORE_STATS, NULL);
	assert_int_equal(pawl_store_wait(f->store, &series->op), PAWL_OK);
}

static uint64_t
sum_of(const struct pawl_store_series *series, unsigned counter)
{
	uint64_t n = 0;

	for (size_t i = 0; i < series->n_points; i++)
		n += series->points[i].by[counter];
	return n;
}

static int64_t
total(struct fixture *f, enum pawl_store_kind kind, uint64_t workflow_id, uint32_t bits)
{
	struct pawl_store_list list;

	list_init(&list, kind);
	list.workflow_id = workflow_id;
	list.wants_total = true;
	if (kind == PAWL_STORE_RUNS)
		list.states = bits;
	else
		list.verdicts = bits;
	list_rows(f, &list);
	if (list.n < list.limit)
		assert_int_equal(list.total, list.n); /* they are what is there */
	pawl_store_op_fini(&list.op);
	return list.total;
}

static void
test_totals_are_those_of_the_rows(void **state)
{
	struct fixture *f = *state;
	uint64_t failed, waits, canceled;

	accept_run(f, 1);
	accept_verdict(f, 1, PAWL_VERDICT_REFUSED);
	accept_verdict(f, 2, PAWL_VERDICT_FILTERED);
	assert_int_equal(total(f, PAWL_STORE_RUNS, 1, 1U << PAWL_RUN_QUEUED), 1);
	failed = run_at(f, 1, 1000, PAWL_RUN_FAILED);
	waits = accept_run(f, 2);
	canceled = accept_run(f, 2);
	claim_count(f, 10);
	save_state(f, waits, PAWL_RUN_WAITING, 9000);
	save_state(f, canceled, PAWL_RUN_CANCELED, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(total(f, PAWL_STORE_RUNS, 0, 0), 4);
		assert_int_equal(total(f, PAWL_STORE_RUNS, 1, 0), 2);
		assert_int_equal(total(f, PAWL_STORE_RUNS, 1, 1U << PAWL_RUN_FAILED), 1);
		for (unsigned s = 0; s <= PAWL_RUN_TIMED_OUT; s++)
			total(f, PAWL_STORE_RUNS, 0, 1U << s);
		for (unsigned v = 0; v <= PAWL_VERDICT_DUPLICATE; v++)
			total(f, PAWL_STORE_REQUESTS, 0, 1U << v);
		assert_int_equal(total(f, PAWL_STORE_REQUESTS, 0, 0), 6);
		fixture_reopen(f, 0); /* what was running is queued again */
	}
	assert_int_equal(requeue_run(f, failed, true, NULL, 0), PAWL_OK);
	assert_int_equal(total(f, PAWL_STORE_RUNS, 1, 1U << PAWL_RUN_FAILED), 0);
	assert_int_equal(total(f, PAWL_STORE_RUNS, 1, 1U << PAWL_RUN_QUEUED), 2);
}

static void
accepted(struct pawl_store_op *op)
{
	sem_post(op->ctx);
}

static void
refuse_thousand(struct fixture *f)
{
	struct pawl_store_accept *ops = calloc(1000, sizeof *ops);
	sem_t done;

	sem_init(&done, 0, 0);
	for (size_t i = 0; i < 1000; i++) {
		pawl_store_op_init(&ops[i].op, PAWL_STORE_ACCEPT, accepted);
		ops[i].op.ctx = &done;
		ops[i].request = (struct pawl_request_row){.workflow_id = 1,
							   .revision = 1,
							   .received_at_us = 1000,
							   .verdict = PAWL_VERDICT_REFUSED};
		assert_int_equal(pawl_store_submit(f->store, &ops[i].op), PAWL_OK);
	}
	for (size_t i = 0; i < 1000; i++)
		sem_wait(&done);
	sem_destroy(&done);
	free(ops);
}

static void
test_a_search_stops_and_goes_on(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	uint64_t first =
		accept_row(f, &(struct pawl_request_row){.workflow_id = 1,
							 .revision = 1,
							 .received_at_us = 1000,
							 .verdict = PAWL_VERDICT_REFUSED,
							 .reason = PAWL_STR("other: Zum ÄRGER")});
	uint64_t before = 0;
	unsigned pages = 0;

	for (unsigned i = 0; i < 25; i++)
		refuse_thousand(f);
	do {
		list_init(&list, PAWL_STORE_REQUESTS);
		list.search = PAWL_STR("ärger");
		list.before = before;
		list_rows(f, &list);
		if (list.n == 1)
			assert_int_equal(list.requests[0].id, first);
		else
			assert_true(list.more && list.stopped_at);
		before = list.stopped_at;
		pages++;
		pawl_store_op_fini(&list.op);
	} while (list.more);
	assert_int_equal(list.n, 1);
	assert_int_equal(pages, 2);
}

static void
find_runs(struct fixture *f, struct pawl_store_list filter, const uint64_t *ids, size_t n)
{
	struct pawl_store_list list;

	list_init(&list, PAWL_STORE_RUNS);
	list.search = filter.search;
	list.triggers = filter.triggers;
	list.states = filter.states;
	list.failure_class = filter.failure_class;
	list.from_us = filter.from_us;
	list.to_us = filter.to_us;
	list_rows(f, &list);
	assert_int_equal(list.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list.runs[i].id, ids[i]);
	pawl_store_op_fini(&list.op);
}

static void
test_runs_are_found_by_what_names_them(void **state)
{
	struct fixture *f = *state;
	uint64_t failed = run_at(f, 1, 9 * D, PAWL_RUN_FAILED), keyed, manual;
	struct pawl_store_list filter = {0};
	char text[24];

	keyed = accept_row(
		f, &(struct pawl_request_row){.workflow_id = 2,
					      .revision = 1,
					      .received_at_us = 8 * D,
					      .verdict = PAWL_VERDICT_ACCEPTED,
					      .starts_run = true,
					      .detail = PAWL_STR("{\"delivery\":\"evt_77\"}"),
					      .order_key = PAWL_STR("Customer-5")});
	manual = start_run(f, &(struct pawl_run_row){.workflow_id = 2,
						     .revision = 1,
						     .queued_at_us = 9 * D,
						     .trigger = PAWL_TRIGGER_MANUAL});
	/* While it is implied, and when it has its row. */
	for (int i = 0; i < 2; i++) {
		filter.search = PAWL_STR("customer-5");
		find_runs(f, filter, &keyed, 1);
		filter.search = PAWL_STR("EVT_77");
		find_runs(f, filter, &keyed, 1);
		claim_count(f, 10);
	}
	filter.search = PAWL_STR("connect");
	find_runs(f, filter, &failed, 1);
	filter.search = PAWL_STR("nothing like it");
	find_runs(f, filter, NULL, 0);
	snprintf(text, sizeof text, "%llu", (unsigned long long)failed);
	filter.search = pawl_str_c(text);
	find_runs(f, filter, &failed, 1);
	filter.search = PAWL_STR("");
	filter.triggers = 1U << PAWL_TRIGGER_MANUAL;
	find_runs(f, filter, &manual, 1);
	filter.triggers = 0;
	filter.failure_class = PAWL_STR("network");
	find_runs(f, filter, &failed, 1);
	filter.states = 1U << PAWL_RUN_TIMED_OUT;
	find_runs(f, filter, NULL, 0);
	/* Long before the times of their ids. */
	find_runs(f, (struct pawl_store_list){.to_us = 9 * D}, &keyed, 1);
}

static void
test_a_workflow_shows_how_its_runs_ended(void **state)
{
	struct fixture *f = *state;
	int64_t now_us = pawl_clock_now_us();
	uint64_t id = save_workflow(f, "w",
				    "{\"description\":\"Grüße\",\"tags\":[\"CRM\",\"x\"],"
				    "\"trigger\":{\"type\":\"webhook\"}}");
	uint64_t failed, again;
	struct pawl_store_get get;

	run_at(f, id, now_us - 3 * D, PAWL_RUN_COMPLETED);
	for (unsigned i = 0; i < PAWL_RECENT_RUNS; i++)
		run_at(f, id, now_us - H, PAWL_RUN_COMPLETED);
	failed = run_at(f, id, now_us - H, PAWL_RUN_FAILED);
	again = run_at(f, id, now_us - H, PAWL_RUN_TIMED_OUT);
	fixture_reopen(f, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_OK);
	assert_int_equal(get.workflow->n_recent, PAWL_RECENT_RUNS);
	assert_int_equal(get.workflow->recent[0].id, again);
	assert_int_equal(get.workflow->recent[1].id, failed);
	assert_int_equal(get.workflow->recent[1].state, PAWL_RUN_FAILED);
	assert_int_equal(get.workflow->recent[1].duration_ms, 3000);
	assert_int_equal(get.workflow->day_completed, PAWL_RECENT_RUNS);
	assert_int_equal(get.workflow->day_failed, 2);
	assert_int_equal(get.workflow->last_request_at_us, now_us - H);
	assert_int_equal(get.workflow->last_run_at_us, now_us - H + 2 * S);
	assert_int_equal(get.workflow->last_failure_at_us, now_us - H + 5 * S);
	assert_str(get.workflow->description, "Grüße");
	assert_str(get.workflow->trigger, "webhook");
	assert_str(get.workflow->tags, "[\"CRM\",\"x\"]");
	pawl_store_op_fini(&get.op);

	/* One that is tried again is there once, as it ended last. */
	assert_int_equal(requeue_run(f, failed, true, NULL, 0), PAWL_OK);
	claim_count(f, 10);
	save_state(f, failed, PAWL_RUN_COMPLETED, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_OK);
	assert_int_equal(get.workflow->recent[0].id, failed);
	assert_int_equal(get.workflow->recent[0].state, PAWL_RUN_COMPLETED);
	assert_int_equal(get.workflow->recent[1].id, again);
	pawl_store_op_fini(&get.op);
}

static size_t
find_workflows(struct fixture *f, const char *search, const char *tag)
{
	struct pawl_store_list list;

	list_init(&list, PAWL_STORE_WORKFLOWS);
	list.search = pawl_str_c(search);
	list.tag = pawl_str_c(tag);
	list_rows(f, &list);
	pawl_store_op_fini(&list.op);
	return list.n;
}

static void
test_workflows_are_found_by_name_description_and_tag(void **state)
{
	struct fixture *f = *state;

	save_workflow(f, "Orders", "{\"description\":\"Für ÄRZTE\",\"tags\":[\"Crm\"]}");
	save_workflow(f, "plain", "{}");
	save_workflow(f, "no json", "{");
	assert_int_equal(find_workflows(f, "", ""), 3);
	assert_int_equal(find_workflows(f, "oRDer", ""), 1);
	assert_int_equal(find_workflows(f, "ärzte", ""), 1);
	assert_int_equal(find_workflows(f, "CRM", ""), 1);
	assert_int_equal(find_workflows(f, "nothing", ""), 0);
	assert_int_equal(find_workflows(f, "", "Crm"), 1);
	assert_int_equal(find_workflows(f, "", "cr"), 0);
	assert_int_equal(find_workflows(f, "plain", "Crm"), 0);
}

static void
test_series_count_what_happened_when(void **state)
{
	struct fixture *f = *state;
	/* Of what is older, the store may fold the minutes meanwhile. */
	int64_t now_us = pawl_clock_now_us(), hour_us = now_us - now_us % H;
	int64_t at_us = hour_us + 100 * S; /* its second minute */
	struct pawl_store_series series = {.from_us = hour_us,
					   .step_us = 60 * S,
					   .n_points = 60,
					   .max_failing = 1,
					   .max_silent = 10};
	struct pawl_store_stats_add add = {.at_us = at_us};

	run_at(f, 1, at_us, PAWL_RUN_COMPLETED);
	run_at(f, 2, at_us, PAWL_RUN_FAILED);
	run_at(f, 2, at_us + 60 * S, PAWL_RUN_FAILED);
	run_at(f, 2, at_us + H - 101 * S, PAWL_RUN_FAILED);
	run_at(f, 3, at_us, PAWL_RUN_FAILED);
	run_at(f, 1, at_us - D, PAWL_RUN_FAILED);
	accept_at(f, 1, at_us, "bad_signature: it does not fit");
	accept_at(f, 1, at_us, "of a kind that nobody knows");
	pawl_store_op_init(&add.op, PAWL_STORE_STATS_ADD, NULL);
	add.accept_time[3] = 7;
	assert_int_equal(pawl_store_wait(f->store, &add.op), PAWL_OK);
	pawl_store_op_fini(&add.op);

	read_series(f, &series);
	assert_int_equal(series.points[1].by[PAWL_STAT_REQUESTS + PAWL_VERDICT_ACCEPTED], 3);
	assert_int_equal(series.points[59].by[PAWL_STAT_REQUESTS + PAWL_VERDICT_ACCEPTED], 1);
	assert_int_equal(sum_of(&series, PAWL_STAT_REQUESTS + PAWL_VERDICT_REFUSED), 2);
	assert_int_equal(sum_of(&series, pawl_stat_of_refusal(PAWL_STR("bad_signature"))), 1);
	assert_int_equal(sum_of(&series, PAWL_STAT_REFUSALS), 1);
	assert_int_equal(sum_of(&series, PAWL_STAT_RUNS), 1);
	/* The one at the end began and ended after it. */
	assert_int_equal(sum_of(&series, pawl_stat_of_failure("network")), 3);
	assert_int_equal(sum_of(&series, PAWL_STAT_QUEUE_TIME + pawl_histogram_bucket(2 * S)), 4);
	assert_int_equal(sum_of(&series, PAWL_STAT_RUN_TIME + pawl_histogram_bucket(3 * S)), 4);
	assert_int_equal(sum_of(&series, PAWL_STAT_ACCEPT_TIME + 3), 7);
	assert_int_equal(series.n_failing, 1);
	assert_int_equal(series.failing[0].workflow_id, 2);
	assert_int_equal(series.failing[0].failed, 2);
	pawl_store_op_fini(&series.op);

	series.workflow_id = 3;
	series.max_failing = 0;
	read_series(f, &series);
	assert_int_equal(sum_of(&series, PAWL_STAT_REQUESTS + PAWL_VERDICT_ACCEPTED), 1);
	assert_int_equal(sum_of(&series, pawl_stat_of_failure("network")), 1);
	pawl_store_op_fini(&series.op);
}

/* Anything that is written gives the store an occasion to fold. */
static void
let_fold(struct fixture *f)
{
	fixture_reopen(f, 0);
	accept_verdict(f, 999, PAWL_VERDICT_FILTERED);
	counter_value(f, 999, "requests_filtered");
	fixture_reopen(f, 0);
}

static void
test_series_stay_when_buckets_are_folded(void **state)
{
	struct fixture *f = *state;
	const int64_t spans_us[] = {2 * H, 26 * H, 20 * D};
	int64_t now_us = pawl_clock_now_us(), at_us = now_us - now_us % D;
	struct pawl_store_series series = {.from_us = at_us, .step_us = 6 * H, .n_points = 8};

	for (int64_t minute = 0; minute < 10; minute++)
		run_at(f, 5, at_us + 3 * H + minute * 60 * S, PAWL_RUN_COMPLETED);
	for (size_t i = 0; i <= sizeof spans_us / sizeof spans_us[0]; i++) {
		let_fold(f);
		read_series(f, &series);
		assert_int_equal(series.points[0].by[PAWL_STAT_RUNS], 10);
		assert_int_equal(sum_of(&series, PAWL_STAT_RUNS), 10);
		pawl_store_op_fini(&series.op);
		if (i < sizeof spans_us / sizeof spans_us[0])
			pawl_clock_shift_us(spans_us[i]);
	}
	pawl_clock_shift_us(20 * D); /* past the month that they are kept */
	let_fold(f);
	read_series(f, &series);
	assert_int_equal(sum_of(&series, PAWL_STAT_RUNS), 0);
	pawl_store_op_fini(&series.op);
	for (size_t i = 0; i < sizeof spans_us / sizeof spans_us[0]; i++)
		pawl_clock_shift_us(-spans_us[i]);
	pawl_clock_shift_us(-20 * D);
}

static void
test_usage_says_what_the_disk_holds(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_usage usage = {0};

	accept_run(f, 1);
	pawl_store_op_init(&usage.op, PAWL_STORE_USAGE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &usage.op), PAWL_OK);
	assert_string_equal(usage.kind, f->under_test->name);
	assert_true(usage.database_bytes > usage.database_free_bytes);
	assert_true(usage.journal_bytes > 0);
	assert_true(usage.disk_bytes > usage.disk_free_bytes && usage.disk_free_bytes > 0);
	assert_true(usage.schema_version > 0);
	pawl_store_op_fini(&usage.op);
}

const struct CMUnitTest conform_stats_tests[] = {
	CONFORM_TEST(test_totals_are_those_of_the_rows),
	CONFORM_TEST(test_a_search_stops_and_goes_on),
	CONFORM_TEST(test_runs_are_found_by_what_names_them),
	CONFORM_TEST(test_a_workflow_shows_how_its_runs_ended),
	CONFORM_TEST(test_workflows_are_found_by_name_description_and_tag),
	CONFORM_TEST(test_series_count_what_happened_when),
	CONFORM_TEST(test_series_stay_when_buckets_are_folded),
	CONFORM_TEST(test_usage_says_what_the_disk_holds),
};
const size_t conform_n_stats_tests = sizeof(conform_stats_tests) / sizeof(conform_stats_tests[0]);
