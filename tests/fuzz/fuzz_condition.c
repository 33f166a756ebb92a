/* Conditions out of any JSON: what passes the check is evaluated without an unknown operator,
 * and `not` turns every answer round. */
#include "fuzz.h"

#include "flow/condition.h"

/* The same condition inside `not`. */
static struct pawl_json
negate(struct pawl_arena *arena, const struct pawl_json *condition)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "not", *condition);
	return pawl_json_end(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_problems checked = {0}, problems = {0};
	struct pawl_json condition, negated;
	struct pawl_arena arena;
	bool holds, is_not;

	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &condition, NULL) == PAWL_OK) {
		pawl_condition_check(&condition, NULL, "/c", &checked);
		if (pawl_condition_eval(&condition, &holds, &problems) == PAWL_OK) {
			require(!problems.len);
			negated = negate(&arena, &condition);
			if (pawl_condition_eval(&negated, &is_not, NULL) == PAWL_OK)
				require(holds != is_not);
		} else {
			require(problems.len > 0);
		}
	}
	pawl_problems_fini(&checked);
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return 0;
}
