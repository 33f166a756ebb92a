/* The program's entry: finds the command, parses its options, runs it. */
#include <signal.h>
#include <stdio.h>

#include "cli/options.h"
#include "flow/suggest.h"

static int
unknown_command(const char *name)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;

	pawl_suggest_init(&suggest, pawl_str_c(name));
	for (size_t i = 0; pawl_commands[i]; i++)
		pawl_suggest_offer(&suggest, pawl_str_c(pawl_commands[i]->name));
	fprintf(stderr, "pawl: there is no command \"%s\"%s\nTry 'pawl --help'.\n", name,
		pawl_suggest_text(&suggest, near));
	return PAWL_EXIT_USAGE;
}

static int
run_command(const struct pawl_command *command, int argc, char *const *argv)
{
	struct pawl_problems problems = {0};
	struct pawl_arena arena;
	struct pawl_args args;
	int status = PAWL_EXIT_USAGE;

	pawl_arena_init(&arena, 0);
	if (pawl_args_parse(command, argc, argv, &arena, &args, &problems) != PAWL_OK) {
		for (size_t i = 0; i < problems.len; i++)
			fprintf(stderr, "pawl %s: %s\n", problems.items[i].where,
				problems.items[i].message);
		fprintf(stderr, "Try 'pawl %s --help'.\n", command->name);
	} else if (args.wants_help) {
		pawl_command_help(stdout, command);
		status = PAWL_EXIT_OK;
	} else {
		status = command->run(&args);
	}
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return status;
}

static int
run_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct pawl_command *command;

	if (!name) {
		pawl_commands_help(stderr);
		return PAWL_EXIT_USAGE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		command = argc > 2 ? pawl_command_find(argv[2]) : NULL;
		if (argc > 2 && !command)
			return unknown_command(argv[2]);
		if (command)
			pawl_command_help(stdout, command);
		else
			pawl_commands_help(stdout);
		return PAWL_EXIT_OK;
	}
	if (strcmp(name, "--version") == 0)
		name = "version";
	command = pawl_command_find(name);
	return command ? run_command(command, argc - 2, argv + 2) : unknown_command(name);
}

int
main(int argc, char **argv)
{
	int status;

	/* A peer or a pipe that goes away is an error to handle, not a reason to die. */
	signal(SIGPIPE, SIG_IGN);
	status = run_main(argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == PAWL_EXIT_OK)
		status = PAWL_EXIT_FAILED;
	return status;
}
