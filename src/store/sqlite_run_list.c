/* What reads runs. The intake's tail is merged in; see sqlite_intake.c. */
#include "store/sqlite.h"

void
pawl_sqlite_read_run(sqlite3_stmt *st, struct pawl_arena *arena, bool whole,
		     struct pawl_run_row *run)
{
	*run = (struct pawl_run_row){
		.id = pawl_sqlite_u64(st, 0),
		.workflow_id = pawl_sqlite_u64(st, 1),
		.revision = (uint32_t)pawl_sqlite_u64(st, 2),
		.state = sqlite3_column_int(st, 3),
		.paused = sqlite3_column_int(st, 4) != 0,
		.request_id = pawl_sqlite_u64(st, 5),
		.replay_of = pawl_sqlite_u64(st, 6),
		.queued_at_us = sqlite3_column_int64(st, 7),
		.started_at_us = sqlite3_column_int64(st, 8),
		.finished_at_us = sqlite3_column_int64(st, 9),
		.wake_at_us = sqlite3_column_int64(st, 10),
		.attempt = (uint32_t)pawl_sqlite_u64(st, 11),
		.crashes = (uint32_t)pawl_sqlite_u64(st, 12),
		.error = pawl_sqlite_str(st, 13, arena),
		.trigger = sqlite3_column_int(st, 14),
		.flags = (uint8_t)sqlite3_column_int(st, 15),
	};
	if (whole) {
		run->input = pawl_sqlite_str(st, 16, arena);
		run->output = pawl_sqlite_str(st, 17, arena);
		run->order_key = pawl_sqlite_str(st, 18, arena);
		run->behind = sqlite3_column_int(st, 19) != 0;
	}
}

/* ---- one run ---------------------------------------------------------------- */

static void
read_node(sqlite3_stmt *st, struct pawl_arena *arena, struct pawl_node_row *node)
{
	*node = (struct pawl_node_row){
		.seq = (uint32_t)pawl_sqlite_u64(st, 0),
		.iteration = (uint32_t)pawl_sqlite_u64(st, 1),
		.state = sqlite3_column_int(st, 2),
		.attempt = (uint32_t)pawl_sqlite_u64(st, 3),
		.in_doubt_possible = sqlite3_column_int(st, 4) != 0,
		.started_at_us = sqlite3_column_int64(st, 5),
		.finished_at_us = sqlite3_column_int64(st, 6),
		.wake_at_us = sqlite3_column_int64(st, 7),
		.node_id = pawl_sqlite_str(st, 8, arena),
		.port = pawl_sqlite_str(st, 9, arena),
		.error = pawl_sqlite_str(st, 10, arena),
		.attempts = pawl_sqlite_str(st, 11, arena),
		.state_data = pawl_sqlite_str(st, 12, arena),
		.input = pawl_sqlite_str(st, 13, arena),
		.output = pawl_sqlite_str(st, 14, arena),
		.sealed = pawl_sqlite_str(st, 15, arena),
	};
}

void
pawl_sqlite_get_nodes(struct pawl_sqlite *c, struct pawl_arena *arena,
		      struct pawl_run_record *record)
{
	static const char sql[] =
		"SELECT seq, iteration, state, attempt, in_doubt_possible, started_at_us,"
		" finished_at_us, wake_at_us, node_id, port, error, attempts, state_data, input,"
		" output, sealed FROM node_run WHERE run_id = ?1 ORDER BY seq";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	size_t cap = 0;

	record->n_nodes = 0;
	pawl_sqlite_bind_u64(st, 1, record->run.id);
	while (pawl_sqlite_step(c, st)) {
		if (record->n_nodes == cap) {
			struct pawl_node_row *old = record->nodes;

			cap = cap ? 2 * cap : 8;
			record->nodes = pawl_arena_alloc(arena, cap * sizeof(*old));
			if (old)
				memcpy(record->nodes, old, record->n_nodes * sizeof(*old));
		}
		read_node(st, arena, &record->nodes[record->n_nodes++]);
	}
}

static bool
get_run(struct pawl_sqlite *c, const char *sql, uint64_t id, struct pawl_arena *arena,
	struct pawl_run_row *run)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(c, st))
		return false;
	pawl_sqlite_read_run(st, arena, true, run);
	pawl_sqlite_reset(st);
	return true;
}

enum pawl_err
pawl_sqlite_run_record(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	static const char admitted[] =
		"SELECT " PAWL_SQL_RUN ", " PAWL_SQL_RUN_REST " FROM run WHERE id = ?1";
	static const char implied[] = "SELECT " PAWL_SQL_IMPLIED_RUN ", " PAWL_SQL_IMPLIED_RUN_REST
				      " FROM " PAWL_SQL_TAIL_RUNS " AND id = ?1";
	struct pawl_arena *arena = &get->op.arena;

	get->record = pawl_arena_calloc(arena, 1, sizeof(*get->record));
	if (!get_run(c, admitted, get->id, arena, &get->record->run) &&
	    !get_run(c, implied, get->id, arena, &get->record->run))
		return PAWL_ENOTFOUND;
	if (get->record->run.request_id)
		pawl_sqlite_get_request(c, get->record->run.request_id, arena,
					&get->record->request);
	pawl_sqlite_get_nodes(c, arena, get->record);
	return PAWL_OK;
}

/* Of runs that have a row: those that nobody has claimed yet have done nothing. */
enum pawl_err
pawl_sqlite_samples(struct pawl_sqlite *c, struct pawl_store_samples *samples)
{
	static const char sql[] = "SELECT id FROM run INDEXED BY run_by_workflow"
				  " WHERE workflow_id = ?1 ORDER BY id DESC LIMIT ?2";
	struct pawl_arena *arena = &samples->op.arena;
	uint64_t *ids = pawl_arena_calloc(arena, samples->limit + 1, sizeof(*ids));
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	size_t n = 0;

	pawl_sqlite_bind_u64(st, 1, samples->workflow_id);
	pawl_sqlite_bind_u64(st, 2, samples->limit);
	while (pawl_sqlite_step(c, st))
		ids[n++] = pawl_sqlite_u64(st, 0);
	samples->n = 0;
	samples->records = pawl_arena_calloc(arena, n + 1, sizeof(*samples->records));
	for (size_t i = 0; i < n && arena->total_bytes < samples->max_bytes; i++) {
		struct pawl_store_get get = {.id = ids[i], .op = {.arena = *arena}};

		if (pawl_sqlite_run_record(c, &get) == PAWL_OK)
			samples->records[samples->n++] = get.record;
		*arena = get.op.arena;
	}
	return PAWL_OK;
}

/* ---- the list ---------------------------------------------------------------
 * One SELECT per index that can hold matches, each in the order of ids and cut at the limit.
 * Parameters: ?1 ids below, ?2 ids from, ?3 limit, ?4 workflow, ?5 request, ?6 and ?7 times,
 * ?8 class of failure. */

#define HEAD       "SELECT * FROM (SELECT " PAWL_SQL_RUN " FROM run "
#define CUT        " AND id < ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3)"
#define TIMES      " AND queued_at_us >= ?6 AND queued_at_us < ?7"
#define TAIL_TIMES " AND received_at_us >= ?6 AND received_at_us < ?7"

static void
append_part(struct pawl_buf *sql, const char *text)
{
	pawl_buf_append_c(sql, sql->len ? " UNION ALL " : "");
	pawl_buf_append_c(sql, text);
}

static void
append_filters(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	if (list->workflow_id)
		pawl_buf_append_c(sql, " AND workflow_id = ?4");
	if (list->tests == PAWL_TESTS_ONLY)
		pawl_buf_append_c(sql, " AND flags & 1");
	if (list->tests == PAWL_TESTS_NOT)
		pawl_buf_append_c(sql, " AND NOT flags & 1");
	if (list->failure_class.len)
		pawl_buf_append_c(sql, " AND pawl_failure_class(state, error) = ?8");
	pawl_buf_append_c(sql, TIMES);
}

static void
append_states(struct pawl_buf *sql, uint32_t states)
{
	pawl_buf_append_c(sql, " AND state IN (-1");
	for (unsigned state = 0; state <= PAWL_RUN_TIMED_OUT; state++)
		if (states & 1U << state)
			pawl_buf_printf(sql, ", %u", state);
	pawl_buf_append_char(sql, ')');
}

/* Runs of one request: the one with its id, and its replays. */
static void
build_by_request(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	static const char *const parts[] = {
		HEAD "WHERE id = ?5",
		HEAD "INDEXED BY run_by_request WHERE request_id = ?5 AND request_id <> 0"
		     " AND request_id <> id"};

	for (size_t i = 0; i < 2; i++) {
		append_part(sql, parts[i]);
		append_filters(sql, list);
		if (list->states)
			append_states(sql, list->states);
		pawl_buf_append_c(sql, CUT);
	}
}

static void
build_by_state(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	for (unsigned state = 0; state <= PAWL_RUN_TIMED_OUT; state++) {
		if (!(list->states & 1U << state))
			continue;
		append_part(sql, HEAD);
		pawl_buf_printf(sql, "INDEXED BY run_by_state WHERE state = %u AND state <> 3",
				state);
		append_filters(sql, list);
		pawl_buf_append_c(sql, CUT);
	}
}

/* By id or by workflow: for all states, or where completed ones, nearly all there are, are in. */
static void
build_plain(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	append_part(sql, list->tests == PAWL_TESTS_ONLY ? HEAD "INDEXED BY run_by_test WHERE 1"
			 : list->workflow_id            ? HEAD "INDEXED BY run_by_workflow WHERE 1"
							: HEAD "NOT INDEXED WHERE 1");
	append_filters(sql, list);
	if (list->states)
		append_states(sql, list->states);
	pawl_buf_append_c(sql, CUT);
}

static void
build_list(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	const uint32_t indexed =
		((1U << (PAWL_RUN_TIMED_OUT + 1)) - 1) & ~(1U << PAWL_RUN_COMPLETED);

	if (list->request_id)
		build_by_request(sql, list);
	else if (list->tests != PAWL_TESTS_ONLY && (list->states & indexed) &&
		 !(list->states & 1U << PAWL_RUN_COMPLETED))
		build_by_state(sql, list);
	else
		build_plain(sql, list);
	if (list->tests != PAWL_TESTS_ONLY &&
	    (!list->states || (list->states & 1U << PAWL_RUN_QUEUED))) {
		append_part(sql, "SELECT * FROM (SELECT " PAWL_SQL_IMPLIED_RUN
				 " FROM " PAWL_SQL_TAIL_RUNS TAIL_TIMES);
		if (list->workflow_id)
			pawl_buf_append_c(sql, " AND workflow_id = ?4");
		if (list->request_id)
			pawl_buf_append_c(sql, " AND id = ?5");
		pawl_buf_append_c(sql, CUT);
	}
	pawl_buf_append_c(sql, " ORDER BY 1 DESC LIMIT ?3");
}

enum pawl_err
pawl_sqlite_runs(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	struct pawl_arena *arena = &list->op.arena;
	struct pawl_buf sql;
	sqlite3_stmt *st;

	pawl_buf_init(&sql, 16384);
	build_list(&sql, list);
	st = pawl_sqlite_stmt_built(c, &sql);
	pawl_buf_fini(&sql);
	pawl_sqlite_bind_u64(st, 1, list->before ? list->before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 2, pawl_sqlite_id_floor(list->from_us));
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	pawl_sqlite_bind_u64(st, 4, list->workflow_id);
	pawl_sqlite_bind_u64(st, 5, list->request_id);
	pawl_sqlite_bind_i64(st, 6, list->from_us ? list->from_us : INT64_MIN);
	pawl_sqlite_bind_i64(st, 7, list->to_us ? list->to_us : INT64_MAX);
	if (list->failure_class.len)
		pawl_sqlite_bind_text(st, 8, list->failure_class);
	list->runs = pawl_arena_calloc(arena, list->limit, sizeof(*list->runs));
	while (pawl_sqlite_list_next(c, st, list))
		pawl_sqlite_read_run(st, arena, false, &list->runs[list->n++]);
	return PAWL_OK;
}
