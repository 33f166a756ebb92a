/* Verifying and signing. Nothing here allocates but in the caller's arena. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"
#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

/* What the request says about its signature. */
struct claim {
	struct pawl_str value; /* of the signature header */
	struct pawl_str ts, id;
};

static bool
refuse(struct pawl_refusal *refusal, const char *code, const char *message)
{
	*refusal = (struct pawl_refusal){code, message};
	return false;
}

__attribute__((format(printf, 4, 5))) static bool
refuse_with(struct pawl_refusal *refusal, struct pawl_arena *arena, const char *code,
	    const char *fmt, ...)
{
	char message[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	return refuse(refusal, code, pawl_arena_dup_c(arena, pawl_str_c(message)));
}

size_t
pawl_scheme_find_header(const struct pawl_scheme_names *names,
			const struct pawl_request_facts *facts, struct pawl_str *value)
{
	for (size_t k = 0; k < names->len; k++) {
		size_t n = 0;

		for (size_t i = 0; i < facts->n_headers; i++) {
			if (!pawl_str_eq_nocase(facts->headers[i].name, names->items[k]))
				continue;
			if (n++ == 0)
				*value = facts->headers[i].value;
		}
		if (n > 0)
			return n;
	}
	return 0;
}

bool
pawl_scheme_next_signature(const struct pawl_scheme *scheme, struct pawl_str value,
			   struct pawl_scheme_cursor *cursor, struct pawl_str *signature)
{
	struct pawl_str item;

	if (!cursor->started) {
		cursor->started = true;
		cursor->rest = value;
		if (scheme->format == PAWL_FORMAT_PREFIX) {
			if (!pawl_str_starts_with(value, scheme->prefix))
				return false;
			*signature = pawl_str_sub(value, scheme->prefix.len, value.len);
			return true;
		}
	}
	if (scheme->format == PAWL_FORMAT_PREFIX)
		return false;
	while (pawl_str_split(&cursor->rest, scheme->separator, &item)) {
		item = pawl_str_trim(item);
		if (pawl_str_starts_with(item, scheme->prefix)) {
			*signature = pawl_str_sub(item, scheme->prefix.len, item.len);
			return true;
		}
	}
	return false;
}

size_t
pawl_scheme_find_pair(const struct pawl_scheme *scheme, struct pawl_str value, struct pawl_str key,
		      struct pawl_str *found)
{
	struct pawl_str item;
	size_t n = 0;

	while (pawl_str_split(&value, scheme->separator, &item)) {
		item = pawl_str_trim(item);
		if (item.len <= key.len || item.ptr[key.len] != '=' ||
		    !pawl_str_starts_with(item, key))
			continue;
		if (n++ == 0)
			*found = pawl_str_sub(item, key.len + 1, item.len);
	}
	return n;
}

static bool
find_one(const struct pawl_scheme_names *names, const struct pawl_request_facts *facts,
	 struct pawl_arena *arena, struct pawl_str *value, struct pawl_refusal *refusal)
{
	size_t n = pawl_scheme_find_header(names, facts, value);

	if (n == 0)
		return refuse_with(refusal, arena, "missing_header", "the header %.*s is missing",
				   PAWL_STR_ARG(names->items[0]));
	if (n > 1)
		return refuse_with(refusal, arena, "repeated_header",
				   "the header %.*s is there more than once",
				   PAWL_STR_ARG(names->items[0]));
	return true;
}

static size_t
text_len(const struct pawl_scheme *scheme)
{
	size_t len = pawl_mac_len(scheme->algorithm);

	return scheme->encoding == PAWL_ENCODING_HEX ? 2 * len : (len + 2) / 3 * 4;
}

static bool
is_shaped(const struct pawl_scheme *scheme, struct pawl_str signature)
{
	static const char hex[] = "0123456789abcdef";
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	const char *alphabet = scheme->encoding == PAWL_ENCODING_HEX ? hex : base64;

	if (signature.len != text_len(scheme))
		return false;
	for (size_t i = 0; i < signature.len; i++) {
		if (!signature.ptr[i] || !strchr(alphabet, signature.ptr[i]))
			return false;
	}
	return true;
}

/* For operators: what is wrong with the header, when no signature in it could ever fit. */
static bool
check_shape(const struct pawl_scheme *scheme, struct pawl_str value, struct pawl_arena *arena,
	    struct pawl_refusal *refusal)
{
	struct pawl_scheme_cursor cursor = {0};
	struct pawl_str signature, name = scheme->headers.items[0];
	size_t n = 0;

	while (pawl_scheme_next_signature(scheme, value, &cursor, &signature)) {
		if (is_shaped(scheme, signature))
			return true;
		n++;
	}
	if (n == 0)
		return refuse_with(refusal, arena, "malformed_signature",
				   "the header %.*s holds no signature that begins with \"%.*s\"",
				   PAWL_STR_ARG(name), PAWL_STR_ARG(scheme->prefix));
	return refuse_with(refusal, arena, "malformed_signature",
			   "the signature in %.*s must be %zu characters of %s", PAWL_STR_ARG(name),
			   text_len(scheme),
			   scheme->encoding == PAWL_ENCODING_HEX ? "lower-case hex"
								 : "base64 with its padding");
}

static bool
find_timestamp(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
	       struct pawl_arena *arena, struct claim *claim, struct pawl_refusal *refusal)
{
	size_t n;

	if (scheme->timestamp.from == PAWL_FROM_HEADER)
		return find_one(&scheme->timestamp.headers, facts, arena, &claim->ts, refusal);
	n = pawl_scheme_find_pair(scheme, claim->value, scheme->timestamp.key, &claim->ts);
	if (n == 1)
		return true;
	return refuse(refusal, "malformed_timestamp",
		      n ? "the signature header has more than one timestamp"
			: "the signature header has no timestamp");
}

static bool
is_digits(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	return s.len > 0;
}

/* Whole units are compared, as the providers' own libraries do: a delivery that is exactly as old
 * as the tolerance is taken. */
static bool
check_timestamp(const struct pawl_scheme *scheme, int64_t now_us, struct pawl_str text,
		struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	int64_t now = now_us / scheme->unit_us, tolerance = scheme->tolerance_us / scheme->unit_us;
	uint64_t ts;

	if (!is_digits(text) ||
	    !pawl_parse_u64_range(text, 0, (uint64_t)(INT64_MAX / scheme->unit_us), &ts))
		return refuse_with(refusal, arena, "malformed_timestamp",
				   "the timestamp must be a whole number of %s since 1970",
				   scheme->unit_us == 1000 ? "milliseconds" : "seconds");
	if (now - (int64_t)ts > tolerance)
		return refuse_with(refusal, arena, "stale_timestamp",
				   "the timestamp is %" PRId64 " s old; %" PRId64 " s are allowed",
				   (now_us - (int64_t)ts * scheme->unit_us) / 1000000,
				   scheme->tolerance_us / 1000000);
	if ((int64_t)ts - now > tolerance)
		return refuse_with(refusal, arena, "future_timestamp",
				   "the timestamp lies %" PRId64 " s ahead of this machine's clock",
				   ((int64_t)ts * scheme->unit_us - now_us) / 1000000);
	return true;
}

static bool
read_claim(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
	   struct pawl_arena *arena, struct claim *claim, struct pawl_refusal *refusal)
{
	if (!find_one(&scheme->headers, facts, arena, &claim->value, refusal) ||
	    !check_shape(scheme, claim->value, arena, refusal))
		return false;
	if (scheme->signs_id && !find_one(&scheme->id.headers, facts, arena, &claim->id, refusal))
		return false;
	if (scheme->signs_id && claim->id.len == 0)
		return refuse(refusal, "missing_header",
			      "the header with the delivery's id is empty");
	if (!scheme->signs_ts)
		return true;
	return find_timestamp(scheme, facts, arena, claim, refusal) &&
	       check_timestamp(scheme, facts->now_us, claim->ts, arena, refusal);
}

bool
pawl_scheme_compute(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
		    struct pawl_str id, struct pawl_str ts, struct pawl_str body,
		    char out[PAWL_SCHEME_TEXT_MAX], size_t *len)
{
	struct pawl_str pieces[PAWL_SCHEME_PARTS_MAX];
	unsigned char mac[PAWL_MAC_MAX];
	size_t mac_len = pawl_mac_len(scheme->algorithm);

	for (size_t i = 0; i < scheme->n_parts; i++) {
		switch (scheme->parts[i].variable) {
		case PAWL_VAR_LITERAL:
			pieces[i] = scheme->parts[i].literal;
			break;
		case PAWL_VAR_BODY:
			pieces[i] = body;
			break;
		case PAWL_VAR_TS:
			pieces[i] = ts;
			break;
		case PAWL_VAR_ID:
			pieces[i] = id;
			break;
		}
	}
	if (!pawl_mac(scheme->algorithm, key->bytes, pieces, scheme->n_parts, mac))
		return false;
	*len = text_len(scheme);
	if (scheme->encoding == PAWL_ENCODING_HEX)
		pawl_hex_encode(mac, mac_len, out);
	else
		EVP_EncodeBlock((unsigned char *)out, mac, (int)mac_len);
	return true;
}

/* The text of our own MAC is compared, not the bytes of theirs: there is one spelling of each, and
 * the comparison takes the same time wherever they differ. */
static bool
has_signature(const struct pawl_scheme *scheme, struct pawl_str value, struct pawl_str expected)
{
	struct pawl_scheme_cursor cursor = {0};
	struct pawl_str signature;
	bool found = false;

	while (pawl_scheme_next_signature(scheme, value, &cursor, &signature))
		found |= pawl_str_eq_secret(signature, expected);
	return found;
}

bool
pawl_scheme_verify(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
		   size_t n_keys, const struct pawl_request_facts *facts, struct pawl_arena *arena,
		   struct pawl_refusal *refusal)
{
	struct claim claim = {0};
	char text[PAWL_SCHEME_TEXT_MAX];
	size_t len;

	PAWL_CHECK_OBJ(scheme, PAWL_SCHEME_MAGIC);
	if (!read_claim(scheme, facts, arena, &claim, refusal))
		return false;
	for (size_t i = 0; i < n_keys; i++) {
		if (!pawl_scheme_compute(scheme, &keys[i], claim.id, claim.ts, facts->body, text,
					 &len))
			return refuse(refusal, "not_available",
				      "OpenSSL on this machine refuses the scheme's algorithm");
		if (has_signature(scheme, claim.value, pawl_str(text, len))) {
			*refusal = (struct pawl_refusal){0};
			return true;
		}
	}
	return refuse(refusal, "bad_signature",
		      n_keys ? "the signature does not fit: another secret, or a changed body"
			     : "there is no secret to verify the signature with");
}

bool
pawl_scheme_key(const struct pawl_scheme *scheme, struct pawl_str secret, struct pawl_arena *arena,
		struct pawl_scheme_key *out, const char **message)
{
	unsigned char *bytes;

	*message = "the secret is empty";
	if (scheme->strip_prefix.len > 0 && pawl_str_starts_with(secret, scheme->strip_prefix))
		secret = pawl_str_sub(secret, scheme->strip_prefix.len, secret.len);
	if (secret.len == 0)
		return false;
	switch (scheme->decoding) {
	case PAWL_DECODING_UTF8:
		out->bytes = pawl_arena_dup(arena, secret);
		break;
	case PAWL_DECODING_BASE64:
		*message = "the secret is not base64 (with its padding), as this scheme wants it";
		if (!pawl_base64_decode(arena, secret, PAWL_BASE64_STD, &out->bytes))
			return false;
		break;
	case PAWL_DECODING_HEX:
		*message = "the secret is not hex, as this scheme wants it";
		bytes = pawl_arena_alloc(arena, secret.len);
		if (!pawl_hex_decode(secret, bytes))
			return false;
		out->bytes = pawl_str((const char *)bytes, secret.len / 2);
		break;
	}
	return out->bytes.len > 0;
}

size_t
pawl_scheme_sign(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
		 struct pawl_str id, int64_t at_us, struct pawl_str body, struct pawl_arena *arena,
		 struct pawl_http_header *headers, size_t max)
{
	struct pawl_str ts = PAWL_STR(""), value;
	char text[PAWL_SCHEME_TEXT_MAX];
	size_t n = 0, len;

	if (scheme->signs_ts)
		ts = pawl_arena_printf(arena, "%" PRId64, at_us / scheme->unit_us);
	if (!pawl_scheme_compute(scheme, key, id, ts, body, text, &len))
		return 0;
	if (scheme->timestamp.from == PAWL_FROM_PAIR)
		value = pawl_arena_printf(arena, "%.*s=%.*s%c%.*s%.*s",
					  PAWL_STR_ARG(scheme->timestamp.key), PAWL_STR_ARG(ts),
					  scheme->separator, PAWL_STR_ARG(scheme->prefix), (int)len,
					  text);
	else
		value = pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(scheme->prefix), (int)len,
					  text);
	if (scheme->signs_id && n < max)
		headers[n++] = (struct pawl_http_header){scheme->id.headers.items[0], id};
	if (scheme->signs_ts && scheme->timestamp.from == PAWL_FROM_HEADER && n < max)
		headers[n++] = (struct pawl_http_header){scheme->timestamp.headers.items[0], ts};
	if (n < max)
		headers[n++] = (struct pawl_http_header){scheme->headers.items[0], value};
	return n;
}
