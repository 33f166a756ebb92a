/* From the text of a secret to a key. */
#include <stdint.h>

#include "base/codec.h"
#include "trigger/auth/keyset.h"
#include "trigger/auth/scheme_internal.h"

static bool
decode_bytes(enum pawl_scheme_decoding decoding, struct pawl_str secret, struct pawl_arena *arena,
	     struct pawl_str *out, const char **message)
{
	unsigned char *bytes;

	switch (decoding) {
	case PAWL_DECODING_UTF8:
		*out = pawl_arena_dup(arena, secret);
		return true;
	case PAWL_DECODING_BASE64:
		*message = "the secret is not base64 (with its padding), as this scheme wants it";
		return pawl_base64_decode(arena, secret, PAWL_BASE64_STD, out) && out->len > 0;
	case PAWL_DECODING_HEX:
		*message = "the secret is not hex, as this scheme wants it";
		bytes = pawl_arena_alloc(arena, secret.len);
		if (!pawl_hex_decode(secret, bytes))
			return false;
		*out = pawl_str((const char *)bytes, secret.len / 2);
		return out->len > 0;
	}
	return false;
}

static struct pawl_str
strip(struct pawl_str s, struct pawl_str prefix)
{
	return prefix.len > 0 && pawl_str_starts_with(s, prefix)
		       ? pawl_str_sub(s, prefix.len, s.len)
		       : s;
}

static bool
read_public(enum pawl_sign_algorithm algorithm, struct pawl_str text, struct pawl_scheme_key *out,
	    const char **message)
{
	out->public = pawl_pubkey_parse(text, message);
	if (out->public &&
	    pawl_pubkey_get_kind(out->public) != pawl_sign_algorithm_kind(algorithm)) {
		*message = "the key is of another kind than this scheme's";
		pawl_scheme_key_fini(out);
	}
	return out->public != NULL;
}

/* A shared secret, a JWK set, its URL, or one public key. */
static bool
read_jws(const struct pawl_scheme *scheme, struct pawl_str secret, struct pawl_arena *arena,
	 struct pawl_scheme_key *out, const char **message)
{
	if (scheme->jws.algorithms == 1u << PAWL_JWS_HS256) {
		out->bytes = pawl_arena_dup(arena, secret);
		return true;
	}
	if (pawl_remote_is_key_url(secret)) {
		out->bytes = pawl_arena_dup(arena, secret);
		out->is_url = true;
		return true;
	}
	if (pawl_str_starts_with(pawl_str_trim(secret), PAWL_STR("{"))) {
		out->set = pawl_keyset_parse(secret, message);
		return out->set != NULL;
	}
	out->public = pawl_pubkey_parse(secret, message);
	return out->public != NULL;
}

/* RFC 7617 section 2; a preset with another way to show the token takes any. */
static bool
check_basic(const struct pawl_scheme *scheme, struct pawl_str secret, const char **message)
{
	*message = "the secret must be user:password, as the sender shows them";
	return scheme->tokens.len != 1 || scheme->tokens.items[0].from != PAWL_FROM_BASIC ||
	       pawl_str_find_char(secret, ':') != SIZE_MAX;
}

bool
pawl_scheme_key(const struct pawl_scheme *scheme, struct pawl_str secret, struct pawl_arena *arena,
		struct pawl_scheme_key *out, const char **message)
{
	const struct pawl_scheme_public *public = &scheme->public;
	struct pawl_str text = strip(secret, scheme->strip_prefix);

	*out = (struct pawl_scheme_key){.bytes = PAWL_STR("")};
	*message = "the secret is empty";
	if (text.len == 0)
		return false;
	if (scheme->pin.from != PAWL_FROM_NOWHERE) {
		out->bytes = pawl_arena_dup(arena, text);
		return true;
	}
	if (public->is_there && pawl_str_starts_with(secret, public->key_prefix))
		return read_public(public->algorithm, strip(secret, public->key_prefix), out,
				   message);
	switch (scheme->kind) {
	case PAWL_SCHEME_MAC:
	case PAWL_SCHEME_HASH:
		return decode_bytes(scheme->decoding, text, arena, &out->bytes, message);
	case PAWL_SCHEME_TOKEN:
		return check_basic(scheme, text, message) &&
		       decode_bytes(scheme->decoding, text, arena, &out->bytes, message);
	case PAWL_SCHEME_PUBLIC_KEY:
		return read_public(scheme->algorithm, text, out, message);
	case PAWL_SCHEME_JWS:
		return read_jws(scheme, text, arena, out, message);
	}
	return false;
}

static bool
read_private(struct pawl_str text, struct pawl_scheme_key *out, const char **message)
{
	out->private = pawl_privkey_parse(text, message);
	return out->private != NULL;
}

bool
pawl_scheme_signing_key(const struct pawl_scheme *scheme, struct pawl_str secret,
			struct pawl_arena *arena, struct pawl_scheme_key *out, const char **message)
{
	const struct pawl_scheme_public *public = &scheme->public;
	bool is_shared = scheme->jws.algorithms == 1u << PAWL_JWS_HS256;

	*out = (struct pawl_scheme_key){.bytes = PAWL_STR("")};
	if (public->is_there && public->private_prefix.len > 0 &&
	    pawl_str_starts_with(secret, public->private_prefix))
		return read_private(strip(secret, public->private_prefix), out, message);
	if (scheme->kind == PAWL_SCHEME_PUBLIC_KEY ||
	    (scheme->kind == PAWL_SCHEME_JWS && !is_shared))
		return read_private(secret, out, message);
	return pawl_scheme_key(scheme, secret, arena, out, message);
}

void
pawl_scheme_key_fini(struct pawl_scheme_key *key)
{
	if (!key)
		return;
	pawl_pubkey_free(key->public);
	pawl_privkey_free(key->private);
	pawl_keyset_unref(key->set);
	key->public = NULL;
	key->private = NULL;
	key->set = NULL;
}
