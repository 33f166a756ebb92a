/* Mistakes about the body: other bytes were signed than arrived. */
#include <stdint.h>

#include "base/codec.h"
#include "data/encoding.h"
#include "trigger/auth/diagnose_internal.h"

static struct pawl_str
without_blanks(struct pawl_str s)
{
	return pawl_str_trim(s);
}

/* "\r\n" for "\n", or the other way. */
static struct pawl_str
with_line_ends(struct pawl_str s, bool crlf, struct pawl_arena *arena)
{
	char *out = pawl_arena_alloc(arena, 2 * s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
			continue;
		if (s.ptr[i] == '\n' && crlf)
			out[len++] = '\r';
		out[len++] = s.ptr[i];
	}
	return pawl_str(out, len);
}

static bool
try_newlines(struct pawl_diagnosing *d)
{
	static const char added[] =
		"the body ends in a line break that was not signed: something between signing and "
		"here adds it (echo without -n, an editor, a proxy); send the bytes that were "
		"signed";
	static const char removed[] =
		"a line break at the end of the body was signed and did not arrive: sign the bytes "
		"that are sent, and do not trim them in between";
	struct pawl_str body = d->in->facts->body;

	if (pawl_str_ends_with(body, PAWL_STR("\n")) &&
	    pawl_diagnosing_try_body(d, pawl_str_sub(body, 0, body.len - 1), "body_newline_added",
				     added))
		return true;
	if (pawl_str_ends_with(body, PAWL_STR("\r\n")) &&
	    pawl_diagnosing_try_body(d, pawl_str_sub(body, 0, body.len - 2), "body_newline_added",
				     added))
		return true;
	return pawl_diagnosing_try_body(
		       d, pawl_arena_printf(&d->scratch, "%.*s\n", PAWL_STR_ARG(body)),
		       "body_newline_removed", removed) ||
	       pawl_diagnosing_try_body(
		       d, pawl_arena_printf(&d->scratch, "%.*s\r\n", PAWL_STR_ARG(body)),
		       "body_newline_removed", removed);
}

static bool
try_blanks(struct pawl_diagnosing *d)
{
	struct pawl_str body = d->in->facts->body;
	struct pawl_str trimmed = without_blanks(body);

	if (trimmed.len != body.len &&
	    pawl_diagnosing_try_body(d, trimmed, "body_blanks_added",
				     "the body without the blanks around it was signed: sign the "
				     "bytes that are sent"))
		return true;
	if (pawl_str_find_char(body, '\n') == SIZE_MAX)
		return false;
	for (int crlf = 0; crlf < 2; crlf++) {
		if (pawl_diagnosing_try_body(
			    d, with_line_ends(body, crlf, &d->scratch), "body_line_ends",
			    crlf ? "line breaks were signed as CR LF and arrived as LF: something "
				   "between converts them; send the body as binary"
				 : "line breaks were signed as LF and arrived as CR LF: something "
				   "between converts them; send the body as binary"))
			return true;
	}
	return false;
}

/* The body was compressed after it had been signed. */
static bool
try_compression(struct pawl_diagnosing *d)
{
	const struct pawl_request_facts *facts = d->in->facts;
	struct pawl_encodings encodings = {0};
	struct pawl_buf plain;
	const char *wrong;
	bool found;

	for (size_t i = 0; i < facts->n_headers; i++) {
		if (pawl_str_eq_nocase(facts->headers[i].name, PAWL_STR("Content-Encoding")) &&
		    !pawl_encodings_add(&encodings, facts->headers[i].value))
			return false;
	}
	if (encodings.n == 0)
		return false;
	pawl_buf_init(&plain, 4 * PAWL_DIAGNOSE_BODY_MAX);
	found = pawl_encodings_decode(&encodings, facts->body, &plain, &wrong) == PAWL_OK &&
		pawl_diagnosing_try_body(
			d, pawl_buf_peek(&plain), "body_compressed_after_signing",
			"the body was signed first and compressed then: the signature has to be "
			"over the compressed bytes as they are sent, or the body sent without "
			"Content-Encoding");
	pawl_buf_fini(&plain);
	return found;
}

static bool
try_decoded(struct pawl_diagnosing *d)
{
	struct pawl_str body = d->in->facts->body, decoded;

	if (pawl_str_find_char(body, '%') == SIZE_MAX && pawl_str_find_char(body, '+') == SIZE_MAX)
		return false;
	for (int plus = 0; plus < 2; plus++) {
		if (pawl_url_decode(&d->scratch, body, plus, &decoded) &&
		    pawl_diagnosing_try_body(
			    d, decoded, "body_form_decoded",
			    "the form was signed before it was percent-encoded: sign the encoded "
			    "body as it is sent"))
			return true;
	}
	return false;
}

bool
pawl_diagnose_body(struct pawl_diagnosing *d)
{
	return try_newlines(d) || try_blanks(d) || try_compression(d) || try_decoded(d) ||
	       (d->in->facts->body.len > 0 &&
		pawl_diagnosing_try_body(
			d, PAWL_STR(""), "body_signed_empty",
			"an empty body was signed: the signature is made before the body is set, "
			"or of a stream that was read to its end already"));
}
