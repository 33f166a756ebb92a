#include <stdio.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"
#include "flow/workflow.h"

static const struct pawl_option options[] = {
	{"draft", .help = "Only save; do not publish or activate"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"NAME", "/name"},
	{"ID", "/id"},
	{"REVISION", "/revision"},
	{"STATUS", "/status"},
	{"URL", "/service_url", .otherwise = "/hook_url"},
};

/* JSON or YAML from a file, not yet checked as a workflow: that is the server's part. */
static bool
load_document(struct pawl_arena *arena, const char *path, struct pawl_json *document)
{
	struct pawl_problems problems = {0};
	struct pawl_str text;
	bool ok;

	if (!pawl_file_load(arena, path, PAWL_WORKFLOW_BYTES_MAX, &text))
		return false;
	ok = pawl_workflow_read(arena, text, document, &problems) == PAWL_OK;
	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl: %s%s%s: %s\n", path, problems.items[i].where[0] ? ":" : "",
			problems.items[i].where, problems.items[i].message);
	if (!ok && problems.len == 0)
		fprintf(stderr, "pawl: %s: not a workflow document\n", path);
	pawl_problems_fini(&problems);
	return ok;
}

static int
apply_file(const struct pawl_args *args, struct pawl_client *client, const char *path,
	   struct pawl_json_builder *applied)
{
	struct pawl_json document, body, answer;
	struct pawl_json_builder b;
	int status;

	if (!load_document(args->arena, path, &document))
		return PAWL_EXIT_FAILED;
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "document", document);
	pawl_json_set_c(&b, "draft", pawl_json_bool(pawl_args_flag(args, "draft")));
	body = pawl_json_end(&b);
	status =
		pawl_client_call(client, PAWL_HTTP_POST, PAWL_STR("/api/v1/apply"), &body, &answer);
	if (status == PAWL_EXIT_OK)
		pawl_json_push(applied, answer);
	else
		fprintf(stderr, "pawl: %s: not applied\n", path);
	return status;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_json_builder applied;
	struct pawl_client *client;
	struct pawl_json list;
	int status = pawl_client_new(args, &client);

	if (status != PAWL_EXIT_OK)
		return status;
	pawl_json_array_begin(&applied, args->arena);
	/* One that fails does not keep the others back. */
	for (size_t i = 0; i < args->n_operands; i++) {
		int one = apply_file(args, client, args->operands[i], &applied);

		if (status == PAWL_EXIT_OK)
			status = one;
	}
	list = pawl_json_end(&applied);
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&list);
	else if (list.len > 0)
		pawl_print_table(&list, columns, sizeof(columns) / sizeof(columns[0]), "");
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_apply = {
	.name = "apply",
	.operands = "FILE...",
	.summary = "Create or update workflows from files and activate them",
	.details =
		"Files are JSON or YAML; \"-\" is standard input. A workflow is found by its name.",
	.options = options,
	.min_operands = 1,
	.max_operands = SIZE_MAX,
	.run = run,
};
