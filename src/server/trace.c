#include "server/trace.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/id.h"

#define ATTRIBUTES_MAX 12

struct pawl_request_trace {
	struct pawl_server *server;
	struct pawl_arena arena;
	struct pawl_trace trace; /* parent 0: begins with the request's id */
	struct pawl_str method, ip, agent, verdict, reason;
	const char *route;
	uint64_t workflow_id;
	int64_t start_us;
};

/* The value of the first header of that name. */
static struct pawl_str
find_header(struct pawl_str lines, const char *name)
{
	struct pawl_str line, key;

	while (pawl_str_split(&lines, '\n', &line))
		if (pawl_str_split(&line, ':', &key) && pawl_str_eq_nocase(key, pawl_str_c(name)))
			return pawl_str_trim(line);
	return pawl_str(NULL, 0);
}

struct pawl_request_trace *
pawl_request_trace_new(struct pawl_server *server, const struct pawl_request_row *row)
{
	struct pawl_request_trace *t;
	struct pawl_str agent, reason;
	struct pawl_trace trace;

	if (!server->tracer)
		return NULL;
	pawl_trace_of_request(row->headers, server->trace_seed, row->id, &trace);
	if (!trace.is_sampled)
		return NULL;
	t = pawl_calloc(1, sizeof *t);
	pawl_arena_init(&t->arena, 0);
	agent = find_header(row->headers, "user-agent");
	reason = pawl_str_sub(row->reason, 0, pawl_str_find_char(row->reason, ':'));
	t->server = server;
	t->trace = trace;
	t->trace.state = pawl_arena_dup(&t->arena, trace.state);
	t->method = pawl_arena_dup(&t->arena, row->method);
	t->ip = pawl_arena_dup(&t->arena, row->ip);
	t->agent = pawl_arena_dup(&t->arena, pawl_str_sub(agent, 0, 256));
	t->verdict = pawl_str_c(pawl_verdict_name(row->verdict));
	t->reason = pawl_arena_dup(&t->arena, reason);
	/* The token in the path lets its holder in: the route is shown in its place. */
	t->route = row->trigger == PAWL_TRIGGER_SERVICE ? "/service/{token}" : "/hook/{token}";
	t->workflow_id = row->workflow_id;
	t->start_us = row->received_at_us;
	return t;
}

void
pawl_request_trace_drop(struct pawl_request_trace *t)
{
	if (!t)
		return;
	pawl_arena_fini(&t->arena);
	free(t);
}

struct attributes {
	struct pawl_span_attribute items[ATTRIBUTES_MAX];
	size_t n;
};

static void
add(struct attributes *a, const char *name, struct pawl_str text)
{
	if (text.len)
		a->items[a->n++] = (struct pawl_span_attribute){name, text, 0};
}

static void
add_id(struct attributes *a, const char *name, uint64_t id, char digits[PAWL_ID_TEXT_MAX])
{
	if (id)
		add(a, name, pawl_str(digits, pawl_id_format(id, digits)));
}

/* OpenTelemetry's conventions for HTTP servers. */
static void
describe(const struct pawl_request_trace *t, int status, struct attributes *a)
{
	add(a, "http.request.method", t->method);
	add(a, "http.route", pawl_str_c(t->route));
	add(a, "client.address", t->ip);
	add(a, "user_agent.original", t->agent);
	add(a, "pawl.verdict", t->verdict);
	add(a, "error.type", t->reason);
	a->items[a->n++] = (struct pawl_span_attribute){"http.response.status_code",
							pawl_str(NULL, 0), status};
}

void
pawl_request_trace_end(struct pawl_request_trace *t, uint64_t request_id, int status)
{
	char request[PAWL_ID_TEXT_MAX], workflow[PAWL_ID_TEXT_MAX];
	struct attributes attributes = {.n = 0};

	if (!t)
		return;
	if (!t->trace.parent)
		pawl_trace_begin(t->server->trace_seed, request_id, &t->trace);
	describe(t, status, &attributes);
	add_id(&attributes, "pawl.request.id", request_id, request);
	add_id(&attributes, "pawl.workflow.id", t->workflow_id, workflow);
	pawl_otlp_record(
		t->server->tracer,
		&(struct pawl_span){
			.trace_id = t->trace.id,
			.id = pawl_span_id(t->server->trace_seed, request_id, PAWL_SPAN_REQUEST, 0),
			.parent = t->trace.parent,
			.kind = PAWL_SPAN_SERVER,
			.name = pawl_arena_printf(&t->arena, "%.*s %s", PAWL_STR_ARG(t->method),
						  t->route),
			.state = t->trace.state,
			.start_us = t->start_us,
			.end_us = pawl_clock_now_us(),
			.attributes = attributes.items,
			.n_attributes = attributes.n,
			.is_error = status >= 500});
	pawl_request_trace_drop(t);
}

enum pawl_err
pawl_trace_open(struct pawl_server *server, struct pawl_problems *problems)
{
	const struct pawl_otlp_config config = {.endpoint = server->config.otlp_endpoint,
						.headers = server->config.otlp_headers,
						.service_name = server->config.service_name,
						.service_version = PAWL_VERSION};

	if (!config.endpoint)
		return PAWL_OK;
	memcpy(&server->trace_seed, server->key, sizeof server->trace_seed);
	return pawl_otlp_open(&config, &server->tracer, problems);
}
