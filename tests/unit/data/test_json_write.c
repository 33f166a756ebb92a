#include "json_testing.h"

static enum pawl_err
write_with_max(const struct pawl_json *v, size_t max)
{
	struct pawl_buf buf;
	enum pawl_err err;

	pawl_buf_init(&buf, max);
	err = pawl_json_write(&buf, v);
	if (err)
		assert_true(buf.len <= max);
	pawl_buf_fini(&buf);
	return err;
}

static struct pawl_json
nested(unsigned depth)
{
	struct pawl_json v = pawl_json_null();

	for (unsigned i = 0; i < depth; i++) {
		struct pawl_json_builder b;

		pawl_json_array_begin(&b, &arena);
		pawl_json_push(&b, v);
		v = pawl_json_end(&b);
	}
	return v;
}

static void
test_strings_are_escaped(void **state)
{
	struct pawl_json v = pawl_json_string(PAWL_STR("\"\\/\b\f\n\r\t\x01\x1F\x7F\0e"));

	assert_string_equal(compact(v), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\\u0000e\"");
}

static void
test_escapes_are_written_at_every_offset(void **state)
{
	for (size_t at = 0; at < 30; at++) {
		char text[32], expected[64];
		struct pawl_json v;

		memset(text, 'y', 30);
		text[at] = '"';
		v = pawl_json_string(pawl_str(text, 30));
		snprintf(expected, sizeof(expected), "\"%.*s\\\"%.*s\"", (int)at,
			 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", (int)(29 - at),
			 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
		assert_string_equal(compact(v), expected);
	}
}

static void
test_text_that_is_not_ascii_stays_as_it_is(void **state)
{
	assert_string_equal(compact(json("\"\\u00e9\\u20ac\\ud83d\\ude00\"")),
			    "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
}

static void
test_keys_are_escaped_too(void **state)
{
	assert_string_equal(compact(json("{\"a\\nb\\\"\":{\"\":[]}}")),
			    "{\"a\\nb\\\"\":{\"\":[]}}");
}

static void
test_pretty_text_is_indented(void **state)
{
	struct pawl_json v = json("{\"a\":[1,{\"b\":null}],\"c\":[],\"d\":{},\"e\":\"x\"}");
	struct pawl_buf buf;

	pawl_buf_init(&buf, 1000);
	assert_int_equal(pawl_json_write_pretty(&buf, &v), PAWL_OK);
	assert_str(pawl_buf_peek(&buf), "{\n"
					"  \"a\": [\n"
					"    1,\n"
					"    {\n"
					"      \"b\": null\n"
					"    }\n"
					"  ],\n"
					"  \"c\": [],\n"
					"  \"d\": {},\n"
					"  \"e\": \"x\"\n"
					"}");
	pawl_buf_fini(&buf);
}

static void
test_writing_appends(void **state)
{
	struct pawl_json v = json("[1]");
	struct pawl_buf buf;

	pawl_buf_init(&buf, 1000);
	pawl_buf_append_c(&buf, "x=");
	assert_int_equal(pawl_json_write(&buf, &v), PAWL_OK);
	assert_int_equal(pawl_json_write(&buf, &v), PAWL_OK);
	assert_str(pawl_buf_peek(&buf), "x=[1][1]");
	assert_int_equal(buf.data[buf.len], '\0');
	pawl_buf_fini(&buf);
}

static void
test_a_full_buffer_is_reported(void **state)
{
	struct pawl_json v = json("{\"key\":[\"value\",\"es\\ncaped\",1.5,true,null]}");
	size_t len = strlen(compact(v));

	for (size_t max = 0; max < len; max++)
		assert_int_equal(write_with_max(&v, max), PAWL_ETOOBIG);
	assert_int_equal(write_with_max(&v, len), PAWL_OK);
}

static void
test_what_could_not_be_read_back_is_not_written(void **state)
{
	struct pawl_json deep = nested(PAWL_JSON_DEPTH_OWN),
			 deeper = nested(PAWL_JSON_DEPTH_OWN + 1);
	struct pawl_json again;

	assert_int_equal(write_with_max(&deep, 1 << 20), PAWL_OK);
	assert_int_equal(pawl_json_read_back(&arena, pawl_json_text(&arena, &deep), &again, NULL),
			 PAWL_OK);
	assert_true(pawl_json_equal(&deep, &again));
	assert_int_equal(pawl_json_parse(&arena, pawl_json_text(&arena, &deep), &again, NULL),
			 PAWL_ETOOBIG);
	assert_int_equal(write_with_max(&deeper, 1 << 20), PAWL_ETOOBIG);
	assert_int_equal(pawl_json_text(&arena, &deeper).len, 0);
}

static void
test_words_are_written(void **state)
{
	assert_string_equal(compact(json(" [ true , false , null ] ")), "[true,false,null]");
	assert_string_equal(compact(json("\"\"")), "\"\"");
}

static void
test_text_is_terminated_after_every_type(void **state)
{
	struct pawl_json v = json("[\"string\", 1, true, null, {}]");

	for (uint32_t i = 0; i < v.len; i++) {
		struct pawl_buf buf;

		pawl_buf_init(&buf, 100);
		assert_int_equal(pawl_json_write(&buf, &v.items[i]), PAWL_OK);
		assert_int_equal(buf.data[buf.len], '\0');
		pawl_buf_fini(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_strings_are_escaped),
		json_test(test_escapes_are_written_at_every_offset),
		json_test(test_text_that_is_not_ascii_stays_as_it_is),
		json_test(test_keys_are_escaped_too),
		json_test(test_pretty_text_is_indented),
		json_test(test_writing_appends),
		json_test(test_a_full_buffer_is_reported),
		json_test(test_what_could_not_be_read_back_is_not_written),
		json_test(test_words_are_written),
		json_test(test_text_is_terminated_after_every_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
