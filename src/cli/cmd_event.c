#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/print.h"

#define DATA_BYTES_MAX ((size_t)4 << 20)

static const struct pawl_option options[] = {
	{"payload", "JSON", "The event's data, or @FILE; @- is standard input"},
	{"id", "ID", "The same source and id again start nothing"},
	{"source", "SOURCE", "Where it comes from"},
	{"subject", "SUBJECT", "What it is about"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column types[] = {{"TYPE", "/name"}, {"MEANING", "/summary"}};

static int
list_types(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json page;
	const struct pawl_json *items;
	int status = pawl_client_call(client, PAWL_HTTP_GET, PAWL_STR("/api/v1/event-types"), NULL,
				      &page);

	if (status != PAWL_EXIT_OK)
		return status;
	items = pawl_json_get_c(&page, "items");
	if (pawl_args_flag(args, "json"))
		pawl_print_json(items);
	else
		pawl_print_table(items, types, 2, "");
	return status;
}

static int
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	static const char *const texts[] = {"id", "source", "subject"};
	const char *data = pawl_args_get(args, "payload");
	struct pawl_json_error error;
	struct pawl_json_builder b;
	struct pawl_json value;
	struct pawl_str text;

	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "type", pawl_json_string_c(args->operands[1]));
	for (size_t i = 0; i < 3; i++)
		if (pawl_args_get(args, texts[i]))
			pawl_json_set_c(&b, texts[i],
					pawl_json_string_c(pawl_args_get(args, texts[i])));
	if (data) {
		if (!pawl_file_load_operand(args->arena, data, DATA_BYTES_MAX, &text))
			return PAWL_EXIT_FAILED;
		if (pawl_json_parse(args->arena, text, &value, &error) != PAWL_OK)
			return pawl_usage(args, "--payload is not JSON: %s at line %zu, column %zu",
					  error.message, error.line, error.column);
		pawl_json_set_c(&b, "data", value);
	}
	*body = pawl_json_end(&b);
	return PAWL_EXIT_OK;
}

static void
show(const struct pawl_json *answer)
{
	static const struct pawl_column columns[] = {{"WORKFLOW", "/workflow/name"},
						     {"RUN", "/run_id"}};
	const struct pawl_json *event = pawl_json_pointer(answer, PAWL_STR("/events/0"));

	if (pawl_json_get_bool(event, "duplicate", false))
		printf("This event was here before; what it started then:\n");
	pawl_print_table(pawl_json_get_c(event, "runs"), columns, 2, "No workflow waits for it.");
}

static int
send_event(const struct pawl_args *args, struct pawl_client *client)
{
	struct pawl_json body, answer;
	int status = make_body(args, &body);

	if (status == PAWL_EXIT_OK)
		status = pawl_client_call(client, PAWL_HTTP_POST, PAWL_STR("/api/v1/events"), &body,
					  &answer);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&answer);
	else if (status == PAWL_EXIT_OK)
		show(&answer);
	return status;
}

static int
run(const struct pawl_args *args)
{
	bool is_send = strcmp(args->operands[0], "send") == 0;
	struct pawl_client *client;
	int status;

	if (!is_send && strcmp(args->operands[0], "types") != 0)
		return pawl_usage(args, "there is no \"%s\": use send or types", args->operands[0]);
	if (is_send != (args->n_operands == 2))
		return pawl_usage(args, is_send ? "send needs the event's TYPE"
						: "types takes no operand");
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = is_send ? send_event(args, client) : list_types(args, client);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_event = {
	.name = "event",
	.operands = "send TYPE | types",
	.summary = "Send an event that starts workflows, or list Pawl's own",
	.details = "pawl event send order.paid --payload '{\"total\": 120}'",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
