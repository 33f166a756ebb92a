/* Keys that stand somewhere else: a JWK set, a signing certificate, by URL. And the visit to a URL
 * by which a sender wants to be confirmed.
 *
 * A check is pure and never waits. It asks with pawl_remote_get. What is not here yet is noted in
 * the look-up as wanted, and the check ends with the refusal PAWL_REFUSAL_PENDING; whoever owns
 * the look-up (the server) gets it and does the check again. What cannot be had is
 * PAWL_REFUSAL_UNAVAILABLE, which is a 503 and no 401: the sender may be right. */
#ifndef PAWL_TRIGGER_AUTH_REMOTE_KEYS_H
#define PAWL_TRIGGER_AUTH_REMOTE_KEYS_H

#include "data/regexp.h"
#include "trigger/auth/keyset.h"

#define PAWL_REFUSAL_PENDING     "key_pending"
#define PAWL_REFUSAL_UNAVAILABLE "key_unavailable"
#define PAWL_REMOTE_URL_MAX      2048

struct pawl_refusal;

enum pawl_remote_kind {
	PAWL_REMOTE_JWKS,
	PAWL_REMOTE_CERTIFICATE,
	PAWL_REMOTE_VISIT, /* a GET that has to be answered 2xx: no keys */
};
enum pawl_remote_state { PAWL_REMOTE_HAVE, PAWL_REMOTE_PENDING, PAWL_REMOTE_FAILED };

struct pawl_remote_want {
	enum pawl_remote_kind kind;
	struct pawl_str url;
	struct pawl_str
		kid; /* JWKS: a set without it is fetched again, now and then; may be empty */
};

/* One check's way to remote keys. Owner: whoever starts the check; not shared by threads. */
struct pawl_remote {
	/* HAVE: *out is counted for the caller (NULL for a visit). Must not block. */
	enum pawl_remote_state (*find)(void *ctx, const struct pawl_remote_want *want,
				       struct pawl_keyset **out);
	void *ctx;
	bool is_pending;                /* a check has asked for what is not here: */
	struct pawl_remote_want wanted; /* texts of the check's request or arena */
};

/* NULL for `remote`: nothing can be had. On HAVE *out is the caller's to unref (NULL for a visit);
 * else *refusal says why and *out is NULL. */
enum pawl_remote_state pawl_remote_get(struct pawl_remote *remote,
				       const struct pawl_remote_want *want,
				       struct pawl_keyset **out, struct pawl_refusal *refusal);

/* A preset's pattern of hosts, made to match the whole of one; NULL when it is not well-formed.
 * Free with pawl_regexp_free. */
struct pawl_regexp *pawl_remote_host_pattern(struct pawl_str pattern);
/* May a request name this URL? https at the default port, no user, a host that `host` (NULL: any)
 * matches, and a path that ends in `suffix` (empty: any). */
bool pawl_remote_url_is_allowed(struct pawl_str url, const struct pawl_regexp *host,
				struct pawl_str suffix);

/* Is the text a URL that an operator may name for keys: https, or http to this machine itself? */
bool pawl_remote_is_key_url(struct pawl_str text);

#endif
