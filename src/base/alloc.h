/* Allocation that does not return NULL.
 *
 * Out of memory ends the process with a log line: what was acknowledged is on
 * disk, and a restart goes on from there. Any thread. */
#ifndef PAWL_BASE_ALLOC_H
#define PAWL_BASE_ALLOC_H

#include <stddef.h>

void *pawl_malloc(size_t size);
void *pawl_calloc(size_t n, size_t size);
/* Array growth with an overflow check. */
void *pawl_realloc_array(void *ptr, size_t n, size_t size);
char *pawl_strdup(const char *cstr);
/* NUL-terminated copy of len bytes. */
char *pawl_memdup0(const void *data, size_t len);
/* Overwrites, then frees: for secrets. NULL is allowed. */
void pawl_free_secret(void *ptr, size_t len);

#endif
