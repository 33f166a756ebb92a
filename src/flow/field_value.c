/* One value against one description: its type and its bounds. */
#include "flow/field_internal.h"

#include <arpa/inet.h>

#include "base/clock.h"
#include "base/parse.h"

const char *
pawl_field_wanted(enum pawl_field_type type)
{
	switch (type) {
	case PAWL_FIELD_STRING:
	case PAWL_FIELD_TEXT:
		return "a string";
	case PAWL_FIELD_INTEGER:
		return "a whole number";
	case PAWL_FIELD_NUMBER:
		return "a number";
	case PAWL_FIELD_BOOLEAN:
		return "true or false";
	case PAWL_FIELD_DURATION:
		return "a duration such as \"500ms\", \"30s\", \"5m\", \"2h\" or \"7d\"";
	case PAWL_FIELD_SIZE:
		return "a size such as \"512B\", \"64KiB\" or \"1MiB\"";
	case PAWL_FIELD_CHOICE:
		return "one of the choices";
	case PAWL_FIELD_URL:
		return "a URL that begins with http:// or https:// and a host, without line breaks";
	case PAWL_FIELD_TIME:
		return "a time such as \"2026-11-23T08:00:00Z\", or seconds or milliseconds since "
		       "1970";
	case PAWL_FIELD_CIDR:
		return "an address, or a network such as \"203.0.113.0/24\" with no bit set behind "
		       "its prefix";
	case PAWL_FIELD_ANY:
		return "a value";
	case PAWL_FIELD_MAP:
	case PAWL_FIELD_OBJECT:
	case PAWL_FIELD_VARIANT:
		return "an object";
	case PAWL_FIELD_LIST:
		return "a list";
	case PAWL_FIELD_CONDITION:
		return "a condition";
	}
	return "a value";
}

static bool
is_choice(const char *const *choices, struct pawl_str s)
{
	for (size_t i = 0; choices && choices[i]; i++) {
		if (pawl_str_eq_c(s, choices[i]))
			return true;
	}
	return false;
}

static bool
is_url(struct pawl_str s)
{
	struct pawl_str rest, host;

	if (pawl_str_eq_nocase(pawl_str_sub(s, 0, 7), PAWL_STR("http://")))
		rest = pawl_str_sub(s, 7, s.len);
	else if (pawl_str_eq_nocase(pawl_str_sub(s, 0, 8), PAWL_STR("https://")))
		rest = pawl_str_sub(s, 8, s.len);
	else
		return false;
	for (size_t i = 0; i < rest.len; i++) {
		if ((unsigned char)rest.ptr[i] < ' ' || rest.ptr[i] == 0x7f)
			return false;
	}
	host = rest;
	for (size_t i = 0; i < rest.len; i++) {
		if (strchr("/?#", rest.ptr[i])) {
			host = pawl_str_sub(rest, 0, i);
			break;
		}
	}
	return host.len > 0 && host.ptr[0] != ':' && pawl_str_find_char(host, ' ') == SIZE_MAX &&
	       pawl_str_find_char(host, '\\') == SIZE_MAX;
}

/* No bit behind the prefix may be set: "10.0.0.1/8" is most likely a slip. */
static bool
has_host_bits(const unsigned char *bytes, size_t n_bytes, uint64_t bits)
{
	for (size_t i = bits; i < n_bytes * 8; i++) {
		if (bytes[i / 8] & (0x80 >> (i % 8)))
			return true;
	}
	return false;
}

static bool
is_cidr(struct pawl_str s)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	size_t slash = pawl_str_find_char(s, '/');
	struct pawl_str ip = slash == SIZE_MAX ? s : pawl_str_sub(s, 0, slash);
	uint64_t bits, n_bytes;

	if (ip.len >= sizeof(text))
		return false;
	memcpy(text, ip.ptr, ip.len);
	text[ip.len] = '\0';
	if (strlen(text) != ip.len)
		return false;
	if (inet_pton(AF_INET, text, bytes) == 1)
		n_bytes = 4;
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		n_bytes = 16;
	else
		return false;
	if (slash == SIZE_MAX)
		return true;
	return pawl_parse_u64_range(pawl_str_sub(s, slash + 1, s.len), 0, n_bytes * 8, &bits) &&
	       !has_host_bits(bytes, n_bytes, bits);
}

bool
pawl_value_time_us(const struct pawl_json *v, int64_t *at_us)
{
	double n;

	if (pawl_json_is(v, PAWL_JSON_STRING))
		return pawl_time_parse(pawl_json_str(v), at_us);
	if (!pawl_json_is(v, PAWL_JSON_NUMBER) || !pawl_json_to_double(v, &n))
		return false;
	if (n < 0 ? n <= -1e11 : n >= 1e11)
		n /= 1000;
	if (n > 9e12 || n < -9e12)
		return false;
	*at_us = (int64_t)(n * 1e6);
	return true;
}

static bool
is_amount(enum pawl_field_type type, const struct pawl_json *v)
{
	uint64_t bytes;
	int64_t n;

	if (pawl_json_is(v, PAWL_JSON_NUMBER))
		return pawl_json_to_i64(v, &n) && n >= 0;
	if (!pawl_json_is(v, PAWL_JSON_STRING))
		return false;
	if (type == PAWL_FIELD_DURATION)
		return pawl_parse_duration_ms(pawl_json_str(v), &n);
	return pawl_parse_size(pawl_json_str(v), &bytes);
}

bool
pawl_field_is_of_type(const struct pawl_field *field, const struct pawl_json *v, bool evaluated)
{
	bool is_string = pawl_json_is(v, PAWL_JSON_STRING);
	double number;
	int64_t n;

	switch (field->type) {
	case PAWL_FIELD_STRING:
	case PAWL_FIELD_TEXT:
		return is_string || (evaluated && pawl_json_is(v, PAWL_JSON_NUMBER));
	case PAWL_FIELD_INTEGER:
		return pawl_json_is(v, PAWL_JSON_NUMBER) && pawl_json_to_i64(v, &n);
	case PAWL_FIELD_NUMBER:
		return pawl_json_is(v, PAWL_JSON_NUMBER) && pawl_json_to_double(v, &number);
	case PAWL_FIELD_BOOLEAN:
		return pawl_json_is(v, PAWL_JSON_BOOL);
	case PAWL_FIELD_DURATION:
	case PAWL_FIELD_SIZE:
		return is_amount(field->type, v);
	case PAWL_FIELD_CHOICE:
		return is_string && is_choice(pawl_field_choices(field), pawl_json_str(v));
	case PAWL_FIELD_URL:
		return is_string && is_url(pawl_json_str(v));
	case PAWL_FIELD_TIME:
		return pawl_value_time_us(v, &n);
	case PAWL_FIELD_CIDR:
		return is_string && is_cidr(pawl_json_str(v));
	case PAWL_FIELD_ANY:
		return true;
	case PAWL_FIELD_MAP:
	case PAWL_FIELD_OBJECT:
	case PAWL_FIELD_VARIANT:
	case PAWL_FIELD_CONDITION:
		return pawl_json_is(v, PAWL_JSON_OBJECT);
	case PAWL_FIELD_LIST:
		return pawl_json_is(v, PAWL_JSON_ARRAY);
	}
	return false;
}

struct unit {
	double size;
	const char *name;
};

static const struct unit plain_units[] = {{1, ""}};
static const struct unit time_units[] = {
	{86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
static const struct unit size_units[] = {
	{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}};
static const struct unit text_units[] = {{1, " bytes"}};
static const struct unit list_units[] = {{1, " entries"}};

/* The largest unit that `n` is a whole number of; each table ends with 1. */
static struct unit
pick_unit(const struct unit *units, double n)
{
	while (units->size > 1 && (int64_t)n % (int64_t)units->size != 0)
		units++;
	return *units;
}

/* What the bounds are compared with, and its units in messages. */
static bool
measure(const struct pawl_field *field, const struct pawl_json *v, double *out,
	const struct unit **units)
{
	uint64_t bytes;
	int64_t ms;

	*units = plain_units;
	switch (field->type) {
	case PAWL_FIELD_INTEGER:
	case PAWL_FIELD_NUMBER:
		return pawl_json_to_double(v, out);
	case PAWL_FIELD_DURATION:
		*units = time_units;
		if (pawl_json_is(v, PAWL_JSON_NUMBER))
			return pawl_json_to_double(v, out);
		if (!pawl_parse_duration_ms(pawl_json_str(v), &ms))
			return false;
		*out = (double)ms;
		return true;
	case PAWL_FIELD_SIZE:
		*units = size_units;
		if (pawl_json_is(v, PAWL_JSON_NUMBER))
			return pawl_json_to_double(v, out);
		if (!pawl_parse_size(pawl_json_str(v), &bytes))
			return false;
		*out = (double)bytes;
		return true;
	case PAWL_FIELD_STRING:
	case PAWL_FIELD_TEXT:
	case PAWL_FIELD_URL:
		*units = text_units;
		*out = (double)pawl_json_str(v).len;
		return true;
	case PAWL_FIELD_LIST:
	case PAWL_FIELD_MAP:
		*units = list_units;
		*out = v->len;
		return true;
	case PAWL_FIELD_BOOLEAN:
	case PAWL_FIELD_CHOICE:
	case PAWL_FIELD_TIME:
	case PAWL_FIELD_CIDR:
	case PAWL_FIELD_ANY:
	case PAWL_FIELD_OBJECT:
	case PAWL_FIELD_VARIANT:
	case PAWL_FIELD_CONDITION:
		return false;
	}
	return false;
}

/* Has it a length of its own, as text, lists and objects have? */
static bool
has_length(const struct pawl_field *field)
{
	return field->type == PAWL_FIELD_STRING || field->type == PAWL_FIELD_TEXT ||
	       field->type == PAWL_FIELD_LIST || field->type == PAWL_FIELD_MAP;
}

void
pawl_field_check_bounds(const struct pawl_field *field, const struct pawl_json *v,
			const char *where, struct pawl_problems *problems)
{
	const struct unit *units;
	struct unit unit;
	double n, bound;

	if ((field->min == 0 && field->max == 0) || !measure(field, v, &n, &units))
		return;
	bound = n < field->min ? field->min : field->max;
	unit = pick_unit(units, bound);
	if (n == 0 && field->min == 1 && has_length(field))
		pawl_problems_add(problems, where, "must not be empty");
	else if (n < field->min)
		pawl_problems_add(problems, where, "is too small: at least %.15g%s",
				  bound / unit.size, unit.name);
	else if (field->max != 0 && n > field->max)
		pawl_problems_add(problems, where, "is too large: at most %.15g%s",
				  bound / unit.size, unit.name);
}
