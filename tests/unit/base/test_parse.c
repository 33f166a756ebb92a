#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parse.h"

static void
test_u64_to_its_ends(void **state)
{
	static const char *const bad[] = {"",
					  "-",
					  "-0",
					  "-1",
					  "+1",
					  " 1",
					  "1 ",
					  "1a",
					  "0x1",
					  "1.0",
					  "1e2",
					  "18446744073709551616",
					  "18446744073709551620",
					  "99999999999999999999",
					  "100000000000000000000"};
	uint64_t v = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_parse_u64(pawl_str_c(bad[i]), &v))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(pawl_parse_u64(pawl_str(NULL, 0), &v));
	assert_false(pawl_parse_u64(pawl_str("1\0", 2), &v));
	assert_int_equal(v, 42);
	assert_true(pawl_parse_u64(PAWL_STR("0"), &v) && v == 0);
	assert_true(pawl_parse_u64(PAWL_STR("007"), &v) && v == 7);
	assert_true(pawl_parse_u64(PAWL_STR("18446744073709551615"), &v) && v == UINT64_MAX);
	/* only the length counts */
	assert_true(pawl_parse_u64(pawl_str("123", 2), &v) && v == 12);
}

static void
test_i64_to_its_ends(void **state)
{
	static const char *const bad[] = {"",
					  "-",
					  "--1",
					  "+1",
					  "- 1",
					  "1-",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "18446744073709551615",
					  "-18446744073709551615"};
	int64_t v = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_parse_i64(pawl_str_c(bad[i]), &v))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_int_equal(v, 42);
	assert_true(pawl_parse_i64(PAWL_STR("-0"), &v) && v == 0);
	assert_true(pawl_parse_i64(PAWL_STR("-1"), &v) && v == -1);
	assert_true(pawl_parse_i64(PAWL_STR("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(pawl_parse_i64(PAWL_STR("-9223372036854775808"), &v) && v == INT64_MIN);
}

static void
test_range_is_inclusive(void **state)
{
	uint64_t v = 42;

	assert_false(pawl_parse_u64_range(PAWL_STR("0"), 1, 65535, &v));
	assert_false(pawl_parse_u64_range(PAWL_STR("65536"), 1, 65535, &v));
	assert_false(pawl_parse_u64_range(PAWL_STR("x"), 1, 65535, &v));
	assert_int_equal(v, 42);
	assert_true(pawl_parse_u64_range(PAWL_STR("1"), 1, 65535, &v) && v == 1);
	assert_true(pawl_parse_u64_range(PAWL_STR("65535"), 1, 65535, &v) && v == 65535);
}

static void
test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{"0s", 0},
		{"0ms", 0},
		{"500ms", 500},
		{"30s", 30000},
		{"5m", 300000},
		{"2h", 7200000},
		{"7d", 604800000},
		{"1.5s", 1500},
		{"0.5h", 1800000},
		{"1.001s", 1001},
		{"2.0ms", 2},
		{"0.000000000d", 0},
		{"1.25d", 108000000},
		{"00030s", 30000},
		{"0.001s", 1},
		{"9223372036854775807ms", INT64_MAX},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int64_t ms = -1;

		if (!pawl_parse_duration_ms(pawl_str_c(good[i].text), &ms))
			fail_msg("refused: %s", good[i].text);
		assert_int_equal(ms, good[i].ms);
	}
}

static void
test_durations_refuse_everything_else(void **state)
{
	static const char *const bad[] = {
		"",
		"0",
		"30",
		"s",
		"ms",
		"-1s",
		"+1s",
		" 1s",
		"1 s",
		"1s ",
		"1S",
		"1M",
		"1w",
		"1us",
		"1sec",
		"1h30m",
		"1.s",
		".5s",
		"1..5s",
		"1.5.5s",
		"1,5s",
		"1e3s",
		"0x10s",
		"0.5ms",
		"1.0001s",
		"-0s",
		"1.-5s",
		"1mss",
		"0.0000000001d",
		"0.0000000000s",
		"9223372036854775808ms",
		"9223372036854776s",
		"106751991168d",
		"99999999999999999999999d",
	};
	int64_t ms = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_parse_duration_ms(pawl_str_c(bad[i]), &ms))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(pawl_parse_duration_ms(pawl_str(NULL, 0), &ms));
	assert_false(pawl_parse_duration_ms(pawl_str("1s\0", 3), &ms));
	assert_int_equal(ms, 42);
}

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{"0", 0},
		{"512B", 512},
		{"1048576", 1048576},
		{"64KiB", 65536},
		{"1MiB", 1048576},
		{"2GiB", UINT64_C(2147483648)},
		{"18446744073709551615B", UINT64_MAX},
		{"17179869183GiB", UINT64_MAX - (UINT64_C(1) << 30) + 1},
	};
	static const char *const bad[] = {"",
					  "B",
					  "KiB",
					  "1KB",
					  "1kib",
					  "1K",
					  "1 KiB",
					  "1.5MiB",
					  "-1B",
					  "+1B",
					  "1TiB",
					  "1KiBB",
					  "17179869184GiB",
					  "18446744073709551616"};
	uint64_t bytes;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		bytes = 42;
		if (!pawl_parse_size(pawl_str_c(good[i].text), &bytes))
			fail_msg("refused: %s", good[i].text);
		assert_true(bytes == good[i].bytes);
	}
	bytes = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_parse_size(pawl_str_c(bad[i]), &bytes))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_int_equal(bytes, 42);
}

static void
test_size_arithmetic_sees_overflow(void **state)
{
	size_t out;

	assert_true(pawl_size_add(SIZE_MAX - 1, 1, &out) && out == SIZE_MAX);
	assert_false(pawl_size_add(SIZE_MAX, 1, &out));
	assert_true(pawl_size_mul(SIZE_MAX / 2, 2, &out) && out == SIZE_MAX - 1);
	assert_true(pawl_size_mul(0, SIZE_MAX, &out) && out == 0);
	assert_false(pawl_size_mul(SIZE_MAX / 2 + 1, 2, &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64_to_its_ends),
		cmocka_unit_test(test_i64_to_its_ends),
		cmocka_unit_test(test_range_is_inclusive),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_durations_refuse_everything_else),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_size_arithmetic_sees_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
