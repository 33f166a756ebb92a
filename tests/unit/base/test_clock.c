#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "child.h"

static int64_t
parse_ok(const char *text)
{
	int64_t at_us = -1;

	if (!pawl_time_parse(pawl_str_c(text), &at_us))
		fail_msg("refused: %s", text);
	return at_us;
}

static void
test_wall_clock_is_after_this_was_written(void **state)
{
	int64_t now = pawl_clock_now_us();

	assert_true(now > parse_ok("2025-01-01"));
	assert_true(now < parse_ok("2100-01-01"));
}

static void
test_monotonic_clock_does_not_go_back(void **state)
{
	int64_t before = pawl_clock_mono_us();

	for (int i = 0; i < 10000; i++) {
		int64_t now = pawl_clock_mono_us();

		assert_true(now >= before);
		before = now;
	}
}

static void
test_shift_moves_the_wall_clock_alone(void **state)
{
	int64_t hour_us = INT64_C(3600000000), wall = pawl_clock_now_us();
	int64_t mono = pawl_clock_mono_us();

	pawl_clock_shift_us(hour_us);
	assert_true(pawl_clock_now_us() >= wall + hour_us);
	assert_true(pawl_clock_now_us() < wall + 2 * hour_us);
	assert_true(pawl_clock_mono_us() < mono + hour_us);
	pawl_clock_shift_us(-hour_us);
	assert_true(pawl_clock_now_us() < wall + hour_us);
}

/* The variable is read once, so each value has a process of its own, and the parent may
 * not read the clock before the last child has started. */
static void
print_now(void)
{
	dprintf(STDERR_FILENO, "%lld", (long long)pawl_clock_now_us());
	setenv("PAWL_CLOCK_SHIFT_MS", "0", 1);
	dprintf(STDERR_FILENO, " %lld", (long long)pawl_clock_now_us());
}

static void
test_environment_shift_is_read_once_and_checked(void **state)
{
	static const struct {
		const char *value;
		int64_t shift_us;
	} cases[] = {{"86400000", INT64_C(86400000000)},
		     {"-86400000", INT64_C(-86400000000)},
		     {"tomorrow", 0},
		     {"", 0},
		     {"9223372036854775807", 0}};
	const int64_t minute_us = 60000000;
	int64_t shown[5][2];
	char text[200], *end;

	for (size_t i = 0; i < 5; i++) {
		setenv("PAWL_CLOCK_SHIFT_MS", cases[i].value, 1);
		run_child(print_now, text, sizeof(text));
		shown[i][0] = strtoll(text, &end, 10);
		shown[i][1] = strtoll(end, NULL, 10);
	}
	unsetenv("PAWL_CLOCK_SHIFT_MS");
	for (size_t i = 0; i < 5; i++) {
		int64_t off_us = pawl_clock_now_us() + cases[i].shift_us - shown[i][0];

		assert_true(off_us >= 0 && off_us < minute_us);
		assert_true(shown[i][1] - shown[i][0] < minute_us);
	}
}

static void
test_format_is_rfc3339_in_utc(void **state)
{
	char out[PAWL_TIME_TEXT_MAX];

	assert_int_equal(pawl_time_format(0, out), 24);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	pawl_time_format(INT64_C(1795477252123999), out);
	assert_string_equal(out, "2026-11-23T23:40:52.123Z");
	pawl_time_format(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59.999Z");
	pawl_time_format(INT64_C(951827696000000), out);
	assert_string_equal(out, "2000-02-29T12:34:56.000Z");
}

static void
test_format_stays_within_four_digit_years(void **state)
{
	char out[PAWL_TIME_TEXT_MAX];

	assert_int_equal(pawl_time_format(INT64_MIN, out), 24);
	assert_string_equal(out, "0000-01-01T00:00:00.000Z");
	assert_int_equal(pawl_time_format(INT64_MAX, out), 24);
	assert_string_equal(out, "9999-12-31T23:59:59.999Z");
}

static void
test_parse_undoes_format(void **state)
{
	char out[PAWL_TIME_TEXT_MAX];
	int64_t step = INT64_C(86400000000) * 13 + 12345678000;

	/* some 28,000 moments over all years, leap days among them */
	for (int64_t at = INT64_C(-62167219200000000); at < INT64_C(253402300800000000);
	     at += step) {
		pawl_time_format(at, out);
		assert_int_equal(parse_ok(out), at);
	}
}

static void
test_parse_takes_offsets_and_fractions(void **state)
{
	int64_t at = INT64_C(1795477252000000);

	assert_int_equal(parse_ok("2026-11-23T23:40:52Z"), at);
	assert_int_equal(parse_ok("2026-11-23t23:40:52z"), at);
	assert_int_equal(parse_ok("2026-11-23 23:40:52Z"), at);
	assert_int_equal(parse_ok("2026-11-24T07:40:52+08:00"), at);
	assert_int_equal(parse_ok("2026-11-23T18:10:52-05:30"), at);
	assert_int_equal(parse_ok("2026-11-23T23:40:52-00:00"), at);
	assert_int_equal(parse_ok("2026-11-23T23:40:52.5Z"), at + 500000);
	assert_int_equal(parse_ok("2026-11-23T23:40:52.000001Z"), at + 1);
	assert_int_equal(parse_ok("2026-11-23T23:40:52.1234569999999999999999999Z"), at + 123456);
	assert_int_equal(parse_ok("2026-11-23"), INT64_C(1795392000000000));
	assert_int_equal(parse_ok("0000-01-01"), INT64_C(-62167219200000000));
}

static void
test_leap_second_ends_a_day_in_utc_only(void **state)
{
	int64_t at_us;

	assert_int_equal(parse_ok("2016-12-31T23:59:60Z"), parse_ok("2017-01-01"));
	assert_int_equal(parse_ok("2017-01-01T07:59:60+08:00"), parse_ok("2017-01-01"));
	assert_false(pawl_time_parse(PAWL_STR("2016-12-31T12:00:60Z"), &at_us));
	assert_false(pawl_time_parse(PAWL_STR("2016-12-31T23:59:60+01:00"), &at_us));
}

static void
test_parse_refuses_everything_else(void **state)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-11",
		"2026-11-2",
		"2026-1-23",
		"26-11-23",
		"2026-00-01",
		"2026-13-01",
		"2026-01-00",
		"2026-01-32",
		"2026-04-31",
		"2026-02-29",
		"1900-02-29",
		"+026-01-01",
		"-2026-01-01",
		"2026/11/23",
		" 2026-11-23",
		"2026-11-23 ",
		"2026-11-23T",
		"2026-11-23Z",
		"2026-11-23T23:40",
		"2026-11-23T23:40:52",
		"2026-11-23T24:00:00Z",
		"2026-11-23T23:60:00Z",
		"2026-11-23T23:40:61Z",
		"2026-11-23T23:40:52.Z",
		"2026-11-23T23:40:52,5Z",
		"2026-11-23T23:40:52.5",
		"2026-11-23T23:40:52ZZ",
		"2026-11-23T23:40:52+24:00",
		"2026-11-23T23:40:52+01:60",
		"2026-11-23T23:40:52+0100",
		"2026-11-23T23:40:52+1:00",
		"2026-11-23T23:40:52+01",
		"2026-11-23T-1:40:52Z",
	};
	int64_t at_us = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_time_parse(pawl_str_c(bad[i]), &at_us))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(pawl_time_parse(pawl_str(NULL, 0), &at_us));
	/* strchr finds the end of its list when it is asked for a zero byte */
	assert_false(pawl_time_parse(pawl_str("2026-11-23\0", 11), &at_us));
	assert_false(pawl_time_parse(pawl_str("2026-11-23T23:40:52\0", 20), &at_us));
	assert_int_equal(at_us, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: the clock must not have been read in this process */
		cmocka_unit_test(test_environment_shift_is_read_once_and_checked),
		cmocka_unit_test(test_wall_clock_is_after_this_was_written),
		cmocka_unit_test(test_monotonic_clock_does_not_go_back),
		cmocka_unit_test(test_shift_moves_the_wall_clock_alone),
		cmocka_unit_test(test_format_is_rfc3339_in_utc),
		cmocka_unit_test(test_format_stays_within_four_digit_years),
		cmocka_unit_test(test_parse_undoes_format),
		cmocka_unit_test(test_parse_takes_offsets_and_fractions),
		cmocka_unit_test(test_leap_second_ends_a_day_in_utc_only),
		cmocka_unit_test(test_parse_refuses_everything_else),
	};

	unsetenv("PAWL_CLOCK_SHIFT_MS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
