#include "http_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

#define WAIT_MS      5000
#define CLIENT_BYTES (16 * 1024 * 1024)

struct fixture fx;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char received[CLIENT_BYTES];
static char big[BIG_BYTES];

int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Handler. */

static void
keep_ref(struct pawl_http_ref ref)
{
	pthread_mutex_lock(&lock);
	assert_true(fx.n_refs < FIXTURE_REFS);
	fx.refs[fx.n_refs++] = ref;
	pthread_mutex_unlock(&lock);
}

static void
count(int *counter)
{
	pthread_mutex_lock(&lock);
	(*counter)++;
	pthread_mutex_unlock(&lock);
}

static bool
on_headers(void *ctx, struct pawl_http_request *req, size_t *max_body)
{
	static const struct pawl_http_header mark = {PAWL_STR("X-Mark"), PAWL_STR("yes")};

	count(&fx.n_headers);
	if (pawl_str_eq_c(req->path, "/small") || pawl_str_eq_c(req->path, "/marked"))
		*max_body = 10;
	if (pawl_str_eq_c(req->path, "/marked"))
		pawl_http_add_headers(req->ref, &mark, 1);
	if (pawl_str_eq_c(req->path, "/early")) {
		assert_true(pawl_http_respond_error(req->ref, 401, "unauthorized", "no \"key\""));
		return false;
	}
	if (pawl_str_eq_c(req->path, "/later")) {
		keep_ref(req->ref);
		return false;
	}
	req->route = &fx;
	count(&fx.n_routes);
	return true;
}

static void
on_stream_close(void *ctx)
{
	assert_ptr_equal(ctx, &fx);
	count(&fx.n_streams_closed);
}

static void
answer_echo(struct pawl_http_request *req, bool wants_close)
{
	size_t size = 2 * 1024 * 1024;
	char *text = pawl_malloc(size);
	int n = snprintf(text, size, "%s %.*s%s%.*s|%.*s", pawl_http_method_name(req->method),
			 PAWL_STR_ARG(req->path), req->query.ptr ? "?" : "",
			 PAWL_STR_ARG(req->query), PAWL_STR_ARG(req->body));

	pawl_http_respond(req->ref,
			  &(struct pawl_http_response){.status = 200,
						       .content_type = PAWL_STR("text/plain"),
						       .body = pawl_str(text, (size_t)n),
						       .close = wants_close});
	free(text);
}

static void
answer_evil(struct pawl_http_request *req)
{
	const struct pawl_http_header headers[] = {
		{PAWL_STR("X-Fine"), PAWL_STR("yes")},
		{PAWL_STR("X-Split"), PAWL_STR("a\r\nSet-Cookie: b=c")},
		{PAWL_STR("X Name"), PAWL_STR("a")},
		{PAWL_STR("content-length"), PAWL_STR("999")},
		{PAWL_STR("Transfer-Encoding"), PAWL_STR("chunked")},
		{PAWL_STR("Connection"), PAWL_STR("upgrade")},
	};

	pawl_http_respond(req->ref, &(struct pawl_http_response){.status = 150,
								 .headers = headers,
								 .n_headers = 6,
								 .body = PAWL_STR("evil")});
}

static void
note_request(struct pawl_http_request *req)
{
	struct pawl_str value = pawl_http_request_header(req, "x-test");

	pthread_mutex_lock(&lock);
	if (pawl_str_eq_c(req->path, "/defer"))
		fx.n_before_defer = fx.n_requests;
	fx.n_requests++;
	snprintf(fx.last_header, sizeof(fx.last_header), "%.*s", PAWL_STR_ARG(value));
	pawl_ip_format(&req->peer, fx.last_peer);
	assert_ptr_equal(req->route, &fx);
	pthread_mutex_unlock(&lock);
}

static void
on_request(void *ctx, struct pawl_http_request *req)
{
	const struct pawl_http_response stream = {.status = 200,
						  .content_type = PAWL_STR("text/event-stream")};

	note_request(req);
	if (pawl_str_eq_c(req->path, "/defer")) {
		keep_ref(req->ref);
	} else if (pawl_str_eq_c(req->path, "/stream")) {
		keep_ref(req->ref);
		assert_true(pawl_http_stream_begin(req->ref, &stream, STREAM_BUFFER,
						   on_stream_close, &fx));
		pawl_http_stream_write(req->ref, PAWL_STR("hello"));
	} else if (pawl_str_eq_c(req->path, "/big")) {
		pawl_http_respond(req->ref,
				  &(struct pawl_http_response){.status = 200,
							       .body = pawl_str(big, BIG_BYTES),
							       .body_static = true});
	} else if (pawl_str_eq_c(req->path, "/copied")) {
		pawl_http_respond(req->ref,
				  &(struct pawl_http_response){.status = 200,
							       .body = pawl_str(big, BIG_BYTES)});
	} else if (pawl_str_eq_c(req->path, "/empty")) {
		pawl_http_respond(req->ref, &(struct pawl_http_response){.status = 204});
	} else if (pawl_str_eq_c(req->path, "/evil")) {
		answer_evil(req);
	} else if (pawl_str_eq_c(req->path, "/none")) {
		pawl_http_respond_error(req->ref, 404, "not_found", "no such path");
	} else {
		answer_echo(req, pawl_str_eq_c(req->path, "/close"));
	}
}

static void
on_refused(void *ctx, struct pawl_http_request *req, int status, const char *reason,
	   const char *detail)
{
	assert_non_null(detail);
	pthread_mutex_lock(&lock);
	fx.n_refused++;
	fx.last_refused_status = status;
	snprintf(fx.last_refused_path, sizeof(fx.last_refused_path), "%.*s",
		 PAWL_STR_ARG(req->path));
	snprintf(fx.last_refused_reason, sizeof(fx.last_refused_reason), "%s", reason);
	pthread_mutex_unlock(&lock);
}

static void
on_route_done(void *ctx, void *route)
{
	assert_ptr_equal(route, &fx);
	count(&fx.n_routes_done);
}

/* Start and stop. */

void
fixture_init(void)
{
	fx = (struct fixture){.n_loops = 1, .listen = "127.0.0.1:0"};
	pawl_http_limits_init(&fx.limits);
	memset(big, 'b', sizeof(big));
}

void
fixture_start(void)
{
	struct pawl_http_server_config config = {
		.listen = fx.listen,
		.n_loops = fx.n_loops,
		.limits = fx.limits,
		.handler = {on_headers, on_request, on_refused, on_route_done, NULL, NULL}};
	struct pawl_problems problems = {0};
	uint64_t port = 0;
	const char *colon;

	assert_int_equal(pawl_http_server_start(&config, &fx.server, &problems), PAWL_OK);
	colon = strrchr(pawl_http_server_url(fx.server), ':');
	for (const char *c = colon + 1; *c; c++)
		port = port * 10 + (uint64_t)(*c - '0');
	fx.port = (uint16_t)port;
	pawl_problems_fini(&problems);
}

void
fixture_stop(void)
{
	pawl_http_server_free(fx.server);
	fx.server = NULL;
	assert_int_equal(fx.n_routes, fx.n_routes_done);
}

int
fixture_setup(void **state)
{
	fixture_init();
	fixture_start();
	return 0;
}

int
fixture_teardown(void **state)
{
	fixture_stop();
	return 0;
}

int
fixture_get(const int *counter)
{
	int value;

	pthread_mutex_lock(&lock);
	value = *counter;
	pthread_mutex_unlock(&lock);
	return value;
}

void
fixture_wait(const int *counter, int n)
{
	int64_t until = now_ms() + WAIT_MS;

	while (fixture_get(counter) < n) {
		if (now_ms() > until)
			fail_msg("waited for %d in vain, got %d", n, fixture_get(counter));
		usleep(1000);
	}
}

void
fixture_wait_refs(size_t n)
{
	int64_t until = now_ms() + WAIT_MS;
	size_t have;

	for (;;) {
		pthread_mutex_lock(&lock);
		have = fx.n_refs;
		pthread_mutex_unlock(&lock);
		if (have >= n)
			return;
		if (now_ms() > until)
			fail_msg("waited for %zu refs in vain", n);
		usleep(1000);
	}
}

struct errand {
	struct pawl_task task;
	void (*fn)(void *ctx);
	void *ctx;
	int is_done;
};

static void
run_errand(struct pawl_task *task)
{
	struct errand *e = (struct errand *)task;

	e->fn(e->ctx);
	count(&e->is_done);
}

void
fixture_on_loop(void (*fn)(void *ctx), void *ctx)
{
	struct errand e = {.task.fn = run_errand, .fn = fn, .ctx = ctx};
	struct pawl_http_ref ref;

	pthread_mutex_lock(&lock);
	assert_true(fx.n_refs > 0);
	ref = fx.refs[0];
	pthread_mutex_unlock(&lock);
	pawl_loop_post(pawl_http_ref_loop(ref), &e.task);
	fixture_wait(&e.is_done, 1);
}

struct release {
	const size_t *order;
	size_t n;
};

static void
release(void *ctx)
{
	struct release *r = ctx;
	char text[32];

	for (size_t i = 0; i < r->n; i++) {
		size_t which = r->order ? r->order[i] : i;
		int n = snprintf(text, sizeof(text), "deferred %zu", which);
		const struct pawl_http_response answer = {.status = 202,
							  .body = pawl_str(text, (size_t)n)};

		if (!pawl_http_respond(fx.refs[which], &answer))
			count(&fx.n_answers_lost);
		/* An answer is given once. */
		assert_false(pawl_http_respond(fx.refs[which], &answer));
	}
}

void
fixture_release(const size_t *order, size_t n)
{
	struct release r = {order, n};

	fixture_wait_refs(n);
	fixture_on_loop(release, &r);
}

/* Clients. */

int
client_connect_to(uint16_t port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

int
client_connect(void)
{
	return client_connect_to(fx.port);
}

void
client_send(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		/* The server may have heard enough; what it said is what counts. */
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			return;
		assert_true(n > 0);
		at += n;
		len -= (size_t)n;
	}
}

static ssize_t
read_some(int fd, size_t at, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	assert_true(at < CLIENT_BYTES - 1);
	if (poll(&p, 1, timeout_ms) == 0)
		return -2;
	return recv(fd, received + at, CLIENT_BYTES - 1 - at, 0);
}

const char *
client_read_all(int fd, bool *was_reset)
{
	size_t len = 0;
	ssize_t n;

	if (was_reset)
		*was_reset = false;
	while ((n = read_some(fd, len, 10000)) > 0)
		len += (size_t)n;
	received[len] = '\0';
	if (n == -2)
		fail_msg("the server keeps the connection open after: %s", received);
	if (n < 0 && was_reset)
		*was_reset = true;
	else if (n < 0)
		fail_msg("the connection was reset after: %s", received);
	return received;
}

const char *
client_read_until(int fd, const char *text)
{
	size_t len = 0;

	received[0] = '\0';
	while (!strstr(received, text)) {
		ssize_t n = read_some(fd, len, WAIT_MS);

		if (n <= 0)
			fail_msg("no \"%s\" in: %s", text, received);
		len += (size_t)n;
		received[len] = '\0';
	}
	return received;
}

bool
client_is_silent(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) == 0;
}

const char *
exchange(const void *data, size_t len)
{
	int fd = client_connect();
	const char *text;

	client_send(fd, data, len);
	text = client_read_all(fd, NULL);
	close(fd);
	return text;
}

size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

void
assert_starts_at(const char *text, const char *part, const char *file, int line)
{
	if (strncmp(text, part, strlen(part)) == 0)
		return;
	print_error("\"%s\" does not start with \"%s\"\n", text, part);
	_fail(file, line);
}

void
assert_has_at(const char *text, const char *part, const char *file, int line)
{
	if (strstr(text, part))
		return;
	print_error("\"%s\" does not have \"%s\"\n", text, part);
	_fail(file, line);
}
