#include "trigger/input.h"

#include <stdint.h>

#include "base/clock.h"
#include "data/media.h"
#include "trigger/body_value.h"
#include "trigger/cloudevent.h"
#include "trigger/form.h"

/* ---- headers ------------------------------------------------------------- */

struct pawl_str
pawl_input_header_name(struct pawl_arena *arena, struct pawl_str name)
{
	char *out = pawl_arena_alloc(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return pawl_str(out, name.len);
}

static bool
next_header(struct pawl_str *lines, struct pawl_http_header *out)
{
	struct pawl_str line;

	while (pawl_str_split(lines, '\n', &line)) {
		size_t colon = pawl_str_find_char(line, ':');

		if (colon == SIZE_MAX || colon == 0)
			continue;
		out->name = pawl_str_sub(line, 0, colon);
		out->value = pawl_str_trim(pawl_str_sub(line, colon + 1, line.len));
		return true;
	}
	return false;
}

static size_t
count_headers(struct pawl_str lines)
{
	struct pawl_http_header header;
	size_t n = 0;

	while (next_header(&lines, &header))
		n++;
	return n;
}

/* The values of all headers that have headers[first]'s name, which is in lower case. */
static struct pawl_str
join_values(struct pawl_arena *arena, const struct pawl_http_header *headers, size_t n,
	    size_t first)
{
	size_t len = 0, at = 0, found = 0;
	char *out;

	for (size_t i = first; i < n; i++) {
		if (pawl_str_eq_nocase(headers[i].name, headers[first].name)) {
			len += headers[i].value.len + 2;
			found++;
		}
	}
	if (found == 1)
		return headers[first].value;
	out = pawl_arena_alloc(arena, len);
	for (size_t i = first; i < n; i++) {
		if (!pawl_str_eq_nocase(headers[i].name, headers[first].name))
			continue;
		if (at > 0) {
			memcpy(out + at, ", ", 2);
			at += 2;
		}
		memcpy(out + at, headers[i].value.ptr, headers[i].value.len);
		at += headers[i].value.len;
	}
	return pawl_str(out, at);
}

static bool
is_first(const struct pawl_http_header *headers, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (pawl_str_eq_nocase(headers[k].name, headers[i].name))
			return false;
	}
	return true;
}

struct pawl_http_header *
pawl_input_headers(struct pawl_arena *arena, struct pawl_str lines, size_t *n)
{
	struct pawl_http_header *headers;

	*n = count_headers(lines);
	headers = pawl_arena_calloc(arena, *n + 1, sizeof(*headers));
	for (size_t i = 0; i < *n; i++)
		(void)next_header(&lines, &headers[i]);
	return headers;
}

/* The first one's value, or "". */
static struct pawl_str
find_header(const struct pawl_http_header *headers, size_t n, struct pawl_str name)
{
	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq_nocase(headers[i].name, name))
			return headers[i].value;
	}
	return PAWL_STR("");
}

/* The front end bounds their number, so that looking each up among the others is cheap. */
static struct pawl_json
build_headers(struct pawl_arena *arena, const struct pawl_http_header *headers, size_t n)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < n; i++) {
		struct pawl_json name, value;

		if (!is_first(headers, i))
			continue;
		name = pawl_json_string_dup(arena, pawl_input_header_name(arena, headers[i].name));
		value = pawl_media_header(arena, join_values(arena, headers, n, i));
		pawl_json_set(&b, pawl_json_str(&name), value);
	}
	return pawl_json_end(&b);
}

/* ---- the body --------------------------------------------------------------- */

/* As it stands under its Content-Encoding. What cannot be decompressed is kept as it came, and was
 * refused: only a replay brings it here. */
static void
build_body(struct pawl_arena *arena, const struct pawl_input_source *source,
	   const struct pawl_http_header *headers, size_t n, struct pawl_json_builder *b)
{
	struct pawl_str type = find_header(headers, n, PAWL_STR("Content-Type")), bytes;
	struct pawl_body_problem problem;
	struct pawl_body_value value;
	struct pawl_json event, events;

	if (pawl_body_decode(headers, n, source->body, PAWL_BODY_BYTES_MAX, arena, &bytes,
			     &problem)) {
		pawl_body_value(arena, type, bytes, source->request_id, &value);
	} else {
		pawl_body_value(arena, PAWL_STR("application/octet-stream"), source->body, 0,
				&value);
		value.body = pawl_json_null();
		value.error = pawl_body_error(arena, problem.code, problem.message);
	}
	pawl_json_set_c(b, "body", value.body);
	pawl_json_set_c(b, "raw", value.raw);
	pawl_json_set_c(b, "files", value.files);
	if (value.error.type != PAWL_JSON_NULL)
		pawl_json_set_c(b, "body_error", value.error);
	if (!pawl_cloudevent_read(arena, headers, n, type, &value.body, &event, &events))
		return;
	if (event.type != PAWL_JSON_NULL)
		pawl_json_set_c(b, "cloudevent", event);
	else
		pawl_json_set_c(b, "cloudevents", events);
}

bool
pawl_input_file(struct pawl_arena *arena, const struct pawl_input_source *source, size_t index,
		struct pawl_body_file *out)
{
	size_t n;
	struct pawl_http_header *headers = pawl_input_headers(arena, source->headers, &n);
	struct pawl_body_problem problem;
	struct pawl_str bytes;

	return pawl_body_decode(headers, n, source->body, PAWL_BODY_BYTES_MAX, arena, &bytes,
				&problem) &&
	       pawl_body_file(arena, find_header(headers, n, PAWL_STR("Content-Type")), bytes,
			      index, out);
}

struct pawl_json
pawl_input_build(struct pawl_arena *arena, const struct pawl_input_source *source)
{
	size_t mark = pawl_str_find_char(source->target, '?'), n, len;
	struct pawl_http_header *headers = pawl_input_headers(arena, source->headers, &n);
	struct pawl_str query = PAWL_STR("");
	char at[PAWL_TIME_TEXT_MAX];
	struct pawl_json_builder b;

	if (mark != SIZE_MAX)
		query = pawl_str_sub(source->target, mark + 1, source->target.len);
	len = pawl_time_format(source->received_at_us, at);
	pawl_json_object_begin(&b, arena);
	build_body(arena, source, headers, n, &b);
	pawl_json_set_c(&b, "query", pawl_form_parse(arena, query));
	pawl_json_set_c(&b, "headers", build_headers(arena, headers, n));
	pawl_json_set_c(&b, "method", pawl_json_string_dup(arena, source->method));
	pawl_json_set_c(&b, "path",
			pawl_json_string_dup(arena, pawl_str_sub(source->target, 0, mark)));
	pawl_json_set_c(&b, "ip", pawl_json_string_dup(arena, source->ip));
	pawl_json_set_c(&b, "received_at", pawl_json_string_dup(arena, pawl_str(at, len)));
	return pawl_json_end(&b);
}
