/* What runs after what, what is skipped, and what a run's end is. */
#include "engine_testing.h"

static const struct pawl_run_record *
completed(struct bench *bench, uint64_t run_id)
{
	return bench_await(bench, run_id, PAWL_RUN_COMPLETED);
}

static void
test_nodes_run_in_order_and_see_each_other(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b,
			       NODE("a", "note", "\"value\":\"${workflow.input.n}\"", "") "," NODE(
				       "b", "act", "\"value\":{\"seen\":\"${a.output.data}\"}", ""),
			       FIRST("a") "," EDGE("a", "b"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, "{\"n\":7}"));

	assert_text(r->run.output, "{\"data\":{\"seen\":7}}");
	assert_int_equal(r->n_nodes, 2);
	assert_text(bench_row(r, "a")->output, "{\"data\":7}");
	assert_has(bench_row(r, "b")->input, "{\"seen\":7}");
	assert_int_equal(bench_row(r, "a")->seq, 1);
	assert_int_equal(bench_row(r, "b")->seq, 2);
	assert_int_equal(bench_row(r, "b")->attempt, 1);
	assert_false(bench_row(r, "b")->in_doubt_possible);
	assert_true(r->run.started_at_us > 0 && r->run.finished_at_us >= r->run.started_at_us);
	assert_true(journal_find("start a") < journal_find("start b"));
	bench_await_empty(b);
}

static void
test_document_that_this_binary_refuses_fails_the_run(void **state)
{
	struct bench *b = *state;
	uint64_t run = bench_run(b, bench_workflow(b, NODE("a", "gone", "", ""), FIRST("a")), NULL);

	assert_has(bench_await(b, run, PAWL_RUN_FAILED)->run.error, "\"invalid_document\"");
	bench_await_empty(b);
}

static void
test_join_waits_for_all_branches(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, ACT("a", "hang", "") "," ACT("b", "hang", "") "," NOTE("join"),
		FIRST("a") "," FIRST("b") "," EDGE("a", "join") "," EDGE("b", "join"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start a", 1);
	journal_await("start b", 1);
	assert_int_equal(journal_most_at_once(), 2);
	release("b", false);
	bench_await_node(b, run, "b", PAWL_NODE_COMPLETED);
	assert_int_equal(journal_count("start join"), 0);
	release("a", false);
	assert_text(completed(b, run)->run.output, "{\"data\":\"join\"}");
	assert_int_equal(journal_count("start join"), 1);
}

static void
test_effect_starts_only_after_its_intent_is_stored(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NOTE("a") "," ACT("b", "hang", ""),
				    FIRST("a") "," EDGE("a", "b"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start b", 1);
	r = bench_read(b, run);
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_COMPLETED);
	assert_int_equal(bench_row(r, "b")->state, PAWL_NODE_RUNNING);
	assert_true(bench_row(r, "b")->in_doubt_possible);
	assert_has(bench_row(r, "b")->input, "hang");
	release("b", false);
	completed(b, run);
}

static void
test_dead_port_skips_through_a_diamond(void **state)
{
	struct bench *b = *state;
	/* right is dead: r1, r2 and their join are skipped; the last join has a live edge. */
	uint64_t w = bench_workflow(
		b,
		NODE("p", "pick", "\"port\":\"left\"", "") "," NOTE("l") "," NOTE("r") "," NOTE(
			"r1") "," NOTE("r2") "," NOTE("rj") "," NOTE("end"),
		FIRST("p") "," PORT("p", "left", "l") "," PORT("p", "right", "r") "," EDGE(
			"r",
			"r"
			"1") "," EDGE("r",
				      "r2") "," EDGE("r1",
						     "rj") "," EDGE("r2",
								    "rj") "," EDGE("rj",
										   "end") "," EDGE("l",
												   "end"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, NULL));

	assert_text(bench_row(r, "p")->port, "left");
	assert_int_equal(bench_row(r, "end")->state, PAWL_NODE_COMPLETED);
	assert_int_equal(journal_count("start end"), 1);
	assert_int_equal(journal_count("start r") + journal_count("start r1") +
				 journal_count("start r2") + journal_count("start rj"),
			 0);
}

static void
test_disabled_node_is_passed_with_null(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b,
				    NODE("a", "act", "", "\"disabled\":true") "," NODE(
					    "b", "note", "\"value\":\"${a.output ?? 'none'}\"", ""),
				    FIRST("a") "," EDGE("a", "b"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, NULL));

	assert_text(r->run.output, "{\"data\":\"none\"}");
	assert_int_equal(journal_count("start a"), 0);
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_COMPLETED);
}

static void
test_failure_fails_the_run_and_cancels_the_others(void **state)
{
	struct bench *b = *state;
	uint64_t w =
		bench_workflow(b, ACT("a", "hang", "") "," ACT("b", "hang", "") "," NOTE("after"),
			       FIRST("a") "," FIRST("b") "," EDGE("a", "after"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start a", 1);
	journal_await("start b", 1);
	release("a", true);
	r = bench_await(b, run, PAWL_RUN_FAILED);
	assert_text(r->run.error, "{\"code\":\"made_up\",\"message\":\"as the script says\","
				  "\"node\":\"a\"}");
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_FAILED);
	assert_int_equal(bench_row(r, "b")->state, PAWL_NODE_CANCELED);
	assert_int_equal(journal_count("cancel b"), 1);
	assert_null(bench_row(r, "after"));
}

static void
test_on_error_continue_goes_on_by_the_first_port(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("a", "fail", "\"on_error\":\"continue\"") "," NODE(
			"b", "note", "\"value\":[\"${a.error.code}\",\"${a.output}\"]", ""),
		FIRST("a") "," EDGE("a", "b"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, NULL));

	assert_text(r->run.output, "{\"data\":[\"made_up\",null]}");
	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_FAILED);
}

static void
test_on_error_branch_takes_the_error_port_alone(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("a", "fail", "\"on_error\":\"branch\"") "," NOTE("good") "," NODE(
			"bad", "note", "\"value\":\"${a.output.error}\"", ""),
		FIRST("a") "," EDGE("a", "good") "," PORT("a", "error", "bad"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, NULL));

	assert_text(r->run.output, "{\"data\":{\"code\":\"made_up\",\"message\":\"as the script "
				   "says\",\"attempt\":1}}");
	assert_text(bench_row(r, "a")->port, "error");
	assert_int_equal(journal_count("start good"), 0);
}

static void
test_error_branch_keeps_what_there_is_of_an_output(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		NODE("a", "act", "\"script\":\"fail\",\"with_output\":true,\"value\":5",
		     "\"on_error\":\"branch\"") "," NODE("bad", "note",
							 "\"value\":[\"${a.output.value}\",\"${a."
							 "output.error.code}\"]",
							 ""),
		FIRST("a") "," PORT("a", "error", "bad"));

	assert_text(completed(b, bench_run(b, w, NULL))->run.output, "{\"data\":[5,\"made_up\"]}");
}

static void
test_error_port_is_dead_when_nothing_fails(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, ACT("a", "ok", "\"on_error\":\"branch\"") "," NOTE("good") "," NOTE("bad"),
		FIRST("a") "," EDGE("a", "good") "," PORT("a", "error", "bad"));

	completed(b, bench_run(b, w, NULL));
	assert_int_equal(journal_count("start good"), 1);
	assert_int_equal(journal_count("start bad"), 0);
}

static void
test_config_that_does_not_fit_fails_the_node(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("a", "note", "\"number\":\"${workflow.input.n}\"", ""),
				    FIRST("a"));
	const struct pawl_run_record *r =
		bench_await(b, bench_run(b, w, "{\"n\":\"many\"}"), PAWL_RUN_FAILED);

	assert_has(r->run.error, "\"code\":\"invalid_config\"");
	assert_has(r->run.error, "/number");
	assert_int_equal(journal_count("start a"), 0);
	completed(b, bench_run(b, w, "{\"n\":3}"));
}

static void
test_terminate_ends_the_run_at_once(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b,
		ACT("slow", "hang", "") "," ACT("a", "hang", "") "," NODE("stop", "stop", "",
									  "") "," NOTE("after"),
		FIRST("slow") "," FIRST("a") "," EDGE("a", "stop") "," EDGE("stop", "after"));
	uint64_t run = bench_run(b, w, NULL);
	const struct pawl_run_record *r;

	journal_await("start slow", 1);
	release("a", false);
	r = completed(b, run);
	assert_text(r->run.output, "{\"data\":\"enough\"}");
	assert_int_equal(bench_row(r, "slow")->state, PAWL_NODE_CANCELED);
	assert_int_equal(journal_count("start after"), 0);
}

static void
test_terminate_can_fail_the_run(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, NODE("stop", "stop", "\"failed\":true", ""), FIRST("stop"));
	const struct pawl_run_record *r = bench_await(b, bench_run(b, w, NULL), PAWL_RUN_FAILED);

	assert_has(r->run.error, "\"code\":\"terminated\"");
	assert_has(r->run.error, "enough");
}

static void
test_async_node_holds_up_the_end_only(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "hang", "\"async\":true") "," NOTE("b"),
				    FIRST("a") "," EDGE("a", "b"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("start b", 1);
	assert_int_equal(bench_read(b, run)->run.state, PAWL_RUN_RUNNING);
	release("a", false);
	completed(b, run);
	assert_int_equal(journal_count("start b"), 1);
}

static void
test_failure_of_an_async_node_does_not_fail_the_run(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(b, ACT("a", "fail", "\"async\":true") "," NOTE("b"),
				    FIRST("a") "," EDGE("a", "b"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, NULL));

	assert_int_equal(bench_row(r, "a")->state, PAWL_NODE_FAILED);
	assert_int_equal(bench_row(r, "b")->state, PAWL_NODE_COMPLETED);
}

static void
test_cached_result_is_used_for_the_same_config(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, NODE("a", "act", "\"value\":\"${workflow.input.n}\"", "\"cache\":\"1h\""),
		FIRST("a"));
	const struct pawl_run_record *r = completed(b, bench_run(b, w, "{\"n\":1}"));

	assert_int_equal(bench_row(r, "a")->attempts.len, 0);
	r = completed(b, bench_run(b, w, "{\"n\":1}"));
	assert_text(r->run.output, "{\"data\":1}");
	assert_int_equal(journal_count("start a"), 1);
	assert_has(bench_row(r, "a")->attempts, "\"cached\":true");
	assert_false(has(bench_row(r, "a")->attempts, "},{"));
	completed(b, bench_run(b, w, "{\"n\":2}"));
	assert_int_equal(journal_count("start a"), 2);
	pawl_clock_shift_us(3601 * INT64_C(1000000));
	completed(b, bench_run(b, w, "{\"n\":1}"));
	assert_int_equal(journal_count("start a"), 3);
}

static void
test_long_chain_does_not_recurse(void **state)
{
	struct bench *b = *state;
	struct pawl_arena *arena = &b->arena;
	struct pawl_str nodes = PAWL_STR(NOTE("n0")), edges = PAWL_STR(FIRST("n0"));
	const struct pawl_run_record *r;
	uint64_t w;

	for (unsigned i = 1; i < 400; i++) {
		nodes = pawl_arena_printf(arena, "%.*s,{\"id\":\"n%u\",\"type\":\"note\"}",
					  PAWL_STR_ARG(nodes), i);
		edges = pawl_arena_printf(arena, "%.*s,{\"from\":\"n%u\",\"to\":\"n%u\"}",
					  PAWL_STR_ARG(edges), i - 1, i);
	}
	w = bench_workflow(b, pawl_arena_dup_c(arena, nodes), pawl_arena_dup_c(arena, edges));
	r = completed(b, bench_run(b, w, NULL));
	assert_int_equal(r->n_nodes, 400);
	assert_text(r->run.output, "{\"data\":\"n399\"}");
}

static void
test_an_answer_comes_before_the_end_is_told(void **state)
{
	struct bench *b = *state;
	uint64_t w = bench_workflow(
		b, NODE("a", "say", "\"value\":\"hello\"", "") "," ACT("slow", "hang", ""),
		FIRST("a") "," EDGE("a", "slow"));
	uint64_t run = bench_run(b, w, NULL);

	journal_await("say hello", 1);
	journal_await("start slow", 1);
	store_hold(PAWL_STORE_SAVE);
	release("slow", false);
	store_await();
	/* What is not on disk is no end yet. */
	assert_int_equal(journal_find("completed {\"data\":\"slow\"}"), -1);
	store_let_go();
	bench_await(b, run, PAWL_RUN_COMPLETED);
	journal_await("completed {\"data\":\"slow\"}", 1);
	assert_int_equal(journal_count("say hello"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_nodes_run_in_order_and_see_each_other),
		BENCH_TEST(test_an_answer_comes_before_the_end_is_told),
		BENCH_TEST(test_document_that_this_binary_refuses_fails_the_run),
		BENCH_TEST(test_join_waits_for_all_branches),
		BENCH_TEST(test_effect_starts_only_after_its_intent_is_stored),
		BENCH_TEST(test_dead_port_skips_through_a_diamond),
		BENCH_TEST(test_disabled_node_is_passed_with_null),
		BENCH_TEST(test_failure_fails_the_run_and_cancels_the_others),
		BENCH_TEST(test_on_error_continue_goes_on_by_the_first_port),
		BENCH_TEST(test_on_error_branch_takes_the_error_port_alone),
		BENCH_TEST(test_error_branch_keeps_what_there_is_of_an_output),
		BENCH_TEST(test_error_port_is_dead_when_nothing_fails),
		BENCH_TEST(test_config_that_does_not_fit_fails_the_node),
		BENCH_TEST(test_terminate_ends_the_run_at_once),
		BENCH_TEST(test_terminate_can_fail_the_run),
		BENCH_TEST(test_async_node_holds_up_the_end_only),
		BENCH_TEST(test_failure_of_an_async_node_does_not_fail_the_run),
		BENCH_TEST(test_cached_result_is_used_for_the_same_config),
		BENCH_TEST(test_long_chain_does_not_recurse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
