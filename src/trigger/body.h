/* A request's body by its headers: Content-Encoding first, then Content-Type.
 *
 * What is received is what is verified and stored; it is decompressed whenever somebody looks into
 * it, each time within the same limits. Pure, any thread. */
#ifndef PAWL_TRIGGER_BODY_H
#define PAWL_TRIGGER_BODY_H

#include "data/json.h"
#include "net/http_server.h"

/* More values of JSON, or fields of a form, are not taken apart: what is built of each takes far
 * more memory than its text. */
#define PAWL_BODY_VALUES_MAX 250000
#define PAWL_BODY_FIELDS_MAX 50000
/* Decompressed, whatever a workflow allows. */
#define PAWL_BODY_BYTES_MAX (64u << 20)

enum pawl_body_kind {
	PAWL_BODY_EMPTY,
	PAWL_BODY_JSON,
	PAWL_BODY_FORM,
	PAWL_BODY_MULTIPART, /* multipart/form-data; other multiparts are bytes */
	PAWL_BODY_TEXT,
	PAWL_BODY_BYTES
};
/* By Content-Type ("" when absent: JSON if it parses, else text, else bytes). */
enum pawl_body_kind pawl_body_kind(struct pawl_str content_type, struct pawl_str body);

/* Why a body cannot be taken, as the caller is told. */
struct pawl_body_problem {
	int status;          /* 400, 413, 415 */
	const char *code;    /* malformed_body, body_too_large, unsupported_encoding */
	const char *message; /* static, or in the arena */
};

/* *out is `bytes` themselves when nothing is encoded, else in the arena, and at most `max` long. */
PAWL_MUST_USE bool pawl_body_decode(const struct pawl_http_header *headers, size_t n,
				    struct pawl_str bytes, size_t max, struct pawl_arena *arena,
				    struct pawl_str *out, struct pawl_body_problem *problem);
/* Is a decoded body what its type says? With `tree`, JSON is built too; it is null when it has more
 * values than are taken apart, and *has_tree false. */
PAWL_MUST_USE bool pawl_body_check(struct pawl_str content_type, struct pawl_str body,
				   struct pawl_arena *arena, struct pawl_json *tree, bool *has_tree,
				   struct pawl_body_problem *problem);

#endif
