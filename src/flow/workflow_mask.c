/* Whole documents with their secrets out of sight, and back again. Works on documents that
 * have mistakes as well: what is of an unknown type is hidden altogether. */
#include "flow/workflow.h"

/* A copy of the object with another value for one member that it has. */
static struct pawl_json
replace(struct pawl_arena *arena, const struct pawl_json *object, const char *key,
	struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < object->len; i++)
		pawl_json_set(&b, object->members[i].key, object->members[i].value);
	pawl_json_set_c(&b, key, value);
	return pawl_json_end(&b);
}

static const struct pawl_field *
trigger_fields(const struct pawl_registry *registry, const struct pawl_json *trigger)
{
	const struct pawl_trigger_type *type =
		pawl_registry_trigger(registry, pawl_json_get_str(trigger, "type", PAWL_STR("")));

	return type ? type->fields : NULL;
}

static const struct pawl_field *
node_fields(const struct pawl_registry *registry, const struct pawl_json *node)
{
	const struct pawl_node_type *type =
		pawl_registry_node(registry, pawl_json_get_str(node, "type", PAWL_STR("")));

	return type ? type->fields : NULL;
}

/* What is kept of a secret's neighbours could not be put together again: the whole text goes. */
static struct pawl_json
mask_found(struct pawl_arena *arena, const struct pawl_redactor *redactor,
	   const struct pawl_json *v)
{
	struct pawl_json_builder b;

	switch ((enum pawl_json_type)v->type) {
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
		return *v;
	case PAWL_JSON_NUMBER:
	case PAWL_JSON_STRING:
		return pawl_redact_finds(redactor, pawl_json_str(v))
			       ? pawl_json_string_c(PAWL_FIELD_MASK)
			       : *v;
	case PAWL_JSON_ARRAY:
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(&b, mask_found(arena, redactor, &v->items[i]));
		return pawl_json_end(&b);
	case PAWL_JSON_OBJECT:
		pawl_json_object_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_set(&b, v->members[i].key,
				      mask_found(arena, redactor, &v->members[i].value));
		return pawl_json_end(&b);
	}
	return *v;
}

static struct pawl_json
shown_config(struct pawl_arena *arena, const struct pawl_field *fields,
	     const struct pawl_redactor *redactor, const struct pawl_json *config)
{
	struct pawl_json shown = pawl_fields_mask(arena, fields, config);

	return redactor ? mask_found(arena, redactor, &shown) : shown;
}

static struct pawl_json
mask_config(struct pawl_arena *arena, const struct pawl_json *part, const struct pawl_field *fields,
	    const struct pawl_redactor *redactor)
{
	const struct pawl_json *config = pawl_json_get_c(part, "config");

	if (!config || !pawl_json_is(part, PAWL_JSON_OBJECT))
		return *part;
	return replace(arena, part, "config", shown_config(arena, fields, redactor, config));
}

struct pawl_json
pawl_workflow_mask(struct pawl_arena *arena, const struct pawl_json *document,
		   const struct pawl_registry *registry, const struct pawl_redactor *redactor)
{
	const struct pawl_json *trigger = pawl_json_get_c(document, "trigger");
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	struct pawl_json out = *document;
	struct pawl_json_builder b;

	if (trigger)
		out = replace(
			arena, &out, "trigger",
			mask_config(arena, trigger, trigger_fields(registry, trigger), redactor));
	if (!pawl_json_is(nodes, PAWL_JSON_ARRAY))
		return out;
	pawl_json_array_begin(&b, arena);
	for (uint32_t i = 0; i < nodes->len; i++)
		pawl_json_push(&b, mask_config(arena, &nodes->items[i],
					       node_fields(registry, &nodes->items[i]), redactor));
	return replace(arena, &out, "nodes", pawl_json_end(&b));
}

/* A secret goes back to a node (or trigger) of the same type only. */
static struct pawl_json
unmask_config(struct pawl_arena *arena, const struct pawl_json *part, const struct pawl_json *old,
	      const struct pawl_field *fields, const struct pawl_redactor *redactor)
{
	const struct pawl_json *config = pawl_json_get_c(part, "config");
	const struct pawl_json *old_config = pawl_json_get_c(old, "config");
	const struct pawl_json *type = pawl_json_get_c(part, "type");
	const struct pawl_json *old_type = pawl_json_get_c(old, "type");
	struct pawl_json shown;

	if (!config || !old_config || !type || !old_type || !pawl_json_equal(type, old_type))
		return *part;
	shown = shown_config(arena, fields, redactor, old_config);
	return replace(arena, part, "config",
		       pawl_fields_restore(arena, config, old_config, &shown));
}

static const struct pawl_json *
find_node(const struct pawl_json *nodes, const struct pawl_json *id)
{
	for (uint32_t i = 0; id && pawl_json_is(nodes, PAWL_JSON_ARRAY) && i < nodes->len; i++) {
		const struct pawl_json *other = pawl_json_get_c(&nodes->items[i], "id");

		if (other && pawl_json_equal(id, other))
			return &nodes->items[i];
	}
	return NULL;
}

struct pawl_json
pawl_workflow_unmask(struct pawl_arena *arena, const struct pawl_json *document,
		     const struct pawl_json *old, const struct pawl_registry *registry,
		     const struct pawl_redactor *redactor)
{
	const struct pawl_json *trigger = pawl_json_get_c(document, "trigger");
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	const struct pawl_json *old_nodes = pawl_json_get_c(old, "nodes");
	struct pawl_json out = *document;
	struct pawl_json_builder b;

	if (trigger)
		out = replace(arena, &out, "trigger",
			      unmask_config(arena, trigger, pawl_json_get_c(old, "trigger"),
					    trigger_fields(registry, trigger), redactor));
	if (!pawl_json_is(nodes, PAWL_JSON_ARRAY))
		return out;
	pawl_json_array_begin(&b, arena);
	for (uint32_t i = 0; i < nodes->len; i++) {
		const struct pawl_json *node = &nodes->items[i];

		pawl_json_push(&b, unmask_config(arena, node,
						 find_node(old_nodes, pawl_json_get_c(node, "id")),
						 node_fields(registry, node), redactor));
	}
	return replace(arena, &out, "nodes", pawl_json_end(&b));
}
