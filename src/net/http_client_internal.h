/* What the parts of the HTTP client share: http_client.c owns the multi handle, the sockets
 * and the life of a call; http_call.c turns a config into curl options; http_response.c
 * takes what curl delivers. Nobody else includes this. */
#ifndef PAWL_NET_HTTP_CLIENT_INTERNAL_H
#define PAWL_NET_HTTP_CLIENT_INTERNAL_H

#include <curl/curl.h>

#include "base/buf.h"
#include "base/list.h"
#include "net/http_client.h"

enum pawl_http_call_state {
	PAWL_HTTP_CALL_IDLE,       /* in the pool */
	PAWL_HTTP_CALL_REFUSED,    /* never reaches curl; `done` is due */
	PAWL_HTTP_CALL_ACTIVE,     /* curl has it */
	PAWL_HTTP_CALL_DELIVERING, /* inside `done` */
};

struct pawl_http_client {
	uint32_t magic;
	struct pawl_loop *loop;
	const struct pawl_egress *egress;
	CURLM *multi;
	struct pawl_timer curl_timer;  /* when curl wants to run */
	struct pawl_timer later_timer; /* refused calls are due */
	struct pawl_timer sweep_timer; /* see on_sweep */
	bool sweeping;
	struct pawl_http_socket **sockets; /* by descriptor */
	size_t n_sockets;
	struct pawl_list active;
	struct pawl_list refused;
	struct pawl_list stalled; /* active calls that curl would not wake by itself */
	struct pawl_list idle;    /* calls whose curl handle is kept */
	size_t n_idle;
};

/* A call and its curl handle live together and are used again and again. */
struct pawl_http_call {
	uint32_t magic;
	enum pawl_http_call_state state;
	struct pawl_list link; /* in active, refused or idle */
	struct pawl_list stalled_link;
	struct pawl_http_client *client;
	CURL *easy;
	void (*done)(void *ctx, const struct pawl_http_call_result *result);
	void *ctx;
	int64_t started_us;
	int64_t deadline_us;

	/* The request; strings live in `arena`. */
	struct pawl_arena arena;
	char *method;
	char *url;
	struct pawl_str body;
	bool has_body;
	struct curl_slist *headers;
	int64_t timeout_ms, connect_timeout_ms;
	size_t max_response_bytes;
	unsigned max_redirects, n_redirects;
	char *proxy;            /* NULL: none */
	struct pawl_str ca_pem; /* empty: the system's */
	bool insecure_tls;
	bool send_once;
	bool tainted; /* the curl handle holds what no other call may inherit */

	/* The response. */
	struct pawl_arena head_arena;
	struct pawl_http_header *head;
	size_t n_head, head_cap;
	bool head_done;
	int status;
	struct pawl_buf response;
	bool head_too_large;

	/* How it ended. */
	enum pawl_http_call_error error;
	unsigned n_opened; /* sockets, since the last response */
	struct pawl_ip blocked_ip;
	const char *blocked_why; /* NULL: no address was refused */
	char curl_error[CURL_ERROR_SIZE];
	char message[CURL_ERROR_SIZE + 512];
};

/* http_client.c: a new socket. Where it has the number of one that curl has closed and not yet
 * taken back, curl takes the two for one and does not ask for it to be watched again: this does.
 * False if it cannot be watched. */
bool pawl_http_client_on_opened(struct pawl_http_client *client, curl_socket_t fd);
int pawl_http_client_on_close_socket(void *ctx, curl_socket_t fd);

/* http_call.c: a new curl handle with all that is the same for every call. */
void pawl_http_call_init_easy(struct pawl_http_call *call);
/* Checks and copies; false when refused, with error and message set. */
bool pawl_http_call_prepare(struct pawl_http_call *call,
			    const struct pawl_http_call_config *config);
/* Hands the request to the curl handle. */
void pawl_http_call_apply(struct pawl_http_call *call);
/* After a response: true when the call was changed to follow its redirect and is to be
 * applied again. May set an error instead. */
bool pawl_http_call_follow(struct pawl_http_call *call);
void pawl_http_call_fail(struct pawl_http_call *call, enum pawl_http_call_error error,
			 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* http_response.c: curl's callbacks, and what its result means. */
size_t pawl_http_call_on_header(char *data, size_t size, size_t n, void *ctx);
size_t pawl_http_call_on_body(char *data, size_t size, size_t n, void *ctx);
void pawl_http_call_clear_response(struct pawl_http_call *call);
void pawl_http_call_judge(struct pawl_http_call *call, CURLcode code);

#endif
