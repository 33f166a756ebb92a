/* Decodes quoted YAML scalars (YAML 1.2.2 chapter 7.3); private to yaml.c.
 *
 * libfyaml finds where they begin; its own decoding (0.7.12) loses text where two escaped
 * quotes follow each other or a line ends in an escaped blank. Pure; any thread. */
#ifndef PAWL_DATA_YAML_QUOTED_H
#define PAWL_DATA_YAML_QUOTED_H

#include "base/arena.h"
#include "base/err.h"

/* `text` begins after the opening `quote` (' or ") and runs to the end of the document or on.
 * Returns NULL, or static text that says what is wrong. */
PAWL_MUST_USE const char *pawl_yaml_unquote(struct pawl_arena *arena, struct pawl_str text,
					    char quote, struct pawl_str *out);

#endif
