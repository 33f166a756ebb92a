/* Bodies with files: multipart/form-data (RFC 7578), and a file as the whole body. */
#include "base/codec.h"

#include "nodes/http_request.h"

#define BODY_MAX       (64u << 20)
#define BOUNDARY_BYTES 16

struct form {
	const struct pawl_node_call *call;
	struct pawl_buf out;
	char boundary[2 * BOUNDARY_BYTES];
	const char *wrong;
};

/* An entry of workflow.input.files, or at least its `ref`. */
static bool
is_file(const struct pawl_json *v)
{
	return pawl_json_is(pawl_json_get_c(v, "ref"), PAWL_JSON_STRING);
}

/* What a header of a part, or of the request, can hold. */
static struct pawl_str
safe_type(struct pawl_str type)
{
	if (!type.len || pawl_http_request_header_problem(PAWL_STR("x"), type))
		return PAWL_STR("application/octet-stream");
	return type;
}

/* The file, with the name and the type that the config gives it, where it does. */
static bool
find_file(const struct pawl_node_call *call, const struct pawl_json *v, struct pawl_node_file *out,
	  const char **wrong)
{
	if (!pawl_node_file(call, pawl_json_get_str(v, "ref", PAWL_STR("")), out)) {
		*wrong = "a file that the body refers to is none of this run's request";
		return false;
	}
	out->name = pawl_json_get_str(v, "name", out->name);
	out->type = safe_type(pawl_json_get_str(v, "type", out->type));
	return true;
}

/* As browsers do it (WHATWG HTML, multipart/form-data encoding algorithm). */
static void
append_quoted(struct pawl_buf *buf, struct pawl_str s)
{
	pawl_buf_append_char(buf, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\r' || s.ptr[i] == '\n')
			pawl_buf_printf(buf, "%%%02X", (unsigned)s.ptr[i]);
		else
			pawl_buf_append_char(buf, s.ptr[i]);
	}
	pawl_buf_append_char(buf, '"');
}

static void
append_part(struct form *f, struct pawl_str name, const struct pawl_json *v)
{
	struct pawl_node_file file = {0};

	if (is_file(v) ? !find_file(f->call, v, &file, &f->wrong) : v->type == PAWL_JSON_NULL)
		return;
	pawl_buf_append_c(&f->out, "--");
	pawl_buf_append(&f->out, f->boundary, sizeof f->boundary);
	pawl_buf_append_c(&f->out, "\r\nContent-Disposition: form-data; name=");
	append_quoted(&f->out, name);
	if (is_file(v)) {
		pawl_buf_append_c(&f->out, "; filename=");
		append_quoted(&f->out, file.name);
		pawl_buf_append_c(&f->out, "\r\nContent-Type: ");
		pawl_buf_append_str(&f->out, file.type);
	}
	pawl_buf_append_c(&f->out, "\r\n\r\n");
	if (is_file(v))
		pawl_buf_append_str(&f->out, file.content);
	else if (v->type == PAWL_JSON_STRING)
		pawl_buf_append_str(&f->out, pawl_json_str(v));
	else
		(void)pawl_json_write(&f->out, v);
	pawl_buf_append_c(&f->out, "\r\n");
}

bool
pawl_http_request_multipart(const struct pawl_node_call *call, const struct pawl_json *body,
			    struct pawl_str *out, struct pawl_str *content_type, const char **wrong)
{
	struct form f = {.call = call};
	unsigned char random[BOUNDARY_BYTES];

	if (body->type != PAWL_JSON_OBJECT) {
		*wrong = "the body of a multipart form must be an object";
		return false;
	}
	pawl_random(random, sizeof random);
	pawl_hex_encode(random, sizeof random, f.boundary);
	pawl_buf_init(&f.out, BODY_MAX);
	for (uint32_t i = 0; i < body->len; i++) {
		const struct pawl_json *v = &body->members[i].value;

		if (v->type != PAWL_JSON_ARRAY)
			append_part(&f, body->members[i].key, v);
		for (uint32_t j = 0; v->type == PAWL_JSON_ARRAY && j < v->len; j++)
			append_part(&f, body->members[i].key, &v->items[j]);
	}
	pawl_buf_append_c(&f.out, "--");
	pawl_buf_append(&f.out, f.boundary, sizeof f.boundary);
	pawl_buf_append_c(&f.out, "--\r\n");
	if (pawl_buf_status(&f.out))
		f.wrong = "the body is too large";
	*out = pawl_arena_dup(call->arena, pawl_buf_peek(&f.out));
	*content_type = pawl_arena_printf(call->arena, "multipart/form-data; boundary=%.*s",
					  (int)sizeof f.boundary, f.boundary);
	pawl_buf_fini(&f.out);
	if (f.wrong)
		*wrong = f.wrong;
	return !f.wrong;
}

bool
pawl_http_request_file(const struct pawl_node_call *call, const struct pawl_json *body,
		       struct pawl_str *out, struct pawl_str *content_type, const char **wrong)
{
	struct pawl_node_file file;

	if (!is_file(body)) {
		*wrong = "the body must be a file: an entry of workflow.input.files";
		return false;
	}
	if (!find_file(call, body, &file, wrong))
		return false;
	*out = file.content;
	*content_type = file.type;
	return true;
}
