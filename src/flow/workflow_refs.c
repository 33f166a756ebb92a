/* What expressions refer to: it has to be there, and to be there in time. The members of each
 * root were checked when the template was compiled. */
#include "flow/field_internal.h"
#include "flow/suggest.h"
#include "flow/workflow_internal.h"

/* Which nodes run before which: one row of bits per node, both by topological order. */
struct before {
	uint64_t *bits;
	size_t words;
	bool *is_unsure; /* something is wrong with the edges that lead here */
};

static void
find_before(struct pawl_compile *c, struct before *b)
{
	b->words = (c->n_nodes + 63) / 64;
	b->bits =
		pawl_arena_calloc(&c->scratch, (size_t)c->n_nodes * b->words + 1, sizeof(*b->bits));
	b->is_unsure = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*b->is_unsure));
}

static void
add_before(struct before *b, uint32_t from, uint32_t to)
{
	uint64_t *row = &b->bits[to * b->words];
	const uint64_t *above = &b->bits[from * b->words];

	for (size_t i = 0; i < b->words; i++)
		row[i] |= above[i];
	row[from / 64] |= UINT64_C(1) << (from % 64);
	b->is_unsure[to] |= b->is_unsure[from];
}

static bool
runs_before(const struct before *b, uint32_t first, uint32_t second)
{
	return (b->bits[second * b->words + first / 64] >> (first % 64)) & 1;
}

struct edge_order {
	uint32_t *first; /* edges into the node of this order: first[i] .. first[i + 1] - 1 */
	uint32_t *from;  /* the order of the node that each of them begins at */
};

static bool
is_ordered(const struct pawl_compile *c, const struct pawl_draft_edge *e)
{
	return !e->is_broken && e->from >= 0 && c->nodes[e->from].order != UINT32_MAX &&
	       c->nodes[e->to].order != UINT32_MAX;
}

static void
index_incoming(struct pawl_compile *c, struct edge_order *in)
{
	uint32_t *fill = pawl_arena_calloc(&c->scratch, c->n_nodes + 2, sizeof(*fill));

	in->first = pawl_arena_calloc(&c->scratch, c->n_nodes + 2, sizeof(*in->first));
	in->from = pawl_arena_calloc(&c->scratch, c->n_edges + 1, sizeof(*in->from));
	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (is_ordered(c, &c->edges[i]))
			in->first[c->nodes[c->edges[i].to].order + 1]++;
	}
	for (uint32_t i = 0; i < c->n_nodes; i++)
		in->first[i + 1] += in->first[i];
	memcpy(fill, in->first, (c->n_nodes + 1) * sizeof(*fill));
	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (is_ordered(c, &c->edges[i]))
			in->from[fill[c->nodes[c->edges[i].to].order]++] =
				c->nodes[c->edges[i].from].order;
	}
}

static void
fill_before(struct pawl_compile *c, struct before *b)
{
	struct edge_order in;

	index_incoming(c, &in);
	for (uint32_t to = 0; to < c->n_sorted; to++) {
		b->is_unsure[to] |= c->nodes[c->sorted[to]].is_excused;
		for (uint32_t i = in.first[to]; i < in.first[to + 1]; i++)
			add_before(b, in.from[i], to);
	}
}

/* ---- one reference ------------------------------------------------------- */

/* Adds a problem at the string that holds the reference. */
#define SAY(c, ref, ...)                                                                           \
	pawl_problems_add((c)->problems, pawl_arena_dup_c(&(c)->scratch, (ref)->pointer),          \
			  __VA_ARGS__)

static void
check_node_ref(struct pawl_compile *c, const struct before *b, const struct pawl_draft_node *node,
	       const struct pawl_template_ref *ref)
{
	const struct pawl_draft_node *target = pawl_map_get(&c->by_id, ref->name);
	char near[PAWL_SUGGEST_TEXT_MAX];

	if (!target) {
		SAY(c, ref, "no node has the id \"%.*s\"%s", PAWL_STR_ARG(ref->name),
		    pawl_compile_near_id(c, ref->name, near));
		return;
	}
	if (!node) {
		SAY(c, ref,
		    "\"%.*s\" has not run yet when the trigger's settings are read; use "
		    "\"workflow.input\"",
		    PAWL_STR_ARG(ref->name));
		return;
	}
	if (target == node) {
		SAY(c, ref, "refers to the node itself, which has no output yet");
		return;
	}
	if (node->order == UINT32_MAX || target->order == UINT32_MAX || b->is_unsure[node->order])
		return;
	if (!runs_before(b, target->order, node->order))
		SAY(c, ref, "\"%.*s\" does not run before \"%.*s\": no edges lead from it to here",
		    PAWL_STR_ARG(ref->name), PAWL_STR_ARG(node->id));
}

static void
check_ref(struct pawl_compile *c, const struct before *b, struct pawl_draft_node *node,
	  const struct pawl_template_ref *ref, bool secret_ok)
{
	if (pawl_str_eq_c(ref->name, "secrets")) {
		if (node)
			node->uses_secrets = true;
		if (!secret_ok)
			SAY(c, ref,
			    "this setting cannot hold a secret, because its value is shown; "
			    "use ${secrets.%.*s} in a setting that is kept secret",
			    PAWL_STR_ARG(ref->member));
	} else if (pawl_str_eq_c(ref->name, "loop")) {
		SAY(c, ref, "${loop.%.*s} has a value in the body of a loop only",
		    PAWL_STR_ARG(ref->member));
	} else if (pawl_str_eq_c(ref->name, "trigger")) {
		SAY(c, ref, "what the trigger received is ${workflow.input}");
	} else if (!pawl_str_eq_c(ref->name, "workflow") && !pawl_str_eq_c(ref->name, "run") &&
		   !pawl_str_eq_c(ref->name, "env")) {
		check_node_ref(c, b, node, ref);
	}
}

/* `config` lies at `base` in the document. Without known fields no secret is refused: that the
 * type is unknown has been said. */
static void
check_refs(struct pawl_compile *c, const struct before *b, struct pawl_draft_node *node,
	   const struct pawl_template *template, const struct pawl_field *fields,
	   const struct pawl_json *config, size_t base_len)
{
	const struct pawl_template_ref *refs;
	size_t n = 0;

	if (!template)
		return;
	refs = pawl_template_refs(template, &n);
	for (size_t i = 0; i < n; i++) {
		struct pawl_str inside =
			pawl_str_sub(refs[i].pointer, base_len, refs[i].pointer.len);

		check_ref(c, b, node, &refs[i],
			  !fields || pawl_fields_allow_secret(fields, config, inside));
	}
}

void
pawl_compile_refs(struct pawl_compile *c)
{
	struct before b;
	size_t mark, inner;

	find_before(c, &b);
	fill_before(c, &b);
	check_refs(c, &b, NULL, c->trigger_template, c->trigger ? c->trigger->fields : NULL,
		   c->trigger_config, strlen("/trigger/config"));
	mark = pawl_pointer_push_c(&c->at, "nodes");
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		struct pawl_draft_node *node = &c->nodes[i];

		inner = pawl_pointer_push_index(&c->at, i);
		pawl_pointer_push_c(&c->at, "config");
		check_refs(c, &b, node, node->config_template,
			   node->type ? node->type->fields : NULL, node->config, c->at.buf.len);
		pawl_pointer_pop(&c->at, inner);
	}
	pawl_pointer_pop(&c->at, mark);
}
