#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "http_client_testing.h"

#define SLOW_LOOKUP_MS 1500

static atomic_int n_slow_lookups;

typedef int lookup_fn(const char *name, const char *service, const struct addrinfo *hints,
		      struct addrinfo **out);

/* Takes the place of the C library's, for curl too: names under .test are answered here. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
	    struct addrinfo **out)
{
	lookup_fn *real = (lookup_fn *)dlsym(RTLD_NEXT, "getaddrinfo");
	int rc;

	if (strcmp(name, "none.test") == 0)
		return EAI_NONAME;
	if (strcmp(name, "slow.test") == 0) {
		atomic_fetch_add(&n_slow_lookups, 1);
		usleep(SLOW_LOOKUP_MS * 1000);
		rc = real("127.0.0.1", service, hints, out);
		atomic_fetch_sub(&n_slow_lookups, 1);
		return rc;
	}
	if (strcmp(name, "private.test") == 0)
		return real("10.0.0.1", service, hints, out);
	if (strcmp(name, "good.test") == 0)
		return real("127.0.0.1", service, hints, out);
	if (strcmp(name, "mixed.test") == 0) {
		rc = real("10.0.0.1", service, hints, out);
		return rc != 0 ? rc : real("127.0.0.1", service, hints, &(*out)->ai_next);
	}
	if (strcmp(name, "second.test") == 0) {
		rc = real("127.0.0.2", service, hints, out);
		return rc != 0 ? rc : real("127.0.0.1", service, hints, &(*out)->ai_next);
	}
	return real(name, service, hints, out);
}

static struct pawl_http_call_config
to_peer(struct fixture *f, const char *path)
{
	return (struct pawl_http_call_config){.method = PAWL_STR("GET"),
					      .url = pawl_str_c(at_peer(f, path))};
}

static void
test_a_slow_answer_times_out(void **state)
{
	static const char *const paths[] = {"/hang", "/half"};

	for (size_t i = 0; i < LEN(paths); i++) {
		struct pawl_http_call_config config = to_peer(*state, paths[i]);
		struct outcome out;

		config.timeout_ms = 200;
		call(*state, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_TIMEOUT, "200 ms");
		assert_in_range(out.elapsed_us, 195000, 2000000);
		outcome_fini(&out);
	}
}

/* A port of its own when *port is 0. */
static int
bound_socket(const char *ip, unsigned *port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, ip, &addr.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin_port);
	return fd;
}

/* Listens, and connects until its queue is full and the kernel leaves the rest unanswered. */
struct deaf {
	int fds[9];
};

static void
deaf_open(struct deaf *deaf, const char *ip, unsigned *port)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	deaf->fds[0] = bound_socket(ip, port);
	assert_int_equal(listen(deaf->fds[0], 0), 0);
	assert_int_equal(getsockname(deaf->fds[0], (struct sockaddr *)&addr, &len), 0);
	for (size_t i = 1; i < LEN(deaf->fds); i++) {
		deaf->fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(deaf->fds[i], (struct sockaddr *)&addr, len);
	}
}

static void
deaf_close(struct deaf *deaf)
{
	for (size_t i = 0; i < LEN(deaf->fds); i++)
		close(deaf->fds[i]);
}

static void
test_a_refused_connection_is_told(void **state)
{
	unsigned port = 0;
	int fd = bound_socket("127.0.0.1", &port); /* does not listen */
	char url[64];
	struct outcome out;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	get(*state, url, &out);
	assert_error(&out, PAWL_HTTP_CALL_CONNECT, "127.0.0.1");
	assert_int_equal(out.status, 0);
	outcome_fini(&out);
	close(fd);
}

static void
test_a_connection_that_does_not_come_about_is_no_timeout_of_the_call(void **state)
{
	struct pawl_http_call_config config = {
		.method = PAWL_STR("GET"), .timeout_ms = 5000, .connect_timeout_ms = 200};
	unsigned port = 0;
	struct deaf deaf;
	char url[64];
	struct outcome out;

	deaf_open(&deaf, "127.0.0.1", &port);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	config.url = pawl_str_c(url);
	call(*state, &config, &out);
	assert_error(&out, PAWL_HTTP_CALL_CONNECT, "no connection within 200 ms");
	outcome_fini(&out);
	config.timeout_ms = 150;
	call(*state, &config, &out);
	assert_error(&out, PAWL_HTTP_CALL_TIMEOUT, "150 ms");
	outcome_fini(&out);
	deaf_close(&deaf);
}

static void
test_loopback_is_blocked_by_default_however_it_is_written(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1",       "127.1",     "2130706433", "0x7f000001",    "0177.0.0.1",
		"0.0.0.0",         "0",         "[::1]",      "[::]",          "[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]", "localhost", "good.test",  "joe@127.0.0.1",
	};
	struct fixture *f = *state;

	pawl_egress_fini(&f->egress);
	for (size_t i = 0; i < LEN(hosts); i++) {
		struct outcome out;

		get(f, at_host(f, hosts[i], "/request"), &out);
		assert_error(&out, PAWL_HTTP_CALL_BLOCKED, "PAWL_EGRESS_ALLOW");
		outcome_fini(&out);
	}
	assert_int_equal(peer_connections(f->peer), 0);
}

static void
test_a_blocked_call_names_host_and_address(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	get(f, "http://private.test:8080/path?token=s3cret", &out);
	assert_error(&out, PAWL_HTTP_CALL_BLOCKED,
		     "private.test:8080: the address 10.0.0.1 is private");
	assert_null(strstr(out.message, "s3cret"));
	outcome_fini(&out);
	assert_int_equal(pawl_cidr_list_add(&f->egress.deny, PAWL_STR("127.0.0.1")), PAWL_OK);
	get(f, at_peer(f, "/request"), &out);
	assert_error(&out, PAWL_HTTP_CALL_BLOCKED, "PAWL_EGRESS_DENY");
	outcome_fini(&out);
}

static void
test_a_name_with_one_allowed_address_is_reached_there(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	get(f, at_host(f, "mixed.test", "/request"), &out);
	assert_status(&out, 200);
	outcome_fini(&out);
}

/* The second socket gets the number of the first, on the same watcher's table. */
static void
test_a_name_whose_first_address_is_deaf_is_reached_at_the_second(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = {
		.method = PAWL_STR("GET"), .timeout_ms = 8000, .connect_timeout_ms = 600};
	unsigned port = peer_port(f->peer);
	struct deaf deaf;
	struct outcome out;

	deaf_open(&deaf, "127.0.0.2", &port);
	config.url = pawl_str_c(at_host(f, "second.test", "/request"));
	call(f, &config, &out);
	assert_status(&out, 200);
	assert_in_range(out.elapsed_us, 250000, 590000); /* half of the time is the first one's */
	outcome_fini(&out);
	deaf_close(&deaf);
}

static void
test_a_name_whose_first_address_refuses_late_is_reached_at_the_second(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"), .timeout_ms = 8000};
	unsigned port = peer_port(f->peer);
	struct deaf deaf;
	struct outcome out;

	deaf_open(&deaf, "127.0.0.2", &port);
	config.url = pawl_str_c(at_host(f, "second.test", "/request"));
	send_call(f, &config, &out);
	run_for(f, 100);
	/* The kernel asks again after a second, and is refused. */
	deaf_close(&deaf);
	run_pending(f);
	assert_status(&out, 200);
	assert_in_range(out.elapsed_us, 500000, 2000000);
	outcome_fini(&out);
}

static void
test_an_unknown_name_is_told(void **state)
{
	struct outcome out;

	get(*state, "http://none.test/", &out);
	assert_error(&out, PAWL_HTTP_CALL_RESOLVE, "none.test");
	outcome_fini(&out);
}

static void
test_a_slow_look_up_holds_up_nobody(void **state)
{
	struct fixture *f = *state;
	int64_t started_us = pawl_clock_mono_us();
	struct pawl_http_call_config config = to_peer(f, "/request");
	struct pawl_http_call *canceled;
	struct outcome late, never, quick;

	config.url = pawl_str_c(at_host(f, "slow.test", "/request"));
	config.timeout_ms = 200;
	send_call(f, &config, &late);
	canceled = send_call(f, &config, &never);
	run_for(f, 50);
	pawl_http_call_cancel(canceled);
	f->n_pending--;
	assert_in_range(pawl_clock_mono_us() - started_us, 0, 700000);
	config = to_peer(f, "/request");
	send_call(f, &config, &quick);
	run_pending(f);
	assert_status(&quick, 200);
	assert_error(&late, PAWL_HTTP_CALL_TIMEOUT, "200 ms");
	assert_in_range(pawl_clock_mono_us() - started_us, 0, 1200000);
	assert_int_equal(never.n_done, 0);
	outcome_fini(&late);
	outcome_fini(&quick);
	/* The look-ups' threads end by themselves. */
	while (atomic_load(&n_slow_lookups) > 0)
		usleep(10000);
	usleep(50000);
}

static void
test_a_slow_look_up_succeeds_in_time(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	get(f, at_host(f, "slow.test", "/request"), &out);
	assert_status(&out, 200);
	outcome_fini(&out);
}

static void
test_a_connection_is_used_again(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 50; i++) {
		struct outcome out;

		get(f, at_peer(f, i % 2 ? "/request" : "/big/70000"), &out);
		assert_status(&out, 200);
		outcome_fini(&out);
	}
	assert_int_equal(peer_connections(f->peer), 1);
}

static void
test_a_connection_that_the_peer_has_left_does_no_harm(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 10; i++) {
		struct outcome out;

		get(f, at_peer(f, "/leave"), &out);
		assert_status(&out, 200);
		assert_body(&out, "bye");
		outcome_fini(&out);
		/* Sometimes its end is seen before the next call, sometimes not. */
		if (i % 2)
			run_for(f, 10);
	}
}

/* Nothing of an answer was there: the request goes out again on another connection. */
static void
test_a_connection_that_breaks_off_when_it_is_used_again_does_no_harm(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++) {
		struct outcome out;

		get(f, at_peer(f, "/reset"), &out);
		assert_status(&out, 200);
		assert_body(&out, "bye");
		outcome_fini(&out);
	}
}

static void
test_the_environments_proxies_are_not_used(void **state)
{
	struct fixture *f = *state;
	struct outcome out;

	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("all_proxy", "http://127.0.0.1:1/", 1);
	get(f, at_peer(f, "/request"), &out);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	assert_status(&out, 200);
	outcome_fini(&out);
}

static void
test_a_proxy_is_asked_for_the_whole_url(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"),
					       .url = PAWL_STR("http://none.test/request")};
	struct outcome out;

	config.proxy = pawl_str_c(at_host(f, "joe:s3cret@127.0.0.1", ""));
	setenv("no_proxy", "*", 1);
	call(f, &config, &out);
	unsetenv("no_proxy");
	assert_status(&out, 200);
	assert_true(body_has(&out, "GET http://none.test/request HTTP/1.1\r\n"));
	assert_true(body_has(&out, "Proxy-Authorization: Basic"));
	outcome_fini(&out);
	/* It goes for that one call only. */
	get(f, at_peer(f, "/request"), &out);
	assert_status(&out, 200);
	assert_memory_equal(out.body, "GET /request ", 13);
	assert_false(body_has(&out, "Proxy"));
	outcome_fini(&out);
}

static void
test_a_proxys_own_address_is_checked(void **state)
{
	static const char *const proxies[] = {"http://10.0.0.1:3128", "10.0.0.1:3128",
					      "http://private.test", "socks5h://10.0.0.1"};
	struct outcome out;

	for (size_t i = 0; i < LEN(proxies); i++) {
		struct pawl_http_call_config config = {.method = PAWL_STR("GET"),
						       .url = PAWL_STR("http://8.8.8.8/"),
						       .proxy = pawl_str_c(proxies[i])};

		call(*state, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_BLOCKED, "the proxy's address 10.0.0.1");
		outcome_fini(&out);
		config.proxy = PAWL_STR("ftp://joe:s3cret@10.0.0.1");
		call(*state, &config, &out);
		assert_error(&out, PAWL_HTTP_CALL_BAD_REQUEST, "proxy");
		assert_null(strstr(out.message, "s3cret"));
		outcome_fini(&out);
	}
}

static void
test_a_handshake_that_hangs_ends_in_time(void **state)
{
	struct fixture *f = *state;
	char url[64];
	struct outcome out;

	/* The plain peer answers nothing to a ClientHello without a request's end in it. */
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", peer_port(f->peer));
	send_call(f,
		  &(struct pawl_http_call_config){.method = PAWL_STR("GET"),
						  .url = pawl_str_c(url),
						  .timeout_ms = 5000,
						  .connect_timeout_ms = 300},
		  &out);
	run_pending(f);
	assert_error(&out, PAWL_HTTP_CALL_CONNECT, "300 ms");
	outcome_fini(&out);
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PEER(test_a_slow_answer_times_out),
		WITH_PEER(test_a_refused_connection_is_told),
		WITH_PEER(test_a_connection_that_does_not_come_about_is_no_timeout_of_the_call),
		WITH_PEER(test_loopback_is_blocked_by_default_however_it_is_written),
		WITH_PEER(test_a_blocked_call_names_host_and_address),
		WITH_PEER(test_a_name_with_one_allowed_address_is_reached_there),
		WITH_PEER(test_a_name_whose_first_address_is_deaf_is_reached_at_the_second),
		WITH_PEER(test_a_name_whose_first_address_refuses_late_is_reached_at_the_second),
		WITH_PEER(test_an_unknown_name_is_told),
		WITH_PEER(test_a_slow_look_up_holds_up_nobody),
		WITH_PEER(test_a_slow_look_up_succeeds_in_time),
		WITH_PEER(test_a_connection_is_used_again),
		WITH_PEER(test_a_connection_that_the_peer_has_left_does_no_harm),
		WITH_PEER(test_a_connection_that_breaks_off_when_it_is_used_again_does_no_harm),
		WITH_PEER(test_the_environments_proxies_are_not_used),
		WITH_PEER(test_a_proxy_is_asked_for_the_whole_url),
		WITH_PEER(test_a_proxys_own_address_is_checked),
		WITH_PEER(test_a_handshake_that_hangs_ends_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
