/* Replays of many runs: REPLAY_COUNT, REPLAY_FIND, REPLAY_ADD, REPLAY_STEP, REPLAY_STOP, and
 * reading them.
 *
 * A step looks at a bounded number of runs, or of requests that started none, in the order of their
 * ids, makes what it makes of those that match, and moves the cursor, in one transaction: after a
 * crash none is started twice. Runs that a replay makes have ids above its end. */
#include "base/clock.h"
#include "base/id.h"
#include "store/failure.h"
#include "store/sqlite.h"

#define LOOKED_AT_ONCE 2000

#define COLUMNS                                                                                    \
	"id, state, is_retry, workflow_id, states, from_us, to_us, class, code, event, revision, " \
	"per_second, before_id, cursor_id, matched, done, skipped, created_at_us, "                \
	"finished_at_us, verdict"

/* A detail may be empty, and the order of terms does not tell which is looked at first. */
#define IS_EVENT                                                                                   \
	"CASE WHEN json_valid(detail) THEN json_extract(detail, '$.event') = ?10 ELSE 0 END"

/* The run at hand fits the filter. Parameters from ?4 on: bind_filter. */
#define MATCHES                                                                                    \
	"((1 << state) & ?4) <> 0 AND NOT flags & 1 AND (?5 = 0 OR workflow_id = ?5) AND "         \
	"queued_at_us >= ?6"                                                                       \
	" AND queued_at_us < ?7 AND (?8 = '' OR pawl_failure_class(state, error) = ?8)"            \
	" AND (?9 = '' OR pawl_failure_code(error) = ?9)"                                          \
	" AND (?10 = '' OR EXISTS (SELECT 1 FROM request WHERE request.id = request_id"            \
	" AND " IS_EVENT "))"

/* The same of a request. */
#define REQUEST_MATCHES                                                                            \
	"(?5 = 0 OR workflow_id = ?5) AND received_at_us >= ?6 AND received_at_us < ?7"            \
	" AND (?10 = '' OR " IS_EVENT ")"

/* Requests with the verdict ?11 and ids between ?1 and ?2: by the index, and those that are not in
 * it yet. */
#define REQUEST_IDS                                                                                \
	"SELECT id FROM request_by_workflow INDEXED BY request_by_verdict"                         \
	" WHERE verdict = ?11 AND id > ?1 AND id < ?2"                                             \
	" UNION ALL SELECT id FROM request WHERE verdict = ?11"                                    \
	" AND id > max(?1, (SELECT admitted_id FROM intake)) AND id < ?2"

static void
bind_filter(sqlite3_stmt *st, const struct pawl_replay_row *row)
{
	pawl_sqlite_bind_u64(st, 4, row->states);
	pawl_sqlite_bind_u64(st, 5, row->workflow_id);
	pawl_sqlite_bind_i64(st, 6, row->from_us ? row->from_us : INT64_MIN);
	pawl_sqlite_bind_i64(st, 7, row->to_us ? row->to_us : INT64_MAX);
	pawl_sqlite_bind_text(st, 8, row->failure_class);
	pawl_sqlite_bind_text(st, 9, row->code);
	pawl_sqlite_bind_text(st, 10, row->event);
	if (row->verdict)
		pawl_sqlite_bind_i64(st, 11, row->verdict);
}

static void
read_replay(sqlite3_stmt *st, struct pawl_arena *arena, struct pawl_replay_row *row)
{
	*row = (struct pawl_replay_row){
		.id = pawl_sqlite_u64(st, 0),
		.state = sqlite3_column_int(st, 1),
		.is_retry = sqlite3_column_int(st, 2) != 0,
		.workflow_id = pawl_sqlite_u64(st, 3),
		.states = (uint32_t)pawl_sqlite_u64(st, 4),
		.from_us = sqlite3_column_int64(st, 5),
		.to_us = sqlite3_column_int64(st, 6),
		.failure_class = pawl_sqlite_str(st, 7, arena),
		.code = pawl_sqlite_str(st, 8, arena),
		.event = pawl_sqlite_str(st, 9, arena),
		.revision = (uint32_t)pawl_sqlite_u64(st, 10),
		.per_second = (uint32_t)pawl_sqlite_u64(st, 11),
		.before = pawl_sqlite_u64(st, 12),
		.cursor = pawl_sqlite_u64(st, 13),
		.matched = pawl_sqlite_u64(st, 14),
		.done = pawl_sqlite_u64(st, 15),
		.skipped = pawl_sqlite_u64(st, 16),
		.created_at_us = sqlite3_column_int64(st, 17),
		.finished_at_us = sqlite3_column_int64(st, 18),
		.verdict = sqlite3_column_int(st, 19),
	};
}

static bool
find_replay(struct pawl_sqlite *c, uint64_t id, struct pawl_arena *arena,
	    struct pawl_replay_row *row)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT " COLUMNS " FROM replay WHERE id = ?1");

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(c, st))
		return false;
	read_replay(st, arena, row);
	pawl_sqlite_reset(st);
	return true;
}

static void
write_replay(struct pawl_sqlite *c, const struct pawl_replay_row *row)
{
	static const char sql[] = "INSERT OR REPLACE INTO replay (" COLUMNS ") VALUES (?1, ?2, ?3,"
				  " ?5, ?4, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
				  " ?17, ?18, ?19, ?20)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	bind_filter(st, row);
	pawl_sqlite_bind_i64(st, 6, row->from_us);
	pawl_sqlite_bind_i64(st, 7, row->to_us);
	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_i64(st, 2, row->state);
	pawl_sqlite_bind_i64(st, 3, row->is_retry);
	pawl_sqlite_bind_u64(st, 11, row->revision);
	pawl_sqlite_bind_u64(st, 12, row->per_second);
	pawl_sqlite_bind_u64(st, 13, row->before);
	pawl_sqlite_bind_u64(st, 14, row->cursor);
	pawl_sqlite_bind_u64(st, 15, row->matched);
	pawl_sqlite_bind_u64(st, 16, row->done);
	pawl_sqlite_bind_u64(st, 17, row->skipped);
	pawl_sqlite_bind_i64(st, 18, row->created_at_us);
	pawl_sqlite_bind_i64(st, 19, row->finished_at_us);
	pawl_sqlite_bind_i64(st, 20, row->verdict);
	pawl_sqlite_run(c, st);
}

static enum pawl_err
count(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	static const char runs[] = "SELECT count(*) FROM run WHERE id > ?1 AND id < ?2"
				   " AND ?3 = 0 AND " MATCHES;
	static const char requests[] =
		"SELECT count(*) FROM request WHERE ?3 = 0 AND id IN (" REQUEST_IDS
		") AND " REQUEST_MATCHES;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, op->row.verdict ? requests : runs);

	pawl_sqlite_bind_u64(st, 1, op->row.cursor);
	pawl_sqlite_bind_u64(st, 2, op->row.before ? op->row.before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 3, 0);
	bind_filter(st, &op->row);
	if (pawl_sqlite_step(c, st))
		op->row.matched = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return PAWL_OK;
}

static enum pawl_err
find_newest(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	static const char sql[] = "SELECT id FROM run INDEXED BY run_by_workflow"
				  " WHERE workflow_id = ?5 AND id < ?1 AND ?3 = 0 AND " MATCHES
				  " ORDER BY id DESC LIMIT ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	op->found = pawl_arena_alloc(&op->op.arena, (op->max + 1) * sizeof *op->found);
	op->n_found = 0;
	pawl_sqlite_bind_u64(st, 1, op->row.before ? op->row.before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 2, op->max);
	pawl_sqlite_bind_u64(st, 3, 0);
	bind_filter(st, &op->row);
	while (pawl_sqlite_step(c, st))
		op->found[op->n_found++] = pawl_sqlite_u64(st, 0);
	return PAWL_OK;
}

static enum pawl_err
add(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	if (op->row.revision == PAWL_REVISION_DRAFT) {
		op->row.revision =
			pawl_sqlite_draft_copy(c, op->row.workflow_id, op->row.created_at_us);
		if (!op->row.revision)
			return PAWL_ENOTFOUND;
	}
	op->row.id = pawl_id_new();
	op->row.before = op->row.id;
	op->row.state = PAWL_REPLAY_RUNNING;
	write_replay(c, &op->row);
	return PAWL_OK;
}

static void
end(struct pawl_sqlite *c, struct pawl_replay_row *row, enum pawl_replay_state state)
{
	row->state = state;
	row->finished_at_us = pawl_clock_now_us();
	write_replay(c, row);
	pawl_sqlite_draft_release(c, row->workflow_id, row->revision);
}

static enum pawl_err
stop(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	if (!find_replay(c, op->row.id, &op->op.arena, &op->row))
		return PAWL_ENOTFOUND;
	if (op->row.state != PAWL_REPLAY_RUNNING)
		return PAWL_ESTATE;
	end(c, &op->row, PAWL_REPLAY_STOPPED);
	return PAWL_OK;
}

/* ---- a step ---------------------------------------------------------------------------- */

static uint32_t
active_revision(struct pawl_sqlite *c, uint64_t workflow_id)
{
	static const char sql[] =
		"SELECT active_revision FROM workflow WHERE id = ?1 AND deleted_at_us = 0";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint32_t revision = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	if (pawl_sqlite_step(c, st))
		revision = (uint32_t)pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return revision;
}

/* A new run like the one that is replayed, or of the request. False: its workflow runs nothing any
 * more. */
static bool
start_again(struct pawl_sqlite *c, const struct pawl_replay_row *row, uint64_t id)
{
	static const char of_run[] =
		"SELECT workflow_id, request_id, order_key, input, trigger FROM run WHERE id = ?1";
	static const char of_request[] =
		"SELECT workflow_id, id, order_key, '', trigger FROM request WHERE id = ?1";
	struct pawl_store_start_run start = {.run = {.replay_of = row->verdict ? 0 : id}};
	sqlite3_stmt *st = pawl_sqlite_stmt(c, row->verdict ? of_request : of_run);
	bool is_started;

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(c, st))
		return false;
	pawl_arena_init(&start.op.arena, 0);
	start.run.workflow_id = pawl_sqlite_u64(st, 0);
	start.run.request_id = pawl_sqlite_u64(st, 1);
	start.run.order_key = pawl_sqlite_str(st, 2, &start.op.arena);
	start.run.input = pawl_sqlite_str(st, 3, &start.op.arena);
	start.run.trigger = sqlite3_column_int(st, 4);
	pawl_sqlite_reset(st);
	start.run.queued_at_us = pawl_clock_now_us();
	start.run.revision =
		row->revision ? row->revision : active_revision(c, start.run.workflow_id);
	is_started = start.run.revision && pawl_sqlite_start_run(c, &start) == PAWL_OK;
	pawl_arena_fini(&start.op.arena);
	return is_started;
}

static bool
retry(struct pawl_sqlite *c, uint64_t id, enum pawl_run_state state)
{
	struct pawl_store_requeue requeue = {.run_id = id};

	return state > PAWL_RUN_COMPLETED && pawl_sqlite_requeue(c, &requeue) == PAWL_OK;
}

struct found {
	uint64_t id;
	enum pawl_run_state state;
};

/* Up to `max` that match; *seen is the last that was looked at, *at_end that it was the last one
 * there is. */
static size_t
look(struct pawl_sqlite *c, const struct pawl_replay_row *row, size_t max, struct found *found,
     uint64_t *seen, bool *at_end)
{
	static const char runs[] = "SELECT id, state, " MATCHES " FROM (SELECT * FROM run"
				   " WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3)";
	static const char requests[] = "SELECT id, 0, " REQUEST_MATCHES " FROM (" REQUEST_IDS
				       " ORDER BY id LIMIT ?3) JOIN request USING (id) ORDER BY id";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, row->verdict ? requests : runs);
	size_t n = 0, n_seen = 0;

	pawl_sqlite_bind_u64(st, 1, row->cursor);
	pawl_sqlite_bind_u64(st, 2, row->before);
	pawl_sqlite_bind_u64(st, 3, LOOKED_AT_ONCE);
	bind_filter(st, row);
	while (n < max && pawl_sqlite_step(c, st)) {
		*seen = pawl_sqlite_u64(st, 0);
		n_seen++;
		if (sqlite3_column_int(st, 2))
			found[n++] = (struct found){*seen, sqlite3_column_int(st, 1)};
	}
	pawl_sqlite_reset(st);
	*at_end = n < max && n_seen < LOOKED_AT_ONCE;
	return n;
}

static enum pawl_err
step(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	struct pawl_replay_row *row = &op->row;
	struct found *found = pawl_arena_alloc(&op->op.arena, (op->max + 1) * sizeof *found);
	size_t n;
	bool at_end;

	if (!find_replay(c, row->id, &op->op.arena, row))
		return PAWL_ENOTFOUND;
	if (row->state != PAWL_REPLAY_RUNNING)
		return PAWL_ESTATE;
	n = look(c, row, op->max, found, &row->cursor, &at_end);
	op->n_started = 0;
	for (size_t i = 0; i < n; i++) {
		bool ok = row->is_retry ? retry(c, found[i].id, found[i].state)
					: start_again(c, row, found[i].id);

		op->n_started += ok;
		row->skipped += !ok;
	}
	row->done += op->n_started;
	if (at_end)
		end(c, row, PAWL_REPLAY_COMPLETED);
	else
		write_replay(c, row);
	return PAWL_OK;
}

/* ---- reading ----------------------------------------------------------------------------- */

enum pawl_err
pawl_sqlite_replay_op(struct pawl_sqlite *c, struct pawl_store_replay *op)
{
	if (op->op.kind == PAWL_STORE_REPLAY_COUNT)
		return count(c, op);
	if (op->op.kind == PAWL_STORE_REPLAY_FIND)
		return find_newest(c, op);
	if (op->op.kind == PAWL_STORE_REPLAY_ADD)
		return add(c, op);
	if (op->op.kind == PAWL_STORE_REPLAY_STOP)
		return stop(c, op);
	if (op->op.kind == PAWL_STORE_REPLAY_STEP)
		return step(c, op);
	return find_replay(c, op->row.id, &op->op.arena, &op->row) ? PAWL_OK : PAWL_ENOTFOUND;
}

enum pawl_err
pawl_sqlite_replays(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] = "SELECT " COLUMNS " FROM replay WHERE id < ?1"
				  " AND (?2 = 0 OR ((1 << state) & ?2) <> 0)"
				  " AND (?3 = 0 OR workflow_id = ?3) ORDER BY id DESC LIMIT ?4";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->replays = pawl_arena_calloc(&list->op.arena, list->limit, sizeof *list->replays);
	pawl_sqlite_bind_u64(st, 1, list->before ? list->before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 2, list->states);
	pawl_sqlite_bind_u64(st, 3, list->workflow_id);
	pawl_sqlite_bind_u64(st, 4, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list))
		read_replay(st, &list->op.arena, &list->replays[list->n++]);
	return PAWL_OK;
}

/* How many ended otherwise than completed, by class. */
enum pawl_err
pawl_sqlite_failures(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT pawl_failure_class(state, error), count(*) FROM run INDEXED BY run_by_state"
		" WHERE state IN (4, 5, 6) AND state <> 3 AND NOT flags & 1 AND (?1 = 0 OR "
		"workflow_id = ?1)"
		" AND queued_at_us >= ?2 AND queued_at_us < ?3 GROUP BY 1 ORDER BY 1 LIMIT ?4";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->counters = pawl_arena_calloc(&list->op.arena, list->limit, sizeof *list->counters);
	pawl_sqlite_bind_u64(st, 1, list->workflow_id);
	pawl_sqlite_bind_i64(st, 2, list->from_us ? list->from_us : INT64_MIN);
	pawl_sqlite_bind_i64(st, 3, list->to_us ? list->to_us : INT64_MAX);
	pawl_sqlite_bind_u64(st, 4, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_counter_row *row = &list->counters[list->n++];

		row->workflow_id = list->workflow_id;
		row->name = pawl_sqlite_str(st, 0, &list->op.arena);
		row->value = sqlite3_column_int64(st, 1);
	}
	return PAWL_OK;
}

/* ---- functions of failures ------------------------------------------------------------------ */

static struct pawl_str
text_of(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return pawl_str(text ? text : "", (size_t)sqlite3_value_bytes(value));
}

static void
class_function(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	sqlite3_result_text(context,
			    pawl_failure_class(sqlite3_value_int(argv[0]), text_of(argv[1])), -1,
			    SQLITE_STATIC);
}

static void
code_function(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct pawl_str code = pawl_failure_code(text_of(argv[0]));

	sqlite3_result_text(context, code.ptr, (int)code.len, SQLITE_TRANSIENT);
}

bool
pawl_sqlite_add_functions(struct pawl_sqlite *c)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	return sqlite3_create_function(c->db, "pawl_failure_class", 2, flags, NULL, class_function,
				       NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(c->db, "pawl_failure_code", 1, flags, NULL, code_function,
				       NULL, NULL) == SQLITE_OK;
}
