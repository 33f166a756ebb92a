/* Mistakes about the secret: written, read or decoded another way, or another one. */
#include <stdint.h>

#include "base/clock.h"
#include "base/codec.h"
#include "trigger/auth/diagnose_internal.h"
#include "trigger/auth/pubkey_internal.h"

/* What somebody makes of the secret's text; false when there is nothing of that kind to make. */
typedef bool (*make_fn)(struct pawl_str secret, const struct pawl_scheme *scheme,
			struct pawl_arena *arena, struct pawl_str *out);

static bool
as_it_is(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	 struct pawl_str *out)
{
	(void)arena;
	*out = secret;
	return scheme->decoding != PAWL_DECODING_UTF8 || scheme->strip_prefix.len > 0;
}

/* "whsec_", "sk_": what stands before the first underscore, when there is little of it. */
static bool
without_prefix(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	       struct pawl_str *out)
{
	size_t end = pawl_str_find_char(secret, '_');

	(void)scheme, (void)arena;
	if (end == SIZE_MAX || end > 8)
		return false;
	*out = pawl_str_sub(secret, end + 1, secret.len);
	return out->len > 0;
}

static bool
from_base64(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	    struct pawl_str *out)
{
	(void)scheme;
	return pawl_base64_decode_any(arena, secret, out) && out->len > 0;
}

static bool
from_base64_after_prefix(struct pawl_str secret, const struct pawl_scheme *scheme,
			 struct pawl_arena *arena, struct pawl_str *out)
{
	return without_prefix(secret, scheme, arena, &secret) &&
	       from_base64(secret, scheme, arena, out);
}

static bool
from_hex(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	 struct pawl_str *out)
{
	unsigned char *bytes = pawl_arena_alloc(arena, secret.len / 2 + 1);

	(void)scheme;
	*out = pawl_str((const char *)bytes, secret.len / 2);
	return out->len > 0 && pawl_hex_decode(secret, bytes);
}

static bool
trimmed(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	struct pawl_str *out)
{
	(void)scheme, (void)arena;
	*out = pawl_str_trim(secret);
	return out->len > 0 && out->len != secret.len;
}

static bool
unquoted(struct pawl_str secret, const struct pawl_scheme *scheme, struct pawl_arena *arena,
	 struct pawl_str *out)
{
	(void)scheme, (void)arena;
	if (secret.len < 3 || (secret.ptr[0] != '"' && secret.ptr[0] != '\'') ||
	    secret.ptr[0] != secret.ptr[secret.len - 1])
		return false;
	*out = pawl_str_sub(secret, 1, secret.len - 1);
	return true;
}

static const struct {
	const char *code;
	make_fn make;
	bool is_text; /* goes through the scheme's decoding; else it is the key */
	const char *message;
} variants[] = {
	{"secret_blanks", trimmed, true,
	 "the configured secret has blanks or a line break around it: remove them"},
	{"secret_quotes", unquoted, true,
	 "the configured secret stands in quotation marks: remove them"},
	{"secret_not_decoded", as_it_is, false,
	 "the sender signs with the secret's text as it is, without decoding it as this scheme "
	 "does: decode it there first, or use the scheme \"hmac\" with the scheme's parts"},
	{"secret_not_decoded", without_prefix, false,
	 "the sender signs with the secret's text after the prefix, as it is; the prefix belongs "
	 "to "
	 "the key, or the rest has to be decoded, as the scheme says"},
	{"secret_decoded_base64", from_base64, false,
	 "the sender takes the secret for base64 and signs with what it decodes to; this scheme "
	 "uses the text as it is"},
	{"secret_decoded_base64", from_base64_after_prefix, false,
	 "the sender takes what follows the prefix for base64 and signs with what it decodes to; "
	 "this scheme "
	 "uses the text as it is"},
	{"secret_decoded_hex", from_hex, false,
	 "the sender takes the secret for hex and signs with what it decodes to; this scheme does "
	 "not"},
};

/* What the sender has around the secret and takes for a part of it. */
static const char line_break[] =
	"the sender's secret ends in a line break (it was read from a file or an environment): "
	"trim it there";
static const struct {
	const char *code, *before, *behind, *message;
} surroundings[] = {
	{"secret_newline", "", "\n", line_break},
	{"secret_newline", "", "\r\n", line_break},
	{"secret_blanks", " ", "", "the sender's secret has a blank before it: remove it there"},
	{"secret_blanks", "", " ", "the sender's secret has a blank behind it: remove it there"},
	{"secret_quotes", "\"", "\"",
	 "the sender's secret stands in quotation marks: remove them there"},
};

static bool
has_bytes_for_key(const struct pawl_scheme *scheme)
{
	return scheme->kind == PAWL_SCHEME_MAC || scheme->kind == PAWL_SCHEME_HASH ||
	       scheme->kind == PAWL_SCHEME_TOKEN ||
	       (scheme->kind == PAWL_SCHEME_JWS && (scheme->jws.algorithms & 1u << PAWL_JWS_HS256));
}

static bool
fits_text(struct pawl_diagnosing *d, struct pawl_str text)
{
	struct pawl_scheme_key key;
	const char *message;
	bool fits;

	if (text.len == 0 || !pawl_scheme_key(d->in->scheme, text, &d->scratch, &key, &message))
		return false;
	fits = pawl_diagnosing_fits(d, &d->lax, &key, d->in->facts);
	pawl_scheme_key_fini(&key);
	return fits;
}

static bool
try_variants(struct pawl_diagnosing *d)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		struct pawl_scheme_key key = {0};
		bool fits;

		if (!variants[i].make(d->in->secret, d->in->scheme, &d->scratch, &key.bytes))
			continue;
		fits = variants[i].is_text ? fits_text(d, key.bytes)
					   : pawl_diagnosing_fits(d, &d->lax, &key, d->in->facts);
		if (fits)
			return pawl_diagnosing_found(d, variants[i].code, variants[i].message);
	}
	return false;
}

static bool
try_surroundings(struct pawl_diagnosing *d)
{
	for (size_t i = 0; i < sizeof(surroundings) / sizeof(surroundings[0]); i++) {
		struct pawl_scheme_key key = {
			.bytes = pawl_arena_printf(&d->scratch, "%s%.*s%s", surroundings[i].before,
						   PAWL_STR_ARG(d->in->secret),
						   surroundings[i].behind)};

		if (pawl_diagnosing_fits(d, &d->lax, &key, d->in->facts))
			return pawl_diagnosing_found(d, surroundings[i].code,
						     surroundings[i].message);
	}
	return false;
}

/* One that is not valid at the time is told with the end of its validity that was missed. */
struct pawl_diagnosis
pawl_diagnose_other(const struct pawl_diagnosis_secret *other, int64_t at_us, const char *how,
		    struct pawl_arena *arena)
{
	const char *code = "other_secret", *before = "", *after;
	char time[PAWL_TIME_TEXT_MAX] = "";
	struct pawl_str message;

	if (other->not_after_us && other->not_after_us <= at_us) {
		code = "secret_expired";
		before = ", which was valid until ";
		after = " only: give the sender the version that is valid now";
		pawl_time_format(other->not_after_us, time);
	} else if (other->not_before_us > at_us) {
		code = "secret_not_yet_valid";
		before = ", which is valid from ";
		after = " on: the sender has changed over too early";
		pawl_time_format(other->not_before_us, time);
	} else {
		after = ": configure that here, or give the sender the secret that is";
	}
	message = pawl_arena_printf(arena, "%s %.*s%s%s%s", how, PAWL_STR_ARG(other->name), before,
				    time, after);
	return (struct pawl_diagnosis){code, pawl_arena_dup_c(arena, message)};
}

static bool
try_others(struct pawl_diagnosing *d)
{
	for (size_t i = 0; i < d->in->n_others && i < PAWL_DIAGNOSE_SECRETS_MAX; i++) {
		const struct pawl_diagnosis_secret *other = &d->in->others[i];

		if (fits_text(d, other->text)) {
			*d->out = pawl_diagnose_other(other, d->in->facts->now_us,
						      "it is signed with", d->arena);
			return true;
		}
	}
	return false;
}

bool
pawl_diagnose_secret(struct pawl_diagnosing *d)
{
	return (d->in->secret.len > 0 && has_bytes_for_key(d->in->scheme) &&
		(try_variants(d) || try_surroundings(d))) ||
	       try_others(d);
}
