/* The first start: while there are no users, a token in DATA/setup-token, which only its owner can
 * read, lets whoever has it make the first owner. It is the same over restarts, until it is used.
 */
#ifndef PAWL_SERVER_SETUP_H
#define PAWL_SERVER_SETUP_H

#include "server/internal.h"

#define PAWL_SETUP_FILE "setup-token"

/* After the users were read; blocks, for start-up. */
PAWL_MUST_USE enum pawl_err pawl_setup_open(struct pawl_server *server,
					    struct pawl_problems *problems);
void pawl_setup_free(struct pawl_setup *setup);
/* NULL: it is over. */
const char *pawl_setup_path(const struct pawl_server *server);
/* Is that the token? Any thread. */
bool pawl_setup_is_token(const struct pawl_server *server, struct pawl_str token);
/* There is a user: the token is removed. Any thread. */
void pawl_setup_end(struct pawl_server *server);

#endif
