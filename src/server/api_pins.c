/* /api/v1/workflows/{workflow}/pins: sample events, kept with the workflow and not in its document.
 */
#include "base/clock.h"
#include "base/id.h"
#include "server/api_resources.h"
#include "server/secrets.h"

#define NAME_BYTES_MAX  100
#define INPUT_BYTES_MAX (256u << 10)

struct pinning {
	struct pawl_store_pin pin;
	struct pawl_store_get request;
};

static struct pawl_json
pin_json(struct pawl_api_call *call, const struct pawl_pin_row *row)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json document = pawl_api_parsed(arena, call->workflow->draft);
	struct pawl_json input = pawl_api_parsed(arena, row->input);
	struct pawl_json_builder b;

	input = pawl_input_open(call->server, arena, &input);
	input = pawl_api_mask_input(arena, &input, &document);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_dup(arena, row->name));
	pawl_json_set_c(&b, "saved_at", pawl_api_time(arena, row->saved_at_us));
	pawl_json_set_c(&b, "request_id", pawl_api_id_or_null(arena, row->request_id));
	pawl_json_set_c(&b, "input", pawl_api_hide_json(call, &input));
	return pawl_json_end(&b);
}

static void
reply_pin(struct pawl_api_call *call)
{
	const struct pinning *pinning = call->state;
	struct pawl_json value = pin_json(call, &pinning->pin.pin);

	pawl_api_reply(call, 200, &value);
}

/* The one that the path names. */
static struct pinning *
begin(struct pawl_api_call *call, enum pawl_store_kind kind)
{
	struct pinning *pinning = pawl_arena_calloc(&call->arena, 1, sizeof *pinning);

	pinning->pin.pin.workflow_id = call->workflow->id;
	pinning->pin.pin.name = call->params[1];
	pawl_store_op_init(&pinning->pin.op, kind, NULL);
	call->state = pinning;
	return pinning;
}

/* ---- the list, one, none --------------------------------------------------------- */

static struct pawl_json
list_item(struct pawl_api_call *call, const struct pawl_store_list *list, size_t i)
{
	return pin_json(call, &list->pins[i]);
}

static void
list_of(struct pawl_api_call *call, uint64_t id)
{
	struct pawl_api_list *list = pawl_api_list_new(call, PAWL_STORE_PINS);

	list->what = "pin";
	list->key = "name";
	list->item = list_item;
	list->list.workflow_id = id;
	pawl_api_list_run(call, list);
}

void
pawl_api_list_pins(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], list_of);
}

static void
pin_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "pin");
	else
		reply_pin(call);
}

static void
get_of(struct pawl_api_call *call, uint64_t id)
{
	(void)id;
	pawl_api_store(call, &begin(call, PAWL_STORE_PIN)->pin.op, pin_read);
}

void
pawl_api_get_pin(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], get_of);
}

static void
pin_removed(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "pin");
	else
		pawl_api_reply(call, 204, NULL);
}

static void
remove_of(struct pawl_api_call *call, uint64_t id)
{
	(void)id;
	pawl_api_store(call, &begin(call, PAWL_STORE_PIN_REMOVE)->pin.op, pin_removed);
}

void
pawl_api_remove_pin(struct pawl_api_call *call)
{
	pawl_api_workflow_id(call, call->params[0], remove_of);
}

/* ---- saving ------------------------------------------------------------------------ */

static void
pin_saved(struct pawl_api_call *call, struct pawl_store_op *op)
{
	if (op->err == PAWL_EFULL)
		pawl_api_fail(call, 409, "conflict",
			      "the workflow has %d pins already: remove one of them",
			      PAWL_PINS_MAX);
	else if (op->err != PAWL_OK)
		pawl_api_fail_err(call, op->err, "workflow");
	else
		reply_pin(call);
}

static void
save(struct pawl_api_call *call, const struct pawl_json *input)
{
	struct pinning *pinning = call->state;
	struct pawl_str text = pawl_json_text(&call->arena, input);

	if (text.len > INPUT_BYTES_MAX) {
		pawl_api_fail(call, 413, "too_large",
			      "the event has %zu bytes; a pin may have %u: leave some of it out",
			      text.len, INPUT_BYTES_MAX);
		return;
	}
	pinning->pin.pin.input = pawl_input_seal(call->server, &call->arena, text);
	pinning->pin.pin.saved_at_us = pawl_clock_now_us();
	pawl_api_store(call, &pinning->pin.op, pin_saved);
}

static void
request_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct pinning *pinning = call->state;
	struct pawl_run_record record = {0};
	struct pawl_json input;
	const char *why;

	if (op->err == PAWL_OK && pinning->request.request->workflow_id != call->workflow->id)
		op->err = PAWL_ENOTFOUND;
	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "request of this workflow");
		return;
	}
	why = pawl_api_request_obstacle(&call->arena, pinning->request.request);
	if (why) {
		pawl_api_fail(call, 409, "conflict", "%s", why);
		return;
	}
	record.request = *pinning->request.request;
	input = pawl_api_run_input(call, &record);
	save(call, &input);
}

static void
set_of(struct pawl_api_call *call, uint64_t id)
{
	struct pinning *pinning = begin(call, PAWL_STORE_PIN_SET);
	const struct pawl_json *given = pawl_json_get_c(&call->body, "input");
	struct pawl_json document = pawl_api_parsed(&call->arena, call->workflow->draft), input;
	const struct pawl_json *trigger = pawl_json_get_c(&document, "trigger");

	(void)id;
	if (!given) {
		(void)pawl_id_parse(pawl_json_get_str(&call->body, "request", pawl_str(NULL, 0)),
				    &pinning->request.id);
		pinning->pin.pin.request_id = pinning->request.id;
		pawl_store_op_init(&pinning->request.op, PAWL_STORE_REQUEST, NULL);
		pawl_api_store(call, &pinning->request.op, request_read);
	} else if (pawl_api_take_input(call, pawl_json_get_str(trigger, "type", PAWL_STR("")),
				       given, &input)) {
		save(call, &input);
	}
}

void
pawl_api_set_pin(struct pawl_api_call *call)
{
	bool has_input = pawl_json_get_c(&call->body, "input") != NULL;

	if (has_input == (pawl_json_get_c(&call->body, "request") != NULL))
		pawl_api_fail(call, 400, "invalid_request", "give an input, or a request's id");
	else if (call->params[1].len > NAME_BYTES_MAX || !pawl_str_is_utf8(call->params[1]))
		pawl_api_fail(call, 400, "invalid_request",
			      "the name may have %d bytes of UTF-8 at most", NAME_BYTES_MAX);
	else
		pawl_api_workflow_id(call, call->params[0], set_of);
}
