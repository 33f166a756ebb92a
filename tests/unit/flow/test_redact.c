#include "flow_testing.h"

#include "base/codec.h"
#include "flow/redact.h"

/* With everything that some encoding has to escape. */
#define HARD                                                                                       \
	"p\"\\/ +%&\xc3\xa9\xf0\x9f\x98\x80"                                                       \
	"7"
#define EASY "correct-horse-battery"

static struct pawl_redactor *
knowing(const char *first, ...)
{
	struct pawl_str values[8];
	size_t n = 0;
	va_list rest;

	va_start(rest, first);
	for (const char *v = first; v; v = va_arg(rest, const char *))
		values[n++] = pawl_str_c(v);
	va_end(rest);
	return pawl_redactor_new(NULL, values, n);
}

/* What becomes of the text; takes the redactor. */
static const char *
redacted(struct pawl_redactor *r, const char *text)
{
	struct pawl_str out = pawl_redact_text(r, &arena, pawl_str_c(text));

	pawl_redactor_unref(r);
	return pawl_arena_dup_c(&arena, out);
}

static const char *
redacted_json(struct pawl_redactor *r, const char *text)
{
	struct pawl_str out = pawl_redact_json_text(r, &arena, pawl_str_c(text));

	pawl_redactor_unref(r);
	assert_int_equal(pawl_json_validate(out, NULL), PAWL_OK);
	return pawl_arena_dup_c(&arena, out);
}

static void
test_nothing_is_known(void **state)
{
	assert_null(pawl_redactor_new(NULL, NULL, 0));
	assert_null(knowing("7 bytes", "", NULL));
	assert_string_equal(redacted(NULL, EASY), EASY);
	assert_string_equal(redacted_json(NULL, "[1]"), "[1]");
	assert_false(pawl_redact_finds(NULL, pawl_str_c(EASY)));
	assert_false(pawl_redactor_knows(NULL, pawl_str_c(EASY)));
}

static void
test_values_are_known_once(void **state)
{
	struct pawl_redactor *old = knowing(EASY, EASY, "short", "12345678", NULL);
	struct pawl_str more[] = {PAWL_STR(EASY), PAWL_STR(HARD)};
	struct pawl_redactor *r = pawl_redactor_new(old, more, 2);

	assert_int_equal(pawl_redactor_count(old), 2);
	assert_int_equal(pawl_redactor_count(r), 3);
	assert_true(pawl_redactor_knows(r, pawl_str_c(HARD)));
	assert_false(pawl_redactor_knows(old, pawl_str_c(HARD)));
	assert_false(pawl_redactor_knows(r, PAWL_STR("correct-hors")));
	assert_ptr_equal(pawl_redactor_ref(r), r);
	pawl_redactor_unref(old);
	pawl_redactor_unref(r);
	pawl_redactor_unref(r);
}

static void
test_at_every_boundary(void **state)
{
	assert_string_equal(redacted(knowing(EASY, NULL), EASY), "***");
	assert_string_equal(redacted(knowing(EASY, NULL), "a" EASY), "a***");
	assert_string_equal(redacted(knowing(EASY, NULL), EASY "z"), "***z");
	assert_string_equal(redacted(knowing(EASY, NULL), "a" EASY "z" EASY), "a***z***");
	assert_string_equal(redacted(knowing(EASY, NULL), "correct-horse-batter"),
			    "correct-horse-batter");
	assert_string_equal(redacted(knowing(EASY, NULL), "orrect-horse-battery"),
			    "orrect-horse-battery");
	assert_string_equal(redacted(knowing(EASY, NULL), ""), "");
	/* The shortest, at every place of a text that is longer than any window. */
	for (size_t at = 0; at <= 30; at++) {
		static const char dots[] = "..............................";
		int before = (int)at, after = 30 - before;
		struct pawl_str text =
			pawl_arena_printf(&arena, "%.*s8-bytes!%.*s", before, dots, after, dots);
		struct pawl_str want =
			pawl_arena_printf(&arena, "%.*s***%.*s", before, dots, after, dots);

		assert_string_equal(
			redacted(knowing("8-bytes!", NULL), pawl_arena_dup_c(&arena, text)),
			pawl_arena_dup_c(&arena, want));
	}
}

/* In texts of any length, wherever it stands in what has nothing else of it. */
static void
test_at_every_place(void **state)
{
	struct pawl_redactor *r = knowing(EASY, NULL);
	char text[200];

	for (size_t len = strlen(EASY); len <= sizeof(text); len++) {
		memset(text, '.', sizeof(text));
		assert_false(pawl_redact_finds(r, pawl_str(text, len)));
		for (size_t at = 0; at + strlen(EASY) <= len; at++) {
			memset(text, '.', sizeof(text));
			memcpy(text + at, EASY, strlen(EASY));
			assert_true(pawl_redact_finds(r, pawl_str(text, len)));
			assert_false(pawl_redact_finds(r, pawl_str(text, at + strlen(EASY) - 1)));
		}
	}
	pawl_redactor_unref(r);
}

static void
test_overlaps(void **state)
{
	/* Those that begin alike: the longest that is there. */
	struct pawl_redactor *r = knowing("abcdefgh", "abcdefghij", "abcdefghijkl", NULL);

	assert_string_equal(redacted(pawl_redactor_ref(r), "<abcdefgh>"), "<***>");
	assert_string_equal(redacted(pawl_redactor_ref(r), "<abcdefghi>"), "<***i>");
	assert_string_equal(redacted(pawl_redactor_ref(r), "<abcdefghij>"), "<***>");
	assert_string_equal(redacted(r, "<abcdefghijkl>"), "<***>");
	/* One that begins in the other; two in a row. */
	assert_string_equal(redacted(knowing("abcdefgh", "efghijkl", NULL), "<abcdefghijkl>"),
			    "<***>");
	assert_string_equal(redacted(knowing("abcdefgh", "ijklmnop", NULL), "<abcdefghijklmnop>"),
			    "<***>");
	assert_string_equal(redacted(knowing("inner-secret", "an-inner-secret-of-it", NULL),
				     "an-inner-secret-of-it inner-secret"),
			    "*** ***");
	assert_string_equal(redacted(knowing("aaaaaaaa", NULL), "aaaaaaaaaaaaaaab"), "***b");
}

static struct pawl_str
base64(const char *text, enum pawl_base64 form)
{
	struct pawl_str out;
	struct pawl_buf buf;

	pawl_buf_init(&buf, 4096);
	assert_int_equal(pawl_base64_encode(&buf, pawl_str_c(text), form), PAWL_OK);
	out = pawl_arena_dup(&arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return out;
}

/* Whatever stands around it: no character that shows a bit of the secret is left. */
static void
check_base64(const char *secret, const char *before, const char *after, enum pawl_base64 form)
{
	struct pawl_str whole =
		base64(pawl_arena_dup_c(&arena,
					pawl_arena_printf(&arena, "%s%s%s", before, secret, after)),
		       form);
	size_t first = strlen(before) * 8 / 6,
	       end = ((strlen(before) + strlen(secret)) * 8 + 5) / 6;
	const char *want = pawl_arena_dup_c(
		&arena, pawl_arena_printf(&arena, "%.*s***%.*s", (int)first, whole.ptr,
					  (int)(whole.len - end), whole.ptr + end));

	assert_string_equal(redacted(knowing(secret, NULL), pawl_arena_dup_c(&arena, whole)), want);
}

static void
test_base64_at_every_alignment(void **state)
{
	static const char *const around[] = {"", "u", "u:", "u::", "name:"};
	static const char *const secrets[] = {
		"8-bytes!", "9-bytes!!", "10-bytes!!", EASY, "~~~?~?>>>\xff\xfe\xfd", HARD};

	for (size_t s = 0; s < sizeof(secrets) / sizeof(secrets[0]); s++)
		for (size_t a = 0; a < 5; a++)
			for (size_t b = 0; b < 5; b++) {
				check_base64(secrets[s], around[a], around[b], PAWL_BASE64_STD);
				check_base64(secrets[s], around[a], around[b], PAWL_BASE64_URL);
			}
}

static void
test_hex(void **state)
{
	char lower[2 * sizeof(HARD)] = "", upper[2 * sizeof(HARD)] = "";

	pawl_hex_encode(HARD, sizeof(HARD) - 1, lower);
	for (size_t i = 0; lower[i]; i++)
		upper[i] = lower[i] >= 'a' ? (char)(lower[i] - 32) : lower[i];
	assert_string_equal(redacted(knowing(HARD, NULL), lower), "***");
	assert_string_equal(redacted(knowing(HARD, NULL), upper), "***");
}

static void
test_behind_escapes(void **state)
{
	static const char *const forms[] = {
		HARD,
		/* percent: RFC 3986, in lower case, with '+', only what has to be, everything */
		"p%22%5C%2F%20%2B%25%26%C3%A9%F0%9F%98%807",
		"p%22%5c%2f%20%2b%25%26%c3%a9%f0%9f%98%807",
		"p%22%5C/+%2B%25%26%C3%A9%F0%9F%98%807",
		"p\"\\/%20+%25&\xc3\xa9\xf0\x9f\x98\x80"
		"7",
		"%70%22%5C%2F%20%2B%25%26%C3%A9%F0%9F%98%80%37",
		/* twice */
		"p%2522%255C%252F%2520%252B%2525%2526%25C3%25A9%25F0%259F%2598%25807",
		/* JSON: as Pawl writes it, with "\/", in ASCII only, all escaped, twice */
		"p\\\"\\\\/ +%&\xc3\xa9\xf0\x9f\x98\x80"
		"7",
		"p\\\"\\\\\\/ +%&\\u00e9\\ud83d\\ude007",
		"\\u0070\\u0022\\u005C\\u002F\\u0020\\u002b\\u0025\\u0026\\u00E9\\uD83D\\uDE00\\u00"
		"37",
		"p\\\\\\\"\\\\\\\\/ +%&\xc3\xa9\xf0\x9f\x98\x80"
		"7",
		/* one in the other */
		"p%5C%22%5C%5C/%20%2B%25%26%C3%A9%F0%9F%98%807",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *text = pawl_arena_dup_c(
			&arena, pawl_arena_printf(&arena, "%%25\\n<%s>\\n%%25", forms[i]));

		assert_string_equal(redacted(knowing(HARD, NULL), text), "%25\\n<***>\\n%25");
	}
}

static void
test_broken_escapes_are_text(void **state)
{
	const char *text = "% %1 %zz \\ \\q \\u12 \\ud83d \\ude00 \\ud83d\\u0041 %";

	assert_string_equal(redacted(knowing(EASY, HARD, NULL), text), text);
	assert_string_equal(redacted(knowing("8-bytes%", NULL), "8-bytes%"), "***");
	assert_string_equal(redacted(knowing("8-byte\\u", NULL), "8-byte\\u"), "***");
}

static void
test_what_is_left_is_utf8(void **state)
{
	/* It begins and ends in the middle of a character of the text. */
	const char secret[] = "\xa9"
			      "1234567"
			      "\xf0\x9f";
	struct pawl_str text = PAWL_STR("<\xc3\xa9"
					"1234567"
					"\xf0\x9f\x98\x80>");
	struct pawl_redactor *r = knowing(secret, NULL);
	struct pawl_str out = pawl_redact_text(r, &arena, text);

	assert_string_equal(pawl_arena_dup_c(&arena, out), "<***>");
	pawl_redactor_unref(r);
}

static void
test_json_stays_json(void **state)
{
	struct pawl_redactor *r = knowing(HARD, "12345678", "\",\"b\":\"x", EASY, NULL);

	assert_string_equal(redacted_json(pawl_redactor_ref(r),
					  "{\"a\":[1.50,\"" EASY "!\"],\"" EASY "\":null}"),
			    "{\"a\":[1.50,\"***!\"],\"***\":null}");
	/* A number that is one, or holds one. */
	assert_string_equal(redacted_json(pawl_redactor_ref(r),
					  "[12345678,-0.123456789,1234567,{\"n\":12345678e3}]"),
			    "[\"***\",\"***\",1234567,{\"n\":\"***\"}]");
	assert_string_equal(redacted_json(pawl_redactor_ref(r), "12345678"), "\"***\"");
	/* Over the end of a string is no place. */
	assert_string_equal(redacted_json(pawl_redactor_ref(r), "{\"a\":\"\",\"b\":\"x\"}"),
			    "{\"a\":\"\",\"b\":\"x\"}");
	/* Escaped as JSON in JSON in JSON. */
	assert_string_equal(redacted_json(pawl_redactor_ref(r),
					  "[\"{\\\"a\\\":\\\"p\\\\\\\"\\\\\\\\/ +%&\\\\u00e9"
					  "\xf0\x9f\x98\x80"
					  "7\\\"}\"]"),
			    "[\"{\\\"a\\\":\\\"***\\\"}\"]");
	/* Two keys that become one. */
	assert_string_equal(redacted_json(r, "{\"" EASY "\":1,\"12345678\":2,\"x\":3}"),
			    "{\"***\":2,\"x\":3}");
}

static void
test_what_has_none_is_shared(void **state)
{
	struct pawl_redactor *r = knowing(EASY, NULL);
	const struct pawl_json *v =
		json("{\"a\":[1,2],\"b\":\"" EASY "\",\"c\":{\"d\":\"\\u0000\"}}");
	struct pawl_json out = pawl_redact_json(r, &arena, v);
	struct pawl_str text = PAWL_STR("{\"a\":\"correct-horse\"}");

	assert_ptr_equal(out.members[0].value.items, v->members[0].value.items);
	assert_ptr_equal(out.members[2].value.members, v->members[2].value.members);
	assert_string_equal(compact(out), "{\"a\":[1,2],\"b\":\"***\",\"c\":{\"d\":\"\\u0000\"}}");
	assert_ptr_equal(pawl_redact_json_text(r, &arena, text).ptr, text.ptr);
	assert_ptr_equal(pawl_redact_text(r, &arena, text).ptr, text.ptr);
	pawl_redactor_unref(r);
}

/* A thousand with one beginning, so that they are all in one bucket, and none is missed. */
static void
test_many_that_begin_alike(void **state)
{
	struct pawl_str *values = pawl_arena_calloc(&arena, 1000, sizeof(*values));
	struct pawl_redactor *r;

	for (unsigned i = 0; i < 1000; i++)
		values[i] = pawl_arena_printf(&arena, "sk_live_%u_%u", i * 7919, i);
	r = pawl_redactor_new(NULL, values, 1000);
	assert_int_equal(pawl_redactor_count(r), 1000);
	for (unsigned i = 0; i < 1000; i++) {
		struct pawl_str text =
			pawl_arena_printf(&arena, "key=%.*s.", PAWL_STR_ARG(values[i]));
		struct pawl_str out = pawl_redact_text(r, &arena, text);

		assert_true(pawl_str_starts_with(out, PAWL_STR("key=***")));
		assert_true(out.len <= strlen("key=***123."));
	}
	assert_false(pawl_redact_finds(r, PAWL_STR("sk_live_ sk_live_x")));
	pawl_redactor_unref(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_known),
		cmocka_unit_test(test_values_are_known_once),
		cmocka_unit_test(test_at_every_boundary),
		cmocka_unit_test(test_at_every_place),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_base64_at_every_alignment),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_behind_escapes),
		cmocka_unit_test(test_broken_escapes_are_text),
		cmocka_unit_test(test_what_is_left_is_utf8),
		cmocka_unit_test(test_json_stays_json),
		cmocka_unit_test(test_what_has_none_is_shared),
		cmocka_unit_test(test_many_that_begin_alike),
	};

	return cmocka_run_group_tests(tests, setup_arena, teardown_arena);
}
