/* libfyaml's events, built into JSON values from the leaves up. An alias is a copy of its
 * anchor's value, which costs nothing here; but whoever writes the value pays for each copy, so
 * the expanded size is counted and limited. */
#include "data/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/utf8.h"
#include "data/yaml_quoted.h"
#include "data/yaml_scalar.h"

/* What aliases may add to a document in all: bytes of text and one for each value. */
#define ALIASED_MAX     (16u << 20)
#define BLANK_LINES_MAX 200

/* A finished value. */
struct node {
	struct pawl_json value;
	size_t size;     /* written out, about: text bytes plus one for each value in it */
	unsigned height; /* levels of containers in it */
};

/* A container that is still open. */
struct frame {
	struct pawl_json_builder builder;
	struct pawl_map keys; /* of a mapping, to find one that occurs twice */
	struct pawl_str key;
	bool has_key; /* the key was read, its value comes next */
	char *anchor;
	size_t size;
	unsigned height;
};

struct reader {
	struct pawl_str text;
	struct pawl_arena *arena;
	struct pawl_problems *problems;
	struct pawl_map anchors; /* name -> struct node in the arena */
	struct frame *frames;
	unsigned depth;
	unsigned cap;
	size_t aliased;
	struct pawl_json root;
	bool has_root;
	enum pawl_err err;
	int line, column; /* of the event that is being read, from 1 */
};

static bool
fail(struct reader *r, enum pawl_err err, const char *message)
{
	char where[48];

	snprintf(where, sizeof(where), "%d:%d", r->line, r->column);
	pawl_problems_add(r->problems, where, "%s", message);
	r->err = err;
	return false;
}

static struct pawl_str
token_text(struct fy_token *token)
{
	struct pawl_str s = PAWL_STR("");
	size_t len = 0;
	const char *text = token ? fy_token_get_text(token, &len) : NULL;

	return text ? pawl_str(text, len) : s;
}

static struct frame *
top(struct reader *r)
{
	return r->depth > 0 ? &r->frames[r->depth - 1] : NULL;
}

static bool
wants_key(struct reader *r)
{
	return r->depth > 0 && top(r)->builder.is_object && !top(r)->has_key;
}

static bool
add_key(struct reader *r, struct pawl_str text)
{
	struct frame *f = top(r);

	f->key = pawl_arena_dup(r->arena, text);
	f->has_key = true;
	f->size += text.len;
	if (pawl_map_set(&f->keys, text, r))
		return fail(r, PAWL_EINVAL, "the key occurs twice in the same mapping");
	return true;
}

static void
remember(struct reader *r, const char *anchor, const struct node *node)
{
	struct node *copy = pawl_arena_alloc(r->arena, sizeof(*copy));

	*copy = *node;
	pawl_map_set(&r->anchors, pawl_str_c(anchor), copy);
}

static bool
add_value(struct reader *r, const struct node *node)
{
	struct frame *f = top(r);

	if (!f) {
		r->root = node->value;
		r->has_root = true;
		return true;
	}
	if (r->depth + node->height > PAWL_JSON_DEPTH_MAX)
		return fail(r, PAWL_ETOOBIG, "nested deeper than 512 levels");
	if (f->builder.is_object)
		pawl_json_set(&f->builder, f->key, node->value);
	else
		pawl_json_push(&f->builder, node->value);
	f->has_key = false;
	f->size += node->size;
	if (f->height < node->height)
		f->height = node->height;
	return true;
}

/* Where libfyaml 0.7.12 decodes less of a block text than it counted, a NUL (which cannot stand
 * in the source) and bytes that were never written follow. Where it does so with a folded text,
 * it has lost a line break. */
static const char *
unquoted_text(struct fy_token *token, enum fy_scalar_style style, struct pawl_str *out)
{
	*out = token_text(token);
	if (out->len == 0 || !memchr(out->ptr, '\0', out->len))
		return NULL;
	if (style == FYSS_FOLDED)
		return "a line indented by one blank after an empty line: use | in place of >";
	return "a text of blanks with an indentation indicator: use quotes";
}

/* The text of a scalar, decoded. Returns NULL, or what is wrong with it. */
static const char *
scalar_text(struct reader *r, struct fy_token *token, enum fy_scalar_style style,
	    struct pawl_str *out)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	size_t at = mark ? mark->input_pos : 0;

	if (style != FYSS_SINGLE_QUOTED && style != FYSS_DOUBLE_QUOTED)
		return unquoted_text(token, style, out);
	if (at == 0 || at > r->text.len ||
	    r->text.ptr[at - 1] != (style == FYSS_SINGLE_QUOTED ? '\'' : '"'))
		return "the quoted text cannot be read";
	return pawl_yaml_unquote(r->arena, pawl_str_sub(r->text, at, r->text.len),
				 r->text.ptr[at - 1], out);
}

static bool
on_scalar(struct reader *r, struct fy_event *event)
{
	struct fy_token *anchor = fy_event_get_anchor_token(event), *value = event->scalar.value;
	enum fy_scalar_style style = value ? fy_scalar_token_get_style(value) : FYSS_PLAIN;
	bool is_key = wants_key(r); /* always a string, however it looks */
	bool is_plain = !is_key && (style == FYSS_PLAIN || style == FYSS_ANY);
	struct node node;
	struct pawl_str text;
	const char *problem = scalar_text(r, value, style, &text);

	if (!problem)
		problem = pawl_yaml_scalar(r->arena, text, token_text(event->scalar.tag), is_plain,
					   &node.value);
	if (problem)
		return fail(r, PAWL_EINVAL, problem);
	node.size = text.len + 1;
	node.height = 0;
	if (anchor)
		remember(r, pawl_arena_dup_c(r->arena, token_text(anchor)), &node);
	return is_key ? add_key(r, text) : add_value(r, &node);
}

static bool
on_alias(struct reader *r, struct fy_event *event)
{
	const struct node *node = pawl_map_get(&r->anchors, token_text(event->alias.anchor));

	if (!node)
		return fail(r, PAWL_EINVAL, "the alias names no anchor that ends before it");
	if (wants_key(r)) {
		if (node->value.type != PAWL_JSON_STRING)
			return fail(r, PAWL_EINVAL, "an alias as a key has to stand for a string");
		return add_key(r, pawl_json_str(&node->value));
	}
	r->aliased += node->size;
	if (r->aliased > ALIASED_MAX)
		return fail(r, PAWL_ETOOBIG, "aliases make the document larger than 16 MiB");
	return add_value(r, node);
}

static bool
tag_fits(struct pawl_str tag, bool is_object)
{
	return tag.len == 0 || pawl_str_eq_c(tag, "!") ||
	       pawl_str_eq_c(tag,
			     is_object ? PAWL_YAML_TAG_PREFIX "map" : PAWL_YAML_TAG_PREFIX "seq");
}

static bool
on_open(struct reader *r, struct fy_event *event, bool is_object)
{
	struct fy_token *anchor = fy_event_get_anchor_token(event);
	struct frame *f;

	if (wants_key(r))
		return fail(r, PAWL_EINVAL, "a key has to be a scalar");
	if (!tag_fits(token_text(fy_event_get_tag_token(event)), is_object))
		return fail(r, PAWL_EINVAL, "unknown tag, or one that does not fit the value");
	if (r->depth == PAWL_JSON_DEPTH_MAX)
		return fail(r, PAWL_ETOOBIG, "nested deeper than 512 levels");
	if (r->depth == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->frames = pawl_realloc_array(r->frames, r->cap, sizeof(*r->frames));
	}
	f = &r->frames[r->depth++];
	*f = (struct frame){.size = 1};
	if (anchor)
		f->anchor = pawl_arena_dup_c(r->arena, token_text(anchor));
	if (is_object)
		pawl_json_object_begin(&f->builder, r->arena);
	else
		pawl_json_array_begin(&f->builder, r->arena);
	return true;
}

static bool
on_close(struct reader *r)
{
	struct frame *f = top(r);
	struct node node = {
		.value = pawl_json_end(&f->builder), .size = f->size, .height = f->height + 1};

	if (f->anchor)
		remember(r, f->anchor, &node);
	pawl_map_fini(&f->keys);
	r->depth--;
	return add_value(r, &node);
}

static bool
on_event(struct reader *r, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	if (mark) {
		r->line = mark->line + 1;
		r->column = mark->column + 1;
	}
	switch (event->type) {
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		return true;
	case FYET_DOCUMENT_START:
		return !r->has_root || fail(r, PAWL_EINVAL, "more than one document");
	case FYET_MAPPING_START:
		return on_open(r, event, true);
	case FYET_SEQUENCE_START:
		return on_open(r, event, false);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		return on_close(r);
	case FYET_SCALAR:
		return on_scalar(r, event);
	case FYET_ALIAS:
		return on_alias(r, event);
	}
	return true;
}

/* What libfyaml itself found wrong. */
static void
report_syntax(struct reader *r, struct fy_diag *diag)
{
	const struct fy_diag_error *error;
	void *cursor = NULL;
	bool any = false;

	while ((error = fy_diag_errors_iterate(diag, &cursor))) {
		if (error->type != FYET_ERROR)
			continue;
		r->line = error->line;
		r->column = error->column;
		fail(r, PAWL_EINVAL, error->msg);
		any = true;
	}
	if (!any)
		fail(r, PAWL_EINVAL, "not valid YAML after this place");
}

static void
read_events(struct reader *r, struct fy_parser *parser, struct fy_diag *diag)
{
	struct fy_event *event;
	bool ok = true;

	while (ok && (event = fy_parser_parse(parser))) {
		ok = on_event(r, event);
		fy_parser_event_free(parser, event);
	}
	if (ok && fy_parser_get_stream_error(parser))
		report_syntax(r, diag);
	else if (ok && !r->has_root)
		fail(r, PAWL_EINVAL, "there is no document in the text");
}

static void
read_text(struct reader *r)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {
		/* Depth is limited here, and its events need no stack of their own. */
		.flags = FYPCF_QUIET | FYPCF_DISABLE_DEPTH_LIMIT | FYPCF_DISABLE_MMAP_OPT |
			 FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
	};
	struct fy_parser *parser = NULL;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL; /* nothing on standard error */
	cfg.diag = fy_diag_create(&diag_cfg);
	if (cfg.diag) {
		fy_diag_set_collect_errors(cfg.diag, true);
		parser = fy_parser_create(&cfg);
	}
	if (parser && fy_parser_set_string(parser, r->text.ptr, r->text.len) == 0)
		read_events(r, parser, cfg.diag);
	else
		fail(r, PAWL_EINVAL, "the YAML parser did not start");
	while (r->depth > 0) {
		pawl_map_fini(&top(r)->keys);
		r->depth--;
	}
	fy_parser_destroy(parser);
	fy_diag_destroy(cfg.diag);
}

/* libfyaml does not look at every character of a comment or a quoted string, and takes time
 * that is quadratic in the number of blank lines in a row inside a scalar (0.7.12: 16 seconds
 * for 100 KB of them). */
static bool
check_characters(struct reader *r)
{
	const unsigned char *p = (const unsigned char *)r->text.ptr, *end = p + r->text.len;
	unsigned blank_lines = 0;
	bool is_blank = true;
	size_t n;

	for (; p < end; p += n) {
		bool is_break = *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));

		n = pawl_utf8_step(p, (size_t)(end - p));
		if (n == 0)
			return fail(r, PAWL_EINVAL, "the text is not valid UTF-8");
		if ((*p < 0x20 && *p != '\t' && *p != '\r' && *p != '\n') || *p == 0x7F)
			return fail(r, PAWL_EINVAL, "control character: write it as an escape");
		r->column++;
		if (is_break) {
			blank_lines = is_blank ? blank_lines + 1 : 0;
			is_blank = true;
			r->line++;
			r->column = 1;
		} else if (*p > ' ') {
			is_blank = false;
		}
		if (blank_lines > BLANK_LINES_MAX)
			return fail(r, PAWL_ETOOBIG, "more than 200 blank lines in a row");
	}
	r->line = r->column = 1;
	return true;
}

/* JSON is read as such: it is stricter, and says so with better words. */
static bool
looks_like_json(struct pawl_str text)
{
	struct pawl_str s = pawl_str_trim(text);

	return s.len > 0 && (s.ptr[0] == '{' || s.ptr[0] == '[') &&
	       pawl_json_validate(s, NULL) == PAWL_OK;
}

/* libfyaml decodes some block texts wrongly when the document ends inside their last line. */
static struct pawl_str
with_last_line_ended(struct pawl_arena *arena, struct pawl_str text)
{
	char *copy;

	if (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
		return text;
	copy = pawl_arena_alloc(arena, text.len + 1);
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\n';
	return pawl_str(copy, text.len + 1);
}

enum pawl_err
pawl_yaml_parse(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *out,
		struct pawl_problems *problems)
{
	static const struct pawl_str mark = {"\xEF\xBB\xBF", 3}; /* byte order */
	struct reader r = {.arena = arena, .problems = problems, .line = 1, .column = 1};

	if (looks_like_json(text))
		return pawl_json_parse(arena, text, out, NULL);
	if (pawl_str_starts_with(text, mark))
		text = pawl_str_sub(text, mark.len, text.len);
	r.text = with_last_line_ended(arena, text);
	if (check_characters(&r))
		read_text(&r);
	pawl_map_fini(&r.anchors);
	free(r.frames);
	if (r.err == PAWL_OK)
		*out = r.root;
	return r.err;
}
