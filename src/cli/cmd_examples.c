#include <stdio.h>

#include "cli/options.h"
#include "cli/print.h"
#include "data/yaml_write.h"
#include "server/examples.h"

#define TEXT_BYTES_MAX ((size_t)16 << 20)

static const struct pawl_option options[] = {
	{"event", .help = "Print the event to try it with instead"},
	{"json", .help = "Print JSON"},
	{NULL},
};

static struct pawl_json
parsed(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;

	if (pawl_json_parse(arena, pawl_str_c(text), &value, NULL) != PAWL_OK)
		return pawl_json_null();
	return value;
}

static int
list(const struct pawl_args *args)
{
	static const struct pawl_column columns[] = {{"NAME", "/name"},
						     {"DESCRIPTION", "/description"}};
	struct pawl_json_builder items;
	struct pawl_json value;

	pawl_json_array_begin(&items, args->arena);
	for (const struct pawl_example *example = pawl_examples; example->name; example++)
		pawl_json_push(&items, parsed(args->arena, example->document));
	value = pawl_json_end(&items);
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&value);
	else
		pawl_print_table(&value, columns, 2, "there are no examples");
	return PAWL_EXIT_OK;
}

static int
print_one(const struct pawl_args *args, const struct pawl_example *example)
{
	bool is_event = pawl_args_flag(args, "event");
	struct pawl_json value = parsed(args->arena, is_event ? example->event : example->document);
	struct pawl_buf text;
	bool ok;

	if (is_event || pawl_args_flag(args, "json")) {
		pawl_print_json(&value);
		return PAWL_EXIT_OK;
	}
	pawl_buf_init(&text, TEXT_BYTES_MAX);
	ok = pawl_yaml_write(&text, &value) == PAWL_OK;
	fwrite(text.data, 1, text.len, stdout);
	pawl_buf_fini(&text);
	return ok ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
run(const struct pawl_args *args)
{
	if (!args->n_operands)
		return list(args);
	for (const struct pawl_example *example = pawl_examples; example->name; example++)
		if (strcmp(example->name, args->operands[0]) == 0)
			return print_one(args, example);
	return pawl_usage(args, "there is no example \"%s\"", args->operands[0]);
}

const struct pawl_command pawl_command_examples = {
	.name = "examples",
	.operands = "[NAME]",
	.summary = "Show workflows to begin with",
	.details = "A name prints the document, as YAML or JSON: for pawl apply, or to be changed.",
	.options = options,
	.max_operands = 1,
	.run = run,
};
