/* Live events for consoles and `pawl tail`: Server-Sent Events (WHATWG HTML, section 9.2).
 *
 * Listeners are grouped by the loop that their connection belongs to; a group's listeners are
 * touched on that loop only. Publishing copies the event once per loop. A listener that does not
 * read is cut off by the front end's bound on unsent bytes, and comes back by itself. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "server/internal.h"

#define LISTENER_MAGIC 0x115e4e55u
#define BUFFERED_MAX   (1u << 20)
#define HEARTBEAT_MS   15000
#define GROUPS_MAX     64

struct listener {
	unsigned magic;
	struct pawl_list item;
	struct group *group;
	struct pawl_http_ref ref;
	uint64_t workflow_id; /* 0: all */
};

struct group {
	struct pawl_stream_hub *hub;
	struct pawl_loop *loop;
	struct pawl_list listeners;
	struct pawl_timer heartbeat;
};

struct pawl_stream_hub {
	pthread_mutex_t lock; /* groups, n_groups */
	struct group *groups[GROUPS_MAX];
	size_t n_groups;
	atomic_size_t n_listeners;
	atomic_uint_fast64_t last_id;
};

struct message {
	struct pawl_task task;
	struct group *group;
	uint64_t workflow_id;
	bool close;
	size_t len;
	char text[];
};

struct pawl_stream_hub *
pawl_stream_hub_new(void)
{
	struct pawl_stream_hub *hub = pawl_calloc(1, sizeof *hub);

	pthread_mutex_init(&hub->lock, NULL);
	return hub;
}

void
pawl_stream_hub_free(struct pawl_stream_hub *hub)
{
	if (!hub)
		return;
	for (size_t i = 0; i < hub->n_groups; i++)
		free(hub->groups[i]);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

bool
pawl_stream_hub_has_listeners(const struct pawl_stream_hub *hub)
{
	return atomic_load_explicit(&hub->n_listeners, memory_order_relaxed) > 0;
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
		if (message->close)
			pawl_http_stream_end(listener->ref);
		else if (!message->workflow_id || !listener->workflow_id ||
			 message->workflow_id == listener->workflow_id)
			pawl_http_stream_write(listener->ref,
					       pawl_str(message->text, message->len));
	}
	if (message->close)
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

	PAWL_CHECK_OBJ(listener, LISTENER_MAGIC);
	pawl_list_remove(&listener->item);
	atomic_fetch_sub(&listener->group->hub->n_listeners, 1);
	listener->magic = 0;
	free(listener);
}

static struct group *
group_of(struct pawl_stream_hub *hub, struct pawl_loop *loop)
{
	struct group *group = NULL;

	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->n_groups && !group; i++)
		if (hub->groups[i]->loop == loop)
			group = hub->groups[i];
	if (!group && hub->n_groups < GROUPS_MAX) {
		group = pawl_calloc(1, sizeof *group);
		group->hub = hub;
		group->loop = loop;
		pawl_list_init(&group->listeners);
		hub->groups[hub->n_groups++] = group;
	}
	pthread_mutex_unlock(&hub->lock);
	return group;
}

void
pawl_stream_hub_attach(struct pawl_stream_hub *hub, struct pawl_http_ref ref, uint64_t workflow_id)
{
	static const struct pawl_http_header no_cache[] = {{{"Cache-Control", 13}, {"no-store", 8}},
							   {{"X-Accel-Buffering", 17}, {"no", 2}}};
	struct group *group = group_of(hub, pawl_http_ref_loop(ref));
	struct listener *listener;
	bool first;

	if (!group) {
		pawl_http_respond_error(ref, 503, "busy", "too many loops for live streams");
		return;
	}
	first = pawl_list_is_empty(&group->listeners);
	listener = pawl_calloc(1, sizeof *listener);
	listener->magic = LISTENER_MAGIC;
	listener->group = group;
	listener->ref = ref;
	listener->workflow_id = workflow_id;
	pawl_list_append(&group->listeners, &listener->item);
	atomic_fetch_add(&hub->n_listeners, 1);
	if (!pawl_http_stream_begin(
		    ref,
		    &(struct pawl_http_response){.status = 200,
						 .headers = no_cache,
						 .n_headers = 2,
						 .content_type = PAWL_STR("text/event-stream")},
		    BUFFERED_MAX, listener_closed, listener)) {
		listener_closed(listener);
		return;
	}
	pawl_http_stream_write(ref, PAWL_STR("retry: 2000\n\n"));
	if (first)
		pawl_timer_start(&group->heartbeat, group->loop, HEARTBEAT_MS, beat);
}

/* ---- from any thread ----------------------------------------------------------- */

/* One message per group that has a loop; `text` is copied. */
static void
post_all(struct pawl_stream_hub *hub, uint64_t workflow_id, struct pawl_str text, bool close)
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->n_groups; i++) {
		struct message *message = pawl_malloc(sizeof *message + text.len);

		message->task.fn = deliver;
		message->group = hub->groups[i];
		message->workflow_id = workflow_id;
		message->close = close;
		message->len = text.len;
		if (text.len)
			memcpy(message->text, text.ptr, text.len);
		pawl_loop_post(message->group->loop, &message->task);
	}
	pthread_mutex_unlock(&hub->lock);
}

void
pawl_stream_hub_publish(struct pawl_stream_hub *hub, const char *event, uint64_t workflow_id,
			struct pawl_str data)
{
	struct pawl_buf text;

	if (!pawl_stream_hub_has_listeners(hub))
		return;
	pawl_buf_init(&text, BUFFERED_MAX);
	pawl_buf_printf(&text, "id: %llu\nevent: %s\ndata: ",
			(unsigned long long)(atomic_fetch_add(&hub->last_id, 1) + 1), event);
	pawl_buf_append_str(&text, data);
	pawl_buf_append_c(&text, "\n\n");
	if (pawl_buf_status(&text) == PAWL_OK)
		post_all(hub, workflow_id, pawl_buf_peek(&text), false);
	pawl_buf_fini(&text);
}

void
pawl_stream_hub_close_all(struct pawl_stream_hub *hub)
{
	post_all(hub, 0, pawl_str(NULL, 0), true);
}
