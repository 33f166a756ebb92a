#include <stdio.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "http_client_testing.h"

static void
test_status_headers_and_body_arrive(void **state)
{
	struct outcome out;

	get(*state, at_peer(*state, "/request"), &out);
	assert_status(&out, 200);
	assert_true(out.len > 0 && out.elapsed_us > 0);
	assert_non_null(strstr(out.headers, "Content-Length: "));
	outcome_fini(&out);
}

static void
test_any_status_is_a_result(void **state)
{
	static const int statuses[] = {201, 204, 304, 400, 404, 410, 429, 500, 503, 599};
	char path[32];

	for (size_t i = 0; i < LEN(statuses); i++) {
		struct outcome out;

		snprintf(path, sizeof(path), "/status/%d", statuses[i]);
		get(*state, at_peer(*state, path), &out);
		assert_status(&out, statuses[i]);
		assert_int_equal(out.len, 0);
		outcome_fini(&out);
	}
}

/* What a peer sees of a request is what the caller said, and no more. */
static void
test_nothing_is_added_to_a_get_but_host_and_user_agent(void **state)
{
	struct fixture *f = *state;
	char expected[256];
	struct outcome out;

	get(f, at_peer(f, "/request?a=1&b=%20"), &out);
	assert_status(&out, 200);
	snprintf(expected, sizeof(expected),
		 "GET /request?a=1&b=%%20 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		 "User-Agent: pawl/",
		 peer_port(f->peer));
	assert_memory_equal(out.body, expected, strlen(expected));
	assert_null(strstr(out.body, "Accept"));
	assert_string_equal(strchr(strstr(out.body, "pawl/"), '\r'), "\r\n\r\n");
	outcome_fini(&out);
}

static void
test_a_post_has_a_length_and_no_surprises(void **state)
{
	struct pawl_http_call_config config = {.method = PAWL_STR("POST"), .body = PAWL_STR("abc")};
	struct outcome out;

	config.url = pawl_str_c(at_peer(*state, "/request"));
	call(*state, &config, &out);
	assert_status(&out, 200);
	assert_true(body_has(&out, "Content-Length: 3\r\n"));
	assert_false(body_has(&out, "Content-Type"));
	assert_false(body_has(&out, "Accept"));
	assert_false(body_has(&out, "Expect"));
	outcome_fini(&out);
}

static void
test_given_headers_are_sent_as_they_are(void **state)
{
	static const struct pawl_http_header headers[] = {
		{PAWL_STR("Accept"), PAWL_STR("text/plain")},
		{PAWL_STR("User-Agent"), PAWL_STR("mine")},
		{PAWL_STR("X-Empty"), PAWL_STR("")},
		{PAWL_STR("X-Blank"), PAWL_STR(" \t")},
		{PAWL_STR("X-Semi"), PAWL_STR("a; b: c")},
		{PAWL_STR("x-twice"), PAWL_STR("1")},
		{PAWL_STR("x-twice"), PAWL_STR("2")},
		{PAWL_STR("Content-Length"), PAWL_STR("2")},
		{PAWL_STR("Content-Type"), PAWL_STR("application/json")},
		{PAWL_STR("Host"), PAWL_STR("hooks.example")},
		{PAWL_STR("X-Utf8"), PAWL_STR("h\xc3\xa9")},
	};
	struct pawl_http_call_config config = {.method = PAWL_STR("POST"),
					       .headers = headers,
					       .n_headers = LEN(headers),
					       .body = PAWL_STR("{}")};
	static const char *const lines[] = {
		"\r\nAccept: text/plain\r\n",
		"\r\nUser-Agent: mine\r\n",
		"\r\nX-Empty:\r\n",
		"\r\nX-Blank:\r\n",
		"\r\nX-Semi: a; b: c\r\n",
		"\r\nx-twice: 1\r\nx-twice: 2\r\n",
		"\r\nContent-Length: 2\r\n",
		"\r\nContent-Type: application/json\r\n",
		"\r\nHost: hooks.example\r\n",
		"\r\nX-Utf8: h\xc3\xa9\r\n",
	};
	struct outcome out;

	config.url = pawl_str_c(at_peer(*state, "/request"));
	call(*state, &config, &out);
	assert_status(&out, 200);
	for (size_t i = 0; i < LEN(lines); i++) {
		const char *at = strstr(out.body, lines[i]);

		if (at == NULL)
			fail_msg("%s is not in %s", lines[i], out.body);
		assert_null(strstr(at + 2, lines[i]));
	}
	assert_false(body_has(&out, "pawl/"));
	outcome_fini(&out);
}

static void
test_a_header_that_could_smuggle_is_refused(void **state)
{
	static const struct pawl_http_header bad[] = {
		{PAWL_STR("X"), PAWL_STR("a\r\nEvil: 1")},
		{PAWL_STR("X"), PAWL_STR("a\nb")},
		{PAWL_STR("X"), PAWL_STR("a\rb")},
		{PAWL_STR("X"), PAWL_STR("a\0b")},
		{PAWL_STR("X"), PAWL_STR("a\r\n")},
		{PAWL_STR(""), PAWL_STR("a")},
		{PAWL_STR("X Y"), PAWL_STR("a")},
		{PAWL_STR("X:"), PAWL_STR("a")},
		{PAWL_STR("X;"), PAWL_STR("a")},
		{PAWL_STR("X\0"), PAWL_STR("a")},
		{PAWL_STR("X\r\nY"), PAWL_STR("a")},
		{PAWL_STR("\xc3\xa9"), PAWL_STR("a")},
		{PAWL_STR("Content-Length"), PAWL_STR("4")},
		{PAWL_STR("content-length"), PAWL_STR("+3")},
		{PAWL_STR("transfer-ENCODING"), PAWL_STR("chunked")},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(bad); i++) {
		struct pawl_http_call_config config = {.method = PAWL_STR("POST"),
						       .url = pawl_str_c(at_peer(f, "/request")),
						       .headers = &bad[i],
						       .n_headers = 1,
						       .body = PAWL_STR("abc")};
		struct outcome out;

		call(f, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_BAD_REQUEST, "header");
		assert_null(strchr(out.message, '\n'));
		outcome_fini(&out);
	}
	assert_int_equal(peer_connections(f->peer), 0);
}

static void
test_a_bad_method_is_refused(void **state)
{
	static const struct pawl_str bad[] = {
		PAWL_STR(""),        PAWL_STR("GET /"),
		PAWL_STR("GE\r\nT"), PAWL_STR("G\0T"),
		PAWL_STR("CONNECT"), PAWL_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG"),
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(bad); i++) {
		struct pawl_http_call_config config = {.method = bad[i],
						       .url = pawl_str_c(at_peer(f, "/request"))};
		struct outcome out;

		call(f, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_BAD_REQUEST, "method");
		outcome_fini(&out);
	}
	assert_int_equal(peer_connections(f->peer), 0);
}

static void
test_each_method_is_sent_under_its_name(void **state)
{
	static const struct {
		struct pawl_str method, body;
		const char *length;
	} cases[] = {
		{PAWL_STR("GET"), PAWL_STR(""), NULL},
		{PAWL_STR("GET"), PAWL_STR("q"), "Content-Length: 1\r\n"},
		{PAWL_STR("POST"), PAWL_STR(""), "Content-Length: 0\r\n"},
		{PAWL_STR("PUT"), PAWL_STR("abcd"), "Content-Length: 4\r\n"},
		{PAWL_STR("PUT"), PAWL_STR(""), "Content-Length: 0\r\n"},
		{PAWL_STR("PATCH"), PAWL_STR("ab"), "Content-Length: 2\r\n"},
		{PAWL_STR("DELETE"), PAWL_STR(""), NULL},
		{PAWL_STR("DELETE"), PAWL_STR("abc"), "Content-Length: 3\r\n"},
		{PAWL_STR("OPTIONS"), PAWL_STR(""), NULL},
		{PAWL_STR("PROPFIND"), PAWL_STR(""), NULL},
	};

	/* On one curl handle, in both orders: nothing of a call shows in the next. */
	for (size_t i = 0; i < 2 * LEN(cases); i++) {
		size_t k = i < LEN(cases) ? i : 2 * LEN(cases) - 1 - i;
		struct pawl_http_call_config config = {
			.method = cases[k].method,
			.url = pawl_str_c(at_peer(*state, "/request")),
			.body = cases[k].body};
		char start[64];
		struct outcome out;

		call(*state, &config, &out);
		assert_status(&out, 200);
		snprintf(start, sizeof(start), "%.*s /request HTTP/1.1\r\n",
			 PAWL_STR_ARG(cases[k].method));
		assert_memory_equal(out.body, start, strlen(start));
		assert_int_equal(body_has(&out, "Content-Length"), cases[k].length != NULL);
		if (cases[k].length != NULL)
			assert_true(body_has(&out, cases[k].length));
		outcome_fini(&out);
	}
}

static void
test_a_head_request_has_headers_and_no_body(void **state)
{
	struct pawl_http_call_config config = {.method = PAWL_STR("HEAD")};
	struct outcome out;

	/* The peer sends no body to a status without one. */
	config.url = pawl_str_c(at_peer(*state, "/status/200"));
	call(*state, &config, &out);
	assert_status(&out, 200);
	assert_int_equal(out.len, 0);
	outcome_fini(&out);
	get(*state, at_peer(*state, "/big/5"), &out);
	assert_body(&out, "xxxxx");
	outcome_fini(&out);
	config.body = PAWL_STR("x");
	call(*state, &config, &out);
	assert_error(&out, PAWL_HTTP_CALL_BAD_REQUEST, "HEAD");
	outcome_fini(&out);
}

static void
assert_echoes(struct fixture *f, size_t len)
{
	char *body = pawl_malloc(len + 1);
	struct pawl_http_call_config config = {.method = PAWL_STR("POST")};
	struct outcome out;

	for (size_t i = 0; i < len; i++)
		body[i] = (char)(i * 7 + i / 251);
	config.url = pawl_str_c(at_peer(f, "/echo"));
	config.body = pawl_str(body, len);
	send_call(f, &config, &out);
	/* It has its own copy. */
	memset(body, 'z', len);
	run_pending(f);
	assert_status(&out, 200);
	assert_int_equal(out.len, len);
	for (size_t i = 0; i < len; i++) {
		if (out.body[i] != (char)(i * 7 + i / 251))
			fail_msg("byte %zu of %zu differs", i, len);
	}
	outcome_fini(&out);
	free(body);
}

static void
test_a_body_arrives_to_the_byte(void **state)
{
	static const size_t lengths[] = {0, 1, 2, 1023, 4096, 65535, 65536, 65537, 300000, 4000000};

	for (size_t i = 0; i < LEN(lengths); i++)
		assert_echoes(*state, lengths[i]);
	assert_int_equal(peer_connections(((struct fixture *)*state)->peer), 1);
}

static void
test_a_body_may_be_as_large_as_the_limit_and_no_larger(void **state)
{
	static const char *const paths[] = {"/big/5000", "/chunked/5000"};

	for (size_t i = 0; i < LEN(paths); i++) {
		struct pawl_http_call_config config = {.method = PAWL_STR("GET"),
						       .url = pawl_str_c(at_peer(*state, paths[i])),
						       .max_response_bytes = 5000};
		struct outcome out;

		call(*state, &config, &out);
		assert_status(&out, 200);
		assert_int_equal(out.len, 5000);
		outcome_fini(&out);
		config.max_response_bytes = 4999;
		call(*state, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_TOO_LARGE, "4999 bytes");
		assert_int_equal(out.status, 200);
		assert_true(out.len <= 4999);
		outcome_fini(&out);
	}
}

static void
test_the_limit_is_ten_mebibytes_unless_set(void **state)
{
	struct outcome out;

	get(*state, at_peer(*state, "/big/10485760"), &out);
	assert_status(&out, 200);
	assert_int_equal(out.len, 10485760);
	outcome_fini(&out);
	get(*state, at_peer(*state, "/chunked/4000000000"), &out);
	assert_error(&out, PAWL_HTTP_CALL_TOO_LARGE, "10485760 bytes");
	outcome_fini(&out);
}

static void
test_too_many_response_headers_are_refused(void **state)
{
	struct outcome out;

	get(*state, at_peer(*state, "/headers/900"), &out);
	assert_status(&out, 200);
	assert_int_equal(out.n_headers, 901);
	outcome_fini(&out);
	get(*state, at_peer(*state, "/headers/20000"), &out);
	assert_error(&out, PAWL_HTTP_CALL_TOO_LARGE, "headers");
	outcome_fini(&out);
}

static void
test_only_the_final_response_counts(void **state)
{
	struct outcome out;

	get(*state,
	    at_peer(*state,
		    "/raw/HTTP/1.1+103+Early%0AX-Early:+1%0A%0A"
		    "HTTP/1.1+200+OK%0AX-Final:++a+b++%0AX-Empty:%0AContent-Length:+2%0A%0Aok"),
	    &out);
	assert_status(&out, 200);
	assert_body(&out, "ok");
	assert_string_equal(out.headers, "X-Final: a b\nX-Empty: \nContent-Length: 2\n");
	outcome_fini(&out);
}

static void
test_trailers_are_no_headers(void **state)
{
	struct outcome out;

	get(*state, at_peer(*state, "/chunked/10"), &out);
	assert_status(&out, 200);
	assert_body(&out, "xxxxxxxxxx");
	assert_string_equal(out.headers, "Transfer-Encoding: chunked\n");
	outcome_fini(&out);
}

static void
test_a_folded_header_is_joined(void **state)
{
	struct outcome out;

	get(*state,
	    at_peer(*state, "/raw/HTTP/1.1+200+OK%0AX-Long:+one%0A++two%0AContent-Length:+0%0A%0A"),
	    &out);
	assert_status(&out, 200);
	assert_string_equal(out.headers, "X-Long: one two\nContent-Length: 0\n");
	outcome_fini(&out);
}

static void
test_an_answer_that_is_not_http_is_a_network_error(void **state)
{
	static const char *const paths[] = {
		"/raw/SSH-2.0-OpenSSH%0A",
		"/drop",
		"/raw/HTTP/1.1+200+OK%0AContent-Le",
		"/raw/HTTP/1.1+200+OK%0AContent-Length:+9%0A%0Ashort",
		"/raw/HTTP/1.1+200+OK%0ATransfer-Encoding:+chunked%0A%0Azz%0A",
	};

	for (size_t i = 0; i < LEN(paths); i++) {
		struct outcome out;

		get(*state, at_peer(*state, paths[i]), &out);
		assert_error(&out, PAWL_HTTP_CALL_NETWORK, "127.0.0.1");
		outcome_fini(&out);
	}
}

static void
test_bad_urls_are_refused_with_a_reason(void **state)
{
	static const struct {
		struct pawl_str url;
		const char *mentions;
	} cases[] = {
		{PAWL_STR(""), "empty"},
		{PAWL_STR("/path"), "http://"},
		{PAWL_STR("ftp://127.0.0.1/"), "http://"},
		{PAWL_STR("file:///etc/passwd"), "http://"},
		{PAWL_STR("gopher://127.0.0.1/"), "http://"},
		{PAWL_STR("//127.0.0.1/"), "http://"},
		{PAWL_STR("http:/127.0.0.1/"), "http://"},
		{PAWL_STR("http"), "http://"},
		{PAWL_STR("http://"), "no host"},
		{PAWL_STR("http:///path"), "no host"},
		{PAWL_STR("http://user@/"), "no host"},
		{PAWL_STR("http://127.0.0.1/a b"), "space"},
		{PAWL_STR("http://127.0.0.1/\r\nX: y"), "control"},
		{PAWL_STR("http://127.0.0.1/\0"), "control"},
		{PAWL_STR("http://127.0.0.1:99999/"), ""},
		{PAWL_STR("http://[::1/"), ""},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_http_call_config config = {.method = PAWL_STR("GET"),
						       .url = cases[i].url};
		struct outcome out;

		call(*state, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_BAD_URL, cases[i].mentions);
		outcome_fini(&out);
	}
}

static void
test_a_url_may_hold_text_of_any_language(void **state)
{
	struct outcome out;

	get(*state, at_peer(*state, "/request/\xe4\xbd\xa0?q=\xc3\xa9&r=%41#part"), &out);
	assert_status(&out, 200);
	assert_true(body_has(&out, "GET /request/%E4%BD%A0?q=%C3%A9&r=%41 HTTP/1.1\r\n"));
	outcome_fini(&out);
}

static void
test_credentials_in_a_url_are_used_once_and_never_told(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	get(f, at_host(f, "joe:s3cret@127.0.0.1", "/request"), &out);
	assert_status(&out, 200);
	assert_true(body_has(&out, "Authorization: Basic am9lOnMzY3JldA==\r\n"));
	outcome_fini(&out);
	get(f, at_peer(f, "/request"), &out);
	assert_false(body_has(&out, "Authorization"));
	outcome_fini(&out);
	get(f, at_host(f, "joe:s3cret@127.0.0.1", "/drop"), &out);
	assert_error(&out, PAWL_HTTP_CALL_NETWORK, "127.0.0.1");
	assert_null(strstr(out.message, "s3cret"));
	outcome_fini(&out);
}

static void
test_every_error_has_a_name(void **state)
{
	(void)state;
	for (int i = PAWL_HTTP_CALL_OK; i <= PAWL_HTTP_CALL_NETWORK; i++) {
		for (int k = PAWL_HTTP_CALL_OK; k < i; k++)
			assert_string_not_equal(pawl_http_call_error_name(i),
						pawl_http_call_error_name(k));
	}
	assert_string_equal(pawl_http_call_error_name(PAWL_HTTP_CALL_TOO_LARGE), "too_large");
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PEER(test_status_headers_and_body_arrive),
		WITH_PEER(test_any_status_is_a_result),
		WITH_PEER(test_nothing_is_added_to_a_get_but_host_and_user_agent),
		WITH_PEER(test_a_post_has_a_length_and_no_surprises),
		WITH_PEER(test_given_headers_are_sent_as_they_are),
		WITH_PEER(test_a_header_that_could_smuggle_is_refused),
		WITH_PEER(test_a_bad_method_is_refused),
		WITH_PEER(test_each_method_is_sent_under_its_name),
		WITH_PEER(test_a_head_request_has_headers_and_no_body),
		WITH_PEER(test_a_body_arrives_to_the_byte),
		WITH_PEER(test_a_body_may_be_as_large_as_the_limit_and_no_larger),
		WITH_PEER(test_the_limit_is_ten_mebibytes_unless_set),
		WITH_PEER(test_too_many_response_headers_are_refused),
		WITH_PEER(test_only_the_final_response_counts),
		WITH_PEER(test_trailers_are_no_headers),
		WITH_PEER(test_a_folded_header_is_joined),
		WITH_PEER(test_an_answer_that_is_not_http_is_a_network_error),
		WITH_PEER(test_bad_urls_are_refused_with_a_reason),
		WITH_PEER(test_a_url_may_hold_text_of_any_language),
		WITH_PEER(test_credentials_in_a_url_are_used_once_and_never_told),
		cmocka_unit_test(test_every_error_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
