/* What starts a workflow besides requests to its URL: a person who asks for a run, and the times of
 * its schedule. */
#include "base/clock.h"
#include "base/parse.h"
#include "server/api_resources.h"
#include "server/secrets.h"
#include "trigger/manual.h"

#define TIMES_DEFAULT 10

/* ---- a run by hand ------------------------------------------------------------------- */

struct starting {
	struct pawl_store_get revision;
	struct pawl_store_start_run start;
};

static void
started(struct pawl_api_call *call, struct pawl_store_op *op)
{
	(void)op;
	pawl_api_reply_new_run(call, &((struct starting *)call->state)->start);
}

/* The input that the run gets; NULL: the call was answered with what is wrong. */
static const struct pawl_json *
check_input(struct pawl_api_call *call, const struct pawl_json *trigger)
{
	const struct pawl_json *input = pawl_json_get_c(&call->body, "input");
	struct pawl_str type = pawl_json_get_str(trigger, "type", PAWL_STR(""));
	struct pawl_problems problems = {0};
	struct pawl_json_builder b;
	struct pawl_json *empty = pawl_arena_alloc(&call->arena, sizeof *empty);

	pawl_json_object_begin(&b, &call->arena);
	*empty = pawl_json_end(&b);
	if (!pawl_str_eq_c(type, pawl_trigger_manual.name)) {
		if (!input)
			pawl_api_fail(call, 422, "invalid_input",
				      "the workflow has the trigger \"%.*s\": give the input that "
				      "its run is to have",
				      PAWL_STR_ARG(type));
		return input;
	}
	if (!input)
		input = empty;
	if (pawl_manual_takes(pawl_json_get_c(trigger, "config"), input, &problems))
		return input;
	pawl_api_fail_problems(call, 422, "invalid_input",
			       "the input is not what the workflow takes; nothing was started",
			       &problems);
	pawl_problems_fini(&problems);
	return NULL;
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct starting *starting = call->state;
	const struct pawl_json *input;
	struct pawl_json document;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	document = pawl_api_parsed(&call->arena, starting->revision.revision->document);
	input = check_input(call, pawl_json_get_c(&document, "trigger"));
	if (!input)
		return;
	starting->start.run = (struct pawl_run_row){
		.workflow_id = starting->revision.id,
		.revision = starting->revision.number,
		.trigger = PAWL_TRIGGER_MANUAL,
		.queued_at_us = pawl_clock_now_us(),
		.input = pawl_input_seal(call->server, &call->arena,
					 pawl_json_text(&call->arena, input))};
	pawl_store_op_init(&starting->start.op, PAWL_STORE_START_RUN, NULL);
	pawl_api_store(call, &starting->start.op, started);
}

static void
start_id(struct pawl_api_call *call, uint64_t id)
{
	struct starting *starting = pawl_arena_calloc(&call->arena, 1, sizeof *starting);
	int64_t number;

	call->state = starting;
	if (!pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &number))
		number = call->workflow->active_revision ? call->workflow->active_revision
							 : call->workflow->latest_revision;
	if (!number) {
		pawl_api_fail(call, 409, "conflict",
			      "the workflow has no published revision: publish it first");
		return;
	}
	starting->revision = (struct pawl_store_get){.id = id, .number = (uint32_t)number};
	pawl_store_op_init(&starting->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &starting->revision.op, revision_read);
}

void
pawl_api_start_run(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], start_id);
}

/* ---- times ------------------------------------------------------------------------------- */

static struct pawl_json
next_times(struct pawl_arena *arena, const struct pawl_schedule *schedule, int64_t after_us,
	   uint64_t n)
{
	struct pawl_json_builder list, b;
	int64_t at_us = after_us;

	pawl_json_array_begin(&list, arena);
	while (n-- && pawl_schedule_next(schedule, at_us, &at_us)) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "at", pawl_api_time(arena, at_us));
		pawl_json_set_c(&b, "local_time",
				pawl_json_string(pawl_schedule_local(schedule, at_us, arena)));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

static uint64_t
wanted_times(const struct pawl_api_call *call)
{
	uint64_t n = TIMES_DEFAULT;

	pawl_parse_u64_range(pawl_api_query_text(call, "limit"), 1, 1000, &n);
	return n;
}

struct showing {
	struct pawl_store_schedule last;
	struct pawl_endpoint *endpoint; /* NULL: the workflow is inactive, and the draft is shown */
	struct pawl_schedule *draft;
};

static void
last_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct showing *showing = call->state;
	struct pawl_arena *arena = &call->arena;
	const struct pawl_schedule *schedule =
		showing->endpoint ? showing->endpoint->schedule : showing->draft;
	bool is_active = showing->endpoint && showing->endpoint->state == PAWL_WORKFLOW_ACTIVE;
	int64_t from_us = pawl_clock_now_us();
	struct pawl_json_builder b;
	struct pawl_json value;

	if (showing->last.last_at_us > from_us)
		from_us = showing->last.last_at_us;
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "workflow", pawl_api_workflow_ref(call, call->workflow->id));
	pawl_json_set_c(&b, "active", pawl_json_bool(is_active));
	pawl_json_set_c(&b, "time_zone", pawl_json_string_dup(arena, pawl_schedule_zone(schedule)));
	pawl_json_set_c(&b, "last_at", pawl_api_time(arena, showing->last.last_at_us));
	pawl_json_set_c(&b, "last_run_id", pawl_api_id_or_null(arena, showing->last.last_run_id));
	pawl_json_set_c(&b, "next", next_times(arena, schedule, from_us, wanted_times(call)));
	value = pawl_json_end(&b);
	pawl_endpoint_unref(showing->endpoint);
	pawl_schedule_free(showing->draft);
	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "schedule");
	else
		pawl_api_reply(call, 200, &value);
}

static struct pawl_schedule *
schedule_of_draft(struct pawl_api_call *call)
{
	struct pawl_json document = pawl_api_parsed(&call->arena, call->workflow->draft);
	const struct pawl_json *trigger = pawl_json_get_c(&document, "trigger");

	if (!pawl_str_eq_c(pawl_json_get_str(trigger, "type", PAWL_STR("")),
			   pawl_trigger_schedule.name))
		return NULL;
	return pawl_schedule_new(pawl_json_get_c(trigger, "config"), "", NULL);
}

static void
show_schedule(struct pawl_api_call *call, uint64_t id)
{
	struct showing *showing = pawl_arena_calloc(&call->arena, 1, sizeof *showing);

	call->state = showing;
	showing->endpoint = pawl_directory_find_workflow(call->server->directory, id);
	if (!showing->endpoint)
		showing->draft = schedule_of_draft(call);
	if (!showing->draft && !(showing->endpoint && showing->endpoint->schedule)) {
		pawl_endpoint_unref(showing->endpoint);
		pawl_api_fail(call, 409, "conflict", "the workflow's trigger is not a schedule");
		return;
	}
	showing->last.workflow_id = id;
	pawl_store_op_init(&showing->last.op, PAWL_STORE_SCHEDULE, NULL);
	pawl_api_store(call, &showing->last.op, last_read);
}

void
pawl_api_get_schedule(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], show_schedule);
}

void
pawl_api_preview_schedule(struct pawl_api_call *call)
{
	const struct pawl_json *config = pawl_json_get_c(&call->body, "config");
	struct pawl_problems problems = {0};
	struct pawl_schedule *schedule = NULL;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_fields_check(pawl_trigger_schedule.fields, config, "", &problems);
	if (!problems.len)
		schedule = pawl_schedule_new(config, "", &problems);
	if (!schedule) {
		pawl_api_fail_problems(call, 422, "invalid_schedule", "this is no schedule",
				       &problems);
		pawl_problems_fini(&problems);
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "time_zone",
			pawl_json_string_dup(&call->arena, pawl_schedule_zone(schedule)));
	pawl_json_set_c(
		&b, "next",
		next_times(&call->arena, schedule, pawl_clock_now_us(), wanted_times(call)));
	value = pawl_json_end(&b);
	pawl_schedule_free(schedule);
	pawl_api_reply(call, 200, &value);
}
