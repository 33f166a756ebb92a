/* Forms: application/x-www-form-urlencoded (WHATWG URL section 5.1), for bodies and queries, and
 * what fields become, whatever form they came in. Pure, any thread. */
#ifndef PAWL_TRIGGER_FORM_H
#define PAWL_TRIGGER_FORM_H

#include "data/json.h"

/* How many fields the text has; nothing is built. */
size_t pawl_form_count(struct pawl_str text);
/* Names that occur more than once become arrays. Broken escapes are kept as they are. */
struct pawl_json pawl_form_parse(struct pawl_arena *arena, struct pawl_str text);

/* Fields in order. Those of one name are chained, so that any number of them costs the same. */
struct pawl_form_field {
	struct pawl_str name; /* UTF-8 */
	struct pawl_json value;
	/* form.c's */
	size_t next; /* of the same name; 0: none */
	size_t last; /* of the chain; kept in its first */
	size_t count;
};
/* The object that they make; `next` is 0. */
struct pawl_json pawl_form_object(struct pawl_arena *arena, struct pawl_form_field *fields,
				  size_t n);

#endif
