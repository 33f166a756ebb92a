/* All trigger types, by name. */
#include "trigger/event.h"
#include "trigger/manual.h"
#include "trigger/schedule.h"
#include "trigger/service.h"

const struct pawl_trigger_type *const pawl_trigger_types[] = {
	&pawl_trigger_event,    &pawl_trigger_service, &pawl_trigger_manual,
	&pawl_trigger_schedule, &pawl_trigger_webhook, NULL,
};
