#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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

void
pawl_free_secret(void *ptr, size_t len)
{
	if (!ptr)
		return;
	explicit_bzero(ptr, len);
	free(ptr);
}
