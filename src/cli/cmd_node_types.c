#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"triggers", .help = "Trigger types instead"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"NAME", "/name"},
	{"CATEGORY", "/category"},
	{"PORTS", "/ports"},
	{"SUMMARY", "/summary"},
};

static const struct pawl_json *
find_type(const struct pawl_json *items, const char *name)
{
	for (uint32_t i = 0; i < items->len; i++) {
		if (pawl_str_eq_c(pawl_json_get_str(&items->items[i], "name", PAWL_STR("")), name))
			return &items->items[i];
	}
	return NULL;
}

static int
print_types(const struct pawl_args *args, const struct pawl_json *items)
{
	const struct pawl_json *type;

	if (args->n_operands > 0) {
		type = find_type(items, args->operands[0]);
		if (!type) {
			fprintf(stderr, "pawl: there is no type \"%s\"\n", args->operands[0]);
			return PAWL_EXIT_NOT_FOUND;
		}
		pawl_print_json(type);
	} else if (pawl_args_flag(args, "json")) {
		pawl_print_json(items);
	} else {
		pawl_print_table(items, columns, sizeof(columns) / sizeof(columns[0]), "No types.");
	}
	return PAWL_EXIT_OK;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_client *client;
	const struct pawl_json *items;
	struct pawl_json answer;
	int status = pawl_client_new(args, &client);

	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(client, PAWL_HTTP_GET,
				  pawl_args_flag(args, "triggers")
					  ? PAWL_STR("/api/v1/trigger-types")
					  : PAWL_STR("/api/v1/node-types"),
				  NULL, &answer);
	items = pawl_json_get_c(&answer, "items");
	if (status == PAWL_EXIT_OK && pawl_json_is(items, PAWL_JSON_ARRAY))
		status = print_types(args, items);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_node_types = {
	.name = "node-types",
	.operands = "[NAME]",
	.summary = "List the node types that the server knows, or show one with its schema",
	.options = options,
	.max_operands = 1,
	.run = run,
};
