#include "workflow_testing.h"

static void
test_nodes_come_in_an_order_that_the_edges_allow(void **state)
{
	struct pawl_workflow *w =
		accept(document(NODE("d") "," NODE("c") "," NODE("b") "," NODE("a"),
				EDGE("trigger", "a") "," EDGE("a", "b") "," EDGE("a", "c") "," EDGE(
					"b", "d") "," EDGE("c", "d")));

	for (uint32_t i = 0; i < w->n_edges; i++)
		assert_true(w->edges[i].from < w->edges[i].to);
	for (uint32_t i = 0; i < w->n_nodes; i++)
		assert_int_equal(w->nodes[i].index, i);
	assert_int_equal(pawl_workflow_node(w, PAWL_STR("d"))->n_in, 2);
	assert_int_equal(pawl_workflow_node(w, PAWL_STR("a"))->n_out, 2);
	pawl_workflow_unref(w);
}

static void
test_edges_keep_their_ports(void **state)
{
	struct pawl_workflow *w = accept(document(
		"{\"id\":\"w\",\"type\":\"when\",\"config\":{\"left\":1,\"op\":\"exists\"},"
		"\"settings\":{\"on_error\":\"branch\"}},"
		"{\"id\":\"p\",\"type\":\"pick\",\"config\":{\"names\":[\"x\",{\"name\":\"y\"},7,{"
		"\"name\":7}]}}," NODE("e"),
		EDGE("trigger", "w") "," PORT_EDGE("w", "false", "p") "," PORT_EDGE(
			"w", "error", "e") "," PORT_EDGE("p", "y", "e")));
	const struct pawl_flow_node *when = pawl_workflow_node(w, PAWL_STR("w"));
	const struct pawl_flow_node *pick = pawl_workflow_node(w, PAWL_STR("p"));

	assert_int_equal(when->n_ports, 3);
	assert_int_equal(when->out[0]->port, 1);
	assert_int_equal(when->out[1]->port, 2);
	assert_int_equal(pick->n_ports, 3);
	assert_int_equal(pick->out[0]->port, 1);
	pawl_workflow_unref(w);
}

static void
test_the_same_pair_by_two_ports_is_no_duplicate(void **state)
{
	struct pawl_workflow *w = accept(document(
		"{\"id\":\"w\",\"type\":\"when\",\"config\":{\"left\":1,\"op\":\"exists\"}}," NODE(
			"a"),
		EDGE("trigger", "w") "," PORT_EDGE("w", "true", "a") "," PORT_EDGE("w", "false",
										   "a")));

	assert_int_equal(pawl_workflow_node(w, PAWL_STR("a"))->n_in, 2);
	pawl_workflow_unref(w);
}

static void
test_bad_edges_are_all_named(void **state)
{
	refuse(document(
		NODE("a") "," NODE("b") ",{\"id\":\"w\",\"type\":\"when\",\"config\":{\"left\":1,"
					"\"op\":\"exists\"}}",
		EDGE("trigger", "a") "," EDGE("trigger", "a") "," EDGE("a", "bb") "," EDGE("aa", "b") "," EDGE(
			"a",
			"trigger") "," EDGE("a",
					    "a") "," PORT_EDGE("trigger", "true",
							       "w") "," EDGE("w",
									     "b") "," PORT_EDGE("a",
												"er"
												"ro"
												"r",
												"b") ",{\"from\":\"a\","
												     "\"to\":\"w\","
												     "\"label\":"
												     "\"x\"}"));
	assert_problem("/edges/1", "the same edge as /edges/0");
	assert_problem("/edges/2/to", "did you mean \"b\"?");
	assert_problem("/edges/3/from", "did you mean \"a\"?");
	assert_problem("/edges/4/to", "lead to the trigger");
	assert_problem("/edges/5", "to itself");
	assert_problem("/edges/6/port", "one port only");
	assert_problem("/edges/7", "\"true\", \"false\"");
	assert_problem("/edges/8/port", "on_error");
	assert_problem("/edges/9/label", "no setting");
	assert_problems(9);
}

static void
test_a_cycle_is_named_with_its_nodes(void **state)
{
	refuse(document(NODE("a") "," NODE("b") "," NODE("c") "," NODE("d"),
			EDGE("trigger", "a") "," EDGE("a", "b") "," EDGE("b", "c") "," EDGE(
				"c", "b") "," EDGE("c", "d")));
	assert_problems(1);
	assert_problem("/edges/3", "b → c → b");
}

static void
test_separate_cycles_are_named_each(void **state)
{
	refuse(document(
		NODE("a") "," NODE("b") "," NODE("c") "," NODE("d") "," NODE("e"),
		EDGE("trigger", "a") "," EDGE("a", "b") "," EDGE("b", "a") "," EDGE(
			"a", "c") "," EDGE("c", "d") "," EDGE("d", "e") "," EDGE("e", "c")));
	assert_problems(2);
	assert_problem("/edges/2", "a → b → a");
	assert_problem("/edges/6", "c → d → e → c");
}

static void
test_unreachable_nodes_are_named(void **state)
{
	refuse(document(NODE("a") "," NODE("b") "," NODE("c"),
			EDGE("trigger", "a") "," EDGE("b", "c")));
	assert_problem("/nodes/1", "never reached");
	assert_problem("/nodes/2", "never reached");
	assert_problems(2);
}

static void
test_a_reference_needs_a_way_from_its_node(void **state)
{
	struct pawl_workflow *w = accept(
		document(NODE("a") "," NODE("b") "," NODE_OF("c", "${a.output.x} ${a.error.code}"),
			 EDGE("trigger", "a") "," EDGE("a", "b") "," EDGE("b", "c")));

	pawl_workflow_unref(w);
	refuse(document(NODE("a") "," NODE_OF("b", "${a.output}") "," NODE_OF("c", "${b.output}"),
			EDGE("trigger", "a") "," EDGE("trigger", "b") "," EDGE("a", "c")));
	assert_problem("/nodes/1/config/value", "\"a\" does not run before \"b\"");
	assert_problem("/nodes/2/config/value", "\"b\" does not run before \"c\"");
	assert_problems(2);
}

static void
test_bad_references_are_all_named(void **state)
{
	refuse(document(
		"{\"id\":\"a\",\"type\":\"set\",\"config\":{\"value\":["
		"\"${a.output.x}\",\"${aa.output}\",\"${loop.item}\",\"${b.output}\"]}}," NODE("b"),
		EDGE("trigger", "a") "," EDGE("a", "b")));
	assert_problem("/nodes/0/config/value/0", "the node itself");
	assert_problem("/nodes/0/config/value/1", "no node has the id \"aa\"");
	assert_problem("/nodes/0/config/value/2", "body of a loop");
	assert_problem("/nodes/0/config/value/3", "does not run before");
	assert_problems(4);
}

static void
test_members_of_roots_are_known(void **state)
{
	static const char *const bad[] = {"${workflow.inptu.x}", "${run.status}", "${b.data}",
					  "${trigger.body}", "${trigger.output.body}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *node = pawl_arena_dup_c(
			&arena, pawl_arena_printf(&arena,
						  "{\"id\":\"a\",\"type\":\"set\",\"config\":{"
						  "\"value\":\"%s\"}}," NODE("b"),
						  bad[i]));

		refuse(document(node, EDGE("trigger", "b") "," EDGE("b", "a")));
		assert_problems(1);
		assert_string_equal(problems.items[0].where, "/nodes/0/config/value");
	}
}

static void
test_a_broken_edge_does_not_cause_more_problems(void **state)
{
	refuse(document(NODE("a") "," NODE("b") "," NODE_OF("c", "${a.output}"),
			EDGE("trigger", "a") "," EDGE("x", "b") "," EDGE("b", "c")));
	assert_problems(1);
	assert_problem("/edges/1/from", "no node has the id \"x\"");
}

static void
test_a_chain_of_many_nodes_compiles(void **state)
{
	struct pawl_buf text;
	struct pawl_workflow *w;

	pawl_buf_init(&text, 4u << 20);
	pawl_buf_append_c(&text, "{\"version\":1,\"name\":\"w\",\"trigger\":{\"type\":\"hook\"},"
				 "\"nodes\":[");
	for (int i = 0; i < PAWL_WORKFLOW_NODES_MAX; i++)
		pawl_buf_printf(&text,
				"%s{\"id\":\"n%d\",\"type\":\"set\",\"config\":{\"value\":"
				"\"${n%d.output}\"}}",
				i ? "," : "", i, i + 1 < PAWL_WORKFLOW_NODES_MAX ? i + 1 : i);
	pawl_buf_append_c(&text, "],\"edges\":[{\"from\":\"trigger\",\"to\":\"n1999\"}");
	for (int i = PAWL_WORKFLOW_NODES_MAX - 1; i > 0; i--)
		pawl_buf_printf(&text, ",{\"from\":\"n%d\",\"to\":\"n%d\"}", i, i - 1);
	pawl_buf_append_c(&text, "]}");
	refuse(pawl_arena_dup_c(&arena, pawl_buf_peek(&text)));
	assert_problems(1);
	assert_problem("/nodes/1999/config/value", "the node itself");
	/* One node more is too many. */
	pawl_buf_fini(&text);
	w = accept(document(NODE("a"), EDGE("trigger", "a")));
	pawl_workflow_unref(w);
}

static void
test_too_many_nodes_are_refused(void **state)
{
	struct pawl_buf text;

	pawl_buf_init(&text, 4u << 20);
	for (int i = 0; i <= PAWL_WORKFLOW_NODES_MAX; i++)
		pawl_buf_printf(&text, "%s{\"id\":\"n%d\",\"type\":\"set\"}", i ? "," : "", i);
	refuse(document(pawl_arena_dup_c(&arena, pawl_buf_peek(&text)), ""));
	assert_problem("/nodes", "at most 2000");
	assert_problems(1);
	refuse(document("", ""));
	assert_problem("/nodes", "must not be empty");
	pawl_buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		flow_test(test_nodes_come_in_an_order_that_the_edges_allow),
		flow_test(test_edges_keep_their_ports),
		flow_test(test_the_same_pair_by_two_ports_is_no_duplicate),
		flow_test(test_bad_edges_are_all_named),
		flow_test(test_a_cycle_is_named_with_its_nodes),
		flow_test(test_separate_cycles_are_named_each),
		flow_test(test_unreachable_nodes_are_named),
		flow_test(test_a_reference_needs_a_way_from_its_node),
		flow_test(test_bad_references_are_all_named),
		flow_test(test_members_of_roots_are_known),
		flow_test(test_a_broken_edge_does_not_cause_more_problems),
		flow_test(test_a_chain_of_many_nodes_compiles),
		flow_test(test_too_many_nodes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
