/* What becomes of an attempt, and where that leads: to what follows, to another attempt, or to the
 * end of the run. */
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/crashpoint.h"
#include "base/id.h"
#include "base/log.h"
#include "base/parse.h"
#include "engine/run.h"

struct pawl_str
pawl_step_text(struct pawl_step *step, const struct pawl_json *value)
{
	return pawl_json_text(&step->run->arena, value);
}

void
pawl_step_call_over(struct pawl_step *step)
{
	if (!step->in_flight)
		return;
	step->in_flight = false;
	step->run->n_in_flight--;
	atomic_fetch_sub(&step->run->engine->stat_in_flight, 1);
	pawl_timer_stop(&step->timer);
}

static size_t
port_index(const struct pawl_flow_node *node, struct pawl_str port)
{
	for (uint32_t i = 0; i < node->n_ports && port.len; i++)
		if (pawl_str_eq(node->ports[i], port))
			return i;
	return 0;
}

static void
end_run_with(struct pawl_step *step, enum pawl_run_state state, const char *code,
	     struct pawl_str message)
{
	struct pawl_arena *arena = &step->run->arena;
	struct pawl_json_builder error;
	struct pawl_json value;

	pawl_json_object_begin(&error, arena);
	pawl_json_set_c(&error, "code", pawl_json_string_dup(arena, pawl_str_c(code)));
	pawl_json_set_c(&error, "message", pawl_json_string_dup(arena, message));
	pawl_json_set_c(&error, "node", pawl_json_string(step->node->id));
	value = pawl_json_end(&error);
	pawl_run_end(step->run, state, pawl_step_text(step, &value));
}

/* Every output, of failed attempts too, stays in memory as long as the run. */
static void
end_if_too_large(struct pawl_step *step)
{
	struct pawl_run *run = step->run;
	size_t max_bytes = run->engine->config.max_run_bytes;

	if (run->arena.total_bytes > max_bytes)
		end_run_with(step, PAWL_RUN_FAILED, "run_too_large",
			     pawl_arena_printf(&run->arena, "the data of the run passes %zu bytes",
					       max_bytes));
}

void
pawl_step_completed(struct pawl_step *step, const struct pawl_json *output, struct pawl_str port)
{
	struct pawl_run *run = step->run;
	size_t index = port_index(step->node, port);

	pawl_step_call_over(step);
	pawl_step_set_output(step, output);
	step->error = pawl_json_null();
	step->error_text = pawl_str(NULL, 0);
	step->intent = false;
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	step->finished_at_us = pawl_clock_now_us();
	step->port = step->node->n_ports ? step->node->ports[index] : pawl_str(NULL, 0);
	if (step->attempts.len || step->cached)
		pawl_step_note_attempt(step, step->cached ? ",\"cached\":true" : "");
	if (step->cache_key.len && step->output_text.len)
		pawl_cache_put(run->engine->cache, step->cache_key, step->output_text, step->port);
	step->cache_key = pawl_str(NULL, 0);
	pawl_step_trace_end(step);
	pawl_step_set_state(step, PAWL_NODE_COMPLETED);
	run->last_completed = step;
	atomic_fetch_add(&run->engine->stat_completed, 1);
	pawl_run_release(step, index);
	end_if_too_large(step);
}

static uint32_t
failures_so_far(const struct pawl_step *step)
{
	return step->attempt - 1 - step->n_spared;
}

static void
wait_for_retry(struct pawl_step *step, const struct pawl_node_failure *failure)
{
	struct pawl_run *run = step->run;
	uint32_t random;
	int64_t delay_ms;

	pawl_random(&random, sizeof random);
	delay_ms = pawl_retry_delay_ms(&step->node->settings.retry, failures_so_far(step) + 1,
				       failure->retry_after_ms, random / 4294967296.0);
	step->wait = PAWL_STEP_WAIT_RETRY;
	step->wake_at_us = pawl_clock_now_us() + delay_ms * 1000;
	atomic_fetch_add(&run->engine->stat_retries, 1);
	pawl_log(PAWL_LOG_INFO, "retry", PAWL_F_ID("run", run->row.id),
		 PAWL_F_STR("node", step->node->id), PAWL_F_INT("attempt", step->attempt),
		 PAWL_F_C("code", failure->code), PAWL_F_INT("in_ms", delay_ms));
	pawl_step_set_state(step, PAWL_NODE_WAITING);
}

/* A step that has failed for good: where its failure leads. */
static void
follow_failure(struct pawl_step *step, const char *code, struct pawl_str message)
{
	struct pawl_run *run = step->run;
	enum pawl_on_error on_error = step->node->settings.on_error;
	struct pawl_json_builder error;

	if (on_error == PAWL_ON_ERROR_CONTINUE) {
		pawl_run_release(step, 0);
		return;
	}
	if (on_error == PAWL_ON_ERROR_BRANCH) {
		struct pawl_json output = step->output;

		step->port = PAWL_STR("error");
		pawl_json_object_begin(&error, &run->arena);
		for (uint32_t i = 0; output.type == PAWL_JSON_OBJECT && i < output.len; i++)
			pawl_json_set(&error, output.members[i].key, output.members[i].value);
		pawl_json_set_c(&error, "error", step->error);
		output = pawl_json_end(&error);
		pawl_step_set_output(step, &output);
		pawl_run_release(step, port_index(step->node, step->port));
		return;
	}
	if (!step->node->settings.async)
		end_run_with(step,
			     strcmp(code, "timeout") == 0 ? PAWL_RUN_TIMED_OUT : PAWL_RUN_FAILED,
			     code, message);
}

/* The attempt is over with an error; what that means for the step is not said yet. */
static void
attempt_failed(struct pawl_step *step, const char *code, struct pawl_str message,
	       const struct pawl_json *output)
{
	struct pawl_arena *arena = &step->run->arena;
	struct pawl_json_builder error;

	pawl_step_call_over(step);
	pawl_json_object_begin(&error, arena);
	pawl_json_set_c(&error, "code", pawl_json_string_dup(arena, pawl_str_c(code)));
	pawl_json_set_c(&error, "message", pawl_json_string_dup(arena, message));
	pawl_json_set_c(&error, "attempt", pawl_json_int(arena, step->attempt));
	step->error = pawl_json_end(&error);
	step->error_text = pawl_step_text(step, &step->error);
	pawl_step_set_output(step, output);
	step->intent = false;
	step->cache_key = pawl_str(NULL, 0);
	pawl_step_trace_end(step);
}

static void
failed_for_good(struct pawl_step *step)
{
	step->finished_at_us = pawl_clock_now_us();
	if (step->attempts.len && !step->noted)
		pawl_step_note_attempt(step, "");
	step->wait = PAWL_STEP_WAIT_NONE;
	step->wake_at_us = 0;
	atomic_fetch_add(&step->run->engine->stat_failed, 1);
	pawl_step_set_state(step, PAWL_NODE_FAILED);
}

void
pawl_step_fail_as(struct pawl_step *step, const struct pawl_node_failure *failure)
{
	struct pawl_str message = pawl_scope_scrub(step, failure->message);

	attempt_failed(step, failure->code, message, failure->output);
	if (failure->retryable && failures_so_far(step) < step->node->settings.retry.max) {
		pawl_step_note_attempt(step, "");
		wait_for_retry(step, failure);
	} else {
		failed_for_good(step);
		follow_failure(step, failure->code, message);
	}
	end_if_too_large(step);
}

void
pawl_step_fail_with(struct pawl_step *step, const char *code, struct pawl_str message,
		    bool retryable)
{
	struct pawl_node_failure failure = {
		.code = code, .message = message, .retryable = retryable, .retry_after_ms = -1};
	pawl_step_fail_as(step, &failure);
}

/* ---- the host of a call --------------------------------------------------------------- */

static struct pawl_step *
step_of(struct pawl_node_call *call)
{
	struct pawl_step *step = pawl_container_of(call, struct pawl_step, call);

	PAWL_CHECK_OBJ(step, PAWL_STEP_MAGIC);
	PAWL_ASSERT(step->in_flight);
	return step;
}

static void
host_complete(struct pawl_node_call *call, const struct pawl_json *output, struct pawl_str port)
{
	struct pawl_step *step = step_of(call);

	if (step->node->type->flags & PAWL_NODE_EFFECT)
		PAWL_CRASH_POINT("engine.after_effect");
	pawl_step_completed(step, output, port);
	pawl_run_touch(step->run);
}

static void
host_fail(struct pawl_node_call *call, const struct pawl_node_failure *failure)
{
	struct pawl_step *step = step_of(call);

	pawl_step_fail_as(step, failure);
	pawl_run_touch(step->run);
}

static void
host_wait(struct pawl_node_call *call, enum pawl_wait what, int64_t wake_at_us,
	  const struct pawl_json *state)
{
	struct pawl_step *step = step_of(call);

	pawl_step_call_over(step);
	step->wait = what == PAWL_WAIT_RESUME ? PAWL_STEP_WAIT_RESUME : PAWL_STEP_WAIT_TIME;
	step->wake_at_us = wake_at_us;
	step->state_data = state ? *state : pawl_json_null();
	pawl_step_set_state(step, PAWL_NODE_WAITING);
	pawl_run_touch(step->run);
}

static void
host_terminate(struct pawl_node_call *call, bool failed, struct pawl_str message)
{
	struct pawl_step *step = step_of(call);
	struct pawl_run *run = step->run;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (failed) {
		message = pawl_run_hide(run, message);
		attempt_failed(step, "terminated", message, NULL);
		failed_for_good(step);
		end_run_with(step, PAWL_RUN_FAILED, "terminated", message);
	} else {
		pawl_json_object_begin(&b, &run->arena);
		pawl_json_set_c(&b, "data", pawl_json_string_dup(&run->arena, message));
		value = pawl_json_end(&b);
		pawl_step_completed(step, &value, pawl_str(NULL, 0));
		pawl_run_end(run, PAWL_RUN_COMPLETED, pawl_str(NULL, 0));
	}
	pawl_run_touch(run);
}

/* What comes in is looked at in the node type's own callback, when nobody advances the run. */
static void
host_enter(struct pawl_node_call *call)
{
	struct pawl_run *run = step_of(call)->run;

	pawl_blame_set(&run->engine->blame, run->row.id);
}

static void
host_respond(struct pawl_node_call *call, const struct pawl_node_answer *answer)
{
	pawl_step_respond(step_of(call), answer);
}

static void
host_describe(struct pawl_node_call *call, const char *name, struct pawl_str text, int64_t number)
{
	pawl_step_trace_describe(step_of(call), name, text, number);
}

static struct pawl_str
host_hide(const struct pawl_node_call *call, struct pawl_str text)
{
	return pawl_run_hide(pawl_container_of(call, struct pawl_step, call)->run, text);
}

/* "<request id>/<place>". A run gets at no request but its own: what a reference says may come from
 * outside. */
static bool
host_file(const struct pawl_node_call *call, struct pawl_str ref, struct pawl_node_file *out)
{
	struct pawl_run *run = pawl_container_of(call, struct pawl_step, call)->run;
	struct pawl_str id;
	uint64_t request_id, index;

	return pawl_str_split(&ref, '/', &id) && pawl_id_parse(id, &request_id) &&
	       pawl_parse_u64(ref, &index) && request_id == run->request.id &&
	       run->engine->config.open_file &&
	       run->engine->config.open_file(run->engine->config.ctx, &run->arena, &run->request,
					     index, out);
}

const struct pawl_node_host pawl_step_host = {host_complete,  host_fail,  host_wait,
					      host_terminate, host_enter, host_respond,
					      host_describe,  host_hide,  host_file};
