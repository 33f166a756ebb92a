/* Regular expressions (I-Regexp, RFC 9485), and queries that are meant to cost too much. */
#include "base/clock.h"
#include "data/jsonpath.h"
#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Whether match() or search() holds for `subject`; the pattern comes out of the document, and
 * in a second query out of the query. They have to agree. */
static bool
holds(const char *function, const char *subject, const char *pattern)
{
	struct pawl_json_builder doc;
	struct pawl_str query, text;
	bool result[2];

	pawl_json_array_begin(&doc, &arena);
	pawl_json_push(&doc, pawl_json_string_c(subject));
	pawl_json_push(&doc, pawl_json_string_c(pattern));
	struct pawl_json root = pawl_json_end(&doc), quoted = root.items[1];

	text = pawl_json_text(&arena, &quoted);
	for (int literal = 0; literal < 2; literal++) {
		struct pawl_jsonpath *path;
		struct pawl_jsonpath_error error;
		struct pawl_jsonpath_nodes nodes;

		query = pawl_arena_printf(&arena, "$[?%s($[0],%.*s)]", function,
					  literal ? (int)text.len : 4, literal ? text.ptr : "$[1]");
		if (pawl_jsonpath_compile(query, &path, &error) != PAWL_OK)
			fail_msg("%.*s: %s", PAWL_STR_ARG(query), error.message);
		assert_int_equal(pawl_jsonpath_select(path, &root, &arena, &nodes), PAWL_OK);
		result[literal] = nodes.len > 0;
		pawl_jsonpath_free(path);
	}
	assert_int_equal(result[0], result[1]);
	return result[0];
}

static void
test_match_takes_the_whole_string_and_search_a_part(void **state)
{
	assert_true(holds("match", "abc", "a.c"));
	assert_false(holds("match", "xabc", "a.c"));
	assert_false(holds("match", "abcx", "a.c"));
	assert_true(holds("search", "xabcx", "a.c"));
	/* Alternatives are anchored as one. */
	assert_true(holds("match", "ab", "a|ab"));
	assert_false(holds("match", "ax", "a|b"));
	assert_false(holds("match", "xb", "a|b"));
	assert_false(holds("match", "a\n", "a"));
	assert_false(holds("match", "a\n", "a$"));
	assert_true(holds("match", "", ""));
	assert_true(holds("search", "anything", ""));
	assert_false(holds("match", "a", ""));
}

static void
test_dot_leaves_out_line_ends_only(void **state)
{
	assert_false(holds("match", "\n", "."));
	assert_false(holds("match", "\r", "."));
	assert_true(holds("match", "\v", "."));
	assert_true(holds("match", "\xC2\x85", "."));
	assert_true(holds("match", "\xE2\x80\xA8", "."));
	assert_true(holds("match", "\xF0\x9F\x98\x80", "."));
	assert_true(holds("match", "\r\n", "\\r\\n"));
}

static void
test_regexp_syntax_that_is_understood(void **state)
{
	assert_true(holds("match", "aab", "a{2}b"));
	assert_true(holds("match", "aaab", "a{2,}b"));
	assert_false(holds("match", "aaaab", "a{2,3}b"));
	assert_true(holds("match", "abab", "(ab)+"));
	assert_true(holds("match", "b-]", "[a-c][-x][\\]]"));
	assert_true(holds("match", "-", "[a-]"));
	assert_true(holds("match", "-", "[-a]"));
	assert_true(holds("match", "x", "[^-a\\n]"));
	assert_true(holds("match", "^a", "\\^a"));
	assert_true(holds("match", "a^", "[a][\\^]"));
	assert_true(holds("match", "#/&~@ \"'", "#/&~@ \"'"));
	assert_true(holds("match", "\xC3\xA9\xC3\xA9", "\xC3\xA9{2}"));
	assert_true(holds("match", "\xC3\xA9", "[\xC3\xA0-\xC3\xBF]"));
	assert_true(holds("match", "A1_", "\\p{Lu}\\p{N}\\p{Pc}"));
	assert_true(holds("match", "aB", "[\\p{Ll}x]\\P{Ll}"));
	assert_true(holds("match", "(){}[]|*+?.\\-", "\\(\\)\\{\\}\\[\\]\\|\\*\\+\\?\\.\\\\\\-"));
	/* What means something to PCRE2 but not here stands for itself. */
	assert_true(holds("match", "a b#c", "a b#c"));
	assert_true(holds("match", "[:alpha:]", "\\[:alpha:\\]"));
}

static void
test_what_is_no_i_regexp_matches_nothing(void **state)
{
	static const char *const patterns[] = {
		"(",      ")",     "(a",       "a)",         "[",          "[]",         "[^]",
		"[a",     "[b-a]", "[a-b-c]",  "[[a]]",      "[a&&[b]]",   "*",          "+a",
		"?",      "a**",   "a*?",      "a++",        "a{",         "a{}",        "a{,2}",
		"a{2,1}", "a{1",   "a{99999}", "]",          "}",          "\\",         "\\d",
		"\\w",    "\\b",   "\\1",      "\\Q.*\\E",   "\\x41",      "\\u0041",    "(?i)a",
		"(?:a)",  "(?=a)", "(?<n>a)",  "(*UCP)a",    "\\p{}",      "\\p{Xx}",    "\\p{Cs}",
		"\\p{Lu", "\\pL",  "\\p{^Lu}", "\\p{Greek}", "[a-\\p{L}]", "[\\p{L}-z]",
	};

	for (size_t i = 0; i < LEN(patterns); i++) {
		if (holds("search", "a", patterns[i]) || holds("match", "a", patterns[i]))
			fail_msg("%s matches", patterns[i]);
	}
}

static void
test_deep_groups_and_long_patterns_match_nothing(void **state)
{
	char deep[402] = {0}, *wide = pawl_arena_calloc(&arena, 1, 20001);

	memset(deep, '(', 200);
	deep[200] = 'a';
	memset(deep + 201, ')', 200);
	assert_false(holds("search", "a", deep));
	memset(wide, 'a', 20000);
	assert_false(holds("search", wide, wide));
	assert_false(
		holds("search", "a", "((((a{0,60000}){0,60000}){0,60000}){0,60000}){0,60000}"));
}

/* ---- what costs too much -------------------------------------------------- */

static enum pawl_err
run(const char *query, const struct pawl_json *root, size_t *n)
{
	struct pawl_jsonpath *path;
	struct pawl_jsonpath_error error;
	struct pawl_jsonpath_nodes nodes;
	enum pawl_err err;

	if (pawl_jsonpath_compile(pawl_str_c(query), &path, &error) != PAWL_OK)
		fail_msg("%s: byte %zu: %s", query, error.offset, error.message);
	err = pawl_jsonpath_select(path, root, &arena, &nodes);
	*n = nodes.len;
	pawl_jsonpath_free(path);
	return err;
}

/* An array with `n` times the same item. */
static struct pawl_json
repeat(struct pawl_json item, size_t n)
{
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, &arena);
	for (size_t i = 0; i < n; i++)
		pawl_json_push(&b, item);
	return pawl_json_end(&b);
}

static struct pawl_json
repeat_text(const char *text, size_t n)
{
	size_t len = strlen(text);
	char *all = pawl_arena_alloc(&arena, len * n);

	for (size_t i = 0; i < n; i++)
		memcpy(all + i * len, text, len);
	return pawl_json_string(pawl_str(all, len * n));
}

/* Generous: what it has to catch takes hours. */
#define SECONDS_MAX 60

static void
assert_too_big(const char *query, const struct pawl_json *root)
{
	int64_t start_us = pawl_clock_mono_us();
	size_t n;

	assert_int_equal(run(query, root, &n), PAWL_ETOOBIG);
	assert_int_equal(n, 0);
	assert_true(pawl_clock_mono_us() - start_us < SECONDS_MAX * INT64_C(1000000));
}

static void
test_regexps_that_backtrack_without_end_are_stopped(void **state)
{
	struct pawl_json one = repeat_text("a", 5000), many = repeat(one, 200);

	assert_too_big("$[?match(@,'(a*)*[bc]')]", &many);
	assert_too_big("$[?search(@,'(a|a)*[bc]')]", &many);
	assert_too_big("$[?search(@,'a*a*a*a*[bc]')]", &many);
	assert_too_big("$[?match(@,'a*a{4000}[bc]')]", &many);
	many = repeat(repeat_text("a", 30), 100000);
	assert_too_big("$[?search(@,'(a+)+[bc]')]", &many);
}

static void
test_long_texts_are_searched(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json root;
	size_t n;

	pawl_json_array_begin(&b, &arena);
	pawl_json_push(&b, repeat_text("lorem ipsum ", 50000));
	root = pawl_json_end(&b);
	assert_int_equal(run("$[?search(@,'ipsum l.*m $')]", &root, &n), PAWL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(run("$[?match(@,'(lorem [a-z]+ )*')]", &root, &n), PAWL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(run("$[?search(@,'dolor')]", &root, &n), PAWL_OK);
	assert_int_equal(n, 0);
}

static void
test_queries_that_multiply_are_stopped(void **state)
{
	struct pawl_json items = repeat(pawl_json_bool(true), 3000);
	struct pawl_json nested = items;

	assert_too_big("$[?count($[?count($[*])>1])>1]", &items);
	/* Each of many selectors, at each of many levels. */
	for (int i = 0; i < 40; i++)
		nested = repeat(nested, 1);
	assert_too_big("$..[*,*]..[*,*]..[*,*]..[*,*]..[*,*]", &nested);
	/* The comparison of large values counts as many steps. */
	items = repeat(items, 300);
	assert_too_big("$[?count($[?@==$[0]])>1000]", &items);
}

static void
test_too_many_results_are_refused(void **state)
{
	struct pawl_json items = repeat(pawl_json_null(), 2100);
	size_t n;

	items = repeat(items, 2000);
	assert_too_big("$[*][*]", &items);
	assert_int_equal(run("$[:1900][*]", &items, &n), PAWL_OK);
	assert_int_equal(n, 1900 * 2100);
}

static struct pawl_str
bracketed(const char *open, size_t n, const char *middle, const char *close)
{
	struct pawl_buf buf;
	struct pawl_str text;

	pawl_buf_init(&buf, 1 << 20);
	pawl_buf_append_c(&buf, "$");
	for (size_t i = 0; i < n; i++)
		pawl_buf_append_c(&buf, open);
	pawl_buf_append_c(&buf, middle);
	for (size_t i = 0; i < n; i++)
		pawl_buf_append_c(&buf, close);
	text = pawl_arena_dup(&arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return text;
}

static void
assert_nesting_is_bounded(const char *open, const char *middle, const char *close)
{
	struct pawl_jsonpath *path = NULL;
	struct pawl_jsonpath_error error;

	for (size_t n = 20; n < 60000; n *= 10) {
		struct pawl_str query = bracketed(open, n, middle, close);
		enum pawl_err err = pawl_jsonpath_compile(query, &path, &error);

		if (n == 20) {
			assert_int_equal(err, PAWL_OK);
			pawl_jsonpath_free(path);
			continue;
		}
		assert_int_equal(err, PAWL_EINVAL);
		assert_non_null(strstr(error.message, "deep"));
	}
}

static void
test_nesting_of_filters_is_bounded(void **state)
{
	assert_nesting_is_bounded("[?@", "", "]");
	assert_nesting_is_bounded("[?$..a", "", "]");
	assert_nesting_is_bounded("[?(@", "", ")]");
	assert_nesting_is_bounded("[?count(@", "", ")>0]");
}

static void
test_long_queries_and_deep_documents_need_no_deep_stack(void **state)
{
	struct pawl_json nested = pawl_json_null();
	struct pawl_jsonpath *path;
	struct pawl_jsonpath_error error;
	struct pawl_jsonpath_nodes nodes;
	struct pawl_str query;
	size_t n;

	for (int i = 0; i < PAWL_JSON_DEPTH_MAX; i++)
		nested = repeat(nested, 1);
	assert_int_equal(run("$..*", &nested, &n), PAWL_OK);
	assert_int_equal(n, PAWL_JSON_DEPTH_MAX);
	assert_int_equal(run("$..[?@..*]", &nested, &n), PAWL_OK);
	assert_int_equal(n, PAWL_JSON_DEPTH_MAX - 1);

	query = bracketed("[*]", PAWL_JSON_DEPTH_MAX, "", "");
	assert_int_equal(pawl_jsonpath_compile(query, &path, &error), PAWL_OK);
	assert_int_equal(pawl_jsonpath_select(path, &nested, &arena, &nodes), PAWL_OK);
	assert_int_equal(nodes.len, 1);
	pawl_jsonpath_free(path);

	query = bracketed("[0]", 100000, "", "");
	assert_int_equal(pawl_jsonpath_compile(query, &path, &error), PAWL_OK);
	assert_int_equal(pawl_jsonpath_select(path, &nested, &arena, &nodes), PAWL_OK);
	assert_int_equal(nodes.len, 0);
	pawl_jsonpath_free(path);

	query = bracketed("[?@.a || @.b", 1, " || @.c && @.d", "]");
	assert_int_equal(pawl_jsonpath_compile(query, &path, &error), PAWL_OK);
	pawl_jsonpath_free(path);
	/* Descents that each start at the top again, within each other. */
	assert_too_big("$..[?$..[?$..[?$..[?$..[?$..[?@.a]]]]]]", &nested);
}

static void
test_patterns_from_the_document_are_kept_and_counted(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json root;
	size_t n;

	pawl_json_array_begin(&b, &arena);
	for (int i = 0; i < 5000; i++)
		pawl_json_push(&b, pawl_json_string(pawl_arena_printf(&arena, "x%d", i % 5)));
	root = pawl_json_end(&b);
	assert_int_equal(run("$[?match('x3',@)]", &root, &n), PAWL_OK);
	assert_int_equal(n, 1000);

	pawl_json_array_begin(&b, &arena);
	for (int i = 0; i < 50000; i++)
		pawl_json_push(&b, pawl_json_string(pawl_arena_printf(&arena, "x%d", i)));
	root = pawl_json_end(&b);
	assert_too_big("$[?match('x3',@)]", &root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_match_takes_the_whole_string_and_search_a_part),
		json_test(test_dot_leaves_out_line_ends_only),
		json_test(test_regexp_syntax_that_is_understood),
		json_test(test_what_is_no_i_regexp_matches_nothing),
		json_test(test_deep_groups_and_long_patterns_match_nothing),
		json_test(test_regexps_that_backtrack_without_end_are_stopped),
		json_test(test_long_texts_are_searched),
		json_test(test_queries_that_multiply_are_stopped),
		json_test(test_too_many_results_are_refused),
		json_test(test_nesting_of_filters_is_bounded),
		json_test(test_long_queries_and_deep_documents_need_no_deep_stack),
		json_test(test_patterns_from_the_document_are_kept_and_counted),
	};

	return cmocka_run_group_tests_name("jsonpath_limits", tests, NULL, NULL);
}
