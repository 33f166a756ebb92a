#include "net/http_conn.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

#define RATE_EVERY_MS 1000

struct pawl_http_conn *
pawl_http_conn_find(struct pawl_http_ref ref)
{
	struct pawl_http_worker *w = ref.worker;
	struct pawl_http_conn *conn;

	PAWL_CHECK_OBJ(w, PAWL_HTTP_WORKER_MAGIC);
	PAWL_ASSERT(pawl_loop_is_current(w->loop));
	if (ref.slot >= w->n_slots || w->slots[ref.slot].generation != ref.generation)
		return NULL;
	conn = w->slots[ref.slot].conn;
	return conn && (conn->is_owed || conn->stream) ? conn : NULL;
}

/* Opening and closing. */

static uint32_t
take_slot(struct pawl_http_worker *w, struct pawl_http_conn *conn)
{
	uint32_t slot = w->first_free;

	if (slot == w->n_slots) {
		uint32_t n = w->n_slots ? w->n_slots * 2 : 64;

		w->slots = pawl_realloc_array(w->slots, n, sizeof(*w->slots));
		for (uint32_t i = w->n_slots; i < n; i++)
			w->slots[i] = (struct pawl_http_slot){NULL, 1, i + 1};
		w->n_slots = n;
	}
	w->first_free = w->slots[slot].next_free;
	w->slots[slot].conn = conn;
	return slot;
}

static void
give_slot(struct pawl_http_worker *w, uint32_t slot)
{
	w->slots[slot].conn = NULL;
	w->slots[slot].generation++;
	w->slots[slot].next_free = w->first_free;
	w->first_free = slot;
}

/* True when the server holds more than it may, and this connection has added to it. */
static bool
count_held(struct pawl_http_conn *conn, size_t held)
{
	struct pawl_http_server *server = conn->worker->server;
	size_t before = conn->held, all;

	/* A request that comes in one piece gets no further than this. */
	if (held == before)
		return false;
	conn->held = held;
	all = atomic_fetch_add(&server->held, held - before) + held - before;
	return held > before && all > server->limits.max_held_bytes;
}

/* What waits for the rest of a request, or came before its turn. */
static size_t
held_bytes(const struct pawl_http_conn *conn)
{
	size_t held = conn->in.len;

	if (conn->phase == PAWL_HTTP_CONN_BODY)
		held += conn->parser->head.len + conn->parser->body.len;
	return held;
}

static void
on_closed(uv_handle_t *handle)
{
	struct pawl_http_conn *conn = handle->data;
	struct pawl_http_worker *w = conn->worker;

	PAWL_CHECK_OBJ(conn, PAWL_HTTP_CONN_MAGIC);
	conn->magic = 0;
	pawl_buf_fini(&conn->in);
	pawl_tls_free(conn->tls);
	free(conn);
	pawl_http_worker_conn_gone(w);
}

void
pawl_http_conn_close(struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;

	if (conn->phase == PAWL_HTTP_CONN_CLOSED)
		return;
	pawl_http_tls_end(conn);
	conn->phase = PAWL_HTTP_CONN_CLOSED;
	conn->is_owed = false;
	free(conn->extra);
	conn->extra = NULL;
	if (conn->stream)
		pawl_http_stream_detach(conn);
	if (w->out_conn == conn) {
		w->out_conn = NULL;
		pawl_buf_reset(&w->out);
	}
	give_slot(w, conn->slot);
	(void)count_held(conn, 0);
	pawl_list_remove(&conn->wheel);
	pawl_list_remove(&conn->ready);
	pawl_list_remove(&conn->all);
	pawl_http_peer_release(w->server, &conn->peer);
	/* A handler may be looking at the request right now: process() drops it then. */
	if (!conn->is_processing)
		pawl_http_request_drop(conn);
	uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

bool
pawl_http_conn_has_input(const struct pawl_http_conn *conn)
{
	uv_os_fd_t fd;
	char c;

	return uv_fileno((const uv_handle_t *)&conn->tcp, &fd) == 0 &&
	       recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Heads come in one piece but from those who drip: half of one is worth no more than none. */
static bool
has_no_request(const struct pawl_http_conn *conn)
{
	return conn->phase == PAWL_HTTP_CONN_IDLE || conn->phase == PAWL_HTTP_CONN_HEAD;
}

bool
pawl_http_conn_make_room(struct pawl_http_worker *w)
{
	int64_t before_ms = (int64_t)uv_now(w->uv) - PAWL_HTTP_GIVE_WAY_MS;

	/* Those who were looked at go to the end, so the next look meets others. */
	for (int i = 0; i < PAWL_HTTP_GIVE_WAY_LOOKS && !pawl_list_is_empty(&w->conns); i++) {
		struct pawl_list *item = pawl_list_shift(&w->conns);
		struct pawl_http_conn *conn = pawl_container_of(item, struct pawl_http_conn, all);

		pawl_list_append(&w->conns, item);
		if (has_no_request(conn) && conn->since_ms <= before_ms &&
		    !pawl_http_conn_has_input(conn)) {
			pawl_http_conn_close(conn);
			return true;
		}
	}
	return false;
}

void
pawl_http_conn_make_ready(struct pawl_http_conn *conn)
{
	if (pawl_list_is_empty(&conn->ready))
		pawl_list_append(&conn->worker->ready, &conn->ready);
}

/* Answering. */

/* True when what is still to come of the request is worth reading for the connection's sake. */
static bool
is_rest_small(const struct pawl_http_conn *conn)
{
	const struct pawl_http_parser *p = conn->parser;

	if (!p || p->is_done)
		return true;
	return p->has_length && !p->expects_continue &&
	       p->content_length - p->body_len <= PAWL_HTTP_DISCARD_BYTES;
}

bool
pawl_http_conn_begin_answer(struct pawl_http_conn *conn, bool wants_close)
{
	if (!is_rest_small(conn))
		conn->is_unread = conn->is_closing = true;
	if (wants_close || !conn->is_keep_alive || conn->worker->is_draining)
		conn->is_closing = true;
	return !conn->is_closing;
}

void
pawl_http_conn_end_answer(struct pawl_http_conn *conn)
{
	conn->is_owed = false;
	conn->worker->slots[conn->slot].generation++;
	if (conn->is_processing)
		return;
	pawl_http_out_flush(conn);
	pawl_http_conn_settle(conn);
}

/* Moving on. */

/* From an answered request to the next; false while something is in the way. */
bool
pawl_http_conn_advance(struct pawl_http_conn *conn)
{
	if (conn->is_owed || conn->stream || conn->is_closing || pawl_http_out_queued(conn) > 0)
		return false;
	conn->phase = PAWL_HTTP_CONN_IDLE;
	conn->since_ms = (int64_t)uv_now(conn->worker->uv);
	return true;
}

static void
linger(struct pawl_http_conn *conn)
{
	uv_os_fd_t fd;

	pawl_http_tls_end(conn);
	if (conn->is_eof || !conn->is_unread || uv_fileno((uv_handle_t *)&conn->tcp, &fd) != 0 ||
	    shutdown(fd, SHUT_WR) != 0) {
		pawl_http_conn_close(conn);
		return;
	}
	conn->phase = PAWL_HTTP_CONN_LINGER;
	pawl_buf_fini(&conn->in);
	(void)count_held(conn, 0);
	if (conn->is_paused)
		pawl_http_read_start(conn);
	conn->is_paused = false;
	pawl_http_wheel_set(conn, (int64_t)uv_now(conn->worker->uv) + PAWL_HTTP_LINGER_MS);
}

/* Reads less while much waits already. Stopping costs system calls, so it is the exception. */
static void
set_pace(struct pawl_http_conn *conn)
{
	bool is_full =
		conn->in.len > PAWL_HTTP_PIPELINE_BYTES && conn->phase != PAWL_HTTP_CONN_HEAD;

	if (is_full == conn->is_paused || conn->is_eof)
		return;
	conn->is_paused = is_full;
	if (is_full)
		uv_read_stop((uv_stream_t *)&conn->tcp);
	else
		pawl_http_read_start(conn);
}

/* Of what comes before a request: whoever begins that has to end it. */
static bool
is_opening(const struct pawl_http_conn *conn)
{
	return conn->awaits_proxy || (conn->tls && !pawl_tls_is_open(conn->tls));
}

static void
set_deadline(struct pawl_http_conn *conn)
{
	const struct pawl_http_limits *limits = &conn->worker->server->limits;
	int64_t now_ms = (int64_t)uv_now(conn->worker->uv);
	int64_t at_ms = PAWL_HTTP_NO_DEADLINE;

	if (pawl_http_out_queued(conn) > 0 && !conn->stream) {
		if (conn->out_last > 0)
			return;
		conn->out_last = pawl_http_out_queued(conn);
		pawl_http_wheel_set(conn, now_ms + limits->body_deadline_ms);
		return;
	}
	conn->out_last = 0;
	switch ((enum pawl_http_phase)conn->phase) {
	case PAWL_HTTP_CONN_IDLE:
		at_ms = conn->since_ms +
			(is_opening(conn) ? limits->header_deadline_ms : limits->idle_ms);
		break;
	case PAWL_HTTP_CONN_HEAD:
		at_ms = conn->since_ms + limits->header_deadline_ms;
		break;
	case PAWL_HTTP_CONN_BODY:
		at_ms = conn->since_ms + limits->body_deadline_ms;
		/* Not a moment later for what has come since: a drip would put it off for ever. */
		if (conn->rate_at_ms < at_ms)
			at_ms = conn->rate_at_ms;
		break;
	case PAWL_HTTP_CONN_READ:
	case PAWL_HTTP_CONN_LINGER:
	case PAWL_HTTP_CONN_CLOSED:
		break;
	}
	pawl_http_wheel_set(conn, at_ms);
}

/* Memory is short, and the peer sends more: false when it is owed an answer all the same. */
static bool
give_up_held(struct pawl_http_conn *conn)
{
	static const struct pawl_http_refusal busy = {503, "busy",
						      "too much is being sent at once; try again"};

	if (conn->phase == PAWL_HTTP_CONN_HEAD || conn->phase == PAWL_HTTP_CONN_BODY)
		pawl_http_request_refuse(conn, busy);
	else if (!conn->is_owed)
		pawl_http_conn_close(conn);
	else
		return false;
	return true;
}

void
pawl_http_conn_settle(struct pawl_http_conn *conn)
{
	static const struct pawl_http_refusal incomplete = {400, "malformed_request",
							    "the request is incomplete"};

	if (conn->phase == PAWL_HTTP_CONN_CLOSED || conn->phase == PAWL_HTTP_CONN_LINGER)
		return;
	if (conn->is_eof &&
	    (conn->phase == PAWL_HTTP_CONN_HEAD || conn->phase == PAWL_HTTP_CONN_BODY)) {
		pawl_http_request_refuse(conn, incomplete);
		return;
	}
	if (count_held(conn, held_bytes(conn)) && give_up_held(conn))
		return;
	if (conn->phase == PAWL_HTTP_CONN_BODY && conn->is_closing && !conn->is_owed)
		pawl_http_request_give_up(conn);
	if (conn->phase == PAWL_HTTP_CONN_READ && pawl_http_conn_advance(conn) && conn->in.len > 0)
		pawl_http_conn_make_ready(conn);
	if (pawl_http_out_queued(conn) == 0 && !conn->is_owed && !conn->stream) {
		bool is_over = conn->is_eof || conn->worker->is_draining;

		if (conn->phase == PAWL_HTTP_CONN_READ && conn->is_closing) {
			linger(conn);
			return;
		}
		if (conn->phase == PAWL_HTTP_CONN_IDLE && is_over && conn->in.len <= 1) {
			pawl_http_conn_close(conn);
			return;
		}
	}
	set_pace(conn);
	set_deadline(conn);
}

void
pawl_http_worker_run_ready(struct pawl_http_worker *w)
{
	struct pawl_list turn;
	struct pawl_list *item;

	pawl_list_init(&turn);
	pawl_list_splice(&turn, &w->ready);
	while ((item = pawl_list_shift(&turn))) {
		struct pawl_http_conn *conn = pawl_container_of(item, struct pawl_http_conn, ready);

		pawl_http_read_go_on(conn);
		pawl_http_conn_settle(conn);
	}
}

static bool
is_too_slow(const struct pawl_http_conn *conn, int64_t now_ms)
{
	const struct pawl_http_limits *limits = &conn->worker->server->limits;
	int64_t took_ms = now_ms - conn->since_ms;

	if (took_ms >= limits->body_deadline_ms)
		return true;
	return took_ms >= limits->body_grace_ms &&
	       conn->parser->body_len * 1000 < limits->min_body_rate * (uint64_t)took_ms;
}

/* The peer has to take its answer at the rate at which it would have to send. */
static void
check_output(struct pawl_http_conn *conn, size_t queued, int64_t now_ms)
{
	const struct pawl_http_limits *limits = &conn->worker->server->limits;
	size_t taken = conn->out_last > queued ? conn->out_last - queued : 0;

	if (taken == 0 ||
	    (uint64_t)taken * 1000 < limits->min_body_rate * (uint64_t)limits->body_deadline_ms) {
		pawl_http_conn_close(conn);
		return;
	}
	conn->out_last = queued;
	pawl_http_wheel_set(conn, now_ms + limits->body_deadline_ms);
}

void
pawl_http_conn_on_deadline(struct pawl_http_conn *conn)
{
	static const struct pawl_http_refusal slow = {408, "request_timeout",
						      "the request was sent too slowly"};
	int64_t now_ms = (int64_t)uv_now(conn->worker->uv);
	size_t queued = pawl_http_out_queued(conn);

	if (queued > 0 && !conn->stream) {
		check_output(conn, queued, now_ms);
		return;
	}
	switch ((enum pawl_http_phase)conn->phase) {
	case PAWL_HTTP_CONN_IDLE:
	case PAWL_HTTP_CONN_LINGER:
		pawl_http_conn_close(conn);
		break;
	case PAWL_HTTP_CONN_HEAD:
		pawl_http_request_refuse(conn, slow);
		break;
	case PAWL_HTTP_CONN_BODY:
		if (is_too_slow(conn, now_ms)) {
			pawl_http_request_refuse(conn, slow);
			break;
		}
		conn->rate_at_ms = now_ms + RATE_EVERY_MS;
		set_deadline(conn);
		break;
	case PAWL_HTTP_CONN_READ:
	case PAWL_HTTP_CONN_CLOSED:
		break;
	}
}

void
pawl_http_conn_open(struct pawl_http_worker *w, int fd, const struct pawl_ip *peer, bool is_tls)
{
	const struct pawl_cidr_list *proxies = w->server->proxy_peers;
	struct pawl_http_conn *conn = pawl_calloc(1, sizeof(*conn));

	conn->magic = PAWL_HTTP_CONN_MAGIC;
	conn->worker = w;
	conn->peer = *peer;
	conn->tls = is_tls ? pawl_tls_accept(w->server->tls) : NULL;
	conn->awaits_proxy = proxies && pawl_cidr_list_has(proxies, peer);
	conn->slot = take_slot(w, conn);
	conn->since_ms = (int64_t)uv_now(w->uv);
	pawl_list_init(&conn->wheel);
	pawl_list_init(&conn->ready);
	pawl_list_append(&w->conns, &conn->all);
	/* A head or pipelined bytes, and what one more read brings. */
	pawl_buf_init(&conn->in, w->server->limits.max_header_bytes + PAWL_HTTP_PIPELINE_BYTES +
					 2 * PAWL_HTTP_READ_BYTES);
	uv_tcp_init(w->uv, &conn->tcp);
	conn->tcp.data = conn;
	if (w->n_conns++ == 0)
		pawl_http_wheel_start(w);
	atomic_fetch_add_explicit(&w->connections_total, 1, memory_order_relaxed);
	if (uv_tcp_open(&conn->tcp, fd) != 0) {
		close(fd);
		pawl_http_conn_close(conn);
		return;
	}
	if (pawl_http_read_start(conn) != 0) {
		pawl_http_conn_close(conn);
		return;
	}
	set_deadline(conn);
}
