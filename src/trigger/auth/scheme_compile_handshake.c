/* The part of a preset's document that says which requests are handshakes, and their answers. */
#include <stdint.h>
#include <stdio.h>

#include "trigger/auth/scheme_internal.h"

#define REPLY_ITEMS_MAX 8
#define FIND_WAYS                                                                                  \
	(1u << PAWL_FROM_HEADER | 1u << PAWL_FROM_BODY | 1u << PAWL_FROM_QUERY |                   \
	 1u << PAWL_FROM_FORM)

static void
read_methods(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, unsigned *out)
{
	const struct pawl_json *list = pawl_json_get_c(at.object, "methods");
	enum pawl_http_method method;

	if (!list)
		return;
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		if (pawl_http_method_parse(pawl_json_str(&list->items[i]), &method) &&
		    method != PAWL_HTTP_OTHER)
			*out |= 1u << method;
		else
			pawl_scheme_complain(c, at.where, "methods", "must be methods of HTTP");
	}
	if (*out == 0)
		pawl_scheme_complain(c, at.where, "methods", "must be a list of methods");
}

static void
read_proof(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, enum pawl_scheme_proof *out)
{
	struct pawl_str proof = pawl_scheme_read_text(c, at, "proof", false);

	if (pawl_str_eq_c(proof, "none"))
		*out = PAWL_PROOF_NONE;
	else if (pawl_str_eq_c(proof, "if_present"))
		*out = PAWL_PROOF_IF_PRESENT;
	else if (proof.len > 0 && !pawl_str_eq_c(proof, "signature"))
		pawl_scheme_complain(c, at.where, "proof", "must be signature, if_present or none");
}

static void
read_condition(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
	       struct pawl_scheme_condition *out)
{
	static const char *const members[] = {"header", "body",   "query", "form",
					      "equals", "absent", NULL};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	pawl_scheme_read_source(c, at, FIND_WAYS, &out->source);
	out->equals = pawl_json_get_c(at.object, "equals");
	out->is_absent = pawl_json_get_bool(at.object, "absent", false);
	if (out->is_absent && out->equals)
		pawl_scheme_complain(c, at.where, NULL, "cannot be absent and have a value");
	if (out->equals && !pawl_json_is(out->equals, PAWL_JSON_STRING) &&
	    !pawl_json_is(out->equals, PAWL_JSON_NUMBER))
		pawl_scheme_complain(c, at.where, "equals", "must be a text or a number");
}

static void
read_when(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
	  struct pawl_scheme_handshake *out)
{
	const struct pawl_json *list = pawl_json_get_c(at.object, "when");
	char where[128];

	snprintf(where, sizeof(where), "%s/when", at.where);
	if (!pawl_json_is(list, PAWL_JSON_ARRAY) || list->len == 0 ||
	    list->len > PAWL_SCHEME_LIST_MAX) {
		pawl_scheme_complain(c, where, NULL, "must be a list of conditions");
		return;
	}
	for (uint32_t i = 0; i < list->len; i++)
		read_condition(c, (struct pawl_scheme_place){&list->items[i], where},
			       &out->when[out->n_when++]);
}

/* ---- the reply -------------------------------------------------------------------------- */

struct reply_reader {
	struct pawl_scheme_compiler *c;
	const struct pawl_scheme_values *values;
	const char *where;
};

static void
read_reply_text(const struct reply_reader *r, struct pawl_str text,
		struct pawl_scheme_template *out)
{
	pawl_scheme_read_template(r->c, r->where, text, 0, r->values, out);
}

/* Names with a template each, or with a JSON value that is put in as it is. */
static struct pawl_scheme_reply_item *
read_items(const struct reply_reader *r, const struct pawl_json *object, bool is_header, size_t *n)
{
	struct pawl_scheme_reply_item *items;

	if (!object)
		return NULL;
	if (!pawl_json_is(object, PAWL_JSON_OBJECT) || object->len > REPLY_ITEMS_MAX) {
		pawl_scheme_complain(r->c, r->where, NULL,
				     "must hold objects of at most %d members", REPLY_ITEMS_MAX);
		return NULL;
	}
	items = pawl_arena_calloc(&r->c->scheme->arena, object->len, sizeof(*items));
	for (uint32_t i = 0; i < object->len; i++) {
		const struct pawl_json *v = &object->members[i].value;

		items[i].name = object->members[i].key;
		if (pawl_json_is(v, PAWL_JSON_STRING))
			read_reply_text(r, pawl_json_str(v), &items[i].text);
		else if (is_header)
			pawl_scheme_complain(r->c, r->where, "headers", "must hold texts");
		else
			items[i].constant = v;
		if (is_header && !pawl_is_token(items[i].name))
			pawl_scheme_complain(r->c, r->where, "headers", "must have headers' names");
	}
	*n = object->len;
	return items;
}

static void
read_reply(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
	   const struct pawl_scheme_values *values, struct pawl_scheme_reply *out)
{
	static const char *const members[] = {"status", "text", "json", "headers", NULL};
	const struct pawl_json *text = pawl_json_get_c(at.object, "text");
	const struct pawl_json *json = pawl_json_get_c(at.object, "json");
	struct reply_reader r = {c, values, at.where};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	out->status = pawl_scheme_read_status(c, at, "status", 200);
	out->headers = read_items(&r, pawl_json_get_c(at.object, "headers"), true, &out->n_headers);
	if (text && json)
		pawl_scheme_complain(c, at.where, NULL, "must have text or json, not both");
	if (text) {
		read_reply_text(&r, pawl_scheme_read_text(c, at, "text", false), &out->text);
		out->content_type = PAWL_STR("text/plain; charset=utf-8");
	} else if (json) {
		out->is_json = true;
		out->members = read_items(&r, json, false, &out->n_members);
		out->content_type = PAWL_STR("application/json");
	}
}

/* ---- one handshake --------------------------------------------------------------------------- */

static void
read_handshake(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
	       struct pawl_scheme_handshake *out)
{
	static const char *const members[] = {"methods", "proof", "when",    "verify_token",
					      "values",  "reply", "confirm", NULL};
	static const char *const source_members[] = {"header", "body", "query", "form", NULL};
	char where[64];
	struct pawl_scheme_place inner = {NULL, where};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	read_methods(c, at, &out->methods);
	read_proof(c, at, &out->proof);
	read_when(c, at, out);
	pawl_scheme_read_values(c, at, FIND_WAYS, &out->values);
	snprintf(where, sizeof(where), "%s/reply", at.where);
	inner.object = pawl_json_get_c(at.object, "reply");
	read_reply(c, inner, &out->values, &out->reply);
	snprintf(where, sizeof(where), "%s/verify_token", at.where);
	inner.object = pawl_json_get_c(at.object, "verify_token");
	if (inner.object && pawl_scheme_check_members(c, inner, source_members))
		pawl_scheme_read_source(c, inner, FIND_WAYS, &out->verify_token);
	snprintf(where, sizeof(where), "%s/confirm", at.where);
	inner.object = pawl_json_get_c(at.object, "confirm");
	if (!inner.object)
		return;
	if (pawl_scheme_check_members(c, inner, source_members))
		pawl_scheme_read_source(c, inner, 1u << PAWL_FROM_BODY, &out->confirm);
	if (out->proof != PAWL_PROOF_SIGNATURE || !c->scheme->hosts)
		pawl_scheme_complain(c, where, NULL,
				     "needs a signature and hosts: else anybody could have any "
				     "URL fetched");
}

void
pawl_scheme_read_handshakes(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	const struct pawl_json *list = pawl_json_get_c(root.object, "handshakes");
	struct pawl_scheme *s = c->scheme;
	char where[32];

	if (!list)
		return;
	if (!pawl_json_is(list, PAWL_JSON_ARRAY) || list->len > PAWL_SCHEME_HANDSHAKES_MAX) {
		pawl_scheme_complain(c, "/handshakes", NULL, "must be a list of at most %d",
				     PAWL_SCHEME_HANDSHAKES_MAX);
		return;
	}
	s->handshakes = pawl_arena_calloc(&s->arena, list->len, sizeof(*s->handshakes));
	for (uint32_t i = 0; i < list->len; i++) {
		snprintf(where, sizeof(where), "/handshakes/%u", (unsigned)i);
		read_handshake(c, (struct pawl_scheme_place){&list->items[i], where},
			       &s->handshakes[s->n_handshakes++]);
	}
}
