#include "trigger/auth/keyset.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "trigger/auth/pubkey_internal.h"

#define KEYSET_MAGIC 0x9b7e0003u

struct item {
	struct pawl_pubkey *key;
	struct pawl_str kid;
};

struct pawl_keyset {
	unsigned magic;
	atomic_int refs;
	struct pawl_arena arena; /* kids */
	struct item items[PAWL_KEYSET_KEYS_MAX];
	size_t len;
	int64_t not_before_us, not_after_us; /* 0: no such bound */
};

static struct pawl_keyset *
new_set(void)
{
	struct pawl_keyset *set = pawl_calloc(1, sizeof(*set));

	set->magic = KEYSET_MAGIC;
	atomic_init(&set->refs, 1);
	pawl_arena_init(&set->arena, 256);
	return set;
}

struct pawl_keyset *
pawl_keyset_ref(struct pawl_keyset *set)
{
	PAWL_CHECK_OBJ(set, KEYSET_MAGIC);
	atomic_fetch_add(&set->refs, 1);
	return set;
}

void
pawl_keyset_unref(struct pawl_keyset *set)
{
	if (!set)
		return;
	PAWL_CHECK_OBJ(set, KEYSET_MAGIC);
	if (atomic_fetch_sub(&set->refs, 1) != 1)
		return;
	for (size_t i = 0; i < set->len; i++)
		pawl_pubkey_free(set->items[i].key);
	pawl_arena_fini(&set->arena);
	set->magic = 0;
	free(set);
}

/* RFC 7517 sections 4.2 and 4.3: for encryption it is no key for us. */
static bool
is_for_signatures(const struct pawl_json *jwk)
{
	struct pawl_str use = pawl_json_get_str(jwk, "use", PAWL_STR("sig"));
	const struct pawl_json *ops = pawl_json_get_c(jwk, "key_ops");
	bool verifies = !pawl_json_is(ops, PAWL_JSON_ARRAY);

	for (uint32_t i = 0; !verifies && i < ops->len; i++)
		verifies = pawl_str_eq_c(pawl_json_str(&ops->items[i]), "verify");
	return verifies && pawl_str_eq_c(use, "sig");
}

static void
add_jwk(struct pawl_keyset *set, const struct pawl_json *jwk)
{
	const char *message;
	struct item *item = &set->items[set->len];

	if (!is_for_signatures(jwk))
		return;
	item->key = pawl_pubkey_from_jwk(jwk, &message);
	if (!item->key)
		return;
	item->kid = pawl_arena_dup(&set->arena, pawl_json_get_str(jwk, "kid", PAWL_STR("")));
	set->len++;
}

static struct pawl_keyset *
read_set(const struct pawl_json *doc, const char **message)
{
	const struct pawl_json *keys = pawl_json_get_c(doc, "keys"), *items = doc;
	size_t n = 1;
	struct pawl_keyset *set;

	if (pawl_json_is(keys, PAWL_JSON_ARRAY)) {
		items = keys->items;
		n = keys->len;
	}
	*message = "holds more keys than a JWK set should";
	if (n > PAWL_KEYSET_KEYS_MAX)
		return NULL;
	set = new_set();
	for (size_t i = 0; i < n; i++)
		add_jwk(set, &items[i]);
	if (set->len > 0)
		return set;
	*message = "holds no key for signatures that can be used: Ed25519, EC on P-256 or RSA of "
		   "2048 bits and more";
	pawl_keyset_unref(set);
	return NULL;
}

struct pawl_keyset *
pawl_keyset_parse(struct pawl_str text, const char **message)
{
	struct pawl_keyset *set = NULL;
	struct pawl_arena arena;
	struct pawl_json doc;

	*message = "is longer than a JWK set should be";
	if (text.len > PAWL_KEYSET_TEXT_MAX)
		return NULL;
	*message = "is no JSON";
	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &doc, NULL) == PAWL_OK)
		set = read_set(&doc, message);
	pawl_arena_fini(&arena);
	return set;
}

/* ---- certificates --------------------------------------------------------- */

static bool
read_time(const ASN1_TIME *time, int64_t *out)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(time, &tm))
		return false;
	*out = (int64_t)timegm(&tm) * 1000000;
	return true;
}

static bool
read_certificate(struct pawl_keyset *set, X509 *certificate, const char **message)
{
	EVP_PKEY *pkey = X509_get_pubkey(certificate);

	*message = "is a certificate that cannot be read";
	if (!pkey)
		return false;
	set->items[0].key = pawl_pubkey_take(pkey, message);
	if (!set->items[0].key)
		return false;
	set->items[0].kid = PAWL_STR("");
	set->len = 1;
	return read_time(X509_get0_notBefore(certificate), &set->not_before_us) &&
	       read_time(X509_get0_notAfter(certificate), &set->not_after_us);
}

struct pawl_keyset *
pawl_keyset_from_certificate(struct pawl_str pem, int64_t now_us, const char **message)
{
	struct pawl_keyset *set = new_set();
	X509 *certificate = NULL;
	BIO *bio = NULL;
	bool ok = false;

	*message = "is no PEM certificate";
	if (pem.len > 0 && pem.len <= PAWL_KEYSET_TEXT_MAX)
		bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	if (bio)
		certificate = PEM_read_bio_X509(bio, NULL, pawl_pem_no_password, NULL);
	if (certificate)
		ok = read_certificate(set, certificate, message);
	if (ok && !pawl_keyset_is_in_date(set, now_us)) {
		*message = "is a certificate that is not valid yet, or no longer";
		ok = false;
	}
	X509_free(certificate);
	BIO_free(bio);
	ERR_clear_error();
	if (ok)
		return set;
	pawl_keyset_unref(set);
	return NULL;
}

bool
pawl_keyset_is_in_date(const struct pawl_keyset *set, int64_t now_us)
{
	return set->not_after_us == 0 ||
	       (now_us >= set->not_before_us && now_us <= set->not_after_us);
}

/* ---- looking up ------------------------------------------------------------ */

const struct pawl_pubkey *
pawl_keyset_next(const struct pawl_keyset *set, enum pawl_pubkey_kind kind, struct pawl_str kid,
		 size_t *cursor)
{
	while (*cursor < set->len) {
		const struct item *item = &set->items[(*cursor)++];

		if (pawl_pubkey_get_kind(item->key) == kind &&
		    (kid.len == 0 || pawl_str_eq(kid, item->kid)))
			return item->key;
	}
	return NULL;
}

bool
pawl_keyset_has_kid(const struct pawl_keyset *set, struct pawl_str kid)
{
	for (size_t i = 0; i < set->len; i++) {
		if (pawl_str_eq(set->items[i].kid, kid))
			return true;
	}
	return false;
}

size_t
pawl_keyset_len(const struct pawl_keyset *set)
{
	return set->len;
}
