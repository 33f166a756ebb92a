/* Edges, their order, cycles, and nodes that nothing leads to. */
#include <stdio.h>

#include "flow/suggest.h"
#include "flow/workflow_internal.h"

#define TRIGGER (-1)
#define NOBODY  (-2)

/* ---- reading edges ------------------------------------------------------- */

/* The place of the node, TRIGGER, or NOBODY with a problem. */
static int32_t
find_end(struct pawl_compile *c, const struct pawl_json *edge, const char *member)
{
	const struct pawl_json *v = pawl_json_get_c(edge, member);
	const struct pawl_draft_node *node;
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_str id = pawl_json_str(v);

	if (!pawl_json_is(v, PAWL_JSON_STRING))
		return NOBODY;
	if (pawl_str_eq_c(id, "trigger")) {
		if (strcmp(member, "from") == 0)
			return TRIGGER;
		pawl_compile_say(c, member, "no edge can lead to the trigger; name a node");
		return NOBODY;
	}
	node = pawl_map_get(&c->by_id, id);
	if (node)
		return (int32_t)node->place;
	pawl_compile_say(c, member, "no node has the id \"%.*s\"%s", PAWL_STR_ARG(id),
			 pawl_compile_near_id(c, id, near));
	return NOBODY;
}

static void
say_ports(struct pawl_compile *c, const struct pawl_draft_node *node, struct pawl_str name)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;
	struct pawl_buf all;

	pawl_suggest_init(&suggest, name);
	pawl_buf_init(&all, 1500);
	for (uint32_t i = 0; i < node->n_ports; i++) {
		pawl_suggest_offer(&suggest, node->ports[i]);
		pawl_buf_printf(&all, "%s\"%.*s\"", i ? ", " : "", PAWL_STR_ARG(node->ports[i]));
	}
	if (!name.ptr)
		pawl_compile_say(c, NULL, "\"port\" is missing: say which port of \"%.*s\": %.*s",
				 PAWL_STR_ARG(node->id), PAWL_STR_ARG(pawl_buf_peek(&all)));
	else if (pawl_str_eq_c(name, "error"))
		pawl_compile_say(c, "port",
				 "\"%.*s\" has no port \"error\"; set its settings.on_error to "
				 "\"branch\"",
				 PAWL_STR_ARG(node->id));
	else
		pawl_compile_say(c, "port", "\"%.*s\" has no port \"%.*s\"%s (it has %.*s)",
				 PAWL_STR_ARG(node->id), PAWL_STR_ARG(name),
				 pawl_suggest_text(&suggest, near),
				 PAWL_STR_ARG(pawl_buf_peek(&all)));
	pawl_buf_fini(&all);
}

static bool
has_error_branch(const struct pawl_draft_node *node)
{
	return node->settings.on_error == PAWL_ON_ERROR_BRANCH;
}

static void
find_port(struct pawl_compile *c, const struct pawl_json *value, struct pawl_draft_edge *edge)
{
	const struct pawl_json *v = pawl_json_get_c(value, "port");
	const struct pawl_draft_node *node;
	struct pawl_str name = pawl_json_str(v);

	if (edge->from == TRIGGER) {
		if (v && pawl_json_is(v, PAWL_JSON_STRING) && !pawl_str_eq_c(name, "out"))
			pawl_compile_say(c, "port", "the trigger has one port only; remove this");
		return;
	}
	node = &c->nodes[edge->from];
	if (!node->type || (v && !pawl_json_is(v, PAWL_JSON_STRING)))
		return;
	if (!v) {
		if (node->n_ports - has_error_branch(node) > 1)
			say_ports(c, node, pawl_str(NULL, 0));
		return;
	}
	for (uint32_t i = 0; i < node->n_ports; i++) {
		if (pawl_str_eq(name, node->ports[i])) {
			edge->port = i;
			return;
		}
	}
	say_ports(c, node, name);
}

/* The same edge twice is a slip; two edges by different ports are not. */
static void
check_duplicate(struct pawl_compile *c, struct pawl_map *seen, struct pawl_draft_edge *edge)
{
	int32_t key[3] = {edge->from, edge->to, (int32_t)edge->port};
	struct pawl_str text = pawl_str((const char *)key, sizeof(key));
	const struct pawl_draft_edge *first = pawl_map_get(seen, text);

	if (!first) {
		pawl_map_set(seen, text, edge);
		return;
	}
	edge->is_broken = true;
	pawl_compile_say(c, NULL, "is the same edge as /edges/%u; remove one of them",
			 first->place);
}

static void
read_edge(struct pawl_compile *c, struct pawl_map *seen, const struct pawl_json *value,
	  struct pawl_draft_edge *edge)
{
	edge->from = find_end(c, value, "from");
	edge->to = find_end(c, value, "to");
	if (edge->from != NOBODY)
		find_port(c, value, edge);
	if (edge->from == NOBODY || edge->to == NOBODY) {
		edge->is_broken = true;
		/* What this edge should have led to is not to be called unreachable as well. */
		if (edge->to != NOBODY)
			c->nodes[edge->to].is_excused = true;
		return;
	}
	if (edge->from == edge->to) {
		edge->is_broken = true;
		c->nodes[edge->to].is_excused = true;
		pawl_compile_say(c, NULL, "leads from \"%.*s\" to itself; remove it",
				 PAWL_STR_ARG(c->nodes[edge->to].id));
		return;
	}
	check_duplicate(c, seen, edge);
}

static void
read_edges(struct pawl_compile *c)
{
	const struct pawl_json *list = pawl_json_get_c(c->document, "edges");
	struct pawl_map seen = {0};
	size_t outer, mark;

	if (!pawl_json_is(list, PAWL_JSON_ARRAY))
		return;
	c->edges = pawl_arena_calloc(&c->scratch, list->len + 1, sizeof(*c->edges));
	outer = pawl_pointer_push_c(&c->at, "edges");
	for (uint32_t i = 0; i < list->len; i++) {
		struct pawl_draft_edge *edge = &c->edges[c->n_edges++];

		edge->place = i;
		mark = pawl_pointer_push_index(&c->at, i);
		read_edge(c, &seen, &list->items[i], edge);
		pawl_pointer_pop(&c->at, mark);
	}
	pawl_pointer_pop(&c->at, outer);
	pawl_map_fini(&seen);
}

/* ---- order --------------------------------------------------------------- */

/* Edges by the node that they begin at: those of node i are first[i] .. first[i + 1] - 1. */
struct outgoing {
	uint32_t *first;
	uint32_t *edges;
};

static void
index_outgoing(struct pawl_compile *c, struct outgoing *out)
{
	uint32_t *fill = pawl_arena_calloc(&c->scratch, c->n_nodes + 2, sizeof(*fill));

	out->first = pawl_arena_calloc(&c->scratch, c->n_nodes + 2, sizeof(*out->first));
	out->edges = pawl_arena_calloc(&c->scratch, c->n_edges + 1, sizeof(*out->edges));
	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (!c->edges[i].is_broken && c->edges[i].from >= 0)
			out->first[c->edges[i].from + 1]++;
	}
	for (uint32_t i = 0; i < c->n_nodes; i++)
		out->first[i + 1] += out->first[i];
	memcpy(fill, out->first, (c->n_nodes + 1) * sizeof(*fill));
	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (!c->edges[i].is_broken && c->edges[i].from >= 0)
			out->edges[fill[c->edges[i].from]++] = i;
	}
}

/* Kahn's algorithm; nodes that are free at the same time keep the document's order. */
static void
sort_nodes(struct pawl_compile *c, const struct outgoing *out)
{
	c->sorted = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*c->sorted));
	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (!c->edges[i].is_broken && c->edges[i].from >= 0)
			c->nodes[c->edges[i].to].n_waits++;
	}
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		if (!c->nodes[i].n_waits)
			c->sorted[c->n_sorted++] = i;
	}
	for (uint32_t next = 0; next < c->n_sorted; next++) {
		uint32_t place = c->sorted[next];

		c->nodes[place].order = next;
		for (uint32_t i = out->first[place]; i < out->first[place + 1]; i++) {
			struct pawl_draft_node *to = &c->nodes[c->edges[out->edges[i]].to];

			if (--to->n_waits == 0)
				c->sorted[c->n_sorted++] = to->place;
		}
	}
}

/* ---- cycles -------------------------------------------------------------- */

static bool
is_in_question(const struct pawl_compile *c, uint32_t place)
{
	return c->nodes[place].order == UINT32_MAX && !c->nodes[place].is_pruned;
}

/* An edge from `place` to a node that is in question, or UINT32_MAX. */
static uint32_t
next_in_question(const struct pawl_compile *c, const struct outgoing *out, uint32_t place)
{
	for (uint32_t i = out->first[place]; i < out->first[place + 1]; i++) {
		if (is_in_question(c, (uint32_t)c->edges[out->edges[i]].to))
			return out->edges[i];
	}
	return UINT32_MAX;
}

/* walk[from..n) are the edges of the cycle. */
static void
say_cycle(struct pawl_compile *c, const uint32_t *walk, uint32_t from, uint32_t n)
{
	const struct pawl_draft_edge *closing = &c->edges[walk[n - 1]];
	struct pawl_buf names;
	size_t mark;

	pawl_buf_init(&names, 1500);
	for (uint32_t i = from; i < n; i++)
		pawl_buf_printf(&names, "%.*s → ",
				PAWL_STR_ARG(c->nodes[c->edges[walk[i]].from].id));
	pawl_buf_append_str(&names, c->nodes[closing->to].id);
	mark = pawl_pointer_push_c(&c->at, "edges");
	pawl_pointer_push_index(&c->at, closing->place);
	pawl_compile_say(c, NULL, "closes a cycle: %.*s; remove one of its edges",
			 PAWL_STR_ARG(pawl_buf_peek(&names)));
	pawl_pointer_pop(&c->at, mark);
	pawl_buf_fini(&names);
}

/* Walks from `place` until a node comes up again, or until there is nowhere to go; what cannot
 * be part of a further cycle is pruned. */
static void
walk_from(struct pawl_compile *c, const struct outgoing *out, uint32_t place, uint32_t *walk,
	  uint32_t *seen_at)
{
	uint32_t n = 0;

	memset(seen_at, 0xff, c->n_nodes * sizeof(*seen_at));
	for (;;) {
		uint32_t edge = next_in_question(c, out, place);

		if (edge == UINT32_MAX) {
			c->nodes[place].is_pruned = true;
			if (!n)
				return;
			seen_at[place] = UINT32_MAX;
			place = (uint32_t)c->edges[walk[--n]].from;
			continue;
		}
		seen_at[place] = n;
		walk[n++] = edge;
		place = (uint32_t)c->edges[edge].to;
		if (seen_at[place] == UINT32_MAX)
			continue;
		say_cycle(c, walk, seen_at[place], n);
		for (uint32_t i = seen_at[place]; i < n; i++) {
			struct pawl_draft_node *node = &c->nodes[c->edges[walk[i]].from];

			node->is_pruned = true;
			node->is_excused = true;
		}
		return;
	}
}

/* One problem for each cycle that shares no node with one that was named before. */
static void
find_cycles(struct pawl_compile *c, const struct outgoing *out)
{
	uint32_t *walk = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*walk));
	uint32_t *seen_at = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*seen_at));

	for (uint32_t i = 0; i < c->n_nodes && c->n_sorted < c->n_nodes; i++) {
		while (is_in_question(c, i))
			walk_from(c, out, i, walk, seen_at);
	}
}

/* ---- reach --------------------------------------------------------------- */

static void
find_unreachable(struct pawl_compile *c, const struct outgoing *out)
{
	uint32_t *queue = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*queue));
	uint32_t n = 0;
	size_t mark;

	for (uint32_t i = 0; i < c->n_edges; i++) {
		if (!c->edges[i].is_broken && c->edges[i].from == TRIGGER)
			c->nodes[c->edges[i].to].is_reached = true;
	}
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		c->nodes[i].is_reached |= c->nodes[i].is_excused;
		if (c->nodes[i].is_reached)
			queue[n++] = i;
	}
	for (uint32_t next = 0; next < n; next++) {
		for (uint32_t i = out->first[queue[next]]; i < out->first[queue[next] + 1]; i++) {
			struct pawl_draft_node *to = &c->nodes[c->edges[out->edges[i]].to];

			if (!to->is_reached)
				queue[n++] = to->place;
			to->is_reached = true;
		}
	}
	mark = pawl_pointer_push_c(&c->at, "nodes");
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		size_t inner = pawl_pointer_push_index(&c->at, i);

		if (!c->nodes[i].is_reached)
			pawl_compile_say(c, NULL,
					 "\"%.*s\" is never reached: add an edge that leads to it "
					 "from \"trigger\" or from a node that is reached",
					 PAWL_STR_ARG(c->nodes[i].id));
		pawl_pointer_pop(&c->at, inner);
	}
	pawl_pointer_pop(&c->at, mark);
}

void
pawl_compile_graph(struct pawl_compile *c)
{
	size_t from = c->problems->len;
	struct outgoing out;

	read_edges(c);
	pawl_compile_tag(c, &from, "invalid_edge");
	index_outgoing(c, &out);
	sort_nodes(c, &out);
	find_cycles(c, &out);
	pawl_compile_tag(c, &from, "cycle");
	/* Without a list of edges there is one problem, not one for every node. */
	if (pawl_json_is(pawl_json_get_c(c->document, "edges"), PAWL_JSON_ARRAY))
		find_unreachable(c, &out);
	pawl_compile_tag(c, &from, "unreachable");
}
