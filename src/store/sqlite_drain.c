/* Backlogs that drain at a pace. What belongs to one is told by the ids: queued runs below the id
 * that was new when the workflow became active. The pace is kept by whoever claims. */
#include "base/id.h"
#include "store/sqlite.h"

static void
write_drain(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t per_second, uint64_t below)
{
	static const char sql[] =
		"UPDATE workflow SET drain_per_second = ?2, drain_below = ?3 WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, per_second);
	pawl_sqlite_bind_u64(st, 3, below);
	pawl_sqlite_run(c, st);
}

void
pawl_sqlite_drain_set(struct pawl_sqlite *c, const struct pawl_store_workflow_state *change,
		      bool was_active, struct pawl_workflow_row *row)
{
	uint32_t per_second = row->drain_per_second;
	uint64_t below = row->drain_below;

	if (change->state != PAWL_WORKFLOW_ACTIVE)
		per_second = 0;
	else if (change->has_drain || !was_active)
		per_second = change->drain_per_second;
	if (!per_second)
		below = 0;
	else if (!was_active || !below)
		below = pawl_id_new();
	if (per_second != row->drain_per_second || below != row->drain_below)
		write_drain(c, row->id, per_second, below);
	row->drain_per_second = per_second;
	row->drain_below = below;
	row->drain_left = pawl_sqlite_drain_left(c, row);
}

uint64_t
pawl_sqlite_drain_left(struct pawl_sqlite *c, const struct pawl_workflow_row *row)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM run INDEXED BY run_by_state WHERE state = 0"
		"  AND state <> 3 AND id < ?2 AND workflow_id = ?1)"
		" + (SELECT count(*) FROM " PAWL_SQL_TAIL_RUNS " AND id < ?2 AND workflow_id = ?1)";
	sqlite3_stmt *st;
	uint64_t n = 0;

	if (!row->drain_per_second)
		return 0;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_u64(st, 2, row->drain_below);
	if (pawl_sqlite_step(c, st))
		n = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return n;
}

void
pawl_sqlite_drain_check(struct pawl_sqlite *c, struct pawl_store_drain *drain)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT 1 FROM run INDEXED BY run_queued WHERE state = 0"
		"  AND behind = 0 AND workflow_id = ?1 AND id < ?2)"
		" OR EXISTS (SELECT 1 FROM run INDEXED BY run_in_order WHERE workflow_id = ?1"
		"  AND order_key <> '' AND state < 3 AND behind = 1 AND id < ?2)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	bool is_left = true;

	pawl_sqlite_bind_u64(st, 1, drain->workflow_id);
	pawl_sqlite_bind_u64(st, 2, drain->below);
	if (pawl_sqlite_step(c, st))
		is_left = sqlite3_column_int(st, 0) != 0;
	pawl_sqlite_reset(st);
	if (is_left)
		return;
	write_drain(c, drain->workflow_id, 0, 0);
	drain->is_over = true;
}
