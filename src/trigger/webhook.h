/* The webhook trigger: who may call a workflow's URL, and what is answered.
 *
 * Compiled from the trigger's config once per active revision; immutable, any thread.
 * Pure: reads no clock, disk or socket. */
#ifndef PAWL_TRIGGER_WEBHOOK_H
#define PAWL_TRIGGER_WEBHOOK_H

#include "flow/registry.h"
#include "flow/secrets.h"
#include "trigger/auth/scheme.h"

struct pawl_policy;
struct pawl_webhook;

/* `config` has passed the checks of its fields. Secrets (literal, or ${secrets.NAME} and
 * ${env.NAME}) are resolved now; one that is missing or empty is a problem and its entry admits
 * nobody. Returns an object even then, so that the URL answers 401 and not 404. */
struct pawl_webhook *pawl_webhook_new(const struct pawl_json *config, struct pawl_secrets *secrets,
				      struct pawl_problems *problems);
void pawl_webhook_free(struct pawl_webhook *webhook);

bool pawl_webhook_has_method(const struct pawl_webhook *webhook, enum pawl_http_method method);
/* A handshake may come with this method although `methods` has it not: the check decides. */
bool pawl_webhook_may_handshake(const struct pawl_webhook *webhook, enum pawl_http_method method);
/* "POST, PUT", for Allow. */
const char *pawl_webhook_allow(const struct pawl_webhook *webhook);
size_t pawl_webhook_max_body(const struct pawl_webhook *webhook);
bool pawl_webhook_has_ip(const struct pawl_webhook *webhook, const struct pawl_ip *ip);

enum pawl_webhook_outcome {
	PAWL_WEBHOOK_ACCEPT,
	PAWL_WEBHOOK_REFUSE,    /* status and refusal are set */
	PAWL_WEBHOOK_HANDSHAKE, /* handshake is set */
	PAWL_WEBHOOK_WAIT, /* facts->remote says what has to be fetched before it is checked again
			    */
};

struct pawl_webhook_verdict {
	enum pawl_webhook_outcome outcome;
	int status; /* 400 malformed_body, 401 ..., 403 address_not_allowed, 405, 413, 415, 503 */
	struct pawl_refusal refusal;
	struct pawl_handshake handshake;
	struct pawl_json detail; /* for the request log: which auth entry, delivery id, event; or
				    null; good as long as the arena and the webhook */
	/* What pawl_webhook_delivery looks at. */
	const struct pawl_scheme *scheme; /* of the entry, or the preset's; NULL: none */
	bool is_verified;                 /* the scheme's signature fitted */
	uint64_t secret_version;          /* that the caller knows; 0: none of the store */
	bool has_tree;
	struct pawl_json tree; /* the body, where the scheme looks into it */
	/* What is kept in place of what was received: the decrypted body, and the type of a body
	 * whose header the provider gets wrong. Each ptr NULL: as it was received. */
	struct pawl_str body, content_type;
};

/* The whole of it: address, authentication (any entry of several), handshake, body decompressed
 * within its limits and well-formed for its content type. Size was checked before; a method that is
 * not one of `methods` is refused unless it brings a handshake. Verification goes before the
 * handshake and before the body is parsed; handshakes that no provider signs are looked for first.
 */
void pawl_webhook_check(const struct pawl_webhook *webhook, const struct pawl_request_facts *facts,
			struct pawl_arena *arena, struct pawl_webhook_verdict *out);

/* Does the trigger look for a credential there: a token, a password, and not a signature? Such
 * values are not kept. */
bool pawl_webhook_is_credential(const struct pawl_webhook *webhook, struct pawl_str header);
/* The target with the values of such parameters of its query as "***"; itself, without any. */
struct pawl_str pawl_webhook_mask_target(const struct pawl_webhook *webhook, struct pawl_str target,
					 struct pawl_arena *arena);

/* What else is asked of a request before it starts a run; NULL: nothing (trigger/policy.h). */
const struct pawl_policy *pawl_webhook_policy(const struct pawl_webhook *webhook);

/* Does the scheme that admitted the request know of ids? */
bool pawl_webhook_names_delivery(const struct pawl_webhook_verdict *verdict);
/* For dedup: the delivery's id and a hash of what was sent. Not computed unless it is asked for. */
void pawl_webhook_delivery(const struct pawl_webhook_verdict *verdict,
			   const struct pawl_request_facts *facts, struct pawl_arena *arena,
			   struct pawl_delivery *out);

/* The answer to an accepted request. A configured body is sent as it is; else body.ptr is NULL and
 * the caller sends the standard one. */
struct pawl_webhook_respond {
	int status;
	const struct pawl_http_header *headers;
	size_t n_headers;
	struct pawl_str content_type;
	struct pawl_str body;
};
/* The value of WWW-Authenticate for a 401 (RFC 9110 section 11.6.1); NULL when no entry of `auth`
 * is basic or bearer. */
const char *pawl_webhook_authenticate(const struct pawl_webhook *webhook);
const struct pawl_webhook_respond *pawl_webhook_respond(const struct pawl_webhook *webhook);

extern const struct pawl_trigger_type pawl_trigger_webhook;

/* NULL-terminated, by name: all trigger types. */
extern const struct pawl_trigger_type *const pawl_trigger_types[];

#endif
