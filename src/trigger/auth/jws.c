#include "trigger/auth/jws.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/codec.h"
#include "trigger/auth/mac.h"

static const struct {
	const char *name;
	enum pawl_pubkey_kind kind;
	enum pawl_sign_algorithm sign;
} algorithms[PAWL_JWS_ALGORITHMS] = {
	[PAWL_JWS_HS256] = {"HS256"},
	[PAWL_JWS_RS256] = {"RS256", PAWL_PUBKEY_RSA, PAWL_SIGN_RSA_SHA256},
	[PAWL_JWS_ES256] = {"ES256", PAWL_PUBKEY_P256, PAWL_SIGN_P256_SHA256_RS},
};

bool
pawl_jws_algorithm_parse(struct pawl_str name, enum pawl_jws_algorithm *out)
{
	for (size_t i = 0; i < PAWL_JWS_ALGORITHMS; i++) {
		if (pawl_str_eq_c(name, algorithms[i].name)) {
			*out = (enum pawl_jws_algorithm)i;
			return true;
		}
	}
	return false;
}

/* ---- parsing ------------------------------------------------------------- */

static bool
fail(const char **message, const char *text)
{
	*message = text;
	return false;
}

static bool
read_header(struct pawl_str part, unsigned expected, struct pawl_arena *arena, struct pawl_jws *out,
	    const char **message)
{
	struct pawl_str text;

	if (!pawl_base64_decode(arena, part, PAWL_BASE64_URL, &text) ||
	    pawl_json_parse(arena, text, &out->header, NULL) != PAWL_OK ||
	    !pawl_json_is(&out->header, PAWL_JSON_OBJECT))
		return fail(message, "the token's header is no JSON object in base64url");
	/* RFC 7515 section 4.1.11: what must be understood is not. RFC 7797's b64 is one of these.
	 */
	if (pawl_json_get_c(&out->header, "crit"))
		return fail(message, "the token has extensions that are marked critical");
	if (!pawl_jws_algorithm_parse(pawl_json_get_str(&out->header, "alg", PAWL_STR("")),
				      &out->algorithm) ||
	    !(expected & 1u << out->algorithm))
		return fail(message, "the token is signed by an algorithm that is not expected");
	out->kid = pawl_json_get_str(&out->header, "kid", PAWL_STR(""));
	return true;
}

bool
pawl_jws_parse(struct pawl_str token, unsigned expected, struct pawl_arena *arena,
	       struct pawl_jws *out, const char **message)
{
	struct pawl_str rest = token, header, payload;

	*out = (struct pawl_jws){0};
	if (token.len > PAWL_JWS_TEXT_MAX)
		return fail(message, "the token is longer than 64 KiB");
	if (!pawl_str_split(&rest, '.', &header) || !rest.ptr ||
	    !pawl_str_split(&rest, '.', &payload) || !rest.ptr ||
	    pawl_str_find_char(rest, '.') != SIZE_MAX)
		return fail(message, "the token has not the three parts of a signed one");
	if (!read_header(header, expected, arena, out, message))
		return false;
	if (!pawl_base64_decode(arena, payload, PAWL_BASE64_URL, &out->payload) ||
	    !pawl_base64_decode(arena, rest, PAWL_BASE64_URL, &out->signature))
		return fail(message, "the token is not base64url without padding");
	out->signing_input = pawl_str_sub(token, 0, header.len + 1 + payload.len);
	return true;
}

/* ---- verifying ----------------------------------------------------------- */

bool
pawl_jws_verify_hmac(const struct pawl_jws *jws, struct pawl_str key)
{
	unsigned char mac[PAWL_MAC_MAX];

	if (jws->algorithm != PAWL_JWS_HS256 || key.len == 0 ||
	    !pawl_mac(PAWL_MAC_HMAC_SHA256, key, &jws->signing_input, 1, mac))
		return false;
	return pawl_str_eq_secret(jws->signature,
				  pawl_str((const char *)mac, pawl_mac_len(PAWL_MAC_HMAC_SHA256)));
}

bool
pawl_jws_verify(const struct pawl_jws *jws, const struct pawl_pubkey *key)
{
	return jws->algorithm != PAWL_JWS_HS256 &&
	       pawl_pubkey_verify(key, algorithms[jws->algorithm].sign, &jws->signing_input, 1,
				  jws->signature);
}

bool
pawl_jws_verify_set(const struct pawl_jws *jws, const struct pawl_keyset *set)
{
	const struct pawl_pubkey *key;
	size_t cursor = 0;

	if (jws->algorithm == PAWL_JWS_HS256)
		return false;
	while ((key = pawl_keyset_next(set, algorithms[jws->algorithm].kind, jws->kid, &cursor))) {
		if (pawl_jws_verify(jws, key))
			return true;
	}
	return false;
}

/* ---- claims --------------------------------------------------------------- */

/* NumericDate: seconds, a fraction allowed (RFC 7519 section 2). */
static bool
read_date(const struct pawl_json *claims, const char *name, bool *is_there, int64_t *at_us)
{
	const struct pawl_json *v = pawl_json_get_c(claims, name);
	double seconds;

	*is_there = v != NULL;
	if (!v)
		return true;
	if (!pawl_json_to_double(v, &seconds) || !(seconds >= 0 && seconds < 1e11))
		return false;
	*at_us = (int64_t)(seconds * 1e6);
	return true;
}

/* A text, or a list that holds it (RFC 7519 section 4.1.3). */
static bool
has_audience(const struct pawl_json *claim, struct pawl_str audience)
{
	bool found = false;

	if (pawl_json_is(claim, PAWL_JSON_STRING))
		return pawl_str_eq(pawl_json_str(claim), audience);
	for (uint32_t i = 0; pawl_json_is(claim, PAWL_JSON_ARRAY) && i < claim->len; i++)
		found |= pawl_json_is(&claim->items[i], PAWL_JSON_STRING) &&
			 pawl_str_eq(pawl_json_str(&claim->items[i]), audience);
	return found;
}

static const char *
seconds_text(struct pawl_arena *arena, const char *before, int64_t seconds, const char *after)
{
	char text[96];

	snprintf(text, sizeof(text), "%s%" PRId64 " s%s", before, seconds, after);
	return pawl_arena_dup_c(arena, pawl_str_c(text));
}

enum pawl_jwt_state
pawl_jwt_check(const struct pawl_json *claims, const struct pawl_jwt_rules *rules, int64_t now_us,
	       struct pawl_arena *arena, const char **message)
{
	bool has_expiry, has_start;
	int64_t expires_us = 0, starts_us = 0;

	*message = "the token's payload is no object of claims, or its exp or nbf is no time";
	if (!pawl_json_is(claims, PAWL_JSON_OBJECT) ||
	    !read_date(claims, "exp", &has_expiry, &expires_us) ||
	    !read_date(claims, "nbf", &has_start, &starts_us))
		return PAWL_JWT_MALFORMED;
	*message = "the token has no time at which it ends (exp)";
	if (rules->need_expiry && !has_expiry)
		return PAWL_JWT_MALFORMED;
	*message = "the token is of another issuer (iss)";
	if (rules->issuer.len > 0 &&
	    !pawl_str_eq(rules->issuer, pawl_json_get_str(claims, "iss", PAWL_STR(""))))
		return PAWL_JWT_OTHER;
	*message = "the token is meant for another audience (aud)";
	if (rules->audience.len > 0 &&
	    !has_audience(pawl_json_get_c(claims, "aud"), rules->audience))
		return PAWL_JWT_OTHER;
	if (has_expiry && now_us - rules->skew_us >= expires_us) {
		*message = seconds_text(arena, "the token ended ", (now_us - expires_us) / 1000000,
					" ago");
		return PAWL_JWT_STALE;
	}
	if (has_start && now_us + rules->skew_us < starts_us) {
		*message = seconds_text(arena, "the token begins in ",
					(starts_us - now_us) / 1000000, "");
		return PAWL_JWT_EARLY;
	}
	*message = NULL;
	return PAWL_JWT_OK;
}

/* ---- signing -------------------------------------------------------------- */

bool
pawl_jws_sign(enum pawl_jws_algorithm algorithm, struct pawl_str payload, struct pawl_str secret,
	      const struct pawl_privkey *key, struct pawl_arena *arena, struct pawl_str *out)
{
	unsigned char mac[PAWL_MAC_MAX];
	struct pawl_str input, signature = pawl_str((const char *)mac, 32);
	struct pawl_buf text;
	bool ok = false;

	pawl_buf_init(&text, SIZE_MAX / 4);
	input = pawl_arena_printf(arena, "{\"alg\":\"%s\",\"typ\":\"JWT\"}",
				  algorithms[algorithm].name);
	pawl_base64_encode(&text, input, PAWL_BASE64_URL);
	pawl_buf_append_char(&text, '.');
	pawl_base64_encode(&text, payload, PAWL_BASE64_URL);
	input = pawl_arena_dup(arena, pawl_buf_peek(&text));
	if (algorithm != PAWL_JWS_HS256)
		ok = key && pawl_privkey_sign(key, algorithms[algorithm].sign, &input, 1, arena,
					      &signature);
	else if (secret.len > 0)
		ok = pawl_mac(PAWL_MAC_HMAC_SHA256, secret, &input, 1, mac);
	if (ok) {
		pawl_buf_append_char(&text, '.');
		pawl_base64_encode(&text, signature, PAWL_BASE64_URL);
		*out = pawl_arena_dup(arena, pawl_buf_peek(&text));
	}
	pawl_buf_fini(&text);
	return ok;
}
