/* How long accepted requests take to be answered, on its way to the store's statistics: what the
 * metrics have counted since the last time goes there every ten seconds, and at the end. A crash
 * loses what was counted since. */
#ifndef PAWL_SERVER_ACCEPT_TIMES_H
#define PAWL_SERVER_ACCEPT_TIMES_H

#include "server/internal.h"

struct pawl_accept_times;

struct pawl_accept_times *pawl_accept_times_start(struct pawl_server *server,
						  struct pawl_loop *loop);
/* The loop has ended, the store has not. NULL is allowed, as below. */
void pawl_accept_times_finish(struct pawl_accept_times *times);
void pawl_accept_times_free(struct pawl_accept_times *times);

#endif
