#include "flow/registry.h"

const struct pawl_node_type *
pawl_registry_node(const struct pawl_registry *registry, struct pawl_str name)
{
	for (size_t i = 0; registry->nodes && registry->nodes[i]; i++) {
		if (pawl_str_eq_c(name, registry->nodes[i]->name))
			return registry->nodes[i];
	}
	return NULL;
}

const struct pawl_trigger_type *
pawl_registry_trigger(const struct pawl_registry *registry, struct pawl_str name)
{
	for (size_t i = 0; registry->triggers && registry->triggers[i]; i++) {
		if (pawl_str_eq_c(name, registry->triggers[i]->name))
			return registry->triggers[i];
	}
	return NULL;
}
