/* Encrypted bodies (Feishu): AES-256-CBC under the SHA-256 of the secret, the initialisation vector
 * in front, in base64 inside of a JSON body. */
#include <openssl/evp.h>
#include <sodium.h>
#include <stdint.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

#define IV_BYTES 16

bool
pawl_scheme_is_encrypted(const struct pawl_scheme *scheme)
{
	return scheme->decrypt.len > 0;
}

static bool
decrypt(const unsigned char key[32], struct pawl_str bytes, unsigned char *out, size_t *len)
{
	const unsigned char *iv = (const unsigned char *)bytes.ptr;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;
	bool ok;

	ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv) &&
	     EVP_DecryptUpdate(ctx, out, &n, iv + IV_BYTES, (int)(bytes.len - IV_BYTES)) &&
	     EVP_DecryptFinal_ex(ctx, out + n, &rest);
	EVP_CIPHER_CTX_free(ctx);
	*len = (size_t)n + (size_t)rest;
	return ok;
}

bool
pawl_scheme_decrypt(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
		    const struct pawl_json *body, struct pawl_arena *arena, struct pawl_str *out)
{
	const struct pawl_json *v = body ? pawl_json_pointer(body, scheme->decrypt) : NULL;
	unsigned char secret[32], *plain;
	struct pawl_str bytes;
	size_t len;
	bool ok;

	if (!pawl_json_is(v, PAWL_JSON_STRING) || key->bytes.len == 0 ||
	    !pawl_base64_decode(arena, pawl_json_str(v), PAWL_BASE64_STD, &bytes) ||
	    bytes.len < 2 * (size_t)IV_BYTES || bytes.len % IV_BYTES != 0 || bytes.len > INT32_MAX)
		return false;
	crypto_hash_sha256(secret, (const unsigned char *)key->bytes.ptr, key->bytes.len);
	plain = pawl_arena_alloc(arena, bytes.len);
	ok = decrypt(secret, bytes, plain, &len);
	sodium_memzero(secret, sizeof(secret));
	*out = pawl_str((const char *)plain, ok ? len : 0);
	return ok;
}
