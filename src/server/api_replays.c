/* /api/v1/replays: many runs replayed or retried by a filter; /api/v1/dead-letters: runs that
 * failed for good, by class. */
#include "base/clock.h"
#include "server/api_resources.h"
#include "server/replayer.h"
#include "store/failure.h"

#define FAILED_STATES (1U << PAWL_RUN_FAILED | 1U << PAWL_RUN_TIMED_OUT)
#define ENDED_STATES  (FAILED_STATES | 1U << PAWL_RUN_CANCELED)

static const char *const state_names[] = {"running", "completed", "stopped"};

static struct pawl_json
text_or_null(struct pawl_arena *arena, struct pawl_str text)
{
	return text.len ? pawl_json_string_dup(arena, text) : pawl_json_null();
}

static struct pawl_json
replay_json(struct pawl_api_call *call, const struct pawl_replay_row *row)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;
	bool is_draft = row->revision & PAWL_REVISION_DRAFT;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_api_id_or_null(arena, row->id));
	pawl_json_set_c(&b, "status",
			row->id ? pawl_json_string_c(state_names[row->state]) : pawl_json_null());
	pawl_json_set_c(&b, "mode", pawl_json_string_c(row->is_retry ? "retry" : "replay"));
	pawl_json_set_c(&b, "workflow",
			row->workflow_id ? pawl_api_workflow_ref(call, row->workflow_id)
					 : pawl_json_null());
	pawl_json_set_c(&b, "verdict",
			row->verdict ? pawl_json_string_c(pawl_verdict_name(row->verdict))
				     : pawl_json_null());
	pawl_json_set_c(&b, "class", text_or_null(arena, row->failure_class));
	pawl_json_set_c(&b, "code", text_or_null(arena, row->code));
	pawl_json_set_c(&b, "event", text_or_null(arena, row->event));
	pawl_json_set_c(&b, "from", pawl_api_time(arena, row->from_us));
	pawl_json_set_c(&b, "to", pawl_api_time(arena, row->to_us));
	pawl_json_set_c(&b, "revision",
			pawl_api_number_or_null(arena, is_draft ? 0 : row->revision));
	pawl_json_set_c(&b, "draft", pawl_json_bool(is_draft));
	pawl_json_set_c(&b, "per_second", pawl_api_number_or_null(arena, row->per_second));
	pawl_json_set_c(&b, "matched", pawl_json_int(arena, (int64_t)row->matched));
	pawl_json_set_c(&b, "done", pawl_json_int(arena, (int64_t)row->done));
	pawl_json_set_c(&b, "skipped", pawl_json_int(arena, (int64_t)row->skipped));
	pawl_json_set_c(&b, "created_at", pawl_api_time(arena, row->created_at_us));
	pawl_json_set_c(&b, "finished_at", pawl_api_time(arena, row->finished_at_us));
	return pawl_json_end(&b);
}

/* ---- making one --------------------------------------------------------------------------- */

static void
added(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_replay *replay = call->state;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	pawl_replayer_kick(call->server->replayer);
	value = replay_json(call, &replay->row);
	pawl_api_reply(call, 201, &value);
}

static void
counted(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pawl_store_replay *replay = call->state;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "replay");
		return;
	}
	if (pawl_json_get_bool(&call->body, "dry_run", false)) {
		value = replay_json(call, &replay->row);
		pawl_api_reply(call, 200, &value);
		return;
	}
	pawl_store_op_init(&replay->op, PAWL_STORE_REPLAY_ADD, NULL);
	pawl_api_store(call, &replay->op, added);
}

static void
count(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_store_replay *replay = call->state;
	uint32_t revision = replay->row.revision & ~PAWL_REVISION_DRAFT;

	replay->row.workflow_id = workflow_id;
	if (call->workflow && revision > call->workflow->latest_revision) {
		pawl_api_fail(call, 409, "conflict", "the workflow has no such published revision");
		return;
	}
	pawl_store_op_init(&replay->op, PAWL_STORE_REPLAY_COUNT, NULL);
	pawl_api_store(call, &replay->op, counted);
}

static struct pawl_str
body_text(const struct pawl_api_call *call, const char *name)
{
	return pawl_json_get_str(&call->body, name, PAWL_STR(""));
}

static void
read_numbers(const struct pawl_api_call *call, struct pawl_replay_row *row)
{
	int64_t number;

	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &number))
		row->revision = (uint32_t)number;
	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "per_second"), &number))
		row->per_second = (uint32_t)number;
	if (pawl_json_get_bool(&call->body, "draft", false))
		row->revision = PAWL_REVISION_DRAFT;
}

void
pawl_api_read_filter(const struct pawl_api_call *call, struct pawl_replay_row *row)
{
	enum pawl_run_state state;

	row->failure_class = body_text(call, "class");
	row->code = body_text(call, "code");
	row->event = body_text(call, "event");
	if (pawl_str_eq_c(row->failure_class, "canceled"))
		row->states = ENDED_STATES;
	if (pawl_run_state_parse(body_text(call, "status"), &state))
		row->states = 1U << state;
	if (!pawl_time_parse(body_text(call, "from"), &row->from_us))
		row->from_us = 0;
	if (!pawl_time_parse(body_text(call, "to"), &row->to_us))
		row->to_us = 0;
}

/* NULL, or what is wrong. */
static const char *
problem(const struct pawl_api_call *call, const struct pawl_replay_row *row)
{
	if (row->verdict && (row->is_retry || row->failure_class.len || row->code.len ||
			     body_text(call, "status").len))
		return "requests with a verdict have no run that has ended: leave mode, status, "
		       "class and code out";
	if (row->is_retry && row->revision)
		return "a retry goes on with the run's own revision: leave revision out, or use "
		       "the mode replay";
	if (row->revision && !body_text(call, "workflow").len)
		return "a revision, or draft, needs the workflow that it is of";
	return NULL;
}

void
pawl_api_add_replay(struct pawl_api_call *call)
{
	struct pawl_store_replay *replay = pawl_arena_calloc(&call->arena, 1, sizeof *replay);
	struct pawl_replay_row *row = &replay->row;
	struct pawl_str workflow = body_text(call, "workflow");
	const char *wrong;

	call->state = replay;
	*row = (struct pawl_replay_row){
		.is_retry = pawl_str_eq_c(body_text(call, "mode"), "retry"),
		.states = FAILED_STATES,
		.created_at_us = pawl_clock_now_us(),
	};
	pawl_api_read_filter(call, row);
	read_numbers(call, row);
	if (!pawl_verdict_parse(body_text(call, "verdict"), &row->verdict))
		row->verdict = PAWL_VERDICT_ACCEPTED;
	wrong = problem(call, row);
	if (wrong)
		pawl_api_fail(call, 400, "invalid_request", "%s", wrong);
	else if (workflow.len)
		pawl_api_workflow_id(call, workflow, count);
	else
		count(call, 0);
}

/* ---- looking, and stopping ------------------------------------------------------------------ */

static struct pawl_json
list_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	return replay_json(call, &list->replays[i]);
}

void
pawl_api_list_replays(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_REPLAYS);

	list->what = "replay";
	list->key = "id";
	list->item = list_item;
	pawl_api_list_run(call, list);
}

static void
shown(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_replay *replay = call->state;
	struct pawl_json value;

	if (op->err == PAWL_ESTATE) {
		pawl_api_fail(call, 409, "conflict", "the replay is over");
		return;
	}
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "replay");
		return;
	}
	value = replay_json(call, &replay->row);
	pawl_api_reply(call, 200, &value);
}

static void
on_one(struct pawl_api_call *call, enum pawl_store_kind kind)
{
	struct pawl_store_replay *replay = pawl_arena_calloc(&call->arena, 1, sizeof *replay);

	call->state = replay;
	if (!pawl_api_id(call, call->params[0], &replay->row.id))
		return;
	pawl_store_op_init(&replay->op, kind, NULL);
	pawl_api_store(call, &replay->op, shown);
}

void
pawl_api_get_replay(struct pawl_api_call *call)
{
	on_one(call, PAWL_STORE_REPLAY);
}

void
pawl_api_stop_replay(struct pawl_api_call *call)
{
	on_one(call, PAWL_STORE_REPLAY_STOP);
}

/* ---- dead letters --------------------------------------------------------------------------- */

static struct pawl_json
letter(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	const struct pawl_run_row *row = &list->runs[i];
	struct pawl_json run = pawl_api_run_summary(call, row);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&call->arena, row->id));
	pawl_json_set_c(&b, "class",
			pawl_json_string_c(pawl_failure_class(row->state, row->error)));
	pawl_json_set_c(&b, "run", run);
	return pawl_json_end(&b);
}

void
pawl_api_list_dead_letters(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_RUNS);

	list->what = "run";
	list->key = "id";
	list->item = letter;
	list->list.states = ENDED_STATES;
	list->list.tests = PAWL_TESTS_NOT;
	list->list.failure_class = pawl_api_query_text(call, "class");
	pawl_api_list_run(call, list);
}

static struct pawl_json
class_count(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "class", pawl_json_string(list->counters[i].name));
	pawl_json_set_c(&b, "runs", pawl_json_int(&call->arena, list->counters[i].value));
	return pawl_json_end(&b);
}

void
pawl_api_count_dead_letters(struct pawl_api_call *call)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_FAILURES);

	list->what = "run";
	list->key = "class";
	list->item = class_count;
	pawl_api_list_run(call, list);
}
