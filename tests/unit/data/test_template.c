#include "data/template.h"
#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What the templates of these tests can refer to. Resolved from {"workflow.input": ...}. */
static const char scope_text[] =
	"{\"workflow.input\":{\"body\":{\"userId\":\"12345\",\"age\":41.50,\"admin\":true,"
	"\"none\":null,\"tags\":[\"a\",\"b\"],\"odd key\":7,\"big\":18446744073709551615},"
	"\"headers\":{\"content-type\":\"text/plain\",\"x-trace\":[\"1\",\"2\"]},"
	"\"query\":{\"Page\":\"2\"},\"method\":\"POST\"},"
	"\"workflow.name\":\"welcome-user\",\"run.attempt\":1,"
	"\"loop.index\":3,\"loop.item\":{\"id\":9},"
	"\"secrets.api-key\":\"s3cret\",\"env.REGION\":\"eu\","
	"\"a_node.output\":{\"data\":[{\"author\":\"Rees\",\"price\":8},"
	"{\"author\":\"Waugh\",\"price\":12}],\"status\":200},"
	"\"a_node.error\":{\"code\":\"timeout\"},"
	"\"getLoopItem.output\":{\"result\":[1,2]},"
	"\"some_node.output\":{\"data\":{\"expensive\":10,\"store\":{\"book\":["
	"{\"title\":\"Sayings\",\"price\":8.95},{\"title\":\"Sword\",\"price\":12.99}]}},"
	"\"limit\":9}}";

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *where)
{
	struct pawl_str key =
		pawl_arena_printf(where, "%.*s.%.*s", PAWL_STR_ARG(name), PAWL_STR_ARG(member));

	return pawl_json_get(ctx, key);
}

static struct pawl_template *
compile(const char *text, struct pawl_problems *problems)
{
	struct pawl_json doc = json(text);

	return pawl_template_compile(&doc, "", problems);
}

static struct pawl_template *
compile_ok(const char *text)
{
	struct pawl_problems problems = {0};
	struct pawl_template *tpl = compile(text, &problems);

	if (!tpl)
		fail_msg("%s: %s: %s", text, problems.items[0].where, problems.items[0].message);
	assert_int_equal(problems.len, 0);
	return tpl;
}

static const char *
evaluated(const char *text)
{
	struct pawl_template *tpl = compile_ok(text);
	struct pawl_json root = json(scope_text), result;
	struct pawl_scope scope = {.resolve = resolve, .ctx = &root};
	const char *got;

	assert_int_equal(pawl_template_eval(tpl, &scope, &arena, 0, &result), PAWL_OK);
	got = compact(result);
	pawl_template_free(tpl);
	return got;
}

struct example {
	const char *expression, *expected;
};

/* The expression stands alone in a string, and keeps its type. */
static const struct example values[] = {
	{"${workflow.input.body.userId}", "\"12345\""},
	{"${workflow.input.body.age}", "41.50"},
	{"${workflow.input.body.big}", "18446744073709551615"},
	{"${workflow.input.body.admin}", "true"},
	{"${workflow.input.body.tags}", "[\"a\",\"b\"]"},
	{"${workflow.input.body['odd key']}", "7"},
	{"${workflow.name}", "\"welcome-user\""},
	{"${run.attempt}", "1"},
	{"${loop.index}", "3"},
	{"${loop.item.id}", "9"},
	{"${secrets.api-key}", "\"s3cret\""},
	{"${env.REGION}", "\"eu\""},
	{"${a_node.output.status}", "200"},
	{"${a_node.error.code}", "\"timeout\""},
	{"${getLoopItem.output.result}", "[1,2]"},
	/* Space does not matter. */
	{"${ workflow.input.body.userId }", "\"12345\""},
	{"${\\n\\tworkflow.input .body [ 'userId' ]\\r\\n}", "\"12345\""},
	/* A singular path that finds nothing is null, as is a root without a value. */
	{"${workflow.input.body.nobody.there}", "null"},
	{"${workflow.revision}", "null"},
	{"${other_node.output}", "null"},
	/* A path that can select many values is an array of all that it selects. */
	{"${a_node.output.data[*].author}", "[\"Rees\",\"Waugh\"]"},
	{"${a_node.output..author}", "[\"Rees\",\"Waugh\"]"},
	{"${a_node.output.data[0,3,5].author}", "[\"Rees\"]"},
	{"${a_node.output.data[-2:].price}", "[8,12]"},
	{"${a_node.output.data[?@.price>10].author}", "[\"Waugh\"]"},
	{"${a_node.output.data[?(@.price<10)].author}", "[\"Rees\"]"},
	{"${a_node.output.data[?@.price>99]}", "[]"},
	{"${other_node.output[*]}", "[]"},
	/* `$` in a filter is the root's value; what is not there is looked up in its data. */
	{"${some_node.output.data.store.book[?(@.price<$['expensive'])].title}", "[\"Sayings\"]"},
	{"${some_node.output.data.store.book[?@.price<$.data.expensive].title}", "[\"Sayings\"]"},
	{"${some_node.output.data.store.book[?@.price<$.limit].title}", "[\"Sayings\"]"},
	{"${some_node.output.data.store.book[?count($.store.book[*])==2].title}",
	 "[\"Sayings\",\"Sword\"]"},
	{"${workflow.input.body[?$.userId]}", "[]"},
	/* Names of headers are the same in upper and lower case; other names are not. */
	{"${workflow.input.headers['Content-Type']}", "\"text/plain\""},
	{"${workflow.input['headers']['X-TRACE'][1]}", "\"2\""},
	{"${workflow.input.headers['X-Trace','CONTENT-TYPE']}", "[[\"1\",\"2\"],\"text/plain\"]"},
	{"${workflow.input.query.Page}", "\"2\""},
	{"${workflow.input.query.page}", "null"},
	{"${workflow.input.body.userid}", "null"},
	/* Defaults: for what is not found, not for null. */
	{"${workflow.input.body.nobody ?? \\\"x\\\"}", "\"x\""},
	{"${workflow.input.body.nobody ?? 'it\\\\'s'}", "\"it's\""},
	{"${workflow.input.body.nobody?"
	 "?-1.50e3}",
	 "-1.50e3"},
	{"${workflow.input.body.nobody ?? true}", "true"},
	{"${workflow.input.body.nobody ?? null}", "null"},
	{"${workflow.input.body.nobody ?? [1, {\\\"a\\\": \\\"}]\\\"}]}", "[1,{\"a\":\"}]\"}]"},
	{"${workflow.input.body.nobody ?? {}}", "{}"},
	{"${workflow.input.body.none ?? 1}", "null"},
	{"${workflow.input.body.userId ?? 1}", "\"12345\""},
	{"${workflow.input.body.nobody ?? workflow.name}", "\"welcome-user\""},
	{"${workflow.id ?? other.error ?? run.attempt ?? 5}", "1"},
	{"${workflow.id ?? other.error ?? run.id ?? 5}", "5"},
	{"${a_node.output.data[?@.price>99] ?? 'none'}", "\"none\""},
	{"${a_node.output.data[?@.price>9].price ?? 'none'}", "[12]"},
	{"${workflow.id ?? a_node.output.nothing[*]}", "[]"},
	{"${a_node.output.nothing[*] ?? workflow.id}", "null"},
	/* Brackets, braces and marks in strings do not end it. */
	{"${workflow.input.body['}'] ?? '}'}", "\"}\""},
	{"${a_node.output.data[?@.author=='}' || @.author==\\\"??\\\"]}", "[]"},
	{"${workflow.input.body['${'] ?? '$${'}", "\"$${\""},
	/* Names that only look like literals. */
	{"${nullable.output ?? trueish.output ?? false}", "false"},
	{"${true.output ?? 1}", "1"},
};

static void
test_an_expression_alone_keeps_its_type(void **state)
{
	for (size_t i = 0; i < LEN(values); i++) {
		const char *text =
			pawl_arena_printf(&arena, "\"%s\"%c", values[i].expression, '\0').ptr;
		const char *got = evaluated(text);

		if (strcmp(got, values[i].expected) != 0)
			fail_msg("%s\ngives %s\nnot   %s", values[i].expression, got,
				 values[i].expected);
	}
}

static const struct example texts[] = {
	{"", "\"\""},
	{"no expression", "\"no expression\""},
	{"user ${workflow.input.body.userId}!", "\"user 12345!\""},
	{" ${workflow.input.body.userId}", "\" 12345\""},
	{"${run.attempt}${run.attempt}", "\"11\""},
	/* Strings as they are, everything else as compact JSON. */
	{"${workflow.input.body.age}/${workflow.input.body.admin}", "\"41.50/true\""},
	{"tags: ${workflow.input.body.tags}", "\"tags: [\\\"a\\\",\\\"b\\\"]\""},
	{"none: ${workflow.input.body.none}, ${workflow.id}", "\"none: null, null\""},
	{"many: ${a_node.output.data[*].price}", "\"many: [8,12]\""},
	{"Hello ${workflow.input.body.name ?? 'you'}.", "\"Hello you.\""},
	/* Escapes, and what is no expression. */
	{"$${", "\"${\""},
	{"$${workflow.name}", "\"${workflow.name}\""},
	{"$$${workflow.name}", "\"$${workflow.name}\""},
	{"$${a}${run.attempt}$${", "\"${a}1${\""},
	{"$ {x} $x } { $", "\"$ {x} $x } { $\""},
	{"100$", "\"100$\""},
	{"$$", "\"$$\""},
	/* A value that looks like an expression is data. */
	{"${workflow.id ?? '${run.attempt}'}!", "\"${run.attempt}!\""},
	{"\xC3\xA9${run.attempt}\xF0\x9F\x98\x80", "\"\xC3\xA9"
						   "1\xF0\x9F\x98\x80\""},
};

static void
test_an_expression_in_a_longer_string_becomes_text(void **state)
{
	for (size_t i = 0; i < LEN(texts); i++) {
		const char *text =
			pawl_arena_printf(&arena, "\"%s\"%c", texts[i].expression, '\0').ptr;
		const char *got = evaluated(text);

		if (strcmp(got, texts[i].expected) != 0)
			fail_msg("%s\ngives %s\nnot   %s", texts[i].expression, got,
				 texts[i].expected);
	}
}

static void
test_documents_keep_their_shape(void **state)
{
	assert_string_equal(
		evaluated("{\"z\":[1.0,{\"a\":\"${run.attempt}\"},[],{}],\"a\":{\"b\":\"c\"},"
			  "\"${run.attempt}\":\"$${\",\"n\":null}"),
		"{\"z\":[1.0,{\"a\":1},[],{}],\"a\":{\"b\":\"c\"},\"${run.attempt}\":\"${\","
		"\"n\":null}");
	assert_string_equal(evaluated("17"), "17");
	assert_string_equal(evaluated("[[\"$${\"],[[\"x\"]]]"), "[[\"${\"],[[\"x\"]]]");
}

static void
test_large_objects_are_looked_up(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json doc, result;
	struct pawl_template *tpl;
	struct pawl_problems problems = {0};

	pawl_json_object_begin(&b, &arena);
	for (int i = 0; i < 1000; i++)
		pawl_json_set(&b, pawl_arena_printf(&arena, "k%d", i),
			      pawl_json_string_c(i % 2 ? "${x.output ?? 5}" : "$${"));
	doc = pawl_json_end(&b);
	tpl = pawl_template_compile(&doc, "", &problems);
	assert_non_null(tpl);
	assert_int_equal(pawl_template_eval(tpl, NULL, &arena, 0, &result), PAWL_OK);
	assert_str(pawl_json_str(pawl_json_get_c(&result, "k999")), "5");
	assert_str(pawl_json_str(pawl_json_get_c(&result, "k998")), "${");
	assert_null(pawl_json_get_c(&result, "k1000"));
	pawl_template_free(tpl);
}

static void
test_constant_parts_are_shared(void **state)
{
	struct pawl_template *tpl = compile_ok("{\"a\":[{\"b\":\"$${\"},2],\"c\":\"${x.output}\"}");
	struct pawl_json first, second;

	assert_false(pawl_template_is_constant(tpl));
	assert_int_equal(pawl_template_eval(tpl, NULL, &arena, 0, &first), PAWL_OK);
	assert_int_equal(pawl_template_eval(tpl, NULL, &arena, 0, &second), PAWL_OK);
	assert_ptr_equal(pawl_json_get_c(&first, "a")->items, pawl_json_get_c(&second, "a")->items);
	assert_string_equal(compact(first), "{\"a\":[{\"b\":\"${\"},2],\"c\":null}");
	pawl_template_free(tpl);

	tpl = compile_ok("[\"$${\",{\"a\":[1]}]");
	assert_true(pawl_template_is_constant(tpl));
	pawl_template_free(tpl);
}

static void
test_the_source_may_go_away(void **state)
{
	struct pawl_arena own;
	struct pawl_json doc, result;
	struct pawl_template *tpl;
	char text[] = "[\"plain\",\"$${x}\",\"a${env.A}b\",{\"key\":1.50}]";

	pawl_arena_init(&own, 0);
	assert_int_equal(pawl_json_parse(&own, pawl_str_c(text), &doc, NULL), PAWL_OK);
	tpl = pawl_template_compile(&doc, "", NULL);
	pawl_arena_fini(&own);
	memset(text, 0, sizeof(text));
	assert_int_equal(pawl_template_eval(tpl, NULL, &arena, 0, &result), PAWL_OK);
	assert_string_equal(compact(result), "[\"plain\",\"${x}\",\"anullb\",{\"key\":1.50}]");
	pawl_template_free(tpl);
}

/* ---- references ----------------------------------------------------------- */

static void
test_references_are_listed_in_order(void **state)
{
	struct pawl_template *tpl =
		compile_ok("{\"a/b~\":[\"x\",\"${ n1.output .data[0] ?? secrets.K ?? 1}\"],"
			   "\"c\":\"${run.id} and ${workflow.input.headers['X-A']}\"}");
	static const struct {
		const char *name, *member, *path, *pointer;
	} expected[] = {
		{"n1", "output", " .data[0]", "/a~1b~0/1"},
		{"secrets", "K", "", "/a~1b~0/1"},
		{"run", "id", "", "/c"},
		{"workflow", "input", ".headers['X-A']", "/c"},
	};
	const struct pawl_template_ref *refs;
	size_t n;

	refs = pawl_template_refs(tpl, &n);
	assert_int_equal(n, LEN(expected));
	for (size_t i = 0; i < n; i++) {
		assert_true(pawl_str_eq_c(refs[i].name, expected[i].name));
		assert_true(pawl_str_eq_c(refs[i].member, expected[i].member));
		assert_true(pawl_str_eq_c(refs[i].path, expected[i].path));
		assert_true(pawl_str_eq_c(refs[i].pointer, expected[i].pointer));
	}
	pawl_template_free(tpl);
}

static void
test_pointers_begin_with_the_one_that_is_given(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_template *tpl =
		pawl_template_compile_str(PAWL_STR("${run.id}"), "/nodes/3/config", &problems);
	size_t n;

	assert_true(pawl_str_eq_c(pawl_template_refs(tpl, &n)[0].pointer, "/nodes/3/config"));
	assert_int_equal(n, 1);
	pawl_template_free(tpl);
	tpl = pawl_template_compile_str(PAWL_STR("plain"), "", &problems);
	(void)pawl_template_refs(tpl, &n);
	assert_int_equal(n, 0);
	pawl_template_free(tpl);
}

static void
test_expressions_are_noticed(void **state)
{
	assert_true(pawl_template_has_expression(PAWL_STR("${")));
	assert_true(pawl_template_has_expression(PAWL_STR("$${ ${x")));
	assert_true(pawl_template_has_expression(PAWL_STR("$$ ${x")));
	assert_false(pawl_template_has_expression(PAWL_STR("$${x}")));
	assert_false(pawl_template_has_expression(PAWL_STR("$ {x} $")));
	assert_false(pawl_template_has_expression(PAWL_STR("")));
	assert_false(pawl_template_has_expression(pawl_str(NULL, 0)));
}

/* ---- problems ------------------------------------------------------------- */

struct refusal {
	const char *text;
	size_t position;
	const char *says;
};

static const struct refusal refusals[] = {
	{"${", 1, "not closed"},
	{"a ${workflow.input", 3, "not closed"},
	{"\xC3\xA9\xC3\xA9${run.id", 3, "not closed"},
	{"${workflow.input and more", 18, "unexpected 'a'"},
	{"${}", 3, "a node's id"},
	{"${ }", 4, "a node's id"},
	{"${$.a}", 3, "a node's id"},
	{"${.a}", 3, "a node's id"},
	{"${1.a}", 3, "a literal can be a default"},
	{"${'x'}", 3, "a literal can be a default"},
	{"${workflow}", 11, "'.' and a member"},
	{"${a_node}", 9, "output and error"},
	{"${a_node[0]}", 9, "output and error"},
	{"${workflow.}", 12, "a member"},
	{"${workflow.foo}", 3, "input, id, name and revision"},
	{"${workflow.inputs}", 3, "input, id, name and revision"},
	{"${run.output}", 3, "started_at and resume_url"},
	{"${loop.output}", 3, "index, item and length"},
	{"${a_node.data}", 3, "output and error"},
	{"${body.userId}", 3, "workflow, run, loop, secrets or env"},
	{"${secrets.}", 11, "a member"},
	{"${workflow.input.}", 18, "unexpected '}'"},
	{"${workflow.input[}", 18, "unexpected '}'"},
	{"${workflow.input.a-b}", 19, "['a-b']"},
	{"${workflow.input[?@.a = 1]}", 23, "unexpected '='"},
	{"${workflow.input[01]}", 18, "leading zeros"},
	{"${workflow.input ? 1}", 18, "unexpected '?'"},
	{"${workflow.input ?? }", 21, "a default"},
	{"${workflow.input ?? @}", 21, "a default"},
	{"${workflow.input ??", 1, "not closed"},
	{"${workflow.input ?? x}", 22, "output and error"},
	{"${workflow.input ?? {a: 1}}", 22, "no JSON value"},
	{"${workflow.input ?? 01}", 21, "no JSON value"},
	{"${workflow.input ?? [1, 2}", 26, "no JSON value"},
	{"${workflow.input ?? \"abc}", 26, "no JSON value"},
	{"${workflow.input ?? 'abc}", 21, "does not end"},
	{"${workflow.input ?? 1 ?? 2}", 23, "no default can follow"},
	{"${workflow.input ?? 1 2}", 23, "unexpected '2'"},
};

static void
test_problems_name_their_place(void **state)
{
	for (size_t i = 0; i < LEN(refusals); i++) {
		struct pawl_problems problems = {0};
		const char *place = pawl_arena_printf(&arena, "at character %zu: %c",
						      refusals[i].position, '\0')
					    .ptr;

		assert_null(pawl_template_compile_str(pawl_str_c(refusals[i].text), "/here",
						      &problems));
		assert_int_equal(problems.len, 1);
		assert_string_equal(problems.items[0].where, "/here");
		if (!strstr(problems.items[0].message, place) ||
		    !strstr(problems.items[0].message, refusals[i].says))
			fail_msg("%s: %s", refusals[i].text, problems.items[0].message);
		pawl_problems_fini(&problems);
	}
}

static void
test_every_problem_is_reported(void **state)
{
	struct pawl_problems problems = {0};

	assert_null(compile("{\"a\":\"${x} ${run.id} ${y.z}\",\"b\":[0,\"${\"],\"c\":\"fine\"}",
			    &problems));
	assert_int_equal(problems.len, 3);
	assert_string_equal(problems.items[0].where, "/a");
	assert_string_equal(problems.items[1].where, "/a");
	assert_non_null(strstr(problems.items[1].message, "y.z"));
	assert_string_equal(problems.items[2].where, "/b/1");
	pawl_problems_fini(&problems);
}

/* ---- limits --------------------------------------------------------------- */

static enum pawl_err
evaluate_within(const char *text, size_t max_bytes)
{
	struct pawl_template *tpl = compile_ok(text);
	struct pawl_json root = json(scope_text), result;
	struct pawl_scope scope = {.resolve = resolve, .ctx = &root};
	enum pawl_err err = pawl_template_eval(tpl, &scope, &arena, max_bytes, &result);

	pawl_template_free(tpl);
	return err;
}

static void
test_results_are_bounded(void **state)
{
	static const char *const sources[] = {
		"\"0123456789012345678901234567890123456789\"",
		"[\"${some_node.output.data.store}\"]",
		"\"x${some_node.output.data.store}\"",
		"{\"a\":\"${a_node.output..author}\",\"b\":\"${some_node.output..title}\"}",
		"\"${workflow.name}${workflow.name}${workflow.name}${workflow.name}\"",
	};

	for (size_t i = 0; i < LEN(sources); i++) {
		assert_int_equal(evaluate_within(sources[i], 30), PAWL_ETOOBIG);
		assert_int_equal(evaluate_within(sources[i], 200), PAWL_OK);
	}
}

/* One value of a megabyte, whatever is asked for. */
static const struct pawl_json *
resolve_large(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *where)
{
	return ctx;
}

static void
test_a_large_value_cannot_be_multiplied(void **state)
{
	char *bytes = pawl_arena_alloc(&arena, 1 << 20);
	struct pawl_json large, result, doc;
	struct pawl_scope scope = {.resolve = resolve_large, .ctx = &large};
	struct pawl_json_builder b;
	struct pawl_template *tpl;

	memset(bytes, 'x', 1 << 20);
	large = pawl_json_string(pawl_str(bytes, 1 << 20));
	for (int n = 15; n <= 17; n += 2) {
		pawl_json_array_begin(&b, &arena);
		for (int i = 0; i < n; i++)
			pawl_json_push(&b, pawl_json_string_c("${x.output}"));
		doc = pawl_json_end(&b);
		tpl = pawl_template_compile(&doc, "", NULL);
		assert_int_equal(pawl_template_eval(tpl, &scope, &arena, 0, &result),
				 n < 16 ? PAWL_OK : PAWL_ETOOBIG);
		pawl_template_free(tpl);
	}
}

static void
test_results_leave_room_for_what_is_put_around_them(void **state)
{
	struct pawl_json deep = pawl_json_null(), doc, result;
	struct pawl_scope scope = {.resolve = resolve_large, .ctx = &deep};
	struct pawl_json_builder b;

	for (int i = 0; i < PAWL_JSON_DEPTH_OWN - 64 - 1; i++) {
		pawl_json_array_begin(&b, &arena);
		pawl_json_push(&b, deep);
		deep = pawl_json_end(&b);
	}
	doc = pawl_json_string_c("${x.output}");
	for (int levels = 0; levels < 4; levels++) {
		struct pawl_template *tpl = pawl_template_compile(&doc, "", NULL);

		assert_int_equal(pawl_template_eval(tpl, &scope, &arena, 0, &result),
				 levels <= 1 ? PAWL_OK : PAWL_ETOOBIG);
		pawl_template_free(tpl);
		pawl_json_array_begin(&b, &arena);
		pawl_json_push(&b, doc);
		doc = pawl_json_end(&b);
	}
}

static void
test_a_path_that_costs_too_much_is_an_error(void **state)
{
	struct pawl_json_builder b;
	struct pawl_json items, result;
	struct pawl_scope scope = {.resolve = resolve_large, .ctx = &items};
	struct pawl_template *tpl =
		compile_ok("[\"${x.output[?count($[?count($[*])>1])>1] ?? 1}\"]");

	pawl_json_array_begin(&b, &arena);
	for (int i = 0; i < 3000; i++)
		pawl_json_push(&b, pawl_json_null());
	items = pawl_json_end(&b);
	assert_int_equal(pawl_template_eval(tpl, &scope, &arena, 0, &result), PAWL_ETOOBIG);
	pawl_template_free(tpl);
}

static void
test_every_prefix_of_a_template_is_handled(void **state)
{
	static const char text[] = "a$${b${ n_1.output['\\u00e9}'][?@.a=='}'] ?? "
				   "secrets.a-b ?? {\"a\":[\"\\\"}\",1e5]}}c";

	for (size_t len = 0; len < sizeof(text); len++) {
		struct pawl_problems problems = {0};
		char *copy = malloc(len ? len : 1);

		memcpy(copy, text, len);
		pawl_template_free(pawl_template_compile_str(pawl_str(copy, len), "", &problems));
		pawl_problems_fini(&problems);
		free(copy);
	}
	pawl_template_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_an_expression_alone_keeps_its_type),
		json_test(test_an_expression_in_a_longer_string_becomes_text),
		json_test(test_documents_keep_their_shape),
		json_test(test_large_objects_are_looked_up),
		json_test(test_constant_parts_are_shared),
		json_test(test_the_source_may_go_away),
		json_test(test_references_are_listed_in_order),
		json_test(test_pointers_begin_with_the_one_that_is_given),
		json_test(test_expressions_are_noticed),
		json_test(test_problems_name_their_place),
		json_test(test_every_problem_is_reported),
		json_test(test_results_are_bounded),
		json_test(test_a_large_value_cannot_be_multiplied),
		json_test(test_results_leave_room_for_what_is_put_around_them),
		json_test(test_a_path_that_costs_too_much_is_an_error),
		json_test(test_every_prefix_of_a_template_is_handled),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
