#include "trigger/input.h"

#include <stdint.h>

#include "base/clock.h"
#include "base/codec.h"
#include "data/media.h"

static bool
ends_with_nocase(struct pawl_str s, struct pawl_str end)
{
	return s.len >= end.len && pawl_str_eq_nocase(pawl_str_sub(s, s.len - end.len, s.len), end);
}

static bool
is_one_of(struct pawl_str type, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		if (pawl_str_eq_nocase(type, pawl_str_c(names[i])))
			return true;
	}
	return false;
}

static bool
is_text_type(struct pawl_str type)
{
	static const char *const names[] = {"application/xml",   "application/javascript",
					    "application/yaml",  "application/x-yaml",
					    "application/toml",  "application/x-ndjson",
					    "application/sql",   "application/graphql",
					    "application/jsonl", NULL};

	return pawl_str_eq_nocase(pawl_str_sub(type, 0, 5), PAWL_STR("text/")) ||
	       ends_with_nocase(type, PAWL_STR("+xml")) ||
	       ends_with_nocase(type, PAWL_STR("+yaml")) || is_one_of(type, names);
}

enum pawl_body_kind
pawl_body_kind(struct pawl_str content_type, struct pawl_str body)
{
	struct pawl_str type = pawl_media_type(content_type);

	if (body.len == 0)
		return PAWL_BODY_EMPTY;
	if (type.len == 0) {
		if (pawl_media_json(NULL, PAWL_STR(""), body, NULL, NULL) == PAWL_OK)
			return PAWL_BODY_JSON;
		return pawl_str_is_utf8(body) ? PAWL_BODY_TEXT : PAWL_BODY_BYTES;
	}
	if (pawl_media_is_json(type))
		return PAWL_BODY_JSON;
	if (pawl_str_eq_nocase(type, PAWL_STR("application/x-www-form-urlencoded")))
		return PAWL_BODY_FORM;
	return is_text_type(type) ? PAWL_BODY_TEXT : PAWL_BODY_BYTES;
}

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

/* UTF-8 shares the source's bytes. */
static struct pawl_json
text_or_base64(struct pawl_arena *arena, struct pawl_str bytes)
{
	return pawl_str_is_utf8(bytes) ? pawl_json_string(bytes) : base64(arena, bytes);
}

static struct pawl_json
build_body(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str body)
{
	bool is_declared = pawl_media_type(content_type).len > 0;
	enum pawl_body_kind kind;
	struct pawl_json value;
	struct pawl_str text;

	if (body.len == 0)
		return pawl_json_null();
	kind = is_declared ? pawl_body_kind(content_type, body) : PAWL_BODY_JSON;
	if (kind == PAWL_BODY_JSON) {
		if (pawl_media_json(arena, content_type, body, &value, NULL) == PAWL_OK)
			return value;
		kind = PAWL_BODY_TEXT; /* not declared; or from before the check was there */
	}
	if (kind == PAWL_BODY_FORM)
		return pawl_form_parse(arena, body);
	if (kind == PAWL_BODY_TEXT && pawl_media_text(arena, content_type, body, &text))
		return pawl_json_string(text);
	return base64(arena, body);
}

/* ---- headers ------------------------------------------------------------- */

static struct pawl_str
lower_case(struct pawl_arena *arena, struct pawl_str name)
{
	char *out = pawl_arena_alloc(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return pawl_str(out, name.len);
}

struct header {
	struct pawl_str name;
	struct pawl_str value;
};

static bool
next_header(struct pawl_str *lines, struct header *out)
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
	struct header header;
	size_t n = 0;

	while (next_header(&lines, &header))
		n++;
	return n;
}

/* The values of all headers that have headers[first]'s name, which is in lower case. */
static struct pawl_str
join_values(struct pawl_arena *arena, const struct header *headers, size_t n, size_t first)
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
is_first(const struct header *headers, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (pawl_str_eq_nocase(headers[k].name, headers[i].name))
			return false;
	}
	return true;
}

/* The front end bounds their number, so that looking each up among the others is cheap. */
static struct pawl_json
build_headers(struct pawl_arena *arena, struct pawl_str lines, struct pawl_str *content_type)
{
	size_t n = count_headers(lines);
	struct header *headers = pawl_arena_calloc(arena, n + 1, sizeof(*headers));
	struct pawl_json_builder b;

	for (size_t i = 0; i < n; i++)
		(void)next_header(&lines, &headers[i]);
	*content_type = PAWL_STR("");
	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < n; i++) {
		struct pawl_json name, value;

		if (!is_first(headers, i))
			continue;
		if (pawl_str_eq_nocase(headers[i].name, PAWL_STR("content-type")))
			*content_type = headers[i].value;
		name = pawl_json_string_dup(arena, lower_case(arena, headers[i].name));
		value = pawl_media_header(arena, join_values(arena, headers, n, i));
		pawl_json_set(&b, pawl_json_str(&name), value);
	}
	return pawl_json_end(&b);
}

struct pawl_json
pawl_input_build(struct pawl_arena *arena, const struct pawl_input_source *source)
{
	size_t mark = pawl_str_find_char(source->target, '?');
	struct pawl_str query = PAWL_STR(""), content_type;
	struct pawl_json headers, body;
	char at[PAWL_TIME_TEXT_MAX];
	struct pawl_json_builder b;
	size_t len;

	if (mark != SIZE_MAX)
		query = pawl_str_sub(source->target, mark + 1, source->target.len);
	headers = build_headers(arena, source->headers, &content_type);
	body = build_body(arena, content_type, source->body);
	len = pawl_time_format(source->received_at_us, at);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "body", body);
	pawl_json_set_c(&b, "query", pawl_form_parse(arena, query));
	pawl_json_set_c(&b, "headers", headers);
	pawl_json_set_c(&b, "method", pawl_json_string_dup(arena, source->method));
	pawl_json_set_c(&b, "path",
			pawl_json_string_dup(arena, pawl_str_sub(source->target, 0, mark)));
	pawl_json_set_c(&b, "raw", text_or_base64(arena, source->body));
	pawl_json_set_c(&b, "ip", pawl_json_string_dup(arena, source->ip));
	pawl_json_set_c(&b, "received_at", pawl_json_string_dup(arena, pawl_str(at, len)));
	return pawl_json_end(&b);
}
