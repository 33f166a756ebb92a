/* The verdict over a request, and what a webhook answers. */
#include "trigger_testing.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trigger/webhook.h"

struct fixture {
	struct pawl_arena arena;
	struct pawl_secrets *secrets;
	struct pawl_webhook *webhook;
	struct pawl_problems problems;
	struct test_request request;
	struct pawl_webhook_verdict verdict;
	char dir[64];
};

static void
write_secret(const struct fixture *f, const char *name, const char *value)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	if (!value) {
		unlink(path);
		return;
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(value, file);
	fclose(file);
	chmod(path, 0600);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_schemes_init();
	pawl_arena_init(&f->arena, 0);
	snprintf(f->dir, sizeof(f->dir), "/tmp/pawl-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	write_secret(f, "token", "s3cret\n");
	write_secret(f, "nothing", "");
	f->secrets = pawl_secrets_open(f->dir, NULL, NULL);
	assert_non_null(f->secrets);
	request_init(&f->request, "{}", 1700000000);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_webhook_free(f->webhook);
	pawl_problems_fini(&f->problems);
	pawl_secrets_close(f->secrets);
	write_secret(f, "token", NULL);
	write_secret(f, "nothing", NULL);
	rmdir(f->dir);
	pawl_arena_fini(&f->arena);
	free(f);
	pawl_schemes_fini();
	return 0;
}

static void
make(struct fixture *f, const char *config)
{
	struct pawl_json v = parse_json(&f->arena, config);

	pawl_webhook_free(f->webhook);
	f->webhook = pawl_webhook_new(&v, f->secrets, &f->problems);
	assert_non_null(f->webhook);
}

/* "accept", "handshake", or the refusal's code. */
static const char *
check(struct fixture *f)
{
	pawl_webhook_check(f->webhook, &f->request.facts, &f->arena, &f->verdict);
	switch (f->verdict.outcome) {
	case PAWL_WEBHOOK_ACCEPT:
		return "accept";
	case PAWL_WEBHOOK_HANDSHAKE:
		return "handshake";
	case PAWL_WEBHOOK_WAIT:
		return "wait";
	case PAWL_WEBHOOK_REFUSE:
		assert_non_null(f->verdict.refusal.message);
		assert_null(strstr(f->verdict.refusal.message, "s3cret"));
		return f->verdict.refusal.code;
	}
	return "?";
}

/* The verdict with one header, which is then taken away. */
static const char *
check_with(struct fixture *f, const char *name, const char *value)
{
	const char *code;

	request_add(&f->request, name, value);
	code = check(f);
	f->request.facts.n_headers--;
	return code;
}

static void
test_without_auth_everybody_is_let_in(void **state)
{
	struct fixture *f = *state;

	make(f, "{}");
	assert_int_equal(f->problems.len, 0);
	assert_string_equal(check(f), "accept");
	assert_json(&f->arena, &f->verdict.detail, "{\"auth\":\"none\",\"entry\":0}");
}

static void
test_an_empty_list_lets_nobody_in(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"auth\":[]}");
	assert_true(has_problem(&f->problems, "/auth", "entry"));
	assert_string_equal(check(f), "not_configured");
	assert_int_equal(f->verdict.status, 401);
}

static void
test_header_token(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"auth\":[{\"type\":\"header\",\"name\":\"X-Key\",\"secret\":\"${secrets.token}"
		"\"}]}");
	assert_int_equal(f->problems.len, 0);
	assert_string_equal(check_with(f, "x-key", "s3cret"), "accept");
	assert_string_equal(check(f), "missing_credentials");
	assert_int_equal(f->verdict.status, 401);
	assert_string_equal(check_with(f, "x-key", ""), "bad_credentials");
	assert_string_equal(check_with(f, "x-key", "s3cre"), "bad_credentials");
	assert_string_equal(check_with(f, "x-key", "s3cretx"), "bad_credentials");
	assert_string_equal(check_with(f, "x-key", "S3CRET"), "bad_credentials");
	request_add(&f->request, "X-Key", "s3cret");
	assert_string_equal(check_with(f, "x-key", "s3cret"), "repeated_header");
	assert_null(pawl_webhook_authenticate(f->webhook));
}

static void
test_basic(void **state)
{
	static const struct {
		const char *value, *code;
	} cases[] = {
		{"Basic dTpww6Q=", "accept"},
		{"basic dTpww6Q=", "accept"},
		{"BASIC   dTpww6Q=", "accept"},
		{"Basic dTpww6Q", "malformed_credentials"},
		{"Basic dTpw", "bad_credentials"},
		{"Basic dQ==", "bad_credentials"},
		{"Basic ", "bad_credentials"},
		{"Basic", "missing_credentials"},
		{"", "missing_credentials"},
		{"BasicdTpww6Q=", "missing_credentials"},
		{"Bearer dTpww6Q=", "missing_credentials"},
		{"Basic u:p", "malformed_credentials"},
	};
	struct fixture *f = *state;

	make(f, "{\"auth\":[{\"type\":\"basic\",\"username\":\"u\",\"password\":\"p\u00e4\"}]}");
	for (size_t i = 0; i < LEN(cases); i++) {
		const char *code = check_with(f, "Authorization", cases[i].value);

		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s: %s instead of %s", cases[i].value, code, cases[i].code);
	}
	assert_non_null(strstr(pawl_webhook_authenticate(f->webhook), "Basic realm="));
}

static void
test_bearer(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"auth\":[{\"type\":\"bearer\",\"secret\":\"${secrets.token}\"}]}");
	assert_string_equal(check_with(f, "authorization", "Bearer s3cret"), "accept");
	assert_string_equal(check_with(f, "authorization", "bearer s3cret"), "accept");
	assert_string_equal(check_with(f, "authorization", "Bearer s3cret2"), "bad_credentials");
	assert_string_equal(check_with(f, "authorization", "s3cret"), "missing_credentials");
	assert_string_equal(check_with(f, "authorization", "Bearer"), "missing_credentials");
	request_add(&f->request, "authorization", "Bearer s3cret");
	assert_string_equal(check_with(f, "Authorization", "Bearer other"), "repeated_header");
	assert_non_null(strstr(pawl_webhook_authenticate(f->webhook), "Bearer realm="));
}

static void
test_a_missing_secret_closes_its_entry_only(void **state)
{
	static const char *const broken[] = {
		"{\"type\":\"bearer\",\"secret\":\"${secrets.gone}\"}",
		"{\"type\":\"bearer\",\"secret\":\"${secrets.nothing}\"}",
		"{\"type\":\"bearer\",\"secret\":\"${env.HOME}\"}",
		"{\"type\":\"bearer\",\"secret\":\"\"}",
		"{\"type\":\"bearer\"}",
		"{\"type\":\"basic\",\"username\":\"u\"}",
		"{\"type\":\"basic\",\"username\":\"a:b\",\"password\":\"c\"}",
		"{\"type\":\"header\",\"name\":\"a b\",\"secret\":\"x\"}",
		"{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"${secrets.gone}\"}",
		"{\"type\":\"signature\",\"scheme\":\"standard-webhooks\",\"secret\":\"whsec_\"}",
		"{\"type\":\"signature\",\"scheme\":\"nobody\",\"secret\":\"x\"}",
		"{\"type\":\"signature\",\"secret\":\"x\"}",
		"{\"type\":\"magic\"}",
		"7",
	};
	struct fixture *f = *state;
	char config[512];

	for (size_t i = 0; i < LEN(broken); i++) {
		size_t before = f->problems.len;

		snprintf(config, sizeof(config),
			 "{\"auth\":[%s,{\"type\":\"header\",\"name\":\"K\",\"secret\":\"x\"}]}",
			 broken[i]);
		make(f, config);
		assert_true(f->problems.len > before);
		assert_string_equal(check_with(f, "Authorization", "Bearer "),
				    "missing_credentials");
		assert_string_equal(check_with(f, "K", "x"), "accept");
		assert_json(&f->arena, &f->verdict.detail, "{\"auth\":\"header\",\"entry\":1}");
		snprintf(config, sizeof(config), "{\"auth\":[%s]}", broken[i]);
		make(f, config);
		assert_string_equal(check_with(f, "Authorization", "Bearer "), "not_configured");
	}
}

#define GITHUB_MAC "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3"

static void
test_any_entry_lets_in_and_the_closest_is_blamed(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"auth\":[{\"type\":\"bearer\",\"secret\":\"t\"},"
		"{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"old\"},"
		"{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"mysecret\"},"
		"{\"type\":\"signature\",\"scheme\":\"stripe\",\"secret\":\"x\"}]}");
	request_init(&f->request, "{\"foo\":\"bar\"}", 1700000000);
	assert_string_equal(check(f), "missing_credentials");
	assert_string_equal(check_with(f, "X-Hub-Signature-256", GITHUB_MAC), "accept");
	assert_json(&f->arena, &f->verdict.detail,
		    "{\"auth\":\"signature\",\"entry\":2,\"scheme\":\"github\"}");
	assert_string_equal(check_with(f, "Authorization", "Bearer t"), "accept");
	assert_string_equal(check_with(f, "Stripe-Signature", "t=1,v1=x"), "malformed_signature");
	assert_string_equal(
		check_with(
			f, "Stripe-Signature",
			"t=1,v1=00000000000000000000000000000000000000000000000000000000000000aa"),
		"stale_timestamp");
	f->request.facts.body = PAWL_STR("{\"foo\":\"baz\"}");
	assert_string_equal(check_with(f, "X-Hub-Signature-256", GITHUB_MAC), "bad_signature");
}

static void
test_generic_hmac_takes_the_entrys_parts(void **state)
{
	struct fixture *f = *state;
	/* printf '1700000000:{}' | openssl dgst -sha1 -hmac k -binary | base64 */
	static const char mac[] = "v="
				  "1McTAPFCYxQPcEGA1fPe3rQms48=";

	make(f,
	     "{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"k\",\"header\":"
	     "\"X-S\",\"algorithm\":\"hmac-sha1\",\"encoding\":\"base64\",\"prefix\":\"v=\","
	     "\"signed\":\"{ts}:{body}\",\"timestamp\":\"X-T\",\"tolerance\":\"10s\"}]}");
	assert_int_equal(f->problems.len, 0);
	request_add(&f->request, "X-T", "1700000000");
	assert_string_equal(check_with(f, "X-S", mac), "accept");
	f->request.facts.now_us += 10000000;
	assert_string_equal(check_with(f, "X-S", mac), "accept");
	f->request.facts.now_us += 1000000;
	assert_string_equal(check_with(f, "X-S", mac), "stale_timestamp");
	f->request.facts.now_us -= 22000000;
	assert_string_equal(check_with(f, "X-S", mac), "future_timestamp");
	assert_string_equal(check_with(f, "X-Signature", mac), "missing_header");
}

static void
sign(struct fixture *f, const char *preset, const char *secret)
{
	const struct pawl_scheme *scheme = pawl_scheme_preset(pawl_str_c(preset));
	struct pawl_request_facts *facts = &f->request.facts;
	const struct pawl_scheme_draft draft = {
		.id = PAWL_STR("id"), .at_us = facts->now_us, .body = facts->body};
	struct pawl_scheme_key key;
	const char *message;

	assert_true(pawl_scheme_key(scheme, pawl_str_c(secret), &f->arena, &key, &message));
	facts->n_headers = pawl_scheme_sign(scheme, &key, &draft, &f->arena, f->request.headers,
					    LEN(f->request.headers));
}

#define CHALLENGE "{\"type\":\"url_verification\",\"challenge\":\"abc\"}"

static void
test_a_handshake_comes_after_verification(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"preset\":\"slack\",\"auth\":[{\"type\":\"signature\",\"secret\":\"k\"}]}");
	request_init(&f->request, CHALLENGE, 1700000000);
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "missing_header");
	sign(f, "slack", "wrong");
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "bad_signature");
	sign(f, "slack", "k");
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "handshake");
	assert_int_equal(f->verdict.status, 200);
	assert_str(f->verdict.handshake.body, "abc");
	request_init(&f->request, "{\"event_id\":\"E1\",\"event\":{\"type\":\"message\"}}",
		     1700000000);
	sign(f, "slack", "k");
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "accept");
	assert_json(&f->arena, &f->verdict.detail,
		    "{\"auth\":\"signature\",\"entry\":0,\"scheme\":\"slack\",\"id\":\"E1\","
		    "\"event\":\"message\",\"timestamp\":\"1700000000\"}");
}

static void
test_the_preset_counts_without_a_signature(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"preset\":\"slack\"}");
	request_init(&f->request, CHALLENGE, 1700000000);
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "handshake");
}

static void
test_addresses(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"allow_ips\":[\"203.0.113.0/24\",\"2001:db8::/32\"]}");
	assert_string_equal(check(f), "accept");
	assert_true(pawl_ip_parse(PAWL_STR("203.0.114.1"), &f->request.facts.ip));
	assert_string_equal(check(f), "address_not_allowed");
	assert_int_equal(f->verdict.status, 403);
	assert_true(pawl_ip_parse(PAWL_STR("2001:db8::1"), &f->request.facts.ip));
	assert_string_equal(check(f), "accept");
	f->request.facts.ip = (struct pawl_ip){0};
	assert_string_equal(check(f), "address_not_allowed");
	make(f, "{\"allow_ips\":[\"nonsense\"]}");
	assert_true(pawl_ip_parse(PAWL_STR("203.0.113.1"), &f->request.facts.ip));
	assert_string_equal(check(f), "address_not_allowed");
	make(f, "{\"allow_ips\":[]}");
	assert_string_equal(check(f), "address_not_allowed");
}

static void
test_a_body_has_to_be_what_it_says(void **state)
{
	static const struct {
		const char *type, *body, *code;
	} cases[] = {
		{"application/json", "{}", "accept"},
		{"application/json", "{", "malformed_body"},
		{"application/json", "\xff", "malformed_body"},
		{"application/json", "", "accept"},
		{"application/cloudevents+json", "{} {}", "malformed_body"},
		{"text/plain", "{", "accept"},
		{"application/x-www-form-urlencoded", "%%%", "accept"},
		{"application/octet-stream", "\xff", "accept"},
	};
	struct fixture *f = *state;

	/* With a preset that looks into the body, and without. */
	for (int preset = 0; preset < 2; preset++) {
		make(f, preset ? "{\"preset\":\"slack\"}" : "{}");
		for (size_t i = 0; i < LEN(cases); i++) {
			const char *code;

			f->request.facts.body = pawl_str_c(cases[i].body);
			code = check_with(f, "content-type", cases[i].type);
			if (strcmp(code, cases[i].code) != 0)
				fail_msg("%s %s: %s", cases[i].type, cases[i].body, code);
			if (f->verdict.outcome == PAWL_WEBHOOK_REFUSE)
				assert_int_equal(f->verdict.status, 400);
		}
	}
	f->request.facts.body = PAWL_STR("{");
	assert_string_equal(check(f), "accept"); /* nothing was said about it */
}

/* {"a":1} */
#define GZIP_JSON "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xabVJT\xb2\x32\xac\x05\0\xaf\xac\x1bV\x07\0\0\0"

static void
test_compressed_bodies_are_decompressed_and_checked(void **state)
{
	struct fixture *f = *state;

	make(f, "{}");
	f->request.facts.body = PAWL_STR(GZIP_JSON);
	request_add(&f->request, "Content-Type", "application/json");
	assert_string_equal(check(f), "malformed_body");
	assert_string_equal(check_with(f, "Content-Encoding", "identity"), "malformed_body");
	assert_string_equal(check_with(f, "Content-Encoding", ""), "malformed_body");
	assert_string_equal(check_with(f, "Content-Encoding", "GZip"), "accept");
	assert_string_equal(check_with(f, "Content-Encoding", "identity, gzip"), "accept");
	assert_string_equal(check_with(f, "Content-Encoding", "br"), "malformed_body");
	assert_int_equal(f->verdict.status, 400);
	assert_string_equal(check_with(f, "Content-Encoding", "zstd"), "unsupported_encoding");
	assert_int_equal(f->verdict.status, 415);
	f->request.facts.body.len--;
	assert_string_equal(check_with(f, "Content-Encoding", "gzip"), "malformed_body");
	f->request.facts.body.len++;
	make(f, "{\"max_body\":\"6B\"}");
	assert_string_equal(check_with(f, "Content-Encoding", "gzip"), "body_too_large");
	assert_int_equal(f->verdict.status, 413);
	make(f, "{\"max_body\":\"7B\"}");
	assert_string_equal(check_with(f, "Content-Encoding", "gzip"), "accept");
	f->request.facts.max_body = 6;
	assert_string_equal(check_with(f, "Content-Encoding", "gzip"), "body_too_large");
	/* Strangers do not learn it. */
	make(f, "{\"auth\":[{\"type\":\"bearer\",\"secret\":\"t\"}]}");
	assert_string_equal(check_with(f, "Content-Encoding", "zstd"), "missing_credentials");
}

static void
test_forms_with_files_are_checked(void **state)
{
	struct fixture *f = *state;
	const char *type = "multipart/form-data; boundary=x";

	make(f, "{}");
	f->request.facts.body =
		PAWL_STR("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
			 "--x--");
	assert_string_equal(check_with(f, "Content-Type", type), "accept");
	assert_string_equal(check_with(f, "Content-Type", "multipart/form-data"), "malformed_body");
	assert_string_equal(f->verdict.refusal.message, "the form: Content-Type has no boundary");
	assert_string_equal(check_with(f, "Content-Type", "multipart/mixed"), "accept");
	f->request.facts.body = PAWL_STR("--x\r\n\r\n1\r\n--x--");
	assert_string_equal(check_with(f, "Content-Type", type), "malformed_body");
	assert_string_equal(f->verdict.refusal.message,
			    "the form's part 1: it has no Content-Disposition");
}

static void
test_methods_and_size(void **state)
{
	struct fixture *f = *state;

	make(f, "{}");
	assert_true(pawl_webhook_has_method(f->webhook, PAWL_HTTP_POST));
	assert_false(pawl_webhook_has_method(f->webhook, PAWL_HTTP_GET));
	assert_false(pawl_webhook_has_method(f->webhook, PAWL_HTTP_OTHER));
	assert_string_equal(pawl_webhook_allow(f->webhook), "POST");
	assert_int_equal(pawl_webhook_max_body(f->webhook), 1 << 20);
	make(f, "{\"methods\":[\"PUT\",\"GET\",\"PUT\"],\"max_body\":\"64KiB\"}");
	assert_string_equal(pawl_webhook_allow(f->webhook), "GET, PUT");
	assert_int_equal(pawl_webhook_max_body(f->webhook), 65536);
}

static void
test_answers(void **state)
{
	const struct pawl_webhook_respond *respond;
	struct fixture *f = *state;

	make(f, "{}");
	respond = pawl_webhook_respond(f->webhook);
	assert_int_equal(respond->status, 202);
	assert_null(respond->body.ptr);
	make(f, "{\"respond\":{\"status\":200,\"headers\":{\"X-A\":\"b\",\"content-type\":\"a/b\"},"
		"\"body\":\"ok\"}}");
	respond = pawl_webhook_respond(f->webhook);
	assert_int_equal(respond->status, 200);
	assert_int_equal(respond->n_headers, 1);
	assert_str(respond->headers[0].name, "X-A");
	assert_str(respond->content_type, "a/b");
	assert_str(respond->body, "ok");
	make(f, "{\"respond\":{\"body\":{ \"a\": [1.0] }}}");
	respond = pawl_webhook_respond(f->webhook);
	assert_str(respond->content_type, "application/json");
	assert_str(respond->body, "{\"a\":[1.0]}");
	make(f, "{\"respond\":{\"body\":\"\"}}");
	respond = pawl_webhook_respond(f->webhook);
	assert_non_null(respond->body.ptr);
	assert_int_equal(respond->body.len, 0);
	make(f, "{\"respond\":{\"status\":204}}");
	respond = pawl_webhook_respond(f->webhook);
	assert_int_equal(respond->status, 204);
	assert_non_null(respond->body.ptr);
	assert_int_equal(respond->body.len, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_without_auth_everybody_is_let_in),
		TEST(test_an_empty_list_lets_nobody_in),
		TEST(test_header_token),
		TEST(test_basic),
		TEST(test_bearer),
		TEST(test_a_missing_secret_closes_its_entry_only),
		TEST(test_any_entry_lets_in_and_the_closest_is_blamed),
		TEST(test_generic_hmac_takes_the_entrys_parts),
		TEST(test_a_handshake_comes_after_verification),
		TEST(test_the_preset_counts_without_a_signature),
		TEST(test_addresses),
		TEST(test_a_body_has_to_be_what_it_says),
		TEST(test_compressed_bodies_are_decompressed_and_checked),
		TEST(test_forms_with_files_are_checked),
		TEST(test_methods_and_size),
		TEST(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
