/* The writer's thread: group commit, and what happens when the disk does not take it.
 *
 * A batch is one transaction: first what the journal holds is taken over, then come the writes
 * that wait, as long as the time for a batch lasts. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "store/internal.h"

#define BATCH_US        20000   /* so long may a transaction gather */
#define CROWD_BATCH_US  3000    /* and so long in a crowd */
#define CROWD_US        10000   /* so long a crowd is remembered */
#define HURRY_US        2000000 /* so long at most the writer hurries for an urgent accept */
#define SPARES_AHEAD    8       /* segments that a crowd finds made */
#define PAUSE_FACTOR    8
#define PAUSE_MAX_US    100000
#define LAG_MAX         (256u << 20) /* bytes of the journal that may wait while the writer gives way */
#define COMPANY_US      1000         /* so long an import alone waits for other writes to join it */
#define REPORT_EVERY_US 10000000
#define PROBE_EVERY_US  1000000
/* Added to the thread's nice value: accepting goes before all that comes after it. */
#define WRITER_NICE 5

/* ---- failing and recovering ------------------------------------------------------- */

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
		pawl_trouble_report(&w->trouble, PAWL_EFULL, conn->fault_text);
		pawl_journal_shrink(store->journal);
		return PAWL_EFULL;
	case PAWL_FAULT_IO:
		pawl_trouble_report(&w->trouble, PAWL_EIO, conn->fault_text);
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
		pawl_trouble_report(&w->trouble, PAWL_EIO,
				    problems.len ? problems.items[0].message : "cannot connect");
	pawl_problems_fini(&problems);
	return w->conn != NULL;
}

/* ---- one transaction ---------------------------------------------------------------- */

static void
apply_one(struct pawl_store *store, struct pawl_store_op *op)
{
	if (op->kind == PAWL_STORE_CLAIM && op->is_urgent)
		store->hurried_at_us = 0;
	op->err = store->ops->apply(store->writer.conn, op);
}

/* Those that wait for what was accepted before them are overtaken by those that need not. */
static struct pawl_store_op *
next_write(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	if (w->n_batch == PAWL_BATCH_OPS)
		return NULL;
	return pawl_op_queue_pop_due(&w->writes, w->importing);
}

/* False: a fault. */
static bool
apply_batch(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	int64_t start_us = pawl_clock_mono_us();
	int64_t batch_us = w->is_crowded ? CROWD_BATCH_US : BATCH_US;
	struct pawl_store_op *op;

	if (!pawl_import(store, start_us + (w->writes.first ? batch_us / 2 : batch_us)))
		return false;
	while ((op = next_write(store))) {
		w->batch[w->n_batch++] = op;
		apply_one(store, op);
		if (w->conn->fault)
			return false;
		if (pawl_clock_mono_us() - start_us > batch_us)
			break;
	}
	return true;
}

static void
note_effects(struct pawl_store *store)
{
	const struct pawl_effects *effects = &store->writer.conn->effects;
	int64_t oldest_us = 0;

	store->writer.has_queued |= effects->has_queued;
	if (!effects->unclaimed && !effects->has_dequeued)
		return;
	if (effects->has_dequeued)
		oldest_us = store->ops->oldest_unclaimed(store->writer.conn);
	pthread_mutex_lock(&store->lock);
	store->runs_unclaimed += effects->unclaimed;
	if (effects->has_dequeued)
		/* What is left in the journal came after what was taken over last. */
		store->oldest_unclaimed_at_us =
			oldest_us ? oldest_us : store->writer.last_received_at_us;
	else if (store->runs_unclaimed == effects->unclaimed ||
		 effects->first_queued_at_us < store->oldest_unclaimed_at_us)
		store->oldest_unclaimed_at_us = effects->first_queued_at_us;
	pthread_mutex_unlock(&store->lock);
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
		pawl_trouble_over(&store->writer.trouble);
	note_effects(store);
	pawl_import_committed(store);
	return true;
}

static void
fail_batch(struct pawl_store *store, size_t from, enum pawl_err err)
{
	struct pawl_writer *w = &store->writer;

	for (size_t i = from; i < w->n_batch; i++)
		w->batch[i]->err = err;
	w->trouble.n_failed += w->n_batch - from;
}

/* Something was refused for what is in it: each gets a transaction of its own, and only that one
 * fails. */
static void
retry_one_by_one(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	enum pawl_err err = PAWL_EIO;

	w->is_careful = true;
	if (is_connected(store) && store->ops->begin(w->conn) && pawl_import(store, INT64_MAX) &&
	    commit(store))
		err = PAWL_OK;
	else if (w->conn)
		err = handle_fault(store);
	w->is_careful = false;
	for (size_t i = 0; i < w->n_batch; i++) {
		if (err || !is_connected(store)) {
			fail_batch(store, i, err ? err : PAWL_EIO);
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
take_all(struct pawl_writer *w)
{
	struct pawl_store_op *op;

	while (w->n_batch < PAWL_BATCH_OPS && (op = pawl_op_queue_pop(&w->writes)))
		w->batch[w->n_batch++] = op;
}

static void
run_batch(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	enum pawl_fault fault;
	enum pawl_err err;

	w->has_queued = false;
	if (!is_connected(store)) {
		take_all(w);
		fail_batch(store, 0, PAWL_EIO);
	} else if (!store->ops->begin(w->conn) || !apply_batch(store) || !commit(store)) {
		fault = w->conn->fault;
		err = handle_fault(store);
		if (fault == PAWL_FAULT_STATEMENT) {
			retry_one_by_one(store);
		} else {
			/* Also those that wait for an import that does not come about. */
			take_all(w);
			fail_batch(store, 0, err);
		}
	}
	pawl_store_finish(store, w->batch, w->n_batch);
	w->n_batch = 0;
	if (w->has_queued && store->on_work)
		store->on_work(store->ctx);
}

static void
wake_readers(struct pawl_store *store)
{
	pthread_mutex_lock(&store->lock);
	if (store->reads.first)
		pthread_cond_broadcast(&store->reader_wake);
	pthread_mutex_unlock(&store->lock);
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

/* Nobody waits for this. False: there is more to be done at once. */
static bool
tidy(struct pawl_store *store, bool is_idle)
{
	struct pawl_writer *w = &store->writer;
	bool more = false;

	if (!w->conn)
		return true;
	w->conn->fault = PAWL_FAULT_NONE;
	store->ops->tidy(w->conn, is_idle);
	if (!w->conn->fault)
		more = pawl_retain(store, is_idle);
	if (w->conn->fault == PAWL_FAULT_FULL)
		report_chore(w, w->conn->fault_text);
	else if (w->conn->fault)
		handle_fault(store);
	return !more;
}

/* While writing fails and nobody tries: whoever asks is told that the store is failing, and
 * perhaps asks no more. */
static void
probe(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	if (pawl_store_has_to_import(store)) {
		run_batch(store);
		wake_readers(store);
		return;
	}
	if (!is_connected(store))
		return;
	if (store->ops->begin(w->conn))
		store->ops->probe(w->conn);
	if (w->conn->fault || !commit(store))
		handle_fault(store);
}

/* Under the lock, while there is nothing to write, or the last write failed; false when the time
 * for a probe, or for chores, has come. */
static bool
sleep_until_woken(struct pawl_store *store)
{
	int64_t due_us = store->writer.trouble.err ? pawl_clock_mono_us() + PROBE_EVERY_US
						   : pawl_retain_due(store);
	struct timespec until = pawl_timespec_at(due_us);
	int rc = 0;

	store->is_writer_asleep = true;
	if (due_us < INT64_MAX)
		rc = pthread_cond_timedwait(&store->writer_wake, &store->lock, &until);
	else
		pthread_cond_wait(&store->writer_wake, &store->lock);
	store->is_writer_asleep = false;
	return rc != ETIMEDOUT;
}

/* Under the lock. The claim that follows an accept can share the transaction of its import. */
static void
await_company(struct pawl_store *store)
{
	struct timespec until = pawl_timespec_at(pawl_clock_mono_us() + COMPANY_US);
	int rc = 0;

	store->is_writer_asleep = true;
	while (!rc && !store->writes.first && !store->reads.first && !store->is_stopping)
		rc = pthread_cond_timedwait(&store->writer_wake, &store->lock, &until);
	store->is_writer_asleep = false;
}

/* Under the lock. While writing fails, what is only to be imported waits for the probe. */
static bool
has_work(const struct pawl_store *store)
{
	return store->writes.first || store->writer.writes.first ||
	       (!store->writer.trouble.err && pawl_store_has_to_import(store));
}

/* Nothing is to be written: chores, or a probe, each without the lock. */
static void
idle(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	bool is_due = w->is_tidy && !sleep_until_woken(store);

	if (w->is_tidy && !is_due)
		return;
	pthread_mutex_unlock(&store->lock);
	if (is_due && w->trouble.err) {
		probe(store);
		w->is_tidy = true;
	} else {
		w->is_tidy = tidy(store, true);
	}
	pthread_mutex_lock(&store->lock);
}

/* ---- giving way ------------------------------------------------------------------------- */

/* The engine can wait; whoever asked for something else is a person or a program that looks on. */
static bool
has_caller(const struct pawl_op_queue *queue)
{
	for (const struct pawl_store_op *op = queue->first; op; op = op->next)
		if ((op->kind != PAWL_STORE_CLAIM && op->kind != PAWL_STORE_SAVE) || op->is_urgent)
			return true;
	return false;
}

static bool
has_to_give_way(const struct pawl_store *store)
{
	int64_t now_us = pawl_clock_mono_us();

	return now_us - store->crowded_at_us < CROWD_US &&
	       now_us - store->hurried_at_us > HURRY_US && !store->is_stopping &&
	       !store->writer.trouble.err &&
	       pawl_journal_bytes_from(store->journal, store->keyed) < LAG_MAX &&
	       !has_caller(&store->reads) && !has_caller(&store->writes) &&
	       !has_caller(&store->writer.writes);
}

/* Under the lock. Accepting goes before the rest also where the disk is what both want: while
 * accepts come in crowds, each batch is followed by a pause, many times its own length. What is
 * accepted meanwhile waits in the journal, which must not run out of segments; the backlog drains
 * when the crowd is gone. */
static void
give_way(struct pawl_store *store)
{
	int64_t pause_us = store->writer.batch_us * PAUSE_FACTOR;
	int64_t until_us =
		pawl_clock_mono_us() + (pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US);
	struct timespec step;
	int64_t now_us;

	store->writer.is_crowded = has_to_give_way(store);
	while (has_to_give_way(store) && (now_us = pawl_clock_mono_us()) < until_us) {
		pthread_mutex_unlock(&store->lock);
		pawl_journal_prepare(store->journal, SPARES_AHEAD);
		pthread_mutex_lock(&store->lock);
		step = pawl_timespec_at(now_us + CROWD_US < until_us ? now_us + CROWD_US
								     : until_us);
		pthread_cond_timedwait(&store->writer_wake, &store->lock, &step);
	}
}

/* Fills the writer's own queue. False: the end. What only the journal holds then stays there. */
static bool
wait_for_work(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_store_op *op;
	bool is_end;

	pthread_mutex_lock(&store->lock);
	while (!has_work(store) && !store->is_stopping)
		idle(store);
	give_way(store);
	if (!store->writes.first && !w->writes.first && !store->is_stopping)
		await_company(store);
	while ((op = pawl_op_queue_pop(&store->writes)))
		pawl_op_queue_push(&w->writes, op);
	is_end = !w->writes.first && store->is_stopping;
	pthread_mutex_unlock(&store->lock);
	return !is_end;
}

void
pawl_writer_main(struct pawl_store *store)
{
	if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + WRITER_NICE) != 0)
		pawl_log(PAWL_LOG_DEBUG, "writer_priority", PAWL_F_C("message", strerror(errno)));
	pawl_buf_init(&store->writer.payload, UINT32_MAX);
	while (wait_for_work(store)) {
		int64_t start_us = pawl_clock_mono_us();

		run_batch(store);
		wake_readers(store);
		tidy(store, false);
		store->writer.is_tidy = false;
		store->writer.batch_us = pawl_clock_mono_us() - start_us;
	}
	pawl_buf_fini(&store->writer.payload);
}
