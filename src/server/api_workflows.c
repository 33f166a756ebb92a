/* /api/v1/workflows, /api/v1/apply and /api/v1/validate. */
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/parse.h"
#include "server/api_resources.h"

#define TOKEN_BYTES 16 /* 128 random bits */

/* What a change of a workflow needs on its way through the store. */
struct change {
	struct pawl_store_get old; /* for secrets that were handed out masked */
	struct pawl_store_workflow_save save;
	struct pawl_store_workflow_state state;
	struct pawl_store_get revision;
	struct pawl_json document;
	bool apply;
	struct pawl_workflow_row row;
	bool created;
	int status;
};

/* ---- showing -------------------------------------------------------------------------- */

static struct pawl_json
hook_url(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	return pawl_json_string(pawl_arena_printf(&call->arena, "%s/hook/%.*s",
						  call->server->public_url,
						  PAWL_STR_ARG(row->hook_token)));
}

static struct pawl_json
number_or_null(struct pawl_arena *arena, uint32_t n)
{
	return n ? pawl_json_int(arena, n) : pawl_json_null();
}

/* `document` (or NULL) is the draft, masked, and shown whole. */
static struct pawl_json
workflow_json(struct pawl_api_call *call, const struct pawl_workflow_row *row,
	      const struct pawl_json *document)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_directory_facts facts;
	struct pawl_json_builder b;

	pawl_directory_facts(call->server->directory, row->id, arena, &facts);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "status", pawl_json_string_c(pawl_workflow_state_name(row->state)));
	pawl_json_set_c(&b, "description", pawl_json_string(facts.description));
	pawl_json_set_c(&b, "trigger",
			facts.trigger ? pawl_json_string_c(facts.trigger) : pawl_json_null());
	pawl_json_set_c(&b, "active_revision", number_or_null(arena, row->active_revision));
	pawl_json_set_c(&b, "latest_revision", number_or_null(arena, row->latest_revision));
	pawl_json_set_c(&b, "draft_version", pawl_json_int(arena, (int64_t)row->draft_version));
	pawl_json_set_c(&b, "hook_url", hook_url(call, row));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "updated_at", pawl_api_time(arena, row->updated_at_us));
	if (document)
		pawl_json_set_c(&b, "document",
				pawl_workflow_mask(arena, document, &call->server->registry));
	return pawl_json_end(&b);
}

static struct pawl_json
parse_stored(struct pawl_api_call *call, struct pawl_str text)
{
	struct pawl_problems problems = {0};
	struct pawl_json document;

	if (!text.len || pawl_workflow_read(&call->arena, text, &document, &problems) != PAWL_OK)
		document = pawl_json_null();
	pawl_problems_fini(&problems);
	return document;
}

static void
list_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	struct pawl_json_builder items;
	struct pawl_json next = pawl_json_null();

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->n; i++)
		pawl_json_push(&items, workflow_json(call, &list->workflows[i], NULL));
	if (list->more)
		next = pawl_json_string_dup(&call->arena, list->workflows[list->n - 1].name);
	pawl_api_reply_list(call, pawl_json_end(&items), next);
}

void
pawl_api_list_workflows(struct pawl_api_call *call)
{
	struct pawl_store_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);
	struct pawl_str status = pawl_json_get_str(&call->query, "status", pawl_str(NULL, 0));
	enum pawl_workflow_state state;

	if (!pawl_api_limit(call, &list->limit))
		return;
	if (status.len) {
		if (!pawl_workflow_state_parse(status, &state)) {
			pawl_api_fail(call, 400, "invalid_parameter",
				      "status has to be active, paused or inactive");
			return;
		}
		list->states = 1u << state;
	}
	list->after_name = pawl_json_get_str(&call->query, "cursor", pawl_str(NULL, 0));
	pawl_store_op_init(&list->op, PAWL_STORE_WORKFLOWS, NULL);
	pawl_api_store(call, &list->op, list_done);
}

static void
get_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct pawl_json document, value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	document = parse_stored(call, get->workflow->draft);
	value = workflow_json(call, get->workflow, &document);
	pawl_api_reply_etag(call, 200, get->workflow->draft_version, &value);
}

void
pawl_api_get_workflow(struct pawl_api_call *call)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	if (!pawl_id_parse(call->params[0], &get->id))
		get->name = call->params[0];
	pawl_store_op_init(&get->op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &get->op, get_done);
}

/* ---- after a change --------------------------------------------------------------------- */

static void
reply_changed(struct pawl_api_call *call)
{
	struct change *change = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (!change->apply) {
		value = workflow_json(call, &change->row, NULL);
		pawl_api_reply_etag(call, change->status, change->row.draft_version, &value);
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, change->row.id));
	pawl_json_set_c(&b, "name", pawl_json_string(change->row.name));
	pawl_json_set_c(&b, "revision", number_or_null(&call->arena, change->row.active_revision));
	pawl_json_set_c(&b, "hook_url", hook_url(call, &change->row));
	pawl_json_set_c(&b, "created", pawl_json_bool(change->created));
	pawl_json_set_c(&b, "status",
			pawl_json_string_c(pawl_workflow_state_name(change->row.state)));
	value = pawl_json_end(&b);
	pawl_api_reply(call, change->created ? 201 : 200, &value);
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	pawl_directory_put(call->server->directory, &change->row,
			   change->revision.revision->document);
	pawl_engine_set_workflow_state(call->server->engine, change->row.id, change->row.state);
	reply_changed(call);
}

/* The directory and the engine learn of the workflow as it now is, then the caller does. */
static void
announce(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct change *change = call->state;

	change->row = *row;
	change->row.name = pawl_arena_dup(&call->arena, row->name);
	change->row.hook_token = pawl_arena_dup(&call->arena, row->hook_token);
	change->row.draft = pawl_str(NULL, 0);
	if (!row->active_revision) {
		reply_changed(call);
		return;
	}
	change->revision = (struct pawl_store_get){.id = row->id, .number = row->active_revision};
	pawl_store_op_init(&change->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &change->revision.op, revision_read);
}

/* ---- saving -------------------------------------------------------------------------------- */

static void
saved(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	change->created = change->save.created;
	announce(call, &change->save.workflow);
}

/* The document with the secrets that its last version had where it says "***"; then checked. */
static void
check_and_save(struct pawl_api_call *call, const struct pawl_json *old)
{
	struct change *change = call->state;
	struct pawl_problems problems = {0};
	struct pawl_json document = change->document;
	struct pawl_workflow *workflow;
	unsigned char random[TOKEN_BYTES];
	char *token = pawl_arena_alloc(&call->arena, sizeof random * 2);

	if (old)
		document =
			pawl_workflow_unmask(&call->arena, &document, old, &call->server->registry);
	workflow = pawl_workflow_compile(&document, &call->server->registry, &problems);
	if (!workflow) {
		pawl_api_fail_problems(call, &problems);
		pawl_problems_fini(&problems);
		return;
	}
	pawl_problems_fini(&problems);
	change->save.name = pawl_arena_dup(&call->arena, workflow->name);
	pawl_workflow_unref(workflow);
	change->save.document = pawl_json_text(&call->arena, &document);
	pawl_random(random, sizeof random);
	pawl_hex_encode(random, sizeof random, token);
	change->save.hook_token = pawl_str(token, sizeof random * 2);
	change->save.at_us = pawl_clock_now_us();
	pawl_store_op_init(&change->save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	pawl_api_store(call, &change->save.op, saved);
}

static void
old_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;
	struct pawl_json old;

	if (op->err == PAWL_ENOTFOUND && change->apply) {
		check_and_save(call, NULL);
	} else if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
	} else {
		old = parse_stored(call, change->old.workflow->draft);
		if (!change->apply)
			change->save.id = change->old.workflow->id;
		check_and_save(call, &old);
	}
}

/* The body's document; false after answering. */
static bool
begin_change(struct pawl_api_call *call, int status)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof *change);
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");

	call->state = change;
	change->status = status;
	if (!pawl_json_is(document, PAWL_JSON_OBJECT)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "the body has to have a member document");
		return false;
	}
	change->document = *document;
	return true;
}

void
pawl_api_apply(struct pawl_api_call *call)
{
	struct change *change;
	bool draft = pawl_json_get_bool(&call->body, "draft", false);

	if (!begin_change(call, 200))
		return;
	change = call->state;
	change->apply = true;
	change->save.by_name = true;
	change->save.publish = change->save.activate = !draft;
	change->old.name = pawl_json_get_str(&change->document, "name", pawl_str(NULL, 0));
	if (!change->old.name.len) {
		check_and_save(call, NULL); /* says what is wrong */
		return;
	}
	pawl_store_op_init(&change->old.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &change->old.op, old_read);
}

void
pawl_api_create_workflow(struct pawl_api_call *call)
{
	if (begin_change(call, 201))
		check_and_save(call, NULL);
}

void
pawl_api_save_workflow(struct pawl_api_call *call)
{
	struct pawl_str tag = call->if_match;
	struct change *change;

	if (!begin_change(call, 200))
		return;
	change = call->state;
	if (tag.len && !pawl_str_eq_c(tag, "*")) {
		if (tag.len < 3 ||
		    !pawl_parse_u64(pawl_str_sub(tag, 1, tag.len - 1), &change->save.if_version)) {
			pawl_api_fail(call, 412, "conflict",
				      "If-Match is not an ETag of this workflow");
			return;
		}
	}
	if (!pawl_id_parse(call->params[0], &change->old.id))
		change->old.name = call->params[0];
	pawl_store_op_init(&change->old.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &change->old.op, old_read);
}

void
pawl_api_validate(struct pawl_api_call *call)
{
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow;
	struct pawl_json_builder b, list, item;
	struct pawl_json value;

	if (!document) {
		pawl_api_fail(call, 400, "invalid_request",
			      "the body has to have a member document");
		return;
	}
	workflow = pawl_workflow_compile(document, &call->server->registry, &problems);
	pawl_json_array_begin(&list, &call->arena);
	for (size_t i = 0; i < problems.len; i++) {
		pawl_json_object_begin(&item, &call->arena);
		pawl_json_set_c(
			&item, "pointer",
			pawl_json_string_dup(&call->arena, pawl_str_c(problems.items[i].where)));
		pawl_json_set_c(
			&item, "message",
			pawl_json_string_dup(&call->arena, pawl_str_c(problems.items[i].message)));
		pawl_json_push(&list, pawl_json_end(&item));
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "valid", pawl_json_bool(workflow != NULL));
	pawl_json_set_c(&b, "problems", pawl_json_end(&list));
	value = pawl_json_end(&b);
	pawl_workflow_unref(workflow);
	pawl_problems_fini(&problems);
	pawl_api_reply(call, 200, &value);
}

/* ---- publishing and activation ------------------------------------------------------------- */

static void
publish_id(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;

	change->save.id = id;
	change->save.publish = true;
	change->save.activate = pawl_json_get_bool(&call->body, "activate", true);
	change->save.at_us = pawl_clock_now_us();
	pawl_store_op_init(&change->save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	pawl_api_store(call, &change->save.op, saved);
}

void
pawl_api_publish_workflow(struct pawl_api_call *call)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof *change);

	change->status = 200;
	call->state = change;
	pawl_api_workflow_id(call, call->params[0], publish_id);
}

static void
state_saved(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "workflow or revision");
	else
		announce(call, &change->state.workflow);
}

static void
activate_id(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;

	change->state.id = id;
	change->state.at_us = pawl_clock_now_us();
	pawl_store_op_init(&change->state.op, PAWL_STORE_WORKFLOW_STATE, NULL);
	pawl_api_store(call, &change->state.op, state_saved);
}

void
pawl_api_set_activation(struct pawl_api_call *call)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof *change);
	struct pawl_str status = pawl_json_get_str(&call->body, "status", pawl_str(NULL, 0));
	int64_t revision = 0;

	call->state = change;
	change->status = 200;
	if (!pawl_workflow_state_parse(status, &change->state.state)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "status has to be active, paused or inactive");
		return;
	}
	if (pawl_json_get_c(&call->body, "revision") &&
	    (!pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &revision) ||
	     revision < 1 || revision > UINT32_MAX)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "revision has to be a revision's number");
		return;
	}
	change->state.revision = (uint32_t)revision;
	pawl_api_workflow_id(call, call->params[0], activate_id);
}

static void
deleted(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	pawl_directory_remove(call->server->directory, get->id);
	pawl_engine_workflow_deleted(call->server->engine, get->id);
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

/* ---- revisions ------------------------------------------------------------------------------- */

static void
revisions_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder items, b;
	struct pawl_json next = pawl_json_null();

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	pawl_json_array_begin(&items, arena);
	for (size_t i = 0; i < list->n; i++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "number", pawl_json_int(arena, list->revisions[i].number));
		pawl_json_set_c(&b, "created_at",
				pawl_api_time(arena, list->revisions[i].created_at_us));
		pawl_json_set_c(&b, "active",
				pawl_json_bool(list->revisions[i].number ==
					       call->workflow->active_revision));
		pawl_json_push(&items, pawl_json_end(&b));
	}
	if (list->more)
		next = pawl_json_id(arena, list->revisions[list->n - 1].number);
	pawl_api_reply_list(call, pawl_json_end(&items), next);
}

static void
list_revisions_of(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_store_list *list = call->state;

	list->workflow_id = id;
	pawl_store_op_init(&list->op, PAWL_STORE_REVISIONS, NULL);
	pawl_api_store(call, &list->op, revisions_done);
}

void
pawl_api_list_revisions(struct pawl_api_call *call)
{
	struct pawl_store_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);

	call->state = list;
	if (!pawl_api_limit(call, &list->limit) || !pawl_api_cursor(call, &list->before))
		return;
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
	document = parse_stored(call, get->revision->document);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "number", pawl_json_int(arena, get->revision->number));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, get->revision->created_at_us));
	pawl_json_set_c(&b, "document",
			pawl_workflow_mask(arena, &document, &call->server->registry));
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
