/* What the API says of the server itself: info, types, schemas, tokens, the live stream. */
#include "base/clock.h"
#include "server/api_resources.h"
#include "server/libraries.h"

#ifndef PAWL_VERSION
#error "PAWL_VERSION comes from the build"
#endif

/* What the program is linked with, in the versions that it was built with. */
static const struct {
	const char *name, *version, *license;
} libraries[] = {
	{"brotli", PAWL_BUILT_WITH_BROTLI, "MIT"},
	{"curl", PAWL_BUILT_WITH_CURL, "curl"},
	{"libfyaml", PAWL_BUILT_WITH_FYAML, "MIT"},
	{"libsodium", PAWL_BUILT_WITH_SODIUM, "ISC"},
	{"libuv", PAWL_BUILT_WITH_UV, "MIT"},
	{"llhttp", pawl_http_parser_version, "MIT"},
	{"OpenSSL", PAWL_BUILT_WITH_OPENSSL, "Apache-2.0"},
	{"PCRE2", PAWL_BUILT_WITH_PCRE2, "BSD-3-Clause"},
	{"SQLite", PAWL_BUILT_WITH_SQLITE, "blessing"},
	{"xxHash", PAWL_BUILT_WITH_XXHASH, "BSD-2-Clause"},
	{"zlib", PAWL_BUILT_WITH_ZLIB, "Zlib"},
};

static struct pawl_json
libraries_json(struct pawl_arena *arena)
{
	struct pawl_json_builder list, b;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c(libraries[i].name));
		pawl_json_set_c(&b, "version", pawl_json_string_c(libraries[i].version));
		pawl_json_set_c(&b, "license", pawl_json_string_c(libraries[i].license));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

void
pawl_api_info(struct pawl_api_call *call)
{
	struct pawl_server *server = call->server;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b, store;
	struct pawl_json value;
	int64_t n_types = 0;

	while (server->registry.nodes[n_types])
		n_types++;
	pawl_json_object_begin(&store, arena);
	pawl_json_set_c(&store, "kind", pawl_json_string_c("sqlite"));
	pawl_json_set_c(&store, "path", pawl_json_string_c(server->data_dir));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "version", pawl_json_string_c(PAWL_VERSION));
	pawl_json_set_c(&b, "started_at", pawl_api_time(arena, server->started_at_us));
	pawl_json_set_c(&b, "public_url", pawl_json_string_c(server->public_url));
	pawl_json_set_c(&b, "store", pawl_json_end(&store));
	pawl_json_set_c(&b, "node_types", pawl_json_int(arena, n_types));
	pawl_json_set_c(&b, "libraries", libraries_json(arena));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

/* ---- types ---------------------------------------------------------------------------------- */

static struct pawl_json
literal(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;

	if (!text || pawl_json_parse(arena, pawl_str_c(text), &value, NULL) != PAWL_OK)
		return pawl_json_null();
	return value;
}

static struct pawl_json
ports_json(struct pawl_arena *arena, const char *const *ports)
{
	static const char *const only[] = {"out", NULL};
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	for (ports = ports ? ports : only; *ports; ports++)
		pawl_json_push(&list, pawl_json_string_c(*ports));
	return pawl_json_end(&list);
}

void
pawl_api_list_node_types(struct pawl_api_call *call)
{
	const struct pawl_node_type *const *types = call->server->registry.nodes;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder items, b;

	pawl_json_array_begin(&items, arena);
	for (; *types; types++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c((*types)->name));
		pawl_json_set_c(&b, "label", pawl_json_string_c((*types)->label));
		pawl_json_set_c(&b, "category", pawl_json_string_c((*types)->category));
		pawl_json_set_c(&b, "summary", pawl_json_string_c((*types)->summary));
		pawl_json_set_c(&b, "icon", pawl_json_string_c((*types)->icon));
		pawl_json_set_c(&b, "ports", ports_json(arena, (*types)->ports));
		pawl_json_set_c(&b, "ports_from",
				(*types)->ports_from ? pawl_json_string_c((*types)->ports_from)
						     : pawl_json_null());
		pawl_json_set_c(&b, "schema", pawl_fields_schema(arena, (*types)->fields));
		pawl_json_set_c(&b, "example", literal(arena, (*types)->example));
		pawl_json_set_c(&b, "output_example", literal(arena, (*types)->output_example));
		pawl_json_push(&items, pawl_json_end(&b));
	}
	pawl_api_reply_list(call, pawl_json_end(&items), pawl_json_null());
}

void
pawl_api_list_trigger_types(struct pawl_api_call *call)
{
	const struct pawl_trigger_type *const *types = call->server->registry.triggers;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder items, b;

	pawl_json_array_begin(&items, arena);
	for (; *types; types++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c((*types)->name));
		pawl_json_set_c(&b, "label", pawl_json_string_c((*types)->label));
		pawl_json_set_c(&b, "summary", pawl_json_string_c((*types)->summary));
		pawl_json_set_c(&b, "icon", pawl_json_string_c((*types)->icon));
		pawl_json_set_c(&b, "schema", pawl_fields_schema(arena, (*types)->fields));
		pawl_json_set_c(&b, "example", literal(arena, (*types)->example));
		pawl_json_push(&items, pawl_json_end(&b));
	}
	pawl_api_reply_list(call, pawl_json_end(&items), pawl_json_null());
}

void
pawl_api_schema(struct pawl_api_call *call)
{
	struct pawl_json value = pawl_workflow_schema(&call->arena, &call->server->registry);

	pawl_api_reply(call, 200, &value);
}

void
pawl_api_openapi(struct pawl_api_call *call)
{
	pawl_http_respond(call->ref,
			  &(struct pawl_http_response){.status = 200,
						       .content_type = PAWL_STR("application/json"),
						       .body = pawl_str_c(call->server->openapi)});
	pawl_api_drop(call);
}

/* ---- live stream -------------------------------------------------------------------------- */

static void
attach(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_stream_hub *hub = call->server->hub;
	uint64_t session_id = call->caller.session_id;
	struct pawl_str last_event_id = call->last_event_id;

	if (!last_event_id.len)
		last_event_id = pawl_json_get_str(&call->query, "last_event_id", pawl_str(NULL, 0));
	pawl_stream_hub_attach(hub, call->ref, session_id ? session_id : call->caller.token_id,
			       workflow_id, last_event_id);
	/* It may have ended since the call began. */
	if (session_id && !pawl_users_has_session(call->server->users, session_id))
		pawl_stream_hub_close_owner(hub, session_id);
	pawl_api_drop(call);
}

void
pawl_api_stream(struct pawl_api_call *call)
{
	struct pawl_str workflow = pawl_json_get_str(&call->query, "workflow", pawl_str(NULL, 0));

	if (workflow.len)
		pawl_api_workflow_id(call, workflow, attach);
	else
		attach(call, 0);
}

/* ---- API tokens --------------------------------------------------------------------------- */

static struct pawl_json
token_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_token_row *row = &list->tokens[i];
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "role", pawl_json_string_c(pawl_role_name(row->role)));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "expires_at", pawl_api_time(arena, row->expires_at_us));
	pawl_json_set_c(&b, "last_used_at",
			pawl_api_time(arena, pawl_api_token_last_use(call->server->api, row->id)));
	return pawl_json_end(&b);
}

void
pawl_api_list_tokens(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_TOKENS);

	list->what = "token";
	list->key = "name";
	list->item = token_item;
	pawl_api_list_run(call, list);
}

struct new_token {
	struct pawl_store_token add;
	unsigned char hash[32];
	struct pawl_str text;
};

static void
token_added(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct new_token *token = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	if (op->err == PAWL_ECONFLICT) {
		pawl_api_fail(call, 409, "conflict", "there is a token of that name");
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "token");
		return;
	}
	token->add.token.id = token->add.id;
	pawl_api_token_known(call->server->api, &token->add.token);
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, token->add.id));
	pawl_json_set_c(&b, "name", pawl_json_string(token->add.token.name));
	pawl_json_set_c(&b, "role", pawl_json_string_c(pawl_role_name(token->add.token.role)));
	pawl_json_set_c(&b, "expires_at",
			pawl_api_time(&call->arena, token->add.token.expires_at_us));
	pawl_json_set_c(&b, "token", pawl_json_string(token->text));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 201, &value);
}

void
pawl_api_add_token(struct pawl_api_call *call)
{
	struct new_token *token = pawl_arena_calloc(&call->arena, 1, sizeof *token);
	int64_t expires_in_ms = pawl_config_duration_ms(&call->body, "expires_in", 0);

	call->state = token;
	token->add.token.name = pawl_json_get_str(&call->body, "name", pawl_str(NULL, 0));
	if (!token->add.token.name.len || token->add.token.name.len > PAWL_WORKFLOW_NAME_MAX) {
		pawl_api_fail(call, 400, "invalid_request", "name has to have 1 to %d bytes",
			      PAWL_WORKFLOW_NAME_MAX);
		return;
	}
	token->add.token.role = PAWL_ROLE_EDITOR;
	(void)pawl_role_parse(pawl_json_get_str(&call->body, "role", pawl_str(NULL, 0)),
			      &token->add.token.role);
	token->text = pawl_api_token_make(&call->arena, token->hash);
	token->add.token.hash = pawl_str((const char *)token->hash, sizeof token->hash);
	token->add.token.created_at_us = pawl_clock_now_us();
	if (expires_in_ms)
		token->add.token.expires_at_us =
			token->add.token.created_at_us + expires_in_ms * 1000;
	pawl_store_op_init(&token->add.op, PAWL_STORE_TOKEN_ADD, NULL);
	pawl_api_store(call, &token->add.op, token_added);
}

static void
token_removed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "token");
		return;
	}
	pawl_api_token_forget(call->server->api, get->id);
	pawl_stream_hub_close_owner(call->server->hub, get->id);
	pawl_api_reply(call, 204, NULL);
}

void
pawl_api_remove_token(struct pawl_api_call *call)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	if (!pawl_api_id(call, call->params[0], &get->id))
		return;
	if (get->id == call->caller.token_id) {
		pawl_api_fail(call, 409, "conflict", "a token cannot remove itself");
		return;
	}
	pawl_store_op_init(&get->op, PAWL_STORE_TOKEN_REMOVE, NULL);
	pawl_api_store(call, &get->op, token_removed);
}
