/* The API's router: table, token, parameters, body; and the ways to answer. */
#include "server/api.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "data/yaml_write.h"
#include "trigger/form.h"

/* A run shows what all of its nodes took in and gave out. */
#define ANSWER_BYTES_MAX (256u << 20)

/* ---- answering --------------------------------------------------------------------------- */

void
pawl_api_forget_results(struct pawl_api_call *call)
{
	for (size_t i = 0; i < call->n_results; i++)
		pawl_arena_fini(&call->results[i]);
	call->n_results = 0;
}

void
pawl_api_drop(struct pawl_api_call *call)
{
	pawl_api_forget_results(call);
	pawl_arena_fini(&call->arena);
	free(call);
}

void
pawl_api_reply(struct pawl_api_call *call, int status, const struct pawl_json *value)
{
	struct pawl_http_ref ref = call->ref;
	struct pawl_http_header headers[2];
	size_t n = 0;
	char etag[sizeof call->etag];
	struct pawl_buf body;

	pawl_buf_init(&body, ANSWER_BYTES_MAX);
	if (value && pawl_json_write(&body, value) != PAWL_OK) {
		pawl_buf_fini(&body);
		call->etag[0] = '\0';
		pawl_api_fail(call, 500, "too_large", "the answer is larger than %u bytes",
			      ANSWER_BYTES_MAX);
		return;
	}
	/* A large answer was made of as much again, which is not needed any more. */
	memcpy(etag, call->etag, sizeof etag);
	pawl_api_drop(call);
	if (etag[0])
		headers[n++] = (struct pawl_http_header){PAWL_STR("ETag"), pawl_str_c(etag)};
	if (status == 503)
		headers[n++] = (struct pawl_http_header){PAWL_STR("Retry-After"), PAWL_STR("5")};
	pawl_http_respond(ref, &(struct pawl_http_response){
				       .status = status,
				       .headers = headers,
				       .n_headers = n,
				       .content_type = value ? PAWL_STR("application/json")
							     : pawl_str(NULL, 0),
				       .body = pawl_buf_peek(&body)});
	pawl_buf_fini(&body);
}

void
pawl_api_reply_etag(struct pawl_api_call *call, int status, uint64_t etag,
		    const struct pawl_json *value)
{
	snprintf(call->etag, sizeof call->etag, "\"%llu\"", (unsigned long long)etag);
	pawl_api_reply(call, status, value);
}

void
pawl_api_reply_text(struct pawl_api_call *call, const char *content_type, struct pawl_str text)
{
	struct pawl_http_header headers[2] = {
		{PAWL_STR("X-Content-Type-Options"), PAWL_STR("nosniff")}};
	size_t n = 1;

	if (call->etag[0])
		headers[n++] = (struct pawl_http_header){PAWL_STR("ETag"), pawl_str_c(call->etag)};
	pawl_http_respond(call->ref,
			  &(struct pawl_http_response){.status = 200,
						       .headers = headers,
						       .n_headers = n,
						       .content_type = pawl_str_c(content_type),
						       .body = text});
	pawl_api_drop(call);
}

void
pawl_api_reply_yaml(struct pawl_api_call *call, const struct pawl_json *value)
{
	struct pawl_buf text;

	pawl_buf_init(&text, ANSWER_BYTES_MAX);
	if (pawl_yaml_write(&text, value) == PAWL_OK)
		pawl_api_reply_text(call, "application/yaml", pawl_buf_peek(&text));
	else
		pawl_api_fail(call, 500, "too_large", "the answer is larger than %u bytes",
			      ANSWER_BYTES_MAX);
	pawl_buf_fini(&text);
}

static void
fail_with(struct pawl_api_call *call, int status, const char *type, struct pawl_str detail,
	  const struct pawl_json *problems)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;
	struct pawl_json error, whole;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", pawl_json_string_c(type));
	pawl_json_set_c(&b, "detail", pawl_json_string_dup(arena, detail));
	if (problems)
		pawl_json_set_c(&b, "problems", *problems);
	error = pawl_json_end(&b);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "code", pawl_json_int(arena, status));
	pawl_json_set_c(&b, "message", pawl_json_string_c(pawl_http_status_text(status)));
	pawl_json_set_c(&b, "error", error);
	whole = pawl_json_end(&b);
	pawl_api_reply(call, status, &whole);
}

void
pawl_api_fail(struct pawl_api_call *call, int status, const char *type, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	fail_with(call, status, type,
		  pawl_str(text, len < (int)sizeof text ? (size_t)len : sizeof text - 1), NULL);
}

void
pawl_api_fail_later(struct pawl_api_call *call, int status, const char *type, int64_t wait_us,
		    const char *detail)
{
	char seconds[24];
	int len = snprintf(seconds, sizeof seconds, "%lld", (long long)(wait_us / 1000000 + 1));
	struct pawl_http_header header = {PAWL_STR("Retry-After"), pawl_str(seconds, (size_t)len)};

	pawl_http_add_headers(call->ref, &header, 1);
	pawl_api_fail(call, status, type, "%s", detail);
}

void
pawl_api_fail_problems(struct pawl_api_call *call, int status, const char *type, const char *detail,
		       const struct pawl_problems *problems)
{
	struct pawl_json list = pawl_api_problems(&call->arena, problems);

	fail_with(call, status, type, pawl_str_c(detail), &list);
}

void
pawl_api_fail_document(struct pawl_api_call *call, const char *detail,
		       const struct pawl_problems *problems, const struct pawl_json *document)
{
	struct pawl_json list = pawl_api_document_problems(&call->arena, problems, document);

	fail_with(call, 422, "invalid_document", pawl_str_c(detail), &list);
}

void
pawl_api_fail_err(struct pawl_api_call *call, enum pawl_err err, const char *what)
{
	switch (err) {
	case PAWL_ENOTFOUND:
		pawl_api_fail(call, 404, "not_found", "there is no such %s", what);
		break;
	case PAWL_ECONFLICT:
		pawl_api_fail(call, 409, "conflict",
			      "the %s was changed by somebody else, or its name is taken", what);
		break;
	case PAWL_ESTATE:
		pawl_api_fail(call, 409, "conflict", "the %s does not allow that now", what);
		break;
	case PAWL_ETOOBIG:
		pawl_api_fail(call, 413, "too_large", "the %s is too large to be stored", what);
		break;
	case PAWL_OK:
	case PAWL_EINVAL:
	case PAWL_EDENIED:
	case PAWL_EIO:
	case PAWL_EFULL:
	case PAWL_ETIMEDOUT:
	case PAWL_ECANCELED:
		pawl_api_fail(call, 503, "store_unavailable", "the store cannot do that now (%s)",
			      pawl_err_name(err));
		break;
	}
}

void
pawl_api_reply_list(struct pawl_api_call *call, struct pawl_json items, struct pawl_json next)
{
	struct pawl_json_builder b;
	struct pawl_json whole;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "items", items);
	pawl_json_set_c(&b, "next", next);
	whole = pawl_json_end(&b);
	pawl_api_reply(call, 200, &whole);
}

struct pawl_json
pawl_api_time(struct pawl_arena *arena, int64_t at_us)
{
	char text[PAWL_TIME_TEXT_MAX];

	if (!at_us)
		return pawl_json_null();
	return pawl_json_string_dup(arena, pawl_str(text, pawl_time_format(at_us, text)));
}

struct pawl_json
pawl_api_id_or_null(struct pawl_arena *arena, uint64_t id)
{
	return id ? pawl_json_id(arena, id) : pawl_json_null();
}

/* ---- going on later ------------------------------------------------------------------------- */

static void
op_finished(struct pawl_task *task)
{
	struct pawl_api_call *call = pawl_container_of(task, struct pawl_api_call, task);
	struct pawl_store_op *op = call->op;

	PAWL_ASSERT(call->n_results < sizeof call->results / sizeof call->results[0]);
	call->results[call->n_results++] = op->arena;
	call->next(call, op);
}

static void
op_done(struct pawl_store_op *op)
{
	struct pawl_api_call *call = op->ctx;

	if (call->settle && op->err == PAWL_OK)
		call->settle(call, op);
	call->settle = NULL;
	call->order = pawl_announcer_order(pawl_api_announcer(call->server->api));
	pawl_loop_post(pawl_http_ref_loop(call->ref), &call->task);
}

void
pawl_api_store(struct pawl_api_call *call, struct pawl_store_op *op,
	       void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	call->op = op;
	call->next = next;
	call->task.fn = op_finished;
	op->ctx = call;
	op->done = op_done;
	if (call->note.action.len && !op->audit)
		op->audit = &call->note;
	if (pawl_store_submit(call->server->store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		op_done(op);
	}
}

struct pending_command {
	struct pawl_api_call *call;
	struct pawl_engine_command *command;
	struct pawl_task task;
	enum pawl_err err;
	char message[200];
	void (*next)(struct pawl_api_call *call, enum pawl_err err, const char *message);
};

static void
refusal_noted(struct pawl_api_call *call, bool is_noted)
{
	struct pending_command *pending = call->pending;

	pending->next(call, pending->err, pending->message);
}

static void
command_finished(struct pawl_task *task)
{
	struct pending_command *pending = pawl_container_of(task, struct pending_command, task);

	if (pending->err == PAWL_OK)
		pending->next(pending->call, PAWL_OK, pending->message);
	else
		pawl_api_note(pending->call, pawl_err_name(pending->err), refusal_noted);
}

static void
command_done(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	struct pending_command *pending = command->ctx;

	pending->err = err;
	snprintf(pending->message, sizeof pending->message, "%s", message ? message : "");
	pawl_loop_post(pawl_http_ref_loop(pending->call->ref), &pending->task);
}

/* Nothing is done that could not be noted. */
static void
asking_noted(struct pawl_api_call *call, bool is_noted)
{
	if (is_noted)
		pawl_engine_command(call->server->engine, call->pending->command);
	else
		pawl_api_fail_err(call, PAWL_EIO, "run");
}

void
pawl_api_command(struct pawl_api_call *call, struct pawl_engine_command *command,
		 void (*next)(struct pawl_api_call *call, enum pawl_err err, const char *message))
{
	struct pending_command *pending = pawl_arena_calloc(&call->arena, 1, sizeof *pending);

	pending->call = call;
	pending->command = command;
	pending->next = next;
	pending->task.fn = command_finished;
	command->ctx = pending;
	command->done = command_done;
	call->pending = pending;
	pawl_api_note(call, "asked", asking_noted);
}

/* ---- parameters ------------------------------------------------------------------------- */

struct pawl_str
pawl_api_query_text(const struct pawl_api_call *call, const char *name)
{
	return pawl_json_get_str(&call->query, name, pawl_str(NULL, 0));
}

bool
pawl_api_id(struct pawl_api_call *call, struct pawl_str text, uint64_t *id)
{
	if (pawl_id_parse(text, id))
		return true;
	pawl_api_fail(call, 404, "not_found", "%.*s is not an id", PAWL_STR_ARG(text));
	return false;
}

struct workflow_wish {
	struct pawl_store_get get;
	struct pawl_str text;
	void (*then)(struct pawl_api_call *call, uint64_t workflow_id);
};

static void workflow_found(struct pawl_api_call *call, struct pawl_store_op *op);

static void
look_up(struct pawl_api_call *call, struct workflow_wish *wish, bool by_name)
{
	wish->get = (struct pawl_store_get){0};
	if (by_name || !pawl_id_parse(wish->text, &wish->get.id))
		wish->get.name = wish->text;
	pawl_store_op_init(&wish->get.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &wish->get.op, workflow_found);
}

static void
workflow_found(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct workflow_wish *wish = pawl_container_of(op, struct workflow_wish, get.op);

	if (op->err == PAWL_ENOTFOUND && wish->get.id) {
		look_up(call, wish, true); /* "2024" may be a name */
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	call->workflow = wish->get.workflow;
	if (call->route->method != PAWL_HTTP_GET && !call->is_any_version &&
	    !pawl_api_if_match(call->if_match, call->workflow->draft_version))
		pawl_api_fail_version(call);
	else
		wish->then(call, call->workflow->id);
}

void
pawl_api_fail_version(struct pawl_api_call *call)
{
	pawl_api_fail(call, 412, "precondition_failed",
		      "the workflow is not the version that If-Match names");
}

void
pawl_api_workflow_id(struct pawl_api_call *call, struct pawl_str text,
		     void (*then)(struct pawl_api_call *call, uint64_t workflow_id))
{
	struct workflow_wish *wish = pawl_arena_calloc(&call->arena, 1, sizeof *wish);

	wish->text = text;
	wish->then = then;
	look_up(call, wish, false);
}

/* ---- routing ---------------------------------------------------------------------------- */

/* An answer with one header before there is a call. */
static void
answer_with(struct pawl_http_ref ref, int status, const char *name, const char *value,
	    const char *type, const char *detail)
{
	struct pawl_http_header header = {pawl_str_c(name), pawl_str_c(value)};
	char text[300];
	int len = snprintf(text, sizeof text,
			   "{\"code\":%d,\"message\":\"%s\",\"error\":{\"type\":\"%s\","
			   "\"detail\":\"%s\"}}",
			   status, pawl_http_status_text(status), type, detail);

	PAWL_ASSERT(len > 0 && len < (int)sizeof text);
	pawl_http_respond(ref,
			  &(struct pawl_http_response){.status = status,
						       .headers = &header,
						       .n_headers = 1,
						       .content_type = PAWL_STR("application/json"),
						       .body = pawl_str(text, (size_t)len)});
}

void
pawl_api_refuse_method(struct pawl_http_ref ref, const char *allow)
{
	answer_with(ref, 405, "Allow", allow, "method_not_allowed", "see the Allow header");
}

static void
answer_options(struct pawl_http_ref ref, const char *allow)
{
	struct pawl_http_header header = {PAWL_STR("Allow"), pawl_str_c(allow)};

	pawl_http_respond(ref, &(struct pawl_http_response){
				       .status = 204, .headers = &header, .n_headers = 1});
}

static bool
check_query(struct pawl_api_call *call)
{
	for (uint32_t i = 0; i < call->query.len; i++) {
		const struct pawl_json_member *given = &call->query.members[i];
		const struct pawl_api_param *param = call->route->query;
		const char *problem = "is no parameter of this URL";

		while (param && param->name && !pawl_str_eq_c(given->key, param->name))
			param++;
		if (param && param->name)
			problem = given->value.type == PAWL_JSON_STRING
					  ? pawl_api_param_problem(&call->arena, param,
								   pawl_json_str(&given->value))
					  : "is given twice";
		if (!problem)
			continue;
		pawl_api_fail(call, 400, "invalid_parameter", "%.*s %s", PAWL_STR_ARG(given->key),
			      problem);
		return false;
	}
	return true;
}

static bool
read_params(struct pawl_api_call *call, const struct pawl_str params[PAWL_API_PARAMS_MAX])
{
	for (size_t i = 0; i < PAWL_API_PARAMS_MAX; i++)
		if (params[i].len &&
		    !pawl_url_decode(&call->arena, params[i], false, &call->params[i])) {
			pawl_api_fail(call, 400, "invalid_parameter",
				      "a broken escape in the path");
			return false;
		}
	return true;
}

static void
keep_raw(struct pawl_api_call *call, const struct pawl_http_request *req)
{
	struct pawl_arena *arena = &call->arena;

	call->raw = pawl_arena_dup(arena, req->body);
	call->headers = pawl_arena_calloc(arena, req->n_headers + 1, sizeof *call->headers);
	call->n_headers = req->n_headers;
	for (size_t i = 0; i < req->n_headers; i++)
		call->headers[i] =
			(struct pawl_http_header){pawl_arena_dup(arena, req->headers[i].name),
						  pawl_arena_dup(arena, req->headers[i].value)};
}

static void
answer_refused(struct pawl_http_ref ref, const struct pawl_access_refusal *refusal)
{
	if (refusal->status == 401)
		answer_with(ref, 401, "WWW-Authenticate", "Bearer", refusal->type, refusal->detail);
	else
		pawl_http_respond_error(ref, refusal->status, refusal->type, refusal->detail);
}

static void
answer_no_route(const struct pawl_http_request *req, const char *allow)
{
	if (!allow[0])
		pawl_http_respond_error(req->ref, 404, "not_found",
					"there is nothing at this URL: see /openapi.json");
	else if (req->method == PAWL_HTTP_OPTIONS)
		answer_options(req->ref, allow);
	else
		pawl_api_refuse_method(req->ref, allow);
}

/* What a session is shown is for nobody after it. */
static void
forbid_keeping(const struct pawl_api_call *call)
{
	static const struct pawl_http_header no_store = {PAWL_STR("Cache-Control"),
							 PAWL_STR("no-store")};

	if ((call->caller.session_id || call->route->access == PAWL_ACCESS_ANYBODY) &&
	    !call->route->is_stream)
		pawl_http_add_headers(call->ref, &no_store, 1);
}

static struct pawl_api_call *
new_call(struct pawl_server *server, const struct pawl_http_request *req,
	 const struct pawl_api_route *route, const struct pawl_principal *who)
{
	struct pawl_api_call *call = pawl_calloc(1, sizeof *call);
	struct pawl_arena *arena = &call->arena;

	pawl_arena_init(arena, 8192);
	call->server = server;
	call->ref = req->ref;
	call->route = route;
	call->caller = *who;
	call->is_secure = pawl_access_is_secure(server, req);
	call->query = pawl_form_parse(arena, pawl_arena_dup(arena, req->query));
	call->if_match = pawl_arena_dup(arena, pawl_http_request_header(req, "If-Match"));
	call->last_event_id = pawl_arena_dup(arena, pawl_http_request_header(req, "Last-Event-ID"));
	call->user_agent = pawl_arena_dup(arena, pawl_http_request_header(req, "User-Agent"));
	call->device =
		pawl_arena_dup(arena, pawl_access_cookie(req, call->is_secure, PAWL_DEVICE_COOKIE));
	call->wants_yaml = pawl_str_eq_c(pawl_api_query_text(call, "format"), "yaml") ||
			   pawl_api_is_yaml(pawl_http_request_header(req, "Accept"));
	if (route->is_raw)
		keep_raw(call, req);
	forbid_keeping(call);
	return call;
}

void
pawl_api_request(struct pawl_server *server, struct pawl_http_request *req)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];
	struct pawl_api_call *call;
	struct pawl_principal who;
	struct pawl_access_refusal refusal;
	char allow[64];
	const struct pawl_api_route *route =
		pawl_api_route_find(req->method, req->path, params, allow, sizeof allow);

	pawl_access_check(server, req, route, &who, &refusal);
	if (refusal.status) {
		answer_refused(req->ref, &refusal);
		return;
	}
	if (!route) {
		answer_no_route(req, allow);
		return;
	}
	call = new_call(server, req, route, &who);
	if (!read_params(call, params) || !check_query(call) ||
	    (!route->is_raw &&
	     !pawl_api_read_body(call, req->body, pawl_http_request_header(req, "Content-Type"))))
		return;
	pawl_api_note_caller(call, req);
	if (route->of_session && !who.session_id)
		pawl_api_fail(call, 409, "no_session",
			      "this is about the session of somebody who has signed in");
	else
		route->handle(call);
}
