/* Amazon SNS through the webhook trigger: certificates and visits that have to be waited for, and
 * which URLs are trusted. */
#include "trigger_testing.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/codec.h"
#include "key_vectors.h"
#include "trigger/auth/keyset.h"
#include "trigger/auth/pubkey.h"

#define TOPIC "arn:aws:sns:us-east-1:123456789012:orders"
#define AMZ   "https://sns.us-east-1.amazonaws.com/"
#define NOW_S 1900000000 /* the certificate is in date */

struct fixture {
	struct pawl_arena arena;
	struct test_request request;
	struct pawl_webhook *webhook;
	struct pawl_webhook_verdict verdict;
	struct pawl_remote remote;
	enum pawl_remote_state certificate, visit;
	size_t n_visits;
};

static enum pawl_remote_state
find(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	struct fixture *f = ctx;
	const char *message;

	if (want->kind == PAWL_REMOTE_VISIT) {
		assert_str(want->url, AMZ "?Action=ConfirmSubscription");
		f->n_visits++;
		return f->visit;
	}
	assert_int_equal(want->kind, PAWL_REMOTE_CERTIFICATE);
	assert_str(want->url, AMZ "a.pem");
	if (f->certificate == PAWL_REMOTE_HAVE)
		*out = pawl_keyset_from_certificate(PAWL_STR(RSA_CERTIFICATE_PEM),
						    NOW_S * 1000000LL, &message);
	return f->certificate;
}

static int
setup(void **state)
{
	static const char config[] = "{\"preset\":\"aws-sns\",\"auth\":[{\"type\":\"signature\","
				     "\"secret\":\"" TOPIC "\"}]}";
	struct fixture *f = calloc(1, sizeof(*f));
	struct pawl_problems problems = {0};
	struct pawl_json parsed;

	pawl_schemes_init();
	pawl_arena_init(&f->arena, 0);
	parsed = parse_json(&f->arena, config);
	f->webhook = pawl_webhook_new(&parsed, NULL, &problems);
	assert_int_equal(problems.len, 0);
	f->remote = (struct pawl_remote){.find = find, .ctx = f};
	f->certificate = f->visit = PAWL_REMOTE_HAVE;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_webhook_free(f->webhook);
	pawl_arena_fini(&f->arena);
	free(f);
	pawl_schemes_fini();
	return 0;
}

static struct pawl_str
signature_of(struct fixture *f, struct pawl_str text)
{
	const char *message;
	struct pawl_privkey *key = pawl_privkey_parse(PAWL_STR(RSA_PRIVATE_PEM), &message);
	struct pawl_str bytes, out;
	struct pawl_buf buf;

	assert_non_null(key);
	assert_true(pawl_privkey_sign(key, PAWL_SIGN_RSA_SHA256, &text, 1, &f->arena, &bytes));
	pawl_privkey_free(key);
	pawl_buf_init(&buf, 4096);
	assert_int_equal(pawl_base64_encode(&buf, bytes, PAWL_BASE64_STD), PAWL_OK);
	out = pawl_arena_dup(&f->arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return out;
}

/* A message of a kind; `url` is its SubscribeURL. */
static void
compose(struct fixture *f, const char *kind, const char *url)
{
	bool is_notification = strcmp(kind, "Notification") == 0;
	struct pawl_str text = pawl_arena_printf(
		&f->arena,
		"Message\nhi\nMessageId\nm1\n%s%s%sTimestamp\n%s\n%sTopicArn\n%s\nType\n%s\n",
		is_notification ? "" : "SubscribeURL\n", is_notification ? "" : url,
		is_notification ? "" : "\n", "2030-03-17T17:46:40.000Z",
		is_notification ? "" : "Token\nt\n", TOPIC, kind);
	struct pawl_str body = pawl_arena_printf(
		&f->arena,
		"{\"Type\":\"%s\",\"MessageId\":\"m1\",\"TopicArn\":\"%s\",\"Message\":\"hi\","
		"\"Timestamp\":\"2030-03-17T17:46:40.000Z\",\"SignatureVersion\":\"2\","
		"\"Signature\":\"%.*s\",\"SigningCertURL\":\"%s\"",
		kind, TOPIC, PAWL_STR_ARG(signature_of(f, text)), AMZ "a.pem");

	if (!is_notification)
		body = pawl_arena_printf(&f->arena, "%.*s,\"Token\":\"t\",\"SubscribeURL\":\"%s\"",
					 PAWL_STR_ARG(body), url);
	request_init(&f->request, "", NOW_S);
	f->request.facts.body = pawl_arena_printf(&f->arena, "%.*s}", PAWL_STR_ARG(body));
	f->request.facts.remote = &f->remote;
	request_add(&f->request, "Content-Type", "text/plain; charset=UTF-8");
}

static void
check(struct fixture *f, enum pawl_webhook_outcome outcome, int status, const char *code)
{
	pawl_webhook_check(f->webhook, &f->request.facts, &f->arena, &f->verdict);
	if (f->verdict.outcome != outcome || (code && strcmp(f->verdict.refusal.code, code) != 0))
		fail_msg("outcome %d, %d %s: %s", f->verdict.outcome, f->verdict.status,
			 f->verdict.refusal.code ? f->verdict.refusal.code : "",
			 f->verdict.refusal.message ? f->verdict.refusal.message : "");
	if (status)
		assert_int_equal(f->verdict.status, status);
}

#define CONFIRM AMZ "?Action=ConfirmSubscription"

static void
test_a_notification_waits_for_its_certificate(void **state)
{
	struct fixture *f = *state;

	compose(f, "Notification", "");
	f->certificate = PAWL_REMOTE_PENDING;
	check(f, PAWL_WEBHOOK_WAIT, 0, NULL);
	f->certificate = PAWL_REMOTE_FAILED;
	check(f, PAWL_WEBHOOK_REFUSE, 503, PAWL_REFUSAL_UNAVAILABLE);
	f->certificate = PAWL_REMOTE_HAVE;
	check(f, PAWL_WEBHOOK_ACCEPT, 0, NULL);
	/* JSON under the name of text is JSON to the run. */
	assert_str(f->verdict.content_type, "application/json");
	assert_true(f->verdict.has_tree);
	assert_int_equal(f->n_visits, 0);
}

static void
test_a_subscription_is_confirmed_before_it_is_answered(void **state)
{
	struct fixture *f = *state;

	compose(f, "SubscriptionConfirmation", CONFIRM);
	f->visit = PAWL_REMOTE_PENDING;
	check(f, PAWL_WEBHOOK_WAIT, 0, NULL);
	assert_int_equal(f->remote.wanted.kind, PAWL_REMOTE_VISIT);
	f->visit = PAWL_REMOTE_FAILED;
	check(f, PAWL_WEBHOOK_REFUSE, 503, PAWL_REFUSAL_UNAVAILABLE);
	f->visit = PAWL_REMOTE_HAVE;
	check(f, PAWL_WEBHOOK_HANDSHAKE, 200, NULL);
	assert_int_equal(f->n_visits, 3);
	compose(f, "UnsubscribeConfirmation", CONFIRM);
	check(f, PAWL_WEBHOOK_HANDSHAKE, 200, NULL);
	assert_int_equal(f->n_visits, 3);
}

static void
test_nobody_is_visited_who_is_not_the_provider(void **state)
{
	static const char *const urls[] = {
		"https://evil.example/",
		"https://sns.us-east-1.amazonaws.com.evil.example/",
		"http://sns.us-east-1.amazonaws.com/",
		"https://sns.us-east-1.amazonaws.com:8443/",
		"https://user@sns.us-east-1.amazonaws.com/",
		"https://169.254.169.254/",
		"",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(urls); i++) {
		compose(f, "SubscriptionConfirmation", urls[i]);
		check(f, PAWL_WEBHOOK_REFUSE, 400, "untrusted_url");
	}
	assert_int_equal(f->n_visits, 0);
}

static void
test_a_forged_confirmation_visits_nobody(void **state)
{
	struct fixture *f = *state;
	char *body;

	compose(f, "SubscriptionConfirmation", CONFIRM);
	body = pawl_arena_dup_c(&f->arena, f->request.facts.body);
	strstr(body, "\"hi\"")[1] = 'H';
	f->request.facts.body = pawl_str_c(body);
	check(f, PAWL_WEBHOOK_REFUSE, 401, "bad_signature");
	assert_int_equal(f->n_visits, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_notification_waits_for_its_certificate),
		TEST(test_a_subscription_is_confirmed_before_it_is_answered),
		TEST(test_nobody_is_visited_who_is_not_the_provider),
		TEST(test_a_forged_confirmation_visits_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
