/* What people do to runs: cancel, pause, resume, retry, restart.
 *
 * A run in memory is acted on at once. Any other is read from the store and brought into memory
 * for it; only a run that has ended is put back in the queue there. Commands on one run are carried
 * out one after another. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "engine/run.h"

/* A command on a run that has to be read from the store first. */
struct errand {
	struct pawl_list item; /* in engine->errands */
	struct pawl_engine *engine;
	uint64_t run_id;
	struct pawl_engine_command *command;
	struct pawl_engine_command *followers; /* on the same run; linked by command->next */
	struct pawl_task task;
	struct pawl_store_get get;
	struct pawl_store_requeue requeue;
	bool outdated;     /* the run was in memory after the read */
	bool awaits_claim; /* the run was claimed, and is on its way into memory */
	bool has_awaited;
};

static void
finish(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	command->done(command, err, message);
}

static void
append(struct pawl_engine_command **list, struct pawl_engine_command *command)
{
	while (*list)
		list = &(*list)->next;
	command->next = NULL;
	*list = command;
}

/* ---- resume ---------------------------------------------------------------------------- */

/* How well a waiting step suits the command: the lowest wins; -1 not at all. */
static int
suits(const struct pawl_step *step, const struct pawl_engine_command *command)
{
	if (step->state != PAWL_NODE_WAITING ||
	    (command->node_id.len && !pawl_str_eq(step->node->id, command->node_id)))
		return -1;
	if (command->by_url)
		return step->wait == PAWL_STEP_WAIT_RESUME ? 0 : -1;
	if (command->decision.len)
		return step->wait == PAWL_STEP_WAIT_DOUBT ? 0 : -1;
	switch (step->wait) {
	case PAWL_STEP_WAIT_RESUME:
		return 0;
	case PAWL_STEP_WAIT_DOUBT:
		return 1;
	case PAWL_STEP_WAIT_TIME:
		return 2;
	case PAWL_STEP_WAIT_RETRY:
		return 3;
	case PAWL_STEP_WAIT_NONE:
		break;
	}
	return -1;
}

/* The step that the command means; NULL with *message. */
static struct pawl_step *
waiting_step(struct pawl_run *run, const struct pawl_engine_command *command, const char **message)
{
	struct pawl_step *found = NULL;
	bool several = false;
	int best = -1;

	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		int suit = suits(&run->steps[i], command);

		if (suit < 0 || (best >= 0 && suit > best))
			continue;
		several = suit == best;
		best = suit;
		found = &run->steps[i];
	}
	if (several)
		*message = "several nodes wait: say which one";
	else if (!found)
		*message = command->by_url ? "no node of the run waits to be resumed"
					   : "no node of the run waits";
	else if (found->wait == PAWL_STEP_WAIT_DOUBT &&
		 !pawl_str_eq_c(command->decision, "retry") &&
		 !pawl_str_eq_c(command->decision, "fail"))
		*message = "the node is in doubt: decide retry or fail";
	else
		return found;
	return NULL;
}

static void
resume(struct pawl_run *run, struct pawl_engine_command *command)
{
	bool lifts_pause = run->row.paused && !command->by_url;
	struct pawl_json data = pawl_json_null();
	struct pawl_step *step = NULL;
	const char *message;

	if (!lifts_pause || command->node_id.len || command->data.len || command->decision.len) {
		step = waiting_step(run, command, &message);
		if (!step) {
			finish(command, PAWL_ESTATE, message);
			return;
		}
	}
	if (command->data.len &&
	    pawl_json_parse(&run->arena, command->data, &data, NULL) != PAWL_OK) {
		finish(command, PAWL_EINVAL, "the data is not JSON");
		return;
	}
	if (lifts_pause)
		run->row.paused = false;
	run->leaving = false;
	run->row.wake_at_us = 0;
	run->row_dirty = true;
	if (!run->held)
		pawl_run_set_state(run, PAWL_RUN_RUNNING);
	run->advancing = true;
	pawl_blame_set(&run->engine->blame, run->row.id);
	if (step && step->wait == PAWL_STEP_WAIT_DOUBT)
		pawl_step_decide(step, pawl_str_eq_c(command->decision, "retry"));
	else if (step)
		pawl_step_resume(step, &data);
	run->advancing = false;
	pawl_run_ack(run, command);
}

/* ---- in memory ------------------------------------------------------------------------- */

static void
hold_back(struct pawl_run *run, struct pawl_engine_command *command)
{
	run->row.paused = true;
	run->row.wake_at_us = 0;
	run->row_dirty = true;
	pawl_run_unlist(run);
	pawl_run_ack(run, command);
}

void
pawl_run_command(struct pawl_run *run, struct pawl_engine_command *command)
{
	bool is_again =
		command->action == PAWL_ACTION_RETRY || command->action == PAWL_ACTION_RESTART;

	/* Its end has to be on disk before it can begin again. */
	if (run->loading || (run->ended && is_again)) {
		append(&run->callers, command);
		return;
	}
	if (run->ended) {
		finish(command, PAWL_ESTATE, "the run has ended");
		return;
	}
	switch (command->action) {
	case PAWL_ACTION_CANCEL:
		pawl_run_end(run, PAWL_RUN_CANCELED, pawl_str(NULL, 0));
		pawl_run_ack(run, command);
		break;
	case PAWL_ACTION_PAUSE:
		hold_back(run, command);
		break;
	case PAWL_ACTION_RESUME:
		resume(run, command);
		break;
	case PAWL_ACTION_RETRY:
	case PAWL_ACTION_RESTART:
		finish(command, PAWL_ESTATE, "the run has not ended");
		break;
	}
	pawl_run_admit(run);
}

/* ---- in the store -------------------------------------------------------------------------- */

/* The errand is over; those that came after it have their turn. */
static void
errand_free(struct errand *errand)
{
	struct pawl_engine_command *followers = errand->followers, *command;

	pawl_list_remove(&errand->item);
	errand->engine->n_errands--;
	free(errand);
	while ((command = followers)) {
		followers = command->next;
		pawl_engine_handle(&command->task);
	}
}

static void
errand_over(struct errand *errand, enum pawl_err err, const char *message)
{
	finish(errand->command, err, message);
	errand_free(errand);
}

static void
submit(struct errand *errand, struct pawl_store_op *op)
{
	struct pawl_engine *engine = errand->engine;

	if (pawl_store_submit(engine->config.store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		pawl_loop_post(engine->loop, &errand->task);
	}
}

static void
requeued(struct pawl_task *task)
{
	struct errand *errand = pawl_container_of(task, struct errand, task);
	struct pawl_engine *engine = errand->engine;
	enum pawl_err err = errand->requeue.op.err;

	pawl_store_op_fini(&errand->requeue.op);
	errand_over(errand, err, err == PAWL_OK ? NULL : "the run could not be changed: try again");
	if (err == PAWL_OK)
		pawl_engine_pump(engine);
}

/* On the store's thread. */
static void
requeue_done(struct pawl_store_op *op)
{
	struct errand *errand = pawl_container_of(op, struct errand, requeue.op);

	pawl_loop_post(errand->engine->loop, &errand->task);
}

/* For a retry the rows of nodes stay as they are: run_load.c knows which of them to try again. */
static void
requeue(struct errand *errand, const struct pawl_run_record *record)
{
	const struct pawl_engine_command *command = errand->command;

	errand->requeue = (struct pawl_store_requeue){
		.run_id = record->run.id,
		.from_start = command->action == PAWL_ACTION_RESTART,
		.redo = command->redo,
		.n_redo = command->n_redo,
		.revision = command->revision,
	};
	pawl_store_op_init(&errand->requeue.op, PAWL_STORE_REQUEUE, requeue_done);
	errand->task.fn = requeued;
	submit(errand, &errand->requeue.op);
}

/* Runs that have not ended are changed in memory only. */
static void
act_on_record(struct errand *errand, const struct pawl_run_record *record)
{
	struct pawl_engine_command *command = errand->command;
	const struct pawl_run_row *row = &record->run;
	bool is_again =
		command->action == PAWL_ACTION_RETRY || command->action == PAWL_ACTION_RESTART;
	bool ended = pawl_run_is_finished(row->state);

	if (!ended && is_again)
		errand_over(errand, PAWL_ESTATE, "the run has not ended");
	else if (row->flags & PAWL_RUN_TEST && command->action == PAWL_ACTION_RESTART)
		errand_over(errand, PAWL_ESTATE,
			    "a test run has only what it was given: start another one");
	else if (row->state == PAWL_RUN_COMPLETED && command->action == PAWL_ACTION_RETRY &&
		 !command->n_redo)
		errand_over(errand, PAWL_ESTATE,
			    "the run has completed: there is nothing to retry");
	else if (is_again)
		requeue(errand, record);
	else if (ended)
		errand_over(errand, PAWL_ESTATE, "the run has ended");
	else if (row->state == PAWL_RUN_QUEUED && command->action == PAWL_ACTION_RESUME &&
		 !row->paused && !record->n_nodes)
		errand_over(errand, PAWL_ESTATE, "the run does not wait");
	else {
		pawl_run_load(errand->engine, record, command);
		errand_free(errand);
	}
}

static void read_done(struct pawl_task *task);

/* On the store's thread. */
static void
get_done(struct pawl_store_op *op)
{
	struct errand *errand = pawl_container_of(op, struct errand, get.op);

	pawl_loop_post(errand->engine->loop, &errand->task);
}

static void
read_run(struct errand *errand)
{
	errand->outdated = false;
	errand->get = (struct pawl_store_get){.id = errand->run_id};
	errand->task.fn = read_done;
	pawl_store_op_init(&errand->get.op, PAWL_STORE_RUN, get_done);
	submit(errand, &errand->get.op);
}

static void
read_done(struct pawl_task *task)
{
	struct errand *errand = pawl_container_of(task, struct errand, task);
	struct pawl_engine_command *command = errand->command;
	struct pawl_engine *engine = errand->engine;
	struct pawl_store_get get = errand->get;
	struct pawl_run *run = pawl_map_get(&engine->runs, pawl_id_key(&errand->run_id));

	if (run) { /* it has come into memory while it was being read */
		pawl_run_command(run, command);
		errand_free(errand);
	} else if (errand->outdated) {
		read_run(errand);
	} else if (get.op.err != PAWL_OK) {
		errand_over(errand, get.op.err,
			    get.op.err == PAWL_ENOTFOUND ? "there is no such run"
							 : "the run cannot be read now: try again");
	} else if (get.record->run.state == PAWL_RUN_RUNNING && engine->claiming &&
		   !errand->has_awaited) {
		errand->awaits_claim = errand->has_awaited = true;
	} else {
		act_on_record(errand, get.record);
	}
	pawl_store_op_fini(&get.op);
}

void
pawl_errands_outdate(struct pawl_engine *engine, uint64_t run_id)
{
	PAWL_LIST_FOREACH(item, &engine->errands)
	{
		struct errand *errand = pawl_container_of(item, struct errand, item);

		if (errand->run_id == run_id)
			errand->outdated = true;
	}
}

void
pawl_errands_claimed(struct pawl_engine *engine)
{
	PAWL_LIST_FOREACH(item, &engine->errands)
	{
		struct errand *errand = pawl_container_of(item, struct errand, item);

		if (errand->awaits_claim) {
			errand->awaits_claim = false;
			read_run(errand);
		}
	}
}

void
pawl_engine_handle(struct pawl_task *task)
{
	struct pawl_engine_command *command =
		pawl_container_of(task, struct pawl_engine_command, task);
	struct pawl_engine *engine = command->engine;
	struct pawl_run *run = pawl_map_get(&engine->runs, pawl_id_key(&command->run_id));
	struct errand *errand;

	PAWL_LIST_FOREACH(item, &engine->errands)
	{
		errand = pawl_container_of(item, struct errand, item);
		if (errand->run_id == command->run_id) {
			append(&errand->followers, command);
			return;
		}
	}
	if (run) {
		pawl_run_command(run, command);
		return;
	}
	errand = pawl_calloc(1, sizeof *errand);
	errand->engine = engine;
	errand->run_id = command->run_id;
	errand->command = command;
	pawl_list_append(&engine->errands, &errand->item);
	engine->n_errands++;
	read_run(errand);
}
