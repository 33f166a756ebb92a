/* Numbers as text: exact order, and conversion to and from machine numbers. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/id.h"
#include "data/json.h"

/* The value is 0.DIGITS * 10^(point + exponent). DIGITS begin and end with a digit other than
 * 0 and may hold the decimal point, which counts for nothing there; none at all is zero. */
struct decimal {
	bool is_negative;
	const char *digits;
	const char *end;
	int64_t point;
	bool exponent_is_negative;
	struct pawl_str exponent; /* digits only */
};

static struct decimal
decompose(struct pawl_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len, *mantissa_end, *point;
	struct decimal d = {0};

	if (p < end && *p == '-') {
		d.is_negative = true;
		p++;
	}
	for (mantissa_end = p; mantissa_end < end; mantissa_end++) {
		if (*mantissa_end == 'e' || *mantissa_end == 'E') {
			d.exponent = pawl_str(mantissa_end + 1, (size_t)(end - mantissa_end) - 1);
			break;
		}
	}
	if (d.exponent.len > 0 && (d.exponent.ptr[0] == '-' || d.exponent.ptr[0] == '+')) {
		d.exponent_is_negative = d.exponent.ptr[0] == '-';
		d.exponent = pawl_str_sub(d.exponent, 1, d.exponent.len);
	}
	point = p < mantissa_end ? memchr(p, '.', (size_t)(mantissa_end - p)) : NULL;
	if (!point)
		point = mantissa_end;
	while (p < mantissa_end && (*p == '0' || *p == '.'))
		p++;
	d.digits = p;
	d.end = mantissa_end;
	while (d.end > p && (d.end[-1] == '0' || d.end[-1] == '.'))
		d.end--;
	d.point = p < point ? point - p : point + 1 - p;
	return d;
}

static bool
is_zero(const struct decimal *d)
{
	return d->digits == d->end;
}

/* The digit of weight 10^(places - 1 - i) with its sign; 0 in front of the number. */
static int
exponent_digit(const struct decimal *d, size_t places, size_t i)
{
	size_t lead = places - d->exponent.len;
	int digit = i < lead ? 0 : d->exponent.ptr[i - lead] - '0';

	return d->exponent_is_negative ? -digit : digit;
}

/* Past this a difference of exponents cannot be made up for by the length of a text. */
#define EXPONENT_FAR ((int64_t)1 << 50)

/* a's exponent less b's; far away is all that is said beyond EXPONENT_FAR. Exponents may have
 * any number of digits: subtracting from the highest digit on, a difference above 2 only grows. */
static int64_t
exponent_difference(const struct decimal *a, const struct decimal *b)
{
	size_t places = a->exponent.len > b->exponent.len ? a->exponent.len : b->exponent.len;
	int64_t diff = 0;

	for (size_t i = 0; i < places; i++) {
		diff = diff * 10 + exponent_digit(a, places, i) - exponent_digit(b, places, i);
		if (diff > EXPONENT_FAR || diff < -EXPONENT_FAR)
			break;
	}
	return diff;
}

static int64_t
exponent_value(const struct decimal *d)
{
	static const struct decimal none;

	return exponent_difference(d, &none);
}

/* The next digit, 0 after the last. */
static char
next_digit(const char **p, const char *end)
{
	if (*p < end && **p == '.')
		++*p;
	return *p < end ? *(*p)++ : '0';
}

static int
compare_magnitude(const struct decimal *a, const struct decimal *b)
{
	int64_t diff = exponent_difference(a, b) + a->point - b->point;
	const char *p = a->digits, *q = b->digits;

	if (diff != 0)
		return diff > 0 ? 1 : -1;
	while (p < a->end || q < b->end) {
		char c = next_digit(&p, a->end), d = next_digit(&q, b->end);

		if (c != d)
			return c > d ? 1 : -1;
	}
	return 0;
}

int
pawl_json_number_cmp(struct pawl_str a_text, struct pawl_str b_text)
{
	struct decimal a = decompose(a_text), b = decompose(b_text);
	int a_sign = is_zero(&a) ? 0 : a.is_negative ? -1 : 1;
	int b_sign = is_zero(&b) ? 0 : b.is_negative ? -1 : 1;

	if (a_sign != b_sign)
		return a_sign > b_sign ? 1 : -1;
	return a_sign == 0 ? 0 : a_sign * compare_magnitude(&a, &b);
}

bool
pawl_json_to_i64(const struct pawl_json *v, int64_t *out)
{
	struct decimal d;
	uint64_t n = 0;
	int64_t left; /* digits of the integer that are still to come */
	const char *p;

	if (!pawl_json_is(v, PAWL_JSON_NUMBER))
		return false;
	d = decompose(pawl_json_str(v));
	if (is_zero(&d)) {
		*out = 0;
		return true;
	}
	left = exponent_value(&d) + d.point;
	if (left < 1 || left > 19)
		return false;
	p = d.digits;
	for (; left > 0; left--)
		n = n * 10 + (uint64_t)(next_digit(&p, d.end) - '0');
	if (p < d.end || n > (uint64_t)INT64_MAX + d.is_negative)
		return false;
	*out = d.is_negative ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

bool
pawl_json_to_double(const struct pawl_json *v, double *out)
{
	char small[64], *text = small;
	double d;

	if (!pawl_json_is(v, PAWL_JSON_NUMBER))
		return false;
	if (v->len >= sizeof(small)) {
		text = pawl_memdup0(v->text, v->len);
	} else {
		memcpy(small, v->text, v->len);
		small[v->len] = '\0';
	}
	d = strtod(text, NULL);
	if (text != small)
		free(text);
	if (!isfinite(d))
		return false;
	*out = d;
	return true;
}

static struct pawl_json
number(struct pawl_arena *arena, const char *text, size_t len)
{
	struct pawl_str copy = pawl_arena_dup(arena, pawl_str(text, len));

	return (struct pawl_json){
		.type = PAWL_JSON_NUMBER, .len = (uint32_t)copy.len, .text = copy.ptr};
}

struct pawl_json
pawl_json_int(struct pawl_arena *arena, int64_t n)
{
	char text[24];

	return number(arena, text, (size_t)snprintf(text, sizeof(text), "%lld", (long long)n));
}

struct pawl_json
pawl_json_id(struct pawl_arena *arena, uint64_t id)
{
	char text[PAWL_ID_TEXT_MAX];
	struct pawl_str s = {text, pawl_id_format(id, text)};

	return pawl_json_string(pawl_arena_dup(arena, s));
}

struct pawl_json
pawl_json_double(struct pawl_arena *arena, double d)
{
	/* Whole numbers up to here are exact, and people prefer 1200000 to 1.2e+06. */
	const double whole_max = 9007199254740992.0;
	char text[40];
	int len;

	if (!isfinite(d))
		return pawl_json_null();
	if (fabs(d) <= whole_max && d == trunc(d)) {
		len = snprintf(text, sizeof(text), "%.0f", d);
		return number(arena, text, (size_t)len);
	}
	/* Every normal double survives 15 digits if a shorter text exists; subnormals have fewer.
	 */
	for (int digits = fabs(d) < DBL_MIN ? 1 : 15;; digits++) {
		len = snprintf(text, sizeof(text), "%.*g", digits, d);
		if (digits >= 17 || strtod(text, NULL) == d)
			return number(arena, text, (size_t)len);
	}
}
