#include "store/sqlite.h"

#include <stdio.h>

#include "base/assert.h"

static enum pawl_fault
fault_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return PAWL_FAULT_FULL;
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return PAWL_FAULT_STATEMENT;
	default:
		return PAWL_FAULT_IO;
	}
}

void
pawl_sqlite_fail(struct pawl_sqlite *c, int rc)
{
	if (!pawl_sqlite_is_ok(c))
		return;
	c->conn.fault = fault_of(rc);
	snprintf(c->conn.fault_text, sizeof(c->conn.fault_text), "%s (%d)", sqlite3_errmsg(c->db),
		 sqlite3_extended_errcode(c->db));
}

static sqlite3_stmt *
cached(struct pawl_sqlite *c, struct pawl_str key, struct pawl_str sql)
{
	sqlite3_stmt *st = pawl_map_get(&c->statements, key);
	int rc;

	if (st || !pawl_sqlite_is_ok(c))
		return pawl_sqlite_is_ok(c) ? st : NULL;
	rc = sqlite3_prepare_v3(c->db, sql.ptr, (int)sql.len, SQLITE_PREPARE_PERSISTENT, &st, NULL);
	if (rc != SQLITE_OK) {
		pawl_sqlite_fail(c, rc);
		return NULL;
	}
	pawl_map_set(&c->statements, key, st);
	return st;
}

/* The address of a static text is as good a key as the text, and shorter to hash. */
sqlite3_stmt *
pawl_sqlite_stmt(struct pawl_sqlite *c, const char *sql)
{
	return cached(c, pawl_str((const char *)&sql, sizeof(sql)), pawl_str_c(sql));
}

sqlite3_stmt *
pawl_sqlite_stmt_built(struct pawl_sqlite *c, const struct pawl_buf *sql)
{
	PAWL_ASSERT(pawl_buf_status(sql) == PAWL_OK);
	return cached(c, pawl_buf_peek(sql), pawl_buf_peek(sql));
}

void
pawl_sqlite_stmts_fini(struct pawl_sqlite *c)
{
	size_t cursor = 0;
	struct pawl_str key;
	void *st;

	while (pawl_map_next(&c->statements, &cursor, &key, &st))
		sqlite3_finalize(st);
	pawl_map_fini(&c->statements);
}

void
pawl_sqlite_bind_u64(sqlite3_stmt *st, int at, uint64_t value)
{
	pawl_sqlite_bind_i64(st, at, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void
pawl_sqlite_bind_i64(sqlite3_stmt *st, int at, int64_t value)
{
	if (st)
		sqlite3_bind_int64(st, at, value);
}

void
pawl_sqlite_bind_text(sqlite3_stmt *st, int at, struct pawl_str s)
{
	if (st)
		sqlite3_bind_text64(st, at, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8);
}

void
pawl_sqlite_bind_blob(sqlite3_stmt *st, int at, struct pawl_str s)
{
	if (st)
		sqlite3_bind_blob64(st, at, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC);
}

bool
pawl_sqlite_step(struct pawl_sqlite *c, sqlite3_stmt *st)
{
	int rc;

	if (!st || !pawl_sqlite_is_ok(c))
		return false;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		pawl_sqlite_fail(c, rc);
	sqlite3_reset(st);
	return false;
}

bool
pawl_sqlite_run(struct pawl_sqlite *c, sqlite3_stmt *st)
{
	while (pawl_sqlite_step(c, st))
		;
	return pawl_sqlite_is_ok(c);
}

void
pawl_sqlite_reset(sqlite3_stmt *st)
{
	if (st)
		sqlite3_reset(st);
}

bool
pawl_sqlite_list_next(struct pawl_sqlite *c, sqlite3_stmt *st, struct pawl_store_list *list)
{
	if (!pawl_sqlite_step(c, st))
		return false;
	if (list->n < list->limit)
		return true;
	list->more = true;
	sqlite3_reset(st);
	return false;
}

uint64_t
pawl_sqlite_u64(sqlite3_stmt *st, int col)
{
	return (uint64_t)sqlite3_column_int64(st, col);
}

struct pawl_str
pawl_sqlite_str(sqlite3_stmt *st, int col, struct pawl_arena *arena)
{
	const char *ptr = sqlite3_column_blob(st, col);
	int len = sqlite3_column_bytes(st, col);

	if (!ptr || len <= 0)
		return PAWL_STR("");
	return pawl_arena_dup(arena, pawl_str(ptr, (size_t)len));
}

uint64_t
pawl_sqlite_value(struct pawl_sqlite *c, const char *sql)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t value = 0;

	if (pawl_sqlite_step(c, st))
		value = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return value;
}
