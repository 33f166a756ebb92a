/* From what the store has of a run to a run in memory: newly accepted ones, and those that go on
 * after a wait, a crash, or a restart, by one and the same way. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/run.h"

#define RELOAD_MS     100 /* after a read that failed; doubled each time */
#define RELOAD_MS_MAX 5000

/* A run whose revision is still on its way. In the run's arena. */
struct pawl_loading {
	struct pawl_catalog_wish wish;
	struct pawl_run *run;
	struct pawl_node_row *rows;
	size_t n_rows;
	struct pawl_timer timer;
	int64_t delay_ms;
};

/* ---- copies --------------------------------------------------------------------------- */

static void
copy_run_row(struct pawl_arena *arena, struct pawl_run_row *row)
{
	row->input = pawl_arena_dup(arena, row->input);
	row->error = pawl_arena_dup(arena, row->error);
	row->output = pawl_arena_dup(arena, row->output);
	row->order_key = pawl_str(NULL, 0); /* the store's affair */
}

static void
copy_request_row(struct pawl_arena *arena, struct pawl_request_row *row)
{
	row->method = pawl_arena_dup(arena, row->method);
	row->target = pawl_arena_dup(arena, row->target);
	row->ip = pawl_arena_dup(arena, row->ip);
	row->headers = pawl_arena_dup(arena, row->headers);
	row->body = pawl_arena_dup(arena, row->body);
	row->reason = row->detail = row->order_key = pawl_str(NULL, 0);
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
		copy[i].sealed = pawl_arena_dup(arena, rows[i].sealed);
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
	if (text.len && pawl_json_read_back(arena, text, out, &error) != PAWL_OK)
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

/* A failure that the run went on after. */
static bool
is_handled(const struct pawl_step *step)
{
	return step->node->settings.on_error != PAWL_ON_ERROR_FAIL || step->node->settings.async;
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
	step->error_text = row->error;
	pawl_step_restore_attempts(step, row->attempts);
	pawl_step_restore_output(step, row);
	parse_into(&run->arena, row->error, &step->error);
	if (step->state == PAWL_NODE_WAITING)
		restore_wait(step, row->state_data);
	if (step->state == PAWL_NODE_CANCELED ||
	    (step->state == PAWL_NODE_FAILED && !is_handled(step)) ||
	    (step->state == PAWL_NODE_PENDING && step->finished_at_us))
		pawl_step_retry(step); /* the run had ended, and is to go on */
	if (step->state == PAWL_NODE_COMPLETED &&
	    (!run->last_completed || step->finished_at_us >= run->last_completed->finished_at_us))
		run->last_completed = step;
}

/* That the restored step had left by. */
static size_t
restored_port(const struct pawl_step *step)
{
	if (pawl_step_is_given(step))
		return PAWL_EVERY_PORT;
	for (uint32_t p = 0; p < step->node->n_ports; p++)
		if (pawl_str_eq(step->node->ports[p], step->port))
			return p;
	return step->state == PAWL_NODE_SKIPPED ? PAWL_NO_PORT : 0;
}

/* Decides the edges that the restored steps had decided. Those that were skipped have rows only
 * where something else than their edges said so. */
static void
restore_edges(struct pawl_run *run)
{
	for (uint32_t i = 0; i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_COMPLETED || step->state == PAWL_NODE_FAILED ||
		    (step->state == PAWL_NODE_SKIPPED && step->seq) ||
		    (step->state != PAWL_NODE_PENDING && step->node->settings.async))
			pawl_run_release(step, restored_port(step));
	}
}

/* ---- a run ------------------------------------------------------------------------------------
 */

void
pawl_run_lay_out(struct pawl_run *run, struct pawl_workflow *workflow)
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

void
pawl_run_open(struct pawl_run *run)
{
	const struct pawl_workflow *workflow = run->workflow;

	for (uint32_t i = 0; i < workflow->n_start; i++)
		run->edges[workflow->start[i] - workflow->edges] = PAWL_EDGE_LIVE;
	for (uint32_t i = 0; i < workflow->n_nodes; i++)
		pawl_run_consider(run, i);
}

/* Goes on where the run stood: waits that are over, steps that were under way. */
static void
go_on(struct pawl_run *run)
{
	int64_t now_us = pawl_clock_now_us();

	run->advancing = true;
	pawl_blame_set(&run->engine->blame, run->row.id);
	pawl_run_recover(run);
	for (uint32_t i = 0; i < run->workflow->n_nodes && !run->ended; i++) {
		struct pawl_step *step = &run->steps[i];

		if (step->state == PAWL_NODE_WAITING && !run->row.paused && step->wake_at_us &&
		    step->wake_at_us <= now_us && step->wait != PAWL_STEP_WAIT_DOUBT)
			pawl_step_resume(step, NULL);
	}
	run->advancing = false;
}

/* ---- going, held, or out of memory ------------------------------------------------------------
 */

static bool
may_go(const struct pawl_engine *engine, const struct pawl_engine_workflow *workflow)
{
	return !engine->stopping && workflow->state == PAWL_WORKFLOW_ACTIVE &&
	       (!workflow->concurrency || workflow->running < workflow->concurrency);
}

/* Not behind others of its workflow. Test runs do not stand in line. */
static bool
may_go_now(const struct pawl_run *run, const struct pawl_engine_workflow *workflow)
{
	if (run->row.flags & PAWL_RUN_TEST)
		return !run->engine->stopping;
	return !run->row.behind && may_go(run->engine, workflow) &&
	       pawl_list_is_empty(&workflow->held);
}

static void
start(struct pawl_run *run)
{
	pawl_run_unlist(run);
	run->held = false;
	run->counted = !(run->row.flags & PAWL_RUN_TEST);
	pawl_engine_workflow(run->engine, run->row.workflow_id)->running += run->counted;
	if (!run->row.started_at_us)
		run->row.started_at_us = pawl_clock_now_us();
	run->row.wake_at_us = 0;
	pawl_run_set_state(run, PAWL_RUN_RUNNING);
	go_on(run);
	pawl_run_advance(run);
}

void
pawl_run_start_held(struct pawl_engine *engine, struct pawl_engine_workflow *workflow)
{
	while (may_go(engine, workflow) && !pawl_list_is_empty(&workflow->held))
		start(pawl_container_of(workflow->held.next, struct pawl_run, item));
}

/* Held runs must not use up the memory that the runs of other workflows need: past half of it they
 * go back to the queue. So do those that are behind others of their key, at once: the store knows
 * when they may go. */
static void
hold(struct pawl_run *run, struct pawl_engine_workflow *workflow)
{
	if (!run->next_seq) /* to the store, one that has a start has rows of nodes */
		run->row.started_at_us = 0;
	if (run->row.behind || run->engine->n_held >= run->engine->config.max_runs / 2) {
		pawl_run_leave(run, PAWL_RUN_QUEUED, 0);
		return;
	}
	pawl_list_append(&workflow->held, &run->item);
	run->engine->n_held++;
	run->row.wake_at_us = 0;
	pawl_run_set_state(run, PAWL_RUN_QUEUED);
}

void
pawl_run_admit(struct pawl_run *run)
{
	struct pawl_engine_workflow *workflow =
		pawl_engine_workflow(run->engine, run->row.workflow_id);
	int64_t wake_at_us;

	if (run->held && !run->ended && !run->leaving) {
		if (!pawl_run_has_work(run, &wake_at_us)) {
			pawl_run_unlist(run);
			pawl_run_leave(run, PAWL_RUN_WAITING, wake_at_us);
		} else if (may_go_now(run, workflow)) {
			start(run);
			return;
		} else if (pawl_list_is_empty(&run->item)) {
			hold(run, workflow);
			pawl_run_start_held(run->engine, workflow);
		}
	}
	pawl_run_touch(run);
}

/* ---- loading ----------------------------------------------------------------------------------
 */

/* Loaded, or found to be nothing that can be: commands that came meanwhile have their turn. */
static void
loading_over(struct pawl_run *run)
{
	struct pawl_engine_command *command;

	pawl_timer_close(&run->loading->timer);
	run->loading = NULL;
	while ((command = run->callers)) {
		run->callers = command->next;
		pawl_run_command(run, command);
	}
}

static void
end_without(struct pawl_run *run, const char *code, const char *message)
{
	struct pawl_buf error;

	pawl_buf_init(&error, 4096);
	pawl_buf_printf(&error, "{\"code\":\"%s\",\"message\":", code);
	pawl_buf_append_json_string(&error, pawl_run_hide(run, pawl_str_c(message)));
	pawl_buf_append_c(&error, ",\"node\":null}");
	pawl_run_end(run, PAWL_RUN_FAILED, pawl_arena_dup(&run->arena, pawl_buf_peek(&error)));
	pawl_buf_fini(&error);
}

void
pawl_run_end_deleted(struct pawl_run *run)
{
	end_without(run, "workflow_deleted",
		    "the workflow was deleted, and with it what the run was to do");
	pawl_run_admit(run);
}

/* Of a run that ends as it comes in: no nodes, only the row is saved. */
static struct pawl_workflow nothing;

/* No step of it is gone through again. */
static void
place_crashed(struct pawl_run *run)
{
	run->workflow = &nothing;
	end_without(run, "crashed_twice",
		    "The process ended twice while this run was under way. It is not tried again "
		    "by itself.");
	loading_over(run);
	pawl_run_admit(run);
}

static void
place(struct pawl_run *run, struct pawl_workflow *compiled)
{
	struct pawl_engine_workflow *workflow =
		pawl_engine_workflow(run->engine, run->row.workflow_id);
	struct pawl_loading *loading = run->loading;

	pawl_blame_set(&run->engine->blame, run->row.id);
	pawl_run_trace_begin(run);
	pawl_run_lay_out(run, compiled);
	for (size_t i = 0; i < loading->n_rows; i++)
		restore_step(run, &loading->rows[i]);
	restore_edges(run);
	pawl_run_open(run);
	pawl_blame_set(&run->engine->blame, 0);
	if (run->row.revision >= workflow->revision && !(run->row.revision & PAWL_REVISION_DRAFT)) {
		workflow->revision = run->row.revision;
		workflow->concurrency = compiled->concurrency;
	}
	if (workflow->is_deleted)
		pawl_run_end_deleted(run);
	loading_over(run);
	pawl_run_admit(run);
}

/* The revision cannot be had: the run is failed with the reason. */
static void
place_without(struct pawl_run *run, enum pawl_err err, const char *message)
{
	run->workflow = &nothing;
	if (err == PAWL_ENOTFOUND)
		pawl_run_end_deleted(run);
	else
		end_without(run, "invalid_document", message);
	loading_over(run);
	pawl_run_admit(run);
}

static void loaded(struct pawl_catalog_wish *wish, struct pawl_workflow *workflow,
		   enum pawl_err err, const char *message);

static void
load(struct pawl_loading *loading)
{
	struct pawl_run *run = loading->run;

	loading->wish.done = loaded;
	run->engine->n_errands++;
	pawl_catalog_load(run->engine->catalog, run->row.workflow_id, run->row.revision,
			  &loading->wish);
}

static void
load_later(struct pawl_timer *timer)
{
	struct pawl_loading *loading = pawl_container_of(timer, struct pawl_loading, timer);

	if (!loading->run->engine->stopping)
		load(loading);
}

/* The store may answer the next time: a run does not fail for that. */
static void
load_again(struct pawl_loading *loading)
{
	struct pawl_run *run = loading->run;

	pawl_run_answer_callers(run, PAWL_ESTATE, "the run cannot be read now: try again");
	loading->delay_ms = loading->delay_ms ? loading->delay_ms * 2 : RELOAD_MS;
	if (loading->delay_ms > RELOAD_MS_MAX)
		loading->delay_ms = RELOAD_MS_MAX;
	pawl_timer_start(&loading->timer, run->engine->loop, loading->delay_ms, load_later);
}

static void
loaded(struct pawl_catalog_wish *wish, struct pawl_workflow *workflow, enum pawl_err err,
       const char *message)
{
	struct pawl_loading *loading = pawl_container_of(wish, struct pawl_loading, wish);
	struct pawl_run *run = loading->run;

	run->engine->n_errands--;
	if (workflow)
		place(run, workflow);
	else if (err == PAWL_ENOTFOUND || err == PAWL_EINVAL)
		place_without(run, err, message);
	else
		load_again(loading);
}

struct pawl_run *
pawl_run_new(struct pawl_engine *engine, const struct pawl_run_record *record)
{
	struct pawl_run *run = pawl_calloc(1, sizeof *run);

	run->magic = PAWL_RUN_MAGIC;
	run->engine = engine;
	run->held = true;
	pawl_list_init(&run->item);
	pawl_arena_init(&run->arena, 8192);
	run->row = record->run;
	copy_run_row(&run->arena, &run->row);
	run->request = record->request;
	if (run->request.id)
		copy_request_row(&run->arena, &run->request);
	return run;
}

void
pawl_run_load(struct pawl_engine *engine, const struct pawl_run_record *record,
	      struct pawl_engine_command *command)
{
	struct pawl_run *run = pawl_run_new(engine, record);
	struct pawl_workflow *workflow;

	pawl_map_set(&engine->runs, pawl_id_key(&run->row.id), run);
	pawl_errands_outdate(engine, run->row.id);
	engine->n_runs++;
	pawl_engine_workflow(engine, run->row.workflow_id)->n_runs++;
	atomic_store_explicit(&engine->stat_runs, engine->n_runs, memory_order_relaxed);
	run->loading = pawl_arena_calloc(&run->arena, 1, sizeof *run->loading);
	run->loading->run = run;
	run->loading->n_rows = record->n_nodes;
	run->loading->rows = copy_node_rows(&run->arena, record->nodes, record->n_nodes);
	if (command)
		pawl_run_command(run, command);
	if (run->row.crashes >= PAWL_CRASHES_MAX) {
		place_crashed(run);
		return;
	}
	workflow = pawl_catalog_peek(engine->catalog, run->row.workflow_id, run->row.revision);
	if (workflow)
		place(run, workflow);
	else
		load(run->loading);
}

void
pawl_run_free(struct pawl_run *run)
{
	PAWL_CHECK_OBJ(run, PAWL_RUN_MAGIC);
	pawl_run_ack_all(run, PAWL_ESTATE, "the engine stops: try again");
	pawl_run_answer_callers(run, PAWL_ESTATE, "the engine stops: try again");
	for (uint32_t i = 0; run->workflow && i < run->workflow->n_nodes; i++) {
		struct pawl_step *step = &run->steps[i];

		pawl_step_abandon(step);
		pawl_timer_close(&step->timer);
	}
	if (run->loading)
		pawl_timer_close(&run->loading->timer);
	pawl_timer_close(&run->save_timer);
	if (run->workflow && run->steps)
		pawl_workflow_unref(run->workflow);
	pawl_run_unlist(run);
	run->magic = 0;
	pawl_arena_fini(&run->arena);
	free(run);
}
