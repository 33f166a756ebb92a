/* Why a signature fails, asked of anything.
 *
 * Input: "name: value" lines, an empty line, the body. Whatever is said has words; what fits as it
 * is has no other mistake; and the secret is never among the words. */
#include "fuzz.h"

#include <string.h>

#include "trigger/auth/diagnose.h"

#include "fuzz_headers.h"

#define SECRET "s3cret-s3cret"

static void
check(const char *scheme, const struct pawl_request_facts *facts, struct pawl_arena *arena)
{
	static const struct pawl_diagnosis_secret others[] = {
		{{"another", 7}, {"${secrets.a}", 12}}, {{"mysecret", 8}, {"${secrets.b}", 12}}};
	struct pawl_diagnosis_input input = {.scheme = pawl_scheme_preset(pawl_str_c(scheme)),
					     .secret = PAWL_STR(SECRET),
					     .others = others,
					     .n_others = 2,
					     .facts = facts};
	struct pawl_refusal refusal = {0};
	struct pawl_diagnosis found;
	struct pawl_scheme_key key;
	const char *message;
	bool fits;

	require(input.scheme != NULL);
	pawl_diagnose(&input, arena, &found);
	require(found.message && found.message[0] && !strstr(found.message, SECRET));
	if (!pawl_scheme_key(input.scheme, input.secret, arena, &key, &message))
		return;
	fits = pawl_scheme_verify(input.scheme, &key, 1, facts, arena, &refusal);
	require(!fits || (found.code && strcmp(found.code, "fits_now") == 0));
	pawl_scheme_key_fini(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const schemes[] = {"github", "stripe", "twilio", "netlify"};
	struct pawl_http_header headers[FUZZ_HEADERS];
	struct pawl_str text = {(const char *)data, size};
	struct pawl_request_facts facts = {.method = PAWL_HTTP_POST,
					   .headers = headers,
					   .public_url = PAWL_STR("https://pawl.example"),
					   .target = PAWL_STR("/hook/x"),
					   .now_us = INT64_C(1700000000) * 1000000};
	struct pawl_credential_input credential = {.kind = PAWL_CREDENTIAL_BASIC,
						   .header = PAWL_STR("Authorization"),
						   .expected = PAWL_STR("u:p"),
						   .facts = &facts};
	struct pawl_diagnosis found;
	struct pawl_arena arena;

	pawl_schemes_init();
	pawl_arena_init(&arena, 0);
	facts.n_headers = fuzz_headers(&text, headers);
	facts.body = text;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		check(schemes[i], &facts, &arena);
	for (int kind = PAWL_CREDENTIAL_HEADER; kind <= PAWL_CREDENTIAL_BASIC; kind++) {
		credential.kind = kind;
		pawl_diagnose_credential(&credential, &arena, &found);
		require(found.message != NULL);
	}
	pawl_arena_fini(&arena);
	return 0;
}
