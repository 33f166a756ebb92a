/* The part of a preset's document that says how a request is signed. */
#include <stdint.h>
#include <stdio.h>

#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

#define TOLERANCE_MAX_MS (24 * 3600 * 1000LL)

#define SIGNED_VARIABLES                                                                           \
	(1u << PAWL_VAR_BODY | 1u << PAWL_VAR_TS | 1u << PAWL_VAR_ID | 1u << PAWL_VAR_SECRET |     \
	 1u << PAWL_VAR_URL | 1u << PAWL_VAR_FORM)

/* ---- algorithm --------------------------------------------------------------------------- */

/* {"body": "/SignatureVersion", "is": {"1": "rsa-sha1"}}: the body chooses. */
static void
read_choice(struct pawl_scheme_compiler *c, const struct pawl_json *v)
{
	static const char *const members[] = {"body", "is", NULL};
	struct pawl_scheme_place at = {v, "/algorithm"};
	const struct pawl_json *is = pawl_json_get_c(v, "is");
	struct pawl_scheme *s = c->scheme;

	if (!pawl_scheme_check_members(c, at, members))
		return;
	s->kind = PAWL_SCHEME_PUBLIC_KEY;
	s->algorithm_by = pawl_scheme_read_pointer(c, at, "body");
	if (!pawl_json_is(is, PAWL_JSON_OBJECT) || is->len == 0 || is->len > PAWL_SCHEME_LIST_MAX) {
		pawl_scheme_complain(c, at.where, "is",
				     "must be an object with an algorithm for each text");
		return;
	}
	for (uint32_t i = 0; i < is->len; i++) {
		s->algorithms[i].text = is->members[i].key;
		if (!pawl_sign_algorithm_parse(pawl_json_str(&is->members[i].value),
					       &s->algorithms[i].algorithm))
			pawl_scheme_complain(c, at.where, "is",
					     "must name algorithms of public keys");
	}
	s->n_algorithms = is->len;
	s->algorithm = s->algorithms[0].algorithm;
}

static void
read_algorithm(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	const struct pawl_json *v = pawl_json_get_c(root.object, "algorithm");
	struct pawl_scheme *s = c->scheme;
	struct pawl_str name;

	if (pawl_json_is(v, PAWL_JSON_OBJECT)) {
		read_choice(c, v);
		return;
	}
	name = pawl_scheme_read_text(c, root, "algorithm", true);
	if (name.len == 0 || pawl_mac_parse(name, &s->mac))
		return;
	if (pawl_str_eq_c(name, "sha256"))
		s->kind = PAWL_SCHEME_HASH;
	else if (pawl_str_eq_c(name, "jws"))
		s->kind = PAWL_SCHEME_JWS;
	else if (pawl_str_eq_c(name, "token"))
		s->kind = PAWL_SCHEME_TOKEN;
	else if (pawl_sign_algorithm_parse(name, &s->algorithm))
		s->kind = PAWL_SCHEME_PUBLIC_KEY;
	else
		pawl_scheme_complain(c, root.where, "algorithm",
				     "must be hmac-sha256, hmac-sha1, hmac-sha512, sha256, "
				     "ed25519, ecdsa-p256-sha256, rsa-sha256, rsa-sha1, jws or "
				     "token");
}

/* ---- format ---------------------------------------------------------------------------------- */

static struct pawl_str
read_separator(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	struct pawl_str s = pawl_scheme_read_text(c, at, "separator", true);

	if (s.len == 0)
		return PAWL_STR(",");
	if (!strchr(" ,;", s.ptr[0]) || s.len > 2 || (s.len == 2 && s.ptr[1] != ' ')) {
		pawl_scheme_complain(c, at.where, "separator",
				     "must be a space, a comma or a semicolon, and may have a "
				     "space behind it");
		return PAWL_STR(",");
	}
	return s;
}

static void
read_list(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	static const char *const members[] = {"separator", "item_prefix", NULL};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	c->scheme->format = PAWL_FORMAT_LIST;
	c->scheme->separator = read_separator(c, at);
	c->scheme->prefix = pawl_scheme_read_text(c, at, "item_prefix", false);
}

static void
read_pairs(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	static const char *const members[] = {"separator", "signature", "place", NULL};
	struct pawl_scheme *s = c->scheme;
	struct pawl_str place;

	if (!pawl_scheme_check_members(c, at, members))
		return;
	place = pawl_scheme_read_text(c, at, "place", false);
	s->is_signature_first = pawl_str_eq_c(place, "first");
	if (place.len > 0 && !s->is_signature_first && !pawl_str_eq_c(place, "last"))
		pawl_scheme_complain(c, at.where, "place", "must be first or last");
	s->format = PAWL_FORMAT_PAIRS;
	s->separator = read_separator(c, at);
	/* "v1=" from "v1" */
	s->prefix = pawl_arena_printf(
		&s->arena, "%.*s=", PAWL_STR_ARG(pawl_scheme_read_text(c, at, "signature", true)));
}

static void
read_message(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	static const char *const members[] = {"covers", NULL};
	struct pawl_scheme *s = c->scheme;
	bool has_digest = false;

	if (!pawl_scheme_check_members(c, at, members))
		return;
	s->format = PAWL_FORMAT_MESSAGE;
	pawl_scheme_read_names(c, at, "covers", &s->covered);
	for (size_t i = 0; i < s->covered.len; i++)
		has_digest |= pawl_str_eq_c(s->covered.items[i], "content-digest");
	if (!has_digest)
		pawl_scheme_complain(c, at.where, "covers",
				     "must have content-digest: else the body is not covered");
	if (s->kind != PAWL_SCHEME_PUBLIC_KEY || s->algorithm != PAWL_SIGN_ED25519)
		pawl_scheme_complain(c, at.where, NULL, "needs the algorithm ed25519");
}

static void
read_format(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const kinds[] = {"prefix", "list", "pairs", "rfc9421", NULL};
	struct pawl_scheme_place format = {pawl_json_get_c(root.object, "format"), "/format"};
	const struct pawl_json *v;

	c->scheme->separator = PAWL_STR(",");
	if (!format.object)
		return; /* the whole value is the signature: an empty prefix */
	if (!pawl_scheme_check_members(c, format, kinds))
		return;
	if (format.object->len != 1) {
		pawl_scheme_complain(c, "/format", NULL,
				     "must have one member: prefix, list, pairs or rfc9421");
		return;
	}
	if ((v = pawl_json_get_c(format.object, "list")))
		read_list(c, (struct pawl_scheme_place){v, "/format/list"});
	else if ((v = pawl_json_get_c(format.object, "pairs")))
		read_pairs(c, (struct pawl_scheme_place){v, "/format/pairs"});
	else if ((v = pawl_json_get_c(format.object, "rfc9421")))
		read_message(c, (struct pawl_scheme_place){v, "/format/rfc9421"});
	else
		c->scheme->prefix = pawl_scheme_read_text(c, format, "prefix", false);
}

static void
read_encoding(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	struct pawl_str s = pawl_scheme_read_text(c, root, "encoding", true);

	if (pawl_str_eq_c(s, "base64"))
		c->scheme->encoding = PAWL_ENCODING_BASE64;
	else if (pawl_str_eq_c(s, "base64url"))
		c->scheme->encoding = PAWL_ENCODING_BASE64URL;
	else if (s.len > 0 && !pawl_str_eq_c(s, "hex"))
		pawl_scheme_complain(c, root.where, "encoding", "must be hex, base64 or base64url");
}

/* Where the signature stands: `header`, or {"body": pointer}. */
static void
read_place(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"body", NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "signature"), "/signature"};
	struct pawl_scheme *s = c->scheme;

	s->signature.from = PAWL_FROM_HEADER;
	if (!at.object) {
		pawl_scheme_read_names(c, root, "header", &s->signature.headers);
		return;
	}
	if (pawl_json_get_c(root.object, "header"))
		pawl_scheme_complain(c, "/signature", NULL, "and header exclude each other");
	if (pawl_scheme_check_members(c, at, members))
		pawl_scheme_read_source(c, at, 1u << PAWL_FROM_BODY, &s->signature);
}

/* ---- what is signed -------------------------------------------------------------------------- */

static void
read_member_list(struct pawl_scheme_compiler *c, struct pawl_str kind, const struct pawl_json *v,
		 struct pawl_scheme_member_list *out)
{
	out->kind = kind;
	if (!pawl_json_is(v, PAWL_JSON_ARRAY) || v->len == 0 || v->len > PAWL_SCHEME_LIST_MAX) {
		pawl_scheme_complain(c, "/signed", "members", "must list up to %d names for each",
				     PAWL_SCHEME_LIST_MAX);
		return;
	}
	for (uint32_t i = 0; i < v->len; i++)
		out->names[out->len++] = pawl_json_str(&v->items[i]);
}

static void
read_members(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	static const char *const allowed[] = {"by", "members", NULL};
	const struct pawl_json *lists = pawl_json_get_c(at.object, "members");
	struct pawl_scheme *s = c->scheme;

	if (!pawl_scheme_check_members(c, at, allowed))
		return;
	s->members.by = pawl_scheme_read_pointer(c, at, "by");
	if (!pawl_json_is(lists, PAWL_JSON_OBJECT) || lists->len == 0 ||
	    lists->len > PAWL_SCHEME_LIST_MAX) {
		pawl_scheme_complain(c, at.where, "members", "must be an object of lists");
		return;
	}
	for (uint32_t i = 0; i < lists->len; i++)
		read_member_list(c, lists->members[i].key, &lists->members[i].value,
				 &s->members.lists[s->members.len++]);
	if (s->kind != PAWL_SCHEME_PUBLIC_KEY)
		pawl_scheme_complain(c, at.where, NULL, "needs the algorithm of a public key");
}

static void
check_signed(struct pawl_scheme_compiler *c)
{
	struct pawl_scheme *s = c->scheme;
	unsigned uses = s->material.uses;

	if (!(uses & (1u << PAWL_VAR_BODY | 1u << PAWL_VAR_FORM)))
		pawl_scheme_complain(c, "/signed", NULL, "must cover the body: {body} is missing");
	if ((uses & 1u << PAWL_VAR_FORM) && !(uses & 1u << PAWL_VAR_URL) && s->body_hash.len > 0)
		pawl_scheme_complain(c, "/body_hash", NULL, "needs {url} to be signed");
	if (s->body_hash.len > 0 && !(uses & 1u << PAWL_VAR_FORM))
		pawl_scheme_complain(c, "/body_hash", NULL,
				     "needs {sorted_form}, which it replaces");
	if (s->kind == PAWL_SCHEME_HASH && !(uses & 1u << PAWL_VAR_SECRET))
		pawl_scheme_complain(c, "/signed", NULL,
				     "must have {secret}: anybody could make a plain hash");
	if (s->kind != PAWL_SCHEME_HASH && (uses & 1u << PAWL_VAR_SECRET))
		pawl_scheme_complain(c, "/signed", NULL, "has {secret}, which is for sha256 only");
	if (s->material.has_hmac)
		pawl_scheme_complain(c, "/signed", NULL, "must not have an HMAC inside");
}

static void
read_signed(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const hash_members[] = {"query", NULL};
	unsigned ways = 1u << PAWL_FROM_HEADER | 1u << PAWL_FROM_PAIR | 1u << PAWL_FROM_QUERY;
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "signed"), "/signed"};
	struct pawl_scheme_place hash = {pawl_json_get_c(root.object, "body_hash"), "/body_hash"};
	struct pawl_scheme *s = c->scheme;

	if (s->format != PAWL_FORMAT_PAIRS)
		ways &= ~(1u << PAWL_FROM_PAIR);
	pawl_scheme_read_values(c, root, ways, &s->values);
	if (hash.object && pawl_scheme_check_members(c, hash, hash_members))
		s->body_hash = pawl_scheme_read_text(c, hash, "query", true);
	if (pawl_json_is(at.object, PAWL_JSON_OBJECT)) {
		read_members(c, at);
		return;
	}
	pawl_scheme_read_template(c, at.where, pawl_scheme_read_text(c, root, "signed", true),
				  SIGNED_VARIABLES, &s->values, &s->material);
	check_signed(c);
}

static void
read_public(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"algorithm", "key_prefix", "private_prefix",
					      "item_prefix", NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "public"), "/public"};
	struct pawl_scheme_public *out = &c->scheme->public;

	if (!at.object || !pawl_scheme_check_members(c, at, members))
		return;
	out->is_there = true;
	out->key_prefix = pawl_scheme_read_text(c, at, "key_prefix", true);
	out->private_prefix = pawl_scheme_read_text(c, at, "private_prefix", false);
	out->item_prefix = pawl_scheme_read_text(c, at, "item_prefix", true);
	if (!pawl_sign_algorithm_parse(pawl_scheme_read_text(c, at, "algorithm", true),
				       &out->algorithm))
		pawl_scheme_complain(c, at.where, "algorithm", "must be that of a public key");
	if (c->scheme->kind != PAWL_SCHEME_MAC || c->scheme->format != PAWL_FORMAT_LIST)
		pawl_scheme_complain(c, at.where, NULL,
				     "needs an HMAC and the format list beside it");
}

static void
read_certificate(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"body", "suffix", NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "certificate"), "/certificate"};
	struct pawl_str hosts = pawl_scheme_read_text(c, root, "hosts", at.object != NULL);
	struct pawl_scheme *s = c->scheme;

	if (hosts.len > 0) {
		s->hosts = pawl_remote_host_pattern(hosts);
		if (!s->hosts)
			pawl_scheme_complain(c, "", "hosts", "is no regular expression");
	}
	if (!at.object || !pawl_scheme_check_members(c, at, members))
		return;
	pawl_scheme_read_source(c, at, 1u << PAWL_FROM_BODY, &s->certificate);
	s->certificate_suffix = pawl_scheme_read_text(c, at, "suffix", false);
	if (s->pin.from == PAWL_FROM_NOWHERE)
		pawl_scheme_complain(c, "/secret", "pin",
				     "is missing: a certificate says nothing about whose account "
				     "sends");
}

/* ---- time ---------------------------------------------------------------------------------------
 */

static void
check_time_is_signed(struct pawl_scheme_compiler *c)
{
	struct pawl_scheme *s = c->scheme;
	bool has_ts = s->material.uses & 1u << PAWL_VAR_TS;
	bool is_outside = s->timestamp.from != PAWL_FROM_BODY;

	if (s->members.len > 0 || s->format == PAWL_FORMAT_MESSAGE)
		return;
	if (is_outside && !has_ts)
		pawl_scheme_complain(c, "/signed", NULL,
				     "must have {ts}: a timestamp that is not signed proves "
				     "nothing");
	if (!is_outside && has_ts)
		pawl_scheme_complain(c, "/signed", NULL,
				     "has {ts}, but the timestamp stands in the body");
}

static void
read_unit(struct pawl_scheme_compiler *c, struct pawl_scheme_place at)
{
	static const char *const units[] = {"s", "ms", "auto", "rfc3339"};
	struct pawl_str unit = pawl_scheme_read_text(c, at, "unit", false);

	if (unit.len == 0)
		return;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (pawl_str_eq_c(unit, units[i])) {
			c->scheme->unit = (enum pawl_scheme_unit)i;
			return;
		}
	}
	pawl_scheme_complain(c, at.where, "unit", "must be s, ms, auto or rfc3339");
}

static void
read_timestamp(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"header", "pair",      "body", "created",
					      "unit",   "tolerance", NULL};
	struct pawl_scheme *s = c->scheme;
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "timestamp"), "/timestamp"};
	struct pawl_str tolerance;
	int64_t ms = 0;

	if (!at.object) {
		if (s->material.uses & 1u << PAWL_VAR_TS)
			pawl_scheme_complain(c, "/signed", NULL,
					     "has {ts}, but there is no timestamp");
		if (s->format == PAWL_FORMAT_MESSAGE)
			pawl_scheme_complain(c, at.where, NULL, "is missing");
		return;
	}
	if (!pawl_scheme_check_members(c, at, members))
		return;
	/* The time of an RFC 9421 signature is its parameter `created`; nothing else is. */
	if (s->format != PAWL_FORMAT_MESSAGE)
		pawl_scheme_read_source(
			c, at, 1u << PAWL_FROM_HEADER | 1u << PAWL_FROM_PAIR | 1u << PAWL_FROM_BODY,
			&s->timestamp);
	if (s->timestamp.from == PAWL_FROM_PAIR && s->format != PAWL_FORMAT_PAIRS)
		pawl_scheme_complain(c, at.where, "pair", "needs the format pairs");
	check_time_is_signed(c);
	read_unit(c, at);
	tolerance = pawl_scheme_read_text(c, at, "tolerance", true);
	if (tolerance.len > 0 &&
	    (!pawl_parse_duration_ms(tolerance, &ms) || ms < 1000 || ms > TOLERANCE_MAX_MS))
		pawl_scheme_complain(c, at.where, "tolerance",
				     "must be a duration from 1s to 24h, like 5m");
	s->tolerance_us = ms * 1000;
}

/* ---- the others
 * ------------------------------------------------------------------------------------ */

static void
read_jws(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"algorithms", "issuer", "audience", "body_sha256",
					      NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "jws"), "/jws"};
	const struct pawl_json *names = pawl_json_get_c(at.object, "algorithms");
	struct pawl_scheme_jws *out = &c->scheme->jws;
	enum pawl_jws_algorithm algorithm;

	if (!pawl_scheme_check_members(c, at, members))
		return;
	for (uint32_t i = 0; pawl_json_is(names, PAWL_JSON_ARRAY) && i < names->len; i++) {
		if (pawl_jws_algorithm_parse(pawl_json_str(&names->items[i]), &algorithm))
			out->algorithms |= 1u << algorithm;
		else
			pawl_scheme_complain(c, at.where, "algorithms",
					     "must be of HS256, RS256 and ES256");
	}
	if (out->algorithms == 0)
		pawl_scheme_complain(c, at.where, "algorithms", "must list at least one");
	/* A public key must never be taken for a secret. */
	if ((out->algorithms & 1u << PAWL_JWS_HS256) && out->algorithms != 1u << PAWL_JWS_HS256)
		pawl_scheme_complain(c, at.where, "algorithms",
				     "must not mix HS256 with those of public keys");
	out->issuer = pawl_scheme_read_text(c, at, "issuer", false);
	out->audience = pawl_scheme_read_text(c, at, "audience", false);
	out->body_claim = pawl_scheme_read_text(c, at, "body_sha256", true);
}

static void
read_tokens(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	const unsigned ways = 1u << PAWL_FROM_HEADER | 1u << PAWL_FROM_QUERY |
			      1u << PAWL_FROM_BEARER | 1u << PAWL_FROM_BASIC;

	pawl_scheme_read_sources(c, root, "token", ways, &c->scheme->tokens);
	if (c->scheme->tokens.len == 0)
		pawl_scheme_complain(c, "", "token", "must say where the token stands");
}

/* A member that this kind of scheme would not look at must not be there. */
static void
refuse_members(struct pawl_scheme_compiler *c, struct pawl_scheme_place root,
	       const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		if (pawl_json_get_c(root.object, names[i]))
			pawl_scheme_complain(c, "", names[i],
					     "has no meaning with this algorithm or format");
	}
}

void
pawl_scheme_read_signature(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const not_for_tokens[] = {"header",    "signature", "format", "encoding",
						     "signed",    "values",    "jws",    "public",
						     "body_hash", "timestamp", NULL};
	static const char *const not_for_jws[] = {"signature", "encoding", "signed",
						  "values",    "token",    "body_hash",
						  "timestamp", "public",   NULL};
	static const char *const not_for_messages[] = {
		"header", "signature", "encoding", "signed",    "values",
		"jws",    "token",     "public",   "body_hash", NULL};
	static const char *const not_for_signatures[] = {"jws", "token", NULL};

	read_algorithm(c, root);
	if (c->scheme->kind == PAWL_SCHEME_TOKEN) {
		refuse_members(c, root, not_for_tokens);
		read_tokens(c, root);
		return;
	}
	read_format(c, root);
	if (c->scheme->format == PAWL_FORMAT_MESSAGE) {
		refuse_members(c, root, not_for_messages);
		read_timestamp(c, root);
		return;
	}
	read_place(c, root);
	if (c->scheme->kind == PAWL_SCHEME_JWS) {
		refuse_members(c, root, not_for_jws);
		read_jws(c, root);
		return;
	}
	refuse_members(c, root, not_for_signatures);
	read_encoding(c, root);
	read_signed(c, root);
	read_public(c, root);
	read_certificate(c, root);
	read_timestamp(c, root);
}
