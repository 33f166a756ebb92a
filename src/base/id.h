/* Time-ordered 64-bit ids: 42 bits of milliseconds since the Unix epoch, 5 bits of
 * node number, 16 bits of sequence; the sign bit stays clear. In JSON and URLs they
 * are decimal strings. Ids of one process grow strictly, also when the clock goes
 * back. Any thread. */
#ifndef PAWL_BASE_ID_H
#define PAWL_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define PAWL_ID_TEXT_MAX 21

uint64_t pawl_id_new(void);
/* Ids made from now on are greater than `id` (call with the greatest one on disk). */
void pawl_id_advance(uint64_t id);
/* Milliseconds since the epoch at which the id was made. */
int64_t pawl_id_time_ms(uint64_t id);
size_t pawl_id_format(uint64_t id, char out[PAWL_ID_TEXT_MAX]);
/* Decimal, no sign, no leading zero, not 0, at most INT64_MAX. */
bool pawl_id_parse(struct pawl_str s, uint64_t *out);

#endif
