#include "base/assert.h"
#include "base/id.h"
#include "store/sqlite.h"

/* Ids that run so far ahead of their times are worth a note. */
#define LEAD_MIN_US INT64_C(60000000)

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

static void
count_request(struct pawl_sqlite *c, const struct pawl_request_row *row)
{
	pawl_sqlite_note_id(c, row->id, row->received_at_us);
	pawl_sqlite_count(c, row->workflow_id, PAWL_COUNT_REQUESTS + row->verdict);
	pawl_sqlite_tally_request(c, row->workflow_id, row->verdict, 1);
	pawl_sqlite_stat(c, row->workflow_id, row->received_at_us,
			 PAWL_STAT_REQUESTS + row->verdict);
	if (row->verdict == PAWL_VERDICT_ACCEPTED)
		pawl_sqlite_tally_accepted(c, row);
	if (row->verdict == PAWL_VERDICT_REFUSED)
		pawl_sqlite_stat(c, row->workflow_id, row->received_at_us,
				 pawl_stat_of_refusal(row->reason));
	if (!row->starts_run) {
		c->unindexed++;
		return;
	}
	pawl_sqlite_count(c, row->workflow_id, PAWL_COUNT_QUEUED);
	pawl_sqlite_tally_run(c, row->workflow_id, PAWL_SQLITE_NO_RUN, PAWL_RUN_QUEUED);
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
	count_request(c, row);
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

uint64_t
pawl_sqlite_id_ceiling(struct pawl_sqlite *c, int64_t at_us)
{
	const int64_t hour_us = INT64_C(3600000000);
	int64_t lead_us = (int64_t)pawl_sqlite_value(c, "SELECT id_lead_us FROM intake");
	int64_t at_ms = (at_us + (lead_us < hour_us ? hour_us : lead_us)) / 1000;

	return at_us <= 0 || at_ms >= (int64_t)1 << 42 ? INT64_MAX : (uint64_t)at_ms << 21;
}

void
pawl_sqlite_note_id(struct pawl_sqlite *c, uint64_t id, int64_t at_us)
{
	static const char sql[] = "UPDATE intake SET id_lead_us = max(id_lead_us, ?1)";
	int64_t lead_us = pawl_id_time_ms(id) * 1000 - at_us;
	sqlite3_stmt *st;

	if (lead_us < LEAD_MIN_US || lead_us <= c->id_lead_us)
		return;
	c->id_lead_us = lead_us;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_i64(st, 1, lead_us);
	pawl_sqlite_run(c, st);
}
