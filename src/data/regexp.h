/* Regular expressions with a price, so that neither a pattern nor a subject from outside can hold
 * up a loop.
 *
 * PCRE2 over UTF-8. A compiled pattern is immutable: any thread; a matcher serves one at a time. */
#ifndef PAWL_DATA_REGEXP_H
#define PAWL_DATA_REGEXP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* What a search may cost that nothing else bounds; a few tenths of a second. */
#define PAWL_REGEXP_STEPS_MAX 20000000

enum pawl_regexp_dialect {
	PAWL_REGEXP_PCRE2,
	PAWL_REGEXP_RFC9485, /* what `.` leaves out, and `$`, as RFC 9485 has them */
};

struct pawl_regexp;

/* NULL when it is not well-formed or too large. Free with pawl_regexp_free. */
struct pawl_regexp *pawl_regexp_new(struct pawl_str pattern, enum pawl_regexp_dialect dialect);
void pawl_regexp_free(struct pawl_regexp *regexp);

/* What consecutive searches share; ready when zeroed but for `steps`. */
struct pawl_regexp_matcher {
	void *context, *data;
	uint64_t *steps; /* what is left; set by the owner */
	uint64_t price;  /* of trying one item of the pattern */
	size_t at;       /* where the last one was tried */
};

void pawl_regexp_matcher_fini(struct pawl_regexp_matcher *matcher);
/* Takes the cost off *matcher->steps; PAWL_ETOOBIG when they do not suffice. */
PAWL_MUST_USE enum pawl_err pawl_regexp_search(const struct pawl_regexp *regexp,
					       struct pawl_regexp_matcher *matcher,
					       struct pawl_str subject, bool *found);

#endif
