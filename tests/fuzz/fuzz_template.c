/* Templates: a document with expressions, or text that is one. What compiles can be evaluated,
 * and its result can be written and read back; what does not has said why. */
#include "fuzz.h"

#include "data/template.h"

#define RESULT_MAX (1 << 20)

static const char scope_text[] =
	"{\"body\":{\"a\":[1,{\"b\":\"x\"},null],\"odd key\":1e400},\"headers\":{\"x-a\":\"1\"},"
	"\"data\":{\"expensive\":10,\"store\":{\"book\":[{\"price\":8.95},{\"price\":12}]}}}";

/* Nothing for names that begin with n. */
static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	(void)arena;
	require(name.len > 0 && member.len > 0);
	return name.ptr[0] == 'n' ? NULL : ctx;
}

static void
check_refs(const struct pawl_template *tpl)
{
	const struct pawl_template_ref *refs;
	size_t n;

	refs = pawl_template_refs(tpl, &n);
	require(!pawl_template_is_constant(tpl) || n == 0);
	for (size_t i = 0; i < n; i++)
		require(pawl_str_starts_with(refs[i].pointer, PAWL_STR("/at")));
}

static void
check_result(const struct pawl_template *tpl, struct pawl_arena *arena)
{
	struct pawl_json root, result, again;
	struct pawl_scope scope = {.resolve = resolve, .ctx = &root};
	enum pawl_err err;

	require(pawl_json_parse(arena, pawl_str_c(scope_text), &root, NULL) == PAWL_OK);
	err = pawl_template_eval(tpl, &scope, arena, RESULT_MAX, &result);
	require(err == PAWL_OK || err == PAWL_ETOOBIG);
	if (err != PAWL_OK)
		return;
	require(pawl_json_read_back(arena, pawl_json_text(arena, &result), &again, NULL) ==
		PAWL_OK);
	require(pawl_json_equal(&result, &again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = pawl_str((const char *)data, size);
	struct pawl_problems problems = {0};
	struct pawl_template *tpl;
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &doc, NULL) == PAWL_OK)
		tpl = pawl_template_compile(&doc, "/at", &problems);
	else
		tpl = pawl_template_compile_str(text, "/at", &problems);
	require((tpl == NULL) == (problems.len > 0));
	if (tpl) {
		check_refs(tpl);
		check_result(tpl, &arena);
	}
	pawl_template_free(tpl);
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return 0;
}
