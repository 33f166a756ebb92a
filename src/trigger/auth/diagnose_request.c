/* Mistakes about everything around the body: the header with the signature, the URL, the scheme. */
#include <stdint.h>

#include "base/codec.h"
#include "trigger/auth/diagnose_internal.h"
#include "trigger/auth/pubkey_internal.h"

#define HEADERS_MAX 128

/* ---- the header ---------------------------------------------------------------- */

/* The facts with one header's name and value in the place of another's; `at` may be the end. */
static bool
fits_header(struct pawl_diagnosing *d, size_t at, struct pawl_str name, struct pawl_str value)
{
	struct pawl_http_header headers[HEADERS_MAX];
	struct pawl_request_facts facts = *d->in->facts;

	if (facts.n_headers >= HEADERS_MAX)
		return false;
	if (facts.n_headers > 0)
		memcpy(headers, facts.headers, facts.n_headers * sizeof(*headers));
	headers[at] = (struct pawl_http_header){name, value};
	if (at == facts.n_headers)
		facts.n_headers++;
	facts.headers = headers;
	return pawl_diagnosing_fits(d, &d->lax, &d->key, &facts);
}

/* Bytes of a signature in any of the ways in which one is written. */
struct reading {
	struct pawl_str bytes;
	const char *code, *how;
};

static bool
is_upper_hex(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')
			return false;
	}
	return true;
}

static bool
read_as_hex(struct pawl_diagnosing *d, struct pawl_str text, struct reading *out)
{
	unsigned char *bytes = pawl_arena_alloc(&d->scratch, text.len / 2 + 1);

	out->bytes = pawl_str((const char *)bytes, text.len / 2);
	if (text.len == 0 || !pawl_hex_decode(text, bytes))
		return false;
	out->code = d->in->scheme->encoding == PAWL_ENCODING_HEX ? "signature_upper_case"
								 : "signature_in_hex";
	out->how = d->in->scheme->encoding != PAWL_ENCODING_HEX ? "in hex"
		   : is_upper_hex(text)                         ? "in upper-case hex"
								: "in hex of mixed case";
	return true;
}

static bool
read_as_base64(struct pawl_diagnosing *d, struct pawl_str text, struct reading *out)
{
	bool url = pawl_str_find_char(text, '-') != SIZE_MAX ||
		   pawl_str_find_char(text, '_') != SIZE_MAX;

	if (text.len == 0 || !pawl_base64_decode_any(&d->scratch, text, &out->bytes))
		return false;
	out->code = d->in->scheme->encoding == PAWL_ENCODING_HEX ? "signature_in_base64"
		    : url                                        ? "signature_in_base64url"
								 : "signature_padding";
	out->how = url ? "in base64url" : "in base64, perhaps without its padding";
	return true;
}

static const char *
encoding_name(const struct pawl_scheme *scheme)
{
	switch (scheme->encoding) {
	case PAWL_ENCODING_HEX:
		return "lower-case hex";
	case PAWL_ENCODING_BASE64:
		return "base64 with its padding";
	case PAWL_ENCODING_BASE64URL:
		return "base64url";
	}
	return "";
}

/* The header's value with the signature written as the scheme wants it. */
static bool
try_reading(struct pawl_diagnosing *d, size_t at, struct pawl_str before, struct pawl_str after,
	    const struct reading *reading)
{
	const struct pawl_scheme *scheme = d->in->scheme;
	char text[2 * 1024 + 8];
	size_t len;

	if (reading->bytes.len == 0 || reading->bytes.len > 1024)
		return false;
	len = pawl_scheme_encode(scheme, reading->bytes, text);
	return fits_header(d, at, d->in->facts->headers[at].name,
			   pawl_arena_printf(&d->scratch, "%.*s%.*s%.*s", PAWL_STR_ARG(before),
					     (int)len, text, PAWL_STR_ARG(after))) &&
	       pawl_diagnosing_found_with(d, reading->code,
					  "the signature is right, but it is written %s; this "
					  "scheme wants %s",
					  reading->how, encoding_name(scheme));
}

/* The whole value, or the first item that has the scheme's prefix. */
static bool
try_encodings(struct pawl_diagnosing *d, size_t at)
{
	const struct pawl_scheme *scheme = d->in->scheme;
	struct pawl_str value = d->in->facts->headers[at].value, signature, before, after;
	struct pawl_scheme_cursor cursor = {0};
	struct reading reading;

	if (!pawl_scheme_next_signature(scheme, scheme->prefix, value, &cursor, &signature))
		return false;
	before = pawl_str(value.ptr, (size_t)(signature.ptr - value.ptr));
	after = pawl_str_sub(value, before.len + signature.len, value.len);
	return (read_as_hex(d, signature, &reading) &&
		try_reading(d, at, before, after, &reading)) ||
	       (read_as_base64(d, signature, &reading) &&
		try_reading(d, at, before, after, &reading));
}

static bool
try_prefix(struct pawl_diagnosing *d, size_t at)
{
	const struct pawl_scheme *scheme = d->in->scheme;
	const struct pawl_http_header *header = &d->in->facts->headers[at];
	struct pawl_str value = header->value;
	size_t cut = pawl_str_find_char(value, '=');

	if (scheme->prefix.len > 0 &&
	    fits_header(d, at, header->name,
			pawl_arena_printf(&d->scratch, "%.*s%.*s", PAWL_STR_ARG(scheme->prefix),
					  PAWL_STR_ARG(value))))
		return pawl_diagnosing_found_with(d, "signature_prefix_missing",
						  "the signature is right, but \"%.*s\" is "
						  "missing before it in %.*s",
						  PAWL_STR_ARG(scheme->prefix),
						  PAWL_STR_ARG(header->name));
	if (cut == SIZE_MAX || cut > 16 || scheme->format != PAWL_FORMAT_PREFIX)
		return false;
	if (fits_header(d, at, header->name,
			pawl_arena_printf(&d->scratch, "%.*s%.*s", PAWL_STR_ARG(scheme->prefix),
					  PAWL_STR_ARG(pawl_str_sub(value, cut + 1, value.len)))))
		return pawl_diagnosing_found_with(
			d, "signature_prefix_other",
			"the signature is right, but \"%.*s\" stands before it in %.*s where "
			"\"%.*s\" has to",
			(int)(cut + 1), value.ptr, PAWL_STR_ARG(header->name),
			PAWL_STR_ARG(scheme->prefix));
	return false;
}

static bool
may_be_signature(struct pawl_str name)
{
	static const char *const parts[] = {"signature", "hmac", "sign", "digest", "token"};
	char lower[64];

	if (name.len >= sizeof(lower))
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
									   : name.ptr[i]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (pawl_str_find(pawl_str(lower, name.len), pawl_str_c(parts[i])) != SIZE_MAX)
			return true;
	}
	return false;
}

/* It stands in a header of another name. */
static bool
try_names(struct pawl_diagnosing *d, struct pawl_str wanted)
{
	const struct pawl_request_facts *facts = d->in->facts;
	const struct pawl_str prefix = d->in->scheme->prefix;

	for (size_t i = 0; i < facts->n_headers; i++) {
		struct pawl_str value = facts->headers[i].value;

		if (!may_be_signature(facts->headers[i].name))
			continue;
		if (fits_header(d, facts->n_headers, wanted, value) ||
		    (prefix.len > 0 &&
		     fits_header(d, facts->n_headers, wanted,
				 pawl_arena_printf(&d->scratch, "%.*s%.*s", PAWL_STR_ARG(prefix),
						   PAWL_STR_ARG(value)))))
			return pawl_diagnosing_found_with(
				d, "signature_header_other",
				"a signature that is right stands in the header %.*s; this scheme "
				"looks for it in %.*s",
				PAWL_STR_ARG(facts->headers[i].name), PAWL_STR_ARG(wanted));
	}
	return false;
}

bool
pawl_diagnose_header(struct pawl_diagnosing *d)
{
	const struct pawl_scheme *scheme = d->in->scheme;
	const struct pawl_scheme_names *names = &scheme->signature.headers;
	const struct pawl_request_facts *facts = d->in->facts;

	if (scheme->signature.from != PAWL_FROM_HEADER || scheme->kind == PAWL_SCHEME_JWS ||
	    scheme->format == PAWL_FORMAT_MESSAGE)
		return false;
	for (size_t i = 0; i < facts->n_headers; i++) {
		for (size_t k = 0; k < names->len; k++) {
			if (pawl_str_eq_nocase(facts->headers[i].name, names->items[k]))
				return try_encodings(d, i) || try_prefix(d, i);
		}
	}
	return names->len > 0 && try_names(d, names->items[0]);
}

/* ---- the URL --------------------------------------------------------------------- */

static bool
try_url(struct pawl_diagnosing *d, struct pawl_str base, struct pawl_str target, const char *code,
	const char *what)
{
	struct pawl_request_facts facts = *d->in->facts;

	facts.public_url = base;
	facts.target = target;
	return pawl_diagnosing_fits(d, &d->lax, &d->key, &facts) &&
	       pawl_diagnosing_found_with(
		       d, code,
		       "the sender signed the URL %.*s%.*s: %s. Here it is %.*s%.*s; set "
		       "--public-url "
		       "to what senders call, and give them the URL that \"pawl workflows\" shows",
		       PAWL_STR_ARG(base), PAWL_STR_ARG(target), what,
		       PAWL_STR_ARG(d->in->facts->public_url), PAWL_STR_ARG(d->in->facts->target));
}

static struct pawl_str
header_value(const struct pawl_request_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_headers; i++) {
		if (pawl_str_eq_nocase(facts->headers[i].name, pawl_str_c(name)))
			return facts->headers[i].value;
	}
	return PAWL_STR("");
}

/* The same target at `scheme`://`host`; other ports and user names are the scheme's own to try. */
static bool
try_hosts(struct pawl_diagnosing *d, struct pawl_str target)
{
	static const char *const names[] = {"X-Forwarded-Host", "Host"};
	static const char *const schemes[] = {"https", "http"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pawl_str host = header_value(d->in->facts, names[i]);

		for (size_t k = 0; host.len > 0 && k < 2; k++) {
			if (try_url(d,
				    pawl_arena_printf(&d->scratch, "%s://%.*s", schemes[k],
						      PAWL_STR_ARG(host)),
				    target, "url_host", "another host, port or scheme"))
				return true;
		}
	}
	return false;
}

bool
pawl_diagnose_url(struct pawl_diagnosing *d)
{
	const struct pawl_request_facts *facts = d->in->facts;
	struct pawl_str base = facts->public_url, target = facts->target, path, rest;
	size_t query = pawl_str_find_char(target, '?');
	bool is_https = pawl_str_starts_with(base, PAWL_STR("https://"));

	if (!(d->in->scheme->material.uses & 1u << PAWL_VAR_URL) || base.len == 0)
		return false;
	path = pawl_str_sub(target, 0, query);
	rest = pawl_str_sub(target, path.len, target.len);
	if (try_url(d,
		    pawl_arena_printf(&d->scratch, "%s%.*s", is_https ? "http" : "https",
				      PAWL_STR_ARG(pawl_str_sub(base, is_https ? 5 : 4, base.len))),
		    target, "url_scheme",
		    is_https ? "http in place of https" : "https in place of http"))
		return true;
	if (try_hosts(d, target))
		return true;
	if (rest.len > 0 && try_url(d, base, path, "url_query", "without its query"))
		return true;
	if (pawl_str_ends_with(path, PAWL_STR("/")))
		path.len--;
	else
		path = pawl_arena_printf(&d->scratch, "%.*s/", PAWL_STR_ARG(path));
	return try_url(
		d, base,
		pawl_arena_printf(&d->scratch, "%.*s%.*s", PAWL_STR_ARG(path), PAWL_STR_ARG(rest)),
		"url_slash", "with or without a slash at its end");
}

/* ---- the scheme -------------------------------------------------------------------- */

/* With the prefix that names the algorithm, where there is one, and under any header's name. */
static bool
fits_algorithm(struct pawl_diagnosing *d, struct pawl_scheme *other, const char *prefix)
{
	const struct pawl_request_facts *facts = d->in->facts;
	const struct pawl_scheme_names names = other->signature.headers;
	const struct pawl_str prefixes[] = {other->prefix, pawl_str_c(prefix)};
	bool fits = false;

	for (int p = 0; p < 2 && !fits; p++) {
		other->prefix = prefixes[p];
		fits = pawl_diagnosing_fits(d, other, &d->key, facts);
		for (size_t i = 0; i < facts->n_headers && !fits; i++) {
			struct pawl_str name = facts->headers[i].name;

			other->signature.headers = (struct pawl_scheme_names){&name, 1};
			fits = may_be_signature(name) &&
			       pawl_diagnosing_fits(d, other, &d->key, facts);
		}
		other->signature.headers = names;
	}
	return fits;
}

static bool
try_algorithms(struct pawl_diagnosing *d)
{
	static const struct {
		enum pawl_mac_algorithm mac;
		const char *name, *prefix;
	} others[] = {
		{PAWL_MAC_HMAC_SHA1, "SHA-1", "sha1="},
		{PAWL_MAC_HMAC_SHA256, "SHA-256", "sha256="},
		{PAWL_MAC_HMAC_SHA512, "SHA-512", "sha512="},
	};

	if (d->lax.kind != PAWL_SCHEME_MAC || d->lax.signature.from != PAWL_FROM_HEADER)
		return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct pawl_scheme other = d->lax;

		if (others[i].mac == d->lax.mac)
			continue;
		other.mac = others[i].mac;
		if (fits_algorithm(d, &other, others[i].prefix))
			return pawl_diagnosing_found_with(
				d, "other_algorithm",
				"it is signed by HMAC with %s, and this scheme wants another hash: "
				"choose that at the sender, or a scheme with %s here",
				others[i].name, others[i].name);
	}
	return false;
}

/* Only the body was signed, where the time and perhaps the id have to be as well. */
static bool
try_body_alone(struct pawl_diagnosing *d)
{
	struct pawl_scheme other = d->lax;

	if (other.kind != PAWL_SCHEME_MAC || other.members.by.len > 0 ||
	    (other.material.len == 1 && other.material.parts[0].variable == PAWL_VAR_BODY))
		return false;
	other.material = (struct pawl_scheme_template){.len = 1, .uses = 1u << PAWL_VAR_BODY};
	other.material.parts[0].variable = PAWL_VAR_BODY;
	return pawl_diagnosing_fits(d, &other, &d->key, d->in->facts) &&
	       pawl_diagnosing_found(
		       d, "body_alone_signed",
		       "only the body was signed; this scheme signs more with it, the "
		       "timestamp or the delivery's id among it");
}

/* Another preset takes the request with the same secret. */
static bool
try_presets(struct pawl_diagnosing *d)
{
	const char *const *names = pawl_scheme_preset_names();

	for (; *names; names++) {
		const struct pawl_scheme *preset = pawl_scheme_preset(pawl_str_c(*names));
		struct pawl_scheme lax;
		struct pawl_scheme_key key;
		const char *message;
		bool fits;

		if (!preset || preset == d->in->scheme || preset->kind == PAWL_SCHEME_TOKEN ||
		    !pawl_scheme_key(preset, d->in->secret, &d->scratch, &key, &message))
			continue;
		lax = *preset;
		lax.tolerance_us = d->lax.tolerance_us;
		fits = pawl_diagnosing_fits(d, &lax, &key, d->in->facts);
		pawl_scheme_key_fini(&key);
		if (fits)
			return pawl_diagnosing_found_with(
				d, "other_scheme",
				"it is signed as the scheme \"%s\" says, not as \"%s\": name that "
				"one in the trigger's auth",
				*names, pawl_scheme_name(d->in->scheme));
	}
	return false;
}

bool
pawl_diagnose_scheme(struct pawl_diagnosing *d)
{
	return try_algorithms(d) || try_body_alone(d) || try_presets(d);
}
