#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/codec.h"

static void
test_hex_there_and_back(void **state)
{
	unsigned char all[256], back[256];
	char text[512];

	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	pawl_hex_encode(all, sizeof(all), text);
	assert_memory_equal(text, "000102", 6);
	assert_memory_equal(text + 506, "fdfeff", 6);
	assert_true(pawl_hex_decode(pawl_str(text, sizeof(text)), back));
	assert_memory_equal(all, back, sizeof(all));
}

static void
test_hex_takes_either_case_and_nothing_else(void **state)
{
	static const char *const bad[] = {"0",  "0g", "g0", "0x", " 0", "0 ",  "a-",
					  "/0", ":0", "@0", "G0", "`0", "00 0"};
	unsigned char out[2] = {0};

	assert_true(pawl_hex_decode(PAWL_STR("aBCd"), out));
	assert_int_equal(out[0], 0xab);
	assert_int_equal(out[1], 0xcd);
	assert_true(pawl_hex_decode(pawl_str(NULL, 0), out));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(pawl_hex_decode(pawl_str_c(bad[i]), out));
}

/* RFC 4648 section 10, and the two alphabets' own characters. */
static const struct {
	const char *plain, *std, *url;
} base64_cases[] = {
	{"", "", ""},
	{"f", "Zg==", "Zg"},
	{"fo", "Zm8=", "Zm8"},
	{"foo", "Zm9v", "Zm9v"},
	{"foob", "Zm9vYg==", "Zm9vYg"},
	{"fooba", "Zm9vYmE=", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	{"\xfb\xff\xbf", "+/+/", "-_-_"},
};

static void
test_base64_vectors_both_ways(void **state)
{
	struct pawl_arena arena;
	struct pawl_buf buf;
	struct pawl_str out;

	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 100);
	for (size_t i = 0; i < sizeof(base64_cases) / sizeof(base64_cases[0]); i++) {
		struct pawl_str plain = pawl_str_c(base64_cases[i].plain);

		pawl_buf_reset(&buf);
		assert_int_equal(pawl_base64_encode(&buf, plain, PAWL_BASE64_STD), PAWL_OK);
		assert_true(pawl_str_eq_c(pawl_buf_peek(&buf), base64_cases[i].std));
		assert_true(pawl_base64_decode(&arena, pawl_str_c(base64_cases[i].std),
					       PAWL_BASE64_STD, &out));
		assert_true(pawl_str_eq(out, plain));
		pawl_buf_reset(&buf);
		assert_int_equal(pawl_base64_encode(&buf, plain, PAWL_BASE64_URL), PAWL_OK);
		assert_true(pawl_str_eq_c(pawl_buf_peek(&buf), base64_cases[i].url));
		assert_true(pawl_base64_decode(&arena, pawl_str_c(base64_cases[i].url),
					       PAWL_BASE64_URL, &out));
		assert_true(pawl_str_eq(out, plain));
	}
	pawl_buf_fini(&buf);
	pawl_arena_fini(&arena);
}

static void
test_base64_random_bytes_come_back(void **state)
{
	unsigned char bytes[300];
	struct pawl_arena arena;
	struct pawl_buf buf;
	struct pawl_str out;

	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 400);
	pawl_random(bytes, sizeof(bytes));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		for (int form = PAWL_BASE64_STD; form <= PAWL_BASE64_URL; form++) {
			struct pawl_str data = pawl_str((char *)bytes, len);

			pawl_buf_reset(&buf);
			assert_int_equal(pawl_base64_encode(&buf, data, (enum pawl_base64)form),
					 PAWL_OK);
			assert_true(pawl_base64_decode(&arena, pawl_buf_peek(&buf),
						       (enum pawl_base64)form, &out));
			assert_true(pawl_str_eq(out, data));
		}
	}
	pawl_buf_fini(&buf);
	pawl_arena_fini(&arena);
}

static void
test_base64_appends_within_the_maximum(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 10);
	pawl_buf_append_c(&buf, "a=");
	assert_int_equal(pawl_base64_encode(&buf, PAWL_STR("foob"), PAWL_BASE64_STD), PAWL_OK);
	assert_string_equal(buf.data, "a=Zm9vYg==");
	assert_int_equal(pawl_base64_encode(&buf, PAWL_STR("f"), PAWL_BASE64_STD), PAWL_ETOOBIG);
	assert_string_equal(buf.data, "a=Zm9vYg==");
	pawl_buf_fini(&buf);
}

static void
test_base64_is_strict(void **state)
{
	static const struct {
		const char *text;
		enum pawl_base64 form;
	} bad[] = {
		{"Zg", PAWL_BASE64_STD},       {"Zg=", PAWL_BASE64_STD},
		{"Z", PAWL_BASE64_STD},        {"=", PAWL_BASE64_STD},
		{"====", PAWL_BASE64_STD},     {"Z===", PAWL_BASE64_STD},
		{"Zg==Zg==", PAWL_BASE64_STD}, {"Zm9v\n", PAWL_BASE64_STD},
		{" Zm9", PAWL_BASE64_STD},     {"Zm-v", PAWL_BASE64_STD},
		{"Zm_v", PAWL_BASE64_STD},     {"Z=g=", PAWL_BASE64_STD},
		{"Zh==", PAWL_BASE64_STD}, /* bits behind the last byte */
		{"Zm9=", PAWL_BASE64_STD},     {"Zg==", PAWL_BASE64_URL},
		{"Z", PAWL_BASE64_URL},        {"Zm9vZ", PAWL_BASE64_URL},
		{"Zm+v", PAWL_BASE64_URL},     {"Zm/v", PAWL_BASE64_URL},
		{"Zh", PAWL_BASE64_URL},       {"Zm9", PAWL_BASE64_URL},
		{"Zm8=", PAWL_BASE64_URL},     {"Zm\xc3\xa9", PAWL_BASE64_URL},
	};
	struct pawl_arena arena;
	struct pawl_str out;

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_base64_decode(&arena, pawl_str_c(bad[i].text), bad[i].form, &out))
			fail_msg("accepted: %s", bad[i].text);
	}
	assert_false(pawl_base64_decode(&arena, pawl_str("Zm9\0", 4), PAWL_BASE64_STD, &out));
	pawl_arena_fini(&arena);
}

static void
test_url_encode_leaves_unreserved_alone(void **state)
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, 100);
	assert_int_equal(pawl_url_encode(&buf, PAWL_STR("AZaz09-._~")), PAWL_OK);
	assert_string_equal(buf.data, "AZaz09-._~");
	pawl_buf_reset(&buf);
	assert_int_equal(pawl_url_encode(&buf, pawl_str("a b+/?&=%\0\xc3\xa9", 12)), PAWL_OK);
	assert_string_equal(buf.data, "a%20b%2B%2F%3F%26%3D%25%00%C3%A9");
	pawl_buf_fini(&buf);
	pawl_buf_init(&buf, 4);
	assert_int_equal(pawl_url_encode(&buf, PAWL_STR("a  ")), PAWL_ETOOBIG);
	pawl_buf_fini(&buf);
}

static void
test_url_decode_undoes_encode_for_every_byte(void **state)
{
	struct pawl_arena arena;
	struct pawl_buf buf;
	struct pawl_str out;
	char all[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 1000);
	pawl_url_encode(&buf, pawl_str(all, sizeof(all)));
	assert_true(pawl_url_decode(&arena, pawl_buf_peek(&buf), true, &out));
	assert_true(pawl_str_eq(out, pawl_str(all, sizeof(all))));
	pawl_buf_fini(&buf);
	pawl_arena_fini(&arena);
}

static void
test_plus_is_a_space_only_in_forms(void **state)
{
	struct pawl_arena arena;
	struct pawl_str out;

	pawl_arena_init(&arena, 0);
	assert_true(pawl_url_decode(&arena, PAWL_STR("a+b%2bc"), true, &out));
	assert_true(pawl_str_eq_c(out, "a b+c"));
	assert_true(pawl_url_decode(&arena, PAWL_STR("a+b%2Bc"), false, &out));
	assert_true(pawl_str_eq_c(out, "a+b+c"));
	assert_true(pawl_url_decode(&arena, pawl_str(NULL, 0), false, &out));
	assert_int_equal(out.len, 0);
	pawl_arena_fini(&arena);
}

static void
test_url_decode_refuses_broken_escapes(void **state)
{
	static const char *const bad[] = {"%",   "%4",   "a%",  "a%4", "%zz", "%4g",
					  "%g4", "%%41", "%+1", "% 1", "%-1"};
	struct pawl_arena arena;
	struct pawl_str out;

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pawl_url_decode(&arena, pawl_str_c(bad[i]), true, &out))
			fail_msg("accepted: %s", bad[i]);
	}
	/* the digits lie behind the end of the string */
	assert_false(pawl_url_decode(&arena, pawl_str("%41", 2), true, &out));
	pawl_arena_fini(&arena);
}

static void
test_random_fills_all_of_it(void **state)
{
	static unsigned char a[100000], b[sizeof(a)];
	size_t zeroes = 0;

	pawl_random(a, 0);
	pawl_random(a, sizeof(a));
	pawl_random(b, sizeof(b));
	assert_memory_not_equal(a, b, 16);
	for (size_t i = 0; i < sizeof(a); i++)
		zeroes += a[i] == 0;
	/* about 390; a part that was not filled would be all zeroes */
	assert_in_range(zeroes, 100, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex_there_and_back),
		cmocka_unit_test(test_hex_takes_either_case_and_nothing_else),
		cmocka_unit_test(test_base64_vectors_both_ways),
		cmocka_unit_test(test_base64_random_bytes_come_back),
		cmocka_unit_test(test_base64_appends_within_the_maximum),
		cmocka_unit_test(test_base64_is_strict),
		cmocka_unit_test(test_url_encode_leaves_unreserved_alone),
		cmocka_unit_test(test_url_decode_undoes_encode_for_every_byte),
		cmocka_unit_test(test_plus_is_a_space_only_in_forms),
		cmocka_unit_test(test_url_decode_refuses_broken_escapes),
		cmocka_unit_test(test_random_fills_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
