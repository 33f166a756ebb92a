/* What changes a run: SAVE, START_RUN, REQUEUE, and putting running runs back after a crash. */
#include "base/id.h"
#include "store/sqlite.h"

struct brief {
	enum pawl_run_state state;
	uint64_t workflow_id;
	int64_t queued_at_us;
	uint32_t revision;
	bool has_key, is_test;
};

/* The run as it is; a queued one that is only implied gets its row here. */
static bool
find_run(struct pawl_sqlite *c, uint64_t id, struct brief *out)
{
	static const char sql[] = "SELECT state, workflow_id, queued_at_us, order_key <> '',"
				  " flags & 1, revision FROM run WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	if (!pawl_sqlite_step(c, st)) {
		if (!pawl_sqlite_intake_admit_one(c, id))
			return false;
		if (!pawl_sqlite_step(c, st))
			return false;
	}
	out->state = sqlite3_column_int(st, 0);
	out->workflow_id = pawl_sqlite_u64(st, 1);
	out->queued_at_us = sqlite3_column_int64(st, 2);
	out->has_key = sqlite3_column_int(st, 3) != 0;
	out->is_test = sqlite3_column_int(st, 4) != 0;
	out->revision = (uint32_t)pawl_sqlite_u64(st, 5);
	pawl_sqlite_reset(st);
	return true;
}

static void
count_change(struct pawl_sqlite *c, const struct brief *old, enum pawl_run_state state)
{
	pawl_sqlite_tally_run(c, old->workflow_id, (int)old->state, (int)state);
	if (old->state == PAWL_RUN_QUEUED && state != PAWL_RUN_QUEUED)
		pawl_sqlite_count_dequeued(c, old->workflow_id);
	if (old->state != PAWL_RUN_QUEUED && state == PAWL_RUN_QUEUED)
		pawl_sqlite_count_queued(c, old->workflow_id, old->queued_at_us);
	if (!pawl_run_is_finished(old->state) && pawl_run_is_finished(state) && !old->is_test)
		pawl_sqlite_count(c, old->workflow_id,
				  PAWL_COUNT_FINISHED + state - PAWL_RUN_COMPLETED);
}

/* ---- SAVE ------------------------------------------------------------------ */

static void
save_node(struct pawl_sqlite *c, uint64_t run_id, const struct pawl_node_row *node)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO node_run (run_id, seq, iteration, state, attempt,"
		" in_doubt_possible, started_at_us, finished_at_us, wake_at_us, node_id, port,"
		" error, attempts, state_data, input, output, sealed)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		" ?17)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, run_id);
	pawl_sqlite_bind_u64(st, 2, node->seq);
	pawl_sqlite_bind_u64(st, 3, node->iteration);
	pawl_sqlite_bind_i64(st, 4, node->state);
	pawl_sqlite_bind_u64(st, 5, node->attempt);
	pawl_sqlite_bind_i64(st, 6, node->in_doubt_possible);
	pawl_sqlite_bind_i64(st, 7, node->started_at_us);
	pawl_sqlite_bind_i64(st, 8, node->finished_at_us);
	pawl_sqlite_bind_i64(st, 9, node->wake_at_us);
	pawl_sqlite_bind_text(st, 10, node->node_id);
	pawl_sqlite_bind_text(st, 11, node->port);
	pawl_sqlite_bind_text(st, 12, node->error);
	pawl_sqlite_bind_text(st, 13, node->attempts);
	pawl_sqlite_bind_text(st, 14, node->state_data);
	pawl_sqlite_bind_text(st, 15, node->input);
	pawl_sqlite_bind_text(st, 16, node->output);
	pawl_sqlite_bind_blob(st, 17, node->sealed);
	pawl_sqlite_run(c, st);
}

/* An UPDATE that names an indexed column pays for the index even when the value stays: a save
 * that does not change the state leaves it out. */
static void
save_run(struct pawl_sqlite *c, uint64_t id, const struct pawl_run_row *run, bool is_moved)
{
	static const char moved[] =
		"UPDATE run SET state = ?2, paused = ?3, started_at_us = ?4, finished_at_us = ?5,"
		" wake_at_us = ?6, crashes = ?7, error = ?8, output = ?9 WHERE id = ?1";
	static const char kept[] =
		"UPDATE run SET paused = ?3, started_at_us = ?4, finished_at_us = ?5,"
		" wake_at_us = ?6, crashes = ?7, error = ?8, output = ?9"
		" WHERE id = ?1 AND state = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, is_moved ? moved : kept);

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, run->state);
	pawl_sqlite_bind_i64(st, 3, run->paused);
	pawl_sqlite_bind_i64(st, 4, run->started_at_us);
	pawl_sqlite_bind_i64(st, 5, run->finished_at_us);
	pawl_sqlite_bind_i64(st, 6, run->wake_at_us);
	pawl_sqlite_bind_u64(st, 7, run->crashes);
	pawl_sqlite_bind_text(st, 8, run->error);
	pawl_sqlite_bind_text(st, 9, run->output);
	pawl_sqlite_run(c, st);
}

static void
note_end(struct pawl_sqlite *c, const struct pawl_store_save *save, const struct brief *old)
{
	struct pawl_run_row run = save->run;

	run.id = save->run_id;
	run.workflow_id = old->workflow_id;
	pawl_sqlite_tally_ended(c, &run);
}

enum pawl_err
pawl_sqlite_save(struct pawl_sqlite *c, struct pawl_store_save *save)
{
	struct brief old;

	if (!find_run(c, save->run_id, &old))
		return PAWL_ENOTFOUND;
	for (size_t i = 0; i < save->n_nodes; i++)
		save_node(c, save->run_id, &save->nodes[i]);
	save->has_ended = save->has_run && !pawl_run_is_finished(old.state) &&
			  pawl_run_is_finished(save->run.state);
	if (save->has_run) {
		count_change(c, &old, save->run.state);
		if (save->has_ended && !old.is_test)
			note_end(c, save, &old);
		save_run(c, save->run_id, &save->run, old.state != save->run.state);
		if (old.has_key && pawl_run_is_finished(save->run.state))
			pawl_sqlite_order_settle(c, save->run_id);
	}
	return PAWL_OK;
}

/* ---- START_RUN, REQUEUE ---------------------------------------------------- */

uint64_t
pawl_sqlite_insert_run(struct pawl_sqlite *c, const struct pawl_run_row *run)
{
	static const char sql[] =
		"INSERT INTO run (id, workflow_id, revision, state, paused, request_id, replay_of,"
		" queued_at_us, started_at_us, finished_at_us, wake_at_us, attempt, crashes,"
		" error, input, output, order_key, behind, trigger, flags)"
		" VALUES (?1, ?2, ?3, 0, 0, ?4, ?5, ?6, ?12, 0, 0, 1, 0, '', ?7, '', ?8, ?9, ?10,"
		" ?11)";
	bool behind = run->order_key.len &&
		      pawl_sqlite_order_has_first(c, run->workflow_id, run->order_key);
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t id = run->id ? run->id : pawl_id_new();

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_u64(st, 2, run->workflow_id);
	pawl_sqlite_bind_u64(st, 3, run->revision);
	pawl_sqlite_bind_u64(st, 4, run->request_id);
	pawl_sqlite_bind_u64(st, 5, run->replay_of);
	pawl_sqlite_bind_i64(st, 6, run->queued_at_us);
	pawl_sqlite_bind_text(st, 7, run->input);
	pawl_sqlite_bind_text(st, 8, run->order_key);
	pawl_sqlite_bind_i64(st, 9, behind);
	pawl_sqlite_bind_i64(st, 10, run->trigger);
	pawl_sqlite_bind_i64(st, 11, run->flags);
	pawl_sqlite_bind_i64(st, 12, run->started_at_us);
	pawl_sqlite_run(c, st);
	pawl_sqlite_note_id(c, id, run->queued_at_us);
	pawl_sqlite_count_queued(c, run->workflow_id, run->queued_at_us);
	pawl_sqlite_tally_run(c, run->workflow_id, PAWL_SQLITE_NO_RUN, PAWL_RUN_QUEUED);
	return id;
}

/* False: there is none any more. */
static bool
find_request(struct pawl_sqlite *c, struct pawl_store_start_run *start, struct pawl_str *order_key)
{
	static const char sql[] = "SELECT order_key FROM request WHERE id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, start->run.request_id);
	if (!pawl_sqlite_step(c, st))
		return false;
	*order_key = pawl_sqlite_str(st, 0, &start->op.arena);
	pawl_sqlite_reset(st);
	return true;
}

enum pawl_err
pawl_sqlite_start_run(struct pawl_sqlite *c, struct pawl_store_start_run *start)
{
	struct pawl_run_row run = start->run;
	struct pawl_str order_key = run.order_key;

	if (run.request_id && !find_request(c, start, &order_key) && !run.input.len)
		return PAWL_ENOTFOUND;
	if (!run.order_key.len &&
	    !(run.flags & PAWL_RUN_TEST)) /* a replay's place is at the end of its request's line */
		run.order_key = order_key;
	if (run.revision == PAWL_REVISION_DRAFT) {
		run.revision = pawl_sqlite_draft_copy(c, run.workflow_id, run.queued_at_us);
		if (!run.revision)
			return PAWL_ENOTFOUND;
	}
	if (start->document.len) {
		run.revision = pawl_sqlite_test_copy(c, run.workflow_id, start->document,
						     run.queued_at_us);
		if (!run.revision)
			return PAWL_ENOTFOUND;
	}
	if (start->n_nodes) /* what has rows of nodes has begun */
		run.started_at_us = run.queued_at_us;
	start->run_id = pawl_sqlite_insert_run(c, &run);
	for (size_t i = 0; i < start->n_nodes; i++)
		save_node(c, start->run_id, &start->nodes[i]);
	return PAWL_OK;
}

static void
drop_nodes(struct pawl_sqlite *c, const struct pawl_store_requeue *requeue)
{
	sqlite3_stmt *st;

	if (requeue->from_start) {
		st = pawl_sqlite_stmt(c, "DELETE FROM node_run WHERE run_id = ?1");
		pawl_sqlite_bind_u64(st, 1, requeue->run_id);
		pawl_sqlite_run(c, st);
		return;
	}
	for (size_t i = 0; i < requeue->n_drop; i++) {
		st = pawl_sqlite_stmt(c, "DELETE FROM node_run WHERE run_id = ?1 AND seq = ?2");
		pawl_sqlite_bind_u64(st, 1, requeue->run_id);
		pawl_sqlite_bind_u64(st, 2, requeue->drop_seqs[i]);
		pawl_sqlite_run(c, st);
	}
	for (size_t i = 0; i < requeue->n_redo; i++) {
		st = pawl_sqlite_stmt(c, "UPDATE node_run SET state = 0"
					 " WHERE run_id = ?1 AND node_id = ?2");
		pawl_sqlite_bind_u64(st, 1, requeue->run_id);
		pawl_sqlite_bind_text(st, 2, requeue->redo[i]);
		pawl_sqlite_run(c, st);
	}
}

/* Crashes are forgiven: whoever asks for another try wants the whole of it. */
enum pawl_err
pawl_sqlite_requeue(struct pawl_sqlite *c, struct pawl_store_requeue *requeue)
{
	static const char sql[] =
		"UPDATE run SET state = 0, paused = 0, attempt = attempt + 1, crashes = 0,"
		" finished_at_us = 0, wake_at_us = 0, error = '', output = '',"
		" started_at_us = CASE WHEN ?2 THEN 0 ELSE started_at_us END,"
		" behind = order_key <> '',"
		" revision = CASE WHEN ?3 THEN ?3 ELSE revision END WHERE id = ?1";
	struct brief old;
	sqlite3_stmt *st;

	if (!find_run(c, requeue->run_id, &old))
		return PAWL_ENOTFOUND;
	if (old.state == PAWL_RUN_QUEUED || old.state == PAWL_RUN_RUNNING)
		return PAWL_ESTATE;
	drop_nodes(c, requeue);
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, requeue->run_id);
	pawl_sqlite_bind_i64(st, 2, requeue->from_start);
	pawl_sqlite_bind_u64(st, 3, requeue->revision);
	pawl_sqlite_run(c, st);
	if (requeue->revision && requeue->revision != old.revision)
		pawl_sqlite_draft_release(c, old.workflow_id, old.revision);
	count_change(c, &old, PAWL_RUN_QUEUED);
	if (old.has_key)
		pawl_sqlite_order_settle(c, requeue->run_id);
	return PAWL_OK;
}

/* ---- after a crash ---------------------------------------------------------- */

/* One that is to be ended must not wait for its time, or for a person. */
static void
blame(struct pawl_sqlite *c, uint64_t run_id)
{
	static const char grow[] =
		"UPDATE run SET crashes = crashes + 1 WHERE id = ?1 AND state < 3";
	static const char queue[] = "UPDATE run SET state = 0, paused = 0, wake_at_us = 0"
				    " WHERE id = ?1 AND state IN (1, 2) AND crashes >= ?2";
	struct brief old;
	sqlite3_stmt *st;

	if (!find_run(c, run_id, &old))
		return;
	st = pawl_sqlite_stmt(c, grow);
	pawl_sqlite_bind_u64(st, 1, run_id);
	pawl_sqlite_run(c, st);
	st = pawl_sqlite_stmt(c, queue);
	pawl_sqlite_bind_u64(st, 1, run_id);
	pawl_sqlite_bind_i64(st, 2, PAWL_CRASHES_MAX);
	pawl_sqlite_run(c, st);
	if (sqlite3_changes(c->db) == 1)
		count_change(c, &old, PAWL_RUN_QUEUED);
}

void
pawl_sqlite_recover_runs(struct pawl_sqlite *c, uint64_t blamed_run)
{
	static const char select[] = "SELECT workflow_id, queued_at_us FROM run"
				     " WHERE state = 1 AND state <> 3";
	static const char update[] = "UPDATE run SET state = 0 WHERE state = 1 AND state <> 3";
	sqlite3_stmt *st;

	if (blamed_run)
		blame(c, blamed_run);
	st = pawl_sqlite_stmt(c, select);
	while (pawl_sqlite_step(c, st)) {
		uint64_t workflow_id = pawl_sqlite_u64(st, 0);

		pawl_sqlite_count_queued(c, workflow_id, sqlite3_column_int64(st, 1));
		pawl_sqlite_tally_run(c, workflow_id, PAWL_RUN_RUNNING, PAWL_RUN_QUEUED);
	}
	pawl_sqlite_run(c, pawl_sqlite_stmt(c, update));
}
