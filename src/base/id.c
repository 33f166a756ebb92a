#include "base/id.h"

#include <stdatomic.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/parse.h"

#define SEQ_BITS  16
#define NODE_BITS 5
#define MS_BITS   42
#define SEQ_MASK  ((UINT64_C(1) << SEQ_BITS) - 1)
#define NODE_MASK ((UINT64_C(1) << NODE_BITS) - 1)

/* Milliseconds and sequence of the greatest id so far, without the node number between
 * them: a full sequence carries into the next millisecond by plain addition. */
static _Atomic uint64_t last_tick;

uint64_t
pawl_id_new(void)
{
	int64_t now_ms = pawl_clock_now_us() / 1000;
	uint64_t now = now_ms > 0 ? (uint64_t)now_ms << SEQ_BITS : 0;
	uint64_t last = atomic_load_explicit(&last_tick, memory_order_relaxed);
	uint64_t tick;

	do {
		tick = now > last ? now : last + 1;
	} while (!atomic_compare_exchange_weak_explicit(
		&last_tick, &last, tick, memory_order_relaxed, memory_order_relaxed));
	PAWL_ASSERT(tick >> (MS_BITS + SEQ_BITS) == 0);
	return (tick >> SEQ_BITS) << (NODE_BITS + SEQ_BITS) | (tick & SEQ_MASK);
}

void
pawl_id_advance(uint64_t id)
{
	uint64_t tick = (id >> (NODE_BITS + SEQ_BITS)) << SEQ_BITS;
	uint64_t last = atomic_load_explicit(&last_tick, memory_order_relaxed);

	/* this process is node 0: the id of another node is passed with the millisecond */
	tick |= (id >> SEQ_BITS) & NODE_MASK ? SEQ_MASK : id & SEQ_MASK;
	while (tick > last) {
		if (atomic_compare_exchange_weak_explicit(
			    &last_tick, &last, tick, memory_order_relaxed, memory_order_relaxed))
			break;
	}
}

int64_t
pawl_id_time_ms(uint64_t id)
{
	return (int64_t)(id >> (NODE_BITS + SEQ_BITS));
}

size_t
pawl_id_format(uint64_t id, char out[PAWL_ID_TEXT_MAX])
{
	char digits[PAWL_ID_TEXT_MAX];
	size_t at = sizeof(digits), len;

	do {
		digits[--at] = (char)('0' + id % 10);
		id /= 10;
	} while (id);
	len = sizeof(digits) - at;
	memcpy(out, digits + at, len);
	out[len] = '\0';
	return len;
}

bool
pawl_id_parse(struct pawl_str s, uint64_t *out)
{
	uint64_t id;

	if (s.len == 0 || s.ptr[0] == '0')
		return false;
	if (!pawl_parse_u64_range(s, 1, INT64_MAX, &id))
		return false;
	*out = id;
	return true;
}
