/* IP addresses and CIDR lists (RFC 4632, RFC 4291).
 *
 * IPv4-mapped IPv6 addresses are treated as the IPv4 address that they hold.
 * Pure, any thread; a finished list may be shared. */
#ifndef PAWL_NET_IP_H
#define PAWL_NET_IP_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

#define PAWL_IP_TEXT_MAX 46

struct pawl_ip {
	uint8_t family;    /* 4, 6, or 0 for none */
	uint8_t bytes[16]; /* network order; IPv4 in the first four */
};

/* Dotted or colon form, optionally in brackets; no port, no zone. */
bool pawl_ip_parse(struct pawl_str s, struct pawl_ip *out);
size_t pawl_ip_format(const struct pawl_ip *ip, char out[PAWL_IP_TEXT_MAX]);
void pawl_ip_from_sockaddr(const struct sockaddr *sa, struct pawl_ip *out);
bool pawl_ip_eq(const struct pawl_ip *a, const struct pawl_ip *b);

struct pawl_cidr_list {
	struct pawl_cidr {
		struct pawl_ip ip;
		uint8_t bits;
	} *items;
	size_t len;
};

/* "10.0.0.0/8", "::1", "203.0.113.7"; host bits that are set are an error. */
PAWL_MUST_USE enum pawl_err pawl_cidr_list_add(struct pawl_cidr_list *list, struct pawl_str text);
/* Comma- or space-separated; problems name each bad entry. */
PAWL_MUST_USE enum pawl_err pawl_cidr_list_parse(struct pawl_cidr_list *list, struct pawl_str text,
						 const char *where, struct pawl_problems *problems);
bool pawl_cidr_list_has(const struct pawl_cidr_list *list, const struct pawl_ip *ip);
void pawl_cidr_list_fini(struct pawl_cidr_list *list);

/* The client's address behind trusted proxies: the peer, or, when the peer is a trusted
 * proxy, the right-most X-Forwarded-For entry that is not one. `forwarded_for` holds all
 * values joined by commas, each with or without a port; an entry that does not parse ends the walk
 * at the last good one. */
void pawl_ip_client(const struct pawl_ip *peer, struct pawl_str forwarded_for,
		    const struct pawl_cidr_list *trusted, struct pawl_ip *out);

#endif
