/* Why did this signature fail? Known mistakes are tried offline, one at a time, until one explains
 * the request.
 *
 * A mistake is found by undoing it: the request or the secret is changed the other way, and
 * verified as ever. So what is named is proven, but for collisions of the hash. Pure; the work is
 * bounded by the limits below. Never on the accept path, and for
 * operators only: the sentence may name secrets, never a secret's value. */
#ifndef PAWL_TRIGGER_AUTH_DIAGNOSE_H
#define PAWL_TRIGGER_AUTH_DIAGNOSE_H

#include "trigger/auth/scheme.h"

#define PAWL_DIAGNOSE_BODY_MAX    ((size_t)1 << 20)
#define PAWL_DIAGNOSE_SECRETS_MAX 256
#define PAWL_DIAGNOSE_WORK_MAX    ((size_t)256 << 20) /* bytes that are verified in all */

/* A secret with the words that tell it: "${secrets.partner}", "entry 2 of auth". It is valid in
 * [not_before, not_after); 0: always. */
struct pawl_diagnosis_secret {
	struct pawl_str text;
	struct pawl_str name;
	int64_t not_before_us, not_after_us;
};

struct pawl_diagnosis_input {
	const struct pawl_scheme *scheme;
	struct pawl_str secret; /* as it is configured */
	/* Others that the sender might have used. */
	const struct pawl_diagnosis_secret *others;
	size_t n_others;
	const struct pawl_request_facts *facts; /* as received, and when */
	size_t *work; /* bytes that may still be verified, where several share them; or NULL */
};

/* code is stable; NULL: no known mistake explains it. `message` says what happened and what to do;
 * it is static or lives in the arena. */
struct pawl_diagnosis {
	const char *code;
	const char *message;
};

void pawl_diagnose(const struct pawl_diagnosis_input *input, struct pawl_arena *arena,
		   struct pawl_diagnosis *out);

/* A credential in a header, Basic and Bearer included (facts' Authorization, or the header
 * `name`), that is compared as it is. `expected` is what it has to be. */
struct pawl_credential_input {
	enum { PAWL_CREDENTIAL_HEADER, PAWL_CREDENTIAL_BEARER, PAWL_CREDENTIAL_BASIC } kind;
	struct pawl_str header;
	struct pawl_str expected; /* "user:password" for basic */
	const struct pawl_diagnosis_secret *others;
	size_t n_others;
	const struct pawl_request_facts *facts;
};
void pawl_diagnose_credential(const struct pawl_credential_input *input, struct pawl_arena *arena,
			      struct pawl_diagnosis *out);

#endif
