/* Cron expressions: five fields as in crontab(5), or six or seven as Quartz has them.
 *
 * Unix:   minute hour day-of-month month day-of-week; names, ranges, lists, steps on ranges and
 *         `*`; Sunday is 0 and 7; both day fields restricted (neither begins with `*`) means
 *         either. @yearly @annually @monthly @weekly @daily @midnight @hourly.
 * Quartz: second minute hour day-of-month month day-of-week [year 1970-2099]; one of the day
 *         fields is `?`; Sunday is 1; ranges may wrap around (22-2, FRI-MON); a/n is every n from
 *         a on; day-of-month L, L-n, LW, L-nW, nW; day-of-week L, nL, n#m.
 *
 * Clocks that are put forward and back: an expression that names its hour and minute ("fixed")
 * happens once where its wall time occurs twice, the first time, and at the first moment after the
 * gap where its wall time does not exist. One whose second, minute or hour field is open (`*`, or
 * a step without an end) goes on with the time that passes: it happens in both of two equal hours,
 * and not at all in one that does not exist.
 * A compiled expression is immutable; pure, any thread. */
#ifndef PAWL_TRIGGER_CRON_H
#define PAWL_TRIGGER_CRON_H

#include "base/zone.h"

#define PAWL_CRON_TEXT_MAX 256
#define PAWL_CRON_YEAR_MIN 1970
#define PAWL_CRON_YEAR_MAX 2099
#define PAWL_CRON_DAYS_MAX 31 /* of special days in one expression */

/* A day that is not the same number in every month. */
struct pawl_cron_day {
	enum {
		PAWL_CRON_LAST,            /* n days before the last one of the month */
		PAWL_CRON_LAST_WORKDAY,    /* the workday that is nearest to that one */
		PAWL_CRON_NEAREST_WORKDAY, /* to the day n */
		PAWL_CRON_LAST_WEEKDAY,    /* the last weekday n */
		PAWL_CRON_NTH_WEEKDAY,     /* the nth weekday */
	} kind;
	int n, nth;
};

struct pawl_cron {
	uint64_t seconds, minutes; /* bit per value */
	uint32_t hours, month_days, months, weekdays;
	uint64_t years[3]; /* from 1970 */
	struct pawl_cron_day days[PAWL_CRON_DAYS_MAX];
	size_t n_days;
	bool is_quartz;
	bool is_open;                            /* goes on with the time that passes */
	bool has_any_month_day, has_any_weekday; /* `*` or `?` */
};

/* Problems name the column, from 1, and what may stand there. An expression that never comes true
 * (30 February) is one. */
PAWL_MUST_USE enum pawl_err pawl_cron_parse(struct pawl_str text, const char *where,
					    struct pawl_cron *out, struct pawl_problems *problems);
/* The first time after `after` (seconds since the epoch); false: there is none up to 2099. */
bool pawl_cron_next(const struct pawl_cron *cron, const struct pawl_zone *zone, int64_t after,
		    int64_t *at);

#endif
