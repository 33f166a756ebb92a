#include "json_testing.h"

#include "data/multipart.h"

#define TYPE "multipart/form-data; boundary=XYZ"
#define HEAD "--XYZ\r\nContent-Disposition: form-data; name="
#define TAIL "\r\n--XYZ--\r\n"

struct parsed {
	struct pawl_arena arena;
	struct pawl_multipart_part *parts;
	size_t n;
	struct pawl_multipart_error error;
	enum pawl_err err;
};

/* Checking alone comes to the same as parsing. */
static void
parse(struct parsed *p, const char *type, struct pawl_str body)
{
	struct pawl_multipart_error error = {0};

	*p = (struct parsed){.n = 0};
	pawl_arena_init(&p->arena, 0);
	p->err = pawl_multipart_parse(&p->arena, pawl_str_c(type), body, &p->parts, &p->n,
				      &p->error);
	assert_int_equal(p->err, pawl_multipart_parse(&p->arena, pawl_str_c(type), body, NULL, NULL,
						      &error));
	if (p->err)
		assert_string_equal(error.message, p->error.message);
}

static void
check_wrong(const char *type, const char *body, size_t part, const char *message)
{
	struct parsed p;

	parse(&p, type, pawl_str_c(body));
	assert_int_equal(p.err, PAWL_EINVAL);
	assert_string_equal(p.error.message, message);
	assert_int_equal(p.error.part, part);
	pawl_arena_fini(&p.arena);
}

static void
test_fields_and_files(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, TYPE,
	      PAWL_STR(HEAD "\"a\"\r\n\r\none"
			    "\r\n" HEAD
			    "\"pic\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n"
			    "\0\r\n--XY\r\n"
			    "\r\n" HEAD "b\r\ncontent-type:text/plain\r\n\r\n" TAIL));
	assert_int_equal(p.err, PAWL_OK);
	assert_int_equal(p.n, 3);
	assert_str(p.parts[0].name, "a");
	assert_false(p.parts[0].is_file);
	assert_str(p.parts[0].content, "one");
	assert_str(p.parts[0].content_type, "");
	assert_true(p.parts[1].is_file);
	assert_str(p.parts[1].filename, "cat.png");
	assert_str(p.parts[1].content_type, "image/png");
	assert_true(pawl_str_eq(p.parts[1].content, PAWL_STR("\0\r\n--XY\r\n")));
	assert_str(p.parts[2].name, "b");
	assert_str(p.parts[2].content, "");
	assert_str(p.parts[2].content_type, "text/plain");
	pawl_arena_fini(&p.arena);
}

static void
test_empty_forms_and_contents(void **state)
{
	static const char *const empty[] = {"--XYZ--", "--XYZ--\r\n", "\r\n--XYZ--\r\n\r\n",
					    "--XYZ-- \t\r\n"};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		parse(&p, TYPE, pawl_str_c(empty[i]));
		assert_int_equal(p.err, PAWL_OK);
		assert_int_equal(p.n, 0);
		pawl_arena_fini(&p.arena);
	}
	/* The headers' last line break may be the boundary's. */
	parse(&p, TYPE, PAWL_STR(HEAD "a\r\n\r\n--XYZ--"));
	assert_int_equal(p.err, PAWL_OK);
	assert_str(p.parts[0].content, "");
	pawl_arena_fini(&p.arena);
	parse(&p, TYPE,
	      PAWL_STR("\r\n--XYZ \t\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n"
		       "--XYZ--"));
	assert_int_equal(p.err, PAWL_OK);
	assert_int_equal(p.n, 1);
	assert_str(p.parts[0].name, "");
	pawl_arena_fini(&p.arena);
}

static void
check_name(const char *disposition, const char *name, const char *filename)
{
	struct parsed p;
	char body[4096];

	snprintf(body, sizeof body, "--XYZ\r\nContent-Disposition: %s\r\n\r\nx" TAIL, disposition);
	parse(&p, TYPE, pawl_str_c(body));
	assert_int_equal(p.err, PAWL_OK);
	assert_true(pawl_str_eq_c(p.parts[0].name, name));
	assert_int_equal(p.parts[0].is_file, filename != NULL);
	assert_true(pawl_str_eq_c(p.parts[0].filename, filename ? filename : ""));
	pawl_arena_fini(&p.arena);
}

static void
test_names(void **state)
{
	(void)state;
	check_name("FORM-DATA;NAME=plain", "plain", NULL);
	check_name("form-data ; name=\"two words\" ;", "two words", NULL);
	check_name("form-data; name=\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d", NULL);
	check_name("form-data; name=\"a%22b%0D%0Ac%20\"", "a\"b\r\nc%20", NULL);
	check_name("form-data; name=\"caf\xc3\xa9\"", "caf\xc3\xa9", NULL);
	check_name("form-data; name=\"caf\xe9\"", "caf\xc3\xa9", NULL);
	check_name("form-data; name=\"a;b=c\"; x=y; size=3", "a;b=c", NULL);
}

static void
test_file_names_are_made_safe(void **state)
{
	(void)state;
	check_name("form-data; name=f; filename=\"\"", "f", "");
	check_name("form-data; name=f; filename=a.txt", "f", "a.txt");
	check_name("form-data; name=f; filename=\"../../etc/passwd\"", "f", "passwd");
	check_name("form-data; name=f; filename=\"C:\\Users\\me\\a.doc\"", "f", "a.doc");
	check_name("form-data; name=f; filename=\"..\"", "f", "");
	check_name("form-data; name=f; filename=\"dir/\"", "f", "");
	check_name("form-data; name=f; filename=\"a\\\"b%0D%0Ac:d|e\"", "f", "a_b__c_d_e");
	check_name("form-data; name=f; filename=\"x\"; filename*=utf-8''na%C3%AFve%2Fb%20c", "f",
		   "b c");
	check_name("form-data; name=f; filename*=UTF-8'en'%e2%98%83.txt", "f", "\xe2\x98\x83.txt");
}

static void
test_long_file_names_are_cut_between_characters(void **state)
{
	char disposition[1024];
	struct parsed p;
	char body[4096];

	(void)state;
	snprintf(disposition, sizeof disposition,
		 "form-data; name=f; filename=\"%0254d\xe2\x98\x83\"", 0);
	snprintf(body, sizeof body, "--XYZ\r\nContent-Disposition: %s\r\n\r\nx" TAIL, disposition);
	parse(&p, TYPE, pawl_str_c(body));
	assert_int_equal(p.err, PAWL_OK);
	assert_int_equal(p.parts[0].filename.len, 254);
	pawl_arena_fini(&p.arena);
}

static void
test_content_types(void **state)
{
	struct parsed p;

	(void)state;
	assert_true(pawl_multipart_is_form(PAWL_STR("Multipart/Form-Data; boundary=x")));
	assert_false(pawl_multipart_is_form(PAWL_STR("multipart/mixed; boundary=x")));
	assert_false(pawl_multipart_is_form(PAWL_STR("multipart/form-data-2; boundary=x")));
	parse(&p, "multipart/form-data ;charset=utf-8; BOUNDARY=\"a b'()+_,-./:=?\"",
	      PAWL_STR("--a b'()+_,-./:=?--"));
	assert_int_equal(p.err, PAWL_OK);
	pawl_arena_fini(&p.arena);
	check_wrong("multipart/form-data", "--XYZ--", 0, "Content-Type has no boundary");
	check_wrong("multipart/form-data; boundary=", "----", 0,
		    "the parameters of Content-Type are malformed");
	check_wrong("multipart/form-data; boundary=\"\"", "----", 0,
		    "the boundary is not what RFC 2046 allows");
	check_wrong("multipart/form-data; boundary=\"x \"", "--x --", 0,
		    "the boundary is not what RFC 2046 allows");
	check_wrong("multipart/form-data; boundary=\"x\ty\"", "--x--", 0,
		    "the boundary is not what RFC 2046 allows");
	check_wrong("multipart/form-data; boundary=a; boundary=b", "--a--", 0,
		    "Content-Type has two boundaries");
	check_wrong("multipart/form-data; boundary=\"a", "--a--", 0,
		    "the parameters of Content-Type are malformed");
	check_wrong("multipart/form-data; boundary="
		    "0123456789012345678901234567890123456789012345678901234567890123456789x",
		    "", 0, "the boundary is not what RFC 2046 allows");
}

static void
test_boundaries_that_are_wrong(void **state)
{
	(void)state;
	check_wrong(TYPE, "", 0, "the body does not begin with the boundary");
	check_wrong(TYPE, "preamble\r\n--XYZ--", 0, "the body does not begin with the boundary");
	check_wrong(TYPE, "--xyz--", 0, "the body does not begin with the boundary");
	check_wrong(TYPE, "--XYZ", 0, "a boundary is followed by something on its line");
	check_wrong(TYPE, "--XYZ\nContent-Disposition: form-data; name=a\n\nx\n--XYZ--\n", 0,
		    "a boundary is followed by something on its line");
	check_wrong(TYPE, "--XYZ--x", 0, "something follows the last boundary");
	check_wrong(TYPE, "--XYZ--\r\nepilogue", 0, "something follows the last boundary");
	check_wrong(TYPE, HEAD "a\r\n\r\nx\r\n--XYZZ\r\n", 1,
		    "a boundary is followed by something on its line");
	check_wrong(TYPE, HEAD "a\r\n\r\nx", 1, "no boundary follows it");
	check_wrong(TYPE, HEAD "a\r\n\r\nx--XYZ--", 1, "no boundary follows it");
	check_wrong(TYPE, HEAD "a\r\n\r\nx\r\n--XYZ\r\n", 2, "the body ends within its headers");
}

static void
check_headers(const char *headers, const char *message)
{
	char body[4096];

	snprintf(body, sizeof body, "--XYZ\r\n%s\r\n\r\nx" TAIL, headers);
	check_wrong(TYPE, body, 1, message);
}

static void
test_headers_that_are_wrong(void **state)
{
	(void)state;
	check_headers("X: y", "it has no Content-Disposition");
	check_headers("Content-Disposition: form-data", "its Content-Disposition has no name");
	check_headers("Content-Disposition: attachment; name=a",
		      "its Content-Disposition is not form-data");
	check_headers("Content-Disposition: form-data; name=a; name=b",
		      "its Content-Disposition says something twice");
	check_headers("Content-Disposition: form-data; name=a; filename=b; filename=c",
		      "its Content-Disposition says something twice");
	check_headers("Content-Disposition: form-data; name=\"a",
		      "its Content-Disposition is malformed");
	check_headers("Content-Disposition: form-data; name",
		      "its Content-Disposition is malformed");
	check_headers("Content-Disposition: form-data; name=\"a\" b",
		      "its Content-Disposition is malformed");
	check_headers("Content-Disposition: form-data; name=a; filename*=latin1''%e9",
		      "its \"filename*\" is not UTF-8''...");
	check_headers("Content-Disposition: form-data; name=a; filename*=utf-8''%ff",
		      "its \"filename*\" is not UTF-8''...");
	check_headers("Content-Disposition: form-data; name=a\r\n\tfolded: yes",
		      "it has a header that is malformed");
	check_headers("Content-Disposition : form-data; name=a",
		      "it has a header that is malformed");
	check_headers(
		"Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
		"it has Content-Disposition twice");
	check_headers("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
		      "it has a Content-Transfer-Encoding: send it as it is");
	check_headers("Content-Disposition: form-data; name=\"a\nb\"",
		      "a header of it holds a control character");
}

static void
check_too_big(struct pawl_buf *body, const char *message, size_t part)
{
	struct parsed p;

	assert_int_equal(pawl_buf_status(body), PAWL_OK);
	parse(&p, TYPE, pawl_buf_peek(body));
	assert_int_equal(p.err, PAWL_ETOOBIG);
	assert_string_equal(p.error.message, message);
	assert_int_equal(p.error.part, part);
	pawl_arena_fini(&p.arena);
	pawl_buf_reset(body);
}

static void
test_limits(void **state)
{
	struct pawl_buf body;
	struct parsed p;

	(void)state;
	pawl_buf_init(&body, 1 << 20);
	for (int i = 0; i < PAWL_MULTIPART_PARTS_MAX; i++)
		pawl_buf_append_c(&body, HEAD "a\r\n\r\nx\r\n");
	pawl_buf_append_c(&body, "--XYZ--");
	parse(&p, TYPE, pawl_buf_peek(&body));
	assert_int_equal(p.err, PAWL_OK);
	assert_int_equal(p.n, PAWL_MULTIPART_PARTS_MAX);
	pawl_arena_fini(&p.arena);
	body.len -= sizeof("--XYZ--") - 1;
	pawl_buf_append_c(&body, HEAD "a\r\n\r\nx" TAIL);
	check_too_big(&body, "there are more than 1000 parts", 0);

	pawl_buf_printf(&body, HEAD "\"%01025d\"\r\n\r\nx" TAIL, 0);
	check_too_big(&body, "its name is longer than 1024 bytes", 1);
	pawl_buf_printf(&body, HEAD "a\r\nX: %09000d\r\n\r\nx" TAIL, 0);
	check_too_big(&body, "its headers are longer than 8 KiB", 1);
	pawl_buf_append_c(&body, HEAD "a\r\n");
	for (int i = 0; i < PAWL_MULTIPART_HEADERS_MAX; i++)
		pawl_buf_append_c(&body, "X: y\r\n");
	pawl_buf_append_c(&body, "\r\nx" TAIL);
	check_too_big(&body, "it has more than 16 headers", 1);
	pawl_buf_fini(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_and_files),
		cmocka_unit_test(test_empty_forms_and_contents),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_file_names_are_made_safe),
		cmocka_unit_test(test_long_file_names_are_cut_between_characters),
		cmocka_unit_test(test_content_types),
		cmocka_unit_test(test_boundaries_that_are_wrong),
		cmocka_unit_test(test_headers_that_are_wrong),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
