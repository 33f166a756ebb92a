/* One HTTP request after another, each waited for: the engine's own client on a loop of
 * its own, with every address allowed, because the user names them. Main thread only. */
#ifndef PAWL_CLI_FETCH_H
#define PAWL_CLI_FETCH_H

#include "net/http_client.h"

struct pawl_fetch;

struct pawl_fetch_result {
	enum pawl_http_call_error error;
	const char *message; /* why there is no answer; in the arena */
	int status;
	struct pawl_str body;        /* in the arena */
	struct pawl_str retry_after; /* the header's value; ptr NULL without one */
};

PAWL_MUST_USE enum pawl_err pawl_fetch_new(struct pawl_fetch **out);
void pawl_fetch_free(struct pawl_fetch *fetch);
void pawl_fetch_wait(struct pawl_fetch *fetch, const struct pawl_http_call_config *config,
		     struct pawl_arena *arena, struct pawl_fetch_result *out);

#endif
