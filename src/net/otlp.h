/* Sends spans to a collector: OTLP/HTTP with JSON (opentelemetry.io/docs/specs/otlp, "JSON
 * Protobuf Encoding"), many at a time, from a thread of its own.
 *
 * A span is written to text when it is recorded, on the caller's thread, and waits in a bounded
 * queue. A collector that is slow or away costs spans, which are counted, and nothing else. */
#ifndef PAWL_NET_OTLP_H
#define PAWL_NET_OTLP_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct pawl_otlp;

struct pawl_otlp_config {
	const char *endpoint; /* "http://127.0.0.1:4318"; /v1/traces is added */
	const char *headers;  /* "name=value,name=value", percent-encoded; NULL: none */
	const char *service_name, *service_version;
};

/* Problems name the option. */
PAWL_MUST_USE enum pawl_err pawl_otlp_open(const struct pawl_otlp_config *config,
					   struct pawl_otlp **out, struct pawl_problems *problems);
/* Sends what waits, for up to `grace_ms`. */
void pawl_otlp_close(struct pawl_otlp *otlp, int64_t grace_ms);

enum pawl_span_kind { PAWL_SPAN_INTERNAL = 1, PAWL_SPAN_SERVER, PAWL_SPAN_CLIENT };

struct pawl_span_attribute {
	const char *name;
	struct pawl_str text; /* ptr NULL: the number counts */
	int64_t number;
};

struct pawl_span {
	const unsigned char *trace_id; /* 16 bytes */
	uint64_t id, parent;           /* 0: none */
	enum pawl_span_kind kind;
	struct pawl_str name;
	struct pawl_str state; /* tracestate */
	int64_t start_us, end_us;
	const struct pawl_span_attribute *attributes; /* never a body or a secret */
	size_t n_attributes;
	bool is_error;
};

/* Any thread; nothing is kept of what the span refers to. */
void pawl_otlp_record(struct pawl_otlp *otlp, const struct pawl_span *span);

struct pawl_otlp_stats {
	uint64_t exported, dropped;
};
/* Any thread. */
void pawl_otlp_stats(const struct pawl_otlp *otlp, struct pawl_otlp_stats *out);

#endif
