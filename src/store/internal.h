/* The store behind its door: queues, the writer thread, the pool of readers.
 *
 * `lock` guards what stands below it; everything under `writer` is the writer thread's own;
 * atomics are written by the writer and read by anybody. Private to store.c, writer.c and
 * readers.c. */
#ifndef PAWL_STORE_INTERNAL_H
#define PAWL_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/backend.h"

#define PAWL_STORE_MAGIC 0x53544f52
/* Accepts in one transaction, and all ops in one transaction. */
#define PAWL_BATCH_ACCEPTS 256
#define PAWL_BATCH_OPS     1280
/* A connection that failed is opened again at most this often. */
#define PAWL_RECONNECT_US 1000000

struct pawl_op_queue {
	struct pawl_store_op *first, *last;
};

struct pawl_writer {
	pthread_t thread;
	struct pawl_conn *conn; /* NULL: has to be opened again */
	int64_t connected_at_us;
	struct pawl_op_queue writes; /* taken from the store's queue, not yet in a batch */
	struct pawl_store_op *batch[PAWL_BATCH_OPS];
	size_t n_batch;
	int64_t sliced_at_us; /* other writes had their last turn */
	bool is_tidy;
	bool has_queued; /* the batch put runs into the queue */
	/* While writing fails. */
	int64_t failing_since_us, reported_at_us, chore_reported_at_us;
	uint64_t n_failed;
};

struct pawl_reader {
	pthread_t thread;
	struct pawl_store *store;
	struct pawl_conn *conn;
	unsigned generation;
	int64_t connected_at_us, reported_at_us;
};

struct pawl_store {
	unsigned magic;
	const struct pawl_backend_ops *ops;
	struct pawl_backend *backend;
	size_t max_queued_accepts, max_queued_bytes;
	void (*on_work)(void *ctx);
	void *ctx;
	struct pawl_writer writer;
	struct pawl_reader *readers;
	size_t n_readers;

	pthread_mutex_t lock;
	pthread_cond_t writer_wake, reader_wake, finished;
	struct pawl_op_queue accepts, writes, reads;
	size_t queued_bytes;
	size_t n_pending; /* submitted and not handed back */
	bool is_writer_asleep;
	bool is_stopping;

	atomic_size_t queued_accepts;
	atomic_size_t accepts_waiting; /* those of them that are in no batch yet */
	atomic_uint generation;        /* grows when all connections have to be opened again */
	atomic_uint_least64_t commits, commit_us_total, runs_unclaimed;
	atomic_int_least64_t oldest_unclaimed_at_us;
	atomic_bool failing;
};

void pawl_op_queue_push(struct pawl_op_queue *queue, struct pawl_store_op *op);
struct pawl_store_op *pawl_op_queue_pop(struct pawl_op_queue *queue);
/* Hands a batch back: err is set in each. Any of them may be freed by its done. */
void pawl_store_finish(struct pawl_store *store, struct pawl_store_op **ops, size_t n);

/* The writer's thread takes over writer.conn. */
void pawl_writer_main(struct pawl_store *store);
void pawl_reader_main(struct pawl_reader *reader);

#endif
