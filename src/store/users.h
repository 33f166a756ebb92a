/* The store's part about people: users, their sessions, their second factors. Rows and bytes; who
 * may do what, and when a session ends, is decided elsewhere (server/users.h).
 *
 * Rules that two writers at a time could break are kept here, in the write's transaction: the first
 * user is an owner, the last owner that can sign in stays, a one-time code is good once. */
#ifndef PAWL_STORE_USERS_H
#define PAWL_STORE_USERS_H

#include "store/store.h"

#define PAWL_SESSION_HASH_BYTES  32
#define PAWL_RECOVERY_HASH_BYTES 32

struct pawl_user_row {
	uint64_t id;
	struct pawl_str name; /* unique without regard to the case of ASCII letters */
	enum pawl_role role;
	bool is_disabled;
	struct pawl_str password; /* Argon2id, as libsodium writes it */
	int64_t created_at_us, signed_in_at_us;
	uint32_t failures; /* wrong passwords and codes since signed_in_at_us */
	int64_t failed_at_us;
	struct pawl_str totp; /* sealed; empty: there is no second factor */
	int64_t totp_step;    /* of the last code that was accepted */
	uint32_t n_recovery;  /* one-time codes that are left */
};

struct pawl_session_row {
	uint64_t id, user_id;
	struct pawl_str hash; /* of the cookie's value */
	int64_t created_at_us, seen_at_us;
	struct pawl_str address, user_agent; /* that it began with */
};

/* USER_ADD. PAWL_ECONFLICT: the name is taken. PAWL_ESTATE: there are users already and it is
 * to be the first, or there is none and it is no owner. */
struct pawl_store_user {
	struct pawl_store_op op;
	struct pawl_user_row user; /* name, role, password, created_at_us; its id is a result */
	bool is_first;
};

/* USER_CHANGE: what is set is changed. PAWL_ESTATE: it is the last owner that can sign in, and
 * would be none any more. PAWL_ECONFLICT: if_password is set and is not the password, or the step
 * has been used. Ends the user's sessions, but for one, where ends_sessions says so. */
struct pawl_store_user_change {
	struct pawl_store_op op;
	uint64_t id;
	enum pawl_role role; /* PAWL_ROLE_NONE: stays */
	bool has_disabled, is_disabled;
	struct pawl_str password, if_password; /* empty: stays; whatever it is */
	bool has_totp;
	struct pawl_str totp; /* sealed; empty: none any more */
	int64_t totp_step;    /* of the code that allows the change; 0: none */
	const unsigned char (*recovery)[PAWL_RECOVERY_HASH_BYTES]; /* with has_totp: all of them */
	size_t n_recovery;
	struct pawl_str recovery_hash; /* of the code that allows the change; empty: none */
	bool ends_sessions;
	uint64_t but_session;
	struct pawl_user_row user; /* result: as it is now */
};

/* SIGN_IN: a new session of a user that can sign in. PAWL_EDENIED: the user is disabled, is gone
 * or has another password by now, or the code was used before. The oldest sessions past `max` end,
 * and the one that is replaced. */
struct pawl_store_sign_in {
	struct pawl_store_op op;
	struct pawl_str password;        /* that was checked, as it is in the store */
	struct pawl_str new_password;    /* in its place; empty: it stays */
	int64_t totp_step;               /* of the code; 0: none was given */
	struct pawl_str recovery_hash;   /* of the code; empty: none was given */
	struct pawl_session_row session; /* all but id, which is a result */
	uint64_t replaces;               /* 0: none */
	size_t max;
	uint64_t *ended; /* result: ids */
	size_t n_ended;
	struct pawl_user_row user; /* result: as it was before */
};

/* SESSION_END: one, or with user_id all of that user but one. PAWL_ENOTFOUND: there was none, for
 * one. */
struct pawl_store_session_end {
	struct pawl_store_op op;
	uint64_t id, user_id, but_session;
};

/* SESSION_SEEN: it was used at that time; never goes back. USER_FAILED: a wrong password or code,
 * of the user with the id. Neither is an error for what is gone. */
struct pawl_store_seen {
	struct pawl_store_op op;
	uint64_t id;
	int64_t at_us;
};

/* Notes when versions of secrets, and tokens, were used: of each row, id and used_at_us; never goes
 * back. */
struct pawl_store_last_uses {
	struct pawl_store_op op;
	const struct pawl_secret_row *secrets;
	size_t n_secrets;
	const struct pawl_token_row *tokens;
	size_t n_tokens;
};

#endif
