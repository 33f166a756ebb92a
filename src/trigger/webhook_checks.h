/* What a webhook trigger asked of a request: from which addresses, signed over what, with whose
 * key, how far apart the clocks may be; and how the request stood to it. For operators; names a
 * secret, never shows one. Pure: any thread. */
#ifndef PAWL_TRIGGER_WEBHOOK_CHECKS_H
#define PAWL_TRIGGER_WEBHOOK_CHECKS_H

#include "trigger/auth/scheme.h"

/* `config` is the trigger's as it judged the request. Of the facts: ip, headers and now_us, when
 * the request came. The value (server/shapes.c: Checks) lives in the arena and borrows of `config`.
 */
struct pawl_json pawl_webhook_checks(const struct pawl_json *config,
				     const struct pawl_request_facts *facts,
				     struct pawl_arena *arena);

#endif
