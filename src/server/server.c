/* Wiring: everything that `pawl serve` is made of, started and stopped in order. */
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/log.h"
#include "engine/blame.h"
#include "nodes/nodes.h"
#include "server/accept_times.h"
#include "server/api.h"
#include "server/callers.h"
#include "server/last_uses.h"
#include "server/own_events.h"
#include "server/passwords.h"
#include "server/quarantine.h"
#include "server/remote_keys.h"
#include "server/replayer.h"
#include "server/schedules.h"
#include "server/secrets.h"
#include "server/setup.h"
#include "server/sign_in_limits.h"
#include "server/store_watch.h"
#include "server/trace.h"
#include "server/users.h"
#include "server/what_if.h"
#include "trigger/auth/presets.h"
#include "trigger/input.h"

#define STOP_GRACE_MS 4000
/* So long do those who wait for the end of a run, when the server stops. */
#define STOP_WAIT_MS 2000
/* And so long it takes at most to send the last spans. */
#define STOP_TRACES_MS 1000

void
pawl_server_config_init(struct pawl_server_config *config)
{
	*config = (struct pawl_server_config){.listen = "127.0.0.1:8080",
					      .data_dir = "./data",
					      .service_name = "pawl",
					      .max_hook_body_bytes = (size_t)32 << 20,
					      .quarantine_bytes = (size_t)64 << 20,
					      .quarantine_age_ms = INT64_C(7) * 24 * 3600 * 1000,
					      .session_idle_ms = INT64_C(12) * 3600 * 1000,
					      .session_age_ms = INT64_C(7) * 24 * 3600 * 1000};
	pawl_http_limits_init(&config->limits);
}

/* ---- what the engine asks for -------------------------------------------------------------- */

static struct pawl_json
build_input(void *ctx, struct pawl_arena *arena, const struct pawl_request_row *request)
{
	struct pawl_request_row opened = *request;

	(void)!pawl_quarantine_open(ctx, arena, &opened);
	return pawl_input_build(
		arena, &(struct pawl_input_source){.request_id = opened.id,
						   .method = opened.method,
						   .target = opened.target,
						   .ip = opened.ip,
						   .headers = opened.headers,
						   .body = opened.body,
						   .received_at_us = opened.received_at_us});
}

static bool
open_file(void *ctx, struct pawl_arena *arena, const struct pawl_request_row *request, size_t index,
	  struct pawl_node_file *out)
{
	struct pawl_request_row opened = *request;
	struct pawl_body_file file;

	if (!pawl_quarantine_open(ctx, arena, &opened) ||
	    !pawl_input_file(
		    arena,
		    &(struct pawl_input_source){.headers = opened.headers, .body = opened.body},
		    index, &file))
		return false;
	*out = (struct pawl_node_file){file.name, pawl_json_str(&file.type), file.content};
	return true;
}

static struct pawl_json
open_document(void *ctx, struct pawl_arena *arena, const struct pawl_json *document)
{
	const struct pawl_server *server = ctx;

	return pawl_document_open(server, arena, document);
}

static struct pawl_json
open_input(void *ctx, struct pawl_arena *arena, const struct pawl_json *input)
{
	return pawl_input_open(ctx, arena, input);
}

static void
on_respond(void *ctx, uint64_t run_id, const struct pawl_node_answer *answer)
{
	struct pawl_server *server = ctx;

	pawl_callers_respond(server->callers, run_id, answer);
}

static bool
is_awaited(void *ctx, uint64_t run_id)
{
	struct pawl_server *server = ctx;

	return pawl_callers_await(server->callers, run_id);
}

static size_t
take_urgent(void *ctx, uint64_t *ids, size_t max)
{
	struct pawl_server *server = ctx;

	return pawl_callers_take_urgent(server->callers, ids, max);
}

static void
on_work(void *ctx)
{
	struct pawl_server *server = ctx;

	pthread_mutex_lock(&server->wake_lock);
	if (server->wakes)
		pawl_engine_wake(server->wakes);
	pthread_mutex_unlock(&server->wake_lock);
}

static void
on_trouble(void *ctx, enum pawl_err err)
{
	const struct pawl_server *server = ctx;

	pawl_store_watch_told(server->store_watch, err);
}

/* The store's thread wakes this engine from now on; NULL: none any more. */
static void
set_wakes(struct pawl_server *server, struct pawl_engine *engine)
{
	pthread_mutex_lock(&server->wake_lock);
	server->wakes = engine;
	pthread_mutex_unlock(&server->wake_lock);
}

/* ---- start --------------------------------------------------------------------------------------
 */

/* DATA/name, for the caller to free. */
static char *
data_path(const struct pawl_server *server, const char *name)
{
	struct pawl_buf path;

	pawl_buf_init(&path, 4096);
	pawl_buf_printf(&path, "%s/%s", server->data_dir, name);
	return pawl_buf_take(&path, NULL);
}

static enum pawl_err
parse_options(struct pawl_server *server, struct pawl_problems *problems)
{
	const struct pawl_server_config *config = &server->config;
	const struct {
		struct pawl_cidr_list *list;
		const char *text, *option;
	} lists[] = {{&server->trusted_proxies, config->trusted_proxies, "--trusted-proxies"},
		     {&server->proxy_peers, config->proxy_protocol, "--proxy-protocol"},
		     {&server->egress.allow, config->egress_allow, "--egress-allow"},
		     {&server->egress.deny, config->egress_deny, "--egress-deny"}};
	enum pawl_err err = PAWL_OK;

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (lists[i].text && pawl_cidr_list_parse(lists[i].list, pawl_str_c(lists[i].text),
							  lists[i].option, problems) != PAWL_OK)
			err = PAWL_EINVAL;
	return err;
}

static enum pawl_err
make_data_dir(struct pawl_server *server, struct pawl_problems *problems)
{
	if (mkdir(server->data_dir, 0700) == 0 || errno == EEXIST)
		return PAWL_OK;
	pawl_problems_add(problems, "--data", "%s cannot be made: %s", server->data_dir,
			  strerror(errno));
	return PAWL_EIO;
}

static enum pawl_err
open_store(struct pawl_server *server, const char *blame_path, struct pawl_problems *problems)
{
	struct pawl_store_config config = {.url = pawl_str_c(server->data_dir),
					   .on_work = on_work,
					   .on_trouble = on_trouble,
					   .ctx = server};
	struct pawl_retention limit = {.age_us = server->config.retain_age_ms * 1000,
				       .bytes = server->config.retain_bytes};
	enum pawl_err err =
		pawl_store_open(&config, pawl_blame_read(blame_path), &server->store, problems);

	if (err == PAWL_OK) {
		pawl_store_retain(server->store, &limit);
		pawl_blame_clear(blame_path);
	}
	return err;
}

/* The key that signs resume URLs: made once, then kept in the store. */
static enum pawl_err
load_key(struct pawl_server *server, struct pawl_problems *problems)
{
	struct pawl_store_setting setting = {.key = PAWL_STR("server_key"), .only_new = true};
	unsigned char fresh[sizeof server->key];
	char hex[2 * sizeof fresh];
	enum pawl_err err;

	pawl_random(fresh, sizeof fresh);
	pawl_hex_encode(fresh, sizeof fresh, hex);
	setting.value = pawl_str(hex, sizeof hex);
	pawl_store_op_init(&setting.op, PAWL_STORE_SETTING_SET, NULL);
	err = pawl_store_wait(server->store, &setting.op);
	if (err == PAWL_OK &&
	    (setting.value.len != sizeof hex || !pawl_hex_decode(setting.value, server->key)))
		err = PAWL_EINVAL;
	pawl_store_op_fini(&setting.op);
	if (err != PAWL_OK)
		pawl_problems_add(problems, "--data", "the server's key cannot be read or written");
	return err;
}

static struct pawl_engine_config
engine_config(struct pawl_server *server)
{
	return (struct pawl_engine_config){
		.store = server->store,
		.registry = &server->registry,
		.secrets = server->secrets,
		.sealer = server->sealer,
		.egress = &server->egress,
		.tracer = server->tracer,
		.trace_seed = server->trace_seed,
		.max_runs = server->config.max_runs,
		.build_input = build_input,
		.open_document = open_document,
		.open_file = open_file,
		.open_input = open_input,
		.resume_url = pawl_resume_url,
		.on_event = pawl_live_on_event,
		.end_events = pawl_own_events_of_end,
		.on_respond = on_respond,
		.is_awaited = is_awaited,
		.take_urgent = take_urgent,
		.ctx = server,
	};
}

static enum pawl_err
start_engine(struct pawl_server *server, const char *blame_path, struct pawl_problems *problems)
{
	struct pawl_engine_config config = engine_config(server);
	struct pawl_arena arena;
	enum pawl_err err;

	server->what_ifs = pawl_what_ifs_start(server->store, &config);
	config.blame_path = blame_path;

	/* Known before the first claim, so that no held run slips out at a restart. */
	pawl_arena_init(&arena, 0);
	config.paused = pawl_directory_paused(server->directory, &arena, &config.n_paused);
	config.draining = pawl_directory_draining(server->directory, &arena, &config.n_draining);
	err = pawl_engine_start(&config, &server->engine, problems);
	pawl_arena_fini(&arena);
	if (err == PAWL_OK)
		set_wakes(server, server->engine);
	return err;
}

/* Written under another name and renamed, so that whoever waits for it sees it whole. */
static enum pawl_err
write_ready_file(const struct pawl_server *server, const char *token_path,
		 struct pawl_problems *problems)
{
	const char *path = server->config.ready_file;
	struct pawl_buf text, temporary;
	FILE *file;
	bool ok;

	if (!path)
		return PAWL_OK;
	pawl_buf_init(&text, 16384);
	pawl_buf_init(&temporary, 8192);
	pawl_buf_printf(&temporary, "%s.new", path);
	pawl_buf_append_c(&text, "{\"url\":");
	pawl_buf_append_json_string(&text, pawl_str_c(pawl_server_url(server)));
	if (*pawl_http_server_tls_url(server->http)) {
		pawl_buf_append_c(&text, ",\"tls_url\":");
		pawl_buf_append_json_string(&text,
					    pawl_str_c(pawl_http_server_tls_url(server->http)));
	}
	pawl_buf_append_c(&text, ",\"admin_token_file\":");
	pawl_buf_append_json_string(&text, pawl_str_c(token_path));
	pawl_buf_append_c(&text, ",\"public_url\":");
	pawl_buf_append_json_string(&text, pawl_str_c(server->public_url));
	if (pawl_setup_path(server)) {
		pawl_buf_append_c(&text, ",\"setup_token_file\":");
		pawl_buf_append_json_string(&text, pawl_str_c(pawl_setup_path(server)));
	}
	pawl_buf_append_c(&text, "}\n");
	file = fopen(temporary.data, "we");
	ok = file && fwrite(text.data, 1, text.len, file) == text.len;
	ok = (!file || fclose(file) == 0) && ok && rename(temporary.data, path) == 0;
	if (!ok)
		pawl_problems_add(problems, "--ready-file", "%s cannot be written: %s", path,
				  strerror(errno));
	pawl_buf_fini(&text);
	pawl_buf_fini(&temporary);
	return ok ? PAWL_OK : PAWL_EIO;
}

/* The public URL without a slash at its end; the listening address where none is set. */
static void
settle_public_url(struct pawl_server *server)
{
	const char *url = server->config.public_url ? server->config.public_url
						    : pawl_http_server_url(server->http);
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		len--;
	free(server->public_url);
	server->public_url = pawl_memdup0(url, len);
}

static void
settle_openapi(struct pawl_server *server)
{
	struct pawl_arena arena;
	struct pawl_json value;
	struct pawl_str text;

	pawl_arena_init(&arena, 0);
	value = pawl_openapi(&arena, pawl_str_c(server->public_url));
	text = pawl_json_text(&arena, &value);
	free(server->openapi);
	server->openapi = pawl_memdup0(text.ptr, text.len);
	pawl_arena_fini(&arena);
}

/* What is wrong with some secrets does not keep the others from being served. */
static void
log_secrets_problems(struct pawl_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++)
		pawl_log(PAWL_LOG_WARN, "secrets_problem",
			 PAWL_F_C("path", problems->items[i].where),
			 PAWL_F_C("message", problems->items[i].message));
	pawl_problems_fini(problems);
}

static void
open_secrets(struct pawl_server *server)
{
	char *dir = server->config.secrets_dir ? pawl_strdup(server->config.secrets_dir)
					       : data_path(server, "secrets");
	struct pawl_problems problems = {0};

	server->secrets = pawl_secrets_open(dir, server->config.env_allow, &problems);
	log_secrets_problems(&problems);
	free(dir);
}

/* A preset with a problem is left out: the workflows that name it say so, the others run. */
static void
load_presets(struct pawl_server *server)
{
	char *dir = server->config.presets_dir ? pawl_strdup(server->config.presets_dir)
					       : data_path(server, "presets");
	struct pawl_problems problems = {0};

	pawl_presets_load(dir, &problems);
	for (size_t i = 0; i < problems.len; i++)
		pawl_log(PAWL_LOG_WARN, "preset_problem", PAWL_F_C("path", problems.items[i].where),
			 PAWL_F_C("message", problems.items[i].message));
	pawl_problems_fini(&problems);
	free(dir);
}

static enum pawl_err
start_parts(struct pawl_server *server, const char *blame_path, const char *token_path,
	    struct pawl_problems *problems)
{
	enum pawl_err err;

	open_secrets(server);
	load_presets(server);
	server->directory = pawl_directory_new(server);
	if ((err = open_store(server, blame_path, problems)) != PAWL_OK ||
	    (err = load_key(server, problems)) != PAWL_OK ||
	    (err = pawl_server_open_sealer(server, problems)) != PAWL_OK ||
	    (err = pawl_server_load_secrets(server)) != PAWL_OK ||
	    (err = pawl_trace_open(server, problems)) != PAWL_OK ||
	    (err = pawl_api_first_token(server, token_path, problems)) != PAWL_OK ||
	    (err = pawl_users_load(server)) != PAWL_OK ||
	    (err = pawl_setup_open(server, problems)) != PAWL_OK ||
	    (err = pawl_audit_system(server->store, "startServer", PAWL_STR(PAWL_VERSION))) !=
		    PAWL_OK)
		return err;
	server->api = pawl_api_new(server);
	err = pawl_directory_load(server->directory, server->store);
	if (err != PAWL_OK) {
		pawl_problems_add(problems, "--data", "the workflows cannot be read");
		return err;
	}
	if ((err = pawl_frontend_open(server, problems)) != PAWL_OK)
		return err;
	settle_public_url(server); /* other threads read these from here on */
	settle_openapi(server);
	server->replayer = pawl_replayer_start(server->store); /* before the API can ask for it */
	if ((err = start_engine(server, blame_path, problems)) != PAWL_OK ||
	    (err = pawl_schedules_start(server)) != PAWL_OK ||
	    (err = pawl_http_server_run(server->http, problems)) != PAWL_OK)
		return err;
	pawl_users_watch(server->users, pawl_schedules_loop(server->schedules));
	pawl_quarantine_start(server);
	pawl_store_watch_start(server->store_watch, pawl_schedules_loop(server->schedules));
	server->last_uses = pawl_last_uses_start(server, pawl_schedules_loop(server->schedules));
	server->accept_times =
		pawl_accept_times_start(server, pawl_schedules_loop(server->schedules));
	return write_ready_file(server, token_path, problems);
}

enum pawl_err
pawl_server_start(const struct pawl_server_config *config, struct pawl_server **out,
		  struct pawl_problems *problems)
{
	struct pawl_server *server = pawl_calloc(1, sizeof *server);
	char *blame_path, *token_path;
	enum pawl_err err;

	pthread_mutex_init(&server->wake_lock, NULL);
	server->config = *config;
	server->data_dir = pawl_strdup(config->data_dir);
	server->public_url = pawl_strdup(config->public_url ? config->public_url : "");
	server->registry = (struct pawl_registry){pawl_node_types, pawl_trigger_types};
	server->started_at_us = pawl_clock_now_us();
	server->hub = pawl_stream_hub_new();
	server->callers = pawl_callers_new();
	server->metrics = pawl_metrics_new();
	server->emitter = pawl_emitter_new();
	server->passwords = pawl_passwords_start();
	server->sign_ins = pawl_sign_ins_new();
	server->store_watch = pawl_store_watch_new(server);
	server->remote_keys = pawl_remote_keys_new(&server->egress);
	pawl_schemes_init();
	pawl_frontend_settle_limits(&server->config.limits);
	blame_path = data_path(server, "engine.blame");
	token_path = data_path(server, "admin-token");
	err = parse_options(server, problems);
	if (err == PAWL_OK)
		err = make_data_dir(server, problems);
	if (err == PAWL_OK)
		err = start_parts(server, blame_path, token_path, problems);
	free(blame_path);
	free(token_path);
	if (err != PAWL_OK) {
		pawl_server_stop(server);
		return err;
	}
	pawl_log(PAWL_LOG_INFO, "listening", PAWL_F_C("url", pawl_server_url(server)),
		 PAWL_F_C("tls_url", pawl_http_server_tls_url(server->http)),
		 PAWL_F_C("data", server->data_dir));
	if (pawl_setup_path(server))
		pawl_log(PAWL_LOG_INFO, "setup_open",
			 PAWL_F_C("token_file", pawl_setup_path(server)));
	*out = server;
	return PAWL_OK;
}

const char *
pawl_server_url(const struct pawl_server *server)
{
	return pawl_http_server_url(server->http);
}

void
pawl_server_reload(struct pawl_server *server)
{
	struct pawl_problems problems = {0};

	pawl_secrets_reload(server->secrets, &problems);
	log_secrets_problems(&problems);
	load_presets(server);
	pawl_directory_reload(server->directory);
	pawl_frontend_reload(server);
	pawl_log(PAWL_LOG_INFO, "reloaded", PAWL_F_C("what", "secrets and presets"));
}

void
pawl_server_stop(struct pawl_server *server)
{
	if (!server)
		return;
	atomic_store(&server->draining, true);
	pawl_remote_keys_close(server->remote_keys); /* who waits for a key is answered */
	if (server->http) {
		pawl_stream_hub_close_all(server->hub);
		pawl_callers_drain(server->callers, STOP_WAIT_MS);
		pawl_http_server_drain(server->http);
	}
	pawl_schedules_stop(server->schedules);
	pawl_quarantine_stop(server);
	pawl_replayer_stop(server->replayer);
	pawl_what_ifs_stop(server->what_ifs);
	pawl_passwords_stop(server->passwords);
	set_wakes(server, NULL);
	pawl_engine_stop(server->engine, STOP_GRACE_MS);
	pawl_last_uses_finish(server->last_uses);
	pawl_accept_times_finish(server->accept_times);
	/* The store ends before the loops: its last answers go to them. */
	if (server->store)
		pawl_store_close(server->store);
	pawl_emitter_free(server->emitter);
	pawl_store_watch_free(server->store_watch);
	pawl_last_uses_free(server->last_uses);
	pawl_accept_times_free(server->accept_times);
	pawl_users_unwatch(server->users);
	pawl_callers_end(server->callers);
	pawl_schedules_free(server->schedules);
	pawl_frontend_close(server);
	pawl_what_ifs_free(server->what_ifs);
	pawl_otlp_close(server->tracer, STOP_TRACES_MS);
	pawl_remote_keys_free(server->remote_keys);
	pawl_api_free(server->api);
	pawl_setup_free(server->setup);
	pawl_users_free(server->users);
	pawl_sign_ins_free(server->sign_ins);
	pawl_passwords_free(server->passwords);
	pawl_callers_free(server->callers);
	pawl_stream_hub_free(server->hub);
	pawl_metrics_free(server->metrics);
	pawl_directory_free(server->directory);
	pawl_secrets_close(server->secrets);
	pawl_sealer_close(server->sealer);
	pawl_egress_fini(&server->egress);
	pawl_cidr_list_fini(&server->trusted_proxies);
	pawl_schemes_fini();
	pthread_mutex_destroy(&server->wake_lock);
	free(server->openapi);
	free(server->public_url);
	free(server->data_dir);
	free(server);
}
