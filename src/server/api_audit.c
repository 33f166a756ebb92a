/* /api/v1/audit: the audit log, searched, and checked as a chain. */
#include "base/codec.h"
#include "server/api_resources.h"
#include "server/audit_check.h"
#include "server/routes_lists.h"

/* Of the chain, at once: each is hashed and parsed on the connection's loop. */
#define CHECKED_AT_ONCE 200

static const char *const results[] = {"ok", "refused", NULL};
const struct pawl_api_param pawl_api_audit_query[] = {
	{"actor", PAWL_PARAM_TEXT, "Only what this one did: user:NAME, token:NAME, system."},
	{"action", PAWL_PARAM_TEXT, "Only this operation, like cancelRun."},
	{"result", PAWL_PARAM_CHOICE, "Only what was done, or what was refused.", results},
	{"search", PAWL_PARAM_TEXT,
	 "A part, in any case, of what was named or changed, or of the address."},
	PAWL_QUERY_WINDOW,
	PAWL_QUERY_PAGE(PAWL_PARAM_ID),
	PAWL_QUERY_END};
const struct pawl_api_param pawl_api_audit_check_query[] = {
	{"noted", PAWL_PARAM_TEXT, "A hash that was written down before: it has to be there."},
	PAWL_QUERY_END};

/* ---- listing -------------------------------------------------------------------------- */

static struct pawl_str
hash_text(struct pawl_arena *arena, struct pawl_str hash)
{
	char *text = pawl_arena_alloc(arena, 2 * hash.len);

	pawl_hex_encode(hash.ptr, hash.len, text);
	return pawl_str(text, 2 * hash.len);
}

static struct pawl_json
audit_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	static const char *const members[] = {"at",     "actor",  "address", "action",
					      "target", "object", "result"};
	const struct pawl_audit_row *row = &list->audit[i];
	struct pawl_arena *arena = &call->arena;
	struct pawl_json entry = pawl_api_parsed(arena, row->entry);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "seq", pawl_json_id(arena, row->seq));
	for (size_t m = 0; m < sizeof members / sizeof members[0]; m++) {
		const struct pawl_json *value = pawl_json_get_c(&entry, members[m]);

		pawl_json_set_c(&b, members[m], value ? *value : pawl_json_null());
	}
	pawl_json_set_c(&b, "hash", pawl_json_string(hash_text(arena, row->hash)));
	pawl_json_set_c(&b, "entry", pawl_json_string(row->entry));
	return pawl_json_end(&b);
}

void
pawl_api_list_audit(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_AUDIT);
	struct pawl_str result = pawl_api_query_text(call, "result");

	list->what = "entry of the audit log";
	list->key = "seq";
	list->item = audit_item;
	list->list.actor = pawl_api_query_text(call, "actor");
	list->list.action = pawl_api_query_text(call, "action");
	list->list.results = pawl_str_eq_c(result, "ok")        ? PAWL_AUDIT_DONE
			     : pawl_str_eq_c(result, "refused") ? PAWL_AUDIT_REFUSED
								: PAWL_AUDIT_ANY;
	list->list.wants_total = true;
	pawl_api_list_run(call, list);
}

/* ---- the chain ------------------------------------------------------------------------- */

struct checking {
	struct pawl_store_list list;
	struct pawl_audit_check check;
};

static struct pawl_json
text_or_null(const char *text)
{
	return text && *text ? pawl_json_string_c(text) : pawl_json_null();
}

static void
reply_checked(struct pawl_api_call *call)
{
	struct checking *checking = call->state;
	struct pawl_audit_check *check = &checking->check;
	bool is_whole = pawl_audit_check_end(check);
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "valid", pawl_json_bool(is_whole));
	pawl_json_set_c(&b, "entries", pawl_json_int(&call->arena, (int64_t)check->n));
	pawl_json_set_c(&b, "head", text_or_null(check->head));
	pawl_json_set_c(&b, "broken_seq", pawl_api_id_or_null(&call->arena, check->broken_seq));
	pawl_json_set_c(&b, "problem",
			text_or_null(check->problem ? check->problem
				     : is_whole     ? NULL
						    : "no entry has the noted hash"));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void check_some(struct pawl_api_call *call, uint64_t before);

static void
some_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct checking *checking = call->state;
	const struct pawl_store_list *list = &checking->list;
	uint64_t before = list->n ? list->audit[list->n - 1].seq : 0;
	struct pawl_arena scratch;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "audit log");
		return;
	}
	pawl_arena_init(&scratch, 0);
	for (size_t i = 0; i < list->n; i++)
		pawl_audit_check_entry(&checking->check, list->audit[i].seq, list->audit[i].entry,
				       hash_text(&scratch, list->audit[i].hash));
	pawl_arena_fini(&scratch);
	if (list->more)
		check_some(call, before);
	else
		reply_checked(call);
}

static void
check_some(struct pawl_api_call *call, uint64_t before)
{
	struct checking *checking = call->state;

	pawl_api_forget_results(call);
	checking->list = (struct pawl_store_list){.limit = CHECKED_AT_ONCE, .before = before};
	pawl_store_op_init(&checking->list.op, PAWL_STORE_AUDIT, NULL);
	pawl_api_store(call, &checking->list.op, some_read);
}

void
pawl_api_check_audit(struct pawl_api_call *call)
{
	struct checking *checking = pawl_arena_calloc(&call->arena, 1, sizeof *checking);

	call->state = checking;
	pawl_audit_check_begin(&checking->check, pawl_api_query_text(call, "noted"));
	check_some(call, 0);
}
