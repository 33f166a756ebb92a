/* All trigger types, by name. */
#include "trigger/webhook.h"

const struct pawl_trigger_type *const pawl_trigger_types[] = {
	&pawl_trigger_webhook,
	NULL,
};
