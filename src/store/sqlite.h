/* The embedded store: one connection to SQLite, its cached statements, and the ops by subject.
 *
 * Private to sqlite*.c. SQL is bound, never put together from values. A statement is used by
 * one function at a time and is reset before that function returns. After a fault every helper
 * does nothing, so that a chain of them is checked once at its end. */
#ifndef PAWL_STORE_SQLITE_H
#define PAWL_STORE_SQLITE_H

#include <locale.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/map.h"
#include "store/backend.h"
#include "store/stat.h"

struct pawl_backend {
	char *dir;
	char *path; /* of the database */
	int lock_fd;
	bool is_new;         /* the database was empty when it was opened */
	bool has_had_writer; /* set and read by whoever connects the writer */
};

/* sqlite_dir.c: the back end's open and close. Waits a moment for a process that is just ending. */
PAWL_MUST_USE enum pawl_err pawl_sqlite_open(struct pawl_str url, struct pawl_backend **out,
					     struct pawl_problems *problems);
void pawl_sqlite_close(struct pawl_backend *backend);

/* What is counted, per workflow and written in words by sqlite_counters.c. */
enum pawl_sqlite_counter {
	PAWL_COUNT_REQUESTS, /* + enum pawl_verdict */
	PAWL_COUNT_QUEUED = PAWL_COUNT_REQUESTS + PAWL_VERDICT_DUPLICATE + 1,
	PAWL_COUNT_DEQUEUED,
	PAWL_COUNT_FINISHED, /* + state - PAWL_RUN_COMPLETED */
	PAWL_COUNT_EVENTS_CUT = PAWL_COUNT_FINISHED + PAWL_RUN_TIMED_OUT - PAWL_RUN_COMPLETED + 1,
	PAWL_COUNT_N,
};

struct pawl_sqlite_counts {
	uint64_t workflow_id;
	int64_t by[PAWL_COUNT_N];
	/* Of its row in workflow_stat: rows more, or less; and what happened last. */
	int64_t runs[PAWL_RUN_TIMED_OUT + 1], requests[PAWL_VERDICT_DUPLICATE + 1];
	int64_t last_request_at_us, last_run_at_us, last_failure_at_us;
	struct pawl_recent_run recent[PAWL_RECENT_RUNS]; /* a ring, when there were more */
	size_t n_recent;
};

/* What happened to a workflow in one minute. */
struct pawl_sqlite_bucket {
	uint64_t workflow_id; /* 0: to all together */
	int64_t at_s;
	uint32_t by[PAWL_STAT_N];
};

struct pawl_sqlite {
	struct pawl_conn conn;
	unsigned magic;
	struct pawl_backend *backend;
	sqlite3 *db;
	bool is_writer;
	locale_t locale; /* that knows the case of letters; 0: of ASCII only */
	struct pawl_map statements;
	int total_changes; /* at begin */
	int wal_pages;     /* as of the last commit */
	/* Counted in this transaction, written by its commit. */
	struct pawl_sqlite_counts *counts;
	size_t n_counts, cap_counts;
	struct pawl_sqlite_bucket *buckets; /* likewise */
	size_t n_buckets, cap_buckets;
	int64_t folded_us;      /* when old buckets were looked for; monotonic */
	int64_t id_lead_us;     /* that this connection has seen, and written */
	uint64_t last_workflow; /* served by the last claim: the next one goes on behind it */
	bool is_odd;            /* who gets the odd one of a claim's limit */
	/* Up to which the tail was searched for requests of others than the workflow that fills it,
	 * and which that is; 0: none yet. */
	uint64_t ahead_id, ahead_filler;
	size_t unindexed; /* requests without a run that came in since the intake was read */
};

/* ---- sqlite_stmt.c: statements and faults -------------------------------- */

/* The cached statement of a static string, or NULL after a fault. */
sqlite3_stmt *pawl_sqlite_stmt(struct pawl_sqlite *c, const char *sql);
/* The same for a text that was put together from fixed parts. */
sqlite3_stmt *pawl_sqlite_stmt_built(struct pawl_sqlite *c, const struct pawl_buf *sql);
void pawl_sqlite_stmts_fini(struct pawl_sqlite *c);
void pawl_sqlite_bind_u64(sqlite3_stmt *st, int at, uint64_t value);
void pawl_sqlite_bind_i64(sqlite3_stmt *st, int at, int64_t value);
/* The bytes have to stay until the statement is reset. */
void pawl_sqlite_bind_text(sqlite3_stmt *st, int at, struct pawl_str s);
void pawl_sqlite_bind_blob(sqlite3_stmt *st, int at, struct pawl_str s);
/* True: a row is there. False: the end, or a fault; the statement is reset. */
bool pawl_sqlite_step(struct pawl_sqlite *c, sqlite3_stmt *st);
/* To the end. False: a fault. */
bool pawl_sqlite_run(struct pawl_sqlite *c, sqlite3_stmt *st);
/* After a row, when no further one is wanted. */
void pawl_sqlite_reset(sqlite3_stmt *st);
/* The next row of a list that asks for one more than its limit; false at its end. */
bool pawl_sqlite_list_next(struct pawl_sqlite *c, sqlite3_stmt *st, struct pawl_store_list *list);
uint64_t pawl_sqlite_u64(sqlite3_stmt *st, int col);
/* Of a statement without parameters: the first row's first column; 0 when there is none. */
uint64_t pawl_sqlite_value(struct pawl_sqlite *c, const char *sql);
/* Copied to the arena; never NULL. */
struct pawl_str pawl_sqlite_str(sqlite3_stmt *st, int col, struct pawl_arena *arena);
/* Records what SQLite has just answered as the connection's fault. */
void pawl_sqlite_fail(struct pawl_sqlite *c, int rc);
static inline bool
pawl_sqlite_is_ok(const struct pawl_sqlite *c)
{
	return c->conn.fault == PAWL_FAULT_NONE;
}

/* ---- sqlite_migrate.c ---------------------------------------------------- */

extern const char *const pawl_sqlite_migrations[];
extern const unsigned pawl_sqlite_n_migrations;
enum pawl_err pawl_sqlite_migrate(sqlite3 *db, const char *path, struct pawl_problems *problems);

/* ---- sqlite_counters.c --------------------------------------------------- */

void pawl_sqlite_count(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter);
/* As of the last transaction. */
uint64_t pawl_sqlite_counted(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter);
/* It turned out to be something else. */
void pawl_sqlite_uncount(struct pawl_sqlite *c, uint64_t workflow_id, unsigned counter);
/* A run entered, or left, the queue: counter, effects. */
void pawl_sqlite_count_queued(struct pawl_sqlite *c, uint64_t workflow_id, int64_t queued_at_us);
void pawl_sqlite_count_dequeued(struct pawl_sqlite *c, uint64_t workflow_id);
struct pawl_sqlite_counts *pawl_sqlite_counts_of(struct pawl_sqlite *c, uint64_t workflow_id);
void pawl_sqlite_counts_write(struct pawl_sqlite *c);
uint64_t pawl_sqlite_count_unclaimed(struct pawl_sqlite *c);
enum pawl_err pawl_sqlite_counters(struct pawl_sqlite *c, struct pawl_store_list *list);

/* ---- sqlite_tally.c: what lists show of a workflow -------------------------- */

#define PAWL_SQLITE_NO_RUN (-1)

/* A row of a run, or one that is implied, is in another state; from or to NO_RUN: it came, or went.
 */
void pawl_sqlite_tally_run(struct pawl_sqlite *c, uint64_t workflow_id, int from, int to);
void pawl_sqlite_tally_request(struct pawl_sqlite *c, uint64_t workflow_id,
			       enum pawl_verdict verdict, int by);
/* A request was accepted; a run has begun, for the first time; one has ended. */
void pawl_sqlite_tally_accepted(struct pawl_sqlite *c, const struct pawl_request_row *request);
void pawl_sqlite_tally_begun(struct pawl_sqlite *c, const struct pawl_run_row *run);
void pawl_sqlite_tally_ended(struct pawl_sqlite *c, const struct pawl_run_row *run);
void pawl_sqlite_recent_function(sqlite3_context *context, int argc, sqlite3_value **argv);
bool pawl_sqlite_tally_write(struct pawl_sqlite *c, const struct pawl_sqlite_counts *counts);
/* Fills what a list of workflows shows. */
void pawl_sqlite_tally_read(struct pawl_sqlite *c, struct pawl_arena *arena, int64_t day_began_us,
			    struct pawl_workflow_row *row);
/* How many rows there are, of one workflow or (0) of all, with one of those states or verdicts. */
int64_t pawl_sqlite_tally_runs(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t states);
int64_t pawl_sqlite_tally_requests(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t verdicts);

/* ---- sqlite_stats.c: what happened when -------------------------------------- */

void pawl_sqlite_stat(struct pawl_sqlite *c, uint64_t workflow_id, int64_t at_us, unsigned counter);
void pawl_sqlite_stats_write(struct pawl_sqlite *c);
/* Some of what is old, into longer buckets, and out in the end; inside of a transaction. */
bool pawl_sqlite_stats_are_due(struct pawl_sqlite *c, int64_t now_us);
void pawl_sqlite_stats_fold(struct pawl_sqlite *c, int64_t now_us);
/* Adds what a workflow's buckets say of [from, to), in whole minutes, to `by`. */
void pawl_sqlite_stats_sum(struct pawl_sqlite *c, uint64_t workflow_id, int64_t from_s,
			   int64_t to_s, uint64_t by[PAWL_STAT_N]);
enum pawl_err pawl_sqlite_stats_add(struct pawl_sqlite *c, struct pawl_store_stats_add *add);
enum pawl_err pawl_sqlite_series(struct pawl_sqlite *c, struct pawl_store_series *series);
bool pawl_sqlite_stats_functions(struct pawl_sqlite *c);

/* sqlite_search.c: pawl_has_text(text, part), without regard to case. */
void pawl_sqlite_has_text_function(sqlite3_context *context, int argc, sqlite3_value **argv);

/* ---- sqlite_intake.c: requests that have no run row yet ------------------- */

uint64_t pawl_sqlite_intake_cursor(struct pawl_sqlite *c);
void pawl_sqlite_intake_set_cursor(struct pawl_sqlite *c, uint64_t admitted_id);
/* False: it had been admitted on its own before, or a fault. */
bool pawl_sqlite_intake_admit(struct pawl_sqlite *c, const struct pawl_run_row *run);
void pawl_sqlite_intake_set_journal_places(struct pawl_sqlite *c, uint64_t place,
					   uint64_t keys_place);
void pawl_sqlite_intake_index(struct pawl_sqlite *c, const struct pawl_request_row *request);
/* Admits one run ahead of its turn, as queued; false when no such run is in the intake. */
bool pawl_sqlite_intake_admit_one(struct pawl_sqlite *c, uint64_t run_id);
/* Moves the cursor over leading requests that start no run. */
void pawl_sqlite_intake_skip(struct pawl_sqlite *c);
struct pawl_run_row pawl_sqlite_intake_run(const struct pawl_request_row *request);

/* The requests of the tail, and the queued runs that they stand for, as a FROM and WHERE. */
#define PAWL_SQL_TAIL "request WHERE id > (SELECT admitted_id FROM intake)"
#define PAWL_SQL_TAIL_RUNS                                                                         \
	PAWL_SQL_TAIL                                                                              \
	" AND starts_run = 1"                                                                      \
	" AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = request.id)"

/* ---- sqlite_order.c: runs that go one after another -------------------------- */

/* Has one of the key's runs that have not ended the right to go? */
bool pawl_sqlite_order_has_first(struct pawl_sqlite *c, uint64_t workflow_id, struct pawl_str key);
/* The run has ended, or its turn in the intake has come: if its key has no first, the next of those
 * behind becomes it. Nothing for a run without a key. */
void pawl_sqlite_order_settle(struct pawl_sqlite *c, uint64_t run_id);

/* ---- sqlite_drain.c: backlogs that drain at a pace ---------------------------- */

/* Writes what the change of state means for the workflow's drain, to `row` too. */
void pawl_sqlite_drain_set(struct pawl_sqlite *c, const struct pawl_store_workflow_state *change,
			   bool was_active, struct pawl_workflow_row *row);
uint64_t pawl_sqlite_drain_left(struct pawl_sqlite *c, const struct pawl_workflow_row *row);
/* After a claim: ends it when nothing is left of it. */
void pawl_sqlite_drain_check(struct pawl_sqlite *c, struct pawl_store_drain *drain);

/* ---- the ops -------------------------------------------------------------- */

enum pawl_err pawl_sqlite_usage(struct pawl_sqlite *c, struct pawl_store_usage *usage);

#define PAWL_SQL_RUN                                                                               \
	"id, workflow_id, revision, state, paused, request_id, replay_of, "                        \
	"queued_at_us, started_at_us, finished_at_us, wake_at_us, attempt, crashes, error, "       \
	"trigger, flags"
/* A queued run that is only implied by its request, in the same columns. */
#define PAWL_SQL_IMPLIED_RUN                                                                       \
	"id, workflow_id, revision, 0, 0, id, 0, received_at_us, 0, 0, 0, 1, 0, '', trigger, 0"
/* What lists leave out. Whether an implied run is behind is not known: it is, until it has a row.
 */
#define PAWL_SQL_RUN_REST         "input, output, order_key, behind"
#define PAWL_SQL_IMPLIED_RUN_REST "'', '', order_key, order_key <> ''"
/* The columns of PAWL_SQL_RUN, and after them those of the rest when `whole`. */
void pawl_sqlite_read_run(sqlite3_stmt *st, struct pawl_arena *arena, bool whole,
			  struct pawl_run_row *run);
#define PAWL_SQL_REQUEST                                                                           \
	"id, workflow_id, revision, received_at_us, verdict, starts_run, status, "                 \
	"method, target, ip, reason, detail, headers, length(body), trigger, flags, "              \
	"duplicate_of, order_key"
/* The columns of PAWL_SQL_REQUEST, and after them the body when `whole`. */
void pawl_sqlite_read_request(sqlite3_stmt *st, struct pawl_arena *arena, bool whole,
			      struct pawl_request_row *request);
/* False: not there, or a fault. */
bool pawl_sqlite_get_request(struct pawl_sqlite *c, uint64_t id, struct pawl_arena *arena,
			     struct pawl_request_row *out);
void pawl_sqlite_get_nodes(struct pawl_sqlite *c, struct pawl_arena *arena,
			   struct pawl_run_record *record);
/* Below every id that was made at or after that time, give or take an hour between the reading
 * of a clock and the making of an id; clocks that are set back only make ids greater. */
uint64_t pawl_sqlite_id_floor(int64_t at_us);
/* Above every id of what happened before that time; 0: no time. */
uint64_t pawl_sqlite_id_ceiling(struct pawl_sqlite *c, int64_t at_us);
/* Of everything that comes in with an id. */
void pawl_sqlite_note_id(struct pawl_sqlite *c, uint64_t id, int64_t at_us);

/* See pawl_backend_ops.import. */
enum pawl_err pawl_sqlite_import(struct pawl_sqlite *c, const struct pawl_request_row *row,
				 bool apart);
void pawl_sqlite_dedup_remember(struct pawl_sqlite *c, const struct pawl_dedup_entry *entry);
enum pawl_err pawl_sqlite_dedup_find(struct pawl_sqlite *c, struct pawl_store_dedup_find *find);
enum pawl_err pawl_sqlite_dedup_keys(struct pawl_sqlite *c, struct pawl_store_dedup_keys *keys);
/* Some of those that have expired. */
void pawl_sqlite_dedup_prune(struct pawl_sqlite *c, int64_t now_us);
bool pawl_sqlite_dedup_has_expired(struct pawl_sqlite *c, int64_t now_us);
enum pawl_err pawl_sqlite_requests(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_request(struct pawl_sqlite *c, struct pawl_store_get *get);

/* ---- sqlite_quarantine.c ---------------------------------------------------- */

/* Of a request that was just inserted. */
void pawl_sqlite_quarantine_add(struct pawl_sqlite *c, const struct pawl_request_row *row);
/* Nothing, when it is not in quarantine. */
void pawl_sqlite_quarantine_release(struct pawl_sqlite *c, const struct pawl_request_row *row);
enum pawl_err pawl_sqlite_quarantine_trim(struct pawl_sqlite *c,
					  struct pawl_store_quarantine_trim *trim);
enum pawl_err pawl_sqlite_quarantined(struct pawl_sqlite *c, struct pawl_store_quarantined *list);

enum pawl_err pawl_sqlite_claim(struct pawl_sqlite *c, struct pawl_store_claim *claim);

enum pawl_err pawl_sqlite_save(struct pawl_sqlite *c, struct pawl_store_save *save);
/* A queued run with a new id, which is returned. */
uint64_t pawl_sqlite_insert_run(struct pawl_sqlite *c, const struct pawl_run_row *run);
enum pawl_err pawl_sqlite_start_run(struct pawl_sqlite *c, struct pawl_store_start_run *start);
enum pawl_err pawl_sqlite_requeue(struct pawl_sqlite *c, struct pawl_store_requeue *requeue);
void pawl_sqlite_recover_runs(struct pawl_sqlite *c, uint64_t blamed_run);

/* ---- sqlite_drafts.c ---- */

/* The draft as it is now, under a number of its own; 0: there is none. */
uint32_t pawl_sqlite_draft_copy(struct pawl_sqlite *c, uint64_t workflow_id, int64_t at_us);
/* The number of a document that is only tested; 0: there is no such workflow. */
uint32_t pawl_sqlite_test_copy(struct pawl_sqlite *c, uint64_t workflow_id,
			       struct pawl_str document, int64_t at_us);
/* A run of it, or a replay, is gone: a copy that nothing needs any more goes too. */
void pawl_sqlite_draft_release(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t revision);

/* ---- sqlite_replay.c ---- */

/* Those that its statements, and the list of runs, call. */
bool pawl_sqlite_add_functions(struct pawl_sqlite *c);
enum pawl_err pawl_sqlite_replay_op(struct pawl_sqlite *c, struct pawl_store_replay *op);
enum pawl_err pawl_sqlite_replays(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_failures(struct pawl_sqlite *c, struct pawl_store_list *list);

enum pawl_err pawl_sqlite_runs(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_samples(struct pawl_sqlite *c, struct pawl_store_samples *samples);
enum pawl_err pawl_sqlite_run_record(struct pawl_sqlite *c, struct pawl_store_get *get);

enum pawl_err pawl_sqlite_workflow_save(struct pawl_sqlite *c,
					struct pawl_store_workflow_save *save);
enum pawl_err pawl_sqlite_kept(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_mentions(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_workflow_rotate(struct pawl_sqlite *c,
					  struct pawl_store_workflow_rotate *rotate);
enum pawl_err pawl_sqlite_workflow_state(struct pawl_sqlite *c,
					 struct pawl_store_workflow_state *change);
enum pawl_err pawl_sqlite_workflow_delete(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_workflow(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_workflows(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_revision(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_revisions(struct pawl_sqlite *c, struct pawl_store_list *list);

/* ---- sqlite_retention.c ------------------------------------------------------ */

/* See pawl_backend_ops.retain; inside of a transaction. */
bool pawl_sqlite_retain(struct pawl_sqlite *c, struct pawl_retaining *all, size_t n, size_t which,
			int64_t until_us);
/* More free pages than what comes next needs, or max_bytes (0: any) allow; and some of them go back
 * to the file system. */
bool pawl_sqlite_has_spare(struct pawl_sqlite *c, uint64_t max_bytes);
void pawl_sqlite_give_back(struct pawl_sqlite *c);

/* ---- sqlite_triggers.c ------------------------------------------------------- */

enum pawl_err pawl_sqlite_start_scheduled(struct pawl_sqlite *c,
					  struct pawl_store_start_scheduled *start);
enum pawl_err pawl_sqlite_schedule(struct pawl_sqlite *c, struct pawl_store_schedule *get);
enum pawl_err pawl_sqlite_take_events(struct pawl_sqlite *c, struct pawl_store_take_events *take);
/* The events of a write that has gone well so far. */
void pawl_sqlite_take_brought_about(struct pawl_sqlite *c, struct pawl_store_op *op);

/* ---- sqlite_pins.c ----------------------------------------------------------- */

enum pawl_err pawl_sqlite_pin_set(struct pawl_sqlite *c, const struct pawl_store_pin *set);
enum pawl_err pawl_sqlite_pin_remove(struct pawl_sqlite *c, const struct pawl_store_pin *remove);
enum pawl_err pawl_sqlite_pin(struct pawl_sqlite *c, struct pawl_store_pin *get);
enum pawl_err pawl_sqlite_pins(struct pawl_sqlite *c, struct pawl_store_list *list);

enum pawl_err pawl_sqlite_secret_add(struct pawl_sqlite *c, struct pawl_store_secret *add);
enum pawl_err pawl_sqlite_reseal(struct pawl_sqlite *c, struct pawl_store_reseal *reseal);
enum pawl_err pawl_sqlite_secret_remove(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_secrets(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_token_add(struct pawl_sqlite *c, struct pawl_store_token *add);
enum pawl_err pawl_sqlite_token_remove(struct pawl_sqlite *c, struct pawl_store_get *get);
/* sqlite_users.c, sqlite_sessions.c */
enum pawl_err pawl_sqlite_user_op(struct pawl_sqlite *c, struct pawl_store_op *op);
enum pawl_err pawl_sqlite_user_remove(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_user(struct pawl_sqlite *c, struct pawl_store_get *get);
enum pawl_err pawl_sqlite_users(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_sessions(struct pawl_sqlite *c, struct pawl_store_list *list);
/* What became of an op that has a note. */
void pawl_sqlite_audit_add(struct pawl_sqlite *c, const struct pawl_store_op *op,
			   enum pawl_err err);
enum pawl_err pawl_sqlite_audit(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_tokens(struct pawl_sqlite *c, struct pawl_store_list *list);
enum pawl_err pawl_sqlite_setting_set(struct pawl_sqlite *c, struct pawl_store_setting *setting);
enum pawl_err pawl_sqlite_setting(struct pawl_sqlite *c, struct pawl_store_setting *setting);

#endif
