#include "workflow_testing.h"

static void
test_a_good_document_compiles(void **state)
{
	struct pawl_workflow *w = accept(
		"{\"version\":1,\"name\":\"w\",\"description\":\"d\",\"tags\":[\"a\"],"
		"\"ui\":{\"viewport\":{\"zoom\":1}},\"trigger\":{\"type\":\"hook\",\"config\":{"
		"\"concurrency\":3},"
		"\"ui\":{\"x\":-1.5}},\"nodes\":[{\"id\":\"b\",\"type\":\"set\",\"name\":\"Bee\","
		"\"config\":{\"value\":\"${a.output.data}\",\"token\":\"${secrets.t}\"},"
		"\"settings\":{\"timeout\":\"30s\",\"retry\":{\"max\":3,\"initial\":\"2s\","
		"\"factor\":1.5,\"max_delay\":\"5s\",\"jitter\":false},\"async\":true,"
		"\"cache\":\"1m\",\"on_error\":\"branch\",\"note\":\"${x\",\"disabled\":true},"
		"\"ui\":{\"x\":320,\"y\":80}},{\"id\":\"a\",\"type\":\"set\"}],"
		"\"edges\":[{\"from\":\"a\",\"to\":\"b\"},{\"from\":\"trigger\",\"to\":\"a\"}]}");
	const struct pawl_flow_node *a = pawl_workflow_node(w, PAWL_STR("a"));
	const struct pawl_flow_node *b = pawl_workflow_node(w, PAWL_STR("b"));

	assert_true(pawl_str_eq_c(w->name, "w") && pawl_str_eq_c(w->description, "d"));
	assert_ptr_equal(w->trigger, &hook_type);
	assert_int_equal(w->concurrency, 3);
	assert_int_equal(w->n_nodes, 2);
	assert_ptr_equal(a, &w->nodes[0]);
	assert_ptr_equal(b, &w->nodes[1]);
	assert_true(pawl_str_eq_c(a->name, "a") && pawl_str_eq_c(b->name, "Bee"));
	assert_int_equal(b->settings.timeout_ms, 30000);
	assert_int_equal(b->settings.retry.max, 3);
	assert_int_equal(b->settings.retry.initial_ms, 2000);
	assert_int_equal(b->settings.retry.max_delay_ms, 5000);
	assert_true(b->settings.retry.factor == 1.5 && !b->settings.retry.jitter);
	assert_true(b->settings.async && b->settings.disabled);
	assert_int_equal(b->settings.cache_ms, 60000);
	assert_int_equal(b->settings.on_error, PAWL_ON_ERROR_BRANCH);
	assert_true(b->uses_secrets && !a->uses_secrets);
	assert_int_equal(b->n_ports, 2);
	assert_true(pawl_str_eq_c(b->ports[0], "out") && pawl_str_eq_c(b->ports[1], "error"));
	assert_int_equal(w->n_start, 1);
	assert_int_equal(w->start[0]->to, 0);
	assert_int_equal(a->n_in, 1);
	assert_int_equal(a->in[0]->from, -1);
	assert_ptr_equal(a->out[0], b->in[0]);
	pawl_workflow_unref(w);
}

static void
test_settings_have_defaults(void **state)
{
	struct pawl_workflow *w = accept(document(NODE("a"), EDGE("trigger", "a")));
	const struct pawl_node_settings *s = &w->nodes[0].settings;

	assert_int_equal(s->timeout_ms, 3600000);
	assert_int_equal(s->retry.max, 0);
	assert_int_equal(s->retry.initial_ms, 1000);
	assert_int_equal(s->retry.max_delay_ms, 60000);
	assert_true(s->retry.factor == 2 && s->retry.jitter);
	assert_true(!s->async && !s->disabled && s->cache_ms == 0);
	assert_int_equal(s->on_error, PAWL_ON_ERROR_FAIL);
	assert_int_equal(w->concurrency, 0);
	pawl_workflow_unref(w);
}

#define SAY(trigger, settings)                                                                     \
	"{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":\"" trigger                           \
	"\"},\"nodes\":[{\"id\":\"a\",\"type\":\"say\",\"settings\":{" settings                    \
	"}}],\"edges\":[" EDGE("trigger", "a") "]}"

static void
test_nodes_that_answer_need_a_caller_that_waits(void **state)
{
	pawl_workflow_unref(accept(SAY("call", "")));
	refuse(SAY("hook", ""));
	assert_problems(1);
	assert_problem("/nodes/0/type", "nobody waits");
	refuse(SAY("call", "\"cache\":\"1m\""));
	assert_problem("/nodes/0/settings", "cache");
	/* A trigger that there is not is one mistake, not two. */
	refuse(SAY("cal", ""));
	assert_problems(1);
}

static void
test_the_document_may_go_away(void **state)
{
	struct pawl_workflow *w = accept(document(NODE_OF("a", "x"), EDGE("trigger", "a")));

	pawl_workflow_ref(w);
	pawl_workflow_unref(w);
	pawl_arena_reset(&arena);
	assert_true(pawl_str_eq_c(w->nodes[0].id, "a"));
	assert_non_null(pawl_workflow_node(w, PAWL_STR("a")));
	assert_null(pawl_workflow_node(w, PAWL_STR("b")));
	pawl_workflow_unref(w);
	pawl_workflow_unref(NULL);
}

static void
test_ten_mistakes_give_ten_messages(void **state)
{
	refuse("{\"version\":2,\"nmae\":\"w\",\"name\":\"w\",\"trigger\":{\"type\":\"hok\"},"
	       "\"nodes\":[{\"id\":\"Bad Id\",\"type\":\"set\"},"
	       "{\"id\":\"a\",\"type\":\"st\"},"
	       "{\"id\":\"a\",\"type\":\"set\"},"
	       "{\"id\":\"c\",\"type\":\"set\",\"config\":{\"number\":\"three\"}},"
	       "{\"id\":\"d\",\"type\":\"set\",\"settings\":{\"timeout\":\"soon\"}},"
	       "{\"id\":\"e\",\"type\":\"set\",\"config\":{\"value\":\"${cc.output.data}\"}}],"
	       "\"edges\":[{\"from\":\"trigger\",\"to\":\"a\"},{\"from\":\"a\",\"to\":\"c\"},"
	       "{\"from\":\"c\",\"to\":\"d\"},{\"from\":\"d\",\"port\":\"yes\",\"to\":\"e\"}]}");
	assert_problems(10);
	assert_problem("/version", "reads version 1");
	assert_problem("/nmae", "did you mean \"name\"?");
	assert_problem("/trigger/type", "did you mean \"hook\"?");
	assert_problem("/nodes/0/id", "is not an id");
	assert_problem("/nodes/1/type", "did you mean \"set\"?");
	assert_problem("/nodes/2/id", "taken by /nodes/1");
	assert_problem("/nodes/3/config/number", "whole number");
	assert_problem("/nodes/4/settings/timeout", "a duration such as");
	assert_problem("/nodes/5/config/value", "no node has the id \"cc\"");
	assert_problem("/edges/3/port", "has no port \"yes\"");
}

static void
test_an_empty_document_says_what_is_missing(void **state)
{
	refuse("{}");
	assert_problem("", "\"version\" is missing");
	assert_problem("", "\"name\" is missing");
	assert_problem("", "\"trigger\" is missing");
	assert_problem("", "\"nodes\" is missing");
	assert_problem("", "\"edges\" is missing");
	assert_problems(5);
}

static void
test_documents_that_are_no_objects_are_refused(void **state)
{
	static const char *const texts[] = {"null",
					    "[]",
					    "\"x\"",
					    "7",
					    "{\"version\":1,\"name\":7,\"trigger\":7,\"nodes\":7,"
					    "\"edges\":7}",
					    "{\"version\":1,\"name\":\"\",\"trigger\":{},\"nodes\":"
					    "[7,null,{}],\"edges\":[7,{},{\"from\":1,\"to\":[]}]}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse(texts[i]);
}

static void
test_wrong_types_are_told_apart_from_what_follows(void **state)
{
	refuse("{\"version\":\"1\",\"name\":\"\",\"trigger\":{\"type\":7},\"nodes\":{},"
	       "\"edges\":[{\"from\":1,\"to\":2}]}");
	assert_problem("/version", "whole number");
	assert_problem("/name", "must not be empty");
	assert_problem("/trigger/type", "must be a string");
	assert_problem("/nodes", "must be a list");
	assert_problem("/edges/0/from", "must be a string");
	assert_problem("/edges/0/to", "must be a string");
	assert_problems(6);
}

static void
test_ids_are_plain_and_not_reserved(void **state)
{
	static const char *const bad[] = {"A", "1a", "_a", "a-b", "a b", "", "é", "a.b"};
	static const char *const reserved[] = {"trigger", "workflow", "run",
					       "loop",    "secrets",  "env"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *node = pawl_arena_dup_c(
			&arena,
			pawl_arena_printf(&arena, "{\"id\":\"%s\",\"type\":\"set\"}", bad[i]));

		refuse(document(node, ""));
		assert_problem("/nodes/0/id", "is not an id");
		assert_problems(1);
	}
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		const char *node = pawl_arena_dup_c(
			&arena,
			pawl_arena_printf(&arena, "{\"id\":\"%s\",\"type\":\"set\"}", reserved[i]));

		refuse(document(node, ""));
		assert_problem("/nodes/0/id", "meaning of its own");
		assert_problems(1);
	}
}

static void
test_bad_settings_are_all_named(void **state)
{
	refuse(document("{\"id\":\"a\",\"type\":\"set\",\"settings\":{\"timeout\":\"0s\","
			"\"retry\":{\"max\":21,\"factor\":0.5,\"tries\":1},\"async\":\"yes\","
			"\"cache\":\"${run.id}\",\"on_error\":\"ignore\",\"note\":7}}",
			EDGE("trigger", "a")));
	assert_problem("/nodes/0/settings/timeout", "too small");
	assert_problem("/nodes/0/settings/retry/max", "at most 20");
	assert_problem("/nodes/0/settings/retry/factor", "at least 1");
	assert_problem("/nodes/0/settings/retry/tries", "no setting");
	assert_problem("/nodes/0/settings/async", "true or false");
	assert_problem("/nodes/0/settings/cache", "no expression");
	assert_problem("/nodes/0/settings/on_error", "\"branch\"");
	assert_problem("/nodes/0/settings/note", "a string");
	assert_problems(8);
}

static void
test_configs_are_checked_by_their_types(void **state)
{
	refuse(document("{\"id\":\"a\",\"type\":\"set\",\"config\":{\"value\":false}},"
			"{\"id\":\"b\",\"type\":\"when\",\"config\":{\"left\":1}},"
			"{\"id\":\"c\",\"type\":\"set\",\"config\":[]},"
			"{\"id\":\"d\",\"type\":\"when\"}",
			EDGE("trigger", "a") "," EDGE("trigger", "b") "," EDGE(
				"trigger", "c") "," EDGE("trigger", "d")));
	assert_problem("/nodes/0/config", "the type's own check");
	assert_problem("/nodes/1/config", "\"op\" is missing");
	assert_problem("/nodes/2/config", "must be an object");
	assert_problem("/nodes/3/config", "\"left\" is missing");
}

static void
test_broken_expressions_are_refused(void **state)
{
	refuse(document(NODE_OF("a", "${workflow.input.body[}"), EDGE("trigger", "a")));
	assert_problems(1);
	assert_string_equal(problems.items[0].where, "/nodes/0/config/value");
}

static void
test_secrets_go_only_where_they_are_kept(void **state)
{
	struct pawl_workflow *w;

	w = accept(
		document("{\"id\":\"a\",\"type\":\"set\",\"config\":{\"token\":\"x${secrets.t}\","
			 "\"headers\":{\"A\":[\"${secrets.t}\"]}}}",
			 EDGE("trigger", "a")));
	pawl_workflow_unref(w);
	refuse(document("{\"id\":\"a\",\"type\":\"set\",\"config\":{\"value\":[\"${secrets.t}\","
			"\"${workflow.input.a ?? secrets.t}\"],\"number\":\"${secrets.t}\"}}",
			EDGE("trigger", "a")));
	assert_problem("/nodes/0/config/value/0", "cannot hold a secret");
	assert_problem("/nodes/0/config/value/1", "cannot hold a secret");
	assert_problem("/nodes/0/config/number", "cannot hold a secret");
	assert_problems(3);
}

static void
test_the_trigger_sees_no_nodes(void **state)
{
	refuse("{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":\"hook\",\"config\":{"
	       "\"secret\":\"${secrets.s}\",\"filter\":{\"all\":[{\"left\":\"${a.output.x}\","
	       "\"op\":\"exists\"},{\"left\":\"${secrets.s}\",\"op\":\"exists\"},"
	       "{\"left\":\"${workflow.input.x}\",\"op\":\"exists\"}]}}},"
	       "\"nodes\":[" NODE("a") "],\"edges\":[" EDGE("trigger", "a") "]}");
	assert_problem("/trigger/config/filter/all/0/left", "has not run yet");
	assert_problem("/trigger/config/filter/all/1/left", "cannot hold a secret");
	assert_problems(2);
}

static void
test_a_document_can_be_too_large(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json value;
	char *big = calloc(1, PAWL_WORKFLOW_BYTES_MAX + 1);

	memset(big, 'x', PAWL_WORKFLOW_BYTES_MAX);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "description", pawl_json_string_c(big));
	value = pawl_json_end(&b);
	assert_null(pawl_workflow_compile(&value, &registry, &problems));
	assert_problems(1);
	assert_problem("", "too large");
	forget_problems();
	assert_int_equal(pawl_workflow_read(&arena, pawl_str(big, PAWL_WORKFLOW_BYTES_MAX + 1),
					    &value, &problems),
			 PAWL_ETOOBIG);
	assert_problem("", "too large");
	free(big);
}

static enum pawl_err
read_text(const char *text, struct pawl_json *out)
{
	forget_problems();
	return pawl_workflow_read(&arena, pawl_str_c(text), out, &problems);
}

static void
test_reads_json_and_yaml(void **state)
{
	struct pawl_json a, b;

	assert_int_equal(read_text(" \n{\"version\":1,\"n\":1e400}", &a), PAWL_OK);
	assert_string_equal(compact(a), "{\"version\":1,\"n\":1e400}");
	assert_int_equal(read_text("\xef\xbb\xbf{\"version\":1}", &a), PAWL_OK);
	assert_int_equal(read_text("version: 1\nname: w\n", &b), PAWL_OK);
	assert_string_equal(compact(b), "{\"version\":1,\"name\":\"w\"}");
	assert_int_equal(read_text("{\"version\":1,\n \"x\" 1}", &a), PAWL_EINVAL);
	assert_problems(1);
	assert_true(strncmp(problems.items[0].where, "2:", 2) == 0);
	assert_int_equal(read_text(" \n", &a), PAWL_EINVAL);
	assert_problem("", "empty");
	assert_int_equal(read_text("a: [", &a), PAWL_EINVAL);
	assert_true(problems.len > 0);
}

#define SECRETIVE(trigger, token)                                                                  \
	"{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":\"hook\",\"config\":{\"secret\":"     \
	"\"" trigger                                                                               \
	"\"}},\"nodes\":[{\"id\":\"a\",\"type\":\"set\",\"config\":{\"token\":\"" token            \
	"\"}}],\"edges\":[]}"

static void
test_documents_are_masked_and_unmasked(void **state)
{
	const struct pawl_json *old = json(SECRETIVE("s1", "t1"));
	struct pawl_json shown = pawl_workflow_mask(&arena, old, &registry, NULL), back;

	assert_string_equal(compact(shown), SECRETIVE("***", "***"));
	back = pawl_workflow_unmask(&arena, &shown, old, &registry, NULL);
	assert_string_equal(compact(back), SECRETIVE("s1", "t1"));
	back = pawl_workflow_unmask(&arena, json(SECRETIVE("new", "***")), old, &registry, NULL);
	assert_string_equal(compact(back), SECRETIVE("new", "t1"));
}

static void
test_secrets_follow_the_node_not_its_place(void **state)
{
	const struct pawl_json *old =
		json("{\"nodes\":[{\"id\":\"a\",\"type\":\"set\",\"config\":{\"token\":\"ta\"}},"
		     "{\"id\":\"b\",\"type\":\"set\",\"config\":{\"token\":\"tb\"}}]}");
	const struct pawl_json *now =
		json("{\"nodes\":[{\"id\":\"b\",\"type\":\"set\",\"config\":{\"token\":\"***\"}},"
		     "{\"id\":\"c\",\"type\":\"set\",\"config\":{\"token\":\"***\"}}]}");

	assert_string_equal(
		compact(pawl_workflow_unmask(&arena, now, old, &registry, NULL)),
		"{\"nodes\":[{\"id\":\"b\",\"type\":\"set\",\"config\":{\"token\":\"tb\"}},"
		"{\"id\":\"c\",\"type\":\"set\",\"config\":{\"token\":\"***\"}}]}");
	assert_string_equal(compact(pawl_workflow_unmask(&arena, now, NULL, &registry, NULL)),
			    compact(*now));
}

static void
test_unknown_types_are_hidden_altogether(void **state)
{
	assert_string_equal(
		compact(pawl_workflow_mask(
			&arena,
			json("{\"trigger\":{\"type\":\"x\",\"config\":{\"s\":\"hunter2\"}},"
			     "\"nodes\":[{\"type\":\"y\",\"config\":{\"t\":[\"hunter2\"]}},7]}"),
			&registry, NULL)),
		"{\"trigger\":{\"type\":\"x\",\"config\":{\"s\":\"***\"}},"
		"\"nodes\":[{\"type\":\"y\",\"config\":{\"t\":[\"***\"]}},7]}");
	assert_string_equal(compact(pawl_workflow_mask(&arena, json("7"), &registry, NULL)), "7");
}

static void
test_schema_knows_the_types(void **state)
{
	struct pawl_json schema = pawl_workflow_schema(&arena, &registry);
	const struct pawl_json *v;

	v = pawl_json_pointer(&schema, PAWL_STR("/properties/nodes/items/properties/type/enum"));
	assert_non_null(v);
	assert_string_equal(compact(*v), "[\"pick\",\"say\",\"set\",\"when\"]");
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/nodes/items/allOf/2/then/properties/"
						"config/properties/token/x-pawl-secret"));
	assert_true(v && v->boolean);
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/trigger/properties/type/enum/1"));
	assert_string_equal(compact(*v), "\"hook\"");
	v = pawl_json_pointer(&schema, PAWL_STR("/properties/version/const"));
	assert_string_equal(compact(*v), "1");
	assert_non_null(pawl_json_pointer(&schema, PAWL_STR("/$defs/condition")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		flow_test(test_a_good_document_compiles),
		flow_test(test_settings_have_defaults),
		flow_test(test_nodes_that_answer_need_a_caller_that_waits),
		flow_test(test_the_document_may_go_away),
		flow_test(test_ten_mistakes_give_ten_messages),
		flow_test(test_an_empty_document_says_what_is_missing),
		flow_test(test_documents_that_are_no_objects_are_refused),
		flow_test(test_wrong_types_are_told_apart_from_what_follows),
		flow_test(test_ids_are_plain_and_not_reserved),
		flow_test(test_bad_settings_are_all_named),
		flow_test(test_configs_are_checked_by_their_types),
		flow_test(test_broken_expressions_are_refused),
		flow_test(test_secrets_go_only_where_they_are_kept),
		flow_test(test_the_trigger_sees_no_nodes),
		flow_test(test_a_document_can_be_too_large),
		flow_test(test_reads_json_and_yaml),
		flow_test(test_documents_are_masked_and_unmasked),
		flow_test(test_secrets_follow_the_node_not_its_place),
		flow_test(test_unknown_types_are_hidden_altogether),
		flow_test(test_schema_knows_the_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
