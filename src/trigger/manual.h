/* The manual trigger: a workflow that people and programs start by hand, with input that fits a
 * schema. Pure, any thread. */
#ifndef PAWL_TRIGGER_MANUAL_H
#define PAWL_TRIGGER_MANUAL_H

#include "flow/registry.h"

/* Does the input fit what the trigger's config asks for? Problems are under /input. */
bool pawl_manual_takes(const struct pawl_json *config, const struct pawl_json *input,
		       struct pawl_problems *problems);

extern const struct pawl_trigger_type pawl_trigger_manual;

#endif
