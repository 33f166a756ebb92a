/* The console's files at /console/, out of the binary, with the policy that holds the pages to
 * themselves: no script, style, image or connection from elsewhere, and nobody may frame them. */
#include "data/encoding.h"
#include "server/console_assets.h"
#include "server/internal.h"

#define PREFIX "/console/"
#define INDEX  "index.html"

#define HEADER(name, value) {{name, sizeof(name) - 1}, {value, sizeof(value) - 1}}

/* Go with every answer below /console/. */
static const struct pawl_http_header guards[] = {
	HEADER("Content-Security-Policy",
	       "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'none'; "
	       "img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; "
	       "base-uri 'none'; form-action 'self'"),
	HEADER("X-Content-Type-Options", "nosniff"),
	HEADER("Referrer-Policy", "no-referrer"),
	HEADER("Cross-Origin-Opener-Policy", "same-origin"),
};

enum coding { CODING_BR, CODING_GZIP, CODING_NONE };

static const char *const coding_names[] = {"br", "gzip", "identity"};

static const struct pawl_console_asset *
asset_find(struct pawl_str path)
{
	for (size_t i = 0; i < pawl_console_n_assets; i++)
		if (pawl_str_eq_c(path, pawl_console_assets[i].path))
			return &pawl_console_assets[i];
	return NULL;
}

/* Is that one of the pages that the console draws itself? Those have no file suffix and lie beside
 * the assets. What would lead elsewhere when somebody decodes it is none. */
static bool
is_page(struct pawl_str path)
{
	struct pawl_str rest = path, part = {0};

	if (pawl_str_starts_with(path, PAWL_STR("assets/")))
		return false;
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '\\' || (unsigned char)path.ptr[i] < 0x20)
			return false;
	while (pawl_str_split(&rest, '/', &part)) {
		if (pawl_str_eq_c(part, ".") || pawl_str_eq_c(part, ".."))
			return false;
		for (size_t i = 0; i + 2 < part.len; i++) {
			struct pawl_str code = pawl_str_sub(part, i, i + 3);

			if (pawl_str_eq_nocase(code, PAWL_STR("%2e")) ||
			    pawl_str_eq_nocase(code, PAWL_STR("%2f")) ||
			    pawl_str_eq_nocase(code, PAWL_STR("%5c")) ||
			    pawl_str_eq_nocase(code, PAWL_STR("%00")))
				return false;
		}
	}
	return pawl_str_find_char(part, '.') == SIZE_MAX;
}

/* Is it listed, and not with q=0 (RFC 9110 section 12.5.3)? */
static bool
does_accept(struct pawl_str header, const char *name)
{
	struct pawl_str item, coding;

	while (pawl_str_split(&header, ',', &item)) {
		struct pawl_str q;

		if (!pawl_str_split(&item, ';', &coding) ||
		    !pawl_str_eq_nocase(pawl_str_trim(coding), pawl_str_c(name)))
			continue;
		q = pawl_str_trim(item);
		while (q.len && (q.ptr[q.len - 1] == '0' || q.ptr[q.len - 1] == '.'))
			q.len--;
		return !pawl_str_eq_nocase(q, PAWL_STR("q="));
	}
	return false;
}

static enum coding
coding_choose(const struct pawl_http_request *req)
{
	struct pawl_str accepts = pawl_http_request_header(req, "Accept-Encoding");

	if (does_accept(accepts, "br"))
		return CODING_BR;
	return does_accept(accepts, "gzip") ? CODING_GZIP : CODING_NONE;
}

/* Does If-None-Match name it? */
static bool
is_known(const struct pawl_http_request *req, struct pawl_str etag)
{
	struct pawl_str header = pawl_http_request_header(req, "If-None-Match"), item;

	while (pawl_str_split(&header, ',', &item)) {
		item = pawl_str_trim(item);
		if (pawl_str_starts_with(item, PAWL_STR("W/")))
			item = pawl_str_sub(item, 2, item.len);
		if (pawl_str_eq(item, etag) || pawl_str_eq_c(item, "*"))
			return true;
	}
	return false;
}

static void
respond(const struct pawl_http_request *req, struct pawl_http_response *response)
{
	pawl_http_add_headers(req->ref, guards, sizeof guards / sizeof guards[0]);
	pawl_http_respond(req->ref, response);
}

/* For clients that take neither encoding: the gzip one, opened. */
static void
respond_opened(const struct pawl_http_request *req, const struct pawl_console_asset *asset,
	       struct pawl_http_response *response)
{
	const struct pawl_encodings gzip = {.layers = {PAWL_ENCODING_GZIP}, .n = 1};
	const char *wrong = NULL;
	struct pawl_buf out;

	pawl_buf_init(&out, asset->len);
	if (pawl_encodings_decode(&gzip, pawl_str(asset->gzip.ptr, asset->gzip.len), &out,
				  &wrong) != PAWL_OK) {
		pawl_http_respond_error(req->ref, 500, "internal", "an asset cannot be opened");
	} else {
		response->body = pawl_buf_peek(&out);
		response->body_static = false;
		respond(req, response);
	}
	pawl_buf_fini(&out);
}

static void
respond_asset(const struct pawl_http_request *req, const struct pawl_console_asset *asset)
{
	enum coding coding = coding_choose(req);
	const struct pawl_console_blob *blob = coding == CODING_BR ? &asset->br : &asset->gzip;
	char etag[64];
	int len = snprintf(etag, sizeof etag, "\"%s-%s\"", asset->hash, coding_names[coding]);
	const struct pawl_http_header headers[] = {
		{PAWL_STR("ETag"), pawl_str(etag, (size_t)len)},
		{PAWL_STR("Vary"), PAWL_STR("Accept-Encoding")},
		{PAWL_STR("Cache-Control"),
		 asset->immutable ? PAWL_STR("public, max-age=31536000, immutable")
				  : PAWL_STR("no-cache")},
		{PAWL_STR("Content-Encoding"), pawl_str_c(coding_names[coding])},
	};
	struct pawl_http_response response = {.status = 200,
					      .headers = headers,
					      .n_headers = coding == CODING_NONE ? 3 : 4,
					      .content_type = pawl_str_c(asset->content_type),
					      .body = pawl_str(blob->ptr, blob->len),
					      .body_static = true};

	if (is_known(req, headers[0].value)) {
		response.status = 304;
		response.n_headers = 3;
		response.content_type = pawl_str(NULL, 0);
		response.body = pawl_str(NULL, 0);
		respond(req, &response);
	} else if (coding == CODING_NONE) {
		respond_opened(req, asset, &response);
	} else {
		respond(req, &response);
	}
}

static void
respond_redirect(const struct pawl_http_request *req)
{
	static const struct pawl_http_header location[] = {HEADER("Location", PREFIX)};

	respond(req,
		&(struct pawl_http_response){.status = 302, .headers = location, .n_headers = 1});
}

static void
respond_missing(const struct pawl_http_request *req, struct pawl_str text)
{
	respond(req,
		&(struct pawl_http_response){.status = 404,
					     .content_type = PAWL_STR("text/plain; charset=utf-8"),
					     .body = text,
					     .body_static = true});
}

bool
pawl_console_has_path(struct pawl_str path)
{
	return pawl_str_eq_c(path, "/") || pawl_str_eq_c(path, "/console") ||
	       pawl_str_starts_with(path, PAWL_STR(PREFIX));
}

void
pawl_console_request(const struct pawl_http_request *req)
{
	struct pawl_str path = pawl_str_sub(req->path, sizeof(PREFIX) - 1, req->path.len);
	const struct pawl_console_asset *asset;

	if (req->method != PAWL_HTTP_GET && req->method != PAWL_HTTP_HEAD) {
		pawl_http_add_headers(req->ref, guards, sizeof guards / sizeof guards[0]);
		pawl_api_refuse_method(req->ref, "GET, HEAD");
		return;
	}
	if (!pawl_console_n_assets) {
		respond_missing(req, PAWL_STR("This pawl was built without its console. Build it "
					      "with -Dconsole=build (make does) to get one; the "
					      "API is at /api/v1.\n"));
		return;
	}
	if (!pawl_str_starts_with(req->path, PAWL_STR(PREFIX))) {
		respond_redirect(req);
		return;
	}
	asset = asset_find(path);
	if (!asset && is_page(path))
		asset = asset_find(PAWL_STR(INDEX));
	if (asset)
		respond_asset(req, asset);
	else
		respond_missing(req, PAWL_STR("There is no such file.\n"));
}
