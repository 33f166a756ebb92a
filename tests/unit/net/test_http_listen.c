/* Where a server listens, whom it lets in, and how it ends. */
#include "http_fixture.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define GET(path)       "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_CLOSE(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define OK              "HTTP/1.1 200 OK\r\n"

static void
do_nothing(void *ctx)
{
	/* That the loop has come around is all. */
}

static void
test_drain_finishes_what_was_accepted(void **state)
{
	struct pawl_http_counters counters;
	int64_t began_ms;
	int idle, owed, half, stuck;

	fixture_init();
	fx.limits.drain_ms = 5000;
	fixture_start();
	idle = client_connect();
	client_say(idle, GET("/now"));
	client_read_until(idle, "GET /now|");
	half = client_connect();
	client_say(half, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
	stuck = client_connect();
	client_say(stuck, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
	owed = client_connect();
	client_say(owed, GET("/defer") GET("/now"));
	fixture_wait_refs(1);
	if (fork() == 0) {
		/* Somebody else finishes while this process waits in drain. */
		usleep(300000);
		client_say(half, "bc");
		_exit(0);
	}
	began_ms = now_ms();
	fx.limits.drain_ms = 0;
	pawl_http_server_drain(fx.server);
	fixture_on_loop(do_nothing, NULL);
	/* The deferred answer was not given: its connection is all that may be left. */
	pawl_http_server_counters(fx.server, &counters);
	assert_int_equal(counters.connections_open, 1);
	assert_true(now_ms() - began_ms >= 4900);
	/* What comes too late is not even looked at. */
	assert_string_equal(client_read_all(stuck, NULL), "");
	close(stuck);
	assert_string_equal(client_read_all(idle, NULL), "");
	assert_has(client_read_all(half, NULL), "Connection: close\r\n\r\nPOST /now|abc");
	fixture_release(NULL, 1);
	assert_has(client_read_all(owed, NULL), "Connection: close\r\n\r\ndeferred 0");
	began_ms = now_ms();
	pawl_http_server_drain(fx.server);
	assert_true(now_ms() - began_ms < 1000);
	close(idle);
	close(half);
	close(owed);
	fixture_stop();
}

static void
test_nobody_is_let_in_after_drain(void **state)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	fixture_init();
	fixture_start();
	pawl_http_server_drain(fx.server);
	sa.sin_port = htons(fx.port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_not_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	close(fd);
	fixture_stop();
}

static void
test_free_does_not_wait_for_answers(void **state)
{
	int fd;

	fixture_init();
	fixture_start();
	fd = client_connect();
	client_say(fd, GET("/defer"));
	fixture_wait_refs(1);
	fixture_stop();
	client_read_all(fd, NULL);
	close(fd);
}

static void
test_several_loops_share_the_port(void **state)
{
	int fds[64];

	fixture_init();
	fx.n_loops = 3;
	fixture_start();
	for (int i = 0; i < 64; i++) {
		fds[i] = client_connect();
		client_say(fds[i], GET("/now"));
	}
	for (int i = 0; i < 64; i++) {
		client_read_until(fds[i], "GET /now|");
		close(fds[i]);
	}
	assert_int_equal(fx.n_requests, 64);
	pawl_http_server_drain(fx.server);
	fixture_stop();
}

static void
test_port_that_is_taken_is_a_problem(void **state)
{
	static const struct pawl_http_handler none;
	struct pawl_http_server *second = NULL;
	char address[32];

	for (unsigned n_loops = 1; n_loops <= 2; n_loops++) {
		struct pawl_problems problems = {0};
		struct pawl_http_server_config config = {
			.listen = address, .n_loops = n_loops, .handler = none};

		fixture_init();
		fx.n_loops = n_loops;
		fixture_start();
		snprintf(address, sizeof(address), "127.0.0.1:%u", fx.port);
		pawl_http_limits_init(&config.limits);
		assert_int_equal(pawl_http_server_start(&config, &second, &problems),
				 PAWL_ECONFLICT);
		assert_int_equal(problems.len, 1);
		assert_has(problems.items[0].message, "127.0.0.1");
		assert_has(problems.items[0].message, "in use");
		pawl_problems_fini(&problems);
		fixture_stop();
	}
}

static void
test_bad_listen_addresses_are_problems(void **state)
{
	static const char *const bad[] = {"",        "127.0.0.1", "127.0.0.1:",  "127.0.0.1:65536",
					  ":80",     "::1:80",    "[::1]",       "127.0.0.1:0,",
					  "[::1:80", "a b:80",    "127.0.0.1:x", "300.0.0.1:80"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pawl_http_server_config config = {.listen = bad[i], .n_loops = 1};
		struct pawl_problems problems = {0};
		struct pawl_http_server *server;

		pawl_http_limits_init(&config.limits);
		if (pawl_http_server_start(&config, &server, &problems) == PAWL_OK)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(problems.len, 1);
		pawl_problems_fini(&problems);
	}
}

static void
test_names_and_lists_of_addresses(void **state)
{
	fixture_init();
	fx.listen = "localhost:0, 127.0.0.2:0";
	fixture_start();
	assert_starts(exchange_say(GET_CLOSE("/now")), OK);
	fixture_stop();
	fixture_init();
	fx.listen = "0.0.0.0:0";
	fixture_start();
	assert_starts(pawl_http_server_url(fx.server), "http://127.0.0.1:");
	assert_starts(exchange_say(GET_CLOSE("/now")), OK);
	fixture_stop();
}

static void
test_running_out_of_descriptors_does_not_spin(void **state)
{
	struct rlimit before, tight;
	struct rusage began, ended;
	int fds[64], first, n;

	fixture_init();
	fixture_start();
	first = client_connect();
	client_say(first, GET("/now"));
	client_read_until(first, "GET /now|");
	for (n = 0; n < 64; n++)
		fds[n] = socket(AF_INET, SOCK_STREAM, 0);
	getrlimit(RLIMIT_NOFILE, &before);
	tight = before;
	tight.rlim_cur = (rlim_t)fds[63] + 1;
	setrlimit(RLIMIT_NOFILE, &tight);
	for (n = 0; n < 64; n++) {
		struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(fx.port)};

		sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		connect(fds[n], (struct sockaddr *)&sa, sizeof(sa));
	}
	getrusage(RUSAGE_SELF, &began);
	usleep(500000);
	getrusage(RUSAGE_SELF, &ended);
	assert_true((ended.ru_utime.tv_sec - began.ru_utime.tv_sec) * 1000000 +
			    ended.ru_utime.tv_usec - began.ru_utime.tv_usec +
			    (ended.ru_stime.tv_sec - began.ru_stime.tv_sec) * 1000000 +
			    ended.ru_stime.tv_usec - began.ru_stime.tv_usec <
		    250000);
	/* Those who are in are served, and the others when there is room. */
	client_say(first, GET("/now"));
	client_read_until(first, "GET /now|");
	setrlimit(RLIMIT_NOFILE, &before);
	client_say(fds[63], GET("/now"));
	client_read_until(fds[63], "GET /now|");
	for (n = 0; n < 64; n++)
		close(fds[n]);
	close(first);
	fixture_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drain_finishes_what_was_accepted),
		cmocka_unit_test(test_nobody_is_let_in_after_drain),
		cmocka_unit_test(test_free_does_not_wait_for_answers),
		cmocka_unit_test(test_several_loops_share_the_port),
		cmocka_unit_test(test_port_that_is_taken_is_a_problem),
		cmocka_unit_test(test_bad_listen_addresses_are_problems),
		cmocka_unit_test(test_names_and_lists_of_addresses),
		cmocka_unit_test(test_running_out_of_descriptors_does_not_spin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
