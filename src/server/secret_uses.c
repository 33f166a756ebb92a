#include "server/secret_uses.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

#define SAVE_MS 60000

struct pawl_secret_uses {
	struct pawl_server *server;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_task task;
	struct pawl_store_secrets_used op;
	int64_t saved_us;  /* what was used before this is in the store */
	int64_t saving_us; /* and will be, when the op has gone well */
};

/* False: nothing was used since the last time. */
static bool
fill(struct pawl_secret_uses *uses, struct pawl_store_secrets_used *op,
     void (*done)(struct pawl_store_op *op))
{
	struct pawl_secret_version *versions;
	struct pawl_secret_row *rows;

	*op = (struct pawl_store_secrets_used){0};
	pawl_store_op_init(&op->op, PAWL_STORE_SECRETS_USED, done);
	uses->saving_us = pawl_clock_now_us();
	op->n = pawl_secrets_uses(uses->server->secrets, uses->saved_us, &op->op.arena, &versions);
	rows = pawl_arena_calloc(&op->op.arena, op->n + 1, sizeof(*rows));
	for (size_t i = 0; i < op->n; i++)
		rows[i] = (struct pawl_secret_row){.id = versions[i].id,
						   .used_at_us = versions[i].used_at_us};
	op->secrets = rows;
	return op->n > 0;
}

static void save(struct pawl_timer *timer);

static void
saved(struct pawl_task *task)
{
	struct pawl_secret_uses *uses = pawl_container_of(task, struct pawl_secret_uses, task);

	if (uses->op.op.err == PAWL_OK)
		uses->saved_us = uses->saving_us;
	pawl_store_op_fini(&uses->op.op);
	pawl_timer_start(&uses->timer, uses->loop, SAVE_MS, save);
}

/* On the store's thread. */
static void
save_done(struct pawl_store_op *op)
{
	struct pawl_secret_uses *uses = pawl_container_of(op, struct pawl_secret_uses, op.op);

	pawl_loop_post(uses->loop, &uses->task);
}

static void
save(struct pawl_timer *timer)
{
	struct pawl_secret_uses *uses = pawl_container_of(timer, struct pawl_secret_uses, timer);

	uses->task.fn = saved;
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
	struct pawl_secret_uses *uses = pawl_container_of(task, struct pawl_secret_uses, task);

	pawl_timer_start(&uses->timer, uses->loop, SAVE_MS, save);
}

struct pawl_secret_uses *
pawl_secret_uses_start(struct pawl_server *server, struct pawl_loop *loop)
{
	struct pawl_secret_uses *uses = pawl_calloc(1, sizeof(*uses));

	uses->server = server;
	uses->loop = loop;
	uses->saved_us = server->started_at_us;
	uses->task.fn = begin;
	pawl_loop_post(loop, &uses->task);
	return uses;
}

void
pawl_secret_uses_finish(struct pawl_secret_uses *uses)
{
	struct pawl_store_secrets_used last;

	if (!uses)
		return;
	if (fill(uses, &last, NULL))
		(void)!pawl_store_wait(uses->server->store, &last.op);
	pawl_store_op_fini(&last.op);
}

void
pawl_secret_uses_free(struct pawl_secret_uses *uses)
{
	if (!uses)
		return;
	pawl_timer_close(&uses->timer);
	pawl_store_op_fini(&uses->op.op);
	free(uses);
}
