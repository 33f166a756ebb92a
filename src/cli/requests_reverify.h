/* pawl requests reverify. */
#ifndef PAWL_CLI_REQUESTS_REVERIFY_H
#define PAWL_CLI_REQUESTS_REVERIFY_H

#include "cli/client.h"

/* Of the workflow that --workflow names, or of all that are active; returns an exit status. */
int pawl_requests_reverify(const struct pawl_args *args, struct pawl_client *client);

#endif
