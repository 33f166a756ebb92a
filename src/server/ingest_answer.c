/* What callers of a workflow's URL are answered, and listeners told. */
#include <inttypes.h>
#include <stdio.h>

#include "base/id.h"
#include "data/encoding.h"
#include "server/ingest.h"

/* The texts of the standard answer and three numbers. */
#define ACCEPTED_TEXT_MAX (96 + 3 * PAWL_ID_TEXT_MAX)
#define RETRY_AFTER_FULL  "1"
#define RETRY_AFTER_DISK  "5"

static const struct pawl_http_header accept_encoding = {
	{"Accept-Encoding", 15}, {PAWL_ENCODING_ACCEPTED, sizeof(PAWL_ENCODING_ACCEPTED) - 1}};
static const struct pawl_http_header retry_after_full[] = {
	{{"Retry-After", 11}, {RETRY_AFTER_FULL, sizeof(RETRY_AFTER_FULL) - 1}}};
static const struct pawl_http_header retry_after_disk[] = {
	{{"Retry-After", 11}, {RETRY_AFTER_DISK, sizeof(RETRY_AFTER_DISK) - 1}}};

void
pawl_ingest_answer_unavailable(struct pawl_http_ref ref, bool disk)
{
	pawl_http_respond(
		ref,
		&(struct pawl_http_response){
			.status = 503,
			.headers = disk ? retry_after_disk : retry_after_full,
			.n_headers = 1,
			.content_type = PAWL_STR("application/json"),
			.body = disk ? PAWL_STR("{\"code\":503,\"message\":\"Service Unavailable\","
						"\"error\":{\"type\":\"store_unavailable\","
						"\"detail\":"
						"\"the request could not be written; try again\"}}")
				     : PAWL_STR("{\"code\":503,\"message\":\"Service Unavailable\","
						"\"error\":{\"type\":\"busy\",\"detail\":"
						"\"too many requests wait for the disk; try "
						"again\"}}"),
			.body_static = true});
}

/* Every answer to an accepted request is this one, so it is put together without printf. */
static struct pawl_str
accepted_text(const struct pawl_request_row *row, char text[ACCEPTED_TEXT_MAX])
{
	char code[PAWL_ID_TEXT_MAX], digits[PAWL_ID_TEXT_MAX];
	uint64_t id_number = row->duplicate_of ? row->duplicate_of : row->id;
	struct pawl_str id = pawl_str(digits, pawl_id_format(id_number, digits));
	char *cursor = text;

	pawl_str_put(&cursor, PAWL_STR("{\"code\":"));
	pawl_str_put(&cursor, pawl_str(code, pawl_id_format(row->status, code)));
	pawl_str_put(&cursor, PAWL_STR(",\"message\":\"ACCEPTED\",\"data\":{\"requestId\":\""));
	pawl_str_put(&cursor, id);
	if (row->verdict == PAWL_VERDICT_FILTERED) {
		pawl_str_put(&cursor, PAWL_STR("\",\"runId\":null,\"status\":\"FILTERED\"}}"));
	} else {
		pawl_str_put(&cursor, PAWL_STR("\",\"runId\":\""));
		pawl_str_put(&cursor, id);
		pawl_str_put(&cursor, PAWL_STR("\",\"status\":\"QUEUED\"}}"));
	}
	return pawl_str(text, (size_t)(cursor - text));
}

void
pawl_ingest_answer_accepted(struct pawl_http_ref ref, const struct pawl_webhook *webhook,
			    const struct pawl_request_row *row)
{
	const struct pawl_webhook_respond *respond = pawl_webhook_respond(webhook);
	struct pawl_http_response response = {.status = row->status,
					      .headers = respond->headers,
					      .n_headers = respond->n_headers,
					      .content_type = respond->content_type,
					      .body = respond->body};
	char text[ACCEPTED_TEXT_MAX];

	if (!respond->body.ptr) {
		response.body = accepted_text(row, text);
		response.content_type = PAWL_STR("application/json");
	}
	pawl_http_respond(ref, &response);
}

/* The caller learns the kind of refusal, never the reason behind a 401. */
static void
answer_unauthorized(const struct pawl_http_request *req, const struct pawl_webhook *webhook)
{
	const char *scheme = pawl_webhook_authenticate(webhook);
	struct pawl_http_header header = {PAWL_STR("WWW-Authenticate"), pawl_str_c(scheme)};

	pawl_http_respond(
		req->ref,
		&(struct pawl_http_response){
			.status = 401,
			.headers = &header,
			.n_headers = scheme ? 1 : 0,
			.content_type = PAWL_STR("application/json"),
			.body = PAWL_STR("{\"code\":401,\"message\":\"Unauthorized\",\"error\":{"
					 "\"type\":\"unauthorized\",\"detail\":\"the request is "
					 "not authenticated\"}}"),
			.body_static = true});
}

void
pawl_ingest_answer_refused(const struct pawl_http_request *req, const struct pawl_webhook *webhook,
			   const struct pawl_webhook_verdict *verdict)
{
	switch (verdict->status) {
	case 401:
		answer_unauthorized(req, webhook);
		break;
	case 503:
		pawl_ingest_answer_no_key(req->ref);
		break;
	case 405:
		pawl_ingest_answer_method(req->ref, webhook);
		break;
	case 403:
		pawl_http_respond_error(req->ref, 403, "address_not_allowed",
					"calls from this address are not allowed");
		break;
	case 415: /* RFC 9110 section 12.5.3: what the body may be encoded with */
		pawl_http_add_headers(req->ref, &accept_encoding, 1);
		/* fall through */
	default:
		pawl_http_respond_error(req->ref, verdict->status, verdict->refusal.code,
					verdict->refusal.message);
	}
}

void
pawl_ingest_answer_too_many(struct pawl_http_ref ref, int64_t wait_us)
{
	char seconds[24];
	int len = snprintf(seconds, sizeof(seconds), "%" PRId64, (wait_us + 999999) / 1000000);
	struct pawl_http_header header = {PAWL_STR("Retry-After"), pawl_str(seconds, (size_t)len)};

	pawl_http_respond(ref, &(struct pawl_http_response){
				       .status = 429,
				       .headers = &header,
				       .n_headers = 1,
				       .content_type = PAWL_STR("application/json"),
				       .body = PAWL_STR("{\"code\":429,\"message\":\"Too Many "
							"Requests\",\"error\":{\"type\":"
							"\"rate_limited\",\"detail\":\"too many "
							"requests; see Retry-After\"}}"),
				       .body_static = true});
}

void
pawl_ingest_answer_method(struct pawl_http_ref ref, const struct pawl_webhook *webhook)
{
	struct pawl_http_header allow = {PAWL_STR("Allow"),
					 pawl_str_c(pawl_webhook_allow(webhook))};

	pawl_http_respond(ref,
			  &(struct pawl_http_response){
				  .status = 405,
				  .headers = &allow,
				  .n_headers = 1,
				  .content_type = PAWL_STR("application/json"),
				  .body = PAWL_STR("{\"code\":405,\"message\":\"Method Not "
						   "Allowed\",\"error\":{\"type\":"
						   "\"method_not_allowed\",\"detail\":\"see the "
						   "Allow header\"}}"),
				  .body_static = true});
}
