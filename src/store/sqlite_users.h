/* What sqlite_users.c and sqlite_sessions.c share. Inside of a transaction. */
#ifndef PAWL_STORE_SQLITE_USERS_H
#define PAWL_STORE_SQLITE_USERS_H

#include "store/sqlite.h"
#include "store/users.h"

/* False: there is none, or a fault. */
bool pawl_sqlite_read_user(struct pawl_sqlite *c, uint64_t id, struct pawl_arena *arena,
			   struct pawl_user_row *row);
bool pawl_sqlite_has_recovery_code(struct pawl_sqlite *c, uint64_t user_id, struct pawl_str hash);
/* They are not good again. */
void pawl_sqlite_use_codes(struct pawl_sqlite *c, uint64_t user_id, int64_t totp_step,
			   struct pawl_str recovery_hash);
/* All of a user's but one. */
void pawl_sqlite_end_sessions(struct pawl_sqlite *c, uint64_t user_id, uint64_t but);
enum pawl_err pawl_sqlite_sign_in(struct pawl_sqlite *c, struct pawl_store_sign_in *sign_in);
enum pawl_err pawl_sqlite_session_seen(struct pawl_sqlite *c, const struct pawl_store_seen *seen);
enum pawl_err pawl_sqlite_session_end(struct pawl_sqlite *c,
				      const struct pawl_store_session_end *end);
/* sqlite_misc.c */
enum pawl_err pawl_sqlite_last_uses(struct pawl_sqlite *c, struct pawl_store_last_uses *uses);

#endif
