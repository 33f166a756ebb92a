/* What becomes of a request whose sender is known: is it wanted (filter), has it been here before
 * (dedup), whose turn has its run to wait for (order_by).
 *
 * Compiled from a trigger's config with its webhook; immutable, any thread. Pure. What a workflow
 * does not ask for costs nothing: the input is only built for filter, order_by and dedup.key. */
#ifndef PAWL_TRIGGER_POLICY_H
#define PAWL_TRIGGER_POLICY_H

#include "trigger/webhook.h"

#define PAWL_POLICY_KEY_BYTES 32
/* A longer order key is cut here and made unique by its hash. */
#define PAWL_ORDER_KEY_MAX 256

struct pawl_policy;

/* The field tables `filter`, `dedup`, `order_by` and `rate_limit` describe. */
extern const struct pawl_field pawl_dedup_fields[], pawl_rate_limit_fields[];

/* NULL: nothing is asked for. `config` has passed its checks; a problem turns the part of it off.
 * names_deliveries: a scheme of the trigger knows where its sender puts a delivery's id. */
struct pawl_policy *pawl_policy_new(const struct pawl_json *config, bool names_deliveries,
				    struct pawl_problems *problems);
void pawl_policy_free(struct pawl_policy *policy);

/* Signed bytes that were seen under another id, where the signature covers no time. */
enum pawl_policy_replay {
	PAWL_POLICY_REPLAY_REFUSE, /* as a duplicate: no second run */
	PAWL_POLICY_REPLAY_FLAG,   /* runs, and is flagged */
	PAWL_POLICY_REPLAY_ALLOW,
};

struct pawl_policy_verdict {
	bool is_filtered;
	/* An expression could not be evaluated (too large, a bad regular expression): static or in
	 * the arena, for the request log. The request is accepted all the same. NULL: none. */
	const char *failure;
	struct pawl_str order_key; /* empty: none */
	/* SHA-256 of what names the delivery, and of its bytes; empty: it is not looked for. */
	struct pawl_str delivery_key, content_key;
	/* Its bytes alone tell that it was here before. */
	bool checks_replay;
	enum pawl_policy_replay replay;
	int64_t window_us;
};

/* Values live in the arena. */
void pawl_policy_apply(const struct pawl_policy *policy, const struct pawl_request_facts *facts,
		       const struct pawl_webhook_verdict *verdict, struct pawl_arena *arena,
		       struct pawl_policy_verdict *out);

/* Document time. */
void pawl_policy_check(const struct pawl_json *config, const char *pointer,
		       struct pawl_problems *problems);

/* Requests a second that the endpoint takes, and at once; 0: no limit. */
void pawl_policy_rate(const struct pawl_policy *policy, double *per_second, uint32_t *burst);

#endif
