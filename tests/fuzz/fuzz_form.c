/* Forms, and whole requests as workflow.input: always an object whose text reads back. */
#include "fuzz.h"

#include "trigger/form.h"
#include "trigger/input.h"

#include "fuzz_json.h"

/* Every value is text or a list of two and more. */
static void
check_form(const struct pawl_json *v)
{
	for (uint32_t i = 0; i < v->len; i++) {
		const struct pawl_json *value = &v->members[i].value;

		require(pawl_json_get(v, v->members[i].key) == value);
		if (value->type == PAWL_JSON_ARRAY)
			require(value->len > 1);
		else
			require(value->type == PAWL_JSON_STRING);
	}
}

/* "target\nheaders\n\nbody", as far as it goes. */
static struct pawl_input_source
split(struct pawl_str text)
{
	struct pawl_input_source source = {.method = PAWL_STR("POST"), .ip = PAWL_STR("::1")};
	size_t end;

	(void)pawl_str_split(&text, '\n', &source.target);
	end = pawl_str_find(text, PAWL_STR("\n\n"));
	source.headers = pawl_str_sub(text, 0, end);
	if (end != SIZE_MAX)
		source.body = pawl_str_sub(text, end + 2, text.len);
	return source;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_input_source source;
	struct pawl_arena arena;
	struct pawl_json v;

	pawl_arena_init(&arena, 0);
	v = pawl_form_parse(&arena, text);
	check_form(&v);
	fuzz_check_object(&arena, &v);
	source = split(text);
	v = pawl_input_build(&arena, &source);
	fuzz_check_object(&arena, &v);
	pawl_arena_fini(&arena);
	return 0;
}
