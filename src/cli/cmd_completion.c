#include <stdio.h>

#include "cli/options.h"

static const struct pawl_option options[] = {
	{NULL},
};

/* Text inside '...', with a backslash before each of `special`. */
static void
quoted(const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			printf("%s%c", strchr(special, *text) ? "\\" : "", *text);
	}
}

static bool
takes_file(const char *value)
{
	return value && (strcmp(value, "FILE") == 0 || strcmp(value, "DIR") == 0);
}

static bool
has_file_operands(const struct pawl_command *command)
{
	return strstr(command->operands, "FILE") != NULL;
}

/* ---- bash ------------------------------------------------------------------- */

static void
print_bash(void)
{
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
}

/* ---- zsh -------------------------------------------------------------------- */

static void
print_zsh_command(const struct pawl_command *command)
{
	printf("\t%s)\n\t\t_arguments", command->name);
	for (const struct pawl_option *o = command->options; o && o->name; o++) {
		printf(" \\\n\t\t\t'%s--%s%s[", o->repeats ? "*" : "", o->name,
		       o->value ? "=" : "");
		quoted(o->help, "[]:\\");
		fputc(']', stdout);
		if (o->value) {
			fputc(':', stdout);
			quoted(o->value, ":\\");
			fputs(takes_file(o->value) ? ":_files" : ": ", stdout);
		}
		fputc('\'', stdout);
	}
	fputs(" \\\n\t\t\t'--help[Show this]'", stdout);
	if (has_file_operands(command))
		fputs(" \\\n\t\t\t'*:file:_files'", stdout);
	fputs("\n\t\t;;\n", stdout);
}

static void
print_zsh(void)
{
	fputs("#compdef pawl\n"
	      "_pawl() {\n"
	      "\tlocal -a commands=(\n",
	      stdout);
	for (size_t i = 0; pawl_commands[i]; i++) {
		printf("\t\t'%s:", pawl_commands[i]->name);
		quoted(pawl_commands[i]->summary, ":\\");
		fputs("'\n", stdout);
	}
	fputs("\t)\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\t_describe command commands\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $words[1] in\n",
	      stdout);
	for (size_t i = 0; pawl_commands[i]; i++)
		print_zsh_command(pawl_commands[i]);
	/* Read by the completion system as a function's body, or sourced by a person. */
	fputs("\tesac\n"
	      "}\n"
	      "if [ \"$funcstack[1]\" = _pawl ]; then\n"
	      "\t_pawl \"$@\"\n"
	      "else\n"
	      "\tcompdef _pawl pawl\n"
	      "fi\n",
	      stdout);
}

/* ---- fish ------------------------------------------------------------------- */

static void
print_fish_command(const struct pawl_command *command)
{
	printf("complete -c pawl -n __fish_use_subcommand -a %s -d '", command->name);
	quoted(command->summary, "");
	fputs("'\n", stdout);
	if (has_file_operands(command))
		printf("complete -c pawl -n '__fish_seen_subcommand_from %s' -F\n", command->name);
	for (const struct pawl_option *o = command->options; o && o->name; o++) {
		printf("complete -c pawl -n '__fish_seen_subcommand_from %s' -l %s", command->name,
		       o->name);
		if (o->value)
			fputs(takes_file(o->value) ? " -r -F" : " -x", stdout);
		fputs(" -d '", stdout);
		quoted(o->help, "");
		fputs("'\n", stdout);
	}
}

static void
print_fish(void)
{
	fputs("complete -c pawl -f\ncomplete -c pawl -l help -d 'Show this'\n", stdout);
	for (size_t i = 0; pawl_commands[i]; i++)
		print_fish_command(pawl_commands[i]);
}

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static int
run(const struct pawl_args *args)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(args->operands[0], shells[i].name) == 0) {
			shells[i].print();
			return PAWL_EXIT_OK;
		}
	}
	return pawl_usage(args, "\"%s\" is none of bash, zsh, fish", args->operands[0]);
}

const struct pawl_command pawl_command_completion = {
	.name = "completion",
	.operands = "bash|zsh|fish",
	.summary = "Print shell completion",
	.details = "To use it: source <(pawl completion bash), the same with zsh after compinit, "
		   "or\n"
		   "pawl completion fish | source",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
