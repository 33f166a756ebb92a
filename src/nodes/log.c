#include "base/log.h"

#include "nodes/nodes.h"

/* A log line is for reading; the whole message is in the run log. */
#define LINE_MAX_BYTES 4096

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};

static const struct pawl_field fields[] = {
	{.name = "level",
	 .type = PAWL_FIELD_CHOICE,
	 .default_json = "\"info\"",
	 .choices = levels,
	 .label = "Level",
	 .help = "How much it matters.",
	 .example = "\"warn\""},
	{.name = "message",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_REQUIRED,
	 .label = "Message",
	 .help = "Text, or any value, which is written as JSON. It cannot hold secrets.",
	 .example = "\"User ${workflow.input.body.userId} was created\""},
	{.name = NULL},
};

static void
start(struct pawl_node_call *call)
{
	const struct pawl_json *message = pawl_json_get_c(call->config, "message");
	enum pawl_log_level level = PAWL_LOG_INFO;
	struct pawl_str text = pawl_node_text(call, message, LINE_MAX_BYTES);

	pawl_log_level_parse(pawl_json_get_str(call->config, "level", PAWL_STR("info")), &level);
	if (!call->is_rehearsed)
		pawl_log(level, "node_log", PAWL_F_ID("run", call->run_id),
			 PAWL_F_STR("node", call->node_id), PAWL_F_STR("message", text));
	pawl_node_complete_data(call, message ? *message : pawl_json_null(), PAWL_STR(""));
}

const struct pawl_node_type pawl_node_type_log = {
	.name = "log",
	.label = "Log",
	.category = "control",
	.summary = "Writes a line to the server's log and to the run log.",
	.icon = "scroll-text",
	.fields = fields,
	.output_example = "{\"data\": \"User 12345 was created\"}",
	.example = "{\"level\": \"info\", \"message\": \"User ${workflow.input.body.userId} was "
		   "created\"}",
	.start = start,
};
