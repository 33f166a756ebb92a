/* Public keys of senders, and what they sign: Ed25519 (RFC 8032), ECDSA on P-256 with SHA-256
 * (FIPS 186-5), RSA PKCS#1 v1.5 (RFC 8017 section 8.2).
 *
 * A key says of what kind it is, and a signature is checked only by an algorithm of that kind.
 * Keys are immutable once made: any thread. Pure but for allocation. Private keys are for
 * `pawl send` and tests; they are wiped when they are freed. */
#ifndef PAWL_TRIGGER_AUTH_PUBKEY_H
#define PAWL_TRIGGER_AUTH_PUBKEY_H

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"

#define PAWL_PUBKEY_TEXT_MAX ((size_t)16 << 10)
#define PAWL_RSA_BITS_MIN    2048
#define PAWL_RSA_BITS_MAX    8192

enum pawl_pubkey_kind { PAWL_PUBKEY_ED25519, PAWL_PUBKEY_P256, PAWL_PUBKEY_RSA };

enum pawl_sign_algorithm {
	PAWL_SIGN_ED25519,        /* 64 bytes */
	PAWL_SIGN_P256_SHA256,    /* DER: ECDSA-Sig-Value (RFC 3279 section 2.2.3) */
	PAWL_SIGN_P256_SHA256_RS, /* r || s, 64 bytes (RFC 7518 section 3.4) */
	PAWL_SIGN_RSA_SHA1,
	PAWL_SIGN_RSA_SHA256,
};

struct pawl_pubkey;
struct pawl_privkey;

/* Whatever a provider hands out: PEM (public key or X.509 certificate), base64 of the same in DER,
 * an Ed25519 key as 64 hex digits or as base64 of its 32 bytes, or a JWK (RFC 7517). NULL with a
 * message (static) that says what is wrong. A certificate's key is taken as it is: who signed it
 * and when it ends is certificate.h's. */
struct pawl_pubkey *pawl_pubkey_parse(struct pawl_str text, const char **message);
struct pawl_pubkey *pawl_pubkey_from_jwk(const struct pawl_json *jwk, const char **message);
void pawl_pubkey_free(struct pawl_pubkey *key);
enum pawl_pubkey_kind pawl_pubkey_get_kind(const struct pawl_pubkey *key);

/* By the name that presets use: "ed25519", "ecdsa-p256-sha256", "rsa-sha1", "rsa-sha256". */
bool pawl_sign_algorithm_parse(struct pawl_str name, enum pawl_sign_algorithm *out);
enum pawl_pubkey_kind pawl_sign_algorithm_kind(enum pawl_sign_algorithm algorithm);

/* True when `signature` is the key's over the pieces, one after the other. False as well when the
 * algorithm is not one of the key's kind. */
PAWL_MUST_USE bool pawl_pubkey_verify(const struct pawl_pubkey *key,
				      enum pawl_sign_algorithm algorithm,
				      const struct pawl_str *pieces, size_t n,
				      struct pawl_str signature);

/* PEM or base64 DER (PKCS#8, and PEM's older forms), not encrypted; for Ed25519 also the 32-byte
 * seed, or seed and public key, as hex or base64. */
struct pawl_privkey *pawl_privkey_parse(struct pawl_str text, const char **message);
void pawl_privkey_free(struct pawl_privkey *key);
/* The signature lives in the arena; false when the algorithm is not one of the key's kind. */
PAWL_MUST_USE bool pawl_privkey_sign(const struct pawl_privkey *key,
				     enum pawl_sign_algorithm algorithm,
				     const struct pawl_str *pieces, size_t n,
				     struct pawl_arena *arena, struct pawl_str *signature);

#endif
