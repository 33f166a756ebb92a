/* Making values: strings, arrays and objects. */
#include "base/assert.h"
#include "base/map.h"
#include "base/utf8.h"
#include "data/json.h"
#include "data/json_internal.h"

struct pawl_json
pawl_json_string(struct pawl_str s)
{
	PAWL_ASSERT(s.len <= UINT32_MAX);
	return (struct pawl_json){.type = PAWL_JSON_STRING, .len = (uint32_t)s.len, .text = s.ptr};
}

struct pawl_json
pawl_json_string_c(const char *s)
{
	return pawl_json_string(pawl_str_c(s));
}

/* Copies `s` to `out` (when not NULL) with U+FFFD for each byte that is not UTF-8; returns the
 * length of the copy. */
static size_t
repair_utf8(struct pawl_str s, char *out)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	size_t len = 0;

	while (p < end) {
		size_t n = pawl_utf8_step((const unsigned char *)p, (size_t)(end - p));

		if (n == 0) {
			if (out)
				memcpy(out + len, "\xEF\xBF\xBD", 3);
			len += 3;
			p++;
			continue;
		}
		if (out)
			memcpy(out + len, p, n);
		len += n;
		p += n;
	}
	return len;
}

struct pawl_json
pawl_json_string_dup(struct pawl_arena *arena, struct pawl_str s)
{
	struct pawl_str copy;
	char *out;

	if (pawl_str_is_utf8(s))
		return pawl_json_string(pawl_arena_dup(arena, s));
	copy.len = repair_utf8(s, NULL);
	copy.ptr = out = pawl_arena_alloc(arena, copy.len);
	repair_utf8(s, out);
	return pawl_json_string(copy);
}

/* The slot of the member with this key, or the free one where it belongs. */
static struct pawl_json_slot *
find_slot(struct pawl_json_index *index, const struct pawl_json_member *members,
	  struct pawl_str key, uint32_t hash)
{
	uint32_t i = hash & index->mask;

	while (index->slots[i].position != 0) {
		if (index->slots[i].hash == hash &&
		    pawl_str_eq(members[index->slots[i].position - 1].key, key))
			break;
		i = (i + 1) & index->mask;
	}
	return &index->slots[i];
}

/* At most two thirds full. */
static struct pawl_json_index *
new_index(struct pawl_arena *arena, size_t n)
{
	size_t slots = 32;
	struct pawl_json_index *index;

	while (slots * 2 < n * 3)
		slots *= 2;
	index = pawl_arena_calloc(arena, 1, sizeof(*index) + slots * sizeof(struct pawl_json_slot));
	index->mask = (uint32_t)(slots - 1);
	return index;
}

static size_t
merge_indexed(struct pawl_json_index *index, struct pawl_json_member *members, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t hash = (uint32_t)pawl_hash(members[i].key.ptr, members[i].key.len);
		struct pawl_json_slot *slot = find_slot(index, members, members[i].key, hash);

		if (slot->position != 0) {
			members[slot->position - 1].value = members[i].value;
			continue;
		}
		members[kept] = members[i];
		*slot = (struct pawl_json_slot){hash, (uint32_t)++kept};
	}
	return kept;
}

static size_t
merge_linear(struct pawl_json_member *members, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < kept && !pawl_str_eq(members[at].key, members[i].key))
			at++;
		if (at < kept)
			members[at].value = members[i].value;
		else
			members[kept++] = members[i];
	}
	return kept;
}

struct pawl_json
pawl_json_seal_object(struct pawl_arena *arena, struct pawl_json_member *members, size_t n)
{
	struct pawl_json_index *index = NULL;

	PAWL_ASSERT(n < UINT32_MAX / 2);
	if (n > PAWL_JSON_LINEAR_MAX) {
		index = new_index(arena, n);
		n = merge_indexed(index, members, n);
	} else {
		n = merge_linear(members, n);
	}
	return (struct pawl_json){
		.type = PAWL_JSON_OBJECT, .len = (uint32_t)n, .members = members, .index = index};
}

void
pawl_json_array_begin(struct pawl_json_builder *b, struct pawl_arena *arena)
{
	*b = (struct pawl_json_builder){.arena = arena};
}

void
pawl_json_object_begin(struct pawl_json_builder *b, struct pawl_arena *arena)
{
	*b = (struct pawl_json_builder){.arena = arena, .is_object = true};
}

static void
make_room(struct pawl_json_builder *b, size_t slot_bytes)
{
	void *slots;

	if (b->len < b->cap)
		return;
	b->cap = b->cap ? b->cap * 2 : 8;
	slots = pawl_arena_alloc(b->arena, b->cap * slot_bytes);
	if (b->len > 0)
		memcpy(slots, b->slots, b->len * slot_bytes);
	b->slots = slots;
}

void
pawl_json_push(struct pawl_json_builder *b, struct pawl_json item)
{
	PAWL_ASSERT(!b->is_object);
	make_room(b, sizeof(item));
	((struct pawl_json *)b->slots)[b->len++] = item;
}

/* A key that occurs twice is settled when the object is sealed. */
void
pawl_json_set(struct pawl_json_builder *b, struct pawl_str key, struct pawl_json value)
{
	PAWL_ASSERT(b->is_object);
	make_room(b, sizeof(struct pawl_json_member));
	((struct pawl_json_member *)b->slots)[b->len++] = (struct pawl_json_member){key, value};
}

void
pawl_json_set_c(struct pawl_json_builder *b, const char *key, struct pawl_json value)
{
	pawl_json_set(b, pawl_str_c(key), value);
}

struct pawl_json
pawl_json_end(struct pawl_json_builder *b)
{
	if (b->is_object)
		return pawl_json_seal_object(b->arena, b->slots, b->len);
	PAWL_ASSERT(b->len <= UINT32_MAX);
	return (struct pawl_json){
		.type = PAWL_JSON_ARRAY, .len = (uint32_t)b->len, .items = b->slots};
}
