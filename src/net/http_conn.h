/* Inside of the HTTP server: workers, connections and how the parts hang together.
 *
 *   http_server.c  start, drain, counters     http_listen.c  addresses, accepting, caps
 *   http_conn.c    a connection's life        http_read.c    bytes to requests, refusals
 *   http_write.c   answers, streams, output   http_parse.c   framing, knows no socket
 *   http_tls.c     PROXY headers, TLS         http_wheel.c   deadlines
 *
 * A worker is one loop with its connections; everything in it belongs to the loop's thread,
 * but for the atomics. What is shared between workers is in struct pawl_http_server. */
#ifndef PAWL_NET_HTTP_CONN_H
#define PAWL_NET_HTTP_CONN_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/assert.h"
#include "base/map.h"
#include "net/http_parse.h"
#include "net/tls_server.h"

#define PAWL_HTTP_CONN_MAGIC   0x68636f6eu
#define PAWL_HTTP_WORKER_MAGIC 0x68777277u

#define PAWL_HTTP_READ_BYTES    (64 * 1024)
#define PAWL_HTTP_WHEEL_SLOTS   512
#define PAWL_HTTP_WHEEL_TICK_MS 100
#define PAWL_HTTP_NO_DEADLINE   INT64_MAX
/* Requests that came before the answer to the one in front of them: past it, reading stops. */
#define PAWL_HTTP_PIPELINE_BYTES (64 * 1024)
/* Pipelined requests of one connection that are looked at before the others have their turn. */
#define PAWL_HTTP_TURN_REQUESTS 32
/* A body that nobody wants is read up to here to keep the connection. */
#define PAWL_HTTP_DISCARD_BYTES (64 * 1024)
/* After an early answer the peer may go on sending: otherwise a reset could overtake it. */
#define PAWL_HTTP_LINGER_MS 5000
/* Answers are collected up to here before they are written. */
#define PAWL_HTTP_OUT_BYTES (64 * 1024)
/* Bodies up to here are copied behind their head, so that one write takes both. */
#define PAWL_HTTP_COPY_BYTES    (16 * 1024)
#define PAWL_HTTP_SPARE_PARSERS 64
/* Without a whole head for so long, a connection gives way when there are too many; so many are
 * looked at. */
#define PAWL_HTTP_GIVE_WAY_MS    1000
#define PAWL_HTTP_GIVE_WAY_LOOKS 64
/* What may happen again and again is logged no more often. */
#define PAWL_HTTP_LOG_EVERY_MS 10000

enum pawl_http_phase {
	PAWL_HTTP_CONN_IDLE,   /* between requests */
	PAWL_HTTP_CONN_HEAD,   /* part of a head is there */
	PAWL_HTTP_CONN_BODY,   /* the head is in, the body is coming */
	PAWL_HTTP_CONN_READ,   /* the request is read (or will not be); its answer is pending */
	PAWL_HTTP_CONN_LINGER, /* the answer is out, the sending side shut: discarding */
	PAWL_HTTP_CONN_CLOSED, /* uv_close is under way */
};

struct pawl_http_stream {
	struct pawl_list ended; /* in the worker's list, on_close is due */
	size_t max_buffered;
	void (*on_close)(void *ctx);
	void *ctx;
};

/* Small: there may be many thousands that are idle. */
struct pawl_http_conn {
	uint32_t magic;
	uint32_t slot;
	uv_tcp_t tcp;
	struct pawl_http_worker *worker;
	struct pawl_list wheel; /* in a bucket of the worker's wheel */
	struct pawl_list ready; /* in the worker's ready list: to be gone on with */
	struct pawl_list all;
	int64_t deadline_ms;  /* loop time */
	int64_t wheel_tick;   /* when the wheel looks at it next */
	int64_t since_ms;     /* first byte of the request, or begin of idleness; loop time */
	struct pawl_tls *tls; /* NULL: plain */
	struct pawl_http_parser *parser; /* while a request is read */
	struct pawl_http_stream *stream;
	char *extra;        /* lines for the head of the answer that is owed; NULL: none */
	struct pawl_buf in; /* read, not yet used */
	int64_t rate_at_ms; /* when the body's rate is looked at next; loop time */
	size_t out_last;    /* unsent bytes when the deadline for them was set */
	size_t held;        /* bytes that count in the server's `held` */
	struct pawl_ip peer;
	uint8_t phase;
	/* Of the request whose answer is owed. */
	uint8_t minor;
	bool is_owed, is_head, is_keep_alive, is_unread; /* is_unread: the peer may be sending */
	bool is_discarding;
	/* Of the connection. */
	bool is_eof, is_paused, is_processing, is_closing; /* is_closing: after what is owed */
	bool awaits_proxy;                                 /* its PROXY header has not come yet */
};

struct pawl_http_slot {
	struct pawl_http_conn *conn; /* NULL: free */
	uint32_t generation;         /* of the answer that is owed; grows with each */
	uint32_t next_free;
};

struct pawl_http_listener {
	uv_poll_t poll;
	struct pawl_http_worker *worker;
	int fd; /* -1: closed */
	bool is_tls;
};

struct pawl_http_worker {
	uint32_t magic;
	struct pawl_http_server *server;
	struct pawl_loop *loop;
	uv_loop_t *uv;
	uv_prepare_t prepare; /* goes on with `ready` before each wait */
	uv_idle_t again;      /* active while `ready` is not empty: nothing is waited for */
	struct pawl_list ready, ended, conns;
	struct pawl_http_listener *listeners;
	size_t n_listeners;
	uv_timer_t accept_pause;
	int64_t accept_log_ms, proxy_log_ms; /* no sooner again; loop time */

	struct pawl_http_slot *slots;
	uint32_t n_slots, first_free; /* first_free == n_slots: none */
	size_t n_conns;

	uv_timer_t tick;
	int64_t wheel_now; /* ticks */
	bool is_wheel_put_off;
	struct pawl_list wheel[PAWL_HTTP_WHEEL_SLOTS];

	struct pawl_http_parser *spare[PAWL_HTTP_SPARE_PARSERS];
	size_t n_spare;
	struct pawl_buf out;             /* output of out_conn, not yet written */
	struct pawl_http_conn *out_conn; /* NULL: nobody's */
	char date[40];                   /* "Date: ...\r\n" */
	size_t date_len;
	int64_t date_until_ms; /* loop time */

	bool is_draining, is_ending;
	struct pawl_task drain_task, cut_task, end_task;
	_Atomic uint64_t connections_total, requests_total, refused_total;
	char read_buf[PAWL_HTTP_READ_BYTES];
	char plain_buf[PAWL_HTTP_READ_BYTES]; /* of what was encrypted */
};

struct pawl_http_server {
	struct pawl_http_handler handler;
	struct pawl_http_limits limits;
	struct pawl_tls_server *tls;              /* NULL: none; the owner's */
	const struct pawl_cidr_list *proxy_peers; /* NULL: none; the owner's */
	struct pawl_http_worker **workers;
	unsigned n_workers;
	char url[64], tls_url[64]; /* of the first address of each kind; "" when there is none */
	_Atomic size_t n_conns;
	_Atomic size_t held; /* bytes that wait for the rest of their requests */

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t changed;
	struct pawl_map per_ip; /* address -> number of connections, as a pointer's value */
	bool is_draining;
	unsigned n_draining, n_cut, n_ending; /* workers that stopped listening; cut; ended */
	unsigned n_started;
};

/* http_listen.c */
PAWL_MUST_USE enum pawl_err pawl_http_listen(struct pawl_http_server *server,
					     const struct pawl_http_server_config *config,
					     struct pawl_problems *problems);
void pawl_http_listeners_start(struct pawl_http_worker *w);
/* Takes what waits in the backlog first when `accept_rest`. */
void pawl_http_listeners_close(struct pawl_http_worker *w, bool accept_rest);
/* The connection no longer counts against its address. */
void pawl_http_peer_release(struct pawl_http_server *server, const struct pawl_ip *peer);

/* The connection of `from` turns out to be one of `to`; false: that one has too many, and nothing
 * has changed. */
bool pawl_http_peer_change(struct pawl_http_server *server, const struct pawl_ip *from,
			   const struct pawl_ip *to);

/* http_conn.c */
/* Takes the descriptor. */
void pawl_http_conn_open(struct pawl_http_worker *w, int fd, const struct pawl_ip *peer,
			 bool is_tls);
void pawl_http_conn_close(struct pawl_http_conn *conn);
/* Closes one that has been without a whole head for a while; false when none is at hand. */
bool pawl_http_conn_make_room(struct pawl_http_worker *w);
/* A request may have arrived that has not been read yet: it is not idle then. */
bool pawl_http_conn_has_input(const struct pawl_http_conn *conn);
void pawl_http_conn_on_deadline(struct pawl_http_conn *conn);
/* Moves on after anything has happened outside of reading: closes, goes on, sets the deadline. */
void pawl_http_conn_settle(struct pawl_http_conn *conn);
void pawl_http_conn_make_ready(struct pawl_http_conn *conn);
void pawl_http_worker_run_ready(struct pawl_http_worker *w);
/* NULL when the answer is no longer owed and no stream is open. */
struct pawl_http_conn *pawl_http_conn_find(struct pawl_http_ref ref);
/* An answer begins: decides whether the connection stays after it. */
bool pawl_http_conn_begin_answer(struct pawl_http_conn *conn, bool wants_close);
/* The answer (or the stream) is complete: its ref is void. */
void pawl_http_conn_end_answer(struct pawl_http_conn *conn);

/* From an answered request to the next; false while something is in the way. */
bool pawl_http_conn_advance(struct pawl_http_conn *conn);

/* http_read.c */
/* uv_read_start. */
int pawl_http_read_start(struct pawl_http_conn *conn);
/* Bytes of requests, as they were sent or deciphered. The connection may be closed by it. */
void pawl_http_read_take(struct pawl_http_conn *conn, const char *data, size_t len);
/* Goes on with the bytes that were kept. */
void pawl_http_read_go_on(struct pawl_http_conn *conn);
/* Nothing is needed of the request any more. */
void pawl_http_request_drop(struct pawl_http_conn *conn);
/* The request will not be read any further: its rest makes the connection useless. */
void pawl_http_request_give_up(struct pawl_http_conn *conn);
/* Refuses what is being read. Not from inside of reading. */
void pawl_http_request_refuse(struct pawl_http_conn *conn, struct pawl_http_refusal refusal);

/* http_server.c */
/* A connection is gone. */
void pawl_http_worker_conn_gone(struct pawl_http_worker *w);

/* http_tls.c */
/* Bytes from the socket of a connection with TLS, or whose PROXY header is awaited. */
void pawl_http_tls_receive(struct pawl_http_conn *conn, const char *data, size_t len);
void pawl_http_tls_send(struct pawl_http_conn *conn, struct pawl_str plain);
/* Before the socket is closed or shut. Does nothing on a plain connection. */
void pawl_http_tls_end(struct pawl_http_conn *conn);

/* http_wheel.c */
void pawl_http_wheel_init(struct pawl_http_worker *w);
void pawl_http_wheel_start(struct pawl_http_worker *w);
void pawl_http_wheel_stop(struct pawl_http_worker *w);
void pawl_http_wheel_set(struct pawl_http_conn *conn, int64_t at_ms);

/* http_write.c */
/* Both to the socket, as they are. */
void pawl_http_out_raw(struct pawl_http_conn *conn, struct pawl_str head, struct pawl_str tail,
		       bool is_static);
/* Writes what has been collected for the connection. */
void pawl_http_out_flush(struct pawl_http_conn *conn);
size_t pawl_http_out_queued(const struct pawl_http_conn *conn);
/* "HTTP/1.1 100 Continue". */
void pawl_http_out_continue(struct pawl_http_conn *conn);
/* The front end's own answer: JSON, then close. The answer is no longer owed. */
void pawl_http_out_refusal(struct pawl_http_conn *conn, const struct pawl_http_refusal *refusal);
void pawl_http_stream_finish(struct pawl_http_conn *conn);
/* The stream will not be written to any more; on_close follows. */
void pawl_http_stream_detach(struct pawl_http_conn *conn);

#endif
