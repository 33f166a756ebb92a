/* The signature is over the same JSON, written another way: signed as one text and sent as another,
 * or parsed and written anew by something in between. */
#include <stdlib.h>

#include "base/alloc.h"
#include "trigger/auth/diagnose_internal.h"

enum {
	SORTED = 1 << 0,
	ASCII = 1 << 1,   /* \uXXXX for whatever is not ASCII */
	SLASHES = 1 << 2, /* \/ */
	HTML = 1 << 3,    /* \u003c for <, > and & */
};

struct style {
	const char *name;
	const char *item, *key; /* separators */
	unsigned indent;        /* per level; 0: one line */
	unsigned flags;
};

static const struct style styles[] = {
	{"without blanks, as JSON.stringify writes it", ",", ":", 0, 0},
	{"with blanks after commas and colons, as Python's json.dumps writes it", ", ", ": ", 0,
	 ASCII},
	{"with blanks after commas and colons", ", ", ": ", 0, 0},
	{"without blanks, with \\u escapes", ",", ":", 0, ASCII},
	{"indented by two", ",", ": ", 2, 0},
	{"indented by two, with \\u escapes", ",", ": ", 2, ASCII},
	{"indented by four", ",", ": ", 4, 0},
	{"indented by four, with \\u escapes", ",", ": ", 4, ASCII},
	{"with sorted members and no blanks", ",", ":", 0, SORTED},
	{"with sorted members, no blanks and \\u escapes", ",", ":", 0, SORTED | ASCII},
	{"with sorted members and blanks, as Python's sort_keys writes it", ", ", ": ", 0,
	 SORTED | ASCII},
	{"with sorted members and blanks", ", ", ": ", 0, SORTED},
	{"with sorted members, indented by two", ",", ": ", 2, SORTED},
	{"with \\/ and \\u escapes, as PHP's json_encode writes it", ",", ":", 0, SLASHES | ASCII},
	{"with \\u003c and the like, as Go's encoding/json writes it", ",", ":", 0, HTML},
	{"with \\u003c and the like and sorted members, as Go writes a map", ",", ":", 0,
	 HTML | SORTED},
};

static void write_value(struct pawl_buf *out, const struct pawl_json *v, const struct style *style,
			unsigned depth);

static void
write_escape(struct pawl_buf *out, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		pawl_buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)),
				(unsigned)(0xdc00 + (c & 0x3ff)));
	} else {
		pawl_buf_printf(out, "\\u%04x", (unsigned)c);
	}
}

/* Two characters for those that have them; false for all others. */
static bool
write_short_escape(struct pawl_buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (!at)
		return false;
	pawl_buf_append_char(out, '\\');
	pawl_buf_append_char(out, to[at - from]);
	return true;
}

/* By its first byte. */
static bool
is_escaped(unsigned char c, const struct style *style)
{
	if (c >= 0x80)
		return style->flags & ASCII;
	return c < 0x20 || ((style->flags & HTML) && strchr("<>&", c));
}

static void
write_string(struct pawl_buf *out, struct pawl_str s, const struct style *style)
{
	pawl_buf_append_char(out, '"');
	for (size_t i = 0; i < s.len;) {
		unsigned char c = (unsigned char)s.ptr[i];
		size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		uint32_t point = c;

		if (n > 1) {
			point = c & (0x7fu >> n);
			for (size_t k = 1; k < n; k++)
				point = point << 6 | ((unsigned char)s.ptr[i + k] & 0x3f);
		}
		if (is_escaped(c, style)) {
			if (n > 1 || !write_short_escape(out, (char)c))
				write_escape(out, point);
		} else if (c == '/' && (style->flags & SLASHES)) {
			pawl_buf_append_c(out, "\\/");
		} else if (n > 1 || !write_short_escape(out, (char)c)) {
			pawl_buf_append(out, s.ptr + i, n);
		}
		i += n;
	}
	pawl_buf_append_char(out, '"');
}

static void
break_line(struct pawl_buf *out, const struct style *style, unsigned depth)
{
	if (style->indent == 0)
		return;
	pawl_buf_append_char(out, '\n');
	for (unsigned i = 0; i < depth * style->indent; i++)
		pawl_buf_append_char(out, ' ');
}

static int
compare_members(const void *a, const void *b)
{
	const struct pawl_json_member *const *x = a, *const *y = b;

	return pawl_str_cmp((*x)->key, (*y)->key);
}

static void
write_members(struct pawl_buf *out, const struct pawl_json *v, const struct style *style,
	      unsigned depth)
{
	const struct pawl_json_member **order = pawl_calloc(v->len + 1, sizeof(*order));

	for (uint32_t i = 0; i < v->len; i++)
		order[i] = &v->members[i];
	if (style->flags & SORTED)
		qsort(order, v->len, sizeof(*order), compare_members);
	for (uint32_t i = 0; i < v->len; i++) {
		if (i > 0)
			pawl_buf_append_c(out, style->item);
		break_line(out, style, depth);
		write_string(out, order[i]->key, style);
		pawl_buf_append_c(out, style->key);
		write_value(out, &order[i]->value, style, depth);
	}
	free(order);
}

static void
write_container(struct pawl_buf *out, const struct pawl_json *v, const struct style *style,
		unsigned depth)
{
	bool is_object = v->type == PAWL_JSON_OBJECT;

	pawl_buf_append_char(out, is_object ? '{' : '[');
	if (is_object)
		write_members(out, v, style, depth + 1);
	for (uint32_t i = 0; !is_object && i < v->len; i++) {
		if (i > 0)
			pawl_buf_append_c(out, style->item);
		break_line(out, style, depth + 1);
		write_value(out, &v->items[i], style, depth + 1);
	}
	if (v->len > 0)
		break_line(out, style, depth);
	pawl_buf_append_char(out, is_object ? '}' : ']');
}

/* At most as deep as the parser lets in. */
static void
write_value(struct pawl_buf *out, const struct pawl_json *v, const struct style *style,
	    unsigned depth)
{
	switch ((enum pawl_json_type)v->type) {
	case PAWL_JSON_STRING:
		write_string(out, pawl_json_str(v), style);
		break;
	case PAWL_JSON_ARRAY:
	case PAWL_JSON_OBJECT:
		write_container(out, v, style, depth);
		break;
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
	case PAWL_JSON_NUMBER:
		(void)pawl_json_write(out, v);
		break;
	}
}

static bool
try_style(struct pawl_diagnosing *d, const struct pawl_json *tree, const struct style *style)
{
	struct pawl_request_facts facts = *d->in->facts;
	struct pawl_buf text;
	bool found = false;

	pawl_buf_init(&text, 8 * PAWL_DIAGNOSE_BODY_MAX);
	write_value(&text, tree, style, 0);
	/* Files and some writers end in a line break. */
	for (int newline = 0; newline < 2 && !found && pawl_buf_status(&text) == PAWL_OK;
	     newline++) {
		if (newline)
			pawl_buf_append_char(&text, '\n');
		facts.body = pawl_buf_peek(&text);
		found = pawl_diagnosing_fits(d, &d->lax, &d->key, &facts);
	}
	pawl_buf_fini(&text);
	return found &&
	       pawl_diagnosing_found_with(
		       d, "body_reserialised",
		       "the signature is over the same JSON written %s: the body was written anew "
		       "after signing. Sign the bytes that are sent, and send them as they are",
		       style->name);
}

bool
pawl_diagnose_json(struct pawl_diagnosing *d)
{
	struct pawl_json tree;

	if (d->in->facts->body.len == 0 ||
	    pawl_json_parse(&d->scratch, d->in->facts->body, &tree, NULL) != PAWL_OK ||
	    (tree.type != PAWL_JSON_OBJECT && tree.type != PAWL_JSON_ARRAY))
		return false;
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		if (try_style(d, &tree, &styles[i]))
			return true;
	}
	return false;
}
