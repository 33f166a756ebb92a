/* TZif files: periods of whatever is accepted follow one another without gaps. */
#include "fuzz.h"

#include "base/zone.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_zone *zone = pawl_zone_parse(pawl_str((const char *)data, size));
	int64_t at = INT64_C(-4000000000);
	struct pawl_zone_period p;

	if (!zone)
		return 0;
	for (int i = 0; i < 400 && at < INT64_C(5000000000); i++) {
		pawl_zone_period(zone, at, &p);
		require(p.from <= at && at < p.until);
		at = p.until;
	}
	pawl_zone_free(zone);
	return 0;
}
