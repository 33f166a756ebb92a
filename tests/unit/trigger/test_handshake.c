/* Handshakes of the presets, through the webhook trigger: what is answered, and what is not. */
#include "trigger_testing.h"

#include <stdio.h>

#include "trigger/auth/keyset.h"

/* A request with a query but no body. */
static void
ask(struct test_trigger *f, enum pawl_http_method method, const char *query)
{
	request_init(&f->request, "", 1700000000);
	f->request.facts.method = method;
	f->request.facts.query = pawl_str_c(query);
}

static void
check(struct test_trigger *f)
{
	pawl_webhook_check(f->webhook, &f->request.facts, &f->arena, &f->verdict);
}

static void
expect_answer(struct test_trigger *f, int status, const char *type, const char *body)
{
	check(f);
	if (f->verdict.outcome != PAWL_WEBHOOK_HANDSHAKE)
		fail_msg("no handshake: %d %s", f->verdict.status,
			 f->verdict.refusal.code ? f->verdict.refusal.code : "");
	assert_int_equal(f->verdict.handshake.status, status);
	if (type)
		assert_str(f->verdict.handshake.content_type, type);
	assert_str(f->verdict.handshake.body, body);
}

static void
expect_refusal(struct test_trigger *f, int status, const char *code)
{
	check(f);
	if (f->verdict.outcome != PAWL_WEBHOOK_REFUSE || f->verdict.status != status ||
	    strcmp(f->verdict.refusal.code, code) != 0)
		fail_msg("outcome %d, %d %s instead of %d %s", f->verdict.outcome,
			 f->verdict.status, f->verdict.refusal.code ? f->verdict.refusal.code : "",
			 status, code);
}

/* A JSON body that the preset's own scheme signs. */
static void
post(struct test_trigger *f, const char *preset, const char *secret, const char *body)
{
	const struct pawl_scheme *scheme = pawl_scheme_preset(pawl_str_c(preset));
	const struct pawl_scheme_draft draft = {
		.id = PAWL_STR("id"), .at_us = 1700000000000000, .body = pawl_str_c(body)};
	struct pawl_scheme_key key;
	const char *message;

	request_init(&f->request, body, 1700000000);
	assert_true(pawl_scheme_signing_key(scheme, pawl_str_c(secret), &f->arena, &key, &message));
	f->request.facts.n_headers = pawl_scheme_sign(
		scheme, &key, &draft, &f->arena, f->request.headers, LEN(f->request.headers) - 2);
	pawl_scheme_key_fini(&key);
	assert_true(f->request.facts.n_headers > 0);
	request_add(&f->request, "Content-Type", "application/json");
}

/* Changes the last character of every header but the type. */
static void
spoil(struct test_trigger *f)
{
	for (size_t i = 0; i + 1 < f->request.facts.n_headers; i++) {
		struct pawl_str *v = &f->request.headers[i].value;
		char *text = pawl_arena_dup_c(&f->arena, *v);

		text[v->len - 1] = text[v->len - 1] == '0' ? '1' : '0';
		v->ptr = text;
	}
}

static void
test_slack(void **state)
{
	static const struct {
		const char *body, *challenge;
	} cases[] = {
		{"{\"token\":\"t\",\"challenge\":\"3eZb\",\"type\":\"url_verification\"}", "3eZb"},
		{"{\"challenge\":\"\",\"type\":\"url_verification\"}", ""},
		{"{\"challenge\":\"a\",\"type\":\"event_callback\"}", NULL},
		{"{\"challenge\":\"a\",\"x\":{\"type\":\"url_verification\"}}", NULL},
		{"{}", NULL},
	};
	struct test_trigger *f = *state;

	trigger_configure(
		f, "{\"auth\":[{\"type\":\"signature\",\"scheme\":\"slack\",\"secret\":\"s\"}]}");
	for (size_t i = 0; i < LEN(cases); i++) {
		post(f, "slack", "s", cases[i].body);
		if (cases[i].challenge) {
			expect_answer(f, 200, "text/plain; charset=utf-8", cases[i].challenge);
		} else {
			check(f);
			assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
		}
	}
	post(f, "slack", "s", "{\"type\":\"url_verification\"}");
	expect_refusal(f, 400, "malformed_handshake");
	post(f, "slack", "s", cases[0].body);
	spoil(f);
	expect_refusal(f, 401, "bad_signature");
	post(f, "slack", "another", cases[0].body);
	expect_refusal(f, 401, "bad_signature");
}

static void
test_zoom(void **state)
{
	static const char body[] = "{\"event\":\"endpoint.url_validation\",\"payload\":{"
				   "\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\"}}";
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"preset\":\"zoom\",\"auth\":[{\"type\":\"signature\",\"secret\":"
			     "\"no\"},{\"type\":\"signature\",\"secret\":\"zoom_secret\"}]}");
	post(f, "zoom", "zoom_secret", body);
	expect_answer(f, 200, "application/json",
		      "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":"
		      "\"46a324cfb7c2ec760e4cd561586a53aadb6fc7561eb8d626d6ee1b71d808b3c0\"}");
	spoil(f);
	expect_refusal(f, 401, "bad_signature");
}

#define META                                                                                       \
	"{\"preset\":\"meta\",\"auth\":[{\"type\":\"signature\",\"secret\":\"a\","                 \
	"\"verify_token\":\"old\"},{\"type\":\"signature\",\"secret\":\"b\",\"verify_token\":"     \
	"\"t&k\"}]}"

static void
test_meta(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, META);
	assert_false(pawl_webhook_has_method(f->webhook, PAWL_HTTP_GET));
	assert_true(pawl_webhook_may_handshake(f->webhook, PAWL_HTTP_GET));
	assert_false(pawl_webhook_may_handshake(f->webhook, PAWL_HTTP_PUT));
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=t%26k");
	expect_answer(f, 200, "text/plain; charset=utf-8", "1158201444");
	assert_str(f->verdict.handshake.headers[0].name, "X-Content-Type-Options");
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=old");
	expect_answer(f, 200, NULL, "1");
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=no");
	expect_refusal(f, 403, "bad_verify_token");
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.challenge=1");
	expect_refusal(f, 403, "bad_verify_token");
	ask(f, PAWL_HTTP_GET,
	    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=old&hub.verify_token=old");
	expect_refusal(f, 403, "bad_verify_token");
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.verify_token=old");
	expect_refusal(f, 400, "malformed_handshake");
	ask(f, PAWL_HTTP_GET, "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=old");
	expect_refusal(f, 405, "method_not_allowed");
	ask(f, PAWL_HTTP_POST, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=old");
	expect_refusal(f, 401, "missing_header");
	trigger_configure(
		f, "{\"preset\":\"meta\",\"auth\":[{\"type\":\"signature\",\"secret\":\"a\"}]}");
	ask(f, PAWL_HTTP_GET, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=");
	expect_refusal(f, 403, "bad_verify_token");
}

static void
test_x(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f,
			  "{\"preset\":\"x-twitter\",\"auth\":[{\"type\":\"signature\",\"secret\":"
			  "\"x_consumer_secret\"}]}");
	ask(f, PAWL_HTTP_GET, "crc_token=abc-_%3D");
	expect_answer(
		f, 200, "application/json",
		"{\"response_token\":\"sha256=3HGPnWV42LxsXR52HMPWpzOWtKD2wHso5zsDmshBm10=\"}");
	/* What could be a body is not signed for a stranger. */
	ask(f, PAWL_HTTP_GET, "crc_token=%7B%22for_user_id%22%3A%221%22%7D");
	expect_refusal(f, 400, "malformed_handshake");
	ask(f, PAWL_HTTP_GET, "crc_token=");
	expect_refusal(f, 400, "malformed_handshake");
	ask(f, PAWL_HTTP_GET, "");
	expect_refusal(f, 405, "method_not_allowed");
}

static void
test_an_entry_without_its_secret_answers_nothing(void **state)
{
	struct pawl_problems problems = {0};
	struct test_trigger *f = *state;
	struct pawl_json config =
		parse_json(&f->arena, "{\"preset\":\"x-twitter\",\"auth\":[{\"type\":\"signature\","
				      "\"secret\":\"${secrets.none}\"}]}");

	f->webhook = pawl_webhook_new(&config, NULL, &problems);
	pawl_problems_fini(&problems);
	ask(f, PAWL_HTTP_GET, "crc_token=abc");
	expect_refusal(f, 401, "not_configured");
}

static const char discord_seed[] =
	"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
#define DISCORD_PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static void
test_discord(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(
		f, "{\"preset\":\"discord\",\"auth\":[{\"type\":\"signature\",\"secret\":\"" //
		DISCORD_PUBLIC "\"}]}");
	assert_int_equal(pawl_webhook_respond(f->webhook)->status, 204);
	post(f, "discord", discord_seed, "{\"type\":1,\"id\":\"1\"}");
	expect_answer(f, 200, "application/json", "{\"type\":1}");
	spoil(f);
	expect_refusal(f, 401, "bad_signature");
	post(f, "discord", discord_seed, "{\"version\":1,\"type\":0}");
	expect_answer(f, 204, NULL, "");
	assert_null(f->verdict.handshake.content_type.ptr);
	post(f, "discord", discord_seed, "{\"version\":1,\"type\":1,\"event\":{\"type\":\"X\"}}");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	post(f, "discord", discord_seed, "{\"type\":2}");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
}

/* Made with openssl: AES-256-CBC under SHA-256("feishu_encrypt_key"), IV "0123456789abcdef". */
#define FEISHU_EVENT                                                                               \
	"MDEyMzQ1Njc4OWFiY2RlZptS0AhXLPVnSDfkiG+KCPTCwNU0kCY8xRj1XHmZQEcTa3Zbm8"                   \
	"eqjyENnWr3kxTUHk5HMOPjynVevJ7Ur9tQw/cmXmce2u2hwOnTjdSEz0pBZbpDx8MAxoBF"                   \
	"Tv3rXwOGGpAHd+sMfz+TiZ46lqPdAcquXeyKxsazfsRxzZLBMLmTMT33MGrhNApE/i0t8u"                   \
	"ExCnAm600DpAcxpBa8AJ8cNeL/OrbhGrfFCMisEYEUIcZkcTaIJKQ7MVe2rRBCtXxB9g=="
#define FEISHU_VERIFY                                                                              \
	"MDEyMzQ1Njc4OWFiY2RlZtXpIhlqlub42Oo7a2fhxy4+8T8xz8LAtzvRyBPtx0HltgZKe/"                   \
	"qWongxdhscVzApvwFpW4y0z/zSATSrRTYy3IMJzs/JkjWq9WZDv4wPMu+r"
#define FEISHU_KEY "feishu_encrypt_key"
#define FEISHU                                                                                     \
	"{\"preset\":\"feishu-lark\",\"auth\":[{\"type\":\"signature\",\"secret\":\"" FEISHU_KEY   \
	"\"%s}]}"

static void
configure_feishu(struct test_trigger *f, const char *more)
{
	char config[256];

	snprintf(config, sizeof(config), FEISHU, more);
	trigger_configure(f, config);
}

static void
send_plain(struct test_trigger *f, const char *body)
{
	request_init(&f->request, body, 1700000000);
	request_add(&f->request, "Content-Type", "application/json");
}

static void
test_feishu_handshakes_come_without_a_signature(void **state)
{
	static const char plain[] = "{\"challenge\":\"ajls384kdjx98XX\",\"token\":\"tok\","
				    "\"type\":\"url_verification\"}";
	struct test_trigger *f = *state;

	configure_feishu(f, ",\"verify_token\":\"tok\"");
	send_plain(f, plain);
	expect_answer(f, 200, "application/json", "{\"challenge\":\"ajls384kdjx98XX\"}");
	send_plain(f, "{\"encrypt\":\"" FEISHU_VERIFY "\"}");
	expect_answer(f, 200, NULL, "{\"challenge\":\"ajls384kdjx98XX\"}");
	send_plain(f, "{\"encrypt\":\"" FEISHU_EVENT "\"}");
	expect_refusal(f, 401, "missing_header");
	send_plain(f, "{\"encrypt\":\"AAAA\"}");
	expect_refusal(f, 401, "missing_header");
	/* A signature that is there has to fit. */
	post(f, "feishu-lark", FEISHU_KEY, plain);
	expect_answer(f, 200, NULL, "{\"challenge\":\"ajls384kdjx98XX\"}");
	post(f, "feishu-lark", "another", plain);
	expect_refusal(f, 401, "bad_signature");
	f->request.headers[0].name = PAWL_STR("X-Nothing");
	expect_refusal(f, 401, "missing_header");
	configure_feishu(f, ",\"verify_token\":\"other\"");
	send_plain(f, plain);
	expect_refusal(f, 403, "bad_verify_token");
	configure_feishu(f, "");
	send_plain(f, plain);
	expect_answer(f, 200, NULL, "{\"challenge\":\"ajls384kdjx98XX\"}");
}

static void
test_feishu_bodies_are_opened(void **state)
{
	struct pawl_delivery delivery;
	struct test_trigger *f = *state;

	configure_feishu(f, "");
	post(f, "feishu-lark", FEISHU_KEY, "{\"encrypt\":\"" FEISHU_EVENT "\"}");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	assert_true(pawl_str_starts_with(f->verdict.body, PAWL_STR("{\"schema\":\"2.0\"")));
	assert_str(f->verdict.content_type, "application/json");
	assert_json(&f->arena, pawl_json_get_c(&f->verdict.detail, "event"),
		    "\"im.message.receive_v1\"");
	pawl_webhook_delivery(&f->verdict, &f->request.facts, &f->arena, &delivery);
	assert_str(delivery.id, "f7984f25108f8137722bb63cee927e66");
	assert_true(delivery.id_is_signed);
	/* Not encrypted: as it is. */
	post(f, "feishu-lark", FEISHU_KEY, "{\"header\":{\"event_id\":\"7\"}}");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	assert_null(f->verdict.body.ptr);
	post(f, "feishu-lark", FEISHU_KEY, "{\"encrypt\":\"AAAA\"}");
	expect_refusal(f, 400, "malformed_body");
}

static void
test_echoes(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"preset\":\"dropbox\",\"auth\":[{\"type\":\"signature\",\"secret\":"
			     "\"d\"}]}");
	ask(f, PAWL_HTTP_GET, "challenge=abc%20%3Cd%3E");
	expect_answer(f, 200, "text/plain; charset=utf-8", "abc <d>");
	ask(f, PAWL_HTTP_GET, "challenge=a%0d%0aSet-Cookie:x");
	expect_refusal(f, 400, "malformed_handshake");
	trigger_configure(f, "{\"preset\":\"onfleet\",\"auth\":[{\"type\":\"signature\",\"secret\":"
			     "\"00ff\"}]}");
	ask(f, PAWL_HTTP_GET, "check=123");
	expect_answer(f, 200, NULL, "123");
	ask(f, PAWL_HTTP_POST, "check=456");
	expect_answer(f, 200, NULL, "456");
	ask(f, PAWL_HTTP_POST, "");
	expect_refusal(f, 401, "missing_header");
	trigger_configure(f, "{\"preset\":\"twitch\",\"auth\":[{\"type\":\"signature\",\"secret\":"
			     "\"twitch_secret\"}]}");
	post(f, "twitch", "twitch_secret", "{\"challenge\":\"pogchamp\"}");
	request_add(&f->request, "Twitch-Eventsub-Message-Type", "webhook_callback_verification");
	expect_answer(f, 200, NULL, "pogchamp");
	post(f, "twitch", "twitch_secret", "{\"challenge\":\"pogchamp\"}");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
}

static void
test_cloudevents_options(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"preset\":\"cloudevents-webhook\",\"auth\":[{\"type\":\"bearer\","
			     "\"secret\":\"x\"}]}");
	ask(f, PAWL_HTTP_OPTIONS, "");
	request_add(&f->request, "WebHook-Request-Origin", "eventemitter.example.com");
	request_add(&f->request, "WebHook-Request-Rate", "120");
	expect_answer(f, 200, NULL, "");
	assert_int_equal(f->verdict.handshake.n_headers, 2);
	assert_str(f->verdict.handshake.headers[0].name, "WebHook-Allowed-Origin");
	assert_str(f->verdict.handshake.headers[0].value, "eventemitter.example.com");
	assert_str(f->verdict.handshake.headers[1].value, "120");
	f->request.facts.n_headers = 1;
	expect_answer(f, 200, NULL, "");
	assert_str(f->verdict.handshake.headers[1].value, "*");
	ask(f, PAWL_HTTP_OPTIONS, "");
	expect_refusal(f, 405, "method_not_allowed");
}

static void
test_addresses_go_first(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"preset\":\"brevo\"}");
	ask(f, PAWL_HTTP_POST, "");
	expect_refusal(f, 403, "address_not_allowed");
	assert_true(pawl_ip_parse(PAWL_STR("1.179.112.9"), &f->request.facts.ip));
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	trigger_configure(f, "{\"preset\":\"brevo\",\"allow_ips\":[\"203.0.113.0/24\"]}");
	ask(f, PAWL_HTTP_POST, "");
	check(f);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	trigger_configure(f, "{\"preset\":\"dropbox\",\"allow_ips\":[\"192.0.2.1\"]}");
	ask(f, PAWL_HTTP_GET, "challenge=abc");
	expect_refusal(f, 403, "address_not_allowed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TRIGGER_TEST(test_slack),
		TRIGGER_TEST(test_zoom),
		TRIGGER_TEST(test_meta),
		TRIGGER_TEST(test_x),
		TRIGGER_TEST(test_an_entry_without_its_secret_answers_nothing),
		TRIGGER_TEST(test_discord),
		TRIGGER_TEST(test_feishu_handshakes_come_without_a_signature),
		TRIGGER_TEST(test_feishu_bodies_are_opened),
		TRIGGER_TEST(test_echoes),
		TRIGGER_TEST(test_cloudevents_options),
		TRIGGER_TEST(test_addresses_go_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
