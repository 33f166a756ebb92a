/* Time zones of the system's database: TZif files (RFC 8536), with the rule in their footer for
 * the years behind the last transition that they list.
 *
 * libc's own functions know one zone for the whole process. A zone is immutable: any thread.
 * Times are seconds since 1970-01-01T00:00:00Z. */
#ifndef PAWL_BASE_ZONE_H
#define PAWL_BASE_ZONE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PAWL_ZONE_NAME_MAX  64
#define PAWL_ZONE_BYTES_MAX (256u << 10)

struct pawl_zone;

/* "Europe/Berlin", from $TZDIR or /usr/share/zoneinfo; reads a small file. "UTC" needs none.
 * PAWL_EINVAL: no name of a zone; PAWL_ENOTFOUND: there is none of that name; PAWL_EIO. The problem
 * at `where` says what to do. */
PAWL_MUST_USE enum pawl_err pawl_zone_open(struct pawl_str name, const char *where,
					   struct pawl_zone **out, struct pawl_problems *problems);
/* From the bytes of a TZif file; NULL when it is none, or damaged. Pure. */
struct pawl_zone *pawl_zone_parse(struct pawl_str bytes);
void pawl_zone_free(struct pawl_zone *zone);

/* A span of time in which clocks keep the same distance from UTC. */
struct pawl_zone_period {
	int64_t from, until; /* [from, until); INT64_MIN and INT64_MAX: without end */
	int32_t offset_s;    /* east of UTC */
	int32_t before_s;    /* of the period before it; the same when there is none */
};

void pawl_zone_period(const struct pawl_zone *zone, int64_t at, struct pawl_zone_period *out);

#endif
