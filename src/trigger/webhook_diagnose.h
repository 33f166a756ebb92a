/* Why did a trigger's `auth` refuse this request? For operators, after the fact; see
 * auth/diagnose.h. Pure but for the secrets that it reads; may take seconds: not on a loop. */
#ifndef PAWL_TRIGGER_WEBHOOK_DIAGNOSE_H
#define PAWL_TRIGGER_WEBHOOK_DIAGNOSE_H

#include "flow/secrets.h"
#include "trigger/auth/diagnose.h"

/* `config` is that of a trigger with a URL. Every entry of auth is looked at; the first with a
 * known mistake is told, and *entry is its index (-1: none). Secrets are resolved as they are now.
 * Those of other entries and all named ones count as secrets that the sender might have used. */
void pawl_webhook_diagnose(const struct pawl_json *config, struct pawl_secrets *secrets,
			   const struct pawl_request_facts *facts, struct pawl_arena *arena,
			   struct pawl_diagnosis *out, int *entry);

#endif
