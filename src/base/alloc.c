#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Nothing here may allocate, so the line is a constant. */
static _Noreturn void
out_of_memory(void)
{
	static const char line[] = "{\"level\":\"error\",\"event\":\"out_of_memory\"}\n";
	ssize_t ignored = write(STDERR_FILENO, line, sizeof(line) - 1);

	(void)ignored;
	abort();
}

void *
pawl_malloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		out_of_memory();
	return ptr;
}

void *
pawl_calloc(size_t n, size_t size)
{
	/* calloc checks the product itself; 0 would be allowed to give NULL */
	void *ptr = n && size ? calloc(n, size) : calloc(1, 1);

	if (!ptr)
		out_of_memory();
	return ptr;
}

void *
pawl_realloc_array(void *ptr, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX)
		out_of_memory();
	/* realloc(ptr, 0) may free and give NULL */
	ptr = realloc(ptr, bytes ? bytes : 1);
	if (!ptr)
		out_of_memory();
	return ptr;
}

char *
pawl_strdup(const char *cstr)
{
	return pawl_memdup0(cstr, strlen(cstr));
}

char *
pawl_memdup0(const void *data, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		out_of_memory();
	copy = pawl_malloc(len + 1);
	if (len)
		memcpy(copy, data, len);
	copy[len] = '\0';
	return copy;
}

void *
pawl_huge_new(void)
{
	/* Twice as much has an aligned part of that size in it. */
	char *map = mmap(NULL, 2 * PAWL_HUGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	if (map == MAP_FAILED)
		out_of_memory();
	before = (size_t)(-(uintptr_t)map % PAWL_HUGE_BYTES);
	if (before)
		munmap(map, before);
	munmap(map + before + PAWL_HUGE_BYTES, PAWL_HUGE_BYTES - before);
	(void)madvise(map + before, PAWL_HUGE_BYTES, MADV_HUGEPAGE); /* else small ones do */
	return map + before;
}

void
pawl_huge_free(void *page)
{
	if (page)
		munmap(page, PAWL_HUGE_BYTES);
}

void *
pawl_pages_new(size_t bytes)
{
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		out_of_memory();
	(void)madvise(pages, bytes, MADV_DONTDUMP);
	return pages;
}

void
pawl_pages_free(void *pages, size_t bytes)
{
	munmap(pages, bytes);
}

void
pawl_free_secret(void *ptr, size_t len)
{
	if (!ptr)
		return;
	explicit_bzero(ptr, len);
	free(ptr);
}
