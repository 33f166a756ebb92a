#include "trigger/body.h"

#include "data/encoding.h"
#include "data/media.h"
#include "data/multipart.h"

/* ---- kinds ----------------------------------------------------------------------------- */

static bool
ends_with_nocase(struct pawl_str s, struct pawl_str end)
{
	return s.len >= end.len && pawl_str_eq_nocase(pawl_str_sub(s, s.len - end.len, s.len), end);
}

static bool
is_one_of(struct pawl_str type, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		if (pawl_str_eq_nocase(type, pawl_str_c(names[i])))
			return true;
	}
	return false;
}

static bool
is_text_type(struct pawl_str type)
{
	static const char *const names[] = {"application/xml",   "application/javascript",
					    "application/yaml",  "application/x-yaml",
					    "application/toml",  "application/x-ndjson",
					    "application/sql",   "application/graphql",
					    "application/jsonl", NULL};

	return pawl_str_eq_nocase(pawl_str_sub(type, 0, 5), PAWL_STR("text/")) ||
	       ends_with_nocase(type, PAWL_STR("+xml")) ||
	       ends_with_nocase(type, PAWL_STR("+yaml")) || is_one_of(type, names);
}

enum pawl_body_kind
pawl_body_kind(struct pawl_str content_type, struct pawl_str body)
{
	struct pawl_str type = pawl_media_type(content_type);

	if (body.len == 0)
		return PAWL_BODY_EMPTY;
	if (type.len == 0) {
		if (pawl_media_json(NULL, PAWL_STR(""), body, NULL, NULL) == PAWL_OK)
			return PAWL_BODY_JSON;
		return pawl_str_is_utf8(body) ? PAWL_BODY_TEXT : PAWL_BODY_BYTES;
	}
	if (pawl_media_is_json(type))
		return PAWL_BODY_JSON;
	if (pawl_str_eq_nocase(type, PAWL_STR("application/x-www-form-urlencoded")))
		return PAWL_BODY_FORM;
	if (pawl_multipart_is_form(type))
		return PAWL_BODY_MULTIPART;
	return is_text_type(type) ? PAWL_BODY_TEXT : PAWL_BODY_BYTES;
}

/* ---- Content-Encoding -------------------------------------------------------------------- */

static bool
read_encodings(const struct pawl_http_header *headers, size_t n, struct pawl_encodings *out)
{
	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq_nocase(headers[i].name, PAWL_STR("Content-Encoding")) &&
		    !pawl_encodings_add(out, headers[i].value))
			return false;
	}
	return true;
}

static struct pawl_body_problem
decoding_problem(enum pawl_err err, size_t max, const char *wrong, struct pawl_arena *arena)
{
	struct pawl_str message;

	if (err != PAWL_ETOOBIG)
		return (struct pawl_body_problem){400, "malformed_body", wrong};
	message = pawl_arena_printf(
		arena, "%s: it may have %zu bytes, and 100 times what was received", wrong, max);
	return (struct pawl_body_problem){413, "body_too_large", pawl_arena_dup_c(arena, message)};
}

bool
pawl_body_decode(const struct pawl_http_header *headers, size_t n, struct pawl_str bytes,
		 size_t max, struct pawl_arena *arena, struct pawl_str *out,
		 struct pawl_body_problem *problem)
{
	struct pawl_encodings encodings = {0};
	struct pawl_buf buf;
	const char *wrong;
	enum pawl_err err;

	*out = bytes;
	if (bytes.len == 0)
		return true;
	if (!read_encodings(headers, n, &encodings)) {
		*problem = (struct pawl_body_problem){
			415, "unsupported_encoding",
			"the body has a Content-Encoding that is not known here; these "
			"are: " PAWL_ENCODING_ACCEPTED};
		return false;
	}
	if (encodings.n == 0)
		return true;
	pawl_buf_init(&buf, max);
	err = pawl_encodings_decode(&encodings, bytes, &buf, &wrong);
	if (err)
		*problem = decoding_problem(err, max, wrong, arena);
	else
		*out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return !err;
}

/* ---- well-formedness ------------------------------------------------------------------------ */

static bool
check_json(struct pawl_str content_type, struct pawl_str body, struct pawl_arena *arena,
	   struct pawl_json *tree, bool *has_tree, struct pawl_body_problem *problem)
{
	struct pawl_json_error error = {0};
	struct pawl_str message;
	enum pawl_err err = PAWL_ETOOBIG;

	if (tree && has_tree) {
		err = pawl_media_json_bounded(arena, content_type, body, PAWL_BODY_VALUES_MAX, tree,
					      &error);
		*has_tree = err == PAWL_OK;
	}
	if (err == PAWL_ETOOBIG) /* of many values is JSON too */
		err = pawl_media_json(arena, content_type, body, NULL, &error);
	if (err == PAWL_OK)
		return true;
	message = pawl_arena_printf(arena, "the body is not JSON: %s (line %zu, column %zu)",
				    error.message ? error.message : "malformed", error.line,
				    error.column);
	*problem =
		(struct pawl_body_problem){400, "malformed_body", pawl_arena_dup_c(arena, message)};
	return false;
}

static bool
check_multipart(struct pawl_str content_type, struct pawl_str body, struct pawl_arena *arena,
		struct pawl_body_problem *problem)
{
	struct pawl_multipart_error error = {0};
	enum pawl_err err = pawl_multipart_parse(arena, content_type, body, NULL, NULL, &error);
	struct pawl_str message;

	if (err == PAWL_OK)
		return true;
	message = error.part ? pawl_arena_printf(arena, "the form's part %zu: %s", error.part,
						 error.message)
			     : pawl_arena_printf(arena, "the form: %s", error.message);
	*problem = (struct pawl_body_problem){err == PAWL_ETOOBIG ? 413 : 400,
					      err == PAWL_ETOOBIG ? "body_too_large"
								  : "malformed_body",
					      pawl_arena_dup_c(arena, message)};
	return false;
}

bool
pawl_body_check(struct pawl_str content_type, struct pawl_str body, struct pawl_arena *arena,
		struct pawl_json *tree, bool *has_tree, struct pawl_body_problem *problem)
{
	if (has_tree)
		*has_tree = false;
	if (body.len == 0 || content_type.len == 0)
		return true;
	switch (pawl_body_kind(content_type, body)) {
	case PAWL_BODY_JSON:
		return check_json(content_type, body, arena, tree, has_tree, problem);
	case PAWL_BODY_MULTIPART:
		return check_multipart(content_type, body, arena, problem);
	case PAWL_BODY_EMPTY:
	case PAWL_BODY_FORM:
	case PAWL_BODY_TEXT:
	case PAWL_BODY_BYTES:
		break;
	}
	return true;
}
