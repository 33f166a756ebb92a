/* /metrics in the Prometheus text format, and /healthz and /readyz. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "server/callers.h"
#include "server/internal.h"

/* Of the bounds that all latencies are counted by, those that accepting can come to. */
#define N_BOUNDS 15

struct pawl_metrics {
	atomic_uint_fast64_t by_class[6]; /* answers of the accept path by status / 100 */
	atomic_uint_fast64_t buckets[N_BOUNDS + 1];
	atomic_uint_fast64_t sum_us;
};

struct pawl_metrics *
pawl_metrics_new(void)
{
	return pawl_calloc(1, sizeof(struct pawl_metrics));
}

void
pawl_metrics_free(struct pawl_metrics *metrics)
{
	free(metrics);
}

static void
add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void
pawl_metrics_observe_accept(struct pawl_metrics *metrics, int status, int64_t elapsed_us)
{
	size_t bucket = 0;

	add(&metrics->by_class[status >= 100 && status < 600 ? status / 100 : 0], 1);
	if (status >= 300)
		return;
	while (bucket < N_BOUNDS && elapsed_us > pawl_histogram_bounds_us[bucket])
		bucket++;
	add(&metrics->buckets[bucket], 1);
	add(&metrics->sum_us, elapsed_us > 0 ? (uint64_t)elapsed_us : 0);
}

void
pawl_metrics_accept_times(const struct pawl_metrics *metrics, uint64_t out[PAWL_HISTOGRAM_BUCKETS])
{
	for (size_t i = 0; i < PAWL_HISTOGRAM_BUCKETS; i++)
		out[i] = i <= N_BOUNDS ? atomic_load(&metrics->buckets[i]) : 0;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void
metric(struct pawl_buf *out, const char *name, const char *type, const char *help, double value)
{
	pawl_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", name, help, name, type, name,
			value);
}

static void
write_accepts(struct pawl_buf *out, struct pawl_metrics *metrics)
{
	uint64_t n = 0;

	pawl_buf_append_c(
		out, "# HELP pawl_hook_responses_total Answers to webhooks by class of status.\n"
		     "# TYPE pawl_hook_responses_total counter\n");
	for (int class = 2; class < 6; class ++)
		pawl_buf_printf(out, "pawl_hook_responses_total{status=\"%dxx\"} %llu\n", class,
				(unsigned long long)atomic_load(&metrics->by_class[class]));
	pawl_buf_append_c(out,
			  "# HELP pawl_accept_seconds Time from the whole request to its answer.\n"
			  "# TYPE pawl_accept_seconds histogram\n");
	for (size_t i = 0; i < N_BOUNDS; i++) {
		n += atomic_load(&metrics->buckets[i]);
		pawl_buf_printf(out, "pawl_accept_seconds_bucket{le=\"%g\"} %llu\n",
				(double)pawl_histogram_bounds_us[i] / 1e6, (unsigned long long)n);
	}
	n += atomic_load(&metrics->buckets[N_BOUNDS]);
	pawl_buf_printf(
		out,
		"pawl_accept_seconds_bucket{le=\"+Inf\"} %llu\npawl_accept_seconds_sum %.6f\n"
		"pawl_accept_seconds_count %llu\n",
		(unsigned long long)n, (double)atomic_load(&metrics->sum_us) / 1e6,
		(unsigned long long)n);
}

static void
write_store(struct pawl_buf *out, const struct pawl_store_stats *stats)
{
	double age = stats->oldest_unclaimed_at_us
			     ? (double)(pawl_clock_now_us() - stats->oldest_unclaimed_at_us) / 1e6
			     : 0;

	metric(out, "pawl_queue_runs", "gauge", "Accepted runs that no engine has claimed yet.",
	       (double)stats->runs_unclaimed);
	metric(out, "pawl_queue_age_seconds", "gauge", "Age of the oldest of them.", age);
	metric(out, "pawl_accept_queue", "gauge", "Requests that wait for the disk.",
	       (double)stats->queued_accepts);
	metric(out, "pawl_store_commits_total", "counter", "Transactions written.",
	       (double)stats->commits);
	metric(out, "pawl_store_commit_seconds_total", "counter", "Time that they took.",
	       (double)stats->commit_us_total / 1e6);
	metric(out, "pawl_journal_commits_total", "counter",
	       "Times that accepted requests were synced to the disk.",
	       (double)stats->journal_commits);
	metric(out, "pawl_journal_commit_seconds_total", "counter", "Time that it took.",
	       (double)stats->journal_us_total / 1e6);
	metric(out, "pawl_store_failing", "gauge", "1 while writes fail.", stats->failing);
}

static void
write_engine(struct pawl_buf *out, const struct pawl_engine_stats *stats)
{
	metric(out, "pawl_runs_in_memory", "gauge", "Runs that the engine holds in memory.",
	       (double)stats->runs_in_memory);
	metric(out, "pawl_nodes_under_way", "gauge", "Nodes that are under way.",
	       (double)stats->nodes_under_way);
	metric(out, "pawl_nodes_completed_total", "counter", "Nodes completed.",
	       (double)stats->nodes_completed);
	metric(out, "pawl_nodes_failed_total", "counter", "Nodes failed for good.",
	       (double)stats->nodes_failed);
	metric(out, "pawl_node_retries_total", "counter", "Attempts that will be repeated.",
	       (double)stats->node_retries);
}

void
pawl_metrics_write(struct pawl_buf *out, struct pawl_metrics *metrics,
		   const struct pawl_store_stats *store, const struct pawl_engine_stats *engine,
		   const struct pawl_http_counters *http)
{
	pawl_buf_append_c(out, "# HELP pawl_build_info Which version this is.\n"
			       "# TYPE pawl_build_info gauge\n"
			       "pawl_build_info{version=\"" PAWL_VERSION "\"} 1\n");
	write_accepts(out, metrics);
	write_store(out, store);
	write_engine(out, engine);
	metric(out, "pawl_http_connections", "gauge", "Open connections.",
	       (double)http->connections_open);
	metric(out, "pawl_http_requests_total", "counter", "Requests received.",
	       (double)http->requests_total);
}

static void
write_tracer(struct pawl_buf *out, const struct pawl_otlp *tracer)
{
	struct pawl_otlp_stats stats;

	if (!tracer)
		return;
	pawl_otlp_stats(tracer, &stats);
	metric(out, "pawl_trace_spans_exported_total", "counter",
	       "Spans that the collector has taken.", (double)stats.exported);
	metric(out, "pawl_trace_spans_dropped_total", "counter",
	       "Spans lost: it was slow, away, or refused them.", (double)stats.dropped);
}

void
pawl_metrics_request(struct pawl_server *server, struct pawl_http_request *req)
{
	struct pawl_store_stats store;
	struct pawl_engine_stats engine;
	struct pawl_http_counters http;
	struct pawl_buf out;

	pawl_store_stats(server->store, &store);
	pawl_engine_stats(server->engine, &engine);
	pawl_http_server_counters(server->http, &http);
	pawl_buf_init(&out, 1u << 20);
	pawl_metrics_write(&out, server->metrics, &store, &engine, &http);
	metric(&out, "pawl_callers_waiting", "gauge",
	       "Callers of services who wait for the end of their runs.",
	       (double)pawl_callers_count(server->callers));
	metric(&out, "pawl_event_loops_cut_total", "counter",
	       "Events that did not start a workflow, since one of its own runs led to them.",
	       (double)atomic_load(&server->events_cut));
	write_tracer(&out, server->tracer);
	pawl_http_respond(req->ref, &(struct pawl_http_response){
					    .status = 200,
					    .content_type = PAWL_STR(
						    "text/plain; version=0.0.4; charset=utf-8"),
					    .body = pawl_buf_peek(&out)});
	pawl_buf_fini(&out);
}

void
pawl_health_request(struct pawl_server *server, struct pawl_http_request *req, bool ready)
{
	struct pawl_store_stats stats;

	pawl_store_stats(server->store, &stats);
	if (ready && (stats.failing || atomic_load(&server->draining))) {
		pawl_http_respond_error(req->ref, 503, "not_ready",
					stats.failing ? "the store cannot be written"
						      : "the server is stopping");
		return;
	}
	pawl_http_respond(req->ref,
			  &(struct pawl_http_response){.status = 200,
						       .content_type = PAWL_STR("application/json"),
						       .body = PAWL_STR("{\"status\":\"ok\"}"),
						       .body_static = true});
}
