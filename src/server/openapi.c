/* /openapi.json: OpenAPI 3.1, made from the table that routes. */
#include "base/assert.h"
#include "server/api_resources.h"

static struct pawl_json
str(const char *text)
{
	return pawl_json_string_c(text);
}

static struct pawl_json
literal(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;
	enum pawl_err err = pawl_json_parse(arena, pawl_str_c(text), &value, NULL);

	PAWL_ASSERT(err == PAWL_OK);
	return value;
}

static struct pawl_json
one(struct pawl_arena *arena, const char *key, struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, key, value);
	return pawl_json_end(&b);
}

static struct pawl_json
choices_json(struct pawl_arena *arena, const char *const *choices, bool nullable)
{
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	for (; *choices; choices++)
		pawl_json_push(&list, str(*choices));
	if (nullable)
		pawl_json_push(&list, pawl_json_null());
	return pawl_json_end(&list);
}

/* ---- schemas of answers -------------------------------------------------------------------- */

/* {"type": "string"} or {"type": ["string", "null"]}, and what makes an id or a time of it. */
static struct pawl_json
plain_schema(struct pawl_arena *arena, struct pawl_str type, bool nullable)
{
	bool is_id = pawl_str_eq_c(type, "id"), is_time = pawl_str_eq_c(type, "time");
	struct pawl_json name = is_id || is_time ? str("string") : pawl_json_string(type);
	struct pawl_json_builder b, types;

	pawl_json_object_begin(&b, arena);
	if (pawl_str_eq_c(type, "any"))
		return pawl_json_end(&b);
	if (nullable) {
		pawl_json_array_begin(&types, arena);
		pawl_json_push(&types, name);
		pawl_json_push(&types, str("null"));
		name = pawl_json_end(&types);
	}
	pawl_json_set_c(&b, "type", name);
	if (is_id)
		pawl_json_set_c(&b, "pattern", str("^[1-9][0-9]*$"));
	if (is_time)
		pawl_json_set_c(&b, "format", str("date-time"));
	return pawl_json_end(&b);
}

static struct pawl_json
type_schema(struct pawl_arena *arena, struct pawl_str type, bool nullable)
{
	struct pawl_json_builder b, either;
	struct pawl_json schema;

	if (pawl_str_ends_with(type, PAWL_STR("[]"))) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "type", str("array"));
		pawl_json_set_c(&b, "items",
				type_schema(arena, pawl_str_sub(type, 0, type.len - 2), false));
		return pawl_json_end(&b);
	}
	if (type.ptr[0] < 'A' || type.ptr[0] > 'Z') /* a shape's name begins with a capital */
		return plain_schema(arena, type, nullable);
	schema = one(arena, "$ref",
		     pawl_json_string(pawl_arena_printf(arena, "#/components/schemas/%.*s",
							PAWL_STR_ARG(type))));
	if (!nullable)
		return schema;
	pawl_json_array_begin(&either, arena);
	pawl_json_push(&either, schema);
	pawl_json_push(&either, one(arena, "type", str("null")));
	return one(arena, "anyOf", pawl_json_end(&either));
}

static struct pawl_json
member_schema(struct pawl_arena *arena, const struct pawl_api_member *member)
{
	bool nullable = member->flags & PAWL_MEMBER_NULLABLE;
	struct pawl_json schema = type_schema(arena, pawl_str_c(member->type), nullable);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < schema.len; i++)
		pawl_json_set(&b, schema.members[i].key, schema.members[i].value);
	if (member->choices)
		pawl_json_set_c(&b, "enum", choices_json(arena, member->choices, nullable));
	if (member->help)
		pawl_json_set_c(&b, "description", str(member->help));
	return pawl_json_end(&b);
}

static struct pawl_json
shape_schema(struct pawl_arena *arena, const struct pawl_api_shape *shape)
{
	struct pawl_json_builder b, properties, required;

	pawl_json_object_begin(&properties, arena);
	pawl_json_array_begin(&required, arena);
	for (const struct pawl_api_member *m = shape->members; m->name; m++) {
		pawl_json_set_c(&properties, m->name, member_schema(arena, m));
		if (!(m->flags & PAWL_MEMBER_OPTIONAL))
			pawl_json_push(&required, str(m->name));
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", str("object"));
	pawl_json_set_c(&b, "properties", pawl_json_end(&properties));
	pawl_json_set_c(&b, "required", pawl_json_end(&required));
	return pawl_json_end(&b);
}

/* Of a whole answer: a page of a shape when its name has [] behind it. */
static struct pawl_json
answer_schema(struct pawl_arena *arena, const char *answer)
{
	static const struct pawl_api_member next = {
		"next", "string", PAWL_MEMBER_NULLABLE,
		"The next page's cursor; null: this is the last one."};
	static const struct pawl_api_member partial = {
		"partial", "boolean", PAWL_MEMBER_OPTIONAL,
		"So much was looked through that the page ends before it is full: go on with "
		"`next`."};
	static const struct pawl_api_member total = {
		"total", "integer", PAWL_MEMBER_NULLABLE | PAWL_MEMBER_OPTIONAL,
		"How many fit, on all pages; null: with these filters that is not counted."};
	struct pawl_str type = pawl_str_c(answer ? answer : "object");
	struct pawl_json_builder b, properties;

	if (!pawl_str_ends_with(type, PAWL_STR("[]")))
		return type_schema(arena, type, false);
	pawl_json_object_begin(&properties, arena);
	pawl_json_set_c(&properties, "items", type_schema(arena, type, false));
	pawl_json_set_c(&properties, "next", member_schema(arena, &next));
	if (pawl_str_eq_c(type, "Run[]") || pawl_str_eq_c(type, "Request[]") ||
	    pawl_str_eq_c(type, "AuditEntry[]")) {
		pawl_json_set_c(&properties, "partial", member_schema(arena, &partial));
		pawl_json_set_c(&properties, "total", member_schema(arena, &total));
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", str("object"));
	pawl_json_set_c(&b, "properties", pawl_json_end(&properties));
	pawl_json_set_c(&b, "required", literal(arena, "[\"items\",\"next\"]"));
	return pawl_json_end(&b);
}

static struct pawl_json
shapes(struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (const struct pawl_api_shape *shape = pawl_api_shapes; shape->name; shape++)
		pawl_json_set_c(&b, shape->name, shape_schema(arena, shape));
	return pawl_json_end(&b);
}

/* ---- parameters, bodies, answers ----------------------------------------------------------- */

static struct pawl_json
param_schema(struct pawl_arena *arena, const struct pawl_api_param *param)
{
	struct pawl_json_builder b;
	struct pawl_json schema;

	switch (param->type) {
	case PAWL_PARAM_TEXT:
		break;
	case PAWL_PARAM_LIMIT:
		return literal(arena, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,"
				      "\"default\":50}");
	case PAWL_PARAM_ID:
		return plain_schema(arena, PAWL_STR("id"), false);
	case PAWL_PARAM_TIME:
		return plain_schema(arena, PAWL_STR("time"), false);
	case PAWL_PARAM_CHOICE:
	case PAWL_PARAM_CHOICES:
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "type", str("string"));
		pawl_json_set_c(&b, "enum", choices_json(arena, param->choices, false));
		schema = pawl_json_end(&b);
		if (param->type == PAWL_PARAM_CHOICE)
			return schema;
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "type", str("array"));
		pawl_json_set_c(&b, "items", schema);
		return pawl_json_end(&b);
	}
	return plain_schema(arena, PAWL_STR("string"), false);
}

static struct pawl_json
param(struct pawl_arena *arena, struct pawl_str name, const char *in, const char *help,
      struct pawl_json schema)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, name));
	pawl_json_set_c(&b, "in", str(in));
	pawl_json_set_c(&b, "required", pawl_json_bool(in[0] == 'p'));
	if (help)
		pawl_json_set_c(&b, "description", str(help));
	if (pawl_str_eq_c(pawl_json_get_str(&schema, "type", PAWL_STR("")), "array"))
		pawl_json_set_c(&b, "explode", pawl_json_bool(false));
	pawl_json_set_c(&b, "schema", schema);
	return pawl_json_end(&b);
}

/* What a part of a path stands for. */
static const char *
part_help(struct pawl_str name)
{
	return pawl_str_eq_c(name, "workflow") ? "A workflow's id or name."
	       : pawl_str_eq_c(name, "user")   ? "A user's id or name."
	       : pawl_str_eq_c(name, "number") ? "A revision's number."
					       : "An id.";
}

static bool
changes_workflow(const struct pawl_api_route *route)
{
	return route->method != PAWL_HTTP_GET &&
	       pawl_str_find(pawl_str_c(route->path), PAWL_STR("{workflow}")) != SIZE_MAX;
}

static struct pawl_json
params(struct pawl_arena *arena, const struct pawl_api_route *route)
{
	struct pawl_json string = plain_schema(arena, PAWL_STR("string"), false);
	struct pawl_str rest = pawl_str_c(route->path), part;
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	while (pawl_str_split(&rest, '/', &part)) {
		if (!part.len || part.ptr[0] != '{')
			continue;
		part = pawl_str_sub(part, 1, part.len - 1);
		pawl_json_push(&list, param(arena, part, "path", part_help(part), string));
	}
	for (const struct pawl_api_param *p = route->query; p && p->name; p++)
		pawl_json_push(&list, param(arena, pawl_str_c(p->name), "query", p->help,
					    param_schema(arena, p)));
	if (changes_workflow(route))
		pawl_json_push(&list, param(arena, PAWL_STR("If-Match"), "header",
					    "The ETag of the version that is meant; 412 when the "
					    "workflow is another by now.",
					    string));
	if (route->is_stream)
		pawl_json_push(&list,
			       param(arena, PAWL_STR("Last-Event-ID"), "header",
				     "The last event that was seen: go on behind it.", string));
	return pawl_json_end(&list);
}

/* {"description", "content": {type: {"schema"}}} */
static struct pawl_json
content(struct pawl_arena *arena, const char *description, const char *type,
	struct pawl_json schema)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	if (description)
		pawl_json_set_c(&b, "description", str(description));
	pawl_json_set_c(&b, "content", one(arena, type, one(arena, "schema", schema)));
	return pawl_json_end(&b);
}

static struct pawl_json
request_body(struct pawl_arena *arena, const struct pawl_field *fields)
{
	struct pawl_json whole = pawl_fields_schema(arena, fields);
	bool required = pawl_json_get_c(&whole, "required") != NULL;
	struct pawl_json_builder b, schema;

	/* The document says itself which dialect it is, and no body holds a condition. */
	pawl_json_object_begin(&schema, arena);
	for (uint32_t i = 0; i < whole.len; i++)
		if (whole.members[i].key.ptr[0] != '$')
			pawl_json_set(&schema, whole.members[i].key, whole.members[i].value);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "required", pawl_json_bool(required));
	pawl_json_set_c(
		&b, "content",
		one(arena, "application/json", one(arena, "schema", pawl_json_end(&schema))));
	return pawl_json_end(&b);
}

static struct pawl_json
responses(struct pawl_arena *arena, const struct pawl_api_route *route)
{
	struct pawl_json_builder b;
	struct pawl_json answer;

	if (route->status == 204)
		answer = one(arena, "description", str("Done."));
	else if (route->is_stream)
		answer = content(arena, route->summary, "text/event-stream",
				 plain_schema(arena, PAWL_STR("string"), false));
	else if (route->is_file)
		answer = content(arena, route->summary, "*/*",
				 (struct pawl_json){.type = PAWL_JSON_OBJECT});
	else
		answer = content(arena, route->summary, "application/json",
				 answer_schema(arena, route->answer));
	pawl_json_object_begin(&b, arena);
	pawl_json_set(&b, pawl_arena_printf(arena, "%d", route->status), answer);
	pawl_json_set_c(
		&b, "default",
		content(arena, "A refusal.", "application/json", answer_schema(arena, "Error")));
	return pawl_json_end(&b);
}

static struct pawl_json
operation(struct pawl_arena *arena, const struct pawl_api_route *route)
{
	struct pawl_json_builder b, tags;

	pawl_json_array_begin(&tags, arena);
	pawl_json_push(&tags, str(route->tag));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "operationId", str(route->operation));
	pawl_json_set_c(&b, "tags", pawl_json_end(&tags));
	pawl_json_set_c(&b, "summary", str(route->summary));
	pawl_json_set_c(&b, "parameters", params(arena, route));
	if (route->access == PAWL_ACCESS_ANYBODY)
		pawl_json_set_c(&b, "security", literal(arena, "[]"));
	else if (route->of_session)
		pawl_json_set_c(&b, "security", literal(arena, "[{\"session\":[]}]"));
	pawl_json_set_c(&b, "x-pawl-role", str(pawl_role_name(pawl_api_route_role(route))));
	if (route->body)
		pawl_json_set_c(&b, "requestBody", request_body(arena, route->body));
	pawl_json_set_c(&b, "responses", responses(arena, route));
	return pawl_json_end(&b);
}

/* "get", for "GET". */
static struct pawl_str
method_key(struct pawl_arena *arena, enum pawl_http_method method)
{
	char *key = pawl_arena_dup_c(arena, pawl_str_c(pawl_http_method_name(method)));

	for (char *c = key; *c; c++)
		*c = (char)(*c | 0x20);
	return pawl_str_c(key);
}

/* Routes of one path stand next to each other in the table. */
static struct pawl_json
paths(struct pawl_arena *arena)
{
	struct pawl_json_builder all, item;

	pawl_json_object_begin(&all, arena);
	for (size_t i = 0; i < pawl_api_n_routes;) {
		struct pawl_str path = pawl_str_c(pawl_api_routes[i].path);

		pawl_json_object_begin(&item, arena);
		for (; i < pawl_api_n_routes && pawl_str_eq_c(path, pawl_api_routes[i].path); i++)
			pawl_json_set(&item, method_key(arena, pawl_api_routes[i].method),
				      operation(arena, &pawl_api_routes[i]));
		pawl_json_set(&all, path, pawl_json_end(&item));
	}
	return pawl_json_end(&all);
}

struct pawl_json
pawl_openapi(struct pawl_arena *arena, struct pawl_str server_url)
{
	struct pawl_json schemes =
		literal(arena, "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
			       "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
			       "\"" PAWL_SESSION_COOKIE "\",\"description\":\"With HTTPS its name "
			       "begins with __Host-. Writes say X-CSRF-Token.\"}}");
	struct pawl_json_builder b, info, components, servers;

	pawl_json_object_begin(&info, arena);
	pawl_json_set_c(&info, "title", str("Pawl"));
	pawl_json_set_c(&info, "version", str(PAWL_VERSION));
	pawl_json_set_c(&info, "license",
			literal(arena, "{\"name\":\"Apache-2.0\","
				       "\"identifier\":\"Apache-2.0\"}"));
	pawl_json_array_begin(&servers, arena);
	pawl_json_push(&servers, one(arena, "url", pawl_json_string(server_url)));
	pawl_json_object_begin(&components, arena);
	pawl_json_set_c(&components, "securitySchemes", schemes);
	pawl_json_set_c(&components, "schemas", shapes(arena));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "openapi", str("3.1.0"));
	pawl_json_set_c(&b, "info", pawl_json_end(&info));
	pawl_json_set_c(&b, "servers", pawl_json_end(&servers));
	pawl_json_set_c(&b, "security", literal(arena, "[{\"token\":[]},{\"session\":[]}]"));
	pawl_json_set_c(&b, "paths", paths(arena));
	pawl_json_set_c(&b, "components", pawl_json_end(&components));
	return pawl_json_end(&b);
}
