/* /api/v1/system: what the server is made of, and what it has in use. */
#include "base/clock.h"
#include "server/api_resources.h"
#include "server/callers.h"

static struct pawl_json
bytes_json(struct pawl_arena *arena, uint64_t bytes)
{
	return pawl_json_int(arena, (int64_t)bytes);
}

static struct pawl_json
disk_json(struct pawl_arena *arena, const struct pawl_store_usage *usage)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "database_bytes", bytes_json(arena, usage->database_bytes));
	pawl_json_set_c(&b, "database_free_bytes", bytes_json(arena, usage->database_free_bytes));
	pawl_json_set_c(&b, "log_bytes", bytes_json(arena, usage->log_bytes));
	pawl_json_set_c(&b, "journal_bytes", bytes_json(arena, usage->journal_bytes));
	pawl_json_set_c(&b, "disk_bytes", bytes_json(arena, usage->disk_bytes));
	pawl_json_set_c(&b, "disk_free_bytes", bytes_json(arena, usage->disk_free_bytes));
	pawl_json_set_c(&b, "schema_version", pawl_json_int(arena, usage->schema_version));
	return pawl_json_end(&b);
}

static struct pawl_json
workers_json(struct pawl_server *server, struct pawl_arena *arena)
{
	struct pawl_engine_stats engine;
	struct pawl_http_counters http;
	struct pawl_json_builder b;

	pawl_engine_stats(server->engine, &engine);
	pawl_http_server_counters(server->http, &http);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "http_loops", pawl_json_int(arena, (int64_t)http.loops));
	pawl_json_set_c(&b, "runs_in_memory", pawl_json_int(arena, (int64_t)engine.runs_in_memory));
	pawl_json_set_c(&b, "max_runs_in_memory", pawl_json_int(arena, (int64_t)engine.max_runs));
	pawl_json_set_c(&b, "nodes_under_way",
			pawl_json_int(arena, (int64_t)engine.nodes_under_way));
	pawl_json_set_c(&b, "connections", pawl_json_int(arena, (int64_t)http.connections_open));
	pawl_json_set_c(&b, "callers_waiting",
			pawl_json_int(arena, (int64_t)pawl_callers_count(server->callers)));
	return pawl_json_end(&b);
}

static struct pawl_json
limits_json(const struct pawl_server_config *config, struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "max_hook_body_bytes", bytes_json(arena, config->max_hook_body_bytes));
	pawl_json_set_c(&b, "rate_limit_per_ip",
			config->rate_limit_per_ip > 0
				? pawl_json_double(arena, config->rate_limit_per_ip)
				: pawl_json_null());
	pawl_json_set_c(&b, "quarantine_bytes", bytes_json(arena, config->quarantine_bytes));
	pawl_json_set_c(&b, "quarantine_age_ms", pawl_json_int(arena, config->quarantine_age_ms));
	return pawl_json_end(&b);
}

static struct pawl_json
retention_json(const struct pawl_server_config *config, struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "age_ms",
			config->retain_age_ms ? pawl_json_int(arena, config->retain_age_ms)
					      : pawl_json_null());
	pawl_json_set_c(&b, "bytes",
			config->retain_bytes ? bytes_json(arena, config->retain_bytes)
					     : pawl_json_null());
	return pawl_json_end(&b);
}

static void
usage_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_usage *usage = call->state;
	struct pawl_server *server = call->server;
	struct pawl_arena *arena = &call->arena;
	int64_t uptime_us = pawl_clock_now_us() - server->started_at_us;
	struct pawl_json_builder b, store;
	struct pawl_store_stats stats;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "store");
		return;
	}
	pawl_store_stats(server->store, &stats);
	pawl_json_object_begin(&store, arena);
	pawl_json_set_c(&store, "kind", pawl_json_string_c(usage->kind));
	pawl_json_set_c(&store, "path", pawl_json_string_c(server->data_dir));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "version", pawl_json_string_c(PAWL_VERSION));
	pawl_json_set_c(&b, "started_at", pawl_api_time(arena, server->started_at_us));
	pawl_json_set_c(&b, "uptime_ms", pawl_json_int(arena, uptime_us / 1000));
	pawl_json_set_c(&b, "public_url", pawl_json_string_c(server->public_url));
	pawl_json_set_c(&b, "tls", pawl_json_bool(server->tls != NULL));
	pawl_json_set_c(&b, "store", pawl_json_end(&store));
	pawl_json_set_c(&b, "disk", disk_json(arena, usage));
	pawl_json_set_c(&b, "store_failing", pawl_json_bool(stats.failing));
	pawl_json_set_c(&b, "queue", pawl_api_queue_json(call));
	pawl_json_set_c(&b, "workers", workers_json(server, arena));
	pawl_json_set_c(&b, "limits", limits_json(&server->config, arena));
	pawl_json_set_c(&b, "retention", retention_json(&server->config, arena));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

void
pawl_api_system(struct pawl_api_call *call)
{
	struct pawl_store_usage *usage = pawl_arena_calloc(&call->arena, 1, sizeof *usage);

	call->state = usage;
	pawl_store_op_init(&usage->op, PAWL_STORE_USAGE, NULL);
	pawl_api_store(call, &usage->op, usage_read);
}
