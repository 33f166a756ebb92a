/* The HTTP front end alone: answers every request with 202, to measure what it costs.
 *
 *   http_hello [--deferred] [PORT]
 *
 * With --deferred, answers come from another thread in batches, as they do from the store's
 * group commit: one wake-up of the loop for all that has gathered. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "net/http_server.h"

#define BATCH_MAX 256

static const struct pawl_http_response accepted = {
	.status = 202,
	.content_type = {"application/json", 16},
	.body = {"{\"code\":202,\"message\":\"ACCEPTED\"}", 33},
	.body_static = true,
};

struct batch {
	struct pawl_task task;
	size_t len;
	struct pawl_http_ref refs[BATCH_MAX];
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct batch *open;
	bool is_over;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};

static void
answer_batch(struct pawl_task *task)
{
	struct batch *b = (struct batch *)task;

	for (size_t i = 0; i < b->len; i++)
		pawl_http_respond(b->refs[i], &accepted);
	free(b);
}

static void *
answer_main(void *arg)
{
	pthread_mutex_lock(&queue.lock);
	while (!queue.is_over) {
		struct batch *b = queue.open;

		if (!b) {
			pthread_cond_wait(&queue.filled, &queue.lock);
			continue;
		}
		queue.open = NULL;
		pthread_mutex_unlock(&queue.lock);
		b->task.fn = answer_batch;
		pawl_loop_post(pawl_http_ref_loop(b->refs[0]), &b->task);
		pthread_mutex_lock(&queue.lock);
	}
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

static void
on_request_now(void *ctx, struct pawl_http_request *req)
{
	pawl_http_respond(req->ref, &accepted);
}

static void
on_request_deferred(void *ctx, struct pawl_http_request *req)
{
	bool was_empty;

	pthread_mutex_lock(&queue.lock);
	was_empty = !queue.open;
	if (was_empty)
		queue.open = pawl_calloc(1, sizeof(*queue.open));
	if (queue.open->len < BATCH_MAX)
		queue.open->refs[queue.open->len++] = req->ref;
	else
		pawl_http_respond_error(req->ref, 503, "overloaded", "the batch is full");
	pthread_mutex_unlock(&queue.lock);
	if (was_empty)
		pthread_cond_signal(&queue.filled);
}

int
main(int argc, char **argv)
{
	struct pawl_http_server_config config = {.n_loops = 1,
						 .handler = {.on_request = on_request_now}};
	struct pawl_problems problems = {0};
	struct pawl_http_server *server;
	char listen[32] = "127.0.0.1:8089";
	pthread_t thread;
	sigset_t stop;
	uint64_t port;
	int signal_number;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--deferred") == 0)
			config.handler.on_request = on_request_deferred;
		else if (pawl_parse_u64_range(pawl_str_c(argv[i]), 0, 65535, &port))
			snprintf(listen, sizeof(listen), "127.0.0.1:%u", (unsigned)port);
		else
			return 2;
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	config.listen = listen;
	pawl_http_limits_init(&config.limits);
	if (pawl_http_server_start(&config, &server, &problems) != PAWL_OK) {
		fprintf(stderr, "%s\n", problems.items[0].message);
		pawl_problems_fini(&problems);
		return 1;
	}
	pthread_create(&thread, NULL, answer_main, NULL);
	printf("%s\n", pawl_http_server_url(server));
	fflush(stdout);
	sigwait(&stop, &signal_number);
	pawl_http_server_drain(server);
	pthread_mutex_lock(&queue.lock);
	queue.is_over = true;
	pthread_cond_signal(&queue.filled);
	pthread_mutex_unlock(&queue.lock);
	pthread_join(thread, NULL);
	pawl_http_server_free(server);
	return 0;
}
