#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"role", "ROLE", "create: viewer, editor or owner", .fallback = "editor"},
	{"expires-in", "DURATION", "create: it is refused from then on; never unless given"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"NAME", "/name"},
	{"ROLE", "/role"},
	{"CREATED", "/created_at", PAWL_COLUMN_TIME},
	{"EXPIRES", "/expires_at", PAWL_COLUMN_TIME},
	{"LAST USED", "/last_used_at", PAWL_COLUMN_TIME},
};

static int
list_tokens(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json answer;
	int status =
		pawl_client_call(client, PAWL_HTTP_GET, PAWL_STR("/api/v1/tokens"), NULL, &answer);
	const struct pawl_json *items = pawl_json_get_c(&answer, "items");

	if (status != PAWL_EXIT_OK || !pawl_json_is(items, PAWL_JSON_ARRAY))
		return status;
	if (pawl_args_flag(args, "json"))
		pawl_print_json(items);
	else
		pawl_print_table(items, columns, sizeof(columns) / sizeof(columns[0]),
				 "No tokens.");
	return status;
}

static int
create_token(const struct pawl_args *args, struct pawl_client *client, const char *name)
{
	struct pawl_json body, answer;
	struct pawl_json_builder b;
	int status;

	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "name", pawl_json_string_dup(args->arena, pawl_str_c(name)));
	pawl_json_set_c(&b, "role", pawl_json_string_c(pawl_args_get(args, "role")));
	if (pawl_args_given(args, "expires-in"))
		pawl_json_set_c(&b, "expires_in",
				pawl_json_string_c(pawl_args_given(args, "expires-in")));
	body = pawl_json_end(&b);
	status = pawl_client_call(client, PAWL_HTTP_POST, PAWL_STR("/api/v1/tokens"), &body,
				  &answer);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json")) {
		pawl_print_json(&answer);
	} else if (status == PAWL_EXIT_OK) {
		fputs("Keep it now; it is not shown again:\n", stderr);
		pawl_print_text(stdout, pawl_json_get_str(&answer, "token", PAWL_STR("")));
		fputc('\n', stdout);
	}
	return status;
}

static int
run(const struct pawl_args *args)
{
	const char *verb = args->operands[0];
	bool is_list = strcmp(verb, "list") == 0, is_create = strcmp(verb, "create") == 0;
	struct pawl_client *client;
	int status;

	if (!is_list && !is_create && strcmp(verb, "remove") != 0)
		return pawl_usage(args, "\"%s\" is none of list, create, remove", verb);
	if (args->n_operands != (is_list ? 1 : 2))
		return pawl_usage(args, is_list     ? "list takes nothing more"
					: is_create ? "create needs a name"
						    : "remove needs an id");
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	if (is_list)
		status = list_tokens(args, client);
	else if (is_create)
		status = create_token(args, client, args->operands[1]);
	else
		status = pawl_client_delete(
			client, args,
			pawl_api_path(args->arena, "/api/v1/tokens/", args->operands[1], ""),
			args->operands[1]);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_token = {
	.name = "token",
	.operands = "list|create NAME|remove ID",
	.summary = "List, create or remove API tokens",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
