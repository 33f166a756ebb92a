/* Which run is being advanced right now: eight bytes in a mapped file that outlive the process.
 *
 * A run that makes the process crash is found here at the next start and parked the second time.
 * The mark is set only while the engine's own code works on a run, so killing the process from
 * outside hits an innocent run only in that instant. Engine's loop. */
#ifndef PAWL_ENGINE_BLAME_H
#define PAWL_ENGINE_BLAME_H

#include <stdint.h>

struct pawl_blame {
	volatile uint64_t *slot; /* NULL: not kept */
};

/* The run that was being advanced when the last process ended; 0: none. Before blame_open. */
uint64_t pawl_blame_read(const char *path);
/* The store has counted it: a start that is cut short blames nobody again. */
void pawl_blame_clear(const char *path);
/* NULL path: nothing is kept. A file that cannot be made is logged, and nothing is kept. */
void pawl_blame_open(struct pawl_blame *blame, const char *path);
void pawl_blame_close(struct pawl_blame *blame);

static inline void
pawl_blame_set(struct pawl_blame *blame, uint64_t run_id)
{
	if (blame->slot)
		*blame->slot = run_id;
}

#endif
