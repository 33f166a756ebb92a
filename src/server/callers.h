/* Callers who wait for the end of the runs that their requests have started.
 *
 * A caller is made on its connection's loop before its request is submitted, gets its run's id
 * before anybody can see that, and is answered once: by the end of its run, by a node, by the limit
 * on its waiting, or because the server stops. Whoever takes it out of the list answers it, by a
 * task on the connection's loop, which frees it; a client that has left is harmless. A 2xx is sent
 * only when the request is on disk. */
#ifndef PAWL_SERVER_CALLERS_H
#define PAWL_SERVER_CALLERS_H

#include "engine/engine.h"
#include "net/http_server.h"

struct pawl_callers;
struct pawl_caller;
struct pawl_request_trace; /* trace.h */

struct pawl_callers *pawl_callers_new(void);
/* After the loops have ended. */
void pawl_callers_free(struct pawl_callers *callers);

/* `status` is that of the answer to a run that completes. NULL: too many wait. On the ref's loop.
 */
struct pawl_caller *pawl_caller_new(struct pawl_callers *callers, struct pawl_http_ref ref,
				    int status, int64_t limit_ms);
/* The span that ends with the answer; taken, may be NULL. Before it is submitted. */
void pawl_caller_trace(struct pawl_caller *caller, struct pawl_request_trace *trace);
/* Any thread, before the request can be seen. */
void pawl_caller_name(struct pawl_caller *caller, uint64_t run_id);
/* The request is not on disk: somebody else answers. On the ref's loop. */
void pawl_caller_discard(struct pawl_caller *caller);

/* The request is on disk; its run goes before others. Any thread. */
void pawl_callers_hurry(struct pawl_callers *callers, uint64_t run_id);
/* Likewise, on the loop of the caller's ref. */
void pawl_callers_accepted(struct pawl_callers *callers, uint64_t run_id);

/* Those who wait now; any thread. */
size_t pawl_callers_count(const struct pawl_callers *callers);

/* ---- for the engine, on its loop -------------------------------------------- */

/* The run has ended, which is on disk. */
void pawl_callers_ended(struct pawl_callers *callers, const struct pawl_engine_event *event);
void pawl_callers_respond(struct pawl_callers *callers, uint64_t run_id,
			  const struct pawl_node_answer *answer);
bool pawl_callers_await(struct pawl_callers *callers, uint64_t run_id);
size_t pawl_callers_take_urgent(struct pawl_callers *callers, uint64_t *ids, size_t max);

/* ---- the end ------------------------------------------------------------------ */

/* From here on nobody waits longer than that. */
void pawl_callers_drain(struct pawl_callers *callers, int64_t limit_ms);
/* Engine and store have ended: whoever still waits is answered. The loops go on. */
void pawl_callers_end(struct pawl_callers *callers);

#endif
