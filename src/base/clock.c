#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"
#include "base/parse.h"

#define US_PER_S   INT64_C(1000000)
#define S_PER_DAY  INT64_C(86400)
#define YEAR_MIN_S INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define YEAR_END_S INT64_C(253402300800) /* 10000-01-01T00:00:00Z */

static _Atomic int64_t shift_us;
static pthread_once_t shift_once = PTHREAD_ONCE_INIT;

static void
read_shift(void)
{
	const char *text = getenv("PAWL_CLOCK_SHIFT_MS");
	int64_t ms, us;

	if (text && pawl_parse_i64(pawl_str_c(text), &ms) && !__builtin_mul_overflow(ms, 1000, &us))
		atomic_fetch_add_explicit(&shift_us, us, memory_order_relaxed);
}

static int64_t
read_clock_us(clockid_t which)
{
	struct timespec ts;

	(void)clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t
pawl_clock_now_us(void)
{
	(void)pthread_once(&shift_once, read_shift);
	return read_clock_us(CLOCK_REALTIME) +
	       atomic_load_explicit(&shift_us, memory_order_relaxed);
}

int64_t
pawl_clock_mono_us(void)
{
	return read_clock_us(CLOCK_MONOTONIC);
}

void
pawl_clock_shift_us(int64_t by_us)
{
	atomic_fetch_add_explicit(&shift_us, by_us, memory_order_relaxed);
}

static char *
put_digits(char *out, int64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + width;
}

size_t
pawl_time_format(int64_t at_us, char out[PAWL_TIME_TEXT_MAX])
{
	int64_t sec, us, day_s;
	int year, month, day;
	char *p = out;

	/* RFC 3339 has four digits for the year: what lies outside becomes the nearest end */
	if (at_us < YEAR_MIN_S * US_PER_S)
		at_us = YEAR_MIN_S * US_PER_S;
	if (at_us >= YEAR_END_S * US_PER_S)
		at_us = YEAR_END_S * US_PER_S - 1;
	sec = at_us / US_PER_S;
	us = at_us % US_PER_S;
	if (us < 0) {
		us += US_PER_S;
		sec--;
	}
	day_s = ((sec % S_PER_DAY) + S_PER_DAY) % S_PER_DAY;
	pawl_date_from_days((sec - day_s) / S_PER_DAY, &year, &month, &day);
	p = put_digits(p, year, 4);
	*p++ = '-';
	p = put_digits(p, month, 2);
	*p++ = '-';
	p = put_digits(p, day, 2);
	*p++ = 'T';
	p = put_digits(p, day_s / 3600, 2);
	*p++ = ':';
	p = put_digits(p, day_s / 60 % 60, 2);
	*p++ = ':';
	p = put_digits(p, day_s % 60, 2);
	*p++ = '.';
	p = put_digits(p, us / 1000, 3);
	*p++ = 'Z';
	*p = '\0';
	return (size_t)(p - out);
}

/* Cuts `width` digits off the front. */
static bool
cut_digits(struct pawl_str *s, size_t width, int max, int *out)
{
	uint64_t v;

	if (s->len < width ||
	    !pawl_parse_u64_range(pawl_str_sub(*s, 0, width), 0, (uint64_t)max, &v))
		return false;
	*s = pawl_str_sub(*s, width, s->len);
	*out = (int)v;
	return true;
}

/* Cuts one character off that is one of `any`. */
static bool
cut_char(struct pawl_str *s, const char *any)
{
	if (s->len == 0 || s->ptr[0] == '\0' || !strchr(any, s->ptr[0]))
		return false;
	*s = pawl_str_sub(*s, 1, s->len);
	return true;
}

static bool
cut_date(struct pawl_str *s, int64_t *days)
{
	int year, month, day;

	if (!cut_digits(s, 4, 9999, &year) || !cut_char(s, "-") || !cut_digits(s, 2, 12, &month) ||
	    !cut_char(s, "-") || !cut_digits(s, 2, 31, &day))
		return false;
	if (month == 0 || day == 0)
		return false;
	if (day > pawl_month_days(year, month))
		return false;
	*days = pawl_date_to_days(year, month, day);
	return true;
}

/* Any number of digits; those past the sixth are cut off. */
static bool
cut_fraction_us(struct pawl_str *s, int64_t *us)
{
	int64_t unit = US_PER_S / 10;
	size_t digits = 0;

	*us = 0;
	if (!cut_char(s, "."))
		return true;
	while (digits < s->len && s->ptr[digits] >= '0' && s->ptr[digits] <= '9') {
		*us += (s->ptr[digits++] - '0') * unit;
		unit /= 10;
	}
	*s = pawl_str_sub(*s, digits, s->len);
	return digits > 0;
}

static bool
cut_offset_s(struct pawl_str *s, int64_t *offset_s)
{
	int hours, minutes;
	bool west;

	*offset_s = 0;
	if (cut_char(s, "Zz"))
		return true;
	west = s->len > 0 && s->ptr[0] == '-';
	if (!cut_char(s, "+-") || !cut_digits(s, 2, 23, &hours) || !cut_char(s, ":") ||
	    !cut_digits(s, 2, 59, &minutes))
		return false;
	*offset_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

bool
pawl_time_parse(struct pawl_str s, int64_t *at_us)
{
	int hours, minutes, seconds;
	int64_t days, us, offset_s, sec;

	if (!cut_date(&s, &days))
		return false;
	if (s.len == 0) {
		*at_us = days * S_PER_DAY * US_PER_S;
		return true;
	}
	/* RFC 3339 section 5.6 lets applications write a space for the T */
	if (!cut_char(&s, "Tt ") || !cut_digits(&s, 2, 23, &hours) || !cut_char(&s, ":") ||
	    !cut_digits(&s, 2, 59, &minutes) || !cut_char(&s, ":") ||
	    !cut_digits(&s, 2, 60, &seconds) || !cut_fraction_us(&s, &us) ||
	    !cut_offset_s(&s, &offset_s) || s.len > 0)
		return false;
	sec = days * S_PER_DAY + hours * 3600 + minutes * 60 + seconds - offset_s;
	/* a leap second ends a day in UTC, and counts as the first one of the next */
	if (seconds == 60 && sec % S_PER_DAY != 0)
		return false;
	*at_us = sec * US_PER_S + us;
	return true;
}
