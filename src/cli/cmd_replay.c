#include <stdio.h>

#include "cli/client.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"request", .help = "ID is a request's: take it in anew as if it had just come"},
	{"input", "FILE", "Use this JSON as workflow.input instead of the old one"},
	{"revision", "N", "Of this revision; the active one when absent"},
	{"draft", .help = "Of the workflow's draft, as it is now"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static int
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	struct pawl_json_builder b;
	int status;

	pawl_json_object_begin(&b, args->arena);
	status = pawl_client_put_start(args, &b);
	pawl_json_set_c(&b, "draft", pawl_json_bool(pawl_args_flag(args, "draft")));
	*body = pawl_json_end(&b);
	return status;
}

static int
run(const struct pawl_args *args)
{
	bool is_request = pawl_args_flag(args, "request");
	struct pawl_json body;
	int status;

	status = make_body(args, &body);
	if (status != PAWL_EXIT_OK)
		return status;
	return pawl_client_start_run(
		args,
		pawl_api_path(args->arena, is_request ? "/api/v1/requests/" : "/api/v1/runs/",
			      args->operands[0], "/replay"),
		&body);
}

const struct pawl_command pawl_command_replay = {
	.name = "replay",
	.operands = "ID",
	.summary = "Start a new run from an old one's input, or from a logged request",
	.details = "Prints the new run's id.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
