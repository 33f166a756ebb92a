#include "server_testing.h"

static bool
matches(const char *pattern, const char *path, struct pawl_str params[PAWL_API_PARAMS_MAX])
{
	return pawl_api_match(pattern, pawl_str_c(path), params);
}

static void
test_pattern_takes_its_paths_and_no_others(void **state)
{
	static const char pattern[] = "/api/v1/workflows/{workflow}/revisions/{number}";
	static const char *const others[] = {
		"/api/v1/workflows/a/revisions",     "/api/v1/workflows/a/revisions/",
		"/api/v1/workflows//revisions/1",    "/api/v1/workflows/a/revisions/1/",
		"/api/v1/workflows/a/b/revisions/1", "api/v1/workflows/a/revisions/1",
		"/api/v1/workflows/a/Revisions/1",   ""};
	struct pawl_str params[PAWL_API_PARAMS_MAX];

	assert_true(matches(pattern, "/api/v1/workflows/a%2Fb/revisions/7", params));
	assert_true(pawl_str_eq_c(params[0], "a%2Fb"));
	assert_true(pawl_str_eq_c(params[1], "7"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(matches(pattern, others[i], params));
}

static void
test_parts_of_an_earlier_path_do_not_stay(void **state)
{
	struct pawl_str params[PAWL_API_PARAMS_MAX];

	assert_false(matches("/a/{x}/{y}/b", "/a/1/2/c", params));
	assert_true(matches("/a/1/2/c", "/a/1/2/c", params));
	assert_null(params[0].ptr);
	assert_null(params[1].ptr);
}

static void
test_parameters_are_held_to_their_type(void **state)
{
	static const char *const colours[] = {"red", "green", "blue", NULL};
	static const struct {
		enum pawl_api_param_type type;
		const char *good[5], *bad[7];
	} cases[] = {
		{PAWL_PARAM_TEXT, {"x", "0", "*"}, {""}},
		{PAWL_PARAM_LIMIT, {"1", "50", "1000"}, {"", "0", "1001", "-1", "1.0", "x", "+1"}},
		{PAWL_PARAM_ID,
		 {"1", "9223372036854775807"},
		 {"", "0", "01", "-1", "9223372036854775808", "x", "1 "}},
		{PAWL_PARAM_TIME, {"2026-01-02T03:04:05Z"}, {"", "yesterday", "25", "2026-13-01"}},
		{PAWL_PARAM_CHOICE, {"red", "green"}, {"", "black", "Red", "re"}},
	};
	const struct pawl_api_param choice = {"p", PAWL_PARAM_CHOICE, "A colour.", colours};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_api_param param = {"p", cases[i].type, "A colour.", colours};

		for (size_t k = 0; k < 5 && cases[i].good[k]; k++)
			assert_null(pawl_api_param_problem(&arena, &param,
							   pawl_str_c(cases[i].good[k])));
		for (size_t k = 0; k < 7 && cases[i].bad[k]; k++)
			assert_non_null(pawl_api_param_problem(&arena, &param,
							       pawl_str_c(cases[i].bad[k])));
	}
	assert_string_equal(pawl_api_param_problem(&arena, &choice, PAWL_STR("black")),
			    "has to be red, green or blue");
	pawl_arena_fini(&arena);
}

/* RFC 9110 section 13.1.1 */
static void
test_if_match(void **state)
{
	static const char *const holds[] = {
		"", "*", " * ", "\"7\"", " \"7\" ", "\"6\", \"7\"", "\"7\",\"8\""};
	static const char *const fails[] = {
		"\"6\"", "7",       "W/\"7\"", "\"\"", "\"x\"",
		"\"7",   "\"07x\"", "6, 8",    ",",    "\"99999999999999999999\""};

	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++)
		assert_true(pawl_api_if_match(pawl_str_c(holds[i]), 7));
	for (size_t i = 0; i < sizeof(fails) / sizeof(fails[0]); i++)
		assert_false(pawl_api_if_match(pawl_str_c(fails[i]), 7));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_takes_its_paths_and_no_others),
		cmocka_unit_test(test_parts_of_an_earlier_path_do_not_stay),
		cmocka_unit_test(test_parameters_are_held_to_their_type),
		cmocka_unit_test(test_if_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
