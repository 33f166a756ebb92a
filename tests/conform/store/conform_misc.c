/* Tokens, settings, and the rules of the door: order, hand-back, closing. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store_conformance.h"

static enum pawl_err
add_token(struct fixture *f, const char *name, const char *hash, uint64_t *id)
{
	struct pawl_store_token op = {
		.token = {.name = pawl_str_c(name), .hash = pawl_str_c(hash), .created_at_us = 3}};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_TOKEN_ADD, NULL);
	err = pawl_store_wait(f->store, &op.op);
	pawl_store_op_fini(&op.op);
	*id = op.id;
	return err;
}

static void
test_tokens_are_kept_by_name(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	struct pawl_store_get get;
	uint64_t a, b, other;

	assert_int_equal(add_token(f, "b", "\x01\xff", &b), PAWL_OK);
	assert_int_equal(add_token(f, "a", "\x02", &a), PAWL_OK);
	assert_int_equal(add_token(f, "a", "\x03", &other), PAWL_ECONFLICT);
	assert_int_equal(add_token(f, "c", "\x02", &other), PAWL_ECONFLICT);
	fixture_reopen(f, 0);
	list_init(&list, PAWL_STORE_TOKENS);
	list_rows(f, &list);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.tokens[0].id, a);
	assert_str(list.tokens[1].name, "b");
	assert_str(list.tokens[1].hash, "\x01\xff");
	pawl_store_op_fini(&list.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_TOKEN_REMOVE, a), PAWL_OK);
	pawl_store_op_fini(&get.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_TOKEN_REMOVE, a), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);
	assert_int_equal(add_token(f, "a", "\x02", &a), PAWL_OK);
}

static struct pawl_str
setting(struct fixture *f, struct pawl_store_setting *op, enum pawl_store_kind kind)
{
	pawl_store_op_init(&op->op, kind, NULL);
	assert_int_equal(pawl_store_wait(f->store, &op->op), PAWL_OK);
	return op->value;
}

static void
test_settings_are_set_once_or_replaced(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_setting get = {.key = PAWL_STR("k")};
	struct pawl_store_setting first = {
		.key = PAWL_STR("k"), .value = PAWL_STR("one"), .only_new = true};
	struct pawl_store_setting again = {
		.key = PAWL_STR("k"), .value = PAWL_STR("two"), .only_new = true};
	struct pawl_store_setting empty = {.key = PAWL_STR("k"), .value = PAWL_STR("")};

	assert_null(setting(f, &get, PAWL_STORE_SETTING).ptr);
	assert_str(setting(f, &first, PAWL_STORE_SETTING_SET), "one");
	assert_str(setting(f, &again, PAWL_STORE_SETTING_SET), "one");
	pawl_store_op_fini(&again.op);
	again.only_new = false;
	again.value = PAWL_STR("two");
	assert_str(setting(f, &again, PAWL_STORE_SETTING_SET), "two");
	fixture_reopen(f, 0);
	assert_str(setting(f, &get, PAWL_STORE_SETTING), "two");
	/* An empty value is set, and not the same as none. */
	setting(f, &empty, PAWL_STORE_SETTING_SET);
	pawl_store_op_fini(&get.op);
	setting(f, &get, PAWL_STORE_SETTING);
	assert_non_null(get.value.ptr);
	assert_int_equal(get.value.len, 0);
	pawl_store_op_fini(&get.op);
	pawl_store_op_fini(&first.op);
	pawl_store_op_fini(&again.op);
	pawl_store_op_fini(&empty.op);
}

/* ---- many at once --------------------------------------------------------------------- */

#define N_OPS 2000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t n_done, n_failed;
static uint64_t done_ids[N_OPS]; /* by the order of submission */

static void
on_accepted(struct pawl_store_op *op)
{
	struct pawl_store_accept *accept = (struct pawl_store_accept *)op;

	pthread_mutex_lock(&lock);
	n_failed += op->err != PAWL_OK;
	done_ids[(uintptr_t)op->ctx] = accept->request_id;
	n_done++;
	pthread_mutex_unlock(&lock);
	/* The op is its submitter's again, from the first moment of done on. */
	pawl_store_op_fini(op);
	free(accept);
}

static void
submit_accepts(struct fixture *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pawl_store_accept *accept = calloc(1, sizeof(*accept));

		pawl_store_op_init(&accept->op, PAWL_STORE_ACCEPT, on_accepted);
		accept->op.ctx = (void *)(uintptr_t)i;
		accept->request = (struct pawl_request_row){.workflow_id = 1 + i % 3,
							    .received_at_us = 10,
							    .verdict = PAWL_VERDICT_ACCEPTED,
							    .starts_run = true,
							    .body = PAWL_STR("x")};
		assert_int_equal(pawl_store_submit(f->store, &accept->op), PAWL_OK);
	}
}

static void
test_close_carries_out_what_was_submitted(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_stats stats;

	n_done = n_failed = 0;
	submit_accepts(f, N_OPS);
	fixture_reopen(f, 0);
	assert_int_equal(n_done, N_OPS);
	assert_int_equal(n_failed, 0);
	for (size_t i = 1; i < N_OPS; i++)
		assert_true(done_ids[i] > done_ids[i - 1]);
	pawl_store_stats(f->store, &stats);
	assert_int_equal(stats.runs_unclaimed, N_OPS);
	assert_int_equal(stats.queued_accepts, 0);
	assert_int_equal(counter_value(f, 0, "requests_accepted"), N_OPS);
}

static void *
claim_all(void *arg)
{
	struct fixture *f = arg;
	size_t *n = calloc(1, sizeof(*n));

	while (*n < N_OPS)
		*n += claim_count(f, 50);
	return n;
}

/* Claims run while accepts still come in; each run is claimed once. */
static void
test_claims_keep_up_with_concurrent_accepts(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	pthread_t thread;
	void *n;

	n_done = n_failed = 0;
	assert_int_equal(pthread_create(&thread, NULL, claim_all, f), 0);
	submit_accepts(f, N_OPS);
	/* Whatever is listed meanwhile is in order and without doubles. */
	for (int i = 0; i < 20; i++) {
		list_init(&list, PAWL_STORE_RUNS);
		list_rows(f, &list);
		for (size_t k = 1; k < list.n; k++)
			assert_true(list.runs[k].id < list.runs[k - 1].id);
		pawl_store_op_fini(&list.op);
	}
	pthread_join(thread, &n);
	assert_int_equal(*(size_t *)n, N_OPS);
	free(n);
	assert_int_equal(claim_count(f, 10), 0);
	assert_int_equal(counter_value(f, 0, "runs_dequeued"), N_OPS);
}

const struct CMUnitTest conform_misc_tests[] = {
	CONFORM_TEST(test_tokens_are_kept_by_name),
	CONFORM_TEST(test_settings_are_set_once_or_replaced),
	CONFORM_TEST(test_close_carries_out_what_was_submitted),
	CONFORM_TEST(test_claims_keep_up_with_concurrent_accepts),
};
const size_t conform_n_misc_tests = sizeof(conform_misc_tests) / sizeof(conform_misc_tests[0]);
