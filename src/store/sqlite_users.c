/* Users: who there is, what they may do, and what proves that they are it. */
#include "store/sqlite_users.h"
#include "base/id.h"

#define COLUMNS                                                                                    \
	"id, name, role, disabled, password, created_at_us, signed_in_at_us, failures,"            \
	" failed_at_us, totp, totp_step,"                                                          \
	" (SELECT count(*) FROM recovery_code WHERE user_id = user.id)"

/* ---- reading ------------------------------------------------------------------ */

static void
read_row(sqlite3_stmt *st, struct pawl_arena *arena, struct pawl_user_row *row)
{
	row->id = pawl_sqlite_u64(st, 0);
	row->name = pawl_sqlite_str(st, 1, arena);
	row->role = (enum pawl_role)sqlite3_column_int(st, 2);
	row->is_disabled = sqlite3_column_int(st, 3) != 0;
	row->password = pawl_sqlite_str(st, 4, arena);
	row->created_at_us = sqlite3_column_int64(st, 5);
	row->signed_in_at_us = sqlite3_column_int64(st, 6);
	row->failures = (uint32_t)sqlite3_column_int64(st, 7);
	row->failed_at_us = sqlite3_column_int64(st, 8);
	row->totp = pawl_sqlite_str(st, 9, arena);
	row->totp_step = sqlite3_column_int64(st, 10);
	row->n_recovery = (uint32_t)sqlite3_column_int64(st, 11);
}

bool
pawl_sqlite_read_user(struct pawl_sqlite *c, uint64_t id, struct pawl_arena *arena,
		      struct pawl_user_row *row)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT " COLUMNS " FROM user WHERE id = ?1");
	bool is_there;

	pawl_sqlite_bind_u64(st, 1, id);
	is_there = pawl_sqlite_step(c, st);
	if (is_there)
		read_row(st, arena, row);
	pawl_sqlite_reset(st);
	return is_there;
}

enum pawl_err
pawl_sqlite_user(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	static const char by_id[] = "SELECT " COLUMNS " FROM user WHERE id = ?1";
	static const char by_name[] = "SELECT " COLUMNS " FROM user WHERE name = ?1";
	struct pawl_arena *arena = &get->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, get->id ? by_id : by_name);
	enum pawl_err err = PAWL_ENOTFOUND;

	if (get->id)
		pawl_sqlite_bind_u64(st, 1, get->id);
	else
		pawl_sqlite_bind_text(st, 1, get->name);
	get->user = pawl_arena_calloc(arena, 1, sizeof(*get->user));
	if (pawl_sqlite_step(c, st)) {
		read_row(st, arena, get->user);
		err = PAWL_OK;
	}
	pawl_sqlite_reset(st);
	return err;
}

enum pawl_err
pawl_sqlite_users(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT " COLUMNS " FROM user WHERE name > ?1 ORDER BY name LIMIT ?2";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->users = pawl_arena_calloc(arena, list->limit, sizeof(*list->users));
	pawl_sqlite_bind_text(st, 1, list->after_name);
	pawl_sqlite_bind_u64(st, 2, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list))
		read_row(st, arena, &list->users[list->n++]);
	return PAWL_OK;
}

/* ---- adding and removing ------------------------------------------------------- */

static bool
has_name(struct pawl_sqlite *c, struct pawl_str name)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT 1 FROM user WHERE name = ?1");
	bool has;

	pawl_sqlite_bind_text(st, 1, name);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}

static enum pawl_err
add(struct pawl_sqlite *c, struct pawl_store_user *add)
{
	static const char sql[] = "INSERT INTO user (id, name, role, disabled, password,"
				  " created_at_us) VALUES (?1, ?2, ?3, 0, ?4, ?5)";
	bool has_any = pawl_sqlite_value(c, "SELECT EXISTS (SELECT 1 FROM user)") != 0;
	sqlite3_stmt *st;

	if (has_any ? add->is_first : add->user.role != PAWL_ROLE_OWNER)
		return PAWL_ESTATE;
	if (has_name(c, add->user.name))
		return PAWL_ECONFLICT;
	add->user.id = pawl_id_new();
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, add->user.id);
	pawl_sqlite_bind_text(st, 2, add->user.name);
	pawl_sqlite_bind_i64(st, 3, add->user.role);
	pawl_sqlite_bind_text(st, 4, add->user.password);
	pawl_sqlite_bind_i64(st, 5, add->user.created_at_us);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

/* Without that one, is there an owner who can sign in? */
static bool
has_other_owner(struct pawl_sqlite *c, uint64_t id)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(
		c, "SELECT 1 FROM user WHERE id <> ?1 AND role = ?2 AND NOT disabled LIMIT 1");
	bool has;

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, PAWL_ROLE_OWNER);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}

static bool
is_last_owner(struct pawl_sqlite *c, const struct pawl_user_row *user)
{
	return user->role == PAWL_ROLE_OWNER && !user->is_disabled && !has_other_owner(c, user->id);
}

static void
remove_recovery_codes(struct pawl_sqlite *c, uint64_t user_id)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "DELETE FROM recovery_code WHERE user_id = ?1");

	pawl_sqlite_bind_u64(st, 1, user_id);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_user_remove(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	struct pawl_user_row user;
	sqlite3_stmt *st;

	if (!pawl_sqlite_read_user(c, get->id, &get->op.arena, &user))
		return PAWL_ENOTFOUND;
	if (is_last_owner(c, &user))
		return PAWL_ESTATE;
	get->name = user.name;
	pawl_sqlite_end_sessions(c, user.id, 0);
	remove_recovery_codes(c, user.id);
	st = pawl_sqlite_stmt(c, "DELETE FROM user WHERE id = ?1");
	pawl_sqlite_bind_u64(st, 1, user.id);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

/* ---- second factors ------------------------------------------------------------- */

bool
pawl_sqlite_has_recovery_code(struct pawl_sqlite *c, uint64_t user_id, struct pawl_str hash)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "SELECT 1 FROM recovery_code WHERE user_id = ?1 AND hash = ?2");
	bool has;

	pawl_sqlite_bind_u64(st, 1, user_id);
	pawl_sqlite_bind_blob(st, 2, hash);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}

void
pawl_sqlite_use_codes(struct pawl_sqlite *c, uint64_t user_id, int64_t totp_step,
		      struct pawl_str recovery_hash)
{
	sqlite3_stmt *st;

	if (totp_step) {
		st = pawl_sqlite_stmt(c, "UPDATE user SET totp_step = ?2 WHERE id = ?1");
		pawl_sqlite_bind_u64(st, 1, user_id);
		pawl_sqlite_bind_i64(st, 2, totp_step);
		pawl_sqlite_run(c, st);
	}
	if (recovery_hash.len) {
		st = pawl_sqlite_stmt(c,
				      "DELETE FROM recovery_code WHERE user_id = ?1 AND hash = ?2");
		pawl_sqlite_bind_u64(st, 1, user_id);
		pawl_sqlite_bind_blob(st, 2, recovery_hash);
		pawl_sqlite_run(c, st);
	}
}

static void
set_totp(struct pawl_sqlite *c, const struct pawl_store_user_change *change)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "UPDATE user SET totp = ?2 WHERE id = ?1");

	pawl_sqlite_bind_u64(st, 1, change->id);
	pawl_sqlite_bind_blob(st, 2, change->totp);
	pawl_sqlite_run(c, st);
	remove_recovery_codes(c, change->id);
	st = pawl_sqlite_stmt(c, "INSERT INTO recovery_code (user_id, hash) VALUES (?1, ?2)");
	for (size_t i = 0; i < change->n_recovery; i++) {
		pawl_sqlite_bind_u64(st, 1, change->id);
		pawl_sqlite_bind_blob(
			st, 2,
			pawl_str((const char *)change->recovery[i], sizeof(change->recovery[i])));
		pawl_sqlite_run(c, st);
	}
}

/* ---- changing ------------------------------------------------------------------- */

static enum pawl_err
may_change(struct pawl_sqlite *c, const struct pawl_store_user_change *change,
	   const struct pawl_user_row *user)
{
	bool loses_role = change->role && change->role != PAWL_ROLE_OWNER;
	bool is_shut_out = change->has_disabled && change->is_disabled;

	if ((loses_role || is_shut_out) && is_last_owner(c, user))
		return PAWL_ESTATE;
	if (change->if_password.len && !pawl_str_eq(change->if_password, user->password))
		return PAWL_ECONFLICT;
	if (change->totp_step && change->totp_step <= user->totp_step)
		return PAWL_ECONFLICT;
	if (change->recovery_hash.len &&
	    !pawl_sqlite_has_recovery_code(c, user->id, change->recovery_hash))
		return PAWL_ECONFLICT;
	return PAWL_OK;
}

static enum pawl_err
change(struct pawl_sqlite *c, struct pawl_store_user_change *change)
{
	static const char sql[] =
		"UPDATE user SET role = ?2, disabled = ?3, password = ?4 WHERE id = ?1";
	struct pawl_user_row *user = &change->user;
	enum pawl_err err;
	sqlite3_stmt *st;

	if (!pawl_sqlite_read_user(c, change->id, &change->op.arena, user))
		return PAWL_ENOTFOUND;
	err = may_change(c, change, user);
	if (err)
		return err;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, change->id);
	pawl_sqlite_bind_i64(st, 2, change->role ? change->role : user->role);
	pawl_sqlite_bind_i64(st, 3, change->has_disabled ? change->is_disabled : user->is_disabled);
	pawl_sqlite_bind_text(st, 4, change->password.len ? change->password : user->password);
	pawl_sqlite_run(c, st);
	pawl_sqlite_use_codes(c, change->id, change->totp_step, change->recovery_hash);
	if (change->has_totp)
		set_totp(c, change);
	if (change->ends_sessions)
		pawl_sqlite_end_sessions(c, change->id, change->but_session);
	return pawl_sqlite_read_user(c, change->id, &change->op.arena, user) ? PAWL_OK
									     : PAWL_ENOTFOUND;
}

static enum pawl_err
count_failure(struct pawl_sqlite *c, const struct pawl_store_seen *failed)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(
		c, "UPDATE user SET failures = failures + 1, failed_at_us = ?2 WHERE id = ?1");

	pawl_sqlite_bind_u64(st, 1, failed->id);
	pawl_sqlite_bind_i64(st, 2, failed->at_us);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_user_op(struct pawl_sqlite *c, struct pawl_store_op *op)
{
	switch ((int)op->kind) {
	case PAWL_STORE_USER_ADD:
		return add(c, (struct pawl_store_user *)op);
	case PAWL_STORE_USER_CHANGE:
		return change(c, (struct pawl_store_user_change *)op);
	case PAWL_STORE_USER_FAILED:
		return count_failure(c, (struct pawl_store_seen *)op);
	case PAWL_STORE_SIGN_IN:
		return pawl_sqlite_sign_in(c, (struct pawl_store_sign_in *)op);
	case PAWL_STORE_SESSION_SEEN:
		return pawl_sqlite_session_seen(c, (struct pawl_store_seen *)op);
	case PAWL_STORE_SESSION_END:
		return pawl_sqlite_session_end(c, (struct pawl_store_session_end *)op);
	}
	return PAWL_EINVAL;
}
