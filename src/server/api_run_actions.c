/* What people do to runs: cancel, pause, resume, retry, restart, replay. */
#include "base/clock.h"
#include "base/id.h"
#include "server/api_resources.h"
#include "server/secrets.h"
#include "trigger/input.h"

struct acting {
	struct pawl_store_get get;         /* the run, or the request */
	struct pawl_store_start_run start; /* a replay */
	struct pawl_store_get workflow;    /* its, for the active revision */
};

/* ---- on a run ----------------------------------------------------------------------------- */

/* The run as it is after the action: summary only. */
static void
summary_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	value = pawl_api_run_summary(call, &get->record->run);
	pawl_api_reply(call, 200, &value);
}

static void
acted(struct pawl_api_call *call, enum pawl_err err, const char *message)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	if (err == PAWL_ENOTFOUND) {
		pawl_api_fail_err(call, err, "run");
		return;
	}
	if (err != PAWL_OK) {
		pawl_api_fail(call, err == PAWL_EINVAL ? 400 : 409,
			      err == PAWL_EINVAL ? "invalid_request" : "conflict", "%s", message);
		return;
	}
	(void)pawl_id_parse(call->params[0], &get->id);
	pawl_store_op_init(&get->op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &get->op, summary_read);
}

void
pawl_api_run_command(struct pawl_api_call *call, struct pawl_engine_command *command)
{
	pawl_api_command(call, command, acted);
}

static void
act(struct pawl_api_call *call, enum pawl_engine_action action)
{
	struct pawl_engine_command *command = pawl_arena_calloc(&call->arena, 1, sizeof *command);
	const struct pawl_json *data = pawl_json_get_c(&call->body, "data");
	struct pawl_str none = pawl_str(NULL, 0);

	command->action = action;
	if (!pawl_api_id(call, call->params[0], &command->run_id))
		return;
	if (action == PAWL_ACTION_RESUME) {
		command->node_id = pawl_json_get_str(&call->body, "node", none);
		command->decision = pawl_json_get_str(&call->body, "decision", none);
		if (data)
			command->data = pawl_json_text(&call->arena, data);
	}
	pawl_api_run_command(call, command);
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
pawl_api_restart_run(struct pawl_api_call *call)
{
	act(call, PAWL_ACTION_RESTART);
}

/* ---- replay ------------------------------------------------------------------------------- */

/* Of a START_RUN: the engine learns of it, and the caller. */
void
pawl_api_reply_new_run(struct pawl_api_call *call, const struct pawl_store_start_run *start)
{
	struct pawl_json_builder b;
	struct pawl_json value;

	if (start->op.err == PAWL_ENOTFOUND) {
		pawl_api_fail(call, 404, "not_found",
			      "the request that has the run's input, or the workflow's draft, is "
			      "not kept any more");
		return;
	}
	if (start->op.err != PAWL_OK) {
		pawl_api_fail_err(call, start->op.err, "run");
		return;
	}
	pawl_engine_wake(call->server->engine);
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, start->run_id));
	pawl_json_set_c(&b, "replay_of", pawl_api_id_or_null(&call->arena, start->run.replay_of));
	pawl_json_set_c(&b, "request_id", pawl_api_id_or_null(&call->arena, start->run.request_id));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 201, &value);
}

static void
replayed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	(void)op;
	pawl_api_reply_new_run(call, &((struct acting *)call->state)->start);
}

static void
replay_workflow_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct acting *acting = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	if (!acting->start.run.revision)
		acting->start.run.revision = acting->workflow.workflow->active_revision;
	if (acting->start.run.revision != PAWL_REVISION_DRAFT &&
	    (!acting->start.run.revision ||
	     acting->start.run.revision > acting->workflow.workflow->latest_revision)) {
		pawl_api_fail(call, 409, "conflict", "the workflow has no such published revision");
		return;
	}
	acting->start.run.queued_at_us = pawl_clock_now_us();
	pawl_store_op_init(&acting->start.op, PAWL_STORE_START_RUN, NULL);
	pawl_api_store(call, &acting->start.op, replayed);
}

bool
pawl_api_take_input(struct pawl_api_call *call, struct pawl_str trigger,
		    const struct pawl_json *given, struct pawl_json *out)
{
	struct pawl_problems problems = {0};
	bool ok = true;

	*out = *given;
	if (pawl_str_eq_c(trigger, "webhook") || pawl_str_eq_c(trigger, "http_request") ||
	    pawl_str_eq_c(trigger, "service"))
		ok = pawl_input_take(&call->arena, given, out, &problems);
	if (!ok)
		pawl_api_fail_problems(call, 422, "invalid_input",
				       "the input is not what a request brings; nothing was "
				       "started",
				       &problems);
	pawl_problems_fini(&problems);
	return ok;
}

/* The input without secrets, and without any header, since which of them are shown depends on the
 * workflow. */
static struct pawl_json
without_secrets(struct pawl_api_call *call, const struct pawl_json *input)
{
	const struct pawl_json *headers = pawl_json_get_c(input, "headers");
	struct pawl_json shown = pawl_api_hide_json(call, input);
	struct pawl_json_builder whole, b;

	if (!pawl_json_is(headers, PAWL_JSON_OBJECT))
		return shown;
	pawl_json_object_begin(&b, &call->arena);
	for (uint32_t i = 0; i < headers->len; i++)
		pawl_json_set(&b, headers->members[i].key, pawl_json_string_c(PAWL_FIELD_MASK));
	pawl_json_object_begin(&whole, &call->arena);
	for (uint32_t i = 0; i < shown.len; i++)
		pawl_json_set(&whole, shown.members[i].key, shown.members[i].value);
	pawl_json_set_c(&whole, "headers", pawl_json_end(&b));
	return pawl_json_end(&whole);
}

/* A "***" that the caller was shown stands for what was there. */
static struct pawl_json
unmasked(struct pawl_api_call *call, const struct pawl_json *given)
{
	struct acting *acting = call->state;
	struct pawl_run_record of_request = {0};
	struct pawl_json old, shown;

	if (acting->get.op.kind == PAWL_STORE_REQUEST)
		of_request.request = *acting->get.request;
	old = pawl_api_run_input(
		call, acting->get.op.kind == PAWL_STORE_REQUEST ? &of_request : acting->get.record);
	shown = without_secrets(call, &old);
	return pawl_fields_restore(&call->arena, given, &old, &shown);
}

/* The edited input of the body, if it has one; false: the call was answered with what is wrong. */
static bool
edit_input(struct pawl_api_call *call, struct pawl_run_row *run)
{
	const struct pawl_json *given = pawl_json_get_c(&call->body, "input");
	struct pawl_json input;

	if (!given)
		return true;
	input = unmasked(call, given);
	if (!pawl_api_take_input(call, pawl_str_c(pawl_trigger_kind_name(run->trigger)), &input,
				 &input))
		return false;
	run->input =
		pawl_input_seal(call->server, &call->arena, pawl_json_text(&call->arena, &input));
	run->flags |= PAWL_RUN_EDITED;
	return true;
}

/* A new run with the input of `run` and, when the body has one, another input. */
static void
start_replay(struct pawl_api_call *call, const struct pawl_run_row *run)
{
	struct acting *acting = call->state;
	const struct pawl_json *revision = pawl_json_get_c(&call->body, "revision");
	int64_t number = 0;

	if (revision && !pawl_json_to_i64(revision, &number))
		number = 0; /* null: the active one */
	if (pawl_json_get_bool(&call->body, "draft", false)) {
		if (number) {
			pawl_api_fail(call, 400, "invalid_request",
				      "give a revision or draft, not both");
			return;
		}
		number = PAWL_REVISION_DRAFT;
	}
	acting->start.run = (struct pawl_run_row){.workflow_id = run->workflow_id,
						  .revision = (uint32_t)number,
						  .request_id = run->request_id,
						  .replay_of = run->id,
						  .trigger = run->trigger,
						  .flags = run->flags & PAWL_RUN_EDITED,
						  .input = run->input};
	if (!edit_input(call, &acting->start.run))
		return;
	acting->workflow = (struct pawl_store_get){.id = run->workflow_id};
	pawl_store_op_init(&acting->workflow.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &acting->workflow.op, replay_workflow_read);
}

static void
replay_run_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct acting *acting = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "run");
	else
		start_replay(call, &acting->get.record->run);
}

void
pawl_api_replay_run(struct pawl_api_call *call)
{
	struct acting *acting = pawl_arena_calloc(&call->arena, 1, sizeof *acting);

	call->state = acting;
	if (!pawl_api_id(call, call->params[0], &acting->get.id))
		return;
	pawl_store_op_init(&acting->get.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &acting->get.op, replay_run_read);
}

/* It came with a body, and none is there. */
static bool
lost_its_body(struct pawl_arena *arena, const struct pawl_request_row *request)
{
	const struct pawl_http_header *headers;
	size_t n;

	headers = pawl_input_headers(arena, request->headers, &n);
	for (size_t i = 0; !request->body.len && i < n; i++)
		if (pawl_str_eq_nocase(headers[i].name, PAWL_STR("transfer-encoding")) ||
		    (pawl_str_eq_nocase(headers[i].name, PAWL_STR("content-length")) &&
		     !pawl_str_eq_c(headers[i].value, "0")))
			return true;
	return false;
}

const char *
pawl_api_request_obstacle(struct pawl_arena *arena, const struct pawl_request_row *request)
{
	if (request->flags & PAWL_REQUEST_QUARANTINED)
		return "the request is in quarantine, nobody knows whose it is: mend the secret "
		       "and reverify, or give the run an input of your own";
	if (request->verdict != PAWL_VERDICT_REFUSED)
		return NULL;
	if (request->status == 401 || request->status == 403)
		return "the request was refused for who sent it, nobody knows whose it is: give "
		       "the run an input of your own";
	if (lost_its_body(arena, request))
		return "the request was refused, and its body was not kept: give the run an input "
		       "of your own";
	return NULL;
}

static void
replay_request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct acting *acting = call->state;
	struct pawl_run_row run;
	const char *why;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	why = pawl_json_get_c(&call->body, "input")
		      ? NULL
		      : pawl_api_request_obstacle(&call->arena, acting->get.request);
	if (why) {
		pawl_api_fail(call, 409, "conflict", "%s", why);
		return;
	}
	run = (struct pawl_run_row){.workflow_id = acting->get.request->workflow_id,
				    .request_id = acting->get.request->id,
				    .trigger = acting->get.request->trigger};
	start_replay(call, &run);
}

void
pawl_api_replay_request(struct pawl_api_call *call)
{
	struct acting *acting = pawl_arena_calloc(&call->arena, 1, sizeof *acting);

	call->state = acting;
	if (!pawl_api_id(call, call->params[0], &acting->get.id))
		return;
	pawl_store_op_init(&acting->get.op, PAWL_STORE_REQUEST, NULL);
	pawl_api_store(call, &acting->get.op, replay_request_read);
}
