#include "net/http_conn.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

/* Parsers exist only while a request is read: an idle connection has none. */

static struct pawl_http_parser *
take_parser(struct pawl_http_worker *w)
{
	struct pawl_http_parser *p;

	if (w->n_spare > 0)
		return w->spare[--w->n_spare];
	p = pawl_malloc(sizeof(*p));
	pawl_http_parser_init(p, &w->server->limits);
	return p;
}

/* Nothing is needed of the request any more. */
void
pawl_http_request_drop(struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;
	const struct pawl_http_handler *h = &w->server->handler;
	struct pawl_http_parser *p = conn->parser;

	if (!p)
		return;
	conn->parser = NULL;
	if (p->req.route && h->on_route_done)
		h->on_route_done(h->ctx, p->req.route);
	if (w->n_spare < PAWL_HTTP_SPARE_PARSERS) {
		pawl_http_parser_reset(p);
		w->spare[w->n_spare++] = p;
	} else {
		pawl_http_parser_fini(p);
		free(p);
	}
}

static struct pawl_http_ref
conn_ref(const struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;

	return (struct pawl_http_ref){w, conn->slot, w->slots[conn->slot].generation};
}

/* Refusing. */

/* The request will not be read any further: its rest makes the connection useless. */
void
pawl_http_request_give_up(struct pawl_http_conn *conn)
{
	conn->is_closing = true;
	conn->is_unread = true;
	conn->phase = PAWL_HTTP_CONN_READ;
	pawl_http_request_drop(conn);
}

static void
refuse(struct pawl_http_conn *conn, struct pawl_http_refusal refusal)
{
	struct pawl_http_worker *w = conn->worker;
	const struct pawl_http_handler *h = &w->server->handler;
	struct pawl_http_parser *p = conn->parser;

	if (conn->is_discarding) {
		/* The handler has answered, or is going to. */
		pawl_http_request_give_up(conn);
		return;
	}
	atomic_fetch_add_explicit(&w->refused_total, 1, memory_order_relaxed);
	if (p->has_request_line && h->on_refused) {
		p->req.headers = p->headers;
		p->req.body = pawl_str(NULL, 0);
		h->on_refused(h->ctx, &p->req, refusal.status, refusal.type, refusal.detail);
	}
	/* Of the last request, unless this one got far enough to say. */
	conn->is_head = p->has_request_line && p->req.method == PAWL_HTTP_HEAD;
	conn->minor = p->has_request_line ? p->minor : 1;
	pawl_http_request_give_up(conn);
	pawl_http_out_refusal(conn, &refusal);
}

/* Outside of process(): a partial head lies at the beginning of `in`. */
void
pawl_http_request_refuse(struct pawl_http_conn *conn, struct pawl_http_refusal refusal)
{
	if (conn->phase == PAWL_HTTP_CONN_HEAD)
		pawl_http_parser_moved(conn->parser, conn->in.data);
	refuse(conn, refusal);
	pawl_http_conn_settle(conn);
}

/* Reading. */

static void
finish_request(struct pawl_http_conn *conn)
{
	const struct pawl_http_handler *h = &conn->worker->server->handler;

	conn->phase = PAWL_HTTP_CONN_READ;
	if (!conn->is_discarding)
		h->on_request(h->ctx, &conn->parser->req);
	pawl_http_request_drop(conn);
}

/* The head is in: asks the handler. */
static void
finish_head(struct pawl_http_conn *conn, bool has_more)
{
	struct pawl_http_worker *w = conn->worker;
	const struct pawl_http_handler *h = &w->server->handler;
	struct pawl_http_parser *p = conn->parser;
	size_t max_body = w->server->limits.max_body_bytes;
	bool goes_on;

	atomic_fetch_add_explicit(&w->requests_total, 1, memory_order_relaxed);
	conn->minor = p->minor;
	conn->is_head = p->req.method == PAWL_HTTP_HEAD;
	conn->is_keep_alive = p->is_keep_alive;
	conn->is_owed = true;
	p->req.ref = conn_ref(conn);
	goes_on = !h->on_headers || h->on_headers(h->ctx, &p->req, &max_body);
	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	PAWL_ASSERT(!goes_on || conn->is_owed);
	conn->is_discarding = p->is_discarding = !goes_on;
	p->max_body = max_body;
	if (p->is_done) {
		finish_request(conn);
	} else if (!goes_on && !conn->is_owed && conn->is_closing) {
		pawl_http_request_give_up(conn);
	} else if (goes_on && p->has_length && p->content_length > max_body) {
		pawl_http_parser_refuse_body(p);
		refuse(conn, p->refusal);
	} else {
		conn->phase = PAWL_HTTP_CONN_BODY;
		if (goes_on && p->expects_continue && !has_more)
			pawl_http_out_continue(conn);
	}
}

static void
process_head(struct pawl_http_conn *conn, const char *data, size_t len, size_t *used)
{
	struct pawl_http_parser *p = conn->parser;

	switch (pawl_http_parser_head(p, data, len)) {
	case PAWL_HTTP_PARSE_MORE:
		break;
	case PAWL_HTTP_PARSE_REFUSED:
		refuse(conn, p->refusal);
		break;
	case PAWL_HTTP_PARSE_DONE:
		*used = p->head_len;
		finish_head(conn, len > p->head_len);
		break;
	}
}

static void
process_body(struct pawl_http_conn *conn, const char *data, size_t len, size_t *used)
{
	struct pawl_http_parser *p = conn->parser;

	switch (pawl_http_parser_body(p, data, len, used)) {
	case PAWL_HTTP_PARSE_MORE:
		if (conn->is_discarding && p->body_len > PAWL_HTTP_DISCARD_BYTES)
			pawl_http_request_give_up(conn);
		break;
	case PAWL_HTTP_PARSE_REFUSED:
		refuse(conn, p->refusal);
		break;
	case PAWL_HTTP_PARSE_DONE:
		finish_request(conn);
		break;
	}
}

static void
begin_request(struct pawl_http_conn *conn)
{
	conn->parser = take_parser(conn->worker);
	conn->parser->req.peer = conn->peer;
	conn->parser->req.is_tls = conn->tls != NULL;
	conn->parser->req.received_at_us = pawl_clock_now_us();
	/* Much may have been done since the loop last looked at the clock. */
	uv_update_time(conn->worker->uv);
	conn->since_ms = (int64_t)uv_now(conn->worker->uv);
	conn->rate_at_ms = conn->since_ms + conn->worker->server->limits.body_grace_ms;
	conn->is_discarding = false;
	conn->phase = PAWL_HTTP_CONN_HEAD;
}

/* Empty lines before a request are ignored (RFC 9112 section 2.2) and begin nothing. */
static size_t
skip_empty_lines(const char *data, size_t len)
{
	size_t n = 0;

	while (len - n >= 2 && data[n] == '\r' && data[n + 1] == '\n')
		n += 2;
	return n;
}

/* One step; false when nothing more can be done with what is there. */
static bool
process_step(struct pawl_http_conn *conn, const char *data, size_t len, size_t *used)
{
	*used = 0;
	switch ((enum pawl_http_phase)conn->phase) {
	case PAWL_HTTP_CONN_IDLE:
		*used = skip_empty_lines(data, len);
		if (*used == len || pawl_http_out_queued(conn) > 0 ||
		    (*used == len - 1 && data[*used] == '\r'))
			return false;
		begin_request(conn);
		return true;
	case PAWL_HTTP_CONN_HEAD:
		process_head(conn, data, len, used);
		return conn->phase != PAWL_HTTP_CONN_HEAD;
	case PAWL_HTTP_CONN_BODY:
		process_body(conn, data, len, used);
		return true;
	case PAWL_HTTP_CONN_READ:
		return pawl_http_conn_advance(conn);
	case PAWL_HTTP_CONN_LINGER:
	case PAWL_HTTP_CONN_CLOSED:
		return false;
	}
	return false;
}

/* Uses what it can of the bytes and returns how many that were. */
static size_t
process(struct pawl_http_conn *conn, const char *data, size_t len)
{
	size_t used = 0, n;
	int n_begun = 0;

	conn->is_processing = true;
	while (used < len) {
		bool goes_on;

		if (conn->phase == PAWL_HTTP_CONN_IDLE && n_begun++ == PAWL_HTTP_TURN_REQUESTS) {
			pawl_http_conn_make_ready(conn);
			break;
		}
		goes_on = process_step(conn, data + used, len - used, &n);
		used += n;
		if (!goes_on)
			break;
	}
	/* The body needs more than this buffer, and the head lies in it. */
	if (conn->phase == PAWL_HTTP_CONN_BODY)
		pawl_http_parser_keep(conn->parser);
	pawl_http_out_flush(conn);
	conn->is_processing = false;
	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		pawl_http_request_drop(conn);
	return used;
}

/* What is left after process(): kept for later, or known to be thrown away. */
void
pawl_http_read_go_on(struct pawl_http_conn *conn)
{
	size_t used = process(conn, conn->in.data, conn->in.len);

	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	pawl_buf_consume(&conn->in, used);
	if (conn->is_closing && conn->in.len > 0)
		conn->is_unread = true;
	if (conn->in.len == 0 || conn->is_closing)
		pawl_buf_fini(&conn->in);
	else if (conn->phase == PAWL_HTTP_CONN_HEAD)
		pawl_http_parser_moved(conn->parser, conn->in.data);
}

static void
process_fresh(struct pawl_http_conn *conn, const char *data, size_t len)
{
	size_t used = process(conn, data, len);

	if (used == len || conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	if (conn->is_closing) {
		conn->is_unread = true;
		return;
	}
	pawl_buf_append(&conn->in, data + used, len - used);
	if (conn->phase == PAWL_HTTP_CONN_HEAD)
		pawl_http_parser_moved(conn->parser, conn->in.data);
}

void
pawl_http_read_take(struct pawl_http_conn *conn, const char *data, size_t len)
{
	if (conn->is_closing) {
		conn->is_unread = true;
	} else if (conn->in.len == 0) {
		process_fresh(conn, data, len);
	} else {
		pawl_buf_append(&conn->in, data, len);
		pawl_http_read_go_on(conn);
	}
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct pawl_http_conn *conn = handle->data;

	/* One buffer for all: what must outlive the callback is copied there. */
	*buf = uv_buf_init(conn->worker->read_buf, PAWL_HTTP_READ_BYTES);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct pawl_http_conn *conn = stream->data;

	PAWL_CHECK_OBJ(conn, PAWL_HTTP_CONN_MAGIC);
	if (n == 0)
		return;
	if (n == UV_EOF) {
		/* A half-close: what was asked is answered. Nobody half-closes a stream. */
		conn->is_eof = true;
		if (conn->stream || conn->phase == PAWL_HTTP_CONN_LINGER || conn->awaits_proxy)
			pawl_http_conn_close(conn);
		else
			pawl_http_conn_settle(conn);
		return;
	}
	if (n < 0) {
		pawl_http_conn_close(conn);
		return;
	}
	if (conn->phase == PAWL_HTTP_CONN_LINGER)
		return;
	if (conn->tls || conn->awaits_proxy)
		pawl_http_tls_receive(conn, buf->base, (size_t)n);
	else
		pawl_http_read_take(conn, buf->base, (size_t)n);
	/* Credentials came with it, and the next bytes may be long in coming. */
	explicit_bzero(buf->base, (size_t)n);
	pawl_http_conn_settle(conn);
}

int
pawl_http_read_start(struct pawl_http_conn *conn)
{
	return uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read);
}
