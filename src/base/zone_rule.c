#include "base/zone_rule.h"

#include "base/calendar.h"

/* ---- reading ---------------------------------------------------------------------- */

static bool
cut_char(struct pawl_str *s, char c)
{
	if (!s->len || s->ptr[0] != c)
		return false;
	*s = pawl_str_sub(*s, 1, s->len);
	return true;
}

static bool
cut_number(struct pawl_str *s, int min, int max, int *out)
{
	int v = 0;
	size_t n = 0;

	while (n < s->len && n < 4 && s->ptr[n] >= '0' && s->ptr[n] <= '9')
		v = v * 10 + (s->ptr[n++] - '0');
	*s = pawl_str_sub(*s, n, s->len);
	*out = v;
	return n > 0 && v >= min && v <= max;
}

/* Letters, or anything in angle brackets. */
static bool
cut_name(struct pawl_str *s)
{
	size_t n = 0;

	if (cut_char(s, '<')) {
		n = pawl_str_find_char(*s, '>');
		if (n == SIZE_MAX || n < 3)
			return false;
		*s = pawl_str_sub(*s, n + 1, s->len);
		return true;
	}
	while (n < s->len && ((s->ptr[n] | 0x20) >= 'a' && (s->ptr[n] | 0x20) <= 'z'))
		n++;
	*s = pawl_str_sub(*s, n, s->len);
	return n >= 3;
}

/* [+-]h[:m[:s]] */
static bool
cut_time(struct pawl_str *s, int max_hours, int32_t *out)
{
	int hours, minutes = 0, seconds = 0, sign = 1;

	if (cut_char(s, '-'))
		sign = -1;
	else
		cut_char(s, '+');
	if (!cut_number(s, 0, max_hours, &hours))
		return false;
	if (cut_char(s, ':') && !cut_number(s, 0, 59, &minutes))
		return false;
	if (s->len && s->ptr[0] == ':' && cut_char(s, ':') && !cut_number(s, 0, 59, &seconds))
		return false;
	*out = sign * (hours * 3600 + minutes * 60 + seconds);
	return true;
}

static bool
cut_change(struct pawl_str *s, struct pawl_zone_change *out)
{
	*out = (struct pawl_zone_change){.second = 7200};
	if (!cut_char(s, ','))
		return false;
	if (cut_char(s, 'M')) {
		out->kind = PAWL_CHANGE_MONTH;
		if (!cut_number(s, 1, 12, &out->month) || !cut_char(s, '.') ||
		    !cut_number(s, 1, 5, &out->week) || !cut_char(s, '.') ||
		    !cut_number(s, 0, 6, &out->day))
			return false;
	} else if (cut_char(s, 'J')) {
		out->kind = PAWL_CHANGE_JULIAN;
		if (!cut_number(s, 1, 365, &out->day))
			return false;
	} else {
		out->kind = PAWL_CHANGE_DAY;
		if (!cut_number(s, 0, 365, &out->day))
			return false;
	}
	return !cut_char(s, '/') || cut_time(s, 167, &out->second);
}

bool
pawl_zone_rule_parse(struct pawl_str s, struct pawl_zone_rule *out)
{
	int32_t west;

	*out = (struct pawl_zone_rule){0};
	if (!cut_name(&s) || !cut_time(&s, 24, &west))
		return false;
	out->standard_s = out->daylight_s = -west;
	if (!s.len)
		return true;
	out->has_daylight = true;
	out->daylight_s = out->standard_s + 3600;
	if (!cut_name(&s))
		return false;
	if (s.len && s.ptr[0] != ',') {
		if (!cut_time(&s, 24, &west))
			return false;
		out->daylight_s = -west;
	}
	return cut_change(&s, &out->start) && cut_change(&s, &out->end) && !s.len;
}

/* ---- asking ------------------------------------------------------------------------- */

static int64_t
change_day(const struct pawl_zone_change *c, int64_t year)
{
	int64_t first = pawl_date_to_days(year, 1, 1), day;

	switch (c->kind) {
	case PAWL_CHANGE_JULIAN:
		return first + c->day - 1 + (c->day >= 60 && pawl_is_leap_year(year));
	case PAWL_CHANGE_DAY:
		return first + c->day;
	case PAWL_CHANGE_MONTH:
		break;
	}
	first = pawl_date_to_days(year, c->month, 1);
	day = first + (c->day - pawl_weekday(first) + 7) % 7 + 7 * (int64_t)(c->week - 1);
	while (day >= first + pawl_month_days(year, c->month))
		day -= 7;
	return day;
}

static int64_t
change_at(const struct pawl_zone_change *c, int64_t year, int32_t offset_s)
{
	return change_day(c, year) * PAWL_DAY_S + c->second - offset_s;
}

/* The changes of three years are enough: a change can lie a week outside of its year. */
void
pawl_zone_rule_period(const struct pawl_zone_rule *rule, int64_t at, struct pawl_zone_period *out)
{
	int64_t second = ((at % PAWL_DAY_S) + PAWL_DAY_S) % PAWL_DAY_S;
	int year, month, day;

	*out = (struct pawl_zone_period){INT64_MIN, INT64_MAX, rule->standard_s, rule->standard_s};
	if (!rule->has_daylight)
		return;
	pawl_date_from_days((at - second) / PAWL_DAY_S, &year, &month, &day);
	for (int y = year - 2; y <= year + 2; y++) {
		int64_t start = change_at(&rule->start, y, rule->standard_s);
		int64_t end = change_at(&rule->end, y, rule->daylight_s);

		if (start <= at && start >= out->from) {
			*out = (struct pawl_zone_period){start, out->until, rule->daylight_s,
							 rule->standard_s};
		}
		if (end <= at && end >= out->from) {
			*out = (struct pawl_zone_period){end, out->until, rule->standard_s,
							 rule->daylight_s};
		}
		if (start > at && start < out->until)
			out->until = start;
		if (end > at && end < out->until)
			out->until = end;
	}
}
