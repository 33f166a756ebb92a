#include "server_testing.h"

/* The route's own path with something in place of {...}. */
static void
make_path(const char *pattern, char *path)
{
	for (; *pattern; pattern++) {
		if (*pattern == '{') {
			*path++ = '7';
			pattern = strchr(pattern, '}');
		} else {
			*path++ = *pattern;
		}
	}
	*path = '\0';
}

static void
test_every_route_is_found_by_its_path_and_method(void **state)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];
	char path[200], allow[64];

	assert_true(pawl_api_n_routes > 20);
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		const struct pawl_api_route *route = &pawl_api_routes[i];

		make_path(route->path, path);
		assert_ptr_equal(pawl_api_route_find(route->method, pawl_str_c(path), params, allow,
						     sizeof(allow)),
				 route);
		assert_null(pawl_api_route_find(PAWL_HTTP_OTHER, pawl_str_c(path), params, allow,
						sizeof(allow)));
		assert_non_null(strstr(allow, pawl_http_method_name(route->method)));
		assert_non_null(strstr(allow, "OPTIONS"));
		assert_true(strlen(allow) + 1 < sizeof(allow));
	}
}

static void
test_head_is_get_but_for_streams(void **state)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];
	char allow[64];

	assert_ptr_equal(pawl_api_route_find(PAWL_HTTP_HEAD, PAWL_STR("/api/v1/runs"), params,
					     allow, sizeof(allow)),
			 pawl_api_route_find(PAWL_HTTP_GET, PAWL_STR("/api/v1/runs"), params, allow,
					     sizeof(allow)));
	assert_null(pawl_api_route_find(PAWL_HTTP_HEAD, PAWL_STR("/api/v1/stream"), params, allow,
					sizeof(allow)));
	assert_string_equal(allow, "GET, OPTIONS");
	assert_null(pawl_api_route_find(PAWL_HTTP_GET, PAWL_STR("/api/v1/apply"), params, allow,
					sizeof(allow)));
	assert_string_equal(allow, "POST, OPTIONS");
}

static void
test_unknown_path_allows_nothing(void **state)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];
	char allow[64] = "x";

	assert_null(pawl_api_route_find(PAWL_HTTP_GET, PAWL_STR("/api/v1/nothing"), params, allow,
					sizeof(allow)));
	assert_string_equal(allow, "");
}

/* The description puts operations of one path together, and what it promises has to be whole. */
static void
test_the_table_is_in_order(void **state)
{
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		const struct pawl_api_route *route = &pawl_api_routes[i];

		assert_non_null(route->handle);
		assert_true(strlen(route->summary) > 10);
		assert_true(route->status >= 200 && route->status <= 204 && route->status != 203);
		assert_false(route->body && route->method == PAWL_HTTP_GET);
		for (size_t k = i + 1; k < pawl_api_n_routes; k++) {
			const struct pawl_api_route *other = &pawl_api_routes[k];

			assert_string_not_equal(route->operation, other->operation);
			if (strcmp(route->path, other->path) == 0) {
				assert_string_equal(pawl_api_routes[k - 1].path, route->path);
				assert_int_not_equal(route->method, other->method);
			}
		}
	}
}

static const struct pawl_api_param *
find_param(const char *path, const char *name)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];
	char allow[64];
	const struct pawl_api_param *param =
		pawl_api_route_find(PAWL_HTTP_GET, pawl_str_c(path), params, allow, sizeof(allow))
			->query;

	while (strcmp(param->name, name) != 0)
		param++;
	return param;
}

/* What a filter may say is what the store knows, and all of it. */
static void
test_choices_are_the_states_of_the_store(void **state)
{
	const char *const *runs = find_param("/api/v1/runs", "status")->choices;
	const char *const *requests = find_param("/api/v1/requests", "verdict")->choices;
	const char *const *workflows = find_param("/api/v1/workflows", "status")->choices;
	enum pawl_workflow_state workflow;
	enum pawl_run_state run;
	enum pawl_verdict verdict;
	unsigned seen = 0;

	for (size_t i = 0; runs[i]; i++) {
		assert_true(pawl_run_state_parse(pawl_str_c(runs[i]), &run));
		seen |= 1u << run;
	}
	assert_int_equal(seen, (2u << PAWL_RUN_TIMED_OUT) - 1);
	seen = 0;
	for (size_t i = 0; requests[i]; i++) {
		assert_true(pawl_verdict_parse(pawl_str_c(requests[i]), &verdict));
		seen |= 1u << verdict;
	}
	assert_int_equal(seen, (2u << PAWL_VERDICT_DUPLICATE) - 1);
	seen = 0;
	for (size_t i = 0; workflows[i]; i++) {
		assert_true(pawl_workflow_state_parse(pawl_str_c(workflows[i]), &workflow));
		seen |= 1u << workflow;
	}
	assert_int_equal(seen, (2u << PAWL_WORKFLOW_PAUSED) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_route_is_found_by_its_path_and_method),
		cmocka_unit_test(test_head_is_get_but_for_streams),
		cmocka_unit_test(test_unknown_path_allows_nothing),
		cmocka_unit_test(test_the_table_is_in_order),
		cmocka_unit_test(test_choices_are_the_states_of_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
