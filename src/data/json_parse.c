#include <stdlib.h>

#include "base/alloc.h"
#include "data/json.h"
#include "data/json_internal.h"
#include "data/json_scan.h"

/* Collects the values of containers that are still open, one after the other. In an object
 * each key is pushed right before its value, which makes the two a pawl_json_member. When a
 * container closes, what it holds moves to the arena in one piece. */
struct collector {
	struct pawl_arena *arena;
	char *top;
	char *bytes;
	char *limit;
	char *heap;                        /* `bytes` once `first` was too small */
	size_t start[PAWL_JSON_DEPTH_OWN]; /* where the container of each level begins */
	char first[4096] __attribute__((aligned(16)));
};

_Static_assert(sizeof(struct pawl_json) == 24, "a value is 24 bytes");
_Static_assert(sizeof(struct pawl_json_member) ==
		       sizeof(struct pawl_str) + sizeof(struct pawl_json),
	       "a key and a value next to each other are a member");

/* One machine for parsing and for validating: `to` is NULL when nothing is built. */
struct machine {
	struct pawl_json_scan scan;
	struct collector *to;
	enum pawl_err err;
	unsigned depth, depth_max;
	size_t values_left;
	bool in_object[PAWL_JSON_DEPTH_OWN + 1];
};

static void
collector_init(struct collector *c, struct pawl_arena *arena)
{
	c->arena = arena;
	c->heap = NULL;
	c->bytes = c->first;
	c->top = c->first;
	c->limit = c->first + sizeof(c->first);
}

static void
collector_grow(struct collector *c)
{
	size_t used = (size_t)(c->top - c->bytes), cap = (size_t)(c->limit - c->bytes) * 2;
	char *heap = pawl_realloc_array(c->heap, cap, 1);

	if (!c->heap)
		memcpy(heap, c->first, used);
	c->heap = c->bytes = heap;
	c->top = heap + used;
	c->limit = heap + cap;
}

static inline void
collector_push(struct collector *c, const void *data, size_t len)
{
	if ((size_t)(c->limit - c->top) < len)
		collector_grow(c);
	memcpy(c->top, data, len);
	c->top += len;
}

static void
collector_close(struct collector *c, unsigned level, bool is_object)
{
	char *start = c->bytes + c->start[level];
	size_t len = (size_t)(c->top - start);
	struct pawl_json v = {.type = is_object ? PAWL_JSON_OBJECT : PAWL_JSON_ARRAY};

	if (len > 0) {
		void *copy = pawl_arena_alloc(c->arena, len);

		memcpy(copy, start, len);
		if (is_object) {
			v = pawl_json_seal_object(c->arena, copy,
						  len / sizeof(struct pawl_json_member));
		} else {
			v.items = copy;
			v.len = (uint32_t)(len / sizeof(struct pawl_json));
		}
	}
	c->top = start;
	collector_push(c, &v, sizeof(v));
}

static bool
fail(struct machine *m, const char *message)
{
	m->scan.message = message;
	return false;
}

/* With `to`, the scanned text is the arena's own copy of the source, so escapes are decoded in
 * place and no string is copied a second time. */
static inline bool
read_string(struct machine *m, struct pawl_str *out)
{
	const char *start = ++m->scan.p;
	bool has_escapes;

	if (!pawl_json_scan_string(&m->scan, &has_escapes))
		return false;
	*out = pawl_str(start, (size_t)(m->scan.p - 1 - start));
	if (has_escapes && m->to)
		out->len = pawl_json_unescape((char *)start, out->len);
	return true;
}

/* Reads `"key" :`. */
static inline bool
read_key(struct machine *m)
{
	struct pawl_str key;

	pawl_json_skip_space(&m->scan);
	if (m->scan.p == m->scan.end || *m->scan.p != '"')
		return fail(m, "expected a member's name in double quotes");
	if (!read_string(m, &key))
		return false;
	pawl_json_skip_space(&m->scan);
	if (m->scan.p == m->scan.end || *m->scan.p != ':')
		return fail(m, "expected ':' after a member's name");
	m->scan.p++;
	if (m->to)
		collector_push(m->to, &key, sizeof(key));
	return true;
}

static inline void
close_container(struct machine *m)
{
	m->scan.p++;
	m->depth--;
	if (m->to)
		collector_close(m->to, m->depth, m->in_object[m->depth + 1]);
}

/* Goes into a container: up to the place of its first value, or out again when it is empty. */
static bool
open_container(struct machine *m, bool is_object, bool *is_open)
{
	if (m->depth == m->depth_max) {
		m->err = PAWL_ETOOBIG;
		return fail(m, m->depth_max == PAWL_JSON_DEPTH_MAX
				       ? "nested deeper than 512 levels"
				       : "nested deeper than 1024 levels");
	}
	m->scan.p++;
	if (m->to)
		m->to->start[m->depth] = (size_t)(m->to->top - m->to->bytes);
	m->in_object[++m->depth] = is_object;
	pawl_json_skip_space(&m->scan);
	*is_open = m->scan.p == m->scan.end || *m->scan.p != (is_object ? '}' : ']');
	if (!*is_open) {
		close_container(m);
		return true;
	}
	return !is_object || read_key(m);
}

static inline bool
read_scalar(struct machine *m, char c)
{
	struct pawl_json v = {.type = PAWL_JSON_NULL};
	struct pawl_str text = {m->scan.p, 0};
	bool ok;

	if (c == '"') {
		v.type = PAWL_JSON_STRING;
		ok = read_string(m, &text);
	} else if (c == 't' || c == 'f') {
		v.type = PAWL_JSON_BOOL;
		v.boolean = c == 't';
		ok = c == 't' ? pawl_json_scan_word(&m->scan, "true", 4)
			      : pawl_json_scan_word(&m->scan, "false", 5);
	} else if (c == 'n') {
		ok = pawl_json_scan_word(&m->scan, "null", 4);
	} else if (c == '-' || (c >= '0' && c <= '9')) {
		v.type = PAWL_JSON_NUMBER;
		ok = pawl_json_scan_number(&m->scan);
		text.len = (size_t)(m->scan.p - text.ptr);
	} else {
		ok = fail(m, "expected a value");
	}
	if (ok && m->to) {
		if (v.type == PAWL_JSON_STRING || v.type == PAWL_JSON_NUMBER) {
			v.text = text.ptr;
			v.len = (uint32_t)text.len;
		}
		collector_push(m->to, &v, sizeof(v));
	}
	return ok;
}

/* After a value: closes what ends here, up to the place of the next value. *is_done at the
 * end of the outermost value. */
static inline bool
read_after_value(struct machine *m, bool *is_done)
{
	while (m->depth > 0) {
		bool is_object = m->in_object[m->depth];

		pawl_json_skip_space(&m->scan);
		if (m->scan.p < m->scan.end && *m->scan.p == ',') {
			m->scan.p++;
			return !is_object || read_key(m);
		}
		if (m->scan.p == m->scan.end || *m->scan.p != (is_object ? '}' : ']'))
			return fail(m, is_object ? "expected ',' or '}'" : "expected ',' or ']'");
		close_container(m);
	}
	*is_done = true;
	return true;
}

static bool
run(struct machine *m)
{
	bool is_done = false;

	while (!is_done) {
		bool is_open = false;
		char c;

		pawl_json_skip_space(&m->scan);
		if (m->scan.p == m->scan.end)
			return fail(m, "expected a value, but the text ends here");
		if (m->values_left-- == 0) {
			m->err = PAWL_ETOOBIG;
			return fail(m, "there are too many values");
		}
		c = *m->scan.p;
		if (c == '{' || c == '[') {
			if (!open_container(m, c == '{', &is_open))
				return false;
		} else if (!read_scalar(m, c)) {
			return false;
		}
		if (!is_open && !read_after_value(m, &is_done))
			return false;
	}
	pawl_json_skip_space(&m->scan);
	return m->scan.p == m->scan.end || fail(m, "something follows the value");
}

static void
locate(struct pawl_json_error *error, struct pawl_str text, size_t offset, const char *message)
{
	if (!error)
		return;
	*error = (struct pawl_json_error){offset, 1, 1, message};
	for (size_t i = 0; i < offset; i++) {
		error->column++;
		if (text.ptr[i] == '\n') {
			error->line++;
			error->column = 1;
		}
	}
}

static enum pawl_err
run_over(struct machine *m, struct pawl_str text, const char *bytes, struct pawl_json_error *error)
{
	if (text.len == 0)
		bytes = text.ptr = ""; /* no arithmetic on a NULL pointer */
	m->scan = (struct pawl_json_scan){bytes, bytes + text.len, NULL};
	m->err = PAWL_EINVAL;
	m->depth = 0;
	if (run(m))
		return PAWL_OK;
	locate(error, text, (size_t)(m->scan.p - bytes), m->scan.message);
	return m->err;
}

static enum pawl_err
check_size(struct pawl_str text, struct pawl_json_error *error)
{
	if (text.len <= UINT32_MAX)
		return PAWL_OK;
	locate(error, text, 0, "the text is longer than 4 GiB");
	return PAWL_ETOOBIG;
}

static enum pawl_err
build(struct pawl_arena *arena, struct pawl_str text, unsigned depth_max, struct pawl_json *out,
      struct pawl_json_error *error)
{
	struct collector collector;
	struct machine m;
	enum pawl_err err = check_size(text, error);

	if (err)
		return err;
	collector_init(&collector, arena);
	m.to = &collector;
	m.depth_max = depth_max;
	m.values_left = SIZE_MAX;
	err = run_over(&m, text, pawl_arena_dup(arena, text).ptr, error);
	if (!err)
		memcpy(out, collector.bytes, sizeof(*out));
	free(collector.heap);
	return err;
}

enum pawl_err
pawl_json_parse(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *out,
		struct pawl_json_error *error)
{
	return build(arena, text, PAWL_JSON_DEPTH_MAX, out, error);
}

enum pawl_err
pawl_json_read_back(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *out,
		    struct pawl_json_error *error)
{
	return build(arena, text, PAWL_JSON_DEPTH_OWN, out, error);
}

static enum pawl_err
validate(struct pawl_str text, size_t max_values, struct pawl_json_error *error)
{
	struct machine m;
	enum pawl_err err = check_size(text, error);

	if (err)
		return err;
	m.to = NULL;
	m.depth_max = PAWL_JSON_DEPTH_MAX;
	m.values_left = max_values;
	return run_over(&m, text, text.ptr, error);
}

enum pawl_err
pawl_json_validate(struct pawl_str text, struct pawl_json_error *error)
{
	return validate(text, SIZE_MAX, error);
}

/* Nothing is built before it is known to be within the limit, and a value takes two bytes. */
enum pawl_err
pawl_json_parse_bounded(struct pawl_arena *arena, struct pawl_str text, size_t max_values,
			struct pawl_json *out, struct pawl_json_error *error)
{
	enum pawl_err err = text.len / 2 < max_values ? PAWL_OK : validate(text, max_values, error);

	return err ? err : pawl_json_parse(arena, text, out, error);
}
