/* The span of a request to a known URL, from its first byte to its answer.
 *
 * Everything here takes NULL: no tracer, or a caller who does not want to be traced. */
#ifndef PAWL_SERVER_TRACE_H
#define PAWL_SERVER_TRACE_H

#include "net/trace.h"
#include "server/internal.h"

struct pawl_request_trace;

/* Copies what it needs of the row; NULL when there is nothing to be recorded. Any thread. */
struct pawl_request_trace *pawl_request_trace_new(struct pawl_server *server,
						  const struct pawl_request_row *row);
/* The answer goes out: records the span, frees it. */
void pawl_request_trace_end(struct pawl_request_trace *trace, uint64_t request_id, int status);
/* Without a span. */
void pawl_request_trace_drop(struct pawl_request_trace *trace);

/* The tracer by the server's settings; PAWL_OK and none when they name no collector. */
PAWL_MUST_USE enum pawl_err pawl_trace_open(struct pawl_server *server,
					    struct pawl_problems *problems);

#endif
