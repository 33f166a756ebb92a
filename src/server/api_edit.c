/* What changes workflows: apply, create, save, publish, activate; and the check before. */
#include "base/clock.h"
#include "base/codec.h"
#include "base/parse.h"
#include "server/api_resources.h"
#include "server/own_events.h"
#include "server/secrets.h"

#define TOKEN_BYTES 16 /* 128 random bits */

/* What a change of a workflow needs on its way through the store. */
struct change {
	struct pawl_store_get old; /* for secrets that were handed out masked */
	struct pawl_store_workflow_save save;
	struct pawl_store_workflow_state state;
	struct pawl_store_workflow_rotate rotate;
	struct pawl_store_get revision;
	struct pawl_json document;
	bool apply;
	bool may_be_unfinished;
	bool is_stale;             /* If-Match names a version that is no more */
	struct pawl_json problems; /* array, of a document that is not valid; else null */
	struct pawl_workflow_row row;
	uint64_t order; /* of the change, in the store */
	bool created;
	int status;
};

/* ---- after a change --------------------------------------------------------------------- */

/* Of a draft that was saved all the same. */
static struct pawl_json
with_problems(struct pawl_api_call *call, struct pawl_json workflow)
{
	const struct change *change = call->state;
	struct pawl_json_builder b;

	if (change->problems.type != PAWL_JSON_ARRAY)
		return workflow;
	pawl_json_object_begin(&b, &call->arena);
	for (uint32_t i = 0; i < workflow.len; i++)
		pawl_json_set(&b, workflow.members[i].key, workflow.members[i].value);
	pawl_json_set_c(&b, "problems", change->problems);
	return pawl_json_end(&b);
}

static void
reply_changed(struct pawl_api_call *call)
{
	struct change *change = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (!change->apply) {
		value = pawl_api_workflow_json(call, &change->row, NULL);
		value = with_problems(call, value);
		pawl_api_reply_etag(call, change->status, change->row.draft_version, &value);
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, change->row.id));
	pawl_json_set_c(&b, "name", pawl_json_string(change->row.name));
	pawl_json_set_c(&b, "revision",
			pawl_api_number_or_null(&call->arena, change->row.active_revision));
	pawl_json_set_c(&b, "hook_url", pawl_api_hook_url(call, &change->row));
	pawl_json_set_c(&b, "service_url", pawl_api_service_url(call, &change->row));
	pawl_json_set_c(&b, "created", pawl_json_bool(change->created));
	pawl_json_set_c(&b, "status",
			pawl_json_string_c(pawl_workflow_state_name(change->row.state)));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;
	struct pawl_announcer *announcer;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	announcer = pawl_api_announcer(call->server->api);
	if (pawl_announcer_begin(announcer, change->row.id, change->order)) {
		pawl_directory_put(call->server->directory, &change->row,
				   change->revision.revision->document);
		pawl_engine_set_drain(call->server->engine, change->row.id,
				      change->row.drain_per_second, change->row.drain_below);
		pawl_engine_set_workflow_state(call->server->engine, change->row.id,
					       change->row.state);
		pawl_announcer_end(announcer);
	}
	reply_changed(call);
}

/* The directory and the engine learn of the workflow as it now is, then the caller does. */
static void
announce(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct change *change = call->state;

	change->order = call->order;
	change->row = *row;
	change->row.name = pawl_arena_dup(&call->arena, row->name);
	change->row.hook_token = pawl_arena_dup(&call->arena, row->hook_token);
	change->row.old_hook_token = pawl_arena_dup(&call->arena, row->old_hook_token);
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

	if (op->err == PAWL_ECONFLICT && change->save.if_version &&
	    (!change->save.name.len || pawl_str_eq(change->save.name, call->workflow->name))) {
		pawl_api_fail(call, 412, "precondition_failed",
			      "the workflow was changed by somebody else");
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	change->created = change->save.created;
	announce(call, &change->save.workflow);
}

/* What an unfinished document has to have all the same: a name to be found by, and a size. */
static bool
can_be_kept(const struct pawl_json *document, struct pawl_str text)
{
	struct pawl_str name = pawl_json_get_str(document, "name", PAWL_STR(""));

	return name.len > 0 && name.len <= PAWL_WORKFLOW_NAME_MAX &&
	       text.len <= PAWL_WORKFLOW_BYTES_MAX;
}

/* False: the call was answered with what is wrong. */
static bool
check_document(struct pawl_api_call *call, const struct pawl_json *document)
{
	struct change *change = call->state;
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow =
		pawl_workflow_compile(document, &call->server->registry, &problems);
	bool ok = workflow || (change->may_be_unfinished &&
			       can_be_kept(document, pawl_json_text(&call->arena, document)));

	if (ok && change->may_be_unfinished)
		change->problems = pawl_api_document_problems(&call->arena, &problems, document);
	if (ok)
		change->save.name = pawl_arena_dup(
			&call->arena, pawl_json_get_str(document, "name", PAWL_STR("")));
	else
		pawl_api_fail_document(call, "the document is not valid; nothing was changed",
				       &problems, document);
	pawl_workflow_unref(workflow);
	pawl_problems_fini(&problems);
	return ok;
}

static struct pawl_str
new_token(struct pawl_arena *arena)
{
	unsigned char random[TOKEN_BYTES];
	char *token = pawl_arena_alloc(arena, sizeof random * 2);

	pawl_random(random, sizeof random);
	pawl_hex_encode(random, sizeof random, token);
	return pawl_str(token, sizeof random * 2);
}

/* Would the save change nothing? Then its answer was lost, and who asks again is told once more:
 * RFC 9110, 13.1.1. */
static bool
is_made_already(struct pawl_api_call *call, const struct pawl_json *document,
		const struct pawl_json *stored)
{
	struct pawl_json sealed = pawl_document_seal(call->server, &call->arena, document, stored);

	return pawl_str_eq(pawl_json_text(&call->arena, &sealed), call->workflow->draft);
}

/* The document with the secrets that its last version had where it says "***"; then checked. */
static void
check_and_save(struct pawl_api_call *call, const struct pawl_json *stored)
{
	struct change *change = call->state;
	struct pawl_json document = change->document, old;

	if (stored) {
		old = pawl_document_open(call->server, &call->arena, stored);
		document = pawl_document_unmask(call->server, &call->arena, &document, &old);
	}
	if (change->is_stale && !is_made_already(call, &document, stored)) {
		pawl_api_fail_version(call);
		return;
	}
	if (!check_document(call, &document))
		return;
	if (change->is_stale) {
		change->row = *call->workflow;
		reply_changed(call);
		return;
	}
	document = pawl_document_seal(call->server, &call->arena, &document, stored);
	change->save.document = pawl_json_text(&call->arena, &document);
	change->save.hook_token = new_token(&call->arena);
	change->save.at_us = pawl_clock_now_us();
	pawl_store_op_init(&change->save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	change->save.op.events = pawl_own_events_of_change;
	pawl_api_store(call, &change->save.op, saved);
}

/* The version that was looked at is the one that is changed, when the caller asked for it. */
static void
hold_version(struct pawl_api_call *call)
{
	struct change *change = call->state;

	if (call->if_match.len && !pawl_str_eq_c(pawl_str_trim(call->if_match), "*"))
		change->save.if_version = call->workflow->draft_version;
}

static void
save_over(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;
	struct pawl_json old = pawl_api_parsed(&call->arena, call->workflow->draft);

	change->save.id = id;
	change->is_stale = !pawl_api_if_match(call->if_match, call->workflow->draft_version);
	hold_version(call);
	check_and_save(call, &old);
}

/* The body's document, in call->state. */
static struct change *
begin_change(struct pawl_api_call *call, int status)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof *change);
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");

	call->state = change;
	change->status = status;
	if (document)
		change->document = *document;
	change->may_be_unfinished = pawl_json_get_bool(&call->body, "unfinished", false);
	return change;
}

static void
named_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;
	struct pawl_json old;

	if (op->err == PAWL_ENOTFOUND) {
		check_and_save(call, NULL);
	} else if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
	} else {
		old = pawl_api_parsed(&call->arena, change->old.workflow->draft);
		check_and_save(call, &old);
	}
}

void
pawl_api_apply(struct pawl_api_call *call)
{
	struct change *change = begin_change(call, 200);
	bool draft = pawl_json_get_bool(&call->body, "draft", false);

	change->apply = true;
	change->save.by_name = true;
	change->save.publish = change->save.activate = !draft;
	change->old.name = pawl_json_get_str(&change->document, "name", pawl_str(NULL, 0));
	if (!change->old.name.len) {
		check_and_save(call, NULL); /* says what is wrong */
		return;
	}
	pawl_store_op_init(&change->old.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &change->old.op, named_read);
}

void
pawl_api_create_workflow(struct pawl_api_call *call)
{
	begin_change(call, 201);
	check_and_save(call, NULL);
}

void
pawl_api_save_workflow(struct pawl_api_call *call)
{
	begin_change(call, 200);
	call->is_any_version = true;
	pawl_api_workflow_id(call, call->params[0], save_over);
}

void
pawl_api_validate(struct pawl_api_call *call)
{
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow =
		pawl_workflow_compile(document, &call->server->registry, &problems);
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "valid", pawl_json_bool(workflow != NULL));
	pawl_json_set_c(&b, "problems",
			pawl_api_document_problems(&call->arena, &problems, document));
	value = pawl_json_end(&b);
	pawl_workflow_unref(workflow);
	pawl_problems_fini(&problems);
	pawl_api_reply(call, 200, &value);
}

/* ---- publishing and activation ------------------------------------------------------------- */

/* What is drawn makes no difference to what it does. */
static struct pawl_json
without_ui(struct pawl_arena *arena, const struct pawl_json *v, unsigned levels)
{
	struct pawl_json_builder b;

	if (v->type == PAWL_JSON_ARRAY && levels) {
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(&b, without_ui(arena, &v->items[i], levels));
		return pawl_json_end(&b);
	}
	if (v->type != PAWL_JSON_OBJECT || !levels)
		return *v;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++)
		if (!pawl_str_eq_c(v->members[i].key, "ui"))
			pawl_json_set(&b, v->members[i].key,
				      without_ui(arena, &v->members[i].value, levels - 1));
	return pawl_json_end(&b);
}

/* The document, its trigger and its nodes have one; what they are set to may have such a name. */
#define UI_LEVELS 2

static bool
does_the_same(struct pawl_arena *arena, struct pawl_str one, struct pawl_str other)
{
	struct pawl_json a = pawl_api_parsed(arena, one), b = pawl_api_parsed(arena, other);

	a = without_ui(arena, &a, UI_LEVELS);
	b = without_ui(arena, &b, UI_LEVELS);
	return pawl_json_equal(&a, &b);
}

static void
publish(struct pawl_api_call *call, bool is_new)
{
	struct change *change = call->state;

	change->save.publish = is_new;
	change->save.activate = pawl_json_get_bool(&call->body, "activate", true);
	change->save.at_us = pawl_clock_now_us();
	pawl_store_op_init(&change->save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	change->save.op.events = pawl_own_events_of_change;
	pawl_api_store(call, &change->save.op, saved);
}

static void
newest_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct change *change = call->state;

	publish(call, op->err != PAWL_OK || !does_the_same(&call->arena, call->workflow->draft,
							   change->old.revision->document));
}

/* The version that is checked is the one that is published. */
static void
publish_id(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;
	struct pawl_json draft = pawl_api_parsed(&call->arena, call->workflow->draft);

	draft = pawl_document_open(call->server, &call->arena, &draft);
	if (!check_document(call, &draft))
		return;
	change->save.name = pawl_str(NULL, 0);
	change->save.id = id;
	change->save.if_version = call->workflow->draft_version;
	change->old = (struct pawl_store_get){.id = id, .number = call->workflow->latest_revision};
	pawl_store_op_init(&change->old.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &change->old.op, newest_read);
}

void
pawl_api_publish_workflow(struct pawl_api_call *call)
{
	begin_change(call, 200);
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
	change->state.op.events = pawl_own_events_of_change;
	pawl_api_store(call, &change->state.op, state_saved);
}

void
pawl_api_set_activation(struct pawl_api_call *call)
{
	struct change *change = begin_change(call, 200);
	int64_t revision, per_second;

	if (!pawl_workflow_state_parse(pawl_json_get_str(&call->body, "status", pawl_str(NULL, 0)),
				       &change->state.state)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "status has to be active, paused or inactive");
		return;
	}
	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &revision))
		change->state.revision = (uint32_t)revision;
	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "drain_per_second"), &per_second)) {
		change->state.has_drain = true;
		change->state.drain_per_second = (uint32_t)per_second;
	}
	pawl_api_workflow_id(call, call->params[0], activate_id);
}

/* ---- another URL ---------------------------------------------------------------------------- */

static void
rotated(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "workflow");
	else
		announce(call, &change->rotate.workflow);
}

static void
rotate_id(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_store_workflow_rotate *rotate = &((struct change *)call->state)->rotate;
	struct pawl_json hook = pawl_api_hook_url(call, call->workflow);
	struct pawl_json service = pawl_api_service_url(call, call->workflow);
	int64_t keep_ms = pawl_config_duration_ms(&call->body, "keep_old", 0);

	if (hook.type == PAWL_JSON_NULL && service.type == PAWL_JSON_NULL) {
		pawl_api_fail(call, 409, "no_url", "the trigger in force has no URL");
		return;
	}
	rotate->id = id;
	rotate->hook_token = new_token(&call->arena);
	rotate->at_us = pawl_clock_now_us();
	rotate->old_until_us = keep_ms > 0 ? rotate->at_us + keep_ms * 1000 : 0;
	pawl_store_op_init(&rotate->op, PAWL_STORE_WORKFLOW_ROTATE, NULL);
	pawl_api_store(call, &rotate->op, rotated);
}

void
pawl_api_rotate_url(struct pawl_api_call *call)
{
	begin_change(call, 200);
	pawl_api_workflow_id(call, call->params[0], rotate_id);
}

/* ---- copies ---------------------------------------------------------------------------------- */

static struct pawl_json
renamed(struct pawl_arena *arena, const struct pawl_json *document, struct pawl_str name)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < document->len; i++)
		pawl_json_set(&b, document->members[i].key,
			      pawl_str_eq_c(document->members[i].key, "name")
				      ? pawl_json_string(name)
				      : document->members[i].value);
	return pawl_json_end(&b);
}

static void
duplicate_id(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;
	struct pawl_str name = pawl_json_get_str(&call->body, "name", pawl_str(NULL, 0));
	struct pawl_json draft = pawl_api_parsed(&call->arena, call->workflow->draft);

	(void)id;
	if (!name.ptr)
		name = pawl_arena_printf(&call->arena, "%.*s copy",
					 PAWL_STR_ARG(call->workflow->name));
	draft = pawl_document_open(call->server, &call->arena, &draft);
	change->document = renamed(&call->arena, &draft, name);
	change->may_be_unfinished = true;
	check_and_save(call, NULL);
}

void
pawl_api_duplicate_workflow(struct pawl_api_call *call)
{
	begin_change(call, 201);
	pawl_api_workflow_id(call, call->params[0], duplicate_id);
}

static void
old_revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;
	struct pawl_json stored = pawl_api_parsed(&call->arena, call->workflow->draft);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	change->document = pawl_api_parsed(&call->arena, change->revision.revision->document);
	change->document = pawl_document_open(call->server, &call->arena, &change->document);
	change->save.id = call->workflow->id;
	hold_version(call);
	check_and_save(call, &stored);
}

static void
restore_id(struct pawl_api_call *call, uint64_t id)
{
	struct change *change = call->state;

	change->revision.id = id;
	pawl_store_op_init(&change->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &change->revision.op, old_revision_read);
}

void
pawl_api_restore_revision(struct pawl_api_call *call)
{
	struct change *change = begin_change(call, 200);
	uint64_t number;

	change->may_be_unfinished = true; /* this Pawl may be stricter than the one it is from */
	if (!pawl_parse_u64_range(call->params[1], 1, INT32_MAX, &number)) {
		pawl_api_fail(call, 404, "not_found", "there is no such revision");
		return;
	}
	change->revision.number = (uint32_t)number;
	pawl_api_workflow_id(call, call->params[0], restore_id);
}
