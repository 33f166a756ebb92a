/* The one clock. Times of day are microseconds since the Unix epoch (UTC) in names
 * that end in _at_us; spans are _ms or _us. Tests move the wall clock with
 * pawl_clock_shift_us or the environment variable PAWL_CLOCK_SHIFT_MS. Any thread. */
#ifndef PAWL_BASE_CLOCK_H
#define PAWL_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Wall clock. */
int64_t pawl_clock_now_us(void);
/* Never goes back; not related to the wall clock. */
int64_t pawl_clock_mono_us(void);
void pawl_clock_shift_us(int64_t by_us);

#define PAWL_TIME_TEXT_MAX 32
/* RFC 3339 in UTC with milliseconds: 2026-11-23T23:40:52.123Z. Returns the length. */
size_t pawl_time_format(int64_t at_us, char out[PAWL_TIME_TEXT_MAX]);
/* RFC 3339 with any offset, or a date alone (midnight UTC); false if it is neither. */
bool pawl_time_parse(struct pawl_str s, int64_t *at_us);

#endif
