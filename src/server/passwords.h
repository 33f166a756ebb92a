/* Passwords: Argon2id (RFC 9106) by libsodium, on a thread of its own.
 *
 * A hash takes a tenth of a second and 64 MiB on purpose: one is worked on at a time, so that
 * memory stays bounded whoever asks, and never on a loop. Submitted from a loop, handed back on it;
 * the job and its texts belong to the caller until then. */
#ifndef PAWL_SERVER_PASSWORDS_H
#define PAWL_SERVER_PASSWORDS_H

#include <sodium.h>

#include "base/str.h"
#include "net/loop.h"

struct pawl_passwords;

struct pawl_password_job {
	struct pawl_task task; /* its fn is the caller's: posted when the job is done */
	struct pawl_loop *loop;
	struct pawl_password_job *next;
	struct pawl_str password;
	/* Does it fit this one? ptr NULL: it fits nothing, which takes as long to find. */
	struct pawl_str hash;
	bool is_new; /* in place of that: only make a hash of it */
	/* results */
	bool fits;
	bool is_canceled;                  /* the server stops */
	char made[crypto_pwhash_STRBYTES]; /* a hash in place of an outdated one that fits, or of a
					      new password; "" */
};

struct pawl_passwords *pawl_passwords_start(void);
/* Any thread. False: too many wait already. */
bool pawl_passwords_submit(struct pawl_passwords *passwords, struct pawl_password_job *job);
/* Hands back what waits, canceled. Before the loops end. */
void pawl_passwords_stop(struct pawl_passwords *passwords);
void pawl_passwords_free(struct pawl_passwords *passwords);

#endif
