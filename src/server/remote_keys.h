/* Keys by URL for the accept path: fetched once, kept, fetched again in time.
 *
 * One fetcher for the server, with a loop and an HTTP client of its own that start with the first
 * URL. Fetches go by the egress rules of workflows; redirects are not followed; size, time, the
 * number of URLs and of those that wait are bounded. What can no longer be fetched is used for
 * another day. A check never waits itself: find and wait may be called by any thread. */
#ifndef PAWL_SERVER_REMOTE_KEYS_H
#define PAWL_SERVER_REMOTE_KEYS_H

#include "net/egress.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "trigger/auth/remote_keys.h"

#define PAWL_REMOTE_RETRY_AFTER_S 5 /* a failure is remembered this long */
#define PAWL_REMOTE_WAITERS_MAX   256

struct pawl_remote_keys;

/* `egress` must outlive it. */
struct pawl_remote_keys *pawl_remote_keys_new(const struct pawl_egress *egress);
/* Between two fetches for the sake of a kid that the set has not; 30 s unless set. */
void pawl_remote_keys_set_refresh(struct pawl_remote_keys *keys, int64_t at_least_ms);
/* From here on nothing can be had, and whoever waits is told so at once. Any thread but its own. */
void pawl_remote_keys_close(struct pawl_remote_keys *keys);
void pawl_remote_keys_free(struct pawl_remote_keys *keys);

/* For struct pawl_remote: ctx is the keys. */
enum pawl_remote_state pawl_remote_keys_find(void *ctx, const struct pawl_remote_want *want,
					     struct pawl_keyset **out);
/* Embedded in whatever waits; `task` is set by its owner. */
struct pawl_remote_waiter {
	struct pawl_remote_waiter *next;
	struct pawl_loop *loop;
	struct pawl_task task;
};
/* Has it fetched, and posts waiter->task to its loop once that has succeeded or failed: then find
 * says which. False: too many wait already, and the task will not be posted. */
PAWL_MUST_USE bool pawl_remote_keys_wait(struct pawl_remote_keys *keys,
					 const struct pawl_remote_want *want,
					 struct pawl_remote_waiter *waiter);

/* How long an answer may be kept, by its Cache-Control (RFC 9111 section 5.2.2): at least a minute,
 * at most a day. */
int64_t pawl_remote_max_age_ms(const struct pawl_http_header *headers, size_t n);

#endif
