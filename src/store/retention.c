/* Whose turn it is to be held to a limit, and for how long: removing what has ended goes behind
 * accepting, and beside everything else that is written. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/internal.h"

#define SLICE_US        10000  /* so long at once, beside other writes */
#define CROWD_SLICE_US  2000   /* and so long while accepts come in crowds */
#define CROWD_PAUSE_US  100000 /* and then nothing for so long */
#define PRESSED_PART    8      /* each such part of a goal above it presses once more */
#define PRESSED_MAX     7
#define TRICKLE_PART    16 /* of the room above a goal: less than that in a second is a trickle */
#define PASS_PAUSE_US   1000000
#define BUSY_AHEAD_US   900000 /* so much sooner while there is other writing */
#define PASS_PAUSE_MAX  60000000
#define SKIPPED_US      200 /* of pause for each that had to be passed by: each costs some 10 */
#define REPORT_EVERY_US 600000000

/* ---- what is said ------------------------------------------------------------------------ */

void
pawl_store_retain(struct pawl_store *store, const struct pawl_retention *retention)
{
	struct pawl_retainer *r = &store->retainer;

	pthread_mutex_lock(&store->lock);
	if (r->n_news == r->cap_news) {
		r->cap_news = r->cap_news ? 2 * r->cap_news : 16;
		r->news = pawl_realloc_array(r->news, r->cap_news, sizeof(*r->news));
	}
	r->news[r->n_news++] = *retention;
	pthread_cond_signal(&store->writer_wake);
	pthread_mutex_unlock(&store->lock);
}

void
pawl_retainer_fini(struct pawl_store *store)
{
	free(store->retainer.items);
	free(store->retainer.news);
}

/* The place of the workflow's limit, or where it would be. */
static size_t
find(const struct pawl_retainer *r, uint64_t workflow_id)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->items[middle].limit.workflow_id < workflow_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
set(struct pawl_retainer *r, const struct pawl_retention *limit)
{
	size_t at = find(r, limit->workflow_id);
	struct pawl_retaining *item;
	bool is_there = at < r->n && r->items[at].limit.workflow_id == limit->workflow_id;
	bool is_wanted = limit->age_us || limit->bytes;

	if (is_there && !is_wanted) {
		memmove(&r->items[at], &r->items[at + 1], (--r->n - at) * sizeof(*r->items));
		return;
	}
	if (!is_wanted || (is_there && r->items[at].limit.age_us == limit->age_us &&
			   r->items[at].limit.bytes == limit->bytes))
		return;
	if (!is_there) {
		if (r->n == r->cap) {
			r->cap = r->cap ? 2 * r->cap : 16;
			r->items = pawl_realloc_array(r->items, r->cap, sizeof(*r->items));
		}
		memmove(&r->items[at + 1], &r->items[at], (r->n++ - at) * sizeof(*r->items));
	}
	item = &r->items[at];
	*item = (struct pawl_retaining){.limit = *limit};
}

static void
take_over_news(struct pawl_store *store)
{
	struct pawl_retainer *r = &store->retainer;

	pthread_mutex_lock(&store->lock);
	for (size_t i = 0; i < r->n_news; i++)
		set(r, &r->news[i]);
	r->n_news = 0;
	pthread_mutex_unlock(&store->lock);
}

int64_t
pawl_retain_due(const struct pawl_store *store)
{
	const struct pawl_retainer *r = &store->retainer;
	int64_t due_us = INT64_MAX;

	if (r->n_news)
		return 0;
	for (size_t i = 0; i < r->n; i++)
		if (r->items[i].due_us < due_us)
			due_us = r->items[i].due_us;
	return due_us;
}

/* ---- what is done ------------------------------------------------------------------------- */

/* The limits have turns, so that none waits for another that has much to be removed. */
static struct pawl_retaining *
next_due(struct pawl_retainer *r, int64_t now_us)
{
	for (size_t i = 0; i < r->n; i++) {
		struct pawl_retaining *item = &r->items[r->next++ % r->n];

		if (item->due_us <= now_us)
			return item;
	}
	return NULL;
}

/* A pass may have found nothing more that it could remove: what has not ended is never dropped. */
static void
report(struct pawl_retaining *item, int64_t now_us)
{
	bool is_over = item->limit.bytes && item->bytes > item->limit.bytes;

	if (!is_over || (item->reported_us && now_us - item->reported_us < REPORT_EVERY_US))
		return;
	item->reported_us = now_us;
	pawl_log(PAWL_LOG_WARN, "retention_over_limit",
		 PAWL_F_ID("workflow", item->limit.workflow_id),
		 PAWL_F_INT("bytes", (int64_t)item->bytes),
		 PAWL_F_INT("limit", (int64_t)item->limit.bytes));
}

/* A limit of age is looked after often enough to be kept to a twentieth of itself. */
static void
end_pass(struct pawl_retaining *item)
{
	int64_t now_us = pawl_clock_mono_us();
	int64_t pause_us = item->limit.bytes ? PASS_PAUSE_US : item->limit.age_us / 20;
	int64_t skipped_us = (int64_t)item->n_skipped * SKIPPED_US + BUSY_AHEAD_US;

	if (pause_us < skipped_us)
		pause_us = skipped_us;
	if (pause_us < PASS_PAUSE_US)
		pause_us = PASS_PAUSE_US;
	if (pause_us > PASS_PAUSE_MAX)
		pause_us = PASS_PAUSE_MAX;
	item->due_us = now_us + pause_us;
	report(item, now_us);
	item->passed_id = 0;
	item->n_skipped = 0;
}

/* How far the worst goal is passed. What comes in faster than it is removed would otherwise fill
 * the disk for as long as it comes. */
static int64_t
pressed(const struct pawl_retainer *r)
{
	uint64_t most = 0;

	for (size_t i = 0; i < r->n; i++) {
		uint64_t goal = pawl_retaining_goal(&r->items[i]), bytes = r->items[i].bytes;
		uint64_t parts =
			goal && bytes > goal ? (bytes - goal) / (goal / PRESSED_PART + 1) : 0;

		if (parts > most)
			most = parts;
	}
	return most < PRESSED_MAX ? (int64_t)most : PRESSED_MAX;
}

/* Accepting waits for none of this but the disk: the more a limit is passed, the longer at once,
 * and the later what was accepted is run. */
static int64_t
slice_us(struct pawl_store *store, int64_t now_us)
{
	struct pawl_retainer *r = &store->retainer;
	int64_t share = 1 + pressed(r);

	if (!store->writer.is_crowded)
		return SLICE_US * share;
	if (now_us - r->spared_us < CROWD_PAUSE_US / share)
		return 0;
	r->spared_us = now_us;
	return CROWD_SLICE_US * share;
}

static uint64_t
max_bytes_of_all(const struct pawl_retainer *r)
{
	return r->n && !r->items[0].limit.workflow_id ? r->items[0].limit.bytes : 0;
}

static void
tell_acceptor(struct pawl_store *store)
{
	struct pawl_retainer *r = &store->retainer;
	uint64_t max_bytes = max_bytes_of_all(r);

	if (max_bytes) {
		r->used_bytes = r->items[0].bytes;
		r->used_at = store->imported;
	}
	r->max_bytes = max_bytes;
}

unsigned
pawl_retain_excess(const struct pawl_store *store, bool is_crowded)
{
	const struct pawl_retainer *r = &store->retainer;
	struct pawl_retaining of = {.limit.bytes = r->max_bytes};
	uint64_t goal, bytes, room, since;

	if (!of.limit.bytes)
		return 0;
	goal = pawl_retaining_goal(&of);
	room = of.limit.bytes - goal;
	since = pawl_journal_bytes_from(store->journal, r->used_at);
	bytes = r->used_bytes + since;
	if (bytes <= goal || (!is_crowded && since < room / TRICKLE_PART))
		return 0;
	return bytes - goal < room ? (unsigned)((bytes - goal) * 1000 / room) : 1000;
}

bool
pawl_retain(struct pawl_store *store, bool is_idle)
{
	struct pawl_retainer *r = &store->retainer;
	struct pawl_conn *conn = store->writer.conn;
	int64_t now_us = pawl_clock_mono_us(), until_us;
	struct pawl_retaining *item;

	take_over_news(store);
	if (!r->n)
		return false;
	until_us = now_us + slice_us(store, now_us);
	while (now_us < until_us) {
		item = next_due(r, now_us + (is_idle ? 0 : BUSY_AHEAD_US));
		if (!item)
			return is_idle && store->ops->shrink(conn, max_bytes_of_all(r));
		if (!store->ops->retain(conn, r->items, r->n, (size_t)(item - r->items), until_us))
			end_pass(item);
		tell_acceptor(store);
		if (conn->fault)
			return false;
		now_us = pawl_clock_mono_us();
	}
	return is_idle;
}
