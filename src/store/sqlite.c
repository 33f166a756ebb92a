/* Connections to SQLite. Only the writing connection writes and checkpoints: SQLite before
 * 3.51.3 can lose a transaction when two connections do (https://sqlite.org/wal.html, "the
 * WAL-reset bug"), and the versions that distributions ship are older. */
#include "store/sqlite.h"
#include "store/sqlite_users.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"

#define MAGIC 0x53514c43
/* Pages of 8 KiB in the log before it is copied to the database. Larger: fewer copies of pages
 * that are written again and again, but a longer stop for each. */
#define CHECKPOINT_PAGES 2000
/* Requests without a run that may be in the tail before they are indexed for their own sake. */
#define UNINDEXED_MAX 256
#define FOLD_EVERY_US 1000000

static struct pawl_sqlite *
sqlite_of(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = (struct pawl_sqlite *)(void *)conn;

	PAWL_CHECK_OBJ(c, MAGIC);
	return c;
}

/* ---- connections ---------------------------------------------------------------- */

static int
on_wal_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct pawl_sqlite *c = arg;

	c->wal_pages = pages;
	return SQLITE_OK;
}

static bool
set_up(struct pawl_sqlite *c)
{
	/* These two count only before the first table, and later would be written to the disk
	 * each time. */
	static const char layout[] = "PRAGMA page_size = 8192;"
				     "PRAGMA auto_vacuum = INCREMENTAL;";
	static const char writer[] = "PRAGMA journal_mode = WAL;"
				     "PRAGMA synchronous = FULL;"
				     "PRAGMA wal_autocheckpoint = 0;"
				     "PRAGMA journal_size_limit = 67108864;"
				     "PRAGMA cache_size = -8192;"
				     "PRAGMA temp_store = MEMORY;"
				     "PRAGMA secure_delete = ON;";
	static const char reader[] = "PRAGMA wal_autocheckpoint = 0;"
				     "PRAGMA cache_size = -1024;"
				     "PRAGMA temp_store = MEMORY;"
				     "PRAGMA query_only = 1;";

	sqlite3_busy_timeout(c->db, 5000);
	if (c->is_writer && c->backend->is_new &&
	    sqlite3_exec(c->db, layout, NULL, NULL, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_exec(c->db, c->is_writer ? writer : reader, NULL, NULL, NULL) != SQLITE_OK)
		return false;
	if (!pawl_sqlite_add_functions(c) || !pawl_sqlite_stats_functions(c))
		return false;
	if (c->is_writer)
		sqlite3_wal_hook(c->db, on_wal_commit, c);
	else
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return true;
}

static void
conn_disconnect(struct pawl_conn *conn)
{
	struct pawl_sqlite *c;

	if (!conn)
		return;
	c = sqlite_of(conn);
	/* Closing would copy the log to the database, and sync what has just failed to sync. */
	if (conn->fault == PAWL_FAULT_IO)
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	pawl_sqlite_stmts_fini(c);
	sqlite3_close_v2(c->db);
	if (c->locale)
		freelocale(c->locale);
	free(c->counts);
	free(c->buckets);
	c->magic = 0;
	free(c);
}

/* A log in which something failed may hold pages that the kernel could not write, and thinks are
 * clean: what is appended behind them would be lost with them, however well it is synced. So its
 * content goes to the database, whose pages are written anew, and the log begins again. At the
 * start this is only tidy, and no reason to stay away from a full disk. */
static bool
start_log(struct pawl_sqlite *c, bool is_first)
{
	int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return rc == SQLITE_OK || (is_first && rc == SQLITE_FULL);
}

static enum pawl_err
conn_connect(struct pawl_backend *b, bool is_writer, struct pawl_conn **out,
	     struct pawl_problems *problems)
{
	struct pawl_sqlite *c = pawl_calloc(1, sizeof(*c));
	int flags = is_writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	enum pawl_err err = PAWL_OK;

	*out = NULL;
	c->magic = MAGIC;
	c->conn.ops = &pawl_sqlite_backend_ops;
	c->backend = b;
	c->is_writer = is_writer;
	c->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (sqlite3_open_v2(b->path, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    !set_up(c) || (is_writer && !start_log(c, !b->has_had_writer))) {
		err = sqlite3_errcode(c->db) == SQLITE_FULL ? PAWL_EFULL : PAWL_EIO;
		pawl_problems_add(problems, b->path, "cannot open the database: %s%s",
				  sqlite3_errmsg(c->db),
				  err == PAWL_EFULL ? "; make room on its disk first" : "");
	}
	if (!err && is_writer)
		err = pawl_sqlite_migrate(c->db, b->path, problems);
	if (err)
		conn_disconnect(&c->conn);
	else
		*out = &c->conn;
	if (is_writer && !err)
		b->has_had_writer = true;
	return err;
}

/* ---- transactions ---------------------------------------------------------------- */

static bool
conn_begin(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	conn->fault = PAWL_FAULT_NONE;
	conn->effects = (struct pawl_effects){0};
	c->n_counts = c->n_buckets = 0;
	c->total_changes = sqlite3_total_changes(c->db);
	return pawl_sqlite_run(c, pawl_sqlite_stmt(c, c->is_writer ? "BEGIN IMMEDIATE" : "BEGIN"));
}

static bool
conn_commit(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	pawl_sqlite_counts_write(c);
	conn->effects.has_written = sqlite3_total_changes(c->db) != c->total_changes;
	return pawl_sqlite_run(c, pawl_sqlite_stmt(c, "COMMIT"));
}

static void
conn_rollback(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	c->ahead_id = 0;
	c->id_lead_us = 0;
	/* SQLite has often done it itself. */
	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static enum pawl_err (*const lists[])(struct pawl_sqlite *c, struct pawl_store_list *list) = {
	[PAWL_STORE_WORKFLOWS] = pawl_sqlite_workflows,
	[PAWL_STORE_KEPT] = pawl_sqlite_kept,
	[PAWL_STORE_MENTIONS] = pawl_sqlite_mentions,
	[PAWL_STORE_REVISIONS] = pawl_sqlite_revisions,
	[PAWL_STORE_RUNS] = pawl_sqlite_runs,
	[PAWL_STORE_REQUESTS] = pawl_sqlite_requests,
	[PAWL_STORE_AUDIT] = pawl_sqlite_audit,
	[PAWL_STORE_SECRETS] = pawl_sqlite_secrets,
	[PAWL_STORE_TOKENS] = pawl_sqlite_tokens,
	[PAWL_STORE_USERS] = pawl_sqlite_users,
	[PAWL_STORE_SESSIONS] = pawl_sqlite_sessions,
	[PAWL_STORE_COUNTERS] = pawl_sqlite_counters,
	[PAWL_STORE_REPLAYS] = pawl_sqlite_replays,
	[PAWL_STORE_FAILURES] = pawl_sqlite_failures,
	[PAWL_STORE_PINS] = pawl_sqlite_pins,
};

static enum pawl_err (*const gets[])(struct pawl_sqlite *c, struct pawl_store_get *get) = {
	[PAWL_STORE_WORKFLOW_DELETE] = pawl_sqlite_workflow_delete,
	[PAWL_STORE_SECRET_REMOVE] = pawl_sqlite_secret_remove,
	[PAWL_STORE_TOKEN_REMOVE] = pawl_sqlite_token_remove,
	[PAWL_STORE_USER_REMOVE] = pawl_sqlite_user_remove,
	[PAWL_STORE_USER] = pawl_sqlite_user,
	[PAWL_STORE_WORKFLOW] = pawl_sqlite_workflow,
	[PAWL_STORE_REVISION] = pawl_sqlite_revision,
	[PAWL_STORE_RUN] = pawl_sqlite_run_record,
	[PAWL_STORE_REQUEST] = pawl_sqlite_request,
};

/* Accepts go to the journal. */
static enum pawl_err
apply_write(struct pawl_sqlite *c, struct pawl_store_op *op)
{
	switch ((int)op->kind) {
	case PAWL_STORE_CLAIM:
		return pawl_sqlite_claim(c, (struct pawl_store_claim *)op);
	case PAWL_STORE_SAVE:
		return pawl_sqlite_save(c, (struct pawl_store_save *)op);
	case PAWL_STORE_START_RUN:
		return pawl_sqlite_start_run(c, (struct pawl_store_start_run *)op);
	case PAWL_STORE_START_SCHEDULED:
		return pawl_sqlite_start_scheduled(c, (struct pawl_store_start_scheduled *)op);
	case PAWL_STORE_TAKE_EVENTS:
		return pawl_sqlite_take_events(c, (struct pawl_store_take_events *)op);
	case PAWL_STORE_REQUEUE:
		return pawl_sqlite_requeue(c, (struct pawl_store_requeue *)op);
	case PAWL_STORE_WORKFLOW_SAVE:
		return pawl_sqlite_workflow_save(c, (struct pawl_store_workflow_save *)op);
	case PAWL_STORE_WORKFLOW_STATE:
		return pawl_sqlite_workflow_state(c, (struct pawl_store_workflow_state *)op);
	case PAWL_STORE_WORKFLOW_ROTATE:
		return pawl_sqlite_workflow_rotate(c, (struct pawl_store_workflow_rotate *)op);
	case PAWL_STORE_TOKEN_ADD:
		return pawl_sqlite_token_add(c, (struct pawl_store_token *)op);
	case PAWL_STORE_SECRET_ADD:
		return pawl_sqlite_secret_add(c, (struct pawl_store_secret *)op);
	case PAWL_STORE_LAST_USES:
		return pawl_sqlite_last_uses(c, (struct pawl_store_last_uses *)op);
	case PAWL_STORE_PIN_SET:
		return pawl_sqlite_pin_set(c, (struct pawl_store_pin *)op);
	case PAWL_STORE_PIN_REMOVE:
		return pawl_sqlite_pin_remove(c, (struct pawl_store_pin *)op);
	case PAWL_STORE_RESEAL:
		return pawl_sqlite_reseal(c, (struct pawl_store_reseal *)op);
	case PAWL_STORE_QUARANTINE_TRIM:
		return pawl_sqlite_quarantine_trim(c, (struct pawl_store_quarantine_trim *)op);
	case PAWL_STORE_SETTING_SET:
		return pawl_sqlite_setting_set(c, (struct pawl_store_setting *)op);
	case PAWL_STORE_REPLAY_ADD:
	case PAWL_STORE_REPLAY_STEP:
	case PAWL_STORE_REPLAY_STOP:
		return pawl_sqlite_replay_op(c, (struct pawl_store_replay *)op);
	case PAWL_STORE_USER_ADD:
	case PAWL_STORE_USER_CHANGE:
	case PAWL_STORE_USER_FAILED:
	case PAWL_STORE_SIGN_IN:
	case PAWL_STORE_SESSION_SEEN:
	case PAWL_STORE_SESSION_END:
		return pawl_sqlite_user_op(c, op);
	case PAWL_STORE_STATS_ADD:
		return pawl_sqlite_stats_add(c, (struct pawl_store_stats_add *)op);
	case PAWL_STORE_AUDIT_ADD: /* by conn_apply */
		return PAWL_OK;
	}
	return PAWL_EINVAL;
}

static enum pawl_err
apply_read(struct pawl_sqlite *c, struct pawl_store_op *op)
{
	switch ((int)op->kind) {
	case PAWL_STORE_SCHEDULE:
		return pawl_sqlite_schedule(c, (struct pawl_store_schedule *)op);
	case PAWL_STORE_QUARANTINED:
		return pawl_sqlite_quarantined(c, (struct pawl_store_quarantined *)op);
	case PAWL_STORE_PIN:
		return pawl_sqlite_pin(c, (struct pawl_store_pin *)op);
	case PAWL_STORE_SAMPLES:
		return pawl_sqlite_samples(c, (struct pawl_store_samples *)op);
	case PAWL_STORE_STATS:
		return pawl_sqlite_series(c, (struct pawl_store_series *)op);
	case PAWL_STORE_USAGE:
		return pawl_sqlite_usage(c, (struct pawl_store_usage *)op);
	case PAWL_STORE_SETTING:
		return pawl_sqlite_setting(c, (struct pawl_store_setting *)op);
	case PAWL_STORE_DEDUP_FIND:
		return pawl_sqlite_dedup_find(c, (struct pawl_store_dedup_find *)op);
	case PAWL_STORE_DEDUP_KEYS:
		return pawl_sqlite_dedup_keys(c, (struct pawl_store_dedup_keys *)op);
	case PAWL_STORE_REPLAY:
	case PAWL_STORE_REPLAY_COUNT:
	case PAWL_STORE_REPLAY_FIND:
		return pawl_sqlite_replay_op(c, (struct pawl_store_replay *)op);
	}
	return PAWL_EINVAL;
}

static enum pawl_err
apply(struct pawl_sqlite *c, struct pawl_store_op *op)
{
	if (op->kind < sizeof(lists) / sizeof(lists[0]) && lists[op->kind])
		return lists[op->kind](c, (struct pawl_store_list *)op);
	if (op->kind < sizeof(gets) / sizeof(gets[0]) && gets[op->kind])
		return gets[op->kind](c, (struct pawl_store_get *)op);
	return pawl_store_kind_is_write(op->kind) ? apply_write(c, op) : apply_read(c, op);
}

static enum pawl_err
conn_apply(struct pawl_conn *conn, struct pawl_store_op *op)
{
	struct pawl_sqlite *c = sqlite_of(conn);
	bool is_write = pawl_store_kind_is_write(op->kind);
	enum pawl_err err;

	PAWL_ASSERT(c->is_writer || !is_write);
	err = apply(c, op);
	if (!err && op->events && pawl_sqlite_is_ok(c))
		pawl_sqlite_take_brought_about(c, op);
	if (op->audit && is_write)
		pawl_sqlite_audit_add(c, op, err);
	return err;
}

/* ---- chores ----------------------------------------------------------------------- */

static uint64_t
greatest_id(struct pawl_sqlite *c)
{
	static const char sql[] =
		"SELECT max(coalesce((SELECT max(id) FROM request), 0),"
		" coalesce((SELECT max(id) FROM run), 0), (SELECT admitted_id FROM intake),"
		" coalesce((SELECT max(id) FROM workflow), 0),"
		" coalesce((SELECT max(id) FROM secret), 0),"
		" coalesce((SELECT max(id) FROM api_token), 0))";

	return pawl_sqlite_value(c, sql);
}

static enum pawl_err
conn_recover(struct pawl_conn *conn, uint64_t blamed_run, uint64_t *unclaimed)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	if (conn_begin(conn)) {
		pawl_id_advance(greatest_id(c));
		pawl_sqlite_recover_runs(c, blamed_run);
		pawl_sqlite_counts_write(c);
		*unclaimed = pawl_sqlite_count_unclaimed(c);
		c->unindexed = UNINDEXED_MAX;
	}
	if (pawl_sqlite_is_ok(c) && conn_commit(conn))
		return PAWL_OK;
	conn_rollback(conn);
	return conn->fault == PAWL_FAULT_FULL ? PAWL_EFULL : PAWL_EIO;
}

static bool
conn_journal_places(struct pawl_conn *conn, uint64_t *place, uint64_t *keys_place)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	conn->fault = PAWL_FAULT_NONE;
	*place = pawl_sqlite_value(c, "SELECT journal_place FROM intake");
	*keys_place = pawl_sqlite_value(c, "SELECT keys_place FROM intake");
	return pawl_sqlite_is_ok(c);
}

static enum pawl_err
conn_import(struct pawl_conn *conn, const struct pawl_request_row *request, bool apart)
{
	return pawl_sqlite_import(sqlite_of(conn), request, apart);
}

static void
conn_remember(struct pawl_conn *conn, const struct pawl_dedup_entry *entry)
{
	pawl_sqlite_dedup_remember(sqlite_of(conn), entry);
}

static void
conn_set_journal_places(struct pawl_conn *conn, uint64_t place, uint64_t keys_place)
{
	pawl_sqlite_intake_set_journal_places(sqlite_of(conn), place, keys_place);
}

static int64_t
conn_oldest_unclaimed(struct pawl_conn *conn)
{
	static const char sql[] =
		"SELECT min(at_us) FROM ("
		" SELECT * FROM (SELECT queued_at_us AS at_us FROM run INDEXED BY run_by_state"
		"  WHERE state = 0 AND state <> 3 ORDER BY id LIMIT 1)"
		" UNION ALL"
		" SELECT * FROM (SELECT received_at_us FROM " PAWL_SQL_TAIL_RUNS
		" ORDER BY id LIMIT 1))";
	struct pawl_sqlite *c = sqlite_of(conn);
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	int64_t at_us = 0;

	if (pawl_sqlite_step(c, st))
		at_us = sqlite3_column_int64(st, 0);
	pawl_sqlite_reset(st);
	return at_us;
}

static void
checkpoint(struct pawl_sqlite *c)
{
	int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	/* Tried again after the next commit but for the log's own growth; nothing is lost. */
	c->wal_pages = 0;
	if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
		pawl_sqlite_fail(c, rc);
}

/* A little at a time, while nobody waits. */
static void
forget_deliveries(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);
	int64_t now_us = pawl_clock_now_us();

	if (!pawl_sqlite_dedup_has_expired(c, now_us) || !pawl_sqlite_is_ok(c))
		return;
	if (conn_begin(conn)) {
		pawl_sqlite_dedup_prune(c, now_us);
		if (pawl_sqlite_is_ok(c) && conn_commit(conn))
			return;
	}
	conn_rollback(conn);
}

/* Likewise; looked for once a second at most. */
static void
fold_stats(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);
	int64_t now_us = pawl_clock_now_us(), mono_us = pawl_clock_mono_us();

	if (mono_us - c->folded_us < FOLD_EVERY_US)
		return;
	c->folded_us = mono_us;
	if (!pawl_sqlite_stats_are_due(c, now_us) || !pawl_sqlite_is_ok(c))
		return;
	if (conn_begin(conn)) {
		pawl_sqlite_stats_fold(c, now_us);
		if (pawl_sqlite_is_ok(c) && conn_commit(conn))
			return;
	}
	conn_rollback(conn);
}

static void
conn_tidy(struct pawl_conn *conn, bool is_idle)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	if (c->wal_pages >= CHECKPOINT_PAGES)
		checkpoint(c);
	if (pawl_sqlite_is_ok(c))
		forget_deliveries(conn);
	if (pawl_sqlite_is_ok(c))
		fold_stats(conn);
	if (!is_idle || c->unindexed < UNINDEXED_MAX || !pawl_sqlite_is_ok(c))
		return;
	c->unindexed = 0;
	if (conn_begin(conn)) {
		pawl_sqlite_intake_skip(c);
		if (pawl_sqlite_is_ok(c) && conn_commit(conn))
			return;
	}
	conn_rollback(conn);
}

static bool
conn_retain(struct pawl_conn *conn, struct pawl_retaining *all, size_t n, size_t which,
	    int64_t until_us)
{
	struct pawl_sqlite *c = sqlite_of(conn);
	bool more;

	if (conn_begin(conn)) {
		more = pawl_sqlite_retain(c, all, n, which, until_us);
		if (pawl_sqlite_is_ok(c) && conn_commit(conn))
			return more;
	}
	conn_rollback(conn);
	return false;
}

static bool
conn_shrink(struct pawl_conn *conn, uint64_t max_bytes)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	conn->fault = PAWL_FAULT_NONE;
	if (!pawl_sqlite_has_spare(c, max_bytes))
		return false;
	pawl_sqlite_give_back(c);
	/* The file gets shorter when the log is copied to it. */
	if (c->wal_pages >= CHECKPOINT_PAGES || !pawl_sqlite_has_spare(c, max_bytes))
		checkpoint(c);
	return pawl_sqlite_is_ok(c);
}

static void
conn_probe(struct pawl_conn *conn)
{
	struct pawl_sqlite *c = sqlite_of(conn);

	pawl_sqlite_run(c, pawl_sqlite_stmt(c, "UPDATE intake SET admitted_id = admitted_id"));
}

const struct pawl_backend_ops pawl_sqlite_backend_ops = {
	.open = pawl_sqlite_open,
	.close = pawl_sqlite_close,
	.connect = conn_connect,
	.disconnect = conn_disconnect,
	.recover = conn_recover,
	.begin = conn_begin,
	.commit = conn_commit,
	.rollback = conn_rollback,
	.apply = conn_apply,
	.journal_places = conn_journal_places,
	.import = conn_import,
	.remember = conn_remember,
	.set_journal_places = conn_set_journal_places,
	.oldest_unclaimed = conn_oldest_unclaimed,
	.tidy = conn_tidy,
	.retain = conn_retain,
	.shrink = conn_shrink,
	.probe = conn_probe,
};
