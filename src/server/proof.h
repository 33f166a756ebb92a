/* Whether a caller is the user that they say: limits first, then the password, then the second
 * factor. The same time and the same answer for names that nobody has. On the call's loop. */
#ifndef PAWL_SERVER_PROOF_H
#define PAWL_SERVER_PROOF_H

#include "server/api.h"
#include "server/passwords.h"
#include "server/sign_in_limits.h"

/* In the call's arena. */
struct pawl_proof {
	struct pawl_str name; /* of the user */
	struct pawl_str password;
	struct pawl_str code, recovery_code; /* empty: not given */
	bool needs_no_code;
	int refused_status; /* of the answer when it is not proved */
	void (*then)(struct pawl_api_call *call, struct pawl_proof *proof);
	/* results: what the store has to be told with the change that was proved */
	const struct pawl_user_row *user;
	struct pawl_str new_hash; /* in place of an outdated one; empty: it is not */
	int64_t totp_step;
	struct pawl_str recovery_hash;
	/* proof.c's */
	struct pawl_api_call *call;
	struct pawl_store_get get;
	struct pawl_password_job job;
	struct pawl_sign_in_try try;
	unsigned char hash[PAWL_RECOVERY_HASH_BYTES];
	bool has_taken_code;
};

/* Calls `then`, or answers. */
void pawl_proof_begin(struct pawl_api_call *call, struct pawl_proof *proof);
/* The change has been made: the try does not count. */
void pawl_proof_end(struct pawl_proof *proof);
/* The store has found, in the same transaction, that it is none any more. */
void pawl_proof_fail(struct pawl_proof *proof);

/* Calls `then` with an Argon2id hash of the password, in the call's arena, and wipes it. */
void pawl_proof_hash(struct pawl_api_call *call, struct pawl_str password,
		     void (*then)(struct pawl_api_call *call, struct pawl_str hash));

#endif
