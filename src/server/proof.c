#include "server/proof.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/seal.h"
#include "server/totp.h"

#define BUSY_US 2000000

static void
wipe(struct pawl_str text)
{
	if (text.len)
		sodium_memzero((void *)(uintptr_t)text.ptr, text.len);
}

/* ---- not proved ---------------------------------------------------------------------- */

struct failure {
	struct pawl_store_seen seen;
	struct pawl_audit_note note;
};

static void
failure_noted(struct pawl_store_op *op)
{
	pawl_store_op_fini(op);
	free(pawl_container_of(op, struct failure, seen.op));
}

/* Nobody waits for it: the answer takes as long where there is nothing to be noted. */
static void
note_failure(struct pawl_api_call *call, const struct pawl_user_row *user)
{
	struct failure *failure = pawl_calloc(1, sizeof *failure);
	struct pawl_store_op *op = &failure->seen.op;

	pawl_store_op_init(op, PAWL_STORE_USER_FAILED, failure_noted);
	failure->seen.id = user->id;
	failure->seen.at_us = pawl_clock_now_us();
	failure->note =
		(struct pawl_audit_note){.actor = PAWL_STR("anonymous"),
					 .action = pawl_str_c(call->route->operation),
					 .target = pawl_arena_dup(&op->arena, user->name),
					 .address = pawl_arena_dup(&op->arena, call->note.address),
					 .result = pawl_err_name(PAWL_EDENIED)};
	op->audit = &failure->note;
	if (pawl_store_submit(call->server->store, op) != PAWL_OK)
		failure_noted(op);
}

/* What was given as a name may be a password: it is logged only when somebody has it. */
void
pawl_proof_fail(struct pawl_proof *proof)
{
	struct pawl_api_call *call = proof->call;
	struct pawl_str name = proof->user ? proof->user->name : PAWL_STR("");

	pawl_log(PAWL_LOG_WARN, "sign_in_refused", PAWL_F_STR("user", name),
		 PAWL_F_STR("address", call->note.address));
	if (proof->user)
		note_failure(call, proof->user);
	pawl_api_fail(call, proof->refused_status, "bad_credentials",
		      "name, password or code is wrong");
}

static void
fail_too_fast(struct pawl_proof *proof, int64_t wait_us)
{
	pawl_api_fail_later(proof->call, 429, "too_many_attempts", wait_us,
			    "too many attempts have failed; try again later");
}

static void
fail_busy(struct pawl_api_call *call)
{
	pawl_api_fail_later(call, 503, "busy", BUSY_US, "too many are signing in at this moment");
}

void
pawl_proof_end(struct pawl_proof *proof)
{
	pawl_sign_ins_give_back(proof->call->server->sign_ins, &proof->try);
	if (proof->has_taken_code)
		pawl_sign_ins_give_back_code(proof->call->server->sign_ins, proof->user->id);
}

/* ---- the second factor ------------------------------------------------------------------ */

static bool
is_code(struct pawl_proof *proof)
{
	struct pawl_api_call *call = proof->call;
	struct pawl_arena *arena = &call->arena;
	struct pawl_str secret;

	if (!proof->code.len) {
		pawl_recovery_code_hash(proof->recovery_code, proof->hash);
		proof->recovery_hash = pawl_str((const char *)proof->hash, sizeof proof->hash);
		return true; /* the store looks whether there is one */
	}
	if (!pawl_unseal(call->server->sealer, pawl_users_totp_label(arena, proof->user->id),
			 proof->user->totp, arena, &secret)) {
		pawl_log(PAWL_LOG_ERROR, "totp_unreadable", PAWL_F_STR("user", proof->user->name));
		return false;
	}
	proof->totp_step =
		pawl_totp_match(secret, proof->code, pawl_clock_now_us(), proof->user->totp_step);
	wipe(secret);
	return proof->totp_step != 0;
}

static void
check_code(struct pawl_proof *proof)
{
	struct pawl_api_call *call = proof->call;
	int64_t wait_us;

	if (!proof->user->totp.len || proof->needs_no_code) {
		proof->then(call, proof);
		return;
	}
	if (!proof->code.len && !proof->recovery_code.len) {
		pawl_proof_end(proof);
		pawl_api_fail(call, proof->refused_status, "code_required",
			      "a code of the authenticator, or a recovery code, is needed as well");
		return;
	}
	wait_us = pawl_sign_ins_take_code(call->server->sign_ins, proof->user->id);
	if (wait_us) {
		fail_too_fast(proof, wait_us);
		return;
	}
	proof->has_taken_code = true;
	if (is_code(proof))
		proof->then(call, proof);
	else
		pawl_proof_fail(proof);
}

/* ---- the password ------------------------------------------------------------------------- */

static void
password_checked(struct pawl_task *task)
{
	struct pawl_proof *proof = pawl_container_of(task, struct pawl_proof, job.task);

	wipe(proof->password);
	if (proof->job.is_canceled) {
		fail_busy(proof->call);
		return;
	}
	if (!proof->job.fits) {
		pawl_proof_fail(proof);
		return;
	}
	if (proof->job.made[0])
		proof->new_hash = pawl_str_c(proof->job.made);
	check_code(proof);
}

static void
user_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_proof *proof = pawl_container_of(
		pawl_container_of(op, struct pawl_store_get, op), struct pawl_proof, get);
	const struct pawl_user_row *user = proof->get.user;

	if (op->err != PAWL_OK && op->err != PAWL_ENOTFOUND) {
		pawl_api_fail_err(call, op->err, "user");
		return;
	}
	if (op->err == PAWL_OK)
		proof->user = user;
	if (op->err == PAWL_OK && !user->is_disabled)
		proof->job.hash = user->password;
	proof->job.password = proof->password;
	proof->job.loop = pawl_http_ref_loop(call->ref);
	proof->job.task.fn = password_checked;
	if (!pawl_passwords_submit(call->server->passwords, &proof->job))
		fail_busy(call);
}

void
pawl_proof_begin(struct pawl_api_call *call, struct pawl_proof *proof)
{
	struct pawl_server *server = call->server;
	uint64_t user_id = pawl_users_find(server->users, proof->name);
	int64_t wait_us;

	proof->call = call;
	proof->try = (struct pawl_sign_in_try){.ip = &call->ip, .account = proof->name};
	if (user_id && pawl_access_device_is_of(server, call->device, user_id))
		proof->try.device = call->device;
	wait_us = pawl_sign_ins_take(server->sign_ins, &proof->try);
	if (wait_us) {
		fail_too_fast(proof, wait_us);
		return;
	}
	proof->get.name = proof->name;
	pawl_store_op_init(&proof->get.op, PAWL_STORE_USER, NULL);
	/* A read, which is in no log. */
	pawl_api_store(call, &proof->get.op, user_read);
}

/* ---- a new password -------------------------------------------------------------------------- */

struct new_password {
	struct pawl_password_job job;
	struct pawl_api_call *call;
	void (*then)(struct pawl_api_call *call, struct pawl_str hash);
};

static void
password_made(struct pawl_task *task)
{
	struct new_password *new = pawl_container_of(task, struct new_password, job.task);

	wipe(new->job.password);
	if (new->job.is_canceled)
		fail_busy(new->call);
	else
		new->then(new->call, pawl_str_c(new->job.made));
}

void
pawl_proof_hash(struct pawl_api_call *call, struct pawl_str password,
		void (*then)(struct pawl_api_call *call, struct pawl_str hash))
{
	struct new_password *new = pawl_arena_calloc(&call->arena, 1, sizeof *new);

	new->call = call;
	new->then = then;
	new->job.is_new = true;
	new->job.password = password;
	new->job.loop = pawl_http_ref_loop(call->ref);
	new->job.task.fn = password_made;
	if (!pawl_passwords_submit(call->server->passwords, &new->job))
		fail_busy(call);
}
