/* The audit log: what the API's callers do is noted with the write that does it. */
#include "base/codec.h"
#include "base/id.h"
#include "base/log.h"
#include "server/api_resources.h"

static struct pawl_str
actor_of(struct pawl_api_call *call)
{
	if (call->caller.token_id)
		return pawl_api_token_name(call->server->api, call->caller.token_id, &call->arena);
	if (call->caller.user_id)
		return pawl_arena_printf(&call->arena, "user:%s", call->caller.user_name);
	return PAWL_STR("anonymous");
}

/* Reads change nothing. What is not noted by a handler's writes is no change either: a check of a
 * document, an event that was sent in. */
void
pawl_api_note_caller(struct pawl_api_call *call, const struct pawl_http_request *req)
{
	char ip_text[PAWL_IP_TEXT_MAX];
	struct pawl_arena *arena = &call->arena;
	size_t len;

	if (call->route->method == PAWL_HTTP_GET)
		return;
	pawl_ingest_client_ip(call->server, req, arena, &call->ip);
	len = pawl_ip_format(&call->ip, ip_text);
	call->note =
		(struct pawl_audit_note){.actor = actor_of(call),
					 .action = pawl_str_c(call->route->operation),
					 .target = call->params[0],
					 .address = pawl_arena_dup(arena, pawl_str(ip_text, len))};
}

/* ---- commands: the engine's, which the store does not see ---------------------------- */

struct noted {
	struct pawl_store_op op;
	struct pawl_audit_note note;
	void (*then)(struct pawl_api_call *call, bool is_noted);
};

static void
note_written(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct noted *noted = pawl_container_of(op, struct noted, op);

	noted->then(call, op->err == PAWL_OK);
}

void
pawl_api_note(struct pawl_api_call *call, const char *result,
	      void (*then)(struct pawl_api_call *call, bool is_noted))
{
	struct noted *noted = pawl_arena_calloc(&call->arena, 1, sizeof *noted);

	noted->note = call->note;
	noted->note.result = result;
	noted->then = then;
	pawl_store_op_init(&noted->op, PAWL_STORE_AUDIT_ADD, NULL);
	noted->op.audit = &noted->note;
	pawl_api_store(call, &noted->op, note_written);
}

/* The log is usually kept elsewhere: whoever changes the database does not change it there. */
static void
log_head(struct pawl_store *store)
{
	struct pawl_store_list list = {.limit = 1};
	char hash[64];

	pawl_store_op_init(&list.op, PAWL_STORE_AUDIT, NULL);
	if (pawl_store_wait(store, &list.op) == PAWL_OK && list.n &&
	    2 * list.audit[0].hash.len == sizeof hash) {
		pawl_hex_encode(list.audit[0].hash.ptr, list.audit[0].hash.len, hash);
		pawl_log(PAWL_LOG_INFO, "audit_head", PAWL_F_INT("seq", list.audit[0].seq),
			 PAWL_F_STR("hash", pawl_str(hash, sizeof hash)));
	}
	pawl_store_op_fini(&list.op);
}

enum pawl_err
pawl_audit_system(struct pawl_store *store, const char *action, struct pawl_str target)
{
	struct pawl_audit_note note = {
		.actor = PAWL_STR("system"), .action = pawl_str_c(action), .target = target};
	struct pawl_store_op op;
	enum pawl_err err;

	pawl_store_op_init(&op, PAWL_STORE_AUDIT_ADD, NULL);
	op.audit = &note;
	err = pawl_store_wait(store, &op);
	pawl_store_op_fini(&op);
	if (err == PAWL_OK)
		log_head(store);
	return err;
}
