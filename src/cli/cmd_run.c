#include <stdio.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"

#define DATA_BYTES_MAX ((size_t)16 << 20)

static const struct pawl_option options[] = {
	{"cancel", .help = "Cancel it"},
	{"pause", .help = "Hold it before its next node"},
	{"resume", .help = "Let a paused or waiting run go on"},
	{"retry", .help = "Run a failed run again from where it failed"},
	{"restart", .help = "Run it again from the beginning"},
	{"node", "ID", "With --resume: the waiting node"},
	{"resume-data", "JSON", "With --resume: what the node gets; @FILE reads a file"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const actions[] = {"cancel", "pause", "resume", "retry", "restart"};
/* The engine carries them out after it has said yes. */
static const char *const done[] = {"being canceled", "being paused", "goes on", "runs again",
				   "starts again"};
#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

static const struct pawl_column summary[] = {
	{"Run", "/id"},
	{"Workflow", "/workflow/name"},
	{"Revision", "/revision"},
	{"Status", "/status"},
	{"Attempt", "/attempt"},
	{"Replay of", "/replay_of"},
	{"Request", "/request_id"},
	{"Queued", "/queued_at", PAWL_COLUMN_TIME},
	{"Started", "/started_at", PAWL_COLUMN_TIME},
	{"Finished", "/finished_at", PAWL_COLUMN_TIME},
	{"Wakes", "/wake_at", PAWL_COLUMN_TIME},
	{"Took", "/duration_ms", PAWL_COLUMN_MS},
	{"Error", "/error/message"},
	{"At node", "/error/node"},
	{"Resume URL", "/resume_url"},
};

static const struct pawl_column nodes[] = {
	{"NODE", "/id"},
	{"TYPE", "/type"},
	{"STATUS", "/status"},
	{"ATTEMPT", "/attempt"},
	{"TOOK", "/duration_ms", PAWL_COLUMN_MS},
	{"PORT", "/port"},
	{"ERROR", "/error/message"},
	{"OUTPUT", "/output"},
};

static void
print_run(const struct pawl_json *run_json)
{
	const struct pawl_json *list = pawl_json_get_c(run_json, "nodes");

	for (size_t i = 0; i < sizeof(summary) / sizeof(summary[0]); i++)
		pawl_print_field(summary[i].title, run_json, &summary[i]);
	if (pawl_json_get_bool(run_json, "paused", false))
		puts("Paused       yes");
	if (pawl_json_get_bool(run_json, "released", false))
		puts("Released     from quarantine: its request was refused at first");
	if (!pawl_json_is(list, PAWL_JSON_ARRAY))
		return;
	fputc('\n', stdout);
	pawl_print_table(list, nodes, sizeof(nodes) / sizeof(nodes[0]), "No node has run yet.");
}

/* The body of a resume call. */
static bool
make_resume(const struct pawl_args *args, struct pawl_json *body)
{
	const char *node = pawl_args_get(args, "node"), *data = pawl_args_get(args, "resume-data");
	struct pawl_json_error error;
	struct pawl_json_builder b;
	struct pawl_json value;
	struct pawl_str text;

	pawl_json_object_begin(&b, args->arena);
	if (node)
		pawl_json_set_c(&b, "node", pawl_json_string_dup(args->arena, pawl_str_c(node)));
	if (data) {
		if (!pawl_file_load_operand(args->arena, data, DATA_BYTES_MAX, &text))
			return false;
		if (pawl_json_parse(args->arena, text, &value, &error) != PAWL_OK) {
			fprintf(stderr, "pawl: --resume-data: %zu:%zu: %s\n", error.line,
				error.column, error.message);
			return false;
		}
		pawl_json_set_c(&b, "data", value);
	}
	*body = pawl_json_end(&b);
	return true;
}

static int
run(const struct pawl_args *args)
{
	const char *action = NULL;
	size_t which = 0;
	struct pawl_json_builder empty;
	struct pawl_json body, answer;
	struct pawl_client *client;
	struct pawl_str path;
	int status;

	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (!pawl_args_flag(args, actions[i]))
			continue;
		if (action)
			return pawl_usage(args, "--%s and --%s exclude each other", action,
					  actions[i]);
		action = actions[i];
		which = i;
	}
	pawl_json_object_begin(&empty, args->arena);
	body = pawl_json_end(&empty);
	if (action && strcmp(action, "resume") == 0) {
		if (!make_resume(args, &body))
			return PAWL_EXIT_USAGE;
	} else if (pawl_args_given(args, "node") || pawl_args_given(args, "resume-data")) {
		return pawl_usage(args, "--node and --resume-data go with --resume");
	}
	path = pawl_api_path(args->arena, "/api/v1/runs/", args->operands[0], action ? "/" : "");
	path = pawl_arena_printf(args->arena, "%.*s%s", PAWL_STR_ARG(path), action ? action : "");
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(client, action ? PAWL_HTTP_POST : PAWL_HTTP_GET, path,
				  action ? &body : NULL, &answer);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&answer);
	else if (status == PAWL_EXIT_OK && action)
		printf("%s: %s\n", args->operands[0], done[which]);
	else if (status == PAWL_EXIT_OK)
		print_run(&answer);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_run = {
	.name = "run",
	.operands = "ID",
	.summary = "Show a run node by node, or act on it",
	.details = "--json shows all of it: every node's input, output, attempts and times.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
