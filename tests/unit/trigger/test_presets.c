/* Every preset against its own vectors, and each vector's negative twins. */
#include "trigger_testing.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>

struct fixture {
	struct pawl_arena arena;
	struct pawl_scheme *scheme;
	struct pawl_json document;
	/* the vector */
	struct test_request request;
	struct pawl_scheme_key key;
	size_t signature; /* index of its header */
};

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

static bool
is_signature_header(const struct fixture *f, struct pawl_str name)
{
	const struct pawl_json *names = pawl_json_get_c(&f->document, "header");

	if (pawl_json_is(names, PAWL_JSON_STRING))
		return pawl_str_eq_nocase(name, pawl_json_str(names));
	for (uint32_t i = 0; i < names->len; i++) {
		if (pawl_str_eq_nocase(name, pawl_json_str(&names->items[i])))
			return true;
	}
	return false;
}

static void
load_vector(struct fixture *f, const struct pawl_json *vector)
{
	const struct pawl_json *headers = pawl_json_get_c(vector, "headers");
	const char *message;
	int64_t at = 1700000000;

	pawl_json_to_i64(pawl_json_get_c(vector, "at"), &at);
	request_init(&f->request, "", at);
	f->request.facts.body = pawl_json_str(pawl_json_get_c(vector, "body"));
	for (uint32_t i = 0; i < headers->len; i++) {
		if (is_signature_header(f, headers->members[i].key))
			f->signature = i;
		request_add(&f->request, pawl_arena_dup_c(&f->arena, headers->members[i].key),
			    pawl_arena_dup_c(&f->arena, pawl_json_str(&headers->members[i].value)));
	}
	assert_true(pawl_scheme_key(f->scheme, pawl_json_get_str(vector, "secret", PAWL_STR("")),
				    &f->arena, &f->key, &message));
}

static void
expect(struct fixture *f, const char *what, const char *code)
{
	struct pawl_refusal refusal = {0};
	bool ok = pawl_scheme_verify(f->scheme, &f->key, 1, &f->request.facts, &f->arena, &refusal);

	if (!code && !ok)
		fail_msg("%s: %s: refused: %s (%s)", pawl_scheme_name(f->scheme), what,
			 refusal.code, refusal.message);
	if (code && (ok || strcmp(refusal.code, code) != 0))
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

static void
try_values(struct fixture *f)
{
	struct pawl_str value = f->request.headers[f->signature].value;
	char *upper = pawl_arena_dup_c(&f->arena, value);
	char *changed = pawl_arena_dup_c(&f->arena, value);
	size_t last = value.len - 1;

	/* Only what follows the last '=' or ',' but padding; a prefix stays. */
	while (last > 0 && value.ptr[last] == '=')
		last--;
	for (size_t i = last; i > 0 && isalnum((unsigned char)upper[i]); i--)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	changed[last] = changed[last] == '0' ? '1' : '0';
	expect_with(f, "upper case", pawl_str(upper, value.len),
		    value.ptr[value.len - 1] == '=' ? "bad_signature" : "malformed_signature");
	expect_with(f, "one character changed", pawl_str(changed, value.len), "bad_signature");
	expect_with(f, "one character short", pawl_str_sub(value, 0, value.len - 1),
		    "malformed_signature");
	expect_with(f, "one character long",
		    pawl_arena_printf(&f->arena, "%.*s0", PAWL_STR_ARG(value)),
		    "malformed_signature");
	expect_with(f, "empty", PAWL_STR(""), "malformed_signature");
	expect_with(f, "only the MAC's end", pawl_str_sub(value, value.len - 10, value.len),
		    "malformed_signature");
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

static void
try_body_and_key(struct fixture *f)
{
	struct pawl_str body = f->request.facts.body;
	struct pawl_scheme_key key = f->key;
	struct pawl_refusal refusal;

	f->request.facts.body = pawl_str_sub(body, 0, body.len - 1);
	expect(f, "body cut", "bad_signature");
	f->request.facts.body = pawl_arena_printf(&f->arena, "%.*s\n", PAWL_STR_ARG(body));
	expect(f, "body with a newline", "bad_signature");
	f->request.facts.body = PAWL_STR("");
	expect(f, "no body", "bad_signature");
	f->request.facts.body = body;
	f->key.bytes = PAWL_STR("another");
	expect(f, "another key", "bad_signature");
	f->key = key;
	assert_false(
		pawl_scheme_verify(f->scheme, NULL, 0, &f->request.facts, &f->arena, &refusal));
	assert_string_equal(refusal.code, "bad_signature");
}

static void
try_time(struct fixture *f)
{
	const int64_t at_us = f->request.facts.now_us, tolerance_us = 300 * 1000000LL;

	if (!pawl_json_get_c(&f->document, "timestamp"))
		return;
	f->request.facts.now_us = at_us + tolerance_us;
	expect(f, "exactly as old as allowed", NULL);
	f->request.facts.now_us = at_us + tolerance_us + 999999;
	expect(f, "within the same second", NULL);
	f->request.facts.now_us = at_us + tolerance_us + 1000000;
	expect(f, "too old", "stale_timestamp");
	f->request.facts.now_us = at_us - tolerance_us;
	expect(f, "exactly as far ahead as allowed", NULL);
	f->request.facts.now_us = at_us - tolerance_us - 1;
	expect(f, "too far ahead", "future_timestamp");
	f->request.facts.now_us = at_us;
}

/* What sign makes, verify takes. */
static void
try_signing(struct fixture *f)
{
	struct test_request again;
	size_t n;

	request_init(&again, "", f->request.facts.now_us / 1000000);
	again.facts.body = f->request.facts.body;
	n = pawl_scheme_sign(f->scheme, &f->key, PAWL_STR("msg_1"), again.facts.now_us,
			     again.facts.body, &f->arena, again.headers, LEN(again.headers));
	assert_true(n > 0);
	again.facts.n_headers = n;
	f->request = again;
	f->request.facts.headers = f->request.headers;
	expect(f, "signed by ourselves", NULL);
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
		load_vector(&f, &vectors->items[i]);
		expect(&f, "vector", NULL);
		try_values(&f);
		try_headers(&f);
		try_body_and_key(&f);
		try_time(&f);
		expect(&f, "vector, after all", NULL);
		try_signing(&f);
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
	assert_true(n >= 5);
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
	assert_true(n >= 5);
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
