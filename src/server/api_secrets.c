/* /api/v1/secrets: names and versions; values go in and never come out. */
#include <sodium.h>

#include "base/clock.h"
#include "base/parse.h"
#include "server/api_resources.h"
#include "server/secrets.h"

struct change {
	struct pawl_store_secret add;
	struct pawl_store_get remove;
	struct pawl_store_list list;
	struct pawl_str name;
	uint64_t order; /* of the change */
	int status;     /* of the answer */
};

/* ---- showing --------------------------------------------------------------- */

static struct pawl_json
version_json(struct pawl_api_call *call, const struct pawl_secret_row *row)
{
	struct pawl_arena *arena = &call->arena;
	int64_t used_us = pawl_secrets_last_use(call->server->secrets, row->id);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "not_before", pawl_api_time(arena, row->not_before_us));
	pawl_json_set_c(&b, "not_after", pawl_api_time(arena, row->not_after_us));
	pawl_json_set_c(&b, "last_used_at", pawl_api_time(arena, used_us));
	return pawl_json_end(&b);
}

static struct pawl_json
secret_json(struct pawl_api_call *call, const struct pawl_store_list *list, struct pawl_str name)
{
	struct pawl_json_builder b, versions;

	pawl_json_array_begin(&versions, &call->arena);
	for (size_t i = 0; i < list->n; i++) {
		if (pawl_str_eq(list->secrets[i].name, name))
			pawl_json_push(&versions, version_json(call, &list->secrets[i]));
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "name", pawl_json_string_dup(&call->arena, name));
	pawl_json_set_c(&b, "versions", pawl_json_end(&versions));
	return pawl_json_end(&b);
}

static bool
is_first_of_name(const struct pawl_store_list *list, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (pawl_str_eq(list->secrets[k].name, list->secrets[i].name))
			return false;
	}
	return true;
}

static void
listed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	struct pawl_json_builder items;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "secret");
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->n; i++) {
		if (is_first_of_name(list, i))
			pawl_json_push(&items, secret_json(call, list, list->secrets[i].name));
	}
	pawl_api_reply_list(call, pawl_json_end(&items), pawl_json_null());
}

static void
read_all(struct pawl_api_call *call, struct pawl_store_list *list,
	 void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	list->limit = PAWL_SECRET_VERSIONS_MAX;
	pawl_store_op_init(&list->op, PAWL_STORE_SECRETS, NULL);
	pawl_api_store(call, &list->op, next);
}

void
pawl_api_list_secrets(struct pawl_api_call *call)
{
	read_all(call, pawl_arena_calloc(&call->arena, 1, sizeof(struct pawl_store_list)), listed);
}

/* ---- changing ---------------------------------------------------------------- */

/* All secrets as they are after the change: they take effect before the answer. */
static void
changed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;
	struct pawl_announcer *announcer = pawl_api_announcer(call->server->api);
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "secret");
		return;
	}
	/* A newer change has been put to use already, and this one with it. */
	if (pawl_announcer_begin(announcer, 0, change->order)) {
		pawl_server_use_secrets(call->server, change->list.secrets, change->list.n);
		pawl_directory_reload(call->server->directory);
		pawl_announcer_end(announcer);
	}
	value = secret_json(call, &change->list, change->name);
	pawl_api_reply(call, change->status, change->status == 204 ? NULL : &value);
}

static void
written(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "secret");
		return;
	}
	change->order = call->order;
	read_all(call, &change->list, changed);
}

static bool
is_name(struct pawl_str s)
{
	if (s.len == 0 || s.len > 128 || (s.ptr[0] >= '0' && s.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

/* False: the call has been answered. */
static bool
read_times(struct pawl_api_call *call, struct pawl_store_secret *add)
{
	const struct pawl_json *before = pawl_json_get_c(&call->body, "not_before");
	const struct pawl_json *after = pawl_json_get_c(&call->body, "not_after");
	int64_t keep_ms = pawl_config_duration_ms(&call->body, "keep_old", 0);
	struct pawl_secret_row *row = &add->secret;

	row->created_at_us = pawl_clock_now_us();
	if (before)
		(void)pawl_value_time_us(before, &row->not_before_us);
	if (after)
		(void)pawl_value_time_us(after, &row->not_after_us);
	if (keep_ms > 0)
		add->old_until_us = row->created_at_us + keep_ms * 1000;
	if (!row->not_after_us ||
	    (row->not_after_us > row->not_before_us && row->not_after_us > row->created_at_us))
		return true;
	pawl_api_fail(call, 400, "invalid_request",
		      "not_after has to lie after not_before, and not in the past");
	return false;
}

static void
seal_value(struct pawl_api_call *call, struct pawl_store_secret *add, struct pawl_str value)
{
	struct pawl_buf sealed;

	pawl_buf_init(&sealed, PAWL_SECRET_BYTES_MAX + PAWL_SEAL_OVERHEAD);
	pawl_seal(call->server->sealer, pawl_server_secret_label(&call->arena, add->secret.name),
		  value, &sealed);
	add->secret.sealed = pawl_arena_dup(&call->arena, pawl_buf_peek(&sealed));
	pawl_buf_fini(&sealed);
	sodium_memzero((void *)(uintptr_t)value.ptr, value.len);
}

/* How many there are is known before it is written. */
static void
counted(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct change *change = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "secret");
		return;
	}
	if (change->list.n >= PAWL_SECRET_VERSIONS_MAX) {
		pawl_api_fail(call, 409, "too_many",
			      "there are %d versions of secrets already; remove some",
			      PAWL_SECRET_VERSIONS_MAX);
		return;
	}
	change->list = (struct pawl_store_list){0};
	pawl_store_op_init(&change->add.op, PAWL_STORE_SECRET_ADD, NULL);
	pawl_api_store(call, &change->add.op, written);
}

void
pawl_api_set_secret(struct pawl_api_call *call)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof(*change));
	struct pawl_str value = pawl_json_get_str(&call->body, "value", PAWL_STR(""));

	call->state = change;
	change->name = change->add.secret.name = call->params[0];
	change->status = 200;
	if (!is_name(change->name)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "a secret's name has 1 to 128 letters, digits and underscores, and "
			      "begins with no digit");
		return;
	}
	if (value.len == 0) {
		pawl_api_fail(call, 400, "invalid_request",
			      "value has to be a text that is not empty");
		return;
	}
	if (!read_times(call, &change->add))
		return;
	seal_value(call, &change->add, value);
	read_all(call, &change->list, counted);
}

void
pawl_api_remove_secret(struct pawl_api_call *call)
{
	struct change *change = pawl_arena_calloc(&call->arena, 1, sizeof(*change));
	struct pawl_str version = pawl_api_query_text(call, "version");

	call->state = change;
	change->name = change->remove.name = call->params[0];
	change->status = 204;
	if (version.len && !pawl_api_id(call, version, &change->remove.id))
		return;
	pawl_store_op_init(&change->remove.op, PAWL_STORE_SECRET_REMOVE, NULL);
	pawl_api_store(call, &change->remove.op, written);
}
