/* What expressions would see: of a recorded run, or of what a caller hands in. The engine's own
 * evaluator does the rest. Secrets are "***". Call's loop. */
#ifndef PAWL_SERVER_SIGHT_H
#define PAWL_SERVER_SIGHT_H

#include "data/template.h"
#include "server/api.h"

struct pawl_sight {
	struct pawl_api_call *call;
	const struct pawl_run_record *record;     /* NULL: none */
	const struct pawl_workflow_row *workflow; /* NULL: none */
	struct pawl_json input;                   /* workflow.input, as it is shown */
	bool has_input;
	struct pawl_json outputs, errors; /* objects, by the ids of nodes */
	struct pawl_scope scope;
};

/* Sees what the run recorded; record and workflow may be NULL. `sight` must not move afterwards. */
void pawl_sight_init(struct pawl_sight *sight, struct pawl_api_call *call,
		     struct pawl_run_record *record, const struct pawl_workflow_row *workflow);
/* In place of what was recorded; NULL: nothing. */
void pawl_sight_give(struct pawl_sight *sight, const struct pawl_json *input,
		     const struct pawl_json *outputs);
/* Had the root of a reference any value at all? A node that did not run has none. */
bool pawl_sight_has_root(struct pawl_sight *sight, const struct pawl_template_ref *ref);
/* What one reference finds, by itself. */
PAWL_MUST_USE bool pawl_sight_find(struct pawl_sight *sight, const struct pawl_template_ref *ref,
				   struct pawl_json *out);

#endif
