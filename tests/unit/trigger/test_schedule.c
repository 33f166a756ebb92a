/* The schedule trigger: its settings, and what is due when. */
#include "trigger_testing.h"

#include "base/clock.h"
#include "trigger/schedule.h"

#define S  INT64_C(1000000)
#define ID 4711

struct fixture {
	struct pawl_arena arena;
	struct pawl_schedule *schedule;
	struct pawl_schedule_due due;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	pawl_arena_init(&f->arena, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_schedule_free(f->schedule);
	pawl_arena_fini(&f->arena);
	free(f);
	return 0;
}

static void
make(struct fixture *f, const char *text)
{
	struct pawl_json config = parse_json(&f->arena, text);

	pawl_schedule_free(f->schedule);
	f->schedule = pawl_schedule_new(&config, "", NULL);
	assert_non_null(f->schedule);
}

static int64_t
at(const char *text)
{
	int64_t at_us;

	assert_true(pawl_time_parse(pawl_str_c(text), &at_us));
	return at_us;
}

static void
look(struct fixture *f, const char *from, const char *now)
{
	pawl_schedule_due(f->schedule, ID, at(from), at(now), &f->due);
}

static void
assert_next(struct fixture *f, const char *after, const char *wanted)
{
	int64_t at_us;

	assert_true(pawl_schedule_next(f->schedule, at(after), &at_us));
	assert_int_equal(at_us, at(wanted));
}

static void
test_every_names_days_and_times(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"every\":\"day\"}");
	assert_next(f, "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z");
	make(f,
	     "{\"every\":\"week\",\"on\":[\"Fri\",\"tuesday\"],\"at\":[\"09:30\",\"18:00:05\"]}");
	assert_next(f, "2027-01-01T09:30:00Z", "2027-01-01T18:00:05Z"); /* a Friday */
	assert_next(f, "2027-01-01T18:00:05Z", "2027-01-05T09:30:00Z");
	make(f, "{\"every\":\"month\",\"on\":[\"last\",15],\"time_zone\":\"Asia/Kolkata\"}");
	assert_next(f, "2027-02-01T00:00:00Z", "2027-02-14T18:30:00Z");
	assert_next(f, "2027-02-15T00:00:00Z", "2027-02-27T18:30:00Z");
	make(f, "{\"every\":\"month\"}");
	assert_next(f, "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
}

static void
test_a_time_that_has_come_is_due_once(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"cron\":\"0 * * * *\"}");
	look(f, "2027-01-01T00:30:00Z", "2027-01-01T00:59:59Z");
	assert_int_equal(f->due.n, 0);
	assert_true(f->due.has_next);
	assert_int_equal(f->due.wake_at_us, at("2027-01-01T01:00:00Z"));
	look(f, "2027-01-01T00:30:00Z", "2027-01-01T01:00:30Z");
	assert_int_equal(f->due.n, 1);
	assert_int_equal(f->due.n_missed, 0);
	assert_false(f->due.is_late);
	look(f, "2027-01-01T01:00:00Z", "2027-01-01T01:00:30Z");
	assert_int_equal(f->due.n, 0);
}

static void
test_missed_times_follow_the_rule(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"cron\":\"0 * * * *\"}");
	look(f, "2027-01-01T00:30:00Z", "2027-01-01T05:00:20Z");
	assert_int_equal(f->due.n, 1); /* 05:00 is not late */
	assert_int_equal(f->due.at_us[0], at("2027-01-01T05:00:00Z"));
	assert_int_equal(f->due.n_missed, 4);
	assert_true(f->due.through_us >= at("2027-01-01T04:00:00Z"));
	make(f, "{\"cron\":\"0 * * * *\",\"missed\":\"once\"}");
	look(f, "2027-01-01T00:30:00Z", "2027-01-01T05:20:00Z");
	assert_int_equal(f->due.n, 1);
	assert_int_equal(f->due.at_us[0], at("2027-01-01T05:00:00Z"));
	assert_int_equal(f->due.n_missed, 4);
	make(f, "{\"cron\":\"0 * * * *\",\"missed\":\"all\"}");
	look(f, "2027-01-01T00:30:00Z", "2027-01-01T05:20:00Z");
	assert_int_equal(f->due.n, 5);
	assert_int_equal(f->due.at_us[0], at("2027-01-01T01:00:00Z"));
	assert_int_equal(f->due.at_us[4], at("2027-01-01T05:00:00Z"));
}

/* Also where millions have passed: found from the end, not from the beginning. */
static void
test_the_latest_hundred_are_made_up_for(void **state)
{
	struct fixture *f = *state;

	make(f, "{\"cron\":\"* * * * * ?\",\"missed\":\"all\"}");
	look(f, "2027-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
	assert_int_equal(f->due.n, PAWL_SCHEDULE_DUE_MAX);
	assert_int_equal(f->due.at_us[99], at("2037-01-01T00:00:00Z"));
	assert_int_equal(f->due.at_us[0], at("2037-01-01T00:00:00Z") - 99 * S);
	make(f, "{\"cron\":\"* * * * * ? 2027\",\"missed\":\"all\"}");
	look(f, "2027-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
	assert_int_equal(f->due.n, PAWL_SCHEDULE_DUE_MAX);
	assert_int_equal(f->due.at_us[99], at("2027-12-31T23:59:59Z"));
	assert_false(f->due.has_next);
}

static void
test_jitter_is_the_same_each_time(void **state)
{
	struct fixture *f = *state;
	int64_t first, other;

	make(f, "{\"cron\":\"0 * * * *\",\"jitter\":\"10m\"}");
	look(f, "2027-01-01T00:00:00Z", "2027-01-01T00:30:00Z");
	first = f->due.wake_at_us;
	assert_true(first >= at("2027-01-01T01:00:00Z") && first < at("2027-01-01T01:10:00Z"));
	look(f, "2027-01-01T00:10:00Z", "2027-01-01T00:50:00Z");
	assert_int_equal(f->due.wake_at_us, first);
	pawl_schedule_due(f->schedule, ID, at("2027-01-01T00:00:00Z"), first - 1, &f->due);
	assert_int_equal(f->due.n, 0);
	pawl_schedule_due(f->schedule, ID, at("2027-01-01T00:00:00Z"), first, &f->due);
	assert_int_equal(f->due.n, 1);
	assert_int_equal(f->due.at_us[0], at("2027-01-01T01:00:00Z"));
	look(f, "2027-01-01T01:00:00Z", "2027-01-01T01:30:00Z");
	other = f->due.wake_at_us - 3600 * S;
	assert_int_not_equal(other, first);
}

static void
test_input_says_what_the_run_is_for(void **state)
{
	struct fixture *f = *state;
	struct pawl_json input;

	make(f, "{\"cron\":\"30 2 * * *\",\"time_zone\":\"America/New_York\",\"input\":[1]}");
	input = parse_json(
		&f->arena,
		pawl_arena_dup_c(&f->arena,
				 pawl_schedule_input(f->schedule, at("2027-01-01T07:30:00Z"), 3,
						     &f->arena)));
	assert_true(pawl_str_eq_c(pawl_json_get_str(&input, "local_time", PAWL_STR("")),
				  "2027-01-01T02:30:00-05:00"));
	assert_true(pawl_str_eq_c(pawl_json_get_str(&input, "scheduled_at", PAWL_STR("")),
				  "2027-01-01T07:30:00.000Z"));
	assert_int_equal(pawl_json_get_c(&input, "data")->len, 1);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_every_names_days_and_times),   T(test_a_time_that_has_come_is_due_once),
		T(test_missed_times_follow_the_rule), T(test_the_latest_hundred_are_made_up_for),
		T(test_jitter_is_the_same_each_time), T(test_input_says_what_the_run_is_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
