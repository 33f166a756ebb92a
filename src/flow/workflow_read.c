#include <stdio.h>

#include "data/yaml.h"
#include "flow/workflow.h"

static struct pawl_str
skip_mark_and_space(struct pawl_str text)
{
	if (pawl_str_starts_with(text, PAWL_STR("\xef\xbb\xbf")))
		text = pawl_str_sub(text, 3, text.len);
	return pawl_str_trim(text);
}

enum pawl_err
pawl_workflow_read(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *document,
		   struct pawl_problems *problems)
{
	struct pawl_json_error error;
	enum pawl_err err;
	char where[48];

	if (text.len > PAWL_WORKFLOW_BYTES_MAX) {
		pawl_problems_add(problems, "",
				  "the document is too large: %zu bytes, at most %u; split the "
				  "workflow up",
				  text.len, PAWL_WORKFLOW_BYTES_MAX);
		return PAWL_ETOOBIG;
	}
	if (!skip_mark_and_space(text).len) {
		pawl_problems_add(problems, "", "the document is empty");
		return PAWL_EINVAL;
	}
	if (skip_mark_and_space(text).ptr[0] != '{')
		return pawl_yaml_parse(arena, text, document, problems);
	if (pawl_str_starts_with(text, PAWL_STR("\xef\xbb\xbf")))
		text = pawl_str_sub(text, 3, text.len);
	err = pawl_json_parse(arena, text, document, &error);
	if (err) {
		snprintf(where, sizeof(where), "%zu:%zu", error.line, error.column);
		pawl_problems_add(problems, where, "%s", error.message);
	}
	return err;
}
