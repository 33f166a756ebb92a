/* What the field functions share; private to this layer. Pure, any thread. */
#ifndef PAWL_FLOW_FIELD_INTERNAL_H
#define PAWL_FLOW_FIELD_INTERNAL_H

#include "flow/field.h"
#include "flow/pointer.h"

/* What a "***" stands for. */

/* "a duration such as \"30s\"" */
const char *pawl_field_wanted(enum pawl_field_type type);
/* Is `v`, which holds no expression, a value of a type that holds no others? `evaluated`: numbers
 * are welcome where text is expected. */
bool pawl_field_is_of_type(const struct pawl_field *field, const struct pawl_json *v,
			   bool evaluated);
/* Adds a problem when the bounds are passed. */
void pawl_field_check_bounds(const struct pawl_field *field, const struct pawl_json *v,
			     const char *where, struct pawl_problems *problems);
/* Does `show_if` hold in `config`? *is_known is false when that depends on an expression. */
bool pawl_field_is_shown(const struct pawl_field *fields, const struct pawl_field *field,
			 const struct pawl_json *config, bool *is_known);
/* NULL when there is none. */
const struct pawl_field *pawl_field_find(const struct pawl_field *fields, struct pawl_str name);
const struct pawl_field_variant *pawl_field_find_variant(const struct pawl_field *field,
							 struct pawl_str name);
/* The flags that inner fields have from those around them. */
unsigned pawl_field_inherit(unsigned outer, const struct pawl_field *field);
/* May the string at `pointer` inside `config` hold ${secrets.NAME}? */
bool pawl_fields_allow_secret(const struct pawl_field *fields, const struct pawl_json *config,
			      struct pawl_str pointer);
/* True for text that is one reference and nothing else: shown as it is, also in a secret field.
 * Defaults behind `??` may hold a literal and are not shown. */
bool pawl_field_is_reference(struct pawl_str text);

/* pawl_fields_schema without $schema and $defs; refers to #/$defs/condition. */
struct pawl_json pawl_fields_schema_body(struct pawl_arena *arena, const struct pawl_field *fields);
struct pawl_json pawl_condition_schema(struct pawl_arena *arena);
/* JSON text of a table; it is a bug of ours when it does not parse. */
struct pawl_json pawl_field_parse_json(struct pawl_arena *arena, const char *text);

#endif
