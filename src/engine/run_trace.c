/* Spans of runs and of the attempts of their nodes. With no tracer there is none of this.
 *
 * Ids are derived from the run's, so that a run that leaves memory, or is found after a crash, goes
 * on in the same trace. */
#include "base/assert.h"
#include "base/clock.h"
#include "base/id.h"
#include "engine/run.h"

static bool
is_recorded(const struct pawl_run *run)
{
	return run->engine->config.tracer && run->trace.is_sampled;
}

static uint64_t
seed_of(const struct pawl_run *run)
{
	return run->engine->config.trace_seed;
}

static uint64_t
run_span(const struct pawl_run *run)
{
	return pawl_span_id(seed_of(run), run->row.id, PAWL_SPAN_RUN, run->row.attempt);
}

static uint64_t
step_span(const struct pawl_step *step)
{
	return pawl_span_id(seed_of(step->run), step->run->row.id, PAWL_SPAN_NODE,
			    (uint64_t)step->run->row.attempt << 48 ^ (uint64_t)step->seq << 16 ^
				    step->attempt);
}

/* The request that began the run has a span of its own; a replay is nobody's answer. */
static bool
has_request_span(const struct pawl_run *run)
{
	return run->request.id && !run->row.replay_of &&
	       (run->request.trigger == PAWL_TRIGGER_WEBHOOK ||
		run->request.trigger == PAWL_TRIGGER_SERVICE);
}

void
pawl_run_trace_begin(struct pawl_run *run)
{
	if (!run->engine->config.tracer)
		return;
	if (has_request_span(run))
		pawl_trace_of_request(run->request.headers, seed_of(run), run->row.id, &run->trace);
	else
		pawl_trace_begin(seed_of(run), run->row.id, &run->trace);
}

static struct pawl_span_attribute
id_attribute(const char *name, uint64_t id, char digits[PAWL_ID_TEXT_MAX])
{
	return (struct pawl_span_attribute){name, pawl_str(digits, pawl_id_format(id, digits)), 0};
}

void
pawl_run_trace_end(struct pawl_run *run)
{
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_span_attribute attributes[8];
	char run_id[PAWL_ID_TEXT_MAX], workflow_id[PAWL_ID_TEXT_MAX];
	struct pawl_str name = run->workflow ? run->workflow->name : PAWL_STR("");
	struct pawl_str code = PAWL_STR("");
	struct pawl_json error;
	size_t n = 0;

	if (!is_recorded(run))
		return;
	attributes[n++] = id_attribute("pawl.run.id", run->row.id, run_id);
	attributes[n++] = id_attribute("pawl.workflow.id", run->row.workflow_id, workflow_id);
	attributes[n++] = (struct pawl_span_attribute){"pawl.workflow.name", name, 0};
	attributes[n++] =
		(struct pawl_span_attribute){"pawl.workflow.revision", none, run->row.revision};
	attributes[n++] = (struct pawl_span_attribute){
		"pawl.run.status", pawl_str_c(pawl_run_state_name(run->row.state)), 0};
	attributes[n++] = (struct pawl_span_attribute){"pawl.run.attempt", none, run->row.attempt};
	if (run->row.error.len &&
	    pawl_json_parse(&run->arena, run->row.error, &error, NULL) == PAWL_OK)
		code = pawl_json_get_str(&error, "code", code);
	if (code.len)
		attributes[n++] = (struct pawl_span_attribute){"error.type", code, 0};
	pawl_otlp_record(
		run->engine->config.tracer,
		&(struct pawl_span){
			.trace_id = run->trace.id,
			.id = run_span(run),
			.parent = has_request_span(run) ? pawl_span_id(seed_of(run), run->row.id,
								       PAWL_SPAN_REQUEST, 0)
							: 0,
			.kind = PAWL_SPAN_INTERNAL,
			.name = pawl_arena_printf(&run->arena, "run %.*s", PAWL_STR_ARG(name)),
			.state = run->trace.state,
			.start_us = run->row.started_at_us ? run->row.started_at_us
							   : run->row.queued_at_us,
			.end_us = run->row.finished_at_us,
			.attributes = attributes,
			.n_attributes = n,
			.is_error = run->row.state == PAWL_RUN_FAILED ||
				    run->row.state == PAWL_RUN_TIMED_OUT});
}

void
pawl_step_trace_call(struct pawl_step *step)
{
	struct pawl_run *run = step->run;
	char *text;

	step->n_described = 0;
	if (!run->engine->config.tracer)
		return;
	text = pawl_arena_alloc(&run->arena, PAWL_TRACEPARENT_LEN);
	pawl_traceparent_format(&run->trace, step_span(step), text);
	step->call.traceparent = pawl_str(text, PAWL_TRACEPARENT_LEN);
	step->call.tracestate = run->trace.state;
}

void
pawl_step_trace_describe(struct pawl_step *step, const char *name, struct pawl_str text,
			 int64_t number)
{
	if (!is_recorded(step->run) || step->n_described == PAWL_STEP_DESCRIBED_MAX)
		return;
	if (text.ptr)
		text = pawl_arena_dup(&step->run->arena, pawl_scope_scrub(step, text));
	step->described[step->n_described++] = (struct pawl_span_attribute){name, text, number};
}

void
pawl_step_trace_end(struct pawl_step *step)
{
	struct pawl_run *run = step->run;
	struct pawl_str code, none = pawl_str(NULL, 0);
	struct pawl_span_attribute attributes[5 + PAWL_STEP_DESCRIBED_MAX];
	char run_id[PAWL_ID_TEXT_MAX];
	size_t n = 0;

	if (!is_recorded(run) || !step->attempt_at_us)
		return;
	code = pawl_json_get_str(&step->error, "code", PAWL_STR(""));
	attributes[n++] = id_attribute("pawl.run.id", run->row.id, run_id);
	attributes[n++] = (struct pawl_span_attribute){"pawl.node.id", step->node->id, 0};
	attributes[n++] = (struct pawl_span_attribute){"pawl.node.type",
						       pawl_str_c(step->node->type->name), 0};
	attributes[n++] = (struct pawl_span_attribute){"pawl.node.attempt", none, step->attempt};
	if (code.len)
		attributes[n++] = (struct pawl_span_attribute){"error.type", code, 0};
	for (size_t i = 0; i < step->n_described; i++)
		attributes[n++] = step->described[i];
	pawl_otlp_record(
		run->engine->config.tracer,
		&(struct pawl_span){
			.trace_id = run->trace.id,
			.id = step_span(step),
			.parent = run_span(run),
			.kind = step->node->type->flags & PAWL_NODE_EFFECT ? PAWL_SPAN_CLIENT
									   : PAWL_SPAN_INTERNAL,
			.name = pawl_arena_printf(&run->arena, "%s %.*s", step->node->type->name,
						  PAWL_STR_ARG(step->node->id)),
			.state = run->trace.state,
			.start_us = step->attempt_at_us,
			.end_us = pawl_clock_now_us(),
			.attributes = attributes,
			.n_attributes = n,
			.is_error = code.len > 0});
	step->n_described = 0;
}
