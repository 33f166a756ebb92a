#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"
#include "data/yaml_write.h"

#define TEXT_BYTES_MAX ((size_t)256 << 20)

static const struct pawl_option options[] = {
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static int
fetch_one(const struct pawl_args *args, struct pawl_client *client, const char *workflow,
	  struct pawl_json_builder *documents)
{
	struct pawl_json answer;
	int status = pawl_client_call(
		client, PAWL_HTTP_GET,
		pawl_api_path(args->arena, "/api/v1/workflows/", workflow, ""), NULL, &answer);

	if (status == PAWL_EXIT_OK)
		pawl_json_push(documents, *pawl_json_get_c(&answer, "document"));
	return status;
}

static int
fetch(const struct pawl_args *args, struct pawl_client *client, struct pawl_json *documents)
{
	struct pawl_json_builder b;
	int status = PAWL_EXIT_OK;

	if (!args->n_operands)
		return pawl_client_list(client, PAWL_STR("/api/v1/export"), UINT32_MAX, documents);
	pawl_json_array_begin(&b, args->arena);
	for (size_t i = 0; i < args->n_operands && status == PAWL_EXIT_OK; i++)
		status = fetch_one(args, client, args->operands[i], &b);
	*documents = pawl_json_end(&b);
	return status;
}

static int
print_yaml(const struct pawl_json *documents)
{
	struct pawl_buf text;
	bool ok;

	pawl_buf_init(&text, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < documents->len; i++) {
		pawl_buf_append_c(&text, "---\n");
		(void)!pawl_yaml_write(&text, &documents->items[i]);
	}
	ok = pawl_buf_status(&text) == PAWL_OK;
	if (ok)
		fwrite(text.data, 1, text.len, stdout);
	else
		fprintf(stderr, "pawl export: the documents are too large together\n");
	pawl_buf_fini(&text);
	return ok ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_client *client;
	struct pawl_json documents;
	int status = pawl_client_new(args, &client);

	if (status != PAWL_EXIT_OK)
		return status;
	status = fetch(args, client, &documents);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&documents);
	else if (status == PAWL_EXIT_OK)
		status = print_yaml(&documents);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_export = {
	.name = "export",
	.operands = "[WORKFLOW...]",
	.summary = "Print the drafts of workflows, as YAML or JSON",
	.details = "All of them, when none is named. Secrets are ***. pawl import takes both.",
	.options = options,
	.max_operands = SIZE_MAX,
	.run = run,
};
