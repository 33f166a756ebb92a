#include "net/http_client.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "net/http_client_internal.h"

#define CLIENT_MAGIC         0x68636c69u
#define CALL_MAGIC           0x6863616cu
#define SOCKET_MAGIC         0x68736f63u
#define MAX_PER_HOST         256
#define MAX_KEPT_CONNECTIONS 2048
#define MAX_IDLE_CALLS       512
#define SWEEP_MS             250
#define KEPT_BODY_BYTES      ((size_t)64 * 1024)

/* One descriptor that curl waits for, or kept because it will: the watcher of a connection that
 * has answered once stays, armed for reading, while no transfer uses it, so that a request over a
 * kept connection costs no system call here. */
struct pawl_http_socket {
	uint32_t magic;
	uv_poll_t poll; /* closes asynchronously; freed then */
	struct pawl_http_client *client;
	curl_socket_t fd;
	int wanted; /* what curl waits for, UV_READABLE | UV_WRITABLE */
	int armed;  /* what the watcher waits for */
};

static void finish(struct pawl_http_call *call);

static void
take_results(struct pawl_http_client *client)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(client->multi, &left)) != NULL) {
		CURLcode code = msg->data.result;
		CURL *easy = msg->easy_handle;
		struct pawl_http_call *call = NULL;

		PAWL_ASSERT(msg->msg == CURLMSG_DONE);
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
		PAWL_CHECK_OBJ(call, CALL_MAGIC);
		pawl_http_call_judge(call, code);
		curl_multi_remove_handle(client->multi, easy);
		pawl_list_remove(&call->stalled_link);
		if (call->error == PAWL_HTTP_CALL_OK && pawl_http_call_follow(call)) {
			pawl_http_call_apply(call);
			PAWL_ASSERT(curl_multi_add_handle(client->multi, easy) == CURLM_OK);
			continue;
		}
		finish(call);
	}
}

/* When one address of a name does not answer, curl 7.88 goes on to the next, but only once
 * something wakes the transfer, and nothing does until its timeout. Letting go of a pause does.
 * Not past connecting: there might be no connection then, which a pause takes for granted. */
static void
wake_connecting(struct pawl_http_client *client)
{
	struct pawl_list *link;

	while ((link = pawl_list_shift(&client->stalled)) != NULL) {
		struct pawl_http_call *call =
			pawl_container_of(link, struct pawl_http_call, stalled_link);
		curl_off_t connected_us = 0;

		curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
		if (connected_us > 0 || call->n_opened == 0)
			continue;
		curl_easy_pause(call->easy, CURLPAUSE_RECV);
		curl_easy_pause(call->easy, CURLPAUSE_CONT);
	}
}

static void
run_curl(struct pawl_http_client *client, curl_socket_t fd, int flags)
{
	int running;

	curl_multi_socket_action(client->multi, fd, flags, &running);
	take_results(client);
	wake_connecting(client);
}

/* --- sockets ------------------------------------------------------------------------- */

static struct pawl_http_socket *
socket_peek(const struct pawl_http_client *client, curl_socket_t fd)
{
	return (size_t)fd < client->n_sockets ? client->sockets[fd] : NULL;
}

static void
on_poll_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* The watcher leaves the loop's table here, before the descriptor can be used again. */
static void
socket_forget(struct pawl_http_socket *sock)
{
	sock->client->sockets[sock->fd] = NULL;
	uv_close((uv_handle_t *)&sock->poll, on_poll_closed);
}

static struct pawl_http_socket *
socket_new(struct pawl_http_client *client, curl_socket_t fd)
{
	struct pawl_http_socket *sock = pawl_calloc(1, sizeof(*sock));

	if (uv_poll_init(pawl_loop_uv(client->loop), &sock->poll, fd) != 0) {
		free(sock);
		return NULL;
	}
	sock->magic = SOCKET_MAGIC;
	sock->client = client;
	sock->fd = fd;
	sock->poll.data = sock;
	if ((size_t)fd >= client->n_sockets) {
		size_t n = (size_t)fd + 64;

		client->sockets =
			pawl_realloc_array(client->sockets, n, sizeof(struct pawl_http_socket *));
		while (client->n_sockets < n)
			client->sockets[client->n_sockets++] = NULL;
	}
	PAWL_ASSERT(client->sockets[fd] == NULL);
	client->sockets[fd] = sock;
	return sock;
}

static void
on_poll(uv_poll_t *handle, int status, int events)
{
	struct pawl_http_socket *sock = handle->data;
	int flags = 0;

	PAWL_CHECK_OBJ(sock, SOCKET_MAGIC);
	if (sock->wanted == 0) {
		/* The peer of a kept connection has closed it, or talks out of turn. curl finds
		 * that out before it uses the connection again. */
		uv_poll_stop(handle);
		sock->armed = 0;
		return;
	}
	if (status < 0) {
		/* libuv has stopped watching. Told of an error, curl gives up; where it meets the
		 * error by reading, it repeats on a new connection what may be repeated. */
		sock->armed = 0;
		flags = CURL_CSELECT_IN | CURL_CSELECT_OUT;
	}
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	run_curl(sock->client, sock->fd, flags);
}

static void
socket_arm(struct pawl_http_socket *sock, int events)
{
	if (sock->armed == events)
		return;
	/* Fails only when somebody else watches the descriptor in this loop: socket_new has
	 * made sure that nobody does. */
	PAWL_ASSERT(uv_poll_start(&sock->poll, events, on_poll) == 0);
	sock->armed = events;
}

/* curl closes a socket whose connection never came about without telling
 * pawl_http_client_on_close_socket, and takes it back here only afterwards. Once there was a
 * response, every close is told. */
static void
socket_release(struct pawl_http_socket *sock, CURL *easy)
{
	struct pawl_http_call *call = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	if (call == NULL || call->status == 0) {
		if (call != NULL && sock->wanted == UV_WRITABLE &&
		    pawl_list_is_empty(&call->stalled_link))
			pawl_list_append(&call->client->stalled, &call->stalled_link);
		socket_forget(sock);
		return;
	}
	sock->wanted = 0;
	if (sock->armed & UV_WRITABLE)
		socket_arm(sock, UV_READABLE);
}

static int
on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *unused)
{
	struct pawl_http_client *client = ctx;
	struct pawl_http_socket *sock;

	(void)unused;
	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	sock = socket_peek(client, fd);
	if (what == CURL_POLL_REMOVE) {
		if (sock != NULL)
			socket_release(sock, easy);
		return 0;
	}
	if (sock == NULL)
		sock = socket_new(client, fd);
	if (sock == NULL)
		return -1;
	sock->wanted = 0;
	if (what & CURL_POLL_IN)
		sock->wanted |= UV_READABLE;
	if (what & CURL_POLL_OUT)
		sock->wanted |= UV_WRITABLE;
	socket_arm(sock, sock->wanted);
	return 0;
}

bool
pawl_http_client_on_opened(struct pawl_http_client *client, curl_socket_t fd)
{
	struct pawl_http_socket *stale = socket_peek(client, fd), *sock;
	int wanted;

	if (stale == NULL)
		return true;
	wanted = stale->wanted;
	socket_forget(stale);
	sock = socket_new(client, fd);
	if (sock == NULL)
		return false;
	sock->wanted = wanted;
	if (wanted != 0)
		socket_arm(sock, wanted);
	return true;
}

int
pawl_http_client_on_close_socket(void *ctx, curl_socket_t fd)
{
	struct pawl_http_client *client = ctx;
	struct pawl_http_socket *sock;

	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	sock = socket_peek(client, fd);
	if (sock != NULL)
		socket_forget(sock);
	return close(fd);
}

/* --- timers -------------------------------------------------------------------------- */

static void
on_curl_timer(struct pawl_timer *timer)
{
	struct pawl_http_client *client =
		pawl_container_of(timer, struct pawl_http_client, curl_timer);

	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	run_curl(client, CURL_SOCKET_TIMEOUT, 0);
}

static int
on_curl_timeout(CURLM *multi, long timeout_ms, void *ctx)
{
	struct pawl_http_client *client = ctx;

	(void)multi;
	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	if (timeout_ms < 0)
		pawl_timer_stop(&client->curl_timer);
	else
		pawl_timer_start(&client->curl_timer, client->loop, timeout_ms, on_curl_timer);
	return 0;
}

static void
on_later(struct pawl_timer *timer)
{
	struct pawl_http_client *client =
		pawl_container_of(timer, struct pawl_http_client, later_timer);
	struct pawl_list due;

	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	/* What `done` sends and is refused again waits for the next turn. */
	pawl_list_init(&due);
	pawl_list_splice(&due, &client->refused);
	while (!pawl_list_is_empty(&due))
		finish(pawl_container_of(due.next, struct pawl_http_call, link));
}

/* curl does not look at the deadline of a call that waits for a connection. */
static void
on_sweep(struct pawl_timer *timer)
{
	struct pawl_http_client *client =
		pawl_container_of(timer, struct pawl_http_client, sweep_timer);
	int64_t now_us = pawl_clock_mono_us();
	struct pawl_list late;

	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	pawl_list_init(&late);
	PAWL_LIST_FOREACH_SAFE(pos, &client->active)
	{
		struct pawl_http_call *call = pawl_container_of(pos, struct pawl_http_call, link);

		/* Given time: curl's own answer says more. */
		if (now_us < call->deadline_us + (int64_t)SWEEP_MS * 1000)
			continue;
		curl_multi_remove_handle(client->multi, call->easy);
		pawl_list_remove(&call->stalled_link);
		pawl_http_call_judge(call, CURLE_OPERATION_TIMEDOUT);
		call->state = PAWL_HTTP_CALL_REFUSED;
		pawl_list_remove(&call->link);
		pawl_list_append(&late, &call->link);
	}
	client->sweeping = !pawl_list_is_empty(&client->active);
	if (client->sweeping)
		pawl_timer_start(timer, client->loop, SWEEP_MS, on_sweep);
	while (!pawl_list_is_empty(&late))
		finish(pawl_container_of(late.next, struct pawl_http_call, link));
}

/* --- calls --------------------------------------------------------------------------- */

static void
call_free(struct pawl_http_call *call)
{
	curl_easy_cleanup(call->easy);
	pawl_arena_fini(&call->arena);
	pawl_arena_fini(&call->head_arena);
	pawl_buf_fini(&call->response);
	free(call->head);
	call->magic = 0;
	free(call);
}

static struct pawl_http_call *
call_new(struct pawl_http_client *client)
{
	struct pawl_http_call *call = pawl_calloc(1, sizeof(*call));

	call->magic = CALL_MAGIC;
	call->client = client;
	pawl_list_init(&call->link);
	pawl_list_init(&call->stalled_link);
	pawl_arena_init(&call->arena, 0);
	pawl_arena_init(&call->head_arena, 0);
	pawl_buf_init(&call->response, 0);
	pawl_http_call_init_easy(call);
	return call;
}

static struct pawl_http_call *
call_take_idle(struct pawl_http_client *client)
{
	struct pawl_list *link;

	/* The last one in: its memory is the warmest. */
	if (pawl_list_is_empty(&client->idle))
		return call_new(client);
	link = client->idle.prev;
	pawl_list_remove(link);
	client->n_idle--;
	return pawl_container_of(link, struct pawl_http_call, link);
}

static void
call_release(struct pawl_http_call *call)
{
	struct pawl_http_client *client = call->client;

	pawl_list_remove(&call->link);
	pawl_list_remove(&call->stalled_link);
	if (call->tainted || client->n_idle >= MAX_IDLE_CALLS) {
		call_free(call);
		return;
	}
	call->state = PAWL_HTTP_CALL_IDLE;
	pawl_arena_reset(&call->arena);
	pawl_arena_reset(&call->head_arena);
	if (call->response.cap > KEPT_BODY_BYTES)
		pawl_buf_fini(&call->response);
	pawl_list_append(&client->idle, &call->link);
	client->n_idle++;
}

/* Hands the result over. The call is out of every list, so that `done` may do as it likes. */
static void
finish(struct pawl_http_call *call)
{
	struct pawl_http_call_result result = {
		.error = call->error,
		.message = call->message,
		.status = call->status,
		.headers = call->head,
		.n_headers = call->n_head,
		.body = pawl_buf_peek(&call->response),
		.elapsed_us = pawl_clock_mono_us() - call->started_us,
	};

	pawl_list_remove(&call->link);
	call->state = PAWL_HTTP_CALL_DELIVERING;
	call->done(call->ctx, &result);
	call_release(call);
}

struct pawl_http_call *
pawl_http_client_send(struct pawl_http_client *client, const struct pawl_http_call_config *config,
		      void (*done)(void *ctx, const struct pawl_http_call_result *result),
		      void *ctx)
{
	struct pawl_http_call *call;

	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	call = call_take_idle(client);
	call->done = done;
	call->ctx = ctx;
	call->started_us = pawl_clock_mono_us();
	if (!pawl_http_call_prepare(call, config)) {
		call->state = PAWL_HTTP_CALL_REFUSED;
		pawl_list_append(&client->refused, &call->link);
		pawl_timer_start(&client->later_timer, client->loop, 0, on_later);
		return call;
	}
	pawl_http_call_apply(call);
	call->state = PAWL_HTTP_CALL_ACTIVE;
	pawl_list_append(&client->active, &call->link);
	PAWL_ASSERT(curl_multi_add_handle(client->multi, call->easy) == CURLM_OK);
	if (!client->sweeping) {
		client->sweeping = true;
		pawl_timer_start(&client->sweep_timer, client->loop, SWEEP_MS, on_sweep);
	}
	return call;
}

void
pawl_http_call_cancel(struct pawl_http_call *call)
{
	PAWL_CHECK_OBJ(call, CALL_MAGIC);
	switch (call->state) {
	case PAWL_HTTP_CALL_ACTIVE:
		curl_multi_remove_handle(call->client->multi, call->easy);
		call_release(call);
		break;
	case PAWL_HTTP_CALL_REFUSED:
		call_release(call);
		break;
	case PAWL_HTTP_CALL_DELIVERING:
		break;
	case PAWL_HTTP_CALL_IDLE:
		PAWL_ASSERT(call->state != PAWL_HTTP_CALL_IDLE);
		break;
	}
}

/* --- the client ---------------------------------------------------------------------- */

static void
init_curl(void)
{
	PAWL_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

struct pawl_http_client *
pawl_http_client_new(struct pawl_loop *loop, const struct pawl_egress *egress)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct pawl_http_client *client = pawl_calloc(1, sizeof(*client));

	pthread_once(&once, init_curl);
	client->magic = CLIENT_MAGIC;
	client->loop = loop;
	client->egress = egress;
	pawl_list_init(&client->active);
	pawl_list_init(&client->refused);
	pawl_list_init(&client->idle);
	pawl_list_init(&client->stalled);
	client->multi = curl_multi_init();
	PAWL_ASSERT(client->multi != NULL);
	curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
	curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_curl_timeout);
	curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)MAX_KEPT_CONNECTIONS);
	pawl_http_client_set_max_per_host(client, MAX_PER_HOST);
	return client;
}

void
pawl_http_client_set_max_per_host(struct pawl_http_client *client, unsigned max)
{
	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)max);
}

void
pawl_http_client_free(struct pawl_http_client *client)
{
	if (client == NULL)
		return;
	PAWL_CHECK_OBJ(client, CLIENT_MAGIC);
	while (!pawl_list_is_empty(&client->active))
		pawl_http_call_cancel(
			pawl_container_of(client->active.next, struct pawl_http_call, link));
	while (!pawl_list_is_empty(&client->refused))
		pawl_http_call_cancel(
			pawl_container_of(client->refused.next, struct pawl_http_call, link));
	while (!pawl_list_is_empty(&client->idle)) {
		struct pawl_list *link = pawl_list_shift(&client->idle);

		call_free(pawl_container_of(link, struct pawl_http_call, link));
	}
	/* Closes what is kept, through the callbacks above. */
	curl_multi_cleanup(client->multi);
	for (size_t fd = 0; fd < client->n_sockets; fd++) {
		if (client->sockets[fd] != NULL)
			socket_forget(client->sockets[fd]);
	}
	free(client->sockets);
	pawl_timer_close(&client->curl_timer);
	pawl_timer_close(&client->later_timer);
	pawl_timer_close(&client->sweep_timer);
	client->magic = 0;
	free(client);
}
