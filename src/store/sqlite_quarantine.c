/* Quarantine: refused requests that are kept whole until they are verified, or too old, or too
 * many. The bytes stand in `request`, as they were handed in; here is which they are, and how much
 * each workflow's take. A release comes through the journal, like any accept, and counts once: only
 * for a request that is refused to this day. */
#include "base/clock.h"
#include "store/sqlite.h"

#define TRIMMED_AT_ONCE 500

static void
add_share(struct pawl_sqlite *c, uint64_t workflow_id, int64_t bytes)
{
	static const char sql[] =
		"INSERT INTO quarantine_share (workflow_id, bytes) VALUES (?1, ?2)"
		" ON CONFLICT (workflow_id) DO UPDATE SET bytes = bytes + excluded.bytes";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_i64(st, 2, bytes);
	pawl_sqlite_run(c, st);
}

void
pawl_sqlite_quarantine_add(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	static const char sql[] = "INSERT INTO quarantine (workflow_id, id, bytes, received_at_us)"
				  " VALUES (?1, ?2, ?3, ?4)";
	size_t bytes = row->headers.len + row->body.len + row->target.len;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, row->workflow_id);
	pawl_sqlite_bind_u64(st, 2, row->id);
	pawl_sqlite_bind_u64(st, 3, bytes);
	pawl_sqlite_bind_i64(st, 4, row->received_at_us);
	pawl_sqlite_run(c, st);
	add_share(c, row->workflow_id, (int64_t)bytes);
}

/* False: it is not, or no longer, in quarantine. */
static bool
take_out(struct pawl_sqlite *c, uint64_t workflow_id, uint64_t id)
{
	static const char sql[] =
		"DELETE FROM quarantine WHERE workflow_id = ?1 AND id = ?2 RETURNING bytes";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	int64_t bytes;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, id);
	if (!pawl_sqlite_step(c, st))
		return false;
	bytes = sqlite3_column_int64(st, 0);
	pawl_sqlite_reset(st);
	add_share(c, workflow_id, -bytes);
	return pawl_sqlite_is_ok(c);
}

/* ---- release --------------------------------------------------------------------------- */

/* False: there is no such request any more, or it was released before. */
static bool
update_request(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	static const char sql[] =
		"UPDATE request SET revision = ?2, verdict = ?3, starts_run = ?4, status = ?5,"
		" reason = ?6, detail = ?7, headers = ?8, body = ?9, flags = ?10,"
		" duplicate_of = ?11, order_key = ?12"
		" WHERE id = ?1 AND verdict = ?13 AND (flags & ?14) = 0";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_u64(st, 2, row->revision);
	pawl_sqlite_bind_i64(st, 3, row->verdict);
	pawl_sqlite_bind_i64(st, 4, row->starts_run);
	pawl_sqlite_bind_i64(st, 5, row->status);
	pawl_sqlite_bind_text(st, 6, row->reason);
	pawl_sqlite_bind_text(st, 7, row->detail);
	pawl_sqlite_bind_blob(st, 8, row->headers);
	pawl_sqlite_bind_blob(st, 9, row->body);
	pawl_sqlite_bind_i64(st, 10, row->flags);
	pawl_sqlite_bind_u64(st, 11, row->duplicate_of);
	pawl_sqlite_bind_text(st, 12, row->order_key);
	pawl_sqlite_bind_i64(st, 13, PAWL_VERDICT_REFUSED);
	pawl_sqlite_bind_i64(st, 14, PAWL_REQUEST_RELEASED);
	return pawl_sqlite_run(c, st) && sqlite3_changes(c->db) == 1;
}

/* Below the intake's cursor, a request that starts a run has a row in `run`, and any other one in
 * request_by_workflow. */
static void
move_index(struct pawl_sqlite *c, const struct pawl_request_row *row, int64_t now_us)
{
	static const char unindex[] =
		"DELETE FROM request_by_workflow WHERE workflow_id = ?1 AND id = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, unindex);
	struct pawl_run_row run = pawl_sqlite_intake_run(row);

	pawl_sqlite_bind_u64(st, 1, row->workflow_id);
	pawl_sqlite_bind_u64(st, 2, row->id);
	pawl_sqlite_run(c, st);
	run.queued_at_us = now_us;
	run.behind = run.order_key.len > 0 &&
		     pawl_sqlite_order_has_first(c, run.workflow_id, run.order_key);
	if (row->starts_run)
		pawl_sqlite_intake_admit(c, &run);
	else
		pawl_sqlite_intake_index(c, row);
}

void
pawl_sqlite_quarantine_release(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	int64_t now_us = pawl_clock_now_us();

	/* It may have been dropped for room meanwhile: its bytes are at hand all the same. */
	(void)take_out(c, row->workflow_id, row->id);
	if (!update_request(c, row))
		return;
	pawl_sqlite_uncount(c, row->workflow_id, PAWL_COUNT_REQUESTS + PAWL_VERDICT_REFUSED);
	pawl_sqlite_count(c, row->workflow_id, PAWL_COUNT_REQUESTS + row->verdict);
	pawl_sqlite_tally_request(c, row->workflow_id, PAWL_VERDICT_REFUSED, -1);
	pawl_sqlite_tally_request(c, row->workflow_id, row->verdict, 1);
	if (row->starts_run) {
		pawl_sqlite_count_queued(c, row->workflow_id, now_us);
		pawl_sqlite_tally_run(c, row->workflow_id, PAWL_SQLITE_NO_RUN, PAWL_RUN_QUEUED);
	}
	if (row->id <= pawl_sqlite_intake_cursor(c))
		move_index(c, row, now_us);
}

/* ---- bounds ------------------------------------------------------------------------------ */

/* The request stays in the log without its headers and body. */
static void
drop(struct pawl_sqlite *c, uint64_t workflow_id, uint64_t id)
{
	static const char sql[] =
		"UPDATE request SET headers = x'', body = x'', flags = flags & ~?2"
		" WHERE id = ?1";
	sqlite3_stmt *st;

	if (!take_out(c, workflow_id, id))
		return;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, PAWL_REQUEST_QUARANTINED);
	pawl_sqlite_run(c, st);
}

/* The first row of a statement that gives a workflow and an id; false when it has none. */
static bool
read_one(struct pawl_sqlite *c, sqlite3_stmt *st, uint64_t *workflow_id, uint64_t *id)
{
	if (!pawl_sqlite_step(c, st))
		return false;
	*workflow_id = pawl_sqlite_u64(st, 0);
	*id = pawl_sqlite_u64(st, 1);
	pawl_sqlite_reset(st);
	return true;
}

static bool
find_old(struct pawl_sqlite *c, int64_t before_us, uint64_t *workflow_id, uint64_t *id)
{
	static const char sql[] = "SELECT workflow_id, id FROM quarantine"
				  " WHERE received_at_us < ?1 ORDER BY received_at_us LIMIT 1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_i64(st, 1, before_us);
	return read_one(c, st, workflow_id, id);
}

/* The oldest of the workflow that takes the most: who floods pushes out nobody but himself. */
static bool
find_surplus(struct pawl_sqlite *c, uint64_t max_bytes, uint64_t *workflow_id, uint64_t *id)
{
	static const char total[] = "SELECT coalesce(sum(bytes), 0) FROM quarantine_share";
	static const char sql[] =
		"SELECT workflow_id, id FROM quarantine WHERE workflow_id ="
		" (SELECT workflow_id FROM quarantine_share ORDER BY bytes DESC LIMIT 1)"
		" ORDER BY id LIMIT 1";

	return pawl_sqlite_value(c, total) > max_bytes &&
	       read_one(c, pawl_sqlite_stmt(c, sql), workflow_id, id);
}

enum pawl_err
pawl_sqlite_quarantine_trim(struct pawl_sqlite *c, struct pawl_store_quarantine_trim *trim)
{
	uint64_t workflow_id, id;

	trim->n_dropped = 0;
	while (trim->n_dropped < TRIMMED_AT_ONCE && pawl_sqlite_is_ok(c) &&
	       (find_old(c, trim->before_us, &workflow_id, &id) ||
		find_surplus(c, trim->max_bytes, &workflow_id, &id))) {
		drop(c, workflow_id, id);
		trim->n_dropped++;
	}
	trim->more = trim->n_dropped == TRIMMED_AT_ONCE;
	return PAWL_OK;
}

/* ---- reading -------------------------------------------------------------------------------- */

enum pawl_err
pawl_sqlite_quarantined(struct pawl_sqlite *c, struct pawl_store_quarantined *list)
{
	static const char sql[] =
		"SELECT id FROM quarantine WHERE workflow_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
	struct pawl_arena *arena = &list->op.arena;
	uint64_t *ids = pawl_arena_calloc(arena, list->limit + 1, sizeof(*ids));
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	size_t n = 0, bytes = 0;

	pawl_sqlite_bind_u64(st, 1, list->workflow_id);
	pawl_sqlite_bind_u64(st, 2, list->after);
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	while (pawl_sqlite_step(c, st))
		ids[n++] = pawl_sqlite_u64(st, 0);
	list->n = 0;
	list->requests = pawl_arena_calloc(arena, list->limit, sizeof(*list->requests));
	list->more = n > list->limit;
	for (size_t i = 0; i < n && i < list->limit; i++) {
		struct pawl_request_row *row = &list->requests[list->n];

		if (bytes >= list->max_bytes) {
			list->more = true;
			break;
		}
		if (!pawl_sqlite_get_request(c, ids[i], arena, row))
			continue;
		bytes += row->headers.len + row->body.len;
		list->n++;
	}
	return PAWL_OK;
}
