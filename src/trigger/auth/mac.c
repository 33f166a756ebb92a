#include "trigger/auth/mac.h"

/* EVP_MAC, which is newer, keeps a copy of the key in ordinary memory; HMAC_CTX keeps none. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/seal.h"

static const struct {
	const char *name;
	const char *digest;
	size_t len;
} algorithms[PAWL_MAC_ALGORITHMS] = {
	[PAWL_MAC_HMAC_SHA1] = {"hmac-sha1", "SHA1", 20},
	[PAWL_MAC_HMAC_SHA256] = {"hmac-sha256", "SHA256", 32},
	[PAWL_MAC_HMAC_SHA512] = {"hmac-sha512", "SHA512", 64},
};

#define KEY_MAX 128 /* longer ones are set up each time */

/* Which key a context is set up with. */
struct last_key {
	size_t len; /* 0: none */
	char bytes[KEY_MAX];
};

/* Owned by the thread; freed by the destructor of `contexts_key`. */
struct contexts {
	HMAC_CTX *of[PAWL_MAC_ALGORITHMS];
	EVP_MD *digests[PAWL_MAC_ALGORITHMS]; /* fetched: else they would be looked for by name */
	EVP_MD_CTX *sha256;
	struct last_key *keys; /* by algorithm; pawl_secret_alloc */
};

static pthread_once_t contexts_once = PTHREAD_ONCE_INIT;
static pthread_key_t contexts_key;

static void
free_contexts(void *arg)
{
	struct contexts *contexts = arg;

	for (size_t i = 0; i < PAWL_MAC_ALGORITHMS; i++) {
		HMAC_CTX_free(contexts->of[i]);
		EVP_MD_free(contexts->digests[i]);
	}
	EVP_MD_CTX_free(contexts->sha256);
	pawl_secret_free(contexts->keys);
	free(contexts);
}

static void
make_key(void)
{
	PAWL_ASSERT(pthread_key_create(&contexts_key, free_contexts) == 0);
}

static struct contexts *
my_contexts(void)
{
	static __thread struct contexts *mine; /* what pthread_getspecific would find, sooner */

	if (!mine) {
		PAWL_ASSERT(pthread_once(&contexts_once, make_key) == 0);
		mine = pawl_calloc(1, sizeof(*mine));
		mine->keys = pawl_secret_alloc(PAWL_MAC_ALGORITHMS * sizeof(*mine->keys));
		for (size_t i = 0; i < PAWL_MAC_ALGORITHMS; i++)
			mine->keys[i].len = 0;
		PAWL_ASSERT(pthread_setspecific(contexts_key, mine) == 0);
	}
	return mine;
}

/* NULL: OpenSSL has not the algorithm, or may not use it. */
static HMAC_CTX *
get_context(struct contexts *mine, enum pawl_mac_algorithm algorithm)
{
	if (!mine->digests[algorithm])
		mine->digests[algorithm] = EVP_MD_fetch(NULL, algorithms[algorithm].digest, NULL);
	if (!mine->of[algorithm] && mine->digests[algorithm])
		mine->of[algorithm] = HMAC_CTX_new();
	return mine->of[algorithm];
}

bool
pawl_mac_parse(struct pawl_str name, enum pawl_mac_algorithm *out)
{
	for (size_t i = 0; i < PAWL_MAC_ALGORITHMS; i++) {
		if (pawl_str_eq_c(name, algorithms[i].name)) {
			*out = (enum pawl_mac_algorithm)i;
			return true;
		}
	}
	return false;
}

size_t
pawl_mac_len(enum pawl_mac_algorithm algorithm)
{
	return algorithms[algorithm].len;
}

/* A sender's messages come one after another: what HMAC makes of the key is made once for them. */
static bool
set_key(struct contexts *mine, enum pawl_mac_algorithm algorithm, struct pawl_str key)
{
	struct last_key *last = &mine->keys[algorithm];
	HMAC_CTX *ctx = mine->of[algorithm];
	bool ok;

	if (pawl_str_eq_secret(key, pawl_str(last->bytes, last->len)))
		return HMAC_Init_ex(ctx, NULL, 0, NULL, NULL);
	last->len = 0;
	ok = HMAC_Init_ex(ctx, key.ptr, (int)key.len, mine->digests[algorithm], NULL);
	if (ok && key.len <= sizeof(last->bytes)) {
		memcpy(last->bytes, key.ptr, key.len);
		last->len = key.len;
	}
	return ok;
}

bool
pawl_mac(enum pawl_mac_algorithm algorithm, struct pawl_str key, const struct pawl_str *pieces,
	 size_t n, unsigned char out[PAWL_MAC_MAX])
{
	struct contexts *mine = my_contexts();
	HMAC_CTX *ctx = get_context(mine, algorithm);
	unsigned len = 0;

	PAWL_ASSERT(key.len > 0 && key.len <= INT_MAX);
	if (!ctx || !set_key(mine, algorithm, key))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].len > 0 &&
		    !HMAC_Update(ctx, (const unsigned char *)pieces[i].ptr, pieces[i].len))
			return false;
	}
	return HMAC_Final(ctx, out, &len) && len == algorithms[algorithm].len;
}

/* With an algorithm that was fetched: by name it would be looked for with each message. */
static EVP_MD_CTX *
new_sha256(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);

	/* No policy forbids SHA-256. */
	PAWL_ASSERT(ctx && md && EVP_DigestInit_ex2(ctx, md, NULL));
	EVP_MD_free(md); /* the context holds its own reference */
	return ctx;
}

/* By the processor's own instructions where it has them: several times faster than libsodium's. */
void
pawl_mac_sha256(const struct pawl_str *pieces, size_t n, unsigned char out[32])
{
	struct contexts *mine = my_contexts();

	if (!mine->sha256)
		mine->sha256 = new_sha256();
	PAWL_ASSERT(EVP_DigestInit_ex2(mine->sha256, NULL, NULL));
	for (size_t i = 0; i < n; i++)
		PAWL_ASSERT(EVP_DigestUpdate(mine->sha256, pieces[i].ptr, pieces[i].len));
	PAWL_ASSERT(EVP_DigestFinal_ex(mine->sha256, out, NULL));
}
