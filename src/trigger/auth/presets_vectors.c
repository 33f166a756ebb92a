/* A preset's vectors: deliveries that its scheme has to accept. */
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"

#include "trigger/auth/presets_internal.h"
#include "trigger/auth/scheme_internal.h"

#define HEADERS_MAX  32
#define AT_DEFAULT_S 1700000000
#define AT_MAX_S     1e11

struct vector {
	const struct pawl_json *json;
	struct pawl_arena arena;
	struct pawl_http_header headers[HEADERS_MAX];
	struct pawl_request_facts facts;
	struct pawl_remote remote;
};

/* The certificate that the vector brings stands for any that is asked for. */
static enum pawl_remote_state
find_certificate(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	const struct vector *v = ctx;
	const char *message;

	if (want->kind == PAWL_REMOTE_VISIT)
		return PAWL_REMOTE_HAVE;
	*out = pawl_keyset_from_certificate(pawl_json_get_str(v->json, "certificate", PAWL_STR("")),
					    pawl_clock_now_us(), &message);
	return *out ? PAWL_REMOTE_HAVE : PAWL_REMOTE_FAILED;
}

static void
read_url(struct vector *v)
{
	struct pawl_str url = pawl_json_get_str(v->json, "url", PAWL_STR("https://example/hook"));
	size_t start = pawl_str_find(url, PAWL_STR("://")), slash;

	start = start == SIZE_MAX ? 0 : start + 3;
	slash = pawl_str_find_char(pawl_str_sub(url, start, url.len), '/');
	slash = slash == SIZE_MAX ? url.len : start + slash;
	v->facts.public_url = pawl_str_sub(url, 0, slash);
	v->facts.target = pawl_str_sub(url, slash, url.len);
	slash = pawl_str_find_char(v->facts.target, '?');
	if (slash != SIZE_MAX)
		v->facts.query = pawl_str_sub(v->facts.target, slash + 1, v->facts.target.len);
}

static bool
read_vector(struct vector *v, const char **message)
{
	const struct pawl_json *headers = pawl_json_get_c(v->json, "headers");
	const struct pawl_json *at_member = pawl_json_get_c(v->json, "at");
	double at = AT_DEFAULT_S;

	*message = "\"headers\" has to be an object of texts, at most 32";
	if (!pawl_json_is(headers, PAWL_JSON_OBJECT) || headers->len > HEADERS_MAX)
		return false;
	for (uint32_t i = 0; i < headers->len; i++)
		v->headers[i] = (struct pawl_http_header){
			headers->members[i].key, pawl_json_str(&headers->members[i].value)};
	*message = "\"at\" has to be the time of the delivery, in seconds since 1970";
	if (at_member && (!pawl_json_to_double(at_member, &at) || !(at >= 0 && at <= AT_MAX_S)))
		return false;
	v->remote = (struct pawl_remote){.find = find_certificate, .ctx = v};
	v->facts = (struct pawl_request_facts){
		.method = PAWL_HTTP_POST,
		.headers = v->headers,
		.n_headers = headers->len,
		.body = pawl_json_get_str(v->json, "body", PAWL_STR("")),
		.now_us = (int64_t)(at * 1e6),
		.remote = &v->remote,
	};
	read_url(v);
	return true;
}

static bool
covers_body(const struct pawl_scheme *scheme)
{
	return scheme->kind == PAWL_SCHEME_JWS ? scheme->jws.body_claim.len > 0
					       : scheme->kind != PAWL_SCHEME_TOKEN;
}

/* NULL when the vector is accepted, and its twin with another body is not. */
static const char *
try_vector(const struct pawl_scheme *scheme, struct vector *v)
{
	struct pawl_refusal refusal = {0};
	struct pawl_scheme_key key;
	const char *message, *result = NULL;

	if (!read_vector(v, &message) ||
	    !pawl_scheme_key(scheme, pawl_json_get_str(v->json, "secret", PAWL_STR("")), &v->arena,
			     &key, &message))
		return message;
	if (!pawl_scheme_verify(scheme, &key, 1, &v->facts, &v->arena, &refusal)) {
		result = refusal.message;
	} else if (covers_body(scheme)) {
		v->facts.body = pawl_arena_printf(&v->arena, "%.*s!", PAWL_STR_ARG(v->facts.body));
		if (pawl_scheme_verify(scheme, &key, 1, &v->facts, &v->arena, &refusal))
			result = "is accepted with another body as well: the signature does not "
				 "cover it";
	}
	pawl_scheme_key_fini(&key);
	return result;
}

size_t
pawl_preset_check_vectors(const struct pawl_scheme *scheme, const struct pawl_json *vectors,
			  struct pawl_problems *problems)
{
	size_t n = pawl_json_is(vectors, PAWL_JSON_ARRAY) ? vectors->len : 0;

	for (size_t i = 0; i < n; i++) {
		struct vector v = {.json = &vectors->items[i]};
		const char *message;
		char where[40];

		pawl_arena_init(&v.arena, 0);
		message = try_vector(scheme, &v);
		snprintf(where, sizeof(where), "/vectors/%zu", i);
		if (message)
			pawl_problems_add(problems, where, "%s", message);
		pawl_arena_fini(&v.arena);
	}
	return n;
}
