/* A server on 127.0.0.1 that answers every request with the same bytes and keeps the last
 * request. One thread; one connection at a time. For tests. */
#ifndef PAWL_TESTS_CANNED_SERVER_H
#define PAWL_TESTS_CANNED_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct canned {
	int fd;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	const char *answer; /* NULL: the connection is kept open without one */
	char request[65536];
};

static inline size_t
canned_body_len(const char *head)
{
	const char *p = strcasestr(head, "\r\ncontent-length:");

	return p ? strtoul(p + 17, NULL, 10) : 0;
}

static inline void
canned_serve(struct canned *s, int fd)
{
	static char bytes[65536];
	size_t len = 0;
	const char *answer;
	char *end;
	ssize_t n;

	while (len < sizeof(bytes) - 1 &&
	       (n = read(fd, bytes + len, sizeof(bytes) - 1 - len)) > 0) {
		len += (size_t)n;
		bytes[len] = '\0';
		end = strstr(bytes, "\r\n\r\n");
		if (!end || len < (size_t)(end + 4 - bytes) + canned_body_len(bytes))
			continue;
		pthread_mutex_lock(&s->lock);
		memcpy(s->request, bytes, len + 1);
		answer = s->answer;
		pthread_mutex_unlock(&s->lock);
		if (answer && write(fd, answer, strlen(answer)) > 0)
			shutdown(fd, SHUT_WR);
		len = 0;
	}
}

static inline void *
canned_main(void *arg)
{
	struct canned *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		canned_serve(s, fd);
		close(fd);
	}
	return NULL;
}

static inline void
canned_start(struct canned *s)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	pthread_mutex_init(&s->lock, NULL);
	if (bind(s->fd, (struct sockaddr *)&addr, len) || listen(s->fd, 8) ||
	    getsockname(s->fd, (struct sockaddr *)&addr, &len))
		abort();
	s->port = ntohs(addr.sin_port);
	pthread_create(&s->thread, NULL, canned_main, s);
}

static inline void
canned_stop(struct canned *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	pthread_mutex_destroy(&s->lock);
}

#endif
