/* /api/v1/workflows: what there is, and its revisions. */
#include <stdio.h>

#include "base/parse.h"
#include "server/api_resources.h"
#include "server/secrets.h"

struct pawl_json
pawl_api_hook_url(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct pawl_directory_facts facts;

	pawl_directory_facts(call->server->directory, row->id, &call->arena, &facts);
	if (facts.trigger && strcmp(facts.trigger, pawl_trigger_webhook.name) != 0)
		return pawl_json_null();
	return pawl_json_string(pawl_arena_printf(&call->arena, "%s/hook/%.*s",
						  call->server->public_url,
						  PAWL_STR_ARG(row->hook_token)));
}

struct pawl_json
pawl_api_service_url(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct pawl_directory_facts facts;

	pawl_directory_facts(call->server->directory, row->id, &call->arena, &facts);
	if (!facts.trigger || strcmp(facts.trigger, pawl_trigger_service.name) != 0)
		return pawl_json_null();
	return pawl_json_string(pawl_arena_printf(&call->arena, "%s/service/%.*s",
						  call->server->public_url,
						  PAWL_STR_ARG(row->hook_token)));
}

struct pawl_json
pawl_api_number_or_null(struct pawl_arena *arena, uint32_t n)
{
	return n ? pawl_json_int(arena, n) : pawl_json_null();
}

static struct pawl_json
drain_json(struct pawl_arena *arena, const struct pawl_workflow_row *row)
{
	struct pawl_json_builder b;

	if (!row->drain_per_second)
		return pawl_json_null();
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "per_second", pawl_json_int(arena, row->drain_per_second));
	pawl_json_set_c(&b, "left", pawl_json_int(arena, (int64_t)row->drain_left));
	return pawl_json_end(&b);
}

/* A text of a draft at rest, or a list of them, as it is shown. */
static struct pawl_json
opened(struct pawl_api_call *call, struct pawl_json value)
{
	value = pawl_document_open(call->server, &call->arena, &value);
	return pawl_api_hide_json(call, &value);
}

static void
put_labels(struct pawl_api_call *call, struct pawl_json_builder *b,
	   const struct pawl_workflow_row *row, const struct pawl_directory_facts *facts)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json tags = pawl_api_parsed(arena, row->tags);

	pawl_json_set_c(b, "description",
			facts->trigger
				? pawl_json_string(facts->description)
				: opened(call, pawl_json_string_dup(arena, row->description)));
	pawl_json_set_c(b, "trigger",
			facts->trigger     ? pawl_json_string_c(facts->trigger)
			: row->trigger.len ? pawl_json_string_dup(arena, row->trigger)
					   : pawl_json_null());
	pawl_json_set_c(b, "tags",
			pawl_json_is(&tags, PAWL_JSON_ARRAY)
				? opened(call, tags)
				: (struct pawl_json){.type = PAWL_JSON_ARRAY});
}

static void
put_activity(struct pawl_arena *arena, struct pawl_json_builder *b,
	     const struct pawl_workflow_row *row)
{
	struct pawl_json_builder list, item;

	pawl_json_object_begin(&item, arena);
	pawl_json_set_c(&item, "completed", pawl_json_int(arena, (int64_t)row->day_completed));
	pawl_json_set_c(&item, "failed", pawl_json_int(arena, (int64_t)row->day_failed));
	pawl_json_set_c(b, "last_24h", pawl_json_end(&item));
	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < row->n_recent; i++) {
		const struct pawl_recent_run *run = &row->recent[i];

		pawl_json_object_begin(&item, arena);
		pawl_json_set_c(&item, "id", pawl_json_id(arena, run->id));
		pawl_json_set_c(&item, "status",
				pawl_json_string_c(pawl_run_state_name(run->state)));
		pawl_json_set_c(&item, "duration_ms", pawl_json_int(arena, run->duration_ms));
		pawl_json_push(&list, pawl_json_end(&item));
	}
	pawl_json_set_c(b, "recent_runs", pawl_json_end(&list));
	pawl_json_set_c(b, "last_request_at", pawl_api_time(arena, row->last_request_at_us));
	pawl_json_set_c(b, "last_run_at", pawl_api_time(arena, row->last_run_at_us));
	pawl_json_set_c(b, "last_failure_at", pawl_api_time(arena, row->last_failure_at_us));
}

struct pawl_json
pawl_api_workflow_json(struct pawl_api_call *call, const struct pawl_workflow_row *row,
		       const struct pawl_json *document)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_directory_facts facts;
	struct pawl_json_builder b;
	struct pawl_json opened;

	pawl_directory_facts(call->server->directory, row->id, arena, &facts);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "status", pawl_json_string_c(pawl_workflow_state_name(row->state)));
	put_labels(call, &b, row, &facts);
	pawl_json_set_c(&b, "active_revision",
			pawl_api_number_or_null(arena, row->active_revision));
	pawl_json_set_c(&b, "latest_revision",
			pawl_api_number_or_null(arena, row->latest_revision));
	pawl_json_set_c(&b, "draft_version", pawl_json_int(arena, (int64_t)row->draft_version));
	pawl_json_set_c(&b, "hook_url", pawl_api_hook_url(call, row));
	pawl_json_set_c(&b, "service_url", pawl_api_service_url(call, row));
	pawl_json_set_c(&b, "old_url_until", pawl_api_time(arena, row->old_hook_until_us));
	pawl_json_set_c(&b, "drain", drain_json(arena, row));
	pawl_json_set_c(&b, "events_cut", pawl_json_int(arena, (int64_t)row->events_cut));
	put_activity(arena, &b, row);
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "updated_at", pawl_api_time(arena, row->updated_at_us));
	if (document) {
		opened = pawl_document_open(call->server, arena, document);
		pawl_json_set_c(&b, "document", pawl_document_shown(call->server, arena, &opened));
	}
	return pawl_json_end(&b);
}

static struct pawl_json
list_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	return pawl_api_workflow_json(call, &list->workflows[i], NULL);
}

/* What it takes to choose one. */
static struct pawl_json
name_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_workflow_row *row = &list->workflows[i];
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "status", pawl_json_string_c(pawl_workflow_state_name(row->state)));
	pawl_json_set_c(&b, "hook_url", pawl_api_hook_url(call, row));
	return pawl_json_end(&b);
}

static void
list_as(struct pawl_api_call *call,
	struct pawl_json (*item)(struct pawl_api_call *, const struct pawl_store_list *, size_t))
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_WORKFLOWS);
	enum pawl_workflow_state state;

	list->what = "workflow";
	list->key = "name";
	list->item = item;
	if (pawl_workflow_state_parse(pawl_api_query_text(call, "status"), &state))
		list->list.states = 1u << state;
	list->list.tag = pawl_api_query_text(call, "tag");
	pawl_api_list_run(call, list);
}

void
pawl_api_list_workflows(struct pawl_api_call *call)
{
	list_as(call, list_item);
}

void
pawl_api_list_workflow_names(struct pawl_api_call *call)
{
	list_as(call, name_item);
}

static void
show(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_json document = pawl_api_parsed(&call->arena, call->workflow->draft);
	struct pawl_json value = pawl_api_workflow_json(call, call->workflow, &document);

	(void)id;
	if (call->wants_yaml && !pawl_str_eq_c(pawl_api_query_text(call, "format"), "json")) {
		snprintf(call->etag, sizeof call->etag, "\"%llu\"",
			 (unsigned long long)call->workflow->draft_version);
		pawl_api_reply_yaml(call, pawl_json_get_c(&value, "document"));
		return;
	}
	pawl_api_reply_etag(call, 200, call->workflow->draft_version, &value);
}

void
pawl_api_get_workflow(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], show);
}

/* ---- deleting ---------------------------------------------------------------------------- */

static void
deleted(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct pawl_announcer *announcer = pawl_api_announcer(call->server->api);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	/* Nothing is newer than a deletion. */
	if (pawl_announcer_begin(announcer, get->id, call->order)) {
		pawl_directory_remove(call->server->directory, get->id);
		pawl_engine_workflow_deleted(call->server->engine, get->id);
		pawl_announcer_end(announcer);
	}
	pawl_api_reply(call, 204, NULL);
}

static void
delete_id(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	get->id = id;
	pawl_store_op_init(&get->op, PAWL_STORE_WORKFLOW_DELETE, NULL);
	pawl_api_store(call, &get->op, deleted);
}

void
pawl_api_delete_workflow(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], delete_id);
}

/* ---- revisions ---------------------------------------------------------------------------- */

static struct pawl_json
revision_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_revision_row *row = &list->revisions[i];
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "number", pawl_json_int(&call->arena, row->number));
	pawl_json_set_c(&b, "created_at", pawl_api_time(&call->arena, row->created_at_us));
	pawl_json_set_c(&b, "active",
			pawl_json_bool(row->number == call->workflow->active_revision));
	return pawl_json_end(&b);
}

static void
list_revisions_of(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_REVISIONS);

	list->what = "workflow";
	list->key = "number";
	list->item = revision_item;
	list->list.workflow_id = id;
	pawl_api_list_run(call, list);
}

void
pawl_api_list_revisions(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], list_revisions_of);
}

static void
revision_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct pawl_arena *arena = &call->arena;
	struct pawl_json document, value;
	struct pawl_json_builder b;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	document = pawl_api_parsed(arena, get->revision->document);
	document = pawl_document_open(call->server, arena, &document);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "number", pawl_json_int(arena, get->revision->number));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, get->revision->created_at_us));
	pawl_json_set_c(&b, "active",
			pawl_json_bool(get->revision->number == call->workflow->active_revision));
	pawl_json_set_c(&b, "document", pawl_document_shown(call->server, arena, &document));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
get_revision_of(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_store_get *get = call->state;

	get->id = id;
	pawl_store_op_init(&get->op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &get->op, revision_done);
}

void
pawl_api_get_revision(struct pawl_api_call *call)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);
	uint64_t number;

	if (!pawl_parse_u64_range(call->params[1], 1, UINT32_MAX, &number)) {
		pawl_api_fail(call, 404, "not_found", "there is no such revision");
		return;
	}
	get->number = (uint32_t)number;
	call->state = get;
	pawl_api_workflow_id(call, call->params[0], get_revision_of);
}
