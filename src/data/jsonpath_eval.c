#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "data/jsonpath_ast.h"

/* A query is walked depth first, one node at a time: that gives the same order as the
 * lists of RFC 9535, without the lists, and a test can stop at the first hit. */

#define INLINE_RESULTS   16
#define REGEXP_CACHE_LEN 8

/* Where the nodes that a query selects go. */
struct sink {
	const struct pawl_json *first;
	size_t len;
	size_t stop_at; /* this many are enough; 0: all are wanted */
	bool collects;
	size_t cap;
	const struct pawl_json **items; /* `room`, or from the heap */
	const struct pawl_json *room[INLINE_RESULTS];
};

struct eval {
	const struct pawl_json *root;
	const struct pawl_json *fallback; /* may be NULL; see pawl_jp_select */
	uint64_t steps;                   /* that are left */
	unsigned frames;
	enum pawl_err err;
	struct pawl_regexp_matcher matcher;
	/* Patterns that come out of the document. */
	struct pawl_jp_regexp *regexps[REGEXP_CACHE_LEN];
	unsigned regexps_at;
};

/* The side of a comparison or an argument. NULL is RFC 9535's Nothing. */
struct operand {
	const struct pawl_json *value;
	struct pawl_json number;
	char digits[24];
};

static bool test(struct eval *ev, const struct pawl_jp_expr *expr, const struct pawl_json *current);

/* ---- bounds --------------------------------------------------------------- */

static bool
spend(struct eval *ev, uint64_t steps)
{
	if (ev->err == PAWL_OK && ev->steps >= steps) {
		ev->steps -= steps;
		return true;
	}
	ev->err = PAWL_ETOOBIG;
	return false;
}

static bool
enter(struct eval *ev)
{
	if (!spend(ev, 1))
		return false;
	if (++ev->frames <= PAWL_JSONPATH_FRAMES_MAX)
		return true;
	ev->frames--;
	ev->err = PAWL_ETOOBIG;
	return false;
}

/* ---- queries -------------------------------------------------------------- */

static bool
emit(struct eval *ev, struct sink *sink, const struct pawl_json *node)
{
	if (sink->len == 0)
		sink->first = node;
	if (!sink->collects)
		return ++sink->len != sink->stop_at;
	if (sink->len == PAWL_JSONPATH_RESULTS_MAX) {
		ev->err = PAWL_ETOOBIG;
		return false;
	}
	if (sink->len == sink->cap) {
		bool was_inline = sink->items == sink->room;

		sink->cap *= 2;
		sink->items = pawl_realloc_array(was_inline ? NULL : sink->items, sink->cap,
						 sizeof(*sink->items));
		if (was_inline)
			memcpy(sink->items, sink->room, sizeof(sink->room));
	}
	sink->items[sink->len++] = node;
	return true;
}

static const struct pawl_json *
child_at(const struct pawl_json *node, uint32_t i)
{
	return node->type == PAWL_JSON_ARRAY ? &node->items[i] : &node->members[i].value;
}

static uint32_t
count_children(const struct pawl_json *node)
{
	return node->type == PAWL_JSON_ARRAY || node->type == PAWL_JSON_OBJECT ? node->len : 0;
}

/* A name or an index; NULL when it selects nothing. */
static const struct pawl_json *
select_one(const struct pawl_jp_selector *selector, const struct pawl_json *node)
{
	int64_t i;

	if (selector->kind == PAWL_JP_NAME)
		return pawl_json_get(node, selector->name);
	if (node->type != PAWL_JSON_ARRAY)
		return NULL;
	i = selector->index < 0 ? selector->index + node->len : selector->index;
	return i >= 0 && i < node->len ? &node->items[i] : NULL;
}

static const struct pawl_json *
follow(const struct pawl_jp_query *query, const struct pawl_json *node)
{
	for (uint32_t i = 0; i < query->len && node; i++)
		node = select_one(query->segments[i].selectors, node);
	return node;
}

/* Applies the segments from `at` on. False when enough was found or a bound was hit. */
static bool walk(struct eval *ev, const struct pawl_jp_query *query, uint32_t at,
		 const struct pawl_json *node, struct sink *sink);

static int64_t
clamp(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : value > max ? max : value;
}

/* RFC 9535 section 2.3.4.2.2 */
static bool
walk_slice(struct eval *ev, const struct pawl_jp_query *query, uint32_t at,
	   const struct pawl_json *node, const struct pawl_jp_slice *slice, struct sink *sink)
{
	int64_t len = node->len, step = slice->step;
	int64_t start = slice->has_start ? slice->start : step > 0 ? 0 : len - 1;
	int64_t end = slice->has_end ? slice->end : step > 0 ? len : -len - 1;

	if (node->type != PAWL_JSON_ARRAY || step == 0)
		return true;
	start += start < 0 ? len : 0;
	end += end < 0 ? len : 0;
	if (step > 0) {
		end = clamp(end, 0, len);
		for (int64_t i = clamp(start, 0, len); i < end; i += step) {
			if (!walk(ev, query, at, &node->items[i], sink))
				return false;
		}
		return true;
	}
	end = clamp(end, -1, len - 1);
	for (int64_t i = clamp(start, -1, len - 1); i > end; i += step) {
		if (!walk(ev, query, at, &node->items[i], sink))
			return false;
	}
	return true;
}

/* All children, or with a filter those that pass it. */
static bool
walk_children(struct eval *ev, const struct pawl_jp_query *query, uint32_t at,
	      const struct pawl_json *node, const struct pawl_jp_expr *filter, struct sink *sink)
{
	uint32_t n = count_children(node);

	for (uint32_t i = 0; i < n; i++) {
		const struct pawl_json *child = child_at(node, i);

		if (filter) {
			if (!spend(ev, 1))
				return false;
			if (!test(ev, filter, child)) {
				if (ev->err != PAWL_OK)
					return false;
				continue;
			}
		}
		if (!walk(ev, query, at, child, sink))
			return false;
	}
	return true;
}

/* The selectors of segment `at` on one node. */
static bool
walk_selectors(struct eval *ev, const struct pawl_jp_query *query, uint32_t at,
	       const struct pawl_json *node, struct sink *sink)
{
	const struct pawl_jp_segment *segment = &query->segments[at];

	for (uint32_t i = 0; i < segment->len; i++) {
		const struct pawl_jp_selector *selector = &segment->selectors[i];
		const struct pawl_json *child;
		bool go_on = true;

		switch (selector->kind) {
		case PAWL_JP_NAME:
		case PAWL_JP_INDEX:
			child = select_one(selector, node);
			go_on = !child || walk(ev, query, at + 1, child, sink);
			break;
		case PAWL_JP_SLICE:
			go_on = walk_slice(ev, query, at + 1, node, &selector->slice, sink);
			break;
		case PAWL_JP_WILDCARD:
			go_on = walk_children(ev, query, at + 1, node, NULL, sink);
			break;
		case PAWL_JP_FILTER:
			go_on = walk_children(ev, query, at + 1, node, selector->filter, sink);
			break;
		}
		if (!go_on || !spend(ev, 1))
			return false;
	}
	return true;
}

/* The node itself before what is below it. */
static bool
walk_descendants(struct eval *ev, const struct pawl_jp_query *query, uint32_t at,
		 const struct pawl_json *node, struct sink *sink)
{
	uint32_t n = count_children(node);
	bool go_on;

	if (n == 0)
		return true;
	if (!enter(ev))
		return false;
	go_on = walk_selectors(ev, query, at, node, sink) && spend(ev, n);
	for (uint32_t i = 0; go_on && i < n; i++)
		go_on = walk_descendants(ev, query, at, child_at(node, i), sink);
	ev->frames--;
	return go_on;
}

static bool
walk(struct eval *ev, const struct pawl_jp_query *query, uint32_t at, const struct pawl_json *node,
     struct sink *sink)
{
	bool go_on;

	for (; at < query->len && query->segments[at].is_singular; at++) {
		node = select_one(query->segments[at].selectors, node);
		if (!spend(ev, 1))
			return false;
		if (!node)
			return true;
	}
	if (at == query->len)
		return spend(ev, 1) && emit(ev, sink, node);
	if (!enter(ev))
		return false;
	go_on = query->segments[at].is_descendant ? walk_descendants(ev, query, at, node, sink)
						  : walk_selectors(ev, query, at, node, sink);
	ev->frames--;
	return go_on;
}

/* ---- queries in filters --------------------------------------------------- */

static const struct pawl_json *
find(struct eval *ev, const struct pawl_jp_query *query, const struct pawl_json *current)
{
	const struct pawl_json *found;

	if (!spend(ev, 1 + query->len))
		return NULL;
	if (!query->is_absolute)
		return follow(query, current);
	found = follow(query, ev->root);
	return found || !ev->fallback ? found : follow(query, ev->fallback);
}

/* `stop_at` as in struct sink; *first is set when there is one. */
static size_t
count_nodes(struct eval *ev, const struct pawl_jp_query *query, const struct pawl_json *current,
	    size_t stop_at, const struct pawl_json **first)
{
	struct sink sink;

	if (query->is_singular) {
		*first = find(ev, query, current);
		return *first ? 1 : 0;
	}
	sink.len = 0;
	sink.first = NULL;
	sink.stop_at = stop_at;
	sink.collects = false;
	(void)walk(ev, query, 0, query->is_absolute ? ev->root : current, &sink);
	if (query->is_absolute && ev->fallback && sink.len == 0 && ev->err == PAWL_OK)
		(void)walk(ev, query, 0, ev->fallback, &sink);
	*first = sink.first;
	return sink.len;
}

/* ---- values --------------------------------------------------------------- */

static void
set_number(struct operand *out, uint64_t n)
{
	int len = snprintf(out->digits, sizeof(out->digits), "%llu", (unsigned long long)n);

	out->number = (struct pawl_json){
		.type = PAWL_JSON_NUMBER, .len = (uint32_t)len, .text = out->digits};
	out->value = &out->number;
}

static uint64_t
count_code_points(struct pawl_str s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

static void get_operand(struct eval *ev, const struct pawl_jp_expr *expr,
			const struct pawl_json *current, struct operand *out);

static void
call_length(struct eval *ev, const struct pawl_jp_expr *arg, const struct pawl_json *current,
	    struct operand *out)
{
	const struct pawl_json *value;

	get_operand(ev, arg, current, out);
	value = out->value;
	out->value = NULL;
	if (pawl_json_is(value, PAWL_JSON_STRING)) {
		if (spend(ev, value->len / 64))
			set_number(out, count_code_points(pawl_json_str(value)));
	} else if (pawl_json_is(value, PAWL_JSON_ARRAY) || pawl_json_is(value, PAWL_JSON_OBJECT)) {
		set_number(out, value->len);
	}
}

static void
get_operand(struct eval *ev, const struct pawl_jp_expr *expr, const struct pawl_json *current,
	    struct operand *out)
{
	const struct pawl_json *first;

	out->value = NULL;
	if (expr->kind == PAWL_JP_LITERAL) {
		out->value = &expr->literal;
		return;
	}
	if (expr->kind == PAWL_JP_QUERY) {
		out->value = find(ev, &expr->query, current);
		return;
	}
	PAWL_ASSERT(expr->kind == PAWL_JP_CALL);
	switch (expr->call.function) {
	case PAWL_JP_LENGTH:
		call_length(ev, expr->call.args[0], current, out);
		break;
	case PAWL_JP_COUNT:
		set_number(out, count_nodes(ev, &expr->call.args[0]->query, current, 0, &first));
		break;
	case PAWL_JP_VALUE:
		if (count_nodes(ev, &expr->call.args[0]->query, current, 2, &first) == 1)
			out->value = first;
		break;
	case PAWL_JP_MATCH:
	case PAWL_JP_SEARCH:
		break;
	}
}

/* ---- conditions ----------------------------------------------------------- */

static const struct pawl_jp_regexp *
get_regexp(struct eval *ev, struct pawl_str pattern, bool whole)
{
	struct pawl_jp_regexp **slot;

	for (unsigned i = 0; i < REGEXP_CACHE_LEN && ev->regexps[i]; i++) {
		if (pawl_jp_regexp_is(ev->regexps[i], pattern, whole))
			return ev->regexps[i];
	}
	if (!spend(ev, 1000 + 16 * (uint64_t)pattern.len))
		return NULL;
	slot = &ev->regexps[ev->regexps_at++ % REGEXP_CACHE_LEN];
	pawl_jp_regexp_free(*slot);
	*slot = pawl_jp_regexp_new(pattern, whole);
	return *slot;
}

static bool
call_match(struct eval *ev, const struct pawl_jp_expr *call, const struct pawl_json *current)
{
	const struct pawl_jp_regexp *regexp = call->call.regexp;
	struct operand subject, pattern;
	bool matches = false;
	enum pawl_err err;

	get_operand(ev, call->call.args[0], current, &subject);
	if (!pawl_json_is(subject.value, PAWL_JSON_STRING))
		return false;
	if (!regexp) {
		get_operand(ev, call->call.args[1], current, &pattern);
		if (!pawl_json_is(pattern.value, PAWL_JSON_STRING))
			return false;
		regexp = get_regexp(ev, pawl_json_str(pattern.value),
				    call->call.function == PAWL_JP_MATCH);
		if (!regexp)
			return false;
	}
	ev->matcher.steps = &ev->steps;
	err = pawl_jp_regexp_test(regexp, &ev->matcher, pawl_json_str(subject.value), &matches);
	if (err != PAWL_OK)
		ev->err = err;
	return matches;
}

/* How many values a comparison may have to look at. */
static uint64_t
weigh(const struct pawl_json *value, uint64_t max)
{
	uint64_t sum = 1, n = count_children(value);

	if (n == 0)
		return 1 + value->len / 64;
	for (uint32_t i = 0; i < n && sum <= max; i++)
		sum += weigh(child_at(value, i), max - sum);
	return sum;
}

static bool
is_equal(struct eval *ev, const struct pawl_json *a, const struct pawl_json *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type)
		return false;
	if ((count_children(a) > 0 || a->len >= 64) && !spend(ev, weigh(a, ev->steps)))
		return false;
	return pawl_json_equal(a, b);
}

static bool
is_less(const struct pawl_json *a, const struct pawl_json *b)
{
	if (pawl_json_is(a, PAWL_JSON_NUMBER) && pawl_json_is(b, PAWL_JSON_NUMBER))
		return pawl_json_number_cmp(pawl_json_str(a), pawl_json_str(b)) < 0;
	if (pawl_json_is(a, PAWL_JSON_STRING) && pawl_json_is(b, PAWL_JSON_STRING))
		return pawl_str_cmp(pawl_json_str(a), pawl_json_str(b)) < 0;
	return false;
}

static bool
compare(struct eval *ev, const struct pawl_jp_expr *expr, const struct pawl_json *current)
{
	struct operand left, right;
	const struct pawl_json *a, *b;

	get_operand(ev, expr->compare.left, current, &left);
	get_operand(ev, expr->compare.right, current, &right);
	a = left.value;
	b = right.value;
	switch (expr->compare.op) {
	case PAWL_JP_EQ:
		return is_equal(ev, a, b);
	case PAWL_JP_NE:
		return !is_equal(ev, a, b);
	case PAWL_JP_LT:
		return is_less(a, b);
	case PAWL_JP_LE:
		return is_less(a, b) || is_equal(ev, a, b);
	case PAWL_JP_GT:
		return is_less(b, a);
	case PAWL_JP_GE:
		return is_less(b, a) || is_equal(ev, a, b);
	}
	return false;
}

static bool
test_logic(struct eval *ev, const struct pawl_jp_expr *expr, const struct pawl_json *current)
{
	/* The value that decides: false for AND, true for OR. */
	bool decides = expr->kind == PAWL_JP_OR;

	if (expr->kind == PAWL_JP_NOT)
		return !test(ev, expr->logic.items[0], current);
	for (uint32_t i = 0; i < expr->logic.len; i++) {
		if (test(ev, expr->logic.items[i], current) == decides)
			return decides;
	}
	return !decides;
}

/* Whatever it says counts only while ev->err is PAWL_OK. */
static bool
test(struct eval *ev, const struct pawl_jp_expr *expr, const struct pawl_json *current)
{
	const struct pawl_json *first;
	bool holds = false;

	if (!enter(ev))
		return false;
	switch (expr->kind) {
	case PAWL_JP_LITERAL:
		break;
	case PAWL_JP_QUERY:
		holds = count_nodes(ev, &expr->query, current, 1, &first) > 0;
		break;
	case PAWL_JP_CALL:
		holds = call_match(ev, expr, current);
		break;
	case PAWL_JP_COMPARE:
		holds = compare(ev, expr, current);
		break;
	case PAWL_JP_NOT:
	case PAWL_JP_AND:
	case PAWL_JP_OR:
		holds = test_logic(ev, expr, current);
		break;
	}
	ev->frames--;
	return holds && ev->err == PAWL_OK;
}

/* ---- the way in ----------------------------------------------------------- */

enum pawl_err
pawl_jp_select(const struct pawl_jsonpath *path, const struct pawl_json *root,
	       const struct pawl_json *fallback, struct pawl_arena *arena,
	       struct pawl_jsonpath_nodes *out)
{
	struct eval ev = {.root = root, .fallback = fallback, .steps = PAWL_JSONPATH_STEPS_MAX};
	struct sink sink;

	sink.first = NULL;
	sink.len = sink.stop_at = 0;
	sink.collects = true;
	sink.cap = INLINE_RESULTS;
	sink.items = sink.room;
	(void)walk(&ev, &path->query, 0, root, &sink);
	*out = (struct pawl_jsonpath_nodes){0};
	if (ev.err == PAWL_OK && sink.len > 0) {
		out->len = sink.len;
		out->items = pawl_arena_alloc(arena, sink.len * sizeof(*out->items));
		memcpy(out->items, sink.items, sink.len * sizeof(*out->items));
	}
	if (sink.items != sink.room)
		free(sink.items);
	for (unsigned i = 0; i < REGEXP_CACHE_LEN; i++)
		pawl_jp_regexp_free(ev.regexps[i]);
	pawl_regexp_matcher_fini(&ev.matcher);
	return ev.err;
}

enum pawl_err
pawl_jsonpath_select(const struct pawl_jsonpath *path, const struct pawl_json *root,
		     struct pawl_arena *arena, struct pawl_jsonpath_nodes *out)
{
	return pawl_jp_select(path, root, NULL, arena, out);
}

const struct pawl_json *
pawl_jsonpath_get(const struct pawl_jsonpath *path, const struct pawl_json *root)
{
	PAWL_ASSERT(path->query.is_singular);
	return follow(&path->query, root);
}
