/* What is signed besides body, time and id: the URL, a form's parameters, members of a JSON
 * body. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"
#include "trigger/body.h"
#include "trigger/form.h"

/* A form is sorted before anybody knows who sends it. */
#define FORM_FIELDS_MAX 1000

/* ---- {url} ------------------------------------------------------------------------ */

struct url_parts {
	struct pawl_str scheme; /* "https://" */
	struct pawl_str userinfo, host, port, rest;
	const char *default_port;
};

static bool
split_url(const struct pawl_request_facts *facts, struct url_parts *out)
{
	struct pawl_str base = facts->public_url;
	size_t at = pawl_str_find(base, PAWL_STR("://")), colon;

	if (at == SIZE_MAX)
		return false;
	out->scheme = pawl_str_sub(base, 0, at + 3);
	base = pawl_str_sub(base, at + 3, base.len);
	at = pawl_str_find_char(base, '/');
	out->rest = at == SIZE_MAX ? PAWL_STR("") : pawl_str_sub(base, at, base.len);
	base = pawl_str_sub(base, 0, at);
	at = pawl_str_find_char(base, '@');
	if (at != SIZE_MAX) {
		out->userinfo = pawl_str_sub(base, 0, at + 1);
		base = pawl_str_sub(base, at + 1, base.len);
	}
	/* A colon inside of [] belongs to an IPv6 address. */
	at = pawl_str_find_char(base, ']');
	colon = pawl_str_find_char(pawl_str_sub(base, at == SIZE_MAX ? 0 : at, base.len), ':');
	if (colon != SIZE_MAX)
		colon += at == SIZE_MAX ? 0 : at;
	out->host = pawl_str_sub(base, 0, colon);
	out->port = colon == SIZE_MAX ? PAWL_STR("") : pawl_str_sub(base, colon, base.len);
	out->default_port = pawl_str_eq_nocase(out->scheme, PAWL_STR("https://")) ? ":443" : ":80";
	return true;
}

/* Credentials in the URL come as an Authorization header. */
static struct pawl_str
find_userinfo(const struct pawl_request_facts *facts, struct pawl_arena *arena)
{
	const struct pawl_scheme_source basic = {.from = PAWL_FROM_BASIC};
	struct pawl_str text;

	if (pawl_scheme_find(NULL, &basic, facts, NULL, arena, &text) != 1)
		return PAWL_STR("");
	return pawl_arena_printf(arena, "%.*s@", PAWL_STR_ARG(text));
}

/* Senders leave the port out, or put in the default one, whatever was configured (Twilio's own
 * library tries both). */
size_t
pawl_scheme_urls(const struct pawl_request_facts *facts, struct pawl_arena *arena,
		 struct pawl_str out[PAWL_SCHEME_URLS_MAX])
{
	struct url_parts url = {0};
	struct pawl_str users[2], ports[2];
	size_t n_users = 1, n = 0;

	out[n++] = pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(facts->public_url),
				     PAWL_STR_ARG(facts->target));
	if (!split_url(facts, &url))
		return n;
	users[0] = url.userinfo;
	users[1] = find_userinfo(facts, arena);
	if (users[1].len > 0 && !pawl_str_eq(users[0], users[1]))
		n_users = 2;
	ports[0] = url.port;
	ports[1] = url.port.len > 0 ? PAWL_STR("") : pawl_str_c(url.default_port);
	for (size_t u = 0; u < n_users; u++) {
		for (size_t p = 0; p < 2; p++) {
			if (u + p == 0)
				continue; /* the first of all */
			out[n++] = pawl_arena_printf(arena, "%.*s%.*s%.*s%.*s%.*s%.*s",
						     PAWL_STR_ARG(url.scheme),
						     PAWL_STR_ARG(users[u]), PAWL_STR_ARG(url.host),
						     PAWL_STR_ARG(ports[p]), PAWL_STR_ARG(url.rest),
						     PAWL_STR_ARG(facts->target));
		}
	}
	return n;
}

/* ---- {sorted_form} ------------------------------------------------------------------ */

struct parameter {
	struct pawl_str name, value;
};

static int
compare_parameters(const void *a, const void *b)
{
	const struct parameter *x = a, *y = b;
	int by_name = pawl_str_cmp(x->name, y->name);

	return by_name ? by_name : pawl_str_cmp(x->value, y->value);
}

static size_t
count_parameters(struct pawl_str body)
{
	size_t n = 1;

	for (size_t i = 0; i < body.len; i++)
		n += body.ptr[i] == '&';
	return n;
}

static size_t
list_parameters(const struct pawl_json *form, struct parameter *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < form->len; i++) {
		const struct pawl_json_member *m = &form->members[i];
		bool is_list = pawl_json_is(&m->value, PAWL_JSON_ARRAY);
		const struct pawl_json *items = is_list ? m->value.items : &m->value;

		for (uint32_t k = 0; k < (is_list ? m->value.len : 1); k++)
			out[n++] = (struct parameter){m->key, pawl_json_str(&items[k])};
	}
	qsort(out, n, sizeof(*out), compare_parameters);
	return n;
}

static struct pawl_str
join_parameters(const struct parameter *items, size_t n, struct pawl_arena *arena)
{
	size_t len = 0, at = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		len += items[i].name.len + items[i].value.len;
	text = pawl_arena_alloc(arena, len + 1);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare_parameters(&items[i - 1], &items[i]) == 0)
			continue; /* the same twice is signed once */
		memcpy(text + at, items[i].name.ptr, items[i].name.len);
		at += items[i].name.len;
		if (items[i].value.len)
			memcpy(text + at, items[i].value.ptr, items[i].value.len);
		at += items[i].value.len;
	}
	return pawl_str(text, at);
}

/* The query names the body's SHA-256, and the query is signed as a part of the URL. */
static bool
check_body_hash(struct pawl_scheme_claim *claim, struct pawl_str expected)
{
	unsigned char digest[32];
	char hex[64];

	crypto_hash_sha256(digest, (const unsigned char *)claim->facts->body.ptr,
			   claim->facts->body.len);
	pawl_hex_encode(digest, sizeof(digest), hex);
	if (pawl_str_eq_nocase(expected, pawl_str(hex, sizeof(hex))))
		return true;
	return pawl_scheme_refuse_with(claim->refusal, claim->arena, "bad_signature",
				       "the body's hash is not what the parameter %.*s says",
				       PAWL_STR_ARG(claim->scheme->body_hash));
}

static bool
is_form(const struct pawl_request_facts *facts)
{
	static struct pawl_str name = {"Content-Type", 12};
	const struct pawl_scheme_names names = {&name, 1};
	struct pawl_str type = PAWL_STR("");

	(void)pawl_scheme_find_header(&names, facts, &type);
	return pawl_body_kind(type.len ? type : PAWL_STR("application/octet-stream"),
			      facts->body) == PAWL_BODY_FORM;
}

bool
pawl_scheme_form(struct pawl_scheme_claim *claim)
{
	const struct pawl_scheme_source source = {.from = PAWL_FROM_QUERY,
						  .key = claim->scheme->body_hash};
	struct parameter *parameters;
	struct pawl_str expected;
	struct pawl_json form;
	size_t n;

	if (source.key.len > 0 && pawl_scheme_find(claim->scheme, &source, claim->facts, NULL,
						   claim->arena, &expected) > 0)
		return check_body_hash(claim, expected);
	if (claim->facts->body.len == 0)
		return true;
	if (!is_form(claim->facts))
		return pawl_scheme_refuse(
			claim->refusal, "unsigned_body",
			"the body is no form (application/x-www-form-urlencoded), "
			"so that the signature does not cover it");
	n = count_parameters(claim->facts->body);
	if (n > FORM_FIELDS_MAX)
		return pawl_scheme_refuse(claim->refusal, "malformed_signature",
					  "the form has more than 1000 parameters");
	form = pawl_form_parse(claim->arena, claim->facts->body);
	parameters = pawl_arena_calloc(claim->arena, n, sizeof(*parameters));
	n = list_parameters(&form, parameters);
	claim->texts.form = join_parameters(parameters, n, claim->arena);
	return true;
}

/* ---- members of the body ---------------------------------------------------------------- */

/* Each member that is there: its name, a line feed, its value, a line feed (AWS, "Verifying the
 * signatures of Amazon SNS messages"). */
bool
pawl_scheme_member_text(const struct pawl_scheme *scheme, const struct pawl_json *body,
			struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_str kind = pawl_json_str(pawl_json_pointer(body, scheme->members.by));
	const struct pawl_scheme_member_list *list = NULL;
	struct pawl_buf text;

	for (size_t i = 0; i < scheme->members.len && !list; i++) {
		if (pawl_str_eq(scheme->members.lists[i].kind, kind))
			list = &scheme->members.lists[i];
	}
	if (!list)
		return false;
	pawl_buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < list->len; i++) {
		const struct pawl_json *v = pawl_json_get(body, list->names[i]);

		if (!pawl_json_is(v, PAWL_JSON_STRING))
			continue;
		(void)pawl_buf_append_str(&text, list->names[i]);
		(void)pawl_buf_append_char(&text, '\n');
		(void)pawl_buf_append_str(&text, pawl_json_str(v));
		(void)pawl_buf_append_char(&text, '\n');
	}
	*out = pawl_arena_dup(arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	return true;
}
