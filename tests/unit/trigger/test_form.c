#include "trigger_testing.h"

#include "base/clock.h"
#include "trigger/form.h"
#include "trigger/input.h"

static void
check(const char *text, const char *expected)
{
	struct pawl_arena arena;
	struct pawl_json v;

	pawl_arena_init(&arena, 0);
	v = pawl_form_parse(&arena, pawl_str_c(text));
	assert_json(&arena, &v, expected);
	pawl_arena_fini(&arena);
}

static void
test_names_and_values(void **state)
{
	check("", "{}");
	check("a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}");
	check("a", "{\"a\":\"\"}");
	check("a=", "{\"a\":\"\"}");
	check("=a", "{\"\":\"a\"}");
	check("=", "{\"\":\"\"}");
	check("&&a=1&&&b=2&", "{\"a\":\"1\",\"b\":\"2\"}");
	check("a=b=c", "{\"a\":\"b=c\"}");
	check("a=1;b=2", "{\"a\":\"1;b=2\"}");
}

static void
test_repeated_names_become_arrays(void **state)
{
	check("a=1&a=2", "{\"a\":[\"1\",\"2\"]}");
	check("b=0&a=1&a=2&c=3&a=", "{\"b\":\"0\",\"a\":[\"1\",\"2\",\"\"],\"c\":\"3\"}");
	check("a=1&%61=2", "{\"a\":[\"1\",\"2\"]}");
	check("A=1&a=2", "{\"A\":\"1\",\"a\":\"2\"}");
}

static void
test_escapes(void **state)
{
	check("a+b=c+d", "{\"a b\":\"c d\"}");
	check("a=%2B%26%3d", "{\"a\":\"+&=\"}");
	check("a=%C3%A9", "{\"a\":\"\xC3\xA9\"}");
	check("a=%22%5c%0a", "{\"a\":\"\\\"\\\\\\n\"}");
}

static void
test_broken_escapes_are_kept(void **state)
{
	check("a=100%", "{\"a\":\"100%\"}");
	check("a=%4", "{\"a\":\"%4\"}");
	check("a=%zz%41", "{\"a\":\"%zzA\"}");
	check("%=%%", "{\"%\":\"%%\"}");
	check("a=%%41", "{\"a\":\"%A\"}");
	check("a=%u0041", "{\"a\":\"%u0041\"}");
}

static void
test_bytes_that_are_not_utf8_are_replaced(void **state)
{
	check("a=%ff", "{\"a\":\"\xEF\xBF\xBD\"}");
	check("a=\xff+b", "{\"a\":\"\xEF\xBF\xBD b\"}");
	check("\xff=1", "{\"\xEF\xBF\xBD\":\"1\"}");
}

static void
test_nul_is_a_character(void **state)
{
	struct pawl_arena arena;
	struct pawl_json v;

	pawl_arena_init(&arena, 0);
	v = pawl_form_parse(&arena, PAWL_STR("a=%00b"));
	assert_json(&arena, &v, "{\"a\":\"\\u0000b\"}");
	pawl_arena_fini(&arena);
}

/* More names than are looked up one by one; order stays. */
static void
test_many_names(void **state)
{
	struct pawl_arena arena;
	struct pawl_json v;
	struct pawl_buf buf;
	const struct pawl_json *item;

	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 1 << 20);
	for (int i = 0; i < 400; i++)
		pawl_buf_printf(&buf, "k%d=%d&", i % 200, i);
	v = pawl_form_parse(&arena, pawl_buf_peek(&buf));
	assert_int_equal(v.len, 200);
	assert_str(v.members[7].key, "k7");
	item = pawl_json_get_c(&v, "k199");
	assert_json(&arena, item, "[\"199\",\"399\"]");
	pawl_buf_fini(&buf);
	pawl_arena_fini(&arena);
}

/* Half a million fields, of one name and of as many: not a quadratic time. */
static void
test_hostile_numbers_of_fields(void **state)
{
	int64_t from = pawl_clock_mono_us();
	struct pawl_arena arena;
	struct pawl_json v;
	struct pawl_buf buf;

	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 16 << 20);
	for (int i = 0; i < 300000; i++)
		pawl_buf_append_c(&buf, "a&");
	for (int i = 0; i < 100000; i++)
		pawl_buf_printf(&buf, "%x&", (unsigned)i);
	v = pawl_form_parse(&arena, pawl_buf_peek(&buf));
	assert_int_equal(v.len, 100000);
	assert_int_equal(pawl_json_get_c(&v, "a")->len, 300001);
	assert_true(pawl_clock_mono_us() - from < 20 * 1000000LL);
	pawl_buf_fini(&buf);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_values),
		cmocka_unit_test(test_repeated_names_become_arrays),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_broken_escapes_are_kept),
		cmocka_unit_test(test_bytes_that_are_not_utf8_are_replaced),
		cmocka_unit_test(test_nul_is_a_character),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_hostile_numbers_of_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
