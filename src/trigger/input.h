/* workflow.input: a stored request as expressions see it.
 *
 * body: JSON by its content type (application/json, +json, and JSON text without a content
 * type), a form as an object (repeated names as arrays), text by its charset as a string,
 * anything else base64. query: repeated names as arrays. headers: names in lower case, repeated
 * ones joined by ", " (Set-Cookie does not occur in requests). raw: the body as text, or base64
 * when it is not UTF-8. Beside them method, path, ip, received_at. The body's bytes are
 * borrowed: they must outlive the arena. Pure, any thread. */
#ifndef PAWL_TRIGGER_INPUT_H
#define PAWL_TRIGGER_INPUT_H

#include "data/json.h"

struct pawl_input_source {
	struct pawl_str method, target, ip;
	struct pawl_str headers; /* "name: value\r\n" lines */
	struct pawl_str body;
	int64_t received_at_us;
};

struct pawl_json pawl_input_build(struct pawl_arena *arena, const struct pawl_input_source *source);

enum pawl_body_kind {
	PAWL_BODY_EMPTY,
	PAWL_BODY_JSON,
	PAWL_BODY_FORM,
	PAWL_BODY_TEXT,
	PAWL_BODY_BYTES
};
/* By Content-Type ("" when absent: JSON if it parses, else text, else bytes). */
enum pawl_body_kind pawl_body_kind(struct pawl_str content_type, struct pawl_str body);
/* application/x-www-form-urlencoded (also for queries); names that occur more than once become
 * arrays. Broken escapes are kept as they are. */
struct pawl_json pawl_form_parse(struct pawl_arena *arena, struct pawl_str text);

#endif
