#include "flow/condition.h"
#include "flow/pointer.h"
#include "nodes/nodes.h"

#define CASES_MAX 100

static const char *const ports[] = {"default", NULL};

static const struct pawl_field case_fields[] = {
	{.name = "name",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = 100,
	 .label = "Name",
	 .help = "The name of the port by which this case goes on.",
	 .example = "\"created\""},
	{.name = "condition",
	 .type = PAWL_FIELD_CONDITION,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_WHOLE,
	 .label = "Condition",
	 .help = "When this case is chosen.",
	 .example = "{\"left\": \"${workflow.input.body.event}\", \"op\": \"equals\", "
		    "\"right\": \"user.created\"}"},
	{.name = NULL},
};

static const struct pawl_field one_case = {
	.type = PAWL_FIELD_OBJECT,
	.fields = case_fields,
	.label = "Case",
	.help = "A name and a condition.",
	.example = "{\"name\": \"created\", \"left\": \"${workflow.input.body.event}\", "
		   "\"op\": \"equals\", \"right\": \"user.created\"}",
};

static const struct pawl_field fields[] = {
	{.name = "cases",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_REQUIRED,
	 .items = &one_case,
	 .min = 1,
	 .max = CASES_MAX,
	 .label = "Cases",
	 .help = "The first case whose condition holds is chosen; when none does, the port "
		 "default.",
	 .example = "[{\"name\": \"created\", \"left\": \"${workflow.input.body.event}\", "
		    "\"op\": \"equals\", \"right\": \"user.created\"}]"},
	{.name = NULL},
};

static const struct pawl_json *
find_case(const struct pawl_json *cases, uint32_t n, struct pawl_str name)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct pawl_json *other = pawl_json_get_c(&cases->items[i], "name");

		if (pawl_json_is(other, PAWL_JSON_STRING) &&
		    pawl_str_eq(pawl_json_str(other), name))
			return &cases->items[i];
	}
	return NULL;
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	const struct pawl_json *cases = pawl_json_get_c(config, "cases");
	struct pawl_pointer at;

	pawl_pointer_init(&at, pointer);
	pawl_pointer_push_c(&at, "cases");
	for (uint32_t i = 0; pawl_json_is(cases, PAWL_JSON_ARRAY) && i < cases->len; i++) {
		const struct pawl_json *name = pawl_json_get_c(&cases->items[i], "name");
		struct pawl_str text = pawl_json_str(name);
		size_t mark = pawl_pointer_push_index(&at, i);

		pawl_pointer_push_c(&at, "name");
		if (!pawl_json_is(name, PAWL_JSON_STRING) || !text.len)
			; /* the fields have said so */
		else if (pawl_str_eq_c(text, "default") || pawl_str_eq_c(text, "error"))
			pawl_problems_add(problems, pawl_pointer_get(&at),
					  "\"%.*s\" is a port of its own; choose another name",
					  PAWL_STR_ARG(text));
		else if (find_case(cases, i, text))
			pawl_problems_add(problems, pawl_pointer_get(&at),
					  "another case is named \"%.*s\"; every case needs its "
					  "own name",
					  PAWL_STR_ARG(text));
		pawl_pointer_pop(&at, mark);
	}
	pawl_pointer_fini(&at);
}

static void
start(struct pawl_node_call *call)
{
	const struct pawl_json *cases = pawl_json_get_c(call->config, "cases");
	struct pawl_str chosen = PAWL_STR("default");
	struct pawl_problems problems = {0};
	bool holds = false;

	for (uint32_t i = 0; pawl_json_is(cases, PAWL_JSON_ARRAY) && i < cases->len && !holds;
	     i++) {
		struct pawl_str name = pawl_json_get_str(&cases->items[i], "name", PAWL_STR(""));

		if (pawl_condition_eval(&cases->items[i], &holds, &problems)) {
			pawl_node_fail_text(call, "invalid_condition", "case \"%.*s\": %s",
					    PAWL_STR_ARG(name),
					    problems.len ? problems.items[0].message
							 : "the condition cannot be evaluated");
			goto out;
		}
		if (holds)
			chosen = name;
	}
	pawl_node_complete_data(call, pawl_json_string(chosen), chosen);
out:
	pawl_problems_fini(&problems);
}

const struct pawl_node_type pawl_node_type_switch = {
	.name = "switch",
	.label = "Switch",
	.category = "control",
	.summary = "Goes on by the port of the first case whose condition holds.",
	.icon = "git-fork",
	.ports = ports,
	.ports_from = "cases",
	.fields = fields,
	.output_example = "{\"data\": \"created\"}",
	.example = "{\"cases\": [{\"name\": \"created\", "
		   "\"left\": \"${workflow.input.body.event}\", \"op\": \"equals\", "
		   "\"right\": \"user.created\"}]}",
	.check = check,
	.start = start,
};
