/* One client with a peer to talk to, and calls that run its loop until they are done. */
#ifndef PAWL_TEST_HTTP_CLIENT_TESTING_H
#define PAWL_TEST_HTTP_CLIENT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka needs the three above before it. */
#include <cmocka.h>

#include "http_peer.h"
#include "net/http_client.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

struct fixture {
	struct pawl_loop *loop;
	struct pawl_http_client *client;
	struct pawl_egress egress; /* 127.0.0.0/8 is allowed */
	struct peer *peer;
	unsigned n_pending;
	struct pawl_timer guard;
};

/* A result, copied. */
struct outcome {
	struct fixture *f;
	unsigned n_done;
	enum pawl_http_call_error error;
	int status;
	int64_t elapsed_us;
	char *body;
	size_t len;
	char headers[4096]; /* "name: value\n" each, cut when too long */
	size_t n_headers;
	char message[512];
};

int setup(void **state);
int teardown(void **state);

/* "http://127.0.0.1:PORT" + path; valid until the eighth call after it. */
const char *at_peer(struct fixture *f, const char *path);
/* "http://HOST:PORT" + path, likewise. */
const char *at_host(struct fixture *f, const char *host, const char *path);

struct pawl_http_call *send_call(struct fixture *f, const struct pawl_http_call_config *config,
				 struct outcome *out);
/* Runs the loop until nothing is pending; fails after 20 s. */
void run_pending(struct fixture *f);
/* Runs the loop for this time. */
void run_for(struct fixture *f, int64_t ms);
void call(struct fixture *f, const struct pawl_http_call_config *config, struct outcome *out);
void get(struct fixture *f, const char *url, struct outcome *out);
void outcome_fini(struct outcome *out);

void assert_error(const struct outcome *out, enum pawl_http_call_error error, const char *mentions);
void assert_status(const struct outcome *out, int status);
void assert_body(const struct outcome *out, const char *body);
bool body_has(const struct outcome *out, const char *text);

#endif
