#include <stdio.h>

#include "cli/options.h"

static const struct pawl_option options[] = {
	{NULL},
};

static int
run(const struct pawl_args *args)
{
	if (strcmp(args->operands[0], "bash") != 0)
		return pawl_usage(args, "only bash is known");
	fputs("_pawl() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} words\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	      "\t\twords='",
	      stdout);
	for (size_t i = 0; pawl_commands[i]; i++)
		printf("%s ", pawl_commands[i]->name);
	fputs("--help --version'\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n", stdout);
	for (size_t i = 0; pawl_commands[i]; i++) {
		printf("\t\t%s) words='", pawl_commands[i]->name);
		for (const struct pawl_option *o = pawl_commands[i]->options; o && o->name; o++)
			printf("--%s ", o->name);
		fputs("--help' ;;\n", stdout);
	}
	fputs("\t\tesac\n\tfi\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	      "}\ncomplete -o default -F _pawl pawl\n",
	      stdout);
	return PAWL_EXIT_OK;
}

const struct pawl_command pawl_command_completion = {
	.name = "completion",
	.operands = "bash",
	.summary = "Print shell completion",
	.details = "To use it: source <(pawl completion bash)",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
