/* /api/v1/workflows/{workflow}/samples: what the nodes gave out in the last runs, and how often a
 * path found nothing in them. */
#include "base/map.h"
#include "base/parse.h"
#include "server/abridge.h"
#include "server/api_resources.h"
#include "server/sight.h"

#define RUNS_DEFAULT     5
#define RUNS_MISSING     20
#define RUNS_MAX         50
#define READ_BYTES_MAX   ((size_t)64 << 20)
#define SAMPLE_BYTES_MAX ((size_t)64 << 10)
#define PROBED_BYTES_MAX ((size_t)32 << 20)

/* ---- samples ------------------------------------------------------------------------ */

static void
put_abridged(struct pawl_api_call *call, struct pawl_json_builder *b, const char *name,
	     const struct pawl_json *value)
{
	bool cut = false;

	pawl_json_set_c(b, name, pawl_abridge(&call->arena, value, SAMPLE_BYTES_MAX, &cut));
	pawl_json_set_c(b, "truncated", pawl_json_bool(cut));
}

static struct pawl_json
sample_json(struct pawl_api_call *call, const struct pawl_run_row *run,
	    const struct pawl_node_row *row)
{
	struct pawl_json output = pawl_api_shown(call, row->output);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "node", pawl_json_string(row->node_id));
	pawl_json_set_c(&b, "run_id", pawl_json_id(&call->arena, run->id));
	pawl_json_set_c(&b, "at", pawl_api_time(&call->arena, row->finished_at_us));
	put_abridged(call, &b, "output", &output);
	return pawl_json_end(&b);
}

/* Of each node that has ever given something out, the newest. */
static struct pawl_json
newest_outputs(struct pawl_api_call *call, const struct pawl_store_samples *samples)
{
	struct pawl_map seen = {0};
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, &call->arena);
	for (size_t i = 0; i < samples->n; i++) {
		struct pawl_run_record *record = samples->records[i];

		for (size_t k = 0; k < record->n_nodes; k++) {
			const struct pawl_node_row *row = &record->nodes[k];

			if (row->state != PAWL_NODE_COMPLETED || !row->output.len ||
			    pawl_map_get(&seen, row->node_id))
				continue;
			pawl_map_set(&seen, row->node_id, record);
			pawl_json_push(&list, sample_json(call, &record->run, row));
		}
	}
	pawl_map_fini(&seen);
	return pawl_json_end(&list);
}

static void
samples_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_samples *samples = call->state;
	struct pawl_json input = pawl_json_null(), value;
	struct pawl_json_builder b;
	struct pawl_sight sight;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	pawl_json_object_begin(&b, &call->arena);
	if (samples->n) {
		pawl_sight_init(&sight, call, samples->records[0], call->workflow);
		input = sight.input;
	}
	pawl_json_set_c(&b, "run",
			samples->n ? pawl_api_run_summary(call, &samples->records[0]->run)
				   : pawl_json_null());
	put_abridged(call, &b, "input", &input);
	pawl_json_set_c(&b, "nodes", newest_outputs(call, samples));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
read_samples(struct pawl_api_call *call, size_t limit,
	     void (*next)(struct pawl_api_call *call, struct pawl_store_op *op))
{
	struct pawl_store_samples *samples = pawl_arena_calloc(&call->arena, 1, sizeof *samples);

	samples->workflow_id = call->workflow->id;
	samples->limit = limit;
	samples->max_bytes = READ_BYTES_MAX;
	call->state = samples;
	pawl_store_op_init(&samples->op, PAWL_STORE_SAMPLES, NULL);
	pawl_api_store(call, &samples->op, next);
}

static void
samples_of(struct pawl_api_call *call, uint64_t id)
{
	uint64_t limit = RUNS_DEFAULT;

	(void)id;
	pawl_parse_u64_range(pawl_api_query_text(call, "limit"), 1, 1000, &limit);
	read_samples(call, limit < RUNS_MAX ? limit : RUNS_MAX, samples_read);
}

void
pawl_api_get_samples(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], samples_of);
}

/* ---- missing paths --------------------------------------------------------------------- */

/* A path that is looked for. */
struct probe {
	struct pawl_template *template; /* NULL: it is no path */
	const struct pawl_template_ref *ref;
	const char *problem;
	uint32_t checked, missing;
};

static void
probe_init(struct pawl_api_call *call, struct probe *probe, struct pawl_str path)
{
	struct pawl_problems problems = {0};
	size_t n = 0;

	probe->template = pawl_template_compile_str(
		pawl_arena_printf(&call->arena, "${%.*s}", PAWL_STR_ARG(path)), "", &problems);
	probe->ref = probe->template ? pawl_template_refs(probe->template, &n) : NULL;
	if (problems.len)
		probe->problem =
			pawl_arena_dup_c(&call->arena, pawl_str_c(problems.items[0].message));
	else if (n != 1)
		probe->problem = "has to be one path";
	pawl_problems_fini(&problems);
}

/* A run in which the node did not run says nothing of its output. */
static void
probe_run(struct probe *probe, struct pawl_sight *sight)
{
	struct pawl_json value;

	if (probe->problem || !pawl_sight_has_root(sight, probe->ref))
		return;
	probe->checked++;
	probe->missing += !pawl_sight_find(sight, probe->ref, &value);
}

static struct pawl_json
probe_json(struct pawl_api_call *call, const struct probe *probe, const struct pawl_json *path)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "path", *path);
	pawl_json_set_c(&b, "checked", pawl_json_int(&call->arena, probe->checked));
	pawl_json_set_c(&b, "missing", pawl_json_int(&call->arena, probe->missing));
	pawl_json_set_c(&b, "problem",
			probe->problem ? pawl_json_string_c(probe->problem) : pawl_json_null());
	return pawl_json_end(&b);
}

static void
missing_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_samples *samples = call->state;
	const struct pawl_json *paths = pawl_json_get_c(&call->body, "paths");
	struct probe *probes = pawl_arena_calloc(&call->arena, paths->len + 1, sizeof *probes);
	struct pawl_json_builder b, list;
	struct pawl_sight sight;
	struct pawl_json value;
	uint32_t n_runs = 0;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	for (uint32_t i = 0; i < paths->len; i++)
		probe_init(call, &probes[i], pawl_json_str(&paths->items[i]));
	for (; n_runs < samples->n && call->arena.total_bytes < PROBED_BYTES_MAX; n_runs++) {
		pawl_sight_init(&sight, call, samples->records[n_runs], call->workflow);
		for (uint32_t i = 0; i < paths->len; i++)
			probe_run(&probes[i], &sight);
	}
	pawl_json_array_begin(&list, &call->arena);
	for (uint32_t i = 0; i < paths->len; i++) {
		pawl_json_push(&list, probe_json(call, &probes[i], &paths->items[i]));
		pawl_template_free(probes[i].template);
	}
	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "runs", pawl_json_int(&call->arena, n_runs));
	pawl_json_set_c(&b, "paths", pawl_json_end(&list));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
missing_of(struct pawl_api_call *call, uint64_t id)
{
	int64_t limit = RUNS_MISSING;

	(void)id;
	(void)pawl_json_to_i64(pawl_json_get_c(&call->body, "runs"), &limit);
	read_samples(call, (size_t)limit, missing_read);
}

void
pawl_api_find_missing(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], missing_of);
}
