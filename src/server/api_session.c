/* The first owner, signing in and out: what begins and ends a session. */
#include "base/clock.h"
#include "base/codec.h"
#include "server/api_resources.h"
#include "server/proof.h"
#include "server/setup.h"

#define COOKIE_BYTES 32
#define DEVICE_AGE_S ((int64_t)400 * 24 * 3600)

struct sign_in {
	struct pawl_proof proof;
	struct pawl_store_user add; /* of the first owner */
	struct pawl_store_sign_in op;
	struct pawl_str cookie;
	int status;
};

/* ---- answers ----------------------------------------------------------------------- */

struct pawl_json
pawl_api_user_json(struct pawl_arena *arena, const struct pawl_user_row *row)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "role", pawl_json_string_c(pawl_role_name(row->role)));
	pawl_json_set_c(&b, "disabled", pawl_json_bool(row->is_disabled));
	pawl_json_set_c(&b, "totp", pawl_json_bool(row->totp.len > 0));
	pawl_json_set_c(&b, "recovery_codes", pawl_json_int(arena, row->n_recovery));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "signed_in_at", pawl_api_time(arena, row->signed_in_at_us));
	pawl_json_set_c(&b, "failures", pawl_json_int(arena, row->failures));
	pawl_json_set_c(&b, "failed_at", pawl_api_time(arena, row->failed_at_us));
	return pawl_json_end(&b);
}

static void
reply_session(struct pawl_api_call *call, int status, const struct pawl_principal *who,
	      const struct pawl_user_row *user)
{
	struct pawl_arena *arena = &call->arena;
	char csrf[PAWL_CSRF_TOKEN_CHARS + 1];
	int64_t seen_at_us = 0, ends_at_us = 0;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_access_csrf_token(call->server, who, csrf);
	(void)pawl_users_session_times(call->server->users, who->session_id, &seen_at_us,
				       &ends_at_us);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, who->session_id));
	pawl_json_set_c(&b, "user", pawl_api_user_json(arena, user));
	pawl_json_set_c(&b, "csrf_token", pawl_json_string_dup(arena, pawl_str_c(csrf)));
	pawl_json_set_c(&b, "ends_at", pawl_api_time(arena, ends_at_us));
	pawl_json_set_c(&b, "last_event_id",
			pawl_json_id(arena, pawl_stream_hub_expect(call->server->hub)));
	value = pawl_json_end(&b);
	pawl_api_reply(call, status, &value);
}

/* ---- beginning ------------------------------------------------------------------------ */

static void
set_cookies(struct pawl_api_call *call, const struct sign_in *in)
{
	const struct pawl_server *server = call->server;
	const char *cookie = pawl_arena_dup_c(&call->arena, in->cookie);
	char device[PAWL_DEVICE_CHARS + 1];

	pawl_access_set_cookie(call->ref, call->is_secure, PAWL_SESSION_COOKIE, cookie,
			       server->config.session_age_ms / 1000);
	if (pawl_access_device_is_of(server, call->device, in->op.user.id))
		return;
	pawl_access_device_make(server, in->op.user.id, device);
	pawl_access_set_cookie(call->ref, call->is_secure, PAWL_DEVICE_COOKIE, device,
			       DEVICE_AGE_S);
}

static void
session_begun(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct sign_in *in = call->state;
	struct pawl_principal who = {.session_id = in->op.session.id};

	if (op->err == PAWL_EDENIED && in->proof.call) {
		pawl_proof_fail(&in->proof);
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err == PAWL_EDENIED ? PAWL_ESTATE : op->err, "user");
		return;
	}
	if (in->proof.call)
		pawl_proof_end(&in->proof);
	memcpy(who.session_hash, in->op.session.hash.ptr, sizeof who.session_hash);
	set_cookies(call, in);
	reply_session(call, in->status, &who, &in->op.user);
}

/* On the store's thread. */
static void
settle_session(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct sign_in *in = call->state;
	struct pawl_users *users = call->server->users;

	for (size_t i = 0; i < in->op.n_ended; i++)
		pawl_users_end_session(users, in->op.ended[i]);
	pawl_users_begin_session(users, &in->op.session);
}

/* Always a new one: what the browser had before is of no use to whoever knows it. */
static void
begin_session(struct pawl_api_call *call, struct sign_in *in, uint64_t user_id,
	      struct pawl_str password)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_session_row *session = &in->op.session;
	unsigned char *hash = pawl_arena_alloc(arena, PAWL_SESSION_HASH_BYTES);
	unsigned char random[COOKIE_BYTES];
	struct pawl_buf text;

	pawl_random(random, sizeof random);
	pawl_buf_init(&text, PAWL_COOKIE_VALUE_MAX);
	pawl_base64_encode(&text, pawl_str((const char *)random, sizeof random), PAWL_BASE64_URL);
	in->cookie = pawl_arena_dup(arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	pawl_api_token_hash(in->cookie, hash);
	session->user_id = user_id;
	session->hash = pawl_str((const char *)hash, PAWL_SESSION_HASH_BYTES);
	session->created_at_us = session->seen_at_us = pawl_clock_now_us();
	session->address = call->note.address;
	session->user_agent = pawl_str_sub(call->user_agent, 0, PAWL_USER_AGENT_MAX);
	if (!pawl_str_is_utf8(session->user_agent))
		session->user_agent = PAWL_STR("");
	in->op.password = password;
	in->op.max = PAWL_SESSIONS_MAX;
	if (call->caller.user_id == user_id)
		in->op.replaces = call->caller.session_id;
	pawl_store_op_init(&in->op.op, PAWL_STORE_SIGN_IN, NULL);
	call->settle = settle_session;
	pawl_api_store(call, &in->op.op, session_begun);
}

/* ---- POST /api/v1/session ------------------------------------------------------------- */

static void
proved(struct pawl_api_call *call, struct pawl_proof *proof)
{
	struct sign_in *in = call->state;

	call->note.actor =
		pawl_arena_printf(&call->arena, "user:%.*s", PAWL_STR_ARG(proof->user->name));
	in->op.new_password = proof->new_hash;
	in->op.totp_step = proof->totp_step;
	in->op.recovery_hash = proof->recovery_hash;
	begin_session(call, in, proof->user->id, proof->user->password);
}

static struct pawl_str
text_of(const struct pawl_api_call *call, const char *name)
{
	return pawl_json_get_str(&call->body, name, PAWL_STR(""));
}

void
pawl_api_sign_in(struct pawl_api_call *call)
{
	struct sign_in *in = pawl_arena_calloc(&call->arena, 1, sizeof *in);

	call->state = in;
	in->status = 200;
	in->proof.name = text_of(call, "name");
	in->proof.password = text_of(call, "password");
	in->proof.code = text_of(call, "totp");
	in->proof.recovery_code = text_of(call, "recovery_code");
	in->proof.refused_status = 401;
	in->proof.then = proved;
	pawl_proof_begin(call, &in->proof);
}

/* ---- POST /api/v1/setup ------------------------------------------------------------------ */

void
pawl_api_get_setup(struct pawl_api_call *call)
{
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "needed", pawl_json_bool(pawl_setup_path(call->server) != NULL));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
owner_added(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct sign_in *in = call->state;

	if (op->err == PAWL_ESTATE) {
		pawl_api_fail(call, 409, "conflict", "there is an owner already: sign in");
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "user");
		return;
	}
	call->note.action = PAWL_STR("signIn");
	begin_session(call, in, in->add.user.id, in->add.user.password);
}

void
pawl_api_settle_user(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_user *add = pawl_container_of(op, struct pawl_store_user, op);

	pawl_users_put(call->server->users, &add->user);
	pawl_setup_end(call->server);
}

static void
owner_hashed(struct pawl_api_call *call, struct pawl_str hash)
{
	struct sign_in *in = call->state;

	in->add.user.password = hash;
	in->add.user.created_at_us = pawl_clock_now_us();
	pawl_store_op_init(&in->add.op, PAWL_STORE_USER_ADD, NULL);
	call->settle = pawl_api_settle_user;
	pawl_api_store(call, &in->add.op, owner_added);
}

void
pawl_api_set_up(struct pawl_api_call *call)
{
	struct sign_in *in = pawl_arena_calloc(&call->arena, 1, sizeof *in);
	struct pawl_sign_in_try try = {.ip = &call->ip, .account = PAWL_STR("")};
	struct pawl_sign_ins *limits = call->server->sign_ins;
	int64_t wait_us = pawl_sign_ins_take(limits, &try);

	call->state = in;
	in->status = 201;
	in->add.is_first = true;
	in->add.user.name = text_of(call, "name");
	in->add.user.role = PAWL_ROLE_OWNER;
	if (wait_us) {
		pawl_api_fail_later(call, 429, "too_many_attempts", wait_us,
				    "too many attempts have failed; try again later");
		return;
	}
	if (!pawl_setup_path(call->server)) {
		pawl_api_fail(call, 409, "conflict", "there is an owner already: sign in");
		return;
	}
	if (!pawl_setup_is_token(call->server, text_of(call, "token"))) {
		pawl_api_fail(call, 403, "bad_setup_token",
			      "that is not the setup token; `pawl setup-url` prints the address "
			      "with it");
		return;
	}
	pawl_sign_ins_give_back(limits, &try);
	if (!pawl_api_check_user(call, in->add.user.name, text_of(call, "password")))
		return;
	call->note.actor =
		pawl_arena_printf(&call->arena, "user:%.*s", PAWL_STR_ARG(in->add.user.name));
	pawl_proof_hash(call, text_of(call, "password"), owner_hashed);
}

/* ---- the caller's own session -------------------------------------------------------------- */

static void
own_user_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);

	if (op->err == PAWL_OK)
		reply_session(call, 200, &call->caller, get->user);
	else
		pawl_api_fail_err(call, op->err, "user");
}

void
pawl_api_get_session(struct pawl_api_call *call)
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	get->id = call->caller.user_id;
	pawl_store_op_init(&get->op, PAWL_STORE_USER, NULL);
	pawl_api_store(call, &get->op, own_user_read);
}

static void
signed_out(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err != PAWL_OK && op->err != PAWL_ENOTFOUND) {
		pawl_api_fail_err(call, op->err, "session");
		return;
	}
	pawl_access_set_cookie(call->ref, call->is_secure, PAWL_SESSION_COOKIE, NULL, 0);
	pawl_api_reply(call, 204, NULL);
}

void
pawl_api_sign_out(struct pawl_api_call *call)
{
	pawl_api_end_session(call, call->caller.session_id, signed_out);
}

/* ---- PUT /api/v1/session/password --------------------------------------------------------- */

struct new_password {
	struct pawl_proof proof;
	struct pawl_store_user_change change;
};

static void
password_changed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct new_password *new = call->state;

	if (op->err == PAWL_ECONFLICT) {
		pawl_proof_fail(&new->proof);
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "user");
		return;
	}
	pawl_proof_end(&new->proof);
	pawl_api_reply(call, 204, NULL);
}

static void
new_password_hashed(struct pawl_api_call *call, struct pawl_str hash)
{
	struct new_password *new = call->state;
	struct pawl_store_user_change *change = &new->change;

	change->id = call->caller.user_id;
	change->password = hash;
	change->if_password = new->proof.user->password;
	change->ends_sessions = true;
	change->but_session = call->caller.session_id;
	pawl_api_change_user(call, change, password_changed);
}

static void
old_password_proved(struct pawl_api_call *call, struct pawl_proof *proof)
{
	pawl_proof_hash(call, text_of(call, "new_password"), new_password_hashed);
}

void
pawl_api_change_password(struct pawl_api_call *call)
{
	struct new_password *new = pawl_arena_calloc(&call->arena, 1, sizeof *new);

	call->state = new;
	if (!pawl_api_check_user(call, pawl_str_c(call->caller.user_name),
				 text_of(call, "new_password")))
		return;
	new->proof.name = pawl_str_c(call->caller.user_name);
	new->proof.password = text_of(call, "password");
	new->proof.needs_no_code = true;
	new->proof.refused_status = 403;
	new->proof.then = old_password_proved;
	pawl_proof_begin(call, &new->proof);
}
