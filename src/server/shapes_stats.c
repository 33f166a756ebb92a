/* What statistics and the state of the system look like; see shapes.c. */
#include "server/shapes.h"

#define END      {NULL}
#define NULLABLE PAWL_MEMBER_NULLABLE

const struct pawl_api_member pawl_api_disk_use_shape[] = {
	{"database_bytes", "integer", 0, "The file of the database."},
	{"database_free_bytes", "integer", 0, "What of it is unused, and used again first."},
	{"log_bytes", "integer", 0, "The database's log."},
	{"journal_bytes", "integer", 0, "The journal of accepted requests."},
	{"disk_bytes", "integer", 0, "The file system under it."},
	{"disk_free_bytes", "integer", 0},
	{"schema_version", "integer", 0},
	END};

const struct pawl_api_member pawl_api_queue_shape[] = {
	{"runs", "integer", 0, "Accepted, and not begun yet."},
	{"age_ms", "integer", 0, "Of the oldest of them."},
	END};

const struct pawl_api_member pawl_api_workers_shape[] = {
	{"http_loops", "integer", 0},
	{"runs_in_memory", "integer", 0},
	{"max_runs_in_memory", "integer", 0},
	{"nodes_under_way", "integer", 0},
	{"connections", "integer", 0},
	{"callers_waiting", "integer", 0, "For the end of a run of a service."},
	END};

const struct pawl_api_member pawl_api_limits_shape[] = {
	{"max_hook_body_bytes", "integer", 0},
	{"rate_limit_per_ip", "number", NULLABLE, "Calls a second; null: none."},
	{"quarantine_bytes", "integer", 0},
	{"quarantine_age_ms", "integer", 0},
	END};

const struct pawl_api_member pawl_api_retention_shape[] = {
	{"age_ms", "integer", NULLABLE, "null: for ever."},
	{"bytes", "integer", NULLABLE, "null: as many as there are."},
	END};

const struct pawl_api_member pawl_api_system_shape[] = {
	{"version", "string", 0},
	{"started_at", "time", 0},
	{"uptime_ms", "integer", 0},
	{"public_url", "string", 0, "What hook URLs begin with."},
	{"tls", "boolean", 0, "Does the server speak HTTPS itself?"},
	{"store", "Store", 0},
	{"disk", "DiskUse", 0},
	{"store_failing", "boolean", 0, "Writes fail; requests are refused with 503."},
	{"queue", "Queue", 0},
	{"workers", "Workers", 0},
	{"limits", "Limits", 0},
	{"retention", "Retention", 0, "Of the server; workflows may have their own."},
	END};

const struct pawl_api_member pawl_api_request_counts_shape[] = {
	{"accepted", "integer", 0}, {"refused", "integer", 0},   {"handshake", "integer", 0},
	{"filtered", "integer", 0}, {"duplicate", "integer", 0}, END};

const struct pawl_api_member pawl_api_run_counts_shape[] = {{"completed", "integer", 0},
							    {"failed", "integer", 0},
							    {"canceled", "integer", 0},
							    {"timed_out", "integer", 0},
							    END};

const struct pawl_api_member pawl_api_latency_shape[] = {
	{"count", "integer", 0},
	{"p50", "number", 0, "Milliseconds; as exact as the buckets that they are counted in."},
	{"p95", "number", 0},
	{"p99", "number", 0},
	END};

const struct pawl_api_member pawl_api_stat_point_shape[] = {
	{"at", "time", 0, "Its beginning."},
	{"requests", "RequestCounts", 0, "By what was answered at first."},
	{"runs", "RunCounts", 0, "That ended."},
	{"accept_ms", "Latency", NULLABLE,
	 "From the whole request to its answer, of accepted ones. Only of all workflows."},
	{"queue_ms", "Latency", NULLABLE, "From queued to begun."},
	{"run_ms", "Latency", NULLABLE, "From begun to ended, waits included."},
	END};

const struct pawl_api_member pawl_api_reason_count_shape[] = {
	{"reason", "string", 0, "The stable word."}, {"requests", "integer", 0}, END};

const struct pawl_api_member pawl_api_failing_shape[] = {{"workflow", "WorkflowRef", 0},
							 {"failed", "integer", 0},
							 {"classes", "ClassCount[]", 0},
							 END};

const struct pawl_api_member pawl_api_silent_shape[] = {
	{"workflow", "WorkflowRef", 0}, {"last_request_at", "time", NULLABLE}, END};

const struct pawl_api_member pawl_api_stats_shape[] = {
	{"from", "time", 0, "A whole step, not after what was asked for."},
	{"to", "time", 0, "The end of the last step; in the future where it is under way."},
	{"step_ms", "integer", 0},
	{"points", "StatPoint[]", 0, "One for each step."},
	{"total", "StatPoint", 0, "All of them together."},
	{"refusals", "ReasonCount[]", 0, "Of the refused requests, most first."},
	{"failures", "ClassCount[]", 0, "Of the runs that failed or timed out, most first."},
	{"failing", "FailingWorkflow[]", 0,
	 "The 20 workflows with most failures. Only of all workflows."},
	{"silent", "SilentEndpoint[]", 0,
	 "Active workflows with a URL for which no request was accepted since `from`, 50 at most; "
	 "those that are silent longest first. Only of all workflows."},
	{"queue", "Queue", 0, "Now, of all workflows."},
	END};
