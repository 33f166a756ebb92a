#include "flow/condition_ops.h"

#include "base/clock.h"
#include "data/regexp.h"
#include "flow/field.h"

#define REGEX_PATTERN_MAX 4096

#define REGEX_BAD    "is not a valid regular expression (PCRE2 syntax)"
#define REGEX_COSTLY "takes too long for this regular expression; make the pattern simpler"
#define NOT_A_TIME   "must be a time: RFC 3339 text, or seconds or milliseconds since 1970"
#define NOT_A_STRING "must be a string"
#define NOT_A_TYPE   "must be null, boolean, number, string, array or object"

static const char *
op_equals(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = pawl_json_equal(left, right);
	return NULL;
}

static bool
both_are(enum pawl_json_type type, const struct pawl_json *a, const struct pawl_json *b)
{
	return pawl_json_is(a, type) && pawl_json_is(b, type);
}

/* Both numbers, both times, or both strings; false when there is no order between them. */
static bool
compare(const struct pawl_json *left, const struct pawl_json *right, int *order)
{
	int64_t a, b;

	if (both_are(PAWL_JSON_NUMBER, left, right)) {
		*order = pawl_json_number_cmp(pawl_json_str(left), pawl_json_str(right));
		return true;
	}
	if (!both_are(PAWL_JSON_STRING, left, right))
		return false;
	if (pawl_time_parse(pawl_json_str(left), &a) && pawl_time_parse(pawl_json_str(right), &b))
		*order = (a > b) - (a < b);
	else
		*order = pawl_str_cmp(pawl_json_str(left), pawl_json_str(right));
	return true;
}

static const char *
op_greater(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;

	*out = compare(left, right, &order) && order > 0;
	return NULL;
}

static const char *
op_greater_or_equal(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;

	*out = compare(left, right, &order) && order >= 0;
	return NULL;
}

static const char *
op_less(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;

	*out = compare(left, right, &order) && order < 0;
	return NULL;
}

static const char *
op_less_or_equal(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;

	*out = compare(left, right, &order) && order <= 0;
	return NULL;
}

static const char *
op_contains(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = false;
	if (both_are(PAWL_JSON_STRING, left, right)) {
		*out = pawl_str_find(pawl_json_str(left), pawl_json_str(right)) != SIZE_MAX;
	} else if (pawl_json_is(left, PAWL_JSON_ARRAY)) {
		for (uint32_t i = 0; i < left->len && !*out; i++)
			*out = pawl_json_equal(&left->items[i], right);
	} else if (pawl_json_is(left, PAWL_JSON_OBJECT) && pawl_json_is(right, PAWL_JSON_STRING)) {
		*out = pawl_json_get(left, pawl_json_str(right)) != NULL;
	}
	return NULL;
}

static const char *
op_in(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	return op_contains(right, left, out);
}

static const char *
op_starts_with(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = both_are(PAWL_JSON_STRING, left, right) &&
	       pawl_str_starts_with(pawl_json_str(left), pawl_json_str(right));
	return NULL;
}

static const char *
op_ends_with(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = both_are(PAWL_JSON_STRING, left, right) &&
	       pawl_str_ends_with(pawl_json_str(left), pawl_json_str(right));
	return NULL;
}

static struct pawl_regexp *
compile_regex(const struct pawl_json *pattern)
{
	if (!pawl_json_is(pattern, PAWL_JSON_STRING) || pattern->len > REGEX_PATTERN_MAX)
		return NULL;
	return pawl_regexp_new(pawl_json_str(pattern), PAWL_REGEXP_PCRE2);
}

static const char *
op_matches(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	uint64_t steps = PAWL_REGEXP_STEPS_MAX;
	struct pawl_regexp_matcher matcher = {.steps = &steps};
	struct pawl_regexp *regexp = compile_regex(right);
	enum pawl_err err = PAWL_OK;

	*out = false;
	if (!regexp)
		return REGEX_BAD;
	if (pawl_json_is(left, PAWL_JSON_STRING))
		err = pawl_regexp_search(regexp, &matcher, pawl_json_str(left), out);
	pawl_regexp_matcher_fini(&matcher);
	pawl_regexp_free(regexp);
	return err ? REGEX_COSTLY : NULL;
}

static const char *
op_exists(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = left && !pawl_json_is(left, PAWL_JSON_NULL);
	return NULL;
}

static const char *
op_is_empty(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = !left || left->type == PAWL_JSON_NULL ||
	       (left->len == 0 && left->type != PAWL_JSON_BOOL);
	return NULL;
}

static const char *
op_is_true(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = pawl_json_is(left, PAWL_JSON_BOOL) && left->boolean;
	return NULL;
}

static const char *
op_is_false(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = pawl_json_is(left, PAWL_JSON_BOOL) && !left->boolean;
	return NULL;
}

/* A time that is not there is neither before nor after anything. */
static const char *
order_times(const struct pawl_json *left, const struct pawl_json *right, int *order)
{
	int64_t a, b;

	*order = 0;
	if (!pawl_json_is(left, PAWL_JSON_NULL) && !pawl_value_time_us(left, &a))
		return NOT_A_TIME;
	if (!pawl_json_is(right, PAWL_JSON_NULL) && !pawl_value_time_us(right, &b))
		return NOT_A_TIME;
	if (!pawl_json_is(left, PAWL_JSON_NULL) && !pawl_json_is(right, PAWL_JSON_NULL))
		*order = (a > b) - (a < b);
	return NULL;
}

static const char *
op_before(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;
	const char *wrong = order_times(left, right, &order);

	*out = order < 0;
	return wrong;
}

static const char *
op_after(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	int order;
	const char *wrong = order_times(left, right, &order);

	*out = order > 0;
	return wrong;
}

static const char *
check_type_name(const struct pawl_json *right)
{
	static const char *const names[] = {"null",   "boolean", "number",
					    "string", "array",   "object"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pawl_json_is(right, PAWL_JSON_STRING) &&
		    pawl_str_eq_c(pawl_json_str(right), names[i]))
			return NULL;
	}
	return NOT_A_TYPE;
}

static const char *
op_type_is(const struct pawl_json *left, const struct pawl_json *right, bool *out)
{
	*out = pawl_json_is(right, PAWL_JSON_STRING) &&
	       pawl_str_eq_c(pawl_json_str(right), pawl_json_type_name(left));
	return check_type_name(right);
}

static const char *
check_time(const struct pawl_json *v)
{
	int64_t at_us;

	return pawl_value_time_us(v, &at_us) ? NULL : NOT_A_TIME;
}

static const char *
check_string(const struct pawl_json *v)
{
	return pawl_json_is(v, PAWL_JSON_STRING) ? NULL : NOT_A_STRING;
}

static const char *
check_ordered(const struct pawl_json *v)
{
	return pawl_json_is(v, PAWL_JSON_STRING) || pawl_json_is(v, PAWL_JSON_NUMBER)
		       ? NULL
		       : "must be a number, a string or a time";
}

static const char *
check_holder(const struct pawl_json *v)
{
	return v->type == PAWL_JSON_STRING || v->type == PAWL_JSON_ARRAY ||
			       v->type == PAWL_JSON_OBJECT
		       ? NULL
		       : "must be a list, a string or an object";
}

static const char *
check_regex(const struct pawl_json *v)
{
	struct pawl_regexp *regexp = compile_regex(v);

	if (!regexp)
		return REGEX_BAD;
	pawl_regexp_free(regexp);
	return NULL;
}

const struct pawl_condition_op pawl_condition_op_table[] = {
	{"equals", 2, false, op_equals, NULL, NULL},
	{"not_equals", 2, true, op_equals, NULL, NULL},
	{"greater", 2, false, op_greater, check_ordered, check_ordered},
	{"greater_or_equal", 2, false, op_greater_or_equal, check_ordered, check_ordered},
	{"less", 2, false, op_less, check_ordered, check_ordered},
	{"less_or_equal", 2, false, op_less_or_equal, check_ordered, check_ordered},
	{"contains", 2, false, op_contains, check_holder, NULL},
	{"not_contains", 2, true, op_contains, check_holder, NULL},
	{"starts_with", 2, false, op_starts_with, check_string, check_string},
	{"ends_with", 2, false, op_ends_with, check_string, check_string},
	{"matches", 2, false, op_matches, check_string, check_regex},
	{"in", 2, false, op_in, NULL, check_holder},
	{"not_in", 2, true, op_in, NULL, check_holder},
	{"exists", 1, false, op_exists, NULL, NULL},
	{"not_exists", 1, true, op_exists, NULL, NULL},
	{"is_empty", 1, false, op_is_empty, NULL, NULL},
	{"is_not_empty", 1, true, op_is_empty, NULL, NULL},
	{"is_true", 1, false, op_is_true, NULL, NULL},
	{"is_false", 1, false, op_is_false, NULL, NULL},
	{"before", 2, false, op_before, check_time, check_time},
	{"after", 2, false, op_after, check_time, check_time},
	{"type_is", 2, false, op_type_is, NULL, check_type_name},
	{.name = NULL},
};

const struct pawl_condition_op *
pawl_condition_op_find(struct pawl_str name)
{
	for (const struct pawl_condition_op *op = pawl_condition_op_table; op->name; op++) {
		if (pawl_str_eq_c(name, op->name))
			return op;
	}
	return NULL;
}
