/* Handshakes of a webhook trigger: those of its preset and of its signature entries' schemes. */
#include "trigger/webhook_internal.h"

/* Nobody has said yet who sends it. */
#define LENIENT_BODY_MAX (16u << 10)

static void
note(struct pawl_webhook *w, const struct pawl_scheme *scheme, unsigned *methods)
{
	for (size_t i = 0; scheme && i < scheme->n_handshakes; i++) {
		w->has_unsigned_handshakes |= scheme->handshakes[i].proof == PAWL_PROOF_NONE;
		w->has_lenient_handshakes |= scheme->handshakes[i].proof == PAWL_PROOF_IF_PRESENT;
		if (scheme->handshakes[i].proof == PAWL_PROOF_NONE)
			*methods |= scheme->handshakes[i].methods;
	}
}

unsigned
pawl_webhook_read_handshakes(struct pawl_webhook *w)
{
	unsigned methods = 0;

	note(w, w->preset, &methods);
	for (size_t i = 0; i < w->n_auth; i++)
		note(w, w->auth[i].scheme, &methods);
	return methods;
}

/* True when it is one, whether it is answered or refused. */
static bool
try_scheme(const struct pawl_scheme *scheme, const struct pawl_auth *auth,
	   struct pawl_handshake_call call, struct pawl_arena *arena,
	   struct pawl_webhook_verdict *out)
{
	struct pawl_handshake answer;

	if (auth && auth->scheme && auth->is_usable && pawl_auth_is_valid(auth, call.facts->now_us))
		call.key = &auth->key;
	if (auth && auth->has_verify_token)
		call.verify_token = pawl_str((const char *)auth->digest, sizeof(auth->digest));
	if (!pawl_scheme_handshake(scheme, &call, arena, &answer))
		return false;
	out->scheme = scheme;
	if (answer.status >= 300) {
		pawl_webhook_refuse(out, answer.status, answer.refusal.code,
				    answer.refusal.message);
		return true;
	}
	out->outcome = PAWL_WEBHOOK_HANDSHAKE;
	out->status = answer.status;
	out->handshake = answer;
	return true;
}

/* Every entry may have a secret and a token of its own; the first that can answer does. Of the
 * refusals, one that goes further than a wrong token is told. */
static bool
try_all(const struct pawl_webhook *w, struct pawl_handshake_call call, struct pawl_arena *arena,
	struct pawl_webhook_verdict *out)
{
	bool is_one = false, has_preset = false;

	for (size_t i = 0; i < w->n_auth; i++) {
		const struct pawl_auth *auth = &w->auth[i];
		struct pawl_webhook_verdict one = *out;

		has_preset |= auth->scheme == w->preset;
		if (!auth->scheme || !try_scheme(auth->scheme, auth, call, arena, &one))
			continue;
		if (!is_one || one.outcome != PAWL_WEBHOOK_REFUSE || one.status != 403)
			*out = one;
		is_one = true;
		if (one.outcome == PAWL_WEBHOOK_HANDSHAKE)
			return true;
	}
	if (!is_one && w->preset && !has_preset)
		is_one = try_scheme(w->preset, NULL, call, arena, out);
	return is_one;
}

bool
pawl_webhook_try_unsigned(const struct pawl_webhook *w, const struct pawl_request_facts *facts,
			  struct pawl_arena *arena, struct pawl_webhook_verdict *out)
{
	const struct pawl_handshake_call call = {.stage = PAWL_HANDSHAKE_UNSIGNED, .facts = facts};

	return try_all(w, call, arena, out);
}

/* A signature that lacks a part of what it needs is a wrong one, not a missing one. */
static bool
has_signature(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts)
{
	struct pawl_str value;

	return pawl_scheme_find_header(&scheme->signature.headers, facts, &value) > 0;
}

/* The body as the entry's key opens it; false when it is no JSON, or not by this key. */
static bool
open_body(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
	  struct pawl_arena *arena, struct pawl_json *tree)
{
	struct pawl_str text;

	if (pawl_json_parse(arena, facts->body, tree, NULL) != PAWL_OK)
		return false;
	if (!pawl_scheme_is_encrypted(auth->scheme) ||
	    !pawl_json_pointer(tree, auth->scheme->decrypt))
		return true;
	return auth->is_usable &&
	       pawl_scheme_decrypt(auth->scheme, &auth->key, tree, arena, &text) &&
	       pawl_json_parse(arena, text, tree, NULL) == PAWL_OK;
}

bool
pawl_webhook_try_lenient(const struct pawl_webhook *w, const struct pawl_request_facts *facts,
			 const struct pawl_refusal *refusal, struct pawl_arena *arena,
			 struct pawl_webhook_verdict *out)
{
	struct pawl_handshake_call call = {.stage = PAWL_HANDSHAKE_NO_CREDENTIALS, .facts = facts};
	struct pawl_json tree;

	if (strcmp(refusal->code, "missing_header") != 0 || facts->body.len > LENIENT_BODY_MAX)
		return false;
	for (size_t i = 0; i < w->n_auth; i++) {
		const struct pawl_auth *auth = &w->auth[i];

		if (!auth->scheme || has_signature(auth->scheme, facts) ||
		    !open_body(auth, facts, arena, &tree))
			continue;
		call.body = &tree;
		if (try_scheme(auth->scheme, auth, call, arena, out))
			return true;
	}
	return false;
}

bool
pawl_webhook_try_verified(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
			  struct pawl_arena *arena, struct pawl_webhook_verdict *out)
{
	const struct pawl_handshake_call call = {.stage = PAWL_HANDSHAKE_VERIFIED,
						 .facts = facts,
						 .body = out->has_tree ? &out->tree : NULL};

	return try_scheme(out->scheme, auth, call, arena, out);
}
