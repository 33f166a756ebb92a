/* What is kept of a request whose body the check has opened, or whose type it knows better. */
#include "server/internal.h"

static bool
is_named(const struct pawl_http_header *header, const char *name)
{
	return pawl_str_eq_nocase(header->name, pawl_str_c(name));
}

const struct pawl_http_request *
pawl_ingest_kept(const struct pawl_http_request *req, const struct pawl_webhook_verdict *verdict,
		 struct pawl_arena *arena, struct pawl_http_request *kept)
{
	struct pawl_http_header *headers;
	size_t n = 0;

	if (!verdict->body.ptr && !verdict->content_type.ptr)
		return req;
	headers = pawl_arena_calloc(arena, req->n_headers + 1, sizeof(*headers));
	for (size_t i = 0; i < req->n_headers; i++) {
		if (is_named(&req->headers[i], "Content-Type") ||
		    (verdict->body.ptr && is_named(&req->headers[i], "Content-Encoding")))
			continue;
		headers[n++] = req->headers[i];
	}
	headers[n++] = (struct pawl_http_header){PAWL_STR("Content-Type"), verdict->content_type};
	*kept = *req;
	kept->headers = headers;
	kept->n_headers = n;
	if (verdict->body.ptr)
		kept->body = verdict->body;
	return kept;
}
