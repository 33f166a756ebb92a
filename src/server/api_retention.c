/* /api/v1/retention: how long what each workflow leaves is kept, and how much of it there is. */
#include "server/api_resources.h"

static struct pawl_json
number_or_null(struct pawl_arena *arena, uint64_t n)
{
	return n ? pawl_json_int(arena, (int64_t)n) : pawl_json_null();
}

static struct pawl_json
kept_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_kept_row *row = &list->kept[i];
	struct pawl_arena *arena = &call->arena;
	struct pawl_directory_facts facts;
	struct pawl_json_builder b;

	pawl_directory_facts(call->server->directory, row->workflow_id, arena, &facts);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "workflow_id", pawl_json_id(arena, row->workflow_id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "age_ms",
			number_or_null(arena, (uint64_t)facts.retention.age_us / 1000));
	pawl_json_set_c(&b, "bytes", number_or_null(arena, facts.retention.bytes));
	pawl_json_set_c(&b, "runs", pawl_json_int(arena, (int64_t)row->runs));
	pawl_json_set_c(&b, "requests", pawl_json_int(arena, (int64_t)row->requests));
	pawl_json_set_c(&b, "oldest_at", pawl_api_time(arena, row->oldest_at_us));
	return pawl_json_end(&b);
}

void
pawl_api_list_retention(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_KEPT);

	list->what = "workflow";
	list->key = "name";
	list->item = kept_item;
	pawl_api_list_run(call, list);
}
