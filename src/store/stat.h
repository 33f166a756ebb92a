/* What is counted in buckets of time: which counters there are, and how a bucket lies in the store.
 * Pure functions, any thread.
 *
 * A bucket is stored as pairs of varints (counter, count) of those that are not 0. The numbers of
 * counters are on disk: what is there keeps its number, what is new gets the next free one. */
#ifndef PAWL_STORE_STAT_H
#define PAWL_STORE_STAT_H

#include "base/buf.h"
#include "store/rows.h"

/* Latencies are counted by upper bounds; the last bucket has none. */
#define PAWL_HISTOGRAM_BOUNDS  24
#define PAWL_HISTOGRAM_BUCKETS (PAWL_HISTOGRAM_BOUNDS + 1)

enum pawl_stat {
	PAWL_STAT_REQUESTS = 0,     /* + enum pawl_verdict */
	PAWL_STAT_RUNS = 8,         /* + state - PAWL_RUN_COMPLETED */
	PAWL_STAT_ACCEPT_TIME = 16, /* + bucket: from the whole request to its answer */
	PAWL_STAT_QUEUE_TIME = 48,  /* + bucket: from queued to started */
	PAWL_STAT_RUN_TIME = 80,    /* + bucket: from started to ended */
	PAWL_STAT_FAILURES = 112,   /* + place in pawl_stat_failures */
	PAWL_STAT_REFUSALS = 144,   /* + place in pawl_stat_refusals */
	PAWL_STAT_N = 208,
};

/* NULL-terminated; the first is what stands for all that are not listed. */
extern const char *const pawl_stat_failures[];
extern const char *const pawl_stat_refusals[];
extern const int64_t pawl_histogram_bounds_us[PAWL_HISTOGRAM_BOUNDS];

/* The counter of a class of failure.h, or of a refusal's reason ("bad_signature: ..."). */
unsigned pawl_stat_of_failure(const char *failure_class);
unsigned pawl_stat_of_refusal(struct pawl_str reason);

unsigned pawl_histogram_bucket(int64_t elapsed_us);
/* What the part `q` of all stays below, as far as the bounds tell; -1: there is nothing. */
int64_t pawl_histogram_quantile_us(const uint64_t buckets[PAWL_HISTOGRAM_BUCKETS], double q);

void pawl_stat_encode(struct pawl_buf *out, const uint64_t by[PAWL_STAT_N]);
/* Adds what is stored to `by`; false when it is damaged, or of a newer program. */
bool pawl_stat_decode(struct pawl_str stored, uint64_t by[PAWL_STAT_N]);

#endif
