#include "server/access.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/codec.h"
#include "server/api.h"

#define SECURE_PREFIX "__Host-"
#define COOKIE_MAX    512
#define DEVICE_NONCE  16
#define DEVICE_MAC    32

/* ---- cookies (RFC 6265) ----------------------------------------------------------- */

static bool
has_scheme(const char *url, const char *scheme)
{
	return strncmp(url, scheme, strlen(scheme)) == 0;
}

bool
pawl_access_is_secure(const struct pawl_server *server, const struct pawl_http_request *req)
{
	return req->is_tls || has_scheme(server->public_url, "https://");
}

static struct pawl_str
cookie_of(struct pawl_str header, struct pawl_str name)
{
	struct pawl_str part;

	while (pawl_str_split(&header, ';', &part)) {
		part = pawl_str_trim(part);
		if (part.len > name.len && part.ptr[name.len] == '=' &&
		    pawl_str_starts_with(part, name))
			return pawl_str_sub(part, name.len + 1, part.len);
	}
	return pawl_str(NULL, 0);
}

struct pawl_str
pawl_access_cookie(const struct pawl_http_request *req, bool is_secure, const char *name)
{
	struct pawl_str value = pawl_str(NULL, 0);
	char full[64];

	snprintf(full, sizeof full, "%s%s", is_secure ? SECURE_PREFIX : "", name);
	for (size_t i = 0; i < req->n_headers && !value.ptr; i++)
		if (pawl_str_eq_nocase(req->headers[i].name, PAWL_STR("cookie")))
			value = cookie_of(req->headers[i].value, pawl_str_c(full));
	return value;
}

void
pawl_access_set_cookie(struct pawl_http_ref ref, bool is_secure, const char *name,
		       const char *value, int64_t age_s)
{
	struct pawl_http_header header = {PAWL_STR("Set-Cookie"), {0}};
	char text[COOKIE_MAX];
	int len = snprintf(text, sizeof text,
			   "%s%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
			   is_secure ? SECURE_PREFIX : "", name, value ? value : "",
			   (long long)(value ? age_s : 0), is_secure ? "; Secure" : "");

	header.value = pawl_str(text, (size_t)len);
	pawl_http_add_headers(ref, &header, 1);
}

/* ---- what is derived from the server's key ------------------------------------------ */

static void
mac_of(const struct pawl_server *server, const char *label, const void *data, size_t len,
       unsigned char mac[DEVICE_MAC])
{
	unsigned char text[128];
	size_t label_len = strlen(label);
	unsigned n = DEVICE_MAC;

	memcpy(text, label, label_len);
	memcpy(text + label_len, data, len);
	HMAC(EVP_sha256(), server->key, sizeof server->key, text, label_len + len, mac, &n);
}

static void
to_text(const void *data, size_t len, char *out, size_t size)
{
	struct pawl_buf text;

	pawl_buf_init(&text, 2 * size);
	pawl_base64_encode(&text, pawl_str(data, len), PAWL_BASE64_URL);
	snprintf(out, size, "%.*s", (int)text.len, text.data);
	pawl_buf_fini(&text);
}

void
pawl_access_csrf_token(const struct pawl_server *server, const struct pawl_principal *who,
		       char out[PAWL_CSRF_TOKEN_CHARS + 1])
{
	unsigned char mac[DEVICE_MAC];

	mac_of(server, "csrf/", who->session_hash, sizeof who->session_hash, mac);
	to_text(mac, sizeof mac, out, PAWL_CSRF_TOKEN_CHARS + 1);
}

static bool
has_csrf_token(const struct pawl_server *server, const struct pawl_http_request *req,
	       const struct pawl_principal *who)
{
	char right[PAWL_CSRF_TOKEN_CHARS + 1];

	pawl_access_csrf_token(server, who, right);
	return pawl_str_eq_secret(pawl_http_request_header(req, "X-CSRF-Token"), pawl_str_c(right));
}

static void
device_mac(const struct pawl_server *server, uint64_t user_id,
	   const unsigned char nonce[DEVICE_NONCE], unsigned char mac[DEVICE_MAC])
{
	unsigned char data[sizeof user_id + DEVICE_NONCE];

	memcpy(data, &user_id, sizeof user_id);
	memcpy(data + sizeof user_id, nonce, DEVICE_NONCE);
	mac_of(server, "device/", data, sizeof data, mac);
}

void
pawl_access_device_make(const struct pawl_server *server, uint64_t user_id,
			char out[PAWL_DEVICE_CHARS + 1])
{
	unsigned char value[DEVICE_NONCE + DEVICE_MAC];

	pawl_random(value, DEVICE_NONCE);
	device_mac(server, user_id, value, value + DEVICE_NONCE);
	to_text(value, sizeof value, out, PAWL_DEVICE_CHARS + 1);
}

bool
pawl_access_device_is_of(const struct pawl_server *server, struct pawl_str value, uint64_t user_id)
{
	unsigned char mac[DEVICE_MAC];
	struct pawl_arena arena;
	struct pawl_str given;
	bool is_of = false;

	if (value.len != PAWL_DEVICE_CHARS)
		return false;
	pawl_arena_init(&arena, 0);
	if (pawl_base64_decode(&arena, value, PAWL_BASE64_URL, &given)) {
		device_mac(server, user_id, (const unsigned char *)given.ptr, mac);
		is_of = CRYPTO_memcmp(mac, given.ptr + DEVICE_NONCE, sizeof mac) == 0;
	}
	pawl_arena_fini(&arena);
	return is_of;
}

/* ---- other sites ----------------------------------------------------------------------- */

/* "https://host:port" of a URL without a path, or of an Origin header. */
static bool
is_origin_of(struct pawl_str origin, const char *url)
{
	struct pawl_str whole = pawl_str_c(url);
	size_t scheme = pawl_str_find(whole, PAWL_STR("://"));
	size_t path;

	if (scheme == SIZE_MAX)
		return false;
	path = pawl_str_find_char(pawl_str_sub(whole, scheme + 3, whole.len), '/');
	if (path != SIZE_MAX)
		whole = pawl_str_sub(whole, 0, scheme + 3 + path);
	return pawl_str_eq_nocase(origin, whole);
}

/* The address that the browser asked is ours, too: a server is often called by more than one. */
static bool
is_own_host(const struct pawl_http_request *req, struct pawl_str origin, bool is_secure)
{
	struct pawl_str host = pawl_http_request_header(req, "Host");
	static const struct pawl_str http = PAWL_STR("http://"), https = PAWL_STR("https://");

	if (pawl_str_starts_with(origin, https))
		origin = pawl_str_sub(origin, https.len, origin.len);
	else if (!is_secure && pawl_str_starts_with(origin, http))
		origin = pawl_str_sub(origin, http.len, origin.len);
	else
		return false;
	return host.len && pawl_str_eq_nocase(origin, host);
}

/* Fetch Metadata and RFC 6454: a page of another site, or of another port of this host, cannot
 * leave out or forge either. */
static bool
is_from_here(const struct pawl_server *server, const struct pawl_http_request *req)
{
	struct pawl_str origin = pawl_http_request_header(req, "Origin");
	struct pawl_str site = pawl_http_request_header(req, "Sec-Fetch-Site");

	if (site.ptr && !pawl_str_eq_c(site, "same-origin") && !pawl_str_eq_c(site, "none"))
		return false;
	return !origin.ptr || is_origin_of(origin, server->public_url) ||
	       is_own_host(req, origin, pawl_access_is_secure(server, req));
}

/* ---- may it be done? --------------------------------------------------------------------- */

static void __attribute__((format(printf, 4, 5)))
refuse(struct pawl_access_refusal *refusal, int status, const char *type, const char *fmt, ...)
{
	va_list args;

	refusal->status = status;
	refusal->type = type;
	va_start(args, fmt);
	vsnprintf(refusal->detail, sizeof refusal->detail, fmt, args);
	va_end(args);
}

static bool
is_write(const struct pawl_http_request *req)
{
	return req->method != PAWL_HTTP_GET && req->method != PAWL_HTTP_HEAD &&
	       req->method != PAWL_HTTP_OPTIONS;
}

static void
identify(struct pawl_server *server, const struct pawl_http_request *req,
	 struct pawl_principal *who)
{
	struct pawl_str cookie;

	*who = (struct pawl_principal){.role = PAWL_ROLE_NONE};
	/* A browser adds this header for nobody but the page's own script. */
	if (pawl_http_request_header(req, "Authorization").ptr) {
		pawl_api_authorize(server->api, req, who);
		return;
	}
	cookie = pawl_access_cookie(req, pawl_access_is_secure(server, req), PAWL_SESSION_COOKIE);
	if (cookie.len && cookie.len <= PAWL_COOKIE_VALUE_MAX)
		pawl_users_find_session(server->users, cookie, who);
}

void
pawl_access_check(struct pawl_server *server, const struct pawl_http_request *req,
		  const struct pawl_api_route *route, struct pawl_principal *who,
		  struct pawl_access_refusal *refusal)
{
	enum pawl_role needed = route ? pawl_api_route_role(route) : PAWL_ROLE_VIEWER;

	refusal->status = 0;
	identify(server, req, who);
	if (needed > PAWL_ROLE_NONE && who->role == PAWL_ROLE_NONE)
		refuse(refusal, 401, "unauthorized",
		       "sign in, or send Authorization: Bearer <API token>");
	else if ((who->session_id || (needed == PAWL_ROLE_NONE && is_write(req))) &&
		 !is_from_here(server, req))
		refuse(refusal, 403, "foreign_origin",
		       "a page of another origin cannot do this with a session");
	else if (who->session_id && needed > PAWL_ROLE_NONE && is_write(req) &&
		 !has_csrf_token(server, req, who))
		refuse(refusal, 403, "csrf_token",
		       "X-CSRF-Token has to be the session's csrf_token: GET /api/v1/session");
	else if (who->role < needed)
		refuse(refusal, 403, "forbidden", "this needs the role %s; yours is %s",
		       pawl_role_name(needed), pawl_role_name(who->role));
}
