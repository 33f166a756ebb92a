/* The PROXY protocol, versions 1 and 2, receiving side: the line, or the binary header, by which
 * a proxy tells whose connection it hands on (haproxy, doc/proxy-protocol.txt). Pure. */
#ifndef PAWL_NET_PROXY_PROTOCOL_H
#define PAWL_NET_PROXY_PROTOCOL_H

#include "net/ip.h"

/* Of a header with the extensions that are read over: no proxy sends nearly as much. */
#define PAWL_PROXY_HEADER_MAX 4096

enum pawl_proxy_result {
	PAWL_PROXY_MORE, /* the header is not whole yet */
	PAWL_PROXY_DONE, /* *used bytes were the header */
	PAWL_PROXY_BAD,  /* it is none, or longer than is read */
};

/* *client becomes the address for which the proxy speaks. It stays as it is when the proxy speaks
 * for itself (LOCAL, its health checks) or of no IP address (UNKNOWN, UNSPEC, sockets of Unix). */
enum pawl_proxy_result pawl_proxy_parse(struct pawl_str bytes, size_t *used,
					struct pawl_ip *client);

#endif
