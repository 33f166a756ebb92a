#include "store/bloom.h"

#include "base/alloc.h"

#define BITS (UINT64_C(1) << 24)
#define WORD 64
/* Best for about 3.5 million keys, and good enough for twice as many. */
#define PROBES 3

struct pawl_bloom {
	uint64_t words[BITS / WORD];
};

_Static_assert(sizeof(struct pawl_bloom) == PAWL_HUGE_BYTES, "the filter is one page");

struct pawl_bloom *
pawl_bloom_new(void)
{
	return pawl_huge_new();
}

void
pawl_bloom_free(struct pawl_bloom *bloom)
{
	pawl_huge_free(bloom);
}

/* Two halves of one hash make any number of probes (Kirsch and Mitzenmacher, 2006). */
static uint64_t
probe(uint64_t hash, unsigned i)
{
	return ((hash & UINT32_MAX) + i * ((hash >> 32) | 1)) % BITS;
}

/* A key that is not there is told by its first bit, mostly. */
void
pawl_bloom_prefetch(const struct pawl_bloom *bloom, uint64_t hash)
{
	__builtin_prefetch(&bloom->words[probe(hash, 0) / WORD]);
}

void
pawl_bloom_add(struct pawl_bloom *bloom, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t bit = probe(hash, i);

		bloom->words[bit / WORD] |= UINT64_C(1) << bit % WORD;
	}
}

bool
pawl_bloom_may_have(const struct pawl_bloom *bloom, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t bit = probe(hash, i);

		if (!(bloom->words[bit / WORD] >> bit % WORD & 1))
			return false;
	}
	return true;
}
