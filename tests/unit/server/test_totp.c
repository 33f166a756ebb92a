#include "server_testing.h"

#include "server/totp.h"

/* RFC 6238, appendix B: SHA-1, of whose eight digits six are used here. */
static void
test_codes_are_those_of_rfc_6238(void **state)
{
	static const struct {
		int64_t at_s;
		uint32_t code;
	} vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
		       {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
	struct pawl_str secret = PAWL_STR("12345678901234567890");

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_int_equal(pawl_totp_code(secret, vectors[i].at_s / PAWL_TOTP_STEP_S),
				 vectors[i].code);
}

static int64_t
match(const char *code, int64_t at_s, int64_t after)
{
	return pawl_totp_match(PAWL_STR("12345678901234567890"), pawl_str_c(code), at_s * 1000000,
			       after);
}

static void
test_a_code_fits_its_step_and_those_beside_it(void **state)
{
	int64_t step = 1111111111 / PAWL_TOTP_STEP_S, begins = step * PAWL_TOTP_STEP_S;

	assert_int_equal(match("050471", begins, 0), step);
	assert_int_equal(match("050 471", begins + 29, 0), step);
	assert_int_equal(match("050471", begins + 59, 0), step);
	assert_int_equal(match("050471", begins - 1, 0), step);
	assert_int_equal(match("050471", begins + 60, 0), 0);
	assert_int_equal(match("050471", begins - 31, 0), 0);
}

static void
test_a_code_is_good_once(void **state)
{
	int64_t step = 1111111111 / PAWL_TOTP_STEP_S;

	assert_int_equal(match("050471", 1111111111, step - 1), step);
	assert_int_equal(match("050471", 1111111111, step), 0);
	assert_int_equal(match("050471", 1111111111, step + 1), 0);
}

static void
test_what_is_no_code_fits_nothing(void **state)
{
	static const char *const wrong[] = {"",       "05047", "0504711", "05047x",
					    "-50471", "50471", "050472",  "      "};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(match(wrong[i], 1111111111, 0), 0);
}

/* RFC 4648 section 10, without its padding. */
static void
test_base32_is_that_of_rfc_4648(void **state)
{
	static const char *const vectors[][2] = {{"", ""},
						 {"f", "MY"},
						 {"fo", "MZXQ"},
						 {"foo", "MZXW6"},
						 {"foob", "MZXW6YQ"},
						 {"fooba", "MZXW6YTB"},
						 {"foobar", "MZXW6YTBOI"}};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_true(pawl_str_eq_c(pawl_base32_encode(&arena, pawl_str_c(vectors[i][0])),
					  vectors[i][1]));
	pawl_arena_fini(&arena);
}

static void
test_uri_is_what_authenticators_read(void **state)
{
	struct pawl_arena arena;
	struct pawl_str uri;

	pawl_arena_init(&arena, 0);
	uri = pawl_totp_uri(&arena, PAWL_STR("Ann & Bob"), PAWL_STR("foobar"));
	assert_true(pawl_str_eq_c(uri, "otpauth://totp/Pawl:Ann%20%26%20Bob?secret=MZXW6YTBOI"
				       "&issuer=Pawl&algorithm=SHA1&digits=6&period=30"));
	pawl_arena_fini(&arena);
}

static void
test_recovery_codes_differ_and_are_read_as_people_write_them(void **state)
{
	unsigned char hash[3][32];
	struct pawl_str a, b;
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	a = pawl_recovery_code_make(&arena);
	b = pawl_recovery_code_make(&arena);
	assert_int_equal(a.len, 19);
	assert_int_equal(a.ptr[4], '-');
	assert_false(pawl_str_eq(a, b));
	pawl_recovery_code_hash(PAWL_STR("abcd-efgh-2345-6777"), hash[0]);
	pawl_recovery_code_hash(PAWL_STR("ABCD efgh 23456777"), hash[1]);
	pawl_recovery_code_hash(PAWL_STR("abcd-efgh-2345-6776"), hash[2]);
	assert_memory_equal(hash[0], hash[1], 32);
	assert_memory_not_equal(hash[0], hash[2], 32);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_are_those_of_rfc_6238),
		cmocka_unit_test(test_a_code_fits_its_step_and_those_beside_it),
		cmocka_unit_test(test_a_code_is_good_once),
		cmocka_unit_test(test_what_is_no_code_fits_nothing),
		cmocka_unit_test(test_base32_is_that_of_rfc_4648),
		cmocka_unit_test(test_uri_is_what_authenticators_read),
		cmocka_unit_test(test_recovery_codes_differ_and_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
