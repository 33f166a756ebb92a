/* Timestamps of signed requests. */
#include <inttypes.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

/* Seconds since 1970 have ten digits until 2286, milliseconds thirteen. */
#define AUTO_MS_FROM 100000000000ull

static bool
is_digits(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	return s.len > 0;
}

static bool
parse_number(struct pawl_str text, enum pawl_scheme_unit unit, int64_t *at, int64_t *unit_us)
{
	uint64_t n;

	if (!is_digits(text) || !pawl_parse_u64(text, &n))
		return false;
	*unit_us = unit == PAWL_UNIT_MS || (unit == PAWL_UNIT_AUTO && n >= AUTO_MS_FROM) ? 1000
											 : 1000000;
	*at = (int64_t)n;
	return n <= (uint64_t)(INT64_MAX / *unit_us);
}

/* In units of *unit_us. */
static bool
parse_time(struct pawl_str text, enum pawl_scheme_unit unit, int64_t *at, int64_t *unit_us)
{
	if (unit != PAWL_UNIT_RFC3339)
		return parse_number(text, unit, at, unit_us);
	*unit_us = 1000;
	if (pawl_str_find_char(text, 'T') == SIZE_MAX || !pawl_time_parse(text, at))
		return false;
	*at /= *unit_us;
	return true;
}

static const char *
unit_text(enum pawl_scheme_unit unit)
{
	switch (unit) {
	case PAWL_UNIT_S:
		return "a whole number of seconds since 1970";
	case PAWL_UNIT_MS:
		return "a whole number of milliseconds since 1970";
	case PAWL_UNIT_AUTO:
		return "a whole number of seconds or milliseconds since 1970";
	case PAWL_UNIT_RFC3339:
		return "a time like 2026-11-23T23:40:52Z (RFC 3339)";
	}
	return "";
}

/* Whole units are compared, as the providers' own libraries do: a delivery that is exactly as old
 * as the tolerance is taken. */
bool
pawl_scheme_check_time(const struct pawl_scheme *scheme, int64_t now_us, struct pawl_str text,
		       struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	int64_t at, unit_us, now, tolerance;

	if (!parse_time(text, scheme->unit, &at, &unit_us))
		return pawl_scheme_refuse_with(refusal, arena, "malformed_timestamp",
					       "the timestamp must be %s", unit_text(scheme->unit));
	now = now_us / unit_us;
	tolerance = scheme->tolerance_us / unit_us;
	if (now - at > tolerance)
		return pawl_scheme_refuse_with(
			refusal, arena, "stale_timestamp",
			"the timestamp is %" PRId64 " s old; %" PRId64 " s are allowed",
			(now_us - at * unit_us) / 1000000, scheme->tolerance_us / 1000000);
	if (at - now > tolerance)
		return pawl_scheme_refuse_with(refusal, arena, "future_timestamp",
					       "the timestamp lies %" PRId64
					       " s ahead of this machine's clock",
					       (at * unit_us - now_us) / 1000000);
	return true;
}

bool
pawl_scheme_read_time(const struct pawl_scheme *scheme, struct pawl_str text, int64_t *at_us)
{
	int64_t unit_us;

	if (!parse_time(text, scheme->unit, at_us, &unit_us))
		return false;
	*at_us *= unit_us;
	return true;
}

struct pawl_str
pawl_scheme_time_text(const struct pawl_scheme *scheme, int64_t at_us, struct pawl_arena *arena)
{
	char text[PAWL_TIME_TEXT_MAX];

	switch (scheme->unit) {
	case PAWL_UNIT_RFC3339:
		return pawl_arena_dup(arena, pawl_str(text, pawl_time_format(at_us, text)));
	case PAWL_UNIT_MS:
	case PAWL_UNIT_AUTO: /* the libraries of those who have it want milliseconds */
		return pawl_arena_printf(arena, "%" PRId64, at_us / 1000);
	case PAWL_UNIT_S:
		break;
	}
	return pawl_arena_printf(arena, "%" PRId64, at_us / 1000000);
}
