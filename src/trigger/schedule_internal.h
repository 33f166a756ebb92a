/* The schedule trigger's parts; private to it. */
#ifndef PAWL_TRIGGER_SCHEDULE_INTERNAL_H
#define PAWL_TRIGGER_SCHEDULE_INTERNAL_H

#include "trigger/cron.h"
#include "trigger/schedule.h"

#define PAWL_SCHEDULE_MAGIC  0x73636864u
#define PAWL_SCHEDULE_AT_MAX 24

enum pawl_missed { PAWL_MISSED_SKIP, PAWL_MISSED_ONCE, PAWL_MISSED_ALL };

struct pawl_schedule {
	unsigned magic;
	struct pawl_arena arena;
	struct pawl_cron crons[PAWL_SCHEDULE_AT_MAX];
	size_t n_crons;
	struct pawl_zone *zone;
	struct pawl_str zone_name;
	enum pawl_missed missed;
	int64_t jitter_us;
	struct pawl_str data; /* JSON text; empty: none */
};

/* `every`, `at` and `on` as expressions; problems say what is wrong with them. */
void pawl_schedule_read_every(struct pawl_schedule *schedule, const struct pawl_json *config,
			      const char *pointer, struct pawl_problems *problems);

#endif
