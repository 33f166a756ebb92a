/* Handshakes: requests by which a provider makes sure of a URL. They are answered at once and
 * start no run. */
#include <sodium.h>

#include "trigger/auth/scheme_internal.h"

#define ECHO_MAX 4096

/* ---- is it one? --------------------------------------------------------------------------- */

static bool
is_at_stage(const struct pawl_scheme_handshake *h, enum pawl_handshake_stage stage)
{
	switch (stage) {
	case PAWL_HANDSHAKE_UNSIGNED:
		return h->proof == PAWL_PROOF_NONE;
	case PAWL_HANDSHAKE_NO_CREDENTIALS:
		return h->proof == PAWL_PROOF_IF_PRESENT;
	case PAWL_HANDSHAKE_VERIFIED:
		return h->proof != PAWL_PROOF_NONE;
	}
	return false;
}

static bool
holds(const struct pawl_scheme *scheme, const struct pawl_scheme_condition *when,
      const struct pawl_handshake_call *call, struct pawl_arena *arena)
{
	struct pawl_str text = PAWL_STR("");
	const struct pawl_json *v;

	if (when->source.from == PAWL_FROM_BODY) {
		v = call->body ? pawl_json_pointer(call->body, when->source.key) : NULL;
		if (when->equals)
			return v && pawl_json_equal(v, when->equals);
		return (v != NULL) != when->is_absent;
	}
	if (pawl_scheme_find(scheme, &when->source, call->facts, NULL, arena, &text) != 1)
		return when->is_absent;
	return !when->is_absent &&
	       (!when->equals || pawl_str_eq(text, pawl_json_str(when->equals)));
}

static bool
is_handshake(const struct pawl_scheme *scheme, const struct pawl_scheme_handshake *h,
	     const struct pawl_handshake_call *call, struct pawl_arena *arena)
{
	if (!is_at_stage(h, call->stage))
		return false;
	if (h->methods && !(h->methods & 1u << call->facts->method))
		return false;
	for (size_t i = 0; i < h->n_when; i++) {
		if (!holds(scheme, &h->when[i], call, arena))
			return false;
	}
	return true;
}

/* ---- may it be answered? -------------------------------------------------------------------- */

static void
refuse(struct pawl_handshake *out, int status, const char *code, const char *message)
{
	*out = (struct pawl_handshake){.status = status, .refusal = {code, message}};
}

/* A token is asked for where the provider sends one, and needed where nothing else proves who it
 * is. */
static bool
check_token(const struct pawl_scheme *scheme, const struct pawl_scheme_handshake *h,
	    const struct pawl_handshake_call *call, struct pawl_arena *arena,
	    struct pawl_handshake *out)
{
	struct pawl_str given;
	unsigned char digest[32];

	if (h->verify_token.from == PAWL_FROM_NOWHERE)
		return true;
	if (call->verify_token.len == 0) {
		if (h->proof != PAWL_PROOF_NONE)
			return true;
		refuse(out, 403, "bad_verify_token",
		       "the handshake needs a verify_token, and the trigger has none");
		return false;
	}
	if (pawl_scheme_find(scheme, &h->verify_token, call->facts, call->body, arena, &given) ==
	    1) {
		crypto_hash_sha256(digest, (const unsigned char *)given.ptr, given.len);
		if (sodium_memcmp(digest, call->verify_token.ptr, sizeof(digest)) == 0)
			return true;
	}
	refuse(out, 403, "bad_verify_token", "the handshake's token is not the trigger's");
	return false;
}

/* What is signed for a stranger must never be what could be a body: else the answer to X's
 * crc_token would be the signature of a forged event. */
static bool
is_opaque(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c && strchr("-_.=+/~", c))))
			return false;
	}
	return s.len > 0;
}

static bool
is_plain(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	}
	return s.len <= ECHO_MAX && pawl_str_is_utf8(s);
}

static bool
reply_has_hmac(const struct pawl_scheme_reply *reply)
{
	bool has = reply->text.has_hmac;

	for (size_t i = 0; i < reply->n_members; i++)
		has |= reply->members[i].text.has_hmac;
	for (size_t i = 0; i < reply->n_headers; i++)
		has |= reply->headers[i].text.has_hmac;
	return has;
}

static bool
read_values(const struct pawl_scheme *scheme, const struct pawl_scheme_handshake *h,
	    const struct pawl_handshake_call *call, struct pawl_arena *arena,
	    struct pawl_scheme_texts *texts, struct pawl_handshake *out)
{
	bool must_be_opaque = h->proof == PAWL_PROOF_NONE && reply_has_hmac(&h->reply);
	bool ok;
	struct pawl_str missing;

	ok = pawl_scheme_find_values(scheme, &h->values, call->facts, call->body, arena, texts,
				     &missing);
	for (size_t i = 0; ok && i < h->values.len; i++)
		ok = is_plain(texts->values[i]) && (!must_be_opaque || is_opaque(texts->values[i]));
	if (!ok)
		refuse(out, 400, "malformed_handshake",
		       "the handshake lacks a text that its answer needs, or it is of no form that "
		       "is answered");
	return ok;
}

/* ---- the answer ----------------------------------------------------------------------------- */

static bool
make_json(const struct pawl_scheme_reply *reply, const struct pawl_scheme_texts *texts,
	  struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_json_builder b;
	struct pawl_json v;

	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < reply->n_members; i++) {
		const struct pawl_scheme_reply_item *item = &reply->members[i];
		struct pawl_str text;

		if (!item->constant && !pawl_scheme_render(&item->text, texts, arena, &text))
			return false;
		pawl_json_set(&b, item->name,
			      item->constant ? *item->constant : pawl_json_string(text));
	}
	v = pawl_json_end(&b);
	*out = pawl_json_text(arena, &v);
	return true;
}

static bool
make_reply(const struct pawl_scheme_reply *reply, const struct pawl_scheme_texts *texts,
	   struct pawl_arena *arena, struct pawl_handshake *out)
{
	struct pawl_http_header *headers =
		pawl_arena_calloc(arena, reply->n_headers + 1, sizeof(*headers));
	bool ok = true;

	*out = (struct pawl_handshake){.status = reply->status,
				       .content_type = reply->content_type,
				       .headers = headers,
				       .n_headers = reply->n_headers};
	for (size_t i = 0; ok && i < reply->n_headers; i++) {
		headers[i].name = reply->headers[i].name;
		ok = pawl_scheme_render(&reply->headers[i].text, texts, arena, &headers[i].value);
	}
	if (ok && reply->is_json)
		ok = make_json(reply, texts, arena, &out->body);
	else if (ok && reply->content_type.ptr)
		ok = pawl_scheme_render(&reply->text, texts, arena, &out->body);
	if (!ok)
		refuse(out, 401, "not_configured",
		       "there is no secret to answer the handshake with");
	return ok;
}

/* The provider wants its URL to be visited before it sends: it is, and only then is this
 * answered. */
static bool
confirm(const struct pawl_scheme *scheme, const struct pawl_scheme_handshake *h,
	const struct pawl_handshake_call *call, struct pawl_arena *arena,
	struct pawl_handshake *out)
{
	struct pawl_remote_want want = {.kind = PAWL_REMOTE_VISIT};
	struct pawl_keyset *none = NULL;
	struct pawl_refusal refusal;

	if (h->confirm.from == PAWL_FROM_NOWHERE)
		return true;
	if (pawl_scheme_find(scheme, &h->confirm, call->facts, call->body, arena, &want.url) != 1 ||
	    !pawl_remote_url_is_allowed(want.url, scheme->hosts, PAWL_STR(""))) {
		refuse(out, 400, "untrusted_url",
		       "the URL that is to be confirmed is not one of the provider's own");
		return false;
	}
	if (pawl_remote_get(call->facts->remote, &want, &none, &refusal) == PAWL_REMOTE_HAVE)
		return true;
	*out = (struct pawl_handshake){.status = 503, .refusal = refusal};
	return false;
}

bool
pawl_scheme_handshake(const struct pawl_scheme *scheme, const struct pawl_handshake_call *call,
		      struct pawl_arena *arena, struct pawl_handshake *out)
{
	for (size_t i = 0; i < scheme->n_handshakes; i++) {
		const struct pawl_scheme_handshake *h = &scheme->handshakes[i];
		struct pawl_scheme_texts texts = {.secret = call->key ? call->key->bytes
								      : PAWL_STR("")};

		if (!is_handshake(scheme, h, call, arena))
			continue;
		if (check_token(scheme, h, call, arena, out) &&
		    read_values(scheme, h, call, arena, &texts, out) &&
		    confirm(scheme, h, call, arena, out))
			(void)make_reply(&h->reply, &texts, arena, out);
		return true;
	}
	return false;
}
