/* Answers without an end: framing, backpressure, every way in which they can end. */
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct pawl_str chunk;
static bool was_taken;

static void
write_chunk(void *ctx)
{
	was_taken = pawl_http_stream_write(fx.refs[0], chunk);
}

static bool
stream_write(const char *text, size_t len)
{
	chunk = pawl_str(text, len);
	fixture_on_loop(write_chunk, NULL);
	return was_taken;
}

static void
end_stream(void *ctx)
{
	pawl_http_stream_end(fx.refs[0]);
	/* on_close is never called inside of the call that causes it. */
	assert_int_equal(fx.n_streams_closed, 0);
	assert_false(pawl_http_stream_write(fx.refs[0], PAWL_STR("late")));
	pawl_http_stream_end(fx.refs[0]);
}

static void
test_stream_is_chunked_and_ends(void **state)
{
	int fd = client_connect();
	const char *text;

	client_say(fd, GET("/stream") GET("/close"));
	text = client_read_until(fd, "hello\r\n");
	assert_starts(text, "HTTP/1.1 200 OK\r\nDate: ");
	assert_has(text, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "5\r\nhello\r\n");
	assert_null(strstr(text, "Content-Length"));
	assert_true(stream_write("0123456789abcdef", 16));
	assert_string_equal(client_read_until(fd, "f\r\n"), "10\r\n0123456789abcdef\r\n");
	/* An empty chunk would be the end. */
	assert_true(stream_write("", 0));
	assert_true(client_is_silent(fd, 30));
	fixture_on_loop(end_stream, NULL);
	/* The pipelined request behind it has its turn. */
	text = client_read_all(fd, NULL);
	assert_starts(text, "0\r\n\r\nHTTP/1.1 200 OK\r\n");
	fixture_wait(&fx.n_streams_closed, 1);
	close(fd);
}

static void
test_stream_to_1_0_ends_with_the_connection(void **state)
{
	int fd = client_connect();
	const char *text;

	client_say(fd, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	text = client_read_until(fd, "hello");
	assert_has(text, "Connection: close\r\n\r\nhello");
	assert_null(strstr(text, "chunked"));
	assert_true(stream_write("more", 4));
	fixture_on_loop(end_stream, NULL);
	assert_string_equal(client_read_all(fd, NULL), "more");
	fixture_wait(&fx.n_streams_closed, 1);
	close(fd);
}

static void
test_stream_to_head_has_no_body(void **state)
{
	int fd = client_connect();
	const char *text;

	client_say(fd, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" GET("/close"));
	text = client_read_all(fd, NULL);
	assert_has(text, "chunked\r\n\r\nHTTP/1.1 200 OK\r\n");
	assert_null(strstr(text, "hello"));
	fixture_wait(&fx.n_streams_closed, 1);
	close(fd);
}

static void
test_slow_reader_is_bounded_and_cut(void **state)
{
	static char text[32 * 1024];
	int fd = client_connect();
	size_t n = 0;
	bool was_reset;

	client_say(fd, GET("/stream"));
	fixture_wait_refs(1);
	while (n < 10000 && stream_write(text, sizeof(text)))
		n++;
	/* The kernel's buffers hold some megabytes; the server no more than it was told. */
	assert_true(n > 1 && n < 1000);
	fixture_wait(&fx.n_streams_closed, 1);
	assert_false(stream_write("x", 1));
	usleep(20000);
	assert_int_equal(fixture_get(&fx.n_streams_closed), 1);
	client_read_all(fd, &was_reset);
	close(fd);
}

static void
test_reader_that_catches_up_is_kept(void **state)
{
	static char text[16 * 1024];
	int fd = client_connect();

	memset(text, 's', sizeof(text));
	client_say(fd, GET("/stream"));
	client_read_until(fd, "hello");
	for (int i = 0; i < 500; i++) {
		assert_true(stream_write(text, sizeof(text)));
		client_read_until(fd, "s\r\n");
	}
	close(fd);
	fixture_wait(&fx.n_streams_closed, 1);
}

static void
test_client_that_leaves_closes_the_stream(void **state)
{
	struct linger hard = {1, 0};
	int fd = client_connect();

	client_say(fd, GET("/stream"));
	client_read_until(fd, "hello");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	fixture_wait(&fx.n_streams_closed, 1);
	assert_false(stream_write("x", 1));
}

static void
test_stream_outlives_the_idle_limit(void **state)
{
	int fd;

	fixture_init();
	fx.limits.idle_ms = 200;
	fx.limits.header_deadline_ms = 200;
	fx.limits.body_deadline_ms = 200;
	fixture_start();
	fd = client_connect();
	client_say(fd, GET("/stream"));
	client_read_until(fd, "hello");
	assert_true(client_is_silent(fd, 700));
	assert_true(stream_write("still", 5));
	client_read_until(fd, "still");
	close(fd);
	fixture_stop();
}

static void
test_drain_ends_streams(void **state)
{
	int64_t began_ms;
	int fd;

	fixture_init();
	fixture_start();
	fd = client_connect();
	client_say(fd, GET("/stream"));
	client_read_until(fd, "hello");
	began_ms = now_ms();
	pawl_http_server_drain(fx.server);
	assert_true(now_ms() - began_ms < 2000);
	assert_int_equal(fx.n_streams_closed, 1);
	assert_has(client_read_all(fd, NULL), "0\r\n\r\n");
	close(fd);
	fixture_stop();
}

static void
test_free_closes_streams(void **state)
{
	int fd;

	fixture_init();
	fixture_start();
	fd = client_connect();
	client_say(fd, GET("/stream"));
	client_read_until(fd, "hello");
	fixture_stop();
	assert_int_equal(fx.n_streams_closed, 1);
	close(fd);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(test_stream_is_chunked_and_ends),
		WITH_SERVER(test_stream_to_1_0_ends_with_the_connection),
		WITH_SERVER(test_stream_to_head_has_no_body),
		WITH_SERVER(test_slow_reader_is_bounded_and_cut),
		WITH_SERVER(test_reader_that_catches_up_is_kept),
		WITH_SERVER(test_client_that_leaves_closes_the_stream),
		cmocka_unit_test(test_stream_outlives_the_idle_limit),
		cmocka_unit_test(test_drain_ends_streams),
		cmocka_unit_test(test_free_closes_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
