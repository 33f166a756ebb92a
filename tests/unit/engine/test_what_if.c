/* A recorded run under another document: what would become of it, and that nothing else does. */
#include "engine/what_if.h"

#include "engine_testing.h"

static struct pawl_json
document(struct bench *b, const char *nodes, const char *edges)
{
	struct pawl_json value;

	assert_int_equal(
		pawl_json_parse(&b->arena,
				pawl_arena_printf(&b->arena,
						  "{\"version\":1,\"name\":\"w\",\"trigger\":"
						  "{\"type\":\"hook\",\"config\":{}},"
						  "\"nodes\":[%s],\"edges\":[%s]}",
						  nodes, edges),
				&value, NULL),
		PAWL_OK);
	return value;
}

/* The run as it is in the store, under the document of these nodes; `then` may be NULL. */
static struct pawl_what_if
what_if(struct bench *b, uint64_t run_id, const struct pawl_json *then, const char *nodes,
	const char *edges)
{
	static const struct pawl_engine_config config = {.registry = &bench_registry};
	struct pawl_json now = document(b, nodes, edges);
	struct pawl_problems problems = {0};
	struct pawl_what_if w = {.config = &config,
				 .workflow =
					 pawl_workflow_compile(&now, &bench_registry, &problems),
				 .recorded = bench_read(b, run_id),
				 .document = then};

	assert_non_null(w.workflow);
	pawl_what_if(&w, &b->arena);
	pawl_workflow_unref(w.workflow);
	return w;
}

static const struct pawl_what_if_node *
node_of(const struct pawl_what_if *w, const char *id)
{
	for (size_t i = 0; i < w->n_nodes; i++)
		if (pawl_str_eq_c(w->nodes[i].id, id))
			return &w->nodes[i];
	return NULL;
}

/* Of the chain a, b as it ran: a is an effect. */
static uint64_t
ran(struct bench *b, const char *nodes, const char *input, enum pawl_run_state state)
{
	uint64_t run = bench_run(b, bench_workflow(b, nodes, FIRST("a") "," EDGE("a", "b")), input);

	bench_await(b, run, state);
	bench_await_empty(b);
	return run;
}

#define SENT "\"value\":\"${workflow.input.n}\""
#define SEEN "\"value\":\"${a.output.data}\""

static void
test_effects_are_answered_from_the_recording(void **state)
{
	struct bench *b = *state;
	uint64_t run = ran(b, NODE("a", "act", SENT, "") "," NODE("b", "note", SEEN, ""),
			   "{\"n\":7}", PAWL_RUN_COMPLETED);
	struct pawl_what_if w =
		what_if(b, run, NULL,
			NODE("a", "act", "\"value\":\"new ${workflow.input.n}\"", "") "," NODE(
				"b", "note", "\"value\":{\"a\":\"${a.output.data}\"}", ""),
			FIRST("a") "," EDGE("a", "b"));

	assert_int_equal(w.state, PAWL_RUN_COMPLETED);
	assert_text(w.output, "{\"data\":{\"a\":7}}");
	assert_int_equal(w.unrecorded.len, 0);
	assert_int_equal(w.n_nodes, 2);
	assert_text(node_of(&w, "a")->old_input, "{\"value\":7}");
	assert_text(node_of(&w, "a")->new_input, "{\"value\":\"new 7\"}");
	assert_int_equal(node_of(&w, "b")->new_input.len, 0);
	assert_int_equal(journal_count("start a"), 1);
	assert_text(bench_read(b, run)->run.output, "{\"data\":7}");
}

static void
test_an_effect_without_a_recording_ends_it(void **state)
{
	struct bench *b = *state;
	uint64_t run = ran(b, NODE("a", "note", SENT, "") "," NODE("b", "act", SEEN, ""),
			   "{\"n\":7}", PAWL_RUN_COMPLETED);
	struct pawl_json then = document(b, NOTE("a") "," NOTE("b"), FIRST("a"));
	struct pawl_what_if w = what_if(b, run, NULL, ACT("a", "ok", "") "," NOTE("c"),
					FIRST("a") "," EDGE("a", "c"));

	/* It has a row under that id, of a node that computed: only the document says so. */
	assert_int_equal(w.state, PAWL_RUN_COMPLETED);
	w = what_if(b, run, &then, ACT("a", "ok", ""), FIRST("a"));
	assert_text(w.unrecorded, "a");
	w = what_if(b, run, NULL, NOTE("a") "," ACT("d", "ok", ""), FIRST("a") "," EDGE("a", "d"));
	assert_text(w.unrecorded, "d");
	assert_int_equal(w.state, PAWL_RUN_CANCELED);
	assert_int_equal(w.n_nodes, 1);
	assert_int_equal(journal_count("start d"), 0);
}

/* The output is that of the last to complete, as it was then. */
static void
test_answers_come_in_the_order_of_the_recording(void **state)
{
	static const char nodes[] = ACT("a", "hang", "") "," ACT("b", "hang", "");
	static const char edges[] = FIRST("a") "," FIRST("b");
	struct bench *b = *state;
	static const char *const last[] = {"a", "b"};

	for (size_t i = 0; i < 2; i++) {
		uint64_t run = bench_run(b, bench_workflow(b, nodes, edges), NULL);
		struct pawl_what_if w;

		release(last[1 - i], false);
		bench_await_node(b, run, last[1 - i], PAWL_NODE_COMPLETED);
		release(last[i], false);
		bench_await(b, run, PAWL_RUN_COMPLETED);
		w = what_if(b, run, NULL, nodes, edges);
		assert_has(w.output, last[i]);
	}
}

static void
test_failures_are_as_they_were(void **state)
{
	struct bench *b = *state;
	uint64_t run = ran(
		b,
		ACT("a", "again fail", "\"retry\":{\"max\":3,\"initial\":\"1ms\"}") "," NOTE("b"),
		NULL, PAWL_RUN_FAILED);
	struct pawl_what_if w;

	w = what_if(b, run, NULL, ACT("a", "ok", "\"retry\":{\"max\":9}") "," NOTE("b"),
		    FIRST("a") "," EDGE("a", "b"));
	assert_int_equal(w.state, PAWL_RUN_FAILED);
	assert_text(w.error, bench_read(b, run)->run.error.ptr);
	w = what_if(b, run, NULL,
		    ACT("a", "ok", "\"on_error\":\"branch\"") "," NODE(
			    "b", "note", "\"value\":\"${a.output.error}\"", ""),
		    FIRST("a") "," PORT("a", "error", "b"));
	assert_int_equal(w.state, PAWL_RUN_COMPLETED);
	assert_has(w.output, "\"attempt\":2");
	run = ran(b, ACT("a", "hang", "\"timeout\":\"20ms\"") "," NOTE("b"), NULL,
		  PAWL_RUN_TIMED_OUT);
	w = what_if(b, run, NULL, ACT("a", "ok", "") "," NOTE("b"), FIRST("a") "," EDGE("a", "b"));
	assert_int_equal(w.state, PAWL_RUN_TIMED_OUT);
}

static void
test_what_was_not_sent_is_no_answer(void **state)
{
	struct bench *b = *state;
	uint64_t run =
		ran(b, NODE("a", "act", "\"number\":\"${workflow.input.n}\"", "") "," NOTE("b"),
		    "{\"n\":\"x\"}", PAWL_RUN_FAILED);
	struct pawl_what_if w = what_if(b, run, NULL, ACT("a", "ok", ""), FIRST("a"));

	assert_text(w.unrecorded, "a");
	run = ran(b, ACT("a", "ok", "\"disabled\":true") "," NOTE("b"), NULL, PAWL_RUN_COMPLETED);
	w = what_if(b, run, NULL, ACT("a", "ok", ""), FIRST("a"));
	assert_text(w.unrecorded, "a");
}

static void
test_waits_are_passed(void **state)
{
	struct bench *b = *state;
	uint64_t run = bench_run(b, bench_workflow(b, NODE("a", "nap", "", ""), FIRST("a")), NULL);
	struct pawl_what_if w;

	bench_await_node(b, run, "a", PAWL_NODE_WAITING);
	assert_int_equal(bench_resume(b, run, "a", "\"yes\"", NULL), PAWL_OK);
	bench_await(b, run, PAWL_RUN_COMPLETED);
	w = what_if(b, run, NULL,
		    NODE("a", "nap", "", "") "," NODE("c", "nap", "\"for\":\"1h\"",
						      "") "," NODE("b", "note", SEEN, ""),
		    FIRST("a") "," EDGE("a", "c") "," EDGE("c", "b"));
	assert_text(w.output, "{\"data\":\"yes\"}");
	assert_int_equal(journal_count("start a"), 1);
	w = what_if(b, run, NULL, NODE("c", "nap", "", ""), FIRST("c"));
	assert_text(w.unrecorded, "c");
}

static void
test_nobody_is_told(void **state)
{
	struct bench *b = *state;
	uint64_t run = ran(b, ACT("a", "ok", "") "," NOTE("b"), NULL, PAWL_RUN_COMPLETED);
	unsigned ends = journal_count("completed {\"data\":\"b\"}");
	struct pawl_what_if w = what_if(
		b, run, NULL, ACT("a", "ok", "") "," NODE("b", "say", "\"value\":\"hello\"", ""),
		FIRST("a") "," EDGE("a", "b"));

	assert_int_equal(w.state, PAWL_RUN_COMPLETED);
	assert_int_equal(journal_count("say hello"), 0);
	assert_int_equal(journal_count("completed {\"data\":\"b\"}"), ends);
	assert_int_equal(bench_read(b, run)->n_nodes, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_effects_are_answered_from_the_recording),
		BENCH_TEST(test_an_effect_without_a_recording_ends_it),
		BENCH_TEST(test_answers_come_in_the_order_of_the_recording),
		BENCH_TEST(test_failures_are_as_they_were),
		BENCH_TEST(test_what_was_not_sent_is_no_answer),
		BENCH_TEST(test_waits_are_passed),
		BENCH_TEST(test_nobody_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
