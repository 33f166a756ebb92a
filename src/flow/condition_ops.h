/* The operators of conditions; private to this layer. Pure, any thread. */
#ifndef PAWL_FLOW_CONDITION_OPS_H
#define PAWL_FLOW_CONDITION_OPS_H

#include "flow/condition.h"

struct pawl_condition_op {
	const char *name;
	unsigned operands; /* 1: left alone */
	bool negate;       /* the answer of `eval` is turned round */
	/* NULL: done. Else what is wrong with an operand, for people. */
	const char *(*eval)(const struct pawl_json *left, const struct pawl_json *right, bool *out);
	/* Is the literal operand of any use? NULL: everything is. */
	const char *(*check_left)(const struct pawl_json *left);
	const char *(*check_right)(const struct pawl_json *right);
};

/* Ends with name NULL. */
extern const struct pawl_condition_op pawl_condition_op_table[];
const struct pawl_condition_op *pawl_condition_op_find(struct pawl_str name);

#endif
