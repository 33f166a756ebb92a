/* From the text of an expression to its sets. Every problem says where it is. */
#include <stdio.h>

#include "base/assert.h"
#include "base/calendar.h"
#include "trigger/cron.h"

enum field { SECOND, MINUTE, HOUR, MONTH_DAY, MONTH, WEEKDAY, YEAR, N_FIELDS };

static const char *const month_names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
					  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
static const char *const weekday_names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

static const struct {
	const char *name;
	int min, max;
} facts[N_FIELDS] = {
	{"second", 0, 59}, {"minute", 0, 59},     {"hour", 0, 23},      {"day-of-month", 1, 31},
	{"month", 1, 12},  {"day-of-week", 0, 7}, {"year", 1970, 2099},
};

struct parser {
	struct pawl_cron *cron;
	struct pawl_str text; /* whole */
	const char *where;
	struct pawl_problems *problems;
	enum field field;
	struct pawl_str item; /* what is left of the item that is read */
	bool failed;
};

static bool
say(struct parser *p, const char *at, const char *message)
{
	pawl_problems_add(p->problems, p->where, "%s at column %d: %s", facts[p->field].name,
			  (int)(at - p->text.ptr) + 1, message);
	p->failed = true;
	return false;
}

/* Quartz counts from Sunday, 1. */
static int
field_min(const struct parser *p)
{
	return p->field == WEEKDAY && p->cron->is_quartz ? 1 : facts[p->field].min;
}

static int
field_max(const struct parser *p)
{
	return facts[p->field].max;
}

/* ---- pieces of an item ------------------------------------------------------------ */

static bool
cut(struct parser *p, char c)
{
	if (!p->item.len || (p->item.ptr[0] != c && p->item.ptr[0] != (c | 0x20)))
		return false;
	p->item = pawl_str_sub(p->item, 1, p->item.len);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
cut_number(struct parser *p, int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < p->item.len && is_digit(p->item.ptr[n])) {
		if (*out < 100000)
			*out = *out * 10 + (p->item.ptr[n] - '0');
		n++;
	}
	p->item = pawl_str_sub(p->item, n, p->item.len);
	return n > 0;
}

static bool
cut_name(struct parser *p, int *out)
{
	const char *const *names = p->field == MONTH ? month_names : weekday_names;
	int n = p->field == MONTH ? 12 : p->field == WEEKDAY ? 7 : 0;

	for (int i = 0; i < n && p->item.len >= 3; i++) {
		if (!pawl_str_eq_nocase(pawl_str_sub(p->item, 0, 3), pawl_str_c(names[i])))
			continue;
		*out = i + (p->field == MONTH || p->cron->is_quartz);
		p->item = pawl_str_sub(p->item, 3, p->item.len);
		return true;
	}
	return false;
}

static bool
cut_value(struct parser *p, int *out)
{
	const char *at = p->item.ptr;
	char message[120];

	if (cut_name(p, out))
		return true;
	if (!cut_number(p, out))
		return say(p, at,
			   p->field == MONTH     ? "expected a number or a name from JAN to DEC"
			   : p->field == WEEKDAY ? "expected a number or a name from SUN to SAT"
						 : "expected a number");
	if (*out >= field_min(p) && *out <= field_max(p))
		return true;
	snprintf(message, sizeof(message), "%d is not from %d to %d", *out, field_min(p),
		 field_max(p));
	return say(p, at, message);
}

/* ---- sets ----------------------------------------------------------------------------- */

static void
add_value(struct parser *p, int v)
{
	struct pawl_cron *c = p->cron;
	unsigned year;

	PAWL_ASSERT(v >= field_min(p) && v <= field_max(p));
	switch (p->field) {
	case SECOND:
		c->seconds |= UINT64_C(1) << v;
		break;
	case MINUTE:
		c->minutes |= UINT64_C(1) << v;
		break;
	case HOUR:
		c->hours |= UINT32_C(1) << v;
		break;
	case MONTH_DAY:
		c->month_days |= UINT32_C(1) << v;
		break;
	case MONTH:
		c->months |= UINT32_C(1) << v;
		break;
	case WEEKDAY:
		c->weekdays |= UINT32_C(1) << (c->is_quartz ? v - 1 : v % 7);
		break;
	case YEAR:
		year = (unsigned)(v - PAWL_CRON_YEAR_MIN);
		c->years[year / 64] |= UINT64_C(1) << year % 64;
		break;
	case N_FIELDS:
		break;
	}
}

/* The first value behind the last one of the field. */
static int
field_end(const struct parser *p)
{
	return p->field == WEEKDAY && !p->cron->is_quartz ? 7 : field_max(p) + 1;
}

static void
add_range(struct parser *p, int from, int to, int step)
{
	int size = field_end(p) - field_min(p);

	if (to < from)
		to += size;
	for (int v = from; v <= to; v += step)
		add_value(p, v >= field_min(p) + size && v > field_max(p) ? v - size : v);
}

static bool
cut_step(struct parser *p, int *step)
{
	const char *at = p->item.ptr;
	char message[120];
	int range = field_end(p) - field_min(p);

	if (!cut_number(p, step))
		return say(p, at, "expected the number of a step behind the slash");
	if (*step >= 1 && *step < (p->field == YEAR ? 1000 : range + 1))
		return true;
	snprintf(message, sizeof(message), "a step of %d is not from 1 to %d", *step, range);
	return say(p, at, message);
}

static bool
add_day(struct parser *p, int kind, int n, int nth)
{
	struct pawl_cron *c = p->cron;

	if (c->n_days == PAWL_CRON_DAYS_MAX)
		return say(p, p->item.ptr, "too many days of this kind");
	c->days[c->n_days++] = (struct pawl_cron_day){.kind = kind, .n = n, .nth = nth};
	return true;
}

/* ---- what Quartz adds --------------------------------------------------------------- */

/* Day-of-month L, L-n, LW, L-nW; day-of-week L. False, with nothing said, when it is none. */
static bool
read_last(struct parser *p)
{
	const char *at;
	int n = 0;

	if (!p->cron->is_quartz || (p->field != MONTH_DAY && p->field != WEEKDAY) || !cut(p, 'L'))
		return false;
	if (p->field == WEEKDAY) {
		add_value(p, 7);
		return true;
	}
	if (cut(p, '-')) {
		at = p->item.ptr;
		if (!cut_number(p, &n) || n < 1 || n > 30) {
			say(p, at, "expected a number of days from 1 to 30 behind L-");
			return true;
		}
	}
	add_day(p, cut(p, 'W') ? PAWL_CRON_LAST_WORKDAY : PAWL_CRON_LAST, n, 0);
	return true;
}

/* What stands behind a day: W, L, #n. */
static bool
read_suffix(struct parser *p, int value)
{
	const char *at = p->item.ptr;
	int nth;

	if (!p->cron->is_quartz)
		return false;
	if (p->field == MONTH_DAY && cut(p, 'W')) {
		add_day(p, PAWL_CRON_NEAREST_WORKDAY, value, 0);
		return true;
	}
	if (p->field == WEEKDAY && cut(p, 'L')) {
		add_day(p, PAWL_CRON_LAST_WEEKDAY, value - 1, 0);
		return true;
	}
	if (p->field != WEEKDAY || !cut(p, '#'))
		return false;
	if (!cut_number(p, &nth) || nth < 1 || nth > 5)
		say(p, at, "expected a number from 1 to 5 behind #");
	else
		add_day(p, PAWL_CRON_NTH_WEEKDAY, value - 1, nth);
	return true;
}

/* ---- items and fields ------------------------------------------------------------------ */

static bool
read_range_end(struct parser *p, int from, int *to)
{
	const char *at = p->item.ptr;
	bool is_sunday;

	if (!cut_value(p, to))
		return false;
	/* SAT-SUN: a Sunday at the end of a range is the seventh day. */
	is_sunday = p->field == WEEKDAY && !p->cron->is_quartz && *to == 0;
	if (is_sunday && from > 0)
		*to = 7;
	if (*to < from && (!p->cron->is_quartz || p->field == YEAR))
		return say(p, at, "the range ends before it begins");
	return true;
}

static bool
read_star(struct parser *p)
{
	int step = 1;

	if (cut(p, '/') && !cut_step(p, &step))
		return false;
	add_range(p, field_min(p), field_end(p) - 1, step);
	return true;
}

static bool
read_item(struct parser *p)
{
	bool is_range = false;
	int from, to, step = 1;
	const char *at;

	if (!p->item.len)
		return say(p, p->item.ptr, "a value is missing");
	if (cut(p, '*') || (p->cron->is_quartz && p->item.ptr[0] == '/'))
		return read_star(p);
	if (read_last(p))
		return !p->failed;
	if (!cut_value(p, &from))
		return false;
	if (read_suffix(p, from))
		return !p->failed;
	to = from;
	if (cut(p, '-')) {
		is_range = true;
		if (!read_range_end(p, from, &to))
			return false;
	}
	at = p->item.ptr;
	if (cut(p, '/')) {
		if (!is_range && !p->cron->is_quartz)
			return say(p, at, "a step needs a range or * before it, like 5-59/15");
		if (!cut_step(p, &step))
			return false;
		if (!is_range)
			to = field_end(p) - 1;
	}
	add_range(p, from, to, step);
	return true;
}

/* Is a time field open: `*`, `*` with a step, or (Quartz) a/n? */
static bool
is_open(const struct parser *p, struct pawl_str field)
{
	size_t slash = pawl_str_find_char(field, '/');

	return field.ptr[0] == '*' || (p->cron->is_quartz && slash != SIZE_MAX &&
				       pawl_str_find_char(field, '-') == SIZE_MAX);
}

static void
read_field(struct parser *p, struct pawl_str field)
{
	struct pawl_cron *c = p->cron;
	struct pawl_str rest = field;
	bool is_any = pawl_str_eq_c(field, "?");

	if (p->field == MONTH_DAY)
		c->has_any_month_day = is_any || field.ptr[0] == '*';
	if (p->field == WEEKDAY)
		c->has_any_weekday = is_any || field.ptr[0] == '*';
	if (p->field <= HOUR && is_open(p, field))
		c->is_open = true;
	if (is_any && c->is_quartz && (p->field == MONTH_DAY || p->field == WEEKDAY)) {
		add_range(p, field_min(p), field_end(p) - 1, 1);
		return;
	}
	while (pawl_str_split(&rest, ',', &p->item)) {
		if (!read_item(p))
			return;
		if (p->item.len) {
			say(p, p->item.ptr, "this does not belong here");
			return;
		}
	}
}

/* ---- the whole -------------------------------------------------------------------------- */

/* Fields between blanks; returns their number, which may be greater than the room. */
static size_t
split(struct pawl_str text, struct pawl_str fields[N_FIELDS])
{
	size_t n = 0, i = 0;

	while (i < text.len) {
		size_t start = i;

		while (i < text.len && text.ptr[i] != ' ' && text.ptr[i] != '\t')
			i++;
		if (i > start && n++ < N_FIELDS)
			fields[n - 1] = pawl_str_sub(text, start, i);
		i++;
	}
	return n;
}

static struct pawl_str
expand(struct pawl_str text)
{
	static const struct {
		const char *name, *means;
	} macros[] = {{"@yearly", "0 0 1 1 *"},  {"@annually", "0 0 1 1 *"},
		      {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
		      {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
		      {"@hourly", "0 * * * *"}};

	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (pawl_str_eq_nocase(text, pawl_str_c(macros[i].name)))
			return pawl_str_c(macros[i].means);
	return text;
}

static bool
check_days(struct parser *p, const struct pawl_str *fields, size_t n)
{
	bool has_date = !pawl_str_eq_c(fields[3], "?"), has_weekday;

	if (n < 6)
		return true;
	has_weekday = !pawl_str_eq_c(fields[5], "?");
	p->field = has_date ? WEEKDAY : MONTH_DAY;
	if (has_date && has_weekday)
		return say(p, fields[5].ptr,
			   "with six or seven fields (Quartz), day-of-month or day-of-week has to "
			   "be ?");
	if (!has_date && !has_weekday)
		return say(p, fields[5].ptr, "only one of the two day fields may be ?");
	return true;
}

static void
check_possible(struct parser *p)
{
	static const char rule[] = "";
	struct pawl_zone *utc = NULL;
	int64_t at;

	if (pawl_zone_open(PAWL_STR("UTC"), rule, &utc, NULL) != PAWL_OK)
		return;
	if (!pawl_cron_next(p->cron, utc, -1, &at)) {
		pawl_problems_add(p->problems, p->where,
				  "this never comes true: no month of those years has such a day");
		p->failed = true;
	}
	pawl_zone_free(utc);
}

enum pawl_err
pawl_cron_parse(struct pawl_str text, const char *where, struct pawl_cron *out,
		struct pawl_problems *problems)
{
	struct pawl_str fields[N_FIELDS];
	struct parser p = {.cron = out, .where = where, .problems = problems};
	size_t n;

	*out = (struct pawl_cron){0};
	if (text.len > PAWL_CRON_TEXT_MAX) {
		pawl_problems_add(problems, where, "is longer than %d characters",
				  PAWL_CRON_TEXT_MAX);
		return PAWL_EINVAL;
	}
	text = expand(pawl_str_trim(text));
	p.text = text;
	if (text.len && text.ptr[0] == '@') {
		pawl_problems_add(problems, where,
				  "there is no %.*s; there are @yearly, @monthly, @weekly, @daily "
				  "and @hourly",
				  PAWL_STR_ARG(text));
		return PAWL_EINVAL;
	}
	n = split(text, fields);
	if (n < 5 || n > N_FIELDS) {
		pawl_problems_add(problems, where,
				  "has %zu fields: cron has 5 (minute hour day-of-month month "
				  "day-of-week), Quartz 6 or 7 (second in front, year behind)",
				  n);
		return PAWL_EINVAL;
	}
	out->is_quartz = n > 5;
	for (size_t i = 0; i < n; i++) {
		p.field = (enum field)(i + (n == 5));
		read_field(&p, fields[i]);
	}
	if (n == 5)
		out->seconds = 1;
	for (int i = 0; n < 7 && i < 3; i++)
		out->years[i] = i < 2 ? UINT64_MAX : 3;
	if (!p.failed && check_days(&p, fields, n))
		check_possible(&p);
	return p.failed ? PAWL_EINVAL : PAWL_OK;
}
