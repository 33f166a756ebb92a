/* The body of a call: JSON or YAML, checked against its route's table. */
#include "data/yaml.h"
#include "flow/field.h"
#include "server/api.h"

bool
pawl_api_is_yaml(struct pawl_str media)
{
	return pawl_str_find(media, PAWL_STR("application/yaml")) != SIZE_MAX ||
	       pawl_str_find(media, PAWL_STR("application/x-yaml")) != SIZE_MAX ||
	       pawl_str_find(media, PAWL_STR("text/yaml")) != SIZE_MAX;
}

static bool
takes_field(const struct pawl_api_route *route, const char *name)
{
	const struct pawl_field *field = route->body;

	while (field && field->name && strcmp(field->name, name) != 0)
		field++;
	return field && field->name;
}

static struct pawl_json
in_object(struct pawl_arena *arena, const char *name, struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, name, value);
	return pawl_json_end(&b);
}

/* The document itself, or many of them in one text, where the route takes such; else the body. */
static bool
read_yaml(struct pawl_api_call *call, struct pawl_str text)
{
	struct pawl_problems problems = {0};
	struct pawl_json value;
	bool ok;

	if (takes_field(call->route, "text")) {
		call->body =
			in_object(&call->arena, "text", pawl_json_string_dup(&call->arena, text));
		return true;
	}
	ok = pawl_yaml_parse(&call->arena, text, &value, &problems) == PAWL_OK;
	if (ok)
		call->body = takes_field(call->route, "document")
				     ? in_object(&call->arena, "document", value)
				     : value;
	else
		pawl_api_fail(call, 400, "malformed_body", "the body is not YAML: %s at %s",
			      problems.len ? problems.items[0].message : "it is broken",
			      problems.len ? problems.items[0].where : "");
	pawl_problems_fini(&problems);
	return ok;
}

bool
pawl_api_read_body(struct pawl_api_call *call, struct pawl_str text, struct pawl_str type)
{
	static const struct pawl_field none[] = {{0}};
	struct pawl_problems problems = {0};
	struct pawl_json_builder empty;
	struct pawl_json_error error;
	bool ok;

	pawl_json_object_begin(&empty, &call->arena);
	call->body = pawl_json_end(&empty);
	if (text.len && pawl_api_is_yaml(type)) {
		if (!read_yaml(call, text))
			return false;
	} else if (text.len &&
		   pawl_json_parse(&call->arena, text, &call->body, &error) != PAWL_OK) {
		pawl_api_fail(call, 400, "malformed_body",
			      "the body is not JSON: %s at line %zu, column %zu", error.message,
			      error.line, error.column);
		return false;
	}
	pawl_fields_check_values(call->route->body ? call->route->body : none, &call->body, "",
				 &problems);
	ok = problems.len == 0;
	if (!ok)
		pawl_api_fail_problems(call, 400, "invalid_request",
				       "the body is not what this URL takes; nothing was changed",
				       &problems);
	pawl_problems_fini(&problems);
	return ok;
}
