/* Whole requests against the webhook trigger: every way of authentication gives a verdict that can
 * be logged and answered, and an empty secret admits nobody.
 *
 * Input: the query, "name: value" lines, an empty line, the body. */
#include "fuzz.h"

#include "trigger/webhook.h"

#include "fuzz_headers.h"

static const char *const auths[] = {
	"[{\"type\":\"none\"}]",
	"[{\"type\":\"basic\",\"username\":\"u\",\"password\":\"p:w\"}]",
	"[{\"type\":\"header\",\"name\":\"X-Token\",\"secret\":\"s3cret\"}]",
	"[{\"type\":\"bearer\",\"secret\":\"s3cret\"},{\"type\":\"basic\",\"username\":\"v\","
	"\"password\":\"x\"}]",
	"[{\"type\":\"signature\",\"scheme\":\"slack\",\"secret\":"
	"\"8f742231b10e8888abcd99yyyzzz85a5\"}]",
	"[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"k\",\"header\":\"X-Sig\","
	"\"timestamp\":\"X-At\",\"signed\":\"{ts}.{body}\"}]",
	/* Handshakes without a signature, encrypted bodies, certificates. */
	"[{\"type\":\"signature\",\"scheme\":\"meta\",\"secret\":\"k\",\"verify_token\":\"t\"},"
	"{\"type\":\"signature\",\"scheme\":\"x-twitter\",\"secret\":\"k\"},"
	"{\"type\":\"signature\",\"scheme\":\"onfleet\",\"secret\":\"00\"}]",
	"[{\"type\":\"signature\",\"scheme\":\"feishu-lark\",\"secret\":"
	"\"feishu_encrypt_key\"}]",
	"[{\"type\":\"signature\",\"scheme\":\"aws-sns\",\"secret\":\"arn\"},"
	"{\"type\":\"signature\",\"scheme\":\"cloudevents-webhook\",\"secret\":\"k\"}]",
	"[{\"type\":\"signature\",\"scheme\":\"mailchannels\",\"secret\":"
	"\"1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=\"}]",
};
/* An entry whose secret is empty admits nobody. */
static const char empty_secret[] = "[{\"type\":\"bearer\",\"secret\":\"\"}]";

static enum pawl_webhook_outcome
check(struct pawl_arena *arena, const char *auth, const struct pawl_request_facts *facts)
{
	struct pawl_webhook_verdict verdict = {0};
	struct pawl_problems problems = {0};
	struct pawl_webhook *webhook;
	struct pawl_json config;

	require(pawl_json_parse(arena, pawl_arena_printf(arena, "{\"auth\":%s}", auth), &config,
				NULL) == PAWL_OK);
	webhook = pawl_webhook_new(&config, NULL, &problems);
	require((problems.len == 0) == (auth != empty_secret));
	pawl_problems_fini(&problems);
	pawl_webhook_check(webhook, facts, arena, &verdict);
	if (verdict.outcome == PAWL_WEBHOOK_REFUSE)
		require(verdict.status >= 400 && verdict.status < 600 && verdict.refusal.code &&
			verdict.refusal.message);
	else if (verdict.outcome == PAWL_WEBHOOK_HANDSHAKE)
		require(verdict.handshake.status >= 200 && verdict.handshake.status < 300);
	pawl_webhook_free(webhook);
	return verdict.outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_http_header headers[FUZZ_HEADERS];
	struct pawl_request_facts facts = {
		.method = PAWL_HTTP_POST, .headers = headers, .now_us = 1531420618000000};
	struct pawl_arena arena;

	pawl_schemes_init();
	pawl_arena_init(&arena, 0);
	(void)pawl_str_split(&text, '\n', &facts.query);
	facts.n_headers = fuzz_headers(&text, headers);
	facts.body = text;
	if (text.len == 0)
		facts.method = facts.query.len > 0 ? PAWL_HTTP_GET : PAWL_HTTP_OPTIONS;
	for (size_t i = 0; i < sizeof(auths) / sizeof(auths[0]); i++)
		(void)check(&arena, auths[i], &facts);
	require(check(&arena, empty_secret, &facts) == PAWL_WEBHOOK_REFUSE);
	pawl_arena_fini(&arena);
	return 0;
}
