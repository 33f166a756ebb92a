/* JSON Web Signatures in compact form (RFC 7515), and the claims of a JWT (RFC 7519).
 *
 * Parsing decides nothing: the caller says which algorithm it expects, and a token of any other,
 * "none" among them, is refused before a key is looked at, so that no public key is ever taken
 * for an HMAC secret. Pure; texts are the token's or live in the arena. */
#ifndef PAWL_TRIGGER_AUTH_JWS_H
#define PAWL_TRIGGER_AUTH_JWS_H

#include "trigger/auth/keyset.h"

#define PAWL_JWS_TEXT_MAX ((size_t)64 << 10)

enum pawl_jws_algorithm { PAWL_JWS_HS256, PAWL_JWS_RS256, PAWL_JWS_ES256 };
#define PAWL_JWS_ALGORITHMS 3

struct pawl_jws {
	enum pawl_jws_algorithm algorithm;
	struct pawl_str kid; /* may be empty */
	struct pawl_json header;
	struct pawl_str payload;
	struct pawl_str signing_input; /* header.payload, as it was sent */
	struct pawl_str signature;
};

/* "HS256" */
bool pawl_jws_algorithm_parse(struct pawl_str name, enum pawl_jws_algorithm *out);

/* `algorithms` are the bits (1 << enum) of those that are expected. False with a message (static):
 * three parts, an object as header, an algorithm that is expected, no critical extension. */
bool pawl_jws_parse(struct pawl_str token, unsigned algorithms, struct pawl_arena *arena,
		    struct pawl_jws *out, const char **message);
/* HS256; false for every other. The key must not be empty. */
PAWL_MUST_USE bool pawl_jws_verify_hmac(const struct pawl_jws *jws, struct pawl_str key);
/* RS256 and ES256; false for every other, and for a key of another kind. */
PAWL_MUST_USE bool pawl_jws_verify(const struct pawl_jws *jws, const struct pawl_pubkey *key);
/* By any key of the set that has the token's kid; without a kid, by any of its kind. */
PAWL_MUST_USE bool pawl_jws_verify_set(const struct pawl_jws *jws, const struct pawl_keyset *set);

/* What the claims have to be. Empty texts are not asked for. */
struct pawl_jwt_rules {
	struct pawl_str issuer, audience;
	int64_t skew_us;
	bool need_expiry;
};
enum pawl_jwt_state {
	PAWL_JWT_OK,
	PAWL_JWT_MALFORMED,
	PAWL_JWT_STALE,
	PAWL_JWT_EARLY,
	PAWL_JWT_OTHER
};

/* exp, nbf, iss, aud (RFC 7519 section 4.1), over the parsed payload. *message is static, or lives
 * in the arena. */
enum pawl_jwt_state pawl_jwt_check(const struct pawl_json *claims,
				   const struct pawl_jwt_rules *rules, int64_t now_us,
				   struct pawl_arena *arena, const char **message);

/* For `pawl send` and tests: signs payload with a secret (HS256) or a private key. False when the
 * key is of another kind. */
PAWL_MUST_USE bool pawl_jws_sign(enum pawl_jws_algorithm algorithm, struct pawl_str payload,
				 struct pawl_str secret, const struct pawl_privkey *key,
				 struct pawl_arena *arena, struct pawl_str *out);

#endif
