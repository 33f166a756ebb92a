/* Whose request it is, and whether it may be done: API tokens, the session's cookie, and what keeps
 * other sites from using that (Origin and Sec-Fetch-Site; a CSRF token on writes). On the
 * connection's loop; never blocks. */
#ifndef PAWL_SERVER_ACCESS_H
#define PAWL_SERVER_ACCESS_H

#include "server/users.h"

#define PAWL_CSRF_TOKEN_CHARS 43
#define PAWL_DEVICE_CHARS     64

struct pawl_api_route;

struct pawl_access_refusal {
	int status; /* 0: it may be done */
	const char *type;
	char detail[160];
};

/* Fills *who; where nobody is known, its role is none. route NULL: of any route. */
void pawl_access_check(struct pawl_server *server, const struct pawl_http_request *req,
		       const struct pawl_api_route *route, struct pawl_principal *who,
		       struct pawl_access_refusal *refusal);

/* What a session's writes have to bring in X-CSRF-Token. */
void pawl_access_csrf_token(const struct pawl_server *server, const struct pawl_principal *who,
			    char out[PAWL_CSRF_TOKEN_CHARS + 1]);

/* ---- cookies ---- */

/* Does the browser speak HTTPS, as far as is known? */
bool pawl_access_is_secure(const struct pawl_server *server, const struct pawl_http_request *req);
/* A cookie's value; ptr NULL: it was not sent. `name` is without its prefix. */
struct pawl_str pawl_access_cookie(const struct pawl_http_request *req, bool is_secure,
				   const char *name);
/* Goes with whatever the answer will be; value NULL: the browser forgets it. */
void pawl_access_set_cookie(struct pawl_http_ref ref, bool is_secure, const char *name,
			    const char *value, int64_t age_s);

#define PAWL_SESSION_COOKIE "pawl_session"
#define PAWL_DEVICE_COOKIE  "pawl_device"

/* A browser in which the user has signed in once is known by this, so that somebody who guesses
 * passwords elsewhere cannot keep the user out. */
void pawl_access_device_make(const struct pawl_server *server, uint64_t user_id,
			     char out[PAWL_DEVICE_CHARS + 1]);
bool pawl_access_device_is_of(const struct pawl_server *server, struct pawl_str value,
			      uint64_t user_id);

#endif
