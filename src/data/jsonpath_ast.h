/* The syntax tree of a JSONPath query, and what its parser, its evaluator and the
 * templates share; private to this layer.
 *
 * A tree lives in the arena of its struct pawl_jsonpath and never changes after it was
 * compiled: any thread. Compiled regular expressions are chained to it, to be freed. */
#ifndef PAWL_DATA_JSONPATH_AST_H
#define PAWL_DATA_JSONPATH_AST_H

#include <stdint.h>

#include "data/jsonpath.h"
#include "data/regexp.h"

/* Parentheses, filters and function calls within each other. */
#define PAWL_JSONPATH_NESTING_MAX 64
/* Frames of the evaluator (descents, segments, filters) on the stack at once. */
#define PAWL_JSONPATH_FRAMES_MAX 2048
/* RFC 9535 section 2.1: integers are those that a double holds exactly (I-JSON). */
#define PAWL_JSONPATH_INT_MAX 9007199254740991

enum pawl_jp_selector_kind {
	PAWL_JP_NAME,
	PAWL_JP_WILDCARD,
	PAWL_JP_INDEX,
	PAWL_JP_SLICE,
	PAWL_JP_FILTER,
};

struct pawl_jp_slice {
	int64_t start, end, step;
	bool has_start, has_end;
};

struct pawl_jp_selector {
	enum pawl_jp_selector_kind kind;
	union {
		struct pawl_str name;
		int64_t index;
		struct pawl_jp_slice slice;
		const struct pawl_jp_expr *filter;
	};
};

struct pawl_jp_segment {
	bool is_descendant;
	bool is_singular; /* a child segment with one name or one index */
	uint32_t len;
	struct pawl_jp_selector *selectors;
};

struct pawl_jp_query {
	bool is_absolute; /* `$`; else `@` */
	bool is_singular;
	uint32_t len;
	struct pawl_jp_segment *segments;
};

enum pawl_jp_expr_kind {
	PAWL_JP_LITERAL,
	PAWL_JP_QUERY, /* in a logical place: selects at least one node */
	PAWL_JP_CALL,
	PAWL_JP_COMPARE,
	PAWL_JP_NOT,
	PAWL_JP_AND,
	PAWL_JP_OR,
};

enum pawl_jp_compare { PAWL_JP_EQ, PAWL_JP_NE, PAWL_JP_LT, PAWL_JP_LE, PAWL_JP_GT, PAWL_JP_GE };

enum pawl_jp_function {
	PAWL_JP_LENGTH,
	PAWL_JP_COUNT,
	PAWL_JP_MATCH,
	PAWL_JP_SEARCH,
	PAWL_JP_VALUE,
};

struct pawl_jp_regexp;

struct pawl_jp_expr {
	enum pawl_jp_expr_kind kind;
	size_t offset; /* where it begins, for errors */
	union {
		struct pawl_json literal;
		struct pawl_jp_query query;
		struct {
			enum pawl_jp_function function;
			uint32_t argc;
			const struct pawl_jp_expr *args[2];
			/* match and search with a literal second argument */
			const struct pawl_jp_regexp *regexp;
		} call;
		struct {
			enum pawl_jp_compare op;
			const struct pawl_jp_expr *left, *right;
		} compare;
		struct {
			uint32_t len; /* 1 for NOT */
			const struct pawl_jp_expr **items;
		} logic;
	};
};

struct pawl_jsonpath {
	struct pawl_arena arena;
	struct pawl_jp_query query;
	struct pawl_jp_regexp *regexps;
};

/* ---- regular expressions (jsonpath_regexp.c) ------------------------------ */

/* Compiles an I-Regexp. Never NULL: one that is not well-formed matches nothing (RFC 9535
 * sections 2.4.6 and 2.4.7). `whole`: it has to match the whole string (`match`). */
struct pawl_jp_regexp *pawl_jp_regexp_new(struct pawl_str pattern, bool whole);
void pawl_jp_regexp_free(struct pawl_jp_regexp *regexp);
/* For chaining to a tree, and for comparing with a pattern that comes later. */
struct pawl_jp_regexp **pawl_jp_regexp_next(struct pawl_jp_regexp *regexp);
bool pawl_jp_regexp_is(const struct pawl_jp_regexp *regexp, struct pawl_str pattern, bool whole);

/* Takes the cost of the search off *matcher->steps; PAWL_ETOOBIG when they do not suffice. */
PAWL_MUST_USE enum pawl_err pawl_jp_regexp_test(const struct pawl_jp_regexp *regexp,
						struct pawl_regexp_matcher *matcher,
						struct pawl_str subject, bool *matches);

/* ---- evaluation (jsonpath_eval.c) ----------------------------------------- */

/* As pawl_jsonpath_select. An absolute query within a filter that selects nothing on `root`
 * is tried again on `fallback`, when there is one. */
PAWL_MUST_USE enum pawl_err pawl_jp_select(const struct pawl_jsonpath *path,
					   const struct pawl_json *root,
					   const struct pawl_json *fallback,
					   struct pawl_arena *arena,
					   struct pawl_jsonpath_nodes *out);

#endif
