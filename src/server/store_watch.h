/* pawl.store.failing and pawl.store.recovered: tells of a store that cannot be written.
 *
 * A trouble begins with the first write that fails and is over when all has been written again for
 * some seconds, so that a disk which is full again at once is told of once. The first event is
 * emitted when the trouble begins, and waits until the store can take it; the second one when
 * it is over. On the loop of the schedules, but for what says otherwise. */
#ifndef PAWL_SERVER_STORE_WATCH_H
#define PAWL_SERVER_STORE_WATCH_H

#include "server/internal.h"

struct pawl_store_watch;

struct pawl_store_watch *pawl_store_watch_new(struct pawl_server *server);
/* struct pawl_store_config.on_trouble. Any thread, never blocks. */
void pawl_store_watch_told(struct pawl_store_watch *watch, enum pawl_err err);
/* The loop runs from now on; what was told before is looked at there. */
void pawl_store_watch_start(struct pawl_store_watch *watch, struct pawl_loop *loop);
/* After the loop and the store have ended. NULL is allowed. */
void pawl_store_watch_free(struct pawl_store_watch *watch);

#endif
