/* The schedule trigger: times at which a workflow starts.
 *
 * Compiled from the trigger's config once per active revision; immutable, any thread. Compiling
 * reads the file of the time zone; the rest is pure. Times are microseconds since the epoch, and
 * whole seconds. */
#ifndef PAWL_TRIGGER_SCHEDULE_H
#define PAWL_TRIGGER_SCHEDULE_H

#include "flow/registry.h"

/* Started so long after its time, a run is not late. */
#define PAWL_SCHEDULE_GRACE_US INT64_C(60000000)
/* Times that are made up for at most, the latest ones. */
#define PAWL_SCHEDULE_DUE_MAX 100

struct pawl_schedule;

/* NULL with problems, each under `pointer`. */
struct pawl_schedule *pawl_schedule_new(const struct pawl_json *config, const char *pointer,
					struct pawl_problems *problems);
/* Of one expression, or NULL with problems. */
struct pawl_schedule *pawl_schedule_of_cron(struct pawl_str cron, struct pawl_str zone,
					    struct pawl_problems *problems);
void pawl_schedule_free(struct pawl_schedule *schedule);

/* The first time after `after_us`; false: there is none. */
bool pawl_schedule_next(const struct pawl_schedule *schedule, int64_t after_us, int64_t *at_us);
struct pawl_str pawl_schedule_zone(const struct pawl_schedule *schedule);
/* RFC 3339 with the zone's offset, in the arena. */
struct pawl_str pawl_schedule_local(const struct pawl_schedule *schedule, int64_t at_us,
				    struct pawl_arena *arena);

/* What has to be started now. */
struct pawl_schedule_due {
	int64_t at_us[PAWL_SCHEDULE_DUE_MAX]; /* growing */
	size_t n;
	size_t n_missed;    /* times that are too late and start no run of their own; at most
			       PAWL_SCHEDULE_DUE_MAX are counted */
	bool is_late;       /* some of these are made up for */
	int64_t through_us; /* what came until then is done with; 0: nothing was passed over */
	bool has_next;      /* is there a time that has not come yet? */
	int64_t wake_at_us; /* when it comes, jitter included */
};

/* Of the times after from_us: those that have come, by the rule for missed ones. The workflow's id
 * and the time decide the jitter, which is the same whenever it is asked for. */
void pawl_schedule_due(const struct pawl_schedule *schedule, uint64_t workflow_id, int64_t from_us,
		       int64_t now_us, struct pawl_schedule_due *out);

/* workflow.input of the run of that time, as JSON text in the arena. */
struct pawl_str pawl_schedule_input(const struct pawl_schedule *schedule, int64_t at_us,
				    size_t n_missed, struct pawl_arena *arena);

extern const struct pawl_trigger_type pawl_trigger_schedule;

#endif
