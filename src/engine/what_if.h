/* What would become of a run under another document: walks it once more, in memory alone.
 *
 * Nodes that talk to the world, and waits, are answered from the recording of the run, in the order
 * in which they were then; all others compute. Nothing is sent, stored, counted, told or logged:
 * there is no store, no loop and no HTTP client behind it. Any thread; takes as long as the nodes
 * compute. */
#ifndef PAWL_ENGINE_WHAT_IF_H
#define PAWL_ENGINE_WHAT_IF_H

#include "engine/engine.h"

/* A node that ran. */
struct pawl_what_if_node {
	struct pawl_str id;
	enum pawl_node_state state; /* completed or failed */
	struct pawl_str port;       /* that it went out by; empty: none */
	/* Of one that was answered from the recording: JSON, its input then and now, masked. */
	struct pawl_str old_input, new_input;
};

struct pawl_what_if {
	/* What the engine knows the world by: registry, secrets, sealer, build_input,
	   open_input, open_file, resume_url and ctx; nothing else of it is used. */
	const struct pawl_engine_config *config;
	struct pawl_workflow *workflow;
	const struct pawl_run_record *recorded;
	/* That the run had then: a node of another type is another node. NULL: not known. */
	const struct pawl_json *document;

	/* Results; texts and nodes are in the arena. */
	enum pawl_run_state state;
	struct pawl_str output, error; /* JSON; empty: none */
	struct pawl_str unrecorded; /* the node that ended it for want of a recording, or empty */
	struct pawl_what_if_node *nodes; /* in the order of the document's graph */
	size_t n_nodes;
};

void pawl_what_if(struct pawl_what_if *what_if, struct pawl_arena *arena);

#endif
