/* Headers and body against every signature scheme, and the body as a preset's own document.
 *
 * Input: "name: value" lines, an empty line, the body. A refusal always says why; a request that
 * is accepted is refused once its body, its time or the key has changed; what is signed by
 * ourselves is accepted. */
#include "fuzz.h"

#include "trigger/auth/scheme.h"

#include "fuzz_headers.h"

static bool
verify(const struct pawl_scheme *scheme, struct pawl_scheme_key key,
       const struct pawl_request_facts *facts, struct pawl_arena *arena)
{
	struct pawl_refusal refusal = {"", ""};
	bool ok = pawl_scheme_verify(scheme, &key, 1, facts, arena, &refusal);

	require(ok ? !refusal.code : refusal.code && refusal.code[0] && refusal.message);
	return ok;
}

/* Does the scheme sign anything at all? */
static bool
is_signed(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
	  struct pawl_arena *arena)
{
	struct pawl_delivery delivery;

	pawl_scheme_delivery(scheme, true, facts, NULL, arena, &delivery);
	return delivery.is_signed;
}

static void
check_accepted(const struct pawl_scheme *scheme, struct pawl_scheme_key key,
	       struct pawl_request_facts facts, struct pawl_arena *arena)
{
	const struct pawl_scheme_key other = {PAWL_STR("another key")};

	require(!verify(scheme, other, &facts, arena));
	facts.body = pawl_arena_printf(arena, "%.*s.", PAWL_STR_ARG(facts.body));
	require(!is_signed(scheme, &facts, arena) || !verify(scheme, key, &facts, arena));
}

static void
check_signed(const struct pawl_scheme *scheme, struct pawl_scheme_key key,
	     struct pawl_request_facts facts, struct pawl_arena *arena)
{
	const struct pawl_scheme_draft draft = {PAWL_STR("id"), PAWL_STR("https://x.example/hook"),
						facts.body, facts.now_us};
	const char *name = pawl_scheme_name(scheme);
	struct pawl_http_header headers[6];

	facts.headers = headers;
	facts.public_url = PAWL_STR("https://x.example");
	facts.target = PAWL_STR("/hook");
	facts.n_headers = pawl_scheme_sign(scheme, &key, &draft, arena, headers, 5);
	if (facts.n_headers == 0)
		return;
	headers[facts.n_headers++] = (struct pawl_http_header){
		PAWL_STR("Content-Type"), PAWL_STR("application/x-www-form-urlencoded")};
	/* linear: its time is the body's own; twilio: a form may have too many parameters */
	require(verify(scheme, key, &facts, arena) || strcmp(name, "linear") == 0 ||
		strcmp(name, "twilio") == 0);
}

static void
check_handshakes(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
		 struct pawl_arena *arena)
{
	const struct pawl_scheme_key key = {PAWL_STR("key")};
	struct pawl_json body;
	bool is_json = pawl_json_parse(arena, facts->body, &body, NULL) == PAWL_OK;
	struct pawl_handshake_call call = {
		.facts = facts, .body = is_json ? &body : NULL, .key = &key};
	struct pawl_handshake answer;

	for (int stage = PAWL_HANDSHAKE_UNSIGNED; stage <= PAWL_HANDSHAKE_VERIFIED; stage++) {
		call.stage = (enum pawl_handshake_stage)stage;
		if (!pawl_scheme_handshake(scheme, &call, arena, &answer))
			continue;
		require(answer.status >= 200 && answer.status < 600);
		require(answer.status < 300 || answer.refusal.code);
	}
}

/* The secrets of the vectors, so that the corpus holds accepted requests. */
static const char *const secrets[] = {"mysecret",
				      "whsec_test_secret",
				      "8f742231b10e8888abcd99yyyzzz85a5",
				      "Jefe",
				      "linear_secret",
				      "12345",
				      "netlify_secret",
				      "feishu_encrypt_key",
				      "hygraph_secret",
				      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
				      "arn:aws:sns:us-east-1:123456789012:orders"};
#define N_SECRETS (sizeof(secrets) / sizeof(secrets[0]))

/* Made once: reading a key takes longer than what is tested. */
struct target {
	const struct pawl_scheme *scheme;
	struct pawl_scheme_key keys[N_SECRETS];
	size_t n_keys;
};

static struct target *targets;
static size_t n_targets;

static void
make_targets(void)
{
	const char *const *names = pawl_scheme_preset_names();
	static struct pawl_arena arena;
	const char *message;

	pawl_schemes_init();
	pawl_arena_init(&arena, 0);
	while (names[n_targets])
		n_targets++;
	targets = calloc(n_targets, sizeof(*targets));
	for (size_t t = 0; t < n_targets; t++) {
		struct target *target = &targets[t];

		target->scheme = pawl_scheme_preset(pawl_str_c(names[t]));
		for (size_t i = 0; i < N_SECRETS; i++) {
			if (pawl_scheme_key(target->scheme, pawl_str_c(secrets[i]), &arena,
					    &target->keys[target->n_keys], &message))
				target->n_keys++;
			else
				require(message != NULL);
		}
	}
}

static void
check_target(const struct target *target, const struct pawl_request_facts *facts,
	     struct pawl_arena *arena)
{
	for (size_t i = 0; i < target->n_keys; i++) {
		if (verify(target->scheme, target->keys[i], facts, arena))
			check_accepted(target->scheme, target->keys[i], *facts, arena);
	}
}

/* Most are refused, with a problem. */
static void
check_preset(struct pawl_str text, const struct pawl_request_facts *facts, struct pawl_arena *arena)
{
	struct pawl_problems problems = {0};
	struct pawl_scheme *scheme;
	struct pawl_json doc;

	if (pawl_json_parse(arena, text, &doc, NULL) != PAWL_OK)
		return;
	scheme = pawl_scheme_new(&doc, &problems);
	require((scheme != NULL) == (problems.len == 0));
	if (scheme) {
		struct pawl_scheme_key key = {PAWL_STR("key")};

		(void)verify(scheme, key, facts, arena);
		(void)pawl_scheme_describe(scheme, facts, arena);
	}
	pawl_scheme_free(scheme);
	pawl_problems_fini(&problems);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t times[] = {1700000000, 1531420618, 1614265330};
	struct pawl_http_header headers[FUZZ_HEADERS];
	struct pawl_str text = {(const char *)data, size};
	struct pawl_request_facts facts = {.method = PAWL_HTTP_POST,
					   .public_url = PAWL_STR("https://mycompany.com"),
					   .target = PAWL_STR("/myapp.php?foo=1&bar=2"),
					   .query = PAWL_STR("foo=1&bar=2"),
					   .headers = headers};
	const struct target *chosen;
	struct pawl_arena arena;

	if (!targets)
		make_targets();
	pawl_arena_init(&arena, 0);
	facts.n_headers = fuzz_headers(&text, headers);
	facts.body = text;
	for (size_t t = 0; t < sizeof(times) / sizeof(times[0]); t++) {
		facts.now_us = times[t] * 1000000;
		for (size_t i = 0; i < n_targets; i++)
			check_target(&targets[i], &facts, &arena);
	}
	chosen = &targets[size % n_targets];
	check_handshakes(chosen->scheme, &facts, &arena);
	(void)pawl_scheme_describe(chosen->scheme, &facts, &arena);
	if (chosen->n_keys > 0)
		check_signed(chosen->scheme, chosen->keys[size % chosen->n_keys], facts, &arena);
	check_preset(facts.body, &facts, &arena);
	pawl_arena_fini(&arena);
	return 0;
}
