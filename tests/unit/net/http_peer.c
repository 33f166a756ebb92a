#include "http_peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1024
#define MAX_REQUEST     (8u << 20)

struct connection {
	struct peer *peer;
	pthread_t thread;
	int fd;
	char *data;      /* head and body of one request, NUL after it */
	size_t len, cap; /* cap without the NUL */
	char *body;
	size_t body_len;
};

struct peer {
	int listener;
	unsigned port;
	pthread_t thread;
	atomic_uint n_connections, n_requests;
	struct connection connections[MAX_CONNECTIONS];
};

static void
require(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

static bool
write_all(struct connection *c, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(c->fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

__attribute__((format(printf, 2, 3))) static bool
say(struct connection *c, const char *fmt, ...)
{
	char text[4096];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	require(n >= 0 && (size_t)n < sizeof(text), "answer");
	return write_all(c, text, (size_t)n);
}

static bool
answer(struct connection *c, const char *body, size_t len)
{
	return say(c, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len) &&
	       write_all(c, body, len);
}

static bool
answer_many(struct connection *c, size_t n, bool chunked)
{
	char piece[1000];

	memset(piece, 'x', sizeof(piece));
	if (chunked)
		say(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	else
		say(c, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	while (n > 0) {
		size_t len = n < sizeof(piece) ? n : sizeof(piece);

		if (chunked && !say(c, "%zx\r\n", len))
			return false;
		if (!write_all(c, piece, len) || (chunked && !say(c, "\r\n")))
			return false;
		n -= len;
	}
	return !chunked || say(c, "0\r\nX-Trailer: late\r\n\r\n");
}

static bool
answer_headers(struct connection *c, unsigned n)
{
	say(c, "HTTP/1.1 200 OK\r\n");
	for (unsigned i = 0; i < n; i++) {
		if (!say(c, "X-%u: %u\r\n", i, i))
			return false;
	}
	return say(c, "Content-Length: 0\r\n\r\n");
}

/* The rest of the path as the answer. */
static bool
answer_raw(struct connection *c, char *text)
{
	text[strcspn(text, " ")] = '\0';
	for (char *at = text; *at != '\0'; at++) {
		if (*at == '+')
			*at = ' ';
	}
	for (char *at; (at = strstr(text, "%0A")) != NULL; text = at + 3) {
		if (!write_all(c, text, (size_t)(at - text)) || !say(c, "\r\n"))
			return false;
	}
	return say(c, "%s", text);
}

/* Keeps the connection, as it seems, and breaks it off when the next request comes. */
static void
reset_at_next(struct connection *c)
{
	const struct linger now = {1, 0};
	char byte;

	if (recv(c->fd, &byte, 1, MSG_PEEK) == 1)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static bool
wait_for_end(struct connection *c)
{
	char byte[256];

	while (recv(c->fd, byte, sizeof(byte), 0) > 0)
		;
	return false;
}

static bool
answer_location(struct connection *c, unsigned status)
{
	const char *to = strstr(c->data, "\r\nX-To: ");

	require(to != NULL, "X-To");
	to += strlen("\r\nX-To: ");
	return say(c, "HTTP/1.1 %u Go\r\nLocation: %.*s\r\nContent-Length: 5\r\n\r\nmoved", status,
		   (int)strcspn(to, "\r"), to);
}

/* False ends the connection. */
static bool
serve(struct connection *c)
{
	char *path = strchr(c->data, ' ');
	unsigned n = 0;

	atomic_fetch_add(&c->peer->n_requests, 1);
	require(path != NULL, c->data);
	path++;
	if (strncmp(path, "http://", 7) == 0) /* as a proxy is asked */
		path = strchr(path + 7, '/');
	require(path != NULL, c->data);
	if (strncmp(path, "/request", 8) == 0 || strncmp(path, "/redirect/0", 11) == 0)
		return answer(c, c->data, (size_t)(c->body - c->data));
	if (strncmp(path, "/echo", 5) == 0)
		return answer(c, c->body, c->body_len);
	if (sscanf(path, "/status/%u", &n) == 1)
		return say(c, "HTTP/1.1 %u Some\r\nContent-Length: 0\r\n\r\n", n);
	if (sscanf(path, "/big/%u", &n) == 1)
		return answer_many(c, n, false);
	if (sscanf(path, "/chunked/%u", &n) == 1)
		return answer_many(c, n, true);
	if (sscanf(path, "/headers/%u", &n) == 1)
		return answer_headers(c, n);
	if (sscanf(path, "/redirect/%u", &n) == 1)
		return say(c,
			   "HTTP/1.1 302 Go\r\nLocation: /redirect/%u\r\nContent-Length: 0\r\n\r\n",
			   n - 1);
	if (sscanf(path, "/location/%u", &n) == 1)
		return answer_location(c, n);
	if (strncmp(path, "/raw/", 5) == 0)
		return answer_raw(c, path + 5) && false;
	if (strncmp(path, "/hang", 5) == 0)
		return wait_for_end(c);
	if (strncmp(path, "/half", 5) == 0)
		return say(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345") &&
		       wait_for_end(c);
	if (strncmp(path, "/leave", 6) == 0) {
		answer(c, "bye", 3);
		return false;
	}
	if (strncmp(path, "/reset", 6) == 0) {
		answer(c, "bye", 3);
		reset_at_next(c);
		return false;
	}
	return false; /* /drop */
}

/* The length that the head announces; the client under test sends no chunks. */
static size_t
body_length(const char *head)
{
	const char *at = strcasestr(head, "\r\nContent-Length:");

	return at == NULL ? 0 : strtoul(at + strlen("\r\nContent-Length:"), NULL, 10);
}

/* Hundreds of connections are open at once, so none has room for the largest request before one
 * comes. */
static void
make_room(struct connection *c)
{
	if (c->len < c->cap)
		return;
	c->cap = c->cap == 0 ? 4096 : c->cap * 2;
	require(c->cap <= MAX_REQUEST, "request size");
	c->data = realloc(c->data, c->cap + 1);
	require(c->data != NULL, "realloc");
}

static bool
read_request(struct connection *c)
{
	c->len = 0;
	for (size_t head = 0;;) {
		const char *end;
		ssize_t n;

		if (head == 0 && c->len > 0 && (end = strstr(c->data, "\r\n\r\n")) != NULL) {
			head = (size_t)(end + 4 - c->data);
			c->body_len = body_length(c->data);
		}
		if (head > 0 && c->len >= head + c->body_len) {
			c->body = c->data + head;
			return true;
		}
		make_room(c);
		n = recv(c->fd, c->data + c->len, c->cap - c->len, 0);
		if (n <= 0)
			return false;
		c->len += (size_t)n;
		c->data[c->len] = '\0';
	}
}

static void *
connection_main(void *arg)
{
	struct connection *c = arg;

	while (read_request(c) && serve(c))
		;
	/* The descriptor itself stays ours until peer_stop, which may shut it down too. */
	shutdown(c->fd, SHUT_RDWR);
	free(c->data);
	return NULL;
}

static void *
peer_main(void *arg)
{
	struct peer *peer = arg;
	int fd;

	while ((fd = accept(peer->listener, NULL, NULL)) >= 0) {
		unsigned n = atomic_load(&peer->n_connections);
		struct connection *c = &peer->connections[n];

		require(n < MAX_CONNECTIONS, "connections");
		c->peer = peer;
		c->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
		require(pthread_create(&c->thread, NULL, connection_main, c) == 0, "thread");
		atomic_store(&peer->n_connections, n + 1);
	}
	return NULL;
}

struct peer *
peer_start(void)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(addr);

	require(peer != NULL, "calloc");
	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(bind(peer->listener, (struct sockaddr *)&addr, len) == 0, "bind");
	require(listen(peer->listener, 512) == 0, "listen");
	require(getsockname(peer->listener, (struct sockaddr *)&addr, &len) == 0, "name");
	peer->port = ntohs(addr.sin_port);
	require(pthread_create(&peer->thread, NULL, peer_main, peer) == 0, "thread");
	return peer;
}

void
peer_stop(struct peer *peer)
{
	shutdown(peer->listener, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	close(peer->listener);
	for (unsigned i = 0; i < atomic_load(&peer->n_connections); i++) {
		shutdown(peer->connections[i].fd, SHUT_RDWR);
		pthread_join(peer->connections[i].thread, NULL);
		close(peer->connections[i].fd);
	}
	free(peer);
}

unsigned
peer_port(const struct peer *peer)
{
	return peer->port;
}

unsigned
peer_connections(struct peer *peer)
{
	return atomic_load(&peer->n_connections);
}

unsigned
peer_requests(struct peer *peer)
{
	return atomic_load(&peer->n_requests);
}
