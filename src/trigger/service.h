/* The HTTP-request trigger: a workflow as a service, called at /service/<token>.
 *
 * It lets callers in as a webhook does (the gate is one), and beside that decides whether they wait
 * for the end of the run, and what browsers are told (CORS, Fetch standard section 3.2). Compiled
 * once per active revision; immutable, any thread. Pure. */
#ifndef PAWL_TRIGGER_SERVICE_H
#define PAWL_TRIGGER_SERVICE_H

#include "trigger/webhook.h"

#define PAWL_SERVICE_WAIT_DEFAULT_MS 30000
#define PAWL_SERVICE_WAIT_MAX_MS     300000
#define PAWL_SERVICE_CORS_HEADERS    6

struct pawl_service;

/* `config` has passed the checks of its fields, and outlives the service. */
struct pawl_service *pawl_service_new(const struct pawl_json *config);
void pawl_service_free(struct pawl_service *service);
/* Who is let in. HEAD is, where GET is; OPTIONS stands among the methods for the sake of Allow, and
 * is answered before the gate is asked. */
struct pawl_webhook *pawl_service_gate(const struct pawl_json *config, struct pawl_secrets *secrets,
				       struct pawl_problems *problems);

/* Does the caller wait for the end of its run, and how long? */
bool pawl_service_waits(const struct pawl_service *service);
int64_t pawl_service_wait_limit_ms(const struct pawl_service *service);

/* What a browser asks by. `method` and `headers` belong to a preflight; ptr NULL when absent. */
struct pawl_cors_request {
	struct pawl_str origin, method, headers;
};
/* The headers of the answer, in the arena; returns their number. 0: no CORS here. */
size_t pawl_service_cors(const struct pawl_service *service,
			 const struct pawl_cors_request *request, const char *allow,
			 struct pawl_arena *arena,
			 struct pawl_http_header out[PAWL_SERVICE_CORS_HEADERS]);

extern const struct pawl_trigger_type pawl_trigger_service;

#endif
