#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/parse.h"
#include "net/http_conn.h"

#define ACCEPTS_PER_TURN     64
#define ACCEPT_PAUSE_MS      100
#define MAX_LISTEN_ADDRESSES 16
#define BACKLOG              4096

/* Caps. */

/* One IPv6 customer has a /64 at least: its addresses count as one. */
static struct pawl_str
ip_key(const struct pawl_ip *ip, char key[17])
{
	size_t n = ip->family == 6 ? 8 : 4;

	key[0] = (char)ip->family;
	memcpy(key + 1, ip->bytes, n);
	return pawl_str(key, n + 1);
}

static bool
take_peer(struct pawl_http_worker *w, const struct pawl_ip *peer)
{
	struct pawl_http_server *server = w->server;
	char text[17];
	struct pawl_str key = ip_key(peer, text);
	bool is_taken, is_full = false;
	uintptr_t n;

	pthread_mutex_lock(&server->lock);
	n = (uintptr_t)pawl_map_get(&server->per_ip, key);
	is_taken = n < server->limits.max_connections_per_ip;
	if (is_taken) {
		pawl_map_set(&server->per_ip, key, (void *)(n + 1));
		is_full = atomic_fetch_add(&server->n_conns, 1) >= server->limits.max_connections;
	}
	pthread_mutex_unlock(&server->lock);
	/* Whoever does nothing gives way to whoever comes. */
	if (is_full && !pawl_http_conn_make_room(w)) {
		pawl_http_peer_release(server, peer);
		atomic_fetch_sub(&server->n_conns, 1);
		return false;
	}
	return is_taken;
}

void
pawl_http_peer_release(struct pawl_http_server *server, const struct pawl_ip *peer)
{
	char text[17];
	struct pawl_str key = ip_key(peer, text);
	uintptr_t n;

	pthread_mutex_lock(&server->lock);
	n = (uintptr_t)pawl_map_get(&server->per_ip, key);
	PAWL_ASSERT(n > 0);
	if (n == 1)
		pawl_map_remove(&server->per_ip, key);
	else
		pawl_map_set(&server->per_ip, key, (void *)(n - 1));
	pthread_mutex_unlock(&server->lock);
}

bool
pawl_http_peer_change(struct pawl_http_server *server, const struct pawl_ip *from,
		      const struct pawl_ip *to)
{
	char text[17];
	struct pawl_str key = ip_key(to, text);
	bool is_taken;
	uintptr_t n;

	if (pawl_ip_eq(from, to))
		return true;
	pthread_mutex_lock(&server->lock);
	n = (uintptr_t)pawl_map_get(&server->per_ip, key);
	is_taken = n < server->limits.max_connections_per_ip;
	if (is_taken)
		pawl_map_set(&server->per_ip, key, (void *)(n + 1));
	pthread_mutex_unlock(&server->lock);
	if (is_taken)
		pawl_http_peer_release(server, from);
	return is_taken;
}

/* Best effort: the connection costs nothing beyond this call. */
static void
turn_away(int fd)
{
	static const char body[] = "{\"code\":503,\"message\":\"Service Unavailable\",\"error\":"
				   "{\"type\":\"too_many_connections\","
				   "\"detail\":\"too many connections\"}}";
	char answer[512];
	int len = snprintf(answer, sizeof(answer),
			   "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
			   "Retry-After: 1\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
			   sizeof(body) - 1, body);
	char unread[4096];

	if (send(fd, answer, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 &&
	    shutdown(fd, SHUT_WR) == 0) {
		/* What is left unread would turn the close into a reset. */
		while (recv(fd, unread, sizeof(unread), MSG_DONTWAIT) == (ssize_t)sizeof(unread))
			continue;
	}
	close(fd);
}

/* Accepting. */

static void on_acceptable(uv_poll_t *poll, int status, int events);

static void
on_accept_pause_over(uv_timer_t *timer)
{
	pawl_http_listeners_start(timer->data);
}

/* No descriptors or no memory: asking again at once would only burn the processor. */
static void
pause_accepting(struct pawl_http_worker *w, int error)
{
	int64_t now_ms = (int64_t)uv_now(w->uv);

	for (size_t i = 0; i < w->n_listeners; i++) {
		if (w->listeners[i].fd >= 0)
			uv_poll_stop(&w->listeners[i].poll);
	}
	uv_timer_start(&w->accept_pause, on_accept_pause_over, ACCEPT_PAUSE_MS, 0);
	if (now_ms < w->accept_log_ms)
		return;
	w->accept_log_ms = now_ms + PAWL_HTTP_LOG_EVERY_MS;
	pawl_log(PAWL_LOG_WARN, "accept_paused", PAWL_F_C("error", strerror(error)),
		 PAWL_F_INT("in_ms", ACCEPT_PAUSE_MS));
}

/* False when there is nothing more to take, for now. */
static bool
accept_one(struct pawl_http_listener *l)
{
	struct pawl_http_worker *w = l->worker;
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	struct pawl_ip peer;
	int fd = accept4(l->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		/* Network errors of the new connection show up here, too (accept(2)). */
		if (errno == EAGAIN)
			return false;
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
			return true;
		pause_accepting(w, errno);
		return false;
	}
	pawl_ip_from_sockaddr((struct sockaddr *)&sa, &peer);
	if (take_peer(w, &peer))
		pawl_http_conn_open(w, fd, &peer, l->is_tls);
	else
		turn_away(fd);
	return true;
}

static void
on_acceptable(uv_poll_t *poll, int status, int events)
{
	struct pawl_http_listener *l = poll->data;

	/* Bounded: those who are connected have their turn, too. */
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		if (!accept_one(l))
			break;
	}
}

void
pawl_http_listeners_start(struct pawl_http_worker *w)
{
	for (size_t i = 0; i < w->n_listeners; i++) {
		if (w->listeners[i].fd >= 0)
			uv_poll_start(&w->listeners[i].poll, UV_READABLE, on_acceptable);
	}
}

void
pawl_http_listeners_close(struct pawl_http_worker *w, bool accept_rest)
{
	uv_timer_stop(&w->accept_pause);
	for (size_t i = 0; i < w->n_listeners; i++) {
		struct pawl_http_listener *l = &w->listeners[i];

		if (l->fd < 0)
			continue;
		/* A reset would be all that those in the backlog ever heard. */
		for (int n = 0; accept_rest && n < BACKLOG && accept_one(l); n++)
			continue;
		uv_timer_stop(&w->accept_pause);
		uv_close((uv_handle_t *)&l->poll, NULL);
		close(l->fd);
		l->fd = -1;
	}
}

/* Binding. */

struct address {
	struct sockaddr_storage sa;
	socklen_t len;
	bool is_optional; /* not the only one that its name stands for */
	bool is_tls;
};

static void
set_port(struct sockaddr_storage *sa, uint16_t port)
{
	if (sa->ss_family == AF_INET6)
		((struct sockaddr_in6 *)sa)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)sa)->sin_port = htons(port);
}

static uint16_t
get_port(const struct sockaddr_storage *sa)
{
	return ntohs(sa->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)sa)->sin6_port
					       : ((const struct sockaddr_in *)sa)->sin_port);
}

/* -1 and errno. */
static int
bind_socket(const struct address *a, bool is_shared, bool is_dual)
{
	int fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, off = 0, keep_idle_s = 60, error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (is_shared)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (a->sa.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, is_dual ? &off : &on, sizeof(on));
	/* Connections inherit these from the listening socket. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &keep_idle_s, sizeof(keep_idle_s));
	if (bind(fd, (const struct sockaddr *)&a->sa, a->len) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* SO_REUSEPORT would let a second server of the same user in beside the first, silently. */
static bool
is_address_free(const struct address *a, bool is_dual)
{
	int fd = bind_socket(a, false, is_dual);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool
open_listener(struct pawl_http_worker *w, struct address *a, bool is_dual)
{
	struct pawl_http_listener *l = &w->listeners[w->n_listeners];
	socklen_t len = sizeof(a->sa);
	int fd = bind_socket(a, w->server->n_workers > 1, is_dual);
	int error;

	if (fd < 0)
		return false;
	if (listen(fd, BACKLOG) != 0 || getsockname(fd, (struct sockaddr *)&a->sa, &len) != 0 ||
	    uv_poll_init(w->uv, &l->poll, fd) != 0) {
		error = errno;
		close(fd);
		errno = error;
		return false;
	}
	l->poll.data = l;
	l->worker = w;
	l->fd = fd;
	l->is_tls = a->is_tls;
	w->n_listeners++;
	return true;
}

static enum pawl_err
open_on_all(struct pawl_http_server *server, struct address *a, bool is_dual)
{
	if (server->n_workers > 1 && get_port(&a->sa) != 0 && !is_address_free(a, is_dual))
		return PAWL_ECONFLICT;
	for (unsigned i = 0; i < server->n_workers; i++) {
		if (!open_listener(server->workers[i], a, is_dual))
			return PAWL_ECONFLICT;
	}
	return PAWL_OK;
}

/* "host:port", "[v6]:port"; adds what the name stands for. */
static enum pawl_err
resolve(struct pawl_str text, struct address *out, size_t *n, struct pawl_problems *problems)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *list = NULL;
	struct pawl_str host = text, port;
	size_t first = *n;
	uint64_t number;
	char *name;
	int rc;

	while (host.len > 0 && host.ptr[host.len - 1] != ':')
		host.len--;
	port = pawl_str_sub(text, host.len, text.len);
	host.len -= host.len > 0;
	if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
		host = pawl_str_sub(host, 1, host.len - 1);
	else if (pawl_str_find_char(host, ':') != SIZE_MAX)
		host.len = 0;
	if (host.len == 0 || !pawl_parse_u64_range(port, 0, 65535, &number)) {
		pawl_problems_add(problems, "listen", "\"%.*s\" is not ADDRESS:PORT",
				  PAWL_STR_ARG(text));
		return PAWL_EINVAL;
	}
	name = pawl_memdup0(host.ptr, host.len);
	rc = getaddrinfo(name, NULL, &hints, &list);
	free(name);
	if (rc != 0) {
		pawl_problems_add(problems, "listen", "%.*s: %s", PAWL_STR_ARG(text),
				  gai_strerror(rc));
		return PAWL_ENOTFOUND;
	}
	for (struct addrinfo *ai = list; ai && *n < MAX_LISTEN_ADDRESSES; ai = ai->ai_next) {
		if (ai->ai_family != AF_INET && ai->ai_family != AF_INET6)
			continue;
		memset(&out[*n], 0, sizeof(out[*n]));
		memcpy(&out[*n].sa, ai->ai_addr, ai->ai_addrlen);
		out[*n].len = ai->ai_addrlen;
		out[*n].is_optional = *n > first;
		set_port(&out[(*n)++].sa, (uint16_t)number);
	}
	freeaddrinfo(list);
	return PAWL_OK;
}

static bool
is_any_address(const struct address *a)
{
	struct pawl_ip ip;

	pawl_ip_from_sockaddr((const struct sockaddr *)&a->sa, &ip);
	return pawl_ip_eq(&ip, &(struct pawl_ip){.family = ip.family});
}

/* For people: the wildcard is shown as the loopback address, which a client can use. */
static void
make_url(struct pawl_http_server *server, const struct address *a)
{
	char *out = a->is_tls ? server->tls_url : server->url;
	const char *protocol = a->is_tls ? "https" : "http";
	bool is_any = is_any_address(a);
	char text[PAWL_IP_TEXT_MAX];
	struct pawl_ip ip;

	if (out[0])
		return;
	pawl_ip_from_sockaddr((const struct sockaddr *)&a->sa, &ip);
	pawl_ip_format(&ip, text);
	if (ip.family == 6)
		snprintf(out, sizeof(server->url), "%s://[%s]:%u", protocol, is_any ? "::1" : text,
			 get_port(&a->sa));
	else
		snprintf(out, sizeof(server->url), "%s://%s:%u", protocol,
			 is_any ? "127.0.0.1" : text, get_port(&a->sa));
}

static enum pawl_err
bind_all(struct pawl_http_server *server, struct address *list, size_t n, bool is_dual,
	 struct pawl_problems *problems)
{
	char text[PAWL_IP_TEXT_MAX];
	struct pawl_ip ip;

	for (size_t i = 0; i < n; i++) {
		struct address *a = &list[i];
		uint16_t port = get_port(&a->sa);

		/* A name with several addresses has one port, also when it is picked. */
		if (a->is_optional && port == 0)
			set_port(&a->sa, get_port(&list[i - 1].sa));
		if (open_on_all(server, a, is_dual) == PAWL_OK) {
			make_url(server, a);
			continue;
		}
		if (a->is_optional && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) {
			/* The port of the one before it is the next one's. */
			a->sa = list[i - 1].sa;
			continue;
		}
		pawl_ip_from_sockaddr((const struct sockaddr *)&a->sa, &ip);
		pawl_ip_format(&ip, text);
		pawl_problems_add(problems, "listen", "cannot listen on %s port %u: %s", text, port,
				  strerror(errno));
		return PAWL_ECONFLICT;
	}
	return PAWL_OK;
}

/* Adds the addresses of a comma-separated list, which may be NULL. */
static enum pawl_err
resolve_all(const char *text, bool is_tls, struct address *list, size_t *n,
	    struct pawl_problems *problems)
{
	struct pawl_str rest = pawl_str_c(text), part;
	size_t first = *n;
	enum pawl_err err;

	while (text && pawl_str_split(&rest, ',', &part)) {
		err = resolve(pawl_str_trim(part), list, n, problems);
		if (err != PAWL_OK)
			return err;
	}
	for (size_t i = first; i < *n; i++)
		list[i].is_tls = is_tls;
	return PAWL_OK;
}

enum pawl_err
pawl_http_listen(struct pawl_http_server *server, const struct pawl_http_server_config *config,
		 struct pawl_problems *problems)
{
	struct address list[MAX_LISTEN_ADDRESSES];
	bool is_dual = true; /* "[::]" takes IPv4, too */
	enum pawl_err err;
	size_t n = 0;

	err = resolve_all(config->listen, false, list, &n, problems);
	if (!err)
		err = resolve_all(config->tls_listen, true, list, &n, problems);
	if (err)
		return err;
	if (n == 0) {
		pawl_problems_add(problems, "listen", "no address is given");
		return PAWL_EINVAL;
	}
	for (size_t i = 0; i < n; i++)
		is_dual &= list[i].sa.ss_family == AF_INET6 || !is_any_address(&list[i]);
	for (unsigned i = 0; i < server->n_workers; i++)
		server->workers[i]->listeners =
			pawl_calloc(n, sizeof(*server->workers[i]->listeners));
	return bind_all(server, list, n, is_dual, problems);
}
