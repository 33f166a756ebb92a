/* Recorded runs under another document, asked for over the API: read, walked (engine/what_if.h) and
 * compared, one after another, on a thread of its own that gives way to everything else. Bounded in
 * time, in the bytes of an answer, and in the calls that wait for their turn. */
#ifndef PAWL_SERVER_WHAT_IF_H
#define PAWL_SERVER_WHAT_IF_H

#include "engine/what_if.h"
#include "server/api.h"

#define PAWL_WHAT_IF_RUNS_MAX 200

/* What a call asks for; lives in its arena. The fields are set before it is handed over. */
struct pawl_what_if_job {
	struct pawl_api_call *call;
	struct pawl_str document;      /* text: what the runs are tried under */
	uint32_t revision;             /* of it; 0: it is the draft */
	struct pawl_replay_row filter; /* which runs; of one workflow */
	size_t limit;
	const uint64_t *runs; /* in place of the filter */
	size_t n_runs;
	/* what_if.c's */
	struct pawl_what_if_job *next;
	struct pawl_task task;
	struct pawl_json results; /* array */
	size_t counts[4];         /* by outcome */
	bool is_cut;
	enum pawl_err err;
	char message[512];
};

struct pawl_what_ifs;

/* `config`, but for its ctx, is copied; store, and what is in it, outlive this. */
struct pawl_what_ifs *pawl_what_ifs_start(struct pawl_store *store,
					  const struct pawl_engine_config *config);
/* The call is answered from then on. On its loop. */
void pawl_what_ifs_ask(struct pawl_what_ifs *what_ifs, struct pawl_what_if_job *job);
/* Waits for the run that is under way; calls that wait, or come, are answered, undone. Before the
 * store ends. Both allow NULL. */
void pawl_what_ifs_stop(struct pawl_what_ifs *what_ifs);
/* After the loops have ended. */
void pawl_what_ifs_free(struct pawl_what_ifs *what_ifs);

/* ---- what_if_report.c; pure ---- */

enum pawl_what_if_outcome {
	PAWL_WHAT_IF_SAME,
	PAWL_WHAT_IF_CHANGED,
	PAWL_WHAT_IF_FAILED,      /* where the run then completed */
	PAWL_WHAT_IF_NO_RECORDING /* it could not be told to the end */
};

/* An item of the answer: how the run went then and would go now, place by place. */
struct pawl_json pawl_what_if_report(struct pawl_arena *arena, const struct pawl_what_if *what_if,
				     enum pawl_what_if_outcome *outcome);
/* One that was not tried at all, with the reason, a static text. `row` may be NULL. */
struct pawl_json pawl_what_if_untried(struct pawl_arena *arena, uint64_t run_id,
				      const struct pawl_run_row *row, const char *reason);
const char *pawl_what_if_outcome_name(enum pawl_what_if_outcome outcome);

#endif
