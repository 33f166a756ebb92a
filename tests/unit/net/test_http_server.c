/* Raw bytes in, bytes out: order, keep-alive, refusals, deferred answers. */
#include "http_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GET(path)       "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_CLOSE(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define OK              "HTTP/1.1 200 OK\r\n"

static void
test_answer_has_status_date_type_length_and_body(void **state)
{
	const char *text = exchange_say("POST /now?a=1 HTTP/1.1\r\nHost: a\r\nX-Test:  v \r\n"
					"Connection: close\r\nContent-Length: 3\r\n\r\nabc");

	assert_starts(text, OK "Date: ");
	assert_has(text, " GMT\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n"
			 "Connection: close\r\n\r\nPOST /now?a=1|abc");
	assert_string_equal(fx.last_header, "v");
	assert_string_equal(fx.last_peer, "127.0.0.1");
}

static void
test_connection_is_kept_for_the_next_request(void **state)
{
	int fd = client_connect();

	for (int i = 0; i < 3; i++) {
		const char *text;

		client_say(fd, GET("/now"));
		text = client_read_until(fd, "GET /now|");
		assert_starts(text, OK);
		assert_null(strstr(text, "Connection:"));
	}
	close(fd);
}

static void
test_request_may_come_byte_by_byte(void **state)
{
	static const char request[] =
		"POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
		"Connection: close\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n";
	int fd = client_connect();

	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		client_send(fd, request + i, 1);
		usleep(200);
	}
	assert_has(client_read_all(fd, NULL), "POST /now|abc");
	close(fd);
}

static void
test_version_1_0_closes_unless_asked(void **state)
{
	const char *text = exchange_say("GET /now HTTP/1.0\r\n\r\n");
	int fd;

	assert_starts(text, OK);
	assert_has(text, "Connection: close\r\n");
	fd = client_connect();
	client_say(fd, "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	assert_has(client_read_until(fd, "GET /now|"), "Connection: keep-alive\r\n");
	client_say(fd, "GET /now HTTP/1.0\r\n\r\n");
	assert_has(client_read_all(fd, NULL), "GET /now|");
	close(fd);
}

static void
test_empty_lines_between_requests_are_ignored(void **state)
{
	const char *text = exchange_say("\r\n\r\n" GET("/now") "\r\n" GET_CLOSE("/now"));

	assert_int_equal(count_of(text, OK), 2);
}

static void
test_empty_line_may_be_cut(void **state)
{
	int fd = client_connect();

	client_say(fd, "\r");
	usleep(20000);
	client_say(fd, "\n" GET_CLOSE("/now"));
	assert_starts(client_read_all(fd, NULL), OK);
	close(fd);
}

static void
test_pipelined_requests_are_answered_in_order(void **state)
{
	const char *text = exchange_say(
		GET("/now?1") "POST /now?2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
			      "\r\nhi" GET("/none") GET_CLOSE("/now?4") GET("/now?5"));
	const char *one = strstr(text, "GET /now?1|"), *two = strstr(text, "POST /now?2|hi");
	const char *three = strstr(text, "not_found"), *four = strstr(text, "GET /now?4|");

	assert_true(one && two && three && four);
	assert_true(one < two && two < three && three < four);
	/* Nothing after the one that closes. */
	assert_null(strstr(text, "/now?5"));
}

static void
test_a_thousand_pipelined_requests(void **state)
{
	enum { N = 1000 };
	static char requests[N * 64];
	size_t len = 0;
	const char *text;

	for (int i = 0; i < N - 1; i++)
		len += (size_t)sprintf(requests + len, GET("/now?%d"), i);
	len += (size_t)sprintf(requests + len, GET_CLOSE("/now?last"));
	text = exchange(requests, len);
	assert_int_equal(count_of(text, OK), N);
	assert_has(text, "/now?998|HTTP/1.1 200 OK");
	assert_has(text, "/now?last|");
}

/* On the loop, so that it finds both when it looks next. */
static void
send_a_thousand_and_one(void *ctx)
{
	const int *fds = ctx;

	for (int i = 0; i < 1000; i++)
		client_say(fds[0], GET("/now"));
	client_say(fds[1], GET("/defer"));
}

static void
test_pipelined_requests_do_not_hold_up_other_connections(void **state)
{
	int fds[2] = {client_connect(), client_connect()}, loop = client_connect();

	client_say(loop, GET("/defer"));
	fixture_wait_refs(1);
	fixture_on_loop(send_a_thousand_and_one, fds);
	fixture_wait_refs(2);
	assert_in_range(fixture_get(&fx.n_before_defer), 1, 100);
	close(fds[0]);
	close(fds[1]);
	close(loop);
}

static void
test_pipelined_answers_wait_for_the_deferred_one(void **state)
{
	int fd = client_connect();
	const char *text;

	client_say(fd, GET("/defer") GET("/now?2") GET("/defer") GET_CLOSE("/now?4"));
	fixture_wait_refs(1);
	assert_true(client_is_silent(fd, 50));
	fixture_release(NULL, 1);
	text = client_read_until(fd, "GET /now?2|");
	assert_has(text, "deferred 0HTTP/1.1 200 OK");
	fixture_wait_refs(2);
	assert_true(client_is_silent(fd, 50));
	fixture_release((const size_t[]){1}, 1);
	assert_has(client_read_all(fd, NULL), "deferred 1HTTP/1.1 200 OK");
	close(fd);
}

static void
test_deferred_answers_find_their_connections(void **state)
{
	enum { N = 50 };
	size_t order[N];
	int fds[N];
	char wanted[32];

	for (size_t i = 0; i < N; i++) {
		fds[i] = client_connect();
		client_say(fds[i], GET("/defer"));
		fixture_wait_refs(i + 1);
		order[i] = (i * 7 + 3) % N;
	}
	fixture_release(order, N);
	for (size_t i = 0; i < N; i++) {
		snprintf(wanted, sizeof(wanted), "\r\n\r\ndeferred %zu", i);
		assert_has(client_read_until(fds[i], "deferred"), wanted);
		close(fds[i]);
	}
	assert_int_equal(fx.n_answers_lost, 0);
}

static void
test_client_that_leaves_before_its_answer_is_harmless(void **state)
{
	struct linger hard = {1, 0};
	struct pawl_http_counters counters;
	int fds[10];

	for (size_t i = 0; i < 10; i++) {
		fds[i] = client_connect();
		client_say(fds[i], GET("/defer"));
		fixture_wait_refs(i + 1);
	}
	for (int i = 0; i < 10; i++) {
		/* Half of them with a reset. */
		if (i % 2)
			setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fds[i]);
	}
	usleep(50000);
	/* Their slots are taken by others now, who must not get the answers. */
	for (size_t i = 0; i < 10; i++) {
		fds[i] = client_connect();
		client_say(fds[i], GET("/defer"));
		fixture_wait_refs(11 + i);
	}
	fixture_release(NULL, 10);
	assert_int_equal(fixture_get(&fx.n_answers_lost), 5);
	for (int i = 0; i < 10; i++)
		assert_true(client_is_silent(fds[i], 5));
	fixture_release((const size_t[]){10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, 10);
	for (int i = 0; i < 10; i++) {
		client_read_until(fds[i], "deferred");
		close(fds[i]);
	}
	pawl_http_server_counters(fx.server, &counters);
	assert_int_equal(counters.requests_total, 20);
	assert_int_equal(counters.connections_total, 20);
}

static void
test_half_closing_client_is_answered(void **state)
{
	int fd = client_connect();

	client_say(fd, GET("/now?1") GET("/defer") GET("/now?3"));
	shutdown(fd, SHUT_WR);
	fixture_wait_refs(1);
	usleep(20000);
	fixture_release(NULL, 1);
	assert_has(client_read_all(fd, NULL), "GET /now?3|");
	close(fd);
}

static void
test_request_cut_short_by_the_client_is_answered_400(void **state)
{
	int fd = client_connect();

	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
	shutdown(fd, SHUT_WR);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 400 Bad Request\r\n");
	close(fd);
	fd = client_connect();
	client_say(fd, "GET /now HTTP/1.1\r\nHos");
	shutdown(fd, SHUT_WR);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 400 ");
	close(fd);
	/* A pipelined one that is cut short is not waited for, either. */
	fd = client_connect();
	client_say(fd, GET("/now") "GET /no");
	shutdown(fd, SHUT_WR);
	assert_has(client_read_all(fd, NULL), "GET /now|HTTP/1.1 400 ");
	close(fd);
	assert_int_equal(fx.n_requests, 1);
}

static void
test_refusal_is_json_and_closes(void **state)
{
	static const char *const requests[] = {
		"GET /now HTTP/1.1\nHost: a\r\n\r\n",
		"GET /now HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" GET("/now"),
		"GET /now HTTP/1.1\r\n\r\n" GET("/now"),
		"POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
		"chunked\r\n"
		"\r\n0\r\n\r\n" GET("/now"),
		"POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc" GET("/now"),
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const char *text = exchange(requests[i], strlen(requests[i]));

		assert_starts(text, "HTTP/1.1 400 Bad Request\r\n");
		assert_has(text, "Content-Type: application/json\r\n");
		assert_has(text, "Connection: close\r\n");
		assert_has(text, "\r\n\r\n{\"code\":400,\"message\":\"Bad Request\",\"error\":"
				 "{\"type\":\"malformed_request\",\"detail\":\"");
		assert_int_equal(count_of(text, "HTTP/1.1"), 1);
	}
	assert_int_equal(fx.n_requests, 0);
}

static void
test_refusals_after_the_request_line_are_reported(void **state)
{
	exchange_say("BREW /pot?x HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(fx.n_refused, 1);
	assert_int_equal(fx.last_refused_status, 501);
	assert_string_equal(fx.last_refused_path, "/pot");
	assert_string_equal(fx.last_refused_reason, "unsupported_method");
	exchange_say("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n");
	assert_int_equal(fx.n_refused, 2);
	assert_string_equal(fx.last_refused_reason, "unsupported_transfer_encoding");
	/* Nothing is known of this one. */
	exchange_say("\x16\x03\x01\x02");
	assert_int_equal(fx.n_refused, 2);
	/* Nor does an answer to HEAD get a body when it is a refusal. */
	assert_has(exchange_say("HEAD /y HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n"), "\r\n\r\n");
	assert_int_equal(fx.last_refused_status, 417);
}

static void
test_refusal_comes_after_the_answers_that_are_owed(void **state)
{
	const char *text = exchange_say(GET("/now") "GET /now HTTP/1.1\r\nHost : a\r\n\r\n");

	assert_starts(text, OK);
	assert_has(text, "GET /now|HTTP/1.1 400 ");
}

static void
test_head_is_answered_without_a_body(void **state)
{
	const char *text =
		exchange_say("HEAD /now HTTP/1.1\r\nHost: a\r\n\r\n" GET_CLOSE("/now?2"));

	assert_has(text, "Content-Length: 10\r\n\r\nHTTP/1.1 200");
	text = exchange_say("HEAD /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_starts(text, "HTTP/1.1 404 ");
	assert_null(strstr(text, "not_found"));
}

static void
test_204_has_neither_length_nor_body(void **state)
{
	const char *text = exchange_say(GET("/empty") GET_CLOSE("/now"));

	assert_starts(text, "HTTP/1.1 204 No Content\r\n");
	assert_int_equal(count_of(text, "Content-Length"), 1);
	assert_has(text, "\r\n\r\nHTTP/1.1 200");
}

static void
test_response_cannot_be_split_or_reframed(void **state)
{
	const char *text = exchange_say(GET("/evil") GET_CLOSE("/now"));

	assert_starts(text, "HTTP/1.1 500 ");
	assert_has(text, "X-Fine: yes\r\n");
	assert_has(text, "Content-Length: 4\r\n\r\nevilHTTP/1.1 200");
	assert_null(strstr(text, "Set-Cookie"));
	assert_null(strstr(text, "X Name"));
	assert_null(strstr(text, "999"));
	assert_null(strstr(text, "chunked"));
	assert_null(strstr(text, "upgrade"));
}

static void
test_handler_can_close_the_connection(void **state)
{
	assert_has(exchange_say(GET("/close")), "Connection: close\r\n");
}

static void
check_big(const char *request, size_t len)
{
	int fd = client_connect();
	const char *text, *body;

	client_send(fd, request, len);
	usleep(100000);
	text = client_read_all(fd, NULL);
	body = strstr(text, "\r\n\r\n") + 4;
	assert_int_equal(strspn(body, "b"), BIG_BYTES);
	assert_has(body + BIG_BYTES, "GET /now?after|");
	close(fd);
}

static void
test_big_answers_arrive_whole_at_slow_readers(void **state)
{
	static const char fixed[] = GET("/big") GET_CLOSE("/now?after");
	static const char copied[] = GET("/copied") GET_CLOSE("/now?after");

	check_big(fixed, sizeof(fixed) - 1);
	check_big(copied, sizeof(copied) - 1);
}

static void
test_client_that_never_reads_is_not_worked_for(void **state)
{
	int fd = client_connect();

	for (int i = 0; i < 8; i++)
		client_say(fd, GET("/big"));
	usleep(100000);
	/* The second is not begun before the first is gone. */
	assert_int_equal(fixture_get(&fx.n_requests), 1);
	close(fd);
}

static void
test_body_in_many_pieces_arrives_whole(void **state)
{
	enum { N = 1000000 };
	static const char head[] = "POST /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
				   "Content-Length: 1000000\r\n\r\n";
	char *body = malloc(N);
	int fd = client_connect();
	const char *text;

	for (size_t i = 0; i < N; i++)
		body[i] = (char)('a' + i % 26);
	client_send(fd, head, sizeof(head) - 1);
	for (size_t i = 0; i < N; i += 50000)
		client_send(fd, body + i, 50000);
	text = client_read_all(fd, NULL);
	text = strstr(text, "POST /now|");
	assert_non_null(text);
	assert_memory_equal(text + 10, body, N);
	free(body);
	close(fd);
}

static void
test_continue_is_sent_when_the_headers_are_accepted(void **state)
{
	int fd = client_connect();
	const char *text;

	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
		       "Content-Length: 2\r\nConnection: close\r\n\r\n");
	assert_string_equal(client_read_until(fd, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
	client_say(fd, "hi");
	assert_starts(client_read_all(fd, NULL), OK);
	close(fd);
	/* Not when the body is there already, or when there is none. */
	text = exchange_say("POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
			    "Content-Length: 2\r\nConnection: close\r\n\r\nhi");
	assert_starts(text, OK);
	text = exchange_say("GET /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
			    "Connection: close\r\n\r\n");
	assert_starts(text, OK);
}

static void
test_continue_is_not_sent_when_the_headers_are_refused(void **state)
{
	const char *text =
		exchange_say("POST /early HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
			     "Content-Length: 2\r\n\r\n");

	assert_starts(text, "HTTP/1.1 401 Unauthorized\r\n");
	assert_has(text, "Connection: close\r\n");
	assert_has(text, "\"detail\":\"no \\\"key\\\"\"}}");
	text = exchange_say("POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
			    "Content-Length: 9999999\r\n\r\n");
	assert_starts(text, "HTTP/1.1 413 ");
}

static void
test_early_answer_keeps_the_connection_past_a_small_body(void **state)
{
	int fd = client_connect();

	client_say(fd, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
	client_read_until(fd, "unauthorized");
	client_say(fd, "cd" GET_CLOSE("/now"));
	assert_starts(client_read_all(fd, NULL), OK);
	close(fd);
	assert_int_equal(fx.n_requests, 1);
}

static void
test_early_answer_is_readable_in_spite_of_a_big_body(void **state)
{
	static char body[4 * 1024 * 1024];
	const char *text;
	int fd = client_connect();

	client_say(fd, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n");
	client_send(fd, body, sizeof(body));
	text = client_read_all(fd, NULL);
	assert_starts(text, "HTTP/1.1 401 ");
	assert_has(text, "Connection: close\r\n");
	close(fd);
}

static void
test_refused_body_may_be_answered_later(void **state)
{
	static char body[200 * 1024];
	int fd = client_connect();

	client_say(fd,
		   "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd" GET("/now"));
	fixture_release(NULL, 1);
	assert_has(client_read_until(fd, "GET /now|"), "deferred 0HTTP/1.1 200");
	/* This body is too much to be read for nothing. */
	client_say(fd, "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 204800\r\n\r\n");
	client_send(fd, body, sizeof(body));
	fixture_wait_refs(2);
	usleep(20000);
	fixture_release((const size_t[]){1}, 1);
	assert_has(client_read_all(fd, NULL), "Connection: close\r\n");
	close(fd);
	/* A broken one does not take the answer away. */
	fd = client_connect();
	client_say(fd, "POST /later HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz");
	fixture_wait_refs(3);
	usleep(20000);
	fixture_release((const size_t[]){2}, 1);
	assert_has(client_read_all(fd, NULL), "deferred 2");
	close(fd);
}

static void
test_pipelining_past_the_bound_is_not_read_until_there_is_room(void **state)
{
	enum { N = 20000 };
	static const char request[] = GET("/now");
	int fd = client_connect(), sent = 0;
	size_t n_answers = 0;

	client_say(fd, GET("/defer"));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (sent < N &&
	       send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(request) - 1)
		sent++;
	fixture_wait_refs(1);
	assert_int_equal(fixture_get(&fx.n_requests), 1);
	fcntl(fd, F_SETFL, 0);
	fixture_release(NULL, 1);
	shutdown(fd, SHUT_WR);
	n_answers = count_of(client_read_all(fd, NULL), OK);
	assert_true(sent > 1000);
	assert_int_equal(n_answers, sent);
	close(fd);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(test_answer_has_status_date_type_length_and_body),
		WITH_SERVER(test_connection_is_kept_for_the_next_request),
		WITH_SERVER(test_request_may_come_byte_by_byte),
		WITH_SERVER(test_version_1_0_closes_unless_asked),
		WITH_SERVER(test_empty_lines_between_requests_are_ignored),
		WITH_SERVER(test_empty_line_may_be_cut),
		WITH_SERVER(test_pipelined_requests_are_answered_in_order),
		WITH_SERVER(test_a_thousand_pipelined_requests),
		WITH_SERVER(test_pipelined_requests_do_not_hold_up_other_connections),
		WITH_SERVER(test_pipelined_answers_wait_for_the_deferred_one),
		WITH_SERVER(test_deferred_answers_find_their_connections),
		WITH_SERVER(test_client_that_leaves_before_its_answer_is_harmless),
		WITH_SERVER(test_half_closing_client_is_answered),
		WITH_SERVER(test_request_cut_short_by_the_client_is_answered_400),
		WITH_SERVER(test_refusal_is_json_and_closes),
		WITH_SERVER(test_refusals_after_the_request_line_are_reported),
		WITH_SERVER(test_refusal_comes_after_the_answers_that_are_owed),
		WITH_SERVER(test_head_is_answered_without_a_body),
		WITH_SERVER(test_204_has_neither_length_nor_body),
		WITH_SERVER(test_response_cannot_be_split_or_reframed),
		WITH_SERVER(test_handler_can_close_the_connection),
		WITH_SERVER(test_big_answers_arrive_whole_at_slow_readers),
		WITH_SERVER(test_client_that_never_reads_is_not_worked_for),
		WITH_SERVER(test_body_in_many_pieces_arrives_whole),
		WITH_SERVER(test_continue_is_sent_when_the_headers_are_accepted),
		WITH_SERVER(test_continue_is_not_sent_when_the_headers_are_refused),
		WITH_SERVER(test_early_answer_keeps_the_connection_past_a_small_body),
		WITH_SERVER(test_early_answer_is_readable_in_spite_of_a_big_body),
		WITH_SERVER(test_refused_body_may_be_answered_later),
		WITH_SERVER(test_pipelining_past_the_bound_is_not_read_until_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
