/* Header lines with a trace: what is read comes out as it went in. */
#include "fuzz.h"

#include "net/trace.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	char written[PAWL_TRACEPARENT_LEN];
	struct pawl_trace trace, again;

	if (pawl_traceparent_parse(text, &trace)) {
		pawl_traceparent_format(&trace, trace.parent, written);
		require(memcmp(written + 2, text.ptr + 2, 51) == 0);
		require(pawl_traceparent_parse(pawl_str(written, sizeof written), &again));
		require(again.parent == trace.parent && again.is_sampled == trace.is_sampled);
	}
	pawl_trace_of_request(text, 1, size, &trace);
	require(trace.state.len <= PAWL_TRACESTATE_MAX);
	require(trace.parent || trace.is_sampled);
	return 0;
}
