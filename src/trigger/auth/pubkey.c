/* Verifying. Ed25519 is libsodium's, which refuses keys of small order; the others are OpenSSL's.
 */
#include "trigger/auth/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "trigger/auth/pubkey_internal.h"

#define P256_LEN 32 /* of r, and of s */

static const struct {
	const char *name; /* NULL: no preset's */
	enum pawl_pubkey_kind kind;
} algorithms[] = {
	[PAWL_SIGN_ED25519] = {"ed25519", PAWL_PUBKEY_ED25519},
	[PAWL_SIGN_P256_SHA256] = {"ecdsa-p256-sha256", PAWL_PUBKEY_P256},
	[PAWL_SIGN_P256_SHA256_RS] = {NULL, PAWL_PUBKEY_P256},
	[PAWL_SIGN_RSA_SHA1] = {"rsa-sha1", PAWL_PUBKEY_RSA},
	[PAWL_SIGN_RSA_SHA256] = {"rsa-sha256", PAWL_PUBKEY_RSA},
};

bool
pawl_sign_algorithm_parse(struct pawl_str name, enum pawl_sign_algorithm *out)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (algorithms[i].name && pawl_str_eq_c(name, algorithms[i].name)) {
			*out = (enum pawl_sign_algorithm)i;
			return true;
		}
	}
	return false;
}

enum pawl_pubkey_kind
pawl_sign_algorithm_kind(enum pawl_sign_algorithm algorithm)
{
	return algorithms[algorithm].kind;
}

void
pawl_pubkey_free(struct pawl_pubkey *key)
{
	if (!key)
		return;
	PAWL_CHECK_OBJ(key, PAWL_PUBKEY_MAGIC);
	EVP_PKEY_free(key->pkey);
	key->magic = 0;
	free(key);
}

enum pawl_pubkey_kind
pawl_pubkey_get_kind(const struct pawl_pubkey *key)
{
	return key->kind;
}

int
pawl_pem_no_password(char *buf, int size, int writing, void *ctx)
{
	(void)buf, (void)size, (void)writing, (void)ctx;
	return -1;
}

const EVP_MD *
pawl_sign_digest(enum pawl_sign_algorithm algorithm)
{
	switch (algorithm) {
	case PAWL_SIGN_ED25519:
		return NULL;
	case PAWL_SIGN_RSA_SHA1:
		return EVP_sha1();
	case PAWL_SIGN_P256_SHA256:
	case PAWL_SIGN_P256_SHA256_RS:
	case PAWL_SIGN_RSA_SHA256:
		return EVP_sha256();
	}
	return NULL;
}

bool
pawl_ecdsa_to_der(struct pawl_str rs, struct pawl_arena *arena, struct pawl_str *der)
{
	const unsigned char *p = (const unsigned char *)rs.ptr;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = NULL, *s = NULL;
	unsigned char *out;
	int len = -1;

	if (sig && rs.len == 2 * (size_t)P256_LEN) {
		r = BN_bin2bn(p, P256_LEN, NULL);
		s = BN_bin2bn(p + P256_LEN, P256_LEN, NULL);
	}
	if (r && s && ECDSA_SIG_set0(sig, r, s)) {
		r = s = NULL;
		len = i2d_ECDSA_SIG(sig, NULL);
	}
	if (len > 0) {
		out = pawl_arena_alloc(arena, (size_t)len);
		*der = pawl_str((const char *)out, (size_t)len);
		PAWL_ASSERT(i2d_ECDSA_SIG(sig, &out) == len);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return len > 0;
}

bool
pawl_ecdsa_from_der(struct pawl_str der, struct pawl_arena *arena, struct pawl_str *rs)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der.len);
	unsigned char *out = pawl_arena_alloc(arena, 2 * (size_t)P256_LEN);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, P256_LEN) == P256_LEN &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + P256_LEN, P256_LEN) == P256_LEN;

	ECDSA_SIG_free(sig);
	*rs = pawl_str((const char *)out, 2 * (size_t)P256_LEN);
	return ok;
}

struct pawl_str
pawl_pieces_join(struct pawl_arena *arena, const struct pawl_str *pieces, size_t n)
{
	size_t len = 0, at = 0;
	char *out;

	for (size_t i = 0; i < n; i++)
		len += pieces[i].len;
	out = pawl_arena_alloc(arena, len);
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].len > 0)
			memcpy(out + at, pieces[i].ptr, pieces[i].len);
		at += pieces[i].len;
	}
	return pawl_str(out, len);
}

static bool
verify_ed25519(const struct pawl_pubkey *key, struct pawl_str message, struct pawl_str signature)
{
	return signature.len == PAWL_ED25519_SIG_LEN &&
	       crypto_sign_verify_detached((const unsigned char *)signature.ptr,
					   (const unsigned char *)message.ptr, message.len,
					   key->raw) == 0;
}

static bool
verify_pkey(const struct pawl_pubkey *key, const EVP_MD *digest, const struct pawl_str *pieces,
	    size_t n, struct pawl_str signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key->pkey) == 1;

	for (size_t i = 0; ok && i < n; i++) {
		if (pieces[i].len > 0)
			ok = EVP_DigestVerifyUpdate(ctx, pieces[i].ptr, pieces[i].len) == 1;
	}
	ok = ok &&
	     EVP_DigestVerifyFinal(ctx, (const unsigned char *)signature.ptr, signature.len) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error(); /* a signature that does not fit is no error of ours */
	return ok;
}

bool
pawl_pubkey_verify(const struct pawl_pubkey *key, enum pawl_sign_algorithm algorithm,
		   const struct pawl_str *pieces, size_t n, struct pawl_str signature)
{
	struct pawl_arena arena;
	bool ok = true;

	PAWL_CHECK_OBJ(key, PAWL_PUBKEY_MAGIC);
	if (algorithms[algorithm].kind != key->kind || signature.len == 0 ||
	    signature.len > PAWL_RSA_BITS_MAX / 8)
		return false;
	pawl_arena_init(&arena, 0);
	if (algorithm == PAWL_SIGN_ED25519)
		ok = verify_ed25519(key, n == 1 ? pieces[0] : pawl_pieces_join(&arena, pieces, n),
				    signature);
	else if (algorithm == PAWL_SIGN_P256_SHA256_RS)
		ok = pawl_ecdsa_to_der(signature, &arena, &signature);
	if (algorithm != PAWL_SIGN_ED25519)
		ok = ok && verify_pkey(key, pawl_sign_digest(algorithm), pieces, n, signature);
	pawl_arena_fini(&arena);
	return ok;
}
