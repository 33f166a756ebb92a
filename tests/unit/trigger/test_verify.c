/* Verification beyond the vectors: lists, pairs, timestamps, alternatives, handshakes. */
#include "trigger_testing.h"

#include <stdio.h>

static const struct pawl_scheme *
preset(const char *name)
{
	return pawl_scheme_preset(pawl_str_c(name));
}

static const char *
verify(struct test_trigger *f, const struct pawl_scheme *scheme, const char *secret)
{
	struct pawl_scheme_key keys[2] = {{PAWL_STR("no such key")}};
	struct pawl_refusal refusal;
	const char *message;

	assert_true(pawl_scheme_key(scheme, pawl_str_c(secret), &f->arena, &keys[1], &message));
	if (pawl_scheme_verify(scheme, keys, 2, &f->request.facts, &f->arena, &refusal))
		return "ok";
	assert_non_null(refusal.message);
	assert_null(strstr(refusal.message, secret));
	return refusal.code;
}

#define STD_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define STD_BODY   "{\"test\": 2432232314}"
#define STD_ID     "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define STD_MAC    "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static const char *
verify_standard(struct test_trigger *f, const char *signature, const char *id, const char *ts)
{
	request_init(&f->request, STD_BODY, 1614265330);
	request_add(&f->request, "Webhook-Signature", signature);
	if (id)
		request_add(&f->request, "webhook-id", id);
	if (ts)
		request_add(&f->request, "webhook-timestamp", ts);
	return verify(f, preset("standard-webhooks"), STD_SECRET);
}

static void
test_a_list_is_searched(void **state)
{
	static const struct {
		const char *value, *code;
	} cases[] = {
		{"v1," STD_MAC, "ok"},
		{"v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1," STD_MAC, "ok"},
		{"v1," STD_MAC " v1,junk", "ok"},
		{"v2," STD_MAC " v1a,xyz v1," STD_MAC " ", "ok"},
		{"  v1," STD_MAC, "ok"},
		{"v1, v1," STD_MAC, "ok"},
		{"v2," STD_MAC, "malformed_signature"},
		{"V1," STD_MAC, "malformed_signature"},
		{"v1a," STD_MAC, "malformed_signature"},
		{STD_MAC, "malformed_signature"},
		{"v1,", "malformed_signature"},
		{"v1, " STD_MAC, "malformed_signature"},
		{"v1", "malformed_signature"},
		{" ", "malformed_signature"},
		{"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "malformed_signature"},
		{"v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", "malformed_signature"},
		/* The same bytes with other trailing bits are another text. */
		{"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", "bad_signature"},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *code = verify_standard(*state, cases[i].value, STD_ID, "1614265330");

		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s: %s instead of %s", cases[i].value, code, cases[i].code);
	}
}

static void
test_id_and_time_are_signed(void **state)
{
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, "msg_other", "1614265330"),
			    "bad_signature");
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, STD_ID, "1614265331"),
			    "bad_signature");
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, NULL, "1614265330"),
			    "missing_header");
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, "", "1614265330"),
			    "missing_header");
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, STD_ID, NULL), "missing_header");
}

static void
test_a_timestamp_is_plain_digits(void **state)
{
	static const char *const texts[] = {"",
					    "+1614265330",
					    "-1614265330",
					    "1614265330.0",
					    " 1614265330x",
					    "0x6037b5b2",
					    "1e9",
					    "99999999999999999999",
					    "9223372036854775807",
					    "18446744073709551615"};

	for (size_t i = 0; i < LEN(texts); i++) {
		const char *code = verify_standard(*state, "v1," STD_MAC, STD_ID, texts[i]);

		if (strcmp(code, "malformed_timestamp") != 0)
			fail_msg("%s: %s", texts[i], code);
	}
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, STD_ID, "0"), "stale_timestamp");
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, STD_ID, "9223372036854"),
			    "future_timestamp");
	/* Signed as it was written: another spelling of the same number does not fit. */
	assert_string_equal(verify_standard(*state, "v1," STD_MAC, STD_ID, "01614265330"),
			    "bad_signature");
}

static void
test_the_first_name_that_is_there_counts(void **state)
{
	struct test_trigger *f = *state;

	request_init(&f->request, STD_BODY, 1614265330);
	request_add(&f->request, "SVIX-ID", STD_ID);
	request_add(&f->request, "svix-timestamp", "1614265330");
	request_add(&f->request, "svix-signature", "v1," STD_MAC);
	assert_string_equal(verify(f, preset("standard-webhooks"), STD_SECRET), "ok");
	request_add(&f->request, "webhook-signature", "v1,junk");
	assert_string_equal(verify(f, preset("standard-webhooks"), STD_SECRET),
			    "malformed_signature");
}

#define STRIPE_BODY "{\"id\":\"evt_test_webhook\",\"object\":\"event\"}"
#define STRIPE_MAC  "d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990"
#define ZEROS       "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_pairs_are_searched(void **state)
{
	static const struct {
		const char *value, *code;
	} cases[] = {
		{"t=1700000000,v1=" STRIPE_MAC, "ok"},
		{"v1=" STRIPE_MAC ",t=1700000000", "ok"},
		{"t=1700000000, v1=" STRIPE_MAC, "ok"},
		{"t=1700000000,v1=" ZEROS ",v1=" STRIPE_MAC ",v0=" ZEROS, "ok"},
		{"t=1700000000,v0=" STRIPE_MAC, "malformed_signature"},
		{"t=1700000000,v1=", "malformed_signature"},
		{"t=1700000000,v1", "malformed_signature"},
		{"v1=" STRIPE_MAC, "malformed_timestamp"},
		{"t=,v1=" STRIPE_MAC, "malformed_timestamp"},
		{"t,v1=" STRIPE_MAC, "malformed_timestamp"},
		{"tt=1700000000,v1=" STRIPE_MAC, "malformed_timestamp"},
		/* Which of two is meant cannot be known. */
		{"t=1700000000,t=1700000000,v1=" STRIPE_MAC, "malformed_timestamp"},
		{"t=1,v1=" STRIPE_MAC ",t=1700000000", "malformed_timestamp"},
		{"t=1700000001,v1=" STRIPE_MAC, "bad_signature"},
		{",,,=,", "malformed_signature"},
	};
	struct test_trigger *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *code;

		request_init(&f->request, STRIPE_BODY, 1700000000);
		request_add(&f->request, "Stripe-Signature", cases[i].value);
		code = verify(f, preset("stripe"), "whsec_test_secret");
		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s: %s instead of %s", cases[i].value, code, cases[i].code);
	}
}

static void
test_other_algorithms_and_units(void **state)
{
	static const char doc[] =
		"{\"name\":\"x\",\"algorithm\":\"hmac-sha512\",\"header\":\"X-Sig\",\"encoding\":"
		"\"base64\",\"signed\":\"{ts}\\n{body}\\n\",\"timestamp\":{\"header\":\"X-T\","
		"\"unit\":\"ms\",\"tolerance\":\"1500ms\"},\"secret\":{\"decoding\":\"hex\"}}";
	struct pawl_problems problems = {0};
	struct pawl_scheme_draft draft = {0};
	struct pawl_scheme_key key;
	struct test_trigger *f = *state;
	struct pawl_scheme *scheme;
	struct pawl_json parsed = parse_json(&f->arena, doc);
	const char *message;

	scheme = pawl_scheme_new(&parsed, &problems);
	assert_non_null(scheme);
	assert_true(pawl_scheme_key(scheme, PAWL_STR("00ff"), &f->arena, &key, &message));
	request_init(&f->request, "b", 1000);
	draft.at_us = f->request.facts.now_us + 7000;
	draft.body = f->request.facts.body;
	f->request.facts.n_headers = pawl_scheme_sign(scheme, &key, &draft, &f->arena,
						      f->request.headers, LEN(f->request.headers));
	assert_int_equal(f->request.facts.n_headers, 2);
	assert_str(f->request.headers[0].value, "1000007");
	assert_int_equal(f->request.headers[1].value.len, 88);
	assert_string_equal(verify(f, scheme, "00ff"), "ok");
	f->request.facts.now_us += 1507000;
	assert_string_equal(verify(f, scheme, "00ff"), "ok");
	f->request.facts.now_us += 1000;
	assert_string_equal(verify(f, scheme, "00ff"), "stale_timestamp");
	pawl_scheme_free(scheme);
}

static void
test_signing_fits_what_there_is_room_for(void **state)
{
	struct test_trigger *f = *state;
	struct pawl_http_header headers[3];
	struct pawl_scheme_key key = {PAWL_STR("k")};
	struct pawl_scheme_draft draft = {.id = PAWL_STR("i")};

	assert_int_equal(
		pawl_scheme_sign(preset("standard-webhooks"), &key, &draft, &f->arena, headers, 3),
		3);
	assert_int_equal(
		pawl_scheme_sign(preset("standard-webhooks"), &key, &draft, &f->arena, headers, 1),
		1);
	draft.at_us = 5000000;
	assert_int_equal(pawl_scheme_sign(preset("stripe"), &key, &draft, &f->arena, headers, 3),
			 1);
	assert_true(pawl_str_starts_with(headers[0].value, PAWL_STR("t=5,v1=")));
	/* A public key signs nothing. */
	assert_int_equal(pawl_scheme_sign(preset("discord"), &key, &draft, &f->arena, headers, 3),
			 0);
}

static void
test_deliveries_are_described(void **state)
{
	struct test_trigger *f = *state;
	struct pawl_json v;

	request_init(&f->request, "{}", 1);
	v = pawl_scheme_describe(preset("github"), &f->request.facts, &f->arena);
	assert_int_equal(v.type, PAWL_JSON_NULL);
	request_add(&f->request, "x-github-event", "push");
	request_add(&f->request, "x-github-delivery", "72d3162e\xff");
	v = pawl_scheme_describe(preset("github"), &f->request.facts, &f->arena);
	assert_json(&f->arena, &v, "{\"id\":\"72d3162e\xEF\xBF\xBD\",\"event\":\"push\"}");
	request_init(&f->request, "{\"id\":\"evt_1\",\"type\":\"charge.failed\"}", 1);
	request_add(&f->request, "Stripe-Signature", "t=12,v1=x");
	v = pawl_scheme_describe(preset("stripe"), &f->request.facts, &f->arena);
	assert_json(&f->arena, &v,
		    "{\"id\":\"evt_1\",\"event\":\"charge.failed\",\"timestamp\":\"12\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TRIGGER_TEST(test_a_list_is_searched),
		TRIGGER_TEST(test_id_and_time_are_signed),
		TRIGGER_TEST(test_a_timestamp_is_plain_digits),
		TRIGGER_TEST(test_the_first_name_that_is_there_counts),
		TRIGGER_TEST(test_pairs_are_searched),
		TRIGGER_TEST(test_other_algorithms_and_units),
		TRIGGER_TEST(test_signing_fits_what_there_is_room_for),
		TRIGGER_TEST(test_deliveries_are_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
