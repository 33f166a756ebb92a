#include <stdio.h>

#include "cli/files.h"
#include "cli/options.h"
#include "cli/print.h"
#include "data/jsonpath.h"
#include "data/template.h"

#define INPUT_BYTES_MAX ((size_t)1 << 30)
#define QUERY_BYTES_MAX ((size_t)1 << 20)

static const struct pawl_option options[] = {
	{"path", "QUERY", "A JSONPath query (RFC 9535): prints the array of selected values"},
	{"path-file", "FILE", "The same, with the whole of FILE as the query"},
	{"template", "TEXT", "A text with ${...}: prints its value"},
	{"input", "FILE", "The JSON document", .fallback = "-"},
	{"json", .help = "Print compact JSON"},
	{NULL},
};

static void
print_result(const struct pawl_args *args, const struct pawl_json *value)
{
	if (pawl_args_flag(args, "json"))
		pawl_print_json_line(value);
	else
		pawl_print_json(value);
}

static int
eval_path(const struct pawl_args *args, struct pawl_str query, const char *input)
{
	struct pawl_jsonpath_error error;
	struct pawl_jsonpath_nodes nodes;
	struct pawl_json document, result;
	struct pawl_json_builder b;
	struct pawl_jsonpath *path;
	enum pawl_err err;

	/* The query first: what is wrong with it does not depend on the document. */
	if (pawl_jsonpath_compile(query, &path, &error) != PAWL_OK) {
		fprintf(stderr, "pawl eval: query: at byte %zu: %s\n", error.offset, error.message);
		return PAWL_EXIT_USAGE;
	}
	if (!pawl_file_load_json(args->arena, input, INPUT_BYTES_MAX, &document)) {
		pawl_jsonpath_free(path);
		return PAWL_EXIT_FAILED;
	}
	err = pawl_jsonpath_select(path, &document, args->arena, &nodes);
	pawl_jsonpath_free(path);
	if (err != PAWL_OK) {
		fputs("pawl eval: the query looks at or selects too many values\n", stderr);
		return PAWL_EXIT_FAILED;
	}
	pawl_json_array_begin(&b, args->arena);
	for (size_t i = 0; i < nodes.len; i++)
		pawl_json_push(&b, *nodes.items[i]);
	result = pawl_json_end(&b);
	print_result(args, &result);
	return PAWL_EXIT_OK;
}

/* ---- templates ---------------------------------------------------------------- */

/* Members that make an object the value of a root. */
static bool
is_root(struct pawl_str key, const struct pawl_json *value)
{
	static const char *const known[] = {"run", "loop", "secrets", "env"};

	if (value->type != PAWL_JSON_OBJECT || value->len == 0)
		return false;
	if (pawl_str_eq_c(key, "workflow"))
		return pawl_json_get_c(value, "input") || pawl_json_get_c(value, "name");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (pawl_str_eq_c(key, known[i]))
			return true;
	}
	for (uint32_t i = 0; i < value->len; i++) {
		if (!pawl_str_eq_c(value->members[i].key, "output") &&
		    !pawl_str_eq_c(value->members[i].key, "error"))
			return false;
	}
	return true;
}

struct eval_scope {
	struct pawl_json document;
	bool is_scope; /* else it is the workflow's input itself */
};

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	const struct eval_scope *scope = ctx;
	const struct pawl_json *root;

	if (!scope->is_scope)
		return pawl_str_eq_c(name, "workflow") && pawl_str_eq_c(member, "input")
			       ? &scope->document
			       : NULL;
	root = pawl_json_get(&scope->document, name);
	return member.len > 0 ? pawl_json_get(root, member) : root;
}

static void
find_roots(struct eval_scope *scope)
{
	scope->is_scope = false;
	if (scope->document.type != PAWL_JSON_OBJECT)
		return;
	for (uint32_t i = 0; i < scope->document.len && !scope->is_scope; i++)
		scope->is_scope =
			is_root(scope->document.members[i].key, &scope->document.members[i].value);
}

static int
eval_template(const struct pawl_args *args, struct pawl_str text, const char *input)
{
	struct pawl_problems problems = {0};
	struct pawl_template *tpl = pawl_template_compile_str(text, "", &problems);
	struct eval_scope data;
	struct pawl_scope scope = {resolve, &data};
	struct pawl_json result;
	int status = PAWL_EXIT_FAILED;

	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl eval: --template: %s\n", problems.items[i].message);
	pawl_problems_fini(&problems);
	if (!tpl)
		return PAWL_EXIT_USAGE;
	if (!pawl_file_load_json(args->arena, input, INPUT_BYTES_MAX, &data.document))
		goto out;
	find_roots(&data);
	if (pawl_template_eval(tpl, &scope, args->arena, 0, &result) != PAWL_OK) {
		fputs("pawl eval: the result is too large\n", stderr);
		goto out;
	}
	print_result(args, &result);
	status = PAWL_EXIT_OK;
out:
	pawl_template_free(tpl);
	return status;
}

static int
run(const struct pawl_args *args)
{
	const char *path = pawl_args_get(args, "path"), *file = pawl_args_get(args, "path-file");
	const char *tpl = pawl_args_get(args, "template"), *input = pawl_args_get(args, "input");
	struct pawl_str query = pawl_str_c(path);

	if ((path != NULL) + (file != NULL) + (tpl != NULL) != 1)
		return pawl_usage(args, "give one of --path, --path-file and --template");
	if (tpl)
		return eval_template(args, pawl_str_c(tpl), input);
	if (file && !pawl_file_load(args->arena, file, QUERY_BYTES_MAX, &query))
		return PAWL_EXIT_FAILED;
	return eval_path(args, query, input);
}

const struct pawl_command pawl_command_eval = {
	.name = "eval",
	.operands = "",
	.summary = "Try a JSONPath query or a template on a document",
	.details = "For --template the document holds the roots, as in\n"
		   "{\"workflow\":{\"input\":{...}},\"some_node\":{\"output\":{...}}}; a document "
		   "without any\n"
		   "root in it is taken as workflow.input. Exit status 2: the query or template is "
		   "invalid.",
	.options = options,
	.run = run,
};
