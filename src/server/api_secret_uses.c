/* /api/v1/secrets/{secret}/uses: which workflows refer to a secret. */
#include "data/template.h"
#include "server/api_resources.h"
#include "server/secrets.h"

#define READ_AT_ONCE 50

struct looking {
	struct pawl_store_list list;
	struct pawl_str secret, after;
	struct pawl_json_builder items;
};

static bool
text_refers(struct pawl_str text, struct pawl_str secret)
{
	struct pawl_problems problems = {0};
	struct pawl_template *template;
	const struct pawl_template_ref *refs;
	bool does = false;
	size_t n = 0;

	if (!pawl_template_has_expression(text))
		return false;
	template = pawl_template_compile_str(text, "", &problems);
	refs = template ? pawl_template_refs(template, &n) : NULL;
	for (size_t i = 0; i < n; i++)
		does |= pawl_str_eq_c(refs[i].name, "secrets") &&
			pawl_str_eq(refs[i].member, secret);
	pawl_template_free(template);
	pawl_problems_fini(&problems);
	return does;
}

/* As deep as documents are, which the parser bounds. */
static bool
value_refers(const struct pawl_json *value, struct pawl_str secret)
{
	if (value->type == PAWL_JSON_STRING)
		return text_refers(pawl_json_str(value), secret);
	if (value->type != PAWL_JSON_OBJECT && value->type != PAWL_JSON_ARRAY)
		return false;
	for (uint32_t i = 0; i < value->len; i++)
		if (value_refers(value->type == PAWL_JSON_OBJECT ? &value->members[i].value
								 : &value->items[i],
				 secret))
			return true;
	return false;
}

static bool
document_refers(struct pawl_api_call *call, struct pawl_str text, struct pawl_str secret)
{
	struct pawl_arena scratch;
	struct pawl_json document;
	bool does = false;

	pawl_arena_init(&scratch, 0);
	if (text.len && pawl_json_parse(&scratch, text, &document, NULL) == PAWL_OK) {
		document = pawl_document_open(call->server, &scratch, &document);
		does = value_refers(&document, secret);
	}
	pawl_arena_fini(&scratch);
	return does;
}

static void
look_at(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct looking *looking = call->state;
	bool in_active = document_refers(call, row->active, looking->secret);
	bool in_draft = document_refers(call, row->draft, looking->secret);
	struct pawl_json_builder b;

	if (!in_active && !in_draft)
		return;
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "workflow_id", pawl_json_id(&call->arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(&call->arena, row->name));
	pawl_json_set_c(&b, "active", pawl_json_bool(in_active));
	pawl_json_set_c(&b, "draft", pawl_json_bool(in_draft));
	pawl_json_push(&looking->items, pawl_json_end(&b));
}

static void look_on(struct pawl_api_call *call);

static void
some_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct looking *looking = call->state;
	const struct pawl_store_list *list = &looking->list;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		look_at(call, &list->workflows[i]);
	if (!list->more) {
		pawl_api_reply_list(call, pawl_json_end(&looking->items), pawl_json_null());
		return;
	}
	looking->after = pawl_arena_dup(&call->arena, list->workflows[list->n - 1].name);
	look_on(call);
}

static void
look_on(struct pawl_api_call *call)
{
	struct looking *looking = call->state;

	pawl_api_forget_results(call);
	looking->list = (struct pawl_store_list){
		.limit = READ_AT_ONCE, .after_name = looking->after, .search = looking->secret};
	pawl_store_op_init(&looking->list.op, PAWL_STORE_MENTIONS, NULL);
	pawl_api_store(call, &looking->list.op, some_read);
}

void
pawl_api_list_secret_uses(struct pawl_api_call *call)
{
	struct looking *looking = pawl_arena_calloc(&call->arena, 1, sizeof *looking);

	call->state = looking;
	looking->secret = call->params[0];
	looking->after = PAWL_STR("");
	pawl_json_array_begin(&looking->items, &call->arena);
	look_on(call);
}
