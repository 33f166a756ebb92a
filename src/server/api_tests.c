/* POST /api/v1/workflows/{workflow}/test-runs: a document, or a part of it, is run for real while
 * it is being built. What it needs is read from the store one thing after another. */
#include "base/clock.h"
#include "base/id.h"
#include "server/api_resources.h"
#include "server/secrets.h"
#include "server/test_plan.h"

#define SEALED_MAX ((size_t)256 << 20)

struct testing {
	struct pawl_store_get revision, run, request;
	struct pawl_store_pin pin;
	struct pawl_store_start_run start;
	struct pawl_json document; /* opened */
	struct pawl_json recorded; /* ids: outputs of an earlier run */
};

static const char *const sources[] = {"input", "request", "pin", NULL};

/* ---- outputs --------------------------------------------------------------------- */

static struct pawl_str
label(struct pawl_arena *arena, uint64_t run_id, struct pawl_str node_id)
{
	return pawl_arena_printf(arena, "output/%llu/%.*s", (unsigned long long)run_id,
				 PAWL_STR_ARG(node_id));
}

/* As the engine records it: without secrets, and sealed beside that where there are any. */
static void
hide_output(struct pawl_api_call *call, uint64_t run_id, struct pawl_node_row *row)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(call->server->secrets);
	struct pawl_str text = row->output;
	struct pawl_buf sealed;

	row->output = pawl_redact_json_text(redactor, &call->arena, text);
	pawl_redactor_unref(redactor);
	if (row->output.ptr == text.ptr)
		return;
	pawl_buf_init(&sealed, SEALED_MAX);
	pawl_seal(call->server->sealer, label(&call->arena, run_id, row->node_id), text, &sealed);
	row->sealed = pawl_arena_dup(&call->arena, pawl_buf_peek(&sealed));
	pawl_buf_fini(&sealed);
}

/* What the nodes of an earlier run gave out, by their ids. */
static struct pawl_json
recorded_outputs(struct pawl_api_call *call, const struct pawl_run_record *record)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	for (size_t i = 0; i < record->n_nodes; i++) {
		const struct pawl_node_row *row = &record->nodes[i];
		struct pawl_str text = row->output;

		if (row->state != PAWL_NODE_COMPLETED || !row->output.len)
			continue;
		if (row->sealed.len &&
		    !pawl_unseal(call->server->sealer,
				 label(&call->arena, record->run.id, row->node_id), row->sealed,
				 &call->arena, &text))
			text = row->output;
		pawl_json_set(&b, row->node_id, pawl_api_parsed(&call->arena, text));
	}
	return pawl_json_end(&b);
}

/* Those, and what the caller gave in their place. */
static struct pawl_json
given_outputs(struct pawl_api_call *call, const struct testing *testing)
{
	const struct pawl_json *pinned = pawl_json_get_c(&call->body, "pinned");
	const struct pawl_json *both[] = {&testing->recorded, pinned};
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, &call->arena);
	for (size_t k = 0; k < 2; k++)
		for (uint32_t i = 0; pawl_json_is(both[k], PAWL_JSON_OBJECT) && i < both[k]->len;
		     i++)
			pawl_json_set(&b, both[k]->members[i].key, both[k]->members[i].value);
	return pawl_json_end(&b);
}

/* ---- starting ---------------------------------------------------------------------- */

static void
started(struct pawl_api_call *call, struct pawl_store_op *op)
{
	(void)op;
	pawl_api_reply_new_run(call, &((struct testing *)call->state)->start);
}

static void
set_rows(struct pawl_api_call *call, const struct pawl_test_plan *plan,
	 struct pawl_store_start_run *op)
{
	struct pawl_node_row *rows = pawl_test_plan_rows(plan, &call->arena, &op->n_nodes);

	for (size_t i = 0; i < op->n_nodes; i++)
		hide_output(call, op->run.id, &rows[i]);
	op->nodes = rows;
}

/* False: the call was answered with what is wrong. */
static bool
make_plan(struct pawl_api_call *call, struct pawl_test_plan *plan)
{
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str only = pawl_json_get_str(&call->body, "only", none);
	struct pawl_problems problems = {0};
	bool ok;

	plan->until = only.len ? only : pawl_json_get_str(&call->body, "until", none);
	plan->only = only.len != 0;
	ok = pawl_test_plan(plan, &call->arena, &call->server->registry, &problems);
	if (!ok)
		pawl_api_fail_document(call,
				       "what is to be tested is not valid; nothing was started",
				       &problems, plan->document);
	pawl_problems_fini(&problems);
	return ok;
}

static void
start(struct pawl_api_call *call)
{
	struct testing *testing = call->state;
	struct pawl_json stored = pawl_api_parsed(&call->arena, call->workflow->draft), document;
	struct pawl_json given = given_outputs(call, testing);
	struct pawl_test_plan plan = {.document = &testing->document, .given = &given};
	struct pawl_store_start_run *op = &testing->start;

	if (!make_plan(call, &plan))
		return;
	op->run.id = pawl_id_new();
	op->run.workflow_id = call->workflow->id;
	op->run.flags = PAWL_RUN_TEST;
	op->run.queued_at_us = pawl_clock_now_us();
	set_rows(call, &plan, op);
	pawl_workflow_unref(plan.workflow);
	document = pawl_document_seal(call->server, &call->arena, &plan.part, &stored);
	op->document = pawl_json_text(&call->arena, &document);
	pawl_store_op_init(&op->op, PAWL_STORE_START_RUN, NULL);
	pawl_api_store(call, &op->op, started);
}

/* ---- where the input comes from ------------------------------------------------------ */

static void
pin_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct testing *testing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "pin");
		return;
	}
	testing->start.run.input = testing->pin.pin.input;
	testing->start.run.request_id = 0;
	start(call);
}

static void
request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct testing *testing = call->state;
	const struct pawl_request_row *request = testing->request.request;
	const char *why = NULL;

	if (op->err == PAWL_OK && request->workflow_id != call->workflow->id)
		op->err = PAWL_ENOTFOUND;
	if (op->err == PAWL_OK)
		why = pawl_api_request_obstacle(&call->arena, request);
	if (op->err == PAWL_OK && !why) {
		testing->start.run.input = pawl_str(NULL, 0);
		testing->start.run.request_id = request->id;
		testing->start.run.trigger = request->trigger;
		start(call);
		return;
	}
	if (why)
		pawl_api_fail(call, 409, "conflict", "%s", why);
	else
		pawl_api_fail_err(call, op->err, "request of this workflow");
}

/* The written input; false: the call was answered with what is wrong. */
static bool
take_input(struct pawl_api_call *call, const struct pawl_json *given)
{
	struct testing *testing = call->state;
	const struct pawl_json *trigger = pawl_json_get_c(&testing->document, "trigger");
	struct pawl_json input;

	if (!pawl_api_take_input(call, pawl_json_get_str(trigger, "type", PAWL_STR("")), given,
				 &input))
		return false;
	testing->start.run.input =
		pawl_input_seal(call->server, &call->arena, pawl_json_text(&call->arena, &input));
	testing->start.run.request_id = 0;
	return true;
}

static void
read_input(struct pawl_api_call *call)
{
	struct testing *testing = call->state;
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str request = pawl_json_get_str(&call->body, "request", none);
	struct pawl_str pin = pawl_json_get_str(&call->body, "pin", none);
	const struct pawl_json *input = pawl_json_get_c(&call->body, "input");

	if (pin.ptr) {
		testing->pin.pin =
			(struct pawl_pin_row){.workflow_id = call->workflow->id, .name = pin};
		pawl_store_op_init(&testing->pin.op, PAWL_STORE_PIN, NULL);
		pawl_api_store(call, &testing->pin.op, pin_read);
	} else if (request.ptr) {
		(void)pawl_id_parse(request, &testing->request.id);
		pawl_store_op_init(&testing->request.op, PAWL_STORE_REQUEST, NULL);
		pawl_api_store(call, &testing->request.op, request_read);
	} else if (!input || take_input(call, input)) {
		start(call);
	}
}

static void
run_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct testing *testing = call->state;
	const struct pawl_run_record *record = testing->run.record;

	if (op->err == PAWL_OK && record->run.workflow_id != call->workflow->id)
		op->err = PAWL_ENOTFOUND;
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "run of this workflow");
		return;
	}
	testing->start.run.replay_of = record->run.id;
	testing->start.run.input = record->run.input;
	testing->start.run.request_id = record->run.request_id;
	testing->start.run.trigger = record->run.trigger;
	if (pawl_json_get_c(&call->body, "until") || pawl_json_get_c(&call->body, "only"))
		testing->recorded = recorded_outputs(call, record);
	read_input(call);
}

static void
read_run(struct pawl_api_call *call)
{
	struct testing *testing = call->state;
	struct pawl_str run = pawl_json_get_str(&call->body, "run", pawl_str(NULL, 0));

	testing->start.run.trigger = PAWL_TRIGGER_MANUAL;
	if (!run.ptr) {
		read_input(call);
		return;
	}
	(void)pawl_id_parse(run, &testing->run.id);
	pawl_store_op_init(&testing->run.op, PAWL_STORE_RUN, NULL);
	pawl_api_store(call, &testing->run.op, run_read);
}

/* ---- the document ---------------------------------------------------------------------- */

static void
revision_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct testing *testing = call->state;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "revision");
		return;
	}
	testing->document = pawl_api_parsed(&call->arena, testing->revision.revision->document);
	testing->document = pawl_document_open(call->server, &call->arena, &testing->document);
	read_run(call);
}

static void
read_document(struct pawl_api_call *call, uint64_t id)
{
	struct testing *testing = call->state;
	const struct pawl_json *document = pawl_json_get_c(&call->body, "document");
	struct pawl_json draft = pawl_api_parsed(&call->arena, call->workflow->draft);
	int64_t number;

	if (pawl_json_to_i64(pawl_json_get_c(&call->body, "revision"), &number)) {
		testing->revision = (struct pawl_store_get){.id = id, .number = (uint32_t)number};
		pawl_store_op_init(&testing->revision.op, PAWL_STORE_REVISION, NULL);
		pawl_api_store(call, &testing->revision.op, revision_read);
		return;
	}
	testing->document = pawl_document_open(call->server, &call->arena, &draft);
	if (document)
		testing->document = pawl_document_unmask(call->server, &call->arena, document,
							 &testing->document);
	read_run(call);
}

/* NULL, or why the body says two things at once. */
static const char *
contradiction(const struct pawl_json *body)
{
	size_t n = 0;

	for (size_t i = 0; sources[i]; i++)
		n += pawl_json_get_c(body, sources[i]) != NULL;
	if (n > 1)
		return "give one of input, request and pin";
	if (pawl_json_get_c(body, "document") && pawl_json_get_c(body, "revision"))
		return "give a document or a revision, not both";
	if (pawl_json_get_c(body, "until") && pawl_json_get_c(body, "only"))
		return "give until or only, not both";
	return NULL;
}

void
pawl_api_start_test(struct pawl_api_call *call)
{
	const char *why = contradiction(&call->body);

	if (why) {
		pawl_api_fail(call, 400, "invalid_request", "%s", why);
		return;
	}
	call->state = pawl_arena_calloc(&call->arena, 1, sizeof(struct testing));
	pawl_api_workflow_id(call, call->params[0], read_document);
}
