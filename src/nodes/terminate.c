#include "nodes/nodes.h"

static const char *const statuses[] = {"completed", "failed", NULL};

static const struct pawl_field fields[] = {
	{.name = "status",
	 .type = PAWL_FIELD_CHOICE,
	 .default_json = "\"completed\"",
	 .choices = statuses,
	 .label = "Status",
	 .help = "How the run ends.",
	 .example = "\"failed\""},
	{.name = "message",
	 .type = PAWL_FIELD_ANY,
	 .label = "Message",
	 .help = "Why; shown with the run. Text, or any value, which is written as JSON.",
	 .example = "\"No user with the id ${workflow.input.body.userId}\""},
	{.name = NULL},
};

#define MESSAGE_MAX_BYTES 4096

static void
start(struct pawl_node_call *call)
{
	struct pawl_str status = pawl_json_get_str(call->config, "status", PAWL_STR("completed"));
	const struct pawl_json *message = pawl_json_get_c(call->config, "message");
	struct pawl_str text = PAWL_STR("");

	if (message && message->type != PAWL_JSON_NULL)
		text = pawl_node_text(call, message, MESSAGE_MAX_BYTES);
	pawl_node_terminate(call, pawl_str_eq_c(status, "failed"), text);
}

const struct pawl_node_type pawl_node_type_terminate = {
	.name = "terminate",
	.label = "Terminate",
	.category = "control",
	.summary = "Ends the whole run, as completed or as failed.",
	.icon = "octagon-x",
	.fields = fields,
	.output_example = "{\"data\": null}",
	.example = "{\"status\": \"failed\", \"message\": \"No such user\"}",
	.start = start,
};
