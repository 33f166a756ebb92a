/* The store: rows and bytes on disk, no policy. The only door to the database.
 *
 * Everything is an operation (struct pawl_store_op): filled in by the caller, submitted,
 * carried out by the store's own threads, and handed back through op->done. Accepts are
 * appended to a journal by a thread of their own; other writes are carried out by one writer
 * thread, many to a transaction, in the order of their submission, but that one which looks at runs
 * or requests may have to wait for the journal and is overtaken then. done is called only after
 * the journal, or the transaction, is on disk (fsync), or has failed. Reads are carried out by a
 * small pool. Writes and reads see everything whose done was called before they were submitted;
 * only while the store is failing, reads do without what the journal alone holds.
 * A submitted op and what it points to stay valid and untouched until done is called, once,
 * on a thread of the store: done must not block and hands over to its own loop.
 * Results live in the op's arena. Every back end passes tests/conform/store. */
#ifndef PAWL_STORE_STORE_H
#define PAWL_STORE_STORE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/rows.h"
#include "store/stat.h"

struct pawl_store;
struct pawl_journal_io;

enum pawl_store_kind {
	/* writes */
	PAWL_STORE_ACCEPT,          /* struct pawl_store_accept */
	PAWL_STORE_CLAIM,           /* struct pawl_store_claim */
	PAWL_STORE_SAVE,            /* struct pawl_store_save */
	PAWL_STORE_START_RUN,       /* struct pawl_store_start_run */
	PAWL_STORE_REQUEUE,         /* struct pawl_store_requeue */
	PAWL_STORE_WORKFLOW_SAVE,   /* struct pawl_store_workflow_save */
	PAWL_STORE_WORKFLOW_STATE,  /* struct pawl_store_workflow_state */
	PAWL_STORE_WORKFLOW_ROTATE, /* struct pawl_store_workflow_rotate */
	PAWL_STORE_WORKFLOW_DELETE, /* struct pawl_store_get */
	PAWL_STORE_TOKEN_ADD,       /* struct pawl_store_token */
	PAWL_STORE_TOKEN_REMOVE,    /* struct pawl_store_get */
	PAWL_STORE_SECRET_ADD,      /* struct pawl_store_secret */
	PAWL_STORE_SECRET_REMOVE,   /* struct pawl_store_get: by name, or the version with id */
	PAWL_STORE_LAST_USES,       /* struct pawl_store_last_uses: users.h */
	PAWL_STORE_RESEAL,          /* struct pawl_store_reseal */
	PAWL_STORE_PIN_SET,         /* struct pawl_store_pin */
	PAWL_STORE_PIN_REMOVE,      /* likewise: workflow_id and name */
	PAWL_STORE_QUARANTINE_TRIM, /* struct pawl_store_quarantine_trim */
	PAWL_STORE_START_SCHEDULED, /* struct pawl_store_start_scheduled */
	PAWL_STORE_TAKE_EVENTS,     /* struct pawl_store_take_events */
	PAWL_STORE_AUDIT_ADD,       /* struct pawl_store_op: its `audit`, and nothing else */
	PAWL_STORE_REPLAY_ADD,      /* struct pawl_store_replay; all but id */
	PAWL_STORE_REPLAY_STEP,     /* likewise: looks at some more runs. PAWL_ESTATE: it is over */
	PAWL_STORE_REPLAY_STOP,     /* likewise. PAWL_ESTATE: it is over */
	/* people: users.h */
	PAWL_STORE_USER_ADD,     /* struct pawl_store_user */
	PAWL_STORE_USER_CHANGE,  /* struct pawl_store_user_change */
	PAWL_STORE_USER_REMOVE,  /* struct pawl_store_get: with its sessions. PAWL_ESTATE: it is the
				    last owner that can sign in */
	PAWL_STORE_USER_FAILED,  /* struct pawl_store_seen */
	PAWL_STORE_SIGN_IN,      /* struct pawl_store_sign_in */
	PAWL_STORE_SESSION_SEEN, /* struct pawl_store_seen */
	PAWL_STORE_SESSION_END,  /* struct pawl_store_session_end */
	PAWL_STORE_STATS_ADD,    /* struct pawl_store_stats_add */
	PAWL_STORE_SETTING_SET, /* struct pawl_store_setting; does not replace a value when only_new
				 */
	/* reads */
	PAWL_STORE_WORKFLOWS,   /* struct pawl_store_list -> workflows */
	PAWL_STORE_WORKFLOW,    /* struct pawl_store_get -> workflow */
	PAWL_STORE_KEPT,        /* struct pawl_store_list -> kept, by name */
	PAWL_STORE_MENTIONS,    /* struct pawl_store_list -> workflows by name, in whose draft or
				   active revision `search` stands: id, name, and those two */
	PAWL_STORE_REVISIONS,   /* struct pawl_store_list (workflow_id) -> revisions, without
				   documents */
	PAWL_STORE_REVISION,    /* struct pawl_store_get (id, number) -> revision */
	PAWL_STORE_RUNS,        /* struct pawl_store_list -> runs */
	PAWL_STORE_RUN,         /* struct pawl_store_get -> record */
	PAWL_STORE_SAMPLES,     /* struct pawl_store_samples */
	PAWL_STORE_REQUESTS,    /* struct pawl_store_list -> requests, no headers and bodies */
	PAWL_STORE_REQUEST,     /* struct pawl_store_get -> request, with body */
	PAWL_STORE_QUARANTINED, /* struct pawl_store_quarantined */
	PAWL_STORE_PINS,     /* struct pawl_store_list (workflow_id) -> pins, with their inputs */
	PAWL_STORE_PIN,      /* struct pawl_store_pin: by workflow_id and name */
	PAWL_STORE_TOKENS,   /* struct pawl_store_list -> tokens */
	PAWL_STORE_USERS,    /* struct pawl_store_list -> users */
	PAWL_STORE_USER,     /* struct pawl_store_get -> user */
	PAWL_STORE_SESSIONS, /* struct pawl_store_list (user_id) -> sessions, newest first */
	PAWL_STORE_SECRETS,  /* struct pawl_store_list -> secrets, by descending id */
	PAWL_STORE_AUDIT,    /* struct pawl_store_list -> audit, newest first */
	PAWL_STORE_SETTING,  /* struct pawl_store_setting */
	PAWL_STORE_SCHEDULE, /* struct pawl_store_schedule */
	PAWL_STORE_REPLAYS,  /* struct pawl_store_list (workflow_id, states) -> replays */
	PAWL_STORE_REPLAY,   /* struct pawl_store_replay */
	PAWL_STORE_REPLAY_COUNT, /* struct pawl_store_replay: how many match now -> row.matched */
	PAWL_STORE_REPLAY_FIND,  /* likewise, of one workflow: the newest -> found */
	PAWL_STORE_FAILURES, /* struct pawl_store_list (workflow_id, times) -> counters by class */
	PAWL_STORE_COUNTERS, /* struct pawl_store_list -> counters */
	PAWL_STORE_STATS,    /* struct pawl_store_series */
	PAWL_STORE_USAGE,    /* struct pawl_store_usage */
	PAWL_STORE_DEDUP_FIND, /* struct pawl_store_dedup_find; the store's own */
	PAWL_STORE_DEDUP_KEYS, /* struct pawl_store_dedup_keys; the store's own */
};

struct pawl_store_op {
	struct pawl_store_op *next; /* the store's while submitted */
	enum pawl_store_kind kind;
	enum pawl_err err; /* set before done */
	void (*done)(struct pawl_store_op *op);
	bool is_urgent; /* somebody waits for what comes of it: the writer does not give way to
			   crowds meanwhile */
	bool *waiter;   /* the store's, while pawl_store_wait waits */
	uint64_t after; /* the store's: what was accepted before it was submitted */
	void *ctx;      /* the caller's */
	/* Of a write: entered in the audit log in the same transaction, also when the write is
	 * refused. NULL: it is not. */
	const struct pawl_audit_note *audit;
	/* Of a write that goes well: the events that it brings about, in the op's arena; what they
	 * start is written in the same transaction. Called on the writer's thread with the results
	 * there, each time that the write is tried; must be quick. NULL: there are none. */
	size_t (*events)(struct pawl_store_op *op, struct pawl_event_row **rows);
	struct pawl_arena arena; /* results; owned by the op */
};

void pawl_store_op_init(struct pawl_store_op *op, enum pawl_store_kind kind,
			void (*done)(struct pawl_store_op *op));
void pawl_store_op_fini(struct pawl_store_op *op);

/* ---- accepting ----------------------------------------------------------- */

/* Appends a request to the log and, when starts_run, queues the run that it starts, at once. The
 * run has the request's id. Hot path: nothing is copied but into the journal. */
struct pawl_store_accept {
	struct pawl_store_op op;
	/* All but id; received_at_us is the caller's. Marked as released, it is one that is in
	 * quarantine, with its id: the row of the log becomes this one, once. */
	struct pawl_request_row request;
	/* It has its id, and nobody can see it before this returns. On the acceptor's thread, which
	 * has to go on at once; NULL: nothing to be done. Not called for one that was not tried. */
	void (*on_id)(struct pawl_store_accept *accept);
	bool is_followed; /* more come at once, and then pawl_store_flush, before the store may be
			     closed: no need to wake anybody for this one alone */
	bool refuses_replays; /* what has the content of another is a duplicate of it */
	uint64_t request_id;  /* result; request.verdict, duplicate_of and flags are, too */
};

/* Is a delivery in the table? Of those that are alike, the first. */
struct pawl_store_dedup_find {
	struct pawl_store_op op;
	uint64_t workflow_id;
	struct pawl_str key, content; /* empty content: the key is the content */
	int64_t now_us;
	uint64_t request_id; /* result: with this content; 0: none */
	bool any;            /* result: with whatever content */
};

struct pawl_store_dedup_key {
	uint64_t workflow_id;
	unsigned char key[16];
};

/* The table's keys, those behind `after` first. */
struct pawl_store_dedup_keys {
	struct pawl_store_op op;
	struct pawl_store_dedup_key after;
	size_t limit;
	struct pawl_store_dedup_key *keys; /* result */
	size_t n;
};

/* ---- quarantine ------------------------------------------------------------ */

/* Requests of a workflow that are in quarantine, oldest first, with headers and body as they were
 * handed in: up to `limit` (1 to 1000), and no more after max_bytes of them. */
struct pawl_store_quarantined {
	struct pawl_store_op op;
	uint64_t workflow_id;
	uint64_t after; /* cursor: ids above it */
	size_t limit, max_bytes;
	struct pawl_request_row *requests; /* result */
	size_t n;                          /* result */
	bool more;                         /* result */
};

/* Holds the quarantine to its bounds: headers and bodies of what was received before before_us are
 * dropped, and past max_bytes those that are the oldest of the workflow that takes the most. */
struct pawl_store_quarantine_trim {
	struct pawl_store_op op;
	uint64_t max_bytes;
	int64_t before_us;
	size_t n_dropped; /* result */
	bool more;        /* result: call again */
};

/* ---- running ------------------------------------------------------------- */

/* A backlog that drains at a pace: of the workflow's queued runs with lower ids than `below` no
 * more than `allowance` are taken. */
struct pawl_store_drain {
	uint64_t workflow_id, below;
	uint32_t allowance;
	uint32_t taken; /* result */
	bool is_over; /* result: nothing of it is left, and the workflow does not drain any more */
};

/* Takes up to `limit` runs that may go on now and marks them running (with started_at_us, when they
 * had none): queued ones (oldest first, fair over workflows), waiting ones whose wake_at_us has
 * come, then the newly accepted; none of the three starves the others.
 * Those of `blocked` workflows stay, or become, queued. Of the runs with one order_key of a
 * workflow only the first that has not ended may go; the next is queued, with a call of on_work,
 * when that has ended. */
struct pawl_store_claim {
	struct pawl_store_op op;
	size_t limit;
	int64_t now_us;
	const uint64_t *blocked; /* workflow ids */
	size_t n_blocked;
	/* Workflow ids: they have as much as they may, and give way to others. Their runs stay. */
	const uint64_t *full;
	size_t n_full;
	struct pawl_store_drain *drains; /* each workflow at most once */
	size_t n_drains;
	const uint64_t *first; /* runs of accepted requests that go before all others */
	size_t n_first;
	struct pawl_run_record *records; /* result */
	size_t n_records;
	int64_t next_wake_at_us; /* result: of the waiting runs that are left; 0: none */
	bool more;               /* result: the limit was reached, more may be there */
};

/* What the engine records about one run, in one transaction: rows of nodes (inserted, or replaced
 * by their seq) and the run's own new state. Only the engine submits it. */
struct pawl_store_save {
	struct pawl_store_op op;
	uint64_t run_id;
	const struct pawl_node_row *nodes;
	size_t n_nodes;
	bool has_run; /* the fields of `run` that are marked below are written */
	/* state, paused, started_at_us, finished_at_us, wake_at_us, crashes, error, output */
	struct pawl_run_row run;
	bool has_ended; /* result: it had not ended before this */
};

/* A run that no request starts: a replay, edited or as it was. With request_id and no input it
 * takes its input from that request. With the revision PAWL_REVISION_DRAFT it is one of a copy of
 * the draft. PAWL_ENOTFOUND: there is no such request, or draft, any more. */
struct pawl_store_start_run {
	struct pawl_store_op op;
	struct pawl_run_row run; /* id (0: a new one), workflow_id, revision, request_id, replay_of,
				    trigger, input, flags; queued_at_us */
	struct pawl_str document;          /* of a test run: what it runs, in place of revision */
	const struct pawl_node_row *nodes; /* that it begins with; of each a seq of its own */
	size_t n_nodes;
	uint64_t run_id; /* result */
};

/* Starts a run for each of the times of a schedule (growing) that is behind the last one that
 * started one, whatever the clock says: each time starts one run at most. PAWL_ENOTFOUND: there is
 * no such workflow any more. */
struct pawl_store_start_scheduled {
	struct pawl_store_op op;
	uint64_t workflow_id;
	uint32_t revision;
	const int64_t *at_us;
	const struct pawl_str *inputs; /* JSON text for each */
	size_t n;
	int64_t now_us;
	size_t n_started;   /* result */
	int64_t last_at_us; /* result */
};

/* The last time of a workflow's schedule that has started a run; 0: none. */
struct pawl_store_schedule {
	struct pawl_store_op op;
	uint64_t workflow_id;
	int64_t last_at_us;   /* result */
	uint64_t last_run_id; /* result */
};

/* Takes events in and starts their runs, all or nothing. Events are remembered by their keys for
 * seven days. */
struct pawl_store_take_events {
	struct pawl_store_op op;
	struct pawl_event_row *events;
	size_t n;
	int64_t now_us;
};

/* Puts a finished or waiting run back in the queue: with from_start all node rows are removed, else
 * those whose seq is listed. Nodes of the ids in `redo` are pending again, with what their last
 * attempt left. PAWL_ESTATE when the run is queued or running. */
struct pawl_store_requeue {
	struct pawl_store_op op;
	uint64_t run_id;
	bool from_start;
	const uint32_t *drop_seqs;
	size_t n_drop;
	const struct pawl_str *redo;
	size_t n_redo;
	uint32_t revision; /* that it goes on under; 0: as before */
};

/* The last runs of a workflow with all that was recorded of them, newest first; no more after
 * max_bytes of it. */
struct pawl_store_samples {
	struct pawl_store_op op;
	uint64_t workflow_id;
	size_t limit, max_bytes;
	struct pawl_run_record **records; /* result */
	size_t n;
};

/* ---- workflows ----------------------------------------------------------- */

/* Creates (id 0) or changes a workflow's draft; with `publish` the draft becomes the next revision
 * (none is made when it equals the newest one), with `activate` that revision becomes the active
 * one. PAWL_ECONFLICT: the name is taken, or if_version is set and is not the draft's version,
 * unless the draft is what it would be made; PAWL_ENOTFOUND: no such id. by_name: with id 0, a
 * workflow of that name is changed. */
struct pawl_store_workflow_save {
	struct pawl_store_op op;
	uint64_t id;
	bool by_name;
	struct pawl_str name;
	struct pawl_str document;   /* "" : keep the draft (to publish it) */
	struct pawl_str hook_token; /* used when it is created */
	uint64_t if_version;        /* 0: any */
	bool publish, activate;
	int64_t at_us;
	struct pawl_workflow_row workflow; /* result: as it is now */
	bool created;                      /* result */
	bool published;                    /* result: there is a new revision */
	bool activated;                    /* result: the state or the active revision is new */
};

/* Activation: a state and, when revision is not 0, the revision that triggers start. With a pace,
 * one that becomes active drains what is queued by then; without, a drain that is under way goes
 * on, but for has_drain or another state, which end it. */
struct pawl_store_workflow_state {
	struct pawl_store_op op;
	uint64_t id;
	enum pawl_workflow_state state;
	uint32_t revision;
	bool has_drain;
	uint32_t drain_per_second;
	int64_t at_us;
	struct pawl_workflow_row workflow; /* result */
	bool activated;                    /* result: the state or the active revision is new */
};

/* Another token for its URL. The one before it is good until old_until_us, 0: not any more; what
 * was before that one ends now. PAWL_ENOTFOUND. */
struct pawl_store_workflow_rotate {
	struct pawl_store_op op;
	uint64_t id;
	struct pawl_str hook_token;
	int64_t old_until_us, at_us;
	struct pawl_workflow_row workflow; /* result */
};

/* ---- the rest ------------------------------------------------------------ */

struct pawl_store_token {
	struct pawl_store_op op;
	struct pawl_token_row token; /* all but id */
	uint64_t id;                 /* result */
};

/* A new version of a secret. Those before it end at old_until_us; 0: at once, they are removed. */
struct pawl_store_secret {
	struct pawl_store_op op;
	struct pawl_secret_row secret; /* all but id */
	int64_t old_until_us;
	uint64_t id; /* result */
};

/* Puts everything that lies sealed in another form, and sets a setting, in one transaction. */
struct pawl_store_reseal {
	struct pawl_store_op op;
	/* The new form of a text that was sealed as `what`, or, with an empty `what`, of JSON that
	 * holds such texts as strings; in the arena. ptr NULL: it stays as it is. Counts what it
	 * has put in its new form, and what it could not open. On the writer's thread. */
	struct pawl_str (*reseal)(void *ctx, struct pawl_str what, struct pawl_str text,
				  struct pawl_arena *arena, size_t *n, size_t *n_unreadable);
	void *ctx;
	struct pawl_str setting, value;
	size_t n, n_unreadable; /* result */
};

/* Pins of a workflow; one of the same name is replaced. PAWL_EFULL: there are PAWL_PINS_MAX
 * others. PAWL_ENOTFOUND: no such workflow, or pin. */
#define PAWL_PINS_MAX 50
struct pawl_store_pin {
	struct pawl_store_op op;
	struct pawl_pin_row pin; /* set: in; get: result */
};

struct pawl_store_setting {
	struct pawl_store_op op;
	struct pawl_str key;
	struct pawl_str value; /* set: in, and the value in force afterwards; get: result, ptr NULL
				  when unset */
	bool only_new;
};

struct pawl_store_replay {
	struct pawl_store_op op;
	struct pawl_replay_row row; /* in: what the kind takes, else its id; out: as it is now */
	size_t max;       /* step: runs that are started, find: that are found at most; 1 to 1000 */
	size_t n_started; /* step: result */
	uint64_t *found;  /* find: result, ids of runs */
	size_t n_found;
};

/* Counts what the store does not see by itself: how long accepted requests took to be answered. */
struct pawl_store_stats_add {
	struct pawl_store_op op;
	int64_t at_us;
	uint64_t accept_time[PAWL_HISTOGRAM_BUCKETS];
};

struct pawl_stat_point {
	uint64_t by[PAWL_STAT_N];
};

/* Runs of a workflow that failed in the time of a series. */
struct pawl_workflow_failures {
	uint64_t workflow_id, failed;
	uint64_t by[PAWL_STAT_REFUSALS - PAWL_STAT_FAILURES]; /* pawl_stat_failures */
};

struct pawl_silent_row {
	uint64_t workflow_id;
	int64_t last_request_at_us; /* 0: none has come */
};

/* What happened, in n_points steps from a time on, as it was counted then: retention takes nothing
 * from it. Steps of a minute are there for an hour, of 15 minutes for a day, of 6 hours for 30
 * days; shorter ones than are left come out in one of their steps. */
struct pawl_store_series {
	struct pawl_store_op op;
	uint64_t workflow_id; /* 0: of all together */
	int64_t from_us;      /* a multiple of step_us */
	int64_t step_us;      /* whole minutes */
	size_t n_points;
	size_t max_failing, max_silent;         /* 0: not wanted */
	struct pawl_stat_point *points;         /* result */
	struct pawl_workflow_failures *failing; /* result: most failures first */
	size_t n_failing;
	struct pawl_silent_row *silent; /* result: active workflows for which no request was
					   accepted since, those that are silent longest first */
	size_t n_silent;
};

struct pawl_store_usage {
	struct pawl_store_op op;
	/* Results. */
	const char *kind;
	uint64_t database_bytes, database_free_bytes; /* the file, and what is unused in it */
	uint64_t log_bytes;                           /* what is to be copied to it */
	uint64_t journal_bytes;                       /* accepted requests, until they are in it */
	uint64_t disk_bytes, disk_free_bytes;
	uint32_t schema_version;
};

/* One row by id (workflows and users also by name). PAWL_ENOTFOUND. What removes a workflow, a user
 * or a token by its id fills its name. */
struct pawl_store_get {
	struct pawl_store_op op;
	uint64_t id;
	struct pawl_str name;
	uint32_t number; /* of a revision */
	union {
		struct pawl_workflow_row *workflow;
		struct pawl_revision_row *revision;
		struct pawl_run_record *record;
		struct pawl_request_row *request;
		struct pawl_user_row *user;
	};
};

/* Rows by descending id (workflows, kept, tokens and users: by name; counters: by descending
 * workflow, then name, with both cursors), filters joined by and. Long texts are left out: drafts,
 * documents, headers, bodies, and the input and output of runs. PAWL_EINVAL: the limit. */
struct pawl_store_list {
	struct pawl_store_op op;
	uint64_t before;               /* cursor: ids below it; 0: from the newest */
	struct pawl_str after_name;    /* cursor of lists by name */
	size_t limit;                  /* 1 to 1000 */
	uint64_t workflow_id;          /* 0: any */
	uint64_t user_id;              /* sessions: 0: any */
	uint64_t request_id;           /* runs: those of this request, replays included; 0: any */
	uint32_t states;               /* runs: bit (1 << state); workflows: likewise; 0: any */
	struct pawl_str failure_class; /* runs: failure.h; empty: any */
	bool with_drafts;              /* workflows: they are not left out */
	enum { PAWL_TESTS_TOO, PAWL_TESTS_ONLY, PAWL_TESTS_NOT } tests; /* runs */
	uint32_t verdicts;      /* requests: bit (1 << verdict); 0: any */
	int64_t from_us, to_us; /* runs: queued, requests: received, audit: entered in [from, to);
				   0: open */
	uint32_t triggers;      /* runs, requests: bit (1 << kind); 0: any */
	struct pawl_str search; /* stands in what names a row; empty: any */
	struct pawl_str tag;    /* workflows: that have it; empty: any */
	struct pawl_str actor, action; /* audit: empty: any */
	enum { PAWL_AUDIT_ANY, PAWL_AUDIT_DONE, PAWL_AUDIT_REFUSED } results; /* audit */
	bool wants_total; /* runs, requests, audit: fill `total` */
	size_t n;         /* result */
	bool more;        /* result: there are further rows */
	/* Result: so many rows were looked at that the page ends before it is full; the next one
	 * goes on below this id. 0: it was not so. */
	uint64_t stopped_at;
	/* Result: how many there are that fit, without the cursor; -1: that is not counted, as with
	 * other filters than workflow, states, tests and verdicts. */
	int64_t total;
	union {
		struct pawl_workflow_row *workflows;
		struct pawl_kept_row *kept;
		struct pawl_revision_row *revisions;
		struct pawl_run_row *runs;
		struct pawl_request_row *requests;
		struct pawl_token_row *tokens;
		struct pawl_audit_row *audit;
		struct pawl_secret_row *secrets;
		struct pawl_counter_row *counters;
		struct pawl_replay_row *replays;
		struct pawl_pin_row *pins;
		struct pawl_user_row *users;
		struct pawl_session_row *sessions;
	};
};

/* ---- life ---------------------------------------------------------------- */

struct pawl_store_config {
	struct pawl_str url;       /* a directory for the embedded store */
	size_t max_queued_accepts; /* 0: 8192; past it accept fails at once with PAWL_EFULL */
	size_t max_queued_bytes;   /* 0: 64 MiB of bodies and headers waiting for the disk */
	unsigned n_readers;        /* 0: 2 */
	size_t max_journal_bytes;  /* 0: 1 GiB that the tables have not taken over yet; past it
				      accepts fail with PAWL_EFULL */
	const struct pawl_journal_io *journal_io; /* NULL, but in tests */
	/* Called on a thread of the store after something that queued runs. May be NULL. */
	void (*on_work)(void *ctx);
	/* Called on a thread of the store when writes, or accepts, begin to fail (PAWL_EFULL,
	 * PAWL_EIO), and with PAWL_OK when they go well again. May be NULL. */
	void (*on_trouble)(void *ctx, enum pawl_err err);
	void *ctx;
};

/* Opens, migrates, and puts runs that were running when the last process ended back into the
 * queue. A database that is newer than this binary, or locked by another process, is refused.
 * blamed_run (0: none) is the run that took the last process down: its crashes grow by one, and at
 * PAWL_CRASHES_MAX it is queued, whatever it waits for, so that the engine can end it. */
PAWL_MUST_USE enum pawl_err pawl_store_open(const struct pawl_store_config *config,
					    uint64_t blamed_run, struct pawl_store **out,
					    struct pawl_problems *problems);
/* Carries out what was submitted, then closes. */
void pawl_store_close(struct pawl_store *store);

/* Any thread, never blocks. PAWL_EFULL (accepts only): the queue is full, done is not called. */
PAWL_MUST_USE enum pawl_err pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op);
/* After accepts that were marked as followed. Any thread, cheap when there was none. */
void pawl_store_flush(struct pawl_store *store);
/* Submits and waits; for start-up and tests, never on a loop. Returns op->err. */
enum pawl_err pawl_store_wait(struct pawl_store *store, struct pawl_store_op *op);

/* How long, and how much of, what has ended is kept; see docs/guide/operating.md. The counters go
 * on counting what happened. 0: no limit. */
struct pawl_retention {
	uint64_t workflow_id; /* 0: of all together */
	int64_t age_us;       /* since a run ended, or a request that started none came */
	uint64_t bytes;       /* of all: of the database that is in use; of a workflow: that its
				 requests, runs and nodes hold */
};
/* In place of what was said of that workflow before. Any thread, never blocks. */
void pawl_store_retain(struct pawl_store *store, const struct pawl_retention *retention);

/* For metrics; any thread, cheap. */
struct pawl_store_stats {
	size_t queued_accepts; /* waiting for the disk now */
	uint64_t commits, commit_us_total;
	uint64_t journal_commits, journal_us_total;
	uint64_t runs_unclaimed;        /* accepted and not yet claimed */
	int64_t oldest_unclaimed_at_us; /* 0: none */
	bool failing;                   /* the last write failed; accepts do too */
};
void pawl_store_stats(const struct pawl_store *store, struct pawl_store_stats *out);

/* Entries of the audit log, newest first, read from the files of a store that is open
 * elsewhere, or not at all; nothing is written. Each is handed to `each`
 * until it returns false. For the command line. */
PAWL_MUST_USE enum pawl_err pawl_store_read_audit(struct pawl_str url,
						  bool (*each)(void *ctx,
							       const struct pawl_audit_row *row),
						  void *ctx, struct pawl_problems *problems);

#endif
