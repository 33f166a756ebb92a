#include "server/sight.h"

#include "base/clock.h"
#include "server/api_resources.h"

#define VALUE_BYTES_MAX (4u << 20)

static const struct pawl_json *
keep(struct pawl_arena *arena, struct pawl_json value)
{
	struct pawl_json *kept = pawl_arena_alloc(arena, sizeof *kept);

	*kept = value;
	return kept;
}

/* NULL: there is none; a request alone has none yet. */
static const struct pawl_run_row *
run_of(const struct pawl_sight *sight)
{
	return sight->record && sight->record->run.id ? &sight->record->run : NULL;
}

static const struct pawl_json *
workflow_member(const struct pawl_sight *sight, struct pawl_str member, struct pawl_arena *arena)
{
	const struct pawl_workflow_row *row = sight->workflow;

	if (pawl_str_eq_c(member, "input"))
		return sight->has_input ? &sight->input : NULL;
	if (row && pawl_str_eq_c(member, "id"))
		return keep(arena, pawl_json_id(arena, row->id));
	if (row && pawl_str_eq_c(member, "name"))
		return keep(arena, pawl_json_string(row->name));
	if (run_of(sight) && pawl_str_eq_c(member, "revision"))
		return keep(arena, pawl_json_int(arena, sight->record->run.revision));
	return NULL;
}

static const struct pawl_json *
run_member(const struct pawl_sight *sight, struct pawl_str member, struct pawl_arena *arena)
{
	const struct pawl_run_row *run = run_of(sight);

	if (run && pawl_str_eq_c(member, "id"))
		return keep(arena, pawl_json_id(arena, run->id));
	if (run && pawl_str_eq_c(member, "attempt"))
		return keep(arena, pawl_json_int(arena, run->attempt ? run->attempt : 1));
	if (run && pawl_str_eq_c(member, "started_at"))
		return keep(arena, pawl_api_time(arena, run->started_at_us));
	return NULL;
}

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	struct pawl_sight *sight = ctx;
	struct pawl_str value;

	if (pawl_str_eq_c(name, "workflow"))
		return workflow_member(sight, member, arena);
	if (pawl_str_eq_c(name, "run"))
		return run_member(sight, member, arena);
	if (pawl_str_eq_c(name, "secrets"))
		return pawl_secrets_get(sight->call->server->secrets, member, arena, &value)
			       ? keep(arena, pawl_json_string_c(PAWL_FIELD_MASK))
			       : NULL;
	if (pawl_str_eq_c(name, "env"))
		return pawl_secrets_get_env(sight->call->server->secrets, member, arena, &value)
			       ? keep(arena, pawl_json_string(value))
			       : NULL;
	if (pawl_str_eq_c(member, "output"))
		return pawl_json_get(&sight->outputs, name);
	return pawl_str_eq_c(member, "error") ? pawl_json_get(&sight->errors, name) : NULL;
}

static void
see_nodes(struct pawl_sight *sight)
{
	struct pawl_arena *arena = &sight->call->arena;
	struct pawl_json_builder outputs, errors;

	pawl_json_object_begin(&outputs, arena);
	pawl_json_object_begin(&errors, arena);
	for (size_t i = 0; sight->record && i < sight->record->n_nodes; i++) {
		const struct pawl_node_row *row = &sight->record->nodes[i];

		if (row->output.len)
			pawl_json_set(&outputs, row->node_id,
				      pawl_api_shown(sight->call, row->output));
		if (row->error.len)
			pawl_json_set(&errors, row->node_id,
				      pawl_api_shown(sight->call, row->error));
	}
	sight->outputs = pawl_json_end(&outputs);
	sight->errors = pawl_json_end(&errors);
}

void
pawl_sight_init(struct pawl_sight *sight, struct pawl_api_call *call,
		struct pawl_run_record *record, const struct pawl_workflow_row *workflow)
{
	struct pawl_json document, input;

	*sight = (struct pawl_sight){.call = call,
				     .record = record,
				     .workflow = workflow,
				     .scope = {.resolve = resolve, .ctx = sight}};
	see_nodes(sight);
	if (!record)
		return;
	document = workflow ? pawl_api_parsed(&call->arena, workflow->draft) : pawl_json_null();
	input = pawl_api_run_input(call, record);
	input = pawl_api_mask_input(&call->arena, &input, &document);
	sight->input = pawl_api_hide_json(call, &input);
	sight->has_input = true;
}

void
pawl_sight_give(struct pawl_sight *sight, const struct pawl_json *input,
		const struct pawl_json *outputs)
{
	struct pawl_json_builder b;

	if (input) {
		sight->input = *input;
		sight->has_input = true;
	}
	if (!outputs)
		return;
	pawl_json_object_begin(&b, &sight->call->arena);
	for (uint32_t i = 0; i < sight->outputs.len; i++)
		pawl_json_set(&b, sight->outputs.members[i].key, sight->outputs.members[i].value);
	for (uint32_t i = 0; i < outputs->len; i++)
		pawl_json_set(&b, outputs->members[i].key, outputs->members[i].value);
	sight->outputs = pawl_json_end(&b);
}

bool
pawl_sight_has_root(struct pawl_sight *sight, const struct pawl_template_ref *ref)
{
	return resolve(sight, ref->name, ref->member, &sight->call->arena) != NULL;
}

bool
pawl_sight_find(struct pawl_sight *sight, const struct pawl_template_ref *ref,
		struct pawl_json *out)
{
	struct pawl_arena *arena = &sight->call->arena;
	struct pawl_str text =
		pawl_arena_printf(arena, "${%.*s.%.*s%.*s}", PAWL_STR_ARG(ref->name),
				  PAWL_STR_ARG(ref->member), PAWL_STR_ARG(ref->path));
	struct pawl_template *one = pawl_template_compile_str(text, "", NULL);
	bool found = false;

	*out = pawl_json_null();
	if (one &&
	    pawl_template_probe(one, &sight->scope, arena, VALUE_BYTES_MAX, out, &found) != PAWL_OK)
		found = false;
	/* What was selected may lie in the template, which goes. */
	if (found)
		*out = pawl_api_parsed(arena, pawl_json_text(arena, out));
	pawl_template_free(one);
	return found;
}
