/* Parts of a document's graph: what comes before a node, what comes after it, and the document
 * without the rest. Works on documents that are not finished: what cannot be read is left out.
 * Pure, any thread; results are in the arena. */
#ifndef PAWL_FLOW_PART_H
#define PAWL_FLOW_PART_H

#include "data/json.h"

/* The places of a document's nodes, in its own order. */
struct pawl_part {
	bool *has; /* by place */
	uint32_t n_nodes;
};

/* Nodes from which edges lead to the node with that id, over however many others; it is not one of
 * them. False: no node has the id. */
PAWL_MUST_USE bool pawl_part_before(struct pawl_arena *arena, const struct pawl_json *document,
				    struct pawl_str id, struct pawl_part *out);
/* Likewise those that edges from it lead to. */
PAWL_MUST_USE bool pawl_part_after(struct pawl_arena *arena, const struct pawl_json *document,
				   struct pawl_str id, struct pawl_part *out);
/* The place of the node with that id; UINT32_MAX: there is none. */
uint32_t pawl_part_place(const struct pawl_json *document, struct pawl_str id);
/* The document with those nodes, and the edges among them, only. */
struct pawl_json pawl_part_cut(struct pawl_arena *arena, const struct pawl_json *document,
			       const struct pawl_part *part);
/* Adds problems of a cut document to `out`, at the places that they have in the whole one. */
void pawl_part_problems(const struct pawl_json *document, const struct pawl_part *part,
			const struct pawl_problems *problems, struct pawl_problems *out);

#endif
