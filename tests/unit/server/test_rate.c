#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/rate.h"

#define SECOND INT64_C(1000000)

static void
test_a_burst_and_then_the_rate(void **state)
{
	struct pawl_rate rate;

	pawl_rate_init(&rate, 10, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pawl_rate_take(&rate, SECOND), 0);
	assert_int_equal(pawl_rate_take(&rate, SECOND), SECOND / 10);
	assert_int_equal(pawl_rate_take(&rate, SECOND + 40000), SECOND / 10 - 40000);
	/* Waiting as long as was said is enough, and what is refused costs nothing. */
	assert_int_equal(pawl_rate_take(&rate, SECOND + SECOND / 10), 0);
	assert_int_not_equal(pawl_rate_take(&rate, SECOND + SECOND / 10), 0);
	/* After a rest the whole burst is there again, and no more. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(pawl_rate_take(&rate, 100 * SECOND), 0);
	assert_int_not_equal(pawl_rate_take(&rate, 100 * SECOND), 0);
}

static void
test_less_than_one_a_second(void **state)
{
	struct pawl_rate rate;

	pawl_rate_init(&rate, 0.5, 1);
	assert_int_equal(pawl_rate_take(&rate, SECOND), 0);
	assert_int_equal(pawl_rate_take(&rate, SECOND), 2 * SECOND);
	assert_int_equal(pawl_rate_take(&rate, 3 * SECOND), 0);
}

static void
test_no_limit(void **state)
{
	struct pawl_rate rate;

	pawl_rate_init(&rate, 0, 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pawl_rate_take(&rate, SECOND), 0);
}

static void
test_a_changed_limit_goes_on_where_the_old_one_stood(void **state)
{
	struct pawl_rate old, rate;

	pawl_rate_init(&old, 1, 1);
	assert_int_equal(pawl_rate_take(&old, SECOND), 0);
	pawl_rate_init(&rate, 1, 1);
	pawl_rate_inherit(&rate, &old);
	assert_int_equal(pawl_rate_take(&rate, SECOND), SECOND);
}

static struct pawl_ip
address(const char *text)
{
	struct pawl_ip ip;

	assert_true(pawl_ip_parse(pawl_str_c(text), &ip));
	return ip;
}

static void
test_each_address_has_its_own(void **state)
{
	struct pawl_rate_table *table = pawl_rate_table_new(1, 1);
	struct pawl_ip a = address("192.0.2.1"), b = address("192.0.2.2");
	struct pawl_ip c = address("2001:db8::1"), same = address("2001:db8::2");
	struct pawl_ip other = address("2001:db8:0:1::1");

	assert_int_equal(pawl_rate_table_take(table, &a, SECOND), 0);
	assert_int_equal(pawl_rate_table_take(table, &b, SECOND), 0);
	assert_int_equal(pawl_rate_table_take(table, &a, SECOND), SECOND);
	assert_int_equal(pawl_rate_table_take(table, &c, SECOND), 0);
	assert_int_equal(pawl_rate_table_take(table, &same, SECOND), SECOND);
	assert_int_equal(pawl_rate_table_take(table, &other, SECOND), 0);
	pawl_rate_table_free(table);
}

static void
test_memory_is_bounded_whoever_calls(void **state)
{
	struct pawl_rate_table *table = pawl_rate_table_new(1, 1);
	struct pawl_ip ip = {.family = 4, .bytes = {10}};
	size_t refused = 0;

	/* More addresses than there is room for: each is new, and let in. */
	for (uint32_t i = 0; i < 300000; i++) {
		memcpy(ip.bytes, &i, sizeof(i));
		refused += pawl_rate_table_take(table, &ip, SECOND + i) != 0;
	}
	assert_int_equal(refused, 0);
	assert_int_not_equal(pawl_rate_table_take(table, &ip, SECOND + 300000), 0);
	pawl_rate_table_free(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_burst_and_then_the_rate),
		cmocka_unit_test(test_less_than_one_a_second),
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_a_changed_limit_goes_on_where_the_old_one_stood),
		cmocka_unit_test(test_each_address_has_its_own),
		cmocka_unit_test(test_memory_is_bounded_whoever_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
