/* A server with a handler whose behaviour the path chooses, and raw clients for it.
 *
 * Paths: /now echoes "METHOD path?query|body" with 200; /defer keeps its ref until
 * fixture_release; /later refuses the body and keeps its ref; /early answers 401 in on_headers;
 * /small takes bodies up to 10 bytes; so does
 * /marked, and all its answers have X-Mark: yes; /close answers and closes; /big sends BIG_BYTES
 * static bytes; /copied the same, copied; /empty answers 204; /evil tries to split the response;
 * /stream begins a stream. Everything else is 404. One fixture at a time. */
#ifndef PAWL_TESTS_HTTP_FIXTURE_H
#define PAWL_TESTS_HTTP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/http_server.h"

#define BIG_BYTES     (8 * 1024 * 1024)
#define FIXTURE_REFS  128
#define STREAM_BUFFER (64 * 1024)

struct fixture {
	struct pawl_http_server *server;
	struct pawl_http_limits limits;
	unsigned n_loops;
	const char *listen;
	uint16_t port;
	/* What the handler saw; read with fixture_get. */
	int n_headers, n_requests, n_refused, n_routes, n_routes_done, n_streams_closed;
	int last_refused_status;
	char last_refused_path[64];
	char last_refused_reason[64];
	char last_header[64]; /* value of X-Test */
	char last_peer[64];
	int n_before_defer; /* requests so far when the last /defer came */
	int n_answers_lost; /* respond said that the client is gone */
	struct pawl_http_ref refs[FIXTURE_REFS];
	size_t n_refs;
};

extern struct fixture fx;

/* Limits are the defaults; change fx.limits, fx.n_loops, fx.listen before fixture_start. */
void fixture_init(void);
void fixture_start(void);
void fixture_stop(void);
/* cmocka group hooks that do both with the defaults. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Reads a counter of fx under its lock. */
int fixture_get(const int *counter);
/* Waits until it is at least `n`; fails the test after 5 s. */
void fixture_wait(const int *counter, int n);
/* Waits until n refs are kept. */
void fixture_wait_refs(size_t n);
/* Answers all kept refs, with bodies "deferred 0", "deferred 1" ... in the order of `order`
 * (indices; NULL: as they came), on their loop, in one task. Returns when that has run. */
void fixture_release(const size_t *order, size_t n);
/* Runs fn on the loop of refs[0] and waits for it. */
void fixture_on_loop(void (*fn)(void *ctx), void *ctx);

/* Clients. -1 is never returned: they fail the test. */
int client_connect(void);
int client_connect_to(uint16_t port);
void client_send(int fd, const void *data, size_t len);
#define client_say(fd, literal) client_send(fd, literal, sizeof(literal) - 1)
/* Everything until the server closes; NUL-terminated, static. Fails after 10 s. *was_reset
 * (may be NULL, then a reset fails the test). */
const char *client_read_all(int fd, bool *was_reset);
/* Until `text` has been seen. */
const char *client_read_until(int fd, const char *text);
/* True when nothing comes for ms. */
bool client_is_silent(int fd, int ms);
/* Connects, sends, reads to the end, closes. */
const char *exchange(const void *data, size_t len);
#define exchange_say(literal) exchange(literal, sizeof(literal) - 1)
int64_t now_ms(void);
size_t count_of(const char *text, const char *part);

#define assert_starts(text, part) assert_starts_at(text, part, __FILE__, __LINE__)
#define assert_has(text, part)    assert_has_at(text, part, __FILE__, __LINE__)
void assert_starts_at(const char *text, const char *part, const char *file, int line);
void assert_has_at(const char *text, const char *part, const char *file, int line);

#endif
