#include "server/rate.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"

#define SLOTS  65536
#define PROBES 8

void
pawl_rate_init(struct pawl_rate *rate, double per_second, uint32_t burst)
{
	*rate = (struct pawl_rate){0};
	if (per_second <= 0)
		return;
	rate->interval_us = (int64_t)(1e6 / per_second);
	if (rate->interval_us < 1)
		rate->interval_us = 1;
	rate->slack_us = burst > 1 ? (int64_t)(burst - 1) * rate->interval_us : 0;
}

void
pawl_rate_inherit(struct pawl_rate *rate, const struct pawl_rate *old)
{
	atomic_store(&rate->next_us, atomic_load(&old->next_us));
}

static int64_t
take(atomic_int_least64_t *next, int64_t interval_us, int64_t slack_us, int64_t now_us)
{
	int64_t due_us = atomic_load_explicit(next, memory_order_relaxed), base_us;

	do {
		base_us = due_us > now_us ? due_us : now_us;
		if (base_us - now_us > slack_us)
			return base_us - now_us - slack_us;
	} while (!atomic_compare_exchange_weak(next, &due_us, base_us + interval_us));
	return 0;
}

int64_t
pawl_rate_take(struct pawl_rate *rate, int64_t now_us)
{
	return rate->interval_us ? take(&rate->next_us, rate->interval_us, rate->slack_us, now_us)
				 : 0;
}

/* ---- by address ------------------------------------------------------------- */

struct slot {
	atomic_uint_least64_t key; /* keyed hash of the address; 0: free */
	atomic_int_least64_t next_us;
};

struct pawl_rate_table {
	struct pawl_rate limit;
	struct slot slots[SLOTS];
};

struct pawl_rate_table *
pawl_rate_table_new(double per_second, uint32_t burst)
{
	struct pawl_rate_table *table = pawl_calloc(1, sizeof(*table));

	pawl_rate_init(&table->limit, per_second, burst);
	return table;
}

void
pawl_rate_table_free(struct pawl_rate_table *table)
{
	free(table);
}

static uint64_t
hash_of(const void *data, size_t len)
{
	uint64_t key = pawl_hash(data, len);

	return key ? key : 1;
}

/* The address's slot, or the one of those around that has been quiet for longest. Two threads may
 * take one slot at the same time: then one address has a fresh start once. */
static struct slot *
find_slot(struct pawl_rate_table *table, uint64_t key)
{
	struct slot *quietest = NULL;

	for (unsigned i = 0; i < PROBES; i++) {
		struct slot *slot = &table->slots[(key + i) % SLOTS];

		if (atomic_load_explicit(&slot->key, memory_order_relaxed) == key)
			return slot;
		if (!quietest ||
		    atomic_load_explicit(&slot->next_us, memory_order_relaxed) <
			    atomic_load_explicit(&quietest->next_us, memory_order_relaxed))
			quietest = slot;
	}
	atomic_store(&quietest->key, key);
	atomic_store(&quietest->next_us, 0);
	return quietest;
}

int64_t
pawl_rate_table_take_key(struct pawl_rate_table *table, const void *key, size_t len, int64_t now_us)
{
	struct slot *slot = find_slot(table, hash_of(key, len));

	return take(&slot->next_us, table->limit.interval_us, table->limit.slack_us, now_us);
}

int64_t
pawl_rate_table_take(struct pawl_rate_table *table, const struct pawl_ip *ip, int64_t now_us)
{
	return pawl_rate_table_take_key(table, ip->bytes, ip->family == 6 ? 8 : 4, now_us);
}

void
pawl_rate_table_give_back(struct pawl_rate_table *table, const void *key, size_t len)
{
	struct slot *slot = find_slot(table, hash_of(key, len));

	atomic_fetch_sub(&slot->next_us, table->limit.interval_us);
}
