/* HTTP/1.1 front end (RFC 9112) on libuv and llhttp: framing, limits, deadlines, order.
 *
 * One server has N loops, each with its own thread and listening sockets (SO_REUSEPORT).
 * A connection belongs to one loop for life. One request at a time per connection: while
 * an answer is pending the parser is paused, so pipelined requests are answered in order.
 * The handler answers now or later, on the connection's loop; it holds a pawl_http_ref,
 * never a pointer to the connection, so a client that has left is harmless.
 * Knows no workflow. */
#ifndef PAWL_NET_HTTP_SERVER_H
#define PAWL_NET_HTTP_SERVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "net/ip.h"
#include "net/loop.h"

enum pawl_http_method {
	PAWL_HTTP_GET,
	PAWL_HTTP_HEAD,
	PAWL_HTTP_POST,
	PAWL_HTTP_PUT,
	PAWL_HTTP_PATCH,
	PAWL_HTTP_DELETE,
	PAWL_HTTP_OPTIONS,
	PAWL_HTTP_OTHER, /* answered 501 before the handler sees it */
};

const char *pawl_http_method_name(enum pawl_http_method method);
bool pawl_http_method_parse(struct pawl_str s, enum pawl_http_method *out);

struct pawl_http_header {
	struct pawl_str name;  /* as received */
	struct pawl_str value; /* without leading and trailing white space */
};

/* Names an answer that is still owed. Copy freely; valid on `loop`'s thread. */
struct pawl_http_ref {
	struct pawl_http_worker *worker;
	uint32_t slot;
	uint32_t generation;
};

/* Borrowed by the handler until it returns; what is needed later must be copied. */
struct pawl_http_request {
	struct pawl_http_ref ref;
	enum pawl_http_method method;
	struct pawl_str target; /* as received: path?query; an absolute form loses its authority */
	struct pawl_str path;   /* not decoded */
	struct pawl_str query;  /* after '?', not decoded; ptr NULL when there is none */
	const struct pawl_http_header *headers;
	size_t n_headers;
	struct pawl_str body; /* empty in on_headers */
	struct pawl_ip peer;  /* as the PROXY header says, where there is one */
	bool is_tls;
	int64_t received_at_us; /* wall clock, first byte */
	void *route;            /* set by on_headers for on_request */
};

/* The value of the first header of that name (case is ignored); ptr NULL when absent. */
struct pawl_str pawl_http_request_header(const struct pawl_http_request *req, const char *name);

struct pawl_http_response {
	int status;
	const struct pawl_http_header *headers; /* Content-Length, Date and Connection are added */
	size_t n_headers;
	struct pawl_str content_type; /* ptr NULL: none */
	struct pawl_str body;         /* copied, unless body_static */
	bool body_static;
	bool close; /* close the connection after it */
};

struct pawl_http_limits {
	size_t max_header_bytes;    /* 16 KiB: request line and headers; 431 past it */
	size_t max_headers;         /* 100 */
	size_t max_body_bytes;      /* 1 MiB: default when on_headers does not say; 413 past it */
	int64_t header_deadline_ms; /* 10 s from the first byte of a request: 408 */
	int64_t body_deadline_ms;   /* 60 s from the first byte of a request: 408 */
	size_t min_body_rate;       /* 1 KiB/s over the whole body: 408 below it */
	int64_t body_grace_ms;      /* 5 s before the rate is measured */
	int64_t idle_ms;            /* 75 s without a request: closed */
	size_t max_connections;     /* per server: 20000; past it idle ones give way, else 503 */
	size_t max_connections_per_ip; /* 12000; an IPv6 /64 counts as one address */
	size_t max_held_bytes; /* 256 MiB: of all requests that are not whole yet; 503 past it */
	int64_t drain_ms;      /* 5 s: the rest of the server has to end within 10 s, too */
};

struct pawl_http_handler {
	/* Headers are in. False: the body is not wanted and on_request is not called; the answer
	 * is given now or later, the body is drained, bounded, or the connection closed. True: go
	 * on; *max_body may be lowered or raised; req->route is kept for on_request. On the
	 * loop's thread, must not block. */
	bool (*on_headers)(void *ctx, struct pawl_http_request *req, size_t *max_body);
	/* The whole request is in. Must lead to exactly one pawl_http_respond (or stream) per
	 * request, now or later. On the loop's thread, must not block. */
	void (*on_request)(void *ctx, struct pawl_http_request *req);
	/* A request that the front end refused by itself (400, 408, 413, 431, 501) after its
	 * target was known; for the request log. `body` holds nothing. May be NULL. */
	void (*on_refused)(void *ctx, struct pawl_http_request *req, int status, const char *reason,
			   const char *detail);
	/* route set by on_headers is no longer needed: called once when it was set, after
	 * on_request has returned or when it will not be called. A handler that keeps the route
	 * for a later answer takes it: it sets req->route to NULL in on_request. */
	void (*on_route_done)(void *ctx, void *route);
	/* The loop has handled all that was ready and is going to wait: the place to hand on what
	 * was gathered meanwhile. On the loop's thread, each time around. May be NULL. */
	void (*on_turn_end)(void *ctx);
	void *ctx;
};

struct pawl_http_server;
struct pawl_tls_server; /* net/tls_server.h */
struct pawl_http_server_config {
	/* "127.0.0.1:8080", "[::]:8080", "localhost:0"; comma-separated lists. One may be NULL. */
	const char *listen;
	const char *tls_listen;      /* where HTTPS is spoken */
	struct pawl_tls_server *tls; /* for tls_listen; outlives the server */
	/* Whose connections begin with a PROXY header that says whose they are; others' must not.
	 * NULL: nobody's. Outlives the server. */
	const struct pawl_cidr_list *proxy_peers;
	unsigned n_loops; /* 0: one for each two processors, at least one */
	struct pawl_http_limits limits;
	struct pawl_http_handler handler;
};

void pawl_http_limits_init(struct pawl_http_limits *limits);
/* Binds its addresses, so that the URL is known; nothing is accepted yet. Problems name the address
 * and the reason. */
PAWL_MUST_USE enum pawl_err pawl_http_server_open(const struct pawl_http_server_config *config,
						  struct pawl_http_server **out,
						  struct pawl_problems *problems);
/* Starts the loops; free it when that fails. */
PAWL_MUST_USE enum pawl_err pawl_http_server_run(struct pawl_http_server *server,
						 struct pawl_problems *problems);
/* Both. */
PAWL_MUST_USE enum pawl_err pawl_http_server_start(const struct pawl_http_server_config *config,
						   struct pawl_http_server **out,
						   struct pawl_problems *problems);
/* "http://127.0.0.1:43121" of the first address, with the port that was picked. */
const char *pawl_http_server_url(const struct pawl_http_server *server);
/* "https://127.0.0.1:8443" of the first of tls_listen, likewise; "" without. */
const char *pawl_http_server_tls_url(const struct pawl_http_server *server);
/* Stops listening; idle connections close, others after the answer they are owed (with
 * Connection: close). Returns when all are gone; when drain_ms has passed, with only those left
 * that wait for their answer. The handler sees no request after it. From outside the loops. */
void pawl_http_server_drain(struct pawl_http_server *server);
/* Closes what is left and ends the loops. No ref may be used after it; stream on_close and
 * on_route_done are called before it returns. */
void pawl_http_server_free(struct pawl_http_server *server);

/* "Accepted"; a class name such as "Client Error" for a status that has none. */
const char *pawl_http_status_text(int status);
/* The loop of a pending answer, to post to from other threads. */
struct pawl_loop *pawl_http_ref_loop(struct pawl_http_ref ref);
/* Headers that go with whatever the answer will be, a refusal by the front end too: for what the
 * request alone decides (CORS). Copied; before the answer, on the ref's loop. */
void pawl_http_add_headers(struct pawl_http_ref ref, const struct pawl_http_header *headers,
			   size_t n);
/* Answers. False when the client is gone already. On the ref's loop. */
bool pawl_http_respond(struct pawl_http_ref ref, const struct pawl_http_response *response);
/* {"code":413,"message":"Payload Too Large","error":{"type":"body_too_large","detail":"..."}};
 * 429 and 503 say Retry-After: 1. */
bool pawl_http_respond_error(struct pawl_http_ref ref, int status, const char *type,
			     const char *detail);

/* An answer without an end (Server-Sent Events): headers now, chunks later. The peer's slowness
 * is bounded: write returns false, and the stream is closed, when more than max_buffered is
 * unsent or the client is gone (a client that half-closes counts as gone). When begin returns
 * true, on_close is called once, also after end, on the loop and never inside these calls. */
bool pawl_http_stream_begin(struct pawl_http_ref ref, const struct pawl_http_response *head,
			    size_t max_buffered, void (*on_close)(void *ctx), void *ctx);
bool pawl_http_stream_write(struct pawl_http_ref ref, struct pawl_str chunk);
void pawl_http_stream_end(struct pawl_http_ref ref);

/* For metrics; any thread. */
struct pawl_http_counters {
	uint64_t connections_open, connections_total, requests_total, refused_total;
	unsigned loops;
};
void pawl_http_server_counters(const struct pawl_http_server *server,
			       struct pawl_http_counters *out);

/* Of llhttp, which may be compiled in. */
extern const char pawl_http_parser_version[];

#endif
