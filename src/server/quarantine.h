/* Refused requests to a known URL, kept whole until a secret is mended (api_reverify.c).
 *
 * Who refuses hands headers and body in sealed, so that what a stranger sent, or a partner whose
 * secret was wrong, does not lie about in the clear. How much is on its way to the disk at a time
 * is bounded, apart from what is accepted; what is kept is held to bounds by the store. */
#ifndef PAWL_SERVER_QUARANTINE_H
#define PAWL_SERVER_QUARANTINE_H

#include "server/internal.h"

/* What sealing adds to each of headers and body. */
#define PAWL_QUARANTINE_OVERHEAD 121

/* Marks the row, and seals its headers and `body`, which becomes its body: both stand in what is
 * returned, to be freed. A target that holds a secret is sealed with the headers. Workflow and time
 * of receipt are bound to them, and must be set. NULL, and the row is as it was, when there is no
 * room; else *reserved is to be given back once it is stored. Any thread. */
char *pawl_quarantine_keep(struct pawl_server *server, struct pawl_request_row *row,
			   struct pawl_str body, size_t *reserved);
void pawl_quarantine_give_back(struct pawl_server *server, size_t reserved);

/* An accepted row with a secret in its body: marks it, and seals the body, which stands in what is
 * returned, to be freed. NULL: there is none. Workflow and time must be set. Any thread. */
char *pawl_request_seal(struct pawl_server *server, struct pawl_request_row *row);

/* Opens a row that either of the two has marked; others are left as they are. False: the key is
 * another by now, or somebody has changed the bytes; both are empty then. */
PAWL_MUST_USE bool pawl_quarantine_open(const struct pawl_server *server, struct pawl_arena *arena,
					struct pawl_request_row *row);
/* The size of the body that was received, of a row that was opened or of one in a list. */
size_t pawl_quarantine_body_bytes(const struct pawl_request_row *row);

/* Has the store hold it to its bounds, if nobody does already. Any thread. */
void pawl_quarantine_trim(struct pawl_server *server);
/* The same now and then, on the loop of the schedules, which have been started. */
void pawl_quarantine_start(struct pawl_server *server);
/* When that loop has ended. */
void pawl_quarantine_stop(struct pawl_server *server);
/* What was received before it is too old. */
int64_t pawl_quarantine_since_us(const struct pawl_server *server);

#endif
