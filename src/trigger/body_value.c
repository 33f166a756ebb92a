#include "trigger/body_value.h"

#include "base/codec.h"
#include "base/id.h"
#include "data/media.h"
#include "data/multipart.h"
#include "trigger/form.h"

static struct pawl_json
base64(struct pawl_arena *arena, struct pawl_str bytes)
{
	struct pawl_json text;
	struct pawl_buf buf;

	pawl_buf_init(&buf, bytes.len / 3 * 4 + 4);
	(void)pawl_base64_encode(&buf, bytes, PAWL_BASE64_STD);
	text = pawl_json_string(pawl_arena_dup(arena, pawl_buf_peek(&buf)));
	pawl_buf_fini(&buf);
	return text;
}

struct pawl_json
pawl_body_error(struct pawl_arena *arena, const char *code, const char *message)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "code", pawl_json_string_c(code));
	pawl_json_set_c(&b, "message", pawl_json_string_dup(arena, pawl_str_c(message)));
	return pawl_json_end(&b);
}

/* Text by its charset, or base64. */
static struct pawl_json
text_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes)
{
	struct pawl_str text;

	if (pawl_media_text(arena, content_type, bytes, &text))
		return pawl_json_string(text);
	return base64(arena, bytes);
}

/* False: too much to be taken apart. What is no JSON after all (it was not declared, or is of a
 * request that was refused for that) is text. */
static bool
json_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
	   struct pawl_json *out, const char **wrong)
{
	struct pawl_json_error error = {0};
	enum pawl_err err = pawl_media_json_bounded(arena, content_type, bytes,
						    PAWL_BODY_VALUES_MAX, out, &error);

	if (err == PAWL_EINVAL)
		*out = text_value(arena, content_type, bytes);
	*wrong = error.message;
	return err != PAWL_ETOOBIG;
}

struct pawl_json
pawl_body_part(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes)
{
	struct pawl_json value;
	const char *wrong;

	switch (pawl_body_kind(content_type, bytes)) {
	case PAWL_BODY_JSON:
		if (json_value(arena, content_type, bytes, &value, &wrong))
			return value;
		return pawl_json_null();
	case PAWL_BODY_FORM:
		return pawl_form_count(bytes) <= PAWL_BODY_FIELDS_MAX
			       ? pawl_form_parse(arena, bytes)
			       : pawl_json_null();
	case PAWL_BODY_EMPTY:
	case PAWL_BODY_TEXT:
		return text_value(arena, content_type, bytes);
	case PAWL_BODY_MULTIPART:
	case PAWL_BODY_BYTES:
		break;
	}
	return base64(arena, bytes);
}

/* ---- forms with files ---------------------------------------------------------------------- */

/* A browser sends one for each file input that nobody chose a file for. */
static bool
is_no_file(const struct pawl_multipart_part *part)
{
	return part->is_file && part->filename.len == 0 && part->content.len == 0;
}

/* RFC 7578 section 4.4: text, unless it says otherwise. All fields together are held to the limit
 * of values: a value of JSON takes two bytes. */
static struct pawl_json
field_value(struct pawl_arena *arena, const struct pawl_multipart_part *part, size_t *json_bytes)
{
	bool is_json = pawl_media_is_json(part->content_type);

	*json_bytes += is_json ? part->content.len + 1 : 0;
	if (is_json && *json_bytes / 2 < PAWL_BODY_VALUES_MAX)
		return pawl_body_part(arena, part->content_type, part->content);
	return text_value(arena, part->content_type, part->content);
}

static struct pawl_body_file
file_of(struct pawl_arena *arena, const struct pawl_multipart_part *part)
{
	return (struct pawl_body_file){
		.field = part->name,
		.name = part->filename,
		.type = part->content_type.len ? pawl_media_header(arena, part->content_type)
					       : pawl_json_string_c("application/octet-stream"),
		.content = part->content};
}

static struct pawl_json
file_value(struct pawl_arena *arena, const struct pawl_body_file *file, uint64_t request_id,
	   size_t index)
{
	struct pawl_json ref = pawl_json_null();
	char id[PAWL_ID_TEXT_MAX];
	struct pawl_json_builder b;

	if (request_id)
		ref = pawl_json_string(pawl_arena_printf(
			arena, "%.*s/%zu", (int)pawl_id_format(request_id, id), id, index));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "field", pawl_json_string(file->field));
	pawl_json_set_c(&b, "name", pawl_json_string(file->name));
	pawl_json_set_c(&b, "type", file->type);
	pawl_json_set_c(&b, "size", pawl_json_int(arena, (int64_t)file->content.len));
	pawl_json_set_c(&b, "ref", ref);
	return pawl_json_end(&b);
}

static enum pawl_err
multipart_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
		uint64_t request_id, struct pawl_body_value *out)
{
	struct pawl_multipart_part *parts = NULL;
	struct pawl_multipart_error error;
	struct pawl_json_builder files;
	struct pawl_form_field *fields;
	size_t n = 0, n_fields = 0, n_files = 0, json_bytes = 0;

	enum pawl_err err = pawl_multipart_parse(arena, content_type, bytes, &parts, &n, &error);

	if (err) {
		out->error = pawl_body_error(
			arena, err == PAWL_ETOOBIG ? "body_too_large" : "malformed_body",
			error.message);
		return err;
	}
	fields = pawl_arena_calloc(arena, n + 1, sizeof(*fields));
	pawl_json_array_begin(&files, arena);
	for (size_t i = 0; i < n; i++) {
		struct pawl_body_file file;

		if (!parts[i].is_file) {
			fields[n_fields].name = parts[i].name;
			fields[n_fields++].value = field_value(arena, &parts[i], &json_bytes);
		} else if (!is_no_file(&parts[i])) {
			file = file_of(arena, &parts[i]);
			pawl_json_push(&files, file_value(arena, &file, request_id, n_files++));
		}
	}
	out->body = pawl_form_object(arena, fields, n_fields);
	out->files = pawl_json_end(&files);
	return PAWL_OK;
}

bool
pawl_body_file(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
	       size_t index, struct pawl_body_file *out)
{
	struct pawl_multipart_part *parts = NULL;
	struct pawl_multipart_error error;
	size_t n = 0;

	if (!pawl_multipart_is_form(content_type) ||
	    pawl_multipart_parse(arena, content_type, bytes, &parts, &n, &error) != PAWL_OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!parts[i].is_file || is_no_file(&parts[i]) || index-- > 0)
			continue;
		*out = file_of(arena, &parts[i]);
		return true;
	}
	return false;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* The body as its type says, or why it is not taken apart. */
static void
typed_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
	    struct pawl_body_value *out)
{
	bool is_declared = pawl_media_type(content_type).len > 0;
	enum pawl_body_kind kind =
		is_declared ? pawl_body_kind(content_type, bytes) : PAWL_BODY_JSON;
	const char *wrong;

	if (kind == PAWL_BODY_JSON) {
		if (json_value(arena, content_type, bytes, &out->body, &wrong))
			return;
		out->body = pawl_json_null();
		out->error = pawl_body_error(arena, "too_complex", wrong);
	} else if (kind == PAWL_BODY_FORM && pawl_form_count(bytes) > PAWL_BODY_FIELDS_MAX) {
		out->error = pawl_body_error(arena, "too_complex",
					     "the form has more than 50000 fields");
	} else {
		out->body = pawl_body_part(arena, content_type, bytes);
	}
}

void
pawl_body_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
		uint64_t request_id, struct pawl_body_value *out)
{
	*out = (struct pawl_body_value){.body = pawl_json_null(),
					.files = {.type = PAWL_JSON_ARRAY},
					.error = pawl_json_null()};
	if (bytes.len > 0 && pawl_multipart_is_form(content_type)) {
		if (multipart_value(arena, content_type, bytes, request_id, out) == PAWL_OK) {
			out->raw = pawl_json_null();
			return;
		}
	} else if (bytes.len > 0) {
		typed_value(arena, content_type, bytes, out);
	}
	/* UTF-8 shares the source's bytes, and bytes are base64 only once. */
	if (pawl_str_is_utf8(bytes))
		out->raw = pawl_json_string(bytes);
	else if (pawl_media_type(content_type).len > 0 &&
		 pawl_body_kind(content_type, bytes) == PAWL_BODY_BYTES)
		out->raw = out->body;
	else
		out->raw = base64(arena, bytes);
}
