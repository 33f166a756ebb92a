/* The event trigger: which events start a workflow, and what events are.
 *
 * A type is words between dots ("order.paid"). A pattern is a type in which "*" stands for one word
 * and "**" for one or more. Types that begin with "pawl." are Pawl's own: nobody else may send
 * them, and only a pattern that begins with "pawl." means them.
 * A subscription is compiled from the trigger's config once per active revision; immutable, any
 * thread. Pure. */
#ifndef PAWL_TRIGGER_EVENT_H
#define PAWL_TRIGGER_EVENT_H

#include "flow/registry.h"

#define PAWL_EVENT_TYPE_MAX 200
/* So many workflows may start one another by events. */
#define PAWL_EVENT_CHAIN_MAX 8

struct pawl_event {
	struct pawl_str type, source, id, subject; /* empty: none */
	int64_t at_us;
	struct pawl_json data;
	struct pawl_json attributes; /* the whole of a CloudEvent, or null */
	/* The workflows that led to it, by their runs and events, the last one last. */
	const uint64_t *chain;
	size_t n_chain;
};

/* NULL, or what is wrong with it; static. */
const char *pawl_event_type_problem(struct pawl_str type);
bool pawl_event_type_is_own(struct pawl_str type);
bool pawl_event_pattern_fits(struct pawl_str pattern, struct pawl_str type);
/* workflow.input of the runs that it starts. */
struct pawl_json pawl_event_input(struct pawl_arena *arena, const struct pawl_event *event);
/* The chain that such an input holds, in the arena. */
const uint64_t *pawl_event_chain(struct pawl_arena *arena, const struct pawl_json *input,
				 size_t *n);

struct pawl_subscription;

/* `config` has passed the checks of its fields. Never NULL. */
struct pawl_subscription *pawl_subscription_new(const struct pawl_json *config,
						struct pawl_problems *problems);
void pawl_subscription_free(struct pawl_subscription *subscription);
bool pawl_subscription_has_type(const struct pawl_subscription *subscription, struct pawl_str type);
/* The workflow that Pawl's own events have to be about; empty: any. */
struct pawl_str pawl_subscription_about(const struct pawl_subscription *subscription);
/* Without a request for so long, an endpoint is silent; 0: not asked for. */
int64_t pawl_subscription_silent_ms(const struct pawl_subscription *subscription);
/* Does the filter want it? What cannot be evaluated is wanted; *failure says why (in the arena). */
bool pawl_subscription_wants(const struct pawl_subscription *subscription,
			     const struct pawl_json *input, struct pawl_arena *arena,
			     const char **failure);

/* Pawl's own events; ends with name NULL. */
struct pawl_own_event {
	const char *name, *summary;
};
extern const struct pawl_own_event pawl_own_events[];
/* Their places in it. */
enum pawl_own_event_kind {
	PAWL_OWN_RUN_COMPLETED,
	PAWL_OWN_RUN_FAILED,
	PAWL_OWN_RUN_TIMED_OUT,
	PAWL_OWN_SIGNATURE_FAILING,
	PAWL_OWN_WORKFLOW_PUBLISHED,
	PAWL_OWN_WORKFLOW_ACTIVATED,
	PAWL_OWN_ENDPOINT_SILENT,
	PAWL_OWN_STORE_FAILING,
	PAWL_OWN_STORE_RECOVERED,
};

extern const struct pawl_trigger_type pawl_trigger_event;

#endif
