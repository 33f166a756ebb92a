#include "nodes/nodes.h"

#include <stdarg.h>
#include <stdio.h>

const struct pawl_node_type *const pawl_node_types[] = {
#define PAWL_NODE(name) &pawl_node_type_##name,
#include "nodes/nodes.def"
#undef PAWL_NODE
	NULL,
};

void
pawl_node_complete_data(struct pawl_node_call *call, struct pawl_json data, struct pawl_str port)
{
	struct pawl_json *output = pawl_arena_alloc(call->arena, sizeof(*output));
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, call->arena);
	pawl_json_set_c(&b, "data", data);
	*output = pawl_json_end(&b);
	pawl_node_complete(call, output, port);
}

struct pawl_str
pawl_node_text(struct pawl_node_call *call, const struct pawl_json *value, size_t max_bytes)
{
	struct pawl_str text = PAWL_STR("null");

	if (pawl_json_is(value, PAWL_JSON_STRING))
		text = pawl_json_str(value);
	else if (value)
		text = pawl_json_text(call->arena, value);
	text = pawl_node_hide(call, text);
	if (text.len <= max_bytes)
		return text;
	while (max_bytes && ((unsigned char)text.ptr[max_bytes] & 0xc0) == 0x80)
		max_bytes--;
	return pawl_str_sub(text, 0, max_bytes);
}

void
pawl_node_fail_text(struct pawl_node_call *call, const char *code, const char *fmt, ...)
{
	struct pawl_node_failure failure = {.code = code, .retry_after_ms = -1};
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	failure.message = pawl_arena_dup(call->arena, pawl_str_c(text));
	pawl_node_fail(call, &failure);
}
