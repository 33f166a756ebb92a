/* The door: submitting, handing back, opening and closing. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/id.h"
#include "store/internal.h"
#include "store/request_record.h"

#define MAX_READERS 16
/* Of what one turn of a loop brings: so many are worth a commit before it has ended. */
#define FOLLOWED_MAX 16

/* ---- ops ------------------------------------------------------------------------ */

void
pawl_store_op_init(struct pawl_store_op *op, enum pawl_store_kind kind,
		   void (*done)(struct pawl_store_op *op))
{
	op->next = NULL;
	op->waiter = NULL;
	op->kind = kind;
	op->err = PAWL_OK;
	op->is_urgent = false;
	op->audit = NULL;
	op->events = NULL;
	op->done = done;
	pawl_arena_init(&op->arena, kind == PAWL_STORE_CLAIM ? 64 * 1024 : 0);
}

void
pawl_store_op_fini(struct pawl_store_op *op)
{
	pawl_arena_fini(&op->arena);
}

void
pawl_op_queue_push(struct pawl_op_queue *queue, struct pawl_store_op *op)
{
	op->next = NULL;
	if (queue->last)
		queue->last->next = op;
	else
		queue->first = op;
	queue->last = op;
}

struct pawl_store_op *
pawl_op_queue_pop_due(struct pawl_op_queue *queue, uint64_t place)
{
	struct pawl_store_op **link = &queue->first, *op, *before = NULL;

	while ((op = *link) && op->after > place) {
		before = op;
		link = &op->next;
	}
	if (!op)
		return NULL;
	*link = op->next;
	if (!op->next)
		queue->last = before;
	op->next = NULL;
	return op;
}

struct pawl_store_op *
pawl_op_queue_pop(struct pawl_op_queue *queue)
{
	return pawl_op_queue_pop_due(queue, UINT64_MAX);
}

size_t
pawl_store_accept_bytes(const struct pawl_store_op *op)
{
	const struct pawl_request_row *row = &((const struct pawl_store_accept *)op)->request;

	return row->body.len + row->headers.len + row->target.len + row->detail.len;
}

/* ---- submitting and handing back -------------------------------------------------- */

/* Under the lock. The condition to signal, or NULL when its thread is awake. */
static pthread_cond_t *
enqueue(struct pawl_store *store, struct pawl_store_op *op)
{
	bool was_asleep;

	op->after =
		pawl_store_kind_follows_accepts(op->kind) ? pawl_journal_end(store->journal) : 0;
	if (!pawl_store_kind_is_write(op->kind)) {
		pawl_op_queue_push(&store->reads, op);
		/* An import that waits for company has it now. */
		if (op->after > store->imported && store->is_writer_asleep)
			pthread_cond_signal(&store->writer_wake);
		return &store->reader_wake;
	}
	pawl_op_queue_push(&store->writes, op);
	was_asleep = store->is_writer_asleep;
	store->is_writer_asleep = false;
	/* Awake, but giving way, perhaps. */
	return was_asleep || op->is_urgent ? &store->writer_wake : NULL;
}

/* Under the lock. The condition to signal, or NULL when it is awake. */
static pthread_cond_t *
wake_acceptor(struct pawl_store *store)
{
	bool was_asleep = store->is_acceptor_asleep;

	store->is_acceptor_asleep = false;
	return was_asleep ? &store->acceptor_wake : NULL;
}

/* Under the lock. */
static enum pawl_err
enqueue_accept(struct pawl_store *store, struct pawl_store_op *op, pthread_cond_t **wake)
{
	size_t bytes = pawl_store_accept_bytes(op), queued = store->queued_accepts;

	if (queued >= store->max_queued_accepts ||
	    (queued && bytes > store->max_queued_bytes - store->queued_bytes))
		return PAWL_EFULL;
	store->queued_accepts = queued + 1;
	store->queued_bytes += bytes < store->max_queued_bytes - store->queued_bytes
				       ? bytes
				       : store->max_queued_bytes - store->queued_bytes;
	pawl_op_queue_push(&store->accepts, op);
	/* Of the others, pawl_store_flush will tell. */
	if (!((struct pawl_store_accept *)op)->is_followed || ++store->followed >= FOLLOWED_MAX)
		*wake = wake_acceptor(store);
	return PAWL_OK;
}

void
pawl_store_flush(struct pawl_store *store)
{
	pthread_cond_t *wake;

	if (!atomic_load_explicit(&store->followed, memory_order_relaxed))
		return;
	pthread_mutex_lock(&store->lock);
	wake = wake_acceptor(store);
	pthread_mutex_unlock(&store->lock);
	if (wake)
		pthread_cond_signal(wake);
}

enum pawl_err
pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op)
{
	bool is_followed =
		op->kind == PAWL_STORE_ACCEPT && ((struct pawl_store_accept *)op)->is_followed;
	pthread_cond_t *wake = NULL;
	enum pawl_err err = PAWL_OK;

	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	PAWL_ASSERT(op->done || op->waiter);
	pthread_mutex_lock(&store->lock);
	if (op->kind != PAWL_STORE_ACCEPT)
		wake = enqueue(store, op);
	else
		err = enqueue_accept(store, op, &wake);
	if (!err)
		store->n_pending++;
	/* Under the lock: what was just submitted keeps the store open only until it is done. Who
	 * is woken there runs into the lock, so not where a flush, and with it an open store, is
	 * still to come. */
	if (wake && !is_followed)
		pthread_cond_signal(wake);
	pthread_mutex_unlock(&store->lock);
	if (wake && is_followed)
		pthread_cond_signal(wake);
	return err;
}

void
pawl_store_wake_writer(struct pawl_store *store)
{
	pthread_mutex_lock(&store->lock);
	/* It may be awake and giving way, and has to stop that. */
	if (store->is_writer_asleep || store->hurried_at_us)
		pthread_cond_signal(&store->writer_wake);
	pthread_mutex_unlock(&store->lock);
}

void
pawl_store_wake_acceptor(struct pawl_store *store)
{
	pthread_mutex_lock(&store->lock);
	if (store->is_acceptor_asleep)
		pthread_cond_signal(&store->acceptor_wake);
	pthread_mutex_unlock(&store->lock);
}

/* The accounts first: done may free the op. */
static void
settle_accepts(struct pawl_store *store, struct pawl_store_op **ops, size_t n)
{
	size_t n_accepts = 0, bytes = 0;

	for (size_t i = 0; i < n; i++) {
		if (ops[i]->kind == PAWL_STORE_ACCEPT) {
			n_accepts++;
			bytes += pawl_store_accept_bytes(ops[i]);
		}
	}
	if (!n_accepts)
		return;
	pthread_mutex_lock(&store->lock);
	store->queued_accepts -= n_accepts;
	/* An accept that is greater than the whole limit was counted as no more than it. */
	store->queued_bytes -= bytes < store->queued_bytes ? bytes : store->queued_bytes;
	if (!store->queued_accepts)
		store->queued_bytes = 0;
	pthread_mutex_unlock(&store->lock);
}

void
pawl_store_finish(struct pawl_store *store, struct pawl_store_op **ops, size_t n)
{
	bool has_waiter = false;

	settle_accepts(store, ops, n);
	for (size_t i = 0; i < n; i++) {
		if (ops[i]->waiter) {
			has_waiter = true;
			continue;
		}
		ops[i]->done(ops[i]);
		ops[i] = NULL; /* freed, perhaps */
	}
	pthread_mutex_lock(&store->lock);
	for (size_t i = 0; has_waiter && i < n; i++)
		if (ops[i])
			*ops[i]->waiter = true;
	store->n_pending -= n;
	if (has_waiter || !store->n_pending)
		pthread_cond_broadcast(&store->finished);
	pthread_mutex_unlock(&store->lock);
}

enum pawl_err
pawl_store_wait(struct pawl_store *store, struct pawl_store_op *op)
{
	bool is_done = false;
	enum pawl_err err;

	op->waiter = &is_done;
	err = pawl_store_submit(store, op);
	if (err) {
		op->waiter = NULL;
		return op->err = err;
	}
	pthread_mutex_lock(&store->lock);
	while (!is_done)
		pthread_cond_wait(&store->finished, &store->lock);
	pthread_mutex_unlock(&store->lock);
	op->waiter = NULL;
	return op->err;
}

void
pawl_store_stats(const struct pawl_store *store, struct pawl_store_stats *out)
{
	int64_t unclaimed = store->runs_unclaimed;

	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	*out = (struct pawl_store_stats){
		.queued_accepts = store->queued_accepts,
		.commits = store->commits,
		.commit_us_total = store->commit_us_total,
		.journal_commits = store->journal_commits,
		.journal_us_total = store->journal_us_total,
		.runs_unclaimed = unclaimed > 0 ? (uint64_t)unclaimed : 0,
		.oldest_unclaimed_at_us = unclaimed > 0 ? store->oldest_unclaimed_at_us : 0,
		.failing = store->acceptor.trouble.err || store->writer.trouble.err,
	};
}

/* ---- opening and closing ------------------------------------------------------------ */

static void *
run_acceptor(void *arg)
{
	pawl_acceptor_main(arg);
	return NULL;
}

static void *
run_writer(void *arg)
{
	pawl_writer_main(arg);
	return NULL;
}

static void *
run_reader(void *arg)
{
	pawl_reader_main(arg);
	return NULL;
}

/* Signals are the main thread's business. */
static void
start_thread(pthread_t *thread, void *(*main)(void *), void *arg, const char *name)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(thread, NULL, main, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	PAWL_ASSERT(rc == 0);
	pthread_setname_np(*thread, name);
}

static struct pawl_store *
new_store(const struct pawl_store_config *config)
{
	struct pawl_store *store = pawl_calloc(1, sizeof(*store));
	pthread_condattr_t attr;

	store->magic = PAWL_STORE_MAGIC;
	store->dir = pawl_memdup0(config->url.ptr, config->url.len);
	store->ops = &pawl_sqlite_backend_ops;
	store->max_queued_accepts = config->max_queued_accepts ? config->max_queued_accepts : 8192;
	store->max_queued_bytes = config->max_queued_bytes ? config->max_queued_bytes : 64 << 20;
	store->on_work = config->on_work;
	store->ctx = config->ctx;
	store->acceptor.trouble.tell = store->writer.trouble.tell = config->on_trouble;
	store->acceptor.trouble.ctx = store->writer.trouble.ctx = config->ctx;
	store->n_readers = config->n_readers ? config->n_readers : 2;
	if (store->n_readers > MAX_READERS)
		store->n_readers = MAX_READERS;
	store->readers = pawl_calloc(store->n_readers, sizeof(*store->readers));
	pthread_mutex_init(&store->lock, NULL);
	pawl_dedup_init(&store->dedup);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&store->acceptor_wake, &attr);
	pthread_cond_init(&store->writer_wake, &attr);
	pthread_cond_init(&store->reader_wake, &attr);
	pthread_cond_init(&store->finished, &attr);
	pthread_condattr_destroy(&attr);
	return store;
}

static void
free_store(struct pawl_store *store)
{
	pawl_dedup_fini(store);
	pawl_retainer_fini(store);
	pawl_journal_close(store->journal);
	store->ops->disconnect(store->writer.conn);
	store->ops->close(store->backend);
	pthread_cond_destroy(&store->finished);
	pthread_cond_destroy(&store->reader_wake);
	pthread_cond_destroy(&store->writer_wake);
	pthread_cond_destroy(&store->acceptor_wake);
	pthread_mutex_destroy(&store->lock);
	free(store->readers);
	free(store->dir);
	store->magic = 0;
	free(store);
}

struct backlog {
	struct pawl_store *store;
	int64_t n_runs, first_us;
	uint64_t last_id;
};

static void
count_record(void *ctx, uint64_t place, struct pawl_str record)
{
	struct backlog *backlog = ctx;
	struct pawl_request_row row;

	if (pawl_request_record_decode(record, &row) != PAWL_OK)
		return;
	pawl_dedup_recover(backlog->store, &row);
	if (place < backlog->store->imported || row.flags & PAWL_REQUEST_RELEASED)
		return; /* what is released has an old id, and is counted when it is taken over */
	backlog->last_id = row.id;
	if (row.starts_run && !backlog->n_runs++)
		backlog->first_us = row.received_at_us;
}

/* The backlog that the last process left behind, in the tables and in the journal. */
static enum pawl_err
recover(struct pawl_store *store, const struct pawl_store_config *config, uint64_t blamed_run,
	struct pawl_problems *problems)
{
	struct pawl_journal_config journal = {.dir = store->dir,
					      .max_bytes = config->max_journal_bytes,
					      .io = config->journal_io};
	struct pawl_conn *conn = store->writer.conn;
	struct backlog backlog = {.store = store};
	uint64_t unclaimed = 0, keyed = 0;
	enum pawl_err err = PAWL_OK;

	if (!store->ops->journal_places(conn, &journal.reached, &keyed))
		err = PAWL_EIO;
	store->imported = journal.reached;
	store->keyed = keyed;
	store->writer.has_keys = keyed < store->imported;
	if (!err)
		err = store->ops->recover(conn, blamed_run, &unclaimed);
	if (err) {
		pawl_problems_add(problems, "", "cannot recover the runs: %s", conn->fault_text);
		return err;
	}
	err = pawl_journal_open(&journal, keyed, count_record, &backlog, &store->journal, problems);
	if (err)
		return err;
	pawl_id_advance(backlog.last_id);
	pawl_dedup_committed(store, pawl_journal_end(store->journal));
	store->runs_unclaimed = (int64_t)unclaimed + backlog.n_runs;
	store->oldest_unclaimed_at_us = store->ops->oldest_unclaimed(conn);
	if (!store->oldest_unclaimed_at_us)
		store->oldest_unclaimed_at_us = backlog.first_us;
	return PAWL_OK;
}

enum pawl_err
pawl_store_open(const struct pawl_store_config *config, uint64_t blamed_run,
		struct pawl_store **out, struct pawl_problems *problems)
{
	struct pawl_store *store = new_store(config);
	enum pawl_err err;

	*out = NULL;
	err = store->ops->open(config->url, &store->backend, problems);
	if (!err)
		err = store->ops->connect(store->backend, true, &store->writer.conn, problems);
	if (!err)
		err = recover(store, config, blamed_run, problems);
	if (err) {
		free_store(store);
		return err;
	}
	store->writer.connected_at_us = pawl_clock_mono_us();
	start_thread(&store->acceptor.thread, run_acceptor, store, "pawl-accept");
	start_thread(&store->writer.thread, run_writer, store, "pawl-writer");
	for (size_t i = 0; i < store->n_readers; i++) {
		store->readers[i].store = store;
		start_thread(&store->readers[i].thread, run_reader, &store->readers[i],
			     "pawl-reader");
	}
	pawl_dedup_start(store);
	*out = store;
	return PAWL_OK;
}

void
pawl_store_close(struct pawl_store *store)
{
	if (!store)
		return;
	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	pawl_dedup_stop(store);
	pthread_mutex_lock(&store->lock);
	pthread_cond_broadcast(&store->acceptor_wake);
	/* What is done may submit what follows it. */
	while (store->n_pending)
		pthread_cond_wait(&store->finished, &store->lock);
	store->is_stopping = true;
	pthread_cond_broadcast(&store->reader_wake);
	pthread_cond_broadcast(&store->writer_wake);
	pthread_cond_broadcast(&store->acceptor_wake);
	pthread_mutex_unlock(&store->lock);
	for (size_t i = 0; i < store->n_readers; i++)
		pthread_join(store->readers[i].thread, NULL);
	pthread_join(store->acceptor.thread, NULL);
	pthread_join(store->writer.thread, NULL);
	free_store(store);
}
