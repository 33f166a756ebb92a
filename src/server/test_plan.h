/* What a test run of a document does: which part of it, which nodes run, which have the output that
 * they were given, which are left out. Pure, any thread. */
#ifndef PAWL_SERVER_TEST_PLAN_H
#define PAWL_SERVER_TEST_PLAN_H

#include "flow/workflow.h"
#include "store/rows.h"

enum pawl_test_role { PAWL_TEST_RUNS, PAWL_TEST_GIVEN, PAWL_TEST_LEFT_OUT };

struct pawl_test_plan {
	/* in */
	const struct pawl_json *document; /* opened; only the part that is tested has to be valid */
	struct pawl_str until;            /* this node, and what it needs; empty: all */
	bool only;                        /* that node alone */
	const struct pawl_json *given;    /* object: outputs by the ids of nodes */
	/* out */
	struct pawl_json part;          /* of the document */
	struct pawl_workflow *workflow; /* that; the caller's reference */
	enum pawl_test_role *roles;     /* of its nodes */
};

/* False with problems, at their places in the whole document. */
PAWL_MUST_USE bool pawl_test_plan(struct pawl_test_plan *plan, struct pawl_arena *arena,
				  const struct pawl_registry *registry,
				  struct pawl_problems *problems);
/* The rows of nodes that the run begins with. */
struct pawl_node_row *pawl_test_plan_rows(const struct pawl_test_plan *plan,
					  struct pawl_arena *arena, size_t *n);

#endif
