/* The table of all node types: one line per type in nodes.def, one file per type here.
 *
 * Const: any thread. The helpers below are for the node types' own files. */
#ifndef PAWL_NODES_NODES_H
#define PAWL_NODES_NODES_H

#include "flow/node.h"

/* NULL-terminated, by name. */
extern const struct pawl_node_type *const pawl_node_types[];

#define PAWL_NODE(name) extern const struct pawl_node_type pawl_node_type_##name;
#include "nodes/nodes.def"
#undef PAWL_NODE

/* Completes with {"data": data} by `port`. */
void pawl_node_complete_data(struct pawl_node_call *call, struct pawl_json data,
			     struct pawl_str port);
/* For people: a string as it is, anything else as JSON; without secrets, cut after max_bytes,
 * between two characters. */
struct pawl_str pawl_node_text(struct pawl_node_call *call, const struct pawl_json *value,
			       size_t max_bytes);
/* Fails for good, without an output. */
void pawl_node_fail_text(struct pawl_node_call *call, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
