/* What the two halves of the template compiler share: documents and strings
 * (template_parse.c), and the expressions in them (template_expr.c); private to this layer. */
#ifndef PAWL_DATA_TEMPLATE_PARSE_H
#define PAWL_DATA_TEMPLATE_PARSE_H

#include "data/template_ast.h"

struct pawl_tpl_compiler {
	struct pawl_template *tpl;
	struct pawl_problems *problems;
	struct pawl_buf pointer; /* of the string that is being compiled */
	bool failed;
};

/* One string. */
struct pawl_tpl_reader {
	struct pawl_tpl_compiler *c;
	const char *start, *p, *end;
	struct pawl_str pointer; /* the same in the template's arena, once it is needed */
};

/* Room for one more item behind `len`; the items stay in order and may move. */
void *pawl_tpl_grow(struct pawl_arena *arena, void *items, size_t len, size_t item_bytes);

/* The reader stands behind `${`, which is at `open`, and then behind the `}`. False when a
 * problem was added; the reader then stands where that is, or before. */
bool pawl_tpl_take_expr(struct pawl_tpl_reader *r, const char *open,
			const struct pawl_tpl_expr **out);

#endif
