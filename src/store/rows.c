#include "store/rows.h"

static const char *const workflow_states[] = {"inactive", "active", "paused"};
static const char *const run_states[] = {"queued", "running",  "waiting",  "completed",
					 "failed", "canceled", "timed_out"};
static const char *const node_states[] = {"pending", "running", "waiting", "completed",
					  "failed",  "skipped", "canceled"};
static const char *const verdicts[] = {"accepted", "refused", "handshake", "filtered", "duplicate"};

static const char *const roles[] = {"none", "viewer", "editor", "owner"};
static const char *const trigger_kinds[] = {"webhook", "service", "schedule", "event", "manual"};
static const char *const request_flags[] = {"conflict", "replay_suspected", "quarantined",
					    "released", "sealed"};

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

/* A number from a database that somebody else wrote to must not read past the table. */
static const char *
name_of(const char *const *names, size_t n, unsigned value)
{
	return value < n ? names[value] : "unknown";
}

static bool
parse(const char *const *names, size_t n, struct pawl_str s, unsigned *out)
{
	for (unsigned i = 0; i < n; i++) {
		if (pawl_str_eq_c(s, names[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *
pawl_workflow_state_name(enum pawl_workflow_state state)
{
	return name_of(workflow_states, COUNT(workflow_states), state);
}

const char *
pawl_run_state_name(enum pawl_run_state state)
{
	return name_of(run_states, COUNT(run_states), state);
}

const char *
pawl_node_state_name(enum pawl_node_state state)
{
	return name_of(node_states, COUNT(node_states), state);
}

const char *
pawl_verdict_name(enum pawl_verdict verdict)
{
	return name_of(verdicts, COUNT(verdicts), verdict);
}

const char *
pawl_role_name(enum pawl_role role)
{
	return name_of(roles, COUNT(roles), role);
}

const char *
pawl_trigger_kind_name(enum pawl_trigger_kind kind)
{
	return name_of(trigger_kinds, COUNT(trigger_kinds), kind);
}

const char *
pawl_request_flag_name(unsigned bit)
{
	return bit < COUNT(request_flags) ? request_flags[bit] : NULL;
}

bool
pawl_workflow_state_parse(struct pawl_str s, enum pawl_workflow_state *out)
{
	unsigned value;

	if (!parse(workflow_states, COUNT(workflow_states), s, &value))
		return false;
	*out = value;
	return true;
}

bool
pawl_run_state_parse(struct pawl_str s, enum pawl_run_state *out)
{
	unsigned value;

	if (!parse(run_states, COUNT(run_states), s, &value))
		return false;
	*out = value;
	return true;
}

bool
pawl_verdict_parse(struct pawl_str s, enum pawl_verdict *out)
{
	unsigned value;

	if (!parse(verdicts, COUNT(verdicts), s, &value))
		return false;
	*out = value;
	return true;
}

bool
pawl_role_parse(struct pawl_str s, enum pawl_role *out)
{
	unsigned value;

	if (!parse(roles, COUNT(roles), s, &value) || value == PAWL_ROLE_NONE)
		return false;
	*out = value;
	return true;
}
