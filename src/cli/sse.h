/* Reads a stream of Server-Sent Events (HTML Living Standard, section 9.2.6), in pieces of
 * any size. An event or line past a bound is dropped. Not thread-safe. */
#ifndef PAWL_CLI_SSE_H
#define PAWL_CLI_SSE_H

#include "base/buf.h"

struct pawl_sse {
	struct pawl_buf line, event, data, id;
	struct pawl_buf last_id; /* of the last whole event: what a reconnect sends */
	bool is_dropped;         /* the event has a line past its bound */
	bool after_cr;           /* an LF that comes next belongs to the CR before it */
};

void pawl_sse_init(struct pawl_sse *sse);
void pawl_sse_fini(struct pawl_sse *sse);
/* Forgets an unfinished event: for a new connection. The last id stays. */
void pawl_sse_reset(struct pawl_sse *sse);
/* Calls fn for each event that `bytes` completes; an event without a name is "message". False once
 * fn has returned false: the rest is not looked at. */
bool pawl_sse_feed(struct pawl_sse *sse, struct pawl_str bytes,
		   bool (*fn)(void *ctx, struct pawl_str event, struct pawl_str data), void *ctx);

#endif
