/* `every`, `at` and `on`: turned into Quartz expressions, one for each time of day. */
#include <stdio.h>

#include "trigger/schedule_internal.h"

static const char *const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
				       "thursday", "friday", "saturday"};

struct reader {
	const char *pointer;
	struct pawl_problems *problems;
	bool failed;
};

static void
say(struct reader *r, const char *member, const char *message)
{
	char where[160];

	snprintf(where, sizeof(where), "%s/%s", r->pointer, member);
	pawl_problems_add(r->problems, where, "%s", message);
	r->failed = true;
}

/* The value itself, or the items of a list; returns their number. */
static size_t
items_of(const struct pawl_json *value, const struct pawl_json **items)
{
	if (!pawl_json_is(value, PAWL_JSON_ARRAY)) {
		*items = value;
		return value ? 1 : 0;
	}
	*items = value->items;
	return value->len;
}

static bool
two_digits(struct pawl_str s, size_t at, int max, int *out)
{
	if (s.ptr[at] < '0' || s.ptr[at] > '9' || s.ptr[at + 1] < '0' || s.ptr[at + 1] > '9')
		return false;
	*out = (s.ptr[at] - '0') * 10 + s.ptr[at + 1] - '0';
	return *out <= max;
}

static bool
read_time(const struct pawl_json *value, int *hour, int *minute, int *second)
{
	struct pawl_str s = pawl_json_str(value);

	*second = 0;
	return pawl_json_is(value, PAWL_JSON_STRING) && (s.len == 5 || s.len == 8) &&
	       s.ptr[2] == ':' && two_digits(s, 0, 23, hour) && two_digits(s, 3, 59, minute) &&
	       (s.len == 5 || (s.ptr[5] == ':' && two_digits(s, 6, 59, second)));
}

/* 1 to 7 from Sunday; 0: none. Names may be cut to three letters. */
static int
weekday_of(struct pawl_str name)
{
	for (int i = 0; i < 7; i++) {
		struct pawl_str full = pawl_str_c(weekdays[i]);

		if (pawl_str_eq_nocase(name, full) ||
		    pawl_str_eq_nocase(name, pawl_str_sub(full, 0, 3)))
			return i + 1;
	}
	return 0;
}

/* Appends the days as a field of a Quartz expression. */
static void
read_days(struct reader *r, const struct pawl_json *on, bool is_week, struct pawl_buf *field)
{
	const struct pawl_json *items;
	size_t n = items_of(on, &items);
	int64_t day;

	if (!n && on)
		say(r, "on", "the list is empty");
	if (!n)
		pawl_buf_append_c(field, is_week ? "2" : "1");
	for (size_t i = 0; i < n && !r->failed; i++) {
		struct pawl_str text = pawl_json_str(&items[i]);

		pawl_buf_append_c(field, i ? "," : "");
		if (is_week && weekday_of(text))
			pawl_buf_append_i64(field, weekday_of(text));
		else if (is_week)
			say(r, "on", "has to be a weekday such as \"monday\", or a list of them");
		else if (pawl_str_eq_c(text, "last"))
			pawl_buf_append_c(field, "L");
		else if (pawl_json_to_i64(&items[i], &day) && day >= 1 && day <= 31)
			pawl_buf_append_i64(field, day);
		else
			say(r, "on", "has to be a day from 1 to 31 or \"last\", or a list of them");
	}
}

static void
add_time(struct pawl_schedule *s, struct reader *r, const struct pawl_json *at, const char *days)
{
	struct pawl_cron *cron = &s->crons[s->n_crons];
	int hour = 0, minute = 0, second = 0;
	char text[PAWL_CRON_TEXT_MAX], where[160];

	if (at && !read_time(at, &hour, &minute, &second)) {
		say(r, "at", "has to be a time like \"09:30\" or \"09:30:15\", or a list of them");
		return;
	}
	snprintf(where, sizeof(where), "%s/on", r->pointer);
	snprintf(text, sizeof(text), "%d %d %d %s", second, minute, hour, days);
	if (pawl_cron_parse(pawl_str_c(text), where, cron, r->problems) == PAWL_OK)
		s->n_crons++;
	else
		r->failed = true;
}

void
pawl_schedule_read_every(struct pawl_schedule *s, const struct pawl_json *config,
			 const char *pointer, struct pawl_problems *problems)
{
	struct pawl_str every = pawl_json_get_str(config, "every", PAWL_STR(""));
	const struct pawl_json *on = pawl_json_get_c(config, "on"), *times;
	struct reader r = {.pointer = pointer, .problems = problems};
	size_t n = items_of(pawl_json_get_c(config, "at"), &times);
	struct pawl_buf days;

	pawl_buf_init(&days, 160);
	if (pawl_str_eq_c(every, "day")) {
		pawl_buf_append_c(&days, "* * ?");
		if (on)
			say(&r, "on", "has no meaning with every day");
	} else if (pawl_str_eq_c(every, "week")) {
		pawl_buf_append_c(&days, "? * ");
		read_days(&r, on, true, &days);
	} else {
		read_days(&r, on, false, &days);
		pawl_buf_append_c(&days, " * ?");
	}
	if (pawl_buf_status(&days) != PAWL_OK)
		say(&r, "on", "has too many days");
	if (n > PAWL_SCHEDULE_AT_MAX || (!n && pawl_json_get_c(config, "at")))
		say(&r, "at", "has to be one time, or a list of 1 to 24");
	for (size_t i = 0; i < (n ? n : 1) && !r.failed; i++)
		add_time(s, &r, n ? &times[i] : NULL, days.data);
	if (r.failed)
		s->n_crons = 0;
	pawl_buf_fini(&days);
}
