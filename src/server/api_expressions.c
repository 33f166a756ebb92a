/* /api/v1/expressions: what a template gives for a recorded run or for what is handed in, and what
 * stands in scope at a node of a document that need not be finished. */
#include "base/id.h"
#include "flow/condition.h"
#include "flow/part.h"
#include "server/api_resources.h"
#include "server/sight.h"

#define VALUE_BYTES_MAX (4u << 20)

static const char *const type_names[] = {
	[PAWL_JSON_NULL] = "null",     [PAWL_JSON_BOOL] = "boolean", [PAWL_JSON_NUMBER] = "number",
	[PAWL_JSON_STRING] = "string", [PAWL_JSON_ARRAY] = "array",  [PAWL_JSON_OBJECT] = "object"};

struct previewing {
	struct pawl_store_get run, request, workflow;
	struct pawl_run_record
		*record; /* what is seen: the run's, or `of_request`; NULL: neither */
	struct pawl_run_record of_request;
};

/* ---- preview ------------------------------------------------------------------------ */

static struct pawl_json
reference_json(struct pawl_sight *sight, const struct pawl_template_ref *ref)
{
	struct pawl_arena *arena = &sight->call->arena;
	struct pawl_json_builder b;
	struct pawl_json value;
	bool found = pawl_sight_find(sight, ref, &value);

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "pointer", pawl_json_string_dup(arena, ref->pointer));
	pawl_json_set_c(&b, "path",
			pawl_json_string(pawl_arena_printf(
				arena, "%.*s.%.*s%.*s", PAWL_STR_ARG(ref->name),
				PAWL_STR_ARG(ref->member), PAWL_STR_ARG(ref->path))));
	pawl_json_set_c(&b, "found", pawl_json_bool(found));
	pawl_json_set_c(&b, "has_root", pawl_json_bool(pawl_sight_has_root(sight, ref)));
	pawl_json_set_c(&b, "type",
			found ? pawl_json_string_c(type_names[value.type]) : pawl_json_null());
	return pawl_json_end(&b);
}

/* Whether the value holds, where it is a condition. */
static void
put_holds(const struct pawl_json *value, const struct pawl_json *given, struct pawl_json_builder *b,
	  struct pawl_problems *problems)
{
	struct pawl_problems shape = {0};
	bool holds = false, is_condition = false;

	if (given->type == PAWL_JSON_OBJECT && !problems->len) {
		pawl_condition_check(given, NULL, "/value", &shape);
		is_condition =
			shape.len == 0 && pawl_condition_eval(value, &holds, problems) == PAWL_OK;
	}
	pawl_problems_fini(&shape);
	pawl_json_set_c(b, "holds", is_condition ? pawl_json_bool(holds) : pawl_json_null());
}

static void
put_value(struct pawl_sight *sight, const struct pawl_template *template,
	  struct pawl_json_builder *b, struct pawl_problems *problems)
{
	struct pawl_json_builder list;
	const struct pawl_template_ref *refs;
	struct pawl_json value = pawl_json_null();
	enum pawl_err err = PAWL_OK;
	size_t n = 0;

	if (template)
		err = pawl_template_eval(template, &sight->scope, &sight->call->arena,
					 VALUE_BYTES_MAX, &value);
	if (err != PAWL_OK) {
		pawl_problems_add(problems, "/value",
				  "it selects more than a preview shows, or takes too much work");
		value = pawl_json_null();
	}
	put_holds(&value, pawl_json_get_c(&sight->call->body, "value"), b, problems);
	pawl_json_set_c(b, "value", pawl_api_hide_json(sight->call, &value));
	pawl_json_set_c(b, "type", pawl_json_string_c(type_names[value.type]));
	pawl_json_array_begin(&list, &sight->call->arena);
	refs = template ? pawl_template_refs(template, &n) : NULL;
	for (size_t i = 0; i < n; i++)
		pawl_json_push(&list, reference_json(sight, &refs[i]));
	pawl_json_set_c(b, "references", pawl_json_end(&list));
}

static void
preview(struct pawl_api_call *call)
{
	const struct previewing *previewing = call->state;
	const struct pawl_json *value = pawl_json_get_c(&call->body, "value");
	struct pawl_problems problems = {0};
	struct pawl_template *template = pawl_template_compile(value, "/value", &problems);
	struct pawl_json_builder b;
	struct pawl_sight sight;
	struct pawl_json whole;
	struct pawl_buf body;

	pawl_sight_init(&sight, call, previewing->record, previewing->workflow.workflow);
	pawl_sight_give(&sight, pawl_json_get_c(&call->body, "input"),
			pawl_json_get_c(&call->body, "outputs"));
	pawl_json_object_begin(&b, &call->arena);
	put_value(&sight, template, &b, &problems);
	pawl_json_set_c(&b, "problems", pawl_api_problems(&call->arena, &problems));
	whole = pawl_json_end(&b);
	/* Parts of the value may lie in the template. */
	pawl_buf_init(&body, 64u << 20);
	if (pawl_json_write(&body, &whole) == PAWL_OK)
		whole = pawl_api_parsed(&call->arena, pawl_buf_peek(&body));
	pawl_buf_fini(&body);
	pawl_template_free(template);
	pawl_problems_fini(&problems);
	pawl_api_reply(call, 200, &whole);
}

static void
workflow_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct previewing *previewing = call->state;

	if (op->err != PAWL_OK)
		previewing->workflow.workflow = NULL; /* it was deleted */
	preview(call);
}

static void
read_workflow(struct pawl_api_call *call, uint64_t id)
{
	struct previewing *previewing = call->state;

	previewing->workflow.id = id;
	pawl_store_op_init(&previewing->workflow.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &previewing->workflow.op, workflow_read);
}

static void
run_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct previewing *previewing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	previewing->record = previewing->run.record;
	read_workflow(call, previewing->record->run.workflow_id);
}

static void
request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct previewing *previewing = call->state;
	const char *why;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	why = pawl_api_request_obstacle(&call->arena, previewing->request.request);
	if (why) {
		pawl_api_fail(call, 409, "conflict", "%s", why);
		return;
	}
	previewing->record = &previewing->of_request;
	previewing->record->request = *previewing->request.request;
	read_workflow(call, previewing->record->request.workflow_id);
}

void
pawl_api_preview_expression(struct pawl_api_call *call)
{
	struct previewing *previewing = pawl_arena_calloc(&call->arena, 1, sizeof *previewing);
	struct pawl_str run = pawl_json_get_str(&call->body, "run", pawl_str(NULL, 0));
	struct pawl_str request = pawl_json_get_str(&call->body, "request", pawl_str(NULL, 0));

	call->state = previewing;
	if (run.ptr && request.ptr) {
		pawl_api_fail(call, 400, "invalid_request", "give a run, or a request, not both");
	} else if (run.ptr) {
		(void)pawl_id_parse(run, &previewing->run.id);
		pawl_store_op_init(&previewing->run.op, PAWL_STORE_RUN, NULL);
		pawl_api_store(call, &previewing->run.op, run_read);
	} else if (request.ptr) {
		(void)pawl_id_parse(request, &previewing->request.id);
		pawl_store_op_init(&previewing->request.op, PAWL_STORE_REQUEST, NULL);
		pawl_api_store(call, &previewing->request.op, request_read);
	} else {
		preview(call);
	}
}

/* ---- scope --------------------------------------------------------------------------- */

static struct pawl_json
node_in_scope(struct pawl_api_call *call, const struct pawl_json *node)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_str type = pawl_json_get_str(node, "type", PAWL_STR(""));
	struct pawl_str id = pawl_json_get_str(node, "id", PAWL_STR(""));
	const struct pawl_node_type *known = pawl_registry_node(&call->server->registry, type);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_string(id));
	pawl_json_set_c(&b, "name", pawl_json_string(pawl_json_get_str(node, "name", id)));
	pawl_json_set_c(&b, "type", pawl_json_string(type));
	pawl_json_set_c(&b, "output_example",
			known && known->output_example
				? pawl_api_parsed(arena, pawl_str_c(known->output_example))
				: pawl_json_null());
	return pawl_json_end(&b);
}

/* The roots that every expression has, with their members; secrets and env have any. */
static struct pawl_json
roots(struct pawl_arena *arena)
{
	static const struct {
		const char *name, *members[5];
	} all[] = {{"workflow", {"input", "id", "name", "revision"}},
		   {"run", {"id", "attempt", "started_at", "resume_url"}},
		   {"secrets", {NULL}},
		   {"env", {NULL}}};
	struct pawl_json_builder list, b, members;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		pawl_json_array_begin(&members, arena);
		for (size_t k = 0; all[i].members[k]; k++)
			pawl_json_push(&members, pawl_json_string_c(all[i].members[k]));
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c(all[i].name));
		pawl_json_set_c(&b, "members", pawl_json_end(&members));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

void
pawl_api_get_scope(struct pawl_api_call *call)
{
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	struct pawl_str id = pawl_json_get_str(&call->body, "node", pawl_str(NULL, 0));
	struct pawl_part before = {0};
	struct pawl_json_builder b, list;
	struct pawl_json value;

	if (id.ptr && !pawl_part_before(&call->arena, document, id, &before)) {
		pawl_api_fail(call, 422, "invalid_request", "no node has the id \"%.*s\"",
			      PAWL_STR_ARG(id));
		return;
	}
	pawl_json_array_begin(&list, &call->arena);
	for (uint32_t i = 0; i < before.n_nodes; i++)
		if (before.has[i])
			pawl_json_push(&list, node_in_scope(call, &nodes->items[i]));
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "nodes", pawl_json_end(&list));
	pawl_json_set_c(&b, "roots", roots(&call->arena));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}
