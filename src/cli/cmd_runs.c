#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"workflow", "NAME", "Only those of this workflow (name or id)"},
	{"status", "STATUS",
	 "queued, running, waiting, completed, failed, canceled or timed_out; several with commas"},
	{"class", "CLASS", "Only those whose failure is of this class (see dead-letters)"},
	{"trigger", "KIND", "Only those started by webhook, service, schedule, event or manual"},
	{"search", "TEXT", "An id; or a part of the error, the order key or the delivery's id"},
	{"request", "ID", "Only those that this request started"},
	{"from", "TIME", "Queued at or after it (RFC 3339)"},
	{"to", "TIME", "Queued before it"},
	{"limit", "N", "At most so many, newest first", .fallback = "50"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const filters[] = {"workflow", "status",  "class", "trigger",
				      "search",   "request", "from",  "to"};

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"WORKFLOW", "/workflow/name"},
	{"STATUS", "/status"},
	{"ATTEMPT", "/attempt"},
	{"QUEUED", "/queued_at", PAWL_COLUMN_TIME},
	{"TOOK", "/duration_ms", PAWL_COLUMN_MS},
	{"ERROR", "/error/message"},
};

static int
run(const struct pawl_args *args)
{
	struct pawl_str path = PAWL_STR("/api/v1/runs");
	struct pawl_client *client;
	struct pawl_json items;
	uint64_t limit;
	int status;

	if (!pawl_args_number(args, "limit", 1, 1000000, &limit))
		return PAWL_EXIT_USAGE;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_list(client, path, limit, &items);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]), "No runs.");
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_runs = {
	.name = "runs",
	.operands = "",
	.summary = "List runs, newest first",
	.options = options,
	.run = run,
};
