/* JSONPath (RFC 9535, the whole of it; regular expressions are I-Regexp, RFC 9485).
 *
 * A query is compiled once and evaluated often. A compiled query is immutable: any
 * thread, many at once. Results point into the queried document. */
#ifndef PAWL_DATA_JSONPATH_H
#define PAWL_DATA_JSONPATH_H

#include "data/json.h"

struct pawl_jsonpath;

struct pawl_jsonpath_error {
	size_t offset;     /* byte in the query */
	char message[160]; /* what is wrong there */
};

/* `$...`, the whole string. PAWL_EINVAL with *error when it is not well-formed or not valid. */
PAWL_MUST_USE enum pawl_err pawl_jsonpath_compile(struct pawl_str query, struct pawl_jsonpath **out,
						  struct pawl_jsonpath_error *error);
/* Only the segments that follow a root (".a[0]", "" is the root itself), for `${root.a[0]}`:
 * parses from the start of `text` as far as segments go and sets *used. Offsets in *error are
 * relative to `text`. */
PAWL_MUST_USE enum pawl_err pawl_jsonpath_compile_segments(struct pawl_str text, size_t *used,
							   struct pawl_jsonpath **out,
							   struct pawl_jsonpath_error *error);
void pawl_jsonpath_free(struct pawl_jsonpath *path);

/* A singular query selects at most one node (RFC 9535 section 2.3.5.1). */
bool pawl_jsonpath_is_singular(const struct pawl_jsonpath *path);

/* The value that a singular query selects, or NULL: nothing is allocated. */
const struct pawl_json *pawl_jsonpath_get(const struct pawl_jsonpath *path,
					  const struct pawl_json *root);

struct pawl_jsonpath_nodes {
	const struct pawl_json **items; /* in the arena */
	size_t len;
};

/* Work and results are bounded: PAWL_ETOOBIG when a query visits more than
 * PAWL_JSONPATH_STEPS_MAX nodes (the bytes and backtracks of regular expressions count as
 * such) or selects more than PAWL_JSONPATH_RESULTS_MAX. */
#define PAWL_JSONPATH_STEPS_MAX   20000000
#define PAWL_JSONPATH_RESULTS_MAX 4000000
PAWL_MUST_USE enum pawl_err pawl_jsonpath_select(const struct pawl_jsonpath *path,
						 const struct pawl_json *root,
						 struct pawl_arena *arena,
						 struct pawl_jsonpath_nodes *out);

#endif
