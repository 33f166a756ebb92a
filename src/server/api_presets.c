/* /api/v1/presets: how providers sign, the built-in ones and the operator's. */
#include "server/api_resources.h"
#include "trigger/auth/presets.h"
#include "trigger/auth/scheme.h"

static void
copy_text(struct pawl_json_builder *b, const struct pawl_json *document, const char *member)
{
	struct pawl_str text = pawl_json_get_str(document, member, PAWL_STR(""));

	pawl_json_set_c(b, member, pawl_json_string_dup(b->arena, text));
}

/* "hmac-sha256", or the algorithms among which a request chooses. */
static struct pawl_json
algorithm_of(struct pawl_arena *arena, const struct pawl_json *document)
{
	const struct pawl_json *algorithm = pawl_json_get_c(document, "algorithm");
	const struct pawl_json *is = pawl_json_get_c(algorithm, "is");
	struct pawl_buf text;
	struct pawl_json value;

	if (pawl_json_is(algorithm, PAWL_JSON_STRING))
		return pawl_json_string_dup(arena, pawl_json_str(algorithm));
	pawl_buf_init(&text, 1024);
	for (uint32_t i = 0; pawl_json_is(is, PAWL_JSON_OBJECT) && i < is->len; i++)
		pawl_buf_printf(&text, "%s%.*s", i ? ", " : "",
				PAWL_STR_ARG(pawl_json_str(&is->members[i].value)));
	value = pawl_json_string_dup(arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	return value;
}

static struct pawl_json
preset_json(struct pawl_arena *arena, const struct pawl_preset_info *info)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name", pawl_json_string_c(info->name));
	copy_text(&b, info->document, "label");
	copy_text(&b, info->document, "description");
	copy_text(&b, info->document, "source");
	pawl_json_set_c(&b, "algorithm", algorithm_of(arena, info->document));
	pawl_json_set_c(&b, "is_builtin", pawl_json_bool(info->is_builtin));
	pawl_json_set_c(&b, "document", *info->document);
	return pawl_json_end(&b);
}

void
pawl_api_list_presets(struct pawl_api_call *call)
{
	const char *const *names = pawl_scheme_preset_names();
	struct pawl_json_builder items;
	struct pawl_preset_info info;

	pawl_json_array_begin(&items, &call->arena);
	for (; *names; names++) {
		if (pawl_preset_find(pawl_str_c(*names), &info))
			pawl_json_push(&items, preset_json(&call->arena, &info));
	}
	pawl_api_reply_list(call, pawl_json_end(&items), pawl_json_null());
}
