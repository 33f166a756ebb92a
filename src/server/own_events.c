#include "server/own_events.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "server/api.h"
#include "server/events.h"
#include "server/secrets.h"

#define DENIED_IN_ROW 5
#define HOUR_US       INT64_C(3600000000)
/* So many wait for a failing store at most. */
#define KEPT_MAX 256

struct pawl_emitter {
	pthread_mutex_t lock;
	struct pawl_list kept; /* struct emission.item */
	size_t n_kept;
};

struct emission {
	struct pawl_store_take_events take;
	struct pawl_event_row row;
	struct pawl_server *server;
	struct pawl_list item; /* in the emitter's kept */
	struct pawl_arena arena;
	unsigned char key[SHA256_DIGEST_LENGTH];
};

/* ---- what is told ---------------------------------------------------------------------- */

/* {"workflow": {"id", "name"}, ...data} */
static struct pawl_json
with_workflow(struct pawl_arena *arena, uint64_t workflow_id, struct pawl_str name,
	      const struct pawl_json *data)
{
	struct pawl_json_builder b, workflow;

	pawl_json_object_begin(&b, arena);
	if (workflow_id) {
		pawl_json_object_begin(&workflow, arena);
		pawl_json_set_c(&workflow, "id", pawl_json_id(arena, workflow_id));
		pawl_json_set_c(&workflow, "name", pawl_json_string_dup(arena, name));
		pawl_json_set_c(&b, "workflow", pawl_json_end(&workflow));
	}
	for (uint32_t i = 0; i < data->len; i++)
		pawl_json_set(&b, data->members[i].key, data->members[i].value);
	return pawl_json_end(&b);
}

/* True: it starts something, or is cut somewhere. */
static bool
match(struct pawl_server *server, enum pawl_own_event_kind kind, uint64_t workflow_id,
      struct pawl_str name, struct pawl_event *event, const struct pawl_json *data,
      struct pawl_arena *arena, struct pawl_event_row *row)
{
	event->type = pawl_str_c(pawl_own_events[kind].name);
	event->source = PAWL_STR("pawl");
	event->subject = name;
	event->data = with_workflow(arena, workflow_id, name, data);
	pawl_events_match(server, event, name, arena, row);
	return row->n_runs || row->n_cut;
}

/* Of the runs, those of one workflow (is_kept), or all but those. */
static void
filter_runs(struct pawl_event_row *row, uint64_t workflow_id, bool is_kept)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n_runs; i++)
		if ((row->runs[i].workflow_id == workflow_id) == is_kept)
			row->runs[n++] = row->runs[i];
	row->n_runs = n;
}

/* ---- on their own ------------------------------------------------------------------------ */

struct pawl_emitter *
pawl_emitter_new(void)
{
	struct pawl_emitter *emitter = pawl_calloc(1, sizeof(*emitter));

	pthread_mutex_init(&emitter->lock, NULL);
	pawl_list_init(&emitter->kept);
	return emitter;
}

static void
emission_free(struct emission *emission)
{
	pawl_arena_fini(&emission->arena);
	free(emission);
}

static void
lose(struct emission *emission, const char *reason)
{
	pawl_log(PAWL_LOG_ERROR, "event_lost", PAWL_F_C("reason", reason));
	emission_free(emission);
}

void
pawl_emitter_free(struct pawl_emitter *emitter)
{
	if (!emitter)
		return;
	PAWL_LIST_FOREACH_SAFE(item, &emitter->kept)
	{
		lose(pawl_container_of(item, struct emission, item),
		     "the store could not be written until the end");
	}
	pthread_mutex_destroy(&emitter->lock);
	free(emitter);
}

/* False: there are too many. */
static bool
keep(struct emission *emission)
{
	struct pawl_emitter *emitter = emission->server->emitter;
	bool has_room;

	pthread_mutex_lock(&emitter->lock);
	has_room = emitter->n_kept < KEPT_MAX;
	if (has_room) {
		pawl_list_append(&emitter->kept, &emission->item);
		emitter->n_kept++;
	}
	pthread_mutex_unlock(&emitter->lock);
	return has_room;
}

/* On the store's thread. The trouble that it failed for is not over before this returns: who
 * retries then finds it. */
static void
taken(struct pawl_store_op *op)
{
	struct emission *emission = pawl_container_of(op, struct emission, take.op);
	enum pawl_err err = op->err;
	struct pawl_store_stats stats;

	pawl_store_op_fini(op);
	if (err == PAWL_OK) {
		emission_free(emission);
		return;
	}
	pawl_store_stats(emission->server->store, &stats);
	if (!stats.failing || !keep(emission))
		lose(emission, pawl_err_name(err));
}

static void
submit(struct emission *emission)
{
	pawl_store_op_init(&emission->take.op, PAWL_STORE_TAKE_EVENTS, taken);
	if (pawl_store_submit(emission->server->store, &emission->take.op) != PAWL_OK)
		lose(emission, pawl_err_name(PAWL_EFULL));
}

void
pawl_emitter_retry(struct pawl_server *server)
{
	struct pawl_emitter *emitter = server->emitter;
	struct pawl_list again;

	pawl_list_init(&again);
	pthread_mutex_lock(&emitter->lock);
	pawl_list_splice(&again, &emitter->kept);
	emitter->n_kept = 0;
	pthread_mutex_unlock(&emitter->lock);
	PAWL_LIST_FOREACH_SAFE(item, &again)
	{
		pawl_list_remove(item);
		submit(pawl_container_of(item, struct emission, item));
	}
}

void
pawl_own_event_emit(struct pawl_server *server, const struct pawl_own_note *note)
{
	struct emission *emission = pawl_calloc(1, sizeof(*emission));
	struct pawl_arena *arena = &emission->arena;
	struct pawl_directory_facts facts = {0};
	struct pawl_event event = {.id = note->key,
				   .at_us = note->at_us ? note->at_us : pawl_clock_now_us()};

	emission->server = server;
	pawl_list_init(&emission->item);
	pawl_arena_init(arena, 0);
	if (note->workflow_id)
		pawl_directory_facts(server->directory, note->workflow_id, arena, &facts);
	match(server, note->kind, note->workflow_id, facts.name, &event, note->data, arena,
	      &emission->row);
	if (note->only)
		filter_runs(&emission->row, note->only, true);
	if (!emission->row.n_runs) {
		emission_free(emission);
		return;
	}
	if (note->key.len) {
		SHA256((const unsigned char *)note->key.ptr, note->key.len, emission->key);
		emission->row.key = pawl_str((const char *)emission->key, sizeof(emission->key));
	}
	emission->take.events = &emission->row;
	emission->take.n = 1;
	emission->take.now_us = pawl_clock_now_us();
	submit(emission);
}

void
pawl_own_event_denied(struct pawl_server *server, struct pawl_endpoint *endpoint)
{
	unsigned n =
		atomic_fetch_add_explicit(&endpoint->denied_in_row, 1, memory_order_relaxed) + 1;
	struct pawl_own_note note = {.kind = PAWL_OWN_SIGNATURE_FAILING,
				     .workflow_id = endpoint->workflow_id};
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;

	if (n != DENIED_IN_ROW || !pawl_directory_wants(server->directory, note.kind))
		return;
	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "refused", pawl_json_int(&arena, DENIED_IN_ROW));
	data = pawl_json_end(&b);
	note.data = &data;
	note.key = pawl_arena_printf(&arena, "%s:%llu:%lld", pawl_own_events[note.kind].name,
				     (unsigned long long)endpoint->workflow_id,
				     (long long)(pawl_clock_now_us() / HOUR_US));
	pawl_own_event_emit(server, &note);
	pawl_arena_fini(&arena);
}

/* ---- the end of a run --------------------------------------------------------------------- */

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
run_data(struct pawl_arena *arena, const struct pawl_run_row *row)
{
	struct pawl_json_builder run, b;
	struct pawl_json error = pawl_json_null();

	if (row->error.len && pawl_json_read_back(arena, row->error, &error, NULL) != PAWL_OK)
		error = pawl_json_null();
	pawl_json_object_begin(&run, arena);
	pawl_json_set_c(&run, "id", pawl_json_id(arena, row->id));
	pawl_json_set_c(&run, "status", pawl_json_string_c(pawl_run_state_name(row->state)));
	pawl_json_set_c(&run, "trigger", pawl_json_string_c(pawl_trigger_kind_name(row->trigger)));
	pawl_json_set_c(&run, "error", error);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "run", pawl_json_end(&run));
	return pawl_json_end(&b);
}

/* The workflows that led to the run, and its own. */
static void
set_chain(const struct pawl_server *server, struct pawl_event *event,
	  const struct pawl_run_row *row, struct pawl_arena *arena)
{
	const uint64_t *earlier = NULL;
	struct pawl_json input;
	uint64_t *chain;
	size_t n = 0;

	if (row->trigger == PAWL_TRIGGER_EVENT && row->input.len &&
	    pawl_json_read_back(arena, row->input, &input, NULL) == PAWL_OK) {
		input = pawl_input_open(server, arena, &input);
		earlier = pawl_event_chain(arena, &input, &n);
	}
	chain = pawl_arena_calloc(arena, n + 1, sizeof(*chain));
	for (size_t i = 0; i < n; i++)
		chain[i] = earlier[i];
	chain[n] = row->workflow_id;
	event->chain = chain;
	event->n_chain = n + 1;
}

size_t
pawl_own_events_of_end(struct pawl_store_op *op, struct pawl_event_row **rows)
{
	const struct pawl_store_save *save = (const struct pawl_store_save *)op;
	struct pawl_server *server = op->ctx;
	struct pawl_directory_facts facts;
	struct pawl_event event = {0};
	enum pawl_own_event_kind kind;
	struct pawl_json data;

	if (!save->has_ended || (save->run.flags & PAWL_RUN_TEST) ||
	    !kind_of(save->run.state, &kind) || !pawl_directory_wants(server->directory, kind))
		return 0;
	*rows = pawl_arena_calloc(&op->arena, 1, sizeof(**rows));
	event.at_us = save->run.finished_at_us;
	set_chain(server, &event, &save->run, &op->arena);
	data = run_data(&op->arena, &save->run);
	pawl_directory_facts(server->directory, save->run.workflow_id, &op->arena, &facts);
	return match(server, kind, save->run.workflow_id, facts.name, &event, &data, &op->arena,
		     *rows);
}

/* ---- a change of a workflow --------------------------------------------------------------- */

/* It does not start the workflow that it is about. True: it starts others. */
static bool
tell_change(struct pawl_api_call *call, enum pawl_own_event_kind kind,
	    const struct pawl_workflow_row *row, struct pawl_arena *arena,
	    struct pawl_event_row *out)
{
	struct pawl_event event = {.at_us = pawl_clock_now_us()};
	struct pawl_json_builder b;
	struct pawl_json data;

	if (!pawl_directory_wants(call->server->directory, kind))
		return false;
	pawl_json_object_begin(&b, arena);
	if (kind == PAWL_OWN_WORKFLOW_ACTIVATED)
		pawl_json_set_c(&b, "status",
				pawl_json_string_c(pawl_workflow_state_name(row->state)));
	pawl_json_set_c(&b, "revision",
			pawl_json_int(arena, kind == PAWL_OWN_WORKFLOW_ACTIVATED
						     ? row->active_revision
						     : row->latest_revision));
	pawl_json_set_c(&b, "by", pawl_json_string_dup(arena, call->note.actor));
	data = pawl_json_end(&b);
	match(call->server, kind, row->id, row->name, &event, &data, arena, out);
	filter_runs(out, row->id, false);
	return out->n_runs > 0;
}

size_t
pawl_own_events_of_change(struct pawl_store_op *op, struct pawl_event_row **rows)
{
	const struct pawl_store_workflow_save *save = (const struct pawl_store_workflow_save *)op;
	const struct pawl_store_workflow_state *state =
		(const struct pawl_store_workflow_state *)op;
	bool is_save = op->kind == PAWL_STORE_WORKFLOW_SAVE;
	struct pawl_event_row *out = pawl_arena_calloc(&op->arena, 2, sizeof(*out));
	size_t n = 0;

	*rows = out;
	if (is_save && save->published)
		n += tell_change(op->ctx, PAWL_OWN_WORKFLOW_PUBLISHED, &save->workflow, &op->arena,
				 &out[n]);
	if (is_save ? save->activated : state->activated)
		n += tell_change(op->ctx, PAWL_OWN_WORKFLOW_ACTIVATED,
				 is_save ? &save->workflow : &state->workflow, &op->arena, &out[n]);
	return n;
}
