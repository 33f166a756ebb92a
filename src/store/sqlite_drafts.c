/* Copies of drafts, and documents that are only tested: revisions that a replay, or a test run, has
 * made, and that are kept as long as a run has
 * them, or a replay that is under way will give them one. */
#include "store/sqlite.h"

uint32_t
pawl_sqlite_draft_copy(struct pawl_sqlite *c, uint64_t workflow_id, int64_t at_us)
{
	static const char sql[] =
		"INSERT INTO revision (workflow_id, number, created_at_us, document)"
		" SELECT id, ?2 | (draft_version & 0x3fffffff), ?3, draft FROM workflow"
		" WHERE id = ?1 AND deleted_at_us = 0 AND draft <> ''"
		" ON CONFLICT (workflow_id, number) DO UPDATE SET document = excluded.document"
		" RETURNING number";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint32_t number = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, PAWL_REVISION_DRAFT);
	pawl_sqlite_bind_i64(st, 3, at_us);
	if (pawl_sqlite_step(c, st))
		number = (uint32_t)pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return number;
}

/* The one before it, when that was the same. */
static uint32_t
last_test(struct pawl_sqlite *c, uint64_t workflow_id, struct pawl_str document)
{
	static const char sql[] =
		"SELECT number FROM revision WHERE workflow_id = ?1 AND document = ?2 AND number ="
		" (SELECT ?3 | (tests & 0x3fffffff) FROM workflow WHERE id = ?1)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint32_t number = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_text(st, 2, document);
	pawl_sqlite_bind_u64(st, 3, PAWL_REVISION_TEST);
	if (pawl_sqlite_step(c, st))
		number = (uint32_t)pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return number;
}

static uint32_t
next_test(struct pawl_sqlite *c, uint64_t workflow_id)
{
	static const char sql[] = "UPDATE workflow SET tests = tests + 1"
				  " WHERE id = ?1 AND deleted_at_us = 0"
				  " RETURNING ?2 | (tests & 0x3fffffff)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint32_t number = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, PAWL_REVISION_TEST);
	if (pawl_sqlite_step(c, st))
		number = (uint32_t)pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return number;
}

uint32_t
pawl_sqlite_test_copy(struct pawl_sqlite *c, uint64_t workflow_id, struct pawl_str document,
		      int64_t at_us)
{
	static const char sql[] = "INSERT INTO revision (workflow_id, number, created_at_us,"
				  " document) VALUES (?1, ?2, ?3, ?4)";
	uint32_t number = last_test(c, workflow_id, document);
	sqlite3_stmt *st;

	if (number)
		return number;
	number = next_test(c, workflow_id);
	if (!number)
		return 0;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, number);
	pawl_sqlite_bind_i64(st, 3, at_us);
	pawl_sqlite_bind_text(st, 4, document);
	pawl_sqlite_run(c, st);
	return number;
}

void
pawl_sqlite_draft_release(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t revision)
{
	static const char sql[] =
		"DELETE FROM revision WHERE workflow_id = ?1 AND number = ?2"
		" AND NOT EXISTS (SELECT 1 FROM run INDEXED BY run_of_draft WHERE workflow_id = ?1"
		"  AND revision = ?2 AND revision >= 2147483648)"
		" AND NOT EXISTS (SELECT 1 FROM replay WHERE state = 0 AND workflow_id = ?1"
		"  AND revision = ?2)";
	sqlite3_stmt *st;

	if (!(revision & PAWL_REVISION_DRAFT))
		return;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, revision);
	pawl_sqlite_run(c, st);
}
