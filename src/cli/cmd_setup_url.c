#include <stdio.h>

#include "cli/files.h"
#include "cli/options.h"
#include "cli/print.h"
#include "data/json.h"

#define FILE_BYTES_MAX ((size_t)64 * 1024)

static const struct pawl_option options[] = {
	{"ready-file", "FILE", "That the server has written", "PAWL_READY_FILE"},
	{"data", "DIR", "The server's data directory", "PAWL_DATA", .fallback = "./data"},
	{NULL},
};

/* The file may be named relative to where the server was started. */
static bool
read_token(struct pawl_arena *arena, const char *ready, struct pawl_str file,
	   struct pawl_str *token)
{
	const char *slash = strrchr(ready, '/');
	size_t name = 0;

	if (pawl_file_read(arena, pawl_arena_dup_c(arena, file), FILE_BYTES_MAX, token) == PAWL_OK)
		return true;
	for (size_t i = 0; i < file.len; i++)
		if (file.ptr[i] == '/')
			name = i + 1;
	return slash &&
	       pawl_file_read(arena,
			      pawl_file_path(arena, pawl_str(ready, (size_t)(slash - ready)),
					     pawl_str_sub(file, name, file.len)),
			      FILE_BYTES_MAX, token) == PAWL_OK;
}

static int
run(const struct pawl_args *args)
{
	struct pawl_arena *arena = args->arena;
	const char *ready = pawl_args_get(args, "ready-file");
	struct pawl_str text, url, file, token;
	struct pawl_json value;

	if (!ready || pawl_args_given(args, "data"))
		ready = pawl_file_path(arena, pawl_str_c(pawl_args_get(args, "data")),
				       PAWL_STR("ready.json"));
	if (pawl_file_read(arena, ready, FILE_BYTES_MAX, &text) != PAWL_OK ||
	    pawl_json_parse(arena, text, &value, NULL) != PAWL_OK) {
		fprintf(stderr,
			"pawl: %s cannot be read; is the server running? 'pawl serve' starts one\n",
			ready);
		return PAWL_EXIT_FAILED;
	}
	url = pawl_json_get_str(&value, "public_url", PAWL_STR(""));
	file = pawl_json_get_str(&value, "setup_token_file", PAWL_STR(""));
	if (!file.len || !read_token(arena, ready, file, &token)) {
		fprintf(stderr, "pawl: there is an owner already; sign in at %.*s/console/\n",
			PAWL_STR_ARG(url));
		return PAWL_EXIT_NOT_FOUND;
	}
	token = pawl_str_trim(token);
	printf("%.*s/console/#/setup?token=%.*s\n", PAWL_STR_ARG(url), PAWL_STR_ARG(token));
	return PAWL_EXIT_OK;
}

const struct pawl_command pawl_command_setup_url = {
	.name = "setup-url",
	.operands = "",
	.summary = "Print the address at which the first owner is made",
	.details = "It holds the one-time token of DATA/setup-token, behind a # so that it gets "
		   "into no log.\n"
		   "Whoever opens it first is the owner.",
	.options = options,
	.run = run,
};
