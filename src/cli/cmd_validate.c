#include <stdio.h>

#include "cli/files.h"
#include "cli/options.h"
#include "cli/presets.h"
#include "cli/print.h"
#include "flow/workflow.h"
#include "nodes/nodes.h"
#include "trigger/webhook.h"

static const struct pawl_option options[] = {
	PAWL_PRESETS_OPTION,
	{"schema", .help = "Print the JSON Schema of a document instead"},
	{"json", .help = "Print JSON"},
	{NULL},
};

static void
collect(struct pawl_arena *arena, const char *file, const struct pawl_problems *problems,
	struct pawl_json_builder *results)
{
	struct pawl_json_builder list, b;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < problems->len; i++) {
		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "pointer",
				pawl_json_string_dup(arena, pawl_str_c(problems->items[i].where)));
		pawl_json_set_c(
			&b, "message",
			pawl_json_string_dup(arena, pawl_str_c(problems->items[i].message)));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "file", pawl_json_string_dup(arena, pawl_str_c(file)));
	pawl_json_set_c(&b, "valid", pawl_json_bool(problems->len == 0));
	pawl_json_set_c(&b, "problems", pawl_json_end(&list));
	pawl_json_push(results, pawl_json_end(&b));
}

static bool
check_file(struct pawl_arena *arena, const char *file, const struct pawl_registry *registry,
	   struct pawl_json_builder *results)
{
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow = NULL;
	struct pawl_json document;
	struct pawl_str text;
	bool valid;

	if (!pawl_file_load(arena, file, PAWL_WORKFLOW_BYTES_MAX, &text))
		return false;
	if (pawl_workflow_read(arena, text, &document, &problems) == PAWL_OK)
		workflow = pawl_workflow_compile(&document, registry, &problems);
	if (!workflow && problems.len == 0)
		pawl_problems_add(&problems, "", "not a workflow document");
	pawl_workflow_unref(workflow);
	valid = problems.len == 0;
	collect(arena, file, &problems, results);
	pawl_problems_fini(&problems);
	return valid;
}

static void
print_results(const struct pawl_args *args, const struct pawl_json *results)
{
	for (uint32_t i = 0; i < results->len; i++) {
		const struct pawl_json *result = &results->items[i];
		const struct pawl_json *problems = pawl_json_get_c(result, "problems");
		const char *file = pawl_arena_dup_c(
			args->arena, pawl_json_get_str(result, "file", PAWL_STR("")));

		if (problems->len == 0)
			printf("%s: valid\n", file);
		else
			pawl_print_problems(
				stdout,
				pawl_arena_dup_c(args->arena,
						 pawl_arena_printf(args->arena, "%s: ", file)),
				problems);
	}
}

static int
run(const struct pawl_args *args)
{
	const struct pawl_registry registry = {pawl_node_types, pawl_trigger_types};
	struct pawl_json_builder b;
	struct pawl_json results;
	bool valid = true;

	if (pawl_args_flag(args, "schema") == (args->n_operands > 0))
		return pawl_usage(args, "give files, or --schema");
	if (pawl_args_flag(args, "schema")) {
		results = pawl_workflow_schema(args->arena, &registry);
		pawl_print_json(&results);
		return PAWL_EXIT_OK;
	}
	if (!pawl_presets_open(args))
		return PAWL_EXIT_FAILED;
	pawl_json_array_begin(&b, args->arena);
	for (size_t i = 0; i < args->n_operands; i++) {
		if (!check_file(args->arena, args->operands[i], &registry, &b))
			valid = false;
	}
	results = pawl_json_end(&b);
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&results);
	else
		print_results(args, &results);
	pawl_schemes_fini();
	return valid ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

const struct pawl_command pawl_command_validate = {
	.name = "validate",
	.operands = "[FILE...]",
	.summary = "Check workflow documents without a server",
	.details = "Files are JSON or YAML; \"-\" is standard input. Shows every problem with its "
		   "place.",
	.options = options,
	.max_operands = SIZE_MAX,
	.run = run,
};
