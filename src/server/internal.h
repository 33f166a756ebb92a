/* What the rooms of src/server share: the server's parts, the directory of endpoints, and
 * who publishes what. Not for other layers. */
#ifndef PAWL_SERVER_INTERNAL_H
#define PAWL_SERVER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/list.h"
#include "server/rate.h"
#include "server/server.h"
#include "trigger/auth/remote_keys.h"
#include "trigger/event.h"
#include "trigger/schedule.h"
#include "trigger/service.h"

/* ---- directory: hook token -> endpoint ------------------------------------ */

/* One workflow as the accept path sees it. Immutable but for its count of references. */
struct pawl_endpoint {
	atomic_int refs;
	uint64_t workflow_id;
	uint32_t revision;
	enum pawl_workflow_state state;
	struct pawl_webhook *webhook;   /* NULL: the trigger is none that has a URL */
	struct pawl_service *service;   /* beside it: it is called at /service/, not /hook/ */
	struct pawl_schedule *schedule; /* NULL: it starts at no times */
	struct pawl_subscription *subscription; /* NULL: it waits for no events */
	struct pawl_list item;                  /* the directory's, of one that has either */
	int64_t activated_at_us;
	atomic_uint denied_in_row; /* refused for their credentials since the last accepted one */
	struct pawl_workflow *workflow;
	struct pawl_rate rate; /* of its callers together */
	char *token;
	char *old_token; /* that it had before: good until then; "": there is none */
	int64_t old_until_us;
};

struct pawl_directory;

struct pawl_server;

/* The server's registry, secrets and master key are there before the first workflow comes. */
struct pawl_directory *pawl_directory_new(const struct pawl_server *server);
void pawl_directory_free(struct pawl_directory *directory);
/* A counted reference, or NULL; any thread, hot path. Inactive workflows are not found, nor is what
 * a token named before, once its time is over. */
struct pawl_endpoint *pawl_directory_find(struct pawl_directory *directory, struct pawl_str token);
/* The same by the workflow's id. */
struct pawl_endpoint *pawl_directory_find_workflow(struct pawl_directory *directory,
						   uint64_t workflow_id);
void pawl_endpoint_unref(struct pawl_endpoint *endpoint);
/* Counted references to all that have a schedule, or, with `type`, to those that wait for events of
 * that type; the array lies in the arena. Any thread. */
struct pawl_endpoint **pawl_directory_scheduled(struct pawl_directory *directory,
						struct pawl_arena *arena, size_t *n);
struct pawl_endpoint **pawl_directory_subscribed(struct pawl_directory *directory,
						 struct pawl_str type, struct pawl_arena *arena,
						 size_t *n);
/* Does anybody wait for that one of Pawl's own events? Any thread, one load. */
bool pawl_directory_wants(const struct pawl_directory *directory, enum pawl_own_event_kind kind);
/* `changed` is called when something of those was put or removed, on any thread, and must only tell
 * others. NULL: nobody is told any more. */
void pawl_directory_watch(struct pawl_directory *directory, void (*changed)(void *ctx), void *ctx);
/* The workflow as it now is; `document` is that of its active revision. Any thread. */
void pawl_directory_put(struct pawl_directory *directory, const struct pawl_workflow_row *row,
			struct pawl_str document);
void pawl_directory_remove(struct pawl_directory *directory, uint64_t workflow_id);
/* Makes every endpoint anew (secrets have changed). */
void pawl_directory_reload(struct pawl_directory *directory);
/* Reads all workflows from the store; blocks, for start-up. */
PAWL_MUST_USE enum pawl_err pawl_directory_load(struct pawl_directory *directory,
						struct pawl_store *store);

/* What is shown of a workflow that has been published: copies in the arena, or static. */
struct pawl_directory_facts {
	struct pawl_str name;        /* ptr NULL: not known */
	struct pawl_str description; /* of the active revision */
	const char *trigger;         /* its type; NULL: nothing is active */
	struct pawl_retention retention;
};

/* Any thread. */
void pawl_directory_facts(struct pawl_directory *directory, uint64_t workflow_id,
			  struct pawl_arena *arena, struct pawl_directory_facts *out);
/* Ids of the paused workflows, in the arena. */
const uint64_t *pawl_directory_paused(struct pawl_directory *directory, struct pawl_arena *arena,
				      size_t *n);

/* Rows of the workflows whose backlogs drain, likewise; their texts are borrowed. */
const struct pawl_workflow_row *pawl_directory_draining(struct pawl_directory *directory,
							struct pawl_arena *arena, size_t *n);

/* ---- live events (Server-Sent Events) -------------------------------------- */

struct pawl_stream_hub;

struct pawl_stream_hub *pawl_stream_hub_new(void);
void pawl_stream_hub_free(struct pawl_stream_hub *hub);
/* Is anybody there, or expected back? Cheap, any thread. */
bool pawl_stream_hub_has_listeners(const struct pawl_stream_hub *hub);
/* The last event's id. From now on events are made for a minute, though nobody listens yet: who
 * attaches behind this one until then misses none. Any thread. */
uint64_t pawl_stream_hub_expect(struct pawl_stream_hub *hub);
/* `event` is the SSE event's name, `data` one line of JSON. Any thread; slow listeners are cut off.
 */
void pawl_stream_hub_publish(struct pawl_stream_hub *hub, const char *event, uint64_t workflow_id,
			     struct pawl_str data);
/* Turns the pending answer into a stream; on the ref's loop. owner_id is the session or token that
 * it is for; workflow_id 0: all. last_event is the
 * Last-Event-ID of one that comes back ("": it does not): it gets what it missed, or the event
 * `gap` when that is not kept any more. */
void pawl_stream_hub_attach(struct pawl_stream_hub *hub, struct pawl_http_ref ref,
			    uint64_t owner_id, uint64_t workflow_id, struct pawl_str last_event);
/* Ends those of a session or token that has ended. Any thread. */
void pawl_stream_hub_close_owner(struct pawl_stream_hub *hub, uint64_t owner_id);
/* Ends every stream (drain). Any thread. */
void pawl_stream_hub_close_all(struct pawl_stream_hub *hub);

/* What happens, as the events `request`, `run` and `node` (live.c). Any thread. */
void pawl_live_on_event(void *ctx, const struct pawl_engine_event *event);
void pawl_live_request(struct pawl_server *server, const struct pawl_request_row *row,
		       uint64_t row_id);

/* ---- the server ------------------------------------------------------------- */

struct pawl_api;       /* api.h */
struct pawl_metrics;   /* metrics.c */
struct pawl_callers;   /* callers.h */
struct pawl_schedules; /* schedules.h */
struct pawl_users;     /* users.h */
struct pawl_passwords; /* passwords.h */
struct pawl_sign_ins;  /* sign_in_limits.h */
struct pawl_setup;     /* setup.h */

struct pawl_server {
	struct pawl_server_config config;
	struct pawl_registry registry;
	struct pawl_store *store;
	struct pawl_secrets *secrets;
	struct pawl_sealer *sealer; /* base/seal.h; const after the start */
	struct pawl_egress egress;
	struct pawl_cidr_list trusted_proxies;
	struct pawl_directory *directory;
	struct pawl_engine *engine;
	pthread_mutex_t wake_lock; /* wakes */
	struct pawl_engine *wakes; /* the engine while it may be woken */
	struct pawl_callers *callers;
	struct pawl_schedules *schedules;
	struct pawl_emitter *emitter;           /* own_events.h */
	struct pawl_store_watch *store_watch;   /* store_watch.h */
	struct pawl_last_uses *last_uses;       /* last_uses.h */
	struct pawl_accept_times *accept_times; /* accept_times.h */
	atomic_uint_least64_t events_cut; /* that would have gone in a loop, since the start */
	struct pawl_stream_hub *hub;
	struct pawl_http_server *http;
	struct pawl_tls_server *tls; /* NULL: no HTTPS */
	struct pawl_cidr_list proxy_peers;
	struct pawl_rate_table *address_rates; /* NULL: no limit */
	struct pawl_api *api;
	struct pawl_users *users;         /* users.h */
	struct pawl_passwords *passwords; /* passwords.h */
	struct pawl_sign_ins *sign_ins;   /* sign_in_limits.h */
	struct pawl_setup *setup;         /* setup.h */
	struct pawl_metrics *metrics;
	struct pawl_otlp *tracer; /* NULL: nothing is traced */
	uint64_t trace_seed;
	char *public_url; /* no slash at the end */
	char *openapi;    /* /openapi.json: takes too long to be made for everybody who asks */
	char *data_dir;
	unsigned char key[32]; /* signs resume URLs; kept in the store */
	int64_t started_at_us;
	atomic_bool draining;
	atomic_uint refusals;               /* on their way to the request log */
	atomic_size_t quarantine_under_way; /* bytes; see quarantine.h */
	/* quarantine.c's */
	atomic_int_least64_t quarantine_next_us;
	struct pawl_timer quarantine_timer;
	struct pawl_task quarantine_task;
	atomic_int quarantine_trimming;
	struct pawl_replayer *replayer;
	struct pawl_what_ifs *what_ifs;
	struct pawl_remote_keys *remote_keys;
	atomic_size_t parked_bytes; /* of requests that wait for a key */
};

/* ---- the front end (frontend.c) ------------------------------------------------ */

/* Every connection is a file: as many as the hard limit allows, but for those that the disk and
 * outgoing calls need. */
void pawl_frontend_settle_limits(struct pawl_http_limits *limits);
/* Binds; nothing is accepted yet. */
PAWL_MUST_USE enum pawl_err pawl_frontend_open(struct pawl_server *server,
					       struct pawl_problems *problems);
void pawl_frontend_close(struct pawl_server *server);
/* Reads the certificate again; the old one stays when the new one is no good. */
void pawl_frontend_reload(struct pawl_server *server);

/* ---- the accept path (ingest.c) ---------------------------------------------- */

/* /hook/<token> and /service/<token>: on_headers and on_request of such a URL. */
bool pawl_ingest_headers(struct pawl_server *server, struct pawl_http_request *req,
			 size_t *max_body);
void pawl_ingest_request(struct pawl_server *server, struct pawl_http_request *req);
void pawl_ingest_refused(struct pawl_server *server, struct pawl_http_request *req, int status,
			 const char *reason, const char *detail);
/* The peer, or whom a trusted proxy names. */
void pawl_ingest_client_ip(const struct pawl_server *server, const struct pawl_http_request *req,
			   struct pawl_arena *arena, struct pawl_ip *out);
/* The request as it is kept, in *kept (arena): its credentials, as far as the trigger looks for
 * them in headers and query, and secrets wherever they stand there, are "***"; the body and its
 * type may be others. */
const struct pawl_http_request *
pawl_ingest_kept(const struct pawl_server *server, const struct pawl_http_request *req,
		 const struct pawl_webhook *webhook, const struct pawl_webhook_verdict *verdict,
		 struct pawl_arena *arena, struct pawl_http_request *kept);
void pawl_ingest_route_done(struct pawl_server *server, void *route);
/* Checks it and deals with the verdict. True: it has to wait for *want (texts of the request or the
 * arena), and nothing has been done. */
bool pawl_ingest_decide(struct pawl_server *server, const struct pawl_http_request *req,
			struct pawl_arena *arena, struct pawl_remote_want *want);
/* ingest_wait.c: decides again when what is wanted is there. Takes the route. */
void pawl_ingest_wait(struct pawl_server *server, struct pawl_http_request *req,
		      const struct pawl_remote_want *want);
/* 503 with Retry-After. */
void pawl_ingest_answer_no_key(struct pawl_http_ref ref);

/* What browsers are told of a service, with whatever the answer will be (service.c). */
void pawl_service_add_cors(struct pawl_http_request *req);
void pawl_service_answer_options(struct pawl_http_request *req);

/* ---- resume URLs (resume.c): /resume/<run id>-<mac> ---------------------------- */

struct pawl_str pawl_resume_url(void *ctx, uint64_t run_id, struct pawl_arena *arena);
void pawl_resume_request(struct pawl_server *server, struct pawl_http_request *req);

/* 405 with Allow and the usual body; api.c. */
void pawl_api_refuse_method(struct pawl_http_ref ref, const char *allow);

/* ---- the console's files (console.c): /console/, and / which leads there -------- */

bool pawl_console_has_path(struct pawl_str path);
void pawl_console_request(const struct pawl_http_request *req);

/* ---- /metrics, /healthz, /readyz (metrics.c) ------------------------------------ */

struct pawl_metrics *pawl_metrics_new(void);
void pawl_metrics_free(struct pawl_metrics *metrics);
/* Observations of the accept path, in microseconds from first byte to answer; any thread, cheap. */
void pawl_metrics_observe_accept(struct pawl_metrics *metrics, int status, int64_t elapsed_us);
/* How many accepted requests took how long, since the start. */
void pawl_metrics_accept_times(const struct pawl_metrics *metrics,
			       uint64_t out[PAWL_HISTOGRAM_BUCKETS]);
/* The page's text (Prometheus text format 0.0.4); pure. */
void pawl_metrics_write(struct pawl_buf *out, struct pawl_metrics *metrics,
			const struct pawl_store_stats *store,
			const struct pawl_engine_stats *engine,
			const struct pawl_http_counters *http);
void pawl_metrics_request(struct pawl_server *server, struct pawl_http_request *req);
void pawl_health_request(struct pawl_server *server, struct pawl_http_request *req, bool ready);

#endif
