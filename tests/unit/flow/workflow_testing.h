/* A small registry of made-up types, and documents for it. */
#ifndef PAWL_TESTS_WORKFLOW_TESTING_H
#define PAWL_TESTS_WORKFLOW_TESTING_H

#include "flow_testing.h"

static const struct pawl_field set_fields[] = {
	{.name = "value", .type = PAWL_FIELD_ANY},
	{.name = "number", .type = PAWL_FIELD_INTEGER, .min = 1, .max = 9},
	{.name = "token", .type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_SECRET},
	{.name = "headers", .type = PAWL_FIELD_MAP, .flags = PAWL_FIELD_SECRETS_OK},
	{.name = NULL},
};
static const struct pawl_field when_fields[] = {
	{.name = "condition",
	 .type = PAWL_FIELD_CONDITION,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_WHOLE},
	{.name = NULL},
};
static const struct pawl_field pick_fields[] = {
	{.name = "names", .type = PAWL_FIELD_LIST},
	{.name = NULL},
};
static const struct pawl_field hook_fields[] = {
	{.name = "secret", .type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_SECRET},
	{.name = "filter", .type = PAWL_FIELD_CONDITION},
	{.name = "concurrency", .type = PAWL_FIELD_INTEGER, .min = 1, .max = 1000},
	{.name = NULL},
};
static const char *const when_ports[] = {"true", "false", NULL};
static const char *const pick_ports[] = {"rest", NULL};

static inline void
check_set(const struct pawl_json *config, const char *pointer, struct pawl_problems *list)
{
	if (pawl_json_get_bool(config, "value", true) == false)
		pawl_problems_add(list, pointer, "the type's own check");
}

static const struct pawl_node_type set_type = {
	.name = "set", .fields = set_fields, .check = check_set};
static const struct pawl_node_type when_type = {
	.name = "when", .ports = when_ports, .fields = when_fields};
static const struct pawl_node_type pick_type = {
	.name = "pick", .fields = pick_fields, .ports = pick_ports, .ports_from = "names"};
static const struct pawl_node_type say_type = {
	.name = "say", .flags = PAWL_NODE_RESPONDS, .fields = set_fields};
static const struct pawl_node_type *const node_types[] = {&pick_type, &say_type, &set_type,
							  &when_type, NULL};

static inline bool
has_caller(const struct pawl_json *config)
{
	return true;
}

static const struct pawl_trigger_type call_type = {
	.name = "call", .fields = hook_fields, .has_caller = has_caller};
static const struct pawl_trigger_type hook_type = {.name = "hook", .fields = hook_fields};
static const struct pawl_trigger_type *const trigger_types[] = {&call_type, &hook_type, NULL};
static const struct pawl_registry registry = {node_types, trigger_types};

/* A document with these nodes and edges, each the inside of a list. */
static inline const char *
document(const char *nodes, const char *edges)
{
	return pawl_arena_dup_c(
		&arena, pawl_arena_printf(&arena,
					  "{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":"
					  "\"hook\"},\"nodes\":[%s],\"edges\":[%s]}",
					  nodes, edges));
}

static inline struct pawl_workflow *
compile(const char *text)
{
	forget_problems();
	return pawl_workflow_compile(json(text), &registry, &problems);
}

/* For documents that have to be refused. */
static inline void
refuse(const char *text)
{
	struct pawl_workflow *w = compile(text);

	if (w)
		fail_msg("accepted: %s", text);
	assert_true(problems.len > 0);
}

static inline struct pawl_workflow *
accept(const char *text)
{
	struct pawl_workflow *w = compile(text);

	if (!w) {
		print_problems();
		fail_msg("refused: %s", text);
	}
	assert_int_equal(problems.len, 0);
	return w;
}

#define NODE(id) "{\"id\":\"" id "\",\"type\":\"set\"}"
#define NODE_OF(id, value)                                                                         \
	"{\"id\":\"" id "\",\"type\":\"set\",\"config\":{\"value\":\"" value "\"}}"
#define EDGE(from, to)            "{\"from\":\"" from "\",\"to\":\"" to "\"}"
#define PORT_EDGE(from, port, to) "{\"from\":\"" from "\",\"port\":\"" port "\",\"to\":\"" to "\"}"

#endif
