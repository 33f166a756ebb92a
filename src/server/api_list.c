/* Lists of rows, page by page: what all of them share. */
#include "base/clock.h"
#include "base/id.h"
#include "base/parse.h"
#include "server/api.h"

#define LIMIT_DEFAULT 50

struct pawl_api_list *
pawl_api_list_new(struct pawl_api_call *call, enum pawl_store_kind kind)
{
	struct pawl_api_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);
	struct pawl_store_list *window = &list->list;
	struct pawl_str cursor = pawl_api_query_text(call, "cursor");
	uint64_t limit;

	/* Parameters are as the route's table says; absent ones leave what is there. */
	window->limit = LIMIT_DEFAULT;
	if (pawl_parse_u64(pawl_api_query_text(call, "limit"), &limit))
		window->limit = (size_t)limit;
	if (!pawl_id_parse(cursor, &window->before))
		window->before = 0;
	window->after_name = cursor;
	if (!pawl_time_parse(pawl_api_query_text(call, "from"), &window->from_us))
		window->from_us = 0;
	if (!pawl_time_parse(pawl_api_query_text(call, "to"), &window->to_us))
		window->to_us = 0;
	window->search = pawl_api_query_text(call, "search");
	window->triggers =
		pawl_api_choices(pawl_api_query_text(call, "trigger"), pawl_api_trigger_kinds);
	pawl_store_op_init(&window->op, kind, NULL);
	call->state = list;
	return list;
}

/* Of lists that look rows through: the next page may go on behind one that is not shown. */
static void
reply_searched(struct pawl_api_call *call, const struct pawl_store_list *list,
	       struct pawl_json items, struct pawl_json next)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;
	struct pawl_json whole;

	if (list->stopped_at)
		next = pawl_json_id(arena, list->stopped_at);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "items", items);
	pawl_json_set_c(&b, "next", next);
	pawl_json_set_c(&b, "partial", pawl_json_bool(list->stopped_at && list->n < list->limit));
	pawl_json_set_c(&b, "total",
			list->total < 0 ? pawl_json_null() : pawl_json_int(arena, list->total));
	whole = pawl_json_end(&b);
	pawl_api_reply(call, 200, &whole);
}

static void
listed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_api_list *list = call->state;
	struct pawl_json item = pawl_json_null(), next = pawl_json_null();
	struct pawl_json_builder items;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, list->what);
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->list.n; i++) {
		item = list->item(call, &list->list, i);
		pawl_json_push(&items, item);
	}
	if (list->list.more && list->list.n)
		next = pawl_json_string(pawl_json_str(pawl_json_get_c(&item, list->key)));
	if (list->list.wants_total)
		reply_searched(call, &list->list, pawl_json_end(&items), next);
	else
		pawl_api_reply_list(call, pawl_json_end(&items), next);
}

static void
list_of(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_api_list *list = call->state;

	list->list.workflow_id = workflow_id;
	pawl_api_store(call, &list->list.op, listed);
}

void
pawl_api_list_run(struct pawl_api_call *call, struct pawl_api_list *list)
{
	struct pawl_str workflow = pawl_api_query_text(call, "workflow");

	if (workflow.len)
		pawl_api_workflow_id(call, workflow, list_of);
	else
		list_of(call, list->list.workflow_id);
}
