/* Settings that several triggers have. */
#ifndef PAWL_TRIGGER_FIELDS_H
#define PAWL_TRIGGER_FIELDS_H

#include "flow/field.h"

#define PAWL_TRIGGER_CONCURRENCY                                                                   \
	{.name = "concurrency",                                                                    \
	 .type = PAWL_FIELD_INTEGER,                                                               \
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,                                         \
	 .min = 1,                                                                                 \
	 .max = 100000,                                                                            \
	 .label = "Runs at a time",                                                                \
	 .help = "More than these wait for their turn; without it there is no limit of its "       \
		 "own.",                                                                           \
	 .example = "10"}

#endif
