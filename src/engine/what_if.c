#include "engine/what_if.h"

#include "base/assert.h"
#include "engine/run.h"

#define RUN_BYTES_MAX ((size_t)64 << 20)

/* Failures that say nothing of the world: nothing was sent, or nobody knows what became of it. */
static const char *const no_answers[] = {"invalid_expression", "invalid_config", "in_doubt",
					 "canceled"};

struct recording {
	const struct pawl_node_row *row; /* NULL: there is none that can answer */
	bool is_used;
};

struct rehearsal {
	struct pawl_what_if *what_if;
	struct pawl_run *run;
	struct recording *recordings; /* as run->steps */
	const struct pawl_step *unrecorded;
};

/* ---- the recording --------------------------------------------------------------------- */

/* The type of the node in the document that the run had; empty: not known. */
static struct pawl_str
type_then(const struct pawl_json *document, struct pawl_str id)
{
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");

	for (uint32_t i = 0; pawl_json_is(nodes, PAWL_JSON_ARRAY) && i < nodes->len; i++)
		if (pawl_str_eq(pawl_json_get_str(&nodes->items[i], "id", PAWL_STR("")), id))
			return pawl_json_get_str(&nodes->items[i], "type", PAWL_STR(""));
	return PAWL_STR("");
}

static bool
is_answer(struct pawl_arena *arena, const struct pawl_node_row *row)
{
	struct pawl_json error;
	struct pawl_str code;

	if (!row->input.len)
		return false; /* was disabled, or not resolved */
	if (row->state == PAWL_NODE_COMPLETED)
		return true;
	if (row->state != PAWL_NODE_FAILED ||
	    pawl_json_read_back(arena, row->error, &error, NULL) != PAWL_OK)
		return false;
	code = pawl_json_get_str(&error, "code", PAWL_STR(""));
	for (size_t i = 0; i < sizeof no_answers / sizeof no_answers[0]; i++)
		if (pawl_str_eq_c(code, no_answers[i]))
			return false;
	return true;
}

/* Does it talk to the world, or wait? */
static bool
is_answered(const struct pawl_node_type *type)
{
	return type->flags & PAWL_NODE_EFFECT || type->resume;
}

static void
find_recordings(struct rehearsal *r)
{
	const struct pawl_run_record *record = r->what_if->recorded;

	for (size_t i = 0; i < record->n_nodes; i++) {
		const struct pawl_node_row *row = &record->nodes[i];
		const struct pawl_flow_node *node =
			pawl_workflow_node(r->run->workflow, row->node_id);
		struct pawl_str type = type_then(r->what_if->document, row->node_id);

		if (node && is_answered(node->type) &&
		    (!type.len || pawl_str_eq_c(type, node->type->name)) &&
		    is_answer(&r->run->arena, row))
			r->recordings[node->index].row = row;
	}
}

static void
answer(struct rehearsal *r, struct pawl_step *step)
{
	struct recording *recording = &r->recordings[step->node->index];
	const struct pawl_node_row *row = recording->row;
	struct pawl_arena *arena = &r->run->arena;
	struct pawl_json output = pawl_json_null(), error;

	recording->is_used = true;
	step->attempt = row->attempt;
	if (row->output.len &&
	    pawl_json_read_back(arena, pawl_step_true_output(step, row), &output, NULL) != PAWL_OK)
		output = pawl_json_null();
	if (row->state == PAWL_NODE_COMPLETED) {
		pawl_step_completed(step, row->output.len ? &output : NULL, row->port);
		return;
	}
	PAWL_ASSERT(pawl_json_read_back(arena, row->error, &error, NULL) == PAWL_OK);
	pawl_step_fail_as(step,
			  &(struct pawl_node_failure){
				  .code = pawl_arena_dup_c(
					  arena, pawl_json_get_str(&error, "code", PAWL_STR(""))),
				  .message = pawl_json_get_str(&error, "message", PAWL_STR("")),
				  .retry_after_ms = -1,
				  .output = row->output.len ? &output : NULL});
}

/* ---- walking --------------------------------------------------------------------------- */

/* Of a step that no recording answers: a wait that somebody else has to end, or an effect. */
static bool
needs_recording(const struct pawl_step *step)
{
	return step->intent ? step->node->type->flags & PAWL_NODE_EFFECT
			    : step->wait == PAWL_STEP_WAIT_RESUME;
}

/* Of all that is open what was over first; what cannot go on comes last. NULL: nothing is open. */
static struct pawl_step *
next_open(const struct rehearsal *r)
{
	struct pawl_step *found = NULL;
	int64_t found_at_us = 0;

	for (uint32_t i = 0; i < r->run->workflow->n_nodes; i++) {
		struct pawl_step *step = &r->run->steps[i];
		const struct pawl_node_row *row = r->recordings[i].row;
		int64_t at_us;

		if (!step->intent && step->state != PAWL_NODE_WAITING)
			continue;
		at_us = row ? row->finished_at_us : needs_recording(step) ? INT64_MAX : 0;
		if (found && at_us >= found_at_us)
			continue;
		found = step;
		found_at_us = at_us;
	}
	return found;
}

/* False: it cannot, for want of a recording. */
static bool
go_on(struct rehearsal *r, struct pawl_step *step)
{
	if (r->recordings[step->node->index].row)
		answer(r, step);
	else if (needs_recording(step))
		return false;
	else if (step->intent)
		pawl_step_start(step);
	else
		pawl_step_resume(step, NULL);
	return true;
}

static void
walk(struct rehearsal *r)
{
	struct pawl_run *run = r->run;
	struct pawl_step *step;

	pawl_run_open(run);
	for (pawl_run_work(run); !run->ended; pawl_run_work(run)) {
		step = next_open(r);
		if (!step) {
			pawl_run_end(run, PAWL_RUN_COMPLETED, pawl_str(NULL, 0));
		} else if (!go_on(r, step)) {
			r->unrecorded = step;
			pawl_run_end(run, PAWL_RUN_CANCELED, pawl_str(NULL, 0));
		}
	}
}

/* ---- the result ------------------------------------------------------------------------ */

static void
collect_nodes(const struct rehearsal *r, struct pawl_arena *arena)
{
	struct pawl_what_if *what_if = r->what_if;
	uint32_t n = r->run->workflow->n_nodes;

	what_if->nodes = pawl_arena_calloc(arena, n ? n : 1, sizeof *what_if->nodes);
	for (uint32_t i = 0; i < n; i++) {
		const struct pawl_step *step = &r->run->steps[i];
		struct pawl_what_if_node *node = &what_if->nodes[what_if->n_nodes];

		if (step->state != PAWL_NODE_COMPLETED && step->state != PAWL_NODE_FAILED)
			continue;
		*node = (struct pawl_what_if_node){.id = pawl_arena_dup(arena, step->node->id),
						   .state = step->state,
						   .port = pawl_arena_dup(arena, step->port)};
		if (r->recordings[i].is_used) {
			node->old_input = pawl_arena_dup(arena, r->recordings[i].row->input);
			node->new_input = pawl_arena_dup(arena, step->input_text);
		}
		what_if->n_nodes++;
	}
}

static void
collect(const struct rehearsal *r, struct pawl_arena *arena)
{
	struct pawl_what_if *what_if = r->what_if;

	what_if->state = r->run->row.state;
	what_if->output = pawl_arena_dup(arena, r->run->row.output);
	what_if->error = pawl_arena_dup(arena, r->run->row.error);
	if (r->unrecorded)
		what_if->unrecorded = pawl_arena_dup(arena, r->unrecorded->node->id);
	collect_nodes(r, arena);
}

/* An engine that only lends a run what it looks for. */
static void
lend(struct pawl_engine *engine, const struct pawl_engine_config *config)
{
	*engine = (struct pawl_engine){
		.is_rehearsal = true,
		.cache = pawl_cache_new(0),
		.config = {.registry = config->registry,
			   .secrets = config->secrets,
			   .sealer = config->sealer,
			   .max_run_bytes = RUN_BYTES_MAX,
			   .build_input = config->build_input,
			   .open_file = config->open_file,
			   .open_input = config->open_input,
			   .resume_url = config->resume_url,
			   .ctx = config->ctx},
	};
}

void
pawl_what_if(struct pawl_what_if *what_if, struct pawl_arena *arena)
{
	struct rehearsal r = {.what_if = what_if};
	struct pawl_engine engine;

	what_if->n_nodes = 0;
	what_if->unrecorded = pawl_str(NULL, 0);
	lend(&engine, what_if->config);
	r.run = pawl_run_new(&engine, what_if->recorded);
	r.run->row.state = PAWL_RUN_RUNNING;
	r.run->row.paused = false;
	r.run->row.error = r.run->row.output = pawl_str(NULL, 0);
	r.run->held = false;
	r.run->advancing = true; /* outcomes are followed by walk */
	pawl_run_lay_out(r.run, what_if->workflow);
	r.recordings = pawl_arena_calloc(&r.run->arena, what_if->workflow->n_nodes + 1,
					 sizeof *r.recordings);
	find_recordings(&r);
	walk(&r);
	collect(&r, arena);
	pawl_run_free(r.run);
	pawl_cache_free(engine.cache);
}
