/* POST /api/v1/runs/{run}/retry: from the nodes that did not complete, or from one that is named;
 * under the run's own revision, or under one that mends what was wrong. */
#include "flow/part.h"
#include "server/api_resources.h"

struct retrying {
	struct pawl_store_get run, old, revision;
	struct pawl_json document;     /* that the run goes on under */
	struct pawl_json old_document; /* null: not kept any more */
	struct pawl_engine_command command;
};

static struct pawl_str
type_of(const struct pawl_json *document, struct pawl_str id)
{
	uint32_t place = pawl_part_place(document, id);
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");

	return place == UINT32_MAX ? PAWL_STR("")
				   : pawl_json_get_str(&nodes->items[place], "type", PAWL_STR(""));
}

static const struct pawl_node_row *
row_of(const struct pawl_run_record *record, struct pawl_str id)
{
	for (size_t i = 0; i < record->n_nodes; i++)
		if (pawl_str_eq(record->nodes[i].node_id, id))
			return &record->nodes[i];
	return NULL;
}

static bool
is_done_again(const struct pawl_engine_command *command, struct pawl_str id)
{
	for (size_t i = 0; i < command->n_redo; i++)
		if (pawl_str_eq(command->redo[i], id))
			return true;
	return false;
}

/* The node and all that comes after it; false: there is no such node. */
static bool
find_redo(struct pawl_api_call *call, struct pawl_str from)
{
	struct retrying *retrying = call->state;
	const struct pawl_json *nodes = pawl_json_get_c(&retrying->document, "nodes");
	struct pawl_str *redo;
	struct pawl_part after;
	size_t n = 0;

	if (!pawl_part_after(&call->arena, &retrying->document, from, &after))
		return false;
	redo = pawl_arena_calloc(&call->arena, after.n_nodes + 1, sizeof *redo);
	redo[n++] = from;
	for (uint32_t i = 0; i < after.n_nodes; i++)
		if (after.has[i])
			redo[n++] = pawl_json_get_str(&nodes->items[i], "id", PAWL_STR(""));
	retrying->command.redo = redo;
	retrying->command.n_redo = n;
	return true;
}

/* A completed node whose type is another one now: its output is not what others expect. Empty: all
 * fit. */
static struct pawl_str
find_misfit(const struct retrying *retrying)
{
	const struct pawl_run_record *record = retrying->run.record;

	for (size_t i = 0; i < record->n_nodes; i++) {
		struct pawl_str id = record->nodes[i].node_id;
		struct pawl_str then = type_of(&retrying->old_document, id);
		struct pawl_str now = type_of(&retrying->document, id);

		if (record->nodes[i].state == PAWL_NODE_COMPLETED && then.len && now.len &&
		    !pawl_str_eq(then, now) && !is_done_again(&retrying->command, id))
			return id;
	}
	return PAWL_STR("");
}

/* False: the call was answered with what is wrong. */
static bool
check(struct pawl_api_call *call)
{
	struct retrying *retrying = call->state;
	struct pawl_str from = pawl_json_get_str(&call->body, "from", pawl_str(NULL, 0)), misfit;

	if (from.ptr && !find_redo(call, from)) {
		pawl_api_fail(call, 422, "invalid_request",
			      "no node of revision %u has the id \"%.*s\"",
			      retrying->revision.number, PAWL_STR_ARG(from));
		return false;
	}
	if (from.ptr && !row_of(retrying->run.record, from) &&
	    type_of(&retrying->old_document, from).len) {
		pawl_api_fail(call, 409, "conflict",
			      "the run did not come to \"%.*s\": name a node before it",
			      PAWL_STR_ARG(from));
		return false;
	}
	misfit = find_misfit(retrying);
	if (misfit.len) {
		pawl_api_fail(call, 409, "conflict",
			      "\"%.*s\" is a node of another type in revision %u: what it gave "
			      "out does not fit; retry from it, or from a node before it",
			      PAWL_STR_ARG(misfit), retrying->revision.number);
		return false;
	}
	return true;
}

static void
retry(struct pawl_api_call *call)
{
	struct retrying *retrying = call->state;
	const struct pawl_run_row *run = &retrying->run.record->run;

	if (!check(call))
		return;
	retrying->command.action = PAWL_ACTION_RETRY;
	retrying->command.run_id = run->id;
	if (retrying->revision.number != run->revision)
		retrying->command.revision = retrying->revision.number;
	pawl_api_run_command(call, &retrying->command);
}

static void
old_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct retrying *retrying = call->state;

	if (op->err == PAWL_OK)
		retrying->old_document =
			pawl_api_parsed(&call->arena, retrying->old.revision->document);
	retry(call);
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct retrying *retrying = call->state;
	const struct pawl_run_row *run = &retrying->run.record->run;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	retrying->document = pawl_api_parsed(&call->arena, retrying->revision.revision->document);
	if (retrying->revision.number == run->revision) {
		retrying->old_document = retrying->document;
		retry(call);
		return;
	}
	retrying->old = (struct pawl_store_get){.id = run->workflow_id, .number = run->revision};
	pawl_store_op_init(&retrying->old.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &retrying->old.op, old_read);
}

static void
run_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct retrying *retrying = call->state;
	int64_t number;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run");
		return;
	}
	if (!pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &number))
		number = retrying->run.record->run.revision;
	retrying->revision = (struct pawl_store_get){.id = retrying->run.record->run.workflow_id,
						     .number = (uint32_t)number};
	pawl_store_op_init(&retrying->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &retrying->revision.op, revision_read);
}

void
pawl_api_retry_run(struct pawl_api_call *call)
{
	struct retrying *retrying = pawl_arena_calloc(&call->arena, 1, sizeof *retrying);

	call->state = retrying;
	retrying->command.action = PAWL_ACTION_RETRY;
	if (!pawl_api_id(call, call->params[0], &retrying->command.run_id))
		return;
	if (!call->body.len) {
		pawl_api_run_command(call, &retrying->command);
		return;
	}
	retrying->run.id = retrying->command.run_id;
	pawl_store_op_init(&retrying->run.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &retrying->run.op, run_read);
}
