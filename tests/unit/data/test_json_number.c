#include <float.h>
#include <math.h>

#include "json_testing.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static int
cmp(const char *a, const char *b)
{
	return pawl_json_number_cmp(pawl_str_c(a), pawl_str_c(b));
}

static void
test_order_is_exact(void **state)
{
	/* Strictly ascending. */
	static const char *const ascending[] = {"-1e99999999999999999999999999",
						"-1e99999999999999999999999998",
						"-1e400",
						"-1e399",
						"-18446744073709551616",
						"-18446744073709551615",
						"-10",
						"-9.5",
						"-2",
						"-1.0000000000001",
						"-1",
						"-0.1",
						"-1e-400",
						"-1e-999999999999999999999",
						"0",
						"1e-999999999999999999999",
						"1E-999999999999",
						"1e-400",
						"0.00001",
						"0.1",
						"0.10000000000000000000000000000000001",
						"0.2",
						"1",
						"1.0000000000000000000000000000000000000001",
						"2",
						"9.99",
						"10",
						"11",
						"9007199254740992",
						"9007199254740993",
						"18446744073709551615",
						"18446744073709551616",
						"1e399",
						"9.9e399",
						"1e400",
						"1E999999999999",
						"1e1000000000000",
						"1e9999999999999999999",
						"1e10000000000000000000",
						"1e10000000000000000001"};

	for (size_t i = 0; i < LEN(ascending); i++) {
		for (size_t j = 0; j < LEN(ascending); j++) {
			int expected = i < j ? -1 : i > j;

			if (cmp(ascending[i], ascending[j]) != expected)
				fail_msg("%s %s", ascending[i], ascending[j]);
		}
	}
}

static void
test_one_value_has_many_spellings(void **state)
{
	static const char *const zeros[] = {"0",    "-0", "0.0", "-0.000", "0e5", "0E999999999999",
					    "-0e-9"};
	static const char *const ones[] = {"1",
					   "1.0",
					   "10e-1",
					   "0.1e1",
					   "1e0",
					   "1E+00",
					   "1e-0",
					   "1000000000000000000000e-21",
					   "0.00000000000001e14"};
	static const char *const big[] = {"12e99999999999999999999", "1.2e100000000000000000000",
					  "0.12e+100000000000000000001", "120e99999999999999999998",
					  "1200.00e00099999999999999999997"};

	for (size_t i = 0; i < LEN(zeros); i++)
		assert_int_equal(cmp(zeros[i], zeros[(i + 1) % LEN(zeros)]), 0);
	for (size_t i = 0; i < LEN(ones); i++)
		assert_int_equal(cmp(ones[i], ones[(i + 1) % LEN(ones)]), 0);
	for (size_t i = 0; i < LEN(big); i++)
		assert_int_equal(cmp(big[i], big[(i + 1) % LEN(big)]), 0);
	assert_int_equal(cmp("-1", "1"), -1);
	assert_int_equal(cmp("-10e-1", "-1.0"), 0);
}

static void
test_a_long_fraction_makes_up_for_a_huge_exponent(void **state)
{
	char text[2100] = "0.";

	memset(text + 2, '0', 1999);
	memcpy(text + 2001, "7e2000", 7);
	assert_int_equal(cmp(text, "7"), 0);
	assert_int_equal(cmp(text, "7.01"), -1);
}

static void
test_whole_numbers_convert_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {{"0", 0},
		     {"-0", 0},
		     {"0e99999999999999", 0},
		     {"1", 1},
		     {"-1", -1},
		     {"1e2", 100},
		     {"5.0", 5},
		     {"5.000e0", 5},
		     {"1.5e1", 15},
		     {"100e-2", 1},
		     {"0.05e2", 5},
		     {"12.30e2", 1230},
		     {"9223372036854775807", INT64_MAX},
		     {"-9223372036854775808", INT64_MIN},
		     {"9.223372036854775807e18", INT64_MAX},
		     {"922337203685477580700e-2", INT64_MAX}};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_json v = json(cases[i].text);
		int64_t got = 42;

		if (!pawl_json_to_i64(&v, &got) || got != cases[i].value)
			fail_msg("%s: %lld", cases[i].text, (long long)got);
	}
}

static void
test_other_numbers_are_not_whole(void **state)
{
	static const char *const bad[] = {"0.5",
					  "1e-1",
					  "1.5",
					  "12.34e1",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "18446744073709551616",
					  "99999999999999999999",
					  "1e19",
					  "1e400",
					  "1e-400",
					  "1E999999999999999999999999",
					  "1E-999999999999999999999999",
					  "\"1\"",
					  "null",
					  "[1]"};

	for (size_t i = 0; i < LEN(bad); i++) {
		struct pawl_json v = json(bad[i]);
		int64_t got = 42;

		if (pawl_json_to_i64(&v, &got))
			fail_msg("%s: %lld", bad[i], (long long)got);
		assert_int_equal(got, 42);
	}
	assert_false(pawl_json_to_i64(NULL, &(int64_t){0}));
}

static void
test_doubles_are_the_nearest(void **state)
{
	struct pawl_json v =
		json("[0.1, -0, 1.7976931348623157e308, 5e-324, 1e-400, 123456789012345678,"
		     "0.1000000000000000055511151231257827021181583404541015625000000000001]");
	double d;

	assert_true(pawl_json_to_double(&v.items[0], &d) && d == 0.1);
	assert_true(pawl_json_to_double(&v.items[1], &d) && d == 0 && signbit(d));
	assert_true(pawl_json_to_double(&v.items[2], &d) && d == DBL_MAX);
	assert_true(pawl_json_to_double(&v.items[3], &d) && d == 5e-324);
	assert_true(pawl_json_to_double(&v.items[4], &d) && d == 0);
	assert_true(pawl_json_to_double(&v.items[5], &d) && d == 123456789012345680.0);
	assert_true(pawl_json_to_double(&v.items[6], &d) && d == 0.1);
}

static void
test_numbers_beyond_the_range_have_no_double(void **state)
{
	struct pawl_json v = json("[1e400, -1e309, 1E999999999999, \"1\", true]");
	double d = 42;

	for (uint32_t i = 0; i < v.len; i++)
		assert_false(pawl_json_to_double(&v.items[i], &d));
	assert_false(pawl_json_to_double(NULL, &d));
	assert_true(d == 42);
}

static void
test_doubles_are_written_shortest(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {{0, "0"},
		     {-0.0, "-0"},
		     {1, "1"},
		     {-17, "-17"},
		     {0.1, "0.1"},
		     {1.5, "1.5"},
		     {1e6, "1000000"},
		     {9007199254740992.0, "9007199254740992"},
		     {1e300, "1e+300"},
		     {5e-324, "5e-324"},
		     {0.1 + 0.2, "0.30000000000000004"},
		     {1.0 / 3, "0.3333333333333333"},
		     {DBL_MAX, "1.7976931348623157e+308"},
		     {DBL_MIN, "2.2250738585072014e-308"}};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_json v = pawl_json_double(&arena, cases[i].value);
		double back;

		assert_string_equal(compact(v), cases[i].text);
		assert_int_equal(pawl_json_validate(pawl_json_str(&v), NULL), PAWL_OK);
		assert_true(pawl_json_to_double(&v, &back) && back == cases[i].value);
	}
	assert_int_equal(pawl_json_double(&arena, NAN).type, PAWL_JSON_NULL);
	assert_int_equal(pawl_json_double(&arena, INFINITY).type, PAWL_JSON_NULL);
	assert_int_equal(pawl_json_double(&arena, -INFINITY).type, PAWL_JSON_NULL);
}

static void
test_integers_and_ids_are_written_whole(void **state)
{
	assert_string_equal(compact(pawl_json_int(&arena, INT64_MIN)), "-9223372036854775808");
	assert_string_equal(compact(pawl_json_int(&arena, INT64_MAX)), "9223372036854775807");
	assert_string_equal(compact(pawl_json_int(&arena, 0)), "0");
	assert_string_equal(compact(pawl_json_id(&arena, 9223372036854775807u)),
			    "\"9223372036854775807\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		json_test(test_order_is_exact),
		json_test(test_one_value_has_many_spellings),
		json_test(test_a_long_fraction_makes_up_for_a_huge_exponent),
		json_test(test_whole_numbers_convert_exactly),
		json_test(test_other_numbers_are_not_whole),
		json_test(test_doubles_are_the_nearest),
		json_test(test_numbers_beyond_the_range_have_no_double),
		json_test(test_doubles_are_written_shortest),
		json_test(test_integers_and_ids_are_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
