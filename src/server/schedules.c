#include "server/schedules.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "server/silence.h"

#define SLEEP_MAX_US INT64_C(30000000)
#define RETRY_US     INT64_C(1000000)
/* A last time so far ahead of the clock was started by a clock that was wrong. */
#define AHEAD_US (INT64_C(24) * 3600 * 1000000)

struct entry {
	struct pawl_schedules *schedules;
	uint64_t workflow_id;
	struct pawl_endpoint *endpoint;
	int64_t last_at_us;    /* that started a run */
	int64_t through_us;    /* passed over by the rule for missed times */
	int64_t not_before_us; /* after a failure */
	bool is_known;         /* last_at_us was read */
	bool is_busy, is_gone, is_ahead;
	struct pawl_store_schedule get;
	struct pawl_store_start_scheduled start;
	struct pawl_schedule_due due; /* that is being started */
	struct pawl_task task;
};

struct pawl_schedules {
	struct pawl_server *server;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_task changed_task;
	atomic_bool is_changed; /* the task is posted */
	struct pawl_map entries;
	struct pawl_silence *silence;
};

static void tick(struct pawl_schedules *schedules);

static struct pawl_str
key_of(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof(*id));
}

static void
entry_free(struct entry *entry)
{
	if (entry->is_busy) { /* the end: the answer was not looked at */
		pawl_store_op_fini(&entry->get.op);
		pawl_store_op_fini(&entry->start.op);
	}
	pawl_endpoint_unref(entry->endpoint);
	free(entry);
}

/* ---- the store ------------------------------------------------------------------------ */

/* On the store's thread. */
static void
op_done(struct pawl_store_op *op)
{
	struct entry *entry = op->ctx;

	pawl_loop_post(entry->schedules->loop, &entry->task);
}

static void
submit(struct entry *entry, struct pawl_store_op *op, void (*fn)(struct pawl_task *task))
{
	entry->is_busy = true;
	entry->task.fn = fn;
	op->ctx = entry;
	if (pawl_store_submit(entry->schedules->server->store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		op_done(op);
	}
}

/* The entry is free for the next thing to do; false: it is gone. */
static bool
is_back(struct entry *entry, struct pawl_store_op *op)
{
	enum pawl_err err = op->err;

	pawl_store_op_fini(op);
	entry->is_busy = false;
	if (entry->is_gone) {
		pawl_map_remove(&entry->schedules->entries, key_of(&entry->workflow_id));
		entry_free(entry);
		return false;
	}
	entry->not_before_us = err == PAWL_OK ? 0 : pawl_clock_mono_us() + RETRY_US;
	return true;
}

static void
read_back(struct pawl_task *task)
{
	struct entry *entry = pawl_container_of(task, struct entry, task);
	struct pawl_schedules *schedules = entry->schedules;
	int64_t last_at_us = entry->get.last_at_us;
	bool ok = entry->get.op.err == PAWL_OK;

	if (is_back(entry, &entry->get.op) && ok) {
		entry->is_known = true;
		entry->last_at_us = last_at_us;
	}
	tick(schedules);
}

static void
read_last(struct entry *entry)
{
	entry->get = (struct pawl_store_schedule){.workflow_id = entry->workflow_id};
	pawl_store_op_init(&entry->get.op, PAWL_STORE_SCHEDULE, op_done);
	submit(entry, &entry->get.op, read_back);
}

static void
log_started(const struct entry *entry)
{
	if (entry->due.is_late || entry->due.n_missed)
		pawl_log(PAWL_LOG_WARN, "schedule_missed",
			 PAWL_F_ID("workflow", entry->workflow_id),
			 PAWL_F_INT("missed", entry->due.n_missed),
			 PAWL_F_INT("started", entry->due.n));
}

static void
started(struct pawl_task *task)
{
	struct entry *entry = pawl_container_of(task, struct entry, task);
	struct pawl_schedules *schedules = entry->schedules;

	if (entry->start.op.err == PAWL_OK) {
		entry->last_at_us = entry->start.last_at_us;
		log_started(entry);
	}
	is_back(entry, &entry->start.op);
	tick(schedules);
}

static void
start(struct entry *entry, int64_t now_us)
{
	const struct pawl_schedule *schedule = entry->endpoint->schedule;
	struct pawl_store_start_scheduled *op = &entry->start;
	struct pawl_str *inputs;

	*op = (struct pawl_store_start_scheduled){.workflow_id = entry->workflow_id,
						  .revision = entry->endpoint->revision,
						  .at_us = entry->due.at_us,
						  .n = entry->due.n,
						  .now_us = now_us};
	pawl_store_op_init(&op->op, PAWL_STORE_START_SCHEDULED, op_done);
	inputs = pawl_arena_calloc(&op->op.arena, op->n, sizeof(*inputs));
	for (size_t i = 0; i < op->n; i++)
		inputs[i] = pawl_schedule_input(schedule, op->at_us[i],
						i + 1 == op->n ? entry->due.n_missed : 0,
						&op->op.arena);
	op->inputs = inputs;
	submit(entry, &op->op, started);
}

/* ---- what is due ------------------------------------------------------------------------ */

static int64_t
max_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The clock was set far back, or had been far ahead: nothing starts until it comes there again. */
static void
tell_of_clock(struct entry *entry, int64_t from_us, int64_t now_us)
{
	bool is_ahead = from_us > now_us + AHEAD_US;

	if (is_ahead && !entry->is_ahead)
		pawl_log(PAWL_LOG_WARN, "schedule_ahead", PAWL_F_ID("workflow", entry->workflow_id),
			 PAWL_F_C("message", "the last run was for a time that has not come yet; "
					     "was the clock set back?"));
	entry->is_ahead = is_ahead;
}

/* Starts what is due. Returns when there is something to do again; INT64_MAX: no time is known. */
static int64_t
look_at(struct entry *entry, int64_t now_us)
{
	const struct pawl_endpoint *endpoint = entry->endpoint;
	int64_t wait_us = entry->not_before_us - pawl_clock_mono_us(), from_us;

	if (entry->is_busy || entry->is_gone || endpoint->state != PAWL_WORKFLOW_ACTIVE)
		return INT64_MAX;
	if (wait_us > 0)
		return now_us + wait_us;
	if (!entry->is_known) {
		read_last(entry);
		return INT64_MAX;
	}
	from_us = max_of(max_of(entry->last_at_us, entry->through_us), endpoint->activated_at_us);
	tell_of_clock(entry, from_us, now_us);
	pawl_schedule_due(endpoint->schedule, entry->workflow_id, from_us, now_us, &entry->due);
	entry->through_us = max_of(entry->through_us, entry->due.through_us);
	if (entry->due.n) {
		start(entry, now_us);
		return INT64_MAX;
	}
	log_started(entry);
	return entry->due.has_next ? entry->due.wake_at_us : INT64_MAX;
}

static void
timer_came(struct pawl_timer *timer)
{
	tick(pawl_container_of(timer, struct pawl_schedules, timer));
}

static void
tick(struct pawl_schedules *schedules)
{
	int64_t now_us = pawl_clock_now_us(), first_us = INT64_MAX, sleep_us;
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&schedules->entries, &cursor, &key, &value)) {
		int64_t at_us = look_at(value, now_us);

		if (at_us < first_us)
			first_us = at_us;
	}
	if (first_us == INT64_MAX) {
		pawl_timer_stop(&schedules->timer);
		return;
	}
	sleep_us = first_us - now_us < SLEEP_MAX_US ? first_us - now_us : SLEEP_MAX_US;
	pawl_timer_start(&schedules->timer, schedules->loop,
			 sleep_us > 0 ? (sleep_us + 999) / 1000 : 0, timer_came);
}

/* ---- changes ---------------------------------------------------------------------------- */

static void
put(struct pawl_schedules *schedules, struct pawl_endpoint *endpoint)
{
	struct entry *entry = pawl_map_get(&schedules->entries, key_of(&endpoint->workflow_id));

	if (!entry) {
		entry = pawl_calloc(1, sizeof(*entry));
		entry->schedules = schedules;
		entry->workflow_id = endpoint->workflow_id;
		pawl_map_set(&schedules->entries, key_of(&entry->workflow_id), entry);
	}
	pawl_endpoint_unref(entry->endpoint);
	entry->endpoint = endpoint;
	entry->is_gone = false;
}

/* One that is busy goes when it is back. */
static void
remove_gone(struct pawl_schedules *schedules, struct pawl_arena *arena)
{
	struct entry **gone =
		pawl_arena_calloc(arena, schedules->entries.len + 1, sizeof(struct entry *));
	struct pawl_str key;
	size_t cursor = 0, n = 0;
	void *value;

	while (pawl_map_next(&schedules->entries, &cursor, &key, &value))
		if (((struct entry *)value)->is_gone && !((struct entry *)value)->is_busy)
			gone[n++] = value;
	for (size_t i = 0; i < n; i++) {
		pawl_map_remove(&schedules->entries, key_of(&gone[i]->workflow_id));
		entry_free(gone[i]);
	}
}

static void
changed(struct pawl_task *task)
{
	struct pawl_schedules *schedules =
		pawl_container_of(task, struct pawl_schedules, changed_task);
	struct pawl_endpoint **endpoints;
	struct pawl_arena arena;
	struct pawl_str key;
	size_t n, cursor = 0;
	void *value;

	atomic_store(&schedules->is_changed, false);
	pawl_arena_init(&arena, 0);
	endpoints = pawl_directory_scheduled(schedules->server->directory, &arena, &n);
	while (pawl_map_next(&schedules->entries, &cursor, &key, &value))
		((struct entry *)value)->is_gone = true;
	for (size_t i = 0; i < n; i++)
		put(schedules, endpoints[i]);
	remove_gone(schedules, &arena);
	pawl_arena_fini(&arena);
	pawl_silence_refresh(schedules->silence);
	tick(schedules);
}

static void
tell_changed(void *ctx)
{
	struct pawl_schedules *schedules = ctx;

	if (!atomic_exchange(&schedules->is_changed, true))
		pawl_loop_post(schedules->loop, &schedules->changed_task);
}

/* ---- life ------------------------------------------------------------------------------- */

enum pawl_err
pawl_schedules_start(struct pawl_server *server)
{
	struct pawl_schedules *schedules = pawl_calloc(1, sizeof(*schedules));

	server->schedules = schedules;
	schedules->server = server;
	schedules->changed_task.fn = changed;
	schedules->loop = pawl_loop_new("pawl-triggers");
	schedules->silence = pawl_silence_new(server, schedules->loop);
	pawl_directory_watch(server->directory, tell_changed, schedules);
	tell_changed(schedules);
	return pawl_loop_start(schedules->loop);
}

struct pawl_loop *
pawl_schedules_loop(struct pawl_schedules *schedules)
{
	return schedules->loop;
}

void
pawl_schedules_stop(struct pawl_schedules *schedules)
{
	if (!schedules)
		return;
	pawl_directory_watch(schedules->server->directory, NULL, NULL);
	pawl_loop_stop_and_join(schedules->loop);
}

void
pawl_schedules_free(struct pawl_schedules *schedules)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	if (!schedules)
		return;
	while (pawl_map_next(&schedules->entries, &cursor, &key, &value))
		entry_free(value);
	pawl_map_fini(&schedules->entries);
	pawl_timer_close(&schedules->timer);
	pawl_silence_free(schedules->silence);
	pawl_loop_free(schedules->loop);
	free(schedules);
}
