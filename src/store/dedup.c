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
#define TAIL_KEY     (sizeof(uint64_t) + PAWL_DEDUP_KEY_BYTES)

/* One delivery that the table does not have yet. content: its bytes; empty when the key is them. */
struct dedup_entry {
	struct pawl_list link;
	struct dedup_entry *next; /* of the same key */
	char key[TAIL_KEY];
	unsigned char content[PAWL_DEDUP_KEY_BYTES];
	bool has_content;
	uint64_t request_id;
	int64_t until_us;
	uint64_t place; /* in the journal, behind it; 0: not written yet */
};

/* What is known of a key. */
struct found {
	uint64_t exact; /* the request with the same content; 0: none */
	bool any;
};

static void
make_key(char out[TAIL_KEY], uint64_t workflow_id, struct pawl_str hash)
{
	memcpy(out, &workflow_id, sizeof(workflow_id));
	memcpy(out + sizeof(workflow_id), hash.ptr, PAWL_DEDUP_KEY_BYTES);
}

/* The hash is SHA-256 of something: its own bytes are as good as any. */
static uint64_t
filter_hash(const char key[TAIL_KEY])
{
	uint64_t workflow_id, hash;

	memcpy(&workflow_id, key, sizeof(workflow_id));
	memcpy(&hash, key + sizeof(workflow_id), sizeof(hash));
	return hash ^ workflow_id * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- the filter; under the lock ------------------------------------------------- */

static void
add_to_filters(struct pawl_dedup *d, const char key[TAIL_KEY])
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
may_be_in_table(struct pawl_dedup *d, const char key[TAIL_KEY])
{
	if (!d->is_filter_full)
		return true;
	return d->filter && pawl_bloom_may_have(d->filter, filter_hash(key));
}

static void keys_read(struct pawl_store_op *op);

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
		char key[TAIL_KEY];

		make_key(key, keys->keys[i].workflow_id,
			 pawl_str((const char *)keys->keys[i].key, PAWL_DEDUP_KEY_BYTES));
		pawl_bloom_add(d->next_filter, filter_hash(key));
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
	if (read_keys(store, keys))
		return;
	pthread_mutex_lock(&d->lock);
	end_filling(d, false);
	pthread_mutex_unlock(&d->lock);
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
	if (!keys || read_keys(store, keys))
		return;
	pthread_mutex_lock(&d->lock);
	end_filling(d, false);
	pthread_mutex_unlock(&d->lock);
}

/* ---- the tail; under the lock ---------------------------------------------------- */

static void
remember(struct pawl_dedup *d, const struct pawl_request_row *row, struct pawl_str hash,
	 struct pawl_str content, uint64_t place)
{
	struct dedup_entry *entry = pawl_calloc(1, sizeof(*entry));

	make_key(entry->key, row->workflow_id, hash);
	entry->has_content = content.len > 0;
	if (entry->has_content)
		memcpy(entry->content, content.ptr, PAWL_DEDUP_KEY_BYTES);
	entry->request_id = row->id;
	entry->until_us = row->remember_until_us;
	entry->place = place;
	entry->next = pawl_map_set(&d->tail, pawl_str(entry->key, TAIL_KEY), entry);
	pawl_list_append(&d->entries, &entry->link);
}

static void
remember_row(struct pawl_dedup *d, const struct pawl_request_row *row, uint64_t place)
{
	const struct pawl_str none = PAWL_STR("");

	if (row->delivery_key.len > 0)
		remember(d, row, row->delivery_key, row->content_key, place);
	if (row->remembers_content)
		remember(d, row, row->content_key, none, place);
}

static void
forget(struct pawl_dedup *d, struct dedup_entry *entry)
{
	struct pawl_str key = pawl_str(entry->key, TAIL_KEY);
	struct dedup_entry *first = pawl_map_get(&d->tail, key), **at = &first;

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
	if (first)
		pawl_map_set(&d->tail, key, first);
	else
		pawl_map_remove(&d->tail, key);
	pawl_list_remove(&entry->link);
	free(entry);
}

static bool
is_same(const struct dedup_entry *entry, struct pawl_str content)
{
	return entry->has_content == (content.len > 0) &&
	       (!content.len || memcmp(entry->content, content.ptr, PAWL_DEDUP_KEY_BYTES) == 0);
}

/* Of one key, entries with and without content are two kinds. */
static void
find_in_tail(struct pawl_dedup *d, const char key[TAIL_KEY], struct pawl_str content,
	     int64_t now_us, struct found *found)
{
	const struct dedup_entry *entry = pawl_map_get(&d->tail, pawl_str(key, TAIL_KEY));

	for (; entry; entry = entry->next) {
		if (entry->until_us <= now_us || entry->has_content != (content.len > 0))
			continue;
		found->any = true;
		/* The oldest of them is the last of the chain. */
		if (is_same(entry, content))
			found->exact = entry->request_id;
	}
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
	struct pawl_dedup *d = &store->dedup;
	char key[TAIL_KEY];
	bool may_be_there;

	*found = (struct found){0};
	make_key(key, row->workflow_id, hash);
	pthread_mutex_lock(&d->lock);
	find_in_tail(d, key, content, row->received_at_us, found);
	may_be_there = may_be_in_table(d, key);
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
	pthread_mutex_lock(&store->dedup.lock);
	remember_row(&store->dedup, row, 0);
	pthread_mutex_unlock(&store->dedup.lock);
	return PAWL_OK;
}

static struct dedup_entry *
entry_of(struct pawl_list *link)
{
	return pawl_container_of(link, struct dedup_entry, link);
}

void
pawl_dedup_committed(struct pawl_store *store, uint64_t end)
{
	struct pawl_dedup *d = &store->dedup;

	pthread_mutex_lock(&d->lock);
	for (struct pawl_list *link = d->entries.prev;
	     link != &d->entries && entry_of(link)->place == 0; link = link->prev)
		entry_of(link)->place = end;
	pthread_mutex_unlock(&d->lock);
}

void
pawl_dedup_failed(struct pawl_store *store)
{
	struct pawl_dedup *d = &store->dedup;

	pthread_mutex_lock(&d->lock);
	while (!pawl_list_is_empty(&d->entries) && entry_of(d->entries.prev)->place == 0)
		forget(d, entry_of(d->entries.prev));
	pthread_mutex_unlock(&d->lock);
}

void
pawl_dedup_imported(struct pawl_store *store, uint64_t place)
{
	struct pawl_dedup *d = &store->dedup;
	struct pawl_store_dedup_keys *keys = NULL;

	pthread_mutex_lock(&d->lock);
	while (!pawl_list_is_empty(&d->entries)) {
		struct dedup_entry *entry = entry_of(d->entries.next);

		if (entry->place == 0 || entry->place > place)
			break;
		add_to_filters(d, entry->key);
		forget(d, entry);
	}
	if (d->is_filter_full && d->n_since > REFILL_AFTER)
		keys = begin_filling(d);
	pthread_mutex_unlock(&d->lock);
	if (keys && !read_keys(store, keys)) {
		pthread_mutex_lock(&d->lock);
		end_filling(d, false);
		pthread_mutex_unlock(&d->lock);
	}
}

/* ---- life ------------------------------------------------------------------------------ */

void
pawl_dedup_recover(struct pawl_store *store, const struct pawl_request_row *row)
{
	/* Where exactly it lies does not matter: it is dropped when all that was found is taken
	 * over (pawl_dedup_committed, at the end of opening). */
	remember_row(&store->dedup, row, 0);
}

void
pawl_dedup_init(struct pawl_dedup *d)
{
	pthread_mutex_init(&d->lock, NULL);
	pawl_list_init(&d->entries);
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

	while (!pawl_list_is_empty(&d->entries))
		forget(d, entry_of(d->entries.next));
	pawl_map_fini(&d->tail);
	pawl_bloom_free(d->filter);
	pawl_bloom_free(d->next_filter);
	store->ops->disconnect(d->conn);
	pthread_mutex_destroy(&d->lock);
}
