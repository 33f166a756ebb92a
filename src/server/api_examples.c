/* /api/v1/examples: workflows to begin with. */
#include "base/clock.h"
#include "server/api_resources.h"
#include "server/examples.h"
#include "trigger/event.h"
#include "trigger/service.h"
#include "trigger/webhook.h"

/* workflow.input as the trigger makes it of the event. */
static struct pawl_json
input_of(struct pawl_arena *arena, struct pawl_str trigger, const struct pawl_json *event)
{
	struct pawl_json_builder b;

	if (pawl_str_eq_c(trigger, pawl_trigger_event.name))
		return pawl_event_input(
			arena,
			&(struct pawl_event){.type = pawl_json_get_str(event, "type", PAWL_STR("")),
					     .at_us = pawl_clock_now_us(),
					     .data = *pawl_json_get_c(event, "data")});
	if (!pawl_str_eq_c(trigger, pawl_trigger_webhook.name) &&
	    !pawl_str_eq_c(trigger, pawl_trigger_service.name))
		return *event;
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "body", *event);
	return pawl_json_end(&b);
}

static struct pawl_json
example_json(struct pawl_arena *arena, const struct pawl_example *example)
{
	struct pawl_json document = pawl_api_parsed(arena, pawl_str_c(example->document));
	struct pawl_json event = pawl_api_parsed(arena, pawl_str_c(example->event));
	const struct pawl_json *trigger = pawl_json_get_c(&document, "trigger");
	struct pawl_str type = pawl_json_get_str(trigger, "type", PAWL_STR(""));
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_c(example->name));
	pawl_json_set_c(
		&b, "description",
		pawl_json_string(pawl_json_get_str(&document, "description", PAWL_STR(""))));
	pawl_json_set_c(&b, "trigger", pawl_json_string(type));
	pawl_json_set_c(&b, "document", document);
	pawl_json_set_c(&b, "event", event);
	pawl_json_set_c(&b, "input", input_of(arena, type, &event));
	return pawl_json_end(&b);
}

void
pawl_api_list_examples(struct pawl_api_call *call)
{
	struct pawl_json_builder items;

	pawl_json_array_begin(&items, &call->arena);
	for (const struct pawl_example *example = pawl_examples; example->name; example++)
		pawl_json_push(&items, example_json(&call->arena, example));
	pawl_api_reply_list(call, pawl_json_end(&items), pawl_json_null());
}
