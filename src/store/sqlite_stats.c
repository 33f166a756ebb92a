/* What happened, in buckets of time.
 *
 * Counted in memory while a transaction gathers, by workflow and minute, and written with it: one
 * row for each workflow and one for all together, however much the transaction brings. Minutes that
 * are older than an hour are folded into quarters of an hour, those that are older than a day into
 * quarters of a day, and these go after a month: about 300 small rows for a workflow, whatever it
 * does. What happened is in one row at any time, so whoever reads adds up what is there. */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/sqlite.h"

#define MINUTE         60
#define QUARTER        900
#define QUARTER_OF_DAY 21600
#define DAY            86400
/* Buckets that one transaction folds. */
#define FOLDED_AT_ONCE 500
#define BLOB_MAX       4096

/* Until when buckets of a grain stay, and what they become: 0 for nothing. What is wanted of them
 * is an hour, a day, 30 days, and a little more for the time until somebody comes to fold. */
static const struct {
	int64_t grain, kept_s, into;
} grains[] = {{MINUTE, 3900, QUARTER},
	      {QUARTER, DAY + 1800, QUARTER_OF_DAY},
	      {QUARTER_OF_DAY, 31 * (int64_t)DAY, 0}};
#define N_GRAINS (sizeof grains / sizeof grains[0])

/* ---- counting ------------------------------------------------------------------------- */

static struct pawl_sqlite_bucket *
bucket_of(struct pawl_sqlite *c, uint64_t workflow_id, int64_t at_s)
{
	struct pawl_sqlite_bucket *bucket;

	/* From the end: neighbours in a batch are often of the same workflow. */
	for (size_t i = c->n_buckets; i-- > 0;)
		if (c->buckets[i].workflow_id == workflow_id && c->buckets[i].at_s == at_s)
			return &c->buckets[i];
	if (c->n_buckets == c->cap_buckets) {
		c->cap_buckets = c->cap_buckets ? 2 * c->cap_buckets : 16;
		c->buckets = pawl_realloc_array(c->buckets, c->cap_buckets, sizeof(*c->buckets));
	}
	bucket = &c->buckets[c->n_buckets++];
	*bucket = (struct pawl_sqlite_bucket){.workflow_id = workflow_id, .at_s = at_s};
	return bucket;
}

void
pawl_sqlite_stat(struct pawl_sqlite *c, uint64_t workflow_id, int64_t at_us, unsigned counter)
{
	int64_t at_s = at_us / 1000000;

	bucket_of(c, workflow_id, at_s - at_s % MINUTE)->by[counter]++;
}

static void
add_to_all(struct pawl_sqlite *c, size_t i)
{
	struct pawl_sqlite_bucket *all = bucket_of(c, 0, c->buckets[i].at_s);

	for (unsigned k = 0; k < PAWL_STAT_N; k++)
		all->by[k] += c->buckets[i].by[k];
}

static void
write_bucket(struct pawl_sqlite *c, uint64_t workflow_id, int64_t grain, int64_t at_s,
	     const uint64_t by[PAWL_STAT_N])
{
	static const char sql[] =
		"INSERT INTO stat (workflow_id, grain, at, counts) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (workflow_id, grain, at)"
		" DO UPDATE SET counts = pawl_stat_add(counts, excluded.counts)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	struct pawl_buf counts;

	pawl_buf_init(&counts, BLOB_MAX);
	pawl_stat_encode(&counts, by);
	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_i64(st, 2, grain);
	pawl_sqlite_bind_i64(st, 3, at_s);
	pawl_sqlite_bind_blob(st, 4, pawl_buf_peek(&counts));
	pawl_sqlite_run(c, st);
	pawl_buf_fini(&counts);
}

void
pawl_sqlite_stats_write(struct pawl_sqlite *c)
{
	size_t n = c->n_buckets;
	uint64_t by[PAWL_STAT_N];

	for (size_t i = 0; i < n; i++)
		if (c->buckets[i].workflow_id)
			add_to_all(c, i);
	for (size_t i = 0; i < c->n_buckets; i++) {
		for (unsigned k = 0; k < PAWL_STAT_N; k++)
			by[k] = c->buckets[i].by[k];
		write_bucket(c, c->buckets[i].workflow_id, MINUTE, c->buckets[i].at_s, by);
	}
	c->n_buckets = 0;
}

enum pawl_err
pawl_sqlite_stats_add(struct pawl_sqlite *c, struct pawl_store_stats_add *add)
{
	int64_t at_s = add->at_us / 1000000;
	uint64_t by[PAWL_STAT_N] = {0};

	memcpy(by + PAWL_STAT_ACCEPT_TIME, add->accept_time, sizeof add->accept_time);
	write_bucket(c, 0, MINUTE, at_s - at_s % MINUTE, by);
	return PAWL_OK;
}

/* ---- folding ---------------------------------------------------------------------------- */

/* Buckets of that grain that begin before it are old; whole ones of the next grain. */
static int64_t
limit_of(size_t i, int64_t now_us)
{
	int64_t at_s = now_us / 1000000 - grains[i].kept_s;

	return grains[i].into ? at_s - at_s % grains[i].into : at_s;
}

bool
pawl_sqlite_stats_are_due(struct pawl_sqlite *c, int64_t now_us)
{
	static const char sql[] = "SELECT 1 FROM stat INDEXED BY stat_by_time"
				  " WHERE grain = ?1 AND at < ?2 LIMIT 1";
	bool is_due = false;

	for (size_t i = 0; i < N_GRAINS && !is_due; i++) {
		sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

		pawl_sqlite_bind_i64(st, 1, grains[i].grain);
		pawl_sqlite_bind_i64(st, 2, limit_of(i, now_us));
		is_due = pawl_sqlite_step(c, st);
		pawl_sqlite_reset(st);
	}
	return is_due;
}

struct place {
	uint64_t workflow_id;
	int64_t at_s;
};

static void
fold_one(struct pawl_sqlite *c, size_t i, struct place place)
{
	static const char fold[] = "INSERT INTO stat (workflow_id, grain, at, counts)"
				   " SELECT workflow_id, ?4, at - at % ?4, counts FROM stat"
				   " WHERE workflow_id = ?1 AND grain = ?2 AND at = ?3"
				   " ON CONFLICT (workflow_id, grain, at)"
				   " DO UPDATE SET counts = pawl_stat_add(counts, excluded.counts)";
	static const char drop[] =
		"DELETE FROM stat WHERE workflow_id = ?1 AND grain = ?2 AND at = ?3";
	sqlite3_stmt *st;

	for (int is_drop = !grains[i].into; is_drop < 2; is_drop++) {
		st = pawl_sqlite_stmt(c, is_drop ? drop : fold);
		pawl_sqlite_bind_u64(st, 1, place.workflow_id);
		pawl_sqlite_bind_i64(st, 2, grains[i].grain);
		pawl_sqlite_bind_i64(st, 3, place.at_s);
		if (!is_drop)
			pawl_sqlite_bind_i64(st, 4, grains[i].into);
		pawl_sqlite_run(c, st);
	}
}

void
pawl_sqlite_stats_fold(struct pawl_sqlite *c, int64_t now_us)
{
	static const char sql[] = "SELECT workflow_id, at FROM stat INDEXED BY stat_by_time"
				  " WHERE grain = ?1 AND at < ?2 LIMIT ?3";
	struct place places[FOLDED_AT_ONCE];

	for (size_t i = 0; i < N_GRAINS; i++) {
		sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
		size_t n = 0;

		pawl_sqlite_bind_i64(st, 1, grains[i].grain);
		pawl_sqlite_bind_i64(st, 2, limit_of(i, now_us));
		pawl_sqlite_bind_i64(st, 3, FOLDED_AT_ONCE);
		while (pawl_sqlite_step(c, st))
			places[n++] =
				(struct place){pawl_sqlite_u64(st, 0), sqlite3_column_int64(st, 1)};
		for (size_t k = 0; k < n; k++)
			fold_one(c, i, places[k]);
	}
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Every bucket of a workflow that begins in [from, to), of all grains. `each` gets its time. */
static void
read_buckets(struct pawl_sqlite *c, uint64_t workflow_id, int64_t from_s, int64_t to_s,
	     void (*each)(void *ctx, int64_t at_s, struct pawl_str counts), void *ctx)
{
	static const char sql[] = "SELECT at, counts FROM stat WHERE workflow_id = ?1"
				  " AND grain = ?2 AND at >= ?3 AND at < ?4";

	for (size_t i = 0; i < N_GRAINS; i++) {
		sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

		pawl_sqlite_bind_u64(st, 1, workflow_id);
		pawl_sqlite_bind_i64(st, 2, grains[i].grain);
		pawl_sqlite_bind_i64(st, 3, from_s);
		pawl_sqlite_bind_i64(st, 4, to_s);
		while (pawl_sqlite_step(c, st))
			each(ctx, sqlite3_column_int64(st, 0),
			     pawl_str(sqlite3_column_blob(st, 1),
				      (size_t)sqlite3_column_bytes(st, 1)));
	}
}

static void
add_up(void *ctx, int64_t at_s, struct pawl_str counts)
{
	(void)at_s;
	(void)pawl_stat_decode(counts, ctx);
}

void
pawl_sqlite_stats_sum(struct pawl_sqlite *c, uint64_t workflow_id, int64_t from_s, int64_t to_s,
		      uint64_t by[PAWL_STAT_N])
{
	read_buckets(c, workflow_id, from_s, to_s, add_up, by);
}

static void
add_to_point(void *ctx, int64_t at_s, struct pawl_str counts)
{
	struct pawl_store_series *series = ctx;
	int64_t point = (at_s * 1000000 - series->from_us) / series->step_us;

	(void)pawl_stat_decode(counts, series->points[point].by);
}

static int
by_failures(const void *a, const void *b)
{
	const struct pawl_workflow_failures *x = a, *y = b;

	return x->failed > y->failed ? -1 : x->failed < y->failed;
}

/* One workflow after the other: the buckets of one lie side by side. */
static void
read_failing(struct pawl_sqlite *c, struct pawl_store_series *series, int64_t from_s, int64_t to_s)
{
	static const char next[] = "SELECT workflow_id FROM stat WHERE workflow_id > ?1"
				   " ORDER BY workflow_id LIMIT 1";
	size_t max = series->max_failing;
	struct pawl_workflow_failures *found =
		pawl_arena_calloc(&series->op.arena, max + 1, sizeof *found);
	uint64_t id = 0;

	series->failing = found;
	for (;;) {
		struct pawl_workflow_failures *row = &found[series->n_failing];
		uint64_t by[PAWL_STAT_N] = {0};
		sqlite3_stmt *st = pawl_sqlite_stmt(c, next);

		pawl_sqlite_bind_u64(st, 1, id);
		if (!pawl_sqlite_step(c, st))
			return;
		id = pawl_sqlite_u64(st, 0);
		pawl_sqlite_reset(st);
		pawl_sqlite_stats_sum(c, id, from_s, to_s, by);
		*row = (struct pawl_workflow_failures){.workflow_id = id};
		memcpy(row->by, by + PAWL_STAT_FAILURES, sizeof row->by);
		for (size_t i = 0; i < sizeof row->by / sizeof row->by[0]; i++)
			row->failed += row->by[i];
		if (!row->failed)
			continue;
		qsort(found, series->n_failing + 1, sizeof *found, by_failures);
		if (series->n_failing < max)
			series->n_failing++;
	}
}

static void
read_silent(struct pawl_sqlite *c, struct pawl_store_series *series)
{
	static const char sql[] =
		"SELECT w.id, coalesce(s.last_request_at_us, 0) AS last FROM workflow w"
		" LEFT JOIN workflow_stat s ON s.workflow_id = w.id"
		" WHERE w.deleted_at_us = 0 AND w.state = 1 AND last < ?1 ORDER BY last LIMIT ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	series->silent =
		pawl_arena_calloc(&series->op.arena, series->max_silent, sizeof *series->silent);
	pawl_sqlite_bind_i64(st, 1, series->from_us);
	pawl_sqlite_bind_u64(st, 2, series->max_silent);
	while (pawl_sqlite_step(c, st))
		series->silent[series->n_silent++] = (struct pawl_silent_row){
			pawl_sqlite_u64(st, 0), sqlite3_column_int64(st, 1)};
}

enum pawl_err
pawl_sqlite_series(struct pawl_sqlite *c, struct pawl_store_series *series)
{
	int64_t from_s = series->from_us / 1000000;
	int64_t to_s = from_s + (int64_t)series->n_points * (series->step_us / 1000000);

	series->n_failing = series->n_silent = 0;
	series->points =
		pawl_arena_calloc(&series->op.arena, series->n_points + 1, sizeof *series->points);
	read_buckets(c, series->workflow_id, from_s, to_s, add_to_point, series);
	if (series->max_failing)
		read_failing(c, series, from_s, to_s);
	if (series->max_silent)
		read_silent(c, series);
	return PAWL_OK;
}

/* ---- functions ---------------------------------------------------------------------------- */

static struct pawl_str
blob_of(sqlite3_value *value)
{
	const char *blob = sqlite3_value_blob(value);

	return pawl_str(blob ? blob : "", (size_t)sqlite3_value_bytes(value));
}

static void
add_function(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	uint64_t by[PAWL_STAT_N] = {0};
	struct pawl_buf sum;

	pawl_buf_init(&sum, BLOB_MAX);
	for (int i = 0; i < argc; i++)
		(void)pawl_stat_decode(blob_of(argv[i]), by);
	pawl_stat_encode(&sum, by);
	sqlite3_result_blob(context, sum.data ? sum.data : "", (int)sum.len, SQLITE_TRANSIENT);
	pawl_buf_fini(&sum);
}

bool
pawl_sqlite_stats_functions(struct pawl_sqlite *c)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	return sqlite3_create_function(c->db, "pawl_stat_add", 2, flags, NULL, add_function, NULL,
				       NULL) == SQLITE_OK &&
	       sqlite3_create_function(c->db, "pawl_recent_add", 2, flags, NULL,
				       pawl_sqlite_recent_function, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(c->db, "pawl_has_text", 2, flags, c,
				       pawl_sqlite_has_text_function, NULL, NULL) == SQLITE_OK;
}
