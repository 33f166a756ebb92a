#include "server/store_watch.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "server/own_events.h"

/* So long all has to go well until a trouble is over. */
#define SETTLE_MS 3000

struct pawl_store_watch {
	struct pawl_server *server;
	struct pawl_task task;
	pthread_mutex_t lock;   /* guards what stands below it */
	struct pawl_loop *loop; /* NULL: does not run yet */
	bool is_posted;
	enum pawl_err told; /* PAWL_OK: no failure since it was looked at last */
	/* The loop's own: */
	struct pawl_timer timer;
	bool is_trouble;
	int64_t since_us;
};

static void looked_for(struct pawl_task *task);

/* Under the lock. */
static void
post(struct pawl_store_watch *watch)
{
	if (!watch->loop || watch->is_posted)
		return;
	watch->is_posted = true;
	watch->task.fn = looked_for;
	pawl_loop_post(watch->loop, &watch->task);
}

void
pawl_store_watch_told(struct pawl_store_watch *watch, enum pawl_err err)
{
	pthread_mutex_lock(&watch->lock);
	if (err != PAWL_OK)
		watch->told = err;
	post(watch);
	pthread_mutex_unlock(&watch->lock);
}

static struct pawl_json
time_json(struct pawl_arena *arena, int64_t at_us)
{
	char text[PAWL_TIME_TEXT_MAX];

	return pawl_json_string_dup(arena, pawl_str(text, pawl_time_format(at_us, text)));
}

static void
tell_failing(struct pawl_store_watch *watch, enum pawl_err err)
{
	struct pawl_own_note note = {.kind = PAWL_OWN_STORE_FAILING, .at_us = watch->since_us};
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;

	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "kind", pawl_json_string_c(err == PAWL_EFULL ? "full" : "io"));
	pawl_json_set_c(&b, "since", time_json(&arena, watch->since_us));
	data = pawl_json_end(&b);
	note.data = &data;
	pawl_own_event_emit(watch->server, &note);
	pawl_arena_fini(&arena);
}

static void
tell_recovered(struct pawl_store_watch *watch)
{
	struct pawl_own_note note = {.kind = PAWL_OWN_STORE_RECOVERED};
	int64_t lasted_us = pawl_clock_now_us() - watch->since_us;
	struct pawl_json_builder b;
	struct pawl_arena arena;
	struct pawl_json data;

	pawl_arena_init(&arena, 0);
	pawl_json_object_begin(&b, &arena);
	pawl_json_set_c(&b, "since", time_json(&arena, watch->since_us));
	pawl_json_set_c(&b, "lasted_ms", pawl_json_int(&arena, lasted_us / 1000));
	data = pawl_json_end(&b);
	note.data = &data;
	pawl_own_event_emit(watch->server, &note);
	pawl_arena_fini(&arena);
}

static void
settled(struct pawl_timer *timer)
{
	struct pawl_store_watch *watch = pawl_container_of(timer, struct pawl_store_watch, timer);

	watch->is_trouble = false;
	tell_recovered(watch);
}

static bool
wants_any(const struct pawl_server *server)
{
	return pawl_directory_wants(server->directory, PAWL_OWN_STORE_FAILING) ||
	       pawl_directory_wants(server->directory, PAWL_OWN_STORE_RECOVERED);
}

static void
looked_for(struct pawl_task *task)
{
	struct pawl_store_watch *watch = pawl_container_of(task, struct pawl_store_watch, task);
	struct pawl_store_stats stats;
	enum pawl_err told;

	pthread_mutex_lock(&watch->lock);
	watch->is_posted = false;
	told = watch->told;
	watch->told = PAWL_OK;
	pthread_mutex_unlock(&watch->lock);
	if (told != PAWL_OK && !watch->is_trouble && wants_any(watch->server)) {
		watch->is_trouble = true;
		watch->since_us = pawl_clock_now_us();
		tell_failing(watch, told);
	}
	pawl_store_stats(watch->server->store, &stats);
	if (stats.failing) {
		pawl_timer_stop(&watch->timer);
		return;
	}
	pawl_emitter_retry(watch->server);
	if (watch->is_trouble)
		pawl_timer_start(&watch->timer, watch->loop, SETTLE_MS, settled);
}

/* ---- life ------------------------------------------------------------------------------ */

struct pawl_store_watch *
pawl_store_watch_new(struct pawl_server *server)
{
	struct pawl_store_watch *watch = pawl_calloc(1, sizeof(*watch));

	watch->server = server;
	pthread_mutex_init(&watch->lock, NULL);
	return watch;
}

void
pawl_store_watch_start(struct pawl_store_watch *watch, struct pawl_loop *loop)
{
	pthread_mutex_lock(&watch->lock);
	watch->loop = loop;
	post(watch);
	pthread_mutex_unlock(&watch->lock);
}

void
pawl_store_watch_free(struct pawl_store_watch *watch)
{
	if (!watch)
		return;
	pawl_timer_close(&watch->timer);
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}
