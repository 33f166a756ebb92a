/* Sessions: begun by a sign-in, used, ended. */
#include "base/id.h"
#include "store/sqlite_users.h"

/* ---- signing in ------------------------------------------------------------------ */

static bool
may_sign_in(struct pawl_sqlite *c, const struct pawl_store_sign_in *sign_in)
{
	const struct pawl_user_row *user = &sign_in->user;

	if (user->is_disabled || !pawl_str_eq(user->password, sign_in->password))
		return false;
	if (sign_in->recovery_hash.len)
		return pawl_sqlite_has_recovery_code(c, user->id, sign_in->recovery_hash);
	return !user->totp.len || sign_in->totp_step > user->totp_step;
}

static void
note_sign_in(struct pawl_sqlite *c, const struct pawl_store_sign_in *sign_in)
{
	static const char sql[] = "UPDATE user SET signed_in_at_us = ?2, failures = 0,"
				  " failed_at_us = 0, password = ?3 WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, sign_in->user.id);
	pawl_sqlite_bind_i64(st, 2, sign_in->session.created_at_us);
	pawl_sqlite_bind_text(
		st, 3, sign_in->new_password.len ? sign_in->new_password : sign_in->user.password);
	pawl_sqlite_run(c, st);
	pawl_sqlite_use_codes(c, sign_in->user.id, sign_in->totp_step, sign_in->recovery_hash);
}

static void
insert_session(struct pawl_sqlite *c, struct pawl_session_row *session)
{
	static const char sql[] = "INSERT INTO session (id, user_id, hash, created_at_us,"
				  " seen_at_us, address, user_agent)"
				  " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	session->id = pawl_id_new();
	pawl_sqlite_bind_u64(st, 1, session->id);
	pawl_sqlite_bind_u64(st, 2, session->user_id);
	pawl_sqlite_bind_blob(st, 3, session->hash);
	pawl_sqlite_bind_i64(st, 4, session->created_at_us);
	pawl_sqlite_bind_text(st, 5, session->address);
	pawl_sqlite_bind_text(st, 6, session->user_agent);
	pawl_sqlite_run(c, st);
}

/* Those that are too many, and the one that is replaced: at most as many as there were. */
static void
end_surplus(struct pawl_sqlite *c, struct pawl_store_sign_in *sign_in)
{
	static const char find[] =
		"SELECT id FROM session WHERE user_id = ?1 AND (id = ?2 OR id NOT IN"
		" (SELECT id FROM session WHERE user_id = ?1 AND id <> ?2"
		" ORDER BY id DESC LIMIT ?3))";
	static const char count[] = "SELECT count(*) FROM session WHERE user_id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, count);
	size_t n = 0;

	pawl_sqlite_bind_u64(st, 1, sign_in->user.id);
	if (pawl_sqlite_step(c, st))
		n = (size_t)pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	sign_in->ended = pawl_arena_calloc(&sign_in->op.arena, n + 1, sizeof(*sign_in->ended));
	sign_in->n_ended = 0;
	st = pawl_sqlite_stmt(c, find);
	pawl_sqlite_bind_u64(st, 1, sign_in->user.id);
	pawl_sqlite_bind_u64(st, 2, sign_in->replaces);
	pawl_sqlite_bind_u64(st, 3, sign_in->max);
	while (sign_in->n_ended < n && pawl_sqlite_step(c, st))
		sign_in->ended[sign_in->n_ended++] = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	st = pawl_sqlite_stmt(c, "DELETE FROM session WHERE id = ?1");
	for (size_t i = 0; i < sign_in->n_ended; i++) {
		pawl_sqlite_bind_u64(st, 1, sign_in->ended[i]);
		pawl_sqlite_run(c, st);
	}
}

enum pawl_err
pawl_sqlite_sign_in(struct pawl_sqlite *c, struct pawl_store_sign_in *sign_in)
{
	struct pawl_arena *arena = &sign_in->op.arena;

	if (!pawl_sqlite_read_user(c, sign_in->session.user_id, arena, &sign_in->user) ||
	    !may_sign_in(c, sign_in))
		return PAWL_EDENIED;
	note_sign_in(c, sign_in);
	insert_session(c, &sign_in->session);
	end_surplus(c, sign_in);
	return PAWL_OK;
}

/* ---- used and ended --------------------------------------------------------------- */

enum pawl_err
pawl_sqlite_session_seen(struct pawl_sqlite *c, const struct pawl_store_seen *seen)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(
		c, "UPDATE session SET seen_at_us = ?2 WHERE id = ?1 AND seen_at_us < ?2");

	pawl_sqlite_bind_u64(st, 1, seen->id);
	pawl_sqlite_bind_i64(st, 2, seen->at_us);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

void
pawl_sqlite_end_sessions(struct pawl_sqlite *c, uint64_t user_id, uint64_t but)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "DELETE FROM session WHERE user_id = ?1 AND id <> ?2");

	pawl_sqlite_bind_u64(st, 1, user_id);
	pawl_sqlite_bind_u64(st, 2, but);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_session_end(struct pawl_sqlite *c, const struct pawl_store_session_end *end)
{
	sqlite3_stmt *st;

	if (end->user_id) {
		pawl_sqlite_end_sessions(c, end->user_id, end->but_session);
		return PAWL_OK;
	}
	st = pawl_sqlite_stmt(c, "DELETE FROM session WHERE id = ?1");
	pawl_sqlite_bind_u64(st, 1, end->id);
	pawl_sqlite_run(c, st);
	return sqlite3_changes(c->db) ? PAWL_OK : PAWL_ENOTFOUND;
}

/* ---- reading ---------------------------------------------------------------------- */

enum pawl_err
pawl_sqlite_sessions(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT id, user_id, hash, created_at_us, seen_at_us, address, user_agent"
		" FROM session WHERE id < ?1 AND (?3 = 0 OR user_id = ?3)"
		" ORDER BY id DESC LIMIT ?2";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->sessions = pawl_arena_calloc(arena, list->limit, sizeof(*list->sessions));
	pawl_sqlite_bind_u64(st, 1, list->before ? list->before : INT64_MAX);
	pawl_sqlite_bind_u64(st, 2, list->limit + 1);
	pawl_sqlite_bind_u64(st, 3, list->user_id);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_session_row *row = &list->sessions[list->n++];

		row->id = pawl_sqlite_u64(st, 0);
		row->user_id = pawl_sqlite_u64(st, 1);
		row->hash = pawl_sqlite_str(st, 2, arena);
		row->created_at_us = sqlite3_column_int64(st, 3);
		row->seen_at_us = sqlite3_column_int64(st, 4);
		row->address = pawl_sqlite_str(st, 5, arena);
		row->user_agent = pawl_sqlite_str(st, 6, arena);
	}
	return PAWL_OK;
}
