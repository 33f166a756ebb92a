/* Events: which workflows they start, and Pawl's own.
 *
 * What Pawl tells of itself is built only when a workflow waits for it; who asks first pays one
 * load. An event that would start a workflow that led to it, or has come through too many, is cut:
 * it starts nothing there, and is logged. Any thread; nothing blocks. */
#ifndef PAWL_SERVER_EVENTS_H
#define PAWL_SERVER_EVENTS_H

#include "engine/engine.h"
#include "server/internal.h"

/* The runs that the event starts, in row->runs (arena). `about`: the name of the workflow that one
 * of Pawl's own is about. */
void pawl_events_match(struct pawl_server *server, const struct pawl_event *event,
		       struct pawl_str about, struct pawl_arena *arena, struct pawl_event_row *row);

/* One of Pawl's own; *data is an object without `workflow`, which is added. `key` names it, so that
 * it is taken in once; empty: it is new. `arena` holds data. */
void pawl_events_emit(struct pawl_server *server, enum pawl_own_event_kind kind,
		      uint64_t workflow_id, struct pawl_str key, const struct pawl_json *data,
		      const uint64_t *chain, size_t n_chain);
/* One that starts only that endpoint's workflow. */
void pawl_events_emit_to(struct pawl_server *server, const struct pawl_endpoint *endpoint,
			 enum pawl_own_event_kind kind, uint64_t workflow_id, struct pawl_str key,
			 const struct pawl_json *data);
/* A run has ended. On the engine's loop. */
void pawl_events_run_ended(struct pawl_server *server, const struct pawl_engine_event *event);
/* A request to the endpoint was refused for its credentials, or accepted. */
void pawl_events_denied(struct pawl_server *server, struct pawl_endpoint *endpoint);
static inline void
pawl_events_accepted(struct pawl_endpoint *endpoint)
{
	if (atomic_load_explicit(&endpoint->denied_in_row, memory_order_relaxed))
		atomic_store_explicit(&endpoint->denied_in_row, 0, memory_order_relaxed);
}
/* The workflow's activation has changed. */
void pawl_events_activated(struct pawl_server *server, const struct pawl_workflow_row *row);

#endif
