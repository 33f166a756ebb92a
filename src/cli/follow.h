/* Follows the server's stream of events, over broken connections. Main thread only. */
#ifndef PAWL_CLI_FOLLOW_H
#define PAWL_CLI_FOLLOW_H

#include "cli/client.h"

struct pawl_follow {
	const char *command;      /* for messages: "tail" */
	struct pawl_str workflow; /* name or id; empty: all */
	/* A connection stands: what came before it may have been missed. May be NULL. False ends.
	 */
	bool (*on_connect)(void *ctx);
	/* The event "gap" says that some were missed. False ends. */
	bool (*on_event)(void *ctx, struct pawl_str event, struct pawl_str data);
	void *ctx;
};

/* Until a callback says so (PAWL_EXIT_OK), or nothing more is to be hoped for, which is printed. */
int pawl_follow(const struct pawl_args *args, struct pawl_client *client,
		const struct pawl_follow *follow);

#endif
