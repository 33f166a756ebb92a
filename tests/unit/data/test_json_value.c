#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* An object of n members k0..k(n-1) with their numbers as values. */
static struct pawl_json
object_of(unsigned n)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &arena);
	for (unsigned i = 0; i < n; i++)
		pawl_json_set(&b, pawl_arena_printf(&arena, "k%u", i), pawl_json_int(&arena, i));
	return pawl_json_end(&b);
}

static void
test_get_finds_members_of_small_and_large_objects(void **state)
{
	for (unsigned n = 0; n < 70; n++) {
		struct pawl_json v = object_of(n);

		assert_int_equal(v.len, n);
		for (unsigned i = 0; i < n; i++) {
			int64_t got;

			assert_true(pawl_json_to_i64(
				pawl_json_get(&v, pawl_arena_printf(&arena, "k%u", i)), &got));
			assert_int_equal(got, i);
		}
		assert_null(pawl_json_get_c(&v, "k"));
		assert_null(pawl_json_get_c(&v, ""));
		assert_null(pawl_json_get(&v, pawl_arena_printf(&arena, "k%u", n)));
	}
}

static void
test_get_is_safe_on_what_is_no_object(void **state)
{
	struct pawl_json v = json("[{\"a\":1},\"a\",1,null]");

	assert_null(pawl_json_get_c(NULL, "a"));
	assert_null(pawl_json_get_c(&v, "a"));
	for (uint32_t i = 1; i < v.len; i++)
		assert_null(pawl_json_get_c(&v.items[i], "a"));
	assert_int_equal(pawl_json_str(NULL).len, 0);
	assert_int_equal(pawl_json_str(&v).len, 0);
	assert_false(pawl_json_is(NULL, PAWL_JSON_NULL));
}

static void
test_keys_may_hold_any_character(void **state)
{
	struct pawl_json v = json("{\"\":1,\"a\\u0000b\":2,\"a\":3}");

	assert_str(pawl_json_str(pawl_json_get_c(&v, "")), "1");
	assert_str(pawl_json_str(pawl_json_get(&v, PAWL_STR("a\0b"))), "2");
	assert_str(pawl_json_str(pawl_json_get_c(&v, "a")), "3");
}

static void
test_typed_members_fall_back(void **state)
{
	struct pawl_json v = json("{\"s\":\"x\",\"n\":1,\"b\":true,\"f\":false,\"z\":null}");

	assert_str(pawl_json_get_str(&v, "s", PAWL_STR("no")), "x");
	assert_str(pawl_json_get_str(&v, "n", PAWL_STR("no")), "no");
	assert_str(pawl_json_get_str(&v, "q", PAWL_STR("no")), "no");
	assert_str(pawl_json_get_str(NULL, "q", PAWL_STR("no")), "no");
	assert_true(pawl_json_get_bool(&v, "b", false));
	assert_false(pawl_json_get_bool(&v, "f", true));
	assert_true(pawl_json_get_bool(&v, "z", true));
	assert_true(pawl_json_get_bool(&v, "s", true));
	assert_false(pawl_json_get_bool(&v, "q", false));
}

static void
test_type_names(void **state)
{
	static const char *const expected[] = {"null",   "boolean", "number",
					       "string", "array",   "object"};
	struct pawl_json v = json("[null,true,1,\"\",[],{}]");

	for (uint32_t i = 0; i < v.len; i++)
		assert_string_equal(pawl_json_type_name(&v.items[i]), expected[i]);
}

static void
test_equality_is_by_value(void **state)
{
	static const char *const equal[][2] = {{"1", "1.0"},
					       {"-0", "0"},
					       {"10e-1", "1"},
					       {"\"\\u0041\"", "\"A\""},
					       {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1e0}"},
					       {"[]", "[ ]"},
					       {"{}", "{ }"},
					       {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
					       {"null", "null"},
					       {"1e400", "10e399"}};
	static const char *const different[][2] = {{"1", "\"1\""},
						   {"1", "2"},
						   {"true", "false"},
						   {"null", "false"},
						   {"0", "false"},
						   {"[]", "{}"},
						   {"[1,2]", "[2,1]"},
						   {"[1]", "[1,1]"},
						   {"{\"a\":1}", "{\"b\":1}"},
						   {"{\"a\":1}", "{\"a\":1,\"b\":2}"},
						   {"{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}"},
						   {"\"a\"", "\"a\\u0000\""},
						   {"9007199254740992", "9007199254740993"},
						   {"1e400", "1e401"},
						   {"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}"}};

	for (size_t i = 0; i < LEN(equal); i++) {
		struct pawl_json a = json(equal[i][0]), b = json(equal[i][1]);

		if (!pawl_json_equal(&a, &b) || !pawl_json_equal(&b, &a))
			fail_msg("%s differs from %s", equal[i][0], equal[i][1]);
	}
	for (size_t i = 0; i < LEN(different); i++) {
		struct pawl_json a = json(different[i][0]), b = json(different[i][1]);

		if (pawl_json_equal(&a, &b) || pawl_json_equal(&b, &a))
			fail_msg("%s equals %s", different[i][0], different[i][1]);
	}
}

static void
test_large_objects_in_another_order_are_equal(void **state)
{
	struct pawl_json a = object_of(1000), b, c;
	struct pawl_json_builder builder;

	pawl_json_object_begin(&builder, &arena);
	for (uint32_t i = a.len; i-- > 0;)
		pawl_json_set(&builder, a.members[i].key, a.members[i].value);
	b = pawl_json_end(&builder);
	assert_true(pawl_json_equal(&a, &b));
	pawl_json_object_begin(&builder, &arena);
	for (uint32_t i = 0; i < a.len; i++)
		pawl_json_set(&builder, a.members[i].key, pawl_json_int(&arena, i == 999 ? 0 : i));
	c = pawl_json_end(&builder);
	assert_false(pawl_json_equal(&a, &c));
}

static void
test_pointer_follows_rfc_6901(void **state)
{
	/* The example of RFC 6901 section 5. */
	struct pawl_json v = json("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
				  "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}");
	static const char *const found[][2] = {{"/foo", "[\"bar\",\"baz\"]"},
					       {"/foo/0", "\"bar\""},
					       {"/foo/1", "\"baz\""},
					       {"/", "0"},
					       {"/a~1b", "1"},
					       {"/c%d", "2"},
					       {"/e^f", "3"},
					       {"/g|h", "4"},
					       {"/i\\j", "5"},
					       {"/k\"l", "6"},
					       {"/ ", "7"},
					       {"/m~0n", "8"}};
	static const char *const nowhere[] = {"foo",
					      "/nope",
					      "/foo/2",
					      "/foo/-",
					      "/foo/00",
					      "/foo/01",
					      "/foo/+1",
					      "/foo/1x",
					      "/foo/",
					      "/foo/18446744073709551616",
					      "/foo/4294967296",
					      "/foo/0/x",
					      "/m~n",
					      "/m~2n",
					      "/m~",
					      "/a/b",
					      "//",
					      "/foo//0"};

	assert_ptr_equal(pawl_json_pointer(&v, PAWL_STR("")), &v);
	for (size_t i = 0; i < LEN(found); i++) {
		const struct pawl_json *got = pawl_json_pointer(&v, pawl_str_c(found[i][0]));

		assert_non_null(got);
		assert_string_equal(compact(*got), found[i][1]);
	}
	for (size_t i = 0; i < LEN(nowhere); i++) {
		if (pawl_json_pointer(&v, pawl_str_c(nowhere[i])))
			fail_msg("%s leads somewhere", nowhere[i]);
	}
	assert_null(pawl_json_pointer(NULL, PAWL_STR("/a")));
}

static void
test_builder_grows_arrays(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json v;

	pawl_json_array_begin(&b, &arena);
	for (int i = 0; i < 1000; i++)
		pawl_json_push(&b, pawl_json_int(&arena, i));
	v = pawl_json_end(&b);
	assert_int_equal(v.len, 1000);
	for (uint32_t i = 0; i < v.len; i++) {
		int64_t got;

		assert_true(pawl_json_to_i64(&v.items[i], &got));
		assert_int_equal(got, i);
	}
}

static void
test_builder_sets_a_key_again(void **state)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "a", pawl_json_bool(true));
	pawl_json_set_c(&b, "b", pawl_json_null());
	pawl_json_set_c(&b, "a", pawl_json_string_c("x"));
	assert_string_equal(compact(pawl_json_end(&b)), "{\"a\":\"x\",\"b\":null}");
	pawl_json_object_begin(&b, &arena);
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 100; i++)
			pawl_json_set(&b, pawl_arena_printf(&arena, "k%u", i),
				      pawl_json_int(&arena, round));
	}
	assert_int_equal(pawl_json_end(&b).len, 100);
}

static void
test_empty_builders_give_empty_values(void **state)
{
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, &arena);
	assert_string_equal(compact(pawl_json_end(&b)), "[]");
	pawl_json_object_begin(&b, &arena);
	assert_string_equal(compact(pawl_json_end(&b)), "{}");
}

static void
test_strings_are_borrowed_or_copied(void **state)
{
	char text[] = "abc";
	struct pawl_json borrowed = pawl_json_string_c(text);
	struct pawl_json copied = pawl_json_string_dup(&arena, pawl_str_c(text));

	text[0] = 'X';
	assert_string_equal(compact(borrowed), "\"Xbc\"");
	assert_string_equal(compact(copied), "\"abc\"");
	assert_string_equal(compact(pawl_json_string(pawl_str(NULL, 0))), "\"\"");
	assert_string_equal(compact(pawl_json_string_dup(&arena, pawl_str(NULL, 0))), "\"\"");
}

static void
test_copied_strings_become_utf8(void **state)
{
	struct pawl_json v = pawl_json_string_dup(&arena, PAWL_STR("a\xFFz\xC3\xA9\xE2\x82"));

	assert_str(pawl_json_str(&v), "a\xEF\xBF\xBDz\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD");
	v = pawl_json_string_dup(&arena, PAWL_STR("\xED\xA0\x80"));
	assert_int_equal(v.len, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_get_finds_members_of_small_and_large_objects),
		json_test(test_get_is_safe_on_what_is_no_object),
		json_test(test_keys_may_hold_any_character),
		json_test(test_typed_members_fall_back),
		json_test(test_type_names),
		json_test(test_equality_is_by_value),
		json_test(test_large_objects_in_another_order_are_equal),
		json_test(test_pointer_follows_rfc_6901),
		json_test(test_builder_grows_arrays),
		json_test(test_builder_sets_a_key_again),
		json_test(test_empty_builders_give_empty_values),
		json_test(test_strings_are_borrowed_or_copied),
		json_test(test_copied_strings_become_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
