#include "flow/part.h"

#include "flow_testing.h"

/* a -> b -> d, a -> c -> d, d -> e; x hangs on nothing; one edge is broken. */
static const char diamond[] =
	"{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"},"
	"{\"id\":\"x\"},{}],\"edges\":[{\"from\":\"trigger\",\"to\":\"a\"},{\"from\":\"a\",\"to\":"
	"\"b\"},{\"from\":\"a\",\"to\":\"c\"},{\"from\":\"b\",\"to\":\"d\"},{\"from\":\"c\",\"to\":"
	"\"d\"},{\"from\":\"d\",\"to\":\"e\"},{\"from\":\"no\",\"to\":\"e\"},{\"to\":1}]}";

static struct pawl_json
parsed(const char *text)
{
	struct pawl_json v;

	assert_int_equal(pawl_json_parse(&arena, pawl_str_c(text), &v, NULL), PAWL_OK);
	return v;
}

static void
assert_places(const struct pawl_part *part, const char *expected)
{
	assert_int_equal(part->n_nodes, strlen(expected));
	for (uint32_t i = 0; i < part->n_nodes; i++)
		assert_int_equal(part->has[i], expected[i] != '.');
}

static void
test_what_comes_before_and_after(void **state)
{
	struct pawl_json doc;
	struct pawl_part part;

	pawl_arena_init(&arena, 0);
	doc = parsed(diamond);
	assert_true(pawl_part_before(&arena, &doc, PAWL_STR("d"), &part));
	assert_places(&part, "abc....");
	assert_true(pawl_part_after(&arena, &doc, PAWL_STR("b"), &part));
	assert_places(&part, "...de..");
	assert_true(pawl_part_before(&arena, &doc, PAWL_STR("x"), &part));
	assert_places(&part, ".......");
	assert_false(pawl_part_before(&arena, &doc, PAWL_STR("no"), &part));
	pawl_arena_fini(&arena);
}

static void
test_a_cycle_has_an_end(void **state)
{
	struct pawl_json doc;
	struct pawl_part part;

	pawl_arena_init(&arena, 0);
	doc = parsed("{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"edges\":[{\"from\":\"a\","
		     "\"to\":\"b\"},{\"from\":\"b\",\"to\":\"a\"},{\"from\":\"a\",\"to\":"
		     "\"a\"}]}");
	assert_true(pawl_part_before(&arena, &doc, PAWL_STR("a"), &part));
	assert_places(&part, ".b");
	doc = parsed("[]");
	assert_false(pawl_part_after(&arena, &doc, PAWL_STR("a"), &part));
	pawl_arena_fini(&arena);
}

static void
test_what_is_cut_out_keeps_its_places_for_people(void **state)
{
	struct pawl_problems inner = {0}, outer = {0};
	struct pawl_json doc, cut;
	struct pawl_part part;

	pawl_arena_init(&arena, 0);
	doc = parsed(diamond);
	assert_true(pawl_part_before(&arena, &doc, PAWL_STR("d"), &part));
	part.has[0] = false;
	part.has[3] = true;
	cut = pawl_part_cut(&arena, &doc, &part);
	assert_int_equal(pawl_json_get_c(&cut, "nodes")->len, 3);
	assert_int_equal(pawl_json_get_c(&cut, "edges")->len, 2);
	pawl_problems_add(&inner, "/nodes/2/config", "of d");
	pawl_problems_tag(&inner, 0, "word");
	pawl_problems_add(&inner, "/edges/1", "c to d");
	pawl_problems_add(&inner, "/nodes", "the list");
	pawl_problems_add(&inner, "", "the whole");
	pawl_part_problems(&doc, &part, &inner, &outer);
	assert_string_equal(outer.items[0].where, "/nodes/3/config");
	assert_string_equal(outer.items[0].code, "word");
	assert_string_equal(outer.items[1].where, "/edges/4");
	assert_string_equal(outer.items[2].where, "/nodes");
	assert_string_equal(outer.items[3].where, "");
	pawl_problems_fini(&inner);
	pawl_problems_fini(&outer);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_before_and_after),
		cmocka_unit_test(test_a_cycle_has_an_end),
		cmocka_unit_test(test_what_is_cut_out_keeps_its_places_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
