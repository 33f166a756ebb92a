/* A disk that does not take what is written: told to the log when it begins, now and then while
 * it lasts, and when it is over. Owned by the thread that writes; `err` is read by any. */
#ifndef PAWL_STORE_TROUBLE_H
#define PAWL_STORE_TROUBLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct pawl_trouble {
	/* Called when it begins (with err) and when it is over (PAWL_OK). NULL: nobody is told. */
	void (*tell)(void *ctx, enum pawl_err err);
	void *ctx;
	atomic_int err;                   /* PAWL_OK: there is none; PAWL_EFULL, PAWL_EIO */
	int64_t since_us, reported_at_us; /* monotonic */
	uint64_t n_failed;                /* ops, since it began */
};

/* It is so now; `text` is what the disk said. */
void pawl_trouble_report(struct pawl_trouble *trouble, enum pawl_err err, const char *text);
/* Something was written: it is over, if it was so. */
void pawl_trouble_over(struct pawl_trouble *trouble);

#endif
