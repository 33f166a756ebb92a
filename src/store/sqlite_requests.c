#include "base/assert.h"
#include "base/id.h"
#include "store/sqlite.h"

/* False: it is there already, or a fault. */
static bool
insert_request(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	static const char sql[] =
		"INSERT INTO request (id, workflow_id, revision, received_at_us, verdict,"
		" starts_run, status, method, target, ip, reason, detail, headers, body, trigger,"
		" flags, duplicate_of, order_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
		" ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
		" ON CONFLICT (id) DO NOTHING";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_u64(st, 2, row->workflow_id);
	pawl_sqlite_bind_u64(st, 3, row->revision);
	pawl_sqlite_bind_i64(st, 4, row->received_at_us);
	pawl_sqlite_bind_i64(st, 5, row->verdict);
	pawl_sqlite_bind_i64(st, 6, row->starts_run);
	pawl_sqlite_bind_i64(st, 7, row->status);
	pawl_sqlite_bind_text(st, 8, row->method);
	pawl_sqlite_bind_text(st, 9, row->target);
	pawl_sqlite_bind_text(st, 10, row->ip);
	pawl_sqlite_bind_text(st, 11, row->reason);
	pawl_sqlite_bind_text(st, 12, row->detail);
	pawl_sqlite_bind_blob(st, 13, row->headers);
	pawl_sqlite_bind_blob(st, 14, row->body);
	pawl_sqlite_bind_i64(st, 15, row->trigger);
	pawl_sqlite_bind_i64(st, 16, row->flags);
	pawl_sqlite_bind_u64(st, 17, row->duplicate_of);
	pawl_sqlite_bind_text(st, 18, row->order_key);
	return pawl_sqlite_run(c, st) && sqlite3_changes(c->db) == 1;
}

/* True: there is a request more. */
static bool
take_over(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	if (row->flags & PAWL_REQUEST_RELEASED) {
		pawl_sqlite_quarantine_release(c, row);
		return false;
	}
	if (!insert_request(c, row))
		return false;
	if (row->flags & PAWL_REQUEST_QUARANTINED)
		pawl_sqlite_quarantine_add(c, row);
	return true;
}

enum pawl_err
pawl_sqlite_import(struct pawl_sqlite *c, const struct pawl_request_row *row, bool apart)
{
	enum pawl_err err = PAWL_OK;
	bool is_new;

	if (apart)
		pawl_sqlite_run(c, pawl_sqlite_stmt(c, "SAVEPOINT import"));
	is_new = take_over(c, row);
	if (apart && c->conn.fault == PAWL_FAULT_STATEMENT) {
		c->conn.fault = PAWL_FAULT_NONE;
		pawl_sqlite_run(c, pawl_sqlite_stmt(c, "ROLLBACK TO import"));
		err = PAWL_EINVAL;
	}
	if (apart)
		pawl_sqlite_run(c, pawl_sqlite_stmt(c, "RELEASE import"));
	if (!is_new)
		return err;
	pawl_sqlite_count(c, row->workflow_id, PAWL_COUNT_REQUESTS + row->verdict);
	if (row->starts_run)
		pawl_sqlite_count(c, row->workflow_id, PAWL_COUNT_QUEUED);
	else
		c->unindexed++;
	return PAWL_OK;
}

void
pawl_sqlite_read_request(sqlite3_stmt *st, struct pawl_arena *arena, bool whole,
			 struct pawl_request_row *row)
{
	*row = (struct pawl_request_row){
		.id = pawl_sqlite_u64(st, 0),
		.workflow_id = pawl_sqlite_u64(st, 1),
		.revision = (uint32_t)pawl_sqlite_u64(st, 2),
		.received_at_us = sqlite3_column_int64(st, 3),
		.verdict = sqlite3_column_int(st, 4),
		.starts_run = sqlite3_column_int(st, 5) != 0,
		.status = (uint16_t)sqlite3_column_int(st, 6),
		.method = pawl_sqlite_str(st, 7, arena),
		.target = pawl_sqlite_str(st, 8, arena),
		.ip = pawl_sqlite_str(st, 9, arena),
		.reason = pawl_sqlite_str(st, 10, arena),
		.detail = pawl_sqlite_str(st, 11, arena),
		.headers = pawl_sqlite_str(st, 12, arena),
		.body_bytes = (uint32_t)sqlite3_column_int64(st, 13),
		.trigger = (enum pawl_trigger_kind)sqlite3_column_int(st, 14),
		.flags = (uint16_t)sqlite3_column_int(st, 15),
		.duplicate_of = pawl_sqlite_u64(st, 16),
		.order_key = pawl_sqlite_str(st, 17, arena),
	};
	if (whole)
		row->body = pawl_sqlite_str(st, 18, arena);
}

bool
pawl_sqlite_get_request(struct pawl_sqlite *c, uint64_t id, struct pawl_arena *arena,
			struct pawl_request_row *out)
{
	static const char sql[] = "SELECT " PAWL_SQL_REQUEST ", body FROM request WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(c, st))
		return false;
	pawl_sqlite_read_request(st, arena, true, out);
	pawl_sqlite_reset(st);
	return true;
}

enum pawl_err
pawl_sqlite_request(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	get->request = pawl_arena_calloc(&get->op.arena, 1, sizeof(*get->request));
	return pawl_sqlite_get_request(c, get->id, &get->op.arena, get->request) ? PAWL_OK
										 : PAWL_ENOTFOUND;
}

uint64_t
pawl_sqlite_id_floor(int64_t at_us)
{
	const int64_t hour_ms = 3600 * 1000;
	int64_t at_ms = at_us / 1000 - hour_ms;

	/* The place of the milliseconds in an id: see base/id.h. */
	return at_ms <= 0 || at_ms >= (int64_t)1 << 42 ? 0 : (uint64_t)at_ms << 21;
}

/* ---- the list -------------------------------------------------------------
 * One SELECT per index that can hold matches, each in the order of ids and cut at the limit, put
 * together with UNION ALL. Parameters: ?1 ids below, ?2 ids from, ?3 limit, ?4 workflow,
 * ?5 verdict bits, ?6 and ?7 times. */

#define FILTER                                                                                     \
	" AND ((1 << verdict) & ?5) <> 0"                                                          \
	" AND received_at_us >= ?6 AND received_at_us < ?7"
#define CUT     " AND id < ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3)"
#define INDEXED " AND i.id < ?1 AND i.id >= ?2 ORDER BY i.id DESC LIMIT ?3)"
/* i: the index that leads to the request. */
#define JOINED "SELECT * FROM (SELECT " JOINED_COLUMNS " FROM "
#define JOINED_COLUMNS                                                                             \
	"r.id, r.workflow_id, r.revision, r.received_at_us, r.verdict, r.starts_run, "             \
	"r.status, r.method, r.target, r.ip, r.reason, r.detail, r.headers, length(r.body), "      \
	"r.trigger, r.flags, r.duplicate_of, r.order_key"
#define JOINED_FILTER                                                                              \
	" AND ((1 << r.verdict) & ?5) <> 0"                                                        \
	" AND r.received_at_us >= ?6 AND r.received_at_us < ?7"

static const char direct[] =
	"SELECT * FROM (SELECT " PAWL_SQL_REQUEST " FROM request WHERE 1" FILTER CUT;
static const char tail[] = "SELECT * FROM (SELECT " PAWL_SQL_REQUEST " FROM " PAWL_SQL_TAIL FILTER;
static const char with_run[] =
	" UNION ALL " JOINED "run i CROSS JOIN request r ON r.id = i.id"
	" WHERE i.workflow_id = ?4 AND i.id <= (SELECT admitted_id FROM intake)" JOINED_FILTER
		INDEXED;
static const char without_run[] =
	" UNION ALL " JOINED "request_by_workflow i CROSS JOIN request r ON r.id = i.id"
	" WHERE i.workflow_id = ?4" JOINED_FILTER " AND ((1 << i.verdict) & ?5) <> 0" INDEXED;

static void
build_list(struct pawl_buf *sql, const struct pawl_store_list *list)
{
	uint32_t accepted = 1U << PAWL_VERDICT_ACCEPTED;

	if (list->workflow_id) {
		pawl_buf_append_c(sql, tail);
		pawl_buf_append_c(sql, " AND workflow_id = ?4" CUT);
		pawl_buf_append_c(sql, with_run);
		pawl_buf_append_c(sql, without_run);
	} else if (!list->verdicts || (list->verdicts & accepted)) {
		/* Nearly all rows match. */
		pawl_buf_append_c(sql, direct);
		return;
	} else {
		pawl_buf_append_c(sql, tail);
		pawl_buf_append_c(sql, CUT);
		for (unsigned v = 0; v <= PAWL_VERDICT_DUPLICATE; v++)
			if (list->verdicts & 1U << v)
				pawl_buf_printf(
					sql,
					" UNION ALL " JOINED
					"request_by_workflow i INDEXED BY request_by_verdict"
					" CROSS JOIN request r ON r.id = i.id"
					" WHERE i.verdict = %u%s",
					v, JOINED_FILTER INDEXED);
	}
	pawl_buf_append_c(sql, " ORDER BY 1 DESC LIMIT ?3");
}

enum pawl_err
pawl_sqlite_requests(struct pawl_sqlite *c, struct pawl_store_list *list)
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
	pawl_sqlite_bind_i64(st, 5, list->verdicts ? list->verdicts : UINT32_MAX);
	pawl_sqlite_bind_i64(st, 6, list->from_us ? list->from_us : INT64_MIN);
	pawl_sqlite_bind_i64(st, 7, list->to_us ? list->to_us : INT64_MAX);
	list->requests = pawl_arena_calloc(arena, list->limit, sizeof(*list->requests));
	while (pawl_sqlite_list_next(c, st, list))
		pawl_sqlite_read_request(st, arena, false, &list->requests[list->n++]);
	return PAWL_OK;
}
