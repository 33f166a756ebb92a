#include "base/parse.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
pawl_parse_u64(struct pawl_str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.ptr[i]) || __builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

bool
pawl_parse_i64(struct pawl_str s, int64_t *out)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	uint64_t v;

	if (!pawl_parse_u64(negative ? pawl_str_sub(s, 1, s.len) : s, &v))
		return false;
	if (v > (uint64_t)INT64_MAX + negative)
		return false;
	/* INT64_MIN has no positive twin: subtract before the change of sign */
	*out = !negative ? (int64_t)v : v == 0 ? 0 : -(int64_t)(v - 1) - 1;
	return true;
}

bool
pawl_parse_u64_range(struct pawl_str s, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v;

	if (!pawl_parse_u64(s, &v) || v < min || v > max)
		return false;
	*out = v;
	return true;
}

/* The unit at the end of a text such as "30s"; 0 for none that we know. */
static int64_t
duration_unit_ms(struct pawl_str unit)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (pawl_str_eq_c(unit, units[i].name))
			return units[i].ms;
	}
	return 0;
}

/* 0.digits of a unit in milliseconds; only when that is a whole number. */
static bool
fraction_ms(struct pawl_str digits, int64_t unit_ms, int64_t *out)
{
	uint64_t value, scale = 1;

	/* 9 digits times a day in milliseconds stay far below 2^63 */
	if (digits.len > 9 || !pawl_parse_u64(digits, &value))
		return false;
	for (size_t i = 0; i < digits.len; i++)
		scale *= 10;
	value *= (uint64_t)unit_ms;
	if (value % scale)
		return false;
	*out = (int64_t)(value / scale);
	return true;
}

bool
pawl_parse_duration_ms(struct pawl_str s, int64_t *out_ms)
{
	size_t digits = s.len, dot;
	struct pawl_str number;
	int64_t unit_ms, whole, fraction = 0;

	while (digits > 0 && !is_digit(s.ptr[digits - 1]))
		digits--;
	unit_ms = duration_unit_ms(pawl_str_sub(s, digits, s.len));
	number = pawl_str_sub(s, 0, digits);
	if (unit_ms == 0 || number.len == 0 || number.ptr[0] == '-')
		return false;
	dot = pawl_str_find_char(number, '.');
	if (dot != SIZE_MAX &&
	    !fraction_ms(pawl_str_sub(number, dot + 1, number.len), unit_ms, &fraction))
		return false;
	if (!pawl_parse_i64(pawl_str_sub(number, 0, dot), &whole) ||
	    __builtin_mul_overflow(whole, unit_ms, &whole) ||
	    __builtin_add_overflow(whole, fraction, &whole))
		return false;
	*out_ms = whole;
	return true;
}

bool
pawl_parse_size(struct pawl_str s, uint64_t *out_bytes)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {{"", 1},
		     {"B", 1},
		     {"KiB", UINT64_C(1) << 10},
		     {"MiB", UINT64_C(1) << 20},
		     {"GiB", UINT64_C(1) << 30}};
	size_t digits = 0;
	uint64_t v;

	while (digits < s.len && is_digit(s.ptr[digits]))
		digits++;
	if (!pawl_parse_u64(pawl_str_sub(s, 0, digits), &v))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!pawl_str_eq_c(pawl_str_sub(s, digits, s.len), units[i].name))
			continue;
		if (__builtin_mul_overflow(v, units[i].bytes, &v))
			return false;
		*out_bytes = v;
		return true;
	}
	return false;
}

bool
pawl_size_add(size_t a, size_t b, size_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

bool
pawl_size_mul(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}
