/* pawl.endpoint.silent: tells of URLs that have had no accepted request for too long.
 *
 * The time of the last request comes from the store, when it is time to look: accepting costs
 * nothing. Each silence is told of once, also over restarts: its event is named by the time since
 * when it lasts. On the loop of the schedules. */
#ifndef PAWL_SERVER_SILENCE_H
#define PAWL_SERVER_SILENCE_H

#include "server/internal.h"

struct pawl_silence;

struct pawl_silence *pawl_silence_new(struct pawl_server *server, struct pawl_loop *loop);
/* Workflows have changed. */
void pawl_silence_refresh(struct pawl_silence *silence);
/* After the loop and the store have ended. NULL is allowed. */
void pawl_silence_free(struct pawl_silence *silence);

#endif
