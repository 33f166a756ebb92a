/* Pawl's own events: what it tells of itself, and whom that starts.
 *
 * They are built only when a workflow waits for them; who asks first pays one load. What a write of
 * the store brings about (the end of a run, a change of a workflow) is taken in within the
 * transaction of that write: neither a crash nor a full disk comes between. The others are
 * emitted on their own; while the store is failing they wait in memory, up to a bound, until it
 * writes again. Any thread; nothing blocks. */
#ifndef PAWL_SERVER_OWN_EVENTS_H
#define PAWL_SERVER_OWN_EVENTS_H

#include "server/internal.h"

struct pawl_emitter;

struct pawl_emitter *pawl_emitter_new(void);
/* After the store is closed. What waits still is lost, and logged. NULL is allowed. */
void pawl_emitter_free(struct pawl_emitter *emitter);
/* The store writes again: what waits is tried again. */
void pawl_emitter_retry(struct pawl_server *server);

/* What is emitted on its own; borrowed for the call. */
struct pawl_own_note {
	enum pawl_own_event_kind kind;
	uint64_t workflow_id;         /* that it is about; 0: none */
	uint64_t only;                /* the one workflow that is started; 0: all that wait */
	struct pawl_str key;          /* names it, so that it is taken in once; empty: it is new */
	int64_t at_us;                /* 0: now */
	const struct pawl_json *data; /* an object without `workflow`, which is added */
};
void pawl_own_event_emit(struct pawl_server *server, const struct pawl_own_note *note);

/* A request to the endpoint was refused for its credentials, or accepted. */
void pawl_own_event_denied(struct pawl_server *server, struct pawl_endpoint *endpoint);
static inline void
pawl_own_event_accepted(struct pawl_endpoint *endpoint)
{
	if (atomic_load_explicit(&endpoint->denied_in_row, memory_order_relaxed))
		atomic_store_explicit(&endpoint->denied_in_row, 0, memory_order_relaxed);
}

/* pawl_store_op.events of a save that ends a run; its ctx is the server. */
size_t pawl_own_events_of_end(struct pawl_store_op *op, struct pawl_event_row **rows);
/* Of PAWL_STORE_WORKFLOW_SAVE and _STATE; their ctx is a struct pawl_api_call. */
size_t pawl_own_events_of_change(struct pawl_store_op *op, struct pawl_event_row **rows);

#endif
