#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "base/seal.h"
#include "cli/files.h"
#include "cli/options.h"
#include "server/server.h"

#define LARGE_BYTES     (1 << 20)
#define HTTP_LOOPS_MAX  64
#define CONNECTIONS_MAX 1000000
#define CALLS_MAX       1000000

static const struct pawl_option options[] = {
	{"listen", "ADDR:PORT", "Where to listen; port 0 picks one", "PAWL_LISTEN",
	 .fallback = "127.0.0.1:8080"},
	{"tls-listen", "ADDR:PORT",
	 "Where to speak HTTPS; without --listen, that alone is listened on", "PAWL_TLS_LISTEN"},
	{"tls-cert", "FILE", "Its certificate and chain, PEM; read again on SIGHUP",
	 "PAWL_TLS_CERT"},
	{"tls-key", "FILE", "The certificate's key, PEM", "PAWL_TLS_KEY"},
	{"data", "DIR", "Where everything is kept", "PAWL_DATA", .fallback = "./data"},
	{"ready-file", "FILE", "Written when it listens; DATA/ready.json unless given",
	 "PAWL_READY_FILE"},
	{"public-url", "URL", "What hook URLs begin with, as senders see it", "PAWL_PUBLIC_URL"},
	{"trusted-proxies", "CIDRS", "Proxies whose X-Forwarded-For counts",
	 "PAWL_TRUSTED_PROXIES"},
	{"proxy-protocol", "CIDRS", "Proxies whose connections begin with a PROXY header",
	 "PAWL_PROXY_PROTOCOL"},
	{"egress-allow", "CIDRS", "Private addresses that workflows may call", "PAWL_EGRESS_ALLOW"},
	{"egress-deny", "CIDRS", "Addresses that workflows may never call", "PAWL_EGRESS_DENY"},
	{"master-key-file", "FILE",
	 "Opens what is sealed; DATA/master.key, made at the first start, unless given",
	 "PAWL_MASTER_KEY_FILE"},
	{"secrets-dir", "DIR", "One file per secret; DATA/secrets unless given",
	 "PAWL_SECRETS_DIR"},
	{"presets", "DIR", "Signature presets of your own; DATA/presets unless given",
	 "PAWL_PRESETS"},
	{"env-allow", "NAMES", "Variables that workflows may read as ${env.NAME}",
	 "PAWL_ENV_ALLOW"},
	{"http-loops", "N", "Threads for HTTP; 0 chooses from the processors", "PAWL_HTTP_LOOPS",
	 .fallback = "0"},
	{"header-deadline", "DURATION", "A request's headers must be in, from its first byte",
	 "PAWL_HEADER_DEADLINE", .fallback = "10s"},
	{"body-deadline", "DURATION", "The whole request must be in, from its first byte",
	 "PAWL_BODY_DEADLINE", .fallback = "60s"},
	{"min-body-rate", "SIZE", "A second, below which a body is too slow; 0: any is fast enough",
	 "PAWL_MIN_BODY_RATE", .fallback = "1KiB"},
	{"idle-timeout", "DURATION", "A connection without a request is closed",
	 "PAWL_IDLE_TIMEOUT", .fallback = "75s"},
	{"max-header-size", "SIZE", "Of request line and headers; 431 past it",
	 "PAWL_MAX_HEADER_SIZE", .fallback = "16KiB"},
	{"max-body-size", "SIZE", "Of a webhook, whatever its max_body allows; 413 past it",
	 "PAWL_MAX_BODY_SIZE", .fallback = "32MiB"},
	{"max-held-size", "SIZE", "Of all requests that are not whole yet; 503 past it",
	 "PAWL_MAX_HELD_SIZE", .fallback = "256MiB"},
	{"quarantine-bytes", "SIZE", "Of refused requests that are kept whole; 0 keeps none",
	 "PAWL_QUARANTINE_BYTES", .fallback = "64MiB"},
	{"quarantine-age", "DURATION", "How long they are kept", "PAWL_QUARANTINE_AGE",
	 .fallback = "7d"},
	{"retain-age", "DURATION", "How long what has ended is kept; for ever unless given",
	 "PAWL_RETAIN_AGE"},
	{"retain-bytes", "SIZE",
	 "The database may use; past it the oldest that has ended is removed", "PAWL_RETAIN_BYTES"},
	{"session-idle", "DURATION", "A console session that is not used so long ends",
	 "PAWL_SESSION_IDLE", .fallback = "12h"},
	{"session-age", "DURATION", "Every console session ends after so long", "PAWL_SESSION_AGE",
	 .fallback = "7d"},
	{"max-connections", "N", "At a time; 503 past it", "PAWL_MAX_CONNECTIONS",
	 .fallback = "20000"},
	{"max-connections-per-ip", "N", "Of one address at a time (IPv6: one /64); 503 past it",
	 "PAWL_MAX_CONNECTIONS_PER_IP", .fallback = "12000"},
	{"rate-limit-per-ip", "N",
	 "Calls of workflows' URLs a second from one address; 429 past it",
	 "PAWL_RATE_LIMIT_PER_IP", .fallback = "0"},
	{"otlp-endpoint", "URL",
	 "Collector of OpenTelemetry traces (OTLP over HTTP); none: nothing is traced",
	 "PAWL_OTLP_ENDPOINT"},
	{"otlp-headers", "HEADERS", "For the collector: name=value, with commas between",
	 "PAWL_OTLP_HEADERS"},
	{"core-dumps", "on|off",
	 "Whether a crash leaves one: it holds requests and secrets in the clear",
	 "PAWL_CORE_DUMPS", .fallback = "off"},
	{"log-level", "LEVEL", "debug, info, warn or error", "PAWL_LOG_LEVEL", .fallback = "info"},
	{NULL},
};

/* Requests, credentials and secrets pass through buffers of libraries, too, which are not ours to
 * wipe or to leave out: so the memory as a whole is neither dumped nor readable by other processes
 * of the same user. */
static bool
settle_core_dumps(const struct pawl_args *args)
{
	const char *wish = pawl_args_get(args, "core-dumps");

	if (strcmp(wish, "off") == 0)
		return prctl(PR_SET_DUMPABLE, 0) == 0;
	if (strcmp(wish, "on") == 0)
		return true;
	pawl_usage(args, "--core-dumps: \"%s\" is neither on nor off", wish);
	return false;
}

/* Returns at the first SIGTERM or SIGINT. */
static void
wait_for_end(struct pawl_server *server, const sigset_t *signals)
{
	int number;

	for (;;) {
		if (sigwait(signals, &number) != 0)
			continue;
		if (number != SIGHUP)
			break;
		pawl_server_reload(server);
	}
	pawl_log(PAWL_LOG_INFO, "stopping",
		 PAWL_F_C("signal", number == SIGINT ? "SIGINT" : "SIGTERM"));
}

/* What OpenTelemetry calls it, for those who set it for all programs; empty counts as unset. */
static const char *
or_env(const char *value, const char *name)
{
	if (!value || !*value)
		value = getenv(name);
	return value && *value ? value : NULL;
}

static void
fill_config(const struct pawl_args *args, struct pawl_server_config *config)
{
	pawl_server_config_init(config);
	config->listen = pawl_args_get(args, "listen");
	config->tls_listen = pawl_args_get(args, "tls-listen");
	config->tls_cert = pawl_args_get(args, "tls-cert");
	config->tls_key = pawl_args_get(args, "tls-key");
	if (config->tls_listen && !pawl_args_given(args, "listen") && !getenv("PAWL_LISTEN"))
		config->listen = NULL;
	config->data_dir = pawl_args_get(args, "data");
	config->public_url = pawl_args_get(args, "public-url");
	config->trusted_proxies = pawl_args_get(args, "trusted-proxies");
	config->proxy_protocol = pawl_args_get(args, "proxy-protocol");
	config->egress_allow = pawl_args_get(args, "egress-allow");
	config->egress_deny = pawl_args_get(args, "egress-deny");
	config->master_key_file = pawl_args_get(args, "master-key-file");
	config->secrets_dir = pawl_args_get(args, "secrets-dir");
	config->presets_dir = pawl_args_get(args, "presets");
	config->env_allow = pawl_args_get(args, "env-allow");
	config->otlp_endpoint =
		or_env(pawl_args_get(args, "otlp-endpoint"), "OTEL_EXPORTER_OTLP_ENDPOINT");
	config->otlp_headers =
		or_env(pawl_args_get(args, "otlp-headers"), "OTEL_EXPORTER_OTLP_HEADERS");
	config->service_name = or_env(NULL, "OTEL_SERVICE_NAME");
	if (!config->service_name)
		config->service_name = "pawl";
	config->ready_file = pawl_args_get(args, "ready-file");
	if (!config->ready_file)
		config->ready_file = pawl_file_path(args->arena, pawl_str_c(config->data_dir),
						    PAWL_STR("ready.json"));
}

static bool
read_count(const struct pawl_args *args, const char *name, size_t *out)
{
	uint64_t count;

	if (!pawl_args_number(args, name, 1, CONNECTIONS_MAX, &count))
		return false;
	*out = count;
	return true;
}

/* No limits, unless given. */
static bool
read_retention(const struct pawl_args *args, struct pawl_server_config *config)
{
	if (pawl_args_get(args, "retain-age") &&
	    !pawl_args_duration_range(args, "retain-age", "1s", "3650d", &config->retain_age_ms))
		return false;
	return !pawl_args_get(args, "retain-bytes") ||
	       pawl_args_size(args, "retain-bytes", "1MiB", "1024GiB", &config->retain_bytes);
}

static bool
read_sessions(const struct pawl_args *args, struct pawl_server_config *config)
{
	return pawl_args_duration_range(args, "session-idle", "1s", "365d",
					&config->session_idle_ms) &&
	       pawl_args_duration_range(args, "session-age", "1s", "365d", &config->session_age_ms);
}

/* What keeps one caller from holding up the others. */
static bool
read_limits(const struct pawl_args *args, struct pawl_server_config *config)
{
	struct pawl_http_limits *l = &config->limits;

	return pawl_args_duration_range(args, "header-deadline", "100ms", "1h",
					&l->header_deadline_ms) &&
	       pawl_args_duration_range(args, "body-deadline", "100ms", "1h",
					&l->body_deadline_ms) &&
	       pawl_args_duration_range(args, "idle-timeout", "100ms", "1h", &l->idle_ms) &&
	       pawl_args_size(args, "min-body-rate", "0", "1GiB", &l->min_body_rate) &&
	       pawl_args_size(args, "max-header-size", "1KiB", "1MiB", &l->max_header_bytes) &&
	       pawl_args_size(args, "max-body-size", "1B", "64MiB", &config->max_hook_body_bytes) &&
	       pawl_args_size(args, "max-held-size", "1MiB", "64GiB", &l->max_held_bytes) &&
	       pawl_args_size(args, "quarantine-bytes", "0", "64GiB", &config->quarantine_bytes) &&
	       pawl_args_duration_range(args, "quarantine-age", "1s", "365d",
					&config->quarantine_age_ms) &&
	       read_count(args, "max-connections", &l->max_connections) &&
	       read_count(args, "max-connections-per-ip", &l->max_connections_per_ip);
}

static int
run(const struct pawl_args *args)
{
	struct pawl_server_config config;
	struct pawl_problems problems = {0};
	struct pawl_server *server = NULL;
	const char *level_text = pawl_args_get(args, "log-level");
	enum pawl_log_level level;
	uint64_t loops, calls;
	sigset_t signals, interrupt;
	int status = PAWL_EXIT_FAILED;

	if (!pawl_args_number(args, "http-loops", 0, HTTP_LOOPS_MAX, &loops))
		return PAWL_EXIT_USAGE;
	if (!pawl_log_level_parse(pawl_str_c(level_text), &level))
		return pawl_usage(args, "--log-level: \"%s\" is none of debug, info, warn, error",
				  level_text);
	if (!pawl_args_number(args, "rate-limit-per-ip", 0, CALLS_MAX, &calls))
		return PAWL_EXIT_USAGE;
	pawl_log_set_level(level);
	fill_config(args, &config);
	if (!read_limits(args, &config) || !read_retention(args, &config) ||
	    !read_sessions(args, &config) || !settle_core_dumps(args))
		return PAWL_EXIT_USAGE;
	config.http_loops = (unsigned)loops;
	config.rate_limit_per_ip = (double)calls;

	/* What a large body took goes back to the system with it: left to itself, the C library
	 * takes the first one as a reason to keep the memory of all that follow. */
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	pawl_secret_heap_init();

	/* Before any thread starts, so that all inherit it and only sigwait sees them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	if (pawl_server_start(&config, &server, &problems) == PAWL_OK) {
		wait_for_end(server, &signals);
		/* A second Ctrl-C does not wait for the drain; what was accepted is on disk. */
		sigemptyset(&interrupt);
		sigaddset(&interrupt, SIGINT);
		pthread_sigmask(SIG_UNBLOCK, &interrupt, NULL);
		pawl_server_stop(server);
		status = PAWL_EXIT_OK;
	}
	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl serve: %s: %s\n", problems.items[i].where,
			problems.items[i].message);
	pawl_problems_fini(&problems);
	return status;
}

const struct pawl_command pawl_command_serve = {
	.name = "serve",
	.operands = "",
	.summary = "Run the server",
	.details = "Stops on SIGTERM or SIGINT once what it has accepted is answered; SIGHUP reads "
		   "the\n"
		   "secrets, presets and the certificate again. The first API token is written to "
		   "DATA/admin-token.",
	.options = options,
	.run = run,
};
