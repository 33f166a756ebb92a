/* Private keys and signing: what `pawl send` and the tests need, never a request. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"
#include "trigger/auth/pubkey_internal.h"

static const char unknown_form[] =
	"is no private key: paste its PEM (-----BEGIN PRIVATE KEY-----), the base64 of its DER, or "
	"for Ed25519 its 32-byte seed in hex or base64";

static struct pawl_privkey *
new_ed25519(const unsigned char seed[PAWL_ED25519_LEN])
{
	struct pawl_privkey *key = pawl_calloc(1, sizeof(*key));
	unsigned char public[PAWL_ED25519_LEN];

	key->magic = PAWL_PRIVKEY_MAGIC;
	key->kind = PAWL_PUBKEY_ED25519;
	PAWL_ASSERT(crypto_sign_seed_keypair(public, key->raw, seed) == 0);
	return key;
}

static struct pawl_privkey *
take(EVP_PKEY *pkey, const char **message)
{
	unsigned char seed[PAWL_ED25519_LEN];
	struct pawl_privkey *key = NULL;
	size_t len = sizeof(seed);
	enum pawl_pubkey_kind kind;

	if (pawl_pubkey_check(pkey, &kind, message) && kind != PAWL_PUBKEY_ED25519) {
		key = pawl_calloc(1, sizeof(*key));
		key->magic = PAWL_PRIVKEY_MAGIC;
		key->kind = kind;
		key->pkey = pkey;
		return key;
	}
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519 &&
	    EVP_PKEY_get_raw_private_key(pkey, seed, &len) && len == sizeof(seed))
		key = new_ed25519(seed);
	sodium_memzero(seed, sizeof(seed));
	EVP_PKEY_free(pkey);
	return key;
}

static struct pawl_privkey *
parse_pem(struct pawl_str text, const char **message)
{
	BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
	EVP_PKEY *pkey =
		bio ? PEM_read_bio_PrivateKey(bio, NULL, pawl_pem_no_password, NULL) : NULL;

	*message = "is PEM that holds no private key that can be read without a password";
	BIO_free(bio);
	return pkey ? take(pkey, message) : NULL;
}

static struct pawl_privkey *
parse_bytes(struct pawl_str bytes, const char **message)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	EVP_PKEY *pkey;

	if (bytes.len == PAWL_ED25519_LEN || bytes.len == 2 * (size_t)PAWL_ED25519_LEN)
		return new_ed25519(p);
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)bytes.len);
	return pkey ? take(pkey, message) : NULL;
}

struct pawl_privkey *
pawl_privkey_parse(struct pawl_str text, const char **message)
{
	unsigned char raw[2 * PAWL_ED25519_LEN];
	struct pawl_privkey *key = NULL;
	struct pawl_str bytes = {0};
	struct pawl_arena arena;

	text = pawl_str_trim(text);
	*message = unknown_form;
	if (text.len > PAWL_PUBKEY_TEXT_MAX)
		return NULL;
	pawl_arena_init(&arena, 0);
	if (pawl_str_starts_with(text, PAWL_STR("-----BEGIN ")))
		key = parse_pem(text, message);
	else if (text.len <= 2 * sizeof(raw) && pawl_hex_decode(text, raw))
		key = parse_bytes(pawl_str((const char *)raw, text.len / 2), message);
	else if (pawl_base64_decode_any(&arena, text, &bytes) && bytes.len > 0)
		key = parse_bytes(bytes, message);
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero((void *)(uintptr_t)bytes.ptr, bytes.len);
	pawl_arena_fini(&arena);
	ERR_clear_error();
	return key;
}

void
pawl_privkey_free(struct pawl_privkey *key)
{
	if (!key)
		return;
	PAWL_CHECK_OBJ(key, PAWL_PRIVKEY_MAGIC);
	EVP_PKEY_free(key->pkey);
	pawl_free_secret(key, sizeof(*key));
}

static bool
sign_pkey(const struct pawl_privkey *key, const EVP_MD *digest, const struct pawl_str *pieces,
	  size_t n, struct pawl_arena *arena, struct pawl_str *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestSignInit(ctx, NULL, digest, NULL, key->pkey) == 1;
	size_t len = (size_t)EVP_PKEY_get_size(key->pkey);
	unsigned char *out = pawl_arena_alloc(arena, len);

	for (size_t i = 0; ok && i < n; i++) {
		if (pieces[i].len > 0)
			ok = EVP_DigestSignUpdate(ctx, pieces[i].ptr, pieces[i].len) == 1;
	}
	ok = ok && EVP_DigestSignFinal(ctx, out, &len) == 1;
	*signature = pawl_str((const char *)out, len);
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
pawl_privkey_sign(const struct pawl_privkey *key, enum pawl_sign_algorithm algorithm,
		  const struct pawl_str *pieces, size_t n, struct pawl_arena *arena,
		  struct pawl_str *signature)
{
	struct pawl_str message;
	unsigned char *out;

	PAWL_CHECK_OBJ(key, PAWL_PRIVKEY_MAGIC);
	if (pawl_sign_algorithm_kind(algorithm) != key->kind)
		return false;
	if (algorithm != PAWL_SIGN_ED25519)
		return sign_pkey(key, pawl_sign_digest(algorithm), pieces, n, arena, signature) &&
		       (algorithm != PAWL_SIGN_P256_SHA256_RS ||
			pawl_ecdsa_from_der(*signature, arena, signature));
	message = pawl_pieces_join(arena, pieces, n);
	out = pawl_arena_alloc(arena, PAWL_ED25519_SIG_LEN);
	*signature = pawl_str((const char *)out, PAWL_ED25519_SIG_LEN);
	return crypto_sign_detached(out, NULL, (const unsigned char *)message.ptr, message.len,
				    key->raw) == 0;
}
