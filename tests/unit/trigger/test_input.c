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
		{"Multipart/Form-Data; boundary=x", "a", PAWL_BODY_MULTIPART},
		{"multipart/mixed; boundary=x", "a", PAWL_BODY_BYTES},
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

#define FORM "Content-Type: multipart/form-data; boundary=x\r\n"
#define PART "--x\r\nContent-Disposition: form-data; name="

static void
test_forms_with_files(void **state)
{
	struct fixture *f = *state;
	struct pawl_body_file file;

	f->source.request_id = 77;
	f->source.headers = PAWL_STR(FORM);
	f->source.body = PAWL_STR(
		PART "a\r\n\r\n1\r\n" PART "up; filename=\"\"\r\n\r\n\r\n" /* none was chosen */
		PART "up; filename=\"x/cat.png\"\r\nContent-Type: image/png\r\n\r\n\xff\0\r\n" PART
		     "up; filename=b.bin\r\n\r\n\r\n" PART "a\r\n\r\n2\r\n" PART
		     "meta\r\nContent-Type: application/json\r\n\r\n{\"n\":1.0}\r\n" PART
		     "bad\r\nContent-Type: application/json\r\n\r\n{\r\n" PART
		     "latin\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\xe9\r\n--x--");
	assert_str(build(f, "body"), "{\"a\":[\"1\",\"2\"],\"meta\":{\"n\":1.0},\"bad\":\"{\","
				     "\"latin\":\"\xc3\xa9\"}");
	assert_str(build(f, "files"),
		   "[{\"field\":\"up\",\"name\":\"cat.png\",\"type\":\"image/png\",\"size\":2,"
		   "\"ref\":\"77/0\"},{\"field\":\"up\",\"name\":\"b.bin\","
		   "\"type\":\"application/octet-stream\",\"size\":0,\"ref\":\"77/1\"}]");
	assert_str(build(f, "raw"), "null");
	assert_true(pawl_input_file(&f->arena, &f->source, 0, &file));
	assert_str(file.name, "cat.png");
	assert_str(file.field, "up");
	assert_true(pawl_str_eq(file.content, PAWL_STR("\xff\0")));
	assert_true(pawl_input_file(&f->arena, &f->source, 1, &file));
	assert_str(file.name, "b.bin");
	assert_false(pawl_input_file(&f->arena, &f->source, 2, &file));
	f->source.request_id = 0;
	assert_non_null(strstr(pawl_arena_dup_c(&f->arena, build(f, "files")), "\"ref\":null"));
	f->source.headers = PAWL_STR("Content-Type: multipart/mixed; boundary=x\r\n");
	assert_str(build(f, "files"), "[]");
	assert_false(pawl_input_file(&f->arena, &f->source, 0, &file));
}

static struct pawl_str
error_code(struct fixture *f)
{
	struct pawl_json v = pawl_input_build(&f->arena, &f->source);

	return pawl_json_get_str(pawl_json_get_c(&v, "body_error"), "code", PAWL_STR(""));
}

static void
test_compressed_bodies(void **state)
{
	struct fixture *f = *state;
	/* {"a":1} */
	struct pawl_str gzip = PAWL_STR("\x1f\x8b\x08\0\0\0\0\0\x02\x03\xabVJT\xb2\x32\xac\x05\0"
					"\xaf\xac\x1bV\x07\0\0\0");

	f->source.headers =
		PAWL_STR("Content-Encoding: gzip\r\nContent-Type: application/json\r\n");
	f->source.body = gzip;
	assert_str(build(f, "body"), "{\"a\":1}");
	assert_str(build(f, "raw"), "\"{\\\"a\\\":1}\"");
	assert_str(error_code(f), "");
	/* These were refused at the door; somebody replays them. */
	f->source.body.len--;
	assert_str(build(f, "body"), "null");
	assert_str(build(f, "raw"), "\"H4sIAAAAAAACA6tWSlSyMqwFAK+sG1YHAAA=\"");
	assert_str(error_code(f), "malformed_body");
	f->source.headers = PAWL_STR("Content-Encoding: zstd\r\n");
	assert_str(error_code(f), "unsupported_encoding");
	f->source.headers = PAWL_STR(FORM);
	f->source.body = PAWL_STR("--x");
	assert_str(build(f, "body"), "null");
	assert_str(build(f, "raw"), "\"--x\"");
	assert_str(error_code(f), "malformed_body");
}

/* `one`, so many times, between `start` and `end`. */
static void
repeat(struct fixture *f, struct pawl_buf *buf, const char *start, const char *one, size_t n,
       const char *end)
{
	pawl_buf_reset(buf);
	pawl_buf_append_c(buf, start);
	for (size_t i = 0; i < n; i++)
		pawl_buf_append_c(buf, one);
	pawl_buf_append_c(buf, end);
	assert_int_equal(pawl_buf_status(buf), PAWL_OK);
	f->source.body = pawl_buf_peek(buf);
}

/* What takes too much memory is not taken apart; its text is still there. */
static void
test_what_is_too_much_is_left_unparsed(void **state)
{
	struct fixture *f = *state;
	struct pawl_buf buf;
	struct pawl_json v;

	pawl_buf_init(&buf, 4 << 20);
	f->source.headers = PAWL_STR("Content-Type: application/json\r\n");
	repeat(f, &buf, "[0", ",0", PAWL_BODY_VALUES_MAX - 2, "]");
	v = pawl_input_build(&f->arena, &f->source);
	assert_int_equal(pawl_json_get_c(&v, "body")->len, PAWL_BODY_VALUES_MAX - 1);
	assert_null(pawl_json_get_c(&v, "body_error"));
	repeat(f, &buf, "[0", ",0", PAWL_BODY_VALUES_MAX - 1, "]");
	v = pawl_input_build(&f->arena, &f->source);
	assert_json(&f->arena, pawl_json_get_c(&v, "body"), "null");
	assert_json(&f->arena, pawl_json_get_c(&v, "body_error"),
		    "{\"code\":\"too_complex\",\"message\":\"there are too many values\"}");
	assert_true(pawl_str_eq(pawl_json_str(pawl_json_get_c(&v, "raw")), f->source.body));
	f->source.headers = PAWL_STR("");
	assert_str(error_code(f), "too_complex");
	f->source.headers = PAWL_STR("Content-Type: application/x-www-form-urlencoded\r\n");
	repeat(f, &buf, "", "a&", PAWL_BODY_FIELDS_MAX, "");
	assert_str(error_code(f), "");
	repeat(f, &buf, "", "a&", PAWL_BODY_FIELDS_MAX, "b=1");
	assert_str(error_code(f), "too_complex");
	f->source.headers = PAWL_STR(FORM);
	repeat(f, &buf, PART "a\r\nContent-Type: application/json\r\n\r\n[0", ",0",
	       PAWL_BODY_VALUES_MAX, "]\r\n--x--");
	v = pawl_input_build(&f->arena, &f->source);
	assert_int_equal(pawl_json_get_c(pawl_json_get_c(&v, "body"), "a")->type, PAWL_JSON_STRING);
	pawl_buf_fini(&buf);
}

static void
check_event(struct fixture *f, const char *headers, const char *body, const char *expected)
{
	f->source.headers = pawl_str_c(headers);
	f->source.body = pawl_str_c(body);
	assert_str(build(f, "cloudevent"), expected);
}

static void
check_no_event(struct fixture *f, const char *headers, const char *body)
{
	struct pawl_json v;

	f->source.headers = pawl_str_c(headers);
	f->source.body = pawl_str_c(body);
	v = pawl_input_build(&f->arena, &f->source);
	assert_null(pawl_json_get_c(&v, "cloudevent"));
	assert_null(pawl_json_get_c(&v, "cloudevents"));
}

#define CE         "ce-specversion: 1.0\r\nCE-ID: 7\r\nCe-Source: /a\r\nce-type: t\r\n"
#define STRUCTURED "Content-Type: application/cloudevents+json; charset=utf-8\r\n"
#define BATCH      "Content-Type: application/cloudevents-batch+json\r\n"
#define EVENT      "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/a\",\"type\":\"t\""

static void
test_cloudevents(void **state)
{
	struct fixture *f = *state;

	check_event(f, CE "Content-Type: application/json\r\nce-subject: Euro%20%E2%82%AC\r\n",
		    "{\"x\":1}",
		    EVENT ",\"subject\":\"Euro \xe2\x82\xac\","
			  "\"datacontenttype\":\"application/json\",\"data\":{\"x\":1}}");
	check_event(f, CE "ce-bad_name: 1\r\nce-: 2\r\nce-ext1: \"a%zz\"\r\n", "",
		    EVENT ",\"ext1\":\"a%zz\",\"data\":null}");
	check_event(f, STRUCTURED, EVENT ",\"data\":{\"x\":[1]},\"n\":2}",
		    EVENT ",\"data\":{\"x\":[1]},\"n\":2}");
	check_event(f, STRUCTURED, EVENT "}", EVENT "}");
	check_event(f, STRUCTURED, EVENT ",\"data_base64\":\"AP8=\",\"n\":2}",
		    EVENT ",\"n\":2,\"data\":\"AP8=\"}");
	check_event(f, STRUCTURED,
		    EVENT ",\"datacontenttype\":\"text/json\",\"data_base64\":\"WzFd\"}",
		    EVENT ",\"datacontenttype\":\"text/json\",\"data\":[1]}");
	f->source.headers = PAWL_STR(BATCH);
	f->source.body = PAWL_STR("[" EVENT "}," EVENT ",\"data_base64\":\"AA==\"}]");
	assert_str(build(f, "cloudevents"), "[" EVENT "}," EVENT ",\"data\":\"AA==\"}]");
}

static void
test_what_is_no_cloudevent(void **state)
{
	struct fixture *f = *state;

	check_no_event(f, "ce-specversion: 0.3\r\nce-id: 7\r\nce-source: /\r\nce-type: t\r\n", "");
	check_no_event(f, "ce-specversion: 1.0\r\nce-source: /\r\nce-type: t\r\n", "");
	check_no_event(f, "ce-specversion: 1.0\r\nce-id: \r\nce-source: /\r\nce-type: t\r\n", "");
	check_no_event(f, STRUCTURED, "[" EVENT "}]");
	check_no_event(f, STRUCTURED,
		       "{\"specversion\":\"1.0\",\"id\":7,\"source\":\"/\","
		       "\"type\":\"t\"}");
	check_no_event(f, BATCH, EVENT "}");
	check_no_event(f, BATCH, "[" EVENT "},{}]");
	check_no_event(f, "Content-Type: application/json\r\n", EVENT "}");
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
		TEST(test_forms_with_files),
		TEST(test_compressed_bodies),
		TEST(test_what_is_too_much_is_left_unparsed),
		TEST(test_cloudevents),
		TEST(test_what_is_no_cloudevent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
