/* Who there is and who is signed in, as every request needs it: in memory, beside the store.
 *
 * Changes come in the order in which the store has made them: they are made on the store's thread,
 * as soon as they are on disk (pawl_api_call.settle). Any thread; what is found is copied. */
#ifndef PAWL_SERVER_USERS_H
#define PAWL_SERVER_USERS_H

#include "server/internal.h"
#include "server/totp.h"
#include "store/users.h"

#define PAWL_USER_NAME_MAX    64
#define PAWL_PASSWORD_MIN     10
#define PAWL_PASSWORD_MAX     1024
#define PAWL_SESSIONS_MAX     50 /* of one user; the oldest end */
#define PAWL_USER_AGENT_MAX   200
#define PAWL_COOKIE_VALUE_MAX 64

/* Whose request it is. */
struct pawl_principal {
	enum pawl_role role; /* PAWL_ROLE_NONE: nobody's that is known */
	uint64_t token_id;   /* with an API token */
	uint64_t session_id; /* with a cookie */
	uint64_t user_id;
	char user_name[PAWL_USER_NAME_MAX + 1];
	unsigned char session_hash[PAWL_SESSION_HASH_BYTES];
};

/* Reads all from the store; blocks, for start-up. */
PAWL_MUST_USE enum pawl_err pawl_users_load(struct pawl_server *server);
/* Ends sessions when their time has come; from the loop's thread on. */
void pawl_users_watch(struct pawl_users *users, struct pawl_loop *loop);
/* The loop does not run any more. */
void pawl_users_unwatch(struct pawl_users *users);
void pawl_users_free(struct pawl_users *users);

/* The session whose cookie has that value, if it has not ended; it counts as used now. */
bool pawl_users_find_session(struct pawl_users *users, struct pawl_str cookie,
			     struct pawl_principal *out);
bool pawl_users_has_session(struct pawl_users *users, uint64_t session_id);
/* By id or name; 0: there is none. */
uint64_t pawl_users_find(struct pawl_users *users, struct pawl_str text);
/* In the arena; ptr NULL: not there. */
struct pawl_str pawl_users_name(struct pawl_users *users, uint64_t user_id,
				struct pawl_arena *arena);
bool pawl_users_is_empty(struct pawl_users *users);
/* When it was used last, and when it ends if it is not used again. False: it has ended. */
bool pawl_users_session_times(struct pawl_users *users, uint64_t session_id, int64_t *seen_at_us,
			      int64_t *ends_at_us);

void pawl_users_put(struct pawl_users *users, const struct pawl_user_row *row);
void pawl_users_remove(struct pawl_users *users, uint64_t user_id);
void pawl_users_begin_session(struct pawl_users *users, const struct pawl_session_row *row);
void pawl_users_end_session(struct pawl_users *users, uint64_t session_id);
void pawl_users_end_sessions(struct pawl_users *users, uint64_t user_id, uint64_t but);

/* The secret of a second factor that is being set up, which is not in the store yet: it belongs to
 * the session, and is forgotten with it. */
void pawl_users_set_pending(struct pawl_users *users, uint64_t session_id,
			    const unsigned char secret[PAWL_TOTP_SECRET_BYTES]);
bool pawl_users_get_pending(struct pawl_users *users, uint64_t session_id,
			    unsigned char secret[PAWL_TOTP_SECRET_BYTES]);

/* "totp/ID": what a second factor's secret is sealed as. */
struct pawl_str pawl_users_totp_label(struct pawl_arena *arena, uint64_t user_id);

#endif
