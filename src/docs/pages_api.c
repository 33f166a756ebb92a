#include "docs/pages.h"
#include "flow/workflow.h"
#include "nodes/nodes.h"
#include "server/api.h"
#include "trigger/webhook.h"

/* " `a`, `b`"; nothing where everything may stand. */
static void
write_choices(struct pawl_buf *out, const char *const *choices)
{
	for (size_t i = 0; choices && choices[i]; i++)
		pawl_buf_printf(out, "%s`%s`", i ? ", " : " ", choices[i]);
}

static void
write_param(struct pawl_buf *out, const struct pawl_api_param *param)
{
	pawl_buf_printf(out, "- `?%s=`", param->name);
	write_choices(out, param->choices);
	pawl_buf_printf(out, ": %s\n", param->help);
}

static void
write_member(struct pawl_buf *out, const struct pawl_field *field)
{
	pawl_buf_printf(out, "- `%s`", field->name);
	write_choices(out, field->choices);
	if (field->help)
		pawl_buf_printf(out, ": %s", field->help);
	if (field->flags & PAWL_FIELD_REQUIRED)
		pawl_buf_append_c(out, " Required.");
	if (field->default_json)
		pawl_buf_printf(out, " Without it: `%s`.", field->default_json);
	pawl_buf_append_char(out, '\n');
}

static void
write_route(struct pawl_buf *out, const struct pawl_api_route *route)
{
	enum pawl_role role = pawl_api_route_role(route);

	pawl_buf_printf(out, "### %s %s\n\n%s For %s%s. ", pawl_http_method_name(route->method),
			route->path, route->summary,
			role == PAWL_ROLE_NONE ? "everybody" : pawl_role_name(role),
			role == PAWL_ROLE_NONE ? "" : "s");
	if (route->answer && pawl_str_ends_with(pawl_str_c(route->answer), PAWL_STR("[]")))
		pawl_buf_printf(out, "Answers %d and a page of `%.*s`.\n\n", route->status,
				(int)strlen(route->answer) - 2, route->answer);
	else if (route->answer)
		pawl_buf_printf(out, "Answers %d and `%s`.\n\n", route->status, route->answer);
	else
		pawl_buf_printf(out, "Answers %d.\n\n", route->status);
	for (const struct pawl_api_param *p = route->query; p && p->name; p++)
		write_param(out, p);
	for (const struct pawl_field *f = route->body; f && f->name; f++)
		write_member(out, f);
	if (route->query || route->body)
		pawl_buf_append_char(out, '\n');
}

static void
write_shape(struct pawl_buf *out, const struct pawl_api_shape *shape)
{
	pawl_buf_printf(out, "### %s\n\n| member | | |\n|---|---|---|\n", shape->name);
	for (const struct pawl_api_member *m = shape->members; m->name; m++) {
		pawl_buf_printf(out, "| `%s` | %s%s%s |", m->name, m->type,
				m->flags & PAWL_MEMBER_NULLABLE ? " or null" : "",
				m->flags & PAWL_MEMBER_OPTIONAL ? ", may be absent" : "");
		write_choices(out, m->choices);
		pawl_buf_append_char(out, ' ');
		pawl_page_cell(out, m->help);
		pawl_buf_append_c(out, " |\n");
	}
	pawl_buf_append_char(out, '\n');
}

void
pawl_page_api(struct pawl_buf *out)
{
	const char *tag = "";

	pawl_buf_append_c(
		out,
		"# API\n\nMade from the table that routes (`build/pawl-docs docs/reference`); the "
		"same as OpenAPI 3.1 is served at `/openapi.json` and stands in "
		"[openapi.json](openapi.json).\n\n"
		"Every call but those for everybody says `Authorization: Bearer <API token>`, or "
		"has "
		"the cookie of a session and, when it writes, its `X-CSRF-Token` "
		"([users](../guide/users.md)). Bodies "
		"are JSON objects; a member or parameter that is not listed is refused. Ids are "
		"decimal strings, times RFC 3339 in UTC. A refusal is an `Error` with its status: "
		"400 malformed, 401 no or a wrong token, 403 not for this role, 404 not there, 405 "
		"with `Allow`, 409 not "
		"now, 412 another version than `If-Match` names, 422 an invalid document, 503 with "
		"`Retry-After`.\n\n"
		"A list is a page: `items`, and `next`, which is the `cursor` of the page behind "
		"it or null. New rows do not shift the pages.\n\n"
		"Changes of a workflow honour `If-Match` with the ETag of `GET "
		"/api/v1/workflows/{workflow}`. Secrets are shown as `***`; a document that is "
		"saved with them keeps the secrets that it had.\n\n"
		"The stream sends the events `request`, `run` and `node`; after "
		"`Last-Event-ID` it goes on behind that event, or says `gap` when some are gone. "
		"`/healthz`, `/readyz` and `/metrics` need no token.\n\n");
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		if (strcmp(tag, pawl_api_routes[i].tag) != 0)
			pawl_buf_printf(out, "## %s\n\n", pawl_api_routes[i].tag);
		tag = pawl_api_routes[i].tag;
		write_route(out, &pawl_api_routes[i]);
	}
	pawl_buf_append_c(out, "## Answers\n\n");
	for (const struct pawl_api_shape *shape = pawl_api_shapes; shape->name; shape++)
		write_shape(out, shape);
	out->len--;
}

static void
write_json(struct pawl_buf *out, const struct pawl_json *value)
{
	pawl_json_write_pretty(out, value);
	pawl_buf_append_char(out, '\n');
}

void
pawl_page_openapi(struct pawl_buf *out)
{
	struct pawl_arena arena;
	struct pawl_json value;

	pawl_arena_init(&arena, 0);
	value = pawl_openapi(&arena, PAWL_STR("http://127.0.0.1:8080"));
	write_json(out, &value);
	pawl_arena_fini(&arena);
}

void
pawl_page_schema(struct pawl_buf *out)
{
	const struct pawl_registry registry = {pawl_node_types, pawl_trigger_types};
	struct pawl_arena arena;
	struct pawl_json value;

	pawl_arena_init(&arena, 0);
	value = pawl_workflow_schema(&arena, &registry);
	write_json(out, &value);
	pawl_arena_fini(&arena);
}
