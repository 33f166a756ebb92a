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
struct pawl_pubkey;
struct pawl_privkey;
struct pawl_keyset;

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

/* A key after the preset's decoding ("whsec_" base64, hex, a PEM text ...). */
struct pawl_scheme_key {
	struct pawl_str bytes; /* of a MAC or token; the text that a pinned member has to be */
	/* Owned by the key; NULL where it has none. */
	struct pawl_pubkey *public;
	struct pawl_privkey *private; /* to sign */
	struct pawl_keyset *set;
	bool is_url; /* bytes are the URL of a JWK set */
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

/* Decodes a secret; false with a message when it is empty or not of the scheme's form. The bytes
 * live in the arena; pawl_scheme_key_fini frees the rest. */
bool pawl_scheme_key(const struct pawl_scheme *scheme, struct pawl_str secret,
		     struct pawl_arena *arena, struct pawl_scheme_key *out, const char **message);
/* The same to sign with: a private key where the scheme is an asymmetric one. */
bool pawl_scheme_signing_key(const struct pawl_scheme *scheme, struct pawl_str secret,
			     struct pawl_arena *arena, struct pawl_scheme_key *out,
			     const char **message);
void pawl_scheme_key_fini(struct pawl_scheme_key *key);

/* True when any key fits. Otherwise *refusal is filled. Nothing is allocated for an HMAC that is
 * refused or fits, but the text of a refusal. */
bool pawl_scheme_verify(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			size_t n_keys, const struct pawl_request_facts *facts,
			struct pawl_arena *arena, struct pawl_refusal *refusal);

/* A request to be signed, for `pawl send` and tests. id and at_us are used where they are signed;
 * the URL is the whole of it. */
struct pawl_scheme_draft {
	struct pawl_str id, url, body;
	int64_t at_us;
};
/* The headers to send (in the arena); 0: the scheme cannot be used this way (the signature stands
 * in the body, or there is no private key). */
size_t pawl_scheme_sign(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
			const struct pawl_scheme_draft *draft, struct pawl_arena *arena,
			struct pawl_http_header *headers, size_t max);

/* The provider's handshakes (Slack's url_verification, Meta's hub.challenge ...). */
struct pawl_handshake {
	int status; /* 2xx: the answer. Else it is refused */
	struct pawl_refusal refusal;
	struct pawl_str content_type, body;
	const struct pawl_http_header *headers;
	size_t n_headers;
};

enum pawl_handshake_stage {
	PAWL_HANDSHAKE_UNSIGNED, /* before authentication: those that the provider does not sign */
	PAWL_HANDSHAKE_NO_CREDENTIALS, /* the request has no signature at all */
	PAWL_HANDSHAKE_VERIFIED,
};

struct pawl_handshake_call {
	enum pawl_handshake_stage stage;
	const struct pawl_request_facts *facts;
	const struct pawl_json *body;      /* parsed and decrypted, or NULL */
	const struct pawl_scheme_key *key; /* NULL: none is there */
	struct pawl_str verify_token;      /* SHA-256 of the entry's; empty: it has none */
};
/* True when the request is one: *out is filled in. */
bool pawl_scheme_handshake(const struct pawl_scheme *scheme, const struct pawl_handshake_call *call,
			   struct pawl_arena *arena, struct pawl_handshake *out);

/* Does the scheme encrypt bodies? */
bool pawl_scheme_is_encrypted(const struct pawl_scheme *scheme);
/* The text inside an encrypted body; false when it is not encrypted, or not by this key. */
bool pawl_scheme_decrypt(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
			 const struct pawl_json *body, struct pawl_arena *arena,
			 struct pawl_str *out);

/* Defaults of the trigger that has the preset: a body's size (0: none), addresses (NULL: all), and
 * the media type of the body where the provider's header is wrong (empty: it is right). */
size_t pawl_scheme_max_body(const struct pawl_scheme *scheme);
const struct pawl_json *pawl_scheme_allow_ips(const struct pawl_scheme *scheme);
struct pawl_str pawl_scheme_content_type(const struct pawl_scheme *scheme);
/* The 2xx status that the provider wants; 0: it has no wish. */
int pawl_scheme_success_status(const struct pawl_scheme *scheme);
/* What dedup has to know about a delivery. */
struct pawl_delivery {
	struct pawl_str id; /* the provider's own; empty: it has none, or none was sent */
	bool id_is_signed;
	bool has_signed_timestamp; /* and it was fresh */
	bool is_signed;            /* content is of what the signature covered, else of the body */
	/* SHA-256 of what was sent, the same for every try of one delivery: the body as a run sees
	 * it, or of it the members that are signed. */
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
