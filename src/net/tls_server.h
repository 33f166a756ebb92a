/* TLS for the HTTP front end (RFC 8446, RFC 5246), by OpenSSL.
 *
 * A pawl_tls_server is a certificate with its key; any thread. A pawl_tls is one connection's
 * state: bytes from the socket go in by feed and come out by read as plain text, plain text goes
 * in by write, and what has to be sent waits in the output. It owns no socket, never blocks, and
 * belongs to the connection's loop. One certificate for all names (no SNI), TLS 1.2 and 1.3, no
 * renegotiation, HTTP/1.1 only (ALPN, RFC 7301). */
#ifndef PAWL_NET_TLS_SERVER_H
#define PAWL_NET_TLS_SERVER_H

#include "base/err.h"
#include "base/str.h"

struct pawl_tls_server;
struct pawl_tls;

/* PEM files: the certificate with its chain behind it, and its key. Problems name the file. */
PAWL_MUST_USE enum pawl_err pawl_tls_server_open(const char *cert_path, const char *key_path,
						 struct pawl_tls_server **out,
						 struct pawl_problems *problems);
void pawl_tls_server_close(struct pawl_tls_server *server);
/* Reads the files again. Connections that are there keep what they have; with problems, new ones
 * do, too. */
PAWL_MUST_USE enum pawl_err pawl_tls_server_reload(struct pawl_tls_server *server,
						   struct pawl_problems *problems);

struct pawl_tls *pawl_tls_accept(struct pawl_tls_server *server);
void pawl_tls_free(struct pawl_tls *tls);

enum pawl_tls_status {
	PAWL_TLS_DATA,  /* *n bytes were read */
	PAWL_TLS_MORE,  /* nothing before more has been fed */
	PAWL_TLS_END,   /* the peer has said that it sends nothing more */
	PAWL_TLS_PLAIN, /* the peer does not speak TLS, but HTTP */
	PAWL_TLS_BROKEN,
};

void pawl_tls_feed(struct pawl_tls *tls, struct pawl_str received);
enum pawl_tls_status pawl_tls_read(struct pawl_tls *tls, char *out, size_t max, size_t *n);
/* False: the connection is broken. Only once the handshake is over. */
bool pawl_tls_write(struct pawl_tls *tls, struct pawl_str plain);
/* Says that nothing more is sent (close_notify). */
void pawl_tls_end(struct pawl_tls *tls);
bool pawl_tls_is_open(const struct pawl_tls *tls);
/* What has to be sent: borrowed until the next call. */
struct pawl_str pawl_tls_peek_output(struct pawl_tls *tls);
void pawl_tls_drop_output(struct pawl_tls *tls);

#endif
