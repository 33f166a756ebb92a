#include "store/dedup.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "store/bloom.h"
#include "store/internal.h"

#define KEYS_AT_ONCE 2000
/* So many more keys, and the filter is made anew, without those that have expired. */
#define REFILL_AFTER 2000000
/* So much may wait for that until the acceptor is woken for it. */
#define FORGET_LATER 4096

/* What is known of a key. */
struct found {
	uint64_t exact; /* the request with the same content; 0: none */
	bool any;
};

static struct pawl_store_dedup_key
make_key(uint64_t workflow_id, struct pawl_str hash)
{
	struct pawl_store_dedup_key key = {.workflow_id = workflow_id};

	memcpy(key.key, hash.ptr, sizeof(key.key));
	return key;
}

/* The hash is SHA-256 of something: its own bytes are as good as any. */
static uint64_t
filter_hash(const struct pawl_store_dedup_key *key)
{
	uint64_t hash;

	memcpy(&hash, key->key, sizeof(hash));
	return hash ^ key->workflow_id * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- the filter; under the lock ------------------------------------------------- */

static void
add_to_filters(struct pawl_dedup *d, const struct pawl_store_dedup_key *key)
{
	uint64_t hash = filter_hash(key);

	if (!d->filter)
		d->filter = pawl_bloom_new();
	pawl_bloom_add(d->filter, hash);
	if (d->next_filter)
		pawl_bloom_add(d->next_filter, hash);
	d->n_since++;
}

static bool
may_be_in_table(struct pawl_dedup *d, const struct pawl_store_dedup_key *key)
{
	if (!d->is_filter_full)
		return true;
	return d->filter && pawl_bloom_may_have(d->filter, filter_hash(key));
}

static void keys_read(struct pawl_store_op *op);
static void fill(struct pawl_store *store, struct pawl_store_dedup_keys *keys);

/* The next of the table's keys. False: it cannot be asked for. */
static bool
read_keys(struct pawl_store *store, struct pawl_store_dedup_keys *keys)
{
	pawl_store_op_init(&keys->op, PAWL_STORE_DEDUP_KEYS, keys_read);
	keys->op.ctx = store;
	keys->limit = KEYS_AT_ONCE;
	return pawl_store_submit(store, &keys->op) == PAWL_OK;
}

static void
end_filling(struct pawl_dedup *d, bool is_complete)
{
	if (is_complete) {
		pawl_bloom_free(d->filter);
		d->filter = d->next_filter;
		d->is_filter_full = true;
	} else {
		pawl_bloom_free(d->next_filter);
	}
	d->next_filter = NULL;
	free(d->filling);
	d->filling = NULL;
}

/* On a reader's thread. */
static void
keys_read(struct pawl_store_op *op)
{
	struct pawl_store_dedup_keys *keys = (struct pawl_store_dedup_keys *)op;
	struct pawl_store *store = op->ctx;
	struct pawl_dedup *d = &store->dedup;
	bool goes_on = false;

	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < keys->n; i++) {
		pawl_bloom_add(d->next_filter, filter_hash(&keys->keys[i]));
		d->n_since++;
	}
	if (keys->n > 0)
		keys->after = keys->keys[keys->n - 1];
	goes_on = !op->err && keys->n == KEYS_AT_ONCE && !d->is_closing;
	if (!goes_on) {
		pawl_store_op_fini(op);
		end_filling(d, !op->err && !d->is_closing);
	}
	pthread_mutex_unlock(&d->lock);
	if (!goes_on)
		return;
	pawl_store_op_fini(op);
	fill(store, keys);
}

/* Without the lock. */
static void
fill(struct pawl_store *store, struct pawl_store_dedup_keys *keys)
{
	if (read_keys(store, keys))
		return;
	pthread_mutex_lock(&store->dedup.lock);
	end_filling(&store->dedup, false);
	pthread_mutex_unlock(&store->dedup.lock);
}

/* Under the lock; the op is submitted without it. */
static struct pawl_store_dedup_keys *
begin_filling(struct pawl_dedup *d)
{
	if (d->filling || d->is_closing)
		return NULL;
	d->filling = pawl_calloc(1, sizeof(*d->filling));
	d->next_filter = pawl_bloom_new();
	d->n_since = 0;
	return d->filling;
}

void
pawl_dedup_start(struct pawl_store *store)
{
	struct pawl_dedup *d = &store->dedup;
	struct pawl_store_dedup_keys *keys;

	pthread_mutex_lock(&d->lock);
	keys = begin_filling(d);
	pthread_mutex_unlock(&d->lock);
	if (keys)
		fill(store, keys);
}

/* ---- the tail ---------------------------------------------------------------------- */

static struct pawl_dedup_entry
make_entry(const struct pawl_request_row *row, struct pawl_str hash, struct pawl_str content)
{
	struct pawl_dedup_entry entry = {
		.key = make_key(row->workflow_id, hash),
		.has_content = content.len > 0,
		.request_id = row->id,
		.until_us = row->remember_until_us,
	};

	if (entry.has_content)
		memcpy(entry.content, content.ptr, sizeof(entry.content));
	return entry;
}

size_t
pawl_dedup_entries(const struct pawl_request_row *row, struct pawl_dedup_entry out[2])
{
	size_t n = 0;

	if (row->delivery_key.len > 0)
		out[n++] = make_entry(row, row->delivery_key, row->content_key);
	if (row->remembers_content)
		out[n++] = make_entry(row, row->content_key, PAWL_STR(""));
	return n;
}

static void
remember(struct pawl_dedup *d, const struct pawl_request_row *row)
{
	struct pawl_dedup_entry entries[2];
	size_t n = pawl_dedup_entries(row, entries);

	for (size_t i = 0; i < n; i++)
		pawl_dedup_tail_add(&d->tail, &entries[i]);
}

static bool
is_same(const struct pawl_dedup_entry *entry, struct pawl_str content)
{
	return !content.len || memcmp(entry->content, content.ptr, sizeof(entry->content)) == 0;
}

/* Of one key, entries with and without content are two kinds. */
static void
find_in_tail(const struct pawl_dedup *d, const struct pawl_store_dedup_key *key,
	     struct pawl_str content, int64_t now_us, struct found *found)
{
	const struct pawl_dedup_entry *entry = pawl_dedup_tail_find(&d->tail, key, NULL);

	for (; entry; entry = pawl_dedup_tail_find(&d->tail, key, entry)) {
		if (entry->until_us <= now_us || entry->has_content != (content.len > 0))
			continue;
		found->any = true;
		/* The oldest of them comes last. */
		if (is_same(entry, content))
			found->exact = entry->request_id;
	}
}

bool
pawl_dedup_can_forget(const struct pawl_store *store)
{
	const struct pawl_dedup *d = &store->dedup;
	const struct pawl_dedup_entry *oldest;

	if (pawl_dedup_tail_is_empty(&d->tail))
		return false;
	oldest = pawl_dedup_tail_at(&d->tail, d->tail.first);
	return oldest->place > 0 && oldest->place <= atomic_load(&d->imported);
}

void
pawl_dedup_forget(struct pawl_store *store, size_t at_most)
{
	struct pawl_dedup *d = &store->dedup;
	struct pawl_store_dedup_keys *keys = NULL;

	if (!pawl_dedup_can_forget(store))
		return;
	pthread_mutex_lock(&d->lock);
	while (at_most-- > 0 && pawl_dedup_can_forget(store)) {
		add_to_filters(d, &pawl_dedup_tail_at(&d->tail, d->tail.first)->key);
		pawl_dedup_tail_drop_oldest(&d->tail);
	}
	if (d->is_filter_full && d->n_since > REFILL_AFTER)
		keys = begin_filling(d);
	pthread_mutex_unlock(&d->lock);
	atomic_store(&d->n_tail, d->tail.end - d->tail.first);
	if (keys)
		fill(store, keys);
}

/* ---- the table --------------------------------------------------------------------- */

static bool
is_connected(struct pawl_store *store)
{
	struct pawl_dedup *d = &store->dedup;
	struct pawl_problems problems = {0};
	unsigned generation = store->generation;

	if (d->conn && d->generation == generation)
		return true;
	store->ops->disconnect(d->conn);
	d->conn = NULL;
	d->generation = generation;
	if (store->ops->connect(store->backend, false, &d->conn, &problems) != PAWL_OK)
		pawl_log(PAWL_LOG_ERROR, "store_read_failed",
			 PAWL_F_C("reason",
				  problems.len ? problems.items[0].message : "cannot connect"));
	pawl_problems_fini(&problems);
	return d->conn != NULL;
}

static enum pawl_err
find_in_table(struct pawl_store *store, uint64_t workflow_id, struct pawl_str hash,
	      struct pawl_str content, int64_t now_us, struct found *found)
{
	struct pawl_store_dedup_find find = {
		.workflow_id = workflow_id,
		.key = pawl_str(hash.ptr, PAWL_DEDUP_KEY_BYTES),
		.content = pawl_str(content.ptr, content.len ? PAWL_DEDUP_KEY_BYTES : 0),
		.now_us = now_us};
	struct pawl_conn *conn;
	bool ok;

	if (!is_connected(store))
		return PAWL_EIO;
	conn = store->dedup.conn;
	pawl_store_op_init(&find.op, PAWL_STORE_DEDUP_FIND, NULL);
	ok = store->ops->begin(conn) && store->ops->apply(conn, &find.op) == PAWL_OK &&
	     conn->fault == PAWL_FAULT_NONE && store->ops->commit(conn);
	pawl_store_op_fini(&find.op);
	if (!ok) {
		pawl_log(PAWL_LOG_ERROR, "store_read_failed", PAWL_F_C("reason", conn->fault_text));
		store->ops->rollback(conn);
		store->ops->disconnect(conn);
		store->dedup.conn = NULL;
		return PAWL_EIO;
	}
	found->any |= find.any;
	if (!found->exact)
		found->exact = find.request_id;
	return PAWL_OK;
}

/* The acceptor alone adds, so nothing can come in between the two looks; what is imported in
 * between is in the table before it leaves the tail. */
static enum pawl_err
find(struct pawl_store *store, const struct pawl_request_row *row, struct pawl_str hash,
     struct pawl_str content, struct found *found)
{
	struct pawl_store_dedup_key key = make_key(row->workflow_id, hash);
	struct pawl_dedup *d = &store->dedup;
	bool may_be_there;

	*found = (struct found){0};
	find_in_tail(d, &key, content, row->received_at_us, found);
	pthread_mutex_lock(&d->lock);
	may_be_there = may_be_in_table(d, &key);
	pthread_mutex_unlock(&d->lock);
	if (!may_be_there)
		return PAWL_OK;
	return find_in_table(store, row->workflow_id, hash, content, row->received_at_us, found);
}

/* ---- the decision -------------------------------------------------------------------- */

static void
repeat(struct pawl_request_row *row, uint64_t original)
{
	row->verdict = PAWL_VERDICT_DUPLICATE;
	row->starts_run = false;
	row->duplicate_of = original;
	row->delivery_key = row->content_key = pawl_str(NULL, 0);
	row->remembers_content = false;
}

static void
prefetch_key(const struct pawl_dedup *d, uint64_t workflow_id, struct pawl_str hash)
{
	struct pawl_store_dedup_key key;

	if (!hash.len)
		return;
	key = make_key(workflow_id, hash);
	pawl_dedup_tail_prefetch(&d->tail, &key);
	if (d->filter)
		pawl_bloom_prefetch(d->filter, filter_hash(&key));
}

void
pawl_dedup_prefetch(struct pawl_store *store, struct pawl_store_op *const *accepts, size_t n)
{
	struct pawl_dedup *d = &store->dedup;

	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < n; i++) {
		const struct pawl_request_row *row =
			&((const struct pawl_store_accept *)accepts[i])->request;

		prefetch_key(d, row->workflow_id, row->delivery_key);
		if (row->remembers_content)
			prefetch_key(d, row->workflow_id, row->content_key);
	}
	pthread_mutex_unlock(&d->lock);
}

enum pawl_err
pawl_dedup_decide(struct pawl_store *store, struct pawl_store_accept *accept)
{
	struct pawl_request_row *row = &accept->request;
	const struct pawl_str none = PAWL_STR("");
	struct found by_id = {0}, by_content = {0};
	enum pawl_err err = PAWL_OK;

	if (!row->delivery_key.len && !row->remembers_content)
		return PAWL_OK;
	if (row->delivery_key.len)
		err = find(store, row, row->delivery_key, row->content_key, &by_id);
	if (!err && !by_id.exact && row->remembers_content)
		err = find(store, row, row->content_key, none, &by_content);
	if (err)
		return err;
	if (by_id.exact) {
		repeat(row, by_id.exact);
		return PAWL_OK;
	}
	if (by_id.any)
		row->flags |= PAWL_REQUEST_CONFLICT;
	if (by_content.exact) {
		row->flags |= PAWL_REQUEST_REPLAY_SUSPECTED;
		if (accept->refuses_replays) {
			repeat(row, by_content.exact);
			return PAWL_OK;
		}
	}
	remember(&store->dedup, row);
	return PAWL_OK;
}

void
pawl_dedup_committed(struct pawl_store *store, uint64_t end)
{
	struct pawl_dedup *d = &store->dedup;
	struct pawl_dedup_entry *entry;

	for (uint64_t i = d->tail.end; i > d->tail.first; i--) {
		entry = pawl_dedup_tail_at(&d->tail, i - 1);
		if (entry->place != 0)
			break;
		entry->place = end;
	}
	atomic_store(&d->n_tail, d->tail.end - d->tail.first);
}

void
pawl_dedup_failed(struct pawl_store *store)
{
	struct pawl_dedup_tail *tail = &store->dedup.tail;

	while (!pawl_dedup_tail_is_empty(tail) &&
	       pawl_dedup_tail_at(tail, tail->end - 1)->place == 0)
		pawl_dedup_tail_drop_newest(tail);
}

bool
pawl_dedup_imported(struct pawl_store *store, uint64_t place)
{
	struct pawl_dedup *d = &store->dedup;

	atomic_store(&d->imported, place);
	return atomic_load(&d->n_tail) > FORGET_LATER;
}

/* ---- life ------------------------------------------------------------------------------ */

void
pawl_dedup_recover(struct pawl_store *store, const struct pawl_request_row *row)
{
	/* Where exactly it lies does not matter: it is forgotten when all that was found is in the
	 * table (pawl_dedup_committed, at the end of opening). */
	remember(&store->dedup, row);
}

void
pawl_dedup_init(struct pawl_dedup *d)
{
	pthread_mutex_init(&d->lock, NULL);
}

void
pawl_dedup_stop(struct pawl_store *store)
{
	pthread_mutex_lock(&store->dedup.lock);
	store->dedup.is_closing = true;
	pthread_mutex_unlock(&store->dedup.lock);
}

void
pawl_dedup_fini(struct pawl_store *store)
{
	struct pawl_dedup *d = &store->dedup;

	pawl_dedup_tail_fini(&d->tail);
	pawl_bloom_free(d->filter);
	pawl_bloom_free(d->next_filter);
	store->ops->disconnect(d->conn);
	pthread_mutex_destroy(&d->lock);
}
