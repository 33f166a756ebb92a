/* What every fuzz target has: its entry, and a check that ends the process, which is how a finding
 * is told to libFuzzer and to a replay alike. */
#ifndef PAWL_TESTS_FUZZ_H
#define PAWL_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
require(bool ok)
{
	if (!ok)
		abort();
}

/* To compare what came out of two ways through the same input. */
static inline void
fuzz_mix(uint64_t *hash, struct pawl_str s)
{
	*hash = *hash * 31 + s.len;
	for (size_t i = 0; i < s.len; i++)
		*hash = (*hash ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001b3);
}

#endif
