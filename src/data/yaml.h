/* YAML 1.2 (core schema) to JSON values, through libfyaml.
 *
 * For documents that a person hands in. Anchors and aliases are allowed within a limit
 * on the expanded size; tags other than the core ones, more than one document, keys that
 * are not scalars or occur twice, and more than 200 blank lines in a row are
 * refused. A text that is JSON is read as pawl_json_parse reads it. Nothing in the result refers to
 * the text. Pure; any thread. */
#ifndef PAWL_DATA_YAML_H
#define PAWL_DATA_YAML_H

#include "data/json.h"

/* On failure the problem has "line:column" as its place. Numbers that are JSON numbers keep their
 * text; others (0x1F, .5) are written as JSON numbers; .inf and .nan are refused. */
PAWL_MUST_USE enum pawl_err pawl_yaml_parse(struct pawl_arena *arena, struct pawl_str text,
					    struct pawl_json *out, struct pawl_problems *problems);

#endif
