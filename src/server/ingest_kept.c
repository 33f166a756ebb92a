/* What is kept of a request: without the credentials that it brought, and with the body that the
 * check has opened, or the type that it knows better. */
#include "server/internal.h"

static bool
is_named(const struct pawl_http_header *header, const char *name)
{
	return pawl_str_eq_nocase(header->name, pawl_str_c(name));
}

static bool
has_credentials(const struct pawl_http_request *req, const struct pawl_webhook *webhook)
{
	for (size_t i = 0; i < req->n_headers; i++)
		if (pawl_webhook_is_credential(webhook, req->headers[i].name))
			return true;
	return false;
}

const struct pawl_http_request *
pawl_ingest_kept(const struct pawl_http_request *req, const struct pawl_webhook *webhook,
		 const struct pawl_webhook_verdict *verdict, struct pawl_arena *arena,
		 struct pawl_http_request *kept)
{
	bool has_other_body = verdict->body.ptr || verdict->content_type.ptr;
	struct pawl_http_header *headers;
	size_t n = 0;

	*kept = *req;
	kept->target = pawl_webhook_mask_target(webhook, req->target, arena);
	if (!has_other_body && !has_credentials(req, webhook))
		return kept;
	headers = pawl_arena_calloc(arena, req->n_headers + 1, sizeof(*headers));
	for (size_t i = 0; i < req->n_headers; i++) {
		if (has_other_body &&
		    (is_named(&req->headers[i], "Content-Type") ||
		     (verdict->body.ptr && is_named(&req->headers[i], "Content-Encoding"))))
			continue;
		headers[n] = req->headers[i];
		if (pawl_webhook_is_credential(webhook, headers[n].name))
			headers[n].value = PAWL_STR("***");
		n++;
	}
	if (has_other_body)
		headers[n++] =
			(struct pawl_http_header){PAWL_STR("Content-Type"), verdict->content_type};
	kept->headers = headers;
	kept->n_headers = n;
	if (verdict->body.ptr)
		kept->body = verdict->body;
	return kept;
}
