/* Sizes, deadlines and caps, with small limits and a real clock. */
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void
start_small(void)
{
	fixture_init();
	fx.limits.max_header_bytes = 256;
	fx.limits.max_headers = 4;
	fx.limits.max_body_bytes = 1000;
	fx.limits.header_deadline_ms = 400;
	fx.limits.body_deadline_ms = 1000;
	fx.limits.body_grace_ms = 300;
	fx.limits.idle_ms = 600;
	fixture_start();
}

static void
test_body_past_the_limit_is_answered_413(void **state)
{
	const char *text;

	start_small();
	text = exchange_say("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
	assert_starts(text, "HTTP/1.1 413 Payload Too Large\r\n");
	assert_has(text, "{\"code\":413,\"message\":\"Payload Too Large\",\"error\":"
			 "{\"type\":\"body_too_large\",\"detail\":\"");
	assert_string_equal(fx.last_refused_path, "/now");
	assert_int_equal(fx.last_refused_status, 413);
	text = exchange_say("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
	assert_starts(text, "HTTP/1.1 413 ");
	text = exchange_say("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n"
			    "Connection: close\r\n\r\n0123456789");
	assert_starts(text, "HTTP/1.1 200 ");
	assert_int_equal(fx.n_requests, 1);
	fixture_stop();
}

static void
test_added_headers_go_with_every_answer(void **state)
{
	const char *text;

	start_small();
	text = exchange_say("POST /marked HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
	assert_starts(text, "HTTP/1.1 413 ");
	assert_has(text, "\r\nX-Mark: yes\r\n");
	text = exchange_say("POST /marked HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
			    "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_starts(text, "HTTP/1.1 200 ");
	text = strstr(text, "\r\nX-Mark: yes\r\n");
	assert_non_null(text);
	assert_null(strstr(text + 4, "X-Mark"));
	fixture_stop();
}

static void
test_chunked_body_is_answered_413_while_it_streams(void **state)
{
	static char chunk[600 + 7] = "258\r\n";
	static char much[4 * 1024 * 1024];
	const char *text;
	int fd;

	start_small();
	memset(chunk + 5, 'x', 600);
	memcpy(chunk + 605, "\r", 2);
	fd = client_connect();
	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	client_send(fd, chunk, 605);
	client_say(fd, "\r\n");
	client_send(fd, chunk, 605);
	/* The client goes on sending, and still can read what it was told. */
	client_send(fd, much, sizeof(much));
	text = client_read_all(fd, NULL);
	assert_starts(text, "HTTP/1.1 413 ");
	assert_has(text, "Connection: close\r\n");
	assert_int_equal(fx.n_requests, 0);
	close(fd);
	fixture_stop();
}

static void
test_head_past_the_limit_is_answered_431(void **state)
{
	char text[600] = "GET /now HTTP/1.1\r\nHost: a\r\nX: ";
	size_t start = strlen(text);
	const char *answer;

	start_small();
	memset(text + start, 'x', sizeof(text) - start);
	answer = exchange(text, sizeof(text));
	assert_starts(answer, "HTTP/1.1 431 Request Header Fields Too Large\r\n");
	assert_has(answer, "headers_too_large");
	assert_int_equal(fx.last_refused_status, 431);
	assert_string_equal(fx.last_refused_path, "/now");
	answer = exchange_say("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n");
	assert_starts(answer, "HTTP/1.1 431 ");
	memset(text, 'G', sizeof(text));
	assert_starts(exchange(text, sizeof(text)), "HTTP/1.1 431 ");
	assert_int_equal(fx.n_headers, 0);
	fixture_stop();
}

/* Sends one byte every 50 ms until the server has had enough; returns for how long that was. */
static int64_t
drip(int fd, const char *bytes)
{
	size_t last = strlen(bytes) - 1;
	int64_t began_ms = now_ms();

	for (size_t i = 0; client_is_silent(fd, 50); i++) {
		client_send(fd, bytes + (i < last ? i : last), 1);
		if (now_ms() - began_ms > 5000)
			fail_msg("dripped for 5 s");
	}
	return now_ms() - began_ms;
}

static void
test_dripped_head_is_cut_at_its_deadline(void **state)
{
	int64_t took_ms;
	int fd;

	start_small();
	fd = client_connect();
	took_ms = drip(fd, "GET /now HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_true(took_ms >= 390 && took_ms < 2000);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 408 Request Timeout\r\n");
	close(fd);
	fixture_stop();
}

static void
test_stalled_head_is_cut_and_reported(void **state)
{
	int fd;

	start_small();
	fd = client_connect();
	client_say(fd, "GET /stalled HTTP/1.1\r\nHost: a\r\n");
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 408 ");
	assert_int_equal(fx.last_refused_status, 408);
	assert_string_equal(fx.last_refused_path, "/stalled");
	close(fd);
	fixture_stop();
}

static void
test_slow_body_is_cut_by_the_minimum_rate(void **state)
{
	int64_t took_ms;
	int fd;

	start_small();
	fd = client_connect();
	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
	took_ms = drip(fd, "xx");
	assert_true(took_ms >= 290 && took_ms < 900);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 408 ");
	assert_int_equal(fx.n_routes_done, 1);
	close(fd);
	fixture_stop();
}

/* Runs on the server's loop: nothing is read while the rest of the request arrives. */
static void
hold_loop_up(void *ctx)
{
	const int *fd = ctx;

	client_say(*fd, ": b\r\n\r\n");
	usleep(600 * 1000);
}

static void
test_what_arrived_while_the_loop_was_held_up_is_in_time(void **state)
{
	int fd, held;

	fixture_init();
	fx.n_loops = 1;
	fx.limits.header_deadline_ms = 400;
	fixture_start();
	fd = client_connect();
	client_say(fd, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-A");
	held = client_connect();
	client_say(held, GET("/defer"));
	fixture_wait_refs(1);
	fixture_on_loop(hold_loop_up, &fd);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 200 ");
	close(fd);
	close(held);
	fixture_stop();
}

static void
test_body_at_a_fair_rate_is_cut_at_its_deadline(void **state)
{
	int64_t began_ms;
	int fd;

	fixture_init();
	fx.limits.body_grace_ms = 200;
	fx.limits.body_deadline_ms = 700;
	fx.limits.min_body_rate = 10;
	fixture_start();
	fd = client_connect();
	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
	began_ms = now_ms();
	drip(fd, "xx");
	assert_true(now_ms() - began_ms >= 690);
	assert_starts(client_read_all(fd, NULL), "HTTP/1.1 408 ");
	close(fd);
	fixture_stop();
}

static void
test_deferred_answer_may_take_longer_than_the_deadlines(void **state)
{
	int fd;

	start_small();
	fd = client_connect();
	client_say(fd, GET("/defer"));
	assert_true(client_is_silent(fd, 1500));
	fixture_release(NULL, 1);
	assert_has(client_read_until(fd, "deferred 0"), "202 Accepted");
	close(fd);
	fixture_stop();
}

static void
test_idle_connection_is_closed_silently(void **state)
{
	int64_t began_ms;
	int fresh, used;

	start_small();
	fresh = client_connect();
	used = client_connect();
	began_ms = now_ms();
	usleep(300000);
	client_say(used, GET("/now"));
	client_read_until(used, "GET /now|");
	assert_string_equal(client_read_all(fresh, NULL), "");
	assert_true(now_ms() - began_ms >= 590);
	/* A request starts the time anew; empty lines do not. */
	client_say(used, "\r\n");
	assert_string_equal(client_read_all(used, NULL), "");
	assert_true(now_ms() - began_ms >= 880 && now_ms() - began_ms < 2000);
	close(fresh);
	close(used);
	fixture_stop();
}

static void
test_client_that_does_not_take_its_answer_is_dropped(void **state)
{
	struct pawl_http_counters counters;
	int64_t until;
	int fd;

	start_small();
	fd = client_connect();
	client_say(fd, GET("/big"));
	until = now_ms() + 5000;
	do {
		usleep(20000);
		pawl_http_server_counters(fx.server, &counters);
	} while (counters.connections_open > 0 && now_ms() < until);
	assert_int_equal(counters.connections_open, 0);
	close(fd);
	fixture_stop();
}

static void
test_connections_of_one_address_are_capped(void **state)
{
	int fds[3], fd;
	const char *text;
	bool was_reset;

	fixture_init();
	fx.limits.max_connections_per_ip = 3;
	fixture_start();
	for (int i = 0; i < 3; i++) {
		fds[i] = client_connect();
		client_say(fds[i], GET("/now"));
		client_read_until(fds[i], "GET /now|");
	}
	fd = client_connect();
	text = client_read_all(fd, &was_reset);
	assert_false(was_reset);
	assert_starts(text, "HTTP/1.1 503 Service Unavailable\r\n");
	assert_has(text, "Retry-After: ");
	assert_has(text, "\"type\":\"too_many_connections\"");
	close(fd);
	/* Those who are in go on; who leaves makes room. */
	client_say(fds[0], GET("/now"));
	client_read_until(fds[0], "GET /now|");
	close(fds[1]);
	usleep(50000);
	fds[1] = client_connect();
	client_say(fds[1], GET("/now"));
	client_read_until(fds[1], "GET /now|");
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	fixture_stop();
}

static void
test_connections_are_capped_over_all_loops(void **state)
{
	int fds[8], n_served = 0;
	bool was_reset;

	fixture_init();
	fx.n_loops = 2;
	fx.limits.max_connections = 5;
	fixture_start();
	for (int i = 0; i < 8; i++) {
		fds[i] = client_connect();
		usleep(20000);
	}
	for (int i = 0; i < 8; i++) {
		client_say(fds[i], "GET /close HTTP/1.1\r\nHost: a\r\n\r\n");
		n_served += strstr(client_read_all(fds[i], &was_reset), "200 OK") != NULL;
		if (i == 4)
			assert_true(n_served <= 5);
		close(fds[i]);
	}
	assert_int_equal(n_served, 5);
	fixture_stop();
}

/* One connection for a second with no more than `text`, and others. */
static void
expect_to_give_way(struct pawl_str text)
{
	int busy, idle, fresh, late;
	bool was_reset;

	fixture_init();
	fx.limits.max_connections = 3;
	fixture_start();
	busy = client_connect();
	client_say(busy, GET("/defer"));
	fixture_wait_refs(1);
	idle = client_connect();
	client_send(idle, text.ptr, text.len);
	usleep(1200 * 1000);
	fresh = client_connect();
	late = client_connect();
	client_say(late, GET("/now"));
	client_read_until(late, "GET /now|");
	assert_string_equal(client_read_all(idle, NULL), "");
	close(idle);
	/* Who is owed an answer, and who has only just come, stays. */
	idle = client_connect();
	assert_starts(client_read_all(idle, &was_reset), "HTTP/1.1 503");
	client_say(fresh, GET("/defer"));
	fixture_wait_refs(2);
	fixture_release(NULL, 2);
	client_read_until(busy, "deferred 0");
	client_read_until(fresh, "deferred 1");
	close(busy);
	close(idle);
	close(fresh);
	close(late);
	fixture_stop();
}

static void
test_who_does_nothing_gives_way(void **state)
{
	expect_to_give_way(PAWL_STR(""));
}

static void
test_who_drips_a_head_gives_way(void **state)
{
	expect_to_give_way(PAWL_STR("GET /now HTTP/1.1\r\nHost:"));
}

/* All of a request but for its last byte; the server has read what others sent before it. */
static int
send_most_of_a_request(void)
{
	static char most[60000];
	int fd = client_connect();

	client_say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 60001\r\n"
		       "Expect: 100-continue\r\n\r\n");
	client_read_until(fd, "100 Continue\r\n\r\n");
	client_send(fd, most, sizeof(most));
	return fd;
}

static void
test_what_is_not_whole_is_held_within_bounds(void **state)
{
	int fds[3], fd;

	fixture_init();
	fx.limits.max_held_bytes = 220000;
	fixture_start();
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3; i++)
			fds[i] = send_most_of_a_request();
		fd = send_most_of_a_request();
		assert_starts(client_read_all(fd, NULL), "HTTP/1.1 503 Service Unavailable\r\n");
		close(fd);
		/* Who comes in one piece needs no room; those who were there first end well. */
		assert_starts(exchange_say("GET /close HTTP/1.1\r\nHost: a\r\n\r\n"),
			      "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 3; i++) {
			client_say(fds[i], "x");
			client_read_until(fds[i], "HTTP/1.1 200 OK");
			close(fds[i]);
		}
	}
	fixture_stop();
}

static void
test_idle_connections_are_cheap_and_in_nobodys_way(void **state)
{
	enum { N = 800 };
	int fds[N], fd;

	fixture_init();
	fixture_start();
	for (int i = 0; i < N; i++)
		fds[i] = client_connect();
	fd = client_connect();
	client_say(fd, GET("/now"));
	client_read_until(fd, "GET /now|");
	for (int i = 0; i < N; i += 100) {
		client_say(fds[i], GET("/now"));
		client_read_until(fds[i], "GET /now|");
	}
	for (int i = 0; i < N; i++)
		close(fds[i]);
	close(fd);
	fixture_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_body_past_the_limit_is_answered_413),
		cmocka_unit_test(test_added_headers_go_with_every_answer),
		cmocka_unit_test(test_chunked_body_is_answered_413_while_it_streams),
		cmocka_unit_test(test_head_past_the_limit_is_answered_431),
		cmocka_unit_test(test_dripped_head_is_cut_at_its_deadline),
		cmocka_unit_test(test_stalled_head_is_cut_and_reported),
		cmocka_unit_test(test_slow_body_is_cut_by_the_minimum_rate),
		cmocka_unit_test(test_what_arrived_while_the_loop_was_held_up_is_in_time),
		cmocka_unit_test(test_body_at_a_fair_rate_is_cut_at_its_deadline),
		cmocka_unit_test(test_deferred_answer_may_take_longer_than_the_deadlines),
		cmocka_unit_test(test_idle_connection_is_closed_silently),
		cmocka_unit_test(test_client_that_does_not_take_its_answer_is_dropped),
		cmocka_unit_test(test_connections_of_one_address_are_capped),
		cmocka_unit_test(test_connections_are_capped_over_all_loops),
		cmocka_unit_test(test_who_does_nothing_gives_way),
		cmocka_unit_test(test_who_drips_a_head_gives_way),
		cmocka_unit_test(test_what_is_not_whole_is_held_within_bounds),
		cmocka_unit_test(test_idle_connections_are_cheap_and_in_nobodys_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
