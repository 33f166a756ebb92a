/* What is recorded and told of a run: without secrets, wherever they came from.
 *
 * A run goes on with what is true. Where that is another text than the one that is recorded, it
 * lies sealed beside it, so that what comes after a wait, a crash or a retry sees no "***". */
#include "base/id.h"
#include "base/log.h"
#include "base/seal.h"
#include "engine/run.h"

#define SEALED_MAX ((size_t)1 << 30) /* a run's data has a limit of its own */

struct pawl_str
pawl_run_hide(struct pawl_run *run, struct pawl_str text)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(run->engine->config.secrets);

	text = pawl_redact_text(redactor, &run->arena, text);
	pawl_redactor_unref(redactor);
	return text;
}

struct pawl_str
pawl_run_hide_json(struct pawl_run *run, struct pawl_str json)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(run->engine->config.secrets);

	json = pawl_redact_json_text(redactor, &run->arena, json);
	pawl_redactor_unref(redactor);
	return json;
}

/* Does a secret setting have the text in it? Both values are of one shape. */
static bool
is_hidden_in(const struct pawl_json *v, const struct pawl_json *shown, struct pawl_str text)
{
	if (v->type == PAWL_JSON_STRING)
		return !pawl_json_equal(v, shown) &&
		       pawl_str_find(pawl_json_str(v), text) != SIZE_MAX;
	for (uint32_t i = 0; v->type == PAWL_JSON_ARRAY && i < v->len; i++)
		if (is_hidden_in(&v->items[i], &shown->items[i], text))
			return true;
	for (uint32_t i = 0; v->type == PAWL_JSON_OBJECT && i < v->len; i++)
		if (is_hidden_in(&v->members[i].value, &shown->members[i].value, text))
			return true;
	return false;
}

void
pawl_step_note_environment(struct pawl_step *step)
{
	struct pawl_arena *arena = &step->run->arena;
	struct pawl_secrets *secrets = step->run->engine->config.secrets;
	const struct pawl_template_ref *refs;
	struct pawl_json shown;
	struct pawl_str value;
	size_t n = 0;

	refs = pawl_template_refs(step->node->config_template, &n);
	for (size_t i = 0; secrets && i < n; i++) {
		if (!pawl_str_eq_c(refs[i].name, "env") ||
		    !pawl_secrets_get_env(secrets, refs[i].member, arena, &value) || !value.len)
			continue;
		shown = pawl_fields_mask(arena, step->node->type->fields, &step->config);
		if (is_hidden_in(&step->config, &shown, value))
			pawl_secrets_note(secrets, value);
	}
}

/* What it belongs to, so that none can be put in another's place. */
static struct pawl_str
label(const struct pawl_step *step)
{
	return pawl_arena_printf(&step->run->arena, "output/%llu/%.*s",
				 (unsigned long long)step->run->row.id,
				 PAWL_STR_ARG(step->node->id));
}

static struct pawl_str
seal(const struct pawl_step *step, struct pawl_str text)
{
	struct pawl_buf sealed;
	struct pawl_str out;

	pawl_buf_init(&sealed, SEALED_MAX);
	pawl_seal(step->run->engine->config.sealer, label(step), text, &sealed);
	out = pawl_arena_dup(&step->run->arena, pawl_buf_peek(&sealed));
	pawl_buf_fini(&sealed);
	return out;
}

void
pawl_step_set_output(struct pawl_step *step, const struct pawl_json *output)
{
	step->output = output ? *output : pawl_json_null();
	step->output_text = output ? pawl_step_text(step, output) : pawl_str(NULL, 0);
	step->shown_text = pawl_run_hide_json(step->run, step->output_text);
	step->sealed_text = pawl_str(NULL, 0);
	if (step->shown_text.ptr != step->output_text.ptr && step->run->engine->config.sealer)
		step->sealed_text = seal(step, step->output_text);
}

/* All secrets in it are known, and can be kept out of what comes of it. One that was deleted is not
 * known after the next start. */
static bool
is_still_hidden(struct pawl_step *step, struct pawl_str text, struct pawl_str recorded)
{
	return pawl_str_eq(pawl_run_hide_json(step->run, text),
			   pawl_run_hide_json(step->run, recorded));
}

struct pawl_str
pawl_step_true_output(struct pawl_step *step, const struct pawl_node_row *row)
{
	struct pawl_run *run = step->run;
	struct pawl_str text = row->output;

	if (row->sealed.len &&
	    (!run->engine->config.sealer || !pawl_unseal(run->engine->config.sealer, label(step),
							 row->sealed, &run->arena, &text))) {
		pawl_log(PAWL_LOG_ERROR, "output_unreadable", PAWL_F_ID("run", run->row.id),
			 PAWL_F_STR("node", step->node->id));
		text = row->output;
	}
	return !row->sealed.len || is_still_hidden(step, text, row->output) ? text : row->output;
}

void
pawl_step_restore_output(struct pawl_step *step, const struct pawl_node_row *row)
{
	struct pawl_str text = pawl_step_true_output(step, row);

	step->output_text = text;
	step->shown_text = row->output;
	step->sealed_text = row->sealed;
	if (!text.len ||
	    pawl_json_read_back(&step->run->arena, text, &step->output, NULL) != PAWL_OK)
		step->output = pawl_json_null();
}

void
pawl_step_respond(struct pawl_step *step, const struct pawl_node_answer *answer)
{
	struct pawl_run *run = step->run;
	const struct pawl_engine_config *config = &run->engine->config;
	struct pawl_node_answer shown = *answer;
	struct pawl_node_header *headers;

	if (!config->on_respond)
		return;
	headers = pawl_arena_calloc(&run->arena, answer->n_headers + 1, sizeof *headers);
	for (size_t i = 0; i < answer->n_headers; i++)
		headers[i] =
			(struct pawl_node_header){pawl_run_hide(run, answer->headers[i].name),
						  pawl_run_hide(run, answer->headers[i].value)};
	shown.headers = headers;
	shown.content_type = pawl_run_hide(run, answer->content_type);
	shown.body = pawl_str_find(answer->content_type, PAWL_STR("json")) == SIZE_MAX
			     ? pawl_run_hide(run, answer->body)
			     : pawl_run_hide_json(run, answer->body);
	config->on_respond(config->ctx, run->row.id, &shown);
}
