#include "server/last_uses.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "server/api.h"

#define SAVE_MS 60000

struct pawl_last_uses {
	struct pawl_server *server;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_task task;
	struct pawl_store_last_uses op;
	int64_t saved_us;  /* what was used before this is in the store */
	int64_t saving_us; /* and will be, when the op has gone well */
};

/* False: nothing was used since the last time. */
static bool
fill(struct pawl_last_uses *uses, struct pawl_store_last_uses *op,
     void (*done)(struct pawl_store_op *op))
{
	struct pawl_secret_version *versions;
	struct pawl_secret_row *rows;

	*op = (struct pawl_store_last_uses){0};
	pawl_store_op_init(&op->op, PAWL_STORE_LAST_USES, done);
	uses->saving_us = pawl_clock_now_us();
	op->n_secrets =
		pawl_secrets_uses(uses->server->secrets, uses->saved_us, &op->op.arena, &versions);
	rows = pawl_arena_calloc(&op->op.arena, op->n_secrets + 1, sizeof(*rows));
	for (size_t i = 0; i < op->n_secrets; i++)
		rows[i] = (struct pawl_secret_row){.id = versions[i].id,
						   .used_at_us = versions[i].used_at_us};
	op->secrets = rows;
	op->n_tokens =
		pawl_api_token_uses(uses->server->api, uses->saved_us, &op->op.arena, &op->tokens);
	return op->n_secrets + op->n_tokens > 0;
}

static void save(struct pawl_timer *timer);

static void
saved(struct pawl_task *task)
{
	struct pawl_last_uses *uses = pawl_container_of(task, struct pawl_last_uses, task);

	if (uses->op.op.err == PAWL_OK)
		uses->saved_us = uses->saving_us;
	pawl_store_op_fini(&uses->op.op);
	pawl_timer_start(&uses->timer, uses->loop, SAVE_MS, save);
}

/* On the store's thread. */
static void
save_done(struct pawl_store_op *op)
{
	struct pawl_last_uses *uses = pawl_container_of(op, struct pawl_last_uses, op.op);

	pawl_loop_post(uses->loop, &uses->task);
}

static void
save(struct pawl_timer *timer)
{
	struct pawl_last_uses *uses = pawl_container_of(timer, struct pawl_last_uses, timer);

	uses->task.fn = saved;
	pawl_api_end_expired(uses->server);
	if (!fill(uses, &uses->op, save_done)) {
		saved(&uses->task);
	} else if (pawl_store_submit(uses->server->store, &uses->op.op) != PAWL_OK) {
		uses->op.op.err = PAWL_EFULL;
		saved(&uses->task);
	}
}

static void
begin(struct pawl_task *task)
{
	struct pawl_last_uses *uses = pawl_container_of(task, struct pawl_last_uses, task);

	pawl_timer_start(&uses->timer, uses->loop, SAVE_MS, save);
}

struct pawl_last_uses *
pawl_last_uses_start(struct pawl_server *server, struct pawl_loop *loop)
{
	struct pawl_last_uses *uses = pawl_calloc(1, sizeof(*uses));

	uses->server = server;
	uses->loop = loop;
	uses->saved_us = server->started_at_us;
	uses->task.fn = begin;
	pawl_loop_post(loop, &uses->task);
	return uses;
}

void
pawl_last_uses_finish(struct pawl_last_uses *uses)
{
	struct pawl_store_last_uses last;

	if (!uses)
		return;
	if (fill(uses, &last, NULL))
		(void)!pawl_store_wait(uses->server->store, &last.op);
	pawl_store_op_fini(&last.op);
}

void
pawl_last_uses_free(struct pawl_last_uses *uses)
{
	if (!uses)
		return;
	pawl_timer_close(&uses->timer);
	pawl_store_op_fini(&uses->op.op);
	free(uses);
}
