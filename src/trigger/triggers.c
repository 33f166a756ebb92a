/* All trigger types, by name. */
#include "trigger/service.h"

const struct pawl_trigger_type *const pawl_trigger_types[] = {
	&pawl_trigger_service,
	&pawl_trigger_webhook,
	NULL,
};
