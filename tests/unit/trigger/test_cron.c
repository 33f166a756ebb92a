/* Cron expressions against times that were found by another way (cron/expected.py), and what is
 * said of those that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/parse.h"
#include "trigger/cron.h"

static void
check_line(struct pawl_str line)
{
	struct pawl_str zone_name, text, after_text, number;
	struct pawl_problems problems = {0};
	struct pawl_zone *zone;
	struct pawl_cron cron;
	int64_t at, wanted;

	assert_true(pawl_str_split(&line, '|', &zone_name));
	assert_true(pawl_str_split(&line, '|', &text));
	assert_true(pawl_str_split(&line, '|', &after_text));
	assert_true(pawl_parse_i64(after_text, &at));
	assert_int_equal(pawl_zone_open(zone_name, "", &zone, &problems), PAWL_OK);
	assert_int_equal(pawl_cron_parse(text, "", &cron, &problems), PAWL_OK);
	while (pawl_str_split(&line, ' ', &number)) {
		if (!number.len)
			continue;
		assert_true(pawl_parse_i64(number, &wanted));
		if (!pawl_cron_next(&cron, zone, at, &at) || at != wanted)
			fail_msg("%.*s in %.*s: %lld, and not %lld", PAWL_STR_ARG(text),
				 PAWL_STR_ARG(zone_name), (long long)at, (long long)wanted);
	}
	pawl_zone_free(zone);
	pawl_problems_fini(&problems);
}

static void
test_agrees_with_times_found_by_stepping(void **state)
{
	FILE *file = fopen(EXPECTED, "re");
	size_t size = 0, n = 0;
	char *line = NULL;
	ssize_t len;

	(void)state;
	assert_non_null(file);
	while ((len = getline(&line, &size, file)) > 0) {
		check_line(pawl_str_trim(pawl_str(line, (size_t)len)));
		n++;
	}
	assert_true(n > 300);
	free(line);
	fclose(file);
}

static void
test_says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "has 0 fields"},
		{"* * * *", "has 4 fields"},
		{"* * * * * * * *", "has 8 fields"},
		{"60 * * * *", "minute at column 1: 60 is not from 0 to 59"},
		{"0 24 * * *", "hour at column 3: 24 is not from 0 to 23"},
		{"0 0 0 * *", "day-of-month at column 5: 0 is not from 1 to 31"},
		{"0 0 1 13 *", "month at column 7: 13 is not from 1 to 12"},
		{"0 0 1 foo *", "expected a number or a name from JAN to DEC"},
		{"0 0 * * 8", "day-of-week at column 9: 8 is not from 0 to 7"},
		{"0 0 * * mo", "a name from SUN to SAT"},
		{"0 22-2 * * *", "hour at column 6: the range ends before it begins"},
		{"5/15 * * * *", "minute at column 2: a step needs a range or * before it"},
		{"*/0 * * * *", "a step of 0 is not from 1 to 60"},
		{"*/61 * * * *", "a step of 61 is not from 1 to 60"},
		{"*/x * * * *", "expected the number of a step"},
		{"1,,2 * * * *", "minute at column 3: a value is missing"},
		{"1, * * * *", "a value is missing"},
		{"1-2-3 * * * *", "minute at column 4: this does not belong here"},
		{"0 0 ? * *", "day-of-month at column 5: expected a number"},
		{"0 0 L * *", "expected a number"},
		{"0 0 15W * *", "this does not belong here"},
		{"0 0 * * 5#2", "this does not belong here"},
		{"0 0 12 * * *", "day-of-month or day-of-week has to be ?"},
		{"0 0 12 ? * ?", "only one of the two day fields may be ?"},
		{"0 0 12 ? * 0", "day-of-week at column 12: 0 is not from 1 to 7"},
		{"0 0 12 ? * 6#6", "from 1 to 5 behind #"},
		{"0 0 12 L-31 * ?", "from 1 to 30 behind L-"},
		{"0 0 12 * * ? 1969", "year at column 14: 1969 is not from 1970 to 2099"},
		{"0 0 12 * * ? 2030-2029", "the range ends before it begins"},
		{"0 0 30 2 *", "never comes true"},
		{"0 0 31 4,6 *", "never comes true"},
		{"0 0 12 29 2 ? 2027", "never comes true"},
		{"@reboot", "there is no @reboot"},
		{"99999999999999999999 * * * *", "is not from 0 to 59"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pawl_problems problems = {0};
		struct pawl_cron cron;

		if (pawl_cron_parse(pawl_str_c(cases[i].text), "/cron", &cron, &problems) ==
			    PAWL_OK ||
		    !problems.len || !strstr(problems.items[0].message, cases[i].says))
			fail_msg("\"%s\": %s", cases[i].text,
				 problems.len ? problems.items[0].message : "nothing is said");
		assert_string_equal(problems.items[0].where, "/cron");
		pawl_problems_fini(&problems);
	}
}

static void
test_every_mistake_is_said(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_cron cron;

	(void)state;
	assert_int_equal(pawl_cron_parse(PAWL_STR("60 24 0 13 8"), "", &cron, &problems),
			 PAWL_EINVAL);
	assert_int_equal(problems.len, 5);
	pawl_problems_fini(&problems);
}

static void
test_ends_after_the_last_year(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_zone *zone;
	struct pawl_cron cron;
	int64_t at, last_us;

	(void)state;
	assert_int_equal(pawl_zone_open(PAWL_STR("America/New_York"), "", &zone, &problems),
			 PAWL_OK);
	assert_int_equal(pawl_cron_parse(PAWL_STR("59 23 31 12 *"), "", &cron, &problems), PAWL_OK);
	assert_true(pawl_time_parse(PAWL_STR("2099-12-31T23:59:00-05:00"), &last_us));
	assert_true(pawl_cron_next(&cron, zone, last_us / 1000000 - 1, &at));
	assert_int_equal(at, last_us / 1000000);
	assert_false(pawl_cron_next(&cron, zone, at, &at));
	pawl_zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_times_found_by_stepping),
		cmocka_unit_test(test_says_what_is_wrong_and_where),
		cmocka_unit_test(test_every_mistake_is_said),
		cmocka_unit_test(test_ends_after_the_last_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
