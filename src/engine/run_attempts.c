/* The list of a step's attempts, as it is on disk and shown: one JSON object each, in order.
 *
 * The last attempt of a step that needed only one stands in its row alone. */
#include "base/clock.h"
#include "engine/run.h"

/* Marks the attempt that the run ended with. A retry of the run begins after it with all the
 * retries that the node has. */
#define ENDED_RUN "ended_run"

void
pawl_step_note_attempt(struct pawl_step *step, const char *extra)
{
	char from[PAWL_TIME_TEXT_MAX], to[PAWL_TIME_TEXT_MAX];
	struct pawl_str error = step->error_text.len ? step->error_text : PAWL_STR("null");
	struct pawl_str output = step->shown_text.len ? step->shown_text : PAWL_STR("null");

	pawl_time_format(step->attempt_at_us, from);
	pawl_time_format(step->finished_at_us ? step->finished_at_us : pawl_clock_now_us(), to);
	step->attempts = pawl_arena_printf(
		&step->run->arena,
		"%.*s%s{\"attempt\":%u,\"started_at\":\"%s\",\"finished_at\":\"%s\",\"error\":%.*s,"
		"\"output\":%.*s%s}",
		PAWL_STR_ARG(step->attempts), step->attempts.len ? "," : "", step->attempt, from,
		to, PAWL_STR_ARG(error), PAWL_STR_ARG(output), extra);
	step->noted = true;
}

/* What the engine has to know of a list again: which attempts use up no retry, and whether the last
 * one is in it. */
static void
read_list(struct pawl_step *step, const struct pawl_json *list)
{
	for (uint32_t i = 0; i < list->len; i++) {
		const struct pawl_json *item = &list->items[i];
		struct pawl_str code =
			pawl_json_get_str(pawl_json_get_c(item, "error"), "code", PAWL_STR(""));
		int64_t number = pawl_config_int(item, "attempt", 0);

		if (pawl_json_get_bool(item, ENDED_RUN, false))
			step->n_spared = (uint32_t)number;
		else
			step->n_spared += pawl_str_eq_c(code, "interrupted");
		step->noted = number == step->attempt;
	}
}

void
pawl_step_restore_attempts(struct pawl_step *step, struct pawl_str text)
{
	struct pawl_json list;

	if (!text.len || pawl_json_parse(&step->run->arena, text, &list, NULL) != PAWL_OK ||
	    list.type != PAWL_JSON_ARRAY || !list.len)
		return;
	step->attempts = pawl_str_sub(text, 1, text.len - 1); /* without the brackets */
	read_list(step, &list);
}

void
pawl_step_end_attempts(struct pawl_step *step)
{
	struct pawl_arena *arena = &step->run->arena;

	if (!step->attempt)
		return;
	if (!step->noted) {
		if (!step->error_text.len && step->state == PAWL_NODE_CANCELED)
			step->error_text =
				pawl_arena_printf(arena,
						  "{\"code\":\"canceled\",\"message\":\"the run "
						  "ended before the node\",\"attempt\":%u}",
						  step->attempt);
		pawl_step_note_attempt(step, "");
	}
	step->attempts = pawl_arena_printf(arena, "%.*s,\"" ENDED_RUN "\":true}",
					   (int)(step->attempts.len - 1), step->attempts.ptr);
	step->n_spared = step->attempt;
}
