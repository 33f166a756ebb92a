#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"

#define PASSWORD_BYTES_MAX ((size_t)4096)

static const struct pawl_option options[] = {
	{"role", "ROLE", "add: viewer, editor or owner", .fallback = "viewer"},
	{"file", "FILE",
	 "add, passwd: where the password stands; standard input, or a question, unless given"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"NAME", "/name"},
	{"ROLE", "/role"},
	{"DISABLED", "/disabled"},
	{"TOTP", "/totp"},
	{"SIGNED IN", "/signed_in_at", PAWL_COLUMN_TIME},
	{"FAILURES", "/failures"},
};

/* ---- passwords ----------------------------------------------------------------------- */

static bool
ask(struct pawl_arena *arena, const char *question, struct pawl_str *answer)
{
	struct termios old, quiet;
	char line[1026];
	bool ok;

	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return false;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fputs(question, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	ok = fgets(line, sizeof(line), stdin) != NULL;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	*answer = pawl_arena_dup(arena, pawl_str(line, ok ? strcspn(line, "\r\n") : 0));
	return ok;
}

/* Never from an argument, which everybody on the machine can see. */
static int
read_password(const struct pawl_args *args, struct pawl_str *password)
{
	const char *path = pawl_args_get(args, "file");
	struct pawl_str again;

	if (!path && isatty(STDIN_FILENO)) {
		if (!ask(args->arena, "Password: ", password) ||
		    !ask(args->arena, "Once more: ", &again))
			return PAWL_EXIT_FAILED;
		if (pawl_str_eq(*password, again))
			return PAWL_EXIT_OK;
		fputs("pawl: they are not the same\n", stderr);
		return PAWL_EXIT_USAGE;
	}
	if (pawl_file_read(args->arena, path ? path : "-", PASSWORD_BYTES_MAX, password) !=
	    PAWL_OK) {
		fprintf(stderr, "pawl: %s cannot be read\n", path ? path : "standard input");
		return PAWL_EXIT_FAILED;
	}
	if (password->len > 0 && password->ptr[password->len - 1] == '\n')
		password->len--;
	return PAWL_EXIT_OK;
}

/* ---- verbs ----------------------------------------------------------------------------- */

static int
list_users(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json items;
	int status = pawl_client_list(client, PAWL_STR("/api/v1/users"), UINT64_MAX, &items);

	if (status != PAWL_EXIT_OK)
		return status;
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]),
				 "No users: 'pawl setup-url' says how the first one is made.");
	return status;
}

static int
send_change(const struct pawl_args *args, struct pawl_client *client, enum pawl_http_method method,
	    struct pawl_str path, struct pawl_json body, const char *what)
{
	struct pawl_json answer;
	int status = pawl_client_call(client, method, path, &body, &answer);

	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&answer);
	else if (status == PAWL_EXIT_OK)
		printf("%s: %s\n", args->operands[1], what);
	return status;
}

static int
add_user(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_arena *arena = args->arena;
	struct pawl_json_builder b;
	struct pawl_str password;
	int status = read_password(args, &password);

	if (status != PAWL_EXIT_OK)
		return status;
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_c(args->operands[1]));
	pawl_json_set_c(&b, "role", pawl_json_string_c(pawl_args_get(args, "role")));
	pawl_json_set_c(&b, "password", pawl_json_string(password));
	return send_change(args, client, PAWL_HTTP_POST, PAWL_STR("/api/v1/users"),
			   pawl_json_end(&b), "added");
}

static int
change_user(const struct pawl_args *args, struct pawl_client *client, struct pawl_str path)
{
	const char *verb = args->operands[0];
	bool is_disable = strcmp(verb, "disable") == 0;
	struct pawl_json_builder b;
	struct pawl_str password;
	int status;

	pawl_json_object_begin(&b, args->arena);
	if (is_disable || strcmp(verb, "enable") == 0) {
		pawl_json_set_c(&b, "disabled", pawl_json_bool(is_disable));
	} else if (strcmp(verb, "role") == 0) {
		pawl_json_set_c(&b, "role", pawl_json_string_c(args->operands[2]));
	} else if (strcmp(verb, "reset-totp") == 0) {
		pawl_json_set_c(&b, "totp", pawl_json_bool(false));
	} else {
		status = read_password(args, &password);
		if (status != PAWL_EXIT_OK)
			return status;
		pawl_json_set_c(&b, "password", pawl_json_string(password));
	}
	return send_change(args, client, PAWL_HTTP_PATCH, path, pawl_json_end(&b), "changed");
}

/* How many operands a verb takes, itself included; 0: there is no such verb. */
static size_t
operands_of(const char *verb)
{
	static const struct {
		const char *verb;
		size_t n;
	} verbs[] = {{"list", 1},    {"add", 2},    {"passwd", 2},     {"role", 3},
		     {"disable", 2}, {"enable", 2}, {"reset-totp", 2}, {"remove", 2}};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i].verb) == 0)
			return verbs[i].n;
	return 0;
}

static int
run(const struct pawl_args *args)
{
	const char *verb = args->operands[0];
	size_t n = operands_of(verb);
	struct pawl_client *client;
	struct pawl_str path;
	int status;

	if (!n)
		return pawl_usage(args,
				  "\"%s\" is none of list, add, passwd, role, disable, enable, "
				  "reset-totp, remove",
				  verb);
	if (args->n_operands != n)
		return pawl_usage(args, n == 1   ? "list takes nothing more"
					: n == 3 ? "role needs a name and a role"
						 : "one name is needed");
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	path = pawl_api_path(args->arena, "/api/v1/users/", n > 1 ? args->operands[1] : "", "");
	if (n == 1)
		status = list_users(args, client);
	else if (strcmp(verb, "add") == 0)
		status = add_user(args, client);
	else if (strcmp(verb, "remove") == 0)
		status = pawl_client_delete(client, args, path, args->operands[1]);
	else
		status = change_user(args, client, path);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_users = {
	.name = "users",
	.operands = "list|add NAME|passwd NAME|role NAME ROLE|disable NAME|enable NAME|reset-totp "
		    "NAME|remove NAME",
	.summary = "List, add, change or remove users of the console",
	.details = "Needs an owner's API token, such as DATA/admin-token: so an owner who is "
		   "locked out gets\n"
		   "in again. Passwords are asked for, or read from standard input or a file.",
	.options = options,
	.min_operands = 1,
	.max_operands = 3,
	.run = run,
};
