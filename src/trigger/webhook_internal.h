/* The webhook trigger's parts: settings, credentials, the check; private to this layer. */
#ifndef PAWL_TRIGGER_WEBHOOK_INTERNAL_H
#define PAWL_TRIGGER_WEBHOOK_INTERNAL_H

#include "trigger/auth/scheme_internal.h"
#include "trigger/webhook.h"

#define PAWL_AUTH_DIGEST 32

enum pawl_auth_type {
	PAWL_AUTH_NONE,
	PAWL_AUTH_BASIC,
	PAWL_AUTH_HEADER,
	PAWL_AUTH_BEARER,
	PAWL_AUTH_SIGNATURE,
};

/* One entry of `auth`, with its secret resolved. The secret itself is kept only where a MAC needs
 * it; the others are compared by their SHA-256. */
struct pawl_auth {
	enum pawl_auth_type type;
	bool is_usable;                  /* false: something about it is wrong, it admits nobody */
	struct pawl_scheme_names header; /* what is compared, or Authorization */
	unsigned char digest[PAWL_AUTH_DIGEST]; /* signature: of its verify_token */
	bool has_verify_token;
	const struct pawl_scheme *scheme;
	struct pawl_scheme *own_scheme; /* made for this entry */
	struct pawl_scheme_key key;     /* its bytes are malloc'ed */
	size_t entry;                   /* its place in the document's `auth` */
	/* Of its secret: which version, and when that is valid; 0: always. */
	uint64_t version;
	int64_t not_before_us, not_after_us;
};

/* Why an entry refused; the highest came closest. */
enum pawl_auth_rank {
	PAWL_AUTH_RANK_UNUSABLE,
	PAWL_AUTH_RANK_ABSENT,
	PAWL_AUTH_RANK_MALFORMED,
	PAWL_AUTH_RANK_UNTIMELY,
	PAWL_AUTH_RANK_WRONG,
	PAWL_AUTH_RANK_UNDECIDED, /* a key could not be had */
	PAWL_AUTH_RANK_PENDING,   /* a key is to be fetched */
};

/* Which versions of its secrets an entry is made with. */
struct pawl_auth_versions {
	size_t wanted;     /* 0: the newest; one that has fewer gives its oldest */
	bool also_expired; /* for a diagnosis */
	size_t n;          /* result: how many there are to choose from */
	/* Result: of the one that was taken. */
	uint64_t version;
	int64_t not_before_us, not_after_us;
};

/* What an entry is made from. */
struct pawl_auth_source {
	const struct pawl_json *entry; /* config's auth[index] */
	size_t index;
	struct pawl_str preset; /* the trigger's, or empty */
	struct pawl_secrets *secrets;
	size_t version; /* 0: the newest of its secret; the next older one, and so on */
};

/* Names in *out refer to `arena`, which lives as long. A problem leaves the entry unusable. Returns
 * how many versions of the secret there are. */
size_t pawl_auth_init(struct pawl_auth *out, const struct pawl_auth_source *source,
		      struct pawl_arena *arena, struct pawl_problems *problems);
/* Is its secret's version valid at that time? */
bool pawl_auth_is_valid(const struct pawl_auth *auth, int64_t at_us);
void pawl_auth_fini(struct pawl_auth *auth);
bool pawl_auth_admits(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
		      struct pawl_arena *arena, struct pawl_refusal *refusal,
		      enum pawl_auth_rank *rank);
const char *pawl_auth_type_name(enum pawl_auth_type type);

/* Of the fields `auth` and `allow_ips` of every trigger that has a URL. */
extern const struct pawl_field pawl_auth_item, pawl_ip_item;

/* Document time: what the fields cannot say about `auth` as a whole. */
void pawl_auth_check_list(const struct pawl_json *config, const char *pointer,
			  struct pawl_problems *problems);
/* Likewise about one entry. */
void pawl_auth_check(const struct pawl_json *entry, const char *pointer, struct pawl_str preset,
		     struct pawl_problems *problems);

/* The scheme of a signature entry: a preset, or (then *own is set, too) generic HMAC with the
 * entry's own parts. NULL with problems under `pointer`. */
const struct pawl_scheme *pawl_auth_scheme(const struct pawl_json *entry, const char *pointer,
					   struct pawl_str preset, struct pawl_scheme **own,
					   struct pawl_problems *problems);

/* A text with ${secrets.NAME} and ${env.NAME} filled in; false with a problem when one of them is
 * missing, or the result is empty. The value lives in the arena. */
bool pawl_auth_resolve(const struct pawl_json *text, const char *pointer,
		       struct pawl_secrets *secrets, struct pawl_auth_versions *versions,
		       struct pawl_arena *arena, struct pawl_str *out,
		       struct pawl_problems *problems);

#define PAWL_WEBHOOK_MAGIC 0x77656268u

struct pawl_webhook {
	unsigned magic;
	struct pawl_arena arena;
	unsigned methods; /* 1 << enum pawl_http_method */
	const char *allow;
	size_t max_body;
	struct pawl_cidr_list allow_ips; /* empty: all */
	struct pawl_auth *auth;
	size_t n_auth;
	struct pawl_json *details; /* of each entry of auth, before the request adds to it */
	const struct pawl_scheme *preset;
	struct pawl_webhook_respond respond;
	const char *authenticate;
	unsigned handshake_methods; /* of handshakes that `methods` need not have */
	bool has_unsigned_handshakes, has_lenient_handshakes;
	struct pawl_policy *policy; /* NULL: none */
};

/* Sets the verdict; what is refused for want of a remote key waits, or is a 503. */
void pawl_webhook_refuse(struct pawl_webhook_verdict *out, int status, const char *code,
			 const char *message);

/* ---- handshakes (webhook_handshake.c) -------------------------------------- */

/* Notes what kinds there are; returns the methods that they come with. */
unsigned pawl_webhook_read_handshakes(struct pawl_webhook *webhook);
/* Each is true when the request is a handshake: the verdict is set then. Before authentication;
 * after it failed for want of any credentials; after it succeeded. */
bool pawl_webhook_try_unsigned(const struct pawl_webhook *webhook,
			       const struct pawl_request_facts *facts, struct pawl_arena *arena,
			       struct pawl_webhook_verdict *out);
bool pawl_webhook_try_lenient(const struct pawl_webhook *webhook,
			      const struct pawl_request_facts *facts,
			      const struct pawl_refusal *refusal, struct pawl_arena *arena,
			      struct pawl_webhook_verdict *out);
bool pawl_webhook_try_verified(const struct pawl_auth *auth, const struct pawl_request_facts *facts,
			       struct pawl_arena *arena, struct pawl_webhook_verdict *out);

#endif
