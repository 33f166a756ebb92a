/* POST /api/v1/workflows/{workflow}/what-if: recorded runs under the draft, or a revision. */
#include "base/id.h"
#include "server/api_resources.h"
#include "server/what_if.h"

#define RUNS_DEFAULT 20
#define ENDED_STATES (1U << PAWL_RUN_COMPLETED | 1U << PAWL_RUN_FAILED | 1U << PAWL_RUN_TIMED_OUT)

static const char *const filters[] = {"status", "class", "code", "event", "from", "to", "limit"};

struct asking {
	struct pawl_store_get revision;
	struct pawl_what_if_job job;
};

static void
ask(struct pawl_api_call *call, struct pawl_str document)
{
	struct asking *asking = call->state;

	asking->job.document = document;
	pawl_what_ifs_ask(call->server->what_ifs, &asking->job);
}

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct asking *asking = call->state;

	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "revision");
	else
		ask(call, asking->revision.revision->document);
}

/* False: the call is answered with what is wrong. */
static bool
read_runs(struct pawl_api_call *call, const struct pawl_json *list, struct pawl_what_if_job *job)
{
	uint64_t *runs;

	if (!list)
		return true;
	for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
		if (!pawl_json_get_c(&call->body, filters[i]))
			continue;
		pawl_api_fail(call, 400, "invalid_request",
			      "runs says which: leave the filter %s out", filters[i]);
		return false;
	}
	runs = pawl_arena_calloc(&call->arena, list->len, sizeof *runs);
	for (uint32_t i = 0; i < list->len; i++) {
		struct pawl_str text = pawl_json_str(&list->items[i]);

		if (!pawl_id_parse(text, &runs[i])) {
			pawl_api_fail(call, 400, "invalid_request", "%.*s is not an id",
				      PAWL_STR_ARG(text));
			return false;
		}
	}
	job->runs = runs;
	job->n_runs = list->len;
	return true;
}

static void
start(struct pawl_api_call *call, uint64_t workflow_id)
{
	struct asking *asking = pawl_arena_calloc(&call->arena, 1, sizeof *asking);
	struct pawl_what_if_job *job = &asking->job;
	int64_t number;

	call->state = asking;
	*job = (struct pawl_what_if_job){
		.call = call,
		.filter = {.workflow_id = workflow_id, .states = ENDED_STATES},
		.limit = RUNS_DEFAULT};
	pawl_api_read_filter(call, &job->filter);
	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "limit"), &number))
		job->limit = (size_t)number;
	if (!read_runs(call, pawl_json_get_c(&call->body, "runs"), job))
		return;
	if (!pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &number)) {
		ask(call, call->workflow->draft);
		return;
	}
	job->revision = (uint32_t)number;
	asking->revision = (struct pawl_store_get){.id = workflow_id, .number = job->revision};
	pawl_store_op_init(&asking->revision.op, PAWL_STORE_REVISION, NULL);
	pawl_api_store(call, &asking->revision.op, revision_read);
}

void
pawl_api_what_if(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], start);
}
