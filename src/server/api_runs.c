/* /api/v1/runs: what runs did, and what people do to them. */
#include "base/clock.h"
#include "base/id.h"
#include "server/api_resources.h"
#include "trigger/input.h"

struct showing {
	struct pawl_store_get get;      /* the run */
	struct pawl_store_get revision; /* the document that it runs */
	struct pawl_run_record record;
	struct pawl_engine_command command;
	struct pawl_store_start_run start;
	struct pawl_store_get workflow; /* a replay's, for its active revision */
};

/* ---- showing ----------------------------------------------------------------------------- */

static struct pawl_json
parsed(struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_json value;

	if (!text.len || pawl_json_parse(arena, text, &value, NULL) != PAWL_OK)
		return pawl_json_null();
	return value;
}

static struct pawl_json
id_or_null(struct pawl_arena *arena, uint64_t id)
{
	return id ? pawl_json_id(arena, id) : pawl_json_null();
}

static struct pawl_json
duration(struct pawl_arena *arena, int64_t from_us, int64_t to_us)
{
	return from_us && to_us ? pawl_json_double(arena, (double)((to_us - from_us) / 10) / 100.0)
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

static void
put_summary(struct pawl_api_call *call, struct pawl_json_builder *b, const struct pawl_run_row *row)
{
	struct pawl_arena *arena = &call->arena;

	pawl_json_set_c(b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
	pawl_json_set_c(b, "revision", pawl_json_int(arena, row->revision));
	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_run_state_name(row->state)));
	pawl_json_set_c(b, "paused", pawl_json_bool(row->paused));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, row->attempt ? row->attempt : 1));
	pawl_json_set_c(b, "request_id", id_or_null(arena, row->request_id));
	pawl_json_set_c(b, "replay_of", id_or_null(arena, row->replay_of));
	pawl_json_set_c(b, "queued_at", pawl_api_time(arena, row->queued_at_us));
	pawl_json_set_c(b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(b, "wake_at", pawl_api_time(arena, row->wake_at_us));
	pawl_json_set_c(b, "duration_ms", duration(arena, row->started_at_us, row->finished_at_us));
	pawl_json_set_c(b, "error", parsed(arena, row->error));
}

/* Every finished attempt; a node that needed only one has it in its own row. */
static struct pawl_json
attempts(struct pawl_arena *arena, const struct pawl_node_row *row)
{
	struct pawl_json_builder list, b;

	if (row->attempts.len && row->state != PAWL_NODE_RUNNING)
		return parsed(arena, row->attempts);
	pawl_json_array_begin(&list, arena);
	if (row->state == PAWL_NODE_PENDING)
		return pawl_json_end(&list);
	if (row->attempts.len) {
		struct pawl_json earlier = parsed(arena, row->attempts);

		for (uint32_t i = 0; i < earlier.len && earlier.type == PAWL_JSON_ARRAY; i++)
			pawl_json_push(&list, earlier.items[i]);
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "attempt", pawl_json_int(arena, row->attempt));
	pawl_json_set_c(&b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(&b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(&b, "error", parsed(arena, row->error));
	pawl_json_set_c(&b, "output", parsed(arena, row->output));
	pawl_json_push(&list, pawl_json_end(&b));
	return pawl_json_end(&list);
}

static struct pawl_json
waiting_for(struct pawl_arena *arena, const struct pawl_node_row *row)
{
	struct pawl_json data;

	if (row->state != PAWL_NODE_WAITING)
		return pawl_json_null();
	data = parsed(arena, row->state_data);
	return pawl_json_string(pawl_json_get_str(&data, "kind", PAWL_STR("resume")));
}

static void
put_row(struct pawl_arena *arena, struct pawl_json_builder *b, const struct pawl_node_row *row)
{
	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_node_state_name(row->state)));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, row->attempt));
	pawl_json_set_c(b, "iteration", pawl_json_int(arena, row->iteration));
	pawl_json_set_c(b, "port",
			row->port.len ? pawl_json_string_dup(arena, row->port) : pawl_json_null());
	pawl_json_set_c(b, "started_at", pawl_api_time(arena, row->started_at_us));
	pawl_json_set_c(b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	pawl_json_set_c(b, "wake_at", pawl_api_time(arena, row->wake_at_us));
	pawl_json_set_c(b, "duration_ms", duration(arena, row->started_at_us, row->finished_at_us));
	pawl_json_set_c(b, "waiting_for", waiting_for(arena, row));
	pawl_json_set_c(b, "input", parsed(arena, row->input));
	pawl_json_set_c(b, "output", parsed(arena, row->output));
	pawl_json_set_c(b, "error", parsed(arena, row->error));
	pawl_json_set_c(b, "attempts", attempts(arena, row));
}

/* A node of the document; those without a row have not started, or never will. */
static struct pawl_json
node_json(struct pawl_arena *arena, const struct pawl_json *node,
	  const struct pawl_run_record *record)
{
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
		put_row(arena, &b, row);
	} else {
		pawl_json_set_c(&b, "status",
				pawl_json_string_c(pawl_run_is_finished(record->run.state)
							   ? "skipped"
							   : "pending"));
		pawl_json_set_c(&b, "attempts", (struct pawl_json){.type = PAWL_JSON_ARRAY});
	}
	return pawl_json_end(&b);
}

static struct pawl_json
run_input(struct pawl_arena *arena, const struct pawl_run_record *record)
{
	const struct pawl_request_row *request = &record->request;

	if (record->run.input.len)
		return parsed(arena, record->run.input);
	if (!request->id)
		return pawl_json_null();
	return pawl_input_build(
		arena, &(struct pawl_input_source){.method = request->method,
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
	const struct pawl_run_record *record = &showing->record;
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b, list;
	struct pawl_json value, input = run_input(arena, record);

	pawl_json_object_begin(&b, arena);
	put_summary(call, &b, &record->run);
	pawl_json_set_c(&b, "input", pawl_api_mask_input(arena, &input));
	pawl_json_set_c(&b, "output", parsed(arena, record->run.output));
	if (!pawl_run_is_finished(record->run.state))
		pawl_json_set_c(
			&b, "resume_url",
			pawl_json_string(pawl_resume_url(call->server, record->run.id, arena)));
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; pawl_json_is(nodes, PAWL_JSON_ARRAY) && i < nodes->len; i++)
		pawl_json_push(&list, node_json(arena, &nodes->items[i], record));
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
		document = parsed(&call->arena, showing->revision.revision->document);
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
	showing->record = *showing->get.record;
	showing->revision = (struct pawl_store_get){.id = showing->record.run.workflow_id,
						    .number = showing->record.run.revision};
	pawl_store_op_init(&showing->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &showing->revision.op, revision_done);
}

void
pawl_api_get_run(struct pawl_api_call *call)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	call->state = showing;
	if (!pawl_api_id(call, call->params[0], &showing->get.id))
		return;
	pawl_store_op_init(&showing->get.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &showing->get.op, run_done);
}

/* ---- lists ------------------------------------------------------------------------------------
 */

static void
list_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	struct pawl_json_builder items, b;
	struct pawl_json next = pawl_json_null();

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->n; i++) {
		pawl_json_object_begin(&b, &call->arena);
		put_summary(call, &b, &list->runs[i]);
		pawl_json_push(&items, pawl_json_end(&b));
	}
	if (list->more)
		next = pawl_json_id(&call->arena, list->runs[list->n - 1].id);
	pawl_api_reply_list(call, pawl_json_end(&items), next);
}

static void
list_runs_of(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_store_list *list = call->state;

	list->workflow_id = workflow_id;
	pawl_store_op_init(&list->op, PAWL_STORE_RUNS, NULL);
	pawl_api_store(call, &list->op, list_done);
}

void
pawl_api_list_runs(struct pawl_api_call *call)
{
	struct pawl_store_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str workflow = pawl_json_get_str(&call->query, "workflow", none);
	struct pawl_str status = pawl_json_get_str(&call->query, "status", none);
	struct pawl_str request = pawl_json_get_str(&call->query, "request", none);
	enum pawl_run_state state;

	call->state = list;
	if (!pawl_api_list_window(call, list))
		return;
	if (status.len) {
		if (!pawl_run_state_parse(status, &state)) {
			pawl_api_fail(call, 400, "invalid_parameter", "%.*s is not a run's status",
				      PAWL_STR_ARG(status));
			return;
		}
		list->states = 1u << state;
	}
	if (request.len && !pawl_api_id(call, request, &list->request_id))
		return;
	if (workflow.len)
		pawl_api_workflow_id(call, workflow, list_runs_of);
	else
		list_runs_of(call, 0);
}

/* ---- what people do ----------------------------------------------------------------------------
 */

/* The run as it is after the action: summary only. */
static void
summary_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	put_summary(call, &b, &showing->get.record->run);
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
acted(struct pawl_api_call *call, enum pawl_err err, const char *message)
{
	struct showing *showing = call->state;

	if (err == PAWL_ENOTFOUND) {
		pawl_api_fail_err(call, err, "run");
		return;
	}
	if (err != PAWL_OK) {
		pawl_api_fail(call, err == PAWL_EINVAL ? 400 : 409,
			      err == PAWL_EINVAL ? "invalid_request" : "conflict", "%s", message);
		return;
	}
	showing->get = (struct pawl_store_get){.id = showing->command.run_id};
	pawl_store_op_init(&showing->get.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &showing->get.op, summary_read);
}

static void
act(struct pawl_api_call *call, enum pawl_engine_action action)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);
	const struct pawl_json *data = pawl_json_get_c(&call->body, "data");
	struct pawl_str none = pawl_str(NULL, 0);

	call->state = showing;
	showing->command.action = action;
	if (!pawl_api_id(call, call->params[0], &showing->command.run_id))
		return;
	if (action == PAWL_ACTION_RESUME) {
		showing->command.node_id = pawl_json_get_str(&call->body, "node", none);
		showing->command.decision = pawl_json_get_str(&call->body, "decision", none);
		if (data)
			showing->command.data = pawl_json_text(&call->arena, data);
	}
	pawl_api_command(call, &showing->command, acted);
}

void
pawl_api_cancel_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_CANCEL);
}

void
pawl_api_pause_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_PAUSE);
}

void
pawl_api_resume_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_RESUME);
}

void
pawl_api_retry_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_RETRY);
}

void
pawl_api_restart_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_RESTART);
}

/* ---- replay
 * --------------------------------------------------------------------------------------- */

static void
replayed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	pawl_engine_wake(call->server->engine);
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, showing->start.run_id));
	pawl_json_set_c(&b, "replay_of", id_or_null(&call->arena, showing->start.run.replay_of));
	pawl_json_set_c(&b, "request_id", id_or_null(&call->arena, showing->start.run.request_id));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 201, &value);
}

static void
replay_workflow_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	if (!showing->start.run.revision)
		showing->start.run.revision = showing->workflow.workflow->active_revision;
	if (!showing->start.run.revision ||
	    showing->start.run.revision > showing->workflow.workflow->latest_revision) {
		pawl_api_fail(call, 409, "conflict", "the workflow has no such published revision");
		return;
	}
	showing->start.run.queued_at_us = pawl_clock_now_us();
	pawl_store_op_init(&showing->start.op, PAWL_STORE_START_RUN, NULL);
	pawl_api_store(call, &showing->start.op, replayed);
}

/* A new run with the input of `run` and, when the body has one, another input. */
static void
start_replay(struct pawl_api_call *call, const struct pawl_run_row *run)
{
	struct showing *showing = call->state;
	const struct pawl_json *input = pawl_json_get_c(&call->body, "input");
	const struct pawl_json *revision = pawl_json_get_c(&call->body, "revision");
	int64_t number = 0;

	if (revision &&
	    (!pawl_json_to_i64(revision, &number) || number < 1 || number > UINT32_MAX)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "revision has to be a revision's number");
		return;
	}
	showing->start.run = (struct pawl_run_row){.workflow_id = run->workflow_id,
						   .revision = (uint32_t)number,
						   .request_id = run->request_id,
						   .replay_of = run->id,
						   .input = run->input};
	if (input)
		showing->start.run.input = pawl_json_text(&call->arena, input);
	showing->workflow = (struct pawl_store_get){.id = run->workflow_id};
	pawl_store_op_init(&showing->workflow.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &showing->workflow.op, replay_workflow_read);
}

static void
replay_run_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "run");
	else
		start_replay(call, &showing->get.record->run);
}

void
pawl_api_replay_run(struct pawl_api_call *call)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	call->state = showing;
	if (!pawl_api_id(call, call->params[0], &showing->get.id))
		return;
	pawl_store_op_init(&showing->get.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &showing->get.op, replay_run_read);
}

static void
replay_request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;
	struct pawl_run_row run;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	run = (struct pawl_run_row){.workflow_id = showing->get.request->workflow_id,
				    .request_id = showing->get.request->id};
	start_replay(call, &run);
}

void
pawl_api_replay_request(struct pawl_api_call *call)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	call->state = showing;
	if (!pawl_api_id(call, call->params[0], &showing->get.id))
		return;
	pawl_store_op_init(&showing->get.op, PAWL_STORE_REQUEST, NULL);
	pawl_api_store(call, &showing->get.op, replay_request_read);
}
