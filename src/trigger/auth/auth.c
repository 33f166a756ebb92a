/* One entry of `auth`: who it admits. Credentials are compared by their SHA-256, so that the
 * comparison takes the same time whatever their length. */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "base/seal.h"
#include "trigger/webhook_internal.h"

static const char *const type_names[] = {
	[PAWL_AUTH_NONE] = "none",           [PAWL_AUTH_BASIC] = "basic",
	[PAWL_AUTH_HEADER] = "header",       [PAWL_AUTH_BEARER] = "bearer",
	[PAWL_AUTH_SIGNATURE] = "signature",
};
#define N_TYPES (sizeof(type_names) / sizeof(type_names[0]))

static struct pawl_str authorization_name = {"Authorization", 13};

const char *
pawl_auth_type_name(enum pawl_auth_type type)
{
	return type_names[type];
}

static bool
parse_type(struct pawl_str name, enum pawl_auth_type *out)
{
	for (size_t i = 0; i < N_TYPES; i++) {
		if (pawl_str_eq_c(name, type_names[i])) {
			*out = (enum pawl_auth_type)i;
			return true;
		}
	}
	return false;
}

static void
digest_of(struct pawl_str s, unsigned char out[PAWL_AUTH_DIGEST])
{
	crypto_hash_sha256(out, (const unsigned char *)s.ptr, s.len);
}

/* ---- making -------------------------------------------------------------- */

struct making {
	const struct pawl_json *entry;
	const char *pointer;
	struct pawl_secrets *secrets;
	struct pawl_auth_versions *versions;
	struct pawl_arena *scratch;
	struct pawl_problems *problems;
};

static bool
resolve_member(const struct making *m, const char *member, struct pawl_str *out)
{
	char where[96];

	snprintf(where, sizeof(where), "%s/%s", m->pointer, member);
	return pawl_auth_resolve(pawl_json_get_c(m->entry, member), where, m->secrets, m->versions,
				 m->scratch, out, m->problems);
}

static bool
make_basic(struct pawl_auth *auth, const struct making *m)
{
	struct pawl_str username, password;
	char *both;
	bool ok = resolve_member(m, "username", &username);

	if (!resolve_member(m, "password", &password) || !ok)
		return false;
	/* RFC 7617 section 2: the first colon ends the name. */
	if (pawl_str_find_char(username, ':') != SIZE_MAX) {
		pawl_problems_add(m->problems, m->pointer, "the username must not hold a colon");
		return false;
	}
	both = pawl_arena_alloc(m->scratch, username.len + 1 + password.len);
	memcpy(both, username.ptr, username.len);
	both[username.len] = ':';
	memcpy(both + username.len + 1, password.ptr, password.len);
	digest_of(pawl_str(both, username.len + 1 + password.len), auth->digest);
	return true;
}

static bool
make_secret(struct pawl_auth *auth, const struct making *m)
{
	struct pawl_str secret;

	if (!resolve_member(m, "secret", &secret))
		return false;
	digest_of(secret, auth->digest);
	return true;
}

static bool
make_verify_token(struct pawl_auth *auth, const struct making *m)
{
	struct pawl_str token;

	if (!pawl_json_get_c(m->entry, "verify_token"))
		return true;
	if (!resolve_member(m, "verify_token", &token))
		return false;
	digest_of(token, auth->digest);
	auth->has_verify_token = true;
	return true;
}

static bool
make_signature(struct pawl_auth *auth, const struct making *m, struct pawl_str preset)
{
	struct pawl_scheme_key *key = &auth->key;
	struct pawl_str secret;
	const char *message;
	char where[96];

	auth->scheme =
		pawl_auth_scheme(m->entry, m->pointer, preset, &auth->own_scheme, m->problems);
	if (!resolve_member(m, "secret", &secret) || !auth->scheme)
		return false;
	if (!pawl_scheme_key(auth->scheme, secret, m->scratch, key, &message)) {
		*key = (struct pawl_scheme_key){0};
		snprintf(where, sizeof(where), "%s/secret", m->pointer);
		pawl_problems_add(m->problems, where, "%s", message);
		return false;
	}
	key->bytes = pawl_str(pawl_secret_dup(key->bytes), key->bytes.len);
	return make_verify_token(auth, m);
}

static bool
make(struct pawl_auth *auth, const struct making *m, struct pawl_str preset,
     struct pawl_arena *arena)
{
	struct pawl_str name;

	auth->header = (struct pawl_scheme_names){&authorization_name, 1};
	if (!parse_type(pawl_json_get_str(m->entry, "type", PAWL_STR("")), &auth->type)) {
		pawl_problems_add(m->problems, m->pointer, "has no type that is known");
		return false;
	}
	switch (auth->type) {
	case PAWL_AUTH_NONE:
		return true;
	case PAWL_AUTH_BASIC:
		return make_basic(auth, m);
	case PAWL_AUTH_HEADER:
		name = pawl_json_get_str(m->entry, "name", PAWL_STR(""));
		if (!pawl_is_token(name)) {
			pawl_problems_add(m->problems, m->pointer,
					  "\"name\" must be a header's name");
			return false;
		}
		auth->header.items = pawl_arena_calloc(arena, 1, sizeof(*auth->header.items));
		auth->header.items[0] = pawl_arena_dup(arena, name);
		return make_secret(auth, m);
	case PAWL_AUTH_BEARER:
		return make_secret(auth, m);
	case PAWL_AUTH_SIGNATURE:
		return make_signature(auth, m, preset);
	}
	return false;
}

size_t
pawl_auth_init(struct pawl_auth *out, const struct pawl_auth_source *source,
	       struct pawl_arena *arena, struct pawl_problems *problems)
{
	struct pawl_auth_versions versions = {.wanted = source->version};
	struct pawl_arena scratch;
	char pointer[40];
	struct making m = {source->entry, pointer, source->secrets, &versions, &scratch, problems};

	snprintf(pointer, sizeof(pointer), "/auth/%zu", source->index);
	*out = (struct pawl_auth){.entry = source->index};
	pawl_arena_init(&scratch, 0);
	out->is_usable = make(out, &m, source->preset, arena);
	pawl_arena_fini(&scratch);
	out->version = versions.version;
	out->not_before_us = versions.not_before_us;
	out->not_after_us = versions.not_after_us;
	return versions.n;
}

bool
pawl_auth_is_valid(const struct pawl_auth *auth, int64_t at_us)
{
	return at_us >= auth->not_before_us && (!auth->not_after_us || at_us < auth->not_after_us);
}

void
pawl_auth_fini(struct pawl_auth *auth)
{
	if (!auth)
		return;
	pawl_secret_dup_free((char *)(uintptr_t)auth->key.bytes.ptr);
	pawl_scheme_key_fini(&auth->key);
	pawl_scheme_free(auth->own_scheme);
	*auth = (struct pawl_auth){0};
}

/* ---- admitting ----------------------------------------------------------- */

static bool
refuse(struct pawl_refusal *refusal, enum pawl_auth_rank *rank, enum pawl_auth_rank how,
       const char *code, const char *message)
{
	*refusal = (struct pawl_refusal){code, message};
	*rank = how;
	return false;
}

static bool
has_digest(const struct pawl_auth *auth, struct pawl_str given)
{
	unsigned char digest[PAWL_AUTH_DIGEST];

	digest_of(given, digest);
	return sodium_memcmp(digest, auth->digest, sizeof(digest)) == 0;
}

static bool
find_header(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
	    struct pawl_str *value, struct pawl_refusal *refusal, enum pawl_auth_rank *rank)
{
	size_t n = pawl_scheme_find_header(&auth->header, facts, value);

	if (n == 0)
		return refuse(refusal, rank, PAWL_AUTH_RANK_ABSENT, "missing_credentials",
			      "the request carries no credentials");
	if (n > 1)
		return refuse(refusal, rank, PAWL_AUTH_RANK_MALFORMED, "repeated_header",
			      "the header with the credentials is there more than once");
	return true;
}

/* What follows the authentication scheme's name (RFC 9110 section 11.4: its case is ignored). */
static bool
cut_scheme(struct pawl_str value, struct pawl_str scheme, struct pawl_str *rest)
{
	if (value.len <= scheme.len || value.ptr[scheme.len] != ' ' ||
	    !pawl_str_eq_nocase(pawl_str_sub(value, 0, scheme.len), scheme))
		return false;
	*rest = pawl_str_trim(pawl_str_sub(value, scheme.len, value.len));
	return true;
}

static bool
admits_header(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
	      struct pawl_arena *arena, struct pawl_refusal *refusal, enum pawl_auth_rank *rank)
{
	struct pawl_str given;

	if (!find_header(auth, facts, &given, refusal, rank))
		return false;
	if (auth->type == PAWL_AUTH_BEARER && !cut_scheme(given, PAWL_STR("Bearer"), &given))
		return refuse(refusal, rank, PAWL_AUTH_RANK_ABSENT, "missing_credentials",
			      "the Authorization header holds no bearer token");
	if (auth->type == PAWL_AUTH_BASIC && !cut_scheme(given, PAWL_STR("Basic"), &given))
		return refuse(refusal, rank, PAWL_AUTH_RANK_ABSENT, "missing_credentials",
			      "the Authorization header holds no basic credentials");
	if (auth->type == PAWL_AUTH_BASIC &&
	    !pawl_base64_decode(arena, given, PAWL_BASE64_STD, &given))
		return refuse(refusal, rank, PAWL_AUTH_RANK_MALFORMED, "malformed_credentials",
			      "the basic credentials are not base64 (RFC 7617)");
	if (!has_digest(auth, given))
		return refuse(refusal, rank, PAWL_AUTH_RANK_WRONG, "bad_credentials",
			      "the credentials are not those that the trigger knows");
	return true;
}

static enum pawl_auth_rank
signature_rank(const char *code)
{
	static const struct {
		const char *code;
		enum pawl_auth_rank rank;
	} ranks[] = {
		{"missing_header", PAWL_AUTH_RANK_ABSENT},
		{"stale_timestamp", PAWL_AUTH_RANK_UNTIMELY},
		{"future_timestamp", PAWL_AUTH_RANK_UNTIMELY},
		{"bad_signature", PAWL_AUTH_RANK_WRONG},
		{PAWL_REFUSAL_UNAVAILABLE, PAWL_AUTH_RANK_UNDECIDED},
		{PAWL_REFUSAL_PENDING, PAWL_AUTH_RANK_PENDING},
		{"bad_credentials", PAWL_AUTH_RANK_WRONG},
	};

	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (strcmp(code, ranks[i].code) == 0)
			return ranks[i].rank;
	}
	return PAWL_AUTH_RANK_MALFORMED;
}

bool
pawl_auth_admits(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
		 struct pawl_arena *arena, struct pawl_refusal *refusal, enum pawl_auth_rank *rank)
{
	if (!auth->is_usable)
		return refuse(refusal, rank, PAWL_AUTH_RANK_UNUSABLE, "not_configured",
			      "no entry of \"auth\" can admit anybody: its secret is missing");
	if (!pawl_auth_is_valid(auth, facts->now_us))
		return refuse(refusal, rank, PAWL_AUTH_RANK_UNUSABLE, "secret_not_valid",
			      "the secret is not valid at this time");
	switch (auth->type) {
	case PAWL_AUTH_NONE:
		return true;
	case PAWL_AUTH_BASIC:
	case PAWL_AUTH_HEADER:
	case PAWL_AUTH_BEARER:
		return admits_header(auth, facts, arena, refusal, rank);
	case PAWL_AUTH_SIGNATURE:
		if (pawl_scheme_verify(auth->scheme, &auth->key, 1, facts, arena, refusal))
			return true;
		*rank = signature_rank(refusal->code);
		return false;
	}
	return false;
}
