/* The name that was probably meant: nearest of those offered, by edit distance.
 *
 * Borrows all names. Pure, any thread. */
#ifndef PAWL_FLOW_SUGGEST_H
#define PAWL_FLOW_SUGGEST_H

#include "base/str.h"

struct pawl_suggest {
	struct pawl_str wanted;
	struct pawl_str best; /* ptr NULL: nothing near was offered */
	size_t distance;
};

void pawl_suggest_init(struct pawl_suggest *suggest, struct pawl_str wanted);
void pawl_suggest_offer(struct pawl_suggest *suggest, struct pawl_str name);

#define PAWL_SUGGEST_TEXT_MAX 128
/* `; did you mean "name"?`, or the empty string. */
const char *pawl_suggest_text(const struct pawl_suggest *suggest, char out[PAWL_SUGGEST_TEXT_MAX]);

#endif
