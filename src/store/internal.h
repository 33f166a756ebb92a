/* The store behind its door: queues, the acceptor's threads, the writer's, the pool of readers.
 *
 * `lock` guards what stands below it; what stands under `writer` is that thread's own; atomics are
 * read by anybody. Private to store.c, acceptor.c, writer.c, import.c and readers.c. */
#ifndef PAWL_STORE_INTERNAL_H
#define PAWL_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "store/backend.h"
#include "store/dedup.h"
#include "store/journal.h"
#include "store/trouble.h"

#define PAWL_STORE_MAGIC 0x53544f52
/* Accepts in one commit of the journal; ops in one transaction. */
#define PAWL_BATCH_ACCEPTS 256
#define PAWL_BATCH_OPS     1024
/* A connection that failed is opened again at most this often. */
#define PAWL_RECONNECT_US 1000000

struct pawl_op_queue {
	struct pawl_store_op *first, *last;
};

/* The acceptor's own, but for `trouble`. */
struct pawl_acceptor {
	pthread_t thread;
	int64_t committed_at_us; /* the last commit began */
	unsigned crowd;          /* smoothed size of batches, times CROWD_SCALE */
	bool is_prepared;        /* nothing is left to do before sleeping */
	struct pawl_trouble trouble;
};

/* The limits of what is kept. */
struct pawl_retainer {
	struct pawl_retaining *items; /* the writer's own; by workflow ids */
	size_t n, cap, next;
	int64_t spared_us;           /* a crowd had its way since; monotonic */
	struct pawl_retention *news; /* said and not taken over yet; guarded by the lock */
	size_t n_news, cap_news;
	/* For the acceptor, of the limit of bytes of all: what it is (0: none), what was in use
	 * when it was measured, and the place up to which the journal was taken over then. */
	atomic_uint_least64_t max_bytes, used_bytes, used_at;
};

struct pawl_writer {
	pthread_t thread;
	struct pawl_conn *conn; /* NULL: has to be opened again */
	int64_t connected_at_us;
	struct pawl_op_queue writes; /* taken from the store's queue, not yet in a batch */
	struct pawl_store_op *batch[PAWL_BATCH_OPS];
	size_t n_batch;
	uint64_t importing;          /* place in the journal, as of the open transaction */
	uint64_t keying;             /* likewise: up to it, keys are in the table */
	bool has_keys;               /* there are some between the two */
	struct pawl_buf payload;     /* the frame that is imported */
	int64_t last_received_at_us; /* of the request that was imported last */
	int64_t batch_us;            /* that the last one took */
	bool is_crowded;             /* accepts came in crowds when the batch began */
	bool is_careful;             /* a record of the journal may be refused */
	bool is_tidy;
	bool has_queued; /* the batch put runs into the queue */
	struct pawl_trouble trouble;
	int64_t chore_reported_at_us;
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
	struct pawl_journal *journal;
	char *dir;
	size_t max_queued_accepts, max_queued_bytes;
	void (*on_work)(void *ctx);
	void *ctx;
	struct pawl_acceptor acceptor;
	struct pawl_dedup dedup;
	struct pawl_writer writer;
	struct pawl_retainer retainer;
	struct pawl_reader *readers;
	size_t n_readers;

	pthread_mutex_t lock;
	pthread_cond_t acceptor_wake, writer_wake, reader_wake, finished;
	struct pawl_op_queue accepts, writes, reads;
	size_t queued_bytes;
	size_t n_pending; /* submitted and not handed back */
	bool is_acceptor_asleep, is_writer_asleep;
	bool is_stopping;

	atomic_size_t queued_accepts;
	atomic_uint followed;   /* accepts since the acceptor last gathered that a flush follows */
	atomic_uint generation; /* grows when all connections have to be opened again */
	atomic_int_least64_t crowded_at_us; /* accepts came in crowds; monotonic */
	atomic_int_least64_t hurried_at_us; /* so did one that somebody waits for, and it is not
					       claimed yet; 0: none */
	/* Place in the journal: what is before it is in the tables. */
	atomic_uint_least64_t imported;
	/* Up to there, the keys of deliveries are in their table; not beyond `imported`. */
	atomic_uint_least64_t keyed;
	atomic_uint_least64_t commits, commit_us_total, journal_commits, journal_us_total;
	/* Below 0 for a moment, when a run is claimed before it is counted. */
	atomic_int_least64_t runs_unclaimed;
	atomic_int_least64_t oldest_unclaimed_at_us;
};

static inline struct timespec
pawl_timespec_at(int64_t mono_us)
{
	return (struct timespec){.tv_sec = mono_us / 1000000, .tv_nsec = mono_us % 1000000 * 1000};
}

void pawl_op_queue_push(struct pawl_op_queue *queue, struct pawl_store_op *op);
struct pawl_store_op *pawl_op_queue_pop(struct pawl_op_queue *queue);
/* The first for which all is there when the journal was taken over up to that place. */
struct pawl_store_op *pawl_op_queue_pop_due(struct pawl_op_queue *queue, uint64_t place);
size_t pawl_store_accept_bytes(const struct pawl_store_op *op);
/* Hands a batch back: err is set in each. Any of them may be freed by its done. */
void pawl_store_finish(struct pawl_store *store, struct pawl_store_op **ops, size_t n);
/* The journal has grown. */
void pawl_store_wake_writer(struct pawl_store *store);
void pawl_store_wake_acceptor(struct pawl_store *store);

static inline bool
pawl_store_has_to_import(const struct pawl_store *store)
{
	return pawl_journal_end(store->journal) > store->keyed;
}

void pawl_acceptor_main(struct pawl_store *store);
/* How far what is kept, with all that was accepted since that was measured, is above the goal of
 * the limit of bytes, in parts of a thousand of the room between the two. 0 also when only a
 * trickle comes in, by bytes, unless it comes in crowds. Any thread, cheap. */
unsigned pawl_retain_excess(const struct pawl_store *store, bool is_crowded);
/* The writer's thread takes over writer.conn. */
void pawl_writer_main(struct pawl_store *store);
void pawl_reader_main(struct pawl_reader *reader);

/* ---- retention.c: what has ended is not kept for ever; on the writer's thread ---------- */

/* For a slice of time. The connection's fault says whether it went well. True: there is more to be
 * done at once. */
bool pawl_retain(struct pawl_store *store, bool is_idle);
/* Under the lock: when there is something to be done, monotonic; INT64_MAX: never. */
int64_t pawl_retain_due(const struct pawl_store *store);
void pawl_retainer_fini(struct pawl_store *store);

/* ---- import.c: from the journal to the tables; on the writer's thread ---------- */

/* Inside of a transaction: takes over frames until the journal's end or the time. False: a
 * fault. */
bool pawl_import(struct pawl_store *store, int64_t until_us);
/* The transaction is on disk: what it took over is not needed in the journal any more. */
void pawl_import_committed(struct pawl_store *store);

#endif
