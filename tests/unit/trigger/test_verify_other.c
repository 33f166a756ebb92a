/* Verification of what is no MAC over the body: URLs, forms, tokens, JWS, HTTP message signatures;
 * and what dedup is told. */
#include "trigger_testing.h"

#include <stdio.h>

#include "key_vectors.h"
#include "trigger/auth/keyset.h"

struct fixture {
	struct pawl_arena arena;
	struct test_request request;
	struct pawl_scheme *own;
	struct pawl_remote remote;
	enum pawl_remote_state state;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_schemes_init();
	pawl_arena_init(&f->arena, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_scheme_free(f->own);
	pawl_arena_fini(&f->arena);
	free(f);
	pawl_schemes_fini();
	return 0;
}

static const struct pawl_scheme *
preset(const char *name)
{
	return pawl_scheme_preset(pawl_str_c(name));
}

static const struct pawl_scheme *
make(struct fixture *f, const char *text)
{
	struct pawl_problems problems = {0};
	struct pawl_json doc = parse_json(&f->arena, text);

	pawl_scheme_free(f->own);
	f->own = pawl_scheme_new(&doc, &problems);
	if (!f->own)
		fail_msg("%s: %s", problems.items[0].where, problems.items[0].message);
	return f->own;
}

static const char *
verify(struct fixture *f, const struct pawl_scheme *scheme, const char *secret)
{
	struct pawl_refusal refusal;
	struct pawl_scheme_key key;
	const char *message;
	bool fits;

	if (!pawl_scheme_key(scheme, pawl_str_c(secret), &f->arena, &key, &message))
		fail_msg("%s", message);
	fits = pawl_scheme_verify(scheme, &key, 1, &f->request.facts, &f->arena, &refusal);
	pawl_scheme_key_fini(&key);
	return fits ? "ok" : refusal.code;
}

/* Signs the request's body as it is. */
static void
sign(struct fixture *f, const struct pawl_scheme *scheme, const char *secret, const char *url)
{
	const struct pawl_scheme_draft draft = {.id = PAWL_STR("id"),
						.url = pawl_str_c(url),
						.body = f->request.facts.body,
						.at_us = f->request.facts.now_us};
	struct pawl_scheme_key key;
	const char *message;

	if (!pawl_scheme_signing_key(scheme, pawl_str_c(secret), &f->arena, &key, &message))
		fail_msg("%s", message);
	f->request.facts.n_headers = pawl_scheme_sign(
		scheme, &key, &draft, &f->arena, f->request.headers, LEN(f->request.headers) - 4);
	pawl_scheme_key_fini(&key);
	assert_true(f->request.facts.n_headers > 0);
}

static void
test_an_hmac_allocates_nothing(void **state)
{
	struct pawl_scheme_key key = {PAWL_STR("mysecret")};
	struct pawl_refusal refusal;
	struct pawl_arena empty;
	struct fixture *f = *state;

	request_init(&f->request, "{\"foo\":\"bar\"}", 1);
	sign(f, preset("github"), "mysecret", "");
	pawl_arena_init(&empty, 0);
	assert_true(
		pawl_scheme_verify(preset("github"), &key, 1, &f->request.facts, &empty, &refusal));
	f->request.facts.body = PAWL_STR("{}");
	assert_false(
		pawl_scheme_verify(preset("github"), &key, 1, &f->request.facts, &empty, &refusal));
	assert_int_equal(empty.total_bytes, 0);
	pawl_arena_fini(&empty);
}

#define FORM "B=2&A=1&B=2&C=%C3%A4+x"

static const char *
verify_twilio(struct fixture *f, const char *signed_url, const char *public_url, const char *target)
{
	size_t query;

	request_init(&f->request, FORM, 1);
	sign(f, preset("twilio"), "12345", signed_url);
	request_add(&f->request, "Content-Type",
		    "application/x-www-form-urlencoded; charset=UTF-8");
	f->request.facts.public_url = pawl_str_c(public_url);
	f->request.facts.target = pawl_str_c(target);
	query = pawl_str_find_char(f->request.facts.target, '?');
	if (query != SIZE_MAX)
		f->request.facts.query = pawl_str_sub(f->request.facts.target, query + 1,
						      f->request.facts.target.len);
	return verify(f, preset("twilio"), "12345");
}

static void
test_a_url_is_tried_as_senders_write_it(void **state)
{
	static const struct {
		const char *signed_url, *public_url, *target, *code;
	} cases[] = {
		{"https://a.example/h?x=1", "https://a.example", "/h?x=1", "ok"},
		{"https://a.example:443/h", "https://a.example", "/h", "ok"},
		{"https://a.example/h", "https://a.example:443", "/h", "ok"},
		{"http://a.example:80/h", "http://a.example", "/h", "ok"},
		{"https://a.example/h", "https://a.example:8443", "/h", "ok"},
		{"https://a.example:8443/h", "https://a.example:8443", "/h", "ok"},
		{"https://a.example/p/h", "https://a.example/p", "/h", "ok"},
		{"https://[2001:db8::1]:443/h", "https://[2001:db8::1]", "/h", "ok"},
		{"https://u:p@a.example/h", "https://u:p@a.example", "/h", "ok"},
		{"https://a.example:8443/h", "https://a.example", "/h", "bad_signature"},
		{"http://a.example/h", "https://a.example", "/h", "bad_signature"},
		{"https://a.example/h?x=1", "https://a.example", "/h?x=2", "bad_signature"},
		{"https://b.example/h", "https://a.example", "/h", "bad_signature"},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *code = verify_twilio(*state, cases[i].signed_url, cases[i].public_url,
						 cases[i].target);

		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s at %s: %s", cases[i].signed_url, cases[i].public_url, code);
	}
}

static void
test_credentials_of_a_url_come_as_a_header(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(verify_twilio(f, "https://u:p@a.example/h", "https://a.example", "/h"),
			    "bad_signature");
	request_add(&f->request, "Authorization", "Basic dTpw");
	assert_string_equal(verify(f, preset("twilio"), "12345"), "ok");
}

static void
test_a_form_is_signed_in_order_and_once(void **state)
{
	struct fixture *f = *state;
	struct pawl_str *type;

	assert_string_equal(verify_twilio(f, "https://a.example/h", "https://a.example", "/h"),
			    "ok");
	f->request.facts.body = PAWL_STR("C=%C3%A4%20x&B=2&A=1");
	assert_string_equal(verify(f, preset("twilio"), "12345"), "ok");
	f->request.facts.body = PAWL_STR("C=%C3%A4%20x&B=2&A=1&B=3");
	assert_string_equal(verify(f, preset("twilio"), "12345"), "bad_signature");
	/* What is not read as a form is not covered. */
	type = &f->request.headers[f->request.facts.n_headers - 1].value;
	*type = PAWL_STR("application/json");
	assert_string_equal(verify(f, preset("twilio"), "12345"), "unsigned_body");
	f->request.facts.query = PAWL_STR("bodySHA256=00");
	assert_string_equal(verify(f, preset("twilio"), "12345"), "bad_signature");
}

static void
test_tokens(void **state)
{
	struct fixture *f = *state;
	struct pawl_scheme_key key;
	const char *message;

	request_init(&f->request, "{}", 1);
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "missing_header");
	f->request.facts.query = PAWL_STR("x=1&token=a%3Ab");
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "ok");
	f->request.facts.query = PAWL_STR("token=a:b&token=a:b");
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "repeated_header");
	f->request.facts.query = PAWL_STR("token=");
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "bad_credentials");
	/* Where there are Basic credentials, they have to fit. */
	f->request.facts.query = PAWL_STR("token=a:b");
	request_add(&f->request, "Authorization", "Basic YTpj");
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "bad_credentials");
	f->request.headers[0].value = PAWL_STR("basic YTpi");
	assert_string_equal(verify(f, preset("postmark"), "a:b"), "ok");
	assert_false(pawl_scheme_key(preset("chargebee"), PAWL_STR("password"), &f->arena, &key,
				     &message));
	assert_non_null(strstr(message, "user:password"));
	f->request.headers[0].value = PAWL_STR("Bearer a:b");
	assert_string_equal(verify(f, preset("brevo"), "a:b"), "ok");
}

#define JWS(algorithm)                                                                             \
	"{\"name\":\"x\",\"algorithm\":\"jws\",\"header\":\"X-Jws\",\"format\":{\"prefix\":"       \
	"\"Bearer \"},\"jws\":{\"algorithms\":[\"" algorithm "\"],\"issuer\":\"me\","              \
	"\"audience\":\"you\",\"body_sha256\":\"hash\"}}"

static void
check_jws(struct fixture *f, const char *doc, const char *signing, const char *verifying,
	  const char *other)
{
	const struct pawl_scheme *scheme = make(f, doc);

	request_init(&f->request, "{\"a\":1}", 1700000000);
	sign(f, scheme, signing, "");
	assert_string_equal(verify(f, scheme, verifying), "ok");
	assert_string_equal(verify(f, scheme, other), "bad_signature");
	f->request.facts.body = PAWL_STR("{\"a\":2}");
	assert_string_equal(verify(f, scheme, verifying), "bad_signature");
	f->request.facts.body = PAWL_STR("{\"a\":1}");
	f->request.headers[0].value.ptr++;
	f->request.headers[0].value.len--;
	assert_string_equal(verify(f, scheme, verifying), "malformed_signature");
}

static void
test_jws_of_every_kind(void **state)
{
	struct fixture *f = *state;

	check_jws(f, JWS("HS256"), "secret", "secret", "other");
	check_jws(f, JWS("RS256"), RSA_PRIVATE_PEM, RSA_PUBLIC_PEM, EC_PUBLIC_DER);
	check_jws(f, JWS("ES256"), EC_PRIVATE_DER, EC_PUBLIC_DER, RSA_PUBLIC_PEM);
	/* A public key is never taken for a secret. */
	make(f, JWS("RS256"));
	request_init(&f->request, "{}", 1);
	sign(f, preset("netlify"), RSA_PUBLIC_PEM, "");
	f->request.headers[0] = (struct pawl_http_header){
		PAWL_STR("X-Jws"), pawl_arena_printf(&f->arena, "Bearer %.*s",
						     PAWL_STR_ARG(f->request.headers[0].value))};
	assert_string_equal(verify(f, f->own, RSA_PUBLIC_PEM), "malformed_signature");
}

static enum pawl_remote_state
find_key(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	struct fixture *f = ctx;
	const char *message;

	assert_int_equal(want->kind, PAWL_REMOTE_JWKS);
	assert_str(want->url, "https://keys.example/jwks");
	if (f->state == PAWL_REMOTE_HAVE) {
		*out = pawl_keyset_from_certificate(PAWL_STR(RSA_CERTIFICATE_PEM), 1900000000000000,
						    &message);
		assert_non_null(*out);
	}
	return f->state;
}

static void
test_jws_by_a_key_set_that_stands_elsewhere(void **state)
{
	static const char url[] = "https://keys.example/jwks";
	struct fixture *f = *state;
	const struct pawl_scheme *scheme = make(f, JWS("RS256"));

	request_init(&f->request, "{}", 1700000000);
	sign(f, scheme, RSA_PRIVATE_PEM, "");
	assert_string_equal(verify(f, scheme, url), PAWL_REFUSAL_UNAVAILABLE);
	f->remote = (struct pawl_remote){.find = find_key, .ctx = f};
	f->request.facts.remote = &f->remote;
	f->state = PAWL_REMOTE_PENDING;
	assert_string_equal(verify(f, scheme, url), PAWL_REFUSAL_PENDING);
	assert_true(f->remote.is_pending);
	f->state = PAWL_REMOTE_FAILED;
	assert_string_equal(verify(f, scheme, url), PAWL_REFUSAL_UNAVAILABLE);
	f->state = PAWL_REMOTE_HAVE;
	assert_string_equal(verify(f, scheme, url), "ok");
}

#define SEED   "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static struct pawl_str *
header(struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->request.facts.n_headers; i++) {
		if (pawl_str_eq_c(f->request.headers[i].name, name))
			return &f->request.headers[i].value;
	}
	fail_msg("no %s", name);
	return NULL;
}

static void
sign_message(struct fixture *f)
{
	request_init(&f->request, "{\"a\":1}", 1700000000);
	sign(f, preset("mailchannels"), SEED, "");
	assert_string_equal(verify(f, preset("mailchannels"), PUBLIC), "ok");
}

static void
test_message_signatures_cover_what_they_have_to(void **state)
{
	static const struct {
		const char *name, *value, *code;
	} cases[] = {
		{"Signature-Input", "sig_1=();created=1700000000", "malformed_signature"},
		{"Signature-Input", "sig_1=(\"date\");created=1700000000", "malformed_signature"},
		{"Signature-Input", "sig_1=(\"content-digest\" \"date\");created=1700000000",
		 "malformed_signature"},
		{"Signature-Input", "sig_1=(\"content-digest\" \"@status\");created=1700000000",
		 "malformed_signature"},
		{"Signature-Input", "sig_1=(\"content-digest\";bs);created=1700000000",
		 "malformed_signature"},
		{"Signature-Input", "sig_1=(\"content-digest\")", "malformed_timestamp"},
		{"Signature-Input", "sig_1=(\"content-digest\");created=1700000001",
		 "bad_signature"},
		{"Signature-Input", "sig_1=(\"content-digest\");created=1600000000",
		 "stale_timestamp"},
		{"Signature-Input",
		 "sig_1=(\"content-digest\");created=1700000000;expires=1699999999",
		 "stale_timestamp"},
		{"Signature-Input",
		 "sig_1=(\"content-digest\");created=1700000000;alg=\"hmac-sha256\"",
		 "malformed_signature"},
		{"Signature-Input", "sig_2=(\"content-digest\");created=1700000000",
		 "malformed_signature"},
		{"Signature-Input", "sig_1=(\"content-digest", "malformed_signature"},
		{"Signature-Input", "", "malformed_signature"},
		{"Signature", "sig_1=:AAAA:", "malformed_signature"},
		{"Signature", "sig_1=", "malformed_signature"},
		{"Content-Digest", "sha-256=:AAAA:", "bad_signature"},
		{"Content-Digest", "md5=:AAAA:", "bad_signature"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *code;

		sign_message(f);
		*header(f, cases[i].name) = pawl_str_c(cases[i].value);
		code = verify(f, preset("mailchannels"), PUBLIC);
		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s: %s: %s instead of %s", cases[i].name, cases[i].value, code,
				 cases[i].code);
	}
}

static void
test_message_signatures_may_be_several(void **state)
{
	struct fixture *f = *state;
	struct pawl_str *value;

	sign_message(f);
	value = header(f, "Signature-Input");
	*value = pawl_arena_printf(&f->arena, "other=(\"date\");created=1;tag=\"a, b\", %.*s",
				   PAWL_STR_ARG(*value));
	value = header(f, "Signature");
	*value = pawl_arena_printf(&f->arena, "other=:AAAA:, %.*s", PAWL_STR_ARG(*value));
	assert_string_equal(verify(f, preset("mailchannels"), PUBLIC), "ok");
	f->request.facts.body = PAWL_STR("{\"a\":2}");
	assert_string_equal(verify(f, preset("mailchannels"), PUBLIC), "bad_signature");
}

/* ---- what dedup is told ------------------------------------------------------------- */

static struct pawl_delivery
deliver(struct fixture *f, const char *name, bool is_verified)
{
	struct pawl_delivery delivery;
	struct pawl_json body;
	bool has_body = pawl_json_parse(&f->arena, f->request.facts.body, &body, NULL) == PAWL_OK;

	pawl_scheme_delivery(name ? preset(name) : NULL, is_verified, &f->request.facts,
			     has_body ? &body : NULL, &f->arena, &delivery);
	return delivery;
}

static void
expect_delivery(struct fixture *f, const char *name, const char *id, bool id_is_signed,
		bool has_time)
{
	struct pawl_delivery delivery = deliver(f, name, true);

	assert_str(delivery.id, id);
	if (delivery.id_is_signed != id_is_signed || delivery.has_signed_timestamp != has_time)
		fail_msg("%s: %d %d", name, delivery.id_is_signed, delivery.has_signed_timestamp);
}

static void
test_deliveries(void **state)
{
	struct fixture *f = *state;

	request_init(&f->request, "{\"id\":\"evt_1\",\"MessageId\":\"m\"}", 1);
	request_add(&f->request, "X-GitHub-Delivery", "72d3162e");
	request_add(&f->request, "webhook-id", "msg_1");
	request_add(&f->request, "Linear-Delivery", "l");
	request_add(&f->request, "ce-source", "/s");
	request_add(&f->request, "ce-id", "7");
	expect_delivery(f, "github", "72d3162e", false, false);
	expect_delivery(f, "stripe", "evt_1", true, true);
	expect_delivery(f, "standard-webhooks", "msg_1", true, true);
	expect_delivery(f, "linear", "l", false, true);
	expect_delivery(f, "aws-sns", "m", true, true);
	expect_delivery(f, "cloudevents-webhook", "/s:7", false, false);
	expect_delivery(f, "bitbucket", "", false, false);
	assert_false(deliver(f, "stripe", false).id_is_signed);
	assert_false(deliver(f, "cloudevents-webhook", true).is_signed);
	assert_int_equal(deliver(f, NULL, false).id.len, 0);
	f->request.facts.body = PAWL_STR("MessageSid=SM1&MessageStatus=sent");
	expect_delivery(f, "twilio", "SM1:sent", true, false);
	f->request.facts.body = PAWL_STR("CallSid=CA1&MessageStatus=sent");
	expect_delivery(f, "twilio", "", true, false);
}

static bool
same_content(struct fixture *f, const char *name, const char *a, const char *b)
{
	struct pawl_delivery x, y;

	request_init(&f->request, a, 1);
	x = deliver(f, name, true);
	request_init(&f->request, b, 2);
	request_add(&f->request, "X-GitHub-Delivery", "another");
	y = deliver(f, name, true);
	return memcmp(x.content, y.content, sizeof(x.content)) == 0;
}

static void
test_content_is_what_was_signed(void **state)
{
	struct fixture *f = *state;

	assert_true(same_content(f, "github", "{}", "{}"));
	assert_false(same_content(f, "github", "{}", "{ }"));
	/* What SNS does not sign does not make another message. */
	assert_true(same_content(f, "aws-sns", "{\"Type\":\"Notification\",\"Message\":\"a\"}",
				 "{\"Message\":\"a\",\"Type\":\"Notification\",\"X\":1}"));
	assert_false(same_content(f, "aws-sns", "{\"Type\":\"Notification\",\"Message\":\"a\"}",
				  "{\"Type\":\"Notification\",\"Message\":\"b\"}"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_an_hmac_allocates_nothing),
		TEST(test_a_url_is_tried_as_senders_write_it),
		TEST(test_credentials_of_a_url_come_as_a_header),
		TEST(test_a_form_is_signed_in_order_and_once),
		TEST(test_tokens),
		TEST(test_jws_of_every_kind),
		TEST(test_jws_by_a_key_set_that_stands_elsewhere),
		TEST(test_message_signatures_cover_what_they_have_to),
		TEST(test_message_signatures_may_be_several),
		TEST(test_deliveries),
		TEST(test_content_is_what_was_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
