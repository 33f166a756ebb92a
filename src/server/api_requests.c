/* /api/v1/requests: every request to a known URL, refused ones with their reason. */
#include "base/clock.h"
#include "base/codec.h"
#include "server/api_resources.h"

/* Headers whose values let their holder in. */
static const char *const credential_headers[] = {
	"authorization", "proxy-authorization", "cookie",         "x-api-key",       "x-auth-token",
	"x-token",       "x-webhook-token",     "x-gitlab-token", "x-webhook-secret"};

static bool
is_credential(struct pawl_str name)
{
	for (size_t i = 0; i < sizeof credential_headers / sizeof credential_headers[0]; i++)
		if (pawl_str_eq_nocase(name, pawl_str_c(credential_headers[i])))
			return true;
	return false;
}

struct pawl_json
pawl_api_mask_input(struct pawl_arena *arena, const struct pawl_json *input)
{
	const struct pawl_json *headers = pawl_json_get_c(input, "headers");
	struct pawl_json_builder masked, whole;

	if (!pawl_json_is(headers, PAWL_JSON_OBJECT))
		return *input;
	pawl_json_object_begin(&masked, arena);
	for (uint32_t i = 0; i < headers->len; i++)
		pawl_json_set(&masked, headers->members[i].key,
			      is_credential(headers->members[i].key) ? pawl_json_string_c("***")
								     : headers->members[i].value);
	pawl_json_object_begin(&whole, arena);
	for (uint32_t i = 0; i < input->len; i++)
		pawl_json_set(&whole, input->members[i].key,
			      pawl_str_eq_c(input->members[i].key, "headers")
				      ? pawl_json_end(&masked)
				      : input->members[i].value);
	return pawl_json_end(&whole);
}

bool
pawl_api_list_window(struct pawl_api_call *call, struct pawl_store_list *list)
{
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str from = pawl_json_get_str(&call->query, "from", none);
	struct pawl_str to = pawl_json_get_str(&call->query, "to", none);

	if (!pawl_api_limit(call, &list->limit) || !pawl_api_cursor(call, &list->before))
		return false;
	if ((from.len && !pawl_time_parse(from, &list->from_us)) ||
	    (to.len && !pawl_time_parse(to, &list->to_us))) {
		pawl_api_fail(call, 400, "invalid_parameter",
			      "from and to have to be RFC 3339 times");
		return false;
	}
	return true;
}

/* ---- showing ------------------------------------------------------------------------------ */

static void
put_summary(struct pawl_api_call *call, struct pawl_json_builder *b,
	    const struct pawl_request_row *row)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json detail = pawl_json_null();

	if (row->detail.len && pawl_json_parse(arena, row->detail, &detail, NULL) != PAWL_OK)
		detail = pawl_json_null();
	pawl_json_set_c(b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
	pawl_json_set_c(b, "received_at", pawl_api_time(arena, row->received_at_us));
	pawl_json_set_c(b, "method", pawl_json_string_dup(arena, row->method));
	pawl_json_set_c(b, "target", pawl_json_string_dup(arena, row->target));
	pawl_json_set_c(b, "ip", pawl_json_string_dup(arena, row->ip));
	pawl_json_set_c(b, "verdict", pawl_json_string_c(pawl_verdict_name(row->verdict)));
	pawl_json_set_c(b, "status", pawl_json_int(arena, row->status));
	pawl_json_set_c(b, "reason",
			row->reason.len ? pawl_json_string_dup(arena, row->reason)
					: pawl_json_null());
	pawl_json_set_c(b, "detail", detail);
	pawl_json_set_c(b, "body_bytes", pawl_json_int(arena, row->body_bytes));
	pawl_json_set_c(b, "run_id",
			row->starts_run ? pawl_json_id(arena, row->id) : pawl_json_null());
}

static struct pawl_json
headers_json(struct pawl_arena *arena, struct pawl_str lines)
{
	struct pawl_json_builder list, b;
	struct pawl_str line, name;

	pawl_json_array_begin(&list, arena);
	while (pawl_str_split(&lines, '\n', &line)) {
		if (!pawl_str_trim(line).len || !pawl_str_split(&line, ':', &name))
			continue;
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, name));
		pawl_json_set_c(&b, "value",
				is_credential(name)
					? pawl_json_string_c("***")
					: pawl_json_string_dup(arena, pawl_str_trim(line)));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

static void
put_body(struct pawl_arena *arena, struct pawl_json_builder *b, struct pawl_str body)
{
	struct pawl_buf base64;

	if (pawl_str_is_utf8(body)) {
		pawl_json_set_c(b, "body", pawl_json_string_dup(arena, body));
		return;
	}
	pawl_buf_init(&base64, 256u << 20);
	pawl_base64_encode(&base64, body, PAWL_BASE64_STD);
	pawl_json_set_c(b, "body", pawl_json_null());
	pawl_json_set_c(b, "body_base64", pawl_json_string_dup(arena, pawl_buf_peek(&base64)));
	pawl_buf_fini(&base64);
}

static void
get_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct pawl_json_builder b;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	put_summary(call, &b, get->request);
	pawl_json_set_c(&b, "headers", headers_json(&call->arena, get->request->headers));
	put_body(&call->arena, &b, get->request->body);
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

void
pawl_api_get_request(struct pawl_api_call *call)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	if (!pawl_api_id(call, call->params[0], &get->id))
		return;
	pawl_store_op_init(&get->op, PAWL_STORE_REQUEST, NULL);
	pawl_api_store(call, &get->op, get_done);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void
list_done(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	struct pawl_json_builder items, b;
	struct pawl_json next = pawl_json_null();

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->n; i++) {
		pawl_json_object_begin(&b, &call->arena);
		put_summary(call, &b, &list->requests[i]);
		pawl_json_push(&items, pawl_json_end(&b));
	}
	if (list->more)
		next = pawl_json_id(&call->arena, list->requests[list->n - 1].id);
	pawl_api_reply_list(call, pawl_json_end(&items), next);
}

static void
list_requests_of(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_store_list *list = call->state;

	list->workflow_id = workflow_id;
	pawl_store_op_init(&list->op, PAWL_STORE_REQUESTS, NULL);
	pawl_api_store(call, &list->op, list_done);
}

void
pawl_api_list_requests(struct pawl_api_call *call)
{
	struct pawl_store_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str workflow = pawl_json_get_str(&call->query, "workflow", none);
	struct pawl_str word = pawl_json_get_str(&call->query, "verdict", none);
	enum pawl_verdict verdict;

	call->state = list;
	if (!pawl_api_list_window(call, list))
		return;
	if (word.len) {
		if (!pawl_verdict_parse(word, &verdict)) {
			pawl_api_fail(call, 400, "invalid_parameter", "%.*s is not a verdict",
				      PAWL_STR_ARG(word));
			return;
		}
		list->verdicts = 1u << verdict;
	}
	if (workflow.len)
		pawl_api_workflow_id(call, workflow, list_requests_of);
	else
		list_requests_of(call, 0);
}
