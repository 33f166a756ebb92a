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
#include "base/log.h"
#include "server/callers.h"
#include "server/ingest.h"
#include "server/own_events.h"
#include "server/quarantine.h"
#include "server/remote_keys.h"
#include "server/trace.h"
#include "trigger/policy.h"

#define JOB_MAGIC        0x4a0b1e55u
#define REFUSED_BODY_MAX (64u << 10)
#define REFUSALS_MAX     256

/* One request on its way to disk. One allocation: the texts stand behind the struct. */
struct job {
	unsigned magic;
	size_t size; /* with the texts */
	struct pawl_store_accept accept;
	struct pawl_task task;
	struct pawl_server *server;
	struct pawl_http_ref ref;
	struct pawl_endpoint *endpoint; /* counted */
	struct pawl_caller *caller; /* who waits for the end of the run, until the id is known */
	int64_t began_us;
	bool answered;   /* nobody waits for the disk */
	size_t reserved; /* of the quarantine's room */
	char *sealed;    /* what goes there, or a body with a secret in it; malloc'ed */
	char texts[];
};

/* ---- after the disk ---------------------------------------------------------- */

static void
job_free(struct job *job)
{
	if (job->accept.request.verdict == PAWL_VERDICT_REFUSED)
		atomic_fetch_sub(&job->server->refusals, 1);
	if (job->sealed)
		pawl_quarantine_give_back(job->server, job->reserved);
	free(job->sealed);
	pawl_store_op_fini(&job->accept.op);
	pawl_endpoint_unref(job->endpoint);
	job->magic = 0;
	/* Of who is refused, the headers are in it as they came. */
	pawl_free_secret(job, job->size);
}

static void
answer_stored(struct job *job)
{
	enum pawl_err err = job->accept.op.err;
	struct pawl_request_row *row = &job->accept.request;

	/* There is no run of this request to wait for. */
	if (job->caller && (err != PAWL_OK || !row->starts_run)) {
		pawl_caller_discard(job->caller);
		job->caller = NULL;
		row->status = 202;
	}
	if (err != PAWL_OK)
		pawl_ingest_answer_unavailable(job->ref, true);
	else if (job->caller)
		pawl_callers_accepted(job->server->callers, job->accept.request_id);
	else
		pawl_ingest_answer_accepted(job->ref, job->endpoint->webhook, &job->accept.request);
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
		pawl_live_request(job->server, &job->accept.request, job->accept.request_id);
	if (!job->caller)
		pawl_request_trace_end(pawl_request_trace_new(job->server, &job->accept.request),
				       job->accept.request_id,
				       err == PAWL_OK ? job->accept.request.status : 503);
	if (job->sealed)
		pawl_quarantine_trim(job->server);
	job_free(job);
}

/* On the store's thread. */
static void
job_stored(struct pawl_store_op *op)
{
	struct job *job = pawl_container_of(op, struct job, accept.op);

	if (job->caller && op->err == PAWL_OK && job->accept.request.starts_run)
		pawl_callers_hurry(job->server->callers, job->accept.request_id);
	pawl_loop_post(pawl_http_ref_loop(job->ref), &job->task);
}

/* On the store's thread, before the run can begin. */
static void
job_named(struct pawl_store_accept *accept)
{
	struct job *job = pawl_container_of(accept, struct job, accept);

	if (accept->request.starts_run)
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
		pawl_str_put(cursor, req->headers[i].name);
		pawl_str_put(cursor, PAWL_STR(": "));
		pawl_str_put(cursor, req->headers[i].value);
		pawl_str_put(cursor, PAWL_STR("\r\n"));
	}
	return pawl_str(start, (size_t)(*cursor - start));
}

/* What the store keeps beside what came over the wire. */
struct job_texts {
	struct pawl_str body, reason, detail, order_key, delivery_key, content_key;
	int64_t began_us;
};

/* What the workflow's own expressions made of the request may hold a secret, too. */
static void
hide_texts(struct pawl_server *server, struct pawl_arena *arena, struct job_texts *texts)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);

	texts->reason = pawl_redact_text(redactor, arena, texts->reason);
	texts->detail = pawl_redact_json_text(redactor, arena, texts->detail);
	texts->order_key = pawl_redact_text(redactor, arena, texts->order_key);
	pawl_redactor_unref(redactor);
}

/* A job with copies of all that the store keeps of the request. */
static struct job *
job_new(struct pawl_server *server, const struct pawl_http_request *req, const struct pawl_ip *ip,
	const struct job_texts *texts)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct pawl_str method = pawl_str_c(pawl_http_method_name(req->method));
	char ip_text[PAWL_IP_TEXT_MAX];
	size_t ip_len = pawl_ip_format(ip, ip_text);
	size_t size = sizeof(struct job) + ip_len + req->target.len + headers_len(req) +
		      texts->body.len + texts->reason.len + texts->detail.len +
		      texts->order_key.len + texts->delivery_key.len + texts->content_key.len;
	struct job *job = pawl_malloc(size);
	struct pawl_request_row *row = &job->accept.request;
	char *cursor = job->texts;

	job->magic = JOB_MAGIC;
	job->size = size;
	job->server = server;
	job->ref = req->ref;
	job->endpoint = req->route;
	atomic_fetch_add(&job->endpoint->refs, 1);
	job->caller = NULL;
	job->sealed = NULL;
	job->reserved = 0;
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
	row->ip = pawl_str_put(&cursor, pawl_str(ip_text, ip_len));
	row->target = pawl_str_put(&cursor, req->target);
	row->headers = put_headers(&cursor, req);
	row->body = pawl_str_put(&cursor, texts->body);
	row->reason = pawl_str_put(&cursor, texts->reason);
	row->detail = pawl_str_put(&cursor, texts->detail);
	row->order_key = pawl_str_put(&cursor, texts->order_key);
	row->delivery_key = pawl_str_put(&cursor, texts->delivery_key);
	row->content_key = pawl_str_put(&cursor, texts->content_key);
	return job;
}

static void
submit(struct job *job)
{
	bool answered = job->answered;
	struct pawl_http_ref ref = job->ref;

	if (!job->sealed)
		job->sealed = pawl_request_seal(job->server, &job->accept.request);
	/* What one turn of the loop brings goes to the disk together (on_turn_end). */
	job->accept.is_followed = true;
	if (pawl_store_submit(job->server->store, &job->accept.op) == PAWL_OK)
		return;
	/* The queue is full: nothing was written, and nobody was told so. */
	if (job->caller)
		pawl_caller_discard(job->caller);
	if (!answered) {
		pawl_ingest_answer_unavailable(ref, false);
		pawl_metrics_observe_accept(job->server->metrics, 503,
					    pawl_clock_mono_us() - job->began_us);
	}
	job_free(job);
}

/* Whole and sealed, or without its body and the headers, where credentials may be. */
static void
keep_denied(struct job *job, const struct pawl_http_request *req)
{
	struct pawl_request_row *row = &job->accept.request;

	job->sealed = pawl_quarantine_keep(job->server, row, req->body, &job->reserved);
	if (!job->sealed)
		row->headers = row->body = PAWL_STR("");
}

/* `is_denied`: for who the caller is, or is not; it may turn out that he was right, and a secret
 * wrong. */
static void
log_refused(struct pawl_server *server, const struct pawl_http_request *req,
	    const struct pawl_ip *ip, const struct pawl_webhook_verdict *verdict, bool is_denied,
	    struct pawl_str detail)
{
	static const struct pawl_webhook_verdict as_received;
	struct job_texts texts = {.detail = detail};
	const struct pawl_endpoint *endpoint = req->route;
	/* To be verified again it has to be whole, and is sealed. */
	bool is_whole = is_denied && !endpoint->service;
	struct pawl_http_request kept;
	struct pawl_arena arena;
	char reason[320];
	int len = snprintf(reason, sizeof reason, "%s: %s", verdict->refusal.code,
			   verdict->refusal.message);
	struct job *job;

	pawl_metrics_observe_accept(server->metrics, verdict->status, 0);
	/* Who may not call does not fill the store's queue for those who may: of a flood, only as
	 * much is logged as the disk takes. */
	if (atomic_fetch_add(&server->refusals, 1) >= REFUSALS_MAX) {
		atomic_fetch_sub(&server->refusals, 1);
		return;
	}
	if (len >= (int)sizeof reason)
		len = (int)sizeof reason - 1;
	pawl_arena_init(&arena, 0);
	if (req->body.len <= REFUSED_BODY_MAX)
		texts.body = req->body;
	texts.reason = pawl_str(reason, (size_t)len);
	hide_texts(server, &arena, &texts);
	if (!is_whole)
		req = pawl_ingest_kept(server, req, endpoint->webhook, &as_received, &arena, &kept);
	job = job_new(server, req, ip, &texts);
	pawl_arena_fini(&arena);
	job->accept.request.verdict = PAWL_VERDICT_REFUSED;
	job->accept.request.status = (uint16_t)verdict->status;
	job->answered = true;
	job->began_us = 0;
	if (is_whole)
		keep_denied(job, req);
	submit(job);
}

void
pawl_ingest_client_ip(const struct pawl_server *server, const struct pawl_http_request *req,
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

	if (!service || !pawl_service_waits(service) || !row->starts_run)
		return true;
	if (job->endpoint->state == PAWL_WORKFLOW_PAUSED) {
		row->status = 202;
		return true;
	}
	job->caller = pawl_caller_new(job->server->callers, job->ref, row->status,
				      pawl_service_wait_limit_ms(service));
	job->accept.on_id = job_named;
	job->accept.op.is_urgent = true;
	if (job->caller)
		pawl_caller_trace(job->caller, pawl_request_trace_new(job->server, row));
	return job->caller != NULL;
}

/* What the trigger's policy says goes with the request to disk, where dedup decides. */
static void
apply_policy(struct job *job, const struct pawl_policy_verdict *policy)
{
	struct pawl_request_row *row = &job->accept.request;

	row->verdict = policy->is_filtered ? PAWL_VERDICT_FILTERED : PAWL_VERDICT_ACCEPTED;
	row->starts_run = !policy->is_filtered;
	row->remembers_content = policy->checks_replay;
	row->remember_until_us = row->received_at_us + policy->window_us;
	job->accept.refuses_replays = policy->replay == PAWL_POLICY_REPLAY_REFUSE;
}

static void
admit(struct pawl_server *server, const struct pawl_http_request *req,
      const struct pawl_request_facts *facts, const struct pawl_webhook_verdict *verdict,
      struct pawl_arena *arena, struct job_texts *texts)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct pawl_request_facts seen = *facts; /* what is kept: opened, where it was sealed */
	struct pawl_policy_verdict policy;
	struct job *job;

	seen.target = req->target;
	seen.headers = req->headers;
	seen.n_headers = req->n_headers;
	seen.body = texts->body = req->body;
	pawl_policy_apply(pawl_webhook_policy(endpoint->webhook), &seen, verdict, arena, &policy);
	if (policy.failure)
		texts->reason = pawl_arena_printf(arena, "policy_failed: %s", policy.failure);
	texts->order_key = policy.order_key;
	hide_texts(server, arena, texts);
	texts->delivery_key = policy.delivery_key;
	texts->content_key = policy.content_key;
	job = job_new(server, req, &facts->ip, texts);
	apply_policy(job, &policy);
	job->accept.request.status = (uint16_t)pawl_webhook_respond(endpoint->webhook)->status;
	job->answered = false;
	job->began_us = texts->began_us;
	if (let_wait(job)) {
		submit(job);
		return;
	}
	pawl_http_respond_error(req->ref, 503, "busy", "too many callers wait; try again");
	pawl_metrics_observe_accept(server->metrics, 503, 0);
	job_free(job);
}

/* True when the endpoint takes no more just now: the caller has been told. */
static bool
is_too_fast(struct pawl_server *server, const struct pawl_http_request *req,
	    const struct pawl_ip *ip, struct pawl_str detail)
{
	struct pawl_endpoint *endpoint = req->route;
	const struct pawl_webhook_verdict too_fast = {
		.status = 429, .refusal = {"rate_limited", "the endpoint's rate_limit is reached"}};
	int64_t wait_us = pawl_rate_take(&endpoint->rate, pawl_clock_mono_us());

	if (wait_us == 0)
		return false;
	pawl_ingest_answer_too_many(req->ref, wait_us);
	log_refused(server, req, ip, &too_fast, false, detail);
	return true;
}

static void
shake_hands(struct pawl_server *server, const struct pawl_http_request *req,
	    const struct pawl_ip *ip, const struct pawl_webhook_verdict *verdict,
	    struct pawl_str detail, struct pawl_arena *arena)
{
	struct job_texts texts = {.body = req->body, .detail = detail};
	struct job *job;

	hide_texts(server, arena, &texts);
	job = job_new(server, req, ip, &texts);
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

	pawl_ingest_client_ip(server, req, arena, &facts.ip);
	pawl_webhook_check(endpoint->webhook, &facts, arena, &verdict);
	if (verdict.detail.type == PAWL_JSON_OBJECT)
		detail = pawl_json_text(arena, &verdict.detail);
	pawl_secrets_note_use(server->secrets, verdict.secret_version);
	switch (verdict.outcome) {
	case PAWL_WEBHOOK_ACCEPT:
		pawl_own_event_accepted(req->route);
		if (!is_too_fast(server, req, &facts.ip, detail))
			admit(server,
			      pawl_ingest_kept(server, req, endpoint->webhook, &verdict, arena,
					       &kept),
			      &facts, &verdict, arena,
			      &(struct job_texts){.detail = detail, .began_us = began_us});
		break;
	case PAWL_WEBHOOK_HANDSHAKE:
		shake_hands(
			server,
			pawl_ingest_kept(server, req, endpoint->webhook, &verdict, arena, &kept),
			&facts.ip, &verdict, detail, arena);
		break;
	case PAWL_WEBHOOK_REFUSE:
		pawl_ingest_answer_refused(req, endpoint->webhook, &verdict);
		if (verdict.status == 401)
			pawl_own_event_denied(server, req->route);
		log_refused(server, req, &facts.ip, &verdict,
			    verdict.status == 401 || verdict.status == 403, detail);
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

/* An address that calls too often: before its body is read. */
static bool
is_flooding(struct pawl_server *server, struct pawl_http_request *req)
{
	const struct pawl_webhook_verdict too_often = {
		.status = 429,
		.refusal = {"address_rate_limited",
			    "the address calls too often (--rate-limit-per-ip)"}};
	struct pawl_arena arena;
	struct pawl_ip ip;
	int64_t wait_us;

	if (!server->address_rates)
		return false;
	pawl_arena_init(&arena, 0);
	pawl_ingest_client_ip(server, req, &arena, &ip);
	wait_us = pawl_rate_table_take(server->address_rates, &ip, pawl_clock_mono_us());
	if (wait_us > 0) {
		pawl_ingest_answer_too_many(req->ref, wait_us);
		log_refused(server, req, &ip, &too_often, false, pawl_str(NULL, 0));
	}
	pawl_arena_fini(&arena);
	return wait_us > 0;
}

bool
pawl_ingest_headers(struct pawl_server *server, struct pawl_http_request *req, size_t *max_body)
{
	bool is_service = pawl_str_starts_with(req->path, PAWL_STR("/service/"));
	size_t prefix = is_service ? sizeof("/service/") - 1 : sizeof("/hook/") - 1;
	/* Who sets up a sender by hand may end the URL with a slash. */
	size_t end = req->path.len - (req->path.ptr[req->path.len - 1] == '/');
	struct pawl_str token = pawl_str_sub(req->path, prefix, end);
	struct pawl_endpoint *endpoint = pawl_directory_find(server->directory, token);

	if (!endpoint || !endpoint->webhook || is_service != (endpoint->service != NULL)) {
		pawl_endpoint_unref(endpoint);
		pawl_http_respond_error(req->ref, 404, "not_found", "there is nothing at this URL");
		return false;
	}
	req->route = endpoint;
	if (is_service)
		pawl_service_add_cors(req);
	if (is_flooding(server, req))
		return false;
	if (is_service && req->method == PAWL_HTTP_OPTIONS) {
		pawl_service_answer_options(req);
		return false;
	}
	if (!pawl_webhook_has_method(endpoint->webhook, req->method) &&
	    !pawl_webhook_may_handshake(endpoint->webhook, req->method)) {
		pawl_ingest_answer_method(req->ref, endpoint->webhook);
		pawl_ingest_refused(server, req, 405, "method_not_allowed",
				    "the trigger's methods do not have it");
		return false;
	}
	*max_body = pawl_webhook_max_body(endpoint->webhook);
	if (*max_body > server->config.max_hook_body_bytes)
		*max_body = server->config.max_hook_body_bytes;
	return true;
}

void
pawl_ingest_refused(struct pawl_server *server, struct pawl_http_request *req, int status,
		    const char *reason, const char *detail)
{
	struct pawl_webhook_verdict verdict = {.status = status, .refusal = {reason, detail}};
	struct pawl_arena arena;
	struct pawl_ip ip;

	if (!req->route)
		return;
	pawl_arena_init(&arena, 0);
	pawl_ingest_client_ip(server, req, &arena, &ip);
	log_refused(server, req, &ip, &verdict, false, pawl_str(NULL, 0));
	pawl_arena_fini(&arena);
}

void
pawl_ingest_route_done(struct pawl_server *server, void *route)
{
	(void)server;
	pawl_endpoint_unref(route);
}
