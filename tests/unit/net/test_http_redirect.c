#include <stdio.h>

#include "http_client_testing.h"

/* Sends to /location/STATUS, which redirects to `to`. */
static void
redirected(struct fixture *f, const char *method, int status, const char *to, const char *body,
	   struct outcome *out)
{
	const struct pawl_http_header headers[] = {
		{PAWL_STR("X-To"), pawl_str_c(to)},
		{PAWL_STR("Authorization"), PAWL_STR("Bearer s3cret")},
		{PAWL_STR("cookie"), PAWL_STR("id=s3cret")},
		{PAWL_STR("Host"), PAWL_STR("first.example")},
		{PAWL_STR("Content-Type"), PAWL_STR("text/plain")},
		{PAWL_STR("X-Api-Key"), PAWL_STR("also-s3cret")},
		{PAWL_STR("accept"), PAWL_STR("text/html")},
	};
	char path[32];
	struct pawl_http_call_config config = {
		.method = pawl_str_c(method),
		.headers = headers,
		.n_headers = LEN(headers),
		.body = pawl_str_c(body),
		.max_redirects = 5,
	};

	snprintf(path, sizeof(path), "/location/%d", status);
	config.url = pawl_str_c(at_peer(f, path));
	call(f, &config, out);
}

static void
test_redirects_are_not_followed_unless_asked_for(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	get(f, at_peer(f, "/redirect/1"), &out);
	assert_status(&out, 302);
	assert_non_null(strstr(out.headers, "Location: /redirect/0\n"));
	assert_int_equal(peer_requests(f->peer), 1);
	outcome_fini(&out);
}

static void
test_redirects_are_followed_up_to_the_limit(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"), .max_redirects = 3};
	struct outcome out;

	config.url = pawl_str_c(at_peer(f, "/redirect/3"));
	call(f, &config, &out);
	assert_status(&out, 200);
	assert_true(body_has(&out, "GET /redirect/0 HTTP/1.1\r\n"));
	outcome_fini(&out);
	config.url = pawl_str_c(at_peer(f, "/redirect/4"));
	call(f, &config, &out);
	assert_error(&out, PAWL_HTTP_CALL_REDIRECT, "after 3 redirects");
	assert_int_equal(out.status, 302);
	outcome_fini(&out);
	assert_int_equal(peer_connections(f->peer), 1);
}

static void
test_a_redirect_without_a_place_to_go_is_the_answer(void **state)
{
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"), .max_redirects = 3};
	struct outcome out;

	config.url = pawl_str_c(at_peer(*state, "/status/302"));
	call(*state, &config, &out);
	assert_status(&out, 302);
	outcome_fini(&out);
	/* A Location that goes with another status is none. */
	redirected(*state, "GET", 201, "/request", "", &out);
	assert_status(&out, 201);
	outcome_fini(&out);
	redirected(*state, "GET", 300, "/request", "", &out);
	assert_status(&out, 300);
	outcome_fini(&out);
}

static void
test_each_status_changes_the_method_as_it_should(void **state)
{
	static const struct {
		const char *method;
		int status;
		const char *body, *then, *then_body;
	} cases[] = {
		{"GET", 301, "", "GET", ""},       {"GET", 307, "", "GET", ""},
		{"HEAD", 303, "", "HEAD", ""},     {"POST", 301, "abc", "GET", ""},
		{"POST", 302, "abc", "GET", ""},   {"POST", 303, "abc", "GET", ""},
		{"POST", 307, "abc", "POST", "3"}, {"POST", 308, "abc", "POST", "3"},
		{"PUT", 301, "abcd", "PUT", "4"},  {"PUT", 302, "abcd", "PUT", "4"},
		{"PUT", 303, "abcd", "GET", ""},   {"PATCH", 308, "ab", "PATCH", "2"},
		{"PATCH", 303, "ab", "GET", ""},   {"DELETE", 302, "", "DELETE", ""},
		{"DELETE", 303, "", "GET", ""},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		char start[64], length[64];
		struct outcome out;

		if (strcmp(cases[i].method, "HEAD") == 0) {
			redirected(*state, "HEAD", cases[i].status, "/status/204", "", &out);
			assert_status(&out, 204);
			outcome_fini(&out);
			continue;
		}
		redirected(*state, cases[i].method, cases[i].status, "/request", cases[i].body,
			   &out);
		assert_status(&out, 200);
		snprintf(start, sizeof(start), "%s /request HTTP/1.1\r\n", cases[i].then);
		assert_memory_equal(out.body, start, strlen(start));
		snprintf(length, sizeof(length), "Content-Length: %s\r\n", cases[i].then_body);
		assert_int_equal(body_has(&out, "Content-Length"), cases[i].then_body[0] != '\0');
		assert_int_equal(body_has(&out, length), cases[i].then_body[0] != '\0');
		if (cases[i].body[0] != '\0')
			assert_int_equal(body_has(&out, "Content-Type"),
					 cases[i].then_body[0] != '\0');
		outcome_fini(&out);
	}
}

static void
test_the_body_is_sent_again_to_the_byte(void **state)
{
	struct outcome out;

	redirected(*state, "POST", 307, "/echo", "the same bytes", &out);
	assert_status(&out, 200);
	assert_body(&out, "the same bytes");
	assert_null(strstr(out.headers, "Location"));
	outcome_fini(&out);
}

static void
test_credentials_stay_with_their_origin(void **state)
{
	struct fixture *f = *state;
	struct peer *other = peer_start();
	char to[64];
	struct outcome out;

	redirected(f, "GET", 302, at_peer(f, "/request"), "", &out);
	assert_status(&out, 200);
	assert_true(body_has(&out, "Authorization: Bearer s3cret\r\n"));
	assert_true(body_has(&out, "cookie: id=s3cret\r\n"));
	assert_true(body_has(&out, "Host: first.example\r\n"));
	assert_true(body_has(&out, "X-Api-Key: also-s3cret\r\n"));
	outcome_fini(&out);

	/* Another port is another origin. */
	snprintf(to, sizeof(to), "http://127.0.0.1:%u/request", peer_port(other));
	redirected(f, "GET", 302, to, "", &out);
	assert_status(&out, 200);
	assert_false(body_has(&out, "s3cret"));
	assert_false(body_has(&out, "first.example"));
	assert_true(body_has(&out, "accept: text/html\r\n"));
	outcome_fini(&out);
	peer_stop(other);
}

static void
test_user_and_password_of_the_url_stay_with_their_origin(void **state)
{
	struct fixture *f = *state;
	struct peer *other = peer_start();
	struct pawl_http_header header = {PAWL_STR("X-To"), {0}};
	struct pawl_http_call_config config = {
		.method = PAWL_STR("GET"), .headers = &header, .n_headers = 1, .max_redirects = 2};
	char to[64];
	struct outcome out;

	snprintf(to, sizeof(to), "http://127.0.0.1:%u/request", peer_port(other));
	header.value = pawl_str_c(to);
	config.url = pawl_str_c(at_host(f, "joe:s3cret@127.0.0.1", "/location/302"));
	call(f, &config, &out);
	assert_status(&out, 200);
	assert_false(body_has(&out, "Authorization"));
	outcome_fini(&out);
	peer_stop(other);
}

static void
test_a_redirect_to_a_refused_address_is_blocked(void **state)
{
	static const char *const places[] = {
		"http://10.0.0.1/",  "http://169.254.169.254/latest/meta-data/",
		"http://[::1]/",     "http://[::ffff:10.0.0.1]:8080/",
		"http://167772161/", "http://0x0a000001/",
		"http://0/",
	};

	for (size_t i = 0; i < LEN(places); i++) {
		struct outcome out;

		redirected(*state, "GET", 302, places[i], "", &out);
		assert_error(&out, PAWL_HTTP_CALL_BLOCKED, "PAWL_EGRESS_ALLOW");
		assert_int_equal(out.status, 0);
		assert_int_equal(out.len, 0);
		outcome_fini(&out);
	}
}

static void
test_a_redirect_to_another_protocol_is_refused(void **state)
{
	static const char *const places[] = {
		"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/x", "javascript:1",
		"dict://127.0.0.1/",  "http://",          "data:text/plain,x",
	};

	for (size_t i = 0; i < LEN(places); i++) {
		struct outcome out;

		redirected(*state, "GET", 302, places[i], "", &out);
		assert_error(&out, PAWL_HTTP_CALL_REDIRECT, "127.0.0.1");
		assert_int_equal(out.status, 302);
		outcome_fini(&out);
	}
}

static void
test_the_timeout_spans_all_redirects(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_header header = {PAWL_STR("X-To"), PAWL_STR("/hang")};
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"),
					       .headers = &header,
					       .n_headers = 1,
					       .max_redirects = 2,
					       .timeout_ms = 300};
	struct outcome out;

	config.url = pawl_str_c(at_peer(f, "/location/302"));
	call(f, &config, &out);
	assert_error(&out, PAWL_HTTP_CALL_TIMEOUT, "300 ms");
	assert_in_range(out.elapsed_us, 290000, 2000000);
	outcome_fini(&out);
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PEER(test_redirects_are_not_followed_unless_asked_for),
		WITH_PEER(test_redirects_are_followed_up_to_the_limit),
		WITH_PEER(test_a_redirect_without_a_place_to_go_is_the_answer),
		WITH_PEER(test_each_status_changes_the_method_as_it_should),
		WITH_PEER(test_the_body_is_sent_again_to_the_byte),
		WITH_PEER(test_credentials_stay_with_their_origin),
		WITH_PEER(test_user_and_password_of_the_url_stay_with_their_origin),
		WITH_PEER(test_a_redirect_to_a_refused_address_is_blocked),
		WITH_PEER(test_a_redirect_to_another_protocol_is_refused),
		WITH_PEER(test_the_timeout_spans_all_redirects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
