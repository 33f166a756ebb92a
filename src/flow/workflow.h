/* A workflow document, checked and compiled: everything that the engine and the triggers
 * need, ready to run. Made once per revision; immutable and counted by reference, so any
 * thread may hold it. */
#ifndef PAWL_FLOW_WORKFLOW_H
#define PAWL_FLOW_WORKFLOW_H

#include "data/template.h"
#include "flow/redact.h"
#include "flow/registry.h"

#define PAWL_WORKFLOW_VERSION   1
#define PAWL_WORKFLOW_NODES_MAX 2000
#define PAWL_WORKFLOW_BYTES_MAX (4u << 20)
#define PAWL_WORKFLOW_NAME_MAX  100

enum pawl_on_error { PAWL_ON_ERROR_FAIL, PAWL_ON_ERROR_CONTINUE, PAWL_ON_ERROR_BRANCH };

struct pawl_retry {
	uint32_t max; /* attempts after the first */
	int64_t initial_ms, max_delay_ms;
	double factor;
	bool jitter;
};

struct pawl_node_settings {
	int64_t timeout_ms;
	struct pawl_retry retry;
	bool async;
	int64_t cache_ms;
	enum pawl_on_error on_error;
	bool disabled; /* completes at once with the output null, by its first port */
};

struct pawl_flow_edge {
	int32_t from; /* node index; -1: the trigger */
	int32_t to;
	uint32_t port; /* index into the source's ports */
};

struct pawl_flow_node {
	uint32_t index;
	struct pawl_str id, name;
	const struct pawl_node_type *type;
	const struct pawl_json *config; /* as in the document */
	const struct pawl_template *config_template;
	bool uses_secrets; /* an expression names ${secrets.…} */
	struct pawl_node_settings settings;
	const struct pawl_str *ports; /* the type's, and "error" last when on_error is branch */
	uint32_t n_ports;
	const struct pawl_flow_edge *const *in, *const *out; /* edges that end and begin here */
	uint32_t n_in, n_out;
};

struct pawl_workflow {
	struct pawl_str name, description;
	const struct pawl_trigger_type *trigger;
	const struct pawl_json *trigger_config; /* as in the document */
	const struct pawl_flow_node *nodes;     /* in topological order */
	uint32_t n_nodes;
	const struct pawl_flow_edge *edges;
	uint32_t n_edges;
	const struct pawl_flow_edge *const *start; /* edges that begin at the trigger */
	uint32_t n_start;
	uint32_t concurrency; /* runs at the same time; 0: no limit of its own */
};

/* Checks the whole document and adds every problem, each with its JSON pointer and what to do;
 * NULL when there was any. The document is copied. */
struct pawl_workflow *pawl_workflow_compile(const struct pawl_json *document,
					    const struct pawl_registry *registry,
					    struct pawl_problems *problems);
/* From JSON or (when it does not begin with '{') YAML text; *document is the parsed value. */
PAWL_MUST_USE enum pawl_err pawl_workflow_read(struct pawl_arena *arena, struct pawl_str text,
					       struct pawl_json *document,
					       struct pawl_problems *problems);
struct pawl_workflow *pawl_workflow_ref(struct pawl_workflow *workflow);
void pawl_workflow_unref(struct pawl_workflow *workflow);
const struct pawl_flow_node *pawl_workflow_node(const struct pawl_workflow *workflow,
						struct pawl_str id);

/* A copy in which literal secrets are "***", and so is every setting that holds a secret that
 * `redactor` (or NULL) finds; and the way back, from the document that had them. */
struct pawl_json pawl_workflow_mask(struct pawl_arena *arena, const struct pawl_json *document,
				    const struct pawl_registry *registry,
				    const struct pawl_redactor *redactor);
struct pawl_json pawl_workflow_unmask(struct pawl_arena *arena, const struct pawl_json *document,
				      const struct pawl_json *old,
				      const struct pawl_registry *registry,
				      const struct pawl_redactor *redactor);
/* JSON Schema 2020-12 of a whole document. */
struct pawl_json pawl_workflow_schema(struct pawl_arena *arena,
				      const struct pawl_registry *registry);

/* The fields of every node's `settings`, and of `retry` in it. */
extern const struct pawl_field pawl_node_settings_fields[];

#endif
