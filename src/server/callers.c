#include "server/callers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/id.h"
#include "base/map.h"
#include "server/trace.h"

#define CALLER_MAGIC 0x63616c6cu
/* Of those whose clients have left, too: they go when their runs or limits end. */
#define CALLERS_MAX 50000
#define URGENT_MAX  256

enum place { PLACE_NEW, PLACE_LISTED, PLACE_TAKEN };

struct answer {
	int status;
	struct pawl_http_header *headers; /* one allocation with what they refer to */
	size_t n_headers;
	struct pawl_str content_type;
	char *body; /* NULL: the run goes on */
	size_t body_len;
};

struct pawl_caller {
	unsigned magic;
	struct pawl_callers *callers;
	struct pawl_http_ref ref;
	uint64_t run_id;
	int status;
	struct pawl_request_trace *trace; /* may be NULL */
	/* On the ref's loop. */
	struct pawl_timer timer;
	bool is_accepted, is_overdue;
	/* Under the lock. */
	enum place place;
	/* Of whoever took it. */
	struct answer answer;
	struct pawl_task answer_task, drain_task;
};

struct pawl_callers {
	pthread_mutex_t lock;
	struct pawl_map by_run;
	uint64_t urgent[URGENT_MAX];
	size_t n_urgent;
	atomic_size_t n;       /* all that exist */
	atomic_llong drain_ms; /* 0: the server does not stop */
};

static struct pawl_str
id_key(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof *id);
}

struct pawl_callers *
pawl_callers_new(void)
{
	struct pawl_callers *callers = pawl_calloc(1, sizeof *callers);

	pthread_mutex_init(&callers->lock, NULL);
	return callers;
}

void
pawl_callers_free(struct pawl_callers *callers)
{
	if (!callers)
		return;
	PAWL_ASSERT(callers->by_run.len == 0);
	pawl_map_fini(&callers->by_run);
	pthread_mutex_destroy(&callers->lock);
	free(callers);
}

/* ---- answering ------------------------------------------------------------------ */

static void
caller_free(struct pawl_caller *caller)
{
	pawl_timer_close(&caller->timer);
	atomic_fetch_sub(&caller->callers->n, 1);
	pawl_request_trace_drop(caller->trace);
	free(caller->answer.headers);
	free(caller->answer.body);
	caller->magic = 0;
	free(caller);
}

static void
answer_unfinished(struct pawl_caller *caller, const struct pawl_http_header *run)
{
	struct pawl_buf body;

	pawl_buf_init(&body, 1024);
	pawl_buf_printf(&body,
			"{\"code\":202,\"message\":\"ACCEPTED\",\"data\":{\"requestId\":\"%.*s\","
			"\"runId\":\"%.*s\",\"status\":\"RUNNING\"}}",
			PAWL_STR_ARG(run->value), PAWL_STR_ARG(run->value));
	pawl_http_respond(caller->ref,
			  &(struct pawl_http_response){.status = 202,
						       .headers = run,
						       .n_headers = 1,
						       .content_type = PAWL_STR("application/json"),
						       .body = pawl_buf_peek(&body)});
	pawl_buf_fini(&body);
}

/* On the ref's loop. */
static void
answer(struct pawl_task *task)
{
	struct pawl_caller *caller = pawl_container_of(task, struct pawl_caller, answer_task);
	const struct answer *a = &caller->answer;
	char digits[PAWL_ID_TEXT_MAX];
	struct pawl_http_header run = {PAWL_STR("Pawl-Run-Id"),
				       pawl_str(digits, pawl_id_format(caller->run_id, digits))};

	PAWL_CHECK_OBJ(caller, CALLER_MAGIC);
	pawl_request_trace_end(caller->trace, caller->run_id,
			       a->body               ? a->status
			       : caller->is_accepted ? 202
						     : 503);
	caller->trace = NULL;
	if (a->body)
		pawl_http_respond(caller->ref, &(struct pawl_http_response){
						       .status = a->status,
						       .headers = a->headers ? a->headers : &run,
						       .n_headers = a->headers ? a->n_headers : 1,
						       .content_type = a->content_type,
						       .body = pawl_str(a->body, a->body_len)});
	else if (caller->is_accepted)
		answer_unfinished(caller, &run);
	else
		pawl_http_respond_error(caller->ref, 503, "store_unavailable",
					"the request could not be written; try again");
	caller_free(caller);
}

static void
post_answer(struct pawl_caller *caller)
{
	caller->answer_task.fn = answer;
	pawl_loop_post(pawl_http_ref_loop(caller->ref), &caller->answer_task);
}

/* Under the lock; NULL when nobody waits for that run. */
static struct pawl_caller *
take_listed(struct pawl_callers *callers, uint64_t run_id)
{
	struct pawl_caller *caller = pawl_map_remove(&callers->by_run, id_key(&run_id));

	if (caller)
		caller->place = PLACE_TAKEN;
	return caller;
}

static struct pawl_caller *
take(struct pawl_callers *callers, uint64_t run_id)
{
	struct pawl_caller *caller;

	if (atomic_load_explicit(&callers->n, memory_order_relaxed) == 0)
		return NULL;
	pthread_mutex_lock(&callers->lock);
	caller = take_listed(callers, run_id);
	pthread_mutex_unlock(&callers->lock);
	return caller;
}

/* ---- from the request to the disk ------------------------------------------------- */

static void
limit_reached(struct pawl_timer *timer)
{
	struct pawl_caller *caller = pawl_container_of(timer, struct pawl_caller, timer);
	struct pawl_callers *callers = caller->callers;
	bool is_mine;

	caller->is_overdue = true;
	if (!caller->is_accepted)
		return;
	pthread_mutex_lock(&callers->lock);
	is_mine = caller->place == PLACE_LISTED;
	if (is_mine)
		take_listed(callers, caller->run_id);
	pthread_mutex_unlock(&callers->lock);
	if (is_mine)
		post_answer(caller);
}

struct pawl_caller *
pawl_caller_new(struct pawl_callers *callers, struct pawl_http_ref ref, int status,
		int64_t limit_ms)
{
	int64_t drain_ms = atomic_load(&callers->drain_ms);
	struct pawl_caller *caller;

	if (atomic_fetch_add(&callers->n, 1) >= CALLERS_MAX) {
		atomic_fetch_sub(&callers->n, 1);
		return NULL;
	}
	caller = pawl_calloc(1, sizeof *caller);
	caller->magic = CALLER_MAGIC;
	caller->callers = callers;
	caller->ref = ref;
	caller->status = status;
	pawl_timer_start(&caller->timer, pawl_http_ref_loop(ref),
			 drain_ms && drain_ms < limit_ms ? drain_ms : limit_ms, limit_reached);
	return caller;
}

void
pawl_caller_trace(struct pawl_caller *caller, struct pawl_request_trace *trace)
{
	caller->trace = trace;
}

void
pawl_caller_name(struct pawl_caller *caller, uint64_t run_id)
{
	struct pawl_callers *callers = caller->callers;

	caller->run_id = run_id;
	pthread_mutex_lock(&callers->lock);
	caller->place = PLACE_LISTED;
	pawl_map_set(&callers->by_run, id_key(&caller->run_id), caller);
	pthread_mutex_unlock(&callers->lock);
}

void
pawl_caller_discard(struct pawl_caller *caller)
{
	struct pawl_callers *callers = caller->callers;
	enum place place;

	PAWL_CHECK_OBJ(caller, CALLER_MAGIC);
	pthread_mutex_lock(&callers->lock);
	place = caller->place;
	if (place == PLACE_LISTED)
		take_listed(callers, caller->run_id);
	pthread_mutex_unlock(&callers->lock);
	/* Taken at the end of the server: its task frees it. One whose limit is about to be
	 * shortened goes by way of its tasks as well. */
	if (place == PLACE_LISTED)
		post_answer(caller);
	else if (place == PLACE_NEW)
		caller_free(caller);
}

void
pawl_callers_hurry(struct pawl_callers *callers, uint64_t run_id)
{
	pthread_mutex_lock(&callers->lock);
	if (callers->n_urgent < URGENT_MAX)
		callers->urgent[callers->n_urgent++] = run_id;
	pthread_mutex_unlock(&callers->lock);
}

void
pawl_callers_accepted(struct pawl_callers *callers, uint64_t run_id)
{
	struct pawl_caller *caller;
	bool is_overdue = false;

	pthread_mutex_lock(&callers->lock);
	caller = pawl_map_get(&callers->by_run, id_key(&run_id));
	if (caller) {
		caller->is_accepted = true;
		is_overdue = caller->is_overdue;
		if (is_overdue)
			take_listed(callers, run_id);
	}
	pthread_mutex_unlock(&callers->lock);
	if (is_overdue)
		post_answer(caller);
}

size_t
pawl_callers_count(const struct pawl_callers *callers)
{
	return atomic_load_explicit(&callers->n, memory_order_relaxed);
}

/* ---- the engine's side ---------------------------------------------------------------- */

static void
answer_text(struct pawl_caller *caller, int status, struct pawl_buf *body)
{
	struct answer *a = &caller->answer;

	a->status = status;
	a->content_type = PAWL_STR("application/json");
	a->body = pawl_buf_take(body, &a->body_len);
}

/* What went wrong stands in the run log, for those who may read it. */
static void
write_failure(struct pawl_buf *body, uint64_t run_id, const char *word)
{
	char digits[PAWL_ID_TEXT_MAX];

	pawl_id_format(run_id, digits);
	pawl_buf_printf(body,
			"{\"code\":500,\"message\":\"%s\",\"data\":{\"runId\":\"%s\",\"status\":"
			"\"%s\"}}",
			word, digits, word);
}

static const char *
failure_word(enum pawl_run_state state)
{
	switch (state) {
	case PAWL_RUN_CANCELED:
		return "CANCELED";
	case PAWL_RUN_TIMED_OUT:
		return "TIMED_OUT";
	case PAWL_RUN_QUEUED:
	case PAWL_RUN_RUNNING:
	case PAWL_RUN_WAITING:
	case PAWL_RUN_COMPLETED:
	case PAWL_RUN_FAILED:
		break;
	}
	return "FAILED";
}

void
pawl_callers_ended(struct pawl_callers *callers, const struct pawl_engine_event *event)
{
	struct pawl_caller *caller = take(callers, event->run_id);
	struct pawl_buf body;
	int status = 500;

	if (!caller)
		return;
	pawl_buf_init(&body, SIZE_MAX);
	if (event->run_state == PAWL_RUN_COMPLETED) {
		status = caller->status;
		pawl_buf_append_c(&body, "{\"code\":");
		pawl_buf_append_u64(&body, (uint64_t)status);
		pawl_buf_append_c(&body, ",\"message\":\"SUCCESS\",\"data\":{\"output\":");
		pawl_buf_append_str(&body, event->output.len ? event->output : PAWL_STR("null"));
		pawl_buf_append_c(&body, ",\"status\":\"COMPLETED\"}}");
	} else {
		write_failure(&body, event->run_id, failure_word(event->run_state));
	}
	answer_text(caller, status, &body);
	pawl_buf_fini(&body);
	post_answer(caller);
}

/* Headers, the content type and the run's id among them, with their texts behind them. */
static void
copy_headers(struct answer *out, const struct pawl_node_answer *in, uint64_t run_id)
{
	size_t n = in->n_headers + 1, size = n * sizeof(struct pawl_http_header);
	char digits[PAWL_ID_TEXT_MAX];
	char *cursor;

	for (size_t i = 0; i < in->n_headers; i++)
		size += in->headers[i].name.len + in->headers[i].value.len;
	out->headers = pawl_malloc(size + in->content_type.len + sizeof digits);
	cursor = (char *)(out->headers + n);
	for (size_t i = 0; i < in->n_headers; i++)
		out->headers[i] =
			(struct pawl_http_header){pawl_str_put(&cursor, in->headers[i].name),
						  pawl_str_put(&cursor, in->headers[i].value)};
	out->headers[in->n_headers] = (struct pawl_http_header){
		PAWL_STR("Pawl-Run-Id"),
		pawl_str_put(&cursor, pawl_str(digits, pawl_id_format(run_id, digits)))};
	out->n_headers = n;
	if (in->content_type.ptr)
		out->content_type = pawl_str_put(&cursor, in->content_type);
}

void
pawl_callers_respond(struct pawl_callers *callers, uint64_t run_id,
		     const struct pawl_node_answer *answer)
{
	struct pawl_caller *caller = take(callers, run_id);

	if (!caller)
		return;
	copy_headers(&caller->answer, answer, run_id);
	caller->answer.status = answer->status;
	caller->answer.body = pawl_memdup0(answer->body.ptr, answer->body.len);
	caller->answer.body_len = answer->body.len;
	post_answer(caller);
}

bool
pawl_callers_await(struct pawl_callers *callers, uint64_t run_id)
{
	bool is_awaited;

	if (atomic_load_explicit(&callers->n, memory_order_relaxed) == 0)
		return false;
	pthread_mutex_lock(&callers->lock);
	is_awaited = pawl_map_get(&callers->by_run, id_key(&run_id)) != NULL;
	pthread_mutex_unlock(&callers->lock);
	return is_awaited;
}

size_t
pawl_callers_take_urgent(struct pawl_callers *callers, uint64_t *ids, size_t max)
{
	size_t n;

	pthread_mutex_lock(&callers->lock);
	n = callers->n_urgent < max ? callers->n_urgent : max;
	memcpy(ids, callers->urgent, n * sizeof *ids);
	memmove(callers->urgent, callers->urgent + n, (callers->n_urgent - n) * sizeof *ids);
	callers->n_urgent -= n;
	pthread_mutex_unlock(&callers->lock);
	return n;
}

/* ---- the end ---------------------------------------------------------------------------- */

/* On the ref's loop, before the task of whoever took the caller since. */
static void
shorten(struct pawl_task *task)
{
	struct pawl_caller *caller = pawl_container_of(task, struct pawl_caller, drain_task);

	PAWL_CHECK_OBJ(caller, CALLER_MAGIC);
	pawl_timer_start(&caller->timer, pawl_http_ref_loop(caller->ref),
			 atomic_load(&caller->callers->drain_ms), limit_reached);
}

void
pawl_callers_drain(struct pawl_callers *callers, int64_t limit_ms)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	atomic_store(&callers->drain_ms, limit_ms);
	pthread_mutex_lock(&callers->lock);
	while (pawl_map_next(&callers->by_run, &cursor, &key, &value)) {
		struct pawl_caller *caller = value;

		caller->drain_task.fn = shorten;
		pawl_loop_post(pawl_http_ref_loop(caller->ref), &caller->drain_task);
	}
	pthread_mutex_unlock(&callers->lock);
}

void
pawl_callers_end(struct pawl_callers *callers)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	pthread_mutex_lock(&callers->lock);
	while (pawl_map_next(&callers->by_run, &cursor, &key, &value)) {
		struct pawl_caller *caller = value;

		caller->place = PLACE_TAKEN;
		post_answer(caller);
	}
	pawl_map_fini(&callers->by_run);
	pthread_mutex_unlock(&callers->lock);
}
