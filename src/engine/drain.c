/* The pace of backlogs that drain. Each goes by a clock of its own: a run may go when drain_at_us
 * has come, which moves on by one interval for each that went. What was not used for a tenth of a
 * second is lost, so that a stop does not end in a burst. */
#include "base/alloc.h"
#include "base/clock.h"
#include "engine/run.h"

#define SECOND_US INT64_C(1000000)
/* Claims for one drain are not closer to each other, whatever its pace. */
#define STRIDE_US (SECOND_US / 20)
#define BURST_US  (SECOND_US / 10)

static int64_t
interval_us(const struct pawl_engine_workflow *workflow)
{
	return SECOND_US / workflow->drain_per_second;
}

void
pawl_drain_set(struct pawl_engine *engine, uint64_t workflow_id, uint32_t per_second,
	       uint64_t below)
{
	struct pawl_engine_workflow *workflow = pawl_engine_workflow(engine, workflow_id);

	workflow->drain_per_second = below ? per_second : 0;
	workflow->drain_below = below;
	workflow->drain_at_us = pawl_clock_now_us();
}

static uint32_t
allowance(struct pawl_engine_workflow *workflow, int64_t now_us)
{
	if (workflow->drain_at_us < now_us - BURST_US)
		workflow->drain_at_us = now_us - BURST_US;
	if (workflow->drain_at_us > now_us)
		return 0;
	return 1 + (uint32_t)((now_us - workflow->drain_at_us) / interval_us(workflow));
}

void
pawl_drain_list(struct pawl_engine *engine)
{
	struct pawl_store_claim *claim = &engine->claim;
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&engine->workflows, &cursor, &key, &value)) {
		struct pawl_engine_workflow *workflow = value;

		if (!workflow->drain_per_second)
			continue;
		claim->drains = pawl_realloc_array(claim->drains, claim->n_drains + 1,
						   sizeof *claim->drains);
		claim->drains[claim->n_drains++] =
			(struct pawl_store_drain){.workflow_id = workflow->id,
						  .below = workflow->drain_below,
						  .allowance = allowance(workflow, claim->now_us)};
	}
}

void
pawl_drain_claimed(struct pawl_engine *engine)
{
	for (size_t i = 0; i < engine->claim.n_drains; i++) {
		const struct pawl_store_drain *drain = &engine->claim.drains[i];
		struct pawl_engine_workflow *workflow =
			pawl_engine_workflow(engine, drain->workflow_id);
		int64_t soon_us = engine->claim.now_us + STRIDE_US;

		/* It may have been set anew while the claim was under way. */
		if (!workflow->drain_per_second || workflow->drain_below != drain->below)
			continue;
		if (drain->is_over) {
			workflow->drain_per_second = 0;
			continue;
		}
		workflow->drain_at_us += drain->taken * interval_us(workflow);
		if (drain->taken == drain->allowance)
			pawl_engine_wake_at(engine, workflow->drain_at_us > soon_us
							    ? workflow->drain_at_us
							    : soon_us);
	}
}
