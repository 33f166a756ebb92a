/* A subset of JSON Schema 2020-12 for what people and programs hand in.
 *
 * Known: type, enum, const, properties, required, additionalProperties, minProperties,
 * maxProperties, items, minItems, maxItems, uniqueItems, minLength, maxLength, pattern, minimum,
 * maximum, exclusiveMinimum, exclusiveMaximum, allOf, anyOf, oneOf, not; title, description,
 * default, examples, $schema and $comment say nothing about a value. Anything else is refused when
 * the schema is checked, never passed over. Pure, any thread. */
#ifndef PAWL_DATA_SCHEMA_H
#define PAWL_DATA_SCHEMA_H

#include "data/json.h"

#define PAWL_SCHEMA_DEPTH_MAX 32

/* Document time: every keyword is known and of its type. */
void pawl_schema_check(const struct pawl_json *schema, const char *pointer,
		       struct pawl_problems *problems);
/* Does `value` fit a schema that was checked? Every reason why not is a problem with its place. */
bool pawl_schema_validate(const struct pawl_json *schema, const struct pawl_json *value,
			  const char *pointer, struct pawl_problems *problems);

#endif
