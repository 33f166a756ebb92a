/* When secrets were last used, written down now and then: what accepts and runs note in memory goes
 * to the store once a minute, all in one write, and at the end. A process that is killed forgets a
 * minute of it. On the loop of the schedules, but for what says otherwise. */
#ifndef PAWL_SERVER_SECRET_USES_H
#define PAWL_SERVER_SECRET_USES_H

#include "server/internal.h"

struct pawl_secret_uses;

struct pawl_secret_uses *pawl_secret_uses_start(struct pawl_server *server, struct pawl_loop *loop);
/* Writes down what is left; blocks. After the loop has ended and nobody uses secrets any more,
 * while the store is open. NULL is allowed, as below. */
void pawl_secret_uses_finish(struct pawl_secret_uses *uses);
/* After the store is closed. */
void pawl_secret_uses_free(struct pawl_secret_uses *uses);

#endif
