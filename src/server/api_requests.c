/* /api/v1/requests: every request to a known URL, refused ones with their reason. */
#include "base/clock.h"
#include "base/codec.h"
#include "server/api_resources.h"
#include "server/quarantine.h"
#include "server/secrets.h"

struct showing {
	struct pawl_store_get request;
	struct pawl_store_get revision; /* its trigger says which headers are secret */
	struct pawl_json document;      /* the revision's, or null */
	bool only_diagnosis;
};

/* ---- showing ------------------------------------------------------------------------------ */

static struct pawl_json
flags_json(struct pawl_arena *arena, unsigned flags)
{
	struct pawl_json_builder list;
	const char *name;

	pawl_json_array_begin(&list, arena);
	for (unsigned bit = 0; (name = pawl_request_flag_name(bit)); bit++) {
		if (flags & 1u << bit)
			pawl_json_push(&list, pawl_json_string_c(name));
	}
	return pawl_json_end(&list);
}

static void
put_summary(struct pawl_api_call *call, struct pawl_json_builder *b,
	    const struct pawl_request_row *row)
{
	struct pawl_arena *arena = &call->arena;

	pawl_json_set_c(b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
	pawl_json_set_c(b, "received_at", pawl_api_time(arena, row->received_at_us));
	pawl_json_set_c(b, "method", pawl_json_string_dup(arena, row->method));
	pawl_json_set_c(b, "target", pawl_json_string_dup(arena, pawl_api_hide(call, row->target)));
	pawl_json_set_c(b, "ip", pawl_json_string_dup(arena, row->ip));
	pawl_json_set_c(b, "verdict", pawl_json_string_c(pawl_verdict_name(row->verdict)));
	pawl_json_set_c(b, "status", pawl_json_int(arena, row->status));
	pawl_json_set_c(b, "reason",
			row->reason.len
				? pawl_json_string_dup(arena, pawl_api_hide(call, row->reason))
				: pawl_json_null());
	pawl_json_set_c(b, "detail", pawl_api_shown(call, row->detail));
	pawl_json_set_c(b, "body_bytes",
			pawl_json_int(arena, (int64_t)pawl_quarantine_body_bytes(row)));
	pawl_json_set_c(b, "trigger", pawl_json_string_c(pawl_trigger_kind_name(row->trigger)));
	pawl_json_set_c(b, "quarantined", pawl_json_bool(row->flags & PAWL_REQUEST_QUARANTINED));
	pawl_json_set_c(b, "flags", flags_json(arena, row->flags));
	pawl_json_set_c(b, "order_key",
			row->order_key.len
				? pawl_json_string_dup(arena, pawl_api_hide(call, row->order_key))
				: pawl_json_null());
	pawl_json_set_c(b, "duplicate_of", pawl_api_id_or_null(arena, row->duplicate_of));
	pawl_json_set_c(b, "run_id", pawl_api_id_or_null(arena, row->starts_run ? row->id : 0));
}

static struct pawl_json
headers_json(struct pawl_api_call *call, struct pawl_str lines, const struct pawl_json *document)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder list, b;
	struct pawl_str line, name;

	pawl_json_array_begin(&list, arena);
	while (pawl_str_split(&lines, '\n', &line)) {
		if (!pawl_str_trim(line).len || !pawl_str_split(&line, ':', &name))
			continue;
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, pawl_api_hide(call, name)));
		pawl_json_set_c(&b, "value",
				pawl_api_is_credential(name, document)
					? pawl_json_string_c("***")
					: pawl_json_string_dup(
						  arena, pawl_api_hide(call, pawl_str_trim(line))));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

static void
put_body(struct pawl_api_call *call, struct pawl_json_builder *b, struct pawl_str body)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_buf base64;

	body = pawl_api_hide(call, body);
	if (pawl_str_is_utf8(body)) {
		pawl_json_set_c(b, "body", pawl_json_string(body));
		return;
	}
	pawl_buf_init(&base64, 256u << 20);
	pawl_base64_encode(&base64, body, PAWL_BASE64_STD);
	pawl_json_set_c(b, "body", pawl_json_null());
	pawl_json_set_c(b, "body_base64", pawl_json_string_dup(arena, pawl_buf_peek(&base64)));
	pawl_buf_fini(&base64);
}

/* `diagnosis` is null where it was not asked for. */
static void
show(struct pawl_api_call *call, const struct pawl_json *diagnosis)
{
	const struct showing *showing = call->state;
	const struct pawl_request_row *row = showing->request.request;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, &call->arena);
	put_summary(call, &b, row);
	pawl_json_set_c(&b, "headers", headers_json(call, row->headers, &showing->document));
	put_body(call, &b, row->body);
	if (diagnosis) {
		pawl_json_set_c(&b, "diagnosis", *diagnosis);
		pawl_json_set_c(&b, "checks", pawl_api_checks(call, row, &showing->document));
	}
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
diagnosed(struct pawl_api_call *call, struct pawl_json diagnosis)
{
	const struct showing *showing = call->state;

	if (showing->only_diagnosis)
		pawl_api_reply(call, 200, &diagnosis);
	else
		show(call, &diagnosis);
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;

	showing->document = pawl_json_null();
	if (op->err == PAWL_OK)
		showing->document =
			pawl_api_parsed(&call->arena, showing->revision.revision->document);
	showing->document = pawl_document_open(call->server, &call->arena, &showing->document);
	if (showing->only_diagnosis ||
	    pawl_str_eq_c(pawl_api_query_text(call, "diagnosis"), "true"))
		pawl_api_diagnose(call, showing->request.request, &showing->document, diagnosed);
	else
		show(call, NULL);
}

static void
request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request");
		return;
	}
	/* What cannot be opened is shown without headers and body. */
	(void)!pawl_quarantine_open(call->server, &call->arena, showing->request.request);
	showing->revision = (struct pawl_store_get){.id = showing->request.request->workflow_id,
						    .number = showing->request.request->revision};
	pawl_store_op_init(&showing->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &showing->revision.op, revision_read);
}

static void
read_request(struct pawl_api_call *call, bool only_diagnosis)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	call->state = showing;
	showing->only_diagnosis = only_diagnosis;
	if (!pawl_api_id(call, call->params[0], &showing->request.id))
		return;
	pawl_store_op_init(&showing->request.op, PAWL_STORE_REQUEST, NULL);
	pawl_api_store(call, &showing->request.op, request_read);
}

void
pawl_api_get_request(struct pawl_api_call *call)
{
	read_request(call, false);
}

void
pawl_api_get_diagnosis(struct pawl_api_call *call)
{
	read_request(call, true);
}

/* ---- the list ----------------------------------------------------------------------------- */

static struct pawl_json
list_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	put_summary(call, &b, &list->requests[i]);
	return pawl_json_end(&b);
}

void
pawl_api_list_requests(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_REQUESTS);

	list->what = "request";
	list->key = "id";
	list->item = list_item;
	list->list.wants_total = true;
	list->list.verdicts =
		pawl_api_choices(pawl_api_query_text(call, "verdict"), pawl_api_verdicts);
	pawl_api_list_run(call, list);
}
