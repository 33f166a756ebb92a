/* Which class of failure a run ended with, from its state and its error: what people sort dead
 * letters by. Pure. */
#ifndef PAWL_STORE_FAILURE_H
#define PAWL_STORE_FAILURE_H

#include "store/rows.h"

/* Ends with NULL. */
extern const char *const pawl_failure_classes[];

/* One of them; "" for a run that did not fail. `error` is as the engine writes it. */
const char *pawl_failure_class(enum pawl_run_state state, struct pawl_str error);
/* The error's code; empty: none. Borrowed from `error`. */
struct pawl_str pawl_failure_code(struct pawl_str error);

#endif
