/* Workflow documents from text to a compiled workflow: a refusal has a reason, the edges of what is
 * accepted lead forward, and what is masked can be put back. */
#include "fuzz.h"

#include "nodes/nodes.h"

#include "flow/workflow.h"

static const struct pawl_field trigger_fields[] = {
	{.name = "secret", .type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_SECRET},
	{.name = "filter", .type = PAWL_FIELD_CONDITION},
	{.name = "concurrency", .type = PAWL_FIELD_INTEGER, .min = 1, .max = 1000},
	{.name = NULL},
};
static const struct pawl_trigger_type trigger = {.name = "manual", .fields = trigger_fields};
static const struct pawl_trigger_type *const triggers[] = {&trigger, NULL};
static const struct pawl_registry registry = {pawl_node_types, triggers};

static void
check_workflow(const struct pawl_workflow *w)
{
	uint32_t n_in = 0, n_out = w->n_start;

	for (uint32_t i = 0; i < w->n_edges; i++) {
		require(w->edges[i].from < w->edges[i].to && w->edges[i].from >= -1);
		require(w->edges[i].to >= 0 && (uint32_t)w->edges[i].to < w->n_nodes);
	}
	for (uint32_t i = 0; i < w->n_nodes; i++) {
		const struct pawl_flow_node *node = &w->nodes[i];

		require(node->index == i && node->n_in > 0 && node->n_ports > 0);
		require(pawl_workflow_node(w, node->id) == node);
		for (uint32_t k = 0; k < node->n_out; k++)
			require(node->out[k]->port < node->n_ports);
		n_in += node->n_in;
		n_out += node->n_out;
	}
	require(n_in == w->n_edges && n_out == w->n_edges);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_json document, shown, again;
	struct pawl_problems problems = {0};
	struct pawl_workflow *w;
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	if (pawl_workflow_read(&arena, text, &document, &problems) != PAWL_OK) {
		require(problems.len > 0);
		goto out;
	}
	shown = pawl_workflow_mask(&arena, &document, &registry, NULL);
	again = pawl_workflow_mask(&arena, &shown, &registry, NULL);
	require(pawl_json_equal(&shown, &again));
	w = pawl_workflow_compile(&document, &registry, &problems);
	require((w == NULL) == (problems.len > 0));
	if (w) {
		again = pawl_workflow_unmask(&arena, &shown, &document, &registry, NULL);
		require(pawl_json_equal(&document, &again));
		check_workflow(w);
		pawl_workflow_unref(w);
	}
out:
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return 0;
}
