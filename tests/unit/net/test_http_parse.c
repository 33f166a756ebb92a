/* Framing without sockets: every case whole and cut at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "net/http_parse.h"

#define H     "POST /p HTTP/1.1\r\nHost: a\r\n"
#define G     "GET / HTTP/1.1\r\n"
#define CHUNK H "Transfer-Encoding: chunked\r\n\r\n"

static struct pawl_http_limits limits;
static struct pawl_http_parser parser;

static int
setup(void **state)
{
	pawl_http_limits_init(&limits);
	limits.max_header_bytes = 512;
	limits.max_headers = 8;
	limits.max_body_bytes = 64;
	pawl_http_parser_init(&parser, &limits);
	parser.max_body = 64;
	return 0;
}

static int
teardown(void **state)
{
	pawl_http_parser_fini(&parser);
	return 0;
}

/* Feeds the bytes as two reads, from memory that goes away. Returns the status of the refusal, 0
 * for a whole request, -1 when more is needed. *used is where the request ended. */
static int
parse(struct pawl_str in, size_t cut, size_t *used)
{
	char *first = pawl_memdup0(in.ptr, cut);
	char *whole = pawl_memdup0(in.ptr, in.len);
	enum pawl_http_parse result;
	size_t at = 0, n = 0;

	pawl_http_parser_reset(&parser);
	parser.max_body = limits.max_body_bytes;
	result = pawl_http_parser_head(&parser, first, cut);
	if (result == PAWL_HTTP_PARSE_MORE) {
		memset(first, 'Z', cut);
		result = pawl_http_parser_head(&parser, whole, in.len);
		cut = in.len;
	} else if (result == PAWL_HTTP_PARSE_DONE) {
		/* What is beyond the cut comes from the other copy, as a body does. */
		pawl_http_parser_keep(&parser);
	}
	if (result == PAWL_HTTP_PARSE_DONE) {
		pawl_http_parser_keep(&parser);
		at = parser.head_len;
		result = parser.is_done ? PAWL_HTTP_PARSE_DONE : PAWL_HTTP_PARSE_MORE;
		if (!parser.is_done && cut > at) {
			result = pawl_http_parser_body(&parser, whole + at, cut - at, &n);
			at += n;
		}
		if (result == PAWL_HTTP_PARSE_MORE && cut < in.len) {
			result = pawl_http_parser_body(&parser, whole + cut, in.len - cut, &n);
			at = cut + n;
		}
	}
	*used = at;
	/* The body may lie in `whole`: keep it readable for the caller in the parser's memory. */
	if (result == PAWL_HTTP_PARSE_DONE && parser.req.body.len > 0 && parser.view.ptr) {
		pawl_buf_append_str(&parser.body, parser.view);
		parser.req.body = pawl_buf_peek(&parser.body);
	}
	free(first);
	free(whole);
	if (result == PAWL_HTTP_PARSE_REFUSED)
		return parser.refusal.status;
	return result == PAWL_HTTP_PARSE_DONE ? 0 : -1;
}

struct refused {
	const char *name;
	struct pawl_str in;
	int status;
};

#define R(name, text, status) {name, PAWL_STR(text), status}

static void
check_refused(const struct refused *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t cut = 0; cut <= cases[i].in.len; cut++) {
			size_t used;
			int status = parse(cases[i].in, cut, &used);

			if (status != cases[i].status)
				fail_msg("%s, cut at %zu: %d instead of %d", cases[i].name, cut,
					 status, cases[i].status);
			assert_non_null(parser.refusal.type);
			assert_non_null(parser.refusal.detail);
		}
	}
}

#define CHECK_REFUSED(cases) check_refused(cases, sizeof(cases) / sizeof((cases)[0]))

static void
test_malformed_request_lines_are_refused(void **state)
{
	static const struct refused cases[] = {
		R("no version", "GET /\r\nHost: a\r\n\r\n", 400),
		R("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("trailing space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
		R("leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("lower-case http", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
		R("odd version", "GET / HTTP/1.x\r\nHost: a\r\n\r\n", 400),
		R("long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
		R("1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
		R("2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
		R("0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
		R("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
		R("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
		R("lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
		R("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
		R("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
		R("method that is no token", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("other scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("no authority", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("user in authority", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("quote", "GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("angle", "GET /<b> HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("backslash", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("not ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("DEL", "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("NUL in target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("bare CR in target", "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
		R("bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
		R("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
	};

	CHECK_REFUSED(cases);
}

static void
test_malformed_headers_are_refused(void **state)
{
	static const struct refused cases[] = {
		R("space before colon", G "Host: a\r\nX : b\r\n\r\n", 400),
		R("tab before colon", G "Host: a\r\nX\t: b\r\n\r\n", 400),
		R("folded", G "Host: a\r\nX: b\r\n c\r\n\r\n", 400),
		R("folded with tab", G "Host: a\r\nX: b\r\n\tc\r\n\r\n", 400),
		R("folded first line", G " X: b\r\nHost: a\r\n\r\n", 400),
		R("line of blanks", G "Host: a\r\n \r\n\r\n", 400),
		R("empty name", G "Host: a\r\n: b\r\n\r\n", 400),
		R("no colon", G "Host: a\r\nXb\r\n\r\n", 400),
		R("name that is no token", G "Host: a\r\nX(: b\r\n\r\n", 400),
		R("name that is not ASCII", G "Host: a\r\nX\xc3: b\r\n\r\n", 400),
		R("NUL in value", G "Host: a\r\nX: b\0c\r\n\r\n", 400),
		R("NUL in name", G "Host: a\r\nX\0: b\r\n\r\n", 400),
		R("NUL at the end", G "Host: a\r\nX: b\r\n\0\r\n", 400),
		R("control in value", G "Host: a\r\nX: b\x01\r\n\r\n", 400),
		R("vertical tab", G "Host: a\r\nX: b\x0b\r\n\r\n", 400),
		R("DEL in value", G "Host: a\r\nX: b\x7f\r\n\r\n", 400),
		R("bare CR in value", G "Host: a\r\nX: b\rc\r\n\r\n", 400),
		R("CR CR LF", G "Host: a\r\r\n\r\n", 400),
		R("bare LF", G "Host: a\nX: b\r\n\r\n", 400),
		R("bare LF at the end", G "Host: a\r\n\n", 400),
		R("bare CR at the end", G "Host: a\r\n\rX", 400),
		R("no Host", G "X: b\r\n\r\n", 400),
		R("no header at all", G "\r\n", 400),
		R("two Hosts", G "Host: a\r\nhost: a\r\n\r\n", 400),
		R("two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
		R("Host with path", G "Host: a/b\r\n\r\n", 400),
		R("Host with space", G "Host: a b\r\n\r\n", 400),
		R("Host with user", G "Host: u@a\r\n\r\n", 400),
		R("Expect", H "Expect: 200-ok\r\n\r\n", 417),
		R("many headers",
		  G "Host: a\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n", 431),
	};

	CHECK_REFUSED(cases);
}

static void
test_ambiguous_framing_is_refused(void **state)
{
	static const struct refused cases[] = {
		R("CL and TE", H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
		R("TE and CL", H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
		R("two CLs", H "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
		R("two equal CLs", H "Content-Length: 3\r\ncontent-length: 3\r\n\r\n", 400),
		R("list of CLs", H "Content-Length: 3, 3\r\n\r\n", 400),
		R("CL: +3", H "Content-Length: +3\r\n\r\n", 400),
		R("CL: -3", H "Content-Length: -3\r\n\r\n", 400),
		R("CL: 0x3", H "Content-Length: 0x3\r\n\r\n", 400),
		R("CL: 3 3", H "Content-Length: 3 3\r\n\r\n", 400),
		R("CL: 3.0", H "Content-Length: 3.0\r\n\r\n", 400),
		R("empty CL", H "Content-Length:\r\n\r\n", 400),
		R("CL past 64 bits", H "Content-Length: 18446744073709551616\r\n\r\n", 400),
		R("TE gzip", H "Transfer-Encoding: gzip\r\n\r\n", 501),
		R("TE list", H "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
		R("TE identity", H "Transfer-Encoding: identity\r\n\r\n", 501),
		R("TE xchunked", H "Transfer-Encoding: xchunked\r\n\r\n", 501),
		R("TE chunked;a", H "Transfer-Encoding: chunked;a=b\r\n\r\n", 501),
		R("TE quoted", H "Transfer-Encoding: \"chunked\"\r\n\r\n", 501),
		R("TE empty", H "Transfer-Encoding:\r\n\r\n", 501),
		R("two TEs", H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		  501),
		R("TE in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
	};

	CHECK_REFUSED(cases);
}

static void
test_malformed_chunks_are_refused(void **state)
{
	static const struct refused cases[] = {
		R("no size", CHUNK "\r\nabc\r\n0\r\n\r\n", 400),
		R("not hex", CHUNK "g\r\n", 400),
		R("negative", CHUNK "-3\r\nabc\r\n0\r\n\r\n", 400),
		R("0x", CHUNK "0x3\r\nabc\r\n0\r\n\r\n", 400),
		R("past 64 bits", CHUNK "10000000000000003\r\nabc", 400),
		R("space before size", CHUNK " 3\r\nabc\r\n0\r\n\r\n", 400),
		R("space after size", CHUNK "3 \r\nabc\r\n0\r\n\r\n", 400),
		R("LF after size", CHUNK "3\nabc\r\n0\r\n\r\n", 400),
		R("LF after data", CHUNK "3\r\nabc\n0\r\n\r\n", 400),
		R("LF at the end", CHUNK "3\r\nabc\r\n0\r\n\n", 400),
		R("data too long", CHUNK "3\r\nabcd\r\n0\r\n\r\n", 400),
		R("data too short", CHUNK "4\r\nabc\r\n0\r\n\r\n", 400),
		R("NUL in extension", CHUNK "3;a=\0\r\nabc\r\n0\r\n\r\n", 400),
		R("CR in extension", CHUNK "3;a\rb\r\nabc\r\n0\r\n\r\n", 400),
		R("folded trailer", CHUNK "0\r\nA: b\r\n c\r\n\r\n", 400),
		R("NUL in trailer", CHUNK "0\r\nA: b\0\r\n\r\n", 400),
		R("LF in trailer", CHUNK "0\r\nA: b\nC: d\r\n\r\n", 400),
		R("body over the limit", CHUNK "40\r\n", -1),
		R("chunk over the limit", CHUNK "41\r\n", 413),
		R("chunk far over the limit", CHUNK "ffffffffffffffff\r\n", 413),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].status < 0) {
			size_t used;

			assert_int_equal(parse(cases[i].in, cases[i].in.len, &used), -1);
		} else {
			check_refused(&cases[i], 1);
		}
	}
}

struct accepted {
	const char *name;
	struct pawl_str in;
	const char *path, *body;
	size_t rest; /* bytes behind the request */
};

#define A(name, text, path, body, rest) {name, PAWL_STR(text), path, body, rest}

static void
test_good_requests_are_taken_wherever_they_are_cut(void **state)
{
	static const struct accepted cases[] = {
		A("GET", G "Host: a\r\n\r\n", "/", "", 0),
		A("1.0 without Host", "GET /x HTTP/1.0\r\n\r\n", "/x", "", 0),
		A("empty Host", G "Host:\r\n\r\n", "/", "", 0),
		A("IPv6 Host", G "Host: [::1]:80\r\n\r\n", "/", "", 0),
		A("blanks around values", G "Host: \t a \t\r\n\r\n", "/", "", 0),
		A("not ASCII in a value", G "Host: a\r\nX: \xc3\xa4\r\n\r\n", "/", "", 0),
		A("absolute", "GET http://a.b:80/c?d HTTP/1.1\r\nHost: x\r\n\r\n", "/c", "", 0),
		A("absolute, no path", "GET HTTPS://a HTTP/1.1\r\nHost: x\r\n\r\n", "/", "", 0),
		A("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "", 0),
		A("braces", "GET /{a}|b^c` HTTP/1.1\r\nHost: a\r\n\r\n", "/{a}|b^c`", "", 0),
		A("upgrade", H "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET", "/p", "", 3),
		A("length", H "Content-Length: 3\r\n\r\nabcGET", "/p", "abc", 3),
		A("padded length", H "Content-Length:  0003  \r\n\r\nabc", "/p", "abc", 0),
		A("length 0", H "Content-Length: 0\r\n\r\nGET", "/p", "", 3),
		A("upgrade with body",
		  H "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabcG", "/p",
		  "abc", 1),
		A("close", H "Connection: close\r\nContent-Length: 3\r\n\r\nabcG", "/p", "abc", 1),
		A("chunked", CHUNK "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", "/p", "abcde", 3),
		A("chunked, other case", H "transfer-encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n",
		  "/p", "a", 0),
		A("chunked, empty", CHUNK "0\r\n\r\nGET", "/p", "", 3),
		A("chunk that looks like framing", CHUNK "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "/p",
		  "\r\n0\r\n\r\n", 0),
		A("chunk of blanks", CHUNK "2\r\n \t\r\n0\r\n\r\n", "/p", " \t", 0),
		A("extension", CHUNK "3;a=b\r\nabc\r\n0;c\r\n\r\nG", "/p", "abc", 1),
		A("trailers", CHUNK "3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\nG", "/p", "abc", 1),
		A("length among the trailers", CHUNK "0\r\nContent-Length: 5\r\n\r\nGET", "/p", "",
		  3),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct accepted *c = &cases[i];

		for (size_t cut = 0; cut <= c->in.len - c->rest; cut++) {
			size_t used;
			int status = parse(c->in, cut, &used);

			if (status != 0)
				fail_msg("%s, cut at %zu: %d (%s)", c->name, cut, status,
					 status > 0 ? parser.refusal.detail : "");
			if (used != c->in.len - c->rest)
				fail_msg("%s, cut at %zu: ends at %zu", c->name, cut, used);
			assert_true(pawl_str_eq_c(parser.req.path, c->path));
			if (!pawl_str_eq_c(parser.req.body, c->body))
				fail_msg("%s, cut at %zu: body \"%.*s\"", c->name, cut,
					 PAWL_STR_ARG(parser.req.body));
		}
	}
}

static void
test_target_is_taken_apart(void **state)
{
	size_t used;

	parse(PAWL_STR("GET /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n"), 20, &used);
	assert_true(pawl_str_eq_c(parser.req.target, "/a/b?c=d?e"));
	assert_true(pawl_str_eq_c(parser.req.query, "c=d?e"));
	parse(PAWL_STR("GET /a? HTTP/1.1\r\nHost: a\r\n\r\n"), 0, &used);
	assert_non_null(parser.req.query.ptr);
	assert_int_equal(parser.req.query.len, 0);
	parse(PAWL_STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), 0, &used);
	assert_null(parser.req.query.ptr);
	parse(PAWL_STR("GET http://h/a?b HTTP/1.1\r\nHost: a\r\n\r\n"), 0, &used);
	assert_true(pawl_str_eq_c(parser.req.target, "/a?b"));
	parse(PAWL_STR("GET http://h HTTP/1.1\r\nHost: a\r\n\r\n"), 18, &used);
	assert_true(pawl_str_eq_c(parser.req.target, "/"));
}

static void
test_headers_survive_moves_of_the_buffer(void **state)
{
	static const char text[] =
		H "X-One:  1 \r\nx-two:\r\nx-one: 3\r\nContent-Length: 1\r\n\r\na";
	struct pawl_str in = PAWL_STR(text);

	for (size_t cut = 0; cut < in.len; cut++) {
		size_t used;
		struct pawl_str two;

		assert_int_equal(parse(in, cut, &used), 0);
		assert_int_equal(parser.req.n_headers, 5);
		assert_true(pawl_str_eq_c(pawl_http_request_header(&parser.req, "X-ONE"), "1"));
		two = pawl_http_request_header(&parser.req, "X-Two");
		assert_non_null(two.ptr);
		assert_int_equal(two.len, 0);
		assert_null(pawl_http_request_header(&parser.req, "X-Three").ptr);
		assert_true(pawl_str_eq_c(parser.req.headers[1].name, "X-One"));
		assert_true(pawl_str_eq_c(parser.req.target, "/p"));
	}
}

static void
test_keep_alive_follows_version_and_connection(void **state)
{
	static const struct {
		struct pawl_str in;
		bool is_kept;
	} cases[] = {
		{PAWL_STR(G "Host: a\r\n\r\n"), true},
		{PAWL_STR(G "Host: a\r\nConnection: close\r\n\r\n"), false},
		{PAWL_STR(G "Host: a\r\nConnection: keep-alive, Close\r\n\r\n"), false},
		{PAWL_STR(G "Host: a\r\nConnection: TE\r\nConnection: close\r\n\r\n"), false},
		{PAWL_STR("GET / HTTP/1.0\r\n\r\n"), false},
		{PAWL_STR("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t used;

		assert_int_equal(parse(cases[i].in, 5, &used), 0);
		assert_int_equal(parser.is_keep_alive, cases[i].is_kept);
	}
}

static void
test_head_over_its_limit_is_refused_before_it_ends(void **state)
{
	char text[2048] = H "X: ";
	size_t start = strlen(text), used;

	memset(text + start, 'x', sizeof(text) - start);
	assert_int_equal(parse(pawl_str(text, 512), 0, &used), -1);
	assert_int_equal(parse(pawl_str(text, 513), 0, &used), 431);
	assert_int_equal(parse(pawl_str(text, 2048), 100, &used), 431);
	assert_true(parser.has_request_line);
	memset(text, 'G', sizeof(text));
	assert_int_equal(parse(pawl_str(text, 2048), 1, &used), 431);
	assert_false(parser.has_request_line);
}

static void
test_head_of_exactly_the_limit_is_taken(void **state)
{
	char text[1024] = H "X: ";
	size_t start = strlen(text), used;

	memset(text + start, 'x', 512 - 4 - start);
	memcpy(text + 508, "\r\n\r\n", 4);
	assert_int_equal(parse(pawl_str(text, 512), 0, &used), 0);
	memset(text + start, 'x', 513 - 4 - start);
	memcpy(text + 509, "\r\n\r\n", 4);
	assert_int_equal(parse(pawl_str(text, 513), 0, &used), 431);
}

/* Feeds `unit` again and again; returns the status that ends it. */
static int
feed_for_ever(const char *unit, size_t max_units)
{
	size_t used, len = strlen(unit);

	for (size_t i = 0; i < max_units; i++) {
		if (pawl_http_parser_body(&parser, unit, len, &used) == PAWL_HTTP_PARSE_REFUSED)
			return parser.refusal.status;
	}
	return 0;
}

static void
begin_chunked(void)
{
	size_t used;

	assert_int_equal(parse(PAWL_STR(CHUNK), 3, &used), -1);
}

static void
test_framing_without_data_is_bounded(void **state)
{
	begin_chunked();
	assert_int_equal(feed_for_ever("00000000", 10000), 400);
	begin_chunked();
	assert_int_equal(feed_for_ever("1;", 1), 0);
	assert_int_equal(feed_for_ever("xxxxxxxx", 10000), 400);
	begin_chunked();
	assert_int_equal(feed_for_ever("0\r\n", 1), 0);
	assert_int_equal(feed_for_ever("A: bbbbb\r\n", 10000), 400);
}

static void
test_one_byte_chunks_are_taken(void **state)
{
	begin_chunked();
	parser.max_body = 100000;
	assert_int_equal(feed_for_ever("001\r\na\r\n", 100000), 0);
	assert_int_equal(feed_for_ever("1\r\na\r\n", 1), 413);
}

static void
test_discarded_body_is_checked_but_not_kept(void **state)
{
	begin_chunked();
	parser.is_discarding = true;
	assert_int_equal(feed_for_ever("3\r\nabc\r\n", 1000), 0);
	assert_int_equal(parser.body_len, 3000);
	assert_int_equal(parser.body.len, 0);
	assert_int_equal(feed_for_ever("3\r\nabcd\r\n", 1), 400);
}

static void
test_whole_request_is_not_copied(void **state)
{
	static const char text[] = H "Content-Length: 3\r\n\r\nabc";
	size_t used;

	pawl_http_parser_reset(&parser);
	parser.max_body = 64;
	assert_int_equal(pawl_http_parser_head(&parser, text, sizeof(text) - 1),
			 PAWL_HTTP_PARSE_DONE);
	assert_int_equal(pawl_http_parser_body(&parser, text + parser.head_len, 3, &used),
			 PAWL_HTTP_PARSE_DONE);
	assert_ptr_equal(parser.req.body.ptr, text + parser.head_len);
	assert_ptr_equal(parser.req.path.ptr, text + 5);
}

static void
test_method_names_go_both_ways(void **state)
{
	enum pawl_http_method method;

	for (int m = PAWL_HTTP_GET; m < PAWL_HTTP_OTHER; m++) {
		assert_true(pawl_http_method_parse(
			pawl_str_c(pawl_http_method_name((enum pawl_http_method)m)), &method));
		assert_int_equal(method, m);
	}
	assert_false(pawl_http_method_parse(PAWL_STR("post"), &method));
	assert_false(pawl_http_method_parse(PAWL_STR("OTHER"), &method));
	assert_false(pawl_http_method_parse(PAWL_STR(""), &method));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_malformed_request_lines_are_refused),
		cmocka_unit_test(test_malformed_headers_are_refused),
		cmocka_unit_test(test_ambiguous_framing_is_refused),
		cmocka_unit_test(test_malformed_chunks_are_refused),
		cmocka_unit_test(test_good_requests_are_taken_wherever_they_are_cut),
		cmocka_unit_test(test_target_is_taken_apart),
		cmocka_unit_test(test_headers_survive_moves_of_the_buffer),
		cmocka_unit_test(test_keep_alive_follows_version_and_connection),
		cmocka_unit_test(test_head_over_its_limit_is_refused_before_it_ends),
		cmocka_unit_test(test_head_of_exactly_the_limit_is_taken),
		cmocka_unit_test(test_framing_without_data_is_bounded),
		cmocka_unit_test(test_one_byte_chunks_are_taken),
		cmocka_unit_test(test_discarded_body_is_checked_but_not_kept),
		cmocka_unit_test(test_whole_request_is_not_copied),
		cmocka_unit_test(test_method_names_go_both_ways),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
