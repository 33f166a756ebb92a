/* What a provider's request says beside its signature: the handshake, and for the request log
 * the delivery's id, event and time. */
#include "trigger/auth/scheme_internal.h"

bool
pawl_scheme_wants_body(const struct pawl_scheme *scheme)
{
	return scheme->has_handshake || scheme->id.from == PAWL_FROM_BODY ||
	       scheme->event.from == PAWL_FROM_BODY;
}

/* NULL when the body is no JSON object or array. */
static const struct pawl_json *
parse_body(const struct pawl_scheme *scheme, struct pawl_str body, struct pawl_arena *arena,
	   struct pawl_json *out)
{
	struct pawl_str text = pawl_str_trim(body);

	if (!pawl_scheme_wants_body(scheme) || text.len == 0 ||
	    (text.ptr[0] != '{' && text.ptr[0] != '['))
		return NULL;
	return pawl_json_parse(arena, body, out, NULL) == PAWL_OK ? out : NULL;
}

bool
pawl_scheme_handshake_in(const struct pawl_scheme *scheme, const struct pawl_json *body,
			 struct pawl_handshake *out)
{
	const struct pawl_json *word, *reply;

	if (!scheme->has_handshake || !body)
		return false;
	word = pawl_json_pointer(body, scheme->when_pointer);
	if (!pawl_json_is(word, PAWL_JSON_STRING) ||
	    !pawl_str_eq(pawl_json_str(word), scheme->when_equals))
		return false;
	reply = pawl_json_pointer(body, scheme->reply_pointer);
	if (!pawl_json_is(reply, PAWL_JSON_STRING))
		return false;
	*out = (struct pawl_handshake){scheme->reply_status, scheme->reply_type,
				       pawl_json_str(reply)};
	return true;
}

bool
pawl_scheme_handshake(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
		      struct pawl_arena *arena, struct pawl_handshake *out)
{
	struct pawl_json body;

	return pawl_scheme_handshake_in(scheme, parse_body(scheme, facts->body, arena, &body), out);
}

struct pawl_str
pawl_scheme_find_fact(const struct pawl_scheme *scheme, const struct pawl_scheme_source *source,
		      const struct pawl_request_facts *facts, const struct pawl_json *body)
{
	struct pawl_str header, text = PAWL_STR("");

	switch (source->from) {
	case PAWL_FROM_NOWHERE:
		break;
	case PAWL_FROM_HEADER:
		pawl_scheme_find_header(&source->headers, facts, &text);
		break;
	case PAWL_FROM_PAIR:
		if (pawl_scheme_find_header(&scheme->headers, facts, &header) > 0)
			pawl_scheme_find_pair(scheme, header, source->key, &text);
		break;
	case PAWL_FROM_BODY:
		text = pawl_json_str(body ? pawl_json_pointer(body, source->key) : NULL);
		break;
	}
	return text;
}

void
pawl_scheme_describe_in(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
			const struct pawl_json *body, struct pawl_json_builder *out)
{
	const struct {
		const char *name;
		const struct pawl_scheme_source *source;
	} wanted[] = {
		{"id", &scheme->id}, {"event", &scheme->event}, {"timestamp", &scheme->timestamp}};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct pawl_str text = pawl_scheme_find_fact(scheme, wanted[i].source, facts, body);

		if (text.len > 0)
			pawl_json_set_c(out, wanted[i].name,
					pawl_json_string_dup(out->arena, text));
	}
}

struct pawl_json
pawl_scheme_describe(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
		     struct pawl_arena *arena)
{
	struct pawl_json_builder b;
	struct pawl_json body;

	pawl_json_object_begin(&b, arena);
	pawl_scheme_describe_in(scheme, facts, parse_body(scheme, facts->body, arena, &body), &b);
	return b.len > 0 ? pawl_json_end(&b) : pawl_json_null();
}
