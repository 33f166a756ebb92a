/* A second factor of one's own: begun, confirmed by a code, taken away again. */
#include <sodium.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/seal.h"
#include "server/api_resources.h"
#include "server/proof.h"
#include "server/totp.h"

struct totp {
	struct pawl_proof proof;
	struct pawl_store_user_change change;
	unsigned char secret[PAWL_TOTP_SECRET_BYTES];
	struct pawl_str codes[PAWL_RECOVERY_CODES];
	unsigned char hashes[PAWL_RECOVERY_CODES][PAWL_RECOVERY_HASH_BYTES];
};

static void
read_own_user(struct pawl_api_call *call,
	      void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	struct pawl_store_get *get = pawl_arena_calloc(&call->arena, 1, sizeof *get);

	get->id = call->caller.user_id;
	pawl_store_op_init(&get->op, PAWL_STORE_USER, NULL);
	pawl_api_store(call, &get->op, next);
}

/* False: the call has been answered. */
static bool
has_none_yet(struct pawl_api_call *call, const struct pawl_store_op *op)
{
	const struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "user");
		return false;
	}
	if (!get->user->totp.len)
		return true;
	pawl_api_fail(call, 409, "conflict",
		      "there is a second factor already; disable that one first");
	return false;
}

/* ---- POST /api/v1/session/totp ------------------------------------------------------- */

static void
begin(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_arena *arena = &call->arena;
	unsigned char secret[PAWL_TOTP_SECRET_BYTES];
	struct pawl_str bytes = pawl_str((const char *)secret, sizeof secret);
	struct pawl_json_builder b;
	struct pawl_json value;

	if (!has_none_yet(call, op))
		return;
	pawl_random(secret, sizeof secret);
	pawl_users_set_pending(call->server->users, call->caller.session_id, secret);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "secret", pawl_json_string(pawl_base32_encode(arena, bytes)));
	pawl_json_set_c(
		&b, "uri",
		pawl_json_string(pawl_totp_uri(arena, pawl_str_c(call->caller.user_name), bytes)));
	value = pawl_json_end(&b);
	sodium_memzero(secret, sizeof secret);
	pawl_api_reply(call, 200, &value);
}

void
pawl_api_begin_totp(struct pawl_api_call *call)
{
	read_own_user(call, begin);
}

/* ---- POST /api/v1/session/totp/confirm ------------------------------------------------- */

static void
confirmed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct totp *totp = call->state;
	struct pawl_json_builder b, list;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "user");
		return;
	}
	pawl_json_array_begin(&list, &call->arena);
	for (size_t i = 0; i < PAWL_RECOVERY_CODES; i++)
		pawl_json_push(&list, pawl_json_string(totp->codes[i]));
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "recovery_codes", pawl_json_end(&list));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
save(struct pawl_api_call *call, struct totp *totp, int64_t step)
{
	struct pawl_store_user_change *change = &totp->change;
	struct pawl_arena *arena = &call->arena;
	struct pawl_buf sealed;

	pawl_buf_init(&sealed, sizeof totp->secret + PAWL_SEAL_OVERHEAD);
	pawl_seal(call->server->sealer, pawl_users_totp_label(arena, call->caller.user_id),
		  pawl_str((const char *)totp->secret, sizeof totp->secret), &sealed);
	change->totp = pawl_arena_dup(arena, pawl_buf_peek(&sealed));
	pawl_buf_fini(&sealed);
	sodium_memzero(totp->secret, sizeof totp->secret);
	for (size_t i = 0; i < PAWL_RECOVERY_CODES; i++) {
		totp->codes[i] = pawl_recovery_code_make(arena);
		pawl_recovery_code_hash(totp->codes[i], totp->hashes[i]);
	}
	change->id = call->caller.user_id;
	change->has_totp = true;
	change->totp_step = step;
	change->recovery = (const unsigned char(*)[PAWL_RECOVERY_HASH_BYTES])totp->hashes;
	change->n_recovery = PAWL_RECOVERY_CODES;
	pawl_api_change_user(call, change, confirmed);
}

static void
confirm(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_get *get = pawl_container_of(op, struct pawl_store_get, op);
	struct totp *totp = call->state;
	struct pawl_str code = pawl_json_get_str(&call->body, "code", PAWL_STR(""));
	int64_t step;

	if (!has_none_yet(call, op))
		return;
	if (!pawl_users_get_pending(call->server->users, call->caller.session_id, totp->secret)) {
		pawl_api_fail(call, 409, "conflict",
			      "nothing was begun: POST /api/v1/session/totp");
		return;
	}
	step = pawl_totp_match(pawl_str((const char *)totp->secret, sizeof totp->secret), code,
			       pawl_clock_now_us(), get->user->totp_step);
	if (step)
		save(call, totp, step);
	else
		pawl_api_fail(call, 403, "bad_credentials",
			      "that is not the authenticator's code of now");
}

void
pawl_api_confirm_totp(struct pawl_api_call *call)
{
	call->state = pawl_arena_calloc(&call->arena, 1, sizeof(struct totp));
	read_own_user(call, confirm);
}

/* ---- POST /api/v1/session/totp/disable --------------------------------------------------- */

static void
disabled(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct totp *totp = call->state;

	if (op->err == PAWL_ECONFLICT) {
		pawl_proof_fail(&totp->proof);
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "user");
		return;
	}
	pawl_proof_end(&totp->proof);
	pawl_api_reply(call, 204, NULL);
}

static void
proved(struct pawl_api_call *call, struct pawl_proof *proof)
{
	struct totp *totp = call->state;
	struct pawl_store_user_change *change = &totp->change;

	change->id = call->caller.user_id;
	change->if_password = proof->user->password;
	change->has_totp = true;
	change->totp_step = proof->totp_step;
	change->recovery_hash = proof->recovery_hash;
	pawl_api_change_user(call, change, disabled);
}

void
pawl_api_disable_totp(struct pawl_api_call *call)
{
	struct totp *totp = pawl_arena_calloc(&call->arena, 1, sizeof *totp);

	call->state = totp;
	totp->proof.name = pawl_str_c(call->caller.user_name);
	totp->proof.password = pawl_json_get_str(&call->body, "password", PAWL_STR(""));
	totp->proof.code = pawl_json_get_str(&call->body, "code", PAWL_STR(""));
	totp->proof.recovery_code = pawl_json_get_str(&call->body, "recovery_code", PAWL_STR(""));
	totp->proof.refused_status = 403;
	totp->proof.then = proved;
	pawl_proof_begin(call, &totp->proof);
}
