/* Results of nodes with a `cache` setting, by resolved config. In memory, bounded, least recently
 * used first out; a restart empties it. Engine's loop. */
#ifndef PAWL_ENGINE_CACHE_H
#define PAWL_ENGINE_CACHE_H

#include <stdint.h>

#include "base/arena.h"

struct pawl_cache;

struct pawl_cache *pawl_cache_new(size_t max_bytes);
void pawl_cache_free(struct pawl_cache *cache);
/* A copy in the arena of the output and port kept under `key`, when they are younger than
 * max_age_ms. */
bool pawl_cache_get(struct pawl_cache *cache, struct pawl_str key, int64_t max_age_ms,
		    struct pawl_arena *arena, struct pawl_str *output, struct pawl_str *port);
void pawl_cache_put(struct pawl_cache *cache, struct pawl_str key, struct pawl_str output,
		    struct pawl_str port);

#endif
