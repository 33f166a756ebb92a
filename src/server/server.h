/* `pawl serve`: the store, the engine, the HTTP front end and the API, wired together.
 *
 * Start order: store, secrets, directory of endpoints, engine, HTTP. Stop order is the
 * reverse: the front end drains first, so that every accepted request is answered, then
 * the engine, then the store. Called from the main thread. */
#ifndef PAWL_SERVER_SERVER_H
#define PAWL_SERVER_SERVER_H

#include "engine/engine.h"
#include "net/http_server.h"
#include "trigger/webhook.h"

struct pawl_server;

struct pawl_server_config {
	const char *listen;             /* "127.0.0.1:8080"; NULL: HTTPS only */
	const char *tls_listen;         /* where HTTPS is spoken; NULL: nowhere */
	const char *tls_cert, *tls_key; /* PEM files, for tls_listen */
	const char *data_dir;           /* "./data" */
	const char *public_url;         /* what hook URLs begin with; NULL: the listening address */
	const char *trusted_proxies;    /* CIDR list, or NULL */
	const char *proxy_protocol;     /* whose connections begin with a PROXY header: the same */
	const char *egress_allow, *egress_deny; /* CIDR lists, or NULL */
	const char *master_key_file;            /* NULL: DATA/master.key, made at the first start */
	const char *secrets_dir;                /* NULL: DATA/secrets */
	const char *presets_dir;                /* NULL: DATA/presets */
	const char *env_allow;                  /* names of variables for ${env.NAME}, or NULL */
	const char *otlp_endpoint;              /* collector of traces; NULL: none */
	const char *otlp_headers;               /* "name=value,..." for it, or NULL */
	const char *service_name;               /* what traces say of who they are from */
	const char *ready_file;                 /* written when it listens, or NULL */
	unsigned http_loops;                    /* 0: chosen from the processors */
	size_t max_runs;                        /* in memory; 0: the engine's default */
	size_t max_hook_body_bytes;             /* whatever a workflow allows; 32 MiB */
	double rate_limit_per_ip;               /* calls a second of one address; 0: any */
	size_t quarantine_bytes;   /* of refused requests that are kept whole; 64 MiB; 0: none */
	int64_t quarantine_age_ms; /* how long they are kept; 7 days */
	int64_t retain_age_ms;     /* how long what has ended is kept; 0: for ever */
	size_t retain_bytes;       /* the database may use; 0: any */
	int64_t session_idle_ms;   /* a session that is not used ends; 12 hours */
	int64_t session_age_ms;    /* and any session does; 7 days */
	struct pawl_http_limits limits;
};

void pawl_server_config_init(struct pawl_server_config *config);
/* Problems name the option and what to do. On success it listens and the ready file is there. */
PAWL_MUST_USE enum pawl_err pawl_server_start(const struct pawl_server_config *config,
					      struct pawl_server **out,
					      struct pawl_problems *problems);
const char *pawl_server_url(const struct pawl_server *server);
/* Finishes what was accepted, then frees everything; within 10 s. */
void pawl_server_stop(struct pawl_server *server);
/* SIGHUP: reads secrets and the certificate again. */
void pawl_server_reload(struct pawl_server *server);

#endif
