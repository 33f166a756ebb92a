#include "server/events.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "server/secrets.h"

#define DENIED_IN_ROW 5
#define HOUR_US       INT64_C(3600000000)

/* ---- who is started ------------------------------------------------------------------ */

/* Would it lead in a circle, or too far? */
static bool
is_loop(const struct pawl_event *event, uint64_t workflow_id)
{
	if (event->n_chain >= PAWL_EVENT_CHAIN_MAX)
		return true;
	for (size_t i = 0; i < event->n_chain; i++)
		if (event->chain[i] == workflow_id)
			return true;
	return false;
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
	if (!wanted || !is_loop(event, endpoint->workflow_id))
		return wanted;
	pawl_log(PAWL_LOG_WARN, "event_loop_cut", PAWL_F_ID("workflow", endpoint->workflow_id),
		 PAWL_F_STR("type", event->type), PAWL_F_INT("depth", event->n_chain),
		 PAWL_F_C("message", "the workflow is not started again by what it has led to"));
	return false;
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

	row->runs = pawl_arena_calloc(arena, n + 1, sizeof(*row->runs));
	row->n_runs = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_wanted(endpoints[i], event, about, &input, arena)) {
			if (!text.ptr)
				text = pawl_input_seal(server, arena,
						       pawl_json_text(arena, &input));
			row->runs[row->n_runs++] =
				(struct pawl_event_run){.workflow_id = endpoints[i]->workflow_id,
							.revision = endpoints[i]->revision,
							.input = text};
		}
		pawl_endpoint_unref(endpoints[i]);
	}
}

/* ---- Pawl's own -------------------------------------------------------------------------- */

struct emission {
	struct pawl_store_take_events take;
	struct pawl_event_row row;
	struct pawl_arena arena;
	unsigned char key[SHA256_DIGEST_LENGTH];
};

static void
emission_free(struct emission *emission)
{
	pawl_arena_fini(&emission->arena);
	free(emission);
}

/* On the store's thread. */
static void
taken(struct pawl_store_op *op)
{
	struct emission *emission = pawl_container_of(op, struct emission, take.op);

	if (op->err != PAWL_OK)
		pawl_log(PAWL_LOG_ERROR, "event_lost", PAWL_F_C("reason", pawl_err_name(op->err)));
	pawl_store_op_fini(op);
	emission_free(emission);
}

/* {"workflow": {"id", "name"}, ...data} */
static struct pawl_json
with_workflow(struct pawl_arena *arena, uint64_t workflow_id, struct pawl_str name,
	      const struct pawl_json *data)
{
	struct pawl_json_builder b, workflow;

	pawl_json_object_begin(&workflow, arena);
	pawl_json_set_c(&workflow, "id", pawl_json_id(arena, workflow_id));
	pawl_json_set_c(&workflow, "name", pawl_json_string_dup(arena, name));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "workflow", pawl_json_end(&workflow));
	for (uint32_t i = 0; data && i < data->len; i++)
		pawl_json_set(&b, data->members[i].key, data->members[i].value);
	return pawl_json_end(&b);
}

/* Of the runs, only that of one workflow. */
static void
keep_only(struct pawl_event_row *row, uint64_t workflow_id)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n_runs; i++)
		if (row->runs[i].workflow_id == workflow_id)
			row->runs[n++] = row->runs[i];
	row->n_runs = n;
}

/* only: the one workflow that is started; 0: all that wait for it. */
static void
emit(struct pawl_server *server, uint64_t only, enum pawl_own_event_kind kind, uint64_t workflow_id,
     struct pawl_str key, const struct pawl_json *data, const uint64_t *chain, size_t n_chain)
{
	struct emission *emission = pawl_calloc(1, sizeof(*emission));
	struct pawl_arena *arena = &emission->arena;
	struct pawl_directory_facts facts;
	struct pawl_event event = {.type = pawl_str_c(pawl_own_events[kind].name),
				   .source = PAWL_STR("pawl"),
				   .id = key,
				   .at_us = pawl_clock_now_us(),
				   .chain = chain,
				   .n_chain = n_chain};

	pawl_arena_init(arena, 0);
	pawl_directory_facts(server->directory, workflow_id, arena, &facts);
	event.subject = facts.name;
	event.data = with_workflow(arena, workflow_id, facts.name, data);
	pawl_events_match(server, &event, facts.name, arena, &emission->row);
	if (only)
		keep_only(&emission->row, only);
	if (!emission->row.n_runs) {
		emission_free(emission);
		return;
	}
	if (key.len) {
		SHA256((const unsigned char *)key.ptr, key.len, emission->key);
		emission->row.key = pawl_str((const char *)emission->key, sizeof(emission->key));
	}
	emission->take.events = &emission->row;
	emission->take.n = 1;
	emission->take.now_us = event.at_us;
	pawl_store_op_init(&emission->take.op, PAWL_STORE_TAKE_EVENTS, taken);
	if (pawl_store_submit(server->store, &emission->take.op) != PAWL_OK) {
		emission->take.op.err = PAWL_EFULL;
		taken(&emission->take.op);
	}
}

void
pawl_events_emit(struct pawl_server *server, enum pawl_own_event_kind kind, uint64_t workflow_id,
		 struct pawl_str key, const struct pawl_json *data, const uint64_t *chain,
		 size_t n_chain)
{
	emit(server, 0, kind, workflow_id, key, data, chain, n_chain);
}

void
pawl_events_emit_to(struct pawl_server *server, const struct pawl_endpoint *endpoint,
		    enum pawl_own_event_kind kind, uint64_t workflow_id, struct pawl_str key,
		    const struct pawl_json *data)
{
	emit(server, endpoint->workflow_id, kind, workflow_id, key, data, NULL, 0);
}

static bool
kind_of(enum pawl_run_state state, enum pawl_own_event_kind *kind)
{
	*kind = state == PAWL_RUN_COMPLETED ? PAWL_OWN_RUN_COMPLETED
		: state == PAWL_RUN_FAILED  ? PAWL_OWN_RUN_FAILED
					    : PAWL_OWN_RUN_TIMED_OUT;
	return state == PAWL_RUN_COMPLETED || state == PAWL_RUN_FAILED ||
	       state == PAWL_RUN_TIMED_OUT;
}

static struct pawl_json
run_data(struct pawl_arena *arena, const struct pawl_engine_event *event)
{
	struct pawl_json_builder run, b;
	struct pawl_json error = pawl_json_null();

	if (event->error.len && pawl_json_read_back(arena, event->error, &error, NULL) != PAWL_OK)
		error = pawl_json_null();
	pawl_json_object_begin(&run, arena);
	pawl_json_set_c(&run, "id", pawl_json_id(arena, event->run_id));
	pawl_json_set_c(&run, "status", pawl_json_string_c(pawl_run_state_name(event->run_state)));
	pawl_json_set_c(&run, "trigger",
			pawl_json_string_c(pawl_trigger_kind_name(event->trigger)));
	pawl_json_set_c(&run, "error", error);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "run", pawl_json_end(&run));
	return pawl_json_end(&b);
}

void
pawl_events_run_ended(struct pawl_server *server, const struct pawl_engine_event *event)
{
	enum pawl_own_event_kind kind;
	const uint64_t *earlier = NULL;
	struct pawl_json input, data;
	struct pawl_arena arena;
	uint64_t *chain;
	size_t n = 0;

	if (!kind_of(event->run_state, &kind) || !pawl_directory_wants(server->directory, kind))
		return;
	pawl_arena_init(&arena, 0);
	if (event->trigger == PAWL_TRIGGER_EVENT && event->input.len &&
	    pawl_json_read_back(&arena, event->input, &input, NULL) == PAWL_OK) {
		input = pawl_input_open(server, &arena, &input);
		earlier = pawl_event_chain(&arena, &input, &n);
	}
	chain = pawl_arena_calloc(&arena, n + 1, sizeof(*chain));
	for (size_t i = 0; i < n; i++)
		chain[i] = earlier[i];
	chain[n] = event->workflow_id;
	data = run_data(&arena, event);
	pawl_events_emit(server, kind, event->workflow_id, pawl_str(NULL, 0), &data, chain, n + 1);
	pawl_arena_fini(&arena);
}

void
pawl_events_denied(struct pawl_server *server, struct pawl_endpoint *endpoint)
{
	unsigned n =
		atomic_fetch_add_explicit(&endpoint->denied_in_row, 1, memory_order_relaxed) + 1;
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;
	struct pawl_str key;

	if (n != DENIED_IN_ROW ||
	    !pawl_directory_wants(server->directory, PAWL_OWN_SIGNATURE_FAILING))
		return;
	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "refused", pawl_json_int(&arena, DENIED_IN_ROW));
	data = pawl_json_end(&b);
	key = pawl_arena_printf(&arena, "%s:%llu:%lld",
				pawl_own_events[PAWL_OWN_SIGNATURE_FAILING].name,
				(unsigned long long)endpoint->workflow_id,
				(long long)(pawl_clock_now_us() / HOUR_US));
	pawl_events_emit(server, PAWL_OWN_SIGNATURE_FAILING, endpoint->workflow_id, key, &data,
			 NULL, 0);
	pawl_arena_fini(&arena);
}

void
pawl_events_activated(struct pawl_server *server, const struct pawl_workflow_row *row)
{
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;

	if (!pawl_directory_wants(server->directory, PAWL_OWN_WORKFLOW_ACTIVATED))
		return;
	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "status", pawl_json_string_c(pawl_workflow_state_name(row->state)));
	pawl_json_set_c(&b, "revision", pawl_json_int(&arena, row->active_revision));
	data = pawl_json_end(&b);
	/* It may not start the workflow that it is about. */
	pawl_events_emit(server, PAWL_OWN_WORKFLOW_ACTIVATED, row->id, pawl_str(NULL, 0), &data,
			 &row->id, 1);
	pawl_arena_fini(&arena);
}
