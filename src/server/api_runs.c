/* /api/v1/runs: what runs did. */
#include "base/clock.h"
#include "base/id.h"
#include "server/api_resources.h"
#include "server/quarantine.h"
#include "server/secrets.h"
#include "trigger/input.h"

struct showing {
	struct pawl_store_get get;      /* the run */
	struct pawl_store_get revision; /* the document that it runs */
	void (*shown)(struct pawl_api_call *call, struct pawl_store_op *op);
};

/* ---- showing ----------------------------------------------------------------------------- */

struct pawl_json
pawl_api_parsed(struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_json value;

	if (!text.len || pawl_json_read_back(arena, text, &value, NULL) != PAWL_OK)
		return pawl_json_null();
	return value;
}

static struct pawl_json
duration(struct pawl_arena *arena, int64_t from_us, int64_t to_us)
{
	int64_t hundredths = (to_us - from_us) / 10;

	return from_us && to_us ? pawl_json_double(arena, (double)hundredths / 100.0)
				: pawl_json_null();
}

struct pawl_json
pawl_api_workflow_ref(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_directory_facts facts;
	struct pawl_json_builder b;

	pawl_directory_facts(call->server->directory, workflow_id, arena, &facts);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, workflow_id));
	pawl_json_set_c(&b, "name",
			facts.name.ptr ? pawl_json_string(facts.name) : pawl_json_null());
	return pawl_json_end(&b);
}

static struct pawl_json
failure(struct pawl_api_call *call, struct pawl_str text)
{
	struct pawl_json value = pawl_api_parsed(&call->arena, text);

	return pawl_api_shown_failure(call, &value);
}

static void
put_summary(struct pawl_api_call *call, struct pawl_json_builder *b, const struct pawl_run_row *row)
{
	struct pawl_arena *arena = &call->arena;

	pawl_json_set_c(b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
	pawl_json_set_c(b, "revision", pawl_json_int(arena, row->revision & ~PAWL_REVISION_TEST));
	pawl_json_set_c(b, "draft", pawl_json_bool(row->revision & PAWL_REVISION_DRAFT));
	pawl_json_set_c(b, "test", pawl_json_bool(row->flags & PAWL_RUN_TEST));
	pawl_json_set_c(b, "edited", pawl_json_bool(row->flags & PAWL_RUN_EDITED));
	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_run_state_name(row->state)));
	pawl_json_set_c(b, "paused", pawl_json_bool(row->paused));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, row->attempt ? row->attempt : 1));
	pawl_json_set_c(b, "trigger", pawl_json_string_c(pawl_trigger_kind_name(row->trigger)));
	pawl_json_set_c(b, "request_id", pawl_api_id_or_null(arena, row->request_id));
	pawl_json_set_c(b, "replay_of", pawl_api_id_or_null(arena, row->replay_of));
	pawl_json_set_c(b, "queued_at", pawl_api_time(arena, row->queued_at_us));
	pawl_json_set_c(b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(b, "wake_at", pawl_api_time(arena, row->wake_at_us));
	pawl_json_set_c(b, "duration_ms", duration(arena, row->started_at_us, row->finished_at_us));
	pawl_json_set_c(b, "order_key",
			row->order_key.len
				? pawl_json_string_dup(arena, pawl_api_hide(call, row->order_key))
				: pawl_json_null());
	pawl_json_set_c(b, "error", failure(call, row->error));
}

struct pawl_json
pawl_api_run_summary(struct pawl_api_call *call, const struct pawl_run_row *row)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	put_summary(call, &b, row);
	return pawl_json_end(&b);
}

static struct pawl_json
earlier_attempt(struct pawl_api_call *call, const struct pawl_json *attempt)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	for (uint32_t i = 0; attempt->type == PAWL_JSON_OBJECT && i < attempt->len; i++) {
		const struct pawl_json_member *m = &attempt->members[i];

		if (pawl_str_eq_c(m->key, "output"))
			pawl_json_set(&b, m->key, pawl_api_hide_json(call, &m->value));
		else if (pawl_str_eq_c(m->key, "error"))
			pawl_json_set(&b, m->key, pawl_api_shown_failure(call, &m->value));
		else
			pawl_json_set(&b, m->key, m->value);
	}
	return pawl_json_end(&b);
}

/* Every finished attempt; a node that needed only one has it in its own row. */
static struct pawl_json
attempts(struct pawl_api_call *call, const struct pawl_node_row *row)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json earlier = pawl_api_parsed(arena, row->attempts);
	struct pawl_json_builder list, b;

	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; earlier.type == PAWL_JSON_ARRAY && i < earlier.len; i++)
		pawl_json_push(&list, earlier_attempt(call, &earlier.items[i]));
	if (row->state == PAWL_NODE_PENDING || !row->attempt ||
	    (row->attempts.len && row->state != PAWL_NODE_RUNNING))
		return pawl_json_end(&list);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "attempt", pawl_json_int(arena, row->attempt));
	pawl_json_set_c(&b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(&b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(&b, "error", failure(call, row->error));
	pawl_json_set_c(&b, "output", pawl_api_shown(call, row->output));
	pawl_json_push(&list, pawl_json_end(&b));
	return pawl_json_end(&list);
}

static struct pawl_json
waiting_for(struct pawl_arena *arena, const struct pawl_node_row *row)
{
	struct pawl_json data;

	if (row->state != PAWL_NODE_WAITING)
		return pawl_json_null();
	data = pawl_api_parsed(arena, row->state_data);
	return pawl_json_string(pawl_json_get_str(&data, "kind", PAWL_STR("resume")));
}

static void
put_row(struct pawl_api_call *call, struct pawl_json_builder *b, const struct pawl_node_row *row)
{
	struct pawl_arena *arena = &call->arena;

	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_node_state_name(row->state)));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, row->attempt));
	pawl_json_set_c(b, "iteration", pawl_json_int(arena, row->iteration));
	pawl_json_set_c(
		b, "pinned",
		pawl_json_bool(pawl_str_eq_c(row->port, PAWL_NODE_EVERY_PORT) && row->output.len));
	pawl_json_set_c(b, "port",
			row->port.len && !pawl_str_eq_c(row->port, PAWL_NODE_EVERY_PORT)
				? pawl_json_string_dup(arena, row->port)
				: pawl_json_null());
	pawl_json_set_c(b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(b, "wake_at", pawl_api_time(arena, row->wake_at_us));
	pawl_json_set_c(b, "duration_ms", duration(arena, row->started_at_us, row->finished_at_us));
	pawl_json_set_c(b, "waiting_for", waiting_for(arena, row));
	pawl_json_set_c(b, "input", pawl_api_shown(call, row->input));
	pawl_json_set_c(b, "output", pawl_api_shown(call, row->output));
	pawl_json_set_c(b, "error", failure(call, row->error));
	pawl_json_set_c(b, "attempts", attempts(call, row));
}

/* A node of the document; those without a row have not started, or never will. */
static struct pawl_json
node_json(struct pawl_api_call *call, const struct pawl_json *node,
	  const struct pawl_run_record *record)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_str id = pawl_json_get_str(node, "id", PAWL_STR(""));
	const struct pawl_node_row *row = NULL;
	struct pawl_json_builder b;

	for (size_t i = 0; i < record->n_nodes; i++)
		if (pawl_str_eq(record->nodes[i].node_id, id))
			row = &record->nodes[i];
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_string(id));
	pawl_json_set_c(&b, "type",
			pawl_json_string(pawl_json_get_str(node, "type", PAWL_STR(""))));
	pawl_json_set_c(&b, "name", pawl_json_string(pawl_json_get_str(node, "name", id)));
	if (row) {
		put_row(call, &b, row);
	} else {
		pawl_json_set_c(&b, "status",
				pawl_json_string_c(pawl_run_is_finished(record->run.state)
							   ? "skipped"
							   : "pending"));
		pawl_json_set_c(&b, "attempts", (struct pawl_json){.type = PAWL_JSON_ARRAY});
	}
	return pawl_json_end(&b);
}

struct pawl_json
pawl_api_run_input(struct pawl_api_call *call, struct pawl_run_record *record)
{
	struct pawl_request_row *request = &record->request;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json input;

	if (record->run.input.len) {
		input = pawl_api_parsed(arena, record->run.input);
		return pawl_input_open(call->server, arena, &input);
	}
	if (!request->id)
		return pawl_json_null();
	(void)!pawl_quarantine_open(call->server, arena, request);
	return pawl_input_build(
		arena, &(struct pawl_input_source){.request_id = request->id,
						   .method = request->method,
						   .target = request->target,
						   .ip = request->ip,
						   .headers = request->headers,
						   .body = request->body,
						   .received_at_us = request->received_at_us});
}

static void
reply_run(struct pawl_api_call *call, const struct pawl_json *document)
{
	const struct showing *showing = call->state;
	struct pawl_run_record *record = showing->get.record;
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b, list;
	struct pawl_json value, input = pawl_api_run_input(call, record);

	pawl_json_object_begin(&b, arena);
	put_summary(call, &b, &record->run);
	pawl_json_set_c(&b, "released",
			pawl_json_bool(record->request.flags & PAWL_REQUEST_RELEASED));
	input = pawl_api_mask_input(arena, &input, document);
	pawl_json_set_c(&b, "input", pawl_api_hide_json(call, &input));
	pawl_json_set_c(&b, "output", pawl_api_shown(call, record->run.output));
	if (!pawl_run_is_finished(record->run.state))
		pawl_json_set_c(
			&b, "resume_url",
			pawl_json_string(pawl_resume_url(call->server, record->run.id, arena)));
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; pawl_json_is(nodes, PAWL_JSON_ARRAY) && i < nodes->len; i++)
		pawl_json_push(&list, node_json(call, &nodes->items[i], record));
	pawl_json_set_c(&b, "nodes", pawl_json_end(&list));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
revision_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;
	struct pawl_json document = pawl_json_null();

	if (op->err == PAWL_OK)
		document = pawl_api_parsed(&call->arena, showing->revision.revision->document);
	document = pawl_document_open(call->server, &call->arena, &document);
	reply_run(call, &document);
}

static void
run_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	showing->revision = (struct pawl_store_get){.id = showing->get.record->run.workflow_id,
						    .number = showing->get.record->run.revision};
	pawl_store_op_init(&showing->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &showing->revision.op, showing->shown);
}

static void
show(struct pawl_api_call *call, struct showing *showing)
{
	call->state = showing;
	if (!pawl_api_id(call, call->params[0], &showing->get.id))
		return;
	pawl_store_op_init(&showing->get.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &showing->get.op, run_done);
}

void
pawl_api_get_run(struct pawl_api_call *call)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	showing->shown = revision_done;
	show(call, showing);
}

/* ---- its document: a copy of a draft stands in no list of revisions ----------------------- */

static void
document_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct showing *showing = call->state;
	const struct pawl_run_row *row = &showing->get.record->run;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json document, value;
	struct pawl_json_builder b;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "document");
		return;
	}
	document = pawl_api_parsed(arena, showing->revision.revision->document);
	document = pawl_document_open(call->server, arena, &document);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "revision", pawl_json_int(arena, row->revision & ~PAWL_REVISION_TEST));
	pawl_json_set_c(&b, "draft", pawl_json_bool(row->revision & PAWL_REVISION_DRAFT));
	pawl_json_set_c(&b, "document", pawl_document_shown(call->server, arena, &document));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

void
pawl_api_get_run_document(struct pawl_api_call *call)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	showing->shown = document_done;
	show(call, showing);
}

/* ---- the list ----------------------------------------------------------------------------- */

static struct pawl_json
list_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	return pawl_api_run_summary(call, &list->runs[i]);
}

void
pawl_api_list_runs(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_RUNS);

	list->what = "run";
	list->key = "id";
	list->item = list_item;
	list->list.wants_total = true;
	list->list.states =
		pawl_api_choices(pawl_api_query_text(call, "status"), pawl_api_run_states);
	list->list.failure_class = pawl_api_query_text(call, "class");
	if (pawl_api_query_text(call, "test").ptr)
		list->list.tests = pawl_str_eq_c(pawl_api_query_text(call, "test"), "true")
					   ? PAWL_TESTS_ONLY
					   : PAWL_TESTS_NOT;
	if (!pawl_id_parse(pawl_api_query_text(call, "request"), &list->list.request_id))
		list->list.request_id = 0;
	pawl_api_list_run(call, list);
}
