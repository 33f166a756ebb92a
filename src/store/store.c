/* The door: submitting, handing back, opening and closing. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "store/internal.h"

#define MAX_READERS 16

/* ---- ops ------------------------------------------------------------------------ */

void
pawl_store_op_init(struct pawl_store_op *op, enum pawl_store_kind kind,
		   void (*done)(struct pawl_store_op *op))
{
	op->next = NULL;
	op->waiter = NULL;
	op->kind = kind;
	op->err = PAWL_OK;
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
pawl_op_queue_pop(struct pawl_op_queue *queue)
{
	struct pawl_store_op *op = queue->first;

	if (!op)
		return NULL;
	queue->first = op->next;
	if (!queue->first)
		queue->last = NULL;
	op->next = NULL;
	return op;
}

static size_t
accept_bytes(const struct pawl_store_op *op)
{
	const struct pawl_request_row *row = &((const struct pawl_store_accept *)op)->request;

	return row->body.len + row->headers.len + row->target.len + row->detail.len;
}

/* ---- submitting and handing back -------------------------------------------------- */

static enum pawl_err
enqueue_accept(struct pawl_store *store, struct pawl_store_op *op)
{
	size_t bytes = accept_bytes(op), queued = store->queued_accepts;

	if (queued >= store->max_queued_accepts ||
	    (queued && bytes > store->max_queued_bytes - store->queued_bytes))
		return PAWL_EFULL;
	store->queued_accepts = queued + 1;
	store->accepts_waiting++;
	store->queued_bytes += bytes < store->max_queued_bytes - store->queued_bytes
				       ? bytes
				       : store->max_queued_bytes - store->queued_bytes;
	pawl_op_queue_push(&store->accepts, op);
	return PAWL_OK;
}

enum pawl_err
pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op)
{
	bool is_write = pawl_store_kind_is_write(op->kind), has_to_wake = true;
	enum pawl_err err = PAWL_OK;

	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	PAWL_ASSERT(op->done || op->waiter);
	pthread_mutex_lock(&store->lock);
	if (op->kind == PAWL_STORE_ACCEPT)
		err = enqueue_accept(store, op);
	else
		pawl_op_queue_push(is_write ? &store->writes : &store->reads, op);
	if (!err)
		store->n_pending++;
	if (is_write) {
		has_to_wake = store->is_writer_asleep;
		store->is_writer_asleep = false;
	}
	pthread_mutex_unlock(&store->lock);
	if (has_to_wake)
		pthread_cond_signal(is_write ? &store->writer_wake : &store->reader_wake);
	return err;
}

/* The accounts first: done may free the op. */
static void
settle_accepts(struct pawl_store *store, struct pawl_store_op **ops, size_t n)
{
	size_t n_accepts = 0, bytes = 0;

	for (size_t i = 0; i < n; i++) {
		if (ops[i]->kind == PAWL_STORE_ACCEPT) {
			n_accepts++;
			bytes += accept_bytes(ops[i]);
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
	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	*out = (struct pawl_store_stats){
		.queued_accepts = store->queued_accepts,
		.commits = store->commits,
		.commit_us_total = store->commit_us_total,
		.runs_unclaimed = store->runs_unclaimed,
		.oldest_unclaimed_at_us = store->oldest_unclaimed_at_us,
		.failing = store->failing,
	};
}

/* ---- opening and closing ------------------------------------------------------------ */

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
	store->ops = &pawl_sqlite_backend_ops;
	store->max_queued_accepts = config->max_queued_accepts ? config->max_queued_accepts : 8192;
	store->max_queued_bytes = config->max_queued_bytes ? config->max_queued_bytes : 64 << 20;
	store->on_work = config->on_work;
	store->ctx = config->ctx;
	store->n_readers = config->n_readers ? config->n_readers : 2;
	if (store->n_readers > MAX_READERS)
		store->n_readers = MAX_READERS;
	store->readers = pawl_calloc(store->n_readers, sizeof(*store->readers));
	pthread_mutex_init(&store->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&store->writer_wake, &attr);
	pthread_cond_init(&store->reader_wake, &attr);
	pthread_cond_init(&store->finished, &attr);
	pthread_condattr_destroy(&attr);
	return store;
}

static void
free_store(struct pawl_store *store)
{
	store->ops->disconnect(store->writer.conn);
	store->ops->close(store->backend);
	pthread_cond_destroy(&store->finished);
	pthread_cond_destroy(&store->reader_wake);
	pthread_cond_destroy(&store->writer_wake);
	pthread_mutex_destroy(&store->lock);
	free(store->readers);
	store->magic = 0;
	free(store);
}

/* The backlog that the last process left behind. */
static enum pawl_err
recover(struct pawl_store *store, uint64_t blamed_run, struct pawl_problems *problems)
{
	struct pawl_conn *conn = store->writer.conn;
	uint64_t unclaimed = 0;
	enum pawl_err err;

	err = store->ops->recover(conn, blamed_run, &unclaimed);
	if (err) {
		pawl_problems_add(problems, "", "cannot recover the runs: %s", conn->fault_text);
		return err;
	}
	store->runs_unclaimed = unclaimed;
	store->oldest_unclaimed_at_us = store->ops->oldest_unclaimed(conn);
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
		err = recover(store, blamed_run, problems);
	if (err) {
		free_store(store);
		return err;
	}
	store->writer.connected_at_us = pawl_clock_mono_us();
	start_thread(&store->writer.thread, run_writer, store, "pawl-writer");
	for (size_t i = 0; i < store->n_readers; i++) {
		store->readers[i].store = store;
		start_thread(&store->readers[i].thread, run_reader, &store->readers[i],
			     "pawl-reader");
	}
	*out = store;
	return PAWL_OK;
}

void
pawl_store_close(struct pawl_store *store)
{
	if (!store)
		return;
	PAWL_CHECK_OBJ(store, PAWL_STORE_MAGIC);
	pthread_mutex_lock(&store->lock);
	/* What is done may submit what follows it. */
	while (store->n_pending)
		pthread_cond_wait(&store->finished, &store->lock);
	store->is_stopping = true;
	pthread_cond_broadcast(&store->reader_wake);
	pthread_cond_broadcast(&store->writer_wake);
	pthread_mutex_unlock(&store->lock);
	for (size_t i = 0; i < store->n_readers; i++)
		pthread_join(store->readers[i].thread, NULL);
	pthread_join(store->writer.thread, NULL);
	free_store(store);
}
