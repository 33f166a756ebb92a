/* POST /api/v1/workflows/{workflow}/reverify: what is in quarantine is checked again, with the
 * secrets of today, as of the time at which it was received, and released where it verifies.
 *
 * Oldest first and one page after another, each on disk before the next is read; a release comes
 * to nothing where another was there before it (store/sqlite_quarantine.c), so it does not matter
 * how often this is called, or when the process ends. A request whose key stands elsewhere waits
 * until it is fetched, and the rest behind it. A call works for a few seconds and says where to go
 * on. That it releases something is in the audit log before it does. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "server/api_resources.h"
#include "server/ingest.h"
#include "server/quarantine.h"
#include "server/remote_keys.h"
#include "trigger/input.h"
#include "trigger/policy.h"

#define PAGE       64
#define PAGE_BYTES (4u << 20)
#define WORK_US    INT64_C(5000000)
#define REASONS    16
#define ROUNDS_MAX 4 /* a certificate, a visit, a key set, and that once more */

struct reverify {
	struct pawl_api_call *call;
	struct pawl_server *server;
	struct pawl_endpoint *endpoint; /* counted */
	bool is_dry, is_noted;
	int64_t began_us, since_us;
	struct pawl_store_quarantined page;
	size_t at;       /* the row of the page that is next */
	unsigned rounds; /* that it has waited for keys */
	struct pawl_remote_waiter waiter;
	struct pawl_arena arena; /* of the page */
	struct pawl_store_accept *releases;
	size_t n_releases;
	atomic_size_t n_pending;
	struct pawl_task task;
	uint64_t after;
	bool is_failed; /* the store took no more */
	size_t checked, released, duplicates, refused;
	struct {
		char code[48];
		size_t n;
	} reasons[REASONS];
};

/* Of the check of one request. */
enum progress {
	DONE,
	WAITS,  /* it goes on by itself, with this request */
	STOPPED /* the time of the call is over */
};

static void read_page(struct reverify *r);
static void on_fetched(struct pawl_task *task);
static void release_page(struct reverify *r);

static bool
is_over(const struct reverify *r)
{
	return pawl_clock_mono_us() - r->began_us >= WORK_US;
}

/* ---- one request ------------------------------------------------------------------------- */

static void
count_reason(struct reverify *r, const char *code)
{
	r->refused++;
	for (size_t i = 0; i < REASONS; i++) {
		if (r->reasons[i].n && strcmp(r->reasons[i].code, code) != 0)
			continue;
		snprintf(r->reasons[i].code, sizeof r->reasons[i].code, "%s", code);
		r->reasons[i].n++;
		return;
	}
}

/* As it stood in the connection. */
static struct pawl_http_request
as_received(struct reverify *r, const struct pawl_request_row *row)
{
	size_t mark = pawl_str_find_char(row->target, '?');
	struct pawl_http_request req = {.target = row->target,
					.path = pawl_str_sub(row->target, 0, mark),
					.query = PAWL_STR(""),
					.body = row->body,
					.received_at_us = row->received_at_us,
					.route = r->endpoint};

	if (mark != SIZE_MAX)
		req.query = pawl_str_sub(row->target, mark + 1, row->target.len);
	(void)pawl_http_method_parse(row->method, &req.method);
	req.headers = pawl_input_headers(&r->arena, row->headers, &req.n_headers);
	return req;
}

/* `wanted`: what a verdict to wait waits for. */
static void
check(struct reverify *r, const struct pawl_http_request *req, struct pawl_str ip,
      struct pawl_request_facts *facts, struct pawl_webhook_verdict *verdict,
      struct pawl_remote_want *wanted)
{
	struct pawl_remote remote = {.find = pawl_remote_keys_find, .ctx = r->server->remote_keys};

	*facts = (struct pawl_request_facts){.method = req->method,
					     .target = req->target,
					     .query = req->query,
					     .public_url = pawl_str_c(r->server->public_url),
					     .headers = req->headers,
					     .n_headers = req->n_headers,
					     .body = req->body,
					     .max_body = r->server->config.max_hook_body_bytes,
					     .now_us = req->received_at_us,
					     .remote = &remote};

	(void)pawl_ip_parse(ip, &facts->ip);
	pawl_webhook_check(r->endpoint->webhook, facts, &r->arena, verdict);
	*wanted = remote.wanted;
	facts->remote = NULL; /* is gone with this */
}

static struct pawl_str
header_lines(struct pawl_arena *arena, const struct pawl_http_request *req)
{
	struct pawl_str text;
	struct pawl_buf buf;

	pawl_buf_init(&buf, 4u << 20);
	for (size_t i = 0; i < req->n_headers; i++) {
		pawl_buf_append_str(&buf, req->headers[i].name);
		pawl_buf_append_c(&buf, ": ");
		pawl_buf_append_str(&buf, req->headers[i].value);
		pawl_buf_append_c(&buf, "\r\n");
	}
	text = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return text;
}

/* What the trigger's policy makes of it; dedup is decided on the way to the disk, as ever. */
static void
apply_policy(struct reverify *r, const struct pawl_request_facts *facts,
	     const struct pawl_webhook_verdict *verdict, struct pawl_store_accept *release)
{
	struct pawl_request_row *row = &release->request;
	struct pawl_policy_verdict policy;

	pawl_policy_apply(pawl_webhook_policy(r->endpoint->webhook), facts, verdict, &r->arena,
			  &policy);
	row->verdict = policy.is_filtered ? PAWL_VERDICT_FILTERED : PAWL_VERDICT_ACCEPTED;
	row->starts_run = !policy.is_filtered;
	if (policy.failure)
		row->reason = pawl_arena_printf(&r->arena, "policy_failed: %s", policy.failure);
	row->order_key = policy.order_key;
	row->delivery_key = policy.delivery_key;
	row->content_key = policy.content_key;
	row->remembers_content = policy.checks_replay;
	row->remember_until_us = row->received_at_us + policy.window_us;
	release->refuses_replays = policy.replay == PAWL_POLICY_REPLAY_REFUSE;
}

/* The row as it would have been, had the secret been right, but for what was answered. */
static void
add_release(struct reverify *r, const struct pawl_request_row *row,
	    const struct pawl_http_request *req, const struct pawl_request_facts *facts,
	    const struct pawl_webhook_verdict *verdict)
{
	struct pawl_store_accept *release = &r->releases[r->n_releases++];
	struct pawl_request_facts seen = *facts;
	struct pawl_http_request opened;
	const struct pawl_http_request *kept =
		pawl_ingest_kept(r->server, req, r->endpoint->webhook, verdict, &r->arena, &opened);

	*release = (struct pawl_store_accept){.request = *row, .is_followed = true};
	release->request.revision = r->endpoint->revision;
	release->request.reason = PAWL_STR("");
	release->request.detail = verdict->detail.type == PAWL_JSON_OBJECT
					  ? pawl_json_text(&r->arena, &verdict->detail)
					  : PAWL_STR("");
	release->request.target = kept->target;
	release->request.headers = header_lines(&r->arena, kept);
	release->request.body = kept->body;
	release->request.body_bytes = (uint32_t)kept->body.len;
	release->request.flags =
		(uint16_t)((row->flags & ~PAWL_REQUEST_QUARANTINED) | PAWL_REQUEST_RELEASED);
	seen.headers = kept->headers;
	seen.n_headers = kept->n_headers;
	seen.body = kept->body;
	if (verdict->outcome == PAWL_WEBHOOK_ACCEPT) {
		apply_policy(r, &seen, verdict, release);
		return;
	}
	release->request.verdict = PAWL_VERDICT_HANDSHAKE;
}

/* Where a key has to be fetched first. The first row of a page waits whatever the time, so that
 * every call gets on. */
static enum progress
wait_for(struct reverify *r, const struct pawl_remote_want *want)
{
	/* The signature is right, and what would be done now is no affair of a dry run. */
	if (r->is_dry && want->kind == PAWL_REMOTE_VISIT) {
		r->released++;
		return DONE;
	}
	if (r->at > 0 && is_over(r))
		return STOPPED;
	r->waiter.task.fn = on_fetched;
	r->waiter.loop = pawl_http_ref_loop(r->call->ref);
	if (r->rounds++ < ROUNDS_MAX &&
	    pawl_remote_keys_wait(r->server->remote_keys, want, &r->waiter))
		return WAITS;
	count_reason(r, PAWL_REFUSAL_UNAVAILABLE);
	return DONE;
}

static enum progress
check_one(struct reverify *r, struct pawl_request_row *row)
{
	struct pawl_webhook_verdict verdict;
	struct pawl_request_facts facts;
	struct pawl_remote_want wanted;
	struct pawl_http_request req;

	/* Opened once, however often it waits. */
	if (r->rounds == 0 && !pawl_quarantine_open(r->server, &r->arena, row)) {
		count_reason(r, "cannot_be_opened");
		return DONE;
	}
	req = as_received(r, row);
	check(r, &req, row->ip, &facts, &verdict, &wanted);
	switch (verdict.outcome) {
	case PAWL_WEBHOOK_ACCEPT:
	case PAWL_WEBHOOK_HANDSHAKE:
		add_release(r, row, &req, &facts, &verdict);
		break;
	case PAWL_WEBHOOK_REFUSE:
		count_reason(r, verdict.refusal.code);
		break;
	case PAWL_WEBHOOK_WAIT:
		return wait_for(r, &wanted);
	}
	return DONE;
}

/* From r->at on. */
static void
check_rows(struct reverify *r)
{
	for (; r->at < r->page.n; r->at++, r->rounds = 0) {
		struct pawl_request_row *row = &r->page.requests[r->at];

		if (row->received_at_us >= r->since_us) {
			switch (check_one(r, row)) {
			case WAITS:
				return;
			case STOPPED:
				r->page.more = true;
				release_page(r);
				return;
			case DONE:
				r->checked++;
			}
		}
		r->after = row->id;
	}
	release_page(r);
}

/* On the call's loop. */
static void
on_fetched(struct pawl_task *task)
{
	check_rows(pawl_container_of(task, struct reverify, waiter.task));
}

/* ---- the answer ---------------------------------------------------------------------------- */

static struct pawl_json
reasons_json(const struct reverify *r, struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < REASONS && r->reasons[i].n; i++)
		pawl_json_set(&b, pawl_arena_dup(arena, pawl_str_c(r->reasons[i].code)),
			      pawl_json_int(arena, (int64_t)r->reasons[i].n));
	return pawl_json_end(&b);
}

static void
end(struct reverify *r, bool more)
{
	struct pawl_api_call *call = r->call;
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(r->is_dry));
	pawl_json_set_c(&b, "checked", pawl_json_int(arena, (int64_t)r->checked));
	pawl_json_set_c(&b, "released", pawl_json_int(arena, (int64_t)r->released));
	pawl_json_set_c(&b, "duplicates", pawl_json_int(arena, (int64_t)r->duplicates));
	pawl_json_set_c(&b, "refused", pawl_json_int(arena, (int64_t)r->refused));
	pawl_json_set_c(&b, "reasons", reasons_json(r, arena));
	pawl_json_set_c(&b, "next", pawl_api_id_or_null(arena, more ? r->after : 0));
	value = pawl_json_end(&b);
	if (!r->is_dry && r->checked)
		pawl_log(PAWL_LOG_INFO, "quarantine_reverified",
			 PAWL_F_ID("workflow", r->endpoint->workflow_id),
			 PAWL_F_INT("released", (int64_t)r->released),
			 PAWL_F_INT("duplicates", (int64_t)r->duplicates),
			 PAWL_F_INT("refused", (int64_t)r->refused));
	pawl_endpoint_unref(r->endpoint);
	free(r->releases);
	if (r->is_failed)
		pawl_api_fail(call, 503, "store_unavailable",
			      "%zu requests were released, then the store took no more; try again",
			      r->released);
	else
		pawl_api_reply(call, 200, &value);
	free(r);
}

/* ---- page by page --------------------------------------------------------------------------- */

static void
page_over(struct reverify *r)
{
	bool more = r->page.more;

	for (size_t i = 0; i < r->n_releases; i++) {
		struct pawl_store_accept *release = &r->releases[i];

		if (release->op.err)
			r->is_failed = true;
		else if (release->request.verdict == PAWL_VERDICT_DUPLICATE)
			r->duplicates++;
		else
			r->released++;
		if (!release->op.err)
			pawl_live_request(r->server, &release->request, release->request_id);
		pawl_store_op_fini(&release->op);
	}
	pawl_arena_fini(&r->arena);
	pawl_store_op_fini(&r->page.op);
	if (more && !r->is_failed && !is_over(r))
		read_page(r);
	else
		end(r, more);
}

static void
on_released(struct pawl_task *task)
{
	page_over(pawl_container_of(task, struct reverify, task));
}

/* On the store's thread. */
static void
released(struct pawl_store_op *op)
{
	struct reverify *r = op->ctx;

	if (atomic_fetch_sub(&r->n_pending, 1) > 1)
		return;
	r->task.fn = on_released;
	pawl_loop_post(pawl_http_ref_loop(r->call->ref), &r->task);
}

/* In their order. One that is not taken ends it: none may overtake another. */
static void
submit_releases(struct reverify *r)
{
	size_t n = r->n_releases, i;

	atomic_store(&r->n_pending, n + 1);
	for (i = 0; i < n; i++) {
		pawl_store_op_init(&r->releases[i].op, PAWL_STORE_ACCEPT, released);
		r->releases[i].op.ctx = r;
		if (pawl_store_submit(r->server->store, &r->releases[i].op) != PAWL_OK)
			break;
	}
	pawl_store_flush(r->server->store);
	r->is_failed |= i < n;
	r->n_releases = i;
	if (atomic_fetch_sub(&r->n_pending, n - i + 1) == n - i + 1)
		page_over(r);
}

/* Nothing is released that could not be noted. */
static void
on_noted(struct pawl_api_call *call, bool is_noted)
{
	struct reverify *r = call->state;

	r->is_noted = is_noted;
	if (!is_noted) {
		r->is_failed = true;
		r->n_releases = 0;
	}
	submit_releases(r);
}

static void
release_page(struct reverify *r)
{
	if (r->is_dry) {
		r->released += r->n_releases;
		r->n_releases = 0;
	}
	if (r->n_releases && !r->is_noted)
		pawl_api_note(r->call, "asked", on_noted);
	else
		submit_releases(r);
}

/* On the call's loop. */
static void
on_page(struct pawl_task *task)
{
	struct reverify *r = pawl_container_of(task, struct reverify, task);

	pawl_arena_init(&r->arena, 0);
	r->n_releases = 0;
	if (r->page.op.err) {
		r->is_failed = true;
		r->page.n = 0;
	}
	r->at = 0;
	r->rounds = 0;
	check_rows(r);
}

/* On the store's thread. */
static void
page_read(struct pawl_store_op *op)
{
	struct reverify *r = op->ctx;

	r->task.fn = on_page;
	pawl_loop_post(pawl_http_ref_loop(r->call->ref), &r->task);
}

static void
read_page(struct reverify *r)
{
	r->page = (struct pawl_store_quarantined){.workflow_id = r->endpoint->workflow_id,
						  .after = r->after,
						  .limit = PAGE,
						  .max_bytes = PAGE_BYTES};
	pawl_store_op_init(&r->page.op, PAWL_STORE_QUARANTINED, page_read);
	r->page.op.ctx = r;
	if (pawl_store_submit(r->server->store, &r->page.op) != PAWL_OK) {
		r->page.op.err = PAWL_EFULL;
		page_read(&r->page.op);
	}
}

static void
start(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct pawl_endpoint *endpoint =
		pawl_directory_find_workflow(call->server->directory, workflow_id);
	struct reverify *r;

	if (!endpoint || !endpoint->webhook || endpoint->service) {
		pawl_endpoint_unref(endpoint);
		pawl_api_fail(call, 409, "conflict",
			      "the workflow is not active, or its trigger is no webhook");
		return;
	}
	r = pawl_calloc(1, sizeof *r);
	r->call = call;
	call->state = r;
	r->server = call->server;
	r->endpoint = endpoint;
	r->is_dry = pawl_json_get_bool(&call->body, "dry_run", false);
	r->began_us = pawl_clock_mono_us();
	r->since_us = pawl_quarantine_since_us(call->server);
	r->releases = pawl_calloc(PAGE, sizeof *r->releases);
	(void)pawl_id_parse(pawl_json_get_str(&call->body, "after", PAWL_STR("")), &r->after);
	read_page(r);
}

void
pawl_api_reverify_workflow(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], start);
}
