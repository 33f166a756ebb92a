/* From a preset's document to a scheme: the facts around the signature, and what all parts of the
 * compiler share. Every problem is found in one go. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

#define MAX_BODY_MAX (64u << 20)

void
pawl_scheme_complain(struct pawl_scheme_compiler *c, const char *where, const char *key,
		     const char *fmt, ...)
{
	char pointer[160], message[256];
	va_list args;

	snprintf(pointer, sizeof(pointer), "%s%s%s", where, key ? "/" : "", key ? key : "");
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	pawl_problems_add(c->problems, pointer, "%s", message);
	c->n_problems++;
}

bool
pawl_scheme_check_members(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			  const char *const *allowed)
{
	if (!pawl_json_is(at.object, PAWL_JSON_OBJECT)) {
		pawl_scheme_complain(c, at.where, NULL, "must be an object");
		return false;
	}
	for (uint32_t i = 0; i < at.object->len; i++) {
		struct pawl_str key = at.object->members[i].key;
		size_t k = 0;

		while (allowed[k] && !pawl_str_eq_c(key, allowed[k]))
			k++;
		if (!allowed[k])
			pawl_scheme_complain(c, at.where, NULL, "unknown member \"%.*s\"",
					     (int)(key.len < 64 ? key.len : 64), key.ptr);
	}
	return true;
}

struct pawl_str
pawl_scheme_read_text(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, const char *key,
		      bool required)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);

	if (!v && !required)
		return PAWL_STR("");
	if (!v || !pawl_json_is(v, PAWL_JSON_STRING) || (required && v->len == 0)) {
		pawl_scheme_complain(c, at.where, key, v ? "must be a text%s" : "is missing%s",
				     v && required ? " that is not empty" : "");
		return PAWL_STR("");
	}
	return pawl_json_str(v);
}

bool
pawl_is_token(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.ptr[i];

		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		      (ch >= 'A' && ch <= 'Z') || (ch && strchr("!#$%&'*+-.^_`|~", ch))))
			return false;
	}
	return s.len > 0;
}

void
pawl_scheme_read_names(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, const char *key,
		       struct pawl_scheme_names *out)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);
	const struct pawl_json *items = v;
	size_t n = 1;

	if (pawl_json_is(v, PAWL_JSON_ARRAY)) {
		items = v->items;
		n = v->len;
	}
	if (!v || n == 0) {
		pawl_scheme_complain(c, at.where, key, "must be a header's name or a list of them");
		return;
	}
	out->items = pawl_arena_calloc(&c->scheme->arena, n, sizeof(*out->items));
	out->len = n;
	for (size_t i = 0; i < n; i++) {
		if (!pawl_json_is(&items[i], PAWL_JSON_STRING) ||
		    !pawl_is_token(pawl_json_str(&items[i])))
			pawl_scheme_complain(c, at.where, key, "must be a header's name");
		out->items[i] = pawl_json_str(&items[i]);
	}
}

struct pawl_str
pawl_scheme_read_pointer(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			 const char *key)
{
	struct pawl_str s = pawl_scheme_read_text(c, at, key, true);

	if (s.len > 0 && s.ptr[0] != '/')
		pawl_scheme_complain(c, at.where, key,
				     "must be a JSON pointer into the body, like /event/id");
	return s;
}

/* ---- sources -------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum pawl_scheme_from from;
} ways_to_find[] = {
	{"header", PAWL_FROM_HEADER}, {"pair", PAWL_FROM_PAIR}, {"body", PAWL_FROM_BODY},
	{"query", PAWL_FROM_QUERY},   {"form", PAWL_FROM_FORM}, {"bearer", PAWL_FROM_BEARER},
	{"basic", PAWL_FROM_BASIC},
};
#define N_WAYS (sizeof(ways_to_find) / sizeof(ways_to_find[0]))

void
pawl_scheme_read_source(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, unsigned ways,
			struct pawl_scheme_source *out)
{
	const char *name = NULL;
	size_t n = 0;

	for (size_t i = 0; i < N_WAYS; i++) {
		if (!pawl_json_get_c(at.object, ways_to_find[i].name))
			continue;
		name = ways_to_find[i].name;
		out->from = ways_to_find[i].from;
		n++;
	}
	if (n != 1 || !(ways & 1u << out->from)) {
		pawl_scheme_complain(c, at.where, NULL,
				     n == 1 ? "cannot be found in \"%s\""
					    : "must say in one way where it is found%.0s",
				     name ? name : "");
		out->from = PAWL_FROM_NOWHERE;
		return;
	}
	if (out->from == PAWL_FROM_HEADER)
		pawl_scheme_read_names(c, at, name, &out->headers);
	else if (out->from == PAWL_FROM_BODY)
		out->key = pawl_scheme_read_pointer(c, at, name);
	else if (out->from != PAWL_FROM_BEARER && out->from != PAWL_FROM_BASIC)
		out->key = pawl_scheme_read_text(c, at, name, true);
}

static void
read_one_source(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, unsigned ways,
		struct pawl_scheme_sources *out)
{
	static const char *const members[] = {"header", "pair",   "body",  "query",
					      "form",   "bearer", "basic", NULL};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	pawl_scheme_read_source(c, at, ways, &out->items[out->len]);
	if (out->items[out->len].from != PAWL_FROM_NOWHERE)
		out->len++;
}

void
pawl_scheme_read_sources(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			 const char *key, unsigned ways, struct pawl_scheme_sources *out)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);
	char where[128];

	if (!v)
		return;
	snprintf(where, sizeof(where), "%s/%s", at.where, key);
	if (!pawl_json_is(v, PAWL_JSON_ARRAY)) {
		read_one_source(c, (struct pawl_scheme_place){v, where}, ways, out);
		return;
	}
	if (v->len == 0 || v->len > PAWL_SCHEME_LIST_MAX) {
		pawl_scheme_complain(c, where, NULL, "must have from 1 to %d entries",
				     PAWL_SCHEME_LIST_MAX);
		return;
	}
	for (uint32_t i = 0; i < v->len; i++)
		read_one_source(c, (struct pawl_scheme_place){&v->items[i], where}, ways, out);
}

static void
read_value(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, unsigned ways,
	   struct pawl_scheme_value *out)
{
	static const char *const members[] = {"header", "pair",    "body",    "query",
					      "form",   "default", "example", NULL};

	if (!pawl_scheme_check_members(c, at, members))
		return;
	pawl_scheme_read_source(c, at, ways, &out->source);
	if (pawl_json_get_c(at.object, "default"))
		out->fallback = pawl_scheme_read_text(c, at, "default", false);
	out->example = pawl_scheme_read_text(c, at, "example", false);
}

void
pawl_scheme_read_values(struct pawl_scheme_compiler *c, struct pawl_scheme_place at, unsigned ways,
			struct pawl_scheme_values *out)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, "values");
	char where[160];

	if (!v)
		return;
	snprintf(where, sizeof(where), "%s/values", at.where);
	if (!pawl_json_is(v, PAWL_JSON_OBJECT) || v->len > PAWL_SCHEME_VALUES_MAX) {
		pawl_scheme_complain(c, where, NULL, "must be an object with at most %d members",
				     PAWL_SCHEME_VALUES_MAX);
		return;
	}
	for (uint32_t i = 0; i < v->len; i++) {
		struct pawl_scheme_value *value = &out->items[out->len++];

		value->name = v->members[i].key;
		read_value(c, (struct pawl_scheme_place){&v->members[i].value, where}, ways, value);
	}
}

/* ---- facts ------------------------------------------------------------------------------ */

static void
read_facts(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	const unsigned ways = 1u << PAWL_FROM_HEADER | 1u << PAWL_FROM_BODY |
			      1u << PAWL_FROM_QUERY | 1u << PAWL_FROM_FORM;
	struct pawl_scheme *s = c->scheme;

	pawl_scheme_read_sources(c, root, "id", ways, &s->id);
	pawl_scheme_read_sources(c, root, "event", ways, &s->event);
	if ((s->material.uses & 1u << PAWL_VAR_ID) &&
	    (s->id.len != 1 || s->id.items[0].from != PAWL_FROM_HEADER))
		pawl_scheme_complain(c, "/signed", NULL,
				     "has {id}, but no header is named for the id");
}

static void
read_secret(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"decoding", "strip_prefix", "pin", NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "secret"), "/secret"};
	struct pawl_scheme *s = c->scheme;
	struct pawl_str decoding;

	if (!at.object)
		return; /* the text itself is the key */
	if (!pawl_scheme_check_members(c, at, members))
		return;
	decoding = pawl_scheme_read_text(c, at, "decoding", true);
	if (pawl_str_eq_c(decoding, "base64"))
		s->decoding = PAWL_DECODING_BASE64;
	else if (pawl_str_eq_c(decoding, "hex"))
		s->decoding = PAWL_DECODING_HEX;
	else if (decoding.len > 0 && !pawl_str_eq_c(decoding, "utf8"))
		pawl_scheme_complain(c, at.where, "decoding", "must be utf8, base64 or hex");
	s->strip_prefix = pawl_scheme_read_text(c, at, "strip_prefix", false);
	if (pawl_json_get_c(at.object, "pin"))
		s->pin = (struct pawl_scheme_source){.from = PAWL_FROM_BODY,
						     .key = pawl_scheme_read_pointer(c, at, "pin")};
}

int
pawl_scheme_read_status(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			const char *key, int fallback)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);
	int64_t status;

	if (!v)
		return fallback;
	if (!pawl_json_to_i64(v, &status) || status < 200 || status > 299) {
		pawl_scheme_complain(c, at.where, key, "must be a status from 200 to 299");
		return fallback;
	}
	return (int)status;
}

/* What a trigger with the preset does without settings of its own. */
static void
read_defaults(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	struct pawl_str size = pawl_scheme_read_text(c, root, "max_body", false);
	struct pawl_scheme *s = c->scheme;
	struct pawl_cidr_list list = {0};
	uint64_t bytes = 0;

	s->success_status = pawl_scheme_read_status(c, root, "success_status", 0);
	s->content_type = pawl_scheme_read_text(c, root, "content_type", false);
	if (size.len > 0 && (!pawl_parse_size(size, &bytes) || bytes == 0 || bytes > MAX_BODY_MAX))
		pawl_scheme_complain(c, "", "max_body", "must be a size up to 64MiB, like 256KiB");
	s->max_body = (size_t)bytes;
	s->allow_ips = pawl_json_get_c(root.object, "allow_ips");
	if (!s->allow_ips)
		return;
	for (uint32_t i = 0; pawl_json_is(s->allow_ips, PAWL_JSON_ARRAY) && i < s->allow_ips->len;
	     i++) {
		if (pawl_cidr_list_add(&list, pawl_json_str(&s->allow_ips->items[i])) != PAWL_OK)
			pawl_scheme_complain(c, "", "allow_ips", "has an entry that is no address");
	}
	if (list.len == 0)
		pawl_scheme_complain(c, "", "allow_ips", "must be a list of addresses and ranges");
	pawl_cidr_list_fini(&list);
}

static void
read_decryption(struct pawl_scheme_compiler *c, struct pawl_scheme_place root)
{
	static const char *const members[] = {"body", "cipher", NULL};
	struct pawl_scheme_place at = {pawl_json_get_c(root.object, "decrypt"), "/decrypt"};

	if (!at.object || !pawl_scheme_check_members(c, at, members))
		return;
	c->scheme->decrypt = pawl_scheme_read_pointer(c, at, "body");
	if (!pawl_str_eq_c(pawl_scheme_read_text(c, at, "cipher", true), "aes-256-cbc"))
		pawl_scheme_complain(c, at.where, "cipher", "must be aes-256-cbc");
}

static void
compile(struct pawl_scheme_compiler *c)
{
	static const char *const members[] = {"name",         "label",      "description",
					      "source",       "algorithm",  "header",
					      "signature",    "format",     "encoding",
					      "signed",       "values",     "body_hash",
					      "jws",          "token",      "public",
					      "certificate",  "hosts",      "timestamp",
					      "id",           "event",      "secret",
					      "decrypt",      "handshakes", "success_status",
					      "content_type", "max_body",   "allow_ips",
					      "vectors",      NULL};
	struct pawl_scheme *s = c->scheme;
	struct pawl_scheme_place root = {&s->document, ""};

	if (!pawl_scheme_check_members(c, root, members))
		return;
	s->name = pawl_arena_dup_c(&s->arena, pawl_scheme_read_text(c, root, "name", true));
	(void)pawl_scheme_read_text(c, root, "label", false);
	(void)pawl_scheme_read_text(c, root, "description", false);
	(void)pawl_scheme_read_text(c, root, "source", false);
	read_secret(c, root);
	pawl_scheme_read_signature(c, root);
	read_facts(c, root);
	read_decryption(c, root);
	pawl_scheme_read_handshakes(c, root);
	read_defaults(c, root);
}

struct pawl_scheme *
pawl_scheme_new(const struct pawl_json *preset, struct pawl_problems *problems)
{
	struct pawl_scheme *scheme = pawl_calloc(1, sizeof(*scheme));
	struct pawl_scheme_compiler c = {.scheme = scheme, .problems = problems};
	struct pawl_arena scratch;

	scheme->magic = PAWL_SCHEME_MAGIC;
	pawl_arena_init(&scheme->arena, 0);
	pawl_arena_init(&scratch, 0);
	/* A copy of its own: what is read from it is borrowed for the scheme's life. */
	if (pawl_json_parse(&scheme->arena, pawl_json_text(&scratch, preset), &scheme->document,
			    NULL) != PAWL_OK)
		pawl_scheme_complain(&c, "", NULL, "is nested too deep");
	else
		compile(&c);
	pawl_arena_fini(&scratch);
	if (c.n_problems > 0) {
		pawl_scheme_free(scheme);
		return NULL;
	}
	return scheme;
}

void
pawl_scheme_free(struct pawl_scheme *scheme)
{
	if (!scheme)
		return;
	PAWL_CHECK_OBJ(scheme, PAWL_SCHEME_MAGIC);
	pawl_regexp_free(scheme->hosts);
	pawl_arena_fini(&scheme->arena);
	scheme->magic = 0;
	free(scheme);
}

const char *
pawl_scheme_name(const struct pawl_scheme *scheme)
{
	return scheme->name;
}

const struct pawl_json *
pawl_scheme_document(const struct pawl_scheme *scheme)
{
	return &scheme->document;
}

int
pawl_scheme_success_status(const struct pawl_scheme *scheme)
{
	return scheme->success_status;
}

size_t
pawl_scheme_max_body(const struct pawl_scheme *scheme)
{
	return scheme->max_body;
}

const struct pawl_json *
pawl_scheme_allow_ips(const struct pawl_scheme *scheme)
{
	return scheme->allow_ips;
}

struct pawl_str
pawl_scheme_content_type(const struct pawl_scheme *scheme)
{
	return scheme->content_type;
}
