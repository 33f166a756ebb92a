#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"window", "SPAN", "15m, 1h, 24h, 7d or 30d", .fallback = "24h"},
	{"workflow", "NAME", "Only of this workflow (name or id)"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const filters[] = {"window", "workflow"};

static const struct pawl_column fields[] = {
	{"Requests accepted", "/total/requests/accepted"},
	{"Requests refused", "/total/requests/refused"},
	{"Requests filtered", "/total/requests/filtered"},
	{"Duplicates", "/total/requests/duplicate"},
	{"Runs completed", "/total/runs/completed"},
	{"Runs failed", "/total/runs/failed"},
	{"Runs timed out", "/total/runs/timed_out"},
	{"Runs canceled", "/total/runs/canceled"},
	{"Accepting took, p95", "/total/accept_ms/p95", PAWL_COLUMN_MS},
	{"Queued for, p95", "/total/queue_ms/p95", PAWL_COLUMN_MS},
	{"Runs took, p95", "/total/run_ms/p95", PAWL_COLUMN_MS},
	{"Queued now", "/queue/runs"},
};
static const struct pawl_column refusals[] = {{"REFUSED FOR", "/reason"},
					      {"REQUESTS", "/requests"}};
static const struct pawl_column failing[] = {
	{"FAILING", "/workflow/name", .otherwise = "/workflow/id"},
	{"RUNS", "/failed"},
	{"MOST OFTEN", "/classes/0/class"},
};
static const struct pawl_column silent[] = {
	{"SILENT", "/workflow/name", .otherwise = "/workflow/id"},
	{"LAST REQUEST", "/last_request_at", PAWL_COLUMN_TIME},
};

/* Nothing, when there is none. */
static void
print_part(const struct pawl_json *stats, const char *name, const struct pawl_column *columns,
	   size_t n)
{
	const struct pawl_json *items = pawl_json_get_c(stats, name);

	if (!pawl_json_is(items, PAWL_JSON_ARRAY) || !items->len)
		return;
	putchar('\n');
	pawl_print_table(items, columns, n, "");
}

static int
run(const struct pawl_args *args)
{
	struct pawl_str path = PAWL_STR("/api/v1/stats");
	struct pawl_client *client;
	struct pawl_json stats;
	int status;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(client, PAWL_HTTP_GET, path, NULL, &stats);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json")) {
		pawl_print_json(&stats);
	} else if (status == PAWL_EXIT_OK) {
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			pawl_print_field(fields[i].title, &stats, &fields[i]);
		print_part(&stats, "refusals", refusals, sizeof(refusals) / sizeof(refusals[0]));
		print_part(&stats, "failing", failing, sizeof(failing) / sizeof(failing[0]));
		print_part(&stats, "silent", silent, sizeof(silent) / sizeof(silent[0]));
	}
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_stats = {
	.name = "stats",
	.operands = "",
	.summary = "Show what happened: requests, runs, times, failures",
	.options = options,
	.run = run,
};
