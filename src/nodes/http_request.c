#include "nodes/http_request.h"

#include "base/parse.h"

static const char *const methods[] = {"GET",   "HEAD",   "POST",    "PUT",
				      "PATCH", "DELETE", "OPTIONS", NULL};
static const char *const body_types[] = {"json", "form", "text", "multipart", "file", NULL};
static const char *const response_types[] = {"auto", "json", "text", "bytes", NULL};
static const char *const doubts[] = {"retry", "fail", "ask", NULL};

static const struct pawl_field query_item = {
	.type = PAWL_FIELD_ANY,
	.label = "Value",
	.help = "Text, a number or a boolean; a list repeats the parameter, null leaves it out.",
	.example = "\"10\"",
};
static const struct pawl_field header_item = {
	.type = PAWL_FIELD_STRING,
	.label = "Value",
	.help = "The header's value.",
	.example = "\"application/json\"",
};

static const struct pawl_field none_fields[] = {{.name = NULL}};
static const struct pawl_field basic_fields[] = {
	{.name = "username",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRETS_OK,
	 .label = "User name",
	 .help = "Without a colon.",
	 .example = "\"pawl\""},
	{.name = "password",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .label = "Password",
	 .help = "Best as ${secrets.NAME}.",
	 .example = "\"${secrets.crm_password}\""},
	{.name = NULL},
};
static const struct pawl_field bearer_fields[] = {
	{.name = "secret",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .label = "Token",
	 .help = "Sent as Authorization: Bearer. Best as ${secrets.NAME}.",
	 .example = "\"${secrets.crm_token}\""},
	{.name = NULL},
};
static const struct pawl_field header_auth_fields[] = {
	{.name = "name",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED,
	 .label = "Header",
	 .help = "The header that carries the secret.",
	 .example = "\"X-Api-Key\""},
	{.name = "secret",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .label = "Value",
	 .help = "The header's value. Best as ${secrets.NAME}.",
	 .example = "\"${secrets.crm_key}\""},
	{.name = NULL},
};
static const struct pawl_field_variant auths[] = {
	{"none", "None", none_fields},
	{"basic", "Basic", basic_fields},
	{"bearer", "Bearer token", bearer_fields},
	{"header", "Header", header_auth_fields},
	{NULL, NULL, NULL},
};

static const struct pawl_field tls_fields[] = {
	{.name = "ca_pem",
	 .type = PAWL_FIELD_TEXT,
	 .flags = PAWL_FIELD_SECRETS_OK,
	 .label = "CA certificates",
	 .help = "PEM; used in place of the system's.",
	 .example = "\"-----BEGIN CERTIFICATE-----\\n…\\n-----END CERTIFICATE-----\\n\""},
	{.name = "verify",
	 .type = PAWL_FIELD_BOOLEAN,
	 .default_json = "true",
	 .label = "Verify the server",
	 .help = "Switch it off only where nobody else can be on the way.",
	 .example = "true"},
	{.name = NULL},
};

static const struct pawl_field success_item = {
	.type = PAWL_FIELD_ANY,
	.label = "Status",
	.help = "A status code or a range of them.",
	.example = "\"200-299\"",
};
static const struct pawl_field response_fields[] = {
	{.name = "type",
	 .type = PAWL_FIELD_CHOICE,
	 .default_json = "\"auto\"",
	 .choices = response_types,
	 .label = "Read as",
	 .help = "auto goes by the content type: JSON, else text, else bytes as base64. json fails "
		 "when the answer is none.",
	 .example = "\"json\""},
	{.name = "max_size",
	 .type = PAWL_FIELD_SIZE,
	 .default_json = "\"10MiB\"",
	 .min = 1,
	 .max = 67108864,
	 .label = "Largest answer",
	 .help = "A larger one fails the node.",
	 .example = "\"1MiB\""},
	{.name = "success",
	 .type = PAWL_FIELD_LIST,
	 .default_json = "[\"200-299\"]",
	 .items = &success_item,
	 .min = 1,
	 .max = 50,
	 .label = "Success",
	 .help = "Status codes that count as success.",
	 .example = "[\"200-299\", 404]"},
	{.name = NULL},
};

static const struct pawl_field fields[] = {
	{.name = "method",
	 .type = PAWL_FIELD_CHOICE,
	 .default_json = "\"GET\"",
	 .choices = methods,
	 .label = "Method",
	 .help = "The request's method.",
	 .example = "\"POST\""},
	{.name = "url",
	 .type = PAWL_FIELD_URL,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRETS_OK,
	 .max = 65536,
	 .label = "URL",
	 .help = "http or https. What a URL cannot hold as it is, such as a space, is escaped. "
		 "Credentials belong in Authentication, not here.",
	 .example = "\"https://crm.example/users\""},
	{.name = "query",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_SECRETS_OK,
	 .items = &query_item,
	 .label = "Query",
	 .help = "Parameters that are added to the URL, escaped as needed.",
	 .example = "{\"page\": 1, \"tag\": [\"a\", \"b\"]}"},
	{.name = "headers",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_SECRETS_OK,
	 .items = &header_item,
	 .max = 100,
	 .label = "Headers",
	 .help = "Request headers; null leaves one out. Length, framing and connection are set by "
		 "Pawl.",
	 .example = "{\"Accept\": \"application/json\"}"},
	{.name = "body",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_SECRETS_OK,
	 .label = "Body",
	 .help = "Any value as JSON, an object as a form, or text. A form may hold files, and a "
		 "file "
		 "be the body: entries of workflow.input.files, of which name and type can be set.",
	 .example = "{\"id\": \"${workflow.input.body.userId}\"}"},
	{.name = "body_type",
	 .type = PAWL_FIELD_CHOICE,
	 .default_json = "\"json\"",
	 .choices = body_types,
	 .label = "Body as",
	 .help = "How the body is written, and its Content-Type: json, form "
		 "(application/x-www-form-urlencoded), text, multipart (multipart/form-data), or "
		 "file, which sends one file as it is.",
	 .example = "\"form\""},
	{.name = "auth",
	 .type = PAWL_FIELD_VARIANT,
	 .variants = auths,
	 .label = "Authentication",
	 .help = "How the server knows that it is you.",
	 .example = "{\"type\": \"bearer\", \"secret\": \"${secrets.crm_token}\"}"},
	{.name = "follow_redirects",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_ADVANCED | PAWL_FIELD_STATIC,
	 .default_json = "false",
	 .label = "Follow redirects",
	 .help = "true for up to 10, or their largest number (at most 20).",
	 .example = "true"},
	{.name = "proxy",
	 .type = PAWL_FIELD_URL,
	 .flags = PAWL_FIELD_ADVANCED | PAWL_FIELD_SECRET,
	 .label = "Proxy",
	 .help = "http or https. The environment's proxies are never used.",
	 .example = "\"http://proxy.example:3128\""},
	{.name = "tls",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_ADVANCED,
	 .fields = tls_fields,
	 .label = "TLS",
	 .help = "How the server's certificate is checked.",
	 .example = "{\"verify\": true}"},
	{.name = "response",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_ADVANCED,
	 .fields = response_fields,
	 .label = "Answer",
	 .help = "How the answer is read, and what counts as success.",
	 .example = "{\"type\": \"json\", \"success\": [\"200-299\"]}"},
	{.name = "idempotency_key",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_ADVANCED,
	 .default_json = "true",
	 .label = "Idempotency key",
	 .help = "Sends Idempotency-Key, the same on every attempt, so that the server can tell "
		 "a repeated request from a new one.",
	 .example = "false"},
	{.name = "on_doubt",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_ADVANCED | PAWL_FIELD_STATIC,
	 .default_json = "\"fail\"",
	 .choices = doubts,
	 .show_if = "idempotency_key=false",
	 .label = "In doubt",
	 .help = "What to do when a crash leaves it unknown whether a POST or PATCH without the "
		 "key was received: send it again, fail, or ask a person.",
	 .example = "\"ask\""},
	{.name = NULL},
};

/* ---- running ------------------------------------------------------------- */

static void
done(void *ctx, const struct pawl_http_call_result *result)
{
	struct pawl_node_call *call = ctx;

	pawl_node_enter(call);
	call->impl = NULL;
	if (result->status)
		pawl_node_describe(call, "http.response.status_code", pawl_str(NULL, 0),
				   result->status);
	pawl_http_request_finish(call, result);
}

/* By OpenTelemetry's conventions for HTTP clients, but for the URL: its path and query may hold
 * what is not for everybody. */
static void
describe(struct pawl_node_call *call, const struct pawl_http_call_config *request)
{
	struct pawl_str host = pawl_http_request_host(request->url), rest = host, port = {0};
	size_t bracket = pawl_str_find_char(host, ']');
	int64_t number = pawl_str_starts_with(request->url, PAWL_STR("https")) ? 443 : 80;

	if (!call->traceparent.len)
		return;
	if (bracket != SIZE_MAX)
		rest = pawl_str_sub(host, bracket, host.len);
	if (pawl_str_find_char(rest, ':') != SIZE_MAX) {
		port = pawl_str_sub(rest, pawl_str_find_char(rest, ':') + 1, rest.len);
		host.len -= port.len + 1;
		(void)!pawl_parse_i64(port, &number);
	}
	pawl_node_describe(call, "http.request.method", request->method, 0);
	pawl_node_describe(call, "server.address", host, 0);
	pawl_node_describe(call, "server.port", pawl_str(NULL, 0), number);
	if (call->attempt > 1)
		pawl_node_describe(call, "http.request.resend_count", pawl_str(NULL, 0),
				   call->attempt - 1);
}

static void
start(struct pawl_node_call *call)
{
	struct pawl_http_call_config request;
	const char *wrong;

	if (pawl_http_request_build(call, &request, &wrong)) {
		pawl_node_fail_text(call, "invalid_config", "%s", wrong);
		return;
	}
	describe(call, &request);
	call->impl = pawl_http_client_send(call->services->http, &request, done, call);
}

static void
cancel(struct pawl_node_call *call)
{
	if (call->impl)
		pawl_http_call_cancel(call->impl);
	call->impl = NULL;
}

/* A repeated request does no harm when its method says so (RFC 9110 section 9.2.2) or when the
 * server can tell it by its key. What an expression decides is not known here. */
bool
pawl_http_request_is_repeatable(const struct pawl_json *config)
{
	static const char *const idempotent[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
	struct pawl_str method = pawl_json_get_str(config, "method", PAWL_STR("GET"));
	const struct pawl_json *key = pawl_json_get_c(config, "idempotency_key");

	for (size_t i = 0; i < sizeof(idempotent) / sizeof(idempotent[0]); i++) {
		if (pawl_str_eq_c(method, idempotent[i]))
			return true;
	}
	return !key || key->type == PAWL_JSON_NULL || (key->type == PAWL_JSON_BOOL && key->boolean);
}

static enum pawl_doubt
in_doubt(const struct pawl_json *config)
{
	struct pawl_str wish = pawl_json_get_str(config, "on_doubt", PAWL_STR("fail"));

	if (pawl_http_request_is_repeatable(config) || pawl_str_eq_c(wish, "retry"))
		return PAWL_DOUBT_RETRY;
	return pawl_str_eq_c(wish, "ask") ? PAWL_DOUBT_ASK : PAWL_DOUBT_FAIL;
}

const struct pawl_node_type pawl_node_type_http_request = {
	.name = "http_request",
	.label = "HTTP request",
	.category = "connector",
	.summary = "Calls a URL and gives out the answer's status, headers and data.",
	.icon = "globe",
	.flags = PAWL_NODE_EFFECT,
	.fields = fields,
	.output_example = "{\"status\": 200, \"headers\": {\"content-type\": "
			  "\"application/json\"}, \"data\": {\"ok\": true}}",
	.example = "{\"method\": \"POST\", \"url\": \"https://crm.example/users\", "
		   "\"body\": {\"id\": \"${workflow.input.body.userId}\"}}",
	.check = pawl_http_request_check,
	.start = start,
	.cancel = cancel,
	.in_doubt = in_doubt,
};
