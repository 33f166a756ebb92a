/* Framing of one request (RFC 9112): strict checks of the head here, llhttp for the rest.
 *
 * Knows no socket. The head is checked line by line as it arrives and handed to llhttp when
 * it is whole; what the strict pass and llhttp must agree on is compared. `req` points
 * straight into the caller's bytes until pawl_http_parser_keep copies what is needed later.
 * One per request under way, reused; one thread. Never lenient. */
#ifndef PAWL_NET_HTTP_PARSE_H
#define PAWL_NET_HTTP_PARSE_H

#include <llhttp.h>

#include "net/http_server.h"

enum pawl_http_parse {
	PAWL_HTTP_PARSE_MORE, /* all bytes are used (or, in a head, looked at): more are needed */
	PAWL_HTTP_PARSE_DONE, /* the head, or the body, is whole */
	PAWL_HTTP_PARSE_REFUSED, /* see `refusal` */
};

struct pawl_http_refusal {
	int status;
	const char *type; /* static */
	char detail[96];
};

struct pawl_http_parser {
	llhttp_t ll;
	struct pawl_http_request req;
	struct pawl_http_refusal refusal;

	/* Head. */
	struct pawl_http_header *headers; /* room for limits->max_headers */
	const struct pawl_http_limits *limits;
	const char *base;     /* where the head began when it was last looked at */
	size_t line;          /* offset of the line that is being read */
	size_t seen;          /* bytes before it are known to be good */
	size_t head_len;      /* 0 until the head is whole */
	struct pawl_buf head; /* the copy that keep() makes */
	uint8_t minor;        /* of the HTTP version */
	bool has_request_line, has_length, has_coding, has_host;
	bool expects_continue, is_keep_alive, is_head_done, is_kept, is_done;
	uint64_t content_length; /* when has_length */

	/* Body. */
	bool is_discarding; /* counted and checked, not kept */
	size_t max_body;
	uint64_t body_len;
	uint64_t framing_len; /* of the chunked coding: sizes, extensions, trailers */
	char framing_prev;
	const char *framing_from; /* first byte that is not yet known to be data or framing */
	struct pawl_str view;     /* the body, while it lies whole in the caller's bytes */
	struct pawl_buf body;     /* otherwise */
};

void pawl_http_parser_init(struct pawl_http_parser *p, const struct pawl_http_limits *limits);
void pawl_http_parser_fini(struct pawl_http_parser *p);
/* Ready for the next request; small buffers are kept. */
void pawl_http_parser_reset(struct pawl_http_parser *p);

/* `data` starts with the first byte of the request on every call; it may have moved and has
 * grown. DONE: ->head_len bytes were used, ->is_done says that no body follows. */
enum pawl_http_parse pawl_http_parser_head(struct pawl_http_parser *p, const char *data,
					   size_t len);
/* The head's bytes, so far as they were looked at, are at `data` now. */
void pawl_http_parser_moved(struct pawl_http_parser *p, const char *to);
/* Copies the head, once: its bytes may go. */
void pawl_http_parser_keep(struct pawl_http_parser *p);
/* Refuses the request for the length of its body: more than `max_body`. */
void pawl_http_parser_refuse_body(struct pawl_http_parser *p);
/* The next bytes after the head. DONE: req.body is set, *used tells where the request ends. */
enum pawl_http_parse pawl_http_parser_body(struct pawl_http_parser *p, const char *data, size_t len,
					   size_t *used);

#endif
