/* Outgoing HTTP on libcurl's multi interface, driven by one loop.
 *
 * Connections are kept and shared. http and https only. Addresses are checked at connect
 * time (egress.h). Everything runs on the client's loop. `done` is called exactly once per
 * request, never inside pawl_http_client_send; after cancel it is not called. */
#ifndef PAWL_NET_HTTP_CLIENT_H
#define PAWL_NET_HTTP_CLIENT_H

#include "base/arena.h"
#include "net/egress.h"
#include "net/http_server.h"
#include "net/loop.h"

struct pawl_http_client;
struct pawl_http_call; /* one request under way */

struct pawl_http_call_config {
	struct pawl_str method; /* "POST" */
	struct pawl_str url;
	const struct pawl_http_header *headers;
	size_t n_headers;
	struct pawl_str body; /* all of these are copied */
	int64_t timeout_ms; /* whole call; 0: 5 min */
	int64_t connect_timeout_ms; /* 0: 10 s */
	size_t max_response_bytes; /* body; 0: 10 MiB */
	unsigned max_redirects; /* 0: redirects are not followed */
	struct pawl_str proxy; /* "" : none; the environment's proxies are never used */
	struct pawl_str ca_pem; /* "" : the system's */
	bool insecure_tls; /* do not verify the peer */
};

enum pawl_http_call_error {
	PAWL_HTTP_CALL_OK,
	PAWL_HTTP_CALL_BAD_URL,	    /* not http(s), no host, ...; never worth a retry */
	PAWL_HTTP_CALL_BLOCKED,	    /* address refused by egress rules */
	PAWL_HTTP_CALL_RESOLVE,
	PAWL_HTTP_CALL_CONNECT,	    /* nothing was sent */
	PAWL_HTTP_CALL_TLS,
	PAWL_HTTP_CALL_TIMEOUT,
	PAWL_HTTP_CALL_TOO_LARGE,   /* response over max_response_bytes */
	PAWL_HTTP_CALL_NETWORK,	    /* broken while sending or receiving */
};

/* Borrowed during `done`. */
struct pawl_http_call_result {
	enum pawl_http_call_error error;
	const char *message; /* for people; says host and reason, never a credential */
	int status;
	const struct pawl_http_header *headers; /* of the last response */
	size_t n_headers;
	struct pawl_str body;
	int64_t elapsed_us;
};

/* "network", "timeout" ... stable. */
const char *pawl_http_call_error_name(enum pawl_http_call_error error);

/* `egress` must outlive the client. */
struct pawl_http_client *pawl_http_client_new(struct pawl_loop *loop, const struct pawl_egress *egress);
/* Cancels what is under way. */
void pawl_http_client_free(struct pawl_http_client *client);

struct pawl_http_call *pawl_http_client_send(struct pawl_http_client *client,
					     const struct pawl_http_call_config *config,
					     void (*done)(void *ctx, const struct pawl_http_call_result *result),
					     void *ctx);
void pawl_http_call_cancel(struct pawl_http_call *call);

#endif
