/* /api/v1/events: events that start workflows, in Pawl's own form or as CloudEvents 1.0. */
#include <openssl/sha.h>

#include "base/clock.h"
#include "server/api_resources.h"
#include "server/events.h"
#include "trigger/body_value.h"
#include "trigger/cloudevent.h"

#define EVENTS_MAX 100

struct taking {
	struct pawl_store_take_events take;
	struct pawl_event *events;
	size_t n;
};

/* ---- reading ------------------------------------------------------------------------- */

static struct pawl_event
event_of(const struct pawl_json *value, bool is_cloudevent)
{
	const struct pawl_json *data = pawl_json_get_c(value, "data");
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_event event = {.type = pawl_json_get_str(value, "type", none),
				   .source = pawl_json_get_str(value, "source", none),
				   .id = pawl_json_get_str(value, "id", none),
				   .subject = pawl_json_get_str(value, "subject", none),
				   .at_us = pawl_clock_now_us(),
				   .data = data ? *data : pawl_json_null(),
				   .attributes = is_cloudevent ? *value : pawl_json_null()};
	int64_t at_us;

	if (pawl_time_parse(pawl_json_get_str(value, "time", none), &at_us))
		event.at_us = at_us;
	return event;
}

static bool
is_cloudevent(const struct pawl_api_call *call, struct pawl_str *type)
{
	bool found = false;

	*type = pawl_str(NULL, 0);
	for (size_t i = 0; i < call->n_headers; i++) {
		if (pawl_str_eq_nocase(call->headers[i].name, PAWL_STR("Content-Type")))
			*type = call->headers[i].value;
		found |= pawl_str_eq_nocase(call->headers[i].name, PAWL_STR("ce-specversion"));
	}
	return found || pawl_str_starts_with(*type, PAWL_STR("application/cloudevents"));
}

/* False: the call was answered. */
static bool
read_cloudevents(struct pawl_api_call *call, struct pawl_str type, struct taking *taking)
{
	struct pawl_json event, events;
	struct pawl_body_value value;
	bool ok;

	pawl_body_value(&call->arena, type, call->raw, 0, &value);
	ok = pawl_cloudevent_read(&call->arena, call->headers, call->n_headers, type, &value.body,
				  &event, &events);
	if (!ok || (event.type == PAWL_JSON_NULL && events.len > EVENTS_MAX)) {
		pawl_api_fail(call, 400, "invalid_event",
			      ok ? "a batch holds at most %d events"
				 : "this is no CloudEvent 1.0: it has to have specversion, id, "
				   "source and type",
			      EVENTS_MAX);
		return false;
	}
	taking->n = event.type == PAWL_JSON_NULL ? events.len : 1;
	taking->events = pawl_arena_calloc(&call->arena, taking->n + 1, sizeof(*taking->events));
	for (size_t i = 0; i < taking->n; i++)
		taking->events[i] =
			event_of(event.type == PAWL_JSON_NULL ? &events.items[i] : &event, true);
	return true;
}

static bool
read_own(struct pawl_api_call *call, struct taking *taking)
{
	struct pawl_problems problems = {0};
	struct pawl_json_error error;
	struct pawl_json value;

	if (pawl_json_parse(&call->arena, call->raw, &value, &error) != PAWL_OK) {
		pawl_api_fail(call, 400, "malformed_body",
			      "the body is not JSON: %s at line %zu, column %zu", error.message,
			      error.line, error.column);
		return false;
	}
	pawl_fields_check_values(call->route->body, &value, "", &problems);
	if (problems.len) {
		pawl_api_fail_problems(call, 400, "invalid_event", "this is no event", &problems);
		pawl_problems_fini(&problems);
		return false;
	}
	taking->n = 1;
	taking->events = pawl_arena_calloc(&call->arena, 1, sizeof(*taking->events));
	taking->events[0] = event_of(&value, false);
	return true;
}

/* All are checked before any is taken in. */
static bool
check_types(struct pawl_api_call *call, const struct taking *taking)
{
	for (size_t i = 0; i < taking->n; i++) {
		const char *problem = pawl_event_type_problem(taking->events[i].type);

		if (!problem && pawl_event_type_is_own(taking->events[i].type))
			problem = "begins with \"pawl.\": only Pawl itself sends such events";
		if (!problem)
			continue;
		pawl_api_fail(call, 400, "invalid_event", "the type of event %zu %s", i + 1,
			      problem);
		return false;
	}
	return true;
}

/* ---- taking in ---------------------------------------------------------------------------- */

static struct pawl_json
event_json(struct pawl_api_call *call, const struct pawl_event *event,
	   const struct pawl_event_row *row)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b, runs, run;

	pawl_json_array_begin(&runs, arena);
	for (size_t i = 0; i < row->n_started; i++) {
		if (!row->started[i].run_id)
			continue;
		pawl_json_object_begin(&run, arena);
		pawl_json_set_c(&run, "workflow",
				pawl_api_workflow_ref(call, row->started[i].workflow_id));
		pawl_json_set_c(&run, "run_id", pawl_json_id(arena, row->started[i].run_id));
		pawl_json_push(&runs, pawl_json_end(&run));
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&b, "type", pawl_json_string_dup(arena, event->type));
	pawl_json_set_c(&b, "event_id",
			event->id.len ? pawl_json_string_dup(arena, event->id) : pawl_json_null());
	pawl_json_set_c(&b, "duplicate", pawl_json_bool(row->is_duplicate));
	pawl_json_set_c(&b, "runs", pawl_json_end(&runs));
	return pawl_json_end(&b);
}

static void
taken(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct taking *taking = call->state;
	struct pawl_json_builder b, list;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "event");
		return;
	}
	pawl_json_array_begin(&list, &call->arena);
	for (size_t i = 0; i < taking->n; i++)
		pawl_json_push(&list,
			       event_json(call, &taking->events[i], &taking->take.events[i]));
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "events", pawl_json_end(&list));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 202, &value);
}

/* Source and id name an event (CloudEvents 1.0 section 3.1.1). */
static struct pawl_str
key_of(struct pawl_arena *arena, const struct pawl_event *event)
{
	unsigned char *hash = pawl_arena_alloc(arena, SHA256_DIGEST_LENGTH);
	struct pawl_str text;

	if (!event->id.len)
		return pawl_str(NULL, 0);
	text = pawl_arena_printf(arena, "%zu:%.*s%.*s", event->source.len,
				 PAWL_STR_ARG(event->source), PAWL_STR_ARG(event->id));
	SHA256((const unsigned char *)text.ptr, text.len, hash);
	return pawl_str((const char *)hash, SHA256_DIGEST_LENGTH);
}

void
pawl_api_send_events(struct pawl_api_call *call)
{
	struct taking *taking = pawl_arena_calloc(&call->arena, 1, sizeof *taking);
	struct pawl_str type;
	bool ok;

	call->state = taking;
	ok = is_cloudevent(call, &type) ? read_cloudevents(call, type, taking)
					: read_own(call, taking);
	if (!ok || !check_types(call, taking))
		return;
	taking->take.events =
		pawl_arena_calloc(&call->arena, taking->n + 1, sizeof(*taking->take.events));
	taking->take.n = taking->n;
	taking->take.now_us = pawl_clock_now_us();
	for (size_t i = 0; i < taking->n; i++) {
		pawl_events_match(call->server, &taking->events[i], pawl_str(NULL, 0), &call->arena,
				  &taking->take.events[i]);
		taking->take.events[i].key = key_of(&call->arena, &taking->events[i]);
	}
	pawl_store_op_init(&taking->take.op, PAWL_STORE_TAKE_EVENTS, NULL);
	pawl_api_store(call, &taking->take.op, taken);
}

void
pawl_api_list_event_types(struct pawl_api_call *call)
{
	struct pawl_json_builder list, b;

	pawl_json_array_begin(&list, &call->arena);
	for (const struct pawl_own_event *event = pawl_own_events; event->name; event++) {
		pawl_json_object_begin(&b, &call->arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c(event->name));
		pawl_json_set_c(&b, "summary", pawl_json_string_c(event->summary));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	pawl_api_reply_list(call, pawl_json_end(&list), pawl_json_null());
}
