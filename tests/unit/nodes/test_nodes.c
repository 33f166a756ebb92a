/* Walks every node type: what holds for all of them. */
#include "flow/workflow.h"
#include "node_testing.h"

static const struct pawl_field no_fields[] = {{.name = NULL}};
static bool
has_caller(const struct pawl_json *config)
{
	return true;
}

static const struct pawl_trigger_type trigger = {
	.name = "manual", .fields = no_fields, .has_caller = has_caller};
static const struct pawl_trigger_type *const triggers[] = {&trigger, NULL};
static const struct pawl_registry registry = {pawl_node_types, triggers};

static void
test_names_are_unique_and_sorted(void **state)
{
	assert_non_null(pawl_node_types[0]);
	for (size_t i = 1; pawl_node_types[i]; i++)
		assert_true(strcmp(pawl_node_types[i - 1]->name, pawl_node_types[i]->name) < 0);
	assert_ptr_equal(pawl_registry_node(&registry, PAWL_STR("json")), &pawl_node_type_json);
	assert_null(pawl_registry_node(&registry, PAWL_STR("jso")));
}

static void
assert_text(const char *type, const char *what, const char *text)
{
	if (!text || !*text)
		fail_msg("%s: %s is missing", type, what);
}

static void
test_every_type_describes_itself(void **state)
{
	for (size_t i = 0; pawl_node_types[i]; i++) {
		const struct pawl_node_type *t = pawl_node_types[i];

		assert_text(t->name, "label", t->label);
		assert_text(t->name, "category", t->category);
		assert_text(t->name, "summary", t->summary);
		assert_text(t->name, "icon", t->icon);
		assert_text(t->name, "example", t->example);
		assert_text(t->name, "output_example", t->output_example);
		assert_non_null(t->fields);
		assert_non_null(t->start);
		assert_true(!t->ports || t->ports[0]);
		assert_true(t->summary[strlen(t->summary) - 1] == '.');
		assert_non_null(pawl_json_get_c(json(t->output_example), "data"));
	}
}

static void walk_fields(const char *type, const struct pawl_field *fields);

/* A default or an example has to pass as a value of its own field. */
static void
check_value(const char *type, const struct pawl_field *field, const char *text)
{
	struct pawl_field alone[2] = {*field, {.name = NULL}};
	struct pawl_problems problems = {0};
	struct pawl_json_builder b;
	struct pawl_json config;

	if (field->flags & PAWL_FIELD_WHOLE)
		return;
	alone[0].name = field->name ? field->name : "item";
	alone[0].show_if = NULL;
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, alone[0].name, *json(text));
	config = pawl_json_end(&b);
	pawl_fields_check(alone, &config, "", &problems);
	if (problems.len)
		fail_msg("%s.%s: %s: %s", type, alone[0].name, text, problems.items[0].message);
	pawl_problems_fini(&problems);
}

static void
walk_field(const char *type, const struct pawl_field *field)
{
	const char *name = field->name ? field->name : "item";

	assert_text(type, name, field->label);
	assert_text(name, "help", field->help);
	assert_text(name, "example", field->example);
	check_value(type, field, field->example);
	if (field->default_json)
		check_value(type, field, field->default_json);
	if (field->fields)
		walk_fields(type, field->fields);
	if (field->items)
		walk_field(type, field->items);
	for (const struct pawl_field_variant *v = field->variants; v && v->name; v++) {
		assert_text(type, v->name, v->label);
		walk_fields(type, v->fields);
	}
}

static void
walk_fields(const char *type, const struct pawl_field *fields)
{
	for (const struct pawl_field *f = fields; f->name; f++)
		walk_field(type, f);
}

static void
test_every_field_is_explained_and_its_texts_fit_it(void **state)
{
	for (size_t i = 0; pawl_node_types[i]; i++)
		walk_fields(pawl_node_types[i]->name, pawl_node_types[i]->fields);
	walk_fields("settings", pawl_node_settings_fields);
}

static struct pawl_workflow *
compile(const char *type, const char *config, struct pawl_problems *problems)
{
	struct pawl_str text = pawl_arena_printf(
		&arena,
		"{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":\"manual\"},\"nodes\":["
		"{\"id\":\"n\",\"type\":\"%s\",\"config\":%s}],"
		"\"edges\":[{\"from\":\"trigger\",\"to\":\"n\"}]}",
		type, config);

	return pawl_workflow_compile(json(pawl_arena_dup_c(&arena, text)), &registry, problems);
}

static void
test_every_example_compiles_in_a_document(void **state)
{
	for (size_t i = 0; pawl_node_types[i]; i++) {
		const struct pawl_node_type *t = pawl_node_types[i];
		struct pawl_problems problems = {0};
		struct pawl_workflow *w = compile(t->name, t->example, &problems);

		if (!w)
			fail_msg("%s: %s: %s", t->name, problems.items[0].where,
				 problems.items[0].message);
		assert_true(w->nodes[0].n_ports > 0);
		for (uint32_t p = 0; p < w->nodes[0].n_ports; p++)
			assert_true(w->nodes[0].ports[p].len > 0);
		pawl_workflow_unref(w);
	}
}

static void
test_schemas_can_be_made(void **state)
{
	struct pawl_json schema = pawl_workflow_schema(&arena, &registry);

	assert_non_null(pawl_json_pointer(&schema, PAWL_STR("/properties/nodes/items/allOf/7")));
	for (size_t i = 0; pawl_node_types[i]; i++) {
		schema = pawl_fields_schema(&arena, pawl_node_types[i]->fields);
		assert_true(schema.len > 0);
	}
}

static void
refuse(const char *type, const char *config, const char *where, const char *words)
{
	struct pawl_problems problems = {0};

	assert_null(compile(type, config, &problems));
	for (size_t i = 0; i < problems.len; i++) {
		if (strcmp(problems.items[i].where, where) == 0 &&
		    strstr(problems.items[i].message, words)) {
			pawl_problems_fini(&problems);
			return;
		}
	}
	fail_msg("%s %s: no problem at %s with: %s (but %s %s)", type, config, where, words,
		 problems.items[0].where, problems.items[0].message);
}

static void
test_configs_that_make_no_sense_are_refused(void **state)
{
	refuse("json", "{}", "/nodes/0/config", "\"data\" is missing");
	refuse("compose", "{\"values\":[]}", "/nodes/0/config/values", "an object");
	refuse("if", "{\"left\":1,\"op\":\"is\"}", "/nodes/0/config/op", "no operator");
	refuse("switch", "{\"cases\":[]}", "/nodes/0/config/cases", "must not be empty");
	refuse("switch", "{\"cases\":[{\"name\":\"default\",\"left\":1,\"op\":\"exists\"}]}",
	       "/nodes/0/config/cases/0/name", "a port of its own");
	refuse("switch",
	       "{\"cases\":[{\"name\":\"a\",\"left\":1,\"op\":\"exists\"},"
	       "{\"name\":\"a\",\"left\":1,\"op\":\"exists\"}]}",
	       "/nodes/0/config/cases/1/name", "another case");
	refuse("switch", "{\"cases\":[{\"left\":1,\"op\":\"exists\"}]}", "/nodes/0/config/cases/0",
	       "\"name\" is missing");
	refuse("switch", "{\"cases\":[{\"name\":\"a\",\"left\":1,\"op\":\"exists\",\"x\":1}]}",
	       "/nodes/0/config/cases/0/x", "does not belong");
	refuse("wait", "{}", "/nodes/0/config", "what to wait for");
	refuse("wait", "{\"for\":\"1s\",\"resume\":true}", "/nodes/0/config", "more than one");
	refuse("wait", "{\"for\":\"1s\",\"timeout\":\"1s\"}", "/nodes/0/config", "\"timeout\"");
	refuse("terminate", "{\"status\":\"done\"}", "/nodes/0/config/status", "\"completed\"");
	refuse("respond", "{\"headers\":{\"Transfer-Encoding\":\"gzip\"}}",
	       "/nodes/0/config/headers/Transfer-Encoding", "framing");
	refuse("respond", "{\"status\":204,\"body\":\"\"}", "/nodes/0/config/body", "no body");
	refuse("respond", "{\"status\":101}", "/nodes/0/config/status", "200");
	refuse("log", "{\"level\":\"loud\",\"message\":1}", "/nodes/0/config/level", "one of");
	refuse("log", "{\"message\":\"${secrets.a}\"}", "/nodes/0/config/message", "secret");
	refuse("http_request", "{\"url\":\"file:///etc/passwd\"}", "/nodes/0/config/url", "http");
	refuse("http_request", "{\"url\":\"http://a:b@c/\"}", "/nodes/0/config/url", "\"auth\"");
	refuse("http_request", "{\"url\":\"http://c/\",\"follow_redirects\":21}",
	       "/nodes/0/config/follow_redirects", "0 to 20");
	refuse("http_request", "{\"url\":\"http://c/\",\"response\":{\"success\":[\"2xx\"]}}",
	       "/nodes/0/config/response/success/0", "200-299");
	refuse("http_request", "{\"url\":\"http://c/\",\"auth\":{\"type\":\"basic\"}}",
	       "/nodes/0/config/auth", "\"password\" is missing");
	refuse("http_request", "{\"url\":\"http://c/\",\"body_type\":\"xml\"}",
	       "/nodes/0/config/body_type", "one of");
}

static void
test_secrets_are_masked_in_http_requests(void **state)
{
	const struct pawl_json *config =
		json("{\"url\":\"http://c/\",\"auth\":{\"type\":\"bearer\",\"secret\":\"hunter2\"},"
		     "\"headers\":{\"authorization\":\"hunter2\",\"A\":\"b\"},"
		     "\"proxy\":\"http://u:hunter2@p/\"}");
	struct pawl_json shown =
		pawl_fields_mask(&arena, pawl_node_type_http_request.fields, config);

	assert_null(strstr(text_of(&shown), "hunter2"));
	assert_non_null(strstr(text_of(&shown), "\"A\":\"b\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		node_test(test_names_are_unique_and_sorted),
		node_test(test_every_type_describes_itself),
		node_test(test_every_field_is_explained_and_its_texts_fit_it),
		node_test(test_every_example_compiles_in_a_document),
		node_test(test_schemas_can_be_made),
		node_test(test_configs_that_make_no_sense_are_refused),
		node_test(test_secrets_are_masked_in_http_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
