#include "cli/options.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/parse.h"
#include "flow/suggest.h"

#define HELP_COLUMN 28

#define PAWL_COMMAND(id) extern const struct pawl_command pawl_command_##id;
#include "cli/commands.def"
#undef PAWL_COMMAND

const struct pawl_command *const pawl_commands[] = {
#define PAWL_COMMAND(id) &pawl_command_##id,
#include "cli/commands.def"
#undef PAWL_COMMAND
	NULL,
};

const struct pawl_command *
pawl_command_find(const char *name)
{
	for (size_t i = 0; pawl_commands[i]; i++) {
		if (strcmp(pawl_commands[i]->name, name) == 0)
			return pawl_commands[i];
	}
	return NULL;
}

/* ---- parsing -------------------------------------------------------------- */

static const struct pawl_option *
find_option(const struct pawl_command *command, struct pawl_str name)
{
	for (const struct pawl_option *o = command->options; o && o->name; o++) {
		if (pawl_str_eq_c(name, o->name))
			return o;
	}
	return NULL;
}

static void
add_unknown(const struct pawl_command *command, struct pawl_str name,
	    struct pawl_problems *problems)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;

	pawl_suggest_init(&suggest, name);
	for (const struct pawl_option *o = command->options; o && o->name; o++)
		pawl_suggest_offer(&suggest, pawl_str_c(o->name));
	pawl_problems_add(problems, command->name, "there is no option --%.*s%s",
			  PAWL_STR_ARG(name), pawl_suggest_text(&suggest, near));
}

/* Takes the option at argv[i]; returns how many arguments it used. */
static int
take_option(struct pawl_args *args, int argc, char *const *argv, int i,
	    struct pawl_problems *problems)
{
	const char *text = argv[i] + 2, *equals = strchr(text, '=');
	struct pawl_str name = equals ? pawl_str(text, (size_t)(equals - text)) : pawl_str_c(text);
	const struct pawl_option *option = find_option(args->command, name);
	const char *value = "";
	int used = 1;

	if (!option && pawl_str_eq_c(name, "help") && !equals) {
		args->wants_help = true;
		return 1;
	}
	if (!option) {
		add_unknown(args->command, name, problems);
		return 1;
	}
	if (!option->value && equals) {
		pawl_problems_add(problems, args->command->name, "--%s takes no value",
				  option->name);
	} else if (option->value && equals) {
		value = equals + 1;
	} else if (option->value && i + 1 < argc) {
		value = argv[i + 1];
		used = 2;
	} else if (option->value) {
		pawl_problems_add(problems, args->command->name, "--%s needs a value (%s)",
				  option->name, option->value);
	}
	if (!option->repeats && pawl_args_given(args, option->name))
		pawl_problems_add(problems, args->command->name, "--%s is given twice",
				  option->name);
	args->given[args->n_given++] = (struct pawl_arg){option, value};
	return used;
}

static void
check_operands(const struct pawl_args *args, struct pawl_problems *problems)
{
	const struct pawl_command *command = args->command;

	if (args->wants_help)
		return;
	if (args->n_operands < command->min_operands)
		pawl_problems_add(problems, command->name, "%s is missing", command->operands);
	if (args->n_operands > command->max_operands)
		pawl_problems_add(problems, command->name, "\"%s\" is one argument too many",
				  args->operands[command->max_operands]);
}

enum pawl_err
pawl_args_parse(const struct pawl_command *command, int argc, char *const *argv,
		struct pawl_arena *arena, struct pawl_args *out, struct pawl_problems *problems)
{
	size_t before = problems->len, room = (size_t)argc + 1;

	*out = (struct pawl_args){.command = command, .arena = arena};
	out->given = pawl_arena_calloc(arena, room, sizeof(*out->given));
	out->operands = pawl_arena_calloc(arena, room, sizeof(*out->operands));
	for (int i = 0; i < argc;) {
		const char *arg = argv[i];

		if (strcmp(arg, "--") == 0) {
			while (++i < argc)
				out->operands[out->n_operands++] = argv[i];
		} else if (strcmp(arg, "-h") == 0) {
			out->wants_help = true;
			i++;
		} else if (arg[0] == '-' && arg[1] == '-') {
			i += take_option(out, argc, argv, i, problems);
		} else if (arg[0] == '-' && arg[1] != '\0') {
			pawl_problems_add(problems, command->name,
					  "there is no option %s; options begin with --", arg);
			i++;
		} else {
			out->operands[out->n_operands++] = arg; /* "-" is standard input */
			i++;
		}
	}
	/* The value of an unknown option looks like an operand. */
	if (problems->len == before)
		check_operands(out, problems);
	return problems->len > before ? PAWL_EINVAL : PAWL_OK;
}

/* ---- reading -------------------------------------------------------------- */

const char *
pawl_args_given(const struct pawl_args *args, const char *name)
{
	for (size_t i = args->n_given; i > 0; i--) {
		if (strcmp(args->given[i - 1].option->name, name) == 0)
			return args->given[i - 1].value;
	}
	return NULL;
}

const char *
pawl_args_get(const struct pawl_args *args, const char *name)
{
	const struct pawl_option *option = find_option(args->command, pawl_str_c(name));
	const char *value = pawl_args_given(args, name);

	PAWL_ASSERT(option != NULL);
	if (!value && option->env) {
		value = getenv(option->env);
		if (value && value[0] == '\0')
			value = NULL;
	}
	return value ? value : option->fallback;
}

bool
pawl_args_flag(const struct pawl_args *args, const char *name)
{
	return pawl_args_given(args, name) != NULL;
}

bool
pawl_args_number(const struct pawl_args *args, const char *name, uint64_t min, uint64_t max,
		 uint64_t *out)
{
	const char *text = pawl_args_get(args, name);

	if (text && pawl_parse_u64_range(pawl_str_c(text), min, max, out))
		return true;
	(void)pawl_usage(args, "--%s: \"%s\" is no number from %llu to %llu", name,
			 text ? text : "", (unsigned long long)min, (unsigned long long)max);
	return false;
}

bool
pawl_args_duration(const struct pawl_args *args, const char *name, int64_t *out_ms)
{
	const char *text = pawl_args_get(args, name);

	if (text && pawl_parse_duration_ms(pawl_str_c(text), out_ms))
		return true;
	(void)pawl_usage(args, "--%s: \"%s\" is no duration such as 500ms, 30s or 5m", name,
			 text ? text : "");
	return false;
}

bool
pawl_args_duration_range(const struct pawl_args *args, const char *name, const char *min,
			 const char *max, int64_t *out_ms)
{
	int64_t min_ms, max_ms;

	PAWL_ASSERT(pawl_parse_duration_ms(pawl_str_c(min), &min_ms));
	PAWL_ASSERT(pawl_parse_duration_ms(pawl_str_c(max), &max_ms));
	if (!pawl_args_duration(args, name, out_ms))
		return false;
	if (*out_ms >= min_ms && *out_ms <= max_ms)
		return true;
	(void)pawl_usage(args, "--%s: %s is not from %s to %s", name, pawl_args_get(args, name),
			 min, max);
	return false;
}

bool
pawl_args_size(const struct pawl_args *args, const char *name, const char *min, const char *max,
	       size_t *out_bytes)
{
	const char *text = pawl_args_get(args, name);
	uint64_t min_bytes, max_bytes, bytes;

	PAWL_ASSERT(pawl_parse_size(pawl_str_c(min), &min_bytes));
	PAWL_ASSERT(pawl_parse_size(pawl_str_c(max), &max_bytes));
	if (text && pawl_parse_size(pawl_str_c(text), &bytes) && bytes >= min_bytes &&
	    bytes <= max_bytes) {
		*out_bytes = bytes;
		return true;
	}
	(void)pawl_usage(args, "--%s: \"%s\" is no size from %s to %s, such as 512B or 64KiB", name,
			 text ? text : "", min, max);
	return false;
}

/* ---- help ----------------------------------------------------------------- */

static void
print_option(FILE *to, const struct pawl_option *option)
{
	int width = fprintf(to, "  --%s%s%s", option->name, option->value ? " " : "",
			    option->value ? option->value : "");

	if (width >= HELP_COLUMN)
		fprintf(to, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(to, "%*s", HELP_COLUMN - width, "");
	fputs(option->help, to);
	if (option->repeats)
		fputs("; may be repeated", to);
	if (option->fallback)
		fprintf(to, " [default: %s]", option->fallback);
	if (option->env)
		fprintf(to, " [$%s]", option->env);
	fputc('\n', to);
}

void
pawl_command_help(FILE *to, const struct pawl_command *command)
{
	static const struct pawl_option help = {.name = "help", .help = "Show this"};

	fprintf(to, "Usage: pawl %s%s%s [OPTION...]\n\n%s\n", command->name,
		command->operands[0] ? " " : "", command->operands, command->summary);
	if (command->details)
		fprintf(to, "\n%s\n", command->details);
	fputs("\nOptions:\n", to);
	for (const struct pawl_option *o = command->options; o && o->name; o++)
		print_option(to, o);
	print_option(to, &help);
}

void
pawl_commands_help(FILE *to)
{
	fputs("Usage: pawl COMMAND [OPTION...]\n\n"
	      "Pawl runs workflows that webhooks start.\n\nCommands:\n",
	      to);
	for (size_t i = 0; pawl_commands[i]; i++)
		fprintf(to, "  %-14s%s\n", pawl_commands[i]->name, pawl_commands[i]->summary);
	fputs("\n'pawl COMMAND --help' explains a command and its options.\n"
	      "Commands that talk to a server take its address and token from --server and "
	      "--token,\n"
	      "else from PAWL_SERVER and PAWL_TOKEN, else from the data directory (--data).\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found.\n",
	      to);
}

int
pawl_usage(const struct pawl_args *args, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "pawl %s: ", args->command->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry 'pawl %s --help'.\n", args->command->name);
	return PAWL_EXIT_USAGE;
}
