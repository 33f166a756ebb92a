#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"workflow", "NAME", "Only those of this workflow (name or id)"},
	{"class", "CLASS", "Only those of this class of failure: network, http_5xx, timeout ..."},
	{"from", "TIME", "Queued at or after it (RFC 3339)"},
	{"to", "TIME", "Queued before it"},
	{"counts", .help = "How many there are of each class"},
	{"limit", "N", "At most so many, newest first", .fallback = "50"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const filters[] = {"workflow", "from", "to"};

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"CLASS", "/class"},
	{"WORKFLOW", "/run/workflow/name"},
	{"QUEUED", "/run/queued_at", PAWL_COLUMN_TIME},
	{"ERROR", "/run/error/message"},
};

static const struct pawl_column count_columns[] = {{"CLASS", "/class"}, {"RUNS", "/runs"}};

static int
run(const struct pawl_args *args)
{
	bool is_counting = pawl_args_flag(args, "counts");
	struct pawl_str path = is_counting ? PAWL_STR("/api/v1/dead-letters/counts")
					   : PAWL_STR("/api/v1/dead-letters");
	struct pawl_client *client;
	struct pawl_json items;
	uint64_t limit;
	int status;

	if (is_counting && pawl_args_given(args, "class"))
		return pawl_usage(args, "--counts shows every class: leave --class out");
	if (!pawl_args_number(args, "limit", 1, 1000000, &limit))
		return PAWL_EXIT_USAGE;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	if (!is_counting)
		path = pawl_api_query(args->arena, path, "class", pawl_args_get(args, "class"));
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_list(client, path, limit, &items);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, is_counting ? count_columns : columns,
				 is_counting ? sizeof(count_columns) / sizeof(count_columns[0])
					     : sizeof(columns) / sizeof(columns[0]),
				 "No dead letters.");
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_dead_letters = {
	.name = "dead-letters",
	.operands = "",
	.summary = "List runs that failed for good, by class of failure",
	.details = "`pawl replays --start --retry --class CLASS` tries them again.",
	.options = options,
	.run = run,
};
