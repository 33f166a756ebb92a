/* Who learns of a changed workflow, in the order in which the store has changed it.
 *
 * Changes by several callers are read back on several threads; whoever is slow must not put an
 * older state over a newer one. Each change has a number from the store's own thread, and one that
 * comes behind a newer one is dropped. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"
#include "server/api.h"

struct pawl_announcer {
	atomic_uint_fast64_t last_order;
	pthread_mutex_t lock;
	struct pawl_map newest; /* workflow's id -> uint64_t *order of what was announced */
};

struct pawl_announcer *
pawl_announcer_new(void)
{
	struct pawl_announcer *announcer = pawl_calloc(1, sizeof *announcer);

	pthread_mutex_init(&announcer->lock, NULL);
	return announcer;
}

void
pawl_announcer_free(struct pawl_announcer *announcer)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *order;

	if (!announcer)
		return;
	while (pawl_map_next(&announcer->newest, &cursor, &key, &order))
		free(order);
	pawl_map_fini(&announcer->newest);
	pthread_mutex_destroy(&announcer->lock);
	free(announcer);
}

uint64_t
pawl_announcer_order(struct pawl_announcer *announcer)
{
	return atomic_fetch_add(&announcer->last_order, 1) + 1;
}

bool
pawl_announcer_begin(struct pawl_announcer *announcer, uint64_t workflow_id, uint64_t order)
{
	struct pawl_str key = pawl_str((const char *)&workflow_id, sizeof workflow_id);
	uint64_t *newest;

	pthread_mutex_lock(&announcer->lock);
	newest = pawl_map_get(&announcer->newest, key);
	if (!newest) {
		newest = pawl_calloc(1, sizeof *newest);
		pawl_map_set(&announcer->newest, key, newest);
	}
	if (order <= *newest) {
		pthread_mutex_unlock(&announcer->lock);
		return false;
	}
	*newest = order;
	return true;
}

void
pawl_announcer_end(struct pawl_announcer *announcer)
{
	pthread_mutex_unlock(&announcer->lock);
}
