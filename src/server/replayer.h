/* Carries out replays of many runs, at their pace, on a thread of its own that waits for the store
 * and for the time. What is to be done stands in the store: after a restart it goes on from there.
 */
#ifndef PAWL_SERVER_REPLAYER_H
#define PAWL_SERVER_REPLAYER_H

#include "store/store.h"

struct pawl_replayer;

/* `store` outlives it. */
struct pawl_replayer *pawl_replayer_start(struct pawl_store *store);
/* There is a new replay. Any thread. */
void pawl_replayer_kick(struct pawl_replayer *replayer);
/* Waits for the step that is under way. NULL is allowed. */
void pawl_replayer_stop(struct pawl_replayer *replayer);

#endif
