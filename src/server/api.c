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
#include "base/parse.h"
#include "trigger/input.h"

/* ---- answering --------------------------------------------------------------------------- */

void
pawl_api_drop(struct pawl_api_call *call)
{
	for (size_t i = 0; i < call->n_results; i++)
		pawl_arena_fini(&call->results[i]);
	pawl_arena_fini(&call->arena);
	free(call);
}

void
pawl_api_reply(struct pawl_api_call *call, int status, const struct pawl_json *value)
{
	struct pawl_http_header etag = {PAWL_STR("ETag"), call->etag};
	struct pawl_buf body;

	pawl_buf_init(&body, 64u << 20);
	if (value)
		pawl_json_write(&body, value);
	pawl_http_respond(call->ref, &(struct pawl_http_response){
					     .status = status,
					     .headers = &etag,
					     .n_headers = call->etag.len ? 1 : 0,
					     .content_type = value ? PAWL_STR("application/json")
								   : pawl_str(NULL, 0),
					     .body = pawl_buf_peek(&body)});
	pawl_buf_fini(&body);
	pawl_api_drop(call);
}

void
pawl_api_reply_etag(struct pawl_api_call *call, int status, uint64_t etag,
		    const struct pawl_json *value)
{
	call->etag = pawl_arena_printf(&call->arena, "\"%llu\"", (unsigned long long)etag);
	pawl_api_reply(call, status, value);
}

static const char *
status_message(int status)
{
	switch (status) {
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 412:
		return "Precondition Failed";
	case 422:
		return "Unprocessable Content";
	case 503:
		return "Service Unavailable";
	default:
		return "Error";
	}
}

static void
fail_with(struct pawl_api_call *call, int status, const char *type, struct pawl_str detail,
	  const struct pawl_problems *problems)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b, list, item;
	struct pawl_json error, whole;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", pawl_json_string_c(type));
	pawl_json_set_c(&b, "detail", pawl_json_string_dup(arena, detail));
	if (problems) {
		pawl_json_array_begin(&list, arena);
		for (size_t i = 0; i < problems->len; i++) {
			pawl_json_object_begin(&item, arena);
			pawl_json_set_c(
				&item, "pointer",
				pawl_json_string_dup(arena, pawl_str_c(problems->items[i].where)));
			pawl_json_set_c(&item, "message",
					pawl_json_string_dup(
						arena, pawl_str_c(problems->items[i].message)));
			pawl_json_push(&list, pawl_json_end(&item));
		}
		pawl_json_set_c(&b, "problems", pawl_json_end(&list));
	}
	error = pawl_json_end(&b);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "code", pawl_json_int(arena, status));
	pawl_json_set_c(&b, "message", pawl_json_string_c(status_message(status)));
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
pawl_api_fail_problems(struct pawl_api_call *call, const struct pawl_problems *problems)
{
	fail_with(call, 422, "invalid_document",
		  PAWL_STR("the document is not valid; nothing was changed"), problems);
}

void
pawl_api_fail_err(struct pawl_api_call *call, enum pawl_err err, const char *what)
{
	switch (err) {
	case PAWL_ENOTFOUND:
		pawl_api_fail(call, 404, "not_found", "there is no such %s", what);
		break;
	case PAWL_ECONFLICT:
		pawl_api_fail(call, call->if_match.len ? 412 : 409, "conflict",
			      "the %s was changed by somebody else, or its name is taken", what);
		break;
	case PAWL_ESTATE:
		pawl_api_fail(call, 409, "conflict", "the %s does not allow that now", what);
		break;
	case PAWL_OK:
	case PAWL_EINVAL:
	case PAWL_ETOOBIG:
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
	if (pawl_store_submit(call->server->store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		op_done(op);
	}
}

struct pending_command {
	struct pawl_api_call *call;
	struct pawl_task task;
	enum pawl_err err;
	char message[200];
	void (*next)(struct pawl_api_call *call, enum pawl_err err, const char *message);
};

static void
command_finished(struct pawl_task *task)
{
	struct pending_command *pending = pawl_container_of(task, struct pending_command, task);

	pending->next(pending->call, pending->err, pending->message);
}

static void
command_done(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	struct pending_command *pending = command->ctx;

	pending->err = err;
	snprintf(pending->message, sizeof pending->message, "%s", message ? message : "");
	pawl_loop_post(pawl_http_ref_loop(pending->call->ref), &pending->task);
}

void
pawl_api_command(struct pawl_api_call *call, struct pawl_engine_command *command,
		 void (*next)(struct pawl_api_call *call, enum pawl_err err, const char *message))
{
	struct pending_command *pending = pawl_arena_calloc(&call->arena, 1, sizeof *pending);

	pending->call = call;
	pending->next = next;
	pending->task.fn = command_finished;
	command->ctx = pending;
	command->done = command_done;
	pawl_engine_command(call->server->engine, command);
}

/* ---- parameters --------------------------------------------------------------------------------
 */

bool
pawl_api_limit(struct pawl_api_call *call, size_t *limit)
{
	struct pawl_str text = pawl_json_get_str(&call->query, "limit", PAWL_STR("50"));
	uint64_t n;

	if (pawl_parse_u64_range(text, 1, 1000, &n)) {
		*limit = (size_t)n;
		return true;
	}
	pawl_api_fail(call, 400, "invalid_parameter", "limit has to be a number from 1 to 1000");
	return false;
}

bool
pawl_api_cursor(struct pawl_api_call *call, uint64_t *before)
{
	struct pawl_str text = pawl_json_get_str(&call->query, "cursor", pawl_str(NULL, 0));

	if (!text.len || pawl_id_parse(text, before))
		return true;
	pawl_api_fail(call, 400, "invalid_parameter", "cursor has to be the next of another page");
	return false;
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
	void (*then)(struct pawl_api_call *call, uint64_t workflow_id);
};

static void
workflow_found(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct workflow_wish *wish = pawl_container_of(op, struct workflow_wish, get.op);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	call->workflow = wish->get.workflow;
	wish->then(call, call->workflow->id);
}

void
pawl_api_workflow_id(struct pawl_api_call *call, struct pawl_str text,
		     void (*then)(struct pawl_api_call *call, uint64_t workflow_id))
{
	struct workflow_wish *wish = pawl_arena_calloc(&call->arena, 1, sizeof *wish);

	wish->then = then;
	pawl_store_op_init(&wish->get.op, PAWL_STORE_WORKFLOW, NULL);
	if (!pawl_id_parse(text, &wish->get.id))
		wish->get.name = text;
	pawl_api_store(call, &wish->get.op, workflow_found);
}

/* ---- routing
 * -------------------------------------------------------------------------------------- */

/* Does `path` fit the route's pattern? Fills params with the parts that stand for {...}. */
static bool
match(const char *pattern, struct pawl_str path, struct pawl_str params[2])
{
	struct pawl_str want = pawl_str_c(pattern), have = path, want_part, have_part;
	size_t n = 0;

	for (;;) {
		bool more_want = pawl_str_split(&want, '/', &want_part);
		bool more_have = pawl_str_split(&have, '/', &have_part);

		if (more_want != more_have)
			return false;
		if (!more_want)
			return true;
		if (want_part.len && want_part.ptr[0] == '{') {
			if (!have_part.len)
				return false;
			params[n++] = have_part;
		} else if (!pawl_str_eq(want_part, have_part)) {
			return false;
		}
	}
}

static void
refuse_method(const struct pawl_http_request *req, const char *allow)
{
	struct pawl_http_header header = {PAWL_STR("Allow"), pawl_str_c(allow)};

	pawl_http_respond(
		req->ref,
		&(struct pawl_http_response){
			.status = 405,
			.headers = &header,
			.n_headers = 1,
			.content_type = PAWL_STR("application/json"),
			.body = PAWL_STR("{\"code\":405,\"message\":\"Method Not Allowed\","
					 "\"error\":{\"type\":\"method_not_allowed\",\"detail\":"
					 "\"see the Allow header\"}}"),
			.body_static = true});
}

static const struct pawl_api_route *
find_route(const struct pawl_http_request *req, struct pawl_str params[2], char *allow, size_t size)
{
	size_t len = 0;

	allow[0] = '\0';
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		const struct pawl_api_route *route = &pawl_api_routes[i];

		if (!match(route->path, req->path, params))
			continue;
		if (route->method == req->method)
			return route;
		if (len < size)
			len += (size_t)snprintf(allow + len, size - len, "%s%s", len ? ", " : "",
						pawl_http_method_name(route->method));
	}
	return NULL;
}

static bool
check_query(struct pawl_api_call *call)
{
	for (uint32_t i = 0; i < call->query.len; i++) {
		struct pawl_str key = call->query.members[i].key;
		const struct pawl_api_param *param = call->route->query;

		while (param && param->name && !pawl_str_eq_c(key, param->name))
			param++;
		if (param && param->name && call->query.members[i].value.type == PAWL_JSON_STRING)
			continue;
		pawl_api_fail(call, 400, "invalid_parameter",
			      param && param->name ? "%.*s is given twice"
						   : "there is no parameter %.*s here",
			      PAWL_STR_ARG(key));
		return false;
	}
	return true;
}

static bool
read_body(struct pawl_api_call *call, const struct pawl_http_request *req)
{
	struct pawl_json_error error;

	call->body = pawl_json_null();
	if (!req->body.len)
		return true;
	if (pawl_json_parse(&call->arena, req->body, &call->body, &error) != PAWL_OK) {
		pawl_api_fail(call, 400, "malformed_body",
			      "the body is not JSON: %s at line %zu, column %zu", error.message,
			      error.line, error.column);
		return false;
	}
	if (call->body.type != PAWL_JSON_OBJECT) {
		pawl_api_fail(call, 400, "malformed_body", "the body has to be a JSON object");
		return false;
	}
	return true;
}

void
pawl_api_request(struct pawl_server *server, struct pawl_http_request *req)
{
	struct pawl_str params[2] = {{NULL, 0}, {NULL, 0}};
	struct pawl_api_call *call;
	uint64_t token_id = 0;
	char allow[64];
	const struct pawl_api_route *route = find_route(req, params, allow, sizeof allow);

	if (!pawl_str_eq_c(req->path, "/openapi.json") &&
	    !pawl_api_authorize(server->api, req, &token_id)) {
		pawl_http_respond_error(req->ref, 401, "unauthorized",
					"send Authorization: Bearer <API token>");
		return;
	}
	if (!route) {
		if (allow[0])
			refuse_method(req, allow);
		else
			pawl_http_respond_error(req->ref, 404, "not_found",
						"there is nothing at this URL: see /openapi.json");
		return;
	}
	call = pawl_calloc(1, sizeof *call);
	call->server = server;
	call->ref = req->ref;
	call->route = route;
	call->token_id = token_id;
	pawl_arena_init(&call->arena, 8192);
	call->query = pawl_form_parse(&call->arena, pawl_arena_dup(&call->arena, req->query));
	call->if_match = pawl_arena_dup(&call->arena, pawl_http_request_header(req, "If-Match"));
	for (size_t i = 0; i < 2; i++)
		if (params[i].len &&
		    !pawl_url_decode(&call->arena, params[i], false, &call->params[i])) {
			pawl_api_fail(call, 400, "invalid_parameter",
				      "a broken escape in the path");
			return;
		}
	if (!check_query(call) || !read_body(call, req))
		return;
	route->handle(call);
}
