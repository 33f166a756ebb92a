/* Counters are kept per transaction in memory and written once per workflow and name by its
 * commit, so that a batch of accepts pays for two rows and not for two hundred. */
#include "base/alloc.h"
#include "store/sqlite.h"

static const char *const names[PAWL_COUNT_N] = {
	[PAWL_COUNT_REQUESTS + PAWL_VERDICT_ACCEPTED] = "requests_accepted",
	[PAWL_COUNT_REQUESTS + PAWL_VERDICT_REFUSED] = "requests_refused",
	[PAWL_COUNT_REQUESTS + PAWL_VERDICT_HANDSHAKE] = "requests_handshake",
	[PAWL_COUNT_REQUESTS + PAWL_VERDICT_FILTERED] = "requests_filtered",
	[PAWL_COUNT_REQUESTS + PAWL_VERDICT_DUPLICATE] = "requests_duplicate",
	[PAWL_COUNT_QUEUED] = "runs_queued",
	[PAWL_COUNT_DEQUEUED] = "runs_dequeued",
	[PAWL_COUNT_FINISHED] = "runs_completed",
	[PAWL_COUNT_FINISHED + PAWL_RUN_FAILED - PAWL_RUN_COMPLETED] = "runs_failed",
	[PAWL_COUNT_FINISHED + PAWL_RUN_CANCELED - PAWL_RUN_COMPLETED] = "runs_canceled",
	[PAWL_COUNT_FINISHED + PAWL_RUN_TIMED_OUT - PAWL_RUN_COMPLETED] = "runs_timed_out",
	[PAWL_COUNT_EVENTS_CUT] = "events_cut",
};

struct pawl_sqlite_counts *
pawl_sqlite_counts_of(struct pawl_sqlite *c, uint64_t workflow_id)
{
	struct pawl_sqlite_counts *counts;

	/* From the end: neighbours in a batch are often of the same workflow. */
	for (size_t i = c->n_counts; i-- > 0;)
		if (c->counts[i].workflow_id == workflow_id)
			return &c->counts[i];
	if (c->n_counts == c->cap_counts) {
		c->cap_counts = c->cap_counts ? 2 * c->cap_counts : 16;
		c->counts = pawl_realloc_array(c->counts, c->cap_counts, sizeof(*c->counts));
	}
	counts = &c->counts[c->n_counts++];
	*counts = (struct pawl_sqlite_counts){.workflow_id = workflow_id};
	return counts;
}

void
pawl_sqlite_count(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter)
{
	pawl_sqlite_counts_of(c, workflow_id)->by[counter]++;
}

uint64_t
pawl_sqlite_counted(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter)
{
	static const char sql[] = "SELECT value FROM counter WHERE workflow_id = ?1 AND name = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t n = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_text(st, 2, pawl_str_c(names[counter]));
	if (!pawl_sqlite_step(c, st))
		return 0;
	n = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return n;
}

void
pawl_sqlite_uncount(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter)
{
	pawl_sqlite_counts_of(c, workflow_id)->by[counter]--;
}

void
pawl_sqlite_count_queued(struct pawl_sqlite *c, uint64_t workflow_id, int64_t queued_at_us)
{
	struct pawl_effects *effects = &c->conn.effects;

	pawl_sqlite_count(c, workflow_id, PAWL_COUNT_QUEUED);
	effects->unclaimed++;
	effects->has_queued = true;
	if (!effects->first_queued_at_us || queued_at_us < effects->first_queued_at_us)
		effects->first_queued_at_us = queued_at_us;
}

void
pawl_sqlite_count_dequeued(struct pawl_sqlite *c, uint64_t workflow_id)
{
	pawl_sqlite_count(c, workflow_id, PAWL_COUNT_DEQUEUED);
	c->conn.effects.unclaimed--;
	c->conn.effects.has_dequeued = true;
}

void
pawl_sqlite_counts_write(struct pawl_sqlite *c)
{
	static const char sql[] =
		"INSERT INTO counter (workflow_id, name, value) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (workflow_id, name) DO UPDATE SET value = value + excluded.value";

	pawl_sqlite_stats_write(c);
	for (size_t i = 0; i < c->n_counts; i++) {
		if (!pawl_sqlite_tally_write(c, &c->counts[i]))
			return;
		for (unsigned k = 0; k < PAWL_COUNT_N; k++) {
			sqlite3_stmt *st;

			if (!c->counts[i].by[k])
				continue;
			st = pawl_sqlite_stmt(c, sql);
			pawl_sqlite_bind_u64(st, 1, c->counts[i].workflow_id);
			pawl_sqlite_bind_text(st, 2, pawl_str_c(names[k]));
			pawl_sqlite_bind_i64(st, 3, c->counts[i].by[k]);
			if (!pawl_sqlite_run(c, st))
				return;
		}
	}
	c->n_counts = 0;
}

uint64_t
pawl_sqlite_count_unclaimed(struct pawl_sqlite *c)
{
	static const char sql[] = "SELECT coalesce(sum(CASE name WHEN 'runs_queued' THEN value"
				  " WHEN 'runs_dequeued' THEN -value ELSE 0 END), 0) FROM counter";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	int64_t n = 0;

	if (pawl_sqlite_step(c, st))
		n = sqlite3_column_int64(st, 0);
	pawl_sqlite_reset(st);
	return n > 0 ? (uint64_t)n : 0;
}

enum pawl_err
pawl_sqlite_counters(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT workflow_id, name, value FROM counter"
		" WHERE (?1 = 0 OR workflow_id = ?1)"
		" AND (workflow_id < ?2 OR (workflow_id = ?2 AND ?3 <> '' AND name > ?3))"
		" ORDER BY workflow_id DESC, name LIMIT ?4";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	struct pawl_arena *arena = &list->op.arena;

	list->counters = pawl_arena_calloc(arena, list->limit, sizeof(*list->counters));
	pawl_sqlite_bind_u64(st, 1, list->workflow_id);
	pawl_sqlite_bind_u64(st, 2, list->before ? list->before : INT64_MAX);
	pawl_sqlite_bind_text(st, 3, list->after_name);
	pawl_sqlite_bind_u64(st, 4, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_counter_row *row = &list->counters[list->n++];

		row->workflow_id = pawl_sqlite_u64(st, 0);
		row->name = pawl_sqlite_str(st, 1, arena);
		row->value = sqlite3_column_int64(st, 2);
	}
	return PAWL_OK;
}
