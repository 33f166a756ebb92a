/* Public keys from the forms in which providers hand them out. */
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "trigger/auth/pubkey_internal.h"

#define RSA_EXPONENT_BITS_MAX 33 /* 65537 is what is used; a long one costs, and gains nothing */

static const char unknown_form[] =
	"is no public key: paste its PEM (-----BEGIN PUBLIC KEY-----), the base64 of its DER, a "
	"JWK, or for Ed25519 its 32 bytes in hex or base64";

bool
pawl_base64_decode_any(struct pawl_arena *arena, struct pawl_str s, struct pawl_str *out)
{
	char *url = pawl_arena_dup_c(arena, s);
	size_t len = s.len;

	for (int pads = 0; pads < 2 && len > 0 && url[len - 1] == '='; pads++)
		len--;
	for (size_t i = 0; i < len; i++)
		url[i] = (char)(url[i] == '+' ? '-' : url[i] == '/' ? '_' : url[i]);
	return pawl_base64_decode(arena, pawl_str(url, len), PAWL_BASE64_URL, out);
}

/* ---- what a key has to be ------------------------------------------------ */

static bool
check_rsa(EVP_PKEY *pkey, const char **message)
{
	BIGNUM *n = NULL, *e = NULL;
	bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) &&
		  EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e);

	*message = "is an RSA key with an exponent or modulus that no real key has";
	ok = ok && BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e) &&
	     BN_num_bits(e) <= RSA_EXPONENT_BITS_MAX;
	if (ok && (BN_num_bits(n) < PAWL_RSA_BITS_MIN || BN_num_bits(n) > PAWL_RSA_BITS_MAX)) {
		*message = "is an RSA key that is shorter than 2048 bits or longer than 8192";
		ok = false;
	}
	BN_free(n);
	BN_free(e);
	return ok;
}

static bool
check_ec(EVP_PKEY *pkey, const char **message)
{
	char group[32] = "";
	EVP_PKEY_CTX *ctx;
	bool ok;

	*message = "is an elliptic-curve key on another curve than P-256";
	if (!EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) ||
	    strcmp(group, SN_X9_62_prime256v1) != 0)
		return false;
	*message = "is no point on P-256";
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	ok = ctx && EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool
pawl_pubkey_check(EVP_PKEY *pkey, enum pawl_pubkey_kind *kind, const char **message)
{
	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_ED25519:
		*kind = PAWL_PUBKEY_ED25519;
		return true;
	case EVP_PKEY_EC:
		*kind = PAWL_PUBKEY_P256;
		return check_ec(pkey, message);
	case EVP_PKEY_RSA:
		*kind = PAWL_PUBKEY_RSA;
		return check_rsa(pkey, message);
	default:
		*message = "is a key of a kind that is not supported: there are Ed25519, ECDSA on "
			   "P-256 and RSA";
		return false;
	}
}

static struct pawl_pubkey *
new_ed25519(struct pawl_str raw)
{
	struct pawl_pubkey *key = pawl_calloc(1, sizeof(*key));

	key->magic = PAWL_PUBKEY_MAGIC;
	key->kind = PAWL_PUBKEY_ED25519;
	memcpy(key->raw, raw.ptr, sizeof(key->raw));
	return key;
}

struct pawl_pubkey *
pawl_pubkey_take(EVP_PKEY *pkey, const char **message)
{
	struct pawl_pubkey *key = NULL;
	unsigned char raw[PAWL_ED25519_LEN];
	size_t len = sizeof(raw);
	enum pawl_pubkey_kind kind;

	if (!pawl_pubkey_check(pkey, &kind, message)) {
		EVP_PKEY_free(pkey);
	} else if (kind == PAWL_PUBKEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(pkey, raw, &len) && len == sizeof(raw))
			key = new_ed25519(pawl_str((const char *)raw, len));
		EVP_PKEY_free(pkey);
	} else {
		key = pawl_calloc(1, sizeof(*key));
		key->magic = PAWL_PUBKEY_MAGIC;
		key->kind = kind;
		key->pkey = pkey;
	}
	ERR_clear_error();
	return key;
}

/* ---- PEM and DER --------------------------------------------------------- */

static EVP_PKEY *
certificate_key(X509 *certificate)
{
	EVP_PKEY *pkey = certificate ? X509_get_pubkey(certificate) : NULL;

	X509_free(certificate);
	return pkey;
}

static struct pawl_pubkey *
parse_pem(struct pawl_str text, const char **message)
{
	static const struct pawl_str begin = {"-----BEGIN CERTIFICATE-----", 27};
	BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
	EVP_PKEY *pkey = NULL;

	if (bio && pawl_str_starts_with(text, begin))
		pkey = certificate_key(PEM_read_bio_X509(bio, NULL, pawl_pem_no_password, NULL));
	else if (bio)
		pkey = PEM_read_bio_PUBKEY(bio, NULL, pawl_pem_no_password, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (pkey)
		return pawl_pubkey_take(pkey, message);
	*message = pawl_str_find(text, PAWL_STR("PRIVATE KEY-----")) != SIZE_MAX
			   ? "is a private key: paste the public one"
			   : "is PEM that holds no public key or certificate that can be read";
	return NULL;
}

/* SubjectPublicKeyInfo or a certificate; nothing may follow it. */
static struct pawl_pubkey *
parse_der(struct pawl_str der, const char **message)
{
	const unsigned char *p = (const unsigned char *)der.ptr, *end = p + der.len;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)der.len);

	if (!pkey) {
		p = (const unsigned char *)der.ptr;
		pkey = certificate_key(d2i_X509(NULL, &p, (long)der.len));
	}
	ERR_clear_error();
	if (pkey && p == end)
		return pawl_pubkey_take(pkey, message);
	EVP_PKEY_free(pkey);
	return NULL;
}

/* ---- JWK ----------------------------------------------------------------- */

static bool
jwk_bytes(const struct pawl_json *jwk, const char *member, struct pawl_arena *arena,
	  struct pawl_str *out)
{
	struct pawl_str text = pawl_json_get_str(jwk, member, PAWL_STR(""));

	return text.len > 0 && text.len <= PAWL_PUBKEY_TEXT_MAX &&
	       pawl_base64_decode(arena, text, PAWL_BASE64_URL, out);
}

static EVP_PKEY *
make_pkey(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

/* RFC 7518 section 6.3.1 */
static EVP_PKEY *
rsa_from_jwk(const struct pawl_json *jwk, struct pawl_arena *arena)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	struct pawl_str n = {0}, e = {0};
	BIGNUM *bn_n = NULL, *bn_e = NULL;
	EVP_PKEY *pkey = NULL;

	if (build && jwk_bytes(jwk, "n", arena, &n) && jwk_bytes(jwk, "e", arena, &e) &&
	    n.len <= PAWL_RSA_BITS_MAX / 8 && e.len <= 8) {
		bn_n = BN_bin2bn((const unsigned char *)n.ptr, (int)n.len, NULL);
		bn_e = BN_bin2bn((const unsigned char *)e.ptr, (int)e.len, NULL);
	}
	if (bn_n && bn_e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn_n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, bn_e))
		pkey = make_pkey("RSA", build);
	BN_free(bn_n);
	BN_free(bn_e);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

/* RFC 7518 section 6.2.1 */
static EVP_PKEY *
ec_from_jwk(const struct pawl_json *jwk, struct pawl_arena *arena)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	unsigned char point[1 + 64] = {4}; /* uncompressed: X9.62 section 4.3.6 */
	struct pawl_str x, y;
	EVP_PKEY *pkey = NULL;

	if (build && pawl_str_eq_c(pawl_json_get_str(jwk, "crv", PAWL_STR("")), "P-256") &&
	    jwk_bytes(jwk, "x", arena, &x) && x.len == 32 && jwk_bytes(jwk, "y", arena, &y) &&
	    y.len == 32) {
		memcpy(point + 1, x.ptr, 32);
		memcpy(point + 33, y.ptr, 32);
		if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
						    SN_X9_62_prime256v1, 0) &&
		    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
						     sizeof(point)))
			pkey = make_pkey("EC", build);
	}
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

/* RFC 8037 section 2 */
static struct pawl_pubkey *
okp_from_jwk(const struct pawl_json *jwk, struct pawl_arena *arena)
{
	struct pawl_str x;

	if (!pawl_str_eq_c(pawl_json_get_str(jwk, "crv", PAWL_STR("")), "Ed25519") ||
	    !jwk_bytes(jwk, "x", arena, &x) || x.len != PAWL_ED25519_LEN)
		return NULL;
	return new_ed25519(x);
}

struct pawl_pubkey *
pawl_pubkey_from_jwk(const struct pawl_json *jwk, const char **message)
{
	struct pawl_str kty = pawl_json_get_str(jwk, "kty", PAWL_STR(""));
	struct pawl_pubkey *key = NULL;
	struct pawl_arena arena;
	EVP_PKEY *pkey = NULL;

	*message = "is no JWK of a public key: Ed25519, EC on P-256 or RSA";
	pawl_arena_init(&arena, 0);
	if (pawl_str_eq_c(kty, "OKP"))
		key = okp_from_jwk(jwk, &arena);
	else if (pawl_str_eq_c(kty, "EC"))
		pkey = ec_from_jwk(jwk, &arena);
	else if (pawl_str_eq_c(kty, "RSA"))
		pkey = rsa_from_jwk(jwk, &arena);
	if (pkey)
		key = pawl_pubkey_take(pkey, message);
	ERR_clear_error();
	pawl_arena_fini(&arena);
	return key;
}

/* ---- any ----------------------------------------------------------------- */

static struct pawl_pubkey *
parse_jwk(struct pawl_str text, const char **message)
{
	struct pawl_pubkey *key = NULL;
	struct pawl_arena arena;
	struct pawl_json jwk;

	*message = "begins like a JWK, but is no JSON";
	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &jwk, NULL) == PAWL_OK)
		key = pawl_pubkey_from_jwk(&jwk, message);
	pawl_arena_fini(&arena);
	return key;
}

static struct pawl_pubkey *
parse_text(struct pawl_str text, struct pawl_arena *arena, const char **message)
{
	unsigned char raw[PAWL_ED25519_LEN];
	struct pawl_str bytes;

	*message = unknown_form;
	if (text.len == 2 * sizeof(raw) && pawl_hex_decode(text, raw))
		return new_ed25519(pawl_str((const char *)raw, sizeof(raw)));
	if (!pawl_base64_decode_any(arena, text, &bytes))
		return NULL;
	if (bytes.len == sizeof(raw))
		return new_ed25519(bytes);
	return bytes.len > 0 ? parse_der(bytes, message) : NULL;
}

struct pawl_pubkey *
pawl_pubkey_parse(struct pawl_str text, const char **message)
{
	struct pawl_pubkey *key;
	struct pawl_arena arena;

	text = pawl_str_trim(text);
	*message = "is longer than any public key";
	if (text.len > PAWL_PUBKEY_TEXT_MAX)
		return NULL;
	if (pawl_str_starts_with(text, PAWL_STR("-----BEGIN ")))
		return parse_pem(text, message);
	if (pawl_str_starts_with(text, PAWL_STR("{")))
		return parse_jwk(text, message);
	pawl_arena_init(&arena, 0);
	key = parse_text(text, &arena, message);
	pawl_arena_fini(&arena);
	return key;
}
