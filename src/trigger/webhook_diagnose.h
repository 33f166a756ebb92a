/* Why did a trigger's `auth` refuse this request? For operators, after the fact; see
 * auth/diagnose.h. Pure but for the secrets that it reads; may take seconds: not on a loop. */
#ifndef PAWL_TRIGGER_WEBHOOK_DIAGNOSE_H
#define PAWL_TRIGGER_WEBHOOK_DIAGNOSE_H

#include "flow/secrets.h"
#include "trigger/auth/diagnose.h"

/* Another revision of the workflow, whose entries of auth may hold secrets of their own. */
struct pawl_webhook_revision {
	uint32_t number;
	const struct pawl_json *config;
};

struct pawl_webhook_diagnosis {
	const struct pawl_json *config; /* of a trigger with a URL, as it refused the request */
	struct pawl_secrets *secrets;
	const struct pawl_request_facts *facts;
	const struct pawl_webhook_revision *revisions;
	size_t n_revisions;
};

/* Every entry of auth is looked at; the first with a known mistake is told, and *entry is its index
 * (-1: none). Secrets are those that there are now, with the versions that were valid when the
 * request came. All others count as secrets that the sender might have used: named ones and all
 * their versions, expired or not yet valid, those of other entries, and of other revisions. */
void pawl_webhook_diagnose(const struct pawl_webhook_diagnosis *in, struct pawl_arena *arena,
			   struct pawl_diagnosis *out, int *entry);

#endif
