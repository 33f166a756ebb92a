/* Public keys, key sets, certificates and signed tokens.
 *
 * Whatever is refused says why. A key that is read verifies nothing by accident: neither an empty
 * signature nor the input itself. A token that is read holds its parts within itself. */
#include "fuzz.h"

#include "trigger/auth/jws.h"
#include "trigger/auth/remote_keys.h"

static void
check_key(const struct pawl_pubkey *key, struct pawl_str input)
{
	for (int a = PAWL_SIGN_ED25519; a <= PAWL_SIGN_RSA_SHA256; a++) {
		require(!pawl_pubkey_verify(key, (enum pawl_sign_algorithm)a, &input, 1, input));
		require(!pawl_pubkey_verify(key, (enum pawl_sign_algorithm)a, &input, 1,
					    PAWL_STR("")));
	}
}

static void
check_set(struct pawl_keyset *set, const char *message, struct pawl_str input)
{
	const struct pawl_pubkey *key;
	size_t cursor = 0, n = 0;

	require(set || message);
	if (!set)
		return;
	require(pawl_keyset_len(set) > 0 && pawl_keyset_len(set) <= PAWL_KEYSET_KEYS_MAX);
	for (int kind = PAWL_PUBKEY_ED25519; kind <= PAWL_PUBKEY_RSA; kind++) {
		cursor = 0;
		while ((key = pawl_keyset_next(set, (enum pawl_pubkey_kind)kind, PAWL_STR(""),
					       &cursor))) {
			n++;
			check_key(key, input);
		}
	}
	require(n == pawl_keyset_len(set));
	pawl_keyset_unref(set);
}

static void
check_token(struct pawl_str input, struct pawl_arena *arena)
{
	const struct pawl_jwt_rules rules = {.need_expiry = true};
	const char *message = NULL;
	struct pawl_json claims;
	struct pawl_jws jws;

	if (!pawl_jws_parse(input, ~0u, arena, &jws, &message)) {
		require(message != NULL);
		return;
	}
	require(!pawl_jws_verify_hmac(&jws, PAWL_STR("")));
	require(jws.signing_input.ptr == input.ptr && jws.signing_input.len < input.len);
	require(!pawl_jws_parse(input, 0, arena, &jws, &message));
	require(pawl_jws_parse(input, ~0u, arena, &jws, &message));
	if (pawl_json_parse(arena, jws.payload, &claims, NULL) == PAWL_OK)
		require(pawl_jwt_check(&claims, &rules, 0, arena, &message) == PAWL_JWT_OK ||
			message);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str input = {(const char *)data, size};
	struct pawl_privkey *private;
	struct pawl_pubkey *key;
	struct pawl_keyset *set;
	struct pawl_arena arena;
	const char *message = NULL;

	pawl_arena_init(&arena, 0);
	key = pawl_pubkey_parse(input, &message);
	require(key || message);
	if (key)
		check_key(key, input);
	pawl_pubkey_free(key);
	private = pawl_privkey_parse(input, &message);
	pawl_privkey_free(private);
	message = NULL;
	set = pawl_keyset_parse(input, &message);
	check_set(set, message, input);
	message = NULL;
	set = pawl_keyset_from_certificate(input, INT64_C(1800000000) * 1000000, &message);
	check_set(set, message, input);
	(void)pawl_remote_url_is_allowed(input, NULL, PAWL_STR(".pem"));
	check_token(input, &arena);
	pawl_arena_fini(&arena);
	return 0;
}
