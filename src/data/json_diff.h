/* What differs between two JSON values, place by place. A pure function. */
#ifndef PAWL_DATA_JSON_DIFF_H
#define PAWL_DATA_JSON_DIFF_H

#include "data/json.h"

/* Pushes {"pointer", "old", "new"} for each place (RFC 6901) at which the two differ, up to `max`
 * of them; false: there are more. A value that is only in one of them leaves "old" or "new" out.
 * Members are compared by name, items by place, scalars as pawl_json_equal does; a pointer of more
 * than 4 KiB is cut. NULL: no value.
 * Values are shared with what they come from. */
bool pawl_json_diff(const struct pawl_json *old, const struct pawl_json *new, size_t max,
		    struct pawl_json_builder *out);

#endif
