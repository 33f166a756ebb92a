#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/parse.h"
#include "net/http_client_internal.h"

#define TIMEOUT_MS         ((int64_t)5 * 60 * 1000)
#define CONNECT_TIMEOUT_MS ((int64_t)10 * 1000)
#define MAX_RESPONSE_BYTES ((size_t)10 * 1024 * 1024)
#define MAX_METHOD_BYTES   32

/* What stands between "://" and the path, query or fragment. */
static struct pawl_str
url_authority(struct pawl_str url)
{
	size_t start = pawl_str_find(url, PAWL_STR("://"));
	size_t end;

	if (start == SIZE_MAX)
		return pawl_str(url.ptr, 0);
	start += 3;
	for (end = start; end < url.len; end++) {
		if (memchr("/?#\\", url.ptr[end], 4) != NULL)
			break;
	}
	return pawl_str_sub(url, start, end);
}

/* Without user and password, which no message may show. */
static struct pawl_str
authority_host(struct pawl_str authority)
{
	size_t start = authority.len;

	while (start > 0 && authority.ptr[start - 1] != '@')
		start--;
	return pawl_str_sub(authority, start, authority.len);
}

void
pawl_http_call_fail(struct pawl_http_call *call, enum pawl_http_call_error error, const char *fmt,
		    ...)
{
	struct pawl_str host = authority_host(url_authority(pawl_str_c(call->url)));
	va_list args;
	int used = 0;

	if (host.len > 0)
		used = snprintf(call->message, sizeof(call->message),
				"%.*s: ", host.len > 255 ? 255 : (int)host.len, host.ptr);
	call->error = error;
	va_start(args, fmt);
	vsnprintf(call->message + used, sizeof(call->message) - (size_t)used, fmt, args);
	va_end(args);
}

/* --- the URL ------------------------------------------------------------------------- */

/* NULL when it can be sent, else what is wrong with it. */
static const char *
url_problem(struct pawl_str url)
{
	if (url.len == 0)
		return "the URL is empty";
	if (!pawl_str_eq_nocase(pawl_str_sub(url, 0, 7), PAWL_STR("http://")) &&
	    !pawl_str_eq_nocase(pawl_str_sub(url, 0, 8), PAWL_STR("https://")))
		return "the URL does not begin with http:// or https://";
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.ptr[i];

		if (c <= ' ' || c == 0x7f)
			return "the URL has a space or a control character in it; "
			       "percent-encode it";
	}
	if (authority_host(url_authority(url)).len == 0)
		return "the URL has no host";
	return NULL;
}

/* A copy; what is not ASCII becomes %XX after the host (RFC 3986 section 2.1; in the host it is
 * a matter of IDNA, which is curl's). */
static char *
url_dup(struct pawl_arena *arena, struct pawl_str url)
{
	static const char hex[] = "0123456789ABCDEF";
	struct pawl_str authority = url_authority(url);
	size_t n_plain = (size_t)(authority.ptr - url.ptr) + authority.len;
	size_t n_wide = 0;
	char *copy, *to;

	for (size_t i = n_plain; i < url.len; i++)
		n_wide += (unsigned char)url.ptr[i] >= 0x80;
	if (n_wide == 0)
		return pawl_arena_dup_c(arena, url);
	copy = to = pawl_arena_alloc(arena, url.len + 2 * n_wide + 1);
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.ptr[i];

		if (i < n_plain || c < 0x80) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	*to = '\0';
	return copy;
}

static void
set_url(struct pawl_http_call *call, struct pawl_str url)
{
	call->url = url_dup(&call->arena, url);
	/* User and password from a URL stay behind in the curl handle. */
	if (pawl_str_find_char(url_authority(url), '@') != SIZE_MAX)
		call->tainted = true;
}

/* --- method, headers, proxy ---------------------------------------------------------- */

/* RFC 9110 section 5.6.2. */
static bool
is_token(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			continue;
		if (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL)
			return false;
	}
	return s.len > 0;
}

static bool
set_method(struct pawl_http_call *call, struct pawl_str method)
{
	if (!is_token(method) || method.len > MAX_METHOD_BYTES ||
	    pawl_str_eq_c(method, "CONNECT")) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_BAD_REQUEST,
				    "\"%.*s\" is not a method that can be sent",
				    method.len > 40 ? 40 : (int)method.len, method.ptr);
		return false;
	}
	call->method = pawl_arena_dup_c(&call->arena, method);
	/* Where a body is expected, an empty one is announced (RFC 9110 section 8.6). */
	call->has_body = call->body.len > 0 || pawl_str_eq_c(method, "POST") ||
			 pawl_str_eq_c(method, "PUT") || pawl_str_eq_c(method, "PATCH");
	if (call->has_body && pawl_str_eq_c(method, "HEAD")) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_BAD_REQUEST,
				    "a HEAD request cannot have a body");
		return false;
	}
	return true;
}

static bool
has_line_break(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\r' || s.ptr[i] == '\n' || s.ptr[i] == '\0')
			return true;
	}
	return false;
}

static bool
header_refused(struct pawl_http_call *call, struct pawl_str name, const char *why)
{
	pawl_http_call_fail(call, PAWL_HTTP_CALL_BAD_REQUEST, "the header \"%.*s\" %s",
			    name.len > 80 ? 80 : (int)name.len, name.ptr, why);
	return false;
}

static bool
header_is(struct pawl_str name, const char *known)
{
	return pawl_str_eq_nocase(name, pawl_str_c(known));
}

static bool
header_check(struct pawl_http_call *call, const struct pawl_http_header *header)
{
	uint64_t length;

	if (!is_token(header->name))
		return header_refused(call, pawl_str(header->name.ptr, 0),
				      "has a name that is empty or holds a character that "
				      "no header name may have");
	if (has_line_break(header->value))
		return header_refused(call, header->name, "has a line break or NUL in its value");
	if (header_is(header->name, "Transfer-Encoding"))
		return header_refused(call, header->name, "cannot be set: Pawl frames the body");
	if (header_is(header->name, "Content-Length") &&
	    (!pawl_parse_u64(pawl_str_trim(header->value), &length) || length != call->body.len))
		return header_refused(call, header->name,
				      "is not the length of the body; leave it out");
	return true;
}

static struct curl_slist *
header_push(struct pawl_http_call *call, struct curl_slist *next,
	    const struct pawl_http_header *from)
{
	struct curl_slist *node = pawl_arena_alloc(&call->arena, sizeof(*node));
	struct pawl_str value = pawl_str_trim(from->value);
	char *line = pawl_arena_alloc(&call->arena, from->name.len + value.len + 3);

	node->data = line;
	node->next = next;
	memcpy(line, from->name.ptr, from->name.len);
	line += from->name.len;
	if (value.len == 0) { /* curl's way to write a header without a value */
		memcpy(line, ";", 2);
		return node;
	}
	memcpy(line, ": ", 2);
	memcpy(line + 2, value.ptr, value.len);
	line[2 + value.len] = '\0';
	return node;
}

/* curl adds these by itself unless the list names them, if only to leave them out. */
static struct curl_slist *
header_suppress(struct pawl_http_call *call, struct curl_slist *next, char *name_and_colon)
{
	struct curl_slist *node = pawl_arena_alloc(&call->arena, sizeof(*node));

	*node = (struct curl_slist){name_and_colon, next};
	return node;
}

static bool
set_headers(struct pawl_http_call *call, const struct pawl_http_header *headers, size_t n)
{
	static char accept[] = "Accept:", expect[] = "Expect:", type[] = "Content-Type:";
	static char encoding[] = "Accept-Encoding:";
	bool has_accept = false, has_expect = false, has_type = false, has_encoding = false;

	for (size_t i = 0; i < n; i++) {
		if (!header_check(call, &headers[i]))
			return false;
		has_accept = has_accept || header_is(headers[i].name, "Accept");
		has_expect = has_expect || header_is(headers[i].name, "Expect");
		has_type = has_type || header_is(headers[i].name, "Content-Type");
		has_encoding = has_encoding || header_is(headers[i].name, "Accept-Encoding");
	}
	call->headers = NULL;
	if (!has_accept)
		call->headers = header_suppress(call, call->headers, accept);
	if (!has_encoding)
		call->headers = header_suppress(call, call->headers, encoding);
	if (!has_expect && call->has_body)
		call->headers = header_suppress(call, call->headers, expect);
	if (!has_type && call->has_body)
		call->headers = header_suppress(call, call->headers, type);
	for (size_t i = n; i-- > 0;) {
		if (!header_is(headers[i].name, "Content-Length"))
			call->headers = header_push(call, call->headers, &headers[i]);
	}
	return true;
}

static bool
set_proxy(struct pawl_http_call *call, struct pawl_str proxy)
{
	static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://"};
	bool known = pawl_str_find(proxy, PAWL_STR("://")) == SIZE_MAX;

	call->proxy = NULL;
	if (proxy.len == 0)
		return true;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (pawl_str_eq_nocase(pawl_str_sub(proxy, 0, strlen(schemes[i])),
				       pawl_str_c(schemes[i])))
			known = true;
	}
	if (!known || has_line_break(proxy)) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_BAD_REQUEST,
				    "the proxy does not begin with http://, https://, socks5:// or "
				    "socks5h://");
		return false;
	}
	call->proxy = pawl_arena_dup_c(&call->arena, proxy);
	return true;
}

bool
pawl_http_call_prepare(struct pawl_http_call *call, const struct pawl_http_call_config *config)
{
	const char *problem = url_problem(config->url);

	call->error = PAWL_HTTP_CALL_OK;
	call->message[0] = '\0';
	call->n_redirects = 0;
	call->url = NULL;
	call->max_response_bytes =
		config->max_response_bytes ? config->max_response_bytes : MAX_RESPONSE_BYTES;
	pawl_http_call_clear_response(call);
	if (problem != NULL) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_BAD_URL, "%s", problem);
		return false;
	}
	set_url(call, config->url);
	call->body = config->body;
	if (!set_method(call, config->method) ||
	    !set_headers(call, config->headers, config->n_headers) ||
	    !set_proxy(call, config->proxy))
		return false;
	call->body = pawl_arena_dup(&call->arena, config->body);
	call->ca_pem = pawl_arena_dup(&call->arena, config->ca_pem);
	call->insecure_tls = config->insecure_tls;
	call->send_once = config->send_once;
	call->max_redirects = config->max_redirects;
	call->timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : TIMEOUT_MS;
	if (call->timeout_ms > INT_MAX)
		call->timeout_ms = INT_MAX;
	call->connect_timeout_ms =
		config->connect_timeout_ms > 0 ? config->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	if (call->connect_timeout_ms > call->timeout_ms)
		call->connect_timeout_ms = call->timeout_ms;
	call->deadline_us = call->started_us + call->timeout_ms * 1000;
	return true;
}

/* --- the curl handle ----------------------------------------------------------------- */

/* Every connection begins here, with the address that the name stands for now. */
static curl_socket_t
on_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct pawl_http_call *call = ctx;
	struct pawl_ip ip;
	const char *why;
	int fd;

	(void)purpose;
	pawl_ip_from_sockaddr(&address->addr, &ip);
	why = pawl_egress_refusal(call->client->egress, &ip);
	if (why != NULL) {
		call->blocked_ip = ip;
		call->blocked_why = why;
		return CURL_SOCKET_BAD;
	}
	call->n_opened++;
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    address->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	if (!pawl_http_client_on_opened(call->client, fd)) {
		close(fd);
		return CURL_SOCKET_BAD;
	}
	return fd;
}

void
pawl_http_call_init_easy(struct pawl_http_call *call)
{
	CURL *easy = call->easy = curl_easy_init();

	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_error);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "pawl/" PAWL_VERSION);
	/* Not NULL: that would mean the environment's. */
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* All that curl can decode: some servers compress without being asked. */
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	/* Without it, ending a call waits for the look-up that is under way. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, pawl_http_call_on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, pawl_http_call_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
	/* The connection outlives the call: this one belongs to the client. */
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, pawl_http_client_on_close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, call->client);
}

/* Rare options: the handle is not used for another call after them. */
static void
apply_special(struct pawl_http_call *call)
{
	struct curl_blob ca = {(void *)call->ca_pem.ptr, call->ca_pem.len, CURL_BLOB_COPY};

	if (call->proxy != NULL) {
		call->tainted = true;
		curl_easy_setopt(call->easy, CURLOPT_PROXY, call->proxy);
	}
	if (call->ca_pem.len > 0) {
		call->tainted = true;
		curl_easy_setopt(call->easy, CURLOPT_CAINFO_BLOB, &ca);
		curl_easy_setopt(call->easy, CURLOPT_PROXY_CAINFO_BLOB, &ca);
		curl_easy_setopt(call->easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(call->easy, CURLOPT_PROXY_CAPATH, NULL);
	}
	if (call->send_once) {
		call->tainted = true;
		curl_easy_setopt(call->easy, CURLOPT_FRESH_CONNECT, 1L);
	}
	if (call->insecure_tls) {
		call->tainted = true;
		curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

void
pawl_http_call_apply(struct pawl_http_call *call)
{
	CURL *easy = call->easy;
	const char *implied = "GET";
	int64_t left_ms = call->timeout_ms;

	if (call->n_redirects > 0)
		left_ms = (call->deadline_us - pawl_clock_mono_us()) / 1000;
	if (call->has_body) {
		implied = "POST";
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
				 call->body.len > 0 ? call->body.ptr : "");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
	} else {
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
		if (strcmp(call->method, "HEAD") == 0) {
			implied = "HEAD";
			curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		}
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
			 strcmp(call->method, implied) == 0 ? NULL : call->method);
	curl_easy_setopt(easy, CURLOPT_URL, call->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 0 ? left_ms : 1));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)call->connect_timeout_ms);
	apply_special(call);
	call->curl_error[0] = '\0';
}

/* --- redirects ----------------------------------------------------------------------- */

static bool
has_same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	char *left = NULL, *right = NULL;
	bool same = false;

	if (curl_url_get(a, part, &left, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    curl_url_get(b, part, &right, CURLU_DEFAULT_PORT) == CURLUE_OK)
		same = pawl_str_eq_nocase(pawl_str_c(left), pawl_str_c(right));
	curl_free(left);
	curl_free(right);
	return same;
}

static bool
is_same_origin(const char *a, const char *b)
{
	CURLU *left = curl_url(), *right = curl_url();
	bool same = curl_url_set(left, CURLUPART_URL, a, 0) == CURLUE_OK &&
		    curl_url_set(right, CURLUPART_URL, b, 0) == CURLUE_OK &&
		    has_same_part(left, right, CURLUPART_SCHEME) &&
		    has_same_part(left, right, CURLUPART_HOST) &&
		    has_same_part(left, right, CURLUPART_PORT);

	curl_url_cleanup(left);
	curl_url_cleanup(right);
	return same;
}

/* Takes the lines of these names out, or with `keep` those of all others. `names` ends with NULL.
 */
static void
filter_headers(struct pawl_http_call *call, const char *const *names, bool keep)
{
	struct curl_slist **at = &call->headers;

	while (*at != NULL) {
		struct pawl_str line = pawl_str_c((*at)->data);
		bool drop = keep;

		for (size_t i = 0; names[i] != NULL; i++) {
			size_t n = strlen(names[i]);

			if (line.len > n + 1 && (line.ptr[n] == ':' || line.ptr[n] == ';') &&
			    header_is(pawl_str_sub(line, 0, n), names[i]))
				drop = !keep;
		}
		if (drop)
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
}

/* RFC 9110 section 15.4: 303 turns everything but HEAD into GET; 301 and 302 do it to POST, as
 * every browser does; 307 and 308 change nothing. */
static void
change_method(struct pawl_http_call *call)
{
	static const char *const about_body[] = {"Content-Type", "Content-Encoding",
						 "Content-Language", "Content-Location", NULL};
	bool is_post = strcmp(call->method, "POST") == 0;

	if (call->status == 307 || call->status == 308 || strcmp(call->method, "HEAD") == 0)
		return;
	if (call->status != 303 && !is_post)
		return;
	call->method = pawl_arena_dup_c(&call->arena, PAWL_STR("GET"));
	call->body = pawl_str("", 0);
	call->has_body = false;
	filter_headers(call, about_body, false);
}

bool
pawl_http_call_follow(struct pawl_http_call *call)
{
	/* Any other header may hold a credential, which is none of another origin's business. */
	static const char *const for_anybody[] = {
		"Accept",          "Accept-Charset",   "Accept-Encoding",
		"Accept-Language", "Content-Encoding", "Content-Language",
		"Content-Type",    "Expect",           "Idempotency-Key",
		"Range",           "User-Agent",       NULL};
	char *location = NULL;
	const char *from = call->url;

	switch (call->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		break;
	default:
		return false;
	}
	if (call->max_redirects == 0 ||
	    curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &location) != CURLE_OK ||
	    location == NULL)
		return false;
	if (call->n_redirects >= call->max_redirects) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_REDIRECT,
				    "redirected once more after %u redirects", call->n_redirects);
		return false;
	}
	if (url_problem(pawl_str_c(location)) != NULL) {
		pawl_http_call_fail(call, PAWL_HTTP_CALL_REDIRECT,
				    "redirects to something that is not a valid http or https URL");
		return false;
	}
	call->n_redirects++;
	set_url(call, pawl_str_c(location));
	if (!is_same_origin(from, call->url))
		filter_headers(call, for_anybody, true);
	change_method(call);
	pawl_http_call_clear_response(call);
	return true;
}
