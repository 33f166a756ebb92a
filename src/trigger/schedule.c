#include "trigger/schedule.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/calendar.h"
#include "base/clock.h"
#include "trigger/fields.h"
#include "trigger/schedule_internal.h"

#define US INT64_C(1000000)
/* Where the latest times are looked for, a window that has this many is not made smaller. */
#define WINDOW_TIMES (10 * PAWL_SCHEDULE_DUE_MAX)

/* ---- settings ---------------------------------------------------------------------- */

static const char *const every_names[] = {"day", "week", "month", NULL};
static const char *const missed_names[] = {"skip", "once", "all", NULL};

static const struct pawl_field schedule_fields[] = {
	{.name = "every",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = every_names,
	 .label = "Every",
	 .help = "How often; `at` and `on` say when. For anything else there is `cron`.",
	 .example = "\"week\""},
	{.name = "at",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_STATIC,
	 .show_if = "every=day|week|month",
	 .label = "At",
	 .help = "The time of day, HH:MM or HH:MM:SS, or a list of up to 24 of them; 00:00 without "
		 "it.",
	 .example = "\"09:30\""},
	{.name = "on",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_STATIC,
	 .show_if = "every=week|month",
	 .label = "On",
	 .help = "Weekdays of a week (\"monday\"), days of a month (1 to 31, or \"last\"): one, or "
		 "a "
		 "list. A month without such a day is passed over. Without it, Monday, and the "
		 "first.",
	 .example = "[\"monday\", \"thursday\"]"},
	{.name = "cron",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = PAWL_CRON_TEXT_MAX,
	 .label = "Cron expression",
	 .help = "In place of `every`: five fields as in crontab, or six or seven as in Quartz.",
	 .example = "\"0 9 * * MON-FRI\""},
	{.name = "time_zone",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "\"UTC\"",
	 .min = 1,
	 .max = PAWL_ZONE_NAME_MAX,
	 .label = "Time zone",
	 .help = "Whose clocks show these times: a name of the time zone database.",
	 .example = "\"Europe/Berlin\""},
	{.name = "missed",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = missed_names,
	 .default_json = "\"skip\"",
	 .label = "Missed times",
	 .help = "What becomes of times that are more than a minute past when Pawl can start them "
		 "(it was down, or the workflow paused): nothing (skip), one run for all of them "
		 "(once), or a run for each of the latest hundred (all).",
	 .example = "\"once\""},
	{.name = "jitter",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .default_json = "\"0s\"",
	 .min = 0,
	 .max = 3600000,
	 .label = "Jitter",
	 .help = "Each run starts up to so much later, so that not everything happens at once. How "
		 "much, the workflow and the time decide.",
	 .example = "\"5m\""},
	{.name = "input",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_STATIC,
	 .label = "Input",
	 .help = "What the runs find in ${workflow.input.data}.",
	 .example = "{\"report\": \"weekly\"}"},
	PAWL_TRIGGER_CONCURRENCY,
	{0},
};

/* ---- making ------------------------------------------------------------------------- */

static void
read_missed(struct pawl_schedule *s, const struct pawl_json *config)
{
	struct pawl_str missed = pawl_json_get_str(config, "missed", PAWL_STR("skip"));

	for (int i = 0; missed_names[i]; i++)
		if (pawl_str_eq_c(missed, missed_names[i]))
			s->missed = (enum pawl_missed)i;
}

static void
read_times(struct pawl_schedule *s, const struct pawl_json *config, const char *pointer,
	   struct pawl_problems *problems)
{
	const struct pawl_json *cron = pawl_json_get_c(config, "cron");
	bool has_every = pawl_json_get_c(config, "every") != NULL;
	char where[160];

	if (!cron == !has_every) {
		pawl_problems_add(problems, pointer,
				  has_every ? "has both `every` and `cron`: leave one out"
					    : "has no time: give it `every`, or `cron`");
		return;
	}
	if (has_every) {
		pawl_schedule_read_every(s, config, pointer, problems);
		return;
	}
	snprintf(where, sizeof(where), "%s/cron", pointer);
	if (pawl_json_is(cron, PAWL_JSON_STRING) &&
	    pawl_cron_parse(pawl_json_str(cron), where, &s->crons[0], problems) == PAWL_OK)
		s->n_crons = 1;
}

static struct pawl_schedule *
new_schedule(void)
{
	struct pawl_schedule *s = pawl_calloc(1, sizeof(*s));

	s->magic = PAWL_SCHEDULE_MAGIC;
	pawl_arena_init(&s->arena, 0);
	return s;
}

/* Whole, or freed. */
static struct pawl_schedule *
if_whole(struct pawl_schedule *s)
{
	if (s->n_crons && s->zone)
		return s;
	pawl_schedule_free(s);
	return NULL;
}

struct pawl_schedule *
pawl_schedule_new(const struct pawl_json *config, const char *pointer,
		  struct pawl_problems *problems)
{
	struct pawl_schedule *s = new_schedule();
	const struct pawl_json *data = pawl_json_get_c(config, "input");
	char where[160];

	s->zone_name =
		pawl_arena_dup(&s->arena, pawl_json_get_str(config, "time_zone", PAWL_STR("UTC")));
	s->jitter_us = pawl_config_duration_ms(config, "jitter", 0) * 1000;
	if (data)
		s->data = pawl_json_text(&s->arena, data);
	read_missed(s, config);
	snprintf(where, sizeof(where), "%s/time_zone", pointer);
	if (pawl_zone_open(s->zone_name, where, &s->zone, problems) != PAWL_OK)
		s->zone = NULL;
	read_times(s, config, pointer, problems);
	return if_whole(s);
}

struct pawl_schedule *
pawl_schedule_of_cron(struct pawl_str cron, struct pawl_str zone, struct pawl_problems *problems)
{
	struct pawl_schedule *s = new_schedule();

	s->zone_name = pawl_arena_dup(&s->arena, zone);
	if (pawl_zone_open(zone, "--zone", &s->zone, problems) != PAWL_OK)
		s->zone = NULL;
	if (pawl_cron_parse(cron, "", &s->crons[0], problems) == PAWL_OK)
		s->n_crons = 1;
	return if_whole(s);
}

void
pawl_schedule_free(struct pawl_schedule *s)
{
	if (!s)
		return;
	PAWL_CHECK_OBJ(s, PAWL_SCHEDULE_MAGIC);
	pawl_zone_free(s->zone);
	pawl_arena_fini(&s->arena);
	s->magic = 0;
	free(s);
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	pawl_schedule_free(pawl_schedule_new(config, pointer, problems));
}

const struct pawl_trigger_type pawl_trigger_schedule = {
	.name = "schedule",
	.label = "Schedule",
	.summary = "Starts runs at set times",
	.icon = "calendar-clock",
	.fields = schedule_fields,
	.example = "{\"every\": \"week\", \"on\": [\"monday\"], \"at\": \"09:30\", \"time_zone\": "
		   "\"Europe/Berlin\"}",
	.check = check,
};

/* ---- times ------------------------------------------------------------------------------ */

bool
pawl_schedule_next(const struct pawl_schedule *s, int64_t after_us, int64_t *at_us)
{
	int64_t after = after_us >= 0 ? after_us / US : -1, at, first = INT64_MAX;

	PAWL_CHECK_OBJ(s, PAWL_SCHEDULE_MAGIC);
	for (size_t i = 0; i < s->n_crons; i++)
		if (pawl_cron_next(&s->crons[i], s->zone, after, &at) && at < first)
			first = at;
	*at_us = first * (first < INT64_MAX ? US : 1);
	return first < INT64_MAX;
}

struct pawl_str
pawl_schedule_zone(const struct pawl_schedule *s)
{
	return s->zone_name;
}

struct pawl_str
pawl_schedule_local(const struct pawl_schedule *s, int64_t at_us, struct pawl_arena *arena)
{
	struct pawl_zone_period period;
	char text[PAWL_TIME_TEXT_MAX];
	int minutes;

	pawl_zone_period(s->zone, at_us / US, &period);
	pawl_time_format(at_us + period.offset_s * US, text);
	minutes = abs(period.offset_s) / 60;
	return pawl_arena_printf(arena, "%.19s%c%02d:%02d", text, period.offset_s < 0 ? '-' : '+',
				 minutes / 60, minutes % 60);
}

/* From the workflow and the time alone (the finaliser of SplitMix64). */
static int64_t
delay_us(const struct pawl_schedule *s, uint64_t workflow_id, int64_t at_us)
{
	uint64_t z = workflow_id + (uint64_t)(at_us / US) * UINT64_C(0x9e3779b97f4a7c15);

	if (!s->jitter_us)
		return 0;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (int64_t)((z ^ (z >> 31)) % (uint64_t)s->jitter_us);
}

/* Times in (after_us, until_us], counted up to `max`. */
static size_t
count(const struct pawl_schedule *s, int64_t after_us, int64_t until_us, size_t max)
{
	size_t n = 0;

	while (n < max && pawl_schedule_next(s, after_us, &after_us) && after_us <= until_us)
		n++;
	return n;
}

/* Not before from_us, and early enough that the latest times that count are behind it: after a
 * long time there may be millions before those. */
static int64_t
window_start(const struct pawl_schedule *s, int64_t from_us, int64_t now_us)
{
	int64_t late = now_us, early = now_us, width = 60 * US;

	if (s->missed == PAWL_MISSED_SKIP) {
		early = now_us - PAWL_SCHEDULE_GRACE_US - s->jitter_us - US;
		return early > from_us ? early : from_us;
	}
	while (early > from_us &&
	       count(s, early, now_us, PAWL_SCHEDULE_DUE_MAX + 1) <= PAWL_SCHEDULE_DUE_MAX) {
		late = early;
		early = now_us - width;
		width *= 2;
	}
	if (early <= from_us)
		early = from_us;
	while (late - early > US && count(s, early, now_us, WINDOW_TIMES) == WINDOW_TIMES) {
		int64_t middle = early + (late - early) / 2;

		if (count(s, middle, now_us, WINDOW_TIMES) > PAWL_SCHEDULE_DUE_MAX)
			early = middle;
		else
			late = middle;
	}
	return early;
}

static bool
is_late(const struct pawl_schedule *s, uint64_t workflow_id, int64_t at_us, int64_t now_us)
{
	return at_us + delay_us(s, workflow_id, at_us) + PAWL_SCHEDULE_GRACE_US <= now_us;
}

static void
append(struct pawl_schedule_due *out, int64_t at_us)
{
	if (out->n == PAWL_SCHEDULE_DUE_MAX) {
		memmove(out->at_us, out->at_us + 1, (out->n - 1) * sizeof(out->at_us[0]));
		out->n--;
		out->n_missed += out->n_missed < PAWL_SCHEDULE_DUE_MAX;
	}
	out->at_us[out->n++] = at_us;
}

/* Those that have come, in their order: one whose jitter is long holds up the next. */
static void
gather(const struct pawl_schedule *s, uint64_t workflow_id, int64_t after_us, int64_t now_us,
       struct pawl_schedule_due *out)
{
	int64_t at_us = after_us;

	while (pawl_schedule_next(s, at_us, &at_us)) {
		out->wake_at_us = at_us + delay_us(s, workflow_id, at_us);
		if (out->wake_at_us > now_us) {
			out->has_next = true;
			return;
		}
		append(out, at_us);
	}
}

static void
drop_first(struct pawl_schedule_due *out, size_t n)
{
	out->n -= n;
	memmove(out->at_us, out->at_us + n, out->n * sizeof(out->at_us[0]));
	out->n_missed += n;
	if (out->n_missed > PAWL_SCHEDULE_DUE_MAX)
		out->n_missed = PAWL_SCHEDULE_DUE_MAX;
}

void
pawl_schedule_due(const struct pawl_schedule *s, uint64_t workflow_id, int64_t from_us,
		  int64_t now_us, struct pawl_schedule_due *out)
{
	int64_t start_us = window_start(s, from_us, now_us);
	size_t n_late = 0;

	out->n = out->n_missed = 0;
	out->through_us = 0;
	out->has_next = out->is_late = false;
	out->wake_at_us = 0;
	gather(s, workflow_id, start_us, now_us, out);
	while (n_late < out->n && is_late(s, workflow_id, out->at_us[n_late], now_us))
		n_late++;
	switch (s->missed) {
	case PAWL_MISSED_SKIP:
		if (n_late || start_us > from_us)
			out->through_us = n_late ? out->at_us[n_late - 1] : start_us;
		out->n_missed = count(s, from_us, start_us, PAWL_SCHEDULE_DUE_MAX);
		drop_first(out, n_late);
		break;
	case PAWL_MISSED_ONCE:
		out->is_late = n_late > 0;
		if (out->is_late)
			drop_first(out, out->n - 1);
		break;
	case PAWL_MISSED_ALL:
		out->is_late = n_late > 0;
		break;
	}
}

struct pawl_str
pawl_schedule_input(const struct pawl_schedule *s, int64_t at_us, size_t n_missed,
		    struct pawl_arena *arena)
{
	char text[PAWL_TIME_TEXT_MAX];
	size_t len = pawl_time_format(at_us, text);
	struct pawl_str local = pawl_schedule_local(s, at_us, arena);

	return pawl_arena_printf(
		arena,
		"{\"scheduled_at\":\"%.*s\",\"local_time\":\"%.*s\",\"time_zone\":\"%.*s\","
		"\"missed\":%zu,\"data\":%.*s}",
		(int)len, text, PAWL_STR_ARG(local), PAWL_STR_ARG(s->zone_name), n_missed,
		s->data.len ? (int)s->data.len : 4, s->data.len ? s->data.ptr : "null");
}
