/* The operator's presets for commands that need no server. Main thread only. */
#ifndef PAWL_CLI_PRESETS_H
#define PAWL_CLI_PRESETS_H

#include "cli/options.h"

#define PAWL_PRESETS_OPTION                                                                        \
	{"presets", "DIR", "Signature presets of your own, as pawl serve has them", "PAWL_PRESETS"}

/* Makes the built-in presets known, and those of --presets. Prints what is wrong with one; false
 * when there was anything. pawl_schemes_fini ends it. */
bool pawl_presets_open(const struct pawl_args *args);

#endif
