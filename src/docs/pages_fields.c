#include "base/assert.h"
#include "docs/pages.h"
#include "flow/workflow.h"
#include "nodes/nodes.h"
#include "trigger/webhook.h"

static const char *const words[] = {
	[PAWL_FIELD_STRING] = "string",
	[PAWL_FIELD_TEXT] = "text",
	[PAWL_FIELD_INTEGER] = "integer",
	[PAWL_FIELD_NUMBER] = "number",
	[PAWL_FIELD_BOOLEAN] = "boolean",
	[PAWL_FIELD_DURATION] = "duration",
	[PAWL_FIELD_SIZE] = "size",
	[PAWL_FIELD_CHOICE] = "",
	[PAWL_FIELD_URL] = "URL",
	[PAWL_FIELD_TIME] = "time",
	[PAWL_FIELD_CIDR] = "address or CIDR",
	[PAWL_FIELD_ANY] = "any value",
	[PAWL_FIELD_MAP] = "object, names of your choice",
	[PAWL_FIELD_OBJECT] = "object",
	[PAWL_FIELD_VARIANT] = "object, by its `type`",
	[PAWL_FIELD_LIST] = "list",
	[PAWL_FIELD_CONDITION] = "condition",
};

/* What the value itself has to be. */
static void
write_value(struct pawl_buf *out, const struct pawl_field *field)
{
	const char *const *choices = pawl_field_choices(field);

	pawl_buf_append_c(out, words[field->type]);
	for (size_t i = 0; field->type == PAWL_FIELD_CHOICE && choices[i]; i++)
		pawl_buf_printf(out, "%s`%s`", i ? " " : "", choices[i]);
	if ((field->type == PAWL_FIELD_INTEGER || field->type == PAWL_FIELD_NUMBER) && field->max)
		pawl_buf_printf(out, " %g to %g", field->min, field->max);
	if (field->type == PAWL_FIELD_LIST && field->items) {
		pawl_buf_append_c(out, " of ");
		write_value(out, field->items);
	}
}

static void
write_type(struct pawl_buf *out, const struct pawl_field *field)
{
	write_value(out, field);
	if ((field->flags & PAWL_FIELD_REQUIRED) && !field->default_json)
		pawl_buf_append_c(out, ", required");
	if (field->flags & PAWL_FIELD_SECRET)
		pawl_buf_append_c(out, ", secret");
	if (field->flags & PAWL_FIELD_STATIC)
		pawl_buf_append_c(out, ", no expressions");
}

static void write_fields(struct pawl_buf *out, struct pawl_arena *arena,
			 const struct pawl_field *fields, const char *prefix);

/* What stands inside a field, one row each. */
static void
write_inner(struct pawl_buf *out, struct pawl_arena *arena, const struct pawl_field *field,
	    const char *path)
{
	const char *inner;

	if (field->fields) {
		inner = pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%s.", path));
		write_fields(out, arena, field->fields, inner);
	}
	for (const struct pawl_field_variant *v = field->variants; v && v->name; v++) {
		inner = pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%s(%s).", path, v->name));
		write_fields(out, arena, v->fields, inner);
	}
	if (field->items && field->type == PAWL_FIELD_LIST)
		write_inner(out, arena, field->items,
			    pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%s[]", path)));
}

static void
write_fields(struct pawl_buf *out, struct pawl_arena *arena, const struct pawl_field *fields,
	     const char *prefix)
{
	for (const struct pawl_field *f = fields; f && f->name; f++) {
		const char *path =
			pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%s%s", prefix, f->name));

		pawl_buf_printf(out, "| `%s` | ", f->flags & PAWL_FIELD_WHOLE ? "(itself)" : path);
		write_type(out, f);
		pawl_buf_append_c(out, " | ");
		if (f->default_json) {
			pawl_buf_append_char(out, '`');
			pawl_page_cell(out, f->default_json);
			pawl_buf_append_char(out, '`');
		}
		pawl_buf_append_c(out, " | ");
		if (f->show_if) {
			pawl_buf_append_c(out, "With `");
			pawl_page_cell(out, f->show_if);
			pawl_buf_append_c(out, "`: ");
		}
		pawl_page_cell(out, f->help);
		pawl_buf_append_c(out, " |\n");
		write_inner(out, arena, f, path);
	}
}

static void
write_table(struct pawl_buf *out, const struct pawl_field *fields)
{
	struct pawl_arena arena;

	if (!fields || !fields->name)
		return;
	pawl_arena_init(&arena, 0);
	pawl_buf_append_c(out, "| setting | value | without it | |\n|---|---|---|---|\n");
	write_fields(out, &arena, fields, "");
	pawl_buf_append_char(out, '\n');
	pawl_arena_fini(&arena);
}

static void
write_example(struct pawl_buf *out, const char *what, const char *text)
{
	struct pawl_arena arena;
	struct pawl_json value;
	enum pawl_err err;

	if (!text)
		return;
	pawl_arena_init(&arena, 0);
	err = pawl_json_parse(&arena, pawl_str_c(text), &value, NULL);
	PAWL_ASSERT(err == PAWL_OK);
	pawl_buf_printf(out, "%s:\n\n```json\n", what);
	pawl_json_write_pretty(out, &value);
	pawl_buf_append_c(out, "\n```\n\n");
	pawl_arena_fini(&arena);
}

static void
write_heading(struct pawl_buf *out, const char *title)
{
	pawl_buf_printf(out,
			"# %s\n\nMade from the tables that the server checks documents by "
			"(`build/pawl-docs docs/reference`).\n\n"
			"A setting may hold an expression (`${...}`) unless it says otherwise. "
			"`a.b` is member `b` of `a`, `a[]` an entry of the list `a`, and `a(x).b` "
			"a member of `a` when its `type` is `x`. Durations are `500ms`, `30s`, "
			"`5m`, `2h`, `7d`; sizes `64KiB`, `1MiB`.\n\n",
			title);
}

static void
write_ports(struct pawl_buf *out, const struct pawl_node_type *type)
{
	static const char *const only[] = {"out", NULL};
	const char *const *ports = type->ports ? type->ports : only;

	pawl_buf_append_c(out, "Ports: ");
	if (type->ports_from)
		pawl_buf_printf(out, "the names in `%s`, ", type->ports_from);
	for (size_t i = 0; ports[i]; i++)
		pawl_buf_printf(out, "%s`%s`", i ? ", " : "", ports[i]);
	pawl_buf_append_c(out, ".\n\n");
}

void
pawl_page_nodes(struct pawl_buf *out)
{
	write_heading(out, "Node types");
	for (size_t i = 0; pawl_node_types[i]; i++) {
		const struct pawl_node_type *type = pawl_node_types[i];

		pawl_buf_printf(out, "## %s\n\n%s: %s ", type->name, type->label, type->summary);
		write_ports(out, type);
		write_table(out, type->fields);
		write_example(out, "Example", type->example);
		write_example(out, "Its output, for example", type->output_example);
	}
	pawl_buf_append_c(out, "## Settings of every node\n\nThe member `settings` beside "
			       "`config`.\n\n");
	write_table(out, pawl_node_settings_fields);
	out->len--; /* one newline at the end */
}

void
pawl_page_triggers(struct pawl_buf *out)
{
	write_heading(out, "Trigger types");
	for (size_t i = 0; pawl_trigger_types[i]; i++) {
		const struct pawl_trigger_type *type = pawl_trigger_types[i];

		pawl_buf_printf(out, "## %s\n\n%s: %s\n\n", type->name, type->label, type->summary);
		write_table(out, type->fields);
		write_example(out, "Example", type->example);
	}
	out->len--;
}
