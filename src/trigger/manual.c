#include "trigger/manual.h"

#include <stdio.h>

#include "data/schema.h"
#include "trigger/fields.h"

static const struct pawl_field manual_fields[] = {
	{.name = "input_schema",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_STATIC,
	 .label = "Input",
	 .help = "A JSON Schema that workflow.input has to fit: type, properties, required, "
		 "additionalProperties, items, enum, const, bounds of numbers, lengths and counts, "
		 "pattern, allOf, anyOf, oneOf, not. Without it, any input will do.",
	 .example = "{\"type\": \"object\", \"required\": [\"order\"], \"properties\": {\"order\": "
		    "{\"type\": \"string\"}}}"},
	PAWL_TRIGGER_CONCURRENCY,
	{0},
};

bool
pawl_manual_takes(const struct pawl_json *config, const struct pawl_json *input,
		  struct pawl_problems *problems)
{
	const struct pawl_json *schema = pawl_json_get_c(config, "input_schema");

	return !schema || pawl_schema_validate(schema, input, "/input", problems);
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	const struct pawl_json *schema = pawl_json_get_c(config, "input_schema");
	char where[160];

	snprintf(where, sizeof(where), "%s/input_schema", pointer);
	if (schema)
		pawl_schema_check(schema, where, problems);
}

const struct pawl_trigger_type pawl_trigger_manual = {
	.name = "manual",
	.label = "Manual",
	.summary = "Starts a run when somebody asks for it, with input",
	.icon = "hand",
	.fields = manual_fields,
	.example = "{\"input_schema\": {\"type\": \"object\", \"required\": [\"order\"], "
		   "\"properties\": {\"order\": {\"type\": \"string\"}}}}",
	.check = check,
};
