#include "flow/condition.h"
#include "nodes/nodes.h"

static const char *const ports[] = {"true", "false", NULL};

static const struct pawl_field fields[] = {
	{.name = "condition",
	 .type = PAWL_FIELD_CONDITION,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_WHOLE,
	 .label = "Condition",
	 .help = "One comparison, or groups of them: all, any, not.",
	 .example = "{\"left\": \"${workflow.input.body.metadata.role}\", \"op\": \"equals\", "
		    "\"right\": \"admin\"}"},
	{.name = NULL},
};

static void
start(struct pawl_node_call *call)
{
	struct pawl_problems problems = {0};
	bool holds;

	if (pawl_condition_eval(call->config, &holds, &problems))
		pawl_node_fail_text(call, "invalid_condition", "%s",
				    problems.len ? problems.items[0].message
						 : "the condition cannot be evaluated");
	else
		pawl_node_complete_data(call, pawl_json_bool(holds),
					holds ? PAWL_STR("true") : PAWL_STR("false"));
	pawl_problems_fini(&problems);
}

const struct pawl_node_type pawl_node_type_if = {
	.name = "if",
	.label = "If",
	.category = "control",
	.summary = "Goes on by one of two ports, by a condition.",
	.icon = "split",
	.ports = ports,
	.fields = fields,
	.output_example = "{\"data\": true}",
	.example = "{\"all\": [{\"left\": \"${workflow.input.body.metadata.role}\", "
		   "\"op\": \"equals\", \"right\": \"admin\"}]}",
	.start = start,
};
