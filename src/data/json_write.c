#include <stdlib.h>

#include "data/json.h"
#include "data/json_scan.h"

/* Most texts are no longer: room for them is taken once. */
#define TEXT_BYTES 200

struct writer {
	struct pawl_buf *buf;
	bool is_pretty;
	bool is_too_deep;
};

static void write_value(struct writer *w, const struct pawl_json *v, unsigned depth);

static void
put(struct writer *w, const char *text, size_t len)
{
	pawl_buf_append(w->buf, text, len);
}

static void
put_escaped(struct writer *w, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char out[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	const char *named = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = named; *p; p += 2) {
		if ((unsigned char)*p == c) {
			out[1] = p[1];
			put(w, out, 2);
			return;
		}
	}
	put(w, out, sizeof(out));
}

/* The bytes of a value are UTF-8 already; only quotes, backslashes and control characters are
 * not written as they are (RFC 8259 section 7). Nearly every string has none of them. */
static void
put_string(struct writer *w, struct pawl_str s)
{
	const char *p = s.ptr, *end = s.len ? s.ptr + s.len : p;
	const char *run = s.len ? pawl_json_skip_plain(p, end, PAWL_JSON_STOP_NONE) : end;

	if (run == end) {
		char *out = pawl_buf_reserve(w->buf, s.len + 2);

		if (!out)
			return;
		*out = '"';
		if (s.len)
			memcpy(out + 1, s.ptr, s.len);
		w->buf->len += s.len + 1;
		put(w, "\"", 1);
		return;
	}
	put(w, "\"", 1);
	for (;;) {
		put(w, p, (size_t)(run - p));
		if (run == end)
			break;
		put_escaped(w, (unsigned char)*run);
		p = run + 1;
		run = pawl_json_skip_plain(p, end, PAWL_JSON_STOP_NONE);
	}
	put(w, "\"", 1);
}

static void
new_line(struct writer *w, unsigned depth)
{
	if (!w->is_pretty)
		return;
	put(w, "\n", 1);
	for (unsigned i = 0; i < depth; i++)
		put(w, "  ", 2);
}

static void
write_array(struct writer *w, const struct pawl_json *v, unsigned depth)
{
	put(w, "[", 1);
	for (uint32_t i = 0; i < v->len; i++) {
		if (i > 0)
			put(w, ",", 1);
		new_line(w, depth);
		write_value(w, &v->items[i], depth);
	}
	if (v->len > 0)
		new_line(w, depth - 1);
	put(w, "]", 1);
}

static void
write_object(struct writer *w, const struct pawl_json *v, unsigned depth)
{
	put(w, "{", 1);
	for (uint32_t i = 0; i < v->len; i++) {
		if (i > 0)
			put(w, ",", 1);
		new_line(w, depth);
		put_string(w, v->members[i].key);
		put(w, ": ", w->is_pretty ? 2 : 1);
		write_value(w, &v->members[i].value, depth);
	}
	if (v->len > 0)
		new_line(w, depth - 1);
	put(w, "}", 1);
}

/* `depth` is the number of containers around the value. */
static void
write_value(struct writer *w, const struct pawl_json *v, unsigned depth)
{
	switch ((enum pawl_json_type)v->type) {
	case PAWL_JSON_NULL:
		put(w, "null", 4);
		return;
	case PAWL_JSON_BOOL:
		put(w, v->boolean ? "true" : "false", v->boolean ? 4 : 5);
		return;
	case PAWL_JSON_NUMBER:
		put(w, v->text, v->len);
		return;
	case PAWL_JSON_STRING:
		put_string(w, pawl_json_str(v));
		return;
	case PAWL_JSON_ARRAY:
	case PAWL_JSON_OBJECT:
		/* What could not be read back is not written; this also bounds the recursion. */
		if (depth == PAWL_JSON_DEPTH_OWN)
			w->is_too_deep = true;
		if (w->is_too_deep)
			return;
		if (v->type == PAWL_JSON_ARRAY)
			write_array(w, v, depth + 1);
		else
			write_object(w, v, depth + 1);
		return;
	}
}

static enum pawl_err
write_to(struct pawl_buf *buf, const struct pawl_json *value, bool is_pretty)
{
	struct writer w = {.buf = buf, .is_pretty = is_pretty};

	write_value(&w, value, 0);
	if (w.is_too_deep)
		buf->overflow = true;
	return pawl_buf_status(buf);
}

enum pawl_err
pawl_json_write(struct pawl_buf *buf, const struct pawl_json *value)
{
	return write_to(buf, value, false);
}

enum pawl_err
pawl_json_write_pretty(struct pawl_buf *buf, const struct pawl_json *value)
{
	return write_to(buf, value, true);
}

struct pawl_str
pawl_json_text(struct pawl_arena *arena, const struct pawl_json *value)
{
	struct pawl_str text = PAWL_STR("");
	struct pawl_buf buf;

	pawl_buf_init(&buf, SIZE_MAX / 2);
	(void)pawl_buf_reserve(&buf, TEXT_BYTES);
	if (pawl_json_write(&buf, value) == PAWL_OK)
		text = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return text;
}
