/* The contract between a node type and the engine that runs it.
 *
 * A node type is data plus a few functions: one file in src/nodes and one line in nodes.def.
 * All functions run on the engine's loop and never block. A node sees no store and no
 * socket but what its call gives it. Each start or resume leads to exactly one outcome
 * (pawl_node_complete, _fail, _wait, _terminate), inside the function or later; after
 * cancel there is none. */
#ifndef PAWL_FLOW_NODE_H
#define PAWL_FLOW_NODE_H

#include "data/json.h"
#include "flow/field.h"

struct pawl_node_call;
struct pawl_http_client; /* net/http_client.h */
struct pawl_loop;        /* net/loop.h */

enum pawl_doubt { PAWL_DOUBT_RETRY, PAWL_DOUBT_FAIL, PAWL_DOUBT_ASK };

enum {
	/* Talks to the world: an intent is on disk before start, and a crash in between leaves
	   doubt. One without it comes to its outcome inside start, or resume. */
	PAWL_NODE_EFFECT = 1 << 0,
	/* Answers the caller: allowed behind triggers whose caller waits. */
	PAWL_NODE_RESPONDS = 1 << 1,
};

struct pawl_node_type {
	const char *name;     /* "http_request" */
	const char *label;    /* "HTTP request" */
	const char *category; /* "control", "data", "connector" */
	const char *summary;  /* one sentence */
	const char *icon;     /* a Lucide icon's name */
	unsigned flags;
	const char *const *ports;        /* NULL-terminated; NULL: one port, named "out" */
	const char *ports_from;          /* a list of the config (switch): the names of its entries
					    are ports, too, before the others */
	const struct pawl_field *fields; /* ends with name NULL */
	const char *output_example;      /* JSON text of an output, for docs and the data picker */
	const char *example;             /* JSON text of a config that validates and runs */

	/* All of these may be NULL but start. */
	/* What the fields cannot say; at document time, over the unresolved config. */
	void (*check)(const struct pawl_json *config, const char *pointer,
		      struct pawl_problems *problems);
	void (*start)(struct pawl_node_call *call);
	/* A waiting node goes on: its time has come (data NULL), or somebody resumed it. */
	void (*resume)(struct pawl_node_call *call, const struct pawl_json *data);
	/* The call is over (canceled or timed out): let go of everything. */
	void (*cancel)(struct pawl_node_call *call);
	/* After a crash between intent and result: may it simply be done again? */
	enum pawl_doubt (*in_doubt)(const struct pawl_json *config);
};

/* What a node waits for, as people are told. Somebody may resume it in both cases, but a call to
 * the run's resume URL only reaches nodes that wait for one. */
enum pawl_wait { PAWL_WAIT_TIME, PAWL_WAIT_RESUME };

struct pawl_node_failure {
	const char *code;        /* stable word: "timeout", "http_status", "invalid_config" */
	struct pawl_str message; /* for people */
	bool retryable;
	int64_t retry_after_ms;         /* -1: nothing was said */
	const struct pawl_json *output; /* what there is of one (status, headers, data), or NULL */
};

struct pawl_node_header {
	struct pawl_str name, value;
};

/* To whoever called and still waits. */
struct pawl_node_answer {
	int status; /* 200 to 599 */
	const struct pawl_node_header *headers;
	size_t n_headers;
	struct pawl_str content_type; /* ptr NULL: none */
	struct pawl_str body;
};

/* What a node may use. The same for all calls of an engine. */
struct pawl_node_services {
	struct pawl_loop *loop;
	struct pawl_http_client *http;
};

/* A file that the request of a run has brought. */
struct pawl_node_file {
	struct pawl_str name, type, content;
};

struct pawl_node_host {
	void (*complete)(struct pawl_node_call *call, const struct pawl_json *output,
			 struct pawl_str port);
	void (*fail)(struct pawl_node_call *call, const struct pawl_node_failure *failure);
	void (*wait)(struct pawl_node_call *call, enum pawl_wait what, int64_t wake_at_us,
		     const struct pawl_json *state);
	void (*terminate)(struct pawl_node_call *call, bool failed, struct pawl_str message);
	void (*enter)(struct pawl_node_call *call);
	void (*respond)(struct pawl_node_call *call, const struct pawl_node_answer *answer);
	void (*describe)(struct pawl_node_call *call, const char *name, struct pawl_str text,
			 int64_t number);
	struct pawl_str (*hide)(const struct pawl_node_call *call, struct pawl_str text);
	bool (*file)(const struct pawl_node_call *call, struct pawl_str ref,
		     struct pawl_node_file *out);
};

/* One execution of one node. Made by the engine, valid from start to its outcome. */
struct pawl_node_call {
	const struct pawl_node_type *type;
	struct pawl_arena *arena;       /* lives as long as the run is in memory */
	const struct pawl_json *config; /* resolved and checked; defaults are not filled in */
	const struct pawl_json *state;  /* resume: what wait was given; else NULL */
	struct pawl_str
		idempotency_key; /* <run id>/<node id>/<iteration>, the same on every attempt */
	uint64_t run_id;
	struct pawl_str node_id;
	uint32_t attempt;
	struct pawl_str traceparent, tracestate; /* of this attempt, to be sent on; empty: none */
	int64_t timeout_ms;                      /* what is left of the node's timeout */
	bool is_rehearsed; /* nobody is to see anything of it, not even in the server's log */
	const struct pawl_node_services *services;
	const struct pawl_node_host *host;
	void *impl; /* the node type's own */
};

/* `output` is an object whose main result is "data"; it and what it refers to live in the call's
 * arena. `port` "": the only one. */
static inline void
pawl_node_complete(struct pawl_node_call *call, const struct pawl_json *output,
		   struct pawl_str port)
{
	call->host->complete(call, output, port);
}

static inline void
pawl_node_fail(struct pawl_node_call *call, const struct pawl_node_failure *failure)
{
	call->host->fail(call, failure);
}

/* Ends the call; resume is called in a new one, at wake_at_us (0: never) or when somebody resumes
 * it. `state` (or NULL) is kept on disk. */
static inline void
pawl_node_wait(struct pawl_node_call *call, enum pawl_wait what, int64_t wake_at_us,
	       const struct pawl_json *state)
{
	call->host->wait(call, what, wake_at_us, state);
}

/* By the `ref` of an entry of workflow.input.files; lives as long as the run is in memory. False:
 * the run's own request has no such file. */
PAWL_MUST_USE static inline bool
pawl_node_file(const struct pawl_node_call *call, struct pawl_str ref, struct pawl_node_file *out)
{
	return call->host->file(call, ref, out);
}

/* First in a callback of the node type's own that leads to the outcome: if what came in makes the
 * process crash, it is known whose it was. */
static inline void
pawl_node_enter(struct pawl_node_call *call)
{
	call->host->enter(call);
}

/* The text without secrets, for what leaves the run by another way than its outcome: a log. */
static inline struct pawl_str
pawl_node_hide(const struct pawl_node_call *call, struct pawl_str text)
{
	return call->host->hide(call, text);
}

/* Answers the caller of the run, if there is one that was not answered yet. The call goes on. */
static inline void
pawl_node_respond(struct pawl_node_call *call, const struct pawl_node_answer *answer)
{
	call->host->respond(call, answer);
}

/* Says something of the attempt, for its span: `name` is static and one of OpenTelemetry's. Never a
 * body, a secret, or what may hold one. text.ptr NULL: the number counts. Nothing when the attempt
 * is not traced. */
static inline void
pawl_node_describe(struct pawl_node_call *call, const char *name, struct pawl_str text,
		   int64_t number)
{
	if (call->traceparent.len)
		call->host->describe(call, name, text, number);
}

/* Ends the whole run. */
static inline void
pawl_node_terminate(struct pawl_node_call *call, bool failed, struct pawl_str message)
{
	call->host->terminate(call, failed, message);
}

#endif
