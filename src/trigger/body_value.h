/* What a decoded body is to expressions: its members of workflow.input. Pure, any thread. */
#ifndef PAWL_TRIGGER_BODY_VALUE_H
#define PAWL_TRIGGER_BODY_VALUE_H

#include "trigger/body.h"

struct pawl_body_value {
	struct pawl_json body;
	struct pawl_json raw;   /* its text, or base64; null for a form with files */
	struct pawl_json files; /* a list, empty but for forms with files */
	struct pawl_json error; /* {code, message}: why body is null; else null */
};

/* What an unparsed body says of itself. */
struct pawl_json pawl_body_error(struct pawl_arena *arena, const char *code, const char *message);
/* Borrows the bytes, which outlive the arena. request_id (0: none) is what references to files
 * begin with. */
void pawl_body_value(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
		     uint64_t request_id, struct pawl_body_value *out);
/* The same rules for what has a type of its own inside a body (a part, a CloudEvent's data). */
struct pawl_json pawl_body_part(struct pawl_arena *arena, struct pawl_str content_type,
				struct pawl_str bytes);

/* A file of a form. */
struct pawl_body_file {
	struct pawl_str field, name; /* UTF-8; the name is safe to show, and may be empty */
	struct pawl_json type;       /* as the sender said, or application/octet-stream */
	struct pawl_str content;     /* borrowed from the body */
};
/* By its place in workflow.input.files; false when there is none. */
PAWL_MUST_USE bool pawl_body_file(struct pawl_arena *arena, struct pawl_str content_type,
				  struct pawl_str bytes, size_t index, struct pawl_body_file *out);

#endif
