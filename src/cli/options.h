/* Options of the command line, as data: one table per command from which arguments are
 * parsed, --help is printed and shell completion is made.
 *
 * `--name value` and `--name=value`, `--` ends the options. Values are looked for on the
 * command line first, then in the option's environment variable, then in its fallback.
 * Everything is borrowed from argv, the environment and the tables. Main thread only. */
#ifndef PAWL_CLI_OPTIONS_H
#define PAWL_CLI_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

enum pawl_exit { PAWL_EXIT_OK, PAWL_EXIT_FAILED, PAWL_EXIT_USAGE, PAWL_EXIT_NOT_FOUND };

struct pawl_option {
	const char *name;  /* without the dashes; NULL ends the table */
	const char *value; /* what --help calls its value; NULL: a flag */
	const char *help;
	const char *env;      /* may be NULL */
	const char *fallback; /* may be NULL */
	bool repeats;
};

struct pawl_args;

struct pawl_command {
	const char *name;
	const char *operands; /* "FILE...", for --help; "" for none */
	const char *summary;  /* one line */
	const char *details;  /* may be NULL */
	const struct pawl_option *options;
	size_t min_operands, max_operands;
	int (*run)(const struct pawl_args *args); /* an exit status */
};

struct pawl_arg {
	const struct pawl_option *option;
	const char *value; /* "" for a flag */
};

struct pawl_args {
	const struct pawl_command *command;
	struct pawl_arena *arena; /* lives as long as the command runs */
	struct pawl_arg *given;   /* in order */
	size_t n_given;
	const char **operands;
	size_t n_operands;
	bool wants_help;
};

/* All commands, NULL-terminated, by name. */
extern const struct pawl_command *const pawl_commands[];
const struct pawl_command *pawl_command_find(const char *name);

/* argv begins after the command's name. Every problem is added; PAWL_EINVAL when there was any. */
PAWL_MUST_USE enum pawl_err pawl_args_parse(const struct pawl_command *command, int argc,
					    char *const *argv, struct pawl_arena *arena,
					    struct pawl_args *out, struct pawl_problems *problems);
/* The last value given, else the environment's (when not empty), else the fallback, else NULL. */
const char *pawl_args_get(const struct pawl_args *args, const char *name);
/* From the command line only. */
const char *pawl_args_given(const struct pawl_args *args, const char *name);
bool pawl_args_flag(const struct pawl_args *args, const char *name);
/* A number within bounds; prints what is wrong and returns false otherwise. */
bool pawl_args_number(const struct pawl_args *args, const char *name, uint64_t min, uint64_t max,
		      uint64_t *out);
/* Likewise; the bounds are written as a user would write them. */
bool pawl_args_size(const struct pawl_args *args, const char *name, const char *min,
		    const char *max, size_t *out_bytes);
bool pawl_args_duration(const struct pawl_args *args, const char *name, int64_t *out_ms);
bool pawl_args_duration_range(const struct pawl_args *args, const char *name, const char *min,
			      const char *max, int64_t *out_ms);

void pawl_command_help(FILE *to, const struct pawl_command *command);
void pawl_commands_help(FILE *to);
/* Prints the message and where help is; returns PAWL_EXIT_USAGE. */
int pawl_usage(const struct pawl_args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
