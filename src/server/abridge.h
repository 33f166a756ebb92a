/* A value cut down to about so many bytes of text, with the names of all that is near its root:
 * long texts and lists lose their ends, then what lies deep is left out. Pure, any thread. */
#ifndef PAWL_SERVER_ABRIDGE_H
#define PAWL_SERVER_ABRIDGE_H

#include "data/json.h"

/* Shares what it does not cut with the value. *cut: something was left out. */
struct pawl_json pawl_abridge(struct pawl_arena *arena, const struct pawl_json *value,
			      size_t max_bytes, bool *cut);

#endif
