/* JSON Schema 2020-12 of a whole document. */
#include "flow/field_internal.h"
#include "flow/workflow_internal.h"

static struct pawl_json
pair(struct pawl_arena *arena, const char *key, struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, key, value);
	return pawl_json_end(&b);
}

/* {"if": {"properties": {"type": {"const": name}}}, "then": {"properties": {"config": …}}} */
static struct pawl_json
when_type(struct pawl_arena *arena, const char *name, const struct pawl_field *fields)
{
	struct pawl_json is_type = pair(arena, "const", pawl_json_string_c(name));
	struct pawl_json config = pawl_fields_schema_body(arena, fields);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "if", pair(arena, "properties", pair(arena, "type", is_type)));
	pawl_json_set_c(&b, "then", pair(arena, "properties", pair(arena, "config", config)));
	return pawl_json_end(&b);
}

static struct pawl_json
with_member(struct pawl_arena *arena, const struct pawl_json *object, const char *key,
	    struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; object && i < object->len; i++)
		pawl_json_set(&b, object->members[i].key, object->members[i].value);
	pawl_json_set_c(&b, key, value);
	return pawl_json_end(&b);
}

/* The schema of `fields` whose "type" is one of `names` and whose config depends on it. */
static struct pawl_json
typed_schema(struct pawl_arena *arena, const struct pawl_field *fields, struct pawl_json names,
	     struct pawl_json rules)
{
	struct pawl_json schema = pawl_fields_schema_body(arena, fields);
	const struct pawl_json *properties = pawl_json_get_c(&schema, "properties");
	struct pawl_json type =
		with_member(arena, pawl_json_get_c(properties, "type"), "enum", names);
	struct pawl_json out = with_member(arena, &schema, "properties",
					   with_member(arena, properties, "type", type));

	return rules.len ? with_member(arena, &out, "allOf", rules) : out;
}

static struct pawl_json
nodes_schema(struct pawl_arena *arena, const struct pawl_registry *registry)
{
	struct pawl_json_builder names, rules;

	pawl_json_array_begin(&names, arena);
	pawl_json_array_begin(&rules, arena);
	for (size_t i = 0; registry->nodes && registry->nodes[i]; i++) {
		const struct pawl_node_type *type = registry->nodes[i];

		pawl_json_push(&names, pawl_json_string_c(type->name));
		pawl_json_push(&rules, when_type(arena, type->name, type->fields));
	}
	return typed_schema(arena, pawl_workflow_node_fields, pawl_json_end(&names),
			    pawl_json_end(&rules));
}

static struct pawl_json
trigger_schema(struct pawl_arena *arena, const struct pawl_registry *registry)
{
	struct pawl_json_builder names, rules;

	pawl_json_array_begin(&names, arena);
	pawl_json_array_begin(&rules, arena);
	for (size_t i = 0; registry->triggers && registry->triggers[i]; i++) {
		const struct pawl_trigger_type *type = registry->triggers[i];

		pawl_json_push(&names, pawl_json_string_c(type->name));
		pawl_json_push(&rules, when_type(arena, type->name, type->fields));
	}
	return typed_schema(arena, pawl_workflow_trigger_fields, pawl_json_end(&names),
			    pawl_json_end(&rules));
}

struct pawl_json
pawl_workflow_schema(struct pawl_arena *arena, const struct pawl_registry *registry)
{
	struct pawl_json schema = pawl_fields_schema(arena, pawl_workflow_fields);
	const struct pawl_json *properties = pawl_json_get_c(&schema, "properties");
	struct pawl_json nodes = pair(arena, "type", pawl_json_string_c("array"));
	struct pawl_json version;

	nodes = with_member(arena, &nodes, "items", nodes_schema(arena, registry));
	nodes = with_member(arena, &nodes, "minItems", pawl_json_int(arena, 1));
	nodes = with_member(arena, &nodes, "maxItems",
			    pawl_json_int(arena, PAWL_WORKFLOW_NODES_MAX));
	version = with_member(arena, pawl_json_get_c(properties, "version"), "const",
			      pawl_json_int(arena, PAWL_WORKFLOW_VERSION));
	schema = with_member(
		arena, &schema, "properties",
		with_member(arena, properties, "trigger", trigger_schema(arena, registry)));
	schema = with_member(
		arena, &schema, "properties",
		with_member(arena, pawl_json_get_c(&schema, "properties"), "nodes", nodes));
	schema = with_member(
		arena, &schema, "properties",
		with_member(arena, pawl_json_get_c(&schema, "properties"), "version", version));
	return with_member(arena, &schema, "title", pawl_json_string_c("Pawl workflow"));
}
