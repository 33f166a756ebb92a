/* YAML scalars to JSON values by the core schema (YAML 1.2.2 chapter 10.3); private to yaml.c.
 * Pure functions; any thread. */
#ifndef PAWL_DATA_YAML_SCALAR_H
#define PAWL_DATA_YAML_SCALAR_H

#include "data/json.h"

#define PAWL_YAML_TAG_PREFIX "tag:yaml.org,2002:"

/* `tag` is the whole tag, "" without one, "!" for "a string, whatever it looks like". `text` is
 * copied. Returns NULL, or static text that says why there is no such value. */
PAWL_MUST_USE const char *pawl_yaml_scalar(struct pawl_arena *arena, struct pawl_str text,
					   struct pawl_str tag, bool is_plain,
					   struct pawl_json *out);

#endif
