#include "flow/redact.h"

#include <stdlib.h>

#include "base/buf.h"
#include "flow/redact_internal.h"

bool
pawl_redact_finds(const struct pawl_redactor *r, struct pawl_str bytes)
{
	struct pawl_redact_ranges found = {0};
	bool any;

	if (!r)
		return false;
	pawl_redact_find(r, bytes, PAWL_REDACT_DEPTH + 1, &found);
	any = found.len > 0;
	free(found.items);
	return any;
}

/* A secret need not be UTF-8, and the rest of the text has to stay it. */
static bool
is_inside_character(struct pawl_str s, size_t at)
{
	return at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80;
}

struct pawl_str
pawl_redact_text(const struct pawl_redactor *r, struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_redact_ranges found = {0};
	struct pawl_str out;
	struct pawl_buf buf;
	size_t at = 0;

	if (!r)
		return text;
	pawl_redact_find(r, text, PAWL_REDACT_DEPTH, &found);
	if (!found.len)
		return text;
	pawl_buf_init(&buf, text.len + strlen(PAWL_REDACT_MASK));
	for (size_t i = 0; i < found.len; i++) {
		size_t start = found.items[i].start, end = found.items[i].end;

		while (start > at && is_inside_character(text, start))
			start--;
		start = start > at ? start : at;
		while (is_inside_character(text, end))
			end++;
		pawl_buf_append_str(&buf, pawl_str_sub(text, at, start));
		pawl_buf_append_c(&buf, PAWL_REDACT_MASK);
		at = end;
	}
	pawl_buf_append_str(&buf, pawl_str_sub(text, at, text.len));
	out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	free(found.items);
	return out;
}

/* ---- JSON ------------------------------------------------------------------------------ */

struct work {
	const struct pawl_redactor *redactor;
	struct pawl_arena *arena;
};

static bool redact(const struct work *w, const struct pawl_json *v, struct pawl_json *out);

static bool
redact_array(const struct work *w, const struct pawl_json *v, struct pawl_json *out)
{
	struct pawl_json_builder b;
	struct pawl_json item;
	uint32_t i = 0;

	while (i < v->len && !redact(w, &v->items[i], &item))
		i++;
	if (i == v->len)
		return false;
	pawl_json_array_begin(&b, w->arena);
	for (uint32_t j = 0; j < i; j++)
		pawl_json_push(&b, v->items[j]);
	pawl_json_push(&b, item);
	while (++i < v->len)
		pawl_json_push(&b, redact(w, &v->items[i], &item) ? item : v->items[i]);
	*out = pawl_json_end(&b);
	return true;
}

static bool
redact_member(const struct work *w, const struct pawl_json_member *m, struct pawl_json_member *out)
{
	bool has_changed = redact(w, &m->value, &out->value);

	if (!has_changed)
		out->value = m->value;
	out->key = pawl_redact_text(w->redactor, w->arena, m->key);
	return has_changed || out->key.ptr != m->key.ptr;
}

static bool
redact_object(const struct work *w, const struct pawl_json *v, struct pawl_json *out)
{
	struct pawl_json_builder b;
	struct pawl_json_member m;
	uint32_t i = 0;

	while (i < v->len && !redact_member(w, &v->members[i], &m))
		i++;
	if (i == v->len)
		return false;
	pawl_json_object_begin(&b, w->arena);
	for (uint32_t j = 0; j < i; j++)
		pawl_json_set(&b, v->members[j].key, v->members[j].value);
	pawl_json_set(&b, m.key, m.value);
	while (++i < v->len) {
		(void)redact_member(w, &v->members[i], &m);
		pawl_json_set(&b, m.key, m.value);
	}
	*out = pawl_json_end(&b);
	return true;
}

/* True: *out is another than the value. */
static bool
redact(const struct work *w, const struct pawl_json *v, struct pawl_json *out)
{
	struct pawl_str text;

	switch ((enum pawl_json_type)v->type) {
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
		return false;
	case PAWL_JSON_NUMBER:
		if (!pawl_redact_finds(w->redactor, pawl_json_str(v)))
			return false;
		*out = pawl_json_string_c(PAWL_REDACT_MASK);
		return true;
	case PAWL_JSON_STRING:
		text = pawl_redact_text(w->redactor, w->arena, pawl_json_str(v));
		*out = pawl_json_string(text);
		return text.ptr != v->text;
	case PAWL_JSON_ARRAY:
		return redact_array(w, v, out);
	case PAWL_JSON_OBJECT:
		return redact_object(w, v, out);
	}
	return false;
}

struct pawl_json
pawl_redact_json(const struct pawl_redactor *r, struct pawl_arena *arena,
		 const struct pawl_json *value)
{
	const struct work w = {r, arena};
	struct pawl_json out;

	return r && redact(&w, value, &out) ? out : *value;
}

struct pawl_str
pawl_redact_json_text(const struct pawl_redactor *r, struct pawl_arena *arena, struct pawl_str text)
{
	const struct work w = {r, arena};
	struct pawl_json value, out;

	if (!r || !pawl_redact_finds(r, text))
		return text;
	if (pawl_json_read_back(arena, text, &value, NULL) != PAWL_OK)
		return pawl_redact_text(r, arena, text);
	return redact(&w, &value, &out) ? pawl_json_text(arena, &out) : text;
}
