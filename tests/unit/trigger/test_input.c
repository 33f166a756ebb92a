#include "trigger_testing.h"

#include "trigger/input.h"

struct fixture {
	struct pawl_arena arena;
	struct pawl_input_source source;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_arena_init(&f->arena, 0);
	f->source = (struct pawl_input_source){
		.method = PAWL_STR("POST"),
		.target = PAWL_STR("/hook/x"),
		.ip = PAWL_STR("203.0.113.7"),
		.received_at_us = 1700000000123000,
	};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_arena_fini(&f->arena);
	free(f);
	return 0;
}

/* One member of the input as JSON text. */
static struct pawl_str
build(struct fixture *f, const char *member)
{
	struct pawl_json v = pawl_input_build(&f->arena, &f->source);
	const struct pawl_json *found = pawl_json_get_c(&v, member);

	assert_non_null(found);
	return pawl_json_text(&f->arena, found);
}

static void
check_body(struct fixture *f, const char *headers, const char *body, const char *expected,
	   const char *raw)
{
	f->source.headers = pawl_str_c(headers);
	f->source.body = pawl_str_c(body);
	assert_str(build(f, "body"), expected);
	assert_str(build(f, "raw"), raw);
}

static void
test_json_bodies(void **state)
{
	check_body(*state, "Content-Type: application/json\r\n", "{ \"n\": 18446744073709551615 }",
		   "{\"n\":18446744073709551615}", "\"{ \\\"n\\\": 18446744073709551615 }\"");
	check_body(*state, "content-type: Application/JSON; charset=utf-8\r\n", "[1e400,0.1]",
		   "[1e400,0.1]", "\"[1e400,0.1]\"");
	check_body(*state, "Content-Type: application/cloudevents+json\r\n", "null", "null",
		   "\"null\"");
	check_body(*state, "", "{\"a\":1}", "{\"a\":1}", "\"{\\\"a\\\":1}\"");
	check_body(*state, "Content-Type:\r\n", "7", "7", "\"7\"");
	check_body(*state, "", "\xEF\xBB\xBF[]", "[]", "\"\xEF\xBB\xBF[]\"");
	check_body(*state, "Content-Type: application/json; charset=iso-8859-1\r\n", "\"\xe9\"",
		   "\"\xC3\xA9\"", "\"Iuki\"");
	/* Refused at the door today, but an old request may be replayed. */
	check_body(*state, "Content-Type: application/json\r\n", "{", "\"{\"", "\"{\"");
	check_body(*state, "Content-Type: application/json\r\n", "\xff", "\"/w==\"", "\"/w==\"");
}

static void
test_other_bodies(void **state)
{
	check_body(*state, "Content-Type: application/x-www-form-urlencoded\r\n", "a=1&b=x+y&a=2",
		   "{\"a\":[\"1\",\"2\"],\"b\":\"x y\"}", "\"a=1&b=x+y&a=2\"");
	check_body(*state, "Content-Type: text/plain\r\n", "{\"a\":1}", "\"{\\\"a\\\":1}\"",
		   "\"{\\\"a\\\":1}\"");
	check_body(*state, "Content-Type: application/xml\r\n", "<a/>", "\"<a/>\"", "\"<a/>\"");
	check_body(*state, "Content-Type: image/svg+xml\r\n", "<a/>", "\"<a/>\"", "\"<a/>\"");
	check_body(*state, "Content-Type: text/plain; charset=iso-8859-1\r\n", "caf\xe9",
		   "\"caf\xC3\xA9\"", "\"Y2Fm6Q==\"");
	check_body(*state, "Content-Type: text/plain\r\n", "caf\xe9", "\"Y2Fm6Q==\"",
		   "\"Y2Fm6Q==\"");
	check_body(*state, "Content-Type: application/octet-stream\r\n", "abc", "\"YWJj\"",
		   "\"abc\"");
	check_body(*state, "Content-Type: application/octet-stream\r\n", "\xff\xfe", "\"//4=\"",
		   "\"//4=\"");
	check_body(*state, "Content-Type: nonsense\r\n", "abc", "\"YWJj\"", "\"abc\"");
	check_body(*state, "", "plain", "\"plain\"", "\"plain\"");
	check_body(*state, "", "\xff", "\"/w==\"", "\"/w==\"");
	check_body(*state, "Content-Type: application/json\r\n", "", "null", "\"\"");
	check_body(*state, "Content-Type: application/x-www-form-urlencoded\r\n", "%ff=\xff",
		   "{\"\xEF\xBF\xBD\":\"\xEF\xBF\xBD\"}", "\"JWZmPf8=\"");
}

static void
test_raw_shares_the_bodys_bytes(void **state)
{
	struct fixture *f = *state;
	struct pawl_json v;

	f->source.body = PAWL_STR("some text");
	v = pawl_input_build(&f->arena, &f->source);
	assert_ptr_equal(pawl_json_get_c(&v, "raw")->text, f->source.body.ptr);
}

static void
test_headers(void **state)
{
	struct fixture *f = *state;

	f->source.headers = PAWL_STR("");
	assert_str(build(f, "headers"), "{}");
	f->source.headers = PAWL_STR("Host: a\r\nX-One:  1 \r\nAccept: x\r\nX-ONE: 2\r\nEmpty:\r\n"
				     "x-one: 3\r\n");
	assert_str(build(f, "headers"),
		   "{\"host\":\"a\",\"x-one\":\"1, 2, 3\",\"accept\":\"x\",\"empty\":\"\"}");
	f->source.headers = PAWL_STR("X: \xff\r\n: none\r\nnone\r\n\r\nY: a:b");
	assert_str(build(f, "headers"), "{\"x\":\"\xC3\xBF\",\"y\":\"a:b\"}");
}

static void
test_target(void **state)
{
	struct fixture *f = *state;

	assert_str(build(f, "path"), "\"/hook/x\"");
	assert_str(build(f, "query"), "{}");
	f->source.target = PAWL_STR("/hook/x?a=1&a=2&b=%20?");
	assert_str(build(f, "path"), "\"/hook/x\"");
	assert_str(build(f, "query"), "{\"a\":[\"1\",\"2\"],\"b\":\" ?\"}");
	f->source.target = PAWL_STR("?");
	assert_str(build(f, "path"), "\"\"");
	assert_str(build(f, "query"), "{}");
	f->source.target = PAWL_STR("/\xff");
	assert_str(build(f, "path"), "\"/\xEF\xBF\xBD\"");
}

static void
test_the_rest(void **state)
{
	struct fixture *f = *state;

	assert_str(build(f, "method"), "\"POST\"");
	assert_str(build(f, "ip"), "\"203.0.113.7\"");
	assert_str(build(f, "received_at"), "\"2023-11-14T22:13:20.123Z\"");
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *type, *body;
		enum pawl_body_kind kind;
	} cases[] = {
		{"application/json", "", PAWL_BODY_EMPTY},
		{"application/json", "{", PAWL_BODY_JSON},
		{" application/json ;x=y", "{", PAWL_BODY_JSON},
		{"application/jsonx", "{", PAWL_BODY_BYTES},
		{"application/vnd.api+JSON", "{", PAWL_BODY_JSON},
		{"APPLICATION/X-WWW-FORM-URLENCODED", "a", PAWL_BODY_FORM},
		{"text/csv", "a", PAWL_BODY_TEXT},
		{"multipart/form-data; boundary=x", "a", PAWL_BODY_BYTES},
		{"", "true", PAWL_BODY_JSON},
		{"", "truer", PAWL_BODY_TEXT},
		{"; charset=iso-8859-1", "truer", PAWL_BODY_TEXT},
		{";", "\xff", PAWL_BODY_BYTES},
	};

	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(
			pawl_body_kind(pawl_str_c(cases[i].type), pawl_str_c(cases[i].body)),
			cases[i].kind);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_json_bodies),
		TEST(test_other_bodies),
		TEST(test_raw_shares_the_bodys_bytes),
		TEST(test_headers),
		TEST(test_target),
		TEST(test_the_rest),
		TEST(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
