#include "net/otlp.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "net/http_client.h"

#define QUEUE_SPANS   8192
#define QUEUE_BYTES   (16u << 20)
#define SPAN_BYTES    (16u << 10)
#define BATCH_SPANS   512
#define LINGER_MS     500
#define TRIES         4
#define RETRY_MS      1000 /* doubled each time */
#define CALL_MS       10000
#define ANSWER_BYTES  (64u << 10)
#define HEADERS_MAX   32
#define LOG_EVERY_US  10000000
#define URL_BYTES_MAX 4096

struct item {
	struct item *next;
	size_t len;
	char text[];
};

struct pawl_otlp {
	struct pawl_loop *loop;
	struct pawl_egress egress; /* whatever the operator names */
	struct pawl_http_client *client;
	struct pawl_arena arena; /* URL, headers, and the beginning of each batch */
	struct pawl_str url, preamble;
	struct pawl_http_header headers[HEADERS_MAX];
	size_t n_headers;
	atomic_uint_fast64_t exported, dropped;

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t idle;
	struct item *first, *last;
	size_t n_items, n_bytes;
	bool is_awake; /* the task is posted, the timer runs, or a batch is under way */
	bool is_closing;

	/* On the loop. */
	struct pawl_task wake_task, hurry_task;
	struct pawl_timer timer;
	struct pawl_buf batch; /* being sent */
	size_t n_batch;
	unsigned tries;
	int64_t logged_at_us;
};

/* ---- a span as text --------------------------------------------------------------- */

static void
put_hex(struct pawl_buf *out, const unsigned char *bytes, size_t n)
{
	char hex[32];

	pawl_hex_encode(bytes, n, hex);
	pawl_buf_append(out, hex, 2 * n);
}

static void
put_span_id(struct pawl_buf *out, uint64_t id)
{
	pawl_buf_printf(out, "\"%016llx\"", (unsigned long long)id);
}

static void
put_attribute(struct pawl_buf *out, const struct pawl_span_attribute *a)
{
	pawl_buf_append_c(out, "{\"key\":");
	pawl_buf_append_json_string(out, pawl_str_c(a->name));
	if (a->text.ptr) {
		pawl_buf_append_c(out, ",\"value\":{\"stringValue\":");
		pawl_buf_append_json_string(out, a->text);
		pawl_buf_append_c(out, "}}");
	} else {
		pawl_buf_printf(out, ",\"value\":{\"intValue\":\"%lld\"}}", (long long)a->number);
	}
}

static void
put_span(struct pawl_buf *out, const struct pawl_span *span)
{
	pawl_buf_append_c(out, "{\"traceId\":\"");
	put_hex(out, span->trace_id, 16);
	pawl_buf_append_c(out, "\",\"spanId\":");
	put_span_id(out, span->id);
	if (span->parent) {
		pawl_buf_append_c(out, ",\"parentSpanId\":");
		put_span_id(out, span->parent);
	}
	if (span->state.len) {
		pawl_buf_append_c(out, ",\"traceState\":");
		pawl_buf_append_json_string(out, span->state);
	}
	pawl_buf_append_c(out, ",\"name\":");
	pawl_buf_append_json_string(out, span->name);
	pawl_buf_printf(out,
			",\"kind\":%d,\"startTimeUnixNano\":\"%lld000\",\"endTimeUnixNano\":\"%lld"
			"000\",\"attributes\":[",
			(int)span->kind, (long long)span->start_us,
			(long long)(span->end_us > span->start_us ? span->end_us : span->start_us));
	for (size_t i = 0; i < span->n_attributes; i++) {
		if (i)
			pawl_buf_append_char(out, ',');
		put_attribute(out, &span->attributes[i]);
	}
	pawl_buf_append_c(out, span->is_error ? "],\"status\":{\"code\":2}}" : "],\"status\":{}}");
}

/* ---- the queue ---------------------------------------------------------------------- */

/* Under the lock; false: there is no room. */
static bool
enqueue(struct pawl_otlp *otlp, struct item *item)
{
	if (otlp->n_items >= QUEUE_SPANS || otlp->n_bytes + item->len > QUEUE_BYTES ||
	    otlp->is_closing)
		return false;
	if (otlp->last)
		otlp->last->next = item;
	else
		otlp->first = item;
	otlp->last = item;
	otlp->n_items++;
	otlp->n_bytes += item->len;
	if (!otlp->is_awake) {
		otlp->is_awake = true;
		pawl_loop_post(otlp->loop, &otlp->wake_task);
	}
	return true;
}

void
pawl_otlp_record(struct pawl_otlp *otlp, const struct pawl_span *span)
{
	struct pawl_buf text;
	struct item *item;
	bool is_kept;

	pawl_buf_init(&text, SPAN_BYTES);
	put_span(&text, span);
	if (pawl_buf_status(&text) != PAWL_OK) {
		atomic_fetch_add(&otlp->dropped, 1);
		pawl_buf_fini(&text);
		return;
	}
	item = pawl_malloc(sizeof *item + text.len);
	item->next = NULL;
	item->len = text.len;
	memcpy(item->text, text.data, text.len);
	pawl_buf_fini(&text);
	pthread_mutex_lock(&otlp->lock);
	is_kept = enqueue(otlp, item);
	pthread_mutex_unlock(&otlp->lock);
	if (is_kept)
		return;
	atomic_fetch_add(&otlp->dropped, 1);
	free(item);
}

/* Moves up to a batch's worth out of the queue; what follows may come meanwhile. */
static void
gather(struct pawl_otlp *otlp)
{
	struct item *item;

	pawl_buf_reset(&otlp->batch);
	pawl_buf_append_str(&otlp->batch, otlp->preamble);
	otlp->n_batch = 0;
	pthread_mutex_lock(&otlp->lock);
	while (otlp->n_batch < BATCH_SPANS && (item = otlp->first)) {
		otlp->first = item->next;
		if (!otlp->first)
			otlp->last = NULL;
		otlp->n_items--;
		otlp->n_bytes -= item->len;
		if (otlp->n_batch++)
			pawl_buf_append_char(&otlp->batch, ',');
		pawl_buf_append(&otlp->batch, item->text, item->len);
		free(item);
	}
	if (!otlp->n_batch) {
		otlp->is_awake = false;
		pthread_cond_broadcast(&otlp->idle);
	}
	pthread_mutex_unlock(&otlp->lock);
	pawl_buf_append_c(&otlp->batch, "]}]}]}");
}

/* ---- sending --------------------------------------------------------------------------- */

static void send_batch(struct pawl_otlp *otlp);

static void
try_again(struct pawl_timer *timer)
{
	send_batch(pawl_container_of(timer, struct pawl_otlp, timer));
}

static void
next_batch(struct pawl_timer *timer)
{
	struct pawl_otlp *otlp = pawl_container_of(timer, struct pawl_otlp, timer);

	gather(otlp);
	otlp->tries = 0;
	if (otlp->n_batch)
		send_batch(otlp);
}

static void
log_failure(struct pawl_otlp *otlp, const struct pawl_http_call_result *result)
{
	int64_t now_us = pawl_clock_mono_us();

	if (otlp->logged_at_us && now_us - otlp->logged_at_us < LOG_EVERY_US)
		return;
	otlp->logged_at_us = now_us;
	pawl_log(PAWL_LOG_WARN, "trace_export_failed", PAWL_F_INT("status", result->status),
		 PAWL_F_C("message", result->message),
		 PAWL_F_INT("dropped", atomic_load(&otlp->dropped)));
}

/* OTLP/HTTP, "Failures": these and connections that break are worth another try. */
static bool
is_retryable(const struct pawl_http_call_result *result)
{
	return result->error != PAWL_HTTP_CALL_OK || result->status == 429 ||
	       (result->status >= 502 && result->status <= 504);
}

/* OTLP/HTTP, "Partial Success": {"partialSuccess":{"rejectedSpans":"2",...}}, the number with
 * quotes or without. They are not worth another try. */
static uint64_t
rejected_spans(struct pawl_str body)
{
	size_t at = pawl_str_find(body, PAWL_STR("\"rejectedSpans\":"));
	struct pawl_str rest;
	uint64_t n = 0;

	if (at == SIZE_MAX)
		return 0;
	rest = pawl_str_trim(pawl_str_sub(body, at + sizeof("\"rejectedSpans\":") - 1, body.len));
	if (pawl_str_starts_with(rest, PAWL_STR("\"")))
		rest = pawl_str_sub(rest, 1, rest.len);
	for (size_t i = 0; i < rest.len && i < 9 && rest.ptr[i] >= '0' && rest.ptr[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(rest.ptr[i] - '0');
	return n;
}

static void
taken(struct pawl_otlp *otlp, const struct pawl_http_call_result *result)
{
	uint64_t rejected = rejected_spans(result->body);

	if (rejected > otlp->n_batch)
		rejected = otlp->n_batch;
	atomic_fetch_add(&otlp->exported, otlp->n_batch - rejected);
	atomic_fetch_add(&otlp->dropped, rejected);
	if (rejected)
		log_failure(otlp, result);
}

static void
sent(void *ctx, const struct pawl_http_call_result *result)
{
	struct pawl_otlp *otlp = ctx;

	if (result->error == PAWL_HTTP_CALL_OK && result->status >= 200 && result->status <= 299) {
		taken(otlp, result);
	} else if (is_retryable(result) && ++otlp->tries < TRIES) {
		pawl_timer_start(&otlp->timer, otlp->loop, RETRY_MS << (otlp->tries - 1),
				 try_again);
		return;
	} else {
		atomic_fetch_add(&otlp->dropped, otlp->n_batch);
		log_failure(otlp, result);
	}
	pawl_timer_start(&otlp->timer, otlp->loop, 0, next_batch);
}

static void
send_batch(struct pawl_otlp *otlp)
{
	const struct pawl_http_call_config config = {.method = PAWL_STR("POST"),
						     .url = otlp->url,
						     .headers = otlp->headers,
						     .n_headers = otlp->n_headers,
						     .body = pawl_buf_peek(&otlp->batch),
						     .timeout_ms = CALL_MS,
						     .max_response_bytes = ANSWER_BYTES};

	pawl_http_client_send(otlp->client, &config, sent, otlp);
}

/* The first span of a while: others will follow it. */
static void
wake(struct pawl_task *task)
{
	struct pawl_otlp *otlp = pawl_container_of(task, struct pawl_otlp, wake_task);

	pawl_timer_start(&otlp->timer, otlp->loop, LINGER_MS, next_batch);
}

/* ---- life -------------------------------------------------------------------------------- */

static void
add_header(struct pawl_otlp *otlp, struct pawl_str name, struct pawl_str value)
{
	otlp->headers[otlp->n_headers++] = (struct pawl_http_header){
		pawl_arena_dup(&otlp->arena, name), pawl_arena_dup(&otlp->arena, value)};
}

static struct pawl_str
percent_decoded(struct pawl_arena *arena, struct pawl_str text)
{
	char *out = pawl_arena_alloc(arena, text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte;

		if (text.ptr[i] == '%' && i + 2 < text.len &&
		    pawl_hex_decode(pawl_str_sub(text, i + 1, i + 3), &byte)) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = text.ptr[i];
		}
	}
	return pawl_str(out, n);
}

static enum pawl_err
read_headers(struct pawl_otlp *otlp, const char *text, struct pawl_problems *problems)
{
	struct pawl_str rest = pawl_str_c(text), pair, name;

	add_header(otlp, PAWL_STR("Content-Type"), PAWL_STR("application/json"));
	while (text && pawl_str_split(&rest, ',', &pair)) {
		pair = pawl_str_trim(pair);
		if (!pair.len)
			continue;
		if (!pawl_str_split(&pair, '=', &name) || !pair.ptr || !name.len ||
		    otlp->n_headers == HEADERS_MAX) {
			/* The text may hold a key: it is not repeated. */
			pawl_problems_add(problems, "--otlp-headers",
					  "must be name=value, at most %d of them, with commas "
					  "between",
					  HEADERS_MAX - 1);
			return PAWL_EINVAL;
		}
		add_header(otlp, pawl_str_trim(name),
			   percent_decoded(&otlp->arena, pawl_str_trim(pair)));
	}
	return PAWL_OK;
}

static enum pawl_err
read_endpoint(struct pawl_otlp *otlp, const char *endpoint, struct pawl_problems *problems)
{
	struct pawl_str url = pawl_str_c(endpoint);

	while (pawl_str_ends_with(url, PAWL_STR("/")))
		url.len--;
	if (url.len > URL_BYTES_MAX || (!pawl_str_starts_with(url, PAWL_STR("http://")) &&
					!pawl_str_starts_with(url, PAWL_STR("https://")))) {
		pawl_problems_add(problems, "--otlp-endpoint",
				  "\"%s\" is no http:// or https:// URL", endpoint);
		return PAWL_EINVAL;
	}
	otlp->url = pawl_arena_printf(&otlp->arena, "%.*s/v1/traces", PAWL_STR_ARG(url));
	return PAWL_OK;
}

static void
write_preamble(struct pawl_otlp *otlp, const struct pawl_otlp_config *config)
{
	const struct pawl_span_attribute service[] = {
		{"service.name", pawl_str_c(config->service_name), 0},
		{"service.version", pawl_str_c(config->service_version), 0}};
	struct pawl_buf text;

	pawl_buf_init(&text, 64u << 10);
	pawl_buf_append_c(&text, "{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
	put_attribute(&text, &service[0]);
	pawl_buf_append_char(&text, ',');
	put_attribute(&text, &service[1]);
	pawl_buf_append_c(&text, "]},\"scopeSpans\":[{\"scope\":{\"name\":\"pawl\"},\"spans\":[");
	otlp->preamble = pawl_arena_dup(&otlp->arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
}

enum pawl_err
pawl_otlp_open(const struct pawl_otlp_config *config, struct pawl_otlp **out,
	       struct pawl_problems *problems)
{
	struct pawl_otlp *otlp = pawl_calloc(1, sizeof *otlp);
	enum pawl_err err;

	pawl_arena_init(&otlp->arena, 0);
	pawl_buf_init(&otlp->batch, SIZE_MAX);
	pthread_mutex_init(&otlp->lock, NULL);
	pthread_cond_init(&otlp->idle, NULL);
	otlp->wake_task.fn = wake;
	(void)!pawl_cidr_list_add(&otlp->egress.allow, PAWL_STR("0.0.0.0/0"));
	(void)!pawl_cidr_list_add(&otlp->egress.allow, PAWL_STR("::/0"));
	write_preamble(otlp, config);
	otlp->loop = pawl_loop_new("pawl-otlp");
	otlp->client = pawl_http_client_new(otlp->loop, &otlp->egress);
	err = read_endpoint(otlp, config->endpoint, problems);
	if (err == PAWL_OK)
		err = read_headers(otlp, config->headers, problems);
	if (err == PAWL_OK && (err = pawl_loop_start(otlp->loop)) != PAWL_OK)
		pawl_problems_add(problems, "--otlp-endpoint", "no thread can be started");
	if (err != PAWL_OK) {
		pawl_otlp_close(otlp, 0);
		return err;
	}
	*out = otlp;
	return PAWL_OK;
}

/* What waits goes out at once. */
static void
hurry(struct pawl_task *task)
{
	struct pawl_otlp *otlp = pawl_container_of(task, struct pawl_otlp, hurry_task);

	/* No batch is under way: the queue lingers. */
	if (!otlp->n_batch)
		pawl_timer_start(&otlp->timer, otlp->loop, 0, next_batch);
}

static void
wait_until_idle(struct pawl_otlp *otlp, int64_t grace_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += grace_ms / 1000;
	until.tv_nsec += grace_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (otlp->is_awake && pthread_cond_timedwait(&otlp->idle, &otlp->lock, &until) == 0)
		;
}

void
pawl_otlp_close(struct pawl_otlp *otlp, int64_t grace_ms)
{
	struct item *item;

	if (!otlp)
		return;
	pthread_mutex_lock(&otlp->lock);
	if (otlp->is_awake && grace_ms) {
		otlp->hurry_task.fn = hurry;
		pawl_loop_post(otlp->loop, &otlp->hurry_task);
		wait_until_idle(otlp, grace_ms);
	}
	otlp->is_closing = true;
	pthread_mutex_unlock(&otlp->lock);
	pawl_loop_stop_and_join(otlp->loop);
	pawl_timer_close(&otlp->timer);
	pawl_http_client_free(otlp->client);
	pawl_loop_free(otlp->loop);
	while ((item = otlp->first)) {
		otlp->first = item->next;
		free(item);
	}
	pawl_buf_fini(&otlp->batch);
	pawl_egress_fini(&otlp->egress);
	pthread_cond_destroy(&otlp->idle);
	pthread_mutex_destroy(&otlp->lock);
	pawl_arena_fini(&otlp->arena);
	free(otlp);
}

void
pawl_otlp_stats(const struct pawl_otlp *otlp, struct pawl_otlp_stats *out)
{
	*out = (struct pawl_otlp_stats){.exported = atomic_load(&otlp->exported),
					.dropped = atomic_load(&otlp->dropped)};
}
