/* One node of a run: resolving its config, starting it, going on after waits and crashes. */
#include "base/assert.h"
#include "base/clock.h"
#include "base/crashpoint.h"
#include "engine/run.h"

/* ---- a call ------------------------------------------------------------------------------ */

static void
timed_out(struct pawl_timer *timer)
{
	struct pawl_step *step = pawl_container_of(timer, struct pawl_step, timer);

	if (step->node->type->cancel)
		step->node->type->cancel(&step->call);
	pawl_step_fail_with(step, "timeout",
			    pawl_arena_printf(&step->run->arena,
					      "the node did not end within %lld ms",
					      (long long)step->node->settings.timeout_ms),
			    true);
	pawl_run_touch(step->run);
}

static void
make_call(struct pawl_step *step)
{
	struct pawl_run *run = step->run;

	step->call = (struct pawl_node_call){
		.type = step->node->type,
		.arena = &run->arena,
		.config = &step->config,
		.idempotency_key = pawl_arena_printf(&run->arena, "%llu/%.*s/0",
						     (unsigned long long)run->row.id,
						     PAWL_STR_ARG(step->node->id)),
		.run_id = run->row.id,
		.node_id = step->node->id,
		.attempt = step->attempt,
		.timeout_ms = step->node->settings.timeout_ms,
		.is_rehearsed = run->engine->is_rehearsal,
		.services = &run->engine->services,
		.host = &pawl_step_host,
	};
	pawl_step_trace_call(step);
	step->in_flight = true;
	run->n_in_flight++;
	atomic_fetch_add(&run->engine->stat_in_flight, 1);
}

/* A call that did not come to its end at once is bounded by the node's timeout. */
static void
bound_call(struct pawl_step *step)
{
	if (step->in_flight && step->node->settings.timeout_ms > 0)
		pawl_timer_start(&step->timer, step->run->engine->loop,
				 step->node->settings.timeout_ms, timed_out);
}

void
pawl_step_start(struct pawl_step *step)
{
	step->intent = false;
	make_call(step);
	if (step->node->type->flags & PAWL_NODE_EFFECT)
		PAWL_CRASH_POINT("engine.before_effect");
	step->node->type->start(&step->call);
	bound_call(step);
}

/* Resolves the config into step->config and checks it; false when the step has failed by it. */
static bool
resolve_config(struct pawl_step *step)
{
	struct pawl_arena *arena = &step->run->arena;
	struct pawl_problems problems = {0};
	struct pawl_json shown;
	const char *message;

	if (!pawl_scope_eval(step, false, &step->config, &message)) {
		pawl_step_fail_with(step, "invalid_expression", pawl_str_c(message), false);
		return false;
	}
	pawl_step_note_environment(step);
	shown = step->config;
	if (step->node->uses_secrets && !pawl_scope_eval(step, true, &shown, &message))
		shown = pawl_json_null();
	shown = pawl_fields_mask(arena, step->node->type->fields, &shown);
	step->input_text = pawl_run_hide_json(step->run, pawl_step_text(step, &shown));
	pawl_fields_check_values(step->node->type->fields, &step->config, "", &problems);
	if (problems.len) {
		struct pawl_str text = pawl_arena_printf(arena, "%s: %s", problems.items[0].where,
							 problems.items[0].message);
		pawl_problems_fini(&problems);
		pawl_step_fail_with(step, "invalid_config", text, false);
		return false;
	}
	pawl_problems_fini(&problems);
	return true;
}

static bool
from_cache(struct pawl_step *step)
{
	struct pawl_run *run = step->run;
	struct pawl_str config = pawl_step_text(step, &step->config);
	struct pawl_str key = pawl_arena_printf(
		&run->arena, "%llu/%.*s/%s/%.*s", (unsigned long long)run->row.workflow_id,
		PAWL_STR_ARG(step->node->id), step->node->type->name, PAWL_STR_ARG(config));
	struct pawl_json_error error;
	struct pawl_json output;
	struct pawl_str text, port;

	if (!pawl_cache_get(run->engine->cache, key, step->node->settings.cache_ms, &run->arena,
			    &text, &port) ||
	    pawl_json_read_back(&run->arena, text, &output, &error) != PAWL_OK) {
		step->cache_key = key;
		return false;
	}
	step->cached = true;
	pawl_step_completed(step, &output, port);
	return true;
}

/* Has a row already, and stands in the work list again. */
static void
ready(struct pawl_step *step)
{
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	pawl_step_set_state(step, PAWL_NODE_PENDING);
	pawl_run_queue(step);
}

/* A new attempt, from resolving on. */
static void
attempt(struct pawl_step *step)
{
	step->attempt++;
	step->noted = false;
	/* What the attempt before it left is in the list. */
	step->error = pawl_json_null();
	step->error_text = pawl_str(NULL, 0);
	pawl_step_set_output(step, NULL);
	step->attempt_at_us = pawl_clock_now_us();
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	pawl_step_set_state(step, PAWL_NODE_RUNNING);
	if (step->node->settings.async)
		pawl_run_release(step, 0);
	if (!resolve_config(step))
		return;
	if (step->node->settings.cache_ms > 0 && from_cache(step))
		return;
	if (step->node->type->flags & PAWL_NODE_EFFECT ||
	    (step->run->engine->is_rehearsal && step->node->type->resume))
		step->intent =
			true; /* started when the save that follows is on disk, or not at all */
	else
		pawl_step_start(step);
}

void
pawl_step_put_back(struct pawl_step *step)
{
	step->intent = false;
	step->cache_key = pawl_str(NULL, 0);
	step->input_text = pawl_str(NULL, 0);
	if (--step->attempt == 0)
		step->started_at_us = 0;
	ready(step);
}

/* Without a call, and without an attempt. */
static void
pass_over(struct pawl_step *step)
{
	step->finished_at_us = step->started_at_us;
	pawl_step_set_state(step, step->output_text.len ? PAWL_NODE_COMPLETED : PAWL_NODE_SKIPPED);
	if (step->state == PAWL_NODE_COMPLETED)
		step->run->last_completed = step;
	pawl_run_release(step, PAWL_EVERY_PORT);
}

void
pawl_step_begin(struct pawl_step *step)
{
	if (!step->seq)
		step->seq = ++step->run->next_seq;
	if (!step->started_at_us)
		step->started_at_us = pawl_clock_now_us();
	if (pawl_step_is_given(step)) {
		pass_over(step);
		return;
	}
	if (step->node->settings.disabled) {
		step->attempt = 1;
		pawl_step_completed(step, NULL, pawl_str(NULL, 0));
		return;
	}
	attempt(step);
}

/* ---- waiting steps ----------------------------------------------------------------------------
 */

void
pawl_step_resume(struct pawl_step *step, const struct pawl_json *data)
{
	if (step->wait == PAWL_STEP_WAIT_RETRY) {
		ready(step);
		return;
	}
	PAWL_ASSERT(step->wait == PAWL_STEP_WAIT_TIME || step->wait == PAWL_STEP_WAIT_RESUME);
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	pawl_timer_stop(&step->timer);
	pawl_step_set_state(step, PAWL_NODE_RUNNING);
	if (!resolve_config(step))
		return;
	make_call(step);
	step->call.state = &step->state_data;
	PAWL_ASSERT(step->node->type->resume);
	step->node->type->resume(&step->call, data);
	bound_call(step);
}

void
pawl_step_decide(struct pawl_step *step, bool retry)
{
	step->wait = PAWL_STEP_WAIT_NONE;
	if (retry)
		ready(step);
	else
		pawl_step_fail_with(
			step, "in_doubt",
			PAWL_STR("it is not known whether the interrupted attempt took effect"),
			false);
}

static void
wait_is_over(struct pawl_timer *timer)
{
	struct pawl_step *step = pawl_container_of(timer, struct pawl_step, timer);
	struct pawl_run *run = step->run;

	if (step->state != PAWL_NODE_WAITING || run->engine->stopping)
		return;
	if (!run->row.paused) {
		if (run->leaving) { /* the save that it was to leave by has not come through */
			run->leaving = false;
			run->row.wake_at_us = 0;
			pawl_run_set_state(run, PAWL_RUN_RUNNING);
		}
		run->advancing = true;
		pawl_blame_set(&run->engine->blame, run->row.id);
		pawl_step_resume(step, NULL);
		run->advancing = false;
	}
	pawl_run_advance(run);
}

void
pawl_step_arm(struct pawl_step *step)
{
	int64_t delay_us = step->wake_at_us - pawl_clock_now_us();

	if (step->wake_at_us)
		pawl_timer_start(&step->timer, step->run->engine->loop,
				 delay_us > 0 ? (delay_us + 999) / 1000 : 0, wait_is_over);
}

/* Found under way after a crash. */
static void
recover(struct pawl_step *step)
{
	enum pawl_doubt doubt = PAWL_DOUBT_RETRY;
	struct pawl_json config;
	const char *message;

	if (step->node->type->in_doubt && pawl_scope_eval(step, false, &config, &message))
		doubt = step->node->type->in_doubt(&config);
	step->attempt_at_us = step->started_at_us;
	step->error_text =
		pawl_arena_printf(&step->run->arena,
				  "{\"code\":\"interrupted\",\"message\":\"the process ended "
				  "while the attempt was under way\",\"attempt\":%u}",
				  step->attempt);
	pawl_step_note_attempt(step, "");
	step->n_spared++;
	step->error_text = pawl_str(NULL, 0);
	switch (doubt) {
	case PAWL_DOUBT_RETRY:
		ready(step);
		break;
	case PAWL_DOUBT_FAIL:
		pawl_step_decide(step, false);
		break;
	case PAWL_DOUBT_ASK:
		step->wait = PAWL_STEP_WAIT_DOUBT;
		pawl_step_set_state(step, PAWL_NODE_WAITING);
		break;
	}
}

void
pawl_step_retry(struct pawl_step *step)
{
	pawl_step_end_attempts(step);
	step->finished_at_us = 0;
	if (!pawl_step_is_given(step)) {
		step->error = pawl_json_null();
		step->error_text = pawl_str(NULL, 0);
		pawl_step_set_output(step, NULL);
		step->port = pawl_str(NULL, 0);
	}
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	pawl_step_set_state(step, PAWL_NODE_PENDING);
}

void
pawl_run_recover(struct pawl_run *run)
{
	for (uint32_t i = 0; i < run->workflow->n_nodes && !run->ended; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_RUNNING && !step->in_flight && !step->intent)
			recover(step);
	}
}

void
pawl_step_abandon(struct pawl_step *step)
{
	if (step->in_flight && step->node->type->cancel)
		step->node->type->cancel(&step->call);
	pawl_step_call_over(step);
}

void
pawl_step_cancel(struct pawl_step *step)
{
	pawl_step_abandon(step);
	pawl_timer_stop(&step->timer);
	step->intent = false;
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	step->finished_at_us = pawl_clock_now_us();
	if (step->state == PAWL_NODE_RUNNING)
		pawl_step_trace_end(step);
	pawl_step_set_state(step, PAWL_NODE_CANCELED);
}
