#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"

#define BLOCK_BYTES_DEFAULT ((size_t)4096)
/* Pieces past this share of a block get a block of their own, so that the rest of the
 * current one is not thrown away. */
#define OWN_BLOCK_SHARE 4

_Static_assert(_Alignof(max_align_t) >= PAWL_ARENA_ALIGN, "malloc must align to 16 bytes");

static void
block_poison(struct pawl_arena_block *block)
{
#ifdef PAWL_ARENA_ASAN
	__asan_poison_memory_region(block->data, block->cap);
#else
	(void)block;
#endif
}

/* Nothing of what a request or a run had in hand is to lie in memory that is free. */
static void
block_wipe(struct pawl_arena_block *block)
{
#ifdef PAWL_ARENA_ASAN
	__asan_unpoison_memory_region(block->data, block->cap);
#endif
	explicit_bzero(block->data, block->used);
}

static void
block_free(const struct pawl_arena *arena, struct pawl_arena_block *block)
{
	block_wipe(block);
	if (arena->is_apart)
		pawl_pages_free(block, sizeof(*block) + block->cap);
	else
		free(block);
}

static struct pawl_arena_block *
block_new(const struct pawl_arena *arena, size_t cap)
{
	struct pawl_arena_block *block;

	if (arena->is_apart) {
		cap = PAWL_PAGE_ALIGN(sizeof(*block) + cap) - sizeof(*block);
		block = pawl_pages_new(sizeof(*block) + cap);
	} else {
		block = pawl_malloc(sizeof(*block) + cap);
	}
	block->next = NULL;
	block->used = 0;
	block->cap = cap;
	block_poison(block);
	return block;
}

void
pawl_arena_init(struct pawl_arena *arena, size_t block_bytes)
{
	*arena = (struct pawl_arena){.block_bytes = block_bytes};
}

void
pawl_arena_init_apart(struct pawl_arena *arena)
{
	*arena = (struct pawl_arena){
		.block_bytes = PAWL_PAGE_BYTES - sizeof(struct pawl_arena_block), .is_apart = true};
}

void
pawl_arena_fini(struct pawl_arena *arena)
{
	struct pawl_arena_block *block, *next;

	if (!arena)
		return;
	for (block = arena->head; block; block = next) {
		next = block->next;
		block_free(arena, block);
	}
	arena->head = NULL;
	arena->total_bytes = 0;
}

/* Only blocks of the usual size stay: one big body must not be held for ever. */
void
pawl_arena_reset(struct pawl_arena *arena)
{
	struct pawl_arena_block *block, *next, *kept = NULL;
	size_t usual = arena->block_bytes ? arena->block_bytes : BLOCK_BYTES_DEFAULT;

	for (block = arena->head; block; block = next) {
		next = block->next;
		if (!kept && block->cap == usual) {
			kept = block;
			continue;
		}
		block_free(arena, block);
	}
	if (kept) {
		kept->next = NULL;
		block_wipe(kept);
		kept->used = 0;
		block_poison(kept);
	}
	arena->head = kept;
	arena->total_bytes = 0;
}

void *
pawl_arena_alloc_slow(struct pawl_arena *arena, size_t size)
{
	struct pawl_arena_block *block, *head = arena->head;
	size_t usual = arena->block_bytes ? arena->block_bytes : BLOCK_BYTES_DEFAULT;
	size_t need;

	PAWL_ASSERT(size <= PTRDIFF_MAX / 2);
	need = (size + PAWL_ARENA_ALIGN - 1 + PAWL_ARENA_REDZONE) & ~(size_t)(PAWL_ARENA_ALIGN - 1);
	if (need <= usual / OWN_BLOCK_SHARE) {
		block = block_new(arena, usual);
		block->next = head;
		arena->head = block;
	} else {
		block = block_new(arena, need);
		if (head) {
			block->next = head->next;
			head->next = block;
		} else {
			arena->head = block;
		}
	}
	block->used = need;
	arena->total_bytes += need;
#ifdef PAWL_ARENA_ASAN
	__asan_unpoison_memory_region(block->data, size);
#endif
	return block->data;
}

void *
pawl_arena_calloc(struct pawl_arena *arena, size_t n, size_t size)
{
	size_t bytes;
	void *ptr;

	PAWL_ASSERT(!__builtin_mul_overflow(n, size, &bytes));
	ptr = pawl_arena_alloc(arena, bytes);
	memset(ptr, 0, bytes);
	return ptr;
}

struct pawl_str
pawl_arena_dup(struct pawl_arena *arena, struct pawl_str s)
{
	return pawl_str(pawl_arena_dup_c(arena, s), s.len);
}

char *
pawl_arena_dup_c(struct pawl_arena *arena, struct pawl_str s)
{
	char *copy;

	PAWL_ASSERT(s.len < PTRDIFF_MAX);
	copy = pawl_arena_alloc(arena, s.len + 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct pawl_str
pawl_arena_printf(struct pawl_arena *arena, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	PAWL_ASSERT(n >= 0);
	if ((size_t)n < sizeof(small))
		return pawl_arena_dup(arena, pawl_str(small, (size_t)n));
	text = pawl_arena_alloc(arena, (size_t)n + 1);
	va_start(ap, fmt);
	n = vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return pawl_str(text, (size_t)n);
}
