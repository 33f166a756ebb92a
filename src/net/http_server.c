#include "net/http_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/http_conn.h"

void
pawl_http_limits_init(struct pawl_http_limits *limits)
{
	*limits = (struct pawl_http_limits){
		.max_header_bytes = 16 * 1024,
		.max_headers = 100,
		.max_body_bytes = 1024 * 1024,
		.header_deadline_ms = 10 * 1000,
		.body_deadline_ms = 60 * 1000,
		.min_body_rate = 1024,
		.body_grace_ms = 5 * 1000,
		.idle_ms = 75 * 1000,
		.max_connections = 20000,
		.max_connections_per_ip = 12000,
		.max_held_bytes = (size_t)256 * 1024 * 1024,
		.drain_ms = 5 * 1000,
	};
}

struct pawl_str
pawl_http_request_header(const struct pawl_http_request *req, const char *name)
{
	struct pawl_str wanted = pawl_str_c(name);

	for (size_t i = 0; i < req->n_headers; i++) {
		if (pawl_str_eq_nocase(req->headers[i].name, wanted))
			return req->headers[i].value;
	}
	return pawl_str(NULL, 0);
}

struct pawl_loop *
pawl_http_ref_loop(struct pawl_http_ref ref)
{
	return ref.worker->loop;
}

/* Workers. */

static void
run_ended(struct pawl_http_worker *w)
{
	struct pawl_list *item;

	while ((item = pawl_list_shift(&w->ended))) {
		struct pawl_http_stream *s =
			pawl_container_of(item, struct pawl_http_stream, ended);

		if (s->on_close)
			s->on_close(s->ctx);
		free(s);
	}
}

static void
on_again(uv_idle_t *again)
{
	/* That it is active is all. */
}

/* Before each wait: what could not be done inside of the call that caused it. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct pawl_http_worker *w = prepare->data;

	PAWL_CHECK_OBJ(w, PAWL_HTTP_WORKER_MAGIC);
	run_ended(w);
	pawl_http_worker_run_ready(w);
	if (w->server->handler.on_turn_end)
		w->server->handler.on_turn_end(w->server->handler.ctx);
	if (pawl_list_is_empty(&w->ready))
		uv_idle_stop(&w->again);
	else
		uv_idle_start(&w->again, on_again);
}

static struct pawl_http_worker *
worker_new(struct pawl_http_server *server, unsigned number)
{
	struct pawl_http_worker *w = pawl_calloc(1, sizeof(*w));
	char name[16];

	w->magic = PAWL_HTTP_WORKER_MAGIC;
	w->server = server;
	snprintf(name, sizeof(name), "pawl-http-%u", number % 1000);
	w->loop = pawl_loop_new(name);
	w->uv = pawl_loop_uv(w->loop);
	pawl_list_init(&w->ready);
	pawl_list_init(&w->ended);
	pawl_list_init(&w->conns);
	pawl_buf_init(&w->out, SIZE_MAX);
	pawl_http_wheel_init(w);
	uv_timer_init(w->uv, &w->accept_pause);
	w->accept_pause.data = w;
	uv_idle_init(w->uv, &w->again);
	uv_prepare_init(w->uv, &w->prepare);
	w->prepare.data = w;
	uv_prepare_start(&w->prepare, on_prepare);
	return w;
}

/* After its loop has been joined, or if it never ran. */
static void
worker_free(struct pawl_http_worker *w)
{
	pawl_loop_free(w->loop);
	while (w->n_spare > 0) {
		pawl_http_parser_fini(w->spare[--w->n_spare]);
		free(w->spare[w->n_spare]);
	}
	pawl_buf_fini(&w->out);
	free(w->listeners);
	free(w->slots);
	w->magic = 0;
	free(w);
}

static void
worker_finish(struct pawl_http_worker *w)
{
	struct pawl_http_server *server = w->server;

	run_ended(w);
	uv_close((uv_handle_t *)&w->prepare, NULL);
	uv_close((uv_handle_t *)&w->again, NULL);
	uv_close((uv_handle_t *)&w->tick, NULL);
	uv_close((uv_handle_t *)&w->accept_pause, NULL);
	pthread_mutex_lock(&server->lock);
	server->n_ending++;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

void
pawl_http_worker_conn_gone(struct pawl_http_worker *w)
{
	struct pawl_http_server *server = w->server;

	run_ended(w);
	if (--w->n_conns == 0)
		pawl_http_wheel_stop(w);
	atomic_fetch_sub(&server->n_conns, 1);
	if (w->is_ending && w->n_conns == 0) {
		worker_finish(w);
	} else if (w->is_draining) {
		pthread_mutex_lock(&server->lock);
		pthread_cond_broadcast(&server->changed);
		pthread_mutex_unlock(&server->lock);
	}
}

static void
drain_worker(struct pawl_task *task)
{
	struct pawl_http_worker *w = pawl_container_of(task, struct pawl_http_worker, drain_task);
	struct pawl_http_server *server = w->server;

	pawl_http_listeners_close(w, true);
	w->is_draining = true;
	PAWL_LIST_FOREACH_SAFE(item, &w->conns)
	{
		struct pawl_http_conn *conn = pawl_container_of(item, struct pawl_http_conn, all);

		if (conn->stream)
			pawl_http_stream_finish(conn);
		else if (conn->phase == PAWL_HTTP_CONN_IDLE && !pawl_http_conn_has_input(conn))
			pawl_http_conn_settle(conn);
	}
	pthread_mutex_lock(&server->lock);
	server->n_draining++;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

/* A peer that is stuck must not come back to life when what the handler needs is gone. Who only
 * waits for an answer may still get it. */
static void
cut_worker(struct pawl_task *task)
{
	struct pawl_http_worker *w = pawl_container_of(task, struct pawl_http_worker, cut_task);
	struct pawl_http_server *server = w->server;

	PAWL_LIST_FOREACH_SAFE(item, &w->conns)
	{
		struct pawl_http_conn *conn = pawl_container_of(item, struct pawl_http_conn, all);

		if (conn->phase != PAWL_HTTP_CONN_READ || !conn->is_owed)
			pawl_http_conn_close(conn);
	}
	pthread_mutex_lock(&server->lock);
	server->n_cut++;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

static void
end_worker(struct pawl_task *task)
{
	struct pawl_http_worker *w = pawl_container_of(task, struct pawl_http_worker, end_task);

	w->is_draining = w->is_ending = true;
	pawl_http_listeners_close(w, false);
	PAWL_LIST_FOREACH_SAFE(item, &w->conns)
	pawl_http_conn_close(pawl_container_of(item, struct pawl_http_conn, all));
	if (w->n_conns == 0)
		worker_finish(w);
}

/* The server. */

static struct pawl_http_server *
server_new(const struct pawl_http_server_config *config)
{
	struct pawl_http_server *server = pawl_calloc(1, sizeof(*server));
	long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_condattr_t attr;

	server->handler = config->handler;
	server->limits = config->limits;
	server->tls = config->tls;
	server->proxy_peers = config->proxy_peers;
	server->n_workers = config->n_loops;
	if (server->n_workers == 0)
		server->n_workers = n_cpus > 3 ? (unsigned)n_cpus / 2 : 1;
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&server->changed, &attr);
	pthread_condattr_destroy(&attr);
	server->workers = pawl_calloc(server->n_workers, sizeof(*server->workers));
	for (unsigned i = 0; i < server->n_workers; i++)
		server->workers[i] = worker_new(server, i);
	return server;
}

enum pawl_err
pawl_http_server_open(const struct pawl_http_server_config *config, struct pawl_http_server **out,
		      struct pawl_problems *problems)
{
	struct pawl_http_server *server = server_new(config);
	enum pawl_err err = pawl_http_listen(server, config, problems);

	if (err != PAWL_OK) {
		pawl_http_server_free(server);
		return err;
	}
	*out = server;
	return PAWL_OK;
}

enum pawl_err
pawl_http_server_run(struct pawl_http_server *server, struct pawl_problems *problems)
{
	enum pawl_err err = PAWL_OK;

	for (unsigned i = 0; i < server->n_workers && err == PAWL_OK; i++) {
		pawl_http_listeners_start(server->workers[i]);
		err = pawl_loop_start(server->workers[i]->loop);
		server->n_started += err == PAWL_OK;
	}
	if (err != PAWL_OK)
		pawl_problems_add(problems, "", "cannot start a thread");
	return err;
}

enum pawl_err
pawl_http_server_start(const struct pawl_http_server_config *config, struct pawl_http_server **out,
		       struct pawl_problems *problems)
{
	struct pawl_http_server *server;
	enum pawl_err err = pawl_http_server_open(config, &server, problems);

	if (err != PAWL_OK)
		return err;
	err = pawl_http_server_run(server, problems);
	if (err != PAWL_OK) {
		pawl_http_server_free(server);
		return err;
	}
	*out = server;
	return PAWL_OK;
}

const char *
pawl_http_server_url(const struct pawl_http_server *server)
{
	return server->url[0] ? server->url : server->tls_url;
}

const char *
pawl_http_server_tls_url(const struct pawl_http_server *server)
{
	return server->tls_url;
}

/* Under the lock. */
static void
cut(struct pawl_http_server *server)
{
	server->n_cut = 0;
	for (unsigned i = 0; i < server->n_started; i++) {
		struct pawl_http_worker *w = server->workers[i];

		w->cut_task.fn = cut_worker;
		pawl_loop_post(w->loop, &w->cut_task);
	}
	while (server->n_cut < server->n_started)
		pthread_cond_wait(&server->changed, &server->lock);
}

void
pawl_http_server_drain(struct pawl_http_server *server)
{
	int64_t drain_ms = server->limits.drain_ms;
	struct timespec until;

	if (server->n_started == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += drain_ms / 1000;
	until.tv_nsec += drain_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&server->lock);
	if (!server->is_draining) {
		server->is_draining = true;
		for (unsigned i = 0; i < server->n_workers; i++) {
			struct pawl_http_worker *w = server->workers[i];

			w->drain_task.fn = drain_worker;
			pawl_loop_post(w->loop, &w->drain_task);
		}
	}
	while (server->n_draining < server->n_workers || atomic_load(&server->n_conns) > 0) {
		if (pthread_cond_timedwait(&server->changed, &server->lock, &until) != 0) {
			cut(server);
			break;
		}
	}
	pthread_mutex_unlock(&server->lock);
}

void
pawl_http_server_free(struct pawl_http_server *server)
{
	if (!server)
		return;
	for (unsigned i = 0; i < server->n_workers; i++) {
		struct pawl_http_worker *w = server->workers[i];

		w->end_task.fn = end_worker;
		if (i < server->n_started)
			pawl_loop_post(w->loop, &w->end_task);
		else
			end_worker(&w->end_task);
	}
	pthread_mutex_lock(&server->lock);
	while (server->n_ending < server->n_workers)
		pthread_cond_wait(&server->changed, &server->lock);
	pthread_mutex_unlock(&server->lock);
	for (unsigned i = 0; i < server->n_workers; i++) {
		pawl_loop_stop_and_join(server->workers[i]->loop);
		worker_free(server->workers[i]);
	}
	pawl_map_fini(&server->per_ip);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->lock);
	free(server->workers);
	free(server);
}

void
pawl_http_server_counters(const struct pawl_http_server *server, struct pawl_http_counters *out)
{
	*out = (struct pawl_http_counters){.connections_open = atomic_load(&server->n_conns),
					   .loops = server->n_workers};
	for (unsigned i = 0; i < server->n_workers; i++) {
		const struct pawl_http_worker *w = server->workers[i];

		out->connections_total +=
			atomic_load_explicit(&w->connections_total, memory_order_relaxed);
		out->requests_total +=
			atomic_load_explicit(&w->requests_total, memory_order_relaxed);
		out->refused_total += atomic_load_explicit(&w->refused_total, memory_order_relaxed);
	}
}
