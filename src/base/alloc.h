/* Allocation that does not return NULL.
 *
 * Out of memory ends the process with a log line: what was acknowledged is on
 * disk, and a restart goes on from there. Any thread. */
#ifndef PAWL_BASE_ALLOC_H
#define PAWL_BASE_ALLOC_H

#include <stddef.h>

#define PAWL_HUGE_BYTES ((size_t)2 << 20)

void *pawl_malloc(size_t size);
void *pawl_calloc(size_t n, size_t size);
/* Array growth with an overflow check. */
void *pawl_realloc_array(void *ptr, size_t n, size_t size);
char *pawl_strdup(const char *cstr);
/* NUL-terminated copy of len bytes. */
char *pawl_memdup0(const void *data, size_t len);
/* PAWL_HUGE_BYTES of zeros, on a page of the processor's larger kind where there are such: for what
 * is looked at all over, where small pages would each have to be found first. */
void *pawl_huge_new(void);
void pawl_huge_free(void *page); /* NULL is allowed */
/* Whole pages that are in no core dump; `bytes` is a multiple of PAWL_PAGE_BYTES. */
#define PAWL_PAGE_BYTES        ((size_t)4096)
#define PAWL_PAGE_ALIGN(bytes) (((bytes) + PAWL_PAGE_BYTES - 1) & ~(PAWL_PAGE_BYTES - 1))
void *pawl_pages_new(size_t bytes);
void pawl_pages_free(void *pages, size_t bytes);
/* Overwrites, then frees: for secrets. NULL is allowed. */
void pawl_free_secret(void *ptr, size_t len);

#endif
