#include "trigger_testing.h"

#include <pthread.h>

#include "base/codec.h"
#include "trigger/auth/mac.h"

static void
assert_mac(enum pawl_mac_algorithm algorithm, struct pawl_str key, struct pawl_str data,
	   const char *expected)
{
	unsigned char mac[PAWL_MAC_MAX];
	char text[2 * PAWL_MAC_MAX + 1] = "";

	assert_true(pawl_mac(algorithm, key, &data, 1, mac));
	pawl_hex_encode(mac, pawl_mac_len(algorithm), text);
	assert_string_equal(text, expected);
}

/* RFC 2202 and RFC 4231, test case 2 of each. */
static void
test_published_vectors(void **state)
{
	const struct pawl_str key = PAWL_STR("Jefe");
	const struct pawl_str data = PAWL_STR("what do ya want for nothing?");

	assert_mac(PAWL_MAC_HMAC_SHA1, key, data, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_mac(PAWL_MAC_HMAC_SHA256, key, data,
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_mac(PAWL_MAC_HMAC_SHA512, key, data,
		   "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
		   "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

/* RFC 4231, test case 6. */
static void
test_key_longer_than_a_block(void **state)
{
	char key[131];

	memset(key, 0xaa, sizeof(key));
	assert_mac(PAWL_MAC_HMAC_SHA256, pawl_str(key, sizeof(key)),
		   PAWL_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
		   "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
test_pieces_are_the_same_as_the_whole(void **state)
{
	const struct pawl_str key = PAWL_STR("k");
	const struct pawl_str whole = PAWL_STR("12.{}");
	const struct pawl_str pieces[] = {PAWL_STR("12"), PAWL_STR(""), {NULL, 0}, PAWL_STR(".{}")};
	unsigned char a[PAWL_MAC_MAX], b[PAWL_MAC_MAX];

	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA256, key, &whole, 1, a));
	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA256, key, pieces, LEN(pieces), b));
	assert_memory_equal(a, b, 32);
}

/* A context is used again: nothing of the key before may stay in it. */
static void
test_keys_do_not_mix(void **state)
{
	const struct pawl_str data = PAWL_STR("data");
	unsigned char first[PAWL_MAC_MAX], other[PAWL_MAC_MAX], again[PAWL_MAC_MAX];

	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA256, PAWL_STR("a"), &data, 1, first));
	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA256, PAWL_STR("b"), &data, 1, other));
	assert_true(pawl_mac(PAWL_MAC_HMAC_SHA256, PAWL_STR("a"), &data, 1, again));
	assert_memory_equal(first, again, 32);
	assert_memory_not_equal(first, other, 32);
}

static void
test_names(void **state)
{
	enum pawl_mac_algorithm algorithm;

	assert_true(pawl_mac_parse(PAWL_STR("hmac-sha512"), &algorithm));
	assert_int_equal(algorithm, PAWL_MAC_HMAC_SHA512);
	assert_false(pawl_mac_parse(PAWL_STR("sha512"), &algorithm));
	assert_false(pawl_mac_parse(PAWL_STR("HMAC-SHA512"), &algorithm));
	assert_false(pawl_mac_parse(PAWL_STR(""), &algorithm));
}

static void *
compute_often(void *arg)
{
	unsigned char *out = arg;
	const struct pawl_str data = PAWL_STR("data");

	for (int i = 0; i < 2000; i++) {
		if (!pawl_mac(PAWL_MAC_HMAC_SHA1, PAWL_STR("key"), &data, 1, out))
			return NULL;
	}
	return out;
}

static void
test_threads_have_contexts_of_their_own(void **state)
{
	unsigned char out[4][PAWL_MAC_MAX];
	pthread_t threads[4];
	void *done;

	for (size_t i = 0; i < LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, compute_often, out[i]), 0);
	for (size_t i = 0; i < LEN(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &done), 0);
		assert_ptr_equal(done, out[i]);
		assert_memory_equal(out[i], out[0], 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_vectors),
		cmocka_unit_test(test_key_longer_than_a_block),
		cmocka_unit_test(test_pieces_are_the_same_as_the_whole),
		cmocka_unit_test(test_keys_do_not_mix),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_threads_have_contexts_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
