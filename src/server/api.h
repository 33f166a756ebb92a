/* The REST API under /api/v1: one table of routes (routes.def) from which requests are
 * routed, checked, and described (/openapi.json).
 *
 * A call holds a copy of what it needs of its request; it is answered once, now or after
 * store operations, always on its connection's loop. Handlers never block. */
#ifndef PAWL_SERVER_API_H
#define PAWL_SERVER_API_H

#include "server/access.h"

#define PAWL_API_PARAMS_MAX 2 /* {...} in a path */

struct pawl_api_call;

enum pawl_api_param_type {
	PAWL_PARAM_TEXT,
	PAWL_PARAM_LIMIT,   /* 1 to 1000 */
	PAWL_PARAM_ID,      /* of a row */
	PAWL_PARAM_TIME,    /* RFC 3339 */
	PAWL_PARAM_CHOICE,  /* one of `choices` */
	PAWL_PARAM_CHOICES, /* some of them, with commas between */
};

struct pawl_api_param {
	const char *name;
	enum pawl_api_param_type type;
	const char *help;
	const char *const *choices; /* NULL-terminated */
};

enum { PAWL_MEMBER_NULLABLE = 1 << 0, PAWL_MEMBER_OPTIONAL = 1 << 1 /* may be absent */ };

/* A member of an answer, for the description only. */
struct pawl_api_member {
	const char *name;
	const char *type; /* string, integer, number, boolean, id, time, object, any, the name of a
			     shape, or one of these with [] behind it */
	unsigned flags;
	const char *help; /* may be NULL */
	const char *const *choices;
};

struct pawl_api_shape {
	const char *name;
	const struct pawl_api_member *members; /* ends with name NULL */
};

/* Who may call a route. */
enum pawl_api_access {
	PAWL_ACCESS_USUAL, /* what changes nothing: every viewer; the rest: editors */
	PAWL_ACCESS_ANYBODY,
	PAWL_ACCESS_VIEWER,
	PAWL_ACCESS_OWNER,
};

struct pawl_api_route {
	enum pawl_http_method method;
	const char *path; /* "/api/v1/runs/{id}" */
	void (*handle)(struct pawl_api_call *call);
	const char *operation; /* operationId, "getRun" */
	const char *tag;
	const char *summary;
	const struct pawl_api_param *query; /* ends with name NULL; others are refused */
	const struct pawl_field *body;      /* members of the JSON object; NULL: there are none */
	/* A shape's name, with [] behind it for a page of them; NULL: any JSON object, or nothing
	 * when the status is 204. */
	const char *answer;
	int status;      /* of success */
	bool is_stream;  /* answered with an event stream */
	bool is_file;    /* answered with bytes of any type */
	bool is_raw;     /* its handler reads the body and the headers itself */
	bool of_session; /* about the caller's own session: an API token has none */
	enum pawl_api_access access;
};

struct pawl_api_call {
	struct pawl_server *server;
	struct pawl_http_ref ref;
	const struct pawl_api_route *route;
	struct pawl_arena arena;
	struct pawl_str params[PAWL_API_PARAMS_MAX]; /* of {...} in the path, decoded */
	struct pawl_json query; /* object of strings, each as its route's table says */
	struct pawl_json body;  /* object of what its route's table says */
	struct pawl_str raw;    /* the body as it came, and the headers: of a raw route */
	struct pawl_http_header *headers;
	size_t n_headers;
	bool is_any_version; /* the handler looks at If-Match itself */
	struct pawl_str if_match, last_event_id;
	struct pawl_principal caller;             /* whose it is */
	struct pawl_ip ip;                        /* that it came from; GET: none */
	bool is_secure;                           /* its cookies are for HTTPS */
	struct pawl_str user_agent, device;       /* of a route about sessions */
	bool wants_yaml;                          /* by ?format=yaml, or by Accept */
	struct pawl_audit_note note;              /* who does what; GET: empty */
	void *state;                              /* the handler's, in the arena */
	const struct pawl_workflow_row *workflow; /* that pawl_api_workflow_id found */
	/* Called with what the next write has done, on the store's thread, in the order in which
	 * the store has done all: must be quick. Only when it went well; once. */
	void (*settle)(struct pawl_api_call *call, struct pawl_store_op *op);
	/* the router's */
	struct pawl_task task;
	struct pawl_store_op *op;
	struct pending_command *pending;
	uint64_t order; /* of the last operation among all, as the store did them */
	void (*next)(struct pawl_api_call *call, struct pawl_store_op *op);
	char etag[24];                /* "": none */
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
 * A write is entered in the audit log with it.
 * Its results live as long as the call. */
void pawl_api_store(struct pawl_api_call *call, struct pawl_store_op *op,
		    void (*next)(struct pawl_api_call *call, struct pawl_store_op *op));
/* Submits a command to the engine and calls `next` on the call's loop. It is entered in the audit
 * log before, as "asked", and once more when the engine refuses it. */
void pawl_api_command(struct pawl_api_call *call, struct pawl_engine_command *command,
		      void (*next)(struct pawl_api_call *call, enum pawl_err err,
				   const char *message));
/* Enters in the audit log what the call does; for what is done elsewhere than in its own writes.
 * Then goes on, on the call's loop; not noted: the store is failing. */
void pawl_api_note(struct pawl_api_call *call, const char *result,
		   void (*then)(struct pawl_api_call *call, bool is_noted));
/* Fills call->note, from call->route and its parameters (audit.c). */
void pawl_api_note_caller(struct pawl_api_call *call, const struct pawl_http_request *req);
/* Enters what the server does by itself; blocks, for start-up. */
enum pawl_err pawl_audit_system(struct pawl_store *store, const char *action,
				struct pawl_str target);
/* An id in the path. Answers 404 and returns false when it is none: the call is gone then. */
bool pawl_api_id(struct pawl_api_call *call, struct pawl_str text, uint64_t *id);
/* The query's member; ptr NULL when absent. */
struct pawl_str pawl_api_query_text(const struct pawl_api_call *call, const char *name);
/* A time or null. */
struct pawl_json pawl_api_time(struct pawl_arena *arena, int64_t at_us);
/* An id or, for 0, null. */
struct pawl_json pawl_api_id_or_null(struct pawl_arena *arena, uint64_t id);
/* Objects with pointer, message, severity and, where they are known, code, hint and member. */
struct pawl_json pawl_api_problems(struct pawl_arena *arena, const struct pawl_problems *problems);
/* The same of a document: each says which node it is about, and where in that. */
struct pawl_json pawl_api_document_problems(struct pawl_arena *arena,
					    const struct pawl_problems *problems,
					    const struct pawl_json *document);
/* {"items", "next"}. */
void pawl_api_reply_list(struct pawl_api_call *call, struct pawl_json items, struct pawl_json next);
/* Calls `then` with the id of the workflow that `text` (an id, else a name) means; it stands in
 * call->workflow with its draft. 404 when there is none; 412 when the call would change it and its
 * If-Match names another version. */
void pawl_api_workflow_id(struct pawl_api_call *call, struct pawl_str text,
			  void (*then)(struct pawl_api_call *call, uint64_t workflow_id));
void pawl_api_fail_version(struct pawl_api_call *call);
/* Answers and frees the call. */
void pawl_api_reply(struct pawl_api_call *call, int status, const struct pawl_json *value);
void pawl_api_reply_etag(struct pawl_api_call *call, int status, uint64_t etag,
			 const struct pawl_json *value);
/* Text of a type that the route describes. */
void pawl_api_reply_text(struct pawl_api_call *call, const char *content_type,
			 struct pawl_str text);
/* The value as YAML. */
void pawl_api_reply_yaml(struct pawl_api_call *call, const struct pawl_json *value);
/* Nothing that the store has answered so far is needed any more: for calls that ask it often. */
void pawl_api_forget_results(struct pawl_api_call *call);
/* Frees the call without answering: somebody else does. */
void pawl_api_drop(struct pawl_api_call *call);
/* With a status that says so; Retry-After goes with it. */
void pawl_api_fail_later(struct pawl_api_call *call, int status, const char *type, int64_t wait_us,
			 const char *detail);
/* {"code","message","error":{"type","detail"}}; 503 says Retry-After. */
void pawl_api_fail(struct pawl_api_call *call, int status, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same with error.problems. */
void pawl_api_fail_problems(struct pawl_api_call *call, int status, const char *type,
			    const char *detail, const struct pawl_problems *problems);
/* 422, of a document. */
void pawl_api_fail_document(struct pawl_api_call *call, const char *detail,
			    const struct pawl_problems *problems, const struct pawl_json *document);
/* 404, 409, 412, 503 ... from a store error. */
void pawl_api_fail_err(struct pawl_api_call *call, enum pawl_err err, const char *what);

/* ---- a list, page by page (api_list.c) ---- */

struct pawl_api_list {
	struct pawl_store_list list; /* limit, cursor, from and to are the query's */
	const char *what;            /* for people: "run" */
	const char *key;             /* the item's member that the next page goes on from */
	struct pawl_json (*item)(struct pawl_api_call *call, const struct pawl_store_list *list,
				 size_t i);
};

/* In the call's arena; add filters, then run it: the answer is a page. */
struct pawl_api_list *pawl_api_list_new(struct pawl_api_call *call, enum pawl_store_kind kind);
/* Of the workflow that the query names, if it names one. */
void pawl_api_list_run(struct pawl_api_call *call, struct pawl_api_list *list);

/* ---- parts of the router ---- */

/* api_body.c: into call->body; an absent one is an empty object. False: the call was answered with
 * what is wrong. */
bool pawl_api_read_body(struct pawl_api_call *call, struct pawl_str text, struct pawl_str type);
/* Is the media type, or one that Accept names, YAML? */
bool pawl_api_is_yaml(struct pawl_str media);

/* ---- likewise, pure (params.c) ---- */

/* Does `path` fit the route's pattern? Fills params with the parts that stand for {...}, as they
 * are written, and empties the others. */
bool pawl_api_match(const char *pattern, struct pawl_str path,
		    struct pawl_str params[PAWL_API_PARAMS_MAX]);
/* The route of a request. NULL: `allow` has the methods of that path, or is empty when there is
 * no such path. HEAD is GET but for streams. */
const struct pawl_api_route *pawl_api_route_find(enum pawl_http_method method, struct pawl_str path,
						 struct pawl_str params[PAWL_API_PARAMS_MAX],
						 char *allow, size_t size);
/* The least that a caller has to be; none: anybody may. */
enum pawl_role pawl_api_route_role(const struct pawl_api_route *route);
/* NULL, or what the parameter's value has to be; static, or in the arena. */
const char *pawl_api_param_problem(struct pawl_arena *arena, const struct pawl_api_param *param,
				   struct pawl_str value);
/* The bits of the choices that a value of PAWL_PARAM_CHOICES names; 0 for an absent one. */
uint32_t pawl_api_choices(struct pawl_str value, const char *const *choices);
/* If-Match (RFC 9110 section 13.1.1): does it let a change of that version through? An absent one
 * does. */
bool pawl_api_if_match(struct pawl_str header, uint64_t version);

/* ---- telling of changes (announce.c); any thread ---- */

struct pawl_announcer;

struct pawl_announcer *pawl_announcer_new(void);
void pawl_announcer_free(struct pawl_announcer *announcer);
/* The next number; called when the store is done with a change, on its thread. */
uint64_t pawl_announcer_order(struct pawl_announcer *announcer);
/* False when a newer change of that workflow has been announced already. True: tell the directory
 * and the engine, nobody else does meanwhile, then end it. */
PAWL_MUST_USE bool pawl_announcer_begin(struct pawl_announcer *announcer, uint64_t workflow_id,
					uint64_t order);
void pawl_announcer_end(struct pawl_announcer *announcer);
struct pawl_announcer *pawl_api_announcer(struct pawl_api *api);

/* Whose token the request carries; false when it carries none that is known. */
bool pawl_api_authorize(struct pawl_api *api, const struct pawl_http_request *req,
			struct pawl_principal *who);
/* Adds an API token (tokens.c); any thread. */
void pawl_api_token_known(struct pawl_api *api, const struct pawl_token_row *row);
/* "token:NAME", in the arena. */
struct pawl_str pawl_api_token_name(struct pawl_api *api, uint64_t id, struct pawl_arena *arena);
void pawl_api_token_forget(struct pawl_api *api, uint64_t id);
/* When it was used last; 0: never. */
int64_t pawl_api_token_last_use(struct pawl_api *api, uint64_t id);
/* Those that were used since then, each with its id and that time, in the arena; how many. */
size_t pawl_api_token_uses(struct pawl_api *api, int64_t since_us, struct pawl_arena *arena,
			   const struct pawl_token_row **out);
/* Ends the streams of tokens whose time is over. */
void pawl_api_end_expired(struct pawl_server *server);
/* "pawl_" and 43 characters, in the arena, and its SHA-256. */
struct pawl_str pawl_api_token_make(struct pawl_arena *arena, unsigned char hash[32]);
void pawl_api_token_hash(struct pawl_str token, unsigned char hash[32]);

struct pawl_json pawl_openapi(struct pawl_arena *arena, struct pawl_str server_url);
extern const struct pawl_api_shape pawl_api_shapes[]; /* ends with name NULL */
/* Words of the store, NULL-terminated. */
extern const char *const pawl_api_workflow_states[],
	*const pawl_api_run_states[], *const pawl_api_trigger_kinds[], *const pawl_api_verdicts[];

extern const struct pawl_api_route pawl_api_routes[];
extern const size_t pawl_api_n_routes;

#endif
