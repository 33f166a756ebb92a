#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/list.h"
#include "flow/field_internal.h"
#include "flow/suggest.h"
#include "flow/workflow_internal.h"

#define WORKFLOW_MAGIC 0x5f10a11eu

struct workflow {
	struct pawl_workflow pub;
	unsigned magic;
	atomic_uint refs;
	struct pawl_arena arena;
	struct pawl_map by_id;
	struct pawl_template **templates;
	size_t n_templates;
};

static const struct pawl_json empty_object = {.type = PAWL_JSON_OBJECT};

void
pawl_compile_tag(struct pawl_compile *c, size_t *from, const char *code)
{
	pawl_problems_tag(c->problems, *from, code);
	*from = c->problems->len;
}

void
pawl_compile_say(struct pawl_compile *c, const char *member, const char *fmt, ...)
{
	size_t mark = c->at.buf.len;
	struct pawl_buf text;
	va_list args;
	int n;

	pawl_buf_init(&text, 2048);
	va_start(args, fmt);
	if (pawl_buf_reserve(&text, 2000)) {
		n = vsnprintf(text.data, 2000, fmt, args);
		text.len = n < 0 ? 0 : n < 2000 ? (size_t)n : 1999;
	}
	va_end(args);
	if (member)
		mark = pawl_pointer_push_c(&c->at, member);
	pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "%.*s",
			  PAWL_STR_ARG(pawl_buf_peek(&text)));
	pawl_pointer_pop(&c->at, mark);
	pawl_buf_fini(&text);
}

const char *
pawl_compile_near_id(const struct pawl_compile *c, struct pawl_str id, char *out)
{
	struct pawl_suggest suggest;

	pawl_suggest_init(&suggest, id);
	for (uint32_t i = 0; i < c->n_nodes; i++)
		pawl_suggest_offer(&suggest, c->nodes[i].id);
	return pawl_suggest_text(&suggest, out);
}

/* ---- the trigger --------------------------------------------------------- */

static void
say_unknown_trigger(struct pawl_compile *c, struct pawl_str name)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;
	struct pawl_buf all;

	pawl_suggest_init(&suggest, name);
	pawl_buf_init(&all, 1000);
	for (size_t i = 0; c->registry->triggers && c->registry->triggers[i]; i++) {
		const char *known = c->registry->triggers[i]->name;

		pawl_suggest_offer(&suggest, pawl_str_c(known));
		pawl_buf_printf(&all, "%s\"%s\"", i ? ", " : "", known);
	}
	pawl_compile_say(c, "type", "there is no trigger type \"%.*s\"%s (there are %.*s)",
			 PAWL_STR_ARG(name), pawl_suggest_text(&suggest, near),
			 PAWL_STR_ARG(pawl_buf_peek(&all)));
	pawl_buf_fini(&all);
}

static void
compile_trigger(struct pawl_compile *c)
{
	const struct pawl_json *trigger = pawl_json_get_c(c->document, "trigger");
	const struct pawl_json *type = pawl_json_get_c(trigger, "type");
	size_t mark, from = c->problems->len;
	const char *where;

	c->trigger_config = pawl_json_get_c(trigger, "config");
	if (!c->trigger_config)
		c->trigger_config = &empty_object;
	if (!pawl_json_is(type, PAWL_JSON_STRING))
		return;
	mark = pawl_pointer_push_c(&c->at, "trigger");
	c->trigger = pawl_registry_trigger(c->registry, pawl_json_str(type));
	if (!c->trigger)
		say_unknown_trigger(c, pawl_json_str(type));
	pawl_compile_tag(c, &from, "unknown_type");
	pawl_pointer_push_c(&c->at, "config");
	where = pawl_pointer_get(&c->at);
	if (c->trigger) {
		pawl_fields_check(c->trigger->fields, c->trigger_config, where, c->problems);
		if (c->trigger->check && pawl_json_is(c->trigger_config, PAWL_JSON_OBJECT))
			c->trigger->check(c->trigger_config, where, c->problems);
	}
	pawl_compile_tag(c, &from, "invalid_field");
	c->trigger_template = pawl_template_compile(c->trigger_config, where, c->problems);
	pawl_compile_tag(c, &from, "invalid_expression");
	pawl_pointer_pop(&c->at, mark);
}

/* ---- nodes --------------------------------------------------------------- */

static bool
is_id(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.ptr[i];

		if (!(ch >= 'a' && ch <= 'z') &&
		    !(i > 0 && ((ch >= '0' && ch <= '9') || ch == '_')))
			return false;
	}
	return s.len > 0;
}

static bool
is_reserved(struct pawl_str s)
{
	static const char *const names[] = {"trigger", "workflow", "run", "loop", "secrets", "env"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pawl_str_eq_c(s, names[i]))
			return true;
	}
	return false;
}

static void
name_node(struct pawl_compile *c, struct pawl_draft_node *node)
{
	const struct pawl_json *id = pawl_json_get_c(node->value, "id");
	const struct pawl_draft_node *first;

	node->is_excused = true;
	if (!pawl_json_is(id, PAWL_JSON_STRING))
		return;
	node->id = pawl_json_str(id);
	if (!is_id(node->id)) {
		pawl_compile_say(c, "id",
				 "\"%.*s\" is not an id: use a lower-case letter, then lower-case "
				 "letters, digits and \"_\"",
				 PAWL_STR_ARG(node->id));
	} else if (is_reserved(node->id)) {
		pawl_compile_say(c, "id", "\"%.*s\" has a meaning of its own; choose another id",
				 PAWL_STR_ARG(node->id));
	} else {
		node->is_excused = false;
	}
	first = pawl_map_get(&c->by_id, node->id);
	if (first) {
		pawl_compile_say(c, "id",
				 "the id \"%.*s\" is taken by /nodes/%u; every node needs its own",
				 PAWL_STR_ARG(node->id), first->place);
		node->is_excused = true;
		return;
	}
	node->is_named = true;
	pawl_map_set(&c->by_id, node->id, node);
}

static void
say_unknown_type(struct pawl_compile *c, struct pawl_str name)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;
	struct pawl_buf all;

	pawl_suggest_init(&suggest, name);
	pawl_buf_init(&all, 1500);
	for (size_t i = 0; c->registry->nodes && c->registry->nodes[i]; i++) {
		const char *known = c->registry->nodes[i]->name;

		pawl_suggest_offer(&suggest, pawl_str_c(known));
		pawl_buf_printf(&all, "%s\"%s\"", i ? ", " : "", known);
	}
	pawl_compile_say(c, "type", "there is no node type \"%.*s\"%s (there are %.*s)",
			 PAWL_STR_ARG(name), pawl_suggest_text(&suggest, near),
			 PAWL_STR_ARG(pawl_buf_peek(&all)));
	pawl_buf_fini(&all);
}

static struct pawl_node_settings
read_settings(const struct pawl_json *settings)
{
	const struct pawl_json *retry = pawl_json_get_c(settings, "retry");
	struct pawl_str on_error = pawl_json_get_str(settings, "on_error", PAWL_STR("fail"));
	struct pawl_node_settings out = {
		.timeout_ms = pawl_config_duration_ms(settings, "timeout", 3600000),
		.retry.max = (uint32_t)pawl_config_int(retry, "max", 0),
		.retry.initial_ms = pawl_config_duration_ms(retry, "initial", 1000),
		.retry.max_delay_ms = pawl_config_duration_ms(retry, "max_delay", 60000),
		.retry.jitter = pawl_config_bool(retry, "jitter", true),
		.async = pawl_config_bool(settings, "async", false),
		.cache_ms = pawl_config_duration_ms(settings, "cache", 0),
		.disabled = pawl_config_bool(settings, "disabled", false),
	};

	if (!pawl_json_to_double(pawl_json_get_c(retry, "factor"), &out.retry.factor))
		out.retry.factor = 2;
	if (pawl_str_eq_c(on_error, "continue"))
		out.on_error = PAWL_ON_ERROR_CONTINUE;
	else if (pawl_str_eq_c(on_error, "branch"))
		out.on_error = PAWL_ON_ERROR_BRANCH;
	return out;
}

/* The names of what stands in the list that the type takes ports from. */
static void
push_listed_ports(const struct pawl_draft_node *node, struct pawl_json_builder *names)
{
	const struct pawl_json *list = pawl_json_get_c(node->config, node->type->ports_from);

	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		const struct pawl_json *item = &list->items[i];
		const struct pawl_json *name =
			pawl_json_is(item, PAWL_JSON_OBJECT) ? pawl_json_get_c(item, "name") : item;

		if (pawl_json_is(name, PAWL_JSON_STRING))
			pawl_json_push(names, *name);
	}
}

static void
read_ports(struct pawl_compile *c, struct pawl_draft_node *node)
{
	struct pawl_json_builder b;
	struct pawl_json names;
	const char *const *fixed = node->type->ports;
	uint32_t n = 0;

	pawl_json_array_begin(&b, c->arena);
	if (node->type->ports_from)
		push_listed_ports(node, &b);
	if (!fixed)
		pawl_json_push(&b, pawl_json_string_c("out"));
	else
		for (; *fixed; fixed++)
			pawl_json_push(&b, pawl_json_string_c(*fixed));
	if (node->settings.on_error == PAWL_ON_ERROR_BRANCH)
		pawl_json_push(&b, pawl_json_string_c("error"));
	names = pawl_json_end(&b);
	node->ports = pawl_arena_calloc(c->arena, names.len + 1, sizeof(*node->ports));
	for (uint32_t i = 0; i < names.len; i++)
		node->ports[n++] = pawl_json_str(&names.items[i]);
	node->n_ports = n;
}

/* A node that answers is in vain where nobody waits. The trigger is compiled by now. */
static void
check_caller(struct pawl_compile *c, const struct pawl_draft_node *node)
{
	if (node->settings.cache_ms > 0)
		pawl_compile_say(c, "settings",
				 "an answer cannot come out of the cache; remove \"cache\"");
	if (!c->trigger || (c->trigger->has_caller && c->trigger->has_caller(c->trigger_config)))
		return;
	pawl_compile_say(c, "type",
			 "nobody waits for this answer: the trigger (\"%s\") has answered its "
			 "caller before the first node runs; use the trigger \"http_request\" with "
			 "the mode \"wait\"",
			 c->trigger->name);
}

static void
compile_node(struct pawl_compile *c, struct pawl_draft_node *node)
{
	const struct pawl_json *type = pawl_json_get_c(node->value, "type");
	size_t mark, from = c->problems->len;
	const char *where;

	name_node(c, node);
	pawl_compile_tag(c, &from, "invalid_id");
	node->config = pawl_json_get_c(node->value, "config");
	if (!node->config)
		node->config = &empty_object;
	node->settings = read_settings(pawl_json_get_c(node->value, "settings"));
	if (pawl_json_is(type, PAWL_JSON_STRING)) {
		node->type = pawl_registry_node(c->registry, pawl_json_str(type));
		if (!node->type)
			say_unknown_type(c, pawl_json_str(type));
	}
	pawl_compile_tag(c, &from, "unknown_type");
	if (node->type && (node->type->flags & PAWL_NODE_RESPONDS))
		check_caller(c, node);
	mark = pawl_pointer_push_c(&c->at, "config");
	where = pawl_pointer_get(&c->at);
	if (node->type) {
		pawl_fields_check(node->type->fields, node->config, where, c->problems);
		if (node->type->check && pawl_json_is(node->config, PAWL_JSON_OBJECT))
			node->type->check(node->config, where, c->problems);
		read_ports(c, node);
	}
	pawl_compile_tag(c, &from, "invalid_field");
	node->config_template = pawl_template_compile(node->config, where, c->problems);
	pawl_compile_tag(c, &from, "invalid_expression");
	pawl_pointer_pop(&c->at, mark);
}

static void
compile_nodes(struct pawl_compile *c)
{
	const struct pawl_json *list = pawl_json_get_c(c->document, "nodes");
	size_t outer, mark;

	if (!pawl_json_is(list, PAWL_JSON_ARRAY) || list->len > PAWL_WORKFLOW_NODES_MAX)
		return;
	c->nodes = pawl_arena_calloc(&c->scratch, list->len + 1, sizeof(*c->nodes));
	outer = pawl_pointer_push_c(&c->at, "nodes");
	for (uint32_t i = 0; i < list->len; i++) {
		struct pawl_draft_node *node = &c->nodes[c->n_nodes++];

		node->place = i;
		node->order = UINT32_MAX;
		node->value = &list->items[i];
		mark = pawl_pointer_push_index(&c->at, i);
		compile_node(c, node);
		pawl_pointer_pop(&c->at, mark);
	}
	pawl_pointer_pop(&c->at, outer);
}

static void
check_version(struct pawl_compile *c)
{
	const struct pawl_json *version = pawl_json_get_c(c->document, "version");
	int64_t n;

	if (pawl_json_to_i64(version, &n) && n != PAWL_WORKFLOW_VERSION)
		pawl_compile_say(c, "version", "this Pawl reads version %d of the format, not %lld",
				 PAWL_WORKFLOW_VERSION, (long long)n);
}

/* ---- the result ---------------------------------------------------------- */

static void
fill_node(struct pawl_compile *c, struct pawl_flow_node *out, const struct pawl_draft_node *node)
{
	out->index = node->order;
	out->id = node->id;
	out->name = pawl_json_get_str(node->value, "name", node->id);
	out->type = node->type;
	out->config = node->config;
	out->config_template = node->config_template;
	out->uses_secrets = node->uses_secrets;
	out->settings = node->settings;
	out->ports = node->ports;
	out->n_ports = node->n_ports;
}

/* Appends to a list that has room. */
static void
link_edge(const struct pawl_flow_edge *const *list, uint32_t *n, const struct pawl_flow_edge *edge)
{
	const struct pawl_flow_edge **slots = (const struct pawl_flow_edge **)list;

	slots[(*n)++] = edge;
}

static void
fill_edges(struct pawl_compile *c, struct pawl_workflow *w, struct pawl_flow_node *nodes)
{
	struct pawl_flow_edge *edges = pawl_arena_calloc(c->arena, c->n_edges + 1, sizeof(*edges));
	uint32_t *n_in = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*n_in));
	uint32_t *n_out = pawl_arena_calloc(&c->scratch, c->n_nodes + 1, sizeof(*n_out));
	size_t slot = sizeof(struct pawl_flow_edge *);

	for (uint32_t i = 0; i < c->n_edges; i++) {
		const struct pawl_draft_edge *e = &c->edges[i];

		edges[i].from = e->from < 0 ? -1 : (int32_t)c->nodes[e->from].order;
		edges[i].to = (int32_t)c->nodes[e->to].order;
		edges[i].port = e->port;
		n_in[edges[i].to]++;
		/* The trigger's edges are counted behind the nodes'. */
		n_out[edges[i].from < 0 ? (int32_t)c->n_nodes : edges[i].from]++;
	}
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		nodes[i].in = pawl_arena_alloc(c->arena, (n_in[i] + 1) * slot);
		nodes[i].out = pawl_arena_alloc(c->arena, (n_out[i] + 1) * slot);
	}
	w->start = pawl_arena_alloc(c->arena, (n_out[c->n_nodes] + 1) * slot);
	for (uint32_t i = 0; i < c->n_edges; i++) {
		struct pawl_flow_node *to = &nodes[edges[i].to];

		link_edge(to->in, &to->n_in, &edges[i]);
		if (edges[i].from < 0)
			link_edge(w->start, &w->n_start, &edges[i]);
		else
			link_edge(nodes[edges[i].from].out, &nodes[edges[i].from].n_out, &edges[i]);
	}
	w->edges = edges;
	w->n_edges = c->n_edges;
}

static void
fill_workflow(struct pawl_compile *c, struct workflow *w)
{
	struct pawl_flow_node *nodes = pawl_arena_calloc(c->arena, c->n_nodes + 1, sizeof(*nodes));
	int64_t concurrency = pawl_config_int(c->trigger_config, "concurrency", 0);

	PAWL_ASSERT(c->n_sorted == c->n_nodes);
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		fill_node(c, &nodes[i], &c->nodes[c->sorted[i]]);
		pawl_map_set(&w->by_id, nodes[i].id, &nodes[i]);
	}
	w->pub.name = pawl_json_get_str(c->document, "name", PAWL_STR(""));
	w->pub.description = pawl_json_get_str(c->document, "description", PAWL_STR(""));
	w->pub.trigger = c->trigger;
	w->pub.trigger_config = c->trigger_config;
	w->pub.nodes = nodes;
	w->pub.n_nodes = c->n_nodes;
	w->pub.concurrency =
		concurrency > 0 && concurrency <= UINT32_MAX ? (uint32_t)concurrency : 0;
	fill_edges(c, &w->pub, nodes);
}

static void
keep_templates(struct pawl_compile *c, struct workflow *w)
{
	w->templates = pawl_arena_calloc(&w->arena, c->n_nodes + 1, sizeof(*w->templates));
	for (uint32_t i = 0; i < c->n_nodes; i++) {
		if (c->nodes[i].config_template)
			w->templates[w->n_templates++] = c->nodes[i].config_template;
	}
}

/* A copy that owns everything, by way of its text. */
static const struct pawl_json *
copy_document(struct pawl_arena *arena, const struct pawl_json *document,
	      struct pawl_problems *problems)
{
	struct pawl_json *copy = pawl_arena_alloc(arena, sizeof(*copy));
	struct pawl_buf text;
	enum pawl_err err;

	pawl_buf_init(&text, PAWL_WORKFLOW_BYTES_MAX);
	pawl_json_write(&text, document);
	err = pawl_buf_status(&text);
	if (err) {
		pawl_problems_add(
			problems, "",
			"the document is too large: at most %u bytes and %d levels; split "
			"the workflow up",
			PAWL_WORKFLOW_BYTES_MAX, PAWL_JSON_DEPTH_MAX);
	} else {
		err = pawl_json_parse(arena, pawl_buf_peek(&text), copy, NULL);
		if (err)
			pawl_problems_add(problems, "", "the document is not JSON");
	}
	pawl_buf_fini(&text);
	return err ? NULL : copy;
}

static void
compile(struct pawl_compile *c)
{
	size_t from = c->problems->len;

	pawl_fields_check(pawl_workflow_fields, c->document, "", c->problems);
	check_version(c);
	pawl_compile_tag(c, &from, "invalid_field");
	compile_trigger(c);
	compile_nodes(c);
	pawl_compile_graph(c);
	from = c->problems->len;
	pawl_compile_refs(c);
	pawl_compile_tag(c, &from, "invalid_reference");
}

struct pawl_workflow *
pawl_workflow_compile(const struct pawl_json *document, const struct pawl_registry *registry,
		      struct pawl_problems *problems)
{
	struct workflow *w = pawl_calloc(1, sizeof(*w));
	struct pawl_problems own = {0};
	struct pawl_compile c = {.registry = registry, .arena = &w->arena};
	size_t before;
	bool is_good;

	c.problems = problems ? problems : &own;
	before = c.problems->len + c.problems->dropped;
	w->magic = WORKFLOW_MAGIC;
	atomic_init(&w->refs, 1);
	pawl_arena_init_apart(&w->arena);
	pawl_arena_init(&c.scratch, 0);
	pawl_pointer_init(&c.at, "");
	c.document = copy_document(&w->arena, document, c.problems);
	if (c.document)
		compile(&c);
	keep_templates(&c, w);
	is_good = c.problems->len + c.problems->dropped == before;
	if (is_good)
		fill_workflow(&c, w);
	pawl_template_free(c.trigger_template);
	pawl_map_fini(&c.by_id);
	pawl_pointer_fini(&c.at);
	pawl_arena_fini(&c.scratch);
	pawl_problems_fini(&own);
	if (is_good)
		return &w->pub;
	pawl_workflow_unref(&w->pub);
	return NULL;
}

static struct workflow *
to_workflow(struct pawl_workflow *workflow)
{
	struct workflow *w = pawl_container_of(workflow, struct workflow, pub);

	PAWL_CHECK_OBJ(w, WORKFLOW_MAGIC);
	return w;
}

struct pawl_workflow *
pawl_workflow_ref(struct pawl_workflow *workflow)
{
	atomic_fetch_add_explicit(&to_workflow(workflow)->refs, 1, memory_order_relaxed);
	return workflow;
}

void
pawl_workflow_unref(struct pawl_workflow *workflow)
{
	struct workflow *w;

	if (!workflow)
		return;
	w = to_workflow(workflow);
	if (atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < w->n_templates; i++)
		pawl_template_free(w->templates[i]);
	pawl_map_fini(&w->by_id);
	pawl_arena_fini(&w->arena);
	w->magic = 0;
	free(w);
}

const struct pawl_flow_node *
pawl_workflow_node(const struct pawl_workflow *workflow, struct pawl_str id)
{
	const struct workflow *w = pawl_container_of(workflow, struct workflow, pub);

	PAWL_CHECK_OBJ(w, WORKFLOW_MAGIC);
	return pawl_map_get(&w->by_id, id);
}
