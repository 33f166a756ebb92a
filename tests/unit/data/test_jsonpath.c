#include "data/jsonpath.h"
#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct pawl_jsonpath *
compile(const char *query)
{
	struct pawl_jsonpath *path = NULL;
	struct pawl_jsonpath_error error = {0};

	if (pawl_jsonpath_compile(pawl_str_c(query), &path, &error) != PAWL_OK)
		fail_msg("%s: byte %zu: %s", query, error.offset, error.message);
	return path;
}

/* What the query selects, as the text of an array; NULL when a limit was passed. */
static const char *
selected(const char *query, const struct pawl_json *doc)
{
	struct pawl_jsonpath *path = compile(query);
	struct pawl_jsonpath_nodes nodes;
	struct pawl_json_builder b;
	enum pawl_err err = pawl_jsonpath_select(path, doc, &arena, &nodes);

	pawl_json_array_begin(&b, &arena);
	for (size_t i = 0; i < nodes.len; i++)
		pawl_json_push(&b, *nodes.items[i]);
	if (err == PAWL_OK && pawl_jsonpath_is_singular(path))
		assert_ptr_equal(pawl_jsonpath_get(path, doc), nodes.len ? nodes.items[0] : NULL);
	pawl_jsonpath_free(path);
	if (err == PAWL_OK)
		return compact(pawl_json_end(&b));
	assert_int_equal(err, PAWL_ETOOBIG);
	assert_int_equal(nodes.len, 0);
	return NULL;
}

static void
assert_selects(const char *query, const char *doc, const char *expected)
{
	struct pawl_json root = json(doc);
	const char *got = selected(query, &root);

	if (!got || strcmp(got, expected) != 0)
		fail_msg("%s on %s\nselects %s\nnot     %s", query, doc, got ? got : "too much",
			 expected);
}

struct example {
	const char *query, *expected;
};

#define STORE                                                                                      \
	"{\"store\":{\"book\":["                                                                   \
	"{\"category\":\"reference\",\"author\":\"Rees\",\"title\":\"Sayings\",\"price\":8.95},"   \
	"{\"category\":\"fiction\",\"author\":\"Waugh\",\"title\":\"Sword\",\"price\":12.99},"     \
	"{\"category\":\"fiction\",\"author\":\"Melville\",\"title\":\"Moby Dick\","               \
	"\"isbn\":\"0-553\",\"price\":8.99},"                                                      \
	"{\"category\":\"fiction\",\"author\":\"Tolkien\",\"title\":\"Rings\","                    \
	"\"isbn\":\"0-395\",\"price\":22.99}],"                                                    \
	"\"bicycle\":{\"color\":\"red\",\"price\":399}},\"expensive\":10}"

/* What each part of the language does, on one document. */
static const struct example examples[] = {
	/* Names, with a dot or in brackets; indices count from either end. */
	{"$.expensive", "[10]"},
	{"$['store']['bicycle'][\"color\"]", "[\"red\"]"},
	{"$.store.book[0].title", "[\"Sayings\"]"},
	{"$.store.book[-1].title", "[\"Rings\"]"},
	/* Nothing there: nothing selected, and no error. */
	{"$.store.book[9]", "[]"},
	{"$.store.book.title", "[]"},
	{"$.expensive[0]", "[]"},
	/* Every child, of arrays and of objects. */
	{"$.store.book[*].author", "[\"Rees\",\"Waugh\",\"Melville\",\"Tolkien\"]"},
	{"$.store.bicycle.*", "[\"red\",399]"},
	/* At any depth. */
	{"$..author", "[\"Rees\",\"Waugh\",\"Melville\",\"Tolkien\"]"},
	{"$.store..price", "[8.95,12.99,8.99,22.99,399]"},
	{"$..book[2].title", "[\"Moby Dick\"]"},
	/* Several at once: in the order in which they are asked for, also twice. */
	{"$.store.book[2,0].title", "[\"Moby Dick\",\"Sayings\"]"},
	{"$.store.book[0,0].price", "[8.95,8.95]"},
	{"$.store.book[0]['title','price']", "[\"Sayings\",8.95]"},
	/* Slices: start, end (not included), step; negative ones from the end. */
	{"$.store.book[:2].price", "[8.95,12.99]"},
	{"$.store.book[-2:].price", "[8.99,22.99]"},
	{"$.store.book[::2].price", "[8.95,8.99]"},
	{"$.store.book[::-1].price", "[22.99,8.99,12.99,8.95]"},
	{"$.store.book[::0]", "[]"},
	/* Filters: @ is the child that is looked at, $ the whole document. */
	{"$.store.book[?@.isbn].title", "[\"Moby Dick\",\"Rings\"]"},
	{"$.store.book[?!@.isbn].title", "[\"Sayings\",\"Sword\"]"},
	{"$.store.book[?@.price < 10].title", "[\"Sayings\",\"Moby Dick\"]"},
	{"$.store.book[?(@.price<$['expensive'])].title", "[\"Sayings\",\"Moby Dick\"]"},
	{"$.store.book[?@.category=='fiction' && @.price>20].title", "[\"Rings\"]"},
	{"$.store.book[?@.price>20 || @.author=='Rees'].title", "[\"Sayings\",\"Rings\"]"},
	{"$.store.book[?!(@.price>20 || @.author=='Rees')].title", "[\"Sword\",\"Moby Dick\"]"},
	{"$..[?@.color].color", "[\"red\"]"},
	/* Functions. */
	{"$.store.book[?length(@.title)==5].title", "[\"Sword\",\"Rings\"]"},
	{"$.store[?count(@[*])==4][0].title", "[\"Sayings\"]"},
	{"$.store.book[?match(@.title,'S.*')].title", "[\"Sayings\",\"Sword\"]"},
	{"$.store.book[?search(@.title,'[ ]D')].title", "[\"Moby Dick\"]"},
	{"$.store[?value(@..color)=='red'].price", "[399]"},
};

static void
test_examples_of_every_part_of_the_language(void **state)
{
	for (size_t i = 0; i < LEN(examples); i++)
		assert_selects(examples[i].query, STORE, examples[i].expected);
}

static void
test_numbers_compare_by_exact_value(void **state)
{
	assert_selects("$[?@==1]", "[1,1.0,10e-1,\"1\",true,2]", "[1,1.0,10e-1]");
	assert_selects("$[?@<9007199254740993]", "[9007199254740992,9007199254740993]",
		       "[9007199254740992]");
	assert_selects("$[?@>18446744073709551614]", "[18446744073709551615,18446744073709551614]",
		       "[18446744073709551615]");
	assert_selects("$[?@>1e399]", "[1e400,1e398,-1e400]", "[1e400]");
	assert_selects("$[?@==-0]", "[0,-0,0.0,1]", "[0,-0,0.0]");
	assert_selects("$[?@<=0.1]", "[0.1,0.10,0.1000000000000000055]", "[0.1,0.10]");
}

static void
test_comparison_of_unlike_and_missing_values(void **state)
{
	assert_selects("$[?@.a==@.b]", "[{},{\"a\":null},{\"a\":1,\"b\":1}]",
		       "[{},{\"a\":1,\"b\":1}]");
	assert_selects("$[?@.a==null]", "[{},{\"a\":null}]", "[{\"a\":null}]");
	assert_selects("$[?@.a<@.b]", "[{},{\"a\":\"1\",\"b\":2},{\"a\":null,\"b\":null}]", "[]");
	assert_selects("$[?@.a<=@.b]", "[{},{\"a\":null,\"b\":null},{\"a\":1}]",
		       "[{},{\"a\":null,\"b\":null}]");
	assert_selects("$[?@!=$[0]]", "[{\"a\":[1]},{\"a\":[1.0]},{\"a\":[2]}]", "[{\"a\":[2]}]");
	/* Strings are ordered by code points, not by UTF-16 units. */
	assert_selects("$[?@>'\\uFFFD']", "[\"\\uD83D\\uDE00\",\"a\"]", "[\"\xF0\x9F\x98\x80\"]");
}

static void
test_names_and_strings_keep_every_character(void **state)
{
	assert_selects("$['a\\u0000b']", "{\"a\\u0000b\":1,\"a\":2}", "[1]");
	assert_selects("$['\\uD83D\\uDE00']", "{\"\xF0\x9F\x98\x80\":1}", "[1]");
	assert_selects("$.\xF0\x9F\x98\x80", "{\"\xF0\x9F\x98\x80\":1}", "[1]");
	assert_selects("$[\"it's\",'\\'\"','']", "{\"it's\":1,\"'\\\"\":2,\"\":3}", "[1,2,3]");
	assert_selects("$[?length(@)==1]", "[\"\xC3\xA9\",\"ab\",\"\xF0\x9F\x98\x80\",[0],{},7]",
		       "[\"\xC3\xA9\",\"\xF0\x9F\x98\x80\",[0]]");
}

static void
test_space_is_allowed_between_tokens_only(void **state)
{
	assert_selects("$ .a [ 'b' , 'c' ] [ ? @ .d == 1 ]", "{\"a\":{\"b\":[{\"d\":1}]}}",
		       "[{\"d\":1}]");
	assert_selects("$[ 0 : 2 : 1 ]", "[1,2,3]", "[1,2]");
	assert_selects("$[?count( @.* )\n>\t1]", "[[1],[1,2]]", "[[1,2]]");
}

struct refusal {
	const char *query;
	size_t offset;
	const char *says; /* part of the message */
};

static const struct refusal refusals[] = {
	{"", 0, "'$'"},
	{"a", 0, "'$'"},
	{" $", 0, "'$'"},
	{"$ ", 1, "unexpected ' '"},
	{"$.", 2, "ends too early"},
	{"$..", 3, "ends too early"},
	{"$. a", 2, "unexpected ' '"},
	{"$.1", 2, "unexpected '1'"},
	{"$.a-b", 3, "unexpected '-'"},
	{"$.\xC3", 0, "UTF-8"},
	{"$['a", 2, "does not end"},
	{"$['a'", 5, "']'"},
	{"$['\\x']", 3, "escape"},
	{"$['\\\"']", 3, "escape"},
	{"$['\n']", 3, "control"},
	{"$['\\uD800']", 3, "surrogate"},
	{"$['\\uDC00']", 3, "surrogate"},
	{"$['\\uD800\\u0041']", 3, "surrogate"},
	{"$['\\u12G4']", 7, "hexadecimal"},
	{"$[]", 2, "unexpected ']'"},
	{"$[1,]", 4, "unexpected ']'"},
	{"$[01]", 2, "leading zeros"},
	{"$[-0]", 2, "-0"},
	{"$[-]", 3, "a digit"},
	{"$[1.5]", 3, "']'"},
	{"$[9007199254740992]", 2, "2^53-1"},
	{"$[-9007199254740992]", 2, "2^53-1"},
	{"$[99999999999999999999999]", 2, "2^53-1"},
	{"$[:9007199254740992]", 3, "2^53-1"},
	{"$[::9007199254740992]", 4, "2^53-1"},
	{"$[1:2:3:4]", 7, "']'"},
	{"$[?]", 3, "unexpected ']'"},
	{"$[?1]", 3, "compare it"},
	{"$[?true]", 3, "compare it"},
	{"$[?'a' && @.b]", 3, "compare it"},
	{"$[?@.a = 1]", 7, "unexpected '='"},
	{"$[?@.a == 1 == 2]", 12, "unexpected '='"},
	{"$[?(@.a) == 1]", 9, "unexpected '='"},
	{"$[?!@.a == 1]", 8, "unexpected '='"},
	{"$[?@.a &&]", 9, "unexpected ']'"},
	{"$[?(@.a]", 7, "')'"},
	{"$[?@.* == 1]", 3, "many values"},
	{"$[?@.a == $..b]", 10, "many values"},
	{"$[?@.a == 01]", 10, "leading zeros"},
	{"$[?@.a == 1.]", 12, "a digit"},
	{"$[?@.a == 1e]", 12, "a digit"},
	{"$[?@.a == .5]", 10, "unexpected '.'"},
	{"$[?@.a == True]", 10, "unexpected 'T'"},
	{"$[?length(@.a)]", 3, "compare it"},
	{"$[?length(@.*) == 1]", 10, "many values"},
	{"$[?length(@.a, @.b) == 1]", 15, "1 argument"},
	{"$[?length() == 1]", 10, "1 argument"},
	{"$[?length(@.a,) == 1]", 14, "argument"},
	{"$[?length(@.a == 1) == 1]", 10, "condition"},
	{"$[?length (@.a) == 1]", 3, "function call"},
	{"$[?count(1) == 1]", 9, "takes a path"},
	{"$[?count((@.a)) == 1]", 9, "takes a path"},
	{"$[?match(@.a, 'b') == true]", 3, "no value"},
	{"$[?match(@.a)]", 12, "2 arguments"},
	{"$[?count(match(@.a, 'b')) == 1]", 9, "takes a path"},
	{"$[?nope(@.a)]", 3, "unknown function"},
	{"$[?LENGTH(@.a) == 1]", 3, "function call"},
};

static void
test_invalid_queries_are_refused_with_place_and_reason(void **state)
{
	for (size_t i = 0; i < LEN(refusals); i++) {
		struct pawl_jsonpath *path;
		struct pawl_jsonpath_error error = {0};
		const struct refusal *r = &refusals[i];

		if (pawl_jsonpath_compile(pawl_str_c(r->query), &path, &error) != PAWL_EINVAL)
			fail_msg("%s is accepted", r->query);
		if (error.offset != r->offset || !strstr(error.message, r->says))
			fail_msg("%s: byte %zu: %s", r->query, error.offset, error.message);
	}
}

static void
test_every_prefix_of_a_query_is_handled(void **state)
{
	static const char query[] = "$..a['\\u00e9\\uD83D\\uDE00',-1,1:2:3,?!(@.b>=-1.5e+3||"
				    "match($[\"c\"],'[a-z]\\\\p{Lu}{1,2}')&&count(@.*)!=null)]";

	for (size_t len = 0; len < sizeof(query); len++) {
		struct pawl_jsonpath *path = NULL;
		struct pawl_jsonpath_error error = {0};
		/* Exactly as large: a sanitizer sees a read past the end. */
		char *copy = malloc(len ? len : 1);

		memcpy(copy, query, len);
		if (pawl_jsonpath_compile(pawl_str(copy, len), &path, &error) == PAWL_OK)
			pawl_jsonpath_free(path);
		else
			assert_in_range(error.offset, 0, len);
		free(copy);
	}
}

static void
test_integers_up_to_the_limit_are_accepted(void **state)
{
	assert_selects("$[9007199254740991]", "[1]", "[]");
	assert_selects("$[-9007199254740991]", "[1]", "[]");
	assert_selects("$[-9007199254740991:9007199254740991:9007199254740991]", "[1,2]", "[1]");
	assert_selects("$[9007199254740991:-9007199254740991:-9007199254740991]", "[1,2]", "[2]");
}

static void
test_singular_queries_are_known(void **state)
{
	static const struct {
		const char *query;
		bool singular;
	} cases[] = {
		{"$", true},       {"$.a[0]['b'][-1]", true}, {"$.*", false},
		{"$..a", false},   {"$[0,1]", false},         {"$['a','b']", false},
		{"$[0:1]", false}, {"$[?@]", false},          {"$..[0]", false},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_jsonpath *path = compile(cases[i].query);

		assert_int_equal(pawl_jsonpath_is_singular(path), cases[i].singular);
		pawl_jsonpath_free(path);
	}
}

static void
test_segments_end_where_something_else_begins(void **state)
{
	static const struct {
		const char *text;
		size_t used;
	} cases[] = {
		{"", 0},
		{"}", 0},
		{" ?? 1", 0},
		{".a[0] }", 5},
		{".a ?? 1", 2},
		{".a .b}", 5},
		{"['}']}", 5},
		{"[?@.a=='}']}x", 11},
		{".a\xFF", 3 /* refused */},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_jsonpath *path;
		struct pawl_jsonpath_error error;
		size_t used;
		enum pawl_err err = pawl_jsonpath_compile_segments(pawl_str_c(cases[i].text), &used,
								   &path, &error);

		if (strchr(cases[i].text, '\xFF')) {
			assert_int_equal(err, PAWL_EINVAL);
			continue;
		}
		assert_int_equal(err, PAWL_OK);
		assert_int_equal(used, cases[i].used);
		pawl_jsonpath_free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_examples_of_every_part_of_the_language),
		json_test(test_numbers_compare_by_exact_value),
		json_test(test_comparison_of_unlike_and_missing_values),
		json_test(test_names_and_strings_keep_every_character),
		json_test(test_space_is_allowed_between_tokens_only),
		json_test(test_invalid_queries_are_refused_with_place_and_reason),
		json_test(test_every_prefix_of_a_query_is_handled),
		json_test(test_integers_up_to_the_limit_are_accepted),
		json_test(test_singular_queries_are_known),
		json_test(test_segments_end_where_something_else_begins),
	};

	return cmocka_run_group_tests_name("jsonpath", tests, NULL, NULL);
}
