/* Sessions as a list: which there are, and ending them. */
#include "base/clock.h"
#include "server/api_resources.h"

/* ---- ending ------------------------------------------------------------------------ */

static void
settle_end(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_session_end *end =
		pawl_container_of(op, struct pawl_store_session_end, op);

	if (end->user_id)
		pawl_users_end_sessions(call->server->users, end->user_id, end->but_session);
	else
		pawl_users_end_session(call->server->users, end->id);
}

static struct pawl_store_session_end *
new_end(struct pawl_api_call *call)
{
	struct pawl_store_session_end *end = pawl_arena_calloc(&call->arena, 1, sizeof *end);

	pawl_store_op_init(&end->op, PAWL_STORE_SESSION_END, NULL);
	call->settle = settle_end;
	return end;
}

void
pawl_api_end_session(struct pawl_api_call *call, uint64_t session_id,
		     void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	struct pawl_store_session_end *end = new_end(call);

	end->id = session_id;
	pawl_api_store(call, &end->op, next);
}

static void
ended(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err == PAWL_OK)
		pawl_api_reply(call, 204, NULL);
	else
		pawl_api_fail_err(call, op->err, "session");
}

/* Of one's own, or an owner's to end. */
static void
looked_up(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_list *list = pawl_container_of(op, struct pawl_store_list, op);
	uint64_t *id = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "session");
	else if (!list->n || list->sessions[0].id != *id ||
		 (list->sessions[0].user_id != call->caller.user_id &&
		  call->caller.role != PAWL_ROLE_OWNER))
		pawl_api_fail_err(call, PAWL_ENOTFOUND, "session");
	else
		pawl_api_end_session(call, *id, ended);
}

void
pawl_api_remove_session(struct pawl_api_call *call)
{
	struct pawl_store_list *list = pawl_arena_calloc(&call->arena, 1, sizeof *list);
	uint64_t *id = pawl_arena_calloc(&call->arena, 1, sizeof *id);

	call->state = id;
	if (!pawl_api_id(call, call->params[0], id))
		return;
	list->before = *id + 1;
	list->limit = 1;
	pawl_store_op_init(&list->op, PAWL_STORE_SESSIONS, NULL);
	pawl_api_store(call, &list->op, looked_up);
}

/* 0: the call has been answered. */
static uint64_t
asked_user(struct pawl_api_call *call)
{
	struct pawl_str name = pawl_api_query_text(call, "user");
	uint64_t user_id =
		name.ptr ? pawl_users_find(call->server->users, name) : call->caller.user_id;

	if (name.ptr && user_id != call->caller.user_id && call->caller.role != PAWL_ROLE_OWNER) {
		pawl_api_fail(call, 403, "forbidden", "others' sessions are for owners");
		return 0;
	}
	if (!user_id && name.ptr)
		pawl_api_fail_err(call, PAWL_ENOTFOUND, "user");
	else if (!user_id)
		pawl_api_fail(call, 409, "no_session", "say whose, with ?user=");
	return user_id;
}

void
pawl_api_remove_sessions(struct pawl_api_call *call)
{
	uint64_t user_id = asked_user(call);
	struct pawl_store_session_end *end;

	if (!user_id)
		return;
	end = new_end(call);
	end->user_id = user_id;
	end->but_session = call->caller.session_id;
	pawl_api_store(call, &end->op, ended);
}

/* ---- listing ------------------------------------------------------------------------- */

static struct pawl_json
session_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_session_row *row = &list->sessions[i];
	struct pawl_users *users = call->server->users;
	int64_t seen_at_us = row->seen_at_us, ends_at_us = 0;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;

	(void)pawl_users_session_times(users, row->id, &seen_at_us, &ends_at_us);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "user", pawl_json_string(pawl_users_name(users, row->user_id, arena)));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "seen_at", pawl_api_time(arena, seen_at_us));
	pawl_json_set_c(&b, "ends_at", pawl_api_time(arena, ends_at_us));
	pawl_json_set_c(&b, "address", pawl_json_string_dup(arena, row->address));
	pawl_json_set_c(&b, "user_agent", pawl_json_string_dup(arena, row->user_agent));
	pawl_json_set_c(&b, "current", pawl_json_bool(row->id == call->caller.session_id));
	return pawl_json_end(&b);
}

void
pawl_api_list_sessions(struct pawl_api_call *call)
{
	bool is_of_all = !call->caller.user_id && !pawl_api_query_text(call, "user").ptr &&
			 call->caller.role == PAWL_ROLE_OWNER;
	uint64_t user_id = is_of_all ? 0 : asked_user(call);
	struct pawl_api_list *list;

	if (!is_of_all && !user_id)
		return;
	list = pawl_api_list_new(call, PAWL_STORE_SESSIONS);
	list->what = "session";
	list->key = "id";
	list->item = session_item;
	list->list.user_id = user_id;
	pawl_api_list_run(call, list);
}
