#include "server/accept_times.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

#define SAVE_MS 10000

struct pawl_accept_times {
	struct pawl_server *server;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_task task;
	struct pawl_store_stats_add op;
	uint64_t saved[PAWL_HISTOGRAM_BUCKETS];  /* as far as that is in the store */
	uint64_t saving[PAWL_HISTOGRAM_BUCKETS]; /* and will be, when the op has gone well */
};

/* False: nothing was accepted since the last time. */
static bool
fill(struct pawl_accept_times *times, struct pawl_store_stats_add *op,
     void (*done)(struct pawl_store_op *op))
{
	bool has_any = false;

	*op = (struct pawl_store_stats_add){.at_us = pawl_clock_now_us()};
	pawl_store_op_init(&op->op, PAWL_STORE_STATS_ADD, done);
	pawl_metrics_accept_times(times->server->metrics, times->saving);
	for (size_t i = 0; i < PAWL_HISTOGRAM_BUCKETS; i++) {
		op->accept_time[i] = times->saving[i] - times->saved[i];
		has_any |= op->accept_time[i] > 0;
	}
	return has_any;
}

static void save(struct pawl_timer *timer);

static void
saved(struct pawl_task *task)
{
	struct pawl_accept_times *times = pawl_container_of(task, struct pawl_accept_times, task);

	if (times->op.op.err == PAWL_OK)
		memcpy(times->saved, times->saving, sizeof times->saved);
	pawl_store_op_fini(&times->op.op);
	pawl_timer_start(&times->timer, times->loop, SAVE_MS, save);
}

/* On the store's thread. */
static void
save_done(struct pawl_store_op *op)
{
	struct pawl_accept_times *times = pawl_container_of(op, struct pawl_accept_times, op.op);

	pawl_loop_post(times->loop, &times->task);
}

static void
save(struct pawl_timer *timer)
{
	struct pawl_accept_times *times = pawl_container_of(timer, struct pawl_accept_times, timer);

	times->task.fn = saved;
	if (!fill(times, &times->op, save_done)) {
		saved(&times->task);
	} else if (pawl_store_submit(times->server->store, &times->op.op) != PAWL_OK) {
		times->op.op.err = PAWL_EFULL;
		saved(&times->task);
	}
}

static void
begin(struct pawl_task *task)
{
	struct pawl_accept_times *times = pawl_container_of(task, struct pawl_accept_times, task);

	pawl_timer_start(&times->timer, times->loop, SAVE_MS, save);
}

struct pawl_accept_times *
pawl_accept_times_start(struct pawl_server *server, struct pawl_loop *loop)
{
	struct pawl_accept_times *times = pawl_calloc(1, sizeof(*times));

	times->server = server;
	times->loop = loop;
	times->task.fn = begin;
	pawl_loop_post(loop, &times->task);
	return times;
}

void
pawl_accept_times_finish(struct pawl_accept_times *times)
{
	struct pawl_store_stats_add last;

	if (!times)
		return;
	if (fill(times, &last, NULL))
		(void)!pawl_store_wait(times->server->store, &last.op);
	pawl_store_op_fini(&last.op);
}

void
pawl_accept_times_free(struct pawl_accept_times *times)
{
	if (!times)
		return;
	pawl_timer_close(&times->timer);
	pawl_store_op_fini(&times->op.op);
	free(times);
}
