#include <stdio.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"
#include "flow/workflow.h"

#define INPUT_BYTES_MAX ((size_t)16 << 20)

static const struct pawl_option options[] = {
	{"file", "FILE", "A document, JSON or YAML, in place of the draft; - is standard input"},
	{"input", "FILE", "JSON that becomes workflow.input"},
	{"request", "ID", "Or a request that brings it"},
	{"pin", "NAME", "Or a pin"},
	{"run", "ID", "An earlier run: its input, and what its nodes gave out"},
	{"until", "NODE", "Execute this node, and what it needs"},
	{"only", "NODE", "Execute this node alone"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

/* Options that are members of the body as they are. */
static const char *const texts[] = {"request", "pin", "run", "until", "only"};

static bool
add_document(const struct pawl_args *args, struct pawl_json_builder *b)
{
	const char *file = pawl_args_get(args, "file");
	struct pawl_problems problems = {0};
	struct pawl_json document;
	struct pawl_str text;
	bool ok;

	if (!file)
		return true;
	if (!pawl_file_load(args->arena, file, PAWL_WORKFLOW_BYTES_MAX, &text))
		return false;
	ok = pawl_workflow_read(args->arena, text, &document, &problems) == PAWL_OK;
	if (ok)
		pawl_json_set_c(b, "document", document);
	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl test: %s: %s: %s\n", file, problems.items[i].where,
			problems.items[i].message);
	pawl_problems_fini(&problems);
	return ok;
}

static bool
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	const char *input = pawl_args_get(args, "input");
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, args->arena);
	if (!add_document(args, &b))
		return false;
	if (input) {
		if (!pawl_file_load_json(args->arena, input, INPUT_BYTES_MAX, &value))
			return false;
		pawl_json_set_c(&b, "input", value);
	}
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (pawl_args_get(args, texts[i]))
			pawl_json_set_c(&b, texts[i],
					pawl_json_string_c(pawl_args_get(args, texts[i])));
	*body = pawl_json_end(&b);
	return true;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_json body;

	if (!make_body(args, &body))
		return PAWL_EXIT_FAILED;
	return pawl_client_start_run(
		args,
		pawl_api_path(args->arena, "/api/v1/workflows/", args->operands[0], "/test-runs"),
		&body);
}

const struct pawl_command pawl_command_test = {
	.name = "test",
	.operands = "WORKFLOW",
	.summary = "Run a draft, or a part of it",
	.details = "A real run that is in no statistics and makes no events. With --run, nodes "
		   "before the one of --until or --only have the outputs of that run and are not "
		   "executed. Prints the run's id.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
