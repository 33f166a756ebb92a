/* The accept path: a request to /hook/<token> is routed, checked, written, and answered.
 *
 * headers in -> endpoint by token -> method and size -> body in -> address, authentication,
 * well-formedness (trigger/webhook.h) -> appended to the store with the run that it starts ->
 * after the fsync, the answer. An answer of 2xx to anything but a handshake means: on disk.
 * What was refused after its URL was known is logged too, but its caller does not wait for
 * that, and a flood of it is logged in part. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "data/encoding.h"
#include "server/callers.h"
#include "server/internal.h"
#include "server/remote_keys.h"

#define JOB_MAGIC        0x4a0b1e55u
#define REFUSED_BODY_MAX (64u << 10)
#define REFUSALS_MAX     256
/* The texts of the standard answer and three numbers. */
#define ACCEPTED_TEXT_MAX (96 + 3 * PAWL_ID_TEXT_MAX)
#define RETRY_AFTER_FULL  "1"
#define RETRY_AFTER_DISK  "5"

/* One request on its way to disk. One allocation: the texts stand behind the struct. */
struct job {
	unsigned magic;
	struct pawl_store_accept accept;
	struct pawl_task task;
	struct pawl_server *server;
	struct pawl_http_ref ref;
	struct pawl_endpoint *endpoint; /* counted */
	struct pawl_caller *caller; /* who waits for the end of the run, until the id is known */
	int64_t began_us;
	bool answered; /* nobody waits for the disk */
	char texts[];
};

static const struct pawl_http_header accept_encoding = {
	{"Accept-Encoding", 15}, {PAWL_ENCODING_ACCEPTED, sizeof(PAWL_ENCODING_ACCEPTED) - 1}};
static const struct pawl_http_header retry_after_full[] = {
	{{"Retry-After", 11}, {RETRY_AFTER_FULL, sizeof(RETRY_AFTER_FULL) - 1}}};
static const struct pawl_http_header retry_after_disk[] = {
	{{"Retry-After", 11}, {RETRY_AFTER_DISK, sizeof(RETRY_AFTER_DISK) - 1}}};

/* Copies `s` to *cursor and returns the copy. */
static struct pawl_str
put(char **cursor, struct pawl_str s)
{
	char *at = *cursor;

	if (s.len)
		memcpy(at, s.ptr, s.len);
	*cursor += s.len;
	return pawl_str(at, s.len);
}

/* ---- answers ---------------------------------------------------------------- */

static void
answer_unavailable(struct pawl_http_ref ref, bool disk)
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
accepted_text(int status, uint64_t request_id, char text[ACCEPTED_TEXT_MAX])
{
	char code[PAWL_ID_TEXT_MAX], digits[PAWL_ID_TEXT_MAX];
	struct pawl_str id = pawl_str(digits, pawl_id_format(request_id, digits));
	char *cursor = text;

	put(&cursor, PAWL_STR("{\"code\":"));
	put(&cursor, pawl_str(code, pawl_id_format((uint64_t)status, code)));
	put(&cursor, PAWL_STR(",\"message\":\"ACCEPTED\",\"data\":{\"requestId\":\""));
	put(&cursor, id);
	put(&cursor, PAWL_STR("\",\"runId\":\""));
	put(&cursor, id);
	put(&cursor, PAWL_STR("\",\"status\":\"QUEUED\"}}"));
	return pawl_str(text, (size_t)(cursor - text));
}

static void
answer_accepted(const struct job *job)
{
	const struct pawl_webhook_respond *respond = pawl_webhook_respond(job->endpoint->webhook);
	int status = job->accept.request.status;
	struct pawl_http_response response = {.status = status,
					      .headers = respond->headers,
					      .n_headers = respond->n_headers,
					      .content_type = respond->content_type,
					      .body = respond->body};
	char text[ACCEPTED_TEXT_MAX];

	if (!respond->body.ptr) {
		response.body = accepted_text(status, job->accept.request_id, text);
		response.content_type = PAWL_STR("application/json");
	}
	pawl_http_respond(job->ref, &response);
}

static void
answer_method(const struct pawl_http_request *req, const struct pawl_webhook *webhook)
{
	struct pawl_http_header allow = {PAWL_STR("Allow"),
					 pawl_str_c(pawl_webhook_allow(webhook))};

	pawl_http_respond(
		req->ref,
		&(struct pawl_http_response){
			.status = 405,
			.headers = &allow,
			.n_headers = 1,
			.content_type = PAWL_STR("application/json"),
			.body = PAWL_STR("{\"code\":405,\"message\":\"Method Not Allowed\","
					 "\"error\":{\"type\":\"method_not_allowed\",\"detail\":"
					 "\"see the Allow header\"}}"),
			.body_static = true});
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

static void
answer_refused(const struct pawl_http_request *req, const struct pawl_webhook *webhook,
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
		answer_method(req, webhook);
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

/* ---- after the disk ---------------------------------------------------------- */

static void
publish(const struct job *job)
{
	const struct pawl_request_row *row = &job->accept.request;
	char id[PAWL_ID_TEXT_MAX], workflow[PAWL_ID_TEXT_MAX];
	struct pawl_buf line;

	if (!pawl_stream_hub_has_listeners(job->server->hub))
		return;
	pawl_id_format(job->accept.request_id, id);
	pawl_id_format(row->workflow_id, workflow);
	pawl_buf_init(&line, 4096);
	pawl_buf_printf(&line,
			"{\"id\":\"%s\",\"workflow_id\":\"%s\",\"verdict\":\"%s\",\"status\":%u,"
			"\"reason\":",
			id, workflow, pawl_verdict_name(row->verdict), row->status);
	if (row->reason.len)
		pawl_buf_append_json_string(&line, row->reason);
	else
		pawl_buf_append_c(&line, "null");
	pawl_buf_append_char(&line, '}');
	pawl_stream_hub_publish(job->server->hub, "request", row->workflow_id,
				pawl_buf_peek(&line));
	pawl_buf_fini(&line);
}

static void
job_free(struct job *job)
{
	if (job->accept.request.verdict == PAWL_VERDICT_REFUSED)
		atomic_fetch_sub(&job->server->refusals, 1);
	pawl_store_op_fini(&job->accept.op);
	pawl_endpoint_unref(job->endpoint);
	job->magic = 0;
	free(job);
}

static void
answer_stored(const struct job *job)
{
	enum pawl_err err = job->accept.op.err;

	if (err != PAWL_OK && job->caller)
		pawl_caller_discard(job->caller);
	if (err != PAWL_OK)
		answer_unavailable(job->ref, true);
	else if (job->caller)
		pawl_callers_accepted(job->server->callers, job->accept.request_id);
	else
		answer_accepted(job);
}

/* On the connection's loop. */
static void
job_finished(struct pawl_task *task)
{
	struct job *job = pawl_container_of(task, struct job, task);
	enum pawl_err err = job->accept.op.err;

	PAWL_CHECK_OBJ(job, JOB_MAGIC);
	if (!job->answered) {
		answer_stored(job);
		pawl_metrics_observe_accept(job->server->metrics,
					    err == PAWL_OK ? job->accept.request.status : 503,
					    pawl_clock_mono_us() - job->began_us);
	}
	if (err == PAWL_OK)
		publish(job);
	job_free(job);
}

/* On the store's thread. */
static void
job_stored(struct pawl_store_op *op)
{
	struct job *job = pawl_container_of(op, struct job, accept.op);

	if (job->caller && op->err == PAWL_OK)
		pawl_callers_hurry(job->server->callers, job->accept.request_id);
	pawl_loop_post(pawl_http_ref_loop(job->ref), &job->task);
}

/* On the store's thread, before the run can begin. */
static void
job_named(struct pawl_store_accept *accept)
{
	struct job *job = pawl_container_of(accept, struct job, accept);

	pawl_caller_name(job->caller, accept->request_id);
}

/* ---- before the disk ---------------------------------------------------------- */

static size_t
headers_len(const struct pawl_http_request *req)
{
	size_t len = 0;

	for (size_t i = 0; i < req->n_headers; i++)
		len += req->headers[i].name.len + req->headers[i].value.len + 4;
	return len;
}

static struct pawl_str
put_headers(char **cursor, const struct pawl_http_request *req)
{
	char *start = *cursor;

	for (size_t i = 0; i < req->n_headers; i++) {
		put(cursor, req->headers[i].name);
		put(cursor, PAWL_STR(": "));
		put(cursor, req->headers[i].value);
		put(cursor, PAWL_STR("\r\n"));
	}
	return pawl_str(start, (size_t)(*cursor - start));
}

/* A job with copies of all that the store keeps of the request. */
static struct job *
job_new(struct pawl_server *server, const struct pawl_http_request *req, const struct pawl_ip *ip,
	struct pawl_str body, struct pawl_str reason, struct pawl_str detail)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct pawl_str method = pawl_str_c(pawl_http_method_name(req->method));
	char ip_text[PAWL_IP_TEXT_MAX];
	size_t ip_len = pawl_ip_format(ip, ip_text);
	size_t size = sizeof(struct job) + ip_len + req->target.len + headers_len(req) + body.len +
		      reason.len + detail.len;
	struct job *job = pawl_malloc(size);
	struct pawl_request_row *row = &job->accept.request;
	char *cursor = job->texts;

	job->magic = JOB_MAGIC;
	job->server = server;
	job->ref = req->ref;
	job->endpoint = req->route;
	atomic_fetch_add(&job->endpoint->refs, 1);
	job->caller = NULL;
	job->accept.on_id = NULL;
	job->task.fn = job_finished;
	pawl_store_op_init(&job->accept.op, PAWL_STORE_ACCEPT, job_stored);
	*row = (struct pawl_request_row){.workflow_id = endpoint->workflow_id,
					 .revision = endpoint->revision,
					 .received_at_us = req->received_at_us,
					 .method = method,
					 .trigger = endpoint->service ? PAWL_TRIGGER_SERVICE
								      : PAWL_TRIGGER_WEBHOOK,
					 .body_bytes = (uint32_t)req->body.len};
	row->ip = put(&cursor, pawl_str(ip_text, ip_len));
	row->target = put(&cursor, req->target);
	row->headers = put_headers(&cursor, req);
	row->body = put(&cursor, body);
	row->reason = put(&cursor, reason);
	row->detail = put(&cursor, detail);
	return job;
}

static void
submit(struct job *job)
{
	bool answered = job->answered;
	struct pawl_http_ref ref = job->ref;

	/* What one turn of the loop brings goes to the disk together (on_turn_end). */
	job->accept.is_followed = true;
	if (pawl_store_submit(job->server->store, &job->accept.op) == PAWL_OK)
		return;
	/* The queue is full: nothing was written, and nobody was told so. */
	if (job->caller)
		pawl_caller_discard(job->caller);
	if (!answered) {
		answer_unavailable(ref, false);
		pawl_metrics_observe_accept(job->server->metrics, 503,
					    pawl_clock_mono_us() - job->began_us);
	}
	job_free(job);
}

static void
log_refused(struct pawl_server *server, const struct pawl_http_request *req,
	    const struct pawl_ip *ip, int status, const char *code, const char *message,
	    struct pawl_str detail)
{
	struct pawl_str body = req->body.len <= REFUSED_BODY_MAX ? req->body : pawl_str(NULL, 0);
	char reason[320];
	int len = snprintf(reason, sizeof reason, "%s: %s", code, message ? message : "");
	struct job *job;

	pawl_metrics_observe_accept(server->metrics, status, 0);
	/* Who may not call does not fill the store's queue for those who may: of a flood, only as
	 * much is logged as the disk takes. */
	if (atomic_fetch_add(&server->refusals, 1) >= REFUSALS_MAX) {
		atomic_fetch_sub(&server->refusals, 1);
		return;
	}
	if (len >= (int)sizeof reason)
		len = (int)sizeof reason - 1;
	job = job_new(server, req, ip, body, pawl_str(reason, (size_t)len), detail);
	job->accept.request.verdict = PAWL_VERDICT_REFUSED;
	job->accept.request.status = (uint16_t)status;
	job->answered = true;
	job->began_us = 0;
	submit(job);
}

static void
client_ip(const struct pawl_server *server, const struct pawl_http_request *req,
	  struct pawl_arena *arena, struct pawl_ip *out)
{
	struct pawl_str forwarded = pawl_str(NULL, 0);

	*out = req->peer;
	if (!pawl_cidr_list_has(&server->trusted_proxies, &req->peer))
		return;
	for (size_t i = 0; i < req->n_headers; i++) {
		if (!pawl_str_eq_nocase(req->headers[i].name, PAWL_STR("x-forwarded-for")))
			continue;
		forwarded = forwarded.len
				    ? pawl_arena_printf(arena, "%.*s,%.*s", PAWL_STR_ARG(forwarded),
							PAWL_STR_ARG(req->headers[i].value))
				    : req->headers[i].value;
	}
	pawl_ip_client(&req->peer, forwarded, &server->trusted_proxies, out);
}

/* ---- the three outcomes of a check ---------------------------------------------- */

/* The answer is that of the run, if the run can end soon. False: too many wait already. */
static bool
let_wait(struct job *job)
{
	const struct pawl_service *service = job->endpoint->service;
	struct pawl_request_row *row = &job->accept.request;

	if (!service || !pawl_service_waits(service))
		return true;
	if (job->endpoint->state == PAWL_WORKFLOW_PAUSED) {
		row->status = 202;
		return true;
	}
	job->caller = pawl_caller_new(job->server->callers, job->ref, row->status,
				      pawl_service_wait_limit_ms(service));
	job->accept.on_id = job_named;
	job->accept.op.is_urgent = true;
	return job->caller != NULL;
}

static void
admit(struct pawl_server *server, const struct pawl_http_request *req, const struct pawl_ip *ip,
      struct pawl_str detail, int64_t began_us)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct job *job = job_new(server, req, ip, req->body, pawl_str(NULL, 0), detail);

	job->accept.request.verdict = PAWL_VERDICT_ACCEPTED;
	job->accept.request.starts_run = true;
	job->accept.request.status = (uint16_t)pawl_webhook_respond(endpoint->webhook)->status;
	job->answered = false;
	job->began_us = began_us;
	if (let_wait(job)) {
		submit(job);
		return;
	}
	pawl_http_respond_error(req->ref, 503, "busy", "too many callers wait; try again");
	pawl_metrics_observe_accept(server->metrics, 503, 0);
	job_free(job);
}

static void
shake_hands(struct pawl_server *server, const struct pawl_http_request *req,
	    const struct pawl_ip *ip, const struct pawl_webhook_verdict *verdict,
	    struct pawl_str detail)
{
	struct job *job = job_new(server, req, ip, req->body, pawl_str(NULL, 0), detail);

	pawl_http_respond(req->ref, &(struct pawl_http_response){
					    .status = verdict->handshake.status,
					    .headers = verdict->handshake.headers,
					    .n_headers = verdict->handshake.n_headers,
					    .content_type = verdict->handshake.content_type,
					    .body = verdict->handshake.body});
	job->accept.request.verdict = PAWL_VERDICT_HANDSHAKE;
	job->accept.request.status = (uint16_t)verdict->handshake.status;
	job->answered = true;
	job->began_us = 0;
	submit(job);
}

bool
pawl_ingest_decide(struct pawl_server *server, const struct pawl_http_request *req,
		   struct pawl_arena *arena, struct pawl_remote_want *want)
{
	const struct pawl_endpoint *endpoint = req->route;
	int64_t began_us = pawl_clock_mono_us();
	struct pawl_remote remote = {.find = pawl_remote_keys_find, .ctx = server->remote_keys};
	struct pawl_request_facts facts = {.method = req->method,
					   .target = req->target,
					   .query = req->query,
					   .public_url = pawl_str_c(server->public_url),
					   .headers = req->headers,
					   .n_headers = req->n_headers,
					   .body = req->body,
					   .max_body = server->config.max_hook_body_bytes,
					   .now_us = req->received_at_us,
					   .remote = &remote};
	struct pawl_webhook_verdict verdict = {.outcome = PAWL_WEBHOOK_REFUSE};
	struct pawl_str detail = pawl_str(NULL, 0);
	struct pawl_http_request kept;

	client_ip(server, req, arena, &facts.ip);
	pawl_webhook_check(endpoint->webhook, &facts, arena, &verdict);
	if (verdict.detail.type == PAWL_JSON_OBJECT)
		detail = pawl_json_text(arena, &verdict.detail);
	switch (verdict.outcome) {
	case PAWL_WEBHOOK_ACCEPT:
		admit(server, pawl_ingest_kept(req, &verdict, arena, &kept), &facts.ip, detail,
		      began_us);
		break;
	case PAWL_WEBHOOK_HANDSHAKE:
		shake_hands(server, pawl_ingest_kept(req, &verdict, arena, &kept), &facts.ip,
			    &verdict, detail);
		break;
	case PAWL_WEBHOOK_REFUSE:
		answer_refused(req, endpoint->webhook, &verdict);
		log_refused(server, req, &facts.ip, verdict.status, verdict.refusal.code,
			    verdict.refusal.message, detail);
		break;
	case PAWL_WEBHOOK_WAIT:
		*want = remote.wanted;
		return true;
	}
	return false;
}

void
pawl_ingest_request(struct pawl_server *server, struct pawl_http_request *req)
{
	struct pawl_remote_want want;
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	if (pawl_ingest_decide(server, req, &arena, &want))
		pawl_ingest_wait(server, req, &want);
	pawl_arena_fini(&arena);
}

bool
pawl_ingest_headers(struct pawl_server *server, struct pawl_http_request *req, size_t *max_body)
{
	bool is_service = pawl_str_starts_with(req->path, PAWL_STR("/service/"));
	size_t prefix = is_service ? sizeof("/service/") - 1 : sizeof("/hook/") - 1;
	struct pawl_str token = pawl_str_sub(req->path, prefix, req->path.len);
	struct pawl_endpoint *endpoint = pawl_directory_find(server->directory, token);

	if (!endpoint || !endpoint->webhook || is_service != (endpoint->service != NULL)) {
		pawl_endpoint_unref(endpoint);
		pawl_http_respond_error(req->ref, 404, "not_found", "there is nothing at this URL");
		return false;
	}
	req->route = endpoint;
	if (is_service && pawl_service_headers(req))
		return false;
	if (!pawl_webhook_has_method(endpoint->webhook, req->method) &&
	    !pawl_webhook_may_handshake(endpoint->webhook, req->method)) {
		answer_method(req, endpoint->webhook);
		pawl_ingest_refused(server, req, 405, "method_not_allowed");
		return false;
	}
	*max_body = pawl_webhook_max_body(endpoint->webhook);
	if (*max_body > server->config.max_hook_body_bytes)
		*max_body = server->config.max_hook_body_bytes;
	return true;
}

void
pawl_ingest_refused(struct pawl_server *server, struct pawl_http_request *req, int status,
		    const char *reason)
{
	struct pawl_arena arena;
	struct pawl_ip ip;

	if (!req->route)
		return;
	pawl_arena_init(&arena, 0);
	client_ip(server, req, &arena, &ip);
	log_refused(server, req, &ip, status, reason, NULL, pawl_str(NULL, 0));
	pawl_arena_fini(&arena);
}

void
pawl_ingest_route_done(struct pawl_server *server, void *route)
{
	(void)server;
	pawl_endpoint_unref(route);
}
