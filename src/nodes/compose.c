#include "nodes/nodes.h"

static const struct pawl_field value = {
	.type = PAWL_FIELD_ANY,
	.label = "Value",
	.help = "Any JSON value, most often an expression.",
	.example = "\"${workflow.input.body.userId}\"",
};

static const struct pawl_field fields[] = {
	{.name = "values",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_REQUIRED,
	 .items = &value,
	 .label = "Values",
	 .help = "Names of your choice, each with a value. Nodes that follow find them in "
		 "output.data.",
	 .example = "{\"user\": \"${workflow.input.body.userId}\", \"source\": \"web\"}"},
	{.name = NULL},
};

static void
start(struct pawl_node_call *call)
{
	const struct pawl_json *values = pawl_json_get_c(call->config, "values");

	if (!pawl_json_is(values, PAWL_JSON_OBJECT)) {
		pawl_node_fail_text(call, "invalid_config", "values must be an object; it is %s",
				    pawl_json_type_name(values));
		return;
	}
	pawl_node_complete_data(call, *values, PAWL_STR(""));
}

const struct pawl_node_type pawl_node_type_compose = {
	.name = "compose",
	.label = "Compose",
	.category = "data",
	.summary = "Puts named values from several sources together in one object.",
	.icon = "combine",
	.fields = fields,
	.output_example = "{\"data\": {\"user\": \"12345\", \"source\": \"web\"}}",
	.example = "{\"values\": {\"user\": \"${workflow.input.body.userId}\", "
		   "\"source\": \"web\"}}",
	.start = start,
};
