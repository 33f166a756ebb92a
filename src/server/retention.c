#include "server/retention.h"

#include "flow/workflow.h"

struct pawl_retention
pawl_retention_of(uint64_t workflow_id, struct pawl_str document)
{
	struct pawl_retention limit = {.workflow_id = workflow_id};
	struct pawl_problems problems = {0};
	const struct pawl_json *fields;
	struct pawl_arena arena;
	struct pawl_json value;

	pawl_arena_init(&arena, 0);
	/* It was checked when it was published. */
	if (document.len > 0 &&
	    pawl_workflow_read(&arena, document, &value, &problems) == PAWL_OK) {
		fields = pawl_json_get(&value, PAWL_STR("retention"));
		limit.age_us = pawl_config_duration_ms(fields, "age", 0) * 1000;
		limit.bytes = pawl_config_size(fields, "bytes", 0);
	}
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return limit;
}
