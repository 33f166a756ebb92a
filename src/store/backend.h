/* What a back end of the store provides: connections that carry out ops in transactions.
 *
 * Queues, threads, batches, failures and statistics are the store's (store.c, writer.c,
 * readers.c) and the same for every back end. A connection belongs to one thread. There is one
 * writing connection at a time. A back end never calls op->done and never frees an op.
 *
 * Errors of an op itself (not found, conflict) are returned by apply, before anything of that op
 * was written. Whatever else goes wrong is a fault of the connection: the transaction is lost,
 * and the store decides what to do by its kind. */
#ifndef PAWL_STORE_BACKEND_H
#define PAWL_STORE_BACKEND_H

#include "store/dedup_tail.h"
#include "store/store.h"

enum pawl_fault {
	PAWL_FAULT_NONE,
	PAWL_FAULT_STATEMENT, /* refused for what was in it: the other ops of the batch are fine */
	PAWL_FAULT_FULL,      /* no space; the connection is fine */
	PAWL_FAULT_IO,        /* the connection must not be used again */
};

/* What the open transaction changes in the queue of runs, for the statistics; set back by begin. */
struct pawl_effects {
	int64_t unclaimed;          /* runs that entered the queue, less those that left it; those
				       that are imported were counted when they were accepted */
	int64_t first_queued_at_us; /* the earliest of those that entered; 0: none */
	bool has_queued, has_dequeued;
	bool has_written; /* set by commit: the disk was really touched */
};

/* A limit of what is kept, and how far the back end has come with it. All zero but the limit, to
 * begin with. */
struct pawl_retaining {
	struct pawl_retention limit;
	uint64_t bytes;              /* in use, as far as they were measured */
	uint64_t passed_id;          /* the pass under way has come up to it; 0: begins */
	size_t n_skipped;            /* by it */
	uint64_t measured_id;        /* and the measuring up to this one; 0: begins */
	int64_t measured_at_us;      /* it began */
	bool has_growing;            /* it met runs that had not ended */
	int64_t due_us, reported_us; /* the store's; monotonic */
};

/* What a limit of bytes is held to. A database that is to stay under its limit while more comes in
 * needs some room below it. */
static inline uint64_t
pawl_retaining_goal(const struct pawl_retaining *of)
{
	return of->limit.workflow_id ? of->limit.bytes : of->limit.bytes - of->limit.bytes / 8;
}

struct pawl_backend_ops;
struct pawl_backend;

/* The head of every connection. */
struct pawl_conn {
	const struct pawl_backend_ops *ops;
	enum pawl_fault fault;
	char fault_text[200];
	struct pawl_effects effects;
};

struct pawl_backend_ops {
	/* Takes the lock, creates what is missing, migrates. Blocks; the thread that opens. */
	enum pawl_err (*open)(struct pawl_str url, struct pawl_backend **out,
			      struct pawl_problems *problems);
	void (*close)(struct pawl_backend *backend);
	/* Any thread. The first connection is the writer's. */
	enum pawl_err (*connect)(struct pawl_backend *backend, bool is_writer,
				 struct pawl_conn **out, struct pawl_problems *problems);
	/* Rolls back what is open. NULL is allowed. */
	void (*disconnect)(struct pawl_conn *conn);
	/* Once, on the first writing connection: makes ids grow past those on disk, puts running
	 * runs back into the queue (see pawl_store_open), and reports how many wait there. What
	 * the journal holds beyond its place is not counted. */
	enum pawl_err (*recover)(struct pawl_conn *conn, uint64_t blamed_run, uint64_t *unclaimed);

	/* False: conn->fault says why. After a failed commit the store calls rollback. */
	bool (*begin)(struct pawl_conn *conn);
	bool (*commit)(struct pawl_conn *conn);
	void (*rollback)(struct pawl_conn *conn);
	/* Inside of a transaction; writes only on the writing connection. The result counts only
	 * when conn->fault is still none. May be called again with the same op after a rollback. */
	enum pawl_err (*apply)(struct pawl_conn *conn, struct pawl_store_op *op);

	/* ---- what was accepted comes in by the journal (journal.h); writing connection ---- */

	/* The places up to which it has been taken over, and up to which the keys of deliveries
	 * have; outside of a transaction. */
	bool (*journal_places)(struct pawl_conn *conn, uint64_t *place, uint64_t *keys_place);
	/* Inside of a transaction: one request, with its id; one that is there already is left as
	 * it is, but for one in quarantine that is marked as released. apart: a request that is
	 * refused for what is in it leaves no fault but PAWL_EINVAL, and the rest of the
	 * transaction as it was. */
	enum pawl_err (*import)(struct pawl_conn *conn, const struct pawl_request_row *request,
				bool apart);
	/* A key of a delivery, until it may be forgotten. */
	void (*remember)(struct pawl_conn *conn, const struct pawl_dedup_entry *entry);
	/* Inside of the same transaction. */
	void (*set_journal_places)(struct pawl_conn *conn, uint64_t place, uint64_t keys_place);

	/* Writing connection, outside of a transaction. When the oldest run in the queue entered
	 * it; 0: the queue is empty. */
	int64_t (*oldest_unclaimed)(struct pawl_conn *conn);
	/* Writing connection, outside of a transaction, while nobody waits for an answer: what
	 * has to be done now and then. is_idle: nothing else is waiting to be written. */
	void (*tidy)(struct pawl_conn *conn, bool is_idle);
	/* Writing connection, outside of a transaction: one transaction of a pass through what
	 * all[which] is about, up to that monotonic time. False: the pass is over, or there is a
	 * fault. */
	bool (*retain)(struct pawl_conn *conn, struct pawl_retaining *all, size_t n, size_t which,
		       int64_t until_us);
	/* Likewise: gives back some room that is not used any more, so that no more than max_bytes
	 * (0: any) are taken where that can be. True: there is more. */
	bool (*shrink)(struct pawl_conn *conn, uint64_t max_bytes);
	/* Inside of a transaction: writes something, to see whether that is possible again. */
	void (*probe)(struct pawl_conn *conn);
};

extern const struct pawl_backend_ops pawl_sqlite_backend_ops;

static inline bool
pawl_store_kind_is_write(enum pawl_store_kind kind)
{
	return kind <= PAWL_STORE_SETTING_SET && kind != PAWL_STORE_ACCEPT;
}

/* It looks at runs or requests: what was accepted before it has to be in the tables. A SAVE does
 * not: its run was claimed, and so is there. */
static inline bool
pawl_store_kind_follows_accepts(enum pawl_store_kind kind)
{
	switch ((int)kind) {
	case PAWL_STORE_CLAIM:
	case PAWL_STORE_START_RUN:
	case PAWL_STORE_REQUEUE:
	case PAWL_STORE_REPLAY_STEP:
	case PAWL_STORE_REPLAY_COUNT:
	case PAWL_STORE_REPLAY_FIND:
	case PAWL_STORE_FAILURES:
	case PAWL_STORE_RUNS:
	case PAWL_STORE_RUN:
	case PAWL_STORE_SAMPLES:
	case PAWL_STORE_REQUESTS:
	case PAWL_STORE_REQUEST:
	case PAWL_STORE_QUARANTINED:
	case PAWL_STORE_QUARANTINE_TRIM:
	case PAWL_STORE_RESEAL:
	case PAWL_STORE_COUNTERS:
	case PAWL_STORE_KEPT:
	case PAWL_STORE_STATS:
		return true;
	}
	return false;
}

#endif
