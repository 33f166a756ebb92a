/* Schemes without a signature over the body's bytes: tokens, and JSON Web Signatures whose claims
 * hold the body's hash. */
#include <sodium.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

#define JWT_SKEW_US (60 * 1000000LL) /* of the clocks, for exp and nbf */

/* ---- tokens --------------------------------------------------------------------------- */

/* Digests are compared, so that the time does not depend on the texts' lengths. */
static bool
is_same(struct pawl_str a, struct pawl_str b)
{
	unsigned char x[32], y[32];

	crypto_hash_sha256(x, (const unsigned char *)a.ptr, a.len);
	crypto_hash_sha256(y, (const unsigned char *)b.ptr, b.len);
	return sodium_memcmp(x, y, sizeof(x)) == 0;
}

static bool
has_key(const struct pawl_scheme_key *keys, size_t n_keys, struct pawl_str given)
{
	bool found = false;

	for (size_t i = 0; i < n_keys; i++)
		found |= keys[i].bytes.len > 0 && is_same(given, keys[i].bytes);
	return found;
}

bool
pawl_scheme_verify_token(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			 size_t n_keys, const struct pawl_request_facts *facts,
			 struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	for (size_t i = 0; i < scheme->tokens.len; i++) {
		struct pawl_str given;
		size_t n = pawl_scheme_find(scheme, &scheme->tokens.items[i], facts, NULL, arena,
					    &given);

		if (n == 0)
			continue;
		if (n > 1)
			return pawl_scheme_refuse(refusal, "repeated_header",
						  "the token is there more than once");
		return has_key(keys, n_keys, given) ||
		       pawl_scheme_refuse(refusal, "bad_credentials",
					  "the token is not one that the trigger knows");
	}
	return pawl_scheme_refuse(refusal, "missing_header", "the request carries no token");
}

/* ---- JWS ------------------------------------------------------------------------------- */

static bool
has_body_hash(const struct pawl_scheme *scheme, const struct pawl_json *claims,
	      struct pawl_str body)
{
	struct pawl_str given = pawl_json_str(pawl_json_get(claims, scheme->jws.body_claim));
	unsigned char digest[32];
	char hex[64];

	crypto_hash_sha256(digest, (const unsigned char *)body.ptr, body.len);
	pawl_hex_encode(digest, sizeof(digest), hex);
	return pawl_str_eq_secret(given, pawl_str(hex, sizeof(hex)));
}

/* What the claims say of the request, once they are known to be the sender's. */
static bool
check_claims(const struct pawl_scheme *scheme, const struct pawl_jws *jws,
	     const struct pawl_request_facts *facts, struct pawl_arena *arena,
	     struct pawl_refusal *refusal)
{
	const struct pawl_jwt_rules rules = {.issuer = scheme->jws.issuer,
					     .audience = scheme->jws.audience,
					     .skew_us = JWT_SKEW_US};
	const char *message = "the token's payload is no JSON object";
	struct pawl_json claims;

	if (pawl_json_parse(arena, jws->payload, &claims, NULL) != PAWL_OK ||
	    !pawl_json_is(&claims, PAWL_JSON_OBJECT))
		return pawl_scheme_refuse(refusal, "malformed_signature", message);
	switch (pawl_jwt_check(&claims, &rules, facts->now_us, arena, &message)) {
	case PAWL_JWT_OK:
		break;
	case PAWL_JWT_MALFORMED:
		return pawl_scheme_refuse(refusal, "malformed_signature", message);
	case PAWL_JWT_STALE:
		return pawl_scheme_refuse(refusal, "stale_timestamp", message);
	case PAWL_JWT_EARLY:
		return pawl_scheme_refuse(refusal, "future_timestamp", message);
	case PAWL_JWT_OTHER:
		return pawl_scheme_refuse(refusal, "bad_signature", message);
	}
	if (scheme->jws.body_claim.len > 0 && !has_body_hash(scheme, &claims, facts->body))
		return pawl_scheme_refuse_with(refusal, arena, "bad_signature",
					       "the claim %.*s is not the body's hash",
					       PAWL_STR_ARG(scheme->jws.body_claim));
	return true;
}

/* A key that is not here yet leaves its own refusal. */
static bool
fits_remote(const struct pawl_jws *jws, const struct pawl_scheme_key *key,
	    const struct pawl_request_facts *facts, struct pawl_refusal *refusal)
{
	const struct pawl_remote_want want = {
		.kind = PAWL_REMOTE_JWKS, .url = key->bytes, .kid = jws->kid};
	struct pawl_keyset *set = NULL;
	bool fits;

	if (pawl_remote_get(facts->remote, &want, &set, refusal) != PAWL_REMOTE_HAVE)
		return false;
	fits = pawl_jws_verify_set(jws, set);
	pawl_keyset_unref(set);
	return fits;
}

static bool
fits_jws(const struct pawl_jws *jws, const struct pawl_scheme_key *key,
	 const struct pawl_request_facts *facts, struct pawl_refusal *refusal)
{
	if (key->is_url)
		return fits_remote(jws, key, facts, refusal);
	if (key->set)
		return pawl_jws_verify_set(jws, key->set);
	if (key->public)
		return pawl_jws_verify(jws, key->public);
	return key->bytes.len > 0 && pawl_jws_verify_hmac(jws, key->bytes);
}

bool
pawl_scheme_verify_jws(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
		       size_t n_keys, const struct pawl_request_facts *facts,
		       struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	const char *message;
	struct pawl_str token;
	struct pawl_jws jws;

	if (!pawl_scheme_find_one(&scheme->signature.headers, facts, arena, &token, refusal))
		return false;
	if (!pawl_str_starts_with(token, scheme->prefix))
		return pawl_scheme_refuse(refusal, "malformed_signature",
					  "the token lacks its prefix");
	token = pawl_str_sub(token, scheme->prefix.len, token.len);
	if (!pawl_jws_parse(token, scheme->jws.algorithms, arena, &jws, &message))
		return pawl_scheme_refuse(refusal, "malformed_signature", message);
	(void)pawl_scheme_refuse(refusal, "bad_signature",
				 n_keys ? "the token's signature does not fit"
					: "there is no secret to verify the signature with");
	for (size_t i = 0; i < n_keys; i++) {
		if (fits_jws(&jws, &keys[i], facts, refusal))
			return check_claims(scheme, &jws, facts, arena, refusal);
	}
	return false;
}
