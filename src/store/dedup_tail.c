#include "store/dedup_tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"

/* A backlog of half a million keys has chains of one; pages that nobody looks at cost nothing. */
#define BUCKET_BITS 19
#define BLOCK       ((uint64_t)512)

struct pawl_dedup_block {
	struct pawl_dedup_entry entries[BLOCK];
};

/* Keys are hashes already, but who makes deliveries can choose among them: the seed is not known.
 */
static uint64_t *
bucket(const struct pawl_dedup_tail *tail, const struct pawl_store_dedup_key *key)
{
	uint64_t hash;

	memcpy(&hash, key->key, sizeof(hash));
	hash = (hash ^ key->workflow_id) * tail->seed;
	return &tail->newest[hash >> (64 - BUCKET_BITS)];
}

static bool
is_key(const struct pawl_store_dedup_key *a, const struct pawl_store_dedup_key *b)
{
	return a->workflow_id == b->workflow_id && memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

static void
begin(struct pawl_dedup_tail *tail)
{
	tail->newest = pawl_calloc((size_t)1 << BUCKET_BITS, sizeof(*tail->newest));
	tail->first = tail->end = 1;
	pawl_random(&tail->seed, sizeof(tail->seed));
	tail->seed |= 1;
}

void
pawl_dedup_tail_fini(struct pawl_dedup_tail *tail)
{
	for (size_t i = 0; i < tail->n_blocks; i++)
		free(tail->blocks[i]);
	free(tail->blocks);
	free(tail->newest);
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
	tail->blocks[tail->n_blocks++] = pawl_malloc(sizeof(struct pawl_dedup_block));
}

void
pawl_dedup_tail_add(struct pawl_dedup_tail *tail, const struct pawl_dedup_entry *entry)
{
	struct pawl_dedup_entry *copy;
	uint64_t *newest;

	if (!tail->newest)
		begin(tail);
	if (block_of(tail, tail->end) == tail->n_blocks)
		add_block(tail);
	copy = pawl_dedup_tail_at(tail, tail->end++);
	newest = bucket(tail, &entry->key);
	*copy = *entry;
	copy->older = *newest;
	*newest = tail->end - 1;
}

struct pawl_dedup_entry *
pawl_dedup_tail_find(const struct pawl_dedup_tail *tail, const struct pawl_store_dedup_key *key,
		     const struct pawl_dedup_entry *than)
{
	uint64_t number;

	if (pawl_dedup_tail_is_empty(tail))
		return NULL;
	number = than ? than->older : *bucket(tail, key);
	while (number >= tail->first) {
		struct pawl_dedup_entry *entry = pawl_dedup_tail_at(tail, number);

		if (is_key(&entry->key, key))
			return entry;
		number = entry->older;
	}
	return NULL;
}

void
pawl_dedup_tail_drop_oldest(struct pawl_dedup_tail *tail)
{
	PAWL_ASSERT(!pawl_dedup_tail_is_empty(tail));
	if (++tail->first % BLOCK != 0)
		return;
	free(tail->blocks[0]);
	tail->n_blocks--;
	memmove(tail->blocks, tail->blocks + 1, tail->n_blocks * sizeof(*tail->blocks));
}

/* The block of the last one stays for the next. */
void
pawl_dedup_tail_drop_newest(struct pawl_dedup_tail *tail)
{
	const struct pawl_dedup_entry *entry = pawl_dedup_tail_at(tail, tail->end - 1);

	*bucket(tail, &entry->key) = entry->older;
	tail->end--;
}
