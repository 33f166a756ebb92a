/* Outgoing HTTP on libcurl's multi interface, driven by one loop.
 *
 * Connections are kept and shared. http and https only; HTTP/2 where a TLS peer offers it.
 * Addresses are checked at connect time (egress.h); through a proxy it is the proxy's address
 * that is checked, because the target's is resolved where Pawl cannot see it. Everything runs
 * on the client's loop. `done` is called exactly once per request, never inside
 * pawl_http_client_send; after cancel it is not called. Name look-ups never hold up the loop. */
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
	struct pawl_str url;    /* bytes past ASCII are percent-encoded after the host */
	const struct pawl_http_header *headers; /* Content-Length is ours; nothing else is added but
						 * Host and a default User-Agent */
	size_t n_headers;
	struct pawl_str body;       /* all of these are copied */
	int64_t timeout_ms;         /* whole call; 0: 5 min */
	int64_t connect_timeout_ms; /* 0: 10 s */
	size_t max_response_bytes;  /* body, decompressed where Content-Encoding says so; 0: 10 MiB
				     */
	unsigned max_redirects;     /* 0: redirects are not followed; to another origin only headers
				     * that say nothing about the sender go along */
	struct pawl_str proxy;      /* "" : none; the environment's proxies are never used */
	struct pawl_str ca_pem;     /* "" : the system's */
	bool insecure_tls;          /* do not verify the peer */
	bool send_once; /* on a new connection: libcurl repeats a request by itself, unasked, when a
			 * kept connection turns out to be closed */
};

enum pawl_http_call_error {
	PAWL_HTTP_CALL_OK,
	PAWL_HTTP_CALL_BAD_URL,     /* not http(s), no host, ...; never worth a retry */
	PAWL_HTTP_CALL_BAD_REQUEST, /* method, header or proxy that cannot be sent; likewise */
	PAWL_HTTP_CALL_BLOCKED,     /* address refused by egress rules */
	PAWL_HTTP_CALL_RESOLVE,
	PAWL_HTTP_CALL_CONNECT, /* nothing was sent */
	PAWL_HTTP_CALL_TLS,
	PAWL_HTTP_CALL_TIMEOUT,
	PAWL_HTTP_CALL_TOO_LARGE, /* response over max_response_bytes, or its headers too many */
	PAWL_HTTP_CALL_REDIRECT,  /* more than max_redirects, or to something not http(s) */
	PAWL_HTTP_CALL_NETWORK,   /* broken while sending or receiving */
};

/* Borrowed during `done`. */
struct pawl_http_call_result {
	enum pawl_http_call_error error;
	const char *message; /* for people; says host and reason, never a credential; "" when OK */
	int status;          /* of the last response; 0 when there was none */
	const struct pawl_http_header *headers; /* of the last response */
	size_t n_headers;
	struct pawl_str body;
	int64_t elapsed_us;
};

/* "network", "timeout" ... stable. */
const char *pawl_http_call_error_name(enum pawl_http_call_error error);

/* `egress` must outlive the client. */
struct pawl_http_client *pawl_http_client_new(struct pawl_loop *loop,
					      const struct pawl_egress *egress);
/* Cancels what is under way. On the loop's thread or once that has ended, never inside `done`. */
void pawl_http_client_free(struct pawl_http_client *client);
/* Calls past it wait for a connection, under their own timeout. 256 unless set. */
void pawl_http_client_set_max_per_host(struct pawl_http_client *client, unsigned max);

/* The call is gone once `done` has returned. */
struct pawl_http_call *
pawl_http_client_send(struct pawl_http_client *client, const struct pawl_http_call_config *config,
		      void (*done)(void *ctx, const struct pawl_http_call_result *result),
		      void *ctx);
/* Inside its own `done` it does nothing. */
void pawl_http_call_cancel(struct pawl_http_call *call);

#endif
