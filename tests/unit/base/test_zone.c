#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/zone_rule.h"

static int64_t
seconds(const char *text)
{
	int64_t at_us;

	assert_true(pawl_time_parse(pawl_str_c(text), &at_us));
	return at_us / 1000000;
}

static void
test_knows_changes_of_the_list_and_of_the_rule(void **state)
{
	static const struct {
		const char *zone, *at;
		int32_t offset, before;
		const char *from, *until;
	} cases[] = {
		{"Europe/Berlin", "2027-07-01T00:00:00Z", 7200, 3600, "2027-03-28T01:00:00Z",
		 "2027-10-31T01:00:00Z"},
		{"Europe/Berlin", "2027-10-31T01:00:00Z", 3600, 7200, "2027-10-31T01:00:00Z",
		 "2028-03-26T01:00:00Z"},
		{"Europe/Berlin", "2071-07-01T00:00:00Z", 7200, 3600, "2071-03-29T01:00:00Z",
		 "2071-10-25T01:00:00Z"},
		{"Australia/Lord_Howe", "2060-01-01T00:00:00Z", 39600, 37800,
		 "2059-10-05T02:00:00+10:30", "2060-04-04T02:00:00+11:00"},
		{"America/New_York", "1966-05-01T00:00:00-05:00", -14400, -18000,
		 "1966-04-24T02:00:00-05:00", "1966-10-30T02:00:00-04:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_zone_period p;
		struct pawl_zone *zone;

		assert_int_equal(pawl_zone_open(pawl_str_c(cases[i].zone), "", &zone, NULL),
				 PAWL_OK);
		pawl_zone_period(zone, seconds(cases[i].at), &p);
		assert_int_equal(p.offset_s, cases[i].offset);
		assert_int_equal(p.before_s, cases[i].before);
		assert_int_equal(p.from, seconds(cases[i].from));
		assert_int_equal(p.until, seconds(cases[i].until));
		pawl_zone_free(zone);
	}
}

static void
test_zone_without_changes_has_one_period_now(void **state)
{
	struct pawl_zone_period p;
	struct pawl_zone *zone;

	(void)state;
	assert_int_equal(pawl_zone_open(PAWL_STR("Asia/Kolkata"), "", &zone, NULL), PAWL_OK);
	pawl_zone_period(zone, seconds("2050-01-01"), &p);
	assert_int_equal(p.offset_s, 19800);
	assert_true(p.until == INT64_MAX);
	pawl_zone_free(zone);
	assert_int_equal(pawl_zone_open(PAWL_STR("UTC"), "", &zone, NULL), PAWL_OK);
	pawl_zone_period(zone, 0, &p);
	assert_int_equal(p.offset_s, 0);
	assert_true(p.from == INT64_MIN && p.until == INT64_MAX);
	pawl_zone_free(zone);
}

static void
test_names_lead_nowhere_else(void **state)
{
	static const char *const bad[] = {"",
					  "/etc/passwd",
					  "../../etc/passwd",
					  "Europe",
					  "Europe/../UTC",
					  "Europe//Berlin",
					  "europe/berlin",
					  "Europe/Berlin\n",
					  "Etc/UTC/"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pawl_problems problems = {0};
		struct pawl_zone *zone;

		assert_int_not_equal(pawl_zone_open(pawl_str_c(bad[i]), "/tz", &zone, &problems),
				     PAWL_OK);
		assert_null(zone);
		assert_int_equal(problems.len, 1);
		pawl_problems_fini(&problems);
	}
}

static void
test_a_missing_database_is_said(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_zone *zone;

	(void)state;
	setenv("TZDIR", "/nonexistent", 1);
	assert_int_equal(pawl_zone_open(PAWL_STR("Europe/Berlin"), "", &zone, &problems), PAWL_EIO);
	assert_non_null(strstr(problems.items[0].message, "install the package tzdata"));
	unsetenv("TZDIR");
	pawl_problems_fini(&problems);
}

static void
test_rules_are_read_strictly(void **state)
{
	static const char *const good[] = {"UTC0",
					   "<+0330>-3:30",
					   "CET-1CEST,M3.5.0,M10.5.0/3",
					   "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
					   "XXX0YYY,J60/0,300/167",
					   "IST-1GMT0,M10.5.0,M3.5.0/1"};
	static const char *const bad[] = {"",
					  "UT0",
					  "UTC",
					  "UTC25",
					  "CET-1CEST",
					  "CET-1CEST,M3.5.0",
					  "<+0330-3:30",
					  "A1B2C,M1.1.1,M2.1.1",
					  "CET-1CEST,M13.5.0,M10.5.0",
					  "CET-1CEST,M3.6.0,M10.5.0",
					  "CET-1CEST,M3.5.0,M10.5.0 ",
					  "CET-1CEST,J0,J365"};
	struct pawl_zone_rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!pawl_zone_rule_parse(pawl_str_c(good[i]), &rule))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (pawl_zone_rule_parse(pawl_str_c(bad[i]), &rule))
			fail_msg("%s", bad[i]);
}

static void
test_what_is_no_tzif_is_refused(void **state)
{
	(void)state;
	assert_null(pawl_zone_parse(PAWL_STR("")));
	assert_null(pawl_zone_parse(PAWL_STR("TZif2")));
	assert_null(pawl_zone_parse(PAWL_STR("hello, this is no zone at all, and it is long enough "
					     "for a header and more")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_changes_of_the_list_and_of_the_rule),
		cmocka_unit_test(test_zone_without_changes_has_one_period_now),
		cmocka_unit_test(test_names_lead_nowhere_else),
		cmocka_unit_test(test_a_missing_database_is_said),
		cmocka_unit_test(test_rules_are_read_strictly),
		cmocka_unit_test(test_what_is_no_tzif_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
