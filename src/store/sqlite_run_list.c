/* What reads runs. The intake's tail is merged in; see sqlite_intake.c. */
#include "store/failure.h"
#include "store/sqlite_search.h"

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
 * One SELECT per index that can hold matches, each in the order of ids, merged here. In SQL stands
 * what an index can tell, so that no statement looks at many rows before it answers; the rest is
 * looked at here. Parameters: ?1 ids below, ?2 ids from, ?3 workflow, ?4 request. */

enum { ERROR = 13, TRIGGER, FLAGS, ORDER_KEY, DETAIL };

#define DETAIL_OF_REQUEST "(SELECT detail FROM request WHERE request.id = run.request_id)"
#define CUT               " AND id < ?1 AND id >= ?2 ORDER BY id DESC"

/* Of the row's request only where it is searched. */
static void
append_head(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	pawl_buf_append_c(sql, "SELECT " PAWL_SQL_RUN ", order_key");
	pawl_buf_append_c(sql, list->search.len ? ", " DETAIL_OF_REQUEST : "");
	pawl_buf_append_c(sql, " FROM run ");
}

static void
add_source(struct pawl_scan *scan, struct pawl_buf *sql)
{
	const struct pawl_store_list *list = scan->list;
	uint64_t before = pawl_sqlite_id_ceiling(scan->c, list->to_us);
	uint64_t id = pawl_scan_id(list->search);
	sqlite3_stmt *st;

	pawl_buf_append_c(sql, CUT);
	st = pawl_sqlite_stmt_built(scan->c, sql);
	pawl_buf_reset(sql);
	pawl_sqlite_bind_u64(st, 1, list->before && list->before < before ? list->before : before);
	pawl_sqlite_bind_u64(st, 2, pawl_sqlite_id_floor(list->from_us));
	pawl_sqlite_bind_u64(st, 3, list->workflow_id);
	pawl_sqlite_bind_u64(st, 4, list->request_id ? list->request_id : id);
	pawl_scan_add(scan, st);
}

/* Runs of one request: the one with its id, and its replays. */
static void
add_by_request(struct pawl_scan *scan, struct pawl_buf *sql)
{
	append_head(sql, scan->list);
	pawl_buf_append_c(sql, "WHERE id = ?4");
	add_source(scan, sql);
	append_head(sql, scan->list);
	pawl_buf_append_c(sql, "INDEXED BY run_by_request WHERE request_id = ?4"
			       " AND request_id <> 0 AND request_id <> id");
	add_source(scan, sql);
}

static void
add_by_state(struct pawl_scan *scan, struct pawl_buf *sql, uint32_t states)
{
	for (unsigned state = 0; state <= PAWL_RUN_TIMED_OUT; state++) {
		if (!(states & 1U << state))
			continue;
		append_head(sql, scan->list);
		pawl_buf_printf(sql, "INDEXED BY run_by_state WHERE state = %u AND state <> 3%s",
				state, scan->list->workflow_id ? " AND workflow_id = ?3" : "");
		add_source(scan, sql);
	}
}

/* By id or by workflow: for all states, or where completed ones, nearly all there are, are in. */
static void
add_plain(struct pawl_scan *scan, struct pawl_buf *sql)
{
	append_head(sql, scan->list);
	pawl_buf_append_c(
		sql, scan->list->tests == PAWL_TESTS_ONLY ? "INDEXED BY run_by_test WHERE flags & 1"
		     : scan->list->workflow_id ? "INDEXED BY run_by_workflow WHERE workflow_id = ?3"
					       : "NOT INDEXED WHERE 1");
	add_source(scan, sql);
}

static void
add_tail(struct pawl_scan *scan, struct pawl_buf *sql)
{
	pawl_buf_append_c(sql, "SELECT " PAWL_SQL_IMPLIED_RUN ", order_key, detail"
			       " FROM " PAWL_SQL_TAIL_RUNS);
	add_source(scan, sql);
}

/* Those that the filters leave; a class is one of runs that failed. */
static uint32_t
states_of(const struct pawl_store_list *list)
{
	const uint32_t all = (1U << (PAWL_RUN_TIMED_OUT + 1)) - 1;
	const uint32_t failed =
		1U << PAWL_RUN_FAILED | 1U << PAWL_RUN_CANCELED | 1U << PAWL_RUN_TIMED_OUT;
	uint32_t states = list->states ? list->states & all : all;

	return list->failure_class.len ? states & failed : states;
}

static void
add_sources(struct pawl_scan *scan, uint32_t states)
{
	const struct pawl_store_list *list = scan->list;
	struct pawl_buf sql;

	pawl_buf_init(&sql, 4096);
	if (list->request_id || pawl_scan_id(list->search))
		add_by_request(scan, &sql);
	else if (list->tests == PAWL_TESTS_ONLY || states & 1U << PAWL_RUN_COMPLETED)
		add_plain(scan, &sql);
	else
		add_by_state(scan, &sql, states);
	if (list->tests != PAWL_TESTS_ONLY && states & 1U << PAWL_RUN_QUEUED)
		add_tail(scan, &sql);
	pawl_buf_fini(&sql);
}

/* The code stands in the error's text. */
static bool
is_found(const struct pawl_scan *scan, sqlite3_stmt *st)
{
	uint64_t id = pawl_scan_id(scan->list->search);

	if (!scan->list->search.len)
		return true;
	if (id)
		return pawl_sqlite_u64(st, 0) == id || pawl_sqlite_u64(st, 5) == id;
	return pawl_scan_finds(scan, st, ERROR) || pawl_scan_finds(scan, st, ORDER_KEY) ||
	       pawl_scan_finds(scan, st, DETAIL);
}

static bool
fits(const struct pawl_scan *scan, sqlite3_stmt *st, uint32_t states)
{
	const struct pawl_store_list *list = scan->list;
	enum pawl_run_state state = sqlite3_column_int(st, 3);
	int64_t queued_us = sqlite3_column_int64(st, 7);
	unsigned tests =
		sqlite3_column_int(st, FLAGS) & PAWL_RUN_TEST ? PAWL_TESTS_ONLY : PAWL_TESTS_NOT;
	uint64_t request_id = list->request_id;

	if (!(states >> state & 1) || queued_us < list->from_us ||
	    (list->to_us && queued_us >= list->to_us) ||
	    (list->workflow_id && pawl_sqlite_u64(st, 1) != list->workflow_id) ||
	    (request_id && pawl_sqlite_u64(st, 5) != request_id &&
	     pawl_sqlite_u64(st, 0) != request_id) ||
	    (list->triggers && !(list->triggers >> sqlite3_column_int(st, TRIGGER) & 1)) ||
	    (list->tests && list->tests != tests))
		return false;
	if (list->failure_class.len &&
	    !pawl_str_eq_c(list->failure_class,
			   pawl_failure_class(state, pawl_scan_text(st, ERROR))))
		return false;
	return is_found(scan, st);
}

static bool
is_counted(const struct pawl_store_list *list)
{
	return list->wants_total && !list->request_id && !list->failure_class.len &&
	       !list->from_us && !list->to_us && !list->triggers && !list->search.len;
}

/* Test runs are made by hand, and so few that they can be counted. */
static int64_t
total_of(struct pawl_sqlite *c, const struct pawl_store_list *list, uint32_t states)
{
	static const char sql[] = "SELECT count(*) FROM run INDEXED BY run_by_test WHERE flags & 1"
				  " AND (?1 = 0 OR workflow_id = ?1) AND ((1 << state) & ?2) <> 0";
	int64_t n_tests = 0;
	sqlite3_stmt *st;

	if (list->tests != PAWL_TESTS_TOO) {
		st = pawl_sqlite_stmt(c, sql);
		pawl_sqlite_bind_u64(st, 1, list->workflow_id);
		pawl_sqlite_bind_u64(st, 2, states);
		if (pawl_sqlite_step(c, st))
			n_tests = sqlite3_column_int64(st, 0);
		pawl_sqlite_reset(st);
	}
	return list->tests == PAWL_TESTS_ONLY
		       ? n_tests
		       : pawl_sqlite_tally_runs(c, list->workflow_id, states) - n_tests;
}

enum pawl_err
pawl_sqlite_runs(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	struct pawl_arena *arena = &list->op.arena;
	uint32_t states = states_of(list);
	struct pawl_scan scan;
	sqlite3_stmt *st;

	pawl_scan_begin(&scan, c, list);
	list->runs = pawl_arena_calloc(arena, list->limit, sizeof(*list->runs));
	add_sources(&scan, states);
	while ((st = pawl_scan_next(&scan))) {
		if (!fits(&scan, st, states))
			continue;
		if (!pawl_scan_takes(&scan))
			break;
		pawl_sqlite_read_run(st, arena, false, &list->runs[list->n]);
		list->runs[list->n++].order_key = pawl_sqlite_str(st, ORDER_KEY, arena);
	}
	pawl_scan_end(&scan);
	if (is_counted(list))
		list->total = total_of(c, list, states);
	return PAWL_OK;
}
