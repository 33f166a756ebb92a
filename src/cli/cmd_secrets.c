#include <stdio.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"
#include "server/rotate_key.h"

#define VALUE_BYTES_MAX ((size_t)64 * 1024)

static const struct pawl_option options[] = {
	{"file", "FILE", "set: where the value stands; standard input unless given"},
	{"not-before", "TIME", "set: valid from then on (RFC 3339)"},
	{"not-after", "TIME", "set: valid until then"},
	{"keep-old", "DURATION", "set: so long the versions before it stay valid, too"},
	{"version", "ID", "remove: only this one"},
	{"master-key-file", "FILE", "rotate-key: the key in use; DATA/master.key unless given",
	 "PAWL_MASTER_KEY_FILE"},
	{"new-key-file", "FILE",
	 "rotate-key: the key that takes its place, made when it is not there"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"NAME", "/name"},
	{"VERSION", "/id"},
	{"CREATED", "/created_at", PAWL_COLUMN_TIME},
	{"NOT BEFORE", "/not_before", PAWL_COLUMN_TIME},
	{"NOT AFTER", "/not_after", PAWL_COLUMN_TIME},
	{"LAST USED", "/last_used_at", PAWL_COLUMN_TIME},
};

/* One row for each version. */
static struct pawl_json
flatten(struct pawl_arena *arena, const struct pawl_json *items)
{
	struct pawl_json_builder rows, row;

	pawl_json_array_begin(&rows, arena);
	for (uint32_t i = 0; i < items->len; i++) {
		const struct pawl_json *list = pawl_json_get_c(&items->items[i], "versions");

		for (uint32_t k = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && k < list->len; k++) {
			const struct pawl_json *version = &list->items[k];

			pawl_json_object_begin(&row, arena);
			pawl_json_set_c(&row, "name", *pawl_json_get_c(&items->items[i], "name"));
			for (uint32_t m = 0; m < version->len; m++)
				pawl_json_set(&row, version->members[m].key,
					      version->members[m].value);
			pawl_json_push(&rows, pawl_json_end(&row));
		}
	}
	return pawl_json_end(&rows);
}

static int
list_secrets(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json answer, rows;
	int status =
		pawl_client_call(client, PAWL_HTTP_GET, PAWL_STR("/api/v1/secrets"), NULL, &answer);
	const struct pawl_json *items = pawl_json_get_c(&answer, "items");

	if (status != PAWL_EXIT_OK || !pawl_json_is(items, PAWL_JSON_ARRAY))
		return status;
	if (pawl_args_flag(args, "json")) {
		pawl_print_json(items);
		return status;
	}
	rows = flatten(args->arena, items);
	pawl_print_table(&rows, columns, sizeof(columns) / sizeof(columns[0]), "No secrets.");
	return status;
}

/* Never from an argument, which everybody on the machine can see. */
static int
read_value(const struct pawl_args *args, struct pawl_str *value)
{
	const char *path = pawl_args_get(args, "file");

	if (!path && isatty(STDIN_FILENO))
		fputs("Value, ended by Ctrl-D: ", stderr);
	if (pawl_file_read(args->arena, path ? path : "-", VALUE_BYTES_MAX, value) != PAWL_OK) {
		fprintf(stderr, "pawl: %s cannot be read, or holds more than 64 KiB\n",
			path ? path : "standard input");
		return PAWL_EXIT_FAILED;
	}
	if (value->len > 0 && value->ptr[value->len - 1] == '\n')
		value->len--;
	if (value->len > 0)
		return PAWL_EXIT_OK;
	fputs("pawl: the value is empty\n", stderr);
	return PAWL_EXIT_USAGE;
}

static int
set_secret(const struct pawl_args *args, struct pawl_client *client, struct pawl_str path)
{
	static const struct {
		const char *option, *member;
	} times[] = {
		{"not-before", "not_before"}, {"not-after", "not_after"}, {"keep-old", "keep_old"}};
	struct pawl_json body, answer;
	struct pawl_json_builder b;
	struct pawl_str value;
	int status = read_value(args, &value);

	if (status != PAWL_EXIT_OK)
		return status;
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "value", pawl_json_string(value));
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const char *text = pawl_args_get(args, times[i].option);

		if (text)
			pawl_json_set_c(&b, times[i].member, pawl_json_string_c(text));
	}
	body = pawl_json_end(&b);
	status = pawl_client_call(client, PAWL_HTTP_PUT, path, &body, &answer);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&answer);
	else if (status == PAWL_EXIT_OK)
		printf("%s: set\n", args->operands[1]);
	return status;
}

/* Offline: the server must not run. */
static int
rotate_key(const struct pawl_args *args)
{
	struct pawl_rotation rotation = {.data_dir = pawl_args_get(args, "data"),
					 .key_file = pawl_args_get(args, "master-key-file"),
					 .new_key_file = pawl_args_get(args, "new-key-file")};
	struct pawl_problems problems = {0};
	enum pawl_err err = pawl_rotate_key(&rotation, &problems);

	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl: %s: %s\n", problems.items[i].where,
			problems.items[i].message);
	pawl_problems_fini(&problems);
	if (err != PAWL_OK)
		return PAWL_EXIT_FAILED;
	if (rotation.is_done_before)
		printf("The key with the id %s is in use already.\n", rotation.key_id);
	else
		printf("%zu sealed texts are under the new master key, id %s.\n", rotation.n,
		       rotation.key_id);
	if (rotation.n_unreadable)
		printf("%zu did not open with the old one, and stay as they are.\n",
		       rotation.n_unreadable);
	if (rotation.new_key_file)
		printf("Start the server with --master-key-file %s.\n", rotation.new_key_file);
	return PAWL_EXIT_OK;
}

static int
run(const struct pawl_args *args)
{
	const char *verb = args->operands[0];
	bool is_rotate = strcmp(verb, "rotate-key") == 0;
	bool is_list = strcmp(verb, "list") == 0, is_set = strcmp(verb, "set") == 0;
	struct pawl_client *client;
	struct pawl_str path;
	int status;

	if (!is_list && !is_set && !is_rotate && strcmp(verb, "remove") != 0)
		return pawl_usage(args, "\"%s\" is none of list, set, remove, rotate-key", verb);
	if (args->n_operands != (is_list || is_rotate ? 1 : 2))
		return is_list || is_rotate ? pawl_usage(args, "%s takes nothing more", verb)
					    : pawl_usage(args, "the secret's name is missing");
	if (is_rotate)
		return rotate_key(args);
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	if (is_list) {
		status = list_secrets(args, client);
	} else {
		path = pawl_api_path(args->arena, "/api/v1/secrets/", args->operands[1], "");
		if (is_set)
			status = set_secret(args, client, path);
		else
			status = pawl_client_delete(client, args,
						    pawl_api_query(args->arena, path, "version",
								   pawl_args_get(args, "version")),
						    args->operands[1]);
	}
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_secrets = {
	.name = "secrets",
	.operands = "list|set NAME|remove NAME|rotate-key",
	.summary = "List, set or remove secrets, or change the master key",
	.details = "Values are read from standard input or a file, and are never shown. rotate-key "
		   "needs no server: the one of --data must not run.",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
