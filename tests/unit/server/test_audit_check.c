#include "server_testing.h"

#include <openssl/sha.h>
#include <stdio.h>

#include "base/codec.h"
#include "server/audit_check.h"

#define N 5

struct chain {
	char entry[N][300];
	char hash[N][65];
};

static void
hash_entry(struct chain *chain, size_t i)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)chain->entry[i], strlen(chain->entry[i]), digest);
	pawl_hex_encode(digest, sizeof digest, chain->hash[i]);
	chain->hash[i][64] = '\0';
}

static void
make(struct chain *chain)
{
	char zeros[65];

	memset(zeros, '0', 64);
	zeros[64] = '\0';
	for (size_t i = 0; i < N; i++) {
		snprintf(chain->entry[i], sizeof chain->entry[i],
			 "{\"action\":\"a\",\"prev\":\"%s\",\"seq\":%zu}",
			 i ? chain->hash[i - 1] : zeros, i + 1);
		hash_entry(chain, i);
	}
}

/* Newest first, but for the entry without a text. */
static bool
check(struct pawl_audit_check *check, const struct chain *chain, const char *noted)
{
	pawl_audit_check_begin(check, pawl_str_c(noted));
	for (size_t i = N; i-- > 0;)
		if (chain->entry[i][0])
			pawl_audit_check_entry(check, i + 1, pawl_str_c(chain->entry[i]),
					       pawl_str_c(chain->hash[i]));
	return pawl_audit_check_end(check);
}

static void
test_whole_chain(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	assert_true(check(&result, &chain, ""));
	assert_int_equal(result.n, N);
	assert_string_equal(result.head, chain.hash[N - 1]);
	assert_int_equal(result.broken_seq, 0);
	assert_true(check(&result, &chain, chain.hash[2]));
	pawl_audit_check_begin(&result, PAWL_STR(""));
	assert_true(pawl_audit_check_end(&result));
	assert_string_equal(result.head, "");
}

static void
test_altered_entry_is_named(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	chain.entry[1][11] = 'b';
	assert_false(check(&result, &chain, ""));
	assert_int_equal(result.broken_seq, 2);
	/* With its hash made anew, the next one tells. */
	hash_entry(&chain, 1);
	assert_false(check(&result, &chain, ""));
	assert_int_equal(result.broken_seq, 3);
}

static void
test_first_of_several_is_named(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	chain.entry[3][11] = 'b';
	chain.entry[0][11] = 'b';
	assert_false(check(&result, &chain, ""));
	assert_int_equal(result.broken_seq, 1);
}

static void
test_missing_entries_are_missed(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	chain.entry[2][0] = '\0';
	assert_false(check(&result, &chain, ""));
	assert_int_equal(result.broken_seq, 4);
	make(&chain);
	chain.entry[0][0] = '\0';
	assert_false(check(&result, &chain, ""));
	assert_int_equal(result.broken_seq, 2);
}

static void
test_shortened_log_is_told_by_the_noted_hash(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	chain.entry[N - 1][0] = '\0';
	assert_true(check(&result, &chain, ""));
	assert_false(check(&result, &chain, chain.hash[N - 1]));
	assert_int_equal(result.broken_seq, 0);
}

static void
test_chain_that_begins_with_another_is_none(void **state)
{
	struct pawl_audit_check result;
	struct chain chain;

	make(&chain);
	memcpy(strstr(chain.entry[0], "0000"), "1000", 4);
	hash_entry(&chain, 0);
	pawl_audit_check_begin(&result, PAWL_STR(""));
	pawl_audit_check_entry(&result, 1, pawl_str_c(chain.entry[0]), pawl_str_c(chain.hash[0]));
	assert_false(pawl_audit_check_end(&result));
	assert_int_equal(result.broken_seq, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_chain),
		cmocka_unit_test(test_altered_entry_is_named),
		cmocka_unit_test(test_first_of_several_is_named),
		cmocka_unit_test(test_missing_entries_are_missed),
		cmocka_unit_test(test_shortened_log_is_told_by_the_noted_hash),
		cmocka_unit_test(test_chain_that_begins_with_another_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
