#include <math.h>

#include "engine/run.h"

#define RETRY_AFTER_MAX_MS INT64_C(86400000)

int64_t
pawl_retry_delay_ms(const struct pawl_retry *retry, uint32_t attempt, int64_t retry_after_ms,
		    double random)
{
	double delay = (double)retry->initial_ms * pow(retry->factor, (double)attempt - 1);

	if (!(delay < (double)retry->max_delay_ms))
		delay = (double)retry->max_delay_ms;
	if (retry->jitter)
		delay *= 0.5 + random / 2;
	/* What the peer asked for counts, unless it is longer than a day. */
	if (retry_after_ms > RETRY_AFTER_MAX_MS)
		retry_after_ms = RETRY_AFTER_MAX_MS;
	return retry_after_ms > (int64_t)delay ? retry_after_ms : (int64_t)delay;
}
