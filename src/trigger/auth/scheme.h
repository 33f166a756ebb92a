/* Signature schemes as data: how a provider signs its webhooks.
 *
 * A scheme is made from a preset (presets/<name>.json, compiled in; the grammar is
 * described in docs/reference/presets.md) or from a document's own `auth` entry (generic
 * HMAC). Verification looks at the received bytes only, compares MACs in constant time,
 * and tries every key and every signature of a list. Immutable after it was made: any
 * thread. Secrets are never written to a verdict. */
#ifndef PAWL_TRIGGER_AUTH_SCHEME_H
#define PAWL_TRIGGER_AUTH_SCHEME_H

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "net/http_server.h"
#include "trigger/auth/remote_keys.h"

struct pawl_scheme;

/* What a request looks like to a verifier. Borrowed. */
struct pawl_request_facts {
	enum pawl_http_method method;
	struct pawl_str target; /* path?query as received */
	struct pawl_str query;
	struct pawl_str
		public_url; /* scheme and authority as callers know them, no slash at the end */
	const struct pawl_http_header *headers;
	size_t n_headers;
	struct pawl_str body; /* as received */
	size_t max_body;      /* that it may have when it is decompressed; 0: only the workflow's */
	struct pawl_ip ip;    /* the client's, behind trusted proxies */
	int64_t now_us;
	struct pawl_remote *remote; /* NULL: no key can be fetched */
};

/* Why a request was refused: a stable word and a sentence for operators (never for the caller,
 * never a secret). NULL code: it was not refused. `message` is static or lives in the arena given.
 */
struct pawl_refusal {
	const char *code; /* "bad_signature", "missing_header", "stale_timestamp", "bad_credentials"
			     ... */
	const char *message;
};

/* A key after the preset's decoding ("whsec_" base64, hex, ...). */
struct pawl_scheme_key {
	struct pawl_str bytes;
};

/* From a preset document; problems carry JSON pointers. NULL when there was any. */
struct pawl_scheme *pawl_scheme_new(const struct pawl_json *preset, struct pawl_problems *problems);
void pawl_scheme_free(struct pawl_scheme *scheme);
const char *pawl_scheme_name(const struct pawl_scheme *scheme);
/* A compiled-in preset by name; NULL when there is none. Presets are parsed once, on first use of
 * pawl_schemes_init, which must come before and from one thread. */
void pawl_schemes_init(void);
void pawl_schemes_fini(void);
const struct pawl_scheme *pawl_scheme_preset(struct pawl_str name);
/* All names, NULL-terminated. */
const char *const *pawl_scheme_preset_names(void);

/* Decodes a secret; false with a message when it is empty or not of the scheme's form. */
bool pawl_scheme_key(const struct pawl_scheme *scheme, struct pawl_str secret,
		     struct pawl_arena *arena, struct pawl_scheme_key *out, const char **message);

/* True when any key fits. Otherwise *refusal is filled. */
bool pawl_scheme_verify(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			size_t n_keys, const struct pawl_request_facts *facts,
			struct pawl_arena *arena, struct pawl_refusal *refusal);

/* Signs for `pawl send` and tests: the headers to send (in the arena). `id` and `at_us` are used
 * where the scheme signs them. */
size_t pawl_scheme_sign(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
			struct pawl_str id, int64_t at_us, struct pawl_str body,
			struct pawl_arena *arena, struct pawl_http_header *headers, size_t max);

/* The provider's handshake (Slack's url_verification ...), looked for after verification. True when
 * the request is one: the answer is filled in. */
struct pawl_handshake {
	int status;
	struct pawl_str content_type;
	struct pawl_str body;
};
bool pawl_scheme_handshake(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
			   struct pawl_arena *arena, struct pawl_handshake *out);
/* The 2xx status that the provider wants; 0: it has no wish. */
int pawl_scheme_success_status(const struct pawl_scheme *scheme);
/* What dedup has to know about a delivery. */
struct pawl_delivery {
	struct pawl_str id; /* the provider's own; empty: it has none, or none was sent */
	bool id_is_signed;
	bool has_signed_timestamp; /* and it was fresh */
	bool is_signed;            /* content is of what the signature covered, else of the body */
	/* SHA-256 of what was sent: the signed material without its id and time, so that it is the
	 * same for every try of one delivery. */
	unsigned char content[32];
};
/* `scheme` may be NULL; is_verified: its signature was verified, and fitted. `body` is the parsed
 * one or NULL. Texts are the request's or live in the arena. Costs a hash over the body. */
void pawl_scheme_delivery(const struct pawl_scheme *scheme, bool is_verified,
			  const struct pawl_request_facts *facts, const struct pawl_json *body,
			  struct pawl_arena *arena, struct pawl_delivery *out);
/* Facts about the delivery for the request log (delivery id, event name, timestamp), or null. */
struct pawl_json pawl_scheme_describe(const struct pawl_scheme *scheme,
				      const struct pawl_request_facts *facts,
				      struct pawl_arena *arena);

#endif
