/* What listeners of the live stream are told: enough to show a row of a list anew, or for the first
 * time, without asking for it. */
#include "base/clock.h"
#include "base/id.h"
#include "server/api.h"
#include "server/callers.h"
#include "server/secrets.h"

/* What somebody sent, as lists show it. */
static struct pawl_json
shown(struct pawl_server *server, struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_redactor *redactor;
	struct pawl_json value;

	if (!text.len)
		return pawl_json_null();
	redactor = pawl_secrets_redactor(server->secrets);
	value = pawl_json_string_dup(arena, pawl_redact_text(redactor, arena, text));
	pawl_redactor_unref(redactor);
	return value;
}

static struct pawl_json
workflow_name(struct pawl_server *server, struct pawl_arena *arena, uint64_t workflow_id)
{
	struct pawl_directory_facts facts;

	pawl_directory_facts(server->directory, workflow_id, arena, &facts);
	return facts.name.ptr ? pawl_json_string(facts.name) : pawl_json_null();
}

static void
publish(struct pawl_server *server, const char *event, uint64_t workflow_id,
	struct pawl_json_builder *b, struct pawl_arena *arena)
{
	struct pawl_json value = pawl_json_end(b);

	pawl_stream_hub_publish(server->hub, event, workflow_id, pawl_json_text(arena, &value));
}

/* ---- requests --------------------------------------------------------------------------- */

void
pawl_live_request(struct pawl_server *server, const struct pawl_request_row *row, uint64_t row_id)
{
	struct pawl_json_builder b;
	struct pawl_arena arena;

	if (!pawl_stream_hub_has_listeners(server->hub))
		return;
	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "id", pawl_json_id(&arena, row_id));
	pawl_json_set_c(&b, "workflow_id", pawl_json_id(&arena, row->workflow_id));
	pawl_json_set_c(&b, "workflow_name", workflow_name(server, &arena, row->workflow_id));
	pawl_json_set_c(&b, "verdict", pawl_json_string_c(pawl_verdict_name(row->verdict)));
	pawl_json_set_c(&b, "status", pawl_json_int(&arena, row->status));
	pawl_json_set_c(&b, "released", pawl_json_bool(row->flags & PAWL_REQUEST_RELEASED));
	pawl_json_set_c(&b, "reason", shown(server, &arena, row->reason));
	pawl_json_set_c(&b, "received_at", pawl_api_time(&arena, row->received_at_us));
	pawl_json_set_c(&b, "method", shown(server, &arena, row->method));
	pawl_json_set_c(&b, "target", shown(server, &arena, row->target));
	pawl_json_set_c(&b, "ip", shown(server, &arena, row->ip));
	pawl_json_set_c(&b, "trigger", pawl_json_string_c(pawl_trigger_kind_name(row->trigger)));
	pawl_json_set_c(&b, "quarantined", pawl_json_bool(row->flags & PAWL_REQUEST_QUARANTINED));
	pawl_json_set_c(&b, "order_key", shown(server, &arena, row->order_key));
	pawl_json_set_c(&b, "duplicate_of", pawl_api_id_or_null(&arena, row->duplicate_of));
	pawl_json_set_c(&b, "run_id", pawl_api_id_or_null(&arena, row->starts_run ? row_id : 0));
	publish(server, "request", row->workflow_id, &b, &arena);
	pawl_arena_fini(&arena);
}

/* ---- runs and nodes ------------------------------------------------------------------------ */

static struct pawl_json
duration_ms(struct pawl_arena *arena, const struct pawl_run_row *run)
{
	int64_t hundredths = (run->finished_at_us - run->started_at_us) / 10;

	if (!run->started_at_us || !run->finished_at_us)
		return pawl_json_null();
	return pawl_json_double(arena, (double)hundredths / 100.0);
}

static void
put_run(struct pawl_server *server, struct pawl_arena *arena, struct pawl_json_builder *b,
	const struct pawl_engine_event *event)
{
	const struct pawl_run_row *run = event->run;
	struct pawl_json error;

	if (!run->error.len || pawl_json_read_back(arena, run->error, &error, NULL) != PAWL_OK)
		error = pawl_json_null();
	pawl_json_set_c(b, "id", pawl_json_id(arena, run->id));
	pawl_json_set_c(b, "workflow_id", pawl_json_id(arena, run->workflow_id));
	pawl_json_set_c(b, "workflow_name", workflow_name(server, arena, run->workflow_id));
	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_run_state_name(run->state)));
	pawl_json_set_c(b, "at", pawl_api_time(arena, event->at_us));
	pawl_json_set_c(b, "test", pawl_json_bool(run->flags & PAWL_RUN_TEST));
	pawl_json_set_c(b, "edited", pawl_json_bool(run->flags & PAWL_RUN_EDITED));
	pawl_json_set_c(b, "revision", pawl_json_int(arena, run->revision & ~PAWL_REVISION_DRAFT));
	pawl_json_set_c(b, "draft", pawl_json_bool(run->revision & PAWL_REVISION_DRAFT));
	pawl_json_set_c(b, "paused", pawl_json_bool(run->paused));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, run->attempt ? run->attempt : 1));
	pawl_json_set_c(b, "trigger", pawl_json_string_c(pawl_trigger_kind_name(run->trigger)));
	pawl_json_set_c(b, "request_id", pawl_api_id_or_null(arena, run->request_id));
	pawl_json_set_c(b, "replay_of", pawl_api_id_or_null(arena, run->replay_of));
	pawl_json_set_c(b, "queued_at", pawl_api_time(arena, run->queued_at_us));
	pawl_json_set_c(b, "started_at", pawl_api_time(arena, run->started_at_us));
	pawl_json_set_c(b, "finished_at", pawl_api_time(arena, run->finished_at_us));
	pawl_json_set_c(b, "wake_at", pawl_api_time(arena, run->wake_at_us));
	pawl_json_set_c(b, "duration_ms", duration_ms(arena, run));
	pawl_json_set_c(b, "order_key", shown(server, arena, run->order_key));
	pawl_json_set_c(b, "error", error);
}

static void
put_node(struct pawl_arena *arena, struct pawl_json_builder *b,
	 const struct pawl_engine_event *event)
{
	pawl_json_set_c(b, "run_id", pawl_json_id(arena, event->run_id));
	pawl_json_set_c(b, "workflow_id", pawl_json_id(arena, event->workflow_id));
	pawl_json_set_c(b, "node", pawl_json_string(event->node_id));
	pawl_json_set_c(b, "status", pawl_json_string_c(pawl_node_state_name(event->node_state)));
	pawl_json_set_c(b, "attempt", pawl_json_int(arena, event->attempt));
	pawl_json_set_c(b, "at", pawl_api_time(arena, event->at_us));
}

void
pawl_live_on_event(void *ctx, const struct pawl_engine_event *event)
{
	struct pawl_server *server = ctx;
	bool is_run = event->kind == PAWL_EVENT_RUN;
	struct pawl_json_builder b;
	struct pawl_arena arena;

	if (is_run && pawl_run_is_finished(event->run_state))
		pawl_callers_ended(server->callers, event);
	if (!pawl_stream_hub_has_listeners(server->hub))
		return;
	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	if (is_run)
		put_run(server, &arena, &b, event);
	else
		put_node(&arena, &b, event);
	publish(server, is_run ? "run" : "node", event->workflow_id, &b, &arena);
	pawl_arena_fini(&arena);
}
