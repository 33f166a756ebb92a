/* What expressions see of a run. */
#include "base/clock.h"
#include "base/id.h"
#include "engine/run.h"

struct scope {
	struct pawl_step *step;
	bool masked;
};

static const struct pawl_json *
keep(struct pawl_arena *arena, struct pawl_json value)
{
	struct pawl_json *kept = pawl_arena_alloc(arena, sizeof *kept);

	*kept = value;
	return kept;
}

static const struct pawl_json *
run_input(struct pawl_run *run)
{
	const struct pawl_engine_config *config = &run->engine->config;
	struct pawl_arena *arena = &run->arena;

	if (run->has_input)
		return &run->input;
	run->has_input = true;
	if (!run->row.input.len)
		run->input = run->request.id && config->build_input
				     ? config->build_input(config->ctx, arena, &run->request)
				     : pawl_json_null();
	else if (pawl_json_read_back(arena, run->row.input, &run->input, NULL) != PAWL_OK)
		run->input = pawl_json_null();
	else if (config->open_input)
		run->input = config->open_input(config->ctx, arena, &run->input);
	return &run->input;
}

static const struct pawl_json *
workflow_member(struct pawl_run *run, struct pawl_str member, struct pawl_arena *arena)
{
	if (pawl_str_eq_c(member, "input"))
		return run_input(run);
	if (pawl_str_eq_c(member, "id"))
		return keep(arena, pawl_json_id(arena, run->row.workflow_id));
	if (pawl_str_eq_c(member, "name"))
		return keep(arena, pawl_json_string(run->workflow->name));
	if (pawl_str_eq_c(member, "revision"))
		return keep(arena, pawl_json_int(arena, run->row.revision));
	return NULL;
}

static const struct pawl_json *
run_member(struct pawl_run *run, struct pawl_str member, struct pawl_arena *arena)
{
	char text[PAWL_TIME_TEXT_MAX];
	size_t len;

	if (pawl_str_eq_c(member, "id"))
		return keep(arena, pawl_json_id(arena, run->row.id));
	if (pawl_str_eq_c(member, "attempt"))
		return keep(arena, pawl_json_int(arena, run->row.attempt ? run->row.attempt : 1));
	if (pawl_str_eq_c(member, "started_at")) {
		len = pawl_time_format(run->row.started_at_us, text);
		return keep(arena, pawl_json_string_dup(arena, pawl_str(text, len)));
	}
	if (pawl_str_eq_c(member, "resume_url") && run->engine->config.resume_url)
		return keep(arena, pawl_json_string(run->engine->config.resume_url(
					   run->engine->config.ctx, run->row.id, arena)));
	return NULL;
}

static const struct pawl_json *
secret_or_env(const struct scope *scope, bool secret, struct pawl_str name,
	      struct pawl_arena *arena)
{
	struct pawl_secrets *secrets = scope->step->run->engine->config.secrets;
	struct pawl_str value;
	bool found;

	if (!secrets)
		return NULL;
	if (secret && scope->masked)
		return keep(arena, pawl_json_string_c("***"));
	found = secret ? pawl_secrets_use(secrets, name, arena, &value)
		       : pawl_secrets_get_env(secrets, name, arena, &value);
	return found ? keep(arena, pawl_json_string_dup(arena, value)) : NULL;
}

static const struct pawl_json *
node_member(struct pawl_run *run, struct pawl_str id, struct pawl_str member)
{
	const struct pawl_flow_node *node = pawl_workflow_node(run->workflow, id);
	const struct pawl_step *step;

	if (!node)
		return NULL;
	step = &run->steps[node->index];
	if (pawl_str_eq_c(member, "output") && step->output.type != PAWL_JSON_NULL)
		return &step->output;
	if (pawl_str_eq_c(member, "error") && step->error.type != PAWL_JSON_NULL)
		return &step->error;
	return NULL;
}

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	const struct scope *scope = ctx;
	struct pawl_run *run = scope->step->run;

	if (pawl_str_eq_c(name, "workflow"))
		return workflow_member(run, member, arena);
	if (pawl_str_eq_c(name, "run"))
		return run_member(run, member, arena);
	if (pawl_str_eq_c(name, "secrets") || pawl_str_eq_c(name, "env"))
		return secret_or_env(scope, name.ptr[0] == 's', member, arena);
	return node_member(run, name, member);
}

bool
pawl_scope_eval(struct pawl_step *step, bool masked, struct pawl_json *out, const char **message)
{
	struct scope scope = {.step = step, .masked = masked};
	struct pawl_scope view = {.resolve = resolve, .ctx = &scope};
	enum pawl_err err =
		pawl_template_eval(step->node->config_template, &view, &step->run->arena, 0, out);

	if (err == PAWL_OK)
		return true;
	*message = err == PAWL_ETOOBIG
			   ? "an expression selects more than a node's input may hold, or "
			     "takes too much work"
			   : "an expression cannot be evaluated";
	return false;
}

/* Every `needle` in `text` becomes "***". */
static struct pawl_str
hide(struct pawl_arena *arena, struct pawl_str text, struct pawl_str needle)
{
	struct pawl_str out = text;
	struct pawl_buf buf;
	size_t at;

	pawl_buf_init(&buf, 3 * text.len + 3);
	while ((at = pawl_str_find(text, needle)) != SIZE_MAX) {
		pawl_buf_append_str(&buf, pawl_str_sub(text, 0, at));
		pawl_buf_append_c(&buf, "***");
		text = pawl_str_sub(text, at + needle.len, text.len);
	}
	if (buf.len > 0) {
		pawl_buf_append_str(&buf, text);
		out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	}
	pawl_buf_fini(&buf);
	return out;
}

struct pawl_str
pawl_scope_scrub(struct pawl_step *step, struct pawl_str text)
{
	struct pawl_secrets *secrets = step->run->engine->config.secrets;
	struct pawl_arena *arena = &step->run->arena;
	const struct pawl_template_ref *refs;
	struct pawl_str value;
	size_t n = 0;

	text = pawl_run_hide(step->run, text);
	if (!step->node->uses_secrets || !secrets)
		return text;
	refs = pawl_template_refs(step->node->config_template, &n);
	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq_c(refs[i].name, "secrets") &&
		    pawl_secrets_get(secrets, refs[i].member, arena, &value) && value.len > 0)
			text = hide(arena, text, value);
	}
	return text;
}
