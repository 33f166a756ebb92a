/* The webhook's settings as a document gives them: defaults, and every mistake with its place. */
#include "trigger_testing.h"

#include <stdio.h>

#include "trigger/webhook.h"

static void
check_config(const char *text, struct pawl_problems *problems)
{
	struct pawl_arena arena;
	struct pawl_json config;

	pawl_arena_init(&arena, 0);
	config = parse_json(&arena, text);
	pawl_fields_check(pawl_trigger_webhook.fields, &config, "/c", problems);
	pawl_trigger_webhook.check(&config, "/c", problems);
	pawl_arena_fini(&arena);
}

static void
test_what_is_right_is_accepted(void **state)
{
	static const char *const configs[] = {
		"{}",
		"{\"methods\":[\"GET\",\"POST\"],\"max_body\":\"64MiB\",\"concurrency\":4}",
		"{\"auth\":[{\"type\":\"none\"}]}",
		"{\"auth\":[{\"type\":\"basic\",\"username\":\"u\",\"password\":\"p\"}]}",
		"{\"auth\":[{\"type\":\"header\",\"name\":\"X-Key\",\"secret\":\"${secrets.a}\"}]}",
		"{\"auth\":[{\"type\":\"bearer\",\"secret\":\"${env.TOKEN}\"}]}",
		"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"a\"},"
		"{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"b\"}]}",
		"{\"preset\":\"slack\",\"auth\":[{\"type\":\"signature\",\"secret\":\"a\"}]}",
		"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"a\","
		"\"header\":"
		"\"X-S\",\"algorithm\":\"hmac-sha1\",\"encoding\":\"base64\",\"prefix\":\"v0=\","
		"\"signed\":\"{ts}{body}\",\"timestamp\":\"X-T\",\"tolerance\":\"1m\"}]}",
		"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"a\","
		"\"timestamp\":\"X-T\"}]}",
		"{\"respond\":{\"status\":200,\"headers\":{\"X-A\":\"b\"},\"body\":{\"ok\":true}}}",
		"{\"allow_ips\":[\"203.0.113.0/24\",\"2001:db8::/32\",\"127.0.0.1\"]}",
	};

	for (size_t i = 0; i < LEN(configs); i++) {
		struct pawl_problems problems = {0};

		check_config(configs[i], &problems);
		if (problems.len > 0)
			fail_msg("%s: %s: %s", configs[i], problems.items[0].where,
				 problems.items[0].message);
	}
}

static void
test_mistakes_are_named(void **state)
{
	static const struct {
		const char *config, *where, *part;
	} cases[] = {
		{"{\"methods\":[]}", "/c/methods", ""},
		{"{\"methods\":[\"BREW\"]}", "/c/methods/0", "POST"},
		{"{\"auth\":[]}", "/c/auth", ""},
		{"{\"auth\":{}}", "/c/auth", "list"},
		{"{\"auth\":[{\"type\":\"magic\"}]}", "/c/auth/0/type", "bearer"},
		{"{\"auth\":[{\"type\":\"bearer\"}]}", "/c/auth/0", "secret"},
		{"{\"auth\":[{\"type\":\"bearer\",\"secret\":\"\"}]}", "/c/auth/0/secret", ""},
		{"{\"auth\":[{\"type\":\"bearer\",\"secret\":\"${workflow.input.body}\"}]}",
		 "/c/auth/0/secret", "secrets.NAME"},
		{"{\"auth\":[{\"type\":\"basic\",\"username\":\"a:b\",\"password\":\"p\"}]}",
		 "/c/auth/0/username", "colon"},
		{"{\"auth\":[{\"type\":\"header\",\"name\":\"X Key\",\"secret\":\"s\"}]}",
		 "/c/auth/0/name", "header's name"},
		{"{\"auth\":[{\"type\":\"none\"},{\"type\":\"signature\",\"secret\":\"s\"}]}",
		 "/c/auth/1", "scheme"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"gihub\",\"secret\":\"s\"}]}",
		 "/c/auth/0/scheme", "github"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"github\",\"secret\":\"s\","
		 "\"header\":\"X\"}]}",
		 "/c/auth/0", "only the scheme"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"standard-webhooks\",\"secret\":"
		 "\"whsec_?\"}]}",
		 "/c/auth/0/secret", "base64"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"signed\":"
		 "\"{ts}.{body}\"}]}",
		 "/c/auth/0/signed", "timestamp"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"signed\":"
		 "\"{id}.{body}\"}]}",
		 "/c/auth/0/signed", "{id}"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"header\":\"a b\"}]}",
		 "/c/auth/0/header", "name"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"timestamp\":\"a b\"}]}",
		 "/c/auth/0/timestamp", "name"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"tolerance\":\"5m\"}]}",
		 "/c/auth/0/tolerance", "no effect"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"timestamp\":\"T\",\"tolerance\":\"10ms\"}]}",
		 "/c/auth/0/tolerance", ""},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"algorithm\":\"md5\"}]}",
		 "/c/auth/0/algorithm", "hmac-sha256"},
		{"{\"auth\":[{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"s\","
		 "\"encoding\":\"base64url\"}]}",
		 "/c/auth/0/encoding", "base64"},
		{"{\"auth\":[{\"type\":\"bearer\",\"secret\":\" s\"}]}", "/c/auth/0/secret",
		 "blanks"},
		{"{\"auth\":[{\"type\":\"header\",\"name\":\"X\",\"secret\":\"a\\nb\"}]}",
		 "/c/auth/0/secret", "line breaks"},
		{"{\"preset\":\"nobody\"}", "/c/preset", "github"},
		{"{\"allow_ips\":[\"300.1.1.1\"]}", "/c/allow_ips/0", ""},
		{"{\"max_body\":\"65MiB\"}", "/c/max_body", ""},
		{"{\"respond\":{\"status\":302}}", "/c/respond/status", ""},
		{"{\"respond\":{\"status\":204,\"body\":\"x\"}}", "/c/respond/body", "no body"},
		{"{\"respond\":{\"headers\":{\"A\":\"b\\r\\nC: d\"}}}", "/c/respond/headers/A",
		 "line break"},
		{"{\"respond\":{\"headers\":{\"content-length\":\"3\"}}}",
		 "/c/respond/headers/content-length", "cannot be set"},
		{"{\"respond\":{\"headers\":{\"a b\":\"3\"}}}", "/c/respond/headers/a b",
		 "cannot be set"},
		{"{\"dedup\":{}}", "/c/dedup", "names no delivery"},
		{"{\"dedup\":{\"key\":\"${workflow.input.body.id}\",\"window\":\"0s\"}}",
		 "/c/dedup/window", ""},
		{"{\"dedup\":{\"key\":\"${run.id}\"}}", "/c/dedup/key", "can only use"},
		{"{\"dedup\":{\"key\":\"a\",\"replay\":\"drop\"}}", "/c/dedup/replay", "refuse"},
		{"{\"order_by\":\"${env.HOME}\"}", "/c/order_by", "can only use"},
		{"{\"filter\":{\"left\":\"${run.id}\",\"op\":\"exists\"}}", "/c/filter",
		 "can only use"},
		{"{\"filter\":{\"left\":1,\"op\":\"like\",\"right\":2}}", "/c/filter/op", ""},
		{"{\"rate_limit\":{}}", "/c/rate_limit", "per_second"},
		{"{\"rate_limit\":{\"per_second\":0}}", "/c/rate_limit/per_second", ""},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct pawl_problems problems = {0};

		check_config(cases[i].config, &problems);
		if (!has_problem(&problems, cases[i].where, cases[i].part))
			fail_msg("%s: no \"%s\" at %s", cases[i].config, cases[i].part,
				 cases[i].where);
		if (problems.len != 1)
			fail_msg("%s: %zu problems", cases[i].config, problems.len);
		pawl_problems_fini(&problems);
	}
}

static void
test_wrong_types_everywhere_do_no_harm(void **state)
{
	static const char *const members[] = {"methods",     "auth",     "allow_ips", "preset",
					      "concurrency", "max_body", "respond",   "filter",
					      "dedup",       "order_by", "rate_limit"};
	static const char *const values[] = {"null", "7",    "\"x\"", "[]",
					     "{}",   "[[]]", "[{}]",  "[7]"};

	for (size_t i = 0; i < LEN(members); i++) {
		for (size_t k = 0; k < LEN(values); k++) {
			struct pawl_problems problems = {0};
			struct pawl_webhook *webhook;
			struct pawl_arena arena;
			struct pawl_json config;
			char text[128];

			pawl_arena_init(&arena, 0);
			snprintf(text, sizeof(text), "{\"%s\":%s}", members[i], values[k]);
			check_config(text, &problems);
			config = parse_json(&arena, text);
			webhook = pawl_webhook_new(&config, NULL, &problems);
			assert_non_null(webhook);
			pawl_webhook_free(webhook);
			pawl_problems_fini(&problems);
			pawl_arena_fini(&arena);
		}
	}
}

static void
test_secrets_are_masked(void **state)
{
	struct pawl_arena arena;
	struct pawl_json config, masked;

	pawl_arena_init(&arena, 0);
	config =
		parse_json(&arena, "{\"auth\":[{\"type\":\"basic\",\"username\":\"u\",\"password\":"
				   "\"p\"},{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":"
				   "\"s\"},{\"type\":\"bearer\",\"secret\":\"${secrets.a}\"}]}");
	masked = pawl_fields_mask(&arena, pawl_trigger_webhook.fields, &config);
	assert_json(&arena, &masked,
		    "{\"auth\":[{\"type\":\"basic\",\"username\":\"u\",\"password\":\"***\"},"
		    "{\"type\":\"signature\",\"scheme\":\"hmac\",\"secret\":\"***\"},"
		    "{\"type\":\"bearer\",\"secret\":\"${secrets.a}\"}]}");
	pawl_arena_fini(&arena);
}

/* Defaults and examples of the whole table are JSON, and the trigger's own example is right. */
static void
test_examples_are_right(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	for (const struct pawl_field *f = pawl_trigger_webhook.fields; f->name; f++) {
		struct pawl_json example = parse_json(&arena, f->example);
		struct pawl_json_builder b;
		struct pawl_json config;

		pawl_json_object_begin(&b, &arena);
		pawl_json_set_c(&b, f->name, example);
		config = pawl_json_end(&b);
		pawl_fields_check(pawl_trigger_webhook.fields, &config, "", &problems);
		pawl_trigger_webhook.check(&config, "", &problems);
		if (f->default_json)
			(void)parse_json(&arena, f->default_json);
		if (problems.len > 0)
			fail_msg("%s: %s: %s", f->name, problems.items[0].where,
				 problems.items[0].message);
	}
	check_config(pawl_trigger_webhook.example, &problems);
	assert_int_equal(problems.len, 0);
	for (size_t i = 1; pawl_trigger_types[i]; i++)
		assert_true(strcmp(pawl_trigger_types[i - 1]->name, pawl_trigger_types[i]->name) <
			    0);
	pawl_arena_fini(&arena);
}

static int
free_schemes(void **state)
{
	pawl_schemes_fini();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_right_is_accepted),
		cmocka_unit_test(test_mistakes_are_named),
		cmocka_unit_test(test_wrong_types_everywhere_do_no_harm),
		cmocka_unit_test(test_secrets_are_masked),
		cmocka_unit_test(test_examples_are_right),
	};

	return cmocka_run_group_tests(tests, NULL, free_schemes);
}
