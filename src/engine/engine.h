/* The engine: the only writer of run state.
 *
 * One engine has one loop (its own thread). It claims runs from the store, walks their
 * graphs, records every finished node before what follows takes effect, and goes on with
 * what it finds after a crash. Runs in memory are bounded; the backlog lives in the store.
 * It never names a node type. Functions may be called from any thread unless they say
 * otherwise; callbacks come on the engine's loop. */
#ifndef PAWL_ENGINE_ENGINE_H
#define PAWL_ENGINE_ENGINE_H

#include "base/seal.h"
#include "flow/registry.h"
#include "flow/secrets.h"
#include "flow/workflow.h"
#include "net/egress.h"
#include "net/loop.h"
#include "net/otlp.h"
#include "store/store.h"

struct pawl_engine;

/* What happened, for live views. Borrowed during the call, on the engine's loop. */
struct pawl_engine_event {
	enum { PAWL_EVENT_RUN, PAWL_EVENT_NODE } kind;
	uint64_t run_id, workflow_id;
	enum pawl_run_state run_state;
	const struct pawl_run_row *run; /* of PAWL_EVENT_RUN */
	struct pawl_str node_id;        /* of PAWL_EVENT_NODE */
	enum pawl_node_state node_state;
	uint32_t attempt;
	int64_t at_us;
	bool is_test;                   /* of a run */
	enum pawl_trigger_kind trigger; /* likewise */
	struct pawl_str input;          /* that no request holds; JSON */
	struct pawl_str error;          /* JSON; empty: none */
	struct pawl_str output;         /* of a run that has completed: JSON */
};

struct pawl_engine_config {
	struct pawl_store *store; /* outlives the engine */
	const struct pawl_registry *registry;
	struct pawl_secrets *secrets;
	/* Seals outputs that hold a secret; NULL: they are kept without it only. */
	const struct pawl_sealer *sealer;
	const struct pawl_egress *egress;
	const char *blame_path; /* file that says which run is being advanced; NULL: none */
	size_t max_runs;        /* in memory; 0: 2000 */
	size_t max_run_bytes;   /* of data per run; 0: 64 MiB */
	const uint64_t *paused; /* workflows that are paused at the start; for the call only */
	size_t n_paused;
	/* Workflows whose backlogs drain at the start; for the call only. */
	const struct pawl_workflow_row *draining;
	size_t n_draining;
	struct pawl_otlp *tracer; /* NULL: nothing is traced */
	uint64_t trace_seed;      /* the same at every start */
	/* Turns a stored request into workflow.input (src/trigger/input.h, given by the server). */
	struct pawl_json (*build_input)(void *ctx, struct pawl_arena *arena,
					const struct pawl_request_row *request);
	/* One of its files, by its place in workflow.input.files. NULL: there are none. */
	bool (*open_file)(void *ctx, struct pawl_arena *arena,
			  const struct pawl_request_row *request, size_t index,
			  struct pawl_node_file *out);
	/* A stored document as it was written: its secrets are sealed at rest. NULL: they are not.
	 */
	struct pawl_json (*open_document)(void *ctx, struct pawl_arena *arena,
					  const struct pawl_json *document);
	/* Likewise an input that no request holds. */
	struct pawl_json (*open_input)(void *ctx, struct pawl_arena *arena,
				       const struct pawl_json *input);
	/* URL whose call resumes the run; NULL: none. */
	struct pawl_str (*resume_url)(void *ctx, uint64_t run_id, struct pawl_arena *arena);
	void (*on_event)(void *ctx, const struct pawl_engine_event *event); /* may be NULL */
	/* What the end of a run brings about: pawl_store_op.events of the save that records it,
	 * whose op.ctx is the ctx below. May be NULL. */
	size_t (*end_events)(struct pawl_store_op *op, struct pawl_event_row **events);
	/* Callers who wait for the end of their runs; all NULL where there are none. A node has
	 * answered; */
	void (*on_respond)(void *ctx, uint64_t run_id, const struct pawl_node_answer *answer);
	/* is that run waited for? */
	bool (*is_awaited)(void *ctx, uint64_t run_id);
	/* Runs to be claimed before others, each told once; returns how many. */
	size_t (*take_urgent)(void *ctx, uint64_t *ids, size_t max);
	void *ctx;
};

PAWL_MUST_USE enum pawl_err pawl_engine_start(const struct pawl_engine_config *config,
					      struct pawl_engine **out,
					      struct pawl_problems *problems);
/* Claims nothing more, finishes the nodes that are under way within grace_ms, records, ends. What
 * is left goes on at the next start. Blocks; not from the engine's loop. */
void pawl_engine_stop(struct pawl_engine *engine, int64_t grace_ms);

/* There may be work in the store (its on_work calls this). Cheap. */
void pawl_engine_wake(struct pawl_engine *engine);
/* A workflow's activation has changed: its runs are held (paused) or go on. */
void pawl_engine_set_workflow_state(struct pawl_engine *engine, uint64_t workflow_id,
				    enum pawl_workflow_state state);

/* Of the workflow's queued runs with lower ids than `below` so many go in a second; 0: no limit. To
 * be said before its state. */
void pawl_engine_set_drain(struct pawl_engine *engine, uint64_t workflow_id, uint32_t per_second,
			   uint64_t below);

/* The workflow and its revisions are gone from the store. Runs that are under way in memory go on;
 * any other fails with the code "workflow_deleted" when its turn comes, and never runs. */
void pawl_engine_workflow_deleted(struct pawl_engine *engine, uint64_t workflow_id);

/* The port of the rows of nodes that a run begins with, pending, because they are not to be
 * executed: when their turn comes, they complete with the output that the row has, or are skipped
 * when it has none; what lies behind them goes on in either case, by whichever port. */
#define PAWL_NODE_EVERY_PORT "*"

/* ---- what people do to runs ---------------------------------------------- */

enum pawl_engine_action {
	PAWL_ACTION_CANCEL,
	PAWL_ACTION_PAUSE,   /* starts no further node; those under way finish */
	PAWL_ACTION_RESUME,  /* a paused run goes on; a waiting node gets `data`; an in-doubt one
				`decision` */
	PAWL_ACTION_RETRY,   /* a failed, canceled or timed-out run from the nodes that did not
				complete */
	PAWL_ACTION_RESTART, /* a finished run from the start */
};

struct pawl_engine_command {
	struct pawl_task task;            /* the engine's */
	struct pawl_engine_command *next; /* the engine's */
	enum pawl_engine_action action;
	uint64_t run_id;
	struct pawl_str node_id;  /* resume: which waiting node; empty: the only one */
	struct pawl_str data;     /* resume: JSON text; empty: null */
	struct pawl_str decision; /* resume of a node in doubt: "retry" or "fail" */
	/* retry: the ids of nodes that are done again, whatever became of them; and the revision
	 * that the run goes on under, 0: its own. With any, a completed run is retried too. */
	const struct pawl_str *redo;
	size_t n_redo;
	uint32_t revision;
	/* resume: by whoever holds the run's resume URL. Reaches only nodes that wait to be
	 * resumed, and lifts no pause. */
	bool by_url;
	/* PAWL_OK: the change is on disk; PAWL_ENOTFOUND; PAWL_ESTATE with `message` why not. On
	 * the engine's loop. */
	void (*done)(struct pawl_engine_command *command, enum pawl_err err, const char *message);
	void *ctx;
	struct pawl_engine *engine; /* the engine's */
};

/* The command stays valid until done. */
void pawl_engine_command(struct pawl_engine *engine, struct pawl_engine_command *command);

/* For metrics; any thread. */
struct pawl_engine_stats {
	size_t runs_in_memory, nodes_under_way;
	uint64_t nodes_completed, nodes_failed, node_retries;
	size_t max_runs; /* that there may be in memory */
};
void pawl_engine_stats(const struct pawl_engine *engine, struct pawl_engine_stats *out);

#endif
