#include "http_client_testing.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"

int
setup(void **state)
{
	struct fixture *f = pawl_calloc(1, sizeof(*f));

	assert_int_equal(pawl_cidr_list_add(&f->egress.allow, PAWL_STR("127.0.0.0/8")), PAWL_OK);
	f->loop = pawl_loop_new("test");
	f->client = pawl_http_client_new(f->loop, &f->egress);
	f->peer = peer_start();
	*state = f;
	return 0;
}

int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_http_client_free(f->client);
	pawl_timer_close(&f->guard);
	pawl_loop_free(f->loop);
	peer_stop(f->peer);
	pawl_egress_fini(&f->egress);
	free(f);
	return 0;
}

const char *
at_host(struct fixture *f, const char *host, const char *path)
{
	static char urls[8][1024];
	static unsigned next;
	char *url = urls[next++ % LEN(urls)];

	snprintf(url, sizeof(urls[0]), "http://%s:%u%s", host, peer_port(f->peer), path);
	return url;
}

const char *
at_peer(struct fixture *f, const char *path)
{
	return at_host(f, "127.0.0.1", path);
}

static void
on_done(void *ctx, const struct pawl_http_call_result *result)
{
	struct outcome *out = ctx;
	size_t used = 0;

	out->n_done++;
	out->error = result->error;
	out->status = result->status;
	out->elapsed_us = result->elapsed_us;
	out->body = pawl_memdup0(result->body.ptr ? result->body.ptr : "", result->body.len);
	out->len = result->body.len;
	out->n_headers = result->n_headers;
	for (size_t i = 0; i < result->n_headers && used < sizeof(out->headers); i++)
		used += (size_t)snprintf(out->headers + used, sizeof(out->headers) - used,
					 "%.*s: %.*s\n", PAWL_STR_ARG(result->headers[i].name),
					 PAWL_STR_ARG(result->headers[i].value));
	snprintf(out->message, sizeof(out->message), "%s", result->message);
	if (--out->f->n_pending == 0)
		uv_stop(pawl_loop_uv(out->f->loop));
}

struct pawl_http_call *
send_call(struct fixture *f, const struct pawl_http_call_config *config, struct outcome *out)
{
	struct pawl_http_call *call;

	*out = (struct outcome){.f = f};
	f->n_pending++;
	call = pawl_http_client_send(f->client, config, on_done, out);
	/* Never inside the call that started it. */
	assert_int_equal(out->n_done, 0);
	return call;
}

static void
on_guard(struct pawl_timer *timer)
{
	uv_stop(pawl_loop_uv(timer->loop));
}

void
run_for(struct fixture *f, int64_t ms)
{
	pawl_timer_start(&f->guard, f->loop, ms, on_guard);
	uv_run(pawl_loop_uv(f->loop), UV_RUN_DEFAULT);
	pawl_timer_stop(&f->guard);
}

void
run_pending(struct fixture *f)
{
	if (f->n_pending > 0)
		run_for(f, 20000);
	assert_int_equal(f->n_pending, 0);
}

void
call(struct fixture *f, const struct pawl_http_call_config *config, struct outcome *out)
{
	send_call(f, config, out);
	run_pending(f);
	assert_int_equal(out->n_done, 1);
}

void
get(struct fixture *f, const char *url, struct outcome *out)
{
	struct pawl_http_call_config config = {.method = PAWL_STR("GET"), .url = pawl_str_c(url)};

	call(f, &config, out);
}

void
outcome_fini(struct outcome *out)
{
	free(out->body);
	out->body = NULL;
}

void
assert_error(const struct outcome *out, enum pawl_http_call_error error, const char *mentions)
{
	if (out->error != error || strstr(out->message, mentions) == NULL)
		fail_msg("%s: \"%s\"; expected %s and \"%s\"",
			 pawl_http_call_error_name(out->error), out->message,
			 pawl_http_call_error_name(error), mentions);
}

void
assert_status(const struct outcome *out, int status)
{
	assert_error(out, PAWL_HTTP_CALL_OK, "");
	assert_string_equal(out->message, "");
	assert_int_equal(out->status, status);
}

void
assert_body(const struct outcome *out, const char *body)
{
	assert_string_equal(out->body, body);
	assert_int_equal(out->len, strlen(body));
}

bool
body_has(const struct outcome *out, const char *text)
{
	return strstr(out->body, text) != NULL;
}
