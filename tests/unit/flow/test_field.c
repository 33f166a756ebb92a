#include "flow_testing.h"

#include "flow/field_internal.h"

static const char *const colours[] = {"red", "green", NULL};
static const struct pawl_field number_item = {.type = PAWL_FIELD_INTEGER, .min = 1, .max = 9};
static const struct pawl_field inner_fields[] = {
	{.name = "deep", .type = PAWL_FIELD_BOOLEAN, .flags = PAWL_FIELD_REQUIRED},
	{.name = "pin", .type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_SECRET},
	{.name = NULL},
};
static const struct pawl_field basic_fields[] = {
	{.name = "user", .type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_REQUIRED},
	{.name = "password",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET},
	{.name = NULL},
};
static const struct pawl_field none_fields[] = {{.name = NULL}};
static const struct pawl_field_variant kinds[] = {
	{"none", "None", none_fields},
	{"basic", "Basic", basic_fields},
	{NULL, NULL, NULL},
};
static const struct pawl_field kind_item = {.type = PAWL_FIELD_VARIANT, .variants = kinds};

static const struct pawl_field fields[] = {
	{.name = "text", .type = PAWL_FIELD_STRING, .min = 2, .max = 5},
	{.name = "whole", .type = PAWL_FIELD_INTEGER, .min = 1, .max = 10, .default_json = "3"},
	{.name = "number", .type = PAWL_FIELD_NUMBER},
	{.name = "flag", .type = PAWL_FIELD_BOOLEAN},
	{.name = "fixed", .type = PAWL_FIELD_BOOLEAN, .flags = PAWL_FIELD_STATIC},
	{.name = "span", .type = PAWL_FIELD_DURATION, .max = 60000},
	{.name = "size", .type = PAWL_FIELD_SIZE},
	{.name = "colour", .type = PAWL_FIELD_CHOICE, .choices = colours},
	{.name = "url", .type = PAWL_FIELD_URL, .flags = PAWL_FIELD_SECRETS_OK},
	{.name = "time", .type = PAWL_FIELD_TIME},
	{.name = "net", .type = PAWL_FIELD_CIDR},
	{.name = "any", .type = PAWL_FIELD_ANY},
	{.name = "fixed_any", .type = PAWL_FIELD_ANY, .flags = PAWL_FIELD_STATIC},
	{.name = "map", .type = PAWL_FIELD_MAP, .items = &number_item},
	{.name = "headers", .type = PAWL_FIELD_MAP, .flags = PAWL_FIELD_SECRETS_OK},
	{.name = "list", .type = PAWL_FIELD_LIST, .items = &number_item, .max = 3},
	{.name = "object", .type = PAWL_FIELD_OBJECT, .fields = inner_fields},
	{.name = "kind", .type = PAWL_FIELD_VARIANT, .variants = kinds},
	{.name = "kinds", .type = PAWL_FIELD_LIST, .items = &kind_item},
	{.name = "when", .type = PAWL_FIELD_CONDITION},
	{.name = "extra",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED,
	 .show_if = "colour=green|blue",
	 .example = "\"x\""},
	{.name = NULL},
};

static size_t
check(const char *text)
{
	forget_problems();
	pawl_fields_check(fields, json(text), "/config", &problems);
	return problems.len;
}

static size_t
check_values(const char *text)
{
	forget_problems();
	pawl_fields_check_values(fields, json(text), "/config", &problems);
	return problems.len;
}

static void
test_values_of_their_types_pass(void **state)
{
	check("{\"text\":\"abc\",\"whole\":10,\"number\":-1.5,\"flag\":true,\"fixed\":false,"
	      "\"span\":\"1m\",\"size\":\"64KiB\",\"colour\":\"red\",\"url\":\"https://a.b/c?d\","
	      "\"time\":\"2026-11-23T08:00:00Z\",\"net\":\"10.0.0.0/8\",\"any\":[null],"
	      "\"map\":{\"a\":1},\"list\":[1,2,3],\"object\":{\"deep\":true},"
	      "\"kind\":{\"type\":\"basic\",\"user\":\"u\",\"password\":\"p\"},"
	      "\"when\":{\"left\":1,\"op\":\"equals\",\"right\":1}}");
	assert_problems(0);
}

static void
test_every_wrong_value_is_a_problem_of_its_own(void **state)
{
	check("{\"text\":1,\"whole\":1.5,\"number\":\"1\",\"flag\":\"true\",\"span\":\"5 min\","
	      "\"size\":\"64kb\",\"colour\":\"gren\",\"url\":\"ftp://x\",\"time\":\"tomorrow\","
	      "\"net\":\"10.0.0.1/8\",\"map\":[],\"list\":{},\"object\":null,\"kind\":7,"
	      "\"when\":true}");
	assert_problems(15);
	assert_problem("/config/text", "must be a string");
	assert_problem("/config/whole", "whole number");
	assert_problem("/config/span", "\"5 min\"");
	assert_problem("/config/colour", "did you mean \"green\"?");
	assert_problem("/config/net", "203.0.113.0/24");
	assert_problem("/config/object", "this is null");
	assert_problem("/config/when", "must be a condition");
}

static void
test_bounds_are_inclusive(void **state)
{
	assert_int_equal(check("{\"text\":\"ab\",\"whole\":1,\"span\":60000}"), 0);
	check("{\"text\":\"a\",\"whole\":0,\"span\":\"61s\",\"list\":[1,2,3,4]}");
	assert_problems(4);
	assert_problem("/config/text", "at least 2");
	assert_problem("/config/span", "at most 1m");
	assert_problem("/config/list", "at most 3 entries");
}

static void
test_unknown_members_name_the_one_that_was_meant(void **state)
{
	check("{\"colr\":\"red\",\"zzzzzzzz\":1,\"object\":{\"deep\":true,\"dep\":1}}");
	assert_problems(3);
	assert_problem("/config/colr", "did you mean \"colour\"?");
	assert_problem("/config/zzzzzzzz", "remove it");
	assert_problem("/config/object/dep", "did you mean \"deep\"?");
}

static void
test_pointers_are_escaped(void **state)
{
	check("{\"map\":{\"a/b~c\":0}}");
	assert_problem("/config/map/a~1b~0c", "too small");
}

static void
test_required_is_asked_for_only_where_it_is_shown(void **state)
{
	assert_int_equal(check("{\"colour\":\"red\"}"), 0);
	assert_int_equal(check("{\"colour\":\"${workflow.input.body.c}\"}"), 0);
	check("{\"colour\":\"green\"}");
	assert_problem("/config", "\"extra\" is missing");
}

static void
test_variants_are_checked_by_their_type(void **state)
{
	check("{\"kind\":{\"type\":\"basic\",\"user\":\"u\",\"token\":1}}");
	assert_problems(2);
	assert_problem("/config/kind", "\"password\" is missing");
	check("{\"kind\":{\"type\":\"basik\"}}");
	assert_problem("/config/kind/type", "did you mean \"basic\"?");
	check("{\"kind\":{}}");
	assert_problem("/config/kind", "\"type\" is missing");
}

static void
test_expressions_stand_in_for_any_type_but_static_ones(void **state)
{
	assert_int_equal(check("{\"whole\":\"${a.output.n}\",\"list\":\"${a.output.l}\","
			       "\"list\":[\"${a.output.n}\"],\"kind\":\"${a.output.k}\"}"),
			 0);
	check("{\"fixed\":\"${a.output.n}\",\"fixed_any\":{\"x\":[\"${a.output.n}\"]}}");
	assert_problems(2);
	assert_problem("/config/fixed", "takes no expression");
	assert_problem("/config/fixed_any/x/0", "takes no expression");
	assert_int_equal(check("{\"when\":\"${a.output.n}\"}"), 1);
}

static void
test_after_evaluation_expressions_are_mere_text(void **state)
{
	assert_int_equal(check_values("{\"whole\":\"${a.output.n}\"}"), 1);
	assert_int_equal(check_values("{\"text\":\"${a}\"}"), 0);
	assert_int_equal(check_values("{\"text\":123}"), 0);
	assert_int_equal(check_values("{\"whole\":null,\"url\":null}"), 0);
	assert_int_equal(check_values("{\"object\":{\"deep\":null}}"), 1);
}

static void
test_config_that_is_no_object_is_refused(void **state)
{
	check("[]");
	assert_problem("/config", "must be an object");
}

static void
test_secrets_are_masked_and_references_are_not(void **state)
{
	const struct pawl_json *config =
		json("{\"kind\":{\"type\":\"basic\",\"user\":\"u\",\"password\":\"hunter2\"},"
		     "\"kinds\":[{\"type\":\"basic\",\"user\":\"u\",\"password\":\"${secrets.a}\"},"
		     "{\"type\":\"basic\",\"password\":\"x${secrets.a}\"},"
		     "{\"type\":\"basic\",\"password\":\"${secrets.a ?? 'hunter2'}\"}],"
		     "\"object\":{\"deep\":true,\"pin\":\"\"},"
		     "\"headers\":{\"Authorization\":\"Bearer x\",\"Accept\":\"*/*\"}}");

	assert_string_equal(
		compact(pawl_fields_mask(&arena, fields, config)),
		"{\"kind\":{\"type\":\"basic\",\"user\":\"u\",\"password\":\"***\"},"
		"\"kinds\":[{\"type\":\"basic\",\"user\":\"u\",\"password\":\"${secrets.a}\"},"
		"{\"type\":\"basic\",\"password\":\"***\"},{\"type\":\"basic\",\"password\":\"***"
		"\"}],"
		"\"object\":{\"deep\":true,\"pin\":\"\"},"
		"\"headers\":{\"Authorization\":\"***\",\"Accept\":\"*/*\"}}");
}

static void
test_what_no_field_describes_is_masked(void **state)
{
	const struct pawl_json *config = json(
		"{\"kind\":{\"type\":\"basik\",\"pasword\":\"hunter2\"},\"pasword\":[123456]}");

	assert_string_equal(compact(pawl_fields_mask(&arena, fields, config)),
			    "{\"kind\":{\"type\":\"basik\",\"pasword\":\"***\"},"
			    "\"pasword\":[\"***\"]}");
}

static const char *
round_trip(const char *old_text, const char *new_text)
{
	return compact(pawl_fields_unmask(&arena, fields, json(new_text), json(old_text)));
}

static void
test_unmask_gives_back_what_was_hidden(void **state)
{
	assert_string_equal(
		round_trip("{\"kind\":{\"type\":\"basic\",\"user\":\"u\",\"password\":\"p1\"}}",
			   "{\"kind\":{\"type\":\"basic\",\"user\":\"v\",\"password\":\"***\"}}"),
		"{\"kind\":{\"type\":\"basic\",\"user\":\"v\",\"password\":\"p1\"}}");
	assert_string_equal(round_trip("{\"headers\":{\"Cookie\":\"c\"}}",
				       "{\"headers\":{\"Cookie\":\"***\",\"A\":\"***\"}}"),
			    "{\"headers\":{\"Cookie\":\"c\",\"A\":\"***\"}}");
}

static void
test_unmask_follows_entries_that_moved(void **state)
{
	const char *old = "{\"kinds\":[{\"type\":\"basic\",\"user\":\"a\",\"password\":\"pa\"},"
			  "{\"type\":\"basic\",\"user\":\"b\",\"password\":\"pb\"}]}";

	assert_string_equal(
		round_trip(old, "{\"kinds\":[{\"type\":\"basic\",\"user\":\"b\","
				"\"password\":\"***\"}]}"),
		"{\"kinds\":[{\"type\":\"basic\",\"user\":\"b\",\"password\":\"pb\"}]}");
	/* Neither of the two: its secret is not known, and the mask is refused when checked. */
	assert_string_equal(
		round_trip(old, "{\"kinds\":[{\"type\":\"basic\",\"user\":\"c\","
				"\"password\":\"***\"}]}"),
		"{\"kinds\":[{\"type\":\"basic\",\"user\":\"c\",\"password\":\"***\"}]}");
	check("{\"kinds\":[{\"type\":\"basic\",\"user\":\"c\",\"password\":\"***\"}]}");
	assert_problem("/config/kinds/0/password", "give the value again");
}

static void
test_a_secret_is_not_handed_to_another_kind(void **state)
{
	assert_string_equal(round_trip("{\"kind\":{\"type\":\"basic\",\"password\":\"p\"}}",
				       "{\"kind\":{\"type\":\"none\",\"password\":\"***\"}}"),
			    "{\"kind\":{\"type\":\"none\",\"password\":\"***\"}}");
}

static bool
allows(const char *text, const char *pointer)
{
	return pawl_fields_allow_secret(fields, json(text), pawl_str_c(pointer));
}

static void
test_places_that_may_hold_secrets(void **state)
{
	const char *config = "{\"url\":\"\",\"text\":\"\",\"headers\":{\"a/b\":\"\"},\"any\":{},"
			     "\"kinds\":[{\"type\":\"none\"},{\"type\":\"basic\"}]}";

	assert_true(allows(config, "/url"));
	assert_true(allows(config, "/headers/a~1b"));
	assert_true(allows(config, "/kinds/1/password"));
	assert_false(allows(config, "/kinds/1/user"));
	assert_false(allows(config, "/kinds/0/password"));
	assert_false(allows(config, "/kinds/7/password"));
	assert_false(allows(config, "/text"));
	assert_false(allows(config, "/any/password"));
	assert_false(allows(config, ""));
	assert_false(allows(config, "/nowhere"));
}

static void
test_schema_says_what_the_fields_say(void **state)
{
	struct pawl_json schema = pawl_fields_schema(&arena, fields);
	const struct pawl_json *v;

	v = pawl_json_pointer(&schema, PAWL_STR("/additionalProperties"));
	assert_true(v && v->type == PAWL_JSON_BOOL && !v->boolean);
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/whole/anyOf/0/maximum"));
	assert_string_equal(compact(*v), "10");
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/whole/default"));
	assert_string_equal(compact(*v), "3");
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/kind/anyOf/0/oneOf/1/properties/"
						"password/x-pawl-secret"));
	assert_true(v && v->boolean);
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/when/$ref"));
	assert_string_equal(compact(*v), "\"#/$defs/condition\"");
	v = pawl_json_pointer(&schema, PAWL_STR("/$defs/condition/properties/op/x-pawl-unary"));
	assert_string_equal(compact(*v), "[\"exists\",\"not_exists\",\"is_empty\",\"is_not_empty\","
					 "\"is_true\",\"is_false\"]");
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/extra/x-pawl-show-if"));
	assert_string_equal(compact(*v), "\"colour=green|blue\"");
}

static void
test_reading_gives_the_fallback_for_what_is_not_usable(void **state)
{
	const struct pawl_json *config =
		json("{\"n\":5,\"s\":\"x\",\"b\":true,\"d\":\"2s\",\"ms\":250,\"z\":\"1KiB\","
		     "\"neg\":-1}");

	assert_int_equal(pawl_config_int(config, "n", 7), 5);
	assert_int_equal(pawl_config_int(config, "s", 7), 7);
	assert_int_equal(pawl_config_int(config, "absent", 7), 7);
	assert_int_equal(pawl_config_int(NULL, "n", 7), 7);
	assert_true(pawl_config_bool(config, "b", false));
	assert_true(pawl_config_bool(config, "s", true));
	assert_int_equal(pawl_config_duration_ms(config, "d", 1), 2000);
	assert_int_equal(pawl_config_duration_ms(config, "ms", 1), 250);
	assert_int_equal(pawl_config_duration_ms(config, "neg", 1), 1);
	assert_int_equal(pawl_config_duration_ms(config, "s", 1), 1);
	assert_int_equal(pawl_config_size(config, "z", 1), 1024);
	assert_int_equal(pawl_config_size(config, "ms", 1), 250);
	assert_int_equal(pawl_config_size(config, "neg", 1), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		flow_test(test_values_of_their_types_pass),
		flow_test(test_every_wrong_value_is_a_problem_of_its_own),
		flow_test(test_bounds_are_inclusive),
		flow_test(test_unknown_members_name_the_one_that_was_meant),
		flow_test(test_pointers_are_escaped),
		flow_test(test_required_is_asked_for_only_where_it_is_shown),
		flow_test(test_variants_are_checked_by_their_type),
		flow_test(test_expressions_stand_in_for_any_type_but_static_ones),
		flow_test(test_after_evaluation_expressions_are_mere_text),
		flow_test(test_config_that_is_no_object_is_refused),
		flow_test(test_secrets_are_masked_and_references_are_not),
		flow_test(test_what_no_field_describes_is_masked),
		flow_test(test_unmask_gives_back_what_was_hidden),
		flow_test(test_unmask_follows_entries_that_moved),
		flow_test(test_a_secret_is_not_handed_to_another_kind),
		flow_test(test_places_that_may_hold_secrets),
		flow_test(test_schema_says_what_the_fields_say),
		flow_test(test_reading_gives_the_fallback_for_what_is_not_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
