/* What the store keeps, row by row. Strings are borrowed: on the way in from the caller,
 * on the way out from the op's arena. Times are microseconds since the epoch, 0 for none. */
#ifndef PAWL_STORE_ROWS_H
#define PAWL_STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum pawl_workflow_state { PAWL_WORKFLOW_INACTIVE, PAWL_WORKFLOW_ACTIVE, PAWL_WORKFLOW_PAUSED };

struct pawl_recent_run;

struct pawl_workflow_row {
	uint64_t id;
	struct pawl_str name;
	enum pawl_workflow_state state;
	uint32_t active_revision; /* 0: none */
	uint32_t latest_revision; /* 0: never published */
	uint64_t draft_version;   /* grows with every change of the draft: the ETag */
	struct pawl_str draft;    /* document text; ptr NULL in lists */
	struct pawl_str active;   /* result of MENTIONS: the active revision's document */
	struct pawl_str hook_token;
	/* The one before it, which is good until then; empty: there is none, or it has ended. */
	struct pawl_str old_hook_token;
	int64_t old_hook_until_us;
	int64_t created_at_us, updated_at_us;
	/* Its queued runs with ids below drain_below go at this pace; 0: no backlog drains. */
	uint32_t drain_per_second;
	uint64_t drain_below;
	uint64_t drain_left;     /* result */
	uint64_t events_cut;     /* result: that would have started it in a loop */
	int64_t activated_at_us; /* since when the active revision is that; 0: never */
	/* Results, of the draft: its description, the type of its trigger, and its tags, a JSON
	 * array. */
	struct pawl_str description, trigger, tags;
	/* Results, in lists and where one is read. A run that ended may be gone by now. */
	int64_t last_request_at_us, last_run_at_us, last_failure_at_us;
	struct pawl_recent_run *recent; /* newest first */
	size_t n_recent;
	uint64_t day_completed, day_failed; /* since a day ago, rounded to a quarter of an hour */
};

/* What there is of a workflow. */
struct pawl_kept_row {
	uint64_t workflow_id;
	struct pawl_str name;
	uint64_t runs, requests;
	int64_t oldest_at_us; /* 0: there is nothing */
};

struct pawl_revision_row {
	uint64_t workflow_id;
	uint32_t number;
	struct pawl_str document;
	int64_t created_at_us;
};

enum pawl_verdict {
	PAWL_VERDICT_ACCEPTED,  /* started a run */
	PAWL_VERDICT_REFUSED,   /* reason and status say why */
	PAWL_VERDICT_HANDSHAKE, /* answered a provider's challenge, no run */
	PAWL_VERDICT_FILTERED,
	PAWL_VERDICT_DUPLICATE,
};

/* What a request came in by. */
enum pawl_trigger_kind {
	PAWL_TRIGGER_WEBHOOK,
	PAWL_TRIGGER_SERVICE, /* an HTTP request whose caller gets an answer of the workflow's */
	PAWL_TRIGGER_SCHEDULE,
	PAWL_TRIGGER_EVENT,
	PAWL_TRIGGER_MANUAL,
};

enum {
	PAWL_REQUEST_CONFLICT = 1 << 0, /* the delivery's id was seen before, with other bytes */
	PAWL_REQUEST_REPLAY_SUSPECTED = 1 << 1, /* signed bytes were seen before under another id */
	PAWL_REQUEST_QUARANTINED = 1 << 2,      /* refused, and kept whole to be verified again */
	PAWL_REQUEST_RELEASED = 1 << 3,         /* was quarantined, and verified later */
	PAWL_REQUEST_SEALED = 1 << 4,           /* a secret stands in its body, which is sealed */
};

#define PAWL_REQUEST_KEY_BYTES 32

struct pawl_request_row {
	uint64_t id;
	uint64_t workflow_id;
	uint32_t revision; /* that its run is bound to */
	int64_t received_at_us;
	struct pawl_str method, target, ip;
	struct pawl_str headers; /* "name: value\r\n" lines as received */
	struct pawl_str body;    /* as received */
	enum pawl_verdict verdict;
	bool starts_run;
	uint16_t status;        /* that was answered */
	struct pawl_str reason; /* of a refusal: stable word, then text: "bad_signature: ..." */
	struct pawl_str
		detail;      /* JSON object of facts for operators, never a secret; may be empty */
	uint32_t body_bytes; /* also in lists, which leave the body out */
	enum pawl_trigger_kind trigger;
	uint16_t flags;            /* PAWL_REQUEST_ bits */
	uint64_t duplicate_of;     /* the request that this one repeats; 0: none */
	struct pawl_str order_key; /* runs of one key go one after another; empty: none */
	/* To be accepted: SHA-256 of what names the delivery, and of its bytes; empty: none. With
	 * the first there is the second. Not in what is read. */
	struct pawl_str delivery_key, content_key;
	bool remembers_content;    /* what has the same content is a replay, under any name */
	int64_t remember_until_us; /* with a key */
};

enum pawl_run_state {
	PAWL_RUN_QUEUED,
	PAWL_RUN_RUNNING,
	PAWL_RUN_WAITING, /* out of memory until wake_at_us, a resume, or (paused) a person */
	PAWL_RUN_COMPLETED,
	PAWL_RUN_FAILED,
	PAWL_RUN_CANCELED,
	PAWL_RUN_TIMED_OUT,
};

enum {
	PAWL_RUN_TEST = 1 << 0,   /* by whoever builds the workflow: no statistics, no events */
	PAWL_RUN_EDITED = 1 << 1, /* a replay with another input than what it replays */
};

#define PAWL_RECENT_RUNS 30

/* How a run ended. */
struct pawl_recent_run {
	uint64_t id;
	enum pawl_run_state state;
	int64_t duration_ms;
};

/* So often may a run take the process down; then it is not tried any more. */
#define PAWL_CRASHES_MAX 2

struct pawl_run_row {
	uint64_t id;
	uint64_t workflow_id;
	uint32_t revision;
	enum pawl_run_state state;
	bool paused;         /* by a person; waits until it is resumed */
	uint64_t request_id; /* 0: no request started it */
	uint64_t replay_of;  /* run id; 0: not a replay */
	int64_t queued_at_us, started_at_us, finished_at_us;
	int64_t wake_at_us; /* of a waiting run */
	uint32_t attempt;   /* grows with every retry of the whole run, from 1 */
	uint32_t crashes;
	enum pawl_trigger_kind trigger; /* what started it, or what it replays */
	uint8_t flags;                  /* PAWL_RUN_ bits */
	struct pawl_str input;          /* JSON text; empty: made from the request */
	struct pawl_str error;          /* JSON {code, message, node}; empty: none */
	struct pawl_str output;         /* JSON text */
	/* Not in lists: */
	struct pawl_str order_key; /* its request's; a replay has that of what it replays */
	bool behind;               /* another run of its key has not ended: it may not go yet */
};

enum pawl_node_state {
	PAWL_NODE_PENDING,
	PAWL_NODE_RUNNING,
	PAWL_NODE_WAITING,
	PAWL_NODE_COMPLETED,
	PAWL_NODE_FAILED,
	PAWL_NODE_SKIPPED,
	PAWL_NODE_CANCELED,
};

/* One execution of one node in a run. */
struct pawl_node_row {
	uint32_t seq;       /* place in the run, from 1; the key together with the run */
	uint32_t iteration; /* of the loop around it; 0: none */
	struct pawl_str node_id;
	enum pawl_node_state state;
	uint32_t attempt;       /* from 1 */
	bool in_doubt_possible; /* an intent was recorded and no result yet */
	struct pawl_str port;   /* that a completed node went out by */
	int64_t started_at_us, finished_at_us, wake_at_us;
	struct pawl_str input;      /* JSON: the resolved config, secrets masked */
	struct pawl_str output;     /* JSON, without secrets */
	struct pawl_str sealed;     /* the engine's: the output with them; empty: there are none */
	struct pawl_str error;      /* JSON {code, message, attempt} */
	struct pawl_str attempts;   /* JSON array of the earlier attempts {attempt, started_at,
				       finished_at, error, output} */
	struct pawl_str state_data; /* what the node type keeps while it waits, JSON */
};

/* All that is needed to go on with a run. */
struct pawl_run_record {
	struct pawl_run_row run;
	struct pawl_request_row request; /* id 0 when no request started it */
	struct pawl_node_row *nodes;     /* by seq */
	size_t n_nodes;
};

/* A run that an event starts. */
struct pawl_event_run {
	uint64_t workflow_id;
	uint32_t revision;
	struct pawl_str input; /* JSON text */
	uint64_t run_id;       /* result; 0: the workflow is not there any more */
};

/* An event that has come in. */
struct pawl_event_row {
	struct pawl_str key; /* names it: 32 bytes; empty: it is not looked for */
	struct pawl_event_run *runs;
	size_t n_runs;
	const uint64_t *cut; /* workflows that it does not start, as it came from them: counted */
	size_t n_cut;
	/* Results. A duplicate has the id and the runs of the first one. */
	uint64_t id;
	bool is_duplicate;
	const struct pawl_event_run *started;
	size_t n_started;
};

/* Set in the number of a revision that is a copy of a draft, made for a replay: it is in no list,
 * triggers never start it, and it goes with the last run of it. The rest of the number is the
 * draft's version. */
#define PAWL_REVISION_DRAFT 0x80000000U
/* Likewise, of a document that was handed in to be tested; the rest is a number of its own. */
#define PAWL_REVISION_TEST 0xC0000000U

enum pawl_replay_state { PAWL_REPLAY_RUNNING, PAWL_REPLAY_COMPLETED, PAWL_REPLAY_STOPPED };

/* Many runs that are replayed, or retried, one after another, or requests that started none: all
 * that match and were there when it was made. */
struct pawl_replay_row {
	uint64_t id;
	enum pawl_replay_state state;
	bool is_retry; /* in place, from the nodes that failed; else new runs */
	/* Of requests that have it, which start runs anew; ACCEPTED: of runs. states, failure_class
	   and code are of runs only. */
	enum pawl_verdict verdict;
	uint64_t workflow_id;          /* 0: any */
	uint32_t states;               /* bit (1 << state) */
	int64_t from_us, to_us;        /* queued, or received, in [from, to); 0: open */
	struct pawl_str failure_class; /* failure.h; empty: any */
	struct pawl_str code;          /* of the error; empty: any */
	struct pawl_str event;         /* of the request's detail; empty: any */
	uint32_t revision; /* that new runs have; 0: the active one; PAWL_REVISION_DRAFT: a copy of
			      the draft, which has a number of its own then */
	uint32_t per_second;     /* 0: as fast as it goes */
	uint64_t before, cursor; /* the store's */
	uint64_t matched;        /* when it was made */
	uint64_t done, skipped;  /* skipped: nothing could be started */
	int64_t created_at_us, finished_at_us;
};

/* What somebody, or a token, may do: each all that the one before it may. */
enum pawl_role { PAWL_ROLE_NONE, PAWL_ROLE_VIEWER, PAWL_ROLE_EDITOR, PAWL_ROLE_OWNER };

struct pawl_token_row {
	uint64_t id;
	struct pawl_str name;
	enum pawl_role role;
	struct pawl_str hash; /* SHA-256 of the token, 32 bytes */
	int64_t created_at_us;
	int64_t expires_at_us; /* 0: never */
	int64_t used_at_us;    /* as far as it was written down; 0: never */
};

/* Who does what, to be entered in the audit log. Never a secret. */
struct pawl_audit_note {
	struct pawl_str actor;   /* "token admin", "system" */
	struct pawl_str action;  /* "cancelRun" */
	struct pawl_str target;  /* that was named: an id, a name; may be empty */
	struct pawl_str address; /* that it came from; may be empty */
	const char *result;      /* NULL: "ok", or why the store refused it */
};

struct pawl_audit_row {
	uint64_t seq;          /* from 1, without gaps */
	struct pawl_str entry; /* the JSON text, byte for byte as it was hashed */
	struct pawl_str hash;  /* SHA-256 of entry, 32 bytes */
};

/* One version of a secret. */
struct pawl_secret_row {
	uint64_t id;
	struct pawl_str name;
	int64_t created_at_us;
	int64_t not_before_us, not_after_us; /* 0: always; it is valid in [before, after) */
	int64_t used_at_us;
	struct pawl_str sealed;
};

/* A sample event of a workflow. */
struct pawl_pin_row {
	uint64_t workflow_id;
	struct pawl_str name;
	uint64_t request_id; /* that it was made of; 0: it was written by hand */
	int64_t saved_at_us;
	struct pawl_str input; /* JSON text */
};

/* Counted in the same transactions as what they count. */
struct pawl_counter_row {
	uint64_t workflow_id;
	struct pawl_str
		name; /* requests_accepted, requests_refused, runs_completed, runs_failed, ... */
	int64_t value;
};

/* "active", "queued", "completed" ... as in answers; parse gives false for unknown words. */
const char *pawl_workflow_state_name(enum pawl_workflow_state state);
const char *pawl_run_state_name(enum pawl_run_state state);
const char *pawl_node_state_name(enum pawl_node_state state);
const char *pawl_role_name(enum pawl_role role);
const char *pawl_verdict_name(enum pawl_verdict verdict);
const char *pawl_trigger_kind_name(enum pawl_trigger_kind kind);
/* The name of the flag with the number `bit`, from 0; NULL past the last. */
const char *pawl_request_flag_name(unsigned bit);
bool pawl_workflow_state_parse(struct pawl_str s, enum pawl_workflow_state *out);
bool pawl_run_state_parse(struct pawl_str s, enum pawl_run_state *out);
bool pawl_role_parse(struct pawl_str s, enum pawl_role *out);
bool pawl_verdict_parse(struct pawl_str s, enum pawl_verdict *out);

static inline bool
pawl_run_is_finished(enum pawl_run_state state)
{
	return state >= PAWL_RUN_COMPLETED;
}

#endif
