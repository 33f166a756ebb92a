/* Hash map from byte strings to pointers.
 *
 * Keys are copied; values are the caller's. Hashing is keyed with a random seed
 * per process (SipHash-1-3), so that a peer cannot choose collisions.
 * Not thread-safe; a map that nobody changes may be read by any thread. */
#ifndef PAWL_BASE_MAP_H
#define PAWL_BASE_MAP_H

#include <stdint.h>

#include "base/str.h"

struct pawl_map_entry;
struct pawl_map {
	struct pawl_map_entry *entries;
	size_t len;
	size_t cap;
};

/* Zeroed is empty and ready. */
void pawl_map_fini(struct pawl_map *map);
void *pawl_map_get(const struct pawl_map *map, struct pawl_str key);
/* Returns the value that was there before, or NULL. */
void *pawl_map_set(struct pawl_map *map, struct pawl_str key, void *value);
/* Returns the removed value, or NULL. */
void *pawl_map_remove(struct pawl_map *map, struct pawl_str key);
/* Iteration in no particular order: start with *cursor = 0; false at the end. The map must not
 * change. */
bool pawl_map_next(const struct pawl_map *map, size_t *cursor, struct pawl_str *key, void **value);
/* The keyed hash itself, for other tables. */
uint64_t pawl_hash(const void *data, size_t len);

#endif
