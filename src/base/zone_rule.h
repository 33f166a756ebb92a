/* The rule of a zone for all years: a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3", with
 * hours from -167 to 167 (RFC 8536 section 3.3.1). Private to zone.c and its tests. Pure. */
#ifndef PAWL_BASE_ZONE_RULE_H
#define PAWL_BASE_ZONE_RULE_H

#include "base/zone.h"

/* A day of the year, and the second of it. */
struct pawl_zone_change {
	enum { PAWL_CHANGE_MONTH, PAWL_CHANGE_JULIAN, PAWL_CHANGE_DAY } kind;
	int month, week, day; /* JULIAN: 1 to 365, no leap day; DAY: 0 to 365 */
	int32_t second;
};

struct pawl_zone_rule {
	int32_t standard_s, daylight_s; /* east of UTC */
	bool has_daylight;
	struct pawl_zone_change start, end;
};

bool pawl_zone_rule_parse(struct pawl_str text, struct pawl_zone_rule *out);
void pawl_zone_rule_period(const struct pawl_zone_rule *rule, int64_t at,
			   struct pawl_zone_period *out);

#endif
