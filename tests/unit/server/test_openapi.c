#include "server_testing.h"

static int
setup(void **state)
{
	static struct pawl_arena arena;
	static struct pawl_json description;

	pawl_arena_init(&arena, 0);
	description = pawl_openapi(&arena, PAWL_STR("https://hooks.example"));
	*state = &description;
	return 0;
}

static const struct pawl_json *
at(const struct pawl_json *value, const char *pointer)
{
	const struct pawl_json *found = pawl_json_pointer(value, pawl_str_c(pointer));

	assert_non_null(found);
	return found;
}

/* Calls fn for every member "$ref" anywhere inside. */
static void
each_ref(const struct pawl_json *value, void (*fn)(void *, struct pawl_str), void *ctx)
{
	if (value->type == PAWL_JSON_ARRAY)
		for (uint32_t i = 0; i < value->len; i++)
			each_ref(&value->items[i], fn, ctx);
	if (value->type != PAWL_JSON_OBJECT)
		return;
	for (uint32_t i = 0; i < value->len; i++)
		if (pawl_str_eq_c(value->members[i].key, "$ref"))
			fn(ctx, pawl_json_str(&value->members[i].value));
		else
			each_ref(&value->members[i].value, fn, ctx);
}

struct uses {
	const struct pawl_json *description;
	unsigned n[128];
};

static void
count_use(void *ctx, struct pawl_str ref)
{
	const struct pawl_json *schemas;
	struct uses *uses = ctx;
	struct pawl_str prefix = PAWL_STR("#/components/schemas/");

	assert_true(pawl_str_starts_with(ref, prefix));
	schemas = at(uses->description, "/components/schemas");
	assert_non_null(pawl_json_get(schemas, pawl_str_sub(ref, prefix.len, ref.len)));
	for (uint32_t i = 0; i < schemas->len; i++)
		if (pawl_str_eq(schemas->members[i].key, pawl_str_sub(ref, prefix.len, ref.len)))
			uses->n[i]++;
}

static void
test_every_reference_leads_somewhere_and_every_shape_is_used(void **state)
{
	struct uses uses = {.description = *state};
	const struct pawl_json *schemas = at(*state, "/components/schemas");

	assert_true(schemas->len > 10 && schemas->len < 128);
	each_ref(*state, count_use, &uses);
	for (uint32_t i = 0; i < schemas->len; i++)
		assert_true(uses.n[i] > 0);
}

static void
test_every_route_is_an_operation(void **state)
{
	const struct pawl_json *paths = at(*state, "/paths");
	size_t n = 0;

	for (uint32_t i = 0; i < paths->len; i++)
		n += paths->members[i].value.len;
	assert_int_equal(n, pawl_api_n_routes);
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		const struct pawl_json *path = pawl_json_get_c(paths, pawl_api_routes[i].path);
		bool found = false;

		assert_non_null(path);
		for (uint32_t k = 0; k < path->len; k++)
			found = found ||
				pawl_str_eq_c(pawl_json_get_str(&path->members[k].value,
								"operationId", PAWL_STR("")),
					      pawl_api_routes[i].operation);
		assert_true(found);
	}
}

static void
test_types_are_told(void **state)
{
	const struct pawl_json *run = at(*state, "/components/schemas/Run/properties");

	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/id/type")), "string"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/id/pattern")), "^[1-9][0-9]*$"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/started_at/type/1")), "null"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/started_at/format")), "date-time"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/nodes/items/$ref")),
				  "#/components/schemas/NodeRun"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(run, "/error/anyOf/1/type")), "null"));
	assert_int_equal(at(run, "/status/enum")->len, 7);
}

static void
test_bodies_and_headers_are_described(void **state)
{
	static const char put[] = "/paths/~1api~1v1~1workflows~1{workflow}/put";
	const struct pawl_json *operation = at(*state, put);
	const struct pawl_json *parameters = at(operation, "/parameters");
	const struct pawl_json *body =
		at(*state, "/paths/~1api~1v1~1apply/post/requestBody/content/application~1json");

	assert_int_equal(parameters->len, 2);
	assert_true(pawl_str_eq_c(pawl_json_str(at(parameters, "/1/name")), "If-Match"));
	assert_true(at(operation, "/requestBody/required")->boolean);
	assert_true(pawl_str_eq_c(pawl_json_str(at(body, "/schema/required/0")), "document"));
	assert_false(at(body, "/schema/additionalProperties")->boolean);
	assert_true(
		pawl_str_eq_c(pawl_json_str(at(body, "/schema/properties/draft/type")), "boolean"));
	assert_true(pawl_str_eq_c(pawl_json_str(at(*state, "/servers/0/url")),
				  "https://hooks.example"));
	assert_int_equal(at(*state, "/paths/~1openapi.json/get/security")->len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_reference_leads_somewhere_and_every_shape_is_used),
		cmocka_unit_test(test_every_route_is_an_operation),
		cmocka_unit_test(test_types_are_told),
		cmocka_unit_test(test_bodies_and_headers_are_described),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
