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

/* {"type": …, …} of a parameter. */
static struct pawl_json
param_schema(struct pawl_arena *arena, const char *type)
{
	struct pawl_str kind = pawl_str_c(type);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type",
			str(pawl_str_eq_c(kind, "integer") || pawl_str_eq_c(kind, "boolean")
				    ? type
				    : "string"));
	if (pawl_str_eq_c(kind, "time"))
		pawl_json_set_c(&b, "format", str("date-time"));
	if (pawl_str_eq_c(kind, "id"))
		pawl_json_set_c(&b, "pattern", str("^[1-9][0-9]*$"));
	return pawl_json_end(&b);
}

static struct pawl_json
param(struct pawl_arena *arena, struct pawl_str name, const char *in, const char *type,
      const char *help)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, name));
	pawl_json_set_c(&b, "in", str(in));
	pawl_json_set_c(&b, "required", pawl_json_bool(in[0] == 'p'));
	if (help)
		pawl_json_set_c(&b, "description", str(help));
	pawl_json_set_c(&b, "schema", param_schema(arena, type));
	return pawl_json_end(&b);
}

static struct pawl_json
params(struct pawl_arena *arena, const struct pawl_api_route *route)
{
	struct pawl_str rest = pawl_str_c(route->path), part;
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	while (pawl_str_split(&rest, '/', &part))
		if (part.len && part.ptr[0] == '{')
			pawl_json_push(&list, param(arena, pawl_str_sub(part, 1, part.len - 1),
						    "path", "string", NULL));
	for (const struct pawl_api_param *p = route->query; p && p->name; p++)
		pawl_json_push(&list, param(arena, pawl_str_c(p->name), "query", p->type, p->help));
	return pawl_json_end(&list);
}

/* {"content": {type: {"schema": {"type": "object"}}}} and a description. */
static struct pawl_json
content(struct pawl_arena *arena, const char *description, const char *type)
{
	struct pawl_json_builder b, media, schema;
	struct pawl_json value;

	pawl_json_object_begin(&schema, arena);
	pawl_json_set_c(
		&schema, "type",
		str(pawl_str_eq_c(pawl_str_c(type), "application/json") ? "object" : "string"));
	value = pawl_json_end(&schema);
	pawl_json_object_begin(&schema, arena);
	pawl_json_set_c(&schema, "schema", value);
	pawl_json_object_begin(&media, arena);
	pawl_json_set_c(&media, type, pawl_json_end(&schema));
	pawl_json_object_begin(&b, arena);
	if (description)
		pawl_json_set_c(&b, "description", str(description));
	pawl_json_set_c(&b, "content", pawl_json_end(&media));
	return pawl_json_end(&b);
}

static struct pawl_json
responses(struct pawl_arena *arena, const struct pawl_api_route *route)
{
	struct pawl_json_builder b, empty;

	pawl_json_object_begin(&b, arena);
	if (route->status == 204) {
		pawl_json_object_begin(&empty, arena);
		pawl_json_set_c(&empty, "description", str("Done."));
		pawl_json_set_c(&b, "204", pawl_json_end(&empty));
	} else {
		pawl_json_set_c(
			&b, route->status == 201 ? "201" : "200",
			content(arena, route->summary,
				route->is_stream ? "text/event-stream" : "application/json"));
	}
	pawl_json_set_c(&b, "default",
			content(arena, "A refusal: code, message, error {type, detail, problems}.",
				"application/json"));
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
	if (route->has_body)
		pawl_json_set_c(&b, "requestBody", content(arena, NULL, "application/json"));
	pawl_json_set_c(&b, "responses", responses(arena, route));
	return pawl_json_end(&b);
}

static const char *
method_key(enum pawl_http_method method)
{
	switch (method) {
	case PAWL_HTTP_GET:
		return "get";
	case PAWL_HTTP_POST:
		return "post";
	case PAWL_HTTP_PUT:
		return "put";
	case PAWL_HTTP_PATCH:
		return "patch";
	case PAWL_HTTP_DELETE:
		return "delete";
	case PAWL_HTTP_HEAD:
		return "head";
	case PAWL_HTTP_OPTIONS:
	case PAWL_HTTP_OTHER:
		break;
	}
	return "options";
}

/* Routes of one path stand next to each other in the table. */
static struct pawl_json
paths(struct pawl_arena *arena)
{
	struct pawl_json_builder all, one;

	pawl_json_object_begin(&all, arena);
	for (size_t i = 0; i < pawl_api_n_routes;) {
		struct pawl_str path = pawl_str_c(pawl_api_routes[i].path);

		pawl_json_object_begin(&one, arena);
		for (; i < pawl_api_n_routes && pawl_str_eq_c(path, pawl_api_routes[i].path); i++)
			pawl_json_set_c(&one, method_key(pawl_api_routes[i].method),
					operation(arena, &pawl_api_routes[i]));
		pawl_json_set(&all, path, pawl_json_end(&one));
	}
	return pawl_json_end(&all);
}

struct pawl_json
pawl_openapi(struct pawl_server *server, struct pawl_arena *arena)
{
	struct pawl_json_builder b, info, list;
	struct pawl_json server_url;

	pawl_json_object_begin(&info, arena);
	pawl_json_set_c(&info, "title", str("Pawl"));
	pawl_json_set_c(&info, "version", str(PAWL_VERSION));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "url", pawl_json_string_c(server->public_url));
	server_url = pawl_json_end(&b);
	pawl_json_array_begin(&list, arena);
	pawl_json_push(&list, server_url);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "openapi", str("3.1.0"));
	pawl_json_set_c(&b, "info", pawl_json_end(&info));
	pawl_json_set_c(&b, "servers", pawl_json_end(&list));
	pawl_json_set_c(&b, "components",
			literal(arena,
				"{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":"
				"\"bearer\"}}}"));
	pawl_json_set_c(&b, "security", literal(arena, "[{\"token\":[]}]"));
	pawl_json_set_c(&b, "paths", paths(arena));
	return pawl_json_end(&b);
}
