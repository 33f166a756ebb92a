/* "headers\n\nbody" as a request: an event has what every event has, and can be written. */
#include "fuzz.h"

#include "trigger/input.h"

#include "fuzz_json.h"

static void
check_event(struct pawl_arena *arena, const struct pawl_json *event)
{
	static const char *const names[] = {"id", "source", "type", "specversion"};

	fuzz_check_object(arena, event);
	for (size_t i = 0; i < 4; i++)
		require(pawl_json_get_str(event, names[i], PAWL_STR("")).len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	size_t end = pawl_str_find(text, PAWL_STR("\n\n"));
	struct pawl_input_source source = {.request_id = 1, .method = PAWL_STR("POST")};
	const struct pawl_json *event, *events;
	struct pawl_arena arena;
	struct pawl_json v;

	source.headers = pawl_str_sub(text, 0, end);
	if (end != SIZE_MAX)
		source.body = pawl_str_sub(text, end + 2, text.len);
	pawl_arena_init(&arena, 0);
	v = pawl_input_build(&arena, &source);
	fuzz_check_object(&arena, &v);
	event = pawl_json_get_c(&v, "cloudevent");
	events = pawl_json_get_c(&v, "cloudevents");
	require(!event || !events);
	if (event)
		check_event(&arena, event);
	for (uint32_t i = 0; events && i < events->len; i++)
		check_event(&arena, &events->items[i]);
	pawl_arena_fini(&arena);
	return 0;
}
