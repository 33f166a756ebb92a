/* What lies between the socket and HTTP: the PROXY header of a connection that a proxy hands on,
 * then TLS. A plain connection without a proxy has neither. */
#include "base/log.h"
#include "net/http_conn.h"
#include "net/proxy_protocol.h"

/* Of one call of SSL_write: so much lies in memory twice. */
#define SLICE_BYTES (64 * 1024)

/* ---- TLS out ------------------------------------------------------------------ */

static void
send_output(struct pawl_http_conn *conn)
{
	struct pawl_str output = pawl_tls_peek_output(conn->tls);

	if (output.len == 0)
		return;
	pawl_http_out_raw(conn, output, pawl_str(NULL, 0), false);
	pawl_tls_drop_output(conn->tls);
}

void
pawl_http_tls_send(struct pawl_http_conn *conn, struct pawl_str plain)
{
	for (size_t at = 0; at < plain.len && conn->phase != PAWL_HTTP_CONN_CLOSED;
	     at += SLICE_BYTES) {
		size_t end = plain.len - at < SLICE_BYTES ? plain.len : at + SLICE_BYTES;

		if (!pawl_tls_write(conn->tls, pawl_str_sub(plain, at, end))) {
			pawl_http_conn_close(conn);
			return;
		}
		send_output(conn);
	}
}

void
pawl_http_tls_end(struct pawl_http_conn *conn)
{
	struct pawl_str output;
	uv_buf_t buf;

	if (!conn->tls || pawl_http_out_queued(conn) > 0)
		return;
	pawl_tls_end(conn->tls);
	output = pawl_tls_peek_output(conn->tls);
	buf = uv_buf_init((char *)output.ptr, (unsigned)output.len);
	/* Best effort: the connection is on its way out. */
	if (output.len > 0)
		(void)uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);
	pawl_tls_drop_output(conn->tls);
}

/* ---- TLS in ------------------------------------------------------------------- */

/* Somebody calls http:// where https:// is spoken. */
static void
refuse_plain(struct pawl_http_conn *conn)
{
	static const char answer[] =
		"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
		"Connection: close\r\nContent-Length: 105\r\n\r\n"
		"{\"code\":400,\"message\":\"Bad Request\",\"error\":{\"type\":\"tls_required\","
		"\"detail\":\"use https:// on this port\"}}";
	uv_buf_t buf = uv_buf_init((char *)answer, sizeof(answer) - 1);

	pawl_tls_drop_output(conn->tls);
	(void)uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);
	pawl_http_conn_close(conn);
}

/* All that was fed is read, so that nothing lies in the session unseen. */
static void
receive_tls(struct pawl_http_conn *conn)
{
	char *plain = conn->worker->plain_buf;
	enum pawl_tls_status status;
	size_t n;

	while ((status = pawl_tls_read(conn->tls, plain, PAWL_HTTP_READ_BYTES, &n)) ==
	       PAWL_TLS_DATA) {
		pawl_http_read_take(conn, plain, n);
		explicit_bzero(plain, n);
		if (conn->phase == PAWL_HTTP_CONN_CLOSED || conn->phase == PAWL_HTTP_CONN_LINGER)
			return;
	}
	if (status == PAWL_TLS_PLAIN) {
		refuse_plain(conn);
		return;
	}
	send_output(conn);
	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	if (status == PAWL_TLS_BROKEN)
		pawl_http_conn_close(conn);
	else if (status == PAWL_TLS_END)
		conn->is_eof = true;
}

/* ---- the PROXY header ------------------------------------------------------------ */

static void
refuse_proxy(struct pawl_http_conn *conn)
{
	char text[PAWL_IP_TEXT_MAX];
	size_t len = pawl_ip_format(&conn->peer, text);
	int64_t now_ms = (int64_t)uv_now(conn->worker->uv);

	if (now_ms >= conn->worker->proxy_log_ms) {
		conn->worker->proxy_log_ms = now_ms + PAWL_HTTP_LOG_EVERY_MS;
		pawl_log(PAWL_LOG_WARN, "proxy_header_refused",
			 PAWL_F_STR("peer", pawl_str(text, len)),
			 PAWL_F_C("message", "no PROXY protocol header; does it send one?"));
	}
	pawl_http_conn_close(conn);
}

/* True when the header is whole and behind us. */
static bool
take_proxy_header(struct pawl_http_conn *conn)
{
	struct pawl_ip client = conn->peer;
	size_t used;

	switch (pawl_proxy_parse(pawl_buf_peek(&conn->in), &used, &client)) {
	case PAWL_PROXY_MORE:
		return false;
	case PAWL_PROXY_BAD:
		refuse_proxy(conn);
		return false;
	case PAWL_PROXY_DONE:
		break;
	}
	conn->awaits_proxy = false;
	pawl_buf_consume(&conn->in, used);
	if (!pawl_http_peer_change(conn->worker->server, &conn->peer, &client)) {
		pawl_http_conn_close(conn);
		return false;
	}
	conn->peer = client;
	return true;
}

void
pawl_http_tls_receive(struct pawl_http_conn *conn, const char *data, size_t len)
{
	if (conn->awaits_proxy) {
		pawl_buf_append(&conn->in, data, len);
		if (!take_proxy_header(conn))
			return;
		if (!conn->tls) {
			pawl_http_read_go_on(conn);
			return;
		}
		pawl_tls_feed(conn->tls, pawl_buf_peek(&conn->in));
		pawl_buf_fini(&conn->in);
	} else {
		pawl_tls_feed(conn->tls, pawl_str(data, len));
	}
	receive_tls(conn);
}
