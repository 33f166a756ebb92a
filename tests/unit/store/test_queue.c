/* The queue in front of the disk: bounds, order, and what is told to whom. */
#include "store_testing.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static size_t n_done;
static struct pawl_store_op *order[64];

static void
on_done(struct pawl_store_op *op)
{
	pthread_mutex_lock(&lock);
	order[n_done++] = op;
	pthread_cond_signal(&wake);
	pthread_mutex_unlock(&lock);
}

/* Holds up the thread that carried it out until the test opens the gate. */
static void
on_done_at_gate(struct pawl_store_op *op)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	on_done(op);
}

static void
await(size_t n)
{
	pthread_mutex_lock(&lock);
	while (n_done < n)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

static void
init_accept(struct pawl_store_accept *op, struct pawl_str body)
{
	pawl_store_op_init(&op->op, PAWL_STORE_ACCEPT, on_done);
	op->is_followed = false;
	op->on_id = NULL;
	op->request = (struct pawl_request_row){
		.workflow_id = 1, .received_at_us = 10, .body = body, .starts_run = true};
}

static void
init_setting(struct pawl_store_setting *op, void (*done)(struct pawl_store_op *))
{
	*op = (struct pawl_store_setting){.key = PAWL_STR("k"), .value = PAWL_STR("v")};
	pawl_store_op_init(&op->op, PAWL_STORE_SETTING_SET, done);
}

/* A write whose done hangs at the gate: other writes stay in the queue from now on. */
static void
block_writer(struct pawl_store *store, struct pawl_store_setting *op)
{
	n_done = 0;
	init_setting(op, on_done_at_gate);
	pthread_mutex_lock(&gate);
	assert_int_equal(pawl_store_submit(store, &op->op), PAWL_OK);
	for (struct pawl_store_stats stats = {0}; !stats.commits; usleep(1000))
		pawl_store_stats(store, &stats);
}

/* The same for accepts. */
static void
block_acceptor(struct pawl_store *store, struct pawl_store_accept *blocker)
{
	n_done = 0;
	init_accept(blocker, PAWL_STR("x"));
	blocker->op.done = on_done_at_gate;
	pthread_mutex_lock(&gate);
	assert_int_equal(pawl_store_submit(store, &blocker->op), PAWL_OK);
	for (struct pawl_store_stats stats = {0}; !stats.journal_commits; usleep(1000))
		pawl_store_stats(store, &stats);
}

static struct pawl_store *
open_bounded(const char *dir, size_t max_accepts, size_t max_bytes)
{
	struct pawl_store_config config = {.url = pawl_str_c(dir),
					   .max_queued_accepts = max_accepts,
					   .max_queued_bytes = max_bytes};
	struct pawl_store *store;

	assert_int_equal(pawl_store_open(&config, 0, &store, NULL), PAWL_OK);
	return store;
}

static void
test_accepts_past_the_limit_are_refused_at_once(void **state)
{
	struct pawl_store *store = open_bounded(*state, 4, 0);
	struct pawl_store_accept blocker, ops[5];
	struct pawl_store_setting other;
	struct pawl_store_stats stats;

	block_acceptor(store, &blocker);
	for (int i = 0; i < 5; i++)
		init_accept(&ops[i], PAWL_STR("x"));
	for (int i = 0; i < 4; i++)
		assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &ops[4].op), PAWL_EFULL);
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.queued_accepts, 4);
	/* Other writes are not counted among them. */
	init_setting(&other, on_done);
	assert_int_equal(pawl_store_submit(store, &other.op), PAWL_OK);
	pthread_mutex_unlock(&gate);
	await(6);
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.queued_accepts, 0);
	assert_int_equal(pawl_store_submit(store, &ops[4].op), PAWL_OK);
	await(7);
	pawl_store_close(store);
}

static void
test_accepts_past_the_bytes_are_refused(void **state)
{
	struct pawl_store *store = open_bounded(*state, 0, 1000);
	struct pawl_store_accept blocker, ops[3], large;
	static char body[2000];

	block_acceptor(store, &blocker);
	for (int i = 0; i < 3; i++)
		init_accept(&ops[i], pawl_str(body, 400));
	assert_int_equal(pawl_store_submit(store, &ops[0].op), PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &ops[1].op), PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &ops[2].op), PAWL_EFULL);
	pthread_mutex_unlock(&gate);
	await(3);
	/* One that is greater than the limit goes in alone, or it never would. */
	init_accept(&large, pawl_str(body, sizeof(body)));
	assert_int_equal(pawl_store_submit(store, &large.op), PAWL_OK);
	await(4);
	assert_int_equal(large.op.err, PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &ops[2].op), PAWL_OK);
	await(5);
	pawl_store_close(store);
}

static void
test_accepts_do_not_wait_for_other_writes(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_setting blocker, first, second;
	struct pawl_store_accept accept;

	block_writer(store, &blocker);
	init_setting(&first, on_done);
	init_setting(&second, on_done);
	init_accept(&accept, PAWL_STR("x"));
	assert_int_equal(pawl_store_submit(store, &first.op), PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &second.op), PAWL_OK);
	assert_int_equal(pawl_store_submit(store, &accept.op), PAWL_OK);
	await(1);
	assert_ptr_equal(order[0], &accept.op);
	pthread_mutex_unlock(&gate);
	await(4);
	assert_ptr_equal(order[2], &first.op);
	assert_ptr_equal(order[3], &second.op);
	pawl_store_close(store);
}

static void
test_what_waits_together_shares_a_commit(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_accept blocker, ops[40];
	struct pawl_store_stats before, after;

	block_acceptor(store, &blocker);
	for (int i = 0; i < 40; i++) {
		init_accept(&ops[i], PAWL_STR("x"));
		assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
	}
	pawl_store_stats(store, &before);
	pthread_mutex_unlock(&gate);
	await(41);
	pawl_store_stats(store, &after);
	assert_int_equal(after.journal_commits, before.journal_commits + 1);
	assert_true(after.journal_us_total > before.journal_us_total);
	pawl_store_close(store);
}

static void
test_followed_accepts_wait_for_the_flush(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_accept ops[3], many[16];
	struct pawl_store_stats stats;

	/* The acceptor sleeps when its chores are done. */
	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	n_done = 0;
	for (int i = 0; i < 3; i++) {
		init_accept(&ops[i], PAWL_STR("x"));
		ops[i].is_followed = i < 2;
		assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
	}
	await(3);
	for (int i = 0; i < 3; i++) {
		ops[i].is_followed = true;
		assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
	}
	pawl_store_flush(store);
	await(6);
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.queued_accepts, 0);
	/* Sixteen are worth a commit before that. */
	for (int i = 0; i < 16; i++) {
		init_accept(&many[i], PAWL_STR("x"));
		many[i].is_followed = true;
		assert_int_equal(pawl_store_submit(store, &many[i].op), PAWL_OK);
	}
	await(22);
	/* Nor are they forgotten when nobody flushes. */
	assert_int_equal(pawl_store_submit(store, &ops[0].op), PAWL_OK);
	pawl_store_close(store);
	await(23);
}

/* Twenty crowds in a row that each wait for most of what a crowd is made to wait at most. */
static void
test_a_crowd_is_slowed_down_at_the_limit_of_bytes(void **state)
{
	static struct pawl_store_accept ops[64];
	struct pawl_store *store = open_store(*state);
	unsigned n_slow = 0;

	/* Less than an empty database has; that it is so is measured soon. */
	pawl_store_retain(store, &(struct pawl_retention){.bytes = 4096});
	for (unsigned round = 0; n_slow < 20; round++) {
		int64_t start_us = pawl_clock_mono_us();

		assert_true(round < 20000);
		n_done = 0;
		for (size_t i = 0; i < 64; i++) {
			init_accept(&ops[i], PAWL_STR("x"));
			ops[i].is_followed = true;
			assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
		}
		pawl_store_flush(store);
		await(64);
		n_slow = pawl_clock_mono_us() - start_us > 80000 ? n_slow + 1 : 0;
	}
	pawl_store_close(store);
}

/* ---- what was accepted is seen by all that is submitted later ------------------------------ */

static void
test_reads_and_writes_see_what_was_accepted_before(void **state)
{
	struct pawl_store *store = open_store(*state);

	for (int i = 0; i < 200; i++) {
		struct pawl_store_claim claim = {.limit = 1, .now_us = 1};
		uint64_t id;

		assert_int_equal(accept_one(store, &id), PAWL_OK);
		if (i % 2)
			assert_true(has_request(store, id));
		pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
		assert_int_equal(pawl_store_wait(store, &claim.op), PAWL_OK);
		assert_int_equal(claim.n_records, 1);
		assert_true(claim.records[0].run.id == id);
		pawl_store_op_fini(&claim.op);
	}
	pawl_store_close(store);
}

/* ---- on_work ------------------------------------------------------------------------------ */

static atomic_int n_work;

static void
on_work(void *ctx)
{
	*(bool *)ctx = true;
	n_work++;
}

static void
test_on_work_is_called_for_what_is_queued_only(void **state)
{
	bool called = false;
	struct pawl_store_config config = {
		.url = pawl_str_c(*state), .on_work = on_work, .ctx = &called};
	struct pawl_store_setting setting;
	struct pawl_store *store;

	n_work = 0;
	assert_int_equal(pawl_store_open(&config, 0, &store, NULL), PAWL_OK);
	init_setting(&setting, NULL);
	assert_int_equal(pawl_store_wait(store, &setting.op), PAWL_OK);
	assert_int_equal(accept_body(store, 1, PAWL_STR("x"), NULL), PAWL_OK);
	pawl_store_close(store);
	assert_true(called);
	assert_int_equal(n_work, 1);
}

/* ---- ops that submit ops -------------------------------------------------------------------- */

static struct pawl_store *chain_store;
static struct pawl_store_accept chain[20];
static atomic_size_t n_chain;

static void
submit_next(struct pawl_store_op *op)
{
	size_t i = ++n_chain;

	assert_int_equal(op->err, PAWL_OK);
	if (i == 20)
		return;
	init_accept(&chain[i], PAWL_STR("x"));
	chain[i].op.done = submit_next;
	assert_int_equal(pawl_store_submit(chain_store, &chain[i].op), PAWL_OK);
}

static void
test_close_waits_for_what_done_submits(void **state)
{
	chain_store = open_store(*state);
	n_chain = 0;
	init_accept(&chain[0], PAWL_STR("x"));
	chain[0].op.done = submit_next;
	assert_int_equal(pawl_store_submit(chain_store, &chain[0].op), PAWL_OK);
	pawl_store_close(chain_store);
	assert_int_equal(n_chain, 20);
}

/* ---- a crowd ----------------------------------------------------------------------------------
 */

static atomic_bool is_crowd_over;
static atomic_size_t n_crowd, n_crowd_gone;

static void
accept_again(struct pawl_store_op *op)
{
	assert_int_equal(op->err, PAWL_OK);
	n_crowd++;
	if (is_crowd_over)
		n_crowd_gone++;
	else
		assert_int_equal(pawl_store_submit(op->ctx, op), PAWL_OK);
}

static void
test_a_crowd_starves_nobody(void **state)
{
	struct pawl_store *store = open_store(*state);
	static struct pawl_store_accept crowd[64];
	size_t n_claimed = 0;
	uint64_t id;

	is_crowd_over = false;
	n_crowd = n_crowd_gone = 0;
	for (int i = 0; i < 64; i++) {
		init_accept(&crowd[i], PAWL_STR("x"));
		crowd[i].op.done = accept_again;
		crowd[i].op.ctx = store;
		assert_int_equal(pawl_store_submit(store, &crowd[i].op), PAWL_OK);
	}
	for (int i = 0; i < 5; i++) {
		struct pawl_store_claim claim = {.limit = 50, .now_us = 1};

		pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
		assert_int_equal(pawl_store_wait(store, &claim.op), PAWL_OK);
		n_claimed += claim.n_records;
		pawl_store_op_fini(&claim.op);
		assert_int_equal(accept_one(store, &id), PAWL_OK);
		assert_true(has_request(store, id));
	}
	assert_true(n_claimed > 0);
	is_crowd_over = true;
	while (n_crowd_gone < 64)
		usleep(1000);
	assert_true(n_crowd > 64);
	pawl_store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(test_accepts_past_the_limit_are_refused_at_once),
		DIR_TEST(test_accepts_past_the_bytes_are_refused),
		DIR_TEST(test_accepts_do_not_wait_for_other_writes),
		DIR_TEST(test_what_waits_together_shares_a_commit),
		DIR_TEST(test_followed_accepts_wait_for_the_flush),
		DIR_TEST(test_a_crowd_is_slowed_down_at_the_limit_of_bytes),
		DIR_TEST(test_reads_and_writes_see_what_was_accepted_before),
		DIR_TEST(test_on_work_is_called_for_what_is_queued_only),
		DIR_TEST(test_close_waits_for_what_done_submits),
		DIR_TEST(test_a_crowd_starves_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
