/* API tokens, when they and secrets were used, and settings. */
#include "base/id.h"
#include "store/sqlite.h"
#include "store/sqlite_users.h"

static bool
has_token(struct pawl_sqlite *c, const struct pawl_token_row *token)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "SELECT 1 FROM api_token WHERE name = ?1 OR hash = ?2");
	bool has;

	pawl_sqlite_bind_text(st, 1, token->name);
	pawl_sqlite_bind_blob(st, 2, token->hash);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}

enum pawl_err
pawl_sqlite_token_add(struct pawl_sqlite *c, struct pawl_store_token *add)
{
	static const char sql[] = "INSERT INTO api_token (id, name, hash, created_at_us, role,"
				  " expires_at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	sqlite3_stmt *st;

	if (has_token(c, &add->token))
		return PAWL_ECONFLICT;
	add->id = pawl_id_new();
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, add->id);
	pawl_sqlite_bind_text(st, 2, add->token.name);
	pawl_sqlite_bind_blob(st, 3, add->token.hash);
	pawl_sqlite_bind_i64(st, 4, add->token.created_at_us);
	pawl_sqlite_bind_i64(st, 5, add->token.role);
	pawl_sqlite_bind_i64(st, 6, add->token.expires_at_us);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_token_remove(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT name FROM api_token WHERE id = ?1");

	pawl_sqlite_bind_u64(st, 1, get->id);
	if (get->id && pawl_sqlite_step(c, st))
		get->name = pawl_sqlite_str(st, 0, &get->op.arena);
	pawl_sqlite_reset(st);
	st = pawl_sqlite_stmt(
		c, "DELETE FROM api_token WHERE (?1 <> 0 AND id = ?1) OR (?1 = 0 AND name = ?2)");
	pawl_sqlite_bind_u64(st, 1, get->id);
	pawl_sqlite_bind_text(st, 2, get->name);
	pawl_sqlite_run(c, st);
	return sqlite3_changes(c->db) ? PAWL_OK : PAWL_ENOTFOUND;
}

enum pawl_err
pawl_sqlite_tokens(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] = "SELECT id, name, hash, created_at_us, role, expires_at_us,"
				  " used_at_us FROM api_token"
				  " WHERE name > ?1 ORDER BY name LIMIT ?2";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->tokens = pawl_arena_calloc(arena, list->limit, sizeof(*list->tokens));
	pawl_sqlite_bind_text(st, 1, list->after_name);
	pawl_sqlite_bind_u64(st, 2, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_token_row *row = &list->tokens[list->n++];

		row->id = pawl_sqlite_u64(st, 0);
		row->name = pawl_sqlite_str(st, 1, arena);
		row->hash = pawl_sqlite_str(st, 2, arena);
		row->created_at_us = sqlite3_column_int64(st, 3);
		row->role = (enum pawl_role)sqlite3_column_int(st, 4);
		row->expires_at_us = sqlite3_column_int64(st, 5);
		row->used_at_us = sqlite3_column_int64(st, 6);
	}
	return PAWL_OK;
}

static void
note_use(struct pawl_sqlite *c, const char *sql, uint64_t id, int64_t used_at_us)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, used_at_us);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_last_uses(struct pawl_sqlite *c, struct pawl_store_last_uses *uses)
{
	static const char secret[] =
		"UPDATE secret SET used_at_us = ?2 WHERE id = ?1 AND used_at_us < ?2";
	static const char token[] =
		"UPDATE api_token SET used_at_us = ?2 WHERE id = ?1 AND used_at_us < ?2";

	for (size_t i = 0; i < uses->n_secrets; i++)
		note_use(c, secret, uses->secrets[i].id, uses->secrets[i].used_at_us);
	for (size_t i = 0; i < uses->n_tokens; i++)
		note_use(c, token, uses->tokens[i].id, uses->tokens[i].used_at_us);
	return PAWL_OK;
}

static struct pawl_str
read_setting(struct pawl_sqlite *c, struct pawl_store_setting *setting)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT value FROM setting WHERE key = ?1");
	struct pawl_str value = {0};

	pawl_sqlite_bind_text(st, 1, setting->key);
	if (pawl_sqlite_step(c, st))
		value = pawl_sqlite_str(st, 0, &setting->op.arena);
	pawl_sqlite_reset(st);
	return value;
}

enum pawl_err
pawl_sqlite_setting_set(struct pawl_sqlite *c, struct pawl_store_setting *setting)
{
	static const char sql[] = "INSERT INTO setting (key, value) VALUES (?1, ?2)"
				  " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
	struct pawl_str present =
		setting->only_new ? read_setting(c, setting) : (struct pawl_str){0};
	sqlite3_stmt *st;

	if (present.ptr) {
		setting->value = present;
		return PAWL_OK;
	}
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_text(st, 1, setting->key);
	pawl_sqlite_bind_blob(st, 2, setting->value);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

/* An unset key is an answer, not an error. */
enum pawl_err
pawl_sqlite_setting(struct pawl_sqlite *c, struct pawl_store_setting *setting)
{
	setting->value = read_setting(c, setting);
	return PAWL_OK;
}
