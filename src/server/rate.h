/* Rate limits: the generic cell rate algorithm (ITU-T I.371), with one number per limit.
 *
 * No locks: any thread; of calls at the same moment all are counted. */
#ifndef PAWL_SERVER_RATE_H
#define PAWL_SERVER_RATE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"

struct pawl_rate {
	int64_t interval_us;          /* between two calls on average; 0: no limit */
	int64_t slack_us;             /* how far a burst may be ahead */
	atomic_int_least64_t next_us; /* when the next one is due, had they come evenly */
};

void pawl_rate_init(struct pawl_rate *rate, double per_second, uint32_t burst);
/* Goes on where `old` stands: a changed limit is no fresh start. */
void pawl_rate_inherit(struct pawl_rate *rate, const struct pawl_rate *old);
/* 0: the call is counted; else so long to wait until one would be. now_us is monotonic. */
int64_t pawl_rate_take(struct pawl_rate *rate, int64_t now_us);

/* One limit per client address (an IPv6 /64 is one), or per whatever a key names, for as many as
 * call at a time: bounded memory, and who has not called for long makes room. */
struct pawl_rate_table;

struct pawl_rate_table *pawl_rate_table_new(double per_second, uint32_t burst);
void pawl_rate_table_free(struct pawl_rate_table *table);
int64_t pawl_rate_table_take(struct pawl_rate_table *table, const struct pawl_ip *ip,
			     int64_t now_us);
int64_t pawl_rate_table_take_key(struct pawl_rate_table *table, const void *key, size_t len,
				 int64_t now_us);
/* What was taken with that key last does not count. */
void pawl_rate_table_give_back(struct pawl_rate_table *table, const void *key, size_t len);

#endif
