/* Saving a run: one save at a time, everything that differs from the store in one transaction.
 *
 * Intents take effect, and ended or leaving runs go, only when the save that holds them is on disk.
 * A save that fails is kept and tried again; until then nothing that it holds takes effect. */
#include "base/alloc.h"
#include "base/assert.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "engine/run.h"

#define RETRY_SAVE_MS 1000

static void saved(struct pawl_task *task);

bool
pawl_run_is_dirty(const struct pawl_run *run)
{
	if (run->row_dirty)
		return true;
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++)
		if (run->steps[i].dirty)
			return true;
	return false;
}

static struct pawl_str
bracketed(struct pawl_arena *arena, struct pawl_str items)
{
	return items.len ? pawl_arena_printf(arena, "[%.*s]", PAWL_STR_ARG(items)) : items;
}

const char *const pawl_step_wait_names[] = {
	[PAWL_STEP_WAIT_NONE] = "",          [PAWL_STEP_WAIT_TIME] = "time",
	[PAWL_STEP_WAIT_RESUME] = "resume",  [PAWL_STEP_WAIT_RETRY] = "retry",
	[PAWL_STEP_WAIT_DOUBT] = "decision", NULL};

static struct pawl_str
state_data(struct pawl_step *step)
{
	struct pawl_arena *arena = &step->run->arena;
	const char *kind = pawl_step_wait_names[step->wait];

	switch (step->wait) {
	case PAWL_STEP_WAIT_NONE:
		break;
	case PAWL_STEP_WAIT_RETRY:
	case PAWL_STEP_WAIT_DOUBT:
		return pawl_arena_printf(arena, "{\"kind\":\"%s\"}", kind);
	case PAWL_STEP_WAIT_TIME:
	case PAWL_STEP_WAIT_RESUME:
		return pawl_arena_printf(arena, "{\"kind\":\"%s\",\"state\":%.*s}", kind,
					 PAWL_STR_ARG(pawl_json_text(arena, &step->state_data)));
	}
	return pawl_str(NULL, 0);
}

static void
fill_row(struct pawl_step *step, struct pawl_node_row *row)
{
	*row = (struct pawl_node_row){
		.seq = step->seq,
		.node_id = step->node->id,
		.state = step->state,
		.attempt = step->attempt,
		.in_doubt_possible = step->state == PAWL_NODE_RUNNING &&
				     (step->node->type->flags & PAWL_NODE_EFFECT),
		.port = step->port,
		.started_at_us = step->started_at_us,
		.finished_at_us = step->finished_at_us,
		.wake_at_us = step->wake_at_us,
		.input = step->input_text,
		.output = step->shown_text,
		.sealed = step->sealed_text,
		.error = step->error_text,
		.attempts = bracketed(&step->run->arena, step->attempts),
		.state_data = state_data(step),
	};
}

/* ---- commands that wait for a save -------------------------------------------- */

void
pawl_run_ack(struct pawl_run *run, struct pawl_engine_command *command)
{
	command->next = run->acks;
	run->acks = command;
}

static void
ack_list(struct pawl_engine_command **list, enum pawl_err err, const char *message)
{
	struct pawl_engine_command *command;

	while ((command = *list)) {
		*list = command->next;
		command->done(command, err, message);
	}
}

void
pawl_run_ack_all(struct pawl_run *run, enum pawl_err err, const char *message)
{
	ack_list(&run->acks, err, message);
	ack_list(&run->save_acks, err, message);
}

void
pawl_run_answer_callers(struct pawl_run *run, enum pawl_err err, const char *message)
{
	ack_list(&run->callers, err, message);
}

/* The save that was under way has failed: its commands wait for the next. */
static void
ack_later(struct pawl_run *run)
{
	struct pawl_engine_command *command;

	while ((command = run->save_acks)) {
		run->save_acks = command->next;
		pawl_run_ack(run, command);
	}
}

/* ---- saving ---------------------------------------------------------------------- */

/* On the store's thread. */
static void
save_done(struct pawl_store_op *op)
{
	struct pawl_run *run = pawl_container_of(op, struct pawl_run, save.op);

	pawl_loop_post(run->engine->loop, &run->saved_task);
}

void
pawl_run_save(struct pawl_run *run)
{
	struct pawl_engine *engine = run->engine;
	uint32_t n = 0;

	PAWL_CHECK_OBJ(run, PAWL_RUN_MAGIC);
	if (run->saving) {
		run->save_again = true;
		return;
	}
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];

		if (!step->dirty)
			continue;
		step->dirty = false;
		run->save_steps[n] = step;
		fill_row(step, &run->save_rows[n++]);
	}
	run->save.run_id = run->row.id;
	run->save.nodes = run->save_rows;
	run->save.n_nodes = n;
	run->save.has_run = run->row_dirty;
	run->save.run = run->row;
	run->row_dirty = false;
	run->save_acks = run->acks;
	run->acks = NULL;
	run->saving = true;
	run->save_again = false;
	run->saved_task.fn = saved;
	engine->n_saving++;
	pawl_store_op_init(&run->save.op, PAWL_STORE_SAVE, save_done);
	if (run->save.has_run && pawl_run_is_finished(run->save.run.state)) {
		run->save.op.events = engine->config.end_events;
		run->save.op.ctx = engine->config.ctx;
	}
	run->save.op.is_urgent = engine->config.is_awaited &&
				 engine->config.is_awaited(engine->config.ctx, run->row.id);
	if (pawl_store_submit(engine->config.store, &run->save.op) != PAWL_OK) {
		run->save.op.err = PAWL_EFULL;
		pawl_loop_post(engine->loop, &run->saved_task);
	}
}

static void
save_later(struct pawl_timer *timer)
{
	pawl_run_save(pawl_container_of(timer, struct pawl_run, save_timer));
}

static void
save_failed(struct pawl_run *run, enum pawl_err err)
{
	struct pawl_engine *engine = run->engine;

	if (!engine->save_failing)
		pawl_log(PAWL_LOG_ERROR, "run_not_saved", PAWL_F_ID("run", run->row.id),
			 PAWL_F_C("reason", pawl_err_name(err)),
			 PAWL_F_INT("retry_in_ms", RETRY_SAVE_MS));
	engine->save_failing = true;
	ack_later(run);
	for (size_t i = 0; i < run->save.n_nodes; i++)
		run->save_steps[i]->dirty = true;
	run->row_dirty = run->row_dirty || run->save.has_run;
	pawl_timer_start(&run->save_timer, engine->loop, RETRY_SAVE_MS, save_later);
}

/* The intents among the rows just saved may take effect. Between the intent and its being on disk
 * the run may have been paused, or the engine been told to stop: then nothing has happened, and the
 * row is to say so. */
static void
settle_intents(struct pawl_run *run)
{
	run->advancing = true; /* outcomes that come at once are looked at below, in one go */
	pawl_blame_set(&run->engine->blame, run->row.id);
	for (size_t i = 0; i < run->save.n_nodes; i++) {
		struct pawl_step *step = run->save_steps[i];

		if (!step->intent || step->dirty)
			continue;
		if (pawl_run_may_start(run))
			pawl_step_start(step);
		else
			pawl_step_put_back(step);
	}
	pawl_blame_set(&run->engine->blame, 0);
	run->advancing = false;
}

/* The end of a run is on disk. The message may hold what came in from outside: it is not logged. */
static void
tell_end(struct pawl_run *run)
{
	enum pawl_run_state state = run->row.state;
	struct pawl_json error;

	PAWL_CRASH_POINT("engine.ended");
	pawl_run_announce(run);
	pawl_run_trace_end(run);
	if ((state != PAWL_RUN_FAILED && state != PAWL_RUN_TIMED_OUT) ||
	    pawl_json_parse(&run->arena, run->row.error, &error, NULL) != PAWL_OK)
		return;
	pawl_log(PAWL_LOG_WARN, "run_failed", PAWL_F_ID("run", run->row.id),
		 PAWL_F_ID("workflow", run->row.workflow_id),
		 PAWL_F_C("status", pawl_run_state_name(state)),
		 PAWL_F_STR("code", pawl_json_get_str(&error, "code", PAWL_STR(""))),
		 PAWL_F_STR("node", pawl_json_get_str(&error, "node", PAWL_STR(""))));
}

static void
saved(struct pawl_task *task)
{
	struct pawl_run *run = pawl_container_of(task, struct pawl_run, saved_task);
	struct pawl_engine *engine = run->engine;
	enum pawl_err err = run->save.op.err;
	bool was_final = run->save.has_run && pawl_run_is_finished(run->save.run.state);
	bool was_outside = run->save.has_run && (run->save.run.state == PAWL_RUN_WAITING ||
						 run->save.run.state == PAWL_RUN_QUEUED);

	PAWL_CHECK_OBJ(run, PAWL_RUN_MAGIC);
	run->saving = false;
	engine->n_saving--;
	pawl_store_op_fini(&run->save.op);
	if (err == PAWL_ENOTFOUND) {
		/* Pruned or deleted under our feet: there is nothing to go on with. */
		pawl_run_ack_all(run, PAWL_ENOTFOUND, "the run is gone");
		pawl_engine_run_gone(run);
		return;
	}
	if (err != PAWL_OK) {
		save_failed(run, err);
		return;
	}
	engine->save_failing = false;
	ack_list(&run->save_acks, PAWL_OK, NULL);
	if (was_final)
		tell_end(run);
	if (was_final || (was_outside && run->leaving && !pawl_run_is_dirty(run))) {
		if (was_outside && run->row.wake_at_us)
			pawl_engine_wake_at(engine, run->row.wake_at_us);
		pawl_engine_run_gone(run);
		return;
	}
	settle_intents(run);
	pawl_run_advance(run);
}
