/* The parts of the HTTP request node: what is sent, and what is made of the answer; private
 * to this layer. Both work on one call's arena, on the engine's loop. */
#ifndef PAWL_NODES_HTTP_REQUEST_H
#define PAWL_NODES_HTTP_REQUEST_H

#include "net/http_client.h"
#include "nodes/nodes.h"

/* At document time, beside the fields. */
void pawl_http_request_check(const struct pawl_json *config, const char *pointer,
			     struct pawl_problems *problems);
/* Why a header cannot be sent, or NULL. */
const char *pawl_http_request_header_problem(struct pawl_str name, struct pawl_str value);
/* At document time: `http://user:password@host` would be shown wherever the URL is. What an
 * expression holds is not looked at. */
bool pawl_http_request_has_credentials(struct pawl_str url);

/* Everything is in the call's arena. PAWL_EINVAL: *wrong says what, in words for people. */
PAWL_MUST_USE enum pawl_err pawl_http_request_build(const struct pawl_node_call *call,
						    struct pawl_http_call_config *out,
						    const char **wrong);

/* The body as a form with files, or one file alone, and its content type; in the call's arena, or
 * the run's. False: *wrong. */
PAWL_MUST_USE bool pawl_http_request_multipart(const struct pawl_node_call *call,
					       const struct pawl_json *body, struct pawl_str *out,
					       struct pawl_str *content_type, const char **wrong);
PAWL_MUST_USE bool pawl_http_request_file(const struct pawl_node_call *call,
					  const struct pawl_json *body, struct pawl_str *out,
					  struct pawl_str *content_type, const char **wrong);

/* Completes or fails the call. */
void pawl_http_request_finish(struct pawl_node_call *call,
			      const struct pawl_http_call_result *result);
/* Milliseconds out of a Retry-After (RFC 9110 section 10.2.3): seconds, or an HTTP date; -1 when
 * it is neither. At most a day. */
int64_t pawl_http_retry_after_ms(struct pawl_str value, int64_t now_us);
/* "200-299", "404" or the number 404. */
bool pawl_http_status_range(const struct pawl_json *v, int64_t *from, int64_t *to);
/* POST, and the host of the URL: what a message may say, because the rest may hold secrets. */
struct pawl_str pawl_http_request_host(struct pawl_str url);

/* By its method, or by a key that it carries. */
bool pawl_http_request_is_repeatable(const struct pawl_json *config);

#endif
