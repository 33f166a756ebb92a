#include "engine/cache.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"

struct entry {
	struct pawl_list item; /* in cache->recent, most recent last */
	int64_t at_us;
	size_t key_len, output_len, port_len;
	char bytes[]; /* key, output, port */
};

struct pawl_cache {
	struct pawl_map map;
	struct pawl_list recent;
	size_t bytes, max_bytes;
};

static struct pawl_str
entry_key(const struct entry *entry)
{
	return pawl_str(entry->bytes, entry->key_len);
}

static size_t
entry_bytes(const struct entry *entry)
{
	return sizeof *entry + 2 * entry->key_len + entry->output_len + entry->port_len;
}

static void
drop(struct pawl_cache *cache, struct entry *entry)
{
	pawl_map_remove(&cache->map, entry_key(entry));
	pawl_list_remove(&entry->item);
	cache->bytes -= entry_bytes(entry);
	free(entry);
}

struct pawl_cache *
pawl_cache_new(size_t max_bytes)
{
	struct pawl_cache *cache = pawl_calloc(1, sizeof *cache);

	cache->max_bytes = max_bytes;
	pawl_list_init(&cache->recent);
	return cache;
}

void
pawl_cache_free(struct pawl_cache *cache)
{
	if (!cache)
		return;
	PAWL_LIST_FOREACH_SAFE(item, &cache->recent)
	drop(cache, pawl_container_of(item, struct entry, item));
	pawl_map_fini(&cache->map);
	free(cache);
}

bool
pawl_cache_get(struct pawl_cache *cache, struct pawl_str key, int64_t max_age_ms,
	       struct pawl_arena *arena, struct pawl_str *output, struct pawl_str *port)
{
	struct entry *entry = pawl_map_get(&cache->map, key);
	struct pawl_str bytes;

	if (!entry || pawl_clock_now_us() - entry->at_us > max_age_ms * 1000)
		return false;
	pawl_list_remove(&entry->item);
	pawl_list_append(&cache->recent, &entry->item);
	bytes = pawl_arena_dup(arena, pawl_str(entry->bytes + entry->key_len,
					       entry->output_len + entry->port_len));
	*output = pawl_str_sub(bytes, 0, entry->output_len);
	*port = pawl_str_sub(bytes, entry->output_len, bytes.len);
	return true;
}

void
pawl_cache_put(struct pawl_cache *cache, struct pawl_str key, struct pawl_str output,
	       struct pawl_str port)
{
	struct entry *entry = pawl_map_get(&cache->map, key);

	if (entry)
		drop(cache, entry);
	/* One that cannot stay must not drive out the others. */
	if (sizeof *entry + 2 * key.len + output.len + port.len > cache->max_bytes)
		return;
	entry = pawl_malloc(sizeof *entry + key.len + output.len + port.len);
	*entry = (struct entry){.at_us = pawl_clock_now_us(),
				.key_len = key.len,
				.output_len = output.len,
				.port_len = port.len};
	memcpy(entry->bytes, key.ptr, key.len);
	memcpy(entry->bytes + key.len, output.ptr, output.len);
	if (port.len)
		memcpy(entry->bytes + key.len + output.len, port.ptr, port.len);
	cache->bytes += entry_bytes(entry);
	pawl_list_append(&cache->recent, &entry->item);
	pawl_map_set(&cache->map, entry_key(entry), entry);
	while (cache->bytes > cache->max_bytes)
		drop(cache, pawl_container_of(cache->recent.next, struct entry, item));
}
