/* The grammar of presets: what is refused, and where it says so. */
#include "trigger_testing.h"

#include <stdio.h>

#define BASE                                                                                       \
	"\"name\":\"x\",\"algorithm\":\"hmac-sha256\",\"header\":\"X-Sig\",\"encoding\":\"hex\","  \
	"\"signed\":\"{body}\""

static struct pawl_scheme *
make(const char *text, struct pawl_problems *problems)
{
	struct pawl_scheme *scheme;
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	doc = parse_json(&arena, text);
	scheme = pawl_scheme_new(&doc, problems);
	pawl_arena_fini(&arena);
	return scheme;
}

static void
test_each_mistake_is_named(void **state)
{
	static const struct {
		const char *doc, *where, *part;
	} cases[] = {
		{"[]", "", "object"},
		{"null", "", "object"},
		{"{" BASE ",\"colour\":1}", "", "\"colour\""},
		{"{\"name\":\"x\"}", "/algorithm", "missing"},
		{"{\"name\":\"x\"}", "/header", "header's name"},
		{"{\"name\":\"x\"}", "/encoding", "missing"},
		{"{\"name\":\"x\"}", "/signed", "missing"},
		{"{" BASE ",\"name\":7}", "/name", "text"},
		{"{" BASE ",\"algorithm\":\"md5\"}", "/algorithm", "hmac-sha256"},
		{"{" BASE ",\"header\":\"X Sig\"}", "/header", "name"},
		{"{" BASE ",\"header\":\"\"}", "/header", "name"},
		{"{" BASE ",\"header\":[]}", "/header", "list"},
		{"{" BASE ",\"header\":[\"A\",1]}", "/header", "name"},
		{"{" BASE ",\"encoding\":\"HEX\"}", "/encoding", "base64"},
		{"{" BASE ",\"format\":{}}", "/format", "one member"},
		{"{" BASE ",\"format\":{\"prefix\":\"a\",\"list\":{}}}", "/format", "one member"},
		{"{" BASE ",\"format\":{\"suffix\":\"a\"}}", "/format", "suffix"},
		{"{" BASE ",\"format\":{\"prefix\":1}}", "/format/prefix", "text"},
		{"{" BASE ",\"format\":{\"list\":{\"item_prefix\":\"v1,\"}}}",
		 "/format/list/separator", "missing"},
		{"{" BASE ",\"format\":{\"list\":{\"separator\":\"ab\"}}}",
		 "/format/list/separator", "comma"},
		{"{" BASE ",\"format\":{\"list\":7}}", "/format/list", "object"},
		{"{" BASE ",\"format\":{\"pairs\":{\"separator\":\",\"}}}",
		 "/format/pairs/signature", "missing"},
		{"{" BASE ",\"signed\":\"{ts}.{body}\"}", "/signed", "no timestamp"},
		{"{" BASE ",\"signed\":\"{id}.{body}\"}", "/signed", "no header"},
		{"{" BASE ",\"signed\":\"{moon}{body}\"}", "/signed", "{moon}"},
		{"{" BASE ",\"signed\":\"{body|upper}\"}", "/signed", "filter"},
		{"{" BASE ",\"signed\":\"{body}{body|hmac_hex}\"}", "/signed", "HMAC inside"},
		{"{" BASE ",\"signed\":\"{{body}}\"}", "/signed", "{body} is missing"},
		{"{" BASE ",\"signed\":\"{body}{secret}\"}", "/signed", "sha256 only"},
		{"{" BASE ",\"algorithm\":\"sha256\"}", "/signed", "{secret}"},
		{"{" BASE ",\"body_hash\":{\"query\":\"h\"}}", "/body_hash", "sorted_form"},
		{"{" BASE ",\"signed\":\"{sorted_form}\",\"body_hash\":{\"query\":\"h\"}}",
		 "/body_hash", "{url}"},
		{"{" BASE ",\"values\":{\"n\":{\"pair\":\"n\"}}}", "/values", "\"pair\""},
		{"{" BASE ",\"values\":7}", "/values", "object"},
		{"{" BASE ",\"signature\":{\"body\":\"/s\"}}", "/signature", "exclude"},
		{"{" BASE ",\"token\":{\"bearer\":true}}", "/token", "no meaning"},
		{"{\"name\":\"x\",\"algorithm\":\"token\"}", "/token", "where"},
		{"{" BASE ",\"algorithm\":\"token\",\"token\":{\"bearer\":true}}", "/header",
		 "no meaning"},
		{"{\"name\":\"x\",\"algorithm\":\"jws\",\"header\":\"J\"}", "/jws", "object"},
		{"{\"name\":\"x\",\"algorithm\":\"jws\",\"header\":\"J\",\"jws\":{\"algorithms\":"
		 "[\"none\"],\"body_sha256\":\"h\"}}",
		 "/jws/algorithms", "HS256"},
		{"{\"name\":\"x\",\"algorithm\":\"jws\",\"header\":\"J\",\"jws\":{\"algorithms\":"
		 "[\"HS256\",\"RS256\"],\"body_sha256\":\"h\"}}",
		 "/jws/algorithms", "mix"},
		{"{\"name\":\"x\",\"algorithm\":\"ed25519\",\"format\":{\"rfc9421\":{\"covers\":"
		 "\"date\"}},\"timestamp\":{\"created\":true,\"tolerance\":\"5m\"}}",
		 "/format/rfc9421/covers", "content-digest"},
		{"{\"name\":\"x\",\"algorithm\":\"hmac-sha256\",\"format\":{\"rfc9421\":"
		 "{\"covers\":\"content-digest\"}}}",
		 "/format/rfc9421", "ed25519"},
		{"{" BASE ",\"algorithm\":{\"body\":\"/v\",\"is\":{\"1\":\"hmac-sha1\"}}}",
		 "/algorithm/is", "public keys"},
		{"{" BASE ",\"public\":{\"algorithm\":\"ed25519\",\"key_prefix\":\"p_\","
		 "\"item_prefix\":\"a,\"}}",
		 "/public", "list"},
		{"{" BASE ",\"certificate\":{\"body\":\"/c\"},\"hosts\":\"a\"}", "/secret/pin",
		 "account"},
		{"{" BASE ",\"hosts\":\"(\"}", "/hosts", "regular expression"},
		{"{" BASE ",\"signed\":{\"by\":\"/t\",\"members\":{}}}", "/signed/members",
		 "object of lists"},
		{"{" BASE ",\"decrypt\":{\"body\":\"/e\",\"cipher\":\"rc4\"}}", "/decrypt/cipher",
		 "aes-256-cbc"},
		{"{" BASE ",\"max_body\":\"1TiB\"}", "/max_body", "64MiB"},
		{"{" BASE ",\"allow_ips\":[\"nowhere\"]}", "/allow_ips", "address"},
		{"{" BASE ",\"allow_ips\":[]}", "/allow_ips", "list"},
		{"{" BASE ",\"signed\":\"{body\"}", "/signed", "without its }"},
		{"{" BASE ",\"signed\":\"nothing\"}", "/signed", "{body} is missing"},
		{"{" BASE
		 ",\"signed\":\"a{body}a{body}a{body}a{body}a{body}a{body}a{body}a{body}a\"}",
		 "/signed", "parts"},
		{"{" BASE ",\"timestamp\":{\"header\":\"T\",\"tolerance\":\"5m\"}}", "/signed",
		 "proves nothing"},
		{"{" BASE ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"header\":\"T\"}}",
		 "/timestamp/tolerance", "missing"},
		{"{" BASE
		 ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"header\":\"T\",\"tolerance\":"
		 "\"0s\"}}",
		 "/timestamp/tolerance", "1s"},
		{"{" BASE
		 ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"header\":\"T\",\"tolerance\":"
		 "\"2d\"}}",
		 "/timestamp/tolerance", "24h"},
		{"{" BASE
		 ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"header\":\"T\",\"tolerance\":"
		 "\"5m\",\"unit\":\"us\"}}",
		 "/timestamp/unit", "ms"},
		{"{" BASE ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"pair\":\"t\",\"tolerance\":"
		 "\"5m\"}}",
		 "/timestamp/pair", "pairs"},
		{"{" BASE ",\"signed\":\"{ts}{body}\",\"timestamp\":{\"tolerance\":\"5m\"}}",
		 "/timestamp", "one way"},
		{"{" BASE ",\"id\":{\"header\":\"A\",\"body\":\"/a\"}}", "/id", "one way"},
		{"{" BASE ",\"id\":{\"pair\":\"A\"}}", "/id", "\"pair\""},
		{"{" BASE ",\"event\":{\"body\":\"type\"}}", "/event/body", "pointer"},
		{"{" BASE ",\"secret\":{\"decoding\":\"rot13\"}}", "/secret/decoding", "utf8"},
		{"{" BASE ",\"secret\":\"abc\"}", "/secret", "object"},
		{"{" BASE ",\"handshakes\":{}}", "/handshakes", "list"},
		{"{" BASE ",\"handshakes\":[{}]}", "/handshakes/0/when", "conditions"},
		{"{" BASE ",\"handshakes\":[{}]}", "/handshakes/0/reply", "object"},
		{"{" BASE ",\"handshakes\":[{\"methods\":[\"BREW\"]}]}", "/handshakes/0/methods",
		 "methods of HTTP"},
		{"{" BASE ",\"handshakes\":[{\"proof\":\"perhaps\"}]}", "/handshakes/0/proof",
		 "if_present"},
		{"{" BASE ",\"handshakes\":[{\"reply\":{\"status\":500}}]}",
		 "/handshakes/0/reply/status", "200 to 299"},
		{"{" BASE ",\"handshakes\":[{\"reply\":{\"text\":\"{body}\"}}]}",
		 "/handshakes/0/reply", "{body}"},
		{"{" BASE ",\"handshakes\":[{\"reply\":{\"text\":\"a\",\"json\":{}}}]}",
		 "/handshakes/0/reply", "not both"},
		{"{" BASE ",\"handshakes\":[{\"confirm\":{\"body\":\"/u\"}}]}",
		 "/handshakes/0/confirm", "any URL"},
		{"{" BASE ",\"success_status\":410}", "/success_status", "200 to 299"},
		{"{" BASE ",\"success_status\":\"200\"}", "/success_status", "200 to 299"},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_problems problems = {0};

		assert_null(make(cases[i].doc, &problems));
		if (!has_problem(&problems, cases[i].where, cases[i].part))
			fail_msg("%s: no \"%s\" at \"%s\"", cases[i].doc, cases[i].part,
				 cases[i].where);
		pawl_problems_fini(&problems);
	}
}

static void
test_every_mistake_at_once(void **state)
{
	struct pawl_problems problems = {0};

	assert_null(
		make("{\"name\":\"x\",\"algorithm\":\"md5\",\"header\":\"a b\",\"encoding\":\"b\","
		     "\"signed\":\"-\",\"success_status\":1}",
		     &problems));
	assert_int_equal(problems.len, 5);
	pawl_problems_fini(&problems);
}

static void
test_problems_may_go_nowhere(void **state)
{
	assert_null(make("{}", NULL));
	pawl_scheme_free(NULL);
}

static void
test_it_does_not_need_its_document(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_scheme *scheme = make("{" BASE ",\"success_status\":204}", &problems);

	assert_non_null(scheme);
	assert_int_equal(problems.len, 0);
	assert_string_equal(pawl_scheme_name(scheme), "x");
	assert_int_equal(pawl_scheme_success_status(scheme), 204);
	pawl_scheme_free(scheme);
}

static bool
key_of(const char *secret_grammar, const char *secret, char *out, const char **message)
{
	char doc[512];
	struct pawl_scheme_key key;
	struct pawl_scheme *scheme;
	struct pawl_arena arena;
	bool ok;

	snprintf(doc, sizeof(doc), "{" BASE ",\"secret\":%s}", secret_grammar);
	scheme = make(doc, NULL);
	assert_non_null(scheme);
	pawl_arena_init(&arena, 0);
	ok = pawl_scheme_key(scheme, pawl_str_c(secret), &arena, &key, message);
	if (ok)
		memcpy(out, key.bytes.ptr, key.bytes.len);
	out[ok ? key.bytes.len : 0] = '\0';
	pawl_arena_fini(&arena);
	pawl_scheme_free(scheme);
	return ok;
}

static void
test_secrets_are_decoded(void **state)
{
	static const char base64[] = "{\"decoding\":\"base64\",\"strip_prefix\":\"whsec_\"}";
	char key[64];
	const char *message;

	assert_true(key_of("{\"decoding\":\"utf8\"}", "whsec_YWJj", key, &message));
	assert_string_equal(key, "whsec_YWJj");
	assert_true(key_of(base64, "whsec_YWJj", key, &message));
	assert_string_equal(key, "abc");
	assert_true(key_of(base64, "YWJj", key, &message));
	assert_string_equal(key, "abc");
	assert_true(key_of("{\"decoding\":\"hex\"}", "6162", key, &message));
	assert_string_equal(key, "ab");
}

static void
test_a_secret_that_is_none_is_refused(void **state)
{
	static const char base64[] = "{\"decoding\":\"base64\",\"strip_prefix\":\"whsec_\"}";
	char key[64];
	const char *message;

	assert_false(key_of("{\"decoding\":\"utf8\"}", "", key, &message));
	assert_non_null(strstr(message, "empty"));
	assert_false(key_of(base64, "whsec_", key, &message));
	assert_non_null(strstr(message, "empty"));
	assert_false(key_of(base64, "whsec_a b", key, &message));
	assert_non_null(strstr(message, "base64"));
	assert_false(key_of(base64, "YQ", key, &message));
	assert_false(key_of("{\"decoding\":\"hex\"}", "616", key, &message));
	assert_false(key_of("{\"decoding\":\"hex\"}", "zz", key, &message));
	assert_non_null(strstr(message, "hex"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_mistake_is_named),
		cmocka_unit_test(test_every_mistake_at_once),
		cmocka_unit_test(test_problems_may_go_nowhere),
		cmocka_unit_test(test_it_does_not_need_its_document),
		cmocka_unit_test(test_secrets_are_decoded),
		cmocka_unit_test(test_a_secret_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
