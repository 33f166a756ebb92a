/* Versions of secrets. What is sealed stays sealed here. */
#include "base/id.h"
#include "store/sqlite.h"

/* The versions before the new one: removed, or valid for a while longer and no more. */
static void
end_others(struct pawl_sqlite *c, const struct pawl_store_secret *add)
{
	static const char shorten[] = "UPDATE secret SET not_after_us = ?2 WHERE name = ?1"
				      " AND (not_after_us = 0 OR not_after_us > ?2)";
	static const char remove[] = "DELETE FROM secret WHERE name = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, add->old_until_us ? shorten : remove);

	pawl_sqlite_bind_text(st, 1, add->secret.name);
	if (add->old_until_us)
		pawl_sqlite_bind_i64(st, 2, add->old_until_us);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_secret_add(struct pawl_sqlite *c, struct pawl_store_secret *add)
{
	static const char sql[] = "INSERT INTO secret (id, name, created_at_us, not_before_us,"
				  " not_after_us, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	sqlite3_stmt *st;

	end_others(c, add);
	add->id = pawl_id_new();
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, add->id);
	pawl_sqlite_bind_text(st, 2, add->secret.name);
	pawl_sqlite_bind_i64(st, 3, add->secret.created_at_us);
	pawl_sqlite_bind_i64(st, 4, add->secret.not_before_us);
	pawl_sqlite_bind_i64(st, 5, add->secret.not_after_us);
	pawl_sqlite_bind_blob(st, 6, add->secret.sealed);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_secret_remove(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "DELETE FROM secret WHERE name = ?2 AND (?1 = 0 OR id = ?1)");

	pawl_sqlite_bind_u64(st, 1, get->id);
	pawl_sqlite_bind_text(st, 2, get->name);
	pawl_sqlite_run(c, st);
	return sqlite3_changes(c->db) ? PAWL_OK : PAWL_ENOTFOUND;
}

enum pawl_err
pawl_sqlite_secrets(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT id, name, created_at_us, not_before_us, not_after_us, sealed,"
		" used_at_us FROM secret"
		" WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->secrets = pawl_arena_calloc(arena, list->limit, sizeof(*list->secrets));
	pawl_sqlite_bind_u64(st, 1, list->before ? list->before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 2, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_secret_row *row = &list->secrets[list->n++];

		row->id = pawl_sqlite_u64(st, 0);
		row->name = pawl_sqlite_str(st, 1, arena);
		row->created_at_us = sqlite3_column_int64(st, 2);
		row->not_before_us = sqlite3_column_int64(st, 3);
		row->not_after_us = sqlite3_column_int64(st, 4);
		row->sealed = pawl_sqlite_str(st, 5, arena);
		row->used_at_us = sqlite3_column_int64(st, 6);
	}
	return PAWL_OK;
}
