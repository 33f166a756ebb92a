#include "flow/part.h"

#include <stdio.h>

#include "base/map.h"
#include "base/parse.h"

/* Edges as places of nodes. */
struct graph {
	uint32_t n_nodes, n_edges;
	uint32_t *from, *to;
	uint32_t
		*first; /* edges that begin at node i: order[first[i]] .. order[first[i + 1] - 1] */
	uint32_t *order;
};

static const struct pawl_json *
list_of(const struct pawl_json *document, const char *member)
{
	static const struct pawl_json none = {.type = PAWL_JSON_ARRAY};
	const struct pawl_json *list = pawl_json_get_c(document, member);

	return pawl_json_is(list, PAWL_JSON_ARRAY) ? list : &none;
}

static struct pawl_str
id_of(const struct pawl_json *node)
{
	return pawl_json_get_str(node, "id", PAWL_STR(""));
}

uint32_t
pawl_part_place(const struct pawl_json *document, struct pawl_str id)
{
	const struct pawl_json *nodes = list_of(document, "nodes");

	for (uint32_t i = 0; i < nodes->len; i++)
		if (pawl_str_eq(id_of(&nodes->items[i]), id))
			return i;
	return UINT32_MAX;
}

/* Ids of nodes -> the nodes; of those with one id the first. */
static void
index_nodes(const struct pawl_json *nodes, struct pawl_map *by_id)
{
	for (uint32_t i = 0; i < nodes->len; i++) {
		struct pawl_str id = id_of(&nodes->items[i]);

		if (!pawl_map_get(by_id, id))
			pawl_map_set(by_id, id, (void *)(uintptr_t)&nodes->items[i]);
	}
}

static bool
end_of(const struct pawl_json *nodes, const struct pawl_map *by_id, const struct pawl_json *edge,
       const char *member, uint32_t *place)
{
	const struct pawl_json *node =
		pawl_map_get(by_id, pawl_json_get_str(edge, member, PAWL_STR("")));

	if (node)
		*place = (uint32_t)(node - nodes->items);
	return node != NULL;
}

static void
index_edges(struct pawl_arena *arena, struct graph *g)
{
	uint32_t *fill = pawl_arena_calloc(arena, g->n_nodes + 2, sizeof *fill);

	g->first = pawl_arena_calloc(arena, g->n_nodes + 2, sizeof *g->first);
	g->order = pawl_arena_calloc(arena, g->n_edges + 1, sizeof *g->order);
	for (uint32_t i = 0; i < g->n_edges; i++)
		g->first[g->from[i] + 1]++;
	for (uint32_t i = 0; i < g->n_nodes; i++)
		g->first[i + 1] += g->first[i];
	memcpy(fill, g->first, (g->n_nodes + 1) * sizeof *fill);
	for (uint32_t i = 0; i < g->n_edges; i++)
		g->order[fill[g->from[i]]++] = i;
}

/* With `backwards` the edges are turned round. */
static void
read_graph(struct pawl_arena *arena, const struct pawl_json *document, bool backwards,
	   struct graph *g)
{
	const struct pawl_json *nodes = list_of(document, "nodes");
	const struct pawl_json *edges = list_of(document, "edges");
	struct pawl_map by_id = {0};

	*g = (struct graph){.n_nodes = nodes->len};
	g->from = pawl_arena_calloc(arena, edges->len + 1, sizeof *g->from);
	g->to = pawl_arena_calloc(arena, edges->len + 1, sizeof *g->to);
	index_nodes(nodes, &by_id);
	for (uint32_t i = 0; i < edges->len; i++) {
		const struct pawl_json *edge = &edges->items[i];

		if (end_of(nodes, &by_id, edge, backwards ? "to" : "from", &g->from[g->n_edges]) &&
		    end_of(nodes, &by_id, edge, backwards ? "from" : "to", &g->to[g->n_edges]))
			g->n_edges++;
	}
	pawl_map_fini(&by_id);
	index_edges(arena, g);
}

static bool
reach(struct pawl_arena *arena, const struct pawl_json *document, struct pawl_str id,
      bool backwards, struct pawl_part *out)
{
	uint32_t start = pawl_part_place(document, id), n = 0, *queue;
	struct graph g;

	if (start == UINT32_MAX)
		return false;
	read_graph(arena, document, backwards, &g);
	out->n_nodes = g.n_nodes;
	out->has = pawl_arena_calloc(arena, g.n_nodes, sizeof *out->has);
	queue = pawl_arena_calloc(arena, g.n_nodes + 1, sizeof *queue);
	queue[n++] = start;
	for (uint32_t next = 0; next < n; next++) {
		for (uint32_t i = g.first[queue[next]]; i < g.first[queue[next] + 1]; i++) {
			uint32_t to = g.to[g.order[i]];

			if (!out->has[to] && to != start)
				queue[n++] = to;
			out->has[to] = to != start;
		}
	}
	return true;
}

bool
pawl_part_before(struct pawl_arena *arena, const struct pawl_json *document, struct pawl_str id,
		 struct pawl_part *out)
{
	return reach(arena, document, id, true, out);
}

bool
pawl_part_after(struct pawl_arena *arena, const struct pawl_json *document, struct pawl_str id,
		struct pawl_part *out)
{
	return reach(arena, document, id, false, out);
}

/* ---- cutting ------------------------------------------------------------------- */

static bool
is_kept(const struct pawl_json *nodes, const struct pawl_map *by_id, const struct pawl_part *part,
	const struct pawl_json *edge)
{
	bool from_trigger = pawl_str_eq_c(pawl_json_get_str(edge, "from", PAWL_STR("")), "trigger");
	uint32_t place;

	return (from_trigger || (end_of(nodes, by_id, edge, "from", &place) && part->has[place])) &&
	       end_of(nodes, by_id, edge, "to", &place) && part->has[place];
}

struct pawl_json
pawl_part_cut(struct pawl_arena *arena, const struct pawl_json *document,
	      const struct pawl_part *part)
{
	const struct pawl_json *nodes = list_of(document, "nodes");
	const struct pawl_json *edges = list_of(document, "edges");
	struct pawl_json_builder whole, list;
	struct pawl_map by_id = {0};

	pawl_json_object_begin(&whole, arena);
	for (uint32_t i = 0; i < document->len; i++)
		pawl_json_set(&whole, document->members[i].key, document->members[i].value);
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; i < nodes->len && i < part->n_nodes; i++)
		if (part->has[i])
			pawl_json_push(&list, nodes->items[i]);
	pawl_json_set_c(&whole, "nodes", pawl_json_end(&list));
	index_nodes(nodes, &by_id);
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; i < edges->len; i++)
		if (is_kept(nodes, &by_id, part, &edges->items[i]))
			pawl_json_push(&list, edges->items[i]);
	pawl_json_set_c(&whole, "edges", pawl_json_end(&list));
	pawl_map_fini(&by_id);
	return pawl_json_end(&whole);
}

/* The place in the whole list of the item with that place among those that are kept. */
static uint64_t
place_in_whole(const struct pawl_json *document, const struct pawl_part *part, bool is_edge,
	       uint64_t place)
{
	const struct pawl_json *nodes = list_of(document, "nodes");
	const struct pawl_json *list = is_edge ? list_of(document, "edges") : nodes;
	struct pawl_map by_id = {0};
	uint64_t n = 0, found = place;

	index_nodes(nodes, &by_id);
	for (uint32_t i = 0; i < list->len; i++) {
		bool kept = is_edge ? is_kept(nodes, &by_id, part, &list->items[i]) : part->has[i];

		if (kept && n++ == place) {
			found = i;
			break;
		}
	}
	pawl_map_fini(&by_id);
	return found;
}

void
pawl_part_problems(const struct pawl_json *document, const struct pawl_part *part,
		   const struct pawl_problems *problems, struct pawl_problems *out)
{
	for (size_t i = 0; i < problems->len; i++) {
		struct pawl_str rest = pawl_str_c(problems->items[i].where), list, number;
		char where[1024];
		uint64_t place;
		bool is_edge;

		(void)pawl_str_split(&rest, '/', &list);
		(void)pawl_str_split(&rest, '/', &list);
		is_edge = pawl_str_eq_c(list, "edges");
		if ((!is_edge && !pawl_str_eq_c(list, "nodes")) ||
		    !pawl_str_split(&rest, '/', &number) || !pawl_parse_u64(number, &place)) {
			pawl_problems_copy(out, problems->items[i].where, &problems->items[i]);
			continue;
		}
		place = place_in_whole(document, part, is_edge, place);
		snprintf(where, sizeof where, "/%.*s/%llu%s%.*s", PAWL_STR_ARG(list),
			 (unsigned long long)place, rest.ptr ? "/" : "", PAWL_STR_ARG(rest));
		pawl_problems_copy(out, where, &problems->items[i]);
	}
}
