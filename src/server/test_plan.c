#include "server/test_plan.h"

#include "engine/engine.h"
#include "flow/part.h"

static bool
is_given(const struct pawl_test_plan *plan, const struct pawl_flow_node *node)
{
	return !pawl_str_eq(node->id, plan->until) && pawl_json_get(plan->given, node->id);
}

static void
need(const struct pawl_test_plan *plan, bool *needed, struct pawl_str id)
{
	const struct pawl_flow_node *node = pawl_workflow_node(plan->workflow, id);

	if (node)
		needed[node->index] = true;
}

/* What has to be there for the node to run: what leads to it, and what it speaks of. */
static void
need_what_is_before(const struct pawl_test_plan *plan, bool *needed,
		    const struct pawl_flow_node *node)
{
	const struct pawl_template_ref *refs;
	size_t n = 0;

	for (uint32_t i = 0; i < node->n_in; i++)
		if (node->in[i]->from >= 0)
			needed[node->in[i]->from] = true;
	refs = pawl_template_refs(node->config_template, &n);
	for (size_t i = 0; i < n; i++)
		need(plan, needed, refs[i].name);
}

/* From the last node to the first: what comes before one is known by then. */
static void
give_roles(struct pawl_test_plan *plan, struct pawl_arena *arena)
{
	uint32_t n = plan->workflow->n_nodes;
	bool *needed = pawl_arena_calloc(arena, n + 1, sizeof *needed);

	plan->roles = pawl_arena_calloc(arena, n + 1, sizeof *plan->roles);
	need(plan, needed, plan->until);
	for (uint32_t i = n; i-- > 0;) {
		const struct pawl_flow_node *node = &plan->workflow->nodes[i];
		bool runs = !plan->until.len ||
			    (plan->only ? pawl_str_eq(node->id, plan->until) : needed[i]);

		if (is_given(plan, node))
			plan->roles[i] = PAWL_TEST_GIVEN;
		else
			plan->roles[i] = runs ? PAWL_TEST_RUNS : PAWL_TEST_LEFT_OUT;
		if (plan->roles[i] == PAWL_TEST_RUNS)
			need_what_is_before(plan, needed, node);
	}
}

static bool
find_part(struct pawl_test_plan *plan, struct pawl_arena *arena, struct pawl_part *part)
{
	if (!pawl_part_before(arena, plan->document, plan->until, part))
		return false;
	part->has[pawl_part_place(plan->document, plan->until)] = true;
	return true;
}

bool
pawl_test_plan(struct pawl_test_plan *plan, struct pawl_arena *arena,
	       const struct pawl_registry *registry, struct pawl_problems *problems)
{
	struct pawl_problems inner = {0};
	struct pawl_part part = {0};

	plan->part = *plan->document;
	if (plan->until.len) {
		if (!find_part(plan, arena, &part)) {
			pawl_problems_add(problems, plan->only ? "/only" : "/until",
					  "no node has the id \"%.*s\"", PAWL_STR_ARG(plan->until));
			return false;
		}
		plan->part = pawl_part_cut(arena, plan->document, &part);
	}
	plan->workflow = pawl_workflow_compile(&plan->part, registry, &inner);
	if (!plan->workflow && plan->until.len)
		pawl_part_problems(plan->document, &part, &inner, problems);
	else
		for (size_t i = 0; i < inner.len; i++)
			pawl_problems_copy(problems, inner.items[i].where, &inner.items[i]);
	pawl_problems_fini(&inner);
	if (!plan->workflow)
		return false;
	give_roles(plan, arena);
	return true;
}

struct pawl_node_row *
pawl_test_plan_rows(const struct pawl_test_plan *plan, struct pawl_arena *arena, size_t *n)
{
	struct pawl_node_row *rows =
		pawl_arena_calloc(arena, plan->workflow->n_nodes + 1, sizeof *rows);

	*n = 0;
	for (uint32_t i = 0; i < plan->workflow->n_nodes; i++) {
		if (plan->roles[i] == PAWL_TEST_RUNS)
			continue;
		rows[*n] = (struct pawl_node_row){
			.seq = (uint32_t)*n + 1,
			.node_id = pawl_arena_dup(arena, plan->workflow->nodes[i].id),
			.state = PAWL_NODE_PENDING,
			.port = PAWL_STR(PAWL_NODE_EVERY_PORT)};
		if (plan->roles[i] == PAWL_TEST_GIVEN)
			rows[*n].output =
				pawl_json_text(arena, pawl_json_get(plan->given, rows[*n].node_id));
		++*n;
	}
	return rows;
}
