/* Every preset against its own vectors, and each vector's negative twins. */
#include "trigger_testing.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>

#include "key_vectors.h"
#include "trigger/auth/keyset.h"
#include "trigger/auth/pubkey.h"

#define OTHER_ED25519 "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
#define FIXED_NOW_US  1900000000000000LL /* the vectors' certificates are in date then */

struct fixture {
	struct pawl_arena arena;
	struct pawl_scheme *scheme;
	struct pawl_json document;
	const struct pawl_json *vector;
	struct test_request request;
	struct pawl_scheme_key key;
	struct pawl_remote remote;
	struct pawl_keyset *certificate;
	size_t signature; /* index of its header; SIZE_MAX: it stands elsewhere */
	bool by_public;   /* the vector is signed the scheme's second way */
};

/* ---- reading ------------------------------------------------------------------------ */

static struct pawl_str
read_preset(struct pawl_arena *arena, const char *name)
{
	char path[512], *text = pawl_arena_alloc(arena, 65536);
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", PRESETS_DIR, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(text, 1, 65536, f);
	fclose(f);
	assert_true(len < 65536);
	return pawl_str(text, len);
}

static void
load_preset(struct fixture *f, const char *file)
{
	struct pawl_problems problems = {0};

	pawl_arena_init(&f->arena, 0);
	assert_int_equal(
		pawl_json_parse(&f->arena, read_preset(&f->arena, file), &f->document, NULL),
		PAWL_OK);
	f->scheme = pawl_scheme_new(&f->document, &problems);
	if (!f->scheme)
		fail_msg("%s: %s: %s", file, problems.items[0].where, problems.items[0].message);
	pawl_problems_fini(&problems);
}

static const struct pawl_json *
member(const struct fixture *f, const char *pointer)
{
	return pawl_json_pointer(&f->document, pawl_str_c(pointer));
}

static bool
is_algorithm(const struct fixture *f, const char *name)
{
	return pawl_str_eq_c(pawl_json_get_str(&f->document, "algorithm", PAWL_STR("")), name);
}

static bool
is_one_of(const struct pawl_json *names, struct pawl_str name)
{
	if (pawl_json_is(names, PAWL_JSON_STRING))
		return pawl_str_eq_nocase(name, pawl_json_str(names));
	for (uint32_t i = 0; names && i < names->len; i++) {
		if (pawl_str_eq_nocase(name, pawl_json_str(&names->items[i])))
			return true;
	}
	return false;
}

static bool
is_signature_header(const struct fixture *f, struct pawl_str name)
{
	if (is_algorithm(f, "token"))
		return pawl_str_eq_c(name, "Authorization") ||
		       is_one_of(member(f, "/token/header"), name);
	if (member(f, "/format/rfc9421"))
		return pawl_str_eq_c(name, "Signature");
	return is_one_of(member(f, "/header"), name);
}

/* The certificate of the vector, whatever its URL. */
static enum pawl_remote_state
find_certificate(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	struct fixture *f = ctx;

	assert_int_equal(want->kind, PAWL_REMOTE_CERTIFICATE);
	*out = pawl_keyset_ref(f->certificate);
	return PAWL_REMOTE_HAVE;
}

static void
load_certificate(struct fixture *f)
{
	struct pawl_str pem = pawl_json_get_str(f->vector, "certificate", PAWL_STR(""));
	const char *message = NULL;

	f->remote = (struct pawl_remote){.find = find_certificate, .ctx = f};
	f->request.facts.remote = &f->remote;
	if (pem.len == 0)
		return;
	f->certificate = pawl_keyset_from_certificate(pem, FIXED_NOW_US, &message);
	if (!f->certificate)
		fail_msg("%s: %s", pawl_scheme_name(f->scheme), message);
}

static void
load_url(struct fixture *f)
{
	struct pawl_str url =
		pawl_json_get_str(f->vector, "url", PAWL_STR("https://hooks.example/hook/x"));
	size_t host = pawl_str_find(url, PAWL_STR("://")) + 3;
	size_t path = host + pawl_str_find_char(pawl_str_sub(url, host, url.len), '/');
	size_t query = pawl_str_find_char(url, '?');

	f->request.facts.public_url = pawl_str_sub(url, 0, path);
	f->request.facts.target = pawl_str_sub(url, path, url.len);
	if (query != SIZE_MAX)
		f->request.facts.query = pawl_str_sub(url, query + 1, url.len);
}

static void
load_vector(struct fixture *f)
{
	const struct pawl_json *headers = pawl_json_get_c(f->vector, "headers");
	struct pawl_str secret = pawl_json_get_str(f->vector, "secret", PAWL_STR(""));
	const char *message;
	double at = 1700000000;

	pawl_json_to_double(pawl_json_get_c(f->vector, "at"), &at);
	request_init(&f->request, "", 0);
	f->request.facts.now_us = (int64_t)(at * 1000 + 0.5) * 1000;
	f->request.facts.body = pawl_json_str(pawl_json_get_c(f->vector, "body"));
	f->signature = SIZE_MAX;
	for (uint32_t i = 0; i < headers->len; i++) {
		if (is_signature_header(f, headers->members[i].key))
			f->signature = i;
		request_add(&f->request, pawl_arena_dup_c(&f->arena, headers->members[i].key),
			    pawl_arena_dup_c(&f->arena, pawl_json_str(&headers->members[i].value)));
	}
	load_url(f);
	load_certificate(f);
	if (!pawl_scheme_key(f->scheme, secret, &f->arena, &f->key, &message))
		fail_msg("%s: %s", pawl_scheme_name(f->scheme), message);
	f->by_public = member(f, "/public") && f->key.public;
}

/* ---- trying --------------------------------------------------------------------------- */

/* code NULL: it has to be accepted; "": refused, for whatever reason. */
static void
expect(struct fixture *f, const char *what, const char *code)
{
	struct pawl_refusal refusal = {0};
	bool ok = pawl_scheme_verify(f->scheme, &f->key, 1, &f->request.facts, &f->arena, &refusal);

	if (!code && !ok)
		fail_msg("%s: %s: refused: %s (%s)", pawl_scheme_name(f->scheme), what,
			 refusal.code, refusal.message);
	if (code && (ok || (code[0] && strcmp(refusal.code, code) != 0)))
		fail_msg("%s: %s: %s instead of %s", pawl_scheme_name(f->scheme), what,
			 ok ? "accepted" : refusal.code, code);
	assert_true(ok == !refusal.code);
}

/* Verifies with another value in the signature header. */
static void
expect_with(struct fixture *f, const char *what, struct pawl_str value, const char *code)
{
	struct pawl_str *slot = &f->request.headers[f->signature].value;
	struct pawl_str kept = *slot;

	*slot = value;
	expect(f, what, code);
	*slot = kept;
}

/* Where the signature itself stands in its header's value. */
static void
locate(const struct fixture *f, struct pawl_str value, size_t *from, size_t *to)
{
	struct pawl_str item = pawl_json_str(member(f, "/format/list/item_prefix"));
	struct pawl_str pair = pawl_json_str(member(f, "/format/pairs/signature"));
	struct pawl_str prefix = pawl_json_str(member(f, "/format/prefix"));
	size_t end;

	*from = prefix.len;
	*to = value.len;
	if (f->by_public)
		item = pawl_json_str(member(f, "/public/item_prefix"));
	if (item.len > 0)
		*from = pawl_str_find(value, item) + item.len;
	if (pair.len > 0)
		*from = pawl_str_find(value, pair) + pair.len + 1;
	if (member(f, "/format/rfc9421")) {
		*from = pawl_str_find_char(value, ':') + 1;
		*to = value.len - 1;
	} else if (is_algorithm(f, "jws")) {
		*from = value.len - 43; /* an HMAC-SHA256 in base64url */
	} else if (is_algorithm(f, "token")) {
		*from = pawl_str_find_char(value, ' ') + 1; /* SIZE_MAX + 1 is 0 */
	}
	end = item.len + pair.len > 0
		      ? pawl_str_find_char(pawl_str_sub(value, *from, value.len), ',')
		      : SIZE_MAX;
	if (item.len + pair.len > 0 && end == SIZE_MAX)
		end = pawl_str_find_char(pawl_str_sub(value, *from, value.len), ';');
	if (item.len + pair.len > 0 && end == SIZE_MAX)
		end = pawl_str_find_char(pawl_str_sub(value, *from, value.len), ' ');
	if (end != SIZE_MAX)
		*to = *from + end;
}

static struct pawl_str
replace(struct fixture *f, struct pawl_str value, size_t from, size_t to, struct pawl_str with)
{
	return pawl_arena_printf(&f->arena, "%.*s%.*s%.*s", (int)from, value.ptr,
				 PAWL_STR_ARG(with), (int)(value.len - to), value.ptr + to);
}

static void
try_values(struct fixture *f)
{
	struct pawl_str value = f->request.headers[f->signature].value, text;
	size_t from, to, last;
	char *upper, *changed;

	locate(f, value, &from, &to);
	text = pawl_str_sub(value, from, to);
	upper = pawl_arena_dup_c(&f->arena, text);
	changed = pawl_arena_dup_c(&f->arena, text);
	for (size_t i = 0; i < text.len; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	last = text.len / 2;
	changed[last] = changed[last] == '0' ? '1' : '0';
	expect_with(f, "upper case", replace(f, value, from, to, pawl_str(upper, text.len)), "");
	expect_with(f, "one character changed",
		    replace(f, value, from, to, pawl_str(changed, text.len)), "");
	expect_with(f, "one character short", replace(f, value, to - 1, to, PAWL_STR("")), "");
	expect_with(f, "one character long", replace(f, value, to, to, PAWL_STR("0")), "");
	expect_with(f, "a signature that is empty", replace(f, value, from, to, PAWL_STR("")), "");
	expect_with(f, "only its end", pawl_str_sub(text, text.len - 3, text.len), "");
	expect_with(f, "an empty header", PAWL_STR(""), "");
	for (last = text.len; last > 0 && text.ptr[last - 1] == '='; last--)
		;
	if (last < text.len)
		expect_with(f, "without padding", replace(f, value, from + last, to, PAWL_STR("")),
			    "");
}

/* What can be said exactly where the signature is a MAC of the body. */
static void
try_shapes(struct fixture *f)
{
	struct pawl_str value = f->request.headers[f->signature].value;
	bool is_hex =
		pawl_str_eq_c(pawl_json_get_str(&f->document, "encoding", PAWL_STR("")), "hex");
	size_t from, to;
	char *upper;

	if (!member(f, "/encoding") || pawl_str_find(value, PAWL_STR("v1a,")) != SIZE_MAX)
		return; /* nothing is signed, or there is a second signature that could fit */
	locate(f, value, &from, &to);
	expect_with(f, "one character short", replace(f, value, to - 1, to, PAWL_STR("")),
		    "malformed_signature");
	expect_with(f, "empty", replace(f, value, from, to, PAWL_STR("")), "malformed_signature");
	upper = pawl_arena_dup_c(&f->arena, pawl_str_sub(value, from, to));
	for (size_t i = 0; i < to - from; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	if (is_hex)
		expect_with(f, "upper-case hex",
			    replace(f, value, from, to, pawl_str(upper, to - from)),
			    "malformed_signature");
}

/* Other versions beside a good one are skipped, and alone they are worth nothing. */
static void
try_junk(struct fixture *f)
{
	struct pawl_str value = f->request.headers[f->signature].value;
	struct pawl_str separator = pawl_json_str(member(f, "/format/list/separator"));
	const char *junk = "v9,c2lnbmF0dXJl";

	if (separator.len == 0) {
		separator = pawl_json_str(member(f, "/format/pairs/separator"));
		junk = "v9=c2lnbmF0dXJl";
	}
	if (separator.len == 0)
		return;
	expect_with(f, "junk behind",
		    pawl_arena_printf(&f->arena, "%.*s%.*s%s", PAWL_STR_ARG(value),
				      PAWL_STR_ARG(separator), junk),
		    NULL);
	expect_with(f, "junk before",
		    pawl_arena_printf(&f->arena, "%s%.*s%.*s", junk, PAWL_STR_ARG(separator),
				      PAWL_STR_ARG(value)),
		    NULL);
	expect_with(f, "junk alone", pawl_str_c(junk), "malformed_signature");
}

static void
try_headers(struct fixture *f)
{
	struct test_request kept = f->request;

	/* Twice the same is refused, too: which one a proxy in between has looked at is unknown. */
	f->request.headers[f->request.facts.n_headers++] = f->request.headers[f->signature];
	expect(f, "header twice", "repeated_header");
	f->request = kept;
	f->request.facts.headers = f->request.headers;
	f->request.headers[f->signature].name = PAWL_STR("X-Other");
	expect(f, "no header", "missing_header");
	f->request = kept;
	f->request.facts.headers = f->request.headers;
}

/* A token in the URL instead of a header. */
static void
try_query(struct fixture *f)
{
	struct pawl_str query = f->request.facts.query;
	size_t value = pawl_str_find_char(query, '=') + 1;
	const struct {
		const char *what;
		struct pawl_str query;
		const char *code;
	} cases[] = {
		{"another token", replace(f, query, value, value + 1, PAWL_STR("X")),
		 "bad_credentials"},
		{"a token and more", replace(f, query, query.len, query.len, PAWL_STR("x")),
		 "bad_credentials"},
		{"a token cut", pawl_str_sub(query, 0, query.len - 1), "bad_credentials"},
		{"an empty token", pawl_str_sub(query, 0, value), "bad_credentials"},
		{"the token of another name", replace(f, query, 0, 0, PAWL_STR("x")), ""},
		{"the token twice",
		 pawl_arena_printf(&f->arena, "%.*s&%.*s", PAWL_STR_ARG(query),
				   PAWL_STR_ARG(query)),
		 "repeated_header"},
	};

	assert_true(value > 0 && query.len > value);
	for (size_t i = 0; i < LEN(cases); i++) {
		f->request.facts.query = cases[i].query;
		expect(f, cases[i].what, cases[i].code);
	}
	f->request.facts.query = query;
}

static void
try_body(struct fixture *f)
{
	struct pawl_str body = f->request.facts.body;
	char *changed = pawl_arena_dup_c(&f->arena, body);

	if (is_algorithm(f, "token"))
		return;                 /* nothing is signed */
	if (!member(f, "/signed/by")) { /* blanks around JSON are not signed there */
		f->request.facts.body = pawl_arena_printf(&f->arena, "%.*s\n", PAWL_STR_ARG(body));
		expect(f, "body with a newline", "bad_signature");
	}
	f->request.facts.body = pawl_str_sub(body, 0, body.len - 1);
	expect(f, "body cut", "");
	f->request.facts.body = PAWL_STR("");
	expect(f, "no body", "");
	for (size_t i = 0; i < body.len; i++)
		changed[i] = changed[i] == 'e' ? 'a' : changed[i] == 'o' ? 'u' : changed[i];
	if (strlen(changed) == body.len && !pawl_str_eq_c(body, changed)) {
		f->request.facts.body = pawl_str(changed, body.len);
		expect(f, "body with other letters", "");
	}
	f->request.facts.body = body;
}

/* A key of the same kind that is not the sender's. */
static const char *
other_key(const struct fixture *f)
{
	if (f->by_public)
		return "whpk_Mu/BDADWSZMRHVRFYrnKMQt43RKwH4HAxWhG7VQ4YUc=";
	if (is_algorithm(f, "ed25519"))
		return OTHER_ED25519;
	if (is_algorithm(f, "ecdsa-p256-sha256"))
		return EC_PUBLIC_DER;
	if (is_algorithm(f, "rsa-sha256"))
		return RSA_PUBLIC_PEM;
	if (pawl_str_eq_c(pawl_json_str(member(f, "/secret/decoding")), "utf8"))
		return "another:secret";
	return "00ff00ff"; /* hex, and base64 as well */
}

static void
try_keys(struct fixture *f)
{
	struct pawl_scheme_key kept = f->key, keys[2];
	struct pawl_refusal refusal;
	const char *message = "";

	if (!pawl_scheme_key(f->scheme, pawl_str_c(other_key(f)), &f->arena, &f->key, &message))
		fail_msg("%s: other key: %s", pawl_scheme_name(f->scheme), message);
	expect(f, "another key",
	       is_algorithm(f, "token") || member(f, "/secret/pin") ? "bad_credentials"
								    : "bad_signature");
	keys[0] = f->key;
	keys[1] = kept;
	assert_true(pawl_scheme_verify(f->scheme, keys, 2, &f->request.facts, &f->arena, &refusal));
	pawl_scheme_key_fini(&f->key);
	f->key = kept;
	assert_false(
		pawl_scheme_verify(f->scheme, NULL, 0, &f->request.facts, &f->arena, &refusal));
	assert_non_null(refusal.code);
}

static int64_t
tolerance_us(const struct fixture *f)
{
	struct pawl_str text = pawl_json_str(member(f, "/timestamp/tolerance"));
	static const struct {
		const char *text;
		int64_t s;
	} known[] = {{"1m", 60}, {"5m", 300}, {"10m", 600}, {"2h", 7200}};

	for (size_t i = 0; i < LEN(known); i++) {
		if (pawl_str_eq_c(text, known[i].text))
			return known[i].s * 1000000;
	}
	fail_msg("%s: tolerance %.*s", pawl_scheme_name(f->scheme), PAWL_STR_ARG(text));
	return 0;
}

static void
try_time(struct fixture *f)
{
	const int64_t at_us = f->request.facts.now_us;
	struct pawl_str unit = pawl_json_str(member(f, "/timestamp/unit"));
	bool is_ms = pawl_str_eq_c(unit, "ms") || pawl_str_eq_c(unit, "rfc3339");
	int64_t tolerance;

	if (!member(f, "/timestamp"))
		return;
	tolerance = tolerance_us(f);
	f->request.facts.now_us = at_us + tolerance;
	expect(f, "exactly as old as allowed", NULL);
	f->request.facts.now_us = at_us + tolerance + (is_ms ? 1000 : 1000000);
	expect(f, "too old", "stale_timestamp");
	if (pawl_str_eq_c(unit, "s")) {
		f->request.facts.now_us = at_us + tolerance + 999999;
		expect(f, "within the same second", NULL);
	}
	f->request.facts.now_us = at_us - tolerance;
	expect(f, "exactly as far ahead as allowed", NULL);
	f->request.facts.now_us = at_us - tolerance - (is_ms ? 1000 : 1000000);
	expect(f, "too far ahead", "future_timestamp");
	f->request.facts.now_us = at_us;
}

/* The signature in the body (SNS), and what must not be believed of it. */
static void
try_certificate(struct fixture *f)
{
	struct pawl_str body = f->request.facts.body;
	struct pawl_keyset *kept = f->certificate;
	const char *message;
	size_t at;

	if (!kept)
		return;
	at = pawl_str_find(body, PAWL_STR("https://sns.us-east-1.amazonaws.com/Simple"));
	f->request.facts.body = replace(f, body, at, at + 12, PAWL_STR("https://evil"));
	expect(f, "a certificate from elsewhere", "untrusted_certificate");
	f->request.facts.body = replace(f, body, at + 35, at + 35, PAWL_STR(".evil.example"));
	expect(f, "a host that begins like a good one", "untrusted_certificate");
	f->request.facts.body = replace(f, body, at + 8, at + 8, PAWL_STR("evil-"));
	expect(f, "a host that ends like a good one", "untrusted_certificate");
	at = pawl_str_find(body, PAWL_STR("\"Signature\": \"")) + 14;
	f->request.facts.body = replace(f, body, at, at + 4, PAWL_STR("AAAA"));
	expect(f, "another signature", "bad_signature");
	f->request.facts.body = replace(f, body, at, at + 3, PAWL_STR(""));
	expect(f, "a shorter signature", "malformed_signature");
	f->request.facts.body = replace(f, body, at + 342, at + 344, PAWL_STR(""));
	expect(f, "a signature without padding", "malformed_signature");
	f->request.facts.body = replace(f, body, at, at + 344, PAWL_STR(""));
	expect(f, "a signature that is empty", "malformed_signature");
	f->request.facts.body = replace(f, body, at + 340, at + 344, PAWL_STR("===="));
	expect(f, "a signature that is only padded", "malformed_signature");
	at = pawl_str_find(body, PAWL_STR("world"));
	f->request.facts.body = replace(f, body, at, at + 1, PAWL_STR("W"));
	expect(f, "another message", "bad_signature");
	f->request.facts.body = body;
	f->certificate =
		pawl_keyset_from_certificate(PAWL_STR(RSA_CERTIFICATE_PEM), FIXED_NOW_US, &message);
	if (f->certificate)
		expect(f, "another certificate", "bad_signature");
	pawl_keyset_unref(f->certificate);
	f->certificate = kept;
	f->remote.find = NULL;
	f->request.facts.remote = NULL;
	expect(f, "a certificate that cannot be had", PAWL_REFUSAL_UNAVAILABLE);
	f->request.facts.remote = &f->remote;
	f->remote.find = find_certificate;
}

/* "sign" of "sign=..., env=main"; empty where there are no pairs. */
static struct pawl_str
first_key(const struct fixture *f)
{
	struct pawl_str value = PAWL_STR(""), key;

	if (member(f, "/format/pairs"))
		for (size_t i = 0; i < f->request.facts.n_headers; i++)
			if (is_signature_header(f, f->request.headers[i].name))
				value = f->request.headers[i].value;
	return pawl_str_split(&value, '=', &key) ? key : PAWL_STR("");
}

/* What sign makes, verify takes; in the provider's order, for receivers that count on it. */
static void
try_signing(struct fixture *f)
{
	struct pawl_str first = first_key(f);
	struct pawl_str secret = pawl_json_get_str(
		f->vector, "private", pawl_json_get_str(f->vector, "secret", PAWL_STR("")));
	struct pawl_scheme_draft draft = {
		PAWL_STR("msg_1"),
		pawl_arena_printf(&f->arena, "%.*s%.*s", PAWL_STR_ARG(f->request.facts.public_url),
				  PAWL_STR_ARG(f->request.facts.target)),
		f->request.facts.body, f->request.facts.now_us};
	struct test_request again = f->request;
	struct pawl_scheme_key key;
	const char *message;

	if (!pawl_scheme_signing_key(f->scheme, secret, &f->arena, &key, &message)) {
		/* A published vector of a public key: its private half is not known. */
		assert_null(pawl_json_get_c(f->vector, "private"));
		return;
	}
	again.facts.n_headers = pawl_scheme_sign(f->scheme, &key, &draft, &f->arena, again.headers,
						 LEN(again.headers) - 1);
	pawl_scheme_key_fini(&key);
	if (f->certificate) {
		assert_int_equal(again.facts.n_headers, 0);
		return;
	}
	assert_true(again.facts.n_headers > 0);
	request_add(&again, "Content-Type", "application/x-www-form-urlencoded");
	f->request = again;
	f->request.facts.headers = f->request.headers;
	expect(f, "signed by ourselves", NULL);
	assert_true(pawl_str_eq(first_key(f), first));
}

static void
run_vector(struct fixture *f)
{
	load_vector(f);
	expect(f, "vector", NULL);
	if (f->signature != SIZE_MAX) {
		try_values(f);
		try_headers(f);
		try_shapes(f);
		try_junk(f);
	} else if (!f->certificate) {
		try_query(f);
	}
	try_body(f);
	try_keys(f);
	try_time(f);
	try_certificate(f);
	expect(f, "vector, after all", NULL);
	try_signing(f);
	pawl_scheme_key_fini(&f->key);
	pawl_keyset_unref(f->certificate);
	f->certificate = NULL;
}

static void
run_preset(const char *file)
{
	const struct pawl_json *vectors;
	struct fixture f = {0};

	load_preset(&f, file);
	vectors = pawl_json_get_c(&f.document, "vectors");
	assert_true(vectors->len > 0);
	for (uint32_t i = 0; i < vectors->len; i++) {
		f.vector = &vectors->items[i];
		run_vector(&f);
	}
	pawl_scheme_free(f.scheme);
	pawl_arena_fini(&f.arena);
}

static void
test_vectors_and_their_negative_twins(void **state)
{
	const struct dirent *entry;
	DIR *dir = opendir(PRESETS_DIR);
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0) {
			run_preset(entry->d_name);
			n++;
		}
	}
	closedir(dir);
	assert_true(n >= 45);
}

static void
test_all_are_compiled_in(void **state)
{
	const char *const *names = pawl_scheme_preset_names();
	size_t n = 0;

	pawl_schemes_init();
	pawl_schemes_init(); /* a second time changes nothing */
	for (; names[n]; n++) {
		const struct pawl_scheme *scheme = pawl_scheme_preset(pawl_str_c(names[n]));

		assert_non_null(scheme);
		assert_string_equal(pawl_scheme_name(scheme), names[n]);
		assert_ptr_equal(pawl_scheme_preset(pawl_str_c(names[n])), scheme);
	}
	assert_true(n >= 45);
	assert_null(pawl_scheme_preset(PAWL_STR("")));
	assert_null(pawl_scheme_preset(PAWL_STR("GitHub")));
	pawl_schemes_fini();
	pawl_schemes_fini();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors_and_their_negative_twins),
		cmocka_unit_test(test_all_are_compiled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
