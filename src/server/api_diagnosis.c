/* Why was a request refused? Known mistakes are tried (trigger/webhook_diagnose.h) on a thread of
 * libuv's pool, because that may take longer than a loop has. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "server/api_resources.h"
#include "server/remote_keys.h"
#include "server/secrets.h"
#include "trigger/webhook_checks.h"
#include "trigger/webhook_diagnose.h"

#define HEADERS_MAX   256
#define REVISIONS_MAX 16

/* The call waits for it; its arena is the worker's meanwhile. */
struct diagnosing {
	uv_work_t work;
	struct pawl_api_call *call;
	const struct pawl_request_row *row;
	const struct pawl_json *config;
	struct pawl_diagnosis found;
	int entry;
	void (*then)(struct pawl_api_call *call, struct pawl_json diagnosis);
};

static size_t
read_headers(struct pawl_str lines, struct pawl_http_header *out)
{
	struct pawl_str line, name;
	size_t n = 0;

	while (n < HEADERS_MAX && pawl_str_split(&lines, '\n', &line)) {
		if (pawl_str_trim(line).len > 0 && pawl_str_split(&line, ':', &name))
			out[n++] = (struct pawl_http_header){name, pawl_str_trim(line)};
	}
	return n;
}

/* Waits for the store: a thread of the pool may. */
static bool
read_config(struct diagnosing *d, uint32_t number, struct pawl_webhook_revision *out)
{
	struct pawl_server *server = d->call->server;
	struct pawl_arena *arena = &d->call->arena;
	struct pawl_store_get get = {.id = d->row->workflow_id, .number = number};
	struct pawl_json *document = pawl_arena_calloc(arena, 1, sizeof(*document));
	bool ok;

	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	ok = pawl_store_wait(server->store, &get.op) == PAWL_OK;
	if (ok) {
		*document = pawl_api_parsed(arena, pawl_arena_dup(arena, get.revision->document));
		*document = pawl_document_open(server, arena, document);
		out->number = number;
		out->config = pawl_json_get_c(pawl_json_get_c(document, "trigger"), "config");
	}
	pawl_store_op_fini(&get.op);
	return ok;
}

/* The newest other ones than the one that refused. */
static size_t
read_revisions(struct diagnosing *d, struct pawl_webhook_revision *out)
{
	struct pawl_store_list list = {.workflow_id = d->row->workflow_id,
				       .limit = REVISIONS_MAX + 1};
	size_t n = 0;

	pawl_store_op_init(&list.op, PAWL_STORE_REVISIONS, NULL);
	if (pawl_store_wait(d->call->server->store, &list.op) != PAWL_OK)
		list.n = 0;
	for (size_t i = 0; i < list.n && n < REVISIONS_MAX; i++)
		if (list.revisions[i].number != d->row->revision &&
		    read_config(d, list.revisions[i].number, &out[n]))
			n++;
	pawl_store_op_fini(&list.op);
	return n;
}

/* On a thread of the pool. */
static void
diagnose(uv_work_t *work)
{
	struct diagnosing *d = work->data;
	struct pawl_server *server = d->call->server;
	struct pawl_arena *arena = &d->call->arena;
	struct pawl_remote remote = {.find = pawl_remote_keys_find, .ctx = server->remote_keys};
	struct pawl_http_header *headers = pawl_arena_calloc(arena, HEADERS_MAX, sizeof(*headers));
	struct pawl_request_facts facts = {.target = d->row->target,
					   .public_url = pawl_str_c(server->public_url),
					   .headers = headers,
					   .n_headers = read_headers(d->row->headers, headers),
					   .body = d->row->body,
					   .now_us = d->row->received_at_us,
					   .remote = &remote};
	struct pawl_webhook_revision revisions[REVISIONS_MAX];
	struct pawl_webhook_diagnosis in = {.config = d->config,
					    .secrets = server->secrets,
					    .facts = &facts,
					    .revisions = revisions};
	size_t query = pawl_str_find_char(facts.target, '?');

	if (query != SIZE_MAX)
		facts.query = pawl_str_sub(facts.target, query + 1, facts.target.len);
	if (!pawl_http_method_parse(d->row->method, &facts.method))
		facts.method = PAWL_HTTP_POST;
	in.n_revisions = read_revisions(d, revisions);
	pawl_webhook_diagnose(&in, arena, &d->found, &d->entry);
}

static struct pawl_json
diagnosis_json(const struct diagnosing *d)
{
	struct pawl_arena *arena = &d->call->arena;
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "reason",
			d->row->reason.len ? pawl_json_string_dup(
						     arena, pawl_api_hide(d->call, d->row->reason))
					   : pawl_json_null());
	pawl_json_set_c(&b, "code",
			d->found.code ? pawl_json_string_c(d->found.code) : pawl_json_null());
	pawl_json_set_c(
		&b, "message",
		pawl_json_string_dup(arena, pawl_api_hide(d->call, pawl_str_c(d->found.message))));
	pawl_json_set_c(&b, "entry",
			d->entry < 0 ? pawl_json_null() : pawl_json_int(arena, d->entry));
	return pawl_json_end(&b);
}

/* On the call's loop. */
static void
diagnosed(uv_work_t *work, int status)
{
	struct diagnosing *d = work->data;

	(void)status;
	d->then(d->call, diagnosis_json(d));
	free(d);
}

/* Why nothing has to be tried; NULL: it has. */
static const char *
excuse(const struct pawl_request_row *row, const struct pawl_json *config)
{
	if (row->verdict != PAWL_VERDICT_REFUSED)
		return "it was not refused";
	if (row->status != 401)
		return "it was not refused for its signature or credentials: see its reason";
	/* A request has a Host at least. */
	if (row->headers.len == 0 || row->body.len < row->body_bytes)
		return "its headers and body were not kept, so nothing can be tried";
	return config ? NULL : "the revision that refused it is not there any more";
}

void
pawl_api_diagnose(struct pawl_api_call *call, const struct pawl_request_row *row,
		  const struct pawl_json *document,
		  void (*then)(struct pawl_api_call *call, struct pawl_json diagnosis))
{
	const struct pawl_json *trigger = pawl_json_get_c(document, "trigger");
	struct diagnosing *d = pawl_calloc(1, sizeof(*d));
	uv_loop_t *loop = pawl_loop_uv(pawl_http_ref_loop(call->ref));

	d->call = call;
	d->row = row;
	d->config = pawl_json_get_c(trigger, "config");
	d->then = then;
	d->entry = -1;
	d->work.data = d;
	d->found.message = excuse(row, d->config);
	if (d->found.message)
		diagnosed(&d->work, 0);
	else
		PAWL_ASSERT(uv_queue_work(loop, &d->work, diagnose, diagnosed) == 0);
}

struct pawl_json
pawl_api_checks(struct pawl_api_call *call, const struct pawl_request_row *row,
		const struct pawl_json *document)
{
	const struct pawl_json *trigger = pawl_json_get_c(document, "trigger");
	const struct pawl_json *config = pawl_json_get_c(trigger, "config");
	struct pawl_http_header *headers =
		pawl_arena_calloc(&call->arena, HEADERS_MAX, sizeof(*headers));
	struct pawl_request_facts facts = {.headers = headers,
					   .n_headers = read_headers(row->headers, headers),
					   .now_us = row->received_at_us};
	struct pawl_json value;

	if (!config || row->trigger != PAWL_TRIGGER_WEBHOOK)
		return pawl_json_null();
	(void)pawl_ip_parse(row->ip, &facts.ip);
	value = pawl_webhook_checks(config, &facts, &call->arena);
	return pawl_api_hide_json(call, &value);
}
