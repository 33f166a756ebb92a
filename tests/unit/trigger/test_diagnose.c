/* Every mistake is planted in a request that was signed right, and has to be named. */
#include "trigger_testing.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <zlib.h>

#include "base/codec.h"
#include "trigger/auth/diagnose.h"
#include "trigger/auth/mac.h"

#define AT_S   1700000000
#define SECRET "s3cret-of-the-sender"
#define WHSEC  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define JSON                                                                                       \
	"{\"name\":\"Zo\xc3\xab\",\"url\":\"https://a/"                                            \
	"b\",\"n\":[1,2.50],\"a\":{\"z\":true,\"b\":null}}"

struct fixture {
	struct pawl_arena arena;
	struct test_request request;
	const struct pawl_scheme *scheme;
	const char *secret; /* configured */
	struct pawl_diagnosis_secret others[2];
	size_t n_others;
	struct pawl_diagnosis found;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_arena_init(&f->arena, 0);
	pawl_schemes_init();
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pawl_arena_fini(&f->arena);
	pawl_schemes_fini();
	free(f);
	return 0;
}

/* A request as the sender makes it who signs `signed_body` with the key that `secret` is there. */
static void
sign_at(struct fixture *f, const char *scheme, const char *secret, struct pawl_str signed_body,
	int64_t at_us)
{
	struct pawl_scheme_draft draft = {.id = PAWL_STR("msg_1"),
					  .url = PAWL_STR("https://pawl.example/hook/x?a=1"),
					  .body = signed_body,
					  .at_us = at_us};
	struct pawl_scheme_key key;
	const char *message;

	f->scheme = pawl_scheme_preset(pawl_str_c(scheme));
	assert_non_null(f->scheme);
	request_init(&f->request, "", AT_S);
	f->request.facts.public_url = PAWL_STR("https://pawl.example");
	f->request.facts.target = PAWL_STR("/hook/x?a=1");
	f->request.facts.query = PAWL_STR("a=1");
	f->request.facts.body = signed_body;
	assert_true(
		pawl_scheme_signing_key(f->scheme, pawl_str_c(secret), &f->arena, &key, &message));
	f->request.facts.n_headers = pawl_scheme_sign(f->scheme, &key, &draft, &f->arena,
						      f->request.headers, LEN(f->request.headers));
	assert_true(f->request.facts.n_headers > 0);
	pawl_scheme_key_fini(&key);
	f->secret = secret;
	f->n_others = 0;
}

static void
sign(struct fixture *f, const char *scheme, const char *secret, const char *signed_body)
{
	sign_at(f, scheme, secret, pawl_str_c(signed_body), AT_S * 1000000LL);
}

static void
diagnose(struct fixture *f)
{
	pawl_diagnose(&(struct pawl_diagnosis_input){.scheme = f->scheme,
						     .secret = pawl_str_c(f->secret),
						     .others = f->others,
						     .n_others = f->n_others,
						     .facts = &f->request.facts},
		      &f->arena, &f->found);
}

/* It is refused, the mistake has that code, and the sentence holds `part` and no secret. */
static void
expect(struct fixture *f, const char *code, const char *part)
{
	struct pawl_refusal refusal = {0};
	struct pawl_scheme_key key = {0};
	const char *message;

	if (pawl_scheme_key(f->scheme, pawl_str_c(f->secret), &f->arena, &key, &message))
		assert_false(pawl_scheme_verify(f->scheme, &key, 1, &f->request.facts, &f->arena,
						&refusal));
	pawl_scheme_key_fini(&key);
	diagnose(f);
	if (!f->found.code || strcmp(f->found.code, code) != 0)
		fail_msg("%s instead of %s: %s", f->found.code ? f->found.code : "nothing", code,
			 f->found.message);
	if (!strstr(f->found.message, part))
		fail_msg("\"%s\" is not in: %s", part, f->found.message);
	assert_null(strstr(f->found.message, "s3cret"));
}

static struct pawl_http_header *
find_header(struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->request.facts.n_headers; i++) {
		if (pawl_str_eq_nocase(f->request.headers[i].name, pawl_str_c(name)))
			return &f->request.headers[i];
	}
	fail_msg("no header %s", name);
	return NULL;
}

static struct pawl_str *
header_value(struct fixture *f, const char *name)
{
	return &find_header(f, name)->value;
}

static void
received(struct fixture *f, const char *body)
{
	f->request.facts.body = pawl_str_c(body);
}

/* ---- the body --------------------------------------------------------------------- */

static void
test_line_breaks(void **state)
{
	struct fixture *f = *state;

	sign(f, "github", SECRET, "{}");
	received(f, "{}\n");
	expect(f, "body_newline_added", "line break");
	received(f, "{}\r\n");
	expect(f, "body_newline_added", "line break");
	sign(f, "github", SECRET, "{}\n");
	received(f, "{}");
	expect(f, "body_newline_removed", "trim");
	sign(f, "github", SECRET, "{}\r\n");
	received(f, "{}");
	expect(f, "body_newline_removed", "trim");
	sign(f, "github", SECRET, "{\n}");
	received(f, "{\r\n}");
	expect(f, "body_line_ends", "arrived as CR LF");
	sign(f, "github", SECRET, "{\r\n}");
	received(f, "{\n}");
	expect(f, "body_line_ends", "arrived as LF");
	sign(f, "github", SECRET, "text");
	received(f, "  text\n ");
	expect(f, "body_blanks_added", "blanks");
}

static void
test_json_that_was_written_anew(void **state)
{
	static const struct {
		const char *signed_body, *part;
	} cases[] = {
		{"{\"name\": \"Zo\\u00eb\", \"url\": \"https://a/b\", \"n\": [1, 2.50], \"a\": "
		 "{\"z\": true, \"b\": null}}",
		 "Python"},
		{"{\"name\": \"Zo\xc3\xab\", \"url\": \"https://a/b\", \"n\": [1, 2.50], \"a\": "
		 "{\"z\": true, \"b\": null}}",
		 "commas and colons"},
		{"{\"name\":\"Zo\\u00eb\",\"url\":\"https://a/b\",\"n\":[1,2.50],\"a\":{\"z\":true,"
		 "\"b\":null}}",
		 "\\u escapes"},
		{"{\n  \"name\": \"Zo\xc3\xab\",\n  \"url\": \"https://a/b\",\n  \"n\": [\n    "
		 "1,\n "
		 "   2.50\n  ],\n  \"a\": {\n    \"z\": true,\n    \"b\": null\n  }\n}",
		 "indented by two"},
		{"{\"a\":{\"b\":null,\"z\":true},\"n\":[1,2.50],\"name\":\"Zo\xc3\xab\",\"url\":"
		 "\"https://a/b\"}",
		 "sorted members"},
		{"{\"a\": {\"b\": null, \"z\": true}, \"n\": [1, 2.50], \"name\": \"Zo\\u00eb\", "
		 "\"url\": \"https://a/b\"}",
		 "sort_keys"},
		{"{\"name\":\"Zo\\u00eb\",\"url\":\"https:\\/\\/a\\/"
		 "b\",\"n\":[1,2.50],\"a\":{\"z\":true,\"b\":null}}",
		 "PHP"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		sign(f, "github", SECRET, cases[i].signed_body);
		received(f, JSON);
		expect(f, "body_reserialised", cases[i].part);
	}
	/* And the other way: compact when signed, pretty when it arrives. */
	sign(f, "github", SECRET, JSON);
	received(f, cases[3].signed_body);
	expect(f, "body_reserialised", "JSON.stringify");
	sign(f, "github", SECRET, "{\"a\":\"\\u003cb\\u003e\"}\n");
	received(f, "{\"a\": \"<b>\"}");
	expect(f, "body_reserialised", "Go");
}

static struct pawl_str
gzip(struct fixture *f, const char *text)
{
	unsigned char *out = pawl_arena_alloc(&f->arena, 1024);
	z_stream z = {.next_in = (Bytef *)(uintptr_t)text,
		      .avail_in = (uInt)strlen(text),
		      .next_out = out,
		      .avail_out = 1024};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return pawl_str((const char *)out, z.total_out);
}

static void
test_body_that_is_not_what_was_signed(void **state)
{
	struct fixture *f = *state;

	sign(f, "github", SECRET, "{\"a\":1}");
	f->request.facts.body = gzip(f, "{\"a\":1}");
	request_add(&f->request, "Content-Encoding", "gzip");
	expect(f, "body_compressed_after_signing", "compressed");
	sign(f, "github", SECRET, "a=x y&b=z");
	received(f, "a=x+y&b=z");
	expect(f, "body_form_decoded", "percent-encoded");
	sign(f, "github", SECRET, "a=x y&b=z");
	received(f, "a=x%20y&b=z");
	expect(f, "body_form_decoded", "percent-encoded");
	sign(f, "github", SECRET, "");
	received(f, "{}");
	expect(f, "body_signed_empty", "empty body");
}

/* ---- the secret -------------------------------------------------------------------- */

static void
test_secret_that_is_written_another_way(void **state)
{
	static const struct {
		const char *sender, *configured, *code, *part;
	} cases[] = {
		{SECRET, SECRET "\n", "secret_blanks", "configured"},
		{SECRET, " " SECRET, "secret_blanks", "configured"},
		{SECRET, "\"" SECRET "\"", "secret_quotes", "configured"},
		{"\"" SECRET "\"", SECRET, "secret_quotes", "sender's"},
		{SECRET "\n", SECRET, "secret_newline", "trim it there"},
		{"Jefe", "SmVmZQ==", "secret_decoded_base64", "base64"},
		{"Jefe", "SmVmZQ", "secret_decoded_base64", "base64"},
		{"Jefe", "4a656665", "secret_decoded_hex", "hex"},
		{"Jefe", "whsec_SmVmZQ==", "secret_decoded_base64", "base64"},
		{"SmVmZQ==", "whsec_SmVmZQ==", "secret_not_decoded", "prefix"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		sign(f, "stripe", cases[i].sender, JSON);
		f->secret = cases[i].configured;
		expect(f, cases[i].code, cases[i].part);
	}
}

/* Standard Webhooks decodes base64 after whsec_; these senders do not. */
static void
test_secret_that_is_not_decoded(void **state)
{
	static const char *const texts[] = {WHSEC, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
	struct fixture *f = *state;
	struct pawl_buf as_base64;

	for (size_t i = 0; i < LEN(texts); i++) {
		pawl_buf_init(&as_base64, 256);
		pawl_base64_encode(&as_base64, pawl_str_c(texts[i]), PAWL_BASE64_STD);
		sign(f, "standard-webhooks", pawl_arena_dup_c(&f->arena, pawl_buf_peek(&as_base64)),
		     JSON);
		f->secret = WHSEC;
		expect(f, "secret_not_decoded", "as it is");
		pawl_buf_fini(&as_base64);
	}
}

static void
test_another_secret(void **state)
{
	struct fixture *f = *state;

	sign(f, "github", "the old one", JSON);
	f->secret = SECRET;
	f->others[0] =
		(struct pawl_diagnosis_secret){PAWL_STR("nothing"), PAWL_STR("${secrets.a}")};
	f->others[1] =
		(struct pawl_diagnosis_secret){PAWL_STR("the old one"), PAWL_STR("${secrets.b}")};
	f->n_others = 2;
	expect(f, "other_secret", "${secrets.b}");
	f->n_others = 1;
	diagnose(f);
	assert_null(f->found.code);
	assert_non_null(strstr(f->found.message, "no known mistake"));
}

/* ---- header, scheme, time, URL ---------------------------------------------------------- */

static void
test_signature_that_is_written_another_way(void **state)
{
	struct fixture *f = *state;
	unsigned char mac[32];
	struct pawl_str *value;
	struct pawl_buf text;
	char *upper;

	sign(f, "github", SECRET, JSON);
	value = header_value(f, "X-Hub-Signature-256");
	upper = pawl_arena_dup_c(&f->arena, *value);
	for (size_t i = sizeof("sha256=") - 1; upper[i]; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	assert_true(pawl_hex_decode(pawl_str_sub(*value, 7, value->len), mac));
	*value = pawl_str_sub(*value, 7, value->len);
	expect(f, "signature_prefix_missing", "\"sha256=\" is missing");
	*value = pawl_arena_printf(&f->arena, "v1=%.*s", PAWL_STR_ARG(*value));
	expect(f, "signature_prefix_other", "\"v1=\"");
	*value = pawl_str_c(upper);
	expect(f, "signature_upper_case", "upper-case hex");
	pawl_buf_init(&text, 256);
	pawl_buf_append_c(&text, "sha256=");
	pawl_base64_encode(&text, pawl_str((const char *)mac, 32), PAWL_BASE64_STD);
	*value = pawl_buf_peek(&text);
	expect(f, "signature_in_base64", "wants lower-case hex");
	pawl_buf_fini(&text);
}

static void
test_base64_that_is_written_another_way(void **state)
{
	struct fixture *f = *state;
	struct pawl_str *value, bytes, kept;
	char hex[64];
	char *url;

	sign(f, "shopify", SECRET, JSON);
	value = header_value(f, "X-Shopify-Hmac-SHA256");
	kept = *value;
	assert_true(pawl_base64_decode(&f->arena, kept, PAWL_BASE64_STD, &bytes));
	pawl_hex_encode(bytes.ptr, 32, hex);
	*value = pawl_str(hex, sizeof(hex));
	expect(f, "signature_in_hex", "wants base64");
	*value = pawl_str_sub(kept, 0, kept.len - 1);
	expect(f, "signature_padding", "padding");
	url = pawl_arena_dup_c(&f->arena, pawl_str_sub(kept, 0, kept.len - 1));
	for (size_t i = 0; url[i]; i++)
		url[i] = (char)(url[i] == '+' ? '-' : url[i] == '/' ? '_' : url[i]);
	if (strpbrk(url, "-_")) {
		*value = pawl_str_c(url);
		expect(f, "signature_in_base64url", "base64url");
	}
}

static void
test_header_of_another_name(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_header *header;

	sign(f, "github", SECRET, JSON);
	header = find_header(f, "X-Hub-Signature-256");
	header->name = PAWL_STR("X-Signature");
	expect(f, "signature_header_other", "X-Signature");
	header->value = pawl_str_sub(header->value, 7, header->value.len);
	expect(f, "signature_header_other", "X-Hub-Signature-256");
}

static void
test_another_scheme_or_hash(void **state)
{
	struct fixture *f = *state;
	struct pawl_str body = PAWL_STR(JSON);
	unsigned char mac[PAWL_MAC_MAX];
	char hex[40];

	sign(f, "stripe", SECRET, JSON);
	f->scheme = pawl_scheme_preset(PAWL_STR("github"));
	expect(f, "other_scheme", "\"stripe\"");
	sign(f, "github", SECRET, JSON);
	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA1, PAWL_STR(SECRET), &body, 1, mac));
	pawl_hex_encode(mac, 20, hex);
	*find_header(f, "X-Hub-Signature-256") = (struct pawl_http_header){
		PAWL_STR("X-Hub-Signature"), pawl_arena_printf(&f->arena, "sha1=%.40s", hex)};
	expect(f, "other_algorithm", "SHA-1");
}

static void
test_only_the_body_is_signed(void **state)
{
	struct fixture *f = *state;
	struct pawl_str *value, text;

	sign(f, "github", SECRET, JSON);
	text = *header_value(f, "X-Hub-Signature-256");
	text = pawl_str_sub(text, 7, text.len);
	sign(f, "slack", SECRET, JSON);
	value = header_value(f, "X-Slack-Signature");
	*value = pawl_arena_printf(&f->arena, "v0=%.*s", PAWL_STR_ARG(text));
	expect(f, "body_alone_signed", "only the body");
}

static void
test_clocks(void **state)
{
	struct fixture *f = *state;

	sign_at(f, "slack", SECRET, PAWL_STR(JSON), (AT_S - 1200) * 1000000LL);
	expect(f, "clock_behind", "1200 s old");
	sign_at(f, "slack", SECRET, PAWL_STR(JSON), (AT_S + 1200) * 1000000LL);
	expect(f, "clock_ahead", "1200 s ahead");
	sign_at(f, "slack", SECRET, PAWL_STR(JSON), AT_S * 1000000000LL);
	expect(f, "timestamp_in_milliseconds", "divide");
	/* Not this mistake: a wrong secret with an old time is no matter of clocks. */
	sign_at(f, "slack", "another", PAWL_STR(JSON), (AT_S - 1200) * 1000000LL);
	f->secret = SECRET;
	diagnose(f);
	assert_null(f->found.code);
}

static void
test_urls(void **state)
{
	static const struct {
		const char *base, *target, *code;
	} cases[] = {
		{"http://pawl.example", "/hook/x?a=1", "url_scheme"},
		{"http://10.0.0.1:8080", "/hook/x?a=1", "url_host"},
		{"https://pawl.example", "/hook/x/?a=1", "url_slash"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		sign(f, "twilio", SECRET, "a=1");
		request_add(&f->request, "Content-Type", "application/x-www-form-urlencoded");
		request_add(&f->request, "Host", "pawl.example");
		f->request.facts.public_url = pawl_str_c(cases[i].base);
		f->request.facts.target = pawl_str_c(cases[i].target);
		expect(f, cases[i].code, "--public-url");
	}
}

static void
test_what_fits_now(void **state)
{
	struct fixture *f = *state;

	sign(f, "github", SECRET, JSON);
	diagnose(f);
	assert_string_equal(f->found.code, "fits_now");
}

static void
test_work_is_bounded(void **state)
{
	struct fixture *f = *state;
	char *body = calloc(1, PAWL_DIAGNOSE_BODY_MAX + 1);
	size_t work = 10000;

	sign(f, "github", SECRET, JSON);
	f->request.facts.body = pawl_str(body, PAWL_DIAGNOSE_BODY_MAX + 1);
	diagnose(f);
	assert_null(f->found.code);
	assert_non_null(strstr(f->found.message, "1 MiB"));
	/* Several share what may be done; without any left nothing is found, and that is told. */
	sign(f, "github", SECRET, "{}");
	received(f, "{}\n");
	pawl_diagnose(&(struct pawl_diagnosis_input){.scheme = f->scheme,
						     .secret = PAWL_STR(SECRET),
						     .facts = &f->request.facts,
						     .work = &work},
		      &f->arena, &f->found);
	assert_null(f->found.code);
	assert_non_null(strstr(f->found.message, "too much to try"));
	assert_true(work < 4096);
	free(body);
}

/* Where the secret is empty or no key at all, nothing is made up. */
static void
test_secret_of_no_form(void **state)
{
	struct fixture *f = *state;

	sign(f, "standard-webhooks", WHSEC, JSON);
	f->secret = "no base64!";
	diagnose(f);
	assert_null(f->found.code);
	f->secret = "";
	diagnose(f);
	assert_null(f->found.code);
}

/* ---- credentials ---------------------------------------------------------------------- */

static void
test_credentials(void **state)
{
	static const struct {
		int kind;
		const char *expected, *name, *value, *code;
	} cases[] = {
		{PAWL_CREDENTIAL_HEADER, "token", "X-Key", "Bearer token", "bearer_added"},
		{PAWL_CREDENTIAL_HEADER, "token", "X-Other", "token", "credential_header_other"},
		{PAWL_CREDENTIAL_HEADER, "token\n", "X-Key", "token", "secret_blanks"},
		{PAWL_CREDENTIAL_HEADER, "token", "X-Key", "\"token\"", "secret_quotes"},
		{PAWL_CREDENTIAL_HEADER, "token", "X-Key", "old", "other_secret"},
		{PAWL_CREDENTIAL_HEADER, "token", "X-Key", "token", "fits_now"},
		{PAWL_CREDENTIAL_HEADER, "token", "X-Key", "else", NULL},
		{PAWL_CREDENTIAL_HEADER, "token", "X-None", "else", "credential_absent"},
		{PAWL_CREDENTIAL_BEARER, "token", "Authorization", "token", "bearer_missing"},
		{PAWL_CREDENTIAL_BEARER, "token", "Authorization", "Basic dTpw",
		 "credential_absent"},
		{PAWL_CREDENTIAL_BASIC, "u:q", "Authorization", "Basic dTpw", "password_other"},
		{PAWL_CREDENTIAL_BASIC, "v:p", "Authorization", "Basic dTpw", NULL},
	};
	const struct pawl_diagnosis_secret old = {PAWL_STR("old"), PAWL_STR("${secrets.old}")};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_credential_input in = {.kind = cases[i].kind,
						   .header = cases[i].kind == PAWL_CREDENTIAL_HEADER
								     ? PAWL_STR("X-Key")
								     : PAWL_STR("Authorization"),
						   .expected = pawl_str_c(cases[i].expected),
						   .others = &old,
						   .n_others = 1,
						   .facts = &f->request.facts};

		request_init(&f->request, "", AT_S);
		request_add(&f->request, cases[i].name, cases[i].value);
		pawl_diagnose_credential(&in, &f->arena, &f->found);
		if (cases[i].code ? !f->found.code || strcmp(f->found.code, cases[i].code) != 0
				  : f->found.code != NULL)
			fail_msg("case %zu: %s", i, f->found.code ? f->found.code : "nothing");
		assert_non_null(f->found.message);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_line_breaks),
		TEST(test_json_that_was_written_anew),
		TEST(test_body_that_is_not_what_was_signed),
		TEST(test_secret_that_is_written_another_way),
		TEST(test_secret_that_is_not_decoded),
		TEST(test_another_secret),
		TEST(test_signature_that_is_written_another_way),
		TEST(test_base64_that_is_written_another_way),
		TEST(test_header_of_another_name),
		TEST(test_another_scheme_or_hash),
		TEST(test_only_the_body_is_signed),
		TEST(test_clocks),
		TEST(test_urls),
		TEST(test_what_fits_now),
		TEST(test_work_is_bounded),
		TEST(test_secret_of_no_form),
		TEST(test_credentials),
	};

	assert_true(sodium_init() >= 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
