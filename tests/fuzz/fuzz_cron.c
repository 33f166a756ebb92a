/* Cron expressions: what is accepted comes true, and times only grow. */
#include "fuzz.h"

#include "trigger/cron.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_zone *zone;
	struct pawl_cron cron;
	int64_t at = -1, before;

	if (pawl_cron_parse(pawl_str((const char *)data, size), "", &cron, NULL) != PAWL_OK)
		return 0;
	if (pawl_zone_open(PAWL_STR("Europe/Berlin"), "", &zone, NULL) != PAWL_OK)
		return 0;
	for (int i = 0; i < 20; i++) {
		before = at;
		if (!pawl_cron_next(&cron, zone, at, &at))
			break;
		require(at > before);
	}
	require(at >= -7200);
	pawl_zone_free(zone);
	return 0;
}
