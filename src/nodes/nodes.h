/* The table of all node types: one line per type in nodes.def, one file per type here. */
#ifndef PAWL_NODES_NODES_H
#define PAWL_NODES_NODES_H

#include "flow/node.h"

/* NULL-terminated, by name. */
extern const struct pawl_node_type *const pawl_node_types[];

#endif
