#include "store_conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pawl_store_under_test *current;

static void
open_store(struct fixture *f, uint64_t blamed_run)
{
	struct pawl_store_config config = {.url = pawl_str_c(f->url)};
	struct pawl_problems problems = {0};
	enum pawl_err err = pawl_store_open(&config, blamed_run, &f->store, &problems);

	if (err)
		fprintf(stderr, "%s: %s\n", problems.items[0].where, problems.items[0].message);
	assert_int_equal(err, PAWL_OK);
	pawl_problems_fini(&problems);
}

int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->under_test = current;
	f->url = current->create();
	open_store(f, 0);
	*state = f;
	return 0;
}

int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	pawl_store_close(f->store);
	f->under_test->destroy(f->url);
	free(f);
	return 0;
}

void
fixture_reopen(struct fixture *f, uint64_t blamed_run)
{
	pawl_store_close(f->store);
	open_store(f, blamed_run);
}

/* ---- shorthands ------------------------------------------------------------------- */

uint64_t
accept_row(struct fixture *f, const struct pawl_request_row *row)
{
	struct pawl_store_accept op = {0};

	pawl_store_op_init(&op.op, PAWL_STORE_ACCEPT, NULL);
	op.request = *row;
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	pawl_store_op_fini(&op.op);
	return op.request_id;
}

uint64_t
accept_verdict(struct fixture *f, uint64_t workflow_id, enum pawl_verdict verdict)
{
	return accept_row(f,
			  &(struct pawl_request_row){.workflow_id = workflow_id,
						     .revision = 1,
						     .received_at_us = 1000,
						     .method = PAWL_STR("POST"),
						     .target = PAWL_STR("/hook/x"),
						     .ip = PAWL_STR("192.0.2.1"),
						     .verdict = verdict,
						     .starts_run = verdict == PAWL_VERDICT_ACCEPTED,
						     .status = 202});
}

uint64_t
accept_run(struct fixture *f, uint64_t workflow_id)
{
	return accept_verdict(f, workflow_id, PAWL_VERDICT_ACCEPTED);
}

void
claim_runs(struct fixture *f, struct pawl_store_claim *claim, size_t limit, int64_t now_us,
	   const uint64_t *blocked, size_t n_blocked)
{
	*claim = (struct pawl_store_claim){
		.limit = limit, .now_us = now_us, .blocked = blocked, .n_blocked = n_blocked};
	pawl_store_op_init(&claim->op, PAWL_STORE_CLAIM, NULL);
	assert_int_equal(pawl_store_wait(f->store, &claim->op), PAWL_OK);
}

size_t
claim_count(struct fixture *f, size_t limit)
{
	struct pawl_store_claim claim;

	claim_runs(f, &claim, limit, 5000, NULL, 0);
	pawl_store_op_fini(&claim.op);
	return claim.n_records;
}

enum pawl_err
save_row(struct fixture *f, uint64_t run_id, const struct pawl_run_row *run)
{
	struct pawl_store_save op = {.run_id = run_id, .has_run = true, .run = *run};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_SAVE, NULL);
	err = pawl_store_wait(f->store, &op.op);
	pawl_store_op_fini(&op.op);
	return err;
}

enum pawl_err
save_state(struct fixture *f, uint64_t run_id, enum pawl_run_state state, int64_t wake_at_us)
{
	return save_row(f, run_id,
			&(struct pawl_run_row){
				.state = state, .started_at_us = 2000, .wake_at_us = wake_at_us});
}

void
save_nodes(struct fixture *f, uint64_t run_id, const struct pawl_node_row *nodes, size_t n)
{
	struct pawl_store_save op = {.run_id = run_id, .nodes = nodes, .n_nodes = n};

	pawl_store_op_init(&op.op, PAWL_STORE_SAVE, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	pawl_store_op_fini(&op.op);
}

uint64_t
start_run(struct fixture *f, const struct pawl_run_row *run)
{
	struct pawl_store_start_run op = {.run = *run};

	pawl_store_op_init(&op.op, PAWL_STORE_START_RUN, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op.op), PAWL_OK);
	pawl_store_op_fini(&op.op);
	return op.run_id;
}

enum pawl_err
requeue_run(struct fixture *f, uint64_t run_id, bool from_start, const uint32_t *drop,
	    size_t n_drop)
{
	struct pawl_store_requeue op = {
		.run_id = run_id, .from_start = from_start, .drop_seqs = drop, .n_drop = n_drop};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_REQUEUE, NULL);
	err = pawl_store_wait(f->store, &op.op);
	pawl_store_op_fini(&op.op);
	return err;
}

enum pawl_err
get_row(struct fixture *f, struct pawl_store_get *get, enum pawl_store_kind kind, uint64_t id)
{
	*get = (struct pawl_store_get){.id = id};
	pawl_store_op_init(&get->op, kind, NULL);
	return pawl_store_wait(f->store, &get->op);
}

enum pawl_run_state
run_state(struct fixture *f, uint64_t run_id)
{
	struct pawl_store_get get;
	enum pawl_run_state state;

	assert_int_equal(get_row(f, &get, PAWL_STORE_RUN, run_id), PAWL_OK);
	state = get.record->run.state;
	pawl_store_op_fini(&get.op);
	return state;
}

void
list_init(struct pawl_store_list *list, enum pawl_store_kind kind)
{
	*list = (struct pawl_store_list){.limit = 1000};
	pawl_store_op_init(&list->op, kind, NULL);
}

void
list_rows(struct fixture *f, struct pawl_store_list *list)
{
	assert_int_equal(pawl_store_wait(f->store, &list->op), PAWL_OK);
}

int64_t
counter_value(struct fixture *f, uint64_t workflow_id, const char *name)
{
	struct pawl_store_list list;
	int64_t value = 0;

	list_init(&list, PAWL_STORE_COUNTERS);
	list.workflow_id = workflow_id;
	list_rows(f, &list);
	for (size_t i = 0; i < list.n; i++)
		if (pawl_str_eq_c(list.counters[i].name, name))
			value += list.counters[i].value;
	pawl_store_op_fini(&list.op);
	return value;
}

void
assert_str(struct pawl_str s, const char *expected)
{
	assert_int_equal(s.len, strlen(expected));
	assert_memory_equal(s.ptr, expected, s.len);
}

/* ---- the suite ---------------------------------------------------------------------- */

int
pawl_store_conformance(const struct pawl_store_under_test *under_test)
{
	int failed = 0;

	current = under_test;
	print_message("store: %s\n", under_test->name);
	failed += _cmocka_run_group_tests("audit", conform_audit_tests, conform_n_audit_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("users", conform_user_tests, conform_n_user_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("triggers", conform_trigger_tests,
					  conform_n_trigger_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("dedup", conform_dedup_tests, conform_n_dedup_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("intake", conform_intake_tests, conform_n_intake_tests,
					  NULL, NULL);
	failed +=
		_cmocka_run_group_tests("runs", conform_run_tests, conform_n_run_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("lists", conform_list_tests, conform_n_list_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("workflows", conform_workflow_tests,
					  conform_n_workflow_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("misc", conform_misc_tests, conform_n_misc_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("order", conform_order_tests, conform_n_order_tests, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("replay", conform_replay_tests, conform_n_replay_tests,
					  NULL, NULL);
	failed += _cmocka_run_group_tests("building", conform_building_tests,
					  conform_n_building_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("quarantine", conform_quarantine_tests,
					  conform_n_quarantine_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("retention", conform_retention_tests,
					  conform_n_retention_tests, NULL, NULL);
	failed += _cmocka_run_group_tests("stats", conform_stats_tests, conform_n_stats_tests, NULL,
					  NULL);
	return failed;
}
