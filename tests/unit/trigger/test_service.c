/* The HTTP-request trigger: settings, the gate, and what browsers are told. */
#include "trigger_testing.h"

#include "trigger/service.h"

struct fixture {
	struct pawl_arena arena;
	struct pawl_json config;
	struct pawl_service *service;
	struct pawl_http_header headers[PAWL_SERVICE_CORS_HEADERS];
	size_t n;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_schemes_init();
	pawl_arena_init(&f->arena, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_service_free(f->service);
	pawl_arena_fini(&f->arena);
	free(f);
	pawl_schemes_fini();
	return 0;
}

static void
make(struct fixture *f, const char *config)
{
	pawl_service_free(f->service);
	f->config = parse_json(&f->arena, config);
	f->service = pawl_service_new(&f->config);
}

static void
ask(struct fixture *f, const char *origin, const char *method, const char *headers)
{
	struct pawl_cors_request request = {pawl_str_c(origin), pawl_str_c(method),
					    pawl_str_c(headers)};

	f->n = pawl_service_cors(f->service, &request, "GET, POST", &f->arena, f->headers);
}

/* NULL when there is none. */
static const char *
told(struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (pawl_str_eq_c(f->headers[i].name, name))
			return pawl_arena_dup_c(&f->arena, f->headers[i].value);
	return NULL;
}

static void
test_settings_have_defaults(void **state)
{
	struct fixture *f = *state;

	make(f, "{}");
	assert_false(pawl_service_waits(f->service));
	make(f, "{\"mode\":\"wait\"}");
	assert_true(pawl_service_waits(f->service));
	assert_int_equal(pawl_service_wait_limit_ms(f->service), 30000);
	make(f, "{\"mode\":\"wait\",\"wait_limit\":\"2s\",\"respond\":{\"status\":201}}");
	assert_int_equal(pawl_service_wait_limit_ms(f->service), 2000);
}

static void
test_gate_has_head_where_get_is(void **state)
{
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	struct pawl_webhook *gate;

	make(f, "{\"methods\":[\"GET\",\"PUT\"]}");
	gate = pawl_service_gate(&f->config, NULL, &problems);
	assert_string_equal(pawl_webhook_allow(gate), "GET, HEAD, PUT, OPTIONS");
	assert_int_equal(pawl_webhook_respond(gate)->status, 200);
	pawl_webhook_free(gate);
	make(f, "{\"methods\":[\"POST\"]}");
	gate = pawl_service_gate(&f->config, NULL, &problems);
	assert_string_equal(pawl_webhook_allow(gate), "POST, OPTIONS");
	pawl_webhook_free(gate);
	assert_int_equal(problems.len, 0);
}

static void
test_without_cors_nothing_is_told(void **state)
{
	struct fixture *f = *state;

	make(f, "{}");
	ask(f, "https://app.example", "POST", NULL);
	assert_int_equal(f->n, 0);
}

static void
test_a_listed_origin_may_call(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"cors\":{\"origins\":[\"https://app.example\",\"http://localhost:3000\"],"
		"\"credentials\":true,\"max_age\":\"1m\"}}");
	ask(f, "http://localhost:3000", NULL, NULL);
	assert_string_equal(told(f, "Access-Control-Allow-Origin"), "http://localhost:3000");
	assert_string_equal(told(f, "Access-Control-Allow-Credentials"), "true");
	assert_string_equal(told(f, "Vary"), "Origin");
	assert_string_equal(told(f, "Access-Control-Expose-Headers"), "Pawl-Run-Id, Retry-After");
	assert_null(told(f, "Access-Control-Allow-Methods"));
	ask(f, "https://app.example", "PUT", "x-a, x-b");
	assert_string_equal(told(f, "Access-Control-Allow-Methods"), "GET, POST");
	assert_string_equal(told(f, "Access-Control-Allow-Headers"), "x-a, x-b");
	assert_string_equal(told(f, "Access-Control-Max-Age"), "60");
}

static void
test_other_origins_are_told_nothing(void **state)
{
	static const char *const others[] = {"https://app.example.evil", "http://app.example",
					     "https://app.example:8443", "null", ""};
	struct fixture *f = *state;

	make(f, "{\"cors\":{\"origins\":[\"https://app.example\"]}}");
	for (size_t i = 0; i < LEN(others); i++) {
		ask(f, others[i], "GET", NULL);
		assert_null(told(f, "Access-Control-Allow-Origin"));
		assert_null(told(f, "Access-Control-Allow-Methods"));
		assert_non_null(told(f, "Vary"));
	}
}

static void
test_all_origins_may_call(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"cors\":{\"origins\":[\"*\"],\"headers\":[\"X-A\",\"X-B\"]}}");
	ask(f, "https://any.example", "GET", "x-c");
	assert_string_equal(told(f, "Access-Control-Allow-Origin"), "*");
	assert_string_equal(told(f, "Access-Control-Allow-Headers"), "X-A, X-B");
	assert_null(told(f, "Access-Control-Allow-Credentials"));
	ask(f, "https://any.example", NULL, NULL);
	assert_null(told(f, "Vary"));
}

static void
refuse(struct fixture *f, const char *config, const char *where, const char *part)
{
	struct pawl_problems problems = {0};
	struct pawl_json v = parse_json(&f->arena, config);

	pawl_fields_check(pawl_trigger_service.fields, &v, "", &problems);
	pawl_trigger_service.check(&v, "", &problems);
	if (!has_problem(&problems, where, part))
		fail_msg("%s: no problem at %s with %s", config, where, part);
	pawl_problems_fini(&problems);
}

static void
test_bad_settings_are_refused(void **state)
{
	struct fixture *f = *state;

	refuse(f, "{\"cors\":{\"origins\":[\"https://a.example/\"]}}", "/cors/origins/0",
	       "no origin");
	refuse(f, "{\"cors\":{\"origins\":[\"a.example\"]}}", "/cors/origins/0", "no origin");
	refuse(f, "{\"cors\":{\"origins\":[\"https://*.example\"]}}", "/cors/origins/0",
	       "no origin");
	refuse(f, "{\"cors\":{\"origins\":[\"*\"],\"credentials\":true}}", "/cors/origins/0",
	       "credentials");
	refuse(f, "{\"cors\":{\"origins\":[\"*\"],\"headers\":[\"a b\"]}}", "/cors/headers/0",
	       "no name");
	refuse(f, "{\"methods\":[\"OPTIONS\"]}", "/methods/0", "one of");
	refuse(f, "{\"mode\":\"wait\",\"wait_limit\":\"6m\"}", "/wait_limit", "at most");
	refuse(f, "{\"auth\":[{\"type\":\"basic\",\"username\":\"a:b\",\"password\":\"c\"}]}",
	       "/auth/0/username", "colon");
}

static void
test_example_is_right(void **state)
{
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	struct pawl_json v = parse_json(&f->arena, pawl_trigger_service.example);

	pawl_fields_check(pawl_trigger_service.fields, &v, "", &problems);
	assert_int_equal(problems.len, 0);
	for (const struct pawl_field *field = pawl_trigger_service.fields; field->name; field++) {
		assert_non_null(field->help);
		(void)parse_json(&f->arena, field->example);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_settings_have_defaults),         TEST(test_gate_has_head_where_get_is),
		TEST(test_without_cors_nothing_is_told),   TEST(test_a_listed_origin_may_call),
		TEST(test_other_origins_are_told_nothing), TEST(test_all_origins_may_call),
		TEST(test_bad_settings_are_refused),       TEST(test_example_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
