/* The REST API under /api/v1: one table of routes (routes.def) from which requests are
 * routed, checked, and described (/openapi.json).
 *
 * A call holds a copy of what it needs of its request; it is answered once, now or after
 * store operations, always on its connection's loop. Handlers never block. */
#ifndef PAWL_SERVER_API_H
#define PAWL_SERVER_API_H

#include "server/internal.h"

struct pawl_api_call;

struct pawl_api_param {
	const char *name;
	const char *type; /* "string", "integer", "id", "time", "boolean" */
	const char *help;
};

struct pawl_api_route {
	enum pawl_http_method method;
	const char *path; /* "/api/v1/runs/{id}" */
	void (*handle)(struct pawl_api_call *call);
	const char *operation; /* operationId, "getRun" */
	const char *tag;
	const char *summary;
	const struct pawl_api_param
		*query; /* ends with name NULL; NULL: none; others are refused */
	bool has_body;  /* a JSON object; else a body is refused */
	bool is_stream; /* answered with an event stream */
	int status;     /* of success */
};

struct pawl_api_call {
	struct pawl_server *server;
	struct pawl_http_ref ref;
	const struct pawl_api_route *route;
	struct pawl_arena arena;
	struct pawl_str params[2]; /* of {…} in the path, in order, decoded */
	struct pawl_json query;    /* object of strings */
	struct pawl_json body;     /* parsed; null when there was none */
	struct pawl_str if_match;
	uint64_t token_id;                        /* whose API token it is */
	void *state;                              /* the handler's, in the arena */
	const struct pawl_workflow_row *workflow; /* that pawl_api_workflow_id found */
	/* the router's */
	struct pawl_task task;
	struct pawl_store_op *op;
	void (*next)(struct pawl_api_call *call, struct pawl_store_op *op);
	struct pawl_str etag;
	struct pawl_arena results[8]; /* of the store operations, kept until the call is answered */
	size_t n_results;
};

/* After the store is open: blocks while it reads the tokens. */
struct pawl_api *pawl_api_new(struct pawl_server *server);
void pawl_api_free(struct pawl_api *api);
/* Every path of /api/ and /openapi.json. Checks the bearer token first. */
void pawl_api_request(struct pawl_server *server, struct pawl_http_request *req);
/* Makes the first token at first start and writes it to `path` (0600); blocks, for start-up. */
enum pawl_err pawl_api_first_token(struct pawl_server *server, const char *path,
				   struct pawl_problems *problems);

/* Submits `op`, which is in the call's arena, and calls `next` on the call's loop when it is done.
 * Its results live as long as the call. */
void pawl_api_store(struct pawl_api_call *call, struct pawl_store_op *op,
		    void (*next)(struct pawl_api_call *call, struct pawl_store_op *op));
/* Submits a command to the engine and calls `next` on the call's loop. */
void pawl_api_command(struct pawl_api_call *call, struct pawl_engine_command *command,
		      void (*next)(struct pawl_api_call *call, enum pawl_err err,
				   const char *message));
/* These answer and return false when the parameter is wrong: the call is gone then, and nothing is
 * written to what was in its arena. */
/* The `limit` of a list, 50 when absent. */
bool pawl_api_limit(struct pawl_api_call *call, size_t *limit);
/* The id that a list goes on from. */
bool pawl_api_cursor(struct pawl_api_call *call, uint64_t *before);
/* An id in the path: 404 when it is none. */
bool pawl_api_id(struct pawl_api_call *call, struct pawl_str text, uint64_t *id);
/* A time or null. */
struct pawl_json pawl_api_time(struct pawl_arena *arena, int64_t at_us);
/* {"items", "next"}. */
void pawl_api_reply_list(struct pawl_api_call *call, struct pawl_json items, struct pawl_json next);
/* Calls `then` with the id of the workflow that `text` (an id or a name) means; 404 when there is
 * none. */
void pawl_api_workflow_id(struct pawl_api_call *call, struct pawl_str text,
			  void (*then)(struct pawl_api_call *call, uint64_t workflow_id));
/* Answers and frees the call. */
void pawl_api_reply(struct pawl_api_call *call, int status, const struct pawl_json *value);
void pawl_api_reply_etag(struct pawl_api_call *call, int status, uint64_t etag,
			 const struct pawl_json *value);
/* Frees the call without answering: somebody else does. */
void pawl_api_drop(struct pawl_api_call *call);
/* {"code","message","error":{"type","detail"}}; with problems, error.problems lists them. */
void pawl_api_fail(struct pawl_api_call *call, int status, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void pawl_api_fail_problems(struct pawl_api_call *call, const struct pawl_problems *problems);
/* 404, 409, 412, 503 ... from a store error. */
void pawl_api_fail_err(struct pawl_api_call *call, enum pawl_err err, const char *what);

/* Whose token the request carries; false when it carries none that is known. */
bool pawl_api_authorize(struct pawl_api *api, const struct pawl_http_request *req,
			uint64_t *token_id);
/* Adds an API token (tokens.c); any thread. */
void pawl_api_token_known(struct pawl_api *api, struct pawl_str hash, uint64_t id);
void pawl_api_token_forget(struct pawl_api *api, uint64_t id);
/* "pawl_" and 43 characters, in the arena, and its SHA-256. */
struct pawl_str pawl_api_token_make(struct pawl_arena *arena, unsigned char hash[32]);

struct pawl_json pawl_openapi(struct pawl_server *server, struct pawl_arena *arena);

extern const struct pawl_api_route pawl_api_routes[];
extern const size_t pawl_api_n_routes;

#endif
