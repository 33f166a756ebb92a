#include "server/silence.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "server/own_events.h"

#define SLEEP_MAX_US INT64_C(30000000)
#define RETRY_US     INT64_C(5000000)

/* One subscription. */
struct watch {
	struct pawl_silence *silence;
	struct pawl_list item;
	struct pawl_endpoint *endpoint; /* of the one that is started */
	int64_t look_at_us;
	bool is_busy, is_gone;
	struct pawl_store_get find;  /* the workflow that is watched */
	struct pawl_store_list last; /* its last accepted request */
	struct pawl_task task;
};

struct pawl_silence {
	struct pawl_server *server;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_list watches;
};

static void look_around(struct pawl_silence *silence);

static int64_t
limit_us(const struct watch *watch)
{
	return pawl_subscription_silent_ms(watch->endpoint->subscription) * 1000;
}

static void
watch_free(struct watch *watch)
{
	pawl_list_remove(&watch->item);
	pawl_store_op_fini(&watch->find.op);
	pawl_store_op_fini(&watch->last.op);
	pawl_endpoint_unref(watch->endpoint);
	free(watch);
}

/* ---- looking ------------------------------------------------------------------------- */

/* On the store's thread. */
static void
op_done(struct pawl_store_op *op)
{
	struct watch *watch = op->ctx;

	pawl_loop_post(watch->silence->loop, &watch->task);
}

static void
submit(struct watch *watch, struct pawl_store_op *op, void (*fn)(struct pawl_task *task))
{
	watch->task.fn = fn;
	op->ctx = watch;
	if (pawl_store_submit(watch->silence->server->store, op) != PAWL_OK) {
		op->err = PAWL_EFULL;
		op_done(op);
	}
}

static void
look_again(struct watch *watch, int64_t at_us)
{
	struct pawl_silence *silence = watch->silence;

	pawl_store_op_fini(&watch->find.op);
	pawl_store_op_fini(&watch->last.op);
	watch->is_busy = false;
	watch->look_at_us = at_us;
	if (watch->is_gone)
		watch_free(watch);
	look_around(silence);
}

static void
tell(struct watch *watch, const struct pawl_workflow_row *workflow, int64_t since_us)
{
	char text[PAWL_TIME_TEXT_MAX];
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;
	struct pawl_own_note note = {.kind = PAWL_OWN_ENDPOINT_SILENT,
				     .workflow_id = workflow->id,
				     .only = watch->endpoint->workflow_id};

	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "since",
			pawl_json_string(pawl_str(text, pawl_time_format(since_us, text))));
	data = pawl_json_end(&b);
	note.data = &data;
	note.key = pawl_arena_printf(&arena, "%s:%llu:%llu:%lld", pawl_own_events[note.kind].name,
				     (unsigned long long)note.only,
				     (unsigned long long)workflow->id, (long long)since_us);
	pawl_own_event_emit(watch->silence->server, &note);
	pawl_arena_fini(&arena);
}

static void
last_read(struct pawl_task *task)
{
	struct watch *watch = pawl_container_of(task, struct watch, task);
	const struct pawl_workflow_row *workflow = watch->find.workflow;
	int64_t now_us = pawl_clock_now_us(), since_us = watch->endpoint->activated_at_us;

	if (watch->last.op.err != PAWL_OK) {
		look_again(watch, now_us + RETRY_US);
		return;
	}
	if (workflow->activated_at_us > since_us)
		since_us = workflow->activated_at_us;
	if (watch->last.n && watch->last.requests[0].received_at_us > since_us)
		since_us = watch->last.requests[0].received_at_us;
	if (since_us + limit_us(watch) > now_us) {
		look_again(watch, since_us + limit_us(watch));
		return;
	}
	if (!watch->is_gone && workflow->state == PAWL_WORKFLOW_ACTIVE &&
	    watch->endpoint->state != PAWL_WORKFLOW_INACTIVE)
		tell(watch, workflow, since_us);
	look_again(watch, now_us + limit_us(watch));
}

static void
found(struct pawl_task *task)
{
	struct watch *watch = pawl_container_of(task, struct watch, task);

	if (watch->find.op.err != PAWL_OK) { /* there is none of that name, or not now */
		look_again(watch, pawl_clock_now_us() + RETRY_US);
		return;
	}
	watch->last = (struct pawl_store_list){.limit = 1,
					       .workflow_id = watch->find.workflow->id,
					       .verdicts = 1U << PAWL_VERDICT_ACCEPTED};
	pawl_store_op_init(&watch->last.op, PAWL_STORE_REQUESTS, op_done);
	submit(watch, &watch->last.op, last_read);
}

static void
look(struct watch *watch)
{
	watch->is_busy = true;
	watch->find = (struct pawl_store_get){
		.name = pawl_subscription_about(watch->endpoint->subscription)};
	pawl_store_op_init(&watch->find.op, PAWL_STORE_WORKFLOW, op_done);
	submit(watch, &watch->find.op, found);
}

static void
timer_came(struct pawl_timer *timer)
{
	look_around(pawl_container_of(timer, struct pawl_silence, timer));
}

static void
look_around(struct pawl_silence *silence)
{
	int64_t now_us = pawl_clock_now_us(), sleep_us = INT64_MAX;

	PAWL_LIST_FOREACH(item, &silence->watches)
	{
		struct watch *watch = pawl_container_of(item, struct watch, item);

		if (watch->is_busy)
			continue;
		if (watch->look_at_us <= now_us)
			look(watch);
		else if (watch->look_at_us - now_us < sleep_us)
			sleep_us = watch->look_at_us - now_us;
	}
	if (sleep_us == INT64_MAX) {
		pawl_timer_stop(&silence->timer);
		return;
	}
	sleep_us = sleep_us < SLEEP_MAX_US ? sleep_us : SLEEP_MAX_US;
	pawl_timer_start(&silence->timer, silence->loop, (sleep_us + 999) / 1000, timer_came);
}

/* ---- life ------------------------------------------------------------------------------ */

struct pawl_silence *
pawl_silence_new(struct pawl_server *server, struct pawl_loop *loop)
{
	struct pawl_silence *silence = pawl_calloc(1, sizeof(*silence));

	silence->server = server;
	silence->loop = loop;
	pawl_list_init(&silence->watches);
	return silence;
}

static void
add(struct pawl_silence *silence, struct pawl_endpoint *endpoint)
{
	struct watch *watch = pawl_calloc(1, sizeof(*watch));

	watch->silence = silence;
	watch->endpoint = endpoint;
	pawl_list_append(&silence->watches, &watch->item);
}

void
pawl_silence_refresh(struct pawl_silence *silence)
{
	struct pawl_endpoint **endpoints;
	struct pawl_arena arena;
	size_t n;

	pawl_arena_init(&arena, 0);
	endpoints = pawl_directory_subscribed(
		silence->server->directory,
		pawl_str_c(pawl_own_events[PAWL_OWN_ENDPOINT_SILENT].name), &arena, &n);
	PAWL_LIST_FOREACH_SAFE(item, &silence->watches)
	{
		struct watch *watch = pawl_container_of(item, struct watch, item);

		watch->is_gone = true;
		if (!watch->is_busy)
			watch_free(watch);
	}
	for (size_t i = 0; i < n; i++) {
		if (pawl_subscription_silent_ms(endpoints[i]->subscription))
			add(silence, endpoints[i]);
		else
			pawl_endpoint_unref(endpoints[i]);
	}
	pawl_arena_fini(&arena);
	look_around(silence);
}

void
pawl_silence_free(struct pawl_silence *silence)
{
	if (!silence)
		return;
	PAWL_LIST_FOREACH_SAFE(item, &silence->watches)
	{
		watch_free(pawl_container_of(item, struct watch, item));
	}
	pawl_timer_close(&silence->timer);
	free(silence);
}
