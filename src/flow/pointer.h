/* A JSON pointer (RFC 6901) that grows and shrinks along with a walk over a document.
 *
 * Owner: whoever called init. push returns a mark, pop goes back to it. Past
 * PAWL_POINTER_MAX bytes the rest of the place is left out. Not thread-safe. */
#ifndef PAWL_FLOW_POINTER_H
#define PAWL_FLOW_POINTER_H

#include "base/buf.h"

#define PAWL_POINTER_MAX 8192

struct pawl_pointer {
	struct pawl_buf buf;
};

void pawl_pointer_init(struct pawl_pointer *pointer, const char *prefix);
void pawl_pointer_fini(struct pawl_pointer *pointer);
size_t pawl_pointer_push(struct pawl_pointer *pointer, struct pawl_str key);
size_t pawl_pointer_push_c(struct pawl_pointer *pointer, const char *key);
size_t pawl_pointer_push_index(struct pawl_pointer *pointer, size_t index);
void pawl_pointer_pop(struct pawl_pointer *pointer, size_t mark);
/* Borrowed until the next push or pop. */
const char *pawl_pointer_get(const struct pawl_pointer *pointer);

#endif
