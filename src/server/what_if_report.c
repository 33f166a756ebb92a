#include "data/json_diff.h"
#include "server/what_if.h"

#define DIFFERENCES_MAX 50
#define VALUE_BYTES_MAX 1000

struct report {
	struct pawl_arena *arena;
	const struct pawl_what_if *what_if;
	const struct pawl_redactor *redactor;
	bool is_cut, differs;
};

const char *
pawl_what_if_outcome_name(enum pawl_what_if_outcome outcome)
{
	switch (outcome) {
	case PAWL_WHAT_IF_SAME:
		return "same";
	case PAWL_WHAT_IF_CHANGED:
		return "changed";
	case PAWL_WHAT_IF_FAILED:
		return "failed";
	case PAWL_WHAT_IF_NO_RECORDING:
		return "no_recording";
	}
	return "";
}

/* ---- differences ----------------------------------------------------------------------- */

/* A long value is shown as the beginning of its text. */
static struct pawl_json
shortened(struct pawl_arena *arena, const struct pawl_json *value)
{
	struct pawl_str text = pawl_json_text(arena, value);

	if (text.len <= VALUE_BYTES_MAX)
		return *value;
	return pawl_json_string_dup(arena, pawl_arena_printf(arena, "%.*s … (%zu bytes)",
							     VALUE_BYTES_MAX, text.ptr, text.len));
}

static struct pawl_json
shortened_differences(struct pawl_arena *arena, const struct pawl_json *list)
{
	struct pawl_json_builder all, b;

	pawl_json_array_begin(&all, arena);
	for (uint32_t i = 0; i < list->len; i++) {
		pawl_json_object_begin(&b, arena);
		for (uint32_t m = 0; m < list->items[i].len; m++)
			pawl_json_set(&b, list->items[i].members[m].key,
				      shortened(arena, &list->items[i].members[m].value));
		pawl_json_push(&all, pawl_json_end(&b));
	}
	return pawl_json_end(&all);
}

static struct pawl_json
differences(struct report *report, const struct pawl_json *old, const struct pawl_json *new)
{
	struct pawl_json_builder b;
	struct pawl_json list;

	pawl_json_array_begin(&b, report->arena);
	if (!pawl_json_diff(old, new, DIFFERENCES_MAX, &b))
		report->is_cut = true;
	list = pawl_json_end(&b);
	report->differs = report->differs || list.len > 0;
	return shortened_differences(report->arena, &list);
}

static const struct pawl_json *
parsed(struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_json *value = pawl_arena_alloc(arena, sizeof *value);

	if (!text.len || pawl_json_read_back(arena, text, value, NULL) != PAWL_OK)
		return NULL;
	return value;
}

/* What was recorded may be older than a secret that is known by now. */
static struct pawl_json
text_differences(struct report *report, struct pawl_str old, struct pawl_str new)
{
	old = pawl_redact_json_text(report->redactor, report->arena, old);
	return differences(report, parsed(report->arena, old), parsed(report->arena, new));
}

/* ---- the way through the graph ---------------------------------------------------------- */

/* "completed", "failed", "completed by true". */
static struct pawl_json
passage(struct pawl_arena *arena, enum pawl_node_state state, struct pawl_str port)
{
	const char *name = pawl_node_state_name(state);

	if (!port.len || pawl_str_eq_c(port, "out"))
		return pawl_json_string_c(name);
	return pawl_json_string(pawl_arena_printf(arena, "%s by %.*s", name, PAWL_STR_ARG(port)));
}

static struct pawl_json
old_path(const struct report *report)
{
	const struct pawl_run_record *recorded = report->what_if->recorded;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, report->arena);
	for (size_t i = 0; i < recorded->n_nodes; i++) {
		const struct pawl_node_row *row = &recorded->nodes[i];

		if (row->state == PAWL_NODE_COMPLETED || row->state == PAWL_NODE_FAILED)
			pawl_json_set(&b, row->node_id,
				      passage(report->arena, row->state, row->port));
	}
	return pawl_json_end(&b);
}

static struct pawl_json
new_path(const struct report *report)
{
	const struct pawl_what_if *what_if = report->what_if;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, report->arena);
	for (size_t i = 0; i < what_if->n_nodes; i++)
		pawl_json_set(
			&b, what_if->nodes[i].id,
			passage(report->arena, what_if->nodes[i].state, what_if->nodes[i].port));
	return pawl_json_end(&b);
}

/* Nodes that would be given something else than what the recording answers. */
static struct pawl_json
inputs(struct report *report)
{
	const struct pawl_what_if *what_if = report->what_if;
	struct pawl_json_builder all, b;

	pawl_json_array_begin(&all, report->arena);
	for (size_t i = 0; i < what_if->n_nodes; i++) {
		const struct pawl_what_if_node *node = &what_if->nodes[i];
		struct pawl_json list = text_differences(report, node->old_input, node->new_input);

		if (!list.len)
			continue;
		pawl_json_object_begin(&b, report->arena);
		pawl_json_set_c(&b, "node", pawl_json_string(node->id));
		pawl_json_set_c(&b, "differences", list);
		pawl_json_push(&all, pawl_json_end(&b));
	}
	return pawl_json_end(&all);
}

/* ---- an item ---------------------------------------------------------------------------- */

struct item {
	uint64_t run_id;
	const struct pawl_run_row *row; /* NULL: there is no such run */
	enum pawl_what_if_outcome outcome;
	struct pawl_str reason;     /* ptr NULL: none */
	struct pawl_json new_state; /* null: it did not come to an end */
	struct pawl_json output, error, path, inputs;
	bool is_cut;
};

static struct item
blank(uint64_t run_id, const struct pawl_run_row *row)
{
	struct pawl_json empty = {.type = PAWL_JSON_ARRAY};

	return (struct item){.run_id = run_id,
			     .row = row,
			     .outcome = PAWL_WHAT_IF_NO_RECORDING,
			     .output = empty,
			     .error = empty,
			     .path = empty,
			     .inputs = empty};
}

static struct pawl_json
item_json(struct pawl_arena *arena, const struct item *item)
{
	const struct pawl_run_row *row = item->row;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "run_id", pawl_json_id(arena, item->run_id));
	pawl_json_set_c(&b, "request_id", pawl_api_id_or_null(arena, row ? row->request_id : 0));
	pawl_json_set_c(&b, "status", pawl_json_string_c(pawl_what_if_outcome_name(item->outcome)));
	pawl_json_set_c(&b, "reason",
			item->reason.ptr ? pawl_json_string(item->reason) : pawl_json_null());
	pawl_json_set_c(&b, "old_status",
			row ? pawl_json_string_c(pawl_run_state_name(row->state))
			    : pawl_json_null());
	pawl_json_set_c(&b, "new_status", item->new_state);
	pawl_json_set_c(&b, "output", item->output);
	pawl_json_set_c(&b, "error", item->error);
	pawl_json_set_c(&b, "path", item->path);
	pawl_json_set_c(&b, "inputs", item->inputs);
	pawl_json_set_c(&b, "cut", pawl_json_bool(item->is_cut));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_what_if_untried(struct pawl_arena *arena, uint64_t run_id, const struct pawl_run_row *row,
		     const char *reason)
{
	struct item item = blank(run_id, row);

	item.reason = pawl_str_c(reason);
	return item_json(arena, &item);
}

/* Of one that came to its end. */
static void
compare_ends(struct report *report, struct item *item)
{
	const struct pawl_what_if *what_if = report->what_if;
	const struct pawl_run_row *row = item->row;
	struct pawl_json before = old_path(report), after = new_path(report);

	item->new_state = pawl_json_string_c(pawl_run_state_name(what_if->state));
	item->output = text_differences(report, row->output, what_if->output);
	item->error = text_differences(report, row->error, what_if->error);
	item->path = differences(report, &before, &after);
	if (what_if->state != PAWL_RUN_COMPLETED && row->state == PAWL_RUN_COMPLETED)
		item->outcome = PAWL_WHAT_IF_FAILED;
	else if (report->differs || what_if->state != row->state)
		item->outcome = PAWL_WHAT_IF_CHANGED;
	else
		item->outcome = PAWL_WHAT_IF_SAME;
}

struct pawl_json
pawl_what_if_report(struct pawl_arena *arena, const struct pawl_what_if *what_if,
		    enum pawl_what_if_outcome *outcome)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(what_if->config->secrets);
	struct report report = {.arena = arena, .what_if = what_if, .redactor = redactor};
	struct item item = blank(what_if->recorded->run.id, &what_if->recorded->run);

	item.inputs = inputs(&report);
	if (what_if->unrecorded.len)
		item.reason = pawl_arena_printf(arena, "no recording for node %.*s",
						PAWL_STR_ARG(what_if->unrecorded));
	else
		compare_ends(&report, &item);
	item.is_cut = report.is_cut;
	pawl_redactor_unref(redactor);
	*outcome = item.outcome;
	return item_json(arena, &item);
}
