#include "trigger_testing.h"

#include <sodium.h>

#include "base/codec.h"
#include "key_vectors.h"
#include "trigger/auth/jws.h"

#define ALL (1u << PAWL_JWS_HS256 | 1u << PAWL_JWS_RS256 | 1u << PAWL_JWS_ES256)

/* RFC 7515 appendices A.1 to A.3 */
#define PAYLOAD                                                                                    \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0" \
	"cnVlfQ"
#define HS256_TOKEN                                                                                \
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." PAYLOAD                                        \
	".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define HS256_KEY                                                                                  \
	"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
#define RS256_TOKEN                                                                                \
	"eyJhbGciOiJSUzI1NiJ9." PAYLOAD                                                            \
	".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O"  \
	"8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPv" \
	"kSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phC" \
	"nvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
#define RSA_JWK                                                                                    \
	"{\"kty\":\"RSA\",\"kid\":\"rsa-1\",\"use\":\"sig\",\"n\":"                                \
	"\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4f"                                                         \
	"Akd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1" \
	"W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-U" \
	"To7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco" \
	"9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}"
#define ES256_TOKEN                                                                                \
	"eyJhbGciOiJFUzI1NiJ9." PAYLOAD                                                            \
	".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
#define EC_JWK                                                                                     \
	"{\"kty\":\"EC\",\"kid\":\"ec-1\",\"crv\":\"P-256\","                                      \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                                   \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
#define JWK_SET "{\"keys\":[{\"kty\":\"XYZ\"}," RSA_JWK "," EC_JWK "]}"

struct fixture {
	struct pawl_arena arena;
	struct pawl_jws jws;
	const char *message;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_arena_init(&f->arena, 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pawl_arena_fini(&f->arena);
	free(f);
	return 0;
}

static void
parse(struct fixture *f, const char *token)
{
	if (!pawl_jws_parse(pawl_str_c(token), ALL, &f->arena, &f->jws, &f->message))
		fail_msg("%s: %s", token, f->message);
}

/* header.payload with an empty signature */
static const char *
token_of(struct fixture *f, const char *header)
{
	struct pawl_buf text;

	pawl_buf_init(&text, 4096);
	pawl_base64_encode(&text, pawl_str_c(header), PAWL_BASE64_URL);
	pawl_buf_append_c(&text, ".e30.");
	header = pawl_arena_dup_c(&f->arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	return header;
}

static void
test_hs256_vector(void **state)
{
	struct fixture *f = *state;
	struct pawl_str key;

	assert_true(pawl_base64_decode(&f->arena, PAWL_STR(HS256_KEY), PAWL_BASE64_URL, &key));
	parse(f, HS256_TOKEN);
	assert_int_equal(f->jws.algorithm, PAWL_JWS_HS256);
	assert_true(pawl_jws_verify_hmac(&f->jws, key));
	assert_false(pawl_jws_verify_hmac(&f->jws, pawl_str_sub(key, 1, key.len)));
	assert_false(pawl_jws_verify_hmac(&f->jws, PAWL_STR("")));
	assert_non_null(strstr(f->jws.payload.ptr, "\"joe\""));
	f->jws.signature.len--;
	assert_false(pawl_jws_verify_hmac(&f->jws, key));
}

static void
test_public_key_vectors(void **state)
{
	struct fixture *f = *state;
	struct pawl_keyset *set = pawl_keyset_parse(PAWL_STR(JWK_SET), &f->message);

	assert_non_null(set);
	assert_int_equal(pawl_keyset_len(set), 2);
	assert_true(pawl_keyset_has_kid(set, PAWL_STR("ec-1")));
	assert_false(pawl_keyset_has_kid(set, PAWL_STR("ec-2")));
	parse(f, RS256_TOKEN);
	assert_true(pawl_jws_verify_set(&f->jws, set));
	f->jws.signing_input.len--;
	assert_false(pawl_jws_verify_set(&f->jws, set));
	parse(f, ES256_TOKEN);
	assert_true(pawl_jws_verify_set(&f->jws, set));
	f->jws.kid = PAWL_STR("ec-1");
	assert_true(pawl_jws_verify_set(&f->jws, set));
	f->jws.kid = PAWL_STR("rsa-1");
	assert_false(pawl_jws_verify_set(&f->jws, set));
	f->jws.kid = PAWL_STR("another");
	assert_false(pawl_jws_verify_set(&f->jws, set));
	pawl_keyset_unref(set);
}

/* The attack: HS256 with the text of the public key as the secret. */
static void
test_algorithms_are_not_confused(void **state)
{
	struct fixture *f = *state;
	struct pawl_keyset *set = pawl_keyset_parse(PAWL_STR(JWK_SET), &f->message);
	struct pawl_str forged;

	assert_true(pawl_jws_sign(PAWL_JWS_HS256, PAWL_STR("{}"), PAWL_STR(RSA_JWK), NULL,
				  &f->arena, &forged));
	assert_false(pawl_jws_parse(forged, 1u << PAWL_JWS_RS256, &f->arena, &f->jws, &f->message));
	assert_non_null(strstr(f->message, "not expected"));
	assert_true(pawl_jws_parse(forged, ALL, &f->arena, &f->jws, &f->message));
	assert_false(pawl_jws_verify_set(&f->jws, set));
	parse(f, RS256_TOKEN);
	assert_false(pawl_jws_verify_hmac(&f->jws, PAWL_STR(RSA_JWK)));
	pawl_keyset_unref(set);
}

static void
test_tokens_that_are_refused(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *token, *part;
	} cases[] = {
		{"", "three parts"},
		{"a.b", "three parts"},
		{"a.b.c.d", "three parts"},
		{"..", "no JSON object"},
		{"e30.e30.", "not expected"},
		{"e30=.e30.", "no JSON object"},
		{token_of(f, "[]"), "no JSON object"},
		{token_of(f, "{\"alg\":\"none\"}"), "not expected"},
		{token_of(f, "{\"alg\":\"None\"}"), "not expected"},
		{token_of(f, "{\"alg\":\"hs256\"}"), "not expected"},
		{token_of(f, "{\"alg\":\"HS512\"}"), "not expected"},
		{token_of(f, "{\"alg\":[\"HS256\"]}"), "not expected"},
		{token_of(f, "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}"), "critical"},
		{"eyJhbGciOiJIUzI1NiJ9.e30.a=", "base64url"},
		{"eyJhbGciOiJIUzI1NiJ9.e3 0.aa", "base64url"},
	};
	static char text[PAWL_JWS_TEXT_MAX + 1];

	for (size_t i = 0; i < LEN(cases); i++) {
		f->message = "";
		if (pawl_jws_parse(pawl_str_c(cases[i].token), ALL, &f->arena, &f->jws,
				   &f->message) ||
		    !strstr(f->message, cases[i].part))
			fail_msg("case %zu: \"%s\"", i, f->message);
	}
	memset(text, 'a', sizeof(text));
	assert_false(
		pawl_jws_parse(pawl_str(text, sizeof(text)), ALL, &f->arena, &f->jws, &f->message));
	assert_non_null(strstr(f->message, "longer"));
}

static void
test_what_is_signed_verifies(void **state)
{
	struct fixture *f = *state;
	const char *message;
	struct pawl_pubkey *rsa = pawl_pubkey_parse(PAWL_STR(RSA_PUBLIC_DER), &message);
	struct pawl_pubkey *ec = pawl_pubkey_parse(PAWL_STR(EC_PUBLIC_DER), &message);
	struct pawl_privkey *rsa_private = pawl_privkey_parse(PAWL_STR(RSA_PRIVATE_PEM), &message);
	struct pawl_privkey *ec_private = pawl_privkey_parse(PAWL_STR(EC_PRIVATE_DER), &message);
	struct pawl_str token;

	assert_true(pawl_jws_sign(PAWL_JWS_RS256, PAWL_STR("{\"a\":1}"), PAWL_STR(""), rsa_private,
				  &f->arena, &token));
	assert_true(pawl_jws_parse(token, ALL, &f->arena, &f->jws, &message));
	assert_true(pawl_jws_verify(&f->jws, rsa));
	assert_false(pawl_jws_verify(&f->jws, ec));
	assert_true(pawl_jws_sign(PAWL_JWS_ES256, PAWL_STR("{}"), PAWL_STR(""), ec_private,
				  &f->arena, &token));
	assert_true(pawl_jws_parse(token, ALL, &f->arena, &f->jws, &message));
	assert_true(pawl_jws_verify(&f->jws, ec));
	assert_false(pawl_jws_sign(PAWL_JWS_ES256, PAWL_STR("{}"), PAWL_STR(""), rsa_private,
				   &f->arena, &token));
	assert_false(pawl_jws_sign(PAWL_JWS_HS256, PAWL_STR("{}"), PAWL_STR(""), NULL, &f->arena,
				   &token));
	pawl_pubkey_free(rsa);
	pawl_pubkey_free(ec);
	pawl_privkey_free(rsa_private);
	pawl_privkey_free(ec_private);
}

static void
test_claims(void **state)
{
	static const struct pawl_jwt_rules rules = {
		{"joe", 3}, {"pawl", 4}, .skew_us = 60 * 1000000LL, .need_expiry = true};
	static const struct {
		const char *claims;
		enum pawl_jwt_state state;
		const char *part;
	} cases[] = {
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":1060}", PAWL_JWT_OK, NULL},
		{"{\"iss\":\"joe\",\"aud\":[\"x\",\"pawl\"],\"exp\":1000.5}", PAWL_JWT_OK, NULL},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":941}", PAWL_JWT_OK, NULL},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":940}", PAWL_JWT_STALE, "60 s ago"},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":2000,\"nbf\":1060}", PAWL_JWT_OK, NULL},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":2000,\"nbf\":1061}", PAWL_JWT_EARLY,
		 "in 61 s"},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\"}", PAWL_JWT_MALFORMED, "(exp)"},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":\"1060\"}", PAWL_JWT_MALFORMED,
		 "no time"},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":1e300}", PAWL_JWT_MALFORMED, "no time"},
		{"{\"iss\":\"joe\",\"aud\":\"pawl\",\"exp\":-1}", PAWL_JWT_MALFORMED, "no time"},
		{"{\"iss\":\"Joe\",\"aud\":\"pawl\",\"exp\":1060}", PAWL_JWT_OTHER, "(iss)"},
		{"{\"aud\":\"pawl\",\"exp\":1060}", PAWL_JWT_OTHER, "(iss)"},
		{"{\"iss\":\"joe\",\"aud\":[\"x\",1],\"exp\":1060}", PAWL_JWT_OTHER, "(aud)"},
		{"{\"iss\":\"joe\",\"exp\":1060}", PAWL_JWT_OTHER, "(aud)"},
		{"[]", PAWL_JWT_MALFORMED, "no object"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_json claims = parse_json(&f->arena, cases[i].claims);
		enum pawl_jwt_state got =
			pawl_jwt_check(&claims, &rules, 1000 * 1000000LL, &f->arena, &f->message);

		if (got != cases[i].state || (cases[i].part && !strstr(f->message, cases[i].part)))
			fail_msg("case %zu: %d \"%s\"", i, got, f->message);
	}
}

static void
test_sets_that_are_refused(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"", "no JSON"},
		{"[]", "no key"},
		{"{\"keys\":[]}", "no key"},
		{"{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", "no key"},
		{"{\"kty\":\"EC\",\"use\":\"enc\"," /* else it would do */
		 "\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		 "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
		 "no key"},
		{"{\"kty\":\"EC\",\"key_ops\":[\"sign\"],"
		 "\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		 "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
		 "no key"},
	};
	struct fixture *f = *state;
	struct pawl_keyset *set = pawl_keyset_parse(PAWL_STR(EC_JWK), &f->message);
	struct pawl_buf many;

	assert_int_equal(pawl_keyset_len(set), 1);
	assert_true(pawl_keyset_is_in_date(set, 0));
	pawl_keyset_unref(pawl_keyset_ref(set));
	pawl_keyset_unref(set);
	for (size_t i = 0; i < LEN(cases); i++) {
		if (pawl_keyset_parse(pawl_str_c(cases[i].text), &f->message) ||
		    !strstr(f->message, cases[i].part))
			fail_msg("case %zu: \"%s\"", i, f->message);
	}
	pawl_buf_init(&many, 1 << 20);
	pawl_buf_append_c(&many, "{\"keys\":[{}");
	for (size_t i = 0; i < PAWL_KEYSET_KEYS_MAX; i++)
		pawl_buf_append_c(&many, ",{}");
	pawl_buf_append_c(&many, "]}");
	assert_null(pawl_keyset_parse(pawl_buf_peek(&many), &f->message));
	assert_non_null(strstr(f->message, "more keys"));
	pawl_buf_fini(&many);
}

static void
test_certificate_has_to_be_in_date(void **state)
{
	const int64_t made_s = 1795837759; /* its notBefore: 2026-11-28T03:49:19Z */
	struct fixture *f = *state;
	struct pawl_keyset *set;
	size_t cursor = 0;

	set = pawl_keyset_from_certificate(PAWL_STR(RSA_CERTIFICATE_PEM), made_s * 1000000,
					   &f->message);
	assert_non_null(set);
	assert_non_null(pawl_keyset_next(set, PAWL_PUBKEY_RSA, PAWL_STR(""), &cursor));
	assert_null(pawl_keyset_next(set, PAWL_PUBKEY_RSA, PAWL_STR(""), &cursor));
	assert_false(pawl_keyset_is_in_date(set, made_s * 1000000 - 1));
	pawl_keyset_unref(set);
	assert_null(pawl_keyset_from_certificate(PAWL_STR(RSA_CERTIFICATE_PEM),
						 (made_s - 1) * 1000000, &f->message));
	assert_non_null(strstr(f->message, "not valid yet"));
	assert_null(pawl_keyset_from_certificate(PAWL_STR(RSA_PUBLIC_PEM), made_s * 1000000,
						 &f->message));
	assert_null(pawl_keyset_from_certificate(PAWL_STR(""), made_s * 1000000, &f->message));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hs256_vector, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_public_key_vectors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_algorithms_are_not_confused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_tokens_that_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_signed_verifies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_claims, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sets_that_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_certificate_has_to_be_in_date, set_up,
						tear_down),
	};

	assert_true(sodium_init() >= 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
