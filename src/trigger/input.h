/* workflow.input: a stored request as expressions see it.
 *
 * body: JSON by its content type (application/json, +json, and JSON text without a content
 * type), a form as an object (repeated names as arrays), text by its charset as a string,
 * anything else base64; decompressed first. body_error: why body is null, when it could not be
 * taken apart or would have taken too much memory. files: those of a multipart form, without their
 * bytes. cloudevent, or cloudevents for a batch: when it is one. query: repeated names as arrays.
 * headers: names in lower case, repeated ones joined by ", " (Set-Cookie does not occur in
 * requests). raw: the body as text, or base64 when it is not UTF-8; null for a multipart form.
 * Beside them method, path, ip, received_at. The body's bytes are borrowed: they must outlive the
 * arena. Pure, any thread. */
#ifndef PAWL_TRIGGER_INPUT_H
#define PAWL_TRIGGER_INPUT_H

#include "trigger/body_value.h"

struct pawl_input_source {
	uint64_t request_id; /* 0: it is not stored, and its files cannot be had */
	struct pawl_str method, target, ip;
	struct pawl_str headers; /* "name: value\r\n" lines */
	struct pawl_str body;    /* as received */
	int64_t received_at_us;
};

struct pawl_json pawl_input_build(struct pawl_arena *arena, const struct pawl_input_source *source);
/* The headers out of such lines, in the arena; their texts are borrowed. */
struct pawl_http_header *pawl_input_headers(struct pawl_arena *arena, struct pawl_str lines,
					    size_t *n);
/* In lower case, in the arena. */
struct pawl_str pawl_input_header_name(struct pawl_arena *arena, struct pawl_str name);
/* An input that a person wrote in place of a request's, as an expression is to see it. False with
 * problems: what a request always has as text is something else. Other members may be anything. */
PAWL_MUST_USE bool pawl_input_take(struct pawl_arena *arena, const struct pawl_json *given,
				   struct pawl_json *out, struct pawl_problems *problems);
/* One of its files, by its place in `files`; false when there is none. */
PAWL_MUST_USE bool pawl_input_file(struct pawl_arena *arena, const struct pawl_input_source *source,
				   size_t index, struct pawl_body_file *out);

#endif
