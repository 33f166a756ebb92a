#include <stdlib.h>

#include "base/alloc.h"
#include "net/loop.h"

static void
on_timer(uv_timer_t *handle)
{
	struct pawl_timer *timer = handle->data;

	timer->fn(timer);
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

void
pawl_timer_start(struct pawl_timer *timer, struct pawl_loop *loop, int64_t delay_ms,
		 void (*fn)(struct pawl_timer *timer))
{
	if (!timer->handle) {
		timer->handle = pawl_malloc(sizeof(*timer->handle));
		uv_timer_init(pawl_loop_uv(loop), timer->handle);
		timer->handle->data = timer;
		timer->loop = loop;
	}
	timer->fn = fn;
	/* The loop's idea of now dates from before the callbacks of this turn. */
	uv_update_time(pawl_loop_uv(loop));
	uv_timer_start(timer->handle, on_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

void
pawl_timer_stop(struct pawl_timer *timer)
{
	if (timer->handle)
		uv_timer_stop(timer->handle);
}

void
pawl_timer_close(struct pawl_timer *timer)
{
	if (!timer->handle)
		return;
	uv_close((uv_handle_t *)timer->handle, free_handle);
	timer->handle = NULL;
}
