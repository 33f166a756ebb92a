/* From what the store has of a run to a run in memory: newly accepted ones, and those that go on
 * after a wait, a crash, or a restart, by one and the same way. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/run.h"

/* A run whose revision is still on its way. */
struct loading {
	struct pawl_catalog_wish wish;
	struct pawl_run *run;
	struct pawl_node_row *rows;
	size_t n_rows;
	void (*then)(void *ctx, struct pawl_run *run);
	void *ctx;
};

/* ---- copies --------------------------------------------------------------------------- */

static void
copy_run_row(struct pawl_arena *arena, struct pawl_run_row *row)
{
	row->input = pawl_arena_dup(arena, row->input);
	row->error = pawl_arena_dup(arena, row->error);
	row->output = pawl_arena_dup(arena, row->output);
}

static void
copy_request_row(struct pawl_arena *arena, struct pawl_request_row *row)
{
	row->method = pawl_arena_dup(arena, row->method);
	row->target = pawl_arena_dup(arena, row->target);
	row->ip = pawl_arena_dup(arena, row->ip);
	row->headers = pawl_arena_dup(arena, row->headers);
	row->body = pawl_arena_dup(arena, row->body);
	row->reason = row->detail = pawl_str(NULL, 0);
}

static struct pawl_node_row *
copy_node_rows(struct pawl_arena *arena, const struct pawl_node_row *rows, size_t n)
{
	struct pawl_node_row *copy = pawl_arena_calloc(arena, n ? n : 1, sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i] = rows[i];
		copy[i].node_id = pawl_arena_dup(arena, rows[i].node_id);
		copy[i].port = pawl_arena_dup(arena, rows[i].port);
		copy[i].input = pawl_arena_dup(arena, rows[i].input);
		copy[i].output = pawl_arena_dup(arena, rows[i].output);
		copy[i].error = pawl_arena_dup(arena, rows[i].error);
		copy[i].attempts = pawl_arena_dup(arena, rows[i].attempts);
		copy[i].state_data = pawl_arena_dup(arena, rows[i].state_data);
	}
	return copy;
}

/* ---- steps from rows ----------------------------------------------------------------------- */

static void
parse_into(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *out)
{
	struct pawl_json_error error;

	*out = pawl_json_null();
	if (text.len && pawl_json_parse(arena, text, out, &error) != PAWL_OK)
		*out = pawl_json_null();
}

static void
restore_wait(struct pawl_step *step, struct pawl_str text)
{
	const struct pawl_json *state;
	struct pawl_json data;
	struct pawl_str kind;

	parse_into(&step->run->arena, text, &data);
	kind = pawl_json_get_str(&data, "kind", PAWL_STR(""));
	state = pawl_json_get_c(&data, "state");
	step->state_data = state ? *state : pawl_json_null();
	step->wait = PAWL_STEP_WAIT_RESUME;
	for (int i = 0; pawl_step_wait_names[i]; i++)
		if (pawl_str_eq_c(kind, pawl_step_wait_names[i]))
			step->wait = i;
}

static uint32_t
count_interrupted(struct pawl_arena *arena, struct pawl_str attempts)
{
	struct pawl_json list;
	uint32_t n = 0;

	parse_into(arena, attempts, &list);
	for (uint32_t i = 0; list.type == PAWL_JSON_ARRAY && i < list.len; i++)
		n += pawl_str_eq_c(pawl_json_get_str(pawl_json_get_c(&list.items[i], "error"),
						     "code", PAWL_STR("")),
				   "interrupted");
	return n;
}

static void
restore_step(struct pawl_run *run, const struct pawl_node_row *row)
{
	const struct pawl_flow_node *node = pawl_workflow_node(run->workflow, row->node_id);
	struct pawl_step *step;

	if (row->seq > run->next_seq)
		run->next_seq = row->seq;
	if (!node)
		return;
	step = &run->steps[node->index];
	step->seq = row->seq;
	step->state = row->state;
	step->attempt = row->attempt;
	step->port = row->port;
	step->started_at_us = step->attempt_at_us = row->started_at_us;
	step->finished_at_us = row->finished_at_us;
	step->wake_at_us = row->wake_at_us;
	step->input_text = row->input;
	step->output_text = row->output;
	step->error_text = row->error;
	/* Without the brackets that the row has around them. */
	step->attempts = row->attempts.len > 2
				 ? pawl_str_sub(row->attempts, 1, row->attempts.len - 1)
				 : pawl_str(NULL, 0);
	step->n_interrupted = count_interrupted(&run->arena, row->attempts);
	parse_into(&run->arena, row->output, &step->output);
	parse_into(&run->arena, row->error, &step->error);
	if (step->state == PAWL_NODE_WAITING) {
		restore_wait(step, row->state_data);
		step->noted = step->wait == PAWL_STEP_WAIT_DOUBT;
	}
	if (step->state == PAWL_NODE_COMPLETED &&
	    (!run->last_completed || step->finished_at_us >= run->last_completed->finished_at_us))
		run->last_completed = step;
}

/* Decides the edges that the restored steps had decided. */
static void
restore_edges(struct pawl_run *run)
{
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];
		bool failed_on = step->state == PAWL_NODE_FAILED &&
				 step->node->settings.on_error != PAWL_ON_ERROR_FAIL;
		size_t port = 0;

		if (step->state == PAWL_NODE_PENDING || step->state == PAWL_NODE_SKIPPED)
			continue;
		for (uint32_t p = 0; p < step->node->n_ports; p++)
			if (pawl_str_eq(step->node->ports[p], step->port))
				port = p;
		if (step->state == PAWL_NODE_COMPLETED || failed_on || step->node->settings.async)
			pawl_run_release(step, port);
	}
}

/* ---- a run ------------------------------------------------------------------------------------
 */

static void
lay_out(struct pawl_run *run, struct pawl_workflow *workflow)
{
	struct pawl_arena *arena = &run->arena;
	uint32_t n = workflow->n_nodes;

	run->workflow = pawl_workflow_ref(workflow);
	run->steps = pawl_arena_calloc(arena, n ? n : 1, sizeof *run->steps);
	run->edges = pawl_arena_calloc(arena, workflow->n_edges ? workflow->n_edges : 1, 1);
	run->work = pawl_arena_calloc(arena, n ? n : 1, sizeof *run->work);
	run->save_rows = pawl_arena_calloc(arena, n ? n : 1, sizeof *run->save_rows);
	run->save_steps = pawl_arena_calloc(arena, n ? n : 1, sizeof *run->save_steps);
	for (uint32_t i = 0; i < n; i++)
		run->steps[i] = (struct pawl_step){.magic = PAWL_STEP_MAGIC,
						   .run = run,
						   .node = &workflow->nodes[i],
						   .state = PAWL_NODE_PENDING};
}

/* Goes on where the run stood: waits that are over, steps that were under way. */
static void
go_on(struct pawl_run *run)
{
	int64_t now_us = pawl_clock_now_us();

	run->advancing = true;
	pawl_run_recover(run);
	for (uint32_t i = 0; i < run->workflow->n_nodes && !run->ended; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_WAITING && !run->row.paused && step->wake_at_us &&
		    step->wake_at_us <= now_us && step->wait != PAWL_STEP_WAIT_DOUBT)
			pawl_step_resume(step, NULL);
	}
	run->advancing = false;
}

void
pawl_run_start(struct pawl_run *run)
{
	run->held = false;
	pawl_list_append(&run->engine->all, &run->item);
	pawl_engine_workflow(run->engine, run->row.workflow_id)->running++;
	if (run->row.state != PAWL_RUN_RUNNING) {
		if (!run->row.started_at_us)
			run->row.started_at_us = pawl_clock_now_us();
		pawl_run_set_state(run, PAWL_RUN_RUNNING);
	}
	go_on(run);
	pawl_run_advance(run);
}

static void
hold(struct pawl_run *run, struct pawl_engine_workflow *workflow)
{
	run->held = true;
	pawl_list_append(&workflow->held, &run->item);
	if (!run->next_seq) /* to the store, one that has a start has rows of nodes */
		run->row.started_at_us = 0;
	pawl_run_set_state(run, PAWL_RUN_QUEUED);
	if (pawl_run_is_dirty(run))
		pawl_run_save(run);
}

static void
place(struct loading *loading, struct pawl_workflow *compiled)
{
	struct pawl_run *run = loading->run;
	struct pawl_engine_workflow *workflow =
		pawl_engine_workflow(run->engine, run->row.workflow_id);

	lay_out(run, compiled);
	for (size_t i = 0; i < loading->n_rows; i++)
		restore_step(run, &loading->rows[i]);
	restore_edges(run);
	for (uint32_t i = 0; i < compiled->n_start; i++)
		run->edges[compiled->start[i] - compiled->edges] = PAWL_EDGE_LIVE;
	for (uint32_t i = 0; i < compiled->n_nodes; i++)
		pawl_run_consider(run, i);
	workflow->concurrency = compiled->concurrency;
	if (loading->then) {
		pawl_list_append(&run->engine->all, &run->item);
		workflow->running++;
		loading->then(loading->ctx, run);
	} else if (workflow->state != PAWL_WORKFLOW_ACTIVE ||
		   (workflow->concurrency && workflow->running >= workflow->concurrency)) {
		hold(run, workflow);
	} else {
		pawl_run_start(run);
	}
}

/* The revision cannot be had: the run is failed with the reason. */
static void
place_without(struct loading *loading, const char *message)
{
	struct pawl_run *run = loading->run;
	static struct pawl_workflow nothing;
	struct pawl_buf error;

	if (loading->then) {
		loading->then(loading->ctx, NULL);
		pawl_engine_run_gone(run);
		return;
	}
	pawl_buf_init(&error, 4096);
	pawl_buf_append_c(&error, "{\"code\":\"invalid_document\",\"message\":");
	pawl_buf_append_json_string(&error, pawl_str_c(message));
	pawl_buf_append_c(&error, ",\"node\":null}");
	run->workflow = &nothing; /* no nodes: only the row is saved */
	pawl_list_append(&run->engine->all, &run->item);
	pawl_engine_workflow(run->engine, run->row.workflow_id)->running++;
	pawl_run_end(run, PAWL_RUN_FAILED, pawl_arena_dup(&run->arena, pawl_buf_peek(&error)));
	run->workflow = &nothing;
	pawl_buf_fini(&error);
	pawl_run_save(run);
}

static void
loaded(struct pawl_catalog_wish *wish, struct pawl_workflow *workflow, const char *message)
{
	struct loading *loading = pawl_container_of(wish, struct loading, wish);

	loading->run->engine->n_errands--;
	if (workflow)
		place(loading, workflow);
	else
		place_without(loading, message);
	free(loading);
}

void
pawl_run_load(struct pawl_engine *engine, const struct pawl_run_record *record,
	      void (*then)(void *ctx, struct pawl_run *run), void *ctx)
{
	struct pawl_workflow *workflow;
	struct loading loading = {.then = then, .ctx = ctx, .n_rows = record->n_nodes};
	struct pawl_run *run = pawl_calloc(1, sizeof *run);

	run->magic = PAWL_RUN_MAGIC;
	run->engine = engine;
	pawl_list_init(&run->item);
	pawl_arena_init(&run->arena, 8192);
	run->row = record->run;
	copy_run_row(&run->arena, &run->row);
	run->request = record->request;
	if (run->request.id)
		copy_request_row(&run->arena, &run->request);
	pawl_map_set(&engine->runs, pawl_id_key(&run->row.id), run);
	engine->n_runs++;
	atomic_store_explicit(&engine->stat_runs, engine->n_runs, memory_order_relaxed);
	loading.run = run;
	loading.rows = copy_node_rows(&run->arena, record->nodes, record->n_nodes);
	workflow = pawl_catalog_peek(engine->catalog, run->row.workflow_id, run->row.revision);
	if (workflow) {
		place(&loading, workflow);
		return;
	}
	struct loading *later = pawl_malloc(sizeof *later);
	*later = loading;
	later->wish.done = loaded;
	engine->n_errands++;
	pawl_catalog_load(engine->catalog, run->row.workflow_id, run->row.revision, &later->wish);
}

void
pawl_run_free(struct pawl_run *run)
{
	PAWL_CHECK_OBJ(run, PAWL_RUN_MAGIC);
	pawl_run_ack_all(run, PAWL_ESTATE, "the engine stops: try again");
	for (uint32_t i = 0; run->workflow && i < run->workflow->n_nodes; i++)
		pawl_timer_close(&run->steps[i].timer);
	pawl_timer_close(&run->save_timer);
	if (run->workflow && run->steps)
		pawl_workflow_unref(run->workflow);
	pawl_list_remove(&run->item);
	run->magic = 0;
	pawl_arena_fini(&run->arena);
	free(run);
}
