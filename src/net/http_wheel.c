/* Deadlines on one coarse timer per worker.
 *
 * Setting a later deadline is a plain store: the wheel finds out when it comes by and puts
 * the connection further on. A request that comes in one piece never moves in the wheel. */
#include "net/http_conn.h"

static void
insert(struct pawl_http_conn *conn)
{
	struct pawl_http_worker *w = conn->worker;
	int64_t last = w->wheel_now + PAWL_HTTP_WHEEL_SLOTS - 1;
	int64_t tick = conn->deadline_ms / PAWL_HTTP_WHEEL_TICK_MS + 1;

	if (tick <= w->wheel_now)
		tick = w->wheel_now + 1;
	conn->wheel_tick = tick < last ? tick : last;
	pawl_list_remove(&conn->wheel);
	pawl_list_append(&w->wheel[conn->wheel_tick % PAWL_HTTP_WHEEL_SLOTS], &conn->wheel);
}

void
pawl_http_wheel_set(struct pawl_http_conn *conn, int64_t at_ms)
{
	conn->deadline_ms = at_ms;
	if (pawl_list_is_empty(&conn->wheel) ||
	    at_ms / PAWL_HTTP_WHEEL_TICK_MS + 1 < conn->wheel_tick)
		insert(conn);
}

static void
on_tick(uv_timer_t *timer)
{
	struct pawl_http_worker *w = timer->data;
	int64_t now_ms = (int64_t)uv_now(w->uv);
	int64_t until = now_ms / PAWL_HTTP_WHEEL_TICK_MS;
	struct pawl_list due;
	struct pawl_list *item;

	PAWL_CHECK_OBJ(w, PAWL_HTTP_WORKER_MAGIC);
	/* The loop was held up: what came meanwhile is read before anybody is called slow. */
	w->is_wheel_put_off = !w->is_wheel_put_off && until - w->wheel_now > 1;
	if (w->is_wheel_put_off)
		return;
	pawl_list_init(&due);
	/* After a long pause one turn of the wheel covers everything. */
	if (until - w->wheel_now > PAWL_HTTP_WHEEL_SLOTS)
		w->wheel_now = until - PAWL_HTTP_WHEEL_SLOTS;
	while (w->wheel_now < until)
		pawl_list_splice(&due, &w->wheel[++w->wheel_now % PAWL_HTTP_WHEEL_SLOTS]);
	while ((item = pawl_list_shift(&due))) {
		struct pawl_http_conn *conn = pawl_container_of(item, struct pawl_http_conn, wheel);

		if (conn->deadline_ms <= now_ms)
			pawl_http_conn_on_deadline(conn);
		if (conn->phase != PAWL_HTTP_CONN_CLOSED && pawl_list_is_empty(&conn->wheel))
			insert(conn);
	}
}

void
pawl_http_wheel_init(struct pawl_http_worker *w)
{
	for (size_t i = 0; i < PAWL_HTTP_WHEEL_SLOTS; i++)
		pawl_list_init(&w->wheel[i]);
	uv_timer_init(w->uv, &w->tick);
	w->tick.data = w;
}

void
pawl_http_wheel_start(struct pawl_http_worker *w)
{
	w->wheel_now = (int64_t)uv_now(w->uv) / PAWL_HTTP_WHEEL_TICK_MS;
	uv_timer_start(&w->tick, on_tick, PAWL_HTTP_WHEEL_TICK_MS, PAWL_HTTP_WHEEL_TICK_MS);
}

void
pawl_http_wheel_stop(struct pawl_http_worker *w)
{
	uv_timer_stop(&w->tick);
}
