/* Users, as owners manage them. */
#include "base/clock.h"
#include "server/api_resources.h"
#include "server/proof.h"

/* ---- what all changes share ------------------------------------------------------------ */

static bool
is_name(struct pawl_str name)
{
	bool has_other_than_digits = false;

	if (!name.len || name.len > PAWL_USER_NAME_MAX || !pawl_str_is_utf8(name) ||
	    pawl_str_trim(name).len != name.len)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (c < ' ' || c == 0x7f || c == '/')
			return false;
		if (c < '0' || c > '9')
			has_other_than_digits = true; /* an id has none */
	}
	return has_other_than_digits;
}

bool
pawl_api_check_user(struct pawl_api_call *call, struct pawl_str name, struct pawl_str password)
{
	if (!is_name(name))
		pawl_api_fail(call, 400, "invalid_request",
			      "name has to have 1 to %d bytes, among them other than digits, and "
			      "no slash or control character",
			      PAWL_USER_NAME_MAX);
	else if (password.len < PAWL_PASSWORD_MIN || password.len > PAWL_PASSWORD_MAX)
		pawl_api_fail(call, 400, "weak_password",
			      "the password has to have at least %d characters", PAWL_PASSWORD_MIN);
	else if (pawl_str_eq_nocase(password, name))
		pawl_api_fail(call, 400, "weak_password", "the password is the name");
	else
		return true;
	return false;
}

static void
settle_change(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_user_change *change =
		pawl_container_of(op, struct pawl_store_user_change, op);
	struct pawl_users *users = call->server->users;

	pawl_users_put(users, &change->user);
	if (change->ends_sessions)
		pawl_users_end_sessions(users, change->id, change->but_session);
}

void
pawl_api_change_user(struct pawl_api_call *call, struct pawl_store_user_change *change,
		     void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	pawl_store_op_init(&change->op, PAWL_STORE_USER_CHANGE, NULL);
	call->settle = settle_change;
	pawl_api_store(call, &change->op, next);
}

/* 0: the call has been answered. */
static uint64_t
user_of_path(struct pawl_api_call *call)
{
	uint64_t id = pawl_users_find(call->server->users, call->params[0]);

	if (!id)
		pawl_api_fail_err(call, PAWL_ENOTFOUND, "user");
	return id;
}

static void
fail(struct pawl_api_call *call, enum pawl_err err)
{
	if (err == PAWL_ESTATE)
		pawl_api_fail(call, 409, "last_owner",
			      "there has to be an owner who can sign in: make another one first");
	else if (err == PAWL_ECONFLICT)
		pawl_api_fail(call, 409, "conflict", "there is a user of that name");
	else
		pawl_api_fail_err(call, err, "user");
}

/* ---- listing ----------------------------------------------------------------------------- */

static struct pawl_json
user_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	return pawl_api_user_json(&call->arena, &list->users[i]);
}

void
pawl_api_list_users(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_USERS);

	list->what = "user";
	list->key = "name";
	list->item = user_item;
	pawl_api_list_run(call, list);
}

/* ---- adding -------------------------------------------------------------------------------- */

static void
added(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_user *add = call->state;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		fail(call, op->err);
		return;
	}
	value = pawl_api_user_json(&call->arena, &add->user);
	pawl_api_reply(call, 201, &value);
}

static void
hashed(struct pawl_api_call *call, struct pawl_str hash)
{
	struct pawl_store_user *add = call->state;

	add->user.password = hash;
	add->user.created_at_us = pawl_clock_now_us();
	pawl_store_op_init(&add->op, PAWL_STORE_USER_ADD, NULL);
	call->settle = pawl_api_settle_user;
	pawl_api_store(call, &add->op, added);
}

void
pawl_api_add_user(struct pawl_api_call *call)
{
	struct pawl_store_user *add = pawl_arena_calloc(&call->arena, 1, sizeof *add);
	struct pawl_str password = pawl_json_get_str(&call->body, "password", PAWL_STR(""));

	call->state = add;
	add->user.name = pawl_json_get_str(&call->body, "name", PAWL_STR(""));
	add->user.role = PAWL_ROLE_VIEWER;
	(void)pawl_role_parse(pawl_json_get_str(&call->body, "role", PAWL_STR("")),
			      &add->user.role);
	if (pawl_api_check_user(call, add->user.name, password))
		pawl_proof_hash(call, password, hashed);
}

/* ---- changing -------------------------------------------------------------------------------- */

static void
changed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_user_change *change = call->state;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		fail(call, op->err);
		return;
	}
	value = pawl_api_user_json(&call->arena, &change->user);
	pawl_api_reply(call, 200, &value);
}

static void
change_with(struct pawl_api_call *call, struct pawl_str hash)
{
	struct pawl_store_user_change *change = call->state;

	change->password = hash;
	pawl_api_change_user(call, change, changed);
}

void
pawl_api_change_one_user(struct pawl_api_call *call)
{
	uint64_t id = user_of_path(call);
	struct pawl_store_user_change *change;
	const struct pawl_json *disabled, *totp;
	struct pawl_str password;

	if (!id)
		return;
	change = pawl_arena_calloc(&call->arena, 1, sizeof *change);
	disabled = pawl_json_get_c(&call->body, "disabled");
	totp = pawl_json_get_c(&call->body, "totp");
	password = pawl_json_get_str(&call->body, "password", PAWL_STR(""));
	call->state = change;
	change->id = id;
	if (pawl_json_get_c(&call->body, "password") &&
	    !pawl_api_check_user(
		    call, pawl_users_name(call->server->users, change->id, &call->arena), password))
		return;
	if (totp && pawl_config_bool(&call->body, "totp", false)) {
		pawl_api_fail(call, 400, "invalid_request",
			      "only false: a second factor is set up by whoever has it");
		return;
	}
	(void)pawl_role_parse(pawl_json_get_str(&call->body, "role", PAWL_STR("")), &change->role);
	change->has_disabled = disabled != NULL;
	change->is_disabled = pawl_config_bool(&call->body, "disabled", false);
	change->has_totp = totp != NULL;
	change->ends_sessions = change->is_disabled || password.len;
	change->but_session = change->is_disabled ? 0 : call->caller.session_id;
	if (password.len)
		pawl_proof_hash(call, password, change_with);
	else
		change_with(call, PAWL_STR(""));
}

/* ---- removing ------------------------------------------------------------ */

static void
settle_removal(struct pawl_api_call *call, struct pawl_store_op *op)
{
	pawl_users_remove(call->server->users,
			  pawl_container_of(op, struct pawl_store_get, op)->id);
}

static void
removed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err == PAWL_OK)
		pawl_api_reply(call, 204, NULL);
	else
		fail(call, op->err);
}

void
pawl_api_remove_user(struct pawl_api_call *call)
{
	uint64_t id = user_of_path(call);
	struct pawl_store_get *get;

	if (!id)
		return;
	get = pawl_arena_calloc(&call->arena, 1, sizeof *get);
	get->id = id;
	pawl_store_op_init(&get->op, PAWL_STORE_USER_REMOVE, NULL);
	call->settle = settle_removal;
	pawl_api_store(call, &get->op, removed);
}
