/* What every fuzz target has: its entry, and a check that ends the process, which is how a finding
 * is told to libFuzzer and to a replay alike. */
#ifndef PAWL_TESTS_FUZZ_H
#define PAWL_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
require(bool ok)
{
	if (!ok)
		abort();
}

#endif
