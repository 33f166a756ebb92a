#include "server/events.h"

#include "base/log.h"
#include "server/secrets.h"

/* Would it lead in a circle, or too far? NULL: it would not. */
static const char *
loop_problem(const struct pawl_event *event, uint64_t workflow_id)
{
	if (event->n_chain >= PAWL_EVENT_CHAIN_MAX)
		return "the event has come through so many workflows that this looks like a loop: "
		       "the workflow is not started";
	for (size_t i = 0; i < event->n_chain; i++)
		if (event->chain[i] == workflow_id)
			return "a run of this workflow led to the event: it is not started again, "
			       "as that would go on for ever";
	return NULL;
}

static bool
is_wanted(const struct pawl_endpoint *endpoint, const struct pawl_event *event,
	  struct pawl_str about, const struct pawl_json *input, struct pawl_arena *arena)
{
	struct pawl_str only = pawl_subscription_about(endpoint->subscription);
	const char *failure;
	bool wanted;

	if (only.len && about.len && !pawl_str_eq(only, about))
		return false;
	wanted = pawl_subscription_wants(endpoint->subscription, input, arena, &failure);
	if (failure)
		pawl_log(PAWL_LOG_WARN, "event_filter_failed",
			 PAWL_F_ID("workflow", endpoint->workflow_id),
			 PAWL_F_STR("type", event->type), PAWL_F_C("message", failure));
	return wanted;
}

static void
tell_cut(struct pawl_server *server, const struct pawl_event *event, uint64_t workflow_id,
	 const char *problem)
{
	uint64_t from = event->chain[event->n_chain - 1];

	atomic_fetch_add_explicit(&server->events_cut, 1, memory_order_relaxed);
	pawl_log(PAWL_LOG_WARN, "event_loop_cut", PAWL_F_ID("workflow", workflow_id),
		 PAWL_F_STR("type", event->type), PAWL_F_ID("from", from),
		 PAWL_F_INT("depth", event->n_chain), PAWL_F_C("message", problem));
}

void
pawl_events_match(struct pawl_server *server, const struct pawl_event *event, struct pawl_str about,
		  struct pawl_arena *arena, struct pawl_event_row *row)
{
	struct pawl_json input = pawl_event_input(arena, event);
	struct pawl_str text = pawl_str(NULL, 0);
	size_t n;
	struct pawl_endpoint **endpoints =
		pawl_directory_subscribed(server->directory, event->type, arena, &n);
	uint64_t *cut = pawl_arena_calloc(arena, n + 1, sizeof(*cut));

	*row = (struct pawl_event_row){.cut = cut};
	row->runs = pawl_arena_calloc(arena, n + 1, sizeof(*row->runs));
	for (size_t i = 0; i < n; i++) {
		const struct pawl_endpoint *endpoint = endpoints[i];
		const char *problem;

		if (!is_wanted(endpoint, event, about, &input, arena))
			continue;
		problem = loop_problem(event, endpoint->workflow_id);
		if (problem) {
			tell_cut(server, event, endpoint->workflow_id, problem);
			cut[row->n_cut++] = endpoint->workflow_id;
			continue;
		}
		if (!text.ptr)
			text = pawl_input_seal(server, arena, pawl_json_text(arena, &input));
		row->runs[row->n_runs++] =
			(struct pawl_event_run){.workflow_id = endpoint->workflow_id,
						.revision = endpoint->revision,
						.input = text};
	}
	for (size_t i = 0; i < n; i++)
		pawl_endpoint_unref(endpoints[i]);
}
