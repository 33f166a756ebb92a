/* What a compiled template looks like; private to this layer.
 *
 * Everything lives in the template's arena, but for the paths, which are freed with it.
 * Nothing changes after it was compiled: any thread. */
#ifndef PAWL_DATA_TEMPLATE_AST_H
#define PAWL_DATA_TEMPLATE_AST_H

#include "data/jsonpath_ast.h"
#include "data/template.h"

/* One side of a `??`. */
struct pawl_tpl_operand {
	struct pawl_jsonpath *path; /* NULL: a literal */
	bool is_singular;
	bool is_output; /* the root is a node's output */
	struct pawl_str name, member;
	struct pawl_json literal;
};

struct pawl_tpl_expr {
	uint32_t len;
	struct pawl_tpl_operand *operands;
};

/* A piece of a string: text as it is, or an expression. */
struct pawl_tpl_part {
	struct pawl_str text;
	const struct pawl_tpl_expr *expr; /* NULL: `text` */
};

enum pawl_tpl_kind {
	PAWL_TPL_CONSTANT,
	PAWL_TPL_EXPR, /* a string that is one expression */
	PAWL_TPL_TEXT,
	PAWL_TPL_ARRAY,
	PAWL_TPL_OBJECT,
};

struct pawl_tpl_node {
	enum pawl_tpl_kind kind;
	uint32_t len;           /* parts, items or members */
	struct pawl_json value; /* a constant; an object's keys */
	size_t bytes;           /* of the constant's text, about */
	union {
		const struct pawl_tpl_expr *expr;
		struct pawl_tpl_part *parts;
		struct pawl_tpl_node *nodes; /* items, or values in the order of the keys */
	};
};

struct pawl_template {
	struct pawl_arena arena;
	struct pawl_tpl_node root;
	struct pawl_template_ref *refs;
	size_t refs_len;
	struct pawl_jsonpath **paths;
	size_t paths_len;
};

/* About as many bytes as the compact text of `value` has, or more than `max` when it has more
 * than that. Containers below `levels` count as too many. */
size_t pawl_tpl_text_bytes(const struct pawl_json *value, size_t max, unsigned levels);

#endif
