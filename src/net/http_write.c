#include "net/http_conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/http_chars.h"

/* Output. Answers are collected in the worker's buffer and written at once; only what the
 * socket does not take is allocated. */

struct out_req {
	uv_write_t req;
	struct pawl_http_conn *conn;
	char data[];
};

size_t
pawl_http_out_queued(const struct pawl_http_conn *conn)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&conn->tcp);
}

static void
on_written(uv_write_t *req, int status)
{
	struct pawl_http_conn *conn = ((struct out_req *)req->data)->conn;

	free(req->data);
	PAWL_CHECK_OBJ(conn, PAWL_HTTP_CONN_MAGIC);
	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	if (status != 0) {
		pawl_http_conn_close(conn);
		return;
	}
	if (pawl_http_out_queued(conn) > 0)
		return;
	conn->out_last = 0;
	if (conn->phase == PAWL_HTTP_CONN_IDLE && conn->in.len > 0)
		pawl_http_conn_make_ready(conn);
	pawl_http_conn_settle(conn);
}

/* Copies the rest but for the last part when that is static, and leaves it to libuv. */
static void
queue_rest(struct pawl_http_conn *conn, uv_buf_t bufs[2], bool is_static)
{
	size_t copied = bufs[0].len + (is_static ? 0 : bufs[1].len);
	struct out_req *out = pawl_malloc(sizeof(*out) + copied);
	uv_buf_t rest[2] = {uv_buf_init(out->data, (unsigned)copied), bufs[1]};

	out->conn = conn;
	out->req.data = out;
	if (bufs[0].len > 0)
		memcpy(out->data, bufs[0].base, bufs[0].len);
	if (!is_static && bufs[1].len > 0)
		memcpy(out->data + bufs[0].len, bufs[1].base, bufs[1].len);
	if (uv_write(&out->req, (uv_stream_t *)&conn->tcp, rest, is_static ? 2 : 1, on_written) !=
	    0) {
		free(out);
		pawl_http_conn_close(conn);
	}
}

void
pawl_http_out_raw(struct pawl_http_conn *conn, struct pawl_str head, struct pawl_str tail,
		  bool is_static)
{
	uv_buf_t bufs[2] = {uv_buf_init((char *)head.ptr, (unsigned)head.len),
			    uv_buf_init((char *)tail.ptr, (unsigned)tail.len)};
	int n = UV_EAGAIN;

	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	if (pawl_http_out_queued(conn) == 0)
		n = uv_try_write((uv_stream_t *)&conn->tcp, bufs, tail.len > 0 ? 2 : 1);
	if (n < 0 && n != UV_EAGAIN) {
		pawl_http_conn_close(conn);
		return;
	}
	for (size_t i = 0; i < 2 && n > 0; i++) {
		size_t gone = (size_t)n < bufs[i].len ? (size_t)n : bufs[i].len;

		bufs[i].base += gone;
		bufs[i].len -= gone;
		n -= (int)gone;
	}
	if (bufs[0].len + bufs[1].len > 0)
		queue_rest(conn, bufs, is_static && bufs[1].len > 0);
}

static void
write_both(struct pawl_http_conn *conn, struct pawl_str head, struct pawl_str tail, bool is_static)
{
	if (!conn->tls) {
		pawl_http_out_raw(conn, head, tail, is_static);
		return;
	}
	pawl_http_tls_send(conn, head);
	pawl_http_tls_send(conn, tail);
}

void
pawl_http_out_flush(struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;

	if (w->out_conn != conn)
		return;
	if (w->out.len > 0)
		write_both(conn, pawl_buf_peek(&w->out), pawl_str(NULL, 0), false);
	pawl_buf_reset(&w->out);
	w->out_conn = NULL;
}

/* The collecting buffer, for this connection. */
static struct pawl_buf *
claim_out(struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;

	if (w->out_conn && w->out_conn != conn)
		pawl_http_out_flush(w->out_conn);
	w->out_conn = conn;
	return &w->out;
}

static void
append_body(struct pawl_http_conn *conn, struct pawl_str body, bool is_static)
{
	struct pawl_http_worker *w = conn->worker;

	if (body.len <= PAWL_HTTP_COPY_BYTES) {
		pawl_buf_append_str(&w->out, body);
		if (w->out.len > PAWL_HTTP_OUT_BYTES)
			pawl_http_out_flush(conn);
		return;
	}
	write_both(conn, pawl_buf_peek(&w->out), body, is_static);
	pawl_buf_reset(&w->out);
	w->out_conn = NULL;
}

/* Heads. */

static const struct {
	int status;
	const char *text;
} status_texts[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{203, "Non-Authoritative Information"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Payload Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{425, "Too Early"},
	{426, "Upgrade Required"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
	{507, "Insufficient Storage"},
};

const char *
pawl_http_status_text(int status)
{
	static const char *const classes[] = {"Success", "Redirection", "Client Error",
					      "Server Error"};

	for (size_t i = 0; i < sizeof(status_texts) / sizeof(status_texts[0]); i++) {
		if (status_texts[i].status == status)
			return status_texts[i].text;
	}
	return status >= 200 && status <= 599 ? classes[status / 100 - 2] : "Unknown";
}

/* "Date: Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), made once a second. */
static void
append_date(struct pawl_http_worker *w)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t now_ms = (int64_t)uv_now(w->uv);

	if (now_ms >= w->date_until_ms) {
		int64_t at_us = pawl_clock_now_us();
		time_t at_s = (time_t)(at_us / 1000000);
		struct tm tm;

		gmtime_r(&at_s, &tm);
		w->date_len = (size_t)snprintf(
			w->date, sizeof(w->date), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
			days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
			(tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
		w->date_until_ms = now_ms + 1000 - at_us / 1000 % 1000;
	}
	pawl_buf_append(&w->out, w->date, w->date_len);
}

/* Framing is the front end's; and a value with a line end would be another header. */
static bool
is_header_taken(const struct pawl_http_header *h)
{
	static const struct pawl_str own[] = {
		PAWL_STR("Content-Length"), PAWL_STR("Connection"), PAWL_STR("Transfer-Encoding"),
		PAWL_STR("Date"),           PAWL_STR("Keep-Alive"), PAWL_STR("Upgrade"),
		PAWL_STR("Trailer")};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (pawl_str_eq_nocase(h->name, own[i]))
			return false;
	}
	if (pawl_http_is_token(h->name) && pawl_http_is_field_value(h->value))
		return true;
	pawl_log(PAWL_LOG_WARN, "response_header_dropped", PAWL_F_STR("name", h->name));
	return false;
}

static void
append_headers(struct pawl_buf *out, const struct pawl_http_header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_header_taken(&headers[i]))
			continue;
		pawl_buf_append_str(out, headers[i].name);
		pawl_buf_append_str(out, PAWL_STR(": "));
		pawl_buf_append_str(out, headers[i].value);
		pawl_buf_append_str(out, PAWL_STR("\r\n"));
	}
}

void
pawl_http_add_headers(struct pawl_http_ref ref, const struct pawl_http_header *headers, size_t n)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);
	struct pawl_buf lines;

	if (!conn || !conn->is_owed)
		return;
	pawl_buf_init(&lines, SIZE_MAX);
	pawl_buf_append_c(&lines, conn->extra);
	append_headers(&lines, headers, n);
	free(conn->extra);
	conn->extra = pawl_buf_take(&lines, NULL);
}

/* Everything up to the framing headers. */
static void
append_head(struct pawl_http_conn *conn, const struct pawl_http_response *r, int status)
{
	struct pawl_buf *out = claim_out(conn);

	pawl_buf_append_str(out, PAWL_STR("HTTP/1.1 "));
	pawl_buf_append_u64(out, (uint64_t)status);
	pawl_buf_append_char(out, ' ');
	pawl_buf_append_c(out, pawl_http_status_text(status));
	pawl_buf_append_str(out, PAWL_STR("\r\n"));
	append_date(conn->worker);
	if (r->content_type.ptr && pawl_http_is_field_value(r->content_type)) {
		pawl_buf_append_str(out, PAWL_STR("Content-Type: "));
		pawl_buf_append_str(out, r->content_type);
		pawl_buf_append_str(out, PAWL_STR("\r\n"));
	}
	append_headers(out, r->headers, r->n_headers);
	if (conn->extra) {
		pawl_buf_append_c(out, conn->extra);
		free(conn->extra);
		conn->extra = NULL;
	}
}

static void
append_connection(struct pawl_http_conn *conn, bool is_kept)
{
	struct pawl_buf *out = &conn->worker->out;

	if (!is_kept)
		pawl_buf_append_str(out, PAWL_STR("Connection: close\r\n"));
	else if (conn->minor == 0)
		pawl_buf_append_str(out, PAWL_STR("Connection: keep-alive\r\n"));
	pawl_buf_append_str(out, PAWL_STR("\r\n"));
}

/* Statuses come from workflows too; 1xx and nonsense would break the framing. */
static int
final_status(int status)
{
	return status >= 200 && status <= 599 ? status : 500;
}

/* Answers. */

static void
answer(struct pawl_http_conn *conn, const struct pawl_http_response *r)
{
	bool is_kept = pawl_http_conn_begin_answer(conn, r->close);
	int status = final_status(r->status);
	struct pawl_buf *out = &conn->worker->out;

	append_head(conn, r, status);
	/* RFC 9110 section 8.6: neither has a length, nor a body. */
	if (status != 204 && status != 304) {
		pawl_buf_append_str(out, PAWL_STR("Content-Length: "));
		pawl_buf_append_u64(out, r->body.len);
		pawl_buf_append_str(out, PAWL_STR("\r\n"));
	}
	append_connection(conn, is_kept);
	if (status != 204 && status != 304 && !conn->is_head)
		append_body(conn, r->body, r->body_static);
	if (conn->phase != PAWL_HTTP_CONN_CLOSED)
		pawl_http_conn_end_answer(conn);
}

bool
pawl_http_respond(struct pawl_http_ref ref, const struct pawl_http_response *response)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);

	if (!conn || !conn->is_owed)
		return false;
	answer(conn, response);
	return true;
}

static void
answer_error(struct pawl_http_conn *conn, int status, const char *type, const char *detail,
	     bool wants_close)
{
	static const struct pawl_http_header retry_after = {PAWL_STR("Retry-After"), PAWL_STR("1")};
	struct pawl_http_response r = {.status = status,
				       .content_type = PAWL_STR("application/json"),
				       .close = wants_close};
	struct pawl_buf body;

	pawl_buf_init(&body, SIZE_MAX);
	pawl_buf_printf(&body, "{\"code\":%d,\"message\":", status);
	pawl_buf_append_json_string(&body, pawl_str_c(pawl_http_status_text(status)));
	pawl_buf_append_c(&body, ",\"error\":{\"type\":");
	pawl_buf_append_json_string(&body, pawl_str_c(type));
	pawl_buf_append_c(&body, ",\"detail\":");
	pawl_buf_append_json_string(&body, pawl_str_c(detail));
	pawl_buf_append_c(&body, "}}");
	r.body = pawl_buf_peek(&body);
	if (status == 429 || status == 503) {
		r.headers = &retry_after;
		r.n_headers = 1;
	}
	answer(conn, &r);
	pawl_buf_fini(&body);
}

bool
pawl_http_respond_error(struct pawl_http_ref ref, int status, const char *type, const char *detail)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);

	if (!conn || !conn->is_owed)
		return false;
	answer_error(conn, status, type, detail, false);
	return true;
}

void
pawl_http_out_refusal(struct pawl_http_conn *conn, const struct pawl_http_refusal *refusal)
{
	answer_error(conn, refusal->status, refusal->type, refusal->detail, true);
}

void
pawl_http_out_continue(struct pawl_http_conn *conn)
{
	pawl_buf_append_str(claim_out(conn), PAWL_STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* Streams. */

bool
pawl_http_stream_begin(struct pawl_http_ref ref, const struct pawl_http_response *head,
		       size_t max_buffered, void (*on_close)(void *ctx), void *ctx)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);
	bool is_kept;

	if (!conn || !conn->is_owed)
		return false;
	conn->stream = pawl_calloc(1, sizeof(*conn->stream));
	*conn->stream = (struct pawl_http_stream){
		.max_buffered = max_buffered, .on_close = on_close, .ctx = ctx};
	conn->is_owed = false;
	/* Without chunks the end of the connection is the end of the stream. */
	is_kept = pawl_http_conn_begin_answer(conn, head->close || conn->minor == 0);
	append_head(conn, head, final_status(head->status));
	if (conn->minor > 0)
		pawl_buf_append_str(&conn->worker->out, PAWL_STR("Transfer-Encoding: chunked\r\n"));
	append_connection(conn, is_kept);
	if (conn->is_head)
		pawl_http_stream_finish(conn);
	else if (!conn->is_processing)
		pawl_http_out_flush(conn);
	return true;
}

bool
pawl_http_stream_write(struct pawl_http_ref ref, struct pawl_str chunk)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);
	struct pawl_buf *out;

	if (!conn || !conn->stream)
		return false;
	/* An empty chunk would be the end. */
	if (chunk.len == 0)
		return true;
	out = claim_out(conn);
	if (conn->minor > 0)
		pawl_buf_printf(out, "%zx\r\n", chunk.len);
	pawl_buf_append_str(out, chunk);
	if (conn->minor > 0)
		pawl_buf_append_str(out, PAWL_STR("\r\n"));
	if (conn->is_processing && out->len <= PAWL_HTTP_OUT_BYTES)
		return true;
	pawl_http_out_flush(conn);
	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return false;
	if (pawl_http_out_queued(conn) > conn->stream->max_buffered) {
		pawl_http_conn_close(conn);
		return false;
	}
	return true;
}

void
pawl_http_stream_detach(struct pawl_http_conn *conn)
{
	pawl_list_append(&conn->worker->ended, &conn->stream->ended);
	conn->stream = NULL;
}

void
pawl_http_stream_finish(struct pawl_http_conn *conn)
{
	if (conn->minor > 0 && !conn->is_head)
		pawl_buf_append_str(claim_out(conn), PAWL_STR("0\r\n\r\n"));
	pawl_http_stream_detach(conn);
	pawl_http_conn_end_answer(conn);
}

void
pawl_http_stream_end(struct pawl_http_ref ref)
{
	struct pawl_http_conn *conn = pawl_http_conn_find(ref);

	if (conn && conn->stream)
		pawl_http_stream_finish(conn);
}
