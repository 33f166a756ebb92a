/* What people do to runs: cancel, pause, resume, retry, restart.
 *
 * A run in memory is acted on at once. Any other is read from the store first; while it is not in
 * memory nobody but this room changes it. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "engine/run.h"

/* A command on a run that has to be read, changed, or both, in the store. */
struct errand {
	struct pawl_engine_command *command;
	struct pawl_task task;
	struct pawl_store_get get;
	union {
		struct pawl_store_save save;
		struct pawl_store_requeue requeue;
	};
};

static void
finish(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	command->done(command, err, message);
}

/* ---- in memory ------------------------------------------------------------------------- */

static struct pawl_step *
waiting_step(struct pawl_run *run, struct pawl_str node_id, const char **message)
{
	struct pawl_step *found = NULL;

	*message = "no node of the run waits";
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state != PAWL_NODE_WAITING ||
		    (node_id.len && !pawl_str_eq(step->node->id, node_id)))
			continue;
		if (found) {
			*message = "several nodes wait: say which one";
			return NULL;
		}
		found = step;
	}
	return found;
}

/* Back among the living: a run that was about to leave memory, or was read from the store, in which
 * case nodes may have been under way when the process that had it ended. */
static void
set_going(struct pawl_run *run)
{
	run->leaving = false;
	run->row.paused = false;
	run->row.wake_at_us = 0;
	run->row_dirty = true;
	pawl_run_set_state(run, PAWL_RUN_RUNNING);
	run->advancing = true;
	pawl_run_recover(run);
	run->advancing = false;
}

static void
resume_in_memory(struct pawl_run *run, struct pawl_engine_command *command)
{
	bool was_paused = run->row.paused;
	struct pawl_json data = pawl_json_null();
	struct pawl_json_error error;
	const char *message;
	struct pawl_step *step = waiting_step(run, command->node_id, &message);
	struct pawl_str decision = command->decision;

	if (was_paused && !command->node_id.len && !command->data.len && !decision.len) {
		set_going(run);
		pawl_run_ack(run, command);
		pawl_run_touch(run);
		return;
	}
	if (!step) {
		finish(command, PAWL_ESTATE, message);
		pawl_run_touch(run);
		return;
	}
	if (step->wait == PAWL_STEP_WAIT_DOUBT && !pawl_str_eq_c(decision, "retry") &&
	    !pawl_str_eq_c(decision, "fail")) {
		finish(command, PAWL_ESTATE, "the node is in doubt: decide retry or fail");
		pawl_run_touch(run);
		return;
	}
	if (command->data.len &&
	    pawl_json_parse(&run->arena, command->data, &data, &error) != PAWL_OK) {
		finish(command, PAWL_EINVAL, "the data is not JSON");
		pawl_run_touch(run);
		return;
	}
	set_going(run);
	run->advancing = true;
	if (step->wait == PAWL_STEP_WAIT_DOUBT)
		pawl_step_decide(step, pawl_str_eq_c(decision, "retry"));
	else if (step->state == PAWL_NODE_WAITING) /* else recovering has ended the run */
		pawl_step_resume(step, &data);
	run->advancing = false;
	pawl_run_ack(run, command);
	pawl_run_advance(run);
}

static void
act_in_memory(struct pawl_run *run, struct pawl_engine_command *command)
{
	if (run->ended || !run->workflow) {
		finish(command, PAWL_ESTATE,
		       run->ended ? "the run has ended" : "the run is being loaded");
		return;
	}
	switch (command->action) {
	case PAWL_ACTION_CANCEL:
		if (run->held) {
			run->held = false;
			pawl_list_remove(&run->item);
			pawl_list_append(&run->engine->all, &run->item);
			pawl_engine_workflow(run->engine, run->row.workflow_id)->running++;
		}
		pawl_run_end(run, PAWL_RUN_CANCELED, pawl_str(NULL, 0));
		pawl_run_ack(run, command);
		pawl_run_touch(run);
		break;
	case PAWL_ACTION_PAUSE:
		if (run->held) {
			finish(command, PAWL_ESTATE, "the run has not started: pause its workflow");
			break;
		}
		run->row.paused = true;
		run->row_dirty = true;
		pawl_run_ack(run, command);
		pawl_run_touch(run);
		break;
	case PAWL_ACTION_RESUME:
		resume_in_memory(run, command);
		break;
	case PAWL_ACTION_RETRY:
	case PAWL_ACTION_RESTART:
		finish(command, PAWL_ESTATE, "the run has not ended");
		break;
	}
}

/* ---- in the store -------------------------------------------------------------------------- */

static void
errand_free(struct errand *errand)
{
	errand->command->engine->n_errands--;
	free(errand);
}

static void
errand_over(struct errand *errand, enum pawl_err err, const char *message)
{
	struct pawl_engine_command *command = errand->command;

	errand_free(errand);
	finish(command, err, message);
}

/* On the store's thread: the task says what comes next. */
static void
op_done_get(struct pawl_store_op *op)
{
	struct errand *errand = pawl_container_of(op, struct errand, get.op);

	pawl_loop_post(errand->command->engine->loop, &errand->task);
}

static void
op_done_save(struct pawl_store_op *op)
{
	struct errand *errand = pawl_container_of(op, struct errand, save.op);

	pawl_loop_post(errand->command->engine->loop, &errand->task);
}

static void
changed(struct pawl_task *task)
{
	struct errand *errand = pawl_container_of(task, struct errand, task);
	struct pawl_engine *engine = errand->command->engine;
	struct pawl_engine_command *command = errand->command;
	struct pawl_run *run = pawl_map_get(&engine->runs, pawl_id_key(&command->run_id));
	enum pawl_err err = errand->save.op.err;

	pawl_store_op_fini(&errand->save.op);
	/* It was claimed between the read and the save. */
	if (run &&
	    (command->action == PAWL_ACTION_CANCEL || command->action == PAWL_ACTION_PAUSE)) {
		errand_free(errand);
		act_in_memory(run, command);
		return;
	}
	errand_over(errand, err, err == PAWL_OK ? NULL : "the run could not be changed: try again");
	if (err == PAWL_OK)
		pawl_engine_pump(engine);
}

static void
submit(struct errand *errand, struct pawl_store_op *op)
{
	struct pawl_engine *engine = errand->command->engine;

	if (pawl_store_submit(engine->config.store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		pawl_loop_post(engine->loop, &errand->task);
	}
}

/* The rows of nodes that had not come to an end, as canceled. The texts belong to the read, which
 * is over when the save is carried out. */
static void
cancel_nodes(struct pawl_store_save *save, const struct pawl_run_record *record)
{
	struct pawl_arena *arena = &save->op.arena;
	struct pawl_node_row *rows =
		pawl_arena_calloc(arena, record->n_nodes ? record->n_nodes : 1, sizeof *rows);

	for (size_t i = 0; i < record->n_nodes; i++) {
		struct pawl_node_row *row = &rows[save->n_nodes];

		*row = record->nodes[i];
		if (row->state != PAWL_NODE_WAITING && row->state != PAWL_NODE_RUNNING &&
		    row->state != PAWL_NODE_PENDING)
			continue;
		row->state = PAWL_NODE_CANCELED;
		row->in_doubt_possible = false;
		row->wake_at_us = 0;
		row->finished_at_us = record->run.finished_at_us;
		row->node_id = pawl_arena_dup(arena, row->node_id);
		row->port = pawl_arena_dup(arena, row->port);
		row->input = pawl_arena_dup(arena, row->input);
		row->output = pawl_arena_dup(arena, row->output);
		row->error = pawl_arena_dup(arena, row->error);
		row->attempts = pawl_arena_dup(arena, row->attempts);
		row->state_data = pawl_str(NULL, 0);
		save->n_nodes++;
	}
	save->nodes = rows;
}

static void
save_record(struct errand *errand, const struct pawl_run_record *record)
{
	errand->save = (struct pawl_store_save){
		.run_id = record->run.id, .has_run = true, .run = record->run};
	/* A run that has not ended has neither. */
	errand->save.run.output = errand->save.run.error = pawl_str(NULL, 0);
	pawl_store_op_init(&errand->save.op, PAWL_STORE_SAVE, op_done_save);
	if (record->run.state == PAWL_RUN_CANCELED)
		cancel_nodes(&errand->save, record);
	errand->task.fn = changed;
	submit(errand, &errand->save.op);
}

static void
requeue(struct errand *errand, const struct pawl_run_record *record)
{
	struct pawl_arena *arena;
	uint32_t *drop;
	size_t n = 0;

	errand->requeue = (struct pawl_store_requeue){.run_id = record->run.id,
						      .from_start = errand->command->action ==
								    PAWL_ACTION_RESTART};
	pawl_store_op_init(&errand->requeue.op, PAWL_STORE_REQUEUE, op_done_save);
	arena = &errand->requeue.op.arena;
	drop = pawl_arena_calloc(arena, record->n_nodes ? record->n_nodes : 1, sizeof *drop);
	for (size_t i = 0; i < record->n_nodes; i++)
		if (record->nodes[i].state != PAWL_NODE_COMPLETED)
			drop[n++] = record->nodes[i].seq;
	errand->requeue.drop_seqs = drop;
	errand->requeue.n_drop = n;
	errand->task.fn = changed;
	submit(errand, &errand->requeue.op);
}

static void
loaded_for_resume(void *ctx, struct pawl_run *run)
{
	struct pawl_engine_command *command = ctx;

	if (run)
		resume_in_memory(run, command);
	else
		finish(command, PAWL_ESTATE, "the run's revision cannot be loaded");
}

static void
act_on_record(struct errand *errand, struct pawl_run_record *record)
{
	struct pawl_engine_command *command = errand->command;
	struct pawl_run_row *row = &record->run;
	bool ended = pawl_run_is_finished(row->state);

	switch (command->action) {
	case PAWL_ACTION_RETRY:
	case PAWL_ACTION_RESTART:
		if (!ended)
			errand_over(errand, PAWL_ESTATE, "the run has not ended");
		else if (row->state == PAWL_RUN_COMPLETED && command->action == PAWL_ACTION_RETRY)
			errand_over(errand, PAWL_ESTATE,
				    "the run has completed: there is nothing to retry");
		else
			requeue(errand, record);
		return;
	case PAWL_ACTION_RESUME:
		if (row->state != PAWL_RUN_WAITING) {
			errand_over(errand, PAWL_ESTATE, "the run does not wait");
			return;
		}
		errand_free(errand);
		pawl_run_load(command->engine, record, loaded_for_resume, command);
		return;
	case PAWL_ACTION_CANCEL:
	case PAWL_ACTION_PAUSE:
		break;
	}
	if (ended || row->state == PAWL_RUN_RUNNING) {
		errand_over(errand, PAWL_ESTATE,
			    ended ? "the run has ended" : "the run is being loaded: try again");
		return;
	}
	if (command->action == PAWL_ACTION_CANCEL) {
		row->state = PAWL_RUN_CANCELED;
		row->finished_at_us = pawl_clock_now_us();
		row->paused = false;
		row->wake_at_us = 0;
	} else {
		row->state = PAWL_RUN_WAITING;
		row->paused = true;
	}
	save_record(errand, record);
}

static void
read_done(struct pawl_task *task)
{
	struct errand *errand = pawl_container_of(task, struct errand, task);
	struct pawl_engine_command *command = errand->command;
	struct pawl_store_get get = errand->get;
	struct pawl_run *run = pawl_map_get(&command->engine->runs, pawl_id_key(&command->run_id));

	/* It may have come into memory while it was being read. */
	if (run) {
		errand_free(errand);
		act_in_memory(run, command);
	} else if (get.op.err != PAWL_OK) {
		errand_over(errand, get.op.err, "there is no such run");
	} else {
		act_on_record(errand, get.record);
	}
	pawl_store_op_fini(&get.op);
}

void
pawl_engine_handle(struct pawl_task *task)
{
	struct pawl_engine_command *command =
		pawl_container_of(task, struct pawl_engine_command, task);
	struct pawl_engine *engine = command->engine;
	struct pawl_run *run = pawl_map_get(&engine->runs, pawl_id_key(&command->run_id));
	struct errand *errand;

	if (run) {
		act_in_memory(run, command);
		return;
	}
	errand = pawl_calloc(1, sizeof *errand);
	errand->command = command;
	engine->n_errands++;
	errand->get.id = command->run_id;
	errand->task.fn = read_done;
	pawl_store_op_init(&errand->get.op, PAWL_STORE_RUN, op_done_get);
	submit(errand, &errand->get.op);
}
