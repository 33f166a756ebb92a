#include "server_testing.h"

static struct pawl_json
parsed(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;

	assert_int_equal(pawl_json_parse(arena, pawl_str_c(text), &value, NULL), PAWL_OK);
	return value;
}

static const char document_text[] =
	"{\"trigger\":{\"type\":\"webhook\",\"config\":{\"auth\":["
	"{\"type\":\"none\"},{\"type\":\"basic\",\"username\":\"u\",\"password\":\"p\"},"
	"{\"type\":\"header\",\"name\":\"X-Partner-Pass\",\"secret\":\"s\"},"
	"{\"type\":\"signature\",\"scheme\":\"hmac\",\"header\":\"X-Signature\",\"secret\":\"s\"},"
	"7,{\"type\":\"header\"}]}}}";

static void
test_well_known_headers_are_credentials_of_every_workflow(void **state)
{
	struct pawl_json none = pawl_json_null();

	assert_true(pawl_api_is_credential(PAWL_STR("Authorization"), &none));
	assert_true(pawl_api_is_credential(PAWL_STR("COOKIE"), &none));
	assert_true(pawl_api_is_credential(PAWL_STR("x-api-key"), &none));
	assert_false(pawl_api_is_credential(PAWL_STR("Content-Type"), &none));
	assert_false(pawl_api_is_credential(PAWL_STR("X-Partner-Pass"), &none));
	assert_false(pawl_api_is_credential(PAWL_STR(""), &none));
}

static void
test_header_that_the_trigger_compares_is_one_too(void **state)
{
	struct pawl_arena arena;
	struct pawl_json document;

	pawl_arena_init(&arena, 0);
	document = parsed(&arena, document_text);
	assert_true(pawl_api_is_credential(PAWL_STR("X-Partner-Pass"), &document));
	assert_true(pawl_api_is_credential(PAWL_STR("x-partner-pass"), &document));
	assert_false(pawl_api_is_credential(PAWL_STR("X-Partner"), &document));
	assert_false(pawl_api_is_credential(PAWL_STR("X-Signature"), &document));
	pawl_arena_fini(&arena);
}

static void
test_input_is_masked_where_it_stands_and_nowhere_else(void **state)
{
	struct pawl_arena arena;
	struct pawl_json document, input, masked, wanted;

	pawl_arena_init(&arena, 0);
	document = parsed(&arena, document_text);
	input = parsed(&arena, "{\"body\":{\"authorization\":\"kept\"},\"headers\":{"
			       "\"authorization\":\"Bearer x\",\"x-partner-pass\":\"y\","
			       "\"accept\":\"*/*\"},\"method\":\"POST\"}");
	wanted = parsed(&arena, "{\"body\":{\"authorization\":\"kept\"},\"headers\":{"
				"\"authorization\":\"***\",\"x-partner-pass\":\"***\","
				"\"accept\":\"*/*\"},\"method\":\"POST\"}");
	masked = pawl_api_mask_input(&arena, &input, &document);
	assert_true(pawl_json_equal(&masked, &wanted));
	assert_int_equal(masked.len, 3);
	/* A replay's input is whatever somebody made of it. */
	input = parsed(&arena, "{\"headers\":[\"authorization\"]}");
	masked = pawl_api_mask_input(&arena, &input, &document);
	assert_true(pawl_json_equal(&masked, &input));
	input = pawl_json_null();
	masked = pawl_api_mask_input(&arena, &input, &document);
	assert_int_equal(masked.type, PAWL_JSON_NULL);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_known_headers_are_credentials_of_every_workflow),
		cmocka_unit_test(test_header_that_the_trigger_compares_is_one_too),
		cmocka_unit_test(test_input_is_masked_where_it_stands_and_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
