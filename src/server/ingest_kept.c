/* What is kept of a request: without the credentials that it brought, and with the body that the
 * check has opened, or the type that it knows better. */
#include "server/internal.h"

static bool
is_named(const struct pawl_http_header *header, const char *name)
{
	return pawl_str_eq_nocase(header->name, pawl_str_c(name));
}

/* Names stay: a secret in one would be the caller's own making. */
static struct pawl_str
shown_value(const struct pawl_http_header *header, const struct pawl_webhook *webhook,
	    const struct pawl_redactor *redactor, struct pawl_arena *arena)
{
	if (pawl_webhook_is_credential(webhook, header->name))
		return PAWL_STR("***");
	return pawl_redact_text(redactor, arena, header->value);
}

/* The headers that are kept; their number. */
static size_t
keep_headers(const struct pawl_http_request *req, const struct pawl_webhook *webhook,
	     const struct pawl_webhook_verdict *verdict, const struct pawl_redactor *redactor,
	     struct pawl_arena *arena, struct pawl_http_header *headers)
{
	bool has_other_body = verdict->body.ptr || verdict->content_type.ptr;
	size_t n = 0;

	for (size_t i = 0; i < req->n_headers; i++) {
		const struct pawl_http_header *header = &req->headers[i];

		if (has_other_body && (is_named(header, "Content-Type") ||
				       (verdict->body.ptr && is_named(header, "Content-Encoding"))))
			continue;
		headers[n].name = header->name;
		headers[n++].value = shown_value(header, webhook, redactor, arena);
	}
	if (has_other_body)
		headers[n++] =
			(struct pawl_http_header){PAWL_STR("Content-Type"), verdict->content_type};
	return n;
}

const struct pawl_http_request *
pawl_ingest_kept(const struct pawl_server *server, const struct pawl_http_request *req,
		 const struct pawl_webhook *webhook, const struct pawl_webhook_verdict *verdict,
		 struct pawl_arena *arena, struct pawl_http_request *kept)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	struct pawl_http_header *headers =
		pawl_arena_calloc(arena, req->n_headers + 1, sizeof(*headers));

	*kept = *req;
	kept->target = pawl_redact_text(redactor, arena,
					pawl_webhook_mask_target(webhook, req->target, arena));
	kept->n_headers = keep_headers(req, webhook, verdict, redactor, arena, headers);
	kept->headers = headers;
	if (verdict->body.ptr)
		kept->body = verdict->body;
	pawl_redactor_unref(redactor);
	return kept;
}
