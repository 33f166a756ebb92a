/* HTTP message signatures (RFC 9421) over a content digest (RFC 9530).
 *
 * Of the structured fields (RFC 9651) as much is read as senders of webhooks write: labels with
 * an inner list of plain component names and parameters, and byte sequences. Whatever else is
 * there is refused, since nobody could say what it covers. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdint.h>

#include "base/codec.h"
#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

#define LABELS_MAX     8
#define COMPONENTS_MAX 16
#define BASE_MAX       ((size_t)256 << 10)

static struct pawl_str input_name = {"Signature-Input", 15};
static struct pawl_str signature_name = {"Signature", 9};
static struct pawl_str digest_name = {"Content-Digest", 14};

/* One label of Signature-Input. */
struct input {
	struct pawl_str label;
	struct pawl_str params; /* from the parenthesis on, as it was sent */
	struct pawl_str components[COMPONENTS_MAX];
	size_t n;
	struct pawl_str created, expires, algorithm;
};

/* ---- structured fields ------------------------------------------------------------------ */

/* One member of a dictionary: cuts it off *rest at a comma outside of quotes and parentheses. */
static bool
next_member(struct pawl_str *rest, struct pawl_str *label, struct pawl_str *value)
{
	bool quoted = false;
	size_t i = 0, equals;

	if (!rest->ptr)
		return false;
	for (; i < rest->len && (quoted || rest->ptr[i] != ','); i++) {
		if (rest->ptr[i] == '"')
			quoted = !quoted;
		else if (quoted && rest->ptr[i] == '\\')
			i++;
	}
	*value = pawl_str_trim(pawl_str_sub(*rest, 0, i));
	*rest = i < rest->len ? pawl_str_sub(*rest, i + 1, rest->len) : pawl_str(NULL, 0);
	equals = pawl_str_find_char(*value, '=');
	if (equals == SIZE_MAX)
		return false;
	*label = pawl_str_sub(*value, 0, equals);
	*value = pawl_str_sub(*value, equals + 1, value->len);
	return true;
}

static struct pawl_str
find_member(struct pawl_str dictionary, struct pawl_str label)
{
	struct pawl_str name, value;

	while (next_member(&dictionary, &name, &value)) {
		if (pawl_str_eq(name, label))
			return value;
	}
	return pawl_str(NULL, 0);
}

/* :base64: */
static bool
read_bytes(struct pawl_str s, struct pawl_arena *arena, struct pawl_str *out)
{
	return s.len > 2 && s.ptr[0] == ':' && s.ptr[s.len - 1] == ':' &&
	       pawl_base64_decode(arena, pawl_str_sub(s, 1, s.len - 1), PAWL_BASE64_STD, out);
}

/* A quoted string without escapes. */
static bool
cut_string(struct pawl_str *rest, struct pawl_str *out)
{
	size_t end;

	if (rest->len < 2 || rest->ptr[0] != '"')
		return false;
	*rest = pawl_str_sub(*rest, 1, rest->len);
	end = pawl_str_find_char(*rest, '"');
	if (end == SIZE_MAX)
		return false;
	*out = pawl_str_sub(*rest, 0, end);
	*rest = pawl_str_sub(*rest, end + 1, rest->len);
	return pawl_str_find_char(*out, '\\') == SIZE_MAX;
}

static bool
read_components(struct pawl_str *rest, struct input *out)
{
	if (rest->len == 0 || rest->ptr[0] != '(')
		return false;
	*rest = pawl_str_sub(*rest, 1, rest->len);
	for (;;) {
		while (rest->len > 0 && rest->ptr[0] == ' ')
			*rest = pawl_str_sub(*rest, 1, rest->len);
		if (rest->len > 0 && rest->ptr[0] == ')')
			break;
		if (out->n == COMPONENTS_MAX || !cut_string(rest, &out->components[out->n]))
			return false;
		out->n++;
	}
	*rest = pawl_str_sub(*rest, 1, rest->len);
	return true;
}

/* ;created=1;alg="ed25519"; those that are not known are signed as they are. */
static bool
read_parameters(struct pawl_str rest, struct input *out)
{
	while (rest.len > 0) {
		struct pawl_str name, value;
		size_t equals, end;

		if (rest.ptr[0] != ';')
			return false;
		rest = pawl_str_trim(pawl_str_sub(rest, 1, rest.len));
		equals = pawl_str_find_char(rest, '=');
		if (equals == SIZE_MAX)
			return false;
		name = pawl_str_sub(rest, 0, equals);
		rest = pawl_str_sub(rest, equals + 1, rest.len);
		if (rest.len > 0 && rest.ptr[0] == '"') {
			if (!cut_string(&rest, &value))
				return false;
		} else {
			end = pawl_str_find_char(rest, ';');
			value = pawl_str_sub(rest, 0, end);
			rest = end == SIZE_MAX ? PAWL_STR("") : pawl_str_sub(rest, end, rest.len);
		}
		if (pawl_str_eq_c(name, "created"))
			out->created = value;
		else if (pawl_str_eq_c(name, "expires"))
			out->expires = value;
		else if (pawl_str_eq_c(name, "alg"))
			out->algorithm = value;
	}
	return true;
}

static bool
read_input(struct pawl_str label, struct pawl_str value, struct input *out)
{
	*out = (struct input){.label = label, .params = value};
	return read_components(&value, out) && read_parameters(value, out);
}

/* ---- the signature base (RFC 9421 section 2.5) ---------------------------------------------- */

static bool
append_field(struct pawl_buf *buf, const struct pawl_request_facts *facts, struct pawl_str name)
{
	size_t n = 0;

	for (size_t i = 0; i < facts->n_headers; i++) {
		if (!pawl_str_eq_nocase(facts->headers[i].name, name))
			continue;
		if (n++ > 0)
			(void)pawl_buf_append_c(buf, ", ");
		(void)pawl_buf_append_str(buf, facts->headers[i].value);
	}
	return n > 0;
}

/* Derived components (section 2.2). */
static bool
append_derived(struct pawl_buf *buf, const struct pawl_request_facts *facts, struct pawl_str name)
{
	if (pawl_str_eq_c(name, "@method"))
		(void)pawl_buf_append_c(buf, pawl_http_method_name(facts->method));
	else if (pawl_str_eq_c(name, "@path"))
		(void)pawl_buf_append_str(
			buf,
			pawl_str_sub(facts->target, 0, pawl_str_find_char(facts->target, '?')));
	else if (pawl_str_eq_c(name, "@query"))
		(void)pawl_buf_printf(buf, "?%.*s", PAWL_STR_ARG(facts->query));
	else if (pawl_str_eq_c(name, "@target-uri"))
		(void)pawl_buf_printf(buf, "%.*s%.*s", PAWL_STR_ARG(facts->public_url),
				      PAWL_STR_ARG(facts->target));
	else
		return false;
	return true;
}

static bool
make_base(const struct input *input, const struct pawl_request_facts *facts,
	  struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_buf buf;
	bool ok = true;

	pawl_buf_init(&buf, BASE_MAX);
	for (size_t i = 0; i < input->n && ok; i++) {
		struct pawl_str name = input->components[i];

		(void)pawl_buf_printf(&buf, "\"%.*s\": ", PAWL_STR_ARG(name));
		ok = name.len > 0 && name.ptr[0] == '@' ? append_derived(&buf, facts, name)
							: append_field(&buf, facts, name);
		(void)pawl_buf_append_char(&buf, '\n');
	}
	(void)pawl_buf_printf(&buf, "\"@signature-params\": %.*s", PAWL_STR_ARG(input->params));
	ok = ok && pawl_buf_status(&buf) == PAWL_OK;
	*out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return ok;
}

/* ---- the digest (RFC 9530 section 2) ----------------------------------------------------------
 */

static bool
is_digest_of(struct pawl_str given, const EVP_MD *md, struct pawl_str body,
	     struct pawl_arena *arena)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct pawl_str bytes;
	unsigned len = 0;

	return read_bytes(given, arena, &bytes) &&
	       EVP_Digest(body.ptr ? body.ptr : "", body.len, digest, &len, md, NULL) &&
	       pawl_str_eq(bytes, pawl_str((const char *)digest, len));
}

/* One that is known at least, and none that is wrong. */
static bool
check_digest(const struct pawl_request_facts *facts, struct pawl_str value,
	     struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	struct pawl_str sha256 = find_member(value, PAWL_STR("sha-256"));
	struct pawl_str sha512 = find_member(value, PAWL_STR("sha-512"));

	if (!sha256.ptr && !sha512.ptr)
		return pawl_scheme_refuse(refusal, "malformed_signature",
					  "Content-Digest has neither sha-256 nor sha-512");
	if ((!sha256.ptr || is_digest_of(sha256, EVP_sha256(), facts->body, arena)) &&
	    (!sha512.ptr || is_digest_of(sha512, EVP_sha512(), facts->body, arena)))
		return true;
	return pawl_scheme_refuse(refusal, "bad_signature",
				  "Content-Digest is not the body's: it was changed");
}

/* ---- verifying ------------------------------------------------------------------------------- */

static bool
covers(const struct pawl_scheme *scheme, const struct input *input)
{
	for (size_t i = 0; i < scheme->covered.len; i++) {
		bool found = false;

		for (size_t k = 0; k < input->n; k++)
			found |= pawl_str_eq(scheme->covered.items[i], input->components[k]);
		if (!found)
			return false;
	}
	return true;
}

static bool
check_input(const struct pawl_scheme *scheme, const struct input *input,
	    const struct pawl_request_facts *facts, struct pawl_arena *arena,
	    struct pawl_refusal *refusal)
{
	uint64_t expires;

	if (!covers(scheme, input))
		return pawl_scheme_refuse(refusal, "malformed_signature",
					  "the signature does not cover what it has to");
	if (input->algorithm.len > 0 && !pawl_str_eq_c(input->algorithm, "ed25519"))
		return pawl_scheme_refuse(refusal, "malformed_signature",
					  "the signature is of another algorithm");
	if (!pawl_scheme_check_time(scheme, facts->now_us, input->created, arena, refusal))
		return false;
	if (input->expires.len > 0 && (!pawl_parse_u64(input->expires, &expires) ||
				       expires <= (uint64_t)(facts->now_us / 1000000)))
		return pawl_scheme_refuse(refusal, "stale_timestamp", "the signature has expired");
	return true;
}

static bool
fits(const struct pawl_scheme *scheme, const struct input *input, struct pawl_str signature,
     const struct pawl_scheme_key *keys, size_t n_keys, const struct pawl_request_facts *facts,
     struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	struct pawl_str bytes, base;

	if (!read_bytes(signature, arena, &bytes) || bytes.len != 64)
		return pawl_scheme_refuse(
			refusal, "malformed_signature",
			"the signature must be 64 bytes of base64 between colons");
	if (!check_input(scheme, input, facts, arena, refusal))
		return false;
	if (!make_base(input, facts, arena, &base))
		return pawl_scheme_refuse(refusal, "malformed_signature",
					  "the signature covers what the request does not have");
	for (size_t i = 0; i < n_keys; i++) {
		if (keys[i].public &&
		    pawl_pubkey_verify(keys[i].public, scheme->algorithm, &base, 1, bytes))
			return true;
	}
	return pawl_scheme_refuse(refusal, "bad_signature",
				  n_keys ? "the signature does not fit: another key, or changed "
					   "headers"
					 : "there is no key to verify the signature with");
}

bool
pawl_scheme_verify_message(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			   size_t n_keys, const struct pawl_request_facts *facts,
			   struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	const struct pawl_scheme_names inputs = {&input_name, 1}, signatures = {&signature_name, 1},
				       digests = {&digest_name, 1};
	struct pawl_str rest, all, digest, label, value;

	if (!pawl_scheme_find_one(&signatures, facts, arena, &all, refusal) ||
	    !pawl_scheme_find_one(&inputs, facts, arena, &rest, refusal) ||
	    !pawl_scheme_find_one(&digests, facts, arena, &digest, refusal))
		return false;
	(void)pawl_scheme_refuse(refusal, "malformed_signature",
				 "Signature-Input describes no signature that Signature has");
	for (size_t i = 0; i < LABELS_MAX && next_member(&rest, &label, &value); i++) {
		struct pawl_str signature = find_member(all, label);
		struct input input;

		if (!signature.ptr)
			continue;
		if (!read_input(label, value, &input)) {
			(void)pawl_scheme_refuse(refusal, "malformed_signature",
						 "Signature-Input cannot be read");
			continue;
		}
		if (fits(scheme, &input, signature, keys, n_keys, facts, arena, refusal))
			return check_digest(facts, digest, arena, refusal);
	}
	return false;
}

/* ---- signing -------------------------------------------------------------------------------- */

size_t
pawl_scheme_sign_message(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
			 const struct pawl_scheme_draft *draft, struct pawl_arena *arena,
			 struct pawl_http_header *headers)
{
	unsigned char digest[32];
	struct pawl_request_facts facts = {.headers = headers, .n_headers = 1};
	struct pawl_str base, bytes;
	struct input input;
	struct pawl_buf text;

	if (!key->private)
		return 0;
	pawl_mac_sha256(&draft->body, 1, digest);
	pawl_buf_init(&text, 1024);
	(void)pawl_buf_append_c(&text, "sha-256=:");
	(void)pawl_base64_encode(&text, pawl_str((const char *)digest, 32), PAWL_BASE64_STD);
	(void)pawl_buf_append_char(&text, ':');
	headers[0] =
		(struct pawl_http_header){digest_name, pawl_arena_dup(arena, pawl_buf_peek(&text))};
	headers[1].name = input_name;
	headers[1].value = pawl_arena_printf(
		arena, "sig_1=(\"content-digest\");created=%" PRId64 ";alg=\"ed25519\"",
		draft->at_us / 1000000);
	(void)read_input(PAWL_STR("sig_1"), pawl_str_sub(headers[1].value, 6, headers[1].value.len),
			 &input);
	if (!make_base(&input, &facts, arena, &base) ||
	    !pawl_privkey_sign(key->private, scheme->algorithm, &base, 1, arena, &bytes)) {
		pawl_buf_fini(&text);
		return 0;
	}
	pawl_buf_reset(&text);
	(void)pawl_buf_append_c(&text, "sig_1=:");
	(void)pawl_base64_encode(&text, bytes, PAWL_BASE64_STD);
	(void)pawl_buf_append_char(&text, ':');
	headers[2] = (struct pawl_http_header){signature_name,
					       pawl_arena_dup(arena, pawl_buf_peek(&text))};
	pawl_buf_fini(&text);
	return 3;
}
