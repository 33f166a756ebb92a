/* What diagnose*.c share; private to this layer. */
#ifndef PAWL_TRIGGER_AUTH_DIAGNOSE_INTERNAL_H
#define PAWL_TRIGGER_AUTH_DIAGNOSE_INTERNAL_H

#include "trigger/auth/diagnose.h"
#include "trigger/auth/scheme_internal.h"

struct pawl_diagnosing {
	const struct pawl_diagnosis_input *in;
	struct pawl_arena *arena;  /* of the answer */
	struct pawl_arena scratch; /* of one try */
	struct pawl_scheme lax;    /* the scheme, to which no time is too old */
	struct pawl_scheme_key key;
	struct pawl_diagnosis *out;
	size_t *work; /* what is left of it */
	bool gave_up;
};

/* Does the scheme take the request so? False as well when no work is left. */
bool pawl_diagnosing_fits(struct pawl_diagnosing *d, const struct pawl_scheme *scheme,
			  const struct pawl_scheme_key *key,
			  const struct pawl_request_facts *facts);
/* True when the body in place of the received one fits; then it is named. */
bool pawl_diagnosing_try_body(struct pawl_diagnosing *d, struct pawl_str body, const char *code,
			      const char *message);
/* Always true. */
bool pawl_diagnosing_found(struct pawl_diagnosing *d, const char *code, const char *message);
__attribute__((format(printf, 3, 4))) bool
pawl_diagnosing_found_with(struct pawl_diagnosing *d, const char *code, const char *fmt, ...);

/* What is told where the request was made with one of the others: `how` begins the sentence. */
struct pawl_diagnosis pawl_diagnose_other(const struct pawl_diagnosis_secret *other, int64_t at_us,
					  const char *how, struct pawl_arena *arena);

/* Where it would be let in today. */
#define PAWL_DIAGNOSIS_FITS_NOW                                                                    \
	"it fits now: a secret or the preset has been changed since it was refused; "              \
	"`pawl requests reverify` releases it"

/* Each tries its own kind of mistake; true when one was found. */
bool pawl_diagnose_body(struct pawl_diagnosing *d);
bool pawl_diagnose_json(struct pawl_diagnosing *d);
bool pawl_diagnose_secret(struct pawl_diagnosing *d);
bool pawl_diagnose_header(struct pawl_diagnosing *d);
bool pawl_diagnose_url(struct pawl_diagnosing *d);
bool pawl_diagnose_scheme(struct pawl_diagnosing *d);

#endif
