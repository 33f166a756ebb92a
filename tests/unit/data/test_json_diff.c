#include "json_testing.h"

#include "data/json_diff.h"

/* NULL for a value that is not there. */
static void
check(const char *old_text, const char *new_text, size_t max, bool is_whole, const char *expected)
{
	struct pawl_json old = json(old_text ? old_text : "0");
	struct pawl_json new = json(new_text ? new_text : "0");
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, &arena);
	assert_int_equal(pawl_json_diff(old_text ? &old : NULL, new_text ? &new : NULL, max, &b),
			 is_whole);
	assert_string_equal(compact(pawl_json_end(&b)), expected);
}

static void
test_what_is_equal_differs_nowhere(void **state)
{
	check("{\"a\":1,\"b\":[1.0,{}]}", "{\"b\":[1,{}],\"a\":1e0}", 9, true, "[]");
	check("null", "null", 0, true, "[]");
	check(NULL, NULL, 9, true, "[]");
}

static void
test_places_are_pointers(void **state)
{
	check("{\"a\":{\"b/c\":[1,2]},\"~\":1}", "{\"a\":{\"b/c\":[1,3]},\"~\":2}", 9, true,
	      "[{\"pointer\":\"/a/b~1c/1\",\"old\":2,\"new\":3},"
	      "{\"pointer\":\"/~0\",\"old\":1,\"new\":2}]");
	check("1", "\"1\"", 9, true, "[{\"pointer\":\"\",\"old\":1,\"new\":\"1\"}]");
	check("[1]", "{\"0\":1}", 9, true, "[{\"pointer\":\"\",\"old\":[1],\"new\":{\"0\":1}}]");
}

static void
test_what_is_on_one_side_only_says_so(void **state)
{
	check("{\"a\":null,\"b\":1}", "{\"b\":1,\"c\":{\"d\":2}}", 9, true,
	      "[{\"pointer\":\"/a\",\"old\":null},{\"pointer\":\"/c\",\"new\":{\"d\":2}}]");
	check("[1,2]", "[1]", 9, true, "[{\"pointer\":\"/1\",\"old\":2}]");
	check("[]", "[null]", 9, true, "[{\"pointer\":\"/0\",\"new\":null}]");
	check("{\"a\":null}", "{}", 9, true, "[{\"pointer\":\"/a\",\"old\":null}]");
	check(NULL, "{\"a\":1}", 9, true, "[{\"pointer\":\"\",\"new\":{\"a\":1}}]");
	check("{\"a\":1}", NULL, 9, true, "[{\"pointer\":\"\",\"old\":{\"a\":1}}]");
}

static void
test_no_more_than_so_many(void **state)
{
	check("[1,2,3]", "[0,0,3]", 2, true,
	      "[{\"pointer\":\"/0\",\"old\":1,\"new\":0},{\"pointer\":\"/"
	      "1\",\"old\":2,\"new\":0}]");
	check("[1,2,3]", "[0,0,0]", 2, false,
	      "[{\"pointer\":\"/0\",\"old\":1,\"new\":0},{\"pointer\":\"/"
	      "1\",\"old\":2,\"new\":0}]");
	check("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}", 0, false, "[]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_what_is_equal_differs_nowhere),
		json_test(test_places_are_pointers),
		json_test(test_what_is_on_one_side_only_says_so),
		json_test(test_no_more_than_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
