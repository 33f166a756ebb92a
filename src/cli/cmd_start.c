#include <stdio.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"

#define INPUT_BYTES_MAX ((size_t)16 << 20)

static const struct pawl_option options[] = {
	{"input", "FILE", "JSON that becomes workflow.input; - is standard input"},
	{"revision", "N", "Another revision than the active one"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static int
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	const char *input = pawl_args_get(args, "input");
	struct pawl_json_builder b;
	struct pawl_json value;
	uint64_t revision;

	pawl_json_object_begin(&b, args->arena);
	if (input) {
		if (!pawl_file_load_json(args->arena, input, INPUT_BYTES_MAX, &value))
			return PAWL_EXIT_FAILED;
		pawl_json_set_c(&b, "input", value);
	}
	if (pawl_args_get(args, "revision")) {
		if (!pawl_args_number(args, "revision", 1, UINT32_MAX, &revision))
			return PAWL_EXIT_USAGE;
		pawl_json_set_c(&b, "revision", pawl_json_int(args->arena, (int64_t)revision));
	}
	*body = pawl_json_end(&b);
	return PAWL_EXIT_OK;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_json body;
	int status = make_body(args, &body);

	if (status != PAWL_EXIT_OK)
		return status;
	return pawl_client_start_run(
		args, pawl_api_path(args->arena, "/api/v1/workflows/", args->operands[0], "/runs"),
		&body);
}

const struct pawl_command pawl_command_start = {
	.name = "start",
	.operands = "WORKFLOW",
	.summary = "Start a run by hand, with input",
	.details =
		"The input has to fit the manual trigger's input_schema. A workflow with another "
		"trigger can be started too, with the input that its run is to have. Prints the "
		"run's id.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
