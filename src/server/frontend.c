/* The front end as the server has it: which room a request goes to, addresses, TLS, limits. */
#include <errno.h>
#include <sys/resource.h>

#include "base/log.h"
#include "net/tls_server.h"
#include "server/api.h"

#define FILES_KEPT    1024
#define OPEN_BODY_MAX ((size_t)16 << 10) /* of what is read before anybody is known */

/* ---- requests by path ------------------------------------------------------------------ */

static bool
on_headers(void *ctx, struct pawl_http_request *req, size_t *max_body)
{
	struct pawl_server *server = ctx;

	if (pawl_str_starts_with(req->path, PAWL_STR("/hook/")) ||
	    pawl_str_starts_with(req->path, PAWL_STR("/service/")))
		return pawl_ingest_headers(server, req, max_body);
	if (pawl_str_eq_c(req->path, "/api/v1/session") ||
	    pawl_str_eq_c(req->path, "/api/v1/setup"))
		*max_body = OPEN_BODY_MAX;
	else if (pawl_str_starts_with(req->path, PAWL_STR("/api/")))
		*max_body = PAWL_WORKFLOW_BYTES_MAX + (64u << 10);
	return true;
}

static void
answer_probe(struct pawl_server *server, struct pawl_http_request *req)
{
	if (req->method != PAWL_HTTP_GET && req->method != PAWL_HTTP_HEAD)
		pawl_api_refuse_method(req->ref, "GET, HEAD");
	else if (pawl_str_eq_c(req->path, "/metrics"))
		pawl_metrics_request(server, req);
	else
		pawl_health_request(server, req, pawl_str_eq_c(req->path, "/readyz"));
}

static void
on_request(void *ctx, struct pawl_http_request *req)
{
	struct pawl_server *server = ctx;

	if (req->route)
		pawl_ingest_request(server, req);
	else if (pawl_str_starts_with(req->path, PAWL_STR("/api/")) ||
		 pawl_str_eq_c(req->path, "/openapi.json"))
		pawl_api_request(server, req);
	else if (pawl_str_starts_with(req->path, PAWL_STR("/resume/")))
		pawl_resume_request(server, req);
	else if (pawl_str_eq_c(req->path, "/metrics") || pawl_str_eq_c(req->path, "/healthz") ||
		 pawl_str_eq_c(req->path, "/readyz"))
		answer_probe(server, req);
	else if (pawl_console_has_path(req->path))
		pawl_console_request(req);
	else
		pawl_http_respond_error(req->ref, 404, "not_found", "there is nothing at this URL");
}

static void
on_refused(void *ctx, struct pawl_http_request *req, int status, const char *reason,
	   const char *detail)
{
	pawl_ingest_refused(ctx, req, status, reason, detail);
}

static void
on_route_done(void *ctx, void *route)
{
	pawl_ingest_route_done(ctx, route);
}

static void
on_turn_end(void *ctx)
{
	struct pawl_server *server = ctx;

	pawl_store_flush(server->store);
}

/* ---- life ------------------------------------------------------------------------------ */

void
pawl_frontend_settle_limits(struct pawl_http_limits *limits)
{
	struct rlimit files;
	rlim_t before, n;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	before = files.rlim_cur;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
		files.rlim_cur = before;
		pawl_log(PAWL_LOG_WARN, "file_limit", PAWL_F_C("message", strerror(errno)));
	}
	n = files.rlim_cur;
	n -= n / 2 < FILES_KEPT ? n / 2 : FILES_KEPT;
	if (limits->max_connections <= n)
		return;
	limits->max_connections = n;
	pawl_log(PAWL_LOG_INFO, "connections_limited", PAWL_F_INT("to", (int64_t)n),
		 PAWL_F_INT("files", (int64_t)files.rlim_cur));
}

/* Both files, or neither; and an address for them, or none. */
static enum pawl_err
open_tls(struct pawl_server *server, struct pawl_problems *problems)
{
	const struct pawl_server_config *config = &server->config;

	if (!config->tls_listen && !config->tls_cert && !config->tls_key)
		return PAWL_OK;
	if (config->tls_listen && config->tls_cert && config->tls_key)
		return pawl_tls_server_open(config->tls_cert, config->tls_key, &server->tls,
					    problems);
	pawl_problems_add(problems, "--tls-listen",
			  "HTTPS needs all of --tls-listen, --tls-cert and --tls-key");
	return PAWL_EINVAL;
}

enum pawl_err
pawl_frontend_open(struct pawl_server *server, struct pawl_problems *problems)
{
	struct pawl_http_server_config config = {
		.listen = server->config.listen,
		.tls_listen = server->config.tls_listen,
		.proxy_peers = &server->proxy_peers,
		.n_loops = server->config.http_loops,
		.limits = server->config.limits,
		.handler = {on_headers, on_request, on_refused, on_route_done, on_turn_end, server},
	};
	enum pawl_err err = open_tls(server, problems);

	if (err != PAWL_OK)
		return err;
	if (server->config.rate_limit_per_ip > 0)
		server->address_rates =
			pawl_rate_table_new(server->config.rate_limit_per_ip,
					    server->config.rate_limit_per_ip < 1
						    ? 1
						    : (uint32_t)server->config.rate_limit_per_ip);
	config.tls = server->tls;
	return pawl_http_server_open(&config, &server->http, problems);
}

void
pawl_frontend_close(struct pawl_server *server)
{
	if (server->http)
		pawl_http_server_free(server->http);
	pawl_tls_server_close(server->tls);
	pawl_rate_table_free(server->address_rates);
	pawl_cidr_list_fini(&server->proxy_peers);
}

void
pawl_frontend_reload(struct pawl_server *server)
{
	struct pawl_problems problems = {0};

	if (!server->tls)
		return;
	if (pawl_tls_server_reload(server->tls, &problems) == PAWL_OK)
		pawl_log(PAWL_LOG_INFO, "reloaded", PAWL_F_C("what", "certificate"));
	for (size_t i = 0; i < problems.len; i++)
		pawl_log(PAWL_LOG_ERROR, "tls_problem", PAWL_F_C("where", problems.items[i].where),
			 PAWL_F_C("message", problems.items[i].message));
	pawl_problems_fini(&problems);
}
