/* Live events for consoles and `pawl tail`: Server-Sent Events (WHATWG HTML, section 9.2).
 *
 * Listeners are grouped by the loop that their connection belongs to; a group's listeners are
 * touched on that loop only. Publishing copies the event once per loop. A listener that does not
 * read is cut off by the front end's bound on unsent bytes, and comes back by itself.
 *
 * The last events are kept, also for a while after the last listener has left, so that one that
 * comes back with Last-Event-ID misses none, nor one that is expected (a console that reads before
 * its stream stands). Where some are gone it is told so (event `gap`). */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/parse.h"
#include "server/internal.h"

#define LISTENER_MAGIC 0x115e4e55u
#define BUFFERED_MAX   (1u << 20)
#define KEPT_BYTES_MAX (256u << 10)
#define KEPT_US        ((int64_t)60 * 1000000)
#define HEARTBEAT_MS   15000
#define GROUPS_MAX     64

struct listener {
	unsigned magic;
	struct pawl_list item;
	struct group *group;
	struct pawl_http_ref ref;
	uint64_t owner_id;    /* the session or token that it is for */
	uint64_t workflow_id; /* 0: all */
	uint64_t seen_id;     /* has been sent all up to this one */
};

struct group {
	struct pawl_stream_hub *hub;
	struct pawl_loop *loop;
	struct pawl_list listeners;
	struct pawl_timer heartbeat;
};

/* An event that is kept. */
struct kept {
	struct pawl_list item;
	uint64_t id, workflow_id;
	size_t len;
	char text[];
};

struct pawl_stream_hub {
	pthread_mutex_t lock; /* all but the atomics */
	struct group *groups[GROUPS_MAX];
	size_t n_groups;
	struct pawl_list kept; /* oldest first */
	size_t kept_bytes;
	uint64_t last_id;
	uint64_t floor_id; /* every event after this one is kept */
	bool closing;
	atomic_size_t n_listeners;
	atomic_int_fast64_t until_us; /* without listeners, events are made until then */
};

struct message {
	struct pawl_task task;
	struct group *group;
	uint64_t id, workflow_id;
	bool close;
	uint64_t owner_id; /* closes only those of that one */
	size_t len;
	char text[];
};

struct pawl_stream_hub *
pawl_stream_hub_new(void)
{
	struct pawl_stream_hub *hub = pawl_calloc(1, sizeof *hub);

	pthread_mutex_init(&hub->lock, NULL);
	pawl_list_init(&hub->kept);
	/* Ids go on growing over a restart: one of the last process is too old, never too new. */
	hub->last_id = hub->floor_id = (uint64_t)pawl_clock_now_us();
	return hub;
}

static void
drop_oldest(struct pawl_stream_hub *hub)
{
	struct kept *oldest = pawl_container_of(hub->kept.next, struct kept, item);

	pawl_list_remove(&oldest->item);
	hub->kept_bytes -= oldest->len;
	hub->floor_id = oldest->id;
	free(oldest);
}

void
pawl_stream_hub_free(struct pawl_stream_hub *hub)
{
	if (!hub)
		return;
	while (!pawl_list_is_empty(&hub->kept))
		drop_oldest(hub);
	for (size_t i = 0; i < hub->n_groups; i++)
		free(hub->groups[i]);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

bool
pawl_stream_hub_has_listeners(const struct pawl_stream_hub *hub)
{
	int64_t until_us = atomic_load_explicit(&hub->until_us, memory_order_relaxed);

	return atomic_load_explicit(&hub->n_listeners, memory_order_relaxed) > 0 ||
	       (until_us && pawl_clock_mono_us() < until_us);
}

/* ---- on a group's loop ------------------------------------------------------- */

static void
deliver(struct pawl_task *task)
{
	struct message *message = pawl_container_of(task, struct message, task);

	PAWL_LIST_FOREACH_SAFE(item, &message->group->listeners)
	{
		struct listener *listener = pawl_container_of(item, struct listener, item);

		PAWL_CHECK_OBJ(listener, LISTENER_MAGIC);
		if (message->owner_id && message->owner_id != listener->owner_id)
			continue;
		if (message->close)
			pawl_http_stream_end(listener->ref);
		else if (message->id <= listener->seen_id)
			continue;
		else if (!message->workflow_id || !listener->workflow_id ||
			 message->workflow_id == listener->workflow_id)
			pawl_http_stream_write(listener->ref,
					       pawl_str(message->text, message->len));
	}
	if (message->close && !message->owner_id)
		pawl_timer_close(&message->group->heartbeat);
	free(message);
}

static void
beat(struct pawl_timer *timer)
{
	struct group *group = pawl_container_of(timer, struct group, heartbeat);

	PAWL_LIST_FOREACH_SAFE(item, &group->listeners)
	pawl_http_stream_write(pawl_container_of(item, struct listener, item)->ref,
			       PAWL_STR(": still here\n\n"));
	if (!pawl_list_is_empty(&group->listeners))
		pawl_timer_start(timer, group->loop, HEARTBEAT_MS, beat);
}

static void
listener_closed(void *ctx)
{
	struct listener *listener = ctx;
	struct pawl_stream_hub *hub = listener->group->hub;

	PAWL_CHECK_OBJ(listener, LISTENER_MAGIC);
	pawl_list_remove(&listener->item);
	atomic_store(&hub->until_us, pawl_clock_mono_us() + KEPT_US);
	atomic_fetch_sub(&hub->n_listeners, 1);
	listener->magic = 0;
	free(listener);
}

/* ---- attaching ---------------------------------------------------------------- */

/* Under the lock. NULL: there are too many loops, or the server stops. */
static struct group *
group_of(struct pawl_stream_hub *hub, struct pawl_loop *loop)
{
	struct group *group;

	for (size_t i = 0; i < hub->n_groups; i++)
		if (hub->groups[i]->loop == loop)
			return hub->closing ? NULL : hub->groups[i];
	if (hub->closing || hub->n_groups == GROUPS_MAX)
		return NULL;
	group = pawl_calloc(1, sizeof *group);
	group->hub = hub;
	group->loop = loop;
	pawl_list_init(&group->listeners);
	hub->groups[hub->n_groups++] = group;
	return group;
}

/* Under the lock. Events that nobody was there for were not made: what is kept has a hole behind
 * it that no id shows. */
static void
forget_if_idle(struct pawl_stream_hub *hub)
{
	if (pawl_stream_hub_has_listeners(hub))
		return;
	while (!pawl_list_is_empty(&hub->kept))
		drop_oldest(hub);
	hub->floor_id = ++hub->last_id;
}

uint64_t
pawl_stream_hub_expect(struct pawl_stream_hub *hub)
{
	uint64_t last_id;

	pthread_mutex_lock(&hub->lock);
	forget_if_idle(hub);
	atomic_store(&hub->until_us, pawl_clock_mono_us() + KEPT_US);
	last_id = hub->last_id;
	pthread_mutex_unlock(&hub->lock);
	return last_id;
}

/* Under the lock: the events behind the one that the listener saw last. */
static void
write_missed(const struct pawl_stream_hub *hub, uint64_t workflow_id, struct pawl_str last_event,
	     struct pawl_buf *out)
{
	uint64_t seen_id;

	if (!pawl_parse_u64(last_event, &seen_id) || seen_id < hub->floor_id ||
	    seen_id > hub->last_id) {
		pawl_buf_append_c(out, "event: gap\ndata: {}\n\n");
		return;
	}
	PAWL_LIST_FOREACH(item, &hub->kept)
	{
		const struct kept *event = pawl_container_of(item, struct kept, item);

		if (event->id > seen_id &&
		    (!event->workflow_id || !workflow_id || event->workflow_id == workflow_id))
			pawl_buf_append(out, event->text, event->len);
	}
}

/* Counted before the lock is let go: from then on nothing is missed. */
static struct listener *
join(struct pawl_stream_hub *hub, struct pawl_http_ref ref, uint64_t owner_id, uint64_t workflow_id,
     struct pawl_str last_event, struct pawl_buf *preface)
{
	struct listener *listener = NULL;
	struct group *group;

	pthread_mutex_lock(&hub->lock);
	group = group_of(hub, pawl_http_ref_loop(ref));
	if (group) {
		listener = pawl_calloc(1, sizeof *listener);
		listener->magic = LISTENER_MAGIC;
		listener->group = group;
		listener->ref = ref;
		listener->owner_id = owner_id;
		listener->workflow_id = workflow_id;
		forget_if_idle(hub);
		pawl_buf_append_c(preface, "retry: 2000\n\n");
		if (last_event.len)
			write_missed(hub, workflow_id, last_event, preface);
		listener->seen_id = hub->last_id;
		/* Last, so that a connection that breaks before it has missed nothing. */
		pawl_buf_printf(preface, "id: %llu\n\n", (unsigned long long)hub->last_id);
		atomic_fetch_add(&hub->n_listeners, 1);
	}
	pthread_mutex_unlock(&hub->lock);
	return listener;
}

void
pawl_stream_hub_attach(struct pawl_stream_hub *hub, struct pawl_http_ref ref, uint64_t owner_id,
		       uint64_t workflow_id, struct pawl_str last_event)
{
	static const struct pawl_http_header no_cache[] = {{{"Cache-Control", 13}, {"no-store", 8}},
							   {{"X-Accel-Buffering", 17}, {"no", 2}}};
	const struct pawl_http_response head = {.status = 200,
						.headers = no_cache,
						.n_headers = 2,
						.content_type = PAWL_STR("text/event-stream")};
	struct pawl_buf preface;
	struct listener *listener;
	struct group *group;
	bool first;

	pawl_buf_init(&preface, BUFFERED_MAX);
	listener = join(hub, ref, owner_id, workflow_id, last_event, &preface);
	if (!listener) {
		pawl_http_respond_error(ref, 503, "busy", "the server has no streams to give now");
		return;
	}
	group = listener->group;
	first = pawl_list_is_empty(&group->listeners);
	pawl_list_append(&group->listeners, &listener->item);
	if (!pawl_http_stream_begin(ref, &head, BUFFERED_MAX, listener_closed, listener)) {
		listener_closed(listener);
	} else {
		pawl_http_stream_write(ref, pawl_buf_peek(&preface));
		if (first)
			pawl_timer_start(&group->heartbeat, group->loop, HEARTBEAT_MS, beat);
	}
	pawl_buf_fini(&preface);
}

/* ---- from any thread ----------------------------------------------------------- */

/* Under the lock. One message per group; `text` is copied. */
static void
post_all(struct pawl_stream_hub *hub, uint64_t workflow_id, struct pawl_str text, bool close,
	 uint64_t owner_id)
{
	for (size_t i = 0; i < hub->n_groups; i++) {
		struct message *message = pawl_malloc(sizeof *message + text.len);

		message->task.fn = deliver;
		message->group = hub->groups[i];
		message->id = hub->last_id;
		message->workflow_id = workflow_id;
		message->close = close;
		message->owner_id = owner_id;
		message->len = text.len;
		if (text.len)
			memcpy(message->text, text.ptr, text.len);
		pawl_loop_post(message->group->loop, &message->task);
	}
}

/* Under the lock. */
static void
keep(struct pawl_stream_hub *hub, uint64_t workflow_id, struct pawl_str text)
{
	struct kept *event = pawl_malloc(sizeof *event + text.len);

	event->id = hub->last_id;
	event->workflow_id = workflow_id;
	event->len = text.len;
	memcpy(event->text, text.ptr, text.len);
	pawl_list_append(&hub->kept, &event->item);
	hub->kept_bytes += text.len;
	while (hub->kept_bytes > KEPT_BYTES_MAX)
		drop_oldest(hub);
}

void
pawl_stream_hub_publish(struct pawl_stream_hub *hub, const char *event, uint64_t workflow_id,
			struct pawl_str data)
{
	struct pawl_buf text;

	if (!pawl_stream_hub_has_listeners(hub))
		return;
	pawl_buf_init(&text, BUFFERED_MAX);
	pthread_mutex_lock(&hub->lock);
	pawl_buf_printf(&text, "id: %llu\nevent: %s\ndata: ", (unsigned long long)++hub->last_id,
			event);
	pawl_buf_append_str(&text, data);
	pawl_buf_append_c(&text, "\n\n");
	if (pawl_buf_status(&text) == PAWL_OK) {
		keep(hub, workflow_id, pawl_buf_peek(&text));
		post_all(hub, workflow_id, pawl_buf_peek(&text), false, 0);
	}
	pthread_mutex_unlock(&hub->lock);
	pawl_buf_fini(&text);
}

void
pawl_stream_hub_close_all(struct pawl_stream_hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->closing = true;
	post_all(hub, 0, pawl_str(NULL, 0), true, 0);
	pthread_mutex_unlock(&hub->lock);
}

void
pawl_stream_hub_close_owner(struct pawl_stream_hub *hub, uint64_t owner_id)
{
	pthread_mutex_lock(&hub->lock);
	post_all(hub, 0, pawl_str(NULL, 0), true, owner_id);
	pthread_mutex_unlock(&hub->lock);
}
