#include <stdlib.h>

#include "base/alloc.h"
#include "data/jsonpath_parse.h"

/* slice-selector after its start: the parser stands at the first colon. */
static bool
take_slice(struct pawl_jp_parser *parser, struct pawl_jp_slice *slice)
{
	parser->p++;
	slice->step = 1;
	pawl_jp_skip_space(parser);
	if (pawl_jp_at_number(parser)) {
		slice->has_end = true;
		if (!pawl_jp_take_int(parser, &slice->end))
			return false;
		pawl_jp_skip_space(parser);
	}
	if (!pawl_jp_accept(parser, ':'))
		return true;
	pawl_jp_skip_space(parser);
	if (!pawl_jp_at_number(parser))
		return true;
	return pawl_jp_take_int(parser, &slice->step);
}

static bool
take_index_or_slice(struct pawl_jp_parser *parser, struct pawl_jp_selector *selector)
{
	int64_t start = 0;
	bool has_start = pawl_jp_at_number(parser);
	const char *behind;

	if (has_start && !pawl_jp_take_int(parser, &start))
		return false;
	behind = parser->p;
	pawl_jp_skip_space(parser);
	if (!pawl_jp_next_is(parser, ':')) {
		parser->p = behind;
		selector->kind = PAWL_JP_INDEX;
		selector->index = start;
		return true;
	}
	selector->kind = PAWL_JP_SLICE;
	selector->slice = (struct pawl_jp_slice){.start = start, .has_start = has_start};
	return take_slice(parser, &selector->slice);
}

static bool
take_selector(struct pawl_jp_parser *parser, struct pawl_jp_selector *selector)
{
	if (pawl_jp_next_is(parser, '\'') || pawl_jp_next_is(parser, '"')) {
		selector->kind = PAWL_JP_NAME;
		return pawl_jp_take_string(parser, &selector->name);
	}
	if (pawl_jp_accept(parser, '*')) {
		selector->kind = PAWL_JP_WILDCARD;
		return true;
	}
	if (pawl_jp_accept(parser, '?')) {
		selector->kind = PAWL_JP_FILTER;
		pawl_jp_skip_space(parser);
		return pawl_jp_take_filter(parser, &selector->filter);
	}
	if (pawl_jp_at_number(parser) || pawl_jp_next_is(parser, ':'))
		return take_index_or_slice(parser, selector);
	return pawl_jp_fail_expected(parser,
				     "a quoted name, an index, a slice, '*' or a '?' filter");
}

static struct pawl_jp_selector *
add_selector(struct pawl_jp_parser *parser, struct pawl_jp_segment *segment)
{
	segment->selectors =
		pawl_jp_grow(parser, segment->selectors, segment->len, sizeof(*segment->selectors));
	return &segment->selectors[segment->len++];
}

/* bracketed-selection, after its `[`. */
static bool
take_selectors(struct pawl_jp_parser *parser, struct pawl_jp_segment *segment)
{
	do {
		pawl_jp_skip_space(parser);
		if (!take_selector(parser, add_selector(parser, segment)))
			return false;
		pawl_jp_skip_space(parser);
	} while (pawl_jp_accept(parser, ','));
	if (!pawl_jp_accept(parser, ']'))
		return pawl_jp_fail_expected(parser, "',' or ']'");
	return true;
}

static bool
take_segment(struct pawl_jp_parser *parser, struct pawl_jp_segment *segment)
{
	struct pawl_jp_selector *only;

	*segment = (struct pawl_jp_segment){0};
	if (pawl_jp_accept(parser, '[')) {
		if (!take_selectors(parser, segment))
			return false;
	} else {
		parser->p++; /* the dot */
		segment->is_descendant = pawl_jp_accept(parser, '.');
		if (segment->is_descendant && pawl_jp_accept(parser, '['))
			return take_selectors(parser, segment);
		only = add_selector(parser, segment);
		only->kind = PAWL_JP_WILDCARD;
		if (!pawl_jp_accept(parser, '*')) {
			only->kind = PAWL_JP_NAME;
			if (!pawl_jp_take_name(parser, &only->name))
				return false;
		}
	}
	segment->is_singular = !segment->is_descendant && segment->len == 1 &&
			       (segment->selectors[0].kind == PAWL_JP_NAME ||
				segment->selectors[0].kind == PAWL_JP_INDEX);
	return true;
}

bool
pawl_jp_take_segments(struct pawl_jp_parser *parser, struct pawl_jp_query *query)
{
	query->is_singular = true;
	for (;;) {
		const char *behind = parser->p;

		pawl_jp_skip_space(parser);
		if (!pawl_jp_next_is(parser, '.') && !pawl_jp_next_is(parser, '[')) {
			parser->p = behind;
			return true;
		}
		query->segments =
			pawl_jp_grow(parser, query->segments, query->len, sizeof(*query->segments));
		if (!take_segment(parser, &query->segments[query->len]))
			return false;
		query->is_singular &= query->segments[query->len++].is_singular;
	}
}

/* Only of what was read: a template that holds many paths is not checked once for each. */
static bool
check_utf8(struct pawl_jp_parser *parser)
{
	struct pawl_str text = pawl_str(parser->start, (size_t)(parser->p - parser->start));

	return pawl_str_is_utf8(text) || pawl_jp_fail(parser, parser->start, "not UTF-8");
}

/* With a `used` the text may go on behind the segments, and there is no `$` before them. */
static enum pawl_err
compile(struct pawl_str text, size_t *used, struct pawl_jsonpath **out,
	struct pawl_jsonpath_error *error)
{
	struct pawl_jsonpath *path = pawl_calloc(1, sizeof(*path));
	const char *start = text.ptr ? text.ptr : "";
	struct pawl_jp_parser parser = {
		.start = start, .p = start, .end = start + text.len, .path = path, .error = error};
	bool ok;

	pawl_arena_init(&path->arena, 512);
	path->query.is_absolute = true;
	ok = text.len <= UINT32_MAX || pawl_jp_fail(&parser, start, "too long");
	if (ok && !used && !pawl_jp_accept(&parser, '$'))
		ok = pawl_jp_fail_expected(&parser, "'$', the root");
	ok = ok && pawl_jp_take_segments(&parser, &path->query);
	if (ok && !used && parser.p != parser.end)
		ok = pawl_jp_fail_expected(&parser, "'.', '[' or the end");
	ok = ok && check_utf8(&parser);
	if (!ok) {
		pawl_jsonpath_free(path);
		return PAWL_EINVAL;
	}
	if (used)
		*used = (size_t)(parser.p - start);
	*out = path;
	return PAWL_OK;
}

enum pawl_err
pawl_jsonpath_compile(struct pawl_str query, struct pawl_jsonpath **out,
		      struct pawl_jsonpath_error *error)
{
	return compile(query, NULL, out, error);
}

enum pawl_err
pawl_jsonpath_compile_segments(struct pawl_str text, size_t *used, struct pawl_jsonpath **out,
			       struct pawl_jsonpath_error *error)
{
	return compile(text, used, out, error);
}

void
pawl_jsonpath_free(struct pawl_jsonpath *path)
{
	if (!path)
		return;
	while (path->regexps) {
		struct pawl_jp_regexp *regexp = path->regexps;

		path->regexps = *pawl_jp_regexp_next(regexp);
		pawl_jp_regexp_free(regexp);
	}
	pawl_arena_fini(&path->arena);
	free(path);
}

bool
pawl_jsonpath_is_singular(const struct pawl_jsonpath *path)
{
	return path->query.is_singular;
}
