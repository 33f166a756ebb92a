/* What the parser, the builder and the reading functions of json.h share; private to this
 * layer. Objects with more than PAWL_JSON_LINEAR_MAX members carry a hash index. */
#ifndef PAWL_DATA_JSON_INTERNAL_H
#define PAWL_DATA_JSON_INTERNAL_H

#include "data/json.h"

#define PAWL_JSON_LINEAR_MAX 16

/* Open addressing with linear probing. `position` is the member's place plus one, 0 is free.
 * The hash is keyed per process, so that a sender cannot choose collisions. */
struct pawl_json_slot {
	uint32_t hash;
	uint32_t position;
};

struct pawl_json_index {
	uint32_t mask;
	struct pawl_json_slot slots[];
};

/* Makes an object of `n` members, which lie in the arena and are changed in place: of members
 * with the same key the first one stays, with the value of the last. */
struct pawl_json pawl_json_seal_object(struct pawl_arena *arena, struct pawl_json_member *members,
				       size_t n);
/* The member's place among v->len, or v->len. */
uint32_t pawl_json_find(const struct pawl_json *v, struct pawl_str key);

#endif
