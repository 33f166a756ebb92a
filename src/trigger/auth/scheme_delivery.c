/* What a request says beside its signature: for the request log the delivery's id, event and time,
 * for dedup what was sent. */
#include "trigger/auth/scheme_internal.h"

static bool
is_in_body(const struct pawl_scheme_sources *sources)
{
	for (size_t i = 0; i < sources->len; i++) {
		if (sources->items[i].from == PAWL_FROM_BODY)
			return true;
	}
	return false;
}

static bool
handshake_wants_body(const struct pawl_scheme_handshake *h)
{
	bool wants = h->verify_token.from == PAWL_FROM_BODY || h->confirm.from == PAWL_FROM_BODY;

	for (size_t i = 0; i < h->n_when; i++)
		wants |= h->when[i].source.from == PAWL_FROM_BODY;
	for (size_t i = 0; i < h->values.len; i++)
		wants |= h->values.items[i].source.from == PAWL_FROM_BODY;
	return wants;
}

bool
pawl_scheme_wants_body(const struct pawl_scheme *scheme)
{
	bool wants =
		scheme->decrypt.len > 0 || is_in_body(&scheme->id) || is_in_body(&scheme->event);

	for (size_t i = 0; i < scheme->n_handshakes && !wants; i++)
		wants = handshake_wants_body(&scheme->handshakes[i]);
	return wants;
}

void
pawl_scheme_describe_in(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
			const struct pawl_json *body, struct pawl_arena *arena,
			struct pawl_json_builder *out)
{
	struct pawl_str id = pawl_scheme_find_all(scheme, &scheme->id, facts, body, arena);
	struct pawl_str event = pawl_scheme_find_all(scheme, &scheme->event, facts, body, arena);
	struct pawl_str timestamp = PAWL_STR("");

	(void)pawl_scheme_find(scheme, &scheme->timestamp, facts, body, arena, &timestamp);
	if (id.len > 0)
		pawl_json_set_c(out, "id", pawl_json_string_dup(out->arena, id));
	if (event.len > 0)
		pawl_json_set_c(out, "event", pawl_json_string_dup(out->arena, event));
	if (timestamp.len > 0)
		pawl_json_set_c(out, "timestamp", pawl_json_string_dup(out->arena, timestamp));
}

struct pawl_json
pawl_scheme_describe(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
		     struct pawl_arena *arena)
{
	struct pawl_json_builder b;
	struct pawl_json body;
	bool has_body = pawl_scheme_wants_body(scheme) && facts->body.len > 0 &&
			pawl_json_parse(arena, facts->body, &body, NULL) == PAWL_OK;

	pawl_json_object_begin(&b, arena);
	pawl_scheme_describe_in(scheme, facts, has_body ? &body : NULL, arena, &b);
	return b.len > 0 ? pawl_json_end(&b) : pawl_json_null();
}

/* A source is signed when the bytes that it is read from are. */
static bool
is_signed(const struct pawl_scheme *scheme, const struct pawl_scheme_source *source)
{
	bool body_is = scheme->kind == PAWL_SCHEME_JWS || scheme->format == PAWL_FORMAT_MESSAGE ||
		       (scheme->material.uses & (1u << PAWL_VAR_BODY | 1u << PAWL_VAR_FORM));

	switch (source->from) {
	case PAWL_FROM_HEADER:
		return scheme->id.len == 1 && source == &scheme->id.items[0] &&
		       (scheme->material.uses & 1u << PAWL_VAR_ID);
	case PAWL_FROM_QUERY:
		return scheme->material.uses & 1u << PAWL_VAR_URL;
	case PAWL_FROM_FORM:
		return body_is;
	case PAWL_FROM_BODY:
		if (body_is)
			return true;
		for (size_t i = 0; i < scheme->members.len; i++) {
			const struct pawl_scheme_member_list *list = &scheme->members.lists[i];
			bool found = false;

			for (size_t k = 0; k < list->len; k++)
				found |= pawl_str_eq(list->names[k],
						     pawl_str_sub(source->key, 1, source->key.len));
			if (!found)
				return false;
		}
		return scheme->members.len > 0;
	case PAWL_FROM_NOWHERE:
	case PAWL_FROM_PAIR:
	case PAWL_FROM_BEARER:
	case PAWL_FROM_BASIC:
		break;
	}
	return false;
}

/* Signed members are hashed instead of the body around them, which anybody may have changed. Where
 * the URL is signed it is a part of what was sent: a GET has nothing else. */
static void
hash_content(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
	     const struct pawl_json *body, struct pawl_arena *arena, unsigned char out[32])
{
	struct pawl_str pieces[2] = {facts->body, PAWL_STR("")};

	if (scheme && scheme->members.len > 0 && body)
		(void)pawl_scheme_member_text(scheme, body, arena, &pieces[0]);
	if (scheme && (scheme->material.uses & 1u << PAWL_VAR_URL))
		pieces[1] = facts->query;
	pawl_mac_sha256(pieces, 2, out);
}

void
pawl_scheme_delivery(const struct pawl_scheme *scheme, bool is_verified,
		     const struct pawl_request_facts *facts, const struct pawl_json *body,
		     struct pawl_arena *arena, struct pawl_delivery *out)
{
	*out = (struct pawl_delivery){.id = PAWL_STR("")};
	hash_content(is_verified ? scheme : NULL, facts, body, arena, out->content);
	if (!scheme)
		return;
	out->id = pawl_scheme_find_all(scheme, &scheme->id, facts, body, arena);
	if (!is_verified || scheme->kind == PAWL_SCHEME_TOKEN)
		return;
	out->is_signed = true;
	out->has_signed_timestamp = scheme->tolerance_us > 0;
	out->id_is_signed = scheme->id.len > 0;
	for (size_t i = 0; i < scheme->id.len; i++)
		out->id_is_signed &= is_signed(scheme, &scheme->id.items[i]);
}
