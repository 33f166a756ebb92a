/* Runs of one key of a workflow go one after another, in the order of their ids, which is that of
 * acceptance. Of those that have not ended one is the first: it may be claimed, and stays the first
 * while it runs, waits, or is paused. The others are behind, which keeps them out of the indexes
 * that claims read, however many they are. When the first has ended, the next becomes it.
 *
 * Nobody is the first while those that might be it still stand in the intake's tail: a run that was
 * admitted ahead of its turn is behind until the cursor comes to it, and then settles. */
#include "store/sqlite.h"

bool
pawl_sqlite_order_has_first(struct pawl_sqlite *c, uint64_t workflow_id, struct pawl_str key)
{
	static const char sql[] = "SELECT 1 FROM run INDEXED BY run_in_order WHERE workflow_id = ?1"
				  " AND order_key = ?2 AND behind = 0 AND order_key <> ''"
				  " AND state < 3 LIMIT 1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	bool has;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_text(st, 2, key);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}

static void
settle_key(struct pawl_sqlite *c, uint64_t workflow_id, struct pawl_str key)
{
	static const char select[] =
		"SELECT id FROM run INDEXED BY run_in_order WHERE workflow_id = ?1"
		" AND order_key = ?2 AND behind = 1 AND order_key <> '' AND state < 3"
		" ORDER BY id LIMIT 1";
	sqlite3_stmt *st;
	uint64_t id;

	if (pawl_sqlite_order_has_first(c, workflow_id, key))
		return;
	st = pawl_sqlite_stmt(c, select);
	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_text(st, 2, key);
	if (!pawl_sqlite_step(c, st))
		return;
	id = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	st = pawl_sqlite_stmt(c, "UPDATE run SET behind = 0 WHERE id = ?1");
	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_run(c, st);
	c->conn.effects.has_queued = true; /* it was counted when it entered the queue */
}

void
pawl_sqlite_order_settle(struct pawl_sqlite *c, uint64_t run_id)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "SELECT workflow_id, order_key FROM run WHERE id = ?1");
	struct pawl_arena arena;
	uint64_t workflow_id;
	struct pawl_str key;

	pawl_sqlite_bind_u64(st, 1, run_id);
	if (!pawl_sqlite_step(c, st))
		return;
	pawl_arena_init(&arena, 512);
	workflow_id = pawl_sqlite_u64(st, 0);
	key = pawl_sqlite_str(st, 1, &arena);
	pawl_sqlite_reset(st);
	if (key.len)
		settle_key(c, workflow_id, key);
	pawl_arena_fini(&arena);
}
