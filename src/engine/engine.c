/* The engine's own life: start, claim, make room, stop. */
#include "engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/crashpoint.h"
#include "base/log.h"
#include "engine/run.h"
#include "net/http_client.h"

#define CACHE_BYTES    (16u << 20)
#define CLAIM_RETRY_MS 1000
#define STOP_POLL_MS   20
/* Added to the thread's nice value: accepting goes before running. */
#define ENGINE_NICE 10

struct pawl_engine_workflow *
pawl_engine_workflow(struct pawl_engine *engine, uint64_t id)
{
	struct pawl_engine_workflow *workflow = pawl_map_get(&engine->workflows, pawl_id_key(&id));

	if (workflow)
		return workflow;
	workflow = pawl_calloc(1, sizeof *workflow);
	workflow->id = id;
	workflow->state = PAWL_WORKFLOW_ACTIVE;
	pawl_list_init(&workflow->held);
	pawl_map_set(&engine->workflows, pawl_id_key(&workflow->id), workflow);
	return workflow;
}

/* ---- claiming ------------------------------------------------------------------------- */

static bool
is_blocked(const struct pawl_engine_workflow *workflow)
{
	return workflow->state == PAWL_WORKFLOW_PAUSED || !pawl_list_is_empty(&workflow->held) ||
	       (workflow->concurrency && workflow->running >= workflow->concurrency);
}

static void
list_blocked(struct pawl_engine *engine)
{
	size_t max = engine->workflows.len ? engine->workflows.len : 1;
	uint64_t *blocked = pawl_realloc_array(NULL, max, sizeof *blocked);
	struct pawl_str key;
	size_t cursor = 0, n = 0;
	void *workflow;

	while (pawl_map_next(&engine->workflows, &cursor, &key, &workflow))
		if (is_blocked(workflow))
			blocked[n++] = ((struct pawl_engine_workflow *)workflow)->id;
	engine->claim.blocked = blocked;
	engine->claim.n_blocked = n;
}

/* One workflow leaves a quarter of the room to others. */
static bool
is_full(const struct pawl_engine *engine, const struct pawl_engine_workflow *workflow)
{
	return workflow->n_runs >= engine->config.max_runs - engine->config.max_runs / 4;
}

static void
list_full(struct pawl_engine *engine)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&engine->workflows, &cursor, &key, &value)) {
		const struct pawl_engine_workflow *workflow = value;

		if (is_full(engine, workflow) && engine->claim.n_full < PAWL_FULL_MAX)
			engine->full[engine->claim.n_full++] = workflow->id;
	}
	engine->claim.full = engine->full;
}

static void
list_urgent(struct pawl_engine *engine)
{
	const struct pawl_engine_config *config = &engine->config;

	if (!config->take_urgent)
		return;
	engine->claim.first = engine->urgent;
	engine->claim.n_first =
		config->take_urgent(config->ctx, engine->urgent, (engine->claim.limit + 1) / 2);
}

static void
wake_time_came(struct pawl_timer *timer)
{
	struct pawl_engine *engine = pawl_container_of(timer, struct pawl_engine, wake_timer);

	engine->next_wake_at_us = 0;
	pawl_engine_pump(engine);
}

void
pawl_engine_wake_at(struct pawl_engine *engine, int64_t at_us)
{
	int64_t delay_ms;

	if (engine->next_wake_at_us && engine->next_wake_at_us <= at_us)
		return;
	engine->next_wake_at_us = at_us;
	delay_ms = (at_us - pawl_clock_now_us() + 999) / 1000;
	pawl_timer_start(&engine->wake_timer, engine->loop, delay_ms > 0 ? delay_ms : 0,
			 wake_time_came);
}

static void
claimed(struct pawl_task *task)
{
	struct pawl_engine *engine = pawl_container_of(task, struct pawl_engine, claimed_task);
	struct pawl_store_claim *claim = &engine->claim;
	enum pawl_err err = claim->op.err;
	bool again = engine->claim_again || (err == PAWL_OK && claim->more);

	PAWL_CRASH_POINT("engine.claimed");
	if (engine->is_wake_kept)
		atomic_store(&engine->wake_posted, false);
	engine->is_wake_kept = false;
	engine->claiming = engine->claim_again = false;
	for (size_t i = 0; err == PAWL_OK && i < claim->n_records; i++)
		if (!pawl_map_get(&engine->runs, pawl_id_key(&claim->records[i].run.id)))
			pawl_run_load(engine, &claim->records[i], NULL);
	pawl_errands_claimed(engine);
	if (err == PAWL_OK)
		pawl_drain_claimed(engine);
	if (err == PAWL_OK && claim->next_wake_at_us)
		pawl_engine_wake_at(engine, claim->next_wake_at_us);
	pawl_store_op_fini(&claim->op);
	free((void *)(uintptr_t)claim->blocked);
	free(claim->drains);
	claim->blocked = NULL;
	claim->drains = NULL;
	if (err != PAWL_OK)
		pawl_engine_wake_at(engine, pawl_clock_now_us() + CLAIM_RETRY_MS * 1000);
	else if (again)
		pawl_engine_pump(engine);
}

/* On the store's thread. */
static void
claim_done(struct pawl_store_op *op)
{
	struct pawl_engine *engine = pawl_container_of(op, struct pawl_engine, claim.op);

	pawl_loop_post(engine->loop, &engine->claimed_task);
}

void
pawl_engine_pump(struct pawl_engine *engine)
{
	size_t room = engine->config.max_runs > engine->n_runs
			      ? engine->config.max_runs - engine->n_runs
			      : 0;

	if (engine->stopping)
		return;
	if (engine->claiming || room == 0) {
		engine->claim_again = true;
		return;
	}
	engine->claim =
		(struct pawl_store_claim){.now_us = pawl_clock_now_us(),
					  .limit = room < PAWL_CLAIM_MAX ? room : PAWL_CLAIM_MAX};
	list_blocked(engine);
	list_full(engine);
	list_urgent(engine);
	pawl_drain_list(engine);
	engine->claiming = true;
	engine->claimed_task.fn = claimed;
	pawl_store_op_init(&engine->claim.op, PAWL_STORE_CLAIM, claim_done);
	engine->claim.op.is_urgent = engine->claim.n_first > 0;
	if (pawl_store_submit(engine->config.store, &engine->claim.op) != PAWL_OK) {
		engine->claim.op.err = PAWL_EFULL;
		pawl_loop_post(engine->loop, &engine->claimed_task);
	}
}

static void
woken(struct pawl_task *task)
{
	struct pawl_engine *engine = pawl_container_of(task, struct pawl_engine, wake_task);

	/* While accepts come in crowds each would wake this thread, for a claim that is under way
	 * already: the mark stays until that is done, and says that more has come. */
	engine->is_wake_kept = engine->claiming;
	if (!engine->is_wake_kept)
		atomic_store(&engine->wake_posted, false);
	pawl_engine_pump(engine);
}

void
pawl_engine_wake(struct pawl_engine *engine)
{
	if (!atomic_exchange(&engine->wake_posted, true))
		pawl_loop_post(engine->loop, &engine->wake_task);
}

/* ---- runs that go ----------------------------------------------------------------------- */

void
pawl_engine_run_gone(struct pawl_run *run)
{
	struct pawl_engine *engine = run->engine;
	struct pawl_engine_workflow *workflow = pawl_engine_workflow(engine, run->row.workflow_id);
	struct pawl_engine_command *callers = run->callers, *command;
	bool was_full = is_full(engine, workflow);

	if (run->counted) {
		PAWL_ASSERT(workflow->running > 0);
		workflow->running--;
	}
	run->callers = NULL;
	pawl_map_remove(&engine->runs, pawl_id_key(&run->row.id));
	engine->n_runs--;
	workflow->n_runs--;
	atomic_store_explicit(&engine->stat_runs, engine->n_runs, memory_order_relaxed);
	pawl_run_free(run);
	while ((command = callers)) {
		callers = command->next;
		pawl_engine_handle(&command->task);
	}
	pawl_run_start_held(engine, workflow);
	if (workflow->concurrency || engine->claim_again || was_full)
		pawl_engine_wake(engine);
}

/* ---- activation ----------------------------------------------------------------------------- */

struct state_change {
	struct pawl_task task;
	struct pawl_engine *engine;
	uint64_t workflow_id;
	enum pawl_workflow_state state;
	bool is_deleted;
};

struct drain_change {
	struct pawl_task task;
	struct pawl_engine *engine;
	uint64_t workflow_id, below;
	uint32_t per_second;
};

static void
state_changed(struct pawl_task *task)
{
	struct state_change *change = pawl_container_of(task, struct state_change, task);
	struct pawl_engine *engine = change->engine;
	struct pawl_engine_workflow *workflow = pawl_engine_workflow(engine, change->workflow_id);

	/* An inactive workflow accepts nothing more; what it had accepted runs. */
	workflow->state =
		change->state == PAWL_WORKFLOW_PAUSED ? PAWL_WORKFLOW_PAUSED : PAWL_WORKFLOW_ACTIVE;
	workflow->is_deleted = change->is_deleted;
	while (workflow->is_deleted && !pawl_list_is_empty(&workflow->held))
		pawl_run_end_deleted(pawl_container_of(workflow->held.next, struct pawl_run, item));
	pawl_run_start_held(engine, workflow);
	pawl_engine_pump(engine);
	free(change);
}

static void
post_change(struct pawl_engine *engine, uint64_t workflow_id, enum pawl_workflow_state state,
	    bool is_deleted)
{
	struct state_change *change = pawl_calloc(1, sizeof *change);

	*change = (struct state_change){.task.fn = state_changed,
					.engine = engine,
					.workflow_id = workflow_id,
					.state = state,
					.is_deleted = is_deleted};
	pawl_loop_post(engine->loop, &change->task);
}

void
pawl_engine_set_workflow_state(struct pawl_engine *engine, uint64_t workflow_id,
			       enum pawl_workflow_state state)
{
	post_change(engine, workflow_id, state, false);
}

static void
drain_changed(struct pawl_task *task)
{
	struct drain_change *change = pawl_container_of(task, struct drain_change, task);

	pawl_drain_set(change->engine, change->workflow_id, change->per_second, change->below);
	pawl_engine_pump(change->engine);
	free(change);
}

void
pawl_engine_set_drain(struct pawl_engine *engine, uint64_t workflow_id, uint32_t per_second,
		      uint64_t below)
{
	struct drain_change *change = pawl_calloc(1, sizeof *change);

	*change = (struct drain_change){.task.fn = drain_changed,
					.engine = engine,
					.workflow_id = workflow_id,
					.below = below,
					.per_second = per_second};
	pawl_loop_post(engine->loop, &change->task);
}

void
pawl_engine_workflow_deleted(struct pawl_engine *engine, uint64_t workflow_id)
{
	post_change(engine, workflow_id, PAWL_WORKFLOW_INACTIVE, true);
}

void
pawl_engine_command(struct pawl_engine *engine, struct pawl_engine_command *command)
{
	command->engine = engine;
	command->task.fn = pawl_engine_handle;
	pawl_loop_post(engine->loop, &command->task);
}

void
pawl_engine_stats(const struct pawl_engine *engine, struct pawl_engine_stats *out)
{
	*out = (struct pawl_engine_stats){
		.runs_in_memory = atomic_load(&engine->stat_runs),
		.nodes_under_way = atomic_load(&engine->stat_in_flight),
		.nodes_completed = atomic_load(&engine->stat_completed),
		.nodes_failed = atomic_load(&engine->stat_failed),
		.node_retries = atomic_load(&engine->stat_retries),
		.max_runs = engine->config.max_runs,
	};
}

/* ---- start and stop ----------------------------------------------------------------------------
 */

static void
started(struct pawl_task *task)
{
	struct pawl_engine *engine = pawl_container_of(task, struct pawl_engine, start_task);

	if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + ENGINE_NICE) != 0)
		pawl_log(PAWL_LOG_DEBUG, "engine_priority", PAWL_F_C("message", strerror(errno)));
	pawl_engine_pump(engine);
}

enum pawl_err
pawl_engine_start(const struct pawl_engine_config *config, struct pawl_engine **out,
		  struct pawl_problems *problems)
{
	struct pawl_engine *engine = pawl_calloc(1, sizeof *engine);

	engine->config = *config;
	if (!engine->config.max_runs)
		engine->config.max_runs = 2000;
	if (!engine->config.max_run_bytes)
		engine->config.max_run_bytes = 64u << 20;
	pawl_list_init(&engine->errands);
	pthread_mutex_init(&engine->stop_lock, NULL);
	pthread_cond_init(&engine->stopped_cond, NULL);
	engine->loop = pawl_loop_new("pawl-engine");
	engine->http = pawl_http_client_new(engine->loop, config->egress);
	engine->services = (struct pawl_node_services){.loop = engine->loop, .http = engine->http};
	engine->catalog = pawl_catalog_new(engine->loop, config);
	engine->cache = pawl_cache_new(CACHE_BYTES);
	pawl_blame_open(&engine->blame, config->blame_path);
	for (size_t i = 0; i < config->n_paused; i++)
		pawl_engine_workflow(engine, config->paused[i])->state = PAWL_WORKFLOW_PAUSED;
	engine->config.paused = NULL;
	for (size_t i = 0; i < config->n_draining; i++)
		pawl_drain_set(engine, config->draining[i].id, config->draining[i].drain_per_second,
			       config->draining[i].drain_below);
	engine->config.draining = NULL;
	engine->wake_task.fn = woken;
	engine->start_task.fn = started;
	pawl_loop_post(engine->loop, &engine->start_task);
	if (pawl_loop_start(engine->loop) != PAWL_OK) {
		pawl_problems_add(problems, "engine", "the engine's thread cannot be started");
		return PAWL_EIO;
	}
	*out = engine;
	return PAWL_OK;
}

static void
free_everything(struct pawl_engine *engine)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&engine->runs, &cursor, &key, &value))
		pawl_run_free(value);
	cursor = 0;
	while (pawl_map_next(&engine->workflows, &cursor, &key, &value))
		free(value);
	pawl_map_fini(&engine->runs);
	pawl_map_fini(&engine->workflows);
	pawl_timer_close(&engine->wake_timer);
	pawl_timer_close(&engine->stop_timer);
	pawl_catalog_free(engine->catalog);
	pawl_cache_free(engine->cache);
	pawl_http_client_free(engine->http);
}

/* Polls until nothing is under way, or the grace is over; saves are always waited for. */
static void
stop_when_idle(struct pawl_timer *timer)
{
	struct pawl_engine *engine = pawl_container_of(timer, struct pawl_engine, stop_timer);
	bool late = pawl_clock_mono_us() > engine->stop_by_us;
	bool busy = atomic_load(&engine->stat_in_flight) > 0 && !late;

	if (busy || engine->n_saving > 0 || engine->n_errands > 0 || engine->claiming) {
		pawl_timer_start(timer, engine->loop, STOP_POLL_MS, stop_when_idle);
		return;
	}
	free_everything(engine);
	pthread_mutex_lock(&engine->stop_lock);
	engine->stopped = true;
	pthread_cond_signal(&engine->stopped_cond);
	pthread_mutex_unlock(&engine->stop_lock);
}

static void
begin_stop(struct pawl_task *task)
{
	struct pawl_engine *engine = pawl_container_of(task, struct pawl_engine, stop_task);

	engine->stopping = true;
	stop_when_idle(&engine->stop_timer);
}

void
pawl_engine_stop(struct pawl_engine *engine, int64_t grace_ms)
{
	if (!engine)
		return;
	engine->stop_by_us = pawl_clock_mono_us() + grace_ms * 1000;
	engine->stop_task.fn = begin_stop;
	pawl_loop_post(engine->loop, &engine->stop_task);
	pthread_mutex_lock(&engine->stop_lock);
	while (!engine->stopped)
		pthread_cond_wait(&engine->stopped_cond, &engine->stop_lock);
	pthread_mutex_unlock(&engine->stop_lock);
	pawl_loop_stop_and_join(engine->loop);
	pawl_loop_free(engine->loop);
	pawl_blame_close(&engine->blame);
	pthread_mutex_destroy(&engine->stop_lock);
	pthread_cond_destroy(&engine->stopped_cond);
	free(engine);
}
