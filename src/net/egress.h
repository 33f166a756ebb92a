/* Which addresses outgoing requests may reach.
 *
 * Checked on the resolved address at connect time, for every connection and redirect, so
 * that a name which changes its answer gains nothing. Always refused unless allowed by
 * the operator: loopback, private (RFC 1918, RFC 4193), link-local and cloud metadata,
 * shared (RFC 6598), multicast, unspecified, reserved. Immutable after init: any thread. */
#ifndef PAWL_NET_EGRESS_H
#define PAWL_NET_EGRESS_H

#include "net/ip.h"

struct pawl_egress {
	struct pawl_cidr_list allow; /* goes before the built-in refusals */
	struct pawl_cidr_list deny;  /* goes before allow */
};

bool pawl_egress_is_allowed(const struct pawl_egress *egress, const struct pawl_ip *ip);
/* Why it is refused, to follow "the address ... "; NULL when it is allowed. Static text. */
const char *pawl_egress_refusal(const struct pawl_egress *egress, const struct pawl_ip *ip);
void pawl_egress_fini(struct pawl_egress *egress);

#endif
