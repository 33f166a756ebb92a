#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"
#include "cli/requests_reverify.h"

static const struct pawl_option options[] = {
	{"workflow", "NAME", "Only those to this workflow (name or id)"},
	{"verdict", "VERDICT",
	 "accepted, refused, handshake, filtered or duplicate; several with commas"},
	{"search", "TEXT", "An id; or a part of the reason, detail, address, order key or target"},
	{"from", "TIME", "Received at or after it (RFC 3339)"},
	{"to", "TIME", "Received before it"},
	{"dry-run", .help = "With reverify: only say what would be released"},
	{"limit", "N", "At most so many, newest first", .fallback = "50"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const filters[] = {"workflow", "verdict", "search", "from", "to"};

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"WORKFLOW", "/workflow/name"},
	{"RECEIVED", "/received_at", PAWL_COLUMN_TIME},
	{"METHOD", "/method"},
	{"FROM", "/ip"},
	{"VERDICT", "/verdict"},
	{"STATUS", "/status"},
	{"REASON", "/reason"},
	{"RUN", "/run_id"},
};

static int
show_one(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json request;
	int status = pawl_client_call(
		client, PAWL_HTTP_GET,
		pawl_api_path(args->arena, "/api/v1/requests/", args->operands[0], ""), NULL,
		&request);

	if (status == PAWL_EXIT_OK)
		pawl_print_json(&request);
	return status;
}

static int
show_why(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_str code, message;
	struct pawl_json answer;
	int status = pawl_client_call(
		client, PAWL_HTTP_GET,
		pawl_api_path(args->arena, "/api/v1/requests/", args->operands[1], "/diagnosis"),
		NULL, &answer);

	if (status != PAWL_EXIT_OK)
		return status;
	if (pawl_args_flag(args, "json")) {
		pawl_print_json(&answer);
		return status;
	}
	code = pawl_json_get_str(&answer, "code", PAWL_STR(""));
	message = pawl_json_get_str(&answer, "message", PAWL_STR(""));
	pawl_print_text(stdout, pawl_json_get_str(&answer, "reason", PAWL_STR("")));
	if (pawl_json_get_str(&answer, "reason", PAWL_STR("")).len > 0)
		putchar('\n');
	pawl_print_text(stdout, code);
	fputs(code.len > 0 ? ": " : "", stdout);
	pawl_print_text(stdout, message);
	putchar('\n');
	return status;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_str path = PAWL_STR("/api/v1/requests");
	struct pawl_client *client;
	struct pawl_json items;
	uint64_t limit;
	bool is_why = args->n_operands > 0 && strcmp(args->operands[0], "why") == 0;
	bool is_reverify = args->n_operands > 0 && strcmp(args->operands[0], "reverify") == 0;
	int status;

	if (!pawl_args_number(args, "limit", 1, 1000000, &limit))
		return PAWL_EXIT_USAGE;
	if (args->n_operands != (is_why ? 2 : args->n_operands > 0))
		return pawl_usage(args,
				  is_why ? "why needs a request's id" : "one request at a time");
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	if (args->n_operands > 0) {
		status = is_why        ? show_why(args, client)
			 : is_reverify ? pawl_requests_reverify(args, client)
				       : show_one(args, client);
		pawl_client_free(client);
		return status;
	}
	status = pawl_client_list(client, path, limit, &items);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]),
				 "No requests.");
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_requests = {
	.name = "requests",
	.operands = "[ID]|why ID|reverify",
	.summary = "List received requests and what was decided, or show one whole",
	.details = "why says which known mistake explains that a request's signature or "
		   "credentials\ndo not fit: another secret, a body that was changed, a clock. "
		   "reverify checks\nthe refused requests in quarantine again, with the secrets of "
		   "today, and\nreleases those that verify as runs, oldest first.",
	.options = options,
	.max_operands = 2,
	.run = run,
};
