#include "data/regexp.h"

#include "json_testing.h"

static struct pawl_regexp *
compile(const char *pattern)
{
	struct pawl_regexp *regexp = pawl_regexp_new(pawl_str_c(pattern), PAWL_REGEXP_PCRE2);

	assert_non_null(regexp);
	return regexp;
}

/* What a search costs of `steps`; *err is its outcome. */
static uint64_t
cost(const char *pattern, struct pawl_str subject, uint64_t steps, enum pawl_err *err, bool *found)
{
	struct pawl_regexp *regexp = compile(pattern);
	uint64_t left = steps;
	struct pawl_regexp_matcher matcher = {.steps = &left};

	*err = pawl_regexp_search(regexp, &matcher, subject, found);
	pawl_regexp_matcher_fini(&matcher);
	pawl_regexp_free(regexp);
	return steps - left;
}

static bool
finds(const char *pattern, const char *subject)
{
	enum pawl_err err;
	bool found;

	cost(pattern, pawl_str_c(subject), PAWL_REGEXP_STEPS_MAX, &err, &found);
	assert_int_equal(err, PAWL_OK);
	return found;
}

static struct pawl_str
repeated(char c, size_t len)
{
	static char text[1 << 20];

	assert_true(len <= sizeof(text));
	memset(text, c, len);
	return pawl_str(text, len);
}

static void
test_patterns_are_those_of_pcre2(void **state)
{
	assert_true(finds("^a.c$", "abc"));
	assert_false(finds("^a.c$", "xabc"));
	assert_true(finds("(?i)ABC", "xabcx"));
	assert_true(finds("(a)\\1", "aa"));
	assert_true(finds("\\bword\\b", "a word."));
	assert_true(finds("^.$", "\xC3\xA9"));
	assert_null(pawl_regexp_new(PAWL_STR("("), PAWL_REGEXP_PCRE2));
	assert_null(pawl_regexp_new(PAWL_STR("\\C"), PAWL_REGEXP_PCRE2));
}

static void
test_dialect_says_what_a_dot_leaves_out(void **state)
{
	uint64_t steps = PAWL_REGEXP_STEPS_MAX;
	struct pawl_regexp_matcher matcher = {.steps = &steps};
	struct pawl_regexp *regexp = pawl_regexp_new(PAWL_STR("^.$"), PAWL_REGEXP_RFC9485);
	bool found;

	assert_int_equal(pawl_regexp_search(regexp, &matcher, PAWL_STR("\r"), &found), PAWL_OK);
	assert_false(found);
	assert_int_equal(pawl_regexp_search(regexp, &matcher, PAWL_STR("a\n"), &found), PAWL_OK);
	assert_false(found);
	assert_int_equal(pawl_regexp_search(regexp, &matcher, PAWL_STR("a"), &found), PAWL_OK);
	assert_true(found);
	pawl_regexp_matcher_fini(&matcher);
	pawl_regexp_free(regexp);
	assert_true(finds("^.$", "\r"));
}

static void
test_cost_grows_with_the_work(void **state)
{
	enum pawl_err err;
	bool found;
	uint64_t one = cost("b", repeated('a', 1000), 100000, &err, &found);
	uint64_t more = cost("a*[bc]", repeated('a', 100), 10000000, &err, &found);

	assert_int_equal(err, PAWL_OK);
	assert_in_range(one, 1000, 2000);
	assert_in_range(more, 1000, 10000000);
	assert_in_range(cost("a", repeated('a', 1000), 1000, &err, &found), 0, 0);
	assert_int_equal(err, PAWL_ETOOBIG);
	assert_false(found);
}

/* Each of these would go over a subject of 1 MiB anew from each of its places. */
static void
test_searches_without_end_are_stopped(void **state)
{
	static const char *const patterns[] = {
		"(x|xx)*[yz]",     "x*[yz]",       "x*+[yz]",
		"(?>x*)[yz]",      "x{60000}[yz]", "(?:x{3000}){3}[yz]",
		"(?=x*[yz])x*",    "(x+)+[yz]",    "^(.*)\\1[yz]",
		"(?=(x*))\\1[yz]",
	};
	struct pawl_str subject = repeated('x', 1 << 20);
	enum pawl_err err;
	bool found;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		cost(patterns[i], subject, PAWL_REGEXP_STEPS_MAX, &err, &found);
		if (err != PAWL_ETOOBIG || found)
			fail_msg("%s: %d", patterns[i], (int)err);
	}
}

static void
test_long_subjects_are_searched(void **state)
{
	struct pawl_str subject = repeated('x', 1 << 20);
	enum pawl_err err;
	bool found;

	for (int i = 0; i < 2; i++) {
		cost(i ? "x+$" : "^[a-z]*$", subject, PAWL_REGEXP_STEPS_MAX, &err, &found);
		assert_int_equal(err, PAWL_OK);
		assert_true(found);
	}
	cost("y|z", subject, PAWL_REGEXP_STEPS_MAX, &err, &found);
	assert_int_equal(err, PAWL_OK);
	assert_false(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns_are_those_of_pcre2),
		cmocka_unit_test(test_dialect_says_what_a_dot_leaves_out),
		cmocka_unit_test(test_cost_grows_with_the_work),
		cmocka_unit_test(test_searches_without_end_are_stopped),
		cmocka_unit_test(test_long_subjects_are_searched),
	};

	return cmocka_run_group_tests_name("regexp", tests, NULL, NULL);
}
