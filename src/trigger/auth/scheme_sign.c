/* Signing as the provider does: for `pawl send` and tests. */
#include <inttypes.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

/* What goes out, gathered. */
struct outgoing {
	struct pawl_http_header *headers;
	size_t len, max;
};

static void
add(struct outgoing *out, struct pawl_str name, struct pawl_str value)
{
	if (out->len < out->max)
		out->headers[out->len++] = (struct pawl_http_header){name, value};
}

/* ---- what is signed ---------------------------------------------------------------------- */

static bool
is_pair(const struct pawl_scheme_value *value)
{
	return value->source.from == PAWL_FROM_PAIR;
}

static void
fill_texts(const struct pawl_scheme *scheme, const struct pawl_scheme_draft *draft,
	   struct pawl_arena *arena, struct pawl_scheme_texts *texts)
{
	struct pawl_refusal refusal;
	struct pawl_http_header type = {PAWL_STR("Content-Type"),
					PAWL_STR("application/x-www-form-urlencoded")};
	size_t query = pawl_str_find_char(draft->url, '?');
	struct pawl_request_facts facts = {.headers = &type, .n_headers = 1, .body = draft->body};
	struct pawl_scheme_claim claim = {
		.scheme = scheme, .facts = &facts, .arena = arena, .refusal = &refusal};

	facts.query = query == SIZE_MAX ? pawl_str(NULL, 0)
					: pawl_str_sub(draft->url, query + 1, draft->url.len);
	if (scheme->material.uses & 1u << PAWL_VAR_FORM)
		(void)pawl_scheme_form(&claim);
	*texts = (struct pawl_scheme_texts){
		.body = draft->body, .id = draft->id, .url = draft->url, .form = claim.texts.form};
	if (scheme->timestamp.from != PAWL_FROM_NOWHERE)
		texts->ts = pawl_scheme_time_text(scheme, draft->at_us, arena);
	for (size_t i = 0; i < scheme->values.len; i++)
		texts->values[i] = scheme->values.items[i].example;
}

static struct pawl_str
encode(const struct pawl_scheme *scheme, struct pawl_str bytes, struct pawl_arena *arena)
{
	char *text = pawl_arena_alloc(arena, bytes.len * 2 + 8);

	return pawl_str(text, pawl_scheme_encode(scheme, bytes, text));
}

/* The signature's text with its prefix; false when there is no key to make it with. */
static bool
make_signature(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
	       struct pawl_scheme_texts *texts, struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_str pieces[PAWL_SCHEME_PARTS_MAX], bytes, prefix = scheme->prefix;
	enum pawl_sign_algorithm algorithm = scheme->algorithm;
	char text[PAWL_SCHEME_TEXT_MAX];
	size_t len;

	if (key->private) {
		if (scheme->kind != PAWL_SCHEME_PUBLIC_KEY) {
			prefix = scheme->public.item_prefix;
			algorithm = scheme->public.algorithm;
		}
		if (!pawl_scheme_expand(&scheme->material, texts, arena, pieces) ||
		    !pawl_privkey_sign(key->private, algorithm, pieces, scheme->material.len, arena,
				       &bytes))
			return false;
		bytes = encode(scheme, bytes, arena);
	} else {
		if (scheme->kind == PAWL_SCHEME_PUBLIC_KEY || key->bytes.len == 0 ||
		    !pawl_scheme_compute(scheme, key, texts, arena, text, &len))
			return false;
		bytes = pawl_str(text, len);
	}
	*out = pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(prefix), PAWL_STR_ARG(bytes));
	return true;
}

/* ---- putting it into headers ---------------------------------------------------------------- */

static struct pawl_str
join(const struct pawl_scheme *scheme, struct pawl_str a, struct pawl_str b,
     struct pawl_arena *arena)
{
	if (a.len == 0 || b.len == 0)
		return a.len ? a : b;
	return pawl_arena_printf(arena, "%.*s%.*s%.*s", PAWL_STR_ARG(a),
				 PAWL_STR_ARG(scheme->separator), PAWL_STR_ARG(b));
}

static struct pawl_str
pair(struct pawl_str key, struct pawl_str value, struct pawl_arena *arena)
{
	return pawl_arena_printf(arena, "%.*s=%.*s", PAWL_STR_ARG(key), PAWL_STR_ARG(value));
}

/* t=1700000000,v1=..., or sign=..., env=main, t=1700000000 */
static struct pawl_str
join_pairs(const struct pawl_scheme *scheme, const struct pawl_scheme_texts *texts,
	   struct pawl_str signature, struct pawl_arena *arena)
{
	struct pawl_str values = PAWL_STR(""), ts = PAWL_STR("");

	if (scheme->timestamp.from == PAWL_FROM_PAIR)
		ts = pair(scheme->timestamp.key, texts->ts, arena);
	for (size_t i = 0; i < scheme->values.len; i++) {
		const struct pawl_scheme_value *v = &scheme->values.items[i];

		if (is_pair(v))
			values = join(scheme, values, pair(v->source.key, texts->values[i], arena),
				      arena);
	}
	if (scheme->is_signature_first)
		return join(scheme, join(scheme, signature, values, arena), ts, arena);
	return join(scheme, join(scheme, ts, values, arena), signature, arena);
}

static size_t
sign_template(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
	      const struct pawl_scheme_draft *draft, struct pawl_arena *arena, struct outgoing *out)
{
	struct pawl_scheme_texts texts;
	struct pawl_str signature;

	fill_texts(scheme, draft, arena, &texts);
	if (scheme->signature.from != PAWL_FROM_HEADER || scheme->members.len > 0 ||
	    !make_signature(scheme, key, &texts, arena, &signature))
		return 0;
	if (scheme->format == PAWL_FORMAT_PAIRS)
		signature = join_pairs(scheme, &texts, signature, arena);
	if (scheme->id.len == 1 && scheme->id.items[0].from == PAWL_FROM_HEADER)
		add(out, scheme->id.items[0].headers.items[0], draft->id);
	if (scheme->timestamp.from == PAWL_FROM_HEADER)
		add(out, scheme->timestamp.headers.items[0], texts.ts);
	for (size_t i = 0; i < scheme->values.len; i++) {
		if (scheme->values.items[i].source.from == PAWL_FROM_HEADER)
			add(out, scheme->values.items[i].source.headers.items[0], texts.values[i]);
	}
	add(out, scheme->signature.headers.items[0], signature);
	return out->len;
}

static size_t
sign_token(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
	   struct pawl_arena *arena, struct outgoing *out)
{
	const struct pawl_scheme_source *source = &scheme->tokens.items[0];
	struct pawl_buf text;

	switch (source->from) {
	case PAWL_FROM_HEADER:
		add(out, source->headers.items[0], key->bytes);
		break;
	case PAWL_FROM_BEARER:
		add(out, PAWL_STR("Authorization"),
		    pawl_arena_printf(arena, "Bearer %.*s", PAWL_STR_ARG(key->bytes)));
		break;
	case PAWL_FROM_BASIC:
		pawl_buf_init(&text, key->bytes.len * 2 + 16);
		(void)pawl_buf_append_c(&text, "Basic ");
		(void)pawl_base64_encode(&text, key->bytes, PAWL_BASE64_STD);
		add(out, PAWL_STR("Authorization"), pawl_arena_dup(arena, pawl_buf_peek(&text)));
		pawl_buf_fini(&text);
		break;
	case PAWL_FROM_NOWHERE:
	case PAWL_FROM_PAIR:
	case PAWL_FROM_BODY:
	case PAWL_FROM_QUERY:
	case PAWL_FROM_FORM:
		break;
	}
	return out->len;
}

static size_t
sign_jws(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
	 const struct pawl_scheme_draft *draft, struct pawl_arena *arena, struct outgoing *out)
{
	enum pawl_jws_algorithm algorithm = PAWL_JWS_HS256;
	struct pawl_json_builder claims;
	unsigned char digest[32];
	struct pawl_json payload;
	struct pawl_str token;
	char hex[64];

	while (!(scheme->jws.algorithms & 1u << algorithm))
		algorithm++;
	pawl_mac_sha256(&draft->body, 1, digest);
	pawl_hex_encode(digest, sizeof(digest), hex);
	pawl_json_object_begin(&claims, arena);
	if (scheme->jws.issuer.len > 0)
		pawl_json_set_c(&claims, "iss", pawl_json_string(scheme->jws.issuer));
	if (scheme->jws.audience.len > 0)
		pawl_json_set_c(&claims, "aud", pawl_json_string(scheme->jws.audience));
	if (scheme->jws.body_claim.len > 0)
		pawl_json_set(&claims, scheme->jws.body_claim,
			      pawl_json_string(pawl_str(hex, sizeof(hex))));
	payload = pawl_json_end(&claims);
	if (!pawl_jws_sign(algorithm, pawl_json_text(arena, &payload), key->bytes, key->private,
			   arena, &token))
		return 0;
	add(out, scheme->signature.headers.items[0],
	    pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(scheme->prefix),
			      PAWL_STR_ARG(token)));
	return out->len;
}

size_t
pawl_scheme_sign(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
		 const struct pawl_scheme_draft *draft, struct pawl_arena *arena,
		 struct pawl_http_header *headers, size_t max)
{
	struct outgoing out = {headers, 0, max};

	switch (scheme->kind) {
	case PAWL_SCHEME_TOKEN:
		return sign_token(scheme, key, arena, &out);
	case PAWL_SCHEME_JWS:
		return sign_jws(scheme, key, draft, arena, &out);
	case PAWL_SCHEME_MAC:
	case PAWL_SCHEME_HASH:
	case PAWL_SCHEME_PUBLIC_KEY:
		break;
	}
	if (scheme->format == PAWL_FORMAT_MESSAGE)
		return max < 3 ? 0 : pawl_scheme_sign_message(scheme, key, draft, arena, headers);
	return sign_template(scheme, key, draft, arena, &out);
}
