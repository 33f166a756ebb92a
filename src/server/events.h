/* Events: which workflows they start.
 *
 * An event that would start a workflow that led to it, or has come through too many, is cut: it
 * starts nothing there, which is logged, counted for the workflow, and a metric. Any thread;
 * nothing blocks. */
#ifndef PAWL_SERVER_EVENTS_H
#define PAWL_SERVER_EVENTS_H

#include "server/internal.h"

/* The runs that the event starts, and the workflows for which it is cut, in *row (arena). `about`:
 * the name of the workflow that one of Pawl's own is about; empty: none. */
void pawl_events_match(struct pawl_server *server, const struct pawl_event *event,
		       struct pawl_str about, struct pawl_arena *arena, struct pawl_event_row *row);

#endif
