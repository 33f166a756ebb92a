#include "cli/options.h"
#include "docs/pages.h"

static void
write_option(struct pawl_buf *out, const struct pawl_option *option)
{
	pawl_buf_printf(out, "| `--%s%s%s` | ", option->name, option->value ? " " : "",
			option->value ? option->value : "");
	pawl_page_cell(out, option->help);
	pawl_buf_append_c(out, option->repeats ? "; may be repeated | " : " | ");
	if (option->env)
		pawl_buf_printf(out, "`%s`", option->env);
	pawl_buf_append_c(out, " | ");
	if (option->fallback)
		pawl_buf_printf(out, "`%s`", option->fallback);
	pawl_buf_append_c(out, " |\n");
}

static void
write_command(struct pawl_buf *out, const struct pawl_command *command)
{
	pawl_buf_printf(out, "## pawl %s\n\n`pawl %s%s%s [OPTION...]`\n\n%s.\n", command->name,
			command->name, command->operands[0] ? " " : "", command->operands,
			command->summary);
	if (command->details)
		pawl_buf_printf(out, "%s\n", command->details);
	pawl_buf_append_char(out, '\n');
	if (!command->options || !command->options->name)
		return;
	pawl_buf_append_c(out, "| option | | environment | default |\n|---|---|---|---|\n");
	for (const struct pawl_option *o = command->options; o && o->name; o++)
		write_option(out, o);
	pawl_buf_append_char(out, '\n');
}

void
pawl_page_cli(struct pawl_buf *out)
{
	pawl_buf_append_c(
		out,
		"# Command line\n\nMade from the tables that options are parsed by "
		"(`build/pawl-docs docs/reference`); `pawl COMMAND --help` says the same.\n\n"
		"Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found. Where the server is "
		"and which token to use: `--server` and `--token`, else `--ready-file` or "
		"`--data`, else the environment, else `./data`. A token that is found in `./data` "
		"by itself is sent to no other machine.\n\n");
	for (size_t i = 0; pawl_commands[i]; i++)
		write_command(out, pawl_commands[i]);
	out->len--;
}
