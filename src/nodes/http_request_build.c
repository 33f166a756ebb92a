/* From a resolved config to a request. */
#include "base/codec.h"

#include "nodes/http_request.h"

#define BODY_MAX       (64u << 20)
#define URL_MAX        (64u << 10)
#define HEADERS_MAX    110
#define REDIRECTS      10
#define TIMEOUT_MIN_MS 1

struct build {
	const struct pawl_node_call *call;
	struct pawl_arena *arena;
	struct pawl_http_header *headers;
	size_t n_headers;
	const char *wrong;
};

static bool
is_token(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool is_alnum =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!is_alnum && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.len > 0;
}

/* A line break would start a header of the sender's choice (RFC 9110 section 5.5). */
static bool
is_header_value(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Framing and connection belong to the client. */
static bool
is_ours(struct pawl_str name)
{
	static const char *const names[] = {
		"content-length", "transfer-encoding", "connection", "keep-alive", "te",
		"trailer",        "upgrade",           "expect"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pawl_str_eq_nocase(name, pawl_str_c(names[i])))
			return true;
	}
	return false;
}

static bool
has_header(const struct build *b, const char *name)
{
	for (size_t i = 0; i < b->n_headers; i++) {
		if (pawl_str_eq_nocase(b->headers[i].name, pawl_str_c(name)))
			return true;
	}
	return false;
}

const char *
pawl_http_request_header_problem(struct pawl_str name, struct pawl_str value)
{
	if (!is_token(name))
		return "the name of a header holds a character that is not allowed";
	if (is_ours(name))
		return "length, framing and connection headers cannot be set";
	if (!is_header_value(value))
		return "the value of a header holds a line break or control character";
	return NULL;
}

static void
add_header(struct build *b, struct pawl_str name, struct pawl_str value)
{
	const char *wrong = pawl_http_request_header_problem(name, value);

	if (wrong)
		b->wrong = wrong;
	else if (b->n_headers == HEADERS_MAX)
		b->wrong = "there are too many headers";
	else
		b->headers[b->n_headers++] = (struct pawl_http_header){name, value};
}

/* Text of a value in a query, a form or a header. */
static struct pawl_str
plain_text(struct build *b, const struct pawl_json *v)
{
	if (v->type == PAWL_JSON_STRING)
		return pawl_json_str(v);
	return pawl_json_text(b->arena, v);
}

static void
add_headers(struct build *b, const struct pawl_json *headers)
{
	for (uint32_t i = 0; pawl_json_is(headers, PAWL_JSON_OBJECT) && i < headers->len; i++) {
		const struct pawl_json_member *m = &headers->members[i];

		if (m->value.type != PAWL_JSON_NULL)
			add_header(b, m->key, plain_text(b, &m->value));
	}
}

static void
add_basic(struct build *b, struct pawl_str user, struct pawl_str password)
{
	struct pawl_str pair = pawl_arena_printf(b->arena, "%.*s:%.*s", PAWL_STR_ARG(user),
						 PAWL_STR_ARG(password));
	struct pawl_buf text;

	if (pawl_str_find_char(user, ':') != SIZE_MAX)
		b->wrong = "a user name for Basic authentication holds no colon";
	pawl_buf_init(&text, 64u << 10);
	pawl_buf_append_c(&text, "Basic ");
	pawl_base64_encode(&text, pair, PAWL_BASE64_STD);
	if (pawl_buf_status(&text))
		b->wrong = "the credentials are too long";
	else
		add_header(b, PAWL_STR("Authorization"),
			   pawl_arena_dup(b->arena, pawl_buf_peek(&text)));
	pawl_buf_fini(&text);
}

/* Is the newest header one that was there before? */
static bool
has_header_twice(const struct build *b)
{
	size_t n = b->n_headers - 1;

	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq_nocase(b->headers[i].name, b->headers[n].name))
			return true;
	}
	return false;
}

static void
add_auth(struct build *b, const struct pawl_json *auth)
{
	struct pawl_str type = pawl_json_get_str(auth, "type", PAWL_STR("none"));
	struct pawl_str secret = pawl_json_str(pawl_json_get_c(auth, "secret"));
	size_t n = b->n_headers;

	if (pawl_str_eq_c(type, "basic"))
		add_basic(b, pawl_json_str(pawl_json_get_c(auth, "username")),
			  pawl_json_str(pawl_json_get_c(auth, "password")));
	else if (pawl_str_eq_c(type, "bearer"))
		add_header(b, PAWL_STR("Authorization"),
			   pawl_arena_printf(b->arena, "Bearer %.*s", PAWL_STR_ARG(secret)));
	else if (pawl_str_eq_c(type, "header"))
		add_header(b, pawl_json_str(pawl_json_get_c(auth, "name")), secret);
	if (n < b->n_headers && has_header_twice(b))
		b->wrong = "\"auth\" sets a header that \"headers\" sets too";
	/* An empty secret is a mistake in the making, not a way to be nobody. */
	if (!pawl_str_eq_c(type, "none") && !pawl_str_eq_c(type, "basic") && !secret.len)
		b->wrong = "the secret of \"auth\" is empty";
}

/* The document's own headers go before (W3C Trace Context). */
static void
add_trace(struct build *b)
{
	if (!b->call->traceparent.len || has_header(b, "traceparent") || b->wrong)
		return;
	add_header(b, PAWL_STR("traceparent"), b->call->traceparent);
	if (b->call->tracestate.len && !has_header(b, "tracestate"))
		add_header(b, PAWL_STR("tracestate"), b->call->tracestate);
}

static void
append_pair(struct pawl_buf *buf, struct pawl_str name, struct pawl_str value)
{
	if (buf->len && buf->data[buf->len - 1] != '?' && buf->data[buf->len - 1] != '&')
		pawl_buf_append_char(buf, '&');
	pawl_url_encode(buf, name);
	pawl_buf_append_char(buf, '=');
	pawl_url_encode(buf, value);
}

/* name=value&…; a list repeats its name, null is left out. */
static void
append_pairs(struct build *b, struct pawl_buf *buf, const struct pawl_json *object)
{
	for (uint32_t i = 0; i < object->len; i++) {
		struct pawl_str name = object->members[i].key;
		const struct pawl_json *v = &object->members[i].value;

		if (v->type == PAWL_JSON_ARRAY) {
			for (uint32_t j = 0; j < v->len; j++)
				append_pair(buf, name, plain_text(b, &v->items[j]));
		} else if (v->type != PAWL_JSON_NULL) {
			append_pair(buf, name, plain_text(b, v));
		}
	}
}

struct authority {
	size_t end; /* where the path, query or fragment begins */
	bool has_credentials;
};

/* `is_open`: what is inside ${…} is an expression, and not looked at. */
static struct authority
read_authority(struct pawl_str url, bool is_open)
{
	size_t slashes = pawl_str_find(url, PAWL_STR("://"));
	struct authority a = {slashes == SIZE_MAX ? url.len : slashes + 3, false};

	for (; a.end < url.len && !strchr("/?#", url.ptr[a.end]); a.end++) {
		struct pawl_str rest = pawl_str_sub(url, a.end, url.len);

		if (is_open && pawl_str_starts_with(rest, PAWL_STR("${")) &&
		    pawl_str_find_char(rest, '}') != SIZE_MAX)
			a.end += pawl_str_find_char(rest, '}');
		a.has_credentials |= url.ptr[a.end] == '@';
	}
	return a;
}

bool
pawl_http_request_has_credentials(struct pawl_str url)
{
	return read_authority(url, true).has_credentials;
}

/* Characters that no URL holds as they are (RFC 3986 appendix A), as a browser escapes them. */
static void
append_escaped(struct pawl_buf *buf, struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] && strchr(" \"<>\\^`{|}", s.ptr[i]))
			pawl_buf_printf(buf, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
		else
			pawl_buf_append_char(buf, s.ptr[i]);
	}
}

static struct pawl_str
build_url(struct build *b)
{
	struct pawl_str url = pawl_json_get_str(b->call->config, "url", PAWL_STR(""));
	const struct pawl_json *query = pawl_json_get_c(b->call->config, "query");
	struct authority authority = read_authority(url, false);
	struct pawl_str out;
	struct pawl_buf buf;

	if (authority.has_credentials)
		b->wrong = "the URL holds credentials; move them to \"auth\"";
	url = pawl_str_sub(url, 0, pawl_str_find_char(url, '#'));
	pawl_buf_init(&buf, URL_MAX);
	pawl_buf_append_str(&buf, pawl_str_sub(url, 0, authority.end));
	append_escaped(&buf, pawl_str_sub(url, authority.end, url.len));
	if (pawl_json_is(query, PAWL_JSON_OBJECT) && query->len) {
		if (pawl_str_find_char(url, '?') == SIZE_MAX)
			pawl_buf_append_char(&buf, '?');
		append_pairs(b, &buf, query);
		if (buf.len && buf.data[buf.len - 1] == '?')
			buf.len--;
	}
	if (pawl_buf_status(&buf))
		b->wrong = "the URL with its query is too long";
	out = pawl_arena_dup(b->arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return out;
}

static struct pawl_str
build_form(struct build *b, const struct pawl_json *body)
{
	struct pawl_str out;
	struct pawl_buf buf;

	if (body->type == PAWL_JSON_STRING)
		return pawl_json_str(body);
	if (body->type != PAWL_JSON_OBJECT) {
		b->wrong = "the body of a form must be an object or text";
		return PAWL_STR("");
	}
	pawl_buf_init(&buf, BODY_MAX);
	append_pairs(b, &buf, body);
	if (pawl_buf_status(&buf))
		b->wrong = "the body is too large";
	out = pawl_arena_dup(b->arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return out;
}

static struct pawl_str
build_body(struct build *b)
{
	struct pawl_str type = pawl_json_get_str(b->call->config, "body_type", PAWL_STR("json"));
	const struct pawl_json *body = pawl_json_get_c(b->call->config, "body");
	struct pawl_str content_type = PAWL_STR("application/json"), out = PAWL_STR("");

	if (!body)
		return PAWL_STR("");
	if (pawl_str_eq_c(type, "form")) {
		content_type = PAWL_STR("application/x-www-form-urlencoded");
		out = build_form(b, body);
	} else if (pawl_str_eq_c(type, "text")) {
		content_type = PAWL_STR("text/plain; charset=utf-8");
		out = plain_text(b, body);
	} else if (pawl_str_eq_c(type, "multipart")) {
		if (has_header(b, "content-type"))
			b->wrong =
				"the Content-Type of a multipart form names its boundary; remove "
				"the header";
		(void)!pawl_http_request_multipart(b->call, body, &out, &content_type, &b->wrong);
	} else if (pawl_str_eq_c(type, "file")) {
		(void)!pawl_http_request_file(b->call, body, &out, &content_type, &b->wrong);
	} else {
		out = pawl_json_text(b->arena, body);
	}
	if (out.len > BODY_MAX)
		b->wrong = "the body is too large";
	if (!has_header(b, "content-type"))
		add_header(b, PAWL_STR("Content-Type"), content_type);
	return out;
}

static unsigned
read_redirects(const struct pawl_json *v)
{
	int64_t n;

	if (pawl_json_is(v, PAWL_JSON_BOOL))
		return v->boolean ? REDIRECTS : 0;
	return pawl_json_is(v, PAWL_JSON_NUMBER) && pawl_json_to_i64(v, &n) && n > 0 && n <= 20
		       ? (unsigned)n
		       : 0;
}

enum pawl_err
pawl_http_request_build(const struct pawl_node_call *call, struct pawl_http_call_config *out,
			const char **wrong)
{
	const struct pawl_json *tls = pawl_json_get_c(call->config, "tls");
	const struct pawl_json *response = pawl_json_get_c(call->config, "response");
	struct build b = {.call = call, .arena = call->arena};

	b.headers = pawl_arena_calloc(call->arena, HEADERS_MAX, sizeof(*b.headers));
	add_headers(&b, pawl_json_get_c(call->config, "headers"));
	add_auth(&b, pawl_json_get_c(call->config, "auth"));
	if (pawl_config_bool(call->config, "idempotency_key", true) && call->idempotency_key.len &&
	    !has_header(&b, "idempotency-key"))
		add_header(&b, PAWL_STR("Idempotency-Key"), call->idempotency_key);
	add_trace(&b);
	*out = (struct pawl_http_call_config){
		.method = pawl_json_get_str(call->config, "method", PAWL_STR("GET")),
		.url = build_url(&b),
		.body = build_body(&b),
		.timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_MIN_MS,
		.max_response_bytes = pawl_config_size(response, "max_size", 0),
		.max_redirects = read_redirects(pawl_json_get_c(call->config, "follow_redirects")),
		.proxy = pawl_json_get_str(call->config, "proxy", PAWL_STR("")),
		.ca_pem = pawl_json_get_str(tls, "ca_pem", PAWL_STR("")),
		.insecure_tls = !pawl_config_bool(tls, "verify", true),
		.send_once = !pawl_http_request_is_repeatable(call->config),
	};
	out->headers = b.headers;
	out->n_headers = b.n_headers;
	*wrong = b.wrong;
	return b.wrong ? PAWL_EINVAL : PAWL_OK;
}
