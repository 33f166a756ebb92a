/* The public JSONPath compliance test suite (jsonpath-standard/jsonpath-compliance-test-suite):
 * every case of the file that the environment variable PAWL_JSONPATH_CTS names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/jsonpath.h"

static bool
read_file(const char *name, struct pawl_buf *buf)
{
	FILE *f = fopen(name, "rb");
	size_t n;

	if (!f)
		return false;
	do {
		char *room = pawl_buf_reserve(buf, 65536);

		if (!room)
			break;
		n = fread(room, 1, 65536, f);
		buf->len += n;
	} while (n > 0);
	fclose(f);
	return pawl_buf_status(buf) == PAWL_OK && buf->len > 0;
}

static bool
is_selection(const struct pawl_jsonpath_nodes *nodes, const struct pawl_json *wanted)
{
	if (wanted->len != nodes->len)
		return false;
	for (size_t i = 0; i < nodes->len; i++) {
		if (!pawl_json_equal(nodes->items[i], &wanted->items[i]))
			return false;
	}
	return true;
}

static bool
is_allowed(const struct pawl_json *test, const struct pawl_jsonpath_nodes *nodes)
{
	const struct pawl_json *result = pawl_json_get_c(test, "result");
	const struct pawl_json *results = pawl_json_get_c(test, "results");

	if (result)
		return is_selection(nodes, result);
	for (uint32_t i = 0; results && i < results->len; i++) {
		if (is_selection(nodes, &results->items[i]))
			return true;
	}
	return false;
}

static bool
passes(const struct pawl_json *test)
{
	struct pawl_str selector = pawl_json_get_str(test, "selector", PAWL_STR(""));
	struct pawl_jsonpath_error error = {0};
	struct pawl_jsonpath_nodes nodes;
	struct pawl_jsonpath *path = NULL;
	struct pawl_arena arena;
	bool ok;

	if (pawl_jsonpath_compile(selector, &path, &error) != PAWL_OK)
		return pawl_json_get_bool(test, "invalid_selector", false) && error.message[0] &&
		       error.offset <= selector.len;
	pawl_arena_init(&arena, 0);
	ok = !pawl_json_get_bool(test, "invalid_selector", false) &&
	     pawl_jsonpath_select(path, pawl_json_get_c(test, "document"), &arena, &nodes) ==
		     PAWL_OK &&
	     is_allowed(test, &nodes) && (!pawl_jsonpath_is_singular(path) || nodes.len <= 1);
	pawl_arena_fini(&arena);
	pawl_jsonpath_free(path);
	return ok;
}

static void
test_every_case_of_the_compliance_suite(void **state)
{
	const char *name = getenv("PAWL_JSONPATH_CTS");
	const struct pawl_json *tests;
	struct pawl_json_error error;
	struct pawl_json suite;
	struct pawl_arena arena;
	struct pawl_buf buf;
	unsigned failed = 0;

	(void)state;
	pawl_buf_init(&buf, 64 << 20);
	pawl_arena_init(&arena, 0);
	if (!read_file(name, &buf))
		fail_msg("%s cannot be read", name);
	assert_int_equal(pawl_json_parse(&arena, pawl_buf_peek(&buf), &suite, &error), PAWL_OK);
	tests = pawl_json_get_c(&suite, "tests");
	assert_true(pawl_json_is(tests, PAWL_JSON_ARRAY) && tests->len > 0);
	for (uint32_t i = 0; i < tests->len; i++) {
		struct pawl_str what = pawl_json_get_str(&tests->items[i], "name", PAWL_STR("?"));

		if (passes(&tests->items[i]))
			continue;
		print_error("case %u fails: %.*s\n", i, PAWL_STR_ARG(what));
		failed++;
	}
	print_message("%u cases, %u failed\n", tests->len, failed);
	assert_int_equal(failed, 0);
	pawl_arena_fini(&arena);
	pawl_buf_fini(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_case_of_the_compliance_suite),
	};

	if (!getenv("PAWL_JSONPATH_CTS")) {
		printf("skipped: PAWL_JSONPATH_CTS does not name the suite's file (cts.json)\n");
		return 77;
	}
	return cmocka_run_group_tests_name("jsonpath_cts", tests, NULL, NULL);
}
