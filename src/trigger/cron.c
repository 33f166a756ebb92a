/* When an expression comes true. Dates and times of day are those of the wall clock: seconds
 * since 1970-01-01 00:00 on it. */
#include "trigger/cron.h"

#include "base/calendar.h"

static bool
has(uint64_t mask, int bit)
{
	return mask >> bit & 1;
}

/* ---- days ------------------------------------------------------------------------- */

/* The workday nearest to `day` without leaving the month; weekday of the first in `first`. */
static int
nearest_workday(int day, int first, int last)
{
	int weekday = (first + day - 1) % 7;

	if (weekday == 6)
		return day > 1 ? day - 1 : day + 2;
	if (weekday == 0)
		return day < last ? day + 1 : day - 2;
	return day;
}

/* 0: that month has no such day. */
static int
special_day(const struct pawl_cron_day *d, int first, int last)
{
	int day = 0;

	switch (d->kind) {
	case PAWL_CRON_LAST:
		day = last - d->n;
		break;
	case PAWL_CRON_LAST_WORKDAY:
		day = last - d->n < 1 ? 0 : nearest_workday(last - d->n, first, last);
		break;
	case PAWL_CRON_NEAREST_WORKDAY:
		day = d->n > last ? 0 : nearest_workday(d->n, first, last);
		break;
	case PAWL_CRON_LAST_WEEKDAY:
		day = last - ((first + last - 1) % 7 - d->n + 7) % 7;
		break;
	case PAWL_CRON_NTH_WEEKDAY:
		day = 1 + (d->n - first + 7) % 7 + 7 * (d->nth - 1);
		break;
	}
	return day >= 1 && day <= last ? day : 0;
}

/* Bit per day of the month, from 1. */
static uint32_t
days_of_month(const struct pawl_cron *cron, int year, int month)
{
	int last = pawl_month_days(year, month);
	int first = pawl_weekday(pawl_date_to_days(year, month, 1));
	uint32_t by_date = cron->month_days, by_weekday = 0, all = 0;

	for (int day = 1; day <= last; day++) {
		all |= UINT32_C(1) << day;
		if (has(cron->weekdays, (first + day - 1) % 7))
			by_weekday |= UINT32_C(1) << day;
	}
	for (size_t i = 0; i < cron->n_days; i++) {
		int day = special_day(&cron->days[i], first, last);
		bool is_date = cron->days[i].kind <= PAWL_CRON_NEAREST_WORKDAY;

		if (day && is_date)
			by_date |= UINT32_C(1) << day;
		else if (day)
			by_weekday |= UINT32_C(1) << day;
	}
	if (cron->has_any_month_day || cron->has_any_weekday)
		return by_date & by_weekday & all;
	return (by_date | by_weekday) & all;
}

/* ---- wall times ------------------------------------------------------------------------- */

static int
next_bit(uint64_t mask, int from, int end)
{
	while (from < end && !has(mask, from))
		from++;
	return from;
}

/* The first time of day that is not before `second`; -1: none. */
static int
next_second_of_day(const struct pawl_cron *cron, int second)
{
	int h = second / 3600, m = second / 60 % 60, s = second % 60;

	for (int hour = next_bit(cron->hours, h, 24); hour < 24;
	     hour = next_bit(cron->hours, hour + 1, 24)) {
		int minute = next_bit(cron->minutes, hour == h ? m : 0, 60);

		for (; minute < 60; minute = next_bit(cron->minutes, minute + 1, 60)) {
			bool is_same = hour == h && minute == m;
			int found = next_bit(cron->seconds, is_same ? s : 0, 60);

			if (found < 60)
				return hour * 3600 + minute * 60 + found;
		}
	}
	return -1;
}

static bool
has_year(const struct pawl_cron *cron, int year)
{
	unsigned i = (unsigned)(year - PAWL_CRON_YEAR_MIN);

	return has(cron->years[i / 64], (int)(i % 64));
}

/* The first day that is not before `day`, in days since the epoch; false: none. */
static bool
next_day(const struct pawl_cron *cron, int64_t day, int64_t *out)
{
	int year, month, first;

	pawl_date_from_days(day, &year, &month, &first);
	if (year < PAWL_CRON_YEAR_MIN) {
		year = PAWL_CRON_YEAR_MIN;
		month = first = 1;
	}
	for (; year <= PAWL_CRON_YEAR_MAX; year++, month = first = 1) {
		if (!has_year(cron, year))
			continue;
		for (; month <= 12; month++, first = 1) {
			uint32_t days =
				has(cron->months, month) ? days_of_month(cron, year, month) : 0;
			int found = next_bit(days, first, 32);

			if (found < 32) {
				*out = pawl_date_to_days(year, month, found);
				return true;
			}
		}
	}
	return false;
}

/* The first wall time that is not before `wall`. */
static bool
next_wall(const struct pawl_cron *cron, int64_t wall, int64_t *out)
{
	int64_t second = ((wall % PAWL_DAY_S) + PAWL_DAY_S) % PAWL_DAY_S;
	int64_t day = (wall - second) / PAWL_DAY_S, found;
	int of_day;

	if (!next_day(cron, day, &found))
		return false;
	of_day = next_second_of_day(cron, found == day ? (int)second : 0);
	if (of_day < 0) {
		if (!next_day(cron, found + 1, &found))
			return false;
		of_day = next_second_of_day(cron, 0);
	}
	*out = found * PAWL_DAY_S + of_day;
	return true;
}

/* ---- moments ------------------------------------------------------------------------------ */

/* In this period, not before `from`. */
static bool
next_in_period(const struct pawl_cron *cron, const struct pawl_zone_period *p, int64_t from,
	       int64_t *at)
{
	int64_t wall = from + p->offset_s, found;

	if (!cron->is_open && p->from != INT64_MIN) {
		int64_t gap = p->from + p->before_s;

		/* Wall times that did not exist happen at the first moment of the period. */
		if (from == p->from && p->offset_s > p->before_s && next_wall(cron, gap, &found) &&
		    found < p->from + p->offset_s) {
			*at = p->from;
			return true;
		}
		/* Those that are there again happened in the period before. */
		if (p->offset_s < p->before_s && wall < gap)
			wall = gap;
	}
	if (!next_wall(cron, wall, &found))
		return false;
	*at = found - p->offset_s;
	return true;
}

bool
pawl_cron_next(const struct pawl_cron *cron, const struct pawl_zone *zone, int64_t after,
	       int64_t *at)
{
	const int64_t end = pawl_date_to_days(PAWL_CRON_YEAR_MAX + 1, 1, 2) * PAWL_DAY_S;
	struct pawl_zone_period period;
	int64_t from = after < -PAWL_DAY_S ? -PAWL_DAY_S : after + 1;

	while (from < end) {
		pawl_zone_period(zone, from, &period);
		if (next_in_period(cron, &period, from, at) && *at < period.until)
			return true;
		from = period.until;
	}
	return false;
}
