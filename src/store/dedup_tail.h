/* Deliveries that the acceptor remembers, the newest behind the oldest, found by their keys.
 *
 * They come and go at the ends alone: the oldest when the table has them, the newest when they
 * could not be written. So they lie in blocks in the order in which they came, and a chain of one
 * bucket, from the newest down, ends where an entry is older than the oldest that is left: nothing
 * is unlinked. Not thread-safe; it belongs to the acceptor's thread. */
#ifndef PAWL_STORE_DEDUP_TAIL_H
#define PAWL_STORE_DEDUP_TAIL_H

#include "store/store.h"

struct pawl_dedup_entry {
	uint64_t older; /* the tail's: the link to the one before it of its bucket */
	struct pawl_store_dedup_key key;
	unsigned char content[16];
	bool has_content; /* false: the key is the content itself */
	uint64_t request_id;
	int64_t until_us;
	uint64_t place; /* in the journal, behind it; 0: not written yet */
};

struct pawl_dedup_block;

/* Zeroed: empty. Entries have numbers from 1 on: [first, end) are there. */
struct pawl_dedup_tail {
	uint64_t first, end;
	uint64_t *newest; /* by bucket: links; what is below `first` is none */
	uint64_t seed;
	struct pawl_dedup_block **blocks; /* from that of `first` on */
	size_t n_blocks, cap_blocks;
};

void pawl_dedup_tail_fini(struct pawl_dedup_tail *tail);
bool pawl_dedup_tail_is_empty(const struct pawl_dedup_tail *tail);
/* The key will be looked for soon. */
void pawl_dedup_tail_prefetch(const struct pawl_dedup_tail *tail,
			      const struct pawl_store_dedup_key *key);
/* A copy, the newest. Entries stay where they are. */
void pawl_dedup_tail_add(struct pawl_dedup_tail *tail, const struct pawl_dedup_entry *entry);
/* By its number, in [first, end). */
struct pawl_dedup_entry *pawl_dedup_tail_at(const struct pawl_dedup_tail *tail, uint64_t number);
/* The newest of this key older than `than`, or of all when that is NULL; NULL: no more. */
struct pawl_dedup_entry *pawl_dedup_tail_find(const struct pawl_dedup_tail *tail,
					      const struct pawl_store_dedup_key *key,
					      const struct pawl_dedup_entry *than);
/* Not of an empty one. */
void pawl_dedup_tail_drop_oldest(struct pawl_dedup_tail *tail);
void pawl_dedup_tail_drop_newest(struct pawl_dedup_tail *tail);

#endif
