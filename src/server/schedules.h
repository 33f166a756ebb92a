/* Starts runs at the times of their workflows' schedules.
 *
 * One loop, one timer for the earliest time of all; a long sleep is cut, so that a clock that is
 * set is noticed. What is due is found from the schedule, the last time that started a run (kept in
 * the store, written with the run) and the time of activation: nothing else is remembered, so that
 * a restart or a crash at any moment neither loses a time nor starts it twice. */
#ifndef PAWL_SERVER_SCHEDULES_H
#define PAWL_SERVER_SCHEDULES_H

#include "server/internal.h"

/* After the directory is loaded and the store is open. */
PAWL_MUST_USE enum pawl_err pawl_schedules_start(struct pawl_server *server);
/* Starts nothing more; blocks. The store may still hand back what is under way. */
void pawl_schedules_stop(struct pawl_schedules *schedules);
/* After the store is closed. NULL is allowed. */
void pawl_schedules_free(struct pawl_schedules *schedules);
/* For what else waits for times: its tasks run until pawl_schedules_stop. */
struct pawl_loop *pawl_schedules_loop(struct pawl_schedules *schedules);

#endif
