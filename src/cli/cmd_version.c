#include <stdio.h>

#include "cli/options.h"
#include "cli/print.h"

static const struct pawl_option options[] = {
	{"json", .help = "Print JSON"},
	{NULL},
};

static int
run(const struct pawl_args *args)
{
	struct pawl_json_builder b;
	struct pawl_json answer;

	if (!pawl_args_flag(args, "json")) {
		puts("pawl " PAWL_VERSION);
		return PAWL_EXIT_OK;
	}
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "version", pawl_json_string_c(PAWL_VERSION));
	answer = pawl_json_end(&b);
	pawl_print_json(&answer);
	return PAWL_EXIT_OK;
}

const struct pawl_command pawl_command_version = {
	.name = "version",
	.operands = "",
	.summary = "Show the version",
	.options = options,
	.run = run,
};
