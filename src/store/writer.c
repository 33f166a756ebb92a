/* The writer's thread: group commit, and what happens when the disk does not take it.
 *
 * A batch is one transaction: first the accepts that wait, then other writes as long as the time
 * for them lasts. Accepting goes before running: while accepts wait, the others get a slice. */
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "store/internal.h"

#define SLICE_US        2000  /* of other writes while accepts come */
#define SLICE_ALONE_US  20000 /* while none do */
#define SLICE_EVERY_US  25000 /* that often under a flood of accepts */
#define FLOOD_ACCEPTS   16    /* so many in one batch are a flood */
#define REPORT_EVERY_US 10000000
#define PROBE_EVERY_US  1000000

/* ---- failing and recovering ------------------------------------------------------- */

static void
report_failure(struct pawl_store *store, const char *kind, const char *text)
{
	struct pawl_writer *w = &store->writer;
	int64_t now_us = pawl_clock_mono_us();

	if (!store->failing) {
		w->failing_since_us = now_us;
		w->reported_at_us = 0;
		w->n_failed = 0;
		store->failing = true;
	}
	if (w->reported_at_us && now_us - w->reported_at_us < REPORT_EVERY_US)
		return;
	w->reported_at_us = now_us;
	pawl_log(PAWL_LOG_ERROR, "store_failed", PAWL_F_C("kind", kind), PAWL_F_C("reason", text),
		 PAWL_F_INT("failed_ops", w->n_failed));
}

static void
report_success(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	if (!store->failing)
		return;
	store->failing = false;
	pawl_log(PAWL_LOG_WARN, "store_recovered",
		 PAWL_F_INT("after_ms", (pawl_clock_mono_us() - w->failing_since_us) / 1000),
		 PAWL_F_INT("failed_ops", w->n_failed));
}

/* After an I/O error nobody knows what the kernel still has of the pages that it could not
 * write: nothing is tried again on that handle. */
static enum pawl_err
handle_fault(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_conn *conn = w->conn;
	enum pawl_fault fault = conn->fault;

	store->ops->rollback(conn);
	switch (fault) {
	case PAWL_FAULT_NONE:
		return PAWL_OK;
	case PAWL_FAULT_STATEMENT:
		pawl_log(PAWL_LOG_ERROR, "store_statement_failed",
			 PAWL_F_C("reason", conn->fault_text));
		return PAWL_EIO;
	case PAWL_FAULT_FULL:
		report_failure(store, "full", conn->fault_text);
		return PAWL_EFULL;
	case PAWL_FAULT_IO:
		report_failure(store, "io", conn->fault_text);
		store->ops->disconnect(conn);
		w->conn = NULL;
		store->generation++;
		return PAWL_EIO;
	}
	return PAWL_EIO;
}

static bool
is_connected(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_problems problems = {0};
	int64_t now_us;

	if (w->conn)
		return true;
	now_us = pawl_clock_mono_us();
	if (now_us - w->connected_at_us < PAWL_RECONNECT_US)
		return false;
	w->connected_at_us = now_us;
	if (store->ops->connect(store->backend, true, &w->conn, &problems) != PAWL_OK)
		report_failure(store, "io",
			       problems.len ? problems.items[0].message : "cannot connect");
	pawl_problems_fini(&problems);
	return w->conn != NULL;
}

/* ---- one transaction ---------------------------------------------------------------- */

static void
apply_one(struct pawl_store *store, struct pawl_store_op *op)
{
	op->err = store->ops->apply(store->writer.conn, op);
}

/* The accepts are in the batch already; other writes join it. False: a fault. */
static bool
apply_batch(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_store_op *op;
	int64_t start_us, spent_us = 0;

	for (size_t i = 0; i < w->n_batch; i++) {
		apply_one(store, w->batch[i]);
		if (w->conn->fault)
			return false;
	}
	if (!w->writes.first)
		return true;
	start_us = pawl_clock_mono_us();
	/* Under a flood the rest waits for its turn: the backlog drains when the flood is over. */
	if (w->n_batch >= FLOOD_ACCEPTS && start_us - w->sliced_at_us < SLICE_EVERY_US)
		return true;
	w->sliced_at_us = start_us;
	while (w->n_batch < PAWL_BATCH_OPS && (op = pawl_op_queue_pop(&w->writes))) {
		w->batch[w->n_batch++] = op;
		apply_one(store, op);
		if (w->conn->fault)
			return false;
		spent_us = pawl_clock_mono_us() - start_us;
		if (spent_us > SLICE_ALONE_US || (spent_us > SLICE_US && store->accepts_waiting))
			break;
	}
	return true;
}

static void
note_effects(struct pawl_store *store)
{
	const struct pawl_effects *effects = &store->writer.conn->effects;
	int64_t oldest_us = store->oldest_unclaimed_at_us;

	store->runs_unclaimed += (uint64_t)effects->unclaimed;
	store->writer.has_queued |= effects->has_queued;
	if (!store->runs_unclaimed)
		oldest_us = 0;
	else if (effects->has_dequeued)
		oldest_us = store->ops->oldest_unclaimed(store->writer.conn);
	else if (effects->first_queued_at_us &&
		 (!oldest_us || effects->first_queued_at_us < oldest_us))
		oldest_us = effects->first_queued_at_us;
	store->oldest_unclaimed_at_us = oldest_us;
}

static bool
commit(struct pawl_store *store)
{
	struct pawl_conn *conn = store->writer.conn;
	int64_t start_us = pawl_clock_mono_us();

	PAWL_CRASH_POINT("store.before_commit");
	if (!store->ops->commit(conn))
		return false;
	PAWL_CRASH_POINT("store.after_commit");
	store->commits++;
	store->commit_us_total += (uint64_t)(pawl_clock_mono_us() - start_us);
	if (conn->effects.has_written)
		report_success(store);
	note_effects(store);
	return true;
}

static void
fail_batch(struct pawl_store *store, size_t from, enum pawl_err err)
{
	struct pawl_writer *w = &store->writer;

	for (size_t i = from; i < w->n_batch; i++)
		w->batch[i]->err = err;
	w->n_failed += w->n_batch - from;
}

/* One of the batch was refused for what is in it: each gets a transaction of its own, and only
 * that one fails. */
static void
retry_one_by_one(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	for (size_t i = 0; i < w->n_batch; i++) {
		if (!is_connected(store)) {
			fail_batch(store, i, PAWL_EIO);
			return;
		}
		if (store->ops->begin(w->conn))
			apply_one(store, w->batch[i]);
		if (w->conn->fault == PAWL_FAULT_NONE && commit(store))
			continue;
		w->batch[i]->err = handle_fault(store);
	}
}

static void
run_batch(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_store_op *op;
	enum pawl_fault fault;
	enum pawl_err err;

	w->has_queued = false;
	if (!is_connected(store)) {
		while (w->n_batch < PAWL_BATCH_OPS && (op = pawl_op_queue_pop(&w->writes)))
			w->batch[w->n_batch++] = op;
		fail_batch(store, 0, PAWL_EIO);
	} else if (!store->ops->begin(w->conn) || !apply_batch(store) || !commit(store)) {
		fault = w->conn->fault;
		err = handle_fault(store);
		if (fault == PAWL_FAULT_STATEMENT)
			retry_one_by_one(store);
		else
			fail_batch(store, 0, err);
	}
	pawl_store_finish(store, w->batch, w->n_batch);
	w->n_batch = 0;
	if (w->has_queued && store->on_work)
		store->on_work(store->ctx);
}

/* ---- the thread ----------------------------------------------------------------------- */

/* What is written is safe where it is, and writing may still go well: this is no failure yet. */
static void
report_chore(struct pawl_writer *w, const char *text)
{
	int64_t now_us = pawl_clock_mono_us();

	if (w->chore_reported_at_us && now_us - w->chore_reported_at_us < REPORT_EVERY_US)
		return;
	w->chore_reported_at_us = now_us;
	pawl_log(PAWL_LOG_WARN, "store_tidy_failed", PAWL_F_C("reason", text));
}

/* Nobody waits for this. */
static void
tidy(struct pawl_store *store, bool is_idle)
{
	struct pawl_writer *w = &store->writer;

	if (!w->conn)
		return;
	w->conn->fault = PAWL_FAULT_NONE;
	store->ops->tidy(w->conn, is_idle);
	if (w->conn->fault == PAWL_FAULT_FULL)
		report_chore(w, w->conn->fault_text);
	else if (w->conn->fault)
		handle_fault(store);
}

/* While writing fails and nobody tries: whoever asks is told that the store is failing, and
 * perhaps asks no more. */
static void
probe(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	if (!is_connected(store))
		return;
	if (store->ops->begin(w->conn))
		store->ops->probe(w->conn);
	if (w->conn->fault || !commit(store))
		handle_fault(store);
}

/* Under the lock; false when the time for a probe has come. */
static bool
sleep_until_woken(struct pawl_store *store)
{
	struct timespec until;
	int rc = 0;

	store->is_writer_asleep = true;
	if (store->failing) {
		int64_t at_us = pawl_clock_mono_us() + PROBE_EVERY_US;

		until.tv_sec = at_us / 1000000;
		until.tv_nsec = at_us % 1000000 * 1000;
		rc = pthread_cond_timedwait(&store->writer_wake, &store->lock, &until);
	} else {
		pthread_cond_wait(&store->writer_wake, &store->lock);
	}
	store->is_writer_asleep = false;
	return rc != ETIMEDOUT;
}

static void
take(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_store_op *op;

	while (w->n_batch < PAWL_BATCH_ACCEPTS && (op = pawl_op_queue_pop(&store->accepts)))
		w->batch[w->n_batch++] = op;
	store->accepts_waiting -= w->n_batch;
	while ((op = pawl_op_queue_pop(&store->writes)))
		pawl_op_queue_push(&w->writes, op);
}

/* Fills the batch with accepts, and the writer's own queue with the rest. False: the end. */
static bool
wait_for_work(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	bool has_work;

	pthread_mutex_lock(&store->lock);
	while (!store->accepts.first && !store->writes.first && !w->writes.first &&
	       !store->is_stopping) {
		bool has_to_probe = false;

		if (w->is_tidy)
			has_to_probe = !sleep_until_woken(store);
		if (!w->is_tidy || has_to_probe) {
			pthread_mutex_unlock(&store->lock);
			if (has_to_probe)
				probe(store);
			else
				tidy(store, true);
			w->is_tidy = true;
			pthread_mutex_lock(&store->lock);
		}
	}
	take(store);
	has_work = w->n_batch || w->writes.first;
	pthread_mutex_unlock(&store->lock);
	return has_work;
}

void
pawl_writer_main(struct pawl_store *store)
{
	while (wait_for_work(store)) {
		run_batch(store);
		tidy(store, false);
		store->writer.is_tidy = false;
	}
}
