#include "trigger/service.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "trigger/fields.h"
#include "trigger/policy.h"
#include "trigger/webhook_internal.h"

#define SERVICE_MAGIC   0x73727663u
#define STATUS_DEFAULT  200
#define MAX_AGE_DEFAULT 600000

struct pawl_service {
	unsigned magic;
	bool waits;
	int64_t wait_limit_ms;
	const struct pawl_json *origins; /* NULL: no CORS */
	struct pawl_str headers; /* that browsers may send; ptr NULL: whatever they ask for */
	bool has_credentials, is_for_all;
	int64_t max_age_s;
	struct pawl_arena arena;
};

/* ---- settings -------------------------------------------------------------- */

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};
static const char *const modes[] = {"immediate", "wait", NULL};

static const struct pawl_field method_item = {.type = PAWL_FIELD_CHOICE, .choices = methods};
static const struct pawl_field text_item = {.type = PAWL_FIELD_STRING, .min = 1, .max = 300};

static const struct pawl_field cors_fields[] = {
	{.name = "origins",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_STATIC,
	 .items = &text_item,
	 .min = 1,
	 .max = 100,
	 .label = "Origins",
	 .help = "Pages that may call, as scheme://host[:port]; \"*\" is all of them.",
	 .example = "[\"https://app.example\"]"},
	{.name = "headers",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .items = &text_item,
	 .min = 1,
	 .max = 100,
	 .label = "Headers",
	 .help = "That pages may send; without it, whatever they ask for.",
	 .example = "[\"Content-Type\", \"X-Api-Key\"]"},
	{.name = "credentials",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "false",
	 .label = "Credentials",
	 .help = "Whether browsers send cookies and Basic authentication; not with the origin "
		 "\"*\".",
	 .example = "true"},
	{.name = "max_age",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "\"10m\"",
	 .min = 0,
	 .max = 86400000,
	 .label = "Remember for",
	 .help = "How long browsers keep the answer to a preflight.",
	 .example = "\"1h\""},
	{0},
};

static const struct pawl_field respond_fields[] = {
	{.name = "status",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 200,
	 .max = 299,
	 .default_json = "200",
	 .label = "Status",
	 .help = "Of the answer: to the request, or, in the mode wait, to a run that has "
		 "completed.",
	 .example = "201"},
	{0},
};

static const struct pawl_field service_fields[] = {
	{.name = "methods",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "[\"GET\", \"POST\"]",
	 .items = &method_item,
	 .min = 1,
	 .max = 6,
	 .label = "Methods",
	 .help = "What the URL may be called with; HEAD goes with GET. Anything else is answered "
		 "405.",
	 .example = "[\"GET\", \"POST\"]"},
	{.name = "auth",
	 .type = PAWL_FIELD_LIST,
	 .items = &pawl_auth_item,
	 .min = 1,
	 .max = 32,
	 .label = "Authentication",
	 .help = "Who is let in: one entry that admits the caller is enough. Without it, everybody "
		 "who knows the URL is.",
	 .example = "[{\"type\": \"basic\", \"username\": \"partner\", \"password\": "
		    "\"${secrets.partner_password}\"}]"},
	{.name = "allow_ips",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .items = &pawl_ip_item,
	 .min = 1,
	 .max = 1000,
	 .label = "Allowed addresses",
	 .help = "Addresses and ranges that may call; without it, all may.",
	 .example = "[\"203.0.113.0/24\"]"},
	{.name = "cors",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .fields = cors_fields,
	 .label = "Pages of other origins",
	 .help = "Which web pages may call from a browser; without it, none of another origin.",
	 .example = "{\"origins\": [\"https://app.example\"]}"},
	{.name = "mode",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "\"immediate\"",
	 .choices = modes,
	 .label = "Answer",
	 .help = "At once, with the run's id; or when the run has ended, with its output.",
	 .example = "\"wait\""},
	{.name = "wait_limit",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "\"30s\"",
	 .min = 100,
	 .max = PAWL_SERVICE_WAIT_MAX_MS,
	 .show_if = "mode=wait",
	 .label = "Wait at most",
	 .help = "A run that takes longer goes on, and its caller is answered 202 with the run's "
		 "id.",
	 .example = "\"10s\""},
	{.name = "rate_limit",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .fields = pawl_rate_limit_fields,
	 .label = "Rate limit",
	 .help = "How many calls are taken; more are answered 429 with Retry-After.",
	 .example = "{\"per_second\": 10, \"burst\": 20}"},
	PAWL_TRIGGER_CONCURRENCY,
	{.name = "max_body",
	 .type = PAWL_FIELD_SIZE,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .default_json = "\"1MiB\"",
	 .min = 1,
	 .max = 64 << 20,
	 .label = "Largest body",
	 .help = "A larger body is answered 413.",
	 .example = "\"256KiB\""},
	{.name = "respond",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .fields = respond_fields,
	 .label = "Status",
	 .help = "A \"respond\" node says more than this.",
	 .example = "{\"status\": 201}"},
	{0},
};

/* ---- what the fields cannot say ---------------------------------------------- */

/* scheme://host[:port], as browsers write it in Origin (RFC 6454 section 7). */
static bool
is_origin(struct pawl_str s)
{
	size_t slashes = pawl_str_find(s, PAWL_STR("://"));

	if (slashes == SIZE_MAX || slashes == 0 || slashes + 3 == s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7f || c == ',' || c == '*' || c == '@' || c == '?' ||
		    c == '#' || (c == '/' && i >= slashes + 3))
			return false;
	}
	return true;
}

static void
check_cors(const struct pawl_json *cors, const char *pointer, struct pawl_problems *problems)
{
	const struct pawl_json *origins = pawl_json_get_c(cors, "origins");
	const struct pawl_json *headers = pawl_json_get_c(cors, "headers");
	bool has_credentials = pawl_json_get_bool(cors, "credentials", false);
	char where[160];

	for (uint32_t i = 0; pawl_json_is(origins, PAWL_JSON_ARRAY) && i < origins->len; i++) {
		struct pawl_str origin = pawl_json_str(&origins->items[i]);

		snprintf(where, sizeof where, "%s/cors/origins/%u", pointer, (unsigned)i);
		if (pawl_str_eq_c(origin, "*") && has_credentials)
			pawl_problems_add(problems, where,
					  "browsers send no credentials where all origins may "
					  "call; name the origins, or leave out \"credentials\"");
		else if (!pawl_str_eq_c(origin, "*") && !is_origin(origin))
			pawl_problems_add(problems, where,
					  "is no origin: write scheme://host or "
					  "scheme://host:port, without a path, or \"*\"");
	}
	for (uint32_t i = 0; pawl_json_is(headers, PAWL_JSON_ARRAY) && i < headers->len; i++) {
		snprintf(where, sizeof where, "%s/cors/headers/%u", pointer, (unsigned)i);
		if (!pawl_is_token(pawl_json_str(&headers->items[i])))
			pawl_problems_add(problems, where, "is no name of a header");
	}
}

static void
check_service(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	pawl_auth_check_list(config, pointer, problems);
	check_cors(pawl_json_get_c(config, "cors"), pointer, problems);
}

static bool
has_caller(const struct pawl_json *config)
{
	return pawl_str_eq_c(pawl_json_get_str(config, "mode", PAWL_STR("")), "wait");
}

const struct pawl_trigger_type pawl_trigger_service = {
	.name = "http_request",
	.label = "HTTP request",
	.summary = "Starts a run for each request to the workflow's service URL, and can answer "
		   "with the run's output.",
	.icon = "globe",
	.fields = service_fields,
	.example = "{\"methods\": [\"GET\"], \"mode\": \"wait\", \"wait_limit\": \"10s\"}",
	.check = check_service,
	.has_caller = has_caller,
};

/* ---- making -------------------------------------------------------------------- */

static void
read_cors(struct pawl_service *s, const struct pawl_json *cors)
{
	const struct pawl_json *headers = pawl_json_get_c(cors, "headers");
	struct pawl_buf list;

	s->origins = pawl_json_get_c(cors, "origins");
	s->has_credentials = pawl_json_get_bool(cors, "credentials", false);
	s->max_age_s = pawl_config_duration_ms(cors, "max_age", MAX_AGE_DEFAULT) / 1000;
	for (uint32_t i = 0; pawl_json_is(s->origins, PAWL_JSON_ARRAY) && i < s->origins->len; i++)
		s->is_for_all |= pawl_str_eq_c(pawl_json_str(&s->origins->items[i]), "*");
	if (!pawl_json_is(headers, PAWL_JSON_ARRAY))
		return;
	pawl_buf_init(&list, 64u << 10);
	for (uint32_t i = 0; i < headers->len; i++) {
		pawl_buf_append_c(&list, i ? ", " : "");
		pawl_buf_append_str(&list, pawl_json_str(&headers->items[i]));
	}
	s->headers = pawl_arena_dup(&s->arena, pawl_buf_peek(&list));
	pawl_buf_fini(&list);
}

struct pawl_service *
pawl_service_new(const struct pawl_json *config)
{
	struct pawl_service *s = pawl_calloc(1, sizeof *s);

	s->magic = SERVICE_MAGIC;
	pawl_arena_init(&s->arena, 0);
	s->waits = has_caller(config);
	s->wait_limit_ms =
		pawl_config_duration_ms(config, "wait_limit", PAWL_SERVICE_WAIT_DEFAULT_MS);
	read_cors(s, pawl_json_get_c(config, "cors"));
	return s;
}

void
pawl_service_free(struct pawl_service *s)
{
	if (!s)
		return;
	PAWL_CHECK_OBJ(s, SERVICE_MAGIC);
	pawl_arena_fini(&s->arena);
	s->magic = 0;
	free(s);
}

static struct pawl_json
gate_methods(struct pawl_arena *arena, const struct pawl_json *list)
{
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, arena);
	if (!pawl_json_is(list, PAWL_JSON_ARRAY)) {
		pawl_json_push(&b, pawl_json_string_c("GET"));
		pawl_json_push(&b, pawl_json_string_c("HEAD"));
		pawl_json_push(&b, pawl_json_string_c("POST"));
	}
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		pawl_json_push(&b, list->items[i]);
		if (pawl_str_eq_c(pawl_json_str(&list->items[i]), "GET"))
			pawl_json_push(&b, pawl_json_string_c("HEAD"));
	}
	pawl_json_push(&b, pawl_json_string_c("OPTIONS"));
	return pawl_json_end(&b);
}

struct pawl_webhook *
pawl_service_gate(const struct pawl_json *config, struct pawl_secrets *secrets,
		  struct pawl_problems *problems)
{
	static const char *const shared[] = {"auth", "allow_ips", "rate_limit", "max_body"};
	struct pawl_json_builder b, respond;
	struct pawl_webhook *gate;
	struct pawl_arena arena;
	struct pawl_json own;

	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "methods", gate_methods(&arena, pawl_json_get_c(config, "methods")));
	for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++)
		if (pawl_json_get_c(config, shared[i]))
			pawl_json_set_c(&b, shared[i], *pawl_json_get_c(config, shared[i]));
	pawl_json_object_begin(&respond, &arena);
	pawl_json_set_c(&respond, "status",
			pawl_json_int(&arena, pawl_config_int(pawl_json_get_c(config, "respond"),
							      "status", STATUS_DEFAULT)));
	pawl_json_set_c(&b, "respond", pawl_json_end(&respond));
	own = pawl_json_end(&b);
	gate = pawl_webhook_new(&own, secrets, problems);
	pawl_arena_fini(&arena);
	return gate;
}

/* ---- reading ------------------------------------------------------------------- */

bool
pawl_service_waits(const struct pawl_service *s)
{
	return s->waits;
}

int64_t
pawl_service_wait_limit_ms(const struct pawl_service *s)
{
	return s->wait_limit_ms;
}

static bool
has_origin(const struct pawl_service *s, struct pawl_str origin)
{
	/* A browser writes scheme and host in lower case. */
	for (uint32_t i = 0; i < s->origins->len; i++)
		if (pawl_str_eq_nocase(pawl_json_str(&s->origins->items[i]), origin))
			return true;
	return false;
}

struct cors {
	struct pawl_http_header *out;
	size_t n;
};

static void
say(struct cors *c, const char *name, struct pawl_str value)
{
	c->out[c->n++] = (struct pawl_http_header){pawl_str_c(name), value};
}

static void
say_preflight(const struct pawl_service *s, const struct pawl_cors_request *request,
	      const char *allow, struct pawl_arena *arena, struct cors *c)
{
	struct pawl_str headers = s->headers.ptr ? s->headers : request->headers;

	say(c, "Access-Control-Allow-Methods", pawl_str_c(allow));
	if (headers.len)
		say(c, "Access-Control-Allow-Headers", headers);
	say(c, "Access-Control-Max-Age", pawl_arena_printf(arena, "%lld", (long long)s->max_age_s));
}

size_t
pawl_service_cors(const struct pawl_service *s, const struct pawl_cors_request *request,
		  const char *allow, struct pawl_arena *arena,
		  struct pawl_http_header out[PAWL_SERVICE_CORS_HEADERS])
{
	bool is_preflight = request->method.ptr != NULL;
	struct cors c = {.out = out};

	if (!pawl_json_is(s->origins, PAWL_JSON_ARRAY))
		return 0;
	/* Caches keep what one origin was told from the others (RFC 9110 section 12.5.5). */
	if (is_preflight)
		say(&c, "Vary", PAWL_STR("Origin, Access-Control-Request-Headers"));
	else if (!s->is_for_all)
		say(&c, "Vary", PAWL_STR("Origin"));
	if (!request->origin.len || !(s->is_for_all || has_origin(s, request->origin)))
		return c.n;
	say(&c, "Access-Control-Allow-Origin", s->is_for_all ? PAWL_STR("*") : request->origin);
	if (s->has_credentials)
		say(&c, "Access-Control-Allow-Credentials", PAWL_STR("true"));
	if (!is_preflight)
		say(&c, "Access-Control-Expose-Headers", PAWL_STR("Pawl-Run-Id, Retry-After"));
	else
		say_preflight(s, request, allow, arena, &c);
	return c.n;
}
