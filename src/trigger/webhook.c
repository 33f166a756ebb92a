/* The webhook trigger at work: compiled settings, and the verdict over one request. */
#include "trigger/webhook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/parse.h"
#include "trigger/body.h"
#include "trigger/policy.h"
#include "trigger/webhook_internal.h"

#define MAX_BODY_DEFAULT (1u << 20)

/* ---- making -------------------------------------------------------------- */

static void
add_text(struct pawl_buf *buf, const char *text)
{
	if (buf->len > 0)
		pawl_buf_append_c(buf, ", ");
	pawl_buf_append_c(buf, text);
}

static void
read_methods(struct pawl_webhook *w, const struct pawl_json *list)
{
	enum pawl_http_method method;
	struct pawl_buf buf;

	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		if (pawl_http_method_parse(pawl_json_str(&list->items[i]), &method) &&
		    method != PAWL_HTTP_OTHER)
			w->methods |= 1u << method;
	}
	if (w->methods == 0)
		w->methods = 1u << PAWL_HTTP_POST;
	pawl_buf_init(&buf, 256);
	for (int m = PAWL_HTTP_GET; m < PAWL_HTTP_OTHER; m++) {
		if (w->methods & 1u << m)
			add_text(&buf, pawl_http_method_name((enum pawl_http_method)m));
	}
	w->allow = pawl_arena_dup_c(&w->arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
}

/* The trigger's own list, or else that of its preset. */
static void
read_ips(struct pawl_webhook *w, const struct pawl_json *config, struct pawl_problems *problems)
{
	const struct pawl_json *list = pawl_json_get_c(config, "allow_ips");
	struct pawl_cidr nobody = {.ip = {.family = 0}};

	if (!list && w->preset)
		list = pawl_scheme_allow_ips(w->preset);

	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		if (pawl_cidr_list_add(&w->allow_ips, pawl_json_str(&list->items[i])) != PAWL_OK)
			pawl_problems_add(problems, "/allow_ips",
					  "has an entry that is no address");
	}
	/* A list that was given but holds nothing that can be read must not let everybody in. */
	if (list && w->allow_ips.len == 0) {
		w->allow_ips.items = pawl_malloc(sizeof(nobody));
		w->allow_ips.items[0] = nobody;
		w->allow_ips.len = 1;
	}
}

/* One for each version of its secret: all that are valid are tried. */
static void
add_auth(struct pawl_webhook *w, const struct pawl_auth_source *source,
	 struct pawl_problems *problems)
{
	struct pawl_auth_source one = *source;
	size_t n;

	do {
		w->auth = pawl_realloc_array(w->auth, w->n_auth + 1, sizeof(*w->auth));
		n = pawl_auth_init(&w->auth[w->n_auth], &one, &w->arena,
				   one.version ? NULL : problems);
		w->n_auth++;
	} while (++one.version < n);
}

static void
read_auth(struct pawl_webhook *w, const struct pawl_json *config, struct pawl_secrets *secrets,
	  struct pawl_problems *problems)
{
	const struct pawl_json *list = pawl_json_get_c(config, "auth");
	struct pawl_str preset = pawl_json_get_str(config, "preset", PAWL_STR(""));
	bool basic = false, bearer = false;

	if (!list) {
		w->n_auth = 1;
		w->auth = pawl_calloc(1, sizeof(*w->auth));
		w->auth[0] = (struct pawl_auth){.type = PAWL_AUTH_NONE, .is_usable = true};
		return;
	}
	if (!pawl_json_is(list, PAWL_JSON_ARRAY) || list->len == 0)
		pawl_problems_add(problems, "/auth",
				  "must have an entry; {\"type\":\"none\"} lets everybody in");
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++)
		add_auth(w, &(struct pawl_auth_source){&list->items[i], i, preset, secrets, 0},
			 problems);
	for (size_t i = 0; i < w->n_auth; i++) {
		basic |= w->auth[i].type == PAWL_AUTH_BASIC;
		bearer |= w->auth[i].type == PAWL_AUTH_BEARER;
	}
	if (basic)
		w->authenticate = bearer ? "Basic realm=\"pawl\", charset=\"UTF-8\", "
					   "Bearer realm=\"pawl\""
					 : "Basic realm=\"pawl\", charset=\"UTF-8\"";
	else if (bearer)
		w->authenticate = "Bearer realm=\"pawl\"";
}

/* The trigger's preset, or else the first signature entry that has a wish. */
static int
wanted_status(const struct pawl_webhook *w)
{
	int status = w->preset ? pawl_scheme_success_status(w->preset) : 0;

	for (size_t i = 0; i < w->n_auth && status == 0; i++) {
		if (w->auth[i].scheme)
			status = pawl_scheme_success_status(w->auth[i].scheme);
	}
	return status ? status : 202;
}

static void
read_headers(struct pawl_webhook *w, const struct pawl_json *map)
{
	size_t n = pawl_json_is(map, PAWL_JSON_OBJECT) ? map->len : 0;
	struct pawl_http_header *out = pawl_arena_calloc(&w->arena, n + 1, sizeof(*out));

	w->respond.headers = out;
	for (size_t i = 0; i < n; i++) {
		struct pawl_str name = pawl_arena_dup(&w->arena, map->members[i].key);
		struct pawl_str value =
			pawl_arena_dup(&w->arena, pawl_json_str(&map->members[i].value));

		if (pawl_str_eq_nocase(name, PAWL_STR("Content-Type")))
			w->respond.content_type = value;
		else
			out[w->respond.n_headers++] = (struct pawl_http_header){name, value};
	}
}

static void
read_respond(struct pawl_webhook *w, const struct pawl_json *respond)
{
	const struct pawl_json *body = pawl_json_get_c(respond, "body");
	struct pawl_webhook_respond *out = &w->respond;

	out->status = (int)pawl_config_int(respond, "status", wanted_status(w));
	read_headers(w, pawl_json_get_c(respond, "headers"));
	if (out->status == 204 || out->status == 205) {
		out->body = PAWL_STR("");
		return;
	}
	if (!body)
		return;
	if (pawl_json_is(body, PAWL_JSON_STRING))
		out->body = pawl_arena_dup(&w->arena, pawl_json_str(body));
	else
		out->body = pawl_json_text(&w->arena, body);
	if (out->body.len == 0)
		out->body = PAWL_STR(""); /* configured, and empty */
	if (!out->content_type.ptr)
		out->content_type = pawl_json_is(body, PAWL_JSON_STRING)
					    ? PAWL_STR("text/plain; charset=utf-8")
					    : PAWL_STR("application/json");
}

/* What is said of an entry, whatever comes. */
static struct pawl_json
describe_entry(const struct pawl_webhook *w, const struct pawl_auth *auth, struct pawl_arena *arena)
{
	const struct pawl_scheme *scheme = auth->scheme ? auth->scheme : w->preset;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "auth", pawl_json_string_c(pawl_auth_type_name(auth->type)));
	pawl_json_set_c(&b, "entry", pawl_json_int(arena, (int64_t)auth->entry));
	if (scheme)
		pawl_json_set_c(&b, "scheme",
				pawl_json_string_dup(arena, pawl_str_c(pawl_scheme_name(scheme))));
	return pawl_json_end(&b);
}

static void
describe_entries(struct pawl_webhook *w)
{
	w->details = pawl_arena_calloc(&w->arena, w->n_auth, sizeof(*w->details));
	for (size_t i = 0; i < w->n_auth; i++)
		w->details[i] = describe_entry(w, &w->auth[i], &w->arena);
}

/* What is said of the entry is borrowed: it lives as long as the webhook. */
static struct pawl_json
make_detail(const struct pawl_json *entry, const struct pawl_scheme *scheme,
	    const struct pawl_request_facts *facts, const struct pawl_json *tree,
	    struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < entry->len; i++)
		pawl_json_set(&b, entry->members[i].key, entry->members[i].value);
	pawl_scheme_describe_in(scheme, facts, tree, arena, &b);
	return pawl_json_end(&b);
}

static bool
has_ids(const struct pawl_webhook *w)
{
	bool found = w->preset && w->preset->id.len > 0;

	for (size_t i = 0; i < w->n_auth; i++)
		found |= w->auth[i].scheme && w->auth[i].scheme->id.len > 0;
	return found;
}

struct pawl_webhook *
pawl_webhook_new(const struct pawl_json *config, struct pawl_secrets *secrets,
		 struct pawl_problems *problems)
{
	struct pawl_webhook *w = pawl_calloc(1, sizeof(*w));
	struct pawl_str preset = pawl_json_get_str(config, "preset", PAWL_STR(""));

	w->magic = PAWL_WEBHOOK_MAGIC;
	pawl_arena_init(&w->arena, 0);
	w->preset = preset.len ? pawl_scheme_preset(preset) : NULL;
	w->max_body = w->preset ? pawl_scheme_max_body(w->preset) : 0;
	w->max_body = (size_t)pawl_config_size(config, "max_body",
					       w->max_body ? w->max_body : MAX_BODY_DEFAULT);
	read_methods(w, pawl_json_get_c(config, "methods"));
	read_ips(w, config, problems);
	read_auth(w, config, secrets, problems);
	describe_entries(w);
	w->handshake_methods = pawl_webhook_read_handshakes(w);
	w->policy = pawl_policy_new(config, has_ids(w), problems);
	read_respond(w, pawl_json_get_c(config, "respond"));
	return w;
}

void
pawl_webhook_free(struct pawl_webhook *w)
{
	if (!w)
		return;
	PAWL_CHECK_OBJ(w, PAWL_WEBHOOK_MAGIC);
	for (size_t i = 0; i < w->n_auth; i++)
		pawl_auth_fini(&w->auth[i]);
	free(w->auth);
	pawl_policy_free(w->policy);
	pawl_cidr_list_fini(&w->allow_ips);
	pawl_arena_fini(&w->arena);
	w->magic = 0;
	free(w);
}

/* ---- reading ------------------------------------------------------------- */

bool
pawl_webhook_has_method(const struct pawl_webhook *w, enum pawl_http_method method)
{
	return (w->methods & 1u << method) != 0;
}

bool
pawl_webhook_may_handshake(const struct pawl_webhook *w, enum pawl_http_method method)
{
	return (w->handshake_methods & 1u << method) != 0;
}

const char *
pawl_webhook_allow(const struct pawl_webhook *w)
{
	return w->allow;
}

size_t
pawl_webhook_max_body(const struct pawl_webhook *w)
{
	return w->max_body;
}

bool
pawl_webhook_has_ip(const struct pawl_webhook *w, const struct pawl_ip *ip)
{
	return w->allow_ips.len == 0 || pawl_cidr_list_has(&w->allow_ips, ip);
}

const char *
pawl_webhook_authenticate(const struct pawl_webhook *w)
{
	return w->authenticate;
}

const struct pawl_webhook_respond *
pawl_webhook_respond(const struct pawl_webhook *w)
{
	return &w->respond;
}

const struct pawl_policy *
pawl_webhook_policy(const struct pawl_webhook *w)
{
	return w->policy;
}

/* ---- the verdict --------------------------------------------------------- */

void
pawl_webhook_refuse(struct pawl_webhook_verdict *out, int status, const char *code,
		    const char *message)
{
	out->outcome = PAWL_WEBHOOK_REFUSE;
	out->status = status;
	out->refusal = (struct pawl_refusal){code, message};
	if (strcmp(code, PAWL_REFUSAL_PENDING) == 0)
		out->outcome = PAWL_WEBHOOK_WAIT;
	else if (strcmp(code, PAWL_REFUSAL_UNAVAILABLE) == 0)
		out->status = 503;
}

/* The first entry that admits the caller; NULL with the refusal of the one that came closest. */
static const struct pawl_auth *
admit(const struct pawl_webhook *w, const struct pawl_request_facts *facts,
      struct pawl_arena *arena, struct pawl_refusal *refusal)
{
	enum pawl_auth_rank best = PAWL_AUTH_RANK_UNUSABLE;

	*refusal =
		(struct pawl_refusal){"not_configured", "\"auth\" has no entry: nobody is let in"};
	for (size_t i = 0; i < w->n_auth; i++) {
		struct pawl_refusal one = {0};
		enum pawl_auth_rank rank = PAWL_AUTH_RANK_UNUSABLE;

		if (pawl_auth_admits(&w->auth[i], facts, arena, &one, &rank))
			return &w->auth[i];
		if (i == 0 || rank > best) {
			*refusal = one;
			best = rank;
		}
	}
	return NULL;
}

static struct pawl_str
find_value(const struct pawl_request_facts *facts, const char *name)
{
	struct pawl_str wanted = pawl_str_c(name);

	for (size_t i = 0; i < facts->n_headers; i++) {
		if (pawl_str_eq_nocase(facts->headers[i].name, wanted))
			return facts->headers[i].value;
	}
	return PAWL_STR("");
}

/* The body under its Content-Encoding, and whether it is what its type says. A tree is built only
 * for a scheme that looks into it. */
static bool
check_body(const struct pawl_webhook *w, struct pawl_request_facts *facts, struct pawl_arena *arena,
	   struct pawl_webhook_verdict *out)
{
	size_t max =
		facts->max_body && facts->max_body < w->max_body ? facts->max_body : w->max_body;
	bool wants_tree = out->scheme && pawl_scheme_wants_body(out->scheme);
	struct pawl_str type = find_value(facts, "Content-Type");
	struct pawl_body_problem problem;

	if (out->scheme && pawl_scheme_content_type(out->scheme).len > 0)
		type = out->content_type = pawl_scheme_content_type(out->scheme);
	if (pawl_body_decode(facts->headers, facts->n_headers, facts->body, max, arena,
			     &facts->body, &problem) &&
	    pawl_body_check(type, facts->body, arena, wants_tree ? &out->tree : NULL,
			    &out->has_tree, &problem))
		return true;
	pawl_webhook_refuse(out, problem.status, problem.code, problem.message);
	return false;
}

/* What is encrypted is kept, and seen by the run, as what stands inside. */
static bool
decrypt_body(const struct pawl_auth *auth, struct pawl_request_facts *facts,
	     struct pawl_arena *arena, struct pawl_webhook_verdict *out)
{
	const struct pawl_scheme *scheme = out->scheme;

	if (!out->has_tree || !auth->scheme || !pawl_scheme_is_encrypted(scheme) ||
	    !pawl_json_pointer(&out->tree, scheme->decrypt))
		return true;
	if (!pawl_scheme_decrypt(scheme, &auth->key, &out->tree, arena, &out->body) ||
	    pawl_json_parse(arena, out->body, &out->tree, NULL) != PAWL_OK) {
		pawl_webhook_refuse(out, 400, "malformed_body",
				    "the body cannot be decrypted with the entry's secret, or what "
				    "stands inside is not JSON");
		return false;
	}
	out->content_type = PAWL_STR("application/json");
	facts->body = out->body;
	return true;
}

void
pawl_webhook_check(const struct pawl_webhook *w, const struct pawl_request_facts *facts,
		   struct pawl_arena *arena, struct pawl_webhook_verdict *out)
{
	struct pawl_request_facts plain = *facts; /* decompressed, once it is verified */
	const struct pawl_auth *auth;
	struct pawl_refusal refusal;

	PAWL_CHECK_OBJ(w, PAWL_WEBHOOK_MAGIC);
	*out = (struct pawl_webhook_verdict){.outcome = PAWL_WEBHOOK_ACCEPT,
					     .detail = pawl_json_null()};
	if (!pawl_webhook_has_ip(w, &facts->ip)) {
		pawl_webhook_refuse(out, 403, "address_not_allowed",
				    "the caller's address is not in the trigger's allow_ips");
		return;
	}
	if (w->has_unsigned_handshakes && pawl_webhook_try_unsigned(w, facts, arena, out))
		return;
	if (!pawl_webhook_has_method(w, facts->method)) {
		pawl_webhook_refuse(out, 405, "method_not_allowed",
				    "the trigger's methods do not have it");
		return;
	}
	auth = admit(w, facts, arena, &refusal);
	if (!auth) {
		if (!w->has_lenient_handshakes ||
		    !pawl_webhook_try_lenient(w, facts, &refusal, arena, out))
			pawl_webhook_refuse(out, 401, refusal.code, refusal.message);
		return;
	}
	out->scheme = auth->scheme ? auth->scheme : w->preset;
	out->is_verified = auth->scheme != NULL;
	out->secret_version = auth->version;
	if (!check_body(w, &plain, arena, out) || !decrypt_body(auth, &plain, arena, out))
		return;
	out->detail = w->details[auth - w->auth];
	if (out->scheme)
		out->detail = make_detail(&out->detail, out->scheme, &plain,
					  out->has_tree ? &out->tree : NULL, arena);
	if (out->scheme && out->scheme->n_handshakes > 0)
		pawl_webhook_try_verified(auth, &plain, arena, out);
}

bool
pawl_webhook_names_delivery(const struct pawl_webhook_verdict *verdict)
{
	return verdict->scheme && verdict->scheme->id.len > 0;
}

void
pawl_webhook_delivery(const struct pawl_webhook_verdict *verdict,
		      const struct pawl_request_facts *facts, struct pawl_arena *arena,
		      struct pawl_delivery *out)
{
	struct pawl_request_facts seen = *facts;

	if (verdict->body.ptr)
		seen.body = verdict->body;
	pawl_scheme_delivery(verdict->scheme, verdict->is_verified, &seen,
			     verdict->has_tree ? &verdict->tree : NULL, arena, out);
}
