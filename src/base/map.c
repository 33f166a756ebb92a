#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/codec.h"

/* Open addressing with linear probing; a removal moves the entries behind it back, so
 * that there are no tombstones. key is NULL in a free slot. */
struct pawl_map_entry {
	uint64_t hash;
	char *key;
	size_t key_len;
	void *value;
};

#define FIRST_CAP ((size_t)8)

static uint64_t hash_seed[2];
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void
draw_seed(void)
{
	pawl_random(hash_seed, sizeof(hash_seed));
}

static inline uint64_t
rotl(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

/* The paper's words are little-endian; the order of the bytes only has to be the same
 * within a process. */
uint64_t
pawl_hash(const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t whole = len & ~(size_t)7;
	uint64_t word, v[4];

	(void)pthread_once(&hash_once, draw_seed);
	v[0] = hash_seed[0] ^ UINT64_C(0x736f6d6570736575);
	v[1] = hash_seed[1] ^ UINT64_C(0x646f72616e646f6d);
	v[2] = hash_seed[0] ^ UINT64_C(0x6c7967656e657261);
	v[3] = hash_seed[1] ^ UINT64_C(0x7465646279746573);
	for (size_t i = 0; i < whole; i += 8) {
		memcpy(&word, p + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)len << 56;
	for (size_t i = whole; i < len; i++)
		word |= (uint64_t)p[i] << (8 * (i - whole));
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The key's slot, or the free slot where it belongs. cap is not 0 and never full. */
static size_t
find_slot(const struct pawl_map *map, uint64_t hash, struct pawl_str key)
{
	size_t mask = map->cap - 1, slot = hash & mask;

	for (; map->entries[slot].key; slot = (slot + 1) & mask) {
		const struct pawl_map_entry *entry = &map->entries[slot];

		if (entry->hash == hash && pawl_str_eq(pawl_str(entry->key, entry->key_len), key))
			break;
	}
	return slot;
}

static void
grow(struct pawl_map *map)
{
	struct pawl_map old = *map;
	size_t mask;

	map->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	map->entries = pawl_calloc(map->cap, sizeof(*map->entries));
	mask = map->cap - 1;
	for (size_t i = 0; i < old.cap; i++) {
		size_t slot = old.entries[i].hash & mask;

		if (!old.entries[i].key)
			continue;
		while (map->entries[slot].key)
			slot = (slot + 1) & mask;
		map->entries[slot] = old.entries[i];
	}
	free(old.entries);
}

void
pawl_map_fini(struct pawl_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->cap; i++)
		free(map->entries[i].key);
	free(map->entries);
	*map = (struct pawl_map){0};
}

void *
pawl_map_get(const struct pawl_map *map, struct pawl_str key)
{
	if (map->len == 0)
		return NULL;
	return map->entries[find_slot(map, pawl_hash(key.ptr, key.len), key)].value;
}

void *
pawl_map_set(struct pawl_map *map, struct pawl_str key, void *value)
{
	uint64_t hash = pawl_hash(key.ptr, key.len);
	struct pawl_map_entry *entry;
	void *before;

	/* at most 3/4 full */
	if (map->len >= map->cap - map->cap / 4)
		grow(map);
	entry = &map->entries[find_slot(map, hash, key)];
	before = entry->value;
	entry->value = value;
	if (!entry->key) {
		entry->key = pawl_memdup0(key.ptr, key.len);
		entry->key_len = key.len;
		entry->hash = hash;
		map->len++;
	}
	return before;
}

void *
pawl_map_remove(struct pawl_map *map, struct pawl_str key)
{
	size_t mask = map->cap - 1, hole, slot;
	void *value;

	if (map->len == 0)
		return NULL;
	hole = find_slot(map, pawl_hash(key.ptr, key.len), key);
	if (!map->entries[hole].key)
		return NULL;
	value = map->entries[hole].value;
	free(map->entries[hole].key);
	for (slot = (hole + 1) & mask; map->entries[slot].key; slot = (slot + 1) & mask) {
		size_t home = map->entries[slot].hash & mask;

		/* an entry may not move in front of its home slot */
		if (((slot - home) & mask) < ((slot - hole) & mask))
			continue;
		map->entries[hole] = map->entries[slot];
		hole = slot;
	}
	map->entries[hole] = (struct pawl_map_entry){0};
	map->len--;
	return value;
}

bool
pawl_map_next(const struct pawl_map *map, size_t *cursor, struct pawl_str *key, void **value)
{
	while (*cursor < map->cap) {
		const struct pawl_map_entry *entry = &map->entries[(*cursor)++];

		if (!entry->key)
			continue;
		*key = pawl_str(entry->key, entry->key_len);
		*value = entry->value;
		return true;
	}
	return false;
}
