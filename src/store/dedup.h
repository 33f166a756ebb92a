/* Which deliveries have been accepted before.
 *
 * A request that is to be accepted says what names it (delivery_key), what it holds (content_key)
 * and how long to remember it. The acceptor decides on its thread, so that of two that are alike
 * one comes first, and remembers what it accepts: in memory as long as only the journal holds it,
 * then in the table `dedup`, into which import puts it, in the order of the keys and many at once:
 * with the request, or later, when accepts come in crowds. Nearly all deliveries are new: a Bloom
 * filter over the table's keys says so without a look at the database. Until it is filled after a
 * start the database is asked.
 *
 * All of it belongs to the acceptor's thread, but imported, which belongs to the writer's thread:
 * the writer only says how far it is, so that the acceptor, which goes before it, never waits for
 * it.
 */
#ifndef PAWL_STORE_DEDUP_H
#define PAWL_STORE_DEDUP_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/dedup_tail.h"

/* Of the hashes, so much is kept. */
#define PAWL_DEDUP_KEY_BYTES 16

struct pawl_bloom;

struct pawl_dedup {
	struct pawl_dedup_tail tail;
	_Atomic uint64_t imported; /* the place in the journal: the table has what lies before it */
	_Atomic uint64_t n_tail;
	pthread_mutex_t lock; /* guards what follows, which readers fill */
	struct pawl_bloom *filter, *next_filter;
	bool is_filter_full; /* all keys of the table are in `filter` */
	size_t n_since;      /* keys that came since it was begun, and at its begin */
	struct pawl_store_dedup_keys *filling; /* under way; NULL: none */
	bool is_closing;
	struct pawl_conn *conn; /* the acceptor's */
	unsigned generation;
};

/* The entries of a request, of its id and of its content: none, one or two. */
size_t pawl_dedup_entries(const struct pawl_request_row *row, struct pawl_dedup_entry out[2]);

void pawl_dedup_init(struct pawl_dedup *dedup);
void pawl_dedup_fini(struct pawl_store *store);
/* Begins to fill the filter; at the end of opening. */
void pawl_dedup_start(struct pawl_store *store);
/* No more filling; before the last ops are waited for. */
void pawl_dedup_stop(struct pawl_store *store);
/* A record of the last process whose keys are not in the table. */
void pawl_dedup_recover(struct pawl_store *store, const struct pawl_request_row *row);

/* They will be decided soon. `accepts` holds struct pawl_store_accept. */
void pawl_dedup_prefetch(struct pawl_store *store, struct pawl_store_op *const *accepts, size_t n);
/* Turns a request that repeats another into PAWL_VERDICT_DUPLICATE with duplicate_of, or flags it;
 * else it is remembered. The id has been given. PAWL_EIO: it cannot be told; it must not be
 * accepted. */
PAWL_MUST_USE enum pawl_err pawl_dedup_decide(struct pawl_store *store,
					      struct pawl_store_accept *accept);
/* What was decided since the last call is in the journal up to `end`; or was not written. */
void pawl_dedup_committed(struct pawl_store *store, uint64_t end);
void pawl_dedup_failed(struct pawl_store *store);
/* What lies before `place` in the journal is in the table now. True: the acceptor has much to
 * forget, and is to be woken for it. */
bool pawl_dedup_imported(struct pawl_store *store, uint64_t place);
/* Forgets what the table has, the oldest first. */
void pawl_dedup_forget(struct pawl_store *store, size_t at_most);
/* There is something to be forgotten. */
bool pawl_dedup_can_forget(const struct pawl_store *store);

#endif
