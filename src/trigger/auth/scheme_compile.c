/* From a preset's document to a scheme. Every problem is found in one go. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/parse.h"
#include "trigger/auth/scheme_internal.h"

#define TOLERANCE_MAX_MS (24 * 3600 * 1000LL)

struct compiler {
	struct pawl_scheme *scheme;
	struct pawl_problems *problems;
	size_t n_problems; /* problems may be NULL, so they are counted here */
};

/* A place in the document: the object at `where`. */
struct place {
	const struct pawl_json *object;
	const char *where;
};

__attribute__((format(printf, 4, 5))) static void
complain(struct compiler *c, const char *where, const char *key, const char *fmt, ...)
{
	char pointer[128], message[256];
	va_list args;

	snprintf(pointer, sizeof(pointer), "%s%s%s", where, key ? "/" : "", key ? key : "");
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	pawl_problems_add(c->problems, pointer, "%s", message);
	c->n_problems++;
}

/* The object with no members but `allowed`; false when it is none. */
static bool
check_members(struct compiler *c, struct place at, const char *const *allowed)
{
	if (!pawl_json_is(at.object, PAWL_JSON_OBJECT)) {
		complain(c, at.where, NULL, "must be an object");
		return false;
	}
	for (uint32_t i = 0; i < at.object->len; i++) {
		struct pawl_str key = at.object->members[i].key;
		size_t k = 0;

		while (allowed[k] && !pawl_str_eq_c(key, allowed[k]))
			k++;
		if (!allowed[k])
			complain(c, at.where, NULL, "unknown member \"%.*s\"",
				 (int)(key.len < 64 ? key.len : 64), key.ptr);
	}
	return true;
}

static struct pawl_str
read_text(struct compiler *c, struct place at, const char *key, bool required)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);

	if (!v && !required)
		return PAWL_STR("");
	if (!v || !pawl_json_is(v, PAWL_JSON_STRING) || (required && v->len == 0)) {
		complain(c, at.where, key, v ? "must be a text%s" : "is missing%s",
			 v && required ? " that is not empty" : "");
		return PAWL_STR("");
	}
	return pawl_json_str(v);
}

static char
read_separator(struct compiler *c, struct place at)
{
	struct pawl_str s = read_text(c, at, "separator", true);

	if (s.len == 0)
		return ',';
	if (s.len != 1 || !strchr(" ,;", s.ptr[0]))
		complain(c, at.where, "separator", "must be a space, a comma or a semicolon");
	return s.ptr[0];
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

/* One name, or a list of alternatives. */
static void
read_headers(struct compiler *c, struct place at, struct pawl_scheme_names *out)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, "header");
	const struct pawl_json *items = v;
	size_t n = 1;

	if (pawl_json_is(v, PAWL_JSON_ARRAY)) {
		items = v->items;
		n = v->len;
	}
	if (!v || n == 0) {
		complain(c, at.where, "header", "must be a header's name or a list of them");
		return;
	}
	out->items = pawl_arena_calloc(&c->scheme->arena, n, sizeof(*out->items));
	out->len = n;
	for (size_t i = 0; i < n; i++) {
		if (!pawl_json_is(&items[i], PAWL_JSON_STRING) ||
		    !pawl_is_token(pawl_json_str(&items[i])))
			complain(c, at.where, "header", "must be a header's name");
		out->items[i] = pawl_json_str(&items[i]);
	}
}

static struct pawl_str
read_pointer(struct compiler *c, struct place at, const char *key)
{
	struct pawl_str s = read_text(c, at, key, true);

	if (s.len > 0 && s.ptr[0] != '/')
		complain(c, at.where, key, "must be a JSON pointer into the body, like /event/id");
	return s;
}

/* Where a fact is found: said in exactly one way. */
static void
read_source(struct compiler *c, struct place at, struct pawl_scheme_source *out)
{
	bool header = pawl_json_get_c(at.object, "header") != NULL;
	bool pair = pawl_json_get_c(at.object, "pair") != NULL;
	bool body = pawl_json_get_c(at.object, "body") != NULL;

	if (header + pair + body != 1) {
		complain(c, at.where, NULL, "must say in one way where it is found");
	} else if (header) {
		out->from = PAWL_FROM_HEADER;
		read_headers(c, at, &out->headers);
	} else if (pair) {
		out->from = PAWL_FROM_PAIR;
		out->key = read_text(c, at, "pair", true);
	} else {
		out->from = PAWL_FROM_BODY;
		out->key = read_pointer(c, at, "body");
	}
}

static void
read_algorithm(struct compiler *c, struct place root)
{
	static const char *const later[] = {
		"ed25519", "ecdsa-p256-sha256", "rsa-sha1", "rsa-sha256",
		"sha256",  "jws-hs256",         "token",    NULL};
	struct pawl_str s = read_text(c, root, "algorithm", true);

	if (s.len == 0 || pawl_mac_parse(s, &c->scheme->algorithm))
		return;
	for (size_t i = 0; later[i]; i++) {
		if (pawl_str_eq_c(s, later[i])) {
			complain(c, root.where, "algorithm",
				 "%s is not supported by this version of pawl", later[i]);
			return;
		}
	}
	complain(c, root.where, "algorithm", "must be hmac-sha256, hmac-sha1 or hmac-sha512");
}

/* "v1=" from "v1". */
static struct pawl_str
pair_prefix(struct compiler *c, struct pawl_str key)
{
	return pawl_arena_printf(&c->scheme->arena, "%.*s=", PAWL_STR_ARG(key));
}

static void
read_format(struct compiler *c, struct place root)
{
	static const char *const kinds[] = {"prefix", "list", "pairs", NULL};
	static const char *const list_members[] = {"separator", "item_prefix", NULL};
	static const char *const pairs_members[] = {"separator", "signature", NULL};
	struct pawl_scheme *s = c->scheme;
	struct place format = {pawl_json_get_c(root.object, "format"), "/format"};
	struct place list, pairs;

	if (!format.object)
		return; /* the whole value is the signature: an empty prefix */
	if (!check_members(c, format, kinds))
		return;
	if (format.object->len != 1) {
		complain(c, "/format", NULL, "must have one member: prefix, list or pairs");
		return;
	}
	list = (struct place){pawl_json_get_c(format.object, "list"), "/format/list"};
	pairs = (struct place){pawl_json_get_c(format.object, "pairs"), "/format/pairs"};
	if (list.object && check_members(c, list, list_members)) {
		s->format = PAWL_FORMAT_LIST;
		s->separator = read_separator(c, list);
		s->prefix = read_text(c, list, "item_prefix", false);
	} else if (pairs.object && check_members(c, pairs, pairs_members)) {
		s->format = PAWL_FORMAT_PAIRS;
		s->separator = read_separator(c, pairs);
		s->prefix = pair_prefix(c, read_text(c, pairs, "signature", true));
	} else if (!list.object && !pairs.object) {
		s->prefix = read_text(c, format, "prefix", false);
	}
}

static void
read_encoding(struct compiler *c, struct place root)
{
	struct pawl_str s = read_text(c, root, "encoding", true);

	if (pawl_str_eq_c(s, "base64"))
		c->scheme->encoding = PAWL_ENCODING_BASE64;
	else if (s.len > 0 && !pawl_str_eq_c(s, "hex"))
		complain(c, root.where, "encoding", "must be hex or base64");
}

static bool
add_part(struct compiler *c, enum pawl_scheme_variable variable, struct pawl_str literal)
{
	struct pawl_scheme *s = c->scheme;

	if (s->n_parts == PAWL_SCHEME_PARTS_MAX) {
		complain(c, "/signed", NULL, "has more than %d parts", PAWL_SCHEME_PARTS_MAX);
		return false;
	}
	s->parts[s->n_parts++] = (struct pawl_scheme_part){variable, literal};
	s->signs_ts |= variable == PAWL_VAR_TS;
	s->signs_id |= variable == PAWL_VAR_ID;
	return true;
}

static void
read_signed(struct compiler *c, struct place root)
{
	struct pawl_str rest = read_text(c, root, "signed", true);
	bool has_body = false;

	while (rest.len > 0) {
		size_t open = pawl_str_find_char(rest, '{'), close;
		enum pawl_scheme_variable variable;
		struct pawl_str name;

		if (open > 0 && !add_part(c, PAWL_VAR_LITERAL, pawl_str_sub(rest, 0, open)))
			return;
		if (open == SIZE_MAX)
			break;
		rest = pawl_str_sub(rest, open + 1, rest.len);
		close = pawl_str_find_char(rest, '}');
		if (close == SIZE_MAX) {
			complain(c, "/signed", NULL, "has a { without its }");
			return;
		}
		name = pawl_str_sub(rest, 0, close);
		rest = pawl_str_sub(rest, close + 1, rest.len);
		if (pawl_str_eq_c(name, "body")) {
			variable = PAWL_VAR_BODY;
			has_body = true;
		} else if (pawl_str_eq_c(name, "ts")) {
			variable = PAWL_VAR_TS;
		} else if (pawl_str_eq_c(name, "id")) {
			variable = PAWL_VAR_ID;
		} else {
			complain(c, "/signed", NULL,
				 "knows no {%.*s}; there are {body}, {ts} and {id}",
				 (int)(name.len < 64 ? name.len : 64), name.ptr);
			return;
		}
		if (!add_part(c, variable, PAWL_STR("")))
			return;
	}
	if (!has_body)
		complain(c, "/signed", NULL, "must cover the body: {body} is missing");
}

static void
read_timestamp(struct compiler *c, struct place root)
{
	static const char *const members[] = {"header", "pair", "unit", "tolerance", NULL};
	struct pawl_scheme *s = c->scheme;
	struct place at = {pawl_json_get_c(root.object, "timestamp"), "/timestamp"};
	struct pawl_str unit, tolerance;
	int64_t ms = 0;

	if (!at.object) {
		if (s->signs_ts)
			complain(c, "/signed", NULL, "has {ts}, but there is no timestamp");
		return;
	}
	if (!check_members(c, at, members))
		return;
	read_source(c, at, &s->timestamp);
	if (s->timestamp.from == PAWL_FROM_PAIR && s->format != PAWL_FORMAT_PAIRS)
		complain(c, at.where, "pair", "needs the format pairs");
	if (!s->signs_ts)
		complain(c, "/signed", NULL,
			 "must have {ts}: a timestamp that is not signed proves nothing");
	unit = read_text(c, at, "unit", false);
	s->unit_us = pawl_str_eq_c(unit, "ms") ? 1000 : 1000000;
	if (unit.len > 0 && !pawl_str_eq_c(unit, "s") && !pawl_str_eq_c(unit, "ms"))
		complain(c, at.where, "unit", "must be s or ms");
	tolerance = read_text(c, at, "tolerance", true);
	if (tolerance.len > 0 &&
	    (!pawl_parse_duration_ms(tolerance, &ms) || ms < 1000 || ms > TOLERANCE_MAX_MS))
		complain(c, at.where, "tolerance", "must be a duration from 1s to 24h, like 5m");
	s->tolerance_us = ms * 1000;
}

static void
read_facts(struct compiler *c, struct place root)
{
	static const char *const members[] = {"header", "body", NULL};
	struct pawl_scheme *s = c->scheme;
	struct place id = {pawl_json_get_c(root.object, "id"), "/id"};
	struct place event = {pawl_json_get_c(root.object, "event"), "/event"};

	if (id.object && check_members(c, id, members))
		read_source(c, id, &s->id);
	if (event.object && check_members(c, event, members))
		read_source(c, event, &s->event);
	if (s->signs_id && s->id.from != PAWL_FROM_HEADER)
		complain(c, "/signed", NULL, "has {id}, but no header is named for the id");
}

static void
read_secret(struct compiler *c, struct place root)
{
	static const char *const members[] = {"decoding", "strip_prefix", NULL};
	struct place at = {pawl_json_get_c(root.object, "secret"), "/secret"};
	struct pawl_str decoding;

	if (!at.object)
		return; /* the text itself is the key */
	if (!check_members(c, at, members))
		return;
	decoding = read_text(c, at, "decoding", true);
	if (pawl_str_eq_c(decoding, "base64"))
		c->scheme->decoding = PAWL_DECODING_BASE64;
	else if (pawl_str_eq_c(decoding, "hex"))
		c->scheme->decoding = PAWL_DECODING_HEX;
	else if (decoding.len > 0 && !pawl_str_eq_c(decoding, "utf8"))
		complain(c, at.where, "decoding", "must be utf8, base64 or hex");
	c->scheme->strip_prefix = read_text(c, at, "strip_prefix", false);
}

/* A whole number from 200 to 299, or `fallback` when there is none. */
static int
read_status(struct compiler *c, struct place at, const char *key, int fallback)
{
	const struct pawl_json *v = pawl_json_get_c(at.object, key);
	int64_t status;

	if (!v)
		return fallback;
	if (!pawl_json_to_i64(v, &status) || status < 200 || status > 299) {
		complain(c, at.where, key, "must be a status from 200 to 299");
		return fallback;
	}
	return (int)status;
}

static void
read_handshake(struct compiler *c, struct place root)
{
	static const char *const members[] = {"when", "reply", "content_type", "status", NULL};
	static const char *const when_members[] = {"body", "equals", NULL};
	static const char *const reply_members[] = {"body", NULL};
	struct pawl_scheme *s = c->scheme;
	struct place at = {pawl_json_get_c(root.object, "handshake"), "/handshake"};
	struct place when, reply;

	if (!at.object || !check_members(c, at, members))
		return;
	when = (struct place){pawl_json_get_c(at.object, "when"), "/handshake/when"};
	reply = (struct place){pawl_json_get_c(at.object, "reply"), "/handshake/reply"};
	s->has_handshake = true;
	if (check_members(c, when, when_members)) {
		s->when_pointer = read_pointer(c, when, "body");
		s->when_equals = read_text(c, when, "equals", true);
	}
	if (check_members(c, reply, reply_members))
		s->reply_pointer = read_pointer(c, reply, "body");
	s->reply_type = read_text(c, at, "content_type", true);
	s->reply_status = read_status(c, at, "status", 200);
}

static void
compile(struct compiler *c)
{
	static const char *const members[] = {
		"name",   "label",     "description",    "source",    "algorithm", "header",
		"format", "encoding",  "signed",         "timestamp", "id",        "event",
		"secret", "handshake", "success_status", "vectors",   NULL};
	struct pawl_scheme *s = c->scheme;
	struct place root = {&s->document, ""};

	if (!check_members(c, root, members))
		return;
	s->name = pawl_arena_dup_c(&s->arena, read_text(c, root, "name", true));
	(void)read_text(c, root, "label", false);
	(void)read_text(c, root, "description", false);
	(void)read_text(c, root, "source", false);
	read_algorithm(c, root);
	read_headers(c, root, &s->headers);
	read_format(c, root);
	read_encoding(c, root);
	read_signed(c, root);
	read_timestamp(c, root);
	read_facts(c, root);
	read_secret(c, root);
	read_handshake(c, root);
	s->success_status = read_status(c, root, "success_status", 0);
}

struct pawl_scheme *
pawl_scheme_new(const struct pawl_json *preset, struct pawl_problems *problems)
{
	struct pawl_scheme *scheme = pawl_calloc(1, sizeof(*scheme));
	struct compiler c = {.scheme = scheme, .problems = problems};
	struct pawl_arena scratch;

	scheme->magic = PAWL_SCHEME_MAGIC;
	pawl_arena_init(&scheme->arena, 0);
	pawl_arena_init(&scratch, 0);
	/* A copy of its own: what is read from it is borrowed for the scheme's life. */
	if (pawl_json_parse(&scheme->arena, pawl_json_text(&scratch, preset), &scheme->document,
			    NULL) != PAWL_OK)
		complain(&c, "", NULL, "is nested too deep");
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
