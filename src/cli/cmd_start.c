#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"input", "FILE", "JSON that becomes workflow.input; - is standard input"},
	{"revision", "N", "Another revision than the active one"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static int
run(const struct pawl_args *args)
{
	struct pawl_json_builder b;
	struct pawl_json body;
	int status;

	pawl_json_object_begin(&b, args->arena);
	status = pawl_client_put_start(args, &b);
	body = pawl_json_end(&b);
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
