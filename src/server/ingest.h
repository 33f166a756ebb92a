/* Between the files of the accept path: what callers of a workflow's URL are answered, how often
 * they may call, and what listeners are told. On the connection's loop. */
#ifndef PAWL_SERVER_INGEST_H
#define PAWL_SERVER_INGEST_H

#include "server/internal.h"

/* 503; disk: writing failed, else too much waits to be written. */
void pawl_ingest_answer_unavailable(struct pawl_http_ref ref, bool disk);
/* 2xx to what is on disk: accepted, filtered, or a duplicate, which is answered like its
 * original. */
void pawl_ingest_answer_accepted(struct pawl_http_ref ref, const struct pawl_webhook *webhook,
				 const struct pawl_request_row *row);
void pawl_ingest_answer_refused(const struct pawl_http_request *req,
				const struct pawl_webhook *webhook,
				const struct pawl_webhook_verdict *verdict);
/* 429 with Retry-After, in whole seconds. */
void pawl_ingest_answer_too_many(struct pawl_http_ref ref, int64_t wait_us);
/* 405 with Allow. */
void pawl_ingest_answer_method(struct pawl_http_ref ref, const struct pawl_webhook *webhook);

#endif
