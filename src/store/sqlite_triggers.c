/* What starts runs without a request to a URL: times of schedules, and events. The mark that says
 * that it has done so is written with the runs. */
#include "base/clock.h"
#include "base/id.h"
#include "store/sqlite.h"

#define EVENT_KEPT_US        (INT64_C(7) * 24 * 3600 * 1000000)
#define EVENTS_TRIMMED       100
#define EVENT_RUN_PART_BYTES (2 * sizeof(uint64_t))

static bool
is_there(struct pawl_sqlite *c, uint64_t workflow_id)
{
	static const char sql[] = "SELECT 1 FROM workflow WHERE id = ?1 AND deleted_at_us = 0";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	bool found;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	found = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return found;
}

/* ---- schedules ------------------------------------------------------------------ */

static void
read_schedule(struct pawl_sqlite *c, uint64_t workflow_id, int64_t *last_at_us, uint64_t *run_id)
{
	static const char sql[] =
		"SELECT last_at_us, last_run_id FROM schedule WHERE workflow_id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	*last_at_us = 0;
	*run_id = 0;
	pawl_sqlite_bind_u64(st, 1, workflow_id);
	if (!pawl_sqlite_step(c, st))
		return;
	*last_at_us = sqlite3_column_int64(st, 0);
	*run_id = pawl_sqlite_u64(st, 1);
	pawl_sqlite_reset(st);
}

static void
write_schedule(struct pawl_sqlite *c, uint64_t workflow_id, int64_t last_at_us, uint64_t run_id)
{
	static const char sql[] =
		"INSERT INTO schedule (workflow_id, last_at_us, last_run_id) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (workflow_id) DO UPDATE SET last_at_us = excluded.last_at_us,"
		" last_run_id = excluded.last_run_id";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_i64(st, 2, last_at_us);
	pawl_sqlite_bind_u64(st, 3, run_id);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_start_scheduled(struct pawl_sqlite *c, struct pawl_store_start_scheduled *start)
{
	struct pawl_run_row run = {.workflow_id = start->workflow_id,
				   .revision = start->revision,
				   .trigger = PAWL_TRIGGER_SCHEDULE,
				   .queued_at_us = start->now_us};
	uint64_t run_id;

	start->n_started = 0;
	if (!is_there(c, start->workflow_id))
		return PAWL_ENOTFOUND;
	read_schedule(c, start->workflow_id, &start->last_at_us, &run_id);
	for (size_t i = 0; i < start->n; i++) {
		if (start->at_us[i] <= start->last_at_us)
			continue;
		run.input = start->inputs[i];
		run_id = pawl_sqlite_insert_run(c, &run);
		start->last_at_us = start->at_us[i];
		start->n_started++;
	}
	if (start->n_started)
		write_schedule(c, start->workflow_id, start->last_at_us, run_id);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_schedule(struct pawl_sqlite *c, struct pawl_store_schedule *get)
{
	read_schedule(c, get->workflow_id, &get->last_at_us, &get->last_run_id);
	return PAWL_OK;
}

/* ---- events ----------------------------------------------------------------------- */

static void
trim_events(struct pawl_sqlite *c, int64_t now_us)
{
	static const char sql[] = "DELETE FROM event WHERE key IN"
				  " (SELECT key FROM event WHERE at_us < ?1 LIMIT ?2)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_i64(st, 1, now_us - EVENT_KEPT_US);
	pawl_sqlite_bind_i64(st, 2, EVENTS_TRIMMED);
	pawl_sqlite_run(c, st);
}

/* Of one that was here before: what came of it then. */
static bool
find_event(struct pawl_sqlite *c, struct pawl_arena *arena, struct pawl_event_row *event)
{
	static const char sql[] = "SELECT id, runs FROM event WHERE key = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	struct pawl_event_run *started;
	struct pawl_str runs;

	pawl_sqlite_bind_blob(st, 1, event->key);
	if (!pawl_sqlite_step(c, st))
		return false;
	event->id = pawl_sqlite_u64(st, 0);
	event->is_duplicate = true;
	runs = pawl_sqlite_str(st, 1, arena);
	pawl_sqlite_reset(st);
	event->n_started = runs.len / EVENT_RUN_PART_BYTES;
	started = pawl_arena_calloc(arena, event->n_started + 1, sizeof(*started));
	for (size_t i = 0; i < event->n_started; i++) {
		const char *part = runs.ptr + i * EVENT_RUN_PART_BYTES;

		memcpy(&started[i].workflow_id, part, sizeof(uint64_t));
		memcpy(&started[i].run_id, part + sizeof(uint64_t), sizeof(uint64_t));
	}
	event->started = started;
	return true;
}

static void
keep_event(struct pawl_sqlite *c, struct pawl_arena *arena, const struct pawl_event_row *event,
	   int64_t now_us)
{
	static const char sql[] =
		"INSERT INTO event (key, id, at_us, runs) VALUES (?1, ?2, ?3, ?4)";
	char *runs = pawl_arena_alloc(arena, event->n_runs * EVENT_RUN_PART_BYTES + 1), *out = runs;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	for (size_t i = 0; i < event->n_runs; i++, out += EVENT_RUN_PART_BYTES) {
		memcpy(out, &event->runs[i].workflow_id, sizeof(uint64_t));
		memcpy(out + sizeof(uint64_t), &event->runs[i].run_id, sizeof(uint64_t));
	}
	pawl_sqlite_bind_blob(st, 1, event->key);
	pawl_sqlite_bind_u64(st, 2, event->id);
	pawl_sqlite_bind_i64(st, 3, now_us);
	pawl_sqlite_bind_blob(st, 4, pawl_str(runs, (size_t)(out - runs)));
	pawl_sqlite_run(c, st);
}

static void
take_event(struct pawl_sqlite *c, struct pawl_arena *arena, struct pawl_event_row *event,
	   int64_t now_us)
{
	event->is_duplicate = false;
	if (event->key.len && find_event(c, arena, event))
		return;
	event->id = pawl_id_new();
	for (size_t i = 0; i < event->n_cut; i++)
		pawl_sqlite_count(c, event->cut[i], PAWL_COUNT_EVENTS_CUT);
	for (size_t i = 0; i < event->n_runs; i++) {
		struct pawl_event_run *run = &event->runs[i];
		struct pawl_run_row row = {.workflow_id = run->workflow_id,
					   .revision = run->revision,
					   .trigger = PAWL_TRIGGER_EVENT,
					   .queued_at_us = now_us,
					   .input = run->input};

		run->run_id = is_there(c, run->workflow_id) ? pawl_sqlite_insert_run(c, &row) : 0;
	}
	event->started = event->runs;
	event->n_started = event->n_runs;
	if (event->key.len)
		keep_event(c, arena, event, now_us);
}

enum pawl_err
pawl_sqlite_take_events(struct pawl_sqlite *c, struct pawl_store_take_events *take)
{
	for (size_t i = 0; i < take->n && pawl_sqlite_is_ok(c); i++)
		take_event(c, &take->op.arena, &take->events[i], take->now_us);
	trim_events(c, take->now_us);
	return PAWL_OK;
}

void
pawl_sqlite_take_brought_about(struct pawl_sqlite *c, struct pawl_store_op *op)
{
	struct pawl_event_row *events;
	size_t n = op->events(op, &events);

	for (size_t i = 0; i < n; i++)
		take_event(c, &op->arena, &events[i], pawl_clock_now_us());
}
