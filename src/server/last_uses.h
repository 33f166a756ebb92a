/* When secrets and API tokens were last used, written down now and then: what accepts, runs and
 * calls note in memory goes to the store once a minute, all in one write, and at the end. A process
 * that is killed forgets a minute of it. Ends the streams of tokens that have expired, too. On the
 * loop of the schedules, but for what says otherwise. */
#ifndef PAWL_SERVER_LAST_USES_H
#define PAWL_SERVER_LAST_USES_H

#include "server/internal.h"

struct pawl_last_uses;

struct pawl_last_uses *pawl_last_uses_start(struct pawl_server *server, struct pawl_loop *loop);
/* Writes down what is left; blocks. After the loop has ended and nobody uses any of them any more,
 * while the store is open. NULL is allowed, as below. */
void pawl_last_uses_finish(struct pawl_last_uses *uses);
/* After the store is closed. */
void pawl_last_uses_free(struct pawl_last_uses *uses);

#endif
