/* A Bloom filter over hashes: "certainly not there", or "perhaps". Not thread-safe. */
#ifndef PAWL_STORE_BLOOM_H
#define PAWL_STORE_BLOOM_H

#include <stdbool.h>
#include <stdint.h>

struct pawl_bloom;

/* 2 MiB, touched where it is used: a million keys give one wrong "perhaps" in a hundred. */
struct pawl_bloom *pawl_bloom_new(void);
void pawl_bloom_free(struct pawl_bloom *bloom);
/* It will be asked for the key soon. */
void pawl_bloom_prefetch(const struct pawl_bloom *bloom, uint64_t hash);
void pawl_bloom_add(struct pawl_bloom *bloom, uint64_t hash);
bool pawl_bloom_may_have(const struct pawl_bloom *bloom, uint64_t hash);

#endif
