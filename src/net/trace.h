/* Where a request stands in a distributed trace: W3C Trace Context (traceparent, tracestate).
 *
 * Ids that are not given from outside are derived from a run's id and a number of this server's,
 * so that they are the same after a restart. Pure functions, any thread. */
#ifndef PAWL_NET_TRACE_H
#define PAWL_NET_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define PAWL_TRACEPARENT_LEN 55
/* A longer tracestate is not handed on (section 3.3.1.5 asks for at least so much). */
#define PAWL_TRACESTATE_MAX 512

struct pawl_trace {
	unsigned char id[16];
	uint64_t parent; /* the caller's span; 0: the trace begins here */
	bool is_sampled; /* spans are recorded; the caller decides, if there is one */
	struct pawl_str state;
};

/* Section 3.2: "00-<32 hex>-<16 hex>-<2 hex>"; a later version may be longer. */
bool pawl_traceparent_parse(struct pawl_str text, struct pawl_trace *out);
/* The text has no NUL at its end. */
void pawl_traceparent_format(const struct pawl_trace *trace, uint64_t span,
			     char out[PAWL_TRACEPARENT_LEN]);
/* Of a request with these header lines ("name: value\r\n"), which `state` refers to; else a trace
 * that begins with `id`. */
void pawl_trace_of_request(struct pawl_str headers, uint64_t seed, uint64_t id,
			   struct pawl_trace *out);
void pawl_trace_begin(uint64_t seed, uint64_t id, struct pawl_trace *out);

/* Spans of a run and its request; never 0. */
enum pawl_span_role { PAWL_SPAN_REQUEST = 1, PAWL_SPAN_RUN, PAWL_SPAN_NODE };
uint64_t pawl_span_id(uint64_t seed, uint64_t run_id, enum pawl_span_role role, uint64_t number);

#endif
