/* The intake: how an accepted request becomes a run.
 *
 * What was accepted comes out of the journal (import.c) as one row of `request` and nothing else,
 * with the place in the journal up to which that was done. The run that it starts exists from
 * then on, but only by implication: queued, with the request's id. CLAIM reads the requests in
 * the order of their ids, from where `intake.admitted_id` (the cursor) stands, gives each its row
 * in `run` (or in request_by_workflow when it starts none), and moves the cursor. All in the
 * writer's transactions, so that at any commit:
 *
 *   id <= cursor   the request's run has a row; lists find the request through an index
 *   id >  cursor   "the tail": the run is implied, unless it was admitted ahead of its turn,
 *                  because somebody canceled it while it was queued (admit_one)
 *
 * Requests come in the order of their ids: nothing ever appears below the cursor.
 * Whoever reads runs or requests merges both sides with PAWL_SQL_TAIL and PAWL_SQL_TAIL_RUNS, in
 * one statement or one transaction, so that a row cannot slip from one to the other in between. */
#include "store/sqlite.h"

uint64_t
pawl_sqlite_intake_cursor(struct pawl_sqlite *c)
{
	return pawl_sqlite_value(c, "SELECT admitted_id FROM intake");
}

void
pawl_sqlite_intake_set_cursor(struct pawl_sqlite *c, uint64_t admitted_id)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "UPDATE intake SET admitted_id = ?1");

	pawl_sqlite_bind_u64(st, 1, admitted_id);
	pawl_sqlite_run(c, st);
}

void
pawl_sqlite_intake_set_journal_places(struct pawl_sqlite *c, uint64_t place, uint64_t keys_place)
{
	static const char sql[] = "UPDATE intake SET journal_place = ?1, keys_place = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, place);
	pawl_sqlite_bind_u64(st, 2, keys_place);
	pawl_sqlite_run(c, st);
}

struct pawl_run_row
pawl_sqlite_intake_run(const struct pawl_request_row *request)
{
	return (struct pawl_run_row){
		.id = request->id,
		.workflow_id = request->workflow_id,
		.revision = request->revision,
		.state = PAWL_RUN_QUEUED,
		.request_id = request->id,
		.queued_at_us = request->received_at_us,
		.attempt = 1,
		.trigger = request->trigger,
		.input = PAWL_STR(""),
		.error = PAWL_STR(""),
		.output = PAWL_STR(""),
		.order_key = request->order_key,
	};
}

bool
pawl_sqlite_intake_admit(struct pawl_sqlite *c, const struct pawl_run_row *run)
{
	static const char sql[] =
		"INSERT INTO run (id, workflow_id, revision, state, paused, request_id, replay_of,"
		" queued_at_us, started_at_us, finished_at_us, wake_at_us, attempt, crashes,"
		" error, input, output, order_key, behind, trigger)"
		" VALUES (?1, ?2, ?3, ?4, 0, ?1, 0, ?5, ?6, 0, 0, 1, 0, '', '', '', ?7, ?8, ?9)"
		" ON CONFLICT (id) DO NOTHING";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, run->id);
	pawl_sqlite_bind_u64(st, 2, run->workflow_id);
	pawl_sqlite_bind_u64(st, 3, run->revision);
	pawl_sqlite_bind_i64(st, 4, run->state);
	pawl_sqlite_bind_i64(st, 5, run->queued_at_us);
	pawl_sqlite_bind_i64(st, 6, run->started_at_us);
	pawl_sqlite_bind_text(st, 7, run->order_key);
	pawl_sqlite_bind_i64(st, 8, run->behind);
	pawl_sqlite_bind_i64(st, 9, run->trigger);
	return pawl_sqlite_run(c, st) && sqlite3_changes(c->db) == 1;
}

void
pawl_sqlite_intake_index(struct pawl_sqlite *c, const struct pawl_request_row *request)
{
	static const char sql[] =
		"INSERT INTO request_by_workflow (workflow_id, id, verdict) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, request->workflow_id);
	pawl_sqlite_bind_u64(st, 2, request->id);
	pawl_sqlite_bind_i64(st, 3, request->verdict);
	pawl_sqlite_run(c, st);
}

bool
pawl_sqlite_intake_admit_one(struct pawl_sqlite *c, uint64_t run_id)
{
	static const char sql[] =
		"SELECT id, workflow_id, revision, received_at_us, order_key, trigger "
		"FROM " PAWL_SQL_TAIL_RUNS " AND id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	struct pawl_request_row request = {.id = run_id};
	struct pawl_run_row run;
	struct pawl_arena arena;
	bool is_admitted;

	pawl_sqlite_bind_u64(st, 1, run_id);
	if (!pawl_sqlite_step(c, st))
		return false;
	pawl_arena_init(&arena, 512);
	request.workflow_id = pawl_sqlite_u64(st, 1);
	request.revision = (uint32_t)pawl_sqlite_u64(st, 2);
	request.received_at_us = sqlite3_column_int64(st, 3);
	request.order_key = pawl_sqlite_str(st, 4, &arena);
	request.trigger = sqlite3_column_int(st, 5);
	pawl_sqlite_reset(st);
	run = pawl_sqlite_intake_run(&request);
	run.behind = run.order_key.len > 0; /* others of its key may stand before it */
	is_admitted = pawl_sqlite_intake_admit(c, &run);
	pawl_arena_fini(&arena);
	return is_admitted;
}

void
pawl_sqlite_intake_skip(struct pawl_sqlite *c)
{
	static const char sql[] = "SELECT id, workflow_id, verdict, starts_run FROM request"
				  " WHERE id > ?1 ORDER BY id LIMIT 1000";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t cursor = pawl_sqlite_intake_cursor(c), start = cursor;

	pawl_sqlite_bind_u64(st, 1, cursor);
	while (pawl_sqlite_step(c, st)) {
		if (sqlite3_column_int(st, 3))
			break;
		cursor = pawl_sqlite_u64(st, 0);
		pawl_sqlite_intake_index(
			c, &(struct pawl_request_row){.id = cursor,
						      .workflow_id = pawl_sqlite_u64(st, 1),
						      .verdict = sqlite3_column_int(st, 2)});
	}
	pawl_sqlite_reset(st);
	if (cursor != start)
		pawl_sqlite_intake_set_cursor(c, cursor);
}
