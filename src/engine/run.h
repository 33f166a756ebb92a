/* A run in memory, and what the rooms of the engine share. Engine's loop only.
 *
 * engine.c claims runs and lets go of them; run.c walks one; run_node.c carries out one attempt
 * of one node, run_outcome.c says where it leads, run_attempts.c keeps the list; run_record.c
 * saves; run_redact.c keeps secrets out of that; run_trace.c makes spans; run_load.c makes a run
 * from what the store has of it and admits it; commands.c is what people do to runs; what_if.c
 * walks a run again, in memory alone. Not for other layers. */
#ifndef PAWL_ENGINE_RUN_H
#define PAWL_ENGINE_RUN_H

#include <stdatomic.h>

#include "base/map.h"
#include "engine/blame.h"
#include "engine/cache.h"
#include "engine/catalog.h"
#include "engine/engine.h"
#include "net/trace.h"

#define PAWL_RUN_MAGIC  0x52554e21u
#define PAWL_STEP_MAGIC 0x53544550u

/* Waits shorter than this stay in memory; runs that wait longer leave it. */
#define PAWL_SHORT_WAIT_MS 5000

/* What a node type may say of an attempt, for its span. */
#define PAWL_STEP_DESCRIBED_MAX 6

/* Runs that are claimed at a time. */
#define PAWL_CLAIM_MAX 256
/* Workflows that have most of the room in memory at the same time: more than one only where
 * commands bring runs into memory beyond it. */
#define PAWL_FULL_MAX 8

enum pawl_edge_state { PAWL_EDGE_OPEN, PAWL_EDGE_LIVE, PAWL_EDGE_DEAD };

/* Why a step waits; kept on disk, and shown, under the names in pawl_step_wait_names. */
enum pawl_step_wait {
	PAWL_STEP_WAIT_NONE,
	PAWL_STEP_WAIT_TIME,   /* the node type said so */
	PAWL_STEP_WAIT_RESUME, /* likewise; its time, if any, is a limit */
	PAWL_STEP_WAIT_RETRY,  /* for its next attempt */
	PAWL_STEP_WAIT_DOUBT,  /* for a person's decision */
};

/* One node of a run. */
struct pawl_step {
	unsigned magic;
	struct pawl_run *run;
	const struct pawl_flow_node *node;
	enum pawl_node_state state;
	enum pawl_step_wait wait;
	uint32_t seq; /* 0: has no row */
	uint32_t attempt;
	uint32_t
		n_spared; /* attempts that use up no retry: that a crash ended, or the run before */
	bool released;    /* its outgoing edges are decided */
	bool noted;       /* its last attempt stands in `attempts` already */
	bool cached;      /* its output was in the cache */
	bool queued;      /* stands in the run's work list */
	bool dirty;       /* differs from its row */
	bool intent;      /* may start when its row is on disk */
	bool in_flight;   /* a call is under way */
	bool call_made;   /* `call` is filled in */
	struct pawl_str port;
	int64_t started_at_us, attempt_at_us, finished_at_us, wake_at_us;
	struct pawl_json output, error; /* null: none */
	struct pawl_json state_data;    /* of a waiting node type */
	struct pawl_str input_text, output_text, error_text;
	/* The output as it is recorded: the same text, or one without secrets and the true one,
	   sealed. */
	struct pawl_str shown_text, sealed_text;
	struct pawl_str attempts; /* JSON objects of finished attempts, comma separated */
	struct pawl_json config;
	struct pawl_str cache_key; /* set while a result is to be kept */
	struct pawl_node_call call;
	struct pawl_span_attribute described[PAWL_STEP_DESCRIBED_MAX];
	size_t n_described;
	struct pawl_timer timer; /* timeout, or short wait */
};

struct pawl_run {
	unsigned magic;
	struct pawl_engine *engine;
	struct pawl_list item; /* in its workflow's held list */
	struct pawl_arena arena;
	struct pawl_run_row row;         /* strings in the arena */
	struct pawl_request_row request; /* id 0: none */
	struct pawl_workflow *workflow;  /* counted */
	struct pawl_trace trace;         /* with a tracer */
	struct pawl_json input;
	bool has_input;
	struct pawl_step *steps; /* as workflow->nodes */
	uint8_t *edges;          /* enum pawl_edge_state, as workflow->edges */
	uint32_t *work;          /* indices of steps that are ready: a ring, each at most once */
	uint32_t work_head, work_tail;
	uint32_t next_seq;
	uint32_t n_in_flight;
	const struct pawl_step *last_completed;
	bool advancing; /* pawl_run_advance is on the stack */
	bool ended;     /* row.state is final */
	bool row_dirty;
	bool leaving; /* being saved as waiting or queued, to leave memory */
	bool held;    /* does not go: is being loaded, or its workflow is paused or at its limit */
	bool counted; /* in its workflow's `running` */
	/* Commands that wait until the run is loaded, or is gone. Linked by command->next. */
	struct pawl_engine_command *callers;
	struct pawl_loading *loading; /* run_load.c's; NULL once it is loaded */
	/* one save at a time */
	struct pawl_store_save save;
	struct pawl_task saved_task;
	struct pawl_timer save_timer; /* after a failed save */
	bool saving, save_again;
	/* Commands that are answered when what they changed is on disk: the next save's, and the
	 * one's under way. Linked by command->next. */
	struct pawl_engine_command *acks, *save_acks;
	struct pawl_node_row *save_rows;
	struct pawl_step **save_steps;
};

/* What the engine knows of a workflow that has runs, or a state other than active. */
struct pawl_engine_workflow {
	uint64_t id;
	enum pawl_workflow_state state;
	bool is_deleted;
	uint32_t running;
	size_t n_runs; /* in memory */
	/* A backlog that drains: its pace and end (0: none), and when its next run may go. */
	uint32_t drain_per_second;
	uint64_t drain_below;
	int64_t drain_at_us;
	uint32_t revision;     /* the newest seen */
	uint32_t concurrency;  /* of that revision; 0: no limit */
	struct pawl_list held; /* struct pawl_run.item */
};

struct pawl_engine {
	struct pawl_engine_config config;
	struct pawl_loop *loop;
	struct pawl_http_client *http;
	struct pawl_node_services services;
	struct pawl_catalog *catalog;
	struct pawl_cache *cache;
	struct pawl_blame blame;
	struct pawl_map runs;      /* id bytes -> struct pawl_run */
	struct pawl_map workflows; /* id bytes -> struct pawl_engine_workflow */
	struct pawl_list errands;  /* commands.c's: commands that are under way in the store */
	size_t n_runs;             /* in memory, held and loading ones included */
	size_t n_held;             /* in the held lists */
	size_t n_saving;
	size_t n_errands; /* reads and writes for commands and revisions: stop waits for them */
	bool claiming, claim_again;
	struct pawl_store_claim claim;
	uint64_t urgent[PAWL_CLAIM_MAX]; /* claim.first */
	uint64_t full[PAWL_FULL_MAX];    /* claim.full */
	struct pawl_task claimed_task, wake_task, stop_task, start_task;
	atomic_bool wake_posted;
	bool is_wake_kept; /* wake_posted outlives its task, until the claim is done */
	struct pawl_timer wake_timer, stop_timer;
	int64_t next_wake_at_us;
	bool stopping, save_failing;
	bool is_rehearsal; /* what_if.c's: has no loop and no store */
	int64_t stop_by_us;
	pthread_mutex_t stop_lock;
	pthread_cond_t stopped_cond;
	bool stopped;
	atomic_size_t stat_runs, stat_in_flight;
	atomic_uint_fast64_t stat_completed, stat_failed, stat_retries;
};

static inline struct pawl_str
pawl_id_key(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof *id);
}

/* ---- engine.c ---- */
/* Claims again when there is room. */
void pawl_engine_pump(struct pawl_engine *engine);
struct pawl_engine_workflow *pawl_engine_workflow(struct pawl_engine *engine, uint64_t id);
/* The run's final state, or its absence from memory, is on disk: lets go of it. */
void pawl_engine_run_gone(struct pawl_run *run);
/* A run that left memory wants to come back at that time. */
void pawl_engine_wake_at(struct pawl_engine *engine, int64_t at_us);

/* ---- drain.c ---- */
/* Says in the claim which backlogs drain, and how far they may now. */
void pawl_drain_list(struct pawl_engine *engine);
/* After the claim: when the next of them may go. */
void pawl_drain_claimed(struct pawl_engine *engine);
void pawl_drain_set(struct pawl_engine *engine, uint64_t workflow_id, uint32_t per_second,
		    uint64_t below);

/* ---- run_load.c ---- */
/* Takes over a claimed or read run: waits for its revision, carries out `command` (or NULL) on it,
 * then admits it. The record's data is copied. */
void pawl_run_load(struct pawl_engine *engine, const struct pawl_run_record *record,
		   struct pawl_engine_command *command);
/* The parts of that: a run with what its record says but for its nodes, not listed anywhere; */
struct pawl_run *pawl_run_new(struct pawl_engine *engine, const struct pawl_run_record *record);
/* its nodes, all pending; */
void pawl_run_lay_out(struct pawl_run *run, struct pawl_workflow *workflow);
/* and what may begin first. */
void pawl_run_open(struct pawl_run *run);
void pawl_run_free(struct pawl_run *run);
/* A run that is held, or that something was done to: goes, is held, or leaves memory. */
void pawl_run_admit(struct pawl_run *run);
/* Fails a run whose workflow is gone. */
void pawl_run_end_deleted(struct pawl_run *run);
/* Starts held runs of the workflow as far as its limit and state allow. */
void pawl_run_start_held(struct pawl_engine *engine, struct pawl_engine_workflow *workflow);

/* Not executed: see PAWL_NODE_EVERY_PORT. */
static inline bool
pawl_step_is_given(const struct pawl_step *step)
{
	return pawl_str_eq_c(step->port, PAWL_NODE_EVERY_PORT);
}

static inline void
pawl_run_unlist(struct pawl_run *run)
{
	run->engine->n_held -= !pawl_list_is_empty(&run->item);
	pawl_list_remove(&run->item);
}

/* ---- run.c ---- */
/* Does all that can be done now, then saves, ends or leaves memory. A held run is only saved. */
void pawl_run_advance(struct pawl_run *run);
/* Begins what is ready, and what becomes ready by that. */
void pawl_run_work(struct pawl_run *run);
/* Advances unless that is on the stack already. */
void pawl_run_touch(struct pawl_run *run);
/* Decides the step's outgoing edges: those of `port` are live, the others dead. */
#define PAWL_NO_PORT    SIZE_MAX
#define PAWL_EVERY_PORT (SIZE_MAX - 1)
void pawl_run_release(struct pawl_step *step, size_t port);
/* Saves the run as waiting, or as queued when it is held; it is gone when that is on disk. */
void pawl_run_leave(struct pawl_run *run, enum pawl_run_state state, int64_t wake_at_us);
/* Has the run something to do now? If not, *wake_at_us says when (0: not by itself). */
bool pawl_run_has_work(const struct pawl_run *run, int64_t *wake_at_us);
/* Ends the run: cancels what is under way and waiting. `error` "" for none. */
void pawl_run_end(struct pawl_run *run, enum pawl_run_state state, struct pawl_str error);
void pawl_run_set_state(struct pawl_run *run, enum pawl_run_state state);
/* Tells live views of the run's state. set_state does, but for ends: those are told when they are
 * on disk. */
void pawl_run_announce(const struct pawl_run *run);
/* The step is ready when its edges are decided and at least one is live, skipped when none is. */
void pawl_run_consider(struct pawl_run *run, uint32_t index);
/* The one way to an attempt: the step stands in the run's work list until it may start. */
void pawl_run_queue(struct pawl_step *step);
/* May attempts start, and saved intents take effect? */
bool pawl_run_may_start(const struct pawl_run *run);

/* ---- run_node.c ---- */
/* A ready step: resolves its config, then runs it, or asks for its intent to be saved first. */
void pawl_step_begin(struct pawl_step *step);
/* Its intent is on disk. */
void pawl_step_start(struct pawl_step *step);
/* Its intent is on disk, and may not take effect any more: it is ready again. */
void pawl_step_put_back(struct pawl_step *step);
/* A waiting step goes on; data NULL when its time has come. One that waits for its next attempt is
 * ready. */
void pawl_step_resume(struct pawl_step *step, const struct pawl_json *data);
/* A person's word on a step in doubt. */
void pawl_step_decide(struct pawl_step *step, bool retry);
/* Ended with the run, which is retried: is pending again. */
void pawl_step_retry(struct pawl_step *step);
/* What becomes of the steps of a run just read that were under way when the process ended. */
void pawl_run_recover(struct pawl_run *run);
/* Arms the timer of a step that waits in memory. */
void pawl_step_arm(struct pawl_step *step);
/* Its call, if there is one, is over without an outcome. */
void pawl_step_abandon(struct pawl_step *step);
/* Ends a step that has not ended, without an outcome. */
void pawl_step_cancel(struct pawl_step *step);
void pawl_step_set_state(struct pawl_step *step, enum pawl_node_state state);

/* ---- run_outcome.c ---- */
extern const struct pawl_node_host pawl_step_host; /* of every call */
void pawl_step_completed(struct pawl_step *step, const struct pawl_json *output,
			 struct pawl_str port);
void pawl_step_fail_as(struct pawl_step *step, const struct pawl_node_failure *failure);
void pawl_step_fail_with(struct pawl_step *step, const char *code, struct pawl_str message,
			 bool retryable);
/* The call has come to its end. */
void pawl_step_call_over(struct pawl_step *step);
/* In the run's arena. */
struct pawl_str pawl_step_text(struct pawl_step *step, const struct pawl_json *value);

/* ---- run_attempts.c ---- */
/* Adds the attempt that has just ended to the list. `extra` "" or further members with a comma. */
void pawl_step_note_attempt(struct pawl_step *step, const char *extra);
/* From the row's list. */
void pawl_step_restore_attempts(struct pawl_step *step, struct pawl_str text);
/* The run has ended with the last attempt, and is retried. */
void pawl_step_end_attempts(struct pawl_step *step);

/* ---- run_record.c ---- */
extern const char *const pawl_step_wait_names[]; /* by enum pawl_step_wait; ends with NULL */
/* Saves what differs from the store; after it, intents start and an ended run goes. */
void pawl_run_save(struct pawl_run *run);
bool pawl_run_is_dirty(const struct pawl_run *run);
/* Answers the command when what the run is now is on disk. */
void pawl_run_ack(struct pawl_run *run, struct pawl_engine_command *command);
/* Answers those in run->callers, undone. */
void pawl_run_answer_callers(struct pawl_run *run, enum pawl_err err, const char *message);
/* Answers all commands that wait for a save. */
void pawl_run_ack_all(struct pawl_run *run, enum pawl_err err, const char *message);

/* ---- run_redact.c ---- */
/* The text without secrets: itself, or in the run's arena. */
struct pawl_str pawl_run_hide(struct pawl_run *run, struct pawl_str text);
/* The same for the text of a JSON value, which it still is. */
struct pawl_str pawl_run_hide_json(struct pawl_run *run, struct pawl_str json);
/* Variables of the environment that its resolved config has in secret settings are secrets. */
void pawl_step_note_environment(struct pawl_step *step);
/* NULL: none. */
void pawl_step_set_output(struct pawl_step *step, const struct pawl_json *output);
/* The output as it was, of a row of its run; borrowed, or in the run's arena. */
struct pawl_str pawl_step_true_output(struct pawl_step *step, const struct pawl_node_row *row);
/* From its row, whose texts are in the run's arena. */
void pawl_step_restore_output(struct pawl_step *step, const struct pawl_node_row *row);
/* Hands the caller of the run an answer without secrets. */
void pawl_step_respond(struct pawl_step *step, const struct pawl_node_answer *answer);

/* ---- run_scope.c ---- */
/* Resolves the step's config; `masked` shows secrets as "***". False with *message. */
bool pawl_scope_eval(struct pawl_step *step, bool masked, struct pawl_json *out,
		     const char **message);
/* The text with "***" for all secrets, and for the short ones that the step's config names. */
struct pawl_str pawl_scope_scrub(struct pawl_step *step, struct pawl_str text);

/* ---- run_trace.c ---- */
/* The run is in memory, its request too. */
void pawl_run_trace_begin(struct pawl_run *run);
/* It has ended. */
void pawl_run_trace_end(struct pawl_run *run);
/* An attempt begins: what it sends on. */
void pawl_step_trace_call(struct pawl_step *step);
void pawl_step_trace_describe(struct pawl_step *step, const char *name, struct pawl_str text,
			      int64_t number);
/* It is over, with step->error or without. */
void pawl_step_trace_end(struct pawl_step *step);

/* ---- retry.c ---- */
/* Delay before the attempt that follows number `attempt`, in ms. random is from [0, 1). */
int64_t pawl_retry_delay_ms(const struct pawl_retry *retry, uint32_t attempt,
			    int64_t retry_after_ms, double random);

/* ---- commands.c ---- */
void pawl_engine_handle(struct pawl_task *task);
/* Carries out a command on a run in memory; one that cannot be yet waits in run->callers. */
void pawl_run_command(struct pawl_run *run, struct pawl_engine_command *command);
/* The run has come into memory: what commands have read of it is old. */
void pawl_errands_outdate(struct pawl_engine *engine, uint64_t run_id);
/* A claim is over: what it took is in memory. */
void pawl_errands_claimed(struct pawl_engine *engine);

#endif
