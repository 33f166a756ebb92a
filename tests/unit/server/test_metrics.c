#include "server_testing.h"

#include "base/clock.h"

static struct pawl_str
page_of(struct pawl_metrics *metrics, struct pawl_buf *out)
{
	struct pawl_store_stats store = {.queued_accepts = 3,
					 .commits = 5,
					 .commit_us_total = 2500000,
					 .runs_unclaimed = 2,
					 .oldest_unclaimed_at_us = pawl_clock_now_us() - 60000000,
					 .failing = true};
	struct pawl_engine_stats engine = {1, 2, 3, 4, 5};
	struct pawl_http_counters http = {.connections_open = 6, .requests_total = 7};

	pawl_buf_init(out, 1u << 20);
	pawl_metrics_write(out, metrics, &store, &engine, &http);
	assert_int_equal(pawl_buf_status(out), PAWL_OK);
	pawl_buf_append_char(out, '\0');
	return pawl_str(out->data, out->len - 1);
}

/* The value behind a name with its labels; it has to be there once. */
static double
value_of(struct pawl_str page, const char *name)
{
	struct pawl_str rest = page, line;
	double value = 0;
	int n = 0;

	while (pawl_str_split(&rest, '\n', &line)) {
		size_t len = strlen(name);

		if (line.len > len && memcmp(line.ptr, name, len) == 0 && line.ptr[len] == ' ') {
			value = strtod(line.ptr + len + 1, NULL);
			n++;
		}
	}
	assert_int_equal(n, 1);
	return value;
}

static bool
starts(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* Prometheus text format: HELP, TYPE, then the samples of that name; counters end in _total. */
static void
test_every_family_has_help_type_and_samples(void **state)
{
	struct pawl_metrics *metrics = pawl_metrics_new();
	char family[100] = "", kind[20] = "";
	struct pawl_str rest, line;
	struct pawl_buf page;
	int families = 0;

	rest = page_of(metrics, &page);
	assert_int_equal(rest.ptr[rest.len - 1], '\n');
	while (pawl_str_split(&rest, '\n', &line)) {
		struct pawl_str word = line, name;

		if (!line.len)
			continue;
		if (starts(line.ptr, "# HELP ")) {
			word = pawl_str_sub(line, 7, line.len);
			assert_true(pawl_str_split(&word, ' ', &name));
			snprintf(family, sizeof(family), "%.*s", PAWL_STR_ARG(name));
			assert_true(word.len > 5);
			families++;
		} else if (starts(line.ptr, "# TYPE ")) {
			word = pawl_str_sub(line, 7, line.len);
			assert_true(pawl_str_split(&word, ' ', &name));
			assert_true(pawl_str_eq_c(name, family));
			snprintf(kind, sizeof(kind), "%.*s", PAWL_STR_ARG(word));
			assert_int_equal(strcmp(kind, "counter") == 0,
					 pawl_str_ends_with(name, PAWL_STR("_total")));
		} else {
			assert_true(starts(line.ptr, family));
			assert_true(starts(family, "pawl_"));
		}
	}
	assert_true(families > 10);
	pawl_buf_fini(&page);
	pawl_metrics_free(metrics);
}

static void
test_histogram_counts_answers_cumulatively(void **state)
{
	struct pawl_metrics *metrics = pawl_metrics_new();
	struct pawl_buf buf;
	struct pawl_str page;

	pawl_metrics_observe_accept(metrics, 202, 250); /* a bound belongs to its bucket */
	pawl_metrics_observe_accept(metrics, 200, 251);
	pawl_metrics_observe_accept(metrics, 202, 2000000);
	pawl_metrics_observe_accept(metrics, 202, 60000000);
	pawl_metrics_observe_accept(metrics, 401, 100);
	pawl_metrics_observe_accept(metrics, 503, 100);
	pawl_metrics_observe_accept(metrics, 404, 100);
	page = page_of(metrics, &buf);
	assert_true(value_of(page, "pawl_hook_responses_total{status=\"2xx\"}") == 4);
	assert_true(value_of(page, "pawl_hook_responses_total{status=\"4xx\"}") == 2);
	assert_true(value_of(page, "pawl_hook_responses_total{status=\"5xx\"}") == 1);
	/* Refusals say nothing of how long it takes to accept. */
	assert_true(value_of(page, "pawl_accept_seconds_bucket{le=\"0.00025\"}") == 1);
	assert_true(value_of(page, "pawl_accept_seconds_bucket{le=\"0.0005\"}") == 2);
	assert_true(value_of(page, "pawl_accept_seconds_bucket{le=\"1\"}") == 2);
	assert_true(value_of(page, "pawl_accept_seconds_bucket{le=\"2.5\"}") == 3);
	assert_true(value_of(page, "pawl_accept_seconds_bucket{le=\"+Inf\"}") == 4);
	assert_true(value_of(page, "pawl_accept_seconds_count") == 4);
	assert_true(value_of(page, "pawl_accept_seconds_sum") > 62.0004);
	assert_true(value_of(page, "pawl_accept_seconds_sum") < 62.0006);
	pawl_buf_fini(&buf);
	pawl_metrics_free(metrics);
}

static void
test_what_the_parts_count_is_shown_in_base_units(void **state)
{
	struct pawl_metrics *metrics = pawl_metrics_new();
	struct pawl_buf buf;
	struct pawl_str page = page_of(metrics, &buf);
	double age = value_of(page, "pawl_queue_age_seconds");

	assert_true(age >= 60 && age < 90);
	assert_true(value_of(page, "pawl_store_commit_seconds_total") == 2.5);
	assert_true(value_of(page, "pawl_store_failing") == 1);
	assert_true(value_of(page, "pawl_queue_runs") == 2);
	assert_true(value_of(page, "pawl_accept_queue") == 3);
	assert_true(value_of(page, "pawl_runs_in_memory") == 1);
	assert_true(value_of(page, "pawl_nodes_under_way") == 2);
	assert_true(value_of(page, "pawl_nodes_completed_total") == 3);
	assert_true(value_of(page, "pawl_nodes_failed_total") == 4);
	assert_true(value_of(page, "pawl_node_retries_total") == 5);
	assert_true(value_of(page, "pawl_http_connections") == 6);
	assert_true(value_of(page, "pawl_http_requests_total") == 7);
	pawl_buf_fini(&buf);
	pawl_metrics_free(metrics);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_family_has_help_type_and_samples),
		cmocka_unit_test(test_histogram_counts_answers_cumulatively),
		cmocka_unit_test(test_what_the_parts_count_is_shown_in_base_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
