#include "base/crashpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/parse.h"

static struct pawl_str wanted_name;
static _Atomic uint64_t passages_left;
static pthread_once_t wanted_once = PTHREAD_ONCE_INIT;

static void
read_wanted(void)
{
	struct pawl_str rest = pawl_str_c(getenv("PAWL_CRASH_AT"));
	uint64_t nth = 1;

	if (!pawl_str_split(&rest, ':', &wanted_name))
		return;
	if (rest.ptr && !pawl_parse_u64(rest, &nth))
		nth = 0;
	/* 0 is "never": also for a count that cannot be read */
	atomic_store(&passages_left, nth);
	if (nth == 0)
		wanted_name = pawl_str(NULL, 0);
}

void
pawl_crash_point(const char *name)
{
	(void)pthread_once(&wanted_once, read_wanted);
	if (wanted_name.len == 0 || !pawl_str_eq_c(wanted_name, name))
		return;
	if (atomic_fetch_sub(&passages_left, 1) != 1)
		return;
	(void)kill(getpid(), SIGKILL);
	for (;;)
		(void)pause();
}
