/* All node types and trigger types that a document may name. Built once at start from
 * the tables of src/nodes and src/trigger; const afterwards: any thread. */
#ifndef PAWL_FLOW_REGISTRY_H
#define PAWL_FLOW_REGISTRY_H

#include "flow/node.h"

struct pawl_trigger_type {
	const char *name; /* "webhook" */
	const char *label;
	const char *summary;
	const char *icon;
	const struct pawl_field *fields;
	const char *example; /* JSON text of a config */
	void (*check)(const struct pawl_json *config, const char *pointer,
		      struct pawl_problems *problems); /* may be NULL */
	/* Does whoever called still wait for an answer while the nodes run? NULL: no. */
	bool (*has_caller)(const struct pawl_json *config);
};

struct pawl_registry {
	const struct pawl_node_type *const *nodes;       /* NULL-terminated, by name */
	const struct pawl_trigger_type *const *triggers; /* NULL-terminated, by name */
};

const struct pawl_node_type *pawl_registry_node(const struct pawl_registry *registry,
						struct pawl_str name);
const struct pawl_trigger_type *pawl_registry_trigger(const struct pawl_registry *registry,
						      struct pawl_str name);

#endif
