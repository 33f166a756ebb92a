#include "server/replayer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#define REPLAYS_MAX 100 /* under way at once; others wait */
#define STEP_MAX    100
#define SECOND_US   INT64_C(1000000)
#define BURST_US    (SECOND_US / 10)

/* When the next run of a replay may be started. */
struct pace {
	uint64_t id;
	int64_t at_us;
};

struct pawl_replayer {
	struct pawl_store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_stopping, is_kicked;
	struct pace paces[REPLAYS_MAX]; /* of those that were there at the last look */
	size_t n_paces;
};

static int64_t
pace_of(const struct pawl_replayer *replayer, uint64_t id, int64_t now_us)
{
	for (size_t i = 0; i < replayer->n_paces; i++)
		if (replayer->paces[i].id == id)
			return replayer->paces[i].at_us;
	return now_us;
}

/* One step, as far as the pace allows; returns when the next may follow, 0: it is over. */
static int64_t
step(struct pawl_replayer *replayer, const struct pawl_replay_row *row, int64_t at_us)
{
	int64_t now_us = pawl_clock_mono_us();
	int64_t interval_us = row->per_second ? SECOND_US / row->per_second : 0;
	struct pawl_store_replay op = {.row.id = row->id, .max = STEP_MAX};
	enum pawl_err err;

	if (at_us < now_us - BURST_US)
		at_us = now_us - BURST_US;
	if (at_us > now_us)
		return at_us;
	if (interval_us && 1 + (now_us - at_us) / interval_us < STEP_MAX)
		op.max = 1 + (size_t)((now_us - at_us) / interval_us);
	pawl_store_op_init(&op.op, PAWL_STORE_REPLAY_STEP, NULL);
	err = pawl_store_wait(replayer->store, &op.op);
	if (err == PAWL_OK && op.row.state == PAWL_REPLAY_COMPLETED)
		pawl_log(PAWL_LOG_INFO, "replay_completed", PAWL_F_ID("replay", op.row.id),
			 PAWL_F_INT("runs", (int64_t)op.row.done),
			 PAWL_F_INT("skipped", (int64_t)op.row.skipped));
	at_us += (int64_t)op.n_started * interval_us;
	pawl_store_op_fini(&op.op);
	if (err == PAWL_ENOTFOUND || err == PAWL_ESTATE)
		return 0;
	if (err != PAWL_OK)
		return now_us + SECOND_US;
	return op.row.state == PAWL_REPLAY_RUNNING ? at_us : 0;
}

/* Returns when to look again; 0: when somebody says so. */
static int64_t
look(struct pawl_replayer *replayer)
{
	struct pawl_store_list list = {.limit = REPLAYS_MAX, .states = 1U << PAWL_REPLAY_RUNNING};
	struct pace paces[REPLAYS_MAX];
	int64_t soonest_us = 0;
	size_t n = 0;

	pawl_store_op_init(&list.op, PAWL_STORE_REPLAYS, NULL);
	if (pawl_store_wait(replayer->store, &list.op) != PAWL_OK)
		soonest_us = pawl_clock_mono_us() + SECOND_US;
	for (size_t i = 0; i < list.n; i++) {
		const struct pawl_replay_row *row = &list.replays[i];
		int64_t at_us = pace_of(replayer, row->id, pawl_clock_mono_us());

		at_us = step(replayer, row, at_us);
		if (!at_us)
			continue;
		paces[n++] = (struct pace){row->id, at_us};
		if (!soonest_us || at_us < soonest_us)
			soonest_us = at_us;
	}
	if (list.more && !soonest_us)
		soonest_us = pawl_clock_mono_us();
	pawl_store_op_fini(&list.op);
	for (size_t i = 0; i < n; i++)
		replayer->paces[i] = paces[i];
	replayer->n_paces = n;
	return soonest_us;
}

static void *
run_replayer(void *arg)
{
	struct pawl_replayer *replayer = arg;

	pthread_mutex_lock(&replayer->lock);
	while (!replayer->is_stopping) {
		int64_t until_us;
		struct timespec until;
		int rc = 0;

		replayer->is_kicked = false;
		pthread_mutex_unlock(&replayer->lock);
		until_us = look(replayer);
		pthread_mutex_lock(&replayer->lock);
		until = (struct timespec){until_us / SECOND_US, until_us % SECOND_US * 1000};
		while (!replayer->is_stopping && !replayer->is_kicked && rc != ETIMEDOUT) {
			if (until_us)
				rc = pthread_cond_timedwait(&replayer->wake, &replayer->lock,
							    &until);
			else
				pthread_cond_wait(&replayer->wake, &replayer->lock);
		}
	}
	pthread_mutex_unlock(&replayer->lock);
	return NULL;
}

struct pawl_replayer *
pawl_replayer_start(struct pawl_store *store)
{
	struct pawl_replayer *replayer = pawl_calloc(1, sizeof *replayer);
	pthread_condattr_t attr;

	replayer->store = store;
	pthread_mutex_init(&replayer->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&replayer->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&replayer->thread, NULL, run_replayer, replayer) != 0)
		abort();
	pthread_setname_np(replayer->thread, "pawl-replayer");
	return replayer;
}

void
pawl_replayer_kick(struct pawl_replayer *replayer)
{
	pthread_mutex_lock(&replayer->lock);
	replayer->is_kicked = true;
	pthread_cond_signal(&replayer->wake);
	pthread_mutex_unlock(&replayer->lock);
}

void
pawl_replayer_stop(struct pawl_replayer *replayer)
{
	if (!replayer)
		return;
	pthread_mutex_lock(&replayer->lock);
	replayer->is_stopping = true;
	pthread_cond_signal(&replayer->wake);
	pthread_mutex_unlock(&replayer->lock);
	pthread_join(replayer->thread, NULL);
	pthread_cond_destroy(&replayer->wake);
	pthread_mutex_destroy(&replayer->lock);
	free(replayer);
}
