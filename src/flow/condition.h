/* Conditions: {"all":[...]}, {"any":[...]}, {"not":...}, nested; a leaf is {"left","op","right"}.
 *
 * Evaluated over JSON whose expressions have been resolved. Pure, any thread. */
#ifndef PAWL_FLOW_CONDITION_H
#define PAWL_FLOW_CONDITION_H

#include "data/json.h"

#define PAWL_CONDITION_DEPTH_MAX 32

/* At document time: shape, operators, operands that are missing or of no use, literal regular
 * expressions. Other members than those of a condition are problems, but for `also`
 * (NULL-terminated names, or NULL), which belong to whoever holds the condition. */
void pawl_condition_check(const struct pawl_json *condition, const char *const *also,
			  const char *pointer, struct pawl_problems *problems);
/* PAWL_EINVAL with a problem when an operand cannot be used (a bad regular expression, a time
 * that is none). Operands of different types are simply not equal; greater/less on values that
 * are not both numbers, both strings or both times are false. */
PAWL_MUST_USE enum pawl_err pawl_condition_eval(const struct pawl_json *condition, bool *out,
						struct pawl_problems *problems);
/* Names of all operators, NULL-terminated, with the number of operands (1 or 2). */
const char *const *pawl_condition_ops(void);
unsigned pawl_condition_op_operands(const char *op);

#endif
