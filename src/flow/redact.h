/* Secrets out of sight by their value, wherever they turn up: in what a peer echoes, in errors, in
 * what callers send.
 *
 * A redactor knows a set of values and finds them as they are, as hex digits, and inside of
 * base64 and base64url at every alignment; each of these also behind percent-encoding and the
 * escapes of JSON strings, mixed and nested. A value shorter than PAWL_REDACT_MIN_BYTES is not
 * looked for: it would tear ordinary text apart. What is found becomes "***".
 *
 * Immutable but for its count of references; any thread. Its memory is that of secrets: left out
 * of core dumps, wiped at the end. A redactor may be NULL, and finds nothing then, at no cost. */
#ifndef PAWL_FLOW_REDACT_H
#define PAWL_FLOW_REDACT_H

#include "data/json.h"

#define PAWL_REDACT_MIN_BYTES 8
#define PAWL_REDACT_MASK      "***"

struct pawl_redactor;

/* What `old` (or NULL) knows, and these as well. NULL when there is nothing to look for. */
struct pawl_redactor *pawl_redactor_new(const struct pawl_redactor *old,
					const struct pawl_str *values, size_t n);
/* Both accept NULL. */
struct pawl_redactor *pawl_redactor_ref(struct pawl_redactor *redactor);
void pawl_redactor_unref(struct pawl_redactor *redactor);
/* How many values it knows, and whether that is one of them. */
size_t pawl_redactor_count(const struct pawl_redactor *redactor);
bool pawl_redactor_knows(const struct pawl_redactor *redactor, struct pawl_str value);

/* Does a secret stand in the bytes, or in the strings of the JSON that they are? */
bool pawl_redact_finds(const struct pawl_redactor *redactor, struct pawl_str bytes);
/* The text itself where nothing is found, else a copy in the arena. */
struct pawl_str pawl_redact_text(const struct pawl_redactor *redactor, struct pawl_arena *arena,
				 struct pawl_str text);
/* Strings and keys likewise; a number that holds a secret becomes the string "***". What has no
 * secret in it is shared with the value. Keys that become the same are one, with the last value. */
struct pawl_json pawl_redact_json(const struct pawl_redactor *redactor, struct pawl_arena *arena,
				  const struct pawl_json *value);
/* The same for a text that pawl_json_write wrote: it is JSON afterwards, too. */
struct pawl_str pawl_redact_json_text(const struct pawl_redactor *redactor,
				      struct pawl_arena *arena, struct pawl_str text);

#endif
