/* Walking a run: which steps are ready, which are skipped, when the run is over. */
#include "engine/run.h"
#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"

/* ---- states -------------------------------------------------------------------- */

/* May a run go from one state (row) to another (column)? In the order of enum pawl_run_state. */
static const bool run_may[7][7] = {
	/*              Q  R  W  C  F  X  T */
	/* queued   */ {0, 1, 1, 0, 1, 1, 1},
	/* running  */ {1, 0, 1, 1, 1, 1, 1},
	/* waiting  */ {1, 1, 0, 0, 1, 1, 1},
	/* final states are left through the store's requeue only */
};

static void
emit(struct pawl_engine *engine, const struct pawl_engine_event *event)
{
	if (engine->config.on_event)
		engine->config.on_event(engine->config.ctx, event);
}

void
pawl_run_announce(const struct pawl_run *run)
{
	emit(run->engine, &(struct pawl_engine_event){.kind = PAWL_EVENT_RUN,
						      .run_id = run->row.id,
						      .workflow_id = run->row.workflow_id,
						      .run_state = run->row.state,
						      .run = &run->row,
						      .at_us = pawl_clock_now_us(),
						      .is_test = run->row.flags & PAWL_RUN_TEST,
						      .trigger = run->row.trigger,
						      .input = run->row.input,
						      .error = run->row.error,
						      .output = run->row.output});
}

void
pawl_run_set_state(struct pawl_run *run, enum pawl_run_state state)
{
	if (run->row.state == state)
		return;
	PAWL_ASSERT(run_may[run->row.state][state]);
	run->row.state = state;
	run->row_dirty = true;
	if (!pawl_run_is_finished(state))
		pawl_run_announce(run);
}

void
pawl_step_set_state(struct pawl_step *step, enum pawl_node_state state)
{
	struct pawl_run *run = step->run;

	step->state = state;
	step->dirty = true;
	emit(run->engine, &(struct pawl_engine_event){.kind = PAWL_EVENT_NODE,
						      .run_id = run->row.id,
						      .workflow_id = run->row.workflow_id,
						      .run_state = run->row.state,
						      .node_id = step->node->id,
						      .node_state = state,
						      .attempt = step->attempt,
						      .at_us = pawl_clock_now_us(),
						      .error = step->error_text});
}

/* ---- edges ---------------------------------------------------------------------- */

void
pawl_run_queue(struct pawl_step *step)
{
	struct pawl_run *run = step->run;

	PAWL_ASSERT(!step->queued);
	step->queued = true;
	run->work[run->work_tail++ % run->workflow->n_nodes] = step->node->index;
}

void
pawl_run_consider(struct pawl_run *run, uint32_t index)
{
	struct pawl_step *step = &run->steps[index];
	bool live = false;

	if (step->queued || step->state != PAWL_NODE_PENDING)
		return;
	for (uint32_t i = 0; i < step->node->n_in; i++) {
		uint8_t edge = run->edges[step->node->in[i] - run->workflow->edges];
		if (edge == PAWL_EDGE_OPEN)
			return;
		live = live || edge == PAWL_EDGE_LIVE;
	}
	if (!live && !pawl_step_is_given(step)) {
		step->state = PAWL_NODE_SKIPPED; /* has no row: its edges say it */
		step->dirty = step->seq != 0;    /* but after a retry */
	}
	pawl_run_queue(step);
}

void
pawl_run_release(struct pawl_step *step, size_t port)
{
	struct pawl_run *run = step->run;

	if (step->released)
		return;
	step->released = true;
	for (uint32_t i = 0; i < step->node->n_out; i++) {
		const struct pawl_flow_edge *edge = step->node->out[i];

		run->edges[edge - run->workflow->edges] =
			port == PAWL_EVERY_PORT || edge->port == port ? PAWL_EDGE_LIVE
								      : PAWL_EDGE_DEAD;
	}
	for (uint32_t i = 0; i < step->node->n_out; i++)
		pawl_run_consider(run, (uint32_t)step->node->out[i]->to);
}

/* ---- the end ---------------------------------------------------------------------- */

void
pawl_run_end(struct pawl_run *run, enum pawl_run_state state, struct pawl_str error)
{
	if (run->ended)
		return;
	run->ended = true;
	run->leaving = false;
	pawl_run_unlist(run);
	run->work_head = run->work_tail;
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_RUNNING || step->state == PAWL_NODE_WAITING ||
		    (step->state == PAWL_NODE_PENDING && step->seq))
			pawl_step_cancel(step);
	}
	run->row.error = error;
	run->row.wake_at_us = 0;
	run->row.paused = false;
	run->row.finished_at_us = pawl_clock_now_us();
	if (state == PAWL_RUN_COMPLETED)
		run->row.output =
			run->last_completed ? run->last_completed->shown_text : PAWL_STR("null");
	if (state == PAWL_RUN_COMPLETED)
		pawl_run_set_state(run, PAWL_RUN_RUNNING);
	pawl_run_set_state(run, state);
}

/* ---- walking ------------------------------------------------------------------------ */

struct survey {
	bool open;          /* something is under way, waits, or may still start */
	bool under_way;     /* something holds the run in memory */
	int64_t wake_at_us; /* earliest; 0: none */
};

static void
survey(const struct pawl_run *run, struct survey *out)
{
	*out = (struct survey){.open = run->work_head != run->work_tail};
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		const struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_RUNNING) {
			out->open = out->under_way = true;
		} else if (step->state == PAWL_NODE_WAITING) {
			out->open = true;
			if (step->wake_at_us &&
			    (!out->wake_at_us || step->wake_at_us < out->wake_at_us))
				out->wake_at_us = step->wake_at_us;
		}
	}
}

bool
pawl_run_has_work(const struct pawl_run *run, int64_t *wake_at_us)
{
	struct survey state;

	survey(run, &state);
	*wake_at_us = run->row.paused ? 0 : state.wake_at_us;
	if (!state.open)
		return true; /* to end */
	if (run->row.paused)
		return false;
	return state.under_way || run->work_head != run->work_tail ||
	       (*wake_at_us && *wake_at_us <= pawl_clock_now_us());
}

void
pawl_run_leave(struct pawl_run *run, enum pawl_run_state state, int64_t wake_at_us)
{
	run->row.wake_at_us = wake_at_us;
	run->leaving = true;
	run->row_dirty = true;
	pawl_run_set_state(run, state);
}

static void
arm_waits(struct pawl_run *run)
{
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++)
		if (run->steps[i].state == PAWL_NODE_WAITING)
			pawl_step_arm(&run->steps[i]);
}

/* Nothing is under way: the run waits. A short wait stays in memory. */
static void
leave_or_stay(struct pawl_run *run, int64_t wake_at_us)
{
	int64_t now_us = pawl_clock_now_us();

	if (!run->row.paused && wake_at_us && wake_at_us - now_us < PAWL_SHORT_WAIT_MS * 1000) {
		arm_waits(run);
		return;
	}
	pawl_run_leave(run, PAWL_RUN_WAITING, run->row.paused ? 0 : wake_at_us);
}

bool
pawl_run_may_start(const struct pawl_run *run)
{
	return !run->ended && !run->held && !run->row.paused && !run->engine->stopping;
}

void
pawl_run_work(struct pawl_run *run)
{
	while (run->work_head != run->work_tail && pawl_run_may_start(run)) {
		uint32_t place = run->work_head++ % run->workflow->n_nodes;
		struct pawl_step *step = &run->steps[run->work[place]];

		step->queued = false;
		if (step->state == PAWL_NODE_SKIPPED)
			pawl_run_release(step, PAWL_NO_PORT);
		else
			pawl_step_begin(step);
	}
}

void
pawl_run_advance(struct pawl_run *run)
{
	struct pawl_engine *engine = run->engine;
	struct survey state;

	PAWL_CHECK_OBJ(run, PAWL_RUN_MAGIC);
	if (run->advancing)
		return;
	run->advancing = true;
	pawl_blame_set(&engine->blame, run->row.id);
	pawl_run_work(run);
	if (!run->ended && !run->held && !engine->stopping) {
		survey(run, &state);
		if (!state.open)
			pawl_run_end(run, PAWL_RUN_COMPLETED, pawl_str(NULL, 0));
		else if (!state.under_way)
			leave_or_stay(run, state.wake_at_us);
		else if (state.wake_at_us && !run->row.paused)
			arm_waits(run); /* others hold the run in memory */
	}
	pawl_blame_set(&engine->blame, 0);
	run->advancing = false;
	/* May free the run: nothing after it. */
	if (pawl_run_is_dirty(run))
		pawl_run_save(run);
}

void
pawl_run_touch(struct pawl_run *run)
{
	if (!run->advancing)
		pawl_run_advance(run);
}
