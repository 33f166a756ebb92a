#include "store/dedup_tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"

/* A backlog of a quarter of a million keys has chains of one. */
#define BUCKET_BITS 18
#define BLOCK       ((uint64_t)(PAWL_HUGE_BYTES / sizeof(struct pawl_dedup_entry)))

/* A link of a chain: the number of its first entry, and which kinds of keys are on the chain, a bit
 * for each of sixteen. Nearly all keys that are looked for are new: the kinds say so for most of
 * them without a look at the entries, each of which has to come from memory. */
#define NUMBER_BITS  48
#define KIND_BITS    4
#define NUMBER(link) ((link) & ((UINT64_C(1) << NUMBER_BITS) - 1))
#define KINDS(link)  ((link) >> NUMBER_BITS)

struct pawl_dedup_block {
	struct pawl_dedup_entry entries[BLOCK];
};

/* Keys are hashes already, but who makes deliveries can choose among them: the seed is not known.
 */
static uint64_t
hash_key(const struct pawl_dedup_tail *tail, const struct pawl_store_dedup_key *key)
{
	uint64_t hash;

	memcpy(&hash, key->key, sizeof(hash));
	return (hash ^ key->workflow_id) * tail->seed;
}

static uint64_t *
bucket(const struct pawl_dedup_tail *tail, uint64_t hash)
{
	return &tail->newest[hash >> (64 - BUCKET_BITS)];
}

static uint64_t
kind(uint64_t hash)
{
	return UINT64_C(1) << (hash >> (64 - BUCKET_BITS - KIND_BITS)) % (1u << KIND_BITS);
}

static bool
is_key(const struct pawl_store_dedup_key *a, const struct pawl_store_dedup_key *b)
{
	return a->workflow_id == b->workflow_id && memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

_Static_assert(sizeof(uint64_t) << BUCKET_BITS == PAWL_HUGE_BYTES, "the buckets are one page");

static void
begin(struct pawl_dedup_tail *tail)
{
	tail->newest = pawl_huge_new();
	tail->first = tail->end = 1;
	pawl_random(&tail->seed, sizeof(tail->seed));
	tail->seed |= 1;
}

void
pawl_dedup_tail_fini(struct pawl_dedup_tail *tail)
{
	for (size_t i = 0; i < tail->n_blocks; i++)
		pawl_huge_free(tail->blocks[i]);
	free(tail->blocks);
	pawl_huge_free(tail->newest);
	*tail = (struct pawl_dedup_tail){0};
}

bool
pawl_dedup_tail_is_empty(const struct pawl_dedup_tail *tail)
{
	return tail->first == tail->end;
}

/* Which of the blocks has it. */
static size_t
block_of(const struct pawl_dedup_tail *tail, uint64_t number)
{
	return (size_t)(number / BLOCK - tail->first / BLOCK);
}

struct pawl_dedup_entry *
pawl_dedup_tail_at(const struct pawl_dedup_tail *tail, uint64_t number)
{
	PAWL_ASSERT(number >= tail->first && number < tail->end);
	return &tail->blocks[block_of(tail, number)]->entries[number % BLOCK];
}

static void
add_block(struct pawl_dedup_tail *tail)
{
	if (tail->n_blocks == tail->cap_blocks) {
		tail->cap_blocks = tail->cap_blocks ? 2 * tail->cap_blocks : 8;
		tail->blocks = pawl_realloc_array(tail->blocks, tail->cap_blocks,
						  sizeof(struct pawl_dedup_block *));
	}
	tail->blocks[tail->n_blocks++] = pawl_huge_new();
}

void
pawl_dedup_tail_prefetch(const struct pawl_dedup_tail *tail, const struct pawl_store_dedup_key *key)
{
	if (tail->newest)
		__builtin_prefetch(bucket(tail, hash_key(tail, key)), 1);
}

void
pawl_dedup_tail_add(struct pawl_dedup_tail *tail, const struct pawl_dedup_entry *entry)
{
	struct pawl_dedup_entry *copy;
	uint64_t *newest, hash;

	if (!tail->newest)
		begin(tail);
	if (block_of(tail, tail->end) == tail->n_blocks)
		add_block(tail);
	copy = pawl_dedup_tail_at(tail, tail->end++);
	hash = hash_key(tail, &entry->key);
	newest = bucket(tail, hash);
	*copy = *entry;
	copy->older = NUMBER(*newest) >= tail->first ? *newest : 0;
	*newest = (KINDS(copy->older) | kind(hash)) << NUMBER_BITS | (tail->end - 1);
}

struct pawl_dedup_entry *
pawl_dedup_tail_find(const struct pawl_dedup_tail *tail, const struct pawl_store_dedup_key *key,
		     const struct pawl_dedup_entry *than)
{
	uint64_t hash, link;

	if (pawl_dedup_tail_is_empty(tail))
		return NULL;
	hash = hash_key(tail, key);
	link = than ? than->older : *bucket(tail, hash);
	while (NUMBER(link) >= tail->first && KINDS(link) & kind(hash)) {
		struct pawl_dedup_entry *entry = pawl_dedup_tail_at(tail, NUMBER(link));

		if (is_key(&entry->key, key))
			return entry;
		link = entry->older;
	}
	return NULL;
}

void
pawl_dedup_tail_drop_oldest(struct pawl_dedup_tail *tail)
{
	PAWL_ASSERT(!pawl_dedup_tail_is_empty(tail));
	if (++tail->first % BLOCK != 0)
		return;
	pawl_huge_free(tail->blocks[0]);
	tail->n_blocks--;
	memmove(tail->blocks, tail->blocks + 1, tail->n_blocks * sizeof(*tail->blocks));
}

/* The block of the last one stays for the next. */
void
pawl_dedup_tail_drop_newest(struct pawl_dedup_tail *tail)
{
	const struct pawl_dedup_entry *entry = pawl_dedup_tail_at(tail, tail->end - 1);

	*bucket(tail, hash_key(tail, &entry->key)) = entry->older;
	tail->end--;
}
