/* The state of the JSONPath parser and its tokens; private to this layer.
 *
 * Functions that return false have set the parser's error. What they make lives in the
 * arena of the path that is being built. One thread. */
#ifndef PAWL_DATA_JSONPATH_PARSE_H
#define PAWL_DATA_JSONPATH_PARSE_H

#include "data/jsonpath_ast.h"

struct pawl_jp_parser {
	const char *start, *p, *end;
	struct pawl_jsonpath *path;
	struct pawl_jsonpath_error *error;
	unsigned nesting;
};

/* ---- tokens (jsonpath_lex.c) ---------------------------------------------- */

/* Always false: `return pawl_jp_fail(...)`. */
bool pawl_jp_fail(struct pawl_jp_parser *parser, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "unexpected ...; expected `wanted`". */
bool pawl_jp_fail_expected(struct pawl_jp_parser *parser, const char *wanted);
/* Room for one more item behind `len`; the items stay in order and may move. */
void *pawl_jp_grow(struct pawl_jp_parser *parser, void *items, size_t len, size_t item_bytes);

void pawl_jp_skip_space(struct pawl_jp_parser *parser);
bool pawl_jp_next_is(const struct pawl_jp_parser *parser, char c);
bool pawl_jp_accept(struct pawl_jp_parser *parser, char c);
/* The next bytes are `text`. */
bool pawl_jp_looking_at(const struct pawl_jp_parser *parser, const char *text);
/* A digit, or a minus sign. */
bool pawl_jp_at_number(const struct pawl_jp_parser *parser);

bool pawl_jp_take_int(struct pawl_jp_parser *parser, int64_t *out);
bool pawl_jp_take_number(struct pawl_jp_parser *parser, struct pawl_json *out);
/* In either kind of quotes; the parser stands at the opening one. */
bool pawl_jp_take_string(struct pawl_jp_parser *parser, struct pawl_str *out);
/* member-name-shorthand */
bool pawl_jp_take_name(struct pawl_jp_parser *parser, struct pawl_str *out);

/* ---- queries (jsonpath_parse.c) and filters (jsonpath_filter.c) ----------- */

/* As many segments as there are; space behind the last one is left. */
bool pawl_jp_take_segments(struct pawl_jp_parser *parser, struct pawl_jp_query *query);
/* logical-expr, checked for its types. */
bool pawl_jp_take_filter(struct pawl_jp_parser *parser, const struct pawl_jp_expr **out);

#endif
