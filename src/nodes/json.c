#include "nodes/nodes.h"

static const struct pawl_field fields[] = {
	{.name = "data",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_REQUIRED,
	 .label = "Data",
	 .help = "Any JSON value. Expressions inside it are filled in.",
	 .example = "{\"greeting\": \"Hello ${workflow.input.body.name}\"}"},
	{.name = NULL},
};

static void
start(struct pawl_node_call *call)
{
	const struct pawl_json *data = pawl_json_get_c(call->config, "data");

	pawl_node_complete_data(call, data ? *data : pawl_json_null(), PAWL_STR(""));
}

const struct pawl_node_type pawl_node_type_json = {
	.name = "json",
	.label = "JSON",
	.category = "data",
	.summary = "Gives out a JSON value, constant or put together with expressions.",
	.icon = "braces",
	.fields = fields,
	.output_example = "{\"data\": {\"greeting\": \"Hello Ada\"}}",
	.example =
		"{\"data\": {\"greeting\": \"Hello ${workflow.input.body.name}\", \"tries\": 3}}",
	.start = start,
};
