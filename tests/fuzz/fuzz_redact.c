/* A line with a secret, then a text: none is left in it, also where the text is JSON, which it is
 * still; and what has none stays as it is. */
#include "flow/redact.h"
#include "fuzz.h"

static void
check_text(const struct pawl_redactor *r, struct pawl_arena *arena, struct pawl_str secret,
	   struct pawl_str text)
{
	struct pawl_str out = pawl_redact_text(r, arena, text);

	require(out.len <= text.len);
	require(pawl_str_find(out, secret) == SIZE_MAX);
	require(!pawl_str_is_utf8(text) || pawl_str_is_utf8(out));
	if (pawl_str_find(text, secret) == SIZE_MAX && !pawl_redact_finds(r, text))
		require(out.ptr == text.ptr);
}

static void
check_json(const struct pawl_redactor *r, struct pawl_arena *arena, struct pawl_str secret,
	   struct pawl_str text)
{
	struct pawl_json value;

	if (pawl_json_parse(arena, text, &value, NULL) != PAWL_OK)
		return;
	text = pawl_redact_json_text(r, arena, pawl_json_text(arena, &value));
	require(pawl_json_validate(text, NULL) == PAWL_OK);
	value = pawl_redact_json(r, arena, &value);
	require(pawl_str_eq(text, pawl_json_text(arena, &value)));
	if (pawl_json_is(&value, PAWL_JSON_STRING))
		require(pawl_str_find(pawl_json_str(&value), secret) == SIZE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = pawl_str((const char *)data, size), secret;
	struct pawl_redactor *r;
	struct pawl_arena arena;

	/* With a mask in it, it could come about by masking. */
	if (!pawl_str_split(&text, '\n', &secret) || !text.ptr || secret.len < 8 ||
	    pawl_str_find_char(secret, '*') != SIZE_MAX)
		return 0;
	pawl_arena_init(&arena, 0);
	r = pawl_redactor_new(NULL, &secret, 1);
	check_text(r, &arena, secret, text);
	check_json(r, &arena, secret, text);
	pawl_redactor_unref(r);
	pawl_arena_fini(&arena);
	return 0;
}
