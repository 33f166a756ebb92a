#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"status", "STATUS", "Only active, paused or inactive ones"},
	{"search", "TEXT", "Only those with it in the name, the description or a tag"},
	{"tag", "TAG", "Only those that have this tag"},
	{"limit", "N", "At most so many", .fallback = "1000"},
	{"document", .help = "With NAME: print its document (secrets are masked)"},
	{"set-status", "STATUS", "With NAME: make it active, paused or inactive"},
	{"drain", "N", "With --set-status active: N queued runs a second, 0 for all at once"},
	{"rotate-url", .help = "With NAME: give it another URL"},
	{"keep-old", "DURATION", "With --rotate-url: so long the old one answers, too"},
	{"delete", .help = "With NAME: delete it with its runs and requests"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"NAME", "/name"},
	{"ID", "/id"},
	{"STATUS", "/status"},
	{"REVISION", "/active_revision"},
	{"UPDATED", "/updated_at", PAWL_COLUMN_TIME},
	{"URL", "/service_url", .otherwise = "/hook_url"},
};

static const struct pawl_column fields[] = {
	{"Name", "/name"},
	{"Id", "/id"},
	{"Description", "/description"},
	{"Status", "/status"},
	{"Trigger", "/trigger"},
	{"Draining", "/drain/left"},
	{"Active", "/active_revision"},
	{"Latest", "/latest_revision"},
	{"URL", "/service_url", .otherwise = "/hook_url"},
	{"Old URL until", "/old_url_until", PAWL_COLUMN_TIME},
	{"Created", "/created_at", PAWL_COLUMN_TIME},
	{"Updated", "/updated_at", PAWL_COLUMN_TIME},
};

static int
list_all(const struct pawl_args *args, struct pawl_client *client, uint64_t limit)
{
	static const char *const filters[] = {"status", "search", "tag"};
	struct pawl_str path = PAWL_STR("/api/v1/workflows");
	struct pawl_json items;
	int status;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	status = pawl_client_list(client, path, limit, &items);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]),
				 "No workflows.");
	return status;
}

/* What is done with it, as the end of its path and the body of a POST; NULL: it is only shown. */
static const char *
action_of(const struct pawl_args *args, uint64_t drain, struct pawl_json *body)
{
	const char *status = pawl_args_get(args, "set-status");
	const char *keep_old = pawl_args_given(args, "keep-old");
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, args->arena);
	if (status)
		pawl_json_set_c(&b, "status",
				pawl_json_string_dup(args->arena, pawl_str_c(status)));
	if (pawl_args_given(args, "drain"))
		pawl_json_set_c(&b, "drain_per_second", pawl_json_int(args->arena, (int64_t)drain));
	if (keep_old)
		pawl_json_set_c(&b, "keep_old",
				pawl_json_string_dup(args->arena, pawl_str_c(keep_old)));
	*body = pawl_json_end(&b);
	return status ? "/activation" : pawl_args_flag(args, "rotate-url") ? "/rotate-url" : NULL;
}

static int
handle_one(const struct pawl_args *args, struct pawl_client *client, uint64_t drain)
{
	struct pawl_json body, answer;
	const char *prefix = "/api/v1/workflows/", *action = action_of(args, drain, &body);
	struct pawl_str path =
		pawl_api_path(args->arena, prefix, args->operands[0], action ? action : "");
	const struct pawl_json *document;
	int status;

	if (pawl_args_flag(args, "delete"))
		return pawl_client_delete(client, args, path, args->operands[0]);
	status = pawl_client_call(client, action ? PAWL_HTTP_POST : PAWL_HTTP_GET, path,
				  action ? &body : NULL, &answer);
	if (status != PAWL_EXIT_OK)
		return status;
	document = pawl_json_get_c(&answer, "document");
	if (pawl_args_flag(args, "document") && document)
		pawl_print_json(document);
	else if (pawl_args_flag(args, "json"))
		pawl_print_json(&answer);
	else
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			pawl_print_field(fields[i].title, &answer, &fields[i]);
	return status;
}

static int
run(const struct pawl_args *args)
{
	int n_actions = pawl_args_flag(args, "delete") + pawl_args_flag(args, "document") +
			pawl_args_flag(args, "rotate-url") +
			(pawl_args_given(args, "set-status") != NULL);
	struct pawl_client *client;
	uint64_t limit, drain = 0;
	int status;

	if (n_actions > 0 && args->n_operands == 0)
		return pawl_usage(args,
				  "--document, --set-status, --rotate-url and --delete need NAME");
	if (n_actions > 1)
		return pawl_usage(args, "--document, --set-status, --rotate-url and --delete "
					"exclude each other");
	if (pawl_args_given(args, "keep-old") && !pawl_args_flag(args, "rotate-url"))
		return pawl_usage(args, "--keep-old needs --rotate-url");
	if (pawl_args_given(args, "drain") && !pawl_args_given(args, "set-status"))
		return pawl_usage(args, "--drain needs --set-status active");
	if (!pawl_args_number(args, "limit", 1, 1000000, &limit) ||
	    (pawl_args_given(args, "drain") && !pawl_args_number(args, "drain", 0, 100000, &drain)))
		return PAWL_EXIT_USAGE;
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = args->n_operands > 0 ? handle_one(args, client, drain)
				      : list_all(args, client, limit);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_workflows = {
	.name = "workflows",
	.operands = "[NAME]",
	.summary = "List workflows, or show, pause or delete one",
	.details = "NAME is a workflow's name or id.",
	.options = options,
	.max_operands = 1,
	.run = run,
};
