/* Arena: memory that is freed all at once, and wiped then.
 *
 * One per request, per run and per compiled document. Allocations are aligned to
 * 16 bytes and never move. Not thread-safe; a finished arena may be read by any
 * thread. */
#ifndef PAWL_BASE_ARENA_H
#define PAWL_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

#if defined(__SANITIZE_ADDRESS__)
#define PAWL_ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAWL_ARENA_ASAN 1
#endif
#endif
#ifdef PAWL_ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define PAWL_ARENA_REDZONE 16 /* so that running off the end of one piece is seen */
#else
#define PAWL_ARENA_REDZONE 0
#endif
#define PAWL_ARENA_ALIGN 16

struct pawl_arena_block {
	struct pawl_arena_block *next;
	size_t used;
	size_t cap;
	_Alignas(PAWL_ARENA_ALIGN) unsigned char data[];
};

struct pawl_arena {
	struct pawl_arena_block *head;
	size_t block_bytes;
	size_t total_bytes; /* handed out; callers compare it with their limits */
	bool is_apart;
};

/* Nothing is allocated before the first use. block_bytes 0: 4 KiB. */
void pawl_arena_init(struct pawl_arena *arena, size_t block_bytes);
/* The same, by whole pages that are in no core dump: for what lives long and may hold secrets. */
void pawl_arena_init_apart(struct pawl_arena *arena);
void pawl_arena_fini(struct pawl_arena *arena);
/* Frees all but one block of the usual size, which is used again. */
void pawl_arena_reset(struct pawl_arena *arena);

/* pawl_arena_alloc when the first block has no room. */
void *pawl_arena_alloc_slow(struct pawl_arena *arena, size_t size);

/* Never NULL (see alloc.h); not zeroed. */
static inline void *
pawl_arena_alloc(struct pawl_arena *arena, size_t size)
{
	struct pawl_arena_block *block = arena->head;
	size_t need = (size + PAWL_ARENA_ALIGN - 1 + PAWL_ARENA_REDZONE) &
		      ~(size_t)(PAWL_ARENA_ALIGN - 1);
	void *ptr;

	/* need < size: the rounding wrapped; the slow path refuses it */
	if (!block || need < size || need > block->cap - block->used)
		return pawl_arena_alloc_slow(arena, size);
	ptr = block->data + block->used;
	block->used += need;
	arena->total_bytes += need;
#ifdef PAWL_ARENA_ASAN
	__asan_unpoison_memory_region(ptr, size);
#endif
	return ptr;
}

void *pawl_arena_calloc(struct pawl_arena *arena, size_t n, size_t size);
struct pawl_str pawl_arena_dup(struct pawl_arena *arena, struct pawl_str s);
/* NUL-terminated copy. */
char *pawl_arena_dup_c(struct pawl_arena *arena, struct pawl_str s);
struct pawl_str pawl_arena_printf(struct pawl_arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
