/* /api/v1/stats: what happened, and when. */
#include <stdlib.h>

#include "base/clock.h"
#include "server/api_resources.h"

#define FAILING_MAX 20
#define SILENT_MAX  50
/* The store knows of no URLs: so many are looked through. */
#define SILENT_LOOKED_AT 1000

#define MINUTE_US INT64_C(60000000)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

/* Steps, and how far back what the store keeps has them (store/sqlite_stats). */
static const struct {
	int64_t step_us, kept_us;
} steps[] = {{MINUTE_US, HOUR_US + MINUTE_US},
	     {15 * MINUTE_US, DAY_US + 15 * MINUTE_US},
	     {6 * HOUR_US, 31 * DAY_US}};
#define N_STEPS (sizeof steps / sizeof steps[0])

static const struct {
	const char *name;
	int64_t length_us, step_us;
} windows[] = {{"1h", HOUR_US, MINUTE_US},
	       {"15m", 15 * MINUTE_US, MINUTE_US},
	       {"24h", DAY_US, 15 * MINUTE_US},
	       {"7d", 7 * DAY_US, 6 * HOUR_US},
	       {"30d", 30 * DAY_US, 6 * HOUR_US}};

/* ---- one point ----------------------------------------------------------------------------- */

static struct pawl_json
ms(struct pawl_arena *arena, int64_t us)
{
	int64_t hundredths = us / 10;

	return pawl_json_double(arena, (double)hundredths / 100.0);
}

static struct pawl_json
latency(struct pawl_arena *arena, const uint64_t *buckets)
{
	struct pawl_json_builder b;
	int64_t count = 0;

	for (size_t i = 0; i < PAWL_HISTOGRAM_BUCKETS; i++)
		count += (int64_t)buckets[i];
	if (!count)
		return pawl_json_null();
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "count", pawl_json_int(arena, count));
	pawl_json_set_c(&b, "p50", ms(arena, pawl_histogram_quantile_us(buckets, 0.5)));
	pawl_json_set_c(&b, "p95", ms(arena, pawl_histogram_quantile_us(buckets, 0.95)));
	pawl_json_set_c(&b, "p99", ms(arena, pawl_histogram_quantile_us(buckets, 0.99)));
	return pawl_json_end(&b);
}

static struct pawl_json
point_json(struct pawl_arena *arena, int64_t at_us, const struct pawl_stat_point *point)
{
	struct pawl_json_builder b, counts;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "at", pawl_api_time(arena, at_us));
	pawl_json_object_begin(&counts, arena);
	for (unsigned v = 0; v <= PAWL_VERDICT_DUPLICATE; v++)
		pawl_json_set_c(&counts, pawl_verdict_name(v),
				pawl_json_int(arena, (int64_t)point->by[PAWL_STAT_REQUESTS + v]));
	pawl_json_set_c(&b, "requests", pawl_json_end(&counts));
	pawl_json_object_begin(&counts, arena);
	for (unsigned s = PAWL_RUN_COMPLETED; s <= PAWL_RUN_TIMED_OUT; s++)
		pawl_json_set_c(
			&counts, pawl_run_state_name(s),
			pawl_json_int(arena,
				      (int64_t)point->by[PAWL_STAT_RUNS + s - PAWL_RUN_COMPLETED]));
	pawl_json_set_c(&b, "runs", pawl_json_end(&counts));
	pawl_json_set_c(&b, "accept_ms", latency(arena, point->by + PAWL_STAT_ACCEPT_TIME));
	pawl_json_set_c(&b, "queue_ms", latency(arena, point->by + PAWL_STAT_QUEUE_TIME));
	pawl_json_set_c(&b, "run_ms", latency(arena, point->by + PAWL_STAT_RUN_TIME));
	return pawl_json_end(&b);
}

/* ---- words ----------------------------------------------------------------------------------- */

struct word {
	const char *name;
	uint64_t n;
};

static int
by_count(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->n > y->n ? -1 : x->n < y->n;
}

/* Those that are not 0, most first. */
static struct pawl_json
words_json(struct pawl_arena *arena, const char *const *names, const uint64_t *counts,
	   const char *name_key, const char *count_key)
{
	struct word words[PAWL_STAT_N];
	struct pawl_json_builder list, b;
	size_t n = 0;

	for (size_t i = 0; names[i]; i++)
		if (counts[i])
			words[n++] = (struct word){names[i], counts[i]};
	qsort(words, n, sizeof words[0], by_count);
	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < n; i++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, name_key, pawl_json_string_c(words[i].name));
		pawl_json_set_c(&b, count_key, pawl_json_int(arena, (int64_t)words[i].n));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

static struct pawl_json
failing_json(struct pawl_api_call *call, const struct pawl_store_series *series)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder list, b;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < series->n_failing; i++) {
		const struct pawl_workflow_failures *row = &series->failing[i];

		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
		pawl_json_set_c(&b, "failed", pawl_json_int(arena, (int64_t)row->failed));
		pawl_json_set_c(&b, "classes",
				words_json(arena, pawl_stat_failures, row->by, "class", "runs"));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

/* Of those only that somebody can call. */
static struct pawl_json
silent_json(struct pawl_api_call *call, const struct pawl_store_series *series)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_directory_facts facts;
	struct pawl_json_builder list, b;
	size_t n = 0;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < series->n_silent && n < SILENT_MAX; i++) {
		const struct pawl_silent_row *row = &series->silent[i];

		pawl_directory_facts(call->server->directory, row->workflow_id, arena, &facts);
		if (!facts.trigger || (strcmp(facts.trigger, pawl_trigger_webhook.name) != 0 &&
				       strcmp(facts.trigger, pawl_trigger_service.name) != 0))
			continue;
		n++;
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "workflow", pawl_api_workflow_ref(call, row->workflow_id));
		pawl_json_set_c(&b, "last_request_at",
				pawl_api_time(arena, row->last_request_at_us));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

/* ---- the answer -------------------------------------------------------------------------- */

struct pawl_json
pawl_api_queue_json(struct pawl_api_call *call)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_store_stats stats;
	struct pawl_json_builder b;
	int64_t age_us = 0;

	pawl_store_stats(call->server->store, &stats);
	if (stats.oldest_unclaimed_at_us && stats.runs_unclaimed)
		age_us = pawl_clock_now_us() - stats.oldest_unclaimed_at_us;
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "runs", pawl_json_int(arena, (int64_t)stats.runs_unclaimed));
	pawl_json_set_c(&b, "age_ms", pawl_json_int(arena, age_us > 0 ? age_us / 1000 : 0));
	return pawl_json_end(&b);
}

static void
series_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_series *series = call->state;
	struct pawl_arena *arena = &call->arena;
	struct pawl_stat_point total = {0};
	struct pawl_json_builder b, list;
	struct pawl_json value;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "statistics");
		return;
	}
	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < series->n_points; i++) {
		int64_t at_us = series->from_us + (int64_t)i * series->step_us;

		for (size_t k = 0; k < PAWL_STAT_N; k++)
			total.by[k] += series->points[i].by[k];
		pawl_json_push(&list, point_json(arena, at_us, &series->points[i]));
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "from", pawl_api_time(arena, series->from_us));
	pawl_json_set_c(&b, "to",
			pawl_api_time(arena, series->from_us +
						     (int64_t)series->n_points * series->step_us));
	pawl_json_set_c(&b, "step_ms", pawl_json_int(arena, series->step_us / 1000));
	pawl_json_set_c(&b, "points", pawl_json_end(&list));
	pawl_json_set_c(&b, "total", point_json(arena, series->from_us, &total));
	pawl_json_set_c(&b, "refusals",
			words_json(arena, pawl_stat_refusals, total.by + PAWL_STAT_REFUSALS,
				   "reason", "requests"));
	pawl_json_set_c(&b, "failures",
			words_json(arena, pawl_stat_failures, total.by + PAWL_STAT_FAILURES,
				   "class", "runs"));
	pawl_json_set_c(&b, "failing", failing_json(call, series));
	pawl_json_set_c(&b, "silent", silent_json(call, series));
	pawl_json_set_c(&b, "queue", pawl_api_queue_json(call));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

/* ---- which time ----------------------------------------------------------------------------- */

static void
set_steps(struct pawl_store_series *series, int64_t from_us, int64_t to_us, int64_t step_us)
{
	series->step_us = step_us;
	series->from_us = from_us - from_us % step_us;
	series->n_points = (size_t)((to_us - series->from_us + step_us - 1) / step_us);
}

/* The last step is the one that is under way. */
static void
set_window(struct pawl_store_series *series, struct pawl_str name, int64_t now_us)
{
	size_t i = 0;
	int64_t end_us;

	for (size_t k = 1; k < sizeof windows / sizeof windows[0]; k++)
		if (pawl_str_eq_c(name, windows[k].name))
			i = k;
	end_us = now_us - now_us % windows[i].step_us + windows[i].step_us;
	set_steps(series, end_us - windows[i].length_us, end_us, windows[i].step_us);
}

/* NULL, or what is wrong with it. Nothing is left of what was before the longest steps. */
static const char *
set_span(struct pawl_store_series *series, int64_t from_us, int64_t to_us, int64_t now_us)
{
	int64_t oldest_us = now_us - steps[N_STEPS - 1].kept_us;
	size_t i = 0;

	if (to_us <= from_us)
		return "to has to be after from";
	if (from_us >= now_us)
		return "from is in the future";
	if (to_us <= oldest_us)
		return "to is longer ago than anything is counted for";
	if (from_us < oldest_us)
		from_us = oldest_us;
	if (to_us > now_us)
		to_us = now_us;
	while (i < N_STEPS - 1 && from_us < now_us - steps[i].kept_us)
		i++;
	set_steps(series, from_us, to_us, steps[i].step_us);
	return NULL;
}

static const char *
set_time(struct pawl_api_call *call, struct pawl_store_series *series)
{
	int64_t now_us = pawl_clock_now_us(), from_us, to_us = INT64_MAX;
	struct pawl_str to = pawl_api_query_text(call, "to");

	if (pawl_time_parse(pawl_api_query_text(call, "from"), &from_us)) {
		(void)pawl_time_parse(to, &to_us);
		return set_span(series, from_us, to_us, now_us);
	}
	if (to.len)
		return "to needs a from";
	set_window(series, pawl_api_query_text(call, "window"), now_us);
	return NULL;
}

static void
read_series(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_store_series *series = pawl_arena_calloc(&call->arena, 1, sizeof *series);
	const char *problem = set_time(call, series);

	if (problem) {
		pawl_api_fail(call, 400, "invalid_parameter", "%s", problem);
		return;
	}
	series->workflow_id = workflow_id;
	if (!workflow_id) {
		series->max_failing = FAILING_MAX;
		series->max_silent = SILENT_LOOKED_AT;
	}
	call->state = series;
	pawl_store_op_init(&series->op, PAWL_STORE_STATS, NULL);
	pawl_api_store(call, &series->op, series_read);
}

void
pawl_api_stats(struct pawl_api_call *call)
{
	struct pawl_str workflow = pawl_api_query_text(call, "workflow");

	if (workflow.len)
		pawl_api_workflow_id(call, workflow, read_series);
	else
		read_series(call, 0);
}
