#include "trigger_testing.h"

#include <sodium.h>

#include "base/codec.h"
#include "key_vectors.h"
#include "trigger/auth/pubkey.h"

/* RFC 8032 section 7.1, test 3 */
#define ED_SEED   "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
#define ED_PUBLIC "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
#define ED_SIGNATURE                                                                               \
	"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"                         \
	"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"

static const struct pawl_str hello[] = {{"hello", 5}, {NULL, 0}, {" world", 6}};

static struct pawl_pubkey *
parse(const char *text)
{
	const char *message = "";
	struct pawl_pubkey *key = pawl_pubkey_parse(pawl_str_c(text), &message);

	if (!key)
		fail_msg("%s: %s", text, message);
	return key;
}

static struct pawl_str
from_base64(struct pawl_arena *arena, const char *text)
{
	struct pawl_str bytes;

	assert_true(pawl_base64_decode(arena, pawl_str_c(text), PAWL_BASE64_STD, &bytes));
	return bytes;
}

/* The signature fits, and does not once a bit of it or of the message has changed. */
static void
assert_fits(const char *key_text, enum pawl_sign_algorithm algorithm, const struct pawl_str *pieces,
	    size_t n, struct pawl_str signature)
{
	struct pawl_str changed[4] = {{0}};
	struct pawl_pubkey *key = parse(key_text);
	struct pawl_arena arena;
	char *bytes;

	pawl_arena_init(&arena, 0);
	assert_true(pawl_pubkey_verify(key, algorithm, pieces, n, signature));
	bytes = pawl_arena_dup_c(&arena, signature);
	bytes[signature.len / 2] ^= 1;
	assert_false(pawl_pubkey_verify(key, algorithm, pieces, n, pawl_str(bytes, signature.len)));
	assert_false(pawl_pubkey_verify(key, algorithm, pieces, n,
					pawl_str_sub(signature, 0, signature.len - 1)));
	assert_false(pawl_pubkey_verify(key, algorithm, pieces, n, PAWL_STR("")));
	memcpy(changed, pieces, n * sizeof(*pieces));
	changed[n] = PAWL_STR("!");
	assert_false(pawl_pubkey_verify(key, algorithm, changed, n + 1, signature));
	pawl_pubkey_free(key);
	pawl_arena_fini(&arena);
}

static void
test_ed25519_vector_in_all_its_forms(void **state)
{
	static const char *const forms[] = {
		ED_PUBLIC,
		"/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=",
		"_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU",
		"MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=",
		"-----BEGIN PUBLIC KEY-----\n"
		"MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=\n"
		"-----END PUBLIC KEY-----\n",
		"{\"kty\": \"OKP\", \"crv\": \"Ed25519\", "
		"\"x\": \"_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU\"}",
	};
	const struct pawl_str pieces[] = {PAWL_STR("\xaf"), PAWL_STR("\x82")};
	unsigned char signature[64];

	assert_true(pawl_hex_decode(PAWL_STR(ED_SIGNATURE), signature));
	for (size_t i = 0; i < LEN(forms); i++)
		assert_fits(forms[i], PAWL_SIGN_ED25519, pieces, LEN(pieces),
			    pawl_str((const char *)signature, sizeof(signature)));
}

/* RFC 6979 appendix A.2.5, message "sample" with SHA-256 */
static void
test_ecdsa_vector(void **state)
{
	static const char key[] = "{\"kty\":\"EC\",\"crv\":\"P-256\","
				  "\"x\":\"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y\","
				  "\"y\":\"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk\"}";
	const struct pawl_str sample = PAWL_STR("sample");
	unsigned char rs[64];

	assert_true(pawl_hex_decode(
		PAWL_STR("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
			 "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"),
		rs));
	assert_fits(key, PAWL_SIGN_P256_SHA256_RS, &sample, 1, pawl_str((const char *)rs, 64));
}

/* sendgrid-python test_eventwebhook.py */
static void
test_sendgrid_vector(void **state)
{
	static const char body[] =
		"[{\"email\":\"hello@world.com\",\"event\":\"dropped\",\"reason\":\"Bounced "
		"Address\",\"sg_event_id\":\"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA"
		"\",\"sg_message_id\":\"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-"
		"18-5F5FC76C-9.0\",\"smtp-id\":\"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid."
		"net>\",\"timestamp\":1600112492}]\r\n";
	const struct pawl_str pieces[] = {PAWL_STR("1600112502"), pawl_str_c(body)};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	assert_fits(
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1fl"
		"pVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
		PAWL_SIGN_P256_SHA256, pieces, LEN(pieces),
		from_base64(&arena,
			    "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0Ju"
			    "G+luQAbPIqHh89M15TluLtEZtM="));
	pawl_arena_fini(&arena);
}

static void
test_rsa_in_all_its_forms(void **state)
{
	static const char *const forms[] = {RSA_PUBLIC_PEM, RSA_PKCS1_PUBLIC_PEM,
					    RSA_CERTIFICATE_PEM, RSA_PUBLIC_DER,
					    "\n" RSA_PUBLIC_DER "  \n"};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < LEN(forms); i++) {
		assert_fits(forms[i], PAWL_SIGN_RSA_SHA1, hello, LEN(hello),
			    from_base64(&arena, RSA_SHA1_HELLO));
		assert_fits(forms[i], PAWL_SIGN_RSA_SHA256, hello, LEN(hello),
			    from_base64(&arena, RSA_SHA256_HELLO));
	}
	assert_fits(EC_PUBLIC_DER, PAWL_SIGN_P256_SHA256, hello, LEN(hello),
		    from_base64(&arena, EC_HELLO));
	pawl_arena_fini(&arena);
}

static void
test_algorithm_must_be_of_the_keys_kind(void **state)
{
	struct pawl_pubkey *rsa = parse(RSA_PUBLIC_PEM), *ec = parse(EC_PUBLIC_DER);
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	assert_int_equal(pawl_pubkey_get_kind(rsa), PAWL_PUBKEY_RSA);
	assert_false(pawl_pubkey_verify(rsa, PAWL_SIGN_RSA_SHA256, hello, LEN(hello),
					from_base64(&arena, RSA_SHA1_HELLO)));
	assert_false(pawl_pubkey_verify(rsa, PAWL_SIGN_P256_SHA256, hello, LEN(hello),
					from_base64(&arena, RSA_SHA256_HELLO)));
	assert_false(pawl_pubkey_verify(ec, PAWL_SIGN_ED25519, hello, LEN(hello),
					from_base64(&arena, EC_HELLO)));
	/* DER where r || s is wanted */
	assert_false(pawl_pubkey_verify(ec, PAWL_SIGN_P256_SHA256_RS, hello, LEN(hello),
					from_base64(&arena, EC_HELLO)));
	pawl_pubkey_free(rsa);
	pawl_pubkey_free(ec);
	pawl_arena_fini(&arena);
}

static void
test_what_is_no_key_is_told(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"", "is no public key"},
		{"not a key", "is no public key"},
		{"AAAA", "is no public key"},
		{"00112233", "is no public key"},
		{RSA_1024_DER, "shorter than 2048"},
		{P384_DER, "another curve"},
		{X25519_DER, "kind that is not supported"},
		{RSA_PUBLIC_DER "AAAA", "is no public key"},
		{RSA_PRIVATE_PEM, "is a private key"},
		{ENCRYPTED_PRIVATE_PEM, "is a private key"},
		{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "holds no public"},
		{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		 "holds no public"},
		{"{", "no JSON"},
		{"{}", "is no JWK"},
		{"{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "is no JWK"},
		{"{\"kty\":\"OKP\",\"crv\":\"X25519\","
		 "\"x\":\"_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU\"}",
		 "is no JWK"},
		{"{\"kty\":\"EC\",\"crv\":\"P-256\","
		 "\"x\":\"YP7UuiVanTHJYetjxjVtaMBJuJI7Yfps5mliLmDy7n4\","
		 "\"y\":\"YP7UuiVanTHJYetjxjVtaMBJuJI7Yfps5mliLmDy7n4\"}",
		 "is no JWK"},
		{"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "RSA key"},
		{"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"\"}", "is no JWK"},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *message = "";
		struct pawl_pubkey *key = pawl_pubkey_parse(pawl_str_c(cases[i].text), &message);

		if (key || !strstr(message, cases[i].part))
			fail_msg("case %zu: \"%s\"", i, message);
	}
}

static void
test_text_has_a_limit(void **state)
{
	static char text[PAWL_PUBKEY_TEXT_MAX + 1];
	const char *message = "";

	memset(text, 'A', sizeof(text));
	assert_null(pawl_pubkey_parse(pawl_str(text, sizeof(text)), &message));
	assert_non_null(strstr(message, "longer"));
}

static void
assert_signs(const char *private, const char *public, enum pawl_sign_algorithm algorithm)
{
	struct pawl_privkey *key;
	struct pawl_str signature;
	struct pawl_arena arena;
	const char *message;

	pawl_arena_init(&arena, 0);
	key = pawl_privkey_parse(pawl_str_c(private), &message);
	assert_non_null(key);
	assert_true(pawl_privkey_sign(key, algorithm, hello, LEN(hello), &arena, &signature));
	assert_fits(public, algorithm, hello, LEN(hello), signature);
	pawl_privkey_free(key);
	pawl_arena_fini(&arena);
}

static void
test_what_is_signed_verifies(void **state)
{
	assert_signs(ED_SEED, ED_PUBLIC, PAWL_SIGN_ED25519);
	assert_signs(ED_SEED ED_PUBLIC, ED_PUBLIC, PAWL_SIGN_ED25519);
	assert_signs("MC4CAQAwBQYDK2VwBCIEIMWqjfQ/n4N77bdELzHct7Fm04U1B28JS4XOOi4LRFj3", ED_PUBLIC,
		     PAWL_SIGN_ED25519);
	assert_signs(EC_PRIVATE_DER, EC_PUBLIC_DER, PAWL_SIGN_P256_SHA256);
	assert_signs(EC_PRIVATE_DER, EC_PUBLIC_DER, PAWL_SIGN_P256_SHA256_RS);
	assert_signs(RSA_PRIVATE_PEM, RSA_PUBLIC_PEM, PAWL_SIGN_RSA_SHA1);
	assert_signs(RSA_PRIVATE_PEM, RSA_PUBLIC_PEM, PAWL_SIGN_RSA_SHA256);
}

static void
test_private_keys_that_cannot_be_used(void **state)
{
	static const char *const texts[] = {"", "abc", RSA_PUBLIC_PEM, ENCRYPTED_PRIVATE_PEM};
	struct pawl_privkey *key;
	struct pawl_str signature;
	struct pawl_arena arena;
	const char *message;

	for (size_t i = 0; i < LEN(texts); i++) {
		message = NULL;
		assert_null(pawl_privkey_parse(pawl_str_c(texts[i]), &message));
		assert_non_null(message);
	}
	pawl_arena_init(&arena, 0);
	key = pawl_privkey_parse(PAWL_STR(ED_SEED), &message);
	assert_false(pawl_privkey_sign(key, PAWL_SIGN_RSA_SHA256, hello, 1, &arena, &signature));
	pawl_privkey_free(key);
	pawl_arena_fini(&arena);
}

static void
test_names(void **state)
{
	enum pawl_sign_algorithm algorithm;

	assert_true(pawl_sign_algorithm_parse(PAWL_STR("rsa-sha256"), &algorithm));
	assert_int_equal(algorithm, PAWL_SIGN_RSA_SHA256);
	assert_int_equal(pawl_sign_algorithm_kind(algorithm), PAWL_PUBKEY_RSA);
	assert_false(pawl_sign_algorithm_parse(PAWL_STR("hmac-sha256"), &algorithm));
	assert_false(pawl_sign_algorithm_parse(PAWL_STR(""), &algorithm));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ed25519_vector_in_all_its_forms),
		cmocka_unit_test(test_ecdsa_vector),
		cmocka_unit_test(test_sendgrid_vector),
		cmocka_unit_test(test_rsa_in_all_its_forms),
		cmocka_unit_test(test_algorithm_must_be_of_the_keys_kind),
		cmocka_unit_test(test_what_is_no_key_is_told),
		cmocka_unit_test(test_text_has_a_limit),
		cmocka_unit_test(test_what_is_signed_verifies),
		cmocka_unit_test(test_private_keys_that_cannot_be_used),
		cmocka_unit_test(test_names),
	};

	assert_true(sodium_init() >= 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
