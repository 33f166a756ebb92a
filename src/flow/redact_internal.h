/* What the rooms of redaction share: redact_set.c knows the values and finds them in plain bytes,
 * redact_view.c looks behind escapes, redact.c puts the mask in. */
#ifndef PAWL_FLOW_REDACT_INTERNAL_H
#define PAWL_FLOW_REDACT_INTERNAL_H

#include <stdint.h>

#include "flow/redact.h"

/* Encodings of encodings that are looked behind, in a text; of JSON, whose strings are escaped once
 * more, it is one more. */
#define PAWL_REDACT_DEPTH 2

/* Bytes [start, end) of a text. */
struct pawl_redact_range {
	size_t start, end;
};

struct pawl_redact_ranges {
	struct pawl_redact_range *items; /* free() */
	size_t len, cap;
};

/* One more range. It starts at or after the start of the last; those that touch become one. */
void pawl_redact_add(struct pawl_redact_ranges *ranges, struct pawl_redact_range range);
/* In order, none touching another: all that is found in the bytes as they stand. */
void pawl_redact_scan(const struct pawl_redactor *redactor, struct pawl_str bytes,
		      struct pawl_redact_ranges *found);
/* The same, behind escapes too. */
void pawl_redact_find(const struct pawl_redactor *redactor, struct pawl_str bytes, unsigned depth,
		      struct pawl_redact_ranges *found);
/* Has one of its values a space in it? Then '+' may stand for one. */
bool pawl_redactor_has_space(const struct pawl_redactor *redactor);

#endif
