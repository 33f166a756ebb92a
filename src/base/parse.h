/* Checked parsing of numbers, durations and sizes, and checked size arithmetic.
 * The whole string has to match; nothing is skipped. Pure, any thread. */
#ifndef PAWL_BASE_PARSE_H
#define PAWL_BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Decimal digits only. */
bool pawl_parse_u64(struct pawl_str s, uint64_t *out);
/* Decimal digits with an optional '-'. */
bool pawl_parse_i64(struct pawl_str s, int64_t *out);
/* Inclusive bounds. */
bool pawl_parse_u64_range(struct pawl_str s, uint64_t min, uint64_t max, uint64_t *out);
/* "500ms", "30s", "5m", "2h", "7d"; also decimals ("1.5s"). */
bool pawl_parse_duration_ms(struct pawl_str s, int64_t *out_ms);
/* "0", "512B", "64KiB", "1MiB", "2GiB". */
bool pawl_parse_size(struct pawl_str s, uint64_t *out_bytes);
/* False on overflow. */
bool pawl_size_add(size_t a, size_t b, size_t *out);
bool pawl_size_mul(size_t a, size_t b, size_t *out);

#endif
