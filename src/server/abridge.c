#include "server/abridge.h"

/* Each try is stricter than the one before it. */
static const struct limits {
	size_t text_bytes;
	uint32_t items, members;
	unsigned levels;
} tries[] = {{4096, 100, 1000, 32}, {512, 20, 300, 16}, {128, 5, 100, 8}, {64, 2, 50, 4}};

/* At the end of a text no character is torn apart. */
static struct pawl_str
cut_text(struct pawl_str text, size_t max)
{
	while (max > 0 && (text.ptr[max] & 0xc0) == 0x80)
		max--;
	return pawl_str_sub(text, 0, max);
}

static struct pawl_json
abridge(struct pawl_arena *arena, const struct pawl_json *v, const struct limits *limits,
	unsigned levels)
{
	struct pawl_json_builder b;

	if (v->type == PAWL_JSON_STRING && v->len > limits->text_bytes)
		return pawl_json_string(pawl_arena_printf(
			arena, "%.*s…",
			PAWL_STR_ARG(cut_text(pawl_json_str(v), limits->text_bytes))));
	if (v->type != PAWL_JSON_ARRAY && v->type != PAWL_JSON_OBJECT)
		return *v;
	if (v->type == PAWL_JSON_ARRAY) {
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; levels && i < v->len && i < limits->items; i++)
			pawl_json_push(&b, abridge(arena, &v->items[i], limits, levels - 1));
		return pawl_json_end(&b);
	}
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; levels && i < v->len && i < limits->members; i++)
		pawl_json_set(&b, v->members[i].key,
			      abridge(arena, &v->members[i].value, limits, levels - 1));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_abridge(struct pawl_arena *arena, const struct pawl_json *value, size_t max_bytes, bool *cut)
{
	struct pawl_json out = *value;

	*cut = false;
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		if (pawl_json_text(arena, &out).len <= max_bytes)
			return out;
		*cut = true;
		out = abridge(arena, value, &tries[i], tries[i].levels);
	}
	return out;
}
