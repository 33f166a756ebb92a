/* Verifying: what a request claims, and whether a key bears it out. A MAC that is refused or fits
 * allocates nothing but the text of the refusal. */
#include <openssl/evp.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

#define ED25519_BYTES 64
#define RSA_BYTES_MIN (PAWL_RSA_BITS_MIN / 8)
#define P256_DER_MIN  8
#define P256_DER_MAX  72

/* ---- the shape of signatures ------------------------------------------------------- */

size_t
pawl_scheme_text_len(const struct pawl_scheme *scheme)
{
	size_t len = scheme->kind == PAWL_SCHEME_HASH ? 32 : pawl_mac_len(scheme->mac);

	switch (scheme->encoding) {
	case PAWL_ENCODING_HEX:
		return 2 * len;
	case PAWL_ENCODING_BASE64:
		return (len + 2) / 3 * 4;
	case PAWL_ENCODING_BASE64URL:
		return (len * 4 + 2) / 3;
	}
	return 0;
}

static const char *
encoding_text(enum pawl_scheme_encoding encoding)
{
	switch (encoding) {
	case PAWL_ENCODING_HEX:
		return "lower-case hex";
	case PAWL_ENCODING_BASE64:
		return "base64 with its padding";
	case PAWL_ENCODING_BASE64URL:
		return "base64url without padding";
	}
	return "";
}

#define HEX    (1u << PAWL_ENCODING_HEX)
#define BASE64 (1u << PAWL_ENCODING_BASE64)
#define URL    (1u << PAWL_ENCODING_BASE64URL)

/* The encodings that write with it. */
static const unsigned char alphabets[256] = {
	['0' ... '9'] = HEX | BASE64 | URL,
	['a' ... 'f'] = HEX | BASE64 | URL,
	['g' ... 'z'] = BASE64 | URL,
	['A' ... 'Z'] = BASE64 | URL,
	['+'] = BASE64,
	['/'] = BASE64,
	['='] = BASE64,
	['-'] = URL,
	['_'] = URL,
};

static bool
is_encoded(struct pawl_str text, enum pawl_scheme_encoding encoding)
{
	unsigned all = 1u << encoding;

	for (size_t i = 0; i < text.len; i++)
		all &= alphabets[(unsigned char)text.ptr[i]];
	return all != 0;
}

static bool
decode_signature(const struct pawl_scheme *scheme, struct pawl_str text, struct pawl_arena *arena,
		 struct pawl_str *out)
{
	unsigned char *bytes;

	if (text.len == 0 || !is_encoded(text, scheme->encoding))
		return false;
	if (scheme->encoding != PAWL_ENCODING_HEX)
		return pawl_base64_decode(arena, text,
					  scheme->encoding == PAWL_ENCODING_BASE64
						  ? PAWL_BASE64_STD
						  : PAWL_BASE64_URL,
					  out);
	bytes = pawl_arena_alloc(arena, text.len);
	*out = pawl_str((const char *)bytes, text.len / 2);
	return pawl_hex_decode(text, bytes);
}

static bool
has_length(enum pawl_sign_algorithm algorithm, size_t len)
{
	switch (algorithm) {
	case PAWL_SIGN_ED25519:
	case PAWL_SIGN_P256_SHA256_RS:
		return len == ED25519_BYTES;
	case PAWL_SIGN_P256_SHA256:
		return len >= P256_DER_MIN && len <= P256_DER_MAX;
	case PAWL_SIGN_RSA_SHA1:
	case PAWL_SIGN_RSA_SHA256:
		return len >= RSA_BYTES_MIN;
	}
	return false;
}

static bool
is_shaped(const struct pawl_scheme *scheme, bool by_public, struct pawl_str text,
	  struct pawl_arena *arena)
{
	struct pawl_str bytes;

	if (!by_public && scheme->kind != PAWL_SCHEME_PUBLIC_KEY)
		return text.len == pawl_scheme_text_len(scheme) &&
		       is_encoded(text, scheme->encoding);
	return decode_signature(scheme, text, arena, &bytes) &&
	       has_length(by_public ? scheme->public.algorithm : scheme->algorithm, bytes.len);
}

/* True when one of the value's signatures could fit; *n counts all. */
static bool
has_shape(const struct pawl_scheme_claim *claim, bool by_public, size_t *n)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_str prefix = by_public ? scheme->public.item_prefix : scheme->prefix;
	struct pawl_scheme_cursor cursor = {0};
	struct pawl_str text;

	while (pawl_scheme_next_signature(scheme, prefix, claim->value, &cursor, &text)) {
		(*n)++;
		if (is_shaped(scheme, by_public, text, claim->arena))
			return true;
	}
	return false;
}

/* For operators: what is wrong with the header, when no signature in it could ever fit. */
static bool
check_shape(const struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_str name = scheme->signature.from == PAWL_FROM_HEADER
				       ? scheme->signature.headers.items[0]
				       : scheme->signature.key;
	size_t n = 0;

	if (has_shape(claim, false, &n) || (scheme->public.is_there && has_shape(claim, true, &n)))
		return true;
	if (n == 0)
		return pawl_scheme_refuse_with(claim->refusal, claim->arena, "malformed_signature",
					       "%.*s holds no signature that begins with \"%.*s\"",
					       PAWL_STR_ARG(name), PAWL_STR_ARG(scheme->prefix));
	if (scheme->kind == PAWL_SCHEME_PUBLIC_KEY)
		return pawl_scheme_refuse_with(claim->refusal, claim->arena, "malformed_signature",
					       "the signature in %.*s must be %s, and of the "
					       "algorithm's length",
					       PAWL_STR_ARG(name), encoding_text(scheme->encoding));
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "malformed_signature",
				       "the signature in %.*s must be %zu characters of %s",
				       PAWL_STR_ARG(name), pawl_scheme_text_len(scheme),
				       encoding_text(scheme->encoding));
}

/* ---- the claim --------------------------------------------------------------------- */

static bool
parse_tree(struct pawl_scheme_claim *claim)
{
	if (claim->body)
		return true;
	if (pawl_json_parse(claim->arena, claim->facts->body, &claim->tree, NULL) != PAWL_OK)
		return pawl_scheme_refuse(
			claim->refusal, "malformed_signature",
			"the body, which has to hold what is signed, is not JSON");
	claim->body = &claim->tree;
	return true;
}

static bool
read_value(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;

	if (scheme->signature.from == PAWL_FROM_HEADER)
		return pawl_scheme_find_one(&scheme->signature.headers, claim->facts, claim->arena,
					    &claim->value, claim->refusal);
	if (!parse_tree(claim))
		return false;
	if (pawl_scheme_find(scheme, &scheme->signature, claim->facts, claim->body, claim->arena,
			     &claim->value) == 1)
		return true;
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "missing_header",
				       "the body has no signature at %.*s",
				       PAWL_STR_ARG(scheme->signature.key));
}

static bool
find_timestamp(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;
	size_t n;

	if (scheme->timestamp.from == PAWL_FROM_HEADER)
		return pawl_scheme_find_one(&scheme->timestamp.headers, claim->facts, claim->arena,
					    &claim->texts.ts, claim->refusal);
	n = pawl_scheme_find_pair(scheme, claim->value, scheme->timestamp.key, &claim->texts.ts);
	if (n == 1)
		return true;
	return pawl_scheme_refuse(claim->refusal, "malformed_timestamp",
				  n ? "the signature header has more than one timestamp"
				    : "the signature header has no timestamp");
}

static bool
read_values(struct pawl_scheme_claim *claim)
{
	struct pawl_str missing;

	if (pawl_scheme_find_values(claim->scheme, &claim->scheme->values, claim->facts,
				    claim->body, claim->arena, &claim->texts, &missing))
		return true;
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "missing_header",
				       "what is signed as {%.*s} is not there, or there twice",
				       PAWL_STR_ARG(missing));
}

static bool
read_claim(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;

	claim->texts.body = claim->facts->body;
	if (!read_value(claim) || !check_shape(claim))
		return false;
	if (scheme->material.uses & 1u << PAWL_VAR_ID) {
		if (!pawl_scheme_find_one(&scheme->id.items[0].headers, claim->facts, claim->arena,
					  &claim->texts.id, claim->refusal))
			return false;
		if (claim->texts.id.len == 0)
			return pawl_scheme_refuse(claim->refusal, "missing_header",
						  "the header with the delivery's id is empty");
	}
	if (scheme->values.len > 0 && !read_values(claim))
		return false;
	if ((scheme->material.uses & 1u << PAWL_VAR_FORM) && !pawl_scheme_form(claim))
		return false;
	if (scheme->timestamp.from != PAWL_FROM_HEADER && scheme->timestamp.from != PAWL_FROM_PAIR)
		return true;
	return find_timestamp(claim) &&
	       pawl_scheme_check_time(scheme, claim->facts->now_us, claim->texts.ts, claim->arena,
				      claim->refusal);
}

/* A time inside of the body is looked at when the body is known to be the sender's. */
static bool
check_body_time(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_str text;

	if (scheme->timestamp.from != PAWL_FROM_BODY)
		return true;
	if (!parse_tree(claim))
		return false;
	if (pawl_scheme_find(scheme, &scheme->timestamp, claim->facts, claim->body, claim->arena,
			     &text) != 1)
		return pawl_scheme_refuse_with(claim->refusal, claim->arena, "malformed_timestamp",
					       "the body has no timestamp at %.*s",
					       PAWL_STR_ARG(scheme->timestamp.key));
	return pawl_scheme_check_time(scheme, claim->facts->now_us, text, claim->arena,
				      claim->refusal);
}

/* ---- MACs -------------------------------------------------------------------------- */

size_t
pawl_scheme_encode(const struct pawl_scheme *scheme, struct pawl_str bytes, char *out)
{
	size_t len;

	if (scheme->encoding == PAWL_ENCODING_HEX) {
		pawl_hex_encode(bytes.ptr, bytes.len, out);
		return 2 * bytes.len;
	}
	len = (size_t)EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)bytes.ptr,
				      (int)bytes.len);
	if (scheme->encoding == PAWL_ENCODING_BASE64)
		return len;
	while (len > 0 && out[len - 1] == '=')
		len--;
	for (size_t i = 0; i < len; i++)
		out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
	return len;
}

bool
pawl_scheme_compute(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
		    struct pawl_scheme_texts *texts, struct pawl_arena *arena,
		    char out[PAWL_SCHEME_TEXT_MAX], size_t *len)
{
	struct pawl_str pieces[PAWL_SCHEME_PARTS_MAX];
	unsigned char mac[PAWL_MAC_MAX];
	size_t mac_len = 32;

	texts->secret = key->bytes;
	if (!pawl_scheme_expand(&scheme->material, texts, arena, pieces))
		return false;
	if (scheme->kind == PAWL_SCHEME_HASH) {
		pawl_mac_sha256(pieces, scheme->material.len, mac);
	} else {
		mac_len = pawl_mac_len(scheme->mac);
		if (!pawl_mac(scheme->mac, key->bytes, pieces, scheme->material.len, mac))
			return false;
	}
	*len = pawl_scheme_encode(scheme, pawl_str((const char *)mac, mac_len), out);
	return true;
}

/* The text of our own MAC is compared, not the bytes of theirs: there is one spelling of each, and
 * the comparison takes the same time wherever they differ. */
static bool
has_text(const struct pawl_scheme_claim *claim, struct pawl_str expected)
{
	struct pawl_scheme_cursor cursor = {0};
	struct pawl_str text;
	bool found = false;

	while (pawl_scheme_next_signature(claim->scheme, claim->scheme->prefix, claim->value,
					  &cursor, &text))
		found |= pawl_str_eq_secret(text, expected);
	return found;
}

static bool
fits_mac(struct pawl_scheme_claim *claim, const struct pawl_scheme_key *key, bool *is_able)
{
	char text[PAWL_SCHEME_TEXT_MAX];
	size_t len;

	if (key->bytes.len == 0)
		return false;
	*is_able = pawl_scheme_compute(claim->scheme, key, &claim->texts, claim->arena, text, &len);
	return *is_able && has_text(claim, pawl_str(text, len));
}

/* ---- public keys --------------------------------------------------------------------- */

static size_t
expand_signed(const struct pawl_scheme_claim *claim, struct pawl_str *pieces)
{
	const struct pawl_scheme *scheme = claim->scheme;

	if (scheme->members.len > 0)
		return pawl_scheme_member_text(scheme, claim->body, claim->arena, pieces);
	return pawl_scheme_expand(&scheme->material, &claim->texts, claim->arena, pieces)
		       ? scheme->material.len
		       : 0;
}

static bool
fits_public(const struct pawl_scheme_claim *claim, const struct pawl_pubkey *key,
	    enum pawl_sign_algorithm algorithm, struct pawl_str prefix)
{
	struct pawl_str pieces[PAWL_SCHEME_PARTS_MAX], text, bytes;
	struct pawl_scheme_cursor cursor = {0};
	size_t n = expand_signed(claim, pieces);

	if (!key || n == 0)
		return false;
	while (pawl_scheme_next_signature(claim->scheme, prefix, claim->value, &cursor, &text)) {
		if (decode_signature(claim->scheme, text, claim->arena, &bytes) &&
		    pawl_pubkey_verify(key, algorithm, pieces, n, bytes))
			return true;
	}
	return false;
}

static bool
fits_key(struct pawl_scheme_claim *claim, const struct pawl_scheme_key *key, bool *is_able)
{
	const struct pawl_scheme *scheme = claim->scheme;

	if (scheme->kind == PAWL_SCHEME_PUBLIC_KEY)
		return fits_public(claim, key->public, claim->algorithm, scheme->prefix);
	if (key->public)
		return fits_public(claim, key->public, scheme->public.algorithm,
				   scheme->public.item_prefix);
	return fits_mac(claim, key, is_able);
}

/* ---- certificates ---------------------------------------------------------------------- */

static bool
check_pin(struct pawl_scheme_claim *claim, const struct pawl_scheme_key *keys, size_t n_keys)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_str given = PAWL_STR("");

	(void)pawl_scheme_find(scheme, &scheme->pin, claim->facts, claim->body, claim->arena,
			       &given);
	for (size_t i = 0; i < n_keys; i++) {
		if (given.len > 0 && pawl_str_eq_secret(given, keys[i].bytes))
			return true;
	}
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "bad_credentials",
				       "%.*s is not what the entry's secret says",
				       PAWL_STR_ARG(scheme->pin.key));
}

static bool
fits_certificate(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_remote_want want = {.kind = PAWL_REMOTE_CERTIFICATE};
	const struct pawl_pubkey *key;
	struct pawl_keyset *set = NULL;
	size_t cursor = 0;
	bool fits = false;

	if (pawl_scheme_find(scheme, &scheme->certificate, claim->facts, claim->body, claim->arena,
			     &want.url) != 1 ||
	    !pawl_remote_url_is_allowed(want.url, scheme->hosts, scheme->certificate_suffix))
		return pawl_scheme_refuse(claim->refusal, "untrusted_certificate",
					  "the certificate's URL is not one of the provider's own");
	if (pawl_remote_get(claim->facts->remote, &want, &set, claim->refusal) != PAWL_REMOTE_HAVE)
		return false;
	while (!fits && (key = pawl_keyset_next(set, pawl_sign_algorithm_kind(claim->algorithm),
						PAWL_STR(""), &cursor)))
		fits = fits_public(claim, key, claim->algorithm, scheme->prefix);
	pawl_keyset_unref(set);
	return fits || pawl_scheme_refuse(claim->refusal, "bad_signature",
					  "the signature does not fit the certificate's key");
}

/* ---- all of it ------------------------------------------------------------------------- */

static bool
choose_algorithm(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme *scheme = claim->scheme;
	struct pawl_str word;

	claim->algorithm = scheme->algorithm;
	if (scheme->algorithm_by.len == 0)
		return true;
	if (!parse_tree(claim))
		return false;
	word = pawl_json_str(pawl_json_pointer(claim->body, scheme->algorithm_by));
	for (size_t i = 0; i < scheme->n_algorithms; i++) {
		if (pawl_str_eq(scheme->algorithms[i].text, word)) {
			claim->algorithm = scheme->algorithms[i].algorithm;
			return true;
		}
	}
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "malformed_signature",
				       "%.*s names no algorithm that is known",
				       PAWL_STR_ARG(scheme->algorithm_by));
}

static bool
fits_any(struct pawl_scheme_claim *claim, const struct pawl_scheme_key *keys, size_t n_keys)
{
	struct pawl_str urls[PAWL_SCHEME_URLS_MAX] = {{0}};
	size_t n_urls = 1;

	if (claim->scheme->material.uses & 1u << PAWL_VAR_URL)
		n_urls = pawl_scheme_urls(claim->facts, claim->arena, urls);
	for (size_t u = 0; u < n_urls; u++) {
		claim->texts.url = urls[u];
		for (size_t i = 0; i < n_keys; i++) {
			bool is_able = true;

			if (fits_key(claim, &keys[i], &is_able))
				return true;
			if (!is_able)
				return pawl_scheme_refuse(
					claim->refusal, "not_available",
					"OpenSSL on this machine refuses the scheme's algorithm");
		}
	}
	return pawl_scheme_refuse(
		claim->refusal, "bad_signature",
		n_keys ? "the signature does not fit: another secret, or a changed body"
		       : "there is no secret to verify the signature with");
}

static bool
verify_signature(struct pawl_scheme_claim *claim, const struct pawl_scheme_key *keys, size_t n_keys)
{
	if (!read_claim(claim) || !choose_algorithm(claim))
		return false;
	if (claim->scheme->certificate.from != PAWL_FROM_NOWHERE) {
		if (!parse_tree(claim) || !check_pin(claim, keys, n_keys) ||
		    !fits_certificate(claim))
			return false;
	} else if (!fits_any(claim, keys, n_keys)) {
		return false;
	}
	return check_body_time(claim);
}

bool
pawl_scheme_verify(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
		   size_t n_keys, const struct pawl_request_facts *facts, struct pawl_arena *arena,
		   struct pawl_refusal *refusal)
{
	struct pawl_scheme_claim claim = {
		.scheme = scheme, .facts = facts, .arena = arena, .refusal = refusal};
	bool fits;

	PAWL_CHECK_OBJ(scheme, PAWL_SCHEME_MAGIC);
	if (scheme->kind == PAWL_SCHEME_TOKEN)
		fits = pawl_scheme_verify_token(scheme, keys, n_keys, facts, arena, refusal);
	else if (scheme->kind == PAWL_SCHEME_JWS)
		fits = pawl_scheme_verify_jws(scheme, keys, n_keys, facts, arena, refusal);
	else if (scheme->format == PAWL_FORMAT_MESSAGE)
		fits = pawl_scheme_verify_message(scheme, keys, n_keys, facts, arena, refusal);
	else
		fits = verify_signature(&claim, keys, n_keys);
	if (fits)
		*refusal = (struct pawl_refusal){0};
	return fits;
}
