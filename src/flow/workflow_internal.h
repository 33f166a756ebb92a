/* What the steps from a document to a compiled workflow share; private to this layer.
 *
 * Steps: the tables of fields (workflow_fields.c), nodes and trigger (workflow_compile.c),
 * edges (workflow_graph.c), references (workflow_refs.c). Each adds its problems and goes
 * on with what can be used, so that one mistake does not hide or cause others. */
#ifndef PAWL_FLOW_WORKFLOW_INTERNAL_H
#define PAWL_FLOW_WORKFLOW_INTERNAL_H

#include "base/map.h"
#include "flow/pointer.h"
#include "flow/workflow.h"

#define PAWL_NODE_ID_MAX 64

struct pawl_draft_node {
	uint32_t place; /* in the document's list */
	uint32_t order; /* in topological order; UINT32_MAX: a cycle is in the way */
	struct pawl_str id;
	const struct pawl_json *value;     /* the node itself */
	const struct pawl_node_type *type; /* NULL: unknown */
	const struct pawl_json *config;
	struct pawl_template *config_template; /* NULL: it did not compile */
	struct pawl_node_settings settings;
	struct pawl_str *ports;
	uint32_t n_ports;
	uint32_t n_waits; /* edges into it that are not ordered yet */
	bool is_named;    /* has an id that edges can find */
	bool is_excused;  /* a problem around it was reported: no problems that follow from it */
	bool is_reached;
	bool is_pruned;
	bool uses_secrets;
};

struct pawl_draft_edge {
	uint32_t place;
	int32_t from, to; /* places of nodes; -1: the trigger */
	uint32_t port;
	bool is_broken;
};

struct pawl_compile {
	const struct pawl_json *document;
	const struct pawl_registry *registry;
	struct pawl_problems *problems;
	struct pawl_arena *arena;  /* lives as long as the workflow */
	struct pawl_arena scratch; /* lives as long as the compilation */
	struct pawl_pointer at;
	struct pawl_draft_node *nodes;
	uint32_t n_nodes;
	struct pawl_draft_edge *edges;
	uint32_t n_edges;
	struct pawl_map by_id; /* id -> draft node */
	uint32_t *sorted;      /* places in topological order */
	uint32_t n_sorted;
	const struct pawl_trigger_type *trigger;
	const struct pawl_json *trigger_config;
	struct pawl_template *trigger_template;
};

/* Of the document, of `trigger` and of each node; config and settings.retry come with the types. */
extern const struct pawl_field pawl_workflow_fields[];
extern const struct pawl_field pawl_workflow_trigger_fields[];
extern const struct pawl_field pawl_workflow_node_fields[];
extern const struct pawl_field pawl_workflow_edge_fields[];

/* Adds a problem at the pointer, and `member` behind it unless it is NULL. */
void pawl_compile_say(struct pawl_compile *c, const char *member, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Gives the code to the problems that came up since *from, which moves behind them. */
void pawl_compile_tag(struct pawl_compile *c, size_t *from, const char *code);
/* `; did you mean …` for an id that no node has. */
const char *pawl_compile_near_id(const struct pawl_compile *c, struct pawl_str id, char *out);

/* Edges, order, cycles, and what cannot be reached. */
void pawl_compile_graph(struct pawl_compile *c);
void pawl_compile_refs(struct pawl_compile *c);

#endif
