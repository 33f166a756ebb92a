/* /api/v1/requests/{request}/files/{file}: the bytes of a file that a form brought. */
#include "base/codec.h"
#include "base/parse.h"
#include "server/api_resources.h"
#include "server/quarantine.h"
#include "trigger/input.h"

struct fetching {
	struct pawl_store_get request;
	uint64_t index;
};

/* RFC 6266: a plain name for old clients, and the true one. */
static struct pawl_str
disposition(struct pawl_arena *arena, struct pawl_str name)
{
	struct pawl_str text;
	struct pawl_buf buf;

	pawl_buf_init(&buf, 4096);
	pawl_buf_append_c(&buf, "attachment; filename=\"");
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		pawl_buf_append_char(&buf, c < 0x20 || c > 0x7e || strchr("\"\\%", c) ? '_' : c);
	}
	if (name.len == 0)
		pawl_buf_append_c(&buf, "file");
	pawl_buf_append_char(&buf, '"');
	if (name.len > 0) {
		pawl_buf_append_c(&buf, "; filename*=UTF-8''");
		pawl_url_encode(&buf, name);
	}
	text = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return text;
}

/* It comes from a stranger: a browser is to save it, and never to show or run it. */
static void
send_file(struct pawl_api_call *call, const struct pawl_body_file *file)
{
	struct pawl_http_header headers[] = {
		{PAWL_STR("Content-Disposition"), disposition(&call->arena, file->name)},
		{PAWL_STR("X-Content-Type-Options"), PAWL_STR("nosniff")},
		{PAWL_STR("Content-Security-Policy"), PAWL_STR("sandbox; default-src 'none'")},
		{PAWL_STR("Cache-Control"), PAWL_STR("no-store")},
	};

	pawl_http_respond(call->ref, &(struct pawl_http_response){
					     .status = 200,
					     .headers = headers,
					     .n_headers = sizeof headers / sizeof *headers,
					     .content_type = pawl_json_str(&file->type),
					     .body = pawl_api_hide(call, file->content)});
	pawl_api_drop(call);
}

static void
request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct fetching *fetching = call->state;
	struct pawl_request_row *row = fetching->request.request;
	struct pawl_body_file file;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "request");
	else if (pawl_quarantine_open(call->server, &call->arena, row) &&
		 pawl_input_file(
			 &call->arena,
			 &(struct pawl_input_source){.headers = row->headers, .body = row->body},
			 (size_t)fetching->index, &file))
		send_file(call, &file);
	else
		pawl_api_fail(call, 404, "not_found", "the request has no such file");
}

void
pawl_api_get_request_file(struct pawl_api_call *call)
{
	struct fetching *fetching = pawl_arena_calloc(&call->arena, 1, sizeof *fetching);

	call->state = fetching;
	if (!pawl_api_id(call, call->params[0], &fetching->request.id))
		return;
	if (!pawl_parse_u64(call->params[1], &fetching->index)) {
		pawl_api_fail(call, 404, "not_found", "files are counted from 0");
		return;
	}
	pawl_store_op_init(&fetching->request.op, PAWL_STORE_REQUEST, NULL);
	pawl_api_store(call, &fetching->request.op, request_read);
}
