#include "cli/fetch.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"

#define FETCH_MAGIC 0x66657463u

struct pawl_fetch {
	uint32_t magic;
	struct pawl_loop *loop;
	struct pawl_egress egress;
	struct pawl_http_client *client;
	struct pawl_task task;
	uv_sem_t answered;
	/* Handed to the loop's thread and back by the semaphore. */
	const struct pawl_http_call_config *config;
	struct pawl_arena *arena;
	struct pawl_fetch_result *result;
};

enum pawl_err
pawl_fetch_new(struct pawl_fetch **out)
{
	struct pawl_fetch *fetch = pawl_calloc(1, sizeof(*fetch));
	enum pawl_err err;

	*out = NULL;
	fetch->magic = FETCH_MAGIC;
	PAWL_ASSERT(pawl_cidr_list_add(&fetch->egress.allow, PAWL_STR("0.0.0.0/0")) == PAWL_OK);
	PAWL_ASSERT(pawl_cidr_list_add(&fetch->egress.allow, PAWL_STR("::/0")) == PAWL_OK);
	PAWL_ASSERT(uv_sem_init(&fetch->answered, 0) == 0);
	fetch->loop = pawl_loop_new("pawl-cli");
	fetch->client = pawl_http_client_new(fetch->loop, &fetch->egress);
	err = pawl_loop_start(fetch->loop);
	if (err != PAWL_OK) {
		pawl_fetch_free(fetch);
		return err;
	}
	*out = fetch;
	return PAWL_OK;
}

void
pawl_fetch_free(struct pawl_fetch *fetch)
{
	if (!fetch)
		return;
	PAWL_CHECK_OBJ(fetch, FETCH_MAGIC);
	pawl_loop_stop_and_join(fetch->loop);
	pawl_http_client_free(fetch->client);
	pawl_loop_free(fetch->loop);
	pawl_egress_fini(&fetch->egress);
	uv_sem_destroy(&fetch->answered);
	fetch->magic = 0;
	free(fetch);
}

static void
on_done(void *ctx, const struct pawl_http_call_result *result)
{
	struct pawl_fetch *fetch = ctx;
	struct pawl_fetch_result *out = fetch->result;

	PAWL_CHECK_OBJ(fetch, FETCH_MAGIC);
	*out = (struct pawl_fetch_result){
		.error = result->error,
		.message = pawl_arena_dup_c(fetch->arena, pawl_str_c(result->message)),
		.status = result->status,
		.body = pawl_arena_dup(fetch->arena, result->body),
	};
	for (size_t i = 0; i < result->n_headers; i++) {
		if (pawl_str_eq_nocase(result->headers[i].name, PAWL_STR("Retry-After")))
			out->retry_after = pawl_arena_dup(fetch->arena, result->headers[i].value);
	}
	uv_sem_post(&fetch->answered);
}

static void
on_task(struct pawl_task *task)
{
	struct pawl_fetch *fetch = pawl_container_of(task, struct pawl_fetch, task);

	PAWL_CHECK_OBJ(fetch, FETCH_MAGIC);
	(void)pawl_http_client_send(fetch->client, fetch->config, on_done, fetch);
}

void
pawl_fetch_wait(struct pawl_fetch *fetch, const struct pawl_http_call_config *config,
		struct pawl_arena *arena, struct pawl_fetch_result *out)
{
	fetch->config = config;
	fetch->arena = arena;
	fetch->result = out;
	fetch->task = (struct pawl_task){.fn = on_task};
	pawl_loop_post(fetch->loop, &fetch->task);
	uv_sem_wait(&fetch->answered);
}
