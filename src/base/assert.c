#include "base/assert.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"

_Noreturn void
pawl_assert_fail(const char *expr, const char *file, int line, const char *func)
{
	static atomic_flag failing = ATOMIC_FLAG_INIT;

	/* an assert that fails while this one is logged must not come back here */
	if (!atomic_flag_test_and_set(&failing))
		pawl_log(PAWL_LOG_ERROR, "assert", PAWL_F_C("expr", expr), PAWL_F_C("file", file),
			 PAWL_F_INT("line", line), PAWL_F_C("function", func));
	abort();
}
