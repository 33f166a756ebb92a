#include "trigger/cloudevent.h"

#include "base/codec.h"
#include "data/media.h"
#include "trigger/body_value.h"

#define ATTRIBUTES_MAX 64

/* Attribute names are lower-case letters and digits (CloudEvents section "naming conventions"); in
 * headers their case has no meaning. */
static bool
read_name(struct pawl_arena *arena, struct pawl_str header, struct pawl_str *out)
{
	struct pawl_str name = pawl_str_sub(header, 3, header.len);
	char *lower;

	if (!pawl_str_eq_nocase(pawl_str_sub(header, 0, 3), PAWL_STR("ce-")) || name.len == 0)
		return false;
	lower = pawl_arena_alloc(arena, name.len);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			return false;
		lower[i] = c;
	}
	*out = pawl_str(lower, name.len);
	return true;
}

/* HTTP binding section 3.1.3.2: in double quotes or not, then percent-encoded. */
static struct pawl_json
read_value(struct pawl_arena *arena, struct pawl_str value)
{
	struct pawl_str decoded;

	if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
		value = pawl_str_sub(value, 1, value.len - 1);
	if (pawl_url_decode(arena, value, false, &decoded))
		value = decoded;
	return pawl_media_header(arena, value);
}

/* An event of this version that says what every event has to. */
static bool
is_event(const struct pawl_json *event)
{
	return pawl_json_is(event, PAWL_JSON_OBJECT) &&
	       pawl_str_eq_c(pawl_json_get_str(event, "specversion", PAWL_STR("")), "1.0") &&
	       pawl_json_get_str(event, "id", PAWL_STR("")).len > 0 &&
	       pawl_json_get_str(event, "source", PAWL_STR("")).len > 0 &&
	       pawl_json_get_str(event, "type", PAWL_STR("")).len > 0;
}

static struct pawl_json
read_binary(struct pawl_arena *arena, const struct pawl_http_header *headers, size_t n_headers,
	    struct pawl_str content_type, const struct pawl_json *body)
{
	struct pawl_json_builder b;
	struct pawl_str name;
	size_t n = 0;

	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < n_headers; i++) {
		if (!read_name(arena, headers[i].name, &name) || n++ >= ATTRIBUTES_MAX)
			continue;
		pawl_json_set(&b, name, read_value(arena, headers[i].value));
	}
	if (n == 0)
		return pawl_json_null();
	if (content_type.len)
		pawl_json_set_c(&b, "datacontenttype", pawl_media_header(arena, content_type));
	pawl_json_set_c(&b, "data", *body);
	return pawl_json_end(&b);
}

/* JSON format section 3.1: data_base64 stands for data that is no text. */
static struct pawl_json
read_structured(struct pawl_arena *arena, const struct pawl_json *event)
{
	const struct pawl_json *base64 = pawl_json_get_c(event, "data_base64");
	struct pawl_json_builder b;
	struct pawl_str bytes;

	if (!pawl_json_is(base64, PAWL_JSON_STRING) ||
	    !pawl_base64_decode(arena, pawl_json_str(base64), PAWL_BASE64_STD, &bytes))
		return *event;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < event->len; i++) {
		if (!pawl_str_eq_c(event->members[i].key, "data_base64"))
			pawl_json_set(&b, event->members[i].key, event->members[i].value);
	}
	pawl_json_set_c(&b, "data",
			pawl_body_part(arena,
				       pawl_json_get_str(event, "datacontenttype",
							 PAWL_STR("application/octet-stream")),
				       bytes));
	return pawl_json_end(&b);
}

static bool
read_batch(struct pawl_arena *arena, const struct pawl_json *body, struct pawl_json *events)
{
	struct pawl_json_builder list;

	if (!pawl_json_is(body, PAWL_JSON_ARRAY))
		return false;
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; i < body->len; i++) {
		if (!is_event(&body->items[i]))
			return false;
		pawl_json_push(&list, read_structured(arena, &body->items[i]));
	}
	*events = pawl_json_end(&list);
	return true;
}

bool
pawl_cloudevent_read(struct pawl_arena *arena, const struct pawl_http_header *headers,
		     size_t n_headers, struct pawl_str content_type, const struct pawl_json *body,
		     struct pawl_json *event, struct pawl_json *events)
{
	struct pawl_str type = pawl_media_type(content_type);

	*event = *events = pawl_json_null();
	if (pawl_str_eq_nocase(type, PAWL_STR("application/cloudevents-batch+json")))
		return read_batch(arena, body, events);
	if (pawl_str_eq_nocase(type, PAWL_STR("application/cloudevents+json")))
		*event = is_event(body) ? read_structured(arena, body) : pawl_json_null();
	else
		*event = read_binary(arena, headers, n_headers, content_type, body);
	if (!is_event(event))
		*event = pawl_json_null();
	return event->type != PAWL_JSON_NULL;
}
