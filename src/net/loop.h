/* One event loop, one thread.
 *
 * A libuv loop with a mailbox: other threads post tasks, which run on the loop's own
 * thread in the order in which they were posted. One wake-up covers all that is posted
 * before the loop comes around. Everything but pawl_loop_post belongs to the loop's
 * thread. The loop never blocks. */
#ifndef PAWL_NET_LOOP_H
#define PAWL_NET_LOOP_H

#include <stdbool.h>
#include <uv.h>

#include "base/err.h"
#include "base/list.h"

struct pawl_loop;

/* Embedded in whatever is handed over; fn runs once on the loop's thread. */
struct pawl_task {
	struct pawl_task *next;
	void (*fn)(struct pawl_task *task);
};

struct pawl_loop *pawl_loop_new(const char *thread_name);
/* After the thread has been joined. Tasks that were never run are dropped. */
void pawl_loop_free(struct pawl_loop *loop);
/* Starts the thread. */
PAWL_MUST_USE enum pawl_err pawl_loop_start(struct pawl_loop *loop);
/* Asks the loop to end when it comes around, from any thread; then joins it. */
void pawl_loop_stop_and_join(struct pawl_loop *loop);
/* Any thread. The task must stay valid until fn runs. */
void pawl_loop_post(struct pawl_loop *loop, struct pawl_task *task);
uv_loop_t *pawl_loop_uv(struct pawl_loop *loop);
bool pawl_loop_is_current(const struct pawl_loop *loop);

/* A one-shot timer on the loop's thread. Zero it before the first use. */
struct pawl_timer {
	uv_timer_t *handle;
	void (*fn)(struct pawl_timer *timer);
	struct pawl_loop *loop;
};

/* Starts or restarts it; fn runs once, never inside this call. */
void pawl_timer_start(struct pawl_timer *timer, struct pawl_loop *loop, int64_t delay_ms,
		      void (*fn)(struct pawl_timer *timer));
void pawl_timer_stop(struct pawl_timer *timer);
/* Stops it and gives its handle back; the struct may be freed at once. */
void pawl_timer_close(struct pawl_timer *timer);

#endif
