#include "server/abridge.h"

#include "server_testing.h"

static struct pawl_arena arena;

static int
setup(void **state)
{
	pawl_arena_init(&arena, 0);
	return 0;
}

static int
teardown(void **state)
{
	pawl_arena_fini(&arena);
	return 0;
}

static struct pawl_json
parsed(const struct pawl_buf *text)
{
	struct pawl_json v;

	assert_int_equal(pawl_json_parse(&arena, pawl_buf_peek(text), &v, NULL), PAWL_OK);
	return v;
}

static void
test_what_is_small_stays_as_it_is(void **state)
{
	struct pawl_json v = pawl_json_string_c("as it is"), out;
	bool cut = true;

	out = pawl_abridge(&arena, &v, 100, &cut);
	assert_false(cut);
	assert_true(pawl_json_equal(&v, &out));
}

static void
test_texts_and_lists_lose_their_ends_and_no_character_is_torn(void **state)
{
	struct pawl_json v, out;
	struct pawl_buf text;
	bool cut;

	pawl_buf_init(&text, 4 << 20);
	pawl_buf_append_c(&text, "{\"n\":1,\"text\":\"x");
	for (int i = 0; i < 40000; i++)
		pawl_buf_append_c(&text, "é");
	pawl_buf_append_c(&text, "\",\"list\":[0");
	for (int i = 1; i < 40000; i++)
		pawl_buf_printf(&text, ",%d", i);
	pawl_buf_append_c(&text, "]}");
	v = parsed(&text);
	out = pawl_abridge(&arena, &v, 64 << 10, &cut);
	assert_true(cut);
	assert_int_equal(out.len, 3);
	assert_int_equal(pawl_json_get_c(&out, "list")->len, 100);
	assert_true(pawl_str_is_utf8(pawl_json_str(pawl_json_get_c(&out, "text"))));
	assert_true(pawl_json_text(&arena, &out).len < 64 << 10);
	pawl_buf_fini(&text);
}

static void
test_what_is_wide_and_deep_gets_small_enough(void **state)
{
	struct pawl_json v, out;
	struct pawl_buf text;
	bool cut;

	pawl_buf_init(&text, 64 << 20);
	for (int depth = 0; depth < 40; depth++) {
		pawl_buf_append_c(&text, "{");
		for (int i = 0; i < 2000; i++)
			pawl_buf_printf(&text, "\"member_%d\":\"value\",", i);
		pawl_buf_append_c(&text, "\"in\":");
	}
	pawl_buf_append_c(&text, "1");
	for (int depth = 0; depth < 40; depth++)
		pawl_buf_append_char(&text, '}');
	v = parsed(&text);
	out = pawl_abridge(&arena, &v, 8 << 10, &cut);
	assert_true(cut);
	assert_true(pawl_json_text(&arena, &out).len <= 8 << 10);
	pawl_buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_small_stays_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_texts_and_lists_lose_their_ends_and_no_character_is_torn, setup,
			teardown),
		cmocka_unit_test_setup_teardown(test_what_is_wide_and_deep_gets_small_enough, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
