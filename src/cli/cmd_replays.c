#include <string.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"start", .help = "Replay all runs that the filters leave"},
	{"stop", .help = "With ID: start no further run"},
	{"workflow", "NAME", "Only runs of this workflow (name or id)"},
	{"verdict", "VERDICT",
	 "In place of runs, requests that started none: filtered or duplicate"},
	{"status", "STATUS", "Only completed, failed, timed_out or canceled runs"},
	{"class", "CLASS", "Only runs of this class of failure: network, http_5xx, timeout ..."},
	{"code", "CODE", "Only runs whose error has this code"},
	{"event", "TYPE", "Only those whose request brought this type of event"},
	{"from", "TIME", "Queued, or received, at or after it (RFC 3339)"},
	{"to", "TIME", "Queued, or received, before it"},
	{"retry", .help = "The same runs, from the nodes that failed, in place of new runs"},
	{"revision", "N", "New runs of this revision; the active one when absent"},
	{"draft", .help = "New runs of the workflow's draft, as it is now"},
	{"per-second", "N", "Start so many in a second; as fast as it goes when absent"},
	{"dry-run", .help = "Only count the runs"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const texts[] = {"workflow", "verdict", "status", "class",
				    "code",     "event",   "from",   "to"};

static const struct pawl_column columns[] = {
	{"ID", "/id"},           {"STATUS", "/status"},
	{"MODE", "/mode"},       {"WORKFLOW", "/workflow/name"},
	{"MATCHED", "/matched"}, {"DONE", "/done"},
	{"SKIPPED", "/skipped"}, {"CREATED", "/created_at", PAWL_COLUMN_TIME},
};

static bool
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	struct pawl_json_builder b;
	uint64_t number;

	pawl_json_object_begin(&b, args->arena);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (pawl_args_get(args, texts[i]))
			pawl_json_set_c(&b, texts[i],
					pawl_json_string_c(pawl_args_get(args, texts[i])));
	pawl_json_set_c(&b, "mode",
			pawl_json_string_c(pawl_args_flag(args, "retry") ? "retry" : "replay"));
	pawl_json_set_c(&b, "draft", pawl_json_bool(pawl_args_flag(args, "draft")));
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(pawl_args_flag(args, "dry-run")));
	if (pawl_args_given(args, "revision")) {
		if (!pawl_args_number(args, "revision", 1, INT32_MAX, &number))
			return false;
		pawl_json_set_c(&b, "revision", pawl_json_int(args->arena, (int64_t)number));
	}
	if (pawl_args_given(args, "per-second")) {
		if (!pawl_args_number(args, "per-second", 1, 100000, &number))
			return false;
		pawl_json_set_c(&b, "per_second", pawl_json_int(args->arena, (int64_t)number));
	}
	*body = pawl_json_end(&b);
	return true;
}

static void
print_one(const struct pawl_args *args, const struct pawl_json *answer)
{
	if (pawl_args_flag(args, "json")) {
		pawl_print_json(answer);
		return;
	}
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		pawl_print_field(columns[i].title, answer, &columns[i]);
}

static int
call(const struct pawl_args *args, struct pawl_client *client)
{
	bool is_starting = pawl_args_flag(args, "start"),
	     is_stopping = pawl_args_flag(args, "stop");
	struct pawl_json answer, body;
	struct pawl_str path;
	int status;

	if (is_starting) {
		if (!make_body(args, &body))
			return PAWL_EXIT_USAGE;
		path = PAWL_STR("/api/v1/replays");
	} else {
		path = pawl_api_path(args->arena, "/api/v1/replays/", args->operands[0],
				     is_stopping ? "/stop" : "");
	}
	status = pawl_client_call(client,
				  is_starting || is_stopping ? PAWL_HTTP_POST : PAWL_HTTP_GET, path,
				  is_starting ? &body : NULL, &answer);
	if (status == PAWL_EXIT_OK)
		print_one(args, &answer);
	return status;
}

static int
list(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json items;
	int status = pawl_client_list(client,
				      pawl_api_query(args->arena, PAWL_STR("/api/v1/replays"),
						     "workflow", pawl_args_get(args, "workflow")),
				      1000, &items);

	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]),
				 "No replays.");
	return status;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_client *client;
	int status;

	if (pawl_args_flag(args, "start") && args->n_operands > 0)
		return pawl_usage(args, "--start takes filters, and no ID");
	if (pawl_args_flag(args, "stop") && args->n_operands == 0)
		return pawl_usage(args, "--stop needs ID");
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_args_flag(args, "start") || args->n_operands > 0 ? call(args, client)
								       : list(args, client);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_replays = {
	.name = "replays",
	.operands = "[ID]",
	.summary = "Replay or retry many runs, and see or stop what is under way",
	.details = "Without --status and --class, --start takes runs that failed or timed out.",
	.options = options,
	.max_operands = 1,
	.run = run,
};
