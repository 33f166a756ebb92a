#include "trigger_testing.h"

#include "trigger/auth/remote_keys.h"

struct canned {
	enum pawl_remote_state state;
	unsigned asked;
};

static enum pawl_remote_state
find(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	struct canned *canned = ctx;

	(void)want, (void)out;
	canned->asked++;
	return canned->state;
}

static void
test_what_is_wanted_is_noted(void **state)
{
	struct canned canned = {PAWL_REMOTE_HAVE, 0};
	struct pawl_remote remote = {find, &canned, false, {0}};
	struct pawl_remote_want first = {PAWL_REMOTE_VISIT, PAWL_STR("https://a/"), PAWL_STR("")};
	struct pawl_remote_want second = {PAWL_REMOTE_JWKS, PAWL_STR("https://b/"), PAWL_STR("k")};
	struct pawl_refusal refusal = {0};
	struct pawl_keyset *set;

	assert_int_equal(pawl_remote_get(&remote, &first, &set, &refusal), PAWL_REMOTE_HAVE);
	assert_null(refusal.code);
	canned.state = PAWL_REMOTE_PENDING;
	assert_int_equal(pawl_remote_get(&remote, &first, &set, &refusal), PAWL_REMOTE_PENDING);
	assert_string_equal(refusal.code, PAWL_REFUSAL_PENDING);
	assert_int_equal(pawl_remote_get(&remote, &second, &set, &refusal), PAWL_REMOTE_PENDING);
	assert_true(remote.is_pending);
	assert_str(remote.wanted.url, "https://a/"); /* one after the other */
	canned.state = PAWL_REMOTE_FAILED;
	assert_int_equal(pawl_remote_get(&remote, &second, &set, &refusal), PAWL_REMOTE_FAILED);
	assert_string_equal(refusal.code, PAWL_REFUSAL_UNAVAILABLE);
	assert_null(set);
	assert_int_equal(canned.asked, 4);
}

static void
test_without_a_way_nothing_can_be_had(void **state)
{
	struct pawl_remote_want want = {PAWL_REMOTE_JWKS, PAWL_STR("https://b/"), PAWL_STR("")};
	struct pawl_refusal refusal = {0};
	struct pawl_keyset *set;

	assert_int_equal(pawl_remote_get(NULL, &want, &set, &refusal), PAWL_REMOTE_FAILED);
	assert_string_equal(refusal.code, PAWL_REFUSAL_UNAVAILABLE);
}

static void
test_urls_that_a_request_may_name(void **state)
{
	static const struct {
		const char *url;
		bool allowed;
	} cases[] = {
		{"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", true},
		{"https://sns.cn-north-1.amazonaws.com.cn/a.pem", true},
		{"https://sns.us-east-1.amazonaws.com:443/a.pem", true},
		{"https://sns.us-east-1.amazonaws.com/a.pem?x=1", true},
		{"http://sns.us-east-1.amazonaws.com/a.pem", false},
		{"HTTPS://sns.us-east-1.amazonaws.com/a.pem", false},
		{"https://sns.us-east-1.amazonaws.com:8443/a.pem", false},
		{"https://sns.us-east-1.amazonaws.com/a.txt", false},
		{"https://sns.us-east-1.amazonaws.com/a?x=.pem", false},
		{"https://sns.us-east-1.amazonaws.com", false},
		{"https://sns.us-east-1.amazonaws.com.evil.example/a.pem", false},
		{"https://evil.example/sns.us-east-1.amazonaws.com/a.pem", false},
		{"https://user@sns.us-east-1.amazonaws.com/a.pem", false},
		{"https://evil.example#sns.us-east-1.amazonaws.com/a.pem", false},
		{"https://evil.example\\sns.us-east-1.amazonaws.com/a.pem", false},
		{"https://sns.us-east-1.amazonaws.com/a\\b.pem", false},
		{"https://sns.us-east-1.amazonaws.com/a b.pem", false},
		{"https://sns.us-east-1.amazonaws.com/a\n.pem", false},
		{"https://sns.us-east-1.amazonaws.com/a#.pem", false},
		{"https://sns.us-east-1.amazonaws.com\n/a.pem", false},
		{"https:///a.pem", false},
		{"", false},
	};
	struct pawl_regexp *host = pawl_remote_host_pattern(
		PAWL_STR("^sns\\.[a-zA-Z0-9-]{3,}\\.amazonaws\\.com(\\.cn)?$"));

	assert_non_null(host);
	for (size_t i = 0; i < LEN(cases); i++) {
		if (pawl_remote_url_is_allowed(pawl_str_c(cases[i].url), host, PAWL_STR(".pem")) !=
		    cases[i].allowed)
			fail_msg("%s", cases[i].url);
	}
	pawl_regexp_free(host);
}

static void
test_host_patterns_match_the_whole(void **state)
{
	struct pawl_regexp *host = pawl_remote_host_pattern(PAWL_STR("a\\.b|c"));

	assert_true(pawl_remote_url_is_allowed(PAWL_STR("https://a.b/"), host, PAWL_STR("")));
	assert_true(pawl_remote_url_is_allowed(PAWL_STR("https://c/"), host, PAWL_STR("")));
	assert_false(pawl_remote_url_is_allowed(PAWL_STR("https://a.bc/"), host, PAWL_STR("")));
	assert_false(pawl_remote_url_is_allowed(PAWL_STR("https://cc/"), host, PAWL_STR("")));
	pawl_regexp_free(host);
	assert_null(pawl_remote_host_pattern(PAWL_STR("(")));
	assert_null(pawl_remote_host_pattern(PAWL_STR("a)(b")));
	assert_true(pawl_remote_url_is_allowed(PAWL_STR("https://any/"), NULL, PAWL_STR("")));
}

static void
test_urls_of_key_sets(void **state)
{
	static const struct {
		const char *url;
		bool is_one;
	} cases[] = {
		{"https://id.example/jwks", true},
		{"http://127.0.0.1:8080/jwks", true},
		{"http://localhost/jwks", true},
		{"http://[::1]:1/jwks", true},
		{"http://id.example/jwks", false},
		{"http://127.0.0.1.evil.example/jwks", false},
		{"http://127.0.0.1@evil.example/jwks", false},
		{"http://localhost", false},
		{"ftp://localhost/", false},
		{"", false},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		if (pawl_remote_is_key_url(pawl_str_c(cases[i].url)) != cases[i].is_one)
			fail_msg("%s", cases[i].url);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_wanted_is_noted),
		cmocka_unit_test(test_without_a_way_nothing_can_be_had),
		cmocka_unit_test(test_urls_that_a_request_may_name),
		cmocka_unit_test(test_host_patterns_match_the_whole),
		cmocka_unit_test(test_urls_of_key_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
