#include <stdio.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)

static const struct pawl_option options[] = {
	{"dry-run", .help = "Only say what each document would do"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static void
print_item(const struct pawl_args *args, const struct pawl_json *item)
{
	struct pawl_str name = pawl_json_get_str(item, "name", PAWL_STR("(no name)"));
	const struct pawl_json *problems = pawl_json_get_c(item, "problems");

	pawl_print_text(stdout, name);
	fputs(": ", stdout);
	pawl_print_text(stdout, pawl_json_get_str(item, "action", PAWL_STR("")));
	putchar('\n');
	if (problems && problems->len)
		pawl_print_problems(
			stdout,
			pawl_arena_dup_c(args->arena, pawl_arena_printf(args->arena, "%.*s: ",
									PAWL_STR_ARG(name))),
			problems);
}

/* Was any of them invalid? */
static bool
print_items(const struct pawl_args *args, const struct pawl_json *answer)
{
	const struct pawl_json *items = pawl_json_get_c(answer, "items");
	bool has_invalid = false;

	for (uint32_t i = 0; pawl_json_is(items, PAWL_JSON_ARRAY) && i < items->len; i++) {
		if (!pawl_args_flag(args, "json"))
			print_item(args, &items->items[i]);
		if (pawl_str_eq_c(pawl_json_get_str(&items->items[i], "action", PAWL_STR("")),
				  "invalid"))
			has_invalid = true;
	}
	if (pawl_args_flag(args, "json"))
		pawl_print_json(answer);
	return has_invalid;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_json_builder b;
	struct pawl_json body, answer;
	struct pawl_client *client;
	struct pawl_str text;
	int status;

	if (!pawl_file_load(args->arena, args->operands[0], TEXT_BYTES_MAX, &text))
		return PAWL_EXIT_FAILED;
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "text", pawl_json_string(text));
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(pawl_args_flag(args, "dry-run")));
	body = pawl_json_end(&b);
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(client, PAWL_HTTP_POST, PAWL_STR("/api/v1/import"), &body,
				  &answer);
	if (status == PAWL_EXIT_OK && print_items(args, &answer))
		status = PAWL_EXIT_FAILED;
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_import = {
	.name = "import",
	.operands = "FILE",
	.summary = "Save many documents as drafts",
	.details = "The file has YAML documents one after another, or JSON: what pawl export "
		   "prints. A document with the name of a workflow becomes its draft. The exit "
		   "status is 1 when one was invalid; the others are saved.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
