/* The subset of JSON Schema: what it holds values to, and what it refuses to understand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/schema.h"

static struct pawl_json
parse(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;

	if (pawl_json_parse(arena, pawl_str_c(text), &value, NULL) != PAWL_OK)
		fail_msg("%s", text);
	return value;
}

static void
test_values_fit_or_do_not(void **state)
{
	static const struct {
		const char *schema, *value, *where; /* of the first problem; NULL: it fits */
	} cases[] = {
		{"{}", "[1]", NULL},
		{"true", "1", NULL},
		{"false", "1", ""},
		{"{\"type\":\"integer\"}", "5.0", NULL},
		{"{\"type\":\"integer\"}", "5.5", ""},
		{"{\"type\":\"number\"}", "5.5", NULL},
		{"{\"type\":[\"string\",\"null\"]}", "null", NULL},
		{"{\"type\":[\"string\",\"null\"]}", "1", ""},
		{"{\"enum\":[1,\"a\"]}", "1.0", NULL},
		{"{\"enum\":[1,\"a\"]}", "\"b\"", ""},
		{"{\"const\":{\"a\":1,\"b\":2}}", "{\"b\":2,\"a\":1}", NULL},
		{"{\"const\":1}", "2", ""},
		{"{\"minimum\":1,\"maximum\":3}", "1", NULL},
		{"{\"minimum\":1,\"maximum\":3}", "3.1", ""},
		{"{\"exclusiveMinimum\":1}", "1", ""},
		{"{\"exclusiveMaximum\":1}", "0.999", NULL},
		{"{\"minimum\":99999999999999999999}", "99999999999999999998", ""},
		{"{\"minLength\":2,\"maxLength\":2}", "\"\xc3\xa4\xc3\xb6\"", NULL},
		{"{\"maxLength\":1}", "\"ab\"", ""},
		{"{\"pattern\":\"^a+$\"}", "\"aaa\"", NULL},
		{"{\"pattern\":\"^a+$\"}", "\"ab\"", ""},
		{"{\"minItems\":1}", "[]", ""},
		{"{\"items\":{\"type\":\"string\"}}", "[\"a\",1]", "/1"},
		{"{\"uniqueItems\":true}", "[1,2,1.0]", ""},
		{"{\"required\":[\"a\"]}", "{}", ""},
		{"{\"properties\":{\"a/b\":{\"type\":\"null\"}}}", "{\"a/b\":1}", "/a~1b"},
		{"{\"additionalProperties\":false}", "{\"a\":1}", "/a"},
		{"{\"additionalProperties\":{\"type\":\"null\"}}", "{\"a\":1}", "/a"},
		{"{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", ""},
		{"{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "3", ""},
		{"{\"anyOf\":[{\"type\":\"null\"},{\"minimum\":2}]}", "2", NULL},
		{"{\"anyOf\":[{\"type\":\"null\"},{\"minimum\":2}]}", "1", ""},
		{"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "1", NULL},
		{"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "2", ""},
		{"{\"not\":{\"type\":\"null\"}}", "null", ""},
		{"{\"minLength\":5}", "1", NULL}, /* says nothing of numbers */
	};
	struct pawl_arena arena;

	(void)state;
	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_json schema = parse(&arena, cases[i].schema);
		struct pawl_json value = parse(&arena, cases[i].value);
		struct pawl_problems problems = {0};
		bool fits = pawl_schema_validate(&schema, &value, "", &problems);

		if (fits != !cases[i].where || fits != !problems.len)
			fail_msg("%s %s", cases[i].schema, cases[i].value);
		if (!fits)
			assert_string_equal(problems.items[0].where, cases[i].where);
		pawl_problems_fini(&problems);
	}
	pawl_arena_fini(&arena);
}

static void
test_what_is_not_understood_is_refused(void **state)
{
	static const struct {
		const char *schema, *where; /* NULL: it is understood */
	} cases[] = {
		{"{\"type\":\"object\",\"title\":\"x\",\"properties\":{\"a\":{\"not\":false}}}",
		 NULL},
		{"1", ""},
		{"{\"type\":\"int\"}", "/type"},
		{"{\"type\":[]}", "/type"},
		{"{\"format\":\"email\"}", "/format"},
		{"{\"$ref\":\"#\"}", "/$ref"},
		{"{\"minLength\":-1}", "/minLength"},
		{"{\"pattern\":\"(\"}", "/pattern"},
		{"{\"required\":[1]}", "/required"},
		{"{\"items\":[{}]}", "/items"},
		{"{\"anyOf\":[]}", "/anyOf"},
		{"{\"anyOf\":[{},{\"typ\":1}]}", "/anyOf/1/typ"},
		{"{\"properties\":{\"a\":{\"items\":{\"enum\":1}}}}", "/properties/a/items/enum"},
	};
	struct pawl_arena arena;

	(void)state;
	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_json schema = parse(&arena, cases[i].schema);
		struct pawl_problems problems = {0};

		pawl_schema_check(&schema, "", &problems);
		if (problems.len != (cases[i].where != NULL))
			fail_msg("%s: %zu problems", cases[i].schema, problems.len);
		if (problems.len)
			assert_string_equal(problems.items[0].where, cases[i].where);
		pawl_problems_fini(&problems);
	}
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_fit_or_do_not),
		cmocka_unit_test(test_what_is_not_understood_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
