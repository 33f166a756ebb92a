/* CLAIM: which runs go on now. Three sources, in this order: the queue, the runs whose time has
 * come, and the intake. A source may not starve those behind it: the queue gets half of the limit
 * and the woken half of the rest while there may be more behind them, and what is left over at
 * the end goes to the queue again. */
#include <stdlib.h>

#include "store/sqlite.h"

/* Requests of the tail that one claim looks at beyond what it takes. */
#define AHEAD_AT_ONCE 1000

struct claiming {
	struct pawl_sqlite *c;
	struct pawl_store_claim *op;
	struct pawl_arena *arena;
	uint64_t *blocked; /* sorted */
	bool is_held_up;   /* the intake, by a workflow that is full */
};

static int
compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool
is_blocked(const struct claiming *k, uint64_t workflow_id)
{
	return k->op->n_blocked && bsearch(&workflow_id, k->blocked, k->op->n_blocked,
					   sizeof(workflow_id), compare_ids);
}

static bool
is_full(const struct claiming *k, uint64_t workflow_id)
{
	for (size_t i = 0; i < k->op->n_full; i++)
		if (k->op->full[i] == workflow_id)
			return true;
	return false;
}

/* NULL: no backlog of the workflow drains. */
static struct pawl_store_drain *
drain_of(const struct claiming *k, uint64_t workflow_id)
{
	for (size_t i = 0; i < k->op->n_drains; i++)
		if (k->op->drains[i].workflow_id == workflow_id)
			return &k->op->drains[i];
	return NULL;
}

static struct pawl_run_record *
add_record(struct claiming *k)
{
	return &k->op->records[k->op->n_records++];
}

/* ---- runs that have a row -------------------------------------------------- */

/* Marks it running and reads all that is needed to go on with it. */
static void
take_run(struct claiming *k, uint64_t id)
{
	static const char update[] =
		"UPDATE run SET state = 1, wake_at_us = 0, started_at_us ="
		" CASE started_at_us WHEN 0 THEN ?2 ELSE started_at_us END WHERE id = ?1";
	static const char select[] =
		"SELECT " PAWL_SQL_RUN ", " PAWL_SQL_RUN_REST " FROM run WHERE id = ?1";
	struct pawl_run_record *record = add_record(k);
	sqlite3_stmt *st = pawl_sqlite_stmt(k->c, select);
	bool has_begun;

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(k->c, st))
		return;
	pawl_sqlite_read_run(st, k->arena, true, &record->run);
	pawl_sqlite_reset(st);
	if (record->run.state == PAWL_RUN_QUEUED)
		pawl_sqlite_count_dequeued(k->c, record->run.workflow_id);
	pawl_sqlite_tally_run(k->c, record->run.workflow_id, (int)record->run.state,
			      PAWL_RUN_RUNNING);
	has_begun = record->run.started_at_us != 0;
	record->run.state = PAWL_RUN_RUNNING;
	record->run.wake_at_us = 0;
	if (!has_begun) {
		record->run.started_at_us = k->op->now_us;
		if (!(record->run.flags & PAWL_RUN_TEST))
			pawl_sqlite_tally_begun(k->c, &record->run);
	}

	st = pawl_sqlite_stmt(k->c, update);
	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, k->op->now_us);
	pawl_sqlite_run(k->c, st);
	if (record->run.request_id)
		pawl_sqlite_get_request(k->c, record->run.request_id, k->arena, &record->request);
	if (has_begun)
		pawl_sqlite_get_nodes(k->c, k->arena, record);
}

/* ---- the queue ------------------------------------------------------------- */

struct queue {
	uint64_t workflow_id;
	uint64_t last_run;
	bool is_empty;
};

/* The first workflow with queued runs whose id is greater; 0: none. */
static uint64_t
next_queued_workflow(struct pawl_sqlite *c, uint64_t above)
{
	static const char sql[] = "SELECT workflow_id FROM run INDEXED BY run_queued"
				  " WHERE state = 0 AND behind = 0 AND workflow_id > ?1"
				  " ORDER BY workflow_id LIMIT 1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t id = 0;

	pawl_sqlite_bind_u64(st, 1, above);
	if (pawl_sqlite_step(c, st))
		id = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return id;
}

/* Up to `max` workflows that have something queued and may run, beginning behind the one that
 * the last claim ended with. */
static size_t
find_queues(struct claiming *k, struct queue *queues, size_t max)
{
	uint64_t start = k->c->last_workflow, id = start;
	bool wrapped = false;
	size_t n = 0;

	while (n < max) {
		id = next_queued_workflow(k->c, id);
		if (!id && (wrapped || !start))
			break;
		if (!id) {
			wrapped = true;
			continue;
		}
		if (wrapped && id > start)
			break;
		if (!is_blocked(k, id) && !is_full(k, id))
			queues[n++] = (struct queue){.workflow_id = id};
	}
	return n;
}

/* Up to `max` queued runs of the workflow with ids from `from`, below `below`. */
static size_t
read_queue(struct claiming *k, uint64_t workflow_id, uint64_t from, uint64_t below, size_t max,
	   uint64_t *ids)
{
	static const char sql[] =
		"SELECT id FROM run INDEXED BY run_queued WHERE state = 0 AND behind = 0"
		" AND workflow_id = ?1 AND id >= ?2 AND id < ?3 ORDER BY id LIMIT ?4";
	sqlite3_stmt *st = pawl_sqlite_stmt(k->c, sql);
	size_t n = 0;

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, from);
	pawl_sqlite_bind_u64(st, 3, below);
	pawl_sqlite_bind_u64(st, 4, max);
	/* Read to the end first: the index that is read is changed by taking. */
	while (pawl_sqlite_step(k->c, st))
		ids[n++] = pawl_sqlite_u64(st, 0);
	return n;
}

/* Up to `share` runs of one workflow, the oldest first, of a backlog that drains no more than it
 * may. */
static void
take_share(struct claiming *k, struct queue *queue, size_t share)
{
	struct pawl_store_drain *drain = drain_of(k, queue->workflow_id);
	uint64_t ids[32], from = queue->last_run + 1;
	size_t n = 0;

	if (share > sizeof(ids) / sizeof(ids[0]))
		share = sizeof(ids) / sizeof(ids[0]);
	if (drain && from < drain->below) {
		size_t may = drain->allowance - drain->taken;

		n = read_queue(k, queue->workflow_id, from, drain->below, may < share ? may : share,
			       ids);
		drain->taken += (uint32_t)n;
		from = drain->below;
	}
	n += read_queue(k, queue->workflow_id, from, INT64_MAX, share - n, ids + n);
	queue->is_empty = n < share;
	for (size_t i = 0; i < n; i++)
		take_run(k, ids[i]);
	if (n) {
		queue->last_run = ids[n - 1];
		k->c->last_workflow = queue->workflow_id;
	}
}

/* Somebody who builds a workflow waits for these: they go at once, also where it is paused. */
static void
claim_tests(struct claiming *k)
{
	static const char sql[] = "SELECT id FROM run INDEXED BY run_test_queued"
				  " WHERE flags & 1 AND state = 0 ORDER BY id LIMIT ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(k->c, sql);
	uint64_t ids[16];
	size_t n = 0, room = k->op->limit - k->op->n_records;

	pawl_sqlite_bind_u64(st, 1, room < 16 ? room : 16);
	while (pawl_sqlite_step(k->c, st))
		ids[n++] = pawl_sqlite_u64(st, 0);
	for (size_t i = 0; i < n; i++)
		take_run(k, ids[i]);
}

/* Takes runs until there are `until` records, an equal share of each workflow. */
static void
claim_queued(struct claiming *k, size_t until)
{
	size_t room = until - k->op->n_records, n, n_open;
	struct queue *queues;

	if (!room)
		return;
	queues = pawl_arena_alloc(k->arena, room * sizeof(*queues));
	n_open = n = find_queues(k, queues, room);
	while (n_open && k->op->n_records < until && pawl_sqlite_is_ok(k->c)) {
		size_t share = (until - k->op->n_records) / n_open;

		n_open = 0;
		for (size_t i = 0; i < n; i++) {
			size_t left = until - k->op->n_records;

			if (queues[i].is_empty || !left)
				continue;
			take_share(k, &queues[i], share < 1 ? 1 : share < left ? share : left);
			n_open += !queues[i].is_empty;
		}
	}
}

/* ---- runs that wait for a time --------------------------------------------- */

/* A run of a blocked workflow whose time has come waits in the queue from now on. */
static void
queue_woken(struct claiming *k, uint64_t id, uint64_t workflow_id, int64_t queued_at_us)
{
	static const char sql[] = "UPDATE run SET state = 0, wake_at_us = 0 WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(k->c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_run(k->c, st);
	pawl_sqlite_count_queued(k->c, workflow_id, queued_at_us);
	pawl_sqlite_tally_run(k->c, workflow_id, PAWL_RUN_WAITING, PAWL_RUN_QUEUED);
}

struct woken {
	uint64_t id, workflow_id;
	int64_t queued_at_us;
};

static void
claim_woken(struct claiming *k, size_t until)
{
	static const char sql[] =
		"SELECT id, workflow_id, queued_at_us FROM run"
		" INDEXED BY run_wake WHERE state = 2 AND behind = 0 AND paused = 0"
		" AND wake_at_us > 0 AND wake_at_us <= ?1"
		" ORDER BY wake_at_us LIMIT ?2";
	struct woken *woken;
	sqlite3_stmt *st;
	size_t n, max;

	do {
		n = 0;
		max = until - k->op->n_records;
		if (!max)
			return;
		woken = pawl_arena_alloc(k->arena, max * sizeof(*woken));
		st = pawl_sqlite_stmt(k->c, sql);
		pawl_sqlite_bind_i64(st, 1, k->op->now_us);
		pawl_sqlite_bind_u64(st, 2, max);
		while (pawl_sqlite_step(k->c, st))
			woken[n++] = (struct woken){pawl_sqlite_u64(st, 0), pawl_sqlite_u64(st, 1),
						    sqlite3_column_int64(st, 2)};
		for (size_t i = 0; i < n; i++) {
			if (is_blocked(k, woken[i].workflow_id) || is_full(k, woken[i].workflow_id))
				queue_woken(k, woken[i].id, woken[i].workflow_id,
					    woken[i].queued_at_us);
			else
				take_run(k, woken[i].id);
		}
	} while (n == max && pawl_sqlite_is_ok(k->c));
}

static int64_t
next_wake(struct pawl_sqlite *c)
{
	static const char sql[] =
		"SELECT wake_at_us FROM run INDEXED BY run_wake WHERE state = 2"
		" AND behind = 0 AND paused = 0 AND wake_at_us > 0 ORDER BY wake_at_us LIMIT 1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	int64_t at_us = 0;

	if (pawl_sqlite_step(c, st))
		at_us = sqlite3_column_int64(st, 0);
	pawl_sqlite_reset(st);
	return at_us;
}

/* ---- the intake ------------------------------------------------------------ */

/* What the request at the statement says of its run. Borrowed until the statement goes on. */
static struct pawl_request_row
head_of(sqlite3_stmt *st, int key_column, int trigger_column)
{
	return (struct pawl_request_row){
		.id = pawl_sqlite_u64(st, 0),
		.workflow_id = pawl_sqlite_u64(st, 1),
		.revision = (uint32_t)pawl_sqlite_u64(st, 2),
		.received_at_us = sqlite3_column_int64(st, 3),
		.verdict = sqlite3_column_int(st, 4),
		.starts_run = sqlite3_column_int(st, 5) != 0,
		.trigger = sqlite3_column_int(st, trigger_column),
		.order_key = pawl_str((const char *)sqlite3_column_text(st, key_column),
				      (size_t)sqlite3_column_bytes(st, key_column)),
	};
}

/* Admits it as queued. */
static void
admit_queued(struct claiming *k, const struct pawl_run_row *run)
{
	if (!pawl_sqlite_intake_admit(k->c, run) && run->order_key.len)
		pawl_sqlite_order_settle(k->c, run->id);
}

/* Gives the request at the statement its place; false: the limit is reached before it. */
static bool
admit(struct claiming *k, sqlite3_stmt *st)
{
	struct pawl_store_claim *op = k->op;
	struct pawl_request_row head = head_of(st, 17, 14);
	struct pawl_store_drain *drain = drain_of(k, head.workflow_id);
	struct pawl_run_record *record;
	struct pawl_run_row run;

	if (!head.starts_run) {
		pawl_sqlite_intake_index(k->c, &head);
		return true;
	}
	run = pawl_sqlite_intake_run(&head);
	run.behind = run.order_key.len &&
		     pawl_sqlite_order_has_first(k->c, run.workflow_id, run.order_key);
	if (run.behind || is_blocked(k, head.workflow_id) || (drain && run.id < drain->below)) {
		admit_queued(k, &run);
		return true;
	}
	if (op->n_records == op->limit)
		return false;
	if (is_full(k, head.workflow_id)) {
		k->is_held_up = true;
		return false;
	}
	run.state = PAWL_RUN_RUNNING;
	run.started_at_us = op->now_us;
	if (pawl_sqlite_intake_admit(k->c, &run)) {
		pawl_sqlite_count_dequeued(k->c, head.workflow_id);
		pawl_sqlite_tally_run(k->c, head.workflow_id, PAWL_RUN_QUEUED, PAWL_RUN_RUNNING);
		pawl_sqlite_tally_begun(k->c, &run);
		record = add_record(k);
		record->run = run;
		pawl_sqlite_read_request(st, k->arena, true, &record->request);
		record->run.order_key = record->request.order_key;
	} else if (run.order_key.len) {
		pawl_sqlite_order_settle(k->c, run.id);
	}
	return true;
}

/* False: there are more requests than were given their place. */
static bool
claim_intake(struct claiming *k)
{
	static const char sql[] = "SELECT " PAWL_SQL_REQUEST ", body FROM request"
				  " WHERE id > ?1 ORDER BY id LIMIT ?2";
	size_t n = 0, max = 4 * k->op->limit + 256;
	uint64_t start = pawl_sqlite_intake_cursor(k->c), cursor = start;
	sqlite3_stmt *st = pawl_sqlite_stmt(k->c, sql);
	bool is_stopped = false;

	pawl_sqlite_bind_u64(st, 1, start);
	pawl_sqlite_bind_u64(st, 2, max);
	while (pawl_sqlite_step(k->c, st)) {
		is_stopped = !admit(k, st);
		if (is_stopped)
			break;
		cursor = pawl_sqlite_u64(st, 0);
		n++;
	}
	pawl_sqlite_reset(st);
	if (cursor != start)
		pawl_sqlite_intake_set_cursor(k->c, cursor);
	return !is_stopped && n < max;
}

/* A workflow whose requests fill the tail must not hold up the others': theirs are admitted ahead
 * of their turn. Of every workflow but the one that fills it all are, in order, so that keys keep
 * theirs. False: there are more requests than were looked at. */
static bool
look_ahead(struct claiming *k)
{
	static const char sql[] =
		"SELECT id, workflow_id, revision, received_at_us, verdict, starts_run,"
		" order_key, trigger FROM request WHERE id > ?1 ORDER BY id LIMIT ?2";
	struct pawl_sqlite *c = k->c;
	uint64_t cursor = pawl_sqlite_intake_cursor(c);
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	size_t n = 0;

	if (c->ahead_id <= cursor) {
		c->ahead_id = cursor;
		c->ahead_filler = 0;
	}
	pawl_sqlite_bind_u64(st, 1, c->ahead_id);
	pawl_sqlite_bind_u64(st, 2, AHEAD_AT_ONCE);
	for (; pawl_sqlite_step(c, st); n++) {
		struct pawl_request_row head = head_of(st, 6, 7);
		struct pawl_run_row run = pawl_sqlite_intake_run(&head);

		c->ahead_id = head.id;
		if (!c->ahead_filler && head.starts_run)
			c->ahead_filler = head.workflow_id;
		if (!head.starts_run || head.workflow_id == c->ahead_filler)
			continue;
		run.behind = run.order_key.len &&
			     pawl_sqlite_order_has_first(c, run.workflow_id, run.order_key);
		admit_queued(k, &run);
	}
	return n < AHEAD_AT_ONCE;
}

/* Those that somebody waits for do not stand in line, but for that of their key; the cursor passes
 * them by later. One that may not run yet, or is taken already, is left to the others' ways. */
static void
claim_first(struct claiming *k)
{
	static const char sql[] = "SELECT " PAWL_SQL_REQUEST ", body FROM request WHERE id = ?1";
	uint64_t cursor = pawl_sqlite_intake_cursor(k->c);

	for (size_t i = 0; i < k->op->n_first && k->op->n_records < k->op->limit; i++) {
		sqlite3_stmt *st = pawl_sqlite_stmt(k->c, sql);

		if (k->op->first[i] <= cursor)
			continue;
		pawl_sqlite_bind_u64(st, 1, k->op->first[i]);
		if (pawl_sqlite_step(k->c, st) && sqlite3_column_int(st, 5) &&
		    !sqlite3_column_bytes(st, 17))
			admit(k, st);
		pawl_sqlite_reset(st);
	}
}

enum pawl_err
pawl_sqlite_claim(struct pawl_sqlite *c, struct pawl_store_claim *op)
{
	struct claiming k = {.c = c, .op = op, .arena = &op->op.arena};
	size_t half = (op->limit + c->is_odd) / 2;
	bool is_read, is_all_seen = true;

	c->is_odd = !c->is_odd;

	op->n_records = 0;
	op->records = pawl_arena_calloc(k.arena, op->limit, sizeof(*op->records));
	if (op->n_blocked) {
		k.blocked = pawl_arena_alloc(k.arena, op->n_blocked * sizeof(*k.blocked));
		memcpy(k.blocked, op->blocked, op->n_blocked * sizeof(*k.blocked));
		qsort(k.blocked, op->n_blocked, sizeof(*k.blocked), compare_ids);
	}
	claim_tests(&k);
	claim_first(&k);
	claim_queued(&k,
		     op->n_records +
			     (half < op->limit - op->n_records ? half : op->limit - op->n_records));
	claim_woken(&k, op->n_records + (op->limit - op->n_records + 1) / 2);
	is_read = claim_intake(&k);
	if (!is_read)
		is_all_seen = look_ahead(&k);
	claim_woken(&k, op->limit);
	claim_queued(&k, op->limit);
	op->next_wake_at_us = next_wake(c);
	for (size_t i = 0; i < op->n_drains; i++)
		if (is_read && op->drains[i].taken < op->drains[i].allowance)
			pawl_sqlite_drain_check(c, &op->drains[i]);
	op->more = !is_all_seen || op->n_records == op->limit || (!is_read && !k.is_held_up);
	return PAWL_OK;
}
