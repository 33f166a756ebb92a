#include <stdio.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/http_client_internal.h"

#define MAX_HEAD_BYTES ((size_t)256 * 1024)
#define MAX_HEADERS    1000

const char *
pawl_http_call_error_name(enum pawl_http_call_error error)
{
	switch (error) {
	case PAWL_HTTP_CALL_OK:
		return "ok";
	case PAWL_HTTP_CALL_BAD_URL:
		return "bad_url";
	case PAWL_HTTP_CALL_BAD_REQUEST:
		return "bad_request";
	case PAWL_HTTP_CALL_BLOCKED:
		return "blocked";
	case PAWL_HTTP_CALL_RESOLVE:
		return "resolve";
	case PAWL_HTTP_CALL_CONNECT:
		return "connect";
	case PAWL_HTTP_CALL_TLS:
		return "tls";
	case PAWL_HTTP_CALL_TIMEOUT:
		return "timeout";
	case PAWL_HTTP_CALL_TOO_LARGE:
		return "too_large";
	case PAWL_HTTP_CALL_REDIRECT:
		return "redirect";
	case PAWL_HTTP_CALL_NETWORK:
		return "network";
	}
	return "unknown";
}

static void
clear_head(struct pawl_http_call *call)
{
	pawl_arena_reset(&call->head_arena);
	call->n_head = 0;
	call->head_done = false;
	call->head_too_large = false;
	call->status = 0;
}

void
pawl_http_call_clear_response(struct pawl_http_call *call)
{
	clear_head(call);
	/* A buffer may use all it has: one with room for more than the limit is no good. */
	if (call->response.max != call->max_response_bytes)
		pawl_buf_fini(&call->response);
	pawl_buf_reset(&call->response);
	call->response.max = call->max_response_bytes;
	call->n_opened = 0;
	call->blocked_why = NULL;
}

/* "HTTP/1.1 200 OK", "HTTP/2 200 "; curl has checked its form. */
static int
status_parse(struct pawl_str line)
{
	size_t space = pawl_str_find_char(line, ' ');
	int status = 0;

	if (space == SIZE_MAX)
		return 0;
	for (size_t i = space + 1; i < line.len && i <= space + 3; i++) {
		if (line.ptr[i] < '0' || line.ptr[i] > '9')
			return 0;
		status = status * 10 + (line.ptr[i] - '0');
	}
	return status;
}

static void
header_append(struct pawl_http_call *call, struct pawl_str line, size_t colon)
{
	struct pawl_str name = pawl_str_trim(pawl_str_sub(line, 0, colon));
	struct pawl_str value = pawl_str_trim(pawl_str_sub(line, colon + 1, line.len));

	if (call->n_head == call->head_cap) {
		call->head_cap = call->head_cap ? call->head_cap * 2 : 32;
		call->head = pawl_realloc_array(call->head, call->head_cap, sizeof(*call->head));
	}
	call->head[call->n_head++] = (struct pawl_http_header){
		.name = pawl_arena_dup(&call->head_arena, name),
		.value = pawl_arena_dup(&call->head_arena, value),
	};
}

/* A folded line (RFC 9112 section 5.2) goes on with the value before it. */
static void
header_unfold(struct pawl_http_call *call, struct pawl_str line)
{
	struct pawl_http_header *last;

	if (call->n_head == 0)
		return;
	last = &call->head[call->n_head - 1];
	last->value = pawl_arena_printf(&call->head_arena, "%.*s %.*s", PAWL_STR_ARG(last->value),
					PAWL_STR_ARG(line));
}

/* One line at a time, of every response: 1xx too. What follows the final head is a trailer,
 * which must not pass for a header (RFC 9110 section 6.5.1). */
size_t
pawl_http_call_on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct pawl_http_call *call = ctx;
	struct pawl_str line = pawl_str(data, size * n);
	struct pawl_str text = pawl_str_trim(line);
	size_t colon;

	if (call->head_done && call->status >= 200)
		return line.len;
	if (pawl_str_starts_with(line, PAWL_STR("HTTP/"))) {
		clear_head(call);
		call->status = status_parse(text);
		return line.len;
	}
	if (text.len == 0) {
		call->head_done = true;
		return line.len;
	}
	if (call->head_arena.total_bytes + line.len > MAX_HEAD_BYTES ||
	    call->n_head >= MAX_HEADERS) {
		call->head_too_large = true;
		return 0;
	}
	colon = pawl_str_find_char(text, ':');
	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		header_unfold(call, text);
	else if (colon != SIZE_MAX && colon > 0)
		header_append(call, text, colon);
	return line.len;
}

size_t
pawl_http_call_on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct pawl_http_call *call = ctx;

	/* Any other number ends the transfer. */
	return pawl_buf_append(&call->response, data, size * n) == PAWL_OK ? size * n : 0;
}

static void
judge_connect(struct pawl_http_call *call, const char *reason)
{
	char ip[PAWL_IP_TEXT_MAX];

	if (call->blocked_why == NULL || call->n_opened > 0) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_CONNECT, "%s", reason);
		return;
	}
	pawl_ip_format(&call->blocked_ip, ip);
	pawl_http_call_fail(call, PAWL_HTTP_CALL_BLOCKED, "the %saddress %s %s",
			    call->proxy ? "proxy's " : "", ip, call->blocked_why);
}

static void
judge_timeout(struct pawl_http_call *call)
{
	curl_off_t sent_after_us = 0;

	curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_after_us);
	if (sent_after_us == 0 && pawl_clock_mono_us() < call->deadline_us)
		pawl_http_call_fail(call, PAWL_HTTP_CALL_CONNECT, "no connection within %lld ms",
				    (long long)call->connect_timeout_ms);
	else if (sent_after_us == 0)
		pawl_http_call_fail(call, PAWL_HTTP_CALL_TIMEOUT,
				    "no connection within the %lld ms that the call may take",
				    (long long)call->timeout_ms);
	else
		pawl_http_call_fail(call, PAWL_HTTP_CALL_TIMEOUT,
				    "no complete answer within %lld ms",
				    (long long)call->timeout_ms);
}

static void
judge_write(struct pawl_http_call *call, const char *reason)
{
	if (call->head_too_large)
		pawl_http_call_fail(call, PAWL_HTTP_CALL_TOO_LARGE,
				    "the response has more than %d headers or %zu bytes of them",
				    MAX_HEADERS, MAX_HEAD_BYTES);
	else if (call->response.overflow)
		pawl_http_call_fail(call, PAWL_HTTP_CALL_TOO_LARGE,
				    "the response body is over the limit of %zu bytes",
				    call->max_response_bytes);
	else
		pawl_http_call_fail(call, PAWL_HTTP_CALL_NETWORK, "%s", reason);
}

void
pawl_http_call_judge(struct pawl_http_call *call, CURLcode code)
{
	const char *reason = call->curl_error[0] ? call->curl_error : curl_easy_strerror(code);
	enum pawl_http_call_error error = PAWL_HTTP_CALL_NETWORK;

	/* A selection of many; the rest is the network's. */
	switch ((int)code) {
	case CURLE_OK:
		/* To curl, a connection that ends among the headers is an end like any other. */
		if (!call->head_done || call->status < 200)
			pawl_http_call_fail(call, PAWL_HTTP_CALL_NETWORK,
					    "the answer ended before its headers did");
		return;
	case CURLE_WRITE_ERROR:
		judge_write(call, reason);
		return;
	case CURLE_COULDNT_CONNECT:
		judge_connect(call, reason);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		judge_timeout(call);
		return;
	case CURLE_URL_MALFORMAT:
		error = PAWL_HTTP_CALL_BAD_URL;
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		error = PAWL_HTTP_CALL_RESOLVE;
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_USE_SSL_FAILED:
		error = PAWL_HTTP_CALL_TLS;
		break;
	}
	pawl_http_call_fail(call, error, "%s", reason);
}
